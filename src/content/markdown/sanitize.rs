//! Raw HTML of people who are not trusted: what a list names is kept, all else goes.
//!
//! ammonia decides, with lists of our own: no scripts, styles, frames, forms, drawings, no `id`, no handler, and addresses
//! like those of Markdown. What it gives is never edited as text, only taken or left whole. Nothing here reads Markdown:
//! `raw_html` says what is a block and what is a single tag in a line.

use super::links::{self, Judged};
use super::tags::{SeemingTag, tags};
use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Elements that may stand in a line of text.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "dfn", "em", "i", "img", "ins", "kbd", "mark", "q",
    "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
];

/// Elements that may stand in a block of HTML besides.
const BLOCKS: &[&str] = &[
    "blockquote",
    "caption",
    "col",
    "colgroup",
    "details",
    "div",
    "dl",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "ol",
    "p",
    "pre",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Elements that end another of their kind around the block, unless a list of the block's own holds them.
const ITEMS: &[&str] = &["dd", "dt", "li"];

/// Elements without an end tag.
const VOID: &[&str] = &["br", "col", "hr", "img", "wbr"];

/// Elements whose text no reader would see as text: it goes with them.
pub const UNSEEN: &[&str] =
    &["iframe", "math", "noembed", "noframes", "noscript", "script", "style", "svg", "template", "title"];

/// What any element may have.
const ATTRIBUTES: &[&str] = &["dir", "lang", "title", "translate"];

/// What one element may have.
const OWN_ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href", "hreflang"]),
    ("blockquote", &["cite"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("del", &["cite", "datetime"]),
    ("details", &["open"]),
    ("img", &["alt", "height", "src", "width"]),
    ("ins", &["cite", "datetime"]),
    ("li", &["value"]),
    ("ol", &["reversed", "start", "type"]),
    ("q", &["cite"]),
    ("td", &["colspan", "rowspan"]),
    ("th", &["abbr", "colspan", "rowspan", "scope"]),
    ("time", &["datetime"]),
];

/// The classes that an element may have: those that our own Markdown gives it.
const CLASSES: &[(&str, &[&str])] =
    &[("td", &["align-center", "align-left", "align-right"]), ("th", &["align-center", "align-left", "align-right"])];

/// Elements that end by themselves, and so nest no deeper however many there are.
const SELF_ENDING: &[&str] =
    &["colgroup", "dd", "dt", "li", "p", "rp", "rt", "tbody", "td", "tfoot", "th", "thead", "tr"];

/// Deeper than anybody writes; parsers take quadratic time over it.
pub const DEEPEST: usize = 100;
/// More attributes than anybody writes in one tag, for the same reason.
const MOST_ATTRIBUTES: usize = 60;
/// How often a block is read again until reading changes nothing. Once is the rule.
const MOST_READINGS: usize = 4;

/// What keeps and drops.
pub struct Sieve<'r> {
    rel: &'r str,
    builder: Builder<'r>,
}

/// What a block of HTML has become.
#[derive(Debug, PartialEq, Eq)]
pub struct Cleaned {
    /// What may be published; may be empty.
    pub html: String,
    /// The first that was dropped, if anything was.
    pub lost: Option<Lost>,
}

/// What was dropped.
#[derive(Debug, PartialEq, Eq)]
pub struct Lost {
    /// Where in the HTML it stands.
    pub at: usize,
    /// As readers of a message know it: `<script>`, `onclick`.
    pub what: String,
}

/// What a start tag in a line has become.
#[derive(Debug, PartialEq, Eq)]
pub enum Opened {
    /// It opens an element, whose name this is.
    Element(&'static str, String),
    /// It is an element by itself.
    Whole(String),
    /// It is dropped.
    Nothing,
}

impl<'r> Sieve<'r> {
    /// A sieve that gives this `rel` to links; none if it is empty.
    pub fn new(rel: &'r str) -> Sieve<'r> {
        Sieve { rel, builder: builder(rel, true) }
    }

    /// A whole block of HTML; nothing when it is too deep or has too many attributes to be read.
    pub fn block(&self, html: &str) -> Option<Cleaned> {
        let before = tags(html);
        if is_too_much(&before) {
            return None;
        }
        let mut clean = settled(&self.builder, html)?;
        let mut after = tags(&clean);
        if !items_are_in_lists(&after) {
            clean = settled(&builder(self.rel, false), html)?;
            after = tags(&clean);
        }
        Some(Cleaned { html: clean, lost: lost(&before, &after) })
    }

    /// A start tag in a line, and what it lost.
    pub fn open(&self, html: &str) -> (Opened, Option<Lost>) {
        let before = tags(html);
        let [tag] = before.as_slice() else { return (Opened::Nothing, Some(lost_tag("<", 0))) };
        let whole = (Opened::Nothing, Some(lost_tag(&tag.name, 0)));
        let Some(name) = INLINE.iter().find(|name| **name == tag.name) else { return whole };
        if is_too_much(&before) {
            return whole;
        }
        let clean = self.builder.clean(html).to_string();
        let lost = lost(&before, &tags(&clean));
        if !clean.strip_prefix('<').is_some_and(|rest| rest.starts_with(name)) {
            return whole;
        }
        if VOID.contains(name) {
            return (Opened::Whole(clean), lost);
        }
        match clean.strip_suffix(&format!("></{name}>")) {
            Some(start) => (Opened::Element(name, format!("{start}>")), lost),
            None => whole,
        }
    }
}

/// ammonia with our lists. `items` are taken wherever they stand, or nowhere.
fn builder(rel: &str, items: bool) -> Builder<'_> {
    let mut names: HashSet<&str> = INLINE.iter().chain(BLOCKS).copied().collect();
    if items {
        names.extend(ITEMS);
    }
    let listed = |table: &[(&'static str, &'static [&'static str])]| -> HashMap<&'static str, HashSet<&'static str>> {
        let kept = table.iter().filter(|(name, _)| names.contains(name));
        kept.map(|(name, words)| (*name, words.iter().copied().collect())).collect()
    };
    let (own, classes) = (listed(OWN_ATTRIBUTES), listed(CLASSES));
    let mut builder = Builder::empty();
    builder
        .tags(names)
        .clean_content_tags(UNSEEN.iter().copied().collect())
        .generic_attributes(ATTRIBUTES.iter().copied().collect())
        .tag_attributes(own)
        .allowed_classes(classes)
        .url_schemes(["http", "https", "mailto", "tel"].into_iter().collect())
        // What is relative is judged below, with all other addresses.
        .url_relative(UrlRelative::PassThrough)
        .attribute_filter(address)
        .link_rel((!rel.is_empty()).then_some(rel));
    builder
}

/// Addresses are judged as those of Markdown links are: schemes by a list, none without a scheme and with a host.
fn address<'v>(element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    if !matches!(attribute, "href" | "src" | "cite") {
        return Some(Cow::Borrowed(value));
    }
    match links::judge(value) {
        Judged::External(address) if element != "img" || links::is_web(&address) => Some(address),
        // Without what browsers take out of addresses.
        Judged::Internal(_) => Some(Cow::Owned(value.chars().filter(|c| !c.is_control()).collect())),
        Judged::External(_) | Judged::Unsafe(_) => None,
    }
}

/// What the parser makes of HTML when it has nothing more to change in it; nothing if it never comes to rest.
fn settled(builder: &Builder<'_>, html: &str) -> Option<String> {
    let mut clean = builder.clean(html).to_string();
    for _ in 0..MOST_READINGS {
        let again = builder.clean(&clean).to_string();
        if again == clean {
            return Some(clean);
        }
        clean = again;
    }
    None
}

fn is_too_much(tags: &[SeemingTag]) -> bool {
    let mut depth = 0usize;
    for tag in tags {
        if SELF_ENDING.contains(&tag.name.as_str()) || VOID.contains(&tag.name.as_str()) {
            // They nest in themselves only by way of others.
        } else if tag.is_end {
            depth = depth.saturating_sub(1);
        } else {
            depth += 1;
        }
        if depth > DEEPEST || tag.attributes.len() > MOST_ATTRIBUTES {
            return true;
        }
    }
    false
}

/// Whether every item is in a list of the same HTML, which is what a parser wrote, so that its tags are what they seem.
fn items_are_in_lists(tags: &[SeemingTag]) -> bool {
    let mut open: Vec<&str> = Vec::new();
    for tag in tags {
        let name = tag.name.as_str();
        if tag.is_end {
            open.pop();
            continue;
        }
        let is_in_place = match name {
            "li" => matches!(open.last(), Some(&("ul" | "ol"))),
            "dt" | "dd" => open.contains(&"dl"),
            _ => true,
        };
        if !is_in_place {
            return false;
        }
        if !VOID.contains(&name) {
            open.push(name);
        }
    }
    true
}

/// The first tag, or else the first attribute, that is not there any more.
fn lost(before: &[SeemingTag], after: &[SeemingTag]) -> Option<Lost> {
    let mut names: HashMap<&str, usize> = HashMap::new();
    let mut attributes: HashMap<(&str, &str), usize> = HashMap::new();
    for tag in after.iter().filter(|tag| !tag.is_end) {
        *names.entry(&tag.name).or_default() += 1;
        for attribute in &tag.attributes {
            *attributes.entry((&tag.name, attribute)).or_default() += 1;
        }
    }
    let mut lost_attribute = None;
    for tag in before.iter().filter(|tag| !tag.is_end) {
        match names.get_mut(tag.name.as_str()) {
            Some(left) if *left > 0 => *left -= 1,
            _ => return Some(lost_tag(&tag.name, tag.at)),
        }
        for attribute in &tag.attributes {
            match attributes.get_mut(&(tag.name.as_str(), attribute.as_str())) {
                Some(left) if *left > 0 => *left -= 1,
                _ if lost_attribute.is_some() => {}
                _ => lost_attribute = Some(Lost { at: tag.at, what: format!("`{attribute}` of `<{}>`", tag.name) }),
            }
        }
    }
    lost_attribute
}

fn lost_tag(name: &str, at: usize) -> Lost {
    Lost { at, what: format!("`<{name}>`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(html: &str) -> (String, String) {
        let cleaned = Sieve::new("").block(html).unwrap();
        (cleaned.html, cleaned.lost.map(|lost| lost.what).unwrap_or_default())
    }

    #[test]
    fn what_is_listed_stays_as_it_is() {
        for html in [
            "<div lang=\"fr\"><p>a <b>b</b></p></div>",
            "<details open=\"\"><summary>a</summary><p>b</p></details>",
            "<table><tbody><tr><td class=\"align-right\" colspan=\"2\">a</td></tr></tbody></table>",
            "<ul><li value=\"2\">a</li></ul><dl><dt>a</dt><dd>b</dd></dl>",
            "<figure><img src=\"a.png\" alt=\"b\"><figcaption>c</figcaption></figure>",
            "<a href=\"mailto:a@b.fr\">a</a><a href=\"/x/?y#z\">b</a>",
        ] {
            assert_eq!(block(html), (html.to_owned(), String::new()));
        }
    }

    #[test]
    fn what_is_not_listed_goes_and_the_first_is_named() {
        for (html, clean, lost) in [
            ("<p onclick=x>a</p>", "<p>a</p>", "`onclick` of `<p>`"),
            ("<p id=main style=color:red class=lead>a", "<p>a</p>", "`id` of `<p>`"),
            ("<p>a<script>b</script>", "<p>a</p>", "`<script>`"),
            ("<form><input name=q>a</form>", "a", "`<form>`"),
            ("</article></main>a", "a", ""),
            ("<section><h1>a</h1></section>", "a", "`<section>`"),
            ("<a href='//evil.example/'>a</a>", "<a>a</a>", "`href` of `<a>`"),
            ("<a href='JaVa\tScript:x'>a</a>", "<a>a</a>", "`href` of `<a>`"),
            ("<img src='data:image/png,x'>", "<img>", "`src` of `<img>`"),
            ("<img src='mailto:x'>", "<img>", "`src` of `<img>`"),
            ("<li>a", "a", "`<li>`"),
            ("<ul><div><li>a</ul>", "<ul><div>a</div></ul>", "`<li>`"),
            ("<td>a", "a", "`<td>`"),
            ("<textarea></div>a", "&lt;/div&gt;a", "`<textarea>`"),
            ("<svg><p><style><img src=x onerror=y></style>", "<p></p>", "`<svg>`"),
        ] {
            assert_eq!(block(html), (clean.to_owned(), lost.to_owned()), "{html}");
        }
    }

    #[test]
    fn single_tags_are_elements_or_nothing() {
        let sieve = Sieve::new("nofollow");
        let opened = |html: &str| sieve.open(html).0;
        assert_eq!(opened("<B onclick=x>"), Opened::Element("b", "<b>".to_owned()));
        assert_eq!(opened("<a href=/x>"), Opened::Element("a", "<a href=\"/x\" rel=\"nofollow\">".to_owned()));
        assert_eq!(opened("<br/>"), Opened::Whole("<br>".to_owned()));
        for html in ["<div>", "<script>", "<p>", "<li>", "<input>", "<?php x ?>", "<!DOCTYPE html>", "<svg/onload=x>"] {
            assert_eq!(opened(html), Opened::Nothing, "{html}");
        }
        for name in INLINE {
            assert_ne!(opened(&format!("<{name}>")), Opened::Nothing, "{name}");
        }
    }

    #[test]
    fn p17_what_no_parser_should_read_is_not_read() {
        assert_eq!(Sieve::new("").block(&"<div>".repeat(DEEPEST + 1)), None);
        let many: String = (0..=MOST_ATTRIBUTES).map(|n| format!(" a{n}")).collect();
        assert_eq!(Sieve::new("").block(&format!("<p{many}>")), None);
    }
}
