//! Fields that are text: the same skeleton whatever they say, and the whole of it said.

use super::dom::Page;
use super::*;
use serde_json::Value;

/// How many strings stand in one field of a post, and in one of the whole site.
const IN_A_POST: usize = 8;
const IN_A_SITE: usize = 32;

/// Themes that are built in, and one that shows what they do not.
const THEMES: &[&str] = &["kiosque", "telex"];

/// What each group of strings says in a field, which it names so that it is found again.
fn groups(size: usize) -> Vec<String> {
    let strings: Vec<String> = strings().iter().map(|string| without_controls(string)).collect();
    strings.chunks(size).map(|group| group.join(" ¤ ")).collect()
}

fn site_toml(theme: &str, more: &str) -> String {
    format!(
        "base_url = \"https://example.org/actu\"\ntimezone = \"UTC\"\n{more}\n[theme]\nname = \"{theme}\"\n\
         [markdown]\ntypography = false\n[sources]\nrequired = \"off\"\n"
    )
}

/// Posts that say something in every field.
fn posts(values: &[String]) -> Vec<(String, String)> {
    let post = |(index, value): (usize, &String)| {
        let say = |field: &str| quoted(&format!("{value} zq{field}"));
        let text = format!(
            "+++\ntitle = {}\ndate = 2025-06-20T0{}:{:02}:00Z\nslug = \"p{index}\"\ntags = [{}]\nauthor = {}\ndescription = {}\n\
             image = {{ path = \"https://img.example/a.png\", alt = {}, caption = {}, credit = {} }}\nstory = {}\n\
             [source]\nname = {}\ntitle = {}\nauthor = {}\nurl = \"https://src.example/{index}\"\n\
             via = {{ name = {}, url = \"https://via.example/\" }}\n[extra]\nx = {}\n+++\nTexte.\n",
            say("title"),
            index / 60,
            index % 60,
            quoted(&format!("{value} zqtag{index}")),
            say("author"),
            say("about"),
            say("alt"),
            say("caption"),
            say("credit"),
            say("story"),
            quoted(&format!("{value} zqname{index}")),
            say("report"),
            say("reporter"),
            quoted(&format!("{value} zqvia{index}")),
            say("extra"),
        );
        (format!("content/posts/p{index}.md"), text)
    };
    values.iter().enumerate().map(post).collect()
}

fn site_of_posts(theme: &str, values: &[String]) -> Built {
    let more = "title = \"Essai\"\n[feeds]\nentries = 1000\ntopics = false\nsources = false\n[lists]\nper_page = 0\n";
    // Tables come after plain keys.
    let (plain, tables) = more.split_once("[feeds]").unwrap();
    let config = format!("{}[feeds]{tables}", site_toml(theme, plain));
    let mut files = posts(values);
    files.push(("site.toml".to_owned(), config));
    build(&files).whole()
}

/// A page that is a post's, by its address.
fn is_post(name: &str) -> bool {
    name.starts_with("2025/06/p")
}

#[test]
fn p34_no_text_of_a_post_breaks_out_of_a_page_or_is_lost() {
    let values = groups(IN_A_POST);
    let harmless: Vec<String> = values.iter().map(|_| "mot".to_owned()).collect();
    let mut problems = Vec::new();
    for theme in THEMES {
        let (wanted, got) = (site_of_posts(theme, &harmless), site_of_posts(theme, &values));
        let mut ways = std::collections::BTreeSet::new();
        for (name, text) in wanted.pages() {
            ways.extend(Page::of(text).ways().into_iter().map(|way| format!("{} {way}", kind(name))));
        }
        let mut said = 0;
        for (name, text) in got.pages() {
            let page = Page::of(text);
            let mut tell = |problem: String| problems.push(format!("{theme}: {name}: {problem}"));
            page.errors().into_iter().chain(page.dangers()).for_each(&mut tell);
            if !is_post(name) {
                let strange = page.ways().into_iter().find(|way| !ways.contains(&format!("{} {way}", kind(name))));
                strange.into_iter().for_each(|way| tell(format!("has {way}")));
                continue;
            }
            let plain = Page::of(&wanted.files[name]);
            difference(&plain.skeleton(), &page.skeleton()).into_iter().for_each(&mut tell);
            let index: usize = name["2025/06/p".len()..].split('/').next().unwrap().parse().unwrap();
            let (before, after) = (plain.says(), page.says());
            for field in
                ["title", "tag", "author", "about", "alt", "caption", "credit", "name", "report", "reporter", "via"]
            {
                let mark = format!("zq{field}");
                if !before.iter().any(|text| text.contains(&format!("mot {mark}"))) {
                    continue;
                }
                said += 1;
                let wanted = format!("{} {mark}", shown(&values[index]));
                if !after.iter().any(|text| text.contains(&wanted)) {
                    let near = after.iter().find(|text| text.contains(&mark));
                    tell(format!("{field} does not say {wanted:?} but {near:?}"));
                }
            }
        }
        assert!(said > values.len() * 6, "{theme}: {said}");
    }
    nothing_wrong(&problems);
}

/// Pages of one kind have the same ways.
fn kind(name: &str) -> &str {
    match name.split('/').next() {
        Some(first @ ("sujets" | "sources" | "archives")) => first,
        _ if is_post(name) => "post",
        _ => name,
    }
}

/// The names of the elements and attributes of an XML file, in order.
fn xml_skeleton(text: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{error}"));
    let elements = document.descendants().filter(roxmltree::Node::is_element);
    elements
        .map(|node| {
            let attributes: Vec<&str> = node.attributes().map(|attribute| attribute.name()).collect();
            format!("{}{} {attributes:?}", " ".repeat(node.ancestors().count()), node.tag_name().name())
        })
        .collect()
}

/// The texts of the elements of a name, in order.
fn xml_texts(text: &str, name: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(text).unwrap();
    let found = document.descendants().filter(|node| node.tag_name().name() == name);
    found.map(|node| dom::folded(node.text().unwrap_or(""))).collect()
}

/// The keys of a JSON value, in order.
fn json_skeleton(value: &Value, at: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(key, value)| json_skeleton(value, &format!("{at}.{key}"), into))
        }
        Value::Array(items) => items.iter().for_each(|value| json_skeleton(value, &format!("{at}[]"), into)),
        _ => into.push(at.to_owned()),
    }
}

fn json(text: &str) -> (Value, Vec<String>) {
    let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let mut keys = Vec::new();
    json_skeleton(&value, "", &mut keys);
    (value, keys)
}

/// The structured data of a page.
fn graph(text: &str) -> Option<(Value, Vec<String>)> {
    let page = scraper::Html::parse_document(text);
    let selector = scraper::Selector::parse("script[type='application/ld+json']").unwrap();
    page.select(&selector).next().map(|script| json(&script.text().collect::<String>()))
}

#[test]
fn p34_no_text_of_a_post_breaks_out_of_a_feed_a_map_or_structured_data() {
    let values = groups(IN_A_POST);
    let harmless: Vec<String> = values.iter().map(|_| "mot".to_owned()).collect();
    let (wanted, got) = (site_of_posts("telex", &harmless), site_of_posts("telex", &values));
    let mut problems = Vec::new();
    let titles: Vec<String> = values.iter().rev().map(|value| format!("{} zqtitle", shown(value))).collect();
    let mut said = |name: &str, got: Vec<String>| {
        problems.extend(difference(&titles, &got).map(|difference| format!("{name}: {difference}")));
    };
    for name in ["atom.xml", "rss.xml", "sitemap.xml", "sitemap-news.xml"] {
        let (plain, text) = (&wanted.files[name], &got.files[name]);
        if name != "sitemap.xml" {
            assert_eq!(difference(&xml_skeleton(plain), &xml_skeleton(text)), None, "{name}");
            let titles = xml_texts(text, "title");
            // The feed's own comes first.
            said(name, titles.into_iter().filter(|title| title.ends_with("zqtitle")).collect());
        }
        for address in xml_texts(text, "loc").iter().chain(&xml_texts(text, "link")).filter(|text| !text.is_empty()) {
            assert!(address.starts_with("https://"), "{name}: {address}");
        }
    }
    let ((_, plain), (feed, keys)) = (json(&wanted.files["feed.json"]), json(&got.files["feed.json"]));
    assert_eq!(difference(&plain, &keys), None);
    let items = feed["items"].as_array().unwrap();
    said("feed.json", items.iter().map(|item| dom::folded(item["title"].as_str().unwrap())).collect());
    for (name, text) in got.pages().filter(|(name, _)| is_post(name)) {
        let ((_, plain), (graph, keys)) = (graph(&wanted.files[name]).unwrap(), graph(text).unwrap());
        assert_eq!(difference(&plain, &keys), None, "{name}");
        let index: usize = name["2025/06/p".len()..].split('/').next().unwrap().parse().unwrap();
        let headline = dom::folded(graph["@graph"][0]["headline"].as_str().unwrap());
        let headline: String = headline
            .chars()
            .filter(|c| !matches!(u32::from(*c) & 0xFFFE, 0xFFFE) && !('\u{fdd0}'..='\u{fdef}').contains(c))
            .collect();
        assert_eq!(dom::folded(&headline), format!("{} zqtitle", shown(&values[index])), "{name}");
    }
    nothing_wrong(&problems);
}

/// A small site that says something in every field of site.toml, and in what templates show besides.
fn site_of_fields(theme: &str, value: &str, raw: &str) -> Built {
    let say = |field: &str| quoted(&format!("{value} zq{field}"));
    let mut config = site_toml(theme, &format!("title = {}\ndescription = {}", say("site"), say("about")));
    if theme == "kiosque" {
        config.push_str(&format!("[theme.options]\ncomments = true\nfooter_text = {}\n", quoted(raw)));
    }
    config.push_str(&format!("[extra]\nx = {}\n", quoted(raw)));
    config.push_str(&format!("[[menu]]\ntitle = {}\nurl = \"/a-propos/\"\n", say("menu")));
    config.push_str(&format!(
        "[[source]]\nname = {}\nslug = \"s\"\naliases = [{}]\nurl = \"https://src.example/\"\ndescription = {}\n",
        say("name"),
        say("alias"),
        say("described")
    ));
    config.push_str(&format!(
        "[[topic]]\ntitle = {}\nslug = \"t\"\naliases = [{}]\ndescription = {}\n",
        say("topic"),
        say("topicalias"),
        say("topicabout")
    ));
    config.push_str(&format!(
        "[[author]]\nid = {}\nname = {}\nurl = \"https://author.example/\"\nbio = {}\n",
        say("id"),
        say("author"),
        say("bio")
    ));
    let post = format!(
        "+++\ntitle = \"Un\"\ndate = 2025-06-19\nslug = \"un\"\nsource = {{ name = {} }}\ntags = [{}]\nauthor = {}\n+++\nTexte.\n",
        say("alias"),
        say("topicalias"),
        say("id")
    );
    let shows = "<p class=\"shown\">{{ site.extra.x }}</p>{% set t = data(name=\"t\") %}<p title='{{ t.x }}'>{{ t.x }}</p>\
                 {% set j = data(name=\"j\") %}<p title=\"{{ j.x }}\">{{ j.x }}</p>\
                 {% for row in data(name=\"c\") %}<p>{{ row.x }}</p>{% endfor %}";
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["x"]).unwrap();
    csv.write_record([raw]).unwrap();
    let files = [
        ("site.toml", config),
        ("content/posts/un.md", post),
        ("content/a-propos.md", "+++\ntitle = \"À propos\"\n+++\nTexte.\n".to_owned()),
        ("templates/partials/comments.html", shows.to_owned()),
        ("data/t.toml", format!("x = {}\n", quoted(raw))),
        ("data/j.json", serde_json::json!({ "x": raw }).to_string()),
        ("data/c.csv", String::from_utf8(csv.into_inner().unwrap()).unwrap()),
    ];
    build(&files.map(|(path, text)| (path.to_owned(), text))).whole()
}

#[test]
fn p34_no_text_of_the_site_its_theme_or_its_data_breaks_out_of_any_output_or_is_lost() {
    let strings = strings();
    let mut problems = Vec::new();
    for theme in THEMES {
        let wanted = site_of_fields(theme, "mot", "mot");
        let pages: BTreeMap<&String, Page> = wanted.pages().map(|(name, text)| (name, Page::of(text))).collect();
        for group in strings.chunks(IN_A_SITE) {
            let raw = group.join(" ¤ ");
            let value = without_controls(&raw);
            let got = site_of_fields(theme, &value, &raw);
            let names = |built: &Built| built.files.keys().cloned().collect::<Vec<String>>();
            assert_eq!(names(&wanted), names(&got), "{theme}: {value:?}");
            for (name, text) in &got.files {
                let mut tell = |problem: String| problems.push(format!("{theme}: {name}: {problem}"));
                let plain = &wanted.files[name];
                match name.rsplit('.').next() {
                    Some("html") => {
                        let page = Page::of(text);
                        page.errors().into_iter().chain(page.dangers()).for_each(&mut tell);
                        difference(&pages[name].skeleton(), &page.skeleton()).into_iter().for_each(&mut tell);
                        let keys = |text: &str| graph(text).map(|(_, keys)| keys).unwrap_or_default();
                        difference(&keys(plain), &keys(text)).into_iter().for_each(&mut tell);
                        let (before, after) = (pages[name].says(), page.says());
                        for field in
                            ["site", "about", "menu", "name", "described", "topic", "topicabout", "author", "bio"]
                        {
                            let mark = format!(" zq{field}");
                            let is_shown = before.iter().any(|text| text.contains(&format!("mot{mark}")));
                            let wanted = format!("{}{mark}", shown(&value));
                            if is_shown && !after.iter().any(|text| text.contains(&wanted)) {
                                tell(format!("{field} does not say {wanted:?}"));
                            }
                        }
                        let times =
                            |says: &[String], text: &str| says.iter().filter(|said| said.contains(text)).count();
                        if *theme == "kiosque" && name.starts_with("2025/06/un/") {
                            // extra, three kinds of data and their attributes.
                            assert!(times(&after, &shown(&raw)) >= 6, "{theme}: {name}: {raw:?} is not shown");
                        }
                    }
                    Some("xml") => {
                        difference(&xml_skeleton(plain), &xml_skeleton(text)).into_iter().for_each(&mut tell);
                    }
                    Some("json" | "webmanifest") => {
                        difference(&json(plain).1, &json(text).1).into_iter().for_each(&mut tell);
                    }
                    Some("txt") => assert_eq!(plain, text, "{theme}: {name}"),
                    _ => {}
                }
            }
            assert_eq!(
                json(&got.files["site.webmanifest"]).0["name"].as_str().map(shown),
                Some(format!("{} zqsite", shown(&value)))
            );
        }
    }
    nothing_wrong(&problems);
}

#[test]
fn p37_control_characters_are_refused_where_texts_are_read() {
    for string in strings().iter().filter(|string| without_controls(string) != **string) {
        let config = site_toml("telex", &format!("title = {}", quoted(string)));
        let report = build(&[("site.toml".to_owned(), config)]).report;
        assert!(report.has_errors(), "{string:?}");
        let files = [
            ("site.toml".to_owned(), site_toml("telex", "title = \"x\"")),
            ("content/posts/a.md".to_owned(), format!("+++\ntitle = {}\ndate = 2025-06-19\n+++\n", quoted(string))),
        ];
        assert!(build(&files).report.has_errors(), "{string:?}");
    }
}
