//! Copies of articles that systems name with a number (`x 2.md` on macOS, `x(1).md`): a name that articles have too, so the
//! titles or the beginnings must be the same. Names that say more are told before anything is read.

use super::Subject;
use crate::base::{Code, Diagnostic, Label, SourcePath};
use crate::content::Article;
use std::collections::HashMap;

/// A text that begins another one must have so many bytes to be no chance.
const LONG_ENOUGH: usize = 80;

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let numbered: Vec<(&Article, String)> =
        subject.site.all_articles().filter_map(|article| Some((article, original(&article.path)?))).collect();
    if numbered.is_empty() {
        return Vec::new();
    }
    let by_path: HashMap<String, &Article> =
        subject.site.all_articles().map(|article| (article.path.as_str().to_lowercase(), article)).collect();
    let told = numbered.into_iter().filter_map(|(article, of)| told(article, by_path.get(&of.to_lowercase())?));
    told.collect()
}

fn told(copy: &Article, first: &Article) -> Option<Diagnostic> {
    let what = match () {
        () if copy.front.title == first.front.title => "its title",
        () if copy.body.summary.len() >= LONG_ENOUGH && copy.body.summary == first.body.summary => "its first words",
        () => return None,
    };
    let name = first.path.file_name();
    let message = format!("this looks like a copy of `{name}`, which has {what}, and both are published");
    let problem = Diagnostic::new(Code::CopiedFile, message).at(Label::file(copy.path.clone(), ""));
    Some(problem.help("keep one of them; if they are two articles, give this one another title"))
}

/// The path that a copy is of: `x.md` for `x 2.md` and `x(1).md`.
fn original(path: &SourcePath) -> Option<String> {
    let stem = path.stem();
    let bare = match stem.strip_suffix(')') {
        Some(inner) => inner.trim_end_matches(|c: char| c.is_ascii_digit()).strip_suffix('(')?,
        None => stem.trim_end_matches(|c: char| c.is_ascii_digit()).strip_suffix(' ')?,
    };
    let has_number = stem.len() > bare.len() + 1 && stem[bare.len()..].contains(|c: char| c.is_ascii_digit());
    // `x (1)` is told by its name alone.
    let is_it = has_number && !bare.is_empty() && !bare.ends_with(' ');
    let folder = path.as_str().strip_suffix(path.file_name())?;
    is_it.then(|| format!("{folder}{bare}.{}", path.extension()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_with_a_number_are_known_by_their_names() {
        let of = |name: &str| original(&SourcePath::new(format!("content/posts/{name}")));
        for (name, first) in [("llama 2.md", "llama.md"), ("llama(1).md", "llama.md"), ("a b 12.MD", "a b.MD")] {
            assert_eq!(of(name), Some(format!("content/posts/{first}")), "{name}");
        }
        for name in ["llama.md", "llama 2 x.md", "2.md", " 2.md", "llama ().md", "llama().md", "llama (1).md", "x2.md"]
        {
            assert_eq!(of(name), None, "{name}");
        }
    }
}
