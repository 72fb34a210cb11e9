//! The simulator finds every planted bug within a bounded number of seeds, and none where none is planted.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use sim::{Options, Report, run};
use verbatim::planted::Bug;

/// How many seeds are tried, from 1 on.
const SEEDS: u64 = 60;
/// How many seeds are tried for a bug that needs a log, users with several sessions, or a stopped server, which only
/// some seeds have.
const MORE_SEEDS: u64 = 200;

/// The number of clients, the oracles that may report it, and the bugs.
type Hunt = (u32, &'static [&'static str], &'static [Bug]);

#[rustfmt::skip]
const HUNTS: &[Hunt] = &[
    // The server receives something that was not sent, or sends something that the model does not predict.
    (5, &["actions"], &[
        Bug::PartialLineDropped, Bug::OneLinePerRead, Bug::ClosedStaysMember, Bug::PrivateMessageLeaked, Bug::CutLineTaken,
        Bug::QuitToldTwice, Bug::IdComesAgain, Bug::AwayToStrangers, Bug::EchoWithoutTags,
        Bug::StatusmsgToAll, Bug::FallbackCutShort, Bug::RedactByAnybody, Bug::AuditoriumJoinTold, Bug::MuteUnheeded,
        Bug::AddressComparedAsText,
        Bug::BannedForwarded, Bug::SignLost, Bug::RankKept, Bug::OfflineUntold,
        Bug::MetadataToStrangers, Bug::LookalikeAccepted, Bug::StampedByClock, Bug::OpModeratedToAll,
        Bug::ControlsAccepted, Bug::SubscriptionsKept,
    ]),
    // It takes a user who is asked about a while after a NOTICE.
    (20, &["actions"], &[Bug::NoticeLeavesIdle]),
    // The bug breaks a promise to clients that is judged without the model.
    (5, &["own"], &[Bug::OwnShownAtOnce]),
    (5, &["unasked"], &[Bug::TimeUnasked, Bug::JoinExtendedForAll]),
    // Without its tags a typing notification looks like a TAGMSG that the log must keep.
    (5, &["unasked", "stamped"], &[Bug::TagmsgToAll]),
    (5, &["unasked", "actions"], &[Bug::EchoToSender, Bug::CapabilityKept, Bug::AwayUnasked]),
    (5, &["labels", "actions"], &[Bug::RefusedWordsKept, Bug::LabelOnEachLine, Bug::LabelUnanswered, Bug::HeldLost]),
    // The echo of a multiline message is a batch.
    (5, &["actions", "batches"], &[Bug::EchoTwice]),
    (5, &["batches"], &[Bug::BatchLeftOpen]),
    (5, &["replay", "actions"], &[Bug::ModeOffUntold]),
    // The rest of a channel's names.
    (20, &["actions", "replay"], &[Bug::PieceRowSkipped]),
    (20, &["actions", "panic"], &[Bug::NickFoldedAscii]),
    (20, &["actions"], &[Bug::FingerprintToAll]),
    // It takes two users who meet.
    (20, &["actions"], &[Bug::InvitationKept]),
    // After the clock is set, connections are pinged or dropped at the wrong time, or deadlines never come.
    (5, &["actions", "cleanup"], &[Bug::OneClock]),
    // Or one of the server's asserts fails first.
    (5, &["actions", "panic", "audit"], &[Bug::PrivilegesKept, Bug::OldNickKept, Bug::WaitOvertaken]),
    // Or their channel remains when all have left.
    (5, &["actions", "panic", "cleanup"], &[Bug::KilledStaysMember]),
    (5, &["actions", "cleanup"], &[Bug::EmptyChannelKept]),
    // The server sends the right thing, but it does not arrive.
    (5, &["model", "heard"], &[Bug::ShortWriteTailLost, Bug::WriteOvertakesQueue]),
    (5, &["drained"], &[Bug::BudgetForgotten, Bug::BudgetIsBlocked]),
    (5, &["stranger"], &[Bug::WebRequestSaid]),
    (5, &["model", "leftover", "heard"], &[Bug::StaleOutputOnReuse]),
    // The server does not receive everything that was sent.
    (5, &["heard", "leftover"], &[Bug::RestOfReadLost]),
    // The server no longer notices something.
    (5, &["heard", "liveness", "leftover", "in-time"], &[Bug::EdgeLost]),
    // A transport loses or corrupts bytes: one end drops the connection, or the server misses some.
    (5, &["given-up", "heard"], &[Bug::TlsHandshakeTailLost, Bug::FrameSplitDropped]),
    // A whole header and IRC lines in one read.
    (5, &["given-up", "heard"], &[Bug::ProxyTailLost, Bug::WsHandshakeTailLost]),
    // A read of more than TLS takes at once.
    (20, &["given-up", "model"], &[Bug::TlsRecordCut]),
    (5, &["ended"], &[Bug::CloseNotifyIgnored]),
    (5, &["pong"], &[Bug::PongPayloadWrong]),
    (5, &["peer"], &[Bug::ProxyHeaderBelieved, Bug::ForwardedBelieved, Bug::UnprovenCertificate]),
    // It takes a run whose server has an sts policy.
    (20, &["actions"], &[Bug::StsOnSecure]),
    (5, &["panic", "actions", "audit"], &[Bug::WatcherLeftBehind, Bug::InvitationOneSided]),
    // It takes this many clients to make a queue exceed the largest cap.
    (20, &["queue-cap"], &[Bug::UnboundedQueue]),
];

/// Bugs that need a low limit, or a number that comes back.
#[rustfmt::skip]
const HUNTS_OF_LIMITS: &[Hunt] = &[
    (5, &["actions"], &[Bug::LastLineMeasured]),
    (5, &["audit", "actions"], &[Bug::OldestInvitationOneSided]),
    (5, &["actions", "panic", "audit"], &[Bug::AnswerToNumber]),
];

/// Bugs that need users with several sessions, or with none.
#[rustfmt::skip]
const HUNTS_OF_SESSIONS: &[Hunt] = &[
    (5, &["actions"], &[Bug::NoticeRefusalAnswered]),
    (5, &["addressed"], &[Bug::CallerAddressed]),
    (5, &["actions"], &[
        Bug::OtherSessionUntold, Bug::AwayOfOneShown, Bug::SessionQuitTold, Bug::UserEndsWithSession,
        Bug::AttachToldAsJoin, Bug::SecondAddressUnbanned, Bug::StayForgotten,
        Bug::SubscriptionsShared, Bug::LossUntold,
    ]),
    // Or their channel remains when all have left.
    (5, &["actions", "cleanup"], &[Bug::EndForgotten]),
    (5, &["unasked", "actions"], &[Bug::SpeakerHearsItself]),
    (5, &["unasked", "labels", "actions"], &[Bug::LabelOnOtherSession]),
    // Or the audit of the server's tables fails first, or one of its asserts.
    (5, &["actions", "panic", "audit"], &[
        Bug::KillLeavesSession, Bug::ProvisionalNickKept, Bug::OfficeOutlivesSession,
    ]),
    // Or a channel is missing.
    (5, &["actions", "cleanup", "panic", "audit"], &[Bug::StayingMemberForgotten]),
];

/// Bugs that need a log: a line arrives before it is settled, or although it is refused; or a line is missing.
#[rustfmt::skip]
const HUNTS_OF_THE_LOG: &[Hunt] = &[
    // Or the next fact to be settled is refused with the previous one.
    (5, &["gate", "model", "refused"], &[Bug::SettledOneTooMany]),
    (5, &["gate", "refused"], &[Bug::GateIgnored, Bug::FreeLineOvertakes]),
    // Or it is shown too early.
    (5, &["refused", "gate"], &[Bug::RefusedLineShown, Bug::RefusedHalfMissing, Bug::KeptLineDropped]),
    (5, &["patience", "model", "refused"], &[Bug::GoodbyeOvertakes]),
    // A visitor by TLS gets a goodbye before the lines that were held.
    (5, &["model", "refused"], &[Bug::VisitorGoodbyeOvertakes]),
    // It takes a disk that needs seconds, and somebody who leaves.
    (20, &["patience"], &[Bug::LingerWhileHeld]),
    (5, &["commits"], &[Bug::CommitCut]),
    (5, &["model", "gate", "refused"], &[Bug::StopForgetsHeld]),
    // Or a client waits until it gives up.
    (5, &["model", "gate", "refused", "cleanup", "drained"], &[Bug::SettledOneTooFew]),
    // Or the held output goes to another connection, in its handshake.
    (5, &["model", "heard", "given-up", "peer", "cleanup"], &[Bug::HeldOutputOnReuse]),
    // Or the end of their input is not noticed.
    (5, &["heard", "leftover"], &[Bug::ReadPauseKept]),
    (5, &["actions"], &[Bug::RoomForgotten]),
];

/// Bugs that need a server whose process is stopped while somebody reconnects, or while somebody's time runs out.
#[rustfmt::skip]
const HUNTS_OF_STOPS: &[Hunt] = &[
    (5, &["in-turn"], &[Bug::NewcomersFirst]),
    (5, &["in-time"], &[Bug::DeadlinesFirst]),
];

/// Bugs that few seeds find, each with a seed that does. That seed is tried first, to save time; if it no longer finds
/// the bug after some change, the others are tried.
#[rustfmt::skip]
const FOUND_BY: &[(Bug, u64)] = &[
    (Bug::RedactByAnybody, 7), (Bug::MuteUnheeded, 9), (Bug::AuditoriumJoinTold, 42), (Bug::BannedForwarded, 15),
    (Bug::FingerprintToAll, 13), (Bug::InvitationKept, 23), (Bug::OneClock, 7), (Bug::NickFoldedAscii, 23),
    (Bug::FrameSplitDropped, 13), (Bug::TlsHandshakeTailLost, 13), (Bug::ProxyTailLost, 8), (Bug::TlsRecordCut, 7),
    (Bug::WsHandshakeTailLost, 13), (Bug::PongPayloadWrong, 7), (Bug::ProxyHeaderBelieved, 7),
    (Bug::CloseNotifyIgnored, 50), (Bug::ForwardedBelieved, 11), (Bug::StsOnSecure, 16), (Bug::CallerAddressed, 23),
    (Bug::NoticeRefusalAnswered, 17), (Bug::SecondAddressUnbanned, 145), (Bug::SubscriptionsShared, 48),
    (Bug::LabelOnOtherSession, 97), (Bug::LossUntold, 44), (Bug::VisitorGoodbyeOvertakes, 37),
    (Bug::StopForgetsHeld, 11), (Bug::LingerWhileHeld, 28), (Bug::ReadPauseKept, 36), (Bug::NewcomersFirst, 35),
    (Bug::DeadlinesFirst, 9), (Bug::WebRequestSaid, 15), (Bug::LastLineMeasured, 82), (Bug::AnswerToNumber, 33),
    (Bug::NoticeLeavesIdle, 18), (Bug::OldestInvitationOneSided, 9), (Bug::EndForgotten, 7),
    (Bug::KillLeavesSession, 7), (Bug::HeldOutputOnReuse, 6), (Bug::LookalikeAccepted, 12),
    (Bug::UnprovenCertificate, 5),
];

/// Found by comparing the server with the model without a network (`sim/tests/world/model_agrees/`), with a log that
/// refuses, or users who come and go.
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
    Bug::AcceptedByNumber,
    Bug::PlainSessionAttached,
];

/// Found by testing the driver with a single connection: `tests/pure/driver/`.
const AT_THE_DRIVER: &[Bug] = &[Bug::UnreadTimedOut, Bug::DrainForgotten];

fn tried(seed: u64, clients: u32, bug: Option<Bug>) -> Report {
    run(&Options { seed, clients, bug, ..Options::default() })
}

/// Runs `work` for each of `items`, on all processors. A run stays on one thread, and so does its planted bug.
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

/// Finds the bugs of each of `hunts` within this many seeds.
fn all_are_found(hunts: &[Hunt], seeds: u64) {
    let bugs: Vec<_> = hunts.iter().flat_map(|hunt| hunt.2.iter().map(move |&bug| (hunt.0, hunt.1, bug))).collect();
    for_each(&bugs, |&(clients, oracles, bug)| {
        let first = FOUND_BY.iter().filter(|row| row.0 == bug).map(|row| row.1);
        let mut runs = first.chain(1..=seeds).map(|seed| tried(seed, clients, Some(bug)));
        let found = runs.find(|report| report.failure.is_some());
        let report = found.unwrap_or_else(|| panic!("{} passes {seeds} seeds with {clients} clients", bug.name()));
        let oracle = report.failure.as_ref().map_or("", |failure| failure.oracle);
        println!("{:<24} seed {:<3} oracle {oracle}", bug.name(), report.options.seed);
        let name = bug.name();
        assert!(oracles.contains(&oracle), "{name} was found by an oracle that is not about it:\n{report}");
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
fn every_planted_bug_about_limits_and_numbers_is_found() {
    all_are_found(HUNTS_OF_LIMITS, MORE_SEEDS);
}

#[test]
fn every_planted_bug_about_the_log_is_found() {
    all_are_found(HUNTS_OF_THE_LOG, MORE_SEEDS);
}

#[test]
fn every_planted_bug_about_stops_is_found() {
    all_are_found(HUNTS_OF_STOPS, MORE_SEEDS);
}

#[test]
fn every_bug_is_in_exactly_one_hunt() {
    let hunted = HUNTS
        .iter()
        .chain(HUNTS_OF_LIMITS)
        .chain(HUNTS_OF_SESSIONS)
        .chain(HUNTS_OF_THE_LOG)
        .chain(HUNTS_OF_STOPS)
        .flat_map(|hunt| hunt.2)
        .chain(BESIDE_THE_MODEL)
        .chain(AT_THE_DRIVER);
    let mut hunted: Vec<Bug> = hunted.copied().collect();
    hunted.sort_unstable();
    let mut all = Bug::ALL.to_vec();
    all.sort_unstable();
    assert_eq!(hunted, all);
}

/// Promises to a client are judged without the model, so these bugs must be found without it, too.
#[test]
fn each_promise_to_clients_has_an_oracle_that_fails_without_the_model() {
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
fn no_oracle_fails_without_a_planted_bug() {
    let swarms =
        [(5, 30), (20, 10)].into_iter().flat_map(|(clients, last)| (1..=last).map(move |seed| (seed, clients)));
    for_each(&swarms.collect::<Vec<_>>(), |&(seed, clients)| {
        let report = tried(seed, clients, None);
        assert_eq!(report.failure, None, "{report}");
    });
}
