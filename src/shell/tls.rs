//! The parts of TLS that depend on the machine: certificate files, the generated certificate, the system's trusted
//! roots, and the clock.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{env, process};

use anyhow::{Context, anyhow, bail};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_ECDSA_P256_SHA256, date_time_ymd};
use rustls::RootCertStore;
use rustls::time_provider::DefaultTimeProvider;

use super::certificate::Certificate;
use super::config::Settings;
use super::listen::plain;
use crate::transport::tls::{self, Fingerprint, Identity, Trust, client_config, server_config};
use crate::transport::{ClientSettings, Url};

/// The client's TLS options.
#[derive(Clone, Debug, Default)]
pub struct TlsOptions {
    /// The only certificates to trust. If there are none, certificates signed by the system's authorities are trusted.
    pub fingerprints: Vec<Fingerprint>,
    /// The client certificate to present.
    pub certificate: Option<Certificate>,
}

/// The TLS state that is kept when certificates change.
#[derive(Debug)]
pub struct Tickets(tls::Tickets);

impl Tickets {
    /// New ticket keys, which only this process knows.
    ///
    /// # Errors
    /// The system provides no random numbers.
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self(tls::Tickets::new().context("cannot make keys for TLS")?))
    }

    /// Completes the TLS settings, if there is a TLS listener. Returns the fingerprint of the generated certificate, if
    /// that is used because none is configured.
    ///
    /// # Errors
    /// The generated certificate cannot be read, or cannot be made.
    pub fn equip(&self, settings: &mut Settings) -> anyhow::Result<Option<Fingerprint>> {
        if !settings.listen.iter().any(|url| url.scheme.has("tls")) {
            return Ok(None);
        }
        let mut identities = settings.identities.clone();
        let mut own = None;
        if identities.is_empty() {
            let identity = own_identity(&settings.server.name)?;
            own = identity.cert.first().map(Fingerprint::of);
            identities.push(identity);
        }
        let made = server_config(identities, self.0.clone(), Arc::new(DefaultTimeProvider));
        settings.transport.tls = Some(made.context("cannot set up TLS")?);
        Ok(own)
    }
}

/// The name of the file with the generated certificate.
const OWN_FILE: &str = "self-signed.pem";

/// The generated certificate: made once, and kept, so that its fingerprint stays trusted.
fn own_identity(name: &str) -> anyhow::Result<Identity> {
    let folder =
        state_folder().context("no certificate is given, and there is no place to keep one of the server's own")?;
    let path = folder.join(OWN_FILE);
    let file = Certificate { chain: path.clone(), key: None };
    if fs::metadata(&path).is_err() {
        let pem = make(name).context("cannot make a certificate")?;
        keep(&folder, &path, &pem)
            .map_err(|error| anyhow!("{}: {}", path.display(), plain(&error)))
            .context("no certificate is given, and the server cannot keep one of its own")?;
    }
    let read = file.read().map_err(|(_, error)| error);
    read.with_context(|| format!("cannot use {OWN_FILE}; delete it to generate a new one"))
}

/// The folder for generated files: systemd's STATE_DIRECTORY (systemd.exec(5)), else by the XDG Base Directory
/// Specification: "If $XDG_STATE_HOME is either not set or empty, a default equal to $HOME/.local/state should be
/// used", and "all paths set in these environment variables must be absolute".
fn state_folder() -> anyhow::Result<PathBuf> {
    // systemd.exec(5): "If multiple directories are set, then in the environment variable the paths are concatenated
    // with colon".
    let of_systemd = env::var("STATE_DIRECTORY").ok().and_then(|list| list.split(':').next().map(PathBuf::from));
    let absolute = |path: &PathBuf| path.is_absolute();
    let of_home = |name| env::var_os(name).map(PathBuf::from).filter(absolute);
    let of_person = || of_home("XDG_STATE_HOME").or_else(|| Some(of_home("HOME")?.join(".local/state")));
    match of_systemd.filter(absolute).or_else(|| Some(of_person()?.join("verbatim"))) {
        Some(folder) => Ok(folder),
        None => bail!("set STATE_DIRECTORY, XDG_STATE_HOME or HOME"),
    }
}

/// Makes a self-signed certificate for this server name, and its key: PEM.
fn make(name: &str) -> Result<String, rcgen::Error> {
    let names = [name, "localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    // RFC 5280 §4.1.2.5: "To indicate that a certificate has no well-defined expiration date, the notAfter SHOULD be
    // assigned the GeneralizedTime value of 99991231235959Z." It is trusted by its fingerprint, so an expiry would gain
    // nothing.
    params.not_after = date_time_ymd(9999, 12, 31) + Duration::from_secs(24 * 60 * 60 - 1);
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let certificate = params.self_signed(&key)?;
    Ok(certificate.pem() + &key.serialize_pem())
}

/// Writes a file that only we may read, atomically: under another name first, so that a crash leaves no partial file.
fn keep(folder: &Path, path: &Path, pem: &str) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let unfinished = folder.join(format!(".{OWN_FILE}.{}", process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    let written = file.write_all(pem.as_bytes()).and_then(|()| file.sync_all());
    let kept = written.and_then(|()| fs::rename(&unfinished, path));
    kept.inspect_err(|_| {
        // The error is reported; a leftover file does no harm.
        let _ = fs::remove_file(&unfinished);
    })
}

/// The transport settings for connecting to `url`.
///
/// # Errors
/// The client certificate cannot be read, this machine trusts no authority, or there are TLS options for a URL without
/// TLS.
pub fn client_settings(url: &Url, options: &TlsOptions) -> anyhow::Result<ClientSettings> {
    let mut settings = ClientSettings::default();
    if !url.scheme.has("tls") {
        if !options.fingerprints.is_empty() || options.certificate.is_some() {
            bail!("{url} does not use TLS, but --tls-fingerprint and --tls-certificate require tls:// or wss://");
        }
        return Ok(settings);
    }
    let shown = options.certificate.as_ref().map(Certificate::read).transpose().map_err(|(_, error)| error)?;
    let trust = if options.fingerprints.is_empty() {
        Trust::Roots(Arc::new(system_roots()?))
    } else {
        Trust::Pins(options.fingerprints.clone())
    };
    settings.tls = Some(client_config(trust, shown, Arc::new(DefaultTimeProvider)).map_err(|error| anyhow!(error))?);
    Ok(settings)
}

/// The authorities that this machine trusts.
fn system_roots() -> anyhow::Result<RootCertStore> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let why = found.errors.first().map_or(String::new(), |error| format!(": {error}"));
        bail!("this machine has no certificate authorities to trust{why}; use --tls-fingerprint instead");
    }
    Ok(roots)
}
