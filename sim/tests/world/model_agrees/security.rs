//! Random peers, as transports describe them, and random sts policies.

use std::time::Duration;

use verbatim::server::Sts;
use verbatim::wire::Peer;

use super::Dice;

const NAMES: [&str; 3] = ["irc.example.org", "chat.example.org", "verbatim.local"];

/// A peer: mostly by plain TCP, else with random connection facts.
pub fn peer(dice: &mut Dice) -> Peer {
    let mut peer = Peer::named(dice.pick(&["10.0.0.1", "10.0.0.2", "host.example", "2001:db8::1", "0::1"]));
    if dice.one_in(3) {
        return peer;
    }
    peer.secure = !dice.one_in(3);
    if peer.secure {
        let digit = dice.pick(&["0", "a", "f"]);
        peer.certificate = dice.one_in(2).then(|| digit.repeat(64).into());
        peer.unproven = peer.certificate.is_none() && dice.one_in(3);
        peer.server_name = (!dice.one_in(3)).then(|| dice.pick(&NAMES).into());
    }
    peer.proxy = dice.one_in(3).then(|| dice.pick(&["10.9.9.9", "0::1", "localhost"]).into());
    peer.uid = dice.one_in(3).then(|| [0, 1000, u32::MAX][dice.below(3)]);
    peer
}

/// A random sts policy.
pub fn policy(dice: &mut Dice) -> Option<Sts> {
    if dice.one_in(3) {
        return None;
    }
    let hosts = ["IRC.example.org", "verbatim.local"].map(str::to_owned);
    Some(Sts {
        port: [6697, 7000][dice.below(2)],
        duration: Duration::from_secs([0, 60, 15_552_000][dice.below(3)]),
        preload: dice.one_in(3),
        hosts: hosts.into_iter().filter(|_| dice.one_in(3)).collect(),
    })
}
