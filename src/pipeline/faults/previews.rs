//! A preview in which any operation fails, while somebody edits and builds: nothing ends it, at rest it shows the truth, and
//! what is published is one of the sites that were built.

use super::doors::FaultyWorld;
use super::folders::{assert_says, build_in, copy, differences, memory, published, remains, scratch};
use super::{Built, Files, alone, amended, clean, every, faults, new, old, world};
use crate::base::{OutputPath, SourcePath};
use crate::pipeline::{ConfigFile, Hint, Live, Memo, Progress, Proofreader, Request};
use crate::sink::Method;
use crate::sink::faults::Faults;
use std::path::Path;
use std::sync::Arc;

/// A preview of files that somebody edits, which begins with what builds remember in a folder.
struct Preview {
    world: Arc<FaultyWorld>,
    live: Live,
    proofreader: Proofreader,
    memo: Memo,
    is: Files,
}

impl Preview {
    fn of(root: &Path, files: Files, faults: &Arc<Faults>) -> Preview {
        let world = Arc::new(FaultyWorld::new(world(&files), faults));
        let config = ConfigFile { world: world.clone(), path: SourcePath::new("site.toml") };
        let mut live = Live::new(world.clone(), config, memory(root, faults), Request::default());
        let proofreader = live.proofreader();
        live.look(&Hint::Everything);
        Preview { world, live, proofreader, memo: Memo::new(1 << 20), is: files }
    }

    /// Somebody edits, the preview is told, and a browser asks for everything.
    fn edit(&mut self, files: Files) {
        *self.world.files.lock().unwrap() = world(&files);
        let all = self.is.keys().chain(files.keys());
        let changed = all.filter(|path| self.is.get(*path) != files.get(*path)).map(SourcePath::new).collect();
        self.is = files;
        self.live.look(&Hint::Paths(changed));
        self.shown();
    }

    /// All that it shows.
    fn shown(&self) -> Built {
        let Some(edition) = self.live.edition() else { return Built::new() };
        let Some(survey) = edition.survey() else { return Built::new() };
        let paths = survey.plan.outputs().keys();
        paths.filter_map(|path| Some((path.clone(), self.memo.show(edition, path)?.bytes.to_vec()))).collect()
    }

    /// What the builder does when there is time: it reads the edition over, and looks at what is not as it was.
    fn rest(&mut self) {
        for _ in 0..4 {
            let Some(edition) = self.live.edition().cloned() else { return };
            let Some(proof) = self.proofreader.read(&edition, &Arc::new(Progress::default())) else { return };
            if proof.apart.is_empty() {
                return;
            }
            self.live.look(&Hint::Paths(proof.apart.into_iter().collect()));
        }
    }
}

/// Sessions with faults at many operations.
struct Sessions {
    /// A folder in which the old site was built.
    start: tempfile::TempDir,
    /// What must be online: the site before the edits, after one, and after all.
    sites: [Built; 3],
    /// Whether somebody builds the edited site meanwhile, by doors that fail as those of the preview do.
    is_built: bool,
}

impl Sessions {
    fn new(is_built: bool) -> Sessions {
        let start = scratch();
        assert!(!build_in(start.path(), Method::InPlace, &old(), &Arc::default()).has_errors());
        Sessions { start, sites: [old(), amended(), new()].map(|files| clean(&files)), is_built }
    }

    /// Lets operations fail, one or two for each session, so far from each other.
    fn sweep(&self, stride: usize) {
        for for_ever in [false, true] {
            let mut runs = 0;
            for at in every(stride, for_ever) {
                let mut tried = 0;
                for faults in faults(at, for_ever) {
                    runs += 1;
                    let faults = Arc::new(faults);
                    alone(|| self.session(&faults));
                    tried = faults.tried();
                }
                if tried < at {
                    println!("{tried} operations, {runs} runs, for ever: {for_ever}");
                    break;
                }
            }
        }
    }

    /// Start, edit a text, build it perhaps, add and remove, read over; then the faults are over.
    fn session(&self, faults: &Arc<Faults>) {
        let Faults { kind, at, for_ever, .. } = **faults;
        let when = format!("{kind:?} at {at}, for ever: {for_ever}");
        let folder = scratch();
        let root = folder.path();
        copy(self.start.path(), root);
        let mut preview = Preview::of(root, old(), faults);
        preview.shown();
        preview.edit(amended());
        let mut online = &self.sites[0];
        if self.is_built {
            let report = build_in(root, Method::InPlace, &amended(), faults);
            match report.has_errors() {
                true => assert_says(&report, kind, at),
                false => online = &self.sites[1],
            }
        }
        let found = published(root);
        let is_whole = |(path, bytes): (&OutputPath, &Vec<u8>)| {
            path.as_str().ends_with("-tmp") || self.sites[..2].iter().any(|site| site.get(path) == Some(bytes))
        };
        // What cannot be undone, since nothing can be done any more, is whole nevertheless.
        assert!(found == *online || for_ever, "{when}: {:?}", differences(&found, online));
        assert!(found.iter().all(is_whole), "{when}: torn");
        preview.edit(new());
        preview.rest();
        faults.end();
        preview.rest();
        let shown = preview.shown();
        assert!(shown == self.sites[2], "{when}: shows other {:?}", differences(&shown, &self.sites[2]));
        let edition = preview.live.edition().unwrap();
        assert!(edition.problems().is_empty(), "{when}: {:?}", edition.problems());
        // The preview has written nothing, and it does not disturb the next build.
        assert!(published(root) == found, "{when}: {:?}", differences(&published(root), &found));
        if self.is_built {
            let report = build_in(root, Method::InPlace, &new(), &Arc::default());
            assert!(!report.has_errors(), "{when}: {:#?}", report.diagnostics);
            let found = published(root);
            assert!(found == self.sites[2], "{when}, next: {:?}", differences(&found, &self.sites[2]));
            assert_eq!(remains(root), [""; 0], "{when}");
        }
    }
}

#[test]
fn p42_a_preview_in_which_any_read_fails_goes_on_and_shows_the_truth_when_it_is_over() {
    Sessions::new(false).sweep(3);
}

#[test]
fn p05_p06_a_build_beside_a_preview_in_which_anything_fails_leaves_one_of_the_two_sites() {
    Sessions::new(true).sweep(13);
}
