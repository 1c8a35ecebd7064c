//! What `site.toml` may say, and what is said of everything else.

use super::*;
use crate::base::{Checked, Code, Policy, Severity, SourcePath, SourceText};

const LEAST: &str = "title = \"La Manchette\"\nbase_url = \"https://example.org\"\n";

fn read_text(text: &str, overrides: &[Override]) -> Checked<Config> {
    read(&SourceText::new(SourcePath::new("site.toml"), text), overrides)
}

/// The configuration of a text that must be right.
fn config(text: &str) -> Config {
    let checked = read_text(text, &[]);
    assert!(checked.diagnostics.is_empty(), "{:#?}", checked.diagnostics);
    checked.value.unwrap()
}

/// Each problem as `code place: message (help)`, related places after it.
fn problems_with(text: &str, overrides: &[Override]) -> Vec<String> {
    let show = |problem: &crate::base::Diagnostic| {
        let place = problem.primary().map_or("nowhere".to_owned(), |label| match &label.at {
            Some(at) => format!("{}:{}+{}", at.line, at.column, at.length),
            None => "file".to_owned(),
        });
        let related: String =
            problem.related_labels().iter().map(|label| format!(" <- {}", label.location())).collect();
        let help = problem.help_text().map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{} {place}: {}{help}{related}", problem.code(), problem.message())
    };
    read_text(text, overrides).diagnostics.iter().map(show).collect()
}

/// The problems of a text; the two required keys are put before it, on line 1 and 2.
fn problems(rest: &str) -> Vec<String> {
    problems_with(&format!("{LEAST}{rest}"), &[])
}

#[track_caller]
fn one_problem(rest: &str, expected: &str) {
    assert_eq!(problems(rest), [expected], "{rest}");
}

fn variable(name: &str, value: &str) -> Vec<Override> {
    overrides([(name.to_owned(), value.to_owned())])
}

#[test]
fn two_keys_make_a_site() {
    let config = config(LEAST);
    assert_eq!(config.title, "La Manchette");
    assert_eq!(
        (config.language.as_str(), config.output.as_str(), config.theme.name.as_str()),
        ("fr", "public", "kiosque")
    );
    assert_eq!(config.urls.topics, "/sujets/:slug/");
    assert_eq!(config.urls.archive, "/archives/:year/:month/");
    assert_eq!((config.lists.per_page, config.feeds.entries, config.feeds.formats.len()), (20, 30, 3));
    assert_eq!(config.markdown.external_rel, "external noopener");
    assert!(config.pages.topics && config.pages.sources && config.pages.archive && config.feeds.topics);
    assert!(config.timezone.is_none() && config.source.is_empty() && config.extra.0.is_empty());
}

#[test]
fn url_patterns_follow_the_language() {
    let english = config(&format!("{LEAST}language = \"en\"\n"));
    assert_eq!(
        (english.urls.topics.as_str(), english.urls.archive.as_str()),
        ("/topics/:slug/", "/archive/:year/:month/")
    );
    let canadian = config(&format!("{LEAST}language = \"fr-ca\"\n[urls]\narchive = \"/a/:year/:month/\"\n"));
    assert_eq!((canadian.language.as_str(), canadian.urls.topics.as_str()), ("fr-CA", "/sujets/:slug/"));
    assert_eq!(canadian.urls.archive, "/a/:year/:month/");
}

#[test]
fn everything_that_may_be_written_is_read() {
    let config = config(
        r#"
title = " La Manchette "
base_url = "https://Example.org/actu/"
description = "…"
timezone = "europe/paris"
output = "dist"
publish = "swap"
theme = { name = "sobre", options = { accent = "red" } }
[urls]
posts = "/:topic/:year-:month-:day/:slug/"
[pages]
sources = false
[lists]
per_page = 0
[feeds]
formats = []
entries = 5
content = "summary"
authority = "example.org"
topics = false
[markdown]
raw_html = "allow"
highlight = false
external_rel = ""
[sources]
required = "off"
[static]
include = [".htaccess"]
[extra]
since = 2020-01-01
deep = { list = [1, 2.5, true] }
[[source]]
name = "WSJ"
aliases = ["Wall Street Journal", "wsj.com"]
url = "https://www.wsj.com/"
lang = "en"
paywall = true
[[topic]]
title = "Meta AI"
slug = "meta"
match = ["superintelligence"]
[[author]]
id = "claire"
name = "Claire"
[[menu]]
title = "À propos"
url = "/a-propos/#equipe"
"#,
    );
    assert_eq!(config.title, "La Manchette");
    assert_eq!(config.base_url.text, "https://example.org/actu");
    assert_eq!((config.base_url.path.as_str(), config.base_url.host.as_str()), ("/actu", "example.org"));
    assert_eq!(config.zone().name(), "Europe/Paris");
    assert_eq!(config.publish, Publish::Swap);
    assert_eq!(config.theme.name, "sobre");
    assert_eq!(config.theme.options.0["accent"], "red");
    assert_eq!(config.theme.option_labels[0].1.location(), "site.toml:8:39");
    assert!(!config.pages.sources && config.pages.topics);
    assert_eq!((config.lists.per_page, config.feeds.entries), (0, 5));
    assert!(config.feeds.formats.is_empty() && !config.feeds.topics && config.feeds.sources);
    assert_eq!(config.feeds.content, FeedContent::Summary);
    assert_eq!(config.markdown.raw_html, RawHtmlPolicy::Allow);
    assert_eq!(config.markdown.external_rel, "");
    assert_eq!(config.static_include, [".htaccess"]);
    assert_eq!(config.extra.0["since"], "2020-01-01");
    assert_eq!(config.extra.0["deep"]["list"][1], 2.5);
    assert_eq!((config.source[0].slug.as_str(), config.source[0].aliases.len()), ("wsj", 2));
    assert!(config.source[0].paywall);
    assert_eq!((config.topic[0].slug.as_str(), config.topic[0].matches.len()), ("meta", 1));
    assert_eq!(config.menu[0].label.location(), "site.toml:47:7");
}

#[test]
fn a_theme_may_be_named_in_short() {
    let config = config(&format!("{LEAST}theme = \"sobre\"\n"));
    assert_eq!(config.theme.name, "sobre");
    assert_eq!(config.theme.label.unwrap().location(), "site.toml:3:9");
    one_problem(
        "theme = 3\n",
        "wrong-type 3:9+1: `theme` takes a name or a table, and this is a whole number (write `[theme]` and its keys below)",
    );
    one_problem(
        "theme = \"../x\"\n",
        "bad-value 3:9+6: `../x` is a path; a theme is named by its folder in `themes/` (write the folder's name alone)",
    );
}

#[test]
fn what_is_missing_is_asked_for() {
    assert_eq!(
        problems_with("language = \"fr\"\n", &[]),
        [
            "missing-key file: `base_url` is missing (add `base_url = \"https://example.org\"` at the top of the file)",
            "missing-key file: `title` is missing (add `title = \"La Manchette\"` at the top of the file)",
        ]
    );
    assert!(read_text("", &[]).value.is_none());
    one_problem(
        "[[source]]\nurl = \"https://x.org\"\n",
        "missing-key 3:1+10: this `[[source]]` has no `name` (add `name = \"WSJ\"`)",
    );
    one_problem(
        "[[author]]\nid = \"c\"\n",
        "missing-key 3:1+10: this `[[author]]` has no `name` (add `name = \"Claire Dupont\"`)",
    );
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_file() {
    assert_eq!(
        problems("titel = 1\nlanguage = \"fr_FR\"\nx = \n[lists]\nper_page = \"20\"\n[[topic]]\n"),
        [
            "unknown-key 3:1+5: unknown key `titel` (did you mean `title`?)",
            "bad-value 4:12+7: `fr_FR` is not a language tag (write \"fr-FR\")",
            "syntax 5:5+0: there is no value after `=` (give `x` a value or remove the line)",
            "wrong-type 7:12+4: `lists.per_page` takes a whole number, and this is text (write 20)",
            "missing-key 8:1+9: this `[[topic]]` has no `title` (add `title = \"Meta AI\"`)",
        ]
    );
}

#[test]
fn text_that_is_not_toml_points_at_the_slip() {
    assert_eq!(
        problems_with("title = Meta débauche\nbase_url = 'https://example.org'\n", &[]),
        ["syntax 1:9+13: text must be between quotes (put text between quotes: `title = \"Meta débauche\"`)"]
    );
    one_problem(
        "language = “fr”\n",
        "syntax 3:12+4: text must be between quotes (put text between straight quotes: `language = \"fr\"`)",
    );
    one_problem("title = \"Encore\"\n", "duplicate 3:1+5: the key `title` is written twice (keep one of the two)");
    assert_eq!(
        problems("[lists\nper_page = 3\n")[0],
        "syntax 3:7+0: the name of the table is never closed by `]` (write `[lists]`)"
    );
    assert!(read_text(&format!("{LEAST}[lists\n"), &[]).value.is_none());
    // What the parser lost is not missing.
    assert_eq!(problems_with("title \"x\"\n", &[]).iter().filter(|problem| problem.starts_with("missing")).count(), 0);
}

#[test]
fn p18_every_slip_of_site_toml_is_told_with_what_is_wrong_beside_it() {
    let places = |text: &str| {
        let found = problems(text);
        found.iter().map(|problem| problem.split(':').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let text = "output = \"public\n[lists]\nper_page = \"dix\"\n[feeds\nformats = [atom]\n[markdown]\nhighlight == true\nzzz = 1\n\
                [[source]]\nurl = \"https://a.fr\"\n[[source]]\nname = x y\n[extra]\na = [\n1,\nb = c d\n";
    assert_eq!(
        places(text),
        [
            "syntax 3",
            "wrong-type 5",
            "syntax 6",
            "syntax 7",
            "syntax 9",
            "unknown-key 10",
            "missing-key 11",
            "syntax 14",
            "syntax 16",
            "syntax 18"
        ]
    );
    // What is left out is not missing, and what cannot be there is.
    let beside = |text: &str| problems_with(text, &[]).iter().filter(|problem| problem.starts_with("missing")).count();
    assert_eq!(beside("titre \"x\"\nbase_url = https://example.org\n"), 0);
    assert_eq!(beside("title = \"x\"\n[lists]\nper_page = x y\n"), 1);
}

#[test]
fn unknown_keys_are_known_in_every_table() {
    one_problem(
        "[lists]\nper_pag = 3\n",
        "unknown-key 4:1+7: unknown key `per_pag` in `[lists]` (did you mean `per_page`?)",
    );
    one_problem(
        "[[source]]\nname = \"x\"\npaywal = true\n",
        "unknown-key 5:1+6: unknown key `paywal` in `[[source]]` (did you mean `paywall`?)",
    );
    one_problem("[theme]\nnam = \"x\"\n", "unknown-key 4:1+3: unknown key `nam` in `[theme]` (did you mean `name`?)");
    one_problem("[static]\nzzz = 1\n", "unknown-key 4:1+3: unknown key `zzz` in `[static]` (known here: include)");
    one_problem(
        "lists.pages = 1\n",
        "unknown-key 3:7+5: unknown key `pages` in `[lists]` (move `pages` to the top of the file, before the first `[table]`)",
    );
}

#[test]
fn keys_in_the_wrong_table_are_sent_to_theirs() {
    one_problem("per_page = 3\n", "unknown-key 3:1+8: unknown key `per_page` (`per_page` is a key of `[lists]`)");
    one_problem(
        "[lists]\nlanguage = \"fr\"\n",
        "unknown-key 4:1+8: unknown key `language` in `[lists]` (move `language` to the top of the file, before the first `[table]`)",
    );
}

#[test]
fn keys_of_other_generators_are_translated() {
    for (written, help) in [
        ("baseURL = 'x'", "write `base_url`"),
        ("baseurl = 'x'", "write `base_url`"),
        ("url = 'x'", "write `base_url`"),
        ("languageCode = 'x'", "write `language`"),
        ("default_language = 'x'", "write `language`"),
        ("timeZone = 'x'", "write `timezone`"),
        ("paginate = 3", "write `per_page` under `[lists]`"),
        ("paginate_by = 3", "write `per_page` under `[lists]`"),
        ("[params]", "write values for templates under `[extra]`"),
        ("generate_feeds = true", "write the feeds' `formats` under `[feeds]`"),
        ("generate_feed = true", "write the feeds' `formats` under `[feeds]`"),
        (
            "taxonomies = []",
            "write one `[[topic]]` for each tag that needs a title or aliases; other tags need no entry",
        ),
    ] {
        let found = problems(&format!("{written}\n"));
        assert!(found.len() == 1 && found[0].ends_with(&format!("({help})")), "{written}: {found:?}");
    }
    let fix = read_text("baseURL = 'https://example.org'\ntitle = 'x'\n", &[]);
    assert_eq!(fix.diagnostics[1].edit().unwrap().replacement, "base_url");
}

#[test]
fn tables_in_the_plural_or_with_other_brackets_are_corrected() {
    one_problem(
        "[[topics]]\ntitle = \"x\"\n",
        "unknown-key 3:3+6: unknown tables `[[topics]]` (write one `[[topic]]`, singular, with `title`, for each; `[urls]` and `[pages]` decide on their pages)",
    );
    one_problem(
        "[topics]\n",
        "unknown-key 3:2+6: unknown table `[topics]` (write one `[[topic]]`, singular, with `title`, for each; `[urls]` and `[pages]` decide on their pages)",
    );
    one_problem(
        "[[sources]]\nname = \"x\"\n",
        "wrong-type 3:1+11: `sources` takes a table, and this is a list of tables (write `[[source]]`, singular, to describe one; `[sources]` has the rules for all)",
    );
    one_problem(
        "[source]\nname = \"x\"\n",
        "wrong-type 3:1+8: `source` takes tables `[[source]]`, and this is a table (write `[[source]]`, in double brackets, once for each)",
    );
    one_problem(
        "[[menu.main]]\nname = \"x\"\n",
        "wrong-type 3:3+4: `menu` takes tables `[[menu]]`, and this is a table (write `[[menu]]`, in double brackets, once for each)",
    );
    one_problem(
        "source = [\"x\"]\n",
        "wrong-type 3:11+3: `source` takes tables `[[source]]`, and this is text (write a table `[[source]]` for each)",
    );
}

#[test]
fn wrong_types_say_what_was_expected_and_what_was_found() {
    one_problem(
        "description = 3\n",
        "wrong-type 3:15+1: `description` takes text between quotes, and this is a whole number (write \"3\")",
    );
    one_problem(
        "[pages]\ntopics = \"true\"\n",
        "wrong-type 4:10+6: `pages.topics` takes true or false, and this is text (write true)",
    );
    one_problem(
        "[feeds]\nformats = \"atom\"\n",
        "wrong-type 4:11+6: `feeds.formats` takes a list of texts, and this is text (write [\"atom\"])",
    );
    one_problem(
        "[feeds]\nformats = [1]\n",
        "wrong-type 4:12+1: `feeds.formats` takes a list of texts, and this is a whole number (put every item between quotes)",
    );
    one_problem(
        "extra = 1\n",
        "wrong-type 3:9+1: `extra` takes a table, and this is a whole number (write `[extra]` and its keys below)",
    );
    one_problem(
        "[lists]\nper_page = 2.5\n",
        "wrong-type 4:12+3: `lists.per_page` takes a whole number, and this is a decimal number",
    );
    one_problem(
        "output = 2025-01-01\n",
        "wrong-type 3:10+10: `output` takes text between quotes, and this is a date (write \"2025-01-01\")",
    );
}

#[test]
fn the_base_url_is_a_web_address() {
    for (written, expected) in [
        (
            "example.org",
            "bad-url 1:12+13: `example.org` is not an http(s) address: it has no scheme (write \"https://example.org\")",
        ),
        (
            "localhost:1111",
            "bad-url 1:12+16: `localhost:1111` is not an http(s) address: it has no scheme (write \"http://localhost:1111\")",
        ),
        (
            "ftp://example.org",
            "bad-url 1:12+19: `ftp://example.org` is not an http(s) address: its scheme is another (begin it with https://)",
        ),
        (
            "https://",
            "bad-url 1:12+10: `https://` is not an http(s) address: empty host (write it as in \"https://example.org/\")",
        ),
        (
            "https:/example.org",
            "bad-url 1:12+20: `https:/example.org` is not an http(s) address: `//` is missing (write \"https://example.org/\")",
        ),
        ("/", "bad-url 1:12+3: `/` is not an http(s) address: it has no scheme (begin it with https://)"),
        (
            "https://a.org/?x=1",
            "bad-url 1:12+20: `https://a.org/?x=1` cannot be the address of a site: it has a query (`?`) (write the scheme, the host and perhaps a path: \"https://example.org/actu\")",
        ),
        (
            "https:///x",
            "bad-url 1:12+12: `https:///x` is not an http(s) address: browsers would take it for \"https://x/\" (write the host behind `//`, whole)",
        ),
        (
            "https://1.2.3/",
            "bad-url 1:12+16: `https://1.2.3/` is not an http(s) address: browsers would take it for \"https://1.2.0.3/\" (write the host behind `//`, whole)",
        ),
        (
            "https://a.org:0/",
            "bad-url 1:12+18: `https://a.org:0/` cannot be the address of a site: its port is 0 (write the scheme, the host and perhaps a path: \"https://example.org/actu\")",
        ),
        (
            "https://a.org/b%2/",
            "bad-url 1:12+20: `https://a.org/b%2/` cannot be the address of a site: its path has a `%` without two digits behind it (write the scheme, the host and perhaps a path: \"https://example.org/actu\")",
        ),
        (
            "https://a.org/__manchette",
            "bad-url 1:12+27: `https://a.org/__manchette` cannot be the address of a site: its path begins with the preview's own folder (write the scheme, the host and perhaps a path: \"https://example.org/actu\")",
        ),
        (
            "https://a.org/#x",
            "bad-url 1:12+18: `https://a.org/#x` cannot be the address of a site: it has a fragment (`#`) (write the scheme, the host and perhaps a path: \"https://example.org/actu\")",
        ),
    ] {
        assert_eq!(problems_with(&format!("base_url = \"{written}\"\ntitle = \"x\"\n"), &[]), [expected]);
    }
}

#[test]
fn zones_exist() {
    one_problem(
        "timezone = \"Europe/Pari\"\n",
        "bad-value 3:12+13: there is no time zone named `Europe/Pari` (did you mean `Europe/Paris`?)",
    );
    one_problem(
        "timezone = \"Paris\"\n",
        "bad-value 3:12+7: there is no time zone named `Paris` (did you mean `Europe/Paris`?)",
    );
    one_problem(
        "timezone = \"+02:00\"\n",
        "bad-value 3:12+8: there is no time zone named `+02:00` (write a name of the tz database, such as \"Europe/Paris\" or \"UTC\")",
    );
    one_problem(
        "timezone = \"GMT+1\"\n",
        "bad-value 3:12+7: there is no time zone named `GMT+1` (write a name of the tz database, such as \"Europe/Paris\" or \"UTC\")",
    );
    one_problem(
        "timezone = \"Factory\"\n",
        "bad-value 3:12+9: there is no time zone named `Factory` (write a name of the tz database, such as \"Europe/Paris\" or \"UTC\")",
    );
    // Whoever wrote a zone, though a wrong one, is not to hear that dates lack one.
    let checked = read_text(&format!("{LEAST}timezone = \"Europe/Pari\"\n"), &[]);
    assert_eq!(checked.value.unwrap().timezone.unwrap().name(), "UTC");
}

#[test]
fn languages_are_tags() {
    for good in ["fr", "en", "pt-BR", "zh-Hant", "sr-Latn-RS", "es-419", "oc"] {
        assert_eq!(config(&format!("{LEAST}language = \"{good}\"\n")).language, good);
    }
    one_problem(
        "language = \"français\"\n",
        "bad-value 3:12+10: `français` is not a language tag (write a BCP 47 tag such as \"fr\", \"en\" or \"pt-BR\")",
    );
    one_problem(
        "language = \"\"\n",
        "bad-value 3:12+2: `` is not a language tag (write a BCP 47 tag such as \"fr\", \"en\" or \"pt-BR\")",
    );
}

#[test]
fn blank_texts_are_no_names() {
    assert_eq!(
        problems_with("title = \" \"\nbase_url = \"https://example.org\"\n", &[]),
        ["bad-value 1:9+3: this text is empty (write something between the quotes)"]
    );
    one_problem("output = \"\"\n", "bad-value 3:10+2: this text is empty (write something between the quotes)");
    one_problem(
        "[[topic]]\ntitle = \"AI\"\naliases = [\"a\", \"\"]\n",
        "bad-value 5:17+2: this text is empty (write something between the quotes)",
    );
}

#[test]
fn url_patterns_are_checked() {
    for (written, expected) in [
        (
            "posts = \"p/:slug\"",
            "4:9+9: `p/:slug` is not a URL pattern: it must begin and end with `/` (write \"/p/:slug/\")",
        ),
        (
            "posts = \"/:year/\"",
            "4:9+9: `/:year/` is not a URL pattern: it lacks `:slug` (add `:slug`: without it, two pages would have one address)",
        ),
        (
            "posts = \"/:yaer/:slug/\"",
            "4:9+15: `/:yaer/:slug/` is not a URL pattern: it has the placeholder `:yaer` (did you mean `:year`?)",
        ),
        (
            "posts = \"/:/:slug/\"",
            "4:9+11: `/:/:slug/` is not a URL pattern: it has the placeholder `:` (use `:year`, `:month`, `:day`, `:slug`, `:topic`)",
        ),
        (
            "topics = \"/:year/:slug/\"",
            "4:10+15: `/:year/:slug/` is not a URL pattern: it has the placeholder `:year` (use `:slug`)",
        ),
        (
            "sources = \"/s//:slug/\"",
            "4:11+12: `/s//:slug/` is not a URL pattern: it has an empty part (write plain letters and hyphens between the slashes)",
        ),
        (
            "archive = \"/:year/\"",
            "4:11+9: `/:year/` is not a URL pattern: it lacks `:month` (add `:month`: without it, two pages would have one address)",
        ),
        (
            "sources = \"/../:slug/\"",
            "4:11+12: `/../:slug/` is not a URL pattern: it has the part `..` (write plain letters and hyphens between the slashes)",
        ),
    ] {
        one_problem(&format!("[urls]\n{written}\n"), &format!("bad-value {expected}"));
    }
}

#[test]
fn numbers_have_ranges() {
    one_problem(
        "[lists]\nper_page = -1\n",
        "bad-value 4:12+2: `lists.per_page` must be between 0 and 1000000 (write a number from 0 to 1000000)",
    );
    one_problem(
        "[feeds]\nentries = 0\n",
        "bad-value 4:11+1: `feeds.entries` must be between 1 and 1000 (write a number from 1 to 1000)",
    );
    one_problem(
        "[feeds]\nentries = 99999999999999999999\n",
        "bad-value 4:11+20: `feeds.entries` must be between 1 and 1000 (write a number from 1 to 1000)",
    );
}

#[test]
fn choices_are_listed() {
    one_problem(
        "publish = \"inplace\"\n",
        "bad-value 3:11+9: `inplace` is not a choice for `publish` (did you mean \"in-place\"?)",
    );
    one_problem(
        "[sources]\nrequired = \"yes\"\n",
        "bad-value 4:12+5: `yes` is not a choice for `sources.required` (write one of \"warn\", \"error\", \"off\")",
    );
    one_problem(
        "[feeds]\nformats = [\"atom\", \"jsom\"]\n",
        "bad-value 4:20+6: `jsom` is not a choice for `feeds.formats` (did you mean \"json\"?)",
    );
    one_problem(
        "[feeds]\nformats = [\"atom\", \"atom\"]\n",
        "duplicate 4:20+6: \"atom\" is in `feeds.formats` twice <- site.toml:4:12",
    );
}

#[test]
fn other_values_are_checked_too() {
    one_problem(
        "[feeds]\nauthority = \"https://example.org/\"\n",
        "bad-value 4:13+22: `https://example.org/` cannot be the authority of feed ids (write the host alone: \"example.org\")",
    );
    one_problem(
        "[markdown]\nexternal_rel = \"a\\\"b\"\n",
        "bad-value 4:16+6: `a\"b` is not a value of `rel` (write words with spaces between, as in \"external nofollow\")",
    );
    let help = "write a path from the site's folder, as in \"public\", or a whole one: \"/var/www/fil\"";
    for (output, length, why) in [
        ("~/public", 10, "names a place that only a shell knows"),
        ("$HOME/public", 14, "names a place that only a shell knows"),
        ("sftp://example.org/", 21, "is an address, not a folder"),
    ] {
        let expected = format!("bad-value 3:10+{length}: `{output}` {why} ({help})");
        one_problem(&format!("output = \"{output}\"\n"), &expected);
    }
    one_problem(
        "[static]\ninclude = [\"../x\"]\n",
        "bad-name 4:12+6: `../x` is not a path inside `static/`: it has the part `..` (write it as in \".htaccess\")",
    );
    one_problem(
        "[[source]]\nname = \"x\"\nurl = \"x.org\"\n",
        "bad-url 5:7+7: `x.org` is not an http(s) address: it has no scheme (write \"https://x.org\")",
    );
    one_problem(
        "[[source]]\nname = \"x\"\nslug = \"a b\"\n",
        "bad-name 5:8+5: `a b` cannot be a slug: it has the character ` ` (write \"a-b\")",
    );
    one_problem(
        "[[source]]\nname = \";)\"\n",
        "bad-value 4:8+4: no address can be made from `;)` (add `slug`, with letters and digits)",
    );
    one_problem(
        "[[menu]]\ntitle = \"x\"\nurl = \"a-propos\"\n",
        "bad-url 5:7+10: `a-propos` is not an http(s) address: it has no scheme (begin a path of the site with `/`, an address elsewhere with https://)",
    );
    one_problem(
        "[[menu]]\ntitle = \"x\"\nurl = \"//evil/\"\n",
        "bad-url 5:7+9: `//evil/` is not a path of the site: it begins with `//` (write it as in \"/a-propos/\")",
    );
}

#[test]
fn two_entries_with_one_name_are_shown_together() {
    one_problem(
        "[[source]]\nname = \"WSJ\"\n[[source]]\nname = \"wsj\"\n",
        "duplicate 6:8+5: two `[[source]]` have one name: `WSJ` and `wsj` (make them one entry with `aliases`, or give them different names) <- site.toml:4:8",
    );
    one_problem(
        "[[topic]]\ntitle = \"Meta AI\"\naliases = [\"Meta\"]\n[[topic]]\ntitle = \"Facebook\"\naliases = [\"FB\", \"Meta\"]\n",
        "duplicate 8:18+6: two `[[topic]]` are called `Meta` (make them one entry with `aliases`, or give them different names) <- site.toml:5:12",
    );
    one_problem(
        "[[topic]]\ntitle = \"Meta AI\"\nslug = \"meta\"\n[[topic]]\ntitle = \"Méta\"\n",
        "duplicate 7:9+6: two `[[topic]]` have one name: `meta` and `Méta` (make them one entry with `aliases`, or give them different names) <- site.toml:5:8",
    );
    one_problem(
        "[[author]]\nid = \"c\"\nname = \"C\"\n[[author]]\nid = \"c\"\nname = \"D\"\n",
        "duplicate 7:6+3: two `[[author]]` have the id `c` (give one of them another id) <- site.toml:4:6",
    );
    // An alias that only respells its own name is idle, not wrong.
    assert!(problems("[[source]]\nname = \"WSJ\"\naliases = [\"wsj\"]\n").is_empty());
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let text = format!("{LEAST}[lists]\nper_page = 3\n");
    let mut given = vec![Override::flag("--output", "output", "x")];
    given.extend(overrides(
        [
            ("MANCHETTE_OUTPUT", "y"),
            ("MANCHETTE_LISTS__PER_PAGE", "7"),
            ("MANCHETTE_PAGES__TOPICS", "false"),
            ("MANCHETTE_THEME", "sobre"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    ));
    let config = read_text(&text, &given).value.unwrap();
    assert_eq!((config.output.as_str(), config.lists.per_page, config.theme.name.as_str()), ("x", 7, "sobre"));
    assert!(!config.pages.topics);
}

#[test]
fn an_override_can_give_what_the_file_lacks_and_is_checked_alike() {
    let base = [Override::flag("--base-url", "base_url", "https://preview.example.org/")];
    assert_eq!(read_text("title = \"x\"\n", &base).value.unwrap().base_url.text, "https://preview.example.org");
    let bad = [Override::flag("--base-url", "base_url", "preview")];
    assert_eq!(
        problems_with(LEAST, &bad),
        [
            "bad-url nowhere: --base-url: `preview` is not an http(s) address: it has no scheme (write \"https://preview\")"
        ]
    );
    for (name, value, expected) in [
        (
            "MANCHETTE_LISTS__PER_PAGE",
            "many",
            "wrong-type nowhere: MANCHETTE_LISTS__PER_PAGE: `lists.per_page` takes a whole number, not `many`",
        ),
        (
            "MANCHETTE_FEEDS__ENTRIES",
            "0",
            "bad-value nowhere: MANCHETTE_FEEDS__ENTRIES: `feeds.entries` must be between 1 and 1000 (write a number from 1 to 1000)",
        ),
        (
            "MANCHETTE_PAGES__TOPICS",
            "no",
            "wrong-type nowhere: MANCHETTE_PAGES__TOPICS: `pages.topics` takes true or false, not `no`",
        ),
        (
            "MANCHETTE_TITEL",
            "x",
            "unknown-key nowhere: MANCHETTE_TITEL: there is no key `titel` that a variable can set (did you mean `MANCHETTE_TITLE`?)",
        ),
        (
            "MANCHETTE_FEEDS__FORMATS",
            "rss",
            "unknown-key nowhere: MANCHETTE_FEEDS__FORMATS: there is no key `feeds.formats` that a variable can set (set it in site.toml: only single values can come from the environment)",
        ),
    ] {
        assert_eq!(problems_with(LEAST, &variable(name, value)), [expected]);
    }
    assert!(problems_with(LEAST, &variable("MANCHETTE_ROOT", "/x")).is_empty());
}

#[test]
fn every_setting_knows_where_it_comes_from() {
    let text = format!("{LEAST}[extra]\n\"a b\" = [1]\n[[source]]\nname = \"WSJ\"\n");
    let source = SourceText::new(SourcePath::new("site.toml"), text);
    let settings = effective(&source, &variable("MANCHETTE_LISTS__PER_PAGE", "7"));
    let setting = |key: &str| settings.iter().find(|setting| setting.key() == key).unwrap();
    assert_eq!(setting("title").origin, Origin::File { line: 1 });
    assert_eq!(setting("title").value.as_deref(), Some("\"La Manchette\""));
    assert_eq!(setting("lists.per_page").origin, Origin::Environment("MANCHETTE_LISTS__PER_PAGE".to_owned()));
    assert_eq!(setting("lists.per_page").value.as_deref(), Some("7"));
    assert_eq!(setting("feeds.formats").value.as_deref(), Some("[\"atom\", \"rss\", \"json\"]"));
    assert_eq!(setting("timezone").value, None);
    assert_eq!(setting("extra.\"a b\"").origin, Origin::File { line: 4 });
    assert_eq!(setting("source[0].name").origin, Origin::File { line: 6 });
}

#[test]
fn the_site_adds_to_the_policy_of_a_run_but_flags_win() {
    let strict = config(&format!("{LEAST}[sources]\nrequired = \"error\"\n[markdown]\nraw_html = \"error\"\n"));
    let run = policy(&strict, &Policy::default());
    assert_eq!(run.severity(Code::MissingSource), Some(Severity::Error));
    assert_eq!(run.severity(Code::RawHtml), Some(Severity::Error));
    let off = config(&format!("{LEAST}[sources]\nrequired = \"off\"\n"));
    assert_eq!(policy(&off, &Policy::default()).severity(Code::MissingSource), None);
    let denied = Policy { deny: vec![Code::MissingSource], ..Policy::default() };
    assert_eq!(policy(&off, &denied).severity(Code::MissingSource), Some(Severity::Error));
}

#[test]
fn what_a_slip_leaves_of_a_date_can_be_shown() {
    for text in ["[extra]\na = 25:00:00\n", "[extra]\na = 2025-13-40\n", "[extra]\na = [1:0]\n", "extra.0 = 0-"] {
        effective(&SourceText::new(SourcePath::new("site.toml"), text), &[]);
    }
}

proptest::proptest! {
    #[test]
    fn whatever_is_written_is_read_to_its_end(pieces in proptest::collection::vec(0..PIECES.len(), 0..30), odd in ".{0,8}") {
        let text: String = pieces.iter().map(|index| PIECES[*index]).chain([odd.as_str()]).collect();
        let checked = read_text(&text, &variable("MANCHETTE_OUTPUT", &odd));
        let errors = checked.diagnostics.iter().filter(|problem| problem.code().severity() == Severity::Error).count();
        proptest::prop_assert!(checked.value.is_some() || errors > 0);
        effective(&SourceText::new(SourcePath::new("site.toml"), text), &[]);
    }
}

/// What the text of the property is made of: true keys, true slips, and the signs of TOML.
const PIECES: &[&str] = &[
    "\n",
    "=",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "\"",
    "\"\"\"",
    "'",
    ",",
    ".",
    " ",
    "#",
    "é",
    "title",
    "base_url",
    "lists",
    "theme",
    "source",
    "per_page",
    "name = \"WSJ\"\n",
    "[[source]]\n",
    "[extra]\n",
    "title = \"x\"\n",
    "base_url = \"https://x.org\"\n",
    "language = \"fr-é\"\n",
    "99999999999999999999",
    "-1",
    "2025-02-30",
    "true",
    "inf",
    "\u{202e}",
    "posts = \"/:slug/\"\n",
];
