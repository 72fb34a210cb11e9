//! Connection registration, PING, PONG and QUIT (RFC 2812 §3.1, §3.7). CAP is in `negotiation`.

use super::event::EndReason;
use super::fact::What;
use super::info;
use super::isupport;
use super::metadata;
use super::outgoing::Outgoing;
use super::question::{Answer, Question, Secret};
use super::turn::{Turn, cut};
#[cfg(feature = "planted")]
use super::{channel::Flag, channels, config::SESSIONS_PER_USER, event::Stays, id::UserId, modes};
use crate::planted::{Bug, buggy};
use crate::wire::Message;
use crate::wire::numeric::*;

pub(super) fn pass(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [password] = message.first();
    if let Some(registration) = &mut turn.session_mut().registration {
        registration.password = Some(Secret::new(password));
    }
}

pub(super) fn nick(turn: &mut Turn<'_>, message: &Message<'_>) {
    let Some(wanted) = message.param(0).filter(|wanted| !wanted.is_empty()) else {
        return turn.reply(ERR_NONICKNAMEGIVEN, &[]);
    };
    let Ok(nick) = turn.state.casemapping().nick(wanted, turn.config.limits.nick_bytes) else {
        return turn.reply(ERR_ERRONEUSNICKNAME, &[wanted]);
    };
    if turn.state.nicks.holder(wanted).is_some_and(|holder| holder != turn.actor) {
        return turn.reply(ERR_NICKNAMEINUSE, &[wanted]);
    }
    let alike = turn.config.refuse_lookalikes
        && !buggy(Bug::LookalikeAccepted)
        && turn.state.nicks.has_lookalike(&nick, turn.actor);
    if alike {
        return turn.reply_text(ERR_NICKNAMEINUSE, &[wanted], "Nickname looks like one that is in use");
    }
    if turn.me().nick.as_ref() == Some(&nick) {
        return;
    }
    if turn.me().is_registered() {
        return turn.happen(What::Nick { nick });
    }
    // Nobody sees a provisional user, so a change of its nick is not a fact.
    turn.state.rename_user(turn.actor, &nick);
    complete(turn);
}

pub(super) fn user(turn: &mut Turn<'_>, message: &Message<'_>) {
    let limits = turn.config.limits;
    if turn.session().registration.as_ref().is_some_and(|registration| registration.user_given) {
        return turn.reply(ERR_ALREADYREGISTERED, &[]);
    }
    let [name, _, _, realname] = message.first();
    let name: String = name.chars().filter(|&c| c.is_ascii_alphanumeric() || "-._".contains(c)).collect();
    let name = cut(&name, limits.user_bytes - 1);
    let me = turn.me_mut();
    me.name = ["~", if name.is_empty() { "user" } else { name }].concat().into();
    me.realname = cut(realname, limits.realname_bytes).into();
    if let Some(registration) = &mut turn.session_mut().registration {
        registration.user_given = true;
    }
    complete(turn);
}

/// Completes the registration if nothing is missing.
pub(super) fn complete(turn: &mut Turn<'_>) {
    let Some(registration) = &turn.session().registration else { return };
    if turn.me().nick.is_none() || !registration.user_given || registration.negotiating {
        return;
    }
    let Some(hash) = &turn.config.password else { return register(turn) };
    match registration.password.clone() {
        Some(password) => {
            let hash = hash.as_str().into();
            turn.ask(Question::Verify { password, hash }, |turn, answer| {
                let Answer::Verified { right } = answer else { unreachable!("the question was a password") };
                password_verified(turn, right);
            });
        }
        None => password_verified(turn, false),
    }
}

/// Continues a registration when its password has been checked.
fn password_verified(turn: &mut Turn<'_>, right: bool) {
    if right {
        return register(turn);
    }
    turn.reply(ERR_PASSWDMISMATCH, &[]);
    turn.disconnect(EndReason::WrongPassword);
}

fn register(turn: &mut Turn<'_>) {
    let first_ping = turn.now.mono + turn.config.ping_interval;
    if turn.session().due > Some(first_ping) {
        // Until now this was the registration deadline.
        turn.state.set_due(turn.conn, first_ping);
    }
    #[cfg(feature = "planted")]
    if let Some((to, stays)) = attaching(turn) {
        return attach(turn, to, stays);
    }
    turn.state.complete_registration(turn.conn);
    arrive(turn);
    welcome(turn);
    switch_modes_on(turn);
}

/// Sets the modes of a new user.
fn switch_modes_on(turn: &mut Turn<'_>) {
    let changes: Vec<_> = turn.config.user_modes.on().map(|mode| (true, mode)).collect();
    if let Some(nick) = turn.me().nick.clone().filter(|_| !changes.is_empty()) {
        turn.happen(What::UserModes { nick, changes: changes.into() });
    }
}

/// Makes the provisional user a registered one, with everything it has set so far.
fn arrive(turn: &mut Turn<'_>) {
    turn.me_mut().last_spoke = turn.now.mono;
    // An AWAY before registration was shown to nobody, so the user is away from the start.
    let away = turn.state.away_by_sessions(turn.actor);
    let me = turn.me();
    let Some(nick) = me.nick.clone() else { return };
    let (number, name, host, realname) = (me.number, me.name.clone(), me.host.clone(), me.realname.clone());
    let metadata: Vec<_> = me.rare.metadata.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    turn.happen(What::Arrived {
        number,
        nick,
        name: (&*name).into(),
        host: (&*host).into(),
        realname: (&*realname).into(),
        away: away.as_deref().map(Into::into),
        metadata: metadata.into(),
    });
}

/// The user to whom this session will attach, if that user exists and may have another session.
#[cfg(feature = "planted")]
fn attaching(turn: &Turn<'_>) -> Option<(UserId, Stays)> {
    let attach = turn.session().registration.as_ref()?.attach.as_ref()?;
    let to = turn.state.find(&attach.to)?;
    let has_room = turn.state.sessions_of(to).len() < SESSIONS_PER_USER;
    (has_room && may_enter_channels_of(turn, to)).then_some((to, attach.stays))
}

/// Whether a session of `user` may be by what this connection is by: in a channel for TLS only, all must be by TLS.
#[cfg(feature = "planted")]
fn may_enter_channels_of(turn: &Turn<'_>, user: UserId) -> bool {
    let mut channels = turn.state.user(user).channels.iter().map(|&id| turn.state.channel(id));
    turn.state.is_by_tls(turn.conn)
        || buggy(Bug::PlainSessionAttached)
        || !channels.any(|channel| channel.modes.has(Flag::TlsOnly))
}

/// Attaches the session to an existing user, and shows it the user's state.
#[cfg(feature = "planted")]
fn attach(turn: &mut Turn<'_>, to: UserId, stays: Stays) {
    turn.state.complete_registration(turn.conn);
    turn.state.move_session(turn.conn, to);
    turn.state.set_stays(to, stays);
    turn.actor = to;
    welcome(turn);
    modes::show_own(turn);
    for id in turn.me().channels.clone() {
        channels::bring_up_to_date(turn, id);
    }
    turn.follow_sessions();
}

/// Sent to a client that cannot prove that its certificate is its own.
const UNPROVEN: &str = "Your certificate is ignored, and has no fingerprint here: this server cannot verify that you \
                        have its key. It can for RSA with 2048 to 8192 bits, ECDSA on P-256 or P-384, and Ed25519";

fn welcome(turn: &mut Turn<'_>) {
    let (name, network) = (turn.config.name.clone(), turn.config.network.clone());
    let source = turn.me().source();
    turn.reply_filled(RPL_WELCOME, &[], &[&network, &source]);
    turn.reply_filled(RPL_YOURHOST, &[], &[&name, info::VERSION]);
    turn.reply_filled(RPL_CREATED, &[], &[&info::date(turn.now.date(turn.started))]);
    turn.reply(
        RPL_MYINFO,
        &[
            &name,
            info::VERSION,
            &isupport::user_modes(),
            &isupport::channel_modes(),
            &isupport::channel_modes_with_parameter(),
        ],
    );
    isupport::send(turn);
    info::send_lusers(turn);
    metadata::at_registration(turn);
    info::send_motd(turn);
    if turn.session().origin.as_ref().is_some_and(|origin| origin.unproven) {
        let notice = turn.serve("NOTICE").param(turn.me().shown_nick()).trailing(UNPROVEN).cut();
        turn.send(&notice);
    }
}

pub(super) fn ping(turn: &mut Turn<'_>, message: &Message<'_>) {
    match message.first() {
        [""] => turn.reply(ERR_NOORIGIN, &[]),
        [token] => {
            let message = turn.serve("PONG").param(&turn.config.name).trailing(token).cut();
            turn.send(&message);
        }
    }
}

/// There is nothing to do: any input shows that the connection is alive.
pub(super) fn pong(_turn: &mut Turn<'_>, _message: &Message<'_>) {}

pub(super) fn quit(turn: &mut Turn<'_>, message: &Message<'_>) {
    // Modern IRC: "This applies even if `<reason>` is empty, in which case the reason sent to other clients SHOULD be
    // just this "Quit: " string."
    turn.disconnect(EndReason::Quit(message.param(0).unwrap_or_default().into()));
}

/// Sends a PING to a session that has been silent.
pub(super) fn send_ping(turn: &mut Turn<'_>) {
    let message = Outgoing::bare("PING").trailing(&turn.config.name);
    turn.send(&message);
}
