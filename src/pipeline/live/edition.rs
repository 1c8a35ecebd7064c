//! An immutable snapshot of a site that is being edited.

use super::super::memory::Memory;
use super::super::texts::Losses;
use super::super::witness::Sights;
use super::super::{Survey, load, report, work};
use super::ConfigFile;
use super::listings::Listings;
use crate::base::{Diagnostic, Fingerprint, OutputPath, Policy, Severity, SourcePath, Table, UrlPath};
use crate::config::Config;
use crate::output::{Job, Rendered, Renderer};
use crate::site::{Question, Site, Snapshot};
use crate::world::World;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A site as it was at one moment, with all that can be asked of it.
#[derive(Clone)]
pub struct Edition {
    number: u64,
    world: Arc<Listings>,
    survey: Option<Survey>,
    policy: Policy,
    /// What was found while it was made, in no order.
    pub(super) found: Arc<Vec<Diagnostic>>,
    /// What was read for it.
    seen: Arc<Seen>,
    /// Texts that were read since.
    reread: Table<SourcePath, Option<Fingerprint>>,
    /// Addresses that articles had in earlier editions.
    moved: Arc<BTreeMap<UrlPath, SourcePath>>,
    losses: Arc<Losses>,
}

/// What was read for an edition.
pub(super) struct Seen {
    pub(super) sights: Vec<Sights>,
    pub(super) config: (ConfigFile, Option<Fingerprint>),
}

/// How often an output is made again that lacked a text which was lost meanwhile.
const ATTEMPTS: usize = 4;

impl Edition {
    /// A site whose configuration was never read well.
    pub(super) fn unread(
        world: Arc<Listings>,
        found: Vec<Diagnostic>,
        config: (ConfigFile, Option<Fingerprint>),
        policy: &Policy,
    ) -> Edition {
        Edition {
            number: 0,
            world,
            survey: None,
            policy: policy.clone(),
            found: Arc::new(found),
            seen: Arc::new(Seen { sights: Vec::new(), config }),
            reread: Table::default(),
            moved: Arc::default(),
            losses: Arc::default(),
        }
    }

    pub(super) fn new(
        world: Arc<Listings>,
        survey: Survey,
        found: Vec<Diagnostic>,
        seen: Seen,
        memory: &Memory,
    ) -> Edition {
        let policy = survey.policy.clone();
        let (survey, seen, losses) = (Some(survey), Arc::new(seen), memory.losses.clone());
        let (reread, moved) = (Table::default(), Arc::default());
        Edition { number: 0, world, survey, policy, found: Arc::new(found), seen, reread, moved, losses }
    }

    /// The same, with other texts.
    pub(super) fn amended(&self, survey: Survey, found: Vec<Diagnostic>, seen: &Sights) -> Edition {
        Edition { survey: Some(survey), found: Arc::new(found), ..self.clone() }.rereading(seen.texts())
    }

    /// The same, after some texts were read again.
    pub(super) fn rereading<'a>(
        mut self,
        texts: impl Iterator<Item = &'a (SourcePath, Option<Fingerprint>)>,
    ) -> Edition {
        self.reread.extend(texts.cloned());
        self
    }

    /// The same after another one, from which articles may have moved.
    pub(super) fn numbered(mut self, number: u64, before: Option<&Edition>) -> Edition {
        self.number = number;
        let Some(before) = before else { return self };
        self.moved = before.moved.clone();
        let (Some(then), Some(now)) = (before.site(), self.site()) else { return self };
        if then.is_retold_as(now) {
            return self;
        }
        let moved = moved(then, now);
        if !moved.is_empty() {
            Arc::make_mut(&mut self.moved).extend(moved);
        }
        self
    }

    /// Its number: that of a later one is greater.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// What is known of the site; nothing when site.toml could not be used yet.
    pub fn survey(&self) -> Option<&Survey> {
        self.survey.as_ref()
    }

    /// The site.
    pub fn site(&self) -> Option<&Site> {
        self.survey.as_ref().map(|survey| &*survey.site)
    }

    /// Its settings.
    pub fn config(&self) -> Option<&Config> {
        self.site().map(|site| &**site.config())
    }

    /// The world that it was read from.
    pub fn world(&self) -> &dyn World {
        &*self.world
    }

    /// What was found while it was made: it was neither checked nor rendered. Sorted, with what the policy makes of it.
    pub fn problems(&self) -> Vec<(Severity, Diagnostic)> {
        self.judged(self.found.to_vec())
    }

    /// What is to be made at a path.
    pub fn job(&self, path: &OutputPath) -> Option<&Job> {
        self.survey.as_ref()?.plan.outputs().get(path).map(|planned| &planned.job)
    }

    /// The article that had an address in an earlier edition and has another one now.
    pub fn moved(&self, from: &UrlPath) -> Option<&UrlPath> {
        self.site()?.address_of(self.moved.get(from)?)
    }

    /// The answer to a question. Files are read.
    pub(super) fn answer(&self, question: &Question) -> Option<Fingerprint> {
        let survey = self.survey.as_ref()?;
        let file = |path: &SourcePath| match self.world.read(path) {
            Ok(bytes) => Fingerprint::of_bytes(&bytes),
            Err(_) => Fingerprint::of(&()),
        };
        Some(work::answer(question, survey, file))
    }

    /// Makes an output; nothing when there is none at that path.
    pub(super) fn render(&self, path: &OutputPath) -> Option<Result<Rendered, Box<Diagnostic>>> {
        let survey = self.survey.as_ref()?;
        let job = self.job(path)?;
        let theme = survey.theme.as_ref()?;
        let mut rendered = None;
        for _ in 0..ATTEMPTS {
            let lost = self.losses.noted();
            let renderer = Renderer::new(Snapshot::Site(survey.site.clone()), theme, &survey.options, &*self.world);
            rendered = Some(renderer.render(job));
            if self.losses.noted() == lost {
                break;
            }
            for (path, key) in self.losses.take() {
                if let Ok(Some(rest)) = load::rest_again(&*self.world, survey.site.config(), &path, key) {
                    self.losses.mend(key, rest);
                }
            }
        }
        rendered
    }

    /// Where the world is not any more what it was read as: texts, and folders.
    pub(super) fn apart(&self, is_stopped: &(dyn Fn() -> bool + Sync)) -> Vec<SourcePath> {
        let sights = self.seen.sights.iter();
        let apart = sights.flat_map(|sights| sights.apart(self.world.inner(), &self.reread, is_stopped));
        let (file, was) = &self.seen.config;
        let config = (file.look() != *was).then(|| file.path.clone());
        apart.chain(config).collect()
    }

    /// Sorted, folded, and with what the policy makes of it.
    pub(super) fn judged(&self, found: Vec<Diagnostic>) -> Vec<(Severity, Diagnostic)> {
        report::judged(report::folded(found), &self.policy)
    }
}

/// Addresses of articles that are elsewhere now. An article whose file is gone is found again by what it says.
fn moved(then: &Site, now: &Site) -> Vec<(UrlPath, SourcePath)> {
    let mut moved = Vec::new();
    let mut gone = Vec::new();
    for (article, url, _) in then.articles() {
        match now.address_of(&article.path) {
            Some(address) if address == url => {}
            Some(_) => moved.push((url.clone(), article.path.clone())),
            None => gone.push((article, url)),
        }
    }
    if !gone.is_empty() {
        let new: Vec<_> = now.articles().filter(|(article, ..)| then.address_of(&article.path).is_none()).collect();
        for (article, url) in gone {
            let is_same = |other: &crate::content::Article| {
                other.front.title == article.front.title
                    && other.front.date.map(|date| date.instant) == article.front.date.map(|date| date.instant)
            };
            let twin = new
                .iter()
                .find(|(other, ..)| is_same(other) || other.body == article.body && !article.body.summary.is_empty());
            moved.extend(twin.map(|(other, ..)| (url.clone(), other.path.clone())));
        }
    }
    moved
}

impl fmt::Debug for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edition").field("number", &self.number).finish_non_exhaustive()
    }
}
