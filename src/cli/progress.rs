//! Progress of long work: shown on a terminal only, and only when the work takes longer than a blink.

use crate::pipeline::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long work may take before it is worth a line.
const PATIENCE: Duration = Duration::from_millis(400);

/// Shows progress until it is dropped.
pub(super) struct Shown {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Watches the progress of a run.
pub(super) fn watch(progress: Arc<Progress>) -> Shown {
    let (stop, stopped) = channel();
    let thread = std::thread::Builder::new().spawn(move || draw(&progress, &stopped)).ok();
    Shown { stop: Some(stop), thread }
}

fn draw(progress: &Progress, stopped: &Receiver<()>) {
    if stopped.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{msg} {pos}/{len}") {
        bar.set_style(style);
    }
    loop {
        let (what, done, total) = progress.now();
        bar.set_message(what);
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        if stopped.recv_timeout(Duration::from_millis(100)) != Err(RecvTimeoutError::Timeout) {
            bar.finish_and_clear();
            return;
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
