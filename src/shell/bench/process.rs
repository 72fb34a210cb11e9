//! The servers under load: a process of this program, and a forked bare loop.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid, fork};

use super::bare;
use super::traffic::Traffic;
use crate::shell::TlsOptions;
use crate::shell::tls::client_settings;
use crate::transport::{Address, ClientSettings, Transport, Url};

/// A server under load. It is killed when this is dropped.
pub(super) struct Subject {
    pid: Pid,
    /// Kept so that its standard output stays open.
    _child: Option<Child>,
    pub(super) address: SocketAddr,
    /// Its URL, if it speaks IRC.
    pub(super) url: Option<Url>,
    settings: ClientSettings,
}

impl Subject {
    /// A bare epoll loop, which sends each line it reads to everyone else, or to its sender's partner.
    pub(super) fn bare(traffic: &Traffic) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let pairs = matches!(traffic, Traffic::Pairs { .. });
        // SAFETY: this process has one thread, so the child may continue after fork.
        #[expect(unsafe_code, reason = "fork is sound while there is one thread, and here there is")]
        match unsafe { fork() }? {
            ForkResult::Child => {
                let failed = bare::serve(listener, pairs).is_err();
                std::process::exit(i32::from(failed));
            }
            ForkResult::Parent { child } => {
                Ok(Self { pid: child, _child: None, address, url: None, settings: ClientSettings::default() })
            }
        }
    }

    /// `verbatim serve` with default settings, with the transports of `scheme`.
    pub(super) fn verbatim(scheme: &str) -> Result<Self> {
        let program = std::env::current_exe().context("cannot find this program")?;
        let folder = std::env::temp_dir().join(format!("verbatim-bench-{}", std::process::id()));
        let mut child = Command::new(program)
            // Do not keep the certificate that it generates for TLS.
            .env("STATE_DIRECTORY", &folder)
            .args(["serve", "--listen", &format!("{scheme}://127.0.0.1:0"), "--log", "off"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start `verbatim serve`")?;
        let mut output = BufReader::new(child.stdout.as_mut().context("it has no output")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let said = || format!("`verbatim serve` said {line:?}");
        let url: Url = line.trim().trim_start_matches("listening on ").parse().with_context(said)?;
        let Address::Tcp { host, port } = &url.address else { bail!(said()) };
        let address = SocketAddr::new(host.parse().with_context(said)?, *port);
        let mut trusted = TlsOptions::default();
        if url.scheme.has("tls") {
            let mut line = String::new();
            output.read_line(&mut line)?;
            let fingerprint = line.trim().rsplit(' ').next().unwrap_or_default();
            trusted.fingerprints.push(fingerprint.parse().with_context(|| format!("`verbatim serve` said {line:?}"))?);
            // It may not exist.
            let _ = std::fs::remove_dir_all(&folder);
        }
        let settings = client_settings(&url, &trusted)?;
        Ok(Self { pid: Pid::from_raw(child.id() as i32), _child: Some(child), address, url: Some(url), settings })
    }

    /// A new client end of the transport; `None` for IRC without a transport.
    pub(super) fn transport(&self) -> Result<Option<Box<dyn Transport>>> {
        Ok(self.url.as_ref().map(|url| url.connect(&self.settings)).transpose()?.flatten())
    }

    /// The CPU time that the server has used, in µs.
    pub(super) fn cpu_micros(&self) -> Result<f64> {
        let path = format!("/proc/{}/schedstat", self.pid);
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        let nanos: f64 = text.split(' ').next().unwrap_or_default().parse().context("no time in schedstat")?;
        Ok(nanos / 1000.0)
    }

    /// The server's resident memory in KiB.
    pub(super) fn resident_kib(&self) -> Result<f64> {
        let path = format!("/proc/{}/status", self.pid);
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS in status")?;
        line.trim().trim_end_matches(" kB").trim().parse().context("VmRSS is not a number")
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        // It may have exited already.
        let _ = kill(self.pid, Signal::SIGKILL);
        let _ = waitpid(self.pid, None);
    }
}
