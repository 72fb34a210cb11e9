//! Oracle `patience`: nobody is given up while lines to them wait for the log.

use verbatim::time::Now;

use super::{Failure, Observation, Oracle, Setting};

#[derive(Debug)]
pub struct Patience;

impl Patience {
    pub fn watch(_: &Setting) -> Box<dyn Oracle> {
        Box::new(Self)
    }
}

impl Oracle for Patience {
    fn see(&mut self, _now: Now, seen: &Observation<'_>) -> Result<(), Failure> {
        let Observation::GivenUpHeld { link } = *seen else { return Ok(()) };
        let expected = format!("connection {link} to be kept while lines to it wait");
        Err(Failure::new("patience", expected, "it is given up").on(link))
    }
}
