//! Our own addresses below `/__manchette/`: what the browser side of the preview is made of.
//!
//! The files are compiled in. Nothing here opens a connection, starts an editor or writes anything.

use super::{Answer, Ask, Context, State, facts, listing, renewal};

/// A file of ours.
struct File {
    name: &'static str,
    content_type: &'static str,
    text: &'static str,
}

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

const FILES: &[File] = &[
    File { name: "", content_type: HTML, text: include_str!("browser/list.html") },
    File { name: "list.js", content_type: JAVASCRIPT, text: include_str!("browser/list.js") },
    File { name: "list.css", content_type: CSS, text: include_str!("browser/list.css") },
    File { name: "feed", content_type: HTML, text: include_str!("browser/feed.html") },
    File { name: "feed.js", content_type: JAVASCRIPT, text: include_str!("browser/feed.js") },
    File { name: "frame.css", content_type: CSS, text: include_str!("browser/frame.css") },
    File { name: "preview.js", content_type: JAVASCRIPT, text: include_str!("browser/preview.js") },
    File { name: "bar.js", content_type: JAVASCRIPT, text: include_str!("browser/bar.js") },
    File { name: "morph.js", content_type: JAVASCRIPT, text: include_str!("browser/morph.js") },
    File { name: "origin.js", content_type: JAVASCRIPT, text: include_str!("browser/origin.js") },
    File { name: "stream.js", content_type: JAVASCRIPT, text: include_str!("browser/stream.js") },
    File { name: "assets.js", content_type: JAVASCRIPT, text: include_str!("browser/assets.js") },
    File { name: "idiomorph.js", content_type: JAVASCRIPT, text: include_str!("browser/idiomorph-0.8.0.esm.js") },
];

/// Answers a request below `/__manchette/`, but for the stream of events and the opening of files.
pub fn answer(state: &State, context: &Context, ask: &Ask) -> Answer {
    let name = ask.path.strip_prefix("/__manchette/").unwrap_or("?");
    match name {
        "state" => Answer::json(200, &facts::facts(state, context, context.print, &parameter(&ask.query, "at"))),
        "site.json" => Answer::json(200, &listing::listing(state, context, context.print)),
        "page" => Answer::json(200, &renewal::page(state, &parameter(&ask.query, "at"))),
        "assets" => Answer::json(200, &renewal::assets(state, &ask.query)),
        name => match FILES.iter().find(|file| file.name == name) {
            Some(file) => Answer::new(200, file.content_type, file.text.as_bytes()),
            None => Answer::text(404, "there is nothing at this address of the preview\n"),
        },
    }
}

/// A value of a query, decoded once; empty when there is none.
fn parameter(query: &str, name: &str) -> String {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Fingerprint;

    #[test]
    fn foreign_code_is_what_its_notice_says() {
        let notice = include_str!("browser/THIRD_PARTY.md");
        for file in FILES.iter().filter(|file| file.name == "idiomorph.js") {
            let is = Fingerprint::of_bytes(file.text.as_bytes()).to_string();
            assert!(notice.contains(&is), "browser/THIRD_PARTY.md does not know {}: {is}", file.name);
        }
    }

    #[test]
    fn our_scripts_never_make_html_of_what_the_site_says() {
        let own = FILES.iter().filter(|file| file.content_type == JAVASCRIPT && file.name != "idiomorph.js");
        for file in own {
            let text = file.text.replace("===", "is");
            for way in [
                "innerHTML =",
                "outerHTML =",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "new Function",
                ".style =",
            ] {
                assert!(!text.contains(way), "{} has {way}", file.name);
            }
        }
    }
}
