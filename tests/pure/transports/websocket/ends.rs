//! Our two ends against each other, however the bytes are cut.

use verbatim::transport::ws::Server;
use verbatim::transport::{Output, Transport};

use super::{client, made, terms};

/// Two ends, and what each has decoded.
struct Pair {
    client: Box<dyn Transport>,
    server: Box<dyn Transport>,
    /// Bytes that travel at once.
    piece: usize,
    to_server: Vec<u8>,
    to_client: Vec<u8>,
    at_server: Output,
    at_client: Output,
}

impl Pair {
    fn new(piece: usize) -> Self {
        let mut pair = Self {
            client: client("ws://localhost/irc"),
            server: Box::new(Server::new(terms())),
            piece,
            to_server: Vec::new(),
            to_client: Vec::new(),
            at_server: Output::default(),
            at_client: Output::default(),
        };
        pair.server.opened(&mut pair.at_server).expect("it opens");
        pair.client.opened(&mut pair.at_client).expect("it opens");
        pair.travel();
        assert!(pair.server.is_open() && pair.client.is_open(), "in pieces of {piece}");
        pair
    }

    /// Carries written bytes, piece by piece, until there are no more.
    fn travel(&mut self) {
        loop {
            self.to_server.append(&mut self.at_client.raw);
            self.to_client.append(&mut self.at_server.raw);
            if self.to_server.is_empty() && self.to_client.is_empty() {
                return;
            }
            let piece: Vec<u8> = self.to_server.drain(..self.piece.min(self.to_server.len())).collect();
            self.server.received(&piece, &mut self.at_server).expect("the server accepts the bytes");
            let piece: Vec<u8> = self.to_client.drain(..self.piece.min(self.to_client.len())).collect();
            self.client.received(&piece, &mut self.at_client).expect("the client accepts the bytes");
        }
    }
}

/// Lines of many lengths, up to the longest with tags.
fn lines() -> Vec<u8> {
    let text = |length: usize| format!("PRIVMSG #tea :{}\r\n", "å".repeat(length));
    let lengths = [0, 1, 50, 56, 57, 120, 300, 4000];
    let mut lines: String = lengths.into_iter().map(text).collect();
    lines.push_str(&format!("@+a={} PRIVMSG #tea :hi\r\n", "x".repeat(8191 + 512 - 30)));
    lines.into_bytes()
}

#[test]
fn lines_travel_both_ways_in_pieces_of_every_size() {
    for piece in (1..40).chain([100, 125, 126, 127, 128, 1000, 4096, 65_536]) {
        let mut pair = Pair::new(piece);
        pair.client.send(&lines(), &mut pair.at_client).expect("it is sent");
        pair.server.send(&lines(), &mut pair.at_server).expect("it is sent");
        pair.travel();
        assert!(pair.at_server.irc == lines(), "to the server in pieces of {piece}");
        assert!(pair.at_client.irc == lines(), "to the client in pieces of {piece}");
    }
}

#[test]
fn each_end_notices_when_the_other_closes_first() {
    for piece in [1, 3, 100] {
        let mut pair = Pair::new(piece);
        pair.client.send(b"QUIT :bye\r\n", &mut pair.at_client).expect("it is sent");
        pair.client.close(&mut pair.at_client);
        pair.travel();
        assert_eq!((&*pair.at_server.irc, pair.at_server.ended), (b"QUIT :bye\r\n".as_slice(), true));
        assert_eq!(made(|out| pair.server.ended(out)).1, None, "that was no end in the middle");

        let mut pair = Pair::new(piece);
        pair.server.send(b"ERROR :bye\r\n", &mut pair.at_server).expect("it is sent");
        pair.server.close(&mut pair.at_server);
        pair.travel();
        assert_eq!((&*pair.at_client.irc, pair.at_client.ended), (b"ERROR :bye\r\n".as_slice(), true));
        assert_eq!(made(|out| pair.client.ended(out)).1, None, "that was no end in the middle");
    }
}

#[test]
fn an_end_without_a_goodbye_is_an_error_at_both_ends() {
    let mut pair = Pair::new(100);
    assert_eq!(made(|out| pair.server.ended(out)).1.as_deref(), Some("WebSocket connection cut short"));
    assert_eq!(made(|out| pair.client.ended(out)).1.as_deref(), Some("WebSocket connection cut short"));
}
