//! What the asking session is answered: numerics and standard replies.

use super::Turn;
use crate::server::outgoing::Outgoing;
use crate::wire::numeric::Numeric;

impl Turn<'_> {
    /// The beginning of a message that the server says itself: `:server COMMAND`.
    pub(in super::super) fn serve(&self, command: &str) -> Outgoing {
        Outgoing::from_server(&self.config.name, command)
    }

    /// Answers with a numeric; its text, if it has one, stands behind `params`.
    pub(in super::super) fn reply(&mut self, numeric: Numeric, params: &[&str]) {
        let message = self.numeric(numeric, params);
        let message = if numeric.text.is_empty() { message } else { message.trailing(numeric.text) };
        self.send(&message.cut());
    }

    /// Answers with a numeric whose last parameter is `text`, whatever the table says.
    pub(in super::super) fn reply_text(&mut self, numeric: Numeric, params: &[&str], text: &str) {
        let message = self.numeric(numeric, params).trailing(text).cut();
        self.send(&message);
    }

    /// Answers with a numeric, each `{}` of its text filled in.
    pub(in super::super) fn reply_filled(&mut self, numeric: Numeric, params: &[&str], fills: &[&str]) {
        let mut pieces = numeric.text.split("{}");
        let mut text = pieces.next().unwrap_or_default().to_owned();
        debug_assert_eq!(pieces.clone().count(), fills.len(), "{numeric:?} is filled in full");
        for (piece, fill) in pieces.zip(fills) {
            text.push_str(fill);
            text.push_str(piece);
        }
        self.reply_text(numeric, params, &text);
    }

    /// Answers with a numeric whose last parameter is a list of words, on as many lines as it takes; on none if
    /// there are no words.
    pub(in super::super) fn reply_words<W: AsRef<str>>(&mut self, numeric: Numeric, params: &[&str], words: &[W]) {
        self.reply_joined(numeric, params, words, ' ');
    }

    /// The same, with something else than a space between the words.
    pub(in super::super) fn reply_joined<W: AsRef<str>>(
        &mut self,
        numeric: Numeric,
        params: &[&str],
        words: &[W],
        between: char,
    ) {
        let room = crate::wire::MAX_LINE - self.numeric(numeric, params).trailing("").len();
        let mut text = String::new();
        for word in words.iter().map(AsRef::as_ref) {
            if !text.is_empty() && text.len() + 1 + word.len() > room {
                self.reply_text(numeric, params, &std::mem::take(&mut text));
            }
            if !text.is_empty() {
                text.push(between);
            }
            text.push_str(word);
        }
        if !text.is_empty() {
            self.reply_text(numeric, params, &text);
        }
    }

    /// Answers with `FAIL command code context… :text` (IRCv3 standard-replies).
    pub(in super::super) fn fail(&mut self, command: &str, code: &str, context: &[&str], text: &str) {
        self.standard("FAIL", command, code, context, text);
    }

    /// Says that a message to `target` is not stored, and so not said: whatever the client asked for, and also to a NOTICE,
    /// since what was lost must not look as if it had been said.
    pub(in super::super) fn not_stored(&self, command: &str, target: &str) -> Outgoing {
        let message = self.serve("FAIL").param(command).param("NOT_STORED").param(as_middle(target));
        message.trailing("Your message could not be stored").cut()
    }

    /// Answers with `WARN …`.
    pub(in super::super) fn warn(&mut self, command: &str, code: &str, context: &[&str], text: &str) {
        self.standard("WARN", command, code, context, text);
    }

    /// Answers with `NOTE …`.
    pub(in super::super) fn note(&mut self, command: &str, code: &str, context: &[&str], text: &str) {
        self.standard("NOTE", command, code, context, text);
    }

    fn standard(&mut self, kind: &str, command: &str, code: &str, context: &[&str], text: &str) {
        let context = context.iter().map(|param| as_middle(param));
        let message = self.serve(kind).param(command).param(code).params(context).trailing(text).cut();
        self.send(&message);
    }

    /// The beginning of a numeric, its text not yet behind it.
    pub(in super::super) fn numeric(&self, numeric: Numeric, params: &[&str]) -> Outgoing {
        let message = self.serve(numeric.code).param(self.me().shown_nick());
        message.params(params.iter().map(|param| as_middle(param)))
    }
}

/// Bytes of a parameter that a numeric repeats, so that its text always fits behind it. Nothing that a numeric shows
/// on purpose is longer.
pub(in super::super) const SHOWN_PARAM_BYTES: usize = 200;

/// `param` if it can stand in the middle of a message, else `*`.
pub(in super::super) fn as_middle(param: &str) -> &str {
    if param.is_empty() || param.starts_with(':') || param.contains(' ') { "*" } else { cut(param, SHOWN_PARAM_BYTES) }
}

/// At most `most` bytes of `text`, cut at a character's border.
pub(in super::super) fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}
