//! The tags that a piece of HTML seems to have.
//!
//! Good enough to name what was lost and to measure how deep something nests. Never what decides that HTML is harmless:
//! that is `sanitize`, by a real parser.

/// What stands between `<` and `>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeemingTag {
    /// Where its `<` is.
    pub at: usize,
    /// In lower case.
    pub name: String,
    /// Whether it is an end tag.
    pub is_end: bool,
    /// The names of its attributes, in lower case.
    pub attributes: Vec<String>,
}

/// The tags of a piece of HTML, in order.
pub fn tags(html: &str) -> Vec<SeemingTag> {
    let bytes = html.as_bytes();
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(next) = memchr::memchr(b'<', bytes.get(at..).unwrap_or_default()) {
        at += next;
        let is_end = bytes.get(at + 1) == Some(&b'/');
        let name = word(html, at + 1 + usize::from(is_end), b" \t\n\x0c\r/><");
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            at += 1;
            continue;
        }
        let (attributes, end) = attributes(html, at + 1 + usize::from(is_end) + name.len());
        found.push(SeemingTag { at, name: name.to_ascii_lowercase(), is_end, attributes });
        at = end;
    }
    found
}

/// The names of the attributes from a place on, and the end of the tag.
fn attributes(html: &str, from: usize) -> (Vec<String>, usize) {
    let bytes = html.as_bytes();
    let (mut names, mut at) = (Vec::new(), from);
    loop {
        at = after(bytes, at, |byte| is_space(byte) || byte == b'/');
        match bytes.get(at) {
            None => return (names, bytes.len()),
            Some(b'>') => return (names, at + 1),
            Some(_) => {}
        }
        let name = word(html, at, b" \t\n\x0c\r/>=");
        names.push(name.to_ascii_lowercase());
        // An attribute may begin with `=`.
        at = after(bytes, at + name.len().max(1), is_space);
        if bytes.get(at) != Some(&b'=') {
            continue;
        }
        at = after(bytes, at + 1, is_space);
        at = match bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => {
                let rest = bytes.get(at + 1..).unwrap_or_default();
                memchr::memchr(*quote, rest).map_or(bytes.len(), |end| at + end + 2)
            }
            _ => after(bytes, at, |byte| !is_space(byte) && byte != b'>'),
        };
    }
}

fn word<'h>(html: &'h str, from: usize, ends: &[u8]) -> &'h str {
    let end = after(html.as_bytes(), from, |byte| !ends.contains(&byte));
    html.get(from..end).unwrap_or("")
}

fn after(bytes: &[u8], from: usize, goes_on: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter().position(|byte| !goes_on(*byte)).map_or(bytes.len(), |end| from + end)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\x0c' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(html: &str) -> Vec<String> {
        let shown = |tag: SeemingTag| {
            format!("{}{}{}", if tag.is_end { "/" } else { "" }, tag.name, tag.attributes.join(",").replace(' ', ""))
        };
        tags(html).into_iter().map(shown).collect()
    }

    #[test]
    fn tags_and_the_names_of_their_attributes_are_seen() {
        assert_eq!(seen("a <B Class='x>' on = \"y\" z>c</b > < 1 <!-- "), ["bclass,on,z", "/b"]);
        assert_eq!(seen("<img/src=x/onerror=y>"), ["imgsrc"]);
        assert_eq!(seen("<a ='x' href>"), ["a,'x',href"]);
        assert_eq!(seen("<a href=\"never closed>"), ["ahref"]);
        assert_eq!(seen("<é><<b"), ["b"]);
    }
}
