//! Replays the facts of a run on an empty state, which must give the same state and the same lines. Only for tests and
//! the simulator.

use super::Server;
use super::apply::{Tell, apply};
use super::config::Config;
use super::event::ConnId;
use super::fact::{Fact, Of};
use super::id::UserId;
use super::outgoing::{Form, Outgoing};
use super::pick::Pick;
use super::state::{Happened, State};
use crate::time::Time;

impl Server {
    /// Checks every relation, counter, index and limit of the state.
    ///
    /// # Errors
    /// The first violation, in a few words.
    pub fn audit(&self) -> Result<(), String> {
        self.state.audit()?;
        if let Some(ask) = self.asked.keys().find(|&&ask| !self.state.is_asked(ask)) {
            return Err(format!("answer {ask} will be handled, but no session waits for it"));
        }
        let unsent: Vec<ConnId> = self.unsent.keys().copied().collect();
        let replying: Vec<ConnId> =
            self.state.sessions().map(|row| row.0).filter(|&conn| self.is_replying(conn)).collect();
        match unsent == replying {
            true => Ok(()),
            false => Err(format!("replies to {unsent:?} are incomplete, but sessions {replying:?} wait for more")),
        }
    }

    /// Starts to record every fact, and what each receiver gets. Must be called before the first event.
    pub fn record_facts(&mut self) {
        self.state.record();
    }

    /// Applies the recorded facts to an empty state, and compares the result.
    ///
    /// # Errors
    /// The first difference.
    pub fn replay(&self) -> Result<(), String> {
        replay(&self.config, &self.state)
    }
}

/// Applies the recorded facts to an empty state, and compares it with `state`.
fn replay(config: &Config, state: &State) -> Result<(), String> {
    let Some(recorder) = state.recorder() else { return Err("nothing was recorded".into()) };
    let mut again = State::new(config);
    for happened in recorder {
        match happened {
            Happened::Fact(fact, told) => {
                let mut tell = Recording { told: Vec::new(), then: () };
                apply(&mut again, fact, &mut tell);
                same(&format!("receivers of {fact:?}"), told, &tell.told)?;
            }
            Happened::Settled { upto, refused } => drop(again.settle(*upto, *refused)),
        }
    }
    same("the state", &state.shared(), &again.shared())
}

fn same(what: &str, first: &[String], again: &[String]) -> Result<(), String> {
    let differs = (0..first.len().max(again.len())).find(|&at| first.get(at) != again.get(at));
    match differs {
        None => Ok(()),
        Some(at) => Err(format!("{what}: first {:?}, again {:?}", first.get(at), again.get(at))),
    }
}

/// Applies a fact and sends it with `then`. Records the fact, and what each receiver gets.
pub(super) fn recorded<T: Tell>(state: &mut State, fact: &Fact<'_>, then: T) -> T {
    let mut recording = Recording { told: Vec::new(), then };
    apply(state, fact, &mut recording);
    if let Some(recorder) = state.recorder_mut() {
        recorder.push(Happened::Fact(Box::new(fact.clone().into_owned()), recording.told));
    }
    recording.then
}

/// Records what each receiver gets, and passes it on to `then`.
struct Recording<T> {
    told: Vec<String>,
    then: T,
}

/// A message with all tags that it may have.
fn text(message: &Outgoing) -> String {
    Form::all().last().map_or_else(String::new, |form| message.line(form, Time::default(), None).text())
}

impl<T: Tell> Tell for Recording<T> {
    fn tell(&mut self, state: &State, to: impl Iterator<Item = UserId>, pick: Pick<'_>, message: &Outgoing) {
        let to: Vec<UserId> = to.collect();
        self.told.push(format!("{to:?} {pick:?} {}", text(message)));
        self.then.tell(state, to.into_iter(), pick, message);
    }

    fn tell_near(&mut self, state: &State, user: UserId, near: Vec<UserId>, pick: Pick<'_>, message: &Outgoing) {
        self.told.push(format!("near {user:?} {near:?} {pick:?} {}", text(message)));
        self.then.tell_near(state, user, near, pick, message);
    }

    fn tell_speaker(&mut self, state: &State, message: &Outgoing) {
        self.told.push(format!("speaker {}", text(message)));
        self.then.tell_speaker(state, message);
    }

    fn appeared(&mut self, state: &State, user: UserId) {
        self.told.push(format!("appeared {user:?}"));
        self.then.appeared(state, user);
    }

    fn vanished(&mut self, state: &State, nick: &str) {
        self.told.push(format!("vanished {nick}"));
        self.then.vanished(state, nick);
    }

    fn value(&mut self, state: &State, near: Vec<UserId>, of: Of, key: &str) {
        self.told.push(format!("value {near:?} {of:?} {key}"));
        self.then.value(state, near, of, key);
    }

    fn notice(&mut self, state: &State, about: UserId, text: &str) {
        self.told.push(format!("notice about {about:?}: {text}"));
        self.then.notice(state, about, text);
    }
}

/// Sends nothing.
impl Tell for () {
    fn tell(&mut self, _: &State, to: impl Iterator<Item = UserId>, _: Pick<'_>, _: &Outgoing) {
        to.for_each(drop);
    }
    fn tell_near(&mut self, _: &State, _: UserId, _: Vec<UserId>, _: Pick<'_>, _: &Outgoing) {}
    fn tell_speaker(&mut self, _: &State, _: &Outgoing) {}
    fn appeared(&mut self, _: &State, _: UserId) {}
    fn vanished(&mut self, _: &State, _: &str) {}
    fn value(&mut self, _: &State, _: Vec<UserId>, _: Of, _: &str) {}
    fn notice(&mut self, _: &State, _: UserId, _: &str) {}
}
