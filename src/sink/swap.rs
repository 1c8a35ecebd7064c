//! The whole site at once: the next one is completed beside the output, then the two folders are exchanged.
//!
//! The old output is kept until the next build, for readers who have just walked into it, and becomes the next site:
//! files that both have are links to one file, so that time and room follow the change. What strangers put into the
//! output goes along, also what they put there meanwhile.

use super::Stamp;
use super::manifest::{FILE_NAME, Manifest};
use super::operations::{Done, Operations, TEMPORARY, failed};
use super::publish::{Change, Scene, There, look, make_folder_once};
use super::stage::{COMPLETE, Layout, Stage};
use super::verify::{Trust, absent, folders_above};
use crate::base::OutputPath;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// The output before the last exchange.
pub(super) const PREVIOUS: &str = "prev";

/// What came of an exchange.
pub(super) enum Swapped {
    /// The new site is online.
    Done,
    /// The system cannot do that here, in its words. Nothing has changed, and the staged files are in another stage now.
    Cannot(String, Stage),
}

/// Completes the next site and exchanges it with the output.
pub(super) fn swap(scene: &Scene<'_>, old: &Manifest, change: &Change, new: &Manifest) -> Done<Swapped> {
    let operations = scene.operations;
    let tree = scene.next.folder.with_file_name(COMPLETE);
    let there = reuse(operations, &tree)?;
    complete(scene, &tree, &there, change, new)?;
    carry(operations, scene.output, &tree, old, new)?;
    operations.write(&tree.join(FILE_NAME), new.to_text().as_bytes())?;
    operations.settle(&tree)?;
    match operations.exchange(&tree, scene.output) {
        Ok(()) => {}
        Err(error) if is_impossible(&error) => {
            return Ok(Swapped::Cannot(error.to_string(), Stage { folder: tree, layout: Layout::Tree }));
        }
        Err(error) => return Err(failed("exchange a folder with", scene.output, &error)),
    }
    // The new site is online; what fails now the next build will do.
    scene.settle_or_tell();
    tree.parent().map_or(Ok(()), |workshop| retire(operations, workshop, scene.output)).unwrap_or_default();
    Ok(Swapped::Done)
}

/// Keeps what an exchange took out of the output for the next one, without what strangers put there. Also after a build
/// that died before or after its exchange: a tree with a list is whole.
pub(super) fn retire(operations: &Operations, workshop: &Path, output: &Path) -> Done {
    let tree = workshop.join(COMPLETE);
    let list = tree.join(FILE_NAME);
    let Some(manifest) = Manifest::read(&tree).map_err(|error| failed("read", &list, &error))? else {
        return operations.remove_all(&tree);
    };
    let strangers = strangers(&tree, &manifest)?;
    for path in &strangers.folders {
        if look(&output.join(path))? == There::Nothing {
            make_alike(operations, &tree.join(path), &output.join(path))?;
        }
    }
    for path in &strangers.files {
        match look(&output.join(path))? {
            There::Nothing => operations.replace(&tree.join(path), &output.join(path))?,
            _ => operations.remove_file(&tree.join(path))?,
        }
    }
    for path in strangers.folders.iter().rev() {
        operations.prune(&tree.join(path).join("nothing"), &tree)?;
    }
    operations.remove_all(&workshop.join(PREVIOUS))?;
    operations.move_folder(&tree, &workshop.join(PREVIOUS))
}

/// Makes the tree of the next site out of the last output, if that is exactly what its list says; says what is in it.
fn reuse(operations: &Operations, tree: &Path) -> Done<BTreeMap<OutputPath, Stamp>> {
    operations.remove_all(tree)?;
    let previous = tree.with_file_name(PREVIOUS);
    match Manifest::read(&previous) {
        Ok(Some(manifest))
            if manifest.publishing.is_none() && absent(&previous, &manifest, Trust::Stamps).is_empty() =>
        {
            operations.move_folder(&previous, tree)?;
            // From here on it is not whole.
            operations.remove_file(&tree.join(FILE_NAME))?;
            Ok(manifest.files)
        }
        _ => {
            operations.remove_all(&previous)?;
            operations.make_folders(tree)?;
            Ok(BTreeMap::new())
        }
    }
}

/// Removes from the tree what the next site does not have and adds what it lacks.
fn complete(
    scene: &Scene<'_>,
    tree: &Path,
    there: &BTreeMap<OutputPath, Stamp>,
    change: &Change,
    new: &Manifest,
) -> Done {
    let operations = scene.operations;
    for path in there.iter().filter(|(path, stamp)| new.files.get(*path) != Some(stamp)).map(|(path, _)| path) {
        operations.remove_file(&tree.join(path.as_str()))?;
        operations.prune(&tree.join(path.as_str()), tree)?;
    }
    let staged: BTreeSet<&OutputPath> = change.write.iter().collect();
    let mut made: BTreeSet<PathBuf> = BTreeSet::new();
    for path in new.files.iter().filter(|(path, stamp)| there.get(*path) != Some(stamp)).map(|(path, _)| path) {
        let target = tree.join(path.as_str());
        make_folder_once(operations, &target, &mut made)?;
        match staged.contains(path) {
            true => operations.replace(&scene.next.file(path), &target)?,
            false => operations.keep(&scene.output.join(path.as_str()), &target)?,
        }
    }
    Ok(())
}

/// Gives the tree what strangers put into the output.
fn carry(operations: &Operations, output: &Path, tree: &Path, old: &Manifest, new: &Manifest) -> Done {
    let strangers = strangers(output, old)?;
    for path in &strangers.folders {
        make_alike(operations, &output.join(path), &tree.join(path))?;
    }
    let ours: HashSet<&str> = new.files.keys().map(OutputPath::as_str).collect();
    for path in strangers.files.iter().filter(|path| !path.to_str().is_some_and(|path| ours.contains(path))) {
        let target = tree.join(path);
        // A folder of ours that is no longer ours.
        target.parent().map_or(Ok(()), |folder| operations.make_folders(folder))?;
        operations.keep(&output.join(path), &target)?;
    }
    Ok(())
}

/// Makes a folder with the mode that another has.
fn make_alike(operations: &Operations, model: &Path, folder: &Path) -> Done {
    operations.make_folders(folder)?;
    let alike = operations.attempt(|| fs::set_permissions(folder, fs::metadata(model)?.permissions()));
    alike.map_err(|error| failed("make the folder", folder, &error))
}

/// What is in an output and not on its list: paths below it, each folder before what is in it.
#[derive(Debug, Default)]
struct Found {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

fn strangers(output: &Path, manifest: &Manifest) -> Done<Found> {
    let files: HashSet<&str> = manifest.files.keys().map(OutputPath::as_str).collect();
    let folders: HashSet<&str> = manifest.files.keys().flat_map(folders_above).collect();
    let mut found = Found::default();
    for entry in WalkDir::new(output).min_depth(1) {
        let entry = entry.map_err(|error| failed("look at", output, &io::Error::from(error)))?;
        let path = entry.path().strip_prefix(output).unwrap_or(entry.path());
        let name = path.to_str().unwrap_or_default();
        let is_ours = match entry.file_type() {
            kind if kind.is_dir() => folders.contains(name),
            kind if kind.is_file() => files.contains(name) || name == FILE_NAME || name.ends_with(TEMPORARY),
            _ => false,
        };
        match entry.file_type().is_dir() {
            _ if is_ours => {}
            true => found.folders.push(path.to_owned()),
            false => found.files.push(path.to_owned()),
        }
    }
    Ok(found)
}

/// Whether the system has no exchange of these folders, however often it is asked.
fn is_impossible(error: &io::Error) -> bool {
    use io::ErrorKind::{CrossesDevices, InvalidInput, ResourceBusy, Unsupported};
    matches!(error.kind(), CrossesDevices | InvalidInput | ResourceBusy | Unsupported)
}
