//! Who talks to whom while it is measured.

/// Who talks to whom.
pub(super) enum Traffic {
    /// The first `senders` connections talk to one channel; each has `in_flight` lines under way, and sends the
    /// next when the last connection has read one.
    Channel { senders: usize, in_flight: usize },
    /// Every even connection talks to the next, and sends again when that has read a line.
    Pairs { in_flight: usize },
}
