//! A TLS connection, at either end. The ends differ in the wording of failures, and in what they know about the peer.

use std::io::{BufRead, Write};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, Connection, ServerConnection};

use super::config::{ClientTls, ServerTls};
use super::fingerprint::Fingerprint;
use super::possession::is_proven;
use super::words;
use crate::planted::{Bug, buggy};
use crate::transport::{Output, Transport, TransportError};
use crate::wire::Peer;

/// RFC 8446 §5.1: the types of records are change_cipher_spec(20), alert(21), handshake(22) and application_data(23).
const RECORD_TYPES: std::ops::RangeInclusive<u8> = 20..=23;

/// The reply to a peer that does not speak TLS. Usually that is an IRC client without TLS, which shows this line. It is
/// plain text: such a peer could not read a TLS record.
const NO_TLS: &[u8] = b"ERROR :This port requires TLS: reconnect with TLS\r\n";

/// The server's end. With `web` it carries WebSocket, which the client may request by ALPN.
pub fn accept(tls: Option<&ServerTls>, web: bool) -> Box<dyn Transport> {
    let Some(tls) = tls else { return Box::new(Unset) };
    match ServerConnection::new(Arc::clone(if web { &tls.web } else { &tls.irc })) {
        Ok(connection) => Box::new(Session::new(connection.into())),
        Err(_) => Box::new(Unset),
    }
}

/// The client's end of a connection to `host`.
///
/// # Errors
/// `host` cannot be a server name, or the settings have no TLS.
pub fn connect(tls: Option<&ClientTls>, host: &str, web: bool) -> Result<Box<dyn Transport>, TransportError> {
    let tls = tls.ok_or_else(|| TransportError::Unusable("TLS is not set up".into()))?;
    let name = ServerName::try_from(host.to_owned());
    let name =
        name.map_err(|_| TransportError::Unusable(format!("{host:?} cannot be the name of a server with TLS")))?;
    let protocol = if web { super::config::WEB } else { super::config::IRC };
    let connection = ClientConnection::new_with_alpn(Arc::clone(tls), name, vec![protocol.to_vec()]);
    let connection = connection.map_err(|error| TransportError::Refused(words::of(&error)))?;
    Ok(Box::new(Session::new(connection.into())))
}

/// The end of a server without a certificate: it refuses every connection.
#[derive(Debug)]
struct Unset;

impl Unset {
    fn error() -> TransportError {
        TransportError::Unusable("TLS is not set up".into())
    }
}

impl Transport for Unset {
    fn opened(&mut self, _out: &mut Output) -> Result<(), TransportError> {
        Err(Self::error())
    }

    fn received(&mut self, _raw: &[u8], _out: &mut Output) -> Result<(), TransportError> {
        Err(Self::error())
    }

    fn send(&mut self, _irc: &[u8], _out: &mut Output) -> Result<(), TransportError> {
        Err(Self::error())
    }

    fn is_open(&self) -> bool {
        false
    }
}

/// A TLS connection.
#[derive(Debug)]
struct Session {
    connection: Connection,
    /// Whether the peer has sent a byte.
    heard: bool,
    /// Whether the peer has sent close_notify.
    goodbye: bool,
    /// Whether we have sent close_notify. Bytes that arrive afterwards are ignored.
    closed: bool,
    /// Why the session failed.
    failed: Option<TransportError>,
}

impl Session {
    fn new(mut connection: Connection) -> Self {
        // rustls need not limit its buffer: its output is drained at once, and counted in the queue.
        connection.set_buffer_limit(None);
        Self { connection, heard: false, goodbye: false, closed: false, failed: None }
    }

    fn is_server(&self) -> bool {
        matches!(self.connection, Connection::Server(_))
    }

    /// Takes rustls's bytes for the peer.
    fn write_out(&mut self, out: &mut Output) {
        while self.connection.wants_write() {
            self.connection.write_tls(&mut out.raw).expect("writing to memory does not fail");
        }
    }

    /// Takes rustls's plaintext from the peer.
    fn read_out(&mut self, out: &mut Output) {
        let mut reader = self.connection.reader();
        while let Ok(bytes) = reader.fill_buf()
            && !bytes.is_empty()
        {
            out.irc.extend_from_slice(bytes);
            let count = bytes.len();
            reader.consume(count);
        }
    }

    /// Feeds rustls all of `raw`; it takes a few thousand bytes at a time.
    fn take(&mut self, mut raw: &[u8], out: &mut Output) -> Result<(), rustls::Error> {
        while !raw.is_empty() && !self.goodbye {
            match self.connection.read_tls(&mut raw) {
                Ok(1..) => {}
                // It refuses bytes if it already holds more than a record can have.
                Ok(0) | Err(_) => return Err(rustls::Error::PeerSentOversizedRecord),
            }
            let processed = self.connection.process_new_packets();
            // Plaintext before an error is still valid.
            self.read_out(out);
            self.goodbye |= processed?.peer_has_closed();
            if buggy(Bug::TlsRecordCut) {
                break;
            }
        }
        Ok(())
    }

    /// Refuses a peer whose first bytes are not a TLS record, with an explanation for people.
    fn refuse_plain(&mut self, raw: &[u8], out: &mut Output) -> Result<(), TransportError> {
        let Some(first) = raw.first().filter(|_| !std::mem::replace(&mut self.heard, true)) else { return Ok(()) };
        if RECORD_TYPES.contains(first) {
            return Ok(());
        }
        if !self.is_server() {
            return self.fail(TransportError::Refused(
                "the server does not speak TLS there: try tcp:// or ws://, or another port".into(),
            ));
        }
        if first.is_ascii_graphic() {
            out.raw.extend_from_slice(NO_TLS);
        }
        self.fail(TransportError::Refused("it does not speak TLS, which this port requires".into()))
    }

    fn fail(&mut self, why: TransportError) -> Result<(), TransportError> {
        Err(self.failed.insert(why).clone())
    }

    /// Whether the peer closed with TLS's close_notify.
    fn has_said_goodbye(&self) -> bool {
        self.goodbye && !buggy(Bug::CloseNotifyIgnored)
    }

    fn check(&self) -> Result<(), TransportError> {
        self.failed.clone().map_or(Ok(()), Err)
    }
}

impl Transport for Session {
    fn opened(&mut self, out: &mut Output) -> Result<(), TransportError> {
        self.write_out(out);
        Ok(())
    }

    fn received(&mut self, raw: &[u8], out: &mut Output) -> Result<(), TransportError> {
        self.check()?;
        if self.closed {
            return Ok(());
        }
        self.refuse_plain(raw, out)?;
        let (was_open, before) = (self.is_open(), out.irc.len());
        let taken = self.take(raw, out);
        // A reply, or the alert that reports the error.
        self.write_out(out);
        if buggy(Bug::TlsHandshakeTailLost) && !was_open {
            out.irc.truncate(before);
        }
        out.ended |= self.has_said_goodbye();
        taken.or_else(|error| self.fail(TransportError::Refused(words::of(&error))))
    }

    /// RFC 8446 §6.1: close_notify is there "to avoid a truncation attack", and "any data received after a closure
    /// alert has been received MUST be ignored".
    fn ended(&mut self, out: &mut Output) -> Result<(), TransportError> {
        self.check()?;
        let is_good = self.has_said_goodbye() || self.closed;
        out.ended |= is_good;
        match (is_good, self.is_open()) {
            (true, _) => Ok(()),
            (false, true) => self.fail(TransportError::CutShort("TLS")),
            (false, false) if self.is_server() => {
                self.fail(TransportError::Refused("the connection ended in the TLS handshake".into()))
            }
            (false, false) => self.fail(TransportError::Refused(
                "the connection ended in the TLS handshake: does the server speak TLS there?".into(),
            )),
        }
    }

    fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError> {
        self.check()?;
        let written = self.connection.writer().write_all(irc);
        self.write_out(out);
        written.or_else(|error| self.fail(TransportError::Refused(format!("TLS: {error}"))))
    }

    fn close(&mut self, out: &mut Output) {
        // A peer that got an alert, or does not speak TLS, gets no close_notify.
        if self.failed.is_none() {
            self.closed = true;
            self.connection.send_close_notify();
            self.write_out(out);
        }
    }

    fn is_open(&self) -> bool {
        !self.connection.is_handshaking()
    }

    fn describe(&self, peer: &mut Peer) {
        // Lower layers may already be secure.
        peer.secure |= self.is_open();
        if let Some(certificate) = self.connection.peer_certificates().and_then(|chain| chain.first()) {
            let is_proven = is_proven(certificate) || buggy(Bug::UnprovenCertificate);
            peer.certificate = is_proven.then(|| Fingerprint::of(certificate).to_string().into());
            peer.unproven = !is_proven;
        }
        if let Connection::Server(connection) = &self.connection {
            peer.server_name = connection.server_name().map(|name| name.to_ascii_lowercase().into());
        }
    }
}
