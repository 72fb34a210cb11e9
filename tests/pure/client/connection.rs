//! Connecting, registering, losing the connection and making it anew.

use verbatim::client::Config;

use super::script::{World, check, check_in, check_in_lobby, check_pipe, config};

#[test]
fn a_taken_nick_is_made_unique() {
    check(
        "
        start
        connect
        connected
        sent> NICK alice
        sent> USER alice 0 * :alice
        server< :srv 433 * alice :Nickname is already in use
        sent> NICK alice_
        server< :srv 433 * alice_ :Nickname is already in use
        sent> NICK alice2
        server< :srv 433 * alice2 :Nickname is already in use
        sent> NICK alice3
        server< :srv 001 alice3 :Welcome
        shown> 12:00 - connected to srv as alice3 (alice was refused); /help lists the commands
        server< :srv 376 alice3 :End of /MOTD command
        sent> JOIN #lobby
        server< :alice3!~a@h JOIN #lobby
        shown> 12:00 #lobby → alice3 (you) is here
        ",
    );
}

#[test]
fn a_nick_that_no_server_takes_is_made_one() {
    let config = Config { nick: "1 jean-françois.x".into(), ..config(true, &[]) };
    check_in(
        World::new(config),
        "
        start
        connect
        connected
        sent> NICK jean-fran
        sent> USER jean-fran 0 * :1 jean-françois.x
        server< :srv 432 * jean-fran :Erroneous nickname
        sent> NICK jean-fra_
        server< :srv 433 * jean-fra_ :Nickname is already in use
        sent> NICK jean-fra2
        ",
    );
}

#[test]
fn a_first_connection_that_is_refused_ends_the_client() {
    for check in [check, check_pipe] {
        check(
            "
            start
            connect
            refused> Connection refused
            shown> 12:00 ! cannot connect: Connection refused
            exit> 1
            ",
        );
    }
}

#[test]
fn a_server_that_closes_before_its_welcome_is_not_tried_again() {
    check(
        "
        start
        connect
        connected
        sent> NICK alice
        sent> USER alice 0 * :alice
        server< :srv 464 * :Password incorrect
        shown> 12:00 ! Password incorrect
        server< ERROR :Closing link: (host) [Password incorrect]
        shown> 12:00 ! the server says: Closing link: (host) [Password incorrect]
        closed> the server closed the connection
        shown> 12:00 ! cannot connect: the server closed the connection
        exit> 1
        ",
    );
}

#[test]
fn a_web_server_is_found_out() {
    check(
        "
        start
        connect
        connected
        sent> NICK alice
        sent> USER alice 0 * :alice
        server< HTTP/1.1 400 Bad Request
        close
        shown> 12:00 ! cannot connect: the server speaks HTTP there: try ws:// or wss://
        exit> 1
        ",
    );
}

#[test]
fn a_server_that_never_welcomes_is_given_up() {
    check(
        "
        start
        connect
        connected
        sent> NICK alice
        sent> USER alice 0 * :alice
        later> 29
        later> 1
        close
        shown> 12:00 ! cannot connect: no welcome within 30 s
        exit> 1
        ",
    );
}

#[test]
fn a_server_without_the_end_of_a_motd_is_joined_all_the_same() {
    check(
        "
        start
        connect
        connected
        sent> NICK alice
        sent> USER alice 0 * :alice
        server< :srv 001 alice :Welcome
        shown> 12:00 - connected to srv as alice; /help lists the commands
        later> 30
        sent> JOIN #lobby
        ",
    );
}

#[test]
fn a_lost_connection_is_made_anew_and_nobody_wonders_what_arrived() {
    check_in_lobby(
        "
        typed> first
        shown> 12:00 #lobby <alice> first
        sent> PRIVMSG #lobby :first
        sent> PING :verbatim-1
        typed> second
        shown> 12:00 #lobby <alice> second
        sent> PRIVMSG #lobby :second
        server< :srv PONG srv :verbatim-1
        sent> PING :verbatim-2
        closed> Connection reset by peer
        shown> 12:00 ! may not have arrived: #lobby: second
        shown> 12:00 - connection lost: Connection reset by peer; trying again in 0.8 s
        typed> third
        shown> 12:00 - what you type is kept until the connection is back
        later> 1
        connect
        refused> Connection refused
        shown> 12:00 - cannot connect: Connection refused; trying again in 2.0 s
        later> 2
        connect
        connected
        sent> NICK alice
        sent> USER alice 0 * :alice
        server< :srv 433 * alice :Nickname is already in use
        sent> NICK alice_
        server< :srv 001 alice_ :Welcome
        shown> 12:00 - connected again to srv as alice_ (alice was refused)
        server< :srv 422 alice_ :MOTD File is missing
        sent> JOIN #lobby
        server< :alice_!~a@h JOIN #lobby
        shown> 12:00 #lobby → alice_ (you) is here
        shown> 12:00 #lobby <alice_> third
        sent> PRIVMSG #lobby :third
        sent> PING :verbatim-3
        ",
    );
}

#[test]
fn the_pauses_between_attempts_grow_to_a_minute_and_never_agree() {
    let pauses = |seed: u64| {
        let mut world = World::new(Config { seed, ..config(true, &[]) });
        for line in ["start", "connected", "server< :srv 001 alice :Welcome", "closed> gone"] {
            world.happen(line);
        }
        let mut pauses = Vec::new();
        for _ in 0..12 {
            let retry = world.client.deadline().expect("another attempt");
            pauses.push(retry.since(world.now.mono).as_secs_f64());
            world.later(retry.since(world.now.mono));
            world.happen("refused> Connection refused");
        }
        pauses
    };
    let found = pauses(1);
    for (attempt, pause) in found.iter().enumerate() {
        let longest = f64::from(1 << attempt).min(60.0);
        assert!(*pause <= longest && *pause >= longest / 2.0, "attempt {attempt}: {pause}");
    }
    assert_eq!(found, pauses(1), "the seed decides");
    assert_ne!(found, pauses(2), "the seed decides");
}

#[test]
fn channels_that_were_left_are_not_joined_again_and_the_target_stays() {
    check_in_lobby(
        "
        typed> /join den secret
        sent> JOIN #den secret
        sent> PING :verbatim-1
        server< :alice!~alice@host JOIN #den
        shown> 12:00 #den → alice (you) is here
        server< :srv PONG srv :verbatim-1
        typed> /join #attic
        sent> JOIN #attic
        sent> PING :verbatim-2
        server< :alice!~alice@host JOIN #attic
        shown> 12:00 #attic → alice (you) is here
        typed> /join #DEN
        shown> 12:00 - what you type goes to #den
        typed> /part #lobby
        sent> PART #lobby
        server< :alice!~alice@host PART #lobby
        shown> 12:00 #lobby ← alice left
        server< :srv PONG srv :verbatim-2
        sent> PING :verbatim-3
        server< :srv PONG srv :verbatim-3
        closed> gone
        shown> 12:00 - connection lost: gone; trying again in 0.8 s
        later> 1
        connect
        connected
        sent> NICK alice
        sent> USER alice 0 * :alice
        server< :srv 001 alice :Welcome
        shown> 12:00 - connected again to srv as alice
        server< :srv 422 alice :MOTD File is missing
        sent> JOIN #den secret
        sent> JOIN #attic
        server< :alice!~alice@host JOIN #den
        shown> 12:00 #den → alice (you) is here
        server< :alice!~alice@host JOIN #attic
        shown> 12:00 #attic → alice (you) is here
        typed> where am I?
        shown> 12:00 #den <alice> where am I?
        sent> PRIVMSG #den :where am I?
        sent> PING :verbatim-4
        ",
    );
}

#[test]
fn what_waits_for_a_channel_that_stays_closed_goes_nowhere_else() {
    check_in_lobby(
        "
        typed> /join #den
        sent> JOIN #den
        sent> PING :verbatim-1
        server< :alice!~alice@host JOIN #den
        shown> 12:00 #den → alice (you) is here
        closed> gone
        shown> 12:00 - connection lost: gone; trying again in 0.8 s
        typed> for the den only
        shown> 12:00 - what you type is kept until the connection is back
        later> 1
        connect
        connected
        sent> NICK alice
        sent> USER alice 0 * :alice
        server< :srv 001 alice :Welcome
        shown> 12:00 - connected again to srv as alice
        server< :srv 422 alice :MOTD File is missing
        sent> JOIN #lobby
        sent> JOIN #den
        server< :srv 473 alice #den :Cannot join channel (+i)
        shown> 12:00 ! cannot join #den: Cannot join channel (+i)
        shown> 12:00 ! not sent: for the den only
        server< :alice!~alice@host JOIN #lobby
        shown> 12:00 #lobby → alice (you) is here
        ",
    );
}

#[test]
fn pings_are_answered_and_silence_is_noticed() {
    check_in_lobby(
        "
        server< PING :a token
        sent> PONG :a token
        later> 119
        server< :srv NOTICE alice :still here
        shown> 12:01 [srv → alice] still here
        later> 120
        sent> PING :verbatim
        server< :srv PONG srv :verbatim
        later> 120
        sent> PING :verbatim
        later> 60
        close
        shown> 12:06 - connection lost: the server was silent for 180 s; trying again in 0.8 s
        ",
    );
}
