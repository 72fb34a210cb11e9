//! Scripts and their results, for people to read: each transcript is a file in `snapshots/`.
//!
//! A script of `scripts/` is run in the virtual world and, unless it needs the virtual world's time or sizes, by real
//! processes, too; the two transcripts must be the same. The transcripts of several seeds are in `seeded.rs`.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "one of the two worlds is the system")]

mod carried;
mod pieces;
mod quiet;
mod real;
mod seeded;
#[path = "../shell_world/mod.rs"]
mod shell_world;
mod text;

use real::{RealStage, Recorder};
use sim::faults::{FaultMode, Shape};
use sim::scenario::{VirtualStage, play};
use verbatim::server::Config;

/// Compares with the file `snapshots/NAME.snap`.
macro_rules! assert_snapshot {
    ($name:expr, $text:expr) => {{
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!($name, $text));
    }};
}
use assert_snapshot;

macro_rules! scripts {
    ($($play:ident $name:ident)*) => {
        $(#[test]
        fn $name() {
            $play(stringify!($name), include_str!(concat!("scripts/", stringify!($name), ".script")));
        })*
    };
}

scripts! {
    on_both everyone_else_hears_a_line_once
    on_both a_line_cut_off_by_the_end_is_not_delivered
    on_both a_nick_belongs_to_one_user
    on_both a_reset_does_not_affect_others
    on_both visitors_and_clients_share_the_lobby
    on_both operators_keep_order
    on_both private_messages_stay_private
    on_both a_quit_reaches_each_user_once_with_its_reason
    on_both a_reused_connection_number_gets_no_old_lines
    on_both a_line_too_long_is_refused_whole
    on_both bytes_that_are_not_text_are_refused
    on_both only_the_caller_gets_the_reply_to_a_query
    on_both two_people_chat_with_our_client
    on_both a_client_takes_another_nick_when_its_own_is_taken
    on_both each_client_gets_what_its_capabilities_ask_for
    on_both several_lines_are_one_message
    on_both monitor_reports_the_monitored_users
    on_both ranks_decide_who_may_speak_and_who_receives
    in_virtual_time silent_connections_are_noticed
    in_virtual_time a_client_reconnects_by_itself
    with_little_space a_slow_reader_is_cut_off
}

/// Runs a script in the virtual world and with real processes; the result must be the same.
fn on_both(name: &str, script: &str) {
    let script = text::expanded(script);
    let mut recorder = Recorder { stage: VirtualStage::new(Config::default()), steps: Vec::new() };
    let in_virtual_world = play(&script, &mut recorder);
    snapshot(name, &in_virtual_world);
    let in_reality = play(&script, &mut RealStage::new(recorder.steps));
    text::assert_same(&in_reality, &in_virtual_world, "real and virtual processes give different transcripts");
}

fn in_virtual_time(name: &str, script: &str) {
    snapshot(name, &play(&text::expanded(script), &mut VirtualStage::new(Config::default())));
}

/// Runs a script in a virtual world with small windows and queues.
fn with_little_space(name: &str, script: &str) {
    let shape = Shape { window_bytes: 600, send_queue_bytes: 4096, ..Shape::draw(FaultMode::None, 1, 0) };
    snapshot(name, &play(&text::expanded(script), &mut VirtualStage::with_shape(Config::default(), &shape)));
}

fn snapshot(name: &str, transcript: &str) {
    // One script shows the welcome line by line.
    let whole = name == "everyone_else_hears_a_line_once";
    assert_snapshot!(name, text::without_supported(&text::readable(transcript, whole)));
}
