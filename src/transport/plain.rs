//! placeholder
use super::{Output, Transport, TransportError};
/// A visitor.
#[derive(Debug)]
pub struct Visitor {
    _connection: u32,
}
impl Visitor {
    /// New.
    pub fn new(connection: u32) -> Self {
        Self { _connection: connection }
    }
}
impl Transport for Visitor {
    fn opened(&mut self, _out: &mut Output) -> Result<(), TransportError> {
        Ok(())
    }
    fn received(&mut self, raw: &[u8], out: &mut Output) -> Result<(), TransportError> {
        out.irc.extend_from_slice(raw);
        Ok(())
    }
    fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError> {
        out.raw.extend_from_slice(irc);
        Ok(())
    }
}
