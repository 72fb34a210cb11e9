//! Queries about users and the server: RFC 2812 §3.4, §3.6 and §4.

use verbatim::server::{Config, Limits};

use super::script::{World, check, check_with};

#[test]
fn who_shows_a_channels_members() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #A
        alice> MODE #a +v bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #A +v bob
        bob> AWAY :out
        bob< :verbatim.local 306 bob :You have been marked as being away
        carol> WHO 0
        carol< :verbatim.local 352 carol * ~alice 10.0.0.1 verbatim.local alice H :0 alice
        carol< :verbatim.local 352 carol * ~bob 10.0.0.2 verbatim.local bob G :0 bob
        carol< :verbatim.local 352 carol * ~carol 10.0.0.3 verbatim.local carol H :0 carol
        carol< :verbatim.local 315 carol 0 :End of WHO list
        carol> WHO :
        carol< :verbatim.local 352 carol * ~alice 10.0.0.1 verbatim.local alice H :0 alice
        carol< :verbatim.local 352 carol * ~bob 10.0.0.2 verbatim.local bob G :0 bob
        carol< :verbatim.local 352 carol * ~carol 10.0.0.3 verbatim.local carol H :0 carol
        carol< :verbatim.local 315 carol * :End of WHO list
        carol> WHO
        carol< :verbatim.local 352 carol * ~alice 10.0.0.1 verbatim.local alice H :0 alice
        carol< :verbatim.local 352 carol * ~bob 10.0.0.2 verbatim.local bob G :0 bob
        carol< :verbatim.local 352 carol * ~carol 10.0.0.3 verbatim.local carol H :0 carol
        carol< :verbatim.local 315 carol * :End of WHO list
        carol> WHO #a
        carol< :verbatim.local 352 carol #A ~alice 10.0.0.1 verbatim.local alice H@ :0 alice
        carol< :verbatim.local 352 carol #A ~bob 10.0.0.2 verbatim.local bob G+ :0 bob
        carol< :verbatim.local 315 carol #a :End of WHO list
        carol> WHO #nowhere
        carol< :verbatim.local 315 carol #nowhere :End of WHO list
        carol> WHO #a o
        carol< :verbatim.local 315 carol #a :End of WHO list
        bob> MODE bob +i
        bob< :bob!~bob@10.0.0.2 MODE bob +i
        carol> WHO #a
        carol< :verbatim.local 352 carol #A ~alice 10.0.0.1 verbatim.local alice H@ :0 alice
        carol< :verbatim.local 315 carol #a :End of WHO list
        alice> WHO #a
        alice< :verbatim.local 352 alice #A ~alice 10.0.0.1 verbatim.local alice H@ :0 alice
        alice< :verbatim.local 352 alice #A ~bob 10.0.0.2 verbatim.local bob G+ :0 bob
        alice< :verbatim.local 315 alice #a :End of WHO list
        alice> MODE #a +s
        alice, bob< :alice!~alice@10.0.0.1 MODE #A +s
        carol> WHO #a
        carol< :verbatim.local 315 carol #a :End of WHO list
    ",
    );
}

#[test]
fn who_finds_users_by_mask() {
    check(
        r"
        alice, bob register
        carol connects from carol.example
        carol> NICK carol
        mallory connects
        mallory> NICK mallory
        carol> USER cc 0 * :Carol of Köln
        carol is welcomed
        alice> WHO *
        alice< :verbatim.local 352 alice * ~alice 10.0.0.1 verbatim.local alice H :0 alice
        alice< :verbatim.local 352 alice * ~bob 10.0.0.2 verbatim.local bob H :0 bob
        alice< :verbatim.local 352 alice * ~cc carol.example verbatim.local carol H :0 Carol of Köln
        alice< :verbatim.local 315 alice * :End of WHO list
        alice> WHO c?rol
        alice< :verbatim.local 352 alice * ~cc carol.example verbatim.local carol H :0 Carol of Köln
        alice< :verbatim.local 315 alice c?rol :End of WHO list
        alice> WHO *.EXAMPLE
        alice< :verbatim.local 352 alice * ~cc carol.example verbatim.local carol H :0 Carol of Köln
        alice< :verbatim.local 315 alice *.EXAMPLE :End of WHO list
        alice> WHO ~cc
        alice< :verbatim.local 352 alice * ~cc carol.example verbatim.local carol H :0 Carol of Köln
        alice< :verbatim.local 315 alice ~cc :End of WHO list
        alice> WHO *Köln
        alice< :verbatim.local 352 alice * ~cc carol.example verbatim.local carol H :0 Carol of Köln
        alice< :verbatim.local 315 alice *Köln :End of WHO list
        alice> WHO ~*
        alice< :verbatim.local 352 alice * ~alice 10.0.0.1 verbatim.local alice H :0 alice
        alice< :verbatim.local 352 alice * ~bob 10.0.0.2 verbatim.local bob H :0 bob
        alice< :verbatim.local 352 alice * ~cc carol.example verbatim.local carol H :0 Carol of Köln
        alice< :verbatim.local 315 alice ~* :End of WHO list
        alice> WHO mallory
        alice< :verbatim.local 315 alice mallory :End of WHO list
        alice> WHO :
        alice< :verbatim.local 352 alice * ~alice 10.0.0.1 verbatim.local alice H :0 alice
        alice< :verbatim.local 352 alice * ~bob 10.0.0.2 verbatim.local bob H :0 bob
        alice< :verbatim.local 352 alice * ~cc carol.example verbatim.local carol H :0 Carol of Köln
        alice< :verbatim.local 315 alice * :End of WHO list
        alice> WHO * o
        alice< :verbatim.local 315 alice * :End of WHO list
    ",
    );
}

#[test]
fn invisible_users_are_shown_to_fellow_members_and_by_exact_nick() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        alice> MODE alice +i
        alice< :alice!~alice@10.0.0.1 MODE alice +i
        carol> WHO *
        carol< :verbatim.local 352 carol * ~bob 10.0.0.2 verbatim.local bob H :0 bob
        carol< :verbatim.local 352 carol * ~carol 10.0.0.3 verbatim.local carol H :0 carol
        carol< :verbatim.local 315 carol * :End of WHO list
        bob> WHO ali*
        bob< :verbatim.local 352 bob * ~alice 10.0.0.1 verbatim.local alice H :0 alice
        bob< :verbatim.local 315 bob ali* :End of WHO list
        alice> WHO ali*
        alice< :verbatim.local 352 alice * ~alice 10.0.0.1 verbatim.local alice H :0 alice
        alice< :verbatim.local 315 alice ali* :End of WHO list
        carol> MODE carol +i
        carol< :carol!~carol@10.0.0.3 MODE carol +i
        carol> WHO c*
        carol< :verbatim.local 352 carol * ~carol 10.0.0.3 verbatim.local carol H :0 carol
        carol< :verbatim.local 315 carol c* :End of WHO list
        carol> MODE carol -i
        carol< :carol!~carol@10.0.0.3 MODE carol -i
        carol> WHO ALICE
        carol< :verbatim.local 352 carol * ~alice 10.0.0.1 verbatim.local alice H :0 alice
        carol< :verbatim.local 315 carol ALICE :End of WHO list
        carol> WHOIS alice
        carol< :verbatim.local 311 carol alice ~alice 10.0.0.1 * :alice
        carol< :verbatim.local 312 carol alice verbatim.local :verbatim
        carol< :verbatim.local 317 carol alice 0 1000000000 :seconds idle, signon time
        carol< :verbatim.local 318 carol alice :End of /WHOIS list
        carol> LUSERS
        carol< :verbatim.local 251 carol :There are 2 users and 1 invisible on 1 servers
        carol< :verbatim.local 252 carol 0 :operator(s) online
        carol< :verbatim.local 253 carol 0 :unknown connection(s)
        carol< :verbatim.local 254 carol 1 :channels formed
        carol< :verbatim.local 255 carol :I have 3 clients and 0 servers
        carol< :verbatim.local 265 carol 3 3 :Current local users 3, max 3
        carol< :verbatim.local 266 carol 3 3 :Current global users 3, max 3
        alice ends
        bob< :alice!~alice@10.0.0.1 QUIT :Connection closed
        carol> LUSERS
        carol< :verbatim.local 251 carol :There are 2 users and 0 invisible on 1 servers
        carol< :verbatim.local 252 carol 0 :operator(s) online
        carol< :verbatim.local 253 carol 0 :unknown connection(s)
        carol< :verbatim.local 254 carol 1 :channels formed
        carol< :verbatim.local 255 carol :I have 2 clients and 0 servers
        carol< :verbatim.local 265 carol 2 3 :Current local users 2, max 3
        carol< :verbatim.local 266 carol 2 3 :Current global users 2, max 3
    ",
    );
}

#[test]
fn whois_shows_who_a_user_is() {
    check(
        r"
        alice, bob register
        bob joins #b,#A
        alice joins #b,#a,#c
        7 s pass
        bob> PRIVMSG alice :hi
        alice< :bob!~bob@10.0.0.2 PRIVMSG alice :hi
        5 s pass
        alice> WHOIS bob
        alice< :verbatim.local 311 alice bob ~bob 10.0.0.2 * :bob
        alice< :verbatim.local 319 alice bob :@#b @#A
        alice< :verbatim.local 312 alice bob verbatim.local :verbatim
        alice< :verbatim.local 317 alice bob 5 1000000000 :seconds idle, signon time
        alice< :verbatim.local 318 alice bob :End of /WHOIS list
        alice> WHOIS verbatim.local BOB
        alice< :verbatim.local 311 alice bob ~bob 10.0.0.2 * :bob
        alice< :verbatim.local 319 alice bob :@#b @#A
        alice< :verbatim.local 312 alice bob verbatim.local :verbatim
        alice< :verbatim.local 317 alice bob 5 1000000000 :seconds idle, signon time
        alice< :verbatim.local 318 alice BOB :End of /WHOIS list
        bob> AWAY :out
        bob< :verbatim.local 306 bob :You have been marked as being away
        bob> WHOIS bob
        bob< :verbatim.local 311 bob bob ~bob 10.0.0.2 * :bob
        bob< :verbatim.local 319 bob bob :@#b @#A
        bob< :verbatim.local 312 bob bob verbatim.local :verbatim
        bob< :verbatim.local 378 bob bob :is connecting from *@10.0.0.2 10.0.0.2
        bob< :verbatim.local 338 bob bob ~bob@10.0.0.2 10.0.0.2 :Is actually using host
        bob< :verbatim.local 379 bob bob :is using modes +
        bob< :verbatim.local 301 bob bob :out
        bob< :verbatim.local 317 bob bob 5 1000000000 :seconds idle, signon time
        bob< :verbatim.local 318 bob bob :End of /WHOIS list
        alice> WHOIS alice,bob
        alice< :verbatim.local 311 alice alice ~alice 10.0.0.1 * :alice
        alice< :verbatim.local 319 alice alice :#b #A @#c
        alice< :verbatim.local 312 alice alice verbatim.local :verbatim
        alice< :verbatim.local 378 alice alice :is connecting from *@10.0.0.1 10.0.0.1
        alice< :verbatim.local 338 alice alice ~alice@10.0.0.1 10.0.0.1 :Is actually using host
        alice< :verbatim.local 379 alice alice :is using modes +
        alice< :verbatim.local 317 alice alice 12 1000000000 :seconds idle, signon time
        alice< :verbatim.local 318 alice alice,bob :End of /WHOIS list
        alice> WHOIS
        alice< :verbatim.local 431 alice :No nickname given
        alice> WHOIS :
        alice< :verbatim.local 431 alice :No nickname given
        alice> WHOIS bob :
        alice< :verbatim.local 431 alice :No nickname given
        alice> WHOIS nobody
        alice< :verbatim.local 401 alice nobody :No such nick/channel
        alice< :verbatim.local 318 alice nobody :End of /WHOIS list
        alice> WHOIS :no body
        alice< :verbatim.local 401 alice * :No such nick/channel
        alice< :verbatim.local 318 alice * :End of /WHOIS list
    ",
    );
}

#[test]
fn whois_shows_secret_channels_to_their_members_only() {
    check(
        r"
        alice, bob, carol register
        alice joins #open,#secret
        alice> MODE #secret +s
        alice< :alice!~alice@10.0.0.1 MODE #secret +s
        bob> WHOIS alice
        bob< :verbatim.local 311 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 319 bob alice :@#open
        bob< :verbatim.local 312 bob alice verbatim.local :verbatim
        bob< :verbatim.local 317 bob alice 0 1000000000 :seconds idle, signon time
        bob< :verbatim.local 318 bob alice :End of /WHOIS list
        bob joins #secret
        bob> WHOIS alice
        bob< :verbatim.local 311 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 319 bob alice :@#open @#secret
        bob< :verbatim.local 312 bob alice verbatim.local :verbatim
        bob< :verbatim.local 317 bob alice 0 1000000000 :seconds idle, signon time
        bob< :verbatim.local 318 bob alice :End of /WHOIS list
        alice> PART #open
        alice< :alice!~alice@10.0.0.1 PART #open
        carol> WHOIS alice
        carol< :verbatim.local 311 carol alice ~alice 10.0.0.1 * :alice
        carol< :verbatim.local 312 carol alice verbatim.local :verbatim
        carol< :verbatim.local 317 carol alice 0 1000000000 :seconds idle, signon time
        carol< :verbatim.local 318 carol alice :End of /WHOIS list
    ",
    );
}

#[test]
fn a_secret_channel_is_not_shown_to_outsiders() {
    check(
        r"
        alice, bob register
        alice joins #secret
        alice> MODE #secret +s
        alice< :alice!~alice@10.0.0.1 MODE #secret +s
        bob> LIST
        bob< :verbatim.local 321 bob Channel :Users  Name
        bob< :verbatim.local 323 bob :End of /LIST
        bob> LIST #secret
        bob< :verbatim.local 321 bob Channel :Users  Name
        bob< :verbatim.local 323 bob :End of /LIST
        bob> NAMES #secret
        bob< :verbatim.local 366 bob #secret :End of /NAMES list
        bob> WHO #secret
        bob< :verbatim.local 315 bob #secret :End of WHO list
        bob> WHO alice
        bob< :verbatim.local 352 bob * ~alice 10.0.0.1 verbatim.local alice H :0 alice
        bob< :verbatim.local 315 bob alice :End of WHO list
        bob> TOPIC #secret
        bob< :verbatim.local 442 bob #secret :You're not on that channel
        bob> PRIVMSG #secret :hi
        bob< :verbatim.local 404 bob #secret :Cannot send to channel (+n)
        bob> INVITE bob #secret
        bob< :verbatim.local 442 bob #secret :You're not on that channel
    ",
    );
}

#[test]
fn whowas_remembers_those_who_left_or_changed_their_nick() {
    check(
        r"
        alice, bob register
        bob> WHOWAS alice
        bob< :verbatim.local 406 bob alice :There was no such nickname
        bob< :verbatim.local 369 bob alice :End of WHOWAS
        alice> NICK alison
        alice< :alice!~alice@10.0.0.1 NICK alison
        2 s pass
        alice ends
        alice registers
        mallory connects
        mallory> NICK mallory
        mallory ends
        alice> QUIT
        alice< ERROR :Closing link: (10.0.0.1) [Quit: ]
        alice closed
        bob> WHOWAS ALICE
        bob< :verbatim.local 314 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :2001-09-09 01:46:42 UTC
        bob< :verbatim.local 314 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :2001-09-09 01:46:40 UTC
        bob< :verbatim.local 369 bob ALICE :End of WHOWAS
        bob> WHOWAS alice 1
        bob< :verbatim.local 314 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :2001-09-09 01:46:42 UTC
        bob< :verbatim.local 369 bob alice :End of WHOWAS
        bob> WHOWAS alice 0
        bob< :verbatim.local 314 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :2001-09-09 01:46:42 UTC
        bob< :verbatim.local 314 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :2001-09-09 01:46:40 UTC
        bob< :verbatim.local 369 bob alice :End of WHOWAS
        bob> WHOWAS alice -1
        bob< :verbatim.local 314 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :2001-09-09 01:46:42 UTC
        bob< :verbatim.local 314 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :2001-09-09 01:46:40 UTC
        bob< :verbatim.local 369 bob alice :End of WHOWAS
        bob> WHOWAS alice many
        bob< :verbatim.local 314 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :2001-09-09 01:46:42 UTC
        bob< :verbatim.local 314 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :2001-09-09 01:46:40 UTC
        bob< :verbatim.local 369 bob alice :End of WHOWAS
        bob> WHOWAS alison
        bob< :verbatim.local 314 bob alison ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alison verbatim.local :2001-09-09 01:46:42 UTC
        bob< :verbatim.local 369 bob alison :End of WHOWAS
        bob> WHOWAS mallory
        bob< :verbatim.local 406 bob mallory :There was no such nickname
        bob< :verbatim.local 369 bob mallory :End of WHOWAS
        bob> WHOWAS
        bob< :verbatim.local 431 bob :No nickname given
        bob> WHOWAS :
        bob< :verbatim.local 431 bob :No nickname given
        bob> WHOWAS ,alice 1 elsewhere
        bob< :verbatim.local 431 bob :No nickname given
        bob> WHOWAS :two words
        bob< :verbatim.local 406 bob * :There was no such nickname
        bob< :verbatim.local 369 bob * :End of WHOWAS
    ",
    );
}

#[test]
fn whowas_forgets_the_oldest() {
    check_with(
        Config { limits: Limits { whowas_entries: 2, ..Limits::default() }, ..Config::default() },
        r"
        alice registers
        alice> NICK a1
        alice< :alice!~alice@10.0.0.1 NICK a1
        alice> NICK a2
        alice< :a1!~alice@10.0.0.1 NICK a2
        alice> NICK a3
        alice< :a2!~alice@10.0.0.1 NICK a3
        alice> WHOWAS alice
        alice< :verbatim.local 406 a3 alice :There was no such nickname
        alice< :verbatim.local 369 a3 alice :End of WHOWAS
        alice> WHOWAS a1
        alice< :verbatim.local 314 a3 a1 ~alice 10.0.0.1 * :alice
        alice< :verbatim.local 312 a3 a1 verbatim.local :2001-09-09 01:46:40 UTC
        alice< :verbatim.local 369 a3 a1 :End of WHOWAS
        alice> WHOWAS a2
        alice< :verbatim.local 314 a3 a2 ~alice 10.0.0.1 * :alice
        alice< :verbatim.local 312 a3 a2 verbatim.local :2001-09-09 01:46:40 UTC
        alice< :verbatim.local 369 a3 a2 :End of WHOWAS
    ",
    );
}

#[test]
fn ison_and_userhost_report_who_is_online() {
    check(
        r"
        alice, bob register
        carol connects
        carol> NICK carol
        bob> AWAY :out
        bob< :verbatim.local 306 bob :You have been marked as being away
        alice> ISON
        alice< :verbatim.local 461 alice ISON :Not enough parameters
        alice> ISON nobody
        alice< :verbatim.local 303 alice :
        alice> ISON Bob nobody ALICE carol
        alice< :verbatim.local 303 alice :bob alice
        alice> ISON :bob  alice
        alice< :verbatim.local 303 alice :bob alice
        alice> USERHOST
        alice< :verbatim.local 461 alice USERHOST :Not enough parameters
        alice> USERHOST nobody carol
        alice< :verbatim.local 302 alice :
        alice> USERHOST BOB alice
        alice< :verbatim.local 302 alice :bob=-~bob@10.0.0.2 alice=+~alice@10.0.0.1
        alice> USERHOST 1 2 3 4 5 alice
        alice< :verbatim.local 302 alice :
    ",
    );
}

#[test]
fn ison_truncates_no_nick() {
    let (mut world, nick) = (World::new(Config::default()), "n".repeat(30));
    world.act(&format!("{nick} registers"));
    world.receive(&nick, format!("ISON {}\r\n", [nick.as_str(); 16].join(" ")).as_bytes());
    let heard = world.heard();
    let nicks = heard.iter().map(|line| line.matches("{n*30}").count() - 1);
    assert_eq!(nicks.collect::<Vec<_>>(), [14, 2], "{heard:#?}");
}

#[test]
fn away_is_set_and_unset() {
    check(
        r"
        alice registers
        alice> AWAY :out
        alice< :verbatim.local 306 alice :You have been marked as being away
        alice> AWAY :still out
        alice< :verbatim.local 306 alice :You have been marked as being away
        alice> AWAY :
        alice< :verbatim.local 305 alice :You are no longer marked as being away
        alice> AWAY
        alice< :verbatim.local 305 alice :You are no longer marked as being away
    ",
    );
}

#[test]
fn motd_version_and_time_describe_the_server() {
    check(
        r"
        alice registers
        60 s pass
        alice> TIME
        alice< :verbatim.local 391 alice verbatim.local :2001-09-09 01:47:40 UTC
        alice> TIME Verbatim.Local
        alice< :verbatim.local 391 alice verbatim.local :2001-09-09 01:47:40 UTC
        alice> TIME elsewhere.example
        alice< :verbatim.local 402 alice elsewhere.example :No such server
        alice> VERSION
        alice< :verbatim.local 351 alice verbatim-VERSION verbatim.local :an IRC server that says it word for word
        alice< :verbatim.local 005 alice …
        alice> VERSION elsewhere.example
        alice< :verbatim.local 402 alice elsewhere.example :No such server
        alice> VERSION :else where
        alice< :verbatim.local 402 alice * :No such server
        alice> LUSERS
        alice< :verbatim.local 251 alice :There are 1 users and 0 invisible on 1 servers
        alice< :verbatim.local 252 alice 0 :operator(s) online
        alice< :verbatim.local 253 alice 0 :unknown connection(s)
        alice< :verbatim.local 254 alice 0 :channels formed
        alice< :verbatim.local 255 alice :I have 1 clients and 0 servers
        alice< :verbatim.local 265 alice 1 1 :Current local users 1, max 1
        alice< :verbatim.local 266 alice 1 1 :Current global users 1, max 1
        alice> MOTD
        alice< :verbatim.local 422 alice :MOTD File is missing
    ",
    );
}

#[test]
fn idle_time_never_exceeds_the_time_since_registration() {
    check(
        r"
        alice registers
        bob connects
        20 s pass
        bob> NICK bob
        bob> USER bob 0 * :bob
        bob is welcomed
        10 s pass
        alice> WHOIS bob bob
        alice< :verbatim.local 311 alice bob ~bob 10.0.0.2 * :bob
        alice< :verbatim.local 312 alice bob verbatim.local :verbatim
        alice< :verbatim.local 317 alice bob 10 1000000020 :seconds idle, signon time
        alice< :verbatim.local 318 alice bob :End of /WHOIS list
    ",
    );
}
