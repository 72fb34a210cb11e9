//! One end of a virtual connection, as a driver uses it: a non-blocking socket.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use verbatim::driver::Stream;

use super::Net;
use super::schedule::Side;
use crate::oracle::LinkId;

/// One end of a virtual connection. Dropping it closes it.
#[derive(Debug)]
pub struct VirtualStream {
    net: Rc<RefCell<Net>>,
    link: LinkId,
    side: Side,
}

impl VirtualStream {
    /// The end of connection `link` on this side. There must be only one.
    pub fn new(net: Rc<RefCell<Net>>, link: LinkId, side: Side) -> Self {
        Self { net, link, side }
    }

    /// The connection.
    pub fn link(&self) -> LinkId {
        self.link
    }
}

impl Stream for VirtualStream {
    fn end(&mut self) {
        self.net.borrow_mut().end_writing(self.link, self.side);
    }
}

impl io::Read for VirtualStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.net.borrow_mut().read(self.link, self.side, buffer)
    }
}

impl io::Write for VirtualStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.net.borrow_mut().write(self.link, self.side, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for VirtualStream {
    fn drop(&mut self) {
        // During a panic a caller may still borrow the network; closing does not matter then.
        if let Ok(mut net) = self.net.try_borrow_mut() {
            net.close(self.link, self.side);
        }
    }
}
