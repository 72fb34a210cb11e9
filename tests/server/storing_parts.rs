//! What is settled part by part (docs/protocol/storing.md): messages that may be taken back, clocks, and who waits.

use verbatim::server::Config;

use crate::script::check_with;

fn check(script: &str) {
    check_with(Config { log: true, ..Config::default() }, script);
}

#[test]
fn a_ping_behind_what_the_same_moment_brought_counts_from_when_it_can_be_read() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        60 s pass
        bob, carol> PONG here
        30 s pass
        alice< PING :verbatim.local
        -- Alice is timed out at the moment at which Bob is asked, who hears of it first. Carol has nothing to wait for.
        60 s pass
        alice< ERROR :Closing link: (10.0.0.1) [Ping timeout: 150 seconds]
        alice closed
        carol< PING :verbatim.local
        600 s pass
        the log stores
        bob< :alice!~alice@10.0.0.1 QUIT :Ping timeout: 150 seconds
        bob< PING :verbatim.local
        59 s pass
        1 s pass
        bob< ERROR :Closing link: (10.0.0.2) [Ping timeout: 150 seconds]
        bob closed
        carol< ERROR :Closing link: (10.0.0.3) [Ping timeout: 150 seconds]
        carol closed
    ",
    );
}
