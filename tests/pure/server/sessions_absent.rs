//! A user without sessions, as others see them (docs/protocol/sessions.md, "Users without a session").

use verbatim::server::{Config, Limits};

use super::script::{check, check_with};

#[test]
fn without_a_log_messages_to_a_user_without_sessions_are_refused() {
    check(
        r"
        alice registers
        phone attaches to alice, who stays
        phone, alice end
        bob registers
        bob asks for message-tags echo-message batch labeled-response
        bob> PRIVMSG alice :hello
        bob< :verbatim.local FAIL PRIVMSG NOT_STORED alice :Your message could not be stored
        bob> @label=1 NOTICE ALICE :hello
        bob< @label=1 :verbatim.local FAIL NOTICE NOT_STORED alice :Your message could not be stored
        bob> @+react=x TAGMSG alice
        bob< :verbatim.local FAIL TAGMSG NOT_STORED alice :Your message could not be stored
        bob> @+typing=active TAGMSG alice
        bob> @label=2;+typing=active TAGMSG alice
        bob< @label=2 :verbatim.local ACK
        bob> @+typing=active;+react=x TAGMSG alice
        bob< :verbatim.local FAIL TAGMSG NOT_STORED alice :Your message could not be stored
        bob> TAGMSG alice
        bob< :verbatim.local FAIL TAGMSG NOT_STORED alice :Your message could not be stored
        bob> @+typing=active PRIVMSG alice :hello
        bob< :verbatim.local FAIL PRIVMSG NOT_STORED alice :Your message could not be stored
        bob> PRIVMSG alice,bob :both
        bob< :verbatim.local FAIL PRIVMSG NOT_STORED alice :Your message could not be stored
        bob< @msgid=#1 :bob!~bob@10.0.0.1 PRIVMSG bob :both
        bob< @msgid=#1 :bob!~bob@10.0.0.1 PRIVMSG bob :both
        -- Nobody gets it, now or later.
        laptop attaches to alice
        bob> PRIVMSG alice :now
        bob< @msgid=#2 :bob!~bob@10.0.0.1 PRIVMSG alice :now
        laptop< :bob!~bob@10.0.0.1 PRIVMSG alice :now
    ",
    );
}

#[test]
fn the_fail_for_a_multiline_message_names_the_command_of_its_lines() {
    check(
        r"
        alice registers
        phone attaches to alice, who stays
        phone, alice end
        bob registers
        bob asks for batch draft/multiline labeled-response
        bob> @label=1 BATCH +1 draft/multiline alice
        bob> @batch=1 NOTICE alice :one
        bob> @batch=1 NOTICE alice :two
        bob> BATCH -1
        bob< @label=1 :verbatim.local FAIL NOTICE NOT_STORED alice :Your message could not be stored
        bob> BATCH +1 draft/multiline Alice
        bob> @batch=1 PRIVMSG alice :one
        bob> BATCH -1
        bob< :verbatim.local FAIL PRIVMSG NOT_STORED alice :Your message could not be stored
    ",
    );
}

#[test]
fn whether_a_message_can_be_stored_is_checked_last() {
    check(
        r"
        alice registers
        phone attaches to alice, who stays
        alice> MODE alice +R
        alice, phone< :alice!~alice@10.0.0.1 MODE alice +R
        bob registers
        bob> PRIVMSG alice :hello
        bob< :verbatim.local 477 bob alice :You must be logged in to write to this user
        phone, alice end
        bob> PRIVMSG alice :hello
        bob< :verbatim.local 477 bob alice :You must be logged in to write to this user
        bob> NOTICE alice :hello
        bob> PRIVMSG alice
        bob< :verbatim.local 412 bob :No text to send
        phone attaches to alice, who stays
        phone> MODE alice -R
        phone< :alice!~alice@10.0.0.1 MODE alice -R
        phone ends
        bob> PRIVMSG alice :{x*470}
        bob< :verbatim.local FAIL PRIVMSG NOT_STORED alice :Your message could not be stored
        bob> PRIVMSG alice :{x*490}
        bob< :verbatim.local 417 bob :Input line was too long
    ",
    );
}

#[test]
fn messages_to_a_user_without_sessions_can_be_redacted() {
    check(
        r"
        alice registers
        phone attaches to alice, who stays
        bob registers
        bob asks for message-tags draft/message-redaction echo-message
        bob> PRIVMSG alice :oops
        alice, phone< :bob!~bob@10.0.0.3 PRIVMSG alice :oops
        bob< @msgid=#1 :bob!~bob@10.0.0.3 PRIVMSG alice :oops
        phone, alice end
        bob> REDACT alice #1
        bob< @msgid=#2 :bob!~bob@10.0.0.3 REDACT alice #1
        bob> REDACT alice #1
        bob< :verbatim.local FAIL REDACT UNKNOWN_MSGID alice #1 :This message does not exist or is too old
    ",
    );
}

#[test]
fn a_user_without_sessions_is_shown_as_online_and_away() {
    check(
        r"
        alice registers securely showing c0ffee
        phone attaches to alice, who stays
        bob registers
        alice, bob join #a
        alice> MODE alice +B
        alice, phone< :alice!~alice@10.0.0.1 MODE alice +B
        4 s pass
        alice, phone end
        bob> NAMES #a
        bob< :verbatim.local 353 bob = #a :@alice bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        bob> WHO #a
        bob< :verbatim.local 352 bob #a ~alice 10.0.0.1 verbatim.local alice G@B :0 alice
        bob< :verbatim.local 352 bob #a ~bob 10.0.0.3 verbatim.local bob H :0 bob
        bob< :verbatim.local 315 bob #a :End of WHO list
        bob> WHOIS alice
        bob< :verbatim.local 311 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 319 bob alice :@#a
        bob< :verbatim.local 312 bob alice verbatim.local :verbatim
        bob< :verbatim.local 335 bob alice :is a bot on verbatim
        bob< :verbatim.local 301 bob alice :Disconnected
        bob< :verbatim.local 317 bob alice 4 1000000000 :seconds idle, signon time
        bob< :verbatim.local 318 bob alice :End of /WHOIS list
        bob> ISON alice
        bob< :verbatim.local 303 bob :alice
        bob> USERHOST alice
        bob< :verbatim.local 302 bob :alice=-~alice@10.0.0.1
        bob> LUSERS
        bob< :verbatim.local 251 bob :There are 2 users and 0 invisible on 1 servers
        bob< :verbatim.local 252 bob 0 :operator(s) online
        bob< :verbatim.local 253 bob 0 :unknown connection(s)
        bob< :verbatim.local 254 bob 1 :channels formed
        bob< :verbatim.local 255 bob :I have 2 clients and 0 servers
        bob< :verbatim.local 265 bob 2 2 :Current local users 2, max 2
        bob< :verbatim.local 266 bob 2 2 :Current global users 2, max 2
        bob> MONITOR + alice
        bob< :verbatim.local 730 bob :alice!~alice@10.0.0.1
        bob> NICK alice
        bob< :verbatim.local 433 bob alice :Nickname is already in use
        bob> WHOWAS alice
        bob< :verbatim.local 406 bob alice :There was no such nickname
        bob< :verbatim.local 369 bob alice :End of WHOWAS
        bob> PRIVMSG #a :hello
        bob> PRIVMSG @#a :hello
    ",
    );
}

#[test]
fn whois_shows_operators_only_the_modes_of_a_user_without_sessions() {
    check_with(
        super::oper::with_operators(),
        r"
        olga registers
        olga> OPER olga olga's
        olga< :verbatim.local 381 olga :You are now an IRC operator
        olga< :olga!~olga@10.0.0.1 MODE olga +o
        alice registers securely showing c0ffee
        phone attaches to alice, who stays
        phone, alice end
        olga> WHOIS alice
        olga< :verbatim.local 311 olga alice ~alice 10.0.0.2 * :alice
        olga< :verbatim.local 312 olga alice verbatim.local :verbatim
        olga< :verbatim.local 379 olga alice :is using modes +
        olga< :verbatim.local 301 olga alice :Disconnected
        olga< :verbatim.local 317 olga alice 0 1000000000 :seconds idle, signon time
        olga< :verbatim.local 318 olga alice :End of /WHOIS list
    ",
    );
}

#[test]
fn a_user_without_sessions_can_be_kicked_invited_and_given_ranks() {
    check(
        r"
        bob registers
        alice registers
        bob, alice join #a,#b
        phone attaches to alice, who stays
        phone, alice end
        bob> MODE #a +ov alice alice
        bob< :bob!~bob@10.0.0.1 MODE #a +ov alice alice
        bob> RENAME #a #c :moved
        bob< :bob!~bob@10.0.0.1 PART #a :moved
        bob< :bob!~bob@10.0.0.1 JOIN #c
        bob< :verbatim.local 353 bob = #c :@bob @alice
        bob< :verbatim.local 366 bob #c :End of /NAMES list
        bob> KICK #b alice :out
        bob< :bob!~bob@10.0.0.1 KICK #b alice :out
        bob> INVITE alice #b
        bob< :verbatim.local 341 bob alice #b
        bob< :verbatim.local 301 bob alice :Disconnected
        bob> TOPIC #c :news
        bob< :bob!~bob@10.0.0.1 TOPIC #c :news
        bob> PART #c
        bob< :bob!~bob@10.0.0.1 PART #c
        bob> MODE #b +i
        bob< :bob!~bob@10.0.0.1 MODE #b +i
        5 s pass
        -- Users without sessions keep a channel alive, and their rank in it.
        laptop connects
        laptop is to be alice's
        laptop> NICK laptop
        laptop> USER laptop 0 * :laptop
        laptop is welcomed
        laptop< :alice!~alice@10.0.0.2 JOIN #c
        laptop< :verbatim.local 332 alice #c :news
        laptop< :verbatim.local 333 alice #c bob!~bob@10.0.0.1 1000000000
        laptop< :verbatim.local 353 alice = #c :@alice
        laptop< :verbatim.local 366 alice #c :End of /NAMES list
        laptop> INVITE
        laptop< :verbatim.local 336 alice #b
        laptop< :verbatim.local 337 alice :End of /INVITE list
        laptop> JOIN #b
        bob, laptop< :alice!~alice@10.0.0.2 JOIN #b
        laptop< :verbatim.local 353 alice = #b :@bob alice
        laptop< :verbatim.local 366 alice #b :End of /NAMES list
    ",
    );
}

#[test]
fn bans_match_only_the_host_of_a_user_without_sessions() {
    check(
        r"
        bob registers
        alice registers
        phone attaches to alice from 10.7.7.7, who stays
        bob, alice join #a
        bob> MODE #a +bl *!*@10.7.7.7 2
        bob, alice, phone< :bob!~bob@10.0.0.1 MODE #a +bl *!*@10.7.7.7 2
        phone, alice end
        -- They count among the members.
        carol registers
        carol> JOIN #a
        carol< :verbatim.local 471 carol #a :Cannot join channel (+l)
        tablet attaches to alice
        tablet> PRIVMSG #a :hello
        bob< :alice!~alice@10.0.0.2 PRIVMSG #a :hello
    ",
    );
}

#[test]
fn metadata_of_a_user_without_sessions_and_of_their_channels_remains() {
    let limits = Limits { metadata_keys: 2, ..Limits::default() };
    check_with(
        Config { limits, ..Config::default() },
        r"
        bob registers
        bob asks for batch draft/metadata-3
        alice registers
        alice asks for batch draft/metadata-3
        bob, alice join #a
        alice> METADATA * SET status :here
        alice< :verbatim.local 761 alice alice status * :here
        phone attaches to alice, who stays
        phone, alice end
        bob> METADATA alice GET status
        bob< :verbatim.local BATCH +B1 metadata alice
        bob< @batch=B1 :verbatim.local 761 bob alice status * :here
        bob< :verbatim.local BATCH -B1
        bob> METADATA #a SET avatar x
        bob< :verbatim.local 761 bob #a avatar * :x
        bob> METADATA * SUB status
        bob< :verbatim.local 770 bob status
        bob< :verbatim.local BATCH +B2 metadata *ALL
        bob< @batch=B2 :verbatim.local 761 bob alice status * :here
        bob< :verbatim.local BATCH -B2
        laptop connects
        laptop is to be alice's
        laptop> CAP REQ :batch draft/metadata-3 no-implicit-names
        laptop< :verbatim.local CAP * ACK :batch draft/metadata-3 no-implicit-names
        laptop> METADATA * SUB avatar
        laptop< :verbatim.local 770 * avatar
        laptop> NICK laptop
        laptop> USER laptop 0 * :laptop
        laptop> CAP END
        laptop is welcomed
        laptop< :alice!~alice@10.0.0.2 JOIN #a
        laptop< :verbatim.local BATCH +B4 metadata #a
        laptop< @batch=B4 :verbatim.local 761 alice #a avatar * :x
        laptop< :verbatim.local BATCH -B4
    ",
    );
}

#[test]
fn server_notices_and_wallops_to_users_without_sessions_go_nowhere() {
    check_with(
        super::oper::with_operators(),
        r"
        alice registers
        phone attaches to alice, who stays
        alice> MODE alice +w
        alice, phone< :alice!~alice@10.0.0.1 MODE alice +w
        phone, alice end
        olga registers from 10.0.0.1
        olga> OPER olga olga's
        olga< :verbatim.local 381 olga :You are now an IRC operator
        olga< :olga!~olga@10.0.0.1 MODE olga +o
        olga> WALLOPS :anybody?
        olga> MODE olga +w
        olga< :olga!~olga@10.0.0.1 MODE olga +w
        olga> WALLOPS :somebody
        olga< :olga!~olga@10.0.0.1 WALLOPS :somebody
    ",
    );
}
