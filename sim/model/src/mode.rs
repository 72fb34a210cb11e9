//! `docs/protocol/modes.md`: modes of channels and of users.

use super::address::has_impossible_prefix;
use super::config::Privilege;
use super::event::{ConnId, Now};
use super::names::complete_mask;
use super::place::Place;
use super::rank::{FOUNDER, HALFOP, OPERATOR, is_over};
use super::text::middle;
use super::{Model, UserId};

/// Changes: sign, letter, and the parameter as shown.
type Changes = Vec<(char, char, String)>;

/// An entry of `b`, `e` or `I`.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) mask: String,
    /// Who set it, and when.
    setter: String,
    set: Now,
}

/// A numeric and its first parameters. 442 and 482 also end the command.
type Refusal = (&'static str, Vec<String>);

impl Model {
    pub(super) fn mode(&mut self, who: ConnId, params: &[&str]) {
        let asked = params.get(1).copied().filter(|modes| !modes.is_empty());
        match (self.channel(params[0]), self.find(params[0])) {
            (Some(_), _) if asked.is_none() => self.show_modes(who, params[0]),
            (Some(_), _) => self.change_modes(who, params),
            (None, _) if params[0].starts_with('#') => self.numeric(who, "403", &[middle(params[0])]),
            (None, None) => self.numeric(who, "401", &[middle(params[0])]),
            (None, Some(other)) if other != self.user_of(who) => self.numeric(who, "502", &[]),
            (None, Some(_)) => self.user_modes(who, asked),
        }
    }

    fn user_modes(&mut self, who: ConnId, asked: Option<&str>) {
        let Some(asked) = asked else { return self.show_own_modes(who) };
        let me = self.user_of(who);
        let user = self.user_mut(me);
        let (mut sign, before) = ('+', user.modes.clone());
        for letter in asked.chars() {
            match (sign, letter) {
                (_, '+' | '-') => sign = letter,
                ('+', 'o') => {}
                ('+', 's') if !user.privileges.contains(&Privilege::Watch) => {}
                ('+', 'B' | 'R' | 'T' | 'g' | 'i' | 'w' | 's') => drop(user.modes.insert(letter)),
                ('-', 'B' | 'R' | 'T' | 'g' | 'i' | 'w' | 's') => drop(user.modes.remove(&letter)),
                ('-', 'o') => user.drop_operator(),
                _ => {}
            }
        }
        if asked.contains(|c| !"+-BRTgiosw".contains(c)) {
            self.numeric(who, "501", &[]);
        }
        self.tell_own_modes(me, &before);
    }

    pub(super) fn show_own_modes(&mut self, who: ConnId) {
        let modes = format!("+{}", self.users[&self.user_of(who)].modes.iter().collect::<String>());
        self.numeric(who, "221", &[&modes]);
    }

    /// Removes operator status from a user.
    pub(super) fn remove_operator(&mut self, me: UserId) {
        let before = self.users[&me].modes.clone();
        self.user_mut(me).drop_operator();
        self.tell_own_modes(me, &before);
    }

    /// Sends a user the changes of their modes.
    pub(super) fn tell_own_modes(&mut self, who: UserId, before: &super::Modes) {
        let after = &self.users[&who].modes;
        let changed = before.symmetric_difference(after);
        let sign = |letter| if after.contains(letter) { '+' } else { '-' };
        let changes: Changes = changed.map(|letter| (sign(letter), *letter, String::new())).collect();
        if !changes.is_empty() {
            let nick = self.nick_of(who);
            let line = format!(":{} MODE {nick} {}", self.source(who), in_words(&changes));
            self.tell(self.sessions_of(who), &line);
        }
    }

    fn show_modes(&mut self, who: ConnId, name: &str) {
        let channel = self.channel(name).unwrap();
        let me = self.user_of(who);
        let inside = channel.has(me) || self.may(me, Privilege::Channels);
        let secret = |text: &String| if inside { text.clone() } else { "*".to_owned() };
        let values = [
            ('f', channel.forward.as_ref().map(secret)),
            ('k', channel.key.as_ref().map(secret)),
            ('l', channel.limit.map(|limit| limit.to_string())),
        ];
        let set = values.iter().filter(|(_, value)| value.is_some());
        let mut letters: Vec<char> = channel.flags.iter().copied().chain(set.map(|row| row.0)).collect();
        letters.sort_unstable();
        let modes = format!("+{}", letters.into_iter().collect::<String>());
        let (name, created) = (channel.name.clone(), self.seconds(channel.created));
        let values = values.iter().filter_map(|(_, value)| value.as_deref());
        let all: Vec<&str> = [&*name, &modes].into_iter().chain(values).collect();
        self.numeric(who, "324", &all);
        self.numeric(who, "329", &[&name, &created]);
    }

    fn change_modes(&mut self, who: ConnId, params: &[&str]) {
        let me = self.user_of(who);
        let (mut sign, mut changes, mut with_value, mut shown) = ('+', Changes::new(), 0, String::new());
        let mut values = params[2..].iter().copied();
        let name = self.channel(params[0]).unwrap().name.clone();
        for letter in params[1].chars() {
            if letter == '+' || letter == '-' {
                sign = letter;
                continue;
            }
            if !"CIMRUabcefhiklmnoqstuvz".contains(letter) {
                self.numeric(who, "472", &[middle(&letter.to_string())]);
                continue;
            }
            let takes = "qaohvbeIk".contains(letter) || ("lf".contains(letter) && sign == '+');
            let value = if takes { values.next().filter(|value| !value.is_empty()) } else { None };
            let asks = "beI".contains(letter) && value.is_none();
            if let Some(refusal) = self.refuses_change(me, &name, (sign, letter), value) {
                self.numeric(who, refusal, &[&name]);
                break;
            }
            with_value += usize::from(value.is_some());
            if value.is_some() && with_value > self.config.limits.mode_changes {
                continue;
            }
            if asks {
                if !shown.contains(letter) {
                    shown.push(letter);
                    self.show_list(who, &name, letter);
                }
                continue;
            }
            let change = match value {
                None if takes && (letter, sign) != ('k', '-') => {
                    Err(("696", vec![name.clone(), letter.to_string(), "*".to_owned()]))
                }
                _ => self.change(me, &name, (sign, letter), value.unwrap_or("")),
            };
            match change {
                Ok(Some(shown)) => changes.push((sign, letter, shown)),
                Ok(None) => {}
                Err((code, params)) => {
                    self.numeric(who, code, &params.iter().map(String::as_str).collect::<Vec<_>>());
                    if code == "482" {
                        break;
                    }
                }
            }
        }
        let head = format!(":{} MODE {name} ", self.source(me));
        let told = self.sessions_of_all(self.everyone(me, self.channel(&name).unwrap()));
        self.tell_changes(&told, &name, &head, &changes);
    }

    /// Sends the changes, on as few lines as possible.
    fn tell_changes(&mut self, to: &[ConnId], name: &str, head: &str, changes: &[(char, char, String)]) {
        let fits = |count: usize| head.len() + in_words(&changes[..count]).len() <= 510;
        let Some(count) = (1..=changes.len()).rev().find(|&count| fits(count)) else { return };
        self.happens(true, vec![Place::Channel(self.fold(name))]);
        self.tell(to.iter().copied(), &format!("{head}{}", in_words(&changes[..count])));
        self.tell_changes(to, name, head, &changes[count..]);
    }

    fn refuses_change(
        &self,
        who: UserId,
        name: &str,
        (sign, letter): (char, char),
        value: Option<&str>,
    ) -> Option<&'static str> {
        let channel = self.channel(name).unwrap();
        let own = value.is_some_and(|value| self.same(value, self.nick_of(who)));
        let needed = match letter {
            'b' if value.is_none() => return None,
            'q' | 'a' | 'o' | 'h' | 'v' if sign == '-' && own => 0,
            'q' | 'a' => FOUNDER,
            'v' | 'b' => HALFOP,
            _ => OPERATOR,
        };
        if self.rank(who, channel) >= needed.max(1) || needed == 0 && channel.has(who) {
            None
        } else {
            Some(if channel.has(who) { "482" } else { "442" })
        }
    }

    fn show_list(&mut self, who: ConnId, name: &str, letter: char) {
        let [entry, end] = match letter {
            'b' => ["367", "368"],
            'e' => ["348", "349"],
            _ => ["346", "347"],
        };
        for row in self.channel(name).unwrap().lists.get(&letter).cloned().unwrap_or_default() {
            self.numeric(who, entry, &[name, &row.mask, &row.setter, &self.seconds(row.set)]);
        }
        self.numeric(who, end, &[name]);
    }

    /// Makes a change. Returns the parameter as shown, `Ok(None)` if nothing changes, or the refusal.
    fn change(
        &mut self,
        who: UserId,
        name: &str,
        (sign, letter): (char, char),
        value: &str,
    ) -> Result<Option<String>, Refusal> {
        let set = sign == '+';
        let done = |changed: bool, shown: &str| Ok(changed.then(|| shown.to_owned()));
        let wrong = || Err(("696", vec![name.to_owned(), letter.to_string(), middle(value).to_owned()]));
        match letter {
            'q' | 'a' | 'o' | 'h' | 'v' => return self.change_rank(who, name, (sign, letter), value),
            'b' | 'e' | 'I' => return self.change_list(who, name, (sign, letter), value),
            'f' if set => return self.change_forward(who, name, value),
            _ => {}
        }
        let (key_bytes, folded) = (self.config.limits.key_bytes, self.fold(name));
        let all_by_tls = self.channels[&folded].members.keys().all(|&member| self.is_by_tls(member));
        let channel = self.channels.get_mut(&folded).unwrap();
        match letter {
            'k' if set && (value.len() > key_bytes || value.contains([' ', ',', ':'])) => {
                Err(("525", vec![name.to_owned()]))
            }
            'k' if set => done(channel.key.replace(value.to_owned()).as_deref() != Some(value), value),
            'k' => done(channel.key.take().is_some(), "*"),
            'l' if set => match value.parse::<u16>() {
                Ok(limit) if limit > 0 && !value.starts_with('+') => {
                    done(channel.limit.replace(limit) != Some(limit), &limit.to_string())
                }
                _ => wrong(),
            },
            'l' => done(channel.limit.take().is_some(), ""),
            'f' => done(channel.forward.take().is_some(), ""),
            'z' if set && !all_by_tls => Err(("490", vec![name.to_owned()])),
            _ if set => done(channel.flags.insert(letter), ""),
            _ => done(channel.flags.remove(&letter), ""),
        }
    }

    fn change_rank(
        &mut self,
        who: UserId,
        name: &str,
        (sign, letter): (char, char),
        value: &str,
    ) -> Result<Option<String>, Refusal> {
        let Some(conn) = self.find(value) else { return Err(("401", vec![middle(value).to_owned()])) };
        let (nick, channel, folded) = (self.nick_of(conn).to_owned(), self.channel(name).unwrap(), self.fold(name));
        if !channel.has(conn) {
            return Err(("441", vec![nick, name.to_owned()]));
        }
        if sign == '-' && conn != who && !is_over(self.rank(who, channel), channel.rank(conn)) {
            return Err(("482", vec![name.to_owned()]));
        }
        let member = self.channels.get_mut(&folded).unwrap().members.get_mut(&conn).unwrap();
        let letters = &mut member.letters;
        let changed = if sign == '+' { letters.insert(letter) } else { letters.remove(&letter) };
        Ok(changed.then_some(nick))
    }

    fn change_forward(&mut self, who: UserId, name: &str, value: &str) -> Result<Option<String>, Refusal> {
        let Some(other) = self.channel(value).filter(|_| !self.same(value, name)) else {
            return Err(("696", vec![name.to_owned(), "f".to_owned(), middle(value).to_owned()]));
        };
        let (to, folded) = (other.name.clone(), self.fold(name));
        if self.rank(who, other) < OPERATOR {
            return Err(("482", vec![to]));
        }
        let before = self.channels.get_mut(&folded).unwrap().forward.replace(to.clone());
        Ok((before.as_ref() != Some(&to)).then_some(to))
    }

    fn change_list(
        &mut self,
        who: UserId,
        name: &str,
        (sign, letter): (char, char),
        value: &str,
    ) -> Result<Option<String>, Refusal> {
        let mask = match value.strip_prefix("m:") {
            Some(mask) => format!("m:{}", complete_mask(mask)),
            None => complete_mask(value),
        };
        let is_bad = middle(&mask) == "*" || letter == 'I' && value.starts_with("m:") || has_impossible_prefix(&mask);
        if mask.len() > 200 || is_bad {
            return Err(("696", vec![name.to_owned(), letter.to_string(), "*".to_owned()]));
        }
        let (setter, set) = (self.source(who), self.now);
        let (folded, most, mapping) = (self.fold(name), self.config.limits.list_entries, self.config.casemapping);
        let list = self.channels.get_mut(&folded).unwrap().lists.entry(letter).or_default();
        match list.iter().position(|entry| mapping.same(&entry.mask, &mask)) {
            Some(at) if sign == '-' => Ok(Some(list.remove(at).mask)),
            None if sign == '+' && list.len() >= most => Err(("478", vec![name.to_owned(), mask])),
            None if sign == '+' => {
                list.push(Entry { mask: mask.clone(), setter, set });
                Ok(Some(mask))
            }
            _ => Ok(None),
        }
    }
}

/// `+o-v+b alice bob x!*@*`
fn in_words(changes: &[(char, char, String)]) -> String {
    let (mut letters, mut params, mut last) = (String::new(), String::new(), ' ');
    for (sign, letter, param) in changes {
        if last != *sign {
            letters.push(*sign);
        }
        last = *sign;
        letters.push(*letter);
        if !param.is_empty() {
            params = format!("{params} {param}");
        }
    }
    letters + &params
}

impl super::User {
    fn drop_operator(&mut self) {
        (self.privileges, self.opered) = (Vec::new(), None);
        self.modes.retain(|mode| !"os".contains(*mode));
    }
}
