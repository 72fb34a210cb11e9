//! The simulator finds every bug that can be planted, within a bounded number of seeds, and none where there is none.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use sim::{Options, Report, run};
use verbatim::planted::Bug;

/// The seeds that are tried: these, from 1 on.
const SEEDS: u64 = 30;
/// The seeds that a bug may take until it is found, where it takes what is there in a share of the seeds only: a log, or
/// users with several sessions.
const MORE_SEEDS: u64 = 200;

/// Bugs, how many clients it takes to find them, and which oracles may say so.
type Hunt = (u32, &'static [&'static str], &'static [Bug]);

#[rustfmt::skip]
const HUNTS: &[Hunt] = &[
    // The server is told something else than what was sent, or says something else than the model.
    (5, &["actions"], &[
        Bug::PartialLineDropped, Bug::OneLinePerRead, Bug::ClosedStaysMember, Bug::PrivateMessageLeaked, Bug::CutLineTaken,
        Bug::QuitToldTwice, Bug::IdComesAgain, Bug::AwayToStrangers, Bug::HeldLost, Bug::EchoWithoutTags,
        Bug::StatusmsgToAll, Bug::FallbackCutShort, Bug::RedactByAnybody, Bug::AuditoriumJoinTold, Bug::MuteUnheeded,
        Bug::BannedForwarded, Bug::SignLost, Bug::RankKept, Bug::PrivilegesKept, Bug::OfflineUntold,
        Bug::MetadataToStrangers, Bug::LookalikeAccepted, Bug::FingerprintToAll,
    ]),
    // Or it breaks what a client was promised, whatever the model says.
    (5, &["unasked"], &[Bug::TimeUnasked, Bug::TagmsgToAll, Bug::JoinExtendedForAll]),
    (5, &["unasked", "actions"], &[Bug::EchoToSender, Bug::CapabilityKept, Bug::AwayUnasked]),
    (5, &["labels", "actions"], &[Bug::LabelOnEachLine, Bug::LabelUnanswered]),
    // The echo of several lines is a batch.
    (5, &["actions", "batches"], &[Bug::EchoTwice]),
    (5, &["batches"], &[Bug::BatchLeftOpen]),
    (5, &["replay", "actions"], &[Bug::ModeOffUntold]),
    // It takes two who meet.
    (20, &["actions"], &[Bug::InvitationKept]),
    // Whoever is due by a clock that was set is pinged, or given up, at the wrong time; or no deadline comes any more.
    (5, &["actions", "cleanup"], &[Bug::OneClock]),
    // Or an assert of the server's own is first.
    (5, &["actions", "panic"], &[Bug::OldNickKept, Bug::WaitOvertaken, Bug::NickFoldedAscii]),
    // Or their channel is there when all have left.
    (5, &["actions", "panic", "cleanup"], &[Bug::KilledStaysMember]),
    (5, &["actions", "cleanup"], &[Bug::EmptyChannelKept]),
    // The server says the right thing, and it does not arrive.
    (5, &["model", "heard"], &[Bug::ShortWriteTailLost, Bug::WriteOvertakesQueue]),
    (5, &["drained"], &[Bug::BudgetForgotten]),
    (5, &["model", "leftover", "heard"], &[Bug::StaleOutputOnReuse]),
    // What the server is told lacks some of what was said.
    (5, &["heard"], &[Bug::RestOfReadLost]),
    // The server does not hear of something any more.
    (5, &["heard", "liveness", "leftover"], &[Bug::EdgeLost]),
    // What carries the bytes loses some, or makes nonsense of them: one end gives up, or the server is not told.
    (5, &["given-up", "heard"], &[Bug::TlsHandshakeTailLost, Bug::FrameSplitDropped]),
    // A whole header, and words, in one read.
    (5, &["given-up", "heard"], &[Bug::ProxyTailLost, Bug::WsHandshakeTailLost]),
    // A read of more than TLS takes at once.
    (20, &["given-up", "model"], &[Bug::TlsRecordCut]),
    (5, &["ended"], &[Bug::CloseNotifyIgnored]),
    (5, &["pong"], &[Bug::PongPayloadWrong]),
    (5, &["peer"], &[Bug::ProxyHeaderBelieved, Bug::ForwardedBelieved]),
    // It takes a run whose server has a policy.
    (20, &["actions"], &[Bug::StsOnSecure]),
    (5, &["panic", "actions", "audit"], &[Bug::WatcherLeftBehind, Bug::InvitationOneSided]),
    // Only so many say enough for a queue to grow beyond the largest cap.
    (20, &["queue-cap"], &[Bug::UnboundedQueue]),
];

/// Those that it takes users with several sessions to find, or with none.
#[rustfmt::skip]
const HUNTS_OF_SESSIONS: &[Hunt] = &[
    (5, &["actions"], &[Bug::NoticeRefusalAnswered]),
    (5, &["actions"], &[
        Bug::OtherSessionUntold, Bug::AwayOfOneShown, Bug::SessionQuitTold, Bug::UserEndsWithSession,
        Bug::OfficeOutlivesSession, Bug::AttachToldAsJoin, Bug::SecondAddressUnbanned, Bug::StayForgotten,
        Bug::EndForgotten, Bug::SubscriptionsShared, Bug::LossUntold,
    ]),
    (5, &["unasked", "actions"], &[Bug::SpeakerHearsItself]),
    (5, &["unasked", "labels", "actions"], &[Bug::LabelOnOtherSession]),
    // Or the audit of the server's tables is first, or an assert of its own.
    (5, &["actions", "panic", "audit"], &[Bug::KillLeavesSession, Bug::ProvisionalNickKept]),
    // Or there is a channel less.
    (5, &["actions", "cleanup", "panic", "audit"], &[Bug::StayingMemberForgotten]),
];

/// Those that it takes a log to find: a line arrives before it is settled, or though it is refused; or something does not
/// come that must.
#[rustfmt::skip]
const HUNTS_OF_THE_LOG: &[Hunt] = &[
    // Or what is next to be settled is refused with what was refused before it.
    (5, &["gate", "model"], &[Bug::SettledOneTooMany]),
    (5, &["gate", "refused"], &[Bug::GateIgnored, Bug::FreeLineOvertakes]),
    (5, &["refused"], &[Bug::RefusedLineShown, Bug::RefusedHalfMissing, Bug::KeptLineDropped]),
    (5, &["patience", "model"], &[Bug::GoodbyeOvertakes]),
    // A visitor by TLS is told goodbye before what was said to them.
    (5, &["model", "refused"], &[Bug::VisitorGoodbyeOvertakes]),
    // A disk that takes seconds, for somebody who leaves.
    (20, &["patience"], &[Bug::LingerWhileHeld]),
    (5, &["commits"], &[Bug::CommitCut]),
    (5, &["model", "gate", "refused"], &[Bug::StopForgetsHeld]),
    // Or a client waits until it gives up.
    (5, &["model", "gate", "refused", "cleanup", "drained"], &[Bug::SettledOneTooFew]),
    (5, &["model", "heard", "given-up"], &[Bug::HeldOutputOnReuse]),
    // Or it is the end of their input that nobody hears.
    (5, &["heard", "leftover"], &[Bug::ReadPauseKept]),
    (5, &["actions"], &[Bug::RoomForgotten]),
];

/// They are found where the server and the model stand beside each other, without a network:
/// `sim/tests/world/model_agrees/`. They take a log that refuses.
const BESIDE_THE_MODEL: &[Bug] = &[
    Bug::UndoForgotten,
    Bug::UnsettledRedacted,
    Bug::RefusalUnlabelled,
    Bug::RefusalToldEachTime,
    Bug::AsideNotHeld,
    Bug::ChangeOutsideFact,
    Bug::RefusedLineKept,
    Bug::RefusedChangeHidden,
    Bug::StampForgotten,
];

/// They are found by what the driver does with one connection: `tests/pure/driver/`.
const AT_THE_DRIVER: &[Bug] = &[Bug::UnreadTimedOut];

fn tried(seed: u64, clients: u32, bug: Option<Bug>) -> Report {
    run(&Options { seed, clients, bug, ..Options::default() })
}

/// Does `work` for each of `items`, on all processors. A run keeps to one thread, and so does the bug that is planted in it.
fn for_each<T: Sync>(items: &[T], work: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    let worker = || {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(item)
        }
    };
    thread::scope(|scope| {
        (0..thread::available_parallelism().map_or(1, usize::from)).for_each(|_| drop(scope.spawn(worker)));
    });
}

/// Finds each of `hunts` within so many seeds.
fn all_are_found(hunts: &[Hunt], seeds: u64) {
    let bugs: Vec<_> = hunts.iter().flat_map(|hunt| hunt.2.iter().map(move |&bug| (hunt.0, hunt.1, bug))).collect();
    for_each(&bugs, |&(clients, oracles, bug)| {
        let found = (1..=seeds).map(|seed| tried(seed, clients, Some(bug))).find(|report| report.failure.is_some());
        let report = found.unwrap_or_else(|| panic!("{} passes {seeds} seeds with {clients} clients", bug.name()));
        let oracle = report.failure.as_ref().map_or("", |failure| failure.oracle);
        println!("{:<24} seed {:<3} oracle {oracle}", bug.name(), report.options.seed);
        let name = bug.name();
        assert!(oracles.contains(&oracle), "{name} was found by an oracle that is about something else:\n{report}");
    });
}

#[test]
fn every_planted_bug_is_found() {
    all_are_found(HUNTS, SEEDS);
}

#[test]
fn every_planted_bug_about_sessions_is_found() {
    all_are_found(HUNTS_OF_SESSIONS, MORE_SEEDS);
}

#[test]
fn every_planted_bug_about_the_log_is_found() {
    all_are_found(HUNTS_OF_THE_LOG, MORE_SEEDS);
}

#[test]
fn every_bug_is_hunted() {
    let hunted = HUNTS
        .iter()
        .chain(HUNTS_OF_SESSIONS)
        .chain(HUNTS_OF_THE_LOG)
        .flat_map(|hunt| hunt.2)
        .chain(BESIDE_THE_MODEL)
        .chain(AT_THE_DRIVER);
    let mut hunted: Vec<Bug> = hunted.copied().collect();
    hunted.sort_unstable();
    let mut all = Bug::ALL.to_vec();
    all.sort_unstable();
    assert_eq!(hunted, all);
}

/// What is promised to a client is judged without the model, so it must be found without it, too.
#[test]
fn each_promise_to_a_client_has_an_oracle_that_bites() {
    let proofs = [
        (Bug::TimeUnasked, "unasked"),
        (Bug::LabelUnanswered, "labels"),
        (Bug::BatchLeftOpen, "batches"),
        (Bug::ModeOffUntold, "replay"),
    ];
    for (bug, oracle) in proofs {
        let bites = |seed| tried(seed, 5, Some(bug)).failure.is_some_and(|failure| failure.oracle == oracle);
        assert!((1..=SEEDS).any(bites), "{oracle} is silent about {}", bug.name());
    }
}

#[test]
fn no_bug_is_found_where_none_is_planted() {
    let runs: Vec<_> = [5, 20].into_iter().flat_map(|clients| (1..=SEEDS).map(move |seed| (seed, clients))).collect();
    for_each(&runs, |&(seed, clients)| {
        let report = tried(seed, clients, None);
        assert_eq!(report.failure, None, "{report}");
    });
}
