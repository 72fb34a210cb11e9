//! Messages that are taken back (IRCv3 draft/message-redaction).

use super::super::caps::Cap;
use super::super::channel::{ChannelId, Rank};
use super::super::outgoing::MessageId;
use super::super::turn::{Pick, Turn, as_middle, cut};
use super::super::user::UserId;
use super::target::{Target, silenced};
use crate::planted::Bug;
use crate::wire::Message;
use crate::wire::numeric::ERR_UNKNOWNCOMMAND;

/// What somebody is to a message.
enum Claim {
    Unknown,
    /// They may not take it back.
    Anothers,
    Own,
}

pub(in super::super) fn redact(turn: &mut Turn<'_>, message: &Message<'_>) {
    if !turn.has_cap(Cap::MessageRedaction) {
        return turn.reply(ERR_UNKNOWNCOMMAND, &["REDACT"]);
    }
    let [asked, id] = message.params()[..2] else { unreachable!("the table asks for two parameters") };
    let found = Target::find(turn, asked).ok();
    let Some(target) = found.filter(|target| !matches!(*target, Target::Channel(id, _) if !turn.is_member(id))) else {
        let text = ["You cannot delete messages from ", as_middle(asked)].concat();
        return turn.fail("REDACT", "INVALID_TARGET", &[asked], &text);
    };
    let number = MessageId::parse(id, turn.started).map(|id| id.number);
    let claim = number.map_or(Claim::Unknown, |number| match target {
        Target::Channel(channel, floor) => claim_in_channel(turn, channel, floor, number),
        Target::User(user) => claim_between(turn, user, number),
    });
    match (claim, number) {
        (Claim::Own, Some(number)) => take_back(turn, target, number, message),
        (Claim::Anothers, _) => {
            let text = "You are not authorised to delete this message";
            turn.fail("REDACT", "REDACT_FORBIDDEN", &[asked, id], text);
        }
        _ => turn.fail("REDACT", "UNKNOWN_MSGID", &[asked, id], "This message does not exist or is too old"),
    }
}

fn claim_in_channel(turn: &Turn<'_>, id: ChannelId, floor: Option<Rank>, number: u64) -> Claim {
    let channel = turn.state.channel(id);
    let Some(said) = channel.said.get(number).filter(|said| said.floor == floor) else { return Claim::Unknown };
    let rank = channel.member(turn.actor).and_then(|member| member.rank());
    let theirs =
        said.sender == turn.me().number || rank >= Some(Rank::Operator) || turn.config.bugs.has(Bug::RedactByAnybody);
    if theirs && silenced(turn, id).is_none() { Claim::Own } else { Claim::Anothers }
}

fn claim_between(turn: &Turn<'_>, user: UserId, number: u64) -> Claim {
    let (me, other) = (turn.me(), turn.state.user(user));
    if me.said.get(number) == Some(&other.number) {
        Claim::Own
    } else if other.said.get(number) == Some(&me.number) {
        Claim::Anothers
    } else {
        Claim::Unknown
    }
}

/// Forgets the message, and tells those who heard it. "MUST not forward" it to those who do not know of redaction.
fn take_back(turn: &mut Turn<'_>, target: Target, number: u64, message: &Message<'_>) {
    match target {
        Target::Channel(id, _) => turn.state.channel_mut(id).said.forget(number),
        Target::User(_) => turn.me_mut().said.forget(number),
    }
    let shown = target.shown(turn);
    let told = turn.act("REDACT").param(&shown).param(message.params()[1]);
    let told = match message.param(2).filter(|reason| !reason.is_empty()) {
        Some(reason) => told.trailing(cut(reason, turn.config.limits.kick_bytes)).cut(),
        None => told,
    };
    let mut to = target.others(turn);
    to.push(turn.actor);
    turn.deliver_to(&to, &[], Pick::with(Cap::MessageRedaction), &told);
}
