//! What a page is to a browser: its elements and attributes, without what they say.

use scraper::{ElementRef, Html};
use std::collections::BTreeSet;

/// Every element below one, with how deep it stands, in order.
fn walk(root: ElementRef<'_>) -> Vec<(usize, ElementRef<'_>)> {
    let (mut found, mut open) = (Vec::new(), vec![(0, root)]);
    while let Some((depth, element)) = open.pop() {
        found.push((depth, element));
        let children: Vec<ElementRef<'_>> = element.child_elements().collect();
        open.extend(children.into_iter().rev().map(|child| (depth + 1, child)));
    }
    found
}

/// A page, read by html5ever.
pub struct Page {
    html: Html,
}

/// Attributes that hold an address.
const ADDRESSES: &[&str] =
    &["action", "cite", "data", "formaction", "href", "manifest", "ping", "poster", "src", "xlink:href"];

impl Page {
    pub fn of(text: &str) -> Page {
        Page { html: Html::parse_document(text) }
    }

    /// What the parser had to mend.
    pub fn errors(&self) -> Vec<String> {
        self.html.errors.iter().map(ToString::to_string).collect()
    }

    pub fn elements(&self) -> Vec<(usize, ElementRef<'_>)> {
        walk(self.html.root_element())
    }

    /// Every element at its depth, with the names of its attributes.
    pub fn skeleton(&self) -> Vec<String> {
        self.elements().iter().map(|(depth, element)| format!("{}{}", " ".repeat(*depth), named(element))).collect()
    }

    /// The same without order and number: every way from the root to an element.
    pub fn ways(&self) -> BTreeSet<String> {
        let mut open: Vec<String> = Vec::new();
        let mut ways = BTreeSet::new();
        for (depth, element) in self.elements() {
            open.truncate(depth);
            open.push(named(&element));
            ways.insert(open.join(" > "));
        }
        ways
    }

    /// What no page may have, whatever it says: handlers, addresses that run or lead to a host that nobody named.
    pub fn dangers(&self) -> Vec<String> {
        let base = url::Url::parse("https://example.org/actu/a/b/").unwrap();
        let mut found = Vec::new();
        for (_, element) in self.elements() {
            for (name, value) in element.value().attrs() {
                let place = || format!("<{} {name}={value:?}>", element.value().name());
                if name.starts_with("on") || matches!(name, "style" | "srcdoc" | "xmlns" | "is") {
                    found.push(place());
                }
                let mut addresses: Vec<&str> = Vec::new();
                if ADDRESSES.contains(&name) && element.value().name() != "input" {
                    addresses.push(value);
                }
                if name == "srcset" {
                    addresses.extend(value.split(',').map(|part| part.trim().split(' ').next().unwrap_or("")));
                }
                if element.value().attr("http-equiv").is_some() && name == "content" {
                    addresses.extend(value.split_once("url=").map(|(_, address)| address));
                }
                for address in addresses {
                    match base.join(address) {
                        Ok(url) if matches!(url.scheme(), "http" | "https" | "mailto" | "tel") => {}
                        Ok(url) => found.push(format!("{} ({})", place(), url.scheme())),
                        Err(error) => found.push(format!("{} ({error})", place())),
                    }
                    let start: String =
                        address.chars().filter(|c| !c.is_whitespace() && !c.is_control()).take(2).collect();
                    if matches!(start.as_str(), "//" | "/\\" | "\\\\" | "\\/") {
                        found.push(format!("{} (another host)", place()));
                    }
                }
            }
        }
        found
    }
}

fn named(element: &ElementRef<'_>) -> String {
    let mut names: Vec<&str> = element.value().attrs().map(|(name, _)| name).collect();
    names.sort_unstable();
    format!("{}[{}]", element.value().name(), names.join(","))
}

/// A text with single spaces, as readers see it.
pub fn folded(text: &str) -> String {
    text.split([' ', '\t', '\n', '\r', '\u{c}']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
