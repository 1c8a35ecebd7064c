//! `theme.toml`: what a theme is, the options it takes, its texts.

use super::strings::{Strings, Text};
use crate::base::typography::{self, Rules};
use crate::base::{Checked, Code, Diagnostic, Label, SourceText, suggest, toml_slip};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A theme's `theme.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Its name, as site.toml writes it.
    pub name: String,
    /// What it is.
    #[serde(default)]
    pub description: String,
    /// Its licence, as an SPDX expression.
    #[serde(default)]
    pub license: String,
    /// The theme whose templates, files and texts it takes where it has none.
    pub extends: Option<String>,
    /// The options it takes.
    #[serde(default)]
    pub options: BTreeMap<String, OptionSpec>,
    /// Its texts by language, then key.
    #[serde(default)]
    strings: BTreeMap<String, BTreeMap<String, Text>>,
}

/// An option that a theme declares.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionSpec {
    /// What it takes.
    #[serde(rename = "type")]
    pub kind: OptionKind,
    /// What it is when site.toml is silent.
    pub default: toml::Value,
    /// The only values it takes, when there are few.
    pub choices: Option<Vec<toml::Value>>,
    /// What it changes.
    #[serde(default)]
    pub description: String,
    /// Whether a text without `choices` is set like the site's own: the default. Switch it off for what is no prose.
    pub typography: Option<bool>,
}

impl OptionSpec {
    /// Whether readers read it: a name from a list, a number or a colour is for the template alone.
    fn is_prose(&self) -> bool {
        self.kind == OptionKind::String && self.choices.is_none() && self.typography != Some(false)
    }
}

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptionKind {
    /// Text.
    String,
    /// True or false.
    Boolean,
    /// A whole number.
    Integer,
    /// A list of texts.
    List,
}

/// Options with the site's choices.
pub type Choices = Map<String, Value>;

impl Manifest {
    /// The theme's texts.
    pub fn strings(&self) -> Strings {
        Strings::new(self.strings.clone())
    }
}

/// Reads a `theme.toml`.
pub fn parse_manifest(source: &SourceText) -> Checked<Manifest> {
    match toml::from_str::<Manifest>(source.as_str()) {
        Ok(manifest) => {
            let problems = manifest.options.iter().filter_map(|(name, spec)| bad_default(source, name, spec)).collect();
            Checked::new(manifest, problems)
        }
        Err(error) => Checked::failed(vec![in_words(source, &error)]),
    }
}

/// A default that is no value of its own option.
fn bad_default(source: &SourceText, name: &str, spec: &OptionSpec) -> Option<Diagnostic> {
    let wanted = mismatch(spec, &json_of(&spec.default))?;
    let header = format!("[options.{name}]");
    let label = match source.as_str().find(&header) {
        Some(at) => source.label(at..at + header.len(), ""),
        None => Label::file(source.path().clone(), ""),
    };
    let message = format!("the option `{name}` takes {wanted}, and its default is another kind of value");
    Some(Diagnostic::new(Code::WrongType, message).at(label).help("change `type` or `default`"))
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
        ["invalid", "type:"] => (Code::WrongType, wanted(message), None),
        ["data", "did"] => (Code::WrongType, "this must be text, or a table with `one` and `other`".to_owned(), None),
        _ => return toml_slip::diagnostic(source, error),
    };
    Diagnostic::new(code, message).at(label).help_any(help)
}

/// "invalid type: integer `3`, expected a string", in our words.
fn wanted(message: &str) -> String {
    let expected = message.rsplit("expected ").next().unwrap_or("");
    let wanted = match expected {
        "a string" => "text between quotes",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        _ => "a table",
    };
    format!("this must be {wanted}")
}

/// What a site chose.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<'a> {
    /// The name of the theme.
    pub theme: &'a str,
    /// The values of options, as written.
    pub options: &'a Map<String, Value>,
    /// Where each stands.
    pub labels: &'a [(String, Label)],
    /// The typography of its language.
    pub rules: Rules,
}

/// The options of themes (the winner first) with what site.toml chose, and what is wrong with the choice.
pub fn settle_options(specs: &[&BTreeMap<String, OptionSpec>], chosen: &Chosen<'_>) -> (Choices, Vec<Diagnostic>) {
    let mut declared: BTreeMap<&str, &OptionSpec> = BTreeMap::new();
    for specs in specs.iter().rev() {
        declared.extend(specs.iter().map(|(name, spec)| (name.as_str(), spec)));
    }
    let mut diagnostics = Vec::new();
    let mut choices: Choices =
        declared.iter().map(|(name, spec)| ((*name).to_owned(), json_of(&spec.default))).collect();
    for (name, value) in chosen.options {
        let label = chosen.labels.iter().find(|(key, _)| key == name).map(|(_, label)| label.clone());
        match declared.get(name.as_str()) {
            None => {
                let names: Vec<&str> = declared.keys().copied().collect();
                let problem =
                    Diagnostic::new(Code::ThemeOption, format!("the theme `{}` has no option `{name}`", chosen.theme));
                diagnostics.push(finished(problem, label, suggest::help(name, &names)));
            }
            Some(spec) => match mismatch(spec, value) {
                Some(wanted) => {
                    let problem = Diagnostic::new(Code::ThemeOption, format!("the option `{name}` takes {wanted}"));
                    let help = format!("write `{name} = {}`, which is the default, or another", spec.default);
                    diagnostics.push(finished(problem, label, Some(help)));
                }
                None => drop(choices.insert(name.clone(), value.clone())),
            },
        }
    }
    for name in declared.iter().filter(|(_, spec)| spec.is_prose()).map(|(name, _)| name) {
        if let Some(Value::String(text)) = choices.get_mut(*name)
            && let Cow::Owned(set) = typography::set(text, chosen.rules)
        {
            *text = set;
        }
    }
    (choices, diagnostics)
}

fn finished(problem: Diagnostic, label: Option<Label>, help: Option<String>) -> Diagnostic {
    let problem = problem.at_any(label);
    problem.help_any(help)
}

/// What an option takes, when a value is something else.
fn mismatch(spec: &OptionSpec, value: &Value) -> Option<String> {
    let fits = match spec.kind {
        OptionKind::String => value.is_string(),
        OptionKind::Boolean => value.is_boolean(),
        OptionKind::Integer => value.is_i64() || value.is_u64(),
        OptionKind::List => value.is_array(),
    };
    if !fits {
        let wanted = match spec.kind {
            OptionKind::String => "text",
            OptionKind::Boolean => "true or false",
            OptionKind::Integer => "a whole number",
            OptionKind::List => "a list",
        };
        return Some(wanted.to_owned());
    }
    let choices = spec.choices.as_ref()?;
    if choices.iter().any(|choice| json_of(choice) == *value) {
        return None;
    }
    let listed: Vec<String> = choices.iter().map(ToString::to_string).collect();
    Some(format!("one of {}", listed.join(", ")))
}

fn json_of(value: &toml::Value) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}
