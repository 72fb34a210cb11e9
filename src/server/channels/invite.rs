//! INVITE (RFC 2812 §3.2.7; Modern IRC, "INVITE message"; IRCv3 invite-notify), and KNOCK, which asks for an
//! invitation.

use std::time::Duration;

use super::super::channel::{Flag, Rank};
use super::super::config::Limits;
use super::super::fact::What;
use super::super::id::{ChannelId, UserId};
use super::super::notes::Note;
use super::super::turn::Turn;
use super::join::why_not;
use super::{not_on_channel, not_operator};
use crate::time::Time;
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
    // With +i only operators may invite.
    if closed && !turn.is_at_least(id, Rank::Operator) {
        return not_operator(turn, id);
    }
    let Some(nick) = turn.state.user(invited).nick.clone() else { return };
    if is_there {
        return turn.reply(ERR_USERONCHANNEL, &[nick.as_str(), name.as_str()]);
    }
    turn.happen(What::Invited { channel: id, name: name.clone(), user: invited, nick: nick.clone() });
    turn.reply(RPL_INVITING, &[nick.as_str(), name.as_str()]);
    if let Some(away) = turn.state.user(invited).rare.away.clone() {
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

/// How long a user must wait before knocking on the same channel again.
const PAUSE: Duration = Duration::from_secs(60);

/// How many channels a user may knock on within that time.
const KNOCKS: usize = 8;

/// The channels on which a user knocked recently, by the number of the fact that created each, and the times.
#[derive(Debug, Default)]
struct Knocked(Vec<(u64, Time)>);

impl Note for Knocked {
    fn is_within(&self, _limits: &Limits) -> bool {
        self.0.len() <= KNOCKS
    }
}

/// Asks the channel's operators for an invitation. The replies are those of ircd-hybrid, which defined the numerics.
pub(in super::super) fn knock(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [name] = message.first();
    let Some((id, channel)) = turn.channel(name) else { return turn.reply(ERR_NOSUCHCHANNEL, &[name]) };
    let (name, born) = (channel.name.clone(), channel.born);
    if turn.is_member(id) {
        return turn.reply(ERR_KNOCKONCHAN, &[name.as_str()]);
    }
    match why_not(turn.view(), id, "") {
        None => return turn.reply(ERR_CHANOPEN, &[name.as_str()]),
        // An invitation would not help.
        Some(bar @ (ERR_BANNEDFROMCHAN | ERR_SECUREONLYCHAN)) => return turn.reply(bar, &[name.as_str()]),
        Some(_) => {}
    }
    if let Some(of) = too_many(turn, born) {
        return turn.reply_filled(ERR_TOOMANYKNOCK, &[name.as_str()], &[of]);
    }
    for user in inviters(turn, id) {
        tell_of_knock(turn, user, name.as_str(), message.param(1).unwrap_or_default());
    }
    turn.reply(RPL_KNOCKDLVR, &[name.as_str()]);
}

/// If the caller has knocked too often recently, returns the word for 712's text; otherwise records this knock.
fn too_many(turn: &mut Turn<'_>, born: u64) -> Option<&'static str> {
    let now = turn.now.mono;
    let Knocked(knocked) = turn.me_mut().rare.notes.get_mut();
    knocked.retain(|&(_, when)| now.since(when) < PAUSE);
    if knocked.iter().any(|&(channel, _)| channel == born) {
        return Some("channel");
    }
    if knocked.len() >= KNOCKS {
        return Some("user");
    }
    knocked.push((born, now));
    None
}

/// The members who may invite, regardless of the channel's modes.
fn inviters(turn: &Turn<'_>, id: ChannelId) -> Vec<UserId> {
    let members = turn.state.channel(id).members().iter();
    members.filter(|member| member.rank() >= Some(Rank::Operator)).map(|member| member.user).collect()
}

fn tell_of_knock(turn: &mut Turn<'_>, user: UserId, channel: &str, why: &str) {
    let (nick, source) = (turn.state.user(user).shown_nick().to_owned(), turn.me().source());
    let text = if why.is_empty() { RPL_KNOCK.text.to_owned() } else { [RPL_KNOCK.text, ": ", why].concat() };
    let message = turn.serve(RPL_KNOCK.code).param(&nick).param(channel).param(&source).trailing(&text).cut();
    for conn in turn.state.sessions_of(user).to_vec() {
        turn.send_to(conn, &message);
    }
}
