//! Message ids (IRCv3 message-ids). They are made from the numbers of facts, and are opaque to clients.

use std::fmt;

use super::id::Seq;
use crate::time::Now;

/// One run of the server: when it started, and the random values behind its message ids. Unique.
#[derive(Clone, Copy)]
pub struct Boot {
    /// The clocks at the start.
    pub now: Now,
    random: u32,
    /// The keys of the permutation, which clients do not know.
    key: [u64; 2],
}

impl Boot {
    /// A run that starts `now`; `random` must be unpredictable.
    pub fn new(now: Now, random: &[u8; 20]) -> Self {
        let (parts, rest) = random.as_chunks::<8>();
        let mut tail = [0; 4];
        tail.copy_from_slice(rest);
        Self {
            now,
            random: u32::from_le_bytes(tail),
            key: [u64::from_le_bytes(parts[0]), u64::from_le_bytes(parts[1])],
        }
    }

    /// A run that starts `now`, with predictable ids: for tests.
    pub fn foreseen(now: Now) -> Self {
        Self::new(now, &[0; 20])
    }

    /// The id of the fact `number`.
    pub(super) fn id(&self, number: Seq) -> MessageId {
        MessageId { millis: self.now.wall.as_micros() / 1000, random: self.random, opaque: self.permute(number) }
    }

    /// The number of the fact whose id is exactly `text`.
    pub(super) fn number(&self, text: &str) -> Option<Seq> {
        let (_, opaque) = text.split_once('-')?;
        let opaque = u64::from_str_radix(opaque, 16).ok()?;
        let number = self.restore(opaque);
        (self.id(number).to_string() == text).then_some(number)
    }

    /// A keyed permutation of all numbers (a Feistel network), so that two ids do not reveal how many facts lie between
    /// them. This is obfuscation, not security: knowing an id grants no rights.
    fn permute(&self, number: u64) -> u64 {
        let (mut left, mut right) = ((number >> 32) as u32, number as u32);
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ self.mix(round, right));
        }
        u64::from(left) << 32 | u64::from(right)
    }

    fn restore(&self, opaque: u64) -> u64 {
        let (mut left, mut right) = ((opaque >> 32) as u32, opaque as u32);
        for round in (0..ROUNDS).rev() {
            (left, right) = (right ^ self.mix(round, left), left);
        }
        u64::from(left) << 32 | u64::from(right)
    }

    /// The round function: Vigna's splitmix64 of half a number and the key.
    fn mix(&self, round: u32, half: u32) -> u32 {
        let key = self.key[round as usize % 2].rotate_left(round * 11);
        let mut z = (u64::from(half) ^ key).wrapping_add(0x9e37_79b9_7f4a_7c15u64.wrapping_mul(u64::from(round) + 1));
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) >> 32) as u32
    }
}

const ROUNDS: u32 = 6;

/// Hides the key.
impl fmt::Debug for Boot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Boot({:?})", self.now)
    }
}

/// The id of a fact. It identifies the run of the server, and the fact within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MessageId {
    millis: u64,
    random: u32,
    opaque: u64,
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}{:08x}-{:x}", self.millis, self.random, self.opaque)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::time::Time;

    fn boot() -> Boot {
        Boot::new(Now::both(Time::from_secs(1)), b"twenty bytes at most")
    }

    #[test]
    fn only_an_exact_copy_of_an_id_is_accepted() {
        let id = boot().id(171).to_string();
        assert_eq!(boot().number(&id), Some(171));
        let (run, opaque) = id.split_once('-').expect("two parts");
        for other in
            ["", "-", run, &format!("{run}-"), &id.to_uppercase(), &format!("{run}-0{opaque}"), &format!("0{id}")]
        {
            assert_eq!(boot().number(other), None, "{other}");
        }
        assert_eq!(Boot::foreseen(boot().now).number(&id), None, "another run's");
    }

    #[test]
    fn every_number_has_a_unique_id_that_does_not_reveal_it() {
        let ids: BTreeSet<u64> = (1..=10_000).map(|number| boot().permute(number)).collect();
        assert_eq!(ids.len(), 10_000);
        for number in [0, 1, 2, 171, 1 << 32, u64::MAX] {
            assert_eq!(boot().restore(boot().permute(number)), number);
        }
        let steps: BTreeSet<u64> = (1..1000).map(|n| boot().permute(n + 1).wrapping_sub(boot().permute(n))).collect();
        assert_eq!(steps.len(), 999, "two steps are alike");
    }
}
