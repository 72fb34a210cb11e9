//! The configuration: a file, overridden by command-line flags. It is parsed into settings, printed, and reloaded.
//!
//! It maps keys to settings, but does not know what a running server does with them.

mod fault;
mod key;
mod keys;
mod print;
mod read;
mod values;

pub use fault::ConfigError;
pub use print::print;
pub use values::{LOG_LEVELS, server_name};

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use rustls::pki_types::UnixTime;
use tracing::level_filters::LevelFilter;

use super::certificate::{Certificate, Wrong};
use super::listen::{meet, plain};
use crate::driver::DriverLimits;
use crate::server;
use crate::transport::tls::{Identity, out_of_date};
use crate::transport::{Proxies, ServerSettings, Url};
use crate::wire::MAX_LINE;
use fault::Fault;
use keys::KEYS;

/// Where a server listens by default.
pub const DEFAULT_URL: &str = "tcp://127.0.0.1:6667";

/// All settings of a server.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it listens.
    pub listen: Vec<Url>,
    /// The file with the message of the day.
    pub motd: Option<PathBuf>,
    /// Its certificates; the first is for clients that request no name, or an unknown one.
    pub certificates: Vec<Certificate>,
    /// The certificates and keys from their files, in the same order.
    pub identities: Vec<Identity>,
    /// The settings of the state machine.
    pub server: server::Config,
    /// The limits of its connections.
    pub driver: DriverLimits,
    /// The settings of the server's transports.
    pub transport: ServerSettings,
    /// Its log.
    pub log: LogSettings,
}

/// The settings of the log.
#[derive(Clone, Copy, Debug)]
pub struct LogSettings {
    /// The most verbose level that is logged.
    pub level: LevelFilter,
    /// The format of a line.
    pub format: LogFormat,
}

/// The format of a line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// A JSON object.
    Json,
}

impl LogFormat {
    /// Every format and its name.
    pub const ALL: [(&str, Self); 2] = [("text", Self::Text), ("json", Self::Json)];

    /// The format of this name.
    ///
    /// # Errors
    /// It is unknown; the error suggests the most similar name.
    pub fn named(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|row| row.0 == name);
        found.map(|row| row.1).ok_or_else(|| values::unknown(name, Self::ALL.map(|row| row.0)))
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|row| row.1 == self).map_or("", |row| row.0)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: vec![DEFAULT_URL.parse().expect("it is a URL")],
            motd: None,
            certificates: Vec::new(),
            identities: Vec::new(),
            server: server::Config::default(),
            driver: DriverLimits::default(),
            transport: ServerSettings::default(),
            log: LogSettings { level: LevelFilter::INFO, format: LogFormat::Text },
        }
    }
}

/// The command-line flags. They override the file, also after a reload.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--listen`: replaces the file's, if there is one.
    pub listen: Vec<Url>,
    /// URLs of the sockets from socket activation. Each is added unless another URL has its address. If neither
    /// `--listen` nor the file says where to listen, only these are served.
    pub handed: Vec<Url>,
    /// `--name`
    pub name: Option<String>,
    /// `--motd`
    pub motd: Option<PathBuf>,
    /// `--tls-certificate` and `--tls-key`: replace the file's.
    pub certificate: Option<Certificate>,
    /// `--trusted-proxy`: replaces the file's, if there is one.
    pub trusted_proxies: Vec<Proxies>,
    /// `--log`
    pub log_level: Option<LevelFilter>,
    /// `--log-format`
    pub log_format: Option<LogFormat>,
}

impl Flags {
    /// Applies the flags. `is_named`: whether the file says where to listen.
    fn apply(&self, settings: &mut Settings, is_named: bool) {
        if !self.listen.is_empty() {
            settings.listen.clone_from(&self.listen);
        } else if !self.handed.is_empty() && !is_named {
            settings.listen.clear();
        }
        for url in &self.handed {
            if !settings.listen.iter().any(|listed| meet(listed, url)) {
                settings.listen.push(url.clone());
            }
        }
        if let Some(name) = &self.name {
            settings.server.name.clone_from(name);
        }
        if let Some(motd) = &self.motd {
            settings.motd = Some(motd.clone());
        }
        if let Some(certificate) = &self.certificate {
            settings.certificates = vec![certificate.clone()];
        }
        if !self.trusted_proxies.is_empty() {
            settings.transport.trusted.0.clone_from(&self.trusted_proxies);
        }
        settings.log.level = self.log_level.unwrap_or(settings.log.level);
        settings.log.format = self.log_format.unwrap_or(settings.log.format);
    }
}

/// Loads the settings: from `file`, if there is one, and from the flags.
///
/// # Errors
/// The file cannot be read; a [`ConfigError`] with all of its mistakes; or a file named by a flag cannot be read, or is
/// unused.
pub fn load(file: Option<&Path>, flags: &Flags) -> anyhow::Result<Settings> {
    let mut settings = Settings::default();
    let (text, mut found) = match file {
        Some(file) => {
            let text = read_text(file).with_context(|| format!("cannot read the configuration {}", file.display()))?;
            let found = read::read(&text, &mut settings);
            (text, found)
        }
        None => (String::new(), read::Found::default()),
    };
    let folder = file.and_then(Path::parent).unwrap_or(Path::new(""));
    settings.motd = settings.motd.map(|path| folder.join(path));
    for certificate in &mut settings.certificates {
        certificate.chain = folder.join(&certificate.chain);
        certificate.key = certificate.key.take().map(|path| folder.join(path));
    }
    flags.apply(&mut settings, found.places.contains_key("listen"));
    settings.derive();
    if found.faults.is_empty() {
        read::check(&settings, &mut found);
    }
    settings.server.sts.take_if(|sts| sts.port == 0);
    if let Some(path) = settings.motd.clone() {
        match read_motd(&path, &settings.server) {
            Ok(motd) => settings.server.motd = motd,
            Err(error) if flags.motd.is_some() => return Err(error),
            Err(error) => {
                let span = found.places.get("server.motd").cloned();
                found.faults.push(Fault { span, what: format!("{error:#}") });
            }
        }
    }
    read_certificates(&mut settings, flags, &mut found)?;
    if flags.certificate.is_some() && !settings.listen.iter().any(|url| url.scheme.has("tls")) {
        bail!("--tls-certificate needs a TLS listener: add --listen tls://HOST:PORT");
    }
    match file {
        Some(file) if !found.faults.is_empty() => Err(ConfigError::new(file, &text, found.faults).into()),
        None if let Some(fault) = found.faults.pop() => Err(anyhow!(fault.what)),
        _ => Ok(settings),
    }
}

impl Settings {
    /// Restores from `running` the settings that only a restart can change. Returns the keys of those that differed.
    pub fn keep(&mut self, running: &Settings) -> Vec<String> {
        let changed: Vec<_> = KEYS.iter().filter(|key| key.restart && key.show(running) != key.show(self)).collect();
        changed.iter().for_each(|key| key.copy(running, self));
        self.derive();
        let mut kept: Vec<String> = changed.iter().map(|key| key.path()).collect();
        // Clients must not be sent to a listener that opens only after a restart.
        if self.server.sts.is_some() && !self.offers_tls() {
            self.server.sts = None;
            kept.push("sts.port".into());
        }
        kept
    }

    /// A sentence for each certificate that clients will reject, because it has expired or is not yet valid.
    pub fn stale_certificates(&self) -> Vec<String> {
        let now = UnixTime::now();
        let stale = self.certificates.iter().zip(&self.identities).filter_map(|(file, identity)| {
            let what = out_of_date(identity.cert.first()?, now)?;
            Some(format!("the certificate in {} {what}", file.chain.display()))
        });
        stale.collect()
    }

    /// Sets what follows from other settings.
    fn derive(&mut self) {
        // A row has at most a line and its tags, so a piece fills at most half of the queue.
        self.server.reply_rows = (self.driver.link.send_queue_bytes >> 11).min(1000);
        self.transport.name.clone_from(&self.server.name);
        self.transport.line_bytes = self.server.limits.line_bytes + self.server.limits.tags_bytes;
    }

    /// Whether a listener has TLS.
    fn offers_tls(&self) -> bool {
        self.listen.iter().any(|url| url.scheme.has("tls"))
    }
}

/// Reads the certificates' files. Errors in files that are named in the configuration go to `found`.
fn read_certificates(settings: &mut Settings, flags: &Flags, found: &mut read::Found) -> anyhow::Result<()> {
    for (number, certificate) in settings.certificates.iter().enumerate() {
        match certificate.read() {
            Ok(identity) => settings.identities.push(identity),
            Err((_, error)) if flags.certificate.is_some() => return Err(error),
            Err((wrong, error)) => {
                let places = found.certificates.get(number);
                let span = places.map(|places| match wrong {
                    Wrong::Key => places.key.clone().unwrap_or(places.chain.clone()),
                    Wrong::Chain => places.chain.clone(),
                });
                found.faults.push(Fault { span, what: format!("{error:#}") });
            }
        }
    }
    Ok(())
}

fn read_text(path: &Path) -> anyhow::Result<String> {
    let bytes = fs::read(path).map_err(|error| anyhow!(plain(&error)))?;
    String::from_utf8(bytes).map_err(|_| anyhow!("it is not UTF-8"))
}

fn read_motd(path: &Path, config: &server::Config) -> anyhow::Result<Vec<String>> {
    let what = || format!("cannot read the message of the day in {}", path.display());
    let text = read_text(path).with_context(what)?;
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    // `:server 372 nick :- line`. A longer line would be truncated.
    let room = MAX_LINE - ": 372  :- \r\n".len() - config.name.len() - config.limits.nick_bytes;
    for (number, line) in (1..).zip(&lines) {
        if line.len() > room {
            bail!("{}: line {number} is longer than {room} bytes, the most that fits into an IRC line", what());
        }
        if line.contains(['\r', '\0']) {
            bail!("{}: line {number} has a character that an IRC line cannot hold", what());
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::key::Kind;
    use super::*;

    /// Settings in which one key has another value; `None` if the test knows none.
    fn changed(key: &key::Key<Settings>) -> Option<Settings> {
        let mut settings = Settings::default();
        match &key.kind {
            Kind::Number { range, field } => {
                let number = field(&mut settings);
                *number = if *number < *range.end() { *number + 1 } else { *number - 1 };
            }
            Kind::Seconds { field, .. } => *field(&mut settings) += std::time::Duration::from_secs(1),
            Kind::Switch { field } => *field(&mut settings) ^= true,
            Kind::Port { .. } => return None,
            Kind::Texts { add, example, .. } => add(&mut settings, example.split('"').nth(1)?).ok()?,
            Kind::Text { set, example, .. } => {
                let other = match key.name {
                    "name" => "other.example",
                    "casemapping" => "rfc1459",
                    "format" => "json",
                    "level" => "debug",
                    "password" => return None,
                    "channel_modes" | "user_modes" => "+i",
                    _ => example.split('"').nth(1).filter(|text| !text.is_empty()).unwrap_or("other"),
                };
                set(&mut settings, other).ok()?;
            }
        }
        Some(settings)
    }

    #[test]
    fn a_reload_keeps_exactly_the_keys_that_need_a_restart() {
        let running = Settings::default();
        let mut tried = 0;
        // An sts policy needs a TLS listener, which these settings do not have.
        for key in KEYS.iter().filter(|key| key.section != "sts") {
            let Some(mut settings) = changed(key) else { continue };
            let wanted = key.show(&settings);
            assert_ne!(wanted, key.show(&running), "{} is changed", key.path());
            let kept = settings.keep(&running);
            match key.restart {
                true => assert_eq!((kept, key.show(&settings)), (vec![key.path()], key.show(&running))),
                false => assert_eq!((kept, key.show(&settings)), (Vec::new(), wanted), "{}", key.path()),
            }
            tried += 1;
        }
        assert!(tried > KEYS.len() - 8, "{tried} of {}", KEYS.len());
    }
}
