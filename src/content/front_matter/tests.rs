//! Front matter as authors write it: what is read, and everything that is told.

use crate::base::{Code, Diagnostic, SourcePath, SourceText, Zone};
use crate::content::article::Article;
use crate::content::document::TargetKind;
use crate::content::{self, ContentOptions, Place, RawHtml};

pub(super) fn options() -> ContentOptions {
    ContentOptions {
        zone: Zone::named("Europe/Paris").unwrap(),
        zone_is_named: true,
        language: "fr".to_owned(),
        raw_html: RawHtml::Escape,
        highlight: false,
        typography: true,
        external_rel: String::new(),
        own_address: String::new(),
    }
}

fn parse_at(path: &str, text: &str) -> (Option<Article>, Vec<Diagnostic>) {
    let source = SourceText::new(SourcePath::new(path), text);
    let place = content::place_of(source.path()).unwrap();
    let checked = content::parse(&source, place, &options());
    (checked.value.map(|whole| whole.article), checked.diagnostics)
}

fn good_at(path: &str, text: &str) -> Article {
    let (article, diagnostics) = parse_at(path, text);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    article.unwrap()
}

const PATH: &str = "content/posts/meta.md";

fn told(text: &str) -> Vec<(Code, String)> {
    let place = |diagnostic: &Diagnostic| {
        diagnostic.primary().unwrap().location().trim_start_matches(PATH).trim_start_matches(':').to_owned()
    };
    parse_at(PATH, text).1.iter().map(|diagnostic| (diagnostic.code(), place(diagnostic))).collect()
}

/// What is told of one line in an otherwise good post, and the help.
fn told_of(line: &str) -> Vec<(Code, String)> {
    let has = |key: &str| line.starts_with(key);
    let date = if has("date =") { "" } else { "date = 2025-06-19\n" };
    let source = if has("source") { "" } else { "source = \"WSJ\"\n" };
    let (_, diagnostics) = parse_at(PATH, &format!("+++\ntitle = \"T\"\n{date}{source}{line}\n+++\nTexte."));
    diagnostics.iter().map(|diagnostic| (diagnostic.code(), diagnostic.help_text().unwrap_or("").to_owned())).collect()
}

/// The same in YAML.
fn told_of_yaml(line: &str) -> Vec<(Code, String)> {
    let has = |key: &str| line.starts_with(key);
    let title = if has("title:") { "" } else { "title: T\n" };
    let (_, diagnostics) = parse_at(PATH, &format!("---\n{title}date: 2025-06-19\nsource: WSJ\n{line}\n---\nTexte."));
    diagnostics.iter().map(|diagnostic| (diagnostic.code(), diagnostic.help_text().unwrap_or("").to_owned())).collect()
}

fn one(told: Vec<(Code, String)>, code: Code, help: &str) {
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0].0, code, "{told:#?}");
    assert!(told[0].1.contains(help), "{told:#?}");
}

#[test]
fn a_whole_post_in_toml() {
    let article = good_at(
        "content/posts/2025/2025-06-19-meta-debauche.md",
        r#"+++
title = "  Meta débauche  "
date = 2025-06-19T09:30:00+02:00
source = { name = "WSJ", url = "https://www.wsj.com/x", author = "A", title = "B", date = 2025-06-18, lang = "en", via = "01net" }
tags = ["Meta AI", "Recrutement", "Meta AI"]
description = "Un chapô."
authors = ["claire", "Paul"]
updated = 2025-06-20
story = "meta"
id = "tag:example.org,2020:x"
draft = true
expires = 2026-01-01
lang = "fr-CH"
aliases = ["/vieux/", "/été"]
weight = 3
template = "dossier.html"

[image]
path = "courbe.svg"
alt = "Une courbe"
caption = "Le cours"
credit = "AFP"

[[updates]]
date = 2025-06-21
text = "Du *neuf*."

[[corrections]]
date = 2025-06-22T10:00:00
text = """
Une faute [ici](#la).
"""

[extra]
depuis = 2020-01-01
niveau = { a = [1, 2.5, true] }
+++
Texte.
"#,
    );
    let front = article.front;
    assert_eq!((front.title.as_str(), front.slug.as_str()), ("Meta débauche", "meta-debauche"));
    assert_eq!(front.date.unwrap().rfc3339(&options().zone), "2025-06-19T09:30:00+02:00");
    let source = front.source.clone().unwrap();
    assert_eq!((source.name.as_deref(), source.via.unwrap().name.as_deref()), (Some("WSJ"), Some("01net")));
    assert!(source.label.location().ends_with(":4:19"), "{}", source.label.location());
    assert_eq!(front.tags.iter().map(|tag| tag.text.as_str()).collect::<Vec<_>>(), ["Meta AI", "Recrutement"]);
    assert_eq!(front.tags[1].label.location(), "content/posts/2025/2025-06-19-meta-debauche.md:5:20");
    assert_eq!(front.aliases[1].url.as_str(), "/%C3%A9t%C3%A9");
    assert_eq!(front.image.as_ref().unwrap().target.kind, TargetKind::Relative);
    assert_eq!(&*front.updates[0].text.face.summary, "Du neuf.");
    assert_eq!(front.modified().unwrap().rfc3339(&options().zone), "2025-06-22T10:00:00+02:00");
    assert_eq!(
        serde_json::Value::Object(front.extra.0),
        serde_json::json!({"depuis": "2020-01-01", "niveau": {"a": [1, 2.5, true]}})
    );
    assert_eq!((front.draft, front.weight, front.lang.as_deref()), (true, 3, Some("fr-CH")));
    assert_eq!(&*article.body.summary, "Texte.");
}

#[test]
fn a_whole_post_in_yaml() {
    let article = good_at(
        "content/posts/vieux.md",
        "---\ntitle: 'Meta : la suite'\ndate: 2019-02-07 19:12:14 +0000\nsource:\n  name: WSJ\n  url: https://www.wsj.com/\n  via: {url: https://01net.com/}\ntags: [Meta AI, no]\nauthor: claire\ndraft: false\nslug:\nextra: {a: ~}\nupdates:\n  - date: 2019-02-08\n    text: >\n      Du neuf.\n---\nTexte.\n",
    );
    let front = article.front;
    assert_eq!(front.date.unwrap().rfc3339(&options().zone), "2019-02-07T20:12:14+01:00");
    assert_eq!(front.tags[1].text, "no");
    assert_eq!(front.source.unwrap().via.unwrap().url.as_deref(), Some("https://01net.com/"));
    assert_eq!((front.slug.as_str(), front.authors[0].text.as_str()), ("vieux", "claire"));
    assert_eq!(front.updates.len(), 1);
}

#[test]
fn all_problems_of_a_file_are_told_at_once() {
    let text = "+++\ntitel = \"Meta\"\ndate = 2025-02-30\ntags = \"Meta AI\"\nsource = { nam = \"WSJ\", url = \"wsj.com\" }\nslug = \"../x\"\n+++\n[x](javascript:y)\n";
    assert_eq!(
        told(text),
        [
            (Code::MissingKey, "1:1".to_owned()),
            (Code::UnknownKey, "2:1".to_owned()),
            (Code::BadDate, "3:8".to_owned()),
            (Code::WrongType, "4:8".to_owned()),
            (Code::UnknownKey, "5:12".to_owned()),
            (Code::BadUrl, "5:31".to_owned()),
            (Code::BadName, "6:8".to_owned()),
            (Code::UnsafeLink, "8:5".to_owned()),
        ]
    );
}

#[test]
fn slips_of_syntax_do_not_hide_other_problems() {
    let codes = told("+++\ntitle = Meta débauche\ntags = \"AI\"\nsourc = \"x\"\n+++\n```x\n```\n");
    assert_eq!(
        codes,
        [(Code::Syntax, "2:9".to_owned()), (Code::WrongType, "3:8".to_owned()), (Code::UnknownKey, "4:1".to_owned())]
    );
    let codes = told("---\ntags: AI\ntitle: a: b\n---\n");
    assert!(
        codes.contains(&(Code::WrongType, "2:7".to_owned()))
            && codes.iter().any(|(code, at)| *code == Code::Syntax && at.starts_with("3:")),
        "{codes:?}"
    );
}

#[test]
fn a_file_without_front_matter_is_shown_one() {
    let (article, diagnostics) = parse_at("content/posts/meta-debauche.md", "Du texte.");
    assert!(article.is_none());
    assert_eq!(diagnostics[0].code(), Code::FrontMatterMissing);
    assert_eq!(
        diagnostics[0].help_text(),
        Some("begin it with:\n+++\ntitle = \"Meta debauche\"\ndate = 2025-06-19\n+++")
    );
    let (_, diagnostics) = parse_at("content/a-propos/index.md", "");
    assert_eq!(diagnostics[0].help_text(), Some("begin it with:\n+++\ntitle = \"A propos\"\n+++"));
    assert_eq!(told("\n+++\ntitle = \"x\"\n+++\n"), [(Code::FrontMatterMissing, "2:1".to_owned())]);
}

#[test]
fn front_matter_must_be_closed_as_it_was_opened() {
    let (_, diagnostics) = parse_at(PATH, "+++\ntitle = \"x\"\n---\nTexte");
    assert_eq!(diagnostics[0].code(), Code::FrontMatterUnclosed);
    assert_eq!(diagnostics[0].help_text(), Some("write `+++` instead of `---` there"));
    assert_eq!(diagnostics[0].related_labels()[0].location(), "content/posts/meta.md:3:1");
}

#[test]
fn wrong_types_come_with_the_line_to_write() {
    one(told_of("tags = \"Meta AI, Puces\""), Code::WrongType, "tags = [\"Meta AI\", \"Puces\"]");
    one(told_of("draft = \"yes\""), Code::WrongType, "draft = true");
    one(told_of("weight = \"3\""), Code::WrongType, "weight = 3");
    one(told_of("description = 12"), Code::WrongType, "description = \"12\"");
    one(told_of("aliases = \"/x/\""), Code::WrongType, "aliases = [\"/x/\"]");
    one(told_of("source = [\"WSJ\"]"), Code::WrongType, "source = \"WSJ\"");
    one(told_of("updates = \"x\""), Code::WrongType, "[[updates]]");
    one(told_of("extra = 1"), Code::WrongType, "[extra]");
    one(told_of_yaml("title: true"), Code::WrongType, "put it between quotes: `title: \"true\"`");
    one(told_of_yaml("title: 2025"), Code::WrongType, "title: \"2025\"");
    one(told_of_yaml("tags: Meta AI"), Code::WrongType, "tags: [\"Meta AI\"]");
    one(told_of_yaml("draft: no"), Code::WrongType, "draft: false");
}

#[test]
fn keys_of_other_tools_are_translated() {
    for (line, help) in [
        ("categories = [\"a\", \"b\"]", "tags = [\"a\", \"b\"]"),
        ("lastmod = 2025-06-20", "updated = 2025-06-20"),
        ("summary = \"Chapô\"", "description = \"Chapô\""),
        ("published = false", "draft = true"),
        ("publishDate = 2025-06-20", "date = 2025-06-20"),
        ("layout = \"post\"", "template"),
        ("url = \"/x/\"", "slug"),
        ("link = \"https://a.fr\"", "source = { name = \"…\", url = \"https://a.fr\" }"),
        ("cover = \"a.png\"", "image = \"a.png\""),
        ("params = { a = 1 }", "extra"),
        ("taxonomies = { tags = [\"a\"] }", "tags"),
        ("sorce = \"x\"", "did you mean `source`?"),
        ("zzzz = 1", "extra"),
    ] {
        one(told_of(line), Code::UnknownKey, help);
    }
    one(told_of_yaml("categories: a, b"), Code::UnknownKey, "tags: [\"a\", \"b\"]");
}

#[test]
fn values_must_make_sense() {
    one(told_of("tags = [\"a\", \" \"]"), Code::BadValue, "");
    one(told_of("description = \"\""), Code::BadValue, "");
    one(told_of("description = \"a\\u0008b\""), Code::BadValue, "delete it");
    one(told_of("lang = \"fr_FR\""), Code::BadValue, "lang = \"fr-FR\"");
    one(told_of("lang = \"français\""), Code::BadValue, "`fr`");
    one(told_of("id = \"a b\""), Code::BadValue, "without spaces");
    one(told_of("source = \"ftp://a.fr\""), Code::BadUrl, "https://");
    one(told_of("source = { name = \"WSJ\", url = \"wsj.com\" }"), Code::BadUrl, "\"https://wsj.com\"");
    one(told_of("source = { author = \"x\" }"), Code::MissingKey, "name");
    one(told_of("aliases = [\"https://a.fr/x/\"]"), Code::BadName, "\"/x/\"");
    one(told_of("aliases = [\"x/\"]"), Code::BadName, "\"/x/\"");
    one(told_of("slug = \"Un titre\""), Code::BadName, "slug = \"un-titre\"");
    one(told_of("template = \"../x\""), Code::BadName, "");
    one(told_of("image = \"data:x\""), Code::BadUrl, "");
    one(told_of("image = { alt = \"x\" }"), Code::MissingKey, "path");
    one(told_of("author = \"a\"\nauthors = [\"b\"]"), Code::Duplicate, "keep one");
    one(told_of("[[updates]]\ndate = 2025-06-19"), Code::MissingKey, "text");
    one(told_of("weight = 1\nweight = 2"), Code::Duplicate, "keep one");
}

#[test]
fn dates_come_from_the_front_matter_or_the_name() {
    one(told_of("date = \"2025-06-19\""), Code::QuotedDate, "date = 2025-06-19");
    one(told_of("date = \"hier\""), Code::BadDate, "date = 2025-06-19");
    let text = "+++\ntitle = \"T\"\nsource = \"WSJ\"\n+++\nTexte.";
    let article = good_at("content/posts/2025-06-19_meta.md", text);
    assert_eq!(
        (article.front.date.unwrap().rfc3339(&options().zone).as_str(), article.front.slug.as_str()),
        ("2025-06-19T00:00:00+02:00", "meta")
    );
    let article = good_at("content/posts/2025-06-19-meta/index.md", text);
    assert_eq!((article.front.date.is_some(), article.front.slug.as_str()), (true, "meta"));
    assert_eq!(good_at("content/posts/2025-06-19.md", text).front.slug.as_str(), "2025-06-19");
    assert_eq!(told(text), [(Code::MissingKey, "1:1".to_owned())]);
    let dated = "+++\ntitle = \"T\"\ndate = 2025-06-20\nsource = \"WSJ\"\n+++\nTexte.";
    let (article, diagnostics) = parse_at("content/posts/2025-06-19-meta.md", dated);
    assert_eq!(diagnostics[0].code(), Code::DateConflict);
    assert_eq!(article.unwrap().front.date.unwrap().date(&options().zone).to_string(), "2025-06-20");
    // A minute before midnight in UTC is the next day in Paris: both are right.
    let late = "+++\ntitle = \"T\"\ndate = 2025-06-19T23:59:00Z\nsource = \"WSJ\"\n+++\nTexte.";
    good_at("content/posts/2025-06-19-a.md", late);
    good_at("content/posts/2025-06-20-a.md", late);
}

#[test]
fn pages_need_only_a_title() {
    let article = good_at("content/a-propos.md", "+++\ntitle = \"À propos\"\n+++\n");
    assert_eq!((article.place, article.front.slug.as_str(), article.front.date), (Place::Page, "a-propos", None));
}

#[test]
fn posts_without_a_source_are_told() {
    assert_eq!(told("+++\ntitle = \"T\"\ndate = 2025-06-19\n+++\nT."), [(Code::MissingSource, "2:1".to_owned())]);
}

#[test]
fn names_without_letters_give_no_address() {
    let (article, diagnostics) =
        parse_at("content/posts/;).md", "+++\ntitle = \"T\"\ndate = 2025-06-19\nsource = \"x\"\n+++\n");
    assert!(article.is_none());
    assert_eq!(diagnostics[0].code(), Code::BadName);
}

#[test]
fn dates_of_extra_are_dates_or_told() {
    let told = |value: &str| {
        let text = format!("+++\ntitle = \"T\"\ndate = 2025-06-19\nsource = \"x\"\n[extra]\na = {value}\n+++\nT.\n");
        let places =
            parse_at(PATH, &text).1.into_iter().map(|problem| (problem.code(), problem.primary().unwrap().location()));
        places.collect::<Vec<_>>()
    };
    for bad in ["2025-02-30", "25:61:00", "2025-06-19T24:00:00Z", "[\"a\", 2025-13-01]", "{ b = 2025-06-31 }"] {
        let problems = told(bad);
        assert!(
            matches!(problems.as_slice(), [(Code::BadDate, place)] if place.contains(":6:")),
            "{bad}: {problems:?}"
        );
    }
    for good in
        ["2024-02-29", "10:30", "10:30:00", "2025-06-19 10:30:00+02:00", "\"2025-02-30\"", "2025-06-19T10:30:00Z"]
    {
        assert_eq!(told(good), [], "{good}");
    }
}

#[test]
fn dates_without_a_zone_are_remembered() {
    let unnamed = ContentOptions { zone_is_named: false, ..options() };
    let source = SourceText::new(
        SourcePath::new(PATH),
        "+++\ntitle = \"T\"\ndate = 2025-06-19T10:00:00Z\nupdated = 2025-06-20\nsource = \"x\"\n+++\n",
    );
    let article = content::parse(&source, Place::Post, &unnamed).value.unwrap().article;
    assert_eq!(article.front.zoneless.unwrap().location(), "content/posts/meta.md:4:11");
}

#[test]
fn accents_are_composed() {
    let article =
        good_at("content/e\u{301}te\u{301}.md", "+++\ntitle = \"E\u{301}te\u{301}\"\ntags = [\"Me\u{301}ta\"]\n+++\n");
    assert_eq!(
        (article.front.title.as_str(), article.front.tags[0].text.as_str(), article.front.slug.as_str()),
        ("Été", "Méta", "ete")
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]

    #[test]
    fn any_front_matter_is_read_or_explained(yaml in proptest::bool::ANY, parts in proptest::collection::vec(proptest::sample::select(vec![
        "\n", "title", "tags", "date", "source", "é", " = ", ": ", "\"", "'", "[", "]", "{", "}", ",", "2025-06-19", "2025-02-30", "- ", "  ",
        "&a ", "*a", "|\n", ">\n", "#", "[[updates]]\n", "[extra]\n", "true", "no", "1e999", "\\", "\t", "text", "https://a.fr", "\n+++\n", "<<", "!!x ",
    ]), 0..24)) {
        let fence = if yaml { "---" } else { "+++" };
        let text = format!("{fence}\n{}\n{fence}\nTexte.\n", parts.concat());
        let (article, diagnostics) = parse_at(PATH, &text);
        proptest::prop_assert!(article.is_some() || !diagnostics.is_empty());
        let lines: Vec<&str> = text.split('\n').collect();
        for at in diagnostics.iter().filter_map(|diagnostic| diagnostic.primary().and_then(|label| label.at.as_ref())) {
            let line = lines[at.line as usize - 1];
            proptest::prop_assert!(at.column as usize + at.length as usize - 1 <= line.chars().count());
        }
    }
}

#[test]
fn what_never_expires_has_no_date_for_it() {
    let text = "+++\ntitle = \"A\"\ndate = 2025-06-19\nsource = \"WSJ\"\nexpires = 9999-12-31\n+++\n";
    let problems = parse_at(PATH, text).1;
    assert!(problems[0].help_text().unwrap().contains("leave `expires` out"), "{problems:?}");
}
