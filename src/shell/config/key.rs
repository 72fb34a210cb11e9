//! One key of the configuration: its name, what it takes, and how it is read, shown and kept. Knows no key in
//! particular.

use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use super::fault::Fault;

/// A key of what `T` holds.
pub struct Key<T: 'static> {
    /// The table it stands in; empty for none.
    pub section: &'static str,
    /// Its name there.
    pub name: &'static str,
    /// What it is for: the comment above it.
    pub about: &'static str,
    /// Whether a change takes a restart.
    pub restart: bool,
    /// What it takes.
    pub kind: Kind<T>,
}

/// What a key takes, and where that goes.
pub enum Kind<T: 'static> {
    /// A whole number.
    Number { range: RangeInclusive<usize>, field: fn(&mut T) -> &mut usize },
    /// The number of a port, from 1 on; there may be none.
    Port { set: fn(&mut T, u16), get: fn(&T) -> Option<u16>, example: &'static str },
    /// A whole number of seconds.
    Seconds { range: RangeInclusive<usize>, field: fn(&mut T) -> &mut Duration },
    /// `true` or `false`.
    Switch { field: fn(&mut T) -> &mut bool },
    /// A text. What is wrong with it is said as the end of a sentence that begins with the key.
    Text { set: fn(&mut T, &str) -> Result<(), String>, get: fn(&T) -> Option<String>, example: &'static str },
    /// A list of texts.
    Texts {
        clear: fn(&mut T),
        add: fn(&mut T, &str) -> Result<(), String>,
        get: fn(&T) -> Vec<String>,
        example: &'static str,
    },
}

/// The ports that can be connected to.
const PORTS: RangeInclusive<usize> = 1..=65_535;

impl<T: Clone> Key<T> {
    /// The key as errors name it: `server.name`.
    pub fn path(&self) -> String {
        if self.section.is_empty() { self.name.into() } else { format!("{}.{}", self.section, self.name) }
    }

    /// Reads the key's value into `target`. What is wrong with it goes to `faults`, and `target` stays as it was.
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

    /// What the key takes, as the end of a sentence.
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

    /// What stands in place of a value where there is none, in TOML.
    pub fn example(&self) -> &'static str {
        match &self.kind {
            Kind::Port { example, .. } | Kind::Text { example, .. } | Kind::Texts { example, .. } => example,
            Kind::Number { .. } | Kind::Seconds { .. } | Kind::Switch { .. } => "",
        }
    }

    /// Gives `to` the value that `from` has.
    pub fn copy(&self, from: &T, to: &mut T) {
        let mut from = from.clone();
        let taken = "what was read once is read again";
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

/// A text as TOML's basic string: quotes and backslashes are escaped, and control characters, which no value has.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
