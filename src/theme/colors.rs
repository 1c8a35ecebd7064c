//! Colours of options: what CSS would take, and how well it can be read on a ground.
//!
//! Never knows which colours a page shows together: a theme says so with `on`.

use csscolorparser::Color;

/// The contrast that text needs (WCAG 2.2, 1.4.3).
pub(super) const READABLE: f64 = 4.5;

/// A colour that stands for itself; nothing for what only a page could tell (`var(…)`, `currentColor`, system colours).
pub(super) fn parse(text: &str) -> Option<Color> {
    let name = text.trim().to_ascii_lowercase();
    // The parser takes more than CSS does: digits without `#`, and the hsv family.
    let is_bare_hex = !name.starts_with('#') && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_bare_hex || name.starts_with("hsv") || name.starts_with("hwba") {
        return None;
    }
    csscolorparser::parse(&name).ok()
}

/// How much a colour stands out on a ground, from 1 to 21 (WCAG 2.2, "contrast ratio"); what shines through is seen.
pub(super) fn contrast(color: &Color, ground: &Color) -> f64 {
    let alpha = color.a.clamp(0.0, 1.0);
    let mix = |over: f32, under: f32| over.clamp(0.0, 1.0) * alpha + under.clamp(0.0, 1.0) * (1.0 - alpha);
    let seen = [mix(color.r, ground.r), mix(color.g, ground.g), mix(color.b, ground.b)];
    let (a, b) = (luminance(seen), luminance([ground.r, ground.g, ground.b]));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Whether a ground is light, so that what stands on it must be darker.
pub(super) fn is_light(ground: &Color) -> bool {
    luminance([ground.r, ground.g, ground.b]) > 0.18
}

/// WCAG 2.2, "relative luminance".
fn luminance(channels: [f32; 3]) -> f64 {
    let linear = channels.map(|channel| {
        let channel = f64::from(channel.clamp(0.0, 1.0));
        if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_those_of_css() {
        for text in
            ["#a31f1f", "#abc", "RebeccaPurple", "rgb(10 20 30 / 50%)", "oklch(45% 0.2 25)", "hsl(12deg, 50%, 30%)"]
        {
            assert!(parse(text).is_some(), "{text}");
        }
        for text in ["", "abc", "a31f1f", "rouge", "var(--x)", "currentColor", "hsv(1, 2%, 3%)", "#12", "red;}"] {
            assert!(parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        let between = |a: &str, b: &str| contrast(&parse(a).unwrap(), &parse(b).unwrap());
        assert!((between("#000", "#fff") - 21.0).abs() < 0.01);
        assert!((between("#fff", "#fff") - 1.0).abs() < 0.01);
        // The grey that is told of as the lightest on white.
        assert!(between("#767676", "#fff") >= READABLE && between("#777", "#fff") < READABLE);
        assert!(between("rgb(0 0 0 / 10%)", "#fff") < 1.5);
    }
}
