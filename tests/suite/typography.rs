//! French and English typography, case by case: plain text in `tests/typography/*.txt`, Markdown in `markdown.toml`.
//!
//! A find in print becomes a line there.

use manchette::base::typography::{self, Rules};
use manchette::base::{SourcePath, SourceText, Zone};
use manchette::content::document::Piece;
use manchette::content::escape::escaped;
use manchette::content::{self, ContentOptions, Place, RawHtml};
use proptest::prelude::*;
use serde::Deserialize;

const FILES: &[(&str, &str, &str)] =
    &[("fr.txt", "fr", include_str!("../typography/fr.txt")), ("en.txt", "en", include_str!("../typography/en.txt"))];

/// How spaces are written where they must be seen.
const SIGNS: &[(char, char)] = &[('⍽', '\u{a0}'), ('␣', '\u{202f}'), ('⎵', '\u{2009}'), ('¶', '\n')];

fn meant(text: &str) -> String {
    text.chars().map(|c| SIGNS.iter().find(|(sign, _)| *sign == c).map_or(c, |(_, space)| *space)).collect()
}

fn shown(text: &str) -> String {
    let sign = |c: char| SIGNS[..3].iter().find(|(_, space)| *space == c).map_or(c, |(sign, _)| *sign);
    text.chars().map(sign).collect()
}

/// A case of plain text.
pub struct Case {
    pub place: String,
    pub language: String,
    pub written: String,
    pub printed: String,
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (file, language, text) in FILES {
        let (mut language, mut rule) = ((*language).to_owned(), "");
        for (number, line) in (1..).zip(text.lines()) {
            if line.is_empty() || line.starts_with("# ") {
                continue;
            }
            if let Some(tag) = line.strip_prefix("@ ") {
                tag.clone_into(&mut language);
                continue;
            }
            let (written, printed) = match (line.strip_prefix("= "), line.split_once(" => ")) {
                (Some(same), _) => (same, same),
                (None, Some(pair)) => pair,
                (None, None) => {
                    rule = line;
                    continue;
                }
            };
            let place = format!("{file}:{number} {rule}");
            cases.push(Case { place, language: language.clone(), written: meant(written), printed: meant(printed) });
        }
    }
    cases
}

#[test]
fn every_case_of_plain_text_is_printed_so() {
    let cases = cases();
    let mut problems = Vec::new();
    for case in &cases {
        let rules = Rules::of(&case.language);
        let got = typography::set(&case.written, rules);
        if got != case.printed {
            problems.push(format!(
                "{}\n  {:?}\n  want {}\n  got  {}",
                case.place,
                shown(&case.written),
                shown(&case.printed),
                shown(&got)
            ));
        }
        if typography::set(&got, rules) != got {
            problems.push(format!("{}: {} is not done after one time", case.place, shown(&got)));
        }
    }
    assert!(problems.is_empty(), "{} of {}\n{}", problems.len(), cases.len(), problems.join("\n"));
}

#[derive(Deserialize)]
struct MarkdownCases {
    case: Vec<MarkdownCase>,
}

#[derive(Deserialize)]
struct MarkdownCase {
    rule: String,
    markdown: String,
    html: String,
    lang: Option<String>,
    #[serde(default)]
    raw_html: bool,
}

fn rendered(markdown: &str, language: &str, raw_html: RawHtml, typography: bool) -> String {
    let source = SourceText::new(SourcePath::new("content/page.md"), format!("+++\ntitle = \"x\"\n+++\n{markdown}"));
    let options = ContentOptions {
        zone: Zone::utc(),
        zone_is_named: true,
        language: language.to_owned(),
        raw_html,
        highlight: false,
        typography,
        external_rel: String::new(),
        own_address: String::new(),
    };
    let Some(whole) = content::parse(&source, Place::Page, &options).value else { return String::new() };
    let mut out = String::new();
    let title = |title: &Option<String>| match title {
        Some(title) => format!(" title=\"{}\"", escaped(title)),
        None => String::new(),
    };
    for piece in whole.article.body.lede.pieces().chain(whole.rest.pieces()) {
        match piece {
            Piece::Html(html) | Piece::Own(html) => out.push_str(html),
            Piece::LinkStart(link) => {
                out.push_str(&format!("<a{}{}>", title(&link.title), link.attributes));
            }
            Piece::LinkEnd => out.push_str("</a>"),
            Piece::Image(image) => {
                out.push_str(&format!("<img alt=\"{}\"{}>", escaped(&image.alt), title(&image.title)));
            }
            Piece::Related(related) => {
                out.push_str(&format!("<aside>{}|{}</aside>", escaped(&related.lead), escaped(&related.text)));
            }
        }
    }
    out
}

#[test]
fn every_case_of_markdown_is_printed_so() {
    let file: MarkdownCases = toml::from_str(include_str!("../typography/markdown.toml")).unwrap();
    let mut problems = Vec::new();
    for case in &file.case {
        let raw_html = if case.raw_html { RawHtml::Allow } else { RawHtml::Escape };
        let got = rendered(&meant(&case.markdown), case.lang.as_deref().unwrap_or("fr"), raw_html, true);
        let (want, got) = (case.html.trim(), shown(got.trim()));
        if want != got {
            problems.push(format!("{}\n  want {want:?}\n  got  {got:?}", case.rule));
        }
    }
    assert!(problems.is_empty(), "{} of {}\n{}", problems.len(), file.case.len(), problems.join("\n"));
}

/// Pieces of Markdown from which nasty texts are made.
const PIECES: &[&str] = &[
    "mot",
    "l'",
    "l\u{2019}",
    "2e",
    "XXIe",
    "10",
    " 000",
    " ",
    " ",
    "\n",
    "\n\n",
    "!",
    "?",
    " :",
    ";",
    "\"",
    "\"",
    "'",
    "«",
    "»",
    "...",
    "--",
    " - ",
    "*",
    "**",
    "_",
    "`",
    "``",
    "`l'un ?`",
    "[x](a.html \"l'un ?\")",
    "[",
    "](https://a.fr/l'un)",
    "![l'eau ?](b.png)",
    "<b>",
    "</b>",
    "<code>l'un ?</code>",
    "<br>",
    "<!-- l' -->",
    "https://a.fr/?b='c'!",
    "\\\"",
    "\\'",
    "\\",
    "&quot;",
    "&nbsp;",
    "# ",
    "> ",
    "- ",
    "1. ",
    "| ",
    "[^1]",
    "[^1]: ",
    "~~",
    "    ",
    "```\n",
    "<p>",
    "a@b.fr",
    "  \n",
    "\u{1}",
    "€",
    "%",
    "12 km",
    "M. D",
];

/// The text of a page without tags, and what stands in attributes and code, which typography does not touch.
fn parts(html: &str) -> (String, Vec<String>) {
    let fragment = scraper::Html::parse_fragment(html);
    let text: String = fragment.root_element().text().collect();
    let mut kept = Vec::new();
    for element in fragment.root_element().descendent_elements() {
        let value = element.value();
        let own = value.attrs().filter(|(name, _)| !matches!(*name, "title" | "alt"));
        kept.extend(own.map(|(name, value)| format!("{name}={value}")));
        if matches!(value.name(), "code" | "pre") {
            kept.push(element.text().collect());
        }
    }
    (text, kept)
}

fn letters(text: &str) -> String {
    let plain = text.replace('…', "...").replace(['–', '—'], "-");
    let mut out = String::new();
    for c in plain.chars().filter(|c| !c.is_whitespace() && !"\"'«»“”‘’".contains(*c)) {
        if c != '-' || !out.ends_with('-') {
            out.push(c);
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn markdown_keeps_its_letters_its_code_and_its_addresses(
        pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..16), allow in any::<bool>(),
    ) {
        let markdown = pieces.concat();
        let raw_html = if allow { RawHtml::Allow } else { RawHtml::Escape };
        let (before, after) = (rendered(&markdown, "fr", raw_html, false), rendered(&markdown, "fr", raw_html, true));
        let ((text, kept), (set, still_kept)) = (parts(&before), parts(&after));
        prop_assert_eq!(letters(&text), letters(&set), "{:?}\n{}\n{}", markdown, before, after);
        prop_assert_eq!(kept, still_kept, "{:?}\n{}\n{}", markdown, before, after);
    }
}
