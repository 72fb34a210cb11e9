//! Each planted bug of TLS breaks a claim that other tests make.

use rustls::version::TLS13;
use verbatim::planted::{Bug, Planted, plant};

use super::world::*;

/// A client and a server with `bug`.
fn pair(bug: Bug) -> (Planted, Pair) {
    let authority = Authority::new();
    let server = server_with(&[&authority.signs(&[HOST])]);
    let planted = plant(bug);
    (planted, Pair::to(HOST, &client_of(&TLS13, &authority, None), &server))
}

#[test]
fn the_planted_bug_loses_lines_right_after_the_handshake() {
    let (_planted, mut pair) = pair(Bug::TlsHandshakeTailLost);
    let hello = pair.client.raw();
    pair.server.hears(&hello, usize::MAX);
    let answer = pair.server.raw();
    pair.client.hears(&answer, usize::MAX);
    pair.client.says(b"NICK alice\r\n");
    pair.carry(usize::MAX);
    pair.client.says(b"JOIN #lobby\r\n");
    pair.carry(usize::MAX);
    assert_eq!(pair.server.irc(), "JOIN #lobby\r\n");
}

#[test]
fn the_planted_bug_ignores_a_goodbye() {
    let (_planted, pair) = pair(Bug::CloseNotifyIgnored);
    let mut pair = pair.shaken();
    pair.client.says_goodbye();
    pair.carry(usize::MAX);
    assert!(!pair.server.out.ended);
    pair.server.hears_the_end();
    assert_eq!(pair.server.error.as_deref(), Some("TLS connection cut short"));
}

#[test]
fn the_planted_bug_takes_only_the_first_part_of_a_long_read() {
    let (_planted, pair) = pair(Bug::TlsRecordCut);
    let mut pair = pair.shaken();
    pair.client.says(&b"PING x\r\n".repeat(2000));
    pair.carry(usize::MAX);
    assert!(pair.server.irc().len() < 8 * 2000);
}
