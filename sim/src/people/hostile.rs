//! Hostile peers. Whatever they send, nobody else may be affected.

use crate::net::schedule::PeerId;
use crate::random::Random;
use crate::world::World;
use crate::world::frames::Wrong;
use crate::world::route::{Header, Route};

/// What a hostile peer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// Sends random bytes.
    Garbage,
    /// By `plain`, sends random bytes, an HTTP request, or the beginning of TLS.
    GarbageByPlain,
    /// Leaves in mid-line.
    HalfLines,
    /// Sends lines that are far too long, or never end.
    OverLong,
    /// Joins, and reads nothing.
    NeverReads,
    /// Connects, and does not register.
    NeverRegisters,
    /// Sends commands with nonsensical parameters.
    WrongCommands,
    /// Connects and disconnects very fast.
    ComesAndGoes,
    /// Sends random bytes instead of TLS.
    GarbageByTls,
    /// Sends the beginning of a TLS handshake.
    HalfHello,
    /// Sends a TLS record that was tampered with.
    SpoiledRecord,
    /// Sends invalid WebSocket frames.
    WrongFrames,
    /// Sends something other than a WebSocket handshake.
    NoWeb,
    /// Sends the beginning of a PROXY header.
    HalfHeader,
    /// Sends a PROXY header although it is not a trusted proxy.
    ForgedHeader,
}

impl Habit {
    /// Every habit.
    pub const ALL: [Habit; 15] = [
        Habit::Garbage,
        Habit::GarbageByPlain,
        Habit::HalfLines,
        Habit::OverLong,
        Habit::NeverReads,
        Habit::NeverRegisters,
        Habit::WrongCommands,
        Habit::ComesAndGoes,
        Habit::GarbageByTls,
        Habit::HalfHello,
        Habit::SpoiledRecord,
        Habit::WrongFrames,
        Habit::NoWeb,
        Habit::HalfHeader,
        Habit::ForgedHeader,
    ];

    /// How a peer with this habit connects next; `others` is the share of transports other than bare TCP.
    pub(crate) fn route(self, random: &mut Random, others: (u64, u64)) -> Route {
        let bare = |scheme| Route { bare: true, ..Route::by(scheme) };
        match self {
            Habit::GarbageByPlain => Route::draw(random, &["plain+tcp", "plain+tls"], others),
            Habit::GarbageByTls | Habit::HalfHello => bare(*random.pick(&["tls", "wss"])),
            Habit::SpoiledRecord => Route::by(random.pick::<&str>(&["tls", "wss"])),
            Habit::WrongFrames => {
                Route { wrong: Some(*random.pick(&Wrong::ALL)), ..Route::by(random.pick::<&str>(&["ws", "wss"])) }
            }
            Habit::NoWeb => bare("ws"),
            Habit::HalfHeader => Route { header: Some(*random.pick(&Header::ALL)), trusted: true, ..bare("tcp") },
            Habit::ForgedHeader => Route { header: Some(*random.pick(&Header::ALL)), ..Route::by("tcp") },
            _ => Route::draw(random, &["tcp", "tls", "ws", "wss"], others),
        }
    }
}

/// Requests that are no WebSocket handshake, or an invalid one.
const REQUESTS: [&str; 9] = [
    "GET / HTTP/1.1\r\nHost: verbatim.local\r\n\r\n",
    "HEAD /favicon.ico HTTP/1.0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: verbatim.local\r\nContent-Length: 12\r\n\r\nNICK evil\r\n\r\n",
    "GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: web",
    "NICK evil\r\nUSER e 0 * :e\r\nJOIN #lobby\r\nPRIVMSG #lobby :by the web\r\n",
    "\u{16}\u{3}\u{1}\0\u{5}hello",
];

/// A TLS ClientHello in hexadecimal digits. It is fixed, because TLS draws its own random numbers, which would affect
/// the run.
const HELLO: &str = "\
    16030100f6010000f2030301bb58e54bb8ef72c7ca41c8fbaee5a01ee33fded9c8e51d09963107aaec3456207d7ff8d4\
    4efc3e0af37921da581e52917b9650b85f4ef4849db7556b6fdf5d6d0014130213011303c02cc02bcca9c030c02fcca8\
    00ff01000095002d00020101000a00080006001d0017001800050005010000000000170000000b000201000033002600\
    24001d0020c7c17b6a50982347822e4350cbce02c4e55afa1583b3d00b86ae9b8dec7a1140000d001400120503040308\
    0708060805080406010501040100100006000403697263002b0005040304030300000013001100000e76657262617469\
    6d2e6c6f63616c00230000";

/// Beginnings of registrations that are never completed.
const BEGINNINGS: [&str; 6] = [
    "",
    "NICK ada\r\n",
    "\r\n\r\n",
    "CAP LS\r\n",
    "USER a 0 * :a\r\n",
    "POST / HTTP/1.1\r\nHost: verbatim.local\r\n\r\nNICK web\r\nUSER w 0 * :w\r\nJOIN #lobby\r\n",
];

/// Words that are combined at random.
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

/// Tags for some of the lines.
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
    // Without capabilities a client is sent little, so some request every capability that could cause trouble.
    let caps =
        "CAP REQ :batch labeled-response message-tags draft/multiline draft/metadata-3 draft/message-redaction\r\n";
    let everything = if random.chance(1, 2) { format!("{caps}CAP END\r\n") } else { String::new() };
    match habit {
        Habit::Garbage => {
            let bytes = garbage(random);
            world.raw(peer).send(&bytes);
        }
        Habit::GarbageByPlain => {
            let bytes = no_text(random);
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
            let starts = [
                "PRIVMSG #lobby :",
                "@label=long PRIVMSG #lobby :",
                "@label=tags;+x=",
                "",
                "@",
                "@label=",
                "@+x=1;",
                "BATCH +",
                "NICK ",
            ];
            let line = format!("{}{}{end}", random.pick(&starts), "x".repeat(length));
            world.raw(peer).send(everything.as_bytes());
            world.raw(peer).send(hello.as_bytes());
            world.raw(peer).send(line.as_bytes());
        }
        Habit::NeverReads => world.raw(peer).send(format!("{hello}NAMES\r\nLIST\r\nWHO *\r\n").as_bytes()),
        Habit::NeverRegisters => {
            world.raw(peer).send(random.pick::<&str>(&BEGINNINGS).as_bytes());
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
        _ => misuse(habit, random, &hello, world, peer),
    }
}

/// Does the next bad thing to a transport.
fn misuse(habit: Habit, random: &mut Random, hello: &str, world: &mut World, peer: PeerId) {
    match habit {
        Habit::GarbageByTls => {
            // Some of it looks like a record header.
            let head =
                random.pick::<&[u8]>(&[b"", b"\x16\x03\x01\x02\0", b"\x17\x03\x03\0\x20", b"\x15\x03\x03\0\x02"]);
            world.raw(peer).send(&[head, &*garbage(random)].concat());
        }
        Habit::HalfHello => {
            begin(&hello_of_tls(), random, world, peer);
        }
        Habit::SpoiledRecord => {
            world.raw(peer).send(hello.as_bytes());
            if random.chance(1, 2) {
                world.spoil(peer);
            }
        }
        Habit::WrongFrames | Habit::ForgedHeader => {
            world.raw(peer).send(hello.as_bytes());
            world.raw(peer).send(b"PRIVMSG #lobby :what follows is wrong\r\nPING :x\r\n");
        }
        Habit::NoWeb => {
            let request = random.pick::<&str>(&REQUESTS);
            // Longer than the head of a request may be.
            let more = if random.chance(1, 6) { format!("X: {}\r\n", "x".repeat(40_000)) } else { String::new() };
            world.raw(peer).send((request.replacen("\r\n", &format!("\r\n{more}"), 1)).as_bytes());
        }
        Habit::HalfHeader => {
            let header = random.pick(&Header::ALL).bytes(core::net::Ipv4Addr::LOCALHOST.into());
            if random.chance(1, 3) {
                world.raw(peer).send(&garbage(random));
            } else {
                begin(&header, random, world, peer);
            }
        }
        _ => unreachable!("no other habit misuses a transport"),
    }
}

/// Sends the beginning of `whole`, and perhaps leaves.
fn begin(whole: &[u8], random: &mut Random, world: &mut World, peer: PeerId) {
    let count = random.below(whole.len() as u64) as usize;
    world.raw(peer).send(&whole[..count]);
    match random.below(4) {
        0 => world.kill(peer),
        1 => world.raw(peer).end(),
        _ => {}
    }
}

/// What a program sends that takes `plain` for something else.
fn no_text(random: &mut Random) -> Vec<u8> {
    match random.below(3) {
        0 => garbage(random),
        1 => random.pick::<&str>(&REQUESTS[..4]).as_bytes().to_vec(),
        _ => hello_of_tls(),
    }
}

/// A TLS ClientHello.
fn hello_of_tls() -> Vec<u8> {
    let digits = HELLO.as_bytes().chunks(2).filter_map(|two| std::str::from_utf8(two).ok());
    digits.filter_map(|two| u8::from_str_radix(two, 16).ok()).collect()
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
