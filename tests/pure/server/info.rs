//! Queries about the server: ADMIN, INFO, LINKS, LUSERS, MOTD, TIME, VERSION.

use verbatim::server::{Admin, Config};

use super::script::{check, check_with};

#[test]
fn admin_shows_the_configured_contact_or_423() {
    check(
        r"
        alice registers
        alice> ADMIN
        alice< :verbatim.local 423 alice verbatim.local :No administrative info available
    ",
    );
    let admin = Admin { location: "Köln, Rhine".into(), organisation: String::new(), email: "ops@example".into() };
    check_with(
        Config { admin, ..Config::default() },
        r"
        alice registers
        alice> ADMIN VERBATIM.*
        alice< :verbatim.local 256 alice verbatim.local :Administrative info
        alice< :verbatim.local 257 alice :Köln, Rhine
        alice< :verbatim.local 258 alice :
        alice< :verbatim.local 259 alice :ops@example
        alice> ADMIN elsewhere.example
        alice< :verbatim.local 402 alice elsewhere.example :No such server
    ",
    );
}

#[test]
fn info_shows_the_version_and_the_start_time() {
    check(
        r"
        alice registers
        30 s pass
        alice> INFO
        alice< :verbatim.local 371 alice :verbatim-VERSION
        alice< :verbatim.local 371 alice :An IRC server that says it word for word
        alice< :verbatim.local 371 alice :On-line since 2001-09-09 01:46:40 UTC
        alice< :verbatim.local 374 alice :End of INFO list
        alice> INFO alice
        alice< :verbatim.local 371 alice :verbatim-VERSION
        alice< :verbatim.local 371 alice :An IRC server that says it word for word
        alice< :verbatim.local 371 alice :On-line since 2001-09-09 01:46:40 UTC
        alice< :verbatim.local 374 alice :End of INFO list
        alice> INFO nobody
        alice< :verbatim.local 402 alice nobody :No such server
    ",
    );
}

#[test]
fn links_has_nothing_to_show() {
    check(
        r"
        alice registers
        alice> LINKS
        alice< :verbatim.local 365 alice * :End of /LINKS list
        alice> LINKS *.LOCAL
        alice< :verbatim.local 365 alice * :End of /LINKS list
        alice> LINKS *.example
        alice< :verbatim.local 365 alice * :End of /LINKS list
        alice> LINKS ver?atim.local *
        alice< :verbatim.local 365 alice * :End of /LINKS list
        alice> LINKS elsewhere.example *
        alice< :verbatim.local 402 alice elsewhere.example :No such server
        alice> LINKS :
        alice< :verbatim.local 365 alice * :End of /LINKS list
    ",
    );
}

#[test]
fn a_server_parameter_may_be_its_name_a_mask_or_a_nick() {
    check(
        r"
        alice registers
        bob connects
        bob> NICK bob
        alice> TIME *
        alice< :verbatim.local 391 alice verbatim.local :2001-09-09 01:46:40 UTC
        alice> TIME ALICE
        alice< :verbatim.local 391 alice verbatim.local :2001-09-09 01:46:40 UTC
        alice> TIME bob
        alice< :verbatim.local 402 alice bob :No such server
        alice> TIME *.example
        alice< :verbatim.local 402 alice *.example :No such server
        alice> MOTD v*
        alice< :verbatim.local 422 alice :MOTD File is missing
        alice> VERSION nobody
        alice< :verbatim.local 402 alice nobody :No such server
        alice> LUSERS * elsewhere.example
        alice< :verbatim.local 402 alice elsewhere.example :No such server
        alice> LUSERS elsewhere.example verbatim.local
        alice< :verbatim.local 251 alice :There are 1 users and 0 invisible on 1 servers
        alice< :verbatim.local 252 alice 0 :operator(s) online
        alice< :verbatim.local 253 alice 1 :unknown connection(s)
        alice< :verbatim.local 254 alice 0 :channels formed
        alice< :verbatim.local 255 alice :I have 1 clients and 0 servers
        alice< :verbatim.local 265 alice 1 1 :Current local users 1, max 1
        alice< :verbatim.local 266 alice 1 1 :Current global users 1, max 1
    ",
    );
}
