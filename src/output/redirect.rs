//! What answers an alias: a page for hosts that serve plain files, and the lines of `_redirects` for those that read it.
//!
//! Knows nothing of the site: addresses come in ready, and leave in a form that breaks neither HTML nor a line.

use super::xml::legal;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use quick_xml::escape::escape;

/// Longest `<title>`, in characters, that validators let pass.
const LONGEST_TITLE: usize = 70;

/// A page that leads at once, and by a plain link, to where the article is now.
pub fn render_page(target_href: &str, target_absolute: &str, language: &str, title: &str) -> Vec<u8> {
    let text = if title.trim().is_empty() { target_absolute } else { title };
    let attribute = |text: &str| escape(legal(text)).into_owned();
    let (language, canonical) = (attribute(language), attribute(target_absolute));
    let href = attribute(&encoded(target_href));
    let (title, text) = (attribute(&shortened(text)), attribute(text));
    format!(
        r#"<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url={href}">
<link rel="canonical" href="{canonical}">
<title>{title}</title>
</head>
<body>
<p><a href="{href}">{text}</a></p>
</body>
</html>
"#
    )
    .into_bytes()
}

/// The `_redirects` file: the site's own lines as they are and first, for the first rule that fits wins; then ours.
pub fn render_rules(own_lines: Option<&str>, rules: &[(String, String)]) -> Vec<u8> {
    let mut text = own_lines.unwrap_or_default().to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for (from, to) in rules {
        // In what is matched `*`, `:name` and `#` mean something else than themselves.
        let from = encoded(from).replace('*', "%2A").replace('#', "%23").replace("/:", "/%3A");
        let to = encoded(to).replace("/:", "/%3A");
        text.push_str(&format!("{from} {to} 301\n"));
    }
    text.into_bytes()
}

/// What would end a word, a line or an attribute; `%` stays, for addresses come encoded.
const BREAKING: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'\'').add(b'<').add(b'>');

fn encoded(address: &str) -> String {
    utf8_percent_encode(address, BREAKING).to_string()
}

/// The text, cut at a word when it is too long for a title.
fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST_TITLE {
        return text.to_owned();
    }
    let cut: String = text.chars().take(LONGEST_TITLE - 1).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", cut.get(..end).unwrap_or(&cut).trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_leads_to_its_article() {
        let page = render_page("/actu/2025/06/meta/", "https://example.org/actu/2025/06/meta/", "fr", "Meta & l'IA");
        let expected = r#"<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url=/actu/2025/06/meta/">
<link rel="canonical" href="https://example.org/actu/2025/06/meta/">
<title>Meta &amp; l&apos;IA</title>
</head>
<body>
<p><a href="/actu/2025/06/meta/">Meta &amp; l&apos;IA</a></p>
</body>
</html>
"#;
        assert_eq!(String::from_utf8(page).unwrap(), expected);
    }

    #[test]
    fn nothing_breaks_out_of_an_alias() {
        let page = render_page("/a\"><script>/", "https://example.org/\"><script>", "fr\"", "</title><script>\u{0}");
        let page = String::from_utf8(page).unwrap();
        assert!(!page.contains("<script>") && !page.contains('\u{0}') && page.contains("/a%22%3E%3Cscript%3E/"));
    }

    #[test]
    fn long_titles_are_cut_at_a_word() {
        assert_eq!(shortened(&"mot ".repeat(40)).chars().count(), 68);
        assert_eq!(shortened(&"é".repeat(100)).chars().count(), LONGEST_TITLE);
        assert_eq!(shortened("court"), "court");
    }

    #[test]
    fn rules_come_after_the_sites_own_and_keep_to_their_line() {
        let rules = [
            ("/old/".to_owned(), "/new/".to_owned()),
            ("/a b\n/*/:c#d".to_owned(), "/é/ 200\n/x".to_owned()),
            ("/%C3%A9/".to_owned(), "https://example.org/a#b".to_owned()),
        ];
        let expected = "/mine /yours 302\n/old/ /new/ 301\n/a%20b%0A/%2A/%3Ac%23d /%C3%A9/%20200%0A/x 301\n\
                        /%C3%A9/ https://example.org/a#b 301\n";
        assert_eq!(String::from_utf8(render_rules(Some("/mine /yours 302"), &rules)).unwrap(), expected);
        assert_eq!(render_rules(None, &[]), b"");
    }
}
