//! Headlines: what lists and pages say of an article before its text.
//!
//! Made once for each article, on first demand, and kept with their fingerprints.

use super::query::{AuthorRef, Headline, Mention, PictureRef, TopicRef};
use super::{Resident, Site, Topic, address, sources};
use crate::base::{Fingerprint, Slug, typography};
use crate::content::{Face, Opening, Prose, TargetKind};
use std::sync::Arc;

impl Site {
    pub(crate) fn headline<'a>(&'a self, resident: &'a Resident) -> &'a (Arc<Headline>, Fingerprint) {
        resident.headline.get_or_init(|| {
            let headline = self.make_headline(resident);
            let fingerprint = Fingerprint::of(&Some(&headline));
            (Arc::new(headline), fingerprint)
        })
    }

    pub(super) fn make_headline(&self, resident: &Resident) -> Headline {
        let article = resident.article();
        let front = &article.front;
        let summary = front.description.as_deref().map_or_else(|| article.body.summary.clone(), Arc::from);
        Headline {
            path: article.path.clone(),
            url: resident.url.clone(),
            id: resident.id.clone(),
            title: front.shown_title().to_owned(),
            date: front.date,
            updated: front.modified(),
            lang: front.lang.clone().filter(|lang| *lang != self.config.language),
            excerpt: excerpt(front.description.as_deref(), &article.body),
            summary,
            source: self.mention(resident),
            topics: resident.topics.iter().map(|index| self.topic_ref(&self.topics[*index])).collect(),
            authors: front.authors.iter().map(|author| self.author(&author.text)).collect(),
            image: front.image.as_ref().map(|picture| {
                let is_external = picture.target.kind == TargetKind::External;
                PictureRef {
                    path: self.land(&article.path, &picture.target).0.path,
                    external: is_external.then(|| picture.target.path.clone()),
                    alt: picture.alt.clone(),
                    caption: picture.caption.clone(),
                    credit: picture.credit.clone(),
                }
            }),
            minutes: reading_minutes(article.body.words),
            draft: front.draft,
        }
    }

    pub(super) fn mention(&self, resident: &Resident) -> Option<Mention> {
        let citation = resident.article().front.source.as_ref()?;
        let source = resident.source.map(|index| &self.sources[index]);
        let set_name = |name: &str| typography::name(name, self.rules()).into_owned();
        let name = match source {
            Some(source) => set_name(&source.name),
            None => set_name(&sources::shown_name(citation)?),
        };
        let pages = self.config.pages.sources;
        let lang = citation.lang.clone().or_else(|| source.and_then(|source| source.lang.clone()));
        // A headline is quoted in the language in which it was written.
        let own = resident.article().front.lang.as_deref().unwrap_or(&self.config.language);
        let rules = self.rules_of(lang.as_deref().unwrap_or(own));
        Some(Mention {
            name,
            url: citation.url.clone().or_else(|| source.and_then(|source| source.url.clone())),
            page: source.filter(|_| pages).map(|source| address::source(&self.config, &source.slug)),
            author: citation.author.as_deref().map(set_name),
            title: citation.title.as_deref().map(|title| typography::set(title, rules).into_owned()),
            date: citation.date,
            lang: lang.filter(|lang| *lang != self.config.language),
            is_report: citation.url.is_some(),
            paywall: source.is_some_and(|source| source.paywall),
            via: citation.via.as_ref().and_then(|via| {
                let declared = sources::declared(&self.config, via);
                let name = declared
                    .map(|entry| entry.name.clone())
                    .or_else(|| via.name.clone())
                    .or_else(|| via.url.as_deref().and_then(sources::host))?;
                let slug = declared.map(|entry| entry.slug.clone()).or_else(|| Slug::derive(&name));
                let page = slug
                    .filter(|slug| pages && self.source_by_slug.contains_key(slug))
                    .map(|slug| address::source(&self.config, &slug));
                let url = via.url.clone().or_else(|| declared.and_then(|entry| entry.url.clone()));
                Some((set_name(&name), url, page))
            }),
        })
    }

    pub(super) fn topic_ref(&self, topic: &Topic) -> TopicRef {
        TopicRef {
            title: topic.shown(self.rules()).to_owned(),
            slug: topic.slug.clone(),
            page: self.config.pages.topics.then(|| topic.page(&self.config)),
        }
    }

    pub(super) fn author(&self, written: &str) -> AuthorRef {
        let known = self.config.author.iter().find(|author| author.id == written || author.name == written);
        AuthorRef {
            id: known.map_or_else(|| written.to_owned(), |author| author.id.clone()),
            name: typography::name(known.map_or(written, |author| &author.name), self.rules()).into_owned(),
            url: known.and_then(|author| author.url.clone()),
            bio: known
                .and_then(|author| author.bio.as_deref())
                .map(|bio| typography::set(bio, self.rules()).into_owned()),
        }
    }
}

/// The chapô: the description, else what stands before `<!-- more -->`, else the first paragraph.
pub(super) fn excerpt(description: Option<&str>, body: &Face) -> Opening {
    let paragraph = |text: &str| {
        let html = format!("<p>{}</p>", crate::content::escape::escaped(text));
        Opening::Blocks(Arc::new(Prose::new(html, Vec::new())))
    };
    if let Some(description) = description {
        return paragraph(description);
    }
    match body.opening() {
        Opening::Blocks(blocks) if blocks.is_empty() && !body.summary.is_empty() => paragraph(&body.summary),
        opening => opening,
    }
}

/// Minutes to read so many words at 220 a minute, at least 1.
pub(super) fn reading_minutes(words: u32) -> u32 {
    words.div_ceil(220).max(1)
}
