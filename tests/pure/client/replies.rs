//! The server's replies, as the client words them.

use super::script::{check_in_lobby, check_pipe_in_lobby};

#[test]
fn a_standard_reply_is_shown_without_its_code() {
    check_in_lobby(
        "
        server> :srv FAIL RENAME CHANNEL_NAME_IN_USE #den #lobby :The channel name is already taken
        alice< 12:00 ! RENAME #den #lobby: The channel name is already taken
        server> :srv FAIL * INVALID_UTF8 :Your message was not valid UTF-8
        alice< 12:00 ! Your message was not valid UTF-8
        server> :srv WARN METADATA INVALID_KEY %x :Invalid key
        alice< 12:00 = METADATA %x: Invalid key
        server> :srv NOTE REHASH NEEDS_RESTART listen :It needs a restart
        alice< 12:00 = REHASH listen: It needs a restart
        server> :srv FAIL odd
        alice< 12:00 ! odd
        ",
    );
}

#[test]
fn error_numerics_beyond_599_count_as_refusals_too() {
    check_pipe_in_lobby(
        "
        alice>| /mode +k :\\x0a
        alice< 12:00 ! not sent: : is not a valid name
        alice>| /raw KILL bob :out\\x0a
        server< KILL bob out
        server< PING :verbatim-1
        server> :srv 723 alice kill :Insufficient oper privileges.
        alice< 12:00 ! kill: Insufficient oper privileges.
        server> :srv 696 alice #lobby l x :Must be a number
        alice< 12:00 ! #lobby l x: Must be a number
        server> :srv 734 alice 100 bob :Monitor list is full.
        alice< 12:00 ! 100 bob: Monitor list is full.
        server> :srv 477 alice #den :You must be logged in to join this channel
        alice< 12:00 ! #den: You must be logged in to join this channel
        ",
    );
}

#[test]
fn whois_replies_are_shown_as_sentences() {
    check_in_lobby(
        "
        server> :srv 311 alice bob ~b host * :Bob B.
        alice< 12:00 = bob is ~b@host: Bob B.
        server> :srv 319 alice bob :@#lobby
        alice< 12:00 = bob is in @#lobby
        server> :srv 312 alice bob srv :The Network
        alice< 12:00 = bob is on srv: The Network
        server> :srv 313 alice bob :is an IRC operator
        alice< 12:00 = bob is an IRC operator
        server> :srv 335 alice bob :is a bot on The Network
        alice< 12:00 = bob is a bot on The Network
        server> :srv 330 alice bob robert :is logged in as
        alice< 12:00 = bob is logged in as robert
        server> :srv 671 alice bob :is using a secure connection
        alice< 12:00 = bob is using a secure connection
        server> :srv 378 alice bob :is connecting from *@host 127.0.0.1
        alice< 12:00 = bob is connecting from *@host 127.0.0.1
        server> :srv 338 alice bob ~b@host 127.0.0.1 :Is actually using host
        alice< 12:00 = bob connects from ~b@host
        server> :srv 379 alice bob :is using modes +io
        alice< 12:00 = bob is using modes +io
        server> :srv 317 alice bob 5 1795482910 :seconds idle, signon time
        alice< 12:00 = bob has been idle for 5 s
        server> :srv 318 alice bob :End of /WHOIS list
        ",
    );
}

#[test]
fn lists_and_their_ends_are_shown() {
    check_in_lobby(
        "
        server> :srv 321 alice Channel :Users  Name
        server> :srv 322 alice #den 3 :all about dens
        alice< 12:00 = #den (3): all about dens
        server> :srv 322 alice #tea 1 :
        alice< 12:00 = #tea (1)
        server> :srv 323 alice :End of /LIST
        alice< 12:00 = that is all
        server> :srv 367 alice #lobby evil!*@* bob!~b@host 1795482910
        alice< 12:00 = #lobby bans evil!*@* (set by bob!~b@host)
        server> :srv 367 alice #lobby worse!*@*
        alice< 12:00 = #lobby bans worse!*@*
        server> :srv 368 alice #lobby :End of channel ban list
        alice< 12:00 = that is all for #lobby
        server> :srv 348 alice #lobby good!*@* bob 1795482910
        alice< 12:00 = #lobby makes an exception for good!*@* (set by bob)
        server> :srv 349 alice #lobby :End of channel exception list
        alice< 12:00 = that is all for #lobby
        server> :srv 346 alice #lobby dear!*@* bob 1795482910
        alice< 12:00 = #lobby needs no invitation from dear!*@* (set by bob)
        server> :srv 347 alice #lobby :End of channel invite exception list
        alice< 12:00 = that is all for #lobby
        server> :srv 336 alice #den
        alice< 12:00 = you are invited to #den
        server> :srv 337 alice :End of /INVITE list
        alice< 12:00 = that is all
        server> :srv 730 alice :bob!~b@host,carol!~c@host
        alice< 12:00 = online: bob!~b@host,carol!~c@host
        server> :srv 731 alice :dave
        alice< 12:00 = not online: dave
        server> :srv 732 alice :bob,carol,dave
        alice< 12:00 = watched: bob,carol,dave
        server> :srv 733 alice :End of MONITOR list
        ",
    );
}

#[test]
fn replies_about_the_server_are_shown() {
    check_in_lobby(
        "
        server> :srv 221 alice +iw
        alice< 12:00 = your modes are +iw
        server> :srv 324 alice #lobby +lnt 5
        alice< 12:00 = #lobby has the modes +lnt 5
        server> :srv 242 alice :Server Up 0 days 0:04:23
        alice< 12:00 = Server Up 0 days 0:04:23
        server> :srv 212 alice JOIN 4
        alice< 12:00 = JOIN was used 4 times
        server> :srv 243 alice O *@* * root
        alice< 12:00 = root may become an operator from *@*
        server> :srv 219 alice u :End of /STATS report
        alice< 12:00 = that is all
        server> :srv 256 alice srv :Administrative info
        alice< 12:00 = who runs srv:
        server> :srv 257 alice :Somewhere
        alice< 12:00 = Somewhere
        server> :srv 351 alice verbatim-0.1.0 srv :word for word
        alice< 12:00 = srv runs verbatim-0.1.0: word for word
        server> :srv 364 alice * srv :0 The Network
        alice< 12:00 = server srv: The Network
        server> :srv 365 alice * :End of /LINKS list
        server> :srv 371 alice :An IRC server
        alice< 12:00 = An IRC server
        server> :srv 374 alice :End of INFO list
        server> :srv 372 alice :- The rules:
        alice< 12:00 = - The rules:
        server> :srv 382 alice * :Rehashing
        alice< 12:00 = Rehashing
        server> :srv 391 alice srv :2026-11-24 01:19:31 UTC
        alice< 12:00 = srv: 2026-11-24 01:19:31 UTC
        server> :srv 704 alice JOIN :JOIN
        alice< 12:00 = JOIN
        server> :srv 705 alice JOIN :JOIN #channel
        alice< 12:00 = JOIN #channel
        server> :srv 706 alice JOIN :Joins channels.
        alice< 12:00 = Joins channels.
        server> :srv 761 alice bob url * :https://example.org
        alice< 12:00 = bob has url: https://example.org
        server> :srv 766 alice bob size :key not set
        alice< 12:00 = bob has no size
        server> :srv 770 alice url size
        alice< 12:00 = subscribed to url size
        server> :bob!~b@host WALLOPS :all hands
        alice< 12:00 = bob to everybody: all hands
        ",
    );
}

#[test]
fn unknown_numerics_are_shown_in_full() {
    check_in_lobby(
        "
        server> :srv 999 alice some thing :nobody knows
        alice< 12:00 = some thing nobody knows
        ",
    );
}
