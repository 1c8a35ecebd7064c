//! A theme tried on sites that are made up: one that has everything, one that has next to nothing, one without a post.
//!
//! Never renders the site itself, and never says what is wrong with it: only what stands in templates and theme.toml is
//! told.

mod findings;

use super::load::{self, LoadedTheme};
use super::memory::Memory;
use super::witness::Witness;
use super::work::Work;
use super::{Request, report, settings, survey_by};
use crate::base::{Checked, Diagnostic, Json, Policy, Severity, SourcePath, SourceText, Table};
use crate::check::Depth;
use crate::config::{self, Config, ThemeChoice};
use crate::world::{MemoryWorld, Walked, World};
use findings::Subject;
use std::io;

/// What trying a theme gave.
#[derive(Debug)]
pub struct Rehearsal {
    /// Problems in the order in which they are shown, with what the policy makes of them.
    pub diagnostics: Vec<(Severity, Diagnostic)>,
    /// The theme.
    pub theme: String,
    /// How many templates each theme has: itself first, then those that it extends.
    pub templates: Vec<(String, usize)>,
    /// On how many made-up sites it was tried.
    pub sites: usize,
    /// How many outputs were made of it.
    pub outputs: usize,
}

impl Rehearsal {
    /// Whether the theme cannot be used as it is.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// How many problems are that bad.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|(of, _)| *of == severity).map(|(_, problem)| problem.weight()).sum()
    }
}

/// The made-up sites: what each is, its site.toml, its content.
const SITES: &[(&str, &[(&str, &str)])] = &[
    (
        include_str!("full.toml"),
        &[
            ("content/index.md", "+++\ntitle = \"Accueil\"\n+++\nDeux mots d'accueil.\n"),
            (
                "content/a-propos.md",
                "+++\ntitle = \"À propos\"\ndate = 2025-01-02\nupdated = 2025-02-03\nimage = \"/essai.png\"\n+++\nQui écrit.\n\n## Contact\n\nIci.\n",
            ),
            ("content/mentions.md", "+++\ntitle = \"Mentions\"\nlang = \"en\"\n+++\n"),
            ("content/topics/meta-ai.md", "+++\ntitle = \"Meta AI\"\n+++\nDe quoi il s'agit.\n"),
            ("content/posts/tout.md", include_str!("full.md")),
            ("content/posts/rien.md", "+++\ntitle = \"Un article qui n'a rien\"\ndate = 2025-06-18\n+++\n"),
            (
                "content/posts/english.md",
                "+++\ntitle = \"In another language\"\ndate = 2025-06-18T08:00:00Z\nlang = \"en\"\ntags = [\"Meta AI\"]\nsource = \"wsj.com\"\n+++\nA paragraph.\n\nAnother.\n",
            ),
            (
                "content/posts/quatre.md",
                "+++\ntitle = \"Quatre\"\ndate = 2025-05-01\ntags = [\"Meta AI\"]\nsource = \"WSJ\"\n+++\nUn.\n",
            ),
            (
                "content/posts/cinq.md",
                "+++\ntitle = \"Cinq\"\ndate = 2024-05-01\ntags = [\"Meta AI\"]\nsource = \"WSJ\"\n+++\nUn.\n",
            ),
            (
                "content/posts/six.md",
                "+++\ntitle = \"Six\"\ndate = 2024-04-01\ntags = [\"Meta AI\"]\nsource = \"WSJ\"\n+++\nUn.\n",
            ),
        ],
    ),
    (include_str!("bare.toml"), &[("content/posts/one.md", "+++\ntitle = \"One\"\ndate = 2025-06-18\n+++\n")]),
    ("title = \"Rien\"\nbase_url = \"https://example.org\"\nlanguage = \"fr\"\ntimezone = \"UTC\"\n", &[]),
];

/// A picture of one point.
const POINT: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xff\xff\xff\x7f\0\t\xfb\x03\xfd\x05CE\xca\0\0\0\0IEND\xaeB`\x82";

/// Tries a theme: the one that the site has chosen, with the site's own templates and options, or another by its name.
pub fn rehearse(world: &dyn World, config_source: &SourceText, request: &Request, name: Option<&str>) -> Rehearsal {
    let mut diagnostics = Vec::new();
    let theme = name.unwrap_or_default().to_owned();
    let Some(config) = settings(config_source, request).unpack(&mut diagnostics) else {
        return Rehearsal::new(theme, diagnostics, &request.policy);
    };
    let policy = config::policy(&config, &request.policy);
    let is_chosen = name.is_none_or(|name| name == config.theme.name);
    let config = match name {
        Some(name) if !is_chosen => {
            let (options, option_labels) = (Json::default(), Vec::new());
            Config { theme: ThemeChoice { name: name.to_owned(), options, label: None, option_labels }, ..config }
        }
        _ => config,
    };
    let stage = Stage { world, is_chosen, made_up: MemoryWorld::new(world.now()) };
    let LoadedTheme { compiled, folders, manifests, .. } = load::theme(&stage, &config, &mut diagnostics);
    let mut rehearsal = Rehearsal::new(config.theme.name.clone(), Vec::new(), &policy);
    if let Some(compiled) = compiled {
        let named = if is_chosen { named_by_articles(world, &config, request) } else { Vec::new() };
        let subject = Subject {
            world: &stage,
            theme: &compiled,
            folders: &folders,
            manifests: &manifests,
            is_chosen,
            named,
            config: &config,
        };
        rehearsal.templates = subject.counted();
        let (read, reading) = subject.read();
        let tried = SITES.iter().map(|(toml, content)| tried(&stage, toml, content, &config, request));
        let (outputs, shown): (Vec<usize>, Vec<Vec<Diagnostic>>) = tried.unzip();
        (rehearsal.sites, rehearsal.outputs) = (outputs.len(), outputs.iter().sum());
        diagnostics.extend(findings::news(shown.into_iter().flatten(), &read, &reading));
        diagnostics.extend(read);
    }
    rehearsal.diagnostics = report::judged(diagnostics, &policy);
    rehearsal
}

impl Rehearsal {
    fn new(theme: String, diagnostics: Vec<Diagnostic>, policy: &Policy) -> Rehearsal {
        Rehearsal {
            diagnostics: report::judged(diagnostics, policy),
            theme,
            templates: Vec::new(),
            sites: 0,
            outputs: 0,
        }
    }
}

/// The templates that articles of the site name. What is wrong with these articles is told elsewhere.
fn named_by_articles(world: &dyn World, config: &Config, request: &Request) -> Vec<String> {
    let all = Request { drafts: true, future: true, expired: true, ..request.clone() };
    let read = Checked::new(config.clone(), Vec::new());
    let surveyed = survey_by(&Witness::new(world, Table::default()), &mut Memory::new(), read, &all, Depth::Build);
    let mut named: Vec<String> = surveyed
        .survey
        .iter()
        .flat_map(|survey| {
            let articles = survey.site.all_articles();
            articles.filter_map(|article| Some(article.front.template.as_ref()?.text.clone())).collect::<Vec<_>>()
        })
        .collect();
    named.sort();
    named.dedup();
    named
}

/// A made-up site, built with the theme: how many outputs there are, and all that was said.
fn tried(
    stage: &Stage<'_>,
    toml: &str,
    content: &[(&str, &str)],
    real: &Config,
    request: &Request,
) -> (usize, Vec<Diagnostic>) {
    let made_up = MemoryWorld::new(stage.now()).with("content/essai.png", POINT);
    let made_up = content.iter().fold(made_up, |world, (path, text)| world.with(path, *text));
    let stage = Stage { made_up, ..*stage };
    let source = SourceText::new(SourcePath::new("site.toml"), toml.to_owned());
    let mut read = config::read(&source, &[]);
    if let Some(config) = &mut read.value {
        (config.theme, config.extra) = (real.theme.clone(), real.extra.clone());
    }
    let request = Request { drafts: true, overrides: Vec::new(), at: Some("2025-12-31".to_owned()), ..request.clone() };
    let mut memory = Memory::new();
    let surveyed = survey_by(&Witness::new(&stage, Table::default()), &mut memory, read, &request, Depth::Build);
    let mut diagnostics = surveyed.diagnostics;
    let Some(survey) = surveyed.survey else { return (0, diagnostics) };
    let made = Work::plan(&stage, &survey, &memory, None, &request).render(&|_, _, _| Ok(()));
    let outputs = made.rendered();
    diagnostics.extend(made.diagnostics);
    (outputs, diagnostics)
}

/// A made-up site with the themes, static files and data of a real one.
struct Stage<'a> {
    world: &'a dyn World,
    /// Whether the site's own templates are part of the theme.
    is_chosen: bool,
    made_up: MemoryWorld,
}

impl Stage<'_> {
    fn is_real(&self, path: &str) -> bool {
        let top = path.split('/').next().unwrap_or(path);
        matches!(top, "themes" | "static" | "data") || self.is_chosen && top == "templates"
    }
}

impl World for Stage<'_> {
    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        if self.is_real(path.as_str()) { self.world.read(path) } else { self.made_up.read(path) }
    }

    fn walk(&self, folder: &str) -> Walked {
        if self.is_real(folder) { self.world.walk(folder) } else { self.made_up.walk(folder) }
    }

    fn now(&self) -> jiff::Timestamp {
        self.made_up.now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::WithThemes;

    #[test]
    fn nothing_is_wrong_with_the_sites_that_are_made_up() {
        let world = WithThemes::new(MemoryWorld::new(jiff::Timestamp::UNIX_EPOCH));
        let source = SourceText::new(SourcePath::new("site.toml"), SITES[1].0);
        let config = config::read(&source, &[]).value.unwrap();
        let stage = Stage { world: &world, is_chosen: true, made_up: MemoryWorld::new(world.now()) };
        for (toml, content) in SITES {
            let (outputs, said) = tried(&stage, toml, content, &config, &Request::default());
            let policy = Policy::default();
            let bad = said.iter().filter(|problem| policy.severity(problem.code()) == Some(Severity::Error));
            assert_eq!(bad.count(), 0, "{said:?}");
            assert!(outputs > content.len(), "{outputs}");
        }
    }
}
