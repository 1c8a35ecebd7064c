//! A site while somebody edits it: the newest edition, made as soon as anything has changed.
//!
//! An edition is an immutable snapshot whose outputs are made when somebody asks (`memo`). Whoever says that something
//! changed only says where to look first: what was read decides, by fingerprints. The rest of the site is read over when
//! there is time (`proof`). Nothing here writes anything, and what is broken stays as it was when it was whole.

mod edition;
mod listings;
mod memo;
mod proof;

pub use edition::Edition;
pub use memo::{Memo, Shown};
pub use proof::{Proof, Proofreader};

use super::load::{self, Broken, LoadedTheme, Wish};
use super::memory::{Memory, Outcome, Remembered};
use super::witness::{Sights, Witness};
use super::{Request, Survey, moment, settings};
use crate::base::{Diagnostic, Fingerprint, SourcePath, SourceText, Table};
use crate::config::{self, Config};
use crate::content::ends_early;
use crate::output::{self, Plan};
use crate::pictures::Measured;
use crate::site::{self, Parts, Selection, Site};
use crate::theme::{Choices, Theme};
use crate::world::litter::is_litter;
use crate::world::{FileStamp, World, unreadable};
use edition::Seen;
use listings::Listings;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where to look first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Everywhere.
    Everything,
    /// At these files and folders, which may or may not have changed.
    Paths(BTreeSet<SourcePath>),
}

/// More edited texts at once are looked at like every other change.
const MOST: usize = 64;

/// A site that somebody edits.
pub struct Live {
    /// Where site.toml is.
    config_file: ConfigFile,
    /// Its bytes, as they were read last; nothing when it could not be.
    config_is: Option<Fingerprint>,
    world: Arc<Listings>,
    request: Request,
    memory: Memory,
    /// Texts as they were read last; nothing for what could not be read.
    known: Table<SourcePath, Option<Fingerprint>>,
    /// Files that are copied, as they looked last.
    stamps: Table<SourcePath, Option<FileStamp>>,
    /// Pictures among them, as they were measured last.
    pictures: Arc<Table<SourcePath, Measured>>,
    /// The last configuration that could be used.
    config: Option<(Fingerprint, Arc<Config>)>,
    theme: Option<KnownTheme>,
    parts: Option<KnownParts>,
    assembled: Option<Assembled>,
    edition: Option<Arc<Edition>>,
    number: u64,
}

/// Where site.toml is: in the site's own world, unless another one was named on the command line.
#[derive(Clone)]
pub struct ConfigFile {
    /// Its world.
    pub world: Arc<dyn World>,
    /// Its path there.
    pub path: SourcePath,
}

impl ConfigFile {
    /// What identifies its bytes now.
    pub(super) fn look(&self) -> Option<Fingerprint> {
        self.world.read(&self.path).ok().map(|bytes| Fingerprint::of_bytes(&bytes))
    }
}

/// A theme as it was loaded last.
struct KnownTheme {
    config: Fingerprint,
    sights: Sights,
    problems: Vec<Diagnostic>,
    folders: Vec<String>,
    /// The last one that compiled.
    compiled: Option<Arc<Theme>>,
    options: Choices,
}

/// What the site was made of last.
struct KnownParts {
    parts: Parts,
    /// Where each article is among them.
    places: Table<SourcePath, usize>,
    /// What was found in them, and in the configuration.
    found: Vec<Diagnostic>,
}

/// A site as it was assembled last.
struct Assembled {
    /// What identifies all that it was assembled from; nothing once some of that was put in its place.
    key: Option<Fingerprint>,
    selection: Selection,
    due: Due,
    site: Arc<Site>,
    plan: Arc<Plan>,
    problems: Vec<Diagnostic>,
}

type Due = (Option<jiff::Timestamp>, Option<jiff::Timestamp>);

impl Live {
    /// A site that was not looked at yet.
    pub fn new(world: Arc<dyn World>, config_file: ConfigFile, mut memory: Memory, request: Request) -> Live {
        memory.look();
        memory.wake();
        Live {
            config_file,
            config_is: None,
            world: Arc::new(Listings::new(world)),
            request,
            memory,
            known: Table::default(),
            stamps: Table::default(),
            pictures: Arc::default(),
            config: None,
            theme: None,
            parts: None,
            assembled: None,
            edition: None,
            number: 0,
        }
    }

    /// Who reads editions over, with what earlier builds remember of outputs.
    pub fn proofreader(&mut self) -> Proofreader {
        Proofreader::new(&mut self.memory, self.request.clone())
    }

    /// The newest edition, if there is one.
    pub fn edition(&self) -> Option<&Arc<Edition>> {
        self.edition.as_ref()
    }

    /// Whether a file is in the middle of being saved, as far as one can tell: it was an article, and now it is empty or
    /// ends inside its front matter.
    pub fn is_unfinished(&self, path: &SourcePath) -> bool {
        let was_whole = self.memory.articles.get(path).is_some_and(|article| article.outcome.is_some());
        was_whole && self.world.read(path).is_ok_and(|bytes| ends_early(&String::from_utf8_lossy(&bytes)))
    }

    /// Looks, and gives another edition if anything has changed.
    pub fn look(&mut self, hint: &Hint) -> Option<Arc<Edition>> {
        let is_replaced = self.world.is_replaced() | self.config_file.world.is_replaced();
        let changed = match hint {
            Hint::Paths(paths) if !is_replaced => Some(self.changed(paths)),
            Hint::Paths(_) | Hint::Everything => {
                self.forget_all();
                None
            }
        };
        if let Some(changed) = &changed {
            if changed.is_nothing() && self.is_still_due() {
                return None;
            }
            if let Some(edition) = self.amend(changed) {
                return Some(self.publish(edition));
            }
        }
        let edition = self.survey();
        Some(self.publish(edition))
    }

    fn forget_all(&mut self) {
        self.world.forget_all();
        self.known.clear();
        self.stamps.clear();
        self.pictures = Arc::default();
    }

    fn publish(&mut self, edition: Edition) -> Arc<Edition> {
        self.number += 1;
        let edition = Arc::new(edition.numbered(self.number, self.edition.as_deref()));
        if let Some(old) = self.edition.replace(edition.clone()) {
            // A large site takes time to take apart, and nobody needs to wait for it.
            rayon::spawn(move || drop(old));
        }
        edition
    }

    /// Which of some paths are not what they were.
    fn changed(&mut self, paths: &BTreeSet<SourcePath>) -> Changed {
        let mut changed = Changed::default();
        let mut folders = BTreeSet::new();
        for path in paths {
            if let Some(before) = self.known.get(path).copied() {
                let now = self.world.read(path).ok().map(|bytes| Fingerprint::of_bytes(&bytes));
                if now != before {
                    self.known.remove(path);
                    changed.texts.push(path.clone());
                    if now.is_none() || before.is_none() {
                        folders.extend(self.world.folders_of(path));
                    }
                }
            } else if self.world.lists(path) {
                let stamp = self.world.stamp(path);
                if stamp.is_none() {
                    folders.extend(self.world.folders_of(path));
                }
                let before = self.stamps.insert(path.clone(), stamp);
                let is_another_picture = self.is_another_picture(path);
                changed.has_other_files |= stamp.is_none() || before != Some(stamp) || is_another_picture;
            } else if !is_litter(path.file_name()) {
                folders.extend(self.world.folders_of(path));
            }
        }
        changed.has_other_config = self.config_file.look() != self.config_is;
        changed.has_other_listings = folders.into_iter().filter(|folder| self.world.look_again(folder)).count() > 0;
        changed
    }

    /// Whether a picture is not the one that was measured. Who says that it may be is believed more than its stamp.
    fn is_another_picture(&mut self, path: &SourcePath) -> bool {
        let Some(before) = self.pictures.get(path).map(|measured| measured.of) else { return false };
        let is_another = self.world.read(path).ok().is_none_or(|bytes| Fingerprint::of_bytes(&bytes) != before);
        if is_another {
            Arc::make_mut(&mut self.pictures).remove(path);
        }
        is_another
    }

    fn is_still_due(&self) -> bool {
        let now = self.config.as_ref().map(|(_, config)| moment(&*self.world, config, &self.request));
        self.assembled.as_ref().zip(now).is_none_or(|(assembled, now)| is_within(assembled.due, now))
    }

    /// The next edition after a few texts have changed and nothing else; nothing where that is not enough to know.
    fn amend(&mut self, changed: &Changed) -> Option<Edition> {
        let is_all = !changed.has_other_files && !changed.has_other_listings && !changed.has_other_config;
        if !is_all || changed.texts.is_empty() || changed.texts.len() > MOST || !self.is_still_due() {
            return None;
        }
        let edition = self.edition.clone().filter(|edition| edition.survey().is_some())?;
        let places = &self.parts.as_ref()?.places;
        let (articles, others): (Vec<_>, Vec<_>) = changed.texts.iter().partition(|path| places.contains_key(*path));
        let of_theme = |path: &&SourcePath| self.theme.as_ref().is_some_and(|theme| theme.sights.has_text(path));
        if !others.iter().all(of_theme) {
            return None;
        }
        let witness = Witness::new(&*self.world, Table::default());
        let texts = self.read_again(&witness, &articles)?;
        let sights = witness.sights();
        self.known.extend(sights.texts().cloned());
        let site = self.retold(&texts);
        let has_articles = !texts.is_empty();
        self.take_in(texts);
        match (site, &mut self.assembled) {
            (Some((site, due)), Some(assembled)) if has_articles => {
                (assembled.site, assembled.due, assembled.key) = (Arc::new(site), due, None);
            }
            (Some(_), Some(_)) => {}
            _ => self.assemble(self.parts.as_ref()?.parts.clone()),
        }
        if !others.is_empty() && !self.load_theme_again() {
            return None;
        }
        let theme_texts = &self.theme.as_ref()?.sights;
        self.known.extend(theme_texts.texts().cloned());
        let (found, survey) = self.surveyed()?;
        Some(edition.amended(survey, found, &sights).rereading(theme_texts.texts()))
    }

    /// Articles as they are now, if all of them can be used.
    fn read_again(&self, witness: &Witness<'_>, paths: &[&SourcePath]) -> Option<Vec<Outcome>> {
        let (_, config) = self.config.as_ref()?;
        let texts = paths.iter().map(|path| {
            let (parsed, problems) = load::parse_again(witness, config, &self.memory.rules, path)?;
            // One that could not be used until now is shown as it was before that: what was said of it is not its own.
            let known = self.memory.articles.get(*path)?.outcome.as_ref()?;
            let mut said = self.parts.as_ref()?.found.iter().filter(|problem| is_about(problem, path));
            said.all(|problem| known.diagnostics.contains(problem)).then_some(())?;
            Some(Outcome { parsed: Arc::new(parsed), diagnostics: problems.into() })
        });
        texts.collect()
    }

    /// The same site with other texts, if nothing but what is shown of them is another; and when it is due.
    fn retold(&self, texts: &[Outcome]) -> Option<(Site, Due)> {
        let assembled = self.assembled.as_ref()?;
        let now = moment(&*self.world, &self.config.as_ref()?.1, &self.request);
        let (first, last) = assembled.selection.due(texts.iter().map(|text| &text.parsed.article));
        let ends = [assembled.due.1, last].into_iter().flatten();
        let due = (first.max(assembled.due.0), ends.min());
        if !is_within(due, now) {
            return None;
        }
        let site = Site::clone(&assembled.site);
        let site = texts.iter().try_fold(site, |site, text| site.retold(text.parsed.clone()))?;
        Some((site, due))
    }

    /// Remembers articles in the place of what they were.
    fn take_in(&mut self, texts: Vec<Outcome>) {
        let Some(known) = &mut self.parts else { return };
        for text in texts {
            let (path, key) = (text.parsed.article.path.clone(), text.parsed.fingerprint);
            if let Some(place) = known.places.get(&path).and_then(|place| known.parts.articles.get_mut(*place)) {
                *place = text.parsed.clone();
            }
            known.found.retain(|problem| !is_about(problem, &path));
            known.found.extend(text.diagnostics.iter().cloned());
            self.memory.articles.insert(path, Remembered { key, outcome: Some(text), slot: None, text: None });
        }
    }

    /// Loads the theme again; false when it is made of other folders now.
    fn load_theme_again(&mut self) -> bool {
        let Some((config_is, config)) = self.config.clone() else { return false };
        let folders = self.theme.as_ref().map(|theme| theme.folders.clone());
        self.load_theme(config_is, &config);
        folders == self.theme.as_ref().map(|theme| theme.folders.clone())
    }

    /// The site as it is now. Texts that are known are not read again.
    fn survey(&mut self) -> Edition {
        let mut problems = Vec::new();
        let Some((config_is, config)) = self.read_config(&mut problems) else {
            return Edition::unread(self.world.clone(), problems, self.seen_config(), &self.request.policy);
        };
        let world = self.world.clone();
        self.load_theme(config_is, &config);
        let Some(theme) = &self.theme else {
            return Edition::unread(world, problems, self.seen_config(), &self.request.policy);
        };
        let fresh = self.known.iter().filter_map(|(path, found)| Some((path.clone(), (*found)?))).collect();
        let witness = Witness::new(&*world, fresh);
        let wish = Wish {
            config: &config,
            theme_folders: &theme.folders,
            selection: self.selected(moment(&*world, &config, &self.request)),
            progress: &self.request.progress,
            broken: Broken::Kept,
            pictures: &self.pictures,
            is_paranoid: self.request.paranoid,
        };
        let mut parts = load::parts(&witness, &wish, &mut self.memory, &mut problems);
        self.keep_data(&mut parts);
        self.pictures = parts.pictures.clone();
        let sights = witness.sights();
        self.known = sights.texts().chain(theme.sights.texts()).cloned().collect();
        let sights = vec![sights, theme.sights.clone()];
        let places = parts.articles.iter().enumerate().map(|(at, parsed)| (parsed.article.path.clone(), at)).collect();
        self.parts = Some(KnownParts { parts: parts.clone(), places, found: problems.clone() });
        let seen = Seen { sights, config: self.seen_config() };
        self.assemble(parts);
        match self.surveyed() {
            Some((found, survey)) => Edition::new(world, survey, found, seen, &self.memory),
            None => Edition::unread(world, problems, seen.config, &self.request.policy),
        }
    }

    /// A file of data that cannot be read any more stays as it was, while it is there.
    fn keep_data(&self, parts: &mut Parts) {
        let Some(known) = &self.parts else { return };
        let files = self.world.walk("data").files;
        for (name, value) in &known.parts.data {
            let is_there = files.iter().any(|file| {
                file.below("data").and_then(|below| below.rsplit_once('.')).is_some_and(|(stem, _)| stem == name)
            });
            if is_there && !parts.data.contains_key(name) {
                parts.data.insert(name.clone(), value.clone());
            }
        }
    }

    /// The survey of the site as it was assembled last, and all that was found.
    fn surveyed(&self) -> Option<(Vec<Diagnostic>, Survey)> {
        let (theme, known, assembled) = (self.theme.as_ref()?, self.parts.as_ref()?, self.assembled.as_ref()?);
        let found = [&known.found, &theme.problems, &assembled.problems].into_iter().flatten().cloned().collect();
        let policy = config::policy(assembled.site.config(), &self.request.policy);
        let (theme, options) = (theme.compiled.clone(), theme.options.clone());
        let (site, plan, due) = (assembled.site.clone(), assembled.plan.clone(), assembled.due);
        Some((found, Survey { policy, site, plan, theme, options, now: assembled.selection.now, due }))
    }

    fn read_config(&mut self, problems: &mut Vec<Diagnostic>) -> Option<(Fingerprint, Arc<Config>)> {
        let ConfigFile { world, path } = &self.config_file;
        let read = world.read(path);
        self.config_is = read.as_ref().ok().map(|bytes| Fingerprint::of_bytes(bytes));
        let source = read.map_err(|error| Box::new(unreadable(path, &error)));
        let source = source.and_then(|bytes| SourceText::decode(path.clone(), &bytes));
        let config = match source {
            Ok(source) => settings(&source, &self.request).unpack(problems),
            Err(problem) => {
                problems.push(*problem);
                None
            }
        };
        // One that cannot be used leaves the last one that could.
        if let Some((config, is)) = config.zip(self.config_is) {
            self.config = Some((is, Arc::new(config)));
        }
        self.config.clone()
    }

    fn seen_config(&self) -> (ConfigFile, Option<Fingerprint>) {
        (self.config_file.clone(), self.config_is)
    }

    /// The moment by which articles are chosen: that of the last look, while the same ones of these are due.
    fn selection(&self, parts: &Parts) -> Selection {
        let now = moment(&*self.world, &parts.config, &self.request);
        let last = self.assembled.as_ref().map(|assembled| assembled.selection);
        let due = |last: &Selection| last.due(parts.articles.iter().map(|parsed| &parsed.article));
        last.filter(|last| is_within(due(last), now)).unwrap_or_else(|| self.selected(now))
    }

    fn selected(&self, now: jiff::Timestamp) -> Selection {
        let Request { drafts, future, expired, .. } = self.request;
        Selection { drafts, future, expired, now }
    }

    fn load_theme(&mut self, config_is: Fingerprint, config: &Config) {
        if let Some(theme) = &self.theme
            && theme.config == config_is
            && theme.sights.again(&*self.world).is_same
        {
            return;
        }
        let witness = Witness::new(&*self.world, Table::default());
        let mut problems = Vec::new();
        let LoadedTheme { compiled, folders, options, .. } = load::theme(&witness, config, &mut problems);
        let before = self.theme.take();
        let sights = witness.sights();
        self.theme = Some(match (compiled, before) {
            (None, Some(KnownTheme { compiled: Some(last), folders, options, .. })) => {
                KnownTheme { config: config_is, sights, problems, folders, compiled: Some(last), options }
            }
            (compiled, _) => {
                KnownTheme { config: config_is, sights, problems, folders, compiled: compiled.map(Arc::new), options }
            }
        });
    }

    /// Makes the site of these parts, unless it is the one that was assembled last.
    fn assemble(&mut self, mut parts: Parts) {
        parts.selection = self.selection(&parts);
        let config = self.config.as_ref().map(|(config_is, _)| *config_is);
        let key = Some(key(config, &parts));
        if self.assembled.as_ref().is_some_and(|assembled| assembled.key == key) {
            return;
        }
        let selection = parts.selection;
        let due = selection.due(parts.articles.iter().map(|parsed| &parsed.article));
        let (site, mut problems) = site::assemble(parts);
        let (plan, more) = output::plan(&site);
        problems.extend(more);
        self.assembled = Some(Assembled { key, selection, due, site: Arc::new(site), plan: Arc::new(plan), problems });
    }
}

/// Whether a problem is at a place of a file.
fn is_about(problem: &Diagnostic, path: &SourcePath) -> bool {
    problem.primary().is_some_and(|label| label.path == *path)
}

/// What identifies all that a site is assembled from.
fn key(config: Option<Fingerprint>, parts: &Parts) -> Fingerprint {
    let articles: Vec<(&SourcePath, Fingerprint)> =
        parts.articles.iter().map(|parsed| (&parsed.article.path, parsed.fingerprint)).collect();
    let data: BTreeMap<&String, String> = parts.data.iter().map(|(name, value)| (name, value.to_string())).collect();
    let moment = parts.selection.now.as_nanosecond();
    let pictures: BTreeMap<&SourcePath, &Measured> = parts.pictures.iter().collect();
    Fingerprint::of(&(config, articles, &parts.content_files, &parts.statics, pictures, data, moment))
}

fn is_within((first, last): Due, now: jiff::Timestamp) -> bool {
    first.is_none_or(|first| first <= now) && last.is_none_or(|last| now < last)
}

/// What is not as it was.
#[derive(Debug, Default)]
struct Changed {
    /// Texts: articles, templates, data.
    texts: Vec<SourcePath>,
    /// Whether files that are copied are others.
    has_other_files: bool,
    /// Whether there are other files than before.
    has_other_listings: bool,
    /// Whether site.toml is another.
    has_other_config: bool,
}

impl Changed {
    fn is_nothing(&self) -> bool {
        self.texts.is_empty() && !self.has_other_files && !self.has_other_listings && !self.has_other_config
    }
}
