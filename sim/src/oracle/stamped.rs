//! With a log, what the log keeps waits for it; what was said is dropped if it is refused, and all else is shown all the same.
//! Judged by the words of each line that the server sends, without the model.

use verbatim::server::{IfRefused, Seq};
use verbatim::wire::{Line, Message};

use super::Failure;

/// Looks at a line to others than whoever said it, and at what it waits for.
pub fn see(line: &Line, receivers: usize, after: Seq, if_refused: IfRefused) -> Result<(), Failure> {
    let Ok(message) = Message::parse(&line[..line.len() - 2]) else { return Ok(()) };
    if !message.source.is_some_and(|source| source.contains('!')) {
        return Ok(());
    }
    let typing = |tags: &str| tags.split(';').filter(|tag| tag.starts_with('+')).all(|tag| tag.starts_with("+typing"));
    let must = match message.command {
        "TAGMSG" if message.tags.contains("+typing") && typing(message.tags) => return Ok(()),
        "PRIVMSG" | "NOTICE" | "TAGMSG" | "REDACT" | "BATCH" => IfRefused::Drop,
        // A session that attaches is told what its user joined before.
        "JOIN" if receivers == 1 => return Ok(()),
        "JOIN" | "PART" | "KICK" | "QUIT" | "NICK" | "SETNAME" | "TOPIC" | "RENAME" => IfRefused::Keep,
        "MODE" if message.param(0).is_some_and(|target| target.starts_with('#')) => IfRefused::Keep,
        _ => return Ok(()),
    };
    if after > 0 && if_refused == must {
        return Ok(());
    }
    let got = format!("it waits for {after}, and then {if_refused:?}: {}", line.text());
    Err(Failure::new("stamped", format!("it waits, and if it is refused {must:?}"), got))
}
