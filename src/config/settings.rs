//! The text of `site.toml` against the list of keys: every value with its place and origin, and every problem at once.
//!
//! What a value means for the site is decided in `read`; nothing here builds a `Config`.

use super::accept::{accept, accept_item, accept_text, is_list_of_tables, plain, wrong_type};
use super::checks::Objection;
use super::hints;
use super::keys::{self, Fallback, Key, Kind, SITE};
use super::overrides::{Origin, Override};
use crate::base::toml_slip::{self, Legible};
use crate::base::{Code, Diagnostic, Label, SourceText, odd_numbers, suggest};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// All that `site.toml`, the environment, the flags and the defaults say.
pub(super) struct Settings {
    /// The values outside `[[entries]]`, by dotted path: every key is there, unless it is absent by default or was bad.
    pub site: Section,
    /// The `[[entries]]`, by key, in the order of the file.
    pub entries: Vec<(&'static str, Vec<Section>)>,
    /// Whether the text is not even TOML, so that values may have been lost.
    pub damaged: bool,
    /// The keys that were written, but with a value that cannot be used: they are not missing.
    pub rejected: Vec<String>,
}

/// A set of values under one header.
pub(super) struct Section {
    /// The header, or the whole file.
    pub label: Label,
    /// The values, by name (dotted for the site).
    pub values: Vec<(String, Found)>,
}

/// A value, and where it comes from.
#[derive(Clone)]
pub(super) struct Found {
    /// The value, of the type that its key takes.
    pub value: toml::Value,
    /// Where it comes from.
    pub origin: Origin,
    /// Where it stands in the file, if it does.
    pub label: Option<Label>,
    /// Where the items of a list, or the keys of a free table, stand.
    pub parts: Vec<Label>,
}

impl Section {
    /// The value of that name.
    pub fn found(&self, name: &str) -> Option<&Found> {
        self.values.iter().find(|(found, _)| found == name).map(|(_, found)| found)
    }

    /// A text, if there is one.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.found(name)?.value.as_str()
    }

    /// A switch; off when absent.
    pub fn flag(&self, name: &str) -> bool {
        self.found(name).and_then(|found| found.value.as_bool()).unwrap_or(false)
    }

    /// A number; 0 when absent.
    pub fn number(&self, name: &str) -> usize {
        let number = self.found(name).and_then(|found| found.value.as_integer()).unwrap_or(0);
        usize::try_from(number).unwrap_or(0)
    }

    /// A list of texts; empty when absent.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let items = self.found(name).and_then(|found| found.value.as_array()).map_or(&[][..], Vec::as_slice);
        items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
    }

    fn set(&mut self, name: &str, found: Found) {
        self.values.retain(|(present, _)| present != name);
        self.values.push((name.to_owned(), found));
    }
}

/// Reads everything there is; nothing stops at the first problem.
pub(super) fn gather(source: &SourceText, overrides: &[Override]) -> (Settings, Vec<Diagnostic>) {
    let file = Legible::of(source);
    let table = file.table();
    let mut reading = Reading { source, file: &file, problems: Vec::new(), rejected: Vec::new() };
    let mut settings = Settings {
        site: Section { label: Label::file(source.path().clone(), ""), values: Vec::new() },
        entries: Vec::new(),
        damaged: !file.slips.is_empty(),
        rejected: Vec::new(),
    };
    reading.table(table.get_ref(), SITE, Level::Site(""), &mut settings);
    reading.problems.retain(|problem| !file.slips.iter().any(|slip| same_line(slip, problem)));
    reading.overrides(overrides, &mut settings.site);
    settings.rejected = std::mem::take(&mut reading.rejected);
    reading.complete(&mut settings);
    let problems = reading.problems;
    (settings, file.slips.iter().cloned().chain(problems).collect())
}

/// Whether a problem stands on a line that is not TOML: then it comes from the repair, not from the author.
fn same_line(slip: &Diagnostic, problem: &Diagnostic) -> bool {
    let line = |problem: &Diagnostic| problem.primary().and_then(|label| label.at.as_ref()).map(|at| at.line);
    line(slip).is_some() && line(slip) == line(problem)
}

/// A reading of one text.
struct Reading<'a> {
    source: &'a SourceText,
    /// What of it is TOML.
    file: &'a Legible,
    /// The problems found so far.
    problems: Vec<Diagnostic>,
    /// The keys with a value that cannot be used.
    rejected: Vec<String>,
}

/// Which table is being read.
#[derive(Clone, Copy)]
enum Level<'a> {
    /// A table of the site, by its dotted path.
    Site(&'a str),
    /// One of the `[[entries]]` of that key.
    Entry(&'static str),
}

impl Level<'_> {
    /// As it is written in the file, or nothing for the top.
    fn header(self) -> String {
        match self {
            Level::Site("") => String::new(),
            Level::Site(path) => format!("[{path}]"),
            Level::Entry(key) => format!("[[{key}]]"),
        }
    }
}

impl Reading<'_> {
    fn label(&self, span: Range<usize>, note: impl Into<String>) -> Label {
        self.source.label(span, note)
    }

    fn object(&mut self, span: Range<usize>, objection: Objection) {
        let label = self.label(span, objection.note);
        let mut problem = Diagnostic::new(objection.code, objection.message).at(label);
        if let Some(help) = objection.help {
            problem = problem.help(help);
        }
        if let Some(fix) = objection.fix {
            problem = problem.fix(fix);
        }
        self.problems.push(problem);
    }

    /// Reads the keys of a table of the site into `into`.
    fn table(&mut self, table: &DeTable, keys: &'static [Key], level: Level, into: &mut Settings) {
        let Level::Site(prefix) = level else { return };
        for (name, value) in table {
            let Some(key) = keys.iter().find(|key| key.name == name.get_ref().as_ref()) else {
                self.unknown(name, value, keys, level);
                continue;
            };
            let path = keys::join(prefix, key.name);
            match (&key.kind, value.get_ref()) {
                (Kind::Table(keys) | Kind::NameOrTable(keys), DeValue::Table(table)) => {
                    self.table(table, keys, Level::Site(&path), into);
                }
                (Kind::NameOrTable(keys), DeValue::String(_)) => {
                    if let Some(name) = keys.iter().find(|key| key.name == "name") {
                        self.leaf(value, name, &path, &keys::join(&path, name.name), &mut into.site);
                    }
                }
                (Kind::Entries(keys), DeValue::Array(items)) => {
                    let sections = items.iter().filter_map(|item| self.entry(item, keys, key)).collect();
                    into.entries.push((key.name, sections));
                }
                _ => self.leaf(value, key, &path, &path, &mut into.site),
            }
        }
    }

    /// Reads one `[[entry]]`.
    fn entry(&mut self, item: &Spanned<DeValue>, keys: &'static [Key], owner: &'static Key) -> Option<Section> {
        let DeValue::Table(table) = item.get_ref() else {
            self.object(item.span(), wrong_type(owner, owner.name, item.get_ref()));
            return None;
        };
        let mut section = Section { label: self.label(item.span(), ""), values: Vec::new() };
        for (name, value) in table {
            match keys.iter().find(|key| key.name == name.get_ref().as_ref()) {
                Some(key) => self.leaf(value, key, &keys::join(owner.name, key.name), key.name, &mut section),
                None => self.unknown(name, value, keys, Level::Entry(owner.name)),
            }
        }
        for key in keys {
            let Fallback::Required(example) = key.fallback else { continue };
            let is_there = table.keys().any(|name| name.get_ref().as_ref() == key.name);
            if !is_there && !self.file.lacks_something(item.span().start) {
                let message = format!("this `[[{}]]` has no `{}`", owner.name, key.name);
                let problem = Diagnostic::new(Code::MissingKey, message);
                self.problems.push(problem.at(section.label.clone()).help(format!("add `{example}`")));
            }
        }
        Some(section)
    }

    /// Reads one value; `path` is what messages call it, `name` is its name in the section.
    fn leaf(&mut self, value: &Spanned<DeValue>, key: &'static Key, path: &str, name: &str, into: &mut Section) {
        let label = self.label(value.span(), "");
        let line = label.at.as_ref().map_or(1, |at| at.line);
        let mut parts = Vec::new();
        let accepted = match (&key.kind, value.get_ref()) {
            (Kind::Texts(_) | Kind::Choices(_), DeValue::Array(items)) => self.list(items, key, path, &mut parts),
            (Kind::Free, DeValue::Table(table)) => {
                parts.extend(table.keys().map(|name| self.label(name.span(), "")));
                self.odd_numbers(value);
                Some(plain(value.get_ref()))
            }
            (_, other) => match accept(key, path, other) {
                Ok(value) => Some(value),
                Err(objection) => {
                    self.object(value.span(), objection);
                    None
                }
            },
        };
        match accepted {
            Some(value) => into.set(name, Found { value, origin: Origin::File { line }, label: Some(label), parts }),
            None => self.rejected.push(path.to_owned()),
        }
    }

    /// Tells of numbers that templates could not print.
    fn odd_numbers(&mut self, value: &Spanned<DeValue>) {
        let mut found = Vec::new();
        toml_slip::find_odd_numbers(value, &mut found);
        for span in found {
            let written = self.source.as_str().get(span.clone()).unwrap_or("");
            let (message, help) = odd_numbers::objection(written);
            self.object(span, Objection::new(Code::BadValue, message).help(help));
        }
    }

    /// Reads a list of texts or words; nothing when one of them is bad, so that no half of a list is used.
    fn list(
        &mut self,
        items: &[Spanned<DeValue>],
        key: &'static Key,
        path: &str,
        parts: &mut Vec<Label>,
    ) -> Option<toml::Value> {
        let mut accepted = Vec::new();
        let before = self.problems.len();
        for item in items {
            match accept_item(key, path, item.get_ref()) {
                Ok(text) if matches!(key.kind, Kind::Choices(_)) && accepted.contains(&text) => {
                    let first = accepted.iter().position(|known| *known == text).and_then(|at| parts.get(at));
                    let label = self.label(item.span(), "again here");
                    let problem = Diagnostic::new(Code::Duplicate, format!("{text} is in `{path}` twice")).at(label);
                    self.problems.push(match first {
                        Some(first) => problem.related(first.noting("first here")),
                        None => problem,
                    });
                }
                Ok(text) => {
                    accepted.push(text);
                    parts.push(self.label(item.span(), ""));
                }
                Err(objection) => self.object(item.span(), objection),
            }
        }
        (self.problems.len() == before).then_some(toml::Value::Array(accepted))
    }

    fn unknown(&mut self, name: &Spanned<toml::de::DeString>, value: &Spanned<DeValue>, keys: &[Key], level: Level) {
        let typed = name.get_ref().as_ref();
        let what = match value.get_ref() {
            DeValue::Table(_) if matches!(level, Level::Site("")) => format!("unknown table `[{typed}]`"),
            value if is_list_of_tables(value) => format!("unknown tables `[[{typed}]]`"),
            _ if level.header().is_empty() => format!("unknown key `{typed}`"),
            _ => format!("unknown key `{typed}` in `{}`", level.header()),
        };
        let hint = hints::unknown(typed, &level.header(), keys);
        let mut problem = Diagnostic::new(Code::UnknownKey, what).at(self.label(name.span(), ""));
        if let Some(help) = hint.help {
            problem = problem.help(help);
        }
        if let Some(fix) = hint.rename {
            problem = problem.fix(fix);
        }
        self.problems.push(problem);
    }

    /// Puts the environment and the flags over the file, each read as what its key takes.
    fn overrides(&mut self, overrides: &[Override], site: &mut Section) {
        let leaves = keys::leaves();
        let mut ordered: Vec<&Override> = overrides.iter().collect();
        ordered.sort_by(|a, b| a.origin.cmp(&b.origin));
        for given in ordered {
            let who = match &given.origin {
                Origin::Environment(name) | Origin::Flag(name) => name.as_str(),
                _ => given.key.as_str(),
            };
            let path = if given.key == "theme" { "theme.name" } else { given.key.as_str() };
            let scalar = |key: &Key| !matches!(key.kind, Kind::Free | Kind::Texts(_) | Kind::Choices(_));
            let Some(leaf) = leaves.iter().find(|leaf| leaf.path == path && scalar(leaf.key)) else {
                self.problems.push(unknown_override(given, who));
                continue;
            };
            match accept_text(leaf.key, path, &given.value) {
                Ok(value) => {
                    site.set(path, Found { value, origin: given.origin.clone(), label: None, parts: Vec::new() });
                }
                Err(objection) => {
                    self.rejected.push(path.to_owned());
                    let problem = Diagnostic::new(objection.code, format!("{who}: {}", objection.message));
                    self.problems.push(match objection.help {
                        Some(help) => problem.help(help),
                        None => problem,
                    });
                }
            }
        }
    }

    /// Adds the defaults, reports what must be there, and puts all in the order of the list of keys.
    fn complete(&mut self, settings: &mut Settings) {
        let mut given = std::mem::take(&mut settings.site.values);
        for leaf in keys::leaves() {
            if let Some(at) = given.iter().position(|(name, _)| *name == leaf.path) {
                settings.site.values.push(given.swap_remove(at));
                continue;
            }
            if let Fallback::Required(example) = leaf.key.fallback {
                // What is not TOML may be the key.
                if !self.file.lacks_something(0) && !settings.rejected.contains(&leaf.path) {
                    self.missing(&leaf.path, example);
                }
            }
            let french = settings.site.text("language").is_some_and(is_french);
            if let Some(value) = default_value(&leaf.key.fallback, french) {
                let found = Found { value, origin: Origin::Default, label: None, parts: Vec::new() };
                settings.site.values.push((leaf.path, found));
            }
        }
    }

    fn missing(&mut self, path: &str, example: &str) {
        let label = Label::file(self.source.path().clone(), "");
        let problem = Diagnostic::new(Code::MissingKey, format!("`{path}` is missing")).at(label);
        self.problems.push(problem.help(format!("add `{example}` at the top of the file")));
    }
}

fn is_french(language: &str) -> bool {
    language == "fr" || language.starts_with("fr-")
}

fn default_value(fallback: &Fallback, french: bool) -> Option<toml::Value> {
    let text = |text: &str| toml::Value::String(text.to_owned());
    Some(match fallback {
        Fallback::Required(_) | Fallback::Absent => return None,
        Fallback::Text(default) => text(default),
        Fallback::ByLanguage { french: default, .. } if french => text(default),
        Fallback::ByLanguage { other, .. } => text(other),
        Fallback::Number(number) => toml::Value::Integer(*number),
        Fallback::Flag(flag) => toml::Value::Boolean(*flag),
        Fallback::Texts(texts) => toml::Value::Array(texts.iter().map(|item| text(item)).collect()),
    })
}

fn unknown_override(given: &Override, who: &str) -> Diagnostic {
    let problem =
        Diagnostic::new(Code::UnknownKey, format!("{who}: there is no key `{}` that a variable can set", given.key));
    let leaves = keys::leaves();
    let known: Vec<&str> = leaves.iter().map(|leaf| leaf.path.as_str()).collect();
    let whole = known.iter().any(|path| *path == given.key);
    let in_table = known.iter().any(|path| given.key.starts_with(&format!("{path}.")));
    match suggest::nearest(&given.key, known.iter().copied()) {
        _ if whole || in_table => problem.help("set it in site.toml: only single values can come from the environment"),
        Some(near) => {
            let variable = near.replace('.', "__").to_ascii_uppercase();
            problem.help(format!("did you mean `MANCHETTE_{variable}`?"))
        }
        None => problem.help("run `manchette config` to see the keys; a table and its key are joined by `__`"),
    }
}
