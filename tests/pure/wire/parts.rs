//! Random messages in parts, built from texts that have caused bugs elsewhere.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::strategy::Union;
use verbatim::wire::{Encoder, Line, Message, TagWriter};

/// The parts of a message, before it is encoded.
#[derive(Clone, Debug)]
pub struct Parts {
    pub tags: Vec<(String, String)>,
    pub source: Option<String>,
    pub command: String,
    pub middles: Vec<String>,
    pub trailing: Option<String>,
}

impl Parts {
    /// The message, encoded.
    pub fn line(&self) -> Line {
        let mut tags = TagWriter::default();
        for (key, value) in &self.tags {
            tags.add(key, value);
        }
        let head = self.source.as_deref().map_or_else(Encoder::bare, Encoder::from_source);
        let message = head.command(&self.command).params(self.middles.iter().map(String::as_str));
        let message = match &self.trailing {
            Some(text) => message.trailing(text),
            None => message,
        };
        message.tagged(tags.as_str())
    }

    /// All parameters, including the trailing one.
    pub fn params(&self) -> Vec<&str> {
        self.middles.iter().chain(&self.trailing).map(String::as_str).collect()
    }
}

/// A parsed message, encoded again.
pub fn written_again(message: &Message<'_>) -> Line {
    let head = message.source.map_or_else(Encoder::bare, Encoder::from_source).command(message.command);
    let message_again = match message.params().split_last() {
        Some((last, middles)) => head.params(middles.iter().copied()).trailing(last),
        None => head,
    };
    message_again.tagged(message.tags)
}

/// The line without its CRLF, after checking that it contains no other line.
#[track_caller]
pub fn body(line: &Line) -> &[u8] {
    let body = line.strip_suffix(b"\r\n").expect("CRLF at its end");
    assert!(!body.iter().any(|b| b"\r\n\0".contains(b)), "more than one line: {line:?}");
    body
}

/// A text that matches one of several regular expressions.
fn text(expressions: &'static [&'static str]) -> Union<impl Strategy<Value = String>> {
    Union::new(expressions.iter().copied())
}

/// Keys of the specification's form, some repeated, with values that contain anything but NUL.
pub fn tags() -> impl Strategy<Value = Vec<(String, String)>> {
    let key = text(&["\\+?([a-z.-]{1,4}/)?[A-Za-z0-9-]{1,4}", "[ab]"]);
    let value = text(&["", "[;: \\\\rsnb=\\r\\n]{0,8}", "[^\\x00]{0,12}"]);
    vec((key, value), 0..5)
}

/// A source: a nick, a nick with a user or a host, or a server name.
pub fn source() -> impl Strategy<Value = String> {
    text(&["[a-z\\[\\]`_]{1,9}", "[a-z:;=.]{1,9}![~a-z]{1,5}@[a-z0-9.:/]{1,12}", "[a-z]{1,9}@[^ @!\\x00\\r\\n]{1,9}"])
}

/// Words that the encoder accepts as middle parameters.
pub fn middles(most: usize) -> impl Strategy<Value = Vec<String>> {
    let word = text(&[
        "[#&@+a-z0-9,*-]{1,8}",
        "[a=;@!\\\\\\x01\t][a:=;@!\\\\\\x01\t]{0,5}",
        "[^ :\\x00\\r\\n][^ \\x00\\r\\n]{0,8}",
    ]);
    vec(word, 0..=most)
}

/// Texts that the encoder accepts as the last parameter.
pub fn trailing() -> impl Strategy<Value = Option<String>> {
    option::of(text(&["[ :@a]{0,6}", "[ -~]{0,40}", "[^\\x00\\r\\n]{0,20}"]))
}

/// Every message that the encoder can write.
pub fn parts() -> impl Strategy<Value = Parts> {
    let command = text(&["[A-Za-z]{1,12}", "[0-9]{3}", "[0-9A-Za-z]{1,3}"]);
    (tags(), option::of(source()), command, middles(15), trailing()).prop_map(
        |(tags, source, command, middles, trailing)| {
            // The fifteenth parameter is the last, whether it is a word or a text.
            let trailing = trailing.filter(|_| middles.len() < 15);
            Parts { tags, source, command, middles, trailing }
        },
    )
}
