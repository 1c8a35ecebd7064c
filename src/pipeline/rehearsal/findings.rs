//! What reading a theme gives: what its templates ask for and is not there, what is there and never used.

use super::super::load::has_static;
use crate::base::{Code, Diagnostic, Label, SourceText, suggest};
use crate::config::Config;
use crate::output::templates::{self, SPARE_TEXTS, TEMPLATES, TITLES};
use crate::theme::reading::Reading;
use crate::theme::{Manifest, Strings, Theme};
use crate::world::World;
use std::collections::BTreeSet;

/// A theme with all that it is made of.
pub(super) struct Subject<'a> {
    pub(super) world: &'a dyn World,
    pub(super) theme: &'a Theme,
    pub(super) folders: &'a [String],
    /// Its manifest, then those of the themes that it extends.
    pub(super) manifests: &'a [(Manifest, SourceText)],
    /// Whether the site's own templates are part of it.
    pub(super) is_chosen: bool,
    /// Templates that articles name.
    pub(super) named: Vec<String>,
    pub(super) config: &'a Config,
}

impl Subject<'_> {
    /// How many templates each theme has.
    pub(super) fn counted(&self) -> Vec<(String, usize)> {
        let count = |prefix: &str| self.theme.all_templates().filter(|(name, _)| name.starts_with(prefix)).count();
        let themes = self.folders.iter().filter_map(|folder| folder.strip_prefix("themes/"));
        themes.map(|name| (name.to_owned(), count(&format!("{name}/")))).collect()
    }

    /// All that can be said without rendering, and what was read.
    pub(super) fn read(&self) -> (Vec<Diagnostic>, Reading) {
        let options = self.manifests.iter().flat_map(|(manifest, _)| manifest.options.keys().cloned());
        let loose: Vec<String> =
            self.loose().into_iter().filter(|name| !self.is_chosen || self.named.contains(name)).collect();
        let contract = templates::contract(options, loose.iter().cloned());
        let reading = self.theme.read(&contract);
        let mut problems = reading.problems.clone();
        problems.extend(self.missing_templates());
        problems.extend(self.missing_files(&reading));
        problems.extend(self.missing_texts(&reading));
        problems.extend(self.idle_templates(&reading, &loose));
        problems.extend(self.idle_declarations(&reading));
        (problems, reading)
    }

    /// Templates that only an article can ask for, by naming them.
    fn loose(&self) -> Vec<String> {
        let is_loose =
            |name: &&str| TEMPLATES.iter().all(|(template, _)| template != name) && !self.theme.is_part(name);
        self.theme.names().into_iter().filter(is_loose).map(str::to_owned).collect()
    }

    /// Whether the site that chose the theme has no pages of a kind.
    fn is_off(&self, kind: &str) -> bool {
        let pages = &self.config.pages;
        self.is_chosen
            && match kind {
                "topics" => !pages.topics,
                "sources" => !pages.sources,
                "archive" => !pages.archive,
                _ => false,
            }
    }

    fn missing_templates(&self) -> Vec<Diagnostic> {
        let is_off = |view: &str| match view {
            "TopicPage" | "TopicsPage" => self.is_off("topics"),
            "SourcePage" | "SourcesPage" => self.is_off("sources"),
            "ArchivePage" => self.is_off("archive"),
            _ => false,
        };
        let missing = TEMPLATES.iter().filter(|(template, view)| !self.theme.has(template) && !is_off(view));
        let Some((manifest, source)) = self.manifests.first() else { return Vec::new() };
        let say = |(template, _): &(&str, &str)| {
            let message =
                format!("there is no template `{template}` in the theme `{}` or in one that it extends", manifest.name);
            let help = match &manifest.extends {
                Some(_) => format!("write `templates/{template}`"),
                None => format!("write `templates/{template}`, or let theme.toml say `extends = \"kiosque\"`"),
            };
            Diagnostic::new(Code::TemplateMissing, message).at(Label::file(source.path().clone(), "")).help(help)
        };
        missing.map(say).collect()
    }

    fn missing_files(&self, reading: &Reading) -> Vec<Diagnostic> {
        let is_missing = |path: &str| !has_static(self.world, self.folders, path.trim_start_matches('/'));
        let files = reading.files.iter().filter(|(path, _)| is_missing(path));
        let say = |(path, label): &(String, Label)| {
            let message = format!("there is no `{path}` in a `static/` folder");
            Diagnostic::new(Code::TemplateRender, message)
                .at(label.clone())
                .help(format!("put it at `static/{path}` of the theme"))
        };
        files.map(say).collect()
    }

    /// Texts that are asked for and not there in some language that the theme speaks.
    fn missing_texts(&self, reading: &Reading) -> Vec<Diagnostic> {
        let mut strings = Strings::default();
        self.manifests.iter().for_each(|(manifest, _)| strings.extend_from_parent(&manifest.strings()));
        let Some((_, source)) = self.manifests.first() else { return Vec::new() };
        let by_program = TITLES.iter().filter(|key| !reading.texts.contains_key(**key) && !self.is_off(key));
        let by_program = by_program.map(|key| (*key, Label::file(source.path().clone(), "")));
        let all = reading.texts.iter().map(|(key, label)| (key.as_str(), label.clone())).chain(by_program);
        let known: BTreeSet<&str> =
            strings.by_language().values().flat_map(|texts| texts.keys()).map(String::as_str).collect();
        let say = |(key, label): (&str, Label)| {
            let lacking: Vec<String> = strings
                .by_language()
                .iter()
                .filter(|(_, texts)| !texts.contains_key(key))
                .map(|(language, _)| format!("`{language}`"))
                .collect();
            if lacking.is_empty() && !strings.by_language().is_empty() {
                return None;
            }
            let problem = match known.contains(key) {
                true => {
                    let message = format!("the theme has no text `{key}` in the language {}", lacking.join(", "));
                    Diagnostic::new(Code::MissingString, message)
                        .help(format!("add `{key}` to `[strings.…]` of theme.toml"))
                }
                false => {
                    let near =
                        suggest::nearest(key, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
                    let help = near.unwrap_or_else(|| format!("add `{key}` to every `[strings.…]` of theme.toml"));
                    Diagnostic::new(Code::MissingString, format!("the theme has no text `{key}` in any language"))
                        .help(help)
                }
            };
            Some(problem.at(label))
        };
        all.filter_map(say).collect()
    }

    /// Templates of the theme's own that nothing asks for.
    fn idle_templates(&self, reading: &Reading, loose: &[String]) -> Vec<Diagnostic> {
        let own = self.folders.first().and_then(|folder| folder.strip_prefix("themes/")).unwrap_or_default();
        let own = format!("{own}/");
        let themes: Vec<String> = self.counted().into_iter().map(|(name, _)| format!("{name}/")).collect();
        let is_own = |name: &str| {
            name.starts_with(&own) || self.is_chosen && !themes.iter().any(|theme| name.starts_with(theme))
        };
        let idle = self.theme.all_templates().filter(|(name, _)| is_own(name) && !reading.templates.contains(*name));
        let say = |(name, label): (&str, Label)| {
            let short = name.strip_prefix(&own).unwrap_or(name);
            let is_covered = name.starts_with(&own) && reading.templates.contains(short);
            let message = match is_covered {
                true => format!("the site's own `templates/{short}` stands in front of this template"),
                false => format!("nothing uses the template `{short}`"),
            };
            let names = TEMPLATES.iter().map(|(template, _)| *template);
            let near = suggest::nearest(short, names).filter(|_| !is_covered && !short.contains('/'));
            let help = match near {
                Some(near) => format!("pages are made with `{near}`: did you mean that?"),
                None if short.contains('/') => "include it, call a component of it, or take it away".to_owned(),
                None => "let an article name it with `template`, extend it, or take it away".to_owned(),
            };
            Diagnostic::new(Code::ThemeUnused, message).at(label).help(help)
        };
        idle.filter(|(name, _)| !loose.iter().any(|loose| loose == name)).map(say).collect()
    }

    /// Options and texts that the theme itself declares and nothing asks for.
    fn idle_declarations(&self, reading: &Reading) -> Vec<Diagnostic> {
        let Some((manifest, source)) = self.manifests.first() else { return Vec::new() };
        let idle =
            manifest.options.iter().filter(|(name, _)| !reading.has_free_options && !reading.options.contains(*name));
        let mut problems: Vec<Diagnostic> = idle
            .map(|(name, spec)| {
                let message = format!("no template asks for the option `{name}`");
                let problem = Diagnostic::new(Code::ThemeUnused, message).at(spec.label.clone());
                problem.help(format!("write `{{{{ site.options.{name} }}}}` where it counts, or take it away"))
            })
            .collect();
        let places = crate::theme::string_places(source);
        let is_used =
            |key: &str| reading.texts.contains_key(key) || TITLES.contains(&key) || SPARE_TEXTS.contains(&key);
        let mut told = BTreeSet::new();
        for (key, range) in places.into_iter().filter(|(key, _)| !reading.has_free_texts && !is_used(key)) {
            if told.insert(key.clone()) {
                let problem = Diagnostic::new(Code::ThemeUnused, format!("no template asks for the text `{key}`"));
                problems.push(problem.at(source.label(range, "")).help("take it away, in every language"));
            }
        }
        problems
    }
}

/// What rendering made-up sites said of the theme and reading did not.
pub(super) fn news(said: impl Iterator<Item = Diagnostic>, read: &[Diagnostic], reading: &Reading) -> Vec<Diagnostic> {
    let place = |problem: &Diagnostic| {
        problem
            .primary()
            .and_then(|label| Some((label.path.clone(), label.at.as_ref()?.line, label.at.as_ref()?.column)))
    };
    let known: BTreeSet<_> = read.iter().filter_map(place).collect();
    let mut news: Vec<Diagnostic> = Vec::new();
    for problem in said {
        let is_of_theme = match problem.code() {
            Code::TemplateRender => place(&problem).is_none_or(|place| !known.contains(&place)),
            // Which of them are missing was read.
            Code::MissingString => reading.has_free_texts,
            _ => false,
        };
        // The article beside it is made up: to name it would only confuse.
        let problem = problem.alone();
        if is_of_theme && !news.iter().any(|other| place(other) == place(&problem) && place(other).is_some()) {
            news.push(problem);
        }
    }
    news
}
