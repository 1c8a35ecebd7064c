//! What readers' programs make of the output: feeds that parse, pages whose every link leads somewhere.
//!
//! Looks at the output of every golden site and of the repository's own, with parsers that are not ours.

use crate::{golden, repository};
use quick_xml::events::Event;
use scraper::{ElementRef, Html, Selector};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// An output and where it is served.
struct Online {
    name: String,
    /// `https://example.org/actu`
    base: String,
    files: BTreeMap<String, Vec<u8>>,
}

/// All sites, built once.
fn sites() -> &'static [Online] {
    static SITES: OnceLock<Vec<Online>> = OnceLock::new();
    SITES.get_or_init(build)
}

fn build() -> Vec<Online> {
    let mut sites: Vec<Online> = golden::built()
        .iter()
        .map(|(case, built)| {
            let base = base_url(&built.scratch.read("site.toml"));
            Online { name: case.name.clone(), base, files: built.output.clone() }
        })
        .collect();
    let own = repository::site();
    own.run(&["build"]).ok();
    let base = base_url(&own.read("site.toml"));
    sites.push(Online { name: "the repository".to_owned(), base, files: own.tree("public") });
    sites
}

fn base_url(config: &str) -> String {
    let config: toml::Table = config.parse().unwrap();
    config["base_url"].as_str().unwrap().trim_end_matches('/').to_owned()
}

impl Online {
    fn text(&self, name: &str) -> &str {
        std::str::from_utf8(&self.files[name]).unwrap()
    }

    fn names(&self, suffix: &str) -> Vec<&String> {
        self.files.keys().filter(|name| name.ends_with(suffix)).collect()
    }

    /// The path of `base`, without a final slash.
    fn path(&self) -> &str {
        self.base.splitn(4, '/').nth(3).map_or("", |path| &self.base[self.base.len() - path.len() - 1..])
    }

    /// The file that answers an address of the site; nothing for addresses elsewhere.
    fn answer(&self, address: &str) -> Option<Result<String, String>> {
        let path = match address.strip_prefix(&self.base) {
            Some(path) => path,
            None if address.starts_with('/') => match address.strip_prefix(self.path()) {
                Some(path) if path.starts_with('/') => path,
                _ => return Some(Err(format!("{address} is not below base_url"))),
            },
            None => return None,
        };
        let path = path.split(['?', '#']).next().unwrap().trim_start_matches('/');
        let path = percent_encoding::percent_decode_str(path).decode_utf8().unwrap().into_owned();
        let folder = format!("{path}/index.html");
        let name =
            [path.clone(), format!("{path}index.html"), folder].into_iter().find(|name| self.files.contains_key(name));
        Some(name.ok_or_else(|| format!("nothing answers {address}")))
    }
}

fn select<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn ids(page: &Html) -> Vec<&str> {
    select(page, "[id]").iter().filter_map(|element| element.value().id()).collect()
}

/// Everything that loads or leads: `(attribute, address)`.
fn addresses(page: &Html) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for attribute in ["href", "src", "poster", "action"] {
        for element in select(page, &format!("[{attribute}]")) {
            found.push((attribute, element.value().attr(attribute).unwrap().to_owned()));
        }
    }
    for element in select(page, "meta[http-equiv=refresh]") {
        let content = element.value().attr("content").unwrap();
        found.push(("refresh", content.split_once("url=").unwrap().1.to_owned()));
    }
    for element in select(page, "meta[property='og:image'], meta[property='og:url']") {
        found.push(("meta", element.value().attr("content").unwrap().to_owned()));
    }
    found
}

#[test]
fn every_link_of_every_page_leads_somewhere() {
    let mut problems = Vec::new();
    let mut seen = 0;
    for site in sites() {
        let pages: BTreeMap<&String, Html> =
            site.names(".html").into_iter().map(|name| (name, Html::parse_document(site.text(name)))).collect();
        for (name, page) in &pages {
            let mut told = |problem: String| problems.push(format!("{}: {name}: {problem}", site.name));
            for (attribute, address) in addresses(page) {
                seen += 1;
                let fragment = address.split_once('#').map(|(_, fragment)| fragment.to_owned());
                let target = match address.starts_with('#') {
                    true => Some(Ok((*name).clone())),
                    false => site.answer(&address),
                };
                let target = match target {
                    Some(Ok(target)) => target,
                    Some(Err(problem)) => {
                        told(format!("{attribute}: {problem}"));
                        continue;
                    }
                    None => {
                        let scheme = address.split_once(':').map(|(scheme, _)| scheme);
                        if !matches!(scheme, Some("https" | "http" | "mailto" | "tel")) {
                            told(format!("{attribute}: {address} is neither of the site nor a whole address"));
                        }
                        continue;
                    }
                };
                let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty() && fragment != "top") else {
                    continue;
                };
                let fragment = percent_encoding::percent_decode_str(&fragment).decode_utf8().unwrap().into_owned();
                if !pages.get(&target).is_some_and(|page| ids(page).contains(&fragment.as_str())) {
                    told(format!("{attribute}: {address}: {target} has no such id"));
                }
            }
        }
    }
    assert!(seen > 1000, "{seen}");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Whether a page may hold a character: neither a control nor one that is none.
fn is_legal_in_html(c: char) -> bool {
    let is_none = matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe;
    !is_none && (!c.is_control() || matches!(c, '\t' | '\n' | '\r'))
}

#[test]
fn every_page_is_good_html() {
    let mut problems = Vec::new();
    for site in sites() {
        for name in site.names(".html") {
            let page = Html::parse_document(site.text(name));
            problems.extend(page.errors.iter().map(|error| format!("{}: {name}: {error}", site.name)));
            // The parser passes over what the standard calls errors of the stream.
            let odd = site.text(name).chars().find(|c| !is_legal_in_html(*c));
            problems.extend(odd.map(|odd| format!("{}: {name}: the character {odd:?}", site.name)));
            let mut seen = BTreeSet::new();
            let twice = ids(&page).into_iter().filter(|id| !seen.insert(*id));
            problems.extend(twice.map(|id| format!("{}: {name}: the id {id} stands twice", site.name)));
            let titles: Vec<String> = select(&page, "title").iter().map(|title| title.text().collect()).collect();
            if titles.len() != 1 || titles[0].trim().is_empty() {
                problems.push(format!("{}: {name}: titles {titles:?}", site.name));
            }
            if !select(&page, "img:not([alt])").is_empty() {
                problems.push(format!("{}: {name}: a picture without alt", site.name));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn pages_of_the_default_theme_have_one_heading_of_the_first_level() {
    let own = sites().last().unwrap();
    for name in own.names(".html") {
        let page = Html::parse_document(own.text(name));
        if select(&page, "meta[http-equiv=refresh]").is_empty() {
            let heads: Vec<String> = select(&page, "h1").iter().map(|h1| h1.text().collect()).collect();
            assert!(heads.len() == 1 && !heads[0].trim().is_empty(), "{name}: {heads:?}");
        }
    }
}

#[test]
fn hostile_text_stays_text_whatever_the_theme() {
    let case = golden::cases().into_iter().find(|case| case.name == "hostile-text").unwrap();
    let site = case.build().scratch;
    for theme in ["plain", "kiosque"] {
        site.write("site.toml", site.read("site.toml").replace("theme = \"plain\"", &format!("theme = \"{theme}\"")));
        site.run(&["build"]).ok();
        for (name, bytes) in site.tree("public").iter().filter(|(name, _)| name.ends_with(".html")) {
            let page = Html::parse_document(std::str::from_utf8(bytes).unwrap());
            assert!(page.errors.is_empty(), "{theme}: {name}: {:?}", page.errors);
            // What is said to machines is data: it cannot run, and nothing in it ends it.
            assert!(select(&page, "script:not([type='application/ld+json'])").is_empty(), "{theme}: {name}");
            assert!(select(&page, "script").len() <= 1, "{theme}: {name}");
            let text: String = page.root_element().text().collect();
            assert!(!text.contains("&lt;"), "{theme}: {name}: escaped twice");
        }
    }
}

#[test]
fn every_xml_file_is_well_formed() {
    let mut seen = 0;
    for site in sites() {
        for name in site.names(".xml") {
            let mut reader = quick_xml::Reader::from_str(site.text(name));
            let config = reader.config_mut();
            config.check_comments = true;
            config.check_end_names = true;
            let mut depth = 0_i32;
            loop {
                match reader.read_event().unwrap_or_else(|error| panic!("{}: {name}: {error}", site.name)) {
                    Event::Start(start) => {
                        start.attributes().with_checks(true).for_each(|attribute| drop(attribute.unwrap()));
                        depth += 1;
                    }
                    Event::End(_) => depth -= 1,
                    Event::Eof => break,
                    _ => {}
                }
            }
            assert_eq!(depth, 0, "{}: {name}", site.name);
            let legal = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
            assert!(site.text(name).chars().all(legal), "{}: {name}", site.name);
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn feeds_say_the_same_in_every_format() {
    let mut seen = 0;
    for site in sites() {
        let mut by_folder: BTreeMap<&str, Vec<(&str, feed_rs::model::Feed)>> = BTreeMap::new();
        for format in ["atom.xml", "rss.xml", "feed.json"] {
            for name in site.names(format) {
                let feed = feed_rs::parser::parse(site.files[name].as_slice())
                    .unwrap_or_else(|error| panic!("{}: {name}: {error}", site.name));
                by_folder.entry(name.strip_suffix(format).unwrap()).or_default().push((format, feed));
                seen += 1;
            }
        }
        for (folder, feeds) in by_folder {
            let place = format!("{}: {folder}", site.name);
            let ids =
                |feed: &feed_rs::model::Feed| -> Vec<String> { feed.entries.iter().map(|e| e.id.clone()).collect() };
            let first = ids(&feeds[0].1);
            let distinct: BTreeSet<&String> = first.iter().collect();
            assert_eq!(distinct.len(), first.len(), "{place}: {first:?}");
            for (format, feed) in &feeds {
                assert_eq!(ids(feed), first, "{place}{format}");
                let newest_first = feed.entries.windows(2).all(|pair| pair[0].published >= pair[1].published);
                assert!(newest_first, "{place}{format}");
                for entry in &feed.entries {
                    assert!(entry.published.is_some(), "{place}{format}: {}", entry.id);
                    let url = &entry.links.iter().find(|link| link.rel.as_deref() != Some("related")).unwrap().href;
                    assert!(url.starts_with(&site.base), "{place}{format}: {url}");
                    assert!(matches!(site.answer(url), Some(Ok(_))), "{place}{format}: {url}");
                }
            }
        }
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn feeds_hold_whole_addresses_that_lead_somewhere() {
    let mut seen = 0;
    for site in sites() {
        for name in site.names("feed.json") {
            let feed: serde_json::Value = serde_json::from_str(site.text(name)).unwrap();
            for key in ["home_page_url", "feed_url"] {
                assert!(matches!(site.answer(feed[key].as_str().unwrap()), Some(Ok(_))), "{}: {name}", site.name);
            }
            for item in feed["items"].as_array().unwrap() {
                let Some(html) = item["content_html"].as_str() else { continue };
                let content = Html::parse_fragment(html);
                assert!(ids(&content).is_empty(), "{}: {name}: an id in {html}", site.name);
                for (attribute, address) in addresses(&content) {
                    let place = format!("{}: {name}: {attribute}: {address}", site.name);
                    assert!(address.contains(':') && !address.starts_with('#'), "{place}");
                    assert!(!matches!(site.answer(&address), Some(Err(_))), "{place}");
                    seen += 1;
                }
            }
        }
        // The other formats carry the same text, escaped.
        for name in site.names("atom.xml").into_iter().chain(site.names("rss.xml")) {
            let feed = feed_rs::parser::parse(site.files[name].as_slice()).unwrap();
            for body in feed.entries.iter().filter_map(|entry| entry.content.as_ref()?.body.as_ref()) {
                for (attribute, address) in addresses(&Html::parse_fragment(body)) {
                    let is_whole = address.contains(':') && !address.starts_with('#');
                    assert!(is_whole, "{}: {name}: {attribute}: {address}", site.name);
                }
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn every_address_of_a_sitemap_leads_somewhere() {
    for site in sites() {
        for address in site.text("sitemap.xml").split("<loc>").skip(1) {
            let address = address.split("</loc>").next().unwrap().replace("&amp;", "&").replace("&apos;", "'");
            assert!(matches!(site.answer(&address), Some(Ok(_))), "{}: {address}", site.name);
        }
    }
}
