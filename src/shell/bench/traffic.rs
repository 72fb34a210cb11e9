//! Who sends to whom during a measurement.

/// Who sends to whom.
pub(super) enum Traffic {
    /// The first `senders` connections send to one channel; each has `in_flight` lines in flight, and sends the next
    /// when the last connection has read one.
    Channel { senders: usize, in_flight: usize },
    /// Every even connection sends to the next, and sends again when that one has read a line.
    Pairs { in_flight: usize },
}
