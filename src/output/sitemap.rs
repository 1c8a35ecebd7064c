//! Sitemaps (sitemaps.org, 0.9).
//!
//! No `changefreq`, no `priority`: nobody reads them. `lastmod` is the post's own word, never a file's time.

use super::xml::{Xml, document};

/// How many addresses one sitemap may hold; beyond it, several and an index.
pub const MAX_URLS: usize = 50_000;

const NAMESPACE: &[(&str, &str)] = &[("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9")];

/// An address and when what it shows last changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitemapEntry {
    /// The address, absolute.
    pub loc: String,
    /// RFC 3339, or a day.
    pub lastmod: Option<String>,
}

/// A sitemap of pages; the caller hands over at most `MAX_URLS`.
pub fn render(entries: &[SitemapEntry]) -> Vec<u8> {
    list("urlset", "url", entries)
}

/// An index of sitemaps.
pub fn render_index(sitemaps: &[SitemapEntry]) -> Vec<u8> {
    list("sitemapindex", "sitemap", sitemaps)
}

/// How many parts a sitemap of so many addresses has; 0 when one file holds them all.
pub fn parts(addresses: usize) -> usize {
    if addresses <= MAX_URLS { 0 } else { addresses.div_ceil(MAX_URLS) }
}

/// The entries of a part, from 1.
pub fn part(entries: &[SitemapEntry], number: usize) -> &[SitemapEntry] {
    let start = ((number - 1) * MAX_URLS).min(entries.len());
    &entries[start..(start + MAX_URLS).min(entries.len())]
}

fn list(list: &str, item: &str, entries: &[SitemapEntry]) -> Vec<u8> {
    let write_entry = |xml: &mut Xml, entry: &SitemapEntry| {
        xml.text("loc", &[], &entry.loc);
        if let Some(lastmod) = &entry.lastmod {
            xml.text("lastmod", &[], lastmod);
        }
    };
    document(|xml| {
        xml.element(list, NAMESPACE, |xml| {
            for entry in entries {
                xml.element(item, &[], |xml| write_entry(xml, entry));
            }
        });
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sitemaps_list_addresses_with_their_dates() {
        let entries = [
            SitemapEntry { loc: "https://example.org/?a&b".into(), lastmod: Some("2025-06-19T09:30:00+02:00".into()) },
            SitemapEntry { loc: "https://example.org/b/".into(), lastmod: None },
        ];
        let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <url>
    <loc>https://example.org/?a&amp;b</loc>
    <lastmod>2025-06-19T09:30:00+02:00</lastmod>
  </url>
  <url>
    <loc>https://example.org/b/</loc>
  </url>
</urlset>
"#;
        assert_eq!(String::from_utf8(render(&entries)).unwrap(), expected);
        let index = String::from_utf8(render_index(&entries[1..])).unwrap();
        assert!(index.contains("<sitemapindex ") && index.contains("<sitemap>\n    <loc>https://example.org/b/</loc>"));
        assert!(quick_xml::Reader::from_str(&index).read_event().is_ok());
    }
}
