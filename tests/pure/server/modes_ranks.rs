//! The ranks of members: who can give and take them, and what each rank can change.

use super::script::check;

#[test]
fn only_operators_can_change_modes_and_others_get_one_refusal() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        bob> MODE #a +imo bob
        bob< :verbatim.local 482 bob #a :You're not channel operator
        carol> MODE #a +imo carol
        carol< :verbatim.local 442 carol #a :You're not on that channel
        carol> MODE #a +o
        carol< :verbatim.local 442 carol #a :You're not on that channel
        carol> MODE #a +xm
        carol< :verbatim.local 472 carol x :is unknown mode char to me
        carol< :verbatim.local 442 carol #a :You're not on that channel
        carol> MODE #a +
        bob> MODE #a +b *!*@*
        bob< :verbatim.local 482 bob #a :You're not channel operator
        alice> MODE #a +o bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +o bob
        bob> MODE #a -o alice
        alice, bob< :bob!~bob@10.0.0.2 MODE #a -o alice
        alice> MODE #a +o alice
        alice< :verbatim.local 482 alice #a :You're not channel operator
    ",
    );
}

#[test]
fn ranks_can_be_given_to_members_only() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        alice> MODE #a +o nobody
        alice< :verbatim.local 401 alice nobody :No such nick/channel
        alice> MODE #a +v carol
        alice< :verbatim.local 441 alice carol #a :They aren't on that channel
        alice> MODE #a +v bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +v bob
        alice> MODE #a +v bob
        alice> MODE #a +o BOB
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +o bob
        alice> NAMES #a
        alice< :verbatim.local 353 alice = #a :@alice @bob
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        alice> MODE #a -o bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -o bob
        alice> NAMES #a
        alice< :verbatim.local 353 alice = #a :@alice +bob
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        alice> MODE #a -v+v-v bob bob bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -v+v-v bob bob bob
        alice> MODE #a -o :two words
        alice< :verbatim.local 401 alice * :No such nick/channel
    ",
    );
}

#[test]
fn each_rank_can_give_only_certain_ranks() {
    check(
        r"
        alice, bob, carol, dave register
        alice, bob, carol, dave join #a
        alice> MODE #a +hv bob carol
        alice, bob, carol, dave< :alice!~alice@10.0.0.1 MODE #a +hv bob carol
        -- The operator: everything but founders and admins.
        alice> MODE #a +q alice
        alice< :verbatim.local 482 alice #a :You're not channel operator
        alice> MODE #a +a bob
        alice< :verbatim.local 482 alice #a :You're not channel operator
        alice> MODE #a -q bob
        alice< :verbatim.local 482 alice #a :You're not channel operator
        -- The half-operator: voice only.
        bob> MODE #a +v dave
        alice, bob, carol, dave< :bob!~bob@10.0.0.2 MODE #a +v dave
        bob> MODE #a -v+v dave dave
        alice, bob, carol, dave< :bob!~bob@10.0.0.2 MODE #a -v+v dave dave
        bob> MODE #a +h dave
        bob< :verbatim.local 482 bob #a :You're not channel operator
        bob> MODE #a +o bob
        bob< :verbatim.local 482 bob #a :You're not channel operator
        bob> MODE #a +q bob
        bob< :verbatim.local 482 bob #a :You're not channel operator
        -- The member with voice: nothing.
        carol> MODE #a +v dave
        carol< :verbatim.local 482 carol #a :You're not channel operator
        carol> MODE #a -v dave
        carol< :verbatim.local 482 carol #a :You're not channel operator
    ",
    );
}

#[test]
fn taking_a_rank_needs_the_right_to_act_on_its_holder() {
    check(
        r"
        alice, bob, carol, dave register
        alice, bob, carol, dave join #a
        alice> MODE #a +vhho alice bob carol dave
        alice, bob, carol, dave< :alice!~alice@10.0.0.1 MODE #a +vhho alice bob carol dave
        -- A halfop may not act on operators or other halfops; the refusal ends the command.
        bob> MODE #a -v alice
        bob< :verbatim.local 482 bob #a :You're not channel operator
        alice> MODE #a +v carol
        alice, bob, carol, dave< :alice!~alice@10.0.0.1 MODE #a +v carol
        bob> MODE #a +v-v+v bob carol dave
        alice, carol, dave< :bob!~bob@10.0.0.2 MODE #a +v bob
        bob< :verbatim.local 482 bob #a :You're not channel operator
        bob< :bob!~bob@10.0.0.2 MODE #a +v bob
        -- Giving a rank has no further check.
        bob> MODE #a +v dave
        alice, bob, carol, dave< :bob!~bob@10.0.0.2 MODE #a +v dave
        -- An operator may act on operators.
        alice> MODE #a -h-o+h carol dave dave
        alice, bob, carol, dave< :alice!~alice@10.0.0.1 MODE #a -ho+h carol dave dave
        -- Membership of the target is checked first.
        bob> MODE #a -v nobody
        bob< :verbatim.local 401 bob nobody :No such nick/channel
        alice> PART #a
        alice, bob, carol, dave< :alice!~alice@10.0.0.1 PART #a
        bob> MODE #a -v alice
        bob< :verbatim.local 441 bob alice #a :They aren't on that channel
    ",
    );
}

#[test]
fn members_may_give_up_their_own_ranks() {
    check(
        r"
        alice, bob, carol, dave register
        alice, bob, carol join #a
        alice> MODE #a +hv bob carol
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a +hv bob carol
        carol> MODE #a -v CAROL
        alice, bob, carol< :carol!~carol@10.0.0.3 MODE #a -v carol
        bob> MODE #a -h+v bob carol
        alice, carol< :bob!~bob@10.0.0.2 MODE #a -h bob
        bob< :verbatim.local 482 bob #a :You're not channel operator
        bob< :bob!~bob@10.0.0.2 MODE #a -h bob
        -- Removing a rank that the member does not have changes nothing.
        carol> MODE #a -qaoh carol carol carol carol
        -- Members cannot give themselves a rank, and non-members cannot change anything.
        carol> MODE #a -v+v carol carol
        carol< :verbatim.local 482 carol #a :You're not channel operator
        dave> MODE #a -v dave
        dave< :verbatim.local 442 dave #a :You're not on that channel
        alice> MODE #a -o+i alice
        alice< :verbatim.local 482 alice #a :You're not channel operator
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a -o alice
    ",
    );
}

#[test]
fn a_member_is_shown_with_their_highest_prefix_or_with_all() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        alice> MODE #a +hv bob bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +hv bob bob
        alice> NAMES #a
        alice< :verbatim.local 353 alice = #a :@alice %bob
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        bob> CAP REQ multi-prefix
        bob< :verbatim.local CAP bob ACK :multi-prefix
        alice> MODE #a +vo alice bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +vo alice bob
        bob> NAMES #a
        bob< :verbatim.local 353 bob = #a :@+alice @%+bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
    ",
    );
}

#[test]
fn only_operators_can_change_modes_other_than_ranks_and_bans() {
    for change in [
        "+C", "+M", "+R", "+i", "+m", "-n", "+s", "-t", "+u", "+k x", "-k", "+l 3", "-l", "+f #b", "-f", "+e x", "+I x",
    ] {
        check(&format!(
            r"
            alice, bob, carol, dave register
            bob joins #b
            alice, bob, carol join #a
            alice> MODE #a +hv bob carol
            alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a +hv bob carol
            bob> MODE #a {change}
            bob< :verbatim.local 482 bob #a :You're not channel operator
            carol> MODE #a {change}
            carol< :verbatim.local 482 carol #a :You're not channel operator
            dave> MODE #a {change}
            dave< :verbatim.local 442 dave #a :You're not on that channel
        "
        ));
    }
}

#[test]
fn the_rank_is_checked_before_everything_but_the_letter() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol join #a
        alice> MODE #a +hv bob carol
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a +hv bob carol
        -- The rank is checked before a missing parameter.
        bob> MODE #a +v
        bob< :verbatim.local 696 bob #a v * :You must specify a parameter
        bob> MODE #a +xo
        bob< :verbatim.local 472 bob x :is unknown mode char to me
        bob< :verbatim.local 482 bob #a :You're not channel operator
        -- The rank is checked before the limit of four changes.
        bob> MODE #a +bbbbbo 1 2 3 4 5 bob
        alice, carol< :bob!~bob@10.0.0.2 MODE #a +bbbb 1!*@* 2!*@* 3!*@* 4!*@*
        bob< :verbatim.local 482 bob #a :You're not channel operator
        bob< :bob!~bob@10.0.0.2 MODE #a +bbbb 1!*@* 2!*@* 3!*@* 4!*@*
        alice> MODE #a +vvvvv+m bob bob bob bob alice
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a +vm bob
        -- The rank is checked before the nick, unless it is the caller's own.
        carol> MODE #a -o nobody
        carol< :verbatim.local 482 carol #a :You're not channel operator
        carol> MODE #a -ov carol carol
        alice, bob, carol< :carol!~carol@10.0.0.3 MODE #a -v carol
    ",
    );
}
