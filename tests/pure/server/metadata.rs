//! METADATA (IRCv3 draft/metadata-3).

use verbatim::server::{Config, Limits};

use super::script::{check, check_with};

#[test]
fn values_are_set_read_listed_and_cleared() {
    check(
        r"
        alice, bob register
        alice, bob> CAP REQ :draft/metadata-3 batch
        alice< :verbatim.local CAP alice ACK :draft/metadata-3 batch
        bob< :verbatim.local CAP bob ACK :draft/metadata-3 batch
        alice> METADATA * SET display-name :Alice of Wonderland
        alice< :verbatim.local 761 alice alice display-name * :Alice of Wonderland
        alice> METADATA Alice SET homepage https://alice.example
        alice< :verbatim.local 761 alice alice homepage * :https://alice.example
        alice> METADATA * SET display-name :Alice of Wonderland
        alice< :verbatim.local 761 alice alice display-name * :Alice of Wonderland
        bob> METADATA alice GET display-name pronouns No
        bob< :verbatim.local BATCH +B1 metadata alice
        bob< @batch=B1 :verbatim.local 761 bob alice display-name * :Alice of Wonderland
        bob< @batch=B1 :verbatim.local 766 bob alice pronouns :key not set
        bob< @batch=B1 :verbatim.local WARN METADATA INVALID_KEY No :Invalid key
        bob< :verbatim.local BATCH -B1
        bob> METADATA alice LIST
        bob< :verbatim.local BATCH +B2 metadata alice
        bob< @batch=B2 :verbatim.local 761 bob alice display-name * :Alice of Wonderland
        bob< @batch=B2 :verbatim.local 761 bob alice homepage * :https://alice.example
        bob< :verbatim.local BATCH -B2
        bob> METADATA alice SET homepage x
        bob< :verbatim.local FAIL METADATA KEY_NO_PERMISSION alice homepage :Permission denied
        bob> METADATA alice CLEAR
        bob< :verbatim.local FAIL METADATA KEY_NO_PERMISSION alice * :Permission denied
        alice> METADATA * SET homepage
        alice< :verbatim.local 766 alice alice homepage :key not set
        alice> METADATA * SET homepage
        alice< :verbatim.local 766 alice alice homepage :key not set
        bob> WHOIS alice
        bob< :verbatim.local 311 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :verbatim
        bob< :verbatim.local 317 bob alice 0 1000000000 :seconds idle, signon time
        bob< :verbatim.local 760 bob alice display-name * :Alice of Wonderland
        bob< :verbatim.local 318 bob alice :End of /WHOIS list
        alice> METADATA * CLEAR
        alice< :verbatim.local BATCH +B3 metadata alice
        alice< @batch=B3 :verbatim.local 766 alice alice display-name :key not set
        alice< :verbatim.local BATCH -B3
        bob> METADATA alice LIST
        bob< :verbatim.local BATCH +B4 metadata alice
        bob< :verbatim.local BATCH -B4
    ",
    );
}

#[test]
fn channel_metadata_is_set_by_operators_and_hidden_with_the_channel() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol> CAP REQ :draft/metadata-3 batch
        alice< :verbatim.local CAP alice ACK :draft/metadata-3 batch
        bob< :verbatim.local CAP bob ACK :draft/metadata-3 batch
        carol< :verbatim.local CAP carol ACK :draft/metadata-3 batch
        alice, bob join #a
        alice> METADATA #A SET topic-url https://a.example
        alice< :verbatim.local 761 alice #a topic-url * :https://a.example
        bob> METADATA #a SET topic-url x
        bob< :verbatim.local FAIL METADATA KEY_NO_PERMISSION #a topic-url :Permission denied
        carol> METADATA #a GET topic-url
        carol< :verbatim.local BATCH +B1 metadata #a
        carol< @batch=B1 :verbatim.local 761 carol #a topic-url * :https://a.example
        carol< :verbatim.local BATCH -B1
        alice> MODE #a +s
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +s
        carol> METADATA #a GET topic-url
        carol< :verbatim.local FAIL METADATA INVALID_TARGET #a :Invalid metadata target
        alice> MODE #a +i-s
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +i-s
        carol> METADATA #a GET topic-url
        carol< :verbatim.local FAIL METADATA INVALID_TARGET #a :Invalid metadata target
        bob> METADATA #a GET topic-url
        bob< :verbatim.local BATCH +B2 metadata #a
        bob< @batch=B2 :verbatim.local 761 bob #a topic-url * :https://a.example
        bob< :verbatim.local BATCH -B2
        alice> PART #a
        alice, bob< :alice!~alice@10.0.0.1 PART #a
        bob> PART #a
        bob< :bob!~bob@10.0.0.2 PART #a
        carol> JOIN #a
        carol< :carol!~carol@10.0.0.3 JOIN #a
        carol< :verbatim.local 353 carol = #a :@carol
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        carol< :verbatim.local BATCH +B3 metadata #a
        carol< :verbatim.local BATCH -B3
        carol> METADATA #a LIST
        carol< :verbatim.local BATCH +B4 metadata #a
        carol< :verbatim.local BATCH -B4
    ",
    );
}

#[test]
fn subscribers_get_changes_of_metadata_they_can_see() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol> CAP REQ :draft/metadata-3 batch
        alice< :verbatim.local CAP alice ACK :draft/metadata-3 batch
        bob< :verbatim.local CAP bob ACK :draft/metadata-3 batch
        carol< :verbatim.local CAP carol ACK :draft/metadata-3 batch
        bob> METADATA * SUB status avatar BAD status
        bob< :verbatim.local 770 bob status avatar
        bob< :verbatim.local WARN METADATA INVALID_KEY BAD :Invalid key
        bob< :verbatim.local BATCH +B1 metadata *ALL
        bob< :verbatim.local BATCH -B1
        carol> METADATA * SUB status
        carol< :verbatim.local 770 carol status
        carol< :verbatim.local BATCH +B2 metadata *ALL
        carol< :verbatim.local BATCH -B2
        alice, bob join #a
        alice> METADATA * SET status :at work
        alice< :verbatim.local 761 alice alice status * :at work
        bob< :verbatim.local 761 bob alice status * :at work
        alice> METADATA * SET status :at work
        alice< :verbatim.local 761 alice alice status * :at work
        alice> METADATA * SET pronouns she
        alice< :verbatim.local 761 alice alice pronouns * :she
        alice> METADATA #a SET avatar https://a.example
        alice< :verbatim.local 761 alice #a avatar * :https://a.example
        bob< :verbatim.local 761 bob #a avatar * :https://a.example
        carol> MONITOR + alice
        carol< :verbatim.local 730 carol :alice!~alice@10.0.0.1
        carol< :verbatim.local BATCH +B3 metadata alice
        carol< @batch=B3 :verbatim.local 761 carol alice status * :at work
        carol< :verbatim.local BATCH -B3
        alice> METADATA * CLEAR
        alice< :verbatim.local BATCH +B4 metadata alice
        alice< @batch=B4 :verbatim.local 766 alice alice pronouns :key not set
        alice< @batch=B4 :verbatim.local 766 alice alice status :key not set
        alice< :verbatim.local BATCH -B4
        bob< :verbatim.local 766 bob alice status :key not set
        carol< :verbatim.local 766 carol alice status :key not set
        bob> METADATA * SUBS
        bob< :verbatim.local BATCH +B5 metadata-subs
        bob< @batch=B5 :verbatim.local 772 bob avatar status
        bob< :verbatim.local BATCH -B5
        bob> METADATA * UNSUB avatar nothing BAD
        bob< :verbatim.local 771 bob avatar nothing
        bob< :verbatim.local WARN METADATA INVALID_KEY BAD :Invalid key
        alice> METADATA #a SET avatar
        alice< :verbatim.local 766 alice #a avatar :key not set
        bob> METADATA * SYNC
        bob< :verbatim.local BATCH +B6 metadata bob
        bob< :verbatim.local BATCH -B6
        bob> METADATA *ALL SYNC
        bob< :verbatim.local BATCH +B7 metadata *ALL
        bob< :verbatim.local BATCH -B7
        bob> CAP REQ :-batch
        bob< :verbatim.local CAP bob ACK :-batch
        alice> METADATA * SET status :asleep
        alice< :verbatim.local 761 alice alice status * :asleep
        carol< :verbatim.local 761 carol alice status * :asleep
    ",
    );
}

#[test]
fn a_new_member_and_the_other_members_get_each_others_metadata() {
    check(
        r"
        alice, bob register
        alice, bob> CAP REQ :draft/metadata-3 batch draft/no-implicit-names
        alice< :verbatim.local CAP alice ACK :draft/metadata-3 batch draft/no-implicit-names
        bob< :verbatim.local CAP bob ACK :draft/metadata-3 batch draft/no-implicit-names
        alice joins #a
        alice> METADATA * SUB status
        alice< :verbatim.local 770 alice status
        alice< :verbatim.local BATCH +B1 metadata *ALL
        alice< :verbatim.local BATCH -B1
        bob> METADATA * SUB status
        bob< :verbatim.local 770 bob status
        bob< :verbatim.local BATCH +B2 metadata *ALL
        bob< :verbatim.local BATCH -B2
        alice> METADATA * SET status :here
        alice< :verbatim.local 761 alice alice status * :here
        bob> METADATA * SET status :too
        bob< :verbatim.local 761 bob bob status * :too
        bob> JOIN #a
        alice, bob< :bob!~bob@10.0.0.2 JOIN #a
        alice< :verbatim.local 761 alice bob status * :too
        bob< :verbatim.local BATCH +B3 metadata #a
        bob< @batch=B3 :verbatim.local 761 bob alice status * :here
        bob< @batch=B3 :verbatim.local 761 bob bob status * :too
        bob< :verbatim.local BATCH -B3
    ",
    );
}

#[test]
fn values_can_be_set_before_registration() {
    check(
        r"
        alice connects
        alice> METADATA * SET status :new
        alice< :verbatim.local 451 * :You have not registered
        alice> CAP REQ :draft/metadata-3 batch
        alice< :verbatim.local CAP * ACK :draft/metadata-3 batch
        alice> METADATA * SET status :new
        alice< :verbatim.local 761 * * status * :new
        alice> METADATA * SUB status
        alice< :verbatim.local 770 * status
        alice> METADATA nobody GET status
        alice< :verbatim.local FAIL METADATA INVALID_TARGET nobody :Invalid metadata target
        alice> NICK alice
        alice> USER a 0 * :Alice
        alice> CAP END
        alice is welcomed
        alice> METADATA * GET status
        alice< :verbatim.local BATCH +B2 metadata alice
        alice< @batch=B2 :verbatim.local 761 alice alice status * :new
        alice< :verbatim.local BATCH -B2
    ",
    );
}

#[test]
fn invalid_metadata_requests_get_a_fail() {
    let limits = Limits { metadata_keys: 1, metadata_subscriptions: 1, metadata_value_bytes: 5, ..Limits::default() };
    check_with(
        Config { limits, ..Config::default() },
        r"
        alice register
        alice> METADATA * LIST
        alice< :verbatim.local 421 alice METADATA :Unknown command
        alice> CAP REQ :draft/metadata-3 batch
        alice< :verbatim.local CAP alice ACK :draft/metadata-3 batch
        alice> METADATA
        alice< :verbatim.local FAIL METADATA INVALID_PARAMS * :Not enough parameters
        alice> METADATA *
        alice< :verbatim.local FAIL METADATA INVALID_PARAMS * :Not enough parameters
        alice> METADATA * FROB
        alice< :verbatim.local FAIL METADATA INVALID_PARAMS FROB :Unknown subcommand
        alice> METADATA * GET
        alice< :verbatim.local FAIL METADATA INVALID_PARAMS GET :Not enough parameters
        alice> METADATA * SET
        alice< :verbatim.local FAIL METADATA INVALID_PARAMS SET :Not enough parameters
        alice> METADATA * SET a b c
        alice< :verbatim.local FAIL METADATA INVALID_PARAMS SET :Too many parameters
        alice> METADATA * LIST x
        alice< :verbatim.local FAIL METADATA INVALID_PARAMS LIST :Too many parameters
        alice> METADATA nobody LIST
        alice< :verbatim.local FAIL METADATA INVALID_TARGET nobody :Invalid metadata target
        alice> METADATA #nowhere LIST
        alice< :verbatim.local FAIL METADATA INVALID_TARGET #nowhere :Invalid metadata target
        alice> METADATA *ALL LIST
        alice< :verbatim.local FAIL METADATA INVALID_TARGET *ALL :Invalid metadata target
        alice> METADATA #nowhere SUB a
        alice< :verbatim.local FAIL METADATA INVALID_TARGET #nowhere :Invalid metadata target
        alice> METADATA * SET Bad x
        alice< :verbatim.local FAIL METADATA INVALID_KEY Bad :Invalid key
        alice> METADATA * SET {k*41} x
        alice< :verbatim.local FAIL METADATA INVALID_KEY {k*41} :Invalid key
        alice> METADATA * SET a 123456
        alice< :verbatim.local FAIL METADATA INVALID_VALUE a :Invalid value
        alice> METADATA * SET a 12345
        alice< :verbatim.local 761 alice alice a * :12345
        alice> METADATA * SET b 1
        alice< :verbatim.local FAIL METADATA LIMIT_REACHED SET alice 1 :Limit reached
        alice> METADATA * SUB a b c
        alice< :verbatim.local 770 alice a
        alice< :verbatim.local FAIL METADATA LIMIT_REACHED SUB b 1 :Limit reached
        alice< :verbatim.local BATCH +B1 metadata *ALL
        alice< :verbatim.local BATCH -B1
        alice> METADATA * SUBS
        alice< :verbatim.local BATCH +B2 metadata-subs
        alice< @batch=B2 :verbatim.local 772 alice a
        alice< :verbatim.local BATCH -B2
    ",
    );
}

#[test]
fn a_large_metadata_sync_is_postponed_with_774() {
    let limits = Limits { metadata_sync_lines: 1, ..Limits::default() };
    check_with(
        Config { limits, ..Config::default() },
        r"
        alice, bob register
        alice, bob ask for draft/metadata-3 batch draft/no-implicit-names
        alice> METADATA * SET status :here
        alice< :verbatim.local 761 alice alice status * :here
        alice> METADATA * SET mood :good
        alice< :verbatim.local 761 alice alice mood * :good
        bob> METADATA * SUB status mood
        bob< :verbatim.local 770 bob status mood
        bob< :verbatim.local BATCH +B1 metadata *ALL
        bob< :verbatim.local BATCH -B1
        alice joins #a
        bob> JOIN #a
        alice, bob< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 774 bob #a 0 :Try again later
        bob> METADATA #a SYNC
        bob< :verbatim.local BATCH +B2 metadata #a
        bob< @batch=B2 :verbatim.local 761 bob alice mood * :good
        bob< @batch=B2 :verbatim.local 761 bob alice status * :here
        bob< :verbatim.local BATCH -B2
        bob> METADATA * SUB status pronouns
        bob< :verbatim.local 770 bob status pronouns
        bob< :verbatim.local BATCH +B3 metadata *ALL
        bob< :verbatim.local BATCH -B3
    ",
    );
}

#[test]
fn subscriptions_end_with_either_capability_and_do_not_come_back() {
    check(
        r"
        alice registers
        alice asks for batch draft/metadata-3
        alice> METADATA * SUB a
        alice< :verbatim.local 770 alice a
        alice< :verbatim.local BATCH +B1 metadata *ALL
        alice< :verbatim.local BATCH -B1
        alice> CAP REQ :-batch
        alice< :verbatim.local CAP alice ACK :-batch
        alice> CAP REQ :batch
        alice< :verbatim.local CAP alice ACK :batch
        alice> METADATA * SUBS
        alice< :verbatim.local BATCH +B2 metadata-subs
        alice< :verbatim.local BATCH -B2
        alice> METADATA * SUB a
        alice< :verbatim.local 770 alice a
        alice< :verbatim.local BATCH +B3 metadata *ALL
        alice< :verbatim.local BATCH -B3
        alice> CAP REQ :-draft/metadata-3
        alice< :verbatim.local CAP alice ACK :-draft/metadata-3
        alice> CAP REQ :draft/metadata-3
        alice< :verbatim.local CAP alice ACK :draft/metadata-3
        alice> METADATA * SUBS
        alice< :verbatim.local BATCH +B4 metadata-subs
        alice< :verbatim.local BATCH -B4
    ",
    );
}
