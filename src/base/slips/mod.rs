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

/// So often a text is read again.
const MOST_READINGS: usize = 30;

/// So many of these readings are kept for what is left then: each is for one slip that leads a parser astray, and for all up
/// to there. Those before are for one slip each, since a parser may say less well what is wrong after the first.
const READINGS_OF_MANY: usize = 10;

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
            true => self.again(file, range, (value, errors), &mut MOST_READINGS.clone()),
            false => Reread { value, errors, left_out: Vec::new() },
        }
    }

    /// The same with slips left out until there is none. Places stay what they are: what is left out becomes spaces.
    fn again(&self, file: &str, range: Range<usize>, first: (T, Vec<SyntaxError>), left: &mut usize) -> Reread<T> {
        let (mut value, mut errors) = first;
        let mut parts = Parts::of(self.format, file, range.clone());
        let mut rest = file.to_owned();
        let mut told: Vec<SyntaxError> = Vec::new();
        let mut lines: HashSet<usize> = HashSet::new();
        let line_of =
            |slip: &SyntaxError| file.get(..slip.span.start).and_then(|before| before.rfind('\n')).unwrap_or(0);
        let mut left_out: Vec<Range<usize>> = Vec::new();
        let mut below: Vec<Range<usize>> = Vec::new();
        while *left > 0 {
            *left -= 1;
            let (mut slips, others): (Vec<_>, Vec<_>) =
                errors.into_iter().partition(|error| error.code == Code::Syntax);
            errors = others;
            slips.sort_by_key(|slip| slip.span.start);
            let before = left_out.len();
            for slip in slips {
                let is_first = left_out.len() == before;
                if !(range.start..=range.end).contains(&slip.span.start) {
                    // Of no place: nothing can be left out.
                    told.push(slip);
                    continue;
                }
                if left_out[before..].last().is_some_and(|part| part.contains(&slip.span.start)) {
                    continue;
                }
                let Some((at, opened)) = parts.culprit(slip.span.start) else {
                    told.extend(told.is_empty().then_some(slip));
                    continue;
                };
                // What is never closed leads a parser astray: what it said after that is not worth repeating.
                if opened.is_some() && !is_first {
                    break;
                }
                let (unit, keys) = parts.take(at);
                below.extend(keys);
                let leads_astray =
                    opened.is_some() || units::OF_LINES.iter().any(|mark| file[unit.all.clone()].contains(mark));
                let slip = match opened {
                    Some(opened) if !slip.message.contains("too deep") => said(file, &unit, &opened),
                    _ => (self.better)(&unit, slip),
                };
                if lines.insert(line_of(&slip)) {
                    told.push(slip);
                }
                rest.replace_range(unit.all.clone(), &blank(&file[unit.all.clone()]));
                left_out.push(unit.all);
                if leads_astray || *left >= READINGS_OF_MANY {
                    break;
                }
            }
            if left_out.len() == before {
                break;
            }
            (value, errors) = (self.once)(&rest);
        }
        errors.retain(|error| error.code != Code::Syntax);
        told.append(&mut errors);
        // They are read by themselves, for their slips.
        for keys in below {
            let alone = [&blank(&file[..keys.start]), &file[keys.clone()], &blank(&file[keys.end..])].concat();
            let once = (self.once)(&alone);
            if *left > 0 && !once.1.is_empty() {
                let found = self.again(&alone, range.clone(), once, left).errors;
                told.extend(found.into_iter().filter(|slip| lines.insert(line_of(slip))));
            }
        }
        Reread { value, errors: told, left_out }
    }
}

/// The parts of a text, as far as they are not left out.
struct Parts<'f> {
    format: Format,
    file: &'f str,
    units: Vec<Unit>,
    /// What some of them open and never close.
    opened: Vec<(usize, Opened)>,
    is_out: Vec<bool>,
}

impl Parts<'_> {
    fn of(format: Format, file: &str, range: Range<usize>) -> Parts<'_> {
        let units = units::of(format, file, range);
        let opened = units.iter().enumerate().filter_map(|(at, unit)| Some((at, units::opened(format, file, unit)?)));
        let opened = opened.collect();
        let is_out = vec![false; units.len()];
        Parts { format, file, units, opened, is_out }
    }

    /// The part that a parser stumbled over, by its number: what was opened and never closed before the place where it
    /// noticed, else what stands there.
    fn culprit(&self, noticed: usize) -> Option<(usize, Option<Opened>)> {
        let end = self.units.partition_point(|unit| unit.all.start <= noticed);
        let open = self.opened.iter().find(|(at, _)| !self.is_out[*at]);
        if let Some((at, opened)) = open.filter(|(at, opened)| *at < end && opened.at <= noticed) {
            return Some((*at, Some(*opened)));
        }
        if end > 1 && !self.is_out[0] && self.is_indented(0) {
            return Some((0, None));
        }
        let mut before = (0..end).rev().filter(|at| !self.is_out[*at]);
        let at = before.next()?;
        let unit = &self.units[at];
        // A line without a key is noticed at that of the next one.
        let key = self.file[unit.first.clone()].find(':').unwrap_or(0);
        let above = if self.format == Format::Yaml { before.next() } else { None };
        match above {
            Some(above)
                if noticed <= unit.all.start + key && is_keyless(self.format, self.file, &self.units[above]) =>
            {
                Some((above, None))
            }
            _ => Some((at, None)),
        }
    }

    /// Takes a part out, and the keys below it if it is a heading: without it they would be those of another table. The
    /// whole of it, and where those keys stand.
    fn take(&mut self, at: usize) -> (Unit, Option<Range<usize>>) {
        self.is_out[at] = true;
        let mut unit = self.units[at].clone();
        if !self.is_heading(at) {
            return (unit, None);
        }
        let keys = self.file[unit.first.end..].find('\n').map_or(self.file.len(), |end| unit.first.end + end + 1);
        for next in at + 1..self.units.len() {
            if self.is_heading(next) {
                break;
            }
            self.is_out[next] = true;
            unit.all.end = self.units[next].all.end;
        }
        let keys = Some(keys..unit.all.end).filter(|keys| !keys.is_empty());
        (unit, keys)
    }

    /// Whether a part of YAML begins farther in than the first column: the first may, and then the next does not belong
    /// to it.
    fn is_indented(&self, at: usize) -> bool {
        self.format == Format::Yaml && self.file[self.units[at].first.clone()].starts_with(' ')
    }

    fn is_heading(&self, at: usize) -> bool {
        self.format == Format::Toml && units::is_toml_header(&self.file[self.units[at].first.clone()])
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn slips_that_stay_in_their_line_take_no_reading_each() {
        let text = "a = !\nb = 1\n".repeat(3000);
        let readings = Cell::new(0);
        // A parser that objects to every `!`.
        let once = |text: &str| {
            readings.set(readings.get() + 1);
            let slip =
                |at: usize| SyntaxError { code: Code::Syntax, message: "no".to_owned(), span: at..at + 1, help: None };
            ((), text.match_indices('!').map(|(at, _)| slip(at)).collect())
        };
        let better = |_: &Unit, slip| slip;
        let reread = Reader { format: Format::Toml, once: &once, better: &better }.read(&text, 0..text.len());
        assert_eq!((reread.errors.len(), readings.get()), (3000, 22));
    }
}
