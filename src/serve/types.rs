//! What a file is, by its name.

use crate::base::OutputPath;
use crate::config::FeedFormat;
use crate::output::Job;

/// The content type of an output. What is not known is no more than bytes.
pub fn content_type(path: &OutputPath, job: &Job) -> String {
    let name = path.as_str().rsplit('/').next().unwrap_or_default();
    let named = mime_guess::from_path(name).first();
    let found = match job {
        Job::Feed(_, FeedFormat::Atom) => "application/atom+xml".to_owned(),
        Job::Feed(_, FeedFormat::Rss) => "application/rss+xml".to_owned(),
        Job::Feed(_, FeedFormat::Json) => "application/feed+json".to_owned(),
        Job::WebManifest => "application/manifest+json".to_owned(),
        // Of this one the name says what only some systems know.
        Job::Copy(_) if name.ends_with(".webmanifest") => "application/manifest+json".to_owned(),
        Job::Home(_)
        | Job::Post(_)
        | Job::Page(_)
        | Job::Topic(..)
        | Job::Topics
        | Job::Source(..)
        | Job::Sources
        | Job::Archive(_)
        | Job::NotFound
        | Job::Sitemap
        | Job::SitemapPart(_)
        | Job::NewsSitemap
        | Job::Robots
        | Job::Alias(_)
        | Job::Redirects(_)
        | Job::NoJekyll
        | Job::Copy(_) => match named.as_ref().map(mime_guess::Mime::essence_str) {
            // The name that scripts have now.
            Some("application/javascript") => "text/javascript".to_owned(),
            Some(kind) => kind.to_owned(),
            None => "application/octet-stream".to_owned(),
        },
    };
    match is_text(&found) {
        true => format!("{found}; charset=utf-8"),
        false => found,
    }
}

fn is_text(kind: &str) -> bool {
    kind.starts_with("text/")
        || kind.ends_with("+xml")
        || kind.ends_with("+json")
        || ["application/json", "application/xml"].contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourcePath;
    use crate::site::List;

    #[test]
    fn types_are_exact_and_texts_say_their_characters() {
        let copy = Job::Copy(SourcePath::new("x"));
        for (name, expected) in [
            ("index.html", "text/html; charset=utf-8"),
            ("a/style.css", "text/css; charset=utf-8"),
            ("a.js", "text/javascript; charset=utf-8"),
            ("a.mjs", "text/javascript; charset=utf-8"),
            ("a.svg", "image/svg+xml; charset=utf-8"),
            ("a.json", "application/json; charset=utf-8"),
            ("robots.txt", "text/plain; charset=utf-8"),
            ("sitemap.xml", "text/xml; charset=utf-8"),
            ("a.webmanifest", "application/manifest+json; charset=utf-8"),
            ("a.woff2", "font/woff2"),
            ("a.webp", "image/webp"),
            ("a.avif", "image/avif"),
            ("a.mp4", "video/mp4"),
            ("a.pdf", "application/pdf"),
            ("_redirects", "application/octet-stream"),
            (".nojekyll", "application/octet-stream"),
            ("a.nonsense", "application/octet-stream"),
        ] {
            assert_eq!(content_type(&OutputPath::parse(name).unwrap(), &copy), expected, "{name}");
        }
        let manifest = content_type(&OutputPath::parse("site.webmanifest").unwrap(), &Job::WebManifest);
        assert_eq!(manifest, "application/manifest+json; charset=utf-8");
        let feed = Job::Feed(List::All, FeedFormat::Rss);
        assert_eq!(content_type(&OutputPath::parse("rss.xml").unwrap(), &feed), "application/rss+xml; charset=utf-8");
    }
}
