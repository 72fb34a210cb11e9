//! Makes the facts of a turn, applies them, and sends them to the sessions of the users who see them.

use std::borrow::Cow;

use super::Turn;
use super::watchers::followers;
use crate::planted::{Bug, buggy};
use crate::server::apply::{Tell, apply};
use crate::server::caps::Cap;
use crate::server::event::{Actions, ConnId, IfRefused};
use crate::server::fact::{Fact, Kind, Of, To, What};
use crate::server::id::UserId;
use crate::server::label::{Face, Label, Reply};
use crate::server::outgoing::Outgoing;
use crate::server::pick::{Asking, Pick, deliver, sessions};
use crate::server::state::State;
use crate::server::user::UserMode;
use crate::time::Time;

impl Turn<'_> {
    /// Turns a decision into a fact, applies it and sends it. If the log keeps the fact, its lines and all later lines
    /// of the same command wait until the fact is settled.
    pub(in super::super) fn happen(&mut self, what: What<'_>) {
        let fact = self.fact(what);
        let kept = self.state.has_log() && fact.is_kept();
        let gated = kept && fact.kind() == Kind::Said;
        if kept && !buggy(Bug::StampForgotten) {
            let drop = match gated {
                true => !buggy(Bug::RefusedLineKept),
                false => buggy(Bug::RefusedChangeHidden),
            };
            self.actions.wait_for(fact.seq(), if drop { IfRefused::Drop } else { IfRefused::Keep });
        }
        let live = Live {
            actions: self.actions,
            label: self.label.as_mut(),
            now: self.now.wall,
            asking: self.conn,
            to_channel: matches!(fact.what, What::Said { to: To::Channel { .. }, .. }),
            own: gated.then(Own::default),
            later: Vec::new(),
        };
        let live = carry_out(self.state, &fact, live);
        let (own, later) = (live.own, live.later);
        if let Some(own) = own {
            self.answer_in_place(&fact, own);
        }
        if kept {
            self.actions.wait_for(fact.seq(), IfRefused::Keep);
            self.state.append(fact.into_owned());
        }
        for later in later {
            self.tell_later(later);
        }
    }

    fn fact<'a>(&mut self, what: What<'a>) -> Fact<'a> {
        let seq = self.state.next_seq();
        let id = match buggy(Bug::IdComesAgain) {
            true => self.boot.id(self.now.wall.as_micros()),
            false => self.boot.id(seq),
        };
        let me = self.me();
        let bot = match &what {
            // If the fact changes mode B, its own line is already tagged with the new value.
            What::UserModes { changes, .. } => {
                changes.iter().find(|(_, mode)| *mode == UserMode::Bot).map(|&(on, _)| on)
            }
            _ => None,
        };
        let bot = bot.unwrap_or(me.is_bot());
        let source = Cow::Owned(me.source());
        Fact {
            seq,
            id,
            at: self.state.stamp(&what, self.actor, self.now.wall),
            when: self.now,
            actor: self.actor,
            source,
            account: me.account.clone(),
            bot,
            what,
        }
    }

    /// Sends the caller the echo if the message is stored, and the refusal if not.
    fn answer_in_place(&mut self, fact: &Fact<'_>, own: Own) {
        let Some((command, to)) = fact.what.refused_as() else { return };
        let refused = self.not_stored(command, &to.shown());
        match &mut self.label {
            Some(label) => {
                own.echo.into_iter().for_each(|line| label.answer(Face::Stored, line));
                match buggy(Bug::RefusalUnlabelled) {
                    true => label.aside.push(Reply { face: Face::Refused, line: refused }),
                    false => label.answer(Face::Refused, refused),
                }
                let face = if buggy(Bug::AsideNotHeld) { Face::Both } else { Face::Stored };
                label.aside.extend(own.aside.into_iter().map(|line| Reply { face, line }));
            }
            None => {
                let (form, now) = (self.state.form(self.conn), self.now.wall);
                let stored = own.echo.iter().chain(&own.aside).map(|line| line.line(form, now, None)).collect();
                self.actions.either(self.conn, stored, vec![refused.line(form, now, None)]);
            }
        }
    }

    fn tell_later(&mut self, later: Later) {
        match later {
            Later::Appeared(user) => self.tell_online(user),
            Later::Vanished(nick) => self.tell_offline(&nick),
            Later::Value { near, of, key } => self.tell_value(near, of, &key),
            Later::Notice { about, text } => self.notify(about, &text),
            Later::Aside(line) => match &mut self.label {
                Some(label) => label.aside.push(Reply { face: Face::Both, line }),
                None => self.send(&line),
            },
        }
    }
}

/// Applies a fact, and sends it to the users who see it.
fn carry_out<'l>(state: &mut State, fact: &Fact<'_>, mut live: Live<'l>) -> Live<'l> {
    #[cfg(feature = "planted")]
    if state.recorder().is_some() {
        return crate::server::replay::recorded(state, fact, live);
    }
    apply(state, fact, &mut live);
    live
}

/// A notification that is sent to individual sessions after the fact has been applied.
enum Later {
    Appeared(UserId),
    Vanished(Box<str>),
    Value { near: Vec<UserId>, of: Of, key: Box<str> },
    Notice { about: UserId, text: Box<str> },
    Aside(Outgoing),
}

/// What the calling session receives if its message is stored.
#[derive(Default)]
struct Own {
    echo: Vec<Outgoing>,
    /// The message, if the caller sent it to themselves: it follows the reply, without the label. labeled-response, of
    /// messages to oneself: "the server MUST NOT include the label tag, except for any acknowledgment sent with the
    /// echo-message mechanism".
    aside: Vec<Outgoing>,
}

/// Sends facts to connected sessions.
struct Live<'a> {
    actions: &'a mut Actions,
    label: Option<&'a mut Label>,
    now: Time,
    /// The calling session.
    asking: ConnId,
    /// Whether the fact is a message to a channel.
    to_channel: bool,
    /// Set if the log may refuse the message. What the caller would receive is then collected here.
    own: Option<Own>,
    later: Vec<Later>,
}

impl Live<'_> {
    /// Sends a message to sessions, with two exceptions: `pick` may exclude the calling session, and replies to a
    /// labelled command are kept until the command is done.
    fn tell_sessions(&mut self, state: &State, to: impl Iterator<Item = ConnId>, pick: Pick<'_>, message: &Outgoing) {
        let asking = self.asking;
        let hears = self.asking_hears(state, pick);
        let labelled = self.label.as_ref().map(|label| label.conn);
        let labelled = if self.own.is_some() { Some(asking) } else { labelled };
        let untold = buggy(Bug::OtherSessionUntold).then(|| Some(state.get(asking)?.user)).flatten();
        let mut answers = 0;
        let to = to.filter(|&conn| {
            if conn == asking && !hears || conn != asking && untold.is_some_and(|user| user == state.user_of(conn)) {
                return false;
            }
            let answer = Some(conn) == labelled;
            answers += usize::from(answer && pick.takes(state, conn));
            !answer
        });
        deliver(state, self.actions, self.now, to, pick, message);
        for _ in 0..answers {
            match (&mut self.own, &mut self.label) {
                (Some(own), _) => own.echo.push(message.clone()),
                (None, Some(label)) => label.answer(Face::Both, message.clone()),
                (None, None) => {}
            }
        }
    }

    fn asking_hears(&self, state: &State, pick: Pick<'_>) -> bool {
        match pick.asking {
            Asking::Hears => true,
            Asking::HearsEcho => state.get(self.asking).is_some_and(|session| {
                let several = buggy(Bug::SpeakerHearsItself) && state.sessions_of(session.user).len() > 1;
                state.has_cap(self.asking, Cap::EchoMessage) || several
            }),
            Asking::Not => false,
        }
    }

    /// Planted bugs: an echo that was not requested, is sent twice, or lacks its client-only tags.
    fn misecho(&self, state: &State, pick: Pick<'_>, message: &Outgoing) -> Option<Outgoing> {
        if pick.asking != Asking::HearsEcho {
            return None;
        }
        let echoes = self.asking_hears(state, pick);
        match echoes {
            false if self.to_channel && buggy(Bug::EchoToSender) => Some(message.clone()),
            true if buggy(Bug::EchoTwice) => Some(message.clone()),
            true if buggy(Bug::EchoWithoutTags) => Some(message.clone().with_client_tags("")),
            _ => None,
        }
    }
}

impl Tell for Live<'_> {
    fn tell(&mut self, state: &State, to: impl Iterator<Item = UserId>, pick: Pick<'_>, message: &Outgoing) {
        let echo = self.misecho(state, pick, message);
        let first = if buggy(Bug::EchoWithoutTags) && echo.is_some() { pick.not_asking() } else { pick };
        self.tell_sessions(state, sessions(state, to), first, message);
        if let Some(echo) = echo {
            self.tell_sessions(state, [self.asking].into_iter(), Pick { asking: Asking::Hears, ..pick }, &echo);
        }
    }

    fn tell_near(&mut self, state: &State, user: UserId, near: Vec<UserId>, pick: Pick<'_>, message: &Outgoing) {
        let followers = followers(state, user);
        let others = followers.into_iter().filter(|&conn| near.binary_search(&state.user_of(conn)).is_err());
        let all = sessions(state, near.iter().copied()).chain(others);
        self.tell_sessions(state, all, pick, message);
    }

    fn tell_speaker(&mut self, _state: &State, message: &Outgoing) {
        match &mut self.own {
            Some(own) => own.aside.push(message.clone()),
            None => self.later.push(Later::Aside(message.clone())),
        }
    }

    fn appeared(&mut self, _state: &State, user: UserId) {
        self.later.push(Later::Appeared(user));
    }

    fn vanished(&mut self, _state: &State, nick: &str) {
        self.later.push(Later::Vanished(nick.into()));
    }

    fn value(&mut self, _state: &State, near: Vec<UserId>, of: Of, key: &str) {
        self.later.push(Later::Value { near, of, key: key.into() });
    }

    fn notice(&mut self, _state: &State, about: UserId, text: &str) {
        self.later.push(Later::Notice { about, text: text.into() });
    }
}
