//! MONITOR and METADATA of users with several sessions (docs/protocol/sessions.md).

use verbatim::server::{Config, Limits};

use super::script::{check, check_with};

#[test]
fn each_session_has_its_own_monitor_list() {
    let limits = Limits { monitor_entries: 2, ..Limits::default() };
    check_with(
        Config { limits, ..Config::default() },
        r"
        alice registers
        phone attaches to alice
        alice> MONITOR + bob,carol,dan
        alice< :verbatim.local 731 alice :bob,carol
        alice< :verbatim.local 734 alice 2 dan :Monitor list is full.
        phone> MONITOR + Bob,dan
        phone< :verbatim.local 731 alice :Bob,dan
        alice> MONITOR L
        alice< :verbatim.local 732 alice :bob,carol
        alice< :verbatim.local 733 alice :End of MONITOR list
        phone> MONITOR L
        phone< :verbatim.local 732 alice :Bob,dan
        phone< :verbatim.local 733 alice :End of MONITOR list
        bob connects
        bob> NICK bob
        bob> USER bob 0 * :bob
        alice, phone< :verbatim.local 730 alice :bob!~bob@10.0.0.3
        bob is welcomed
        bob> NICK carol
        alice< :verbatim.local 731 alice :bob
        alice< :verbatim.local 730 alice :carol!~bob@10.0.0.3
        phone< :verbatim.local 731 alice :Bob
        bob< :bob!~bob@10.0.0.3 NICK carol
        alice> MONITOR C
        phone> MONITOR S
        phone< :verbatim.local 731 alice :Bob,dan
    ",
    );
}

#[test]
fn monitor_reports_users_not_sessions() {
    check(
        r"
        bob registers
        tablet attaches to bob
        bob> MONITOR + alice
        bob< :verbatim.local 731 bob :alice
        alice connects
        alice> NICK alice
        alice> USER alice 0 * :alice
        bob< :verbatim.local 730 bob :alice!~alice@10.0.0.3
        alice is welcomed
        phone attaches to alice
        laptop attaches to alice, who stays for 60 s
        phone ends
        alice ends
        laptop ends
        bob> MONITOR S
        bob< :verbatim.local 730 bob :alice!~alice@10.0.0.3
        pad attaches to alice
        pad is cut off
        bob< :verbatim.local 731 bob :alice
    ",
    );
}

#[test]
fn a_session_can_monitor_its_own_nick() {
    check(
        r"
        alice registers
        phone attaches to alice
        phone> MONITOR + alice,anna
        phone< :verbatim.local 730 alice :alice!~alice@10.0.0.1
        phone< :verbatim.local 731 alice :anna
        alice> NICK anna
        alice, phone< :alice!~alice@10.0.0.1 NICK anna
        phone< :verbatim.local 731 anna :alice
        phone< :verbatim.local 730 anna :anna!~alice@10.0.0.1
        -- A session gets nothing about its own end.
        alice ends
        phone> QUIT
        phone< ERROR :Closing link: (10.0.0.2) [Quit: ]
        phone closed
    ",
    );
}

#[test]
fn extended_monitor_notifies_each_monitoring_session_once() {
    check(
        r"
        bob registers
        tablet attaches to bob
        bob, tablet ask for extended-monitor away-notify setname
        alice registers
        phone attaches to alice
        bob, tablet> MONITOR + alice
        bob, tablet< :verbatim.local 730 bob :alice!~alice@10.0.0.3
        alice, bob join #a
        tablet> MONITOR C
        alice> SETNAME :Alice
        bob, tablet< :alice!~alice@10.0.0.3 SETNAME :Alice
        bob> PART #a
        bob, tablet, alice, phone< :bob!~bob@10.0.0.1 PART #a
        phone> SETNAME :Alice L.
        bob< :alice!~alice@10.0.0.3 SETNAME :Alice L.
        alice> AWAY :out
        alice< :verbatim.local 306 alice :You have been marked as being away
        phone> AWAY :too
        bob< :alice!~alice@10.0.0.3 AWAY :too
        phone< :verbatim.local 306 alice :You have been marked as being away
    ",
    );
}

#[test]
fn metadata_belongs_to_users_and_subscriptions_to_sessions() {
    check(
        r"
        alice registers
        phone attaches to alice
        laptop attaches to alice
        alice, phone, laptop ask for batch draft/metadata-3
        bob registers
        tablet attaches to bob
        bob, tablet ask for batch draft/metadata-3
        alice, bob join #a
        phone> METADATA * SUB status
        phone< :verbatim.local 770 alice status
        phone< :verbatim.local BATCH +B1 metadata *ALL
        phone< :verbatim.local BATCH -B1
        tablet> METADATA * SUB status topic-url
        tablet< :verbatim.local 770 bob status topic-url
        tablet< :verbatim.local BATCH +B2 metadata *ALL
        tablet< :verbatim.local BATCH -B2
        alice> METADATA * SET status :here
        alice, phone< :verbatim.local 761 alice alice status * :here
        tablet< :verbatim.local 761 bob alice status * :here
        -- The session that sent the command has its reply already.
        phone> METADATA * SET status :there
        phone< :verbatim.local 761 alice alice status * :there
        tablet< :verbatim.local 761 bob alice status * :there
        laptop> METADATA * SUBS
        laptop< :verbatim.local BATCH +B3 metadata-subs
        laptop< :verbatim.local BATCH -B3
        laptop> METADATA * LIST
        laptop< :verbatim.local BATCH +B4 metadata alice
        laptop< @batch=B4 :verbatim.local 761 alice alice status * :there
        laptop< :verbatim.local BATCH -B4
        alice> METADATA #a SET topic-url x
        alice< :verbatim.local 761 alice #a topic-url * :x
        tablet< :verbatim.local 761 bob #a topic-url * :x
        laptop> METADATA * CLEAR
        phone< :verbatim.local 766 alice alice status :key not set
        laptop< :verbatim.local BATCH +B5 metadata alice
        laptop< @batch=B5 :verbatim.local 766 alice alice status :key not set
        laptop< :verbatim.local BATCH -B5
        tablet< :verbatim.local 766 bob alice status :key not set
        -- A session's subscriptions end only with its own capability.
        phone> CAP REQ :-batch
        phone< :verbatim.local CAP alice ACK :-batch
        alice> METADATA * SET status :home
        alice< :verbatim.local 761 alice alice status * :home
        tablet< :verbatim.local 761 bob alice status * :home
    ",
    );
}

#[test]
fn each_session_gets_metadata_of_the_users_it_monitors() {
    check(
        r"
        alice registers
        phone attaches to alice
        alice, phone ask for batch draft/metadata-3
        bob registers
        bob asks for batch draft/metadata-3
        alice, phone> METADATA * SUB status
        alice, phone< :verbatim.local 770 alice status
        alice< :verbatim.local BATCH +B1 metadata *ALL
        alice< :verbatim.local BATCH -B1
        phone< :verbatim.local BATCH +B2 metadata *ALL
        phone< :verbatim.local BATCH -B2
        alice> MONITOR + bob
        alice< :verbatim.local 730 alice :bob!~bob@10.0.0.3
        alice< :verbatim.local BATCH +B3 metadata bob
        alice< :verbatim.local BATCH -B3
        bob> METADATA * SET status :here
        alice< :verbatim.local 761 alice bob status * :here
        bob< :verbatim.local 761 bob bob status * :here
        phone> METADATA *ALL SYNC
        phone< :verbatim.local BATCH +B4 metadata *ALL
        phone< :verbatim.local BATCH -B4
        alice> METADATA *ALL SYNC
        alice< :verbatim.local BATCH +B5 metadata *ALL
        alice< @batch=B5 :verbatim.local 761 alice bob status * :here
        alice< :verbatim.local BATCH -B5
        -- The user's other sessions are notified, in a channel or not.
        phone> METADATA * SET status :there
        alice, phone< :verbatim.local 761 alice alice status * :there
        alice> JOIN #a
        alice, phone< :alice!~alice@10.0.0.1 JOIN #a
        alice, phone< :verbatim.local 353 alice = #a :@alice
        alice, phone< :verbatim.local 366 alice #a :End of /NAMES list
        alice< :verbatim.local BATCH +B6 metadata #a
        alice< @batch=B6 :verbatim.local 761 alice alice status * :there
        alice< :verbatim.local BATCH -B6
        phone< :verbatim.local BATCH +B7 metadata #a
        phone< @batch=B7 :verbatim.local 761 alice alice status * :there
        phone< :verbatim.local BATCH -B7
        phone> METADATA * SET status :here
        alice, phone< :verbatim.local 761 alice alice status * :here
        phone> PART #a
        alice, phone< :alice!~alice@10.0.0.1 PART #a
        alice> MONITOR + alice
        alice< :verbatim.local 730 alice :alice!~alice@10.0.0.1
        alice< :verbatim.local BATCH +B8 metadata alice
        alice< @batch=B8 :verbatim.local 761 alice alice status * :here
        alice< :verbatim.local BATCH -B8
        phone> METADATA * SET status :anywhere
        alice, phone< :verbatim.local 761 alice alice status * :anywhere
    ",
    );
}

#[test]
fn a_new_members_metadata_reaches_each_subscribed_session() {
    check(
        r"
        alice registers
        phone attaches to alice
        alice, phone ask for batch draft/metadata-3 no-implicit-names
        bob registers
        tablet attaches to bob
        bob, tablet ask for batch draft/metadata-3 no-implicit-names
        alice joins #a
        phone> METADATA * SUB status
        phone< :verbatim.local 770 alice status
        phone< :verbatim.local BATCH +B1 metadata *ALL
        phone< :verbatim.local BATCH -B1
        tablet> METADATA * SUB status
        tablet< :verbatim.local 770 bob status
        tablet< :verbatim.local BATCH +B2 metadata *ALL
        tablet< :verbatim.local BATCH -B2
        bob> METADATA * SET status :late
        bob, tablet< :verbatim.local 761 bob bob status * :late
        bob> JOIN #a
        alice, phone, bob, tablet< :bob!~bob@10.0.0.3 JOIN #a
        phone< :verbatim.local 761 alice bob status * :late
        bob< :verbatim.local BATCH +B3 metadata #a
        bob< :verbatim.local BATCH -B3
        tablet< :verbatim.local BATCH +B4 metadata #a
        tablet< @batch=B4 :verbatim.local 761 bob bob status * :late
        tablet< :verbatim.local BATCH -B4
    ",
    );
}
