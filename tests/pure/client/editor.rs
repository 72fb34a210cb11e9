//! The line editor, as transcripts: `keys>` is what the terminal sends, `screen<` the input line that a terminal
//! (vt100) then shows, with `|` for its cursor, and `line<` a line that was entered. `end`, `redraw` and `too long` are
//! what else a key can lead to; `said bob` and the like are what the client showed meanwhile.

use std::num::NonZeroU16;

use verbatim::client::view::editor::Edited;
use verbatim::client::view::input_line::{ERASE, InputLine};
use verbatim::client::{Entry, MAX_TYPED_LINE, Speech};

use crate::transcript::{self, assert_happened, text_of};

struct Desk {
    input: InputLine,
    screen: vt100::Parser,
    columns: u16,
    transcript: Vec<String>,
}

impl Desk {
    fn new(columns: u16) -> Self {
        let mut input = InputLine::new(columns.into());
        input.aim(Some("#a"));
        let [rows, width] = [4, columns].map(|size| NonZeroU16::new(size).expect("a size"));
        let mut desk = Self { input, screen: vt100::Parser::new(rows, width, 0), columns, transcript: Vec::new() };
        desk.draw();
        desk
    }

    fn draw(&mut self) -> String {
        self.screen.process(self.input.draw().as_bytes());
        let (row, column) = self.screen.screen().cursor_position();
        let before = self.screen.screen().contents_between(row, 0, row, column);
        let after = self.screen.screen().contents_between(row, column, row, self.columns);
        format!("screen< {before}|{after}")
    }

    fn happen(&mut self, line: &str) {
        if transcript::is_heard(line) || ["end", "redraw", "too long"].contains(&line) {
            return;
        }
        self.transcript.push(line.to_owned());
        let Some((_, keys)) = transcript::said(line) else { return self.learn(line) };
        for edited in self.input.typed(&transcript::bytes_of(keys.strip_prefix(' ').unwrap_or(keys))) {
            match edited {
                Edited::Lines(lines) => self.transcript.extend(lines.iter().map(|l| format!("line< {}", text_of(l)))),
                Edited::End => self.transcript.push("end".into()),
                Edited::Redraw => self.transcript.push("redraw".into()),
                Edited::TooLong => self.transcript.push("too long".into()),
                Edited::Text => panic!("not worth telling"),
            }
        }
        let drawn = self.draw();
        self.transcript.push(drawn);
    }

    fn learn(&mut self, line: &str) {
        let (verb, name) = line.split_once(' ').expect("what happened, and a name");
        let s = || name.to_owned();
        let here = || "#a".to_owned();
        self.input.learn(&match verb {
            "said" => {
                let (text, kind) = (String::new(), Speech::Message);
                Entry::Said { from: s(), to: here(), text, kind, own: false, rings: false }
            }
            "names" => Entry::Names { channel: here(), nicks: name.split(' ').map(str::to_owned).collect() },
            "joined" => Entry::Joined { who: s(), channel: here(), own: false },
            "entered" => Entry::Joined { who: "me".into(), channel: s(), own: true },
            "quit" => Entry::Quit { who: s(), reason: String::new() },
            "renamed" => {
                let (from, to) = name.split_once(' ').expect("two nicks");
                Entry::Renamed { from: from.into(), to: to.into(), own: false }
            }
            _ => panic!("no such step: {line}"),
        });
    }
}

fn check_at(columns: u16, script: &str) {
    let mut desk = Desk::new(columns);
    let written = transcript::lines(script);
    written.iter().for_each(|line| desk.happen(line));
    assert_happened(&written, &desk.transcript);
}

fn check(script: &str) {
    check_at(40, script);
}

#[test]
fn text_is_edited_and_entered() {
    check(
        r"
        keys> helo
        screen< [#a] helo|
        keys> \x1b[D\x1b[Dl
        screen< [#a] hel|lo
        keys> \x01oh, \x05!
        screen< [#a] oh, hello!|
        keys> \x7f\x08\x1b[1~\x1b[3~
        screen< [#a] |h, hell
        keys> \x0b\x19\x19
        screen< [#a] h, hellh, hell|
        keys> \x17\x17bye\r
        line< h, bye
        screen< [#a] |
        keys> \r\n
        screen< [#a] |
        ",
    );
}

#[test]
fn no_key_is_ever_text() {
    check(
        r"
        keys> \x1b[A\x1b[B\x1bOP\x1b[15~\x1b[1;2H\x1b[[A\x1b[24;80R\x1b]11;rgb:0000/0000/0000\x07\x1bP1$r0m\x1b\\
        screen< [#a] |
        keys> \x00\x03\x07\x0f\x12\x16\x1a\x1c\x1d\x1e\x1f\x1bx\x1bé\xc2\x9b
        screen< [#a] |
        keys> \x09
        screen< [#a] |
        keys> \x1b[?1;2c\x1b[<0;3;4Mok
        screen< [#a] ok|
        ",
    );
}

#[test]
fn keys_may_arrive_in_pieces() {
    check(
        r"
        keys> a\x1b
        screen< [#a] a|
        keys> [
        screen< [#a] a|
        keys> Db\xc3
        screen< [#a] b|a
        keys> \xa9\xf0\x9f
        screen< [#a] bé|a
        keys> \x98\x80
        screen< [#a] bé😀|a
        keys> \xff\xc3(\r
        line< bé😀��(a
        screen< [#a] |
        ",
    );
}

#[test]
fn a_character_is_what_a_person_takes_for_one() {
    check(
        r"
        keys> e\xcc\x81👩‍👧晩x
        screen< [#a] é👩‍👧晩x|
        keys> \x1b[D\x7f
        screen< [#a] é👩‍👧|x
        keys> \x7f
        screen< [#a] é|x
        keys> \x1b[D\x04
        screen< [#a] |x
        ",
    );
}

#[test]
fn words_are_moved_over_and_deleted() {
    check(
        r"
        keys> one two  three\x1bb\x1b[1;5D
        screen< [#a] one |two  three
        keys> \x1bf\x1bd
        screen< [#a] one two|
        keys> \x1b\x7f\x15
        screen< [#a] |
        keys> \x19
        screen< [#a] one |
        ",
    );
}

#[test]
fn ctrl_d_ends_the_input_only_if_there_is_no_text() {
    check(
        r"
        keys> hi\x04
        screen< [#a] hi|
        keys> \x01\x04\x04
        screen< [#a] |
        keys> \x04
        end
        screen< [#a] |
        keys> \x0c
        redraw
        screen< [#a] |
        ",
    );
}

#[test]
fn entered_lines_come_back_and_the_draft_is_kept() {
    check(
        r"
        keys> one\rtwo\rtwo\r
        line< one
        line< two
        line< two
        screen< [#a] |
        keys> draft\x1b[A
        screen< [#a] two|
        keys> \x1b[A
        screen< [#a] one|
        keys> \x10\x10
        screen< [#a] one|
        keys> \x0e\x1b[B
        screen< [#a] draft|
        keys> \x1b[B
        screen< [#a] draft|
        ",
    );
}

#[test]
fn a_line_with_a_password_does_not_come_back() {
    check(
        r"
        keys> hi\r/raw oper root secret\r/msg NickServ IDENTIFY secret\r
        line< hi
        line< /raw oper root secret
        line< /msg NickServ IDENTIFY secret
        screen< [#a] |
        keys> \x1b[A
        screen< [#a] hi|
        ",
    );
}

#[test]
fn tab_completes_nicks_commands_and_channels() {
    check(
        r"
        names @bob +Bert carol
        said carol
        entered #lobby
        keys> b\x09
        screen< [#a] bob: |
        keys> \x09
        screen< [#a] Bert: |
        keys> \x09\x1b[Z
        screen< [#a] Bert: |
        keys> x\x09
        screen< [#a] Bert: x|
        keys> \x15hi C\x09
        screen< [#a] hi carol |
        keys> \x15/no\x09
        screen< [#a] /notice |
        keys> #l\x09
        screen< [#a] /notice #lobby |
        keys> \x15/help rec\x09
        screen< [#a] /help reconnect|
        renamed bob rob
        quit Bert
        joined zoe
        keys> \x15ro\x09
        screen< [#a] rob: |
        keys> \x15be\x09
        screen< [#a] be|
        keys> \x15z\x09
        screen< [#a] zoe: |
        ",
    );
}

#[test]
fn a_pasted_text_is_not_sent_before_enter() {
    check(
        r"
        keys> \x1b[200~one\r\n/two\x09and\x1b[31m\x1b[20
        screen< [#a] |
        keys> 1~
        screen< [#a] one↵/two and[31m|
        keys> !\r
        line< one
        line< /two\x09and[31m!
        screen< [#a] |
        ",
    );
}

#[test]
fn a_long_text_moves_sideways_with_the_cursor() {
    check_at(
        20,
        r"
        keys> 0123456789abcd
        screen< [#a] 789abcd|
        keys> ef
        screen< [#a] 789abcdef|
        keys> \x01
        screen< [#a] |0123456789abcd
        keys> \x05\x15晩晩晩晩晩晩晩晩晩
        screen< [#a] 晩晩晩晩晩|
        ",
    );
}

#[test]
fn too_much_text_is_refused_whole() {
    let mut desk = Desk::new(40);
    let long = "x".repeat(MAX_TYPED_LINE);
    assert_eq!(desk.input.typed(long.as_bytes()), []);
    assert_eq!(desk.input.typed(b"y"), [Edited::TooLong]);
    assert_eq!(desk.input.typed(b"\r"), [Edited::Lines(vec![long.clone()])]);
    let pasted = format!("\x1b[200~{long}y\x1b[201~z\r");
    assert_eq!(desk.input.typed(pasted.as_bytes()), [Edited::TooLong, Edited::Lines(vec!["z".into()])]);
}

#[test]
fn the_prompt_shows_the_target_and_what_arrives_comes_above() {
    let mut desk = Desk::new(20);
    desk.input.typed(b"half a li");
    desk.draw();
    desk.screen.process(format!("{ERASE}12:00 <bob> hi\r\n").as_bytes());
    assert!(desk.input.aim(None));
    assert!(!desk.input.aim(None));
    assert_eq!(desk.draw(), "screen< [no cha] half a li|");
    assert_eq!(desk.screen.screen().rows(0, 20).next().as_deref(), Some("12:00 <bob> hi"));
}
