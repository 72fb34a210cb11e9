//! What there is to say of each command: HELP shows it, STATS goes by its rows. Knows nothing of what they do.

/// A command, in words.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) name: &'static str,
    /// The command with its parameters; those in brackets may be left out.
    pub(super) usage: &'static str,
    /// What it does, in one sentence.
    pub(super) about: &'static str,
}

const fn row(name: &'static str, usage: &'static str, about: &'static str) -> Words {
    Words { name, usage, about }
}

/// Every command, in the order of the table that says what is done (`command::COMMANDS`).
pub(super) const WORDS: &[Words] = &[
    row("ADMIN", "ADMIN [server]", "Says who runs the server and how to reach them."),
    row("AWAY", "AWAY [text]", "Marks you as away with a text, or, without one, as back."),
    row("BATCH", "BATCH +reference type target, BATCH -reference", "Opens and closes a message in several lines."),
    row("CAP", "CAP LS|LIST|REQ|END [version or capabilities]", "Negotiates the capabilities of your client."),
    row("HELP", "HELP [command]", "Lists the commands, or says what one of them does."),
    row("HELPOP", "HELPOP [command]", "Does what HELP does."),
    row("INFO", "INFO [server]", "Says what this server is and since when it has been running."),
    row("INVITE", "INVITE [nick #channel]", "Invites somebody to a channel, or lists the invitations that you have."),
    row("ISON", "ISON nick [nick]...", "Says which of these nicks are here."),
    row("ISUPPORT", "ISUPPORT", "Says again what the server supports."),
    row(
        "JOIN",
        "JOIN #channel[,#channel]... [key[,key]...]",
        "Joins channels, or with 0 as the channel leaves them all.",
    ),
    row("KICK", "KICK #channel nick[,nick]... [reason]", "Removes somebody from a channel."),
    row("KILL", "KILL nick reason", "Ends somebody's connection; for operators of the server."),
    row("LINKS", "LINKS [[server] mask]", "Lists the servers of the network; there is one."),
    row("LIST", "LIST [#channel or condition[,...]]", "Lists channels, with how many are in them and their topics."),
    row("LUSERS", "LUSERS [mask [server]]", "Says how many users and channels there are."),
    row(
        "METADATA",
        "METADATA target GET|LIST|SET|CLEAR|SUB|UNSUB|SUBS|SYNC [...]",
        "Reads, sets and watches keys and values.",
    ),
    row("MODE", "MODE nick|#channel [changes [parameter]...]", "Shows or changes the modes of a channel, or your own."),
    row("MONITOR", "MONITOR +|-|C|L|S [nick[,nick]...]", "Keeps a list of nicks, and tells you when they come and go."),
    row("MOTD", "MOTD [server]", "Shows the message of the day."),
    row("NAMES", "NAMES [#channel[,#channel]...]", "Lists who is in a channel."),
    row("NICK", "NICK nick", "Gives you a nick, or another one."),
    row("NOTICE", "NOTICE target[,target]... text", "Says something that nothing is answered to."),
    row("OPER", "OPER name password", "Makes you an operator of the server."),
    row("PART", "PART #channel[,#channel]... [reason]", "Leaves channels."),
    row("PASS", "PASS password", "Gives the server's password, before NICK and USER."),
    row("PING", "PING token", "Is answered with PONG and the token."),
    row("PONG", "PONG [token]", "Answers a PING of the server's."),
    row("PRIVMSG", "PRIVMSG target[,target]... text", "Says something to users or channels."),
    row("QUIT", "QUIT [reason]", "Ends your connection."),
    row("REDACT", "REDACT target id [reason]", "Takes a message back."),
    row("REHASH", "REHASH", "Has the configuration read anew; for operators of the server."),
    row("RENAME", "RENAME #channel #name [reason]", "Gives a channel another name."),
    row("SETNAME", "SETNAME realname", "Gives you another real name."),
    row(
        "STATS",
        "STATS letter [server]",
        "Shows what the server counts: u uptime, p operators, m commands, o who may be operator.",
    ),
    row(
        "TAGMSG",
        "TAGMSG target[,target]...",
        "Sends the tags of a message without a text, such as that you are typing.",
    ),
    row("TIME", "TIME [server]", "Says what time it is at the server."),
    row("TOPIC", "TOPIC #channel [text]", "Shows or sets a channel's topic; an empty text clears it."),
    row("USER", "USER name 0 * realname", "Says who you are, when you connect."),
    row("USERHOST", "USERHOST nick [nick]...", "Says where up to five users connect from, and whether they are away."),
    row("USERIP", "USERIP nick [nick]...", "Says which addresses up to five users connect from."),
    row("VERSION", "VERSION [server]", "Says which version of the server this is, and what it supports."),
    row("WALLOPS", "WALLOPS text", "Writes to everybody with the mode w; for operators of the server."),
    row("WHO", "WHO [mask [flags][%fields[,token]]]", "Lists users, or the members of a channel."),
    row("WHOIS", "WHOIS [server] nick", "Says who somebody is."),
    row("WHOWAS", "WHOWAS nick [count [server]]", "Says who somebody was who is gone."),
];
