//! Replies to the calling session: numerics and standard replies.

use super::Turn;
use crate::server::outgoing::Outgoing;
use crate::wire::numeric::Numeric;

impl Turn<'_> {
    /// The beginning of a message from the server: `:server COMMAND`.
    pub(in super::super) fn serve(&self, command: &str) -> Outgoing {
        Outgoing::from_server(&self.config.name, command)
    }

    /// Replies with a numeric: `params`, followed by its text, if it has one.
    pub(in super::super) fn reply(&mut self, numeric: Numeric, params: &[&str]) {
        let message = self.numeric(numeric, params);
        let message = if numeric.text.is_empty() { message } else { message.trailing(numeric.text) };
        self.send(&message.cut());
    }

    /// Replies with a numeric and this `text` in place of its own.
    pub(in super::super) fn reply_text(&mut self, numeric: Numeric, params: &[&str], text: &str) {
        let message = self.numeric(numeric, params).trailing(text).cut();
        self.send(&message);
    }

    /// Replies with a numeric, and fills in each `{}` of its text.
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

    /// Replies with a numeric whose last parameter is a list of words, on as many lines as needed. If there are no
    /// words, sends nothing.
    pub(in super::super) fn reply_words<W: AsRef<str>>(&mut self, numeric: Numeric, params: &[&str], words: &[W]) {
        self.reply_joined(numeric, params, words, ' ');
    }

    /// Like [`reply_words`](Self::reply_words), with a separator other than a space.
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

    /// Replies with `FAIL command code context… :text` (IRCv3 standard-replies).
    pub(in super::super) fn fail(&mut self, command: &str, code: &str, context: &[&str], text: &str) {
        self.standard("FAIL", command, code, context, text);
    }

    /// The reply that a message to `target` was not stored, and so not delivered. It is sent whatever capabilities the
    /// client has, and even for a NOTICE, since a lost message must not look delivered.
    pub(in super::super) fn not_stored(&self, command: &str, target: &str) -> Outgoing {
        let message = self.serve("FAIL").param(command).param("NOT_STORED").param(as_middle(target));
        message.trailing("Your message could not be stored").cut()
    }

    /// Replies with `WARN …`.
    pub(in super::super) fn warn(&mut self, command: &str, code: &str, context: &[&str], text: &str) {
        self.standard("WARN", command, code, context, text);
    }

    /// Replies with `NOTE …`.
    pub(in super::super) fn note(&mut self, command: &str, code: &str, context: &[&str], text: &str) {
        self.standard("NOTE", command, code, context, text);
    }

    fn standard(&mut self, kind: &str, command: &str, code: &str, context: &[&str], text: &str) {
        let context = context.iter().map(|param| as_middle(param));
        let message = self.serve(kind).param(command).param(code).params(context).trailing(text).cut();
        self.send(&message);
    }

    /// A numeric without its text.
    pub(in super::super) fn numeric(&self, numeric: Numeric, params: &[&str]) -> Outgoing {
        let message = self.serve(numeric.code).param(self.me().shown_nick());
        message.params(params.iter().map(|param| as_middle(param)))
    }
}

/// If a reply repeats a parameter, it is cut to this many bytes, so that the reply's text always fits. Parameters that
/// must be shown in full are never longer.
pub(in super::super) const SHOWN_PARAM_BYTES: usize = 200;

/// `param`, shortened, if it can be a middle parameter; otherwise `*`.
pub(in super::super) fn as_middle(param: &str) -> &str {
    if param.is_empty() || param.starts_with(':') || param.contains(' ') { "*" } else { cut(param, SHOWN_PARAM_BYTES) }
}

/// At most `most` bytes of `text`, cut at a character boundary.
pub(in super::super) fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}
