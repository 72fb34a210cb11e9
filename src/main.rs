//! The `verbatim` binary: the command line, and nothing else.

use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use tracing::level_filters::LevelFilter;
use verbatim::server::Limits;
use verbatim::shell::config::{self, DEFAULT_URL, Flags, LOG_LEVELS, LogFormat};
use verbatim::shell::{
    Certificate, ChatOptions, PasswordSource, ServeOptions, TlsOptions, bench, chat, hash_password, serve,
};
use verbatim::transport::tls::Fingerprint;
use verbatim::transport::{Proxies, Url, UrlError};
use verbatim::wire::{Casemapping, ChannelName};

/// The version, and whether planted bugs are compiled in. A build of the whole workspace has them, since the simulator
/// enables the feature; a build at the root does not.
const VERSION: &str = if cfg!(feature = "planted") {
    concat!(env!("CARGO_PKG_VERSION"), " (for tests: built with planted bugs, all switched off)")
} else {
    env!("CARGO_PKG_VERSION")
};

/// An IRC server and a terminal client.
#[derive(Debug, Parser)]
#[command(version = VERSION, arg_required_else_help = true, after_help = urls(true))]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(Serve),
    /// Check a configuration file
    Check(Check),
    /// Hash a password for the configuration
    #[command(after_help = HASH_PASSWORD_EXAMPLES)]
    HashPassword,
    /// Chat with the people on a server
    Chat(Chat),
    /// Measure the cost of a delivered line, compared with a bare epoll loop
    Bench(Bench),
}

#[derive(Debug, Args)]
#[command(after_help = urls(true) + SERVE_EXAMPLES)]
struct Serve {
    /// The configuration file (optional); flags override it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print a configuration with every key, its default and a comment
    #[arg(long, exclusive = true)]
    print_config: bool,
    /// Where to listen; repeatable [default: tcp://127.0.0.1:6667]
    #[arg(long, value_name = "URL")]
    listen: Vec<Url>,
    /// The server's name, which prefixes its replies [default: verbatim.local]
    #[arg(long, value_name = "HOST", value_parser = |name: &str| config::server_name(name).map_err(|what| format!("it {what}")))]
    name: Option<String>,
    /// A text file with the message of the day
    #[arg(long, value_name = "FILE")]
    motd: Option<PathBuf>,
    /// The TLS certificate and its chain, in PEM [default: the server generates one]
    #[arg(long, value_name = "FILE")]
    tls_certificate: Option<PathBuf>,
    /// Its private key, unless the same file holds it
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// A proxy that may report the address of its client, on a listener with ?proxy=true: an address, a network, or
    /// unix; repeatable
    #[arg(long, value_name = "ADDRESS")]
    trusted_proxy: Vec<Proxies>,
    /// The log level: off, error, warn, info, debug (logs every line) or trace [default: info]
    #[arg(long, value_name = "LEVEL", hide_possible_values = true, value_parser = log_level())]
    log: Option<LevelFilter>,
    /// The log format: text (for people) or json [default: text]
    #[arg(long, value_name = "FORMAT", hide_possible_values = true, value_parser = log_format())]
    log_format: Option<LogFormat>,
}

#[derive(Debug, Args)]
struct Check {
    /// The configuration file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = urls(false) + CHAT_EXAMPLES)]
struct Chat {
    /// The server to connect to
    #[arg(value_name = "URL", default_value = DEFAULT_URL, value_parser = server_url)]
    url: Url,
    /// Your nick [default: from $USER]
    #[arg(long, value_name = "NICK", value_parser = nick)]
    nick: Option<String>,
    /// Exit if the nick is refused, instead of trying another
    #[arg(long, requires = "nick")]
    exact_nick: bool,
    /// A channel to join, with or without its #; repeatable
    #[arg(long, value_name = "CHANNEL", default_value = "#lobby", value_parser = channel)]
    join: Vec<String>,
    /// A file whose first line is the server's password
    #[arg(long, value_name = "FILE", group = "password")]
    password_file: Option<PathBuf>,
    /// A shell command that prints the server's password
    #[arg(long, value_name = "COMMAND", group = "password")]
    password_command: Option<String>,
    /// Ask for the server's password at the terminal
    #[arg(long, group = "password")]
    ask_password: bool,
    /// Show only what is said, and what went wrong
    #[arg(long)]
    quiet: bool,
    /// Say every line as it is, even one that begins with a slash
    #[arg(long)]
    no_commands: bool,
    /// Only show what is said: read no input
    #[arg(long, conflicts_with = "no_commands")]
    listen_only: bool,
    /// Trust only a TLS server whose certificate has this SHA-256 fingerprint; repeatable
    #[arg(long, value_name = "HEX")]
    tls_fingerprint: Vec<Fingerprint>,
    /// The client certificate to present to a TLS server, in PEM
    #[arg(long, value_name = "FILE")]
    tls_certificate: Option<PathBuf>,
    /// Its private key, unless the same file holds it
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Bench {
    /// Members in the channel
    #[arg(long, value_name = "N", default_value_t = 500)]
    members: usize,
    /// Idle users for the memory measurement; 0 skips it
    #[arg(long, value_name = "N", default_value_t = 9_000)]
    users: usize,
    /// Duration of each measurement
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0)]
    seconds: f64,
    /// Repetitions of each measurement; the median is shown
    #[arg(long, value_name = "N", default_value_t = 3)]
    repeat: usize,
}

const SERVE_EXAMPLES: &str = "
Examples:
  verbatim serve
  verbatim serve --listen tls://127.0.0.1:6697        generates a certificate and shows how to trust it
  verbatim serve --listen tcp://0.0.0.0:6667 --listen plain+tcp://127.0.0.1:6668
  verbatim serve --print-config > verbatim.toml; verbatim serve --config verbatim.toml
";
const HASH_PASSWORD_EXAMPLES: &str = "\
At a terminal it asks twice and does not show the password. From a pipe it reads the first line.

Examples:
  verbatim hash-password
  verbatim hash-password < password.txt
";
const CHAT_EXAMPLES: &str = "
Examples:
  verbatim chat --nick alice
  verbatim chat tls://irc.example.org --join '#tea' --join '#lobby'
  verbatim chat localhost --join tea
  echo hello | verbatim chat        sends the line, and exits once the server has confirmed it
  verbatim chat --listen-only --quiet > lobby.txt
";

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve(Serve { print_config: true, .. }) => print_config().map(|()| 0),
        Command::Serve(args) => serve(args.options()).map(|()| 0),
        Command::Check(args) => check(&args).map(|()| 0),
        Command::HashPassword => hash_password().map(|()| 0),
        Command::Chat(args) => chat(args.options()),
        Command::Bench(args) => bench::run(&args.options()).map(|()| 0),
    };
    match done {
        Ok(code) => code.into(),
        Err(error) => {
            // `#` prints the whole chain of causes, joined by ": ".
            eprintln!("verbatim: {error:#}");
            ExitCode::FAILURE
        }
    }
}

impl Serve {
    fn options(self) -> ServeOptions {
        let Self { config, listen, name, motd, log: log_level, log_format, .. } = self;
        let certificate = certificate(self.tls_certificate, self.tls_key);
        let trusted_proxies = self.trusted_proxy;
        let flags =
            Flags { listen, name, motd, certificate, trusted_proxies, log_level, log_format, ..Flags::default() };
        ServeOptions { config, flags }
    }
}

fn print_config() -> anyhow::Result<()> {
    match io::stdout().write_all(config::print().as_bytes()) {
        // The reader, such as `| head`, has closed the pipe.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write the configuration"),
    }
}

fn check(args: &Check) -> anyhow::Result<()> {
    let settings = config::load(Some(&args.file), &Flags::default())?;
    println!("{} is valid", args.file.display());
    settings.stale_certificates().iter().for_each(|what| eprintln!("verbatim: {what}"));
    Ok(())
}

impl Chat {
    fn options(self) -> ChatOptions {
        let certificate = certificate(self.tls_certificate, self.tls_key);
        let tls = TlsOptions { fingerprints: self.tls_fingerprint, certificate };
        let file = self.password_file.map(PasswordSource::File);
        let command = self.password_command.map(PasswordSource::Command);
        let asked = self.ask_password.then_some(PasswordSource::Terminal);
        ChatOptions {
            url: self.url,
            nick: self.nick,
            exact_nick: self.exact_nick,
            join: self.join,
            password: file.or(command).or(asked),
            quiet: self.quiet,
            commands: !self.no_commands,
            listen_only: self.listen_only,
            tls,
        }
    }
}

fn certificate(chain: Option<PathBuf>, key: Option<PathBuf>) -> Option<Certificate> {
    chain.map(|chain| Certificate { chain, key })
}

impl Bench {
    fn options(self) -> bench::Options {
        bench::Options { members: self.members, users: self.users, seconds: self.seconds, repeat: self.repeat }
    }
}

/// The URLs that `--help` lists, for the server or for the client.
fn urls(serve: bool) -> String {
    let rows: String = [
        ("tcp://HOST[:PORT]", "IRC over TCP (port 6667)"),
        ("tls://HOST[:PORT]", "IRC over TLS: encrypted (port 6697)"),
        ("ws://HOST[:PORT][/PATH]", "IRC over WebSocket, for browsers (port 80)"),
        ("wss://HOST[:PORT][/PATH]", "IRC over WebSocket and TLS (port 443)"),
        (
            "unix:///PATH",
            if serve { "IRC over a Unix socket (?mode=660: its permissions)" } else { "IRC over a Unix socket" },
        ),
        ("plain+tcp://HOST[:PORT]", if serve { "plain lines over TCP, for nc (port 6667)" } else { "" }),
        ("HOST[:PORT]", if serve { "" } else { "tcp://, or tls:// with port 6697" }),
    ]
    .iter()
    .filter(|row| !row.1.is_empty())
    .map(|(form, about)| format!("  {form:<26} {about}\n"))
    .collect();
    format!("URLs (with their default ports):\n{rows}")
}

fn log_level() -> impl TypedValueParser<Value = LevelFilter> {
    PossibleValuesParser::new(LOG_LEVELS).map(|level| level.parse().expect("every listed level is one"))
}

fn log_format() -> impl TypedValueParser<Value = LogFormat> {
    let names = LogFormat::ALL.map(|row| row.0);
    PossibleValuesParser::new(names).map(|name| LogFormat::named(&name).expect("every listed format is one"))
}

/// A URL, or `HOST[:PORT]`: then the port decides whether TLS is used (RFC 7194: 6697).
fn server_url(text: &str) -> Result<Url, String> {
    let has_scheme = text.contains("://");
    let scheme = if text.ends_with(":6697") { "tls" } else { "tcp" };
    let url = if has_scheme { text.to_owned() } else { format!("{scheme}://{text}") };
    let url: Url = url.parse().map_err(|error: UrlError| error.to_string())?;
    match url.scheme.is_for_clients() {
        true if url.proxy => Err("?proxy=true is for listeners: leave it out to connect".into()),
        true => Ok(url),
        false => Err(format!("{}:// is for people without an IRC client: try nc", url.scheme)),
    }
}

fn nick(text: &str) -> Result<String, String> {
    Casemapping::Unicode.nick(text, Limits::default().nick_bytes).map_err(|error| format!("the nick {error}"))?;
    Ok(text.into())
}

/// A channel's name; its `#` may be missing. Which other characters begin one, the server says.
fn channel(text: &str) -> Result<String, String> {
    let name = if text.starts_with(['#', '&', '+', '!']) { text.to_owned() } else { format!("#{text}") };
    let rest = name.get(1..).unwrap_or_default();
    ChannelName::parse(&format!("#{rest}"), usize::MAX).map_err(|error| format!("the channel's name {error}"))?;
    Ok(name)
}
