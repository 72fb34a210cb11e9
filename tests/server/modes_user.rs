//! Modes of users: RFC 2812 §3.1.5.

use crate::script::check;

#[test]
fn a_user_changes_their_own_modes_only() {
    check(
        r"
        alice, bob register
        alice> MODE alice
        alice< :verbatim.local 221 alice +
        alice> MODE bob
        alice< :verbatim.local 502 alice :Cant change mode for other users
        alice> MODE bob +i
        alice< :verbatim.local 502 alice :Cant change mode for other users
        alice> MODE nobody +i
        alice< :verbatim.local 401 alice nobody :No such nick/channel
        alice> MODE ALICE +i
        alice< :alice!~alice@10.0.0.1 MODE alice +i
        alice> MODE alice +i
        alice> MODE alice
        alice< :verbatim.local 221 alice +i
        alice> MODE alice +o-i+xyi-io
        alice< :verbatim.local 501 alice :Unknown MODE flag
        alice< :alice!~alice@10.0.0.1 MODE alice -i
        alice> MODE alice -i+o
        alice> MODE alice :
        alice< :verbatim.local 221 alice +
        alice> MODE : +i
        alice< :verbatim.local 401 alice * :No such nick/channel
    ",
    );
}

#[test]
fn a_user_sets_what_is_theirs_to_set() {
    check(
        r"
        alice registers
        alice> MODE alice +wiRB
        alice< :alice!~alice@10.0.0.1 MODE alice +BRiw
        alice> MODE alice
        alice< :verbatim.local 221 alice +BRiw
        alice> MODE alice +BRiw
        alice> MODE alice -B+B-R
        alice< :alice!~alice@10.0.0.1 MODE alice -R
        alice> MODE alice -B+R-iw
        alice< :alice!~alice@10.0.0.1 MODE alice -B+R-iw
        -- Nobody makes themselves an operator, nor is told of all who come and go.
        alice> MODE alice +os
        alice> MODE alice -os
        alice> MODE alice +so-R
        alice< :alice!~alice@10.0.0.1 MODE alice -R
        alice> MODE alice b
        alice< :verbatim.local 501 alice :Unknown MODE flag
        alice> MODE alice +-
        alice> MODE alice
        alice< :verbatim.local 221 alice +
    ",
    );
}

#[test]
fn the_invisible_are_counted_as_long_as_they_are_here() {
    check(
        r"
        alice, bob register
        alice> MODE alice +i
        alice< :alice!~alice@10.0.0.1 MODE alice +i
        bob> MODE bob +i-i+i
        bob< :bob!~bob@10.0.0.2 MODE bob +i
        alice> LUSERS
        alice< :verbatim.local 251 alice :There are 0 users and 2 invisible on 1 servers
        alice< :verbatim.local 255 alice :I have 2 clients and 0 servers
        alice< :verbatim.local 265 alice 2 2 :Current local users 2, max 2
        alice< :verbatim.local 266 alice 2 2 :Current global users 2, max 2
        bob is cut off
        alice> MODE alice -i
        alice< :alice!~alice@10.0.0.1 MODE alice -i
        alice> LUSERS
        alice< :verbatim.local 251 alice :There are 1 users and 0 invisible on 1 servers
        alice< :verbatim.local 255 alice :I have 1 clients and 0 servers
        alice< :verbatim.local 265 alice 1 2 :Current local users 1, max 2
        alice< :verbatim.local 266 alice 1 2 :Current global users 1, max 2
    ",
    );
}
