//! Channel operations (RFC 2812 §3.2), but for MODE.

use super::caps::Cap;
use super::channel::{Channel, ChannelId, ListMode, Member, Topic};
use super::turn::{Turn, cut};
use crate::wire::numeric::*;
use crate::wire::{ChannelName, Message};

pub(super) fn join(turn: &mut Turn<'_>, message: &Message<'_>) {
    let names = message.params()[0];
    if names == "0" {
        return part_all(turn);
    }
    let mut keys = message.param(1).unwrap_or_default().split(',');
    for name in names.split(',') {
        let key = keys.next().unwrap_or_default();
        if let Err((numeric, shown)) = join_one(turn, name, key) {
            turn.reply(numeric, &[&shown]);
        }
    }
}

/// RFC 2812 §3.2.1: "this message accepts a single argument ("0"), which is a special request to leave all
/// channels the user is currently a member of."
fn part_all(turn: &mut Turn<'_>) {
    let mut joined: Vec<ChannelId> = turn.me().channels.clone();
    joined.sort_by_key(|&id| turn.state.casemapping().fold(turn.state.channel(id).name.as_str()));
    for id in joined {
        part_one(turn, id, "Left all channels");
    }
}

/// Joins one channel, or returns the numeric that says why not, and the name it says it of.
fn join_one(turn: &mut Turn<'_>, name: &str, key: &str) -> Result<(), (Numeric, String)> {
    let Ok(parsed) = ChannelName::parse(name, turn.config.limits.channel_bytes) else {
        return Err((ERR_NOSUCHCHANNEL, name.into()));
    };
    let existing = turn.state.channel_id(name);
    if existing.is_some_and(|id| turn.is_member(id)) {
        return Ok(());
    }
    let refused = |turn: &Turn<'_>, numeric| {
        let shown = existing.map_or(&parsed, |id| &turn.state.channel(id).name);
        Err((numeric, shown.as_str().to_owned()))
    };
    if turn.me().channels.len() >= turn.config.limits.channels_per_user {
        return refused(turn, ERR_TOOMANYCHANNELS);
    }
    let (id, operator) = match existing {
        Some(id) => match why_not(turn, id, key) {
            Some(numeric) => return refused(turn, numeric),
            None => (id, false),
        },
        None => (turn.state.create_channel(parsed, turn.now), true),
    };
    turn.state.uninvite(id, turn.conn);
    turn.state.enter(id, Member { conn: turn.conn, operator, voice: false });
    let line = turn.act("JOIN").param(turn.state.channel(id).name.as_str()).line();
    turn.tell_channel(id, None, line);
    if turn.state.channel(id).topic.is_some() {
        send_topic(turn, id);
    }
    send_names(turn, id);
    Ok(())
}

/// Why the one whose turn it is may not join, if there is a reason.
fn why_not(turn: &Turn<'_>, id: ChannelId, key: &str) -> Option<Numeric> {
    let (channel, casemapping) = (turn.state.channel(id), turn.state.casemapping());
    let source = turn.me().source();
    let invited = turn.me().invitations.contains(&id);
    let modes = &channel.modes;
    if modes.invite_only && !invited && !channel.lists(ListMode::InviteException, casemapping, &source) {
        return Some(ERR_INVITEONLYCHAN);
    }
    if channel.bans(casemapping, &source) && !invited {
        return Some(ERR_BANNEDFROMCHAN);
    }
    if modes.limit.is_some_and(|limit| channel.members().len() >= usize::from(limit)) && !invited {
        return Some(ERR_CHANNELISFULL);
    }
    modes.key.as_deref().is_some_and(|right| right != key).then_some(ERR_BADCHANNELKEY)
}

pub(super) fn part(turn: &mut Turn<'_>, message: &Message<'_>) {
    let reason = message.param(1).unwrap_or_default();
    for name in message.params()[0].split(',') {
        match turn.state.channel_id(name) {
            None => turn.reply(ERR_NOSUCHCHANNEL, &[name]),
            Some(id) if turn.is_member(id) => part_one(turn, id, reason),
            Some(id) => not_on_channel(turn, id),
        }
    }
}

fn part_one(turn: &mut Turn<'_>, id: ChannelId, reason: &str) {
    let line = turn.act("PART").param(turn.state.channel(id).name.as_str());
    let line = if reason.is_empty() { line.line() } else { line.trailing(reason).line_cut() };
    turn.tell_channel(id, None, line);
    turn.leave(id, turn.conn);
}

fn not_on_channel(turn: &mut Turn<'_>, id: ChannelId) {
    let name = turn.state.channel(id).name.clone();
    turn.reply(ERR_NOTONCHANNEL, &[name.as_str()]);
}

fn not_operator(turn: &mut Turn<'_>, id: ChannelId) {
    let name = turn.state.channel(id).name.clone();
    turn.reply(ERR_CHANOPRIVSNEEDED, &[name.as_str()]);
}

pub(super) fn topic(turn: &mut Turn<'_>, message: &Message<'_>) {
    let name = message.params()[0];
    let Some((id, channel)) = turn.channel(name) else { return turn.reply(ERR_NOSUCHCHANNEL, &[name]) };
    let (locked, none, name) = (channel.modes.topic_locked, channel.topic.is_none(), channel.name.clone());
    if !turn.is_member(id) {
        return not_on_channel(turn, id);
    }
    let Some(text) = message.param(1) else {
        return if none { turn.reply(RPL_NOTOPIC, &[name.as_str()]) } else { send_topic(turn, id) };
    };
    if locked && !turn.is_operator(id) {
        return not_operator(turn, id);
    }
    let line = turn.act("TOPIC").param(name.as_str()).trailing(text);
    if text.len() > turn.config.limits.topic_bytes || line.is_too_long() {
        return turn.reply(ERR_INPUTTOOLONG, &[]);
    }
    let topic = Topic { text: text.into(), setter: turn.me().source().into(), set: turn.now };
    turn.state.channel_mut(id).topic = (!text.is_empty()).then_some(topic);
    turn.tell_channel(id, None, line.line());
}

fn send_topic(turn: &mut Turn<'_>, id: ChannelId) {
    let channel = turn.state.channel(id);
    let Some(topic) = &channel.topic else { return };
    let (name, text, setter) = (channel.name.clone(), topic.text.clone(), topic.setter.clone());
    let set = topic.set.as_secs().to_string();
    turn.reply_text(RPL_TOPIC, &[name.as_str()], &text);
    turn.reply(RPL_TOPICWHOTIME, &[name.as_str(), &setter, &set]);
}

pub(super) fn names(turn: &mut Turn<'_>, message: &Message<'_>) {
    let Some(names) = message.param(0) else { return turn.reply(RPL_ENDOFNAMES, &["*"]) };
    for name in names.split(',') {
        match turn.channel(name).filter(|(_, channel)| may_see(turn, channel)) {
            Some((id, _)) => send_names(turn, id),
            None => turn.reply(RPL_ENDOFNAMES, &[name]),
        }
    }
}

/// Whether the channel exists for the one whose turn it is.
pub(super) fn may_see(turn: &Turn<'_>, channel: &Channel) -> bool {
    !channel.modes.secret || channel.member(turn.conn).is_some()
}

fn send_names(turn: &mut Turn<'_>, id: ChannelId) {
    let channel = turn.state.channel(id);
    let caps = turn.me().caps;
    let inside = channel.member(turn.conn).is_some();
    let shown = |member: &&Member| inside || !turn.state.user(member.conn).invisible;
    let word = |member: &Member| {
        let user = turn.state.user(member.conn);
        let who = if caps.has(Cap::UserhostInNames) { user.source() } else { user.shown_nick().to_owned() };
        [member.prefix(caps.has(Cap::MultiPrefix)), &who].concat()
    };
    let words: Vec<String> = channel.members().iter().filter(shown).map(word).collect();
    let symbol = if channel.modes.secret { "@" } else { "=" };
    let name = channel.name.clone();
    turn.reply_words(RPL_NAMREPLY, &[symbol, name.as_str()], &words);
    turn.reply(RPL_ENDOFNAMES, &[name.as_str()]);
}

pub(super) fn list(turn: &mut Turn<'_>, message: &Message<'_>) {
    let masks: Vec<&str> =
        message.param(0).filter(|masks| !masks.is_empty()).into_iter().flat_map(|masks| masks.split(',')).collect();
    let rows: Vec<(String, String, String)> = turn
        .state
        .channels()
        .filter(|(name, channel)| {
            may_see(turn, channel)
                && (masks.is_empty() || masks.iter().any(|mask| turn.state.casemapping().matches(mask, name.as_str())))
        })
        .map(|(_, channel)| {
            let topic = channel.topic.as_ref().map_or("", |topic| &topic.text);
            (channel.name.as_str().into(), channel.members().len().to_string(), topic.into())
        })
        .collect();
    turn.reply(RPL_LISTSTART, &["Channel"]);
    for (name, count, topic) in rows {
        turn.reply_text(RPL_LIST, &[&name, &count], &topic);
    }
    turn.reply(RPL_LISTEND, &[]);
}

pub(super) fn invite(turn: &mut Turn<'_>, message: &Message<'_>) {
    let (nick, name) = match *message.params() {
        [] => return list_invitations(turn),
        [_] => return turn.reply(ERR_NEEDMOREPARAMS, &["INVITE"]),
        [nick, name, ..] => (nick, name),
    };
    let Some(invited) = turn.state.find(nick) else { return turn.reply(ERR_NOSUCHNICK, &[nick]) };
    let Some((id, channel)) = turn.channel(name) else { return turn.reply(ERR_NOSUCHCHANNEL, &[name]) };
    let (name, closed) = (channel.name.clone(), channel.modes.invite_only);
    let is_there = channel.member(invited).is_some();
    if !turn.is_member(id) {
        return not_on_channel(turn, id);
    }
    if closed && !turn.is_operator(id) {
        return not_operator(turn, id);
    }
    let nick = turn.state.user(invited).shown_nick().to_owned();
    if is_there {
        return turn.reply(ERR_USERONCHANNEL, &[&nick, name.as_str()]);
    }
    turn.state.invite(id, invited, turn.config.limits.invitations);
    let line = turn.act("INVITE").param(&nick).param(name.as_str()).line();
    turn.actions.send(invited, line);
    turn.reply(RPL_INVITING, &[&nick, name.as_str()]);
    if let Some(away) = turn.state.user(invited).away.clone() {
        turn.reply_text(RPL_AWAY, &[&nick], &away);
    }
}

fn list_invitations(turn: &mut Turn<'_>) {
    let mut names: Vec<ChannelName> =
        turn.me().invitations.iter().map(|&id| turn.state.channel(id).name.clone()).collect();
    names.sort_by_key(|name| turn.state.casemapping().fold(name.as_str()));
    for name in &names {
        turn.reply(RPL_INVITELIST, &[name.as_str()]);
    }
    turn.reply(RPL_ENDOFINVITELIST, &[]);
}

pub(super) fn kick(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [name, nicks] = message.params()[..2] else { unreachable!("the table asks for two parameters") };
    let Some((id, channel)) = turn.channel(name) else { return turn.reply(ERR_NOSUCHCHANNEL, &[name]) };
    let name = channel.name.clone();
    if !turn.is_member(id) {
        return not_on_channel(turn, id);
    }
    if !turn.is_operator(id) {
        return not_operator(turn, id);
    }
    if let Some(beyond) = nicks.split(',').nth(turn.config.limits.targets) {
        return turn.reply(ERR_TOOMANYTARGETS, &[beyond]);
    }
    let by = turn.me().shown_nick().to_owned();
    let reason = message.param(2).filter(|reason| !reason.is_empty()).unwrap_or(&by);
    let reason = cut(reason, turn.config.limits.kick_bytes).to_owned();
    for nick in nicks.split(',') {
        // The kicker may have kicked themselves a moment ago: then the channel may be gone too.
        let Some((id, channel)) =
            turn.channel(name.as_str()).filter(|(_, channel)| channel.member(turn.conn).is_some())
        else {
            return turn.reply(ERR_NOTONCHANNEL, &[name.as_str()]);
        };
        let Some(kicked) = turn.state.find(nick) else {
            turn.reply(ERR_NOSUCHNICK, &[nick]);
            continue;
        };
        let is_there = channel.member(kicked).is_some();
        let nick = turn.state.user(kicked).shown_nick().to_owned();
        if !is_there {
            turn.reply(ERR_USERNOTINCHANNEL, &[&nick, name.as_str()]);
            continue;
        }
        let line = turn.act("KICK").param(name.as_str()).param(&nick).trailing(&reason).line_cut();
        turn.tell_channel(id, None, line);
        turn.leave(id, kicked);
    }
}
