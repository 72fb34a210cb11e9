//! Configuration files: valid ones, mistakes and their messages, `--print-config`, and the documentation.

use std::fs;
use std::process::Command;

use super::{hash, run, serve};
use crate::shell_world::*;

/// The output of `verbatim check` for an invalid file, without the line that counts the mistakes.
fn mistakes(text: &str) -> String {
    let folder = Folder::new();
    let path = folder.path("x.toml");
    let path = write_file(&path, text).to_str().expect("a UTF-8 path");
    let said = run(&["check", path], "");
    assert_eq!((said.code, said.out.len()), (Some(1), 0), "{text}");
    let count = said.err.iter().filter(|line| line.starts_with(path)).count();
    let head = format!("verbatim: {count} mistake{} in {path}", if count == 1 { "" } else { "s" });
    assert_eq!(said.err[0], head);
    said.err[1..].join("\n").replace(path, "x.toml")
}

#[test]
fn a_valid_file_is_reported_as_valid() {
    let folder = Folder::new();
    for text in ["", "# nothing", "server.name = \"a.b\"", "[limits]\nnick_bytes = 0x20\n"] {
        let path = folder.path("x.toml");
        let path = write_file(&path, text).to_str().expect("a UTF-8 path");
        let said = run(&["check", path], "");
        assert_eq!((said.out, said.err, said.code), (vec![format!("{path} is valid")], vec![], Some(0)));
    }
}

#[test]
fn an_unknown_key_is_refused_with_its_line_and_the_nearest_known_one() {
    for (text, at, said) in [
        ("[server]\nnmae = \"a.b\"", "2:1", "unknown key server.nmae; did you mean server.name?"),
        ("[limits]\n\nnickbytes = 9", "3:1", "unknown key limits.nickbytes; did you mean limits.nick_bytes?"),
        ("nick_bytes = 9", "1:1", "unknown key nick_bytes; did you mean limits.nick_bytes?"),
        ("[sever]\nname = \"a.b\"", "1:2", "unknown key sever; did you mean server?"),
        ("server = { motto = \"x\" }", "1:12", "unknown key server.motto; did you mean server.motd?"),
        ("server.pass = \"x\"", "1:8", "unknown key server.pass; did you mean server.name?"),
        ("[[operators]]", "1:3", "unknown key operators; did you mean operator?"),
        ("[[operator]]\nhost = []", "2:1", "unknown key operator.host; did you mean operator.hosts?"),
        ("[log]\nLevel = \"info\"", "2:1", "unknown key log.Level; did you mean log.level?"),
    ] {
        let found = mistakes(text);
        assert!(found.starts_with(&format!("x.toml:{at}: {said}\n")), "{found}");
    }
}

#[test]
fn a_url_is_refused_if_no_server_could_listen_there() {
    for (text, said) in [
        ("\"tcp://*:6667\"", "listen is wrong: \"*\" is not a host: it should be a name or an address"),
        (
            "\"tcp://127.0.0.1:6667\", \"tcp://127.0.0.1:6667\"",
            "a server cannot listen on both tcp://127.0.0.1:6667 and tcp://127.0.0.1:6667, which share an address",
        ),
        ("\"tcp://0.0.0.0:1\", \"ws://127.0.0.1:1\"", "both tcp://0.0.0.0:1 and ws://127.0.0.1:1, which"),
        ("\"tcp://[::]:1\", \"tcp://[::1]:1\"", "both tcp://[::]:1 and tcp://[::1]:1, which"),
        ("\"tcp://Localhost:1\", \"tcp://localhost:1\"", "both tcp://Localhost:1 and tcp://localhost:1, which"),
        ("\"unix:///a\", \"ws+unix:///a?mode=660\"", "both unix:///a and ws+unix:///a?mode=660, which"),
    ] {
        let found = mistakes(&format!("listen = [{text}]"));
        assert!(found.contains(said), "{found}");
    }
    let folder = Folder::new();
    let path = folder.path("x.toml");
    let fine = "listen = [\"tcp://127.0.0.1:0\", \"tcp://127.0.0.1:0\", \"tcp://0.0.0.0:1\", \"tcp://[::]:1\"]";
    let path = write_file(&path, fine).to_str().expect("a UTF-8 path");
    assert_eq!(run(&["check", path], "").code, Some(0));
}

#[test]
fn a_wrong_value_is_refused_and_the_message_says_what_is_valid() {
    for (text, said) in [
        ("listen = \"tcp://a\"", r#"listen must be a list of strings, like ["tcp://127.0.0.1:6667"]"#),
        ("listen = []", "listen must have at least one URL"),
        (
            "listen = [\"tcp://a:1?proxy=true\"]",
            "1:10: tcp://a:1?proxy=true is a listener for proxies, but no proxy is trusted: add one, as in trusted_proxies = [\"127",
        ),
        ("trusted_proxies = [\"10/8\"]", "names \"10/8\", which is not an address, a network like 10.0.0.0/8, or unix"),
        ("listen = [\"http://a\"]", r#"unknown scheme "http": known schemes are tcp, unix, ws, tls, wss, plain+tcp"#),
        ("server = 1", "server must be a table: put its keys below [server]"),
        ("[server]\nname = \"nodot\"", "must be a host name with a dot in it, like irc.example.org"),
        ("[server]\nnetwork = \"two words\"", "server.network must be one word of at most 63 bytes"),
        ("[server]\nmotd = \"/no/such\"", "cannot read the message of the day in /no/such: no such file or directory"),
        ("[server]\ncasemapping = \"acsii\"", r#"cannot be "acsii"; did you mean "ascii"? (one of: ascii, rfc1459, "#),
        ("[server]\nrefuse_lookalikes = \"no\"", "server.refuse_lookalikes must be true or false"),
        (
            "[server]\nchannel_modes = \"+ntk\"",
            "2:17: server.channel_modes contains 'k', which cannot be set initially: the modes that can be are \
             CMRUcimnstuz",
        ),
        (
            "[server]\nuser_modes = \"io\"",
            "server.user_modes contains 'o', which cannot be set initially: the modes that can be are BRTgiw",
        ),
        ("[admin]\nemail = \"a\\r\\nQUIT\"", "admin.email must be one line of at most 300 characters"),
        ("[timeouts]\nping_interval_s = 0", "must be a whole number of seconds from 1 to 86400"),
        // RFC 2812 §2.3: a line may have 512 characters.
        ("[limits]\nline_bytes = 511", "limits.line_bytes must be a whole number from 512 to 65536"),
        ("[limits]\ntags_bytes = 4095", "limits.tags_bytes must be a whole number from 4096 to 65536"),
        ("[limits]\nnick_bytes = -1", "limits.nick_bytes must be a whole number from 9 to 64"),
        ("[limits]\nnick_bytes = 9.5", "limits.nick_bytes must be a whole number from 9 to 64"),
        ("[limits]\ntopic_bytes = 390\nchannel_bytes = 100", "2:15: limits.topic_bytes must be at most 357: a line"),
        ("[log]\nlevel = \"warning\"", r#"log.level cannot be "warning"; did you mean "warn"?"#),
        ("[log]\nformat = \"JSON\"", r#"log.format cannot be "JSON"; did you mean "json"?"#),
        ("[operator]\nname = \"a\"", "use one [[operator]] table (in double brackets) for each operator"),
        (
            "[[operator]]\npassword = \"x\"",
            "operator.password must be the hash of a password: verbatim hash-password makes",
        ),
        ("[sts]\nport = 0", "sts.port must be a port, from 1 to 65535"),
        ("[sts]\nport = \"6697\"", "sts.port must be a port, from 1 to 65535"),
        ("[sts]\nhosts = [\"a b\"]", r#"sts.hosts must be host names like "irc.example.org", not "a b""#),
        ("[sts]\nduration_s = -1", "sts.duration_s must be a whole number of seconds from 0 to 315360000"),
        ("[[operator]]\nname = \"alice\"", "this operator has no password"),
        ("[[operator]]\nhosts = [\"10.0.0.1\"]", r#"operator.hosts must be masks like "*@127.0.0.1""#),
        (
            "[[operator]]\nhosts = [\"alice@10.*\"]",
            r#"operator.hosts has "alice@10.*", which matches nobody: a user name is ~ and then letters, digits and -._"#,
        ),
        (
            "[[operator]]\nhosts = [\"*@::1\", \"*@10.0.0.0/33\"]",
            r#"operator.hosts has "*@10.0.0.0/33", which matches nobody: hosts are addresses"#,
        ),
        ("[[operator]]\nhosts = [\"~a@*.example.org\"]", "which matches nobody: hosts are addresses"),
        ("[[operator]]\nprivileges = [\"kil\"]", r#"operator.privileges cannot be "kil"; did you mean "kill"?"#),
        ("[certificate]\nchain = \"a\"", "use one [[certificate]] table (in double brackets) for each certificate"),
        ("[[certificate]]\nkey = \"a.pem\"", "x.toml:1:1: this certificate has no chain"),
        ("[[certificate]]\nchain = 1", "certificate.chain must be a quoted string"),
        ("[[certificate]]\nchian = \"a.pem\"", "unknown key certificate.chian; did you mean certificate.chain?"),
        ("[[certificate]]\nchain = \"/no/such\"", "x.toml:2:9: cannot read the certificate in /no/such: no such file"),
        ("listen = [", "x.toml:1:11: "),
        ("listen = [tcp://a]", "x.toml:1:11: strings must be quoted"),
        ("server.name = irc.example.org", "x.toml:1:15: strings must be quoted"),
        ("[log]\n[log]", "x.toml:2:2: duplicate key"),
    ] {
        let found = mistakes(text);
        assert!(found.contains(said), "{text}: {found}");
    }
}

#[test]
fn an_sts_policy_without_a_tls_listener_is_refused() {
    let found = mistakes("listen = [\"tcp://127.0.0.1:6667\"]\n[sts]\nport = 6697\nduration_s = 60\n");
    let what = "sts.port sends clients to a TLS listener, but listen has none: add one, as in tls://0.0.0.0:6697";
    assert!(found.starts_with(&format!("x.toml:3:8: {what}\n")), "{found}");
    for (line, at) in [("duration_s = 60", 14), ("preload = true", 11), ("hosts = [\"a.b\"]", 9)] {
        let found = mistakes(&format!("[sts]\n{line}\n"));
        let what = "sts has no effect without sts.port, the port of a TLS listener";
        assert!(found.starts_with(&format!("x.toml:2:{at}: {what}\n")), "{found}");
    }
}

#[test]
fn all_mistakes_are_shown_with_their_lines_but_without_passwords() {
    let text = "\
listen = [\"tcp://127.0.0.1:0\", 3]
[server]
pasword = \"hunter2\"
password = \"hunter2\"
motd = \"f\u{fc}r alle.txt\"
[limits]
nick_bytes = 1000
";
    let expected = "\
x.toml:1:32: listen must be a list of strings, like [\"tcp://127.0.0.1:6667\"]
   1 | listen = [\"tcp://127.0.0.1:0\", 3]
     |                                ^
x.toml:3:1: unknown key server.pasword; did you mean server.password?
   3 | pasword = (hidden)
     | ^^^^^^^
x.toml:4:12: server.password must be the hash of a password: verbatim hash-password makes one
   4 | password = (hidden)
     |            ^^^^^^^^
x.toml:5:8: cannot read the message of the day in FOLDER/f\u{fc}r alle.txt: no such file or directory
   5 | motd = \"f\u{fc}r alle.txt\"
     |        ^^^^^^^^^^^^^^
x.toml:7:14: limits.nick_bytes must be a whole number from 9 to 64
   7 | nick_bytes = 1000
     |              ^^^^";
    let found = mistakes(text);
    let folder = std::env::temp_dir().join("verbatim-");
    let folder = folder.to_str().expect("a path");
    let from = found.find(folder).expect("the path of the message of the day");
    let to = from + found[from..].find("/f\u{fc}r").expect("its end");
    assert_eq!(found.replace(&found[from..to], "FOLDER"), expected);
}

#[test]
fn an_unusable_certificate_is_reported_with_its_position() {
    let folder = Folder::new();
    let made = || rcgen::generate_simple_self_signed(["a.example".into()]).expect("a certificate");
    let (one, other) = (made(), made());
    let path = |name: &str| folder.path(name).display().to_string();
    write_file(&folder.path("chain.pem"), one.cert.pem());
    write_file(&folder.path("key.pem"), one.signing_key.serialize_pem());
    write_file(&folder.path("other.pem"), other.signing_key.serialize_pem());
    write_file(&folder.path("motd.txt"), "hello");
    for (chain, key, at, said) in [
        ("motd.txt", "key.pem", "6:9", "the certificate in PATH has no certificate in PEM"),
        ("chain.pem", "motd.txt", "7:7", "the key in PATH has no private key in PEM, or one with a password"),
        ("chain.pem", "other.pem", "7:7", "the key in PATH does not belong to the certificate"),
        ("chain.pem", "none.pem", "7:7", "cannot read the key in PATH: no such file or directory"),
    ] {
        let config = format!(
            "[[certificate]]\nchain = {:?}\nkey = {:?}\n\n[[certificate]]\nchain = {:?}\nkey = {:?}\n",
            path("chain.pem"),
            path("key.pem"),
            path(chain),
            path(key)
        );
        let wrong = if at == "6:9" { path(chain) } else { path(key) };
        let found = mistakes(&config);
        assert!(found.starts_with(&format!("x.toml:{at}: {}\n", said.replace("PATH", &wrong))), "{found}");
    }
    // If the file names no key, it is expected in the certificate's file.
    let found = mistakes(&format!("[[certificate]]\nchain = {:?}\n", path("chain.pem")));
    assert!(found.starts_with("x.toml:2:9: the key in "), "{found}");
}

#[test]
fn two_operators_cannot_have_the_same_name() {
    let hash = hash("x");
    let alice = format!("[[operator]]\nname = \"alice\"\npassword = '{hash}'\n");
    assert!(mistakes(&[&*alice, &alice].concat()).starts_with("x.toml:4:1: two operators have the name \"alice\""));
}

#[test]
fn a_server_with_a_wrong_configuration_does_not_start() {
    let folder = Folder::new();
    let path = folder.path("x.toml");
    let path = write_file(&path, "[server]\nnmae = \"a.b\"\n").to_str().expect("a UTF-8 path");
    let said = run(&["serve", "--config", path], "");
    assert_eq!((said.code, said.out.len(), said.err.len()), (Some(1), 0, 4), "{:?}", said.err);
    let said = run(&["serve", "--config", "no/such.toml"], "");
    let expected = "verbatim: cannot read the configuration no/such.toml: no such file or directory";
    assert_eq!((said.code, said.err), (Some(1), vec![expected.to_owned()]));
}

#[test]
fn a_message_of_the_day_with_invalid_or_too_long_lines_is_refused() {
    let folder = Folder::new();
    let motd = folder.path("motd");
    let text = format!("[server]\nmotd = \"{}\"", motd.display());
    for (content, said) in [
        (
            [b"short\n".as_slice(), &[b'x'; 500]].concat(),
            "line 2 is longer than 456 bytes, the most that fits into an IRC line",
        ),
        (b"a\0b\n".to_vec(), "line 1 has a character that an IRC line cannot hold"),
        (b"a\xff".to_vec(), "it is not UTF-8"),
    ] {
        write_file(&motd, &content);
        let found = mistakes(&text);
        assert!(found.contains(said), "{found}");
    }
}

/// The output of `--print-config`, and the same with every key set.
fn printed() -> (String, String) {
    let said = run(&["serve", "--print-config"], "");
    assert_eq!(said.code, Some(0));
    let text = said.out.join("\n") + "\n";
    // An sts policy needs a TLS listener.
    let with_tls = text.replace("listen = [", "listen = [\"tls://127.0.0.1:6697\", ");
    let set = with_tls.lines().map(|line| match line.strip_prefix('#') {
        Some(key) if !key.starts_with(' ') => key.replace("$argon2id$…", &hash("x")),
        _ => line.to_owned(),
    });
    let set = set.collect::<Vec<_>>().join("\n");
    (text, set)
}

#[test]
fn the_output_of_print_config_is_valid_even_with_every_key_set() {
    let (text, set) = printed();
    let folder = Folder::new();
    write_file(&folder.path("motd.txt"), "hello");
    let made = rcgen::generate_simple_self_signed(["a.example".into()]).expect("a certificate");
    write_file(&folder.path("fullchain.pem"), made.cert.pem());
    write_file(&folder.path("privkey.pem"), made.signing_key.serialize_pem());
    for text in [&text, &set] {
        let path = folder.path("x.toml");
        let said = run(&["check", write_file(&path, text).to_str().expect("a UTF-8 path")], "");
        assert_eq!((said.err, said.code), (vec![], Some(0)));
    }
    // Every key has a comment above it.
    for (before, line) in text.lines().zip(text.lines().skip(1)) {
        let is_key =
            |line: &str| line.trim_start_matches('#').split_once(" = ").is_some_and(|(key, _)| !key.contains(' '));
        assert!(!is_key(line) || before.starts_with("# "), "{before}\n{line}");
    }
}

#[test]
fn the_documentation_has_the_output_of_print_config() {
    let text = fs::read_to_string("docs/configuration.md").expect("the page is there");
    assert!(text.contains(&format!("```toml\n{}```\n", printed().0)), "run: verbatim serve --print-config");
}

#[test]
fn the_example_of_the_readme_works_and_is_short() {
    let text = fs::read_to_string("README.md").expect("the page is there");
    let (_, example) = text.split_once("```toml\n").expect("an example");
    let (example, _) = example.split_once("```").expect("its end");
    assert!((5..30).contains(&example.lines().count()));
    let folder = Folder::new();
    write_file(&folder.path("motd.txt"), "Be kind.\n");
    let config = example.replace("$argon2id$…", &hash("x")).replace(":6667", ":0");
    let server = serve(&folder, &config, &[]);
    let mut alice = server.connect().here("alice");
    alice.say("MOTD");
    alice.lines.expect(":irc.example.org 372 alice :- Be kind.");
}

#[test]
fn every_flag_of_serve_is_also_a_key() {
    let help = run(&["serve", "--help"], "").out;
    let flags = help.iter().filter_map(|line| line.trim_start().strip_prefix("--")?.split([' ', '=']).next());
    let others: Vec<&str> = flags.filter(|flag| !["config", "print-config"].contains(flag)).collect();
    assert_eq!(others, ["listen", "name", "motd", "tls-certificate", "tls-key", "trusted-proxy", "log", "log-format"]);
    let page = fs::read_to_string("docs/configuration.md").expect("the page is there").replace('\n', " ");
    assert!(page.contains(
        "set the keys `listen`, `server.name`, `server.motd`, `certificate.chain`, `certificate.key`, \
         `trusted_proxies`, `log.level` and `log.format`"
    ));
    let (text, _) = printed();
    let keys =
        ["listen = ", "name = ", "#motd = ", "#chain = ", "#key = ", "#trusted_proxies = ", "level = ", "format = "];
    for key in keys {
        assert!(text.lines().any(|line| line.starts_with(key)), "{key}");
    }
}

#[test]
fn the_version_says_whether_bugs_are_compiled_in() {
    let planted = " (for tests: built with planted bugs, all switched off)";
    let build = if cfg!(feature = "planted") { planted } else { "" };
    assert_eq!(run(&["--version"], "").out, [format!("verbatim 0.1.0{build}")]);
}

#[test]
fn a_closed_pipe_is_no_error_but_a_full_disk_is() {
    let mut command = Command::new("sh");
    command.args(["-c", "\"$0\" serve --print-config | true; \"$0\" serve --print-config > /dev/full"]).arg(verbatim());
    let mut process = Process::start(&mut command);
    assert_eq!(process.err.rest(), ["verbatim: cannot write the configuration: No space left on device (os error 28)"]);
    assert_eq!(process.code(), Some(1));
}

#[test]
fn check_prints_the_mistakes_that_the_readme_shows() {
    let text = "listen = [\"tcp://127.0.0.1:6667\"]\n\n[server]\nnmae = \"irc.example.org\"\n\n\n\n[limits]\nnick_bytes = 1000\n";
    let readme = fs::read_to_string("README.md").expect("the page is there");
    let shown = mistakes(text).replace("x.toml", "verbatim.toml");
    assert!(readme.contains(&format!("verbatim: 2 mistakes in verbatim.toml\n{shown}\n")), "{shown}");
}

#[test]
fn flags_win_over_the_file() {
    let folder = Folder::new();
    write_file(&folder.path("file.txt"), "from the file");
    write_file(&folder.path("flag.txt"), "from the flag");
    let config = "listen = [\"tcp://127.0.0.1:0\", \"tcp://127.0.0.1:0\"]\n[server]\nname = \"file.example\"\n\
                  motd = \"file.txt\"\n[log]\nlevel = \"off\"\nformat = \"json\"\n";
    let mut server = serve(&folder, config, &[]);
    server.process.out.expect("listening on ");
    let mut alice = server.connect().here("alice");
    alice.say("MOTD");
    alice.lines.expect(":file.example 372 alice :- from the file");
    let motd = folder.path("flag.txt");
    let flags = ["--name", "flag.example", "--motd", motd.to_str().expect("a UTF-8 path"), "--log", "info"];
    let mut server =
        serve(&folder, config, &[&flags[..], &["--log-format", "text", "--listen", "tcp://127.0.0.1:0"]].concat());
    let mut alice = server.connect().here("alice");
    alice.say("MOTD");
    alice.lines.expect(":flag.example 372 alice :- from the flag");
    assert!(server.process.err.expect("connected").contains("INFO"));
    drop(server.process.child.kill());
    assert_eq!(server.process.out.rest(), [""; 0], "it listens at one place only");
}
