//! Connecting, registering, losing the connection and reconnecting.

use verbatim::client::Config;

use super::script::{World, check, check_in, check_in_lobby, check_pipe, config};

#[test]
fn a_taken_nick_is_made_unique() {
    check(
        "
        start
        connect
        connected
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        server> :srv 433 * alice :Nickname is already in use
        server< NICK alice_
        server> :srv 433 * alice_ :Nickname is already in use
        server< NICK alice2
        server> :srv 433 * alice2 :Nickname is already in use
        server< NICK alice3
        server> :srv 001 alice3 :Welcome
        alice< 12:00 - connected to srv as alice3 (alice was refused); /help lists the commands
        server> :srv 376 alice3 :End of /MOTD command
        server< JOIN #lobby
        server> :alice3!~a@h JOIN #lobby
        alice< 12:00 #lobby → alice3 (you) is here
        ",
    );
}

#[test]
fn an_invalid_nick_is_made_valid() {
    let config = Config { nick: "1 jean-françois.x".into(), ..config(true, &[]) };
    check_in(
        World::new(config),
        "
        start
        connect
        connected
        server< CAP REQ :echo-message
        server< NICK jean-fran
        server< USER jean-fran 0 * :1 jean-françois.x
        server< CAP END
        server> :srv 432 * jean-fran :Erroneous nickname
        server< NICK jean-fra_
        server> :srv 433 * jean-fra_ :Nickname is already in use
        server< NICK jean-fra2
        ",
    );
}

#[test]
fn the_client_exits_if_its_first_connection_is_refused() {
    for check in [check, check_pipe] {
        check(
            "
            start
            connect
            refused: Connection refused
            alice< 12:00 ! cannot connect: Connection refused
            exits with 1
            ",
        );
    }
}

#[test]
fn the_client_does_not_retry_if_the_server_closes_before_the_welcome() {
    check(
        "
        start
        connect
        connected
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        server> :srv 464 * :Password incorrect
        alice< 12:00 ! the server requires a password: --help lists the ways to give it
        alice< 12:00 ! Password incorrect
        server> ERROR :Closing link: (host) [Password incorrect]
        alice< 12:00 ! the server says: Closing link: (host) [Password incorrect]
        closed: the server closed the connection
        alice< 12:00 ! cannot connect: the server closed the connection
        exits with 1
        ",
    );
}

#[test]
fn a_web_server_is_recognised() {
    check(
        "
        start
        connect
        connected
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        server> HTTP/1.1 400 Bad Request
        close
        alice< 12:00 ! cannot connect: the server speaks HTTP there: try ws:// or wss://
        exits with 1
        ",
    );
}

#[test]
fn the_client_gives_up_on_a_server_that_never_sends_a_welcome() {
    check(
        "
        start
        connect
        connected
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        29 s pass
        1 s pass
        close
        alice< 12:00 ! cannot connect: no welcome within 30 s
        exits with 1
        ",
    );
}

#[test]
fn the_client_joins_even_if_the_motd_never_ends() {
    check(
        "
        start
        connect
        connected
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        server> :srv 001 alice :Welcome
        alice< 12:00 - connected to srv as alice; /help lists the commands
        30 s pass
        server< JOIN #lobby
        ",
    );
}

#[test]
fn after_a_lost_connection_the_client_reconnects_and_lists_unconfirmed_lines() {
    check_in_lobby(
        "
        alice> first
        server< PRIVMSG #lobby :first
        server< PING :verbatim-1
        alice> second
        server< PRIVMSG #lobby :second
        server> :srv PONG srv :verbatim-1
        alice< 12:00 #lobby <alice> first
        server< PING :verbatim-2
        closed: Connection reset by peer
        alice< 12:00 ! may not have arrived: #lobby: second
        alice< 12:00 - connection lost: Connection reset by peer; trying again in 0.8 s
        alice> third
        alice< 12:00 - what you type is kept until the connection is back
        1 s pass
        connect
        refused: Connection refused
        alice< 12:00 - cannot connect: Connection refused; still trying
        2 s pass
        connect
        connected
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        server> :srv 433 * alice :Nickname is already in use
        server< NICK alice_
        server> :srv 001 alice_ :Welcome
        alice< 12:00 - connected again to srv as alice_ (alice was refused)
        server> :srv 422 alice_ :MOTD File is missing
        server< JOIN #lobby
        server> :alice_!~a@h JOIN #lobby
        alice< 12:00 #lobby → alice_ (you) is here
        server< PRIVMSG #lobby :third
        server< PING :verbatim-3
        ",
    );
}

#[test]
fn pauses_between_attempts_grow_to_a_minute_and_differ_by_seed() {
    let pauses = |seed: u64| {
        let mut world = World::new(Config { seed, ..config(true, &[]) });
        for line in ["start", "connected", "server> :srv 001 alice :Welcome", "closed: gone"] {
            world.happen(line);
        }
        let mut pauses = Vec::new();
        // More than a number has bits.
        for _ in 0..150 {
            let retry = world.client.deadline().expect("another attempt");
            pauses.push(retry.since(world.now.mono).as_secs_f64());
            world.later(retry.since(world.now.mono));
            world.happen("refused: Connection refused");
        }
        pauses
    };
    let found = pauses(1);
    for (attempt, pause) in found.iter().enumerate() {
        let longest = 2_f64.powi(i32::try_from(attempt).expect("a small number")).min(60.0);
        assert!(*pause <= longest && *pause >= longest / 2.0, "attempt {attempt}: {pause}");
    }
    assert_eq!(found, pauses(1), "the seed decides");
    assert_ne!(found, pauses(2), "the seed decides");
}

#[test]
fn a_reconnect_skips_channels_that_were_left_and_keeps_the_target() {
    check_in_lobby(
        "
        alice> /join den secret
        server< JOIN #den secret
        server< PING :verbatim-1
        server> :alice!~alice@host JOIN #den
        alice< 12:00 #den → alice (you) is here
        server> :srv PONG srv :verbatim-1
        alice> /join #attic
        server< JOIN #attic
        server< PING :verbatim-2
        server> :alice!~alice@host JOIN #attic
        alice< 12:00 #attic → alice (you) is here
        alice> /join #DEN
        alice< 12:00 - what you type goes to #den
        alice> /part #lobby
        server< PART #lobby
        server> :alice!~alice@host PART #lobby
        alice< 12:00 #lobby ← alice left
        server> :srv PONG srv :verbatim-2
        server< PING :verbatim-3
        server> :srv PONG srv :verbatim-3
        closed: gone
        alice< 12:00 - connection lost: gone; trying again in 0.8 s
        1 s pass
        connect
        connected
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        server> :srv 001 alice :Welcome
        alice< 12:00 - connected again to srv as alice
        server> :srv 422 alice :MOTD File is missing
        server< JOIN #den secret
        server< JOIN #attic
        server> :alice!~alice@host JOIN #den
        alice< 12:00 #den → alice (you) is here
        server> :alice!~alice@host JOIN #attic
        alice< 12:00 #attic → alice (you) is here
        alice> where am I?
        server< PRIVMSG #den :where am I?
        server< PING :verbatim-4
        ",
    );
}

#[test]
fn text_for_a_channel_that_cannot_be_rejoined_is_not_sent_elsewhere() {
    check_in_lobby(
        "
        alice> /join #den
        server< JOIN #den
        server< PING :verbatim-1
        server> :alice!~alice@host JOIN #den
        alice< 12:00 #den → alice (you) is here
        closed: gone
        alice< 12:00 - connection lost: gone; trying again in 0.8 s
        alice> for the den only
        alice< 12:00 - what you type is kept until the connection is back
        1 s pass
        connect
        connected
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        server> :srv 001 alice :Welcome
        alice< 12:00 - connected again to srv as alice
        server> :srv 422 alice :MOTD File is missing
        server< JOIN #lobby
        server< JOIN #den
        server> :srv 473 alice #den :Cannot join channel (+i)
        alice< 12:00 ! cannot join #den: Cannot join channel (+i)
        alice< 12:00 ! not sent: for the den only
        server> :alice!~alice@host JOIN #lobby
        alice< 12:00 #lobby → alice (you) is here
        ",
    );
}

#[test]
fn pings_are_answered_and_silence_is_noticed() {
    check_in_lobby(
        "
        server> PING :a token
        server< PONG :a token
        119 s pass
        server> :srv NOTICE alice :still here
        alice< 12:01 [srv → alice] still here
        120 s pass
        server< PING :verbatim
        server> :srv PONG srv :verbatim
        120 s pass
        server< PING :verbatim
        60 s pass
        close
        alice< 12:06 - connection lost: the server was silent for 180 s; trying again in 0.8 s
        ",
    );
}
