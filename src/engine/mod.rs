//! Which outputs must be made again, and why.
//!
//! Generic: knows nothing about news, and does no input or output. Today it holds the recording of reads; the traces
//! that outlive a process are built on it.

pub mod recorder;

pub use recorder::Recorder;
