//! How a connection becomes one more session of a user (docs/protocol/sessions.md, "Attaching").

use verbatim::server::Config;

use super::oper::with_operators;
use super::script::{check, check_with};

#[test]
fn a_new_session_is_welcomed_as_its_user_and_nobody_is_notified() {
    check_with(
        with_operators(),
        r"
        alice registers
        bob registers
        olga registers from 10.0.0.1
        alice, bob join #a
        olga> OPER olga olga's
        olga< :verbatim.local 381 olga :You are now an IRC operator
        olga< :olga!~olga@10.0.0.1 MODE olga +o
        olga> MODE olga +s
        olga< :olga!~olga@10.0.0.1 MODE olga +s
        olga> MONITOR + alice,phone
        olga< :verbatim.local 730 olga :alice!~alice@10.0.0.1
        olga< :verbatim.local 731 olga :phone
        phone connects
        phone is to be alice's
        phone> NICK phone
        phone> USER p 0 * :The phone
        phone is welcomed
        phone< :alice!~alice@10.0.0.1 JOIN #a
        phone< :verbatim.local 353 alice = #a :@alice bob
        phone< :verbatim.local 366 alice #a :End of /NAMES list
        -- The nick phone is free again, and WHOWAS does not know it.
        olga> MONITOR S
        olga< :verbatim.local 730 olga :alice!~alice@10.0.0.1
        olga< :verbatim.local 731 olga :phone
        olga> WHOWAS phone
        olga< :verbatim.local 406 olga phone :There was no such nickname
        olga< :verbatim.local 369 olga phone :End of WHOWAS
        bob> NICK phone
        alice, bob, phone< :bob!~bob@10.0.0.2 NICK phone
        olga< :verbatim.local 730 olga :phone!~bob@10.0.0.2
        -- After its welcome the session is registered.
        phone> USER x 0 * :x
        phone< :verbatim.local 462 alice :You may not reregister
        phone> PASS x
        phone< :verbatim.local 462 alice :You may not reregister
    ",
    );
}

#[test]
fn a_new_session_gets_its_users_channels_in_order_and_in_its_own_form() {
    check(
        r"
        bob registers
        alice registers
        alice asks for batch draft/metadata-3
        alice> METADATA * SET status :here
        alice< :verbatim.local 761 alice alice status * :here
        alice joins #z
        bob joins #a
        alice joins #a,#m
        alice> TOPIC #z :the last letter
        alice< :alice!~alice@10.0.0.2 TOPIC #z :the last letter
        alice> MODE alice +iB
        alice< :alice!~alice@10.0.0.2 MODE alice +Bi
        phone connects
        phone is to be alice's
        phone> CAP REQ :extended-join no-implicit-names batch draft/metadata-3 message-tags
        phone< :verbatim.local CAP * ACK :extended-join no-implicit-names batch draft/metadata-3 message-tags
        phone> METADATA * SUB status
        phone< :verbatim.local 770 * status
        phone> NICK phone
        phone> USER p 0 * :The phone
        phone> CAP END
        phone is welcomed
        phone< :verbatim.local 221 alice +Bi
        phone< @bot :alice!~alice@10.0.0.2 JOIN #z * :alice
        phone< :verbatim.local 332 alice #z :the last letter
        phone< :verbatim.local 333 alice #z alice!~alice@10.0.0.2 1000000000
        phone< :verbatim.local BATCH +B2 metadata #z
        phone< @batch=B2 :verbatim.local 761 alice alice status * :here
        phone< :verbatim.local BATCH -B2
        phone< @bot :alice!~alice@10.0.0.2 JOIN #a * :alice
        phone< :verbatim.local BATCH +B3 metadata #a
        phone< @batch=B3 :verbatim.local 761 alice alice status * :here
        phone< :verbatim.local BATCH -B3
        phone< @bot :alice!~alice@10.0.0.2 JOIN #m * :alice
        phone< :verbatim.local BATCH +B4 metadata #m
        phone< @batch=B4 :verbatim.local 761 alice alice status * :here
        phone< :verbatim.local BATCH -B4
        laptop connects
        laptop is to be alice's
        laptop> CAP REQ :userhost-in-names multi-prefix
        laptop< :verbatim.local CAP * ACK :userhost-in-names multi-prefix
        laptop> NICK laptop
        laptop> USER l 0 * :The laptop
        laptop> CAP END
        laptop is welcomed
        laptop< :verbatim.local 221 alice +Bi
        laptop< :alice!~alice@10.0.0.2 JOIN #z
        laptop< :verbatim.local 332 alice #z :the last letter
        laptop< :verbatim.local 333 alice #z alice!~alice@10.0.0.2 1000000000
        laptop< :verbatim.local 353 alice = #z :@alice!~alice@10.0.0.2
        laptop< :verbatim.local 366 alice #z :End of /NAMES list
        laptop< :alice!~alice@10.0.0.2 JOIN #a
        laptop< :verbatim.local 353 alice = #a :@bob!~bob@10.0.0.1 alice!~alice@10.0.0.2
        laptop< :verbatim.local 366 alice #a :End of /NAMES list
        laptop< :alice!~alice@10.0.0.2 JOIN #m
        laptop< :verbatim.local 353 alice = #m :@alice!~alice@10.0.0.2
        laptop< :verbatim.local 366 alice #m :End of /NAMES list
    ",
    );
}

#[test]
fn the_welcome_has_the_users_metadata_not_the_connections_own() {
    check(
        r"
        alice registers
        alice asks for batch draft/metadata-3
        alice> METADATA * SET status :here
        alice< :verbatim.local 761 alice alice status * :here
        phone connects
        phone is to be alice's
        phone> CAP REQ :batch draft/metadata-3
        phone< :verbatim.local CAP * ACK :batch draft/metadata-3
        phone> METADATA * SET status :on the phone
        phone< :verbatim.local 761 * * status * :on the phone
        phone> METADATA * SET avatar x
        phone< :verbatim.local 761 * * avatar * :x
        phone> NICK phone
        phone> USER p 0 * :The phone
        phone> CAP END
        phone< :verbatim.local 001 alice :Welcome to the verbatim Network, alice!~alice@10.0.0.1
        phone< :verbatim.local 002 alice :Your host is verbatim.local, running version verbatim-VERSION
        phone< :verbatim.local 003 alice :This server was created 2001-09-09 01:46:40 UTC
        phone< :verbatim.local 004 alice …
        phone< :verbatim.local 005 alice …
        phone< :verbatim.local 251 alice :There are 1 users and 0 invisible on 1 servers
        phone< :verbatim.local 252 alice 0 :operator(s) online
        phone< :verbatim.local 253 alice 0 :unknown connection(s)
        phone< :verbatim.local 254 alice 0 :channels formed
        phone< :verbatim.local 255 alice :I have 1 clients and 0 servers
        phone< :verbatim.local 265 alice 1 1 :Current local users 1, max 1
        phone< :verbatim.local 266 alice 1 1 :Current global users 1, max 1
        phone< :verbatim.local BATCH +B1 metadata alice
        phone< @batch=B1 :verbatim.local 761 alice alice status * :here
        phone< :verbatim.local BATCH -B1
        phone< :verbatim.local 422 alice :MOTD File is missing
        alice> METADATA * LIST
        alice< :verbatim.local BATCH +B2 metadata alice
        alice< @batch=B2 :verbatim.local 761 alice alice status * :here
        alice< :verbatim.local BATCH -B2
    ",
    );
}

#[test]
fn a_session_keeps_its_earlier_metadata_subscriptions() {
    check(
        r"
        alice registers
        alice asks for batch draft/metadata-3
        alice joins #a
        phone connects
        phone is to be alice's
        phone> CAP REQ :batch draft/metadata-3 no-implicit-names
        phone< :verbatim.local CAP * ACK :batch draft/metadata-3 no-implicit-names
        phone> METADATA * SUB status
        phone< :verbatim.local 770 * status
        phone> NICK phone
        phone> USER p 0 * :The phone
        phone> CAP END
        phone is welcomed
        phone< :alice!~alice@10.0.0.1 JOIN #a
        phone< :verbatim.local BATCH +B2 metadata #a
        phone< :verbatim.local BATCH -B2
        alice> METADATA * SET status :here
        alice, phone< :verbatim.local 761 alice alice status * :here
    ",
    );
}

#[test]
fn the_user_to_attach_to_is_looked_up_when_registration_completes() {
    check(
        r"
        alice registers
        phone connects
        phone is to be alice's
        phone> NICK phone
        alice> NICK anna
        alice< :alice!~alice@10.0.0.1 NICK anna
        -- Nobody has the nick: the connection registers as a user of its own.
        phone> USER phone 0 * :phone
        phone is welcomed
        phone> PRIVMSG anna :hello
        alice< :phone!~phone@10.0.0.2 PRIVMSG anna :hello
        laptop connects
        laptop is to be anna's
        laptop> NICK laptop
        alice ends
        laptop> USER laptop 0 * :laptop
        laptop is welcomed
        laptop> PRIVMSG phone :hello
        phone< :laptop!~laptop@10.0.0.3 PRIVMSG phone :hello
        -- If another user has the nick by then, the connection attaches to that user; case does not matter.
        tablet connects
        tablet is to be ANNA's
        tablet> NICK tablet
        phone> NICK anna
        phone< :phone!~phone@10.0.0.2 NICK anna
        tablet> USER tablet 0 * :tablet
        tablet is welcomed
        laptop> PRIVMSG anna :which?
        tablet, phone< :laptop!~laptop@10.0.0.3 PRIVMSG anna :which?
    ",
    );
}

#[test]
fn a_connection_cannot_attach_to_an_unregistered_nick() {
    check(
        r"
        alice connects
        alice> NICK alice
        phone connects
        phone is to be alice's
        phone> NICK phone
        phone> USER phone 0 * :phone
        phone is welcomed
        alice> USER alice 0 * :alice
        alice is welcomed
        alice> PRIVMSG phone :hello
        phone< :alice!~alice@10.0.0.1 PRIVMSG phone :hello
        -- A connection cannot attach to itself before it is registered; later requests have no effect.
        tablet connects
        tablet is to be tablet's
        tablet> NICK tablet
        tablet> USER tablet 0 * :tablet
        tablet is welcomed
        tablet is to be alice's, who stays
        alice ends
        tablet> ISON alice tablet
        tablet< :verbatim.local 303 tablet :tablet
    ",
    );
}

#[test]
fn a_second_request_to_attach_replaces_the_first() {
    check(
        r"
        alice, bob register
        phone connects
        phone is to be alice's, who stays
        phone is to be bob's
        phone> NICK phone
        phone> USER phone 0 * :phone
        phone is welcomed
        alice> PRIVMSG bob :hello
        bob, phone< :alice!~alice@10.0.0.1 PRIVMSG bob :hello
        alice ends
        bob> ISON alice
        bob< :verbatim.local 303 bob :
    ",
    );
}

#[test]
fn a_ninth_session_becomes_a_user_of_its_own() {
    check(
        r"
        alice registers
        two attaches to alice
        three attaches to alice
        four attaches to alice
        five attaches to alice
        six attaches to alice
        seven attaches to alice
        eight attaches to alice
        nine attaches to alice, who stays
        bob registers
        bob> PRIVMSG alice :all eight
        alice, two, three, four, five, six, seven, eight< :bob!~bob@10.0.0.10 PRIVMSG alice :all eight
        bob> PRIVMSG nine :you
        nine< :bob!~bob@10.0.0.10 PRIVMSG nine :you
        eight ends
        again attaches to alice
        bob> PRIVMSG alice :eight once more
        alice, two, three, four, five, six, seven, again< :bob!~bob@10.0.0.10 PRIVMSG alice :eight once more
        -- `nine` could not attach, so its request that alice stay has no effect.
        alice, two, three, four, five, six, seven, again end
        bob> ISON alice nine
        bob< :verbatim.local 303 bob :nine
    ",
    );
}

#[test]
fn the_servers_password_is_verified_before_attaching() {
    check_with(
        Config { password: Some("sesame".into()), ..Config::default() },
        r"
        alice connects
        alice> PASS sesame
        alice> NICK alice
        alice> USER alice 0 * :alice
        alice is welcomed
        bob connects
        bob> PASS sesame
        bob> NICK bob
        bob> USER bob 0 * :bob
        bob is welcomed
        phone connects
        phone is to be alice's
        phone> PASS wrong
        phone> NICK phone
        phone> USER phone 0 * :phone
        phone< :verbatim.local 464 phone :Password incorrect
        phone< ERROR :Closing link: (10.0.0.3) [Password incorrect]
        phone closed
        answers take time
        laptop connects
        laptop is to be alice's
        laptop> PASS sesame
        laptop> NICK laptop
        laptop> USER laptop 0 * :laptop
        laptop> PING held
        -- It is not attached yet.
        bob> PRIVMSG alice :one
        alice< :bob!~bob@10.0.0.2 PRIVMSG alice :one
        bob> WHOIS laptop
        bob< :verbatim.local 401 bob laptop :No such nick/channel
        bob< :verbatim.local 318 bob laptop :End of /WHOIS list
        -- Until the answer comes, the request can be replaced, and the nick can go to another user.
        laptop is to be bob's
        bob> NICK robert
        bob< :bob!~bob@10.0.0.2 NICK robert
        alice> NICK bob
        alice< :alice!~alice@10.0.0.1 NICK bob
        the answer comes
        laptop is welcomed
        laptop< :verbatim.local PONG verbatim.local :held
        bob> PRIVMSG bob :two
        alice, laptop< :robert!~bob@10.0.0.2 PRIVMSG bob :two
    ",
    );
}

#[test]
fn a_connection_keeps_its_own_nick_until_it_attaches() {
    check(
        r"
        alice registers
        phone connects
        phone is to be alice's
        -- Until it attaches, a connection needs a free nick: even that of its future user is taken.
        phone> NICK alice
        phone< :verbatim.local 433 * alice :Nickname is already in use
        phone> NICK phone
        bob registers
        bob> NICK phone
        bob< :verbatim.local 433 bob phone :Nickname is already in use
        phone> USER phone 0 * :phone
        phone is welcomed
        bob> NICK phone
        bob< :bob!~bob@10.0.0.3 NICK phone
        phone> NICK phone
        phone< :verbatim.local 433 alice phone :Nickname is already in use
    ",
    );
}

#[test]
fn idle_and_sign_on_times_belong_to_the_user() {
    check(
        r"
        alice registers
        bob registers
        5 s pass
        phone attaches to alice
        bob> WHOIS alice
        bob< :verbatim.local 311 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :verbatim
        bob< :verbatim.local 317 bob alice 5 1000000000 :seconds idle, signon time
        bob< :verbatim.local 318 bob alice :End of /WHOIS list
        phone> PRIVMSG bob :here
        alice, bob< :alice!~alice@10.0.0.1 PRIVMSG bob :here
        7 s pass
        phone ends
        bob> WHOIS alice
        bob< :verbatim.local 311 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :verbatim
        bob< :verbatim.local 317 bob alice 7 1000000000 :seconds idle, signon time
        bob< :verbatim.local 318 bob alice :End of /WHOIS list
    ",
    );
}
