//! Names of files: what is refused is told by its name, and what is published is reached by its links, to the letter.

use super::dom::Page;
use super::*;
use manchette::base::{OutputPath, portable};
use std::collections::BTreeSet;

const CONFIG: &str = "title = \"x\"\nbase_url = \"https://example.org/actu\"\ntimezone = \"UTC\"\n[sources]\nrequired = \"off\"\n[pages]\ntopics = false\nsources = false\narchive = false\n";

/// The strings that can be the name of a file that is published, each once: no two that are one on some disk.
fn names() -> Vec<String> {
    let mut seen = BTreeSet::new();
    let can_be = |name: &String| {
        !name.contains(['/', '\0'])
            && !name.starts_with(['.', '_'])
            && !name.ends_with('~')
            && !name.is_empty()
            && name.len() < 200
    };
    strings().into_iter().filter(can_be).filter(|name| seen.insert(portable::key(name))).collect()
}

/// Whether a name acts, or reads as another.
fn is_refused(name: &str) -> bool {
    name.contains(|c: char| {
        c.is_control() || c == '\\' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

fn encoded(name: &str) -> String {
    percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC).collect()
}

#[test]
fn p32_names_that_act_or_read_as_another_are_errors_that_name_them() {
    let names: Vec<String> = names().into_iter().filter(|name| is_refused(name)).collect();
    assert!(names.len() > 30, "{}", names.len());
    for folder in ["static", "content/posts/b", "content/x"] {
        let mut files = vec![
            ("site.toml".to_owned(), CONFIG.to_owned()),
            ("content/posts/b/index.md".to_owned(), "+++\ntitle = \"B\"\ndate = 2025-06-20\n+++\nx\n".to_owned()),
        ];
        files.extend(names.iter().map(|name| (format!("{folder}/{name}"), "x".to_owned())));
        let built = build(&files);
        assert!(built.report.has_errors() && built.files.is_empty(), "{folder}");
        let told: BTreeSet<&str> = built
            .report
            .diagnostics
            .iter()
            .filter(|(_, problem)| problem.code().name() == "bad-name")
            .map(|(_, problem)| problem.primary().unwrap().path.as_str())
            .collect();
        let untold: Vec<&String> = names.iter().filter(|name| !told.contains(&*format!("{folder}/{name}"))).collect();
        assert!(untold.is_empty(), "{folder}: {untold:?}");
    }
    // What an author writes as an address, likewise.
    for name in names.iter().filter(|name| !name.contains(['?', '#', '\t', '\n'])) {
        let post =
            format!("+++\ntitle = \"B\"\ndate = 2025-06-20\naliases = [{}]\n+++\nx\n", quoted(&format!("/{name}/")));
        let files = [("site.toml".to_owned(), CONFIG.to_owned()), ("content/posts/b.md".to_owned(), post)];
        assert!(build(&files).report.has_errors(), "{name:?}");
    }
}

#[test]
fn p34_links_to_files_of_any_name_lead_to_them() {
    let names: Vec<String> = names().into_iter().filter(|name| !is_refused(name)).collect();
    assert!(names.len() > 150, "{}", names.len());
    let asset_page = "{% extends \"base.html\" %}{% block content %}{% for name in data(name=\"names\") %}\
                      <p><a class=\"asset\" href=\"{{ asset(path=name) }}\">{{ name }}</a></p>{% endfor %}{% endblock content %}";
    for theme in ["kiosque", "telex"] {
        let mut files = vec![
            (
                "site.toml".to_owned(),
                CONFIG.replacen("[sources]", &format!("theme = \"{theme}\"\n[feeds]\nentries = 1000\n[sources]"), 1),
            ),
            ("templates/404.html".to_owned(), asset_page.to_owned()),
            ("data/names.json".to_owned(), serde_json::json!(names).to_string()),
        ];
        let mut body = String::new();
        for (index, name) in names.iter().enumerate() {
            let address = encoded(name);
            body += &format!("![image](./a{address}.png)\n\n[fichier](./b{address})\n\n");
            files.push((format!("content/posts/b/a{name}.png"), "x".to_owned()));
            files.push((format!("content/posts/b/b{name}"), "x".to_owned()));
            files.push((format!("static/{name}"), "x".to_owned()));
            files.push((format!("content/posts/p{index}/{name}.png"), "x".to_owned()));
            let lead = format!("image = {{ path = {}, alt = \"x\" }}\n", quoted(&format!("./{address}.png")));
            files.push((
                format!("content/posts/p{index}/index.md"),
                format!("+++\ntitle = \"P\"\ndate = 2025-06-20\nslug = \"p{index}\"\n{lead}+++\nx\n"),
            ));
        }
        files.push((
            "content/posts/b/index.md".to_owned(),
            format!("+++\ntitle = \"B\"\ndate = 2025-06-20\nslug = \"b\"\n+++\n{body}"),
        ));
        let built = build(&files).whole();
        let reached = |page: &str| addresses(&built, page);
        let in_text = reached("2025/06/b/index.html");
        let by_asset = reached("404.html");
        for (index, name) in names.iter().enumerate() {
            let name: String = name.nfc().collect();
            for wanted in [format!("2025/06/b/a{name}.png"), format!("2025/06/b/b{name}")] {
                assert!(in_text.contains(&wanted), "{theme}: nothing leads to {wanted:?}");
            }
            assert!(by_asset.contains(&name), "{theme}: no asset {name:?}");
            let lead = format!("2025/06/p{index}/{name}.png");
            let leads = reached(&format!("2025/06/p{index}/index.html"));
            assert!(leads.contains(&lead), "{theme}: nothing leads to {lead:?} but to {leads:?}");
        }
    }
}

/// The files of the site that a page leads to; insists that each is there, and that the page is sound.
fn addresses(built: &Built, name: &str) -> BTreeSet<String> {
    let text = &built.files[name];
    let page = Page::of(text);
    let problems: Vec<String> = page.errors().into_iter().chain(page.dangers()).collect();
    assert!(problems.is_empty(), "{name}: {problems:?}");
    let base = url::Url::parse("https://example.org/actu/").unwrap();
    let here = base.join(name.trim_end_matches("index.html")).unwrap();
    let values = page.elements().into_iter().flat_map(|(_, element)| {
        let attributes = element.value().attrs().filter(|(name, _)| matches!(*name, "href" | "src" | "content"));
        attributes.map(|(_, value)| value.to_owned()).collect::<Vec<_>>()
    });
    let mut found = BTreeSet::new();
    for value in values.filter(|value| value.starts_with("/actu/") || value.starts_with("https://example.org/actu/")) {
        let url = here.join(&value).unwrap();
        let path = percent_encoding::percent_decode_str(url.path()).decode_utf8().unwrap().into_owned();
        let path = path.strip_prefix("/actu/").unwrap_or("").to_owned();
        let path = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path };
        let is_there = built.names.contains(&path);
        assert!(is_there && OutputPath::parse(&path).is_ok(), "{name}: {value} leads to {path:?}, which is nowhere");
        found.insert(path);
    }
    found
}
