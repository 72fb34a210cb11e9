//! One direction of a connection: bytes sent and not yet read, in order.

use std::collections::VecDeque;

use verbatim::time::Time;

/// Whether the sender has ended its direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum End {
    /// It has not.
    #[default]
    Open,
    /// The end is in flight, and arrives at this time.
    Coming(Time),
    /// It has arrived: after the last byte, a read returns 0.
    Arrived,
}

/// One direction of a connection.
#[derive(Debug, Default)]
pub(super) struct Pipe {
    bytes: VecDeque<u8>,
    /// Segments in flight: when each arrives, and its bytes.
    segments: VecDeque<(Time, usize)>,
    /// How many bytes have arrived.
    arrived: usize,
    /// When the last segment arrives: segments do not overtake each other.
    last: Time,
    /// Whether the sender has ended it.
    pub end: End,
    /// Nothing arrives before this time.
    pub stalled: Time,
    /// Whether an arrival is scheduled.
    pub expected: bool,
}

impl Pipe {
    /// Bytes that the reader can read.
    pub fn readable(&self) -> usize {
        self.arrived
    }

    /// Bytes that the writer can write into a window of `window` bytes.
    pub fn space(&self, window: usize) -> usize {
        window.saturating_sub(self.bytes.len())
    }

    /// Sends `bytes`, to arrive at `time`, or after what is already in flight.
    pub fn send(&mut self, bytes: &[u8], time: Time) {
        self.bytes.extend(bytes);
        self.last = self.last.max(time);
        match self.segments.back_mut() {
            Some((arrives, count)) if *arrives == self.last => *count += bytes.len(),
            _ => self.segments.push_back((self.last, bytes.len())),
        }
    }

    /// Sends bytes that never arrive: they only fill the window.
    pub fn send_in_vain(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    /// Sends the end, to arrive at `time`, or after what is already in flight.
    pub fn send_end(&mut self, time: Time) {
        if self.end == End::Open {
            self.last = self.last.max(time);
            self.end = End::Coming(self.last);
        }
    }

    /// The earliest arrival of something new: not before `time`, nor before what is in flight.
    pub fn behind(&self, time: Time) -> Time {
        self.last.max(time)
    }

    /// When the next segment, or the end, arrives.
    pub fn next_arrival(&self) -> Option<Time> {
        let end = if let End::Coming(time) = self.end { Some(time) } else { None };
        let next = self.segments.front().map(|&(time, _)| time).or(end)?;
        Some(next.max(self.stalled))
    }

    /// Delivers what is due. Returns how many bytes arrived, and whether the end did.
    pub fn arrive(&mut self, now: Time) -> (usize, bool) {
        if now < self.stalled {
            return (0, false);
        }
        let before = self.arrived;
        while let Some(&(time, count)) = self.segments.front()
            && time <= now
        {
            self.arrived += count;
            self.segments.pop_front();
        }
        let ended = self.segments.is_empty() && matches!(self.end, End::Coming(time) if time <= now);
        if ended {
            self.end = End::Arrived;
        }
        (self.arrived - before, ended)
    }

    /// The first `count` bytes that have arrived, in two slices.
    pub fn peek(&self, count: usize) -> (&[u8], &[u8]) {
        debug_assert!(count <= self.arrived);
        let (first, second) = self.bytes.as_slices();
        let cut = count.min(first.len());
        (&first[..cut], &second[..count - cut])
    }

    /// Removes the first `count` bytes, which have been read.
    pub fn consume(&mut self, count: usize) {
        self.arrived -= count;
        self.bytes.drain(..count);
    }

    /// Drops everything: what has arrived, and what is in flight.
    pub fn clear(&mut self) {
        self.bytes = VecDeque::new();
        self.segments = VecDeque::new();
        self.arrived = 0;
    }

    /// Drops all but `keep` of the bytes in flight.
    pub fn cut(&mut self, keep: usize) {
        let mut under_way = 0;
        for (_, count) in &mut self.segments {
            *count = (*count).min(keep - under_way);
            under_way += *count;
        }
        self.bytes.truncate(self.arrived + under_way);
    }

    /// Bytes in flight.
    pub fn under_way(&self) -> usize {
        self.segments.iter().map(|&(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_arrive_in_order_and_the_end_comes_last() {
        let mut pipe = Pipe::default();
        pipe.send(b"slow ", Time::from_secs(5));
        pipe.send(b"fast", Time::from_secs(1));
        pipe.send_end(Time::from_secs(1));
        assert_eq!(pipe.arrive(Time::from_secs(4)), (0, false));
        assert_eq!(pipe.arrive(Time::from_secs(5)), (9, true));
        assert_eq!(pipe.peek(9), (b"slow fast".as_slice(), b"".as_slice()));
    }

    #[test]
    fn a_cut_keeps_what_has_arrived_and_a_prefix_of_the_rest() {
        let mut pipe = Pipe::default();
        pipe.send(b"NICK a\r\n", Time::from_secs(1));
        pipe.arrive(Time::from_secs(1));
        pipe.send(b"JOIN ", Time::from_secs(2));
        pipe.send(b"#a\r\n", Time::from_secs(3));
        pipe.cut(6);
        assert_eq!((pipe.readable(), pipe.under_way()), (8, 6));
        pipe.arrive(Time::from_secs(3));
        let (first, second) = pipe.peek(14);
        assert_eq!([first, second].concat(), b"NICK a\r\nJOIN #");
    }
}
