//! One key of the configuration: its name, its type, and how it is read, shown and copied. Knows no particular key.

use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use super::fault::Fault;

/// A key of the settings `T`.
pub struct Key<T: 'static> {
    /// Its table; empty for the top level.
    pub section: &'static str,
    /// Its name there.
    pub name: &'static str,
    /// The comment above it.
    pub about: &'static str,
    /// Whether a change requires a restart.
    pub restart: bool,
    /// Its type.
    pub kind: Kind<T>,
}

/// A key's type, and its field.
pub enum Kind<T: 'static> {
    /// A whole number.
    Number { range: RangeInclusive<usize>, field: fn(&mut T) -> &mut usize },
    /// A port number, from 1; may be unset.
    Port { set: fn(&mut T, u16), get: fn(&T) -> Option<u16>, example: &'static str },
    /// A whole number of seconds.
    Seconds { range: RangeInclusive<usize>, field: fn(&mut T) -> &mut Duration },
    /// `true` or `false`.
    Switch { field: fn(&mut T) -> &mut bool },
    /// A text. An error is the end of a sentence that begins with the key.
    Text { set: fn(&mut T, &str) -> Result<(), String>, get: fn(&T) -> Option<String>, example: &'static str },
    /// A list of texts.
    Texts {
        clear: fn(&mut T),
        add: fn(&mut T, &str) -> Result<(), String>,
        get: fn(&T) -> Vec<String>,
        example: &'static str,
    },
}

/// The ports that clients can connect to.
const PORTS: RangeInclusive<usize> = 1..=65_535;

impl<T: Clone> Key<T> {
    /// The key as errors name it: `server.name`.
    pub fn path(&self) -> String {
        if self.section.is_empty() { self.name.into() } else { format!("{}.{}", self.section, self.name) }
    }

    /// Reads the key's value into `target`. If it is wrong, `target` stays unchanged, and the error goes to `faults`.
    pub fn read(&self, target: &mut T, value: &Spanned<DeValue<'_>>, faults: &mut Vec<Fault>) {
        let mut wrong = |span: Range<usize>, what: &str| {
            faults.push(Fault { span: Some(span), what: format!("{} {what}", self.path()) });
        };
        match (&self.kind, value.get_ref()) {
            (Kind::Number { range, field }, DeValue::Integer(_)) => match number(value.get_ref(), range) {
                Some(number) => *field(target) = number,
                None => wrong(value.span(), &self.wanted()),
            },
            (Kind::Seconds { range, field }, DeValue::Integer(_)) => match number(value.get_ref(), range) {
                Some(number) => *field(target) = Duration::from_secs(number as u64),
                None => wrong(value.span(), &self.wanted()),
            },
            (Kind::Port { set, .. }, DeValue::Integer(_)) => match number(value.get_ref(), &PORTS) {
                Some(port) => set(target, port as u16),
                None => wrong(value.span(), &self.wanted()),
            },
            (Kind::Switch { field }, DeValue::Boolean(on)) => *field(target) = *on,
            (Kind::Text { set, .. }, DeValue::String(text)) => {
                if let Err(what) = set(target, text) {
                    wrong(value.span(), &what);
                }
            }
            (Kind::Texts { clear, add, .. }, DeValue::Array(list)) => {
                clear(target);
                for item in list.iter() {
                    let added = match item.get_ref() {
                        DeValue::String(text) => add(target, text),
                        _ => Err(self.wanted()),
                    };
                    if let Err(what) = added {
                        wrong(item.span(), &what);
                    }
                }
            }
            _ => wrong(value.span(), &self.wanted()),
        }
    }

    /// What the key accepts, as the end of a sentence.
    fn wanted(&self) -> String {
        match &self.kind {
            Kind::Number { range, .. } => {
                format!("must be a whole number from {} to {}", range.start(), range.end())
            }
            Kind::Port { .. } => format!("must be a port, from {} to {}", PORTS.start(), PORTS.end()),
            Kind::Seconds { range, .. } => {
                format!("must be a whole number of seconds from {} to {}", range.start(), range.end())
            }
            Kind::Switch { .. } => "must be true or false".into(),
            Kind::Text { .. } => "must be a quoted string".into(),
            Kind::Texts { example, .. } => format!("must be a list of strings, like {example}"),
        }
    }

    /// The value in TOML; `None` if there is none.
    pub fn show(&self, of: &T) -> Option<String> {
        let mut of = of.clone();
        match &self.kind {
            Kind::Number { field, .. } => Some(field(&mut of).to_string()),
            Kind::Port { get, .. } => get(&of).map(|port| port.to_string()),
            Kind::Seconds { field, .. } => Some(field(&mut of).as_secs().to_string()),
            Kind::Switch { field } => Some(field(&mut of).to_string()),
            Kind::Text { get, .. } => get(&of).map(|text| quoted(&text)),
            Kind::Texts { get, .. } => match get(&of) {
                texts if texts.is_empty() => None,
                texts => Some(format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))),
            },
        }
    }

    /// The example in TOML, for a key without a value.
    pub fn example(&self) -> &'static str {
        match &self.kind {
            Kind::Port { example, .. } | Kind::Text { example, .. } | Kind::Texts { example, .. } => example,
            Kind::Number { .. } | Kind::Seconds { .. } | Kind::Switch { .. } => "",
        }
    }

    /// Copies the value from `from` to `to`.
    pub fn copy(&self, from: &T, to: &mut T) {
        let mut from = from.clone();
        let taken = "a value that was valid is valid";
        match &self.kind {
            Kind::Number { field, .. } => *field(to) = *field(&mut from),
            Kind::Port { set, get, .. } => get(&from).iter().for_each(|port| set(to, *port)),
            Kind::Seconds { field, .. } => *field(to) = *field(&mut from),
            Kind::Switch { field } => *field(to) = *field(&mut from),
            Kind::Text { set, get, .. } => get(&from).iter().for_each(|text| set(to, text).expect(taken)),
            Kind::Texts { clear, add, get, .. } => {
                clear(to);
                get(&from).iter().for_each(|text| add(to, text).expect(taken));
            }
        }
    }
}

fn number(value: &DeValue<'_>, range: &RangeInclusive<usize>) -> Option<usize> {
    let integer = value.as_integer()?;
    usize::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|number| range.contains(number))
}

/// A text as a TOML basic string: quotes and backslashes are escaped. No value has control characters.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
