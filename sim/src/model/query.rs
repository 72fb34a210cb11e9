//! "Queries" of `docs/protocol.md`: numerics for the asker alone.

use verbatim::server::ConnId;
use verbatim::wire::Casemapping;

use super::channel::prefix;
use super::text::{middle, same};
use super::{Model, User};

impl Model {
    pub(super) fn who(&mut self, who: ConnId, asked: &str, operators: bool) {
        let mut found: Vec<ConnId> = Vec::new();
        let mut place = "*".to_owned();
        if asked.starts_with('#') {
            if let Some(channel) = self.channel(asked).filter(|channel| channel.is_visible_to(who)) {
                place = channel.name.clone();
                found = channel.members.keys().copied().filter(|&conn| self.sees(who, conn)).collect();
            }
        } else {
            let users = self.users.iter().filter(|(_, user)| user.registered);
            let asked_for = |conn: ConnId, user: &User| {
                let nick = self.nick_of(conn);
                let parts = [nick, user.user.as_deref().unwrap_or(""), &user.host, &user.realname];
                same(nick, asked)
                    || self.sees(who, conn) && parts.iter().any(|part| Casemapping::Ascii.matches(asked, part))
            };
            found.extend(users.filter(|&(&conn, user)| asked_for(conn, user)).map(|(&conn, _)| conn));
        }
        // Nobody becomes an operator: there is no command for it yet.
        found.retain(|_| !operators);
        for conn in found {
            let user = &self.users[&conn];
            let name = user.user.clone().unwrap_or_default();
            let (host, nick) = (user.host.clone(), self.nick_of(conn).to_owned());
            self.numeric(who, "352", &[&place, &name, &host, &self.config.name.clone(), &nick]);
        }
        self.numeric(who, "315", &[middle(asked)]);
    }

    fn sees(&self, who: ConnId, other: ConnId) -> bool {
        who == other || !self.users[&other].modes.contains(&'i') || self.neighbours(who).contains(&other)
    }

    pub(super) fn whois(&mut self, who: ConnId, params: &[&str]) {
        let asked = params.get(1).or(params.first()).copied().unwrap_or("");
        let nick = asked.split(',').next().unwrap_or("");
        if nick.is_empty() {
            return self.numeric(who, "431", &[]);
        }
        let Some(conn) = self.find(nick) else {
            self.numeric(who, "401", &[middle(nick)]);
            return self.numeric(who, "318", &[middle(nick)]);
        };
        let user = &self.users[&conn];
        let nick = self.nick_of(conn).to_owned();
        let (name, host) = (user.user.clone().unwrap_or_default(), user.host.clone());
        let realname = format!(":{}", user.realname);
        self.numeric(who, "311", &[&nick, &name, &host, "*", &realname]);
        let theirs = self.channels.values().filter(|channel| channel.is_visible_to(who));
        let shown = theirs.filter_map(|channel| {
            let member = channel.members.get(&conn)?;
            Some(prefix(*member, self.users[&who].caps.contains("multi-prefix")).to_owned() + &channel.name)
        });
        self.several(who, "319", &[&nick], shown.collect());
        self.numeric(who, "312", &[&nick, &self.config.name.clone()]);
        self.tell_if_away(who, conn);
        if conn == who {
            self.numeric(who, "378", &[&nick]);
        }
        self.numeric(who, "317", &[&nick]);
        self.numeric(who, "318", &[&nick]);
    }

    pub(super) fn whowas(&mut self, who: ConnId, params: &[&str]) {
        let nick = params.first().copied().unwrap_or("");
        if nick.is_empty() {
            return self.numeric(who, "431", &[]);
        }
        let most = match params.get(1).and_then(|count| count.parse::<usize>().ok()) {
            Some(count) if count > 0 => count,
            _ => usize::MAX,
        };
        let remembered = self.gone.iter().rev().take(self.config.limits.whowas_entries);
        let found: Vec<String> = remembered.filter(|gone| same(gone, nick)).take(most).cloned().collect();
        if found.is_empty() {
            self.numeric(who, "406", &[middle(nick)]);
        }
        for gone in found {
            self.numeric(who, "314", &[&gone]);
            self.numeric(who, "312", &[&gone, &self.config.name.clone()]);
        }
        self.numeric(who, "369", &[middle(nick)]);
    }

    pub(super) fn ison(&mut self, who: ConnId, params: &[&str]) {
        let asked = params.iter().flat_map(|param| param.split(' '));
        let online: Vec<String> = asked.filter_map(|nick| Some(self.nick_of(self.find(nick)?).to_owned())).collect();
        self.words(who, "303", &online);
    }

    /// Whole words on as few lines as can be; without words one line with an empty text.
    fn words(&mut self, who: ConnId, code: &str, words: &[String]) {
        let room = 510 - format!(":{} {code} {} :", self.config.name, self.nick_of(who)).len();
        let fits = |count: usize| words[..count].join(" ").len() <= room;
        let count = (1..=words.len()).rev().find(|&count| fits(count)).unwrap_or(0);
        self.numeric(who, code, &[&format!(":{}", words[..count].join(" "))]);
        if count < words.len() {
            self.words(who, code, &words[count..]);
        }
    }

    pub(super) fn userhost(&mut self, who: ConnId, params: &[&str]) {
        let asked = params.iter().flat_map(|param| param.split(' ')).take(5);
        let known = asked.filter_map(|nick| self.find(nick)).map(|conn| {
            let user = &self.users[&conn];
            let sign = if user.away.is_some() { '-' } else { '+' };
            format!("{}={sign}{}@{}", self.nick_of(conn), user.user.as_deref().unwrap_or(""), user.host)
        });
        let known: Vec<String> = known.collect();
        self.words(who, "302", &known);
    }

    /// MOTD, VERSION and TIME: of this server only.
    pub(super) fn about(&mut self, who: ConnId, command: &str, server: Option<&str>) {
        match (command, server) {
            (_, Some(other)) if !same(other, &self.config.name) => self.numeric(who, "402", &[middle(other)]),
            ("MOTD", _) => self.motd(who),
            ("TIME", _) => self.numeric(who, "391", &[]),
            _ => {
                self.numeric(who, "351", &[]);
                self.isupport(who);
            }
        }
    }
}
