//! A message whose receivers, and their forms, are not yet known.
//!
//! The body is encoded once. Only the tags differ between receivers: a receiver's capabilities determine its [`Form`].
//! So a line to a channel is encoded once for each form among its members, not once for each member.

use std::rc::Rc;

use super::caps::{Cap, Caps};
use super::message_id::MessageId;
use crate::time::Time;
use crate::wire::{Encoder, Line, TagWriter};

/// Which tags a receiver gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Form(u8);

impl Form {
    const TIME: u8 = 1;
    const TAGS: u8 = 2;
    const ACCOUNT: u8 = 4;
    /// The number of forms.
    pub(super) const COUNT: u8 = 8;

    /// The form for these capabilities.
    pub(super) fn of(caps: Caps) -> Self {
        let bit = |cap, bit| if caps.has(cap) { bit } else { 0 };
        Self(bit(Cap::ServerTime, Self::TIME) | bit(Cap::MessageTags, Self::TAGS) | bit(Cap::AccountTag, Self::ACCOUNT))
    }

    /// Every form.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT).map(Self)
    }

    /// The form's bit in a set of forms.
    pub(super) fn bit(self) -> u8 {
        1 << self.0
    }

    fn has(self, bit: u8) -> bool {
        self.0 & bit != 0
    }
}

/// The tags that a message may carry. [`Form`] says which of them a receiver gets.
#[derive(Clone, Debug, Default)]
pub(super) struct Tags {
    /// The message id; only actions of users have one.
    pub(super) id: Option<MessageId>,
    /// When it happened, if not now.
    at: Option<Time>,
    /// The account of the sender.
    account: Option<Rc<str>>,
    /// Whether the sender is a bot (IRCv3 bot-mode).
    bot: bool,
    /// The client-only tags, as the client wrote them.
    client: Option<Rc<str>>,
    /// The batch that it is part of. Only for clients with the capability.
    batch: Option<Rc<str>>,
    /// Whether it continues the previous line (IRCv3 draft/multiline). Only within a multiline batch.
    concat: bool,
}

impl Tags {
    /// The tags of a user's action.
    pub(super) fn of_user(id: MessageId, at: Time, account: Option<Rc<str>>, bot: bool) -> Self {
        Self { id: Some(id), at: Some(at), account, bot, ..Self::default() }
    }

    /// The tags of a line about a user, without an id.
    pub(super) fn unmarked(account: Option<Rc<str>>, bot: bool) -> Self {
        Self { account, bot, ..Self::default() }
    }

    /// The tags of a line about something that happened at `at`.
    pub(super) fn at(at: Time) -> Self {
        Self { at: Some(at), ..Self::default() }
    }
}

/// Whether a message opens or closes a batch, and which one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// It opens the batch with this reference.
    Opens(Rc<str>),
    /// It closes the batch with this reference.
    Closes(Rc<str>),
}

/// A message without its receivers.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    encoder: Encoder,
    pub(super) tags: Tags,
    /// Set for BATCH.
    frame: Option<Frame>,
}

impl Outgoing {
    /// A message from the server, `:server COMMAND`.
    pub(super) fn from_server(name: &str, command: &str) -> Self {
        Self { encoder: Encoder::from_source(name).command(command), tags: Tags::default(), frame: None }
    }

    /// A message without a source.
    pub(super) fn bare(command: &str) -> Self {
        Self { encoder: Encoder::bare().command(command), tags: Tags::default(), frame: None }
    }

    /// A message from a user, `:nick!user@host COMMAND`.
    pub(super) fn from_user(source: &str, tags: Tags, command: &str) -> Self {
        Self { encoder: Encoder::from_source(source).command(command), tags, frame: None }
    }

    /// Appends a middle parameter.
    pub(super) fn param(mut self, param: &str) -> Self {
        self.encoder = self.encoder.param(param);
        self
    }

    /// Appends middle parameters.
    pub(super) fn params<'a>(self, params: impl IntoIterator<Item = &'a str>) -> Self {
        params.into_iter().fold(self, Self::param)
    }

    /// Appends the last parameter.
    pub(super) fn trailing(mut self, text: &str) -> Self {
        self.encoder = self.encoder.trailing(text);
        self
    }

    /// Truncates the body if it is too long. Only for messages whose text may be truncated.
    pub(super) fn cut(mut self) -> Self {
        self.encoder = self.encoder.cut();
        self
    }

    /// Adds client-only tags, as the client wrote them.
    pub(super) fn with_client_tags(mut self, tags: &str) -> Self {
        self.tags.client = (!tags.is_empty()).then(|| tags.into());
        self
    }

    /// Makes it part of a batch.
    pub(super) fn in_batch(mut self, batch: &Rc<str>) -> Self {
        self.tags.batch = Some(batch.clone());
        self
    }

    /// Marks it as the continuation of the previous line, if `concat`.
    pub(super) fn concat(mut self, concat: bool) -> Self {
        self.tags.concat = concat;
        self
    }

    /// Removes its id.
    pub(super) fn without_id(mut self) -> Self {
        self.tags.id = None;
        self
    }

    /// Removes the id, which only the first line of a multiline message carries.
    pub(super) fn continues(&mut self) {
        self.tags.id = None;
    }

    /// Turns `BATCH` into the line that opens a batch of this kind; further parameters may follow.
    pub(super) fn opening(mut self, batch: &Rc<str>, kind: &str) -> Self {
        self.frame = Some(Frame::Opens(batch.clone()));
        self.param(&["+", batch].concat()).param(kind)
    }

    /// Turns `BATCH` into the line that closes the batch.
    pub(super) fn closing(mut self, batch: &Rc<str>) -> Self {
        self.frame = Some(Frame::Closes(batch.clone()));
        self.param(&["-", batch].concat())
    }

    /// The batch that it opens or closes, if any.
    pub(super) fn frame(&self) -> Option<&Frame> {
        self.frame.as_ref()
    }

    /// Makes it part of a batch, unless it is part of one already.
    pub(super) fn or_in_batch(self, batch: &Rc<str>) -> Self {
        if self.tags.batch.is_some() { self } else { self.in_batch(batch) }
    }

    /// Bytes of the body, with CRLF.
    pub(super) fn len(&self) -> usize {
        self.encoder.len()
    }

    /// Whether the body exceeds the protocol's limit.
    pub(super) fn is_too_long(&self) -> bool {
        self.encoder.is_too_long()
    }

    /// The line for receivers with this form. Only the caller's line has a `label`.
    pub(super) fn line(&self, form: Form, now: Time, label: Option<&str>) -> Line {
        let mut tags = TagWriter::default();
        if let Some(label) = label {
            tags.add("label", label);
        }
        if let Some(batch) = &self.tags.batch {
            tags.add("batch", batch);
        }
        if self.tags.concat {
            tags.add("draft/multiline-concat", "");
        }
        if form.has(Form::TIME) {
            tags.add("time", &server_time(self.tags.at.unwrap_or(now)));
        }
        if let Some(account) = self.tags.account.as_ref().filter(|_| form.has(Form::ACCOUNT)) {
            tags.add("account", account);
        }
        if form.has(Form::TAGS) {
            if let Some(id) = self.tags.id {
                tags.add("msgid", &id.to_string());
            }
            if self.tags.bot {
                tags.add("bot", "");
            }
            if let Some(client) = &self.tags.client {
                return self.encoder.tagged(&join(tags.as_str(), client));
            }
        }
        self.encoder.tagged(tags.as_str())
    }
}

fn join(ours: &str, client: &str) -> String {
    if ours.is_empty() { client.to_owned() } else { [ours, ";", client].concat() }
}

/// A time in the format of IRCv3 server-time: `YYYY-MM-DDThh:mm:ss.sssZ`.
pub(super) fn server_time(time: Time) -> String {
    let millis = i64::try_from(time.as_micros() / 1000).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(millis).unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_time_has_millisecond_resolution() {
        assert_eq!(server_time(Time::from_secs(1_000_000_000)), "2001-09-09T01:46:40.000Z");
    }
}
