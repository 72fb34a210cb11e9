//! One message's way to everybody who is to hear it, in the form that each can read.

use std::rc::Rc;

use super::super::caps::Cap;
use super::super::channel::Said;
use super::super::event::ConnId;
use super::super::outgoing::{MessageId, Outgoing, Tags};
use super::super::turn::{Pick, Turn};
use super::super::user::UserId;
use super::speech::{Content, Saying, Speech, TextLine};
use super::target::{Refusal, Target};
use crate::planted::Bug;
use crate::wire::numeric::RPL_AWAY;

/// Says something to the target that `asked` names.
///
/// # Errors
/// What forbids it. Nothing was said then.
pub(super) fn speak(turn: &mut Turn<'_>, asked: &str, speech: &Speech<'_>) -> Result<(), Refusal> {
    let target = Target::find(turn, asked)?;
    target.check(turn, speech)?;
    let message = Relayed { id: turn.message_id(), target: target.shown(turn), speech };
    remember(turn, target, &message);
    let mut to = target.others(turn);
    let channel = matches!(target, Target::Channel(..));
    // "The speaking session hears itself only with echo-message; its user's other sessions always do."
    to.push(turn.actor);
    let echo = turn.has_cap(Cap::EchoMessage) || channel && turn.config.bugs.has(Bug::EchoToSender);
    let mut but = (!echo).then_some(turn.conn);
    leak(turn, target, &mut to);
    misecho(turn, &message, &mut to, &mut but);
    message.deliver(turn, &to, but);
    if target == Target::User(turn.actor) {
        message.deliver_to_oneself(turn);
    }
    if let Target::User(user) = target
        && speech.saying == Saying::Privmsg
        && let Some(away) = turn.state.user(user).away.clone()
    {
        turn.reply_text(RPL_AWAY, &[&message.target], &away);
    }
    Ok(())
}

/// The planted bug of a private message that somebody else hears.
fn leak(turn: &Turn<'_>, target: Target, to: &mut Vec<UserId>) {
    if let Target::User(user) = target
        && turn.config.bugs.has(Bug::PrivateMessageLeaked)
    {
        to.extend(turn.state.witnesses(user).into_iter().find(|&other| other != turn.actor));
    }
}

/// The planted bugs of an echo that comes twice, or without its client-only tags.
fn misecho(turn: &mut Turn<'_>, message: &Relayed<'_>, to: &mut Vec<UserId>, but: &mut Option<ConnId>) {
    if turn.has_cap(Cap::EchoMessage) && turn.config.bugs.has(Bug::EchoTwice) {
        to.push(turn.actor);
    }
    if turn.has_cap(Cap::EchoMessage) && turn.config.bugs.has(Bug::EchoWithoutTags) {
        *but = Some(turn.conn);
        let speech = Speech { tags: "", ..*message.speech };
        Relayed { id: message.id, target: message.target.clone(), speech: &speech }.deliver(turn, &[turn.actor], None);
    }
}

/// Remembers whose message it is. Not that somebody is typing: that would push all else out.
fn remember(turn: &mut Turn<'_>, target: Target, message: &Relayed<'_>) {
    if message.speech.is_typing() {
        return;
    }
    let (number, limits, sender) = (message.id.number, &turn.config.limits, turn.me().number);
    match target {
        Target::Channel(id, floor) => {
            let said = &mut turn.state.channel_mut(id).said;
            said.remember(number, Said { sender, floor }, limits.redactable_messages);
        }
        Target::User(user) => {
            let receiver = turn.state.user(user).number;
            turn.me_mut().said.remember(number, receiver, limits.redactable_private_messages);
        }
    }
}

/// A message as others hear it.
struct Relayed<'a> {
    id: MessageId,
    target: String,
    speech: &'a Speech<'a>,
}

impl Relayed<'_> {
    /// To all sessions of `to` but one.
    fn deliver(&self, turn: &mut Turn<'_>, to: &[UserId], but: Option<ConnId>) {
        match self.speech.content {
            // "Servers MUST NOT deliver TAGMSG to clients that haven't negotiated the message tags capability."
            Content::Nothing => {
                let all = turn.config.bugs.has(Bug::TagmsgToAll);
                let pick = if all { Pick::ALL } else { Pick::with(Cap::MessageTags) };
                turn.deliver_to(to, &[], pick.but(but), &self.tagged(turn, None));
            }
            Content::Line(text) => turn.deliver_to(to, &[], Pick::ALL.but(but), &self.tagged(turn, Some(text))),
            Content::Lines(lines) => {
                let pick = |on| Pick::multiline(on).but(but);
                self.batch(turn, lines).iter().for_each(|line| turn.deliver_to(to, &[], pick(true), line));
                self.apart(turn, lines).iter().for_each(|line| turn.deliver_to(to, &[], pick(false), line));
            }
        }
    }

    /// What comes to its sender as to anybody else to whom it was said.
    fn deliver_to_oneself(&self, turn: &mut Turn<'_>) {
        let lines = match self.speech.content {
            Content::Nothing => vec![self.tagged(turn, None)],
            Content::Line(text) => vec![self.tagged(turn, Some(text))],
            Content::Lines(lines) => self.batch(turn, lines),
        };
        lines.iter().for_each(|line| turn.send_aside(line));
    }

    /// The message on one line, with all its tags.
    fn tagged(&self, turn: &Turn<'_>, text: Option<&str>) -> Outgoing {
        let message = turn.act_as(self.id, self.speech.saying.word()).param(&self.target);
        let message = match text {
            Some(text) => message.trailing(text),
            None => message,
        };
        message.with_client_tags(self.speech.tags)
    }

    /// Several lines as those read them who know of such messages. Their tags are those of the first `BATCH`.
    fn batch(&self, turn: &mut Turn<'_>, lines: &[TextLine]) -> Vec<Outgoing> {
        let batch: Rc<str> = turn.batch_name();
        let start = turn.act_as(self.id, "BATCH").opening(&batch, "draft/multiline").param(&self.target);
        let start = start.with_client_tags(self.speech.tags);
        let source = turn.me().source();
        let inside = lines.iter().map(|line| {
            let message = Outgoing::from_user(&source, Tags::default(), self.speech.saying.word());
            message.param(&self.target).trailing(&line.text).concat(line.concat).or_in_batch(&batch)
        });
        let end = Outgoing::from_user(&source, Tags::default(), "BATCH").closing(&batch);
        [start].into_iter().chain(inside).chain([end]).collect()
    }

    /// Several lines as others read them: each for itself.
    ///
    /// draft/multiline: "Servers MUST NOT send blank lines to clients that have not negotiated the multiline capability."
    fn apart(&self, turn: &Turn<'_>, lines: &[TextLine]) -> Vec<Outgoing> {
        let written = lines.iter().filter(|line| !line.text.is_empty());
        let mut messages: Vec<Outgoing> = written.map(|line| self.tagged(turn, Some(&line.text))).collect();
        if turn.config.bugs.has(Bug::FallbackCutShort) {
            messages.truncate(1);
        }
        messages.iter_mut().skip(1).for_each(Outgoing::continues);
        messages
    }
}
