//! Guests: peers whose connections attach to another user. In some of the runs they come and go, and users stay without
//! a session, are sent messages, kicked and killed, and come back.

use std::time::Duration;

use verbatim::server::Stays;

use super::irc;
use super::speech::CHANNELS;
use super::{Actor, Role, Scene, Workload};
use crate::net::schedule::PeerId;
use crate::random::Random;
use crate::world::World;
use crate::world::raw::RawPeer;
use crate::world::route::{Route, SCHEMES};

/// The share of the runs with guests.
const SHARE: (u64, u64) = (1, 3);

/// The longest time for which a user stays without a session, in microseconds.
const STAY: usize = 60_000_000;

/// The number of guests who speak IRC by hand, and of those with our client.
fn draw(seed: u64) -> Option<(u32, u32)> {
    let random = &mut Random::new(seed, "sessions");
    random.chance(SHARE.0, SHARE.1).then(|| (random.within(2..=6) as u32, random.below(3) as u32))
}

/// Chooses the user to whom the peer's next connection attaches: mostly another guest, so that there are users without
/// any session; rarely nobody; a visitor only if `to_visitors`. Returns whether there is any user.
pub(super) fn attach(random: &mut Random, world: &mut World, peer: PeerId, to_visitors: bool) -> bool {
    let begins = |nick: &str, heads: &[&str]| heads.iter().any(|head| nick.starts_with(head));
    let (mut online, disconnected) = (world.online(false), world.online(true));
    online.retain(|nick| to_visitors || !begins(nick, &["guest", "visitor"]));
    let guests: Vec<String> = online.iter().filter(|nick| begins(nick, &["Guest", "device"])).cloned().collect();
    let candidates = [disconnected, guests].into_iter().find(|nicks| !nicks.is_empty() && random.chance(2, 3));
    let candidates = candidates.unwrap_or(online);
    if candidates.is_empty() {
        return false;
    }
    let stays = match random.below(7) {
        0 | 1 => Stays::No,
        2 | 3 => Stays::Until(world.now() + Duration::from_micros(random.size(STAY) as u64)),
        _ => Stays::Always,
    };
    let to = if random.chance(1, 5) { "nobody" } else { random.pick::<String>(&candidates) };
    world.attach(peer, to, stays);
    true
}

/// What a guest by hand sends at once. The registration continues a while later: meanwhile the server learns to whom it
/// attaches.
pub(super) fn begin(raw: &mut RawPeer) {
    (raw.reads, raw.answers_pings) = (true, true);
    raw.send(b"CAP LS 302\r\n");
}

impl Workload {
    pub(super) fn add_guests(&mut self, world: &mut World, lines: u32) {
        let Some((by_hand, clients)) = draw(self.seed).filter(|_| self.people > 0) else { return };
        let (routes, first) = (&mut Random::new(self.seed, "ways of guests"), self.actors.len());
        for number in 0..by_hand {
            let peer = world.add_raw(Route::draw(routes, &SCHEMES, self.shape.others), false);
            self.add(world, peer, Role::Irc, format!("g{number}"), format!("Guest{number}"), lines);
        }
        for number in 0..clients {
            // By bare TCP, since without a handshake the server learns to whom it attaches before it gets a line.
            let peer = world.add_client(Route::by("tcp"));
            self.add(world, peer, Role::Person, format!("d{number}"), format!("device{number}"), lines);
        }
        self.actors[first..].iter_mut().for_each(|actor| actor.guest = true);
    }

    /// An operator kills the users without a session. Returns whether there are any.
    pub fn end_those_who_stay(&mut self, world: &mut World) -> bool {
        let nicks = world.online(true);
        if nicks.is_empty() {
            return false;
        }
        let peer = world.add_raw(Route::by("tcp"), false);
        world.connect(peer);
        let kills: String = nicks.iter().map(|nick| format!("KILL {nick} :all have left\r\n")).collect();
        let lines = format!("NICK reaper\r\nUSER reaper 0 * :Reaper\r\nOPER root sesame\r\n{kills}QUIT\r\n");
        world.raw(peer).send(lines.as_bytes());
        true
    }
}

impl Actor {
    /// The action of a guest who speaks IRC by hand.
    pub(super) fn guest(&mut self, world: &mut World, peer: PeerId, scene: &Scene<'_>) {
        let Some(own) = world.nick(peer) else {
            if world.raw(peer).pending_bytes() > 0 {
                // Wait while earlier requests are in flight, so as not to outrun the link.
                return;
            }
            let nick = format!("{}_{}", self.nick, self.came);
            let hello = irc::hello(&mut self.random, &nick, CHANNELS[0]);
            return world.raw(peer).send(hello.as_bytes());
        };
        let (online, disconnected, number) = (world.online(false), world.online(true), self.random.below(10));
        let address = format!("10.0.0.{}", peer.saturating_sub(number as PeerId) % 250 + 1);
        let others = Others::pick(&mut self.random, &own, &online, &disconnected, &address);
        let channel = scene.channel(&mut self.random);
        let target =
            *self.random.pick(&[channel, channel, "#raw", "@#raw", &own, others.gone, others.gone, others.other]);
        let said = match self.random.below(100) {
            0..10 => return self.ends(world, peer, scene),
            10..34 => {
                let command = *self.random.pick(&["PRIVMSG", "PRIVMSG", "NOTICE"]);
                self.saying(command, target, scene)
            }
            34..42 => self.several_lines(target, scene),
            42..47 => self.redact(world.raw(peer)),
            47..87 => lines(&mut self.random, &others).join("\r\n"),
            87..90 => self.errand(scene),
            _ => self.command(scene),
        };
        let raw = world.raw(peer);
        raw.send(said.as_bytes());
        raw.send(b"\r\n");
    }

    /// Ends a session in one of several ways; some take the server a while to notice.
    fn ends(&mut self, world: &mut World, peer: PeerId, scene: &Scene<'_>) {
        match self.random.below(7) {
            0 | 1 => world.raw(peer).send(b"QUIT :one of several\r\n"),
            2 => world.raw(peer).end(),
            3 | 4 => world.kill(peer),
            5 => {
                // No longer answers PINGs.
                world.raw(peer).answers_pings = false;
                self.left = 0;
            }
            _ => {
                // Stops reading, and requests more than its queue can hold.
                let lines = (scene.shape.send_queue_bytes + scene.shape.window_bytes) / 800 + 20;
                let raw = world.raw(peer);
                raw.reads = false;
                raw.send("VERSION\r\n".repeat(lines.min(1_500)).as_bytes());
            }
        }
    }
}

/// The names for a guest's lines.
struct Others<'a> {
    /// Their own nick, if they are registered.
    own: &'a str,
    /// A user without a session, or anybody.
    gone: &'a str,
    /// Anybody.
    other: &'a str,
    /// An address that a session may have.
    address: &'a str,
    /// A number below a hundred.
    number: u64,
}

impl<'a> Others<'a> {
    /// Picks them from those who are online.
    fn pick(
        random: &mut Random,
        own: &'a str,
        online: &'a [String],
        disconnected: &'a [String],
        address: &'a str,
    ) -> Self {
        let any = |random: &mut Random, nicks: &'a [String]| match nicks {
            [] => own,
            nicks => random.pick::<String>(nicks),
        };
        let other = any(random, online);
        let gone = if disconnected.is_empty() { other } else { any(random, disconnected) };
        Self { own, gone, other, address, number: random.below(100) }
    }
}

/// Commands that matter for users with several sessions, or with none.
fn lines(random: &mut Random, others: &Others<'_>) -> Vec<String> {
    let Others { own, gone, other, address, number } = *others;
    let sign = *random.pick(&["+", "-"]);
    match random.below(28) {
        0..3 => vec![(*random.pick(&["AWAY :here and there", "AWAY :upstairs", "AWAY", "AWAY"])).into()],
        3 | 4 => vec!["OPER root sesame".into(), format!("MODE {own} +{}", random.pick(&["s", "w", "i", "B"]))],
        5 => vec![format!("MODE {own} {}", random.pick(&["-o", "+s", "-s", "+R", "-R", "+ws-i", "-iB"]))],
        6 => vec!["OPER root sesame".into(), format!("KILL {gone} :nobody is there {number}")],
        7 => vec![
            format!("KICK #raw {gone} :asleep"),
            format!("INVITE {gone} #room"),
            format!("MODE #raw {sign}{} {gone}", random.pick(&["v", "o", "h"])),
        ],
        8 => vec!["JOIN #room".into(), format!("INVITE {other} #room"), format!("KICK #room {other} :out {number}")],
        // Matters if users have several addresses: a ban on one of them.
        9 => vec![
            "JOIN #raw,#shut".into(),
            format!("MODE #raw {sign}b *!*@{address}"),
            format!("MODE #shut +b m:*!*@{address}"),
            format!("PRIVMSG #shut :is {address} heard {number}?"),
        ],
        10 => vec![format!("MODE #raw {sign}e *!*@{address}"), "PART #raw".into(), "JOIN #raw".into()],
        11 => vec!["METADATA * SUB status mood".into(), format!("METADATA * SET mood m{number}")],
        12 => vec![format!("METADATA * {}", random.pick(&["CLEAR", "SUBS", "SYNC", "UNSUB mood", "LIST"]))],
        13 => vec![format!("MONITOR + {gone},{own},{other}"), format!("MONITOR {}", random.pick(&["S", "L", "C"]))],
        14 => vec![format!("SETNAME :{own} at {address}"), format!("NICK {own}{}", number % 3)],
        15 => vec![
            format!("WHOIS {own}"),
            format!("WHOIS {gone}"),
            format!("WHO {gone}"),
            format!("USERHOST {own} {gone}"),
        ],
        16 => vec![format!("WHOIS {other}"), "WHO #raw".into(), "NAMES #raw".into(), "MODE #raw".into()],
        17 => vec!["JOIN #raw,#tea".into(), format!("TOPIC #tea :by {own} {number}"), "JOIN 0".into()],
        18 => vec![format!("RENAME #tea #tea{}", number % 3), format!("RENAME #tea{} #tea", number % 3)],
        19 => vec![format!("CAP REQ :{}echo-message", if sign == "-" { sign } else { "" }), "ISON x".into()],
        21 => {
            vec!["JOIN #vault".into(), "MODE #vault +z".into(), format!("MODE #vault {}", random.pick(&["", "", "-z"]))]
        }
        22 => vec![format!("PRIVMSG {own} :and I"), format!("WHOIS {own} {own}"), format!("WHO {own} %nl")],
        20 => vec![format!("@+typing=active TAGMSG {gone}"), format!("@+x=1;label=l{number} TAGMSG {own},{gone}")],
        _ => vec![format!("MODE {own}"), format!("MODE #raw {sign}v {own}"), "LUSERS".into(), "STATS p".into()],
    }
}
