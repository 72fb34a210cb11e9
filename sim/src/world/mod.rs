//! The virtual world: one server process, any number of peers, and the network between them.
//!
//! Runs the production drivers over virtual streams and virtual time. It decides nothing itself: a workload
//! ([`crate::people`]) or a script ([`crate::scenario`]) decides who connects and says what, and is called for each
//! [`Happening`] that concerns it.

mod clocks;
mod ends;
pub mod frames;
mod keys;
mod processes;
pub mod raw;
pub mod route;
mod sessions;
mod store;

use core::net::{IpAddr, Ipv4Addr};
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use verbatim::client::{self, Client, Entry};
use verbatim::driver::{ClientDriver, DriverLimits, ServerDriver};
use verbatim::server::{self, AskId, Boot, ConnId, Server};
use verbatim::time::Time;
use verbatim::transport::tls::ClientTls;
use verbatim::transport::{LinkLimits, ServerSettings};

use crate::faults::Shape;
use crate::net::schedule::{Edge, Event, PeerId, Process};
use crate::net::{Net, VirtualStream};
use crate::oracle::{LinkId, Observation, Oracles};
use crate::random::Random;
use crate::record::transcript::Transcript;
use crate::record::witness::{ClientEye, ServerEye, Trace, Witness};
use keys::Clock;
use raw::RawPeer;
use route::{HOST, Route};

pub use clocks::START;
use store::Store;

/// The oracles inspect the whole server once in this many rounds.
const ROUNDS_PER_LOOK: u64 = 64;

/// Something that a workload may react to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Anything else.
    Other,
    /// The alarm for this peer.
    Alarm(PeerId),
    /// It is time to break something.
    Disrupt,
    /// This client's process ended.
    Exited(PeerId),
}

/// A client process, and the person using it.
#[derive(Debug)]
struct ClientProcess {
    number: u32,
    driver: Option<ClientDriver<VirtualStream, ClientEye>>,
    /// What the client showed before it ended, and the person has not read yet.
    shown: Vec<Entry>,
    /// What the person typed, and the client has not read yet.
    typed: VecDeque<u8>,
}

#[derive(Debug)]
enum Kind {
    Client(Box<ClientProcess>),
    Raw(Box<RawPeer>),
}

#[derive(Debug)]
struct Peer {
    kind: Kind,
    address: IpAddr,
    /// Its route to the server.
    route: Route,
    /// Its TLS settings, once it needs some.
    tls: Option<ClientTls>,
    /// Counts its connection attempts: an answer to an earlier attempt is ignored.
    attempt: u32,
    link: Option<LinkId>,
    /// The user to whom its next connections attach, and whether that user stays.
    attaches: Option<(String, server::Stays)>,
}

/// The virtual world.
#[derive(Debug)]
pub struct World {
    net: Rc<RefCell<Net>>,
    witness: Rc<RefCell<Witness>>,
    server: ServerDriver<VirtualStream, ServerEye>,
    peers: Vec<Peer>,
    /// The route of each connection.
    routes: Vec<Route>,
    /// The server's number of each connection that was accepted.
    conns: Vec<ConnId>,
    /// Connections that will become another session of a user.
    attachments: Vec<sessions::Attachment>,
    /// When each process's next timer fires.
    timers: Vec<Option<Time>>,
    edges: Vec<(LinkId, Edge)>,
    /// The server's transport settings.
    settings: ServerSettings,
    clock: Clock,
    /// Questions of the server that are not answered.
    asked: BTreeMap<AskId, server::Question>,
    /// The server's current settings.
    config: server::Config,
    rounds: u64,
    seed: u64,
    random: Random,
    /// Decides when the wall clock is set, and by how much.
    jumps: Random,
    /// Decides when the server's process is stopped.
    stops: Random,
    store: Store,
    client_limits: LinkLimits,
}

impl World {
    /// A world with a server and no peers, at [`START`].
    pub fn new(seed: u64, shape: &Shape, config: server::Config, trace: Trace, transcript: Transcript) -> Self {
        let link = LinkLimits {
            send_queue_bytes: shape.send_queue_bytes,
            read_budget_bytes: shape.read_budget_bytes,
            write_bytes: shape.write_bytes,
        };
        let oracles = Oracles::new(&config, shape.send_queue_bytes);
        let witness = Rc::new(RefCell::new(Witness::new(oracles, trace, transcript, START.mono)));
        let random = Random::new(seed, "network");
        let mut net = Net::new(START, shape.faults, shape.window_bytes, random, Rc::clone(&witness));
        net.slow = shape.slow;
        let limits = DriverLimits { link, ..Default::default() };
        let clock = Clock::default();
        let tls = Some(keys::server_tls(&clock));
        let settings =
            ServerSettings { name: HOST.into(), tls, trusted: Route::trusted_networks(), ..Default::default() };
        let server = ServerDriver::new(
            Server::new(config.clone(), Boot::foreseen(START)),
            limits,
            ServerEye(Rc::clone(&witness)),
        );
        let mut world = Self {
            net: Rc::new(RefCell::new(net)),
            witness,
            server,
            peers: Vec::new(),
            routes: Vec::new(),
            conns: Vec::new(),
            attachments: Vec::new(),
            timers: vec![None],
            settings,
            clock,
            asked: BTreeMap::new(),
            config,
            edges: Vec::new(),
            rounds: 0,
            seed,
            random: Random::new(seed, "processes"),
            client_limits: LinkLimits { read_budget_bytes: shape.read_budget_bytes, ..Default::default() },
            jumps: Random::new(seed, "clock"),
            stops: Random::new(seed, "stops"),
            store: Store::new(seed),
        };
        world.plan_jump();
        world.plan_stop();
        world
    }

    /// The witness of everything.
    pub fn witness(&self) -> std::cell::RefMut<'_, Witness> {
        self.witness.borrow_mut()
    }

    /// The network.
    pub fn net(&self) -> std::cell::RefMut<'_, Net> {
        self.net.borrow_mut()
    }

    /// The server's driver.
    pub fn server(&self) -> &ServerDriver<VirtualStream, ServerEye> {
        &self.server
    }

    // Peers.

    /// Adds a client, whose process does not run yet. Clients are numbered from 0, separately from other peers.
    pub fn add_client(&mut self, route: Route) -> PeerId {
        let clients = self.peers.iter().filter(|peer| matches!(peer.kind, Kind::Client(_))).count();
        let process = ClientProcess { number: clients as u32, driver: None, shown: Vec::new(), typed: VecDeque::new() };
        // A client's request has no proxy headers.
        self.add(Kind::Client(Box::new(process)), Route { forwarded: false, ..route })
    }

    /// Adds a peer without a client, and without a connection.
    pub fn add_raw(&mut self, route: Route, keeps_lines: bool) -> PeerId {
        self.add(Kind::Raw(Box::new(RawPeer::new(keeps_lines))), route)
    }

    fn add(&mut self, kind: Kind, route: Route) -> PeerId {
        let id = self.peers.len() as PeerId;
        let address = Ipv4Addr::new(10, 0, (id / 250) as u8, (id % 250 + 1) as u8).into();
        self.peers.push(Peer { kind, address, route, tls: None, attempt: 0, link: None, attaches: None });
        self.timers.push(None);
        self.net.borrow_mut().add_peer();
        id
    }

    /// Sets the peer's address, for its next connections.
    pub fn set_address(&mut self, id: PeerId, address: impl Into<IpAddr>) {
        self.peers[id as usize].address = address.into();
    }

    /// Sets the peer's route, for its next connections.
    pub fn set_route(&mut self, id: PeerId, route: Route) {
        let peer = &mut self.peers[id as usize];
        // A change of certificate means a new program, without TLS sessions to resume. The same program also resumes
        // sessions of other schemes.
        let shown = |route: &Route| (route.certificate, route.unproven);
        peer.tls.take_if(|_| shown(&peer.route) != shown(&route));
        peer.route = route;
    }

    /// Starts a client's process.
    pub fn start_client(&mut self, id: PeerId, config: client::Config) {
        let (now, limits, witness) = (self.clocks(), self.client_limits, Rc::clone(&self.witness));
        let process = self.process(id);
        assert!(process.driver.is_none(), "client {} runs already", process.number);
        let eye = ClientEye { witness, client: process.number, link: None, entries: None };
        let mut driver = ClientDriver::new(Client::new(config), limits, eye);
        driver.tell(now, client::Event::Started);
        process.driver = Some(driver);
        self.net.borrow_mut().wake(Process::Peer(id));
    }

    /// Ends a peer at once, as by a kill or a power failure: its connection closes, its program is gone.
    pub fn kill(&mut self, id: PeerId) {
        let peer = &mut self.peers[id as usize];
        peer.attempt += 1;
        if let Some(link) = peer.link.take() {
            self.witness.borrow_mut().oracles.see(Observation::Harmed { link });
        }
        match &mut peer.kind {
            Kind::Client(process) => {
                process.typed.clear();
                let driver = process.driver.take();
                process.shown.extend(driver.and_then(|driver| driver.observer.entries).unwrap_or_default());
            }
            Kind::Raw(raw) => drop(raw.take()),
        }
    }

    /// Whether a client's process runs, or another peer is connected.
    pub fn is_running(&self, id: PeerId) -> bool {
        match &self.peers[id as usize].kind {
            Kind::Client(process) => process.driver.is_some(),
            Kind::Raw(raw) => raw.stream().is_some(),
        }
    }

    /// The peer's connection, if it has one.
    pub fn link(&self, id: PeerId) -> Option<LinkId> {
        self.peers[id as usize].link
    }

    /// The client's number, if the peer is a client.
    pub fn client_number(&self, id: PeerId) -> Option<u32> {
        if let Kind::Client(process) = &self.peers[id as usize].kind { Some(process.number) } else { None }
    }

    /// A person types bytes.
    pub fn type_in(&mut self, id: PeerId, bytes: &[u8]) {
        self.process(id).typed.extend(bytes);
        self.net.borrow_mut().wake(Process::Peer(id));
    }

    /// What a client has shown since the last call. It is kept from the first call on.
    pub fn shown(&mut self, id: PeerId) -> Vec<Entry> {
        let process = self.process(id);
        let mut shown = std::mem::take(&mut process.shown);
        if let Some(driver) = &mut process.driver {
            shown.extend(driver.observer.entries.replace(Vec::new()).unwrap_or_default());
        }
        shown
    }

    /// Makes a peer without a client connect.
    pub fn connect(&mut self, id: PeerId) {
        let peer = &mut self.peers[id as usize];
        peer.attempt += 1;
        let mut net = self.net.borrow_mut();
        let time = net.now + net.draw_latency();
        net.schedule.push(time, Event::Syn { peer: id, attempt: peer.attempt });
    }

    /// A peer without a client, to change it. It runs afterwards.
    pub fn raw(&mut self, id: PeerId) -> &mut RawPeer {
        self.net.borrow_mut().wake(Process::Peer(id));
        match &mut self.peers[id as usize].kind {
            Kind::Raw(raw) => raw,
            Kind::Client(_) => panic!("peer {id} is a client"),
        }
    }

    /// Corrupts what the peer sends next.
    pub fn spoil(&mut self, id: PeerId) {
        if let Some(link) = self.link(id) {
            self.witness.borrow_mut().oracles.see(Observation::Harmed { link });
            self.raw(id).spoil();
        }
    }

    /// The lines that the peer has received since the last call, if it keeps them.
    pub fn lines(&mut self, id: PeerId) -> Vec<String> {
        match &mut self.peers[id as usize].kind {
            Kind::Raw(raw) => raw.lines.as_mut().map(std::mem::take).unwrap_or_default(),
            Kind::Client(_) => panic!("peer {id} is a client"),
        }
    }

    fn process(&mut self, id: PeerId) -> &mut ClientProcess {
        match &mut self.peers[id as usize].kind {
            Kind::Client(process) => process,
            Kind::Raw(_) => panic!("peer {id} is no client"),
        }
    }

    // Time.

    /// Calls the workload for a peer after `pause`.
    pub fn alarm(&mut self, peer: PeerId, pause: Duration) {
        let mut net = self.net.borrow_mut();
        let time = net.now + pause;
        net.schedule.push(time, Event::Alarm(peer));
    }

    /// Handles the next event. `None` if there is none.
    pub fn step(&mut self) -> Option<Happening> {
        let mut net = self.net.borrow_mut();
        let (time, event) = net.schedule.pop()?;
        debug_assert!(time >= net.now, "time goes forward");
        net.now = time;
        self.clock.set(net.clocks().wall);
        if let Some(until) = net.stopped_during(event) {
            net.schedule.push(until, event);
            return Some(Happening::Other);
        }
        match event {
            Event::Arrive { link, at } => net.arrive(link, at),
            Event::Reset { link, at } => net.reset_arrives(link, at),
            Event::Edge { link, at, edge } => net.edge(link, at, edge),
            Event::Syn { peer, attempt } => {
                let link = net.open(peer);
                let time = net.now + net.draw_latency();
                net.schedule.push(time, Event::Answer { peer, attempt, link });
                drop(net);
                if let Some(link) = link {
                    self.introduce(link, peer);
                }
            }
            Event::Found { ask } => {
                drop(net);
                self.found(ask);
            }
            Event::Alarm(peer) => return Some(Happening::Alarm(peer)),
            Event::Disrupt => return Some(Happening::Disrupt),
            Event::Jump => {
                drop(net);
                self.jump();
            }
            Event::Stop => {
                drop(net);
                self.suspend();
            }
            Event::Settle => {
                drop(net);
                self.settle();
            }
            Event::Timer(process) => {
                drop(net);
                self.timer(process);
            }
            Event::Wake(process) => {
                net.woken(process);
                drop(net);
                return Some(self.run(process));
            }
            Event::Answer { peer, attempt, link } => {
                drop(net);
                self.answer(peer, attempt, link);
            }
        }
        Some(Happening::Other)
    }

    /// Runs until nothing is in progress, but for at most `most`. Returns whether it got there. The workload is not
    /// called.
    pub fn run_until_quiet(&mut self, most: Duration) -> bool {
        let until = self.now() + most;
        while !self.net().schedule.is_quiet() {
            if self.now() > until || self.step().is_none() {
                return false;
            }
        }
        true
    }

    /// Runs everything that happens within `span`, and lets that time pass.
    pub fn run_for(&mut self, span: Duration) {
        let until = self.now() + span;
        while self.net().schedule.next_time().is_some_and(|time| time <= until) {
            self.step();
        }
        self.net().now = until;
    }

    fn timer(&mut self, process: Process) {
        let now = self.now();
        self.timers[process.index()] = None;
        match self.deadline(process) {
            Some(deadline) if deadline <= now => self.net.borrow_mut().wake(process),
            Some(deadline) => self.set_timer(process, deadline),
            None => {}
        }
    }

    fn deadline(&self, process: Process) -> Option<Time> {
        match process {
            Process::Server => self.server.deadline(),
            Process::Peer(id) => match &self.peers[id as usize].kind {
                Kind::Client(process) => process.driver.as_ref()?.deadline(),
                Kind::Raw(_) => None,
            },
        }
    }

    /// Makes the process run at its deadline. A timer that is too early is set again when it fires.
    fn set_timer(&mut self, process: Process, deadline: Time) {
        let timer = &mut self.timers[process.index()];
        if timer.is_none_or(|time| time > deadline) {
            *timer = Some(deadline);
            let mut net = self.net.borrow_mut();
            let time = deadline.max(net.now);
            net.schedule.push(time, Event::Timer(process));
        }
    }
}
