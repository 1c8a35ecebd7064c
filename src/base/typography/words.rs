//! The words that are not parted from a number or a name.
//!
//! Never abbreviates or writes out: what stands here is only recognised.

/// What stands after a number and belongs to it: symbols of units, money, large numbers.
const UNITS: &[&str] = &[
    "km",
    "m",
    "dm",
    "cm",
    "mm",
    "µm",
    "μm",
    "nm",
    "km²",
    "m²",
    "cm²",
    "mm²",
    "m³",
    "ha",
    "kg",
    "g",
    "mg",
    "t",
    "Mt",
    "Gt",
    "l",
    "L",
    "cl",
    "ml",
    "mL",
    "hl",
    "s",
    "ms",
    "µs",
    "μs",
    "ns",
    "min",
    "h",
    "j",
    "km/h",
    "m/s",
    "Hz",
    "kHz",
    "MHz",
    "GHz",
    "THz",
    "W",
    "kW",
    "MW",
    "GW",
    "TW",
    "Wh",
    "kWh",
    "MWh",
    "GWh",
    "TWh",
    "V",
    "kV",
    "mA",
    "A",
    "mAh",
    "Ah",
    "dB",
    "°C",
    "°F",
    "K",
    "Pa",
    "hPa",
    "bar",
    "J",
    "kJ",
    "cal",
    "kcal",
    "o",
    "ko",
    "Ko",
    "Mo",
    "Go",
    "To",
    "Po",
    "kB",
    "kb",
    "Kb",
    "KB",
    "MB",
    "GB",
    "TB",
    "PB",
    "kio",
    "Kio",
    "Mio",
    "Gio",
    "Tio",
    "KiB",
    "MiB",
    "GiB",
    "TiB",
    "bit",
    "bits",
    "octet",
    "octets",
    "Mb",
    "Gb",
    "Mb/s",
    "Gb/s",
    "Mo/s",
    "Go/s",
    "Mbit/s",
    "Gbit/s",
    "kbit/s",
    "Mbps",
    "Gbps",
    "px",
    "Mpx",
    "pt",
    "em",
    "rem",
    "$",
    "£",
    "¥",
    "¢",
    "k€",
    "K€",
    "M€",
    "G€",
    "Md€",
    "k$",
    "K$",
    "M$",
    "Md$",
    "$US",
    "$CA",
    "US$",
    "EUR",
    "USD",
    "CHF",
    "GBP",
    "F",
    "Fr.",
    "million",
    "millions",
    "milliard",
    "milliards",
    "billion",
    "billions",
    "Md",
    "Mds",
];

/// Units that are known even where they stand right after their number: what is a word, a size in a style sheet or a
/// generation of telephones (`5s`, `12px`, `4G`) is not among them.
const ATTACHED: &[&str] = &[
    "km", "cm", "mm", "kg", "mg", "cl", "ml", "ms", "ko", "Ko", "Mo", "Go", "To", "kb", "Kb", "Mb", "kB", "KB", "MB",
    "GB", "TB", "min", "k€", "K€", "M€", "G€", "Md€", "k$", "K$", "M$", "Md$", "kHz", "MHz", "GHz", "kW", "MW", "GW",
    "TW", "kWh", "MWh", "GWh", "TWh", "mAh", "Mb/s", "Gb/s", "km/h",
];

/// Months, after the number of a day.
const MONTHS: &[&str] = &[
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
    "janv",
    "févr",
    "avr",
    "juil",
    "sept",
    "oct",
    "nov",
    "déc",
];

/// What stands before a number and belongs to it.
const BEFORE_NUMBERS: &[&str] = &[
    "n°", "N°", "nº", "Nº", "n°s", "§", "§§", "p.", "pp.", "art.", "Art.", "chap.", "Chap.", "fig.", "Fig.", "vol.",
    "Vol.", "éd.", "t.",
];

/// What stands before a name and belongs to it.
const TITLES: &[&str] =
    &["M.", "MM.", "Mme", "Mmes", "Mlle", "Mlles", "Mgr", "Me", "Dr", "Dre", "Drs", "Pr", "Pre", "Prs"];

/// What may stand before the capital of a name.
const PARTICLES: &[&str] = &["de ", "d'", "d’", "du ", "des ", "von ", "van ", "da ", "di "];

/// Names that end in an exclamation mark.
const EXCLAIMED: &[&str] = &["Yahoo", "Joomla", "Jeopardy", "Kahoot", "Wham"];

/// English words that begin with an apostrophe.
const CLIPPED: &[&str] =
    &["tis", "twas", "twere", "twill", "em", "til", "cause", "bout", "round", "n", "cos", "neath", "nuff", "kay"];

/// Whether a unit that cannot be anything else stands right after a number.
pub(super) fn attached_unit(text: &str) -> bool {
    let end = unit_end(text);
    ATTACHED.contains(&&text[..end]) && !text[end..].starts_with(['_', '-', '–', '—'])
}

/// Where what may be a unit ends.
fn unit_end(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '/' | '°' | '€' | '$' | '£' | '¥' | '¢')))
        .unwrap_or(text.len())
}

/// Whether a text that a number is followed by begins with a unit: its length.
pub(super) fn unit(text: &str) -> Option<usize> {
    let end = unit_end(text);
    let word = text.get(..end).filter(|word| !word.is_empty() && word.len() <= "milliards".len())?;
    // A unit that ends in a letter and is followed by an apostrophe is no unit: `5 s'est`.
    let is_elided = text[end..].starts_with(['\'', '’']);
    (UNITS.contains(&word) && !is_elided).then_some(end)
}

/// Whether a text begins with a month: its length.
pub(super) fn month(text: &str) -> Option<usize> {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let word = text.get(..end).filter(|word| !word.is_empty())?;
    MONTHS.contains(&word).then_some(end)
}

/// Whether a text ends in what belongs to the number after it.
pub(super) fn binds_a_number(text: &str) -> bool {
    // Most words do not end so.
    if !text.ends_with(['.', '°', 'º', '§', 's']) {
        return false;
    }
    let start = text
        .rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '[' | '«' | '“' | '”' | '‘' | '’' | '\'' | '"'))
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    BEFORE_NUMBERS.contains(&&text[start..])
}

/// Whether a text begins with a title that a name follows: its length.
pub(super) fn title(text: &str) -> Option<usize> {
    let letters = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let end = if text[letters..].starts_with('.') { letters + 1 } else { letters };
    TITLES.contains(&&text[..end]).then_some(end)
}

/// Whether a text begins with a name: `Dupont`, `de Villepin`, `d'Ormesson`.
pub(super) fn name(text: &str) -> bool {
    let rest = PARTICLES.iter().find_map(|particle| text.strip_prefix(particle)).unwrap_or(text);
    rest.starts_with(char::is_uppercase)
}

/// Whether a text ends in a name that is written with an exclamation mark.
pub(super) fn is_exclaimed(text: &str) -> bool {
    let start = text
        .rfind(|c: char| !c.is_alphabetic())
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    EXCLAIMED.contains(&&text[start..])
}

/// Whether a text begins with an English word that has lost its beginning.
pub(super) fn is_clipped(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    text.get(..end).is_some_and(|word| CLIPPED.iter().any(|clipped| clipped.eq_ignore_ascii_case(word)))
}
