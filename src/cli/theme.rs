//! `manchette theme`: the themes that a site can choose, checked and taken over.

use super::args::{Format, Global, ThemeCommand};
use super::say;
use super::site::{self, Place};
use crate::base::{Code, Diagnostic, Policy, Severity, SourcePath, suggest};
use crate::config;
use crate::pipeline::{self, Listed, OptionFacts};
use crate::sink;
use crate::world::{World, embedded};
use serde::Serialize;

/// Does what was asked.
pub(super) fn run(what: &ThemeCommand, global: &Global) -> bool {
    let Some(place) = site::open(global) else { return false };
    match what {
        ThemeCommand::List => list(&place, global),
        ThemeCommand::Eject { name, templates } if templates.is_empty() => eject(&place, name.as_deref(), global),
        ThemeCommand::Eject { name, templates } => eject_templates(&place, name.as_deref(), templates, global),
        ThemeCommand::Check { name } => check(&place, name.as_deref(), global),
    }
}

/// A theme, a line.
#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    chosen: bool,
    built_in: bool,
    extends: Option<&'a str>,
    description: &'a str,
    license: &'a str,
    options: Vec<OptionFacts<'a>>,
}

fn list(place: &Place, global: &Global) -> bool {
    let chosen = chosen(place);
    let (themes, problems) = pipeline::themes(&place.world);
    for Listed { name, manifest } in &themes {
        let (is_chosen, is_built_in) = (chosen.as_ref() == Some(name), place.world.is_built_in(name));
        let row = Row {
            name,
            chosen: is_chosen,
            built_in: is_built_in,
            extends: manifest.as_ref().and_then(|manifest| manifest.extends.as_deref()),
            description: manifest.as_ref().map_or("", |manifest| &manifest.description),
            license: manifest.as_ref().map_or("", |manifest| &manifest.license),
            options: manifest.as_ref().map(pipeline::option_facts).unwrap_or_default(),
        };
        match global.format {
            Format::Json => say::json(&row),
            Format::Text => say::data(&super::visible(&shown(&row))),
        }
    }
    let is_well = problems.iter().all(|problem| Policy::default().severity(problem.code()) != Some(Severity::Error));
    let judged = problems.iter().filter_map(|problem| Some((global.policy().severity(problem.code())?, problem)));
    say::diagnostics(judged, global);
    is_well
}

fn shown(row: &Row<'_>) -> String {
    let mark = if row.chosen { '*' } else { ' ' };
    let origin = if row.built_in { "built in".to_owned() } else { format!("themes/{}/", row.name) };
    let parent = row.extends.map_or_else(String::new, |parent| format!(", extends {parent}"));
    let mut text = format!("{mark} {}  ({origin}{parent})\n", row.name);
    if !row.description.is_empty() {
        text += &format!("    {}\n", row.description);
    }
    for option in &row.options {
        let bounds = option.bounds();
        let bounds = if bounds.is_empty() { bounds } else { format!(", {bounds}") };
        text += &format!("    {} = {}  ({}{bounds})\n", option.name, option.default, option.kind);
        if !option.description.is_empty() {
            text += &format!("        {}\n", option.description);
        }
    }
    text
}

/// Copies a built-in theme into the site, whole or not at all.
fn eject(place: &Place, name: Option<&str>, global: &Global) -> bool {
    let chosen = chosen(place);
    let Some(name) = name.map(str::to_owned).or_else(|| chosen.clone()) else { return unreadable_site(place, global) };
    let files: Vec<(String, Vec<u8>)> =
        embedded::files(&name).into_iter().map(|(path, bytes)| (path.to_string(), bytes.to_vec())).collect();
    if files.is_empty() {
        let is_own = pipeline::theme_names(&place.world).contains(&name);
        let problem = match is_own {
            true => Diagnostic::new(
                Code::ThemeNotFound,
                format!("the theme `{name}` is not built in: it lies in `themes/{name}/` already"),
            )
            .help("change it there, or name a built-in theme"),
            false => Diagnostic::new(Code::ThemeNotFound, format!("there is no built-in theme `{name}`"))
                .help_any(suggest::help(&name, &embedded::built_in())),
        };
        return say::failed(&problem, global);
    }
    match sink::create_new(&place.root, &files) {
        Ok(()) => {
            let next = match chosen.as_deref() == Some(name.as_str()) {
                true => "it stands in place of the built-in theme from now on".to_owned(),
                false => format!("choose it with `theme = \"{name}\"` in site.toml"),
            };
            talk(global, &format!("copied `{name}` into `themes/{name}/` ({} files); {next}", files.len()));
            true
        }
        Err(problem) => say::failed(&problem, global),
    }
}

/// Copies templates of a theme, or of those that it extends, into the site's own `templates/`.
fn eject_templates(place: &Place, name: Option<&str>, templates: &[String], global: &Global) -> bool {
    let Some(name) = name.map(str::to_owned).or_else(|| chosen(place)) else { return unreadable_site(place, global) };
    let (themes, _) = pipeline::themes(&place.world);
    let mut line: Vec<&str> = Vec::new();
    let mut next = Some(name.as_str());
    while let Some(theme) = next.and_then(|name| themes.iter().find(|theme| theme.name == name))
        && !line.contains(&theme.name.as_str())
    {
        line.push(&theme.name);
        next = theme.manifest.as_ref().and_then(|manifest| manifest.extends.as_deref());
    }
    if line.is_empty() {
        let names: Vec<&str> = themes.iter().map(|theme| theme.name.as_str()).collect();
        let problem = Diagnostic::new(Code::ThemeNotFound, format!("there is no theme `{name}`"));
        return say::failed(&problem.help_any(suggest::help(&name, &names)), global);
    }
    let mut files = Vec::new();
    let mut origins = Vec::new();
    for template in templates {
        let path = |theme: &&str| SourcePath::new(format!("themes/{theme}/templates/{template}"));
        let found = line.iter().find_map(|theme| Some((*theme, place.world.read(&path(theme)).ok()?)));
        // A theme of the site with the name of a built-in one may have lost it.
        let lost = || line.iter().find_map(|theme| Some((*theme, embedded::file(&path(theme))?.to_vec())));
        let is_there = found.is_some();
        let Some((theme, bytes)) = found.or_else(lost) else {
            return say::failed(&no_template(place, &line, template), global);
        };
        origins.push((template, theme, is_there));
        files.push((format!("templates/{template}"), bytes));
    }
    match sink::create_new(&place.root, &files) {
        Ok(()) => {
            for (template, theme, is_there) in origins {
                talk(global, &format!("copied `{template}` of `{theme}` into `templates/`"));
                if is_there && !template.contains('/') {
                    talk(
                        global,
                        &format!(
                            "  to change a block of it, a smaller file would do: {{% extends \"{theme}/{template}\" %}}"
                        ),
                    );
                }
            }
            true
        }
        Err(problem) => say::failed(&problem, global),
    }
}

fn no_template(place: &Place, themes: &[&str], template: &str) -> Diagnostic {
    let of = |theme: &&str| {
        let folder = format!("themes/{theme}/templates");
        let files = place.world.walk(&folder).files;
        files.iter().filter_map(|path| path.below(&folder).map(str::to_owned)).collect::<Vec<_>>()
    };
    let mut known: Vec<String> = themes.iter().flat_map(of).collect();
    known.sort();
    known.dedup();
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let theme = themes.first().copied().unwrap_or_default();
    let problem = Diagnostic::new(Code::TemplateMissing, format!("the theme `{theme}` has no template `{template}`"));
    problem.help_any(suggest::help(template, &names))
}

/// The last line of `--format json`.
#[derive(Serialize)]
struct Summary<'a> {
    summary: &'a str,
    ok: bool,
    theme: &'a str,
    outputs: usize,
    errors: usize,
    warnings: usize,
}

fn check(place: &Place, name: Option<&str>, global: &Global) -> bool {
    let rehearsal = pipeline::rehearse(&place.world, &place.config, &place.request(global), name);
    say::diagnostics(rehearsal.diagnostics.iter().map(|(severity, problem)| (*severity, problem)), global);
    let (errors, warnings) = (rehearsal.count(Severity::Error), rehearsal.count(Severity::Warning));
    if global.format == Format::Json {
        let (ok, theme, outputs) = (errors == 0, rehearsal.theme.as_str(), rehearsal.outputs);
        let summary = Summary { summary: "theme check", ok, theme, outputs, errors, warnings };
        say::json(&summary);
    } else {
        let mut themes = rehearsal.templates.iter();
        let own = themes.next().map(|(_, count)| counted(*count, "template"));
        let parents: String = themes.map(|(theme, _)| format!(" over `{theme}`")).collect();
        let made = match own {
            Some(own) => format!("{own}{parents}; tried on {} made-up sites", rehearsal.sites),
            None => "nothing could be tried".to_owned(),
        };
        let (errors, warnings) = (counted(errors, "error"), counted(warnings, "warning"));
        let line = format!("theme `{}`: {made}; {errors}, {warnings}", rehearsal.theme);
        talk(global, &line);
    }
    errors == 0
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// The theme that the site has chosen, where its configuration can be read.
fn chosen(place: &Place) -> Option<String> {
    config::read(&place.config, &place.overrides).value.map(|config| config.theme.name)
}

fn unreadable_site(place: &Place, global: &Global) -> bool {
    let problems = config::read(&place.config, &place.overrides).diagnostics;
    let judged = problems.iter().filter_map(|problem| Some((global.policy().severity(problem.code())?, problem)));
    say::diagnostics(judged, global);
    false
}

fn talk(global: &Global, text: &str) {
    if !global.quiet {
        say::talk(&super::visible(text));
    }
}
