//! The simulator finds every bug that can be planted, within a bounded number of seeds, and none where there is none.

use sim::{Options, Report, run};
use verbatim::planted::Bug;

/// The seeds that are tried: these, from 1 on.
const SEEDS: u64 = 30;

/// Those that take a log that refuses: they are found where the server and the model stand beside each other, without a
/// network, in `sim/tests/model_agrees.rs`.
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

/// How many clients it takes, and which oracles may say so.
fn hunt(bug: Bug) -> (u32, &'static [&'static str]) {
    match bug {
        // The server is told something else than what was sent, or says something else than the model.
        Bug::PartialLineDropped
        | Bug::OneLinePerRead
        | Bug::ClosedStaysMember
        | Bug::PrivateMessageLeaked
        | Bug::CutLineTaken
        | Bug::QuitToldTwice
        | Bug::IdComesAgain
        | Bug::AwayToStrangers
        | Bug::HeldLost
        | Bug::EchoWithoutTags
        | Bug::StatusmsgToAll
        | Bug::FallbackCutShort
        | Bug::RedactByAnybody
        | Bug::AuditoriumJoinTold
        | Bug::MuteUnheeded
        | Bug::BannedForwarded
        | Bug::SignLost
        | Bug::RankKept
        | Bug::PrivilegesKept
        | Bug::OfflineUntold
        | Bug::MetadataToStrangers
        | Bug::LookalikeAccepted
        | Bug::FingerprintToAll => (5, &["actions"]),
        // Or it breaks what a client was promised, whatever the model says.
        Bug::TimeUnasked | Bug::TagmsgToAll | Bug::JoinExtendedForAll => (5, &["unasked"]),
        Bug::EchoToSender | Bug::CapabilityKept | Bug::AwayUnasked => (5, &["unasked", "actions"]),
        Bug::LabelOnEachLine | Bug::LabelUnanswered => (5, &["labels", "actions"]),
        // The echo of several lines is a batch.
        Bug::EchoTwice => (5, &["actions", "batches"]),
        Bug::BatchLeftOpen => (5, &["batches"]),
        Bug::ModeOffUntold => (5, &["replay", "actions"]),
        // It takes two who meet.
        Bug::InvitationKept => (20, &["actions"]),
        // Whoever is due by a clock that was set is pinged, or given up, at the wrong time; or no deadline comes any more.
        Bug::OneClock => (5, &["actions", "cleanup"]),
        // Or an assert of the server's own is first.
        Bug::OldNickKept | Bug::WaitOvertaken | Bug::NickFoldedAscii => (5, &["actions", "panic"]),
        // Or their channel is there when all have left.
        Bug::KilledStaysMember => (5, &["actions", "panic", "cleanup"]),
        Bug::EmptyChannelKept => (5, &["actions", "cleanup"]),
        // The server says the right thing, and it does not arrive.
        Bug::ShortWriteTailLost | Bug::WriteOvertakesQueue => (5, &["model", "heard"]),
        Bug::BudgetForgotten => (5, &["drained"]),
        Bug::StaleOutputOnReuse => (5, &["model", "leftover", "heard"]),
        // What the server is told lacks some of what was said.
        Bug::RestOfReadLost => (5, &["heard"]),
        // The server does not hear of something any more.
        Bug::EdgeLost => (5, &["heard", "liveness", "leftover"]),
        // What carries the bytes loses some, or makes nonsense of them: one end gives up, or the server is not told.
        Bug::TlsHandshakeTailLost | Bug::FrameSplitDropped => (5, &["given-up", "heard"]),
        // A whole header, and words, in one read.
        Bug::ProxyTailLost | Bug::WsHandshakeTailLost => (5, &["given-up", "heard"]),
        // A read of more than TLS takes at once.
        Bug::TlsRecordCut => (20, &["given-up", "model"]),
        Bug::CloseNotifyIgnored => (5, &["ended"]),
        Bug::PongPayloadWrong => (5, &["pong"]),
        Bug::ProxyHeaderBelieved | Bug::ForwardedBelieved => (5, &["peer"]),
        // It takes a run whose server has a policy.
        Bug::StsOnSecure => (20, &["actions"]),
        Bug::WatcherLeftBehind | Bug::InvitationOneSided => (5, &["panic", "actions", "audit"]),
        // Only so many say enough for a queue to grow beyond the largest cap.
        Bug::UnboundedQueue => (20, &["queue-cap"]),
        bug => panic!("{} is not hunted here", bug.name()),
    }
}

fn tried(seed: u64, clients: u32, bug: Option<Bug>) -> Report {
    run(&Options { seed, clients, bug, ..Options::default() })
}

#[test]
fn every_planted_bug_is_found() {
    for &bug in Bug::ALL.iter().filter(|bug| !BESIDE_THE_MODEL.contains(bug)) {
        let (clients, oracles) = hunt(bug);
        let found = (1..=SEEDS).find_map(|seed| {
            let report = tried(seed, clients, Some(bug));
            report.failure.as_ref()?;
            Some(report)
        });
        let report = found.unwrap_or_else(|| panic!("{} passes {SEEDS} seeds with {clients} clients", bug.name()));
        let oracle = report.failure.as_ref().map_or("", |failure| failure.oracle);
        println!("{:<22} seed {:<2} oracle {oracle}", bug.name(), report.options.seed);
        assert!(
            oracles.contains(&oracle),
            "{} was found by an oracle that is about something else:\n{report}",
            bug.name()
        );
    }
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
    for clients in [5, 20] {
        for seed in 1..=SEEDS {
            let report = tried(seed, clients, None);
            assert_eq!(report.failure, None, "{report}");
        }
    }
}
