//! Certificates made by `openssl`, and what it says about them.

use std::fs;
use std::path::PathBuf;

use crate::shell_world::{Folder, Process};
use crate::world::program;

/// A self-signed certificate for a host, with its key.
pub struct Certificate {
    pub chain: PathBuf,
    pub key: PathBuf,
}

impl Certificate {
    /// A certificate of the usual kind: ECDSA on P-256.
    pub fn new(folder: &Folder, host: &str) -> Self {
        Self::with_key(folder, host, &["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
    }

    /// With a key as for `openssl req -newkey`.
    pub fn with_key(folder: &Folder, host: &str, key_kind: &[&str]) -> Self {
        let (chain, key) = (folder.path(&format!("{host}.pem")), folder.path(&format!("{host}.key")));
        let (subject, names) = (format!("/CN={host}"), format!("subjectAltName=DNS:{host}"));
        let mut command = program("openssl");
        command.args(["req", "-x509", "-noenc", "-days", "2", "-subj", &subject, "-addext", &names]);
        command.arg("-newkey").args(key_kind).arg("-keyout").arg(&key).arg("-out").arg(&chain);
        let mut process = Process::start(&mut command);
        assert_eq!(process.code(), Some(0), "{:#?}", process.err.rest());
        Self { chain, key }
    }

    /// Of version 1, which has no extensions.
    pub fn of_version_1(folder: &Folder, host: &str) -> Self {
        let own = Self::new(folder, host);
        let (request, subject) = (folder.path("request.pem"), format!("/CN={host}"));
        let [chain, key] = own.paths();
        let request = request.to_str().expect("UTF-8");
        for step in [
            ["req", "-new", "-subj", &subject, "-key", key, "-out", request],
            ["x509", "-req", "-in", request, "-signkey", key, "-out", chain],
        ] {
            let mut process = Process::start(program("openssl").args(step));
            assert_eq!(process.code(), Some(0), "{:#?}", process.err.rest());
        }
        own
    }

    /// The chain and the key, as arguments.
    pub fn paths(&self) -> [&str; 2] {
        [&self.chain, &self.key].map(|path| path.to_str().expect("UTF-8"))
    }

    /// The file's content, which is one certificate.
    pub fn pem(&self) -> String {
        fs::read_to_string(&self.chain).expect("it is there").trim_end().to_owned()
    }

    /// Its table in the configuration.
    pub fn table(&self) -> String {
        format!("[[certificate]]\nchain = {:?}\nkey = {:?}\n", self.chain, self.key)
    }
}

/// SHA-256 of the certificate in `pem`, as the server writes it: lower-case digits without separators.
pub fn fingerprint(folder: &Folder, pem: &str) -> String {
    let file = folder.path("asked.pem");
    fs::write(&file, pem).expect("the file is written");
    let mut command = program("openssl");
    let mut process = Process::start(command.args(["x509", "-noout", "-fingerprint", "-sha256", "-in"]).arg(file));
    let line = process.out.next().unwrap_or_else(|| panic!("{:#?}", process.err.rest()));
    let (_, bytes) = line.split_once('=').expect("a name and the fingerprint");
    bytes.replace(':', "").to_lowercase()
}
