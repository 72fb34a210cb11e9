//! How long a line holds the server's loop if it makes the server compare masks: with plain masks, and with the
//! worst. The state machine runs in this process, since only the time of one event counts.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::server::{Actions, Boot, Config, ConnId, Event, Operator, Server};
use crate::time::{Now, Time};
use crate::wire::{MAX_LINE, Peer};

/// The connection that sends the measured lines.
const CALLER: ConnId = 0;

/// The connection that makes the lists.
const OWNER: ConnId = 1;

/// The length of the longest host, which is an address.
const HOST_BYTES: usize = 39;

/// The masks of a SILENCE list.
const SILENCED: usize = 32;

/// How often each line is sent.
const TIMES: usize = 10;

/// How many masks a list gets; in a list of bans there is room for one more.
const LISTED: usize = 99;

/// Makes a mask for a text: from its length, and from an end that the text does not have if the mask is not to match.
/// All texts are many times the letter `a`, so that what matches a part of one matches it everywhere.
type Shape = fn(usize, &str) -> String;

/// Without a star: it is compared once, and differs at its end.
const PLAIN: Shape = |length, end| ["?", &"a".repeat(length - 1), end].concat();

/// Masks that match almost everything of the text: by a run behind a star, by many stars, with holes, with both.
const WORST: [Shape; 4] = [
    |length, end| ["*", &"a".repeat(length / 2), end, "*"].concat(),
    |length, end| ["*", &"a*".repeat(length - 1), end].concat(),
    |length, end| ["*", &"?a".repeat(length / 4), end, "*"].concat(),
    |length, end| ["*", &"?*a".repeat(length / 3), end].concat(),
];

/// A row of the table.
struct Case {
    title: &'static str,
    /// What the operator's entry and the owner's lists get, and the caller's line.
    input: fn(&Config, Shape) -> Input,
}

#[derive(Default)]
struct Input {
    hosts: Vec<String>,
    before: Vec<String>,
    line: String,
}

const CASES: &[Case] = &[
    Case { title: "WHO mask", input: |config, shape| one("WHO", shape(config.limits.realname_bytes, "b")) },
    Case {
        title: "LIST mask,mask,…",
        input: |config, shape| {
            let mask = shape(config.limits.channel_bytes, "b");
            one("LIST", vec![mask.as_str(); 480 / (mask.len() + 1)].join(","))
        },
    },
    Case { title: "LINKS mask", input: |config, shape| one("LINKS", shape(config.name.len() - 1, "b")) },
    Case {
        title: "OPER, 99 hosts",
        input: |config, shape| {
            let host = |source: String| source.split_once('!').map_or_else(String::new, |(_, host)| host.to_owned());
            let hosts = sources(config, shape, LISTED).into_iter().map(host).collect();
            Input { hosts, line: "OPER root x".into(), ..Input::default() }
        },
    },
    Case {
        title: "JOIN #b,#b,…, 100 bans, 99 exceptions",
        input: |config, shape| listed(config, shape, ["JOIN ", &"#b,".repeat(168)].concat()),
    },
    Case {
        title: "PRIVMSG #b,#b,#b,#b, 100 bans, 99 exceptions",
        input: |config, shape| listed(config, shape, "PRIVMSG #b,#b,#b,#b x".into()),
    },
    Case {
        title: "PRIVMSG owner,owner,owner,owner, 32 of SILENCE",
        input: |config, shape| {
            let silenced = sources(config, shape, SILENCED).into_iter().map(|mask| ["SILENCE ", &mask].concat());
            Input { before: silenced.collect(), line: "PRIVMSG owner,owner,owner,owner x".into(), ..Input::default() }
        },
    },
];

/// A command with a mask, as much of it as a line has room for.
fn one(command: &str, mut mask: String) -> Input {
    mask.truncate(MAX_LINE - command.len() - " \r\n".len());
    Input { line: [command, " ", &mask].concat(), ..Input::default() }
}

/// `count` masks that match the caller's nick and user name, and almost their address.
fn sources(config: &Config, shape: Shape, count: usize) -> Vec<String> {
    let nick = shape(config.limits.nick_bytes, "");
    let user = shape(config.limits.user_bytes, "");
    let host = |number: usize| shape(HOST_BYTES, &format!("x{number}"));
    (0..count).map(|number| format!("{nick}!{user}@{}", host(number))).collect()
}

/// The line of somebody who is banned from #b by the last of its bans.
fn listed(config: &Config, shape: Shape, line: String) -> Input {
    let mut before = vec!["JOIN #b".into()];
    for mask in sources(config, shape, LISTED) {
        before.extend(["b", "e"].map(|list| format!("MODE #b +{list} {mask}")));
    }
    before.push("MODE #b +b *!*@*".into());
    Input { before, line, ..Input::default() }
}

/// A server with users whose real names, and channels whose names, are as long as may be.
struct Town {
    server: Server,
    actions: Actions,
    now: Now,
}

impl Town {
    fn new(config: Config, users: u32) -> Self {
        let (nick, channel, limits) = (config.limits.nick_bytes, config.limits.channel_bytes, config.limits);
        let now = Now::both(Time::from_secs(1_000_000_000));
        let mut town = Self { server: Server::new(config, Boot::new(now, &[0; 20])), actions: Actions::default(), now };
        let (name, realname) = ("a".repeat(limits.user_bytes), "a".repeat(limits.realname_bytes));
        for conn in 0..users {
            let nick = match conn {
                CALLER => "a".repeat(nick),
                OWNER => "owner".into(),
                _ => format!("{}{conn}", "a".repeat(nick - 6)),
            };
            let peer = Peer::named(&"a".repeat(HOST_BYTES));
            town.handles(Event::Accepted { conn, peer: &peer });
            town.says(conn, &format!("NICK {nick}\r\nUSER {name} 0 * :{realname}"));
            town.says(conn, &format!("JOIN #{}{conn}", "a".repeat(channel - 7)));
        }
        town
    }

    /// Sends a line, reads the whole reply, and returns how long the server was held at most, since a long reply comes in
    /// pieces.
    fn says(&mut self, conn: ConnId, line: &str) -> Duration {
        let line = [line, "\r\n"].concat();
        let mut longest = self.handles(Event::Received { conn, bytes: line.as_bytes() });
        while self.server.is_waiting(conn) {
            longest = longest.max(self.handles(Event::Drained { conn }));
        }
        longest
    }

    fn handles(&mut self, event: Event<'_>) -> Duration {
        self.actions.clear();
        let begin = Instant::now();
        self.server.handle(self.now, event, &mut self.actions);
        begin.elapsed()
    }
}

/// The milliseconds that the server takes for the line: the least of several times, to leave out the machine's load.
fn measure(case: &Case, shape: Shape, users: u32) -> Result<f64> {
    let name = ["a".repeat(61), ".a".into()].concat();
    let mut config = Config { name, refuse_lookalikes: false, ..Config::default() };
    let Input { hosts, before, line } = (case.input)(&config, shape);
    let (password, privileges) = ("x".into(), Vec::new());
    config.operators.push(Operator { name: "root".into(), password, hosts, privileges });
    let mut town = Town::new(config, users);
    for line in before {
        ensure!(line.len() + 2 <= MAX_LINE, "a line is too long: {line}");
        town.says(OWNER, &line);
    }
    let times = (0..TIMES).map(|_| town.says(CALLER, &line)).min();
    Ok(times.unwrap_or_default().as_secs_f64() * 1000.0)
}

/// Measures every case, with `users` in channels of their own, and prints a table.
///
/// # Errors
/// A case is wrong.
pub(super) fn run(users: u32) -> Result<()> {
    let title = format!("A line that compares masks, ms; {users} users");
    println!("\n{title:<52} {:>10} {:>10} {:>7}", "plain", "worst", "ratio");
    for case in CASES {
        let plain = measure(case, PLAIN, users)?;
        let mut worst = 0_f64;
        for shape in WORST {
            worst = worst.max(measure(case, shape, users)?);
        }
        println!("{:<52} {plain:>10.3} {worst:>10.3} {:>6.2}x", case.title, worst / plain);
    }
    Ok(())
}
