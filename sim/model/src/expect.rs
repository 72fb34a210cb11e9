//! What one connection must be sent next: the words of a line, and by which rule it is tagged.

use std::collections::BTreeSet;
use std::fmt;
use std::panic::Location;
use std::rc::Rc;

use super::event::Time;
use super::registration::is_capability;

/// One step of what a connection is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// A line, or several of one kind, each with these tags.
    Line(Body, Tags),
    /// A batch of its own kind: its start, what is inside, its end.
    Batch {
        /// What stands before `BATCH`: a source with its colon.
        from: String,
        /// The model's name for it: whoever hears of the same batch is given the same reference.
        number: u64,
        /// The kind, and the parameters behind it.
        kind: String,
        /// Of the start; of the end only the time.
        tags: Tags,
        /// What is between the two.
        inside: Vec<Expect>,
    },
    /// All that a labelled command makes its sender hear: nothing (`ACK`), one line or one batch with the label, or a
    /// batch of them.
    Labeled {
        /// The label.
        label: String,
        /// The answers.
        inside: Vec<Expect>,
    },
    /// The connection is closed, and is sent nothing more.
    Close,
    /// It waits until the so-manieth thing that the log keeps of this event is settled, and depends on how.
    Waits(usize, Face, Box<Expect>),
}

/// Whether something comes that waits for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// It comes in any case.
    Both,
    /// It comes if what it waits for is stored.
    Stored,
    /// It comes if that is refused.
    Refused,
}

/// The words of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// This line to the byte, without its end.
    Exact(Rc<str>),
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
    /// Lines that begin with these words, each row its own. Those of one group come in their order, and the groups in any.
    Rows(Vec<Vec<String>>),
    /// Any number of lines that begin with one of `heads`, then one that begins with one of `ends`: what is for the
    /// asker alone, and would be a handler's copy if it were said in full.
    Answer {
        /// How the lines may begin.
        heads: Vec<String>,
        /// How the last one may.
        ends: Vec<String>,
    },
    /// Capabilities that exist, on as many lines as it takes.
    Capabilities {
        /// The beginning, without the colon of the last parameter.
        head: String,
        /// Whether they have values, and whether there may be more than one line.
        values: bool,
        /// The value of `sts`, which must come if there is one, and must not if there is none.
        sts: Option<String>,
    },
}

/// By which rule a line is tagged. Nobody is logged in, so none has an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    /// The receiver asked for the time (`server-time`).
    pub time: bool,
    /// The receiver asked for all others (`message-tags`).
    pub all: bool,
    /// What a user did, if it has an id: all who hear of the same deed are given the same one.
    pub deed: Option<u64>,
    /// That user is a bot.
    pub bot: bool,
    /// The client-only tags, as they were written; empty if there are none.
    pub client: Rc<str>,
    /// The line continues the one before it (`draft/multiline-concat`).
    pub concat: bool,
    /// When the user did it, if that is not the time of the event.
    pub at: Option<Time>,
    /// Where the model says so.
    pub rule: Rule,
}

/// The place in the model's source that says why a line must come. Two steps are the same whoever says so.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rule(pub Option<&'static Location<'static>>);

impl PartialEq for Rule {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Rule {}

/// What came of holding a line against a [`Body`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl Body {
    /// Holds a line that came, without its tags and its end, against this step.
    pub fn fit(&mut self, line: &str) -> Fit {
        match self {
            Body::Exact(exact) if **exact == *line => Fit::Done,
            Body::Numeric(head) if begins(line, head) => Fit::Done,
            Body::Some(head) if begins(line, head) => Fit::More,
            Body::Some(_) => Fit::Passed,
            Body::Names { head, names } => {
                let Some(rest) = line.strip_prefix(head.as_str()) else {
                    return if names.is_empty() { Fit::Passed } else { Fit::No };
                };
                if rest.split(' ').filter(|word| !word.is_empty()).all(|word| names.remove(word)) {
                    Fit::More
                } else {
                    Fit::No
                }
            }
            Body::Rows(groups) => fit_rows(line, groups),
            Body::Answer { ends, .. } if ends.iter().any(|end| begins(line, end)) => Fit::Done,
            Body::Answer { heads, .. } if heads.iter().any(|head| begins(line, head)) => Fit::More,
            Body::Capabilities { head, values, sts } => fit_capabilities(line, head, *values, sts),
            _ => Fit::No,
        }
    }

    /// Whether nothing has to come for this step any more.
    pub fn is_content(&self) -> bool {
        match self {
            Body::Some(_) => true,
            Body::Names { names, .. } => names.is_empty(),
            Body::Rows(groups) => groups.iter().all(Vec::is_empty),
            _ => false,
        }
    }
}

impl Expect {
    /// Whether nothing has to come for this step any more.
    pub fn is_content(&self) -> bool {
        matches!(self.bare(), Expect::Line(body, _) if body.is_content())
    }

    /// The step itself, whatever it waits for.
    pub fn bare(&self) -> &Expect {
        match self {
            Expect::Waits(_, _, step) => step,
            _ => self,
        }
    }

    /// The step as it is if what it waits for is stored, or refused; `None` if it does not come then.
    pub fn as_seen(&self, face: Face) -> Option<Expect> {
        let all = |inside: &[Expect]| inside.iter().filter_map(|step| step.as_seen(face)).collect();
        match self {
            Expect::Waits(_, only, _) if *only != Face::Both && *only != face => None,
            Expect::Waits(number, _, step) => Some(Expect::Waits(*number, Face::Both, step.as_seen(face)?.into())),
            Expect::Labeled { label, inside } => Some(Expect::Labeled { label: label.clone(), inside: all(inside) }),
            Expect::Batch { from, number, kind, tags, inside } => {
                let (from, kind, tags, number) = (from.clone(), kind.clone(), tags.clone(), *number);
                Some(Expect::Batch { from, number, kind, tags, inside: all(inside) })
            }
            Expect::Line(..) | Expect::Close => Some(self.clone()),
        }
    }
}

/// Whether `line` begins with the words of `head`: cut in the middle only where the line is full.
fn begins(line: &str, head: &str) -> bool {
    line.strip_prefix(head).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ') || line.len() > 506)
}

/// The line is the next one of a group. Of rows that it could be it is the longest.
fn fit_rows(line: &str, groups: &mut [Vec<String>]) -> Fit {
    let is_next = |group: &&mut Vec<String>| group.first().is_some_and(|head| begins(line, head));
    let passed = groups.iter().all(Vec::is_empty);
    match groups.iter_mut().filter(is_next).max_by_key(|group| group[0].len()) {
        Some(group) => drop(group.remove(0)),
        None => return if passed { Fit::Passed } else { Fit::No },
    }
    Fit::More
}

fn fit_capabilities(line: &str, head: &str, values: bool, sts: &mut Option<String>) -> Fit {
    let Some(rest) = line.strip_prefix(head) else { return Fit::No };
    let (rest, fit) = match rest.strip_prefix(" *") {
        Some(rest) if values => (rest, Fit::More),
        _ => (rest, Fit::Done),
    };
    let Some(words) = rest.strip_prefix(" :") else { return Fit::No };
    let known = |word: &str| match word.split_once('=') {
        Some(("sts", value)) => sts.take_if(|sts| sts == value).is_some(),
        Some((name, _)) => values && is_capability(name),
        None => is_capability(word),
    };
    let fits = words.split(' ').all(known) && (fit == Fit::More || sts.is_none());
    if fits { fit } else { Fit::No }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = |inside: &[Expect]| inside.iter().map(Expect::to_string).collect::<Vec<_>>().join(" | ");
        match self {
            Expect::Line(body, tags) => write!(f, "{tags}{body}"),
            Expect::Batch { from, kind, tags, inside, .. } => {
                write!(f, "{tags}{from} BATCH {kind} [{}]", all(inside))
            }
            Expect::Labeled { label, inside } => write!(f, "label={label} [{}]", all(inside)),
            Expect::Close => f.write_str("(closed)"),
            Expect::Waits(number, face, step) => write!(f, "({face:?}, when fact {number} is settled) {step}"),
        }
    }
}

impl fmt::Display for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Body::Exact(line) => f.write_str(line),
            Body::Numeric(head) => write!(f, "{head} …"),
            Body::Some(head) => write!(f, "{head} … (any number)"),
            Body::Names { head, names } => {
                write!(f, "{head}{}", names.iter().map(String::as_str).collect::<Vec<_>>().join(" "))
            }
            Body::Rows(groups) => {
                let rows: Vec<String> = groups.iter().flatten().map(|head| format!("{head} …")).collect();
                f.write_str(&rows.join(" | "))
            }
            Body::Answer { heads, ends } => write!(f, "{} …, then {} …", heads.join(" or "), ends.join(" or ")),
            Body::Capabilities { head, .. } => write!(f, "{head} …"),
        }
    }
}

/// As they stand before a line, but for what the server chooses: the time and the ids.
impl fmt::Display for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tags = [
            (self.concat, "draft/multiline-concat"),
            (self.time, "time"),
            (self.all && self.deed.is_some(), "msgid"),
            (self.all && self.bot, "bot"),
            (self.all && !self.client.is_empty(), &self.client),
        ];
        let tags: Vec<&str> = tags.iter().filter(|(on, _)| *on).map(|(_, tag)| *tag).collect();
        if tags.is_empty() { Ok(()) } else { write!(f, "@{} ", tags.join(";")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_capabilities_has_sts_if_and_only_if_it_must() {
        let head = || ":srv CAP a LS".to_owned();
        let fit = |sts: Option<&str>, lines: &[&str]| {
            let mut body = Body::Capabilities { head: head(), values: true, sts: sts.map(str::to_owned) };
            lines.iter().map(|line| body.fit(&format!("{} {line}", head()))).last()
        };
        for (sts, lines, outcome) in [
            (None, &[":batch setname"][..], Fit::Done),
            (None, &[":batch sts=port=1"], Fit::No),
            (None, &[":batch sts"], Fit::No),
            (Some("port=1"), &[":batch sts=port=1 setname"], Fit::Done),
            (Some("port=1"), &[":batch sts=port=2"], Fit::No),
            (Some("port=1"), &[":sts=port=1 sts=port=1"], Fit::No),
            (Some("port=1"), &[":batch setname"], Fit::No),
            (Some("port=1"), &["* :batch sts=port=1", ":setname"], Fit::Done),
            (Some("port=1"), &["* :batch", ":setname sts=port=1"], Fit::Done),
            (Some("port=1"), &["* :batch", ":setname"], Fit::No),
        ] {
            assert_eq!(fit(sts, lines), Some(outcome), "{sts:?} {lines:?}");
        }
    }
}
