//! The 652 examples of CommonMark 0.31.2, through the whole chain of an article.
//!
//! Every example that is not in `EXCEPTIONS` must match, and every one that is must differ: the table cannot rot.

use manchette::base::{SourcePath, SourceText, Zone};
use manchette::content::document::{Piece, Prose, Target, TargetKind};
use manchette::content::{self, ContentOptions, Place, RawHtml};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Where we mean to differ, and why.
const EXCEPTIONS: &[(&[u32], &str)] = &[
    (&[177, 179, 183, 308, 309, 625, 626], "comments are never published"),
    (&[596, 598, 599, 601], "schemes that are not allowed leave their text and no link"),
    (&[200, 485, 486, 487, 567], "a link without an address leaves its text and no link"),
    (&[602, 606, 608, 611, 612], "bare addresses become links"),
];

#[derive(Deserialize)]
struct Example {
    example: u32,
    section: String,
    markdown: String,
    html: String,
}

fn examples() -> Vec<Example> {
    serde_json::from_str(include_str!("../commonmark/spec-0.31.2.json")).unwrap()
}

#[test]
fn all_examples_are_there() {
    assert_eq!(examples().len(), 652);
}

#[test]
fn every_example_matches_or_is_excepted() {
    let mut excepted: BTreeMap<u32, &str> = BTreeMap::new();
    for (numbers, reason) in EXCEPTIONS {
        for number in *numbers {
            assert!(excepted.insert(*number, reason).is_none(), "example {number} is excepted twice");
        }
    }
    let mut problems = Vec::new();
    for example in examples() {
        let (expected, got) = (normal(&example.html), normal(&rendered(&example.markdown)));
        match (expected == got, excepted.get(&example.example)) {
            (true, None) | (false, Some(_)) => {}
            (true, Some(reason)) => {
                problems.push(format!("example {} matches, yet is excepted: {reason}", example.example))
            }
            (false, None) => problems.push(format!(
                "example {} ({}):\n--- markdown\n{}\n--- expected\n{expected}\n--- got\n{got}\n",
                example.example, example.section, example.markdown
            )),
        }
    }
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}

fn rendered(markdown: &str) -> String {
    let source = SourceText::new(SourcePath::new("content/page.md"), format!("+++\ntitle = \"x\"\n+++\n{markdown}"));
    let options = ContentOptions {
        zone: Zone::utc(),
        zone_is_named: true,
        language: "en".to_owned(),
        raw_html: RawHtml::Allow,
        highlight: false,
        typography: false,
        external_rel: String::new(),
        own_address: String::new(),
    };
    let whole = content::parse(&source, Place::Page, &options).value.unwrap();
    html(&whole.article.body.lede, &whole.rest)
}

/// Prints a text as the page of another article would, with internal links as written: ids are not printed, and the
/// anchors of headings are left out.
fn html(lede: &Prose, rest: &Prose) -> String {
    let mut out = String::new();
    if !lede.is_empty() {
        out.push_str("<p>");
        pieces(lede, &mut out);
        out.push_str("</p>\n");
    }
    pieces(rest, &mut out);
    out
}

fn pieces(prose: &Prose, out: &mut String) {
    for piece in prose.pieces() {
        match piece {
            Piece::Html(html) => out.push_str(html),
            Piece::Own(_) => {}
            Piece::LinkStart(link) => {
                out.push_str(&format!("<a href=\"{}\"", written(&link.target)));
                if let Some(title) = &link.title {
                    out.push_str(&format!(" title=\"{}\"", attribute(title)));
                }
                out.push_str(&format!("{}>", link.attributes));
            }
            Piece::LinkEnd => out.push_str("</a>"),
            Piece::Image(image) => {
                out.push_str(&format!("<img src=\"{}\" alt=\"{}\"", written(&image.target), attribute(&image.alt)));
                if let Some(title) = &image.title {
                    out.push_str(&format!(" title=\"{}\"", attribute(title)));
                }
                out.push('>');
            }
            Piece::Related(related) => out.push_str(&format!("<p>related: {}</p>\n", related.text)),
        }
    }
}

const ADDRESS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

fn written(target: &Target) -> String {
    if target.kind == TargetKind::External {
        return attribute(&utf8_percent_encode(&target.path, ADDRESS).to_string());
    }
    let mut address = utf8_percent_encode(&target.path, ADDRESS).to_string();
    if let Some(query) = &target.query {
        address.push_str(&format!("?{query}"));
    }
    if let Some(fragment) = &target.fragment {
        address.push_str(&format!("#{}", utf8_percent_encode(fragment, ADDRESS)));
    }
    attribute(&address)
}

fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What is one and the same page:
fn normal(html: &str) -> String {
    let mut html = html
        // the way in which an empty element ends;
        .replace(" />", ">")
        // quotes in text, which need no escape, and apostrophes in addresses;
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        // code that the keyboard can scroll.
        .replace("<pre tabindex=\"0\">", "<pre>");
    // A picture alone in its paragraph is a figure, and its title the caption.
    html = html.replace("<figure>", "<p>").replace("</figure>", "</p>");
    while let Some(start) = html.find("<figcaption>") {
        let end = html[start..].find("</figcaption>").map_or(html.len(), |at| start + at);
        let title = html[start + "<figcaption>".len()..end].to_owned();
        html.replace_range(start..end + "</figcaption>".len(), "");
        let tag_end = html[..start].rfind("<img").and_then(|at| html[at..].find('>').map(|end| at + end)).unwrap();
        html.insert_str(tag_end, &format!(" title=\"{title}\""));
    }
    html.trim_end().to_owned()
}
