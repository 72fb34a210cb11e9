//! Every key, in one table: the parser, `--print-config`, the suggestions and the reload use it.

use super::key::{Key, Kind};
use super::{LogFormat, Settings, values};
use crate::server::{Limits, Operator, Sts};
use crate::shell::certificate::Certificate;

/// A text setting.
macro_rules! text {
    ($section:literal, $name:literal, $about:expr, $restart:literal, $set:expr, $get:expr, $example:literal) => {
        Key {
            section: $section,
            name: $name,
            about: $about,
            restart: $restart,
            kind: Kind::Text { set: $set, get: $get, example: $example },
        }
    };
}

/// One of the server's limits. A change requires a restart, since connected clients already know the old value.
macro_rules! limit {
    ($name:ident, $range:expr, $about:expr) => {
        Key {
            section: "limits",
            name: stringify!($name),
            about: $about,
            restart: true,
            kind: Kind::Number { range: $range, field: |settings| &mut settings.server.limits.$name },
        }
    };
}

/// One of the server's timeouts, in seconds, up to a day.
macro_rules! timeout {
    ($name:literal, $field:ident, $about:expr) => {
        Key {
            section: "timeouts",
            name: $name,
            about: $about,
            restart: false,
            kind: Kind::Seconds { range: 1..=86_400, field: |settings| &mut settings.server.$field },
        }
    };
}

/// The tables of the file, in the order of `--print-config`, and a comment for each. The first has no name.
pub const SECTIONS: &[(&str, &str)] = &[
    ("", ""),
    ("server", "The server's name, network and general behaviour."),
    ("admin", "Who runs the server: the reply to ADMIN. Leave a value empty to keep it private."),
    ("sts", "Strict transport security (IRCv3 sts): tells clients to use TLS. Off unless a port is set."),
    ("timeouts", "When idle connections are pinged and closed, in seconds."),
    ("limits", "Limits on names, texts and lists. Most are advertised to clients."),
    ("websocket", "Which web pages may connect over ws:// and wss://."),
    ("log", "The log, which goes to stderr."),
];

/// The table of an operator.
pub const OPERATOR: &str = "operator";

/// The table of a certificate.
pub const CERTIFICATE: &str = "certificate";

/// The keys that occur once.
pub const KEYS: &[Key<Settings>] = &[
    Key {
        section: "",
        name: "listen",
        about: "Where to listen: tcp://HOST:PORT, tls://HOST:PORT, ws://HOST:PORT and wss://HOST:PORT (for browsers), \
                unix:///PATH?mode=660 or plain+tcp://HOST:PORT (for nc).",
        restart: true,
        kind: Kind::Texts {
            clear: |settings| settings.listen.clear(),
            add: |settings, text| {
                settings.listen.push(text.parse().map_err(|error| format!("is wrong: {error}"))?);
                Ok(())
            },
            get: |settings| settings.listen.iter().map(ToString::to_string).collect(),
            example: "[\"tcp://127.0.0.1:6667\"]",
        },
    },
    Key {
        section: "",
        name: "trusted_proxies",
        about: "Proxies that may report a client's address: addresses, networks, or unix (anyone on a Unix socket).",
        restart: false,
        kind: Kind::Texts {
            clear: |settings| settings.transport.trusted.0.clear(),
            add: |settings, text| {
                let network = text.parse().map_err(|error| format!("names {text:?}, which {error}"))?;
                settings.transport.trusted.0.push(network);
                Ok(())
            },
            get: |settings| settings.transport.trusted.0.iter().map(ToString::to_string).collect(),
            example: "[\"127.0.0.1\", \"10.0.0.0/8\", \"unix\"]",
        },
    },
    text!(
        "server",
        "name",
        "The server's name, which prefixes its replies: a host name with a dot.",
        true,
        |settings, text| values::server_name(text).map(|name| settings.server.name = name),
        |settings| Some(settings.server.name.clone()),
        ""
    ),
    text!(
        "server",
        "network",
        "The network's name: one word.",
        true,
        |settings, text| values::word(text).map(|word| settings.server.network = word),
        |settings| Some(settings.server.network.clone()),
        ""
    ),
    text!(
        "server",
        "motd",
        "A text file with the message of the day. A relative path is relative to the folder of this file.",
        false,
        |settings, text| {
            settings.motd = Some(text.into());
            Ok(())
        },
        |settings| settings.motd.as_ref().map(|path| path.display().to_string()),
        "\"motd.txt\""
    ),
    text!(
        "server",
        "password",
        "The hash of a password that every client must send with PASS; `verbatim hash-password` makes it.",
        false,
        |settings, text| values::hash(text).map(|hash| settings.server.password = Some(hash)),
        |settings| settings.server.password.clone(),
        "\"$argon2id$…\""
    ),
    text!(
        "server",
        "casemapping",
        "How names are compared: ascii, rfc1459, rfc1459-strict, or unicode, with which nicks may have letters beyond ASCII.",
        true,
        |settings, text| values::casemapping(text).map(|mapping| settings.server.casemapping = mapping),
        |settings| Some(settings.server.casemapping.name().into()),
        ""
    ),
    Key {
        section: "server",
        name: "refuse_lookalikes",
        about: "Whether to refuse a nick that looks like another one in use: pau1 beside paul.",
        restart: false,
        kind: Kind::Switch { field: |settings| &mut settings.server.refuse_lookalikes },
    },
    text!(
        "server",
        "channel_modes",
        "The modes of a new channel: letters of modes without a parameter.",
        false,
        |settings, text| text.parse().map(|modes| settings.server.channel_modes = modes),
        |settings| Some(settings.server.channel_modes.to_string()),
        ""
    ),
    text!(
        "server",
        "user_modes",
        "The modes of a new user: letters of modes that users set themselves, as in \"+i\".",
        false,
        |settings, text| text.parse().map(|modes| settings.server.user_modes = modes),
        |settings| Some(settings.server.user_modes.to_string()),
        ""
    ),
    text!(
        "admin",
        "location",
        "The server's location.",
        false,
        |settings, text| values::line(text).map(|line| settings.server.admin.location = line),
        |settings| Some(settings.server.admin.location.clone()),
        ""
    ),
    text!(
        "admin",
        "organisation",
        "The organisation that hosts it.",
        false,
        |settings, text| values::line(text).map(|line| settings.server.admin.organisation = line),
        |settings| Some(settings.server.admin.organisation.clone()),
        ""
    ),
    text!(
        "admin",
        "email",
        "Where to send mail.",
        false,
        |settings, text| values::line(text).map(|line| settings.server.admin.email = line),
        |settings| Some(settings.server.admin.email.clone()),
        ""
    ),
    Key {
        section: "sts",
        name: "port",
        about: "The TLS port, as clients reach it: clients that connect without TLS are told to reconnect there.",
        restart: false,
        kind: Kind::Port {
            set: |settings, port| sts(settings).port = port,
            get: |settings| settings.server.sts.as_ref().map(|sts| sts.port).filter(|&port| port > 0),
            example: "6697",
        },
    },
    Key {
        section: "sts",
        name: "duration_s",
        about: "How long clients must insist on TLS, counted from their last connection. 0 revokes the policy.",
        restart: false,
        kind: Kind::Seconds { range: 0..=MAX_STS_S, field: |settings| &mut sts(settings).duration },
    },
    Key {
        section: "sts",
        name: "preload",
        about: "Whether clients may include this server in preload lists.",
        restart: false,
        kind: Kind::Switch { field: |settings| &mut sts(settings).preload },
    },
    Key {
        section: "sts",
        name: "hosts",
        about: "The host names (TLS SNI) to which the policy applies; all if the list is empty.",
        restart: false,
        kind: Kind::Texts {
            clear: |settings| sts(settings).hosts.clear(),
            add: |settings, text| values::host_name(text).map(|host| sts(settings).hosts.push(host)),
            get: |settings| settings.server.sts.as_ref().map_or_else(Vec::new, |sts| sts.hosts.clone()),
            example: "[\"irc.example.org\"]",
        },
    },
    timeout!("ping_interval_s", ping_interval, "Idle seconds before a client is sent a PING."),
    timeout!(
        "ping_timeout_s",
        ping_timeout,
        "Seconds to wait for a reply to that PING before the connection is closed."
    ),
    timeout!("registration_timeout_s", registration_timeout, "Seconds a new connection may take to register."),
    // RFC 2812 §2.3: "these messages SHALL NOT exceed 512 characters"; clients may rely on that.
    limit!(line_bytes, 512..=65_536, "Bytes in a line from a client, tags not counted."),
    // IRCv3 message-tags lets a client send 4096 bytes of tags.
    limit!(tags_bytes, 4096..=65_536, "Bytes of tags in a line from a client."),
    // RFC 2812 §1.2.1: "Each user is distinguished […] by a unique nickname having a maximum length of nine (9)
    // characters."
    limit!(nick_bytes, 9..=64, "Bytes of a nick."),
    limit!(user_bytes, 2..=32, "Bytes of a user name."),
    limit!(channel_bytes, 2..=100, "Bytes of a channel's name."),
    limit!(topic_bytes, 1..=390, "Bytes of a topic."),
    limit!(kick_bytes, 1..=390, "Bytes of the reason for a kick."),
    limit!(away_bytes, 1..=390, "Bytes of an away message."),
    limit!(realname_bytes, 1..=300, "Bytes of a real name."),
    limit!(key_bytes, 1..=100, "Bytes of a channel's key."),
    limit!(channels_per_user, 1..=10_000, "Channels that one user may be in."),
    limit!(targets, 1..=100, "Targets of one command."),
    limit!(mode_changes, 1..=20, "Changes with a parameter in one MODE."),
    limit!(list_entries, 1..=10_000, "Entries in a channel's list of bans, exceptions or invite exceptions."),
    limit!(invitations, 1..=1000, "Invitations that one user may hold."),
    limit!(whowas_entries, 1..=1_000_000, "Users that WHOWAS remembers."),
    limit!(monitor_entries, 1..=10_000, "Nicks that one user may watch (MONITOR)."),
    limit!(accept_entries, 1..=1000, "Users whose private messages one user may accept (ACCEPT)."),
    limit!(multiline_bytes, 512..=1_048_576, "Bytes in one multiline message, all lines together."),
    limit!(multiline_lines, 2..=1000, "Lines in one multiline message."),
    limit!(redactable_messages, 1..=100_000, "How many of a channel's latest messages can be redacted."),
    limit!(redactable_private_messages, 1..=100_000, "How many of a user's latest private messages can be redacted."),
    limit!(metadata_keys, 1..=1000, "Metadata keys that one user or channel may have."),
    limit!(metadata_key_bytes, 1..=60, "Bytes in a metadata key."),
    limit!(metadata_value_bytes, 1..=300, "Bytes in a metadata value."),
    limit!(metadata_subscriptions, 1..=1000, "Metadata keys that one user may subscribe to."),
    limit!(metadata_sync_lines, 1..=100_000, "Metadata values sent to a client unasked, after JOIN for example."),
    Key {
        section: "limits",
        name: "send_queue_bytes",
        about: "Bytes that may be queued for one client (SendQ). A client that exceeds it is disconnected.",
        restart: true,
        kind: Kind::Number {
            range: 65_536..=1_073_741_824,
            field: |settings| &mut settings.driver.link.send_queue_bytes,
        },
    },
    Key {
        section: "websocket",
        name: "origins",
        about: "Web origins whose scripts may connect; all if the list is empty. Programs other than browsers may always connect.",
        restart: false,
        kind: Kind::Texts {
            clear: |settings| settings.transport.origins.clear(),
            add: |settings, text| {
                let origin = text.parse().map_err(|error| format!("names {text:?}, which {error}"))?;
                settings.transport.origins.push(origin);
                Ok(())
            },
            get: |settings| settings.transport.origins.iter().map(ToString::to_string).collect(),
            example: "[\"https://chat.example.org\", \"http://localhost:8000\"]",
        },
    },
    text!(
        "log",
        "level",
        "off, error, warn, info, debug (logs every line) or trace.",
        false,
        |settings, text| values::log_level(text).map(|level| settings.log.level = level),
        |settings| Some(settings.log.level.to_string()),
        ""
    ),
    text!(
        "log",
        "format",
        "text (for people) or json (one object per line).",
        true,
        |settings, text| LogFormat::named(text).map(|format| settings.log.format = format),
        |settings| Some(settings.log.format.name().into()),
        ""
    ),
];

/// Ten years. A longer duration is a mistake, and cannot be revoked for clients that do not return.
const MAX_STS_S: usize = 315_360_000;

/// The sts policy, created when its first key is read. It is dropped if no key sets its port.
fn sts(settings: &mut Settings) -> &mut Sts {
    settings.server.sts.get_or_insert_default()
}

/// The keys of each operator.
pub const OPERATOR_KEYS: &[Key<Operator>] = &[
    text!(
        "operator",
        "name",
        "The name to give with OPER.",
        false,
        |operator, text| values::word(text).map(|word| operator.name = word),
        |operator| Some(operator.name.clone()).filter(|name| !name.is_empty()),
        "\"alice\""
    ),
    text!(
        "operator",
        "password",
        "The hash of the password to give with OPER; `verbatim hash-password` makes it.",
        false,
        |operator, text| values::hash(text).map(|hash| operator.password = hash),
        |operator| Some(operator.password.clone()).filter(|hash| !hash.is_empty()),
        "\"$argon2id$…\""
    ),
    Key {
        section: "operator",
        name: "hosts",
        about: "Where the operator may log in from: user@host masks; anywhere if the list is empty.",
        restart: false,
        kind: Kind::Texts {
            clear: |operator| operator.hosts.clear(),
            add: |operator, text| values::host_mask(text).map(|mask| operator.hosts.push(mask)),
            get: |operator| operator.hosts.clone(),
            example: "[\"*@127.0.0.1\", \"*@::1\", \"~alice@10.0.0.0/8\"]",
        },
    },
    Key {
        section: "operator",
        name: "privileges",
        about: "What the operator may do:",
        restart: false,
        kind: Kind::Texts {
            clear: |operator| operator.privileges.clear(),
            add: |operator, text| values::privilege(text).map(|privilege| operator.privileges.push(privilege)),
            get: |operator| operator.privileges.iter().map(|privilege| values::privilege_name(*privilege)).collect(),
            example: "[\"kill\", \"rehash\"]",
        },
    },
];

/// The keys of each certificate.
pub const CERTIFICATE_KEYS: &[Key<Certificate>] = &[
    text!(
        "certificate",
        "chain",
        "PEM: the certificate, followed by the chain of its issuers. A relative path is relative to the folder of this \
         file.",
        false,
        |certificate, text| {
            certificate.chain = text.into();
            Ok(())
        },
        |certificate| Some(certificate.chain.display().to_string()).filter(|path| !path.is_empty()),
        "\"fullchain.pem\""
    ),
    text!(
        "certificate",
        "key",
        "PEM: its private key. May be left out if the same file holds it.",
        false,
        |certificate, text| {
            certificate.key = Some(text.into());
            Ok(())
        },
        |certificate| certificate.key.as_ref().map(|path| path.display().to_string()),
        "\"privkey.pem\""
    ),
];

/// The bytes that are left for a topic or an away message after the longest names: `:server 332 nick #channel :` and
/// `:server 301 me nick :`. A longer text would have to be truncated.
pub fn room_for_texts(server: &str, limits: &Limits) -> [(&'static str, usize, usize); 2] {
    let numeric = 1 + server.len() + " 332 ".len() + limits.nick_bytes + " ".len();
    let room = |name: usize| crate::wire::MAX_LINE - (numeric + name + " :\r\n".len());
    [
        ("limits.topic_bytes", limits.topic_bytes, room(limits.channel_bytes)),
        ("limits.away_bytes", limits.away_bytes, room(limits.nick_bytes)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_limit_is_a_key_named_after_its_field() {
        let shown = format!("{:?}", Limits::default());
        let fields = shown.split_once('{').expect("its fields").1.split(',');
        let fields = fields.map(|field| field.split(':').next().expect("a name").trim());
        for field in fields {
            assert!(KEYS.iter().any(|key| key.section == "limits" && key.name == field), "{field}");
        }
    }

    #[test]
    fn every_key_has_a_section_and_its_default_is_in_its_range() {
        for key in KEYS {
            assert!(SECTIONS.iter().any(|row| row.0 == key.section), "{}", key.path());
            let (mut defaults, shown) = (Settings::default(), key.show(&Settings::default()));
            let fits = match &key.kind {
                Kind::Number { range, field } => range.contains(field(&mut defaults)),
                Kind::Seconds { range, field } => range.contains(&(field(&mut defaults).as_secs() as usize)),
                Kind::Port { example, .. } | Kind::Text { example, .. } | Kind::Texts { example, .. } => {
                    shown.is_some() || !example.is_empty()
                }
                Kind::Switch { .. } => true,
            };
            assert!(fits, "{}", key.path());
        }
    }
}
