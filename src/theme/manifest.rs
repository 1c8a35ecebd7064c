//! `theme.toml`: what a theme is, the options it takes, its texts.

use super::strings::{Strings, Text};
use crate::base::{Checked, Code, Diagnostic, Label, SourceText, suggest};
use serde::Deserialize;
use serde_json::{Map, Value};
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
        Strings(self.strings.clone())
    }
}

/// Reads a `theme.toml`.
pub fn parse_manifest(source: &SourceText) -> Checked<Manifest> {
    match toml::from_str::<Manifest>(source.as_str()) {
        Ok(manifest) => Checked::new(manifest, Vec::new()),
        Err(error) => {
            let code = if error.message().starts_with("unknown field") { Code::UnknownKey } else { Code::Syntax };
            let message = error.message().lines().next().unwrap_or("unreadable").to_owned();
            Checked::failed(vec![Diagnostic::new(code, message).at(source.label(error.span().unwrap_or(0..0), ""))])
        }
    }
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
                    diagnostics.push(finished(problem, label, None));
                }
                None => drop(choices.insert(name.clone(), value.clone())),
            },
        }
    }
    (choices, diagnostics)
}

fn finished(problem: Diagnostic, label: Option<Label>, help: Option<String>) -> Diagnostic {
    let problem = label.into_iter().fold(problem, Diagnostic::at);
    help.into_iter().fold(problem, |problem, help| problem.help(help))
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
