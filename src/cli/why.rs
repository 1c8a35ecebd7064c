//! `manchette build --explain`: why each output was made.

use super::args::{Format, Global};
use super::say;
use crate::base::UrlPath;
use crate::pipeline::{Changed, Difference, Explained, Report, Why};
use serde_json::{Value, json};

/// How many questions of one output are named when all outputs are explained.
const NAMED: usize = 3;
/// How many parts of each are told then.
const PARTS: usize = 3;
/// How many characters of a value are shown then.
const LONG: usize = 80;
/// How many of them stand before what differs.
const AROUND: usize = 24;

/// Tells why outputs were made: all of them, or the one that is wanted.
pub(super) fn tell(report: &Report, wanted: &str, output: &str, global: &Global) {
    let path = (!wanted.is_empty()).then(|| path_of(wanted, output));
    let is_wanted = |explained: &&Explained| path.as_ref().is_none_or(|path| explained.path.as_str() == *path);
    let told: Vec<&Explained> = report.explained.iter().filter(is_wanted).collect();
    for explained in &told {
        match global.format {
            Format::Json => say::json(&as_json(explained)),
            Format::Text => say::data(&super::visible(&as_text(explained, path.is_some()))),
        }
    }
    if let (Some(path), true, Format::Text) = (&path, told.is_empty(), global.format) {
        say::line(&format!("{path}: was not made: nothing that it asks has another answer, or there is no such file"));
    }
}

/// The file that is meant: as it stands below the output folder, with the folder before it, or its address.
fn path_of(wanted: &str, output: &str) -> String {
    if wanted.starts_with('/')
        && let Ok(path) = UrlPath::parse(wanted).and_then(|url| url.output())
    {
        return path.to_string();
    }
    let wanted = wanted.trim_start_matches("./");
    let below = wanted.strip_prefix(output).and_then(|rest| rest.strip_prefix('/')).unwrap_or(wanted);
    match below.is_empty() || below.ends_with('/') {
        true => format!("{below}index.html"),
        false => below.to_owned(),
    }
}

fn as_text(explained: &Explained, all: bool) -> String {
    let path = &explained.path;
    let changes = match &explained.why {
        Why::New => return format!("{path}: it is new\n"),
        Why::Forgotten(lost) => return format!("{path}: {}\n", lost.words()),
        Why::OtherJob => return format!("{path}: something else was made there before\n"),
        Why::Absent => return format!("{path}: it was gone, or not as it had been made\n"),
        Why::Changed(changes) => changes,
    };
    let shown = if all { changes.len() } else { NAMED.min(changes.len()) };
    let mut text = format!("{path}: other answers\n");
    for changed in &changes[..shown] {
        text.push_str(&format!("  {}{}\n", changed.change.question, fingerprints(changed)));
        let parts = if all { changed.differences.len() } else { PARTS.min(changed.differences.len()) };
        let length = if all { usize::MAX } else { LONG };
        changed.differences[..parts].iter().for_each(|part| {
            text.push_str(&format!("    {}\n", in_words(part, length)));
        });
        if changed.differences.len() > parts {
            text.push_str(&format!("    and {} more\n", changed.differences.len() - parts));
        }
    }
    if changes.len() > shown {
        text.push_str(&format!("  and to {} more questions\n", changes.len() - shown));
    }
    text
}

/// The first digits of the fingerprints, where nothing else tells how the answers differ: enough to see that they do.
fn fingerprints(changed: &Changed) -> String {
    let short = |fingerprint: crate::base::Fingerprint| fingerprint.to_string().chars().take(8).collect::<String>();
    match changed.differences.is_empty() {
        true => format!(" ({} -> {})", short(changed.change.from), short(changed.change.to)),
        false => String::new(),
    }
}

/// What differs, on one line; of what is longer than `length` characters, the part in which it differs.
fn in_words(part: &Difference, length: usize) -> String {
    let (from, to) = (part.from.as_ref().map(Value::to_string), part.to.as_ref().map(Value::to_string));
    let common = match (&from, &to) {
        (Some(from), Some(to)) => from.chars().zip(to.chars()).take_while(|(a, b)| a == b).count(),
        _ => 0,
    };
    let shown = |value: &Value| {
        let text = value.to_string();
        if text.chars().count() <= length {
            return text;
        }
        let start = common.saturating_sub(AROUND);
        let part: String = text.chars().skip(start).take(length).collect();
        let is_cut = text.chars().count() > start + length;
        format!("{}{part}{}", if start > 0 { "…" } else { "" }, if is_cut { "…" } else { "" })
    };
    let at = if part.at.is_empty() { String::new() } else { format!("{}: ", part.at) };
    match (&part.from, &part.to) {
        (Some(from), Some(to)) => format!("{at}{} -> {}", shown(from), shown(to)),
        (Some(from), None) => format!("{at}without {}", shown(from)),
        (None, Some(to)) => format!("{at}with {}", shown(to)),
        (None, None) => at,
    }
}

fn as_json(explained: &Explained) -> Value {
    let path = explained.path.as_str();
    let part = |part: &Difference| json!({ "at": part.at, "from": part.from, "to": part.to });
    let change = |changed: &Changed| {
        json!({
            "question": changed.change.question.kind(),
            "about": changed.change.question.to_string(),
            "from": changed.change.from.to_string(),
            "to": changed.change.to.to_string(),
            "differences": changed.differences.iter().map(part).collect::<Vec<_>>(),
        })
    };
    match &explained.why {
        Why::New => json!({ "output": path, "why": "new" }),
        Why::Forgotten(lost) => json!({ "output": path, "why": "forgotten", "about": lost.words() }),
        Why::OtherJob => json!({ "output": path, "why": "other-job" }),
        Why::Absent => json!({ "output": path, "why": "absent" }),
        Why::Changed(changes) => {
            json!({ "output": path, "why": "changed", "changes": changes.iter().map(change).collect::<Vec<_>>() })
        }
    }
}
