//! `xor`: each byte is combined with a key that the server sends first. An example of a transport; it is not secure.

use verbatim::transport::{Layer, Output, Transport, TransportError};

/// Its row in the table.
pub static XOR: Layer = Layer {
    name: "xor",
    accept: |context| Box::new(Xor { is_server: true, key: Some(context.conn as u8 | 1) }),
    connect: Some(|_| Ok(Box::new(Xor { is_server: false, key: None }))),
    about: "IRC, combined with a key",
};

/// Either end of a connection.
#[derive(Debug)]
struct Xor {
    is_server: bool,
    /// The key that bytes are combined with. The client has none until it gets the server's greeting.
    key: Option<u8>,
}

impl Transport for Xor {
    fn opened(&mut self, out: &mut Output) -> Result<(), TransportError> {
        out.raw.extend(self.key.filter(|_| self.is_server));
        Ok(())
    }

    fn received(&mut self, mut raw: &[u8], out: &mut Output) -> Result<(), TransportError> {
        if self.key.is_none()
            && let Some(key) = raw.split_off_first()
        {
            if *key == 0 {
                return Err(TransportError::Refused("xor: a key of 0 changes nothing".into()));
            }
            self.key = Some(*key);
        }
        let key = self.key.unwrap_or_default();
        out.irc.extend(raw.iter().map(|byte| byte ^ key));
        Ok(())
    }

    fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError> {
        let key = self.key.expect("nothing is sent before a transport is open");
        out.raw.extend(irc.iter().map(|byte| byte ^ key));
        Ok(())
    }

    fn is_open(&self) -> bool {
        self.key.is_some()
    }
}
