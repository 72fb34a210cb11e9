//! Multiline messages (IRCv3 client-batch, draft/multiline).

use std::borrow::Cow;

use super::super::caps::Cap;
use super::super::client_batch::{ClientBatch, OpenBatch};
use super::super::label::Label;
use super::super::speech::{Content, Saying, Speech, TextLine};
use super::super::turn::Turn;
use super::client_tags::client_only;
use super::target::{relayed_bytes, split};
use crate::wire::{MAX_LINE, Message, tags};

/// Bytes of a batch's reference.
const REFERENCE_BYTES: usize = 64;

/// What is wrong with a batch: the code, the context and the text of the `FAIL`.
struct Fault {
    code: &'static str,
    context: Vec<String>,
    text: &'static str,
}

impl Fault {
    fn invalid() -> Self {
        Self { code: "MULTILINE_INVALID", context: Vec::new(), text: "Invalid multiline batch" }
    }
}

/// Whether the client has enabled the capabilities for multiline messages.
fn is_on(turn: &Turn<'_>) -> bool {
    turn.has_cap(Cap::Multiline) && turn.has_cap(Cap::Batch)
}

/// `BATCH +reference type target` and `BATCH -reference`.
pub(in super::super) fn batch(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [reference] = message.first();
    match reference.strip_prefix('-') {
        Some(reference) => close(turn, reference),
        None => open(turn, message),
    }
}

fn open(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [reference] = message.first();
    let reference = reference.strip_prefix('+').unwrap_or_default();
    let reference = Some(reference).filter(|reference| (1..=REFERENCE_BYTES).contains(&reference.len()));
    let target = message.param(2).filter(|target| !target.is_empty() && !target.contains(','));
    match (reference, message.param(1), target, batch_tag(message)) {
        (Some(reference), Some("draft/multiline"), Some(target), None) => {
            let label = turn.take_label();
            turn.session_mut().batch = Some(Box::new(ClientBatch::Open(OpenBatch {
                reference: reference.into(),
                target: target.into(),
                tags: client_only(message.tags),
                label,
                saying: None,
                lines: Vec::new(),
                bytes: 0,
            })));
        }
        (reference, ..) => {
            if let Some(reference) = reference {
                turn.session_mut().batch = Some(Box::new(ClientBatch::Failed(reference.into())));
            }
            tell(turn, &Fault::invalid());
        }
    }
}

fn close(turn: &mut Turn<'_>, reference: &str) {
    match turn.session_mut().batch.take().map(|batch| *batch) {
        Some(ClientBatch::Open(batch)) if *batch.reference == *reference => {
            with_label(turn, &batch, |turn| match batch.saying.filter(|_| !batch.is_blank()) {
                Some(saying) => {
                    let speech =
                        Speech { saying, content: Content::Lines((&batch.lines[..]).into()), tags: &batch.tags };
                    super::say_to(turn, &[&batch.target], &speech);
                }
                None => tell(turn, &Fault::invalid()),
            });
        }
        Some(ClientBatch::Failed(failed)) if *failed == *reference => {}
        other => {
            turn.session_mut().batch = other.map(Box::new);
            tell(turn, &Fault::invalid());
        }
    }
}

/// Adds a message to the open batch if it is part of one. Returns whether it was consumed; if so, it must not be
/// executed.
pub(in super::super) fn collect(turn: &mut Turn<'_>, message: &Message<'_>, word: &str) -> bool {
    if !is_on(turn) {
        return false;
    }
    let tag = batch_tag(message);
    match turn.session().batch.as_deref() {
        Some(ClientBatch::Open(batch)) => {
            let end = message.param(0).and_then(|param| param.strip_prefix('-')) == Some(&batch.reference);
            if matches!(word, "PING" | "PONG" | "QUIT") || word == "BATCH" && end && tag.is_none() {
                return false;
            }
            if tag.as_deref() == Some(&batch.reference) {
                turn.label = None;
                if let Err(fault) = add(turn, message, word) {
                    fail(turn, &fault);
                }
                return true;
            }
            fail(turn, &Fault::invalid());
        }
        Some(ClientBatch::Failed(reference)) if tag.as_deref() == Some(reference) => {
            turn.label = None;
            return true;
        }
        _ => {}
    }
    let stray = tag.is_some_and(|tag| !tag.is_empty()) && matches!(word, "PRIVMSG" | "NOTICE" | "TAGMSG");
    if stray {
        tell(turn, &Fault::invalid());
    }
    stray
}

/// Called when a line was refused because it was too long or could not be parsed. Fails the open batch, if there is
/// one, since the line may have been part of it.
pub(in super::super) fn line_refused(turn: &mut Turn<'_>) {
    turn.answer_label();
    fail(turn, &Fault::invalid());
}

/// The batch reference in a message's tags.
fn batch_tag<'a>(message: &Message<'a>) -> Option<Cow<'a, str>> {
    tags::find(message.tags, "batch")
}

/// Adds a line to the open batch.
fn add(turn: &mut Turn<'_>, message: &Message<'_>, word: &str) -> Result<(), Fault> {
    let Some(ClientBatch::Open(batch)) = turn.session().batch.as_deref() else { unreachable!("the batch is open") };
    let limits = &turn.config.limits;
    let saying = match word {
        "PRIVMSG" => Saying::Privmsg,
        "NOTICE" => Saying::Notice,
        _ => return Err(Fault::invalid()),
    };
    let (Some(target), Some(text)) = (message.param(0), message.param(1)) else { return Err(Fault::invalid()) };
    if batch.saying.is_some_and(|first| first != saying) {
        return Err(Fault::invalid());
    }
    if !is_same(turn, target, &batch.target) {
        let context = vec![batch.target.to_string(), target.to_owned()];
        return Err(Fault { code: "MULTILINE_INVALID_TARGET", context, text: "Invalid multiline target" });
    }
    let concat = tags::find(message.tags, "draft/multiline-concat").is_some();
    if text.is_empty() && concat {
        return Err(Fault::invalid());
    }
    if batch.lines.len() >= limits.multiline_lines {
        let context = vec![limits.multiline_lines.to_string()];
        return Err(Fault { code: "MULTILINE_MAX_LINES", context, text: "Multiline batch max-lines exceeded" });
    }
    let bytes = batch.bytes_with(text, concat);
    if bytes > limits.multiline_bytes {
        let context = vec![limits.multiline_bytes.to_string()];
        return Err(Fault { code: "MULTILINE_MAX_BYTES", context, text: "Multiline batch max-bytes exceeded" });
    }
    if relayed_bytes(turn.view(), word, target, text) > MAX_LINE {
        return Err(Fault::invalid());
    }
    if let Some(ClientBatch::Open(batch)) = turn.session_mut().batch.as_deref_mut() {
        let line = TextLine { text: text.into(), concat: concat && !batch.lines.is_empty() };
        batch.lines.push(line);
        (batch.saying, batch.bytes) = (Some(saying), bytes);
    }
    Ok(())
}

/// Whether two targets are the same. Names are compared by the casemapping, STATUSMSG prefixes byte for byte.
fn is_same(turn: &Turn<'_>, a: &str, b: &str) -> bool {
    let ((a_prefixes, a), (b_prefixes, b)) = (split(a).unwrap_or(("", a)), split(b).unwrap_or(("", b)));
    a_prefixes == b_prefixes && turn.state.casemapping().same(a, b)
}

/// Fails the open batch, if there is one, and sends the error to the client at once.
fn fail(turn: &mut Turn<'_>, fault: &Fault) {
    match turn.session_mut().batch.take().map(|batch| *batch) {
        Some(ClientBatch::Open(batch)) => {
            let own = turn.label.take();
            with_label(turn, &batch, |turn| tell(turn, fault));
            turn.label = own;
            turn.session_mut().batch = Some(Box::new(ClientBatch::Failed(batch.reference)));
        }
        other => turn.session_mut().batch = other.map(Box::new),
    }
}

fn tell(turn: &mut Turn<'_>, fault: &Fault) {
    let context: Vec<&str> = fault.context.iter().map(String::as_str).collect();
    turn.fail("BATCH", fault.code, &context, fault.text);
}

/// Runs `act` with the label of the opening BATCH, if it had one; otherwise with the current label.
fn with_label(turn: &mut Turn<'_>, batch: &OpenBatch, act: impl FnOnce(&mut Turn<'_>)) {
    let Some(label) = &batch.label else { return act(turn) };
    let own = turn.label.replace(Label::new(turn.conn, label));
    act(turn);
    turn.answer_label();
    turn.label = own;
}
