//! `theme.toml`: what a theme is, the options it takes, its texts.
//!
//! Never knows what a site chose, nor which files there are.

use super::app::{self, App};
use super::colors;
use super::options::{Ground, OptionKind, OptionSpec, misfit, pale, written};
use super::strings::{Strings, Text};
use crate::base::toml_slip::{self, Legible};
use crate::base::{Checked, Code, Diagnostic, SourceText, suggest};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The number of the contract between manchette and themes: it counts the changes that a theme could break on.
pub const CONTRACT: i64 = 1;

/// A theme's `theme.toml`.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Its name, as site.toml writes it.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Its licence, as an SPDX expression.
    pub license: String,
    /// The theme whose templates, files and texts it takes where it has none.
    pub extends: Option<String>,
    /// The options it takes.
    pub options: BTreeMap<String, OptionSpec>,
    /// How a site looks as an app.
    pub app: App,
    /// Its texts by language, then key.
    strings: BTreeMap<String, BTreeMap<String, Text>>,
}

impl Manifest {
    /// The theme's texts.
    pub fn strings(&self) -> Strings {
        Strings::new(self.strings.clone())
    }
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    contract: Option<Spanned<i64>>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    license: String,
    extends: Option<String>,
    #[serde(default)]
    options: BTreeMap<String, Declared>,
    #[serde(default)]
    app: app::Written,
    #[serde(default)]
    strings: BTreeMap<String, Texts>,
}

/// The texts of a language. The parser hands a date over as a table, which it is not.
#[derive(Deserialize)]
#[serde(try_from = "BTreeMap<String, Text>")]
struct Texts(BTreeMap<String, Text>);

impl TryFrom<BTreeMap<String, Text>> for Texts {
    type Error = &'static str;

    fn try_from(texts: BTreeMap<String, Text>) -> Result<Texts, &'static str> {
        match texts.keys().any(|key| key.starts_with("$__toml_private")) {
            true => Err("invalid type: date, expected a map"),
            false => Ok(Texts(texts)),
        }
    }
}

/// An option as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    #[serde(rename = "type")]
    kind: OptionKind,
    default: Spanned<toml::Value>,
    choices: Option<Spanned<Vec<Spanned<toml::Value>>>>,
    min: Option<Spanned<i64>>,
    max: Option<Spanned<i64>>,
    on: Option<Spanned<String>>,
    typography: Option<bool>,
    #[serde(default)]
    description: String,
}

/// Reads a `theme.toml`.
pub fn parse_manifest(source: &SourceText) -> Checked<Manifest> {
    let (file, misfits) = match toml::from_str::<Written>(source.as_str()) {
        Ok(file) => (Some(file), Vec::new()),
        Err(_) => piecewise(source),
    };
    let Some(file) = file else { return Checked::failed(misfits) };
    let is_whole = misfits.is_empty();
    let mut problems = misfits;
    problems.extend(file.contract.iter().filter_map(|number| contract(source, number)));
    let options = file.options.into_iter().map(|(name, declared)| {
        let spec = declared.read(source, &name, &mut problems);
        (name, spec)
    });
    let options = options.collect();
    let app = file.app.read(source, &mut problems);
    let manifest = Manifest {
        name: file.name,
        description: file.description,
        license: file.license,
        extends: file.extends,
        options,
        app,
        strings: file.strings.into_iter().map(|(language, texts)| (language, texts.0)).collect(),
    };
    if is_whole { Checked::new(manifest, problems) } else { Checked::failed(problems) }
}

/// What can be read of a file of which something does not fit, and all that does not: each is taken out, as each slip of
/// syntax is, and the rest is read again.
fn piecewise(source: &SourceText) -> (Option<Written>, Vec<Diagnostic>) {
    let file = Legible::of(source);
    let mut table = file.table();
    let mut problems = file.slips.clone();
    // What was taken out is missed now, and was there.
    let mut taken: Vec<String> = Vec::new();
    loop {
        match Written::deserialize(toml::Deserializer::from(table.clone())) {
            Ok(file) => return (Some(file), problems),
            Err(error) => {
                let is_missed = taken.iter().any(|name| error.message() == format!("missing field `{name}`"));
                let at = error.span().map_or(0, |span| span.start);
                let may_be_there = error.message().starts_with("missing field") && file.lacks_something(at);
                if !is_missed && !may_be_there {
                    problems.push(in_words(source, &error));
                }
                let Some(span) = error.span() else { return (None, problems) };
                let out = take_out(table.get_mut(), &span);
                let is_out = out.is_some();
                taken.extend(out);
                if !is_out {
                    // Only the file itself can lack something now, and that is its name.
                    let name = (Spanned::new(0..0, "name".into()), Spanned::new(0..0, DeValue::String("".into())));
                    if table.get_mut().insert(name.0, name.1).is_some() {
                        return (None, problems);
                    }
                }
            }
        }
    }
}

/// Takes the smallest entry out that a place lies in: its name.
fn take_out(table: &mut DeTable<'_>, span: &Range<usize>) -> Option<String> {
    let holds = |of: Range<usize>| of.start <= span.start && span.end <= of.end;
    for (_, value) in table.iter_mut() {
        if let DeValue::Table(inner) = value.get_mut()
            && let Some(name) = take_out(inner, span)
        {
            return Some(name);
        }
    }
    let found = table.iter().find(|(key, value)| holds(key.span()) || holds(value.span()));
    let name = found.map(|(key, _)| key.get_ref().to_string())?;
    table.remove(name.as_str()).map(|_| name)
}

/// Where the key of each text stands, in the order of the file.
pub fn string_places(source: &SourceText) -> Vec<(String, Range<usize>)> {
    let Ok(table) = DeTable::parse(source.as_str()) else { return Vec::new() };
    let Some(DeValue::Table(strings)) = table.get_ref().get("strings").map(Spanned::get_ref) else { return Vec::new() };
    let keys = strings.values().filter_map(|texts| texts.get_ref().as_table()).flat_map(|texts| texts.keys());
    keys.map(|key| (key.get_ref().to_string(), key.span())).collect()
}

/// A number of the contract that this program does not know.
fn contract(source: &SourceText, number: &Spanned<i64>) -> Option<Diagnostic> {
    let wanted = *number.get_ref();
    if wanted == CONTRACT {
        return None;
    }
    let message =
        format!("the theme is made for the contract {wanted}, and this manchette knows the contract {CONTRACT}");
    let help = match wanted > CONTRACT {
        true => "take a newer manchette, or an older version of the theme".to_owned(),
        false => format!("contracts begin at 1: write `contract = {CONTRACT}`, or take the line away"),
    };
    Some(Diagnostic::new(Code::ThemeContract, message).at(source.label(number.span(), "")).help(help))
}

impl Declared {
    /// The option, with what is wrong with its declaration.
    fn read(self, source: &SourceText, name: &str, problems: &mut Vec<Diagnostic>) -> OptionSpec {
        let at = |span: std::ops::Range<usize>| source.label(span, "");
        let kind = self.kind.name();
        let mut stray = |key: &str, span: Option<std::ops::Range<usize>>, types: &str| {
            problems.extend(span.map(|span| {
                let message = format!("an option of the type `{kind}` takes no `{key}`");
                Diagnostic::new(Code::WrongType, message)
                    .at(at(span))
                    .help(format!("`{key}` is for {types}: take it away"))
            }));
        };
        let is_integer = self.kind == OptionKind::Integer;
        if !is_integer {
            stray("min", self.min.as_ref().map(Spanned::span), "integers");
            stray("max", self.max.as_ref().map(Spanned::span), "integers");
        }
        if self.kind != OptionKind::Color {
            stray("on", self.on.as_ref().map(Spanned::span), "colours");
        }
        if matches!(self.kind, OptionKind::Boolean | OptionKind::File) {
            stray("choices", self.choices.as_ref().map(Spanned::span), "texts, numbers, colours and items of lists");
        }
        let mut bounds = (self.min.as_ref().map(|min| *min.get_ref()), self.max.as_ref().map(|max| *max.get_ref()));
        if let (Some(min), Some(max), Some(place)) = (bounds.0, bounds.1, &self.max)
            && min > max
        {
            let message = format!("the option `{name}` can take no number: `min` is {min} and `max` is {max}");
            problems.push(Diagnostic::new(Code::BadValue, message).at(at(place.span())).help("exchange the two"));
            bounds = (None, None);
        }
        let ground = self.on.as_ref().and_then(|on| match colors::parse(on.get_ref()) {
            Some(color) => Some(Ground { written: on.get_ref().clone(), color }),
            None => {
                let message = format!("`{}` is no CSS colour", on.get_ref());
                let problem = Diagnostic::new(Code::BadValue, message).at(at(on.span()));
                problems.push(problem.help("write the ground as `on = \"#fbfaf7\"`"));
                None
            }
        });
        let mut spec = OptionSpec {
            kind: self.kind,
            default: json_of(self.default.get_ref()),
            description: self.description,
            choices: Vec::new(),
            bounds,
            ground,
            typography: self.typography != Some(false),
            label: at(self.default.span()),
        };
        let choices = self.choices.map(Spanned::into_inner).unwrap_or_default();
        // A choice is a value of the option, or an item of its list.
        let mut fitting = Vec::new();
        for choice in &choices {
            let value = json_of(choice.get_ref());
            let as_value = if spec.kind == OptionKind::List { Value::from(vec![value.clone()]) } else { value.clone() };
            match misfit(&spec, &as_value) {
                Some(takes) => {
                    let message = format!("the option `{name}` takes {takes}, and this choice is something else");
                    let problem = Diagnostic::new(Code::WrongType, message).at(at(choice.span()));
                    problems.push(problem.help("take it away, or change `type`"));
                }
                None => fitting.push(value),
            }
        }
        spec.choices = fitting;
        if let Some(takes) = misfit(&spec, &spec.default) {
            let message = format!("the option `{name}` takes {takes}, and its default is {}", written(&spec.default));
            let problem = Diagnostic::new(Code::WrongType, message).at(spec.label.clone());
            problems.push(problem.help("change `type` or `default`"));
        }
        problems.extend(pale(name, &spec, &spec.default).map(|problem| problem.at(spec.label.clone())));
        spec
    }
}

/// What is wrong with a `theme.toml`: its shape, or its syntax.
fn in_words(source: &SourceText, error: &toml::de::Error) -> Diagnostic {
    let label = source.label(error.span().unwrap_or(0..0), "");
    let message = error.message().lines().next().unwrap_or("");
    let mut names = message.split('`').skip(1).step_by(2);
    let name = names.next().unwrap_or("");
    let known: Vec<&str> = names.collect();
    let (code, message, help) = match message.split(' ').take(2).collect::<Vec<_>>().as_slice() {
        ["unknown", "field"] => (Code::UnknownKey, format!("unknown key `{name}`"), suggest::help(name, &known)),
        ["unknown", "variant"] => (
            Code::BadValue,
            format!("`{name}` is not a choice here"),
            Some(format!("write one of {}", known.join(", "))),
        ),
        ["missing", "field"] => {
            (Code::MissingKey, format!("there is no `{name}` here"), Some(format!("add `{name} = …`")))
        }
        ["invalid", "type:"] => {
            let (kind, help) = wanted(message);
            (Code::WrongType, format!("this must be {kind}"), Some(help.to_owned()))
        }
        ["invalid", "length"] | ["wanted", "string"] => (
            Code::WrongType,
            "this must be a table".to_owned(),
            Some("write its name between brackets on a line of its own, and its keys below".to_owned()),
        ),
        ["wanted", "exactly"] => (
            Code::WrongType,
            "this must be text between quotes".to_owned(),
            Some("put one word between quotes".to_owned()),
        ),
        ["data", "did"] => (
            Code::WrongType,
            "this must be text, or a table with `one` and `other`".to_owned(),
            Some("write it between quotes, or as `{ one = \"…\", other = \"…\" }`".to_owned()),
        ),
        _ => return toml_slip::of_value(source, error),
    };
    Diagnostic::new(code, message).at(label).help_any(help)
}

/// What "invalid type: integer `3`, expected a string" asks for, in our words, and what to do.
fn wanted(message: &str) -> (&'static str, &'static str) {
    match message.rsplit("expected ").next().unwrap_or("") {
        "a string" => ("text between quotes", "put it between quotes"),
        "a boolean" => ("true or false", "write `true` or `false`, without quotes"),
        "a sequence" => ("a list", "put it between brackets: `[…]`"),
        "i64" => ("a whole number", "write digits alone, without quotes and without a point"),
        _ => ("a table", "write its name between brackets on a line of its own, and its keys below"),
    }
}

fn json_of(value: &toml::Value) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}
