//! WHO, WHOIS and similar queries.

use super::config::Privilege;
use super::event::{ConnId, Now};
use super::pieces::Long;
use super::text::middle;
use super::{Channel, Model, UserId};

/// A former holder of a nick, as they were at that time.
#[derive(Clone, Debug)]
pub(super) struct WhowasEntry {
    pub(super) nick: String,
    /// `~user host * :realname`
    pub(super) was: String,
    /// `~user@host host`
    pub(super) place: String,
}

/// What WHO asks for.
fn whom<'a>(params: &[&'a str]) -> &'a str {
    params.first().copied().filter(|mask| !["", "0"].contains(mask)).unwrap_or("*")
}

impl Model {
    pub(super) fn who(&mut self, who: ConnId, params: &[&str]) {
        let born = self.channel(whom(params)).map(|channel| channel.born);
        let params = params.iter().map(|&param| param.to_owned()).collect();
        self.reply_long(who, Long::Who(params, born, None));
    }

    /// Sends the next users of WHO. Returns whether these were the last.
    pub(super) fn who_on(&mut self, who: ConnId, params: &[String], born: Option<u64>, last: &mut Option<u64>) -> bool {
        let params: Vec<&str> = params.iter().map(String::as_str).collect();
        let (me, asked) = (self.user_of(who), whom(&params));
        let (flags, fields) = match params.get(1).map(|param| param.split_once('%').ok_or(*param)) {
            None => ("", None),
            Some(Ok((flags, fields))) => (flags, Some(fields)),
            Some(Err(flags)) => (flags, None),
        };
        let is_of_channel = asked.starts_with('#');
        let place = |model: &Self| {
            let channel = born.filter(|_| is_of_channel).and_then(|born| model.channel_born(born));
            channel.filter(|channel| model.knows(me, channel)).map(|channel| channel.born)
        };
        let candidates = match place(self) {
            Some(born) => self.channel_born(born).unwrap().members.keys().copied().collect(),
            None if is_of_channel => Vec::new(),
            None => self.registered().collect(),
        };
        let (mut found, done) = self.next_users(candidates, last);
        let place = place(self).and_then(|born| self.channel_born(born));
        found.retain(|&user| match place {
            Some(channel) => self.sees(me, user) && self.sees_in(me, user, channel),
            None => self.is_asked_for(me, user, asked),
        });
        found.retain(|user| !flags.contains('o') || self.users[user].modes.contains(&'o'));
        let row = |user| match fields {
            None => Some(vec![self.who_line(who, user, place)]),
            Some(fields) => self.whox_line(who, user, place, fields).map(|line| vec![line]),
        };
        let rows = found.into_iter().filter_map(row).collect();
        self.rows_in_any_order(who, if fields.is_none() { "352" } else { "354" }, rows);
        if done {
            let mask = params.first().copied().filter(|mask| !mask.is_empty()).unwrap_or(asked);
            self.numeric(who, "315", &[middle(mask)]);
        }
        done
    }

    fn is_asked_for(&self, me: UserId, other: UserId, asked: &str) -> bool {
        let (user, nick) = (&self.users[&other], self.nick_of(other));
        let (mapping, name) = (self.config.casemapping, user.user.as_deref().unwrap_or(""));
        let parts = [nick, name, &user.realname, &self.config.name];
        let is_part = parts.iter().any(|part| mapping.matches(asked, part) || self.same(asked, part));
        let is_place = || mapping.is_host(asked, &user.host);
        let is_source = || asked.contains('@') && mapping.is_user(asked, [nick, name, &user.host]);
        self.same(nick, asked) || self.sees(me, other) && (is_part || is_place() || is_source())
    }

    fn who_flags(&self, who: ConnId, other: UserId, place: Option<&Channel>) -> String {
        let user = &self.users[&other];
        let prefix = place.map_or(String::new(), |channel| channel.prefix(other, self.has(who, "multi-prefix")));
        let here = if self.shown_away(other).is_some() { "G" } else { "H" };
        let mode = |letter, shown| if user.modes.contains(&letter) { shown } else { "" };
        format!("{here}{}{prefix}{}", mode('o', "*"), mode('B', "B"))
    }

    fn who_line(&self, who: ConnId, other: UserId, place: Option<&Channel>) -> String {
        let (user, server) = (&self.users[&other], &self.config.name);
        let (name, host, nick) = (user.user.as_deref().unwrap_or(""), &user.host, self.nick_of(other));
        let flags = self.who_flags(who, other, place);
        let place = place.map_or("*", |channel| &channel.name);
        format!("{place} {name} {host} {server} {nick} {flags} :0 {}", user.realname)
    }

    /// For how many seconds a user has not spoken.
    pub(super) fn idle(&self, user: UserId) -> String {
        self.now.mono.saturating_sub(self.users[&user].spoke).as_secs().to_string()
    }

    /// The seconds since 1970 when something happened.
    pub(super) fn seconds(&self, then: Now) -> String {
        self.now.date(then).as_secs().to_string()
    }

    /// A WHOX reply.
    fn whox_line(&self, who: ConnId, other: UserId, place: Option<&Channel>, asked: &str) -> Option<String> {
        let (asked, token) = asked.split_once(',').unwrap_or((asked, ""));
        let is_token = (1..=3).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_digit());
        let user = &self.users[&other];
        let field = |letter| match letter {
            't' => if is_token { token } else { "0" }.to_owned(),
            'c' => place.map_or("*", |channel| &channel.name).to_owned(),
            'u' => user.user.clone().unwrap_or_default(),
            'i' | 'h' => user.host.clone(),
            's' => self.config.name.clone(),
            'n' => self.nick_of(other).to_owned(),
            'f' => self.who_flags(who, other, place),
            'o' => "n/a".to_owned(),
            'r' => format!(":{}", user.realname),
            'l' => self.idle(other),
            _ => "0".to_owned(),
        };
        let letters: Vec<char> = "tcuihsnfdlaor".chars().filter(|letter| asked.contains(*letter)).collect();
        (!letters.is_empty()).then(|| letters.iter().map(|letter| field(*letter)).collect::<Vec<_>>().join(" "))
    }

    pub(super) fn whois(&mut self, who: ConnId, params: &[&str]) {
        let asked = params.get(1).or(params.first()).copied().unwrap_or("");
        let nick = asked.split(',').next().unwrap_or("");
        if nick.is_empty() {
            return self.numeric(who, "431", &[]);
        }
        if params.len() > 1 && !self.is_here_or_told(who, Some(params[0])) {
            return;
        }
        match self.find(nick) {
            None => self.numeric(who, "401", &[middle(nick)]),
            Some(user) => self.show_user(who, user),
        }
        self.numeric(who, "318", &[middle(asked)]);
    }

    fn show_user(&mut self, who: ConnId, other: UserId) {
        let (me, user, nick) = (self.user_of(who), &self.users[&other], self.nick_of(other).to_owned());
        let (WhowasEntry { was, .. }, all) = (self.as_they_are(other), self.has(who, "multi-prefix"));
        let (modes, see) = (user.modes.clone(), self.may(me, Privilege::See) || me == other);
        let peers: Vec<_> = self.sessions_of(other).iter().map(|conn| self.sessions[conn].peer.clone()).collect();
        let may_know = |channel: &&Channel| {
            let open = !channel.flags.contains(&'s') && !modes.contains(&'i');
            channel.has(other) && (open || see || channel.has(me)) && self.sees_in(me, other, channel)
        };
        let channels = self.channels.values().filter(may_know);
        let channels: Vec<_> = channels.map(|channel| channel.prefix(other, all) + &channel.name).collect();
        self.numeric(who, "311", &[&nick, &was]);
        self.several(who, "319", &[&nick], channels);
        self.numeric(who, "312", &[&nick, &self.config.name.clone()]);
        if modes.contains(&'o') {
            self.numeric(who, "313", &[&nick]);
        }
        if see {
            peers.iter().for_each(|peer| self.show_certificate(who, &nick, peer));
            for peer in &peers {
                self.numeric(who, "378", &[&nick]);
                self.show_route(who, &nick, peer);
                self.numeric(who, "338", &[&nick, &self.place_of(other), &peer.host]);
            }
            self.numeric(who, "379", &[&nick]);
        }
        if !peers.is_empty() && peers.iter().all(|peer| peer.secure) {
            self.numeric(who, "671", &[&nick]);
        }
        if modes.contains(&'B') {
            self.numeric(who, "335", &[&nick]);
        }
        self.tell_if_away(who, other);
        let since = self.seconds(self.users[&other].since);
        self.numeric(who, "317", &[&nick, &self.idle(other), &since]);
        self.show_profile(who, other);
    }

    fn as_they_are(&self, me: UserId) -> WhowasEntry {
        let (nick, user) = (self.nick_of(me).to_owned(), &self.users[&me]);
        let (name, host) = (user.user.as_deref().unwrap_or(""), &user.host);
        WhowasEntry { nick, was: format!("{name} {host} * :{}", user.realname), place: format!("{name}@{host} {host}") }
    }

    /// Remembers a user who leaves or changes their nick.
    pub(super) fn remember_nick(&mut self, me: UserId) {
        self.gone.push(self.as_they_are(me));
    }

    pub(super) fn whowas(&mut self, who: ConnId, params: &[&str]) {
        let asked = params.first().copied().unwrap_or("");
        let nick = asked.split(',').next().unwrap_or("");
        if nick.is_empty() {
            return self.numeric(who, "431", &[]);
        }
        if !self.is_here_or_told(who, params.get(2).copied()) {
            return;
        }
        let most = match params.get(1).and_then(|count| count.parse::<usize>().ok()) {
            Some(count) if count > 0 => count,
            _ => usize::MAX,
        };
        let remembered = self.gone.iter().rev().take(self.config.limits.whowas_entries);
        let found: Vec<WhowasEntry> =
            remembered.filter(|gone| self.same(&gone.nick, nick)).take(most).cloned().collect();
        if found.is_empty() {
            self.numeric(who, "406", &[middle(nick)]);
        }
        for WhowasEntry { nick, was, place } in found {
            self.numeric(who, "314", &[&nick, &was]);
            if self.may(self.user_of(who), Privilege::See) {
                self.numeric(who, "338", &[&nick, &place]);
            }
            self.numeric(who, "312", &[&nick, &self.config.name.clone()]);
        }
        self.numeric(who, "369", &[middle(asked)]);
    }

    pub(super) fn ison(&mut self, who: ConnId, params: &[&str]) {
        let asked = params.iter().flat_map(|param| param.split(' '));
        let online: Vec<String> = asked.filter_map(|nick| Some(self.nick_of(self.find(nick)?).to_owned())).collect();
        self.listed(who, "303", &[], &online, " ");
    }

    /// USERHOST and USERIP.
    pub(super) fn userhost(&mut self, who: ConnId, code: &str, params: &[&str]) {
        let asked = params.iter().flat_map(|param| param.split(' ')).take(5);
        let known = asked.filter_map(|nick| self.find(nick)).map(|other| {
            let user = &self.users[&other];
            let star = if user.modes.contains(&'o') { "*" } else { "" };
            let sign = if self.shown_away(other).is_some() { '-' } else { '+' };
            format!("{}{star}={sign}{}", self.nick_of(other), self.place_of(other))
        });
        let known: Vec<String> = known.collect();
        self.listed(who, code, &[], &known, " ");
    }

    /// Sends whole words on as few lines as possible; without words, one line with an empty text.
    pub(super) fn listed(&mut self, who: ConnId, code: &str, params: &[&str], words: &[String], between: &str) {
        let room = 508 - self.head(who, code, params).len();
        let fits = |count: usize| words[..count].join(between).len() <= room;
        let count = (1..=words.len()).rev().find(|&count| fits(count)).unwrap_or(0);
        let text = format!(":{}", words[..count].join(between));
        self.numeric(who, code, &[params, &[&*text]].concat());
        if count < words.len() {
            self.listed(who, code, params, &words[count..], between);
        }
    }
}
