//! Multi-line scenarios that random commands rarely produce: a channel is created, locked and joined; somebody becomes
//! an operator and stops being one.

use super::irc::Scene;
use crate::random::Random;

/// Nicks that some casemapping treats as equal, or that look like each other or like a nick that is online.
const NICKS: [&str; 12] =
    ["Hand[0]", "hand{0}", "Hand~", "HAND^", "a\\b", "A|B", "alb", "b0b", "1vy", "kirn", "Iiv", "0lga"];

/// Nicks beyond ASCII: equal, alike, and such as are always refused.
#[rustfmt::skip]
const NICKS_BEYOND_ASCII: [&str; 10] = [
    "Zo\u{eb}", "zOe\u{308}", "\u{ff3a}O\u{cb}", "R\u{430}w1", "raw\u{661}", "\u{416}\u{443}\u{43a}", "\u{436}\u{423}\u{41a}",
    "\u{6771}\u{4eac}", "\u{1f980}", "a\u{200b}da",
];

/// Names of every class that is refused, as a nick, as a channel or as a key, and a few that are not.
const NAMES: [&str; 30] = [
    "1st",
    "-dash",
    "a.b",
    "a*",
    "a?b",
    "a!b",
    "a@b",
    "a#b",
    "~a",
    "+a",
    "%a",
    "&a",
    "a:b",
    "a\u{7}b",
    "a\u{1b}[1m",
    "a\u{7f}",
    "a\u{80}",
    "a\u{9b}1m",
    "a\u{85}b",
    "a\u{a0}b",
    "\u{e4}",
    "a,b",
    "#",
    "#a\u{7}b",
    "#a\u{7f}",
    "#\u{80}",
    "#a\u{9f}b",
    "#a\u{9b}31mb",
    "#a\u{85}",
    "#a\u{a0}b",
];

/// An errand's lines.
pub fn lines(random: &mut Random, scene: &Scene<'_>) -> Vec<String> {
    let Scene { channel, own, number, .. } = *scene;
    let raw = format!("Raw{}", number % 4);
    match random.below(30) {
        0 => vec!["JOIN #hall".into(), "MODE #hall +u".into(), format!("MODE #hall +v-v {raw} {raw}")],
        1 => {
            let open = *random.pick(&["", "", "-b *!*@10.*", "+i-b *!*@10.*", "+e raw*!*@*"]);
            vec!["JOIN #gate,#yard".into(), "MODE #gate +fb #yard *!*@10.*".into(), format!("MODE #gate {open}")]
        }
        2 => vec!["PART #yard".into(), "JOIN #gate".into()],
        3 | 16 => vec![
            "JOIN #room".into(),
            "MODE #room +i".into(),
            format!("INVITE {raw} #room"),
            format!("INVITE {raw}_2 #room"),
        ],
        4 | 14..16 => vec!["JOIN #room".into(), "INVITE".into(), "PART #room :and back".into(), "JOIN #room".into()],
        5 => vec![
            format!("JOIN #{own}"),
            format!("MODE #{own} {}", random.pick(&["+m-t", "+ms-nt", "-n+k key1", "+b-t m:*!*@*", "+lk-l 5 key2"])),
            format!("MODE #{own}"),
            format!("MODE #{own} -n"),
            format!("MODE #{own}"),
        ],
        // These are too many bytes for one piece: they arrive in two while the password is verified.
        6 => vec![
            "OPER root sesame".into(),
            format!("KILL {raw} :number {number}"),
            format!("WALLOPS :{}", "done ".repeat(60)),
            format!("PING :{}", "first ".repeat(60)),
            format!("PING :{}", "second ".repeat(60)),
            "WALLOPS :done".into(),
        ],
        7 => vec![
            format!("OPER {}", random.pick(&["root sesame", "helper simsalabim"])),
            format!("MODE {own} -o"),
            "WALLOPS :not any more".into(),
            "REHASH".into(),
        ],
        8 => vec!["JOIN 0".into(), "METADATA * SUB status mood".into(), format!("METADATA * SET status v{number}")],
        17 => vec!["PART #hall".into(), "JOIN #hall".into()],
        9 if number.is_multiple_of(2) => vec![format!("NICK {}", random.pick(&NICKS_BEYOND_ASCII))],
        9 | 13 => vec![format!("NICK {}", random.pick(&NICKS))],
        10 => {
            let (one, other) = *random.pick(&[("Hand[0]", "hand{0}"), ("Hand~", "HAND^"), ("a\\b", "A|B")]);
            vec![format!("NICK {one}"), format!("WHOIS {other}"), format!("NICK {other}")]
        }
        11 => vec![
            "JOIN #hush".into(),
            "MODE #hush +b m:*!*@*".into(),
            format!("PRIVMSG #hush :word {number}"),
            "TOPIC #hush :hush".into(),
        ],
        19 => vec![format!("MODE {own} +g"), format!("ACCEPT {raw},Raw0"), "ACCEPT *".into(), format!("ACCEPT -{raw}")],
        20 => vec![
            format!("NOTICE {raw} :do you accept number {number}"),
            format!("PRIVMSG {raw} :nor this one"),
            format!("PRIVMSG {raw} :nor another"),
        ],
        18 | 21..24 => about_modes(random, scene, &raw),
        24 | 25 => about_names(random, scene),
        26..29 => about_lists(random, scene, &raw),
        _ => vec![format!("MODE {channel}"), format!("NAMES {channel}"), "MODE #raw".into(), "NAMES #raw".into()],
    }
}

/// Errands about modes that decide who hears what, and who is in a channel.
fn about_modes(random: &mut Random, scene: &Scene<'_>, raw: &str) -> Vec<String> {
    let Scene { own, number, .. } = *scene;
    match random.below(4) {
        0 => vec![
            "JOIN #rank".into(),
            format!("MODE #rank +vh {raw} {raw}"),
            format!("MODE #rank -v+o {raw} {own}"),
            format!("MODE #rank -o {own}"),
            "NAMES #rank".into(),
        ],
        1 => vec![
            "JOIN #vault".into(),
            "MODE #vault +z".into(),
            "KNOCK #vault :let me in".into(),
            format!("MODE #vault {}", random.pick(&["", "-z", "+s-z", "+b nobody"])),
        ],
        2 => vec![
            "JOIN #desk".into(),
            format!("MODE #desk +{}{} {raw}", random.pick(&["U", "mU", "Uc"]), random.pick(&["v", "h", ""])),
            format!("PRIVMSG #desk :question {number}"),
            format!("PRIVMSG @#desk :question {number} for operators"),
            format!("PRIVMSG #desk :question {number} in \u{3}4red"),
        ],
        _ => vec![
            format!("MODE {own} +T"),
            format!("PRIVMSG {raw} :\u{1}VERSION {number}\u{1}"),
            format!("NOTICE {raw} :\u{1}PING {number}\u{1}"),
            format!("PRIVMSG {raw} :\u{1}ACTION waves {number}\u{1}"),
        ],
    }
}

/// Errands about names that may be refused.
fn about_names(random: &mut Random, scene: &Scene<'_>) -> Vec<String> {
    let own = scene.own;
    let mut name = (*random.pick(&NAMES)).to_owned();
    if random.chance(1, 10) {
        name += &"x".repeat(70);
    }
    let channel = if name.starts_with('#') { name.clone() } else { format!("#{name}") };
    match random.below(4) {
        0 => vec![format!("JOIN {channel}"), format!("TOPIC {channel} :named {own}"), format!("PART {channel}")],
        1 => vec![format!("NICK {name}"), format!("WHOIS {name}"), format!("NICK {own}")],
        2 => vec![
            format!("JOIN #{own}"),
            format!("RENAME #{own} {channel}"),
            format!("MODE #{own} +k {name}"),
            format!("MODE {channel} -k *"),
        ],
        _ => vec![
            format!("METADATA * SET {name} value"),
            format!("MONITOR + {name}"),
            format!("SILENCE {name}"),
            format!("SILENCE -{name}"),
        ],
    }
}

/// Errands that fill lists, and leave something in those of others.
fn about_lists(random: &mut Random, scene: &Scene<'_>, raw: &str) -> Vec<String> {
    let Scene { own, number, .. } = *scene;
    match random.below(5) {
        0 => {
            let invite = |letter| [format!("JOIN #{letter}{own}"), format!("INVITE {raw} #{letter}{own}")];
            ["a", "b", "c", "d", "e"].into_iter().flat_map(invite).chain(["INVITE".into()]).collect()
        }
        1 => vec![format!("MODE {own} +g"), format!("ACCEPT Raw0,Raw1,Raw2,Raw3,{raw}_2,{raw}_3"), "ACCEPT *".into()],
        // They come back as somebody else, perhaps with the same number.
        2 => vec![format!("PRIVMSG {raw} :until later {number}"), "QUIT :for a moment".into()],
        3 => vec![
            "CAP REQ :batch draft/metadata-3".into(),
            "METADATA * SUB status mood a b c d".into(),
            format!("CAP REQ :-{}", random.pick(&["batch", "draft/metadata-3"])),
            "CAP REQ :batch draft/metadata-3".into(),
            "METADATA * SUBS".into(),
        ],
        _ => {
            let messages = ["0", "1", "2", "3"].map(|other| format!("NOTICE Raw{other} :it is me again {number}"));
            messages.into_iter().chain([format!("NOTICE {own} :done {number}"), format!("WHOIS {own} {own}")]).collect()
        }
    }
}
