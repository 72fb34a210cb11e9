//! What a single command remembers about a user, in a type that is private to the file of its handler.

use std::any::Any;
use std::fmt::Debug;

use super::config::Limits;

/// What one command remembers about a user. No other code reads it, and no fact changes it.
pub(super) trait Note: Any + Debug + Send + Sync {
    /// Whether its lists are within their limits.
    #[cfg_attr(not(feature = "planted"), expect(dead_code, reason = "tests and the simulator audit it"))]
    fn is_within(&self, limits: &Limits) -> bool;
}

/// The notes about a user, at most one of each type.
#[derive(Debug)]
pub(super) struct Notes(Vec<Box<dyn Note>>);

impl Notes {
    pub(super) const NONE: Self = Self(Vec::new());

    /// The note of this type, if there is one.
    pub(super) fn get<N: Note>(&self) -> Option<&N> {
        self.0.iter().find_map(|note| (&**note as &dyn Any).downcast_ref())
    }

    /// The note of this type, which is created if there is none.
    pub(super) fn get_mut<N: Note + Default>(&mut self) -> &mut N {
        let at = self.0.iter().position(|note| (&**note as &dyn Any).is::<N>()).unwrap_or_else(|| {
            self.0.push(Box::new(N::default()));
            self.0.len() - 1
        });
        (&mut *self.0[at] as &mut dyn Any).downcast_mut().expect("it is of this type")
    }

    #[cfg(feature = "planted")]
    pub(super) fn iter(&self) -> impl Iterator<Item = &dyn Note> {
        self.0.iter().map(|note| &**note)
    }
}

impl Default for Notes {
    fn default() -> Self {
        Self::NONE
    }
}
