//! Questions to the host, and the handling of answers.

use std::collections::BTreeMap;
use std::fmt;

use super::Turn;
use crate::server::question::{Answer, AskId, Question};

/// The functions that handle the pending answers.
pub(in super::super) type Asked = BTreeMap<AskId, Then>;

/// A function that handles an answer. Its calling session is the one that asked.
pub(in super::super) struct Then(Box<Handler>);

type Handler = dyn FnOnce(&mut Turn<'_>, Answer<'_>);

impl Then {
    pub(in super::super) fn go_on(self, turn: &mut Turn<'_>, answer: Answer<'_>) {
        (self.0)(turn, answer);
    }
}

impl fmt::Debug for Then {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Then")
    }
}

impl Turn<'_> {
    /// Asks the host a question for the calling session. None of the session's further lines is handled before `then`
    /// gets the answer. All replies must be made in `then`: before it runs, another session of the user may change the
    /// nick that the replies contain.
    pub(in super::super) fn ask(&mut self, question: Question, then: impl FnOnce(&mut Turn<'_>, Answer<'_>) + 'static) {
        let label = self.label.take();
        let ask = self.state.wait(self.conn, self.now.mono, label);
        self.asked.insert(ask, Then(Box::new(then)));
        self.actions.ask(ask, question);
    }
}
