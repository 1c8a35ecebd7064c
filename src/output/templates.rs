//! What the templates of pages are given, for who reads a theme without rendering it.
//!
//! Never knows a theme: which options there are is told by whoever asks.

use crate::theme::reading::{Contract, OPTIONS, Shape};
use crate::view::VIEWS;
use crate::view::contract::Field;
use std::collections::BTreeMap;

/// Which template prints which view.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("home.html", "HomePage"),
    ("post.html", "PostPage"),
    ("page.html", "TextPage"),
    ("topic.html", "TopicPage"),
    ("topics.html", "TopicsPage"),
    ("source.html", "SourcePage"),
    ("sources.html", "SourcesPage"),
    ("archive.html", "ArchivePage"),
    ("404.html", "NotFoundPage"),
];

/// The views that an article may choose another template for.
pub const OF_ARTICLES: &[&str] = &["PostPage", "TextPage"];

/// Texts of a theme that are asked for by what is no template: titles.
pub const TITLES: &[&str] = &["topics", "sources", "archive", "not_found"];

/// The same, where a theme that has none does without: the first breadcrumb, notes in feeds.
pub const SPARE_TEXTS: &[&str] = &["home_short", "update_of", "correction_of"];

/// The contract with themes, with these options, and with these templates that articles name.
pub fn contract(options: impl Iterator<Item = String>, own: impl Iterator<Item = String>) -> Contract {
    let mut records: BTreeMap<String, BTreeMap<String, Shape>> =
        VIEWS.iter().map(|view| (view.name.to_owned(), fields(view.fields).collect())).collect();
    records.insert(OPTIONS.to_owned(), options.map(|name| (name, Shape::Any)).collect());
    if let Some(site) = records.get_mut("SiteView") {
        site.insert("options".to_owned(), Shape::Record(OPTIONS.to_owned()));
    }
    let record = |name: &str| Shape::Record(name.to_owned());
    let named = |pairs: Vec<(&str, Shape)>| pairs.into_iter().map(|(name, shape)| (name.to_owned(), shape)).collect();
    let pages = TEMPLATES.iter().map(|(template, view)| ((*template).to_owned(), (*view).to_owned()));
    let own = own.flat_map(|template| OF_ARTICLES.iter().map(move |view| (template.clone(), (*view).to_owned())));
    Contract {
        records,
        globals: named(vec![("site", record("SiteView")), ("lang", Shape::Plain)]),
        functions: named(vec![
            ("posts", Shape::List(Box::new(record("HeadlineView")))),
            ("topic", record("TopicSummaryView")),
            ("source", record("SourceSummaryView")),
            ("url", Shape::Plain),
            ("range", Shape::List(Box::new(Shape::Plain))),
        ]),
        pages: pages.chain(own).collect(),
    }
}

/// The fields of a view, with those that it shares with others.
fn fields(fields: &'static [Field]) -> impl Iterator<Item = (String, Shape)> {
    let common = fields
        .iter()
        .filter(|field| field.name == "common")
        .flat_map(|field| VIEWS.iter().filter(|view| view.name == field.ty).flat_map(|view| view.fields));
    let own = fields.iter().filter(|field| field.name != "common");
    own.chain(common).map(|field| (field.name.to_owned(), shape(field.ty)))
}

/// The shape of a type as Rust writes it.
fn shape(ty: &str) -> Shape {
    let ty: String = ty.chars().filter(|letter| !letter.is_whitespace()).collect();
    let inner = |prefix: &str| ty.strip_prefix(prefix).and_then(|rest| rest.strip_suffix('>')).map(shape);
    if let Some(inner) = inner("Option<") {
        return inner;
    }
    if let Some(inner) = inner("Vec<") {
        return Shape::List(Box::new(inner));
    }
    match ty.as_str() {
        "serde_json::Value" => Shape::Any,
        view if VIEWS.iter().any(|known| known.name == view) => Shape::Record(view.to_owned()),
        _ => Shape::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{SourcePath, SourceText};
    use crate::theme::{App, Layer, Strings, Theme};

    /// What reading these templates says, a line for each problem, and the keys of texts.
    fn read(templates: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let source = |name: &str, text: &str| SourceText::new(SourcePath::new(name), text.to_owned());
        let templates = templates.iter().map(|(name, text)| ((*name).to_owned(), source(name, text))).collect();
        let compiled =
            Theme::compile(vec![Layer { prefix: String::new(), templates }], Strings::default(), App::default());
        let theme = compiled.value.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
        let reading = theme.read(&contract(["accent".to_owned()].into_iter(), std::iter::empty()));
        let line = |problem: &crate::base::Diagnostic| {
            format!(
                "{} {}",
                problem.primary().map(|label| label.path.to_string()).unwrap_or_default(),
                problem.message()
            )
        };
        (reading.problems.iter().map(line).collect(), reading.texts.into_keys().collect())
    }

    fn problems(templates: &[(&str, &str)]) -> Vec<String> {
        read(templates).0
    }

    #[test]
    fn fields_are_followed_through_loops_sets_and_filters() {
        let home = "{% for p in page.posts %}{{ p.titre }}{% set t = p.topics | first %}{{ t.title }}{{ t.titel }}\
                    {{ p.source.via.nom }}{% endfor %}{{ [p.uri for p in page.posts[:3] if p.url] }}{{ page.posts.title }}";
        assert_eq!(
            problems(&[("home.html", home)]),
            [
                "home.html there is no field `titre` in `HeadlineView`",
                "home.html there is no field `titel` in `TopicLinkView`",
                "home.html there is no field `nom` in `ViaView`",
                "home.html there is no field `uri` in `HeadlineView`",
                "home.html this is a list: it has no field `title`",
            ]
        );
    }

    #[test]
    fn what_one_page_has_may_be_asked_for_in_what_all_share() {
        let base = "{{ page.title }}{% if page.kind == \"post\" %}{{ page.lede }}{% endif %}{{ page.nothing }}";
        let templates = [
            ("base.html", base),
            ("post.html", "{% extends \"base.html\" %}"),
            ("home.html", "{% extends \"base.html\" %}"),
        ];
        assert_eq!(problems(&templates), ["base.html there is no field `nothing` in `HomePage`"]);
        // What such a page has is known there, too.
        let deeper = "{% if page.kind == \"home\" %}{{ page.pager.numbre }}{% endif %}";
        let templates = [("base.html", deeper), templates[1], templates[2]];
        assert_eq!(problems(&templates), ["base.html there is no field `numbre` in `PagerView`"]);
        let templates = [("base.html", base), templates[1], templates[2]];
        // It does not matter whether such a page is made of it now.
        assert_eq!(problems(&[templates[0], templates[2]]).len(), 1);
    }

    #[test]
    fn a_block_that_is_replaced_is_not_read_and_super_is() {
        let base = "{% block a %}{{ page.wrong }}{% endblock %}{% block b %}{{ page.bad }}{% endblock %}";
        let home = "{% extends \"base.html\" %}{% block a %}x{% endblock %}{% block b %}{{ super() }}{% endblock %}";
        assert_eq!(
            problems(&[("base.html", base), ("home.html", home)]),
            ["base.html there is no field `bad` in `HomePage`"]
        );
    }

    #[test]
    fn components_and_includes_know_what_they_were_given() {
        let parts = "{% component card(p: map, key: string = \"more\", @site) %}{{ p.url }}{{ p.uri }}{{ site.nam }}\
                     {{ t(key=key) }}{{ site.options.acent }}{{ site[\"titel\"] }}{% endcomponent %}";
        let home = "{% for p in posts(limit=2) %}{{ <card p={p} /> }}{{ <card p={p} key=\"less\" /> }}\
                    {% include \"line.html\" %}{% endfor %}{{ t(key=\"a\" if page.title else \"b\") }}{{ pag.title }}";
        let (problems, texts) =
            read(&[("parts.html", parts), ("line.html", "{{ p.tilte }}{{ p?.maybe }}"), ("home.html", home)]);
        assert_eq!(
            problems,
            [
                "home.html nothing gives `pag` a value",
                "line.html there is no field `tilte` in `HeadlineView`",
                "parts.html there is no field `uri` in `HeadlineView`",
                "parts.html there is no field `nam` in `SiteView`",
                "parts.html the theme declares no option `acent`",
                "parts.html there is no field `titel` in `SiteView`",
            ]
        );
        assert_eq!(texts, ["a", "b", "less", "more"]);
    }
}
