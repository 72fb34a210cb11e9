//! WebSocket on what else there is: TLS below it, the PROXY protocol below it, a visitor above it.

use verbatim::transport::{ServerSettings, Trusted, Url};
use verbatim::wire::Peer;

use super::{decode, frame, made, request, shown};

#[test]
fn a_proxy_by_its_header_may_be_the_one_that_a_request_came_through() {
    let url: Url = "ws://localhost?proxy=true".parse().expect("a URL");
    let trusted = ["127.0.0.1", "10.0.0.0/8"].map(|network| network.parse().expect("a network"));
    let settings = ServerSettings { trusted: Trusted(trusted.into()), ..ServerSettings::default() };
    let peer = Peer::at("127.0.0.1".parse().expect("an address"));
    for (proxy, host, vouched) in [("10.0.0.2", "192.0.2.1", "10.0.0.2"), ("192.0.2.66", "192.0.2.66", "127.0.0.1")] {
        let mut server = url.accept(0, &peer, &settings).expect("a transport");
        let header = format!("PROXY TCP4 {proxy} 127.0.0.1 40000 80\r\n");
        let asked = request("X-Forwarded-For: 192.0.2.1\r\n");
        let raw = [header.as_bytes(), asked.as_bytes(), &frame("text NICK a", true)].concat();
        let (out, error) = made(|out| {
            server.opened(out)?;
            raw.chunks(7).try_for_each(|piece| server.received(piece, out))
        });
        assert_eq!((shown(&out.irc), error, server.is_open()), ("NICK a\r\n".into(), None, true));
        let mut described = peer.clone();
        server.describe(&mut described);
        assert_eq!((&*described.host, described.proxy.as_deref()), (host, Some(vouched)));
    }
}

#[test]
fn a_visitor_may_come_by_websocket() {
    let url: Url = "plain+ws://localhost".parse().expect("a URL");
    let peer = Peer::named("localhost");
    let mut server = url.accept(0, &peer, &ServerSettings::default()).expect("a transport");
    let (out, _) = made(|out| {
        server.opened(out)?;
        server.received(request("").as_bytes(), out)
    });
    assert!(shown(&out.irc).starts_with("NICK guest1\r\n"));
    let (out, _) = made(|out| {
        server.send(b":srv 001 guest1 :Welcome\r\n:guest1 JOIN #lobby\r\n", out)?;
        server.received(&frame("text hello", true), out)
    });
    assert_eq!(shown(&out.irc), "JOIN #lobby\r\nPRIVMSG #lobby :hello\r\n");
    assert_eq!(decode(&out.raw, false), ["text -- You are guest1, in #lobby."]);
}
