//! Oracle `stamped`: with a log, lines about facts that it keeps wait for it; if refused, messages are dropped, and
//! everything else is shown anyway. Judged by each line that the server sends, without the model.

use verbatim::server::IfRefused;
use verbatim::time::Now;
use verbatim::wire::Message;

use super::observation::Sent;
use super::{Failure, Observation, Oracle, Setting};

#[derive(Debug)]
pub struct Stamped {
    has_log: bool,
}

impl Stamped {
    pub fn watch(setting: &Setting) -> Box<dyn Oracle> {
        Box::new(Self { has_log: setting.config.log })
    }
}

impl Oracle for Stamped {
    fn see(&mut self, _now: Now, seen: &Observation<'_>) -> Result<(), Failure> {
        match seen {
            Observation::Sent(sent @ Sent { message: Some(message), .. }) if self.has_log => judge(sent, message),
            _ => Ok(()),
        }
    }
}

/// Checks which fact a line about a user's action waits for.
fn judge(sent: &Sent<'_>, message: &Message<'_>) -> Result<(), Failure> {
    let Sent { line, to, after, if_refused, .. } = *sent;
    if !message.source.is_some_and(|source| source.contains('!')) {
        return Ok(());
    }
    let typing = |tags: &str| tags.split(';').filter(|tag| tag.starts_with('+')).all(|tag| tag.starts_with("+typing"));
    let must = match message.command {
        "TAGMSG" if message.tags.contains("+typing") && typing(message.tags) => return Ok(()),
        "PRIVMSG" | "NOTICE" | "TAGMSG" | "REDACT" | "BATCH" => IfRefused::Drop,
        // An attaching session gets the channels that its user joined before.
        "JOIN" if to.len() == 1 => return Ok(()),
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
