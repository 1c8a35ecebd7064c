//! All that is wrong with front matter whose syntax is broken, with better words where those of a parser lead astray.
//!
//! Never judges what a parser accepts.

use super::tree::{Format, Parsed, SyntaxError};
use super::{toml, yaml, yaml_words};
use crate::base::slips::{Reader, Reread, Unit, is_keyless};
use std::ops::Range;

/// Reads the text that stands at `range` of a file.
pub fn read(format: Format, file: &str, range: Range<usize>) -> Parsed {
    let once = |file: &str| {
        let parsed = once(format, file, range.clone());
        (parsed.entries, parsed.errors)
    };
    let better = |unit: &Unit, slip| better(format, file, unit, slip);
    let Reread { value, errors, .. } = Reader { format, once: &once, better: &better }.read(file, range.clone());
    Parsed { entries: value, errors }
}

fn once(format: Format, file: &str, range: Range<usize>) -> Parsed {
    match format {
        Format::Toml => toml::read(file, range),
        Format::Yaml => yaml::read(file, range),
    }
}

/// A slip in better words, where a parser's own lead astray.
fn better(format: Format, file: &str, unit: &Unit, slip: SyntaxError) -> SyntaxError {
    let line = file[unit.first.clone()].trim_end();
    if format == Format::Yaml && line.starts_with(' ') && slip.span.start >= unit.all.end {
        return SyntaxError {
            message: "this line begins with spaces, and those below it do not".to_owned(),
            span: unit.first.start..unit.first.start + line.len(),
            help: Some(format!("take the spaces away: `{}`", line.trim_start())),
            ..slip
        };
    }
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
        if let Some(inner) = around_others(value) {
            let help = format!("put the whole text between single quotes: `{key}: '{}'`", inner.replace('\'', "''"));
            return SyntaxError { help: Some(help), ..slip };
        }
        let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
        let help = format!("put the whole text between double quotes: `{key}: \"{escaped}\"`");
        return SyntaxError { help: Some(help), ..slip };
    }
    match slip.message.starts_with("illegal placement") {
        true => SyntaxError { message: "this `:` stands where none can be".to_owned(), ..slip },
        false => slip,
    }
}

/// What stands between the first and the last quote, if those are around the whole text: in `"say "hi" now"` the second
/// one opens, in `"a" and "b"` it closes.
fn around_others(value: &str) -> Option<&str> {
    let inner = value.strip_prefix('"')?.strip_suffix('"')?;
    let second = inner.find('"')?;
    (second == 0 || inner[..second].ends_with([' ', '(', '\''])).then_some(inner)
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
        let indented = "  title: A\ndate: 2025-06-20\nauthor: a: b\n";
        assert_eq!(
            told(Format::Yaml, indented)[0],
            (1, "this line begins with spaces, and those below it do not".into())
        );
        assert_eq!(lines(Format::Yaml, indented), [1, 3]);
        assert_eq!(lines(Format::Yaml, "  title: A\n  date: 2025-06-20\n"), [0; 0]);
        let joined = "tags:\n- Meta\n - IA\nauthors: [A,\n  B\n  C]\ndate: 2025-06-20\n";
        assert_eq!(lines(Format::Yaml, joined), [3, 6], "{:?}", told(Format::Yaml, joined));
        for text in ["tags:\n- Un texte\n  long\n", "tags: [\n  A,\n  B,\n]\n", "tags: [A,\nB]\n", "a: un\n  deux\n"] {
            assert_eq!(lines(Format::Yaml, text), [0; 0], "{text}");
        }
        // What is well closed, on whatever line, is not touched.
        for text in ["description: \"deux\nlignes\"\n", "tags: [a,\nb]\n", "extra: {a: 1,\nb}\n", "a: 'x\ny''z'\n"] {
            assert_eq!(lines(Format::Yaml, &format!("{text}author: Jean: Paul\n")), [3], "{text}");
        }
        assert_eq!(lines(Format::Yaml, "title = A\ndate: 2025-06-20\nsource: @x\n").len(), 2);
    }

    #[test]
    fn quotes_around_quotes_are_no_part_of_the_text() {
        for (value, help) in [
            ("\"say \"hi\" now\"", "`title: 'say \"hi\" now'`"),
            ("\"l'IA \"forte\" ici\"", "`title: 'l''IA \"forte\" ici'`"),
            ("\"a\" et \"b\"", "`title: \"\\\"a\\\" et \\\"b\\\"\"`"),
        ] {
            let text = format!("title: {value}\n");
            let errors = read(Format::Yaml, &text, 0..text.len()).errors;
            assert!(errors[0].help.as_deref().unwrap_or("").contains(help), "{value}: {errors:?}");
        }
    }

    #[test]
    fn p18_every_slip_of_toml_is_told() {
        let text = "title = \"\"X\"\"\n source: \"WSJ\"\ntags = [IA, Meta]\nauthor = Claire\ndraft = True\nweight = 1\nlang = fr\n";
        assert_eq!(lines(Format::Toml, text), [1, 2, 3, 4, 5, 7]);
        for (text, slips) in [
            ("tags = [\"IA\", \"Meta]\nlang = fr\nid = \"x\"\n", vec![1, 2]),
            ("source = { name = \"WSJ\"\ntags = [\"a\"]\nlang = fr\n", vec![1, 3]),
            ("tags = [\n  \"a\",\n  \"b\"\nsource = \"WSJ\"\nlang = fr\n", vec![1, 5]),
            ("[source\nname = \"WSJ\"\nlang = fr\n[extra]\nx = y z\n", vec![1, 3, 5]),
            ("source]\nname = \"WSJ\"\nlang = fr\n[extra]\nx = y z\n", vec![1, 3, 5]),
            ("title \"A\"\ndate 2025-06-20\nid = \"x\"\ndraft true\n", vec![1, 2, 4]),
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
