//! One row of a terminal, with the target as prompt and as much of the text as fits.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::wire::is_unsafe_to_show;

/// The escape sequences that draw the row, and leave the cursor where the next character comes.
///
/// They use what every terminal has: the row is written again from its beginning (ECMA-48 EL erases what is left of
/// it), and the cursor is put back to where it was saved (DECSC, DECRC), since the terminal may take a character for
/// wider than it is here.
pub fn draw(target: &str, (before, after): (&str, &str), columns: usize) -> String {
    let prompt = format!("[{}] ", beginning(&shown(target), (columns / 3).max(4)));
    // The last column stays free: some terminals wrap when it is written.
    let room = columns.saturating_sub(prompt.width() + 1).max(2);
    let (before, after) = (shown(before), shown(after));
    let left = window(&before, room);
    let right = beginning(&after, room.saturating_sub(left.width()));
    format!("\r\x1b[?7l{prompt}{left}\x1b7{right}\x1b[K\x1b8\x1b[?7h")
}

/// The end of `before` that is shown. It moves by half of the room, so that the text does not shift with every key.
fn window(before: &str, room: usize) -> &str {
    let half = (room / 2).max(1);
    let skipped = (before.width() / half).saturating_sub(1) * half;
    let (mut width, mut start) = (0, 0);
    for grapheme in before.graphemes(true) {
        if width >= skipped {
            break;
        }
        width += grapheme.width();
        start += grapheme.len();
    }
    &before[start..]
}

/// As much of the beginning of `text` as fits into `room` columns.
fn beginning(text: &str, room: usize) -> String {
    let mut left = room;
    let fits = text.graphemes(true).take_while(|grapheme| {
        let fits = grapheme.width() <= left;
        left = left.saturating_sub(grapheme.width());
        fits
    });
    fits.collect()
}

/// `text` as a row shows it: a line end as a sign, and nothing that a terminal interprets.
fn shown(text: &str) -> String {
    let visible = |c: char| match c {
        '\n' => '↵',
        '\t' => ' ',
        c if is_unsafe_to_show(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    text.chars().map(visible).collect()
}
