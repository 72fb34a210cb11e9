//! Lines of a user who speaks IRC by hand: every command, mostly valid, with random capabilities, tags, labels and
//! multiline messages.

use model::CAPS;

use crate::random::Random;

/// The server operators: a name and its password, which is its own hash.
pub const OPERATORS: [(&str, &str); 2] = [("root", "sesame"), ("helper", "simsalabim")];

/// The names for a line.
pub struct Scene<'a> {
    /// A channel for talking.
    pub channel: &'a str,
    /// A channel in which anything may be changed.
    pub other: &'a str,
    /// Another user's nick.
    pub nick: &'a str,
    /// Their own nick.
    pub own: &'a str,
    /// A number below a hundred.
    pub number: u64,
}

/// The first lines: capabilities, registration and JOIN.
pub fn hello(random: &mut Random, nick: &str, channel: &str) -> String {
    let register = format!("NICK {nick}\r\nUSER {nick} 0 * :By hand\r\n");
    // A user in no channel is a stranger to everybody.
    let join = if random.chance(1, 8) { String::new() } else { format!("JOIN #raw,{channel}\r\n") };
    if random.chance(1, 4) {
        return register + &join;
    }
    let caps = some_caps(random);
    let away = if random.chance(1, 5) { "AWAY :not here yet\r\n" } else { "" };
    let version = random.pick::<&str>(&["302", "", "301"]);
    // Everything at once, before any reply, as hasty clients do.
    format!("CAP LS {version}\r\n{register}CAP REQ :{caps}\r\n{away}CAP END\r\n{join}")
}

fn some_caps(random: &mut Random) -> String {
    // Few capabilities, half of them, or nearly all: each finds what the others hide.
    let likely = *random.pick(&[1, 4, 8]);
    let wanted: Vec<&str> = CAPS.into_iter().filter(|_| random.chance(likely, 8)).collect();
    wanted.join(" ")
}

/// Tags for a line: a label, typing, a reply. Mostly none.
pub fn tags(random: &mut Random) -> String {
    let number = random.below(10_000);
    match random.below(12) {
        0..3 => format!("@label=l{number} "),
        3 => "@+typing=active ".into(),
        4 => format!("@+draft/reply=m{number};label=l{number} "),
        5 => format!("@+draft/react=:\\:;time=never;+x=\\s{number} "),
        _ => String::new(),
    }
}

/// A multiline message: its beginning, `texts` as its lines, and its end.
pub fn multiline(random: &mut Random, target: &str, texts: &[String]) -> String {
    let number = random.below(10_000);
    let mut lines = format!("{}BATCH +m{number} draft/multiline {target}\r\n", tags(random));
    for (at, text) in texts.iter().enumerate() {
        let concat = if at > 0 && random.chance(1, 3) { ";draft/multiline-concat" } else { "" };
        lines += &format!("@batch=m{number}{concat} PRIVMSG {target} :{text}\r\n");
        if random.chance(1, 8) {
            lines += &format!("@batch=m{number} PRIVMSG {target} :\r\n");
        }
        if random.chance(1, 20) {
            // Another line in between: the batch fails.
            lines += "VERSION\r\n";
        }
    }
    if random.chance(9, 10) {
        lines += &format!("BATCH -m{number}\r\n");
    }
    lines
}

/// A command on a channel.
pub fn channel_command(random: &mut Random, scene: &Scene<'_>) -> String {
    let Scene { other: channel, nick, number, .. } = *scene;
    match random.below(30) {
        0..3 => format!("JOIN {channel}"),
        3 => format!("JOIN {channel},#raw{} key{number}", number % 4),
        4 => format!("PART {channel} :done {number}"),
        5 => format!("TOPIC {channel} :topic {number} by hand"),
        6..9 => format!("INVITE {nick} {channel}"),
        9 => format!("KICK {channel} {nick} :out {number}"),
        10 => format!("KICK {channel} {nick},Raw0,visitor1"),
        11 => format!("KICK {channel},#raw {nick},Raw1 :both"),
        12 => format!("MODE {channel} {}o {nick}", random.pick(&["+", "-"])),
        13 => format!("MODE {channel} +v-v {nick} Raw1"),
        14 => {
            format!("MODE {channel} {}{} {nick}", random.pick(&["+", "-"]), random.pick(&["h", "a", "q", "ho", "qa"]))
        }
        15 => format!("MODE {channel} +b *!*@{}", place(number)),
        16 => format!("MODE {channel} {}b m:{nick}", random.pick(&["+", "-"])),
        17 => format!("MODE {channel} -b+e *!*@{} {nick}!*@*", place(number)),
        18 => format!(
            "MODE {channel} {}{}",
            random.pick(&["+", "-"]),
            random.pick(&["m", "s", "t", "n", "i", "C", "M", "R", "u", "U", "c", "z", "mU"])
        ),
        19 => format!("MODE {channel} {}", random.pick(&["+k key1", "-k *", "+l 9", "-l", "+ik key2", "+l 2"])),
        20 => format!("MODE {channel} {}", random.pick(&["+f #raw", "+f #tea", "-f", "+f #nowhere"])),
        21 => format!("MODE {channel} {}", random.pick(&["", "b", "+e", "I", "+xyz", "+o", "+l 0", "+k a,b"])),
        22 => "JOIN #raw,#tea,#rust,#other".into(),
        23 => "JOIN 0".into(),
        24 => format!("RENAME {channel} #other{}", number % 5),
        25 => format!("RENAME #other{} {channel} :back to it", number % 5),
        26 => format!("METADATA {channel} SET topic-url x{number}"),
        27 => format!("KNOCK {} :number {number}", random.pick(&[channel, "#room", "#gate", "#nowhere"])),
        _ => "JOIN #raw,#lobby".into(),
    }
}

/// A place for masks, near those of the people: an address, in one of its spellings, or a network; or no place at all.
fn place(number: u64) -> String {
    let near = number % 12;
    match number % 5 {
        0 => format!("::ffff:10.0.0.{near}"),
        1 => format!("10.0.0.{near}/30"),
        2 => format!("::FFFF:a00:0/{}", 112 + near),
        3 => format!("10.0.0.{near}/{}", number),
        _ => format!("10.0.0.{near}"),
    }
}

/// A query, mostly answered only to the caller.
pub fn query(random: &mut Random, scene: &Scene<'_>) -> String {
    let Scene { channel, nick, number, .. } = *scene;
    match random.below(26) {
        0 => format!("NAMES {channel}"),
        1 => (*random.pick(&["LIST", "LIST #t*,#raw", "LIST >1", "LIST <5,!*a*", "LIST C<9 T>0"])).into(),
        2 if number.is_multiple_of(3) => format!("WHO {}", place(number)),
        2 if number.is_multiple_of(5) => format!("WHO {nick}@{}", place(number)),
        2 => format!("WHO {nick}"),
        3 => format!("WHO {channel} o"),
        4 => format!("WHO {} %tcuihsnfdlaor,{number}", random.pick(&[channel, nick, "*", "0"])),
        5 => format!("WHOIS {nick}"),
        6 => format!("WHOWAS {nick} 2"),
        7 => format!("ISON {nick} Raw0 nobody"),
        8 => format!("USERHOST {nick} Raw0"),
        9 => format!("USERIP {nick}"),
        10 => format!("PING :{number}"),
        11 => (*random.pick(&["LUSERS", "VERSION", "TIME", "MOTD", "INVITE", "CAP LIST", "ADMIN", "INFO", "LINKS"]))
            .into(),
        12 => format!("HELP {}", random.pick(&["", "join", "nonsense", "MODE"])),
        13 => format!("STATS {}", random.pick(&["u", "m", "o", "p", "r", "x", ""])),
        14 => format!("MONITOR {}", random.pick(&["L", "S", "C", "+", "x"])),
        15..18 => format!("MONITOR + {nick},Raw{},nobody", number % 4),
        18 => format!("MONITOR - {nick}"),
        19 => format!(
            "METADATA {} {}",
            random.pick(&["*", nick, channel]),
            random.pick(&["LIST", "GET status mood", "SYNC"])
        ),
        20 => {
            format!("METADATA * {}", random.pick(&["SUB status", "SUB status mood BAD", "UNSUB mood", "SUBS", "CLEAR"]))
        }
        21 => "ISUPPORT".into(),
        22 => (*random.pick(&["FROB x", "FOO_BAR x", ":x :PING", ":x @PING", ":x", "PRIVMSG #raw :\0"])).into(),
        _ => (*random.pick(&["USER a b c d", "PASS x", "WHO", "PRIVMSG nobody :x", ":x!y@z PING 1"])).into(),
    }
}

/// A command about oneself.
pub fn own_command(random: &mut Random, scene: &Scene<'_>) -> String {
    let Scene { nick, own, number, .. } = *scene;
    match random.below(16) {
        0..3 => (*random.pick(&["AWAY :by hand", "AWAY", "AWAY :", "AWAY :somewhere else"])).into(),
        3..5 => {
            format!(
                "MODE {own} {}",
                random
                    .pick(&["+i", "-i", "", "+o", "+x", "+B", "-B", "+R", "-R", "+g", "-g", "+w-w", "+s", "+T", "-T"])
            )
        }
        5 if number.is_multiple_of(2) => {
            format!("ACCEPT {}", random.pick(&[nick, "*", "-Raw0,Raw1", "Raw2,Raw3,nobody"]))
        }
        5 if number.is_multiple_of(3) => {
            let mask =
                *random.pick(&[nick, "Raw*", "*@10.0.0.0/29", "-Raw*", "-*@10.0.0.0/29", "+RAW0,raw1!*@*,-Raw2"]);
            format!("SILENCE {}", if number.is_multiple_of(9) { "" } else { mask })
        }
        5 => format!("NICK {own}{number}"),
        6 => format!("NICK {}", if number.is_multiple_of(2) { own.to_uppercase() } else { nick.to_owned() }),
        7 => format!("SETNAME :Hand number {number}"),
        8 => format!("METADATA * SET {} v{number}", random.pick(&["status", "mood", "display-name"])),
        9 => (*random.pick(&["CAP LS 302", "CAP LS", "CAP LIST", "CAP END", "CAP FROB"])).into(),
        10 => format!("CAP REQ :{}", some_caps(random)),
        11 => format!("CAP REQ :-{}", random.pick(&CAPS)),
        12 => (*random.pick(&["JOIN", "PRIVMSG", "PRIVMSG #raw", "NICK", "NICK 9", "KICK #raw", "TOPIC #x"])).into(),
        _ => operator_command(random, scene),
    }
}

/// A command for server operators, which others try, too.
fn operator_command(random: &mut Random, scene: &Scene<'_>) -> String {
    let Scene { nick, own, number, .. } = *scene;
    let (name, password) = *random.pick(&OPERATORS);
    match random.below(10) {
        0..4 => format!("OPER {name} {password}"),
        4 => format!("OPER {name} wrong"),
        5 => format!("OPER nobody {password}"),
        6 => format!("WALLOPS :word {number}"),
        7 => "REHASH".into(),
        // Rarely anybody who matters: a killed client's lines need not arrive.
        8 => format!("KILL {} :number {number}", if random.chance(1, 10) { nick } else { "Raw1" }),
        _ => format!("MODE {own} {}", random.pick(&["+s", "-o", "+w"])),
    }
}
