//! Converts between the server's types and those of the reference model, which uses none of the server's.

use std::time::Duration;

use model::{Answer, Config, Event, Limits, Now, Operator, Peer, Privilege, Stays, Sts};
use verbatim::server::{self, Outcome};
use verbatim::time::{self, Time};
use verbatim::wire;

/// An event of the server, in the model's terms.
pub fn event<'a>(event: &'a server::Event<'a>) -> Event<'a> {
    match *event {
        server::Event::Accepted { conn, peer } => Event::Accepted { conn, peer: to_peer(peer) },
        server::Event::Received { conn, bytes } => Event::Received { conn, bytes },
        server::Event::Closed { conn, ref reason } => Event::Closed { conn, reason: reason.text() },
        server::Event::Attached { conn, to, stays } => Event::Attached { conn, to, stays: to_stays(stays) },
        server::Event::Answered { ask, answer } => Event::Answered { ask, answer: to_answer(answer) },
        server::Event::Settled { upto, outcome: Outcome::Stored } => Event::Settled { upto, refused: None },
        server::Event::Settled { upto, outcome: Outcome::Refused(why) } => Event::Settled { upto, refused: Some(why) },
        server::Event::Unread { conn } => Event::Unread { conn },
        server::Event::Drained { conn } => Event::Drained { conn },
        server::Event::Timeout => Event::Timeout,
        server::Event::Stop => Event::Stop,
    }
}

/// Both clocks, in the model's terms.
pub fn now(now: time::Now) -> Now {
    Now { mono: point(now.mono), wall: point(now.wall) }
}

/// A point in time.
pub fn point(time: Time) -> Duration {
    Duration::from_micros(time.as_micros())
}

/// A point in time from the model, in the server's terms.
pub fn point_back(time: Duration) -> Time {
    Time::default() + time
}

/// The settings.
pub fn config(config: &server::Config) -> Config {
    let admin = &config.admin;
    Config {
        name: config.name.clone(),
        network: config.network.clone(),
        has_motd: !config.motd.is_empty(),
        password: config.password.clone(),
        casemapping: match config.casemapping {
            wire::Casemapping::Ascii => model::Casemapping::Ascii,
            wire::Casemapping::Rfc1459 => model::Casemapping::Rfc1459,
            wire::Casemapping::StrictRfc1459 => model::Casemapping::StrictRfc1459,
            wire::Casemapping::Unicode => model::Casemapping::Unicode,
        },
        refuse_lookalikes: config.refuse_lookalikes,
        channel_modes: config.channel_modes.to_string(),
        user_modes: config.user_modes.to_string(),
        operators: config.operators.iter().map(operator).collect(),
        admin: [admin.location.clone(), admin.organisation.clone(), admin.email.clone()],
        sts: config.sts.as_ref().map(|sts| {
            let server::Sts { port, duration, preload, hosts } = sts.clone();
            Sts { port, duration, preload, hosts }
        }),
        ping_interval: config.ping_interval,
        ping_timeout: config.ping_timeout,
        registration_timeout: config.registration_timeout,
        reply_rows: config.reply_rows,
        limits: limits(&config.limits),
        log: config.log,
    }
}

fn operator(operator: &server::Operator) -> Operator {
    let server::Operator { name, password, hosts, privileges } = operator.clone();
    let privilege = |privilege: server::Privilege| match privilege {
        server::Privilege::Kill => Privilege::Kill,
        server::Privilege::Rehash => Privilege::Rehash,
        server::Privilege::Wallops => Privilege::Wallops,
        server::Privilege::Channels => Privilege::Channels,
        server::Privilege::See => Privilege::See,
        server::Privilege::Watch => Privilege::Watch,
    };
    Operator { name, password, hosts, privileges: privileges.into_iter().map(privilege).collect() }
}

/// Makes the model's limits of the fields with the same names.
macro_rules! same_limits {
    ($from:expr, $($name:ident)*) => { Limits { $($name: $from.$name),* } };
}

fn limits(limits: &server::Limits) -> Limits {
    same_limits!(limits,
        nick_bytes user_bytes channel_bytes topic_bytes kick_bytes away_bytes realname_bytes key_bytes
        channels_per_user targets mode_changes list_entries invitations whowas_entries monitor_entries accept_entries
        multiline_bytes multiline_lines redactable_messages redactable_private_messages
        metadata_keys metadata_key_bytes metadata_value_bytes metadata_subscriptions metadata_sync_lines
    )
}

fn to_peer(peer: &wire::Peer) -> Peer {
    let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    Peer {
        host: peer.host.to_string(),
        proxy: text(&peer.proxy),
        secure: peer.secure,
        certificate: text(&peer.certificate),
        unproven: peer.unproven,
        server_name: text(&peer.server_name),
        uid: peer.uid,
    }
}

fn to_stays(stays: server::Stays) -> Stays {
    match stays {
        server::Stays::No => Stays::No,
        server::Stays::Until(time) => Stays::Until(point(time)),
        server::Stays::Always => Stays::Always,
    }
}

fn to_answer(answer: server::Answer<'_>) -> Answer {
    Answer { words: answer.words(), config: answer.new_settings().map(|settings| config(settings).into()) }
}
