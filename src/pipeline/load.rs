//! From the world to parts: which files there are, what each is, and what the theme is made of.

use super::Progress;
use super::measuring;
use super::memory::{Memory, Outcome, Remembered, Slot};
use super::misfiled;
use super::records::Batch;
use super::texts::{self, TextShelf};
use super::themes::theme_names;
use super::witness::Witness;
use crate::base::nfc::nfc;
use crate::base::typography;
use crate::base::{Checked, Code, Diagnostic, Fingerprint, Label, SourcePath, SourceText, Table, suggest};
use crate::config::{Config, RawHtmlPolicy};
use crate::content::{self, ContentOptions, Prose, RawHtml, Whole};
use crate::pictures::Measured;
use crate::site::{Parsed, Parts, Rules, Selection, parse_data};
use crate::theme::{self, App, Choices, Chosen, Layer, Manifest, Strings, Theme, parse_manifest};
use crate::world::embedded::built_in;
use crate::world::{World, unreadable};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// A theme as loaded.
pub(super) struct LoadedTheme {
    /// Absent when something is wrong with it.
    pub(super) compiled: Option<Theme>,
    /// The theme's folder and those it extends, the winner first.
    pub(super) folders: Vec<String>,
    /// Options with the site's choices.
    pub(super) options: Choices,
    /// What these folders say of themselves, as far as it can be read.
    pub(super) manifests: Vec<(Manifest, SourceText)>,
}

/// What a run looks for, and with what.
pub(super) struct Wish<'a> {
    pub(super) config: &'a Arc<Config>,
    pub(super) theme_folders: &'a [String],
    pub(super) selection: Selection,
    pub(super) progress: &'a Progress,
    pub(super) broken: Broken,
    /// Pictures that were measured a moment ago.
    pub(super) pictures: &'a Table<SourcePath, Measured>,
    /// Whether no stamp is believed.
    pub(super) is_paranoid: bool,
}

/// What becomes of an article that cannot be read any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// It is no part of the site.
    Dropped,
    /// It stays as it was when it could be read last.
    Kept,
}

/// Everything that the site is made of. What was parsed before and has not changed is remembered, with what was said of it.
pub(super) fn parts(
    world: &Witness<'_>,
    wish: &Wish<'_>,
    memory: &mut Memory,
    diagnostics: &mut Vec<Diagnostic>,
) -> Parts {
    let told = diagnostics.len();
    let content = walk(world, "content", diagnostics);
    let is_walked = diagnostics.len() == told;
    let (articles, mut content_files): (Vec<_>, Vec<_>) =
        content.into_iter().partition(|path| content::place_of(path).is_some());
    warn_of_underscores(&content_files, diagnostics);
    misfiled::warn(&articles, &content_files, diagnostics);
    if articles.is_empty() && is_walked {
        let is_there = |folder: &&&str| content_files.is_empty() && !world.walk(folder).files.is_empty();
        diagnostics.push(misfiled::no_articles(NEARLY_CONTENT.iter().find(is_there).copied()));
    }
    content_files.retain(|path| !misfiled::is_markdown(path));
    let articles = self::articles(world, &articles, wish, memory, diagnostics);
    let static_folder = |folder: &String| format!("{folder}/static");
    let folders = std::iter::once("static".to_owned()).chain(wish.theme_folders.iter().map(static_folder));
    let statics: Vec<_> = folders.map(|folder| (folder.clone(), walk(world, &folder, diagnostics))).collect();
    let files = content_files.iter().chain(statics.iter().flat_map(|(_, files)| files));
    let pictures = Arc::new(measuring::measure(world, files, wish, &memory.files));
    let data = data(world, diagnostics);
    let (config, selection) = (wish.config.clone(), wish.selection);
    Parts { config, articles, content_files, statics, pictures, data, selection }
}

/// Folders that `content/` is called by mistake.
const NEARLY_CONTENT: &[&str] = &["Content", "CONTENT", "contents", "contenu"];

/// What became of the file of an article.
enum Look {
    /// It cannot be read, or is no article.
    Failed(Vec<Diagnostic>),
    /// It was parsed, just now or before.
    Parsed(Remembered),
    /// It was parsed before, and what came of it is on the shelf.
    Shelved,
}

/// How many articles are parsed one after the other, before their texts are let go of.
const RUN: usize = 16;

/// All articles. Every text is read, since nothing else can tell for sure that it is the same.
fn articles(
    world: &Witness<'_>,
    paths: &[SourcePath],
    wish: &Wish<'_>,
    memory: &mut Memory,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Arc<Parsed>> {
    let options = content_options(wish.config);
    let rules = Arc::new(Rules::of(wish.config));
    memory.follow(&rules);
    let shelf = memory.growing();
    let parser = Parser { world, stamp: Fingerprint::of(&options), options, rules, shelf };
    wish.progress.enter(0, paths.len());
    let looks: Vec<Look> = paths
        .par_chunks(RUN)
        .flat_map_iter(|run| {
            let looks = run.iter().map(|path| {
                wish.progress.step();
                parser.look(path, memory.articles.get(path))
            });
            parser.settle(looks.collect())
        })
        .collect();
    let is_shelved = |(path, look): (&SourcePath, &Look)| matches!(look, Look::Shelved).then(|| path.clone());
    let shelved: Vec<SourcePath> = paths.iter().zip(&looks).filter_map(is_shelved).collect();
    memory.recall(&shelved);
    let known = std::mem::take(&mut memory.articles);
    let settled: Vec<Look> = paths
        .par_iter()
        .zip(looks)
        .flat_map_iter(|(path, found)| match found {
            Look::Shelved => match known.get(path).filter(|article| article.outcome.is_some()) {
                Some(article) => vec![Look::Parsed(article.clone())],
                // It could not be read from the shelf.
                None => parser.settle(vec![parser.look(path, None)]),
            },
            found => vec![found],
        })
        .collect();
    let mut articles = Vec::with_capacity(paths.len());
    for (path, look) in paths.iter().zip(settled) {
        match look {
            Look::Parsed(article) => {
                if let Some(outcome) = &article.outcome {
                    diagnostics.extend(outcome.diagnostics.iter().cloned());
                    articles.push(outcome.parsed.clone());
                }
                memory.articles.insert(path.clone(), article);
            }
            Look::Failed(problems) => {
                diagnostics.extend(problems);
                if let (Broken::Kept, Some(article)) = (wish.broken, known.get(path))
                    && let Some(outcome) = &article.outcome
                {
                    articles.push(outcome.parsed.clone());
                    memory.articles.insert(path.clone(), article.clone());
                }
            }
            Look::Shelved => {}
        }
    }
    let is_new = |article: &Remembered| article.slot.is_none();
    memory.is_changed |= memory.articles.len() != known.len() || memory.articles.values().any(is_new);
    articles
}

pub(super) fn content_options(config: &Config) -> ContentOptions {
    ContentOptions {
        zone: config.zone(),
        zone_is_named: config.timezone.is_some(),
        language: config.language.clone(),
        raw_html: match config.markdown.raw_html {
            RawHtmlPolicy::Escape => RawHtml::Escape,
            RawHtmlPolicy::Error => RawHtml::Refuse,
            RawHtmlPolicy::Allow => RawHtml::Allow,
            RawHtmlPolicy::Sanitize => RawHtml::Sanitize,
        },
        highlight: config.markdown.highlight,
        typography: config.markdown.typography,
        external_rel: config.markdown.external_rel.clone(),
        own_address: config.base_url.text.clone(),
    }
}

/// Parses articles, as far as they are not known.
struct Parser<'a> {
    world: &'a Witness<'a>,
    options: ContentOptions,
    /// What identifies the options.
    stamp: Fingerprint,
    /// Looked into while the text is at hand.
    rules: Arc<Rules>,
    /// Where texts are kept from now on; nothing where they stay in memory.
    shelf: Option<TextShelf>,
}

/// What one look at the file of an article gave.
enum Found {
    /// It was never parsed before.
    Fresh(Box<Fresh>),
    Known(Look),
}

/// An article that was parsed just now. What is said of a good one goes with it; what is said of one that cannot be used
/// is said at once.
struct Fresh {
    key: Fingerprint,
    whole: Whole,
    rules: Box<[u32]>,
    diagnostics: Vec<Diagnostic>,
}

impl Parser<'_> {
    fn look(&self, path: &SourcePath, known: Option<&Remembered>) -> Found {
        let Some(place) = content::place_of(path) else { return Found::Known(Look::Failed(Vec::new())) };
        let recognise = |text| known.and_then(|known| recognise(known, key_of(path, text, self.stamp)));
        if let Some(found) = self.world.known(path).and_then(recognise) {
            return Found::Known(found);
        }
        let (bytes, text) = match self.world.read_known(path) {
            Ok(read) => read,
            Err(error) => return Found::Known(Look::Failed(vec![unreadable(path, &error)])),
        };
        if let Some(found) = recognise(text) {
            return Found::Known(found);
        }
        let source = match SourceText::decode(path.clone(), &bytes) {
            Ok(source) => source,
            Err(problem) => return Found::Known(Look::Failed(vec![*problem])),
        };
        let Checked { value, diagnostics } = content::parse(&source, place, &self.options);
        match value {
            Some(whole) => {
                let key = key_of(path, text, self.stamp);
                let rules = self.rules.met_by(&whole.article, &whole.rest);
                Found::Fresh(Box::new(Fresh { key, whole, rules, diagnostics }))
            }
            None => Found::Known(Look::Failed(diagnostics)),
        }
    }

    /// Puts the texts of what was parsed just now on the shelf, if there is one and it takes them.
    fn settle(&self, found: Vec<Found>) -> Vec<Look> {
        let mut batch = Batch::default();
        let mut shelf = self.shelf.as_ref();
        if shelf.is_some() {
            let fresh = found.iter().filter_map(|found| match found {
                Found::Fresh(fresh) => Some(fresh),
                Found::Known(_) => None,
            });
            fresh.for_each(|fresh| texts::push(&mut batch, &fresh.whole.rest, fresh.key));
        }
        let slots = shelf.map_or(Ok(Vec::new()), |shelf| shelf.records.append(&batch)).unwrap_or_else(|_| {
            shelf = None;
            Vec::new()
        });
        let mut slots = slots.into_iter();
        let settled = found.into_iter().map(|found| match found {
            Found::Fresh(fresh) => Look::Parsed(remembered(*fresh, shelf.zip(slots.next()))),
            Found::Known(look) => look,
        });
        settled.collect()
    }
}

/// What is remembered of an article, if it was parsed from just that.
fn recognise(known: &Remembered, key: Fingerprint) -> Option<Look> {
    match known {
        known if known.key != key => None,
        Remembered { outcome: Some(_), .. } => Some(Look::Parsed(known.clone())),
        Remembered { slot: Some(_), .. } => Some(Look::Shelved),
        _ => None,
    }
}

/// What is kept of an article that was parsed just now.
fn remembered(fresh: Fresh, shelf: Option<(&TextShelf, Slot)>) -> Remembered {
    let Fresh { key, whole, rules, diagnostics } = fresh;
    let text = shelf.map(|(_, slot)| slot);
    let parsed = match shelf {
        Some((shelf, slot)) => shelf.parsed(whole.article, key, rules, slot),
        None => Parsed::held(whole, key, rules),
    };
    let outcome = Outcome { parsed: Arc::new(parsed), diagnostics: diagnostics.into() };
    Remembered { key, outcome: Some(outcome), slot: None, text }
}

/// What a parsed article depends on: its path, its bytes, the options.
fn key_of(path: &SourcePath, text: Fingerprint, options: Fingerprint) -> Fingerprint {
    Fingerprint::of(&(path.as_str(), text, options))
}

/// An article parsed from what its file says now, whatever is remembered of it, with what is said of it; nothing when that
/// cannot be used.
pub(super) fn parse_again(
    world: &Witness<'_>,
    config: &Config,
    rules: &Rules,
    path: &SourcePath,
) -> Option<(Parsed, Vec<Diagnostic>)> {
    let (bytes, text) = world.read_known(path).ok()?;
    let options = content_options(config);
    let source = SourceText::decode(path.clone(), &bytes).ok()?;
    let Checked { value, diagnostics } = content::parse(&source, content::place_of(path)?, &options);
    let whole = value?;
    let met = rules.met_by(&whole.article, &whole.rest);
    Some((Parsed::held(whole, key_of(path, text, Fingerprint::of(&options)), met), diagnostics))
}

/// The text of an article, parsed again; nothing when its file is not any more what it was parsed from.
pub(super) fn rest_again(
    world: &dyn World,
    config: &Config,
    path: &SourcePath,
    key: Fingerprint,
) -> io::Result<Option<Prose>> {
    let bytes = world.read(path)?;
    let options = content_options(config);
    if key_of(path, Fingerprint::of_bytes(&bytes), Fingerprint::of(&options)) != key {
        return Ok(None);
    }
    let (source, place) = (SourceText::decode(path.clone(), &bytes).ok(), content::place_of(path));
    let whole = source.zip(place).and_then(|(source, place)| content::parse(&source, place, &options).value);
    Ok(whole.map(|whole| whole.rest))
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
            diagnostics.extend(misfiled::unread_data(&path));
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
        match read(world, &path).map_err(|problem| vec![*problem]).and_then(|source| parse_data(&source)) {
            Ok(value) => drop(data.insert(name, value)),
            Err(problems) => diagnostics.extend(problems),
        }
    }
    data
}

/// Loads the theme that site.toml names, and those it extends, under the site's own templates.
pub(super) fn theme(world: &dyn World, config: &Config, diagnostics: &mut Vec<Diagnostic>) -> LoadedTheme {
    let mut layers = vec![layer(world, "templates", String::new(), diagnostics)];
    let mut manifests: Vec<(Manifest, SourceText)> = Vec::new();
    let mut folders = Vec::new();
    let mut next = Some((config.theme.name.clone(), config.theme.label.clone()));
    let mut is_whole = true;
    while let Some((name, label)) = next.take() {
        let folder = format!("themes/{name}");
        if folders.contains(&folder) {
            let problem = Diagnostic::new(Code::ThemeNotFound, format!("the theme `{name}` extends itself"))
                .help(match built_in().contains(&&*name) {
                    true => "remove the line, or rename the folder: it stands in the place of the built-in theme of its name, \
                             and one of another name can extend that",
                    false => "name another theme, or remove the line",
                });
            diagnostics.push(problem.at_any(label));
            is_whole = false;
            break;
        }
        let path = SourcePath::new(format!("{folder}/theme.toml"));
        let source = match world.read(&path) {
            Err(error) if is_absent(&error) => Err(Box::new(not_found(world, &name, label))),
            Err(error) => Err(Box::new(unreadable(&path, &error))),
            Ok(bytes) => SourceText::decode(path.clone(), &bytes),
        };
        let source = match source {
            Ok(source) => source,
            Err(problem) => {
                // A link that leads nowhere is there too, and so is a pipe or a file in the place of a folder.
                let places = [path.as_str(), &folder, "themes"];
                let is_it =
                    |found: &Diagnostic| found.primary().is_some_and(|label| places.contains(&label.path.as_str()));
                let odd = ["themes", &folder].iter().flat_map(|place| world.walk(place).diagnostics).find(is_it);
                diagnostics.push(odd.unwrap_or(*problem));
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
                manifests.push((manifest, source));
            }
            None => {
                is_whole = false;
                break;
            }
        }
    }
    let mut strings = Strings::default();
    manifests.iter().for_each(|(manifest, _)| strings.extend_from_parent(&manifest.strings()));
    if config.markdown.typography {
        strings = strings.set();
    }
    let mut app = App::default();
    manifests.iter().for_each(|(manifest, _)| app.extend_from_parent(&manifest.app));
    let specs: Vec<_> = manifests.iter().map(|(manifest, _)| &manifest.options).collect();
    let (options, problems) = match is_whole {
        true => {
            let choice = &config.theme;
            let (theme, options, labels) = (&choice.name, &choice.options.0, &choice.option_labels);
            let has_file = |path: &str| has_static(world, &folders, path);
            let rules = typography::Rules::when(config.markdown.typography, &config.language);
            theme::settle_options(&specs, &Chosen { theme, options, labels, has_file: &has_file, rules })
        }
        false => (Choices::default(), Vec::new()),
    };
    diagnostics.extend(problems);
    let compiled = if is_whole { Theme::compile(layers, strings, app).unpack(diagnostics) } else { None };
    LoadedTheme { compiled, folders, options, manifests }
}

/// Whether there is nothing of that name: what cannot be read is another thing than what is not there.
fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
}

/// Whether a `static/` folder, the site's or a theme's, has a file. All of the folder is walked, and so recorded: a file
/// that appears is noticed.
pub(super) fn has_static(world: &dyn World, themes: &[String], path: &str) -> bool {
    let folders = std::iter::once("static".to_owned()).chain(themes.iter().map(|theme| format!("{theme}/static")));
    let path = nfc(path);
    let is_it = |file: &SourcePath, folder: &str| file.below(folder).is_some_and(|below| nfc(below) == path);
    folders.into_iter().any(|folder| world.walk(&folder).files.iter().any(|file| is_it(file, &folder)))
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
    let known = theme_names(world);
    let problem = Diagnostic::new(Code::ThemeNotFound, format!("there is no theme `{name}`"));
    let problem = problem.at_any(label);
    if built_in().contains(&name) {
        // The folder of the site lies over the built-in theme, and has none.
        return problem.help(format!(
            "write `themes/{name}/theme.toml`, or rename the folder, and the built-in theme of that name is there again"
        ));
    }
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    match suggest::help(name, &names) {
        Some(help) => problem.help(help),
        None => problem.help(format!("a theme is a folder `themes/{name}/` with a `theme.toml`")),
    }
}
