//! From a stage to the output, wholly or not at all.
//!
//! A first build is one rename of the whole stage. Later ones change the folder in place, in an order in which no page
//! links to what is not there yet, or exchange all of it (`swap`). Before anything changes in place, the journal says
//! what will and the manifest that it is under way; every file that goes is set aside first. The rename of the last
//! manifest is the moment at which the new site is the site: what fails before is undone at once, what dies before is
//! finished or undone by the next build (`recover`).

use super::guard::{list_of_names, names_in, refused};
use super::journal::Journal;
use super::manifest::{Claims, FILE_NAME, Manifest};
use super::operations::{Done, Operations, failed};
use super::recover::{is_behind_link, roll_back};
use super::stage::{Layout, Stage};
use super::swap::{Swapped, swap};
use super::verify::{folders_above, has_bytes};
use super::{Method, Publication, Published, Rank, Stamp};
use crate::base::{Code, Diagnostic, OutputPath};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// All that publishing needs to know.
pub(super) struct Scene<'a> {
    pub operations: &'a Operations,
    /// The output folder.
    pub output: &'a Path,
    /// The address of the site, where it is known.
    pub site: Option<&'a String>,
    /// The folder of the journal.
    pub home: &'a Path,
    /// Where the staged files are.
    pub next: Stage,
    /// Where replaced and removed files wait until all is done.
    pub undo: Stage,
    /// The manifest of the site that is online, if there is one.
    pub manifest: Option<&'a Manifest>,
    /// The files of it that are not there, or not whole.
    pub absent: &'a BTreeSet<OutputPath>,
    /// The files that were staged, and their lengths.
    pub staged: &'a BTreeMap<OutputPath, u64>,
    /// What to do with a stranger's file where ours must go.
    pub takeover: Takeover,
    /// How the output becomes the new site.
    pub method: Method,
    /// Told when it cannot be that way.
    pub tell: &'a dyn Fn(&str),
}

impl Scene<'_> {
    /// What is in a file that is there, whole.
    fn whole(&self, path: &OutputPath) -> Option<&Stamp> {
        let listed = self.manifest?.files.get(path);
        listed.filter(|_| !self.absent.contains(path))
    }

    /// The new site is online: if the disk fails now, it still is.
    pub(super) fn settle_or_tell(&self) {
        if let Err(problem) = self.operations.settle(self.output) {
            (self.tell)(problem.message());
        }
    }

    /// Whether the output is already as the plan says.
    fn is_there(&self, plan: &Publication) -> bool {
        self.absent.is_empty()
            && self.manifest.is_some_and(|manifest| manifest.files == plan.files && manifest.site.as_ref() == self.site)
    }
}

/// Where the steps of a publication take place.
pub(super) struct Ground<'a> {
    pub operations: &'a Operations,
    /// The output folder.
    pub output: &'a Path,
    /// Where the new files are.
    pub next: &'a Stage,
    /// Where the old files go.
    pub undo: &'a Stage,
}

/// What to do with a stranger's file where ours must go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takeover {
    /// Nothing is published.
    Refuse,
    /// Ours takes its place.
    Replace,
}

/// Publishes, or leaves all as it was.
pub(super) fn publish(scene: &Scene<'_>, plan: &Publication) -> Done<Published> {
    if scene.is_there(plan) {
        return Ok(Published { written: 0, removed: Vec::new(), unchanged: plan.files.len() });
    }
    require_complete(scene, plan)?;
    let new = Manifest::published(scene.site.cloned(), plan.files.clone());
    if move_whole_stage(scene, &new)? {
        return Ok(Published { written: new.files.len(), removed: Vec::new(), unchanged: 0 });
    }
    let change = plan_change(scene, plan)?;
    let published = Published {
        written: change.write.len(),
        removed: change.remove.iter().cloned().collect(),
        unchanged: plan.files.len() - change.write.len(),
    };
    match (scene.method, scene.manifest) {
        (Method::Swap, Some(manifest)) => match swap(scene, manifest, &change, &new)? {
            Swapped::Done => return Ok(published),
            Swapped::Cannot(why, stage) => {
                (scene.tell)(&format!(
                    "folders cannot be exchanged here ({why}): changed files are renamed into place"
                ));
                change_or_undo(scene, &stage, plan, &change, &new)?;
                scene.operations.remove_all(&stage.folder).unwrap_or_default();
            }
        },
        _ => change_or_undo(scene, &scene.next, plan, &change, &new)?,
    }
    Ok(published)
}

/// Changes the folder in place; whatever fails is undone.
fn change_or_undo(scene: &Scene<'_>, next: &Stage, plan: &Publication, change: &Change, new: &Manifest) -> Done {
    let existed = scene.output.exists();
    let claim = Manifest {
        site: scene.manifest.map_or_else(|| scene.site.cloned(), |manifest| manifest.site.clone()),
        files: scene.manifest.map(|manifest| manifest.files.clone()).unwrap_or_default(),
        publishing: Some(Claims { fresh: change.fresh.clone(), taken: change.taken.clone() }),
    };
    let Err(error) = change_in_place(scene, next, &journal(plan, change, &claim), &claim, new) else { return Ok(()) };
    let undo = std::slice::from_ref(&scene.undo);
    Err(match roll_back(scene.operations, scene.output, undo, &claim, Some(next)) {
        Ok(()) => {
            if !existed {
                scene.operations.remove_empty(scene.output);
            }
            error
        }
        // On a disk that takes nothing, nothing was begun either.
        Err(_) if !is_under_way(scene.output) => error,
        Err(_) => Box::new(error.help("the next build will finish or undo it before it does anything else")),
    })
}

/// Whether the list in the output says that a publication has begun.
fn is_under_way(output: &Path) -> bool {
    !matches!(Manifest::read(output), Ok(Some(Manifest { publishing: None, .. })))
}

/// The steps from what the claim says is online to the plan.
fn journal(plan: &Publication, change: &Change, claim: &Manifest) -> Journal {
    let stamped = |path: &OutputPath| Some((path.clone(), *plan.files.get(path)?));
    let write: Vec<(OutputPath, Stamp)> = change.write.iter().filter_map(stamped).collect();
    let written: BTreeSet<&OutputPath> = change.write.iter().collect();
    let is_new = |(path, stamp): &(&OutputPath, &Stamp)| claim.files.get(*path) != Some(*stamp);
    let adopt = plan.files.iter().filter(is_new).filter(|(path, _)| !written.contains(path));
    Journal {
        clear_first: change.clear_first.clone(),
        write,
        adopt: adopt.map(|(path, stamp)| (path.clone(), *stamp)).collect(),
        remove: claim.files.keys().filter(|path| !plan.files.contains_key(*path)).cloned().collect(),
    }
}

/// What must happen to the output folder.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// Files to put in place, in this order.
    pub write: Vec<OutputPath>,
    /// Those of them where there is nothing now.
    fresh: BTreeSet<OutputPath>,
    /// Those of them that replace a stranger's file.
    taken: BTreeSet<OutputPath>,
    /// Files to remove.
    remove: BTreeSet<OutputPath>,
    /// Those of them that stand where a folder must be, or in a folder that must become a file.
    clear_first: BTreeSet<OutputPath>,
}

/// Every file of the plan must come from somewhere.
fn require_complete(scene: &Scene<'_>, plan: &Publication) -> Done {
    let listed: BTreeSet<&OutputPath> = plan.staged.iter().map(|(path, _)| path).collect();
    for (path, stamp) in &plan.files {
        let is_staged = listed.contains(path) && scene.staged.get(path) == Some(&stamp.length);
        if !is_staged && scene.whole(path) != Some(stamp) {
            let message = format!("`{path}` is part of the site, but was neither staged nor published before");
            return Err(Box::new(
                Diagnostic::new(Code::WriteFailed, message).help("report this: it is a bug of manchette"),
            ));
        }
    }
    Ok(())
}

/// Compares the plan with what is on the disk; refuses when strangers are in the way.
fn plan_change(scene: &Scene<'_>, plan: &Publication) -> Done<Change> {
    let mut change = Change { remove: removals(scene, plan), ..Change::default() };
    let mut wanted: Vec<(Rank, &OutputPath, &Stamp)> = Vec::new();
    for (path, rank) in &plan.staged {
        match plan.files.get(path) {
            Some(stamp) if scene.whole(path) != Some(stamp) => wanted.push((*rank, path, stamp)),
            _ => {}
        }
    }
    wanted.sort_by_key(|(rank, path, _)| (*rank, *path));
    wanted.dedup_by_key(|(_, path, _)| *path);
    let mut strangers: Vec<String> = Vec::new();
    let mut missing_folders: BTreeSet<&str> = BTreeSet::new();
    let folders: BTreeSet<&str> = wanted.iter().flat_map(|(_, path, _)| folders_above(path)).collect();
    for folder in folders {
        match look(&scene.output.join(folder))? {
            There::Folder => {}
            There::Nothing => {
                missing_folders.insert(folder);
            }
            There::File if change.remove.iter().any(|path| path.as_str() == folder) => {
                change.clear_first.extend(OutputPath::parse(folder));
                missing_folders.insert(folder);
            }
            There::File | There::Other => strangers.push(folder.to_owned()),
        }
    }
    // On a disk that does not tell `A` from `a`, what is removed and what is written may be one file.
    let removed_keys: BTreeMap<String, OutputPath> =
        change.remove.iter().map(|path| (path.collision_key(), path.clone())).collect();
    // What is there already may lead to what is new, so that comes first; nothing leads there yet.
    let mut later: Vec<OutputPath> = Vec::new();
    for (rank, path, stamp) in wanted {
        let target = scene.output.join(path.as_str());
        let folder_is_missing = folders_above(path).any(|folder| missing_folders.contains(folder));
        let there = if folder_is_missing { There::Nothing } else { look(&target)? };
        let is_ours = scene.manifest.is_some_and(|manifest| manifest.files.contains_key(path));
        match there {
            There::Nothing => {
                change.fresh.insert(path.clone());
            }
            There::File if is_ours => {}
            There::File => match removed_keys.get(&path.collision_key()) {
                Some(namesake) => {
                    change.clear_first.insert(namesake.clone());
                    change.fresh.insert(path.clone());
                }
                None if has_bytes(&target, stamp) => continue,
                None if scene.takeover == Takeover::Replace => {
                    change.taken.insert(path.clone());
                }
                None => strangers.push(path.to_string()),
            },
            There::Folder => match ours_below(&target, path, &change.remove) {
                Some(ours) => {
                    change.clear_first.extend(ours);
                    change.fresh.insert(path.clone());
                }
                None => strangers.push(format!("{path}/")),
            },
            There::Other => strangers.push(path.to_string()),
        }
        let is_led_to = rank == Rank::Asset || change.fresh.contains(path);
        match is_led_to {
            true => change.write.push(path.clone()),
            false => later.push(path.clone()),
        }
    }
    change.write.append(&mut later);
    match strangers.is_empty() {
        true => Ok(change),
        false => Err(in_the_way(strangers)),
    }
}

/// The files of the last manifest that the plan no longer has and that are still there.
fn removals(scene: &Scene<'_>, plan: &Publication) -> BTreeSet<OutputPath> {
    let old = scene.manifest.iter().flat_map(|manifest| manifest.files.keys());
    old.filter(|path| !plan.files.contains_key(*path) && is_removable(scene.output, path)).cloned().collect()
}

/// Whether a file is there and not behind a link that somebody put in a folder's place: nothing is removed through it.
fn is_removable(output: &Path, path: &OutputPath) -> bool {
    let mut folders = folders_above(path).map(|folder| output.join(folder));
    folders.all(|folder| matches!(look(&folder), Ok(There::Folder)))
        && matches!(look(&output.join(path.as_str())), Ok(There::File))
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum There {
    Nothing,
    File,
    Folder,
    /// A symbolic link, a pipe…
    Other,
}

/// What stands at a path, without following a link.
pub(super) fn look(path: &Path) -> Done<There> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(There::File),
        Ok(metadata) if metadata.is_dir() => Ok(There::Folder),
        Ok(_) => Ok(There::Other),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(There::Nothing)
        }
        Err(error) => Err(failed("look at", path, &error)),
    }
}

/// All files of a folder that must become a file, when every one is ours and goes away; an empty folder is a stranger's.
fn ours_below(folder: &Path, path: &OutputPath, removed: &BTreeSet<OutputPath>) -> Option<BTreeSet<OutputPath>> {
    let mut ours = BTreeSet::new();
    for entry in WalkDir::new(folder) {
        let entry = entry.ok()?;
        if !entry.file_type().is_dir() {
            let below = entry.path().strip_prefix(folder).ok()?.to_str()?;
            let found = OutputPath::parse(&format!("{path}/{}", below.replace('\\', "/"))).ok()?;
            ours.insert(removed.get(&found)?.clone());
        }
    }
    Some(ours).filter(|ours| !ours.is_empty())
}

fn in_the_way(strangers: Vec<String>) -> Box<Diagnostic> {
    let names = list_of_names(&strangers);
    let diagnostic = refused(&format!("the output folder has something of yours where the site must write: {names}"));
    Box::new(diagnostic.help("move it away, or give the page of the site another name"))
}

/// Publishes into a folder that is missing or empty by one rename of the stage; false when that is not possible.
fn move_whole_stage(scene: &Scene<'_>, new: &Manifest) -> Done<bool> {
    if scene.next.layout != Layout::Tree || !names_in(scene.output)?.is_empty() {
        return Ok(false);
    }
    let operations = scene.operations;
    let folder = &scene.next.folder;
    operations.make_folders(folder)?;
    for path in scene.staged.keys().filter(|path| !new.files.contains_key(*path)) {
        operations.remove_file(&scene.next.file(path))?;
        operations.prune(&scene.next.file(path), folder)?;
    }
    let manifest = folder.join(FILE_NAME);
    operations.write(&manifest, new.to_text().as_bytes())?;
    operations.settle(folder)?;
    let made = scene.output.parent().map_or(Ok(()), |parent| operations.make_folders(parent));
    if made.and_then(|()| operations.move_folder(folder, scene.output)).is_ok() {
        scene.settle_or_tell();
        return Ok(true);
    }
    // A mount point, another file system, …: file by file then.
    operations.remove_file(&manifest)?;
    Ok(false)
}

/// The steps, each of which `roll_back` can undo.
fn change_in_place(scene: &Scene<'_>, next: &Stage, journal: &Journal, claim: &Manifest, new: &Manifest) -> Done {
    let (operations, output) = (scene.operations, scene.output);
    let manifest = output.join(FILE_NAME);
    let claim_text = claim.to_text();
    operations.remove_all(&scene.undo.folder)?;
    operations.make_folders(output)?;
    journal.write(operations, scene.home, &claim_text, next, scene.output)?;
    operations.write(&manifest, claim_text.as_bytes())?;
    operations.settle(scene.home)?;
    operations.settle(output)?;
    let fresh = claim.publishing.as_ref().map(|claims| &claims.fresh);
    let ground = Ground { operations, output, next, undo: &scene.undo };
    apply(&ground, journal, fresh.unwrap_or(&BTreeSet::new()))?;
    operations.settle(output)?;
    operations.write(&manifest, new.to_text().as_bytes())?;
    scene.settle_or_tell();
    Ok(())
}

/// Takes the steps of a journal, or those that are left of them.
pub(super) fn apply(ground: &Ground<'_>, journal: &Journal, fresh: &BTreeSet<OutputPath>) -> Done {
    let (operations, output) = (ground.operations, ground.output);
    let mut made: BTreeSet<PathBuf> = BTreeSet::new();
    for path in &journal.clear_first {
        if !ground.undo.file(path).is_file() {
            set_aside(ground, path, &mut made)?;
        }
        operations.prune(&output.join(path.as_str()), output)?;
    }
    for (path, _) in &journal.write {
        let target = output.join(path.as_str());
        let aside = ground.undo.file(path);
        if !fresh.contains(path) && !aside.is_file() {
            make_folder_once(operations, &aside, &mut made)?;
            operations.keep(&target, &aside)?;
        }
        make_folder_once(operations, &target, &mut made)?;
        operations.replace(&ground.next.file(path), &target)?;
    }
    for path in journal.remove.difference(&journal.clear_first) {
        if is_removable(output, path) {
            set_aside(ground, path, &mut made)?;
        }
        // A build that died may have come between the file and its folder.
        if !is_behind_link(output, path) {
            operations.prune(&output.join(path.as_str()), output)?;
        }
    }
    Ok(())
}

fn set_aside(ground: &Ground<'_>, path: &OutputPath, made: &mut BTreeSet<PathBuf>) -> Done {
    let aside = ground.undo.file(path);
    make_folder_once(ground.operations, &aside, made)?;
    ground.operations.replace(&ground.output.join(path.as_str()), &aside)
}

/// Makes the folder of a file, unless that was done.
pub(super) fn make_folder_once(operations: &Operations, file: &Path, made: &mut BTreeSet<PathBuf>) -> Done {
    match file.parent() {
        Some(folder) if !made.contains(folder) => {
            operations.make_folders(folder)?;
            made.insert(folder.to_owned());
            Ok(())
        }
        _ => Ok(()),
    }
}
