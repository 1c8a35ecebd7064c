//! All outputs of a site, before any is made; two of them at one path is an error that names both origins.

use super::{Job, news_sitemap, sitemap, webmanifest};
use crate::base::{Code, Diagnostic, Label, OutputPath, SourcePath, Table, UrlPath, portable};
use crate::content::Place;
use crate::site::Period;
use crate::site::{List, Site};
use crate::view::headline::{feed_file, numbered};
use std::collections::{BTreeMap, BTreeSet};

/// All outputs, by path.
#[derive(Debug, Default)]
pub struct Plan {
    outputs: BTreeMap<OutputPath, Planned>,
    /// Paths in the form in which two are one file somewhere.
    taken: Table<String, OutputPath>,
}

/// An output and where it comes from.
#[derive(Debug)]
pub struct Planned {
    /// What to make.
    pub job: Job,
    /// Where it comes from, for messages.
    pub origin: Origin,
}

/// Where an output comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A file of the site, or a place in one.
    Written(Label),
    /// Something that manchette makes by itself, in words, and where the name that it has from an article stands.
    Made(String, Option<Label>),
}

impl Origin {
    fn made(what: impl Into<String>) -> Origin {
        Origin::Made(what.into(), None)
    }

    fn label(&self) -> Option<&Label> {
        match self {
            Origin::Written(label) => Some(label),
            Origin::Made(_, named) => named.as_ref(),
        }
    }
}

/// Files of `static/` that win over generated ones.
const OVERRIDABLE: &[&str] =
    &["robots.txt", "CNAME", "favicon.ico", "_headers", "ads.txt", "humans.txt", ".nojekyll", webmanifest::FILE];

impl Plan {
    /// All outputs, by path.
    pub fn outputs(&self) -> &BTreeMap<OutputPath, Planned> {
        &self.outputs
    }

    /// What answers an address: the page itself, or the page of the folder.
    pub fn at(&self, url: &UrlPath) -> Option<&Planned> {
        self.outputs.get(&url.output().ok()?)
    }

    /// Whether the path was free; a clash is told.
    fn add(&mut self, output: OutputPath, job: Job, origin: Origin, diagnostics: &mut Vec<Diagnostic>) -> bool {
        let key = output.collision_key();
        if let Some(other) = self.taken.get(&key) {
            if let Some(first) = self.outputs.get(other) {
                let help = match (&first.job, &job) {
                    (_, Job::Alias(_)) => "remove the alias, or give the other another address",
                    (Job::Topic(..), Job::Topic(..)) | (Job::Feed(List::Topic(_), _), Job::Feed(List::Topic(_), _)) => {
                        "give one of them a `[[topic]]` with a `slug` in site.toml, or make it an alias of the other there"
                    }
                    (Job::Source(..), Job::Source(..))
                    | (Job::Feed(List::Source(_), _), Job::Feed(List::Source(_), _)) => {
                        "give one of them a `[[source]]` with a `slug` in site.toml, or make it an alias of the other there"
                    }
                    (_, Job::Topics | Job::Sources | Job::Archive(Period::All)) => {
                        "give one of them another place: `[urls]` has the patterns of topics, sources and the archive"
                    }
                    _ => "give one of them another slug, path or name",
                };
                diagnostics.push(collision(&output, other, &first.origin, &origin).help(help));
            }
            return false;
        }
        self.taken.insert(key, output.clone());
        self.outputs.insert(output, Planned { job, origin });
        true
    }

    fn add_url(&mut self, url: &UrlPath, job: Job, origin: Origin, diagnostics: &mut Vec<Diagnostic>) -> bool {
        match url.output() {
            Ok(output) => self.add(output, job, origin, diagnostics),
            Err(error) => {
                let message = format!("the address `{url}` cannot be published: {error}");
                diagnostics.push(Diagnostic::new(Code::BadName, message).at_any(origin.label().cloned()));
                false
            }
        }
    }
}

/// Lists every output of a site. Sources come before what manchette makes, so that a clash is told in their words.
pub fn plan(site: &Site) -> (Plan, Vec<Diagnostic>) {
    let mut plan = Plan::default();
    let mut diagnostics = Vec::new();
    articles(site, &mut plan, &mut diagnostics);
    let own_rules = files(site, &mut plan, &mut diagnostics);
    lists(site, &mut plan, &mut diagnostics);
    feeds(site, &mut plan, &mut diagnostics);
    machines(site, own_rules, &mut plan, &mut diagnostics);
    aliases(site, &mut plan, &mut diagnostics);
    file_in_the_way(&plan, &mut diagnostics);
    unportable(&plan, &mut diagnostics);
    (plan, diagnostics)
}

fn articles(site: &Site, plan: &mut Plan, diagnostics: &mut Vec<Diagnostic>) {
    for (article, _, output) in site.articles() {
        let job = match article.place {
            Place::Post => Job::Post(article.path.clone()),
            Place::Page | Place::Topic | Place::Home => Job::Page(article.path.clone()),
        };
        let origin = Origin::Written(Label::file(article.path.clone(), ""));
        plan.add(output.clone(), job, origin, diagnostics);
    }
}

/// Files to copy. The site's own `_redirects` is not copied but merged; it is given back.
fn files(site: &Site, plan: &mut Plan, diagnostics: &mut Vec<Diagnostic>) -> Option<SourcePath> {
    let mut own_rules = None;
    for (output, source) in site.files() {
        if output.as_str() == "_redirects" {
            own_rules = Some(source.clone());
            continue;
        }
        let origin = Origin::Written(Label::file(source.clone(), ""));
        plan.add(output.clone(), Job::Copy(source.clone()), origin, diagnostics);
    }
    own_rules
}

fn lists(site: &Site, plan: &mut Plan, diagnostics: &mut Vec<Diagnostic>) {
    let config = site.config();
    let [topics, sources, archive] = &config.urls.labels;
    let index = |what: &str, label: &Option<Label>| Origin::Made(what.to_owned(), label.clone());
    let root = UrlPath::root();
    numbered_list(site, &List::All, &root, Job::Home, Origin::made("the front page"), plan, diagnostics);
    let about = crate::site::address_book(site);
    if config.pages.topics {
        plan.add_url(&about.topics, Job::Topics, index("the index of topics", topics), diagnostics);
        for topic in site.topics() {
            let list = List::Topic(topic.slug.clone());
            let job = |number| Job::Topic(topic.slug.clone(), number);
            let what = format!("the page of the topic `{}`", topic.title);
            let origin = Origin::Made(what, topic.first_written().cloned());
            numbered_list(site, &list, &about.topic(&topic.slug), job, origin, plan, diagnostics);
        }
    }
    if config.pages.sources {
        plan.add_url(&about.sources, Job::Sources, index("the index of sources", sources), diagnostics);
        for source in site.sources() {
            let list = List::Source(source.slug.clone());
            let job = |number| Job::Source(source.slug.clone(), number);
            let what = format!("the page of the source `{}`", source.name);
            let origin = Origin::Made(what, source.first_written().cloned());
            numbered_list(site, &list, &about.source(&source.slug), job, origin, plan, diagnostics);
        }
    }
    if config.pages.archive {
        let mut add = |period: Period| {
            plan.add_url(&about.period(period), Job::Archive(period), index("the archive", archive), diagnostics);
        };
        add(Period::All);
        for (year, months) in site.archive() {
            add(Period::Year(year));
            months.into_iter().for_each(|(month, _)| add(Period::Month(year, month)));
        }
    }
    plan.add_url(&root.join("404.html"), Job::NotFound, Origin::made("the page for missing addresses"), diagnostics);
}

/// A list at its own address, and the full pages behind it, which are not told of where the list itself has no place.
fn numbered_list(
    site: &Site,
    list: &List,
    url: &UrlPath,
    job: impl Fn(Option<usize>) -> Job,
    origin: Origin,
    plan: &mut Plan,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let what = words(&origin);
    if !plan.add_url(url, job(None), origin, diagnostics) {
        return;
    }
    for number in 1..site.pages_of(list) {
        let origin = Origin::made(format!("{what} (page {number})"));
        plan.add_url(&numbered(url, number), job(Some(number)), origin, diagnostics);
    }
}

fn feeds(site: &Site, plan: &mut Plan, diagnostics: &mut Vec<Diagnostic>) {
    let config = site.config();
    let about = crate::site::address_book(site);
    let mut lists = vec![(List::All, UrlPath::root(), "the site".to_owned())];
    if config.feeds.topics && config.pages.topics {
        lists.extend(site.topics().iter().map(|topic| {
            (List::Topic(topic.slug.clone()), about.topic(&topic.slug), format!("the topic `{}`", topic.title))
        }));
    }
    if config.feeds.sources && config.pages.sources {
        lists.extend(site.sources().iter().map(|source| {
            (List::Source(source.slug.clone()), about.source(&source.slug), format!("the source `{}`", source.name))
        }));
    }
    // Of two lists at one address it was told.
    let mut seen = BTreeSet::new();
    for (list, url, whose) in lists {
        if !seen.insert(url.clone()) {
            continue;
        }
        for format in &config.feeds.formats {
            let file = feed_file(*format);
            let origin = Origin::made(format!("the feed {file} of {whose}"));
            plan.add_url(&url.join(file), Job::Feed(list.clone(), *format), origin, diagnostics);
        }
    }
}

/// Files for machines. A file of `static/` may take the place of some of them, with a note.
fn machines(site: &Site, own_rules: Option<SourcePath>, plan: &mut Plan, diagnostics: &mut Vec<Diagnostic>) {
    let parts = sitemap::parts(site.sitemap_len());
    let mut made = vec![
        ("sitemap.xml".to_owned(), Job::Sitemap),
        ("robots.txt".to_owned(), Job::Robots),
        (".nojekyll".to_owned(), Job::NoJekyll),
        (webmanifest::FILE.to_owned(), Job::WebManifest),
    ];
    if site.config().feeds.news_sitemap {
        made.push((news_sitemap::FILE.to_owned(), Job::NewsSitemap));
    }
    made.extend((1..=parts).map(|part| (format!("sitemap-{part}.xml"), Job::SitemapPart(part))));
    let has_aliases = site.articles().any(|(article, ..)| !article.front.aliases.is_empty());
    if has_aliases || own_rules.is_some() {
        made.push(("_redirects".to_owned(), Job::Redirects(own_rules)));
    }
    for (name, job) in made {
        let Ok(output) = OutputPath::parse(&name) else { continue };
        match plan.outputs.get(&output) {
            Some(Planned { origin: Origin::Written(label), .. }) if OVERRIDABLE.contains(&name.as_str()) => {
                if name != ".nojekyll" {
                    let message = format!("`{name}` of the site takes the place of the generated one");
                    diagnostics.push(Diagnostic::new(Code::FileOverrides, message).at(label.clone()));
                }
            }
            _ => drop(plan.add(output, job, Origin::made(format!("the generated {name}")), diagnostics)),
        }
    }
}

/// Pages that lead from old addresses to new ones. An alias of a live page is a clash like any other.
fn aliases(site: &Site, plan: &mut Plan, diagnostics: &mut Vec<Diagnostic>) {
    for (article, url, _) in site.articles() {
        for alias in &article.front.aliases {
            if alias.url == *url {
                let message = format!("the alias `{}` is the article's own address", alias.url);
                diagnostics.push(
                    Diagnostic::new(Code::BadName, message).at(alias.label.clone()).help("remove it from `aliases`"),
                );
                continue;
            }
            let base = &site.config().base_url.path;
            let below_base = alias.url.as_str().strip_prefix(base.as_str()).filter(|rest| rest.starts_with('/'));
            if let Some(rest) = below_base.filter(|_| !base.is_empty()) {
                let message =
                    format!("the alias would be at `{base}{}`: the path of `base_url` is put before it", alias.url);
                let problem = Diagnostic::new(Code::DoubledBase, message).at(alias.label.clone());
                diagnostics.push(problem.help(format!("write `{rest}`")));
            }
            plan.add_url(&alias.url, Job::Alias(alias.url.clone()), Origin::Written(alias.label.clone()), diagnostics);
        }
    }
}

/// A file where another output needs a folder: `a` and `a/index.html` cannot both exist, and on some disks neither can `A`
/// and `a/index.html`. Each file is told once.
fn file_in_the_way(plan: &Plan, diagnostics: &mut Vec<Diagnostic>) {
    let mut told = BTreeSet::new();
    for (output, planned) in &plan.outputs {
        let key = output.collision_key();
        let mut folder = key.as_str();
        while let Some((above, _)) = folder.rsplit_once('/') {
            folder = above;
            let file = plan.taken.get(folder).and_then(|path| plan.outputs.get_key_value(path));
            if let Some((path, file)) = file {
                if told.insert(path.clone()) {
                    let (file_from, page_from) = (words(&file.origin), words(&planned.origin));
                    let message = format!(
                        "`{path}` would be a file and a folder: the file is from {file_from}, and `{output}` of {page_from} needs the folder"
                    );
                    let problem = Diagnostic::new(Code::PathCollision, message);
                    let problem = problem.help("give one of them another slug, path or name");
                    diagnostics.push(placed(problem, &planned.origin, &file.origin));
                }
                break;
            }
        }
    }
}

/// Names that Windows cannot have: of what is published, and of the articles themselves, since the sources are checked out
/// there too. Names that an author chose for an article were refused where they stand; of the rest the system that builds
/// has shown that it takes them.
fn unportable(plan: &Plan, diagnostics: &mut Vec<Diagnostic>) {
    for (output, planned) in &plan.outputs {
        let source = match &planned.job {
            Job::Post(path) | Job::Page(path) => path.as_str().split('/').find_map(portable::objection),
            _ => None,
        };
        let Some(why) = source.or_else(|| output.objection()) else { continue };
        let problem = match &planned.origin {
            Origin::Written(label) => {
                let what = if matches!(planned.job, Job::Alias(_)) { "this address" } else { "this file" };
                Diagnostic::new(Code::UnportableName, format!("{what} cannot exist on Windows: {why}"))
                    .at(label.clone())
            }
            Origin::Made(what, named) => {
                let message = format!("`{output}` of {what} cannot exist on Windows: {why}");
                Diagnostic::new(Code::UnportableName, message).at_any(named.clone())
            }
        };
        let help = match planned.job {
            Job::Alias(_) => "leave it if readers have it; nobody can then unpack the site on Windows",
            _ => "rename the file",
        };
        diagnostics.push(problem.help(help));
    }
}

fn collision(output: &OutputPath, other: &OutputPath, first: &Origin, second: &Origin) -> Diagnostic {
    let (a, b) = (words(first), words(second));
    let message = match output == other {
        true => format!("`{output}` would be published twice: by {a} and by {b}"),
        false => format!("`{output}` and `{other}` are one file on some disks: one is from {b}, the other from {a}"),
    };
    placed(Diagnostic::new(Code::PathCollision, message), first, second)
}

/// A problem at the places that two outputs come from, as far as they were written.
fn placed(mut problem: Diagnostic, first: &Origin, second: &Origin) -> Diagnostic {
    let mut labels = [second, first].into_iter().filter_map(Origin::label);
    if let Some(label) = labels.next() {
        problem = problem.at(label.clone());
    }
    labels.fold(problem, |problem, label| problem.related(label.noting("the other")))
}

fn words(origin: &Origin) -> String {
    match origin {
        Origin::Written(label) => label.path.to_string(),
        Origin::Made(what, _) => what.clone(),
    }
}
