//! Parses a configuration into settings, and reports all mistakes at once.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Settings;
use super::fault::Fault;
use super::key::Key;
use super::keys::{CERTIFICATE, CERTIFICATE_KEYS, KEYS, OPERATOR, OPERATOR_KEYS, SECTIONS};
use crate::server::Operator;
use crate::shell::certificate::Certificate;

/// The results of parsing besides the settings.
#[derive(Debug, Default)]
pub struct Found {
    /// The mistakes, in any order.
    pub faults: Vec<Fault>,
    /// The position of each value that is set, by its key.
    pub places: BTreeMap<String, Range<usize>>,
    /// The same for the values of each certificate.
    pub certificates: Vec<CertificatePlaces>,
}

/// The positions of a certificate's values.
#[derive(Debug)]
pub struct CertificatePlaces {
    /// `chain`.
    pub chain: Range<usize>,
    /// `key`, if it is set.
    pub key: Option<Range<usize>>,
}

impl Found {
    fn fault(&mut self, span: Range<usize>, what: impl Into<String>) {
        self.faults.push(Fault { span: Some(span), what: what.into() });
    }
}

/// Parses `text` over the values in `settings`.
pub fn read(text: &str, settings: &mut Settings) -> Found {
    let mut found = Found::default();
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = error.span().unwrap_or_default();
        // The most common mistake is a text without quotes, which the parser reports as an invalid value of another
        // type.
        let is_word = text.get(span.clone()).is_some_and(|text| text.starts_with(char::is_alphabetic));
        let is_bare = is_word && error.message().starts_with("invalid ");
        found.fault(span, if is_bare { "strings must be quoted" } else { error.message() });
    }
    // If the text is not valid TOML, further checks make no sense: half of the keys may be missing.
    if found.faults.is_empty() {
        read_root(root.get_ref(), settings, &mut found);
    }
    found
}

fn read_root(root: &DeTable<'_>, settings: &mut Settings, found: &mut Found) {
    for (name, value) in root.iter() {
        let section = SECTIONS.iter().find(|row| !row.0.is_empty() && row.0 == name.get_ref());
        match (section, value.get_ref()) {
            (Some((section, _)), DeValue::Table(table)) => read_table(table, section, KEYS, settings, found),
            (Some((section, _)), _) => {
                found.fault(value.span(), format!("{section} must be a table: put its keys below [{section}]"));
            }
            (None, _) if name.get_ref() == OPERATOR => read_operators(value, settings, found),
            (None, _) if name.get_ref() == CERTIFICATE => read_certificates(value, settings, found),
            (None, _) => read_entry(name, value, "", KEYS, settings, found),
        }
    }
}

fn read_table<T: Clone>(table: &DeTable<'_>, section: &str, keys: &[Key<T>], target: &mut T, found: &mut Found) {
    for (name, value) in table.iter() {
        read_entry(name, value, section, keys, target, found);
    }
}

fn read_entry<T: Clone>(
    name: &Spanned<impl AsRef<str>>,
    value: &Spanned<DeValue<'_>>,
    section: &str,
    keys: &[Key<T>],
    target: &mut T,
    found: &mut Found,
) {
    let text = name.get_ref().as_ref();
    match keys.iter().find(|key| key.section == section && key.name == text) {
        Some(key) => {
            found.places.insert(key.path(), value.span());
            key.read(target, value, &mut found.faults);
        }
        None => {
            let path = if section.is_empty() { text.to_owned() } else { format!("{section}.{text}") };
            let nearest = nearest_key(section, text);
            found.fault(name.span(), format!("unknown key {path}; did you mean {nearest}?"));
        }
    }
}

/// The known key with the most similar spelling to `name`, preferably in `section`.
fn nearest_key(section: &str, name: &str) -> String {
    let path = |section: &str, name: &str| [section, name].join(if section.is_empty() { "" } else { "." });
    let keys = KEYS.iter().map(|key| (key.section, key.name));
    let keys = keys.chain(OPERATOR_KEYS.iter().map(|key| (key.section, key.name)));
    let keys = keys.chain(CERTIFICATE_KEYS.iter().map(|key| (key.section, key.name)));
    let tables = SECTIONS.iter().map(|row| row.0).chain([OPERATOR, CERTIFICATE]).filter(|name| !name.is_empty());
    let wanted = path(section, name).to_lowercase();
    let distance = |(in_section, known): (&str, &str)| {
        let elsewhere = usize::from(in_section != section);
        let in_full = strsim::osa_distance(&wanted, &path(in_section, known));
        (strsim::osa_distance(&name.to_lowercase(), known) + elsewhere).min(in_full)
    };
    let (section, name) =
        keys.chain(tables.map(|name| ("", name))).min_by_key(|key| distance(*key)).unwrap_or_default();
    path(section, name)
}

fn read_operators(value: &Spanned<DeValue<'_>>, settings: &mut Settings, found: &mut Found) {
    let DeValue::Array(list) = value.get_ref() else {
        return found.fault(value.span(), "use one [[operator]] table (in double brackets) for each operator");
    };
    for item in list.iter() {
        let DeValue::Table(table) = item.get_ref() else {
            found.fault(item.span(), "operator must be a table with name, password, hosts and privileges");
            continue;
        };
        let mut operator =
            Operator { name: String::new(), password: String::new(), hosts: Vec::new(), privileges: Vec::new() };
        let before = found.faults.len();
        read_table(table, OPERATOR, OPERATOR_KEYS, &mut operator, found);
        if found.faults.len() > before {
            continue;
        }
        for missing in OPERATOR_KEYS.iter().filter(|key| ["name", "password"].contains(&key.name)) {
            if missing.show(&operator).is_none() {
                found.fault(item.span(), format!("this operator has no {}", missing.name));
            }
        }
        if settings.server.operators.iter().any(|other| other.name == operator.name) {
            found.fault(item.span(), format!("two operators have the name {:?}", operator.name));
        }
        settings.server.operators.push(operator);
    }
}

fn read_certificates(value: &Spanned<DeValue<'_>>, settings: &mut Settings, found: &mut Found) {
    let DeValue::Array(list) = value.get_ref() else {
        return found.fault(value.span(), "use one [[certificate]] table (in double brackets) for each certificate");
    };
    for item in list.iter() {
        let DeValue::Table(table) = item.get_ref() else {
            found.fault(item.span(), "certificate must be a table with chain and key");
            continue;
        };
        let mut certificate = Certificate::default();
        let before = found.faults.len();
        read_table(table, CERTIFICATE, CERTIFICATE_KEYS, &mut certificate, found);
        let [chain, key] = ["chain", "key"].map(|name| found.places.remove(&format!("{CERTIFICATE}.{name}")));
        match chain {
            _ if found.faults.len() > before => {}
            Some(chain) => {
                found.certificates.push(CertificatePlaces { chain, key });
                settings.certificates.push(certificate);
            }
            None => found.fault(item.span(), "this certificate has no chain"),
        }
    }
}

/// Checks the settings as a whole, since values that are valid by themselves may contradict each other. An error about
/// a key that the file does not set concerns the whole file.
pub fn check(settings: &Settings, found: &mut Found) {
    let mut wrong = |key: &str, what: String| {
        found.faults.push(Fault { span: found.places.get(key).cloned(), what });
    };
    if settings.listen.is_empty() {
        wrong("listen", "listen must have at least one URL".into());
    }
    for (number, url) in settings.listen.iter().enumerate() {
        if let Some(other) = settings.listen[..number].iter().find(|other| other.collides(url)) {
            wrong("listen", format!("a server cannot listen on both {other} and {url}, which share an address"));
        }
    }
    if let Some(url) = settings.listen.iter().find(|url| url.proxy)
        && settings.transport.trusted.0.is_empty()
    {
        let example = "trusted_proxies = [\"127.0.0.1\"], or --trusted-proxy 127.0.0.1";
        wrong("listen", format!("{url} is a listener for proxies, but no proxy is trusted: add one, as in {example}"));
    }
    if let Some((key, what)) = wrong_sts(settings) {
        wrong(key, what.into());
    }
    for (key, bytes, room) in super::keys::room_for_texts(&settings.server.name, &settings.server.limits) {
        if bytes > room {
            wrong(key, format!("{key} must be at most {room}: a line has 512 bytes, and the names take the rest"));
        }
    }
}

/// What is wrong with the sts policy, if there is one, and the key that it concerns.
fn wrong_sts(settings: &Settings) -> Option<(&'static str, &'static str)> {
    let sts = settings.server.sts.as_ref()?;
    if sts.port > 0 {
        let what = "sts.port sends clients to a TLS listener, but listen has none: add one, as in tls://0.0.0.0:6697";
        return (!settings.offers_tls()).then_some(("sts.port", what));
    }
    let given = [
        ("sts.hosts", !sts.hosts.is_empty()),
        ("sts.preload", sts.preload),
        ("sts.duration_s", !sts.duration.is_zero()),
    ];
    let (key, _) = given.into_iter().find(|row| row.1)?;
    Some((key, "sts has no effect without sts.port, the port of a TLS listener"))
}
