//! The labels of commands, and batches of replies (IRCv3 labeled-response, batch).

use std::rc::Rc;

use super::Turn;
use crate::planted::{Bug, buggy};
use crate::server::label::{Face, Label, Reply};
use crate::server::outgoing::{Frame, Outgoing};
use crate::wire::Line;

impl Turn<'_> {
    /// Removes the label from the command, to use it for a later reply.
    pub(in super::super) fn take_label(&mut self) -> Option<Box<str>> {
        self.label.take().map(|label| label.text)
    }

    /// Sends the replies to a labelled command when it is done. Several lines form a batch; "Servers MUST respond with
    /// a labeled `ACK` message when a client sends a labeled command that normally produces no response."
    pub(in super::super) fn answer_label(&mut self) {
        let Some(mut label) = self.label.take() else { return };
        let part = Part { opens: label.open.is_none(), closes: !self.state.is_replying(label.conn) };
        if part.opens && !part.closes {
            label.open = Some(self.batch_name());
        }
        let faced = label.lines.iter().chain(&label.aside).any(|reply| reply.face != Face::Both);
        let stored = self.answer(&label, part, Face::Stored);
        match faced {
            true => {
                let refused = self.answer(&label, part, Face::Refused);
                self.actions.either(label.conn, stored, refused);
            }
            false => stored.into_iter().for_each(|line| self.actions.send(label.conn, line)),
        }
        if !part.closes {
            self.state.keep_label(Label { lines: Vec::new(), aside: Vec::new(), ..label });
        }
    }

    /// The replies for one outcome.
    fn answer(&mut self, label: &Label, part: Part, face: Face) -> Vec<Line> {
        let shown = |reply: &&Reply| reply.face == face || reply.face == Face::Both;
        let lines = label.lines.iter().filter(shown).map(|reply| reply.line.clone()).collect();
        let lines = match &label.open {
            Some(batch) => self.in_open_batch(batch, part, lines),
            None => self.framed(lines),
        };
        let form = self.state.form(label.conn);
        let each = buggy(Bug::LabelOnEachLine);
        let all = lines.iter().chain(label.aside.iter().filter(shown).map(|reply| &reply.line)).enumerate();
        all.map(|(at, line)| line.line(form, self.now.wall, (at == 0 && part.opens || each).then_some(&*label.text)))
            .collect()
    }

    /// Makes the lines one response: an ACK if there are none, a batch if there are several.
    fn framed(&mut self, mut lines: Vec<Outgoing>) -> Vec<Outgoing> {
        if lines.is_empty() && !buggy(Bug::LabelUnanswered) {
            lines.push(self.serve("ACK"));
        }
        if lines.len() > 1 && !is_one_batch(&lines) {
            let batch = self.batch_name();
            let open = self.serve("BATCH").opening(&batch, "labeled-response");
            let close = self.serve("BATCH").closing(&batch);
            lines = lines.into_iter().map(|line| line.or_in_batch(&batch)).collect();
            lines.insert(0, open);
            if !buggy(Bug::BatchLeftOpen) {
                lines.push(close);
            }
        }
        lines
    }

    /// Makes the lines a part of a response that is one batch.
    fn in_open_batch(&mut self, batch: &Rc<str>, part: Part, lines: Vec<Outgoing>) -> Vec<Outgoing> {
        let open = part.opens.then(|| self.serve("BATCH").opening(batch, "labeled-response"));
        let close = part.closes.then(|| self.serve("BATCH").closing(batch));
        open.into_iter().chain(lines.into_iter().map(|line| line.or_in_batch(batch))).chain(close).collect()
    }

    /// A new batch reference.
    pub(in super::super) fn batch_name(&mut self) -> Rc<str> {
        format!("b{:x}", self.state.number()).into()
    }

    /// Runs `lines`, and puts everything that it sends to the calling session into one batch.
    pub(in super::super) fn in_batch(&mut self, kind: &str, params: &[&str], lines: impl FnOnce(&mut Self)) {
        let batch = self.batch_name();
        let open = self.serve("BATCH").opening(&batch, kind).params(params.iter().copied());
        self.send(&open);
        self.batch = Some(batch.clone());
        lines(self);
        self.batch = None;
        let close = self.serve("BATCH").closing(&batch);
        self.send(&close);
    }
}

/// Which part of a labelled response is sent: all of it, if it both opens and closes it.
#[derive(Clone, Copy)]
struct Part {
    opens: bool,
    closes: bool,
}

/// Whether the lines already form a single batch, whose opening line can carry the label.
fn is_one_batch(lines: &[Outgoing]) -> bool {
    let [first, between @ .., last] = lines else { return false };
    match (first.frame(), last.frame()) {
        (Some(Frame::Opens(name)), Some(Frame::Closes(end))) if name == end => {
            !between.iter().any(|line| line.frame() == last.frame())
        }
        _ => false,
    }
}
