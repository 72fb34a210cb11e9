//! Programs that take `plain+tcp` for something else, and input that is no line of text.

use verbatim::visitor::{Output, SentAway, Visitor};

use super::plain::{check, check_in_lobby};
use crate::transcript;

#[test]
fn a_program_that_takes_this_for_a_web_server_is_sent_away() {
    for request in ["GET / HTTP/1.1", "POST /a?b HTTP/1.0\\x0d", "\\x0a\\x0aHEAD / HTTP/2"] {
        check_in_lobby(&format!(
            "visitor> {request}
            visitor< -- This is not a web server. Goodbye.
            given up: This is not a web server"
        ));
    }
    // Before the join, too; and only the first line is judged, since people may talk about HTTP.
    check(
        0,
        "visitor> GET / HTTP/1.1
        visitor< -- This is not a web server. Goodbye.
        given up: This is not a web server",
    );
    check_in_lobby(
        "visitor> hello
        server< PRIVMSG #lobby :hello
        visitor> GET / HTTP/1.1
        server< PRIVMSG #lobby :GET / HTTP/1.1",
    );
}

#[test]
fn a_program_that_sends_no_text_is_sent_away_and_a_person_is_told() {
    // A TLS ClientHello has no line end.
    for bytes in ["\\x16\\x03\\x01\\x02\\x00", "\\x00\\x01\\x02", "\\x80\\x2e\\x01\\x00\\x02"] {
        let mut visitor = Visitor::new(0);
        let mut out = Output::default();
        let bytes = transcript::sent(bytes, "");
        assert_eq!(visitor.typed(&bytes, &mut out), Err(SentAway::NotText));
        let shown = String::from_utf8(out.shown).expect("text");
        assert_eq!(shown, "-- This is a chat in plain text, and that is not text. Goodbye.\n");
    }
    check_in_lobby(
        "visitor> hello
        server< PRIVMSG #lobby :hello
        visitor> he\\x00llo
        visitor< -- That line is not text: it was not sent.",
    );
}

#[test]
fn noise_is_never_said() {
    let mut state = 1_u64;
    for _ in 0..200 {
        let noise: Vec<u8> = (0..500)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 33) as u8
            })
            .collect();
        let (mut visitor, mut out) = (Visitor::new(0), Output::default());
        visitor.heard(b":s 001 guest1 :hi\r\n:guest1!g@h JOIN #lobby\r\n", &mut out);
        out.irc.clear();
        let _ = visitor.typed(&noise, &mut out);
        assert_eq!(out.irc.escape_ascii().to_string(), "", "{}", noise.escape_ascii());
    }
}

#[test]
fn a_last_line_without_a_line_end_is_not_dropped_without_a_word() {
    let ended = |typed: &[u8]| {
        let (mut visitor, mut out) = (Visitor::new(0), Output::default());
        visitor.typed(typed, &mut out).expect("it is text");
        visitor.ended(&mut out);
        visitor.ended(&mut out);
        String::from_utf8(out.shown).expect("text")
    };
    let said = "-- Your last line had no line end: it was not sent.\n";
    assert_eq!(ended(b"hello\nbye"), said);
    assert_eq!(ended(&b"x".repeat(10_000)), said);
    assert_eq!(ended(b"hello\n"), "");
}
