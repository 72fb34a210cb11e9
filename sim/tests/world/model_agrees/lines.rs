//! The lines that users of these tests send: every command, mostly valid.

use model::CAPS;

use super::{Dice, channels, messages};

pub(super) const NICKS: &[&str] =
    &["alice", "Alice", "bob", "carol", "dave", "[x]", "BOB", "nobody", "1bad", "", "a*", "é", "*"];
pub(super) const CHANNELS: &[&str] = &["#a", "#A", "#b", "#b", "#c", "#Köln", "#none", "#", "a", "", "&x", "#a:b", "0"];
pub(super) const STATUS: &[&str] = &["@#a", "+#b", "~@+#a", "%#A", "@alice", "+", "@#none", "&#c"];
pub(super) const TEXTS: &[&str] =
    &["hello", ":two words", ":", ":  spaces ", ":\u{1}ACTION waves\u{1}", "::colon", ":Grüße", "x\u{7}y"];
pub(super) const MASKS: &[&str] = &[
    "alice",
    "*!*@*",
    "b*!*@*",
    "*@10.0.0.1",
    "a b",
    ":::x",
    ":",
    "*!~u@*",
    "BOB!*@*",
    "#*",
    "*",
    "~u*",
    "10.0.0.?",
    "*@::ffff:a00:1",
    "*@10.0.0.0/30",
    "10.0.0.2/31",
    "*@2001:DB8:0::1",
    "*@2001:db8::/32",
    "2001:db8:0:0:*",
    ":::1",
    "*@10.0.0.0/33",
];
pub(super) const MODES: &[&str] = &[
    "+o", "-o", "+v", "-v", "+ov", "b", "+b", "-b", "e", "+e", "I", "+I", "+k", "-k", "+l", "-l", "+i", "-i", "+m",
    "-m", "+n", "-n", "+s", "-s", "+t", "-t", "+imnst", "-imnst", "+i-i+i", "+x", "+:", "o-o+o", "+kl", "-kl",
    "+bbbbb", "+vvvvvi", "bb", "", "+", ":+ i", "+é", "-b+b", "k", "l", "-bei",
];
pub(super) const VALUES: &[&str] = &[
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

/// Tags for a line, or none.
pub(super) fn some_tags(dice: &mut Dice) -> String {
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

/// A line, mostly one that a client would send.
pub(super) fn line(dice: &mut Dice) -> String {
    some_tags(dice) + &untagged(dice)
}

pub(super) fn untagged(dice: &mut Dice) -> String {
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

/// A text as a trailing parameter; in one of `none` cases, an empty string instead.
pub(super) fn text(dice: &mut Dice, none: usize) -> String {
    match dice.below(12) {
        _ if dice.one_in(none) => String::new(),
        0 => format!(":{}", "é".repeat(150 + dice.below(110))),
        1 => format!(":{}", "long ".repeat(40 + dice.below(65))),
        _ => dice.pick(TEXTS).to_owned(),
    }
}

/// Capabilities to switch on or off.
pub(super) fn capabilities(dice: &mut Dice) -> String {
    let odd = ["x", "--x", "batch=1", "-", "", "-cap-notify", "BATCH", "sts", "-sts"];
    let mut words: Vec<String> =
        (0..1 + dice.below(6)).map(|_| (if dice.one_in(5) { "-" } else { "" }).to_owned() + dice.pick(&CAPS)).collect();
    if dice.one_in(8) {
        words.push(dice.pick(&odd).to_owned());
    }
    words.join(" ")
}

/// A command about oneself.
pub(super) fn own_line(dice: &mut Dice) -> String {
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

/// A command on a channel, or a message.
pub(super) fn channel_line(dice: &mut Dice) -> String {
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

/// A query.
pub(super) fn query(dice: &mut Dice) -> String {
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

/// A line that no client would send.
pub(super) fn odd_line(dice: &mut Dice) -> String {
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

/// A line with its end; for a fresh connection, the lines that register it.
pub(super) fn bytes(dice: &mut Dice, fresh: bool) -> Vec<u8> {
    let end: &[u8] = [b"\r\n".as_slice(), b"\n", b"\r", b"\r\n\r\n"][dice.below(4)];
    if fresh && (dice.calm || !dice.one_in(8)) {
        let nick = dice.pick(&["alice", "bob", "carol", "dave", "[x]"]);
        let pass = if !dice.calm && dice.one_in(4) { "" } else { "PASS secret\r\n" };
        let caps = match dice.below(3) {
            0 => String::new(),
            1 => format!("CAP REQ :{}\r\nCAP END\r\n", capabilities(dice)),
            _ => format!("CAP REQ :{}\r\nCAP REQ :{}\r\nCAP END\r\n", CAPS.join(" "), capabilities(dice)),
        };
        let then = if dice.calm { channels::arrival(dice, nick) } else { format!("MODE {nick} +i\r\n") };
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
