//! STATS: what the server counts.

use verbatim::server::{Config, PRIVILEGES};

use super::oper::with_operators;
use super::script::{check, check_with};

#[test]
fn anybody_can_query_the_uptime() {
    check(
        r"
        alice registers
        alice> STATS
        alice< :verbatim.local 461 alice STATS :Not enough parameters
        alice> STATS :
        alice< :verbatim.local 461 alice STATS :Not enough parameters
        alice> STATS u
        alice< :verbatim.local 242 alice :Server Up 0 days 0:00:00
        alice< :verbatim.local 219 alice u :End of /STATS report
        59 s pass
        alice> PONG
        3 s pass
        alice> STATS uptime *.local
        alice< :verbatim.local 242 alice :Server Up 0 days 0:01:02
        alice< :verbatim.local 219 alice u :End of /STATS report
        alice> STATS u elsewhere.example
        alice< :verbatim.local 402 alice elsewhere.example :No such server
        -- Letters without statistics; case matters.
        alice> STATS U
        alice< :verbatim.local 219 alice U :End of /STATS report
        alice> STATS é
        alice< :verbatim.local 219 alice é :End of /STATS report
        alice> STATS ::
        alice< :verbatim.local 219 alice * :End of /STATS report
    ",
    );
    let quiet = Config { ping_interval: std::time::Duration::from_secs(1_000_000), ..Config::default() };
    check_with(
        quiet,
        r"
        alice registers
        180122 s pass
        alice> STATS u
        alice< :verbatim.local 242 alice :Server Up 2 days 2:02:02
        alice< :verbatim.local 219 alice u :End of /STATS report
    ",
    );
}

#[test]
fn stats_p_lists_the_operators_that_the_caller_can_see() {
    check_with(
        with_operators(),
        r"
        alice, bob, carol register
        carol> STATS p
        carol< :verbatim.local 219 carol p :End of /STATS report
        alice> OPER olga olga's
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.1 MODE alice +o
        bob> OPER ken ken's
        bob< :verbatim.local 381 bob :You are now an IRC operator
        bob< :bob!~bob@10.0.0.2 MODE bob +o
        bob> MODE bob +i
        bob< :bob!~bob@10.0.0.2 MODE bob +i
        7 s pass
        alice> PRIVMSG carol :hello
        carol< :alice!~alice@10.0.0.1 PRIVMSG carol :hello
        carol> STATS p
        carol< :verbatim.local 249 carol p :alice (~alice@10.0.0.1) idle 0
        carol< :verbatim.local 219 carol p :End of /STATS report
        -- An invisible operator is shown to themselves, to members of a common channel, and to holders of `see`.
        alice> STATS p
        alice< :verbatim.local 249 alice p :alice (~alice@10.0.0.1) idle 0
        alice< :verbatim.local 249 alice p :bob (~bob@10.0.0.2) idle 7
        alice< :verbatim.local 219 alice p :End of /STATS report
        bob> STATS p
        bob< :verbatim.local 249 bob p :alice (~alice@10.0.0.1) idle 0
        bob< :verbatim.local 249 bob p :bob (~bob@10.0.0.2) idle 7
        bob< :verbatim.local 219 bob p :End of /STATS report
        bob, carol join #a
        carol> STATS p
        carol< :verbatim.local 249 carol p :alice (~alice@10.0.0.1) idle 0
        carol< :verbatim.local 249 carol p :bob (~bob@10.0.0.2) idle 7
        carol< :verbatim.local 219 carol p :End of /STATS report
    ",
    );
}

#[test]
fn stats_r_shows_operators_with_watch_the_usage_of_the_process() {
    check_with(
        with_operators(),
        r"
        alice registers
        alice> STATS r
        alice< :verbatim.local 481 alice :Permission Denied- You're not an IRC operator
        alice< :verbatim.local 219 alice r :End of /STATS report
        alice> OPER olga olga's
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.1 MODE alice +o
        alice asks for batch labeled-response
        alice> @label=x STATS r
        alice< @label=x :verbatim.local BATCH +B1 labeled-response
        alice< @batch=B1 :verbatim.local 249 alice r :CPU 1.23 s + 0.06 s in the kernel, memory at most 7890 KiB
        alice< @batch=B1 :verbatim.local 219 alice r :End of /STATS report
        alice< :verbatim.local BATCH -B1
        -- Nothing of a connection is handled while it waits.
        answers take time
        alice> STATS r\r\nPING x
        the answer comes
        alice< :verbatim.local 249 alice r :CPU 1.23 s + 0.06 s in the kernel, memory at most 7890 KiB
        alice< :verbatim.local 219 alice r :End of /STATS report
        alice< :verbatim.local PONG verbatim.local :x
    ",
    );
}

#[test]
fn stats_m_o_and_r_are_refused_with_every_privilege_but_watch() {
    let mut config = with_operators();
    config.operators[1].privileges.clear();
    for (_, privilege, _) in PRIVILEGES.iter().filter(|row| row.0 != "watch") {
        config.operators[1].privileges.push(*privilege);
    }
    let transcript = |letter| {
        format!(
            r"
        bob registers
        bob> OPER ken ken's
        bob< :verbatim.local 381 bob :You are now an IRC operator
        bob< :bob!~bob@10.0.0.1 MODE bob +o
        bob> STATS {letter}
        bob< :verbatim.local 723 bob watch :Insufficient oper privileges.
        bob< :verbatim.local 219 bob {letter} :End of /STATS report
    "
        )
    };
    for letter in ["m", "o", "r"] {
        check_with(config.clone(), &transcript(letter));
    }
}

#[test]
fn stats_m_and_o_need_the_privilege_watch() {
    check_with(
        with_operators(),
        r"
        alice, bob register
        alice> STATS m
        alice< :verbatim.local 481 alice :Permission Denied- You're not an IRC operator
        alice< :verbatim.local 219 alice m :End of /STATS report
        bob> OPER ken ken's
        bob< :verbatim.local 381 bob :You are now an IRC operator
        bob< :bob!~bob@10.0.0.2 MODE bob +o
        bob> STATS o
        bob< :verbatim.local 723 bob watch :Insufficient oper privileges.
        bob< :verbatim.local 219 bob o :End of /STATS report
        alice> OPER olga olga's
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.1 MODE alice +o
        alice> stats o
        alice< :verbatim.local 243 alice O *@10.0.0.1 * olga
        alice< :verbatim.local 243 alice O ~nobody@* * olga
        alice< :verbatim.local 243 alice O *@* * ken
        alice< :verbatim.local 219 alice o :End of /STATS report
        -- Unknown commands are not counted; refused ones are.
        bob> NONSENSE
        bob< :verbatim.local 421 bob NONSENSE :Unknown command
        carol connects
        carol> JOIN #a
        carol< :verbatim.local 451 * :You have not registered
        alice> STATS m
        alice< :verbatim.local 212 alice JOIN 1
        alice< :verbatim.local 212 alice NICK 2
        alice< :verbatim.local 212 alice OPER 2
        alice< :verbatim.local 212 alice STATS 4
        alice< :verbatim.local 212 alice USER 2
        alice< :verbatim.local 219 alice m :End of /STATS report
    ",
    );
}
