//! SIGHUP: what is reloaded, what takes a restart, and what an invalid file does.

use nix::sys::signal::Signal;

use super::{hash, serve};
use crate::shell_world::*;

const LISTEN: &str = "listen = [\"tcp://127.0.0.1:0\"]\n";

/// Replaces the configuration of a running server, reloads it, and returns the log's message.
fn reloads(server: &mut Server, folder: &Folder, config: &str) -> String {
    write_file(&folder.path("verbatim.toml"), config);
    server.process.signal(Signal::SIGHUP);
    server.process.err.expect("configuration")
}

#[test]
fn sighup_reloads_the_message_of_the_day() {
    let folder = Folder::new();
    write_file(&folder.path("motd"), "before");
    let config = [LISTEN, "[server]\nmotd = \"motd\"\n"].concat();
    let mut server = serve(&folder, &config, &[]);
    let mut alice = server.connect().here("alice");
    write_file(&folder.path("motd"), "after");
    assert!(reloads(&mut server, &folder, &config).ends_with(" INFO configuration reloaded"));
    alice.say("MOTD");
    alice.lines.expect(" 372 alice :- after");
}

#[test]
fn a_reload_reports_the_keys_that_need_a_restart_and_keeps_them() {
    let folder = Folder::new();
    let mut server = serve(&folder, LISTEN, &[]);
    let config = "listen = [\"tcp://127.0.0.1:1\"]\nserver.name = \"new.example\"\nserver.casemapping = \"rfc1459\"\n\
                  limits.nick_bytes = 9\nlog.format = \"json\"\nadmin.email = \"a@b\"\nlimits.send_queue_bytes = 65536\n";
    let said = reloads(&mut server, &folder, config);
    let kept = "listen, server.name, server.casemapping, limits.nick_bytes, limits.send_queue_bytes, log.format";
    assert!(
        said.ends_with(&format!(
            " WARN configuration reloaded, but these keys take effect only after a restart: {kept}"
        )),
        "{said}"
    );
    let mut alice = server.connect();
    alice.say("NICK alice_with_a_long_nick\r\nUSER a 0 * :a");
    alice.lines.expect(":verbatim.local 001 alice_with_a_long_nick ");
    alice.lines.expect(" CASEMAPPING=ascii ");
    // A kept value is not reported again once the file contains it again.
    assert!(reloads(&mut server, &folder, LISTEN).ends_with(" INFO configuration reloaded"));
}

#[test]
fn a_key_that_needs_a_restart_has_no_effect_before_it() {
    let folder = Folder::new();
    let mut server = serve(&folder, LISTEN, &[]);
    let mut alice = server.connect().here("alice");
    let mut promises = || {
        alice.say("VERSION\r\nPING end");
        let mut lines = Vec::new();
        loop {
            match alice.lines.next() {
                Some(line) if line.ends_with(" :end") => break lines,
                line => lines.push(line.expect("the server answers")),
            }
        }
    };
    let before = promises();
    assert!(before.len() > 3, "{before:#?}");
    let numbers = ["line_bytes = 2000", "nick_bytes = 9", "topic_bytes = 20", "targets = 1", "monitor_entries = 1"];
    let config = format!("{LISTEN}[server]\nnetwork = \"Other\"\n[limits]\n{}\n", numbers.join("\n"));
    reloads(&mut server, &folder, &config);
    assert_eq!(promises(), before);
    let mut bob = server.connect().here("bob_with_a_long_nick");
    alice.say(&format!("TOPIC #lobby :{}\r\nPRIVMSG alice,bob :x\r\nPING {}", "t".repeat(200), "x".repeat(600)));
    bob.lines.expect(&format!(" TOPIC #lobby :{}", "t".repeat(200)));
    alice.lines.expect(" 401 alice bob ");
    alice.lines.expect(" 417 ");
}

#[test]
fn a_broken_file_changes_nothing_and_the_log_says_why() {
    let folder = Folder::new();
    write_file(&folder.path("motd"), "before");
    let config = [LISTEN, "[server]\nmotd = \"motd\"\n"].concat();
    let mut server = serve(&folder, &config, &[]);
    let mut alice = server.connect().here("alice");
    write_file(&folder.path("motd"), "after");
    let broken = [&config, "nmae = \"x\"\npassword = \"hunter2\"\n"].concat();
    let said = reloads(&mut server, &folder, &broken);
    let path = folder.path("verbatim.toml");
    let why = format!("{} line 4: unknown key server.nmae; did you mean server.name?", path.display());
    let more = "(and 1 more; see verbatim check)";
    assert!(said.ends_with(&format!("ERROR configuration not reloaded: {why} {more}")), "{said}");
    alice.say("MOTD");
    alice.lines.expect(" 372 alice :- before");
    std::fs::remove_file(&path).expect("it is there");
    server.process.signal(Signal::SIGHUP);
    server.process.err.expect("verbatim.toml: no such file or directory");
    assert!(reloads(&mut server, &folder, &config).ends_with(" INFO configuration reloaded"));
    alice.say("MOTD");
    alice.lines.expect(" 372 alice :- after");
}

#[test]
fn flags_override_a_reloaded_file() {
    let folder = Folder::new();
    let motd = folder.path("flag");
    let motd = write_file(&motd, "from the flag").to_str().expect("a UTF-8 path");
    let mut server = serve(&folder, LISTEN, &["--motd", motd]);
    write_file(&folder.path("file"), "from the file");
    let config = [LISTEN, "server.motd = \"file\"\n"].concat();
    assert!(reloads(&mut server, &folder, &config).ends_with(" INFO configuration reloaded"));
    write_file(&folder.path("flag"), "from the flag, later");
    reloads(&mut server, &folder, &config);
    let mut bob = server.connect().here("bob");
    bob.say("MOTD");
    bob.lines.expect(" 372 bob :- from the flag, later");
}

#[test]
fn a_new_password_and_new_timeouts_apply_after_a_reload() {
    let folder = Folder::new();
    let mut server = serve(&folder, LISTEN, &[]);
    let mut alice = server.connect().here("alice");
    let config = format!("{LISTEN}server.password = '{}'\n", hash("sesame"));
    assert!(reloads(&mut server, &folder, &config).ends_with(" INFO configuration reloaded"));
    let mut bob = server.connect();
    bob.say("NICK bob\r\nUSER bob 0 * :bob");
    bob.lines.expect(" 464 bob ");
    // Set only now, so that slow registrations before do not time out.
    let config = format!("{config}timeouts.registration_timeout_s = 1\n");
    assert!(reloads(&mut server, &folder, &config).ends_with(" INFO configuration reloaded"));
    let mut silent = server.connect();
    silent.lines.expect("ERROR :Closing link: (127.0.0.1) [Registration timeout]");
    // Registered users stay.
    alice.say("PING x");
    alice.lines.expect("PONG");
}

#[test]
fn a_reload_changes_the_log_level_and_no_part_of_a_password_is_logged() {
    let folder = Folder::new();
    let mut server = serve(&folder, LISTEN, &[]);
    let mut alice = server.connect().here("alice");
    let mut bob = server.connect();
    // The rest of this line is sent after the reload, when lines are logged.
    bob.begin("PASS hun");
    alice.say("PING x");
    alice.lines.expect("PONG");
    reloads(&mut server, &folder, &[LISTEN, "log.level = \"debug\"\n"].concat());
    bob.say("ter2");
    bob.say("PASS hunter2\r\nNICK bob\r\nUSER bob 0 * :bob\r\nOPER bob hunter2\r\nPING done");
    bob.lines.expect("PONG verbatim.local :done");
    let mut lines = vec![server.process.err.expect("> PASS (hidden)")];
    lines.push(server.process.err.expect("> OPER (hidden)"));
    reloads(&mut server, &folder, "listen = [\"tcp://127.0.0.1:1\"]\nlog.level = \"warn\"\n");
    alice.say("PING y");
    alice.lines.expect("PONG");
    server.process.signal(Signal::SIGTERM);
    lines.extend(server.process.err.rest());
    assert_eq!(server.process.code(), Some(0));
    assert!(lines.iter().all(|line| !line.contains("ter2") && !line.contains("PING y")), "{lines:#?}");
}

#[test]
fn a_reload_changes_an_sts_policy_only_if_there_is_a_tls_listener() {
    let folder = Folder::new();
    let mut server = serve(&folder, LISTEN, &[]);
    let mut alice = server.connect();
    alice.say("CAP LS 302");
    assert!(!alice.lines.expect("CAP * LS ").contains("sts="));
    let with_tls = "listen = [\"tcp://127.0.0.1:0\", \"tls://127.0.0.1:0\"]\nsts.port = 6697\n";
    let said = reloads(&mut server, &folder, with_tls);
    assert!(said.ends_with("these keys take effect only after a restart: listen, sts.port"), "{said}");
    alice.say("CAP LS 302\r\nPING x");
    assert!(!alice.lines.expect("CAP * LS ").contains("sts="));
    let mut server = serve(&folder, with_tls, &[]);
    let mut bob = server.connect();
    bob.say("CAP LS 302");
    assert!(bob.lines.expect("CAP * LS ").contains(" sts=port=6697"));
    assert!(reloads(&mut server, &folder, &with_tls.replace("6697", "7000")).ends_with(" INFO configuration reloaded"));
    bob.lines.expect(":verbatim.local CAP * NEW :sts=port=7000");
}
