//! A queue with held lines, compared with a plain list of the expected output.

use std::collections::VecDeque;

use proptest::collection::vec;
use proptest::prelude::*;
use verbatim::transport::SendQueue;
use verbatim::wire::Line;

#[derive(Clone, Debug)]
enum Step {
    /// A line is pushed. It waits for the number that is `ahead` of the last settled one; for nothing if that is 0.
    Push {
        ahead: u64,
        keep: bool,
    },
    Either {
        ahead: u64,
        stored: usize,
        refused: usize,
    },
    Settle {
        ahead: u64,
        refused: bool,
    },
    /// This many bytes are written.
    Write(usize),
    /// Whole lines are taken, as by transports.
    Take,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..4u64, any::<bool>()).prop_map(|(ahead, keep)| Step::Push { ahead, keep }),
        1 => (1..4u64, 0..3usize, 0..3usize).prop_map(|(ahead, stored, refused)| Step::Either { ahead, stored, refused }),
        2 => (1..3u64, any::<bool>()).prop_map(|(ahead, refused)| Step::Settle { ahead, refused }),
        3 => (1..200usize).prop_map(Step::Write),
        1 => Just(Step::Take),
    ]
}

/// One push: the number it waits for, and its output if that is stored or refused.
struct Item {
    after: u64,
    stored: Vec<Line>,
    refused: Vec<Line>,
}

/// The plain list.
#[derive(Default)]
struct Plain {
    items: VecDeque<Item>,
    open: Vec<u8>,
    settled: Vec<(u64, bool)>,
}

impl Plain {
    fn push(&mut self, item: Item) {
        self.items.push_back(item);
        self.open_up();
    }

    fn open_up(&mut self) {
        while let Some(item) = self.items.front() {
            let outcome = self.settled.iter().find(|&&(upto, _)| upto >= item.after);
            let refused = if item.after == 0 { Some(false) } else { outcome.map(|&(_, refused)| refused) };
            let Some(refused) = refused else { break };
            let item = self.items.pop_front().expect("it is there");
            let lines = if refused { item.refused } else { item.stored };
            lines.iter().for_each(|line| self.open.extend_from_slice(line));
        }
    }

    fn free_bytes(&self) -> usize {
        let free = self.items.iter().filter(|item| item.after == 0);
        free.flat_map(|item| &item.stored).map(|line| line.len()).sum()
    }
}

proptest! {
    #[test]
    fn the_queue_writes_what_was_settled_in_order(steps in vec(step(), 1..120), taken in any::<bool>()) {
        let (mut queue, mut plain, mut count, mut last) = (SendQueue::default(), Plain::default(), 0, 0);
        let (mut highest, mut scratch, mut out) = (0, Vec::new(), Vec::new());
        let mut line = || {
            count += 1;
            Line::new(format!("PING {count}{}\r\n", "x".repeat(count % 40)).as_bytes())
        };
        for step in steps {
            match step {
                Step::Push { ahead, keep } => {
                    // Numbers ascend: a line waits for what was appended last, or for nothing.
                    let after = if ahead == 0 { 0 } else { (last + ahead).max(highest) };
                    highest = highest.max(after);
                    let line = line();
                    // A line that waits for nothing is written even if earlier lines are refused.
                    let refused = if keep || after == 0 { vec![line.clone()] } else { Vec::new() };
                    plain.push(Item { after, stored: vec![line.clone()], refused });
                    queue.push_after(line, after, keep);
                }
                Step::Either { ahead, stored, refused } => {
                    let after = (last + ahead).max(highest);
                    highest = after;
                    let stored: Vec<Line> = (0..stored).map(|_| line()).collect();
                    let refused: Vec<Line> = (0..refused).map(|_| line()).collect();
                    queue.push_either(after, stored[..].into(), refused[..].into());
                    plain.push(Item { after, stored, refused });
                }
                Step::Settle { ahead, refused } => {
                    last += ahead;
                    plain.settled.push((last, refused));
                    plain.open_up();
                    queue.settle(last, refused);
                }
                Step::Write(most) if !taken => {
                    let bytes = queue.gather(&mut scratch, 100);
                    prop_assert!(bytes.len() <= 100);
                    let count = bytes.len().min(most);
                    out.extend_from_slice(&bytes[..count]);
                    queue.consume(count);
                }
                Step::Take if taken => {
                    scratch.clear();
                    queue.take_lines(&mut scratch, 100);
                    prop_assert!(scratch.len() <= 100);
                    out.extend_from_slice(&scratch);
                }
                Step::Write(_) | Step::Take => {}
            }
            prop_assert!(plain.open.starts_with(&out), "{} and {}", plain.open.escape_ascii(), out.escape_ascii());
            prop_assert_eq!(queue.bytes(), plain.open.len() - out.len() + plain.free_bytes());
            prop_assert_eq!(queue.is_held(), plain.items.iter().any(|item| item.after > last));
            prop_assert_eq!(queue.is_written(), plain.open.len() == out.len());
        }
    }
}
