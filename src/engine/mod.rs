//! Which outputs must be made again, and why.
//!
//! An output is the output it was while every question it asked has the answer it had; this room keeps the questions
//! with the fingerprints of the answers, and compares. Generic: knows nothing about news, and does no input or output.

pub mod ledger;
pub mod recorder;
pub mod refresh;
pub mod traces;

pub use ledger::Ledger;
pub use recorder::Recorder;
pub use refresh::{Change, Reason, Refresh, Verdict, Wanted, refresh};
pub use traces::{Trace, Traces};
