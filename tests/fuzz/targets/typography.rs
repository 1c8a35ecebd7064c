//! Typography: only spaces, quotes, dashes and the like change, and what was set once stays as it is.

use manchette::base::typography::{Rules, set};

pub fn target(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for rules in [Rules::French, Rules::Canadian, Rules::Swiss, Rules::English] {
        let once = set(text, rules);
        assert_eq!(letters(text), letters(&once), "{rules:?}: {text:?}");
        assert!(once.len() <= text.len() * 4 + 16, "{rules:?}: it grows");
    }
    assert_eq!(set(text, Rules::Off), text);
}

/// What no rule may touch.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
