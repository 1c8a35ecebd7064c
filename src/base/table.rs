//! Tables that are asked often and whose order nobody sees.

/// A map with a quick hash. Never iterated into anything that leaves the program.
pub type Table<K, V> = foldhash::HashMap<K, V>;

/// The quick hash.
pub use foldhash::fast::RandomState as QuickHash;
