//! Which themes a site can choose, and what each says of itself.
//!
//! Never compiles a template: a theme that cannot be used is listed too.

use super::load::read;
use crate::base::{Diagnostic, SourcePath};
use crate::theme::{Manifest, parse_manifest};
use crate::world::World;
use crate::world::embedded::built_in;
use serde::Serialize;

/// A theme that a site can choose.
#[derive(Debug)]
pub struct Listed {
    /// The name of its folder.
    pub name: String,
    /// What its theme.toml says, if that can be read.
    pub manifest: Option<Manifest>,
}

/// The themes that are built in and those of `themes/`, by name, and what is wrong with their manifests.
pub fn themes(world: &dyn World) -> (Vec<Listed>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let listed = theme_names(world).into_iter().map(|name| {
        let manifest = match read(world, &SourcePath::new(format!("themes/{name}/theme.toml"))) {
            Ok(source) => parse_manifest(&source).unpack(&mut diagnostics),
            Err(problem) => {
                diagnostics.push(*problem);
                None
            }
        };
        Listed { name, manifest }
    });
    (listed.collect(), diagnostics)
}

/// The names of themes, sorted.
pub fn theme_names(world: &dyn World) -> Vec<String> {
    let mut names: Vec<String> = built_in().into_iter().map(str::to_owned).collect();
    let own = world.walk("themes").files;
    let own = own.iter().filter_map(|path| path.below("themes")?.strip_suffix("/theme.toml"));
    names.extend(own.filter(|name| !name.contains('/')).map(str::to_owned));
    names.sort();
    names.dedup();
    names
}

/// An option of a theme, in words that any program reads.
#[derive(Debug, Serialize)]
pub struct OptionFacts<'a> {
    /// What it is called.
    pub name: &'a str,
    /// `string`, `boolean`, `integer`, `list`, `color` or `file`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What it is when site.toml is silent.
    pub default: &'a serde_json::Value,
    /// The only values, where there are few.
    #[serde(skip_serializing_if = "<[serde_json::Value]>::is_empty")]
    pub choices: &'a [serde_json::Value],
    /// The least number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The greatest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// What it changes.
    pub description: &'a str,
}

impl OptionFacts<'_> {
    /// Its bounds in words; empty where it has none.
    pub fn bounds(&self) -> String {
        let choices: Vec<String> = self.choices.iter().map(ToString::to_string).collect();
        let numbers = match (self.min, self.max) {
            (Some(min), Some(max)) => Some(format!("{min} to {max}")),
            (Some(min), None) => Some(format!("from {min}")),
            (None, Some(max)) => Some(format!("up to {max}")),
            (None, None) => None,
        };
        let choices = (!choices.is_empty()).then(|| choices.join(" | "));
        [choices, numbers].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// The options of a theme.
pub fn option_facts(manifest: &Manifest) -> Vec<OptionFacts<'_>> {
    let facts = manifest.options.iter().map(|(name, spec)| OptionFacts {
        name,
        kind: spec.kind.name(),
        default: &spec.default,
        choices: &spec.choices,
        min: spec.bounds.0,
        max: spec.bounds.1,
        description: &spec.description,
    });
    facts.collect()
}
