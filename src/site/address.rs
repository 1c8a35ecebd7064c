//! Addresses of articles, topics, sources and archives, from the patterns of site.toml.

use crate::base::{Code, Diagnostic, Label, Slug, UrlPath, When, Zone};
use crate::config::Config;
use crate::content::{Article, Place};

/// The address of a published article. A topic's text has the topic's, the home text has the home page's.
pub(super) fn article(
    article: &Article,
    first_topic: Option<&Slug>,
    config: &Config,
    zone: &Zone,
) -> Result<UrlPath, Box<Diagnostic>> {
    let url = match article.place {
        Place::Home => "/".to_owned(),
        Place::Topic => config.urls.topics.replace(":slug", article.front.slug.as_str()),
        Place::Page => format!("{}{}/", page_folder(article)?, article.front.slug),
        Place::Post => {
            if config.urls.posts.contains(":topic") && first_topic.is_none() {
                let problem = Diagnostic::new(Code::BadValue, "a post without a tag has no address under this pattern")
                    .at(Label::file(article.path.clone(), ""))
                    .help("give the post a tag, or leave `:topic` out of `[urls] posts`");
                return Err(Box::new(problem));
            }
            let url = config.urls.posts.replace(":slug", article.front.slug.as_str());
            let url = url.replace(":topic", first_topic.map_or("", Slug::as_str));
            match article.front.date {
                Some(date) => dated(&url, &date, zone),
                None => url,
            }
        }
    };
    UrlPath::parse(&url).map_err(|error| {
        let problem = Diagnostic::new(Code::BadName, format!("the address `{url}` cannot be used: {error}"))
            .at(Label::file(article.path.clone(), ""))
            .help("give the article a `slug` made of letters, digits and hyphens");
        Box::new(problem)
    })
}

/// The folders of a page, as slugs, with slashes around: `/` or `/dossiers/ia/`. A bundle's own folder is its slug.
fn page_folder(article: &Article) -> Result<String, Box<Diagnostic>> {
    let folder = article.path.folder();
    let mut folders: Vec<&str> = folder.split('/').skip(1).collect();
    if article.is_bundle() {
        folders.pop();
    }
    let mut url = "/".to_owned();
    for folder in folders {
        let Some(slug) = Slug::derive(folder) else {
            let problem = Diagnostic::new(Code::BadName, format!("no address can be made from the folder `{folder}`"));
            let problem = problem.at(Label::file(article.path.clone(), ""));
            return Err(Box::new(problem.help("give the folder a name with letters or digits")));
        };
        url += slug.as_str();
        url.push('/');
    }
    Ok(url)
}

fn dated(pattern: &str, when: &When, zone: &Zone) -> String {
    if !pattern.contains(':') {
        return pattern.to_owned();
    }
    let date = when.date(zone);
    pattern
        .replace(":year", &format!("{:04}", date.year()))
        .replace(":month", &format!("{:02}", date.month()))
        .replace(":day", &format!("{:02}", date.day()))
}

/// The page of a topic.
pub(crate) fn topic(config: &Config, slug: &Slug) -> UrlPath {
    of_slug(&config.urls.topics, slug)
}

/// The page of a source.
pub(crate) fn source(config: &Config, slug: &Slug) -> UrlPath {
    of_slug(&config.urls.sources, slug)
}

/// The index above the pages of a pattern: `/sujets/` for `/sujets/:slug/`.
pub(crate) fn index_of(pattern: &str) -> UrlPath {
    let fixed = pattern.split(':').next().unwrap_or("/");
    let folder = &fixed[..=fixed.rfind('/').unwrap_or(0)];
    UrlPath::parse(folder).unwrap_or_else(|_| UrlPath::root())
}

/// The page of a year: the archive's pattern up to its month.
pub(crate) fn year(pattern: &str, year: i16) -> UrlPath {
    let upto = pattern.split(":month").next().unwrap_or("/");
    parse(&upto[..=upto.rfind('/').unwrap_or(0)].replace(":year", &format!("{year:04}")))
}

/// The page of a month.
pub(crate) fn month(pattern: &str, year: i16, month: i8) -> UrlPath {
    parse(&pattern.replace(":year", &format!("{year:04}")).replace(":month", &format!("{month:02}")))
}

fn of_slug(pattern: &str, slug: &Slug) -> UrlPath {
    parse(&pattern.replace(":slug", slug.as_str()))
}

/// Patterns were checked when site.toml was read, and slugs when they were made.
fn parse(url: &str) -> UrlPath {
    UrlPath::parse(url).unwrap_or_else(|_| UrlPath::root())
}
