//! Oracle `queue-cap`: no queue of the driver exceeds its cap.

use verbatim::time::Now;

use super::{Failure, Observation, Oracle, Setting};

/// The cap of a connection's queue.
#[derive(Debug)]
pub struct QueueCap(usize);

impl QueueCap {
    pub fn watch(setting: &Setting) -> Box<dyn Oracle> {
        Box::new(Self(setting.send_queue_bytes))
    }
}

impl Oracle for QueueCap {
    fn see(&mut self, _now: Now, seen: &Observation<'_>) -> Result<(), Failure> {
        match seen {
            Observation::Looked(looked) if looked.largest_queue > self.0 => {
                let got = format!("{} bytes wait for one connection", looked.largest_queue);
                Err(Failure::new("queue-cap", format!("at most {} bytes", self.0), got))
            }
            _ => Ok(()),
        }
    }
}
