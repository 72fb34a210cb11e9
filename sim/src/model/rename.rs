//! RENAME, as `docs/protocol/channels.md` has it.

use verbatim::server::ConnId;

use super::rank::OPERATOR;
use super::text::is_channel;
use super::{Model, Tags};

impl Model {
    /// Those who are not told of a renaming leave the old channel and join the new one.
    pub(super) fn rename(&mut self, who: ConnId, old: &str, new: &str, reason: &str) {
        if !self.is_member_or_told(who, old) {
            return;
        }
        let (channel, folded) = (self.channel(old).unwrap(), [self.fold(old), self.fold(new)]);
        let old = channel.name.clone();
        if self.rank(who, channel) < OPERATOR {
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
        let everyone = self.everyone(who, channel);
        let mut channel = self.channels.remove(&folded[0]).unwrap();
        channel.name = new.to_owned();
        self.channels.insert(folded[1].clone(), channel);
        let mapping = self.config.casemapping;
        let held = self.users.values_mut().flat_map(|user| user.invitations.iter_mut());
        held.filter(|name| mapping.same(name, &old)).for_each(|name| *name = new.to_owned());
        let line = format!(":{} RENAME {old} {new} :{reason}", self.source(who));
        let tags = Tags { deed: None, ..self.tags(&line) };
        let reason = if reason.is_empty() { String::new() } else { format!(" :{reason}") };
        for conn in everyone {
            if self.has(conn, "draft/channel-rename") {
                self.told([conn], &line, &tags);
            } else if folded[0] != folded[1] && self.channels[&folded[1]].has(conn) {
                let source = self.source(conn);
                let line = format!(":{source} PART {old}{reason}");
                self.told([conn], &line, &Tags { deed: None, ..self.tags(&line) });
                let account = if self.has(conn, "extended-join") {
                    format!(" * :{}", self.users[&conn].realname)
                } else {
                    String::new()
                };
                let line = format!(":{source} JOIN {new}{account}");
                self.told([conn], &line, &Tags { deed: None, ..self.tags(&line) });
                self.welcome_to(conn, new);
            }
        }
    }
}
