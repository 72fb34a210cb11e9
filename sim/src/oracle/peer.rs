//! Oracle `peer`: the server is told of everybody as they are, and of nobody who was turned away.

use std::collections::BTreeMap;

use verbatim::server::Event;
use verbatim::time::Now;
use verbatim::wire;

use super::{Failure, LinkId, Observation, Oracle, Setting};

/// Who each connection's peer is. What the server is told of others is not judged.
#[derive(Debug, Default)]
pub struct Peers(BTreeMap<LinkId, Option<wire::Peer>>);

impl Peers {
    pub fn watch(_: &Setting) -> Box<dyn Oracle> {
        Box::new(Self::default())
    }
}

impl Oracle for Peers {
    fn see(&mut self, _now: Now, seen: &Observation<'_>) -> Result<(), Failure> {
        match *seen {
            Observation::Known { link, peer } => drop(self.0.insert(link, peer.cloned())),
            Observation::Event { event: Event::Accepted { peer, .. }, link: Some(link) } => match self.0.get(&link) {
                None => {}
                Some(Some(known)) if known == *peer => {}
                Some(Some(known)) => {
                    return Err(Failure::new("peer", format!("{known:?}"), format!("{peer:?}")).on(link));
                }
                Some(None) => {
                    return Err(
                        Failure::new("peer", "nobody whom the server may hear of", format!("{peer:?}")).on(link)
                    );
                }
            },
            _ => {}
        }
        Ok(())
    }
}
