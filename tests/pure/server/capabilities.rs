//! Each capability: the lines sent to `with`, who has it, and to `wout`, who does not.

use super::script::{World, check};

#[test]
fn a_disabled_capability_has_no_further_effect() {
    check(
        r"
        alice, with register
        with asks for server-time message-tags echo-message
        with> PRIVMSG alice :one
        alice< :with!~with@10.0.0.2 PRIVMSG alice :one
        with< @time=NOW;msgid=#1 :with!~with@10.0.0.2 PRIVMSG alice :one
        with asks for -server-time -message-tags -echo-message
        with> PRIVMSG alice :two
        alice< :with!~with@10.0.0.2 PRIVMSG alice :two
        alice> PRIVMSG with :three
        with< :alice!~alice@10.0.0.1 PRIVMSG with :three
    ",
    );
}

#[test]
fn tags_go_only_to_clients_with_their_capability() {
    check(
        r"
        alice, wout, time, tags register
        time asks for server-time
        tags asks for message-tags
        wout, time, tags join #a
        alice> JOIN #a
        alice, wout< :alice!~alice@10.0.0.1 JOIN #a
        alice< :verbatim.local 353 alice = #a :alice @wout time tags
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        time< @time=NOW :alice!~alice@10.0.0.1 JOIN #a
        tags< @msgid=#1 :alice!~alice@10.0.0.1 JOIN #a
        alice> @+draft/reply=x PRIVMSG #a :hello
        wout< :alice!~alice@10.0.0.1 PRIVMSG #a :hello
        time< @time=NOW :alice!~alice@10.0.0.1 PRIVMSG #a :hello
        tags< @msgid=#2;+draft/reply=x :alice!~alice@10.0.0.1 PRIVMSG #a :hello
        alice> @+typing=active TAGMSG #a
        alice< :verbatim.local 421 alice TAGMSG :Unknown command
        alice> PING x
        alice< :verbatim.local PONG verbatim.local :x
        time> PING x
        time< @time=NOW :verbatim.local PONG verbatim.local :x
        tags> PING x
        tags< :verbatim.local PONG verbatim.local :x
    ",
    );
}

#[test]
fn account_notify_account_tag_and_chghost_add_nothing() {
    check(
        r"
        alice, with, wout register
        with asks for account-notify account-tag chghost
        with, wout join #a
        alice> JOIN #a
        alice, with, wout< :alice!~alice@10.0.0.1 JOIN #a
        alice< :verbatim.local 353 alice = #a :alice @with wout
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        alice> PRIVMSG #a :hello
        with, wout< :alice!~alice@10.0.0.1 PRIVMSG #a :hello
        alice> NICK anna
        alice, with, wout< :alice!~alice@10.0.0.1 NICK anna
        alice> QUIT
        alice< ERROR :Closing link: (10.0.0.1) [Quit: ]
        alice closed
        with, wout< :anna!~alice@10.0.0.1 QUIT :Quit:\x20
    ",
    );
}

#[test]
fn away_notify_sends_away_lines() {
    check(
        r"
        alice, with, wout register
        with asks for away-notify
        with, wout join #a
        alice joins #a
        alice> AWAY :out
        alice< :verbatim.local 306 alice :You have been marked as being away
        with< :alice!~alice@10.0.0.1 AWAY :out
        alice> PART #a
        alice, with, wout< :alice!~alice@10.0.0.1 PART #a
        alice> JOIN #a
        alice, with, wout< :alice!~alice@10.0.0.1 JOIN #a
        alice< :verbatim.local 353 alice = #a :alice @with wout
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        with< :alice!~alice@10.0.0.1 AWAY :out
        alice> AWAY
        alice< :verbatim.local 305 alice :You are no longer marked as being away
        with< :alice!~alice@10.0.0.1 AWAY
    ",
    );
}

#[test]
fn a_labelled_response_of_several_lines_is_a_batch() {
    check(
        r"
        with, wout register
        with asks for batch labeled-response
        wout asks for labeled-response
        with> @label=1 WHO with
        with< @label=1 :verbatim.local BATCH +B1 labeled-response
        with< @batch=B1 :verbatim.local 352 with * ~with 10.0.0.1 verbatim.local with H :0 with
        with< @batch=B1 :verbatim.local 315 with with :End of WHO list
        with< :verbatim.local BATCH -B1
        wout> @label=1 WHO wout
        wout< :verbatim.local 352 wout * ~wout 10.0.0.2 verbatim.local wout H :0 wout
        wout< :verbatim.local 315 wout wout :End of WHO list
    ",
    );
}

#[test]
fn channel_rename_sends_rename_instead_of_part_and_join() {
    check(
        r"
        alice, with, wout register
        with asks for draft/channel-rename
        alice, with, wout join #a
        alice> RENAME #a #b :better
        alice< :alice!~alice@10.0.0.1 PART #a :better
        alice< :alice!~alice@10.0.0.1 JOIN #b
        alice< :verbatim.local 353 alice = #b :@alice with wout
        alice< :verbatim.local 366 alice #b :End of /NAMES list
        with< :alice!~alice@10.0.0.1 RENAME #a #b :better
        wout< :wout!~wout@10.0.0.3 PART #a :better
        wout< :wout!~wout@10.0.0.3 JOIN #b
        wout< :verbatim.local 353 wout = #b :@alice with wout
        wout< :verbatim.local 366 wout #b :End of /NAMES list
    ",
    );
}

#[test]
fn extended_isupport_allows_isupport_before_registration() {
    check(
        r"
        wout connects
        wout> ISUPPORT
        wout< :verbatim.local 451 * :You have not registered
        with connects
        with> CAP REQ draft/extended-isupport
        with< :verbatim.local CAP * ACK :draft/extended-isupport
        with> ISUPPORT
        with< :verbatim.local 005 * …
    ",
    );
}

#[test]
fn message_redaction_sends_redact_lines() {
    check(
        r"
        alice, with, wout register
        alice asks for draft/message-redaction echo-message message-tags
        with asks for draft/message-redaction
        alice, with, wout join #a
        alice> PRIVMSG #a :oops
        alice< @msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG #a :oops
        with, wout< :alice!~alice@10.0.0.1 PRIVMSG #a :oops
        alice> REDACT #a #1 :a slip
        alice< @msgid=#2 :alice!~alice@10.0.0.1 REDACT #a #1 :a slip
        with< :alice!~alice@10.0.0.1 REDACT #a #1 :a slip
        wout> REDACT #a x
        wout< :verbatim.local 421 wout REDACT :Unknown command
    ",
    );
}

#[test]
fn metadata_needs_its_capability_and_batch() {
    check(
        r"
        with, wout, half register
        with asks for draft/metadata-3 batch
        half asks for draft/metadata-3
        with, wout, half join #a
        with> METADATA * SET status here
        with< :verbatim.local 761 with with status * :here
        wout> METADATA * SET status here
        wout< :verbatim.local 421 wout METADATA :Unknown command
        half> METADATA * SET status here
        half< :verbatim.local 421 half METADATA :Unknown command
    ",
    );
}

#[test]
fn multiline_sends_several_lines_as_one_message() {
    check(
        r"
        alice, with, wout register
        alice, with ask for draft/multiline batch
        alice, with, wout join #a
        alice> BATCH +1 draft/multiline #a
        alice> @batch=1 PRIVMSG #a :one
        alice> @batch=1;draft/multiline-concat PRIVMSG #a :and a half
        alice> BATCH -1
        with< :alice!~alice@10.0.0.1 BATCH +B1 draft/multiline #a
        with< @batch=B1 :alice!~alice@10.0.0.1 PRIVMSG #a :one
        with< @batch=B1;draft/multiline-concat :alice!~alice@10.0.0.1 PRIVMSG #a :and a half
        with< :alice!~alice@10.0.0.1 BATCH -B1
        wout< :alice!~alice@10.0.0.1 PRIVMSG #a :one
        wout< :alice!~alice@10.0.0.1 PRIVMSG #a :and a half
        wout> BATCH +1 draft/multiline #a
        wout< :verbatim.local 421 wout BATCH :Unknown command
    ",
    );
}

#[test]
fn no_implicit_names_omits_the_member_list_after_join() {
    check(
        r"
        with, old, wout register
        with asks for no-implicit-names
        old asks for draft/no-implicit-names
        with> JOIN #a
        with< :with!~with@10.0.0.1 JOIN #a
        old> JOIN #a
        with, old< :old!~old@10.0.0.2 JOIN #a
        wout> JOIN #a
        with, old, wout< :wout!~wout@10.0.0.3 JOIN #a
        wout< :verbatim.local 353 wout = #a :@with old wout
        wout< :verbatim.local 366 wout #a :End of /NAMES list
    ",
    );
}

#[test]
fn pre_away_allows_away_before_registration() {
    check(
        r"
        with, wout connect
        with> CAP REQ draft/pre-away
        with< :verbatim.local CAP * ACK :draft/pre-away
        with> AWAY *
        with< :verbatim.local 306 * :You have been marked as being away
        wout> AWAY *
        wout< :verbatim.local 451 * :You have not registered
    ",
    );
}

#[test]
fn echo_message_echoes_the_senders_messages() {
    check(
        r"
        with, wout register
        with asks for echo-message
        with, wout join #a
        with> PRIVMSG #a :one
        with, wout< :with!~with@10.0.0.1 PRIVMSG #a :one
        wout> PRIVMSG #a :two
        with< :wout!~wout@10.0.0.2 PRIVMSG #a :two
        with> NOTICE wout :three
        with, wout< :with!~with@10.0.0.1 NOTICE wout :three
        wout> NOTICE with :four
        with< :wout!~wout@10.0.0.2 NOTICE with :four
        with> PRIVMSG nobody :five
        with< :verbatim.local 401 with nobody :No such nick/channel
    ",
    );
}

#[test]
fn extended_join_shows_account_and_real_name() {
    check(
        r"
        alice, with, wout register
        with asks for extended-join
        with, wout join #a
        alice> JOIN #a
        alice, wout< :alice!~alice@10.0.0.1 JOIN #a
        alice< :verbatim.local 353 alice = #a :alice @with wout
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        with< :alice!~alice@10.0.0.1 JOIN #a * :alice
    ",
    );
}

#[test]
fn extended_monitor_reports_changes_of_monitored_users() {
    check(
        r"
        alice, with, wout register
        with asks for extended-monitor away-notify
        wout asks for away-notify
        with> MONITOR + alice
        with< :verbatim.local 730 with :alice!~alice@10.0.0.1
        wout> MONITOR + alice
        wout< :verbatim.local 730 wout :alice!~alice@10.0.0.1
        alice> AWAY :out
        alice< :verbatim.local 306 alice :You have been marked as being away
        with< :alice!~alice@10.0.0.1 AWAY :out
        alice> QUIT
        alice< ERROR :Closing link: (10.0.0.1) [Quit: ]
        alice closed
        with< :verbatim.local 731 with :alice
        wout< :verbatim.local 731 wout :alice
    ",
    );
}

#[test]
fn invite_notify_shows_invitations_by_other_members() {
    check(
        r"
        alice, bob, with, wout register
        with asks for invite-notify
        alice, with, wout join #a
        alice> INVITE bob #a
        alice< :verbatim.local 341 alice bob #a
        bob, with< :alice!~alice@10.0.0.1 INVITE bob #a
    ",
    );
}

#[test]
fn multi_prefix_shows_all_prefixes() {
    check(
        r"
        alice, with, wout register
        with asks for multi-prefix
        alice, with, wout join #a
        alice> MODE #a +v alice
        alice, with, wout< :alice!~alice@10.0.0.1 MODE #a +v alice
        with> NAMES #a
        with< :verbatim.local 353 with = #a :@+alice with wout
        with< :verbatim.local 366 with #a :End of /NAMES list
        wout> NAMES #a
        wout< :verbatim.local 353 wout = #a :@alice with wout
        wout< :verbatim.local 366 wout #a :End of /NAMES list
        with> WHO #a o
        with< :verbatim.local 315 with #a :End of WHO list
        with> WHO #a %nf
        with< :verbatim.local 354 with alice H@+
        with< :verbatim.local 354 with with H
        with< :verbatim.local 354 with wout H
        with< :verbatim.local 315 with #a :End of WHO list
        wout> WHO #a %nf
        wout< :verbatim.local 354 wout alice H@
        wout< :verbatim.local 354 wout with H
        wout< :verbatim.local 354 wout wout H
        wout< :verbatim.local 315 wout #a :End of WHO list
        with> WHOIS alice
        with< :verbatim.local 311 with alice ~alice 10.0.0.1 * :alice
        with< :verbatim.local 319 with alice :@+#a
        with< :verbatim.local 312 with alice verbatim.local :verbatim
        with< :verbatim.local 317 with alice 0 1000000000 :seconds idle, signon time
        with< :verbatim.local 318 with alice :End of /WHOIS list
        wout> WHOIS alice
        wout< :verbatim.local 311 wout alice ~alice 10.0.0.1 * :alice
        wout< :verbatim.local 319 wout alice :@#a
        wout< :verbatim.local 312 wout alice verbatim.local :verbatim
        wout< :verbatim.local 317 wout alice 0 1000000000 :seconds idle, signon time
        wout< :verbatim.local 318 wout alice :End of /WHOIS list
    ",
    );
}

#[test]
fn setname_reaches_clients_with_the_capability() {
    check(
        r"
        alice, with, wout register
        with asks for setname
        alice, with, wout join #a
        alice> SETNAME :Alice of Wonderland
        with< :alice!~alice@10.0.0.1 SETNAME :Alice of Wonderland
        with> SETNAME :With
        with< :with!~with@10.0.0.2 SETNAME :With
        wout> SETNAME :
        wout< :verbatim.local FAIL SETNAME INVALID_REALNAME :Realname is not valid
    ",
    );
}

#[test]
fn userhost_in_names_shows_user_and_host() {
    check(
        r"
        with, wout register
        with asks for userhost-in-names
        with, wout join #a
        with> NAMES #a
        with< :verbatim.local 353 with = #a :@with!~with@10.0.0.1 wout!~wout@10.0.0.2
        with< :verbatim.local 366 with #a :End of /NAMES list
        wout> NAMES #a
        wout< :verbatim.local 353 wout = #a :@with wout
        wout< :verbatim.local 366 wout #a :End of /NAMES list
    ",
    );
}

/// cap-notify has no test of its own here: only a changed sts policy sends CAP NEW, which `security.rs` tests.
#[test]
fn every_listed_capability_can_be_enabled_and_disabled_alone() {
    let mut world = World::new(verbatim::server::Config::default());
    world.act("alice registers");
    world.act("alice> CAP LS");
    let listed = world.heard().remove(0);
    let (_, names) = listed.split_once(" LS :").expect("a list of capabilities");
    for name in names.split(' ') {
        let mut ask = |line: String| {
            world.act(&["alice> CAP ", &line].concat());
            let heard = world.heard().remove(0);
            heard.split_once(" CAP alice ").expect("an answer").1.to_owned()
        };
        assert_eq!(ask(format!("REQ {name}")), format!("ACK :{name}"));
        assert_eq!(ask("LIST".into()).split_once(':').map(|(_, on)| on.to_owned()), Some(name.to_owned()));
        assert_eq!(ask(format!("REQ -{name}")), format!("ACK :-{name}"));
        assert_eq!(ask("LIST".into()), "LIST :");
    }
}

#[test]
fn a_reused_connection_number_inherits_no_capabilities() {
    check(
        r"
        alice, bob register
        alice, bob ask for message-tags echo-message
        alice ends
        carol registers
        bob> PRIVMSG carol :hello
        carol< :bob!~bob@10.0.0.2 PRIVMSG carol :hello
        bob< @msgid=#1 :bob!~bob@10.0.0.2 PRIVMSG carol :hello
        carol> PRIVMSG bob :hello
        bob< @msgid=#2 :carol!~carol@10.0.0.1 PRIVMSG bob :hello
        carol> CAP LIST
        carol< :verbatim.local CAP carol LIST :
    ",
    );
}
