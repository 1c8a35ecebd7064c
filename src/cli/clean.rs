//! `manchette clean`: what manchette made goes, strangers stay.

use super::args::Global;
use super::{build::several, say, site};
use crate::sink;
use std::path::PathBuf;

/// Removes the output and the cache.
pub(super) fn run(global: &Global) -> bool {
    let Some(place) = site::open(global) else { return false };
    // With settings that are wrong it is not known where the output is: that of a default may be another.
    let (Some(config), true) = place.read_told(global) else { return false };
    match sink::clean(&place.root, &PathBuf::from(&config.output), site::home(), &config.base_url.text) {
        Ok(cleaned) => {
            if !global.quiet {
                say::talk(&format!("{} removed from `{}`", several(cleaned.removed, "file"), config.output));
                cleaned.spared.iter().for_each(|path| say::talk(&format!("left alone: {path}")));
            }
            true
        }
        Err(problem) => say::failed(&problem, global),
    }
}
