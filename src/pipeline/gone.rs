//! What the last build published and this one does not: readers and other sites may still ask for it.

use crate::base::{Code, Diagnostic, OutputPath, UrlPath};
use crate::output::{self, Plan};
use crate::sink::Previous;
use crate::site::Site;
use std::collections::BTreeMap;

/// Addresses of the last build that no output answers any more. Feeds of one name are told together: a format that is
/// taken away takes many.
pub(super) fn gone(previous: &Previous, site: &Site, plan: &Plan) -> Vec<Diagnostic> {
    let mut feeds: BTreeMap<&str, Vec<UrlPath>> = BTreeMap::new();
    let mut gone = Vec::new();
    let mut has_lost_pages = false;
    for path in previous.files.keys().filter(|path| !plan.outputs().contains_key(*path)) {
        let name = path.as_str().rsplit('/').next().unwrap_or_default();
        // Numbered pages of lists come and go, and what is for hosts and crawlers alone nobody links to.
        if is_numbered(path) || name.starts_with(['.', '_']) || name.starts_with("sitemap") {
            continue;
        }
        if output::is_feed(path) {
            feeds.entry(name).or_default().push(path.url());
            continue;
        }
        let url = path.url();
        let help = match name.ends_with(".html") {
            true => {
                has_lost_pages = true;
                format!("if something takes its place, give it `aliases = [\"{url}\"]`")
            }
            false => "if another file takes its place, lead on to that in `_redirects`".to_owned(),
        };
        gone.push(Diagnostic::new(Code::GoneUrl, format!("`{url}` was published and is gone")).help(help));
    }
    // What is a draft or not due is an article too. A site that never had one has files and feeds to lose, but no page.
    let has_articles = site.all_articles().next().is_some() || !site.hidden().is_empty();
    let count = gone.len() + feeds.values().map(Vec::len).sum::<usize>();
    if has_lost_pages && !has_articles {
        return vec![emptied("article", "content/", count)];
    }
    if has_lost_pages && !has_posts(site) && had_posts(previous, site, plan) {
        return vec![emptied("post", "content/posts/", count)];
    }
    gone.extend(feeds.values().map(|urls| gone_feeds(urls)));
    gone
}

/// Whether there is a post, be it a draft or not due.
fn has_posts(site: &Site) -> bool {
    site.posts().len() > 0 || site.hidden().keys().any(|path| path.below("content/posts").is_some())
}

/// Whether a page goes that only posts have: their own, or a month of the archive. An address without a year may be that
/// of any page.
fn had_posts(previous: &Previous, site: &Site, plan: &Plan) -> bool {
    let urls = &site.config().urls;
    let patterns: Vec<&str> = [&urls.posts, &urls.archive]
        .into_iter()
        .map(String::as_str)
        .filter(|pattern| pattern.contains(":year"))
        .collect();
    let gone = previous.files.keys().filter(|path| !plan.outputs().contains_key(*path));
    gone.filter_map(|path| path.as_str().strip_suffix("index.html"))
        .any(|path| patterns.iter().any(|of| is_of(of, path)))
}

/// Whether a folder, without a slash before it, has an address of a pattern.
fn is_of(pattern: &str, folder: &str) -> bool {
    let (parts, names) = (pattern.split('/').skip(1), folder.split('/'));
    let fits = |(part, name): (&str, &str)| match part {
        ":year" => is_number(name, 4),
        ":month" | ":day" => is_number(name, 2),
        _ if part.contains(':') => !name.is_empty(),
        _ => part == name,
    };
    parts.clone().count() == names.clone().count() && parts.zip(names).all(fits)
}

fn is_number(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Nothing of a kind is left of a site that is online. A folder that is not mounted, has another name or belongs to another
/// branch looks the same as one that was emptied on purpose, and is far more likely.
fn emptied(what: &str, folder: &str, count: usize) -> Diagnostic {
    let message = format!("no {what} is left in `{folder}`, and {count} addresses of the last build would go");
    let off = match what {
        "article" => "to take the whole site off, remove it with `manchette clean`",
        _ => "if they shall all go, remove the site with `manchette clean` and build it again",
    };
    Diagnostic::new(Code::NoContent, message)
        .help(format!("see that the folder `{folder}` is there, by that name; {off}"))
}

fn gone_feeds(urls: &[UrlPath]) -> Diagnostic {
    let first = urls.iter().min_by_key(|url| url.as_str().len()).map_or_else(String::new, ToString::to_string);
    let message = match urls.len() {
        1 => format!("the feed `{first}` was published and is gone"),
        more => format!("the feed `{first}` and {} more of its format were published and are gone", more - 1),
    };
    Diagnostic::new(Code::GoneUrl, message)
        .help("who reads it gets no news any more: lead it on to another one in `_redirects`")
}

/// Whether it is a page behind the first one of a list.
fn is_numbered(path: &OutputPath) -> bool {
    let folder = path.as_str().strip_suffix("/index.html").and_then(|folder| folder.rsplit_once('/'));
    folder.is_some_and(|(list, number)| {
        number.bytes().all(|b| b.is_ascii_digit()) && (list == "page" || list.ends_with("/page"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_posts_are_known_by_their_pattern() {
        for (pattern, folder, is_one) in [
            ("/:year/:month/:slug/", "2025/06/meta/", true),
            ("/:year/:month/:slug/", "2025/06/", false),
            ("/:year/:month/:slug/", "dossiers/06/meta/", false),
            ("/actu/:year-:month/:slug/", "actu/2025-06/meta/", true),
            ("/actu/:year/:topic/:slug/", "autre/2025/ia/meta/", false),
            ("/archives/:year/:month/", "archives/2025/06/", true),
            ("/archives/:year/:month/", "archives/", false),
        ] {
            assert_eq!(is_of(pattern, folder), is_one, "{pattern} {folder}");
        }
    }
}
