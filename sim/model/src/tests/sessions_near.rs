//! Transcripts from `docs/protocol/sessions.md`: what neighbours, monitors, subscribers, invited users and operators
//! receive.

use super::stage::check;

#[test]
fn away_lines_go_to_neighbours_and_never_to_the_users_own_sessions() {
    check(
        "alice asks for away-notify setname
         alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         alice2 attaches to alice with setname extended-monitor away-notify
         alice2< :alice!~alice@h JOIN #a
         alice2< :srv 353 alice = #a :@alice
         alice2< :srv 366 alice #a …
         alice2> MONITOR + alice
         alice2< :srv 730 alice :alice!~alice@h …
         bob asks for setname
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         alice2< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         bob2 attaches to bob with away-notify
         bob2< :bob!~bob@h JOIN #a
         bob2< :srv 353 bob = #a :@alice bob
         bob2< :srv 366 bob #a …
         alice2> SETNAME :Alice
         alice< :alice!~alice@h SETNAME :Alice
         alice2< :alice!~alice@h SETNAME :Alice
         bob< :alice!~alice@h SETNAME :Alice
         alice> AWAY :tea
         alice< :srv 306 alice …
         alice2> AWAY :bed
         alice2< :srv 306 alice …
         bob2< :alice!~alice@h AWAY :bed
         alice> AWAY :tea
         alice< :srv 306 alice …
         bob2< :alice!~alice@h AWAY :tea
         alice2> AWAY :bed
         alice2< :srv 306 alice …
         bob2< :alice!~alice@h AWAY :bed
         alice2> AWAY
         alice2< :srv 305 alice …
         bob2< :alice!~alice@h AWAY",
    );
}

#[test]
fn metadata_changes_reach_the_callers_other_subscribed_sessions() {
    check(
        "alice asks for draft/metadata-3 batch
         alice> METADATA * SUB color
         alice< :srv 770 alice color …
         alice< :srv BATCH metadata *ALL []
         alice2 attaches to alice with draft/metadata-3 batch
         alice2> METADATA * SUB color
         alice2< :srv 770 alice color …
         alice2< :srv BATCH metadata *ALL []
         alice> METADATA * SET color :red
         alice< :srv 761 alice alice color * :red …
         alice2< :srv 761 alice alice color * :red …
         alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice2< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         alice< :srv BATCH metadata #a [:srv 761 alice alice color * :red …]
         alice2< :srv 353 alice = #a :@alice
         alice2< :srv 366 alice #a …
         alice2< :srv BATCH metadata #a [:srv 761 alice alice color * :red …]
         alice> METADATA * SET color :blue
         alice< :srv 761 alice alice color * :blue …
         alice2< :srv 761 alice alice color * :blue …
         alice2> METADATA * CLEAR
         alice2< :srv BATCH metadata alice [:srv 766 alice alice color …]
         alice< :srv 766 alice alice color …
         alice2> MONITOR + alice
         alice2< :srv 730 alice :alice!~alice@h …
         alice2< :srv BATCH metadata alice []
         alice2> PART #a
         alice< :alice!~alice@h PART #a
         alice2< :alice!~alice@h PART #a
         alice> METADATA * SET color :green
         alice< :srv 761 alice alice color * :green …
         alice2< :srv 761 alice alice color * :green …",
    );
}

#[test]
fn an_invite_reaches_the_invited_users_sessions_and_those_with_invite_notify() {
    check(
        "alice asks for invite-notify
         alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         alice2 attaches to alice with invite-notify
         alice2< :alice!~alice@h JOIN #a
         alice2< :srv 353 alice = #a :@alice
         alice2< :srv 366 alice #a …
         alice3 attaches to alice
         alice3< :alice!~alice@h JOIN #a
         alice3< :srv 353 alice = #a :@alice
         alice3< :srv 366 alice #a …
         bob> PING x
         bob< :srv PONG srv :x
         bob2 attaches to bob
         alice> INVITE bob #a
         bob< :alice!~alice@h INVITE bob #a
         bob2< :alice!~alice@h INVITE bob #a
         alice2< :alice!~alice@h INVITE bob #a
         alice< :srv 341 alice bob #a …
         bob2> INVITE
         bob2< :srv 336 bob #a …
         bob2< :srv 337 bob …
         bob2> JOIN #a
         bob< :bob!~bob@h JOIN #a
         bob2< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         alice2< :bob!~bob@h JOIN #a
         alice3< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         bob2< :srv 353 bob = #a :@alice bob
         bob2< :srv 366 bob #a …
         bob> INVITE
         bob< :srv 337 bob …",
    );
}

#[test]
fn notices_and_wallops_go_to_each_session() {
    check(
        "alice> OPER root secret
         the answer is right
         alice< :srv 381 alice …
         alice< :alice!~alice@h MODE alice +o
         alice2 attaches to alice
         alice2< :srv 221 alice +o …
         alice2> MODE alice +sw
         alice< :alice!~alice@h MODE alice +sw
         alice2< :alice!~alice@h MODE alice +sw
         alice> WALLOPS :hello
         alice< :alice!~alice@h WALLOPS :hello
         alice2< :alice!~alice@h WALLOPS :hello
         bob> OPER root wrong
         the answer is wrong
         bob< :srv 464 bob …
         alice< :srv NOTICE alice :*** bob (~bob@h) failed to become an operator
         alice2< :srv NOTICE alice :*** bob (~bob@h) failed to become an operator
         alice2> OPER nobody x
         alice2< :srv 464 alice …",
    );
}

#[test]
fn monitor_reports_users_not_sessions() {
    check(
        "alice> MONITOR + bob
         alice< :srv 731 alice :bob …
         alice2 attaches to alice
         alice2> MONITOR + bob
         alice2< :srv 731 alice :bob …
         alice2> MONITOR L
         alice2< :srv 732 alice :bob …
         alice2< :srv 733 alice …
         bob> PING x
         bob< :srv PONG srv :x
         bob2 attaches to bob
         bob is cut off
         bob2> NICK bobby
         bob2< :bob!~bob@h NICK bobby
         alice< :srv 731 alice :bob …
         alice2< :srv 731 alice :bob …
         bob2> QUIT
         bob2< ERROR :Closing link: (h2) [Quit: ]
         bob2< (closed)",
    );
}
