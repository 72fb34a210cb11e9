//! INVITE (RFC 2812 §3.2.7; Modern IRC, "INVITE message"; IRCv3 invite-notify).

use super::super::caps::Cap;
use super::super::channel::{ChannelId, Flag, Rank};
use super::super::turn::{Pick, Turn};
use super::super::user::UserId;
use super::{may_act, not_on_channel, not_operator};
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
    let (name, is_there) = (channel.name.clone(), channel.member(invited).is_some());
    if !may_act(turn, id) {
        return not_on_channel(turn, id);
    }
    if !may_invite(turn, id, turn.actor) {
        return not_operator(turn, id);
    }
    let nick = turn.state.user(invited).shown_nick().to_owned();
    if is_there {
        return turn.reply(ERR_USERONCHANNEL, &[&nick, name.as_str()]);
    }
    turn.state.invite(id, invited, turn.config.limits.invitations);
    let message = turn.act("INVITE").param(&nick).param(name.as_str());
    turn.deliver(&[invited], &message);
    let inviters = inviters(turn, id);
    turn.deliver_to(&inviters, &[], Pick::with(Cap::InviteNotify).but(Some(turn.conn)), &message);
    turn.reply(RPL_INVITING, &[&nick, name.as_str()]);
    if let Some(away) = turn.state.user(invited).away.clone() {
        turn.reply_text(RPL_AWAY, &[&nick], &away);
    }
}

/// The members who may invite, too, and may want to know who did: all of their sessions but the asking one. IRCv3 invite-notify: "a server may choose to only
/// send the message … to clients that have the privilege to do an /INVITE on the channel themselves."
fn inviters(turn: &Turn<'_>, id: ChannelId) -> Vec<UserId> {
    turn.members(id, |user| may_invite(turn, id, user))
}

/// Whether somebody who may act in the channel may invite others: with +i only operators may.
fn may_invite(turn: &Turn<'_>, id: ChannelId, user: UserId) -> bool {
    !turn.state.channel(id).modes.has(Flag::InviteOnly) || turn.rank_of(id, user) >= Some(Rank::Operator)
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
