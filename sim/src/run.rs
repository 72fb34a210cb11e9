//! One run from beginning to end, and its report.
//!
//! A run has four phases. People talk while faults happen; then the faults stop, and everything must drain; then a few
//! people say something that everybody must receive within a limit of virtual time; then all leave, and nothing may
//! remain.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use model::Rule;
use verbatim::client::Entry;
use verbatim::planted::{Bug, plant};
use verbatim::server::{self, PRIVILEGES};
use verbatim::wire::Casemapping;

use crate::faults::{FaultMode, Shape};
use crate::oracle::{Failure, LinkId};
use crate::people::Workload;
use crate::people::irc::OPERATORS;
use crate::random::Random;
use crate::record::transcript::Transcript;
use crate::record::witness::{Counts, Trace};
use crate::world::{START, World};

/// The first phase takes at most this long.
const ACTIVE: Duration = Duration::from_secs(600);
/// How long the second phase may take: until every lost connection is noticed (a ping's interval, its timeout, a
/// client's pause before it reconnects) and everybody is back.
const CALM: Duration = Duration::from_secs(300);
/// The last messages arrive within this time.
const PROBE: Duration = Duration::from_secs(5);
/// A run with more steps counts as stuck.
const MOST_STEPS: u64 = 50_000_000;

/// The options of a run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Everything random follows from it.
    pub seed: u64,
    /// How many clients.
    pub clients: u32,
    /// How many lines each client says.
    pub lines: u32,
    /// The faults.
    pub faults: FaultMode,
    /// A bug to plant, to see an oracle find it.
    pub bug: Option<Bug>,
    /// Whether the transcript is kept.
    pub transcript: bool,
    /// Whether every event and action is printed.
    pub trace: bool,
    /// Whether the report of a failure shows the last events of all connections.
    pub all_events: bool,
}

impl Default for Options {
    fn default() -> Self {
        let faults = FaultMode::default();
        Self { seed: 1, clients: 5, lines: 20, faults, bug: None, transcript: false, trace: false, all_events: false }
    }
}

impl Options {
    /// The command that repeats this run.
    pub fn replay(&self) -> String {
        let mut command = format!("just sim --seed {} --clients {}", self.seed, self.clients);
        if self.lines != 20 {
            command += &format!(" --lines {}", self.lines);
        }
        match self.faults {
            FaultMode::None => command += " --faults none",
            FaultMode::All => command += " --faults all",
            FaultMode::Swarm => {}
        }
        if let Some(bug) = self.bug {
            command += &format!(" --bug {}", bug.name());
        }
        command
    }
}

/// The report of a run.
#[derive(Clone, Debug)]
pub struct Report {
    /// The options.
    pub options: Options,
    /// The first failure, if any.
    pub failure: Option<Failure>,
    /// The connections concerned: their peers and transports.
    pub connections: Vec<String>,
    /// The last events of those connections before the failure.
    pub last: Vec<String>,
    /// The totals.
    pub counts: Counts,
    /// The duration in virtual time.
    pub span: Duration,
    /// Why the server's end dropped connections.
    pub given_up: BTreeSet<String>,
    /// 64 hexadecimal digits over every event and every action.
    pub digest: String,
    /// What each client showed, if it was kept.
    pub transcript: String,
}

impl Report {
    /// The summary line of the output; `wall` is the real duration.
    pub fn line(&self, wall: Duration) -> String {
        let Options { seed, clients, .. } = self.options;
        let Counts { events, deliveries, faults, .. } = self.counts;
        let verdict = match &self.failure {
            None => format!("PASS seed={seed} clients={clients}"),
            Some(failure) => format!("FAIL seed={seed} oracle={} clients={clients}", failure.oracle),
        };
        format!(
            "{verdict} events={events} deliveries={deliveries} faults={faults} virtual_s={:.3} wall_ms={} digest={}",
            self.span.as_secs_f64(),
            wall.as_millis(),
            self.digest
        )
    }
}

/// The promise, what was expected and what came, what that rests on, the events before it, and how to run it again.
/// Empty if the run passed.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(failure) = &self.failure else { return Ok(()) };
        writeln!(f, "promised: {} ({})", failure.promise(), failure.oracle)?;
        writeln!(f, "expected: {}", failure.expected)?;
        writeln!(f, "got:      {}", failure.got)?;
        if let Rule(Some(place)) = failure.rule {
            writeln!(f, "rule:     {}:{}", place.file(), place.line())?;
        }
        if let Some((what, time)) = failure.basis.as_deref() {
            writeln!(f, "since:    {what} at {:.6}", time.since(START.mono).as_secs_f64())?;
        }
        writeln!(f, "faults:   {}", Shape::draw(self.options.faults, self.options.seed, self.options.clients).faults)?;
        self.connections.iter().try_for_each(|line| writeln!(f, "{line}"))?;
        let of = if failure.links.is_empty() || self.options.all_events { "" } else { " on these connections" };
        writeln!(f, "the last events before it{of}:")?;
        self.last.iter().try_for_each(|line| writeln!(f, "  {line}"))?;
        writeln!(f, "replay:   {}", self.options.replay())
    }
}

/// One run with these options. If it fails, it is repeated to record its trace.
pub fn run(options: &Options) -> Report {
    let report = attempt(options, if options.trace { Trace::Print } else { Trace::Off });
    if report.failure.is_none() {
        return report;
    }
    // The trace is expensive, so it is only recorded for a failure: by the same run once more.
    let links = report.failure.map_or(Vec::new(), |failure| failure.links);
    let of = Some(links).filter(|links| !links.is_empty() && !options.all_events);
    let last = Rc::new(RefCell::new(VecDeque::new()));
    let mut again = attempt(options, Trace::Last { lines: Rc::clone(&last), of });
    again.last = last.take().into();
    again
}

fn attempt(options: &Options, trace: Trace) -> Report {
    let _planted = plant(options.bug);
    let shape = Shape::draw(options.faults, options.seed, options.clients);
    let config = config(options.seed, &shape);
    let mut world = World::new(options.seed, &shape, config, trace, Transcript::new(options.transcript));
    let mut run = None;
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let workload = Workload::new(&mut world, options.seed, shape, options.clients, options.lines);
        let server_leaves = Random::new(options.seed, "end").chance(1, 4);
        let run = run.insert(Run { world: &mut world, workload, server_leaves, steps: 0 });
        // The witness has the failure.
        let _ = run.all();
    }));
    if let Err(panic) = panicked {
        let said = panic.downcast_ref::<String>().cloned();
        let said = said.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()));
        world.witness().fail(Failure::new("panic", "no assert of the core to fail", said.unwrap_or_default()));
    }
    let span = world.now().since(START.mono);
    let failure = world.witness().failure().cloned();
    let links: BTreeSet<LinkId> = failure.iter().flat_map(|failure| failure.links.iter().copied()).collect();
    let connections = links.into_iter().map(|link| world.describe(link)).collect();
    let mut witness = world.witness();
    let (counts, digest, transcript) = (witness.counts, witness.digest(), witness.transcript.text());
    let given_up = std::mem::take(&mut witness.given_up);
    Report {
        options: options.clone(),
        failure,
        connections,
        last: Vec::new(),
        counts,
        span,
        given_up,
        digest,
        transcript,
    }
}

/// The configuration of the run's server: a random casemapping, operators, mostly a log, and sometimes an sts policy
/// or unusual modes from the start.
fn config(seed: u64, shape: &Shape) -> server::Config {
    let random = &mut Random::new(seed, "settings");
    let operators = OPERATORS.map(|(name, password)| server::Operator {
        name: name.into(),
        password: password.into(),
        hosts: if name == "helper" { vec!["*@::ffff:10.0.0.0/104".into()] } else { Vec::new() },
        privileges: PRIVILEGES.iter().map(|row| row.1).filter(|_| name == "root").collect(),
    });
    server::Config {
        motd: vec!["Welcome to the world.".into()],
        casemapping: match seed % 6 {
            0 | 3 => Casemapping::Rfc1459,
            5 => Casemapping::Unicode,
            _ => Casemapping::Ascii,
        },
        operators: operators.into(),
        log: random.chance(3, 4),
        unsettled_bytes: (*random.pick(&[400, 4 << 10, 256 << 10])).min(shape.send_queue_bytes / 2),
        reply_rows: (*random.pick(&[1, 3, 20, 1000])).min(shape.send_queue_bytes >> 10),
        channel_modes: random.pick(&["nt", "nt", "n", "", "Cnt"]).parse().expect("letters of modes"),
        user_modes: random.pick(&["", "", "", "i", "iw"]).parse().expect("letters of modes"),
        sts: seed.is_multiple_of(4).then(|| server::Sts {
            port: 6697,
            duration: Duration::from_secs(15_552_000),
            preload: seed.is_multiple_of(8),
            hosts: Vec::new(),
        }),
        limits: limits(seed),
        ..Default::default()
    }
}

/// The limits of the run's server: in half of the runs some are so low that people reach and pass them.
fn limits(seed: u64) -> server::Limits {
    let random = &mut Random::new(seed, "limits");
    let (mut limits, swarm) = (server::Limits::default(), random.chance(1, 2));
    let lists = [
        &mut limits.targets,
        &mut limits.mode_changes,
        &mut limits.list_entries,
        &mut limits.invitations,
        &mut limits.whowas_entries,
        &mut limits.monitor_entries,
        &mut limits.accept_entries,
        &mut limits.multiline_lines,
        &mut limits.redactable_messages,
        &mut limits.redactable_private_messages,
        &mut limits.metadata_keys,
        &mut limits.metadata_subscriptions,
        &mut limits.metadata_sync_lines,
    ];
    for limit in lists.into_iter().filter(|_| swarm && random.chance(1, 2)).collect::<Vec<_>>() {
        *limit = random.within(1..=4) as usize;
    }
    let texts = [
        &mut limits.topic_bytes,
        &mut limits.kick_bytes,
        &mut limits.away_bytes,
        &mut limits.realname_bytes,
        &mut limits.key_bytes,
        &mut limits.multiline_bytes,
        &mut limits.metadata_value_bytes,
    ];
    for limit in texts.into_iter().filter(|_| swarm && random.chance(1, 3)).collect::<Vec<_>>() {
        *limit = random.within(4..=40) as usize;
    }
    // Not `channels_per_user`: in the end everybody joins a channel in which the run is judged.
    limits
}

/// The run has failed; the witness has the failure.
struct Failed;

struct Run<'w> {
    world: &'w mut World,
    workload: Workload,
    /// The run ends by stopping the server.
    server_leaves: bool,
    steps: u64,
}

impl Run<'_> {
    fn all(&mut self) -> Result<(), Failed> {
        let end = self.world.now() + ACTIVE;
        self.go_on(|run| run.workload.is_done() || run.world.now() > end)?;
        self.drain()?;
        self.probe()?;
        self.leave()
    }

    /// The faults stop, and everything must drain.
    fn drain(&mut self) -> Result<(), Failed> {
        self.world.net().calm();
        self.workload.calm(self.world);
        self.pass(CALM)?;
        self.come_to_rest()?;
        for peer in self.workload.people() {
            if self.world.link(peer).is_none() {
                self.fail(
                    "liveness",
                    format!("client {peer} to be connected"),
                    "it is still disconnected long after the faults stopped",
                )?;
            }
        }
        Ok(())
    }

    /// A few people say something in a channel that all are in, and all must receive it.
    fn probe(&mut self) -> Result<(), Failed> {
        let people = self.workload.people();
        people.clone().for_each(|peer| self.world.type_in(peer, b"/join #probe\n"));
        self.come_to_rest()?;
        people.clone().for_each(|peer| drop(self.world.shown(peer)));
        let end = self.world.now() + PROBE;
        for speaker in people.clone().step_by(1 + people.len() / 3) {
            self.world.type_in(speaker, format!("/msg #probe probe of c{speaker}\n").as_bytes());
        }
        self.go_on(|run| run.world.now() > end || run.world.net().schedule.is_quiet())?;
        for hearer in people.clone() {
            let shown = self.world.shown(hearer);
            for speaker in people.clone().step_by(1 + people.len() / 3).filter(|&speaker| speaker != hearer) {
                let probe = format!("probe of c{speaker}");
                let heard = |entry: &&Entry| matches!(entry, Entry::Said { text, .. } if *text == probe);
                let times = shown.iter().filter(heard).count();
                if times != 1 {
                    let expected = format!("client {hearer} to be shown {probe:?} within {PROBE:?}");
                    let failure = Failure::new("liveness", expected, format!("it was shown {times} times"));
                    let links = [hearer, speaker].into_iter().filter_map(|peer| self.world.link(peer));
                    self.failed(links.fold(failure, Failure::on))?;
                }
            }
        }
        self.come_to_rest()
    }

    /// All leave, or the server stops, and nothing may remain.
    fn leave(&mut self) -> Result<(), Failed> {
        if self.server_leaves {
            // It stops while people speak, and perhaps while lines are held.
            self.workload.last_words(self.world);
            let end = self.world.now() + Duration::from_millis(500);
            self.go_on(|run| run.world.now() > end || run.world.server().is_unsettled())?;
            self.world.stop();
            self.pass(Duration::from_secs(5))?;
            self.workload.quit(self.world);
        } else {
            self.workload.leave(self.world);
        }
        self.pass(Duration::from_secs(200))?;
        self.come_to_rest()?;
        if self.workload.end_those_who_stay(self.world) {
            self.come_to_rest()?;
        }
        let running = self.workload.people().filter(|&peer| self.world.is_running(peer)).count();
        let driver = self.world.server();
        let left = [
            ("connections of the driver", driver.connections()),
            ("connections of the server", driver.server().connections()),
            ("channels", driver.server().channels()),
            ("sockets", self.world.net().server_sockets()),
            ("client processes", running),
        ];
        for (what, count) in left {
            if count > 0 {
                self.fail("leftover", format!("no {what} after all have left"), count.to_string())?;
            }
        }
        Ok(())
    }

    /// Lets `span` pass.
    fn pass(&mut self, span: Duration) -> Result<(), Failed> {
        let end = self.world.now() + span;
        self.go_on(|run| run.world.net().schedule.next_time().is_none_or(|time| time > end))?;
        self.world.net().now = end;
        Ok(())
    }

    fn come_to_rest(&mut self) -> Result<(), Failed> {
        let end = self.world.now() + Duration::from_secs(60);
        self.go_on(|run| run.world.now() > end || run.world.net().schedule.is_quiet())?;
        let pending = self.world.pending_bytes();
        if !self.world.net().schedule.is_quiet() || pending > 0 {
            self.fail("drained", "nothing in flight and nothing queued", format!("{pending} bytes wait"))?;
        }
        self.world.look();
        self.world.witness().oracles.at_rest();
        self.checked()
    }

    /// Runs until `done`, or until an oracle fails.
    fn go_on(&mut self, done: impl Fn(&Self) -> bool) -> Result<(), Failed> {
        while !done(self) {
            let Some(happening) = self.world.step() else {
                return self.fail("stuck", "something to happen", "no event is scheduled, but work remains");
            };
            self.workload.on(self.world, happening);
            self.steps += 1;
            if self.steps > MOST_STEPS {
                self.fail("stuck", "the run to end", format!("no end after {MOST_STEPS} steps"))?;
            }
            self.checked()?;
        }
        Ok(())
    }

    fn checked(&mut self) -> Result<(), Failed> {
        if self.world.witness().failure().is_some() { Err(Failed) } else { Ok(()) }
    }

    fn failed(&mut self, failure: Failure) -> Result<(), Failed> {
        self.world.witness().fail(failure);
        Err(Failed)
    }

    fn fail(
        &mut self,
        oracle: &'static str,
        expected: impl Into<String>,
        got: impl Into<String>,
    ) -> Result<(), Failed> {
        self.failed(Failure::new(oracle, expected, got))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_further_events_is_stuck() {
        let shape = Shape { raw_peers: 0, visitors: 0, ..Shape::draw(FaultMode::None, 1, 0) };
        let (trace, transcript) = (Trace::Off, Transcript::default());
        let mut world = World::new(1, &shape, server::Config::default(), trace, transcript);
        let workload = Workload::new(&mut world, 1, shape, 0, 0);
        let mut run = Run { world: &mut world, workload, server_leaves: false, steps: 0 };
        assert!(run.go_on(|_| true).is_ok() && run.go_on(|_| false).is_err());
        assert_eq!(world.witness().failure().map(|failure| failure.oracle), Some("stuck"));
    }

    #[test]
    fn a_run_without_an_end_is_stuck() {
        let shape = Shape::draw(FaultMode::None, 1, 1);
        let (trace, transcript) = (Trace::Off, Transcript::default());
        let mut world = World::new(1, &shape, server::Config::default(), trace, transcript);
        let workload = Workload::new(&mut world, 1, shape, 1, 1);
        let mut run = Run { world: &mut world, workload, server_leaves: false, steps: MOST_STEPS };
        assert!(run.go_on(|_| false).is_err());
        assert!(world.witness().failure().is_some_and(|failure| failure.got.starts_with("no end after ")));
    }
}
