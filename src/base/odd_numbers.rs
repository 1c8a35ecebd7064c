//! Numbers that are written in a file and that no page could show as they are: `nan`, `inf`, and those with more digits than
//! we keep.
//!
//! Never decides where a number may stand.

/// What is wrong with a number that is not finite, or not what was written, and what to do.
pub fn objection(written: &str) -> (String, &'static str) {
    let bare = written.trim_start_matches(['+', '-', '.']).to_ascii_lowercase();
    match bare.as_str() {
        "nan" | "inf" => (
            format!("`{written}` is no number that can be shown"),
            "write a number, or put it between quotes if it is text",
        ),
        _ if is_whole(written) => (
            "this whole number has more digits than can be kept".to_owned(),
            "put it between quotes, or write a smaller one",
        ),
        _ => ("this number is too large".to_owned(), "put it between quotes, or write a smaller one"),
    }
}

/// Whether a number is written without point and exponent, in any base.
pub fn is_whole(written: &str) -> bool {
    let bare = written.trim_start_matches(['+', '-']);
    let has_base = ["0x", "0o", "0b"].iter().any(|base| bare.starts_with(base));
    has_base || bare.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}
