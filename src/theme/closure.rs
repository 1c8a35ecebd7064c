//! What a template is made of: itself, and all that it extends, includes or calls, however deep.
//!
//! Found by reading the texts, generously: a name that only might be meant counts, in every layer that has it, and so does
//! a component of that name wherever it is defined. So a closure may hold too much, and never too little.

use crate::base::{Fingerprint, SourceText};
use std::collections::{BTreeMap, BTreeSet};

/// The fingerprints of what each template is made of, by the names that pages use.
pub(super) fn fingerprints(
    sources: &BTreeMap<String, SourceText>,
    prefixes: &[String],
) -> BTreeMap<String, Fingerprint> {
    let parts: BTreeMap<&str, Part<'_>> =
        sources.iter().map(|(name, source)| (name.as_str(), Part::of(source))).collect();
    let mut definitions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, part) in &parts {
        part.defines.iter().for_each(|component| definitions.entry(component).or_default().push(name));
    }
    let finder = Finder { parts: &parts, definitions: &definitions, prefixes };
    let of = |name: &str| {
        let closure = finder.closure(name);
        let texts: Vec<(&str, Fingerprint)> =
            closure.into_iter().filter_map(|name| Some((name, parts.get(name)?.fingerprint))).collect();
        Fingerprint::of(&texts)
    };
    let known = sources.keys().flat_map(|name| {
        let short = prefixes.iter().filter(|prefix| !prefix.is_empty()).find_map(|p| name.strip_prefix(p.as_str()));
        [Some(name.as_str()), short].into_iter().flatten()
    });
    let known: BTreeSet<&str> = known.collect();
    known.into_iter().map(|name| (name.to_owned(), of(name))).collect()
}

/// Whether another template leads to one of that name.
pub(super) fn is_part(sources: &BTreeMap<String, SourceText>, prefixes: &[String], name: &str) -> bool {
    let is_it =
        |other: &str| other == name || prefixes.iter().any(|prefix| other.strip_prefix(prefix.as_str()) == Some(name));
    let own: Vec<Part<'_>> =
        sources.iter().filter(|(other, _)| is_it(other)).map(|(_, source)| Part::of(source)).collect();
    let defines: BTreeSet<&str> = own.iter().flat_map(|part| part.defines.iter().copied()).collect();
    sources.iter().filter(|(other, _)| !is_it(other)).any(|(_, source)| {
        let part = Part::of(source);
        part.names.iter().any(|name| is_it(name)) || part.calls.iter().any(|call| defines.contains(call))
    })
}

/// What stands in one template.
struct Part<'a> {
    fingerprint: Fingerprint,
    /// Names of templates.
    names: Vec<String>,
    /// Components that it defines.
    defines: Vec<&'a str>,
    /// Words that follow a `<`: HTML tags, and components that it calls.
    calls: BTreeSet<&'a str>,
}

impl<'a> Part<'a> {
    fn of(source: &'a SourceText) -> Part<'a> {
        let text = source.as_str();
        Part {
            fingerprint: Fingerprint::of_bytes(text.as_bytes()),
            names: ["include", "extends"].iter().flat_map(|word| after(text, word).filter_map(quoted)).collect(),
            defines: defined(text).collect(),
            calls: after(text, "<").map(str::trim_start).map(word).filter(|word| !word.is_empty()).collect(),
        }
    }
}

struct Finder<'a> {
    parts: &'a BTreeMap<&'a str, Part<'a>>,
    definitions: &'a BTreeMap<&'a str, Vec<&'a str>>,
    prefixes: &'a [String],
}

impl<'a> Finder<'a> {
    /// The templates that a name may lead to, sorted.
    fn closure(&self, name: &str) -> BTreeSet<&'a str> {
        let mut closure = BTreeSet::new();
        let mut open: Vec<&'a str> = self.candidates(name).collect();
        while let Some(name) = open.pop() {
            if !closure.insert(name) {
                continue;
            }
            let Some(part) = self.parts.get(name) else { continue };
            open.extend(part.names.iter().flat_map(|name| self.candidates(name)));
            open.extend(part.calls.iter().filter_map(|call| self.definitions.get(call)).flatten().copied());
        }
        closure
    }

    /// The templates of that name in all layers: which one wins may change with any of them.
    fn candidates(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let names = self.prefixes.iter().map(|prefix| format!("{prefix}{name}")).chain([name.to_owned()]);
        let names: Vec<&'a str> =
            names.filter_map(|name| self.parts.get_key_value(name.as_str()).map(|(name, _)| *name)).collect();
        names.into_iter()
    }
}

/// Components that a text may define.
pub(super) fn defined(text: &str) -> impl Iterator<Item = &str> {
    after(text, "component").map(str::trim_start).map(word).filter(|word| !word.is_empty())
}

/// The texts behind each place of a word.
fn after<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(word).filter_map(move |(at, _)| text.get(at + word.len()..))
}

/// The text between the quotes that come next, with its escapes undone as Tera undoes them.
fn quoted(text: &str) -> Option<String> {
    let mut letters = text.trim_start().chars();
    let quote = letters.next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut name = String::new();
    loop {
        match letters.next()? {
            '\\' => name.push(match letters.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                other => other,
            }),
            c if c == quote => return Some(name),
            c => name.push(c),
        }
    }
}

/// The word that comes next.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourcePath;

    fn closures(templates: &[(&str, &str)]) -> BTreeMap<String, Fingerprint> {
        let source = |text: &&str| SourceText::new(SourcePath::new("x"), (*text).to_owned());
        let sources = templates.iter().map(|(name, text)| ((*name).to_owned(), source(text))).collect();
        fingerprints(&sources, &[String::new(), "kiosque/".to_owned()])
    }

    /// The templates that are something else once this one has another text.
    fn touched(change: (&str, &str)) -> Vec<String> {
        let templates = [
            ("kiosque/base.html", "<html>{%- include 'head.html' -%}"),
            ("kiosque/head.html", "<head>"),
            ("kiosque/post.html", "{% extends \"base.html\" %}{{ <card p={page} /> }}"),
            ("kiosque/page.html", "{%extends \"kiosque/base.html\"%}"),
            ("kiosque/parts.html", "{% component card(p: map) %}x{% endcomponent %}"),
            ("kiosque/feed.html", "plain"),
        ];
        let before = closures(&templates);
        let mut changed: Vec<(&str, &str)> = templates.iter().copied().filter(|(name, _)| *name != change.0).collect();
        changed.push(change);
        let after = closures(&changed);
        after
            .iter()
            .filter(|(name, fingerprint)| !name.contains('/') && before.get(*name) != Some(*fingerprint))
            .map(|(name, _)| name.clone())
            .collect()
    }

    #[test]
    fn a_closure_holds_parents_includes_and_components() {
        assert_eq!(touched(("kiosque/head.html", "<head lang>")), ["base.html", "head.html", "page.html", "post.html"]);
        assert_eq!(
            touched(("kiosque/parts.html", "{% component card(p: map) %}y{% endcomponent %}")),
            ["parts.html", "post.html"]
        );
        assert_eq!(touched(("kiosque/feed.html", "other")), ["feed.html"]);
    }

    #[test]
    fn names_are_read_as_the_engine_reads_them() {
        for written in ["\"p/a.html\"", " 'p\\/a.html'", "`p\\/a\\.html` %}"] {
            assert_eq!(quoted(written).as_deref(), Some("p/a.html"), "{written}");
        }
        assert_eq!(quoted("name"), None);
        assert_eq!(quoted("\"never closed"), None);
    }

    #[test]
    fn a_template_that_appears_in_front_of_another_counts() {
        assert_eq!(touched(("head.html", "<head>")), ["base.html", "head.html", "page.html", "post.html"]);
    }
}
