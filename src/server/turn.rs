//! One connection's turn: who acts, when, on what, and where the answers go.

use super::channel::{Channel, ChannelId};
use super::config::Config;
use super::event::{Actions, ConnId};
use super::state::State;
use super::user::User;
use crate::planted::Bug;
use crate::time::Time;
use crate::wire::numeric::Numeric;
use crate::wire::{Encoder, Line};

/// What every handler is given besides the message.
pub(super) struct Turn<'a> {
    pub(super) config: &'a Config,
    pub(super) state: &'a mut State,
    pub(super) actions: &'a mut Actions,
    pub(super) now: Time,
    /// When the server started (003).
    pub(super) started: Time,
    /// Whose turn it is.
    pub(super) conn: ConnId,
}

impl Turn<'_> {
    /// The user whose turn it is.
    pub(super) fn me(&self) -> &User {
        self.state.user(self.conn)
    }

    /// The user whose turn it is.
    pub(super) fn me_mut(&mut self) -> &mut User {
        self.state.user_mut(self.conn)
    }

    /// The beginning of a line about what this user does: `:nick!user@host COMMAND`.
    pub(super) fn act(&self, command: &str) -> Encoder {
        Encoder::from_source(&self.me().source()).command(command)
    }

    /// The beginning of a line that the server says itself: `:server COMMAND`.
    pub(super) fn serve(&self, command: &str) -> Encoder {
        Encoder::from_source(&self.config.name).command(command)
    }

    /// Sends a line to the one whose turn it is.
    pub(super) fn send(&mut self, line: Line) {
        self.actions.send(self.conn, line);
    }

    /// Sends a line to all members of a channel, but for `except`.
    pub(super) fn tell_channel(&mut self, id: ChannelId, except: Option<ConnId>, line: Line) {
        let members = self.state.channel(id).members().iter().map(|member| member.conn);
        self.actions.broadcast(members.filter(|&conn| Some(conn) != except), line);
    }

    /// Answers with a numeric; its text, if it has one, stands behind `params`.
    pub(super) fn reply(&mut self, numeric: Numeric, params: &[&str]) {
        let encoder = self.numeric(numeric, params);
        let line = if numeric.text.is_empty() { encoder } else { encoder.trailing(numeric.text) };
        self.send(line.line_cut());
    }

    /// Answers with a numeric whose last parameter is `text`, whatever the table says.
    pub(super) fn reply_text(&mut self, numeric: Numeric, params: &[&str], text: &str) {
        let line = self.numeric(numeric, params).trailing(text).line_cut();
        self.send(line);
    }

    /// Answers with a numeric, each `{}` of its text filled in.
    pub(super) fn reply_filled(&mut self, numeric: Numeric, params: &[&str], fills: &[&str]) {
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
    pub(super) fn reply_words<W: AsRef<str>>(&mut self, numeric: Numeric, params: &[&str], words: &[W]) {
        let room = crate::wire::MAX_LINE - self.numeric(numeric, params).trailing("").len();
        let mut text = String::new();
        for word in words.iter().map(AsRef::as_ref) {
            if !text.is_empty() && text.len() + 1 + word.len() > room {
                self.reply_text(numeric, params, &std::mem::take(&mut text));
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        if !text.is_empty() {
            self.reply_text(numeric, params, &text);
        }
    }

    fn numeric(&self, numeric: Numeric, params: &[&str]) -> Encoder {
        let encoder = self.serve(numeric.code).param(self.me().shown_nick());
        encoder.params(params.iter().map(|param| as_middle(param)))
    }

    /// The channel that `name` names, if the server has it.
    pub(super) fn channel(&self, name: &str) -> Option<(ChannelId, &Channel)> {
        let id = self.state.channel_id(name)?;
        Some((id, self.state.channel(id)))
    }

    /// Whether the one whose turn it is is in the channel.
    pub(super) fn is_member(&self, id: ChannelId) -> bool {
        self.state.channel(id).member(self.conn).is_some()
    }

    /// Whether the one whose turn it is is the channel's operator.
    pub(super) fn is_operator(&self, id: ChannelId) -> bool {
        self.state.channel(id).member(self.conn).is_some_and(|member| member.operator)
    }

    /// Takes the one whose turn it is out of a channel. Nobody is told here.
    pub(super) fn leave(&mut self, id: ChannelId, conn: ConnId) {
        let keep_empty = self.config.bugs.has(Bug::EmptyChannelKept);
        self.state.leave(id, conn, keep_empty);
    }

    /// Ends the connection by the server's will: others hear QUIT, the one whose turn it is an ERROR.
    pub(super) fn disconnect(&mut self, reason: &str) {
        let text = ["Closing link: (", &self.me().host, ") [", reason, "]"].concat();
        self.send(Encoder::bare().command("ERROR").trailing(&text).line_cut());
        self.actions.close(self.conn);
        self.forget(reason);
    }

    /// Cleans up after a connection, everywhere, and tells those who shared a channel with it.
    pub(super) fn forget(&mut self, reason: &str) {
        if self.me().is_registered() {
            let line = self.act("QUIT").trailing(reason).line_cut();
            let neighbours = self.state.neighbours(self.conn);
            if self.config.bugs.has(Bug::QuitToldTwice) && self.me().channels.len() > 1 {
                self.actions.broadcast(neighbours.iter().copied(), line.clone());
            }
            self.actions.broadcast(neighbours, line);
            self.state.remember(self.conn, self.now, self.config.limits.whowas_entries);
        }
        for id in std::mem::take(&mut self.me_mut().channels) {
            self.leave(id, self.conn);
        }
        self.state.remove(self.conn);
    }
}

/// Bytes of a parameter that a numeric repeats, so that its text always fits behind it. Nothing that a numeric shows
/// on purpose is longer.
const SHOWN_PARAM_BYTES: usize = 200;

/// `param` if it can stand in the middle of a message, else `*`.
fn as_middle(param: &str) -> &str {
    if param.is_empty() || param.starts_with(':') || param.contains(' ') { "*" } else { cut(param, SHOWN_PARAM_BYTES) }
}

/// At most `most` bytes of `text`, cut at a character's border.
pub(super) fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}
