//! Seeds that once found a bug. If you find another, add a row.

use sim::{FaultMode, Options, run};

/// The seed, the clients, the lines of each, the faults, and what was wrong.
const FOUND: &[(u64, u32, u32, FaultMode, &str)] = &[
    (2, 2, 10, FaultMode::All, "the model looked up the next nick of a KICK for someone who had kicked themselves"),
    (102_406, 12, 20, FaultMode::Swarm, "the last lines for a connection that was being closed passed its queue's cap"),
    (7001, 5, 20, FaultMode::Swarm, "WHOWAS took the empty nick before a comma for a nick"),
    (7402, 5, 20, FaultMode::All, "a CTCP question that somebody was shown was not what anybody had said"),
    (3222, 20, 20, FaultMode::All, "the model took an empty parameter of MONITOR for one"),
    (74, 20, 20, FaultMode::Swarm, "a queue over its cap was thrown away with its connection, and nobody knew"),
    (8, 20, 20, FaultMode::Swarm, "who had said goodbye by TLS was thought to listen on"),
    (126, 50, 20, FaultMode::Swarm, "a resumed session brought a certificate along to where none is asked for"),
    (5729, 5, 20, FaultMode::Swarm, "a peer of the world's spoke on behind its own goodbye"),
    (
        709,
        5,
        20,
        FaultMode::Swarm,
        "the model sent a typing notification to a user without a session if there was a log",
    ),
    (106_188, 5, 20, FaultMode::Swarm, "a nick was compared by ASCII where the casemapping was another"),
    (805_197, 5, 20, FaultMode::Swarm, "the prefix `~` of a STATUSMSG was folded with its channel"),
    (1_950_897, 50, 20, FaultMode::Swarm, "REHASH made a reply before it waited, which named the old nick afterwards"),
    (203_697, 20, 20, FaultMode::Swarm, "a visitor was thought to read more than their queue could hold"),
    (300_269, 50, 20, FaultMode::Swarm, "the same, of a visitor to whom lines were held"),
];

#[test]
fn seeds_that_once_failed_now_pass() {
    for &(seed, clients, lines, faults, what) in FOUND {
        let report = run(&Options { seed, clients, lines, faults, ..Options::default() });
        assert_eq!(report.failure, None, "found again: {what}\n{report}");
    }
}
