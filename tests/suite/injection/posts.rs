//! Fields of posts: each string stands alone in each of them, and is the whole of it.

use super::places::{Words, word};
use super::*;
use manchette::base::Slug;
use std::collections::BTreeSet;

/// Fields that say any text. What begins with `own` stands in an entry of site.toml that the post names.
const FIELDS: &[&str] = &[
    "title",
    "tag",
    "name",
    "author",
    "about",
    "alt",
    "caption",
    "credit",
    "story",
    "report",
    "reporter",
    "via",
    "extra",
    "owntopic",
    "ownsource",
    "ownbio",
];

/// The string of a field of a post, of every `each` strings: from one field to the next each post says others, and with a few
/// fields all strings have been said.
fn string_of(strings: &[String], field: usize, post: usize, each: usize) -> &str {
    &strings[(post * each + field * 29) % strings.len()]
}

/// What the words of all posts become. With `declares` topics, sources and authors are entries of site.toml.
fn words(strings: &[String], declares: bool, each: usize) -> Words {
    let mut words = Words::default();
    let mut seen: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for post in 0..strings.len() / each {
        for (place, field) in FIELDS.iter().enumerate() {
            let string = string_of(strings, place, post, each);
            if shown(string).is_empty() || (field.starts_with("own") && !declares) {
                continue;
            }
            let slug = Slug::derive(string).map(|slug| slug.to_string());
            // Two names of one slug are one topic or source, and one of no letter cannot be any by itself.
            if *field == "via" && declares {
                continue;
            }
            if matches!(*field, "tag" | "name") {
                let key = match slug {
                    Some(slug) => slug,
                    None if declares => string.to_lowercase(),
                    None => continue,
                };
                if !seen.entry(field).or_default().insert(key) {
                    continue;
                }
            }
            words.0.insert(word(field, post), string.trim().to_owned());
        }
    }
    words
}

/// What a theme's site has pages and feeds of, besides the posts: enough of both between the two themes.
fn lists_of(theme: &str) -> (bool, bool) {
    (theme == "telex", theme == "kiosque")
}

fn site(theme: &str, count: usize, declares: bool, say: &dyn Fn(&str, usize) -> String) -> Built {
    let (topics, sources) = lists_of(theme);
    let mut config = format!(
        "title = \"Essai\"\nbase_url = \"https://example.org/actu\"\ntimezone = \"UTC\"\n[theme]\nname = \"{theme}\"\n\
         [pages]\ntopics = {topics}\nsources = {sources}\n[feeds]\nentries = 1000\ntopics = {topics}\nsources = {sources}\n[lists]\nper_page = 0\n[markdown]\ntypography = false\n[sources]\nrequired = \"off\"\n"
    );
    let mut files = Vec::new();
    for post in 0..count {
        let say = |field: &str| quoted(&say(field, post));
        let (mut tag, mut name, mut author) = (say("tag"), say("name"), say("author"));
        if declares {
            config += &format!(
                "[[topic]]\ntitle = {tag}\nslug = \"t{post}\"\ndescription = {}\n[[source]]\nname = {name}\nslug = \"s{post}\"\n\
                 description = {}\n[[author]]\nid = \"a{post}\"\nname = {author}\nbio = {}\n",
                say("owntopic"),
                say("ownsource"),
                say("ownbio"),
            );
            (tag, name, author) =
                (quoted(&format!("t{post}")), quoted(&format!("s{post}")), quoted(&format!("a{post}")));
        }
        let text = format!(
            "+++\ntitle = {}\ndate = 2025-06-20T0{}:{:02}:00Z\nslug = \"p{post}\"\ntags = [{tag}]\nauthor = {author}\ndescription = {}\n\
             image = {{ path = \"https://img.example/a.png\", alt = {}, caption = {}, credit = {} }}\nstory = {}\n\
             [source]\nname = {name}\ntitle = {}\nauthor = {}\nurl = \"https://src.example/{post}\"\n\
             via = {{ name = {}, url = \"https://via.example/\" }}\n[extra]\nx = {}\n+++\nTexte.\n",
            say("title"),
            post / 60,
            post % 60,
            say("about"),
            say("alt"),
            say("caption"),
            say("credit"),
            say("story"),
            say("report"),
            say("reporter"),
            say("via"),
            say("extra"),
        );
        files.push((format!("content/posts/p{post}.md"), text));
    }
    files.push(("site.toml".to_owned(), config));
    build(&files).whole()
}

/// Builds both sites of a theme and compares every file of them.
fn told_alone(theme: &str, declares: bool, each: usize) {
    let strings: Vec<String> = strings().iter().map(|string| without_controls(string)).collect();
    let words = words(&strings, declares, each);
    let posts = strings.len() / each;
    for (field, least) in [("title", 330), ("credit", 330), ("tag", 200), ("name", 200)] {
        let stands = words.0.keys().filter(|word| word.starts_with(&format!("zq{field}"))).count();
        assert!(stands >= least / each, "{field} says {stands} strings");
    }
    let plain = site(theme, posts, declares, &word);
    let got = site(theme, posts, declares, &|field, post| {
        let word = word(field, post);
        words.0.get(&word).cloned().unwrap_or(word)
    });
    // Lists of names are in the order of names.
    let by_name = |name: &str| matches!(name, "sujets/index.html" | "sources/index.html" | "sitemap.xml");
    let (problems, said) = words.compare(&plain, &got, by_name);
    nothing_wrong(&problems);
    assert!(said > posts * 50, "{said} places");
}

#[test]
fn p34_each_string_alone_in_a_post_stays_in_its_place_in_every_file_of_kiosque() {
    told_alone("kiosque", true, 3);
}

#[test]
fn p34_each_string_alone_in_a_post_stays_in_its_place_in_every_file_of_telex() {
    told_alone("telex", false, 1);
}
