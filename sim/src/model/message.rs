//! "Messages" of `docs/protocol.md`.

use verbatim::server::ConnId;

use super::text::middle;
use super::{Channel, Model};

impl Model {
    pub(super) fn message(&mut self, who: ConnId, command: &str, params: &[&str]) {
        // RFC 2812 §3.3.2: "automatic replies MUST NEVER be sent in response to a NOTICE message."
        let answers = command == "PRIVMSG";
        let text = params.get(1).copied().unwrap_or("");
        let fifth = params.first().and_then(|targets| targets.split(',').nth(self.config.limits.targets));
        let wrong = match fifth {
            _ if params.is_empty() => Some(("411", None)),
            _ if text.is_empty() => Some(("412", None)),
            Some(fifth) => Some(("407", Some(middle(fifth)))),
            None => None,
        };
        if let Some((code, param)) = wrong {
            if answers {
                self.numeric(who, code, &param.into_iter().collect::<Vec<_>>());
            }
            return;
        }
        for target in params[0].split(',') {
            let said = self.say(who, command, target, text);
            match (said, self.find(target)) {
                _ if !answers => {}
                (Err((code, params)), _) => {
                    self.numeric(who, code, &params.iter().map(String::as_str).collect::<Vec<_>>());
                }
                (Ok(()), Some(conn)) => self.tell_if_away(who, conn),
                (Ok(()), None) => {}
            }
        }
    }

    /// Says `text` to one target, or gives the numeric that refuses it.
    fn say(&mut self, who: ConnId, command: &str, target: &str, text: &str) -> Result<(), (&'static str, Vec<String>)> {
        let (name, heard_by) = if target.starts_with('#') {
            let channel = self.channel(target).ok_or(("403", vec![middle(target).to_owned()]))?;
            if !may_speak(channel, who, &self.source(who)) {
                return Err(("404", vec![channel.name.clone()]));
            }
            (channel.name.clone(), channel.members.keys().copied().filter(|&conn| conn != who).collect())
        } else {
            let conn = self.find(target).ok_or(("401", vec![middle(target).to_owned()]))?;
            (self.nick_of(conn).to_owned(), vec![conn])
        };
        let line = format!(":{} {command} {name} :{text}", self.source(who));
        if line.len() > 510 {
            return Err(("417", vec![]));
        }
        self.tell(heard_by, &line);
        Ok(())
    }

    pub(super) fn tell_if_away(&mut self, who: ConnId, other: ConnId) {
        if let Some(away) = &self.users[&other].away {
            let (nick, away) = (self.nick_of(other).to_owned(), format!(":{away}"));
            self.numeric(who, "301", &[&nick, &away]);
        }
    }
}

fn may_speak(channel: &Channel, who: ConnId, source: &str) -> bool {
    let member = channel.members.get(&who);
    let raised = member.is_some_and(|member| member.operator || member.voice);
    let closed = channel.flags.contains(&'n') && member.is_none();
    let silenced = channel.flags.contains(&'m') || channel.bans(source);
    !closed && (raised || !silenced)
}
