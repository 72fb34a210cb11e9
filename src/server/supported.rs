//! What the server supports, in Markdown, generated from the tables. docs/reference.md includes it.

use super::caps::CAPABILITIES;
use super::command::COMMANDS;
use super::mode_table::{By, CHANNEL_MODES, Kind, RANKS, Rank, Sight, USER_MODES};
use super::operator::PRIVILEGES;

/// A table for each of these: commands, capabilities, channel modes, user modes, operator privileges.
pub fn supported() -> String {
    let commands = COMMANDS.iter().map(|row| [code(row.usage), row.about.to_owned()].into());
    let capabilities = CAPABILITIES.iter().map(|row| [code(row.name), sentence(row.about)].into());
    let ranks = RANKS.iter().map(|row| {
        let letter = format!("{} {}", code(&row.letter.to_string()), code(&row.prefix.to_string()));
        [letter, "a nick".into(), who(row.set).into(), "everybody".into(), sentence(row.about)].into()
    });
    let channel_modes = CHANNEL_MODES.iter().map(|row| {
        [
            code(&row.letter.to_string()),
            takes(row.kind).into(),
            who(row.set).into(),
            sight(row.see).into(),
            sentence(row.about),
        ]
        .into()
    });
    let user_modes = USER_MODES.iter().map(|row| {
        let set = match row.set {
            By::User => "its user".to_owned(),
            By::Nobody => "OPER; its user may remove it".to_owned(),
            By::Operator(privilege) => format!("operators with {}", code(privilege.name())),
        };
        [code(&row.letter.to_string()), set, sentence(row.about)].into()
    });
    let privileges = PRIVILEGES.iter().map(|row| [code(row.0), sentence(row.2)].into());
    [
        table("Commands", &["command", "what it does"], commands),
        table("Capabilities", &["capability", "what it is for"], capabilities),
        table("Channel modes", &["mode", "takes", "set by", "seen by", "meaning"], channel_modes.chain(ranks)),
        table("User modes", &["mode", "set by", "meaning"], user_modes),
        table("Operator privileges", &["privilege", "what it allows"], privileges),
    ]
    .join("\n")
}

fn table(title: &str, heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let row = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    let rule = "|---".repeat(heads.len()) + "|\n";
    let rows: String = rows.map(|cells| row(&cells)).collect();
    format!("### {title}\n\n{}{rule}{rows}", row(&heads))
}

/// A text as code; an unescaped bar would end the cell.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn takes(kind: Kind) -> &'static str {
    match kind {
        Kind::List(_) => "a mask; without one, lists them",
        Kind::Key => "a key",
        Kind::Forward => "a channel, when set",
        Kind::Limit => "a number, when set",
        Kind::Flag(_) => "nothing",
    }
}

fn who(rank: Rank) -> &'static str {
    match rank {
        Rank::Voice => "voices and above",
        Rank::HalfOperator => "half-operators and above",
        Rank::Operator => "operators and above",
        Rank::Admin => "admins and above",
        Rank::Founder => "founders",
    }
}

fn sight(sight: Sight) -> &'static str {
    match sight {
        Sight::Everybody => "everybody",
        Sight::Members => "members",
        Sight::Rank(rank) => who(rank),
    }
}
