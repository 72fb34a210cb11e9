//! Applies facts about messages: those that are sent or redacted, and WALLOPS.

use super::Tell;
use crate::planted::{Bug, buggy};
use crate::server::caps::Cap;
use crate::server::channel::Said;
use crate::server::fact::{Fact, Seq, To, apart, render, whole};
use crate::server::id::UserId;
use crate::server::pick::Pick;
use crate::server::speech::Content;
use crate::server::state::{State, Undo};
use crate::server::user::UserMode;

/// Prefixes of a multiline message's batch reference: one for its receivers, and one for the extra copy to a user who
/// sent it to themselves.
const BATCH: char = 'm';
const SPEAKERS_BATCH: char = 'n';

pub(super) fn said(state: &mut State, fact: &Fact<'_>, to: &To, content: &Content<'_>, tell: &mut impl Tell) {
    if !fact.what.is_typing() {
        remember(state, fact, to);
    }
    tell_all(state, fact, to, content, tell);
    if matches!(to, To::User { id, .. } if *id == fact.actor) {
        match content {
            Content::Nothing | Content::Line(_) => tell.tell_speaker(state, &render(fact)),
            Content::Lines(lines) => {
                whole(fact, lines, SPEAKERS_BATCH).iter().for_each(|line| tell.tell_speaker(state, line));
            }
        }
    }
}

/// Remembers the message, so that it can be redacted.
fn remember(state: &mut State, fact: &Fact<'_>, to: &To) {
    let (seq, limits, sender) = (fact.seq(), *state.limits(), state.user(fact.actor).number);
    match *to {
        To::Channel { id, floor, .. } => {
            state.channel_mut(id).said.remember(seq, Said { sender, floor }, limits.redactable_messages);
            state.may_undo(seq, Undo::Unsay { channel: id });
        }
        To::User { id, .. } => {
            let receiver = state.user(id).number;
            state.user_mut(fact.actor).rare.said.remember(seq, receiver, limits.redactable_private_messages);
            state.may_undo(seq, Undo::UnsayPrivate { sender: fact.actor });
        }
    }
}

/// Sends a message to its receivers, in the form that each of their sessions supports.
fn tell_all(state: &State, fact: &Fact<'_>, to: &To, content: &Content<'_>, tell: &mut impl Tell) {
    match *to {
        To::User { id, nick: _ } => {
            let leaked = buggy(Bug::PrivateMessageLeaked);
            let leak = leaked.then(|| state.witnesses(id).into_iter().find(|&other| other != fact.actor)).flatten();
            let receiver = Some(id).filter(|&id| id != fact.actor);
            tell_form(state, fact, receiver.into_iter().chain(leak), content, tell);
        }
        To::Channel { id, floor, .. } => {
            let all = floor.is_none() || buggy(Bug::StatusmsgToAll);
            let members = state.channel(id).members().iter();
            let heard = members.filter(|member| (all || member.rank() >= floor) && member.user != fact.actor);
            tell_form(state, fact, heard.map(|member| member.user), content, tell);
        }
    }
}

fn tell_form(
    state: &State,
    fact: &Fact<'_>,
    others: impl Iterator<Item = UserId> + Clone,
    content: &Content<'_>,
    tell: &mut impl Tell,
) {
    let to = others.chain([fact.actor]);
    match content {
        // "Servers MUST NOT deliver TAGMSG to clients that haven't negotiated the message tags capability."
        Content::Nothing => {
            let all = buggy(Bug::TagmsgToAll);
            let pick = if all { Pick::ALL } else { Pick::with(Cap::MessageTags) };
            tell.tell(state, to, pick.spoken(), &render(fact));
        }
        Content::Line(_) => tell.tell(state, to, Pick::ALL.spoken(), &render(fact)),
        Content::Lines(lines) => {
            for (on, messages) in [(true, whole(fact, lines, BATCH)), (false, apart(fact, lines))] {
                for message in &messages {
                    tell.tell(state, to.clone(), Pick::multiline(on).spoken(), message);
                }
            }
        }
    }
}

pub(super) fn redacted(state: &mut State, fact: &Fact<'_>, to: &To, number: Seq, tell: &mut impl Tell) {
    // "MUST not forward" it to clients without the capability.
    let (pick, message) = (Pick::with(Cap::MessageRedaction), render(fact));
    match *to {
        To::Channel { id, floor, .. } => {
            let channel = state.channel_mut(id);
            let (born, said) = (channel.born, channel.said.forget(number));
            if let Some(said) = said {
                state.may_undo(fact.seq(), Undo::Unredact { channel: id, born, number, said });
            }
            let members = state.channel(id).members().iter();
            let heard = members.filter(|member| member.rank() >= floor && member.user != fact.actor);
            tell.tell(state, heard.map(|member| member.user).chain([fact.actor]), pick, &message);
        }
        To::User { id, .. } => {
            let sender = state.user_mut(fact.actor);
            let (sender_number, receiver) = (sender.number, sender.rare.said.forget(number));
            if let Some(receiver) = receiver {
                let undo = Undo::UnredactPrivate { sender: fact.actor, sender_number, number, receiver };
                state.may_undo(fact.seq(), undo);
            }
            let receiver = Some(id).filter(|&id| id != fact.actor);
            tell.tell(state, receiver.into_iter().chain([fact.actor]), pick, &message);
        }
    }
}

pub(super) fn wallops(state: &mut State, fact: &Fact<'_>, tell: &mut impl Tell) {
    let hears = state.users().filter(|(_, user)| user.is_registered() && user.has(UserMode::Wallops));
    tell.tell(state, hears.map(|(id, _)| id), Pick::ALL, &render(fact));
}
