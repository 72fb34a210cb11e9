//! RENAME: IRCv3 draft/channel-rename.

use super::script::check;

#[test]
fn a_rename_reaches_all_members_in_the_form_for_their_capabilities() {
    check(
        r"
        alice, bob, carol, dave register
        alice, bob ask for draft/channel-rename
        carol asks for extended-join
        dave asks for no-implicit-names
        alice, bob, carol, dave join #Old
        alice> TOPIC #old :about it
        alice, bob, carol, dave< :alice!~alice@10.0.0.1 TOPIC #Old :about it
        alice> MODE #old +v bob
        alice, bob, carol, dave< :alice!~alice@10.0.0.1 MODE #Old +v bob
        5 s pass
        alice> RENAME #old #New :it has changed
        alice, bob< :alice!~alice@10.0.0.1 RENAME #Old #New :it has changed
        carol< :carol!~carol@10.0.0.3 PART #Old :it has changed
        carol< :carol!~carol@10.0.0.3 JOIN #New * :carol
        carol< :verbatim.local 332 carol #New :about it
        carol< :verbatim.local 333 carol #New alice!~alice@10.0.0.1 1000000000
        carol< :verbatim.local 353 carol = #New :@alice +bob carol dave
        carol< :verbatim.local 366 carol #New :End of /NAMES list
        dave< :dave!~dave@10.0.0.4 PART #Old :it has changed
        dave< :dave!~dave@10.0.0.4 JOIN #New
        dave< :verbatim.local 332 dave #New :about it
        dave< :verbatim.local 333 dave #New alice!~alice@10.0.0.1 1000000000
        -- Everything else is unchanged, and the old name is free.
        bob> MODE #new
        bob< :verbatim.local 324 bob #New +nt
        bob< :verbatim.local 329 bob #New 1000000000
        bob> JOIN #old
        bob< :bob!~bob@10.0.0.2 JOIN #old
        bob< :verbatim.local 353 bob = #old :@bob
        bob< :verbatim.local 366 bob #old :End of /NAMES list
        bob> PRIVMSG #new :hello
        alice, carol, dave< :bob!~bob@10.0.0.2 PRIVMSG #New :hello
    ",
    );
}

#[test]
fn a_caller_without_the_capability_sees_a_part_and_a_join() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        bob asks for draft/channel-rename
        alice> RENAME #a #b
        alice< :alice!~alice@10.0.0.1 PART #a
        alice< :alice!~alice@10.0.0.1 JOIN #b
        alice< :verbatim.local 353 alice = #b :@alice bob
        alice< :verbatim.local 366 alice #b :End of /NAMES list
        bob< :alice!~alice@10.0.0.1 RENAME #a #b :
        -- Without the capability a change of case alone is invisible.
        alice> RENAME #b #B :louder
        bob< :alice!~alice@10.0.0.1 RENAME #b #B :louder
        alice> NAMES #b
        alice< :verbatim.local 353 alice = #B :@alice bob
        alice< :verbatim.local 366 alice #B :End of /NAMES list
        -- Renaming to the same name does nothing.
        alice> RENAME #b #B
    ",
    );
}

#[test]
fn only_operators_can_rename_a_channel() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #A
        alice joins #taken
        alice> RENAME
        alice< :verbatim.local 461 alice RENAME :Not enough parameters
        alice> RENAME #a
        alice< :verbatim.local 461 alice RENAME :Not enough parameters
        alice> RENAME #nowhere #b
        alice< :verbatim.local 403 alice #nowhere :No such channel
        alice> RENAME a #b
        alice< :verbatim.local 403 alice a :No such channel
        carol> RENAME #a #b
        carol< :verbatim.local 442 carol #A :You're not on that channel
        bob> RENAME #a b
        bob< :verbatim.local 482 bob #A :You're not channel operator
        alice> MODE #a +h bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #A +h bob
        bob> RENAME #a #b
        bob< :verbatim.local 482 bob #A :You're not channel operator
        alice> RENAME #a b
        alice< :verbatim.local FAIL RENAME CANNOT_RENAME #A b :The channel cannot be renamed
        alice> RENAME #a :
        alice< :verbatim.local FAIL RENAME CANNOT_RENAME #A * :The channel cannot be renamed
        alice> RENAME #a #{b*64}
        alice< :verbatim.local FAIL RENAME CANNOT_RENAME #A #{b*64} :The channel cannot be renamed
        alice> RENAME #a #b,c
        alice< :verbatim.local FAIL RENAME CANNOT_RENAME #A #b,c :The channel cannot be renamed
        alice> RENAME #a #Taken
        alice< :verbatim.local FAIL RENAME CHANNEL_NAME_IN_USE #A #Taken :The channel name is already taken
        alice> NAMES #a
        alice< :verbatim.local 353 alice = #A :@alice %bob
        alice< :verbatim.local 366 alice #A :End of /NAMES list
    ",
    );
}

#[test]
fn invitations_and_bans_survive_a_rename() {
    check(
        r"
        alice, bob, carol register
        alice joins #a,#b
        alice asks for draft/channel-rename
        alice> MODE #a +ib carol
        alice< :alice!~alice@10.0.0.1 MODE #a +ib carol!*@*
        alice> MODE #b +if #a
        alice< :alice!~alice@10.0.0.1 MODE #b +if #a
        alice> INVITE bob #a
        alice< :verbatim.local 341 alice bob #a
        bob< :alice!~alice@10.0.0.1 INVITE bob #a
        alice> RENAME #a #c
        alice< :alice!~alice@10.0.0.1 RENAME #a #c :
        bob> INVITE
        bob< :verbatim.local 336 bob #c
        bob< :verbatim.local 337 bob :End of /INVITE list
        bob> JOIN #c
        alice, bob< :bob!~bob@10.0.0.2 JOIN #c
        bob< :verbatim.local 353 bob = #c :@alice bob
        bob< :verbatim.local 366 bob #c :End of /NAMES list
        alice> MODE #c -i
        alice, bob< :alice!~alice@10.0.0.1 MODE #c -i
        carol> JOIN #c
        carol< :verbatim.local 474 carol #c :Cannot join channel (+b)
        -- A forward keeps the old name.
        carol> JOIN #b
        carol< :verbatim.local 473 carol #b :Cannot join channel (+i)
        alice> MODE #b
        alice< :verbatim.local 324 alice #b +fint #a
        alice< :verbatim.local 329 alice #b 1000000000
    ",
    );
}

#[test]
fn rename_gets_a_labelled_response() {
    check(
        r"
        alice, bob register
        alice asks for labeled-response batch draft/channel-rename message-tags
        bob asks for labeled-response batch message-tags
        alice, bob join #a
        alice> @label=one RENAME #a #b
        alice< @label=one :alice!~alice@10.0.0.1 RENAME #a #b :
        bob< :bob!~bob@10.0.0.2 PART #a
        bob< :bob!~bob@10.0.0.2 JOIN #b
        bob< :verbatim.local 353 bob = #b :@alice bob
        bob< :verbatim.local 366 bob #b :End of /NAMES list
        alice> MODE #b +o bob
        alice, bob< @msgid=#1 :alice!~alice@10.0.0.1 MODE #b +o bob
        bob> @label=two RENAME #b #c
        alice< :bob!~bob@10.0.0.2 RENAME #b #c :
        bob< @label=two :verbatim.local BATCH +B1 labeled-response
        bob< @batch=B1 :bob!~bob@10.0.0.2 PART #b
        bob< @batch=B1 :bob!~bob@10.0.0.2 JOIN #c
        bob< @batch=B1 :verbatim.local 353 bob = #c :@alice @bob
        bob< @batch=B1 :verbatim.local 366 bob #c :End of /NAMES list
        bob< :verbatim.local BATCH -B1
        bob> @label=three RENAME #c #C
        alice< :bob!~bob@10.0.0.2 RENAME #c #C :
        bob< @label=three :verbatim.local ACK
        bob> @label=four RENAME #C C
        bob< @label=four :verbatim.local FAIL RENAME CANNOT_RENAME #C C :The channel cannot be renamed
    ",
    );
}
