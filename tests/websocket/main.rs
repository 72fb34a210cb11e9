//! WebSocket: the two ends of it, each against the other and against bytes that a person wrote down, and both in
//! processes of their own.

mod ends;

use verbatim::transport::ws::{Server, Terms};
use verbatim::transport::{ClientSettings, Output, Transport, Url};

/// The server's end for whoever comes.
fn server() -> Box<dyn Transport> {
    Box::new(Server::new(Terms { name: "irc.example.org".into(), ..Terms::default() }))
}

/// The client's end for this URL.
fn client(url: &str) -> Box<dyn Transport> {
    let url: Url = url.parse().expect("a URL");
    url.connect(&ClientSettings::default()).expect("it can be connected to").expect("a transport")
}

/// What a transport made of something, or why it gave up.
fn made(act: impl FnOnce(&mut Output) -> Result<(), verbatim::transport::TransportError>) -> (Output, Option<String>) {
    let mut out = Output::default();
    let error = act(&mut out).err().map(|error| error.to_string());
    (out, error)
}
