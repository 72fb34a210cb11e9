//! The faults that may happen in a run, and the sizes of a run.

use std::fmt;
use std::time::Duration;

use crate::random::Random;

/// A way in which the network, a kernel or a peer misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A write arrives in pieces.
    Cut,
    /// Latency varies, between links and between segments.
    Jitter,
    /// A read returns fewer bytes than there are.
    ShortRead,
    /// A write accepts fewer bytes than it could.
    ShortWrite,
    /// A read or write is interrupted, or the kernel is short of memory.
    Interrupted,
    /// Readiness is reported late, and in any order.
    LateEdge,
    /// Readiness is reported where there is none.
    Spurious,
    /// Some peers run rarely.
    SlowReader,
    /// A link carries nothing for a while.
    Stall,
    /// A peer dies: its stream ends, often in mid-line.
    Death,
    /// A connection is reset, and what was in flight is lost.
    Reset,
    /// A connection falls silent, and neither end is notified.
    Silence,
    /// A connection is refused.
    Refusal,
    /// The wall clock is set: it jumps forwards or backwards, by a second or by hours.
    ClockJump,
    /// The disk refuses to store something: it is full.
    StoreRefuses,
    /// The disk takes seconds.
    StoreSlow,
    /// The server's process is stopped for a while, as by SIGSTOP.
    Stopped,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Fault; 17] = [
        Fault::Cut,
        Fault::Jitter,
        Fault::ShortRead,
        Fault::ShortWrite,
        Fault::Interrupted,
        Fault::LateEdge,
        Fault::Spurious,
        Fault::SlowReader,
        Fault::Stall,
        Fault::Death,
        Fault::Reset,
        Fault::Silence,
        Fault::Refusal,
        Fault::ClockJump,
        Fault::StoreRefuses,
        Fault::StoreSlow,
        Fault::Stopped,
    ];

    /// The faults of the server's host. They are drawn separately from those of its network.
    pub const OF_THE_HOST: [Fault; 4] = [Fault::ClockJump, Fault::StoreRefuses, Fault::StoreSlow, Fault::Stopped];

    /// Whether it is so frequent that a trace would show little else.
    pub fn is_frequent(self) -> bool {
        use Fault::{Jitter, LateEdge, ShortRead, ShortWrite, SlowReader};
        matches!(self, Jitter | LateEdge | ShortRead | ShortWrite | SlowReader)
    }
}

/// A fault of a whole connection, which the workload causes one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disruption {
    /// [`Fault::Stall`].
    Stall,
    /// [`Fault::Death`].
    Death,
    /// [`Fault::Reset`].
    Reset,
    /// [`Fault::Silence`].
    Silence,
}

impl Disruption {
    /// Every disruption.
    pub const ALL: [Disruption; 4] = [Disruption::Stall, Disruption::Death, Disruption::Reset, Disruption::Silence];

    /// The corresponding fault.
    pub fn fault(self) -> Fault {
        match self {
            Disruption::Stall => Fault::Stall,
            Disruption::Death => Fault::Death,
            Disruption::Reset => Fault::Reset,
            Disruption::Silence => Fault::Silence,
        }
    }
}

/// A set of faults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults(u32);

impl Faults {
    /// No faults.
    pub const NONE: Faults = Faults(0);

    /// All faults.
    pub fn all() -> Self {
        Fault::ALL.into_iter().fold(Self::NONE, Self::with)
    }

    /// This set with `fault` added.
    pub fn with(self, fault: Fault) -> Self {
        Self(self.0 | 1 << fault as u32)
    }

    /// Whether the set contains `fault`.
    pub fn has(self, fault: Fault) -> bool {
        self.0 & (1 << fault as u32) != 0
    }
}

/// Writes the names of the faults in the set.
impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> =
            Fault::ALL.iter().filter(|&&fault| self.has(fault)).map(|fault| format!("{fault:?}")).collect();
        f.write_str(if names.is_empty() { "none".to_owned() } else { names.join(", ") }.as_str())
    }
}

/// The faults of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FaultMode {
    /// None: whole segments, one latency, nobody hostile.
    None,
    /// All.
    All,
    /// A random subset and random sizes, to find bugs that any fixed choice would hide.
    #[default]
    Swarm,
}

/// The parameters of a run, drawn from its seed before it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The faults that may happen.
    pub faults: Faults,
    /// How many peers send IRC lines by hand, for commands that the client does not have.
    pub raw_peers: u32,
    /// How many visitors connect by `plain+tcp`.
    pub visitors: u32,
    /// How many peers are hostile.
    pub hostile: u32,
    /// The share of peers that use a transport other than bare TCP.
    pub others: (u64, u64),
    /// The longest text, roughly, in bytes.
    pub text_bytes: usize,
    /// The average pause between two actions of a person.
    pub pause: Duration,
    /// How many channels people use, including `#lobby`.
    pub channels: usize,
    /// Bytes that one direction of a connection holds before they are read.
    pub window_bytes: usize,
    /// The cap of the server's queue for a peer.
    pub send_queue_bytes: usize,
    /// Bytes that a driver reads from one connection in one round.
    pub read_budget_bytes: usize,
    /// Bytes that a driver writes at once.
    pub write_bytes: usize,
    /// How long a slow peer sleeps, at most.
    pub slow: Duration,
    /// The most disruptions of whole connections.
    pub disruptions: u32,
    /// The average time between two disruptions.
    pub disruption: Duration,
}

impl Shape {
    /// Draws the parameters of a run of `clients` clients in `mode`.
    pub fn draw(mode: FaultMode, seed: u64, clients: u32) -> Self {
        let some = 2 + clients / 20;
        let plain = Shape {
            faults: Faults::NONE,
            raw_peers: some,
            visitors: some,
            hostile: 0,
            others: (1, 8),
            text_bytes: 40,
            pause: Duration::from_millis(10),
            channels: 3,
            window_bytes: 64 << 10,
            send_queue_bytes: 1 << 20,
            read_budget_bytes: 16 << 10,
            write_bytes: 64 << 10,
            slow: Duration::from_millis(300),
            disruptions: 3 * some,
            disruption: Duration::from_millis(200) / some,
        };
        match mode {
            FaultMode::None => plain,
            FaultMode::All => {
                Shape { faults: Faults::all(), hostile: 8, text_bytes: 120, window_bytes: 8 << 10, ..plain }
            }
            FaultMode::Swarm => Self::swarm(seed, clients),
        }
    }

    fn swarm(seed: u64, clients: u32) -> Self {
        let some = u64::from(2 + clients / 20);
        let random = &mut Random::new(seed, "shape");
        let millis = |random: &mut Random, choices: &[u64]| Duration::from_millis(*random.pick(choices));
        let likely = random.within(1..=3);
        let host = &mut Random::new(seed, "host");
        let drawn = Fault::ALL.into_iter().filter(|fault| match Fault::OF_THE_HOST.contains(fault) {
            true => host.chance(1, 2),
            false => random.chance(likely, 4),
        });
        let faults = drawn.fold(Faults::NONE, Faults::with);
        let pause = millis(random, &[1, 10, 10, 50, 500]);
        // From two disruptions in the whole run to more than one per client.
        let disruptions = *random.pick(&[2, 2 + clients / 4, 5 + clients]);
        Shape {
            faults,
            raw_peers: random.within(1..=3 * some) as u32,
            visitors: random.within(0..=2 * some) as u32,
            hostile: random.within(0..=3 * some) as u32,
            others: *Random::new(seed, "others").pick(&[(0, 1), (1, 10), (1, 3), (3, 4)]),
            text_bytes: *random.pick(&[20, 40, 120, 420, 900]),
            pause,
            channels: random.within(1..=4) as usize,
            window_bytes: *random.pick(&[600, 4 << 10, 16 << 10, 64 << 10]),
            send_queue_bytes: *random.pick(&[8 << 10, 32 << 10, 256 << 10, 1 << 20]),
            read_budget_bytes: *random.pick(&[16, 100, 1 << 10, 16 << 10, 16 << 10]),
            write_bytes: *random.pick(&[64, 1 << 10, 64 << 10, 64 << 10]),
            slow: millis(random, &[20, 300, 2_000]),
            disruptions,
            disruption: pause * 20 / disruptions + Duration::from_millis(1),
        }
    }
}
