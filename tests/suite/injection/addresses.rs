//! Fields that are addresses and names: what is not refused is harmless wherever it is printed.

use super::dom::Page;
use super::*;
use manchette::base::Zone;
use manchette::content::{self, ContentOptions, Place, RawHtml};
use std::collections::{BTreeMap, BTreeSet};

fn options() -> ContentOptions {
    ContentOptions {
        zone: Zone::utc(),
        zone_is_named: true,
        language: "fr".to_owned(),
        raw_html: RawHtml::Escape,
        highlight: false,
        typography: false,
        external_rel: String::new(),
        own_address: String::new(),
    }
}

/// The fields of front matter that take an address or a name.
const FIELDS: &[&str] =
    &["slug", "id", "lang", "aliases", "aliases below", "image", "url", "source language", "via", "template"];

/// What a post says in each of its fields.
type Said = BTreeMap<&'static str, String>;

fn post(index: usize, said: &Said) -> String {
    let value = |field: &str| said.get(field).map(|value| quoted(value));
    let mut text = format!("+++\ntitle = \"Un {index}\"\ndate = 2025-06-20\n");
    text += &format!("slug = {}\n", value("slug").unwrap_or_else(|| format!("\"p{index}\"")));
    for field in ["id", "lang", "template"] {
        text += &value(field).map_or(String::new(), |value| format!("{field} = {value}\n"));
    }
    let below = said.get("aliases below").map(|value| quoted(&format!("/a{index}/{value}/")));
    let aliases: Vec<String> = value("aliases").into_iter().chain(below).collect();
    text += &format!("aliases = [{}]\n", aliases.join(", "));
    text += &value("image").map_or(String::new(), |value| format!("image = {{ path = {value}, alt = \"x\" }}\n"));
    let part = |key: &str, value: Option<String>| value.map_or(String::new(), |value| format!(", {key} = {value}"));
    let via = value("via").map(|value| format!("{{ name = \"zv\", url = {value} }}"));
    let source = [part("url", value("url")), part("lang", value("source language")), part("via", via)].concat();
    format!("{text}source = {{ name = \"zq\"{source} }}\n+++\nTexte.\n")
}

fn is_accepted(text: &str) -> bool {
    let source = SourceText::new(SourcePath::new("content/posts/a.md"), text);
    let parsed = content::parse(&source, Place::Post, &options());
    parsed.value.is_some() && parsed.diagnostics.is_empty()
}

/// Each string in all the fields that take it.
fn accepted() -> Vec<Said> {
    let all = strings().into_iter().enumerate().map(|(index, string)| {
        let takes = |field: &&&'static str| is_accepted(&post(index, &Said::from([(**field, string.clone())])));
        FIELDS.iter().filter(takes).map(|field| (*field, string.clone())).collect()
    });
    all.collect()
}

fn site_of_addresses(posts: &[Said]) -> Built {
    let config = "title = \"x\"\nbase_url = \"https://example.org/actu\"\ntimezone = \"UTC\"\ntheme = \"telex\"\n\
                  [feeds]\nentries = 1000\ntopics = false\nsources = false\n[sources]\nrequired = \"off\"\n[markdown]\ntypography = false\n";
    let mut files = vec![("site.toml".to_owned(), config.to_owned())];
    files.extend(
        posts.iter().enumerate().map(|(index, said)| (format!("content/posts/p{index}.md"), post(index, said))),
    );
    build(&files)
}

/// Takes out of posts what is wrong with them in the whole site: a file that is not there, an address that two have.
fn without_what_is_wrong(report: &Report, posts: &mut [Said]) -> bool {
    let mut is_right = true;
    for (_, problem) in report.diagnostics.iter().filter(|(severity, _)| *severity == manchette::base::Severity::Error)
    {
        is_right = false;
        let label = problem.primary().unwrap();
        let index = label.path.as_str().strip_prefix("content/posts/p").and_then(|name| name.strip_suffix(".md"));
        let said = &mut posts[index.unwrap().parse::<usize>().unwrap()];
        let line = label.at.as_ref().map_or("", |at| &*at.text);
        let before = said.len();
        said.retain(|field, _| !line.starts_with(field.split(' ').next().unwrap()));
        if said.len() == before {
            said.clear();
        }
    }
    is_right
}

#[test]
fn p30_p36_an_address_or_a_name_is_refused_or_harmless() {
    let mut posts = accepted();
    let taken = |field: &str| posts.iter().filter(|said| said.contains_key(field)).count();
    let all = strings().len();
    assert!(taken("url") < all / 4 && taken("slug") < all / 4 && taken("lang") < all / 4, "too much is taken");
    let mut built = site_of_addresses(&posts);
    while !without_what_is_wrong(&built.report, &mut posts) {
        built = site_of_addresses(&posts);
    }
    let built = built.whole();
    let harmless = [
        ("image", "https://a.example/x.png"),
        ("url", "https://a.example/"),
        ("source language", "xx"),
        ("via", "https://a.example/"),
        ("lang", "en"),
    ];
    let every = (0..1usize << harmless.len()).map(|bits| {
        let is_in = |(place, _): &(usize, &(&'static str, &str))| bits & (1 << place) != 0;
        harmless.iter().enumerate().filter(is_in).map(|(_, (field, value))| (*field, (*value).to_owned())).collect()
    });
    let plain = site_of_addresses(&every.collect::<Vec<Said>>()).whole();
    let is_post = |name: &str| name.starts_with("2025/");
    let pages = plain.pages().filter(|(name, _)| is_post(name));
    let ways: BTreeSet<String> = pages.flat_map(|(_, text)| Page::of(text).ways()).collect();
    let mut problems = Vec::new();
    for (name, text) in built.pages() {
        let page = Page::of(text);
        let mut tell = |problem: String| problems.push(format!("{name}: {problem}"));
        page.dangers().into_iter().chain(page.errors()).for_each(&mut tell);
        if is_post(name) {
            page.ways().into_iter().filter(|way| !ways.contains(way)).for_each(&mut tell);
        }
    }
    for (name, text) in built.files.iter().filter(|(name, _)| name.ends_with(".xml")) {
        problems.extend(roxmltree::Document::parse(text).err().map(|error| format!("{name}: {error}")));
    }
    let feeds = built.files.iter().filter(|(name, _)| name.ends_with(".json"));
    let mut read = 0;
    for (name, text) in feeds {
        problems.extend(serde_json::from_str::<serde_json::Value>(text).err().map(|error| format!("{name}: {error}")));
        read += 1;
    }
    assert!(read > 0, "no JSON was read");
    nothing_wrong(&problems);
    let aliases: Vec<String> = posts
        .iter()
        .enumerate()
        .flat_map(|(index, said)| {
            let below = said.get("aliases below").map(|value| format!("/a{index}/{value}/"));
            said.get("aliases").cloned().into_iter().chain(below)
        })
        .collect();
    rules_are_rules(&built, &aliases);
}

/// Each line of `_redirects` is three fields that say what they should, and each alias has its page.
fn rules_are_rules(built: &Built, aliases: &[String]) {
    let rules = &built.files["_redirects"];
    assert_eq!(rules.lines().count(), aliases.len(), "{rules}");
    assert!(aliases.len() > 20, "{aliases:?}");
    let mut froms = BTreeSet::new();
    for line in rules.lines() {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let [from, to, "301"] = fields.as_slice() else { panic!("{line}") };
        assert!(line.chars().all(|c| c.is_ascii_graphic() || c == ' '), "{line:?}");
        assert!(from.starts_with("/actu/") && to.starts_with("/actu/2025/06/"), "{line}");
        for part in [from, to] {
            assert!(
                !part.contains(['*', '#', '"', '<', '>', '\\']) && !part.contains("/:") && !part.contains("//"),
                "{line}"
            );
        }
        let decoded = percent_encoding::percent_decode_str(from).decode_utf8().unwrap().into_owned();
        assert!(froms.insert(decoded), "{line} stands twice");
    }
    for alias in aliases {
        let path = percent_encoding::percent_decode_str(alias).decode_utf8_lossy().nfc().collect::<String>();
        let wanted = format!("/actu/{}", path.trim_matches('/'));
        // White space of an alias is folded.
        let bare = |text: &str| text.split_whitespace().collect::<String>();
        let has_line = froms.iter().any(|from| bare(from.trim_end_matches('/')) == bare(&wanted));
        assert!(has_line, "{alias:?}: {wanted} has no line");
    }
    let moved = |text: &str| Page::of(text).skeleton();
    let pages: Vec<&String> =
        built.files.iter().filter(|(_, text)| text.contains("http-equiv=\"refresh\"")).map(|(_, text)| text).collect();
    assert!(pages.len() + 5 > aliases.len(), "{} pages", pages.len());
    pages.iter().for_each(|page| assert_eq!(moved(page), moved(pages[0])));
}

const PLAIN: &str = "title = \"x\"\ntimezone = \"UTC\"\n";

/// The parts of a site.toml that are not refused when it is read, each a line of its own (but for its tables).
fn accepted_parts(parts: Vec<String>) -> Vec<String> {
    let mut starts = Vec::new();
    let mut config = PLAIN.to_owned();
    for part in &parts {
        starts.push(config.lines().count() + 1);
        config.push_str(part);
    }
    let source = SourceText::new(SourcePath::new("site.toml"), config.as_str());
    let read = manchette::config::read(&source, &[]);
    let lines = read.diagnostics.iter().filter_map(|problem| Some(problem.primary()?.at.as_ref()?.line as usize));
    let refused: BTreeSet<usize> = lines.map(|line| starts.partition_point(|start| *start <= line)).collect();
    // A point between two starts belongs to the part before it.
    (1..).zip(parts).filter(|(number, _)| !refused.contains(number)).map(|(_, part)| part).collect()
}

fn site_with(config: String) -> Built {
    let post = "+++\ntitle = \"x\"\ndate = 2025-06-20\nsource = \"zq0\"\nauthors = [\"zq0\"]\ntags = [\"zq\"]\n+++\n[a](https://b.example/)\n";
    build(&[("site.toml".to_owned(), config), ("content/posts/a.md".to_owned(), post.to_owned())])
}

#[track_caller]
fn harmless(built: &Built, what: &str) {
    for (name, text) in built.pages() {
        let page = Page::of(text);
        let mut found: Vec<String> = page.dangers().into_iter().chain(page.errors()).collect();
        found.extend(page.ways().into_iter().filter(|way| way.ends_with("script[]") || way.contains("svg")));
        assert!(found.is_empty(), "{what}: {name}: {found:?}");
    }
    for (name, text) in built.files.iter().filter(|(name, _)| name.ends_with(".xml")) {
        assert!(roxmltree::Document::parse(text).is_ok(), "{what}: {name}");
    }
}

#[test]
fn p36_addresses_of_site_toml_are_refused_or_harmless() {
    let theme = "theme = \"telex\"\n".to_owned();
    let base = "base_url = \"https://example.org/actu\"\n".to_owned();
    // Lists of addresses stand together in one site.
    let entries = strings().into_iter().enumerate().flat_map(|(index, string)| {
        let value = quoted(&string.replace('\n', " "));
        [
            format!("[[menu]]\ntitle = \"zq\"\nurl = {value}\n"),
            format!("[[source]]\nname = \"zq{index}\"\nurl = {value}\n"),
            format!("[[author]]\nid = \"zq{index}\"\nname = \"zq\"\nurl = {value}\n"),
            format!("[[topic]]\ntitle = \"zt{index}\"\nslug = {value}\n"),
        ]
    });
    let kept = accepted_parts([theme.clone(), base.clone()].into_iter().chain(entries).collect());
    assert!((20..strings().len()).contains(&kept.len()), "{}", kept.len());
    harmless(&site_with(format!("{PLAIN}{}", kept.concat())).whole(), "lists");
    // What there is once: few are taken.
    let mut alone = 0;
    for string in strings().into_iter().step_by(2) {
        let value = quoted(&string.replace('\n', " "));
        let parts = [
            theme.clone(),
            format!("base_url = {value}\n"),
            format!("markdown.external_rel = {value}\n"),
            format!("feeds.authority = {value}\n"),
            format!("urls.posts = {}\n", quoted(&format!("/{}/:slug/", string.replace('\n', " ")))),
        ];
        let mut kept = accepted_parts(parts.to_vec());
        if kept.len() < 2 {
            continue;
        }
        alone += 1;
        if !kept.iter().any(|part| part.starts_with("base_url")) {
            kept.push(base.clone());
        }
        let config = format!("{PLAIN}{}", kept.concat());
        harmless(&site_with(config.clone()), &config);
    }
    assert!((5..strings().len() / 2).contains(&alone), "{alone}");
}

#[test]
fn p36_no_path_of_base_url_makes_links_lead_to_another_host() {
    for base in [
        "https://example.org//evil.example",
        "https://example.org//evil.example/actu/",
        "https://example.org/.//evil.example",
        "https://example.org/actu/..//evil.example",
        "https://example.org/\\\\evil.example",
        "https://example.org/actu//x",
    ] {
        let built = site_with(format!("{PLAIN}theme = \"telex\"\nbase_url = {}\n", quoted(base)));
        assert!(built.report.has_errors() && built.files.is_empty(), "{base}");
    }
    for base in ["https://example.org//", "https://example.org/actu//"] {
        harmless(&site_with(format!("{PLAIN}theme = \"telex\"\nbase_url = \"{base}\"\n")).whole(), base);
    }
}

#[test]
fn p34_options_of_themes_that_are_colours_or_files_take_nothing_else() {
    for string in strings().iter().step_by(25).map(String::as_str).chain([
        "red",
        "#0a0",
        "x.svg",
        "red;}",
        "red</style>",
        "url(x)",
        "expression(1)",
    ]) {
        let value = quoted(string);
        let options = format!("[theme]\nname = \"kiosque\"\n[theme.options]\naccent = {value}\nlogo = {value}\n");
        let built = site_with(format!("{PLAIN}base_url = \"https://example.org/actu\"\n{options}"));
        assert!(built.report.has_errors(), "{string:?}");
        let is_told = |option: &str| {
            let mut told = built.report.diagnostics.iter();
            told.any(|(severity, problem)| {
                *severity == manchette::base::Severity::Error && problem.message().contains(option)
            })
        };
        assert!(is_told("logo"), "{string:?}: {:?}", built.report.diagnostics);
        assert_eq!(is_told("accent"), !["red", "#0a0"].contains(&string), "{string:?}: {:?}", built.report.diagnostics);
    }
}

#[test]
fn p36_escapes_of_half_a_character_are_errors_of_syntax() {
    for escape in ["\\ud800", "\\uDFFF", "\\U00110000", "\\ud83d\\ude00", "\\x00", "\\u00"] {
        let config = "title = \"x\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\ntheme = \"telex\"\n";
        let post = format!("+++\ntitle = \"a{escape}\"\ndate = 2025-06-20\n+++\n");
        let files = [("site.toml".to_owned(), config.to_owned()), ("content/posts/a.md".to_owned(), post)];
        let report = build(&files).report;
        assert!(report.has_errors(), "{escape}");
        let broken = [("site.toml".to_owned(), format!("{config}description = \"a{escape}\"\n"))];
        assert!(build(&broken).report.has_errors(), "{escape}");
    }
}
