//! One end of a virtual connection, as a driver holds it: a non-blocking socket.

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
    /// The end of connection `link` on this side. There must be one only.
    pub fn new(net: Rc<RefCell<Net>>, link: LinkId, side: Side) -> Self {
        Self { net, link, side }
    }

    /// Which connection it is an end of.
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
        // While a panic unwinds the network may be held by someone above; then nobody needs it any more.
        if let Ok(mut net) = self.net.try_borrow_mut() {
            net.close(self.link, self.side);
        }
    }
}
