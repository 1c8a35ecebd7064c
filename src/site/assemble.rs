//! From parsed articles and files to a complete site.

use super::files::{self, Origins};
use super::parsed::Parsed;
use super::select::{Hidden, Selection};
use super::sources::Cited;
use super::topics::Grouped;
use super::{Resident, Site, places, sources, topics};
use crate::base::nfc::nfc;
use crate::base::suggest;
use crate::base::{Code, Diagnostic, Label, Slug, SourcePath, Table, Zone};
use crate::config::Config;
use crate::content::{Article, Place};
use crate::pictures::Measured;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Everything a site is made of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The configuration.
    pub config: Arc<Config>,
    /// All articles, in any order.
    pub articles: Vec<Arc<Parsed>>,
    /// Files below `content/` that are not articles.
    pub content_files: Vec<SourcePath>,
    /// `static/` folders, the winner first, each with its files.
    pub statics: Vec<(String, Vec<SourcePath>)>,
    /// The pictures among those files, measured.
    pub pictures: Arc<Table<SourcePath, Measured>>,
    /// Data for templates, by name.
    pub data: BTreeMap<String, serde_json::Value>,
    /// What is published.
    pub selection: Selection,
}

/// Assembles the site, without the articles that can have no address.
pub fn assemble(parts: Parts) -> (Site, Vec<Diagnostic>) {
    let Parts { config, articles, content_files, statics, pictures, data, selection } = parts;
    let mut diagnostics = Vec::new();
    let zone = config.zone();
    let mut hidden = BTreeMap::new();
    let mut published = Vec::with_capacity(articles.len());
    for parsed in articles {
        match selection.hides(&parsed.article) {
            Some(reason) => drop(hidden.insert(parsed.article.path.clone(), reason)),
            None => published.push(selection.shows(parsed)),
        }
    }
    published.par_sort_by_cached_key(|parsed| order(&parsed.article));
    drop_twins(&mut published, &mut diagnostics);
    check_zones(&config, &published, &mut diagnostics);
    check_authors(&config, &published, &mut diagnostics);

    let Settled { residents, stream, grouped, cited } = settle(&config, &zone, published, &mut diagnostics);
    places::check_ids(&residents, &mut diagnostics);
    let hidden_bundles = hidden_bundles(&hidden);
    let origins = Origins { content: &content_files, statics: &statics, include: &config.static_include };
    let files = files::place(&origins, &residents, &hidden_bundles, &mut diagnostics);
    let site = Site {
        by_path: Arc::new(index(&residents)),
        by_url: Arc::new(addresses(&residents)),
        by_alias: Arc::new(old_addresses(&residents)),
        topic_by_slug: Arc::new(slugs(grouped.topics.iter().map(|topic| &topic.slug))),
        source_by_slug: Arc::new(slugs(cited.sources.iter().map(|source| &source.slug))),
        topics: Arc::new(grouped.topics),
        sources: Arc::new(cited.sources),
        config,
        zone,
        residents: residents.into_iter().map(Arc::new).collect(),
        stream,
        hidden: Arc::new(hidden),
        files: Arc::new(files),
        selection,
        pictures,
        data: Arc::new(data),
        about: Arc::default(),
    };
    (site, diagnostics)
}

/// Articles with their addresses, and posts by topic and by source.
struct Settled {
    residents: Vec<Resident>,
    /// How many of them are posts.
    stream: usize,
    grouped: Grouped,
    cited: Cited,
}

/// Gives every article its address. One that cannot have one is told and left out, so that the rest can be looked at.
fn settle(config: &Config, zone: &Zone, published: Vec<Arc<Parsed>>, diagnostics: &mut Vec<Diagnostic>) -> Settled {
    let mut count = published.len();
    let mut settled = settle_once(config, zone, published, diagnostics);
    while settled.residents.len() < count {
        // Topics and sources count posts: with one missing, their indices would point at others.
        count = settled.residents.len();
        let rest = settled.residents.iter().map(|resident| resident.parsed.clone()).collect();
        settled = settle_once(config, zone, rest, &mut Vec::new());
    }
    settled
}

fn settle_once(
    config: &Config,
    zone: &Zone,
    published: Vec<Arc<Parsed>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Settled {
    let stream = published.partition_point(|parsed| parsed.article.place == Place::Post);
    let texts: Vec<_> = published.iter().filter(|parsed| parsed.article.place == Place::Topic).cloned().collect();
    let mut grouped = topics::group(config, &published[..stream], &texts, diagnostics);
    let posts: Vec<&Article> = published[..stream].iter().map(|parsed| &parsed.article).collect();
    let cited = sources::group(config, &posts, diagnostics);
    drop(posts);
    let of_post = std::mem::take(&mut grouped.of_post);
    let settled: Vec<_> = published
        .into_par_iter()
        .enumerate()
        .map(|(index, parsed)| {
            let of_post = of_post.get(index).cloned().unwrap_or_default();
            let first = of_post.first().map(|topic| &grouped.topics[*topic].slug);
            let source = cited.of_post.get(index).copied().flatten();
            places::settle(parsed, of_post.clone(), first, source, config, zone)
        })
        .collect();
    let mut residents = Vec::with_capacity(settled.len());
    for resident in settled {
        match resident {
            Ok(resident) => residents.push(resident),
            Err(problem) => diagnostics.push(*problem),
        }
    }
    Settled { residents, stream, grouped, cited }
}

fn index(residents: &[Resident]) -> Table<String, usize> {
    residents.iter().enumerate().map(|(i, resident)| (nfc(resident.article().path.as_str()).into_owned(), i)).collect()
}

fn slugs<'a>(slugs: impl Iterator<Item = &'a Slug>) -> HashMap<Slug, usize> {
    slugs.enumerate().map(|(i, slug)| (slug.clone(), i)).collect()
}

fn addresses(residents: &[super::Resident]) -> Table<crate::base::UrlPath, usize> {
    let pages = residents.iter().enumerate().filter(|(_, resident)| resident.has_page());
    pages.map(|(i, resident)| (resident.url.clone(), i)).collect()
}

/// Old addresses; where two articles claim one, which is an error of the plan, it is the first's in the order of addresses.
fn old_addresses(residents: &[super::Resident]) -> Table<crate::base::UrlPath, usize> {
    let mut found: Table<crate::base::UrlPath, usize> = Table::default();
    for (i, resident) in residents.iter().enumerate().filter(|(_, resident)| resident.has_page()) {
        for alias in &resident.article().front.aliases {
            let known = found.entry(alias.url.clone()).or_insert(i);
            if resident.url < residents[*known].url {
                *known = i;
            }
        }
    }
    found
}

/// The one order: posts by date (newest first), weight (greater first), slug; then pages by weight, then title. The path
/// comes last, so that no two articles are equal.
fn order(article: &Article) -> impl Ord + use<> {
    let front = &article.front;
    let kind = match article.place {
        Place::Post => 0,
        Place::Page => 1,
        Place::Home => 2,
        Place::Topic => 3,
    };
    let (date, name) = match article.place {
        Place::Post => (front.date.map(|date| date.instant), front.slug.to_string()),
        Place::Page | Place::Home | Place::Topic => (None, front.title.clone()),
    };
    (kind, std::cmp::Reverse(date), std::cmp::Reverse(front.weight), name, article.path.clone())
}

/// Two files whose names differ only by Unicode form are one file on some disks, and one name in links.
fn drop_twins(published: &mut Vec<Arc<Parsed>>, diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: Table<String, SourcePath> = Table::default();
    published.retain(|parsed| {
        let path = &parsed.article.path;
        let Some(twin) = seen.insert(nfc(path.as_str()).into_owned(), path.clone()) else { return true };
        diagnostics.push(
            Diagnostic::new(Code::PathCollision, "the names of two files differ only by Unicode form")
                .at(Label::file(path.clone(), ""))
                .related(Label::file(twin, "the other"))
                .help("rename one of them: on some disks they are one file"),
        );
        false
    });
}

/// Folders of bundles that are not published: their files are not either. The front page's text is none.
fn hidden_bundles(hidden: &BTreeMap<SourcePath, Hidden>) -> HashSet<&str> {
    hidden.keys().filter(|path| path.stem() == "index").map(SourcePath::folder).filter(|at| *at != "content").collect()
}

/// Dates without a zone in a site without one: said once, at the first.
fn check_zones(config: &Config, published: &[Arc<Parsed>], diagnostics: &mut Vec<Diagnostic>) {
    if config.timezone.is_some() {
        return;
    }
    let mut zoneless: Vec<&Label> =
        published.iter().filter_map(|parsed| parsed.article.front.zoneless.as_ref()).collect();
    zoneless.sort();
    if let Some(first) = zoneless.first() {
        let others = zoneless.len() - 1;
        let message = match others {
            0 => "this date names no zone, and neither does site.toml: it is read as UTC".to_owned(),
            1 => "this date and that of 1 other article name no zone, and neither does site.toml: they are read as UTC"
                .to_owned(),
            _ => format!(
                "this date and those of {others} other articles name no zone, and neither does site.toml: they are read as UTC"
            ),
        };
        diagnostics.push(
            Diagnostic::new(Code::DateWithoutZone, message)
                .at((*first).clone())
                .help("add `timezone = \"Europe/Paris\"` (or yours) to site.toml"),
        );
    }
}

/// Authors that site.toml does not have, when it has any.
fn check_authors(config: &Config, published: &[Arc<Parsed>], diagnostics: &mut Vec<Diagnostic>) {
    if config.author.is_empty() {
        return;
    }
    let ids: Vec<&str> = config.author.iter().map(|author| author.id.as_str()).collect();
    for author in published.iter().flat_map(|parsed| &parsed.article.front.authors) {
        let known = config.author.iter().any(|entry| entry.id == author.text || entry.name == author.text);
        if !known {
            let mut problem =
                Diagnostic::new(Code::UnknownAuthor, format!("site.toml has no author `{}`", author.text))
                    .at(author.label.clone());
            if let Some(help) = suggest::help(&author.text, &ids) {
                problem = problem.help(help);
            }
            diagnostics.push(problem);
        }
    }
}
