//! What is written into a page means what was said, whatever was said.

use super::push_escaped;
use proptest::prelude::*;

fn written(text: &str) -> String {
    let mut html = String::new();
    push_escaped(&mut html, &serde_json::to_string(&[text]).unwrap());
    html
}

#[test]
fn a_title_cannot_leave_its_script() {
    for text in ["</script><!--", "<!--<script>", "]]>", "a & b", "\u{2028}\u{2029}", "\\u003c", "\"\\"] {
        let html = written(text);
        assert!(!html.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{html}");
        assert_eq!(serde_json::from_str::<[String; 1]>(&html).unwrap()[0], text);
    }
}

proptest! {
    #[test]
    fn every_text_is_read_back_as_it_was(text in any::<String>()) {
        let html = written(&text);
        prop_assert!(!html.contains(['<', '>', '&']));
        prop_assert_eq!(&serde_json::from_str::<[String; 1]>(&html).unwrap()[0], &text);
    }
}
