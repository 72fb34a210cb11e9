//! Whether real processes are idle: the kernel knows, so no time-based waiting is needed.

use std::collections::BTreeSet;
use std::fs;

use crate::shell_world::{children, state};

/// Processes and the ports between them. They are quiet when all of them sleep, nothing is in flight between them, and
/// all of them still sleep.
pub struct Quiet<'a> {
    /// These processes and their children.
    pub processes: &'a [i32],
    /// The server's ports.
    pub served: &'a [u16],
    /// Ports whose peer reads nothing, on purpose.
    pub deaf: &'a [u16],
}

impl Quiet<'_> {
    pub fn holds(&self) -> bool {
        self.all_sleep() && self.nothing_is_on_its_way() && self.all_sleep()
    }

    /// Whether all of them sleep, or are gone.
    fn all_sleep(&self) -> bool {
        let sleeps = |pid: i32| !state(pid).is_some_and(|state| "RD".contains(&*state));
        self.processes.iter().all(|&pid| sleeps(pid) && children(pid).into_iter().all(sleeps))
    }

    /// Whether everything that was sent, including an end, was received and read.
    fn nothing_is_on_its_way(&self) -> bool {
        let table = fs::read_to_string("/proc/net/tcp").expect("the kernel lists its connections");
        let rows: Vec<Row> = table.lines().skip(1).map(Row::parse).collect();
        let clients: BTreeSet<u16> =
            rows.iter().filter(|row| self.served.contains(&row.remote)).map(|row| row.local).collect();
        rows.iter().filter(|row| self.served.iter().any(|port| [row.local, row.remote].contains(port))).all(|row| {
            let is_deaf = |port| self.deaf.contains(&port);
            let sent = row.unsent == 0 || is_deaf(row.remote);
            let read = row.unread == 0 || is_deaf(row.local);
            // A server's end without a peer is about to get a reset.
            let is_alone = row.is_open && self.served.contains(&row.local) && !clients.contains(&row.remote);
            sent && read && !row.is_opening && !is_alone
        })
    }
}

/// A line of proc_net_tcp(5), whose numbers are hexadecimal: `0: 0100007F:1A0B 0100007F:C350 01 00000000:00000000 …`
struct Row {
    local: u16,
    remote: u16,
    unsent: u32,
    unread: u32,
    is_open: bool,
    is_opening: bool,
}

impl Row {
    fn parse(line: &str) -> Self {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let pair = |at: usize| fields[at].split_once(':').expect("two numbers");
        let number = |text: &str| u32::from_str_radix(text, 16).expect("a number");
        let port = |at: usize| number(pair(at).1) as u16;
        // The numbers of include/net/tcp_states.h. A listener's queue is its pending connections.
        let (is_open, is_opening) = (["01", "08"].contains(&fields[3]), ["02", "03", "0C"].contains(&fields[3]));
        Self {
            local: port(1),
            remote: port(2),
            unsent: number(pair(4).0),
            unread: number(pair(4).1),
            is_open,
            is_opening,
        }
    }
}
