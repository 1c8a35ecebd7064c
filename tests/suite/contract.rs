//! `docs/theme-contract.md` says what the code does: it is written from the views themselves.

use manchette::output::templates::TEMPLATES;
use manchette::theme::{FILTERS, FUNCTIONS};
use manchette::view::VIEWS;
use manchette::view::contract::Description;
use std::fmt::Write;
use std::path::Path;

const HEAD: &str = r#"# The contract with themes

Written by `UPDATE=1 cargo test contract` from the code: change the code, not this page.

A theme is a folder `themes/<name>/` with a `theme.toml`, `templates/` and `static/`. Templates are [Tera 2](https://keats.github.io/tera/).
They are pure: a view goes in, text comes out. Text is escaped where it is printed; fields of the type *HTML* are finished
and printed as they are.

## Templates

| template | its `page` |
|---|---|
"#;

const MANIFEST: &str = r##"
Every template sees `site`, `page` and `lang` (the language of the page). A file of `templates/` may also extend or include
others, and components live where they are wanted; only files at the top of `templates/` can be a page's template, and an
article chooses another one with `template = "special.html"`.

The site's own `templates/` win over the theme's, file by file; a theme's win over those of the theme that it extends.
The loser is still there under its folder's name: `{% extends "kiosque/post.html" %}`. Files of `static/` are laid over each other
in the same order.

## theme.toml

```toml
name = "maison"                      # as site.toml writes it
description = "…"                    # may be absent
license = "MIT"                      # SPDX; may be absent
extends = "kiosque"                  # the theme whose templates, files and texts it takes; may be absent
contract = 1                         # the number of this contract; absent: 1

[app]                                # how the site looks where it is kept as an app; all of it may be absent
display = "minimal-ui"               # browser, minimal-ui, standalone, fullscreen
theme_color = "#0d3b2c"
background_color = "#fff"

[options.sections]                   # site.options.sections, chosen in [theme.options] of site.toml
type = "list"                        # string, boolean, integer, list (of texts), color, file
default = ["lead", "river"]
choices = ["lead", "river"]          # the only values, of a list the only items; may be absent
description = "…"

[options.columns]
type = "integer"
default = 2
min = 1                              # may be absent, and so may
max = 4

[options.accent]
type = "color"                       # a CSS colour, or "" for the theme's own
default = "#a31f1f"
on = "#fbfaf7"                       # a ground on which less than 4.5:1 is a warning; may be absent

[options.logo]
type = "file"                        # the path of a file below `static/`, the site's or a theme's, or ""
default = ""

[strings.fr]                         # texts, for t(key="…")
read_more = "Lire la suite"
posts_count = { one = "{n} article", other = "{n} articles" }   # plural forms of CLDR: one, few, many, other
```

A text that a language lacks is taken from English, with a warning.

The contract has a number, now 1. It grows only where a theme that works could break: a field or function that goes, or
means something else. A theme that names a number which manchette does not know is an error (`theme-contract`).

## Functions

| function | gives |
|---|---|
"##;

fn page() -> String {
    let mut page = HEAD.to_owned();
    for (template, view) in TEMPLATES {
        writeln!(page, "| `{template}` | {} |", link(view)).unwrap();
    }
    page.push_str(MANIFEST);
    for (function, gives) in FUNCTIONS {
        writeln!(page, "| `{}` | {} |", cell(function), cell(&linked(gives))).unwrap();
    }
    page.push_str("\n## Filters\n\nBesides Tera's own:\n\n| filter | gives |\n|---|---|\n");
    for (filter, gives) in FILTERS {
        writeln!(page, "| `{}` | {} |", cell(filter), cell(&linked(gives))).unwrap();
    }
    page.push_str(FOR_MACHINES);
    page.push_str("\n## Views\n");
    for view in VIEWS {
        describe(view, &mut page);
    }
    page
}

/// What a page says in its head, and from which fields.
const FOR_MACHINES: &str = "
## For machines

What a page says to browsers, cards and search engines in its `<head>`, and from which fields. Where a field may be nothing,
the element is left out.

| element | fields |
|---|---|
| `link rel=canonical`, `og:url` | `page.canonical` |
| `meta name=description`, `og:description` | `page.description` |
| `og:title`, `og:site_name` | `page.title`, `site.title` |
| `og:type` | `article` where `page.kind` is `post`, else `website` |
| `og:locale` | `page.locale` |
| `og:image`, `og:image:alt`, `og:image:width`, `og:image:height` | `page.image.absolute`, `.alt`, `.width`, `.height` of a post or page |
| `article:published_time`, `article:modified_time` | `page.date.iso`, `page.updated.iso` of a post |
| `article:section`, `article:tag` | the `title` of the first of `page.topics`, and of each |
| `article:author` | `url` of each of `page.authors` |
| `twitter:card` | `summary_large_image` with a picture, else `summary`; the rest is taken from `og:` |
| `link rel=alternate` | `site.feeds` and `page.feeds`: `url`, `mime`, `title` |
| `link rel=manifest` | `site.webmanifest_url` |
| JSON-LD | `page.structured_data`, printed as it is |
| `img width`, `height` | `width` and `height` of a [PictureView](#pictureview); pictures in texts have them already |
";

fn describe(view: &Description, page: &mut String) {
    writeln!(page, "\n### {}\n\n{}\n\n| field | type | what |\n|---|---|---|", view.name, words(view.doc)).unwrap();
    for field in view.fields {
        // What every page has is not under a name of its own.
        if field.name == "common" {
            writeln!(page, "| *all of {}* | | {} |", link("Common"), cell(&words(field.doc))).unwrap();
            continue;
        }
        writeln!(page, "| `{}` | {} | {} |", field.name, type_in_words(field.ty), cell(&words(field.doc))).unwrap();
    }
}

/// A type in a theme author's words.
fn type_in_words(ty: &str) -> String {
    let ty = ty.replace(' ', "");
    let inner = |prefix: &str| ty.strip_prefix(prefix).and_then(|rest| rest.strip_suffix('>')).map(type_in_words);
    if let Some(inner) = inner("Option<") {
        return format!("{inner} or nothing");
    }
    if let Some(inner) = inner("Vec<") {
        return format!("list of {inner}");
    }
    match ty.as_str() {
        "String" | "&'staticstr" => "text".to_owned(),
        "Html" => "HTML".to_owned(),
        "bool" => "true/false".to_owned(),
        "usize" | "u32" | "i16" | "i8" => "number".to_owned(),
        "serde_json::Value" => "table".to_owned(),
        view if VIEWS.iter().any(|known| known.name == view) => link(view),
        other => panic!("what is a {other} to a theme's author?"),
    }
}

fn link(view: &str) -> String {
    assert!(VIEWS.iter().any(|known| known.name == view), "there is no view {view}");
    format!("[{view}](#{})", view.to_lowercase())
}

/// The names of views in a text, as links.
fn linked(text: &str) -> String {
    let views = VIEWS.iter().map(|view| view.name);
    views.fold(text.to_owned(), |text, view| text.replace(&format!("`{view}`"), &link(view)))
}

fn words(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[test]
fn the_contract_is_what_the_code_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/theme-contract.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page(), "docs/theme-contract.md is not what the code does; UPDATE=1 writes it");
}

#[test]
fn every_template_of_the_contract_is_one_of_the_default_theme() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/kiosque/templates");
    for (template, _) in TEMPLATES {
        assert!(folder.join(template).is_file(), "{template}");
    }
    let pages = VIEWS.iter().filter(|view| view.name.ends_with("Page")).count();
    assert_eq!(pages, TEMPLATES.len(), "a page without a template, or a template without a page");
}

#[test]
fn every_view_that_a_field_names_is_described_once() {
    let mut names: Vec<&str> = VIEWS.iter().map(|view| view.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), VIEWS.len());
    VIEWS.iter().flat_map(|view| view.fields).filter(|field| field.name != "common").for_each(|field| {
        type_in_words(field.ty);
    });
}
