//! The differences between the clients: how they are started, and how they word a few things.

use std::process::Command;

use crate::shell_world::Folder;

/// A client under test.
pub struct Client {
    /// Its name, and that of its program.
    pub name: &'static str,
    /// The option for its home directory.
    home: &'static str,
    /// What it shows when it is ready for commands.
    pub ready: &'static str,
    /// Settings to make before it connects. Flood protection is switched off, since it delays lines by seconds. Unknown
    /// settings of other releases are refused without harm.
    pub settings: &'static [&'static str],
    /// The command that connects to a host and a port with a nick.
    pub connect: fn(host: &str, port: &str, nick: &str) -> String,
    /// The command that brings a window to the front.
    pub front: &'static str,
    /// Its message if the user is banned from #lobby.
    pub banned: &'static str,
    /// The window in which it shows `banned` after a kick; `None` if that is the front window.
    pub banned_in: Option<&'static str>,
}

/// The clients under test.
pub static CLIENTS: [Client; 2] = [
    Client {
        name: "irssi",
        home: "--home",
        ready: "settings were initialized",
        settings: &["cmd_queue_speed 1msec", "cmds_max_at_once 1000"],
        connect: |host, port, nick| format!("/connect {host} {port} - {nick}"),
        front: "/window goto",
        banned: "Cannot join to channel #lobby (You are banned)",
        banned_in: Some("1"),
    },
    Client {
        name: "weechat",
        home: "--dir",
        ready: "Plugins loaded: ",
        settings: &[
            "irc.server_default.anti_flood 0",
            "irc.server_default.anti_flood_prio_high 0",
            "irc.look.temporary_servers on",
        ],
        connect: |host, port, nick| format!("/connect irc://{nick}@{host}:{port}"),
        front: "/buffer",
        banned: "#lobby: Cannot join channel (+b)",
        banned_in: None,
    },
];

impl Client {
    /// The command that starts the client with an empty home, so without the user's own settings.
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
        // A terminal type that every system describes, and that the screen supports completely.
        command.env("TERM", "screen").env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        command
    }
}
