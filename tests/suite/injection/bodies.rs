//! Texts in Markdown: whatever they say, they become what our Markdown makes, and nothing else.

use super::dom::Page;
use super::*;
use std::collections::BTreeSet;

/// What a body may hold: elements, with all the attributes that any of ours has.
const OURS: &[(&str, &[&str])] = &[
    ("a", &["aria-hidden", "aria-label", "class", "href", "id", "rel", "role", "tabindex", "title"]),
    ("aside", &["class", "role"]),
    ("blockquote", &[]),
    ("br", &[]),
    ("code", &["class"]),
    ("dd", &[]),
    ("del", &[]),
    ("div", &["aria-label", "class", "role", "tabindex"]),
    ("dl", &[]),
    ("dt", &[]),
    ("em", &[]),
    ("figcaption", &[]),
    ("figure", &["class"]),
    ("h1", &["id"]),
    ("h2", &["id"]),
    ("h3", &["id"]),
    ("h4", &["id"]),
    ("h5", &["id"]),
    ("h6", &["id"]),
    ("hr", &[]),
    ("img", &["alt", "decoding", "height", "loading", "src", "title", "width"]),
    ("input", &["aria-label", "checked", "disabled", "type"]),
    ("li", &["class", "id"]),
    ("ol", &["start"]),
    ("p", &["class"]),
    ("pre", &["class", "tabindex", "data-lang", "data-language"]),
    ("section", &["aria-label", "class", "role"]),
    ("span", &["class"]),
    ("strong", &[]),
    ("sup", &["id"]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &["class"]),
    ("th", &["class", "scope"]),
    ("thead", &[]),
    ("tr", &[]),
    ("ul", &[]),
];

/// What sanitised HTML may add.
const SANITISED: &[(&str, &[&str])] = &[
    ("a", &["dir", "hreflang", "lang", "translate"]),
    ("abbr", &["title"]),
    ("b", &[]),
    ("details", &["open"]),
    ("i", &[]),
    ("p", &["title"]),
    ("div", &[]),
    ("s", &[]),
    ("table", &[]),
    ("td", &[]),
    ("u", &[]),
];

/// The string in every place of a text where Markdown looks at it.
fn body(string: &str) -> String {
    let line = string.replace(['\n', '\r'], " ");
    format!(
        "Chapô {line} fin.\n\n## Titre {line}\n\n## Autre {{#x{index} .c {line}}}\n\n[lien]({line})\n\n[lien](<{line}> \"{line}\")\n\n\
         [{line}](https://a.example/)\n\n[ref {line}][r]\n\n<{line}>\n\n![{line}](https://a.example/x.png \"{line}\")\n\n![x]({line})\n\n\
         ![x](<{line}>)\n\n| a | {line} |\n|---|---|\n| {line} | b |\n\n> Dit-il.\n>\n> — {line}\n\nLire aussi : [{line}](https://a.example/)\n\n\
         :::{line}\nx\n:::\n\nNote[^{line}] et[^n].\n\n[^n]: {line}\n\n[^{line}]: x\n\nTerme {line}\n\n: {line}\n\n- [ ] {line}\n\n\
         > [!NOTE]\n> {line}\n\nhttps://a.example/{line}\n\n`{line}`\n\n```{line}\nx\n```\n\n[r]: <{line}> \"{line}\"\n\n{string}\n\nFin.\n",
        index = 1,
    )
}

fn site_of_bodies(raw_html: &str) -> (Built, Vec<String>) {
    let strings = strings();
    let mut files = bare_theme();
    files.push((
        "site.toml".to_owned(),
        format!(
            "title = \"x\"\nbase_url = \"https://example.org/actu\"\ntimezone = \"UTC\"\ntheme = \"bare\"\n\
             [pages]\ntopics = false\nsources = false\narchive = false\n[feeds]\nentries = 1000\n\
             [markdown]\nraw_html = \"{raw_html}\"\n[sources]\nrequired = \"off\"\n"
        ),
    ));
    for (index, string) in strings.iter().enumerate() {
        let note = quoted(&without_controls(string));
        // A note of spaces alone is none.
        let text = format!(
            "+++\ntitle = \"x\"\ndate = 2025-06-20\nslug = \"p{index}\"\n[[updates]]\ndate = 2025-06-20\ntext = {note}\n[[corrections]]\ndate = 2025-06-20\ntext = {note}\n+++\n{}",
            body(string)
        );
        let text = match without_controls(string).trim().is_empty() {
            true => text.replace(&format!("text = {note}"), "text = \"x\""),
            false => text,
        };
        files.push((format!("content/posts/p{index}.md"), text));
    }
    (build(&files), strings)
}

fn strange(page: &Page, more: &[(&str, &[&str])]) -> Vec<String> {
    let known = |table: &[(&str, &[&str])], name: &str, attribute: Option<&str>| {
        table.iter().any(|(known, attributes)| {
            *known == name && attribute.is_none_or(|attribute| attributes.contains(&attribute))
        })
    };
    let mut found = BTreeSet::new();
    for (_, element) in page.elements() {
        let name = element.value().name();
        let is_known = |attribute| known(OURS, name, attribute) || known(more, name, attribute);
        if ["html", "head", "meta", "title", "body", "main", "article", "footer"].contains(&name) {
            continue;
        }
        if !is_known(None) {
            found.insert(format!("<{name}>"));
        }
        for (attribute, _) in element.value().attrs() {
            if !is_known(Some(attribute)) {
                found.insert(format!("<{name} {attribute}>"));
            }
        }
    }
    found.into_iter().collect()
}

/// What stands around a body stays around it.
fn frame_is_whole(page: &Page) -> bool {
    let top: Vec<(usize, String)> = page
        .elements()
        .iter()
        .filter(|(_, element)| ["main", "article", "footer", "body"].contains(&element.value().name()))
        .map(|(depth, element)| (*depth, element.value().name().to_owned()))
        .collect();
    let wanted = [(1, "body"), (2, "main"), (3, "article"), (2, "footer")];
    top.iter().map(|(depth, name)| (*depth, name.as_str())).eq(wanted)
}

fn problems_of(built: &Built, strings: &[String], more: &[(&str, &[&str])]) -> Vec<String> {
    let mut problems = Vec::new();
    for (index, string) in strings.iter().enumerate() {
        let page = Page::of(&built.files[&format!("2025/06/p{index}/index.html")]);
        let mut tell = |problem: String| problems.push(format!("{string:?}: {problem}"));
        strange(&page, more).into_iter().for_each(|found| tell(format!("there is {found}")));
        page.dangers().into_iter().chain(page.errors()).for_each(&mut tell);
        if !frame_is_whole(&page) {
            tell("it leaves its place".to_owned());
        }
    }
    problems
}

#[test]
fn p35_p36_no_text_in_markdown_becomes_more_than_markdown_makes() {
    let (built, strings) = site_of_bodies("escape");
    let built = built.whole();
    nothing_wrong(&problems_of(&built, &strings, &[]));
    feeds_are_sound(&built, strings.len(), &[]);
}

#[test]
fn p35_sanitised_html_is_what_the_list_says_wherever_it_stands() {
    let (built, strings) = site_of_bodies("sanitize");
    let built = built.whole();
    nothing_wrong(&problems_of(&built, &strings, SANITISED));
    feeds_are_sound(&built, strings.len(), SANITISED);
}

/// The texts of feeds are the same, with whole addresses.
#[track_caller]
fn feeds_are_sound(built: &Built, count: usize, more: &[(&str, &[&str])]) {
    let feed: serde_json::Value = serde_json::from_str(&built.files["feed.json"]).unwrap();
    let texts: Vec<&str> =
        feed["items"].as_array().unwrap().iter().map(|item| item["content_html"].as_str().unwrap()).collect();
    assert_eq!(texts.len(), count);
    let mut problems = Vec::new();
    for (name, element) in [("atom.xml", "content"), ("rss.xml", "encoded")] {
        let document = roxmltree::Document::parse(&built.files[name]).unwrap();
        let found = document.descendants().filter(|node| node.tag_name().name() == element);
        let same: Vec<String> = found.map(|node| node.text().unwrap_or("").trim().to_owned()).collect();
        assert_eq!(same.len(), count, "{name}");
        for (json, xml) in texts.iter().zip(&same) {
            if json.trim() != xml {
                problems.push(format!("{name}: {xml:?} is not {json:?}"));
            }
        }
    }
    for text in texts {
        let page = Page::of(&format!(
            "<!DOCTYPE html><html><head><title>x</title></head><body><main><article>{text}</article></main><footer>fin</footer></body></html>"
        ));
        problems.extend(strange(&page, more));
        problems.extend(page.dangers());
        if !frame_is_whole(&page) {
            problems.push(format!("it leaves its place: {text}"));
        }
    }
    nothing_wrong(&problems);
}

#[test]
fn p34_code_is_shown_to_the_letter() {
    let strings = strings();
    let mut files = bare_theme();
    files.push((
        "site.toml".to_owned(),
        "title = \"x\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\ntheme = \"bare\"\n[sources]\nrequired = \"off\"\n".to_owned(),
    ));
    let fences: String =
        strings.iter().map(|string| format!("~~~~~~\n{}\n~~~~~~\n\n", string.replace('\r', "\n"))).collect();
    files.push((
        "content/posts/a.md".to_owned(),
        format!("+++\ntitle = \"x\"\ndate = 2025-06-20\nslug = \"a\"\n+++\n{fences}"),
    ));
    let built = build(&files).whole();
    let page = scraper::Html::parse_document(&built.files["2025/06/a/index.html"]);
    let selector = scraper::Selector::parse("pre code").unwrap();
    let codes: Vec<String> = page.select(&selector).map(|code| code.text().collect()).collect();
    assert_eq!(codes.len(), strings.len());
    for (string, code) in strings.iter().zip(codes) {
        let wanted = shown(&string.replace('\r', "\n"));
        assert_eq!(shown(&code), wanted, "{string:?}");
    }
}

#[test]
fn p38_bodies_are_data_and_no_template_sees_them() {
    let mut files = bare_theme();
    files.push((
        "site.toml".to_owned(),
        "title = \"x\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\ntheme = \"bare\"\n[sources]\nrequired = \"off\"\n".to_owned(),
    ));
    let body = "{{ 7 * 7 }} {% if true %}oui{% endif %} {{ get_env(name=\"HOME\") }} {# x #}";
    files.push((
        "content/posts/a.md".to_owned(),
        format!("+++\ntitle = \"x\"\ndate = 2025-06-20\nslug = \"a\"\n+++\n{body}\n"),
    ));
    let built = build(&files).whole();
    let page = scraper::Html::parse_document(&built.files["2025/06/a/index.html"]);
    let text: String =
        page.select(&scraper::Selector::parse("article").unwrap()).flat_map(|article| article.text()).collect();
    for part in ["7 * 7 }}", "{% if true %}oui{% endif %}", "get_env(name=", "{# x #}"] {
        assert!(text.replace('\u{a0}', " ").contains(part), "{text}");
    }
}

#[test]
fn p38_templates_reach_nothing_outside_the_theme_and_the_site() {
    for asks in [
        "{{ get_env(name=\"HOME\") }}",
        "{{ env.HOME }}",
        "{{ now() }}",
        "{{ get_random(end=9) }}",
        "{{ load_data(path=\"site.toml\") }}",
        "{{ get_file_hash(path=\"site.toml\") }}",
        "{% include \"/etc/passwd\" %}",
        "{% include \"../site.toml\" %}",
        "{% extends \"../../site.toml\" %}",
        "{{ data(name=\"../site\") }}",
        "{{ data(name=\"/etc/passwd\") }}",
        "{{ asset(path=\"../site.toml\") }}",
    ] {
        let mut files = bare_theme();
        let config = "title = \"x\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\ntheme = \"bare\"\n";
        files.push(("site.toml".to_owned(), config.to_owned()));
        files.push(("templates/404.html".to_owned(), asks.to_owned()));
        let report = build(&files).report;
        let mut told = report.diagnostics.iter();
        let is_told = told.any(|(_, problem)| problem.code().name().starts_with("template-"));
        assert!(is_told && report.has_errors(), "{asks}: {:?}", report.diagnostics);
    }
}
