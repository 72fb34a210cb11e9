//! Random lines about channels, ranks and server operators; queries, MONITOR and METADATA.

use verbatim::server::{Admin, Config, Operator, PRIVILEGES};
use verbatim::wire::Casemapping;

use super::{Dice, security, text};

const NICKS: &[&str] = &[
    "alice",
    "bob",
    "carol",
    "dave",
    "[x]",
    "{X}",
    "BOB",
    "alice",
    "bob",
    "nobody",
    "",
    "b0b",
    "verbatim.local",
    "\u{e9}a",
    "E\u{301}A",
    "\u{440}at",
    "pat",
];
const CHANNELS: &[&str] = &["#a", "#b", "#A", "#b[", "#B{", "#c", "#none", "", "a", "#a", "#b"];
const MASKS: &[&str] = &[
    "alice",
    "*!*@*",
    "*!*@10.0.0.1",
    "m:",
    "m:b*",
    "M:b*",
    "m:a b",
    "bob",
    "*",
    "B{b*",
    "{x}",
    "[x]",
    "*!*@::ffff:a00:1",
    "*!*@10.0.0.0/31",
    "*!*@::/127",
    "m:*!*@2001:db8:0:0:*",
    "*!*@::1/129",
];
const KEYS: &[&str] = &["a", "b", "a", "b", "display-name", "status", "x/y.z", "A", "", "k_9", "a*"];
const LETTERS: &[&str] = &[
    "q", "a", "o", "h", "v", "b", "e", "I", "k", "l", "f", "C", "M", "R", "u", "U", "c", "z", "i", "m", "n", "s", "t",
    "x", "o", "u",
];

/// Draws the configuration of a run.
pub fn configure(dice: &mut Dice, config: &mut Config) {
    config.casemapping = Casemapping::ALL[dice.below(4)];
    config.refuse_lookalikes = dice.one_in(2);
    reconfigure(dice, config);
}

/// Draws the settings that a reload may change.
pub fn reconfigure(dice: &mut Dice, config: &mut Config) {
    let operator = |name: &str, hosts: &[&str], dice: &mut Dice| Operator {
        name: name.to_owned(),
        password: "secret".to_owned(),
        hosts: hosts.iter().map(|&host| host.to_owned()).collect(),
        privileges: PRIVILEGES.iter().filter(|_| !dice.one_in(3)).map(|row| row.1).collect(),
    };
    config.operators =
        vec![operator("root", &[], dice), operator("here", &["*@10.0.0.0/31", "~x@*", "*@2001:DB8:0::1"], dice)];
    if dice.one_in(2) {
        config.admin = Admin { location: "here".to_owned(), organisation: String::new(), email: "a b@c".to_owned() };
    }
    if !dice.one_in(3) {
        config.sts = security::policy(dice);
    }
    if dice.one_in(4) {
        config.motd = vec!["news".to_owned()];
    }
}

/// The first lines of a user in a calm run.
pub fn arrival(dice: &mut Dice, nick: &str) -> String {
    // Some accept others, who leave and come back.
    let closed = format!("MODE {nick} +g\r\nACCEPT alice,bob,carol,dave\r\n");
    let accepts = if dice.one_in(5) { &closed } else { dice.pick(&["", "PRIVMSG alice,bob,carol :hi\r\n"]) };
    let oper = ["", "", "OPER root secret\r\n", "OPER here secret\r\n"];
    format!("{accepts}JOIN #a,#b\r\n{}METADATA * SUB a b status\r\nMETADATA * SET a 1\r\n", dice.pick(&oper))
}

fn channel(dice: &mut Dice) -> &'static str {
    if dice.calm && !dice.one_in(4) { dice.pick(&["#a", "#a", "#b"]) } else { dice.pick(CHANNELS) }
}

fn nick(dice: &mut Dice) -> &'static str {
    if dice.calm && !dice.one_in(4) { dice.pick(&NICKS[..5]) } else { dice.pick(NICKS) }
}

/// A line of one of these commands.
pub fn line(dice: &mut Dice) -> String {
    match dice.below(20) {
        0..=7 => in_a_channel(dice),
        8..=11 => mode(dice),
        12..=13 => of_operators(dice),
        14..=15 => query(dice),
        16 => monitor(dice),
        17..=18 => metadata(dice),
        _ => of_themselves(dice),
    }
}

fn in_a_channel(dice: &mut Dice) -> String {
    let (nick, channel, other) = (nick(dice), channel(dice), dice.pick(CHANNELS));
    match dice.below(18) {
        0..=4 => format!("JOIN {} {}", dice.several(CHANNELS), dice.several(&["", "key", "x"])),
        5 => format!("PART {} {}", dice.several(CHANNELS), text(dice, 2)),
        6 => format!("TOPIC {channel} {}", text(dice, 4)),
        7 => format!("NAMES {}", dice.several(CHANNELS)),
        8 => format!("INVITE {nick} {channel}"),
        9 => format!("KICK {channel} {} {}", dice.several(NICKS), text(dice, 2)),
        10 => format!("KICK {},{channel} {} {}", dice.several(CHANNELS), dice.several(NICKS), text(dice, 2)),
        11 => format!("RENAME {channel} {} {}", dice.pick(&[other, other, "#", "#a,b", "x", "#new"]), text(dice, 2)),
        12 => {
            let items =
                ["#*", "#a", "!#b*", "<2", ">1", ">", "<x", "C>1", "c<2", "T<1", "t>0", "T>12345678901", "", "C<0"];
            format!("LIST {} {}", dice.several(&items), dice.several(&items))
        }
        13 => format!("PRIVMSG {}{channel} :hi", dice.pick(&["", "@", "+", "~", "%@"])),
        14 => format!("PRIVMSG {nick} :hi"),
        15 => format!("{} {nick} :\u{1}{}", dice.pick(&["PRIVMSG", "NOTICE"]), dice.pick(&["PING", "ACTION x"])),
        16 => format!("PRIVMSG {channel} :a {}", dice.pick(&["\u{3}4", "\u{4}ff0000", "\u{16}", "\u{1b}[1m", "\u{2}"])),
        _ => {
            let ctcp = ["ACTION x\u{1}", "VERSION\u{1}", "ACTION", "ACTIONS"];
            format!("{} {channel} :\u{1}{}", dice.pick(&["PRIVMSG", "NOTICE"]), dice.pick(&ctcp))
        }
    }
}

fn mode(dice: &mut Dice) -> String {
    let channel = channel(dice);
    if dice.one_in(12) {
        return format!("MODE {channel}");
    }
    let (mut letters, mut values) = (String::new(), String::new());
    let most = if dice.one_in(4) { 7 } else { 2 };
    for _ in 0..=dice.below(most) {
        letters += dice.pick(&["+", "+", "-", ""]);
        let letter = dice.pick(LETTERS);
        letters += letter;
        let value = match letter {
            "q" | "a" | "o" | "h" | "v" => nick(dice),
            "b" | "e" | "I" => dice.pick(MASKS),
            "k" => dice.pick(&["key", "x", "k:y"]),
            "l" => dice.pick(&["1", "2", "3", "0", "x"]),
            "f" => self::channel(dice),
            _ => "",
        };
        if !value.is_empty() && !dice.one_in(12) {
            values = format!("{values} {}{value}", if value.contains(' ') { ":" } else { "" });
        }
    }
    format!("MODE {channel} {letters}{values}")
}

fn of_operators(dice: &mut Dice) -> String {
    let nick = nick(dice);
    match dice.below(14) {
        0..=6 => format!(
            "OPER {} {}",
            dice.pick(&["root", "root", "here", "ROOT", "nobody"]),
            dice.pick(&["secret", "secret", "wrong"])
        ),
        7 => format!("KILL {nick} {}", text(dice, 6)),
        8 => "REHASH".to_owned(),
        9 => format!("WALLOPS {}", text(dice, 8)),
        10 | 11 => format!(
            "STATS {} {}",
            dice.pick(&["u", "p", "m", "o", "U", ":", "é", "pp"]),
            dice.pick(&["", "", "*", "else", "alice"])
        ),
        12 => format!(
            "{} {}",
            dice.pick(&["HELP", "HELPOP"]),
            dice.pick(&["", "join", "*", "KICK x", ": x", "nothing", "MODE"])
        ),
        _ => {
            let commands =
                ["ADMIN", "INFO", "LINKS", "LUSERS x", "LINKS verbatim.*", "MOTD", "VERSION", "TIME", "LUSERS"];
            format!("{} {}", dice.pick(&commands), dice.pick(&["", "*.local", "x.y", "alice", "VERBATIM.LOCAL", ":"]))
        }
    }
}

fn query(dice: &mut Dice) -> String {
    let fields = ["%tcuihsnfdlaor,42", "%nf", "o%cn", "%x", "o", "%t,1234", "%nr,7", "%fhl", "xo", "%", "%,"];
    match dice.below(9) {
        0 | 1 => format!("WHO {} {}", dice.pick(&[NICKS, CHANNELS, MASKS].concat()), dice.pick(&fields)),
        2 => {
            format!("WHO {}", dice.pick(&[NICKS, CHANNELS, MASKS, &["0", "verbatim.local", "~u", "10.0.0.?"]].concat()))
        }
        3 | 4 => format!("WHOIS {}", dice.pick(NICKS)),
        5 => format!("WHOIS {} {}", dice.pick(&["alice", "*", "x", "verbatim.local", ":"]), dice.several(NICKS)),
        6 => format!(
            "WHOWAS bob,{} {} {}",
            dice.several(NICKS),
            dice.pick(&["1", "2", "0", "-1"]),
            dice.pick(&["", "*", "x"])
        ),
        7 => format!("{} {}", dice.pick(&["USERIP", "USERHOST", "ISON"]), dice.several(NICKS).replace(',', " ")),
        _ => {
            dice.pick(&["INVITE", "WHO", "LIST", "NAMES", "USERIP", "WHOIS", "MODE", "OPER x", "KILL alice"]).to_owned()
        }
    }
}

fn monitor(dice: &mut Dice) -> String {
    match dice.below(9) {
        6..=7 => format!("ACCEPT {}{}", dice.pick(&["", "-", "+", "*,"]), dice.several(NICKS)),
        8 => format!("ACCEPT {}", dice.pick(&["*", "*", ":", "-", "*x"])),
        0..=2 => format!("MONITOR + {}", dice.several(NICKS)),
        3 => format!("MONITOR - {}", dice.several(NICKS)),
        _ => format!("MONITOR {}", dice.pick(&["L", "S", "s", "C", "l", "+", "-", "x", ":", "List"])),
    }
}

fn metadata(dice: &mut Dice) -> String {
    let target = dice.pick(&[NICKS, CHANNELS, &["*", "*", "*", "*", "*", "*ALL"]].concat()).to_owned();
    let keys = dice.several(KEYS).replace(',', " ");
    match dice.below(12) {
        0..=3 if dice.calm => format!("METADATA {} SET {} {}", channel(dice), dice.pick(KEYS), text(dice, 4)),
        0..=3 => format!("METADATA {target} SET {} {}", dice.pick(KEYS), text(dice, 4)),
        4 | 5 => format!("METADATA * SUB {keys}"),
        6 => format!("METADATA * {} {keys}", dice.pick(&["UNSUB", "SUBS"])),
        7 => format!("METADATA {target} GET {keys}"),
        8 => format!("METADATA {target} LIST"),
        9 => format!("METADATA {target} CLEAR"),
        10 => format!("METADATA {target} SYNC"),
        _ => {
            format!("METADATA {target} {}", dice.pick(&["", "XYZ", "set", "SUBS", "list x", "SET a b c", "sub", ": x"]))
        }
    }
}

fn of_themselves(dice: &mut Dice) -> String {
    let nick = nick(dice);
    match dice.below(6) {
        0 => format!("NICK {nick}"),
        1 => format!("AWAY {}", text(dice, 3)),
        2 => format!("SETNAME {}", text(dice, 9)),
        _ => {
            let modes = [
                "+g", "+g", "+w", "+s", "+Bs", "-o", "+B-B", "-i", "+iR", "-R", "+o", "-s", "+x", "-o+s", "+sw", "",
                "-B", "+B", "+T", "+T", "-T",
            ];
            format!("MODE {nick} {}", dice.pick(&modes))
        }
    }
}
