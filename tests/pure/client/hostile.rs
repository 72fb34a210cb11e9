//! Input that nobody should send, and how it is shown.

use proptest::prelude::*;
use verbatim::client::view::plain::{self, Style};
use verbatim::client::{Action, Entry, Event, Speech};
use verbatim::time::Time;

use super::script::{World, actions, check_in_lobby, config, in_lobby};

#[test]
fn malformed_lines_are_ignored() {
    check_in_lobby(
        "
        server> :
        server> @ : :
        server> \\x00\\x00
        server> 999
        server> PRIVMSG
        server> :bob!b@h PRIVMSG #lobby :caf\\xe9
        alice< 12:00 #lobby <bob> caf\u{fffd}
        server> :bob!b@h JOIN
        server> PING
        server> BATCH +x chathistory #lobby
        ",
    );
}

#[test]
fn escape_sequences_from_others_never_reach_the_terminal() {
    let all: String = (0..=0x9f).filter_map(char::from_u32).collect();
    let evil = format!("{all}\u{1b}]0;title\u{7}\u{9b}31m\u{202e}\u{2028}\u{2066}end");
    for text in [evil.clone(), evil.replace(|c: char| c.is_ascii_graphic(), "")] {
        let s = || text.clone();
        let entries = [
            Entry::Said { from: s(), to: s(), text: s(), kind: Speech::Message, own: false, rings: false },
            Entry::Said {
                from: s(),
                to: format!("#{text}"),
                text: s(),
                kind: Speech::Action,
                own: false,
                rings: false,
            },
            Entry::Said { from: s(), to: s(), text: s(), kind: Speech::Notice, own: false, rings: false },
            Entry::Joined { who: s(), channel: s(), own: false },
            Entry::Parted { who: s(), channel: s(), reason: s(), own: false },
            Entry::Quit { who: s(), reason: s() },
            Entry::Kicked { who: s(), channel: s(), by: s(), reason: s(), own: false },
            Entry::Renamed { from: s(), to: s(), own: false },
            Entry::Topic { channel: s(), by: s(), topic: s() },
            Entry::Topic { channel: s(), by: String::new(), topic: s() },
            Entry::Mode { target: s(), by: s(), changes: s() },
            Entry::Invited { by: s(), channel: s() },
            Entry::Names { channel: s(), nicks: vec![s(), s()] },
            Entry::Reply { text: s() },
            Entry::Greeting { text: s() },
            Entry::Help { usage: s(), about: "", widest: (0, 0) },
            Entry::Refused { text: s() },
            Entry::Status { text: s() },
            Entry::Trouble { text: s() },
        ];
        for entry in entries {
            let shown = plain::line(Time::default(), &entry, Style::default());
            let bad = shown.chars().find(|&c| c.is_control() || "\u{202e}\u{2028}\u{2066}".contains(c));
            assert_eq!(bad, None, "{shown:?}");
        }
    }
}

#[test]
fn formatting_codes_are_dropped_with_their_colour_numbers() {
    for (text, clean) in [
        ("\u{3}4,12red\u{3} and \u{2}bold\u{f}", "red and bold"),
        ("\u{3}12345", "345"),
        ("\u{3},5", ",5"),
        ("\u{3}1,x", ",x"),
        ("\u{3}1,", ","),
        ("\u{4}ff00aa,00ff00green", "green"),
        ("\u{1d}i\u{1f}u\u{16}r\u{1e}s\u{11}m", "iursm"),
        ("a\tb", "a b"),
        ("👩‍👩‍👧 naïve ✓", "👩‍👩‍👧 naïve ✓"),
    ] {
        assert_eq!(plain::clean(text), clean, "{text:?}");
    }
}

#[test]
fn the_style_sets_the_time_zone_colours_and_ascii_arrows() {
    let entry = Entry::Joined { who: "bob".into(), channel: "#a".into(), own: false };
    let style = |style: Style| plain::line(Time::from_secs(600), &entry, style);
    assert_eq!(style(Style { utc_offset_s: -3600, ..Style::default() }), "23:10 #a → bob is here");
    assert_eq!(style(Style { utc_offset_s: 19_800, ascii: true, ..Style::default() }), "05:40 #a -> bob is here");
    let coloured = style(Style { colour: true, ..Style::default() });
    assert!(coloured.starts_with("\u{1b}[2m00:10\u{1b}[0m #a → \u{1b}["), "{coloured:?}");
    assert!(coloured.ends_with("mbob\u{1b}[0m is here"), "{coloured:?}");
}

/// Anything that can happen to a client.
#[derive(Clone, Debug)]
enum Step {
    Connected,
    Closed,
    InputEnded,
    Interrupted,
    Deadline,
    Received(Vec<u8>),
    Typed(Vec<u8>),
}

fn params() -> impl Strategy<Value = String> {
    const PARAMS: &[&str] = &[
        "alice",
        "bob",
        "*",
        "#lobby",
        "#Lobby",
        "#den",
        "#a,#b",
        ":#x y",
        ":",
        "=",
        "@#lobby",
        "+o-o",
        ":verbatim-1",
        "verbatim-2",
        ":verbatim-3",
        ":\u{1}ACTION",
        ":\u{1}",
        "NICKLEN=1",
        "LINELEN=1",
        "CHANTYPES=x",
        "CHANTYPES=:",
        "PREFIX=)",
        "CASEMAPPING=",
        ":two words",
        "é",
        "::",
        ",",
        " ",
    ];
    prop::collection::vec(prop::sample::select(PARAMS), 0..5).prop_map(|params| params.join(" "))
}

fn received() -> impl Strategy<Value = Vec<u8>> {
    const SOURCES: &[&str] = &[":alice!a@b ", ":bob!b@c ", ":srv ", ":ALICE ", ": ", ""];
    const COMMANDS: &[&str] = &[
        "001", "005", "376", "433", "432", "474", "403", "353", "332", "396", "352", "470", "367", "999", "JOIN",
        "PART", "KICK", "NICK", "PRIVMSG", "NOTICE", "MODE", "TOPIC", "QUIT", "PONG", "PONG", "PING", "ERROR", "FAIL",
        "",
    ];
    let line = (prop::sample::select(SOURCES), prop::sample::select(COMMANDS), params());
    line.prop_map(|(source, command, params)| format!("{source}{command} {params}\r\n").into_bytes())
}

fn typed() -> impl Strategy<Value = Vec<u8>> {
    const COMMANDS: &[&str] = &[
        "/join ", "/part ", "/msg ", "/me ", "/nick ", "/topic ", "/names ", "/who ", "/whois ", "/away ", "/help ",
        "/list ", "/invite ", "/kick ", "/mode ", "/raw ", "/x ", "//", "/", "", "text ",
    ];
    let line = (prop::sample::select(COMMANDS), params(), 0..2000_usize);
    line.prop_map(|(command, params, more)| format!("{command}{params}{}\n", "é".repeat(more / 4)).into_bytes())
}

fn step() -> impl Strategy<Value = Step> {
    let garbage = || prop::collection::vec(any::<u8>(), 0..60);
    prop_oneof![
        6 => Just(Step::Connected),
        1 => Just(Step::Closed),
        1 => Just(Step::InputEnded),
        1 => Just(Step::Interrupted),
        6 => Just(Step::Deadline),
        60 => received().prop_map(Step::Received),
        40 => typed().prop_map(Step::Typed),
        4 => garbage().prop_map(Step::Received),
        4 => garbage().prop_map(Step::Typed),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_event_makes_the_client_panic_or_its_deadline_stall(
        interactive: bool,
        online: bool,
        steps in prop::collection::vec(step(), 0..60),
    ) {
        let mut world = if online { in_lobby(interactive) } else { World::new(config(interactive, &["#lobby", "b a d", ""])) };
        if !online {
            world.happen("start");
        }
        for step in steps {
            let event = match &step {
                Step::Connected => Event::Connected,
                Step::Closed => Event::Closed { reason: "x" },
                Step::InputEnded => Event::InputEnded,
                Step::Interrupted => Event::Interrupted,
                Step::Received(bytes) => Event::Received { bytes },
                Step::Typed(bytes) => Event::Typed { bytes },
                Step::Deadline => {
                    world.now = world.client.deadline().map_or(world.now, |due| world.now + due.since(world.now.mono));
                    Event::Timeout
                }
            };
            let timeout = event == Event::Timeout;
            for action in actions(&mut world.client, world.now, event) {
                if let Action::Send { line } = action {
                    let clean = !line[..line.len() - 2].iter().any(|byte| b"\r\n\0".contains(byte));
                    prop_assert!(clean && line.len() <= 512, "{line:?}");
                }
            }
            prop_assert!(!timeout || world.client.deadline().is_none_or(|next| next > world.now.mono));
        }
    }
}
