//! Which values are valid. An error is the end of a sentence that begins with the key.

use tracing::level_filters::LevelFilter;

use crate::server::{PRIVILEGES, Privilege, matches_nobody};
use crate::shell::password;
use crate::wire::Casemapping;

/// RFC 2812 §1.1: "servers […] have a maximum name length of sixty three (63) characters".
const MAX_SERVER_NAME: usize = 63;

/// The most characters of a text that a reply shows on one line.
const MAX_TEXT: usize = 300;

/// The names of the log levels, least verbose first.
pub const LOG_LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// A server name, which must be usable as a source: one word, distinguished from a nick by its dot.
///
/// # Errors
/// What it should be.
pub fn server_name(text: &str) -> Result<String, String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    if text.is_empty() || text.len() > MAX_SERVER_NAME || !text.contains('.') || !text.chars().all(allowed) {
        return Err("must be a host name with a dot in it, like irc.example.org, of at most 63 characters".into());
    }
    Ok(text.into())
}

/// A host name, as clients use it to connect.
pub fn host_name(text: &str) -> Result<String, String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    // RFC 1035 §2.3.4: "names: 255 octets or less", two of which are not shown.
    if text.is_empty() || text.len() > 253 || !text.chars().all(allowed) {
        return Err(format!("must be host names like \"irc.example.org\", not {text:?}"));
    }
    Ok(text.into())
}

/// A word that can be a middle parameter.
pub fn word(text: &str) -> Result<String, String> {
    let allowed = |c: char| !c.is_whitespace() && !c.is_control() && !"=\\".contains(c);
    if text.is_empty() || text.len() > MAX_SERVER_NAME || text.starts_with(':') || !text.chars().all(allowed) {
        return Err("must be one word of at most 63 bytes, without a space, an equals sign or a backslash".into());
    }
    Ok(text.into())
}

/// A text that can be a trailing parameter.
pub fn line(text: &str) -> Result<String, String> {
    if text.chars().any(char::is_control) || text.chars().count() > MAX_TEXT {
        return Err(format!("must be one line of at most {MAX_TEXT} characters"));
    }
    Ok(text.into())
}

/// A password hash.
pub fn hash(text: &str) -> Result<String, String> {
    password::check_hash(text)?;
    Ok(text.into())
}

/// A `user@host` mask for an operator.
pub fn host_mask(text: &str) -> Result<String, String> {
    let allowed = |c: char| !c.is_whitespace() && !c.is_control() && c != '!';
    match text.split_once('@') {
        Some((user, host)) if !user.is_empty() && !host.is_empty() && text.chars().all(allowed) => {
            matches_nobody(user, host).map_or_else(|| Ok(text.into()), |why| Err(format!("has {text:?}, which {why}")))
        }
        _ => Err("must be masks like \"*@127.0.0.1\" or \"~alice@10.0.0.0/8\"".into()),
    }
}

/// A privilege.
pub fn privilege(text: &str) -> Result<Privilege, String> {
    let found = PRIVILEGES.iter().find(|row| row.0 == text);
    found.map(|row| row.1).ok_or_else(|| unknown(text, PRIVILEGES.iter().map(|row| row.0)))
}

/// The name of a privilege.
pub fn privilege_name(privilege: Privilege) -> String {
    PRIVILEGES.iter().find(|row| row.1 == privilege).map_or("", |row| row.0).into()
}

/// A casemapping.
pub fn casemapping(text: &str) -> Result<Casemapping, String> {
    Casemapping::named(text).ok_or_else(|| unknown(text, Casemapping::ALL.map(Casemapping::name)))
}

/// A log level.
pub fn log_level(text: &str) -> Result<LevelFilter, String> {
    let known = LOG_LEVELS.into_iter().find(|level| *level == text);
    known.and_then(|level| level.parse().ok()).ok_or_else(|| unknown(text, LOG_LEVELS))
}

/// The error for a `text` that is not among `known`. It suggests the most similar one.
pub fn unknown<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let nearest = nearest(text, known.iter().copied());
    format!("cannot be {text:?}; did you mean {nearest:?}? (one of: {})", known.join(", "))
}

/// The string in `known` that is most similar to `text`.
pub fn nearest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> &'a str {
    let text = text.to_lowercase();
    known.into_iter().min_by_key(|known| strsim::osa_distance(&text, known)).unwrap_or_default()
}
