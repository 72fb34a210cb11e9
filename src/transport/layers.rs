//! The table of transports, and how a scheme's name stacks them.

use std::fmt;

use super::{Over, Transport, TransportError, Trusted, proxy};
#[cfg(unix)]
use super::{tls, ws};
use crate::wire::Peer;

/// Makes the server's end of a transport.
pub type Accept = fn(&AcceptContext<'_>) -> Box<dyn Transport>;

/// Makes the client's end of a transport, or fails if a setting is missing.
pub type Connect = fn(&ConnectContext<'_>) -> Result<Box<dyn Transport>, TransportError>;

/// A transport that a scheme can name.
#[derive(Debug)]
pub struct Layer {
    /// Its name.
    pub name: &'static str,
    /// Makes the server's end.
    pub accept: Accept,
    /// Makes the client's end, if our client supports it.
    pub connect: Option<Connect>,
    /// One line for `--help`.
    pub about: &'static str,
}

/// Every transport, from top to bottom: each comes before those that may carry it. A new transport is a row here.
pub const LAYERS: &[Layer] = &[
    #[cfg(unix)]
    Layer {
        name: "ws",
        accept: |AcceptContext { settings, .. }| {
            Box::new(ws::Server::new(ws::Terms {
                name: settings.name.clone(),
                origins: settings.origins.clone(),
                trusted: settings.trusted.clone(),
                line_bytes: settings.line_bytes,
            }))
        },
        connect: Some(|context| Ok(Box::new(ws::Client::new(&context.authority(), context.path)?))),
        about: "WebSocket, for browsers",
    },
    #[cfg(unix)]
    Layer {
        name: "tls",
        accept: |context| tls::accept(context.settings.tls.as_ref(), context.web),
        connect: Some(|to| tls::connect(to.settings.tls.as_ref(), to.host, to.web)),
        about: "TLS 1.2 and 1.3: the connection is encrypted",
    },
];

/// The lowest layer of a `?proxy=true` listener; not nameable in URLs, since clients do not know of the proxy.
pub const PROXY: Layer = Layer {
    name: "proxy",
    accept: |AcceptContext { settings, peer, .. }| Box::new(proxy::Proxied::new(settings.trusted.has(peer))),
    connect: None,
    about: "the PROXY protocol, from trusted proxies",
};

/// The layer above the transports, which passes IRC to the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Front {
    /// No front: the transports carry IRC.
    #[default]
    Irc,
    /// `plain`: plain lines, for `nc`. Only for the server.
    Visitor,
}

/// The part of a scheme's name that selects [`Front::Visitor`].
const VISITOR: &str = "plain";

/// Abbreviations of schemes.
const SHORT: &[(&str, &str)] = &[("wss", "ws+tls"), ("irc", "tcp"), ("ircs", "tls")];

/// The socket that carries the bytes below all transports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Socket {
    /// `HOST:PORT`.
    Tcp,
    /// A path in the file system.
    Unix,
}

/// The server's settings for all connections.
#[derive(Clone, Debug, Default)]
pub struct ServerSettings {
    /// The server's name.
    pub name: String,
    /// TLS: the certificates, and whether to request one from clients.
    #[cfg(unix)]
    pub tls: Option<tls::ServerTls>,
    /// Which peers may report another address for a client.
    pub trusted: Trusted,
    /// WebSocket: the web origins whose scripts may connect; all if empty.
    #[cfg(unix)]
    pub origins: Vec<ws::Origin>,
    /// The length of the longest line that the server accepts, in bytes, tags included; 0 for the default.
    pub line_bytes: usize,
}

/// A connection accepted by the server.
#[derive(Clone, Copy, Debug)]
pub struct AcceptContext<'a> {
    /// Its number.
    pub conn: u32,
    /// What is known about the peer from its socket.
    pub peer: &'a Peer,
    /// Whether the peer speaks WebSocket: `ws` is among the transports.
    pub web: bool,
    /// The settings.
    pub settings: &'a ServerSettings,
}

/// The client's settings.
#[derive(Clone, Debug, Default)]
pub struct ClientSettings {
    /// TLS: which servers to trust.
    #[cfg(unix)]
    pub tls: Option<tls::ClientTls>,
}

/// A connection that the client makes.
#[derive(Clone, Copy, Debug)]
pub struct ConnectContext<'a> {
    /// The host in the URL, or `localhost` for a Unix socket.
    pub host: &'a str,
    /// Its port, if it has one.
    pub port: Option<u16>,
    /// The scheme's default port.
    pub default_port: u16,
    /// The path to request (RFC 6455 §3, "resource-name").
    pub path: &'a str,
    /// Whether WebSocket is used: `ws` is among the transports.
    pub web: bool,
    /// The settings.
    pub settings: &'a ClientSettings,
}

impl ConnectContext<'_> {
    /// The host as in a URL, with its port unless that is the default.
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.into() };
        match self.port {
            Some(port) if port != self.default_port => format!("{host}:{port}"),
            _ => host,
        }
    }
}

/// A URL's scheme: a front, transports, and the socket below them.
#[derive(Clone, Debug)]
pub struct Scheme {
    /// The front above the transports.
    pub front: Front,
    /// From top to bottom.
    layers: Vec<&'static Layer>,
    /// The socket that carries them.
    pub socket: Socket,
}

impl Scheme {
    /// Parses a scheme's name, ignoring case: `plain`, if it is for visitors; transports in the order of [`LAYERS`];
    /// then `unix`, or `tcp`, which may be omitted; joined by `+`. `None` if it is unknown.
    pub fn parse(name: &str) -> Option<Self> {
        Self::parse_among(name, LAYERS)
    }

    /// Like [`Scheme::parse`], with `layers` in place of [`LAYERS`].
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

    /// Whether it contains the transport `name`.
    pub fn has(&self, name: &str) -> bool {
        self.layers.iter().any(|layer| layer.name == name)
    }

    /// The port if the URL has none.
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

    /// Whether our client supports it.
    pub fn is_for_clients(&self) -> bool {
        self.front == Front::Irc && self.layers.iter().all(|layer| layer.connect.is_some())
    }

    /// The server's end for connection `conn`, with `below` as its lowest layers; `None` for IRC without a transport.
    /// Does not include the front.
    pub fn accept(
        &self,
        below: Option<&Layer>,
        conn: u32,
        peer: &Peer,
        settings: &ServerSettings,
    ) -> Option<Box<dyn Transport>> {
        let context = AcceptContext { conn, peer, web: self.has("ws"), settings };
        let ends = self.layers.iter().copied().chain(below).map(|layer| (layer.accept)(&context));
        ends.rev().reduce(|lower, upper| Box::new(Over::new(upper, lower)))
    }

    /// The client's end; `None` for IRC without a transport.
    ///
    /// # Errors
    /// A setting is missing, or a transport is not for clients.
    pub fn connect(&self, context: &ConnectContext<'_>) -> Result<Option<Box<dyn Transport>>, TransportError> {
        let end = |layer: &&'static Layer| match layer.connect {
            Some(connect) => connect(context),
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
