//! The simulator finds every bug that can be planted, within a bounded number of seeds, and none where there is none.

use sim::{Options, Report, run};
use verbatim::planted::Bug;

/// The seeds that are tried: these, from 1 on.
const SEEDS: u64 = 30;

/// How many clients it takes, and which oracles may say so.
fn hunt(bug: Bug) -> (u32, &'static [&'static str]) {
    match bug {
        // The server is told something else than what was sent, or says something else than the model.
        Bug::PartialLineDropped
        | Bug::OneLinePerRead
        | Bug::ClosedStaysMember
        | Bug::EchoToSender
        | Bug::PrivateMessageLeaked
        | Bug::CutLineTaken
        | Bug::QuitToldTwice
        | Bug::CapabilityKept
        | Bug::BatchLeftOpen
        | Bug::IdComesAgain
        | Bug::TimeUnasked
        | Bug::TagmsgToAll
        | Bug::JoinExtendedForAll
        | Bug::AwayUnasked
        | Bug::AwayToStrangers
        | Bug::LabelOnEachLine
        | Bug::LabelUnanswered
        | Bug::HeldLost
        | Bug::EchoTwice
        | Bug::EchoWithoutTags
        | Bug::StatusmsgToAll
        | Bug::FallbackCutShort
        | Bug::RedactByAnybody
        | Bug::AuditoriumJoinTold
        | Bug::MuteUnheeded
        | Bug::BannedForwarded
        | Bug::InvitationKept
        | Bug::SignLost
        | Bug::ModeOffUntold
        | Bug::RankKept
        | Bug::PrivilegesKept
        | Bug::OfflineUntold
        | Bug::MetadataToStrangers
        | Bug::LookalikeAccepted => (5, &["actions"]),
        // Or an assert of the server's own is first.
        Bug::OldNickKept | Bug::WaitOvertaken | Bug::KilledStaysMember | Bug::NickFoldedAscii => {
            (5, &["actions", "panic"])
        }
        Bug::EmptyChannelKept => (5, &["actions", "cleanup"]),
        // The server says the right thing, and it does not arrive.
        Bug::ShortWriteTailLost | Bug::WriteOvertakesQueue => (5, &["model"]),
        Bug::BudgetForgotten => (5, &["drained"]),
        Bug::StaleOutputOnReuse => (5, &["model", "leftover"]),
        // The server does not hear of something any more.
        Bug::EdgeLost => (5, &["liveness", "leftover"]),
        // Only so many say enough for a queue to grow beyond the largest cap.
        Bug::UnboundedQueue => (20, &["queue-cap"]),
    }
}

fn tried(seed: u64, clients: u32, bug: Option<Bug>) -> Report {
    run(&Options { seed, clients, bug, ..Options::default() })
}

#[test]
fn every_planted_bug_is_found() {
    for &bug in Bug::ALL {
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

#[test]
fn no_bug_is_found_where_none_is_planted() {
    for clients in [5, 20] {
        for seed in 1..=SEEDS {
            let report = tried(seed, clients, None);
            assert_eq!(report.failure, None, "{report}");
        }
    }
}
