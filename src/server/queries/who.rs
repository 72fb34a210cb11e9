//! WHO (RFC 2812 §3.6.1; IRCv3 WHOX).

use super::super::caps::Cap;
use super::super::channel::Member;
use super::super::channels::may_see;
use super::super::id::{ChannelId, UserId};
use super::super::turn::{LongReply, Room, Turn};
use super::super::user::User;
use super::may_see_user;
use crate::wire::numeric::*;
use crate::wire::{Host, Message, Source, complete_mask};

/// A user in the reply, and the channel and membership shown with them.
struct Row {
    user: UserId,
    channel: Box<str>,
    member: Option<Member>,
}

pub(in super::super) fn who(turn: &mut Turn<'_>, message: &Message<'_>) {
    // RFC 2812 §3.6.1: "In the absence of the <mask> parameter, all visible … users … are listed. The same result can
    // be achieved by using a <mask> of "0" or any wildcard which will end up matching every visible user."
    let mask = message.param(0).filter(|mask| !mask.is_empty() && *mask != "0").unwrap_or("*");
    let (flags, fields) = message.param(1).unwrap_or_default().split_once('%').map_or_else(
        || (message.param(1).unwrap_or_default(), None),
        |(flags, fields)| (flags, Some(Fields::parse(fields))),
    );
    let of = match mask.starts_with('#') {
        true => Of::Channel(turn.channel(mask).map(|(id, channel)| (id, channel.born))),
        false => Of::Server(mask.into()),
    };
    // Modern IRC: "`<mask>` MUST be the same `<mask>` parameter sent by the client".
    let asked = message.param(0).filter(|asked| !asked.is_empty()).unwrap_or(mask);
    turn.reply_long(Who { of, operators: flags.contains('o'), fields, asked: asked.into(), last: None });
}

/// The reply to WHO, in the order of the users' numbers.
#[derive(Debug)]
struct Who {
    of: Of,
    /// Only server operators.
    operators: bool,
    fields: Option<Fields>,
    /// The mask as the client sent it.
    asked: Box<str>,
    last: Option<UserId>,
}

/// Whom WHO may show.
#[derive(Debug)]
enum Of {
    /// The members of a channel: its number, and when it was born, if it exists.
    Channel(Option<(ChannelId, u64)>),
    /// All users who match a mask.
    Server(Box<str>),
}

impl LongReply for Who {
    fn go_on(&mut self, turn: &mut Turn<'_>, room: &mut Room) -> bool {
        let (mut rows, done) = match &self.of {
            Of::Channel(place) => of_channel(turn, *place, &mut self.last, room),
            Of::Server(mask) => of_server(turn, mask, &mut self.last, room),
        };
        rows.retain(|row| !self.operators || turn.state.user(row.user).is_operator());
        for row in &rows {
            match &self.fields {
                Some(fields) => send_whox(turn, row, fields),
                None => send_who(turn, row),
            }
        }
        if done {
            turn.reply(RPL_ENDOFWHO, &[&self.asked]);
        }
        done
    }
}

/// The next rows of a channel's members, and whether they are the last.
fn of_channel(
    turn: &Turn<'_>,
    place: Option<(ChannelId, u64)>,
    last: &mut Option<UserId>,
    room: &mut Room,
) -> (Vec<Row>, bool) {
    let mut rows = Vec::new();
    let channel = place.and_then(|(id, born)| turn.state.channel_born(id, born));
    let Some(channel) = channel.filter(|channel| may_see(turn, channel)) else { return (rows, true) };
    for member in channel.members_after(*last) {
        if !room.take() {
            return (rows, false);
        }
        *last = Some(member.user);
        if may_see_user(turn, member.user) && turn.state.sees(channel, turn.actor, member.user) {
            rows.push(Row { user: member.user, channel: channel.name.as_str().into(), member: Some(*member) });
        }
    }
    (rows, true)
}

/// The next rows of users who match the mask, and whether they are the last.
fn of_server(turn: &Turn<'_>, mask: &str, last: &mut Option<UserId>, room: &mut Room) -> (Vec<Row>, bool) {
    let mut rows = Vec::new();
    for (id, user) in turn.state.users_after(*last).filter(|(_, user)| user.is_registered()) {
        if !room.take() {
            return (rows, false);
        }
        *last = Some(id);
        if answers(turn, id, user, mask) {
            rows.push(Row { user: id, channel: "*".into(), member: None });
        }
    }
    (rows, true)
}

/// Whether WHO with this mask shows the user.
fn answers(turn: &Turn<'_>, id: UserId, user: &User, mask: &str) -> bool {
    let nick = user.shown_nick();
    let casemapping = turn.state.casemapping();
    let shown = [nick, &user.name, &user.realname, &turn.config.name];
    let is_one = |text| casemapping.matches(mask, text);
    let is_source = || Source::new(casemapping, nick, &user.name, &user.host).matches(&complete_mask(mask));
    casemapping.same(nick, mask)
        || (may_see_user(turn, id)
            && (shown.into_iter().chain(user.account.as_deref()).any(is_one)
                || Host::new(casemapping, &user.host).matches(mask)
                || mask.contains('@') && is_source()))
}

/// `H` or `G`, `*` for an operator, the prefixes, `B` for a bot.
fn flags(turn: &Turn<'_>, row: &Row) -> String {
    let user = turn.state.user(row.user);
    let prefix = row.member.map_or_else(String::new, |member| member.prefix(turn.has_cap(Cap::MultiPrefix)));
    [
        if user.rare.away.is_some() { "G" } else { "H" },
        if user.is_operator() { "*" } else { "" },
        &prefix,
        if user.is_bot() { "B" } else { "" },
    ]
    .concat()
}

fn send_who(turn: &mut Turn<'_>, row: &Row) {
    let flags = flags(turn, row);
    let user = turn.state.user(row.user);
    let (name, host, nick) = (user.name.clone(), user.host.clone(), user.shown_nick().to_owned());
    let realname = ["0 ", &user.realname].concat();
    let server = &turn.config.name;
    turn.reply_text(RPL_WHOREPLY, &[&row.channel, &name, &host, server, &nick, &flags], &realname);
}

/// The fields of WHOX, always in this order.
const WHOX_FIELDS: &str = "tcuihsnfdlaor";

/// The requested fields, and the token that identifies the request.
#[derive(Debug)]
struct Fields {
    letters: Vec<char>,
    token: String,
}

impl Fields {
    fn parse(text: &str) -> Self {
        let (letters, token) = text.split_once(',').unwrap_or((text, ""));
        let is_token = (1..=3).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_digit());
        Self {
            letters: WHOX_FIELDS.chars().filter(|&letter| letters.contains(letter)).collect(),
            token: if is_token { token.into() } else { "0".into() },
        }
    }
}

fn send_whox(turn: &mut Turn<'_>, row: &Row, fields: &Fields) {
    let flags = flags(turn, row);
    let user = turn.state.user(row.user);
    let idle = turn.now.mono.since(user.last_spoke).as_secs().to_string();
    let value = |letter: char| match letter {
        't' => fields.token.as_str(),
        'c' => &row.channel,
        'u' => &user.name,
        // The server shows the host as the address.
        'i' | 'h' => &user.host,
        's' => &turn.config.name,
        'n' => user.shown_nick(),
        'f' => &flags,
        'd' => "0",
        'l' => &idle,
        'a' => user.account.as_deref().unwrap_or("0"),
        _ => "n/a",
    };
    let middle: Vec<String> =
        fields.letters.iter().filter(|&&letter| letter != 'r').map(|&letter| value(letter).to_owned()).collect();
    let realname = fields.letters.contains(&'r').then(|| user.realname.clone());
    let middle: Vec<&str> = middle.iter().map(String::as_str).collect();
    match realname {
        Some(realname) => turn.reply_text(RPL_WHOSPCRPL, &middle, &realname),
        None if middle.is_empty() => {}
        None => turn.reply(RPL_WHOSPCRPL, &middle),
    }
}
