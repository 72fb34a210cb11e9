//! The channels: joining, leaving, being moved, and which of them typed text goes to.

use super::outbox::Ready;
use super::{
    Action, Channel, Client, Entry, Input, JOIN_TIMEOUT, Joining, MAX_CHANNELS, is_middle, send, status, trouble,
};
use crate::wire::{Encoder, Line};

impl Client {
    pub(super) fn ask_to_join(&mut self, channel: Channel, focus: bool, actions: &mut Vec<Action>) {
        send(self.join_line(&channel), actions);
        self.await_join(channel, focus);
    }

    /// A JOIN that the user typed can be lost like their other lines, so it is confirmed like those.
    pub(super) fn join(&mut self, channel: Channel, actions: &mut Vec<Action>) {
        let line = self.join_line(&channel);
        self.transmit(Ready { line, own: None }, actions);
        self.await_join(channel, true);
    }

    fn join_line(&self, channel: &Channel) -> Line {
        Encoder::bare().command("JOIN").param(&channel.name).params(channel.key.as_deref()).line_cut()
    }

    fn await_join(&mut self, channel: Channel, focus: bool) {
        self.joining_until = self.now + JOIN_TIMEOUT;
        self.joining.push(Joining { channel, focus });
    }

    /// The full channel name for `name`, which the user may write without its `#`.
    pub(super) fn channel_name(&self, name: &str) -> String {
        if self.server.is_channel(name) { name.to_owned() } else { format!("{}{name}", self.server.first_chan_type()) }
    }

    /// The client has joined `name`.
    pub(super) fn joined(&mut self, name: &str, actions: &mut Vec<Action>) {
        let server = &self.server;
        // A channel requested twice is joined once.
        let awaited = self.joining.extract_if(.., |joining| server.same(&joining.channel.name, name)).last();
        let moved = self.moved.take_if(|_| awaited.is_none());
        let from = awaited.as_ref().or(moved.as_ref());
        let key = from.and_then(|joining| joining.channel.key.clone());
        let known = self.channels.iter().any(|channel| self.server.same(&channel.name, name));
        if !is_middle(name) || self.channels.len() >= MAX_CHANNELS || known {
            return;
        }
        self.channels.push(Channel { name: name.to_owned(), key });
        if awaited.is_some_and(|joining| joining.focus) {
            self.target = Some(name.to_owned());
        } else if moved.is_some_and(|joining| joining.focus) {
            self.aim(name.to_owned(), actions);
        }
    }

    /// The server forwards the client from a requested channel to another. A user at a terminal follows, but lines
    /// typed for the first channel are not sent to the other; input from a pipe was meant for the first only.
    pub(super) fn forwarded(&mut self, from: &str, to: &str, actions: &mut Vec<Action>) {
        if !self.is_interactive() {
            return self.join_failed(from, &format!("it forwards to {to}"), actions);
        }
        status(format!("{from} forwards to {to}"), actions);
        self.give_up_typed(actions);
        let known = self.channels.iter().find(|channel| self.server.same(&channel.name, to));
        let known = known.map(|channel| channel.name.clone());
        let server = &self.server;
        let asked: Vec<Joining> =
            self.joining.extract_if(.., |joining| server.same(&joining.channel.name, from)).collect();
        let focus = asked.iter().any(|joining| joining.focus);
        match known {
            Some(name) if focus => self.aim(name, actions),
            Some(_) => {}
            None => self.await_join(Channel { name: to.to_owned(), key: None }, focus),
        }
    }

    /// Typed text goes to `name` from now on.
    pub(super) fn aim(&mut self, name: String, actions: &mut Vec<Action>) {
        status(format!("what you type goes to {name}"), actions);
        self.target = Some(name);
    }

    /// Drops the lines typed for a channel that the client cannot join.
    fn give_up_typed(&mut self, actions: &mut Vec<Action>) {
        while let Some(line) = self.outbox.pop_typed() {
            trouble(format!("not sent: {line}"), actions);
        }
    }

    /// The client left `name`, but not by a PART of its own. If the channel was renamed, a JOIN of the renamed channel
    /// follows (draft/channel-rename: the server sends PART and JOIN to clients without the capability).
    pub(super) fn taken_out(&mut self, name: &str, actions: &mut Vec<Action>) {
        let focus = self.is_target(name);
        let channel = self.channels.iter().find(|channel| self.server.same(&channel.name, name)).cloned();
        self.left(name, actions);
        self.moved = channel.map(|channel| Joining { channel, focus });
    }

    /// The client is no longer in `name`.
    pub(super) fn left(&mut self, name: &str, actions: &mut Vec<Action>) {
        let server = &self.server;
        self.channels.retain(|channel| !server.same(&channel.name, name));
        if self.config.input == Input::Nothing && self.channels.is_empty() && self.joining.is_empty() {
            trouble("there is no channel left to listen to", actions);
            self.refusals += 1;
            return self.leave(actions);
        }
        if !self.is_target(name) {
            return;
        }
        // Nothing may go to another channel than the one it was typed for.
        self.target = None;
        if self.is_interactive() {
            status("what you type goes nowhere: /join a channel, or /query somebody", actions);
        }
    }

    /// Whether a PART is not yet confirmed.
    pub(super) fn is_parting(&self) -> bool {
        self.parting && self.outbox.unconfirmed() > 0
    }

    pub(super) fn is_target(&self, name: &str) -> bool {
        self.target.as_deref().is_some_and(|target| self.server.same(target, name))
    }

    /// Whether a refusal that names `name` answers a JOIN.
    pub(super) fn is_joining(&self, name: &str) -> bool {
        self.joining.iter().any(|joining| self.server.same(&joining.channel.name, name))
    }

    /// The client cannot join `name`. Lines meant for it must not go elsewhere: they are dropped, and a client that is
    /// not interactive quits.
    pub(super) fn join_failed(&mut self, name: &str, reason: &str, actions: &mut Vec<Action>) {
        let server = &self.server;
        self.joining.retain(|joining| !server.same(&joining.channel.name, name));
        if self.is_target(name) {
            self.target = None;
        }
        let text = format!("cannot join {name}: {reason}");
        if self.is_interactive() {
            actions.push(Action::Show(Entry::Refused { text }));
            return self.give_up_typed(actions);
        }
        trouble(text, actions);
        self.refusals += 1;
        self.leave(actions);
    }
}
