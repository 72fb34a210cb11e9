//! To whom something is said, and what forbids it.

use super::super::channel::{ChannelId, Flag, Rank};
use super::super::mode_table::RANKS;
use super::super::turn::Turn;
use super::super::user::{UserId, UserMode};
use super::speech::{Content, Speech};
use crate::planted::Bug;
use crate::wire::MAX_LINE;
use crate::wire::numeric::*;

/// To whom something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// The members of a channel; those alone that stand at least so high, if it was said so (STATUSMSG).
    Channel(ChannelId, Option<Rank>),
    User(UserId),
}

/// What is answered to something that may not be said.
pub(super) struct Refusal {
    numeric: Numeric,
    param: Option<String>,
    fill: Option<&'static str>,
}

impl Refusal {
    fn of(numeric: Numeric, param: &str) -> Self {
        Self { numeric, param: Some(param.into()), fill: None }
    }

    pub(super) fn answer(&self, turn: &mut Turn<'_>) {
        turn.reply_filled(self.numeric, self.param.as_deref().as_slice(), self.fill.as_slice());
    }
}

/// The prefixes before a channel's name, and the name; `None` if it is no channel's.
///
/// Modern IRC, "STATUSMSG": "The presence of this token indicates that clients can send a message … only to channel
/// members with the given status or higher".
pub(super) fn split(target: &str) -> Option<(&str, &str)> {
    let name = target.trim_start_matches(|c| RANKS.iter().any(|row| row.prefix == c));
    name.starts_with('#').then(|| target.split_at(target.len() - name.len()))
}

impl Target {
    /// Whom `asked` names.
    pub(super) fn find(turn: &Turn<'_>, asked: &str) -> Result<Self, Refusal> {
        let Some((prefixes, name)) = split(asked) else {
            return turn.state.find(asked).map(Self::User).ok_or_else(|| Refusal::of(ERR_NOSUCHNICK, asked));
        };
        let (id, _) = turn.channel(name).ok_or_else(|| Refusal::of(ERR_NOSUCHCHANNEL, asked))?;
        let floor = RANKS.iter().rfind(|row| prefixes.contains(row.prefix)).map(|row| row.rank);
        Ok(Self::Channel(id, floor))
    }

    /// The target as others read it: as its owner wrote it, with the lowest prefix that was given.
    pub(super) fn shown(self, turn: &Turn<'_>) -> String {
        match self {
            Self::User(user) => turn.state.user(user).shown_nick().to_owned(),
            Self::Channel(id, floor) => {
                let prefix = RANKS.iter().find(|row| Some(row.rank) == floor).map(|row| row.prefix);
                let mut shown: String = prefix.into_iter().collect();
                shown.push_str(turn.state.channel(id).name.as_str());
                shown
            }
        }
    }

    /// Who hears what is said, but for who says it.
    pub(super) fn others(self, turn: &Turn<'_>) -> Vec<UserId> {
        match self {
            Self::User(user) => [user].into_iter().filter(|&user| user != turn.actor).collect(),
            Self::Channel(id, floor) => {
                let members = turn.state.channel(id).members().iter();
                let all = floor.is_none() || turn.config.bugs.has(Bug::StatusmsgToAll);
                let heard = members.filter(|member| all || member.rank() >= floor);
                heard.map(|member| member.user).filter(|&user| user != turn.actor).collect()
            }
        }
    }

    /// Why this may not be said to them, if it may not.
    pub(super) fn check(self, turn: &Turn<'_>, speech: &Speech<'_>) -> Result<(), Refusal> {
        match self {
            Self::Channel(id, _) => {
                let ctcp = || turn.state.channel(id).modes.has(Flag::NoCtcp) && speech.has_ctcp();
                if let Some(letter) = silenced(turn, id).or_else(|| ctcp().then_some("C")) {
                    let name = turn.state.channel(id).name.as_str();
                    return Err(Refusal { fill: Some(letter), ..Refusal::of(ERR_CANNOTSENDTOCHAN, name) });
                }
            }
            Self::User(id) => {
                let user = turn.state.user(id);
                if id != turn.actor && user.has(UserMode::LoggedInOnly) && turn.me().account.is_none() {
                    let fill = Some("You must be logged in to write to this user");
                    return Err(Refusal { fill, ..Refusal::of(ERR_NEEDREGGEDNICK, user.shown_nick()) });
                }
            }
        }
        match speech.content {
            Content::Line(text) if relayed_bytes(turn, speech.saying.word(), &self.shown(turn), text) > MAX_LINE => {
                Err(Refusal { numeric: ERR_INPUTTOOLONG, param: None, fill: None })
            }
            _ => Ok(()),
        }
    }
}

/// Bytes of the line that others would read. It is never cut.
pub(super) fn relayed_bytes(turn: &Turn<'_>, word: &str, target: &str, text: &str) -> usize {
    ":".len()
        + turn.me().source().len()
        + [" ", word, " ", target, " :", text, "\r\n"].iter().map(|s| s.len()).sum::<usize>()
}

/// The letter of the channel's mode that forbids the actor to speak there.
pub(super) fn silenced(turn: &Turn<'_>, id: ChannelId) -> Option<&'static str> {
    let channel = turn.state.channel(id);
    if turn.is_at_least(id, Rank::Voice) {
        return None;
    }
    let logged_in = turn.me().account.is_some();
    let outside = !turn.is_member(id);
    let (casemapping, sources) = (turn.state.casemapping(), turn.state.sources(turn.actor));
    let muted = match turn.config.bugs.has(Bug::MuteUnheeded) {
        true => channel.bans(casemapping, &sources),
        false => channel.silences(casemapping, &sources),
    };
    let reasons = [
        (outside && channel.modes.has(Flag::NoOutside), "n"),
        (muted, "b"),
        (channel.modes.has(Flag::Moderated), "m"),
        (!logged_in && channel.modes.has(Flag::SpeakLoggedIn), "M"),
        (!logged_in && channel.modes.has(Flag::JoinLoggedIn), "R"),
    ];
    reasons.into_iter().find(|(holds, _)| *holds).map(|(_, letter)| letter)
}
