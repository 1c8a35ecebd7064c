//! Sources: who reported first, one whatever the spelling, known by name, alias or host name.

use crate::base::hosts;
use crate::base::spelling::{in_ascii, invisible, look_alike};
use crate::base::typography::{self, Rules};
use crate::base::{Code, Diagnostic, Label, Slug, Table};
use crate::config::{Config, SourceEntry};
use crate::content::Article;
use crate::content::article::{Citation, Via};
use std::collections::{BTreeMap, HashMap};

/// A source with the posts that cite it.
#[derive(Debug)]
pub struct Source {
    /// As readers see it.
    pub name: String,
    /// In its address.
    pub slug: Slug,
    /// Its home page.
    pub url: Option<String>,
    /// Its language.
    pub lang: Option<String>,
    /// Whether readers must pay there.
    pub paywall: bool,
    /// What it is.
    pub description: String,
    /// Posts as indices, newest first.
    pub(crate) posts: Vec<usize>,
    aliases: Vec<String>,
    is_declared: bool,
    spellings: BTreeMap<String, (usize, Label)>,
}

impl Source {
    /// How many posts cite it.
    pub fn count(&self) -> usize {
        self.posts.len()
    }

    /// Where the first spelling that was met stands, if any was.
    pub fn first_written(&self) -> Option<&Label> {
        self.spellings.values().map(|(_, label)| label).min()
    }
}

/// Sources by name, and for each post the index of its source.
pub(super) struct Cited {
    pub(super) sources: Vec<Source>,
    pub(super) of_post: Vec<Option<usize>>,
}

/// Groups posts (newest first) by the source they cite. A declared source that no post cites has no page.
pub(super) fn group(config: &Config, posts: &[&Article], diagnostics: &mut Vec<Diagnostic>) -> Cited {
    let rules = Rules::when(config.markdown.typography, &config.language);
    let mut sources: Vec<Source> = config.source.iter().map(|entry| Source::declared(entry, rules)).collect();
    let mut register = Register::of(config);
    let mut of_post = vec![None; posts.len()];
    // Most names were seen before, in just this spelling, and a name says it all.
    let mut by_text: Table<&str, usize> = Table::default();
    for (index, post) in posts.iter().enumerate() {
        let Some(citation) = &post.front.source else { continue };
        let Some(name) = shown_name(citation) else { continue };
        let seen = citation.name.as_deref().and_then(|name| by_text.get(name).copied());
        let known = seen.or_else(|| register.find(citation.name.as_deref(), citation.url.as_deref()));
        let derived = if known.is_some() { None } else { Slug::derive(&name) };
        let source = match (known, derived) {
            (Some(known), _) => known,
            (None, Some(slug)) => {
                register.by_name.insert(Slug::of_spellings(&name).unwrap_or_else(|| slug.to_string()), sources.len());
                sources.push(Source::met(name.clone(), slug));
                sources.len() - 1
            }
            (None, None) => {
                let message = format!("no address can be made of the source `{name}`");
                diagnostics.push(
                    Diagnostic::new(Code::BadValue, message)
                        .at(citation.label.clone())
                        .help("write its name with letters or digits"),
                );
                continue;
            }
        };
        if let Some(written) = &citation.name {
            match sources[source].spellings.get_mut(written) {
                Some((count, _)) => *count += 1,
                None => drop(sources[source].spellings.insert(written.clone(), (1, citation.label.clone()))),
            }
            by_text.insert(written, source);
        }
        sources[source].posts.push(index);
        of_post[index] = Some(source);
    }
    for source in &mut sources {
        source.settle(diagnostics);
    }
    sorted(sources, of_post)
}

/// The entry of site.toml that a name or URL means, for who pointed us somewhere.
pub(crate) fn declared<'a>(config: &'a Config, via: &Via) -> Option<&'a SourceEntry> {
    let index = Register::of(config).find(via.name.as_deref(), via.url.as_deref())?;
    config.source.get(index)
}

/// The name under which a citation is shown when site.toml does not know it: as written, else the host of its URL.
pub(crate) fn shown_name(citation: &Citation) -> Option<String> {
    citation.name.clone().or_else(|| citation.url.as_deref().and_then(host))
}

/// The host of a URL, without `www.`.
pub(crate) fn host(url: &str) -> Option<String> {
    hosts::place(url).map(|(host, _)| host)
}

impl Source {
    fn declared(entry: &SourceEntry, rules: Rules) -> Source {
        Source {
            name: entry.name.clone(),
            slug: entry.slug.clone(),
            url: entry.url.clone(),
            lang: entry.lang.clone(),
            paywall: entry.paywall,
            description: typography::set(entry.description.as_deref().unwrap_or(""), rules).into_owned(),
            posts: Vec::new(),
            aliases: entry.aliases.clone(),
            is_declared: true,
            spellings: BTreeMap::new(),
        }
    }

    fn met(name: String, slug: Slug) -> Source {
        Source {
            name,
            slug,
            url: None,
            lang: None,
            paywall: false,
            description: String::new(),
            posts: Vec::new(),
            aliases: Vec::new(),
            is_declared: false,
            spellings: BTreeMap::new(),
        }
    }

    /// The name of an undeclared source is its most frequent spelling; other spellings are warnings.
    fn settle(&mut self, diagnostics: &mut Vec<Diagnostic>) {
        if !self.is_declared
            && let Some(most) = self.spellings.values().map(|(count, _)| *count).max()
        {
            let name = self.spellings.iter().find(|(_, (count, _))| *count == most);
            self.name = name.map_or_else(|| self.name.clone(), |(text, _)| text.clone());
        }
        for (text, (_, label)) in &self.spellings {
            let is_declared = self.aliases.iter().any(|alias| alias.to_lowercase() == text.to_lowercase());
            // What nobody sees was told where it stands, unless it stands in site.toml.
            let is_read = self.spellings.contains_key(&self.name) || invisible(text).is_some();
            if *text == self.name || is_declared || (is_read && look_alike(text, &self.name)) {
                continue;
            }
            let mut problem = Diagnostic::new(
                Code::SourceVariants,
                format!("`{text}` and `{}` are one source in two spellings", self.name),
            )
            .at(label.noting(format!("shown as `{}`", self.name)));
            if let Some((_, other)) = self.spellings.get(&self.name) {
                problem = problem.related(other.noting("the other spelling"));
            }
            diagnostics.push(problem.help(format!(
                "write `{0}`, or add `aliases = [\"{text}\"]` to a `[[source]]` named \"{0}\" in site.toml",
                self.name
            )));
        }
    }
}

/// Sources by what they are called and by their places on the web.
struct Register {
    by_name: HashMap<String, usize>,
    /// For each host, the paths on it, with their sources.
    by_host: HashMap<String, Vec<(String, usize)>>,
}

impl Register {
    fn of(config: &Config) -> Register {
        let mut register = Register { by_name: HashMap::new(), by_host: HashMap::new() };
        for (index, entry) in config.source.iter().enumerate() {
            for name in entry.aliases.iter().chain([&entry.name]) {
                if let Some(spelt) = Slug::of_spellings(name) {
                    register.by_name.insert(spelt, index);
                }
            }
            register.by_name.insert(entry.slug.to_string(), index);
            for (host, path) in
                entry.aliases.iter().chain([&entry.name]).chain(&entry.url).filter_map(|at| hosts::place(at))
            {
                register.by_host.entry(host).or_default().push((path, index));
            }
        }
        register
    }

    /// A name says it all, be it a host; without one, the host of the URL or a domain above it.
    fn find(&self, name: Option<&str>, url: Option<&str>) -> Option<usize> {
        if let Some(name) = name {
            let named = self.by_name.get(&Slug::of_spellings(name)?).copied();
            return named.or_else(|| hosts::place(name).and_then(|(host, path)| self.at(&host, &path)));
        }
        let (host, path) = hosts::place(url?)?;
        let mut domain = host.as_str();
        loop {
            if let Some(index) = self.at(domain, &path) {
                return Some(index);
            }
            match domain.split_once('.') {
                Some((_, above)) if above.contains('.') => domain = above,
                _ => return self.by_name.get(&Slug::of_spellings(&host)?).copied(),
            }
        }
    }

    /// The source of a place: that of its host, or, where a host has several, the one whose path the place is below.
    fn at(&self, host: &str, path: &str) -> Option<usize> {
        let sources = self.by_host.get(host)?;
        let (_, first) = sources.first()?;
        if sources.iter().all(|(_, index)| index == first) {
            return Some(*first);
        }
        // Of several at one place, the first of site.toml: the last of those that are compared wins.
        let above = sources.iter().rev().filter(|(above, _)| hosts::is_below(path, above));
        above.max_by_key(|(above, _)| above.len()).map(|(_, index)| *index)
    }
}

/// Orders sources by name and drops those that no post cites.
fn sorted(sources: Vec<Source>, mut of_post: Vec<Option<usize>>) -> Cited {
    let mut order: Vec<usize> = (0..sources.len()).filter(|index| sources[*index].count() > 0).collect();
    order.sort_by_cached_key(|index| (in_ascii(&sources[*index].name), sources[*index].slug.clone()));
    let mut place = vec![0; sources.len()];
    for (new, old) in order.iter().enumerate() {
        place[*old] = new;
    }
    for index in of_post.iter_mut().flatten() {
        *index = place[*index];
    }
    let mut slots: Vec<Option<Source>> = sources.into_iter().map(Some).collect();
    let sources = order.into_iter().filter_map(|index| slots[index].take()).collect();
    Cited { sources, of_post }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{SourcePath, SourceText};

    #[test]
    fn where_a_host_has_several_sources_the_path_says_which() {
        let text = "title = \"A\"\nbase_url = \"https://a.example\"\n\
            [[source]]\nname = \"YouTube A\"\nurl = \"https://www.youtube.com/@a\"\n\
            [[source]]\nname = \"YouTube B\"\nurl = \"https://www.youtube.com/@b/\"\n\
            [[source]]\nname = \"Le Monde\"\nurl = \"https://www.lemonde.fr/une\"\naliases = [\"https://lemonde.org\"]\n";
        let source = SourceText::new(SourcePath::new("site.toml"), text);
        let register = Register::of(&crate::config::read(&source, &[]).value.unwrap());
        for (url, found) in [
            ("https://www.youtube.com/@b/x", Some(1)),
            ("https://m.youtube.com/@a", Some(0)),
            ("https://youtube.com/@bc", None),
            ("https://www.lemonde.fr/article", Some(2)),
            ("https://abonnes.lemonde.fr/", Some(2)),
            ("https://www.lemonde.org/x", Some(2)),
        ] {
            assert_eq!(register.find(None, Some(url)), found, "{url}");
        }
        for (name, found) in [("lemonde.fr", Some(2)), ("www.youtube.com/@a", Some(0)), ("youtube.com", None)] {
            assert_eq!(register.find(Some(name), None), found, "{name}");
        }
    }
}
