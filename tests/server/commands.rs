//! Every command in every state with every number of parameters.

use verbatim::server::Config;

use crate::script::World;

/// For each command what is answered to 0, 1, 2, 3, 4 and 5 parameters that make no sense, in three states: before
/// anything was said (`new`), after the welcome (`in`), and as a channel's only member and operator, with the channel's
/// name as first parameter (`op`). Numerics by number, of a run of equal ones the first, other lines by their command;
/// `-` is silence.
const ANSWERS: &str = "
AWAY     new | 451 | 451 | 451 | 451 | 451 | 451
AWAY     in  | 305 | 306 | 306 | 306 | 306 | 306
AWAY     op  | 305 | 306 | 306 | 306 | 306 | 306
CAP      new | 461 | 410 | 410 | 410 | 410 | 410
CAP      in  | 461 | 410 | 410 | 410 | 410 | 410
CAP      op  | 461 | 410 | 410 | 410 | 410 | 410
INVITE   new | 451 | 451 | 451 | 451 | 451 | 451
INVITE   in  | 337 | 461 | 401 | 401 | 401 | 401
INVITE   op  | 337 | 461 | 401 | 401 | 401 | 401
ISON     new | 451 | 451 | 451 | 451 | 451 | 451
ISON     in  | 461 | 303 | 303 | 303 | 303 | 303
ISON     op  | 461 | 303 | 303 | 303 | 303 | 303
JOIN     new | 451 | 451 | 451 | 451 | 451 | 451
JOIN     in  | 461 | 403 | 403 | 403 | 403 | 403
JOIN     op  | 461 | - | - | - | - | -
KICK     new | 451 | 451 | 451 | 451 | 451 | 451
KICK     in  | 461 | 461 | 403 | 403 | 403 | 403
KICK     op  | 461 | 461 | 401 | 401 | 401 | 401
LIST     new | 451 | 451 | 451 | 451 | 451 | 451
LIST     in  | 321 323 | 321 323 | 321 323 | 321 323 | 321 323 | 321 323
LIST     op  | 321 322 323 | 321 322 323 | 321 322 323 | 321 322 323 | 321 322 323 | 321 322 323
LUSERS   new | 451 | 451 | 451 | 451 | 451 | 451
LUSERS   in  | 251 255 265 266 | 251 255 265 266 | 251 255 265 266 | 251 255 265 266 | 251 255 265 266 | 251 255 265 266
LUSERS   op  | 251 254 255 265 266 | 251 254 255 265 266 | 251 254 255 265 266 | 251 254 255 265 266 | 251 254 255 265 266 | 251 254 255 265 266
MODE     new | 451 | 451 | 451 | 451 | 451 | 451
MODE     in  | 461 | 401 | 401 | 401 | 401 | 401
MODE     op  | 461 | 324 329 | 472 | 472 | 472 | 472
MOTD     new | 451 | 451 | 451 | 451 | 451 | 451
MOTD     in  | 422 | 402 | 402 | 402 | 402 | 402
MOTD     op  | 422 | 402 | 402 | 402 | 402 | 402
NAMES    new | 451 | 451 | 451 | 451 | 451 | 451
NAMES    in  | 366 | 366 | 366 | 366 | 366 | 366
NAMES    op  | 366 | 353 366 | 353 366 | 353 366 | 353 366 | 353 366
NICK     new | 431 | 432 | 432 | 432 | 432 | 432
NICK     in  | 431 | 432 | 432 | 432 | 432 | 432
NICK     op  | 431 | 432 | 432 | 432 | 432 | 432
NONSENSE new | 451 | 451 | 451 | 451 | 451 | 451
NONSENSE in  | 421 | 421 | 421 | 421 | 421 | 421
NONSENSE op  | 421 | 421 | 421 | 421 | 421 | 421
NOTICE   new | 451 | 451 | 451 | 451 | 451 | 451
NOTICE   in  | - | - | - | - | - | -
NOTICE   op  | - | - | - | - | - | -
PART     new | 451 | 451 | 451 | 451 | 451 | 451
PART     in  | 461 | 403 | 403 | 403 | 403 | 403
PART     op  | 461 | PART | PART | PART | PART | PART
PASS     new | 461 | - | - | - | - | -
PASS     in  | 461 | 462 | 462 | 462 | 462 | 462
PASS     op  | 461 | 462 | 462 | 462 | 462 | 462
PING     new | 461 | PONG | PONG | PONG | PONG | PONG
PING     in  | 461 | PONG | PONG | PONG | PONG | PONG
PING     op  | 461 | PONG | PONG | PONG | PONG | PONG
PONG     new | - | - | - | - | - | -
PONG     in  | - | - | - | - | - | -
PONG     op  | - | - | - | - | - | -
PRIVMSG  new | 451 | 451 | 451 | 451 | 451 | 451
PRIVMSG  in  | 411 | 412 | 401 | 401 | 401 | 401
PRIVMSG  op  | 411 | 412 | - | - | - | -
QUIT     new | ERROR closed | ERROR closed | ERROR closed | ERROR closed | ERROR closed | ERROR closed
QUIT     in  | ERROR closed | ERROR closed | ERROR closed | ERROR closed | ERROR closed | ERROR closed
QUIT     op  | ERROR closed | ERROR closed | ERROR closed | ERROR closed | ERROR closed | ERROR closed
TIME     new | 451 | 451 | 451 | 451 | 451 | 451
TIME     in  | 391 | 402 | 402 | 402 | 402 | 402
TIME     op  | 391 | 402 | 402 | 402 | 402 | 402
TOPIC    new | 451 | 451 | 451 | 451 | 451 | 451
TOPIC    in  | 461 | 403 | 403 | 403 | 403 | 403
TOPIC    op  | 461 | 331 | TOPIC | TOPIC | TOPIC | TOPIC
USER     new | 461 | 461 | 461 | 461 | - | -
USER     in  | 461 | 461 | 461 | 461 | 462 | 462
USER     op  | 461 | 461 | 461 | 461 | 462 | 462
USERHOST new | 451 | 451 | 451 | 451 | 451 | 451
USERHOST in  | 461 | 302 | 302 | 302 | 302 | 302
USERHOST op  | 461 | 302 | 302 | 302 | 302 | 302
VERSION  new | 451 | 451 | 451 | 451 | 451 | 451
VERSION  in  | 351 005 | 402 | 402 | 402 | 402 | 402
VERSION  op  | 351 005 | 402 | 402 | 402 | 402 | 402
WHO      new | 451 | 451 | 451 | 451 | 451 | 451
WHO      in  | 461 | 315 | 315 | 315 | 315 | 315
WHO      op  | 461 | 352 315 | 352 315 | 352 315 | 352 315 | 352 315
WHOIS    new | 451 | 451 | 451 | 451 | 451 | 451
WHOIS    in  | 431 | 401 318 | 401 318 | 401 318 | 401 318 | 401 318
WHOIS    op  | 431 | 401 318 | 401 318 | 401 318 | 401 318 | 401 318
WHOWAS   new | 451 | 451 | 451 | 451 | 451 | 451
WHOWAS   in  | 431 | 406 369 | 406 369 | 406 369 | 406 369 | 406 369
WHOWAS   op  | 431 | 406 369 | 406 369 | 406 369 | 406 369 | 406 369
";

const COMMANDS: [&str; 28] = [
    "AWAY", "CAP", "INVITE", "ISON", "JOIN", "KICK", "LIST", "LUSERS", "MODE", "MOTD", "NAMES", "NICK", "NONSENSE",
    "NOTICE", "PART", "PASS", "PING", "PONG", "PRIVMSG", "QUIT", "TIME", "TOPIC", "USER", "USERHOST", "VERSION", "WHO",
    "WHOIS", "WHOWAS",
];

/// Ways to come before the command.
const STATES: [(&str, &[&str], &str); 3] = [
    ("new", &["alice connects"], "~"),
    ("in", &["alice registers"], "~"),
    ("op", &["alice registers", "alice joins #a"], "#a"),
];

#[test]
fn every_command_answers_whatever_it_is_given() {
    let mut table = String::from("\n");
    for command in COMMANDS {
        for (state, way, first) in STATES {
            let params = [first, "~", "~", "~", "~"];
            let answers: Vec<String> =
                (0..=5).map(|count| answer(way, &[&[command], &params[..count]].concat().join(" "))).collect();
            table += format!("{command:8} {state:3} | {}\n", answers.join(" | ")).as_str();
        }
    }
    assert!(table == ANSWERS, "the server answers\n{table}");
}

/// What is answered to `line`, in short.
fn answer(way: &[&str], line: &str) -> String {
    let mut world = World::new(Config::default());
    way.iter().for_each(|input| world.act(input));
    world.heard();
    world.act(&format!("alice> {line}"));
    let mut words: Vec<String> = world.heard().iter().map(|line| shortened(line)).collect();
    words.dedup();
    if words.is_empty() { "-".into() } else { words.join(" ") }
}

fn shortened(heard: &str) -> String {
    let line = heard.strip_prefix("alice< ").unwrap_or("closed");
    let command = if line.starts_with(':') { line.split(' ').nth(1) } else { line.split(' ').next() };
    command.unwrap_or_default().to_owned()
}
