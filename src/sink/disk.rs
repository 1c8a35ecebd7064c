//! A site's output folder on disk.
//!
//! The stage is `.manchette/next` in the site's folder, or a hidden neighbour of the output when that is another file
//! system. Nothing of it outlives the build.

use super::guard::{Place, Strangers, check, names_in, refused};
use super::journal::JOURNAL;
use super::lock::{Lock, take};
use super::manifest::{FILE_NAME, Manifest};
use super::operations::{Operations, failed, make_workshop};
use super::publish::{Scene, Takeover, publish};
use super::recover::{clear, mend};
use super::stage::{COMPLETE, Layout, NEXT, Stage, UNDO};
use super::verify::{Trust, absent};
use super::workbench::Workbench;
use super::{Method, Previous, Publication, Published, Sink};
use crate::base::{Diagnostic, OutputPath};
use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a build waits for another one.
const PATIENCE: Duration = Duration::from_secs(60);

/// An output folder.
pub struct DiskSink {
    root: PathBuf,
    output: PathBuf,
    home: Option<PathBuf>,
    force: bool,
    site: Option<String>,
    trust: Trust,
    method: Method,
    patience: Duration,
    tell: Box<dyn Fn(&str) + Send + Sync>,
    pub(super) operations: Operations,
    session: Mutex<Option<Arc<Session>>>,
    /// Held from `open` to `close`.
    lock: Mutex<Option<Lock>>,
}

/// One build, from `open` to `publish` or `close`.
struct Session {
    place: Place,
    next: Stage,
    undo: Stage,
    manifest: Option<Manifest>,
    /// The files of the manifest that are not there, or not whole.
    absent: BTreeSet<OutputPath>,
    staging: Mutex<Staging>,
}

/// What was staged so far.
#[derive(Debug, Default)]
struct Staging {
    /// Known when the stage is there.
    bench: Option<Arc<Workbench>>,
    /// The files and their lengths, in no order.
    files: Vec<(OutputPath, u64)>,
}

impl Session {
    fn staging(&self) -> MutexGuard<'_, Staging> {
        self.staging.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the stage, once.
    fn prepare(&self, operations: &Operations) -> io::Result<Arc<Workbench>> {
        let mut staging = self.staging();
        let bench = match staging.bench.take() {
            Some(bench) => bench,
            None => Arc::new(operations.prepare(&self.next.folder)?),
        };
        Ok(staging.bench.insert(bench).clone())
    }
}

impl DiskSink {
    /// The output of the site in `root`. The output is relative to the root unless absolute; `home` is refused as one;
    /// `force` takes over a folder that has files but not our list, and files that stand where ours must go.
    pub fn new(root: PathBuf, output: PathBuf, home: Option<PathBuf>, force: bool) -> DiskSink {
        DiskSink {
            root,
            output,
            home,
            force,
            site: None,
            trust: Trust::Stamps,
            method: Method::InPlace,
            patience: PATIENCE,
            tell: Box::new(|_| {}),
            operations: Operations::default(),
            session: Mutex::new(None),
            lock: Mutex::new(None),
        }
    }

    /// The same, for the site of that address: what another site has published elsewhere is refused.
    #[must_use]
    pub fn of_site(self, address: String) -> DiskSink {
        DiskSink { site: Some(address), ..self }
    }

    /// The same, comparing the bytes of all outputs, whatever their times say.
    #[must_use]
    pub fn paranoid(self) -> DiskSink {
        DiskSink { trust: Trust::Bytes, ..self }
    }

    /// The same, waiting for another build only so long; not at all with zero.
    #[must_use]
    pub fn patience(self, patience: Duration) -> DiskSink {
        DiskSink { patience, ..self }
    }

    /// The same, saying to `tell` what takes time.
    #[must_use]
    pub fn telling(self, tell: impl Fn(&str) + Send + Sync + 'static) -> DiskSink {
        DiskSink { tell: Box::new(tell), ..self }
    }

    /// The same, publishing another way.
    #[must_use]
    pub fn method(self, method: Method) -> DiskSink {
        DiskSink { method, ..self }
    }

    /// The same, waiting for the disk before each step that relies on the one before.
    #[must_use]
    pub fn syncing(mut self) -> DiskSink {
        self.operations.durable = true;
        self
    }

    fn session(&self) -> MutexGuard<'_, Option<Arc<Session>>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self) -> Result<Place, Box<Diagnostic>> {
        let strangers = if self.force { Strangers::Accept } else { Strangers::Refuse };
        check(&self.root, &self.output, self.home.as_deref(), self.site.as_deref(), strangers)
    }
}

impl Sink for DiskSink {
    fn open(&self) -> Result<Previous, Box<Diagnostic>> {
        self.close();
        let place = self.place()?;
        make_workshop(&self.operations, &place.workshop())?;
        let lock = take(&place.workshop(), self.patience, &self.tell)?;
        let manifest = mend(&self.operations, &place, self.method)?;
        let absent = manifest.as_ref().map(|manifest| absent(&place.output, manifest, self.trust)).unwrap_or_default();
        let previous = previous(manifest.as_ref(), &absent);
        let workshop = choose_workshop(&self.operations, &place);
        let is_first = manifest.is_none() && names_in(&place.output)?.is_empty();
        let layout = if is_first { Layout::Tree } else { Layout::Flat };
        let (next, undo) = (Stage { folder: workshop.join(NEXT), layout }, Stage::flat(workshop.join(UNDO)));
        let session = Session { place, next, undo, manifest, absent, staging: Mutex::default() };
        *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = Some(lock);
        *self.session() = Some(Arc::new(session));
        Ok(previous)
    }

    fn peek(&self) -> Result<Previous, Box<Diagnostic>> {
        let place = self.place()?;
        let list = place.output.join(FILE_NAME);
        let manifest = Manifest::read(&place.output).map_err(|error| failed("read", &list, &error))?;
        let absent = manifest.as_ref().map(|manifest| absent(&place.output, manifest, self.trust)).unwrap_or_default();
        Ok(previous(manifest.as_ref(), &absent))
    }

    fn stage(&self, path: &OutputPath, bytes: &[u8]) -> io::Result<()> {
        let session = self.session().clone().ok_or_else(|| io::Error::other("the output is not open"))?;
        let bench = session.prepare(&self.operations)?;
        self.operations.stage(&bench, session.next.layout, &session.next.name(path), bytes)?;
        session.staging().files.push((path.clone(), bytes.len() as u64));
        Ok(())
    }

    fn publish(&self, plan: &Publication) -> Result<Published, Box<Diagnostic>> {
        let session = self.session().take();
        let session = session.ok_or_else(|| failed("publish", &self.output, &io::Error::other("it is not open")))?;
        if plan.files.keys().any(|path| path.as_str() == FILE_NAME) {
            return Err(refused(&format!("`{FILE_NAME}` is the name of manchette's own list")));
        }
        let staged = std::mem::take(&mut session.staging().files).into_iter().collect();
        let scene = Scene {
            operations: &self.operations,
            output: &session.place.output,
            site: self.site.as_ref(),
            home: &session.place.workshop(),
            next: session.next.clone(),
            undo: session.undo.clone(),
            manifest: session.manifest.as_ref(),
            absent: &session.absent,
            staged: &staged,
            takeover: if self.force { Takeover::Replace } else { Takeover::Refuse },
            method: self.method,
            tell: &self.tell,
        };
        let published = publish(&scene, plan);
        if published.is_ok() {
            // The site is online; what is left here the next build removes.
            clear(&self.operations, &session.place).unwrap_or_default();
        } else {
            let waiting =
                [scene.next.folder.clone(), scene.next.folder.with_file_name(COMPLETE), scene.home.join(JOURNAL)];
            waiting.iter().for_each(|path| self.operations.remove_all(path).unwrap_or_default());
            // Unless something is set aside in it that the next build needs.
            self.operations.remove_empty(&neighbour(&session.place));
        }
        published
    }

    fn close(&self) {
        if let Some(session) = self.session().take() {
            // If that fails, the next build tries again.
            clear(&self.operations, &session.place).unwrap_or_default();
        }
        *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl fmt::Debug for DiskSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiskSink").field("root", &self.root).field("output", &self.output).finish_non_exhaustive()
    }
}

/// What of a list is there, whole.
fn previous(manifest: Option<&Manifest>, absent: &BTreeSet<OutputPath>) -> Previous {
    let listed = manifest.into_iter().flat_map(|manifest| &manifest.files);
    let whole = listed.filter(|(path, _)| absent.is_empty() || !absent.contains(*path));
    Previous { files: whole.map(|(path, stamp)| (path.clone(), *stamp)).collect() }
}

/// The hidden folder beside the output, for outputs on another file system than the site.
pub(super) fn neighbour(place: &Place) -> PathBuf {
    let name = place.output.file_name().unwrap_or_default().to_string_lossy();
    place.output.with_file_name(format!(".{name}.manchette-stage"))
}

/// Where to stage so that a rename reaches the output: in the site's folder, or beside the output.
///
/// A mount point is on another file system than its neighbours; there, and where the system does not tell file systems
/// apart, the stage is in the site's folder and renames that cannot cross are copies.
fn choose_workshop(operations: &Operations, place: &Place) -> PathBuf {
    let output = device(&place.output);
    let beside = neighbour(place);
    let is_elsewhere = output != device(&place.workshop());
    let is_beside = is_elsewhere && output == place.output.parent().and_then(device);
    let is_made = is_beside && operations.attempt(|| std::fs::create_dir(&beside)).is_ok();
    if is_made { beside } else { place.workshop() }
}

/// The file system that a path is on, or would be made on.
#[cfg(unix)]
fn device(path: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    path.ancestors().find_map(|path| std::fs::metadata(path).ok()).map(|metadata| metadata.dev())
}

#[cfg(not(unix))]
fn device(_: &Path) -> Option<u64> {
    None
}
