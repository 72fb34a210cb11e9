//! Each oracle passes on a correct stream and fails on a wrong one. The server is real; its output, or what the clients
//! show, is changed.

use verbatim::client::{Entry, Speech};
use verbatim::server::{Action, Actions, Boot, CloseReason, Config, ConnId, EndReason, Event, Question, Server};
use verbatim::time::{Now, Time};
use verbatim::wire::{Line, Peer};

use super::{Failure, LinkId, Observation, Oracles};

const NOW: Now = Now::both(Time::from_secs(1000));
const ALICE: u32 = 0;
const BOB: u32 = 1;
const CAROL: u32 = 2;

/// alice, bob and carol, in this order, each a client on the connection with its number. alice and bob are in #a.
struct Scene {
    server: Server,
    oracles: Oracles,
}

impl Scene {
    fn new() -> Self {
        let config = Config::default();
        let mut scene = Self { oracles: Oracles::new(&config, 1000), server: Server::new(config, Boot::foreseen(NOW)) };
        for (conn, nick) in [(ALICE, "alice"), (BOB, "bob"), (CAROL, "carol")] {
            scene.comes(conn, conn);
            scene.says(conn, &format!("NICK {nick}"));
            scene.says(conn, &format!("USER {nick} 0 * :{nick}"));
        }
        scene.says(ALICE, "JOIN #a");
        scene.says(BOB, "JOIN #a");
        scene
    }

    /// Handles an event, and delivers what the server sends for it.
    fn happens(&mut self, event: Event<'_>) {
        for (link, line) in self.handle(event) {
            self.arrives(link, &line);
        }
    }

    fn arrives(&mut self, link: LinkId, bytes: &[u8]) {
        self.oracles.see(Observation::Arrived { link, bytes });
    }

    fn comes(&mut self, conn: ConnId, link: LinkId) {
        self.oracles.taken(NOW.mono, link, conn);
        self.happens(Event::Accepted { conn, peer: &Peer::named("h") });
    }

    fn says(&mut self, client: u32, line: &str) {
        let line = format!("{line}\r\n");
        self.oracles.see(Observation::ClientSent { client, link: client, line: line.as_bytes() });
        self.happens(Event::Received { conn: client, bytes: line.as_bytes() });
    }

    /// What the server sends for `event`; the oracles have seen the actions.
    fn handle(&mut self, event: Event<'_>) -> Vec<(LinkId, Line)> {
        let mut actions = Actions::default();
        self.oracles.server_event(NOW, &event);
        self.server.handle(NOW, event, &mut actions);
        self.oracles.server_actions(NOW, &actions);
        let mut sent = Vec::new();
        for action in actions.list() {
            if let Action::Send { to, line, .. } = action {
                sent.extend(actions.recipients(*to).iter().map(|&conn| (conn, line.clone())));
            }
        }
        sent
    }

    /// alice says something, and the oracles see changed actions.
    fn acts_wrongly(&mut self, said: &str, act: impl FnOnce(&mut Actions)) {
        let mut actions = Actions::default();
        self.oracles.server_event(NOW, &Event::Received { conn: ALICE, bytes: format!("{said}\r\n").as_bytes() });
        act(&mut actions);
        self.oracles.server_actions(NOW, &actions);
    }

    fn shown(&mut self, client: u32, from: &str, to: &str, text: &str) {
        let (from, to, text, kind) = (from.into(), to.into(), text.into(), Speech::Message);
        self.oracles.shown(client, Some(client), &Entry::Said { from, to, text, kind, own: false, rings: false });
    }

    fn passes(&mut self) {
        assert_eq!(self.oracles.failure(), None);
    }

    #[track_caller]
    fn fails(&mut self, oracle: &str) -> Failure {
        let failure = self.oracles.failure().expect("an oracle fails");
        assert_eq!(failure.oracle, oracle, "{failure:?}");
        failure
    }
}

fn line(text: &str) -> Line {
    Line::new(format!("{text}\r\n").as_bytes())
}

const HI: &str = ":alice!~alice@h PRIVMSG #a :hi";

#[test]
fn the_server_must_send_what_the_model_predicts() {
    let wrong: [(&[ConnId], &str, &str); 5] = [
        (&[], HI, "actions"),
        (&[BOB, CAROL], HI, "actions"),
        // Only clients with echo-message get an echo.
        (&[ALICE, BOB], HI, "unasked"),
        (&[BOB, BOB], HI, "actions"),
        (&[BOB], ":alice!~alice@h PRIVMSG #a :h", "actions"),
    ];
    for (to, text, oracle) in wrong {
        let mut scene = Scene::new();
        scene.acts_wrongly("PRIVMSG #a :hi", |actions| actions.broadcast(to.iter().copied(), line(text)));
        scene.fails(oracle);
    }
    let mut scene = Scene::new();
    scene.acts_wrongly("PRIVMSG #a :hi", |actions| {
        actions.send(BOB, line(HI));
        actions.close(BOB, EndReason::Quit("".into()));
    });
    assert_eq!(scene.fails("actions").got, "to connection 1: it is closed");
    let mut scene = Scene::new();
    scene.acts_wrongly("PRIVMSG #a :hi", |actions| actions.send(BOB, line(HI)));
    scene.passes();
}

/// bob requests `caps`; somebody says something that only he receives; and the oracles see what `change` makes of it.
fn judged(caps: &str, conn: ConnId, said: &str, change: impl Fn(Vec<String>) -> Vec<String>) -> Option<Failure> {
    let mut scene = Scene::new();
    scene.says(BOB, &format!("CAP REQ :{caps}"));
    scene.passes();
    let bytes = format!("{said}\r\n").into_bytes();
    let event = Event::Received { conn, bytes: &bytes };
    let (mut right, mut given) = (Actions::default(), Actions::default());
    scene.oracles.server_event(NOW, &event);
    scene.server.handle(NOW, event, &mut right);
    let sent = right.list().iter().map(|action| match action {
        Action::Send { to, line, .. } => {
            assert_eq!(right.recipients(*to), [BOB]);
            line.text()
        }
        other => panic!("{other:?} is for nobody"),
    });
    change(sent.collect()).iter().for_each(|text| given.send(BOB, line(text)));
    scene.oracles.server_actions(NOW, &given);
    scene.oracles.failure()
}

#[track_caller]
fn bites(caps: &str, conn: ConnId, said: &str, wrong: &[(&str, &str)]) {
    assert_eq!(judged(caps, conn, said, |lines| lines), None, "as the server says it");
    for (from, to) in wrong {
        let change = |lines: Vec<String>| {
            let (before, after) = (lines.join("\n"), lines.join("\n").replacen(from, to, 1));
            assert_ne!(before, after, "{from:?} is not there");
            after.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
        };
        assert!(judged(caps, conn, said, change).is_some(), "{to:?} in place of {from:?} passes");
    }
}

#[test]
fn each_line_must_have_exactly_the_requested_tags() {
    let said = "@+a=1;+b PRIVMSG bob :hi";
    bites("account-tag", ALICE, said, &[(":alice", "@account=x :alice"), (":alice", "@msgid=x :alice")]);
    bites(
        "message-tags server-time",
        ALICE,
        said,
        &[
            ("@time=1970-01-01T00:16:40.000Z;", "@"),
            ("40.000Z", "40.001Z"),
            ("40.000Z", "40Z"),
            ("@time", "@bot;time"),
            ("@time", "@account=x;time"),
            ("@time", "@label=1;time"),
            ("@time", "@batch=b1;time"),
            ("@time=1970-01-01T00:16:40.000Z;msgid", "@msgid"),
            (";+a=1", ""),
            (";+a=1;+b", ";+b;+a=1"),
            (";+b ", ";+b;+c "),
            ("msgid=", "msgid=;x="),
            (":hi", ":ho"),
        ],
    );
}

/// The part of `line` after `mark`, up to the next space or semicolon.
fn behind(line: &str, mark: &str) -> String {
    line.split(mark).nth(1).and_then(|rest| rest.split([' ', ';']).next()).expect("the mark is there").to_owned()
}

#[test]
fn a_message_id_is_unique_and_the_same_for_all_receivers() {
    let (said, twice) = ("PRIVMSG bob :to myself", "PRIVMSG bob :hi\r\nPRIVMSG bob :ho");
    let another = |mut lines: Vec<String>| {
        lines[1] = lines[1].replace("msgid=", "msgid=x");
        lines
    };
    assert!(judged("message-tags echo-message", BOB, said, another).is_some(), "the echo has the same id");
    let again = |mut lines: Vec<String>| {
        lines[1] = lines[1].replace(&behind(&lines[1], "msgid="), &behind(&lines[0], "msgid="));
        lines
    };
    assert!(judged("message-tags", ALICE, twice, again).is_some(), "another message has another id");
}

#[test]
fn a_label_is_answered_once_and_in_full() {
    let caps = "labeled-response batch";
    bites(
        caps,
        BOB,
        "@label=1 PING x",
        &[
            ("@label=1 ", ""),
            ("@label=1", "@label=2"),
            ("@label=1 :", "@label=1 :srv ACK\n:"),
            (":verbatim.local PONG verbatim.local :x", ":verbatim.local ACK"),
        ],
    );
    bites(
        caps,
        BOB,
        "@label=1 PONG",
        &[("ACK", "ACK\n@label=1 :verbatim.local ACK"), ("@label=1 :verbatim.local ACK", "")],
    );
    bites(
        caps,
        BOB,
        "@label=1 JOIN #c",
        &[
            ("@batch=", "@batch=x"),
            ("BATCH +", "BATCH +x"),
            ("BATCH -", "BATCH -x"),
            (" labeled-response", " draft/multiline"),
            (":bob!~bob@h JOIN", "@label=1 :bob!~bob@h JOIN"),
            ("@label=1 ", ""),
        ],
    );
    let open = |mut lines: Vec<String>| {
        lines.pop();
        lines
    };
    assert!(judged(caps, BOB, "@label=1 JOIN #c", open).is_some());
    let split = |lines: Vec<String>| {
        let inside = &lines[1..lines.len() - 1];
        inside.iter().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect()
    };
    assert!(judged(caps, BOB, "@label=1 JOIN #c", split).is_some(), "several lines need a batch");
    let again = |mut lines: Vec<String>| {
        let names: Vec<String> =
            lines.iter().filter(|line| line.contains(" BATCH +")).map(|line| behind(line, " BATCH +")).collect();
        for line in &mut lines {
            *line = line.replace(&names[1], &names[0]);
        }
        lines
    };
    let two = "@label=1 JOIN #c\r\n@label=2 JOIN #d";
    assert!(judged(caps, BOB, two, again).is_some(), "another batch has another name");
}

#[test]
fn questions_to_the_host_must_be_those_the_model_predicts() {
    let mut scene = Scene::new();
    scene.acts_wrongly("PING x", |actions| {
        actions.send(ALICE, line(":verbatim.local PONG verbatim.local :x"));
        actions.ask(1, Question::Reload);
    });
    assert_eq!(scene.fails("actions").got, "it asks Some((1, [\"reload\"]))");
}

#[test]
fn arrivals_must_be_a_prefix_of_what_was_sent_and_at_rest_everything() {
    let mut scene = Scene::new();
    let sent = scene.handle(Event::Received { conn: ALICE, bytes: b"PRIVMSG #a :hi\r\nPRIVMSG #a :ho\r\n" });
    scene.arrives(BOB, &sent[0].1[..7]);
    scene.arrives(BOB, &[&sent[0].1[7..], &sent[1].1[..3]].concat());
    scene.passes();
    let rest = sent[1].1[3..].to_vec();
    for wrong in [&rest[1..], &sent[0].1[..], b"\r\n"] {
        let mut scene = Scene::new();
        let _ = scene.handle(Event::Received { conn: ALICE, bytes: b"PRIVMSG #a :hi\r\nPRIVMSG #a :ho\r\n" });
        scene.arrives(BOB, &[&sent[0].1[..], &sent[1].1[..3], wrong].concat());
        scene.fails("model");
    }
    scene.oracles.at_rest();
    assert_eq!(scene.fails("model").got, "it never arrived");
}

#[test]
fn nothing_arrives_that_was_not_sent() {
    let mut scene = Scene::new();
    scene.arrives(CAROL, b"x");
    assert_eq!(scene.fails("model").expected, "at connection 2: nothing more");
}

#[test]
fn on_a_broken_connection_a_prefix_is_enough() {
    let mut scene = Scene::new();
    let _ = scene.handle(Event::Received { conn: ALICE, bytes: b"PRIVMSG #a :hi\r\n" });
    scene.oracles.see(Observation::Broken { link: BOB });
    scene.oracles.at_rest();
    scene.passes();
}

#[test]
fn text_for_a_plain_visitor_is_not_compared_with_irc() {
    let mut scene = Scene::new();
    scene.oracles.see(Observation::Plain { link: BOB });
    let _ = scene.handle(Event::Received { conn: ALICE, bytes: b"PRIVMSG #a :hi\r\n" });
    scene.arrives(BOB, b"alice: hi\r\n");
    scene.oracles.at_rest();
    scene.passes();
}

#[test]
fn the_server_must_receive_everything_that_was_sent() {
    let mut scene = Scene::new();
    scene.oracles.see(Observation::Followed { link: CAROL, by_line: false });
    scene.oracles.see(Observation::Says { link: CAROL, bytes: b"PING :a\r\nPING :b\r\n" });
    scene.happens(Event::Received { conn: CAROL, bytes: b"PING :a\r\nPI" });
    scene.passes();
    scene.oracles.at_rest();
    scene.fails("heard");
    for (event, said) in [
        (Event::Received { conn: CAROL, bytes: b"PING :b\r\n" }, "PING :a\r\n"),
        (Event::Received { conn: CAROL, bytes: b"PING :a\r\n" }, "PING :"),
        (Event::Closed { conn: CAROL, reason: CloseReason::Ended }, "PING :a\r\n"),
    ] {
        let mut scene = Scene::new();
        scene.oracles.see(Observation::Followed { link: CAROL, by_line: false });
        scene.oracles.see(Observation::Says { link: CAROL, bytes: said.as_bytes() });
        scene.oracles.server_event(NOW, &event);
        scene.fails("heard");
    }
    let mut scene = Scene::new();
    scene.oracles.see(Observation::Followed { link: CAROL, by_line: false });
    scene.oracles.see(Observation::Says { link: CAROL, bytes: b"PING :a\r\n" });
    scene.oracles.see(Observation::Harmed { link: CAROL });
    scene.happens(Event::Closed { conn: CAROL, reason: CloseReason::Ended });
    scene.oracles.at_rest();
    scene.passes();
}

#[test]
fn the_server_must_be_told_exactly_who_the_peer_is() {
    let known = Peer { secure: true, ..Peer::named("10.0.0.1") };
    for (told, passes) in [(known.clone(), true), (Peer::named("10.0.0.1"), false), (Peer::named("10.0.0.2"), false)] {
        let mut scene = Scene::new();
        scene.oracles.see(Observation::Known { link: 3, peer: Some(&known) });
        scene.oracles.taken(NOW.mono, 3, 3);
        scene.oracles.server_event(NOW, &Event::Accepted { conn: 3, peer: &told });
        if passes { scene.passes() } else { drop(scene.fails("peer")) }
    }
    let mut scene = Scene::new();
    scene.oracles.see(Observation::Known { link: 3, peer: None });
    scene.oracles.taken(NOW.mono, 3, 3);
    scene.oracles.turned_away(NOW.mono, 3, CloseReason::Refused("Not a trusted proxy"));
    scene.passes();
}

#[test]
fn a_reused_connection_number_is_another_link() {
    let mut scene = Scene::new();
    scene.happens(Event::Closed { conn: BOB, reason: CloseReason::Reset });
    scene.comes(BOB, 3);
    assert_eq!(scene.oracles.link_of(BOB), Some(3));
    scene.passes();
}

#[test]
fn the_server_must_have_as_many_connections_and_channels_as_the_model() {
    let mut scene = Scene::new();
    scene.oracles.state(NOW.mono, &scene.server, 3, 3, 0);
    scene.passes();
    let empty = Server::new(Config::default(), Boot::foreseen(NOW));
    for (server, connections, sockets) in
        [(&empty, 3, 3), (&scene.server, 2, 2), (&scene.server, 3, 4), (&scene.server, 4, 4)]
    {
        let mut oracles = Scene::new().oracles;
        oracles.state(NOW.mono, server, connections, sockets, 0);
        assert_eq!(oracles.failure().map(|failure| failure.oracle), Some("cleanup"), "{connections} {sockets}");
    }
}

#[test]
fn no_queue_is_over_its_cap() {
    let mut scene = Scene::new();
    scene.oracles.state(NOW.mono, &scene.server, 3, 3, 1000);
    scene.passes();
    scene.oracles.state(NOW.mono, &scene.server, 3, 3, 2000);
    scene.fails("queue-cap");
}

#[test]
fn nothing_is_shown_that_was_not_said() {
    let mut scene = Scene::new();
    scene.shown(ALICE, "alice", "#a", "about to be said by herself");
    scene.passes();
    scene.shown(BOB, "alice", "#a", "hi");
    scene.fails("created");
    let mut scene = Scene::new();
    scene.says(ALICE, "PRIVMSG #a :hi");
    scene.shown(BOB, "bob", "#a", "hi");
    scene.passes();
    scene.shown(BOB, "carol", "#a", "hi");
    scene.fails("created");
}

#[test]
fn messages_of_peers_without_our_client_count_too() {
    let mut scene = Scene::new();
    scene.comes(3, 3);
    for bytes in ["NICK guest\r\nUSER guest 0 * :g\r\nJOI", "N #a\r\nPRIV", "MSG #a :hello\r\nPRIVMSG #a :hello\r\n"] {
        scene.happens(Event::Received { conn: 3, bytes: bytes.as_bytes() });
    }
    scene.shown(BOB, "guest", "#a", "hello");
    scene.shown(BOB, "guest", "#a", "hello");
    scene.passes();
    scene.shown(BOB, "guest", "#a", "hello");
    scene.fails("doubled");
}

#[test]
fn a_message_sent_once_is_shown_once() {
    let mut scene = Scene::new();
    scene.says(ALICE, "PRIVMSG #a :hi");
    scene.shown(BOB, "alice", "#a", "hi");
    scene.oracles.at_rest();
    scene.passes();
    scene.shown(BOB, "alice", "#a", "hi");
    scene.fails("doubled");
}

#[test]
fn messages_of_one_sender_are_shown_in_order() {
    let mut scene = Scene::new();
    scene.says(ALICE, "PRIVMSG bob :one");
    scene.says(ALICE, "PRIVMSG #a :\u{1}ACTION two\u{1}");
    scene.shown(BOB, "alice", "#a", "two");
    scene.passes();
    scene.shown(BOB, "alice", "bob", "one");
    scene.fails("order");
}

#[test]
fn all_members_agree_with_the_servers_order() {
    let mut scene = Scene::new();
    scene.says(CAROL, "JOIN #a");
    scene.says(ALICE, "PRIVMSG #a :one");
    scene.says(BOB, "PRIVMSG #a :two");
    scene.shown(CAROL, "bob", "#a", "two");
    scene.passes();
    scene.shown(CAROL, "alice", "#a", "one");
    assert!(scene.fails("agreement").expected.starts_with("\"one\" before \"two\""));
}

#[test]
fn only_members_see_channel_messages_and_only_the_target_a_private_one() {
    for (line, to) in [
        ("PRIVMSG #a :hi", "#a"),
        ("PRIVMSG bob :hi", "bob"),
        ("PRIVMSG #a :hi", "carol"),
        ("PRIVMSG bob :hi", "carol"),
    ] {
        let mut scene = Scene::new();
        scene.says(ALICE, line);
        scene.shown(CAROL, "alice", to, "hi");
        scene.fails("leak");
    }
    let mut scene = Scene::new();
    scene.says(ALICE, "PRIVMSG #a :before");
    scene.says(CAROL, "JOIN #a");
    scene.says(ALICE, "PRIVMSG #a :while");
    scene.says(CAROL, "PART #a");
    scene.says(ALICE, "PRIVMSG #a :after");
    scene.shown(CAROL, "alice", "#a", "while");
    scene.passes();
    scene.shown(CAROL, "alice", "#a", "after");
    scene.fails("leak");
}

#[test]
fn members_who_were_there_throughout_are_shown_everything() {
    for missed in ["PRIVMSG #a :hi", "NOTICE bob :hi"] {
        let mut scene = Scene::new();
        scene.says(ALICE, missed);
        scene.oracles.at_rest();
        scene.fails("complete");
        let mut scene = Scene::new();
        scene.says(ALICE, missed);
        scene.happens(Event::Closed { conn: BOB, reason: CloseReason::Reset });
        scene.oracles.at_rest();
        scene.passes();
    }
}
