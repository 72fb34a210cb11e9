//! Passwords: made into hashes, and compared with them.
//!
//! This is the one place with a thread. To verify a password takes tens of milliseconds and 19 MiB by intention, so
//! that a stolen hash is worth little; on the loop it would stop everybody's chat for so long, and whoever connects
//! again and again with a password could keep it stopped. A thread is right where a child process is not, since it
//! shares nothing with the server but two queues, needs no protocol between them, and cannot outlive it. One is enough:
//! more would only let a crowd of guesses use more of the machine.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier};
use nix::sys::eventfd::{EfdFlags, EventFd};

use crate::server::{AskId, Secret};

/// Passwords that may wait to be verified. The last of so many would wait for half a minute, which is as long as a
/// registration may take.
const QUEUE: usize = 1024;

/// The most memory, in KiB, and the most passes that a hash may cost to verify: a slip of the pen in the configuration
/// must not take all memory when somebody logs in.
const MAX_COST: (u32, u32) = (256 << 10, 16);

/// The hash of `password` with a salt of its own, in PHC's string format: argon2id with the crate's defaults, which are
/// OWASP's.
///
/// # Errors
/// The system has no random numbers.
pub fn hash(password: &str) -> anyhow::Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|error| anyhow::anyhow!("cannot hash: {error}"))?.to_string())
}

/// Checks that `hash` is one that a password can be compared with.
///
/// # Errors
/// What it should be, as the end of a sentence. The text itself is not in it: it may be a password by mistake.
pub fn check_hash(hash: &str) -> Result<(), String> {
    let not_a_hash = || "should be a password's hash: verbatim hash-password makes one".to_owned();
    let hash = PasswordHash::new(hash).map_err(|_| not_a_hash())?;
    Algorithm::try_from(hash.algorithm.as_str()).map_err(|_| not_a_hash())?;
    let params = Params::try_from(&hash).map_err(|_| not_a_hash())?;
    if hash.salt.is_none() || hash.hash.is_none() {
        return Err(not_a_hash());
    }
    let (memory, passes) = MAX_COST;
    if params.m_cost() > memory || params.t_cost() > passes {
        return Err(format!("should cost at most m={memory} (KiB) and t={passes} (passes) to verify"));
    }
    Ok(())
}

/// Whether `password` is the one that was hashed.
fn is_right(password: &Secret, hash: &str) -> bool {
    let hash = PasswordHash::new(hash);
    hash.is_ok_and(|hash| Argon2::default().verify_password(password.reveal().as_bytes(), &hash).is_ok())
}

/// The thread that verifies passwords, one after the other. Its descriptor is readable when there are answers.
#[derive(Debug)]
pub struct Verifier {
    questions: SyncSender<Question>,
    answers: Receiver<(AskId, bool)>,
    wake: Arc<EventFd>,
}

struct Question {
    ask: AskId,
    password: Secret,
    hash: Box<str>,
}

impl Verifier {
    /// Starts the thread, which ends with this value. Signals must be blocked by now: the thread inherits that.
    ///
    /// # Errors
    /// The kernel's: no descriptor or no thread is left.
    pub fn start() -> io::Result<Self> {
        let wake = Arc::new(EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)?);
        let (questions, asked) = sync_channel(QUEUE);
        let (answer, answers) = channel();
        let bell = Arc::clone(&wake);
        thread::Builder::new().name("passwords".into()).spawn(move || verify(&asked, &answer, &bell))?;
        Ok(Self { questions, answers, wake })
    }

    /// Has the thread compare a password with a hash. Returns false if too many wait already: then there will be no
    /// answer.
    pub fn ask(&self, ask: AskId, password: Secret, hash: Box<str>) -> bool {
        self.questions.try_send(Question { ask, password, hash }).is_ok()
    }

    /// The answers that have come since.
    pub fn answers(&self) -> impl Iterator<Item = (AskId, bool)> + '_ {
        // It says how often the bell was rung, which nobody wants to know.
        let _ = self.wake.read();
        self.answers.try_iter()
    }
}

impl AsFd for Verifier {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }
}

/// What the thread does until the server has gone.
fn verify(questions: &Receiver<Question>, answers: &Sender<(AskId, bool)>, bell: &EventFd) {
    for Question { ask, password, hash } in questions {
        if answers.send((ask, is_right(&password, &hash))).is_err() || bell.write(1).is_err() {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_its_password_and_no_other() {
        let (first, second) = (hash("so long"), hash("so long"));
        let (first, second) = (first.expect("a hash"), second.expect("a hash"));
        assert_ne!(first, second, "each has its own salt");
        assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{first}");
        assert_eq!(check_hash(&first), Ok(()));
        assert!(is_right(&Secret::new("so long"), &first));
        assert!(!is_right(&Secret::new("So long"), &first));
        assert!(!is_right(&Secret::new("so long"), "no hash"));
    }

    #[test]
    fn what_is_no_argon2_hash_is_refused_without_being_repeated() {
        let salt_and_hash = "c29tZSBzYWx0IGhlcmU$VQhi0uKvSXfBl/6mfpwvJQ7eWXRVQsOBg6AH3U4tOtI";
        assert_eq!(check_hash(&format!("$argon2id$v=19$m=19456,t=2,p=1${salt_and_hash}")), Ok(()));
        for wrong in [
            String::new(),
            "hunter2".into(),
            "$argon2id$…".into(),
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IGhlcmU".into(),
            "$2b$12$VQhi0uKvSXfBl6mfpwvJQe".into(),
            format!("$scrypt$ln=16,r=8,p=1${salt_and_hash}"),
        ] {
            let said = check_hash(&wrong).expect_err(&wrong);
            assert_eq!(said, "should be a password's hash: verbatim hash-password makes one");
        }
        for costly in ["m=4194304,t=2,p=1", "m=19456,t=1000,p=1"] {
            let said = check_hash(&format!("$argon2id$v=19${costly}${salt_and_hash}")).expect_err(costly);
            assert_eq!(said, "should cost at most m=262144 (KiB) and t=16 (passes) to verify");
        }
    }
}
