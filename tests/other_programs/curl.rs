//! `curl` on the WebSocket port: what plain HTTP clients get.

use std::process::Stdio;

use crate::shell_world::{Folder, PATIENCE, Process, wait_for};
use crate::world::{World, program};
use crate::{CURL, Story};

pub const STORY: Story = Story {
    name: "curl",
    programs: &[CURL],
    steps: &[
        ("GET: a short page that says what this is", gets_a_page),
        ("GET inside TLS: the same page", gets_a_page_inside_tls),
        ("GET at a Unix socket: the same page", gets_a_page_at_a_unix_socket),
        ("HEAD: the same without the page", gets_the_head),
        ("POST: 405, and what is allowed", may_not_post),
        ("a head that is too large: 431", is_too_long),
        ("an upgrade by hand: 101, and the accept value for the key of RFC 6455", is_upgraded),
        ("an upgrade of another version: 426, and the supported version", knows_one_version),
        ("an upgrade without a key: 400", needs_a_key),
    ],
};

const WS_URL: &str = "ws://127.0.0.1:0";

/// The headers of a WebSocket request. The key is the one of RFC 6455, section 1.3.
const UPGRADE: &[&str] = &[
    "--http1.1",
    "-HConnection: Upgrade",
    "-HUpgrade: websocket",
    "-HSec-WebSocket-Version: 13",
    "-HSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

/// `curl` with these arguments.
fn curl(world: &World, args: &[&str]) -> Process {
    let socket = world.address();
    let url = if socket.starts_with('/') { "http://localhost".into() } else { world.url().replacen("ws", "http", 1) };
    let mut command = program("curl");
    if socket.starts_with('/') {
        command.args(["--unix-socket", socket]);
    }
    command.args([
        "--silent",
        "--show-error",
        "--no-buffer",
        "--max-time",
        &PATIENCE.as_secs().to_string(),
        "--noproxy",
        "*",
    ]);
    Process::start(command.args(args).arg(url).stdin(Stdio::null()))
}

/// The lines of the whole response, head and body. Fails unless `curl` accepts it.
#[track_caller]
fn answer(world: &World, args: &[&str]) -> Vec<String> {
    let mut curl = curl(world, &[&["--include"], args].concat());
    let lines = curl.out.rest();
    assert_eq!((curl.code(), curl.err.rest()), (Some(0), vec![]), "{lines:#?}");
    lines
}

/// Fails unless the response has this status, and a header that begins like this, in any case.
#[track_caller]
fn has(answer: &[String], status: &str, header: &str) {
    assert!(answer[0].starts_with(&format!("HTTP/1.1 {status} ")), "{answer:#?}");
    let header = header.to_lowercase();
    let head = || answer.iter().take_while(|line| !line.is_empty());
    assert!(head().any(|line| line.to_lowercase().starts_with(&header)), "no {header:?} in {answer:#?}");
}

fn page(answer: &[String]) -> String {
    answer.iter().skip_while(|line| !line.is_empty()).skip(1).map(|line| format!("{line}\n")).collect()
}

fn gets_a_page() {
    let world = World::new(WS_URL, "");
    let answer = answer(&world, &[]);
    has(&answer, "200", "content-type: text/html");
    let page = page(&answer);
    assert!(page.to_lowercase().starts_with("<!doctype html>"), "{page}");
    assert!(page.contains("IRC") && page.contains("WebSocket"), "{page}");
}

fn gets_a_page_inside_tls() {
    let world = World::new("wss://127.0.0.1:0", "");
    let answer = answer(&world, &["--insecure"]);
    has(&answer, "200", "content-type: text/html");
    assert!(page(&answer).contains("WebSocket"), "{answer:#?}");
}

fn gets_a_page_at_a_unix_socket() {
    let folder = Folder::new();
    let url = format!("ws+unix://{}", folder.path("irc.sock").display());
    let answer = answer(&World::within(folder, &url, ""), &[]);
    has(&answer, "200", "content-type: text/html");
    assert!(page(&answer).contains("WebSocket"), "{answer:#?}");
}

fn gets_the_head() {
    let world = World::new(WS_URL, "");
    let with_page = answer(&world, &[]);
    let head = answer(&world, &["--head"]);
    has(&head, "200", "content-type: text/html");
    assert_eq!(page(&head), "");
    let head_of = |answer: &[String]| answer.iter().take_while(|line| !line.is_empty()).cloned().collect::<Vec<_>>();
    // RFC 9110, section 9.3.2: "The server SHOULD send the same header fields in response to a HEAD request as it would
    // have sent if the request method had been GET."
    assert_eq!(head_of(&head), head_of(&with_page));
}

fn may_not_post() {
    let world = World::new(WS_URL, "");
    has(&answer(&world, &["--data", "NICK zoe"]), "405", "allow: ");
}

fn is_too_long() {
    let world = World::new(WS_URL, "");
    let header = format!("-HX-Long: {}", "x".repeat(64 * 1024));
    has(&answer(&world, &[&header]), "431", "content-length: ");
}

fn is_upgraded() {
    let world = World::new(WS_URL, "");
    let mut op = world.op();
    // With this, `curl` prints the head at once, without waiting for the end.
    let head_first = ["--dump-header", "-", "-HSec-WebSocket-Protocol: text.ircv3.net"];
    let mut curl = curl(&world, &[UPGRADE, &head_first].concat());
    let head: Vec<String> = std::iter::from_fn(|| curl.out.next().filter(|line| !line.is_empty())).collect();
    has(&head, "101", "upgrade: websocket");
    has(&head, "101", "connection: upgrade");
    has(&head, "101", "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    has(&head, "101", "sec-websocket-protocol: text.ircv3.net");
    wait_for("the server knows of a connection", || {
        op.say("LUSERS");
        op.lines.expect(" 252 op ");
        op.lines.next().filter(|line| line.contains(" 253 op 1 "))
    });
}

fn knows_one_version() {
    let world = World::new(WS_URL, "");
    let args: Vec<&str> =
        UPGRADE.iter().map(|arg| if arg.contains("Version") { "-HSec-WebSocket-Version: 7" } else { arg }).collect();
    has(&answer(&world, &args), "426", "sec-websocket-version: 13");
}

fn needs_a_key() {
    let world = World::new(WS_URL, "");
    let args: Vec<&str> = UPGRADE.iter().copied().filter(|arg| !arg.contains("Key")).collect();
    has(&answer(&world, &args), "400", "content-length: ");
}
