//! A preview whose reads fail at any operation, while somebody edits: nothing ends it, and at rest it shows the truth.

use super::doors::FaultyWorld;
use super::{Built, Files, alone, amended, clean, faults, new, old, operations, world};
use crate::base::SourcePath;
use crate::pipeline::{ConfigFile, Hint, Live, Memo, Memory, Progress, Proofreader, Request};
use crate::sink::faults::Faults;
use std::sync::Arc;

/// A preview of files that somebody edits.
struct Preview {
    world: Arc<FaultyWorld>,
    live: Live,
    proofreader: Proofreader,
    memo: Memo,
    is: Files,
}

impl Preview {
    fn of(files: Files, faults: &Arc<Faults>) -> Preview {
        let world = Arc::new(FaultyWorld::new(world(&files), faults));
        let config = ConfigFile { world: world.clone(), path: SourcePath::new("site.toml") };
        let mut live = Live::new(world.clone(), config, Memory::new(), Request::default());
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

/// Start, edit a text, add and remove, read over; then the faults are over.
fn session(faults: &Arc<Faults>, should_be: &Built) {
    let mut preview = Preview::of(old(), faults);
    preview.shown();
    preview.edit(amended());
    preview.edit(new());
    preview.rest();
    let Faults { kind, at, for_ever, .. } = **faults;
    *preview.world.faults.lock().unwrap() = Arc::default();
    preview.rest();
    let shown = preview.shown();
    let wrong: Vec<_> =
        shown.keys().chain(should_be.keys()).filter(|path| shown.get(*path) != should_be.get(*path)).collect();
    assert!(wrong.is_empty(), "{kind:?} at {at}, for ever: {for_ever}: {wrong:?}");
    let edition = preview.live.edition().unwrap();
    assert!(edition.problems().is_empty(), "{kind:?} at {at}, for ever: {for_ever}: {:?}", edition.problems());
}

#[test]
fn p42_a_preview_in_which_any_read_fails_goes_on_and_shows_the_truth_when_it_is_over() {
    let should_be = clean(&new());
    for for_ever in [false, true] {
        let mut runs = 0;
        for at in operations(for_ever) {
            let mut tried = 0;
            for faults in faults(at, for_ever) {
                runs += 1;
                let faults = Arc::new(faults);
                alone(|| session(&faults, &should_be));
                tried = faults.tried();
            }
            if tried < at {
                println!("{} operations, {runs} runs, for ever: {for_ever}", at - 1);
                break;
            }
        }
    }
}
