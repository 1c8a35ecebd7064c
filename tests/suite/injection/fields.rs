//! Fields of the site, its theme and its data: wherever they are shown, they say their string and nothing else.

use super::places::{Words, word};
use super::*;

/// How many strings stand in one field of a site whose fields say all of them in turn.
const IN_A_SITE: usize = 86;

/// One in so many strings is also the whole of a field that a site has but once.
const ALONE: usize = 16;

/// Themes that are built in.
const THEMES: &[&str] = &["kiosque", "telex"];

fn site_toml(theme: &str, more: &str) -> String {
    format!(
        "base_url = \"https://example.org/actu\"\ntimezone = \"UTC\"\n{more}\n[theme]\nname = \"{theme}\"\n\
         [markdown]\ntypography = false\n[sources]\nrequired = \"off\"\n"
    )
}

/// A page that shows what no theme does: free values, and data of each kind, as text and between both quotes.
const SHOWN: &str = "{% extends \"base.html\" %}{% block content %}{% for x in site.extra.list %}<p title=\"{{ x }}\" id='a {{ x }}'>{{ x }}</p>{% endfor %}\
                     {% for x in data(name=\"j\") %}<p title=\"{{ x }}\">{{ x }}</p>{% endfor %}{% set t = data(name=\"t\") %}\
                     {% for x in t.list %}<p title='{{ x }}'>{{ x }}</p>{% endfor %}{% for row in data(name=\"c\") %}<p>{{ row.x }}</p>{% endfor %}\
                     {% endblock content %}";

/// The files of that page: `list` are the values.
fn shown_files(list: &[String]) -> Vec<(String, String)> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["x"]).unwrap();
    // Where a text of CSV has what no page may hold, that is an error.
    list.iter().for_each(|value| csv.write_record([legal(value)]).unwrap());
    let toml = list.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", ");
    let files = [
        ("templates/404.html", SHOWN.to_owned()),
        ("data/t.toml", format!("list = [{toml}]\n")),
        ("data/j.json", serde_json::json!(list).to_string()),
        ("data/c.csv", String::from_utf8(csv.into_inner().unwrap()).unwrap()),
    ];
    files.map(|(path, text)| (path.to_owned(), text)).to_vec()
}

/// Fields of a small site, each with the same string.
const FIELDS: &[&str] = &[
    "site",
    "about",
    "footer",
    "menu",
    "name",
    "alias",
    "described",
    "topic",
    "topicalias",
    "topicabout",
    "id",
    "author",
    "bio",
    "raw",
];

/// A small site that says something in every field of site.toml, and in what templates show besides.
fn site_of_fields(theme: &str, say: &dyn Fn(&str) -> String) -> Built {
    let raw = say("raw");
    let say = |field: &str| quoted(&say(field));
    let mut config = site_toml(theme, &format!("title = {}\ndescription = {}", say("site"), say("about")));
    if theme == "kiosque" {
        config.push_str(&format!("[theme.options]\ncomments = true\nfooter_text = {}\n", say("footer")));
    }
    config.push_str(&format!("[extra]\nlist = [{}]\n", quoted(&raw)));
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
    let mut files = shown_files(&[raw]);
    files.extend([
        ("site.toml".to_owned(), config),
        ("content/posts/un.md".to_owned(), post),
        ("content/a-propos.md".to_owned(), "+++\ntitle = \"À propos\"\n+++\nTexte.\n".to_owned()),
    ]);
    build(&files).whole()
}

#[test]
fn p34_no_text_of_the_site_its_theme_or_its_data_breaks_out_of_any_output_or_is_lost() {
    let strings = strings();
    let mut problems = Vec::new();
    for theme in THEMES {
        let plain = site_of_fields(theme, &|field| word(field, 0));
        for group in strings.chunks(IN_A_SITE) {
            let raw = group.join(" ¤ ");
            // Several fields are names, and no two names of a site may be one.
            let said = |field: &str| match field {
                "raw" => raw.clone(),
                _ => format!("{} ¤ {field}", without_controls(&raw).trim()),
            };
            let words = Words(FIELDS.iter().map(|field| (word(field, 0), said(field))).collect());
            let (wrong, places) = words.compare(&plain, &site_of_fields(theme, &said), |_| false);
            problems.extend(wrong.into_iter().map(|problem| format!("{theme}: {problem}")));
            assert!(places > 100, "{theme}: {places} places");
        }
    }
    nothing_wrong(&problems);
}

/// A site that is nearly nothing but what it is called, and lists of words.
fn bare_site(theme: &str, [title, about, footer]: [&str; 3], list: &[String], menu: &[String]) -> Built {
    let title = format!("title = {}\ndescription = {}\n", quoted(title), quoted(about));
    let list_of = |list: &[String]| list.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", ");
    let mut config = site_toml(theme, &title) + "[pages]\ntopics = false\nsources = false\narchive = false\n";
    if theme == "kiosque" {
        config += &format!("[theme.options]\nfooter_text = {}\n", quoted(footer));
    }
    config += &format!("[extra]\nlist = [{}]\n", list_of(list));
    menu.iter().for_each(|entry| config += &format!("[[menu]]\ntitle = {}\nurl = \"/\"\n", quoted(entry)));
    let mut files = shown_files(list);
    files.push(("site.toml".to_owned(), config));
    build(&files).whole()
}

#[test]
fn p34_each_string_alone_in_a_field_of_the_site_stays_in_its_place_in_every_file() {
    let raw = strings();
    let texts: Vec<String> = raw.iter().map(|string| without_controls(string).trim().to_owned()).collect();
    let texts: Vec<String> = texts.into_iter().filter(|text| !shown(text).is_empty()).collect();
    let mut problems = Vec::new();
    for (index, theme) in THEMES.iter().enumerate() {
        let named = |field: &str, list: &[String]| (0..list.len()).map(|at| word(field, at)).collect::<Vec<_>>();
        let (words_of_list, words_of_menu) = (named("list", &raw), named("menu", &texts));
        let plain = bare_site(theme, ["mot"; 3], &words_of_list, &words_of_menu);
        let got = bare_site(theme, ["mot"; 3], &raw, &texts);
        let words = words_of_list.into_iter().chain(words_of_menu).zip(raw.iter().chain(&texts).cloned());
        let (wrong, places) = Words(words.collect()).compare(&plain, &got, |_| false);
        problems.extend(wrong.into_iter().map(|problem| format!("{theme}: {problem}")));
        assert!(places > raw.len() * 8, "{theme}: {places} places");

        let singles = ["title", "about", "footer"].map(|field| word(field, 0));
        let plain = bare_site(theme, [&singles[0], &singles[1], &singles[2]], &[], &[]);
        for at in (index..texts.len()).step_by(ALONE) {
            let values = [at, at + 1, at + 2].map(|at| &*texts[at % texts.len()]);
            let words = Words(singles.iter().cloned().zip(values.map(str::to_owned)).collect());
            let (wrong, places) = words.compare(&plain, &bare_site(theme, values, &[], &[]), |_| false);
            problems.extend(wrong.into_iter().map(|problem| format!("{theme}: {values:?}: {problem}")));
            assert!(places > 10, "{theme}: {places} places");
        }
    }
    nothing_wrong(&problems);
}

/// The keys of the texts of a theme; of one with plural forms, those of its forms.
fn text_keys(theme: &str) -> Vec<String> {
    let path = format!("{}/themes/{theme}/theme.toml", env!("CARGO_MANIFEST_DIR"));
    let manifest: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let french = manifest["strings"]["fr"].as_table().unwrap();
    let keys = |(key, text): (&String, &toml::Value)| match text.as_table() {
        Some(forms) => forms.keys().map(|form| format!("{key}.{form}")).collect(),
        None => vec![key.clone()],
    };
    french.iter().flat_map(keys).collect()
}

/// A site whose theme says something in each of its texts.
fn site_of_texts(theme: &str, keys: &[String], say: &dyn Fn(usize) -> String) -> Built {
    let texts: String = keys.iter().enumerate().map(|(at, key)| format!("{key} = {}\n", quoted(&say(at)))).collect();
    let manifest = format!("name = \"mien\"\nextends = \"{theme}\"\n[strings.fr]\n{texts}");
    let post = |title: &str, day: u8, more: &str| {
        format!(
            "+++\ntitle = \"{title}\"\ndate = 2025-06-{day}\ntags = [\"IA\", \"Puces\"]\n{more}\n+++\nTexte.\n\n## Un\n\nx\n\n## Deux\n\nx\n\n## Trois\n\nx\n"
        )
    };
    let source = "author = \"Claire\"\nimage = { path = \"https://img.example/a.png\", alt = \"x\", caption = \"x\", credit = \"x\" }\n\
                  source = { name = \"WSJ\", title = \"x\", url = \"https://src.example/\", lang = \"en\", via = { name = \"V\" } }\n\
                  [[updates]]\ndate = 2025-06-20\ntext = \"x\"\n[[corrections]]\ndate = 2025-06-20\ntext = \"x\"";
    let config =
        site_toml("mien", "title = \"Essai\"\n[lists]\nper_page = 1\n[[source]]\nname = \"WSJ\"\npaywall = true\n");
    let files = [
        ("site.toml", config),
        ("themes/mien/theme.toml", manifest),
        ("content/posts/un.md", post("Un", 17, source)),
        ("content/posts/deux.md", post("Deux", 18, "")),
        ("content/posts/trois.md", post("Trois", 19, "author = \"Claire\"")),
    ];
    build(&files.map(|(path, text)| (path.to_owned(), text))).whole()
}

#[test]
fn p34_each_string_alone_as_a_text_of_a_theme_stays_in_its_place_in_every_file() {
    let strings = strings();
    let mut problems = Vec::new();
    for theme in THEMES {
        let keys = text_keys(theme);
        let plain = site_of_texts(theme, &keys, &|at| word("text", at));
        for first in (0..strings.len()).step_by(keys.len()) {
            let say = |at: usize| strings[(first + at) % strings.len()].clone();
            let words = Words((0..keys.len()).map(|at| (word("text", at), say(at))).collect());
            let (wrong, places) = words.compare(&plain, &site_of_texts(theme, &keys, &say), |_| false);
            problems.extend(wrong.into_iter().map(|problem| format!("{theme}: {problem}")));
            assert!(places > 200, "{theme}: {places} places");
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
