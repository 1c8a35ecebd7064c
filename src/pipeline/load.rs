//! From the world to parts: which files there are, what each is, and what the theme is made of.

use super::Progress;
use super::memory::{Memory, Outcome, Remembered};
use super::witness::Witness;
use crate::base::{Checked, Code, Diagnostic, Fingerprint, Label, SourcePath, SourceText, suggest};
use crate::config::{Config, RawHtmlPolicy};
use crate::content::{self, ContentOptions, Place, RawHtml};
use crate::site::{Parsed, Parts, Selection, parse_data};
use crate::theme::{self, Choices, Chosen, Layer, Manifest, Strings, Theme, parse_manifest};
use crate::world::embedded::BUILT_IN;
use crate::world::{World, unreadable};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A theme as loaded.
pub(super) struct LoadedTheme {
    /// Absent when something is wrong with it.
    pub(super) compiled: Option<Theme>,
    /// The theme's folder and those it extends, the winner first.
    pub(super) folders: Vec<String>,
    /// Options with the site's choices.
    pub(super) options: Choices,
}

/// What a run looks for, and with what.
pub(super) struct Wish<'a> {
    pub(super) config: &'a Arc<Config>,
    pub(super) theme_folders: &'a [String],
    pub(super) selection: Selection,
    pub(super) progress: &'a Progress,
}

/// Everything that the site is made of. What was parsed before and has not changed is remembered, with what was said of it.
pub(super) fn parts(
    world: &Witness<'_>,
    wish: &Wish<'_>,
    memory: &mut Memory,
    diagnostics: &mut Vec<Diagnostic>,
) -> Parts {
    let content = walk(world, "content", diagnostics);
    let (articles, content_files): (Vec<_>, Vec<_>) =
        content.into_iter().partition(|path| content::place_of(path).is_some());
    warn_of_underscores(&content_files, diagnostics);
    let articles = self::articles(world, &articles, wish, memory, diagnostics);
    let static_folder = |folder: &String| format!("{folder}/static");
    let folders = std::iter::once("static".to_owned()).chain(wish.theme_folders.iter().map(static_folder));
    let statics = folders.map(|folder| (folder.clone(), walk(world, &folder, diagnostics))).collect();
    let data = data(world, diagnostics);
    Parts { config: wish.config.clone(), articles, content_files, statics, data, selection: wish.selection }
}

/// What one look at the file of an article gave.
enum Look {
    /// It cannot be read.
    Failed(Vec<Diagnostic>),
    /// It was parsed, just now or before.
    Parsed(Fingerprint, Checked<Outcome>),
    /// It was parsed before, and what came of it is on the shelf.
    Shelved(Fingerprint),
}

/// All articles. Every text is read, since nothing else can tell for sure that it is the same.
fn articles(
    world: &Witness<'_>,
    paths: &[SourcePath],
    wish: &Wish<'_>,
    memory: &mut Memory,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Arc<Parsed>> {
    let options = content_options(wish.config);
    let stamp = Fingerprint::of(&options);
    wish.progress.enter(0, paths.len());
    let looks: Vec<Look> = paths
        .par_iter()
        .map(|path| {
            wish.progress.step();
            look(world, path, &options, stamp, memory.articles.get(path))
        })
        .collect();
    let is_shelved = |(path, look): (&SourcePath, &Look)| matches!(look, Look::Shelved(_)).then(|| path.clone());
    let shelved: Vec<SourcePath> = paths.iter().zip(&looks).filter_map(is_shelved).collect();
    memory.recall(&shelved);
    let known = std::mem::take(&mut memory.articles);
    let settled: Vec<Look> = paths
        .par_iter()
        .zip(looks)
        .map(|(path, found)| match found {
            Look::Shelved(key) => match known.get(path).and_then(|article| article.outcome.clone()) {
                Some(outcome) => Look::Parsed(key, Checked::new(outcome, Vec::new())),
                // It could not be read from the shelf.
                None => look(world, path, &options, stamp, None),
            },
            found => found,
        })
        .collect();
    let mut articles = Vec::with_capacity(paths.len());
    for (path, look) in paths.iter().zip(settled) {
        match look {
            Look::Parsed(key, checked) => {
                if let Some(outcome) = checked.unpack(diagnostics) {
                    diagnostics.extend(outcome.diagnostics.iter().cloned());
                    articles.push(outcome.parsed.clone());
                    let slot = known.get(path).filter(|article| article.key == key).and_then(|article| article.slot);
                    memory.articles.insert(path.clone(), Remembered { key, outcome: Some(outcome), slot });
                }
            }
            Look::Failed(problems) => diagnostics.extend(problems),
            Look::Shelved(_) => {}
        }
    }
    let is_new = |article: &Remembered| article.slot.is_none();
    memory.is_changed |= memory.articles.len() != known.len() || memory.articles.values().any(is_new);
    articles
}

fn content_options(config: &Config) -> ContentOptions {
    ContentOptions {
        zone: config.zone(),
        zone_is_named: config.timezone.is_some(),
        language: config.language.clone(),
        raw_html: match config.markdown.raw_html {
            RawHtmlPolicy::Escape | RawHtmlPolicy::Error => RawHtml::Escape,
            RawHtmlPolicy::Allow => RawHtml::Allow,
        },
        highlight: config.markdown.highlight,
        typography: config.markdown.typography,
        external_rel: config.markdown.external_rel.clone(),
        own_address: config.base_url.text.clone(),
    }
}

fn look(
    world: &Witness<'_>,
    path: &SourcePath,
    options: &ContentOptions,
    stamp: Fingerprint,
    known: Option<&Remembered>,
) -> Look {
    let Some(place) = content::place_of(path) else { return Look::Failed(Vec::new()) };
    let key_of = |text: Fingerprint| Fingerprint::of(&(path.as_str(), text, stamp));
    if let Some(found) = known.and_then(|known| recognise(known, key_of(world.known(path)?))) {
        return found;
    }
    let (bytes, text) = match world.read_known(path) {
        Ok(read) => read,
        Err(error) => return Look::Failed(vec![unreadable(path, &error)]),
    };
    let key = key_of(text);
    match known.and_then(|known| recognise(known, key)) {
        Some(found) => found,
        None => match SourceText::decode(path.clone(), &bytes) {
            Ok(source) => Look::Parsed(key, parse(&source, place, options, key)),
            Err(problem) => Look::Failed(vec![*problem]),
        },
    }
}

/// What is remembered of an article, if it was parsed from just that.
fn recognise(known: &Remembered, key: Fingerprint) -> Option<Look> {
    match known {
        known if known.key != key => None,
        Remembered { outcome: Some(outcome), .. } => Some(Look::Parsed(key, Checked::new(outcome.clone(), Vec::new()))),
        Remembered { slot: Some(_), .. } => Some(Look::Shelved(key)),
        _ => None,
    }
}

/// Parses an article. What is said of a good one goes with it; what is said of one that cannot be used is said now.
fn parse(source: &SourceText, place: Place, options: &ContentOptions, key: Fingerprint) -> Checked<Outcome> {
    let Checked { value, diagnostics } = content::parse(source, place, options);
    match value {
        Some(whole) => {
            let parsed = Arc::new(Parsed::held(whole, key));
            Checked::new(Outcome { parsed, diagnostics: diagnostics.into() }, Vec::new())
        }
        None => Checked::failed(diagnostics),
    }
}

/// The text of a file: site.toml, an article, a template.
pub fn read(world: &dyn World, path: &SourcePath) -> Result<SourceText, Box<Diagnostic>> {
    let bytes = world.read(path).map_err(|error| Box::new(unreadable(path, &error)))?;
    SourceText::decode(path.clone(), &bytes)
}

fn walk(world: &dyn World, folder: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<SourcePath> {
    let walked = world.walk(folder);
    diagnostics.extend(walked.diagnostics);
    walked.files
}

/// `_index.md` means something in other tools; here it is ignored like every `_` file, but not in silence.
fn warn_of_underscores(files: &[SourcePath], diagnostics: &mut Vec<Diagnostic>) {
    for path in files.iter().filter(|path| path.file_name() == "_index.md") {
        let folder = path.folder();
        let instead = match folder {
            "content" => "write `content/index.md` for the text of the home page".to_owned(),
            _ if folder.starts_with("content/posts") => "take it away: lists of posts need no file".to_owned(),
            _ => {
                format!("write `{folder}/index.md` for a page at that path, or `content/topics/<slug>.md` for a topic")
            }
        };
        let problem = Diagnostic::new(Code::UnderscoreIndex, "`_index.md` is not read");
        diagnostics.push(problem.at(Label::file(path.clone(), "")).help(instead));
    }
}

fn data(world: &dyn World, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, serde_json::Value> {
    let mut data = BTreeMap::new();
    let mut origins: BTreeMap<String, SourcePath> = BTreeMap::new();
    for path in walk(world, "data", diagnostics) {
        if !["toml", "json", "csv"].contains(&path.extension().to_ascii_lowercase().as_str()) {
            continue;
        }
        let below = path.below("data").unwrap_or_default();
        let name = below.rsplit_once('.').map_or(below, |(name, _)| name).to_owned();
        if let Some(other) = origins.insert(name.clone(), path.clone()) {
            let message = format!("two files of `data/` have the name `{name}`");
            diagnostics.push(
                Diagnostic::new(Code::PathCollision, message)
                    .at(Label::file(path, ""))
                    .related(Label::file(other, "the other"))
                    .help("rename one of them"),
            );
            continue;
        }
        match read(world, &path).and_then(|source| parse_data(&source)) {
            Ok(value) => drop(data.insert(name, value)),
            Err(problem) => diagnostics.push(*problem),
        }
    }
    data
}

/// Loads the theme that site.toml names, and those it extends, under the site's own templates.
pub(super) fn theme(world: &dyn World, config: &Config, diagnostics: &mut Vec<Diagnostic>) -> LoadedTheme {
    let mut layers = vec![layer(world, "templates", String::new(), diagnostics)];
    let mut manifests: Vec<Manifest> = Vec::new();
    let mut folders = Vec::new();
    let mut next = Some((config.theme.name.clone(), config.theme.label.clone()));
    let mut is_whole = true;
    while let Some((name, label)) = next.take() {
        let folder = format!("themes/{name}");
        if folders.contains(&folder) {
            let problem = Diagnostic::new(Code::ThemeNotFound, format!("the theme `{name}` extends itself"))
                .help("name another theme, or remove the line");
            diagnostics.push(problem.at_any(label));
            is_whole = false;
            break;
        }
        let path = SourcePath::new(format!("{folder}/theme.toml"));
        let source = match read(world, &path) {
            Ok(source) => source,
            Err(_) => {
                diagnostics.push(not_found(world, &name, label));
                is_whole = false;
                break;
            }
        };
        folders.push(folder.clone());
        layers.push(layer(world, &format!("{folder}/templates"), format!("{name}/"), diagnostics));
        match parse_manifest(&source).unpack(diagnostics) {
            Some(manifest) => {
                next = manifest.extends.clone().map(|parent| {
                    let at = source.as_str().find("extends").unwrap_or(0);
                    let line = source.as_str()[at..].find('\n').map_or(source.as_str().len(), |end| at + end);
                    (parent, Some(source.label(at..line, "")))
                });
                manifests.push(manifest);
            }
            None => {
                is_whole = false;
                break;
            }
        }
    }
    let mut strings = Strings::default();
    manifests.iter().for_each(|manifest| strings.extend_from_parent(&manifest.strings()));
    let specs: Vec<_> = manifests.iter().map(|manifest| &manifest.options).collect();
    let (options, problems) = match is_whole {
        true => {
            let choice = &config.theme;
            let chosen = Chosen { theme: &choice.name, options: &choice.options.0, labels: &choice.option_labels };
            theme::settle_options(&specs, &chosen)
        }
        false => (Choices::default(), Vec::new()),
    };
    diagnostics.extend(problems);
    let compiled = if is_whole { Theme::compile(layers, strings).unpack(diagnostics) } else { None };
    LoadedTheme { compiled, folders, options }
}

fn layer(world: &dyn World, folder: &str, prefix: String, diagnostics: &mut Vec<Diagnostic>) -> Layer {
    let mut templates = Vec::new();
    for path in walk(world, folder, diagnostics) {
        let Some(name) = path.below(folder).map(str::to_owned) else { continue };
        if name.split('/').any(|part| part.starts_with('.')) {
            continue;
        }
        match read(world, &path) {
            Ok(source) => templates.push((name, source)),
            Err(problem) => diagnostics.push(*problem),
        }
    }
    Layer { prefix, templates }
}

fn not_found(world: &dyn World, name: &str, label: Option<Label>) -> Diagnostic {
    let mut known: Vec<String> = BUILT_IN.iter().map(|name| (*name).to_owned()).collect();
    for path in world.walk("themes").files {
        if let Some(theme) = path.below("themes").and_then(|below| below.strip_suffix("/theme.toml"))
            && !theme.contains('/')
        {
            known.push(theme.to_owned());
        }
    }
    known.sort();
    known.dedup();
    let problem = Diagnostic::new(Code::ThemeNotFound, format!("there is no theme `{name}`"));
    let problem = problem.at_any(label);
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    match suggest::help(name, &names) {
        Some(help) => problem.help(help),
        None => problem.help(format!("a theme is a folder `themes/{name}/` with a `theme.toml`")),
    }
}
