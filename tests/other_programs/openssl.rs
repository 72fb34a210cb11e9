//! `openssl s_client`: the handshake of TLS 1.2 and 1.3, and the lines inside it.

use std::ffi::OsStr;
use std::fs;
use std::process::Stdio;

use crate::certificates::{Certificate, fingerprint};
use crate::shell_world::{Folder, Process, typed};
use crate::world::{World, program, tells, whois, whois_replies};
use crate::{OPENSSL, Story};

pub const STORY: Story = Story {
    name: "openssl",
    programs: &[OPENSSL],
    steps: &[
        ("a server without a certificate generates one, prints its fingerprint, and keeps it", makes_its_own),
        ("TLS 1.3 with ALPN irc: registers, and PING is answered", || registers("-tls1_3", "TLSv1.3")),
        ("TLS 1.2 with ALPN irc: registers, and PING is answered", || registers("-tls1_2", "TLSv1.2")),
        ("TLS 1.1 is refused", refuses_tls_1_1),
        ("TLS over IPv6, and over a Unix socket", stands_on_any_socket),
        ("ALPN may be left out, and what is not irc is refused", needs_no_alpn),
        ("long lines arrive whole and in order, both ways", carries_long_lines),
        ("QUIT ends in a close_notify, and an end without one counts as truncated", ends_properly),
        ("TLS 1.3: a session is resumed, and with it the client's certificate", || resumes("-tls1_3")),
        ("TLS 1.2: a session is resumed, and with it the client's certificate", || resumes("-tls1_2")),
        ("WHOIS shows the fingerprint of a client's certificate", shows_the_fingerprint),
        ("a certificate of version 1, or with an unknown critical extension, has a fingerprint, too", takes_any),
        ("a certificate whose key cannot be verified has none, and its owner is told", takes_the_unproven),
        ("each of two names has its certificate, ECDSA and RSA, and clients verify it", serves_two_names),
        ("SIGHUP: new connections get the new certificate, existing ones are unaffected", reloads),
        ("SIGHUP: a broken certificate is reported, and the old one stays in use", survives_a_broken_certificate),
    ],
};

const TLS: &str = "tls://127.0.0.1:0";

/// `openssl s_client`, connected or refused.
pub struct Client {
    pub process: Process,
    /// What it printed about the handshake.
    handshake: Vec<String>,
}

impl Client {
    /// Connects to `HOST:PORT`, or to a path.
    pub fn connect(address: &str, args: &[impl AsRef<OsStr>]) -> Self {
        let mut command = program("openssl");
        let socket = if address.starts_with('/') { "-unix" } else { "-connect" };
        command.args(["s_client", socket, address, "-crlf", "-nocommands"]).args(args);
        let mut process = Process::start(command.stdin(Stdio::piped()));
        let mut handshake = Vec::new();
        while let Some(line) = process.out.next() {
            let is_last = line.trim().starts_with("Verify return code:");
            handshake.push(line);
            if is_last {
                break;
            }
        }
        Self { process, handshake }
    }

    /// A client that offers the ALPN name of IRC.
    fn of(world: &World, args: &[&str]) -> Self {
        Self::connect(world.address(), &[&["-alpn", "irc"], args].concat())
    }

    /// Registered as `nick`.
    pub fn here(mut self, nick: &str) -> Self {
        self.says(&format!("NICK {nick}"));
        self.says(&format!("USER {nick} 0 * :{nick}"));
        self.hears(&format!(" 001 {nick} "));
        self
    }

    pub fn says(&mut self, line: &str) {
        typed(&mut self.process, line);
    }

    #[track_caller]
    pub fn hears(&mut self, text: &str) -> String {
        self.process.out.expect(text)
    }

    pub fn whois(&mut self, nick: &str) -> Vec<String> {
        self.says(&format!("WHOIS {nick}"));
        whois_replies(&mut self.process.out)
    }

    /// Fails unless it printed this about the handshake.
    #[track_caller]
    fn found(&self, text: &str) {
        assert!(self.handshake.iter().any(|line| line.contains(text)), "no {text:?} in {:#?}", self.handshake);
    }

    /// Fails unless the handshake failed with this alert.
    #[track_caller]
    fn ends_by(mut self, alert: &str) {
        assert_ne!(self.process.code(), Some(0));
        let said = self.process.err.rest();
        assert!(said.iter().any(|line| line.contains(alert)), "no {alert:?} in {said:#?}");
    }

    /// The certificate that the server sent.
    #[track_caller]
    fn certificate(&self) -> String {
        let begins = |line: &&String| !line.starts_with("-----BEGIN CERTIFICATE");
        let mut pem: Vec<&str> = Vec::new();
        for line in self.handshake.iter().skip_while(begins) {
            pem.push(line);
            if line.starts_with("-----END CERTIFICATE") {
                return pem.join("\n");
            }
        }
        panic!("no certificate in {:#?}", self.handshake);
    }

    /// Waits until it has exited without an error. A cut without a close_notify would be one.
    #[track_caller]
    fn ends_well(mut self) {
        let code = self.process.code();
        assert_eq!((code, self.process.out.rest().last().map(String::as_str)), (Some(0), Some("closed")));
        let said = self.process.err.rest();
        assert!(!said.iter().any(|line| line.contains(":error:")), "{said:#?}");
    }
}

fn makes_its_own() {
    let mut world = World::new(TLS, "");
    let certificate = Client::of(&world, &[]).certificate();
    let fingerprint = fingerprint(&world.folder, &certificate);
    world.server.out.expect(&fingerprint);
    let mut world = world.again(TLS, "");
    assert_eq!(Client::of(&world, &[]).certificate(), certificate);
    world.server.out.expect(&fingerprint);
}

fn registers(version: &str, name: &str) {
    let world = World::new(TLS, "");
    let mut client = Client::of(&world, &[version]);
    client.found(&format!("New, {name}, Cipher is "));
    client.found("ALPN protocol: irc");
    client = client.here("zoe");
    client.says("PING :are you there");
    client.hears("PONG verbatim.local :are you there");
    let replies = client.whois("zoe");
    assert!(tells(&replies, "671 zoe zoe ", "secure") && !tells(&replies, "276 ", ""), "{replies:#?}");
    let _op = world.op();
    let replies = client.whois("op");
    assert!(!tells(&replies, "671 ", ""), "{replies:#?}");
}

fn refuses_tls_1_1() {
    let world = World::new(TLS, "");
    // Without this, OpenSSL would not even offer TLS 1.1.
    let client = Client::of(&world, &["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"]);
    client.ends_by(" alert ");
}

fn stands_on_any_socket() {
    let world = World::new("tls://[::1]:0", "");
    let mut client = Client::of(&world, &[]).here("zoe");
    assert!(tells(&client.whois("zoe"), "378 zoe zoe ", "::1"));
    let folder = Folder::new();
    let url = format!("tls+unix://{}", folder.path("irc.sock").display());
    let world = World::within(folder, &url, "");
    let mut client = Client::of(&world, &[]).here("zoe");
    assert!(tells(&client.whois("zoe"), "671 zoe zoe ", "secure"));
}

fn needs_no_alpn() {
    let world = World::new(TLS, "");
    let client = Client::connect(world.address(), &[] as &[&str]);
    client.found("No ALPN negotiated");
    drop(client.here("zoe"));
    // RFC 7301, section 3.2: "In the event that the server supports no protocols that the client advertises, then the
    // server SHALL respond with a fatal "no_application_protocol" alert."
    Client::connect(world.address(), &["-alpn", "h2"]).ends_by("alert no application protocol");
    // One protocol in common is enough.
    Client::connect(world.address(), &["-alpn", "h2,irc"]).found("ALPN protocol: irc");
}

fn carries_long_lines() {
    let world = World::new(TLS, "");
    let mut op = world.op();
    let mut client = Client::of(&world, &[]).here("zoe");
    client.says("JOIN #lobby");
    client.hears(" 366 ");
    // Together they are more than a TLS record may hold.
    let lines: Vec<String> = (0..100).map(|number| format!("{number:03} {}", "x".repeat(400))).collect();
    let said: Vec<String> = lines.iter().map(|line| format!("PRIVMSG #lobby :{line}")).collect();
    op.say(&said.join("\r\n"));
    for line in &lines {
        assert!(client.hears(" PRIVMSG #lobby ").ends_with(line));
    }
    client.says(&said.join("\n"));
    for line in &lines {
        assert!(op.lines.expect(" PRIVMSG #lobby ").ends_with(line));
    }
}

fn ends_properly() {
    let world = World::new(TLS, "");
    let mut op = world.op();
    let mut client = Client::of(&world, &[]).here("zoe");
    client.says("QUIT :good night");
    client.hears("ERROR :");
    client.ends_well();
    let mut client = Client::of(&world, &[]).here("zoe");
    client.says("JOIN #lobby");
    client.hears(" 366 ");
    // It sends its close_notify, and does not wait for ours.
    drop(client.process.child.stdin.take());
    op.lines.expect(":zoe!~zoe@127.0.0.1 QUIT :Connection closed");
    assert_eq!(client.process.code(), Some(0));
    let mut client = Client::of(&world, &[]).here("yan");
    client.says("JOIN #lobby");
    client.hears(" 366 ");
    // It is killed, and sends no close_notify.
    drop(client);
    op.lines.expect(":yan!~yan@127.0.0.1 QUIT :TLS connection cut short");
}

fn resumes(version: &str) {
    let world = World::new(TLS, "");
    let own = Certificate::new(&world.folder, "zoe.example.org");
    let fingerprint = fingerprint(&world.folder, &own.pem());
    let session = world.folder.path("session.pem");
    let ([chain, key], session) = (own.paths(), session.to_str().expect("UTF-8"));
    let mut first = Client::of(&world, &[version, "-sess_out", session, "-cert", chain, "-key", key]);
    first.found("New, ");
    first = first.here("zoe");
    // In TLS 1.3 the tickets come after the handshake, and before the server's lines.
    first.says("QUIT");
    first.ends_well();
    let mut second = Client::of(&world, &[version, "-sess_in", session]);
    second.found("Reused, ");
    second = second.here("zoe");
    // It has not sent its certificate again, and need not.
    let replies = second.whois("zoe");
    assert!(tells(&replies, "276 zoe zoe ", &fingerprint), "no {fingerprint} in {replies:#?}");
}

/// The kinds of keys for `openssl req -newkey`.
fn curve(name: &'static str) -> [&'static str; 3] {
    ["ec", "-pkeyopt", name]
}

fn takes_any() {
    let world = World::new(TLS, "");
    let unknown = [&curve("ec_paramgen_curve:prime256v1")[..], &["-addext", "1.3.6.1.4.1.99999.1=critical,DER:0500"]];
    let first = Certificate::of_version_1(&world.folder, "first.example.org");
    let odd = Certificate::with_key(&world.folder, "odd.example.org", &unknown.concat());
    for (own, nick) in [(first, "zoe"), (odd, "yan")] {
        let fingerprint = fingerprint(&world.folder, &own.pem());
        let [chain, key] = own.paths();
        for version in ["-tls1_2", "-tls1_3"] {
            let mut client = Client::of(&world, &[version, "-cert", chain, "-key", key]).here(nick);
            let replies = client.whois(nick);
            assert!(tells(&replies, &format!("276 {nick} {nick} "), &fingerprint), "no {fingerprint} in {replies:#?}");
            client.says("QUIT");
            client.ends_well();
        }
    }
}

fn takes_the_unproven() {
    let world = World::new(TLS, "");
    let (p521, p256k1) = (curve("ec_paramgen_curve:secp521r1"), curve("ec_paramgen_curve:secp256k1"));
    for (nick, kind, versions) in [
        ("rsa1024", &["rsa:1024"][..], &["-tls1_2", "-tls1_3"][..]),
        ("p521", &p521, &["-tls1_2", "-tls1_3"]),
        ("ed448", &["ed448"], &["-tls1_2", "-tls1_3"]),
        // TLS 1.3 has no signatures on this curve.
        ("p256k1", &p256k1, &["-tls1_2"]),
    ] {
        let own = Certificate::with_key(&world.folder, nick, kind);
        let [chain, key] = own.paths();
        for version in versions {
            let weak = "DEFAULT@SECLEVEL=0";
            let mut client = Client::of(&world, &[version, "-cipher", weak, "-cert", chain, "-key", key]).here(nick);
            client.hears("Your certificate is ignored, and has no fingerprint here");
            let replies = client.whois(nick);
            assert!(!tells(&replies, "276 ", ""), "{replies:#?}");
            client.says("QUIT");
            client.ends_well();
        }
    }
}

fn shows_the_fingerprint() {
    let world = World::new(TLS, "");
    let own = Certificate::new(&world.folder, "zoe.example.org");
    let fingerprint = fingerprint(&world.folder, &own.pem());
    let [chain, key] = own.paths();
    let mut op = world.op();
    for (version, nick) in [("-tls1_2", "zoe"), ("-tls1_3", "yan")] {
        let mut client = Client::of(&world, &[version, "-cert", chain, "-key", key]).here(nick);
        let replies = client.whois(nick);
        assert!(tells(&replies, &format!("276 {nick} {nick} "), &fingerprint), "no {fingerprint} in {replies:#?}");
        // Modern IRC: "Clients MUST only be sent this numeric if they are either using the WHOIS command on themselves
        // or they are an operator."
        let replies = whois(&mut op, nick);
        assert!(tells(&replies, "671 ", "secure") && !tells(&replies, "276 ", ""), "{replies:#?}");
    }
}

fn serves_two_names() {
    let folder = Folder::new();
    let tea = Certificate::new(&folder, "tea.example.org");
    let coffee = Certificate::with_key(&folder, "coffee.example.org", &["rsa:2048"]);
    let world = World::within(folder, TLS, &[tea.table(), coffee.table()].concat());
    for (name, certificate, nick) in [("tea.example.org", &tea, "zoe"), ("coffee.example.org", &coffee, "yan")] {
        let verified = ["-verify_return_error", "-verify_hostname", name, "-CAfile", certificate.paths()[0]];
        let client = Client::of(&world, &[&["-servername", name], &verified[..]].concat());
        client.found("Verification: OK");
        assert_eq!(client.certificate(), certificate.pem());
        drop(client.here(nick));
    }
    // A client that requests no name, or an unknown one, gets the first certificate.
    assert_eq!(Client::of(&world, &["-noservername"]).certificate(), tea.pem());
    assert_eq!(Client::of(&world, &["-servername", "milk.example.org"]).certificate(), tea.pem());
}

fn reloads() {
    let folder = Folder::new();
    let name = "irc.example.org";
    let old = Certificate::new(&folder, name);
    let old_pem = old.pem();
    let mut world = World::within(folder, TLS, &old.table());
    let mut there = Client::of(&world, &[]).here("zoe");
    assert_eq!(there.certificate(), old_pem);
    // The same files, rewritten as by a renewal.
    let new = Certificate::new(&world.folder, name);
    world.reload("configuration reloaded");
    let coming = Client::of(&world, &[]).here("yan");
    assert_eq!(coming.certificate(), new.pem());
    assert_ne!(coming.certificate(), old_pem);
    there.says("PRIVMSG zoe :still here");
    there.hears("PRIVMSG zoe :still here");
}

fn survives_a_broken_certificate() {
    let folder = Folder::new();
    let certificate = Certificate::new(&folder, "irc.example.org");
    let pem = certificate.pem();
    let mut world = World::within(folder, TLS, &certificate.table());
    fs::write(&certificate.chain, "-----BEGIN CERTIFICATE-----\n").expect("the file is written");
    world.reload("irc.example.org.pem");
    assert_eq!(Client::of(&world, &[]).here("zoe").certificate(), pem);
}
