//! In what the clients differ: how they are started, and the little that they do not say in the same words.

use std::process::Command;

use crate::shell_world::Folder;

/// A client that is tried.
pub struct Client {
    /// Its name, which is its program's, too.
    pub name: &'static str,
    /// The argument before the directory that is its home.
    home: &'static str,
    /// What it shows once it waits for a person's commands.
    pub ready: &'static str,
    /// Settings that switch off its protection from being thrown out for flooding, which holds each line back for two
    /// seconds. More than one where the name differs from release to release.
    pub hurry: &'static [&'static str],
    /// The command that connects to a host and a port with a nick.
    pub connect: fn(host: &str, port: &str, nick: &str) -> String,
    /// The command that brings a window to the front.
    pub front: &'static str,
    /// What it says of a channel that one is banned from.
    pub banned: &'static str,
}

/// The clients that are tried.
pub static CLIENTS: [Client; 2] = [
    Client {
        name: "irssi",
        home: "--home",
        ready: "settings were initialized",
        hurry: &["cmd_queue_speed 1msec"],
        connect: |host, port, nick| format!("/connect {host} {port} - {nick}"),
        front: "/window goto",
        banned: "(You are banned)",
    },
    Client {
        name: "weechat",
        home: "--dir",
        ready: "Plugins loaded: ",
        hurry: &["irc.server_default.anti_flood 0", "irc.server_default.anti_flood_prio_high 0"],
        connect: |host, port, nick| format!("/connect irc://{nick}@{host}:{port}"),
        front: "/buffer",
        banned: "(+b)",
    },
];

impl Client {
    /// The client with nothing of the person's who runs the test: an empty home, and no setting.
    pub fn command(&self, home: &Folder) -> Command {
        let home = &home.0;
        let mut command = Command::new(self.name);
        command.arg(self.home).arg(home);
        for name in ["IRCNICK", "IRCUSER", "IRCNAME", "IRCSERVER", "IRCHOST", "WEECHAT_HOME", "WEECHAT_EXTRA_LIBDIR"] {
            command.env_remove(name);
        }
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"] {
            command.env(name, home);
        }
        // A terminal type that every system describes, and nothing of which the screen does not understand.
        command.env("TERM", "screen").env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        command
    }
}
