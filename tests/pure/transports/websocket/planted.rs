//! The planted bugs of WebSocket are visible in a short session.

use verbatim::planted::{Bug, plant};
use verbatim::transport::Transport;
use verbatim::transport::ws::Server;
use verbatim::wire::Peer;

use super::{decode, frame, made, request, shown, terms};

/// The output of a server with `bug` for a client that sends a line right after its request, another one in two pieces,
/// then a ping, and forges its address.
fn story(bug: Option<Bug>) -> String {
    let _planted = plant(bug);
    let mut server = Server::new(terms());
    let claim = request("X-Forwarded-For: 192.0.2.1\r\n");
    let (first, error) = made(|out| server.received(&[claim.as_bytes(), &frame("text NICK a", true)].concat(), out));
    assert_eq!(error, None);
    let (then, _) = made(|out| {
        let line = frame("text USER a 0 * :a", true);
        let (begin, rest) = line.split_at(9);
        server.received(begin, out)?;
        // Without its beginning the rest of a frame may mean anything.
        let _ = server.received(rest, out);
        Ok(())
    });
    let mut other = Server::new(terms());
    let (pong, _) = made(|out| {
        other.received(request("").as_bytes(), out)?;
        out.raw.clear();
        other.received(&frame("ping x", true), out)
    });
    let mut peer = Peer::named("localhost");
    server.describe(&mut peer);
    let heard = shown(&[first.irc, then.irc].concat());
    format!("{heard:?}, {:?}, {}", decode(&pong.raw, false), peer.host)
}

#[test]
fn every_planted_bug_is_visible() {
    let right = r#""NICK a\r\nUSER a 0 * :a\r\n", ["pong x"], localhost"#;
    assert_eq!(story(None), right);
    for (bug, wrong) in [
        (Bug::FrameSplitDropped, r#""NICK a\r\n", ["pong x"], localhost"#),
        (Bug::WsHandshakeTailLost, r#""USER a 0 * :a\r\n", ["pong x"], localhost"#),
        (Bug::PongPayloadWrong, r#""NICK a\r\nUSER a 0 * :a\r\n", ["pong pong"], localhost"#),
        (Bug::ForwardedBelieved, r#""NICK a\r\nUSER a 0 * :a\r\n", ["pong x"], 192.0.2.1"#),
    ] {
        assert_eq!(story(Some(bug)), wrong, "{}", bug.name());
    }
}
