//! "Redaction" of `docs/protocol/messages.md`.

use super::event::ConnId;
use super::message::{PREFIXES, Target, lowest};
use super::text::cut;
use super::{Face, Model, UserId};

/// A message that can be redacted: its number, its sender, and its receiver or STATUSMSG prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remembered {
    pub(super) msgid: u64,
    by: UserId,
    to: String,
}

impl Model {
    /// Records the server's message id for this number of the model.
    pub fn msgid_is(&mut self, number: u64, id: &str) {
        self.ids.insert(id.to_owned(), number);
    }

    /// Remembers the current message.
    pub(super) fn remember(&mut self, who: ConnId, to: &Target) {
        let by = self.user_of(who);
        let (said, most, to) = match (&to.channel, to.heard_by.first()) {
            (Some(folded), _) => {
                let said = &mut self.channels.get_mut(folded).unwrap().said;
                (said, self.config.limits.redactable_messages, to.prefix.clone())
            }
            (None, Some(other)) => {
                let other = other.0.to_string();
                (&mut self.users.get_mut(&by).unwrap().said, self.config.limits.redactable_private_messages, other)
            }
            (None, None) => return,
        };
        said.push(Remembered { msgid: self.msgids, by, to });
        // A message restored after a refused REDACT may exceed the limit.
        while said.len() > most {
            said.remove(0);
        }
        self.said(self.msgids);
    }

    pub(super) fn redact(&mut self, who: ConnId, asked: &str, id: &str, reason: &str) {
        let target = match self.redactable(who, asked, id) {
            Ok(target) => target,
            Err("INVALID_TARGET") => return self.fail(who, "REDACT", "INVALID_TARGET", &[asked]),
            Err(code) => return self.fail(who, "REDACT", code, &[asked, id]),
        };
        let (me, msgid) = (self.user_of(who), self.ids[id]);
        self.happens(true, self.places(who, &target));
        match &target.channel {
            Some(folded) => {
                let channel = self.channels.get_mut(folded).unwrap();
                let (born, taken) = (channel.born, channel.said.extract_if(.., |said| said.msgid == msgid).collect());
                self.redacted_in(born, taken);
            }
            None => {
                let taken = self.user_mut(me).said.extract_if(.., |said| said.msgid == msgid).collect();
                self.redacted_of(me, taken);
            }
        }
        let reason = cut(reason, self.config.limits.kick_bytes);
        let reason = if reason.is_empty() { String::new() } else { format!(" :{reason}") };
        let line = format!(":{} REDACT {} {id}{reason}", self.source(me), target.name);
        let mut others = self.hearers(who, &target);
        others.retain(|&conn| conn != who && self.has(conn, "draft/message-redaction"));
        self.only(Face::Stored, |model| {
            model.tell([who], &line);
            model.also(others, &line);
        });
        self.or_not_stored(who, "REDACT", &target.name);
    }

    fn redactable(&self, who: ConnId, asked: &str, id: &str) -> Result<Target, &'static str> {
        // For REDACT an unsettled message does not exist: nobody has seen it yet.
        let msgid = self.ids.get(id).copied().filter(|&msgid| !self.is_unsettled(msgid)).unwrap_or(u64::MAX);
        let name = asked.trim_start_matches(PREFIXES);
        let me = self.user_of(who);
        if name.starts_with('#') {
            let channel = self.channel(name).filter(|channel| channel.has(me)).ok_or("INVALID_TARGET")?;
            let prefix = lowest(asked);
            let mut said = channel.said.iter();
            let said = said.find(|said| said.msgid == msgid && said.to == prefix).ok_or("UNKNOWN_MSGID")?;
            let target = self.target(who, asked, "");
            let may = said.by == me || channel.rank(me) >= 3;
            return target.ok().filter(|target| may && target.prefix == prefix).ok_or("REDACT_FORBIDDEN");
        }
        let other = self.find(asked).ok_or("INVALID_TARGET")?;
        let is_to = |said: &Remembered, to: UserId| said.msgid == msgid && said.to == to.0.to_string();
        if self.users[&me].said.iter().any(|said| is_to(said, other)) {
            let (name, prefix) = (self.nick_of(other).to_owned(), String::new());
            Ok(Target { name, channel: None, prefix, heard_by: vec![other] })
        } else if self.users[&other].said.iter().any(|said| is_to(said, me)) {
            Err("REDACT_FORBIDDEN")
        } else {
            Err("UNKNOWN_MSGID")
        }
    }
}
