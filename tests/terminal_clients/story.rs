//! The story of the client's user, zoe (later zoey), and an operator of #lobby, who is played by the test. Each step
//! checks both ends: the screen, and what the operator receives.

use crate::aloud::mortal;
use crate::clients::Client;
use crate::shell_world::{Folder, Peer, Server, verbatim};
use crate::terminal::Terminal;

/// What a step tries, in words, and the test itself.
pub type Step = (&'static str, fn(&mut Story));

/// The steps, in order.
pub const STEPS: &[Step] = &[
    ("starts with an empty home", starts),
    ("connects and registers", connects_and_registers),
    ("joins #lobby", joins),
    ("talks in #lobby, both ways", talks),
    ("writes and reads more than ASCII", writes_more_than_ascii),
    ("changes nick", changes_nick),
    ("reads a WHOIS", reads_a_whois),
    ("has a query, both ways", has_a_query),
    ("reads a topic, and sets one once it is an operator", has_a_topic),
    ("is kicked", is_kicked),
    ("is silenced by a ban", is_silenced),
    ("cannot rejoin while banned, and reads why", is_banned),
    ("rejoins when the ban is lifted", rejoins),
    ("quits with a message", quits),
];

/// Shown in the first window, which is for the server's messages.
const WELCOME: &str = "Welcome to the verbatim Network, zoe!";

/// A server, the client at its terminal, and the operator of #lobby. They are dropped in the order of the fields.
pub struct Story {
    client: &'static Client,
    terminal: Terminal,
    op: Peer,
    server: Server,
    _home: Folder,
}

impl Story {
    /// The operator joins first, which makes her an operator.
    pub fn begin(client: &'static Client) -> Self {
        let home = Folder::new();
        let server = Server::run(mortal(verbatim()).arg("serve"), &["tcp://127.0.0.1:0"]);
        let mut op = server.connect();
        op.say("NICK op\r\nUSER op 0 * :Olga Petrova\r\nJOIN #lobby");
        op.lines.expect(" 366 ");
        let terminal = Terminal::start(&client.command(&home));
        Self { client, terminal, op, server, _home: home }
    }

    /// The client's screen now.
    pub fn screen(&mut self) -> String {
        self.terminal.text()
    }

    fn types(&mut self, line: &str) {
        self.terminal.types(line);
    }

    /// Brings to the front the only window with `words`.
    #[track_caller]
    fn fronts(&mut self, window: &str, words: &str) {
        self.types(&format!("{} {window}", self.client.front));
        self.sees(&[words]);
    }

    #[track_caller]
    fn sees(&mut self, words: &[&str]) {
        self.terminal.shows(words);
    }

    /// Waits until `nick` sends the operator exactly `command`.
    #[track_caller]
    fn op_hears(&mut self, nick: &str, command: &str) {
        let source = format!(":{nick}!");
        loop {
            let line = self.op.lines.expect(&source);
            if line.starts_with(&source) && line.split_once(' ').is_some_and(|(_, said)| said == command) {
                return;
            }
        }
    }
}

fn starts(story: &mut Story) {
    story.sees(&[story.client.ready]);
    for setting in story.client.settings {
        story.types(&format!("/set {setting}"));
        // The client changes the setting or does not know it: the reply names it in both cases.
        story.sees(&[setting.split(' ').next().unwrap_or_default()]);
    }
}

fn connects_and_registers(story: &mut Story) {
    let (host, port) = story.server.address().rsplit_once(':').expect("a host and a port");
    let command = (story.client.connect)(host, port, "zoe");
    story.types(&command);
    story.sees(&[WELCOME]);
    story.op.say("WHOIS zoe");
    story.op.lines.expect(" 311 op zoe ");
}

fn joins(story: &mut Story) {
    story.types("/join #lobby");
    story.op_hears("zoe", "JOIN #lobby");
    // Each of them lists the members.
    story.sees(&["@op"]);
}

fn talks(story: &mut Story) {
    story.types("hello from a terminal");
    story.op_hears("zoe", "PRIVMSG #lobby :hello from a terminal");
    story.sees(&["zoe", "hello from a terminal"]);
    story.op.say("PRIVMSG #lobby :hello from the wire");
    story.sees(&["op", "hello from the wire"]);
}

fn writes_more_than_ascii(story: &mut Story) {
    story.types("smörgåsbord, ужин, 晩ご飯");
    story.op_hears("zoe", "PRIVMSG #lobby :smörgåsbord, ужин, 晩ご飯");
    story.sees(&["zoe", "smörgåsbord, ужин, 晩ご飯"]);
    story.op.say("PRIVMSG #lobby :à table, στο τραπέζι, 식사");
    story.sees(&["op", "à table, στο τραπέζι, 식사"]);
}

fn changes_nick(story: &mut Story) {
    story.types("/nick zoey");
    story.op_hears("zoe", "NICK zoey");
    story.sees(&["now known as zoey"]);
    story.types("still me");
    story.op_hears("zoey", "PRIVMSG #lobby :still me");
    story.op.say("NICK olga");
    story.sees(&["op", "now known as", "olga"]);
}

fn reads_a_whois(story: &mut Story) {
    story.fronts("1", WELCOME);
    story.types("/whois olga");
    story.sees(&["~op@127.0.0.1"]);
    story.sees(&["Olga Petrova"]);
    story.sees(&["@#lobby"]);
}

fn has_a_query(story: &mut Story) {
    story.types("/query olga between us");
    story.op_hears("zoey", "PRIVMSG olga :between us");
    story.sees(&["zoey", "between us"]);
    story.op.say("PRIVMSG zoey :and nobody else");
    story.sees(&["olga", "and nobody else"]);
    story.types("see you there");
    story.op_hears("zoey", "PRIVMSG olga :see you there");
    story.sees(&["zoey", "see you there"]);
}

fn has_a_topic(story: &mut Story) {
    story.fronts("#lobby", "hello from the wire");
    story.op.say("TOPIC #lobby :tea at five");
    story.sees(&["olga", "changed", "topic", "#lobby", "tea at five"]);
    story.op.say("MODE #lobby +o zoey");
    story.sees(&["#lobby", "+o zoey", "olga"]);
    story.types("/topic #lobby coffee at six");
    story.op_hears("zoey", "TOPIC #lobby :coffee at six");
    story.sees(&["zoey", "changed", "topic", "#lobby", "coffee at six"]);
    story.op.say("MODE #lobby -o zoey");
    story.sees(&["#lobby", "-o zoey", "olga"]);
}

fn is_kicked(story: &mut Story) {
    story.op.say("KICK #lobby zoey :mind the door");
    story.sees(&["kicked", "mind the door"]);
    story.types("/join #lobby");
    story.op_hears("zoey", "JOIN #lobby");
}

fn is_silenced(story: &mut Story) {
    story.op.say("MODE #lobby +b zoey!*@*");
    story.sees(&["#lobby", "+b zoey!*@*", "olga"]);
    story.types("can you hear me");
    story.sees(&["Cannot send to"]);
}

fn is_banned(story: &mut Story) {
    story.op.say("KICK #lobby zoey :and stay out");
    story.sees(&["kicked", "and stay out"]);
    story.types("/join #lobby");
    if let Some(window) = story.client.banned_in {
        story.types(&format!("{} {window}", story.client.front));
    }
    story.sees(&[story.client.banned]);
}

fn rejoins(story: &mut Story) {
    story.op.say("MODE #lobby -b zoey!*@*");
    story.op_hears("olga", "MODE #lobby -b zoey!*@*");
    story.types("/join #lobby");
    story.op_hears("zoey", "JOIN #lobby");
    story.op.say("PRIVMSG #lobby :welcome back");
    story.sees(&["olga", "welcome back"]);
    story.types("here again");
    story.op_hears("zoey", "PRIVMSG #lobby :here again");
}

fn quits(story: &mut Story) {
    story.types("/quit good night, all");
    story.op_hears("zoey", "QUIT :Quit: good night, all");
    let status = story.terminal.ends();
    assert!(status.success(), "{status}");
}
