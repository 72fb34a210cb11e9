//! The capabilities (IRCv3 "Client Capability Negotiation"), in one table.

/// What a client can ask for. A row of [`CAPABILITIES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cap {
    /// `CAP NEW` and `CAP DEL` are welcome. Implied by version 302.
    Notify,
    /// NAMES and WHO show all of a member's prefixes, not only the highest.
    MultiPrefix,
    /// NAMES shows `nick!user@host`.
    UserhostInNames,
}

/// Every capability and its name on the wire, in the order in which they are listed.
pub(super) const CAPABILITIES: &[(&str, Cap)] =
    &[("cap-notify", Cap::Notify), ("multi-prefix", Cap::MultiPrefix), ("userhost-in-names", Cap::UserhostInNames)];

/// The capabilities that one client has switched on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Caps(u32);

impl Caps {
    pub(super) fn has(self, cap: Cap) -> bool {
        self.0 & (1 << cap as u32) != 0
    }

    pub(super) fn set(&mut self, cap: Cap, on: bool) {
        match on {
            true => self.0 |= 1 << cap as u32,
            false => self.0 &= !(1 << cap as u32),
        }
    }

    /// What `asked` (`name -name …`) makes of these; `None` if it names a capability that does not exist.
    pub(super) fn changed(mut self, asked: &str) -> Option<Self> {
        for word in asked.split_ascii_whitespace() {
            let (name, on) = word.strip_prefix('-').map_or((word, true), |name| (name, false));
            let (_, cap) = CAPABILITIES.iter().find(|(known, _)| *known == name)?;
            self.set(*cap, on);
        }
        Some(self)
    }

    /// The names of those that are on, with spaces between them.
    pub(super) fn names(self) -> String {
        names(CAPABILITIES.iter().filter(|(_, cap)| self.has(*cap)))
    }
}

/// The names of all, with spaces between them.
pub(super) fn all() -> String {
    names(CAPABILITIES.iter())
}

fn names<'a>(rows: impl Iterator<Item = &'a (&'static str, Cap)>) -> String {
    rows.map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
}
