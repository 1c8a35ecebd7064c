//! The body of an article: it ends, what is said points into it, and with raw HTML off no markup is the author's; under
//! `sanitize` none but what is listed.

use super::{options, points_inside, text};
use manchette::content::{self, ContentOptions, Piece, Place, RawHtml};

/// Elements that Markdown makes. An author's own would be others.
const ELEMENTS: &[&str] = &[
    "html",
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "a",
    "em",
    "strong",
    "del",
    "s",
    "code",
    "pre",
    "span",
    "ul",
    "ol",
    "li",
    "blockquote",
    "hr",
    "br",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "sup",
    "sub",
    "section",
    "div",
    "figure",
    "figcaption",
    "input",
    "img",
    "aside",
    "dl",
    "dt",
    "dd",
    "cite",
    "footer",
    "mark",
    "abbr",
    "colgroup",
    "details",
    "summary",
];

/// Elements of an author that may stand under `sanitize` besides.
const SANITIZED: &[&str] = &[
    "b", "bdi", "bdo", "caption", "col", "dfn", "i", "ins", "kbd", "q", "rp", "rt", "ruby", "samp", "small", "tfoot",
    "time", "u", "var", "wbr",
];

pub fn target(bytes: &[u8]) {
    let front = b"+++\ntitle = \"A\"\ndate = 2025-06-19\nsource = \"WSJ\"\n+++\n";
    let Some(source) = text("content/posts/a.md", &[front, bytes].concat()) else { return };
    let plain = ContentOptions { typography: false, highlight: false, ..options() };
    let raw = |raw_html| ContentOptions { raw_html, ..plain.clone() };
    for options in [options(), plain.clone(), raw(RawHtml::Sanitize), raw(RawHtml::Allow)] {
        let parsed = content::parse(&source, Place::Post, &options);
        points_inside(&source, &parsed.diagnostics);
        let Some(whole) = parsed.value else { continue };
        match options.raw_html {
            RawHtml::Escape => holds_only(&[ELEMENTS], &html(&whole)),
            RawHtml::Sanitize => holds_only(&[ELEMENTS, SANITIZED], &html(&whole)),
            RawHtml::Allow | RawHtml::Refuse => {}
        }
    }
}

/// The HTML of a text, where links and pictures lead nowhere.
fn html(whole: &content::Whole) -> String {
    let mut out = String::new();
    for part in [&whole.article.body.lede, &whole.rest] {
        for piece in part.pieces() {
            match piece {
                Piece::Html(html) | Piece::Own(html) => out.push_str(html),
                Piece::LinkStart(_) => out.push_str("<a href=\"#\">"),
                Piece::LinkEnd => out.push_str("</a>"),
                Piece::Image(_) => out.push_str("<img alt>"),
                Piece::Related(_) => out.push_str("<aside></aside>"),
            }
        }
    }
    out
}

/// Insists on elements of these lists, without handlers, styles and addresses that do something.
fn holds_only(lists: &[&[&str]], html: &str) {
    let page = scraper::Html::parse_fragment(html);
    for element in page.root_element().descendent_elements() {
        let element = element.value();
        assert!(lists.iter().any(|list| list.contains(&element.name())), "<{}> in {html}", element.name());
        for (name, value) in element.attrs() {
            assert!(!name.starts_with("on") && name != "style" || is_ours(name, value), "{name}={value:?} in {html}");
            assert!(!matches!(name, "href" | "src" | "cite") || is_safe(value), "{value:?} in {html}");
        }
    }
    assert!(page.tree.values().all(|node| !node.is_comment()), "a comment in {html}");
}

/// How columns of tables are aligned.
fn is_ours(name: &str, value: &str) -> bool {
    name == "style" && value.starts_with("text-align:")
}

fn is_safe(href: &str) -> bool {
    match url::Url::parse(href) {
        Ok(url) => matches!(url.scheme(), "http" | "https" | "mailto" | "tel"),
        Err(_) => true,
    }
}
