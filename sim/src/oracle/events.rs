//! The server's side: what it is told, and what it does about it, held against the model.

use verbatim::server::{Action, Actions, CloseReason, ConnId, Event, Fact, IfRefused, Outcome, Seq};
use verbatim::time::Now;
use verbatim::wire::{Line, Peer};

use super::log::Log;
use super::stream::Stream;
use super::{Failure, Life, Oracles, heard, stamped};
use crate::model::{Expect, server_time};

impl Oracles {
    /// The server is about to be given `event`.
    pub fn server_event(&mut self, now: Now, event: &Event<'_>) {
        if self.failure.is_some() {
            return;
        }
        self.asked.other_event();
        self.released.clear();
        self.settles = matches!(event, Event::Settled { .. });
        match *event {
            Event::Accepted { conn, peer } => {
                self.opening.remove(&conn);
                if let Err(failure) = self.introduced(conn, peer) {
                    return self.fail(failure);
                }
            }
            Event::Received { conn, bytes } => {
                if let Some(life) = self.life_of(conn) {
                    if let Err(differs) = self.streams[life as usize].words.told(bytes) {
                        return self.fail(heard(life, differs));
                    }
                    self.talk.server_heard(life, bytes);
                    self.asked.heard(life, bytes);
                }
            }
            Event::Closed { conn, reason } => {
                self.last_end = now.mono;
                if let Some(life) = self.life_of(conn) {
                    if let Err(failure) = self.farewells.closed(life, reason) {
                        return self.fail(failure);
                    }
                    if let (CloseReason::Ended, Err(differs)) = (reason, self.streams[life as usize].words.ended()) {
                        return self.fail(heard(life, differs));
                    }
                    self.streams[life as usize].peer_is_gone();
                    self.talk.over(life);
                    self.asked.over(life);
                }
            }
            Event::Answered { ask: Some(ask), .. } => self.asked.answered(ask),
            Event::Settled { upto, outcome } => {
                self.last_end = now.mono;
                self.settled(upto, outcome != Outcome::Stored);
            }
            Event::Answered { ask: None, .. }
            | Event::Attached { .. }
            | Event::Unread { .. }
            | Event::Timeout
            | Event::Stop => {}
        }
        self.touched.clear();
        self.model.begin_event(self.log.is_full());
        let expects = self.model.handle(now, event);
        expect(expects, &self.lives, &mut self.streams, &mut self.touched);
    }

    /// All up to `upto` is settled: what waits for it may arrive, or never will.
    fn settled(&mut self, upto: Seq, refused: bool) {
        for (life, stream) in self.streams.iter_mut().enumerate().filter(|(_, stream)| stream.coming.is_held()) {
            stream.coming.settle(upto, refused).iter().for_each(|line| self.talk.refused(line));
            if !stream.coming.is_held() {
                self.released.push(life as Life);
            }
        }
        if let Err(failure) = self.log.settle(upto) {
            self.fail(failure);
        }
    }

    /// The driver hands a commit out.
    pub fn commit(&mut self, first: Seq, upto: Seq) {
        if let Err(failure) = self.log.commit(first, upto) {
            self.fail(failure);
        }
    }

    /// The server appended something. What had waited for room is handled as long as there is some.
    fn appended(&mut self, actions: &Actions) {
        let mut portions = Log::portions(actions).into_iter();
        loop {
            if self.model.appends()
                && let Some(portion) = portions.next()
            {
                self.log.append(&portion);
                self.model.appended(portion.upto);
            }
            if !self.settles || self.log.is_full() {
                return;
            }
            let Some(conn) = self.model.has_room() else { return };
            expect(self.model.more(), &self.lives, &mut self.streams, &mut self.touched);
            self.asked.goes_on(self.lives[conn as usize].expect("it was accepted"));
        }
    }

    /// The server is told who has come.
    fn introduced(&self, conn: ConnId, peer: &Peer) -> Result<(), Failure> {
        let Some(known) = self.life_of(conn).and_then(|life| self.peers.get(&life)) else { return Ok(()) };
        match known {
            Some(known) if known == peer => Ok(()),
            Some(known) => Err(Failure::new("peer", format!("{known:?}"), format!("{peer:?}"))),
            None => Err(Failure::new("peer", "nobody whom the server may hear of", format!("{peer:?}"))),
        }
    }

    /// The server gave `actions` for the last event.
    pub fn server_actions(&mut self, now: Now, actions: &Actions) {
        if self.failure.is_some() {
            return;
        }
        self.appended(actions);
        let mut asked = self.model.asked().to_vec().into_iter();
        for action in actions.list() {
            let done = match action {
                Action::Send { to, line, after, if_refused } => {
                    if self.has_log
                        && let Err(failure) = stamped::see(line, actions.recipients(*to).len(), *after, *if_refused)
                    {
                        return self.fail(failure);
                    }
                    self.sent(actions.recipients(*to), line, *after, *if_refused)
                }
                Action::Either { to, after, stored, refused } => self.sent_either(*to, *after, stored, refused),
                Action::Append { .. } => Ok(()),
                Action::Ask { ask, .. } => {
                    let asker = self.model.asker(*ask).and_then(|conn| self.life_of(conn));
                    self.asked.asks(*ask, asker);
                    is_asked(asked.next(), Some(action))
                }
                Action::Close { conn, .. } => self.closed(now, *conn),
            };
            if let Err(failure) = done {
                return self.fail(failure);
            }
        }
        self.model.event_over();
        if let Err(failure) = self.done(now, actions, asked) {
            self.fail(failure);
        }
    }

    /// Whether the event is done as it must be.
    fn done(&mut self, now: Now, actions: &Actions, mut asked: impl Iterator<Item = Action>) -> Result<(), Failure> {
        let facts = actions.list().iter().filter_map(|action| match action {
            Action::Append { facts, .. } => Some(facts.iter().map(Fact::seq)),
            _ => None,
        });
        let facts: Vec<Seq> = facts.flatten().collect();
        let waiting: Vec<Life> = self.model.waiting().filter_map(|conn| self.life_of(conn)).collect();
        self.asked.done(|life| waiting.contains(&life))?;
        is_asked(asked.next(), None)?;
        if facts.len() != self.model.kept() {
            let expected = format!("{} facts appended", self.model.kept());
            return Err(Failure::new("actions", expected, format!("those with the numbers {facts:?}")));
        }
        self.judge(now, &facts)
    }

    fn sent(&mut self, to: &[ConnId], line: &Line, after: Seq, if_refused: IfRefused) -> Result<(), Failure> {
        for &conn in to {
            let life = self
                .life_of(conn)
                .ok_or_else(|| Failure::new("actions", format!("nobody has connection number {conn}"), line.text()))?;
            self.streams[life as usize].sent(line, after, if_refused);
        }
        self.touched.extend(to);
        let lives = &self.lives;
        let to = || to.iter().filter_map(|&conn| lives[conn as usize]);
        self.talk.server_said(line, to());
        self.asked.said(line, to())?;
        self.replay.said(line, to())?;
        Ok(())
    }

    fn sent_either(&mut self, to: ConnId, after: Seq, stored: &[Line], refused: &[Line]) -> Result<(), Failure> {
        let life = self
            .life_of(to)
            .ok_or_else(|| Failure::new("actions", format!("nobody has connection number {to}"), "it is sent lines"))?;
        self.streams[life as usize].sent_either(after, stored, refused);
        self.touched.push(to);
        stored.iter().for_each(|line| self.talk.server_said(line, [life].into_iter()));
        self.asked.said_either(life, stored, refused)
    }

    fn closed(&mut self, now: Now, conn: ConnId) -> Result<(), Failure> {
        self.last_end = now.mono;
        let life = self
            .life_of(conn)
            .ok_or_else(|| Failure::new("actions", format!("nobody has connection number {conn}"), "it is closed"))?;
        self.talk.over(life);
        self.asked.over(life);
        self.streams[life as usize].closed();
        self.touched.push(conn);
        Ok(())
    }

    /// Whether what each connection was sent is what the model says.
    fn judge(&mut self, now: Now, facts: &[Seq]) -> Result<(), Failure> {
        let mut touched = std::mem::take(&mut self.touched);
        let time = server_time(now.wall.as_micros());
        touched.sort_unstable();
        touched.dedup();
        for conn in touched {
            let Some(life) = self.life_of(conn) else { continue };
            self.streams[life as usize].judge(&time, facts, &mut self.known).map_err(|(expected, got)| {
                let to = |what| format!("to connection {life}: {what}");
                Failure::new("actions", to(expected), to(got))
            })?;
        }
        self.known.batches.fresh.clear();
        self.known.batches.recent.clear();
        self.known.deeds.recent.clear();
        for (deed, id) in self.known.deeds.fresh.drain(..) {
            self.model.is_called(deed, &id);
        }
        Ok(())
    }
}

/// The model's steps are those that the server must take.
fn expect(
    steps: impl Iterator<Item = (ConnId, Expect)>,
    lives: &[Option<Life>],
    streams: &mut [Stream],
    touched: &mut Vec<ConnId>,
) {
    for (conn, step) in steps {
        let life = lives[conn as usize].expect("the model speaks to connections that were accepted");
        streams[life as usize].expect(step);
        touched.push(conn);
    }
}

/// Whether the server asks of the world what it must, and nothing else.
fn is_asked(expected: Option<Action>, got: Option<&Action>) -> Result<(), Failure> {
    if expected.as_ref() == got {
        return Ok(());
    }
    Err(Failure::new("actions", format!("it asks {expected:?}"), format!("it asks {got:?}")))
}
