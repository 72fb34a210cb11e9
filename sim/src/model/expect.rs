//! What one connection must be sent next.

use std::collections::BTreeSet;
use std::fmt;
use std::rc::Rc;

/// One step of what a connection is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// This line to the byte, its end included.
    Exact(Rc<[u8]>),
    /// One line that begins with these words: a numeric and its first parameters.
    Numeric(String),
    /// Any number of lines that begin with these words.
    Some(String),
    /// Lines that begin with `head` and whose remaining words are together `names`, in any order.
    Names {
        /// The beginning, with the colon of the last parameter.
        head: String,
        /// What is still to come.
        names: BTreeSet<String>,
    },
    /// The connection is closed, and is sent nothing more.
    Close,
}

/// What came of holding a line against an [`Expect`].
#[derive(Debug, PartialEq, Eq)]
pub enum Fit {
    /// This was it, and the next line is for the next step.
    Done,
    /// The line fits, and more may follow.
    More,
    /// The line is for the next step: this one is content with what it had.
    Passed,
    /// The line is wrong.
    No,
}

impl Expect {
    /// Holds a line that came, its end included, against this step.
    pub fn fit(&mut self, line: &[u8]) -> Fit {
        match self {
            Expect::Exact(exact) if **exact == *line => Fit::Done,
            Expect::Numeric(head) if begins(line, head) => Fit::Done,
            Expect::Some(head) => {
                if begins(line, head) {
                    Fit::More
                } else {
                    Fit::Passed
                }
            }
            Expect::Names { head, names } => {
                let Some(rest) = line.strip_prefix(head.as_bytes()) else {
                    return if names.is_empty() { Fit::Passed } else { Fit::No };
                };
                let mut words = rest.trim_ascii().split(|&b| b == b' ');
                if words.all(|word| names.remove(&*String::from_utf8_lossy(word))) { Fit::More } else { Fit::No }
            }
            _ => Fit::No,
        }
    }

    /// Whether nothing has to come for this step any more.
    pub fn is_content(&self) -> bool {
        match self {
            Expect::Some(_) => true,
            Expect::Names { names, .. } => names.is_empty(),
            _ => false,
        }
    }
}

/// Whether `line` begins with the words of `head`: cut in the middle only where the line is full.
fn begins(line: &[u8], head: &str) -> bool {
    line.strip_prefix(head.as_bytes())
        .is_some_and(|rest| matches!(rest.first(), Some(b' ' | b'\r')) || line.len() > 508)
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expect::Exact(line) => f.write_str(String::from_utf8_lossy(line).trim_end()),
            Expect::Numeric(head) => write!(f, "{head} …"),
            Expect::Some(head) => write!(f, "{head} … (any number)"),
            Expect::Names { head, names } => {
                write!(f, "{head}{}", names.iter().map(String::as_str).collect::<Vec<_>>().join(" "))
            }
            Expect::Close => f.write_str("(closed)"),
        }
    }
}
