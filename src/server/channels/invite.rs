//! INVITE (RFC 2812 §3.2.7; Modern IRC, "INVITE message").

use super::super::channel::{Flag, Rank};
use super::super::turn::Turn;
use super::{not_on_channel, not_operator};
use crate::wire::numeric::*;
use crate::wire::{ChannelName, Message};

pub(in super::super) fn invite(turn: &mut Turn<'_>, message: &Message<'_>) {
    let (nick, name) = match *message.params() {
        [] => return list_invitations(turn),
        [_] => return turn.reply(ERR_NEEDMOREPARAMS, &["INVITE"]),
        [nick, name, ..] => (nick, name),
    };
    let Some(invited) = turn.state.find(nick) else { return turn.reply(ERR_NOSUCHNICK, &[nick]) };
    let Some((id, channel)) = turn.channel(name) else { return turn.reply(ERR_NOSUCHCHANNEL, &[name]) };
    let (name, closed) = (channel.name.clone(), channel.modes.has(Flag::InviteOnly));
    let is_there = channel.member(invited).is_some();
    if !turn.is_member(id) {
        return not_on_channel(turn, id);
    }
    if closed && !turn.is_at_least(id, Rank::HalfOperator) {
        return not_operator(turn, id);
    }
    let nick = turn.state.user(invited).shown_nick().to_owned();
    if is_there {
        return turn.reply(ERR_USERONCHANNEL, &[&nick, name.as_str()]);
    }
    turn.state.invite(id, invited, turn.config.limits.invitations);
    let message = turn.act("INVITE").param(&nick).param(name.as_str());
    turn.deliver(&[invited], &message);
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
