//! The sent messages that can still be redacted.

use std::collections::VecDeque;

/// The numbers of messages, oldest first, each with what is remembered about the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remembered<T> {
    messages: VecDeque<(u64, T)>,
}

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<T> Remembered<T> {
    /// No messages.
    pub(super) const EMPTY: Self = Self { messages: VecDeque::new() };

    /// Adds a message, whose number must be the highest so far. If there are more than `most`, forgets the oldest.
    pub(super) fn remember(&mut self, number: u64, what: T, most: usize) {
        debug_assert!(self.messages.back().is_none_or(|&(last, _)| last < number), "numbers rise");
        self.messages.push_back((number, what));
        self.keep(most);
    }

    fn keep(&mut self, most: usize) {
        while self.messages.len() > most {
            self.messages.pop_front();
        }
    }

    /// What is remembered about a message; `None` if it was forgotten.
    pub(super) fn get(&self, number: u64) -> Option<&T> {
        self.position(number).map(|at| &self.messages[at].1)
    }

    #[cfg(feature = "planted")]
    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    /// Forgets a message, and returns what was remembered about it.
    pub(super) fn forget(&mut self, number: u64) -> Option<T> {
        let at = self.position(number)?;
        self.messages.remove(at).map(|(_, what)| what)
    }

    /// Restores a message that was forgotten. If there are more than `most`, forgets the oldest.
    pub(super) fn put_back(&mut self, number: u64, what: T, most: usize) {
        if let Err(at) = self.messages.binary_search_by_key(&number, |&(number, _)| number) {
            self.messages.insert(at, (number, what));
        }
        self.keep(most);
    }

    fn position(&self, number: u64) -> Option<usize> {
        self.messages.binary_search_by_key(&number, |&(number, _)| number).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Remembered;

    #[test]
    fn the_oldest_is_forgotten_first() {
        let mut said = Remembered::default();
        for number in [3, 5, 9] {
            said.remember(number, number * 10, 2);
        }
        assert_eq!([3, 4, 5, 9].map(|number| said.get(number).copied()), [None, None, Some(50), Some(90)]);
        said.forget(5);
        said.forget(4);
        assert_eq!([5, 9].map(|number| said.get(number).copied()), [None, Some(90)]);
        said.remember(10, 1, 0);
        assert_eq!(said.get(10), None);
    }
}
