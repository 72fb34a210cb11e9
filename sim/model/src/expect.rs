//! What a connection must be sent next: the words of a line, and the rule for its tags.

use std::collections::BTreeSet;
use std::fmt;
use std::panic::Location;
use std::rc::Rc;

use super::event::Time;
use super::registration::is_capability;

/// One step of what a connection must be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// A line, or several of a kind, each with these tags.
    Line(Body, Tags),
    /// A batch: its start, its contents, its end.
    Batch {
        /// The source before `BATCH`, with its colon.
        from: String,
        /// The model's number for the batch: all its receivers get the same reference.
        number: u64,
        /// The type and its parameters.
        kind: String,
        /// The tags of the start; the end has only the time.
        tags: Tags,
        /// The steps inside.
        inside: Vec<Expect>,
    },
    /// The response to a labelled command: nothing (`ACK`), one line or one batch with the label, or a batch of
    /// several.
    Labeled {
        /// The label.
        label: String,
        /// The replies.
        inside: Vec<Expect>,
        /// Which part of the response it is, if the response is sent in several.
        part: Option<Part>,
    },
    /// The connection is closed; nothing more is sent.
    Close,
    /// A step that waits for the event's n-th logged fact, and depends on its outcome.
    Waits(usize, Face, Box<Expect>),
}

/// A part of a labelled response. All parts are in one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The model's number for the batch.
    pub number: u64,
    /// It is the first.
    pub opens: bool,
    /// It is the last.
    pub closes: bool,
}

/// The outcomes for which a step is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// For either outcome.
    Both,
    /// If the fact is stored.
    Stored,
    /// If it is refused.
    Refused,
}

/// The words of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Exactly this line, without its end.
    Exact(Rc<str>),
    /// One line that begins with these words: a numeric and its first parameters.
    Numeric(String),
    /// Any number of lines that begin with these words.
    Some(String),
    /// Lines that begin with `head`; their remaining words are `names`, in any order.
    Names {
        /// The beginning, with the colon of the last parameter.
        head: String,
        /// The words still to come.
        names: BTreeSet<String>,
    },
    /// One line for each row, beginning with it. Rows of one group come in order, the groups in any order.
    Rows(Vec<Vec<String>>),
    /// Any number of lines that begin with one of `heads`, then one that begins with one of `ends`. Used for replies
    /// whose full prediction would only copy the handler.
    Answer {
        /// How the lines begin.
        heads: Vec<String>,
        /// How the last one begins.
        ends: Vec<String>,
    },
    /// A list of existing capabilities, on as many lines as needed.
    Capabilities {
        /// The beginning, without the colon of the last parameter.
        head: String,
        /// Whether they have values, and may take several lines.
        values: bool,
        /// The value of `sts`, which must be listed if there is one, and only then.
        sts: Option<String>,
    },
}

/// The rule for a line's tags. No line has an account, since nobody is logged in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    /// The receiver has `server-time`.
    pub time: bool,
    /// The receiver has `message-tags`.
    pub all: bool,
    /// The model's number for the message id, if the line has one: lines with the same number carry the same id.
    pub msgid: Option<u64>,
    /// The user is a bot.
    pub bot: bool,
    /// The client-only tags, as they are written; empty if there are none.
    pub client: Rc<str>,
    /// The line continues the previous one (`draft/multiline-concat`).
    pub concat: bool,
    /// The time of the action; `None` for that of the event.
    pub at: Option<Time>,
    /// The rule of the model that requires the line.
    pub rule: Rule,
}

/// The place in the model's source that requires a line. Ignored in comparisons.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rule(pub Option<&'static Location<'static>>);

impl PartialEq for Rule {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Rule {}

/// The result of comparing a line with a [`Body`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// The line completes the step.
    Done,
    /// The line fits, and more may follow.
    More,
    /// The line is for the next step; this one needs nothing more.
    Passed,
    /// The line is wrong.
    No,
}

impl Body {
    /// Compares a received line, without its tags and its end, with this step.
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

    /// Whether the step needs nothing more.
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
    /// Whether the step needs nothing more.
    pub fn is_content(&self) -> bool {
        matches!(self.bare(), Expect::Line(body, _) if body.is_content())
    }

    /// The step without what it waits for.
    pub fn bare(&self) -> &Expect {
        match self {
            Expect::Waits(_, _, step) => step,
            _ => self,
        }
    }

    /// The step for one outcome of what it waits for; `None` if it is not sent then.
    pub fn as_seen(&self, face: Face) -> Option<Expect> {
        let all = |inside: &[Expect]| inside.iter().filter_map(|step| step.as_seen(face)).collect();
        match self {
            Expect::Waits(_, only, _) if *only != Face::Both && *only != face => None,
            Expect::Waits(number, _, step) => Some(Expect::Waits(*number, Face::Both, step.as_seen(face)?.into())),
            Expect::Labeled { label, inside, part } => {
                Some(Expect::Labeled { label: label.clone(), inside: all(inside), part: *part })
            }
            Expect::Batch { from, number, kind, tags, inside } => {
                let (from, kind, tags, number) = (from.clone(), kind.clone(), tags.clone(), *number);
                Some(Expect::Batch { from, number, kind, tags, inside: all(inside) })
            }
            Expect::Line(..) | Expect::Close => Some(self.clone()),
        }
    }
}

/// Whether `line` begins with the words of `head`. A word may be truncated only if the line is full.
fn begins(line: &str, head: &str) -> bool {
    line.strip_prefix(head).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ') || line.len() > 506)
}

/// Takes the next row of a group. If several match, the longest.
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
            Expect::Labeled { label, inside, .. } => write!(f, "label={label} [{}]", all(inside)),
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

/// The tags before a line, except what the server chooses: times and ids.
impl fmt::Display for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tags = [
            (self.concat, "draft/multiline-concat"),
            (self.time, "time"),
            (self.all && self.msgid.is_some(), "msgid"),
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
    fn a_capability_list_contains_sts_if_and_only_if_required() {
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
