//! `robots.txt`: all may be read, and here is the sitemap.

/// The file, with the sitemap's absolute address.
pub fn render(sitemap_absolute_url: &str) -> Vec<u8> {
    // An address holds no line break, but a file of lines must not depend on that.
    let sitemap: String = sitemap_absolute_url.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    format!("User-agent: *\nAllow: /\n\nSitemap: {sitemap}\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_allowed() {
        let expected = "User-agent: *\nAllow: /\n\nSitemap: https://example.org/sitemap.xml\n";
        assert_eq!(render("https://example.org/sitemap.xml\n").as_slice(), expected.as_bytes());
    }
}
