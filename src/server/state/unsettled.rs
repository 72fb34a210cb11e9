//! What was said and is not settled: it is taken back if the log refuses it.

use super::State;
use crate::server::channel::Said;
use crate::server::fact::Seq;
use crate::server::id::{ChannelId, UserId};

/// What is done if a fact is refused.
#[derive(Debug)]
pub(in super::super) enum Undo {
    /// A message to a channel was not said: it cannot be taken back.
    Unsay { channel: ChannelId },
    /// The same of one to a user, by `sender`.
    UnsayPrivate { sender: UserId },
    /// A message to the channel that was born so can be taken back, as before.
    Unredact { channel: ChannelId, born: Seq, number: Seq, said: Said },
    /// The same of one to the user with the number `receiver`, by `sender`, whose number is `number`.
    UnredactPrivate { sender: UserId, sender_number: u64, number: Seq, receiver: u64 },
}

impl State {
    /// Remembers what to do if the fact with this number is refused.
    pub(in super::super) fn may_undo(&mut self, seq: Seq, undo: Undo) {
        if self.has_log {
            self.undo.push_back((seq, undo));
        }
    }

    /// Whether what was said with this number is not settled.
    pub(in super::super) fn is_unsettled(&self, seq: Seq) -> bool {
        self.undo.front().is_some_and(|&(first, _)| seq >= first)
    }

    /// All facts up to `upto` are settled: what was refused is taken back, the last first.
    pub(in super::super) fn settle(&mut self, upto: Seq, refused: bool) {
        let settled = self.undo.partition_point(|&(seq, _)| seq <= upto);
        let settled: Vec<(Seq, Undo)> = self.undo.drain(..settled).collect();
        for (seq, undo) in settled.into_iter().rev().filter(|_| refused) {
            self.take_back(seq, undo);
        }
    }

    fn take_back(&mut self, seq: Seq, undo: Undo) {
        match undo {
            Undo::Unsay { channel } => {
                if let Some(channel) = self.channels.get_mut(channel) {
                    channel.said.forget(seq);
                }
            }
            Undo::UnsayPrivate { sender } => {
                if let Some(sender) = self.users.get_mut(sender.0) {
                    sender.said.forget(seq);
                }
            }
            Undo::Unredact { channel, born, number, said } => {
                if let Some(channel) = self.channels.get_mut(channel).filter(|channel| channel.born == born) {
                    channel.said.put_back(number, said);
                }
            }
            Undo::UnredactPrivate { sender, sender_number, number, receiver } => {
                if let Some(sender) = self.users.get_mut(sender.0).filter(|user| user.number == sender_number) {
                    sender.said.put_back(number, receiver);
                }
            }
        }
    }
}
