//! Oracle `actions`: for each event the server does what the reference model predicts: text, tags, labels, batches, and
//! questions to its host.

use std::collections::VecDeque;

use model::{Expect, Model, Question, server_time};
use verbatim::server::{self, Action, Actions, AskId, ConnId, Event, FACT_BYTES, Fact, Seq};
use verbatim::time::Now;
use verbatim::wire::Line;

use super::observation::Sent;
use super::reader::{Account, Done, Known};
use super::{Failure, LinkId, Observation, Oracle, Setting, to_model};

/// The model, and what the server did.
#[derive(Debug)]
pub struct AgainstModel {
    /// The reference model.
    pub model: Model,
    /// Indexed by connection number at the server: the last connection that had the number.
    links: Vec<Option<LinkId>>,
    /// Indexed by connection.
    accounts: Vec<Account>,
    known: Known,
    /// The connections to which the model or the server sent something in this event.
    touched: Vec<LinkId>,
    /// The questions that the model predicts for this event, and that the server has not asked yet.
    asked: VecDeque<(AskId, Question)>,
    /// The numbers of the facts that the server appends in this event.
    facts: Vec<Seq>,
    unsettled: Unsettled,
    /// Whether the event reports that facts are settled.
    settles: bool,
    /// The connection of the event, if there is one.
    current: Option<LinkId>,
}

impl AgainstModel {
    pub fn new(setting: &Setting) -> Self {
        Self {
            model: Model::new(to_model::config(&setting.config)),
            links: Vec::new(),
            accounts: Vec::new(),
            known: Known::default(),
            touched: Vec::new(),
            asked: VecDeque::new(),
            facts: Vec::new(),
            unsettled: Unsettled { most: setting.config.unsettled_bytes, ..Unsettled::default() },
            settles: false,
            current: None,
        }
    }

    /// The server's driver gave connection `link` this number.
    pub fn taken(&mut self, link: LinkId, conn: ConnId) {
        let at = conn as usize;
        self.links.resize(self.links.len().max(at + 1), None);
        self.links[at] = Some(link);
        self.accounts.resize_with(self.accounts.len().max(link as usize + 1), Account::default);
    }

    /// The connection with this number, or the last one that had it.
    pub fn link_of(&self, conn: ConnId) -> Option<LinkId> {
        self.links.get(conn as usize).copied().flatten()
    }

    fn event(&mut self, now: Now, event: &Event<'_>) {
        self.settles = matches!(event, Event::Settled { .. });
        if let Event::Settled { upto, .. } = event {
            self.unsettled.settle(*upto);
        }
        self.touched.clear();
        self.facts.clear();
        self.model.begin_event(self.unsettled.is_full());
        let expects = self.model.handle(to_model::now(now), to_model::event(event));
        expect(expects, &self.links, &mut self.accounts, &mut self.touched);
    }

    /// The server returned `actions` for this event. Suspended commands are handled while there is room; returns the
    /// connections that resume.
    pub fn begin(&mut self, actions: &Actions) -> Vec<LinkId> {
        let (mut portions, mut go_on) = (portions(actions).into_iter(), Vec::new());
        loop {
            if self.model.appends()
                && let Some((upto, bytes)) = portions.next()
            {
                self.unsettled.append(upto, bytes);
                self.model.appended(upto);
            }
            if !self.settles || self.unsettled.is_full() {
                break;
            }
            let Some(conn) = self.model.has_room() else { break };
            expect(self.model.more(), &self.links, &mut self.accounts, &mut self.touched);
            go_on.push(self.links[conn as usize].expect("it was accepted"));
        }
        for action in actions.list() {
            if let Action::Append { facts, .. } = action {
                self.facts.extend(facts.iter().map(Fact::seq));
            }
        }
        self.asked = self.model.asked().iter().cloned().collect();
        go_on
    }

    fn did(&mut self, link: LinkId, done: Done) {
        self.accounts[link as usize].did(done);
        self.touched.push(link);
    }

    /// A connection was sent something that the model did not predict.
    fn differs(&self, link: LinkId, expected: &str, got: &str) -> Failure {
        let to = |what| format!("to connection {link}: {what}");
        let rule = self.known.rule;
        let conn = self.links.iter().position(|&at_server| at_server == Some(link));
        let line = if rule.0.is_some() { expected } else { got };
        let basis = conn.and_then(|conn| self.model.basis(conn as ConnId, line));
        let basis = basis.map(|(what, time)| Box::new((what, to_model::point_back(time))));
        Failure { rule, basis, ..Failure::new("actions", to(expected), to(got)).on(link) }
    }

    /// Checks the server's questions to its host.
    fn asks(&mut self, got: Option<(AskId, &server::Question)>) -> Result<(), Failure> {
        let expected = self.asked.pop_front();
        let got = got.map(|(ask, question)| (ask, question.words()));
        if expected == got {
            return Ok(());
        }
        let failure = Failure::new("actions", format!("it asks {expected:?}"), format!("it asks {got:?}"));
        Err(self.current.into_iter().fold(failure, Failure::on))
    }

    /// Checks the whole event.
    fn done(&mut self, now: Now) -> Result<(), Failure> {
        self.asks(None)?;
        if self.facts.len() != self.model.kept() {
            let expected = format!("{} facts appended", self.model.kept());
            let failure = Failure::new("actions", expected, format!("those with the numbers {:?}", self.facts));
            return Err(self.current.into_iter().fold(failure, Failure::on));
        }
        let mut touched = std::mem::take(&mut self.touched);
        // Most events send nothing.
        let time = if touched.is_empty() { String::new() } else { server_time(to_model::point(now.wall)) };
        touched.sort_unstable();
        touched.dedup();
        for &link in &touched {
            let judged = self.accounts[link as usize].judge(&time, &self.facts, &mut self.known);
            judged.map_err(|(expected, got)| self.differs(link, &expected, &got))?;
        }
        self.touched = touched;
        self.known.batches.fresh.clear();
        self.known.batches.recent.clear();
        self.known.msgids.recent.clear();
        for (number, id) in self.known.msgids.fresh.drain(..) {
            self.model.msgid_is(number, &id);
        }
        Ok(())
    }
}

impl Oracle for AgainstModel {
    fn see(&mut self, now: Now, seen: &Observation<'_>) -> Result<(), Failure> {
        match *seen {
            Observation::Event { event, link } => {
                self.current = link;
                self.event(now, event);
            }
            Observation::Sent(Sent { line, to, after, if_refused, .. }) => {
                to.iter().for_each(|&link| self.did(link, Done::Sent(line.clone(), after, if_refused)));
            }
            Observation::SentEither { link, after, stored, refused } => {
                self.did(link, Done::Either(after, stored.into(), refused.into()));
            }
            Observation::Asks { ask, question, .. } => return self.asks(Some((ask, question))),
            Observation::Closes { link } => self.did(link, Done::Closed),
            Observation::Done { .. } => return self.done(now),
            _ => {}
        }
        Ok(())
    }
}

/// How much is appended but not settled: above a bound, commands are suspended.
#[derive(Debug, Default)]
struct Unsettled {
    bytes: usize,
    most: usize,
    /// For each event or resumed command that appended facts: the number of the last one, and the bytes that count
    /// until that one is settled.
    appended: VecDeque<(Seq, usize)>,
}

impl Unsettled {
    fn append(&mut self, upto: Seq, bytes: usize) {
        self.bytes += bytes;
        self.appended.push_back((upto, bytes));
    }

    fn settle(&mut self, upto: Seq) {
        while let Some((_, bytes)) = self.appended.pop_front_if(|&mut (last, _)| last <= upto) {
            self.bytes -= bytes;
        }
    }

    fn is_full(&self) -> bool {
        self.bytes > self.most
    }
}

/// For each append in `actions`, in order: its last number, and the bytes that count for it. Those are the bytes of the
/// lines that wait for it, plus a fixed number for each fact.
fn portions(actions: &Actions) -> Vec<(Seq, usize)> {
    let (mut portions, mut waiting) = (Vec::new(), 0);
    let bytes = |lines: &[Line]| lines.iter().map(|line| line.len()).sum::<usize>();
    for action in actions.list() {
        match action {
            Action::Send { line, after: 1.., .. } => waiting += line.len(),
            Action::Either { stored, refused, .. } => waiting += bytes(stored).max(bytes(refused)),
            Action::Append { upto, facts, .. } => {
                portions.push((*upto, std::mem::take(&mut waiting) + facts.len() * FACT_BYTES));
            }
            _ => {}
        }
    }
    portions
}

/// Passes the model's steps to the readers of their connections.
fn expect(
    steps: impl Iterator<Item = (ConnId, Expect)>,
    links: &[Option<LinkId>],
    accounts: &mut [Account],
    touched: &mut Vec<LinkId>,
) {
    for (conn, step) in steps {
        let link = links[conn as usize].expect("the model speaks to connections that were accepted");
        accounts[link as usize].expect(step);
        touched.push(link);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_wait_while_too_much_is_unsettled() {
        let mut unsettled = Unsettled { most: 100, ..Unsettled::default() };
        unsettled.append(3, 60);
        assert!(!unsettled.is_full());
        unsettled.append(5, 60);
        assert!(unsettled.is_full());
        unsettled.settle(3);
        assert!(!unsettled.is_full());
    }
}
