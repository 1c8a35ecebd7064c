//! Headlines, and the other parts that several pages build alike.

use super::link::{Scene, Shown};
use super::parts::{
    AuthorView, CitationView, Common, DateView, FeedLinkView, HeadlineView, LinkView, PagerView, PictureView,
    TopicLinkView, UpdateView, ViaView,
};
use super::shelf::Shelf;
use super::structured::{self, Listed};
use super::topic::TopicSummaryView;
use super::trail::Wording;
use crate::base::{SourcePath, UrlPath, When};
use crate::config::FeedFormat;
use crate::content::Prose;
use crate::pictures::Size;
use crate::site::List;
use crate::site::Reader;
use crate::site::query::{
    About, AboutSite, AuthorRef, Headline, HeadlineOf, ListPage, Mention, NewestNotes, NoteRef, PageOfList, PictureRef,
    PictureSize, TopicRef, TopicSummary,
};
use crate::theme::{Html, Ready};
use std::cell::Cell;
use std::sync::Arc;

/// Who asks, with what every view needs of the site.
pub struct Desk<'a> {
    /// Who asks.
    pub reader: &'a Reader,
    /// What the site is.
    pub about: Arc<About>,
    /// What pages share.
    pub shelf: &'a Shelf,
    /// How the theme names what has no name.
    pub wording: &'a dyn Wording,
}

/// One page of a list.
pub struct ListView {
    /// Its posts.
    pub posts: Vec<Ready<HeadlineView>>,
    /// The same for machines.
    pub entries: Vec<Listed>,
    /// Where it stands, when there are several.
    pub pager: Option<PagerView>,
}

impl<'a> Desk<'a> {
    /// Asks what the site is.
    pub fn new(reader: &'a Reader, shelf: &'a Shelf, wording: &'a dyn Wording) -> Desk<'a> {
        Desk { reader, about: reader.ask(AboutSite {}), shelf, wording }
    }

    /// The address of a page, for a link.
    pub fn href(&self, url: &UrlPath) -> String {
        self.about.base_url.href(url)
    }

    /// The whole address of a page.
    pub fn absolute(&self, url: &UrlPath) -> String {
        self.about.base_url.absolute(url)
    }

    /// Where the pieces of an article are shown.
    pub fn scene<'s>(&'s self, path: &'s SourcePath, shown: Shown) -> Scene<'s> {
        Scene { reader: self.reader, base: &self.about.base_url, path, shown, hurries: Cell::new(false) }
    }

    /// What every page has; a page that has more of it says so.
    pub fn common(&self, kind: &'static str, url: &UrlPath, title: String) -> Common {
        Common {
            kind,
            url: self.href(url),
            canonical: self.absolute(url),
            title,
            description: String::new(),
            language: self.about.language.clone(),
            locale: String::new(),
            feeds: Vec::new(),
            breadcrumbs: Vec::new(),
            structured_data: Html::default(),
        }
    }

    /// A date.
    pub fn date(&self, when: &When) -> DateView {
        DateView { iso: when.rfc3339(&self.about.zone), has_time: when.precision == crate::base::Precision::Time }
    }

    /// Headlines of the posts of a list, each of which hardly ever stands on another page that is made soon.
    pub fn headlines(&self, paths: &[SourcePath]) -> Vec<Ready<HeadlineView>> {
        paths.iter().filter_map(|path| self.ready_headline(path)).collect()
    }

    /// Headlines of posts that many pages show: the newest of all, of a topic or of a source.
    pub fn shared_headlines(&self, paths: &[SourcePath]) -> Vec<Ready<HeadlineView>> {
        let make = |path: &SourcePath, reader: &Reader| {
            // Who takes the headline has a desk too, and has asked what the site is.
            Desk { reader, about: self.about.clone(), shelf: self.shelf, wording: self.wording }.ready_headline(path)
        };
        paths
            .iter()
            .filter_map(|path| self.shelf.headlines.take(path, self.reader, |reader| make(path, reader)))
            .collect()
    }

    fn ready_headline(&self, path: &SourcePath) -> Option<Ready<HeadlineView>> {
        let headline = self.reader.ask(HeadlineOf { path: path.clone() })?;
        self.headline(&headline).map(|view| Ready::new(&view))
    }

    /// A headline; nothing for a page that has no date.
    fn headline(&self, headline: &Headline) -> Option<HeadlineView> {
        Some(HeadlineView {
            url: self.href(&headline.url),
            title: headline.title.clone(),
            date: self.date(&headline.date?),
            updated: headline.updated.as_ref().map(|when| self.date(when)),
            lang: headline.lang.clone(),
            summary: headline.summary.to_string(),
            excerpt: self.scene(&headline.path, Shown::InList).opening(&headline.excerpt),
            source: headline.source.as_ref().map(|mention| self.citation(mention)),
            topics: self.topic_links(&headline.topics),
            authors: headline.authors.iter().map(author).collect(),
            image: headline.image.as_ref().and_then(|picture| self.picture(picture)),
            reading_minutes: headline.minutes,
            draft: headline.draft,
        })
    }

    /// A citation.
    pub fn citation(&self, mention: &Mention) -> CitationView {
        CitationView {
            name: mention.name.clone(),
            url: mention.url.clone(),
            page: mention.page.as_ref().map(|page| self.href(page)),
            author: mention.author.clone(),
            title: mention.title.clone(),
            date: mention.date.as_ref().map(|date| self.date(date)),
            lang: mention.lang.clone(),
            paywall: mention.paywall,
            via: mention.via.as_ref().map(|(name, url, page)| ViaView {
                name: name.clone(),
                url: url.clone(),
                page: page.as_ref().map(|page| self.href(page)),
            }),
        }
    }

    /// The topics of a post.
    pub fn topic_links(&self, topics: &[TopicRef]) -> Vec<Ready<TopicLinkView>> {
        // A slug is one topic's alone.
        topics
            .iter()
            .map(|topic| self.shelf.topics.take(&topic.slug, self.reader, |_| Ready::new(&self.topic_link(topic))))
            .collect()
    }

    fn topic_link(&self, topic: &TopicRef) -> TopicLinkView {
        TopicLinkView {
            title: topic.title.clone(),
            slug: topic.slug.to_string(),
            url: topic.page.as_ref().map(|page| self.href(page)),
        }
    }

    /// Topics in an index.
    pub fn topic_summaries(&self, topics: &[TopicSummary]) -> Vec<TopicSummaryView> {
        topics
            .iter()
            .map(|topic| TopicSummaryView {
                title: topic.title.clone(),
                slug: topic.slug.to_string(),
                url: Some(self.href(&topic.url)),
                description: topic.description.clone(),
                count: topic.count,
                latest: topic.latest.as_ref().map(|date| self.date(date)),
            })
            .collect()
    }

    /// A lead picture; nothing when its file does not exist.
    pub fn picture(&self, picture: &PictureRef) -> Option<PictureView> {
        let (url, absolute) = match (&picture.external, &picture.path) {
            (Some(external), _) => (external.clone(), external.clone()),
            (None, Some(path)) => (self.href(path), self.absolute(path)),
            (None, None) => return None,
        };
        let size = self.size_of(picture);
        Some(PictureView {
            url,
            absolute,
            alt: picture.alt.clone(),
            caption: picture.caption.clone(),
            credit: picture.credit.clone(),
            width: size.map(|size| size.width),
            height: size.map(|size| size.height),
        })
    }

    /// How large a picture of the site is.
    fn size_of(&self, picture: &PictureRef) -> Option<Size> {
        let path = picture.path.as_ref().filter(|_| picture.external.is_none())?;
        self.reader.ask(PictureSize { path: path.clone() })
    }

    /// The newest updates and corrections of posts.
    pub fn newest_notes(&self, limit: usize) -> Vec<UpdateView> {
        let notes = self.reader.ask(NewestNotes { limit });
        let view = |note: &NoteRef| UpdateView {
            url: self.href(&note.url),
            title: note.title.clone(),
            lang: note.lang.clone(),
            date: self.date(&note.date),
            text: whole(&self.scene(&note.path, Shown::InList), &note.text.0, &note.text.1),
            is_correction: note.is_correction,
        };
        notes.iter().map(view).collect()
    }

    /// Links to the feeds below an address.
    pub fn feeds(&self, title: &str, url: &UrlPath) -> Vec<FeedLinkView> {
        self.about
            .formats
            .iter()
            .map(|format| FeedLinkView {
                name: feed_name(*format),
                title: title.to_owned(),
                mime: feed_mime(*format),
                url: self.href(&url.join(feed_file(*format))),
            })
            .collect()
    }

    /// One page of a list and where it stands; `own` is the list's address.
    pub fn list_page(&self, list: List, number: Option<usize>, own: &UrlPath) -> ListView {
        let page: ListPage = self.reader.ask(PageOfList { list, number });
        let at = |number: usize| self.href(&numbered(own, number));
        let pager = PagerView {
            number: page.number,
            is_newest: page.is_newest,
            newer: match (page.is_newest, page.next_is_newest) {
                (true, _) => None,
                (false, true) => Some(self.href(own)),
                (false, false) => Some(at(page.number + 1)),
            },
            older: (page.number > 1).then(|| at(page.number - 1)),
        };
        let has_others = pager.newer.is_some() || pager.older.is_some();
        ListView {
            entries: structured::listed(self, &page.posts),
            posts: self.headlines(&page.posts),
            pager: has_others.then_some(pager),
        }
    }
}

/// The address of a numbered page of a list.
pub fn numbered(list: &UrlPath, number: usize) -> UrlPath {
    list.join(&format!("page/{number}/"))
}

/// The file of a feed below its list's address.
pub fn feed_file(format: FeedFormat) -> &'static str {
    match format {
        FeedFormat::Atom => "atom.xml",
        FeedFormat::Rss => "rss.xml",
        FeedFormat::Json => "feed.json",
    }
}

fn feed_name(format: FeedFormat) -> &'static str {
    match format {
        FeedFormat::Atom => "Atom",
        FeedFormat::Rss => "RSS",
        FeedFormat::Json => "JSON Feed",
    }
}

fn feed_mime(format: FeedFormat) -> &'static str {
    match format {
        FeedFormat::Atom => "application/atom+xml",
        FeedFormat::Rss => "application/rss+xml",
        FeedFormat::Json => "application/feed+json",
    }
}

/// An author.
pub fn author(author: &AuthorRef) -> AuthorView {
    AuthorView { id: author.id.clone(), name: author.name.clone(), url: author.url.clone(), bio: author.bio.clone() }
}

/// A link to a neighbour.
pub fn neighbour(desk: &Desk<'_>, neighbour: Option<(String, UrlPath)>) -> Option<LinkView> {
    neighbour.map(|(title, url)| LinkView { title, url: desk.href(&url) })
}

/// A text as blocks: its lede as a paragraph, and the rest.
pub fn whole(scene: &Scene<'_>, lede: &Prose, rest: &Prose) -> Html {
    Html::written(|html| scene.whole(lede, rest, html))
}
