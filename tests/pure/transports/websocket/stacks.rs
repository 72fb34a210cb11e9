//! WebSocket in stacks: over TLS, over the PROXY protocol, below a visitor.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::rc::Rc;

use verbatim::driver::{DriverLimits, ServerDriver, Stream};
use verbatim::server::{Boot, Config, Server};
use verbatim::time::{Now, Time};
use verbatim::transport::{ServerSettings, Trusted, Url};
use verbatim::wire::Peer;

use super::{decode, frame, made, request, shown};

#[test]
fn the_client_in_a_proxy_header_can_itself_be_a_trusted_http_proxy() {
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

/// The bytes from and to a browser.
#[derive(Clone, Default)]
struct Browser(Rc<RefCell<(VecDeque<u8>, Vec<u8>)>>);

impl io::Read for Browser {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.borrow_mut().0.read(buffer)? {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            count => Ok(count),
        }
    }
}

impl io::Write for Browser {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().1.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Stream for Browser {
    fn end(&mut self) {}
}

#[test]
fn a_visitor_can_connect_over_websocket() {
    let url: Url = "plain+ws://localhost".parse().expect("a URL");
    let (now, settings) = (Now::both(Time::from_secs(1_700_000_000)), ServerSettings::default());
    let mut driver =
        ServerDriver::new(Server::new(Config::default(), Boot::foreseen(now)), DriverLimits::default(), ());
    let browser = Browser::default();
    let conn = driver.accept(now, browser.clone(), Peer::named("localhost"), url.scheme.front, |conn, peer| {
        url.accept(conn, peer, &settings)
    });
    let mut says = |bytes: &[u8]| {
        browser.0.borrow_mut().0.extend(bytes);
        driver.readable(conn);
        while driver.round(now) {}
        std::mem::take(&mut browser.0.borrow_mut().1)
    };
    let answer = says(request("").as_bytes());
    let head = answer.windows(4).position(|end| end == b"\r\n\r\n").expect("the end of a head") + 4;
    let frames = decode(&answer[head..], false);
    assert!(frames[0].starts_with("text Welcome! ") && frames[2] == "text -- You are guest1, in #lobby.", "{frames:?}");
    assert_eq!(decode(&says(&frame("text /nick amy", true)), false), ["text -- You are amy now"]);
}
