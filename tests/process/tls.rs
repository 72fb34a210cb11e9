//! TLS in real processes: the generated certificate, reloads, and what `verbatim chat` trusts.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

use nix::sys::signal::Signal;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::time_provider::DefaultTimeProvider;
use verbatim::transport::tls::{Fingerprint, Tickets, Trust, accept, client_config, connect, identity, server_config};
use verbatim::transport::{Output, Transport};
use verbatim::wire;

use crate::shell_world::*;

const TLS: &str = "tls://127.0.0.1:0";

/// A server that keeps its generated certificate in `folder`.
fn own(folder: &Folder) -> Command {
    let mut command = Command::new(verbatim());
    command.arg("serve").env_remove("STATE_DIRECTORY").env("XDG_STATE_HOME", &folder.0);
    command
}

/// The fingerprint of a server's generated certificate.
fn shown(server: &mut Server) -> String {
    let line = server.process.out.expect("made by this server");
    line.rsplit_once("SHA-256 ").expect("its fingerprint").1.to_owned()
}

/// A certificate and its key as one file, and its fingerprint.
fn pem() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    (made.cert.pem() + &made.signing_key.serialize_pem(), Fingerprint::of(made.cert.der()).to_string())
}

/// A file with a certificate and its key.
fn server_pem(folder: &Folder) -> PathBuf {
    let path = folder.path("server.pem");
    write_file(&path, pem().0);
    path
}

#[test]
fn a_server_without_a_certificate_generates_one_and_prints_how_to_trust_it() {
    let folder = Folder::new();
    let mut server = Server::run(&mut own(&folder), &[TLS]);
    let line = server.process.out.next().expect("a line about it");
    let fingerprint = line
        .strip_prefix("certificate of verbatim.local, made by this server: SHA-256 ")
        .expect("a line with the fingerprint");
    let hint = format!("to trust it: verbatim chat {} --tls-fingerprint {fingerprint}", server.url());
    assert_eq!(server.process.out.next(), Some(hint.clone()));
    let path = folder.path("verbatim/self-signed.pem");
    let file = fs::metadata(&path).expect("it is kept");
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
    let certificate = CertificateDer::from_pem_file(&path).expect("it is PEM");
    assert_eq!(Fingerprint::of(&certificate).to_string(), fingerprint);
    assert_eq!(fs::read_dir(folder.path("verbatim")).expect("a folder").count(), 1, "nothing unfinished stays");
    // The printed command works as it is.
    let args: Vec<&str> = hint.strip_prefix("to trust it: verbatim ").expect("a command").split(' ').collect();
    let mut alice = Process::start(Command::new(verbatim()).args(args).args(["--nick", "alice"]).stdin(Stdio::piped()));
    alice.out.expect("#lobby → alice (you) is here");
    drop(alice.child.stdin.take());
    assert_eq!(alice.code(), Some(0));
}

#[test]
fn the_hint_names_an_address_that_clients_can_use() {
    let folder = Folder::new();
    let mut command = own(&folder);
    command.args(["--trusted-proxy", "127.0.0.1"]);
    let mut server = Server::run(&mut command, &["tls://127.0.0.1:0?proxy=true", "tls://0.0.0.0:0"]);
    let port = server.urls[1].rsplit_once(':').expect("a port").1;
    server.process.out.expect(&format!("to trust it: verbatim chat tls://HOST:{port} --tls-fingerprint "));
}

#[test]
fn the_next_start_has_the_same_certificate() {
    let folder = Folder::new();
    let first = shown(&mut Server::run(&mut own(&folder), &[TLS]));
    // It stays even if the server's name changes: clients that trust the fingerprint need nothing new.
    let mut command = own(&folder);
    assert_eq!(shown(&mut Server::run(command.args(["--name", "new.example"]), &[TLS])), first);
    assert_ne!(shown(&mut Server::run(&mut own(&Folder::new()), &[TLS])), first);
}

#[test]
fn the_certificate_is_kept_where_systemd_or_xdg_says() {
    let (systemd, home) = (Folder::new(), Folder::new());
    let mut command = own(&home);
    let of_systemd = format!("{}:/nonexistent", systemd.0.display());
    let _server = Server::run(command.env("STATE_DIRECTORY", of_systemd), &[TLS]);
    assert!(systemd.path("self-signed.pem").exists() && !home.path("verbatim").exists());
    let mut command = own(&systemd);
    // The XDG Base Directory Specification: "If an implementation encounters a relative path […] it should consider the
    // path invalid and ignore it."
    let _server = Server::run(command.env("XDG_STATE_HOME", "relative").env("HOME", &home.0), &[TLS]);
    assert!(home.path(".local/state/verbatim/self-signed.pem").exists());
}

#[test]
fn a_server_that_cannot_save_or_read_its_certificate_says_so() {
    let folder = Folder::new();
    write_file(&folder.path("file"), "x");
    let said = |state: &std::path::Path| {
        let mut command = own(&folder);
        let mut process =
            Process::start(command.env("XDG_STATE_HOME", state).args(["--listen", TLS]).stdin(Stdio::null()));
        assert_eq!(process.code(), Some(1));
        process.err.rest().concat()
    };
    let path = folder.path("file/verbatim/self-signed.pem");
    let expected = "no certificate is given, and the server cannot keep one of its own";
    let error = said(&folder.path("file"));
    assert!(error.starts_with(&format!("verbatim: {expected}: {}: ", path.display())), "{error}");
    fs::create_dir(folder.path("verbatim")).expect("a new directory");
    write_file(&folder.path("verbatim/self-signed.pem"), "half a");
    let error = said(&folder.0);
    assert!(error.starts_with("verbatim: cannot use self-signed.pem; delete it to generate a new one: "), "{error}");
    assert!(error.ends_with("self-signed.pem has no certificate in PEM"), "{error}");
    // Without a TLS listener no certificate is needed.
    let mut command = own(&folder);
    Server::run(command.env("XDG_STATE_HOME", folder.path("file")), &["tcp://127.0.0.1:0"]).connect().here("alice");
}

#[test]
fn sighup_loads_a_new_certificate_and_keeps_connections() {
    let folder = Folder::new();
    let ((before, first), (after, second)) = (pem(), pem());
    let path = folder.path("both.pem");
    write_file(&path, &before);
    let config = format!("listen = [{TLS:?}]\n[[certificate]]\nchain = \"both.pem\"\n");
    write_file(&folder.path("x.toml"), config);
    let mut command = own(&folder);
    let mut process = Process::start(command.arg("--config").arg(folder.path("x.toml")).stdin(Stdio::null()));
    let line = process.out.expect("listening on ");
    let url = line.strip_prefix("listening on ").expect("the URL that it listens on").to_owned();
    let mut alice = chat(&url, &["--nick", "alice", "--tls-fingerprint", &first]);
    alice.out.expect("#lobby → alice (you) is here");
    // An invalid file changes nothing.
    write_file(&path, &after[..300]);
    process.signal(Signal::SIGHUP);
    let said = process.err.expect("configuration not reloaded");
    assert!(said.contains("line 3: the certificate in ") && said.contains(" is not valid PEM"), "{said}");
    let mut bob = chat(&url, &["--nick", "bob", "--tls-fingerprint", &first]);
    bob.out.expect("#lobby → bob (you) is here");
    write_file(&path, &after);
    process.signal(Signal::SIGHUP);
    process.err.expect("configuration reloaded");
    let mut carol = chat(&url, &["--nick", "carol", "--tls-fingerprint", &second]);
    carol.out.expect("#lobby → carol (you) is here");
    typed(&mut alice, "who is new?");
    for other in [&mut bob, &mut carol] {
        other.out.expect("#lobby <alice> who is new?");
    }
    let mut late = chat(&url, &["--tls-fingerprint", &first]);
    late.err.expect(&format!("the server's certificate does not match any --tls-fingerprint: its SHA-256 is {second}"));
    assert_eq!(late.code(), Some(1));
    assert!(process.out.is_silent(), "a configured certificate is not announced");
}

#[test]
fn an_expired_certificate_is_a_warning() {
    let folder = Folder::new();
    let key = rcgen::KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(["localhost".to_owned()]).expect("a name");
    params.not_after = rcgen::date_time_ymd(2024, 4, 1);
    write_file(&folder.path("old.pem"), params.self_signed(&key).expect("a certificate").pem() + &key.serialize_pem());
    let file = folder.path("verbatim.toml");
    write_file(&file, "listen = [\"tls://127.0.0.1:0\"]\n[[certificate]]\nchain = \"old.pem\"\n");
    let said = format!("the certificate in {} expired on 2024-04-01", folder.path("old.pem").display());
    let mut check = Process::start(Command::new(verbatim()).arg("check").arg(&file));
    assert_eq!((check.code(), check.err.rest()), (Some(0), vec![format!("verbatim: {said}")]));
    let mut server = Process::start(Command::new(verbatim()).args(["serve", "--config"]).arg(&file));
    server.err.expect(&format!(" WARN {said}"));
    server.signal(Signal::SIGHUP);
    server.err.expect(&format!(" WARN {said}"));
    server.err.expect("configuration reloaded");
    write_file(&folder.path("old.pem"), pem().0);
    server.signal(Signal::SIGHUP);
    assert!(server.err.next().expect("a line").ends_with(" INFO configuration reloaded"), "the new one is valid");
}

#[test]
fn a_certificate_can_be_given_by_flags() {
    let folder = Folder::new();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let (chain, key) = (folder.path("chain.pem"), folder.path("key.pem"));
    write_file(&chain, made.cert.pem());
    write_file(&key, made.signing_key.serialize_pem());
    let mut command = own(&folder);
    let server = Server::run(command.arg("--tls-certificate").arg(&chain).arg("--tls-key").arg(&key), &[TLS]);
    let fingerprint = Fingerprint::of(made.cert.der()).to_string().to_uppercase();
    let mut alice = chat(server.url(), &["--nick", "alice", "--tls-fingerprint", &fingerprint]);
    alice.out.expect("#lobby → alice (you) is here");
    assert!(!folder.path("verbatim").exists(), "none is made");
    let mut process = Process::start(own(&folder).arg("--tls-certificate").arg(server_pem(&folder)));
    let expected = "verbatim: --tls-certificate needs a TLS listener: add --listen tls://HOST:PORT";
    assert_eq!((process.code(), process.err.rest()), (Some(1), vec![expected.to_owned()]));
    let mut process = Process::start(own(&folder).arg("--tls-certificate").arg(&chain));
    let expected =
        format!("verbatim: the key in {} has no private key in PEM, or one with a password", chain.display());
    assert_eq!((process.code(), process.err.rest()), (Some(1), vec![expected]));
}

#[test]
fn a_client_trusts_the_systems_certificate_authorities() {
    let folder = Folder::new();
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "an authority");
    let key = KeyPair::generate().expect("a key");
    write_file(&folder.path("ca.pem"), params.self_signed(&key).expect("a certificate").pem());
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(["localhost".to_owned()]).expect("a name");
    let certificate = params.signed_by(&key, &issuer).expect("a certificate");
    write_file(&folder.path("server.pem"), certificate.pem() + &key.serialize_pem());
    let mut command = own(&folder);
    let server = Server::run(command.arg("--tls-certificate").arg(folder.path("server.pem")), &[TLS]);
    let port = server.address().rsplit_once(':').expect("a port").1;
    let chat = |host: &str, roots: &str| {
        let mut command = Command::new(verbatim());
        command.args(["chat", &format!("tls://{host}:{port}"), "--nick", "alice"]).stdin(Stdio::null());
        Process::start(command.env("SSL_CERT_FILE", folder.path(roots)).env_remove("SSL_CERT_DIR"))
    };
    let mut alice = chat("localhost", "ca.pem");
    alice.out.expect("#lobby → alice (you) is here");
    assert_eq!(alice.code(), Some(0));
    for (host, roots, said) in [
        ("127.0.0.1", "ca.pem", "the server's certificate is for localhost, and not for 127.0.0.1; if you "),
        ("localhost", "server.pem", "the server's certificate is self-signed, or its issuer is not trusted by this "),
        ("localhost", "none.pem", "this machine has no certificate authorities to trust: "),
    ] {
        let mut process = chat(host, roots);
        assert_eq!(process.code(), Some(1));
        let err = process.err.rest();
        let what = if roots == "none.pem" { "" } else { &format!("cannot connect: tls://{host}:{port}: ") };
        assert!(err.len() == 1 && err[0].starts_with(&format!("verbatim: {what}{said}")), "{err:?}");
    }
}

#[test]
fn either_end_explains_when_the_other_does_not_speak_tls() {
    let folder = Folder::new();
    let mut server = Server::run(&mut own(&folder), &[TLS]);
    let mut alice = Process::start(
        Command::new(verbatim()).args(["chat", &format!("tcp://{}", server.address())]).stdin(Stdio::null()),
    );
    alice.err.expect("This port requires TLS: reconnect with TLS");
    assert_eq!(alice.code(), Some(1));
    server.process.err.expect("it does not speak TLS, which is what this port is for");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("tls://{}", listener.local_addr().expect("an address"));
    let plain = thread::spawn(move || {
        let mut stream = accepted(&listener);
        stream.write_all(b":old.example NOTICE * :hello\r\n").expect("the other end reads");
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let mut bob = chat(&url, &["--tls-fingerprint", &"0".repeat(64)]);
    bob.err.expect("the server does not speak TLS there: try tcp:// or ws://, or another port");
    assert_eq!(bob.code(), Some(1));
    plain.join().expect("it ends with the client");
}

#[test]
fn a_client_shows_its_certificate() {
    let folder = Folder::new();
    let ((server, pin), (client, expected)) = (pem(), pem());
    let path = folder.path("client.pem");
    write_file(&path, client);
    let identity = identity(server.as_bytes(), server.as_bytes()).expect("a pair");
    let tickets = Tickets::new().expect("random numbers");
    let tls = server_config(vec![identity], tickets, Arc::new(DefaultTimeProvider)).expect("valid TLS settings");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("tls://{}", listener.local_addr().expect("an address"));
    let mut process =
        chat(&url, &["--tls-fingerprint", &pin, "--tls-certificate", path.to_str().expect("a UTF-8 path")]);
    let mut stream = accepted(&listener);
    let (mut end, mut out) = (accept(Some(&tls), false), Output::default());
    let mut buffer = [0; 4096];
    while !end.is_open() {
        let count = uninterrupted(|| stream.read(&mut buffer)).expect("it writes");
        end.received(&buffer[..count], &mut out).expect("a handshake");
        stream.write_all(&std::mem::take(&mut out.raw)).expect("the other end reads");
    }
    let mut peer = wire::Peer::named("somewhere");
    end.describe(&mut peer);
    assert_eq!(peer.certificate.as_deref(), Some(expected.as_str()));
    drop(stream);
    assert_eq!(process.code(), Some(1));
    // Requesting TLS options without TLS is an error.
    for flag in ["--tls-fingerprint", "--tls-certificate"] {
        let mut process = chat("tcp://127.0.0.1:1", &[flag, &"0".repeat(64)]);
        process.err.expect(
            "verbatim: tcp://127.0.0.1:1 does not use TLS, but --tls-fingerprint and --tls-certificate require",
        );
        assert_eq!(process.code(), Some(1));
    }
    // An unreadable certificate is reported before anything is dialled.
    let mut process = chat(&url, &["--tls-certificate", "/no/such.pem"]);
    let expected = "verbatim: cannot read the certificate in /no/such.pem: no such file or directory";
    assert_eq!((process.code(), process.err.rest()), (Some(1), vec![expected.to_owned()]));
}

#[test]
fn visitors_and_clients_meet_over_tls() {
    let folder = Folder::new();
    let mut server = Server::run(&mut own(&folder), &[TLS, "tcp://127.0.0.1:0"]);
    let fingerprint = shown(&mut server);
    let mut alice = chat(server.url(), &["--nick", "alice", "--tls-fingerprint", &fingerprint]);
    alice.out.expect("#lobby → alice (you) is here");
    let mut bob = Peer::tcp(address(&server.urls[1])).here("bob");
    bob.say("PRIVMSG #lobby :hello, alice");
    alice.out.expect("#lobby <bob> hello, alice");
    typed(&mut alice, "hello, bob");
    bob.lines.expect("PRIVMSG #lobby :hello, bob");
    alice.out.expect("#lobby <alice> hello, bob");
    // A killed client sends no goodbye, and the quit message says so. If something was in flight to it, its kernel
    // replies with a reset.
    alice.child.kill().expect("it runs");
    let quit = bob.lines.expect("alice!~alice@127.0.0.1 QUIT :");
    let reasons = ["TLS connection cut short", "Connection reset by peer"];
    assert!(reasons.iter().any(|reason| quit.ends_with(reason)), "{quit}");
}

/// A TLS client that reads until it is registered, and then stops.
struct Deaf {
    stream: UnixStream,
    end: Box<dyn Transport>,
    out: Output,
}

impl Deaf {
    fn shakes(path: &Path, fingerprint: &str) -> Self {
        let trust = Trust::Pins(vec![fingerprint.parse().expect("it was shown")]);
        let config = client_config(trust, None, Arc::new(DefaultTimeProvider)).expect("valid TLS settings");
        let end = connect(Some(&config), "localhost", false).expect("a name");
        let stream = UnixStream::connect(path).expect("the server accepts");
        let mut deaf = Self { stream, end, out: Output::default() };
        deaf.end.opened(&mut deaf.out).expect("a handshake begins");
        let mut buffer = [0; 4096];
        while !deaf.end.is_open() {
            deaf.writes();
            let count = uninterrupted(|| deaf.stream.read(&mut buffer)).expect("it writes");
            deaf.end.received(&buffer[..count], &mut deaf.out).expect("a handshake");
        }
        deaf
    }

    fn says(&mut self, irc: &str) {
        self.end.send(irc.as_bytes(), &mut self.out).expect("it is open");
        self.writes();
    }

    fn writes(&mut self) {
        self.stream.write_all(&std::mem::take(&mut self.out.raw)).expect("the other end reads");
    }
}

#[test]
fn a_peer_that_does_not_read_is_dropped_over_tls_too() {
    let folder = Folder::new();
    let path = folder.path("irc.sock");
    // Over a Unix socket, whose buffers are small.
    let url = format!("tls+unix://{}", path.display());
    let mut server = Server::run(&mut own(&folder), &["tcp://127.0.0.1:0", &url]);
    let mut bob = server.connect().here("bob");
    let mut deaf = Deaf::shakes(&path, &shown(&mut server));
    deaf.says("NICK deaf\r\nUSER deaf 0 * :deaf\r\nJOIN #lobby\r\n");
    bob.lines.expect(":deaf!~deaf@localhost JOIN #lobby");
    let mut alice = server.connect().here("alice");
    fill(&mut alice, &mut bob, 4000);
    alice.lines.expect(":deaf!~deaf@localhost QUIT :SendQ exceeded");
    alice.say("PRIVMSG #lobby :who is left?");
    bob.lines.expect("PRIVMSG #lobby :who is left?");
}

#[test]
fn a_client_that_closes_first_still_gets_its_replies() {
    let folder = Folder::new();
    let mut server = Server::run(&mut own(&folder), &[TLS]);
    let trust = Trust::Pins(vec![shown(&mut server).parse().expect("it was shown")]);
    let config = client_config(trust, None, Arc::new(DefaultTimeProvider)).expect("valid TLS settings");
    let name = "localhost".try_into().expect("a name");
    let client = rustls::ClientConnection::new(config, name).expect("valid TLS settings");
    let socket = TcpStream::connect(server.address()).expect("the server accepts");
    let mut stream = rustls::StreamOwned::new(client, socket);
    stream.write_all(b"NICK a\r\nUSER a 0 * :a\r\nPING last\r\n").expect("the other end reads");
    stream.conn.send_close_notify();
    stream.flush().expect("the other end reads");
    let mut answers = String::new();
    // Without the server's close_notify this is an error.
    stream.read_to_string(&mut answers).expect("a clean end");
    assert!(answers.contains(" 001 a ") && answers.ends_with("PONG verbatim.local :last\r\n"), "{answers}");
    server.process.err.expect("reason=\"Connection closed\"");
}
