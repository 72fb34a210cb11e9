//! Applies facts about users: registration, QUIT, NICK, SETNAME, AWAY, user modes, OPER, KILL.

use super::Tell;
use crate::planted::{Bug, buggy};
use crate::server::caps::Cap;
use crate::server::fact::{Fact, What, render};
use crate::server::id::{ChannelId, UserId};
use crate::server::operator::Privilege;
use crate::server::pick::Pick;
use crate::server::state::State;
use crate::server::user::UserMode;
use crate::wire::Nick;

pub(super) fn arrived(state: &mut State, fact: &Fact<'_>, tell: &mut impl Tell) {
    let What::Arrived { nick, name, host, realname, away, metadata, number } = &fact.what else {
        unreachable!("only an Arrived fact is applied here")
    };
    let user = state.provisional(fact.actor, *number, host, fact.when);
    (user.nick, user.name, user.realname) = (Some(nick.clone()), (&**name).into(), (&**realname).into());
    if let Some(away) = away {
        user.rare.away = Some((&**away).into());
    }
    // A provisional user already has its metadata; in a replay, there is none yet.
    if user.rare.metadata.len() != metadata.len() {
        user.rare.metadata = metadata.iter().cloned().collect();
    }
    state.nicks.take(nick, fact.actor);
    state.register(fact.actor, fact.when);
    tell.appeared(state, fact.actor);
    let text = [&state.user(fact.actor).described(), " has connected"].concat();
    tell.notice(state, fact.actor, &text);
}

pub(super) fn quit(state: &mut State, fact: &Fact<'_>, reason: &str, killed: bool, tell: &mut impl Tell) {
    let (user, message) = (fact.actor, render(fact));
    let themselves = Some(user).filter(|_| killed);
    let told = themselves.into_iter().chain(state.witnesses(user));
    if buggy(Bug::QuitToldTwice) && state.user(user).channels.len() > 1 {
        tell.tell(state, told.clone(), Pick::ALL, &message);
    }
    tell.tell(state, told, Pick::ALL, &message);
    let (nick, who) = (state.user(user).shown_nick().to_owned(), state.user(user).described());
    if !buggy(Bug::OfflineUntold) {
        tell.vanished(state, &nick);
    }
    state.remember(user, fact.when);
    for id in std::mem::take(&mut state.user_mut(user).channels) {
        state.leave(id, user);
    }
    state.retire(user);
    tell.notice(state, user, &[&who, " has left: ", reason].concat());
}

pub(super) fn nick(state: &mut State, fact: &Fact<'_>, nick: &Nick, tell: &mut impl Tell) {
    let user = fact.actor;
    let told = state.witnesses(user).into_iter().chain([user]);
    tell.tell(state, told, Pick::ALL, &render(fact));
    let old = state.user(user).nick.clone();
    // If only the case of letters changes, sessions that monitor the nick are not notified.
    let left = old.as_ref().filter(|old| !state.casemapping().same(old.as_str(), nick.as_str()));
    if left.is_some() {
        state.remember(user, fact.when);
    }
    state.rename_user(user, nick);
    if let Some(left) = left {
        tell.vanished(state, left.as_str());
        tell.appeared(state, user);
    }
}

pub(super) fn setname(state: &mut State, fact: &Fact<'_>, realname: &str, tell: &mut impl Tell) {
    state.user_mut(fact.actor).realname = realname.into();
    let message = render(fact);
    let near = near(state, fact.actor);
    tell.tell_near(state, fact.actor, near, Pick::with(Cap::Setname), &message);
    tell.tell(state, [fact.actor].into_iter(), Pick::with(Cap::Setname), &message);
}

pub(super) fn away(state: &mut State, fact: &Fact<'_>, text: Option<&str>, tell: &mut impl Tell) {
    state.user_mut(fact.actor).rare.away = text.map(Into::into);
    let near = near(state, fact.actor);
    tell.tell_near(state, fact.actor, near, Pick::with(away_notify()), &render(fact));
}

/// IRCv3 away-notify: "clients will be sent an AWAY message … when a user joins and has an away message set."
pub(super) fn still_away(state: &mut State, fact: &Fact<'_>, id: ChannelId, tell: &mut impl Tell) {
    let others = state.witnesses_in(state.channel(id), fact.actor).into_iter().filter(|&user| user != fact.actor);
    tell.tell(state, others, Pick::with(away_notify()), &render(fact));
}

/// The users who share a channel with `user` and see them there.
fn near(state: &State, user: UserId) -> Vec<UserId> {
    if buggy(Bug::AwayToStrangers) {
        return state.users().map(|(user, _)| user).filter(|&other| other != user).collect();
    }
    state.witnesses(user)
}

/// The capability for AWAY notifications.
fn away_notify() -> Cap {
    if buggy(Bug::AwayUnasked) { Cap::Batch } else { Cap::AwayNotify }
}

pub(super) fn modes(state: &mut State, fact: &Fact<'_>, changes: &[(bool, UserMode)], tell: &mut impl Tell) {
    for &(on, mode) in changes {
        state.set_user_mode(fact.actor, mode, on);
        if mode == UserMode::Operator && !buggy(Bug::PrivilegesKept) {
            state.user_mut(fact.actor).rare.privileges.clear();
        }
    }
    tell.tell(state, [fact.actor].into_iter(), Pick::ALL, &render(fact));
}

pub(super) fn oper(state: &mut State, fact: &Fact<'_>, privileges: &[Privilege], name: &str, tell: &mut impl Tell) {
    state.user_mut(fact.actor).rare.privileges = privileges.into();
    if state.set_user_mode(fact.actor, UserMode::Operator, true) {
        tell.tell(state, [fact.actor].into_iter(), Pick::ALL, &render(fact));
    }
    let text = [&state.user(fact.actor).described(), " is now an operator (", name, ")"].concat();
    tell.notice(state, fact.actor, &text);
}

pub(super) fn killed(state: &mut State, fact: &Fact<'_>, user: UserId, tell: &mut impl Tell) {
    tell.tell(state, [user].into_iter(), Pick::ALL, &render(fact));
}
