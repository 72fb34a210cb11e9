//! The table of channels, and their names. Independent of users.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::server::channel::{Channel, ChannelFlags};
use crate::server::fact::Seq;
use crate::server::id::ChannelId;
use crate::slots::Slots;
use crate::time::Now;
use crate::wire::{Casemapping, ChannelName, Folded};

/// The channels, by number and by name.
#[derive(Debug, Default)]
pub(in super::super) struct Channels {
    casemapping: Casemapping,
    rows: Slots<Channel>,
    names: BTreeMap<Folded, ChannelId>,
}

impl Channels {
    pub(super) fn new(casemapping: Casemapping) -> Self {
        Self { casemapping, ..Self::default() }
    }

    /// The number of the channel with this name.
    pub(in super::super) fn id(&self, name: &str) -> Option<ChannelId> {
        self.names.get(&self.casemapping.fold(name)).copied()
    }

    pub(super) fn get(&self, id: ChannelId) -> Option<&Channel> {
        self.rows.get(id)
    }

    pub(super) fn get_mut(&mut self, id: ChannelId) -> Option<&mut Channel> {
        self.rows.get_mut(id)
    }

    /// The channels whose folded names come after `last`, in that order.
    pub(in super::super) fn after(
        &self,
        last: Option<&Folded>,
    ) -> impl Iterator<Item = (&Folded, ChannelId, &Channel)> {
        let from = last.map_or(Bound::Unbounded, Bound::Excluded);
        let names = self.names.range((from, Bound::Unbounded));
        names.filter_map(|(name, &id)| Some((name, id, self.rows.get(id)?)))
    }

    /// The channels, by number.
    #[cfg(feature = "planted")]
    pub(super) fn by_number(&self) -> impl Iterator<Item = (ChannelId, &Channel)> {
        self.rows.iter()
    }

    pub(in super::super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// How many names are in use: one for each channel.
    #[cfg(feature = "planted")]
    pub(super) fn names(&self) -> usize {
        self.names.len()
    }

    /// Creates a channel without members, with these modes. The name must be free.
    pub(in super::super) fn create(
        &mut self,
        born: Seq,
        name: ChannelName,
        flags: ChannelFlags,
        now: Now,
    ) -> ChannelId {
        let folded = self.casemapping.fold(name.as_str());
        let mut channel = Channel::new(born, name, now);
        channel.modes.flags = flags;
        let id = self.rows.insert(channel);
        let before = self.names.insert(folded, id);
        assert!(before.is_none(), "a channel is created once");
        id
    }

    /// Renames a channel, and changes nothing else. The name must be free.
    pub(in super::super) fn rename(&mut self, id: ChannelId, name: ChannelName) {
        let folded = self.casemapping.fold(name.as_str());
        let channel = self.rows.get_mut(id).expect("the channel is there");
        let before = std::mem::replace(&mut channel.name, name);
        self.names.remove(&self.casemapping.fold(before.as_str()));
        let taken = self.names.insert(folded, id);
        assert!(taken.is_none(), "a channel's new name is free");
    }

    pub(super) fn remove(&mut self, id: ChannelId) -> Channel {
        let channel = self.rows.remove(id).expect("the channel is there");
        self.names.remove(&self.casemapping.fold(channel.name.as_str()));
        channel
    }
}
