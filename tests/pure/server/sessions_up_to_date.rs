//! What a new session receives about its user's channels (docs/protocol/sessions.md, "Attaching").

use verbatim::server::{Config, Limits};

use super::script::{check, check_with};

#[test]
fn a_new_session_sees_what_its_user_sees() {
    check(
        r"
        bob registers
        bob joins #hall
        bob> MODE #hall +su
        bob< :bob!~bob@10.0.0.1 MODE #hall +su
        carol registers
        carol joins #hall
        alice registers
        alice joins #hall
        alice joins #Own
        alice> MODE #own +kv key alice
        alice< :alice!~alice@10.0.0.3 MODE #Own +kv key alice
        phone connects
        phone is to be alice's
        phone> CAP REQ multi-prefix
        phone< :verbatim.local CAP * ACK :multi-prefix
        phone> NICK phone
        phone> USER phone 0 * :phone
        phone> CAP END
        phone is welcomed
        phone< :alice!~alice@10.0.0.3 JOIN #hall
        phone< :verbatim.local 353 alice @ #hall :@bob alice
        phone< :verbatim.local 366 alice #hall :End of /NAMES list
        phone< :alice!~alice@10.0.0.3 JOIN #Own
        phone< :verbatim.local 353 alice = #Own :@+alice
        phone< :verbatim.local 366 alice #Own :End of /NAMES list
        phone> MODE #own
        phone< :verbatim.local 324 alice #Own +knt key
        phone< :verbatim.local 329 alice #Own 1000000000
    ",
    );
}

#[test]
fn channels_come_in_the_order_in_which_the_user_joined_them() {
    check(
        r"
        alice registers
        alice asks for draft/channel-rename
        alice joins #c,#b,#a
        alice> PART #c
        alice< :alice!~alice@10.0.0.1 PART #c
        alice joins #c
        alice> RENAME #b #z
        alice< :alice!~alice@10.0.0.1 RENAME #b #z :
        phone connects
        phone is to be alice's
        phone> CAP REQ no-implicit-names
        phone< :verbatim.local CAP * ACK :no-implicit-names
        phone> NICK phone
        phone> USER phone 0 * :phone
        phone> CAP END
        phone is welcomed
        phone< :alice!~alice@10.0.0.1 JOIN #z
        phone< :alice!~alice@10.0.0.1 JOIN #a
        phone< :alice!~alice@10.0.0.1 JOIN #c
    ",
    );
}

#[test]
fn a_new_session_gets_the_current_state_and_no_history() {
    check(
        r"
        alice registers
        bob registers
        alice, bob join #a
        alice> NICK anna
        alice, bob< :alice!~alice@10.0.0.1 NICK anna
        alice> SETNAME :Anna
        alice> MODE anna +B
        alice< :anna!~alice@10.0.0.1 MODE anna +B
        bob> AWAY :out
        bob< :verbatim.local 306 bob :You have been marked as being away
        alice> PRIVMSG bob :before
        alice< :verbatim.local 301 anna bob :out
        bob< :anna!~alice@10.0.0.1 PRIVMSG bob :before
        phone connects
        phone is to be anna's
        phone> CAP REQ :extended-join away-notify
        phone< :verbatim.local CAP * ACK :extended-join away-notify
        phone> NICK phone
        phone> USER phone 0 * :phone
        phone> CAP END
        phone is welcomed
        phone< :verbatim.local 221 anna +B
        phone< :anna!~alice@10.0.0.1 JOIN #a * :Anna
        phone< :verbatim.local 353 anna = #a :@anna bob
        phone< :verbatim.local 366 anna #a :End of /NAMES list
    ",
    );
}

#[test]
fn a_large_metadata_sync_is_postponed_as_after_a_join() {
    let limits = Limits { metadata_sync_lines: 1, ..Limits::default() };
    check_with(
        Config { limits, ..Config::default() },
        r"
        alice registers
        alice asks for batch draft/metadata-3 no-implicit-names
        alice joins #a
        alice> METADATA #a SET x 1
        alice< :verbatim.local 761 alice #a x * :1
        alice> METADATA * SET x 2
        alice< :verbatim.local 761 alice alice x * :2
        alice> METADATA * SET y 3
        alice< :verbatim.local 761 alice alice y * :3
        phone connects
        phone is to be alice's
        phone> CAP REQ :no-implicit-names batch draft/metadata-3
        phone< :verbatim.local CAP * ACK :no-implicit-names batch draft/metadata-3
        phone> METADATA * SUB x
        phone< :verbatim.local 770 * x
        phone> NICK phone
        phone> USER phone 0 * :phone
        phone> CAP END
        phone is welcomed
        phone< :alice!~alice@10.0.0.1 JOIN #a
        phone< :verbatim.local 774 alice #a 0 :Try again later
    ",
    );
}

#[test]
fn two_connections_that_attach_to_each_other_make_one_user() {
    check(
        r"
        phone, tablet connect
        phone is to be tablet's
        tablet is to be phone's
        phone, tablet> USER x 0 * :x
        phone> NICK phone
        phone is welcomed
        tablet> NICK tablet
        tablet is welcomed
        bob registers
        bob> ISON phone tablet
        bob< :verbatim.local 303 bob :phone
        bob> PRIVMSG phone :hello
        phone, tablet< :bob!~bob@10.0.0.3 PRIVMSG phone :hello
    ",
    );
}

#[test]
fn a_connection_that_never_registers_attaches_to_nobody() {
    check(
        r"
        alice registers
        phone connects
        phone is to be alice's, who stays
        phone> NICK phone
        laptop connects
        laptop is to be alice's
        laptop> QUIT
        laptop< ERROR :Closing link: (10.0.0.3) [Quit: ]
        laptop closed
        30 s pass
        phone< ERROR :Closing link: (10.0.0.2) [Registration timeout]
        phone closed
        alice> WHOIS phone
        alice< :verbatim.local 401 alice phone :No such nick/channel
        alice< :verbatim.local 318 alice phone :End of /WHOIS list
        bob registers
        alice ends
        bob> ISON alice
        bob< :verbatim.local 303 bob :
    ",
    );
}

#[test]
fn nobody_attaches_if_either_side_ends_while_the_password_is_verified() {
    check_with(
        Config { password: Some("sesame".into()), ..Config::default() },
        r"
        alice connects
        alice> PASS sesame
        alice> NICK alice
        alice> USER alice 0 * :alice
        alice is welcomed
        answers take time
        phone connects
        phone is to be alice's, who stays
        phone> PASS sesame
        phone> NICK phone
        phone> USER phone 0 * :phone
        phone ends
        the answer comes
        laptop connects
        laptop is to be alice's
        laptop> PASS sesame
        laptop> NICK laptop
        laptop> USER laptop 0 * :laptop
        alice> QUIT
        alice< ERROR :Closing link: (10.0.0.1) [Quit: ]
        alice closed
        the answer comes
        laptop is welcomed
        laptop> ISON alice laptop
        laptop< :verbatim.local 303 laptop :laptop
    ",
    );
}
