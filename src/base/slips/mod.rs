//! All that is wrong with a text whose syntax is broken. A parser stops at the first slip, or goes astray after it: each
//! slip is left out with what belongs to it, and the rest is read again.
//!
//! Never judges what a parser accepts, and knows no parser: whoever has one hands it over.

mod units;

pub use units::Unit;

use super::Code;
use std::collections::HashSet;
use std::ops::Range;
use units::Opened;

/// The two formats of settings that people write by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// In front matter between two lines `+++`.
    Toml,
    /// In front matter between two lines `---`.
    Yaml,
}

impl Format {
    /// The line before and after front matter.
    pub fn fence(self) -> &'static str {
        match self {
            Format::Toml => "+++",
            Format::Yaml => "---",
        }
    }

    /// How a key gets a value: `tags = ["AI"]`, `tags: ["AI"]`.
    pub fn assign(self, key: &str, value: &str) -> String {
        match self {
            Format::Toml => format!("{key} = {value}"),
            Format::Yaml => format!("{key}: {value}"),
        }
    }

    /// How keys and values are written as one value: `{ name = "WSJ" }`, `{ name: "WSJ" }`.
    pub fn table(self, pairs: &[(&str, &str)]) -> String {
        let pairs: Vec<String> = pairs.iter().map(|(key, value)| self.assign(key, value)).collect();
        format!("{{ {} }}", pairs.join(", "))
    }
}

/// Something that does not follow the format.
#[derive(Debug)]
pub struct SyntaxError {
    /// `Syntax`, or `Duplicate` for a key that stands there twice.
    pub code: Code,
    /// What is wrong, in words.
    pub message: String,
    /// Where, in bytes of the file.
    pub span: Range<usize>,
    /// What to do, when that is known.
    pub help: Option<String>,
}

/// So many slips of one text are told in a run.
const MOST_SLIPS: usize = 100;

/// A longer text, in bytes, is read once: it is no work of a hand.
const LONGEST: usize = 64 * 1024;

/// What came out of a text, with all its slips.
#[derive(Debug)]
pub struct Reread<T> {
    /// What the last reading gave.
    pub value: T,
    /// All that is wrong.
    pub errors: Vec<SyntaxError>,
    /// What that reading did not see, in bytes of the file.
    pub left_out: Vec<Range<usize>>,
}

/// How a text is read, and what is said of slips in it.
pub struct Reader<'r, T> {
    /// The format.
    pub format: Format,
    /// Reads a text that stands where the file's text stands.
    pub once: &'r dyn Fn(&str) -> (T, Vec<SyntaxError>),
    /// A slip in better words, if the part that it stands in has any.
    pub better: &'r dyn Fn(&Unit, SyntaxError) -> SyntaxError,
}

impl<T> Reader<'_, T> {
    /// Reads the text that stands at `range` of a file, as often as it has slips.
    pub fn read(&self, file: &str, range: Range<usize>) -> Reread<T> {
        let (value, errors) = (self.once)(file);
        match errors.iter().any(|error| error.code == Code::Syntax) && range.len() <= LONGEST {
            true => self.again(file, range, (value, errors), &mut MOST_SLIPS.clone()),
            false => Reread { value, errors, left_out: Vec::new() },
        }
    }

    /// The same with one slip after the other left out. Places stay what they are: what is left out becomes spaces.
    fn again(&self, file: &str, range: Range<usize>, first: (T, Vec<SyntaxError>), left: &mut usize) -> Reread<T> {
        let format = self.format;
        let (mut value, mut errors) = first;
        let mut units = units::of(format, file, range.clone());
        let mut rest = file.to_owned();
        let mut told: Vec<SyntaxError> = Vec::new();
        let mut lines: HashSet<usize> = HashSet::new();
        let mut left_out = Vec::new();
        let mut below: Vec<Range<usize>> = Vec::new();
        while *left > 0 {
            *left -= 1;
            let slips = errors.iter().enumerate().filter(|(_, error)| error.code == Code::Syntax);
            let Some(first) = slips.min_by_key(|(_, error)| error.span.start).map(|(at, _)| at) else { break };
            let slip = errors.swap_remove(first);
            if !(range.start..=range.end).contains(&slip.span.start) {
                // Of no place: nothing can be left out.
                told.push(slip);
                told.append(&mut errors);
                break;
            }
            let found = culprit(format, file, &units, slip.span.start);
            let Some((at, opened)) = found else {
                told.extend(told.is_empty().then_some(slip));
                break;
            };
            let mut unit = units.remove(at);
            // Without their heading, the keys below it would be those of another table.
            let is_heading =
                |unit: &Unit| format == Format::Toml && file[unit.first.clone()].trim_start().starts_with('[');
            let keys = file[unit.first.end..].find('\n').map_or(file.len(), |end| unit.first.end + end + 1);
            while is_heading(&unit) && units.get(at).is_some_and(|below| !is_heading(below)) {
                unit.all.end = units.remove(at).all.end;
            }
            below.extend(is_heading(&unit).then_some(keys..unit.all.end).filter(|keys| !keys.is_empty()));
            let slip = match opened {
                Some(opened) if !slip.message.contains("too deep") => said(file, &unit, &opened),
                _ => (self.better)(&unit, slip),
            };
            let line = file[..slip.span.start].rfind('\n').unwrap_or(0);
            if lines.insert(line) {
                told.push(slip);
            }
            rest.replace_range(unit.all.clone(), &blank(&file[unit.all.clone()]));
            left_out.push(unit.all);
            (value, errors) = (self.once)(&rest);
        }
        errors.retain(|error| error.code != Code::Syntax);
        told.append(&mut errors);
        // They are read by themselves, for their slips.
        for keys in below {
            let alone = [&blank(&file[..keys.start]), &file[keys.clone()], &blank(&file[keys.end..])].concat();
            let once = (self.once)(&alone);
            if *left > 0 && !once.1.is_empty() {
                told.append(&mut self.again(&alone, range.clone(), once, left).errors);
            }
        }
        Reread { value, errors: told, left_out }
    }
}

/// The part that a parser stumbled over, by its number: what was opened and never closed before the place where it noticed,
/// else what stands there.
fn culprit(format: Format, file: &str, units: &[Unit], noticed: usize) -> Option<(usize, Option<Opened>)> {
    let before = || units.iter().enumerate().take_while(|(_, unit)| unit.all.start <= noticed);
    let open = before().find_map(|(at, unit)| Some((at, units::opened(format, file, unit)?)));
    if let Some((at, opened)) = open.filter(|(_, opened)| opened.at <= noticed) {
        return Some((at, Some(opened)));
    }
    let (at, unit) = before().last()?;
    // A line without a key is noticed at that of the next one.
    let key = file[unit.first.clone()].find(':').unwrap_or(0);
    match at.checked_sub(1) {
        Some(above) if noticed <= unit.all.start + key && is_keyless(format, file, &units[above]) => {
            Some((above, None))
        }
        _ => Some((at, None)),
    }
}

/// Whether a part of YAML begins with no key.
pub fn is_keyless(format: Format, file: &str, unit: &Unit) -> bool {
    let line = file[unit.first.clone()].trim_end();
    format == Format::Yaml && !line.contains(": ") && !line.ends_with(':')
}

/// What is said of something that is never closed.
fn said(file: &str, unit: &Unit, opened: &Opened) -> SyntaxError {
    let line = file[unit.first.clone()].trim_end();
    let is_alone = file[unit.first.end..unit.all.end].trim().is_empty();
    let (what, sign) = match opened.sign {
        '[' => ("list", ']'),
        '{' => ("table", '}'),
        quote => ("text", quote),
    };
    let message = match opened.sign {
        '[' | '{' => format!("the {what} is never closed by `{sign}`"),
        _ if opened.is_of_lines => format!("the text is never closed by `{sign}{sign}{sign}`"),
        _ => "the text is never closed by a quote".to_owned(),
    };
    let help = match opened.sign {
        '[' | '{' if is_alone => format!("close the {what}: `{}{sign}`", line.trim_end_matches([',', ' '])),
        '[' | '{' => format!("write `{sign}` where the {what} ends"),
        _ if opened.is_of_lines => format!("write `{sign}{sign}{sign}` where the text ends"),
        // The brackets round the text stand in it now.
        _ if is_alone && opened.is_inside => {
            let text = line.trim_end_matches([']', '}', ' ', ',']);
            let rest = Some(&line[text.len()..]).filter(|rest| rest.contains([']', '}']));
            let rest = rest.unwrap_or(if line.contains('{') { " }" } else { "]" });
            format!("put a quote at the end: `{text}{sign}{rest}`")
        }
        _ if is_alone => format!("put a quote at the end: `{line}{sign}`"),
        _ => "put a quote at the end of the text".to_owned(),
    };
    SyntaxError { code: Code::Syntax, message, span: opened.at..opened.at + 1, help: Some(help) }
}

/// As many bytes of nothing, on as many lines.
fn blank(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}
