//! Saying and hearing: text, commands, channels.

use verbatim::client::{Action, Event};

use super::script::{World, actions, check, check_in_lobby, check_pipe_in_lobby, in_lobby};

#[test]
fn two_people_talk() {
    check(
        "
        start
        connect
        connected
        sent> NICK alice
        sent> USER alice 0 * :alice
        server< :srv 001 alice :Welcome to the network, alice
        shown> 12:00 - connected to srv as alice; /help lists the commands
        server< :srv 005 alice NICKLEN=30 CHANTYPES=# :are supported by this server
        server< :srv 251 alice :There are 2 users and 0 invisible on 1 servers
        server< :srv 372 alice :- be kind
        shown> 12:00 = - be kind
        server< :srv 376 alice :End of /MOTD command
        sent> JOIN #lobby
        server< :alice!~alice@host JOIN #lobby
        shown> 12:00 #lobby → alice (you) is here
        server< :srv 332 alice #lobby :all about nothing
        shown> 12:00 #lobby = topic: all about nothing
        server< :srv 353 alice = #lobby :@bob alice
        shown> 12:00 #lobby = here: @bob alice
        server< :srv 366 alice #lobby :End of /NAMES list
        typed> hello
        shown> 12:00 #lobby <alice> hello
        sent> PRIVMSG #lobby :hello
        sent> PING :verbatim-1
        server< :bob!~bob@host PRIVMSG #lobby :hi, alice
        shown> 12:00 #lobby <bob> hi, alice
        server< :srv PONG srv :verbatim-1
        later> 60
        server< :bob!~bob@host PRIVMSG #lobby :\\x01ACTION waves\\x01
        shown> 12:01 #lobby * bob waves
        server< :bob!~bob@host PRIVMSG alice :just between us
        shown> 12:01 [bob → alice] just between us
        typed> /quit good night
        sent> QUIT :good night
        server< ERROR :Closing link: (host) [Quit: good night]
        closed> the server closed the connection
        exit> 0
        ",
    );
}

#[test]
fn what_others_do_is_shown() {
    check_in_lobby(
        "
        server< :bob!~b@h JOIN :#lobby
        shown> 12:00 #lobby → bob is here
        server< :bob!~b@h NICK rob
        shown> 12:00 ~ bob is now rob
        server< :rob!~b@h TOPIC #lobby :new
        shown> 12:00 #lobby ~ rob sets the topic: new
        server< :rob!~b@h TOPIC #lobby :
        shown> 12:00 #lobby ~ rob removes the topic
        server< :rob!~b@h MODE #lobby +o alice
        shown> 12:00 #lobby ~ rob sets mode +o alice
        server< :rob!~b@h NOTICE #lobby :beware
        shown> 12:00 #lobby -rob- beware
        server< :rob!~b@h NOTICE @#lobby :for operators
        shown> 12:00 #lobby -rob- for operators
        server< :rob!~b@h INVITE alice #den
        shown> 12:00 ~ rob invites you to #den
        server< :rob!~b@h PRIVMSG alice :\\x01VERSION\\x01
        shown> 12:00 [rob → alice] CTCP VERSION
        server< :rob!~b@h PRIVMSG alice :\\x01ACTION nods\\x01
        shown> 12:00 [rob → alice] * rob nods
        server< :rob!~b@h KICK #lobby carol :enough
        shown> 12:00 #lobby ← carol was kicked by rob: enough
        server< :rob!~b@h PART #lobby
        shown> 12:00 #lobby ← rob left
        server< :dave!~d@h QUIT :Quit: bye
        shown> 12:00 ← dave left: Quit: bye
        ",
    );
}

#[test]
fn every_command_says_what_it_should() {
    check_in_lobby(
        "
        typed> /me waves
        shown> 12:00 #lobby * alice waves
        sent> PRIVMSG #lobby :\\x01ACTION waves\\x01
        sent> PING :verbatim-1
        typed> /msg bob  two spaces
        shown> 12:00 [alice → bob]  two spaces
        sent> PRIVMSG bob : two spaces
        typed> //not a command
        shown> 12:00 #lobby <alice> /not a command
        sent> PRIVMSG #lobby :/not a command
        typed> /nick al
        sent> NICK al
        server< :alice!~alice@host NICK al
        shown> 12:00 ~ alice (you) is now al
        typed> /topic
        sent> TOPIC #lobby
        typed> /topic all about nothing
        sent> TOPIC #lobby :all about nothing
        typed> /topic #den quiet, please
        sent> TOPIC #den :quiet, please
        typed> /names
        sent> NAMES #lobby
        typed> /who
        sent> WHO #lobby
        typed> /who b*
        sent> WHO b*
        server< :srv 352 al #lobby ~b host srv bob H@ :0 Bob B.
        shown> 12:00 = bob is ~b@host in @#lobby: Bob B.
        server< :srv 352 al * ~c host srv carol G* :0 Carol
        shown> 12:00 = carol is ~c@host, away, operator of the server: Carol
        server< :srv 315 al b* :End of WHO list
        typed> /WHOIS bob
        sent> WHOIS bob
        server< :srv 311 al bob ~b host * :Bob B.
        shown> 12:00 = bob is ~b@host: Bob B.
        server< :srv 318 al bob :End of /WHOIS list
        typed> /away for tea
        sent> AWAY :for tea
        server< :srv 306 al :You have been marked as being away
        shown> 12:00 = You have been marked as being away
        typed> /away
        sent> AWAY
        typed> /part good bye
        sent> PART #lobby :good bye
        server< :al!~alice@host PART #lobby :good bye
        shown> 12:00 #lobby ← al left: good bye
        typed> anybody here?
        server< :srv PONG srv :verbatim-1
        sent> PING :verbatim-2
        server< :srv PONG srv :verbatim-2
        shown> 12:00 ! not sent: you are in no channel (/join #channel)
        ",
    );
}

#[test]
fn channels_are_listed_and_ruled_by_commands() {
    check_in_lobby(
        "
        typed> /list
        sent> LIST
        sent> PING :verbatim-1
        typed> /list >5
        sent> LIST >5
        typed> /invite bob
        sent> INVITE bob #lobby
        typed> /invite bob #den
        sent> INVITE bob #den
        typed> /kick bob
        sent> KICK #lobby bob
        typed> /kick #den bob being loud
        sent> KICK #den bob :being loud
        typed> /mode
        sent> MODE #lobby
        typed> /mode +ov bob carol
        sent> MODE #lobby +ov bob carol
        typed> /mode alice +i
        sent> MODE alice +i
        typed> /raw oper root secret word
        sent> oper root secret word
        typed> /raw SETNAME :Al A.
        sent> SETNAME :Al A.
        ",
    );
}

#[test]
fn what_is_no_command_is_answered_by_the_client() {
    check_in_lobby(
        "
        typed> /frobnicate now
        shown> 12:00 ! no such command: /frobnicate (/help lists them, //frobnicate says it)
        typed> /msg bob
        shown> 12:00 ! usage: /msg nick text
        typed> /nick   :x
        shown> 12:00 ! not sent: :x is no name
        typed> /kick #den
        shown> 12:00 ! usage: /kick [#channel] nick [reason]
        typed> /raw :bob!b@host PRIVMSG #lobby :not me
        shown> 12:00 ! not sent: it is no command
        typed> /
        shown> 12:00 ! no such command: / (/help lists them, // says it)
        typed> /help
        shown> 12:00 - /join #channel [key]                go into a channel, or back to one
        shown> 12:00 - /part [#channel] [reason]           leave a channel
        shown> 12:00 - /msg nick text                      say something in private
        shown> 12:00 - /me text                            say what you do
        shown> 12:00 - /nick nick                          take another nick
        shown> 12:00 - /topic [#channel] [topic]           ask for the topic, or set it
        shown> 12:00 - /names [#channel]                   list who is in a channel
        shown> 12:00 - /who [#channel or mask]             list users, with their addresses
        shown> 12:00 - /whois nick                         ask who somebody is
        shown> 12:00 - /list [mask]                        list the channels, with how many are there
        shown> 12:00 - /invite nick [#channel]             invite somebody into a channel
        shown> 12:00 - /kick [#channel] nick [reason]      make somebody leave a channel
        shown> 12:00 - /mode [#channel or nick] [changes]  ask for modes, or change them
        shown> 12:00 - /away [text]                        say that you are away; without a text, that you are back
        shown> 12:00 - /raw command                        send a command to the server as you write it
        shown> 12:00 - /quit [reason]                      leave, once all you said has arrived
        shown> 12:00 - /help                               show this
        shown> 12:00 - anything else is said to the channel; //text says /text
        ",
    );
}

#[test]
fn text_behind_a_join_waits_for_its_answer() {
    check_pipe_in_lobby(
        "
        input> /join #den\\x0ahello, den\\x0a
        sent> JOIN #den
        sent> PING :verbatim-1
        server< :alice!~alice@host JOIN #den
        shown> 12:00 #den → alice (you) is here
        shown> 12:00 #den <alice> hello, den
        sent> PRIVMSG #den :hello, den
        ",
    );
}

#[test]
fn text_behind_a_part_goes_to_the_channel_before() {
    check_in_lobby(
        "
        server< :alice!~alice@host JOIN #den
        shown> 12:00 #den → alice (you) is here
        typed> /join #den
        shown> 12:00 - what you type goes to #den
        input> /part\\x0aback again\\x0a
        sent> PART #den
        sent> PING :verbatim-1
        server< :alice!~alice@host PART #den
        shown> 12:00 #den ← alice left
        shown> 12:00 - what you type goes to #lobby
        server< :srv PONG srv :verbatim-1
        shown> 12:00 #lobby <alice> back again
        sent> PRIVMSG #lobby :back again
        sent> PING :verbatim-2
        ",
    );
}

#[test]
fn a_join_without_an_answer_is_given_up() {
    check_in_lobby(
        "
        typed> /join #den
        sent> JOIN #den
        sent> PING :verbatim-1
        typed> hello
        server< :srv PONG srv :verbatim-1
        later> 30
        shown> 12:00 ! cannot join #den: no answer within 30 s
        shown> 12:00 ! not sent: hello
        typed> is anybody here?
        shown> 12:00 #lobby <alice> is anybody here?
        sent> PRIVMSG #lobby :is anybody here?
        sent> PING :verbatim-2
        ",
    );
}

#[test]
fn after_a_kick_text_goes_to_the_channel_before() {
    check_in_lobby(
        "
        typed> /join #den
        sent> JOIN #den
        sent> PING :verbatim-1
        server< :alice!~alice@host JOIN #den
        shown> 12:00 #den → alice (you) is here
        server< :bob!~b@h KICK #DEN Alice :out
        shown> 12:00 #DEN ← Alice (you) was kicked by bob: out
        shown> 12:00 - what you type goes to #lobby
        typed> oh
        shown> 12:00 #lobby <alice> oh
        sent> PRIVMSG #lobby :oh
        ",
    );
}

/// The lines that a client with the nick `alice` sends when `text` is typed; each is confirmed in turn.
fn sent_lines(world: &mut World, text: &str) -> Vec<String> {
    let mut said = Vec::new();
    let mut answers = vec![format!("{text}\n")];
    let mut typed = true;
    while let Some(bytes) = answers.pop() {
        let bytes = bytes.as_bytes();
        let event = if typed { Event::Typed { bytes } } else { Event::Received { bytes } };
        for action in actions(&mut world.client, world.now, event) {
            let Action::Send { line } = action else { continue };
            match line.text().strip_prefix("PING :") {
                Some(token) => answers.push(format!(":srv PONG srv :{token}\r\n")),
                None => said.push(line.text()),
            }
        }
        typed = false;
    }
    said
}

#[test]
fn what_is_typed_comes_out_whole_however_long_it_is() {
    let text = "naïve 😀 words ".repeat(2000);
    let said = sent_lines(&mut in_lobby(true), &text);
    let relayed = |line: &String| ":alice!~alice@host ".len() + line.len() + 2;
    assert!(said.iter().all(|line| relayed(line) <= 512), "{:?}", said.iter().map(relayed).max());
    assert!(said.iter().map(relayed).max() > Some(480), "the room is used: {:?}", said.iter().map(relayed).max());
    let pieces = said.iter().map(|line| line.strip_prefix("PRIVMSG #lobby :").expect("a message"));
    assert_eq!(pieces.collect::<String>(), text);
    let said = sent_lines(&mut in_lobby(true), &format!("/me {text}"));
    assert!(said.len() > 1 && said.iter().all(|line| relayed(line) <= 512 && line.ends_with('\u{1}')));
}

#[test]
fn input_that_is_no_text_is_sent_as_text_and_said_so() {
    check_in_lobby(
        "
        typed> caf\\xe9
        shown> 12:00 ! a line was not UTF-8 text: its bad bytes are sent as \u{fffd}
        shown> 12:00 #lobby <alice> caf\u{fffd}
        sent> PRIVMSG #lobby :caf\u{fffd}
        sent> PING :verbatim-1
        typed> a\\x00b
        shown> 12:00 ! a line was not UTF-8 text: its bad bytes are sent as \u{fffd}
        shown> 12:00 #lobby <alice> a\u{fffd}b
        sent> PRIVMSG #lobby :a\u{fffd}b
        ",
    );
}
