//! All that is wrong with front matter whose syntax is broken. The parser of YAML stops at the first slip, and that of TOML
//! goes astray after one: each slip is left out with what belongs to it, and the rest is read again.
//!
//! Never judges what a parser accepts.

use super::tree::{Format, Parsed, SyntaxError};
use super::units::{self, Opened, Unit};
use super::{toml, yaml, yaml_words};
use crate::base::Code;
use std::collections::HashSet;
use std::ops::Range;

/// So many slips of one front matter are told in a run.
const MOST_SLIPS: usize = 20;

/// Longer front matter, in bytes, is read once: it is no work of a hand.
const LONGEST: usize = 64 * 1024;

/// Reads the text that stands at `range` of a file.
pub fn read(format: Format, file: &str, range: Range<usize>) -> Parsed {
    let parsed = once(format, file, range.clone());
    match parsed.errors.iter().any(|error| error.code == Code::Syntax) && range.len() <= LONGEST {
        true => again(format, file, range, parsed),
        false => parsed,
    }
}

fn once(format: Format, file: &str, range: Range<usize>) -> Parsed {
    match format {
        Format::Toml => toml::read(file, range),
        Format::Yaml => yaml::read(file, range),
    }
}

/// The same with one slip after the other left out. Places stay what they are: what is left out becomes spaces.
fn again(format: Format, file: &str, range: Range<usize>, mut parsed: Parsed) -> Parsed {
    let mut units = units::of(format, file, range.clone());
    let mut rest = file.to_owned();
    let mut told: Vec<SyntaxError> = Vec::new();
    let mut lines: HashSet<usize> = HashSet::new();
    for _ in 0..MOST_SLIPS {
        let slips = parsed.errors.iter().enumerate().filter(|(_, error)| error.code == Code::Syntax);
        let Some(first) = slips.min_by_key(|(_, error)| error.span.start).map(|(at, _)| at) else { break };
        let slip = parsed.errors.swap_remove(first);
        if !(range.start..=range.end).contains(&slip.span.start) {
            // Of no place: nothing can be left out.
            told.push(slip);
            told.append(&mut parsed.errors);
            break;
        }
        let found = culprit(format, file, &units, slip.span.start);
        let Some((at, opened)) = found else {
            told.extend(told.is_empty().then_some(slip));
            break;
        };
        let mut unit = units.remove(at);
        // Without their heading, the keys below it would be those of another table.
        let is_heading = |unit: &Unit| format == Format::Toml && file[unit.first.clone()].trim_start().starts_with('[');
        while is_heading(&unit) && units.get(at).is_some_and(|below| !is_heading(below)) {
            unit.all.end = units.remove(at).all.end;
        }
        let slip = match opened {
            Some(opened) if !slip.message.contains("too deep") => said(file, &unit, &opened),
            _ => better(format, file, &unit, slip),
        };
        let line = file[..slip.span.start].rfind('\n').unwrap_or(0);
        if lines.insert(line) {
            told.push(slip);
        }
        rest.replace_range(unit.all.clone(), &blank(&file[unit.all.clone()]));
        parsed = once(format, &rest, range.clone());
    }
    parsed.errors.retain(|error| error.code != Code::Syntax);
    told.append(&mut parsed.errors);
    Parsed { entries: parsed.entries, errors: told }
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
fn is_keyless(format: Format, file: &str, unit: &Unit) -> bool {
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
        _ => "the text is never closed by a quote".to_owned(),
    };
    let help = match opened.sign {
        '[' | '{' if is_alone => format!("close the {what}: `{}{sign}`", line.trim_end_matches([',', ' '])),
        '[' | '{' => format!("write `{sign}` where the {what} ends"),
        // The brackets round the text stand in it now.
        _ if is_alone && opened.is_inside => {
            let text = line.trim_end_matches([']', '}', ' ', ',']);
            format!("put a quote at the end: `{text}{sign}{}`", &line[text.len()..])
        }
        _ if is_alone => format!("put a quote at the end: `{line}{sign}`"),
        _ => "put a quote at the end of the text".to_owned(),
    };
    SyntaxError { code: Code::Syntax, message, span: opened.at..opened.at + 1, help: Some(help) }
}

/// A slip in better words, where a parser's own lead astray.
fn better(format: Format, file: &str, unit: &Unit, slip: SyntaxError) -> SyntaxError {
    let line = file[unit.first.clone()].trim_end();
    if is_keyless(format, file, unit)
        && !line.starts_with(['%', '[', ']', '{', '}', '\t', '"', '&', '*', '!', '@', '`'])
    {
        let help = yaml_words::help(line).unwrap_or_else(|| {
            "write it as `key: value`, or begin it with two spaces if it goes on from above".to_owned()
        });
        let span = unit.first.start..unit.first.start + line.len();
        return SyntaxError { message: "this line has no key with `: `".to_owned(), span, help: Some(help), ..slip };
    }
    let Some((key, value)) = line.split_once(": ").filter(|_| format == Format::Yaml) else { return slip };
    let value = value.trim();
    let is_bracket = value.starts_with(['[', '{']);
    let has_more = value.rfind([']', '}']).is_some_and(|end| !value[end + 1..].trim().is_empty());
    if is_bracket && has_more {
        let at = unit.first.start + line.rfind(value).unwrap_or(0);
        return SyntaxError {
            message: "there is something after the closing bracket".to_owned(),
            span: at..at + 1,
            help: Some(format!("put the whole text between quotes: `{key}: {}`", toml::quoted(value))),
            ..slip
        };
    }
    if slip.message.starts_with("there is something after the closing quote") && value.starts_with('"') {
        let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
        let help = format!("put the whole text between double quotes: `{key}: \"{escaped}\"`");
        return SyntaxError { help: Some(help), ..slip };
    }
    match slip.message.starts_with("illegal placement") {
        true => SyntaxError { message: "this `:` stands where none can be".to_owned(), ..slip },
        false => slip,
    }
}

/// As many bytes of nothing, on as many lines.
fn blank(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(format: Format, text: &str) -> Vec<(usize, String)> {
        let errors = read(format, text, 0..text.len()).errors;
        let line = |error: &SyntaxError| text[..error.span.start].matches('\n').count() + 1;
        let mut told: Vec<_> = errors.iter().map(|error| (line(error), error.message.clone())).collect();
        told.sort();
        told
    }

    fn lines(format: Format, text: &str) -> Vec<usize> {
        told(format, text).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn p18_every_slip_of_yaml_is_told() {
        let text =
            "title: Meta : la suite: fin\ntags: [IA, Meta\nsource: \"WSJ\" dit\ndate: 2025-06-20\nauthor: 'l'IA'\n";
        assert_eq!(lines(Format::Yaml, text), [1, 2, 3, 5]);
        assert_eq!(told(Format::Yaml, text)[1].1, "the list is never closed by `]`");
        let read = read(Format::Yaml, text, 0..text.len());
        assert_eq!(read.entries.iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>(), ["date"]);
        assert_eq!(lines(Format::Yaml, "title: \"F\ndate: 2025-06-20\nsource: \"WSJ\"\n"), [1]);
        assert_eq!(lines(Format::Yaml, "source:\n\tname: WSJ\n  url: x\ntags: [a\n"), [2, 4]);
        // What is well closed, on whatever line, is not touched.
        for text in ["description: \"deux\nlignes\"\n", "tags: [a,\nb]\n", "extra: {a: 1,\nb}\n", "a: 'x\ny''z'\n"] {
            assert_eq!(lines(Format::Yaml, &format!("{text}author: Jean: Paul\n")), [3], "{text}");
        }
        assert_eq!(lines(Format::Yaml, "title = A\ndate: 2025-06-20\nsource: @x\n").len(), 2);
    }

    #[test]
    fn p18_every_slip_of_toml_is_told() {
        let text = "title = \"\"X\"\"\n source: \"WSJ\"\ntags = [IA, Meta]\nauthor = Claire\ndraft = True\nweight = 1\nlang = fr\n";
        assert_eq!(lines(Format::Toml, text), [1, 2, 3, 4, 5, 7]);
        for (text, slips) in [
            ("tags = [\"IA\", \"Meta]\nlang = fr\nid = \"x\"\n", vec![1, 2]),
            ("source = { name = \"WSJ\"\ntags = [\"a\"]\nlang = fr\n", vec![1, 3]),
            ("tags = [\n  \"a\",\n  \"b\"\nsource = \"WSJ\"\nlang = fr\n", vec![1, 5]),
            ("[source\nname = \"WSJ\"\nlang = fr\n[extra]\nx = y z\n", vec![1, 5]),
            // What is well closed, on whatever line, is not touched.
            ("tags = [\n\"a\", # ]\n\"[\",\n]\nid = '''\n[\n'''\ntext = \"\"\"\n\"{\n\"\"\"\nlang = fr\n", vec![11]),
            ("source = {\n  name = \"WSJ\",\n  url = \"x\"\n}\nlang = fr\n", vec![5]),
        ] {
            assert_eq!(lines(Format::Toml, text), slips, "{text}{:?}", told(Format::Toml, text));
        }
    }

    #[test]
    fn rereading_ends() {
        for format in [Format::Toml, Format::Yaml] {
            for text in
                ["a = b c\n: [\n".repeat(500), "[[[".repeat(100), "{\n\"\n'\n".repeat(90), "%\n&\n*\n!\n".repeat(99)]
            {
                assert!(read(format, &text, 0..text.len()).errors.len() < 1_000);
            }
        }
    }
}
