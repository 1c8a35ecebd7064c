//! Whose an address is: a host, and perhaps a path on it.

use url::Url;

/// A part of the web: the host of an address without `www.`, and its path without a final `/`. A bare host (`wsj.com`) is
/// one too. Nothing for what is no address.
pub fn place(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    let whole = match text.contains("://") {
        true => Url::parse(text),
        false if text.contains('.') && !text.contains(' ') => Url::parse(&format!("https://{text}")),
        false => return None,
    };
    let whole = whole.ok()?;
    let host = whole.host_str()?;
    let path = whole.path().trim_end_matches('/').to_owned();
    Some((host.strip_prefix("www.").unwrap_or(host).to_owned(), path))
}

/// Whether a path of a host lies at another one, or below it.
pub fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_known_in_any_spelling() {
        let is = |host: &str, path: &str| Some((host.to_owned(), path.to_owned()));
        for text in ["wsj.com", "www.WSJ.com", "https://wsj.com", "http://www.wsj.com/", " https://wsj.com?x "] {
            assert_eq!(place(text), is("wsj.com", ""), "{text}");
        }
        assert_eq!(place("https://www.youtube.com/@a/"), is("youtube.com", "/@a"));
        assert_eq!(place("youtube.com/@a"), is("youtube.com", "/@a"));
        for text in ["WSJ", "Le Monde.fr", "", "https://", "a b://c"] {
            assert_eq!(place(text), None, "{text}");
        }
        assert!(is_below("/@a/x", "/@a") && is_below("/@a", "/@a") && is_below("/x", "") && !is_below("/@ab", "/@a"));
    }
}
