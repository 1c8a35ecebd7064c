//! The options that themes declare, and what a site chose of them.
//!
//! A declaration and a choice are held to the same rules. Never knows where files lie: whether one exists is asked of
//! whoever calls.

use super::colors;
use crate::base::typography::{self, Rules};
use crate::base::{Code, Diagnostic, Label, suggest};
use csscolorparser::Color;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// An option that a theme declares.
#[derive(Clone, Debug)]
pub struct OptionSpec {
    /// What it takes.
    pub kind: OptionKind,
    /// What it is when site.toml is silent.
    pub default: Value,
    /// What it changes.
    pub description: String,
    /// The only values that it, or an item of a list, takes; empty where there are no such bounds.
    pub choices: Vec<Value>,
    /// The least and the greatest number it takes.
    pub bounds: (Option<i64>, Option<i64>),
    /// The ground on which a colour must be readable.
    pub ground: Option<Ground>,
    /// Whether a text without `choices` is set like the site's own; switched off for what is no prose.
    pub typography: bool,
    /// Where its default stands.
    pub label: Label,
}

impl OptionSpec {
    /// Whether readers read it: a name from a list, a number or a colour is for the template alone.
    fn is_prose(&self) -> bool {
        self.kind == OptionKind::String && self.choices.is_empty() && self.typography
    }
}

/// A colour on which another must be readable.
#[derive(Clone, Debug)]
pub struct Ground {
    pub(super) written: String,
    pub(super) color: Color,
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
    /// A CSS colour, or nothing.
    Color,
    /// A file of `static/`, or nothing.
    File,
}

impl OptionKind {
    /// What theme.toml calls it.
    pub fn name(self) -> &'static str {
        match self {
            OptionKind::String => "string",
            OptionKind::Boolean => "boolean",
            OptionKind::Integer => "integer",
            OptionKind::List => "list",
            OptionKind::Color => "color",
            OptionKind::File => "file",
        }
    }
}

/// Options with the site's choices.
pub type Choices = Map<String, Value>;

/// What a site chose.
#[derive(Clone, Copy)]
pub struct Chosen<'a> {
    /// The name of the theme.
    pub theme: &'a str,
    /// The values of options, as written.
    pub options: &'a Map<String, Value>,
    /// Where each stands.
    pub labels: &'a [(String, Label)],
    /// Whether a path is one of a file of `static/`, the site's or a theme's.
    pub has_file: &'a dyn Fn(&str) -> bool,
    /// The typography of the site's language.
    pub rules: Rules,
}

/// The options of themes (the winner first) with what site.toml chose, and what is wrong with the choice.
pub fn settle_options(specs: &[&BTreeMap<String, OptionSpec>], chosen: &Chosen<'_>) -> (Choices, Vec<Diagnostic>) {
    let mut declared: BTreeMap<&str, &OptionSpec> = BTreeMap::new();
    for specs in specs.iter().rev() {
        declared.extend(specs.iter().map(|(name, spec)| (name.as_str(), spec)));
    }
    let mut diagnostics: Vec<Diagnostic> = declared
        .iter()
        .filter_map(|(name, spec)| Some(absent_file(name, spec, &spec.default, chosen)?.at(spec.label.clone())))
        .collect();
    let mut choices: Choices = declared.iter().map(|(name, spec)| ((*name).to_owned(), spec.default.clone())).collect();
    for (name, value) in chosen.options {
        let label = chosen.labels.iter().find(|(key, _)| key == name).map(|(_, label)| label.clone());
        let Some(spec) = declared.get(name.as_str()) else {
            let names: Vec<&str> = declared.keys().copied().collect();
            let problem =
                Diagnostic::new(Code::ThemeOption, format!("the theme `{}` has no option `{name}`", chosen.theme));
            diagnostics.push(problem.at_any(label).help_any(suggest::help(name, &names)));
            continue;
        };
        match misfit(spec, value) {
            Some(takes) => {
                let problem = Diagnostic::new(Code::ThemeOption, format!("the option `{name}` takes {takes}"));
                let help = near(spec, value).unwrap_or_else(|| {
                    format!("write `{name} = {}`, which is the default, or another", written(&spec.default))
                });
                diagnostics.push(problem.at_any(label).help(help));
            }
            None => {
                diagnostics.extend(pale(name, spec, value).map(|problem| problem.at_any(label.clone())));
                match absent_file(name, spec, value, chosen) {
                    // The page that would show it would only say the same again.
                    Some(problem) => diagnostics.push(problem.at_any(label)),
                    None => drop(choices.insert(name.clone(), value.clone())),
                }
            }
        }
    }
    for name in declared.iter().filter(|(_, spec)| spec.is_prose()).map(|(name, _)| name) {
        if let Some(Value::String(text)) = choices.get_mut(*name)
            // What has no space is a name, an address or a single word.
            && text.contains(' ')
            && let Cow::Owned(set) = typography::set(text, chosen.rules)
        {
            *text = set;
        }
    }
    (choices, diagnostics)
}

/// What an option takes, when a value is something else.
pub(super) fn misfit(spec: &OptionSpec, value: &Value) -> Option<String> {
    let takes = match (spec.kind, value) {
        (OptionKind::String | OptionKind::File, Value::String(_)) | (OptionKind::Boolean, Value::Bool(_)) => None,
        (OptionKind::Color, Value::String(text)) if text.is_empty() || colors::parse(text).is_some() => None,
        (OptionKind::Integer, Value::Number(number)) => match (number.as_i64(), spec.bounds) {
            (Some(number), (least, most)) => {
                let is_within = least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most);
                (!is_within).then(|| kind_in_words(spec))
            }
            (None, _) => Some(kind_in_words(spec)),
        },
        (OptionKind::List, Value::Array(items)) => match items.iter().find(|item| !item.is_string()) {
            Some(_) => Some(kind_in_words(spec)),
            None => {
                let stray = items.iter().find(|item| !is_choice(spec, item));
                return stray.map(|stray| format!("a list of {}, and not {}", listed(&spec.choices), written(stray)));
            }
        },
        (
            OptionKind::String
            | OptionKind::Boolean
            | OptionKind::Integer
            | OptionKind::List
            | OptionKind::Color
            | OptionKind::File,
            _,
        ) => Some(kind_in_words(spec)),
    };
    takes.or_else(|| (!is_choice(spec, value)).then(|| format!("one of {}", listed(&spec.choices))))
}

/// A colour that cannot be read on its ground.
pub(super) fn pale(name: &str, spec: &OptionSpec, value: &Value) -> Option<Diagnostic> {
    let ground = spec.ground.as_ref()?;
    let color = colors::parse(value.as_str()?)?;
    let contrast = colors::contrast(&color, &ground.color);
    if contrast >= colors::READABLE {
        return None;
    }
    // Rounded down: what is not enough must not look as if it were.
    let shown = (contrast * 100.0).floor() / 100.0;
    let message = format!(
        "the colour {} of the option `{name}` has a contrast of {shown:.2}:1 on {}, and text needs {}:1",
        written(value),
        ground.written,
        colors::READABLE
    );
    let help = if colors::is_light(&ground.color) { "choose a darker colour" } else { "choose a lighter colour" };
    Some(Diagnostic::new(Code::LowContrast, message).help(help))
}

/// A file that an option names and that does not exist.
fn absent_file(name: &str, spec: &OptionSpec, value: &Value, chosen: &Chosen<'_>) -> Option<Diagnostic> {
    let path = value.as_str().filter(|path| spec.kind == OptionKind::File && !path.is_empty())?;
    if (chosen.has_file)(path) {
        return None;
    }
    let message = format!("the option `{name}` names the file `{path}`, and no `static/` folder has it");
    let help = match path.strip_prefix("static/").or_else(|| path.strip_prefix('/')) {
        Some(below) => format!("write the path below `static/`: `{below}`"),
        None => format!("put it at `static/{path}`, or write another path below `static/`"),
    };
    Some(Diagnostic::new(Code::ThemeOption, message).help(help))
}

fn is_choice(spec: &OptionSpec, value: &Value) -> bool {
    spec.choices.is_empty() || spec.kind == OptionKind::List && value.is_array() || spec.choices.contains(value)
}

fn kind_in_words(spec: &OptionSpec) -> String {
    match (spec.kind, spec.bounds) {
        (OptionKind::String, _) => "text".to_owned(),
        (OptionKind::Boolean, _) => "true or false".to_owned(),
        (OptionKind::Integer, (None, None)) => "a whole number".to_owned(),
        (OptionKind::Integer, (Some(least), None)) => format!("a whole number from {least}"),
        (OptionKind::Integer, (None, Some(most))) => format!("a whole number up to {most}"),
        (OptionKind::Integer, (Some(least), Some(most))) => format!("a whole number from {least} to {most}"),
        (OptionKind::List, _) if spec.choices.is_empty() => "a list of texts".to_owned(),
        (OptionKind::List, _) => format!("a list of {}", listed(&spec.choices)),
        (OptionKind::Color, _) => "a CSS colour such as \"#a31f1f\", or \"\"".to_owned(),
        (OptionKind::File, _) => "the path of a file below `static/`, or \"\"".to_owned(),
    }
}

/// The choice that was probably meant.
fn near(spec: &OptionSpec, value: &Value) -> Option<String> {
    let names: Vec<&str> = spec.choices.iter().filter_map(Value::as_str).collect();
    let given = match value {
        Value::Array(items) => items.iter().find(|item| !is_choice(spec, item))?.as_str()?,
        Value::String(given) if spec.kind == OptionKind::List => return Some(format!("write a list: [\"{given}\"]")),
        Value::String(given) => given,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return None,
    };
    suggest::nearest(given, names).map(|name| format!("did you mean \"{name}\"?"))
}

fn listed(choices: &[Value]) -> String {
    choices.iter().map(written).collect::<Vec<_>>().join(", ")
}

/// A value as TOML writes it; for all that options hold, JSON writes the same.
pub(super) fn written(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", listed(items)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => value.to_string(),
    }
}
