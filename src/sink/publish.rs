//! From a stage to the output, wholly or not at all.
//!
//! A first build is one rename of the whole stage. Later ones change the folder in place, in an order in which no page
//! links to what is not there yet. Before anything changes, the manifest says so; every file that goes is set aside
//! first. The rename of the last manifest is the moment at which the new site is the site: whatever fails or dies before
//! it is undone, at once or by the next build.

use super::guard::{list_of_names, names_in, refused};
use super::manifest::{Claims, FILE_NAME, Manifest};
use super::operations::{Done, Operations, failed, temporary};
use super::stage::{Layout, Stage};
use super::verify::{folders_above, has_bytes};
use super::{Publication, Published, Rank, Stamp};
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
}

impl Scene<'_> {
    /// What is in a file that is there, whole.
    fn whole(&self, path: &OutputPath) -> Option<&Stamp> {
        let listed = self.manifest?.files.get(path);
        listed.filter(|_| !self.absent.contains(path))
    }

    /// Whether the output is already as the plan says.
    fn is_there(&self, plan: &Publication) -> bool {
        self.absent.is_empty() && self.manifest.is_some_and(|manifest| manifest.files == plan.files)
    }
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
    let new = Manifest::published(plan.files.clone());
    if move_whole_stage(scene, &new)? {
        return Ok(Published { written: new.files.len(), removed: Vec::new(), unchanged: 0 });
    }
    let change = plan_change(scene, plan)?;
    let published = Published {
        written: change.write.len(),
        removed: change.remove.iter().cloned().collect(),
        unchanged: plan.files.len() - change.write.len(),
    };
    let existed = scene.output.exists();
    let claim = Manifest {
        files: scene.manifest.map(|manifest| manifest.files.clone()).unwrap_or_default(),
        publishing: Some(Claims { fresh: change.fresh.clone(), taken: change.taken.clone() }),
    };
    if let Err(error) = change_in_place(scene, &change, &claim, &new) {
        return Err(match roll_back(scene.operations, scene.output, std::slice::from_ref(&scene.undo), &claim) {
            Ok(()) => {
                if !existed {
                    fs::remove_dir(scene.output).unwrap_or_default();
                }
                error
            }
            Err(_) => Box::new(error.help("the next build will put the old site back first")),
        });
    }
    Ok(published)
}

/// Puts the old site back after a publication that failed or died: removes what it added, returns what it set aside.
/// Can itself die and be done again: the manifest, written last, is what ends it.
pub(super) fn roll_back(operations: &Operations, output: &Path, undos: &[Stage], claim: &Manifest) -> Done {
    let claims = claim.publishing.clone().unwrap_or_default();
    let aside = |path: &OutputPath| undos.iter().map(|undo| undo.file(path)).find(|file| file.is_file());
    let old_keys: BTreeMap<String, &OutputPath> = claim.files.keys().map(|path| (path.collision_key(), path)).collect();
    for path in &claims.fresh {
        // Until it was set aside, an old file of the same name but for its case may be what is found here.
        let namesake = old_keys.get(&path.collision_key()).filter(|namesake| **namesake != path);
        if namesake.is_some_and(|namesake| aside(namesake).is_none()) {
            continue;
        }
        let target = output.join(path.as_str());
        for file in [&temporary(&target), &target] {
            if look(file)? == There::File {
                operations.remove_file(file)?;
            }
        }
        operations.prune(&target, output);
    }
    for path in claim.files.keys().chain(&claims.taken) {
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
            operations.prune(&target, output);
        }
    }
    let manifest = output.join(FILE_NAME);
    match claim.files.is_empty() {
        true => operations.remove_file(&manifest)?,
        false => operations.write(&manifest, Manifest::published(as_found(output, claim)).to_text().as_bytes())?,
    }
    undos.iter().try_for_each(|undo| operations.remove_all(&undo.folder))
}

/// The files of the old site with what is in them now. Where a file could not be given back, the next build must see
/// that it is another: its length and times alone would not tell.
fn as_found(output: &Path, claim: &Manifest) -> BTreeMap<OutputPath, Stamp> {
    let found = |path: &OutputPath| std::fs::read(output.join(path.as_str())).map(|bytes| Stamp::of(&bytes));
    claim.files.iter().map(|(path, stamp)| (path.clone(), found(path).unwrap_or(*stamp))).collect()
}

/// What must happen to the output folder.
#[derive(Debug, Default)]
struct Change {
    /// Files to put in place, in this order.
    write: Vec<OutputPath>,
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
    for (_, path, stamp) in wanted {
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
        change.write.push(path.clone());
    }
    match strangers.is_empty() {
        true => Ok(change),
        false => Err(in_the_way(strangers)),
    }
}

/// The files of the last manifest that the plan no longer has and that are still there.
fn removals(scene: &Scene<'_>, plan: &Publication) -> BTreeSet<OutputPath> {
    let old = scene.manifest.iter().flat_map(|manifest| manifest.files.keys());
    let is_there = |path: &OutputPath| {
        // Nothing is removed through a link that somebody put in a folder's place.
        let mut folders = folders_above(path).map(|folder| scene.output.join(folder));
        folders.all(|folder| matches!(look(&folder), Ok(There::Folder)))
            && matches!(look(&scene.output.join(path.as_str())), Ok(There::File))
    };
    old.filter(|path| !plan.files.contains_key(path) && is_there(path)).cloned().collect()
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum There {
    Nothing,
    File,
    Folder,
    /// A symbolic link, a pipe…
    Other,
}

fn look(path: &Path) -> Done<There> {
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
    for path in scene.staged.keys().filter(|path| !new.files.contains_key(path)) {
        operations.remove_file(&scene.next.file(path))?;
        operations.prune(&scene.next.file(path), folder);
    }
    let manifest = folder.join(FILE_NAME);
    operations.write(&manifest, new.to_text().as_bytes())?;
    let made = scene.output.parent().map_or(Ok(()), |parent| operations.make_folders(parent));
    if made.and_then(|()| operations.move_folder(folder, scene.output)).is_ok() {
        return Ok(true);
    }
    // A mount point, another file system, …: file by file then.
    operations.remove_file(&manifest)?;
    Ok(false)
}

/// The steps, each of which `roll_back` can undo.
fn change_in_place(scene: &Scene<'_>, change: &Change, claim: &Manifest, new: &Manifest) -> Done {
    let operations = scene.operations;
    let manifest = scene.output.join(FILE_NAME);
    operations.remove_all(&scene.undo.folder)?;
    operations.make_folders(scene.output)?;
    operations.write(&manifest, claim.to_text().as_bytes())?;
    let mut made: BTreeSet<PathBuf> = BTreeSet::new();
    for path in &change.clear_first {
        set_aside(scene, path, &mut made)?;
        operations.prune(&scene.output.join(path.as_str()), scene.output);
    }
    for path in &change.write {
        let target = scene.output.join(path.as_str());
        if !change.fresh.contains(path) {
            let aside = scene.undo.file(path);
            make_folder_once(operations, &aside, &mut made)?;
            operations.keep(&target, &aside)?;
        }
        make_folder_once(operations, &target, &mut made)?;
        operations.replace(&scene.next.file(path), &target)?;
    }
    for path in change.remove.difference(&change.clear_first) {
        set_aside(scene, path, &mut made)?;
        operations.prune(&scene.output.join(path.as_str()), scene.output);
    }
    operations.write(&manifest, new.to_text().as_bytes())
}

fn set_aside(scene: &Scene<'_>, path: &OutputPath, made: &mut BTreeSet<PathBuf>) -> Done {
    let aside = scene.undo.file(path);
    make_folder_once(scene.operations, &aside, made)?;
    scene.operations.replace(&scene.output.join(path.as_str()), &aside)
}

fn make_folder_once(operations: &Operations, file: &Path, made: &mut BTreeSet<PathBuf>) -> Done {
    match file.parent() {
        Some(folder) if !made.contains(folder) => {
            operations.make_folders(folder)?;
            made.insert(folder.to_owned());
            Ok(())
        }
        _ => Ok(()),
    }
}
