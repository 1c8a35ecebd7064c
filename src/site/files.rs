//! Files that are published as they are: beside the page that owns them, at their path below `content/`, or at their
//! path below a `static/` folder.

use super::Resident;
use crate::base::nfc::nfc;
use crate::base::{Code, Diagnostic, Label, OutputPath, SourcePath};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A file and where it came from.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) source: SourcePath,
}

/// All files to copy.
#[derive(Debug, Default)]
pub(crate) struct Files {
    pub(crate) by_output: BTreeMap<OutputPath, File>,
    /// Files of `content/` by their source, for links from articles.
    pub(crate) by_source: HashMap<String, OutputPath>,
}

/// Where files come from, with what is published from each.
pub(super) struct Origins<'a> {
    /// Everything below `content/` that is not an article.
    pub(super) content: &'a [SourcePath],
    /// `static/` folders, the winner first, each with its prefix.
    pub(super) statics: &'a [(String, Vec<SourcePath>)],
    /// Dot files of `static/` to publish.
    pub(super) include: &'a [String],
}

/// Places all files. Files of a bundle whose article is hidden stay out with it, but for those of a bundle in it. A clash
/// between `static/` and `content/` is found when outputs are planned, since both are outputs.
pub(super) fn place(
    origins: &Origins<'_>,
    residents: &[Resident],
    hidden_bundles: &HashSet<&str>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Files {
    let bundles: HashMap<&str, &Resident> = residents
        .iter()
        .filter(|resident| resident.has_page() && resident.article().is_bundle())
        .map(|resident| (resident.article().path.folder(), resident))
        .collect();
    let mut files = Files::default();
    for source in origins.content {
        let Some(below) = source.below("content") else { continue };
        let is_private = below.split('/').any(|part| part.starts_with(['_', '.']));
        if is_private || source.extension().eq_ignore_ascii_case("md") {
            continue;
        }
        let output = match owner(source, &bundles, hidden_bundles) {
            Owner::Published(resident, rest) => beside(resident, rest),
            Owner::Hidden => continue,
            Owner::Nobody => OutputPath::parse(below),
        };
        insert(source, output, &mut files, diagnostics);
    }
    for (index, (prefix, sources)) in origins.statics.iter().enumerate() {
        let earlier = &origins.statics[..index];
        for source in sources {
            let Some(below) = source.below(prefix) else { continue };
            if !is_published_static(below, origins.include) {
                continue;
            }
            match OutputPath::parse(below) {
                Ok(output) if files.is_from(&output, earlier) => {}
                output => insert(source, output, &mut files, diagnostics),
            }
        }
    }
    files
}

impl Files {
    /// Whether one of these folders already gave the file.
    fn is_from(&self, output: &OutputPath, folders: &[(String, Vec<SourcePath>)]) -> bool {
        let file = self.by_output.get(output);
        file.is_some_and(|file| folders.iter().any(|(prefix, _)| file.source.below(prefix).is_some()))
    }
}

/// Dot files stay out, but for `.well-known` and what site.toml names.
fn is_published_static(below: &str, include: &[String]) -> bool {
    below.starts_with(".well-known/")
        || include
            .iter()
            .any(|name| below == name || below.strip_prefix(name.as_str()).is_some_and(|r| r.starts_with('/')))
        || !below.split('/').any(|part| part.starts_with('.'))
}

fn insert(
    source: &SourcePath,
    output: Result<OutputPath, crate::base::names::NameError>,
    files: &mut Files,
    diagnostics: &mut Vec<Diagnostic>,
) {
    match output {
        Ok(output) => {
            if let Some(other) = files.by_output.get(&output) {
                let message = format!("two files would be published as `{output}`");
                diagnostics.push(
                    Diagnostic::new(Code::PathCollision, message)
                        .at(Label::file(source.clone(), "the second"))
                        .related(Label::file(other.source.clone(), "the first"))
                        .help("rename or remove one of them"),
                );
                return;
            }
            if source.as_str().starts_with("content/") {
                files.by_source.insert(nfc(source.as_str()).into_owned(), output.clone());
            }
            files.by_output.insert(output, File { source: source.clone() });
        }
        Err(error) => diagnostics.push(
            Diagnostic::new(Code::BadName, format!("the file name cannot be published: {error}"))
                .at(Label::file(source.clone(), ""))
                .help("rename the file"),
        ),
    }
}

/// Whose a file is.
enum Owner<'a> {
    /// A bundle's; its path below the bundle's folder.
    Published(&'a Resident, &'a str),
    /// That of a bundle that is not published.
    Hidden,
    Nobody,
}

/// The innermost bundle around a file.
fn owner<'a>(source: &'a SourcePath, bundles: &HashMap<&str, &'a Resident>, hidden: &HashSet<&str>) -> Owner<'a> {
    let mut folder = source.folder();
    loop {
        if let Some((resident, rest)) = bundles.get(folder).zip(source.below(folder)) {
            return Owner::Published(resident, rest);
        }
        if hidden.contains(folder) {
            return Owner::Hidden;
        }
        match folder.rsplit_once('/') {
            Some((above, _)) => folder = above,
            None => return Owner::Nobody,
        }
    }
}

fn beside(resident: &Resident, rest: &str) -> Result<OutputPath, crate::base::names::NameError> {
    let folder = resident.output.as_str().strip_suffix("index.html").unwrap_or("");
    OutputPath::parse(&format!("{folder}{rest}"))
}
