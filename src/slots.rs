//! A table of numbered rows. A new row gets the lowest free number.
//!
//! Kernels number file descriptors this way. A number is soon reused, so code that keeps one too long reaches another
//! row, in production and in the simulator alike.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A table of `T`, numbered from 0.
#[derive(Debug)]
pub struct Slots<T> {
    rows: Vec<Option<T>>,
    free: BinaryHeap<Reverse<u32>>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), free: BinaryHeap::new() }
    }
}

impl<T> Slots<T> {
    /// The number that the next row will get: the lowest free one.
    pub fn vacant(&self) -> u32 {
        self.free.peek().map_or(self.rows.len() as u32, |&Reverse(number)| number)
    }

    /// Puts `row` at the lowest free number and returns the number.
    pub fn insert(&mut self, row: T) -> u32 {
        if let Some(Reverse(number)) = self.free.pop() {
            let slot = &mut self.rows[number as usize];
            assert!(slot.is_none(), "slot {number} is on the free list but occupied");
            *slot = Some(row);
            return number;
        }
        let number = u32::try_from(self.rows.len()).expect("fewer than 2^32 slots");
        self.rows.push(Some(row));
        number
    }

    /// Puts `row` at the free number `number`. Numbers below it that were never used become free.
    pub fn put(&mut self, number: u32, row: T) {
        while self.rows.len() <= number as usize {
            self.free.push(Reverse(self.rows.len() as u32));
            self.rows.push(None);
        }
        self.free.retain(|&Reverse(free)| free != number);
        let slot = &mut self.rows[number as usize];
        assert!(slot.is_none(), "slot {number} is already occupied");
        *slot = Some(row);
    }

    /// Removes the row, which frees its number.
    pub fn remove(&mut self, number: u32) -> Option<T> {
        let row = self.rows.get_mut(number as usize)?.take()?;
        self.free.push(Reverse(number));
        Some(row)
    }

    /// The row at `number`, if there is one.
    pub fn get(&self, number: u32) -> Option<&T> {
        self.rows.get(number as usize)?.as_ref()
    }

    /// The row at `number`, if there is one.
    pub fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        self.rows.get_mut(number as usize)?.as_mut()
    }

    /// The rows in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.iter_from(0)
    }

    /// The rows from number `first` on, in the order of their numbers.
    pub fn iter_from(&self, first: u32) -> impl Iterator<Item = (u32, &T)> {
        self.rows.iter().enumerate().skip(first as usize).filter_map(|(n, row)| Some((n as u32, row.as_ref()?)))
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len() - self.free.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::Slots;

    #[test]
    fn the_lowest_free_number_is_given_first() {
        let mut slots = Slots::default();
        assert_eq!([slots.insert('a'), slots.insert('b'), slots.insert('c')], [0, 1, 2]);
        assert_eq!((slots.remove(2), slots.remove(0), slots.remove(0)), (Some('c'), Some('a'), None));
        assert_eq!((slots.insert('d'), slots.insert('e'), slots.insert('f')), (0, 2, 3));
        assert_eq!(slots.iter().map(|(n, c)| format!("{n}{c}")).collect::<Vec<_>>(), ["0d", "1b", "2e", "3f"]);
        assert_eq!(slots.len(), 4);
        slots.put(6, 'g');
        assert_eq!((slots.insert('h'), slots.insert('i'), slots.insert('j')), (4, 5, 7));
    }
}
