//! `robots.txt`: all may be read, and here are the sitemaps.

/// The file, with the sitemaps' absolute addresses.
pub fn render(sitemaps: &[String]) -> Vec<u8> {
    let mut text = "User-agent: *\nAllow: /\n\n".to_owned();
    for sitemap in sitemaps {
        // An address holds no line break, but a file of lines must not depend on that.
        let address: String = sitemap.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
        text.push_str(&format!("Sitemap: {address}\n"));
    }
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_allowed() {
        let expected = "User-agent: *\nAllow: /\n\nSitemap: https://example.org/sitemap.xml\n\
                        Sitemap: https://example.org/b.xml\n";
        let sitemaps = ["https://example.org/sitemap.xml\n".to_owned(), "https://example.org/b.xml".to_owned()];
        assert_eq!(render(&sitemaps).as_slice(), expected.as_bytes());
    }
}
