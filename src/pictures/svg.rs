//! The size of a drawing: `width` and `height` of the root element, or the sides of its `viewBox`.
//!
//! Never looks further than the root element.

use super::Size;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The pixels of the units that mean the same everywhere. What depends on a font or on the page has no size of its own.
const UNITS: &[(&str, f64)] = &[
    ("px", 1.0),
    ("in", 96.0),
    ("cm", 96.0 / 2.54),
    ("mm", 96.0 / 25.4),
    ("q", 96.0 / 101.6),
    ("pt", 96.0 / 72.0),
    ("pc", 16.0),
];

/// The size of a drawing; nothing when the text is none, or says none.
pub(super) fn size(bytes: &[u8]) -> Option<Size> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    loop {
        match reader.read_event().ok()? {
            Event::Start(root) | Event::Empty(root) => {
                return if root.local_name().as_ref() == "svg" { sides(&root) } else { None };
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

fn sides(root: &BytesStart<'_>) -> Option<Size> {
    let attribute = |name: &str| {
        let found = root.attributes().flatten().find(|attribute| attribute.key.as_ref() == name)?;
        Some(found.value.trim().to_owned())
    };
    let length = |name: &str| attribute(name).and_then(|text| pixels(&text));
    let ratio = attribute("viewBox").and_then(|text| view_box(&text));
    let (width, height) = match (length("width"), length("height"), ratio) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((across, down))) => (width, width * down / across),
        (None, Some(height), Some((across, down))) => (height * across / down, height),
        (None, None, Some(sides)) => sides,
        (_, _, None) => return None,
    };
    Some(Size { width: whole(width)?, height: whole(height)? })
}

/// A length in pixels.
fn pixels(text: &str) -> Option<f64> {
    let text = text.to_ascii_lowercase();
    let unit = UNITS.iter().find_map(|(unit, pixels)| Some((text.strip_suffix(unit)?, *pixels)));
    let (number, unit) = unit.unwrap_or((&text, 1.0));
    number.trim_end().parse::<f64>().ok().filter(|number| *number > 0.0).map(|number| number * unit)
}

/// The sides of a `viewBox`.
fn view_box(text: &str) -> Option<(f64, f64)> {
    let mut numbers = text.split([' ', ',', '\t', '\n', '\r']).filter(|part| !part.is_empty());
    let sides = (numbers.nth(2)?.parse::<f64>().ok()?, numbers.next()?.parse::<f64>().ok()?);
    (sides.0 > 0.0 && sides.1 > 0.0).then_some(sides)
}

/// A length as the whole pixels that attributes take, at least one.
fn whole(pixels: f64) -> Option<u32> {
    let rounded = pixels.round().max(1.0);
    (rounded <= f64::from(u32::MAX)).then_some(rounded as u32)
}
