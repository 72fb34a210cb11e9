//! Peers that mean no good. Whatever they send, nobody else may suffer.

use crate::random::Random;
use crate::schedule::PeerId;
use crate::world::World;

/// In what way a peer means no good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// Sends any bytes.
    Garbage,
    /// The same, to the transport for visitors.
    GarbageByPlain,
    /// Leaves in mid-line.
    HalfLines,
    /// Sends lines that are far too long, or never end.
    OverLong,
    /// Joins, and reads nothing of what is said.
    NeverReads,
    /// Connects, and says nothing of use.
    NeverRegisters,
    /// Sends commands with parameters that make no sense.
    WrongCommands,
    /// Comes and goes, faster than anybody can look.
    ComesAndGoes,
}

impl Habit {
    /// Every habit there is.
    pub const ALL: [Habit; 8] = [
        Habit::Garbage,
        Habit::GarbageByPlain,
        Habit::HalfLines,
        Habit::OverLong,
        Habit::NeverReads,
        Habit::NeverRegisters,
        Habit::WrongCommands,
        Habit::ComesAndGoes,
    ];
}

/// Words that are put together at random.
const SCRAPS: [&str; 44] = [
    "NICK",
    "USER",
    "JOIN",
    "PRIVMSG",
    "MODE",
    "KICK",
    "CAP",
    "TAGMSG",
    "BATCH",
    "METADATA",
    "REDACT",
    "MONITOR",
    "OPER",
    "KILL",
    "WHO",
    "WHOWAS",
    "LIST",
    "INVITE",
    "RENAME",
    "SETNAME",
    "STATS",
    "REQ",
    "SUB",
    "SET",
    "SYNC",
    "#lobby",
    "@#lobby",
    ":",
    ",",
    "*",
    "@",
    "+",
    "-",
    "+o-v",
    "+b1",
    "draft/multiline",
    "%tcuihsnfdlaor,1",
    "m:*!*@*",
    "ada",
    "0",
    "\u{7f}",
    "99999999999999999999",
    "é",
    "\u{1}VERSION\u{1}",
];

/// Tags that stand before some of them.
const TAGS: [&str; 10] = [
    "",
    "",
    "",
    "@label=x ",
    "@label= ",
    "@batch=b1;label=\\:\\ ",
    "@batch=b1 ",
    "@+typing=active;+typing;=;;+=x ",
    "@+draft/react=\u{1f980} ",
    "@time=0;msgid=x;account=root ",
];

/// Does the next bad thing; `came` counts how often the peer has connected.
pub(crate) fn act(habit: Habit, random: &mut Random, came: u32, world: &mut World, peer: PeerId) {
    let hello = format!("NICK evil{peer}x{came}\r\nUSER e 0 * :e\r\nJOIN #lobby\r\n");
    // Whoever has asked for nothing is told of nothing: some ask for all that makes trouble.
    let caps =
        "CAP REQ :batch labeled-response message-tags draft/multiline draft/metadata-3 draft/message-redaction\r\n";
    let everything = if random.chance(1, 2) { format!("{caps}CAP END\r\n") } else { String::new() };
    match habit {
        Habit::Garbage | Habit::GarbageByPlain => {
            let bytes = garbage(random);
            world.raw(peer).send(&bytes);
        }
        Habit::HalfLines => {
            let raw = world.raw(peer);
            raw.send(hello.as_bytes());
            raw.send(&b"PRIVMSG #lobby :half of a line"[..random.within(1..=30) as usize]);
            match random.below(3) {
                0 => raw.end(),
                1 => world.kill(peer),
                _ => {}
            }
        }
        Habit::OverLong => {
            let length = *random.pick(&[509, 511, 513, 4_080, 4_094, 4_096, 5_000, 8_191, 100_000]);
            let end = *random.pick(&["\r\n", "\n", ""]);
            let starts = ["PRIVMSG #lobby :", "", "@", "@label=", "@+x=1;", "BATCH +", "WALLOPS :", "NICK "];
            let line = format!("{}{}{end}", random.pick(&starts), "x".repeat(length));
            world.raw(peer).send(everything.as_bytes());
            world.raw(peer).send(hello.as_bytes());
            world.raw(peer).send(line.as_bytes());
        }
        Habit::NeverReads => world.raw(peer).send(format!("{hello}NAMES\r\nLIST\r\nWHO *\r\n").as_bytes()),
        Habit::NeverRegisters => {
            world
                .raw(peer)
                .send(random.pick(&["", "NICK ada\r\n", "\r\n\r\n", "CAP LS\r\n", "USER a 0 * :a\r\n"]).as_bytes());
        }
        Habit::WrongCommands => {
            let mut lines = everything + &hello;
            for _ in 0..random.within(1..=20) {
                let words: Vec<&str> = (0..random.within(1..=6)).map(|_| *random.pick(&SCRAPS)).collect();
                lines += random.pick::<&str>(&TAGS);
                lines += &words.join(" ");
                lines += "\r\n";
            }
            world.raw(peer).send(lines.as_bytes());
        }
        Habit::ComesAndGoes => {
            world.raw(peer).send(hello.as_bytes());
            match random.below(4) {
                0 => world.kill(peer),
                1 => world.raw(peer).send(b"QUIT\r\n"),
                2 => world.raw(peer).end(),
                _ => {}
            }
        }
    }
}

fn garbage(random: &mut Random) -> Vec<u8> {
    let length = random.size(2_000);
    let mut bytes: Vec<u8> = (0..length).map(|_| random.below(256) as u8).collect();
    for byte in &mut bytes {
        if random.chance(1, 40) {
            *byte = b'\n';
        }
    }
    bytes
}
