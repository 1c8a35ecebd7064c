//! Signals that end a command which would run for ever: Ctrl-C, and what `kill` sends.

use super::say;
use std::time::Duration;
use tokio::runtime::Builder;

/// How long a command may take to come to its end, once it was told to.
const GRACE: Duration = Duration::from_secs(2);

/// Why a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// What `kill` sends.
    Terminate,
}

impl Signal {
    /// The exit code of a command that ends so, as shells have it.
    pub(super) fn exit_code(self) -> u8 {
        match self {
            Signal::Interrupt => 130,
            Signal::Terminate => 143,
        }
    }
}

/// Tells of the first signal. Whoever is not at an end soon after, or when there is a second one, is ended: all that we
/// write outlives that.
pub(super) fn tell(first: impl FnOnce(Signal) + Send + 'static) {
    let listen = async move {
        let signal = next().await;
        first(signal);
        tokio::select! {
            _ = next() => {}
            () = tokio::time::sleep(GRACE) => {}
        }
        #[expect(clippy::exit, reason = "the end that was asked for, while other threads are still at work")]
        std::process::exit(i32::from(signal.exit_code()));
    };
    let thread = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        match room().and_then(|()| Builder::new_current_thread().enable_all().build()) {
            Ok(runtime) => runtime.block_on(listen),
            // Without this, signals end the process as they always do.
            Err(error) => say::talk(&format!("signals cannot be told apart: {error}")),
        }
    });
    drop(thread);
}

/// Lets a file that may not grow any more (`ulimit -f`) be an error of who writes it: the system ends programs that have
/// nothing to say to its signal.
#[cfg(unix)]
pub(super) fn outlive_limits() {
    // Nobody asks for the flag: that the signal was heard is enough. Without it, it does what it always did.
    let heard = std::sync::Arc::default();
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, heard);
}

/// Other systems have no such limit.
#[cfg(not(unix))]
pub(super) fn outlive_limits() {}

/// Whether the system lets us open what waiting for signals and clients takes, with some to spare: where it does not, tokio
/// panics.
#[cfg(unix)]
pub(super) fn room() -> std::io::Result<()> {
    let pairs: Result<Vec<_>, _> = (0..6).map(|_| std::os::unix::net::UnixStream::pair()).collect();
    pairs.map(drop)
}

/// Other systems have no such limit.
#[cfg(not(unix))]
pub(super) fn room() -> std::io::Result<()> {
    Ok(())
}

/// The next signal.
#[cfg(unix)]
pub(super) async fn next() -> Signal {
    use tokio::signal::unix::{SignalKind, signal};
    let (interrupt, terminate) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    let (Ok(mut interrupt), Ok(mut terminate)) = (interrupt, terminate) else { return std::future::pending().await };
    tokio::select! {
        _ = interrupt.recv() => Signal::Interrupt,
        _ = terminate.recv() => Signal::Terminate,
    }
}

/// The next signal.
#[cfg(not(unix))]
pub(super) async fn next() -> Signal {
    match tokio::signal::ctrl_c().await {
        Ok(()) => Signal::Interrupt,
        Err(_) => std::future::pending().await,
    }
}
