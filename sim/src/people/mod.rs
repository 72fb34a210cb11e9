//! The simulated people: users of the client, users by hand, visitors with `nc`. Each has a random stream of their own.
//! Hostile peers are in `hostile.rs`.

mod errand;
mod guests;
mod hostile;
pub mod irc;
mod speech;

use std::time::Duration;

use verbatim::client;

use crate::faults::{Disruption, Shape};
use crate::net::schedule::{Event, PeerId, Side};
use crate::oracle::LinkId;
use crate::random::Random;
use crate::world::raw::RawPeer;
use crate::world::route::{MORE_VISITS, Route, SCHEMES, VISITS};
use crate::world::{Happening, World};
use hostile::Habit;
use speech::{CHANNELS, name, text};

#[derive(Debug)]
enum Role {
    /// A user of the client.
    Person,
    /// Sends IRC lines by hand.
    Irc,
    /// Connects by `plain+tcp`.
    Visitor,
    /// A hostile peer.
    Hostile(Habit),
}

/// A simulated person, with a random stream.
#[derive(Debug)]
struct Actor {
    role: Role,
    /// The prefix of their texts: `c3` for client 3.
    label: String,
    nick: String,
    random: Random,
    /// How many lines they still have to say.
    left: u32,
    /// How many they have said.
    said: u32,
    /// How often they have connected.
    came: u32,
    /// Whether each of their connections attaches to another user.
    guest: bool,
}

/// All simulated people.
#[derive(Debug)]
pub struct Workload {
    seed: u64,
    shape: Shape,
    people: u32,
    /// Whether visitors leave by ending their input, as `echo hi | nc -N HOST PORT` does, and also have other sessions.
    half_closes: bool,
    actors: Vec<Actor>,
    faults: Random,
    /// Whether they do nothing new except reconnect.
    calm: bool,
    /// Whether they do not reconnect either.
    leaving: bool,
}

impl Workload {
    /// Adds all people to the world, with `lines` to say each; they connect as time passes.
    pub fn new(world: &mut World, seed: u64, shape: Shape, clients: u32, lines: u32) -> Self {
        let faults = Random::new(seed, "faults");
        let half_closes = Random::new(seed, "half-closes").chance(1, 4);
        let (actors, people, calm, leaving) = (Vec::new(), clients, false, false);
        let mut this = Self { seed, shape, people, half_closes, actors, faults, calm, leaving };
        let routes = &mut Random::new(seed, "ways");
        for number in 0..clients {
            let peer = world.add_client(Route::draw(routes, &SCHEMES, this.shape.others));
            this.add(world, peer, Role::Person, format!("c{number}"), name(number), lines);
        }
        for number in 0..this.shape.raw_peers {
            let peer = world.add_raw(Route::draw(routes, &SCHEMES, this.shape.others), false);
            this.add(world, peer, Role::Irc, format!("r{number}"), format!("Raw{number}"), lines);
        }
        for number in 0..this.shape.visitors {
            let schemes: &[&str] = if half_closes { &MORE_VISITS } else { &VISITS };
            let peer = world.add_raw(Route::draw(routes, schemes, this.shape.others), false);
            this.add(world, peer, Role::Visitor, format!("v{number}"), format!("visitor{number}"), lines.min(5));
        }
        for number in 0..this.shape.hostile {
            let habit = Habit::ALL[this.faults.below(Habit::ALL.len() as u64) as usize];
            let peer = world.add_raw(Route::by("tcp"), false);
            let raw = world.raw(peer);
            (raw.reads, raw.answers_pings) = (habit != Habit::NeverReads, habit != Habit::NeverRegisters);
            this.add(world, peer, Role::Hostile(habit), format!("h{number}"), format!("evil{number}"), 5);
        }
        this.add_guests(world, lines);
        this.plan_disruption(world);
        this
    }

    fn add(&mut self, world: &mut World, peer: PeerId, role: Role, label: String, nick: String, left: u32) {
        assert_eq!(peer as usize, self.actors.len(), "a row for each peer");
        let mut random = Random::new(self.seed, &label);
        world.alarm(peer, Duration::from_micros(random.below(20_000)));
        self.actors.push(Actor { role, label, nick, random, left, said: 0, came: 0, guest: false });
    }

    /// Whether all people have done everything they planned.
    pub fn is_done(&self) -> bool {
        self.actors.iter().all(|actor| actor.left == 0)
    }

    /// The users of the client.
    pub fn people(&self) -> std::ops::Range<PeerId> {
        0..self.people
    }

    /// From now on nobody does anything new. Clients that have exited are started again, and peers that never read
    /// begin to.
    pub fn calm(&mut self, world: &mut World) {
        self.calm = true;
        for (peer, actor) in self.actors.iter_mut().enumerate() {
            actor.left = 0;
            match actor.role {
                Role::Person => world.alarm(peer as PeerId, Duration::from_millis(actor.random.below(500))),
                _ => world.raw(peer as PeerId).reads = true,
            }
        }
    }

    /// Everybody who is there says a last line.
    pub fn last_words(&mut self, world: &mut World) {
        self.leaving = true;
        for (peer, actor) in self.actors.iter().enumerate() {
            let (peer, word) = (peer as PeerId, format!("the last word of {}", actor.label));
            match actor.role {
                _ if !world.is_running(peer) => {}
                Role::Person => world.type_in(peer, format!("/msg #probe {word}\n").as_bytes()),
                Role::Irc => world.raw(peer).send(format!("PRIVMSG #raw :{word}\r\n").as_bytes()),
                Role::Visitor | Role::Hostile(_) => {}
            }
        }
    }

    /// Everybody quits their client.
    pub fn quit(&self, world: &mut World) {
        for (peer, actor) in (0..).zip(&self.actors) {
            if matches!(actor.role, Role::Person) && world.is_running(peer) {
                world.type_in(peer, b"/quit\n");
            }
        }
    }

    /// Everybody leaves, each in their own way.
    pub fn leave(&mut self, world: &mut World) {
        self.leaving = true;
        for (peer, actor) in self.actors.iter().enumerate() {
            let peer = peer as PeerId;
            match actor.role {
                Role::Person if actor.guest && !world.is_running(peer) => {}
                Role::Person => world.type_in(peer, b"/quit\n"),
                // Before they leave they query the state, which must match the lines that they were sent.
                Role::Irc => {
                    world.raw(peer).send(b"MODE #raw\r\nNAMES #raw\r\nMODE #lobby\r\nNAMES #lobby\r\nQUIT :bye\r\n")
                }
                Role::Visitor if self.half_closes => world.raw(peer).end(),
                Role::Visitor => world.raw(peer).send(b"/quit\n"),
                Role::Hostile(_) => world.kill(peer),
            }
        }
    }

    /// Reacts to something that happened.
    pub fn on(&mut self, world: &mut World, happening: Happening) {
        match happening {
            Happening::Other => {}
            Happening::Disrupt if self.calm => {}
            Happening::Disrupt => {
                self.disrupt(world);
                self.plan_disruption(world);
            }
            Happening::Alarm(peer) => self.act(world, peer),
            Happening::Exited(peer) => {
                // They come back until all leave: a client whose first connection fails exits.
                let pause = Duration::from_millis(self.actors[peer as usize].random.within(50..=1_000));
                if !self.leaving {
                    world.alarm(peer, pause);
                }
            }
        }
    }

    fn act(&mut self, world: &mut World, peer: PeerId) {
        let actor = &mut self.actors[peer as usize];
        let pause = self.shape.pause.as_micros() as u64;
        let mut next = Duration::from_micros(actor.random.below(2 * pause));
        let scene = Scene { seed: self.seed, shape: &self.shape, people: self.people, half_closes: self.half_closes };
        if !world.is_running(peer) {
            if self.calm && (actor.guest || !matches!(actor.role, Role::Person)) {
                return;
            }
            actor.come(world, peer, &scene);
            // A hostile peer that is refused again and again gives up.
            if matches!(actor.role, Role::Hostile(_)) && actor.came > 10 {
                actor.left = actor.left.saturating_sub(1);
            }
            next += Duration::from_millis(100);
        } else if actor.left == 0 {
            return;
        } else {
            match actor.role {
                Role::Person => actor.person(world, peer, &scene),
                Role::Irc if actor.guest => actor.guest(world, peer, &scene),
                Role::Irc => actor.irc(world, peer, &scene),
                Role::Visitor => actor.visitor(world, peer, &scene),
                Role::Hostile(habit) => {
                    actor.left -= 1;
                    next += Duration::from_millis(actor.random.below(200));
                    hostile::act(habit, &mut actor.random, actor.came, world, peer);
                }
            }
        }
        if !self.calm {
            world.alarm(peer, next);
        }
    }

    /// The disruptions that may happen in this run.
    fn disruptions(&self) -> Vec<Disruption> {
        Disruption::ALL.into_iter().filter(|disruption| self.shape.faults.has(disruption.fault())).collect()
    }

    fn plan_disruption(&mut self, world: &mut World) {
        if !self.disruptions().is_empty() && self.shape.disruptions > 0 {
            self.shape.disruptions -= 1;
            let pause = self.faults.below(2 * self.shape.disruption.as_micros() as u64);
            let mut net = world.net();
            let time = net.now + Duration::from_micros(pause);
            net.schedule.push(time, Event::Disrupt);
        }
    }

    fn disrupt(&mut self, world: &mut World) {
        let disruptions = self.disruptions();
        let mut links = world.net().whole_links();
        let young: Vec<LinkId> = world.witness().oracles.handshakes().filter(|link| links.contains(link)).collect();
        if !young.is_empty() && self.faults.chance(1, 3) {
            // Handshakes are so short that a random choice among all connections would hit few of them.
            world.witness().counts.handshakes += 1;
            links = young;
        }
        if links.is_empty() {
            return;
        }
        let (disruption, link) = (*self.faults.pick(&disruptions), *self.faults.pick(&links));
        let mut net = world.net();
        let now = net.now;
        match disruption {
            Disruption::Stall => net.stall(link, now + Duration::from_micros(self.faults.size(3_000_000) as u64)),
            Disruption::Reset => net.break_off(link),
            Disruption::Silence => {
                net.silence(link);
                let patience = Duration::from_millis(self.faults.within(5_000..=60_000));
                net.schedule.push(now + patience, Event::Reset { link, at: Side::Peer });
                if matches!(self.actors[net.peer_of(link) as usize].role, Role::Visitor | Role::Hostile(_)) {
                    // The front answers a visitor's PINGs, so only the kernel can find out.
                    net.schedule.push(now + 2 * patience, Event::Reset { link, at: Side::Server });
                }
            }
            Disruption::Death => {
                net.cut_short(link);
                let peer = net.peer_of(link);
                drop(net);
                if world.link(peer) == Some(link) {
                    world.kill(peer);
                    world.alarm(peer, Duration::from_millis(self.faults.within(50..=1_000)));
                }
            }
        }
    }
}

/// What an actor knows of the world.
struct Scene<'a> {
    seed: u64,
    shape: &'a Shape,
    people: u32,
    half_closes: bool,
}

impl Scene<'_> {
    /// Mostly `#lobby`.
    fn channel(&self, random: &mut Random) -> &'static str {
        if random.chance(9, 10) { CHANNELS[0] } else { random.pick::<&str>(&CHANNELS[..self.shape.channels]) }
    }

    fn somebody(&self, random: &mut Random) -> String {
        name(random.below(u64::from(self.people).max(1)) as u32)
    }
}

impl Actor {
    fn come(&mut self, world: &mut World, peer: PeerId, scene: &Scene<'_>) {
        if self.guest && !guests::attach(&mut self.random, world, peer, scene.half_closes) {
            return;
        }
        self.came += 1;
        let nick = if self.came == 1 { self.nick.clone() } else { format!("{}_{}", self.nick, self.came) };
        match self.role {
            Role::Person => {
                let channels = vec![CHANNELS[0].into()];
                let (nick, seed) = (self.nick.clone(), self.random.number());
                let config = client::Config { nick, channels, seed, ..client::Config::default() };
                world.start_client(peer, config);
            }
            Role::Irc if self.guest => {
                world.kill(peer);
                world.connect(peer);
                guests::begin(world.raw(peer));
            }
            Role::Irc => {
                let hello = irc::hello(&mut self.random, &nick, CHANNELS[0]);
                world.kill(peer);
                world.connect(peer);
                world.raw(peer).send(hello.as_bytes());
            }
            Role::Visitor => {
                world.kill(peer);
                world.connect(peer);
            }
            Role::Hostile(habit) => {
                world.kill(peer);
                world.set_route(peer, habit.route(&mut self.random, scene.shape.others));
                world.connect(peer);
            }
        }
    }

    fn text(&mut self, scene: &Scene<'_>) -> String {
        self.left -= 1;
        self.said += 1;
        text(&mut self.random, scene.seed, self.said, &self.label, scene.shape.text_bytes)
    }

    fn person(&mut self, world: &mut World, peer: PeerId, scene: &Scene<'_>) {
        let channel = scene.channel(&mut self.random);
        let nick = scene.somebody(&mut self.random);
        let line = match self.random.below(100) {
            0..40 => self.text(scene),
            40..74 => format!("/msg {channel} {}", self.text(scene)),
            74..80 => format!("/msg {nick} {}", self.text(scene)),
            80 => format!("/query {nick} {}", self.text(scene)),
            81 => format!("/notice {channel} {}", self.text(scene)),
            82..85 => format!("/me {}", self.text(scene)),
            85..89 => format!("/join {}", self.random.pick(&CHANNELS[..scene.shape.channels])),
            89 => format!("/part {}", self.random.pick(&CHANNELS[..scene.shape.channels])),
            90 => "/part".into(),
            91..93 => format!("/nick {}{}", self.nick, self.random.below(100)),
            93 => format!("/topic {channel} topic {} of {}", self.said, self.label),
            94 => format!("/names {channel}"),
            95 if self.random.chance(1, 3) => "/reconnect".into(),
            95 => format!("/who {nick}"),
            96 => format!("/whois {nick}"),
            97 => (*self.random.pick(&["/away gone for tea", "/away"])).into(),
            98 if self.random.chance(1, 2) => format!("//{}", self.text(scene)),
            98 => (*self.random.pick(&["/unheard of", "/", "/help", "", "/msg", "/join", "/nick :"])).into(),
            _ => "/quit".into(),
        };
        world.type_in(peer, line.as_bytes());
        world.type_in(peer, b"\n");
    }

    fn visitor(&mut self, world: &mut World, peer: PeerId, scene: &Scene<'_>) {
        let what = self.random.below(10);
        let ends = what == 9 && scene.half_closes && self.random.chance(1, 2);
        let line = match what {
            0..7 => self.text(scene),
            7 => format!("/nick {}v{}", self.nick, self.random.below(100)),
            8 => "/who".into(),
            _ if ends => self.text(scene),
            _ => "/quit".into(),
        };
        let raw = world.raw(peer);
        if ends {
            raw.end();
        }
        raw.send(line.as_bytes());
        raw.send(if self.random.chance(1, 2) { b"\n" } else { b"\r\n" });
    }

    fn irc(&mut self, world: &mut World, peer: PeerId, scene: &Scene<'_>) {
        let random = &mut self.random;
        let (channel, nick) = (scene.channel(random), scene.somebody(random));
        let ranked = *random.pick(&["@#raw", "+#raw", "%#tea", "~#raw"]);
        let lines = match random.below(100) {
            0..14 => self.saying("PRIVMSG", channel, scene),
            14..20 => self.saying("NOTICE", channel, scene),
            20..24 => self.saying("PRIVMSG", &format!("#raw,{nick}"), scene),
            24..27 => self.saying("PRIVMSG", &nick, scene),
            27..29 => self.saying("PRIVMSG", ranked, scene),
            29..31 => format!("@+typing=active TAGMSG {channel}"),
            31..34 => self.several_lines(channel, scene),
            34 if random.chance(1, 2) => return world.raw(peer).end(),
            34 => "QUIT :back in a moment".into(),
            35 => "REDACT #raw nothing :typo".into(),
            36..40 => self.redact(world.raw(peer)),
            40..55 => self.errand(scene),
            _ => self.command(scene),
        };
        let raw = world.raw(peer);
        raw.send(lines.as_bytes());
        raw.send(b"\r\n");
    }

    fn saying(&mut self, command: &str, target: &str, scene: &Scene<'_>) -> String {
        let tags = irc::tags(&mut self.random);
        format!("{tags}{command} {target} :{}", self.text(scene))
    }

    fn several_lines(&mut self, channel: &str, scene: &Scene<'_>) -> String {
        let count = self.random.within(1..=4).min(self.left.into());
        let texts: Vec<String> = (0..count).map(|_| self.text(scene)).collect();
        irc::multiline(&mut self.random, channel, &texts)
    }

    /// Redacts the latest message received, whoever sent it.
    fn redact(&mut self, raw: &RawPeer) -> String {
        match raw.heard() {
            Some((target, id)) => format!("REDACT {target} {id} :was it {}?", self.label),
            None => "REDACT #lobby nothing".into(),
        }
    }

    fn errand(&mut self, scene: &Scene<'_>) -> String {
        let random = &mut self.random;
        let (channel, nick, number) = (scene.channel(random), scene.somebody(random), random.below(100));
        let about = irc::Scene { channel, other: "#raw", nick: &nick, own: &self.nick, number };
        errand::lines(random, &about).join("\r\n")
    }

    /// A command on a channel, about oneself, or a query. Changes to `#lobby` may silence everybody, so they are made
    /// only in runs with other faults.
    fn command(&mut self, scene: &Scene<'_>) -> String {
        let random = &mut self.random;
        let rough = scene.shape.hostile > 0 && random.chance(1, 10);
        let other = if rough { CHANNELS[0] } else { *random.pick(&["#raw", "#raw", "#tea", "#other"]) };
        let (channel, nick, number) = (scene.channel(random), scene.somebody(random), random.below(100));
        let about = irc::Scene { channel, other, nick: &nick, own: &self.nick, number };
        let line = match random.below(10) {
            0..4 => irc::channel_command(random, &about),
            4..7 => irc::query(random, &about),
            _ => irc::own_command(random, &about),
        };
        let label = if random.chance(1, 3) { format!("@label=l{} ", random.below(10_000)) } else { String::new() };
        label + &line
    }
}
