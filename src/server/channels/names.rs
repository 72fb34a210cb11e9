//! NAMES (RFC 2812 §3.2.5).

use super::super::caps::Cap;
use super::super::channel::{Flag, Member};
use super::super::id::ChannelId;
use super::super::operator::Privilege;
use super::super::turn::Turn;
use super::may_see;
use crate::wire::Message;
use crate::wire::numeric::*;

pub(in super::super) fn names(turn: &mut Turn<'_>, message: &Message<'_>) {
    let Some(names) = message.param(0) else { return turn.reply(RPL_ENDOFNAMES, &["*"]) };
    for name in names.split(',') {
        match turn.channel(name).filter(|(_, channel)| may_see(turn, channel)) {
            Some((id, _)) => send_names(turn, id),
            None => turn.reply(RPL_ENDOFNAMES, &[name]),
        }
    }
}

/// Sends 353 (unless no member is shown) and 366.
pub(super) fn send_names(turn: &mut Turn<'_>, id: ChannelId) {
    let channel = turn.state.channel(id);
    let caps = turn.state.caps(turn.conn);
    let inside = channel.member(turn.actor).is_some() || turn.me().may(Privilege::See);
    let shown = |member: &&Member| {
        (inside || !turn.state.user(member.user).is_invisible()) && turn.state.sees(channel, turn.actor, member.user)
    };
    let word = |member: &Member| {
        let (prefix, user) = (member.prefix(caps.has(Cap::MultiPrefix)), turn.state.user(member.user));
        if caps.has(Cap::UserhostInNames) { prefix + &user.source() } else { prefix + user.shown_nick() }
    };
    let words: Vec<String> = channel.members().iter().filter(shown).map(word).collect();
    let symbol = if channel.modes.has(Flag::Secret) { "@" } else { "=" };
    let name = channel.name.clone();
    turn.reply_words(RPL_NAMREPLY, &[symbol, name.as_str()], &words);
    turn.reply(RPL_ENDOFNAMES, &[name.as_str()]);
}
