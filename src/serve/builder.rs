//! The builder: waits for news, looks, puts the newest edition in place, and has it read over when there is time.
//!
//! It owns all that outlives an edition. Nobody asks it anything: browsers are answered from the newest edition.

use super::State;
use crate::base::SourcePath;
use crate::pipeline::{Edition, Hint, Live, Progress, Proofreader};
use crate::watch::{HOLD, Heard, News, Teller, Watch};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long nothing must have changed before the whole site is read over.
const QUIET: Duration = Duration::from_millis(200);

/// How often is looked whether a post has become due.
const WAKE: Duration = Duration::from_secs(5);

/// Who is told of what the builder did.
pub trait Witness: Send + Sync {
    /// Another edition is in place; how long it took.
    fn published(&self, edition: &Edition, news: &News, took: Duration);
    /// An edition was read over.
    fn proved(&self, edition: &Edition, proof: &crate::pipeline::Proof, took: Duration);
    /// Something about how changes are noticed.
    fn notice(&self, words: &str);
}

/// Runs until the watch is stopped. The first edition must be in place.
pub fn run(mut live: Live, mut watch: Watch, state: &Arc<State>, witness: &Arc<dyn Witness>) {
    let desk = Desk::default();
    let proofreader = live.proofreader();
    let teller = watch.teller();
    std::thread::scope(|scope| {
        scope.spawn(|| prove(proofreader, &desk, state, witness, &teller));
        if let Some(edition) = state.newest().edition {
            desk.put(edition);
        }
        let mut held: BTreeMap<SourcePath, Instant> = BTreeMap::new();
        // After a look that came to no end nothing that is remembered counts.
        let mut is_upset = false;
        loop {
            watch.notices().iter().for_each(|words| witness.notice(words));
            let patience = held.values().min().map(|since| (*since + HOLD).saturating_duration_since(Instant::now()));
            let news = match watch.wait(patience.or(Some(WAKE))) {
                Heard::News(news) => news,
                Heard::Nothing => News::default(),
                Heard::Stopped => break,
            };
            let start = Instant::now();
            if news != News::default() {
                desk.interrupt();
            }
            let hint = match std::mem::take(&mut is_upset) {
                true => Hint::Everything,
                false => hint(&news, &live, &mut held, start),
            };
            let looked = calm(witness, || live.look(&hint)).unwrap_or_else(|| {
                is_upset = true;
                None
            });
            match looked {
                Some(edition) => {
                    state.publish(edition.clone());
                    witness.published(&edition, &news, start.elapsed());
                    desk.interrupt();
                    desk.put(edition);
                }
                None => desk.resume(),
            }
        }
        desk.close();
    });
}

/// What comes of it; nothing, and a word to people, where it panics: one text must not end the preview of all others.
fn calm<T>(witness: &Arc<dyn Witness>, work: impl FnOnce() -> T) -> Option<T> {
    let done = catch_unwind(AssertUnwindSafe(work));
    if done.is_err() {
        witness
            .notice("manchette made a mistake and goes on without what was changed last; please report what is above");
    }
    done.ok()
}

/// Where to look now. A file that stops in the middle is left as it was for a while.
fn hint(news: &News, live: &Live, held: &mut BTreeMap<SourcePath, Instant>, now: Instant) -> Hint {
    let mut paths = news.paths.clone();
    paths.extend(held.keys().cloned());
    for path in paths.clone() {
        let since = *held.entry(path.clone()).or_insert(now);
        if live.is_unfinished(&path) && now.duration_since(since) < HOLD {
            paths.remove(&path);
        } else {
            held.remove(&path);
        }
    }
    match news.is_everywhere {
        true => Hint::Everything,
        false => Hint::Paths(paths),
    }
}

/// Reads editions over, one after the other, the newest only.
fn prove(mut proofreader: Proofreader, desk: &Desk, state: &State, witness: &Arc<dyn Witness>, teller: &Teller) {
    while let Some((edition, progress)) = desk.take() {
        let start = Instant::now();
        let proof = calm(witness, || proofreader.read(&edition, &progress)).flatten();
        let Some(proof) = proof else { continue };
        if !proof.apart.is_empty() {
            teller.tell(proof.apart.clone());
        }
        witness.proved(&edition, &proof, start.elapsed());
        state.prove(proof);
    }
}

/// Where editions lie until they are read over.
#[derive(Default)]
struct Desk {
    slot: Mutex<Slot>,
    changed: Condvar,
}

#[derive(Default)]
struct Slot {
    edition: Option<Arc<Edition>>,
    /// The one that is being read, and how it is stopped.
    reading: Option<(Arc<Edition>, Arc<Progress>)>,
    is_closed: bool,
}

impl Desk {
    fn put(&self, edition: Arc<Edition>) {
        locked(&self.slot).edition = Some(edition);
        self.changed.notify_all();
    }

    /// Stops the reading: something may have changed.
    fn interrupt(&self) {
        let mut slot = locked(&self.slot);
        if let Some((edition, progress)) = slot.reading.take() {
            progress.stop();
            slot.edition.get_or_insert(edition);
        }
    }

    /// Nothing had changed: who was interrupted begins again.
    fn resume(&self) {
        self.changed.notify_all();
    }

    fn close(&self) {
        self.interrupt();
        locked(&self.slot).is_closed = true;
        self.changed.notify_all();
    }

    /// The newest edition, once nothing has changed for a while.
    fn take(&self) -> Option<(Arc<Edition>, Arc<Progress>)> {
        let mut slot = locked(&self.slot);
        slot.reading = None;
        let mut known = None;
        loop {
            if slot.is_closed {
                return None;
            }
            let number = slot.edition.as_ref().map(|edition| edition.number());
            if let Some(edition) = slot.edition.take_if(|_| number == known) {
                let progress: Arc<Progress> = Arc::default();
                slot.reading = Some((edition.clone(), progress.clone()));
                return Some((edition, progress));
            }
            known = number;
            slot = match number {
                Some(_) => self.changed.wait_timeout(slot, QUIET).unwrap_or_else(PoisonError::into_inner).0,
                None => self.changed.wait(slot).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Proof;

    /// What somebody was told.
    #[derive(Default)]
    struct Told(Mutex<Vec<String>>);

    impl Witness for Told {
        fn published(&self, _: &Edition, _: &News, _: Duration) {}

        fn proved(&self, _: &Edition, _: &Proof, _: Duration) {}

        fn notice(&self, words: &str) {
            locked(&self.0).push(words.to_owned());
        }
    }

    #[test]
    fn p61_a_panic_in_looking_is_told_and_the_preview_goes_on() {
        let told: Arc<Told> = Arc::default();
        let witness: Arc<dyn Witness> = told.clone();
        assert_eq!(calm(&witness, || -> u8 { panic!("on purpose") }), None);
        assert_eq!(calm(&witness, || 2), Some(2));
        let told = locked(&told.0);
        assert!(told.len() == 1 && told[0].contains("goes on") && told[0].contains("report"), "{told:?}");
    }
}
