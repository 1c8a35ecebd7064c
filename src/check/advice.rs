//! What was probably meant by a link or a picture that leads nowhere.
//!
//! Only advice: nothing that is guessed here is ever followed.

use super::Subject;
use crate::base::{SourcePath, UrlPath};
use crate::content::{Article, Target, TargetKind};

/// Ends of names of hosts that are no endings of files.
const ENDS_OF_HOSTS: &[&str] = &[
    "com", "org", "net", "fr", "eu", "io", "ai", "dev", "uk", "de", "ch", "be", "ca", "es", "it", "lu", "us", "co",
    "me", "tv", "info", "gov", "edu", "news", "app", "tech", "blog",
];

/// What to do about a link that looks like an address of the web, or like a file where it lies in the site's folder.
pub(super) fn on_link(subject: &Subject<'_>, target: &Target) -> Option<String> {
    if target.kind == TargetKind::Relative && is_of_the_web(&target.path) {
        let path = &target.path;
        return Some(match is_of_files_too(path) {
            true => format!(
                "put the file beside the article, or in `static/` and write its path from `/`; for an address of the web \
                 write `https://{path}`"
            ),
            false => format!("for an address of the web write `https://{path}`"),
        });
    }
    let path = target.path.trim_start_matches(['.', '/']);
    let published = UrlPath::parse(path.strip_prefix("static").filter(|rest| rest.starts_with('/'))?).ok()?;
    let is_there = subject.plan.at(&published).is_some();
    is_there.then(|| format!("write `{published}`: what is in `static/` is published without that name"))
}

/// The file below `content/` that a path in an article means; nothing where it leaves the site's folder.
pub(super) fn source_meant(article: &Article, target: &Target) -> Option<SourcePath> {
    match target.path.strip_prefix('/') {
        Some(path) => Some(SourcePath::new(format!("content/{path}"))),
        None => article.path.resolve(&target.path),
    }
}

/// What to do about a file that may be in the folder of an article that is not published.
pub(super) fn on_withheld(subject: &Subject<'_>, article: &Article, target: &Target) -> Option<String> {
    let wanted = source_meant(article, target)?;
    let is_around = |path: &&SourcePath| {
        path.stem() == "index" && path.folder() != "content" && wanted.below(path.folder()).is_some()
    };
    let hidden = subject.site.hidden().keys().find(is_around)?;
    Some(format!(
        "`{hidden}` is not published, and neither is what lies in its folder: put the file in another one, or in `static/`"
    ))
}

/// Whether a name may be that of a file: `affiche.ai` is a drawing as well.
fn is_of_files_too(path: &str) -> bool {
    let (name, ending) = path.rsplit_once('.').unwrap_or((path, ""));
    ["ai", "app", "me", "info"].contains(&ending) && !name.contains(['.', '/'])
}

/// What to do about a picture that is there in other letters, small or capital.
pub(super) fn on_letters(subject: &Subject<'_>, article: &Article, target: &Target) -> Option<String> {
    let wanted = target.path.rsplit('/').next()?.to_lowercase();
    let folder = match target.path.strip_prefix('/') {
        Some(path) => format!("static/{path}"),
        None => article.path.resolve(&target.path)?.to_string(),
    };
    let folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut files = subject.site.files().map(|(_, source)| source);
    let found = files.find(|source| source.folder() == folder && source.file_name().to_lowercase() == wanted)?;
    let start = target.path.len() - target.path.rsplit('/').next()?.len();
    let path = format!("{}{}", &target.path[..start], found.file_name());
    Some(format!("capital and small letters are not the same: write `{path}`"))
}

/// Whether a path begins with the name of a host.
fn is_of_the_web(path: &str) -> bool {
    let host = path.split('/').next().unwrap_or("");
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let labels: Vec<&str> = host.split('.').collect();
    labels.len() > 1
        && labels.iter().all(|label| is_label(label))
        && (labels[0] == "www" || labels.last().is_some_and(|last| ENDS_OF_HOSTS.contains(last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_no_files() {
        for path in ["www.wsj.com", "wsj.com/art", "le-monde.fr", "www.exemple.museum/x"] {
            assert!(is_of_the_web(path), "{path}");
        }
        for path in ["a.pdf", "static/img/a.pdf", "com", "a.html", "../wsj.com", ".com", "com/a.fr", "wsj com.fr"] {
            assert!(!is_of_the_web(path), "{path}");
        }
    }
}
