//! The peers' ends of the transports.

use std::cell::RefCell;
use std::rc::Rc;

use verbatim::transport::{ClientSettings, ConnectContext, Front, Output, Over, Transport, TransportError};

use super::frames::Frames;
use super::keys;
use super::route::HOST;
use super::{Kind, World};
use crate::net::schedule::PeerId;
use crate::oracle::{LinkId, Observation};
use crate::random::Random;
use crate::record::witness::Witness;

impl World {
    /// A connection's peer, and its route, for reports.
    pub fn describe(&self, link: LinkId) -> String {
        let Some(route) = self.routes.get(link as usize) else { return format!("#{link}: nobody") };
        let id = self.net.borrow().peer_of(link);
        let peer = &self.peers[id as usize];
        let who = match &peer.kind {
            Kind::Client(process) => format!("client {}", process.number),
            Kind::Raw(_) => format!("peer {id}, without a client,"),
        };
        format!("connection {link} (#{link}): {who} at {}, by {route}", peer.address)
    }

    /// Tells the oracles what to expect of a new connection on this route.
    pub(super) fn introduce(&mut self, link: LinkId, id: PeerId) {
        let peer = &self.peers[id as usize];
        assert_eq!(self.routes.len(), link as usize, "connections come in the order of their numbers");
        self.routes.push(peer.route);
        let (route, scheme, oracles) = (peer.route, peer.route.target().scheme, &mut self.witness.borrow_mut().oracles);
        if route.bare {
            oracles.see(Observation::Plain { link });
        } else if scheme.front == Front::Visitor {
            // A WebSocket has no half-close.
            oracles.see(Observation::Visits { link, reads_on: !scheme.has("ws") });
        } else {
            oracles.see(Observation::Followed { link, by_line: scheme.has("ws") });
        }
        let has_goodbye = scheme.has("tls") || scheme.has("ws");
        if has_goodbye {
            oracles.see(Observation::Carried { link });
        }
        if has_goodbye && route.wrong.is_none() && !route.bare {
            oracles.see(Observation::HasGoodbye { link });
        }
        if !route.bare {
            let peer = route.told(peer.address, keys::fingerprint());
            oracles.see(Observation::Known { link, peer: peer.as_ref() });
        }
    }

    /// The transport at the peer's end of its next connection; `None` if there is none. Clients use our transports; for
    /// other peers [`Frames`] handles WebSocket, and does more than our own end.
    pub(super) fn far_end(&mut self, id: PeerId, link: LinkId) -> Option<Box<dyn Transport>> {
        let peer = &mut self.peers[id as usize];
        let route = self.routes[link as usize];
        if route.bare {
            return None;
        }
        let mut end = route.preface(peer.address).map(|preface| Box::new(preface) as Box<dyn Transport>);
        let scheme = route.target().scheme;
        if scheme.has("tls") && peer.tls.is_none() {
            peer.tls = Some(keys::client_tls(&self.clock, route.certificate, route.unproven));
        }
        let mut stand = |upper: Box<dyn Transport>| {
            end = Some(match end.take() {
                Some(lower) => Box::new(Over::new(upper, lower)),
                None => upper,
            });
        };
        match &peer.kind {
            Kind::Client(_) => {
                let settings = ClientSettings { tls: peer.tls.clone() };
                let ends = route.target().connect(&settings).unwrap_or_else(|error| panic!("{route:?}: {error}"));
                ends.map(&mut stand);
            }
            Kind::Raw(_) => {
                let (settings, web) = (ClientSettings { tls: peer.tls.clone() }, scheme.has("ws"));
                let place =
                    ConnectContext { host: HOST, port: None, default_port: 0, path: "/", web, settings: &settings };
                let below = route.below().connect(&place).unwrap_or_else(|error| panic!("{route:?}: {error}"));
                below.map(&mut stand);
                if scheme.has("ws") {
                    let random = Random::new(self.seed, &format!("frames of {id}, {}", peer.attempt));
                    let headers = route.headers(peer.address);
                    stand(Box::new(Frames::new(random, Rc::clone(&self.witness), link, &headers, route.wrong)));
                }
            }
        }
        let witness = Rc::clone(&self.witness);
        end.map(|end| Box::new(Watched { end, link, witness }) as Box<dyn Transport>)
    }
}

/// A peer's end that reports goodbyes to the oracles.
#[derive(Debug)]
struct Watched {
    end: Box<dyn Transport>,
    link: LinkId,
    witness: Rc<RefCell<Witness>>,
}

impl Watched {
    fn watch(&self, done: Result<(), TransportError>, out: &Output) -> Result<(), TransportError> {
        let oracles = &mut self.witness.borrow_mut().oracles;
        if out.ended {
            oracles.see(Observation::HearsGoodbye { link: self.link });
        }
        if let Err(why) = &done {
            oracles.see(Observation::PeerGivesUp { link: self.link, why });
        }
        done
    }
}

impl Transport for Watched {
    fn opened(&mut self, out: &mut Output) -> Result<(), TransportError> {
        let done = self.end.opened(out);
        self.watch(done, out)
    }

    fn received(&mut self, raw: &[u8], out: &mut Output) -> Result<(), TransportError> {
        let done = self.end.received(raw, out);
        self.watch(done, out)
    }

    fn ended(&mut self, out: &mut Output) -> Result<(), TransportError> {
        // The server may have given up on this peer, and dropped it.
        self.witness.borrow_mut().oracles.see(Observation::Harmed { link: self.link });
        self.end.ended(out)
    }

    fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError> {
        let done = self.end.send(irc, out);
        self.watch(done, out)
    }

    fn close(&mut self, out: &mut Output) {
        self.end.close(out);
        let mut witness = self.witness.borrow_mut();
        witness.oracles.see(Observation::SaysGoodbye { link: self.link });
        // Our client's end no longer reads.
        witness.broken(self.link);
    }

    fn is_open(&self) -> bool {
        self.end.is_open()
    }
}
