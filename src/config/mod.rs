//! `site.toml`, typed.
//!
//! Everything below this room gets a `Config` that is complete and valid; nothing here reads the disk or the
//! environment (the command line hands overrides over as text).
//!
//! `keys` lists what may be written, `checks` says what single values must be, `settings` compares the text with the
//! list, `read` makes the `Config`. A new key is one line in `keys`, one field here and one line in `read`.

mod accept;
mod checks;
mod effective;
mod hints;
mod keys;
#[cfg(test)]
mod matrix;
mod overrides;
mod policy;
mod read;
mod settings;
#[cfg(test)]
mod tests;

pub use checks::is_output_folder;
pub use effective::{Setting, effective};
pub use overrides::{Origin, Override, PREFIX, overrides};
pub use policy::policy;
pub use read::read;

use crate::base::Json;
use crate::base::{Label, Slug, UrlPath, Zone};
use serde::{Deserialize, Serialize};

/// The whole configuration of a site.
#[derive(Clone, Debug, Serialize)]
pub struct Config {
    /// The name of the site.
    pub title: String,
    /// Where the output folder is served.
    pub base_url: BaseUrl,
    /// What the site is, in a sentence; may be empty.
    pub description: String,
    /// BCP 47 tag of the site's language.
    pub language: String,
    /// The zone of dates that name none; absent means UTC.
    pub timezone: Option<Zone>,
    /// The output folder, relative to the root unless absolute.
    pub output: String,
    /// How a finished build reaches the output folder.
    pub publish: Publish,
    /// The theme and its options.
    pub theme: ThemeChoice,
    /// URL patterns.
    pub urls: Urls,
    /// Page kinds that can be switched off.
    pub pages: Pages,
    /// Lists of posts.
    pub lists: Lists,
    /// Feeds.
    pub feeds: Feeds,
    /// Markdown switches.
    pub markdown: Markdown,
    /// What is asked of posts' sources.
    pub sources: Sources,
    /// Dot files of `static/` to publish besides `.well-known`.
    pub static_include: Vec<String>,
    /// For templates.
    pub extra: Json,
    /// Known sources.
    pub source: Vec<SourceEntry>,
    /// Known topics.
    pub topic: Vec<TopicEntry>,
    /// Known authors.
    pub author: Vec<AuthorEntry>,
    /// The menu.
    pub menu: Vec<MenuEntry>,
}

impl Config {
    /// The zone of dates that name none.
    pub fn zone(&self) -> Zone {
        self.timezone.clone().unwrap_or_else(Zone::utc)
    }
}

/// Where the output folder is served: an http(s) URL without a final slash, its path apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseUrl {
    /// `https://example.org/actu`
    pub text: String,
    /// `/actu`, or empty.
    pub path: String,
    /// `example.org`
    pub host: String,
}

impl BaseUrl {
    /// The address to write in a page: `/actu/2025/06/meta/`.
    pub fn href(&self, url: &UrlPath) -> String {
        [&self.path, url.as_str()].concat()
    }

    /// The whole address: `https://example.org/actu/2025/06/meta/`.
    pub fn absolute(&self, url: &UrlPath) -> String {
        [&self.text, url.as_str()].concat()
    }
}

/// How a finished build reaches the output folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Publish {
    /// Changed files are renamed into place, in a safe order.
    InPlace,
    /// The whole tree is exchanged at once.
    Swap,
}

/// The theme and its options.
#[derive(Clone, Debug, Serialize)]
pub struct ThemeChoice {
    /// The folder below `themes/`, or a built-in theme.
    pub name: String,
    /// As written; checked against the theme's declarations when it is loaded.
    pub options: Json,
    /// Where the name stands (absent: the default).
    pub label: Option<Label>,
    /// Where each option stands.
    pub option_labels: Vec<(String, Label)>,
}

/// URL patterns: checked to begin and end with `/` and to use only the placeholders of their kind.
#[derive(Clone, Debug, Serialize)]
pub struct Urls {
    /// `:year :month :day :slug :topic`
    pub posts: String,
    /// `:slug`
    pub topics: String,
    /// `:slug`
    pub sources: String,
    /// `:year :month`
    pub archive: String,
    /// Where the last three stand, as far as they were written.
    pub labels: [Option<Label>; 3],
}

/// Page kinds that can be switched off.
#[derive(Clone, Debug, Serialize)]
pub struct Pages {
    /// Topic pages and their index.
    pub topics: bool,
    /// Source pages and their index.
    pub sources: bool,
    /// Archive by year and month.
    pub archive: bool,
}

/// Lists of posts.
#[derive(Clone, Debug, Serialize)]
pub struct Lists {
    /// Posts on a page; 0 is all on one.
    pub per_page: usize,
}

/// Feeds.
#[derive(Clone, Debug, Serialize)]
pub struct Feeds {
    /// In the order in which pages name them.
    pub formats: Vec<FeedFormat>,
    /// How many posts.
    pub entries: usize,
    /// How much of each.
    pub content: FeedContent,
    /// The authority of `tag:` ids; `None` is the host of `base_url`.
    pub authority: Option<String>,
    /// A feed for each topic.
    pub topics: bool,
    /// A feed for each source.
    pub sources: bool,
    /// A sitemap of the posts of the last two days.
    pub news_sitemap: bool,
}

/// A feed format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FeedFormat {
    /// RFC 4287.
    Atom,
    /// RSS 2.0.
    Rss,
    /// JSON Feed 1.1.
    Json,
}

/// How much of a post a feed carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FeedContent {
    /// The whole text.
    #[default]
    Full,
    /// The summary.
    Summary,
}

/// Markdown switches.
#[derive(Clone, Debug, Serialize)]
pub struct Markdown {
    /// What becomes of raw HTML.
    pub raw_html: RawHtmlPolicy,
    /// Whether code is coloured.
    pub highlight: bool,
    /// Whether the typography pass runs.
    pub typography: bool,
    /// The `rel` of links that leave the site.
    pub external_rel: String,
}

/// What becomes of raw HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RawHtmlPolicy {
    /// Shown as text, with a warning.
    Escape,
    /// Let through.
    Allow,
    /// Let through as far as it is harmless, with a warning for the rest.
    Sanitize,
    /// Shown as text, with an error.
    Error,
}

/// What is asked of posts' sources.
#[derive(Clone, Debug, Serialize)]
pub struct Sources {
    /// Whether a post must name one.
    pub required: Requirement,
}

/// How much something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Requirement {
    /// A warning without it.
    Warn,
    /// An error without it.
    Error,
    /// Not at all.
    Off,
}

/// `[[source]]`
#[derive(Clone, Debug, Serialize)]
pub struct SourceEntry {
    /// Its name as shown.
    pub name: String,
    /// Its slug, written or derived from the name.
    pub slug: Slug,
    /// Other names and host names.
    pub aliases: Vec<String>,
    /// Its home page.
    pub url: Option<String>,
    /// Its language.
    pub lang: Option<String>,
    /// Whether readers must pay.
    pub paywall: bool,
    /// What it is.
    pub description: Option<String>,
}

/// `[[topic]]`
#[derive(Clone, Debug, Serialize)]
pub struct TopicEntry {
    /// Its title as shown.
    pub title: String,
    /// Its slug, written or derived from the title.
    pub slug: Slug,
    /// Other spellings.
    pub aliases: Vec<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Words that file a post here when they stand in its title, text or source.
    #[serde(rename = "match")]
    pub matches: Vec<String>,
}

/// `[[author]]`
#[derive(Clone, Debug, Serialize)]
pub struct AuthorEntry {
    /// What posts write.
    pub id: String,
    /// What readers see.
    pub name: String,
    /// Their page.
    pub url: Option<String>,
    /// What they do.
    pub bio: Option<String>,
}

/// `[[menu]]`
#[derive(Clone, Debug, Serialize)]
pub struct MenuEntry {
    /// The text.
    pub title: String,
    /// A path of the site (`/a-propos/`) or an http(s) URL.
    pub url: String,
    /// Where it stands, for the link check.
    pub label: Label,
}
