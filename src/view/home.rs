//! The front page.

use super::contract::view;
use super::headline::{Desk, numbered, whole};
use super::link::Shown;
use super::parts::{Common, HeadlineView, PagerView, UpdateView};
use super::structured;
use super::topic::TopicSummaryView;
use super::trail::{Trail, trail};
use crate::base::{SourcePath, UrlPath};
use crate::site::List;
use crate::site::query::{ArticleOf, TopTopics};
use crate::theme::{Html, Ready};

view! {
    /// The front page, and the numbered pages behind it: `home.html`.
    pub struct HomePage {
        /// What every page has.
        #[flat]
        pub common: Common,
        /// The text of `content/index.md`; may be empty.
        pub intro: Html,
        /// Posts of this page, newest first.
        pub posts: Vec<HeadlineView> as Vec<Ready<HeadlineView>>,
        /// Where this page stands, when there are several.
        pub pager: Option<PagerView>,
        /// The topics with the most posts, at most 24.
        pub topics: Vec<TopicSummaryView>,
        /// The newest updates and corrections of posts, at most 6; only on the front page itself.
        pub updates: Vec<UpdateView>,
    }
}

/// How many updates and corrections the front page has.
pub const UPDATES: usize = 6;

/// Builds the front page, or a numbered page behind it.
pub fn build(desk: &Desk<'_>, number: Option<usize>) -> HomePage {
    let own = UrlPath::root();
    let list = desk.list_page(List::All, number, &own);
    let url = number.map_or(own.clone(), |number| numbered(&own, number));
    let is_front = number.is_none();
    let path = SourcePath::new("content/index.md");
    let text = if is_front { desk.reader.ask(ArticleOf { path: path.clone() }) } else { None };
    let title =
        text.as_ref().map_or_else(|| desk.about.title.clone(), |text| text.article.front.shown_title().to_owned());
    let description = text.as_ref().and_then(|text| text.article.front.description.clone());
    let common = Common {
        description: description.unwrap_or_else(|| desk.about.description.clone()),
        ..desk.common("home", &url, title)
    };
    let trail = if is_front { Trail::none() } else { trail(desk, &desk.about.language, &[]) };
    HomePage {
        common: structured::collection(desk, common, &trail, &list.entries),
        intro: text
            .map(|text| whole(&desk.scene(&path, Shown::OwnPage), &text.article.body.lede, &text.rest()))
            .unwrap_or_default(),
        posts: list.posts,
        pager: list.pager,
        topics: if is_front { desk.topic_summaries(&desk.reader.ask(TopTopics { limit: 24 })) } else { Vec::new() },
        updates: if is_front { desk.newest_notes(UPDATES) } else { Vec::new() },
    }
}
