//! Where a page stands: the pages from the front page down to its parent.
//!
//! The page itself is never among them. What has no title of its own is named by the theme, in the page's language.

use super::headline::Desk;
use super::parts::LinkView;
use crate::base::UrlPath;

/// Texts of the theme, for what neither the site nor an article gives a name. Asking is recorded.
pub trait Wording {
    /// The text of a key in a language; the key where the theme has none.
    fn text(&self, key: &str, language: &str) -> String;
}

/// For parts of pages that say nothing of their own.
pub struct Wordless;

impl Wording for Wordless {
    fn text(&self, key: &str, _language: &str) -> String {
        key.to_owned()
    }
}

/// A page above another.
pub enum Step<'a> {
    /// The index of topics, if there is one.
    Topics,
    /// The index of sources, if there is one.
    Sources,
    /// The archive, if there is one.
    Archive,
    /// A page with a title.
    Page(&'a str, &'a UrlPath),
}

/// The pages above another, from the front page down: titles and addresses.
pub struct Trail(Vec<(String, UrlPath)>);

impl Trail {
    /// That of the front page.
    pub fn none() -> Trail {
        Trail(Vec::new())
    }

    /// The pages, from the front page down.
    pub fn steps(&self) -> &[(String, UrlPath)] {
        &self.0
    }

    /// Links to them.
    pub fn links(&self, desk: &Desk<'_>) -> Vec<LinkView> {
        self.0.iter().map(|(title, url)| LinkView { title: title.clone(), url: desk.href(url) }).collect()
    }
}

/// The front page and the steps down from it, in a language.
pub fn trail(desk: &Desk<'_>, language: &str, steps: &[Step<'_>]) -> Trail {
    let about = &desk.about;
    let front = match desk.wording.text("home_short", language) {
        key if key == "home_short" => about.title.clone(),
        text => text,
    };
    let mut pages = vec![(front, UrlPath::root())];
    let index =
        |key: &str, url: &Option<UrlPath>| url.as_ref().map(|url| (desk.wording.text(key, language), url.clone()));
    pages.extend(steps.iter().filter_map(|step| match step {
        Step::Topics => index("topics", &about.topics),
        Step::Sources => index("sources", &about.sources),
        Step::Archive => index("archive", &about.archive),
        Step::Page(title, url) => Some(((*title).to_owned(), (*url).clone())),
    }));
    Trail(pages)
}
