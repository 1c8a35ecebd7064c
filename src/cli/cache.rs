//! `manchette cache`: what builds remember.

use super::args::{Caching, Format, Global};
use super::build::several;
use super::{say, site};
use crate::base::{Code, Diagnostic};
use crate::pipeline::store::{self, Kept};
use serde_json::json;

/// Shows or forgets what builds remember.
pub(super) fn run(what: Caching, global: &Global) -> bool {
    let Some(place) = site::open(global) else { return false };
    let done = match what {
        Caching::Stats => store::kept(place.shelf()).map(|kept| tell(&kept, global)),
        Caching::Clear => store::forget(&*place.shelf()).map(|bytes| tell_cleared(bytes, global)),
    };
    match done {
        Ok(()) => true,
        Err(error) => {
            let problem = Diagnostic::new(Code::WriteFailed, format!("the cache cannot be reached: {error}"));
            say::failed(&problem.help("look at the rights of `.manchette/cache/`"), global)
        }
    }
}

fn tell(kept: &Kept, global: &Global) {
    let bytes: u64 = kept.files.iter().map(|(_, size)| size).sum();
    let lost = kept.lost.map(|lost| lost.words());
    if global.format == Format::Json {
        let (articles, outputs, questions) = (kept.articles, kept.outputs, kept.questions);
        let stats =
            json!({ "articles": articles, "outputs": outputs, "questions": questions, "bytes": bytes, "lost": lost });
        say::json(&stats);
        return;
    }
    match lost {
        Some(why) => say::line(&format!("nothing is remembered: {why}")),
        None => say::line(&format!(
            "{}, {}, {}",
            several(kept.articles, "article"),
            several(kept.outputs, "output"),
            several(kept.questions, "question")
        )),
    }
    kept.files.iter().for_each(|(name, size)| say::line(&format!(".manchette/cache/{name}: {}", shown(*size))));
}

fn tell_cleared(bytes: u64, global: &Global) {
    match global.format {
        Format::Json => say::json(&json!({ "cleared": bytes })),
        Format::Text if global.quiet => {}
        Format::Text => say::talk(&format!("forgot {}", shown(bytes))),
    }
}

/// A size in the unit that suits it.
fn shown(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
