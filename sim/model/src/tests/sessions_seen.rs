//! Transcripts from `docs/protocol/sessions.md`: commands about addresses, and messages to a user without sessions.

use super::stage::check;

#[test]
fn a_ban_matches_any_address_of_a_user() {
    check(
        "alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         alice> MODE #a +b *!*@h2
         alice< :alice!~alice@h MODE #a +b *!*@h2
         bob> PING x
         bob< :srv PONG srv :x
         bob2 attaches to bob
         bob> JOIN #a
         bob< :srv 474 bob #a …
         alice> MODE #a +e *!*@h3
         alice< :alice!~alice@h MODE #a +e *!*@h3
         bob3 attaches to bob
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         bob2< :bob!~bob@h JOIN #a
         bob3< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         bob2< :srv 353 bob = #a :@alice bob
         bob2< :srv 366 bob #a …
         bob3< :srv 353 bob = #a :@alice bob
         bob3< :srv 366 bob #a …
         alice> MODE #a -e+b *!*@h3 m:*!*@h3
         alice< :alice!~alice@h MODE #a -e+b *!*@h3 m:*!*@h3
         bob< :alice!~alice@h MODE #a -e+b *!*@h3 m:*!*@h3
         bob2< :alice!~alice@h MODE #a -e+b *!*@h3 m:*!*@h3
         bob3< :alice!~alice@h MODE #a -e+b *!*@h3 m:*!*@h3
         bob> PRIVMSG #a :hush
         bob< :srv 404 bob #a …
         bob3 is cut off
         bob2 is cut off
         bob> PRIVMSG #a :heard
         alice< :bob!~bob@h PRIVMSG #a :heard
         alice> MODE #a +iI *!*@h4
         alice< :alice!~alice@h MODE #a +iI *!*@h4
         bob< :alice!~alice@h MODE #a +iI *!*@h4
         bob> PART #a
         bob< :bob!~bob@h PART #a
         alice< :bob!~bob@h PART #a
         bob> JOIN #a
         bob< :srv 473 bob #a …
         bob4 attaches to bob
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         bob4< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         bob4< :srv 353 bob = #a :@alice bob
         bob4< :srv 366 bob #a …",
    );
}

#[test]
fn whois_shows_each_session() {
    check(
        "alicetls attaches to nobody
         alice2tls attaches to alicetls
         alice2tls> WHOIS alicetls
         alice2tls< :srv 311 alicetls alicetls ~alicetls h * :alicetls …
         alice2tls< :srv 319 alicetls alicetls :
         alice2tls< :srv 312 alicetls alicetls srv …
         alice2tls< :srv 276 alicetls alicetls :has client certificate fingerprint ab …
         alice2tls< :srv 276 alicetls alicetls :has client certificate fingerprint ab …
         alice2tls< :srv 378 alicetls alicetls …
         alice2tls< :srv 338 alicetls alicetls ~alicetls@h h …
         alice2tls< :srv 378 alicetls alicetls …
         alice2tls< :srv 338 alicetls alicetls ~alicetls@h h2 …
         alice2tls< :srv 379 alicetls alicetls …
         alice2tls< :srv 671 alicetls alicetls …
         alice2tls< :srv 317 alicetls alicetls 0 1000 …
         alice2tls< :srv 318 alicetls alicetls …
         alice3 attaches to alicetls
         bob> WHOIS alicetls
         bob< :srv 311 bob alicetls ~alicetls h * :alicetls …
         bob< :srv 319 bob alicetls :
         bob< :srv 312 bob alicetls srv …
         bob< :srv 317 bob alicetls 0 1000 …
         bob< :srv 318 bob alicetls …
         alice3> WHOIS alicetls
         alice3< :srv 311 alicetls alicetls ~alicetls h * :alicetls …
         alice3< :srv 319 alicetls alicetls :
         alice3< :srv 312 alicetls alicetls srv …
         alice3< :srv 276 alicetls alicetls :has client certificate fingerprint ab …
         alice3< :srv 276 alicetls alicetls :has client certificate fingerprint ab …
         alice3< :srv 378 alicetls alicetls …
         alice3< :srv 338 alicetls alicetls ~alicetls@h h …
         alice3< :srv 378 alicetls alicetls …
         alice3< :srv 338 alicetls alicetls ~alicetls@h h2 …
         alice3< :srv 378 alicetls alicetls …
         alice3< :srv 338 alicetls alicetls ~alicetls@h h3 …
         alice3< :srv 379 alicetls alicetls …
         alice3< :srv 317 alicetls alicetls 0 1000 …
         alice3< :srv 318 alicetls alicetls …",
    );
}

#[test]
fn a_message_to_a_user_without_sessions_is_not_stored() {
    check(
        "alice> MODE alice +R
         alice< :alice!~alice@h MODE alice +R
         alice2 attaches to alice, who stays
         alice2< :srv 221 alice +R …
         alice2> MODE alice -R
         alice< :alice!~alice@h MODE alice -R
         alice2< :alice!~alice@h MODE alice -R
         alice is cut off
         alice2 is cut off
         bob asks for echo-message message-tags
         bob> PRIVMSG ALICE :hi
         bob< :srv FAIL PRIVMSG NOT_STORED alice …
         bob2 attaches to bob
         bob> NOTICE alice,nobody :hi
         bob< :srv FAIL NOTICE NOT_STORED alice …
         bob> TAGMSG alice
         bob< :srv FAIL TAGMSG NOT_STORED alice …
         bob> @+typing=active TAGMSG alice
         carol asks for labeled-response batch draft/multiline
         carol> @label=1 NOTICE alice :hi
         carol< label=1 [:srv FAIL NOTICE NOT_STORED alice …]
         carol> @label=2 BATCH +r draft/multiline alice
         carol> @batch=r NOTICE alice :hi
         carol> BATCH -r
         carol< label=2 [:srv FAIL NOTICE NOT_STORED alice …]
         carol> INVITE alice #a
         carol< :srv 403 carol #a …",
    );
}

#[test]
fn a_message_can_be_redacted_when_its_receiver_has_no_session() {
    check(
        "alice> PING x
         alice< :srv PONG srv :x
         alice2 attaches to alice, who stays
         bob asks for message-tags draft/message-redaction echo-message
         bob> PRIVMSG alice :hi
         bob< @msgid :bob!~bob@h PRIVMSG alice :hi
         alice< :bob!~bob@h PRIVMSG alice :hi
         alice2< :bob!~bob@h PRIVMSG alice :hi
         alice is cut off
         alice2 is cut off
         bob> REDACT alice m1
         bob< @msgid :bob!~bob@h REDACT alice m1",
    );
}

#[test]
fn each_session_is_pinged_independently() {
    check(
        "alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         30 s pass
         alice2 attaches to alice
         alice2< :alice!~alice@h JOIN #a
         alice2< :srv 353 alice = #a :@alice
         alice2< :srv 366 alice #a …
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         alice2< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         60 s pass
         alice< PING :srv
         alice2> PONG
         bob> PONG
         60 s pass
         alice< ERROR :Closing link: (h) [Ping timeout: 150 seconds]
         alice< (closed)",
    );
}
