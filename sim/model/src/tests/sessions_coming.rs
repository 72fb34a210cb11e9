//! Transcripts from `docs/protocol/sessions.md`: how sessions begin and end, and which users stay without any.

use super::stage::check;

#[test]
fn an_attached_session_gets_the_welcome_and_its_users_channels() {
    check(
        "alice> JOIN #b,#a
         alice< :alice!~alice@h JOIN #b
         alice< :srv 353 alice = #b :@alice
         alice< :srv 366 alice #b …
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         alice> TOPIC #b :hi
         alice< :alice!~alice@h TOPIC #b :hi
         alice> MODE alice +Bi
         alice< :alice!~alice@h MODE alice +Bi
         alice> METADATA
         alice< :srv 421 alice METADATA …
         bob asks for away-notify
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         bob> AWAY :out
         bob< :srv 306 bob …
         guest asks for extended-join message-tags draft/metadata-3 batch labeled-response
         guest is to be ALICE's
         guest> CAP LS
         guest< :srv CAP * LS …
         guest> NICK other
         guest> METADATA * SET color :red
         guest< :srv 761 other * color * :red …
         guest> USER g 0 * :G
         guest> @label=1 CAP END
         guest< label=1 [:srv 001 alice … | :srv 002 alice … | :srv 003 alice … | :srv 004 alice … | :srv 005 alice … | :srv 005 alice … (any number) | :srv 251 alice … | :srv 252 alice 0 … | :srv 253 alice 0 … | :srv 254 alice 2 … | :srv 255 alice … | :srv 265 alice … | :srv 266 alice … | :srv BATCH metadata alice [] | :srv 422 alice … | :srv 221 alice +Bi … | @bot :alice!~alice@h JOIN #b * :alice | :srv 332 alice #b :hi … | :srv 333 alice #b alice!~alice@h 1000 … | :srv 353 alice = #b :@alice | :srv 366 alice #b … | :srv BATCH metadata #b [] | @bot :alice!~alice@h JOIN #a * :alice | :srv 353 alice = #a :@alice bob | :srv 366 alice #a … | :srv BATCH metadata #a []]
         guest> NICK other
         alice< :alice!~alice@h NICK other
         guest< @msgid;bot :alice!~alice@h NICK other
         bob< :alice!~alice@h NICK other
         guest> USER a b c d
         guest< :srv 462 other …",
    );
}

#[test]
fn the_user_to_attach_to_is_looked_up_when_registration_completes() {
    check(
        "guest is to be alice's
         alice> PING x
         alice< :srv PONG srv :x
         guest is to be bob's
         bob> PING x
         bob< :srv PONG srv :x
         bob> NICK bobby
         bob< :bob!~bob@h NICK bobby
         carol> NICK bob
         carol< :carol!~carol@h NICK bob
         guest> NICK g
         guest> USER g 0 * :G
         guest< :srv 001 bob …
         guest< :srv 002 bob …
         guest< :srv 003 bob …
         guest< :srv 004 bob …
         guest< :srv 005 bob …
         guest< :srv 005 bob … (any number)
         guest< :srv 251 bob …
         guest< :srv 252 bob 0 …
         guest< :srv 253 bob 0 …
         guest< :srv 254 bob 0 …
         guest< :srv 255 bob …
         guest< :srv 265 bob …
         guest< :srv 266 bob …
         guest< :srv 422 bob …
         guest is to be alice's
         guest> PRIVMSG g :x
         guest< :srv 401 bob g …
         guest2 is to be nobody's
         guest2> NICK h
         guest2> USER h 0 * :H
         guest2< :srv 001 h …
         guest2< :srv 002 h …
         guest2< :srv 003 h …
         guest2< :srv 004 h …
         guest2< :srv 005 h …
         guest2< :srv 005 h … (any number)
         guest2< :srv 251 h …
         guest2< :srv 252 h 0 …
         guest2< :srv 253 h 0 …
         guest2< :srv 254 h 0 …
         guest2< :srv 255 h …
         guest2< :srv 265 h …
         guest2< :srv 266 h …
         guest2< :srv 422 h …
         alice> NICK g
         alice< :alice!~alice@h NICK g
         alice> NICK h
         alice< :srv 433 g h …",
    );
}

#[test]
fn a_user_has_at_most_eight_sessions() {
    check(
        "alice> PING x
         alice< :srv PONG srv :x
         a2 attaches to alice
         a3 attaches to alice
         a4 attaches to alice
         a5 attaches to alice
         a6 attaches to alice
         a7 attaches to alice
         a8 attaches to alice
         a9 attaches to alice
         a9> PRIVMSG alice :hi
         alice< :a9!~a9@h9 PRIVMSG alice :hi
         a2< :a9!~a9@h9 PRIVMSG alice :hi
         a3< :a9!~a9@h9 PRIVMSG alice :hi
         a4< :a9!~a9@h9 PRIVMSG alice :hi
         a5< :a9!~a9@h9 PRIVMSG alice :hi
         a6< :a9!~a9@h9 PRIVMSG alice :hi
         a7< :a9!~a9@h9 PRIVMSG alice :hi
         a8< :a9!~a9@h9 PRIVMSG alice :hi",
    );
}

#[test]
fn a_session_ends_unnoticed_while_its_user_has_others() {
    check(
        "alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
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
         alice> QUIT :bye
         alice< ERROR :Closing link: (h) [Quit: bye]
         alice< (closed)
         bob> NAMES #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         alice2 is cut off
         bob< :alice!~alice@h QUIT :Connection reset by peer",
    );
}

#[test]
fn privileges_end_with_the_session_that_last_sent_oper() {
    check(
        "alice> OPER root secret
         the answer is right
         alice< :srv 381 alice …
         alice< :alice!~alice@h MODE alice +o
         alice2 attaches to alice
         alice2< :srv 221 alice +o …
         alice2> MODE alice +s
         alice< :alice!~alice@h MODE alice +s
         alice2< :alice!~alice@h MODE alice +s
         alice3 attaches to alice
         alice3< :srv 221 alice +os …
         alice3> OPER root secret
         the answer is right
         alice3< :srv 381 alice …
         alice is cut off
         alice3> QUIT
         alice3< ERROR :Closing link: (h3) [Quit: ]
         alice3< (closed)
         alice2< :alice!~alice@h MODE alice -os
         alice2> WALLOPS :x
         alice2< :srv 481 alice …
         alice2> OPER root secret
         the answer is right
         alice2< :srv 381 alice …
         alice2< :alice!~alice@h MODE alice +o
         alice4 attaches to alice, who stays
         alice4< :srv 221 alice +o …
         alice4> MODE alice -o
         alice2< :alice!~alice@h MODE alice -o
         alice4< :alice!~alice@h MODE alice -o
         alice2> QUIT
         alice2< ERROR :Closing link: (h2) [Quit: ]
         alice2< (closed)",
    );
}

#[test]
fn a_staying_user_is_online_without_sessions_until_killed() {
    check(
        "alice asks for draft/pre-away
         alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         alice2 attaches to alice, who stays
         alice2< :alice!~alice@h JOIN #a
         alice2< :srv 353 alice = #a :@alice
         alice2< :srv 366 alice #a …
         bob asks for away-notify
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         alice2< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         alice2> OPER root secret
         the answer is right
         alice2< :srv 381 alice …
         alice< :alice!~alice@h MODE alice +o
         alice2< :alice!~alice@h MODE alice +o
         alice2 is cut off
         alice< :alice!~alice@h MODE alice -o
         alice> QUIT :bye
         alice< ERROR :Closing link: (h) [Quit: bye]
         alice< (closed)
         bob< :alice!~alice@h AWAY :Disconnected
         bob> WHO alice
         bob< :srv 352 bob * ~alice h srv alice G :0 alice …
         bob< :srv 315 bob alice …
         bob> WHOIS alice
         bob< :srv 311 bob alice ~alice h * :alice …
         bob< :srv 319 bob alice :@#a
         bob< :srv 312 bob alice srv …
         bob< :srv 301 bob alice :Disconnected …
         bob< :srv 317 bob alice 0 1000 …
         bob< :srv 318 bob alice …
         bob> ISON alice
         bob< :srv 303 bob :alice …
         bob> USERHOST alice
         bob< :srv 302 bob :alice=-~alice@h …
         bob> MODE #a
         bob< :srv 324 bob #a +nt …
         bob< :srv 329 bob #a 1000 …
         bob> PART #a
         bob< :bob!~bob@h PART #a
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         bob> OPER root secret
         the answer is right
         bob< :srv 381 bob …
         bob< :bob!~bob@h MODE bob +o
         bob> WHOIS alice
         bob< :srv 311 bob alice ~alice h * :alice …
         bob< :srv 319 bob alice :@#a
         bob< :srv 312 bob alice srv …
         bob< :srv 379 bob alice …
         bob< :srv 301 bob alice :Disconnected …
         bob< :srv 317 bob alice 0 1000 …
         bob< :srv 318 bob alice …
         bob> MODE #a -o alice
         bob< :bob!~bob@h MODE #a -o alice
         bob> KILL alice :enough
         bob< :alice!~alice@h QUIT :Killed (bob (enough))",
    );
}

#[test]
fn a_user_stays_until_a_time_or_until_their_last_session_ends_after_it() {
    check(
        "alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         alice2 attaches to alice, who stays for 40 s
         alice2< :alice!~alice@h JOIN #a
         alice2< :srv 353 alice = #a :@alice
         alice2< :srv 366 alice #a …
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         alice2< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         alice is cut off
         alice2> QUIT :later
         alice2< ERROR :Closing link: (h2) [Quit: later]
         alice2< (closed)
         39 s pass
         1 s pass
         bob< :alice!~alice@h QUIT :Quit: later
         carol> JOIN #a
         carol< :carol!~carol@h JOIN #a
         bob< :carol!~carol@h JOIN #a
         carol< :srv 353 carol = #a :bob carol
         carol< :srv 366 carol #a …
         carol2 attaches to carol, who stays for 40 s
         carol2< :carol!~carol@h JOIN #a
         carol2< :srv 353 carol = #a :bob carol
         carol2< :srv 366 carol #a …
         50 s pass
         bob< PING :srv
         carol is cut off
         bob> PONG
         carol2> QUIT :now
         carol2< ERROR :Closing link: (h2) [Quit: now]
         carol2< (closed)
         bob< :carol!~carol@h QUIT :Quit: now",
    );
}

#[test]
fn a_session_can_attach_to_a_user_who_stayed() {
    check(
        "alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         alice2 attaches to alice, who stays
         alice2< :alice!~alice@h JOIN #a
         alice2< :srv 353 alice = #a :@alice
         alice2< :srv 366 alice #a …
         bob asks for away-notify
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         alice2< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         alice> MODE #a +o bob
         alice< :alice!~alice@h MODE #a +o bob
         alice2< :alice!~alice@h MODE #a +o bob
         bob< :alice!~alice@h MODE #a +o bob
         alice> AWAY :tea
         alice< :srv 306 alice …
         alice is cut off
         alice2 is cut off
         bob< :alice!~alice@h AWAY :Disconnected
         bob> MODE #a -o+v alice alice
         bob< :bob!~bob@h MODE #a -o+v alice alice
         alice3 attaches to alice, who stays
         alice3< :alice!~alice@h JOIN #a
         alice3< :srv 353 alice = #a :+alice @bob
         alice3< :srv 366 alice #a …
         bob< :alice!~alice@h AWAY
         alice3 is cut off
         bob< :alice!~alice@h AWAY :Disconnected
         bob> KICK #a alice :asleep
         bob< :bob!~bob@h KICK #a alice :asleep
         bob> INVITE alice #a
         bob< :srv 341 bob alice #a …
         bob< :srv 301 bob alice :Disconnected …
         alice4 attaches to alice
         alice4> INVITE
         alice4< :srv 336 alice #a …
         alice4< :srv 337 alice …
         alice4> JOIN #a
         alice4< :alice!~alice@h JOIN #a
         bob< :alice!~alice@h JOIN #a
         alice4< :srv 353 alice = #a :@bob alice
         alice4< :srv 366 alice #a …
         alice4> QUIT :done
         alice4< ERROR :Closing link: (h4) [Quit: done]
         alice4< (closed)
         bob< :alice!~alice@h QUIT :Quit: done",
    );
}

#[test]
fn a_kill_ends_all_sessions_of_a_staying_user() {
    check(
        "alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         alice2 attaches to alice, who stays
         alice2< :alice!~alice@h JOIN #a
         alice2< :srv 353 alice = #a :@alice
         alice2< :srv 366 alice #a …
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         alice2< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         alice2> OPER root secret
         the answer is right
         alice2< :srv 381 alice …
         alice< :alice!~alice@h MODE alice +o
         alice2< :alice!~alice@h MODE alice +o
         alice2> KILL alice :out
         alice< :alice!~alice@h KILL alice :out
         alice2< :alice!~alice@h KILL alice :out
         bob< :alice!~alice@h QUIT :Killed (alice (out))
         alice< :alice!~alice@h QUIT :Killed (alice (out))
         alice2< :alice!~alice@h QUIT :Killed (alice (out))
         alice< ERROR :Closing link: (h) [Killed (alice (out))]
         alice< (closed)
         alice2< ERROR :Closing link: (h2) [Killed (alice (out))]
         alice2< (closed)",
    );
}

#[test]
fn a_user_who_kills_themselves_gets_the_labelled_response() {
    check(
        "alice> OPER root secret
         the answer is right
         alice< :srv 381 alice …
         alice< :alice!~alice@h MODE alice +o
         alice2 attaches to alice with labeled-response batch
         alice2< :srv 221 alice +o …
         alice2> @label=1 KILL alice :out
         alice< :alice!~alice@h KILL alice :out
         alice< :alice!~alice@h QUIT :Killed (alice (out))
         alice< ERROR :Closing link: (h) [Killed (alice (out))]
         alice< (closed)
         alice2< label=1 [:alice!~alice@h KILL alice :out | :alice!~alice@h QUIT :Killed (alice (out)) | ERROR :Closing link: (h2) [Killed (alice (out))]]
         alice2< (closed)",
    );
}
