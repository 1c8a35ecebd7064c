//! Two sites that differ in what their fields say: words in one, strings in the other. Wherever the first shows a word, in
//! whatever file, the second must show the string in the same place, whole and alone, and there must be no other place.

use super::dom::Page;
use super::*;
use manchette::base::Slug;
use std::collections::BTreeMap;

/// What stands where in a file: the way to the place, and the text there.
type Places = Vec<(String, String)>;

/// A word that stands for a field of the thing of that number, and is found again in any text.
pub fn word(field: &str, index: usize) -> String {
    format!("zq{field}{index}qz")
}

/// What each word became; one that is missing stayed.
#[derive(Default)]
pub struct Words(pub BTreeMap<String, String>);

impl Words {
    /// A text with each word as `how` writes its string.
    fn told(&self, text: &str, how: impl Fn(&str) -> String) -> String {
        let (mut out, mut rest) = (String::new(), text);
        while let Some(start) = rest.find("zq") {
            let Some(end) = rest[start..].find("qz").map(|end| start + end + 2) else { break };
            out.push_str(&rest[..start]);
            match self.0.get(&rest[start..end]) {
                Some(string) => out.push_str(&how(string)),
                None => out.push_str(&rest[start..end]),
            }
            rest = &rest[end..];
        }
        out + rest
    }

    /// What the text becomes where it is text.
    pub fn text(&self, text: &str) -> String {
        said(&self.told(text, str::to_owned))
    }

    /// What it becomes where it is a part of an address or of the name of a file.
    pub fn address(&self, text: &str) -> String {
        self.told(text, |string| Slug::derive(string).map_or_else(String::new, |slug| slug.to_string()))
    }

    /// Whether a text at a place is what another became.
    fn became(&self, way: &str, plain: &str, got: &str) -> bool {
        if !plain.contains("zq") {
            return said(plain) == said(got);
        }
        let decoded = |text| percent_encoding::percent_decode_str(text).decode_utf8_lossy();
        let is_cut = match plain.split_once(" | ") {
            // A long title of a page goes without the name of the site.
            Some((title, _)) => way.ends_with(" title") && said(got) == self.text(title),
            None => way == ".short_name" && self.text(plain).starts_with(&said(got)),
        };
        said(got) == self.text(plain)
            || got == self.address(plain)
            || is_cut
            || (plain.contains('?') && said(&decoded(got)) == self.text(&decoded(plain)))
    }

    /// Compares all files of two sites; `unordered` says of which the order depends on the words. Gives what is wrong,
    /// and how many places were compared that show a word.
    pub fn compare(&self, plain: &Built, got: &Built, unordered: impl Fn(&str) -> bool) -> (Vec<String>, usize) {
        let (mut problems, mut said) = (Vec::new(), 0);
        let named: Vec<String> = plain.files.keys().map(|name| self.address(name)).collect();
        let mut sorted = named.clone();
        sorted.sort();
        let have: Vec<&String> = got.files.keys().filter(|name| !name.starts_with(".manchette")).collect();
        problems.extend(difference(&sorted, &have.into_iter().cloned().collect::<Vec<_>>()));
        for ((name, before), named) in plain.files.iter().zip(&named) {
            let Some(after) = got.files.get(named) else { continue };
            let mut tell = |problem: String| problems.push(format!("{named}: {problem}"));
            if name.ends_with(".html") {
                let page = Page::of(after);
                page.errors().into_iter().chain(page.dangers()).for_each(&mut tell);
            }
            let (before, after) = match (places(name, before), places(name, after)) {
                (Ok(before), Ok(after)) => (before, after),
                (before, after) => {
                    tell(format!("{:?} {:?}", before.err(), after.err()));
                    continue;
                }
            };
            said += before.iter().filter(|(_, text)| text.contains("zq")).count();
            match unordered(name) {
                true => self.same_in_any_order(&before, &after).into_iter().for_each(&mut tell),
                false => self.same(&before, &after).into_iter().for_each(&mut tell),
            }
        }
        (problems, said)
    }

    fn same(&self, plain: &Places, got: &Places) -> Option<String> {
        let ways = |places: &Places| places.iter().map(|(way, _)| way.clone()).collect::<Vec<_>>();
        if let Some(difference) = difference(&ways(plain), &ways(got)) {
            return Some(format!("a place, {difference}"));
        }
        plain.iter().zip(got).find_map(|((way, before), (_, after))| {
            // HTML in a feed; what RSS calls a description always is.
            let is_html = before.trim_start().starts_with('<') || way.ends_with(" description");
            if is_html && before.contains("zq") {
                return self.same(&in_fragment(before), &in_fragment(after)).map(|problem| format!("{way}: {problem}"));
            }
            let is_wrong = !self.became(way, before, after);
            is_wrong.then(|| format!("{way}: {before:?} became {after:?} and not {:?}", self.text(before)))
        })
    }

    fn same_in_any_order(&self, plain: &Places, got: &Places) -> Option<String> {
        // Machines are told of the first hundred only.
        let is_of_all = |(way, _): &&(String, String)| !way.contains("itemListElement");
        let mut left: BTreeMap<(&str, String), usize> = BTreeMap::new();
        for (way, text) in got.iter().filter(is_of_all) {
            *left.entry((way, said(text))).or_default() += 1;
        }
        for (way, text) in plain.iter().filter(is_of_all) {
            let forms = [self.text(text), self.address(text)];
            let found = forms.into_iter().find(|form| left.get(&(way, form.clone())).is_some_and(|count| *count > 0));
            let Some(found) = found else { return Some(format!("{way}: {text:?} became nothing")) };
            *left.get_mut(&(way.as_str(), found)).unwrap() -= 1;
        }
        let more = left.into_iter().find(|(_, count)| *count > 0);
        more.map(|((way, text), _)| format!("{way}: {text:?} came from nowhere"))
    }
}

/// A text as it is compared: no page can hold some characters, and parsers tell where one does.
fn said(text: &str) -> String {
    dom::folded(&legal(text))
}

/// What stands where in a file, read by a parser of its kind.
fn places(name: &str, text: &str) -> Result<Places, String> {
    match name.rsplit('.').next() {
        Some("html") => Ok(in_page(text)),
        Some("xml") => in_xml(text),
        Some("json" | "webmanifest") => in_json(text),
        _ => Ok(vec![(String::new(), text.to_owned())]),
    }
}

fn in_page(text: &str) -> Places {
    let mut found = Vec::new();
    for (depth, element) in Page::of(text).elements() {
        let way = format!("{depth} {}", element.value().name());
        let own: String = element.children().filter_map(|child| child.value().as_text().map(|text| &**text)).collect();
        if element.value().attr("type") == Some("application/ld+json") {
            match in_json(&own) {
                Ok(data) => found.extend(data.into_iter().map(|(key, value)| (format!("{way} {key}"), value))),
                Err(error) => found.push((format!("{way} {error}"), own)),
            }
        } else {
            found.push((way.clone(), own));
        }
        let mut attributes: Vec<(String, String)> = element
            .value()
            .attrs()
            // A long title has smaller letters.
            .map(|(name, value)| (format!("{way}[{name}]"), value.replace(" is-long", "")))
            .collect();
        attributes.sort();
        found.extend(attributes);
    }
    found
}

fn in_fragment(text: &str) -> Places {
    in_page(&format!("<!DOCTYPE html><body>{text}"))
}

fn in_xml(text: &str) -> Result<Places, String> {
    let document = roxmltree::Document::parse(text).map_err(|error| error.to_string())?;
    let mut found = Vec::new();
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let way = format!("{} {}", node.ancestors().count(), node.tag_name().name());
        let own: String = node.children().filter(roxmltree::Node::is_text).filter_map(|child| child.text()).collect();
        found.extend(node.attributes().map(|held| (format!("{way}[{}]", held.name()), held.value().to_owned())));
        found.push((way, own));
    }
    Ok(found)
}

fn in_json(text: &str) -> Result<Places, String> {
    fn walk(value: &serde_json::Value, way: &str, found: &mut Places) {
        match value {
            serde_json::Value::Object(object) => {
                object.iter().for_each(|(key, value)| walk(value, &format!("{way}.{key}"), found));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|value| walk(value, &format!("{way}[]"), found)),
            serde_json::Value::String(text) => found.push((way.to_owned(), text.clone())),
            other => found.push((way.to_owned(), other.to_string())),
        }
    }
    let mut found = Vec::new();
    walk(&serde_json::from_str(text).map_err(|error| error.to_string())?, "", &mut found);
    Ok(found)
}
