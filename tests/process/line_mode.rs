//! `verbatim chat` at a terminal: the lines that it edits, and the modes that it restores.

use std::process::Command;

use nix::sys::signal::{Signal, kill};
use nix::sys::termios::LocalFlags;
use nix::unistd::Pid;

use crate::shell_world::*;
use crate::terminal::Terminal;

/// alice at a terminal, and bob, who hears what she says.
fn at_a_terminal(server: &Server, arguments: &[&str]) -> (Terminal, Peer) {
    let mut bob = server.connect().here("bob");
    let mut command = Command::new(verbatim());
    command
        .args(["chat", server.url(), "--nick", "alice"])
        .args(arguments)
        .env("TERM", "screen")
        .env("LC_ALL", "C.UTF-8");
    let mut alice = Terminal::start(&command);
    alice.shows(&["#lobby → alice (you) is here"]);
    alice.shows(&["[#lobby]"]);
    bob.lines.expect("JOIN #lobby");
    (alice, bob)
}

const SAID: &str = ":alice!~alice@127.0.0.1 PRIVMSG #lobby :";

#[test]
fn keys_edit_the_line_and_are_never_said() {
    let server = Server::start();
    let (mut alice, mut bob) = at_a_terminal(&server, &[]);
    alice.presses("\x1b[A\x1b[15~\x0chelo\x1b[D\t\x1b[Dl\x1b[F!\r");
    assert_eq!(bob.lines.next(), Some(format!("{SAID}hello!")));
    alice.shows(&["#lobby <alice> hello!"]);
    alice.presses("half a line");
    alice.shows(&["[#lobby] half a line"]);
    bob.say("PRIVMSG #lobby :who is there?");
    alice.shows(&["#lobby <bob> who is there?"]);
    alice.shows(&["[#lobby] half a line"]);
    assert!(!alice.rang());
    bob.say("PRIVMSG #lobby :Alice?");
    alice.shows(&["#lobby <bob> Alice?"]);
    alice.shows(&["[#lobby] half a line"]);
    assert!(alice.rang());
    alice.presses("\x04\x15bo\t\r");
    assert_eq!(bob.lines.next(), Some(format!("{SAID}bob: ")));
    alice.shows(&["<alice> bob:"]);
    assert_eq!((alice.count("hello!"), alice.count("half a line")), (1, 0));
}

#[test]
fn a_line_longer_than_the_kernel_would_deliver_arrives_whole() {
    let server = Server::start();
    let (mut alice, mut bob) = at_a_terminal(&server, &[]);
    let text: String = (0..1000).map(|number| format!("{number} ")).collect();
    assert!(text.len() < 4096);
    let text = text.repeat(3);
    alice.presses(&text);
    alice.presses("the end\r");
    let mut heard = String::new();
    while !heard.ends_with("the end") {
        let line = bob.lines.next().expect("a line");
        heard.push_str(line.strip_prefix(SAID).expect("a message of alice's"));
    }
    assert_eq!(heard, format!("{text}the end"));
}

#[test]
fn the_terminal_is_as_before_whatever_ends_the_client() {
    let server = Server::start();
    for (number, end) in ["/quit\r", "\x04", "\x03", "\x1c", "TERM", "HUP", "the server"].iter().enumerate() {
        let mut command = Command::new(verbatim());
        let nick = format!("alice{number}");
        command.args(["chat", server.url(), "--nick", &nick]).env("TERM", "screen").env("LC_ALL", "C.UTF-8");
        // The modes that a new terminal has.
        let before = Terminal::start(&Command::new("true")).modes();
        let mut alice = Terminal::start(&command);
        alice.shows(&["[#lobby]"]);
        assert!(!alice.modes().local_flags.intersects(LocalFlags::ICANON | LocalFlags::ECHO));
        let pid = Pid::from_raw(alice.pid());
        match *end {
            "TERM" => kill(pid, Signal::SIGTERM).expect("it runs"),
            "HUP" => kill(pid, Signal::SIGHUP).expect("it runs"),
            "the server" => {
                let mut operator = server.connect().here("op");
                operator.say("PRIVMSG #lobby :bye");
                alice.shows(&["<op> bye"]);
                alice.presses("/raw QUIT\r");
            }
            keys => alice.presses(keys),
        }
        let status = alice.ends();
        assert!(status.success(), "{end:?}: {status}");
        assert_eq!(alice.modes(), before, "{end:?}");
    }
}

#[test]
fn a_stopped_client_gives_the_terminal_back_and_continues() {
    let server = Server::start();
    let mut bob = server.connect().here("bob");
    let script = r#""$0" chat "$1" --nick alice; echo it is stopped; read line; fg; echo it has ended"#;
    let mut command = Command::new("sh");
    command.args(["-mc", script]).arg(verbatim()).arg(server.url()).env("TERM", "screen").env("LC_ALL", "C.UTF-8");
    let mut alice = Terminal::start(&command);
    alice.shows(&["[#lobby]"]);
    let editing = alice.modes();
    alice.presses("half a ");
    alice.shows(&["[#lobby] half a"]);
    alice.presses("\x1a");
    alice.shows(&["it is stopped"]);
    assert!(alice.modes().local_flags.contains(LocalFlags::ICANON | LocalFlags::ECHO));
    alice.presses("\r");
    wait_for("the line is edited again", || (alice.modes() == editing).then_some(()));
    alice.presses("line\r");
    bob.lines.expect(&format!("{SAID}half a line"));
    alice.shows(&["<alice> half a line"]);
    alice.presses("/quit\r");
    alice.shows(&["it has ended"]);
}

#[test]
fn a_terminal_without_escape_sequences_gets_none() {
    let server = Server::start();
    let mut command = Command::new(verbatim());
    command.args(["chat", server.url(), "--nick", "alice"]).env("TERM", "dumb").env("LC_ALL", "C.UTF-8");
    let mut bob = server.connect().here("bob");
    let before = Terminal::start(&Command::new("true")).modes();
    let mut alice = Terminal::start(&command);
    alice.shows(&["#lobby → alice (you) is here"]);
    assert_eq!(alice.modes(), before);
    alice.presses("\x1b[A\r");
    alice.shows(&["! not sent, since it has control characters"]);
    alice.types("plain");
    bob.lines.expect("JOIN #lobby");
    assert_eq!(bob.lines.next(), Some(format!("{SAID}plain")));
}

#[test]
fn a_password_is_asked_for_without_echo() {
    let server = Server::start();
    let mut command = Command::new(verbatim());
    command.args(["chat", server.url(), "--nick", "alice", "--ask-password"]).env("TERM", "screen");
    let mut alice = Terminal::start(&command);
    alice.shows(&["Password of the server:"]);
    alice.types("open sesame");
    alice.shows(&["[#lobby]"]);
    assert_eq!(alice.count("sesame"), 0);
}
