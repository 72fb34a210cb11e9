//! Connection registration: RFC 2812 §3.1 and §3.7, IRCv3 "Client Capability Negotiation".

use verbatim::server::Config;

use super::script::{World, check, check_whole, check_with};

fn with_password() -> Config {
    Config { password: Some("sesame".into()), ..Config::default() }
}

#[test]
fn nick_and_user_complete_the_registration() {
    check_whole(
        r"
        alice connects
        alice> NICK alice
        alice> USER a 0 * :Alice A.
        alice< :verbatim.local 001 alice :Welcome to the verbatim Network, alice!~a@10.0.0.1
        alice< :verbatim.local 002 alice :Your host is verbatim.local, running version verbatim-VERSION
        alice< :verbatim.local 003 alice :This server was created 2001-09-09 01:46:40 UTC
        alice< :verbatim.local 004 alice verbatim.local verbatim-VERSION BRTgiosw CIMRUabcefhiklmnoqstuvz Iabefhkloqv
        alice< :verbatim.local 005 alice AWAYLEN=200 BOT=B CALLERID=g CASEMAPPING=ascii CHANLIMIT=#:100 CHANMODES=beI,k,fl,CMRUcimnstuz CHANNELLEN=64 CHANTYPES=# ELIST=CMNTU EXCEPTS=e EXTBAN=,m INVEX=I KEYLEN=32 :are supported by this server
        alice< :verbatim.local 005 alice KICKLEN=300 KNOCK MAXLIST=b:100,e:100,I:100 MAXTARGETS=4 MODES=4 MONITOR=100 NAMELEN=150 NETWORK=verbatim NICKLEN=30 PREFIX=(qaohv)~&@%+ SAFELIST SILENCE=32 STATUSMSG=~&@%+ :are supported by this server
        alice< :verbatim.local 005 alice TARGMAX=JOIN:,KICK:4,LIST:,MONITOR:,NAMES:,NOTICE:4,PART:,PRIVMSG:4,TAGMSG:4,WHOIS:1,WHOWAS:1 TOPICLEN=300 USERLEN=18 UTF8ONLY WHOX :are supported by this server
        alice< :verbatim.local 251 alice :There are 1 users and 0 invisible on 1 servers
        alice< :verbatim.local 252 alice 0 :operator(s) online
        alice< :verbatim.local 253 alice 0 :unknown connection(s)
        alice< :verbatim.local 254 alice 0 :channels formed
        alice< :verbatim.local 255 alice :I have 1 clients and 0 servers
        alice< :verbatim.local 265 alice 1 1 :Current local users 1, max 1
        alice< :verbatim.local 266 alice 1 1 :Current global users 1, max 1
        alice< :verbatim.local 422 alice :MOTD File is missing
    ",
    );
}

#[test]
fn user_may_come_before_nick() {
    check(
        r"
        bob registers
        bob joins #a
        mallory connects
        alice connects from 2001:db8::1
        alice> USER alice 0 * :Alice
        alice> NICK alice
        alice is welcomed
        alice> USERHOST alice
        alice< :verbatim.local 302 alice :alice=+~alice@2001:db8::1
        alice> LUSERS
        alice< :verbatim.local 251 alice :There are 2 users and 0 invisible on 1 servers
        alice< :verbatim.local 252 alice 0 :operator(s) online
        alice< :verbatim.local 253 alice 1 :unknown connection(s)
        alice< :verbatim.local 254 alice 1 :channels formed
        alice< :verbatim.local 255 alice :I have 2 clients and 0 servers
        alice< :verbatim.local 265 alice 2 2 :Current local users 2, max 2
        alice< :verbatim.local 266 alice 2 2 :Current global users 2, max 2
    ",
    );
}

#[test]
fn the_message_of_the_day_ends_the_welcome() {
    let motd = vec!["Say it".into(), String::new(), "word for word.".into()];
    check_with(
        Config { motd, ..Config::default() },
        r"
        alice registers
        alice> MOTD
        alice< :verbatim.local 375 alice :- verbatim.local Message of the day -
        alice< :verbatim.local 372 alice :- Say it
        alice< :verbatim.local 372 alice :-\x20
        alice< :verbatim.local 372 alice :- word for word.
        alice< :verbatim.local 376 alice :End of /MOTD command
        alice> MOTD VERBATIM.LOCAL
        alice< :verbatim.local 375 alice :- verbatim.local Message of the day -
        alice< :verbatim.local 372 alice :- Say it
        alice< :verbatim.local 372 alice :-\x20
        alice< :verbatim.local 372 alice :- word for word.
        alice< :verbatim.local 376 alice :End of /MOTD command
        alice> MOTD elsewhere.example
        alice< :verbatim.local 402 alice elsewhere.example :No such server
        alice> MOTD :
        alice< :verbatim.local 375 alice :- verbatim.local Message of the day -
        alice< :verbatim.local 372 alice :- Say it
        alice< :verbatim.local 372 alice :-\x20
        alice< :verbatim.local 372 alice :- word for word.
        alice< :verbatim.local 376 alice :End of /MOTD command
    ",
    );
}

#[test]
fn only_registration_commands_are_allowed_before_registration() {
    check(
        r"
        alice connects
        alice> JOIN #a
        alice< :verbatim.local 451 * :You have not registered
        alice> PRIVMSG bob :hi
        alice< :verbatim.local 451 * :You have not registered
        alice> NONSENSE
        alice< :verbatim.local 451 * :You have not registered
        alice> PING token
        alice< :verbatim.local PONG verbatim.local :token
        alice> PONG token
        alice> NICK alice
        alice> JOIN #a
        alice< :verbatim.local 451 alice :You have not registered
        alice> QUIT :never mind
        alice< ERROR :Closing link: (10.0.0.1) [Quit: never mind]
        alice closed
    ",
    );
}

#[test]
fn a_nick_must_be_well_formed_and_free() {
    check(
        r"
        alice registers
        bob connects
        bob> NICK
        bob< :verbatim.local 431 * :No nickname given
        bob> NICK :
        bob< :verbatim.local 431 * :No nickname given
        bob> NICK 1bob
        bob< :verbatim.local 432 * 1bob :Erroneous nickname
        bob> NICK :b ob
        bob< :verbatim.local 432 * * :Erroneous nickname
        bob> NICK ::bob
        bob< :verbatim.local 432 * * :Erroneous nickname
        bob> NICK bób
        bob< :verbatim.local 432 * bób :Erroneous nickname
        bob> NICK #bob
        bob< :verbatim.local 432 * #bob :Erroneous nickname
        bob> NICK {b*31}
        bob< :verbatim.local 432 * {b*31} :Erroneous nickname
        bob> NICK ALICE
        bob< :verbatim.local 433 * ALICE :Nickname is already in use
        bob> USER b 0 * :Bob
        bob> NICK bob
        bob is welcomed
        bob> NICK alice
        bob< :verbatim.local 433 bob alice :Nickname is already in use
        bob> NICK 1bob
        bob< :verbatim.local 432 bob 1bob :Erroneous nickname
        bob> NICK
        bob< :verbatim.local 431 bob :No nickname given
        -- The nick of an unregistered connection is taken, too.
        carol connects
        carol> NICK carol
        bob> NICK Carol
        bob< :verbatim.local 433 bob Carol :Nickname is already in use
        -- And is free again afterwards.
        carol> NICK caroline
        bob> NICK carol
        bob< :bob!~b@10.0.0.2 NICK carol
    ",
    );
}

#[test]
fn a_new_nick_is_sent_once_to_everyone_who_shares_a_channel() {
    check(
        r"
        dave, alice, bob, carol register
        alice, bob join #a
        alice, bob, dave join #b
        alice> NICK alison
        dave, alice, bob< :alice!~alice@10.0.0.2 NICK alison
        alice> NICK alison
        alice> NICK Alison
        dave, alice, bob< :alison!~alice@10.0.0.2 NICK Alison
        bob> PRIVMSG alice :who?
        bob< :verbatim.local 401 bob alice :No such nick/channel
        bob> PRIVMSG ALISON :you
        alice< :bob!~bob@10.0.0.3 PRIVMSG Alison :you
        carol> NICK alice
        carol< :carol!~carol@10.0.0.4 NICK alice
        carol> NICK alison
        carol< :verbatim.local 433 alice alison :Nickname is already in use
    ",
    );
}

#[test]
fn user_is_accepted_only_once() {
    check(
        r"
        alice connects
        alice> USER a
        alice< :verbatim.local 461 * USER :Not enough parameters
        alice> USER a 0 *
        alice< :verbatim.local 461 * USER :Not enough parameters
        alice> USER a 0 * :Alice
        alice> USER b 0 * :Bob
        alice< :verbatim.local 462 * :You may not reregister
        alice> NICK alice
        alice is welcomed
        alice> USER b 0 * :Bob
        alice< :verbatim.local 462 alice :You may not reregister
        alice> USER
        alice< :verbatim.local 461 alice USER :Not enough parameters
        alice> PASS x
        alice< :verbatim.local 462 alice :You may not reregister
        alice> PASS
        alice< :verbatim.local 461 alice PASS :Not enough parameters
        alice> USERHOST alice
        alice< :verbatim.local 302 alice :alice=+~a@10.0.0.1
    ",
    );
}

#[test]
fn a_user_name_loses_characters_that_a_mask_cannot_have() {
    check(
        r"
        alice, bob, carol connect
        alice> NICK alice\r\nUSER a!l@i:c*e.-_9 0 * :Alice
        alice is welcomed
        bob> NICK bob\r\nUSER !@* 0 * :{é*100}
        bob is welcomed
        carol> NICK carol\r\nUSER {c*40} 0 * :Carol
        carol is welcomed
        alice> WHO alice
        alice< :verbatim.local 352 alice * ~alice.-_9 10.0.0.1 verbatim.local alice H :0 Alice
        alice< :verbatim.local 315 alice alice :End of WHO list
        alice> WHO bob
        alice< :verbatim.local 352 alice * ~user 10.0.0.2 verbatim.local bob H :0 {é*75}
        alice< :verbatim.local 315 alice bob :End of WHO list
        alice> WHO carol
        alice< :verbatim.local 352 alice * ~ccccccccccccccccc 10.0.0.3 verbatim.local carol H :0 Carol
        alice< :verbatim.local 315 alice carol :End of WHO list
    ",
    );
}

#[test]
fn a_server_with_a_password_requires_it() {
    check_with(
        with_password(),
        r"
        alice connects
        alice> NICK alice
        alice> USER a 0 * :Alice
        alice< :verbatim.local 464 alice :Password incorrect
        alice< ERROR :Closing link: (10.0.0.1) [Password incorrect]
        alice closed
        bob connects
        bob> PASS
        bob< :verbatim.local 461 * PASS :Not enough parameters
        bob> PASS wrong
        bob> NICK bob
        bob> USER b 0 * :Bob
        bob< :verbatim.local 464 bob :Password incorrect
        bob< ERROR :Closing link: (10.0.0.1) [Password incorrect]
        bob closed
        carol connects
        carol> PASS wrong
        carol> PASS sesame
        carol> NICK carol
        carol> USER c 0 * :Carol
        carol is welcomed
    ",
    );
}

#[test]
fn ping_is_answered_at_any_time() {
    check(
        r"
        alice connects
        alice> PING
        alice< :verbatim.local 461 * PING :Not enough parameters
        alice> PING :
        alice< :verbatim.local 409 * :No origin specified
        alice> PING a b
        alice< :verbatim.local PONG verbatim.local :a
        alice> NICK alice
        alice> PING :two words
        alice< :verbatim.local PONG verbatim.local :two words
        alice> PONG
        alice> PING {x*505}
        alice< :verbatim.local PONG verbatim.local :{x*473}
    ",
    );
}

#[test]
fn a_quit_is_sent_once_and_frees_the_nick() {
    check(
        r"
        alice, bob, carol, dave register
        alice, bob join #a
        alice, bob, carol join #b
        alice> QUIT :so long
        alice< ERROR :Closing link: (10.0.0.1) [Quit: so long]
        alice closed
        bob, carol< :alice!~alice@10.0.0.1 QUIT :Quit: so long
        bob> QUIT
        bob< ERROR :Closing link: (10.0.0.2) [Quit: ]
        bob closed
        carol< :bob!~bob@10.0.0.2 QUIT :Quit:\x20
        carol> PRIVMSG alice :there?
        carol< :verbatim.local 401 carol alice :No such nick/channel
        dave> NICK alice
        dave< :dave!~dave@10.0.0.4 NICK alice
        carol> QUIT :
        carol< ERROR :Closing link: (10.0.0.3) [Quit: ]
        carol closed
    ",
    );
}

#[test]
fn a_lost_connection_is_a_quit_with_the_reason() {
    check(
        r"
        alice, bob, carol, dave register
        alice, bob, carol, dave join #a
        alice ends
        bob, carol, dave< :alice!~alice@10.0.0.1 QUIT :Connection closed
        bob is cut off
        carol, dave< :bob!~bob@10.0.0.2 QUIT :Connection reset by peer
        carol falls behind
        dave< :carol!~carol@10.0.0.3 QUIT :SendQ exceeded
        -- The next connection gets its number, but is in no channel.
        erin registers
        dave> PRIVMSG #a :hello?
        dave> NAMES #a
        dave< :verbatim.local 353 dave = #a :dave
        dave< :verbatim.local 366 dave #a :End of /NAMES list
        erin> NICK alice
        erin< :erin!~erin@10.0.0.1 NICK alice
    ",
    );
}

#[test]
fn everyone_is_told_when_the_server_stops() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        carol connects
        the server stops
        alice< ERROR :Closing link: (10.0.0.1) [Server is shutting down]
        alice closed
        bob< ERROR :Closing link: (10.0.0.2) [Server is shutting down]
        bob closed
        carol< ERROR :Closing link: (10.0.0.3) [Server is shutting down]
        carol closed
        dave registers
        dave> LUSERS
        dave< :verbatim.local 251 dave :There are 1 users and 0 invisible on 1 servers
        dave< :verbatim.local 252 dave 0 :operator(s) online
        dave< :verbatim.local 253 dave 0 :unknown connection(s)
        dave< :verbatim.local 254 dave 0 :channels formed
        dave< :verbatim.local 255 dave :I have 1 clients and 0 servers
        dave< :verbatim.local 265 dave 1 1 :Current local users 1, max 1
        dave< :verbatim.local 266 dave 1 1 :Current global users 1, max 1
    ",
    );
}

#[test]
fn capabilities_are_negotiated_before_the_welcome() {
    check(
        r"
        alice connects
        alice> CAP LS 302
        alice< :verbatim.local CAP * LS :account-notify account-tag away-notify batch cap-notify chghost draft/channel-rename draft/extended-isupport draft/message-redaction draft/metadata-3=before-connect,max-subs=50,max-keys=20,max-key-bytes=40,max-value-bytes=300 draft/multiline=max-bytes=4096,max-lines=24 draft/no-implicit-names draft/pre-away echo-message extended-join extended-monitor invite-notify labeled-response message-tags multi-prefix no-implicit-names server-time setname standard-replies userhost-in-names
        alice> NICK alice
        alice> USER a 0 * :Alice
        alice> CAP LIST
        alice< :verbatim.local CAP alice LIST :cap-notify
        alice> CAP REQ :multi-prefix userhost-in-names
        alice< :verbatim.local CAP alice ACK :multi-prefix userhost-in-names
        alice> CAP REQ :-multi-prefix no-such-thing
        alice< :verbatim.local CAP alice NAK :-multi-prefix no-such-thing
        alice> CAP REQ :-multi-prefix
        alice< :verbatim.local CAP alice ACK :-multi-prefix
        alice> CAP REQ
        alice< :verbatim.local CAP alice ACK :
        alice> cap list
        alice< :verbatim.local CAP alice LIST :cap-notify userhost-in-names
        alice> CAP END
        alice is welcomed
    ",
    );
}

#[test]
fn capabilities_may_change_after_the_welcome() {
    check(
        r"
        alice registers
        alice> CAP LS
        alice< :verbatim.local CAP alice LS :account-notify account-tag away-notify batch cap-notify chghost draft/channel-rename draft/extended-isupport draft/message-redaction draft/metadata-3 draft/multiline draft/no-implicit-names draft/pre-away echo-message extended-join extended-monitor invite-notify labeled-response message-tags multi-prefix no-implicit-names server-time setname standard-replies userhost-in-names
        alice> CAP LIST
        alice< :verbatim.local CAP alice LIST :
        alice> CAP END
        alice> CAP
        alice< :verbatim.local 461 alice CAP :Not enough parameters
        alice> CAP :
        alice< :verbatim.local 410 alice * :Invalid CAP command
        alice> CAP NONSENSE
        alice< :verbatim.local 410 alice NONSENSE :Invalid CAP command
        alice> CAP :two words
        alice< :verbatim.local 410 alice * :Invalid CAP command
        alice> CAP {x*400}
        alice< :verbatim.local 410 alice {X*32} :Invalid CAP command
        alice> CAP REQ multi-prefix
        alice< :verbatim.local CAP alice ACK :multi-prefix
        alice> JOIN #a
        alice< :alice!~alice@10.0.0.1 JOIN #a
        alice< :verbatim.local 353 alice = #a :@alice
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        alice> MODE #a +v alice
        alice< :alice!~alice@10.0.0.1 MODE #a +v alice
        alice> NAMES #a
        alice< :verbatim.local 353 alice = #a :@+alice
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        alice> WHO #a
        alice< :verbatim.local 352 alice #a ~alice 10.0.0.1 verbatim.local alice H@+ :0 alice
        alice< :verbatim.local 315 alice #a :End of WHO list
        alice> WHOIS alice
        alice< :verbatim.local 311 alice alice ~alice 10.0.0.1 * :alice
        alice< :verbatim.local 319 alice alice :@+#a
        alice< :verbatim.local 312 alice alice verbatim.local :verbatim
        alice< :verbatim.local 378 alice alice :is connecting from *@10.0.0.1 10.0.0.1
        alice< :verbatim.local 338 alice alice ~alice@10.0.0.1 10.0.0.1 :Is actually using host
        alice< :verbatim.local 379 alice alice :is using modes +
        alice< :verbatim.local 317 alice alice 0 1000000000 :seconds idle, signon time
        alice< :verbatim.local 318 alice alice :End of /WHOIS list
        alice> CAP REQ userhost-in-names
        alice< :verbatim.local CAP alice ACK :userhost-in-names
        alice> NAMES #a
        alice< :verbatim.local 353 alice = #a :@+alice!~alice@10.0.0.1
        alice< :verbatim.local 366 alice #a :End of /NAMES list
    ",
    );
}

/// What mobile clients send at once, before any reply.
const PIPELINED: [&str; 2] = [
    "NICK alice\r\nUSER a 0 * :Alice\r\nJOIN #a,#b\r\nPRIVMSG #a :h\u{e9}llo\r\nPRIVMSG bob :hi\r\n",
    "CAP LS 302\r\nPASS x\r\nNICK alice\r\nUSER a 0 * :Alice\r\nJOIN #a\r\nCAP REQ :multi-prefix\r\nCAP END\r\n\
     \r\nPING x\nJOIN #a\rMODE #a +v alice\r\nNAMES #a\r\nQUIT :bye\r\nJOIN #never\r\n",
];

#[test]
fn a_whole_registration_may_come_in_one_piece() {
    check(
        r"
        bob registers
        bob joins #a
        alice connects
        alice> CAP LS 302\r\nNICK alice\r\nUSER a 0 * :Alice\r\nCAP REQ :multi-prefix\r\nCAP END\r\nJOIN #a
        bob< :alice!~a@10.0.0.2 JOIN #a
        alice< :verbatim.local CAP * LS :account-notify account-tag away-notify batch cap-notify chghost draft/channel-rename draft/extended-isupport draft/message-redaction draft/metadata-3=before-connect,max-subs=50,max-keys=20,max-key-bytes=40,max-value-bytes=300 draft/multiline=max-bytes=4096,max-lines=24 draft/no-implicit-names draft/pre-away echo-message extended-join extended-monitor invite-notify labeled-response message-tags multi-prefix no-implicit-names server-time setname standard-replies userhost-in-names
        alice< :verbatim.local CAP alice ACK :multi-prefix
        alice is welcomed
        alice< :alice!~a@10.0.0.2 JOIN #a
        alice< :verbatim.local 353 alice = #a :@bob alice
        alice< :verbatim.local 366 alice #a :End of /NAMES list
    ",
    );
}

#[test]
fn a_stream_may_be_cut_anywhere() {
    for stream in PIPELINED.map(str::as_bytes) {
        let heard = |pieces: &[&[u8]]| {
            let mut world = World::new(Config::default());
            for input in ["bob registers", "bob joins #a", "alice connects"] {
                world.act(input);
            }
            for piece in pieces {
                // Once the server has closed the connection, the driver no longer passes on its input.
                if world.is_connected("alice") {
                    world.receive("alice", piece);
                }
            }
            world.heard()
        };
        let whole = heard(&[stream]);
        assert!(whole.len() > 20, "{whole:#?}");
        for cut in 0..=stream.len() {
            let (head, tail) = stream.split_at(cut);
            assert_eq!(heard(&[head, tail]), whole, "cut at {cut}");
        }
        assert_eq!(heard(&stream.chunks(1).collect::<Vec<_>>()), whole, "byte by byte");
    }
}
