//! REDACT (IRCv3 draft/message-redaction).

use super::super::channel::Rank;
use super::super::fact::{Seq, To, What};
use super::super::id::{ChannelId, UserId};
use super::super::turn::{Turn, as_middle, cut};
use super::super::view::View;
use super::target::{find, raised, silenced};
use crate::planted::{Bug, buggy};
use crate::wire::Message;

/// Why a message is not redacted.
enum Refusal {
    Target,
    Unknown,
    /// The caller may not redact it.
    Forbidden,
}

pub(in super::super) fn redact(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [asked, id] = message.first();
    let number = turn.boot.number(id);
    let reason = cut(message.param(2).unwrap_or_default(), turn.config.limits.kick_bytes);
    match decide(turn.view(), asked, number) {
        Ok((to, number)) => turn.happen(What::Redacted { to, number, id: id.into(), reason: reason.into() }),
        Err(Refusal::Target) => {
            let text = ["You cannot delete messages from ", as_middle(asked)].concat();
            turn.fail("REDACT", "INVALID_TARGET", &[asked], &text);
        }
        Err(Refusal::Forbidden) => {
            let text = "You are not authorised to delete this message";
            turn.fail("REDACT", "REDACT_FORBIDDEN", &[asked, id], text);
        }
        Err(Refusal::Unknown) => {
            turn.fail("REDACT", "UNKNOWN_MSGID", &[asked, id], "This message does not exist or is too old");
        }
    }
}

fn decide(view: View<'_>, asked: &str, number: Option<Seq>) -> Result<(To, Seq), Refusal> {
    let to = find(view, asked).map_err(|_| Refusal::Target)?;
    if matches!(to, To::Channel { id, .. } if !view.is_member(id)) {
        return Err(Refusal::Target);
    }
    // Nobody has seen an unsettled message yet, so REDACT treats it as unknown.
    let number = number.filter(|&number| !view.state.is_unsettled(number)).ok_or(Refusal::Unknown)?;
    match to {
        To::Channel { id, floor, .. } => in_channel(view, id, floor, number)?,
        To::User { id, .. } => between(view, id, number)?,
    }
    Ok((to, number))
}

fn in_channel(view: View<'_>, id: ChannelId, floor: Option<Rank>, number: Seq) -> Result<(), Refusal> {
    let channel = view.state.channel(id);
    let said = channel.said.get(number).filter(|said| said.floor == floor).ok_or(Refusal::Unknown)?;
    let rank = channel.member(view.actor).and_then(|member| member.rank());
    let theirs = said.sender == view.me().number || rank >= Some(Rank::Operator) || buggy(Bug::RedactByAnybody);
    let may_speak = silenced(view, id).is_none() && raised(view, id, floor) == floor;
    if theirs && may_speak { Ok(()) } else { Err(Refusal::Forbidden) }
}

fn between(view: View<'_>, user: UserId, number: Seq) -> Result<(), Refusal> {
    let (me, other) = (view.me(), view.state.user(user));
    if me.rare.said.get(number) == Some(&other.number) {
        Ok(())
    } else if other.rare.said.get(number) == Some(&me.number) {
        Err(Refusal::Forbidden)
    } else {
        Err(Refusal::Unknown)
    }
}
