//! What the next build does with what a dead one left, before it does anything else.
//!
//! A publication that died is finished when every file of it is still there and whole, and undone otherwise. Either can
//! itself die and be done again: the manifest, written last, is what ends it.

use super::disk::neighbour;
use super::guard::Place;
use super::journal::{JOURNAL, Journal};
use super::manifest::{FILE_NAME, Manifest};
use super::operations::{Done, Operations, TEMPORARY, failed, temporary};
use super::publish::{Ground, There, apply, look};
use super::shelf::FOLDER;
use super::stage::{NEXT, Stage, UNDO};
use super::swap::{PREVIOUS, retire};
use super::verify::{Trust, absent, folders_above, has_bytes};
use super::{Method, Stamp, plain};
use crate::base::OutputPath;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Finishes or undoes a publication that died, removes what dead builds left, and reads the list.
pub(super) fn mend(operations: &Operations, place: &Place, method: Method) -> Done<Option<Manifest>> {
    // The last build may have had another output folder: what waits for that is cleared away below.
    if let Some(other) = elsewhere(place) {
        finish(operations, &other)?;
        operations.remove_all(&temporary(&other.output.join(FILE_NAME)))?;
        operations.remove_all(&neighbour(&other))?;
    }
    let manifest = finish(operations, place)?;
    operations.remove_all(&temporary(&place.output.join(FILE_NAME)))?;
    operations.remove_all(&temporary(&place.workshop().join(JOURNAL)))?;
    for workshop in [&neighbour(place), &place.workshop()] {
        retire(operations, workshop, &place.output)?;
    }
    clear(operations, place)?;
    clear_shelf(operations, place);
    match method {
        Method::Swap => Ok(manifest),
        Method::InPlace => forget_swaps(operations, place, manifest),
    }
}

/// The place of another output into which a publication of this site died, if the list in it says so too.
fn elsewhere(place: &Place) -> Option<Place> {
    let output = std::fs::canonicalize(Journal::output(&place.workshop())?).ok()?;
    let other = Place { root: place.root.clone(), output };
    let claim = Manifest::read(&other.output).ok()??;
    let is_it = other.output != place.output && claim.publishing.is_some() && journal_of(&other, &claim).is_some();
    is_it.then_some(other)
}

/// The journal that an output's list announces, and its stage.
fn journal_of(place: &Place, claim: &Manifest) -> Option<(Journal, Stage)> {
    Journal::read(&place.workshop(), &claim.to_text(), &[&place.workshop(), &neighbour(place)])
}

/// Finishes or undoes a publication that died in this place, and reads the list.
fn finish(operations: &Operations, place: &Place) -> Done<Option<Manifest>> {
    let list = place.output.join(FILE_NAME);
    let read = || Manifest::read(&place.output).map_err(|error| failed("read", &list, &error));
    let mut manifest = read()?;
    if let Some(claim) = manifest.as_ref().filter(|manifest| manifest.publishing.is_some()) {
        let found = journal_of(place, claim);
        let is_finished = match &found {
            Some((journal, next)) => roll_forward(operations, &place.output, claim, journal, next).unwrap_or(false),
            None => false,
        };
        if !is_finished {
            // The stage was in one of the two; the other has nothing to give back.
            roll_back(operations, &place.output, &undo_stages(place), claim, found.as_ref().map(|(_, next)| next))?;
        }
        manifest = read()?;
    }
    Ok(manifest)
}

/// Removes what swaps have kept. Its files are the output's by another name, so all of them look touched afterwards:
/// the list is written anew, or every build would read every file.
fn forget_swaps(operations: &Operations, place: &Place, manifest: Option<Manifest>) -> Done<Option<Manifest>> {
    let previous = place.workshop().join(PREVIOUS);
    match manifest {
        Some(mut manifest) if previous.is_dir() => {
            for path in absent(&place.output, &manifest, Trust::Stamps) {
                let stamp = manifest.files.remove(&path);
                manifest.files.extend(stamp.and_then(|stamp| as_found(&place.output, path, stamp)));
            }
            operations.remove_all(&previous)?;
            operations.write(&place.output.join(FILE_NAME), manifest.to_text().as_bytes())?;
            Ok(Some(manifest))
        }
        manifest => operations.remove_all(&previous).map(|()| manifest),
    }
}

/// Removes the stage, the journal and what was set aside, wherever they are.
pub(super) fn clear(operations: &Operations, place: &Place) -> Done {
    let workshop = place.workshop();
    operations.remove_all(&workshop.join(JOURNAL))?;
    operations.remove_all(&workshop.join(NEXT))?;
    operations.remove_all(&workshop.join(UNDO))?;
    operations.remove_all(&neighbour(place))
}

/// Removes what a build has left on the shelf that died while it wrote there. If that fails, it only takes room.
fn clear_shelf(operations: &Operations, place: &Place) {
    let entries = std::fs::read_dir(place.workshop().join(FOLDER)).into_iter().flatten().flatten();
    let unfinished = entries.filter(|entry| entry.file_name().to_string_lossy().ends_with(TEMPORARY));
    unfinished.for_each(|entry| operations.remove_file(&entry.path()).unwrap_or_default());
}

/// Where a build that died may have set files aside.
fn undo_stages(place: &Place) -> [Stage; 2] {
    [neighbour(place), place.workshop()].map(|workshop| Stage::flat(workshop.join(UNDO)))
}

/// Finishes a publication; false when something of it is missing or somebody is in the way, and then nothing was done.
fn roll_forward(
    operations: &Operations,
    output: &Path,
    claim: &Manifest,
    journal: &Journal,
    next: &Stage,
) -> Done<bool> {
    let Some(claims) = &claim.publishing else { return Ok(false) };
    let (mut waiting, mut unfinished) = (Vec::new(), Vec::new());
    for (path, stamp) in &journal.write {
        let target = output.join(path.as_str());
        let is_in_place = has_bytes(&target, stamp);
        let is_staged = has_bytes(&next.file(path), stamp);
        let is_taken = claims.fresh.contains(path) && !is_in_place && look(&target)? == There::File;
        if is_behind_link(output, path) || is_taken || !(is_staged || is_in_place) {
            return Ok(false);
        }
        unfinished.extend((look(&temporary(&target))? == There::File).then(|| temporary(&target)));
        waiting.extend(is_staged.then(|| (path.clone(), *stamp)));
    }
    // Half of a copy, which a rename would leave where it is.
    unfinished.iter().try_for_each(|file| operations.remove_file(file))?;
    let rest = Journal { write: waiting, ..journal.clone() };
    let undo = Stage::flat(next.folder.with_file_name(UNDO));
    apply(&Ground { operations, output, next, undo: &undo }, &rest, &claims.fresh)?;
    operations.settle(output)?;
    let text = list_of(output, claim, journal.result(&claim.files)).to_text();
    operations.write(&output.join(FILE_NAME), text.as_bytes())?;
    // What the journal speaks of is cleared away next.
    operations.settle(output)?;
    Ok(true)
}

/// Whether somebody put a link where a folder of a path was.
pub(super) fn is_behind_link(output: &Path, path: &OutputPath) -> bool {
    folders_above(path).any(|folder| matches!(look(&output.join(folder)), Ok(There::Other)))
}

/// Puts the old site back after a publication that failed or died: removes what it added, returns what it set aside.
pub(super) fn roll_back(
    operations: &Operations,
    output: &Path,
    undos: &[Stage],
    claim: &Manifest,
    next: Option<&Stage>,
) -> Done {
    let claims = claim.publishing.clone().unwrap_or_default();
    let aside = |path: &OutputPath| undos.iter().map(|undo| undo.file(path)).find(|file| file.is_file());
    let old_keys: BTreeMap<String, &OutputPath> = claim.files.keys().map(|path| (path.collision_key(), path)).collect();
    for path in claims.fresh.iter().filter(|path| !is_behind_link(output, path)) {
        // Until it was set aside, an old file of the same name but for its case may be what is found here.
        let namesake = old_keys.get(&path.collision_key()).filter(|namesake| **namesake != path);
        if namesake.is_some_and(|namesake| aside(namesake).is_none()) {
            continue;
        }
        let target = output.join(path.as_str());
        if look(&temporary(&target))? == There::File {
            operations.remove_file(&temporary(&target))?;
        }
        if look(&target)? == There::File && !is_strangers(&target, next.map(|next| next.file(path))) {
            operations.remove_file(&target)?;
        }
        operations.prune(&target, output)?;
    }
    for path in claim.files.keys().chain(&claims.taken).filter(|path| !is_behind_link(output, path)) {
        if let Some(file) = aside(path) {
            let target = output.join(path.as_str());
            target.parent().map_or(Ok(()), |folder| operations.make_folders(folder))?;
            operations.remove_all(&temporary(&target))?;
            operations.replace(&file, &target)?;
        }
    }
    // Where something could not be given back, since `.manchette/` was deleted, its folder would stay and be in the way.
    for target in claim.files.keys().map(|path| output.join(path.as_str())) {
        if look(&target)? == There::Nothing {
            operations.prune(&target, output)?;
        }
    }
    let manifest = output.join(FILE_NAME);
    operations.settle(output)?;
    match claim.files.is_empty() {
        true => operations.remove_file(&manifest)?,
        false => operations.write(&manifest, list_of(output, claim, claim.files.clone()).to_text().as_bytes())?,
    }
    operations.settle(output)?;
    undos.iter().try_for_each(|undo| operations.remove_all(&undo.folder))
}

/// Whether what is at the place of a new file came there since: the new one still waits, and this is another.
fn is_strangers(target: &Path, staged: Option<PathBuf>) -> bool {
    let bytes = |path: &Path| plain::read(path).ok();
    staged.and_then(|staged| bytes(&staged)).is_some_and(|waiting| bytes(target) != Some(waiting))
}

/// A file with what is in it now. Where that is not what it should be, the next build must see it: length and times alone
/// would not tell, the list being younger. A file behind a link is none of ours.
fn as_found(output: &Path, path: OutputPath, stamp: Stamp) -> Option<(OutputPath, Stamp)> {
    let found = plain::read(&output.join(path.as_str())).map_or(stamp, |bytes| Stamp::of(&bytes));
    (!is_behind_link(output, &path)).then_some((path, found))
}

/// The list of a site that is mended.
fn list_of(output: &Path, claim: &Manifest, files: BTreeMap<OutputPath, Stamp>) -> Manifest {
    let found = files.into_iter().filter_map(|(path, stamp)| as_found(output, path, stamp)).collect();
    Manifest::published(claim.site.clone(), found)
}
