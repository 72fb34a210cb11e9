//! Metadata values (IRCv3 draft/metadata-3) for sessions that subscribed to their keys.

use std::collections::BTreeMap;

use super::Turn;
use crate::server::event::ConnId;
use crate::server::fact::Of;
use crate::server::id::UserId;
use crate::server::pick::{Pick, sessions};
use crate::wire::numeric::*;

/// Values by key, in byte order.
pub(in super::super) type Values = BTreeMap<Box<str>, Box<str>>;

/// A key of a user or a channel.
pub(in super::super) type Row = (Of, Box<str>);

impl Turn<'_> {
    /// The name of a user or channel, as its owner wrote it.
    pub(in super::super) fn name_of(&self, of: Of) -> String {
        match of {
            Of::User(user) if self.state.user(user).is_registered() => self.state.user(user).shown_nick().into(),
            Of::User(_) => "*".into(),
            Of::Channel(id) => self.state.channel(id).name.as_str().into(),
        }
    }

    pub(in super::super) fn values(&self, of: Of) -> &Values {
        match of {
            Of::User(user) => &self.state.user(user).rare.metadata,
            Of::Channel(id) => &self.state.channel(id).metadata,
        }
    }

    /// Sends the caller the value of a key (761), or that it is not set (766).
    pub(in super::super) fn reply_value(&mut self, of: Of, key: &str) {
        let name = self.name_of(of);
        match self.values(of).get(key).cloned() {
            Some(value) => self.reply_text(RPL_KEYVALUE, &[&name, key, "*"], &value),
            None => self.reply(RPL_KEYNOTSET, &[&name, key]),
        }
    }

    /// Sends the caller several values, in a batch.
    pub(in super::super) fn reply_values(&mut self, name: &str, rows: &[Row]) {
        self.in_batch("metadata", &[name], |turn| rows.iter().for_each(|(of, key)| turn.reply_value(*of, key)));
    }

    /// The keys set on `targets` that the calling session subscribed to.
    pub(in super::super) fn subscribed(&self, targets: &[Of]) -> Vec<Row> {
        let wanted = self.session().subscriptions();
        let keys =
            |&of: &Of| self.values(of).keys().filter(|key| wanted.contains(*key)).map(move |key| (of, key.clone()));
        targets.iter().flat_map(keys).collect()
    }

    /// Sends the value of a key to the sessions that subscribed to the key and either belong to the users `near` or
    /// monitor `of`, except to the calling session, which changed it.
    pub(super) fn tell_value(&mut self, near: Vec<UserId>, of: Of, key: &str) {
        let watchers = match of {
            Of::User(user) => self.state.watchers.of(self.state.user(user).shown_nick()),
            Of::Channel(_) => Vec::new(),
        };
        let mut conns: Vec<ConnId> = sessions(self.state, near.into_iter()).collect();
        conns.extend(watchers.into_iter().map(|(conn, _)| conn));
        conns.sort_unstable();
        conns.dedup();
        let wants = Pick::subscribed(key);
        conns.retain(|&conn| conn != self.conn && wants.takes(self.state, conn));
        for conn in conns {
            self.tell_value_to(conn, of, key);
        }
    }

    /// Sends one session the value of a key.
    pub(in super::super) fn tell_value_to(&mut self, to: ConnId, of: Of, key: &str) {
        let (name, nick) = (self.name_of(of), self.state.user(self.state.user_of(to)).shown_nick().to_owned());
        let message = match self.values(of).get(key) {
            Some(value) => self.serve(RPL_KEYVALUE.code).params([&*nick, &name, key, "*"]).trailing(value),
            None => self.serve(RPL_KEYNOTSET.code).params([&*nick, &name, key]).trailing(RPL_KEYNOTSET.text),
        };
        self.send_to(to, &message);
    }

    /// Sends a session the values of an online user whom it monitors.
    pub(in super::super) fn tell_values_of_watched(&mut self, conn: ConnId, watched: UserId) {
        if !self.state.is_aware(conn) {
            return;
        }
        self.as_session(conn, |turn| {
            let rows = turn.subscribed(&[Of::User(watched)]);
            let name = turn.name_of(Of::User(watched));
            turn.reply_values(&name, &rows);
        });
    }
}
