//! `docs/protocol/metadata.md`: keys and values of users and channels, and who receives them.

use std::collections::{BTreeMap, BTreeSet};

use super::event::ConnId;
use super::place::Place;
use super::rank::OPERATOR;
use super::{Model, UserId};

/// Values by key.
pub(super) type Metadata = BTreeMap<String, String>;

/// The channel or user that a metadata value belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    /// By its folded name.
    Channel(String),
    User(UserId),
}

impl Model {
    /// Whether a session supports metadata.
    pub(super) fn is_aware(&self, who: ConnId) -> bool {
        self.has(who, "draft/metadata-3") && self.has(who, "batch")
    }

    pub(super) fn metadata(&mut self, who: ConnId, params: &[&str]) {
        let (Some(&asked), Some(&word)) = (params.first(), params.get(1)) else {
            return self.fail(who, "METADATA", "INVALID_PARAMS", &["*"]);
        };
        let (shown, word, rest) = (word, &*word.to_ascii_uppercase(), &params[2..]);
        let counts = match word {
            "GET" | "SUB" | "UNSUB" => 1..=usize::MAX,
            "SET" => 1..=2,
            "LIST" | "CLEAR" | "SUBS" | "SYNC" => 0..=0,
            _ => return self.fail(who, "METADATA", "INVALID_PARAMS", &[shown]),
        };
        if !counts.contains(&rest.len()) {
            return self.fail(who, "METADATA", "INVALID_PARAMS", &[word]);
        }
        if word == "SYNC" && asked == "*ALL" && self.is_registered(who) {
            let rows = self.rows(&self.visible(who), &self.sessions[&who].subscriptions);
            return self.batch(who, "metadata *ALL", |model| model.show_rows(who, &rows));
        }
        let Some(owner) = self.owner(who, asked, word) else {
            return self.fail(who, "METADATA", "INVALID_TARGET", &[asked]);
        };
        match word {
            "SET" => self.set(who, &owner, rest[0], rest.get(1).unwrap_or(&"")),
            "CLEAR" => self.clear(who, &owner),
            "SUB" => self.subscribe(who, rest),
            "UNSUB" => self.unsubscribe(who, rest),
            "SUBS" => {
                let keys: Vec<String> = self.sessions[&who].subscriptions.iter().cloned().collect();
                self.batch(who, "metadata-subs", |model| model.show_keys(who, "772", &keys));
            }
            "SYNC" => self.sync(who, &owner, usize::MAX),
            _ => {
                let keys: Vec<String> = match word {
                    "LIST" => self.values(&owner).keys().cloned().collect(),
                    _ => rest.iter().map(|&key| key.to_owned()).collect(),
                };
                self.batch(who, &format!("metadata {}", self.name(&owner)), |model| {
                    for key in keys {
                        if model.is_key(&key) {
                            model.show_value(who, &owner, &key);
                        } else {
                            model.standard(who, "WARN", "METADATA", "INVALID_KEY", &[&key]);
                        }
                    }
                });
            }
        }
    }

    fn owner(&self, who: ConnId, asked: &str, word: &str) -> Option<Owner> {
        let (me, registered) = (self.user_of(who), self.is_registered(who));
        if asked == "*" || registered && self.same(asked, self.nick_of(me)) {
            return Some(Owner::User(me));
        }
        if !registered || word.contains("SUB") {
            return None;
        }
        let open =
            |channel: &super::Channel| word != "SYNC" && !channel.flags.contains(&'s') && !channel.flags.contains(&'i');
        match self.channel(asked) {
            Some(channel) if channel.has(me) || open(channel) => Some(Owner::Channel(self.fold(asked))),
            Some(_) => None,
            None => self.find(asked).map(Owner::User),
        }
    }

    fn is_key(&self, key: &str) -> bool {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_./-".contains(&b);
        (1..=self.config.limits.metadata_key_bytes).contains(&key.len()) && key.bytes().all(allowed)
    }

    fn values(&self, owner: &Owner) -> &Metadata {
        match owner {
            Owner::Channel(folded) => &self.channels[folded].metadata,
            Owner::User(user) => &self.users[user].metadata,
        }
    }

    fn values_mut(&mut self, owner: &Owner) -> &mut Metadata {
        match owner {
            Owner::Channel(folded) => &mut self.channels.get_mut(folded).unwrap().metadata,
            Owner::User(user) => &mut self.users.get_mut(user).unwrap().metadata,
        }
    }

    fn name(&self, owner: &Owner) -> String {
        match owner {
            Owner::Channel(folded) => self.channels[folded].name.clone(),
            Owner::User(user) if !self.users[user].registered => "*".to_owned(),
            Owner::User(user) => self.nick_of(*user).to_owned(),
        }
    }

    fn may_set(&self, who: UserId, owner: &Owner) -> bool {
        match owner {
            Owner::Channel(folded) => self.channels[folded].rank(who) >= OPERATOR,
            Owner::User(user) => *user == who,
        }
    }

    fn set(&mut self, who: ConnId, owner: &Owner, key: &str, value: &str) {
        let (name, limits, values) = (self.name(owner), self.config.limits, self.values(owner));
        let (full, most) = (values.len() >= limits.metadata_keys, limits.metadata_keys.to_string());
        if !self.is_key(key) {
            self.fail(who, "METADATA", "INVALID_KEY", &[key]);
        } else if !self.may_set(self.user_of(who), owner) {
            self.fail(who, "METADATA", "KEY_NO_PERMISSION", &[&name, key]);
        } else if value.len() > limits.metadata_value_bytes {
            self.fail(who, "METADATA", "INVALID_VALUE", &[key]);
        } else if full && !value.is_empty() && !values.contains_key(key) {
            self.fail(who, "METADATA", "LIMIT_REACHED", &["SET", &name, &most]);
        } else {
            let before = values.get(key).cloned().unwrap_or_default();
            let values = self.values_mut(owner);
            let _ = if value.is_empty() { values.remove(key) } else { values.insert(key.to_owned(), value.to_owned()) };
            if before != value {
                self.changes(who, owner);
            }
            self.show_value(who, owner, key);
            if before != value {
                self.tell_change(who, owner, key);
            }
        }
    }

    fn clear(&mut self, who: ConnId, owner: &Owner) {
        let name = self.name(owner);
        if !self.may_set(self.user_of(who), owner) {
            return self.fail(who, "METADATA", "KEY_NO_PERMISSION", &[&name, "*"]);
        }
        let cleared = std::mem::take(self.values_mut(owner));
        let before = self.out.len();
        for key in cleared.keys() {
            self.changes(who, owner);
            self.tell_change(who, owner, key);
        }
        let told = self.out.split_off(before);
        self.batch(who, &format!("metadata {name}"), |model| {
            cleared.keys().for_each(|key| model.show_value(who, owner, key));
        });
        self.out.extend(told);
    }

    /// Records the change of a value. The log keeps those of channels.
    fn changes(&mut self, who: ConnId, owner: &Owner) {
        if self.is_registered(who) {
            match owner {
                Owner::Channel(folded) => self.happens(true, vec![Place::Channel(folded.clone())]),
                Owner::User(_) => self.happens(false, Vec::new()),
            }
        }
    }

    /// Sends a changed value to the other sessions that subscribed to the key.
    fn tell_change(&mut self, who: ConnId, owner: &Owner, key: &str) {
        let me = &Owner::User(self.user_of(who));
        let told = |conn: &ConnId| {
            *conn != who
                && self.sessions[conn].subscriptions.contains(key)
                && (owner == me && self.user_of(*conn) == self.user_of(who) || self.visible(*conn).contains(owner))
        };
        if self.is_registered(who) {
            for conn in self.sessions_of_all(self.registered()).into_iter().filter(told).collect::<Vec<_>>() {
                self.show_value(conn, owner, key);
            }
        }
    }

    /// Sends 761 or 766.
    fn show_value(&mut self, who: ConnId, owner: &Owner, key: &str) {
        match self.values(owner).get(key).cloned() {
            Some(value) => self.numeric(who, "761", &[&self.name(owner), key, "*", &format!(":{value}")]),
            None => self.numeric(who, "766", &[&self.name(owner), key]),
        }
    }

    fn subscribe(&mut self, who: ConnId, keys: &[&str]) {
        let most = self.config.limits.metadata_subscriptions;
        let (mut accepted, mut new, mut wrong, mut last) = (Vec::new(), BTreeSet::new(), Vec::new(), None);
        for &key in keys {
            let (is_key, subscribed) = (self.is_key(key), &mut self.session_mut(who).subscriptions);
            if !is_key {
                wrong.push(key);
                continue;
            }
            if !subscribed.contains(key) {
                if subscribed.len() >= most {
                    last = Some(key);
                    break;
                }
                subscribed.insert(key.to_owned());
                new.insert(key.to_owned());
            }
            if !accepted.iter().any(|old| old == key) {
                accepted.push(key.to_owned());
            }
        }
        self.show_keys(who, "770", &accepted);
        wrong.iter().for_each(|key| self.standard(who, "WARN", "METADATA", "INVALID_KEY", &[key]));
        if let Some(key) = last {
            self.fail(who, "METADATA", "LIMIT_REACHED", &["SUB", key, &most.to_string()]);
        }
        if self.is_registered(who) && !new.is_empty() {
            let rows = self.rows(&self.visible(who), &new);
            self.batch_or_later(who, "*ALL", &rows, self.config.limits.metadata_sync_lines);
        }
    }

    fn unsubscribe(&mut self, who: ConnId, keys: &[&str]) {
        let (right, wrong): (Vec<&str>, Vec<&str>) = keys.iter().partition(|key| self.is_key(key));
        let mut shown: Vec<String> = Vec::new();
        for key in right {
            self.session_mut(who).subscriptions.remove(key);
            if !shown.iter().any(|old| old == key) {
                shown.push(key.to_owned());
            }
        }
        self.show_keys(who, "771", &shown);
        wrong.iter().for_each(|key| self.standard(who, "WARN", "METADATA", "INVALID_KEY", &[key]));
    }

    /// Sends keys, as many on a line as fit, at most 13.
    fn show_keys(&mut self, who: ConnId, code: &str, keys: &[String]) {
        let room = 509 - self.head(who, code, &[]).len();
        let fits = |count: usize| keys[..count].join(" ").len() <= room;
        let Some(count) = (1..=keys.len().min(13)).rev().find(|&count| fits(count)) else { return };
        self.numeric(who, code, &[&keys[..count].join(" ")]);
        self.show_keys(who, code, &keys[count..]);
    }

    /// The visible targets of a session.
    fn visible(&self, who: ConnId) -> BTreeSet<Owner> {
        let (me, mut visible) = (self.user_of(who), BTreeSet::new());
        for (folded, channel) in self.channels.iter().filter(|(_, channel)| channel.has(me)) {
            visible.insert(Owner::Channel(folded.clone()));
            visible.extend(self.shown_members(me, channel).into_iter().map(Owner::User));
        }
        visible.extend(self.sessions[&who].watched.iter().filter_map(|nick| self.find(nick)).map(Owner::User));
        visible
    }

    /// For each of `owners`, those of `keys` that are set.
    fn rows(&self, owners: &BTreeSet<Owner>, keys: &BTreeSet<String>) -> Vec<(Owner, String)> {
        let keys_of = |owner: &Owner| -> Vec<(Owner, String)> {
            let set = self.values(owner).keys().filter(|key| keys.contains(*key));
            set.map(|key| (owner.clone(), key.clone())).collect()
        };
        owners.iter().flat_map(keys_of).collect()
    }

    /// Sends rows: channels by folded name, then users in any order.
    fn show_rows(&mut self, who: ConnId, rows: &[(Owner, String)]) {
        let mut users: BTreeMap<&Owner, Vec<String>> = BTreeMap::new();
        for (owner, key) in rows {
            match owner {
                Owner::Channel(_) => self.show_value(who, owner, key),
                Owner::User(_) => {
                    let row = format!("{} {key} * :{}", self.name(owner), self.values(owner)[key]);
                    users.entry(owner).or_default().push(row);
                }
            }
        }
        self.rows_in_any_order(who, "761", users.into_values().collect());
    }

    fn batch_or_later(&mut self, who: ConnId, name: &str, rows: &[(Owner, String)], most: usize) {
        if rows.len() > most {
            self.numeric(who, "774", &[name, "0"]);
        } else {
            self.batch(who, &format!("metadata {name}"), |model| model.show_rows(who, rows));
        }
    }

    /// Sends the subscribed values of a user, or of a channel and the members that the session is shown.
    fn sync(&mut self, who: ConnId, owner: &Owner, most: usize) {
        let mut owners = BTreeSet::from([owner.clone()]);
        if let Owner::Channel(folded) = owner {
            owners.extend(self.shown_members(self.user_of(who), &self.channels[folded]).into_iter().map(Owner::User));
        }
        let rows = self.rows(&owners, &self.sessions[&who].subscriptions);
        self.batch_or_later(who, &self.name(owner), &rows, most);
    }

    pub(super) fn sync_channel(&mut self, who: ConnId, name: &str) {
        if self.is_aware(who) {
            self.sync(who, &Owner::Channel(self.fold(name)), self.config.limits.metadata_sync_lines);
        }
    }

    pub(super) fn sync_user(&mut self, who: ConnId, other: UserId) {
        if self.is_aware(who) {
            self.sync(who, &Owner::User(other), usize::MAX);
        }
    }

    /// Sends everything that the user set before registration.
    pub(super) fn show_own_metadata(&mut self, who: ConnId) {
        if self.is_aware(who) {
            let me = self.user_of(who);
            let rows: Vec<_> = self.users[&me].metadata.keys().map(|key| (Owner::User(me), key.clone())).collect();
            self.batch_or_later(who, self.nick_of(me).to_owned().as_str(), &rows, usize::MAX);
        }
    }

    /// Sends the sessions `to` their subscribed values of a user who joined.
    pub(super) fn show_newcomer(&mut self, who: UserId, to: &[ConnId]) {
        for &conn in to {
            let rows = self.rows(&[Owner::User(who)].into(), &self.sessions[&conn].subscriptions);
            self.show_rows(conn, &rows);
        }
    }

    /// WHOIS: the values shown to clients that support metadata.
    pub(super) fn show_profile(&mut self, who: ConnId, user: UserId) {
        for key in ["display-name", "pronouns", "homepage", "status"] {
            if self.is_aware(who)
                && let Some(value) = self.users[&user].metadata.get(key).cloned()
            {
                let nick = self.nick_of(user).to_owned();
                self.numeric(who, "760", &[&nick, key, "*", &format!(":{value}")]);
            }
        }
    }
}
