//! Password hashing and verification.
//!
//! A thread of its own verifies passwords. Verifying a password deliberately takes tens of milliseconds
//! and 19 MiB, so that a stolen hash is worth little. In the main loop it would block the server for that long, and an
//! attacker could keep the server blocked by connecting repeatedly. A thread is better than a child process: it shares
//! only two queues with the server, needs no protocol, and cannot outlive it. One is enough: more would only let an
//! attacker use more of the machine.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use argon2::password_hash::phc::{Output, Salt};
use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, PasswordHasher, Version};
use nix::sys::eventfd::{EfdFlags, EventFd};

use crate::server::{AskId, Secret};

/// Passwords that may wait to be verified. The last of 1024 waits about half a minute, which is as long as a
/// registration may take.
const QUEUE: usize = 1024;

/// The most memory, in KiB, and the most passes that verifying a hash may cost: a mistake in the configuration must not
/// use up all memory when an operator logs in.
const MAX_COST: (u32, u32) = (256 << 10, 16);

/// Hashes `password` with a new salt, in PHC's string format: argon2id with the crate's defaults, which are OWASP's.
///
/// # Errors
/// The system has no random numbers.
pub fn hash(password: &str) -> anyhow::Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|error| anyhow::anyhow!("cannot hash: {error}"))?.to_string())
}

/// Checks that `hash` can be used for verification.
///
/// # Errors
/// What it should be, as the end of a sentence. The text is not repeated, since it may be a password that was entered
/// by mistake.
pub fn check_hash(hash: &str) -> Result<(), String> {
    let hash = Hash::parse(hash).ok_or("must be the hash of a password: verbatim hash-password makes one")?;
    let (memory, passes) = MAX_COST;
    let params = hash.argon2.params();
    if params.m_cost() > memory || params.t_cost() > passes {
        return Err(format!("should cost at most m={memory} (KiB) and t={passes} (passes) to verify"));
    }
    Ok(())
}

/// A parsed PHC string.
struct Hash {
    argon2: Argon2<'static>,
    salt: Salt,
    output: Output,
}

impl Hash {
    fn parse(text: &str) -> Option<Self> {
        let hash = PasswordHash::new(text).ok()?;
        let params = Params::try_from(&hash).ok()?;
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        let version = hash.version.map_or(Ok(Version::default()), Version::try_from).ok()?;
        let salt = hash.salt.filter(|salt| salt.len() >= argon2::MIN_SALT_LEN)?;
        Some(Self { argon2: Argon2::new(algorithm, version, params), salt, output: hash.hash? })
    }

    /// Whether it is the hash of `password`. `memory` is scratch space.
    fn is_of(&self, password: &Secret, memory: &mut Vec<Block>) -> bool {
        memory.resize(self.argon2.params().block_count(), Block::new());
        let mut output = vec![0; self.output.len()];
        let password = password.reveal().as_bytes();
        let hashed = self.argon2.hash_password_into_with_memory(password, &self.salt, &mut output, memory);
        // Compared in constant time.
        hashed.is_ok() && Output::new(&output).is_ok_and(|output| output == self.output)
    }
}

/// The thread that verifies passwords, one after the other. Its descriptor is readable when there are answers.
#[derive(Debug)]
pub struct Verifier {
    questions: SyncSender<Question>,
    answers: Receiver<(AskId, bool)>,
    refusals: Sender<(AskId, bool)>,
    wake: Arc<EventFd>,
}

struct Question {
    ask: AskId,
    password: Secret,
    hash: Box<str>,
}

impl Verifier {
    /// Starts the thread, which ends when this is dropped. Signals must be blocked already: the thread inherits the
    /// mask.
    ///
    /// # Errors
    /// The kernel is out of descriptors or threads.
    pub fn start() -> io::Result<Self> {
        let wake = Arc::new(EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)?);
        let (questions, asked) = sync_channel(QUEUE);
        let (answer, answers) = channel();
        let (bell, refusals) = (Arc::clone(&wake), answer.clone());
        thread::Builder::new().name("passwords".into()).spawn(move || verify(&asked, &answer, &bell))?;
        Ok(Self { questions, answers, refusals, wake })
    }

    /// Queues a password for verification. If too many are waiting, the answer is that it is wrong.
    pub fn ask(&self, ask: AskId, password: Secret, hash: Box<str>) {
        if self.questions.try_send(Question { ask, password, hash }).is_err() {
            tracing::warn!("too many passwords are waiting: one was refused unverified");
            // Errors do not matter: the receiver is our own, and a full counter wakes the loop, too.
            let _ = self.refusals.send((ask, false));
            let _ = self.wake.write(1);
        }
    }

    /// The answers since the last call.
    pub fn answers(&self) -> impl Iterator<Item = (AskId, bool)> + '_ {
        // The count is not needed.
        let _ = self.wake.read();
        self.answers.try_iter()
    }
}

impl AsFd for Verifier {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }
}

/// The thread's loop, until the server is gone. The memory is reused for the next password: the allocator would not
/// return all of it, and would take more each time.
fn verify(questions: &Receiver<Question>, answers: &Sender<(AskId, bool)>, bell: &EventFd) {
    let mut memory = Vec::new();
    for Question { ask, password, hash } in questions {
        let right = Hash::parse(&hash).is_some_and(|hash| hash.is_of(&password, &mut memory));
        if answers.send((ask, right)).is_err() || bell.write(1).is_err() {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT_AND_HASH: &str = "c29tZSBzYWx0IGhlcmU$VQhi0uKvSXfBl/6mfpwvJQ7eWXRVQsOBg6AH3U4tOtI";

    fn is_right(password: &str, hash: &str, memory: &mut Vec<Block>) -> bool {
        Hash::parse(hash).is_some_and(|hash| hash.is_of(&Secret::new(password), memory))
    }

    #[test]
    fn a_hash_matches_its_password_and_no_other() {
        let [first, second] = ["so long"; 2].map(|password| hash(password).expect("a hash"));
        assert_ne!(first, second, "each has its own salt");
        assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{first}");
        assert_eq!(check_hash(&first), Ok(()));
        let mut memory = Vec::new();
        for hash in [&first, &second] {
            assert!(is_right("so long", hash, &mut memory));
            assert!(!is_right("So long", hash, &mut memory));
        }
        assert!(!is_right("", &first, &mut memory));
        assert!(!is_right("so long", "no hash", &mut memory));
    }

    #[test]
    fn hashes_made_by_other_programs_with_other_costs_can_be_verified() {
        // Made by the reference implementation, as its README and its tests show them.
        let mut memory = Vec::new();
        for hash in [
            "$argon2i$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b+dWRWJTmaaJObG",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
        ] {
            assert_eq!(check_hash(hash), Ok(()));
            assert!(is_right("password", hash, &mut memory), "{hash}");
            assert!(!is_right("passwore", hash, &mut memory), "{hash}");
        }
    }

    #[test]
    fn a_text_that_is_not_an_argon2_hash_is_refused_and_not_repeated() {
        assert_eq!(check_hash(&format!("$argon2id$v=19$m=19456,t=2,p=1${SALT_AND_HASH}")), Ok(()));
        for wrong in [
            String::new(),
            "hunter2".into(),
            "$argon2id$…".into(),
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IGhlcmU".into(),
            "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$VQhi0uKvSXfBl/6mfpwvJQ7eWXRVQsOBg6AH3U4tOtI".into(),
            format!("$argon2id$v=18$m=19456,t=2,p=1${SALT_AND_HASH}"),
            format!("$argon2id$v=19$m=1,t=2,p=1${SALT_AND_HASH}"),
            format!("$scrypt$ln=16,r=8,p=1${SALT_AND_HASH}"),
            "$2b$12$VQhi0uKvSXfBl6mfpwvJQe".into(),
        ] {
            let said = check_hash(&wrong).expect_err(&wrong);
            assert_eq!(said, "must be the hash of a password: verbatim hash-password makes one");
        }
        for costly in ["m=4194304,t=2,p=1", "m=19456,t=1000,p=1"] {
            let said = check_hash(&format!("$argon2id$v=19${costly}${SALT_AND_HASH}")).expect_err(costly);
            assert_eq!(said, "should cost at most m=262144 (KiB) and t=16 (passes) to verify");
        }
    }

    #[test]
    fn a_full_queue_refuses_even_the_right_password_and_answers_what_it_accepted() {
        let hash = hash("so long").expect("a hash");
        let verifier = Verifier::start().expect("a thread");
        let (mut accepted, mut refused) = (None, None);
        // Asking takes microseconds, verifying milliseconds: only some are verified while the queue fills.
        for ask in 0..8 * QUEUE as AskId {
            verifier.ask(ask, Secret::new("so long"), hash.as_str().into());
            for (ask, right) in verifier.answers() {
                if right { &mut accepted } else { &mut refused }.get_or_insert(ask);
            }
            if refused.is_some() {
                break;
            }
        }
        assert!(refused >= Some(QUEUE as AskId), "{refused:?}");
        let first = || std::iter::repeat_with(|| verifier.answers().next()).flatten().next();
        let accepted = accepted.map(|ask| (ask, true)).or_else(first);
        assert_eq!(accepted, Some((0, true)));
    }
}
