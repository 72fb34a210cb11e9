//! The server: a pure state machine that takes events and returns actions.
//!
//! It makes no system calls, reads no clock and generates no random numbers; its output depends only on its events.
//! `docs/protocol.md` describes the behaviour. A message takes this path: [`Server::handle`] finds the line, `command`
//! looks up the command's row and checks its requirements, and the handler (handlers are grouped as in RFC 2812) acts
//! on the tables of `state` through a `Turn`.

mod accept;
mod apply;
mod caps;
mod channel;
mod channels;
mod client_batch;
mod command;
mod config;
mod event;
mod fact;
mod host_mask;
mod id;
mod info;
mod isupport;
mod label;
mod message_id;
mod messages;
mod metadata;
mod mode_table;
mod modes;
mod monitor;
mod needs;
mod negotiation;
mod notes;
mod oper;
mod operator;
mod origin;
mod outgoing;
mod pick;
mod presence;
mod queries;
mod question;
mod registration;
mod remembered;
#[cfg(feature = "planted")]
mod replay;
mod session;
mod speech;
mod state;
mod stats;
mod sts;
mod supported;
mod turn;
mod user;
mod view;

pub use config::{Admin, Config, Limits, SESSIONS_PER_USER};
pub use event::{Action, Actions, CloseReason, ConnId, EndReason, Event, IfRefused, Outcome, Recipients, Stays};
pub use fact::{FACT_BYTES, Fact, Kind, Seq};
pub use host_mask::matches_nobody;
pub use message_id::Boot;
pub use mode_table::{ChannelFlags, UserFlags};
pub use operator::{Operator, PRIVILEGES, Privilege};
pub use question::{Answer, AskId, Question, Reload, Secret, Severity, Usage};
pub use sts::Sts;
pub use supported::supported;

use id::UserId;
use state::State;
use turn::{Asked, NO_CONN, Room, Turn, Unsent, notify};

use crate::planted::{Bug, buggy};
use crate::time::{Now, Time};
use crate::wire::{LineLimits, Message, Split};

/// An IRC server without sockets, clocks and threads.
#[derive(Debug)]
pub struct Server {
    config: Config,
    state: State,
    boot: Boot,
    asked: Asked,
    unsent: Unsent,
}

impl Server {
    /// A server without users.
    pub fn new(config: Config, boot: Boot) -> Self {
        Self { state: State::new(&config), config, boot, asked: Asked::default(), unsent: Unsent::default() }
    }

    /// Handles one event, and appends the resulting actions to `actions`.
    pub fn handle(&mut self, mut now: Now, event: Event<'_>, actions: &mut Actions) {
        if buggy(Bug::OneClock) {
            now.mono = self.boot.now.mono + now.wall.since(self.boot.now.wall);
        }
        match event {
            Event::Accepted { conn, peer } => {
                self.state.accept(conn, peer, now, now.mono + self.config.registration_timeout);
            }
            Event::Received { conn, bytes } => self.received(now, conn, bytes, actions),
            Event::Closed { conn, reason } => self.closed(now, conn, reason, actions),
            #[cfg(feature = "planted")]
            Event::Attached { conn, to, stays } => self.attached(conn, to, stays),
            Event::Answered { ask, answer } => self.answered(now, ask, answer, actions),
            Event::Settled { upto, outcome } => self.settled(now, upto, outcome, actions),
            Event::Unread { conn } => self.state.unread(conn),
            Event::Drained { conn } => self.drained(now, conn, actions),
            Event::Timeout => self.timeout(now, actions),
            Event::Stop => self.stop(now, actions),
        }
        self.append(actions);
    }

    /// Appends the facts that the log keeps.
    fn append(&mut self, actions: &mut Actions) {
        actions.wait_for(0, IfRefused::Keep);
        if let Some((first, upto, facts)) = self.state.take_appended(actions.take_waiting_bytes()) {
            actions.append(first, upto, facts);
        }
        // A PING may be queued behind lines that wait; its deadline must not start yet.
        self.state.hold_pings();
    }

    /// When the driver must send [`Event::Timeout`]; `None` if nothing is due. The time may be too early, but never too
    /// late.
    pub fn deadline(&self) -> Option<Time> {
        let first = self.state.first_deadline().map(|(due, _)| due);
        [first, self.state.first_end().map(|(end, _)| end)].into_iter().flatten().min()
    }

    /// Whether the connection waits for an answer ([`Event::Answered`]) or for the rest of a reply ([`Event::Drained`]). Until then the driver must not read from it,
    /// and must not pass its input to the server.
    pub fn is_waiting(&self, conn: ConnId) -> bool {
        self.state.get(conn).is_some_and(|session| session.waiting.is_some())
    }

    /// Whether the connection has not been sent all of a reply.
    pub fn is_replying(&self, conn: ConnId) -> bool {
        self.state.is_replying(conn)
    }

    /// How many connections the server has, registered or not.
    pub fn connections(&self) -> usize {
        self.state.connections()
    }

    /// How many channels exist. A channel without members does not exist.
    pub fn channels(&self) -> usize {
        self.state.channels.len()
    }

    /// A turn whose calling session is this connection, which must exist.
    fn turn<'a>(&'a mut self, now: Now, conn: ConnId, actions: &'a mut Actions) -> Turn<'a> {
        let actor = self.state.user_of(conn);
        Turn { conn, ..self.turn_of(now, actor, actions) }
    }

    /// A turn whose caller is this user, without a calling session.
    fn turn_of<'a>(&'a mut self, now: Now, actor: UserId, actions: &'a mut Actions) -> Turn<'a> {
        // Its output does not wait for facts of earlier turns.
        actions.wait_for(0, IfRefused::Keep);
        Turn {
            config: &self.config,
            state: &mut self.state,
            actions,
            now,
            asked: &mut self.asked,
            unsent: &mut self.unsent,
            started: self.boot.now,
            promises: command::promises,
            boot: &self.boot,
            conn: NO_CONN,
            actor,
            label: None,
            room: Room::new(self.config.reply_rows),
            batch: None,
        }
    }

    fn received(&mut self, now: Now, conn: ConnId, bytes: &[u8], actions: &mut Actions) {
        let Some(session) = self.state.get_mut(conn) else { return };
        assert!(session.waiting.is_none(), "input for waiting connection {conn}");
        session.last_heard = now.mono;
        if session.pinged.take().is_some() {
            self.state.unping(conn);
            self.state.set_due(conn, now.mono + self.config.ping_interval);
        }
        self.lines(now, conn, bytes, actions);
    }

    /// Handles complete lines until one makes the connection wait; then the rest of `bytes` is kept for later. No more
    /// input arrives in the meantime, since the driver does not read from a waiting connection.
    fn lines(&mut self, now: Now, conn: ConnId, mut bytes: &[u8], actions: &mut Actions) {
        let mut buffer = std::mem::take(&mut self.state.session_mut(conn).buffer);
        let limits = self.config.limits;
        let limits = LineLimits { tags: limits.tags_bytes, rest: limits.line_bytes };
        while let Some(split) = buffer.next(&mut bytes, &limits) {
            if let Split::Line(line) = split
                && self.must_wait_for_room(conn, line)
            {
                let rest = [line, b"\r\n", bytes].concat();
                self.state.session_mut(conn).buffer = buffer;
                return self.state.wait_for_room(conn, now.mono, rest.into());
            }
            self.line(now, conn, split, actions);
            // The line may have ended the connection; then the rest is ignored.
            if self.state.get(conn).is_none() {
                return;
            }
            if self.is_waiting(conn) && !buggy(Bug::WaitOvertaken) {
                break;
            }
        }
        let session = self.state.session_mut(conn);
        session.buffer = buffer;
        if let Some(waiting) = &mut session.waiting {
            waiting.rest = bytes.into();
        }
    }

    /// Whether the line must wait: it is a registered user's command that may become a fact, and too much is unsettled.
    fn must_wait_for_room(&self, conn: ConnId, line: &[u8]) -> bool {
        self.state.is_full(self.config.unsettled_bytes)
            && self.state.session(conn).is_registered()
            && command::may_change(line)
    }

    fn answered(&mut self, now: Now, ask: Option<AskId>, answer: Answer<'_>, actions: &mut Actions) {
        if let Some(config) = answer.new_settings() {
            // The new settings take effect. Current operators keep their status and privileges.
            let before = std::mem::replace(&mut self.config, config.clone());
            negotiation::tell_new(&self.state, &before, &self.config, now.wall, actions);
        }
        let Some(ask) = ask else { return };
        let Some(then) = self.asked.remove(&ask) else { return };
        let Some((conn, label)) = self.state.answered(ask, now.mono) else { return };
        let mut turn = self.turn(now, conn, actions);
        turn.label = label;
        then.go_on(&mut turn, answer);
        turn.answer_label();
        self.resume(now, conn, actions);
    }

    /// A connection has read most of what it was sent: sends the next piece of a long reply.
    fn drained(&mut self, now: Now, conn: ConnId, actions: &mut Actions) {
        if !self.state.is_replying(conn) {
            return;
        }
        self.state.progress(conn, now.mono, now.mono + self.config.ping_interval);
        self.turn(now, conn, actions).go_on();
        self.resume(now, conn, actions);
    }

    /// Handles the input that was kept while a connection waited, unless it still waits.
    fn resume(&mut self, now: Now, conn: ConnId, actions: &mut Actions) {
        if let Some(rest) = self.state.resume(conn).filter(|_| !buggy(Bug::HeldLost)) {
            self.lines(now, conn, &rest, actions);
        }
    }

    fn line(&mut self, now: Now, conn: ConnId, split: Split<'_>, actions: &mut Actions) {
        let mut turn = self.turn(now, conn, actions);
        match split {
            Split::TooLong(tags) => {
                command::refuse_long(&mut turn, tags);
                turn.answer_label();
                messages::line_refused(&mut turn);
            }
            Split::Line(line) => match Message::parse(line) {
                Ok(message) => command::dispatch(&mut turn, &message),
                Err(error) => {
                    command::refuse(&mut turn, line, error);
                    turn.answer_label();
                    messages::line_refused(&mut turn);
                }
            },
        }
        turn.answer_label();
    }

    fn closed(&mut self, now: Now, conn: ConnId, reason: CloseReason<'_>, actions: &mut Actions) {
        if buggy(Bug::CutLineTaken)
            && let Some(session) = self.state.get(conn)
        {
            let cut = session.buffer.partial().to_owned();
            self.line(now, conn, Split::Line(&cut), actions);
        }
        if self.state.get(conn).is_none() {
            return;
        }
        if buggy(Bug::ClosedStaysMember) {
            let user = self.state.user_of(conn);
            self.state.user_mut(user).channels.clear();
        }
        self.turn(now, conn, actions).forget(reason.text());
    }

    fn timeout(&mut self, now: Now, actions: &mut Actions) {
        let (interval, patience) = (self.config.ping_interval, self.config.ping_timeout);
        while let Some((due, conn)) = self.state.first_deadline().filter(|&(due, _)| due <= now.mono) {
            let session = self.state.session(conn);
            let (registered, pinged, silent_from) = (session.is_registered(), session.pinged, session.last_heard);
            if !registered {
                self.turn(now, conn, actions).disconnect(EndReason::RegistrationTimeout);
            } else if self.state.is_replying(conn) && due < silent_from + interval + patience {
                self.state.set_due(conn, silent_from + interval + patience);
            } else if pinged.is_some() || self.state.is_replying(conn) {
                self.turn(now, conn, actions).disconnect(EndReason::PingTimeout(interval + patience));
            } else if due < silent_from + interval {
                // The session has sent something since this deadline was set, so it gets a new one. Other sessions may
                // be due before that.
                self.state.set_due(conn, silent_from + interval);
            } else {
                registration::send_ping(&mut self.turn(now, conn, actions));
                self.state.session_mut(conn).pinged = Some(now.mono);
                self.state.set_due(conn, now.mono + patience);
                self.state.pinged(conn);
            }
            debug_assert!(self.state.first_deadline() != Some((due, conn)), "the deadline did not change");
        }
        while let Some((_, user)) = self.state.first_end().filter(|&(end, _)| end <= now.mono) {
            self.state.stay_no_more(user);
            if self.state.sessions_of(user).is_empty() {
                self.turn_of(now, user, actions).stay_no_more();
            }
        }
    }

    /// The log has stored or refused facts. Refused messages and redactions are undone.
    fn settled(&mut self, now: Now, upto: Seq, outcome: Outcome<'_>, actions: &mut Actions) {
        let refused = match outcome {
            Outcome::Stored => None,
            Outcome::Refused(why) => Some(why),
        };
        for conn in self.state.settle(upto, refused.is_some()) {
            let from = self.state.counts_from(conn, now.mono);
            self.state.set_due(conn, from + self.config.ping_timeout);
        }
        let news = self.state.refuses(refused.is_some());
        if let Some(why) = refused.filter(|_| news) {
            notify(&self.config, &self.state, now, actions, &["The log cannot store events: ", why].concat());
        }
        while let Some(conn) = self.state.has_room(self.config.unsettled_bytes, now.mono) {
            self.resume(now, conn, actions);
            self.append(actions);
        }
    }

    /// Remembers the user to whom a connection will attach.
    #[cfg(feature = "planted")]
    fn attached(&mut self, conn: ConnId, to: &str, stays: Stays) {
        if let Some(registration) = self.state.get_mut(conn).and_then(|session| session.registration.as_mut()) {
            registration.attach = Some(session::Attach { to: to.into(), stays });
        }
    }

    /// Notifies all connections, and removes them. No QUIT is sent, since nobody is left to see it.
    fn stop(&mut self, now: Now, actions: &mut Actions) {
        for (conn, _) in self.state.sessions() {
            let message = turn::farewell(self.state.address(conn), &EndReason::Stopping);
            actions.send(conn, message.line(self.state.form(conn), now.wall, None));
            actions.close(conn, EndReason::Stopping);
        }
        self.state.empty(&self.config);
        self.asked.clear();
        self.unsent.clear();
    }
}
