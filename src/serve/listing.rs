//! What `/__manchette/` shows: every post, every problem, every route, every feed.

use super::mark::{Mark, mark};
use super::place;
use super::problem::{Print, Problem};
use super::{Context, State};
use crate::base::Severity;
use crate::config::BaseUrl;
use crate::content::{Article, Place};
use crate::output::Job;
use crate::pipeline::{Edition, Survey};
use serde::Serialize;

/// All of it.
#[derive(Serialize)]
pub(super) struct Listing {
    version: u64,
    checked: bool,
    token: String,
    editor: bool,
    title: String,
    home: String,
    base_url: String,
    errors: usize,
    warnings: usize,
    posts: Vec<Post>,
    problems: Vec<Problem>,
    routes: Vec<Route>,
    feeds: Vec<Route>,
}

#[derive(Serialize)]
struct Post {
    title: String,
    url: String,
    file: String,
    kind: &'static str,
    mark: Option<Mark>,
    date: Option<String>,
    topics: Vec<String>,
    source: Option<String>,
    words: u32,
}

#[derive(Serialize)]
struct Route {
    url: String,
    kind: &'static str,
    what: String,
}

/// The newest edition as lists.
pub(super) fn listing(state: &State, context: &Context, print: Print) -> Listing {
    let newest = state.newest();
    let problems = newest.problems();
    let count = |wanted: Severity| problems.iter().filter(|(severity, _)| *severity == wanted).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let survey = newest.edition.as_deref().and_then(Edition::survey);
    let config = survey.map(|survey| &**survey.site.config());
    let (routes, feeds) = survey.map(routes).unwrap_or_default();
    Listing {
        version: newest.version,
        checked: newest.is_checked(),
        token: context.token.clone(),
        editor: context.has_editor,
        title: config.map(|config| config.title.clone()).unwrap_or_default(),
        home: config.map_or_else(|| "/".to_owned(), |config| format!("{}/", config.base_url.path)),
        base_url: config.map(|config| config.base_url.text.clone()).unwrap_or_default(),
        errors,
        warnings,
        posts: survey.map(posts).unwrap_or_default(),
        problems: problems.iter().map(|(severity, problem)| Problem::new(*severity, problem, print)).collect(),
        routes,
        feeds,
    }
}

/// Posts and pages: what is not published first, the rest as the stream has it.
fn posts(survey: &Survey) -> Vec<Post> {
    let site = &survey.site;
    let base = &site.config().base_url;
    let mut posts: Vec<Post> = site
        .residents()
        .iter()
        .filter(|resident| resident.has_page())
        .map(|resident| {
            let topics = resident.topics.iter().map(|topic| site.topics()[*topic].title.clone());
            let source = resident.source.map(|source| site.sources()[source].name.clone());
            Post { url: base.href(&resident.url), topics: topics.collect(), source, ..post(resident.article(), survey) }
        })
        .collect();
    posts.sort_by_key(|post| match post.mark {
        Some(mark) => (false, Some(mark)),
        None => (true, None),
    });
    posts
}

fn post(article: &Article, survey: &Survey) -> Post {
    let front = &article.front;
    Post {
        title: front.title.clone(),
        url: String::new(),
        file: article.path.to_string(),
        kind: match article.place {
            Place::Post => "post",
            Place::Page => "page",
            Place::Topic => "topic",
            Place::Home => "home",
        },
        mark: mark(article, survey.now),
        date: front.date.map(|date| date.rfc3339(survey.site.zone())),
        topics: Vec::new(),
        source: None,
        words: article.body.words,
    }
}

/// Everything that is served, and the feeds of it.
fn routes(survey: &Survey) -> (Vec<Route>, Vec<Route>) {
    let base: &BaseUrl = &survey.site.config().base_url;
    let route = |output: &crate::base::OutputPath, job: &Job| Route {
        url: base.href(&output.url()),
        kind: place::kind(job),
        what: match job {
            Job::Post(path) | Job::Page(path) => path.to_string(),
            job => place::words(&survey.site, job),
        },
    };
    let outputs = survey.plan.outputs();
    let routes = outputs.iter().map(|(output, planned)| route(output, &planned.job)).collect();
    let is_feed = |job: &Job| place::kind(job) == "feed";
    let feeds = outputs.iter().filter(|(_, planned)| is_feed(&planned.job));
    (routes, feeds.map(|(output, planned)| route(output, &planned.job)).collect())
}
