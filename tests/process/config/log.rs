//! The log: as text or JSON, with the connection on each line that concerns one.

use nix::sys::signal::Signal;

use super::serve;
use crate::shell_world::*;

/// The log of a visit, at level debug.
fn log_of_a_visit(format: &str) -> Vec<String> {
    let folder = Folder::new();
    let config = format!("listen = [\"tcp://127.0.0.1:0\"]\nlog = {{ level = \"debug\", format = \"{format}\" }}\n");
    let mut server = serve(&folder, &config, &[]);
    let mut alice = server.connect().here("alice");
    alice.say("PASS \"secret\"\r\nPRIVMSG alice :say \"hi\"\r\nQUIT");
    alice.lines.expect("ERROR");
    server.process.signal(Signal::SIGTERM);
    server.process.err.rest()
}

#[test]
fn every_log_line_about_a_connection_has_its_number() {
    let log = log_of_a_visit("text");
    for line in log.iter().filter(|line| !line.contains("shutting down") && !line.contains("stopping")) {
        assert!(line.contains("conn=0"), "{line}");
    }
    let said = |text: &str| log.iter().any(|line| line.contains(text));
    assert!(said("INFO connected conn=0 host=\"127.0.0.1\""), "{log:#?}");
    assert!(said("INFO closed conn=0 reason=\"Quit: \"") && !said("secret"), "{log:#?}");
}

#[test]
fn a_json_log_has_one_object_per_line() {
    let log = log_of_a_visit("json");
    for line in &log {
        assert!(
            line.starts_with("{\"timestamp\":\"") && line.ends_with('}') && line.contains("\"level\":\""),
            "{line}"
        );
        let about_nobody = line.contains("shutting down") || line.contains("stopping");
        assert!(about_nobody || line.contains("\"conn\":0"), "{line}");
    }
    let said = |text: &str| log.iter().any(|line| line.contains(text));
    assert!(said(r#""message":"connected","conn":0,"host":"127.0.0.1""#), "{log:#?}");
    assert!(said(r#""message":"> PRIVMSG alice :say \"hi\"""#) && !said("secret"), "{log:#?}");
}
