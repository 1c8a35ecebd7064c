//! What machines find in the output: structured data, the sitemap of news, the sizes of pictures.

use crate::golden;
use manchette::base::{SourcePath, SourceText};
use manchette::pipeline::{self, Memory, Report, Request, Way};
use manchette::sink::MemorySink;
use manchette::world::MemoryWorld;
use scraper::{Html, Selector};
use serde_json::Value;
use std::collections::BTreeMap;

/// The structured data of a page: the nodes of its graph.
fn nodes(page: &Html) -> Option<Vec<Value>> {
    let script = Selector::parse("script[type='application/ld+json']").unwrap();
    let mut scripts = page.select(&script);
    let text: String = scripts.next()?.text().collect();
    assert!(scripts.next().is_none(), "one graph for each page");
    let graph: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(graph["@context"], "https://schema.org");
    Some(graph["@graph"].as_array().unwrap().clone())
}

fn attribute(page: &Html, selector: &str, name: &str) -> String {
    page.select(&Selector::parse(selector).unwrap()).next().unwrap().attr(name).unwrap().to_owned()
}

/// Whether there is something in every property.
fn is_said(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(all) => !all.is_empty() && all.iter().all(is_said),
        Value::Object(all) => !all.is_empty() && all.values().all(is_said),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

#[test]
fn every_page_of_the_plain_theme_says_what_it_is_and_where_it_stands() {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for (case, built) in golden::built() {
        for (name, bytes) in built.output.iter().filter(|(name, _)| name.ends_with(".html")) {
            let page = Html::parse_document(std::str::from_utf8(bytes).unwrap());
            let place = format!("{}: {name}", case.name);
            let Some(body) = page.select(&Selector::parse("body[data-kind]").unwrap()).next() else { continue };
            let kind = body.attr("data-kind").unwrap();
            let Some(nodes) = nodes(&page) else {
                assert_eq!(kind, "404", "{place} says nothing");
                continue;
            };
            assert!(nodes.iter().all(is_said), "{place}: {nodes:?}");
            let canonical = attribute(&page, "link[rel=canonical]", "href");
            let own = &nodes[0];
            *kinds.entry(own["@type"].as_str().unwrap().to_owned()).or_default() += 1;
            let wanted = match kind {
                "post" => ("NewsArticle", &own["mainEntityOfPage"]["@id"]),
                "page" => ("WebPage", &own["url"]),
                _ => ("CollectionPage", &own["url"]),
            };
            assert_eq!((wanted.0.into(), wanted.1), (own["@type"].clone(), &canonical.clone().into()), "{place}");
            let way = nodes.iter().find(|node| node["@type"] == "BreadcrumbList");
            let last = way.map(|way| way["itemListElement"].as_array().unwrap().last().unwrap().clone());
            match (kind, last) {
                ("home", None) => {}
                (_, Some(last)) => assert_eq!(last["item"], canonical.as_str(), "{place}"),
                (_, None) => panic!("{place} stands nowhere"),
            }
        }
    }
    assert!(kinds.len() == 3 && kinds.values().all(|pages| *pages >= 5), "{kinds:?}");
}

#[test]
fn a_hostile_title_is_read_back_as_it_was_written() {
    let (_, built) = golden::built().iter().find(|(case, _)| case.name == "hostile-text").unwrap();
    let page = Html::parse_document(std::str::from_utf8(&built.output["2025/06/un/index.html"]).unwrap());
    let heading: String = page.select(&Selector::parse("h1").unwrap()).next().unwrap().text().collect();
    assert!(heading.contains("</script>"), "{heading}");
    assert_eq!(nodes(&page).unwrap()[0]["headline"], heading.as_str());
}

/// A site that is built again and again.
struct Site {
    world: MemoryWorld,
    sink: MemorySink,
    memory: Memory,
}

impl Site {
    fn of(files: &[(&str, &str)]) -> Site {
        let theme = "name = \"small\"\n";
        let page = "{{ page.title }}{% if page.kind == \"post\" %}{{ page.body }}{% endif %}";
        let mut world =
            MemoryWorld::new("2025-06-19T12:00:00Z".parse().unwrap()).with("themes/small/theme.toml", theme);
        for name in ["home", "post", "page", "topic", "topics", "source", "sources", "archive", "404"] {
            world = world.with(&format!("themes/small/templates/{name}.html"), page);
        }
        let world = files.iter().fold(world, |world, (path, text)| world.with(path, *text));
        Site { world, sink: MemorySink::new(), memory: Memory::new() }
    }

    /// Builds, and says what became other than it was.
    fn build(&mut self) -> (Report, Vec<String>) {
        let config = "title = \"Essai\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\ntheme = \"small\"\n[sources]\nrequired = \"off\"\n";
        let config = SourceText::new(SourcePath::new("site.toml"), config);
        let before = self.sink.files();
        let report = pipeline::build(&self.world, &self.sink, &mut self.memory, &config, &Request::default());
        assert!(!report.has_errors(), "{:?}", report.diagnostics);
        let after = self.sink.files();
        let written = after.iter().filter(|(path, bytes)| before.get(*path) != Some(*bytes));
        let written = written.map(|(path, _)| path.to_string()).collect();
        (report, written)
    }

    fn at(&mut self, moment: &str) {
        self.world = self.world.clone().at(moment.parse().unwrap());
    }

    fn text(&self, name: &str) -> String {
        let files = self.sink.files();
        let (_, bytes) = files.iter().find(|(path, _)| path.as_str() == name).unwrap();
        String::from_utf8(bytes.clone()).unwrap()
    }
}

fn post(title: &str, date: &str) -> String {
    format!("+++\ntitle = \"{title}\"\ndate = {date}\n+++\nTexte.\n")
}

#[test]
fn a_post_is_news_for_two_days_and_nothing_else_is_written_when_they_are_over() {
    let mut site = Site::of(&[
        ("content/posts/a.md", &post("Ancien", "2025-06-18T08:00:00Z")),
        ("content/posts/b.md", &post("Neuf", "2025-06-19T10:00:00Z")),
        ("content/posts/c.md", &post("Hors du temps", "2025-06-17T11:59:59Z")),
        ("content/page.md", "+++\ntitle = \"Page\"\ndate = 2025-06-19\n+++\nTexte.\n"),
    ]);
    let titles = |site: &Site| -> Vec<String> {
        let text = site.text("sitemap-news.xml");
        let titles = text.split("<news:title>").skip(1);
        titles.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
    };
    site.build();
    assert_eq!(titles(&site), ["Neuf", "Ancien"]);
    assert!(site.text("robots.txt").ends_with("Sitemap: https://example.org/sitemap-news.xml\n"));

    site.at("2025-06-20T07:59:59Z");
    assert_eq!((site.build().0.way, titles(&site).len()), (Way::Stood, 2));
    site.at("2025-06-20T08:00:00Z");
    assert_eq!(site.build().1, ["sitemap-news.xml"]);
    assert_eq!(titles(&site), ["Neuf"]);
    assert_eq!(site.build().0.way, Way::Stood);
    site.at("2025-06-21T10:00:00Z");
    assert_eq!(site.build().1, ["sitemap-news.xml"]);
    assert!(titles(&site).is_empty());
    site.at("2030-01-01T00:00:00Z");
    assert_eq!(site.build().0.way, Way::Stood, "nothing waits for its hour any more");
    site.at("2025-06-19T12:00:00Z");
    assert_eq!(site.build().1, ["sitemap-news.xml"]);
    assert_eq!(titles(&site), ["Neuf", "Ancien"]);
}

#[test]
fn another_size_of_a_picture_is_written_where_it_is_shown_and_another_picture_is_not() {
    let shown = "+++\ntitle = \"A\"\ndate = 2025-06-19\n+++\n![Dessin](/x.svg)\n";
    let mut site = Site::of(&[
        ("content/posts/a.md", shown),
        ("content/posts/b.md", &post("B", "2025-06-18")),
        ("static/x.svg", "<svg width='4' height='3'/>"),
    ]);
    site.build();
    let page = "2025/06/a/index.html";
    assert!(site.text(page).contains("width=\"4\" height=\"3\""), "{}", site.text(page));
    site.world = site.world.clone().with("static/x.svg", "<svg width='4' height='3'></svg>");
    assert_eq!(site.build().1, ["x.svg"]);
    site.world = site.world.clone().with("static/x.svg", "<svg width='5' height='3'/>");
    assert_eq!(site.build().1, [page, "atom.xml", "feed.json", "rss.xml", "x.svg"]);
    assert!(site.text(page).contains("width=\"5\""));
    assert_eq!(site.build().0.way, Way::Stood);
}
