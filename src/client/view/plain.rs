//! The line mode: one line of text for each entry, which any terminal, `grep` or a screen reader can handle.
//!
//! ```text
//! 12:03 #lobby → bob is here
//! 12:03 #lobby <alice> hello
//! 12:03 #lobby * alice waves
//! 12:04 [bob → alice] just between us
//! 12:04 ← bob left: good night
//! ```
//!
//! Text from others is cleaned first: none of its control characters reach the terminal.

use std::fmt::Write;

use crate::client::{Entry, Speech};
use crate::time::Time;
use crate::wire::is_unsafe_to_show;

/// How lines are formatted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Seconds to add to UTC for the time shown.
    pub utc_offset_s: i32,
    /// Whether to use the terminal's colours.
    pub colour: bool,
    /// Whether to write `->` and `<-` instead of arrows.
    pub ascii: bool,
    /// The width for the list of commands; 0 if there is no limit.
    pub columns: usize,
}

/// Whether somebody who only wants to read what is said also wants `entry`.
pub fn is_quiet(entry: &Entry) -> bool {
    use Entry::{Help, Kicked, Refused, Reply, Said, Trouble};
    matches!(entry, Said { .. } | Help { .. } | Reply { .. } | Refused { .. } | Trouble { .. })
        || matches!(entry, Kicked { own: true, .. })
}

/// The line for `entry`, which happened at `time`, without its end.
pub fn line(time: Time, entry: &Entry, style: Style) -> String {
    let mut out = Writer { text: String::with_capacity(80), style };
    out.time(time);
    out.entry(entry);
    out.text
}

/// `text` without anything that a terminal interprets instead of showing.
///
/// Drops control characters, including ESC, so that nobody can send escape sequences to another's terminal. Also drops
/// mIRC's formatting codes with their colour numbers, and Unicode characters that change the text direction or end
/// lines. A tab becomes a space.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\u{3}' => rest = behind_colours(rest, 2, |c| c.is_ascii_digit()),
            '\u{4}' => rest = behind_colours(rest, 6, |c| c.is_ascii_hexdigit()),
            '\t' => out.push(' '),
            c if is_unsafe_to_show(c) => {}
            c => out.push(c),
        }
    }
    out
}

/// `text` after a colour of up to `most` digits, and an optional second one after a comma.
fn behind_colours(text: &str, most: usize, is_digit: fn(&char) -> bool) -> &str {
    let digits = |text: &str| text.chars().take(most).take_while(is_digit).count();
    let foreground = digits(text);
    let rest = &text[foreground..];
    match rest.strip_prefix(',') {
        Some(behind) if foreground > 0 && digits(behind) > 0 => &behind[digits(behind)..],
        _ => rest,
    }
}

/// The terminal's colours and styles, by their SGR numbers.
const DIM: u8 = 2;
const HIGHLIGHT: u8 = 7;
const RED: u8 = 31;
const NICKS: [u8; 6] = [32, 33, 34, 35, 36, 91];

struct Writer {
    text: String,
    style: Style,
}

impl Writer {
    fn time(&mut self, time: Time) {
        let of_day = (time.as_secs() as i64 + i64::from(self.style.utc_offset_s)).rem_euclid(86_400);
        self.painted(DIM, &format!("{:02}:{:02}", of_day / 3600, of_day / 60 % 60));
    }

    fn entry(&mut self, entry: &Entry) {
        let (here, gone) = if self.style.ascii { ("->", "<-") } else { ("→", "←") };
        match entry {
            Entry::Said { from, to, text, kind, rings, .. } => self.said((from, *rings), to, text, *kind, here),
            Entry::Joined { who, channel, own } => {
                self.words(&[&clean(channel), here]).nick(who).words(&[if *own { "(you) is here" } else { "is here" }]);
            }
            Entry::Parted { who, channel, reason, .. } => {
                self.words(&[&clean(channel), gone]).nick(who).words(&["left"]).because(reason);
            }
            Entry::Quit { who, reason } => {
                self.words(&[gone]).nick(who).words(&["left"]).because(reason);
            }
            Entry::Kicked { who, channel, by, reason, own } => {
                let kicked = if *own { "(you) was kicked by" } else { "was kicked by" };
                self.words(&[&clean(channel), gone]).nick(who).words(&[kicked]).nick(by).because(reason);
            }
            Entry::Renamed { from, to, own } => {
                self.words(&["~"]).nick(from).words(&[if *own { "(you) is now" } else { "is now" }]).nick(to);
            }
            Entry::Topic { channel, by, topic } => self.topic(channel, by, topic),
            Entry::Mode { target, by, changes } => {
                self.words(&[&clean(target), "~"]).nick(by).words(&["sets mode", &clean(changes)]);
            }
            Entry::Invited { by, channel } => {
                self.words(&["~"]).nick(by).words(&["invites you to", &clean(channel)]);
            }
            Entry::Names { channel, nicks } => {
                self.words(&[&clean(channel), "= here:", &clean(&nicks.join(" "))]);
            }
            Entry::Help { usage, about, widest } => self.help(usage, about, *widest),
            Entry::Reply { text } | Entry::Greeting { text } => {
                self.words(&["=", &clean(text)]);
            }
            Entry::Status { text } => {
                self.words(&["-", &clean(text)]);
            }
            Entry::Refused { text } | Entry::Trouble { text } => {
                self.words(&[""]).painted(RED, &format!("! {}", clean(text)));
            }
        }
    }

    fn said(&mut self, (from, rings): (&str, bool), to: &str, text: &str, kind: Speech, arrow: &str) {
        // A notice to a nick, or to nobody (`*`), is in brackets; for a channel, the channel comes before the nick.
        let in_channel = to.starts_with(['#', '&', '+', '!']);
        if in_channel {
            self.words(&[&clean(to)]);
        }
        let (open, close) = match kind {
            Speech::Message => ("<", ">"),
            Speech::Notice => ("-", "-"),
            Speech::Action => ("* ", ""),
        };
        let (open, close) = if in_channel { (open, close) } else { ("[", "]") };
        self.text.push(' ');
        self.text.push_str(open);
        match rings {
            true => self.painted(HIGHLIGHT, &clean(from)),
            false => self.bare_nick(from),
        };
        if !in_channel {
            self.words(&[arrow, &clean(to)]);
        }
        self.text.push_str(close);
        if !in_channel && kind == Speech::Action {
            self.words(&["*"]).nick(from);
        }
        self.words(&[&clean(text)]);
    }

    /// Below each other, if the terminal is too narrow for the list.
    fn help(&mut self, usage: &str, about: &str, (left, right): (usize, usize)) {
        let (left, right) = (left.max(usage.len()), right.max(about.len()));
        let is_too_narrow = "00:00 - ".len() + left + 2 + right > self.style.columns;
        match is_too_narrow && self.style.columns > 0 {
            false => self.words(&["-", &format!("{:left$}  {about}", clean(usage))]),
            true => self.words(&["-", &clean(usage)]).below(about),
        };
    }

    /// Appends `text` in a line of its own, indented.
    fn below(&mut self, text: &str) -> &mut Self {
        self.text.push_str("\n        ");
        self.text.push_str(text);
        self
    }

    fn topic(&mut self, channel: &str, by: &str, topic: &str) {
        self.words(&[&clean(channel)]);
        match (by, topic) {
            ("", _) => self.words(&["= topic:", &clean(topic)]),
            (by, "") => self.words(&["~"]).nick(by).words(&["removes the topic"]),
            (by, _) => self.words(&["~"]).nick(by).words(&["sets the topic:", &clean(topic)]),
        };
    }

    /// Appends each word after a space.
    fn words(&mut self, words: &[&str]) -> &mut Self {
        for word in words {
            self.text.push(' ');
            self.text.push_str(word);
        }
        self
    }

    fn nick(&mut self, nick: &str) -> &mut Self {
        self.text.push(' ');
        self.bare_nick(nick)
    }

    fn bare_nick(&mut self, nick: &str) -> &mut Self {
        let sum = nick.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
        self.painted(NICKS[sum % NICKS.len()], &clean(nick))
    }

    fn because(&mut self, reason: &str) -> &mut Self {
        if !reason.is_empty() {
            self.text.push(':');
            self.words(&[&clean(reason)]);
        }
        self
    }

    fn painted(&mut self, colour: u8, text: &str) -> &mut Self {
        if self.style.colour {
            let _ = write!(self.text, "\u{1b}[{colour}m{text}\u{1b}[0m");
        } else {
            self.text.push_str(text);
        }
        self
    }
}
