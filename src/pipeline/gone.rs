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
    if has_lost_pages && !has_articles {
        return vec![emptied(gone.len() + feeds.values().map(Vec::len).sum::<usize>())];
    }
    gone.extend(feeds.values().map(|urls| gone_feeds(urls)));
    gone
}

/// No article is left of a site that is online. A folder that is not mounted, has another name or belongs to another
/// branch looks the same as one that was emptied on purpose, and is far more likely.
fn emptied(count: usize) -> Diagnostic {
    let message = format!("no article is left in `content/`, and {count} addresses of the last build would go");
    Diagnostic::new(Code::NoContent, message).help(
        "see that the folder `content/` is there, by that name; to take the whole site off, remove it with `manchette clean`",
    )
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
