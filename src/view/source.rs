//! A source, and the index of sources.

use super::contract::view;
use super::headline::{Desk, numbered};
use super::parts::{Common, DateView, HeadlineView, PagerView};
use super::structured::{self, Listed};
use super::trail::{Step, trail};
use crate::base::{Slug, UrlPath};
use crate::site::List;
use crate::site::query::{AllSources, CountOf, SourceAbout, SourceFacts, SourceSummary};
use crate::theme::Ready;

view! {
    /// A source: `source.html`.
    pub struct SourcePage {
        /// What every page has; `page.title` is the source's name.
        #[flat]
        pub common: Common,
        /// The slug of the source.
        pub slug: String,
        /// Its home page.
        pub homepage: Option<String>,
        /// Its language.
        pub lang: Option<String>,
        /// Whether readers must pay there.
        pub paywall: bool,
        /// How many posts cite it; only on the source's own address, so that full pages never change.
        pub count: Option<usize>,
        /// Posts of this page, newest first.
        pub posts: Vec<HeadlineView> as Vec<Ready<HeadlineView>>,
        /// Where this page stands, when there are several.
        pub pager: Option<PagerView>,
    }
}

view! {
    /// The index of sources: `sources.html`.
    pub struct SourcesPage {
        /// What every page has.
        #[flat]
        pub common: Common,
        /// All sources, by name.
        pub sources: Vec<SourceSummaryView>,
    }
}

view! {
    /// A source in the index.
    pub struct SourceSummaryView {
        /// Its name.
        pub name: String,
        /// Its slug.
        pub slug: String,
        /// Its page on this site, unless source pages are off.
        pub url: Option<String>,
        /// Its home page.
        pub homepage: Option<String>,
        /// Whether readers must pay there.
        pub paywall: bool,
        /// How many posts cite it.
        pub count: usize,
        /// When the newest of them appeared.
        pub latest: Option<DateView>,
    }
}

/// Builds a page of a source; nothing when there is no such source.
pub fn build(desk: &Desk<'_>, slug: &Slug, number: Option<usize>) -> Option<SourcePage> {
    let source = desk.reader.ask(SourceFacts { name: slug.to_string() })?;
    let list = List::Source(source.slug.clone());
    let page = desk.list_page(list.clone(), number, &source.url);
    let url = number.map_or_else(|| source.url.clone(), |number| numbered(&source.url, number));
    let own = [Step::Sources, Step::Page(&source.name, &source.url)];
    let above = if number.is_none() { &own[..1] } else { &own[..] };
    let common = Common {
        description: source.description.clone(),
        feeds: if desk.about.source_feeds { desk.feeds(&source.name, &source.url) } else { Vec::new() },
        ..desk.common("source", &url, source.name.clone())
    };
    let trail = trail(desk, &desk.about.language, above);
    Some(SourcePage {
        common: structured::collection(desk, common, &trail, &page.entries),
        slug: source.slug.to_string(),
        homepage: source.homepage.clone(),
        lang: source.lang.clone(),
        paywall: source.paywall,
        count: number.is_none().then(|| desk.reader.ask(CountOf { list })),
        posts: page.posts,
        pager: page.pager,
    })
}

/// Builds the index of sources.
pub fn build_index(desk: &Desk<'_>, title: String) -> SourcesPage {
    let url = desk.about.sources.clone().unwrap_or_else(UrlPath::root);
    let sources = desk.reader.ask(AllSources {});
    let listed =
        |source: &SourceSummary| Listed { title: source.about.name.clone(), url: desk.absolute(&source.about.url) };
    let entries: Vec<Listed> = sources.iter().map(listed).collect();
    let trail = trail(desk, &desk.about.language, &[]);
    SourcesPage {
        common: structured::collection(desk, desk.common("sources", &url, title), &trail, &entries),
        sources: sources
            .iter()
            .map(|source| {
                summary(desk, &source.about, source.count, source.latest.as_ref().map(|date| desk.date(date)))
            })
            .collect(),
    }
}

/// A source in an index.
pub fn summary(desk: &Desk<'_>, about: &SourceAbout, count: usize, latest: Option<DateView>) -> SourceSummaryView {
    SourceSummaryView {
        name: about.name.clone(),
        slug: about.slug.to_string(),
        url: desk.about.sources.as_ref().map(|_| desk.href(&about.url)),
        homepage: about.homepage.clone(),
        paywall: about.paywall,
        count,
        latest,
    }
}
