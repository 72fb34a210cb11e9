//! NAMES (RFC 2812 §3.2.5).

use super::super::caps::Cap;
use super::super::channel::{Flag, Member};
use super::super::id::{ChannelId, UserId};
use super::super::operator::Privilege;
use super::super::turn::{LongReply, Room, Turn};
use super::may_see;
use crate::planted::{Bug, buggy};
use crate::wire::numeric::*;
use crate::wire::{ChannelName, Folded, Message};

pub(in super::super) fn names(turn: &mut Turn<'_>, message: &Message<'_>) {
    let Some(names) = message.param(0).filter(|names| !names.is_empty()) else {
        return turn.reply_long(AllNames::default());
    };
    for name in names.split(',') {
        match turn.channel(name).filter(|(_, channel)| may_see(turn, channel)) {
            Some((id, _)) => send_names(turn, id),
            // Like the names before it, so that the replies come in the order of the targets.
            None => turn.reply_long(Absent(name.into())),
        }
    }
}

/// Sends 353 (unless no member is shown) and 366.
pub(super) fn send_names(turn: &mut Turn<'_>, id: ChannelId) {
    let names = Names::of(turn, id);
    turn.reply_long(Ended(names));
}

/// The names of a channel, in the order of the users' numbers.
#[derive(Debug)]
struct Names {
    channel: ChannelId,
    /// Tells it from a later channel with the same number.
    born: u64,
    /// Its name when the caller was last sent some.
    name: ChannelName,
    last: Option<UserId>,
}

/// The same, and 366 at the end.
#[derive(Debug)]
struct Ended(Names);

/// The 366 of a channel that does not exist, or is not visible to the caller.
#[derive(Debug)]
struct Absent(Box<str>);

/// RFC 2812 §3.2.5: "If no <channel> parameter is given, a list of all channels and their occupants is returned."
#[derive(Debug, Default)]
struct AllNames {
    last: Option<Folded>,
    current: Option<Names>,
}

impl Names {
    fn of(turn: &Turn<'_>, id: ChannelId) -> Self {
        let channel = turn.state.channel(id);
        Self { channel: id, born: channel.born, name: channel.name.clone(), last: None }
    }

    /// Sends the next names. Returns whether these were the last.
    fn send(&mut self, turn: &mut Turn<'_>, room: &mut Room) -> bool {
        let (state, mut words, mut done) = (&turn.state, Vec::new(), true);
        let channel = state.channel_born(self.channel, self.born).filter(|channel| may_see(turn, channel));
        let Some(channel) = channel else { return true };
        let caps = state.caps(turn.conn);
        let inside = channel.member(turn.actor).is_some() || turn.me().may(Privilege::See);
        let shown = |member: &Member| {
            (inside || !state.user(member.user).is_invisible()) && state.sees(channel, turn.actor, member.user)
        };
        let word = |member: &Member| {
            let (prefix, user) = (member.prefix(caps.has(Cap::MultiPrefix)), state.user(member.user));
            if caps.has(Cap::UserhostInNames) { prefix + &user.source() } else { prefix + user.shown_nick() }
        };
        for member in channel.members_after(self.last) {
            if !room.take() {
                done = false;
                if buggy(Bug::PieceRowSkipped) {
                    self.last = Some(member.user);
                }
                break;
            }
            self.last = Some(member.user);
            words.extend(shown(member).then(|| word(member)));
        }
        let symbol = if channel.modes.has(Flag::Secret) { "@" } else { "=" };
        self.name = channel.name.clone();
        turn.reply_words(RPL_NAMREPLY, &[symbol, self.name.as_str()], &words);
        done
    }
}

impl LongReply for Ended {
    fn go_on(&mut self, turn: &mut Turn<'_>, room: &mut Room) -> bool {
        let done = self.0.send(turn, room);
        if done {
            turn.reply(RPL_ENDOFNAMES, &[self.0.name.as_str()]);
        }
        done
    }
}

impl LongReply for Absent {
    fn go_on(&mut self, turn: &mut Turn<'_>, _room: &mut Room) -> bool {
        turn.reply(RPL_ENDOFNAMES, &[&self.0]);
        true
    }
}

impl LongReply for AllNames {
    fn go_on(&mut self, turn: &mut Turn<'_>, room: &mut Room) -> bool {
        loop {
            if let Some(names) = &mut self.current {
                if !names.send(turn, room) {
                    return false;
                }
                self.current = None;
            }
            let Some((name, id, _)) = turn.state.channels.after(self.last.as_ref()).next() else { break };
            if !room.take() {
                return false;
            }
            self.last = Some(name.clone());
            self.current = Some(Names::of(turn, id));
        }
        turn.reply(RPL_ENDOFNAMES, &["*"]);
        true
    }
}
