//! Applies facts about channels: JOIN, PART, KICK, TOPIC, INVITE, RENAME, MODE, and all metadata.

use super::Tell;
use crate::planted::{Bug, buggy};
use crate::server::caps::Cap;
use crate::server::channel::{Change, ChannelFlags, Effect, Flag, Member, Rank, Topic};
use crate::server::fact::{Fact, Of, extended, render};
use crate::server::id::{ChannelId, UserId};
use crate::server::pick::Pick;
use crate::server::state::State;
use crate::wire::ChannelName;

pub(super) fn joined(
    state: &mut State,
    fact: &Fact<'_>,
    channel: Option<ChannelId>,
    (name, flags): (&ChannelName, ChannelFlags),
    tell: &mut impl Tell,
) {
    let id = channel.unwrap_or_else(|| state.channels.create(fact.seq(), name.clone(), flags, fact.when));
    state.channel_mut(id).last = fact.at;
    if !buggy(Bug::InvitationKept) {
        state.uninvite(id, fact.actor);
    }
    let mut member = Member::new(fact.actor);
    member.set(Rank::Operator, channel.is_none());
    state.enter(id, member);
    let mut told = state.witnesses_in(state.channel(id), fact.actor);
    if buggy(Bug::AuditoriumJoinTold) {
        told = state.channel(id).members().iter().map(|member| member.user).collect();
    }
    let brief = render(fact);
    let full = extended(fact, &brief, &state.user(fact.actor).realname);
    if buggy(Bug::JoinExtendedForAll) {
        return tell.tell(state, told.into_iter(), Pick::ALL, &full);
    }
    tell.tell(state, told.iter().copied(), Pick::without(Cap::ExtendedJoin), &brief);
    tell.tell(state, told.into_iter(), Pick::with(Cap::ExtendedJoin), &full);
}

pub(super) fn parted(state: &mut State, fact: &Fact<'_>, id: ChannelId, tell: &mut impl Tell) {
    let told = state.witnesses_in(state.channel(id), fact.actor);
    tell.tell(state, told.into_iter(), Pick::ALL, &render(fact));
    state.leave(id, fact.actor);
}

pub(super) fn kicked(state: &mut State, fact: &Fact<'_>, id: ChannelId, user: UserId, tell: &mut impl Tell) {
    tell_channel(state, fact, id, Pick::ALL, tell);
    state.leave(id, user);
}

/// Sends the fact to the members, and to the actor, who need not be one.
fn tell_channel(state: &State, fact: &Fact<'_>, id: ChannelId, pick: Pick<'_>, tell: &mut impl Tell) {
    let channel = state.channel(id);
    let outside = Some(fact.actor).filter(|&actor| channel.member(actor).is_none());
    let members = channel.members().iter().map(|member| member.user);
    tell.tell(state, outside.into_iter().chain(members), pick, &render(fact));
}

pub(super) fn topic(state: &mut State, fact: &Fact<'_>, id: ChannelId, text: &str, tell: &mut impl Tell) {
    let topic = Topic { text: text.into(), setter: (&*fact.source).into(), set: fact.when };
    state.channel_mut(id).topic = (!text.is_empty()).then_some(topic);
    tell_channel(state, fact, id, Pick::ALL, tell);
}

pub(super) fn invited(state: &mut State, fact: &Fact<'_>, id: ChannelId, user: UserId, tell: &mut impl Tell) {
    state.invite(id, user, state.limits().invitations);
    let message = render(fact);
    tell.tell(state, [user].into_iter(), Pick::ALL, &message);
    // IRCv3 invite-notify: "a server may choose to only send the message … to clients that have the privilege to do an
    // /INVITE on the channel themselves."
    let all = !state.channel(id).modes.has(Flag::InviteOnly);
    let members = state.channel(id).members().iter().map(|member| member.user);
    let inviters = members.filter(|&user| all || state.rank_of(id, user) >= Some(Rank::Operator));
    tell.tell(state, inviters, Pick::with(Cap::InviteNotify).not_asking(), &message);
}

pub(super) fn renamed(state: &mut State, fact: &Fact<'_>, id: ChannelId, new: &ChannelName, tell: &mut impl Tell) {
    state.channels.rename(id, new.clone());
    tell_channel(state, fact, id, Pick::with(Cap::ChannelRename), tell);
}

pub(super) fn modes(state: &mut State, fact: &Fact<'_>, id: ChannelId, changes: &[Change], tell: &mut impl Tell) {
    let (casemapping, rank_kept) = (state.casemapping(), buggy(Bug::RankKept));
    for change in changes {
        if rank_kept && !change.on && matches!(change.effect, Effect::Rank(..)) {
            continue;
        }
        state.channel_mut(id).change(change, casemapping, &fact.source, fact.when);
    }
    if buggy(Bug::ModeOffUntold) && changes.iter().any(|change| !change.on) {
        return;
    }
    tell_channel(state, fact, id, Pick::ALL, tell);
}

pub(super) fn metadata(state: &mut State, of: Of, key: &str, value: Option<&str>, tell: &mut impl Tell) {
    let values = match of {
        Of::User(user) => &mut state.user_mut(user).rare.metadata,
        Of::Channel(id) => &mut state.channel_mut(id).metadata,
    };
    match value {
        Some(value) => drop(values.insert(key.into(), value.into())),
        None => drop(values.remove(key)),
    }
    let near = match of {
        Of::User(_) if buggy(Bug::MetadataToStrangers) => state.users().map(|(user, _)| user).collect(),
        Of::User(user) => [state.witnesses(user), vec![user]].concat(),
        Of::Channel(id) => state.channel(id).members().iter().map(|member| member.user).collect(),
    };
    tell.value(state, near, of, key);
}
