//! systemd: socket activation (sd_listen_fds(3)) and notification (sd_notify(3)). If something else started the server,
//! there are no sockets, and nothing is sent.
//!
//! The variables about the sockets are removed from the environment: their numbers mean nothing to a child process.

use std::os::fd::{FromRawFd, OwnedFd};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;
use std::{env, io};

use anyhow::anyhow;
use sd_notify::NotifyState;

use super::listen::{Handed, plain};
use crate::time::Time;

/// The sockets from socket activation. Must be called once, before the process has a second thread or opens a
/// descriptor.
///
/// # Errors
/// The environment is malformed, or one of the sockets does not listen.
pub fn sockets() -> anyhow::Result<Vec<Handed>> {
    #[expect(unsafe_code, reason = "the environment is changed while there is one thread")]
    let found = unsafe { sd_notify::listen_fds_with_names_and_unset_env() };
    let found = found.map_err(|error| anyhow!(plain(&error)).context("cannot take over the sockets of LISTEN_FDS"))?;
    // All of them are ours now, even if one is wrong.
    #[expect(unsafe_code, reason = "LISTEN_PID names this process, so the descriptors are open and ours")]
    let found: Vec<(OwnedFd, String)> = found.map(|(fd, name)| (unsafe { OwnedFd::from_raw_fd(fd) }, name)).collect();
    found.into_iter().map(|(fd, name)| Handed::new(fd, &name)).collect()
}

/// The service manager, if there is one.
#[derive(Debug)]
pub struct Systemd {
    /// The watchdog interval, and when the next notification is due.
    watchdog: Option<(Duration, Time)>,
}

impl Systemd {
    /// Checks whether the watchdog is enabled.
    pub fn new() -> Self {
        // sd_watchdog_enabled(3): "It is recommended that a daemon sends a keep-alive notification message to the
        // service manager every half of the time returned here."
        let every = sd_notify::watchdog_enabled().map(|within| within / 2).filter(|every| !every.is_zero());
        Self { watchdog: every.map(|every| (every, Time::default())) }
    }

    /// The server is ready; `status` is for people.
    pub fn ready(&self, status: &str) {
        tell(&[NotifyState::Ready, NotifyState::Status(&status.replace('\n', " "))]);
    }

    /// The configuration is being reloaded; `ready` follows.
    pub fn reloading(&self) {
        // sd_notify(3): with RELOADING=1 "the service must also send […] MONOTONIC_USEC=", so that a reply is not
        // attributed to a later request.
        match NotifyState::monotonic_usec_now() {
            Ok(now) => tell(&[NotifyState::Reloading, now]),
            Err(error) => told(Err(error)),
        }
    }

    /// The server is stopping.
    pub fn stopping(&self) {
        tell(&[NotifyState::Stopping, NotifyState::Status("shutting down")]);
    }

    /// When the next watchdog notification is due.
    pub fn deadline(&self) -> Option<Time> {
        self.watchdog.map(|(_, due)| due)
    }

    /// The server's loop completed a turn: notifies the watchdog if that is due.
    pub fn turned(&mut self, now: Time) {
        if let Some((every, due)) = &mut self.watchdog
            && *due <= now
        {
            *due = now + *every;
            tell(&[NotifyState::Watchdog]);
        }
    }
}

/// How long the service manager may take to accept a notification. All clients wait meanwhile.
const PATIENCE: Duration = Duration::from_secs(1);

fn tell(what: &[NotifyState<'_>]) {
    told(send(what));
}

/// sd_notify(3): `$NOTIFY_SOCKET` is a path, or, after an `@`, a name "in the Linux abstract namespace".
fn send(what: &[NotifyState<'_>]) -> io::Result<()> {
    let Some(name) = env::var_os("NOTIFY_SOCKET") else { return Ok(()) };
    let address = match name.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(&name)?,
    };
    let text: String = what.iter().map(|state| format!("{state}\n")).collect();
    let socket = UnixDatagram::unbound()?;
    socket.set_write_timeout(Some(PATIENCE))?;
    socket.send_to_addr(text.as_bytes(), &address).map(drop)
}

fn told(result: io::Result<()>) {
    if let Err(error) = result {
        tracing::warn!("cannot notify the service manager: {}", plain(&error));
    }
}
