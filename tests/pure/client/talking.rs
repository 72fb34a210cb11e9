//! Sending and receiving: text, commands, channels.

use verbatim::client::{Action, Event};

use super::script::{World, actions, check, check_in_lobby, check_pipe_in_lobby, in_lobby};

#[test]
fn two_people_talk() {
    check(
        "
        start
        connect
        connected
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        server> :srv 001 alice :Welcome to the network, alice
        alice< 12:00 - connected to srv as alice; /help lists the commands
        server> :srv 005 alice NICKLEN=30 CHANTYPES=# :are supported by this server
        server> :srv 251 alice :There are 2 users and 0 invisible on 1 servers
        server> :srv 372 alice :- be kind
        alice< 12:00 = - be kind
        server> :srv 376 alice :End of /MOTD command
        server< JOIN #lobby
        server> :alice!~alice@host JOIN #lobby
        alice< 12:00 #lobby → alice (you) is here
        server> :srv 332 alice #lobby :all about nothing
        alice< 12:00 #lobby = topic: all about nothing
        server> :srv 353 alice = #lobby :@bob alice
        alice< 12:00 #lobby = here: @bob alice
        server> :srv 366 alice #lobby :End of /NAMES list
        alice> hello
        server< PRIVMSG #lobby :hello
        server< PING :verbatim-1
        server> :bob!~bob@host PRIVMSG #lobby :hi, alice
        alice< 12:00 #lobby <bob> hi, alice
        server> :srv PONG srv :verbatim-1
        alice< 12:00 #lobby <alice> hello
        60 s pass
        server> :bob!~bob@host PRIVMSG #lobby :\\x01ACTION waves\\x01
        alice< 12:01 #lobby * bob waves
        server> :bob!~bob@host PRIVMSG alice :just between us
        alice< 12:01 [bob → alice] just between us
        alice> /quit good night
        server< QUIT :good night
        server> ERROR :Closing link: (host) [Quit: good night]
        closed: the server closed the connection
        exits with 0
        ",
    );
}

#[test]
fn actions_of_others_are_shown() {
    check_in_lobby(
        "
        server> :bob!~b@h JOIN :#lobby
        alice< 12:00 #lobby → bob is here
        server> :bob!~b@h NICK rob
        alice< 12:00 ~ bob is now rob
        server> :rob!~b@h TOPIC #lobby :new
        alice< 12:00 #lobby ~ rob sets the topic: new
        server> :rob!~b@h TOPIC #lobby :
        alice< 12:00 #lobby ~ rob removes the topic
        server> :rob!~b@h MODE #lobby +o alice
        alice< 12:00 #lobby ~ rob sets mode +o alice
        server> :rob!~b@h NOTICE #lobby :beware
        alice< 12:00 #lobby -rob- beware
        server> :rob!~b@h NOTICE @#lobby :for operators
        alice< 12:00 #lobby -rob- for operators
        server> :rob!~b@h INVITE alice #den
        alice< 12:00 ~ rob invites you to #den
        server> :rob!~b@h PRIVMSG alice :\\x01VERSION\\x01
        alice< 12:00 [rob → alice] CTCP VERSION
        server> :rob!~b@h PRIVMSG alice :\\x01ACTION nods\\x01
        alice< 12:00 [rob → alice] * rob nods
        server> :rob!~b@h KICK #lobby carol :enough
        alice< 12:00 #lobby ← carol was kicked by rob: enough
        server> :rob!~b@h PART #lobby
        alice< 12:00 #lobby ← rob left
        server> :dave!~d@h QUIT :Quit: bye
        alice< 12:00 ← dave left: Quit: bye
        ",
    );
}

#[test]
fn every_command_sends_the_right_line() {
    check_in_lobby(
        "
        alice> /me waves
        server< PRIVMSG #lobby :\\x01ACTION waves\\x01
        server< PING :verbatim-1
        alice> /msg bob  two spaces
        server< PRIVMSG bob : two spaces
        alice> //not a command
        server< PRIVMSG #lobby :/not a command
        alice> /nick al
        server< NICK al
        server> :alice!~alice@host NICK al
        alice< 12:00 ~ alice (you) is now al
        alice> /topic
        server< TOPIC #lobby
        alice> /topic all about nothing
        server< TOPIC #lobby :all about nothing
        alice> /topic #den quiet, please
        server< TOPIC #den :quiet, please
        alice> /names
        server< NAMES #lobby
        alice> /who
        server< WHO #lobby
        alice> /who b*
        server< WHO b*
        server> :srv 352 al #lobby ~b host srv bob H@ :0 Bob B.
        alice< 12:00 = bob is ~b@host in @#lobby: Bob B.
        server> :srv 352 al * ~c host srv carol G* :0 Carol
        alice< 12:00 = carol is ~c@host, away, operator of the server: Carol
        server> :srv 315 al b* :End of WHO list
        alice> /WHOIS bob
        server< WHOIS bob
        server> :srv 311 al bob ~b host * :Bob B.
        alice< 12:00 = bob is ~b@host: Bob B.
        server> :srv 318 al bob :End of /WHOIS list
        alice> /away for tea
        server< AWAY :for tea
        server> :srv 306 al :You have been marked as being away
        alice< 12:00 = You have been marked as being away
        alice> /away
        server< AWAY
        alice> /part good bye
        server< PART #lobby :good bye
        server> :al!~alice@host PART #lobby :good bye
        alice< 12:00 #lobby ← al left: good bye
        alice< 12:00 - what you type goes nowhere: /join a channel, or /query somebody
        alice> anybody here?
        server> :srv PONG srv :verbatim-1
        alice< 12:00 #lobby * al waves
        server< PING :verbatim-2
        server> :srv PONG srv :verbatim-2
        alice< 12:00 [al → bob]  two spaces
        alice< 12:00 #lobby <al> /not a command
        alice< 12:00 ! not sent, since you are in no channel: anybody here?
        ",
    );
}

#[test]
fn commands_list_and_administer_channels() {
    check_in_lobby(
        "
        alice> /list
        server< LIST
        server< PING :verbatim-1
        alice> /list >5
        server< LIST >5
        alice> /invite bob
        server< INVITE bob #lobby
        alice> /invite bob #den
        server< INVITE bob #den
        alice> /kick bob
        server< KICK #lobby bob
        alice> /kick #den bob being loud
        server< KICK #den bob :being loud
        alice> /mode
        server< MODE #lobby
        alice> /mode +ov bob carol
        server< MODE #lobby +ov bob carol
        alice> /mode alice +i
        server< MODE alice +i
        alice> /raw oper root secret word
        server< oper root secret word
        alice> /raw SETNAME :Al A.
        server< SETNAME :Al A.
        ",
    );
}

#[test]
fn the_client_reports_invalid_commands_itself() {
    check_in_lobby(
        "
        alice> /frobnicate now
        alice< 12:00 ! no such command: /frobnicate (/help lists them, /raw sends others to the server, //frobnicate sends it as text)
        alice> /msg bob
        alice< 12:00 ! usage: /msg nick text
        alice> /nick   :x
        alice< 12:00 ! not sent: :x is not a valid name
        alice> /kick #den
        alice< 12:00 ! usage: /kick [#channel] nick [reason]
        alice> /raw :bob!b@host PRIVMSG #lobby :not me
        alice< 12:00 ! not sent: not a valid command
        alice> /
        alice< 12:00 ! no such command: / (/help lists them, /raw sends others to the server, // sends it as text)
        alice> /help
        alice< 12:00 - /join #channel [key]                go into a channel, or back to one
        alice< 12:00 - /j #channel [key]                   the same as /join
        alice< 12:00 - /part [#channel] [reason]           leave a channel
        alice< 12:00 - /msg nick text                      say something in private
        alice< 12:00 - /query nick [text]                  talk to somebody in private
        alice< 12:00 - /me text                            say what you do
        alice< 12:00 - /notice target text                 say what no program answers
        alice< 12:00 - /nick nick                          take another nick
        alice< 12:00 - /topic [#channel] [topic]           ask for the topic, or set it
        alice< 12:00 - /names [#channel]                   list who is in a channel
        alice< 12:00 - /who [#channel or mask]             list users, with their addresses
        alice< 12:00 - /whois nick                         ask who somebody is
        alice< 12:00 - /list [mask]                        list the channels
        alice< 12:00 - /invite nick [#channel]             invite somebody into a channel
        alice< 12:00 - /kick [#channel] nick [reason]      make somebody leave a channel
        alice< 12:00 - /mode [#channel or nick] [changes]  ask for modes, or change them
        alice< 12:00 - /away [text]                        be away; without a text, be back
        alice< 12:00 - /ignore [nick or mask]              hide what somebody says
        alice< 12:00 - /unignore nick or mask              show it again
        alice< 12:00 - /raw command                        send a command as you write it
        alice< 12:00 - /clear                              clear the screen
        alice< 12:00 - /reconnect                          connect again
        alice< 12:00 - /quit [reason]                      leave, once all you said has arrived
        alice< 12:00 - /help [command]                     show this, or what a command does
        alice< 12:00 = anything else is sent to the channel; //text sends \"/text\"
        ",
    );
}

#[test]
fn text_after_a_join_waits_for_the_reply() {
    check_pipe_in_lobby(
        "
        alice>| /join #den\\x0ahello, den\\x0a
        server< JOIN #den
        server< PING :verbatim-1
        server> :alice!~alice@host JOIN #den
        alice< 12:00 #den → alice (you) is here
        server< PRIVMSG #den :hello, den
        ",
    );
}

#[test]
fn text_after_a_part_goes_nowhere() {
    check_in_lobby(
        "
        server> :alice!~alice@host JOIN #den
        alice< 12:00 #den → alice (you) is here
        alice> /join #den
        alice< 12:00 - what you type goes to #den
        alice>| /part\\x0aback again\\x0a
        server< PART #den
        server< PING :verbatim-1
        server> :alice!~alice@host PART #den
        alice< 12:00 #den ← alice left
        alice< 12:00 - what you type goes nowhere: /join a channel, or /query somebody
        server> :srv PONG srv :verbatim-1
        alice< 12:00 ! not sent, since you are in no channel: back again
        ",
    );
}

#[test]
fn a_join_without_a_reply_times_out() {
    check_in_lobby(
        "
        alice> /join #den
        server< JOIN #den
        server< PING :verbatim-1
        alice> hello
        server> :srv PONG srv :verbatim-1
        30 s pass
        alice< 12:00 ! cannot join #den: no answer within 30 s
        alice< 12:00 ! not sent: hello
        alice> is anybody here?
        server< PRIVMSG #lobby :is anybody here?
        server< PING :verbatim-2
        ",
    );
}

#[test]
fn after_a_kick_text_goes_nowhere() {
    check_in_lobby(
        "
        alice> /join #den
        server< JOIN #den
        server< PING :verbatim-1
        server> :alice!~alice@host JOIN #den
        alice< 12:00 #den → alice (you) is here
        server> :bob!~b@h KICK #DEN Alice :out
        alice< 12:00 #DEN ← Alice (you) was kicked by bob: out
        alice< 12:00 - what you type goes nowhere: /join a channel, or /query somebody
        alice> oh
        alice< 12:00 ! not sent, since you are in no channel: oh
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
fn long_lines_are_split_without_loss() {
    let text = "naïve 😀 words ".repeat(2000);
    let said = sent_lines(&mut in_lobby(true), &text);
    let relayed = |line: &String| ":alice!~alice@host ".len() + line.len() + 2;
    assert!(said.iter().all(|line| relayed(line) <= 512), "{:?}", said.iter().map(relayed).max());
    assert!(
        said.iter().map(relayed).max() > Some(480),
        "lines are as long as possible: {:?}",
        said.iter().map(relayed).max()
    );
    let pieces = said.iter().map(|line| line.strip_prefix("PRIVMSG #lobby :").expect("a message"));
    assert_eq!(pieces.collect::<String>(), text);
    let said = sent_lines(&mut in_lobby(true), &format!("/me {text}"));
    assert!(said.len() > 1 && said.iter().all(|line| relayed(line) <= 512 && line.ends_with('\u{1}')));
}

#[test]
fn input_that_cannot_be_sent_as_it_is_is_refused() {
    for check in [check_in_lobby, check_pipe_in_lobby] {
        check(
            "
            alice> caf\\xe9
            alice< 12:00 ! not sent, since it is not UTF-8: caf\u{fffd}
            alice> a\\x00b
            alice< 12:00 ! not sent, since it has control characters: ab
            ",
        );
    }
}

#[test]
fn control_characters_from_a_terminal_are_refused_and_from_a_program_they_are_sent() {
    check_in_lobby(
        "
        alice> \\x1b[A
        alice< 12:00 ! not sent, since it has control characters: [A
        alice> \\x0c/help
        alice< 12:00 ! not sent, since it has control characters: /help
        ",
    );
    check_pipe_in_lobby(
        "
        alice> \\x1b[31mred\\x09\\x02bold\\x02
        server< PRIVMSG #lobby :\\x1b[31mred\\x09\\x02bold\\x02
        server< PING :verbatim-1
        ",
    );
}
