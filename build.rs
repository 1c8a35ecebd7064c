//! Gives the program a name of its own, made from all that it is compiled from: the cache of a build is read by the
//! program that wrote it, and by no other.

#![expect(clippy::disallowed_methods, reason = "a build script talks to cargo and reads sources")]

use std::path::Path;
use std::process::Command;

fn main() {
    let mut name = Name(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
    for place in ["Cargo.toml", "Cargo.lock", "build.rs", "src", "themes"] {
        println!("cargo::rerun-if-changed={place}");
        name.add_all(Path::new(place));
    }
    for variable in ["PROFILE", "TARGET", "OPT_LEVEL"] {
        name.add(std::env::var(variable).unwrap_or_default().as_bytes());
    }
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = Command::new(rustc).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    name.add(&version);
    println!("cargo::rustc-env=PROGRAM_FINGERPRINT={:032x}", name.0);
}

/// FNV-1a of 128 bits: it tells versions of one program apart, and nobody gains by fooling it.
struct Name(u128);

impl Name {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().chain(&(bytes.len() as u64).to_le_bytes()) {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }

    /// A file, or all files below a folder, in the order of their names.
    fn add_all(&mut self, place: &Path) {
        if let Ok(entries) = std::fs::read_dir(place) {
            let mut below: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
            below.sort();
            below.iter().for_each(|path| self.add_all(path));
            return;
        }
        self.add(place.to_string_lossy().as_bytes());
        self.add(&std::fs::read(place).unwrap_or_default());
    }
}
