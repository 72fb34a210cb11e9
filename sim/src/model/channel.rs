//! "Channels" of `docs/protocol.md`.

use verbatim::server::ConnId;
use verbatim::wire::Casemapping;

use super::text::{cut, fold, is_channel, middle, same};
use super::{Channel, Member, Model};

impl Model {
    pub(super) fn join(&mut self, who: ConnId, names: &str, keys: &str) {
        if names == "0" {
            for folded in self.channels.keys().cloned().collect::<Vec<_>>() {
                if self.channels[&folded].has(who) {
                    self.part_one(who, &folded, "Left all channels");
                }
            }
            return;
        }
        let mut keys = keys.split(',');
        for name in names.split(',') {
            let key = keys.next().unwrap_or("");
            match self.refuses(who, name, key) {
                Some("") => {}
                Some(code) => {
                    let shown = self.channel(name).map_or(middle(name), |channel| &channel.name).to_owned();
                    self.numeric(who, code, &[&shown]);
                }
                None => self.join_one(who, name),
            }
        }
    }

    /// Why somebody may not join: a numeric, or nothing to be said at all.
    fn refuses(&self, who: ConnId, name: &str, key: &str) -> Option<&'static str> {
        if !is_channel(name, self.config.limits.channel_bytes) {
            return Some("403");
        }
        let channel = self.channel(name);
        if channel.is_some_and(|channel| channel.has(who)) {
            return Some("");
        }
        if self.channels.values().filter(|channel| channel.has(who)).count() >= self.config.limits.channels_per_user {
            return Some("405");
        }
        let channel = channel?;
        let source = self.source(who);
        let invited = self.users[&who].invitations.iter().any(|invitation| same(invitation, name));
        if channel.flags.contains(&'i') && !invited && !channel.lists('I', &source) {
            Some("473")
        } else if !invited && channel.bans(&source) {
            Some("474")
        } else if !invited && channel.limit.is_some_and(|limit| channel.members.len() >= limit.into()) {
            Some("471")
        } else if channel.key.as_deref().is_some_and(|right| right != key) {
            Some("475")
        } else {
            None
        }
    }

    fn join_one(&mut self, who: ConnId, name: &str) {
        self.users.get_mut(&who).unwrap().invitations.retain(|invitation| !same(invitation, name));
        let is_new = self.channel(name).is_none();
        let channel = self.channels.entry(fold(name)).or_insert_with(|| Channel {
            name: name.to_owned(),
            flags: ['n', 't'].into(),
            ..Channel::default()
        });
        channel.members.insert(who, Member { operator: is_new, voice: false });
        let (name, everyone) = (channel.name.clone(), channel.everyone(who));
        self.tell(everyone, &format!(":{} JOIN {name}", self.source(who)));
        if self.channels[&fold(&name)].topic.is_some() {
            self.show_topic(who, &name);
        }
        self.names_of(who, &name);
    }

    fn show_topic(&mut self, who: ConnId, name: &str) {
        let channel = self.channel(name).unwrap();
        let (name, topic) = (channel.name.clone(), channel.topic.clone());
        match topic {
            None => self.numeric(who, "331", &[&name]),
            Some(topic) => {
                self.numeric(who, "332", &[&name, &format!(":{topic}")]);
                self.numeric(who, "333", &[&name]);
            }
        }
    }

    pub(super) fn part(&mut self, who: ConnId, names: &str, reason: &str) {
        for name in names.split(',') {
            if self.is_member_or_told(who, name) {
                self.part_one(who, &fold(name), reason);
            }
        }
    }

    fn part_one(&mut self, who: ConnId, folded: &str, reason: &str) {
        let channel = &self.channels[folded];
        let reason = if reason.is_empty() { String::new() } else { format!(" :{reason}") };
        let line = format!(":{} PART {}{reason}", self.source(who), channel.name);
        self.tell(channel.everyone(who), &line);
        self.leave(who, folded);
    }

    /// Whether the channel exists and `who` is in it; else they are told (403, 442).
    fn is_member_or_told(&mut self, who: ConnId, name: &str) -> bool {
        match self.channel(name) {
            None => self.numeric(who, "403", &[middle(name)]),
            Some(channel) if !channel.has(who) => self.numeric(who, "442", &[&channel.name.clone()]),
            Some(_) => return true,
        }
        false
    }

    pub(super) fn topic(&mut self, who: ConnId, name: &str, topic: Option<&str>) {
        if !self.is_member_or_told(who, name) {
            return;
        }
        let Some(topic) = topic else { return self.show_topic(who, name) };
        let channel = self.channel(name).unwrap();
        if channel.flags.contains(&'t') && !channel.is_operator(who) {
            return self.numeric(who, "482", &[&channel.name.clone()]);
        }
        let line = format!(":{} TOPIC {} :{topic}", self.source(who), channel.name);
        if topic.len() > self.config.limits.topic_bytes || line.len() > 510 {
            return self.numeric(who, "417", &[]);
        }
        self.tell(channel.everyone(who), &line);
        let topic = if topic.is_empty() { None } else { Some(topic.to_owned()) };
        self.channels.get_mut(&fold(name)).unwrap().topic = topic;
    }

    pub(super) fn names(&mut self, who: ConnId, names: Option<&str>) {
        let Some(names) = names else { return self.numeric(who, "366", &["*"]) };
        for name in names.split(',') {
            match self.channel(name) {
                Some(channel) if channel.is_visible_to(who) => self.names_of(who, name),
                _ => self.numeric(who, "366", &[middle(name)]),
            }
        }
    }

    fn names_of(&mut self, who: ConnId, name: &str) {
        let caps = &self.users[&who].caps;
        let channel = self.channel(name).unwrap();
        let mut names = Vec::new();
        for (&conn, member) in &channel.members {
            if self.users[&conn].modes.contains(&'i') && !channel.has(who) {
                continue;
            }
            let shown =
                if caps.contains("userhost-in-names") { self.source(conn) } else { self.nick_of(conn).to_owned() };
            names.push(prefix(*member, caps.contains("multi-prefix")).to_owned() + &shown);
        }
        let kind = if channel.flags.contains(&'s') { "@" } else { "=" };
        let name = channel.name.clone();
        self.several(who, "353", &[kind, &name], names);
        self.numeric(who, "366", &[&name]);
    }

    pub(super) fn list(&mut self, who: ConnId, names: Option<&str>) {
        self.numeric(who, "321", &[]);
        let visible = self.channels.values().filter(|channel| channel.is_visible_to(who));
        let asked = |channel: &&Channel| {
            names.is_none_or(|names| names.split(',').any(|mask| Casemapping::Ascii.matches(mask, &channel.name)))
        };
        let rows = visible.filter(asked).map(|channel| {
            let topic = channel.topic.as_deref().unwrap_or("");
            [channel.name.clone(), channel.members.len().to_string(), format!(":{topic}")]
        });
        for [name, count, topic] in rows.collect::<Vec<_>>() {
            self.numeric(who, "322", &[&name, &count, &topic]);
        }
        self.numeric(who, "323", &[]);
    }

    pub(super) fn invite(&mut self, who: ConnId, params: &[&str]) {
        if params.is_empty() {
            let mut invitations = self.users[&who].invitations.clone();
            invitations.sort_by_key(|name| fold(name));
            for name in invitations {
                self.numeric(who, "336", &[&name]);
            }
            return self.numeric(who, "337", &[]);
        }
        let Some(invited) = self.find(params[0]) else { return self.numeric(who, "401", &[middle(params[0])]) };
        if !self.is_member_or_told(who, params[1]) {
            return;
        }
        let nick = self.nick_of(invited).to_owned();
        let channel = self.channel(params[1]).unwrap();
        let name = channel.name.clone();
        if channel.flags.contains(&'i') && !channel.is_operator(who) {
            return self.numeric(who, "482", &[&name]);
        }
        if channel.has(invited) {
            return self.numeric(who, "443", &[&nick, &name]);
        }
        self.tell([invited], &format!(":{} INVITE {nick} {name}", self.source(who)));
        self.numeric(who, "341", &[&nick, &name]);
        self.tell_if_away(who, invited);
        let invitations = &mut self.users.get_mut(&invited).unwrap().invitations;
        invitations.retain(|invitation| !same(invitation, &name));
        invitations.push(name);
        if invitations.len() > self.config.limits.invitations {
            invitations.remove(0);
        }
    }

    pub(super) fn kick(&mut self, who: ConnId, name: &str, nicks: &str, reason: &str) {
        if !self.is_member_or_told(who, name) {
            return;
        }
        let (folded, name) = (fold(name), self.channel(name).unwrap().name.clone());
        if !self.channels[&folded].is_operator(who) {
            return self.numeric(who, "482", &[&name]);
        }
        if let Some(nick) = nicks.split(',').nth(self.config.limits.targets) {
            return self.numeric(who, "407", &[middle(nick)]);
        }
        let reason = if reason.is_empty() { self.nick_of(who).to_owned() } else { reason.to_owned() };
        let reason = cut(&reason, self.config.limits.kick_bytes);
        for nick in nicks.split(',') {
            // Who kicked themselves can do no more.
            let Some(channel) = self.channels.get(&folded).filter(|channel| channel.has(who)) else {
                return self.numeric(who, "442", &[&name]);
            };
            let Some(kicked) = self.find(nick) else {
                self.numeric(who, "401", &[middle(nick)]);
                continue;
            };
            let nick = self.nick_of(kicked).to_owned();
            if channel.has(kicked) {
                let line = format!(":{} KICK {name} {nick} :{reason}", self.source(who));
                self.tell(channel.everyone(who), &line);
                self.leave(kicked, &folded);
            } else {
                self.numeric(who, "441", &[&nick, &name]);
            }
        }
    }
}

/// What stands before a member's nick.
pub(super) fn prefix(member: Member, all: bool) -> &'static str {
    match (member.operator, member.voice) {
        (true, true) if all => "@+",
        (true, _) => "@",
        (false, true) => "+",
        (false, false) => "",
    }
}
