//! Splits texts: one that is too long for one line, and off its first word.

/// The pieces of `text`, each of at most `room` bytes. Concatenated, they are the text, byte for byte.
///
/// A piece ends after a space, if there is one in its second half, and never inside a character. `room` is at least 4,
/// the length of the longest character.
pub(super) fn pieces(text: &str, room: usize) -> impl Iterator<Item = &str> {
    assert!(room >= 4, "no character is sure to fit into {room} bytes");
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, behind) = rest.split_at(end_of_piece(rest, room));
        rest = behind;
        Some(piece)
    })
}

/// The first word, and the text after the space that follows it.
pub(super) fn word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    (word, rest)
}

fn end_of_piece(text: &str, room: usize) -> usize {
    if text.len() <= room {
        return text.len();
    }
    let end = text.floor_char_boundary(room);
    match text[..end].rfind(' ') {
        Some(space) if space >= room / 2 => space + 1,
        _ => end,
    }
}

#[cfg(test)]
mod tests {
    use super::pieces;

    fn split(text: &str, room: usize) -> Vec<&str> {
        pieces(text, room).collect()
    }

    #[test]
    fn a_piece_ends_after_a_space_if_one_is_near() {
        assert_eq!(split("hello there world", 8), ["hello ", "there ", "world"]);
        assert_eq!(split("a verylongword", 6), ["a very", "longwo", "rd"]);
        assert_eq!(split("", 8), [""; 0]);
    }

    #[test]
    fn no_character_is_cut_and_nothing_is_lost() {
        let text = "añ€😀 b  ".repeat(30);
        for room in 4..80 {
            let pieces = split(&text, room);
            assert!(pieces.iter().all(|piece| piece.len() <= room && !piece.is_empty()), "{room}: {pieces:?}");
            assert_eq!(pieces.concat(), text);
        }
    }
}
