//! INVITE (RFC 2812 §3.2.7; Modern IRC, "INVITE message"; IRCv3 invite-notify).

use super::super::channel::{Flag, Rank};
use super::super::fact::What;
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
    let (name, is_there) = (channel.name.clone(), channel.member(invited).is_some());
    let closed = channel.modes.has(Flag::InviteOnly);
    if !turn.view().may_act(id) {
        return not_on_channel(turn, id);
    }
    // With +i only operators may invite others.
    if closed && !turn.is_at_least(id, Rank::Operator) {
        return not_operator(turn, id);
    }
    let Some(nick) = turn.state.user(invited).nick.clone() else { return };
    if is_there {
        return turn.reply(ERR_USERONCHANNEL, &[nick.as_str(), name.as_str()]);
    }
    turn.happen(What::Invited { channel: id, name: name.clone(), user: invited, nick: nick.clone() });
    turn.reply(RPL_INVITING, &[nick.as_str(), name.as_str()]);
    if let Some(away) = turn.state.user(invited).away.clone() {
        turn.reply_text(RPL_AWAY, &[nick.as_str()], &away);
    }
}

fn list_invitations(turn: &mut Turn<'_>) {
    let mut names: Vec<ChannelName> =
        turn.me().rare.invitations.iter().map(|&id| turn.state.channel(id).name.clone()).collect();
    names.sort_by_key(|name| turn.state.casemapping().fold(name.as_str()));
    for name in &names {
        turn.reply(RPL_INVITELIST, &[name.as_str()]);
    }
    turn.reply(RPL_ENDOFINVITELIST, &[]);
}
