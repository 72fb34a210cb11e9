//! The load: many connections in one process, which sends, reads and counts.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

use super::process::Subject;
use super::traffic::Traffic;
use super::wire::Wire;

/// Bytes of a sent line, including its end.
const LINE_BYTES: usize = 64;

/// Connections that are registered at the same time.
const BATCH: usize = 250;

/// How long to wait for the expected lines.
const PATIENCE: Duration = Duration::from_secs(60);

/// The token of the PING that each connection sends when all have joined.
const FENCE: &str = "all-are-here";

pub(super) struct Load {
    epoll: Epoll,
    wires: Vec<Wire>,
    /// The unfinished last line of each connection.
    partial: Vec<Vec<u8>>,
    name: &'static str,
    buffer: Vec<u8>,
}

impl Load {
    pub(super) fn connect(subject: &Subject, count: usize) -> Result<Self> {
        Self::connect_named(subject, count, "user")
    }

    /// `count` connections with nicks that begin with `name`.
    pub(super) fn connect_named(subject: &Subject, count: usize, name: &'static str) -> Result<Self> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        let mut wires = Vec::with_capacity(count);
        for number in 0..count {
            let wire = Wire::open(subject).with_context(|| format!("cannot open connection {number}"))?;
            epoll.add(&wire, EpollEvent::new(EpollFlags::EPOLLIN, number as u64))?;
            wires.push(wire);
        }
        Ok(Self { epoll, wires, partial: vec![Vec::new(); count], name, buffer: vec![0; 256 << 10] })
    }

    /// Registers every connection, and joins it to `channel` if there is one. On return each has read everything that
    /// this caused, so that none of it is counted later.
    pub(super) fn register(&mut self, channel: Option<&str>) -> Result<()> {
        let end = Some(if channel.is_some() { "366" } else { "422" });
        for first in (0..self.wires.len()).step_by(BATCH) {
            let last = (first + BATCH).min(self.wires.len());
            for number in first..last {
                let join = channel.map(|channel| format!("JOIN {channel}\r\n")).unwrap_or_default();
                let hello = format!("NICK {}{number}\r\nUSER bench 0 * :bench\r\n{join}", self.name);
                self.wires[number].send(hello.as_bytes())?;
            }
            self.wait(last - first, "registered", |line| line.split(' ').nth(1) == end)?;
        }
        // By now the server has sent every JOIN to everybody, and each connection gets its lines in order: no JOIN
        // arrives after the reply to a PING.
        for wire in &mut self.wires {
            wire.send(format!("PING {FENCE}\r\n").as_bytes())?;
        }
        self.wait(self.wires.len(), "answered", |line| line.split(' ').nth(1) == Some("PONG") && line.ends_with(FENCE))
    }

    /// Waits for `missing` lines that satisfy `is_one`.
    fn wait(&mut self, mut missing: usize, what: &str, is_one: impl Fn(&str) -> bool) -> Result<()> {
        let patience = Instant::now() + PATIENCE;
        while missing > 0 {
            ensure!(
                Instant::now() < patience,
                "{missing} connections were not {what} in {} seconds",
                PATIENCE.as_secs()
            );
            self.poll(100, |_, line| missing -= usize::from(is_one(line)))?;
        }
        Ok(())
    }

    /// Sends for `seconds`, at least once per sender, waits until all lines have arrived, and returns how many were
    /// read.
    pub(super) fn run(&mut self, traffic: &Traffic, irc: bool, seconds: f64) -> Result<u64> {
        let (senders, in_flight): (Vec<usize>, usize) = match *traffic {
            Traffic::Channel { senders, in_flight } => ((0..senders).collect(), in_flight),
            Traffic::Pairs { in_flight } => ((0..self.wires.len()).step_by(2).collect(), in_flight),
        };
        let lines: Vec<Vec<u8>> = senders.iter().map(|&sender| self.line(traffic, irc, sender)).collect();
        let observer = self.wires.len() - 1;
        let pairs = matches!(traffic, Traffic::Pairs { .. });
        let each = if pairs { 1 } else { self.wires.len() as u64 - 1 };
        let mut due: Vec<usize> = vec![in_flight; lines.len()];
        let (mut sent, mut read) = (0_u64, 0_u64);
        let end = Instant::now() + Duration::from_secs_f64(seconds);
        let patience = end + PATIENCE;
        while sent == 0 || Instant::now() < end || read < sent * each {
            if sent == 0 || Instant::now() < end {
                for (at, due) in due.iter_mut().enumerate().filter(|(_, due)| **due > 0) {
                    let times = std::mem::take(due);
                    self.wires[senders[at]].send(&lines[at].repeat(times))?;
                    sent += times as u64;
                }
            }
            ensure!(Instant::now() < patience, "{read} of {} lines arrived", sent * each);
            self.poll(10, |conn, line| {
                read += 1;
                if pairs {
                    due[conn / 2] += 1;
                } else if conn == observer {
                    let sender = line.trim_end().rsplit('.').next().and_then(|number| number.parse::<usize>().ok());
                    due[sender.expect("every line ends in its sender's number")] += 1;
                }
            })?;
        }
        Ok(read)
    }

    /// A sender's line, which ends with its number.
    fn line(&self, traffic: &Traffic, irc: bool, sender: usize) -> Vec<u8> {
        let head = match traffic {
            _ if !irc => String::new(),
            Traffic::Channel { .. } => "PRIVMSG #bench :".to_owned(),
            Traffic::Pairs { .. } => format!("PRIVMSG {}{} :", self.name, sender + 1),
        };
        let tail = format!(".{sender}\r\n");
        let filling = "x".repeat(LINE_BYTES - head.len() - tail.len());
        [head, filling, tail].concat().into_bytes()
    }

    /// Reads what has arrived, and passes each whole line to `heard`, except the server's PINGs, which it answers.
    fn poll(&mut self, timeout_ms: u16, mut heard: impl FnMut(usize, &str)) -> Result<()> {
        let mut events = [EpollEvent::empty(); 512];
        let count = self.epoll.wait(&mut events, EpollTimeout::from(timeout_ms))?;
        for event in &events[..count] {
            let conn = event.data() as usize;
            let mut bytes = std::mem::take(&mut self.partial[conn]);
            let goes_on = self.wires[conn].read(&mut self.buffer, &mut bytes);
            if !goes_on.with_context(|| format!("connection {conn}"))? {
                bail!("the server closed connection {conn}");
            }
            let end = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
            let text = std::str::from_utf8(&bytes[..end]).context("the server sent bytes that are not UTF-8")?;
            for line in text.lines() {
                match line.strip_prefix("PING ") {
                    Some(token) => self.wires[conn].send(format!("PONG {token}\r\n").as_bytes())?,
                    None => heard(conn, line),
                }
            }
            bytes.drain(..end);
            self.partial[conn] = bytes;
        }
        Ok(())
    }
}
