//! `docs/protocol/messages.md`: messages, their receivers, and echoes.

use std::collections::BTreeSet;

use super::config::Privilege;
use super::event::ConnId;
use super::place::Place;
use super::text::{client_only, middle};
use super::{Channel, Face, Model, Tags, UserId};

/// A numeric and its first parameters.
type Refusal = (&'static str, Vec<String>);

/// The prefixes of a STATUSMSG, highest first.
pub(super) const PREFIXES: [char; 5] = ['~', '&', '@', '%', '+'];

/// The target of a message.
pub(super) struct Target {
    /// The name as its owner wrote it, with the prefix of a STATUSMSG.
    pub(super) name: String,
    /// The channel's folded name, if it is one.
    pub(super) channel: Option<String>,
    /// The prefix of a STATUSMSG, the lowest if there are several.
    pub(super) prefix: String,
    /// The receivers, without the sender unless they wrote to themselves.
    pub(super) heard_by: Vec<UserId>,
}

impl Model {
    pub(super) fn message(&mut self, who: ConnId, command: &str, params: &[&str], tags: &str) {
        // RFC 2812 §3.3.2: "automatic replies MUST NEVER be sent in response to a NOTICE message."
        let answers = command != "NOTICE";
        let text = if command == "TAGMSG" { None } else { Some(params.get(1).copied().unwrap_or("")) };
        let fifth = params.first().and_then(|targets| targets.split(',').nth(self.config.limits.targets));
        let wrong = match fifth {
            _ if params.is_empty() => Some(("411", None)),
            _ if text == Some("") => Some(("412", None)),
            Some(fifth) => Some(("407", Some(middle(fifth)))),
            None => None,
        };
        if let Some((code, param)) = wrong {
            if answers {
                self.numeric(who, code, &param.into_iter().collect::<Vec<_>>());
            }
            return;
        }
        if command != "TAGMSG" {
            self.has_spoken(who);
        }
        let client = client_only(tags);
        let typing = command == "TAGMSG" && is_typing(&client);
        for target in params[0].split(',') {
            let said = self.target(who, target, text.unwrap_or("")).and_then(|target| {
                let text = text.map_or(String::new(), |text| format!(" :{text}"));
                self.say(who, command, &target, &text, &client).map(|()| target)
            });
            match said {
                Err(refusal) => self.refused(who, command, refusal),
                Ok(target) if typing && self.is_lost(&target, typing) => {}
                Ok(target) if self.is_lost(&target, typing) => self.fail(who, command, "NOT_STORED", &[&target.name]),
                Ok(target) if command == "PRIVMSG" => self.tell_if_target_is_away(who, &target),
                _ => {}
            }
        }
    }

    /// Resets the idle time of a session's user.
    pub(super) fn has_spoken(&mut self, who: ConnId) {
        let (me, now) = (self.user_of(who), self.now.mono);
        self.user_mut(me).spoke = now;
    }

    /// The target with the receivers of `text`, or the numeric that refuses the message.
    pub(super) fn target(&self, who: ConnId, target: &str, text: &str) -> Result<Target, Refusal> {
        let (me, name) = (self.user_of(who), target.trim_start_matches(PREFIXES));
        if !name.starts_with('#') {
            let user = self.find(target).ok_or(("401", vec![middle(target).to_owned()]))?;
            let has = |mode| self.users[&user].modes.contains(&mode) && user != me;
            let why = match self.unwanted(user, me) {
                // Nobody is logged in.
                _ if has('R') => Some("477"),
                Some("") => Some(""),
                _ if has('T') && is_ctcp(text) => Some("531"),
                why => why,
            };
            if let Some(why) = why {
                return Err((why, vec![self.nick_of(user).to_owned()]));
            }
            let (name, prefix) = (self.nick_of(user).to_owned(), String::new());
            return Ok(Target { name, channel: None, prefix, heard_by: vec![user] });
        }
        let channel = self.channel(name).ok_or(("403", vec![middle(target).to_owned()]))?;
        let refused =
            is_ctcp(text) && channel.flags.contains(&'C') || is_colourful(text) && channel.flags.contains(&'c');
        if refused || !self.may(me, Privilege::Channels) && !self.may_speak(me, channel) {
            return Err(("404", vec![channel.name.clone()]));
        }
        let mut prefix = lowest(target);
        // Only half-operators and above hear those without voice.
        if channel.flags.contains(&'U') && self.rank(me, channel) == 0 && matches!(&*prefix, "" | "+") {
            prefix = "%".to_owned();
        }
        let rank = PREFIXES.iter().position(|own| prefix.starts_with(*own)).map_or(0, |at| 5 - at);
        let members = channel.members.keys().copied();
        let heard_by = members.filter(|&user| user != me && channel.rank(user) >= rank).collect();
        Ok(Target { name: format!("{prefix}{}", channel.name), channel: Some(self.fold(name)), prefix, heard_by })
    }

    /// Sends a message to its receivers, and to the sender with echo-message.
    fn say(&mut self, who: ConnId, command: &str, to: &Target, text: &str, client: &str) -> Result<(), Refusal> {
        let line = format!(":{} {command} {}{text}", self.source(self.user_of(who)), to.name);
        if line.len() > 510 {
            return Err(("417", vec![]));
        }
        let typing = command == "TAGMSG" && is_typing(client);
        if self.is_lost(to, typing) {
            return Ok(());
        }
        self.happens(!typing, self.places(who, to));
        self.new_msgid();
        let tags = Tags { client: client.into(), ..self.tags(&line) };
        let hears = |model: &Self, conn: ConnId| command != "TAGMSG" || model.has(conn, "message-tags");
        let tell = |model: &mut Self| {
            if model.has(who, "echo-message") && hears(model, who) {
                model.told([who], &line, &tags);
            }
            let heard_by: Vec<ConnId> = model.hearers(who, to).into_iter().filter(|&conn| hears(model, conn)).collect();
            let before = model.out.len();
            model.told(heard_by, &line, &tags);
            model.set_aside(who, before);
        };
        if typing {
            tell(self);
        } else {
            self.remember(who, to);
            self.only(Face::Stored, tell);
            self.or_not_stored(who, command, &to.name);
        }
        Ok(())
    }

    /// The places in which the log keeps a message to a target.
    pub(super) fn places(&self, who: ConnId, to: &Target) -> Vec<Place> {
        match &to.channel {
            Some(folded) => vec![Place::Channel(folded.clone())],
            None => to.heard_by.iter().copied().chain([self.user_of(who)]).map(Place::User).collect(),
        }
    }

    /// The sessions that receive a message: those of the receivers, and the sender's others.
    pub(super) fn hearers(&self, who: ConnId, to: &Target) -> BTreeSet<ConnId> {
        let others = self.sessions_of(self.user_of(who)).into_iter().filter(|&conn| conn != who);
        others.chain(self.sessions_of_all(to.heard_by.iter().copied())).collect()
    }

    /// Whether a message is lost because its receiver has no session and the message is not stored. Typing
    /// notifications are never stored.
    pub(super) fn is_lost(&self, to: &Target, typing: bool) -> bool {
        to.channel.is_none()
            && (typing || !self.config.log)
            && to.heard_by.iter().any(|&user| self.is_disconnected(user))
    }

    /// Moves the received copy of a message to oneself after the labelled response, which contains only the echo.
    pub(super) fn set_aside(&mut self, who: ConnId, before: usize) {
        if self.labeled {
            let (own, others): (Vec<_>, Vec<_>) = self.out.drain(before..).partition(|(conn, _)| *conn == who);
            self.out.extend(others);
            self.after.extend(own);
        }
    }

    pub(super) fn tell_if_target_is_away(&mut self, who: ConnId, target: &Target) {
        if let (None, Some(&user)) = (&target.channel, target.heard_by.first()) {
            self.tell_if_away(who, user);
        }
    }

    pub(super) fn tell_if_away(&mut self, who: ConnId, other: UserId) {
        if let Some(away) = self.shown_away(other) {
            let (nick, away) = (self.nick_of(other).to_owned(), format!(":{away}"));
            self.numeric(who, "301", &[&nick, &away]);
        }
    }

    /// Whether a user may speak in a channel, whatever the text. Nobody is logged in.
    fn may_speak(&self, me: UserId, channel: &Channel) -> bool {
        let closed = channel.flags.contains(&'n') && !channel.has(me);
        let has = |flag| channel.flags.contains(&flag);
        let silent = has('m') && !has('U') || has('M') || has('R');
        !closed && (channel.rank(me) > 0 || !silent && !self.is_muted(me, channel))
    }

    /// Whether a user is banned or muted, and no exception applies.
    fn is_muted(&self, me: UserId, channel: &Channel) -> bool {
        let listed = |letter| {
            let entries = channel.lists.get(&letter).into_iter().flatten();
            let mut masks = entries.map(|entry| entry.mask.strip_prefix("m:").unwrap_or(&entry.mask));
            masks.any(|mask| self.is_meant(mask, me))
        };
        listed('b') && !listed('e')
    }
}

/// Whether the client-only tags contain only a typing notification.
fn is_typing(client: &str) -> bool {
    client.split(';').all(|tag| tag == "+typing" || tag.starts_with("+typing="))
}

/// The lowest of the prefixes before a channel name, which is the one that counts.
pub(super) fn lowest(target: &str) -> String {
    let prefixes = target.chars().map_while(|c| PREFIXES.iter().position(|&own| own == c));
    prefixes.max().map_or(String::new(), |at| PREFIXES[at].to_string())
}

/// Whether a text has colours: mIRC's, those in hexadecimal, reversed ones, or a terminal's.
fn is_colourful(text: &str) -> bool {
    text.bytes().any(|byte| [3, 4, 22, 27].contains(&byte))
}

/// Whether a text is a CTCP other than ACTION.
fn is_ctcp(text: &str) -> bool {
    text.strip_prefix('\u{1}').is_some_and(|text| {
        !text.strip_prefix("ACTION").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\u{1}']))
    })
}
