//! The server and the reference model are given the same random events; whatever the server answers must be what
//! the model says. No network stands between them, so this is the quickest way to find where they differ.

#[path = "model_agrees/channels.rs"]
mod channels;
#[path = "model_agrees/log.rs"]
mod log;
#[path = "model_agrees/messages.rs"]
mod messages;
#[path = "model_agrees/security.rs"]
mod security;
#[path = "model_agrees/sessions.rs"]
mod sessions;

use std::collections::VecDeque;
use std::time::Duration;

use log::Log;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sim::model::CAPS;
use sim::oracle::{Life, Oracles};
use verbatim::planted::{Bug, Bugs};
use verbatim::server::{
    Action, Actions, Answer, AskId, Boot, CloseReason, Config, ConnId, Event, Limits, Question, Reload, Server,
};
use verbatim::slots::Slots;
use verbatim::time::{Now, Time};

/// How many seeds are played. Thousands were, when this was written.
const SEEDS: u64 = 40;

/// Whatever a seed decides.
struct Dice {
    numbers: ChaCha8Rng,
    /// What users said last: the targets, and the ids that the server gave.
    ids: VecDeque<String>,
    /// Everybody registers, most meet in two channels, and what they send is seldom nonsense.
    calm: bool,
}

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        (self.numbers.next_u64() % most as u64) as usize
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    /// One to three of `from` in a list.
    fn several(&mut self, from: &[&str]) -> String {
        let count = if self.one_in(3) { 1 + self.below(6) } else { 1 };
        (0..count).map(|_| self.pick(from)).collect::<Vec<_>>().join(",")
    }
}

const NICKS: &[&str] = &["alice", "Alice", "bob", "carol", "dave", "[x]", "BOB", "nobody", "1bad", "", "a*", "é", "*"];
const CHANNELS: &[&str] = &["#a", "#A", "#b", "#b", "#c", "#Köln", "#none", "#", "a", "", "&x", "#a:b", "0"];
const STATUS: &[&str] = &["@#a", "+#b", "~@+#a", "%#A", "@alice", "+", "@#none", "&#c"];
const TEXTS: &[&str] =
    &["hello", ":two words", ":", ":  spaces ", ":\u{1}ACTION waves\u{1}", "::colon", ":Grüße", "x\u{7}y"];
const MASKS: &[&str] =
    &["alice", "*!*@*", "b*!*@*", "*@10.0.0.1", "a b", ":::x", ":", "*!~u@*", "BOB!*@*", "#*", "*", "~u*", "10.0.0.?"];
const MODES: &[&str] = &[
    "+o", "-o", "+v", "-v", "+ov", "b", "+b", "-b", "e", "+e", "I", "+I", "+k", "-k", "+l", "-l", "+i", "-i", "+m",
    "-m", "+n", "-n", "+s", "-s", "+t", "-t", "+imnst", "-imnst", "+i-i+i", "+x", "+:", "o-o+o", "+kl", "-kl",
    "+bbbbb", "+vvvvvi", "bb", "", "+", ":+ i", "+é", "-b+b", "k", "l", "-bei",
];
const VALUES: &[&str] = &[
    "alice",
    "bob",
    "carol",
    "nobody",
    "key",
    "k,k",
    ":a b",
    ":",
    "::x",
    "5",
    "0",
    "1",
    "2",
    "007",
    "+5",
    "65536",
    "-1",
    "*!*@*",
    "*!*@10.*",
    "BOB",
    "x!y@z",
    "é",
    "averylongkeyaverylongkeyaverylongkey",
];

/// Tags before a line, or none.
fn some_tags(dice: &mut Dice) -> String {
    let some = [
        "label=L1",
        "label=a\\:b",
        "label=",
        "+typing=active",
        "+draft/react=:)",
        "+x;+x=2",
        "+a/b=1;+",
        "+é=1;time=x",
        "msgid=x;+draft/reply=y",
        "label=1;label=2",
        "batch=b1",
        "account=root;bot",
        ";;",
        "+a_b=1;+c=\\s",
    ];
    match dice.below(4) {
        0 => format!("@{} ", dice.several(&some).replace(',', ";")),
        1 => format!("@label=L{} ", dice.below(100)),
        _ => String::new(),
    }
}

/// A line, mostly such as a client would send.
fn line(dice: &mut Dice) -> String {
    some_tags(dice) + &untagged(dice)
}

fn untagged(dice: &mut Dice) -> String {
    if dice.one_in(2) || dice.calm && !dice.one_in(10) {
        return channels::line(dice);
    }
    match dice.below(44) {
        0..=6 => own_line(dice),
        7..=33 => channel_line(dice),
        34..=36 => query(dice),
        37..=39 => messages::later_line(dice),
        _ => odd_line(dice),
    }
}

/// A text as a trailing parameter, or no parameter at all in one of `none` cases.
fn text(dice: &mut Dice, none: usize) -> String {
    match dice.below(12) {
        _ if dice.one_in(none) => String::new(),
        0 => format!(":{}", "é".repeat(150 + dice.below(110))),
        1 => format!(":{}", "long ".repeat(40 + dice.below(65))),
        _ => dice.pick(TEXTS).to_owned(),
    }
}

/// What is to be switched on or off.
fn capabilities(dice: &mut Dice) -> String {
    let odd = ["x", "--x", "batch=1", "-", "", "-cap-notify", "BATCH", "sts", "-sts"];
    let mut words: Vec<String> =
        (0..1 + dice.below(6)).map(|_| (if dice.one_in(5) { "-" } else { "" }).to_owned() + dice.pick(&CAPS)).collect();
    if dice.one_in(8) {
        words.push(dice.pick(&odd).to_owned());
    }
    words.join(" ")
}

/// What somebody says of themselves.
fn own_line(dice: &mut Dice) -> String {
    match dice.below(10) {
        0 => format!("NICK {}", dice.pick(NICKS)),
        1 => format!(
            "USER {} 0 * {}",
            dice.pick(&["u", "a@b!c", "é", "averyveryverylongusername", ":"]),
            dice.pick(TEXTS)
        ),
        2 => format!("PASS {}", dice.pick(&["secret", "wrong", ":", ""])),
        3 => {
            let words = ["LS", "ls", "LIST", "REQ", "END", "XYZ", "", "NEW"];
            format!("CAP {} {}", dice.pick(&words), dice.pick(&["302", "301", "", ":x"]))
        }
        4 => format!("CAP REQ :{}", capabilities(dice)),
        7 => format!("AWAY {}", text(dice, 3)),
        8 => format!("SETNAME {}", text(dice, 9)),
        9 => "ISUPPORT".to_owned(),
        5 => format!("{} {}", dice.pick(&["PING", "PONG", "ping"]), text(dice, 9)),
        _ => format!("QUIT {}", text(dice, 2)),
    }
}

/// What somebody does in a channel, or says.
fn channel_line(dice: &mut Dice) -> String {
    let (nick, channel) = (dice.pick(NICKS), dice.pick(CHANNELS));
    match dice.below(27) {
        0..=4 => format!("JOIN {} {}", dice.several(CHANNELS), dice.several(&["", "key", "x"])),
        5 | 6 => format!("PART {} {}", dice.several(CHANNELS), text(dice, 2)),
        7 | 8 => format!("TOPIC {channel} {}", text(dice, 4)),
        9 => format!("NAMES {}", dice.several(CHANNELS)),
        10 => format!("LIST {}", dice.several(&["", "#a", "#*", "#?", ":", ">1", "#Köln"])),
        11 | 12 => format!("INVITE {nick} {channel}"),
        13 | 14 => format!("KICK {channel} {} {}", dice.several(NICKS), text(dice, 3)),
        15..=19 => {
            let modes = dice.pick(MODES).to_owned() + if dice.one_in(4) { dice.pick(MODES) } else { "" };
            let values: Vec<_> = (0..dice.below(7)).map(|_| dice.pick(VALUES)).collect();
            format!("MODE {channel} {modes} {}", values.join(" "))
        }
        20 => format!("MODE {nick} {}", dice.pick(&["", "+i", "-i", "+o", "-o", "+x", "+i-i", "-ix+i", "+", ":"])),
        _ => {
            let targets = dice.several(&[NICKS, CHANNELS, CHANNELS, STATUS].concat());
            let words = ["PRIVMSG", "PRIVMSG", "NOTICE", "privmsg", "TAGMSG"];
            format!("{} {targets} {}", dice.pick(&words), text(dice, 20))
        }
    }
}

/// What somebody asks.
fn query(dice: &mut Dice) -> String {
    match dice.below(6) {
        0 => format!("WHO {} {}", dice.pick(&[MASKS, NICKS, CHANNELS].concat()), dice.pick(&["", "", "o", "x"])),
        1 => format!("WHOIS {}", dice.pick(&["alice", "bob", "x bob", "bob,alice", "nobody", "", ":", "carol carol"])),
        2 => format!("WHOWAS {} {}", dice.pick(NICKS), dice.pick(&["", "1", "0", "-1", "x"])),
        3 => format!("{} {}", dice.pick(&["ISON", "USERHOST"]), dice.several(NICKS).replace(',', " ")),
        4 => format!("AWAY {}", text(dice, 3)),
        _ => {
            let commands = ["LUSERS", "MOTD", "VERSION", "TIME", "INVITE", "NAMES"];
            format!("{} {}", dice.pick(&commands), dice.pick(&["", "verbatim.LOCAL", "else.where", ":"]))
        }
    }
}

/// What no client would send.
fn odd_line(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => {
            let commands = [
                "CAP", "PASS", "NICK", "USER", "PING", "JOIN", "PART", "TOPIC", "NAMES", "LIST", "INVITE", "KICK",
                "MODE", "PRIVMSG", "NOTICE", "WHO", "WHOIS", "WHOWAS", "ISON", "USERHOST", "AWAY",
            ];
            dice.pick(&commands).to_owned() + dice.pick(&["", " ", " x", " :", " #a", " x y", " #a alice", " x y z"])
        }
        1 => {
            let long = "foobarfoobarfoobarfoobarfoobarfoobarfoobar x";
            dice.pick(&["FOO", long, ":x", "@a", "@a=b :src PING :tagged", "é", "   ", " PING x"]).to_owned()
        }
        2 => format!("PRIVMSG #a :{}", "x".repeat(dice.below(600))),
        _ => format!("@{} PING {}", "t".repeat(4070 + dice.below(40)), "y".repeat(480 + dice.below(40))),
    }
}

/// A line and its end; of somebody fresh, what registers them.
fn bytes(dice: &mut Dice, fresh: bool) -> Vec<u8> {
    let end: &[u8] = [b"\r\n".as_slice(), b"\n", b"\r", b"\r\n\r\n"][dice.below(4)];
    if fresh && (dice.calm || !dice.one_in(8)) {
        let nick = dice.pick(&["alice", "bob", "carol", "dave", "[x]"]);
        let pass = if !dice.calm && dice.one_in(4) { "" } else { "PASS secret\r\n" };
        let caps = match dice.below(3) {
            0 => String::new(),
            1 => format!("CAP REQ :{}\r\nCAP END\r\n", capabilities(dice)),
            _ => format!("CAP REQ :{}\r\nCAP REQ :{}\r\nCAP END\r\n", CAPS.join(" "), capabilities(dice)),
        };
        let then = if dice.calm { channels::arrival(dice) } else { format!("MODE {nick} +i\r\n") };
        let version = dice.pick(&["", "", "CAP LS 302\r\nCAP END\r\n", "CAP LS\r\nCAP END\r\n"]);
        return format!("{pass}{version}{caps}NICK {nick}\r\nUSER u 0 * :Real {nick}\r\n{then}").into_bytes();
    }
    let mut bytes = if dice.one_in(20) { messages::several_lines(dice) } else { line(dice) }.into_bytes();
    let oddity = if dice.calm { 5 } else { dice.below(60) };
    match oddity {
        0 => bytes.extend([0, 0xff, b'x']),
        1 => bytes.insert(dice.below(bytes.len() + 1), 0),
        2 => bytes.resize(bytes.len() + 600, b'z'),
        3 => bytes.resize(bytes.len() + 20_000, b' '),
        4 => bytes.insert(dice.below(bytes.len() + 1), 0xc3),
        _ => {}
    }
    bytes.extend_from_slice(end);
    bytes
}

struct Run {
    dice: Dice,
    /// How the clock on the wall is set: it has dice of its own.
    clock: Dice,
    /// Where what happens is stored, in runs where it is.
    log: Option<Log>,
    /// Who is to be a session of whom, in runs where there is such a thing: it has dice of its own.
    sessions: Option<Dice>,
    now: Now,
    server: Server,
    oracles: Oracles,
    lives: Life,
    /// What each connection has sent and the server has not been given.
    conns: Slots<Vec<u8>>,
    transcript: Vec<String>,
    /// What the server asked and nobody has answered: whether the password is right, or for new settings.
    asked: Vec<(AskId, Option<bool>)>,
    config: Config,
}

impl Run {
    fn new(seed: u64, bugs: Bugs) -> Self {
        let mut dice = Dice { numbers: ChaCha8Rng::seed_from_u64(seed), ids: VecDeque::new(), calm: seed % 2 == 1 };
        let sessions = sessions::dice(seed);
        let clock = Dice { numbers: ChaCha8Rng::seed_from_u64(!seed), ids: VecDeque::new(), calm: false };
        let limits = Limits {
            channels_per_user: 4,
            list_entries: 3,
            invitations: 2,
            whowas_entries: 4,
            monitor_entries: 3,
            metadata_keys: 2,
            metadata_subscriptions: 4,
            metadata_sync_lines: 1,
            multiline_lines: 5,
            multiline_bytes: 600,
            redactable_messages: 3,
            redactable_private_messages: 2,
            ..Limits::default()
        };
        let mut config = Config {
            motd: if dice.one_in(2) { vec!["hi".to_owned(), String::new(), "é".repeat(300)] } else { Vec::new() },
            password: dice.one_in(3).then(|| "secret".to_owned()),
            bugs,
            limits: if dice.one_in(4) { Limits::default() } else { limits },
            ..Config::default()
        };
        channels::configure(&mut dice, &mut config);
        let now = Now { mono: Time::from_secs(1_000_000), wall: Time::from_secs(1_700_000_000) };
        let log = Log::of(seed, &mut config);
        let oracles = Oracles::new(&config, 1 << 20);
        let mut server = Server::new(config.clone(), Boot::foreseen(now));
        server.record_facts();
        let (conns, transcript, asked) = (Slots::default(), Vec::new(), Vec::new());
        Self { dice, clock, log, sessions, now, server, oracles, lives: 0, conns, transcript, asked, config }
    }

    fn step(&mut self) {
        self.settle();
        let open: Vec<ConnId> = self.conns.iter().map(|(conn, _)| conn).collect();
        match self.dice.below(100) {
            0..=3 if open.len() < 6 => {
                let conn = self.conns.insert(bytes(&mut self.dice, true));
                let peer = security::peer(&mut self.dice);
                self.handle(Event::Accepted { conn, peer: &peer });
                self.attach(conn);
            }
            4 if !open.is_empty() => {
                let conn = open[self.dice.below(open.len())];
                self.conns.remove(conn);
                let reasons = [
                    CloseReason::Ended,
                    CloseReason::Reset,
                    CloseReason::SendQueueExceeded,
                    CloseReason::Transport("It speaks TLS"),
                ];
                let reason = reasons[self.dice.below(4)];
                self.handle(Event::Closed { conn, reason });
            }
            9..=40 if !self.asked.is_empty() => match self.asked.remove(self.dice.below(self.asked.len())) {
                (ask, Some(right)) => {
                    self.handle(Event::Answered { ask: Some(ask), answer: Answer::Verified { right } })
                }
                (ask, None) => self.reload(Some(ask)),
            },
            41 if self.dice.one_in(10) => self.reload(None),
            5..=8 => {
                let many = if self.dice.calm { 3 } else { 6 };
                let seconds = [0, 1, 7, 29, 60, 200][self.dice.below(many)];
                self.advance(Duration::from_secs(seconds));
            }
            _ if open.is_empty() => {}
            _ => {
                let conn = open[self.dice.below(open.len())];
                let more = bytes(&mut self.dice, false);
                let waiting = self.conns.get_mut(conn).unwrap();
                waiting.extend_from_slice(&more);
                if self.server.is_waiting(conn) {
                    return;
                }
                let count = if self.dice.one_in(3) { 1 + self.dice.below(waiting.len()) } else { waiting.len() };
                let given: Vec<u8> = waiting.drain(..count).collect();
                self.handle(Event::Received { conn, bytes: &given });
            }
        }
    }

    /// Gives the server new settings, or tells it that there are none.
    fn reload(&mut self, ask: Option<AskId>) {
        if self.dice.one_in(4) {
            return self.handle(Event::Answered { ask, answer: Answer::Reloaded(Err("line 3: no such key")) });
        }
        channels::reconfigure(&mut self.dice, &mut self.config);
        let kept =
            if self.dice.one_in(2) { vec!["name".to_owned(), "limits.nick_bytes".to_owned()] } else { Vec::new() };
        let reload = Reload { config: self.config.clone(), kept };
        self.handle(Event::Answered { ask, answer: Answer::Reloaded(Ok(&reload)) });
    }

    /// Lets time pass: to the server's deadlines one by one, or past them all at once. Sometimes somebody sets the clock
    /// on the wall.
    fn advance(&mut self, by: Duration) {
        let (until, late) = (self.now + by, self.dice.one_in(3));
        while let Some(deadline) = self.server.deadline().filter(|&deadline| deadline <= until.mono) {
            self.now = if late { until } else { self.now + deadline.since(self.now.mono) };
            self.handle(Event::Timeout);
        }
        self.now = until;
        match self.clock.below(8) {
            0 => self.now.wall = self.now.wall + Duration::from_secs(3599),
            1 => self.now.wall = Time::default() + self.now.wall.since(Time::from_secs(7201)),
            _ => {}
        }
    }

    fn handle(&mut self, event: Event<'_>) {
        if let Event::Accepted { conn, .. } = event {
            self.oracles.taken(self.now.mono, self.lives, conn);
            self.lives += 1;
        }
        self.transcript.push(match event {
            Event::Received { conn, bytes } => format!("{conn}> {}", bytes.escape_ascii()),
            _ => format!("{:?} {event:?}", self.now.mono),
        });
        let mut actions = Actions::default();
        self.oracles.server_event(self.now, &event);
        self.server.handle(self.now, event, &mut actions);
        for action in actions.list() {
            match action {
                Action::Send { to, line, after, .. } => {
                    self.dice.ids.extend(messages::said(line));
                    if self.dice.ids.len() > 12 {
                        self.dice.ids.pop_front();
                    }
                    self.transcript.push(format!("{:?}< {} ({after})", actions.recipients(*to), line.text()))
                }
                Action::Ask { ask, question } => {
                    let right = match question {
                        Question::Verify { password, hash } => Some(password.reveal() == &**hash),
                        Question::Reload => None,
                    };
                    self.asked.push((*ask, right));
                    self.transcript.push(format!("ask {ask}"));
                }
                Action::Either { to, after, stored, refused } => {
                    self.transcript.push(format!("{to}< {stored:?} or {refused:?} ({after})"));
                }
                Action::Append { first, upto, facts } => {
                    self.transcript.push(format!("append {first} to {upto}: {facts:?}"));
                }
                Action::Close { conn } => {
                    self.transcript.push(format!("{conn}< (closed)"));
                    self.conns.remove(*conn);
                }
            }
        }
        self.oracles.server_actions(self.now, &actions);
        self.append(&actions);
        let open = self.conns.len();
        self.oracles.state(self.now.mono, &self.server, open, open, 0);
    }
}

/// Runs one seed to its end, or to what goes wrong first; tells what that was, with the end of the transcript.
fn played(seed: u64, bugs: Bugs) -> Result<(), String> {
    let mut run = Run::new(seed, bugs);
    for step in 0..=600 {
        if step < 600 {
            run.step();
        } else {
            run.handle(Event::Stop);
        }
        let audited = run.server.audit().and_then(|()| if step % 100 == 99 { run.server.replay() } else { Ok(()) });
        if let Err(wrong) = audited {
            let end = run.transcript[run.transcript.len().saturating_sub(20)..].join("\n");
            return Err(format!("seed {seed}: {wrong}\n{end}"));
        }
        if let Some(failure) = run.oracles.failure() {
            let end = run.transcript[run.transcript.len().saturating_sub(20)..].join("\n");
            let (oracle, expected, got) = (failure.oracle, failure.expected, failure.got);
            return Err(format!("seed {seed}: oracle {oracle}\n{end}\nexpected {expected}\n     got {got}\n"));
        }
    }
    Ok(())
}

#[test]
fn the_server_answers_what_the_model_says() {
    let failures: Vec<String> = (0..SEEDS).filter_map(|seed| played(seed, Bugs::NONE).err()).collect();
    assert!(failures.is_empty(), "{} of {SEEDS} seeds:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn a_bug_in_the_server_is_found() {
    for bug in [
        Bug::PartialLineDropped,
        Bug::OneLinePerRead,
        Bug::ClosedStaysMember,
        Bug::EchoToSender,
        Bug::PrivateMessageLeaked,
        Bug::QuitToldTwice,
        Bug::OldNickKept,
        Bug::EmptyChannelKept,
        Bug::CutLineTaken,
        Bug::CapabilityKept,
        Bug::BatchLeftOpen,
        Bug::IdComesAgain,
        Bug::FingerprintToAll,
        Bug::StsOnSecure,
    ] {
        assert!((0..10).any(|seed| played(seed, Bugs::only(bug)).is_err()), "{} is found in ten seeds", bug.name());
    }
}
