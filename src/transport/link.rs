//! One connection without its socket: its transport, and what waits to be written.

use super::{Output, SendQueue, Transport, TransportError};
use crate::planted::{Bug, buggy};
use crate::wire::{Line, Peer};

/// The bounds of one connection.
#[derive(Clone, Copy, Debug)]
pub struct LinkLimits {
    /// Bytes that may wait for a peer that does not read (SendQ); past it the connection is closed.
    pub send_queue_bytes: usize,
    /// Bytes that are read from one connection in one round, so that one talker cannot starve the rest.
    pub read_budget_bytes: usize,
    /// Bytes that are written in one system call.
    pub write_bytes: usize,
}

impl LinkLimits {
    /// Whether these are more bytes than may wait.
    pub fn is_over(&self, pending_bytes: usize) -> bool {
        pending_bytes > self.send_queue_bytes && !buggy(Bug::UnboundedQueue)
    }
}

impl Default for LinkLimits {
    fn default() -> Self {
        Self { send_queue_bytes: 1 << 20, read_budget_bytes: 16 << 10, write_bytes: 64 << 10 }
    }
}

/// A connection's transport and its queue.
#[derive(Debug, Default)]
pub struct Link {
    queue: SendQueue,
    /// What a transport stands between; `None` where IRC's bytes travel as they are.
    stack: Option<Box<Stack>>,
}

#[derive(Debug)]
struct Stack {
    transport: Box<dyn Transport>,
    out: Output,
    /// How many bytes of `out.raw` are written.
    written: usize,
    /// Nothing more will be sent.
    finishing: bool,
    /// And the transport has said goodbye.
    finished: bool,
}

impl Stack {
    /// Whether the transport has nothing more to do, and nothing that it made waits.
    fn is_done(&self) -> bool {
        let empty = self.out.irc.is_empty() && self.written == self.out.raw.len() && !self.out.ended;
        empty && !self.finishing && self.transport.is_transparent()
    }
}

impl Link {
    /// A new connection by `transport`.
    pub fn new(transport: Option<Box<dyn Transport>>) -> Self {
        let stack = transport.map(|transport| {
            Box::new(Stack { transport, out: Output::default(), written: 0, finishing: false, finished: false })
        });
        Self { queue: SendQueue::default(), stack }
    }

    /// The connection stands: gives the transport its first word.
    ///
    /// # Errors
    /// [`TransportError`] if the transport gives the connection up.
    pub fn opened(&mut self) -> Result<(), TransportError> {
        match &mut self.stack {
            Some(stack) => stack.transport.opened(&mut stack.out),
            None => Ok(()),
        }
    }

    /// Whether IRC's bytes travel as they are.
    pub fn is_bare(&self) -> bool {
        self.stack.is_none()
    }

    /// Whether the core's lines can travel, and the peer's come.
    pub fn is_open(&self) -> bool {
        self.stack.as_ref().is_none_or(|stack| stack.transport.is_open())
    }

    /// Adds what the transport found out about the peer.
    pub fn describe(&self, peer: &mut Peer) {
        if let Some(stack) = &self.stack {
            stack.transport.describe(peer);
        }
    }

    /// Raw bytes arrived. Returns the IRC bytes if they are the same; else they wait in [`Link::take_irc`].
    ///
    /// # Errors
    /// [`TransportError`] if the transport gives the connection up.
    pub fn received<'a>(&mut self, raw: &'a [u8]) -> Result<Option<&'a [u8]>, TransportError> {
        self.stack.take_if(|stack| stack.is_done());
        match &mut self.stack {
            Some(stack) => {
                // What is written already goes now: a peer that keeps a little unread must not make it pile up.
                stack.out.raw.drain(..std::mem::take(&mut stack.written));
                stack.transport.received(raw, &mut stack.out).map(|()| None)
            }
            None => Ok(Some(raw)),
        }
    }

    /// The raw bytes have come to their end. What the transport still made of that waits in [`Link::take_irc`].
    ///
    /// # Errors
    /// [`TransportError`] if what came may have been cut short.
    pub fn ended(&mut self) -> Result<(), TransportError> {
        self.stack.as_mut().map_or(Ok(()), |stack| stack.transport.ended(&mut stack.out))
    }

    /// Whether the peer said, by the transport's own word, that nothing more will come.
    pub fn has_ended(&self) -> bool {
        self.stack.as_ref().is_some_and(|stack| stack.out.ended)
    }

    /// Nothing more will be pushed: once everything is written the transport says goodbye.
    pub fn finish(&mut self) {
        if let Some(stack) = &mut self.stack {
            stack.finishing = true;
        }
    }

    /// The IRC bytes that the transport made, for the core. Empty if there are none.
    pub fn take_irc(&mut self) -> Vec<u8> {
        self.stack.as_mut().map(|stack| std::mem::take(&mut stack.out.irc)).unwrap_or_default()
    }

    /// Puts a line of the core at the end of the queue.
    pub fn push(&mut self, line: Line) {
        self.queue.push(line);
    }

    /// Puts bytes that are no line of the core's, like what a front shows, behind what waits: in the form of the transport at
    /// once, which must be open.
    ///
    /// # Errors
    /// [`TransportError`] if the transport gives the connection up.
    pub fn show(&mut self, text: &[u8]) -> Result<(), TransportError> {
        match &mut self.stack {
            Some(stack) => stack.transport.send(text, &mut stack.out),
            None => {
                self.queue.push(Line::shown(text));
                Ok(())
            }
        }
    }

    /// The lines that wait to be written: those of the core.
    pub fn queue(&mut self) -> &mut SendQueue {
        &mut self.queue
    }

    /// Whether lines of the core are held until something is settled.
    pub fn is_held(&self) -> bool {
        self.queue.is_held()
    }

    /// Bytes that wait to be written, wherever they wait. Those of lines that are held do not count, but for those that
    /// are only behind others: the peer can do nothing about it.
    pub fn pending_bytes(&self) -> usize {
        self.queue.bytes() + self.stack.as_ref().map_or(0, |stack| stack.out.raw.len() - stack.written)
    }

    /// The raw bytes to write next; empty when nothing waits.
    ///
    /// # Errors
    /// [`TransportError`] if the transport gives the connection up.
    pub fn gather<'a>(&'a mut self, scratch: &'a mut Vec<u8>, limits: &LinkLimits) -> Result<&'a [u8], TransportError> {
        let Some(stack) = &mut self.stack else { return Ok(self.queue.gather(scratch, limits.write_bytes)) };
        if stack.written == stack.out.raw.len() {
            stack.written = 0;
            stack.out.raw = Vec::new();
            // Lines that mean nothing to the peer become no bytes; then those behind them are what to write. Before
            // the handshake is done they wait here, where they are counted.
            while stack.transport.is_open() && stack.out.raw.is_empty() && !self.queue.is_written() {
                scratch.clear();
                self.queue.take_lines(scratch, limits.write_bytes);
                let irc = stack.out.irc.len();
                stack.transport.send(scratch, &mut stack.out)?;
                debug_assert_eq!(stack.out.irc.len(), irc, "writing makes nothing for the core");
            }
            // What is held comes before the goodbye, too.
            let held = self.queue.is_held() && !buggy(Bug::GoodbyeOvertakes);
            if stack.out.raw.is_empty() && stack.finishing && !stack.finished && !held {
                stack.finished = true;
                stack.transport.close(&mut stack.out);
            }
        }
        Ok(&stack.out.raw[stack.written..])
    }

    /// Of the bytes that [`Link::gather`] gave, `count` are written.
    pub fn wrote(&mut self, count: usize) {
        match &mut self.stack {
            None => self.queue.consume(count),
            Some(stack) => stack.written += count,
        }
    }
}
