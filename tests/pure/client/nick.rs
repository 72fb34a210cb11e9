//! The nick: another one while the wanted one is taken, and the wanted one as soon as it is free.

use super::script::{World, check_in, config};

/// A client that had to take another nick: in #lobby as alice_.
fn renamed() -> World {
    let mut world = World::new(config(true, &["#lobby"]));
    for line in [
        "start",
        "connected",
        "server> :srv 433 * alice :Nickname is already in use",
        "server> :srv 001 alice_ :Welcome",
        "server> :srv 422 alice_ :MOTD File is missing",
        "server> :alice_!~alice@host JOIN #lobby",
    ] {
        world.happen(line);
    }
    world
}

#[test]
fn the_client_takes_its_nick_back_when_the_ghost_leaves() {
    check_in(
        renamed(),
        "
        server> :bob!~b@h QUIT :bye
        alice< 12:00 ← bob left: bye
        server> :alice!~alice@host QUIT :Ping timeout
        alice< 12:00 ← alice left: Ping timeout
        server< NICK alice
        server> :alice_!~alice@host NICK alice
        alice< 12:00 ~ alice_ (you) is now alice
        119 s pass
        ",
    );
}

#[test]
fn the_client_takes_its_nick_back_when_its_owner_takes_another() {
    check_in(
        renamed(),
        "
        server> :alice!~a@h NICK malice
        alice< 12:00 ~ alice is now malice
        server< NICK alice
        server> :alice_!~alice@host NICK alice
        alice< 12:00 ~ alice_ (you) is now alice
        ",
    );
}

#[test]
fn a_ghost_that_nobody_sees_leave_is_replaced_within_a_minute() {
    check_in(
        renamed(),
        "
        60 s pass
        server< NICK alice
        server> :srv 433 alice_ alice :Nickname is already in use
        59 s pass
        1 s pass
        server< NICK alice
        server> :alice_!~alice@host NICK alice
        alice< 12:02 ~ alice_ (you) is now alice
        ",
    );
}

#[test]
fn a_refused_nick_that_the_user_typed_is_reported() {
    check_in(
        renamed(),
        "
        alice> /nick bob
        server< NICK bob
        server< PING :verbatim-1
        server> :srv 433 alice_ bob :Nickname is already in use
        alice< 12:00 ! bob: Nickname is already in use
        ",
    );
}

#[test]
fn a_user_who_takes_a_third_nick_keeps_it() {
    check_in(
        renamed(),
        "
        alice> /nick zoe
        server< NICK zoe
        server< PING :verbatim-1
        server> :alice_!~alice@host NICK zoe
        alice< 12:00 ~ alice_ (you) is now zoe
        server> :alice!~alice@host QUIT :bye
        alice< 12:00 ← alice left: bye
        60 s pass
        ",
    );
}

#[test]
fn a_nick_that_no_server_accepts_is_not_asked_for_again() {
    let mut world = World::new(config(true, &[]));
    for line in [
        "start",
        "connected",
        "server> :srv 432 * alice :Erroneous nickname",
        "server> :srv 001 alice_ :Welcome",
        "server> :srv 422 alice_ :MOTD File is missing",
    ] {
        world.happen(line);
    }
    check_in(
        world,
        "
        100 s pass
        ",
    );
}
