//! The parser reads whatever the encoder wrote, and the encoder can write whatever the parser read.

use proptest::collection::vec;
use proptest::prelude::*;
use verbatim::wire::{LineBuffer, LineLimits, Message, Split, TagWriter, tags};

use super::parts::{Parts, body, parts, written_again};

/// Random bytes, mixed with the separators and messages of IRC.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        vec(any::<u8>(), 0..12),
        "[@: ;=\\\\+!\\r\\n\\x00a-c]{0,12}".prop_map(String::into_bytes),
        parts().prop_map(|parts| parts.line().to_vec()),
        proptest::sample::select(vec!["@", " :", ":", "  ", "\r\n", "\\", "=", ";", "PRIVMSG ", "1 2 3 4 5 6 7 8 9 "])
            .prop_map(|text| text.as_bytes().to_vec()),
    ];
    vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

/// Parses `line` and encodes the result, the tags both as they are and through the writer: it must be the same message.
#[track_caller]
pub fn reads_the_same_when_written_again(line: &[u8]) {
    let Ok(message) = Message::parse(line) else { return };
    let again = written_again(&message);
    assert_eq!(Message::parse(body(&again)).as_ref(), Ok(&message));

    let mut writer = TagWriter::default();
    for (key, value) in tags::parse(message.tags) {
        writer.add(key, &value);
    }
    assert!(tags::parse(writer.as_str()).eq(tags::parse(message.tags)), "{} is not {}", writer.as_str(), message.tags);
    assert!(writer.len() <= message.tags.len(), "a relayed tag may not grow over its limit: {message:?}");
}

fn last_of<'a>(parts: &'a Parts, key: &str) -> Option<&'a str> {
    parts.tags.iter().rfind(|tag| tag.0 == key).map(|tag| tag.1.as_str())
}

proptest! {
    #[test]
    fn the_parser_reads_what_the_encoder_writes(parts in parts()) {
        let line = parts.line();
        let message = Message::parse(body(&line)).unwrap();
        let read: Vec<(String, String)> =
            tags::parse(message.tags).map(|(key, value)| (key.to_owned(), value.into_owned())).collect();
        prop_assert_eq!(read, parts.tags.clone());
        prop_assert_eq!(message.source, parts.source.as_deref());
        prop_assert_eq!(message.command, &parts.command);
        prop_assert_eq!(message.params(), parts.params());
        for (key, _) in &parts.tags {
            prop_assert!(tags::is_valid_key(key), "{}", key);
            let found = tags::find(message.tags, key);
            prop_assert_eq!(found.as_deref(), last_of(&parts, key));
        }
    }

    #[test]
    fn the_encoder_writes_what_the_parser_read(stream in stream()) {
        let (mut buffer, mut rest) = (LineBuffer::default(), &stream[..]);
        while let Some(split) = buffer.next(&mut rest, &LineLimits::default()) {
            if let Split::Line(line) = split {
                reads_the_same_when_written_again(line);
            }
        }
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in stream()) {
        // These bytes may contain line ends, which no caller passes to the parser. The result is never longer than the
        // input.
        if let Ok(message) = Message::parse(&bytes) {
            let length: usize = message.params().iter().map(|param| param.len()).sum();
            prop_assert!(length + message.command.len() + message.tags.len() + message.nick().len() <= bytes.len());
            prop_assert!(tags::parse(message.tags).all(|(key, value)| !key.is_empty() && !value.contains('\0')));
        }
    }
}
