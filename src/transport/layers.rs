//! The table of transports, and how the name of a scheme stacks them.

use std::fmt;

use super::{Over, Transport, TransportError, Trusted, proxy};
#[cfg(unix)]
use super::{tls, ws};
use crate::wire::Peer;

/// Makes the server's end of a transport.
pub type Accept = fn(&Arrival<'_>) -> Box<dyn Transport>;

/// Makes the client's end of a transport, or says what the settings lack.
pub type Connect = fn(&Departure<'_>) -> Result<Box<dyn Transport>, TransportError>;

/// A transport that a scheme's name can have.
#[derive(Debug)]
pub struct Layer {
    /// Its name.
    pub name: &'static str,
    /// Makes the server's end.
    pub accept: Accept,
    /// Makes the client's end, if our client speaks it.
    pub connect: Option<Connect>,
    /// One line for people.
    pub about: &'static str,
}

/// Every transport there is, from the top to the bottom: whatever stands on another comes before it. A new transport is
/// a row here.
pub const LAYERS: &[Layer] = &[
    #[cfg(unix)]
    Layer {
        name: "ws",
        accept: |Arrival { settings, .. }| {
            Box::new(ws::Server::new(ws::Terms {
                name: settings.name.clone(),
                origins: settings.origins.clone(),
                trusted: settings.trusted.clone(),
                line_bytes: settings.line_bytes,
            }))
        },
        connect: Some(|departure| Ok(Box::new(ws::Client::new(&departure.authority(), departure.path)?))),
        about: "WebSocket, so that a browser is a client",
    },
    #[cfg(unix)]
    Layer {
        name: "tls",
        accept: |arrival| tls::accept(arrival.settings.tls.as_ref(), arrival.web),
        connect: Some(|to| tls::connect(to.settings.tls.as_ref(), to.host, to.web)),
        about: "TLS 1.2 and 1.3, so that nobody on the way reads along",
    },
];

/// What stands below all those on a listener that asks for it. No scheme names it, since no URL of a client's has it: who
/// connects does not know of the proxy.
pub const PROXY: Layer = Layer {
    name: "proxy",
    accept: |Arrival { settings, peer, .. }| Box::new(proxy::Proxied::new(settings.trusted.has(peer))),
    connect: None,
    about: "the PROXY protocol, from trusted proxies",
};

/// Who stands between the transports and the server, and speaks IRC with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Front {
    /// Nobody: what the transports carry is IRC.
    #[default]
    Irc,
    /// `plain`: bare lines, so that nc is a client. For the server alone.
    Visitor,
}

/// What the name of a scheme begins with, above all transports, where visitors come.
const VISITOR: &str = "plain";

/// Names of schemes that are short for others.
const SHORT: &[(&str, &str)] = &[("wss", "ws+tls"), ("irc", "tcp"), ("ircs", "tls")];

/// What carries the bytes below all transports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Socket {
    /// `HOST:PORT`.
    Tcp,
    /// A path of the file system.
    Unix,
}

/// What the server's ends are made with, whoever comes.
#[derive(Clone, Debug, Default)]
pub struct ServerSettings {
    /// The server's name.
    pub name: String,
    /// TLS: certificates, what is asked of clients.
    #[cfg(unix)]
    pub tls: Option<tls::ServerTls>,
    /// Whose word is believed about where a connection comes from.
    pub trusted: Trusted,
    /// WebSocket: the web pages whose scripts may connect; any, if there are none.
    #[cfg(unix)]
    pub origins: Vec<ws::Origin>,
    /// Bytes of the longest line that the server takes, with its tags; 0 for what is usual.
    pub line_bytes: usize,
}

/// A connection that came to the server.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// Its number.
    pub conn: u32,
    /// What the socket says of the peer.
    pub peer: &'a Peer,
    /// Whether they are to speak WebSocket: `ws` is among the transports.
    pub web: bool,
    /// The settings.
    pub settings: &'a ServerSettings,
}

/// What the client's ends are made with.
#[derive(Clone, Debug, Default)]
pub struct ClientSettings {
    /// TLS: whom to trust.
    #[cfg(unix)]
    pub tls: Option<tls::ClientTls>,
}

/// A connection that the client makes.
#[derive(Clone, Copy, Debug)]
pub struct Departure<'a> {
    /// The host that is named, or `localhost` at a Unix socket.
    pub host: &'a str,
    /// Its port, if it has one.
    pub port: Option<u16>,
    /// The port that goes without saying there.
    pub default_port: u16,
    /// What is asked for there (RFC 6455 §3, "resource-name").
    pub path: &'a str,
    /// Whether WebSocket is spoken: `ws` is among the transports.
    pub web: bool,
    /// The settings.
    pub settings: &'a ClientSettings,
}

impl Departure<'_> {
    /// The host as a URL has it, with its port if that does not go without saying.
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.into() };
        match self.port {
            Some(port) if port != self.default_port => format!("{host}:{port}"),
            _ => host,
        }
    }
}

/// What stands before `://`: a front, transports, and the socket below them.
#[derive(Clone, Debug)]
pub struct Scheme {
    /// What stands above the transports.
    pub front: Front,
    /// From the top to the bottom.
    layers: Vec<&'static Layer>,
    /// What carries them.
    pub socket: Socket,
}

impl Scheme {
    /// The scheme of this name, in any case: `plain`, if visitors come by it, transports in the order of [`LAYERS`], and then
    /// `tcp`, which can be left out, or `unix`, joined by `+`. `None` if there is none.
    pub fn parse(name: &str) -> Option<Self> {
        Self::parse_among(name, LAYERS)
    }

    /// The same, of other transports than those of [`LAYERS`].
    pub fn parse_among(name: &str, layers: impl IntoIterator<Item = &'static Layer>) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let name: Vec<&str> =
            name.split('+').map(|part| SHORT.iter().find(|row| row.0 == part).map_or(part, |row| row.1)).collect();
        let name = name.join("+");
        let mut parts: Vec<&str> = name.split('+').collect();
        let socket = if parts.last() == Some(&"unix") { Socket::Unix } else { Socket::Tcp };
        parts.pop_if(|last| matches!(*last, "unix" | "tcp"));
        let front = if parts.first() == Some(&VISITOR) { Front::Visitor } else { Front::Irc };
        parts.drain(..usize::from(front == Front::Visitor));
        let mut left = layers.into_iter();
        let layers = parts.into_iter().map(|part| left.by_ref().find(|layer| layer.name == part));
        let layers: Vec<&Layer> = layers.collect::<Option<_>>()?;
        Some(Self { front, layers, socket })
    }

    /// Whether a transport of this name is in it.
    pub fn has(&self, name: &str) -> bool {
        self.layers.iter().any(|layer| layer.name == name)
    }

    /// The port that is meant where none is given.
    pub fn default_port(&self) -> u16 {
        match (self.has("ws"), self.has("tls")) {
            // RFC 7194: "It has been a common practice to use port 6697 for IRC connections encrypted via TLS/SSL".
            (false, true) => 6697,
            (false, false) => 6667,
            // RFC 6455 §3: "the port component is OPTIONAL; the default for "ws" is port 80, while the default for
            // "wss" is port 443."
            (true, true) => 443,
            (true, false) => 80,
        }
    }

    /// Whether our client speaks it.
    pub fn is_for_clients(&self) -> bool {
        self.front == Front::Irc && self.layers.iter().all(|layer| layer.connect.is_some())
    }

    /// The server's end for connection number `conn`, with `below` below what the scheme names; `None` where bytes travel as
    /// they are. The front stands above it.
    pub fn accept(
        &self,
        below: Option<&Layer>,
        conn: u32,
        peer: &Peer,
        settings: &ServerSettings,
    ) -> Option<Box<dyn Transport>> {
        let arrival = Arrival { conn, peer, web: self.has("ws"), settings };
        let ends = self.layers.iter().copied().chain(below).map(|layer| (layer.accept)(&arrival));
        ends.rev().reduce(|lower, upper| Box::new(Over::new(upper, lower)))
    }

    /// The client's end; `None` where IRC's bytes travel as they are.
    ///
    /// # Errors
    /// The settings lack what a transport needs, or it is none for clients.
    pub fn connect(&self, departure: &Departure<'_>) -> Result<Option<Box<dyn Transport>>, TransportError> {
        let end = |layer: &&'static Layer| match layer.connect {
            Some(connect) => connect(departure),
            None => Err(TransportError::Unusable(format!("{} is not for clients", layer.name))),
        };
        if self.front == Front::Visitor {
            return Err(TransportError::Unusable(format!("{VISITOR} is not for clients")));
        }
        let ends: Vec<_> = self.layers.iter().map(end).collect::<Result<_, _>>()?;
        Ok(ends.into_iter().rev().reduce(|lower, upper| Box::new(Over::new(upper, lower))))
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names: Vec<&str> = Vec::from_iter((self.front == Front::Visitor).then_some(VISITOR));
        names.extend(self.layers.iter().map(|layer| layer.name));
        if let Some(short) =
            SHORT.iter().find(|row| row.1.contains('+') && names.ends_with(&row.1.split('+').collect::<Vec<_>>()))
        {
            names.truncate(names.len() - short.1.split('+').count());
            names.push(short.0);
        }
        match self.socket {
            Socket::Unix => names.push("unix"),
            Socket::Tcp if self.has("tls") || self.has("ws") => {}
            Socket::Tcp => names.push("tcp"),
        }
        f.write_str(&names.join("+"))
    }
}
