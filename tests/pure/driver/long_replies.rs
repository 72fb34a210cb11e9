//! Replies that are longer than a queue.

use nix::errno::Errno;
use verbatim::driver::{DriverLimits, ServerDriver};
use verbatim::planted::{Bug, plant};
use verbatim::server::{Boot, Config, Server};
use verbatim::transport::{Front, LinkLimits};
use verbatim::wire::Peer;

use super::{NOW, Socket};

const CHANNELS: usize = 90;

/// Bob requests LIST of 90 channels with long topics and then sends a PING. His queue holds a fifth of that. Returns what
/// he has read in the end; if he `stalls`, he reads nothing for a while after the first piece.
fn listed(stalls: bool, bug: Option<Bug>) -> String {
    let _planted = plant(bug);
    let link = LinkLimits { send_queue_bytes: 8 << 10, ..LinkLimits::default() };
    let config = Config { reply_rows: 10, ..Config::default() };
    let limits = DriverLimits { link, ..DriverLimits::default() };
    let mut driver = ServerDriver::new(Server::new(config, Boot::foreseen(NOW)), limits, ());
    let alice = Socket::default();
    alice.will_read("NICK alice\r\nUSER a 0 * :a\r\n");
    let conn = driver.accept(NOW, alice.clone(), Peer::named("host"), Front::Irc, |_, _| None);
    driver.readable(conn);
    let topic = "x".repeat(300);
    (0..CHANNELS).for_each(|n| alice.will_read(&format!("JOIN #{n:02}\r\nTOPIC #{n:02} :{topic}\r\n")));
    while driver.round(NOW) {}
    let bob = Socket::default();
    bob.will_read("NICK bob\r\nUSER b 0 * :b\r\n");
    let conn = driver.accept(NOW, bob.clone(), Peer::named("host"), Front::Irc, |_, _| None);
    driver.readable(conn);
    while driver.round(NOW) {}
    bob.written();
    if stalls {
        (0..3).for_each(|_| bob.will_fail_to_write(Errno::EAGAIN));
    }
    bob.will_read("LIST\r\nPING later\r\n");
    driver.readable(1);
    while driver.round(NOW) {}
    for _ in 0..3 {
        driver.writable(1);
        while driver.round(NOW) {}
    }
    assert_eq!(driver.connections(), 2, "neither is cut off");
    bob.written()
}

#[test]
fn a_reply_longer_than_the_queue_reaches_a_client_that_reads_and_then_its_next_command_is_answered() {
    for stalls in [false, true] {
        let read = listed(stalls, None);
        assert_eq!(read.matches(" 322 bob #").count(), CHANNELS);
        assert!(read.contains(" 323 bob ") && read.ends_with(" PONG verbatim.local :later\r\n"));
    }
}

#[test]
fn a_reply_that_is_not_continued_is_noticed() {
    let read = listed(true, Some(Bug::DrainForgotten));
    assert_eq!(read.matches(" 322 bob #").count(), 10);
}
