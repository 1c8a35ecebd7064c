//! Bytes as a picture: measured or not, whatever they claim.

use manchette::pictures;

pub fn target(bytes: &[u8]) {
    let measured = pictures::measure(bytes);
    assert!(measured.size.is_none_or(|size| size.width > 0 && size.height > 0), "nothing is shown that small");
    assert_eq!(measured, pictures::measure(bytes));
}
