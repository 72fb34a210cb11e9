//! Seeded random numbers: one stream for each concern of the world.
//!
//! A stream's key is made from the run's seed and the concern's name, so an additional draw for one concern does not
//! shift the draws of another. The meaning of a seed is fixed here: by `next_u64` of ChaCha8 and a few lines of our
//! own, not by a library's ranges.

use std::ops::RangeInclusive;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream of random numbers.
#[derive(Debug)]
pub struct Random(ChaCha8Rng);

impl Random {
    /// The stream for `concern` in the run with this seed.
    pub fn new(seed: u64, concern: &str) -> Self {
        let mut key = blake3::Hasher::new();
        key.update(&seed.to_le_bytes()).update(concern.as_bytes());
        Self(ChaCha8Rng::from_seed(*key.finalize().as_bytes()))
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        // The high half of the product: uniform enough for bounds far below 2^64, and without a division.
        ((u128::from(self.number()) * u128::from(bound)) >> 64) as u64
    }

    /// A number in `range`.
    pub fn within(&mut self, range: RangeInclusive<u64>) -> u64 {
        range.start() + self.below(range.end() - range.start() + 1)
    }

    /// True with probability `times` / `of`.
    pub fn chance(&mut self, times: u64, of: u64) -> bool {
        self.below(of) < times
    }

    /// One of `choices`, which is not empty.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len() as u64) as usize]
    }

    /// A size from 1 to `most`, small ones as likely as large ones (0 if `most` is 0).
    pub fn size(&mut self, most: usize) -> usize {
        let bits = u64::from(usize::BITS - most.leading_zeros());
        let mask = (1_u64 << (1 + self.below(bits.max(1)))) - 1;
        ((self.number() & mask) as usize).clamp(1.min(most), most)
    }

    /// Shuffles `items`.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end as u64 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn each_concern_draws_independently_of_the_others() {
        let draw = |seed, name, others| {
            let (mut random, mut other) = (Random::new(seed, name), Random::new(seed, "another"));
            [(); 3].map(|()| {
                for _ in 0..others {
                    other.number();
                }
                random.number()
            })
        };
        let network = draw(7, "network", 0);
        assert_eq!(network, draw(7, "network", 5));
        assert_ne!(network, draw(7, "faults", 0));
        assert_ne!(network, draw(8, "network", 0));
        assert_eq!(Random::new(7, "network").number(), 13974822167499318110, "what a seed means never changes");
    }

    #[test]
    fn random_sizes_and_ranges_respect_their_bounds() {
        let mut random = Random::new(1, "bounds");
        for most in [0, 1, 2, 3, 100, 65_536] {
            let sizes: Vec<usize> = (0..1000).map(|_| random.size(most)).collect();
            assert!(sizes.iter().all(|&size| size <= most && size >= 1.min(most)), "{most}");
            assert!(sizes.contains(&most) || most > 100);
        }
        assert!((0..1000).all(|_| (3..=5).contains(&random.within(3..=5))));
    }
}
