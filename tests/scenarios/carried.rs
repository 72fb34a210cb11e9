//! Members see the same over every transport.

use sim::scenario::{VirtualStage, play};
use sim::world::route::{Header, Route};
use verbatim::server::Config;

use crate::text;

const SCRIPTS: [(&str, &str); 8] = [
    ("a broadcast", include_str!("scripts/everyone_else_hears_a_line_once.script")),
    ("a cut line", include_str!("scripts/a_line_cut_off_by_the_end_is_not_delivered.script")),
    ("visitors", include_str!("scripts/visitors_and_clients_share_the_lobby.script")),
    ("leaving", include_str!("scripts/a_quit_reaches_each_user_once_with_its_reason.script")),
    ("bad bytes", include_str!("scripts/bytes_that_are_not_text_are_refused.script")),
    ("two clients", include_str!("scripts/two_people_chat_with_our_client.script")),
    ("capabilities", include_str!("scripts/each_client_gets_what_its_capabilities_ask_for.script")),
    ("several lines", include_str!("scripts/several_lines_are_one_message.script")),
];

/// The schemes of members and of visitors.
const WAYS: [(&str, &str, Option<Header>); 6] = [
    ("tls", "plain+tls", None),
    ("ws", "plain+tcp", None),
    ("wss", "plain+tls", None),
    ("tcp", "plain+tcp", Some(Header::Text)),
    ("tls", "plain+tcp", Some(Header::Binary)),
    ("wss", "plain+tls", Some(Header::Secure)),
];

fn played(script: &str, route: Route, visit: Route) -> (VirtualStage, String) {
    let mut stage = VirtualStage::new(Config::default());
    (stage.route, stage.visit) = (route, visit);
    stage.world.net().tap = Some(Vec::new());
    let transcript = play(&text::expanded(script), &mut stage);
    // The only differences: WHOIS says that a connection is secure, and where a transport has a goodbye, a close
    // without one counts as truncation, after which nothing is said about an unfinished line.
    let differs = |line: &str| {
        line.ends_with("is using a secure connection") || line.ends_with("had no line end: it was not sent.")
    };
    let lines = transcript.lines().filter(|line| !differs(line));
    let words = |line: &str| {
        let line = line.replace("TLS connection cut short", "Connection closed");
        line.replace("WebSocket connection cut short", "Connection closed") + "\n"
    };
    let transcript = lines.map(words).collect();
    (stage, transcript)
}

#[test]
fn members_see_the_same_over_every_transport() {
    for (name, script) in SCRIPTS {
        let (_, bare) = played(script, Route::by("tcp"), Route::by("plain+tcp"));
        for (member, visitor, header) in WAYS {
            let route = |scheme| Route { header, trusted: header.is_some(), ..Route::by(scheme) };
            let (stage, carried) = played(script, route(member), route(visitor));
            text::assert_same(&carried, &bare, &format!("{name}, by {member} and {visitor} with {header:?}"));
            assert_eq!(stage.world.witness().failure(), None, "{name}, by {member} and {visitor} with {header:?}");
        }
    }
}

#[test]
fn tls_bytes_differ_in_each_run_without_affecting_the_digest() {
    let script = include_str!("scripts/two_people_chat_with_our_client.script");
    for scheme in ["tls", "ws", "wss"] {
        let run = || {
            let (stage, transcript) = played(script, Route::by(scheme), Route::by("plain+tls"));
            let (digest, raw) = (stage.world.witness().digest(), stage.world.net().tap.take().unwrap_or_default());
            (digest, transcript, raw)
        };
        let ((digest, transcript, raw), (digest_again, transcript_again, raw_again)) = (run(), run());
        assert_eq!((digest, transcript), (digest_again, transcript_again), "{scheme}");
        assert_eq!(raw.len(), raw_again.len(), "{scheme}");
        assert_ne!(raw, raw_again, "{scheme} draws random numbers of its own");
        assert!(raw.len() > 1000, "{scheme}");
    }
}
