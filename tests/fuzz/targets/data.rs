//! A file of data, its format by the first byte: values or errors, which point into it.

use super::{points_inside, text};
use manchette::base::Severity;
use manchette::site;

pub fn target(bytes: &[u8]) {
    let Some((format, bytes)) = bytes.split_first() else { return };
    let name = ["data/a.toml", "data/a.json", "data/a.csv"][usize::from(*format) % 3];
    let Some(source) = text(name, bytes) else { return };
    match site::parse_data(&source) {
        Ok(value) => assert!(name != "data/a.csv" || value.is_array()),
        Err(problems) => {
            points_inside(&source, &problems);
            let is_error = problems.iter().any(|problem| problem.code().severity() == Severity::Error);
            assert!(is_error, "no values, and nobody says why");
        }
    }
}
