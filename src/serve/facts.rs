//! What a page of the preview is told of itself: is it still the same, what is wrong with it, what it is made of.
//!
//! Never says anything of the page that is not in the edition, and never renders but the page that asks.

use super::mark::{Mark, mark};
use super::outgoing::{self, Outgoing};
use super::place::{self, Page};
use super::problem::{Print, Problem};
use super::{Context, Newest, State};
use crate::base::{Diagnostic, Severity, SourcePath, UrlPath};
use crate::output;
use crate::pipeline::{Edition, Survey};
use crate::site::query::HeadlineOf;
use crate::site::{Ask as _, Parsed, Site};
use serde::Serialize;
use std::collections::BTreeMap;

/// All that a page is told.
#[derive(Serialize)]
pub(super) struct Facts {
    version: u64,
    checked: bool,
    token: String,
    editor: bool,
    bar: bool,
    errors: usize,
    warnings: usize,
    here: Vec<Problem>,
    /// Errors of other pages.
    elsewhere: usize,
    page: Option<PageFacts>,
    /// Articles that readers would not see today, by their address.
    marks: BTreeMap<String, Mark>,
}

#[derive(Serialize)]
struct PageFacts {
    status: u16,
    /// What identifies the bytes that a browser gets.
    is: String,
    stale: bool,
    /// Where the article is now that was here.
    moved: Option<String>,
    kind: &'static str,
    #[serde(flatten)]
    article: Option<ArticleFacts>,
    /// Where the browser may have wanted to go.
    nearest: Vec<LinkFacts>,
}

#[derive(Default, Serialize)]
struct ArticleFacts {
    file: String,
    line: u32,
    title: String,
    mark: Option<Mark>,
    date: Option<String>,
    expires: Option<String>,
    /// When the next of its updates and corrections that readers do not see yet is.
    held: Option<String>,
    words: u32,
    minutes: u32,
    description: String,
    image: Option<String>,
    topics: Vec<LinkFacts>,
    links: Vec<Outgoing>,
    outputs: Vec<OutputFacts>,
}

#[derive(Serialize)]
struct LinkFacts {
    url: Option<String>,
    title: String,
}

#[derive(Serialize)]
struct OutputFacts {
    url: String,
    what: String,
}

/// How many marked articles a browser is told of.
const MOST_MARKS: usize = 5000;

/// How many addresses near a missing one are named.
const NEAREST: usize = 5;

/// What is known of the page at `location.pathname`.
pub(super) fn facts(state: &State, context: &Context, print: Print, at: &str) -> Facts {
    let newest = state.newest();
    let mut problems = newest.problems();
    let page = newest.edition.as_deref().and_then(|edition| {
        let survey = edition.survey()?;
        let page = place::page(edition, at)?;
        Some(page_facts(state, edition, survey, &page, &mut problems))
    });
    let (page, article) = page.unzip();
    let article = article.flatten();
    let count = |wanted: Severity| problems.iter().filter(|(severity, _)| *severity == wanted).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let (here, elsewhere): (Vec<_>, Vec<_>) =
        problems.iter().partition(|(_, problem)| is_here(problem, article.as_ref(), lost_from(&newest, page.as_ref())));
    Facts {
        version: newest.version,
        checked: newest.is_checked(),
        token: context.token.clone(),
        editor: context.has_editor,
        bar: context.has_bar,
        errors,
        warnings,
        here: here.into_iter().map(|(severity, problem)| Problem::new(*severity, problem, print)).collect(),
        elsewhere: elsewhere.iter().filter(|(severity, _)| *severity == Severity::Error).count(),
        page,
        marks: marks(&newest),
    }
}

/// The page itself; what is wrong with rendering it is added to the problems.
fn page_facts(
    state: &State,
    edition: &Edition,
    survey: &Survey,
    page: &Page<'_>,
    problems: &mut Vec<(Severity, Diagnostic)>,
) -> (PageFacts, Option<SourcePath>) {
    let site = &*survey.site;
    let base = &site.config().base_url;
    let not_found = (crate::base::OutputPath::parse("404.html").ok(), 404);
    let (output, status) = match &page.planned {
        Some((output, _)) => (Some(output.clone()), 200),
        None => not_found,
    };
    let shown = output.and_then(|output| state.memo.show(edition, &output));
    let found = shown.iter().flat_map(|shown| &shown.problems);
    for problem in found {
        if let Some(severity) = survey.policy.severity(problem.code())
            && !problems.iter().any(|(_, known)| is_same(known, problem))
        {
            problems.push((severity, problem.clone()));
        }
    }
    let job = page.planned.as_ref().map(|(_, job)| *job);
    let path = job.and_then(|job| place::article_of(site, job));
    let moved = job.is_none().then(|| edition.moved(&page.url)).flatten();
    let facts = PageFacts {
        status,
        is: shown.as_ref().map(|shown| shown.is.to_string()).unwrap_or_default(),
        stale: shown.as_ref().is_some_and(|shown| shown.is_stale),
        moved: moved.map(|url| base.href(url)),
        kind: job.map_or("404", place::kind),
        article: path.as_ref().and_then(|path| article_facts(survey, path)),
        nearest: if job.is_none() { nearest(site, &page.url) } else { Vec::new() },
    };
    (facts, path)
}

/// Whether two are one problem: a proof says of the first page that it happens on others too.
fn is_same(known: &Diagnostic, problem: &Diagnostic) -> bool {
    known.code() == problem.code() && known.primary() == problem.primary() && known.message() == problem.message()
}

fn article_facts(survey: &Survey, path: &SourcePath) -> Option<ArticleFacts> {
    let site = &*survey.site;
    let parsed = site.parsed(path)?;
    let headline = HeadlineOf { path: path.clone() }.answer(site)?;
    let front = &parsed.article.front;
    let base = &site.config().base_url;
    let image = headline.image.as_ref().and_then(|image| {
        let own = || image.path.as_ref().map(|path| base.href(path));
        image.external.clone().or_else(own)
    });
    let topics = headline
        .topics
        .iter()
        .map(|topic| LinkFacts { url: topic.page.as_ref().map(|page| base.href(page)), title: topic.title.clone() });
    let outputs = output::showing(site, path);
    let outputs = outputs.iter().map(|(url, job)| OutputFacts { url: base.href(url), what: place::words(site, job) });
    Some(ArticleFacts {
        file: path.to_string(),
        line: 1,
        title: headline.title.clone(),
        mark: mark(&parsed.article, survey.now),
        date: front.date.map(|date| date.rfc3339(site.zone())),
        expires: front.expires.map(|date| date.rfc3339(site.zone())),
        held: parsed.held.or_else(|| Parsed::next(&parsed.article, survey.now)).map(|date| date.rfc3339(site.zone())),
        words: parsed.article.body.words,
        minutes: headline.minutes,
        description: headline.summary.to_string(),
        image,
        topics: topics.collect(),
        links: outgoing::links(site, base, parsed),
        outputs: outputs.collect(),
    })
}

/// Whether a problem belongs to a page: to its own file, or to what every page is made with.
fn is_here(problem: &Diagnostic, article: Option<&SourcePath>, lost_from: Option<&Site>) -> bool {
    let Some(label) = problem.primary() else { return true };
    let is_shared = ["content", "data", "static"].iter().all(|folder| label.path.below(folder).is_none());
    let is_lost = lost_from.is_some_and(|site| site.article(&label.path).is_none());
    is_shared || Some(&label.path) == article || is_lost
}

/// Where there is no page, it may be that of an article which could not be read: one that the site does not have.
fn lost_from<'n>(newest: &'n Newest, page: Option<&PageFacts>) -> Option<&'n Site> {
    newest.edition.as_deref().and_then(Edition::site).filter(|_| page.is_some_and(|page| page.status == 404))
}

fn marks(newest: &Newest) -> BTreeMap<String, Mark> {
    let Some(survey) = newest.edition.as_deref().and_then(Edition::survey) else { return BTreeMap::new() };
    let base = &survey.site.config().base_url;
    let marked = survey.site.articles().filter_map(|(article, url, _)| Some((url, mark(article, survey.now)?)));
    marked.take(MOST_MARKS).map(|(url, mark)| (base.href(url), mark)).collect()
}

/// Articles whose addresses are most like a missing one.
fn nearest(site: &Site, url: &UrlPath) -> Vec<LinkFacts> {
    let wanted = last(url);
    let mut scored: Vec<(f64, &str, &UrlPath)> = site
        .articles()
        .map(|(article, address, _)| {
            let whole = strsim::sorensen_dice(url.as_str(), address.as_str());
            (2.0 * strsim::sorensen_dice(wanted, last(address)) + whole, article.front.title.as_str(), address)
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let base = &site.config().base_url;
    let nearest = scored.into_iter().take(NEAREST);
    nearest.map(|(_, title, url)| LinkFacts { url: Some(base.href(url)), title: title.to_owned() }).collect()
}

/// The last part of an address.
fn last(url: &UrlPath) -> &str {
    url.as_str().trim_end_matches('/').rsplit('/').next().unwrap_or("")
}
