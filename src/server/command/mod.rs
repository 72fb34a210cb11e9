//! The table of commands, and the only code that enforces a row's requirements.

mod help;

use help::help;

use super::caps::Cap;
use super::channels::{self, invite, join, kick, list, names, rename, topic};
use super::config::Limits;
use super::event::EndReason;
use super::label::Label;
use super::needs::{ALWAYS, Needs, REGISTERED, UNREGISTERED, registered_or};
use super::operator::Privilege;
use super::turn::{Turn, cut};
use super::{
    accept, info, isupport, messages, metadata, modes, monitor, negotiation, oper, presence, queries, registration,
    stats,
};
use crate::wire::numeric::*;
use crate::wire::{Message, ParseError, tags};

/// A command: everything about it except what its handler does.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) name: &'static str,
    /// The minimum number of parameters: with fewer, the reply is 461.
    params: usize,
    /// Whether the last required parameter must not be empty.
    filled: bool,
    needs: Needs,
    effect: Effect,
    handler: Handler,
    targets: Targets,
    /// Its ISUPPORT tokens, separated by spaces.
    promise: fn(&Limits) -> String,
    /// Its syntax; parameters in brackets are optional.
    pub(super) usage: &'static str,
    /// What it does, in one sentence.
    pub(super) about: &'static str,
}

/// Whether a registered user's command may become a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It never does.
    Reads,
    /// It may, so it has to wait while too much is unsettled.
    Changes,
}

/// How many targets a command takes (ISUPPORT `TARGMAX`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Targets {
    /// It takes no targets.
    None,
    One,
    /// At most [`Limits::targets`].
    Limited,
    /// As many as fit on a line.
    Any,
}

type Handler = fn(&mut Turn<'_>, &Message<'_>);

const fn row(name: &'static str, params: usize, needs: Needs, effect: Effect, handler: Handler) -> Command {
    let (targets, promise) = (Targets::None, (|_| String::new()) as fn(&Limits) -> String);
    Command { name, params, filled: false, needs, effect, handler, targets, promise, usage: "", about: "" }
}

impl Command {
    /// The same row, but its last required parameter must not be empty.
    const fn filled(self) -> Self {
        Self { filled: true, ..self }
    }

    /// The same row, with this number of targets.
    const fn takes(self, targets: Targets) -> Self {
        Self { targets, ..self }
    }

    /// The same row, with these ISUPPORT tokens.
    const fn promises(self, promise: fn(&Limits) -> String) -> Self {
        Self { promise, ..self }
    }

    /// The same row, with these texts for HELP and docs/reference.md.
    const fn says(self, usage: &'static str, about: &'static str) -> Self {
        Self { usage, about, ..self }
    }

    /// Whether a message has too few parameters for the command.
    fn lacks_params(&self, message: &Message<'_>) -> bool {
        let params = message.params();
        params.len() < self.params || self.filled && params[self.params - 1].is_empty()
    }

    /// The row of the command `word`, which must be in upper case, and the row's index.
    fn find(word: &str) -> Option<(usize, &'static Self)> {
        let number = COMMANDS.binary_search_by(|command| command.name.cmp(word)).ok()?;
        Some((number, &COMMANDS[number]))
    }
}

use Effect::{Changes, Reads};

/// Every command. Some have a minimum of 0 although they require a parameter: if it is missing, they reply with a
/// numeric other than 461.
pub(super) const COMMANDS: &[Command] = &[
    row("ACCEPT", 1, REGISTERED, Reads, accept::accept).filled().says(
        "ACCEPT nick|-nick[,...], ACCEPT *",
        "Adds or removes users whose private messages you accept in mode g, or lists them.",
    ),
    row("ADMIN", 0, REGISTERED, Reads, info::admin)
        .says("ADMIN [server]", "Shows who runs the server, and how to reach them."),
    row("AWAY", 0, registered_or(Cap::PreAway), Changes, presence::away)
        .promises(|limits| format!("AWAYLEN={}", limits.away_bytes))
        .says("AWAY [text]", "Marks you as away with this text, or as back if there is none."),
    row("BATCH", 1, REGISTERED.caps(&[Cap::Multiline, Cap::Batch]), Changes, messages::batch)
        .says("BATCH +reference type target, BATCH -reference", "Opens or closes a multiline message."),
    row("CAP", 1, ALWAYS, Reads, negotiation::cap)
        .says("CAP LS|LIST|REQ|END [version or capabilities]", "Negotiates the capabilities of your client."),
    row("HELP", 0, REGISTERED, Reads, help).says("HELP [command]", "Lists the commands, or explains one of them."),
    row("HELPOP", 0, REGISTERED, Reads, help).says("HELPOP [command]", "Does the same as HELP."),
    row("INFO", 0, REGISTERED, Reads, info::info)
        .says("INFO [server]", "Shows what this server is, and when it was started."),
    row("INVITE", 0, REGISTERED, Changes, invite::invite)
        .says("INVITE [nick #channel]", "Invites a user to a channel, or lists your invitations."),
    row("ISON", 1, REGISTERED, Reads, queries::ison)
        .says("ISON nick [nick]...", "Shows which of these nicks are online."),
    row("ISUPPORT", 0, registered_or(Cap::ExtendedIsupport), Reads, isupport::isupport)
        .says("ISUPPORT", "Shows what the server supports, as it does after registration."),
    row("JOIN", 1, REGISTERED, Changes, join::join)
        .takes(Targets::Any)
        .promises(|limits| format!("CHANLIMIT=#:{} KEYLEN={}", limits.channels_per_user, limits.key_bytes))
        .says("JOIN #channel[,#channel]... [key[,key]...]", "Joins channels. JOIN 0 leaves all channels."),
    row("KICK", 2, REGISTERED, Changes, kick::kick)
        .takes(Targets::Limited)
        .promises(|limits| format!("KICKLEN={}", limits.kick_bytes))
        .says("KICK #channel nick[,nick]... [reason]", "Removes users from a channel."),
    row("KILL", 1, REGISTERED.privilege(Privilege::Kill), Changes, oper::kill)
        .says("KILL nick [reason]", "Disconnects a user; for server operators."),
    row("KNOCK", 1, REGISTERED, Reads, invite::knock)
        .promises(|_| "KNOCK".into())
        .says("KNOCK #channel [text]", "Asks the operators of a channel that you cannot join for an invitation."),
    row("LINKS", 0, REGISTERED, Reads, info::links)
        .says("LINKS [[server] mask]", "Lists the servers of the network; there is only one."),
    row("LIST", 0, REGISTERED, Reads, list::list)
        .takes(Targets::Any)
        // C created, M mask, N mask negated, T topic set, U users.
        .promises(|_| "ELIST=CMNTU SAFELIST".into())
        .says("LIST [#channel or condition[,...]]", "Lists channels with their member counts and topics."),
    row("LUSERS", 0, REGISTERED, Reads, info::lusers)
        .says("LUSERS [mask [server]]", "Shows how many users and channels there are."),
    row("METADATA", 0, ALWAYS.caps(&[Cap::Metadata, Cap::Batch]), Changes, metadata::metadata).says(
        "METADATA target GET|LIST|SET|CLEAR|SUB|UNSUB|SUBS|SYNC [...]",
        "Reads, sets and subscribes to metadata of users and channels.",
    ),
    row("MODE", 1, REGISTERED, Changes, modes::mode)
        .promises(|limits| format!("MODES={}", limits.mode_changes))
        .says("MODE nick|#channel [changes [parameter]...]", "Shows or changes the modes of a channel, or your own."),
    row("MONITOR", 1, REGISTERED, Reads, monitor::monitor)
        .takes(Targets::Any)
        .promises(|limits| format!("MONITOR={}", limits.monitor_entries))
        .says("MONITOR +|-|C|L|S [nick[,nick]...]", "Notifies you when users with these nicks come and go."),
    row("MOTD", 0, REGISTERED, Reads, info::motd).says("MOTD [server]", "Shows the message of the day."),
    row("NAMES", 0, REGISTERED, Reads, names::names)
        .takes(Targets::Any)
        .says("NAMES [#channel[,#channel]...]", "Lists who is in a channel."),
    row("NICK", 0, ALWAYS, Changes, registration::nick)
        .promises(|limits| format!("NICKLEN={}", limits.nick_bytes))
        .says("NICK nick", "Sets or changes your nick."),
    row("NOTICE", 0, REGISTERED, Changes, messages::notice)
        .takes(Targets::Limited)
        .says("NOTICE target[,target]... text", "Sends a message that programs must not reply to."),
    row("OPER", 2, REGISTERED, Changes, oper::oper).says("OPER name password", "Makes you a server operator."),
    row("PART", 1, REGISTERED, Changes, channels::part)
        .takes(Targets::Any)
        .says("PART #channel[,#channel]... [reason]", "Leaves channels."),
    row("PASS", 1, UNREGISTERED, Reads, registration::pass)
        .says("PASS password", "Sends the server's password, before NICK and USER."),
    row("PING", 1, ALWAYS, Reads, registration::ping)
        .says("PING token", "Asks the server to reply with PONG and the token."),
    row("PONG", 0, ALWAYS, Reads, registration::pong).says("PONG [token]", "Replies to the server's PING."),
    row("PRIVMSG", 0, REGISTERED, Changes, messages::privmsg)
        .takes(Targets::Limited)
        .promises(|limits| format!("MAXTARGETS={}", limits.targets))
        .says("PRIVMSG target[,target]... text", "Sends a message to users or channels."),
    row("QUIT", 0, ALWAYS, Changes, registration::quit).says("QUIT [reason]", "Disconnects you."),
    row("REDACT", 2, REGISTERED.caps(&[Cap::MessageRedaction]), Changes, messages::redact)
        .says("REDACT target id [reason]", "Deletes a message."),
    row("REHASH", 0, REGISTERED.privilege(Privilege::Rehash), Reads, oper::rehash)
        .says("REHASH", "Reloads the configuration; for server operators."),
    row("RENAME", 2, REGISTERED, Changes, rename::rename).says("RENAME #channel #name [reason]", "Renames a channel."),
    // IRCv3 setname: NAMELEN is the maximum length of a real name.
    row("SETNAME", 1, REGISTERED, Changes, presence::setname)
        .promises(|limits| format!("NAMELEN={}", limits.realname_bytes))
        .says("SETNAME realname", "Changes your real name."),
    row("SILENCE", 0, REGISTERED, Reads, accept::silence).promises(|_| format!("SILENCE={}", accept::SILENCED)).says(
        "SILENCE [+|-mask[,...]]",
        "Adds or removes masks of users whose private messages you ignore, or lists them.",
    ),
    row("STATS", 1, REGISTERED, Reads, stats::stats).filled().says(
        "STATS letter [server]",
        "Shows statistics: u uptime, p operators, m commands, o who may become an operator, r CPU and memory.",
    ),
    row("TAGMSG", 0, REGISTERED.caps(&[Cap::MessageTags]), Changes, messages::tagmsg)
        .takes(Targets::Limited)
        .says("TAGMSG target[,target]...", "Sends a message without text, such as a typing notification."),
    row("TIME", 0, REGISTERED, Reads, info::time).says("TIME [server]", "Shows the server's time."),
    row("TOPIC", 1, REGISTERED, Changes, topic::topic)
        .promises(|limits| format!("TOPICLEN={}", limits.topic_bytes))
        .says("TOPIC #channel [text]", "Shows or sets a channel's topic; an empty text clears it."),
    row("USER", 4, UNREGISTERED, Reads, registration::user)
        .filled()
        .promises(|limits| format!("USERLEN={}", limits.user_bytes))
        .says("USER name 0 * realname", "Sets your user name and real name, when you connect."),
    row("USERHOST", 1, REGISTERED, Reads, queries::userhost)
        .says("USERHOST nick [nick]...", "Shows the hosts of up to five users, and whether they are away."),
    row("USERIP", 1, REGISTERED, Reads, queries::userip)
        .says("USERIP nick [nick]...", "Shows the addresses of up to five users."),
    row("VERSION", 0, REGISTERED, Reads, info::version)
        .says("VERSION [server]", "Shows the server's version, and what it supports."),
    row("WALLOPS", 1, REGISTERED.privilege(Privilege::Wallops), Changes, oper::wallops)
        .filled()
        .says("WALLOPS text", "Sends a message to all users in mode w; for server operators."),
    row("WHO", 0, REGISTERED, Reads, queries::who)
        .promises(|_| "WHOX".into())
        .says("WHO [mask [flags][%fields[,token]]]", "Lists users, or the members of a channel."),
    row("WHOIS", 0, REGISTERED, Reads, queries::whois)
        .takes(Targets::One)
        .says("WHOIS [server] nick", "Shows information about a user."),
    row("WHOWAS", 0, REGISTERED, Reads, queries::whowas)
        .takes(Targets::One)
        .says("WHOWAS nick [count [server]]", "Shows information about former users of a nick."),
];

/// The ISUPPORT tokens of all commands.
pub(super) fn promises(limits: &Limits) -> Vec<String> {
    let targets = COMMANDS.iter().filter_map(|row| match row.targets {
        Targets::None => None,
        Targets::One => Some([row.name, ":1"].concat()),
        Targets::Limited => Some(format!("{}:{}", row.name, limits.targets)),
        Targets::Any => Some([row.name, ":"].concat()),
    });
    let targets = ["TARGMAX=", &targets.collect::<Vec<_>>().join(",")].concat();
    let promises = COMMANDS.iter().map(|row| (row.promise)(limits));
    let tokens = promises.flat_map(|promise| promise.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    tokens.chain([targets]).collect()
}

/// The most bytes of an unknown command that 421 repeats.
const SHOWN_COMMAND_BYTES: usize = 32;

/// Executes a command, or replies with the reason for refusing it.
pub(super) fn dispatch(turn: &mut Turn<'_>, message: &Message<'_>) {
    let word = message.command.to_ascii_uppercase();
    turn.label = label(turn, message.tags);
    let command = Command::find(&word).map(|(number, command)| {
        turn.state.count_command(number, command.name);
        command
    });
    let registered = turn.session().is_registered();
    if registered && messages::collect(turn, message, &word) {
        return;
    }
    match command {
        None if !registered => too_early(turn, message),
        Some(command) if command.needs.is_too_early(turn) => too_early(turn, message),
        None => turn.reply(ERR_UNKNOWNCOMMAND, &[cut(&word, SHOWN_COMMAND_BYTES)]),
        Some(command) if command.lacks_params(message) => turn.reply(ERR_NEEDMOREPARAMS, &[command.name]),
        Some(command) if !command.needs.are_met(turn, command.name) => {}
        Some(command) => (command.handler)(turn, message),
    }
}

/// Whether the line is a command that may become a fact.
pub(super) fn may_change(line: &[u8]) -> bool {
    let Ok(message) = Message::parse(line) else { return false };
    Command::find(&message.command.to_ascii_uppercase()).is_some_and(|(_, command)| command.effect == Changes)
}

/// Refuses a command that needs registration. An HTTP request ends the connection (RFC 9112 §3: "request-line = method
/// SP request-target SP HTTP-version"): a web page can make a browser send one to any port, with commands in its body.
fn too_early(turn: &mut Turn<'_>, message: &Message<'_>) {
    match message.params() {
        [_, version] if version.starts_with("HTTP/") => turn.disconnect(EndReason::WebRequest),
        _ => turn.reply(ERR_NOTREGISTERED, &[]),
    }
}

/// Replies to a line that cannot be parsed. A line that is not UTF-8 is parsed as far as possible, since the `FAIL` of
/// IRCv3 UTF8ONLY names the command.
pub(super) fn refuse(turn: &mut Turn<'_>, line: &[u8], error: ParseError) {
    turn.label = label(turn, Message::tags_of(line));
    if error != ParseError::NotUtf8 {
        return turn.reply_filled(ERR_UNKNOWNERROR, &["*"], &[&error.to_string()]);
    }
    let readable = String::from_utf8_lossy(line);
    let word = match Message::parse(readable.as_bytes()) {
        Ok(message) if !message.command.contains(char::REPLACEMENT_CHARACTER) => {
            cut(message.command, SHOWN_COMMAND_BYTES).to_ascii_uppercase()
        }
        _ => "*".into(),
    };
    turn.fail(&word, "INVALID_UTF8", &[], "Your message was not valid UTF-8");
}

/// Replies to a line that was too long, of which only the tags were kept.
pub(super) fn refuse_long(turn: &mut Turn<'_>, tags: &[u8]) {
    turn.label = label(turn, Message::tags_of(tags));
    turn.reply(ERR_INPUTTOOLONG, &[]);
}

/// Bytes of a label. IRCv3 labeled-response: "The value MUST NOT exceed 64 bytes."
const LABEL_BYTES: usize = 64;

/// The label for the replies to a line with these tags, if the client has labeled-response and batch.
fn label(turn: &Turn<'_>, tags: &str) -> Option<Label> {
    if !turn.has_cap(Cap::LabeledResponse) || !turn.has_cap(Cap::Batch) {
        return None;
    }
    let text = tags::find(tags, "label").filter(|text| !text.is_empty() && text.len() <= LABEL_BYTES)?;
    Some(Label::new(turn.conn, &text))
}

#[cfg(test)]
mod tests {
    use super::COMMANDS;

    #[test]
    fn the_table_is_sorted_for_binary_search() {
        assert!(COMMANDS.windows(2).all(|pair| pair[0].name < pair[1].name));
    }

    #[test]
    fn a_parameter_that_must_not_be_empty_is_required() {
        assert!(COMMANDS.iter().all(|row| !row.filled || row.params > 0));
    }

    #[test]
    fn every_command_has_a_usage_and_one_short_sentence() {
        for row in COMMANDS {
            assert_eq!(row.usage.split(' ').next(), Some(row.name));
            assert!(row.about.ends_with('.') && row.about.len() <= 100, "{row:?}");
        }
    }
}
