//! RENAME of `docs/protocol/channels.md`.

use super::event::ConnId;
use super::place::Place;
use super::rank::OPERATOR;
use super::text::is_channel;
use super::{Model, Tags, UserId};

impl Model {
    /// RENAME. Members' sessions without the capability get a PART and a JOIN.
    pub(super) fn rename(&mut self, who: ConnId, old: &str, new: &str, reason: &str) {
        if !self.is_member_or_told(who, old) {
            return;
        }
        let (me, channel, folded) = (self.user_of(who), self.channel(old).unwrap(), [self.fold(old), self.fold(new)]);
        let old = channel.name.clone();
        if self.rank(me, channel) < OPERATOR {
            return self.numeric(who, "482", &[&old]);
        }
        if !is_channel(new, self.config.limits.channel_bytes) {
            return self.fail(who, "RENAME", "CANNOT_RENAME", &[&old, new]);
        }
        if old == new {
            return;
        }
        if folded[0] != folded[1] && self.channel(new).is_some() {
            return self.fail(who, "RENAME", "CHANNEL_NAME_IN_USE", &[&old, new]);
        }
        let everyone = self.everyone(me, channel);
        let mut channel = self.channels.remove(&folded[0]).unwrap();
        channel.name = new.to_owned();
        self.channels.insert(folded[1].clone(), channel);
        let mapping = self.config.casemapping;
        let held = self.users.values_mut().flat_map(|user| user.invitations.iter_mut());
        held.filter(|name| mapping.same(name, &old)).for_each(|name| *name = new.to_owned());
        self.happens(true, vec![Place::Channel(folded[1].clone())]);
        self.new_msgid();
        let line = format!(":{} RENAME {old} {new} :{reason}", self.source(me));
        let tags = Tags { msgid: None, ..self.tags(&line) };
        let reason = if reason.is_empty() { String::new() } else { format!(" :{reason}") };
        for user in everyone {
            let sessions = self.sessions_of(user).into_iter();
            let (know, others): (Vec<_>, Vec<_>) = sessions.partition(|&conn| self.has(conn, "draft/channel-rename"));
            self.told(know, &line, &tags);
            if folded[0] != folded[1] && self.channels[&folded[1]].has(user) {
                self.fall_back(user, &others, &format!("{old}{reason}"), new);
            }
        }
    }

    /// Sends a member's sessions a PART from the old name and a JOIN to the new one.
    fn fall_back(&mut self, user: UserId, to: &[ConnId], old: &str, new: &str) {
        for &conn in to {
            for line in [format!(":{} PART {old}", self.source(user)), self.join_line(conn, user, new)] {
                self.told([conn], &line, &Tags { msgid: None, at: None, ..self.tags(&line) });
            }
            self.welcome_to(conn, new);
        }
    }
}
