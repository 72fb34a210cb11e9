//! A connection without its socket: its transport, and its output queue.

use super::{Output, SendQueue, Transport, TransportError};
use crate::planted::{Bug, buggy};
use crate::wire::{Line, Peer};

/// The limits of a connection.
#[derive(Clone, Copy, Debug)]
pub struct LinkLimits {
    /// Bytes that may be queued for a peer that does not read (SendQ); beyond that the connection is closed.
    pub send_queue_bytes: usize,
    /// Bytes read from one connection in one round, so that one sender cannot starve the others.
    pub read_budget_bytes: usize,
    /// Bytes written in one system call.
    pub write_bytes: usize,
}

impl LinkLimits {
    /// Whether `pending_bytes` exceed the cap.
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
    /// The transport and its output; `None` for IRC without a transport.
    stack: Option<Box<Stack>>,
}

#[derive(Debug)]
struct Stack {
    transport: Box<dyn Transport>,
    out: Output,
    /// How many bytes of `out.raw` have been written.
    written: usize,
    /// Nothing more will be pushed.
    finishing: bool,
    /// The transport has said goodbye.
    finished: bool,
}

impl Stack {
    /// Whether the transport is transparent, and all of its output has been written.
    fn is_done(&self) -> bool {
        let empty = self.out.irc.is_empty() && self.written == self.out.raw.len() && !self.out.ended;
        empty && !self.finishing && self.transport.is_transparent()
    }
}

impl Link {
    /// A new connection over `transport`.
    pub fn new(transport: Option<Box<dyn Transport>>) -> Self {
        let stack = transport.map(|transport| {
            Box::new(Stack { transport, out: Output::default(), written: 0, finishing: false, finished: false })
        });
        Self { queue: SendQueue::default(), stack }
    }

    /// The connection is established: lets the transport write its greeting.
    ///
    /// # Errors
    /// [`TransportError`] if the transport gives up on the connection.
    pub fn opened(&mut self) -> Result<(), TransportError> {
        match &mut self.stack {
            Some(stack) => stack.transport.opened(&mut stack.out),
            None => Ok(()),
        }
    }

    /// Whether there is no transport: the raw bytes are IRC.
    pub fn is_bare(&self) -> bool {
        self.stack.is_none()
    }

    /// Whether the handshake is done, so that lines can pass.
    pub fn is_open(&self) -> bool {
        self.stack.as_ref().is_none_or(|stack| stack.transport.is_open())
    }

    /// Adds what the transport knows about the peer.
    pub fn describe(&self, peer: &mut Peer) {
        if let Some(stack) = &self.stack {
            stack.transport.describe(peer);
        }
    }

    /// Handles raw bytes that arrived. Returns them if no transport decodes them; otherwise the IRC bytes are in
    /// [`Link::take_irc`].
    ///
    /// # Errors
    /// [`TransportError`] if the transport gives up on the connection.
    pub fn received<'a>(&mut self, raw: &'a [u8]) -> Result<Option<&'a [u8]>, TransportError> {
        self.stack.take_if(|stack| stack.is_done());
        match &mut self.stack {
            Some(stack) => {
                // Drop what has been written: it would accumulate if the peer always left a little unread.
                stack.out.raw.drain(..std::mem::take(&mut stack.written));
                stack.transport.received(raw, &mut stack.out).map(|()| None)
            }
            None => Ok(Some(raw)),
        }
    }

    /// The raw bytes have ended. If the transport decodes more IRC at the end, it is in [`Link::take_irc`].
    ///
    /// # Errors
    /// [`TransportError`] if the stream may have been truncated.
    pub fn ended(&mut self) -> Result<(), TransportError> {
        self.stack.as_mut().map_or(Ok(()), |stack| stack.transport.ended(&mut stack.out))
    }

    /// Whether the peer closed with the transport's own goodbye.
    pub fn has_ended(&self) -> bool {
        self.stack.as_ref().is_some_and(|stack| stack.out.ended)
    }

    /// Nothing more will be pushed: once everything is written the transport says goodbye.
    pub fn finish(&mut self) {
        if let Some(stack) = &mut self.stack {
            stack.finishing = true;
        }
    }

    /// Takes the IRC bytes that the transport has decoded for the core; empty if there are none.
    pub fn take_irc(&mut self) -> Vec<u8> {
        self.stack.as_mut().map(|stack| std::mem::take(&mut stack.out.irc)).unwrap_or_default()
    }

    /// Appends a line from the core to the queue.
    pub fn push(&mut self, line: Line) {
        self.queue.push(line);
    }

    /// Appends text that does not come from the core, such as a front's. The transport, which must be open, encodes it
    /// at once.
    ///
    /// # Errors
    /// [`TransportError`] if the transport gives up on the connection.
    pub fn show(&mut self, text: &[u8]) -> Result<(), TransportError> {
        match &mut self.stack {
            Some(stack) => stack.transport.send(text, &mut stack.out),
            None => {
                self.queue.push(Line::shown(text));
                Ok(())
            }
        }
    }

    /// The core's queued lines.
    pub fn queue(&mut self) -> &mut SendQueue {
        &mut self.queue
    }

    /// Whether lines of the core are held until a fact is settled.
    pub fn is_held(&self) -> bool {
        self.queue.is_held()
    }

    /// Bytes in the queue and in the transport's output. Lines that wait for a fact do not count, because the peer
    /// cannot drain them; lines that are only queued behind such lines do.
    pub fn pending_bytes(&self) -> usize {
        self.queue.bytes() + self.stack.as_ref().map_or(0, |stack| stack.out.raw.len() - stack.written)
    }

    /// The raw bytes to write next; empty if nothing is queued.
    ///
    /// # Errors
    /// [`TransportError`] if the transport gives up on the connection.
    pub fn gather<'a>(&'a mut self, scratch: &'a mut Vec<u8>, limits: &LinkLimits) -> Result<&'a [u8], TransportError> {
        let Some(stack) = &mut self.stack else { return Ok(self.queue.gather(scratch, limits.write_bytes)) };
        if stack.written == stack.out.raw.len() {
            stack.written = 0;
            stack.out.raw = Vec::new();
            // A transport may encode lines into no bytes at all; then the next lines are encoded. During the handshake,
            // lines stay in the queue, where they are counted.
            while stack.transport.is_open() && stack.out.raw.is_empty() && !self.queue.is_written() {
                scratch.clear();
                self.queue.take_lines(scratch, limits.write_bytes);
                let irc = stack.out.irc.len();
                stack.transport.send(scratch, &mut stack.out)?;
                debug_assert_eq!(stack.out.irc.len(), irc, "send() produces no input for the core");
            }
            // Held lines must also be written before the goodbye.
            let held = self.queue.is_held() && !buggy(Bug::GoodbyeOvertakes);
            if stack.out.raw.is_empty() && stack.finishing && !stack.finished && !held {
                stack.finished = true;
                stack.transport.close(&mut stack.out);
            }
        }
        Ok(&stack.out.raw[stack.written..])
    }

    /// `count` of the bytes from [`Link::gather`] have been written.
    pub fn wrote(&mut self, count: usize) {
        match &mut self.stack {
            None => self.queue.consume(count),
            Some(stack) => stack.written += count,
        }
    }
}
