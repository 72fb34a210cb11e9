//! The names and texts of the simulated people.

use crate::random::Random;

const NAMES: [&str; 26] = [
    "ada", "bob", "cleo", "dan", "eve", "finn", "gus", "hana", "ivy", "jon", "kim", "leo", "mia", "noor", "olga",
    "pia", "quin", "rosa", "sam", "tess", "uma", "vera", "wim", "xena", "yuri", "zoe",
];

const WORDS: [&str; 24] = [
    "the",
    "rain",
    "stopped",
    "and",
    "nobody",
    "noticed",
    "tea?",
    "naïve",
    "—",
    "привет",
    "東京",
    "🦀",
    "ok",
    ":)",
    "/slash",
    "so",
    "what",
    "then",
    "came",
    "back",
    "a",
    "little",
    "later,",
    "maybe",
];

/// A text of this length may be too long for one line.
const LONG: usize = 300;

/// The channels that people use.
pub const CHANNELS: [&str; 4] = ["#lobby", "#tea", "#rust", "#Garten"];

/// The name of person number `number`.
pub fn name(number: u32) -> String {
    let round = number / NAMES.len() as u32;
    let name = NAMES[number as usize % NAMES.len()];
    if round == 0 { name.into() } else { format!("{name}{round}") }
}

/// A text of up to roughly `most` bytes, unique in the run: it begins with the seed, its number and its sender. If it
/// may have to be split, each of its words is unique.
pub fn text(random: &mut Random, seed: u64, number: u32, speaker: &str, most: usize) -> String {
    let mut text = format!("s{seed} m{number} {speaker}");
    let length = text.len() + random.size(most);
    while text.len() < length {
        text.push(' ');
        text.push_str(random.pick::<&str>(&WORDS));
        if most > LONG {
            text += &format!("-{speaker}.{number}.{}", text.len());
        }
    }
    text
}
