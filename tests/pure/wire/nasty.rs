//! Lines that have confused some parser, each with its meaning.

use verbatim::wire::{Message, tags};

use super::round_trip::reads_the_same_when_written_again;

/// A line without its end, and its meaning: `[tags] <source> COMMAND [parameters]`, or why it is not a message.
const LINES: &[(&[u8], &str)] = &[
    // Not a message.
    (b"", "Message has no command"),
    (b" ", "Message has no command"),
    (b":", "Message has no command"),
    (b"@", "Message has no command"),
    (b"@ ", "Message has no command"),
    (b"@a", "Message has no command"),
    (b"@a ", "Message has no command"),
    (b"@a :b", "Message has no command"),
    (b"@a :b ", "Message has no command"),
    (b":b :c", "Message has no command"),
    (b": : :", "Message has no command"),
    (b"@a @b PING", "Message has no command"),
    (b":a @b PING", "Message has no command"),
    // NUL and invalid UTF-8 in any place.
    (b"\0", "Message contains a NUL character"),
    (b"PING \0", "Message contains a NUL character"),
    (b"@a=\0 PING", "Message contains a NUL character"),
    (b"PING \0\xff", "Message contains a NUL character"),
    (b"PING \xff", "Message is not valid UTF-8"),
    (b"@a=\xc3 PING", "Message is not valid UTF-8"),
    (b":\xe9 PING", "Message is not valid UTF-8"),
    (b"PING \xc0\x80", "Message is not valid UTF-8"),
    (b"PING \xed\xa0\x80", "Message is not valid UTF-8"),
    (b"PING \xf4\x90\x80\x80", "Message is not valid UTF-8"),
    // Unexpected spaces.
    (b"   PING", "[] <-> PING []"),
    (b"PING ", "[] <-> PING []"),
    (b"PING      ", "[] <-> PING []"),
    (b"PING  a   b  ", r#"[] <-> PING ["a", "b"]"#),
    (b"@a    :b    PING    c", r#"[a=""] <b> PING ["c"]"#),
    (b": PING a", r#"[] <> PING ["a"]"#),
    (b"@ PING a", r#"[] <-> PING ["a"]"#),
    ("PING a\u{a0}b \u{3000}".as_bytes(), r#"[] <-> PING ["a\u{a0}b", "\u{3000}"]"#),
    // Colons.
    (b"PING :", r#"[] <-> PING [""]"#),
    (b"PING ::", r#"[] <-> PING [":"]"#),
    (b"PING : ", r#"[] <-> PING [" "]"#),
    (b"PING a: :b :c", r#"[] <-> PING ["a:", "b :c"]"#),
    (b"PING a:b ::1", r#"[] <-> PING ["a:b", ":1"]"#),
    (b":a:b!c:d@::1 PING", "[] <a:b!c:d@::1> PING []"),
    (b"PING:a", "[] <-> PING:a []"),
    (b"PING:a :b", r#"[] <-> PING:a ["b"]"#),
    // At most fifteen parameters; the last takes the rest, with or without a colon.
    (
        b"X 1 2 3 4 5 6 7 8 9 a b c d e",
        r#"[] <-> X ["1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e"]"#,
    ),
    (
        b"X 1 2 3 4 5 6 7 8 9 a b c d e f g ",
        r#"[] <-> X ["1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f g "]"#,
    ),
    (
        b"X 1 2 3 4 5 6 7 8 9 a b c d e :f g",
        r#"[] <-> X ["1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f g"]"#,
    ),
    (
        b"X 1 2 3 4 5 6 7 8 9 a b c d e f :g",
        r#"[] <-> X ["1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f :g"]"#,
    ),
    // Commands.
    (b"001", "[] <-> 001 []"),
    (b"0", "[] <-> 0 []"),
    (b"pRiVmSg a b", r#"[] <-> pRiVmSg ["a", "b"]"#),
    // RFC 2812 §2.3.1: command = 1*letter / 3digit. Any other word is an unknown command, too.
    (b"FOO_BAR a", r#"[] <-> FOO_BAR ["a"]"#),
    (b"\tPING", "[] <-> \tPING []"),
    (b"\x01PING\x01", "[] <-> \x01PING\x01 []"),
    (b"PRIVMSG\t#a hi", "[] <-> PRIVMSG\t#a [\"hi\"]"),
    ("\u{feff}NICK a".as_bytes(), "[] <-> \u{feff}NICK [\"a\"]"),
    ("ＮＩＣＫ a".as_bytes(), r#"[] <-> ＮＩＣＫ ["a"]"#),
    ("NICK\u{a0}a".as_bytes(), "[] <-> NICK\u{a0}a []"),
    // Tags.
    (b"@;;; PING", "[] <-> PING []"),
    (b"@= PING", "[] <-> PING []"),
    (b"@=;a;==b PING", r#"[a=""] <-> PING []"#),
    (b"@a=b=c PING", r#"[a="b=c"] <-> PING []"#),
    (b"@a=1;a=2;a PING", r#"[a="1" a="2" a=""] <-> PING []"#),
    (b"@+;+a;++b PING", r#"[+="" +a="" ++b=""] <-> PING []"#),
    (b"@a/b/c=/ PING", r#"[a/b/c="/"] <-> PING []"#),
    (b"@:a=:b PING", r#"[:a=":b"] <-> PING []"#),
    (b"@a=@b PING", r#"[a="@b"] <-> PING []"#),
    (b"@a\\:b=c PING", r#"[a\:b="c"] <-> PING []"#),
    (b"@a=\\ PING", r#"[a=""] <-> PING []"#),
    (b"@a=\\;b=\\ PING", r#"[a="" b=""] <-> PING []"#),
    (b"@a=b\\\\\\ PING", r#"[a="b\\"] <-> PING []"#),
    (b"@a=\\\\s\\s\\S PING", r#"[a="\\s S"] <-> PING []"#),
    (b"@a=\\r\\nQUIT\\:\\s\\0 PING", r#"[a="\r\nQUIT; 0"] <-> PING []"#),
    ("@a=\\é\\😀;ü PING".as_bytes(), r#"[a="é😀" ü=""] <-> PING []"#),
    (b"@a=\x01\x7f PING", r#"[a="\u{1}\u{7f}"] <-> PING []"#),
    // Texts that resemble the beginning of another message.
    (b"PRIVMSG a :\x01ACTION waves\x01", r#"[] <-> PRIVMSG ["a", "\u{1}ACTION waves\u{1}"]"#),
    (b"PRIVMSG a :@b :c PING", r#"[] <-> PRIVMSG ["a", "@b :c PING"]"#),
    (b"PRIVMSG @a=b ;c", r#"[] <-> PRIVMSG ["@a=b", ";c"]"#),
];

fn shown(line: &[u8]) -> String {
    let message = match Message::parse(line) {
        Ok(message) => message,
        Err(error) => return error.to_string(),
    };
    let tags: Vec<String> = tags::parse(message.tags).map(|(key, value)| format!("{key}={value:?}")).collect();
    let (source, command, params) = (message.source.unwrap_or("-"), message.command, message.params());
    format!("[{}] <{source}> {command} {params:?}", tags.join(" "))
}

#[test]
fn nasty_lines_are_parsed_as_listed() {
    for (line, meaning) in LINES {
        assert_eq!(shown(line), *meaning, "{}", line.escape_ascii());
    }
}

#[test]
fn nasty_lines_survive_being_written_again() {
    for (line, _) in LINES {
        reads_the_same_when_written_again(line);
    }
}
