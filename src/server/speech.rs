//! A message without its target.

use std::borrow::Cow;

/// The characters with which clients and terminals begin a colour: a colour by number, a colour in hexadecimal,
/// reversed colours, an escape sequence.
const COLOURS: [char; 4] = ['\x03', '\x04', '\x16', '\x1B'];

/// The commands that send messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Saying {
    Privmsg,
    /// RFC 2812 §3.3.2: "automatic replies MUST NEVER be sent in response to a NOTICE message. This rule applies
    /// to servers too".
    Notice,
    /// IRCv3 message-tags: "TAGMSG is defined for sending messages with tags but no text content."
    Tagmsg,
}

impl Saying {
    /// The command's name.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Privmsg => "PRIVMSG",
            Self::Notice => "NOTICE",
            Self::Tagmsg => "TAGMSG",
        }
    }

    /// Whether a refused message gets a reply.
    pub(super) fn is_answered(self) -> bool {
        self != Self::Notice
    }
}

/// A line of a multiline message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TextLine {
    pub(super) text: Box<str>,
    /// Whether it continues the previous line.
    pub(super) concat: bool,
}

/// The content of a message, without its tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content<'a> {
    Nothing,
    Line(Cow<'a, str>),
    /// IRCv3 draft/multiline.
    Lines(Cow<'a, [TextLine]>),
}

/// A message without its target.
#[derive(Debug)]
pub(super) struct Speech<'a> {
    pub(super) saying: Saying,
    pub(super) content: Content<'a>,
    /// Its client-only tags, as the client wrote them.
    pub(super) tags: &'a str,
}

impl Speech<'_> {
    /// Whether any line of it is a CTCP other than ACTION.
    pub(super) fn has_ctcp(&self) -> bool {
        self.has_line(is_ctcp)
    }

    /// Whether a line of it has colours.
    pub(super) fn has_colours(&self) -> bool {
        self.has_line(|text| text.contains(COLOURS))
    }

    /// Whether this holds for a line of it.
    pub(super) fn has_line(&self, is: impl Fn(&str) -> bool) -> bool {
        match &self.content {
            Content::Nothing => false,
            Content::Line(text) => is(text),
            Content::Lines(lines) => lines.iter().any(|line| is(&line.text)),
        }
    }

    /// Whether it is nothing but a typing notification.
    pub(super) fn is_typing(&self) -> bool {
        is_typing(&self.content, self.tags)
    }
}

/// Whether a message with this content and these client-only tags is nothing but a typing notification.
pub(super) fn is_typing(content: &Content<'_>, tags: &str) -> bool {
    let key = |tag: &str| tag.split('=').next() == Some("+typing");
    matches!(content, Content::Nothing) && tags.split(';').all(key)
}

fn is_ctcp(text: &str) -> bool {
    let Some(command) = text.strip_prefix('\x01') else { return false };
    command.strip_prefix("ACTION").is_none_or(|rest| !rest.is_empty() && !rest.starts_with([' ', '\x01']))
}

#[cfg(test)]
mod tests {
    use super::is_ctcp;

    #[test]
    fn an_action_does_not_count_as_ctcp() {
        for text in ["\x01ACTION waves\x01", "\x01ACTION\x01", "\x01ACTION", "VERSION", "", "x\x01VERSION\x01"] {
            assert!(!is_ctcp(text), "{text:?}");
        }
        for text in ["\x01VERSION\x01", "\x01", "\x01\x01", "\x01ACTIONS\x01", "\x01action waves\x01", "\x01 ACTION x"]
        {
            assert!(is_ctcp(text), "{text:?}");
        }
    }
}
