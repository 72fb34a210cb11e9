//! Message tags: IRCv3 message-tags, server-time, message-ids, bot-mode.

use verbatim::server::{Action, Actions, Boot, Config, Event, Server};
use verbatim::time::{Now, Time};
use verbatim::wire::Peer;

use super::script::check;

#[test]
fn each_client_gets_the_tags_of_its_capabilities() {
    check(
        r"
        alice registers
        alice asks for message-tags
        bob registers
        bob asks for server-time
        carol registers
        carol asks for message-tags server-time
        dave registers
        alice, bob, carol, dave join #a
        dave> @+draft/reply=#1 PRIVMSG #a :hello
        alice< @msgid=#1;+draft/reply=#1 :dave!~dave@10.0.0.4 PRIVMSG #a :hello
        bob< @time=NOW :dave!~dave@10.0.0.4 PRIVMSG #a :hello
        carol< @time=NOW;msgid=#1;+draft/reply=#1 :dave!~dave@10.0.0.4 PRIVMSG #a :hello
        dave> NOTICE #a :hello
        alice< @msgid=#2 :dave!~dave@10.0.0.4 NOTICE #a :hello
        bob< @time=NOW :dave!~dave@10.0.0.4 NOTICE #a :hello
        carol< @time=NOW;msgid=#2 :dave!~dave@10.0.0.4 NOTICE #a :hello
        alice> @+x;y;+z=1;label=1;batch=1;time=1;msgid=1;account=1;bot PRIVMSG #a :tagged
        bob< @time=NOW :alice!~alice@10.0.0.1 PRIVMSG #a :tagged
        carol< @time=NOW;msgid=#3;+x;+z=1 :alice!~alice@10.0.0.1 PRIVMSG #a :tagged
        dave< :alice!~alice@10.0.0.1 PRIVMSG #a :tagged
        dave> @+x PRIVMSG alice :tagged
        alice< @msgid=#4;+x :dave!~dave@10.0.0.4 PRIVMSG alice :tagged
        dave> @+x PRIVMSG bob :tagged
        bob< @time=NOW :dave!~dave@10.0.0.4 PRIVMSG bob :tagged
        alice> MODE alice +B
        alice< @msgid=#5;bot :alice!~alice@10.0.0.1 MODE alice +B
        alice> PRIVMSG #a :beep
        bob< @time=NOW :alice!~alice@10.0.0.1 PRIVMSG #a :beep
        carol< @time=NOW;msgid=#6;bot :alice!~alice@10.0.0.1 PRIVMSG #a :beep
        dave< :alice!~alice@10.0.0.1 PRIVMSG #a :beep
        alice> NICK alicia
        alice< @msgid=#7;bot :alice!~alice@10.0.0.1 NICK alicia
        bob< @time=NOW :alice!~alice@10.0.0.1 NICK alicia
        carol< @time=NOW;msgid=#7;bot :alice!~alice@10.0.0.1 NICK alicia
        dave< :alice!~alice@10.0.0.1 NICK alicia
    ",
    );
}

#[test]
fn numerics_and_lines_of_the_server_have_only_the_time_tag() {
    check(
        r"
        alice registers
        alice asks for message-tags server-time
        alice> @+x PRIVMSG nobody :hello
        alice< @time=NOW :verbatim.local 401 alice nobody :No such nick/channel
        alice> PING x
        alice< @time=NOW :verbatim.local PONG verbatim.local :x
        90 s pass
        alice< @time=NOW PING :verbatim.local
        60 s pass
        alice< @time=NOW ERROR :Closing link: (10.0.0.1) [Ping timeout: 150 seconds]
        alice closed
    ",
    );
}

#[test]
fn client_only_tags_are_relayed_verbatim() {
    check(
        r"
        alice, bob register
        alice, bob ask for message-tags
        alice> @+a=\\:\\s\\\\\\r\\n;+b=;+c=\\q\\ PRIVMSG bob :escapes
        bob< @msgid=#1;+a=\\:\\s\\\\\\r\\n;+b=;+c=\\q\\ :alice!~alice@10.0.0.1 PRIVMSG bob :escapes
        alice> @+a=1;+b;+a=2 PRIVMSG bob :the last of two counts
        bob< @msgid=#2;+b;+a=2 :alice!~alice@10.0.0.1 PRIVMSG bob :the last of two counts
        alice> @+;+=1;++a;+a_b;+é;+é.example/a;+ok.example/a-b=é PRIVMSG bob :keys
        bob< @msgid=#3;++a;+a_b;+é;+é.example/a;+ok.example/a-b=é :alice!~alice@10.0.0.1 PRIVMSG bob :keys
        alice> @;;+a;; PRIVMSG bob :nothing between
        bob< @msgid=#4;+a :alice!~alice@10.0.0.1 PRIVMSG bob :nothing between
        alice> @a;b=1;msgid=2 PRIVMSG bob :nothing left
        bob< @msgid=#5 :alice!~alice@10.0.0.1 PRIVMSG bob :nothing left
    ",
    );
}

#[test]
fn a_tagmsg_goes_to_clients_with_message_tags() {
    check(
        r"
        alice registers
        alice asks for message-tags
        bob registers
        bob asks for message-tags server-time
        carol registers
        carol asks for server-time
        alice, bob, carol join #a
        alice> @+typing=active TAGMSG #A
        bob< @time=NOW;msgid=#1;+typing=active :alice!~alice@10.0.0.1 TAGMSG #a
        alice> @+typing=active TAGMSG Bob
        bob< @time=NOW;msgid=#2;+typing=active :alice!~alice@10.0.0.1 TAGMSG bob
        alice> @+typing=active TAGMSG carol
        alice> @+typing=active TAGMSG bob :what stands here is ignored
        bob< @time=NOW;msgid=#3;+typing=active :alice!~alice@10.0.0.1 TAGMSG bob
        alice> TAGMSG #a
        bob< @time=NOW;msgid=#4 :alice!~alice@10.0.0.1 TAGMSG #a
        alice> @typing TAGMSG #a
        bob< @time=NOW;msgid=#5 :alice!~alice@10.0.0.1 TAGMSG #a
        bob> AWAY :out
        bob< @time=NOW :verbatim.local 306 bob :You have been marked as being away
        alice> @+typing TAGMSG bob
        bob< @time=NOW;msgid=#6;+typing :alice!~alice@10.0.0.1 TAGMSG bob
        alice> @+a TAGMSG #a,bob,alice
        alice< @msgid=#7;+a :alice!~alice@10.0.0.1 TAGMSG alice
        bob< @time=NOW;msgid=#8;+a :alice!~alice@10.0.0.1 TAGMSG #a
        bob< @time=NOW;msgid=#9;+a :alice!~alice@10.0.0.1 TAGMSG bob
        carol> @+typing TAGMSG #a
        carol< @time=NOW :verbatim.local 421 carol TAGMSG :Unknown command
        carol> TAGMSG
        carol< @time=NOW :verbatim.local 421 carol TAGMSG :Unknown command
    ",
    );
}

#[test]
fn a_tagmsg_is_refused_as_a_message_is() {
    check(
        r"
        alice registers
        alice asks for message-tags
        bob registers
        bob joins #b
        alice> @+a TAGMSG
        alice< :verbatim.local 411 alice :No recipient given (TAGMSG)
        alice> TAGMSG :
        alice< :verbatim.local 401 alice * :No such nick/channel
        alice> @+a TAGMSG #nowhere
        alice< :verbatim.local 403 alice #nowhere :No such channel
        alice> TAGMSG nobody
        alice< :verbatim.local 401 alice nobody :No such nick/channel
        alice> @+a TAGMSG #b
        alice< :verbatim.local 404 alice #b :Cannot send to channel (+n)
        alice> TAGMSG #b
        alice< :verbatim.local 404 alice #b :Cannot send to channel (+n)
        alice> @+a TAGMSG a,b,c,d,e
        alice< :verbatim.local 407 alice e :Too many recipients
        bob> MODE bob +R
        bob< :bob!~bob@10.0.0.2 MODE bob +R
        alice> @+a TAGMSG bob
        alice< :verbatim.local 477 alice bob :You must be logged in to write to this user
        bob> MODE #b +C-n
        bob< :bob!~bob@10.0.0.2 MODE #b +C-n
        alice> @+a TAGMSG #b
        dora connects
        dora> TAGMSG #b
        dora< :verbatim.local 451 * :You have not registered
    ",
    );
}

#[test]
fn a_tagmsg_does_not_reset_the_idle_time() {
    check(
        r"
        alice registers
        alice asks for message-tags
        20 s pass
        alice> @+typing TAGMSG alice
        alice< @msgid=#1;+typing :alice!~alice@10.0.0.1 TAGMSG alice
        alice> WHOIS alice
        alice< :verbatim.local 311 alice alice ~alice 10.0.0.1 * :alice
        alice< :verbatim.local 312 alice alice verbatim.local :verbatim
        alice< :verbatim.local 378 alice alice :is connecting from *@10.0.0.1 10.0.0.1
        alice< :verbatim.local 338 alice alice ~alice@10.0.0.1 10.0.0.1 :Is actually using host
        alice< :verbatim.local 379 alice alice :is using modes +
        alice< :verbatim.local 317 alice alice 20 1000000000 :seconds idle, signon time
        alice< :verbatim.local 318 alice alice :End of /WHOIS list
        alice> PRIVMSG alice :x
        alice< @msgid=#2 :alice!~alice@10.0.0.1 PRIVMSG alice :x
        alice> WHOIS alice
        alice< :verbatim.local 311 alice alice ~alice 10.0.0.1 * :alice
        alice< :verbatim.local 312 alice alice verbatim.local :verbatim
        alice< :verbatim.local 378 alice alice :is connecting from *@10.0.0.1 10.0.0.1
        alice< :verbatim.local 338 alice alice ~alice@10.0.0.1 10.0.0.1 :Is actually using host
        alice< :verbatim.local 379 alice alice :is using modes +
        alice< :verbatim.local 317 alice alice 0 1000000000 :seconds idle, signon time
        alice< :verbatim.local 318 alice alice :End of /WHOIS list
    ",
    );
}

#[test]
fn tags_of_more_than_4094_bytes_are_refused() {
    check(
        r"
        alice, bob register
        alice, bob ask for message-tags
        alice> @+{a*4093} TAGMSG bob
        bob< @msgid=#1;+{a*4093} :alice!~alice@10.0.0.1 TAGMSG bob
        alice> @+{a*4094} TAGMSG bob
        alice< :verbatim.local 417 alice :Input line was too long
        alice> @+{a*4093} PRIVMSG bob :{x*467}
        bob< @msgid=#2;+{a*4093} :alice!~alice@10.0.0.1 PRIVMSG bob :{x*467}
        alice> @{a*8000} PRIVMSG bob :hello
        alice< :verbatim.local 417 alice :Input line was too long
        alice> PRIVMSG bob :still there
        bob< @msgid=#3 :alice!~alice@10.0.0.1 PRIVMSG bob :still there
    ",
    );
}

#[test]
fn tags_of_clients_without_message_tags_are_dropped() {
    check(
        r"
        alice, bob register
        alice> @+x;label=1 PRIVMSG bob :hello
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :hello
        alice> @batch=1 PRIVMSG bob :hello
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :hello
        alice> @+x TAGMSG bob
        alice< :verbatim.local 421 alice TAGMSG :Unknown command
    ",
    );
}

/// With 500 members and four sets of capabilities, a line is encoded once for each form, not for each member.
#[test]
fn a_line_is_encoded_once_for_each_form() {
    let now = Now::both(Time::from_secs(1_000_000_000));
    let (mut server, mut actions) = (Server::new(Config::default(), Boot::foreseen(now)), Actions::default());
    let sets = ["multi-prefix", "server-time", "message-tags echo-message", "server-time message-tags batch setname"];
    for conn in 0..500 {
        let caps = sets[conn as usize % 4];
        let bytes = format!("CAP REQ :{caps}\r\nNICK n-{conn}\r\nUSER u 0 * :U\r\nCAP END\r\nJOIN #a\r\n");
        server.handle(now, Event::Accepted { conn, peer: &Peer::named("10.0.0.1") }, &mut actions);
        server.handle(now, Event::Received { conn, bytes: bytes.as_bytes() }, &mut actions);
        actions.clear();
    }
    let forms = [125, 125, 125, 125];
    let lines =
        [("PRIVMSG #a :hello, all", &forms[..]), ("@+x NOTICE #a :hello, all", &forms), ("@+x TAGMSG #a", &forms[..2])];
    for (line, forms) in lines {
        server.handle(now, Event::Received { conn: 2, bytes: format!("{line}\r\n").as_bytes() }, &mut actions);
        let heard: Vec<usize> = actions
            .list()
            .iter()
            .map(|action| match action {
                Action::Send { to, .. } => actions.recipients(*to).len(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(heard, forms, "{line}");
        actions.clear();
    }
    server.handle(now, Event::Received { conn: 0, bytes: b"PRIVMSG #a :no echo\r\n" }, &mut actions);
    assert_eq!(actions.list().len(), 4, "as many forms as before");
}
