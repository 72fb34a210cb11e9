//! What may go wrong in a run, and how large the run is.

use std::fmt;
use std::time::Duration;

use crate::random::Random;

/// A way in which the network, a kernel or a peer misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// What one write sent arrives in pieces.
    Cut,
    /// The latency varies, from link to link and from segment to segment.
    Jitter,
    /// A read gives fewer bytes than there are.
    ShortRead,
    /// A write takes fewer bytes than it could.
    ShortWrite,
    /// A read or write is interrupted, or the kernel is short of memory.
    Interrupted,
    /// Readiness is told late, and in any order.
    LateEdge,
    /// Readiness is told where there is none.
    Spurious,
    /// Some peers run rarely.
    SlowReader,
    /// A link carries nothing for a while.
    Stall,
    /// A peer dies: its stream ends, often in mid-line.
    Death,
    /// A connection is reset, and what was under way is lost.
    Reset,
    /// A connection falls silent, and nobody is told.
    Silence,
    /// A connection is refused.
    Refusal,
    /// The clock on the wall is set: it jumps forwards or backwards, by a second or by hours.
    ClockJump,
    /// The disk refuses what is to be stored: it has no space left.
    StoreRefuses,
    /// The disk takes seconds.
    StoreSlow,
}

impl Fault {
    /// Every kind there is.
    pub const ALL: [Fault; 16] = [
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
    ];

    /// Those of the server's host. They are drawn apart from those of its network.
    pub const OF_THE_HOST: [Fault; 3] = [Fault::ClockJump, Fault::StoreRefuses, Fault::StoreSlow];

    /// Whether it strikes so often that a trace would show little else.
    pub fn is_frequent(self) -> bool {
        use Fault::{Jitter, LateEdge, ShortRead, ShortWrite, SlowReader};
        matches!(self, Jitter | LateEdge | ShortRead | ShortWrite | SlowReader)
    }
}

/// A fault that befalls a connection as a whole: one at a time, by the workload's hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the fault of that name")]
pub enum Disruption {
    Stall,
    Death,
    Reset,
    Silence,
}

impl Disruption {
    /// Every kind there is.
    pub const ALL: [Disruption; 4] = [Disruption::Stall, Disruption::Death, Disruption::Reset, Disruption::Silence];

    /// The fault that it is.
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
pub struct Faults(u16);

impl Faults {
    /// None.
    pub const NONE: Faults = Faults(0);

    /// Every kind there is.
    pub fn all() -> Self {
        Fault::ALL.into_iter().fold(Self::NONE, Self::with)
    }

    /// These and `fault`.
    pub fn with(self, fault: Fault) -> Self {
        Self(self.0 | 1 << fault as u16)
    }

    /// Whether `fault` is among them.
    pub fn has(self, fault: Fault) -> bool {
        self.0 & (1 << fault as u16) != 0
    }
}

/// Their names.
impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> =
            Fault::ALL.iter().filter(|&&fault| self.has(fault)).map(|fault| format!("{fault:?}")).collect();
        f.write_str(if names.is_empty() { "none".to_owned() } else { names.join(", ") }.as_str())
    }
}

/// Which faults a run has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FaultMode {
    /// None: whole segments, one latency, nobody hostile.
    None,
    /// All.
    All,
    /// A random subset, and random sizes of everything: what some subset and some size alone would hide is found.
    #[default]
    Swarm,
}

/// What a run is like, drawn from its seed before it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// What goes wrong.
    pub faults: Faults,
    /// How many send IRC's lines themselves, for the commands that the client does not have.
    pub raw_peers: u32,
    /// How many come by `plain+tcp`.
    pub visitors: u32,
    /// How many mean no good.
    pub hostile: u32,
    /// How many, of how many, come by something else than bare TCP.
    pub others: (u64, u64),
    /// The most bytes of a spoken text, about.
    pub text_bytes: usize,
    /// How long somebody pauses between two acts, on average.
    pub pause: Duration,
    /// Of how many channels people speak, `#lobby` included.
    pub channels: usize,
    /// Bytes that one direction of a connection takes before its reader reads.
    pub window_bytes: usize,
    /// Bytes that the server queues for one peer.
    pub send_queue_bytes: usize,
    /// Bytes that a driver reads from one connection in one round.
    pub read_budget_bytes: usize,
    /// Bytes that a driver writes at once.
    pub write_bytes: usize,
    /// How long a peer that runs rarely sleeps, at most.
    pub slow: Duration,
    /// How often a connection as a whole is disrupted, at most.
    pub disruptions: u32,
    /// How long it takes from one disruption to the next, on average.
    pub disruption: Duration,
}

impl Shape {
    /// What a run of `clients` clients is like in `mode`.
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
        // From two disruptions in the time that people talk to one for each of them, and more.
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
