//! Bugs that tests plant, to prove that the simulator would find them.
//!
//! Each is one `if` at the place where such a bug would be made. Without the cargo feature `planted` (which only
//! the simulator asks for) [`Bugs::has`] is `false` at compile time and the production binary has none of them.

macro_rules! bugs {
    ($(#[doc = $doc:literal] $name:ident = $text:literal,)*) => {
        /// A bug that can be planted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Bug { $(#[doc = $doc] $name,)* }

        impl Bug {
            /// Every bug there is.
            pub const ALL: &[Bug] = &[$(Bug::$name,)*];

            /// The bug's name on a command line.
            pub const fn name(self) -> &'static str {
                match self { $(Bug::$name => $text,)* }
            }

            /// What is wrong with it, in a sentence.
            pub const fn about(self) -> &'static str {
                match self { $(Bug::$name => $doc.trim_ascii_start(),)* }
            }
        }
    };
}

bugs! {
    /// The beginning of a line is forgotten when the rest has not arrived yet.
    PartialLineDropped = "partial-line-dropped",
    /// Of what one read brought, only the first line is handled.
    OneLinePerRead = "one-line-per-read",
    /// What a short write left over is never sent.
    ShortWriteTailLost = "short-write-tail-lost",
    /// What waited for a closed connection is sent to the next one with its number.
    StaleOutputOnReuse = "stale-output-on-reuse",
    /// A connection that closed stays a member of its channels.
    ClosedStaysMember = "closed-stays-member",
    /// A line to a channel comes back to its sender.
    EchoToSender = "echo-to-sender",
    /// A private message also goes to another user.
    PrivateMessageLeaked = "private-message-leaked",
    /// A queue grows without a bound when its reader is slow.
    UnboundedQueue = "unbounded-queue",
    /// A new line is written before those that already wait.
    WriteOvertakesQueue = "write-overtakes-queue",
    /// A read stops before the socket is empty, and edge-triggered readiness never comes again.
    EdgeLost = "edge-lost",
    /// What one round's budget of writing left over waits until something else is said.
    BudgetForgotten = "budget-forgotten",
    /// A line cut by the end of a connection is taken for a whole one.
    CutLineTaken = "cut-line-taken",
    /// A user who shares two channels with a leaving one is told twice.
    QuitToldTwice = "quit-told-twice",
    /// The nick of a user who changed it stays taken.
    OldNickKept = "old-nick-kept",
    /// A channel without members is kept, with its topic and modes.
    EmptyChannelKept = "empty-channel-kept",
    /// A capability that is switched off stays on.
    CapabilityKept = "capability-kept",
    /// The batch that answers a label is never closed.
    BatchLeftOpen = "batch-left-open",
    /// Two things that users do in one moment have the same id.
    IdComesAgain = "id-comes-again",
}

/// The bugs that are switched on. Normally none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bugs {
    #[cfg(feature = "planted")]
    set: u64,
}

impl Bugs {
    /// None: the code as it is meant.
    pub const NONE: Bugs = Bugs {
        #[cfg(feature = "planted")]
        set: 0,
    };

    /// Just `bug`.
    #[cfg(feature = "planted")]
    pub const fn only(bug: Bug) -> Self {
        Self { set: 1 << bug as u64 }
    }

    /// Whether `bug` is switched on.
    #[cfg(feature = "planted")]
    pub const fn has(self, bug: Bug) -> bool {
        self.set & (1 << bug as u64) != 0
    }

    /// Whether `bug` is switched on: never, in a build without the feature.
    #[cfg(not(feature = "planted"))]
    #[inline(always)]
    pub const fn has(self, _bug: Bug) -> bool {
        false
    }
}
