//! Connections that the server has closed are kept until their peers have read why.

use verbatim::driver::DriverLimits;
use verbatim::transport::{Front, LinkLimits};
use verbatim::wire::Peer;

use super::{NOW, Socket, two_people};

#[test]
fn a_closed_connection_is_kept_until_its_peer_has_read_why() {
    let (mut driver, alice, bob) = two_people();
    alice.will_read("QUIT :bye\r\n");
    driver.readable(0);
    driver.round(NOW);
    assert!(alice.written().starts_with("ERROR :Closing link") && alice.is_ended());
    assert_eq!((driver.connections(), driver.server().connections()), (2, 1), "a reset would lose the reason");
    bob.written();
    // What was in flight is read and ignored.
    alice.will_read("PRIVMSG #lobby :hello\r\n");
    driver.readable(0);
    driver.round(NOW);
    assert_eq!((driver.connections(), bob.written()), (2, String::new()));
    alice.will_read("");
    driver.readable(0);
    driver.round(NOW);
    assert_eq!(driver.connections(), 1);
}

#[test]
fn a_peer_that_does_not_hang_up_is_dropped_after_a_while() {
    let (mut driver, alice, _bob) = two_people();
    alice.will_read("QUIT\r\n");
    driver.readable(0);
    driver.round(NOW);
    let end = NOW + DriverLimits::default().linger;
    assert_eq!((driver.connections(), driver.deadline()), (2, Some(end.mono)));
    driver.round(end);
    assert_eq!(driver.connections(), 1);
}

#[test]
fn bytes_after_the_goodbye_are_read_to_the_end() {
    let (mut driver, alice, _bob) = two_people();
    alice.will_read("QUIT\r\n");
    driver.readable(0);
    while driver.round(NOW) {}
    alice.will_read(&"x".repeat(10 * LinkLimits::default().read_budget_bytes));
    alice.will_read("");
    driver.readable(0);
    while driver.round(NOW) {}
    assert_eq!(driver.connections(), 1);
}

#[test]
fn a_reused_connection_number_has_a_linger_of_its_own() {
    let (mut driver, alice, _bob) = two_people();
    let linger = DriverLimits::default().linger;
    alice.will_read("QUIT\r\n");
    driver.readable(0);
    driver.round(NOW);
    alice.will_read("");
    driver.readable(0);
    driver.round(NOW);
    let (carol, later) = (Socket::default(), NOW + linger / 2);
    carol.will_read("QUIT\r\n");
    assert_eq!(driver.accept(later, carol.clone(), Peer::named("host"), Front::Irc, |_, _| None), 0);
    driver.readable(0);
    driver.round(later);
    driver.round(NOW + linger);
    assert_eq!(driver.connections(), 2, "that was the linger of the previous connection");
    driver.round(later + linger);
    assert_eq!(driver.connections(), 1);
}
