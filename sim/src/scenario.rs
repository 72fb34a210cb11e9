//! Scripts: who does what, step by step, and what everybody reads. The result is a readable transcript, in the dialect
//! of `tests/transcript/`.
//!
//! ```text
//! alice connects          by tcp; `ted visits` comes by plain+tcp, `carol chats` starts a client
//! alice> NICK alice       sends a line (or types it into a client)
//! alice>| PRIVMSG #a :he  sends bytes without a line end; `\xff` is that byte, here and in lines
//! alice ends              shuts down her direction; `closes` closes, `breaks` resets, `vanishes` falls silent
//! bob sleeps              stops reading; `bob wakes` resumes
//! 90 s pass
//! -- a comment stays in the transcript
//! ```
//!
//! Anything that can do these is a [`Stage`]: the virtual world is one, real processes are another, and the same script
//! gives the same transcript on both.

use core::net::Ipv4Addr;
use std::fmt::Write as _;
use std::time::Duration;

use verbatim::client;
use verbatim::server;

use crate::faults::{FaultMode, Shape};
use crate::net::schedule::PeerId;
use crate::record::transcript::{Transcript, words};
use crate::record::witness::Trace;
use crate::world::World;
use crate::world::route::Route;

/// What a participant in a script does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Connects by `tcp`.
    Connects,
    /// Connects by `plain+tcp`.
    Visits,
    /// Starts a client at a terminal.
    Chats,
    /// Sends bytes, or types them.
    Sends(Vec<u8>),
    /// Ends its direction, and goes on reading.
    Ends,
    /// Closes the connection.
    Closes,
    /// Resets the connection; what is in flight is lost.
    Breaks,
    /// Falls silent.
    Vanishes,
    /// Stops reading.
    Sleeps,
    /// Reads again.
    Wakes,
}

/// The last line of a participant whose connection, or client, was ended by the other side.
pub const END: &str = "(end)";

/// Where a script is run.
pub trait Stage {
    /// A participant acts. The results may come later.
    fn act(&mut self, who: &str, act: &Act);

    /// Time passes, with all of its events.
    fn wait(&mut self, span: Duration);

    /// Lets everything that follows happen, and returns what each participant has read since the last call, in the
    /// order in which they first appeared. If the other side has ended a connection, or client, its last line is
    /// [`END`].
    fn settle(&mut self) -> Vec<(String, Vec<String>)>;
}

/// Runs a script and writes the transcript: each line of the script, and below it what everybody read.
///
/// # Panics
/// If a line of the script is invalid.
pub fn play(script: &str, stage: &mut impl Stage) -> String {
    let mut transcript = String::new();
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let _ = writeln!(transcript, "{line}");
        if line.starts_with("--") {
            continue;
        }
        if let Some(span) = line.strip_suffix(" s pass") {
            stage.wait(Duration::from_secs(span.parse().unwrap_or_else(|_| panic!("no number of seconds: {line}"))));
        } else {
            let (who, act) = step(line).unwrap_or_else(|| panic!("a line that means nothing: {line}"));
            stage.act(who, &act);
        }
        for (who, lines) in stage.settle() {
            lines.iter().for_each(|line| {
                let _ = writeln!(transcript, "    {who}< {line}");
            });
        }
    }
    transcript
}

fn step(line: &str) -> Option<(&str, Act)> {
    if let Some((who, text)) = line.split_once('>').filter(|(who, _)| !who.contains(' ')) {
        return Some(match text.strip_prefix('|') {
            Some(text) => (who, Act::Sends(bytes(text.trim_start()))),
            None => (who, Act::Sends([&bytes(text.trim_start()), &b"\r\n"[..]].concat())),
        });
    }
    let (who, verb) = line.split_once(' ')?;
    let act = match verb {
        "connects" => Act::Connects,
        "visits" => Act::Visits,
        "chats" => Act::Chats,
        "ends" => Act::Ends,
        "closes" => Act::Closes,
        "breaks" => Act::Breaks,
        "vanishes" => Act::Vanishes,
        "sleeps" => Act::Sleeps,
        "wakes" => Act::Wakes,
        _ => return None,
    };
    Some((who, act))
}

/// The bytes of `text`, in which `\xff` stands for that byte.
fn bytes(text: &str) -> Vec<u8> {
    let (first, rest) = text.split_once("\\x").unwrap_or((text, ""));
    let mut bytes = first.as_bytes().to_vec();
    for part in rest.split("\\x").filter(|part| !part.is_empty()) {
        let number = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(number.unwrap_or_else(|| panic!("no byte: \\x{part}")));
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    bytes
}

/// The virtual world as a stage. All participants come from 127.0.0.1, as on one machine.
#[derive(Debug)]
pub struct VirtualStage {
    /// The world.
    pub world: World,
    /// The transport of those who connect or chat.
    pub route: Route,
    /// The transport of visitors.
    pub visit: Route,
    cast: Vec<Player>,
}

#[derive(Debug)]
struct Player {
    name: String,
    peer: PeerId,
    /// Whether they have connected, and have neither left nor seen the end.
    here: bool,
}

impl VirtualStage {
    /// A world without faults, except those in the script.
    pub fn new(config: server::Config) -> Self {
        Self::with_shape(config, &Shape::draw(FaultMode::None, 1, 0))
    }

    /// A world with given sizes and faults.
    pub fn with_shape(config: server::Config, shape: &Shape) -> Self {
        let world = World::new(1, shape, config, Trace::Off, Transcript::default());
        Self { world, route: Route::by("tcp"), visit: Route::by("plain+tcp"), cast: Vec::new() }
    }

    fn find(&mut self, who: &str, act: &Act) -> PeerId {
        if let Some(player) = self.cast.iter_mut().find(|player| player.name == who) {
            match act {
                Act::Connects | Act::Visits | Act::Chats => player.here = true,
                Act::Closes => player.here = false,
                // A client outlives its connection.
                Act::Breaks | Act::Vanishes => player.here = self.world.client_number(player.peer).is_some(),
                _ => {}
            }
            return player.peer;
        }
        let peer = match act {
            Act::Chats => self.world.add_client(self.route),
            Act::Visits => self.world.add_raw(self.visit, true),
            _ => self.world.add_raw(self.route, true),
        };
        self.world.set_address(peer, Ipv4Addr::LOCALHOST);
        self.cast.push(Player { name: who.into(), peer, here: true });
        peer
    }
}

impl Stage for VirtualStage {
    fn act(&mut self, who: &str, act: &Act) {
        let peer = self.find(who, act);
        let (link, world) = (self.world.link(peer), &mut self.world);
        match (act, link) {
            (Act::Connects | Act::Visits, _) => {
                world.raw(peer).reads = true;
                world.connect(peer);
            }
            (Act::Chats, _) => {
                let channels = vec!["#lobby".into()];
                world.start_client(
                    peer,
                    client::Config { nick: who.into(), channels, seed: 1, ..client::Config::default() },
                );
                world.shown(peer);
            }
            (Act::Sends(bytes), _) if world.client_number(peer).is_some() => world.type_in(peer, bytes),
            (Act::Sends(bytes), _) => world.raw(peer).send(bytes),
            (Act::Ends, _) => world.raw(peer).end(),
            (Act::Sleeps, _) => world.raw(peer).reads = false,
            (Act::Wakes, _) => world.raw(peer).reads = true,
            (Act::Closes, _) => world.kill(peer),
            (Act::Breaks, Some(link)) => world.net().break_off(link),
            (Act::Vanishes, Some(link)) => world.net().silence(link),
            (Act::Breaks | Act::Vanishes, None) => panic!("{who} has no connection"),
        }
    }

    fn wait(&mut self, span: Duration) {
        self.world.run_for(span);
    }

    fn settle(&mut self) -> Vec<(String, Vec<String>)> {
        assert!(self.world.run_until_quiet(Duration::from_secs(60)), "the world does not come to rest");
        let world = &mut self.world;
        let read = |player: &mut Player| {
            let mut lines: Vec<String> = match world.client_number(player.peer) {
                Some(_) => world.shown(player.peer).iter().map(words).collect(),
                None => world.lines(player.peer),
            };
            if player.here && !world.is_running(player.peer) {
                player.here = false;
                lines.push(END.into());
            }
            (player.name.clone(), lines)
        };
        self.cast.iter_mut().map(read).collect()
    }
}
