//! What users see when the wall clock is set: times of messages, dates, durations.

use verbatim::server::Config;

use super::script::{check, check_with};

/// Settings with a log, and without.
fn settings() -> [Config; 2] {
    [false, true].map(|log| Config { log, ..Config::default() })
}

#[test]
fn the_first_message_after_a_correction_has_the_right_time() {
    for config in settings() {
        let stored = if config.log { "the log stores" } else { "" };
        check_with(
            config,
            &r"
            alice, bob register
            bob asks for server-time
            alice, bob join #a
            STORED
            the clock is set 86400 s forward
            alice> PRIVMSG #a :to all
            STORED
            bob< @time=NOW :alice!~alice@10.0.0.1 PRIVMSG #a :to all
            alice> PRIVMSG bob :to you
            STORED
            bob< @time=NOW :alice!~alice@10.0.0.1 PRIVMSG bob :to you
            -- Set back, where nothing was said yet.
            the clock is set 86000 s back
            alice, bob join #b
            STORED
            1 s pass
            alice> PRIVMSG #b :to all
            STORED
            bob< @time=NOW :alice!~alice@10.0.0.1 PRIVMSG #b :to all
        "
            .replace("STORED", stored),
        );
    }
}

#[test]
fn messages_to_one_target_are_never_at_the_same_time_or_earlier_after_the_clock_was_set_back() {
    for config in settings() {
        let stored = if config.log { "the log stores" } else { "" };
        check_with(
            config,
            &r"
            alice, bob register
            bob asks for server-time
            alice, bob join #a
            STORED
            1 s pass
            alice> PRIVMSG #a :one
            STORED
            bob< @time=NOW :alice!~alice@10.0.0.1 PRIVMSG #a :one
            alice> NOTICE bob :one
            STORED
            bob< @time=NOW :alice!~alice@10.0.0.1 NOTICE bob :one
            the clock is set 3600 s back
            alice> PRIVMSG #a :two
            STORED
            bob< @time=2001-09-09T01:46:41.001Z :alice!~alice@10.0.0.1 PRIVMSG #a :two
            alice> TOPIC #a :three
            STORED
            alice< :alice!~alice@10.0.0.1 TOPIC #a :three
            bob< @time=2001-09-09T01:46:41.002Z :alice!~alice@10.0.0.1 TOPIC #a :three
            alice> PRIVMSG bob :two
            STORED
            bob< @time=2001-09-09T01:46:41.001Z :alice!~alice@10.0.0.1 PRIVMSG bob :two
            alice> NICK ally
            STORED
            alice< :alice!~alice@10.0.0.1 NICK ally
            bob< @time=2001-09-09T01:46:41.003Z :alice!~alice@10.0.0.1 NICK ally
            -- What is in no target has the clock's time.
            bob> PING 1
            bob< @time=NOW :verbatim.local PONG verbatim.local :1
        "
            .replace("STORED", stored),
        );
    }
}

#[test]
fn when_the_clock_has_caught_up_messages_have_its_time_again() {
    check(
        r"
        alice, bob register
        bob asks for server-time
        alice, bob join #a
        1 s pass
        alice> PRIVMSG #a :one
        bob< @time=NOW :alice!~alice@10.0.0.1 PRIVMSG #a :one
        the clock is set 30 s back
        alice> PRIVMSG #a :two
        bob< @time=2001-09-09T01:46:41.001Z :alice!~alice@10.0.0.1 PRIVMSG #a :two
        31 s pass
        alice> PRIVMSG #a :three
        bob< @time=NOW :alice!~alice@10.0.0.1 PRIVMSG #a :three
    ",
    );
}

/// The machine began at 2001-09-09, and is then set right, a day later; and too far, and back.
#[test]
fn setting_the_clock_corrects_the_dates_of_what_happened_before() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        5 s pass
        alice> TOPIC #a :of clocks
        alice, bob< :alice!~alice@10.0.0.1 TOPIC #a :of clocks
        alice> MODE #a +b x
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +b x!*@*
        5 s pass
        bob> NICK robert
        alice, bob< :bob!~bob@10.0.0.2 NICK robert
        the clock is set 86400 s forward
        bob> MODE #a
        bob< :verbatim.local 324 robert #a +nt
        bob< :verbatim.local 329 robert #a 1000086400
        bob> TOPIC #a
        bob< :verbatim.local 332 robert #a :of clocks
        bob< :verbatim.local 333 robert #a alice!~alice@10.0.0.1 1000086405
        bob> MODE #a b
        bob< :verbatim.local 367 robert #a x!*@* alice!~alice@10.0.0.1 1000086405
        bob< :verbatim.local 368 robert #a :End of channel ban list
        bob> WHOWAS bob
        bob< :verbatim.local 314 robert bob ~bob 10.0.0.2 * :bob
        bob< :verbatim.local 312 robert bob verbatim.local :2001-09-10 01:46:50 UTC
        bob< :verbatim.local 369 robert bob :End of WHOWAS
        bob> WHOIS alice
        bob< :verbatim.local 311 robert alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 319 robert alice :@#a
        bob< :verbatim.local 312 robert alice verbatim.local :verbatim
        bob< :verbatim.local 317 robert alice 10 1000086400 :seconds idle, signon time
        bob< :verbatim.local 318 robert alice :End of /WHOIS list
        bob> TIME
        bob< :verbatim.local 391 robert verbatim.local :2001-09-10 01:46:50 UTC
        bob> STATS u
        bob< :verbatim.local 242 robert :Server Up 0 days 0:00:10
        bob< :verbatim.local 219 robert u :End of /STATS report
        -- The channel is ten seconds old, whatever the clock says.
        bob> LIST C<1,T<1
        bob< :verbatim.local 321 robert Channel :Users  Name
        bob< :verbatim.local 322 robert #a 2 :of clocks
        bob< :verbatim.local 323 robert :End of /LIST
        the clock is set 172800 s back
        bob> MODE #a
        bob< :verbatim.local 324 robert #a +nt
        bob< :verbatim.local 329 robert #a 999913600
        bob> WHOIS alice
        bob< :verbatim.local 311 robert alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 319 robert alice :@#a
        bob< :verbatim.local 312 robert alice verbatim.local :verbatim
        bob< :verbatim.local 317 robert alice 10 999913600 :seconds idle, signon time
        bob< :verbatim.local 318 robert alice :End of /WHOIS list
        bob> LIST C>0
        bob< :verbatim.local 321 robert Channel :Users  Name
        bob< :verbatim.local 322 robert #a 2 :of clocks
        bob< :verbatim.local 323 robert :End of /LIST
    ",
    );
}
