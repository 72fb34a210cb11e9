//! One connection's turn: who acts, when, on what, and where the answers go.

use std::rc::Rc;

use super::caps::Cap;
use super::channel::{Channel, ChannelId, Rank};
use super::config::Config;
use super::event::{Actions, AskId, ConnId};
use super::label::Label;
use super::operator::Privilege;
use super::outgoing::{Form, Frame, MessageId, Outgoing, Tags};
use super::state::State;
use super::user::{Purpose, User};
use crate::planted::Bug;
use crate::time::{Now, Time};
use crate::wire::numeric::{Numeric, RPL_MONOFFLINE};

/// What every handler is given besides the message.
pub(super) struct Turn<'a> {
    pub(super) config: &'a Config,
    pub(super) state: &'a mut State,
    pub(super) actions: &'a mut Actions,
    pub(super) now: Now,
    /// When the server started.
    pub(super) started: Now,
    /// Whose turn it is.
    pub(super) conn: ConnId,
    /// The label that the answers are to carry, and the answers so far.
    pub(super) label: Option<Label>,
    /// The batch that all answers are part of for the moment.
    pub(super) batch: Option<Rc<str>>,
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
        let mut id = self.message_id();
        if self.config.bugs.has(Bug::IdComesAgain) {
            id.number = self.now.wall.as_micros();
        }
        self.act_as(id, command)
    }

    /// The same as a part of the message with this id.
    pub(super) fn act_as(&self, id: MessageId, command: &str) -> Outgoing {
        let me = self.me();
        Outgoing::from_user(&me.source(), Tags::of_user(id, me.account.clone(), me.is_bot()), command)
    }

    /// The id of a new message.
    pub(super) fn message_id(&mut self) -> MessageId {
        MessageId { started: self.started.wall, number: self.state.number() }
    }

    /// The beginning of a message that the server says itself: `:server COMMAND`.
    pub(super) fn serve(&self, command: &str) -> Outgoing {
        Outgoing::from_server(&self.config.name, command)
    }

    /// Sends a message to the one whose turn it is.
    pub(super) fn send(&mut self, message: &Outgoing) {
        match self.batch.clone() {
            Some(batch) => self.deliver(&[self.conn], &message.clone().or_in_batch(&batch)),
            None => self.deliver(&[self.conn], message),
        }
    }

    /// Sends a message to each of `to`, in the form that each asked for: encoded once for each form, not for each
    /// receiver. Whoever sent a labeled command hears it when the command is done.
    pub(super) fn deliver(&mut self, to: &[ConnId], message: &Outgoing) {
        let asker = self.label.as_ref().map(|label| label.conn);
        if let Some(label) = self.label.as_mut().filter(|label| to.contains(&label.conn)) {
            label.lines.push(message.clone());
        }
        deliver(self.state, self.actions, self.now.wall, to, asker, message);
    }

    /// Sends the one whose turn it is what no answer is though it comes to them: behind the answer, without its label.
    ///
    /// labeled-response, of messages to oneself: "the server MUST NOT include the label tag, except for any
    /// acknowledgment sent with the echo-message mechanism".
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

    /// Sends a message about what this user does in a channel to all members, and to the user, who need not be one.
    pub(super) fn announce(&mut self, id: ChannelId, message: &Outgoing) {
        if !self.is_member(id) {
            self.send(message);
        }
        self.tell_channel(id, None, message);
    }

    /// The members of a channel that are `wanted`, in the order of their connections' numbers.
    pub(super) fn members(&self, id: ChannelId, wanted: impl Fn(ConnId) -> bool) -> Vec<ConnId> {
        self.state.channel(id).members().iter().map(|member| member.conn).filter(|&conn| wanted(conn)).collect()
    }

    /// Takes the label off the command: what it asks for is answered with another one.
    pub(super) fn take_label(&mut self) -> Option<Box<str>> {
        self.label.take().map(|label| label.text)
    }

    /// Answers what was asked with a label, now that the command is done. Several lines stand in one batch; "Servers MUST
    /// respond with a labeled `ACK` message when a client sends a labeled command that normally produces no response."
    pub(super) fn answer_label(&mut self) {
        let Some(Label { conn, text, mut lines, aside }) = self.label.take() else { return };
        if lines.is_empty() && !self.config.bugs.has(Bug::LabelUnanswered) {
            lines.push(self.serve("ACK"));
        }
        if lines.len() > 1 && !is_one_batch(&lines) {
            let batch = self.batch_name();
            let open = self.serve("BATCH").opening(&batch, "labeled-response");
            let close = self.serve("BATCH").closing(&batch);
            lines = lines.into_iter().map(|line| line.or_in_batch(&batch)).collect();
            lines.insert(0, open);
            if !self.config.bugs.has(Bug::BatchLeftOpen) {
                lines.push(close);
            }
        }
        let form = self.state.form(conn);
        let each = self.config.bugs.has(Bug::LabelOnEachLine);
        for (at, line) in lines.iter().chain(&aside).enumerate() {
            self.actions.send(conn, line.line(form, self.now.wall, (at == 0 || each).then_some(&*text)));
        }
    }

    /// A name for a batch that no other has.
    pub(super) fn batch_name(&mut self) -> Rc<str> {
        format!("b{:x}", self.state.number()).into()
    }

    /// Sends the one whose turn it is a batch of the server's: what `lines` sends in between.
    pub(super) fn in_batch(&mut self, kind: &str, params: &[&str], lines: impl FnOnce(&mut Self)) {
        let batch = self.batch_name();
        let open = self.serve("BATCH").opening(&batch, kind).params(params.iter().copied());
        self.send(&open);
        self.batch = Some(batch.clone());
        lines(self);
        self.batch = None;
        let close = self.serve("BATCH").closing(&batch);
        self.send(&close);
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

    /// The beginning of a numeric, its text not yet behind it.
    pub(super) fn numeric(&self, numeric: Numeric, params: &[&str]) -> Outgoing {
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

    /// The rank in the channel of the one whose turn it is.
    pub(super) fn rank(&self, id: ChannelId) -> Option<Rank> {
        self.rank_of(id, self.conn)
    }

    /// Somebody's rank in the channel. Some operators of the server act as founders everywhere.
    pub(super) fn rank_of(&self, id: ChannelId, conn: ConnId) -> Option<Rank> {
        if self.state.user(conn).may(Privilege::Channels) {
            return Some(Rank::Founder);
        }
        self.state.channel(id).member(conn).and_then(|member| member.rank())
    }

    /// Whether the one whose turn it is has this rank in the channel, or a higher one.
    pub(super) fn is_at_least(&self, id: ChannelId, rank: Rank) -> bool {
        self.rank(id) >= Some(rank)
    }

    /// Whether the one whose turn it is may kick somebody from the channel, and take ranks from them.
    pub(super) fn is_over(&self, id: ChannelId, conn: ConnId) -> bool {
        // The privilege to act everywhere shields nobody: what counts is the rank that members see.
        let theirs = self.state.channel(id).member(conn).and_then(|member| member.rank());
        self.rank(id).is_some_and(|rank| rank.is_over(theirs))
    }

    /// Takes somebody out of a channel. Nobody is told here.
    pub(super) fn leave(&mut self, id: ChannelId, conn: ConnId) {
        self.state.leave(id, conn);
    }

    /// Tells those who watch `nick` that nobody has it any more (731).
    pub(super) fn tell_offline(&mut self, nick: &str) {
        for (watcher, as_written) in self.state.watchers(nick) {
            self.tell_watcher(watcher, RPL_MONOFFLINE, &as_written);
        }
    }

    /// Tells somebody who watches a nick what became of it.
    pub(super) fn tell_watcher(&mut self, watcher: ConnId, numeric: Numeric, who: &str) {
        let nick = self.state.user(watcher).shown_nick().to_owned();
        let message = self.serve(numeric.code).param(&nick).trailing(who);
        self.deliver(&[watcher], &message);
    }

    /// Does something on behalf of another connection, whose turn it is meanwhile.
    pub(super) fn as_user(&mut self, conn: ConnId, act: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.conn, conn);
        act(self);
        self.conn = before;
    }

    /// Ends the connection by the server's will: others hear QUIT, the one whose turn it is an ERROR.
    pub(super) fn disconnect(&mut self, reason: &str) {
        self.close(reason);
        self.forget(reason);
    }

    /// Ends the connection by an operator's will: the one whose turn it is hears their QUIT, too, and then the ERROR.
    pub(super) fn kill(&mut self, reason: &str) {
        self.tell_quit(&[self.conn], reason);
        self.close(reason);
        self.clean_up(reason);
    }

    fn close(&mut self, reason: &str) {
        let text = ["Closing link: (", &self.me().host, ") [", reason, "]"].concat();
        self.send(&Outgoing::bare("ERROR").trailing(&text).cut());
        if self.label.as_ref().is_some_and(|label| label.conn == self.conn) {
            self.answer_label();
        }
        self.actions.close(self.conn);
    }

    /// Cleans up after a connection, everywhere, and tells those who shared a channel with it.
    pub(super) fn forget(&mut self, reason: &str) {
        if self.me().is_registered() {
            self.tell_quit(&[], reason);
        }
        self.clean_up(reason);
    }

    /// Tells `first` and those who shared a channel with a user that they are gone.
    fn tell_quit(&mut self, first: &[ConnId], reason: &str) {
        let message = self.act("QUIT").trailing(reason).cut();
        let told = [first, &self.state.witnesses(self.conn)].concat();
        if self.config.bugs.has(Bug::QuitToldTwice) && self.me().channels.len() > 1 {
            self.deliver(&told, &message);
        }
        self.deliver(&told, &message);
    }

    /// Takes a connection out of every table. Whoever watches that is told.
    fn clean_up(&mut self, reason: &str) {
        let (conn, user) = (self.conn, self.me());
        let left = user.is_registered().then(|| (user.shown_nick().to_owned(), user.described()));
        if let Some((nick, _)) = &left {
            self.state.unwatch_all(conn);
            if !self.config.bugs.has(Bug::OfflineUntold) {
                self.tell_offline(nick);
            }
            self.state.remember(conn, self.now.wall, self.config.limits.whowas_entries);
        }
        for id in std::mem::take(&mut self.me_mut().channels) {
            self.leave(id, conn);
        }
        self.state.remove(conn);
        if let Some((_, who)) = left {
            self.notify(conn, &[&who, " has left: ", reason].concat());
        }
    }

    /// Tells everybody who wants to know (user mode `s`) what happened, but for the one whom it is about.
    pub(super) fn notify(&mut self, about: ConnId, text: &str) {
        let to: Vec<ConnId> = self.state.notified().filter(|&conn| conn != about).collect();
        for conn in to {
            let nick = self.state.user(conn).shown_nick();
            let message = self.serve("NOTICE").param(nick).trailing(&["*** ", text].concat()).cut();
            self.deliver(&[conn], &message);
        }
    }
}

/// Whether the lines are together a batch of their own: then the label stands on the line that opens it.
fn is_one_batch(lines: &[Outgoing]) -> bool {
    let [first, between @ .., last] = lines else { return false };
    match (first.frame(), last.frame()) {
        (Some(Frame::Opens(name)), Some(Frame::Closes(end))) if name == end => {
            !between.iter().any(|line| line.frame() == last.frame())
        }
        _ => false,
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
pub(super) const SHOWN_PARAM_BYTES: usize = 200;

/// `param` if it can stand in the middle of a message, else `*`.
pub(super) fn as_middle(param: &str) -> &str {
    if param.is_empty() || param.starts_with(':') || param.contains(' ') { "*" } else { cut(param, SHOWN_PARAM_BYTES) }
}

/// At most `most` bytes of `text`, cut at a character's border.
pub(super) fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}
