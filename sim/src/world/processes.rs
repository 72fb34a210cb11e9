//! Runs the processes of the world: the server, clients, and peers without a client.

use std::rc::Rc;
use std::time::Duration;

use verbatim::client;
use verbatim::driver::{ClientDriver, Request, ServerRequest};
use verbatim::server::{Answer, AskId, ConnId, Question, Reload, Usage};
use verbatim::time::{Now, Time};

use super::raw::Word;
use super::{Happening, Kind, ROUNDS_PER_LOOK, World};
use crate::faults::Fault;
use crate::net::VirtualStream;
use crate::net::schedule::{Edge, Event, PeerId, Process, Side};
use crate::oracle::{LinkId, Observation};

impl World {
    pub(super) fn run(&mut self, process: Process) -> Happening {
        let (more, happening) = match process {
            Process::Server => (self.run_server(), Happening::Other),
            Process::Peer(id) => match &self.peers[id as usize].kind {
                Kind::Client(_) => self.run_client(id),
                Kind::Raw(_) => (self.run_raw(id), Happening::Other),
            },
        };
        if more {
            self.net.borrow_mut().wake(process);
        }
        if let Some(deadline) = self.deadline(process) {
            self.set_timer(process, deadline);
        }
        happening
    }

    fn run_server(&mut self) -> bool {
        let now = self.clocks();
        let mut edges = std::mem::take(&mut self.edges);
        self.net.borrow_mut().server_edges(&mut edges);
        loop {
            let Some(link) = self.net.borrow_mut().accept() else { break };
            self.accept(now, link);
        }
        for (link, edge) in edges.drain(..) {
            // Meanwhile the server may have dropped the connection, or it may not have accepted it yet.
            let Some(&conn) = self.conns.get(link as usize) else { continue };
            if self.server.stream(conn).is_none_or(|stream| stream.link() != link) {
                continue;
            }
            if edge != Edge::Writable {
                self.server.readable(conn);
            }
            if edge != Edge::Readable {
                self.server.writable(conn);
            }
        }
        self.edges = edges;
        self.attach_all(now);
        let more = self.server.round(now);
        self.store();
        self.ask();
        self.rounds += 1;
        if self.rounds.is_multiple_of(ROUNDS_PER_LOOK) {
            self.look();
        }
        more
    }

    /// Tells the server's process to end: it accepts no connections, and says goodbye to all.
    pub fn stop(&mut self) {
        let now = self.clocks();
        self.net.borrow_mut().deaf = true;
        self.server.stop(now);
        self.net.borrow_mut().wake(Process::Server);
    }

    /// Collects the server's questions to its host, which are answered later, in any order.
    fn ask(&mut self) {
        while let Some(request) = self.server.request() {
            let ServerRequest::Ask { ask, question } = request;
            let pause = Duration::from_micros(self.random.size(200_000) as u64);
            let mut net = self.net.borrow_mut();
            let time = net.now + pause;
            net.schedule.push(time, Event::Found { ask });
            self.asked.insert(ask, question);
        }
    }

    /// Answers a question. A password is right if it equals the hash.
    pub(super) fn found(&mut self, ask: AskId) {
        let now = self.clocks();
        match self.asked.remove(&ask).expect("it was asked") {
            Question::Verify { password, hash } => {
                let right = password.reveal() == &*hash;
                self.server.answered(now, Some(ask), Answer::Verified { right });
            }
            Question::Usage => {
                let running = now.mono.since(Time::default());
                let usage = Usage { user: running / 7, system: running / 9, memory_kib: running.as_secs() };
                self.server.answered(now, Some(ask), Answer::Used(usage));
            }
            Question::Reload if self.random.chance(1, 3) => {
                self.server.answered(now, Some(ask), Answer::Reloaded(Err("there is no such file")));
            }
            Question::Reload => {
                self.config.motd.push(format!("The settings were reloaded at {}.", now.wall.as_secs()));
                let kept = if self.random.chance(1, 3) { vec!["server.name".to_owned()] } else { Vec::new() };
                let reload = Reload { config: self.config.clone(), kept };
                self.server.answered(now, Some(ask), Answer::Reloaded(Ok(&reload)));
            }
        }
        self.net.borrow_mut().wake(Process::Server);
    }

    fn accept(&mut self, now: Now, link: LinkId) {
        let (peer, route) = (&self.peers[self.net.borrow().peer_of(link) as usize], self.routes[link as usize]);
        let stream = VirtualStream::new(Rc::clone(&self.net), link, Side::Server);
        let (url, witness, settings) = (route.listener(), &self.witness, &self.settings);
        let conn = self.server.accept(now, stream, route.socket(peer.address), url.scheme.front, |conn, peer| {
            witness.borrow_mut().oracles.taken(now.mono, link, conn);
            url.accept(conn, peer, settings)
        });
        assert_eq!(self.conns.len(), link as usize, "connections are accepted in the order of their numbers");
        self.conns.push(conn);
        let id = self.net.borrow().peer_of(link);
        self.plan_attachment(id, link, conn);
    }

    /// Lets the oracles inspect the whole server.
    pub fn look(&mut self) {
        let largest = self.conns_open().map(|conn| self.server.pending_bytes(conn)).max().unwrap_or(0);
        let sockets = self.net.borrow().server_sockets();
        let (now, connections) = (self.now(), self.server.connections());
        self.witness.borrow_mut().state(now, self.server.server(), connections, sockets, largest);
        self.witness.borrow_mut().oracles.audit(self.server.server());
    }

    fn conns_open(&self) -> impl Iterator<Item = ConnId> {
        let most = self.conns.iter().max().map_or(0, |&most| most + 1);
        (0..most).filter(|&conn| self.server.stream(conn).is_some())
    }

    /// Bytes that wait to be written, or typed bytes to be read; none when all is quiet.
    pub fn pending_bytes(&self) -> usize {
        let peers = self.peers.iter().map(|peer| match &peer.kind {
            Kind::Client(process) => {
                process.typed.len() + process.driver.as_ref().map_or(0, ClientDriver::pending_bytes)
            }
            Kind::Raw(raw) => raw.stream().map_or(0, |_| raw.pending_bytes()),
        });
        peers.chain(self.conns_open().map(|conn| self.server.pending_bytes(conn))).sum()
    }

    fn run_raw(&mut self, id: PeerId) -> bool {
        let peer = &mut self.peers[id as usize];
        let Kind::Raw(raw) = &mut peer.kind else { return false };
        if let Some(link) = peer.link {
            self.net.borrow_mut().peer_edges(link);
        }
        let witness = &self.witness;
        let word = |link, word: Word<'_>| {
            let oracles = &mut witness.borrow_mut().oracles;
            match word {
                Word::Heard(bytes) => oracles.see(Observation::Arrived { link, bytes }),
                Word::Said(bytes) => oracles.see(Observation::Says { link, bytes }),
            }
        };
        if raw.round(word) {
            drop(raw.take());
            peer.link = None;
        }
        false
    }

    fn run_client(&mut self, id: PeerId) -> (bool, Happening) {
        let now = self.clocks();
        let cuts = self.net.borrow().faults.has(Fault::Cut);
        let peer = &mut self.peers[id as usize];
        let Kind::Client(process) = &mut peer.kind else { return (false, Happening::Other) };
        let Some(driver) = &mut process.driver else { return (false, Happening::Other) };
        if let Some(link) = peer.link {
            let edges = self.net.borrow_mut().peer_edges(link);
            if edges & (Edge::Readable.bit() | Edge::HangUp.bit()) != 0 {
                driver.readable();
            }
            if edges & (Edge::Writable.bit() | Edge::HangUp.bit()) != 0 {
                driver.writable();
            }
        }
        if !process.typed.is_empty() {
            // A pipe may return part of its content, cut anywhere.
            let cut = cuts && self.random.chance(1, 2);
            let count = if cut { self.random.size(process.typed.len()) } else { process.typed.len() };
            let bytes: Vec<u8> = process.typed.drain(..count).collect();
            driver.tell(now, client::Event::Typed { bytes: &bytes });
        }
        let more = driver.round(now) || !process.typed.is_empty();
        if driver.stream().is_none() {
            peer.link = None;
        }
        let mut exits = false;
        while let Some(request) = driver.request() {
            match request {
                Request::Connect => {
                    peer.attempt += 1;
                    let mut net = self.net.borrow_mut();
                    let time = net.now + net.draw_latency();
                    net.schedule.push(time, Event::Syn { peer: id, attempt: peer.attempt });
                }
                Request::Show(_) | Request::Clear => {}
                Request::Exit(_) => exits = true,
            }
        }
        if exits {
            self.kill(id);
            return (false, Happening::Exited(id));
        }
        (more, Happening::Other)
    }

    pub(super) fn answer(&mut self, id: PeerId, attempt: u32, link: Option<LinkId>) {
        let now = self.clocks();
        let stream = link.map(|link| VirtualStream::new(Rc::clone(&self.net), link, Side::Peer));
        // If the attempt was abandoned, the stream closes here.
        if self.peers[id as usize].attempt != attempt {
            if let Some(link) = link {
                self.witness.borrow_mut().oracles.see(Observation::Harmed { link });
            }
            return;
        }
        let transport = link.and_then(|link| self.far_end(id, link));
        let peer = &mut self.peers[id as usize];
        match (&mut peer.kind, stream) {
            (Kind::Client(process), stream) => {
                let Some(driver) = &mut process.driver else { return };
                peer.link = link;
                match stream {
                    Some(stream) => {
                        driver.observer.link = link;
                        driver.connected(now, stream, transport);
                    }
                    None => driver.refused(now, "Connection refused"),
                }
            }
            (Kind::Raw(raw), Some(stream)) => {
                peer.link = link;
                drop(raw.connected(stream, transport));
            }
            (Kind::Raw(_), None) => {}
        }
        self.net.borrow_mut().wake(Process::Peer(id));
    }
}
