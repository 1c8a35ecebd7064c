//! What is shipped: themes print nothing unescaped that our renderer did not make, and scripts make no HTML of text.

use manchette::world::embedded;

/// Ways in which a script makes HTML or code of a text.
const WAYS: &[&str] = &[
    "innerHTML",
    "outerHTML",
    "document.write",
    "insertAdjacentHTML",
    "eval(",
    "new Function",
    "setTimeout(\"",
    "srcdoc",
    "createContextualFragment",
    "DOMParser",
    "setHTMLUnsafe",
    "location.hash",
    "location.search",
];

fn templates() -> Vec<(String, String)> {
    let files = embedded::built_in().into_iter().flat_map(embedded::files);
    files
        .filter(|(path, _)| path.as_str().ends_with(".html"))
        .map(|(path, bytes)| (path.to_string(), String::from_utf8(bytes.to_vec()).unwrap()))
        .collect()
}

/// What stands between two words, each time.
fn between<'t>(text: &'t str, start: &str, end: &str) -> Vec<&'t str> {
    text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

/// How many values stand in a tag and not between quotes.
fn bare_values(text: &str) -> usize {
    let (mut quote, mut in_tag, mut found, mut rest) = (None, false, 0, text);
    while let Some(c) = rest.chars().next() {
        let end = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")].into_iter().find(|(start, _)| rest.starts_with(start));
        if let Some((start, end)) = end {
            // `<h{{ level }}>` is a number of the theme's own.
            let is_value = start == "{{" && !rest.starts_with("{{ level }}");
            found += usize::from(is_value && in_tag && quote.is_none());
            rest = rest.split_once(end).map_or("", |(_, rest)| rest);
            continue;
        }
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) if in_tag => quote = Some(c),
            ('<', None) => in_tag = true,
            ('>', None) => in_tag = false,
            _ => {}
        }
        rest = &rest[c.len_utf8()..];
    }
    found
}

#[test]
fn p34_themes_print_nothing_unescaped() {
    let templates = templates();
    assert!(templates.len() > 20, "{}", templates.len());
    for (path, text) in &templates {
        let code: Vec<&str> = [between(text, "{{", "}}"), between(text, "{%", "%}")].concat();
        for code in code {
            let words: Vec<&str> = code.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            assert!(!words.contains(&"safe") && !words.contains(&"autoescape"), "{path}: {code}");
        }
        // Escaping is for text and for attributes between quotes.
        assert_eq!(bare_values(text), 0, "{path} has a value in a tag and not between quotes");
        for script in between(text, "<script", "</script>") {
            assert!(!script.contains("{{") && !script.contains("{%"), "{path}: a script with a value in it: {script}");
        }
        for style in between(text, "<style>", "</style>") {
            for value in between(style, "{{", "}}") {
                assert!(value.contains("site.options.accent"), "{path}: a style with {value}");
            }
        }
        for tag in between(text, "<", ">") {
            let is_handler = |word: &str| word.starts_with("on") && word.contains('=');
            assert!(!tag.split_whitespace().skip(1).any(is_handler), "{path}: a handler in {tag}");
        }
    }
}

#[test]
fn p34_scripts_that_are_shipped_make_no_html_of_text() {
    let mut seen = 0;
    for (path, text) in templates() {
        for script in between(&text, "<script", "</script>") {
            seen += 1;
            let way = WAYS.iter().find(|way| script.contains(**way));
            assert!(way.is_none(), "{path}: {way:?}");
        }
    }
    for (path, bytes) in embedded::built_in().into_iter().flat_map(embedded::files) {
        if [".js", ".mjs"].iter().any(|ending| path.as_str().ends_with(ending)) {
            let text = String::from_utf8_lossy(bytes);
            let way = WAYS.iter().find(|way| text.contains(**way));
            assert!(way.is_none(), "{path}: {way:?}");
        }
    }
    assert!(seen >= 2, "{seen}");
}
