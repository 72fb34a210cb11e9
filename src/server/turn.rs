//! One connection's turn: who acts, when, on what, and where the answers go.

use std::rc::Rc;

use super::caps::Cap;
use super::channel::{Channel, ChannelId, Rank};
use super::config::Config;
use super::event::{Actions, AskId, ConnId};
use super::monitor;
use super::operator::Privilege;
use super::outgoing::{Form, MessageId, Outgoing};
use super::state::State;
use super::user::{Purpose, User};
use crate::planted::Bug;
use crate::time::Time;
use crate::wire::numeric::Numeric;

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
    /// The label that the answers are to carry, and the answers so far.
    pub(super) label: Option<Label>,
}

/// A command's label, and what is to be said to its sender because of it (IRCv3 labeled-response).
#[derive(Debug)]
pub(super) struct Label {
    conn: ConnId,
    text: Box<str>,
    lines: Vec<Outgoing>,
    /// What its sender hears behind the answer, as anybody else would.
    aside: Vec<Outgoing>,
}

impl Label {
    pub(super) fn new(conn: ConnId, text: &str) -> Self {
        Self { conn, text: text.into(), lines: Vec::new(), aside: Vec::new() }
    }
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

    /// Whether the one whose turn it is switched a capability on.
    pub(super) fn has_cap(&self, cap: Cap) -> bool {
        self.me().caps.has(cap)
    }

    /// The beginning of a message about what this user does: `:nick!user@host COMMAND`.
    pub(super) fn act(&mut self, command: &str) -> Outgoing {
        let id = self.message_id();
        Outgoing::from_user(self.me(), id, command)
    }

    /// The id of a new message.
    pub(super) fn message_id(&mut self) -> MessageId {
        MessageId { started: self.started, number: self.state.number() }
    }

    /// The beginning of a message that the server says itself: `:server COMMAND`.
    pub(super) fn serve(&self, command: &str) -> Outgoing {
        Outgoing::from_server(&self.config.name, command)
    }

    /// Sends a message to the one whose turn it is.
    pub(super) fn send(&mut self, message: &Outgoing) {
        self.deliver(&[self.conn], message);
    }

    /// Sends a message to each of `to`, in the form that each asked for: encoded once for each form, not for each
    /// receiver. Whoever sent a labeled command hears it when the command is done.
    pub(super) fn deliver(&mut self, to: &[ConnId], message: &Outgoing) {
        let asker = self.label.as_ref().map(|label| label.conn);
        if let Some(label) = self.label.as_mut().filter(|label| to.contains(&label.conn)) {
            label.lines.push(message.clone());
        }
        deliver(self.state, self.actions, self.now, to, asker, message);
    }

    /// Sends the one whose turn it is what no answer is though it comes to them: behind the answer, without its label.
    ///
    /// labeled-response, of messages to oneself: "Labeled responses allow clients to deduplicate these messages".
    pub(super) fn send_aside(&mut self, message: &Outgoing) {
        match self.label.as_mut().filter(|label| label.conn == self.conn) {
            Some(label) => label.aside.push(message.clone()),
            None => self.send(message),
        }
    }

    /// Sends a message to all members of a channel, but for `except`.
    pub(super) fn tell_channel(&mut self, id: ChannelId, except: Option<ConnId>, message: &Outgoing) {
        let to = self.members(id, |conn| Some(conn) != except);
        self.deliver(&to, message);
    }

    /// The members of a channel that are `wanted`, in the order of their connections' numbers.
    pub(super) fn members(&self, id: ChannelId, wanted: impl Fn(ConnId) -> bool) -> Vec<ConnId> {
        self.state.channel(id).members().iter().map(|member| member.conn).filter(|&conn| wanted(conn)).collect()
    }

    /// Takes the label off the command: what it asks for is answered with another one.
    pub(super) fn take_label(&mut self) -> Option<Box<str>> {
        self.label.take().map(|label| label.text)
    }

    /// Answers what was asked with a label, now that the command is done.
    pub(super) fn answer_label(&mut self) {
        let Some(Label { conn, text, lines, aside }) = self.label.take() else { return };
        // "If no response is required, an acknowledgement message MUST be sent."; "Servers MUST return a batch … if the
        // response consists of more than one message". What is a batch already needs no other around it.
        let answer = match &lines[..] {
            [] => vec![self.serve("ACK")],
            lines if Outgoing::are_one(lines) => lines.to_vec(),
            _ => {
                let batch = self.batch_name();
                let start = self.serve("BATCH").opens(&batch).param("labeled-response");
                let inside = lines.into_iter().map(|line| line.or_in_batch(&batch));
                [start].into_iter().chain(inside).chain([self.serve("BATCH").closes(&batch)]).collect()
            }
        };
        let form = self.state.form(conn);
        for (n, line) in answer.iter().chain(&aside).enumerate() {
            let label = Some(&*text).filter(|_| n == 0);
            self.actions.send(conn, line.line(form, self.now, label));
        }
    }

    /// A name for a batch that no other has.
    pub(super) fn batch_name(&mut self) -> Rc<str> {
        format!("b{:x}", self.state.number()).into()
    }

    /// Lets the connection wait for an answer: nothing more of it is handled before. Returns the number to ask by.
    pub(super) fn wait(&mut self, purpose: Purpose) -> AskId {
        let label = self.label.take();
        self.state.wait(self.conn, purpose, label)
    }

    /// Answers with a numeric; its text, if it has one, stands behind `params`.
    pub(super) fn reply(&mut self, numeric: Numeric, params: &[&str]) {
        let message = self.numeric(numeric, params);
        let message = if numeric.text.is_empty() { message } else { message.trailing(numeric.text) };
        self.send(&message.cut());
    }

    /// Answers with a numeric whose last parameter is `text`, whatever the table says.
    pub(super) fn reply_text(&mut self, numeric: Numeric, params: &[&str], text: &str) {
        let message = self.numeric(numeric, params).trailing(text).cut();
        self.send(&message);
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
        self.reply_joined(numeric, params, words, ' ');
    }

    /// The same, with something else than a space between the words.
    pub(super) fn reply_joined<W: AsRef<str>>(
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
    pub(super) fn fail(&mut self, command: &str, code: &str, context: &[&str], text: &str) {
        self.standard("FAIL", command, code, context, text);
    }

    /// Answers with `WARN …`.
    pub(super) fn warn(&mut self, command: &str, code: &str, context: &[&str], text: &str) {
        self.standard("WARN", command, code, context, text);
    }

    /// Answers with `NOTE …`.
    pub(super) fn note(&mut self, command: &str, code: &str, context: &[&str], text: &str) {
        self.standard("NOTE", command, code, context, text);
    }

    fn standard(&mut self, kind: &str, command: &str, code: &str, context: &[&str], text: &str) {
        let context = context.iter().map(|param| as_middle(param));
        let message = self.serve(kind).param(command).param(code).params(context).trailing(text).cut();
        self.send(&message);
    }

    fn numeric(&self, numeric: Numeric, params: &[&str]) -> Outgoing {
        let message = self.serve(numeric.code).param(self.me().shown_nick());
        message.params(params.iter().map(|param| as_middle(param)))
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

    /// The rank in the channel of the one whose turn it is. Some operators of the server act as founders everywhere.
    pub(super) fn rank(&self, id: ChannelId) -> Option<Rank> {
        if self.me().may(Privilege::Channels) {
            return Some(Rank::Founder);
        }
        self.state.channel(id).member(self.conn).and_then(|member| member.rank())
    }

    /// Whether the one whose turn it is has this rank in the channel, or a higher one.
    pub(super) fn is_at_least(&self, id: ChannelId, rank: Rank) -> bool {
        self.rank(id) >= Some(rank)
    }

    /// Takes somebody out of a channel. Nobody is told here.
    pub(super) fn leave(&mut self, id: ChannelId, conn: ConnId) {
        let keep_empty = self.config.bugs.has(Bug::EmptyChannelKept);
        self.state.leave(id, conn, keep_empty);
    }

    /// Does something on behalf of another connection, whose turn it is meanwhile.
    pub(super) fn as_user(&mut self, conn: ConnId, act: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.conn, conn);
        act(self);
        self.conn = before;
    }

    /// Ends the connection by the server's will: others hear QUIT, the one whose turn it is an ERROR.
    pub(super) fn disconnect(&mut self, reason: &str) {
        let text = ["Closing link: (", &self.me().host, ") [", reason, "]"].concat();
        self.send(&Outgoing::bare("ERROR").trailing(&text).cut());
        if self.label.as_ref().is_some_and(|label| label.conn == self.conn) {
            self.answer_label();
        }
        self.actions.close(self.conn);
        self.forget(reason);
    }

    /// Cleans up after a connection, everywhere, and tells those who shared a channel with it.
    pub(super) fn forget(&mut self, reason: &str) {
        if self.me().is_registered() {
            let message = self.act("QUIT").trailing(reason).cut();
            let neighbours = self.state.neighbours(self.conn);
            if self.config.bugs.has(Bug::QuitToldTwice) && self.me().channels.len() > 1 {
                self.deliver(&neighbours, &message);
            }
            self.deliver(&neighbours, &message);
            let nick = self.me().shown_nick().to_owned();
            self.state.unwatch_all(self.conn);
            monitor::tell_offline(self, &nick);
            self.state.remember(self.conn, self.now, self.config.limits.whowas_entries);
        }
        for id in std::mem::take(&mut self.me_mut().channels) {
            self.leave(id, self.conn);
        }
        self.state.remove(self.conn);
    }
}

/// Sends a message to each of `to` but `except`, encoded once for each form among them.
pub(super) fn deliver(
    state: &State,
    actions: &mut Actions,
    now: Time,
    to: &[ConnId],
    except: Option<ConnId>,
    message: &Outgoing,
) {
    let to = to.iter().copied().filter(|&conn| Some(conn) != except);
    let present = to.clone().fold(0, |forms, conn| forms | state.form(conn).bit());
    for form in Form::all().filter(|form| present & form.bit() != 0) {
        let line = message.line(form, now, None);
        actions.broadcast(to.clone().filter(|&conn| state.form(conn) == form), line);
    }
}

/// Bytes of a parameter that a numeric repeats, so that its text always fits behind it. Nothing that a numeric shows
/// on purpose is longer.
const SHOWN_PARAM_BYTES: usize = 200;

/// `param` if it can stand in the middle of a message, else `*`.
pub(super) fn as_middle(param: &str) -> &str {
    if param.is_empty() || param.starts_with(':') || param.contains(' ') { "*" } else { cut(param, SHOWN_PARAM_BYTES) }
}

/// At most `most` bytes of `text`, cut at a character's border.
pub(super) fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}
