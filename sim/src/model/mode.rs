//! "Modes" of `docs/protocol.md`.

use verbatim::server::ConnId;
use verbatim::wire::complete_mask;

use super::text::{fold, middle, same};
use super::{Channel, Model};

/// The changes that were made: sign, letter, and the parameter as it is shown.
type Changes = Vec<(char, char, String)>;

impl Model {
    pub(super) fn mode(&mut self, who: ConnId, params: &[&str]) {
        let asked = params.get(1).copied().filter(|modes| !modes.is_empty());
        match (self.channel(params[0]), self.find(params[0])) {
            (Some(_), _) if asked.is_none() => self.show_modes(who, &fold(params[0])),
            (Some(_), _) => self.change_modes(who, &fold(params[0]), params),
            (None, _) if params[0].starts_with('#') => self.numeric(who, "403", &[middle(params[0])]),
            (None, None) => self.numeric(who, "401", &[middle(params[0])]),
            (None, Some(other)) if other != who => self.numeric(who, "502", &[]),
            (None, Some(_)) => self.user_modes(who, asked),
        }
    }

    fn user_modes(&mut self, who: ConnId, asked: Option<&str>) {
        let user = self.users.get_mut(&who).unwrap();
        let Some(asked) = asked else {
            let modes = if user.modes.contains(&'i') { "+i" } else { "+" };
            return self.numeric(who, "221", &[modes]);
        };
        let (mut sign, before, mut unknown) = ('+', user.modes.contains(&'i'), false);
        for letter in asked.chars() {
            match letter {
                '+' | '-' => sign = letter,
                'i' => drop(if sign == '+' { user.modes.insert('i') } else { user.modes.remove(&'i') }),
                'o' => {}
                _ => unknown = true,
            }
        }
        let after = user.modes.contains(&'i');
        if unknown {
            self.numeric(who, "501", &[]);
        }
        if after != before {
            let change = if after { "+i" } else { "-i" };
            self.tell([who], &format!(":{} MODE {} {change}", self.source(who), self.nick_of(who)));
        }
    }

    fn show_modes(&mut self, who: ConnId, folded: &str) {
        let channel = &self.channels[folded];
        let mut letters: String = channel.flags.iter().collect();
        let mut params = Vec::new();
        if let Some(key) = &channel.key {
            letters.push('k');
            params.push(if channel.has(who) { key.clone() } else { "*".to_owned() });
        }
        if let Some(limit) = channel.limit {
            letters.push('l');
            params.push(limit.to_string());
        }
        let mut letters: Vec<char> = letters.chars().collect();
        letters.sort_unstable();
        let modes = format!("+{}", letters.into_iter().collect::<String>());
        let name = channel.name.clone();
        let all: Vec<&str> = [&*name, &modes].into_iter().chain(params.iter().map(String::as_str)).collect();
        self.numeric(who, "324", &all);
        self.numeric(who, "329", &[&name]);
    }

    fn change_modes(&mut self, who: ConnId, folded: &str, params: &[&str]) {
        let name = self.channels[folded].name.clone();
        let (mut sign, mut changes, mut with_param, mut shown) = ('+', Changes::new(), 0, String::new());
        let mut values = params[2..].iter().copied();
        for letter in params[1].chars() {
            if letter == '+' || letter == '-' {
                sign = letter;
                continue;
            }
            if !"beIklimnstov".contains(letter) {
                self.numeric(who, "472", &[middle(&letter.to_string())]);
                continue;
            }
            let takes = "beIov".contains(letter) || letter == 'k' || (letter == 'l' && sign == '+');
            let value = if takes { values.next().filter(|value| !value.is_empty()) } else { None };
            let lists = "beI".contains(letter) && value.is_none();
            if let Some(refusal) = self.refuses_change(who, folded, letter, lists) {
                self.numeric(who, refusal, &[&name]);
                break;
            }
            with_param += usize::from(value.is_some());
            if value.is_some() && with_param > self.config.limits.mode_changes {
                continue;
            }
            if lists {
                if !shown.contains(letter) {
                    shown.push(letter);
                    self.show_list(who, folded, letter);
                }
            } else if takes && value.is_none() && (letter, sign) != ('k', '-') {
                self.numeric(who, "696", &[&name, &letter.to_string(), "*"]);
            } else {
                match self.change(folded, sign, letter, value.unwrap_or("")) {
                    Ok(Some(shown)) => changes.push((sign, letter, shown)),
                    Ok(None) => {}
                    Err((code, params)) => {
                        self.numeric(who, code, &params.iter().map(String::as_str).collect::<Vec<_>>())
                    }
                }
            }
        }
        let head = format!(":{} MODE {name} ", self.source(who));
        self.tell_changes(self.channels[folded].everyone(who), &head, &changes);
    }

    /// In one line, or in as few as can be.
    fn tell_changes(&mut self, to: Vec<ConnId>, head: &str, changes: &[(char, char, String)]) {
        let fits = |count: usize| head.len() + in_words(&changes[..count]).len() <= 510;
        let Some(count) = (1..=changes.len()).rev().find(|&count| fits(count)) else { return };
        self.tell(to.clone(), &format!("{head}{}", in_words(&changes[..count])));
        self.tell_changes(to, head, &changes[count..]);
    }

    fn refuses_change(&self, who: ConnId, folded: &str, letter: char, lists: bool) -> Option<&'static str> {
        let channel = &self.channels[folded];
        if lists && letter == 'b' || channel.is_operator(who) {
            None
        } else if channel.has(who) {
            Some("482")
        } else {
            Some("442")
        }
    }

    fn show_list(&mut self, who: ConnId, folded: &str, letter: char) {
        let [entry, end] = match letter {
            'b' => ["367", "368"],
            'e' => ["348", "349"],
            _ => ["346", "347"],
        };
        let channel = &self.channels[folded];
        let (name, masks) = (channel.name.clone(), channel.lists.get(&letter).cloned().unwrap_or_default());
        for mask in masks {
            self.numeric(who, entry, &[&name, &mask]);
        }
        self.numeric(who, end, &[&name]);
    }

    /// Makes one change. `Ok(None)` if it changes nothing, else how its parameter is shown; or what is wrong with it.
    fn change(
        &mut self,
        folded: &str,
        sign: char,
        letter: char,
        value: &str,
    ) -> Result<Option<String>, (&'static str, Vec<String>)> {
        let (limits, set) = (self.config.limits, sign == '+');
        let person = self.find(value);
        let nick = person.map_or(middle(value), |conn| self.nick_of(conn)).to_owned();
        let channel = self.channels.get_mut(folded).unwrap();
        let name = channel.name.clone();
        let done = |changed: bool, shown: &str| Ok(changed.then(|| shown.to_owned()));
        match letter {
            'o' | 'v' => {
                let Some(conn) = person else { return Err(("401", vec![nick])) };
                let Some(member) = channel.members.get_mut(&conn) else { return Err(("441", vec![nick, name])) };
                let flag = if letter == 'o' { &mut member.operator } else { &mut member.voice };
                done(std::mem::replace(flag, set) != set, &nick)
            }
            'k' if set => {
                if value.len() > limits.key_bytes || value.contains([' ', ',', ':']) {
                    return Err(("525", vec![name]));
                }
                done(channel.key.replace(value.to_owned()).as_deref() != Some(value), value)
            }
            'k' => done(channel.key.take().is_some(), "*"),
            'l' if set => match value.parse::<u16>() {
                Ok(limit) if limit > 0 => done(channel.limit.replace(limit) != Some(limit), &limit.to_string()),
                _ => Err(("696", vec![name, "l".to_owned(), middle(value).to_owned()])),
            },
            'l' => done(channel.limit.take().is_some(), ""),
            'b' | 'e' | 'I' => change_list(channel, letter, set, value, limits.list_entries),
            _ if set => done(channel.flags.insert(letter), ""),
            _ => done(channel.flags.remove(&letter), ""),
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

fn change_list(
    channel: &mut Channel,
    letter: char,
    set: bool,
    value: &str,
    most: usize,
) -> Result<Option<String>, (&'static str, Vec<String>)> {
    let mask = complete_mask(value);
    if mask.len() > 200 || middle(&mask) == "*" {
        return Err(("696", vec![channel.name.clone(), letter.to_string(), "*".to_owned()]));
    }
    let list = channel.lists.entry(letter).or_default();
    match list.iter().position(|entry| same(entry, &mask)) {
        Some(at) if !set => Ok(Some(list.remove(at))),
        None if set && list.len() >= most => Err(("478", vec![channel.name.clone(), mask])),
        None if set => {
            list.push(mask.clone());
            Ok(Some(mask))
        }
        _ => Ok(None),
    }
}
