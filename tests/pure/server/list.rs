//! LIST: RFC 2812 §3.2.6, and the conditions of Modern IRC's ELIST.

use super::script::check;

#[test]
fn list_shows_the_visible_channels() {
    check(
        r"
        alice, bob register
        alice joins #b,#C,#a
        bob joins #a
        alice> TOPIC #a :about a
        alice, bob< :alice!~alice@10.0.0.1 TOPIC #a :about a
        alice> MODE #C +s
        alice< :alice!~alice@10.0.0.1 MODE #C +s
        bob> LIST
        bob< :verbatim.local 321 bob Channel :Users  Name
        bob< :verbatim.local 322 bob #a 2 :about a
        bob< :verbatim.local 322 bob #b 1 :
        bob< :verbatim.local 323 bob :End of /LIST
        alice> LIST
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #a 2 :about a
        alice< :verbatim.local 322 alice #b 1 :
        alice< :verbatim.local 322 alice #C 1 :
        alice< :verbatim.local 323 alice :End of /LIST
        bob> LIST #A,#c,#nowhere
        bob< :verbatim.local 321 bob Channel :Users  Name
        bob< :verbatim.local 322 bob #a 2 :about a
        bob< :verbatim.local 323 bob :End of /LIST
        alice> LIST #?
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #a 2 :about a
        alice< :verbatim.local 322 alice #b 1 :
        alice< :verbatim.local 322 alice #C 1 :
        alice< :verbatim.local 323 alice :End of /LIST
        alice> LIST *B
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #b 1 :
        alice< :verbatim.local 323 alice :End of /LIST
        alice> LIST :
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #a 2 :about a
        alice< :verbatim.local 322 alice #b 1 :
        alice< :verbatim.local 322 alice #C 1 :
        alice< :verbatim.local 323 alice :End of /LIST
        alice> LIST >3,#a
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 323 alice :End of /LIST
    ",
    );
}

#[test]
fn list_can_filter_by_the_number_of_members() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol join #three
        alice, bob join #two
        alice joins #one
        alice> LIST >1
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #three 3 :
        alice< :verbatim.local 322 alice #two 2 :
        alice< :verbatim.local 323 alice :End of /LIST
        alice> LIST <3,>1
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #two 2 :
        alice< :verbatim.local 323 alice :End of /LIST
        alice> LIST <3 #T*
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #two 2 :
        alice< :verbatim.local 323 alice :End of /LIST
        alice> LIST <1
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 323 alice :End of /LIST
        -- Without a valid number an item is a name, which no channel has.
        alice> LIST >,<-1,>+1,<1234567890,>x
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 323 alice :End of /LIST
        alice> LIST >,<-1,>+1,<1234567890,>x #one
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #one 1 :
        alice< :verbatim.local 323 alice :End of /LIST
        alice> LIST <999999999 >0,#one,,#one
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #one 1 :
        alice< :verbatim.local 323 alice :End of /LIST
    ",
    );
}

#[test]
fn list_can_filter_by_matching_and_non_matching_names() {
    check(
        r"
        alice registers
        alice joins #ab,#ac,#bc
        alice> LIST !#A*
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #bc 1 :
        alice< :verbatim.local 323 alice :End of /LIST
        alice> LIST #a*,!*C
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #ab 1 :
        alice< :verbatim.local 323 alice :End of /LIST
        alice> LIST #bc,#ab,*B
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #ab 1 :
        alice< :verbatim.local 322 alice #bc 1 :
        alice< :verbatim.local 323 alice :End of /LIST
        alice> LIST !#ab !#ac,!#bc
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 323 alice :End of /LIST
        -- No name matches a bare exclamation mark, so nothing is excluded.
        alice> LIST !
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #ab 1 :
        alice< :verbatim.local 322 alice #ac 1 :
        alice< :verbatim.local 322 alice #bc 1 :
        alice< :verbatim.local 323 alice :End of /LIST
        alice> LIST * #ab :what is behind is passed over
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #ab 1 :
        alice< :verbatim.local 322 alice #ac 1 :
        alice< :verbatim.local 322 alice #bc 1 :
        alice< :verbatim.local 323 alice :End of /LIST
    ",
    );
}

#[test]
fn list_can_filter_by_the_age_of_a_channel_and_its_topic() {
    check(
        r"
        alice registers
        alice joins #old
        60 s pass
        alice joins #new
        alice> TOPIC #old :set late
        alice< :alice!~alice@10.0.0.1 TOPIC #old :set late
        alice> LIST C<1
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #new 1 :
        alice< :verbatim.local 323 alice :End of /LIST
        -- Exactly a minute ago is neither less nor more than a minute ago.
        alice> LIST C>1
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 323 alice :End of /LIST
        1 s pass
        alice> LIST c>1
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #old 1 :set late
        alice< :verbatim.local 323 alice :End of /LIST
        alice> LIST T<1
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #old 1 :set late
        alice< :verbatim.local 323 alice :End of /LIST
        alice> LIST t>0
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #old 1 :set late
        alice< :verbatim.local 323 alice :End of /LIST
        alice> LIST T<9,C<1
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 323 alice :End of /LIST
        -- A cleared topic has no age.
        alice> TOPIC #old :
        alice< :alice!~alice@10.0.0.1 TOPIC #old :
        alice> LIST T<999999999
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 323 alice :End of /LIST
        alice> LIST T>0
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 323 alice :End of /LIST
    ",
    );
}
