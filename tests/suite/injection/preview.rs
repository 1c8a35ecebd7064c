//! The preview's own pages and answers: what a mistake, a path or a query says is text in them, and no more.

use super::dom::Page;
use super::*;
use crate::preview_http::{Preview, TAG};
use crate::scratch::Scratch;

const WHOLE: &str = "base_url = \"https://example.org\"\ntimezone = \"UTC\"\ntheme = \"bare\"\n";

fn site_of(config: &str, post: &str) -> Scratch {
    let scratch = Scratch::site(&[("content/posts/un.md", post)]);
    bare_theme().iter().for_each(|(path, text)| scratch.write(path, text));
    scratch.write("site.toml", config);
    scratch
}

/// The skeleton of a page, where the words of a mistake may have more lines.
fn skeleton(text: &str) -> Vec<String> {
    let page = Page::of(text);
    assert!(page.errors().is_empty(), "{:?}: {text}", page.errors());
    assert!(page.dangers().is_empty(), "{:?}: {text}", page.dangers());
    page.skeleton()
}

fn json_of(preview: &Preview, target: &str) -> serde_json::Value {
    let got = preview.get(target);
    assert_eq!((got.status, got.header("content-type")), (200, "application/json"), "{target}");
    assert_eq!(got.header("x-content-type-options"), "nosniff", "{target}");
    serde_json::from_slice(&got.body).unwrap_or_else(|error| panic!("{target}: {error}"))
}

#[test]
fn p46_pages_of_mistakes_and_answers_of_the_preview_hold_text_only() {
    let all = strings().join(" ¤ ");
    let post = |title: &str| {
        format!("+++\ntitle = {}\ndate = 2025-06-19\nslug = \"un\"\nsource = \"zq\"\n+++\nTexte.\n", quoted(title))
    };

    // Nothing can be shown: the page of the mistake quotes site.toml.
    let broken = |words: &str| WHOLE.replace("\"https://example.org\"", &quoted(words)) + "title = \"x\"\n";
    let (harmless, hostile) = (site_of(&broken("mot"), &post("mot")), site_of(&broken(&all), &post("mot")));
    let (plain, got) = (Preview::of(&harmless, &[]).get("/"), Preview::of(&hostile, &[]).get("/"));
    assert_eq!((plain.status, got.status), (503, 503));
    assert_eq!(difference(&skeleton(&plain.text()), &skeleton(&got.text())), None);
    assert!(got.text().contains("&lt;script&gt;") && !got.text().contains(hostile.root().to_str().unwrap()));

    // A page cannot be made: the template names what is hostile.
    let title = without_controls(&all);
    let site = site_of(&format!("{WHOLE}title = {}\n", quoted(&title)), &post(&title));
    site.write(
        "themes/bare/templates/post.html",
        format!("{{{{ t(key={}) }}}}{{{{ url(path=page.title) }}}}", "page.title"),
    );
    let preview = Preview::of(&site, &[]);
    let got = preview.get("/2025/06/un/");
    assert_eq!(got.status, 500, "{}", got.text());
    assert_eq!(difference(&skeleton(&plain.text()), &skeleton(&got.text())), None);

    // What is asked is echoed nowhere but in JSON, and what the site says neither.
    let missing = skeleton(&preview.get("/nowhere").text());
    for string in strings() {
        let asked: String =
            percent_encoding::utf8_percent_encode(&string, percent_encoding::NON_ALPHANUMERIC).collect();
        if asked.len() > 1
            && !string.trim_matches(['.', '/', ' ']).is_empty()
            && string.is_ascii()
            && !string.contains(|c: char| c.is_control())
        {
            let got = preview.get(&format!("/{asked}"));
            assert_eq!(got.status, 404, "{string:?}");
            assert_eq!(difference(&missing, &skeleton(&got.text())), None, "{string:?}");
            assert!(!got.header("location").contains("evil"), "{string:?}");
        }
    }
    let state = json_of(&preview, &format!("/__manchette/state?at=/2025/06/un/&x={}", "%3Cscript%3E"));
    assert!(
        state["here"].as_array().unwrap().iter().any(|problem| problem["text"].as_str().unwrap().contains("<script>"))
    );
    let acts = |text: &str| text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t'));
    assert!(state["here"].as_array().unwrap().iter().all(|problem| !acts(problem["text"].as_str().unwrap())));
    let listing = json_of(&preview, "/__manchette/site.json");
    assert_eq!(shown(listing["posts"][0]["title"].as_str().unwrap()), shown(&title));
    assert!(!preview.said().chars().any(acts_on_terminal), "{:?}", preview.said());

    // A page that can be made is what is published, and our script.
    site.write("themes/bare/templates/post.html", "<!DOCTYPE html><html lang=\"fr\"><head><meta charset=\"utf-8\"><title>{{ page.title }}</title></head><body><p>{{ page.title }}</p></body></html>");
    let got = preview.until("/2025/06/un/", |got| got.status == 200);
    assert_eq!(got.text().matches(TAG).count(), 1);
    let wanted = ["html[lang]", " head[]", "  meta[charset]", "  title[]", " body[]", "  p[]", "  script[defer,src]"];
    let got = skeleton(&got.text());
    assert!(
        got.len() == wanted.len() && wanted.iter().all(|element| got.iter().any(|line| line.trim() == element.trim())),
        "{got:?}"
    );
}

fn acts_on_terminal(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
