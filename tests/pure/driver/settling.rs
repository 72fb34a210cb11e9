//! Lines, goodbyes and deadlines that are held for the log.

use nix::errno::Errno;
use verbatim::driver::{DriverLimits, ServerDriver};
use verbatim::planted::{Bug, plant};
use verbatim::server::{Boot, Config, Outcome, Server};
use verbatim::time::Now;
use verbatim::transport::{Front, Transport};
use verbatim::wire::Peer;

use super::{Knock, NOW, Socket, at};

const REFUSED: Outcome<'static> = Outcome::Refused("no space left");

/// A server with a log, and alice and bob in #lobby, on connections 0 and 1. Everything is settled.
fn two_people() -> (ServerDriver<Socket>, Socket, Socket) {
    two_people_by(|| None)
}

fn two_people_by(transport: fn() -> Option<Box<dyn Transport>>) -> (ServerDriver<Socket>, Socket, Socket) {
    let config = Config { log: true, ..Config::default() };
    let server = Server::new(config, Boot::foreseen(NOW));
    let mut driver = ServerDriver::new(server, DriverLimits::default(), ());
    let [alice, bob] = ["alice", "bob"].map(|nick| {
        let socket = Socket::default();
        let knock = if transport().is_some() { "!" } else { "" };
        socket.will_read(&format!("{knock}NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\nJOIN #lobby\r\n"));
        let conn = driver.accept(NOW, socket.clone(), Peer::named("host"), Front::Irc, |_, _| transport());
        driver.readable(conn);
        driver.round(NOW);
        settle(&mut driver, NOW, Outcome::Stored);
        assert!(socket.written().contains(" JOIN #lobby\r\n"), "{nick} is there");
        socket
    });
    alice.written();
    (driver, alice, bob)
}

/// Takes the next commit, settles it, and writes the results.
fn settle(driver: &mut ServerDriver<Socket>, now: Now, outcome: Outcome<'_>) {
    let commit = driver.commit().expect("something was appended");
    driver.settled(now, commit.upto, outcome);
    driver.round(now);
}

fn says(driver: &mut ServerDriver<Socket>, conn: u32, socket: &Socket, line: &str) {
    socket.will_read(&format!("{line}\r\n"));
    driver.readable(conn);
    driver.round(NOW);
}

#[test]
fn a_line_is_written_when_it_is_stored_and_holds_later_ones() {
    let (mut driver, alice, bob) = two_people();
    says(&mut driver, 0, &alice, "PRIVMSG #lobby :one");
    says(&mut driver, 0, &alice, "PING :behind");
    says(&mut driver, 1, &bob, "PING :behind");
    assert_eq!((alice.written(), bob.written()), (String::new(), String::new()));
    settle(&mut driver, NOW, Outcome::Stored);
    assert_eq!(alice.written(), ":verbatim.local PONG verbatim.local :behind\r\n");
    assert_eq!(
        bob.written(),
        ":alice!~alice@host PRIVMSG #lobby :one\r\n:verbatim.local PONG verbatim.local :behind\r\n"
    );
}

#[test]
fn a_refused_message_is_not_written_and_its_sender_gets_a_fail() {
    let (mut driver, alice, bob) = two_people();
    says(&mut driver, 0, &alice, "PRIVMSG #lobby :one\r\nTOPIC #lobby :two\r\nPING :behind");
    settle(&mut driver, NOW, REFUSED);
    let (alice, bob) = (alice.written(), bob.written());
    assert_eq!(
        alice,
        ":verbatim.local FAIL PRIVMSG NOT_STORED #lobby :Your message could not be stored\r\n\
         :alice!~alice@host TOPIC #lobby :two\r\n:verbatim.local PONG verbatim.local :behind\r\n"
    );
    assert_eq!(bob, ":alice!~alice@host TOPIC #lobby :two\r\n", "a refused change is shown anyway");
}

#[test]
fn facts_of_one_round_are_one_commit() {
    let (mut driver, alice, bob) = two_people();
    alice.will_read("PRIVMSG #lobby :one\r\n");
    bob.will_read("PRIVMSG #lobby :two\r\n");
    driver.readable(0);
    driver.readable(1);
    driver.round(NOW);
    let first = driver.commit().expect("both were appended");
    assert_eq!(first.facts.len(), 2);
    assert!(driver.commit().is_none());
    says(&mut driver, 0, &alice, "PRIVMSG #lobby :three");
    let second = driver.commit().expect("one more");
    assert_eq!(second.first, first.upto + 1);
    driver.settled(NOW, first.upto, Outcome::Stored);
    driver.round(NOW);
    assert_eq!(bob.written(), ":alice!~alice@host PRIVMSG #lobby :one\r\n");
    driver.settled(NOW, second.upto, REFUSED);
    driver.round(NOW);
    assert_eq!(bob.written(), "");
    assert!(alice.written().contains(" FAIL PRIVMSG NOT_STORED #lobby "));
}

#[test]
#[should_panic(expected = "a commit is settled as a whole, and once")]
fn a_store_that_cuts_a_commit_in_two_is_a_bug() {
    let (mut driver, alice, _bob) = two_people();
    says(&mut driver, 0, &alice, "PRIVMSG #lobby :one\r\nPRIVMSG #lobby :two");
    let commit = driver.commit().expect("both were appended");
    driver.settled(NOW, commit.upto - 1, Outcome::Stored);
}

#[test]
fn a_goodbye_follows_held_lines_and_its_linger_starts_after_them() {
    let (mut driver, alice, bob) = two_people();
    says(&mut driver, 1, &bob, "PRIVMSG #lobby :one");
    says(&mut driver, 0, &alice, "QUIT :bye");
    let linger = DriverLimits::default().linger;
    let late = NOW + linger * 10;
    driver.round(late);
    assert_eq!((driver.connections(), alice.written().as_str(), alice.is_ended()), (2, "", false));
    let commit = driver.commit().expect("both are appended");
    driver.settled(late, commit.upto, Outcome::Stored);
    driver.round(late);
    let written = alice.written();
    assert!(written.starts_with(":bob!~bob@host PRIVMSG #lobby :one\r\nERROR :Closing link"), "{written}");
    assert!(alice.is_ended());
    driver.round(late + linger / 2);
    assert_eq!(driver.connections(), 2, "its linger begins when nothing is held any more");
    driver.round(late + linger);
    assert_eq!(driver.connections(), 1);
}

#[test]
fn a_transport_sees_only_settled_lines() {
    let (mut driver, alice, bob) = two_people_by(|| Some(Box::new(Knock::default())));
    says(&mut driver, 0, &alice, "PRIVMSG #lobby :one");
    says(&mut driver, 1, &bob, "PING :behind\r\nQUIT");
    assert_eq!(bob.written(), "");
    settle(&mut driver, NOW, Outcome::Stored);
    let written = bob.written();
    assert!(written.starts_with(":alice!~alice@host PRIVMSG #lobby :one\r\n:verbatim.local PONG "), "{written}");
    assert!(written.ends_with("ERROR :Closing link: (host) [Quit: ]\r\n(goodbye)") && bob.is_ended(), "{written}");
}

#[test]
fn a_reused_connection_number_gets_no_lines_held_for_another() {
    let (mut driver, alice, bob) = two_people();
    says(&mut driver, 0, &alice, "PRIVMSG #lobby :one");
    bob.will_fail_to_read(nix::errno::Errno::ECONNRESET);
    driver.readable(1);
    driver.round(NOW);
    let carol = Socket::default();
    assert_eq!(driver.accept(NOW, carol.clone(), Peer::named("host"), Front::Irc, |_, _| None), 1);
    settle(&mut driver, NOW, Outcome::Stored);
    assert_eq!((carol.written(), bob.written()), (String::new(), String::new()));
}

#[test]
fn the_ping_timeout_starts_when_the_ping_is_no_longer_held() {
    let (mut driver, alice, _bob) = two_people();
    says(&mut driver, 0, &alice, "PRIVMSG #lobby :one");
    let Config { ping_interval, ping_timeout, .. } = Config::default();
    driver.round(NOW + ping_interval);
    let late = NOW + ping_interval + ping_timeout * 3;
    driver.round(late);
    assert_eq!(driver.server().connections(), 2, "the PINGs are held, and nobody can answer");
    settle(&mut driver, late, Outcome::Stored);
    assert!(alice.written().ends_with("PING :verbatim.local\r\n"));
    let due = driver.deadline().expect("a ping timeout");
    assert_eq!(due, (late + ping_timeout).mono);
    driver.round(at(due));
    assert_eq!(driver.server().connections(), 0);
}

#[test]
fn a_peer_with_much_output_behind_a_held_line_is_paused_not_dropped() {
    let (mut driver, alice, bob) = two_people();
    says(&mut driver, 0, &alice, "PRIVMSG #lobby :one");
    for _ in 0..2000 {
        bob.will_read("MOTD\r\nLUSERS\r\nVERSION\r\n");
    }
    for _ in 0..2000 {
        driver.readable(1);
        driver.round(NOW);
    }
    let most = DriverLimits::default().link.send_queue_bytes;
    assert!(driver.pending_bytes(1) <= most && driver.server().connections() == 2, "{}", driver.pending_bytes(1));
    settle(&mut driver, NOW, Outcome::Stored);
    while driver.round(NOW) {}
    let answers = bob.written().matches(" 351 bob ").count();
    assert_eq!(answers, 2000, "and then all is answered");
}

/// Bob reads little, and more than half of his queue is full when a line from alice is held for him. So the driver does
/// not read his PONG. Returns how many are connected when the PONG is overdue, and how many a while after the line
/// is stored.
fn connections_after_unread_pong(bug: Option<Bug>) -> (usize, usize) {
    let _planted = plant(bug);
    let (mut driver, alice, bob) = two_people();
    let Config { ping_interval, ping_timeout, .. } = Config::default();
    bob.will_fail_to_write(Errno::EAGAIN);
    while driver.pending_bytes(1) <= DriverLimits::default().link.send_queue_bytes / 2 {
        bob.will_read(&"MOTD\r\n".repeat(100));
        driver.readable(1);
        driver.round(NOW);
    }
    let pinged = NOW + ping_interval;
    driver.round(pinged);
    alice.will_read("PONG :verbatim.local\r\nPRIVMSG #lobby :one\r\n");
    driver.readable(0);
    driver.round(pinged);
    bob.will_read("PONG :verbatim.local\r\n");
    driver.readable(1);
    driver.round(pinged);
    driver.round(pinged + ping_timeout);
    let before = driver.server().connections();
    settle(&mut driver, pinged + ping_timeout, Outcome::Stored);
    driver.round(pinged + ping_timeout + ping_timeout / 2);
    (before, driver.server().connections())
}

#[test]
fn nobody_times_out_for_a_pong_that_the_driver_has_not_read() {
    assert_eq!(connections_after_unread_pong(None), (2, 2));
    assert_eq!(connections_after_unread_pong(Some(Bug::UnreadTimedOut)), (1, 1), "the planted bug is noticed");
}

#[test]
fn facts_settled_after_the_server_stops_do_no_harm() {
    let (mut driver, alice, bob) = two_people();
    says(&mut driver, 0, &alice, "PRIVMSG #lobby :one");
    driver.stop(NOW);
    driver.round(NOW);
    assert!(driver.is_unsettled());
    settle(&mut driver, NOW, Outcome::Stored);
    assert!(!driver.is_unsettled());
    let written = bob.written();
    assert!(written.starts_with(":alice!~alice@host PRIVMSG #lobby :one\r\nERROR :Closing link"), "{written}");
    driver.round(NOW + DriverLimits::default().linger);
    assert_eq!(driver.connections(), 0);
}

#[test]
fn settling_several_commits_releases_exactly_the_lines_that_wait_for_them() {
    let (mut driver, alice, bob) = two_people();
    let mut commits = Vec::new();
    for line in ["one", "two", "three"] {
        says(&mut driver, 0, &alice, &format!("PRIVMSG #lobby :{line}"));
        commits.push(driver.commit().expect("it was appended").upto);
    }
    driver.settled(NOW, commits[1], Outcome::Stored);
    driver.round(NOW);
    assert_eq!(bob.written(), ":alice!~alice@host PRIVMSG #lobby :one\r\n:alice!~alice@host PRIVMSG #lobby :two\r\n");
    assert!(driver.is_unsettled());
    driver.settled(NOW, commits[2], REFUSED);
    driver.round(NOW);
    assert_eq!((bob.written().as_str(), driver.is_unsettled()), ("", false));
}

/// `echo hi | nc -N HOST PORT`, where the visitor's own JOIN is held for the log.
#[test]
fn lines_typed_by_a_visitor_are_sent_though_their_input_has_ended() {
    let (mut driver, _alice, bob) = two_people();
    let visitor = Socket::default();
    visitor.will_read("hi\n");
    visitor.will_read("");
    let conn = driver.accept(NOW, visitor.clone(), Peer::named("host"), Front::Visitor, |_, _| None);
    driver.readable(conn);
    for _ in 0..10 {
        while driver.round(NOW) {}
        if let Some(commit) = driver.commit() {
            driver.settled(NOW, commit.upto, Outcome::Stored);
        }
    }
    let heard = bob.written();
    assert!(heard.contains(" PRIVMSG #lobby :hi\r\n"), "{heard}");
    driver.round(NOW + DriverLimits::default().linger);
    assert_eq!(driver.server().connections(), 2);
}

#[test]
fn a_visitors_transport_says_goodbye_after_the_held_lines() {
    let (mut driver, alice, _bob) = two_people();
    let visitor = Socket::default();
    visitor.will_read("!");
    let conn = driver
        .accept(NOW, visitor.clone(), Peer::named("host"), Front::Visitor, |_, _| Some(Box::new(Knock::default())));
    driver.readable(conn);
    for _ in 0..10 {
        while driver.round(NOW) {}
        if let Some(commit) = driver.commit() {
            driver.settled(NOW, commit.upto, Outcome::Stored);
        }
    }
    assert!(visitor.written().contains("-- You are guest3, in #lobby."));
    says(&mut driver, 0, &alice, "PRIVMSG #lobby :one");
    driver.stop(NOW);
    driver.round(NOW);
    assert_eq!(visitor.written(), "");
    settle(&mut driver, NOW, Outcome::Stored);
    let written = visitor.written();
    assert!(written.starts_with("alice: one\n") && written.ends_with("(goodbye)"), "{written:?}");
}
