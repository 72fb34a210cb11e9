//! The configured modes of new channels and new users.

use verbatim::server::Config;

use super::script::{check_through, check_with};

#[test]
fn a_new_channel_has_the_configured_modes() {
    check_with(
        Config { channel_modes: "+sn".parse().expect("letters"), ..Config::default() },
        r"
        alice, bob register
        alice joins #a
        alice> MODE #a
        alice< :verbatim.local 324 alice #a +ns
        alice< :verbatim.local 329 alice #a 1000000000
        bob> PRIVMSG #a :hello
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+n)
        bob> LIST
        bob< :verbatim.local 321 bob Channel :Users  Name
        bob< :verbatim.local 323 bob :End of /LIST
    ",
    );
}

#[test]
fn a_reload_changes_the_modes_of_new_channels_only() {
    let with = |modes: &str| Config { channel_modes: modes.parse().expect("letters"), ..Config::default() };
    check_through(
        [with("nt"), with("")],
        r"
        alice registers
        alice joins #a
        the host sends new settings
        alice joins #b
        alice> MODE #a
        alice< :verbatim.local 324 alice #a +nt
        alice< :verbatim.local 329 alice #a 1000000000
        alice> MODE #b
        alice< :verbatim.local 324 alice #b +
        alice< :verbatim.local 329 alice #b 1000000000
    ",
    );
}

#[test]
fn a_new_user_is_sent_their_default_modes() {
    check_with(
        Config { user_modes: "wi".parse().expect("letters"), ..Config::default() },
        r"
        alice connects
        alice> NICK alice
        alice> USER alice 0 * :Alice
        alice is welcomed
        alice< :alice!~alice@10.0.0.1 MODE alice +iw
        alice> MODE alice
        alice< :verbatim.local 221 alice +iw
        alice> MODE alice -i
        alice< :alice!~alice@10.0.0.1 MODE alice -i
        bob registers
        bob> WHO alice
        bob< :verbatim.local 352 bob * ~alice 10.0.0.1 verbatim.local alice H :0 Alice
        bob< :verbatim.local 315 bob alice :End of WHO list
        alice> WHO bo*
        alice< :verbatim.local 315 alice bo* :End of WHO list
        -- Another session of a user finds the modes as they are.
        phone attaches to alice from 10.9.9.9
        phone> MODE alice
        phone< :verbatim.local 221 alice +w
    ",
    );
}
