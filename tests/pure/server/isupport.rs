//! The server keeps the promises of 005: each token is compared with its behaviour.

use std::collections::BTreeMap;

use verbatim::server::{Config, Limits};

use super::script::World;

/// Non-default settings, so that no token is correct by chance.
fn config() -> Config {
    let limits = Limits {
        nick_bytes: 11,
        user_bytes: 7,
        realname_bytes: 15,
        channel_bytes: 13,
        topic_bytes: 17,
        kick_bytes: 19,
        away_bytes: 13,
        key_bytes: 5,
        channels_per_user: 6,
        targets: 3,
        mode_changes: 2,
        list_entries: 8,
        monitor_entries: 5,
        ..Limits::default()
    };
    Config { network: "TestNet".into(), limits, ..Config::default() }
}

/// A server with alice, operator of #a, and bob, a member of it.
struct Promised {
    world: World,
    /// What 004 says after the version.
    myinfo: String,
    /// The tokens that no test has checked yet.
    tokens: BTreeMap<String, String>,
}

impl Promised {
    fn new() -> Self {
        let mut world = World::new(config());
        world.act("alice connects securely");
        world.act(r"alice> NICK alice\r\nUSER alice 0 * :Alice");
        let (mut myinfo, mut tokens) = (String::new(), BTreeMap::new());
        let welcome = world.heard();
        if let Some((_, letters)) = welcome.iter().find_map(|line| line.split_once(" verbatim-VERSION ")) {
            letters.clone_into(&mut myinfo);
        }
        for line in welcome.iter().filter(|line| line.contains(" 005 ")) {
            let line = line.strip_suffix(" :are supported by this server").expect("005 ends in its text");
            for token in line.split(' ').skip(4) {
                let (name, value) = token.split_once('=').unwrap_or((token, ""));
                assert!(tokens.insert(name.to_owned(), value.to_owned()).is_none(), "{name} twice");
            }
        }
        for input in ["alice joins #a", "bob registers securely", "bob joins #a"] {
            world.act(input);
        }
        Self { world, myinfo, tokens }
    }

    fn take(&mut self, token: &str) -> String {
        self.tokens.remove(token).unwrap_or_else(|| panic!("no {token} in 005"))
    }

    fn number(&mut self, token: &str) -> usize {
        self.take(token).parse().unwrap_or_else(|_| panic!("{token} is a number"))
    }

    /// The replies to a line.
    fn ask(&mut self, line: &str) -> String {
        self.world.heard();
        self.world.act(line);
        self.world.heard().join("\n")
    }

    #[track_caller]
    fn hears(&mut self, line: &str, answer: &str) {
        let heard = self.ask(line);
        assert!(heard.contains(answer), "{line}\n{heard}\nholds no {answer:?}");
    }

    #[track_caller]
    fn hears_no(&mut self, line: &str, answer: &str) {
        let heard = self.ask(line);
        assert!(!heard.contains(answer), "{line}\n{heard}\nholds {answer:?}");
    }
}

#[test]
fn every_token_of_005_is_true() {
    let mut promised = Promised::new();
    lengths(&mut promised);
    counts(&mut promised);
    modes(&mut promised);
    names(&mut promised);
    let left: Vec<&str> = promised.tokens.keys().map(String::as_str).collect();
    assert_eq!(left, OF_QUERIES, "every token is tested");
}

#[test]
fn the_tokens_of_005_about_queries_and_messages_are_true() {
    let mut promised = Promised::new();
    promised.ask("alice> JOIN #lone");
    assert_eq!(promised.take("BOT"), "B");
    promised.hears("bob> MODE bob +B", " MODE bob +B");
    promised.hears("alice> WHO bob", " bob HB :0 ");

    assert_eq!(promised.take("CALLERID"), "g");
    promised.hears("bob> MODE bob +g", " MODE bob +g");
    promised.hears("alice> PRIVMSG bob :hi", " 716 alice bob ");
    promised.hears("bob> MODE bob -g", " MODE bob -g");

    let elist = promised.take("ELIST");
    elist.chars().for_each(|letter| elist_condition(&mut promised, letter));
    assert_eq!(promised.take("SAFELIST"), "");
    let heard = promised.ask("alice> LIST");
    assert_eq!([" 321 ", " 322 ", " 323 "].map(|code| heard.matches(code).count()), [1, 2, 1], "{heard}");

    let extban = promised.take("EXTBAN");
    let (before, letters) = extban.split_once(',').expect("prefix,letters");
    for letter in letters.chars() {
        let entry = format!("{before}{letter}:*!*@10.0.0.2");
        promised.hears(&format!("alice> MODE #a +b {entry}"), &format!(" MODE #a +b {entry}"));
        promised.hears("bob> PRIVMSG #a :hi", " 404 ");
        promised.ask("bob> PART #a");
        promised.hears("bob> JOIN #a", " JOIN #a");
        promised.ask(&format!("alice> MODE #a -b {entry}"));
    }

    assert_eq!(promised.take("KNOCK"), "");
    promised.hears("alice> MODE #lone +i", " MODE #lone +i");
    promised.hears("bob> KNOCK #lone", "alice< :verbatim.local 710 alice #lone bob!");

    let most = promised.number("MONITOR");
    let nicks: Vec<String> = (0..=most).map(|n| format!("n{n}")).collect();
    promised.hears_no(&format!("alice> MONITOR + {}", nicks[..most].join(",")), " 734 ");
    promised.hears(&format!("alice> MONITOR + {}", nicks[most]), " 734 ");

    let most = promised.number("SILENCE");
    let masks: Vec<String> = (0..=most).map(|n| format!("n{n}")).collect();
    promised.hears_no(&format!("alice> SILENCE {}", masks[..most].join(",")), " 511 ");
    promised.hears(&format!("alice> SILENCE {}", masks[most]), " 511 ");

    let signs = promised.take("STATUSMSG");
    promised.ask("alice> MODE #a +v bob");
    for sign in signs.chars() {
        let heard = promised.ask(&format!("alice> PRIVMSG {sign}#a :hi"));
        let to_bob = format!("bob< :alice!~alice@10.0.0.1 PRIVMSG {sign}#a :hi");
        assert_eq!(heard, if sign == '+' { &to_bob } else { "" }, "{sign}");
    }

    assert_eq!(promised.take("WHOX"), "");
    promised.hears("alice> WHO #a %tn,7", " 354 alice 7 bob");
}

/// Checks one letter of ELIST: whether `LIST` with its conditions shows #a (alice, bob) and #lone (alice).
fn elist_condition(promised: &mut Promised, letter: char) {
    let (a, lone) = (" #a ", " #lone ");
    let mut shows = |items: &str, shown: &[&str]| {
        let heard = promised.ask(&format!("alice> LIST {items}"));
        assert_eq!([a, lone].map(|name| heard.contains(name)), [a, lone].map(|name| shown.contains(&name)), "{items}");
    };
    match letter {
        'C' => {
            shows("C<1", &[a, lone]);
            shows("C>1", &[]);
        }
        'M' => shows("#l*", &[lone]),
        'N' => shows("!#l*", &[a]),
        'T' => {
            shows("T<1", &[]);
            promised.ask("alice> TOPIC #a :x");
            let heard = promised.ask("alice> LIST T<1");
            assert!(heard.contains(a) && !heard.contains(lone), "{heard}");
        }
        'U' => {
            shows(">1", &[a]);
            shows("<2", &[lone]);
        }
        _ => panic!("ELIST={letter}?"),
    }
}

/// The tokens about queries, and about the receivers of messages.
const OF_QUERIES: [&str; 10] =
    ["BOT", "CALLERID", "ELIST", "EXTBAN", "KNOCK", "MONITOR", "SAFELIST", "SILENCE", "STATUSMSG", "WHOX"];

#[test]
fn the_letters_of_004_are_those_of_005() {
    let mut promised = Promised::new();
    let mut line = promised.myinfo.split(' ');
    let [users, channels, with_param] = std::array::from_fn(|_| line.next().unwrap_or_default().to_owned());
    assert_eq!(line.next(), None, "{}", promised.myinfo);
    let modes = promised.take("CHANMODES");
    let prefix = promised.take("PREFIX");
    let ranks = prefix.trim_start_matches('(').split(')').next().unwrap_or_default();
    let sorted = |letters: String| {
        let mut letters: Vec<char> = letters.chars().filter(|&letter| letter != ',').collect();
        letters.sort_unstable();
        letters.into_iter().collect::<String>()
    };
    let (params, _) = modes.rsplit_once(',').expect("four types");
    assert_eq!(channels, sorted([&modes, ranks].concat()));
    assert_eq!(with_param, sorted([params, ranks].concat()));
    for letter in ('a'..='z').chain('A'..='Z') {
        let heard = promised.ask(&format!("alice> MODE alice +{letter}-{letter}"));
        assert_eq!(heard.contains(" 501 "), !users.contains(letter), "{letter}");
    }
}

fn lengths(promised: &mut Promised) {
    let most = promised.number("NICKLEN");
    promised.hears(&format!("alice> NICK {}", "n".repeat(most)), " NICK nnn");
    promised.hears(&format!("alice> NICK {}", "n".repeat(most + 1)), " 432 ");
    promised.hears("alice> NICK alice", " NICK alice");

    let most = promised.number("CHANNELLEN");
    promised.hears(&format!("alice> JOIN #{}", "c".repeat(most - 1)), " JOIN #ccc");
    promised.hears(&format!("alice> PART #{}", "c".repeat(most - 1)), " PART #ccc");
    promised.hears(&format!("alice> JOIN #{}", "c".repeat(most)), " 403 ");

    let most = promised.number("TOPICLEN");
    promised.hears(&format!("alice> TOPIC #a :{}", "t".repeat(most)), " TOPIC #a :ttt");
    promised.hears(&format!("alice> TOPIC #a :{}", "t".repeat(most + 1)), " 417 ");

    let most = promised.number("KEYLEN");
    promised.hears(&format!("alice> MODE #a +k {}", "k".repeat(most)), " MODE #a +k kkk");
    promised.hears(&format!("alice> MODE #a +k {}", "k".repeat(most + 1)), " 525 ");
    promised.hears("alice> MODE #a -k", " MODE #a -k");

    // Reasons are truncated, not refused.
    let most = promised.number("KICKLEN");
    let heard = promised.ask(&format!("alice> KICK #a bob :{}", "r".repeat(most + 1)));
    assert!(heard.ends_with(&format!(" KICK #a bob :{}", "r".repeat(most))), "{heard}");
    promised.world.act("bob joins #a");

    let most = promised.number("AWAYLEN");
    promised.ask(&format!("bob> AWAY :{}", "w".repeat(most + 1)));
    let heard = promised.ask("alice> PRIVMSG bob :hi");
    assert!(heard.contains(&format!(" 301 alice bob :{}\n", "w".repeat(most))), "{heard}");
    promised.ask("bob> AWAY");

    let most = promised.number("NAMELEN");
    promised.ask(&format!("alice> SETNAME :{}", "r".repeat(most)));
    promised.hears("alice> WHOIS alice", &format!(" * :{}", "r".repeat(most)));
    promised.hears(&format!("alice> SETNAME :{}", "r".repeat(most + 1)), " FAIL SETNAME INVALID_REALNAME ");

    let most = promised.number("USERLEN");
    promised.world.act("carol connects");
    promised.world.act(&format!(r"carol> NICK carol\r\nUSER {} 0 * :Carol", "u".repeat(most + 1)));
    let shown = promised.ask("alice> USERHOST carol");
    let user = shown.split(['+', '@']).nth(1).map(str::len);
    assert_eq!(user, Some(most), "{shown}");
}

fn counts(promised: &mut Promised) {
    let most: usize = promised.take("CHANLIMIT").strip_prefix("#:").and_then(|n| n.parse().ok()).expect("#:N");
    for n in 1..most {
        promised.hears(&format!("alice> JOIN #chan{n}"), &format!(" JOIN #chan{n}"));
    }
    promised.hears("alice> JOIN #more", " 405 ");

    let lists: Vec<String> = promised.take("MAXLIST").split(',').map(str::to_owned).collect();
    assert_eq!(lists.len(), 3);
    for list in lists {
        let (letter, most) = list.split_once(':').expect("letter:number");
        let most: usize = most.parse().expect("a number");
        for n in 0..most {
            promised.hears(&format!("alice> MODE #a +{letter} x{n}"), " MODE #a +");
        }
        promised.hears(&format!("alice> MODE #a +{letter} more"), " 478 ");
        for n in 0..most {
            promised.hears(&format!("alice> MODE #a -{letter} x{n}"), " MODE #a -");
        }
    }

    let most = promised.number("MODES");
    let masks: Vec<String> = (0..=most).map(|n| format!("y{n}")).collect();
    let heard = promised.ask(&format!("alice> MODE #a +{} {}", "b".repeat(most + 1), masks.join(" ")));
    assert_eq!(heard.matches("!*@*").count(), most, "{heard}");
    promised.ask(&format!("alice> MODE #a -{} {}", "b".repeat(most), masks[..most].join(" ")));

    let targets = promised.take("TARGMAX");
    let of_all = promised.number("MAXTARGETS");
    let targets: BTreeMap<&str, &str> = targets.split(',').filter_map(|row| row.split_once(':')).collect();
    for (command, most) in targets {
        let line = |count: usize| {
            let nicks = |count| vec!["bob"; count].join(",");
            match command {
                "JOIN" | "PART" | "NAMES" | "LIST" => format!("alice> {command} {}", vec!["#n"; count].join(",")),
                "KICK" => format!("alice> KICK #a {} :x", nicks(count)),
                "MONITOR" => format!("alice> MONITOR + {}", nicks(count)),
                "TAGMSG" => format!(r"alice> CAP REQ message-tags\r\nTAGMSG {}\r\nCAP REQ -message-tags", nicks(count)),
                _ => format!("alice> {command} {} :x", nicks(count)),
            }
        };
        match (command, most) {
            ("NOTICE", _) => {
                assert_eq!(promised.ask(&line(of_all)).matches("bob< ").count(), of_all);
                assert_eq!(promised.ask(&line(of_all + 1)), "");
            }
            ("WHOIS", "1") => {
                assert_eq!(promised.ask("alice> WHOIS bob,alice").matches(" 311 ").count(), 1);
            }
            ("WHOWAS", "1") => {
                assert_eq!(promised.ask("alice> WHOWAS nobody,nothing").matches(" 406 ").count(), 1);
            }
            (_, "") => promised.hears_no(&line(60), " 407 "),
            (_, most) => {
                assert_eq!(most.parse(), Ok(of_all), "{command}");
                promised.hears_no(&line(of_all), " 407 ");
                promised.hears(&line(of_all + 1), " 407 ");
                promised.world.act("bob joins #a");
            }
        }
    }
}

fn modes(promised: &mut Promised) {
    let modes = promised.take("CHANMODES");
    let [lists, always, when_set, never] = modes.split(',').collect::<Vec<_>>()[..] else {
        panic!("four types: {modes}")
    };
    assert_eq!((promised.take("EXCEPTS").as_str(), promised.take("INVEX").as_str()), ("e", "I"));
    assert!(lists.contains('e') && lists.contains('I'), "{lists}");
    for letter in lists.chars() {
        promised.hears(&format!("alice> MODE #a +{letter} z"), &format!(" MODE #a +{letter} z!*@*"));
        promised.hears(&format!("alice> MODE #a {letter}"), " #a z!*@* alice!");
        promised.hears(&format!("alice> MODE #a -{letter} z"), &format!(" MODE #a -{letter} z!*@*"));
    }
    for letter in always.chars().chain(when_set.chars()) {
        let param = if letter == 'f' { "#chan1" } else { "9" };
        promised.hears(&format!("alice> MODE #a +{letter}"), " 696 ");
        promised.hears(&format!("alice> MODE #a +{letter} {param}"), &format!(" MODE #a +{letter} {param}"));
    }
    for letter in always.chars() {
        promised.hears(&format!("alice> MODE #a -{letter} 9"), &format!(" MODE #a -{letter} *"));
    }
    for letter in when_set.chars() {
        promised.hears(&format!("alice> MODE #a -{letter}"), &format!(" MODE #a -{letter}"));
    }
    promised.ask("alice> MODE #a -nt");
    for letter in never.chars() {
        promised.hears(&format!("alice> MODE #a +{letter}"), &format!(" MODE #a +{letter}"));
        promised.hears(&format!("alice> MODE #a -{letter}"), &format!(" MODE #a -{letter}"));
    }

    let prefix = promised.take("PREFIX");
    let (letters, signs) = prefix.strip_prefix('(').and_then(|rest| rest.split_once(')')).expect("(letters)signs");
    assert_eq!(letters.len(), signs.len());
    for (letter, sign) in letters.chars().zip(signs.chars()) {
        if matches!(letter, 'q' | 'a') {
            // Only founders can give these, and alice is not one.
            promised.hears(&format!("alice> MODE #a +{letter} bob"), " 482 ");
            continue;
        }
        promised.hears(&format!("alice> MODE #a +{letter} bob"), &format!(" MODE #a +{letter} bob"));
        promised.hears("alice> NAMES #a", &format!(" {sign}bob"));
        promised.hears(&format!("alice> MODE #a -{letter} bob"), &format!(" MODE #a -{letter} bob"));
    }
    let known = [lists, always, when_set, never, letters].concat();
    for letter in ('a'..='z').chain('A'..='Z').filter(|&letter| !known.contains(letter)) {
        promised.hears(&format!("alice> MODE #a +{letter} 1"), " 472 ");
    }
}

fn names(promised: &mut Promised) {
    assert_eq!(promised.take("NETWORK"), "TestNet");
    promised.hears("alice> WHOIS bob", " 312 alice bob verbatim.local :TestNet");

    assert_eq!(promised.take("CHANTYPES"), "#");
    promised.ask("alice> JOIN 0");
    for sign in "!&+.~%@$^=".chars() {
        promised.hears(&format!("alice> JOIN {sign}x"), " 403 ");
    }

    // ASCII letters are equal in both cases, and no other characters are.
    assert_eq!(promised.take("CASEMAPPING"), "ascii");
    promised.hears("carol> NICK BOB", " 433 ");
    promised.hears("carol> NICK x[", " NICK x[");
    promised.hears("bob> NICK x{", " NICK x{");
    promised.hears("bob> JOIN #Ä", " JOIN #Ä");
    promised.hears("carol> JOIN #ä", " 353 x[ = #ä :@x[");

    assert_eq!(promised.take("UTF8ONLY"), "");
    promised.hears(r"bob> PRIVMSG x[ :\xff", " FAIL PRIVMSG INVALID_UTF8 ");
}

/// A truncated token would mean something else.
#[test]
fn no_token_is_split_or_truncated_however_long_the_names_are() {
    let network = "n".repeat(60);
    let mut world = World::new(Config { name: "s".repeat(63), network, ..Config::default() });
    world.act("alice connects");
    world.act(&format!(r"alice> NICK {}\r\nUSER alice 0 * :Alice", "a".repeat(30)));
    let lines: Vec<String> = world.heard().into_iter().filter(|line| line.contains(" 005 ")).collect();
    let tokens = |line: &String| {
        let tokens = line.strip_suffix(" :are supported by this server").expect("005 ends in its text").split(' ');
        tokens.skip(4).map(str::to_owned).collect::<Vec<_>>()
    };
    let shown: Vec<String> = lines.iter().flat_map(tokens).collect();
    assert_eq!((shown.len(), shown.last().map(String::as_str)), (Promised::new().tokens.len(), Some("WHOX")));
}
