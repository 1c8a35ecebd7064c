//! What single values of `site.toml` must be, beyond their type.
//!
//! A check gives the value back in the form that the site uses (a base URL without its final slash, a zone by its
//! name), or says in words why it cannot be used. Nothing here knows where a value was written.

use crate::base::language::is_tag;
use crate::base::legal::control_in;
use crate::base::names::PREVIEW;
use crate::base::{Code, OutputPath, Slug, UrlPath, Zone, calendar, portable, suggest};
use unicode_normalization::UnicodeNormalization;
use url::Url;

/// A check of one text.
pub(super) type Check = fn(&str) -> Result<String, Objection>;

/// Why a value cannot be used.
#[derive(Debug)]
pub(super) struct Objection {
    /// The kind of problem.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// What to say at the place itself; may be empty.
    pub note: String,
    /// What to do.
    pub help: Option<String>,
    /// What to write instead, as TOML.
    pub fix: Option<String>,
}

impl Objection {
    /// A problem of that kind.
    pub fn new(code: Code, message: impl Into<String>) -> Objection {
        Objection { code, message: message.into(), note: String::new(), help: None, fix: None }
    }

    fn bad(message: impl Into<String>) -> Objection {
        Objection::new(Code::BadValue, message)
    }

    /// The same, with what to say at the place.
    pub fn note(self, note: impl Into<String>) -> Objection {
        Objection { note: note.into(), ..self }
    }

    /// The same, with a remedy.
    pub fn help(self, help: impl Into<String>) -> Objection {
        Objection { help: Some(help.into()), ..self }
    }

    /// The same, with the TOML to write instead.
    pub fn fix(self, fix: impl Into<String>) -> Objection {
        Objection { fix: Some(fix.into()), ..self }
    }
}

/// Any text on one line, as front matter has it: trimmed, white space folded, in NFC.
pub(super) fn any(text: &str) -> Result<String, Objection> {
    match control_in(text) {
        Some(control) => {
            Err(Objection::bad(format!("this text has a control character, U+{:04X}", u32::from(control)))
                .help("delete it; it may be invisible in your editor"))
        }
        None => {
            let words = text.trim().split([' ', '\t', '\n']).filter(|word| !word.is_empty());
            Ok(words.collect::<Vec<&str>>().join(" ").nfc().collect())
        }
    }
}

/// Text with something in it.
pub(super) fn not_blank(text: &str) -> Result<String, Objection> {
    match any(text)? {
        blank if blank.is_empty() => {
            Err(Objection::bad("this text is empty").help("write something between the quotes"))
        }
        text => Ok(text),
    }
}

/// Where the site is served: http(s), a host, perhaps a path; the final slash goes.
pub(super) fn base_url(text: &str) -> Result<String, Objection> {
    let url = parse_web_url(text)?;
    if goes_up(text) {
        // The parser has followed them, and nobody would see where to.
        let message = format!("`{}` cannot be the address of a site: its path has the part `.` or `..`", text.trim());
        return Err(Objection::new(Code::BadUrl, message).help(format!("write where it leads: \"{url}\"")));
    }
    if let Some(folder) = folder_of_page(&url) {
        let message = format!("`{}` cannot be the address of a site: it names a page", text.trim());
        return Err(Objection::new(Code::BadUrl, message)
            .help(format!("write the folder: \"{folder}\""))
            .fix(quoted(&folder)));
    }
    let problem = if url.query().is_some() {
        "it has a query (`?`)"
    } else if url.fragment().is_some() {
        "it has a fragment (`#`)"
    } else if !url.username().is_empty() || url.password().is_some() {
        "it has a user name"
    } else if url.port() == Some(0) {
        "its port is 0"
    } else if has_broken_escape(url.path()) {
        "its path has a `%` without two digits behind it"
    } else if url.path_segments().and_then(|mut parts| parts.next()) == Some(PREVIEW) {
        "its path begins with the preview's own folder"
    } else if url.path().trim_end_matches('/').contains("//") {
        // Links of the site begin with this path: browsers take what begins with two slashes for another host.
        "its path has an empty part (`//`)"
    } else {
        return Ok(url.as_str().trim_end_matches('/').to_owned());
    };
    Err(Objection::new(Code::BadUrl, format!("`{}` cannot be the address of a site: {problem}", text.trim()))
        .help("write the scheme, the host and perhaps a path: \"https://example.org/actu\""))
}

/// Whether a `%` stands for no byte.
fn has_broken_escape(path: &str) -> bool {
    let mut escapes = path.split('%').skip(1);
    escapes.any(|rest| !rest.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)))
}

/// Whether the path of an address, as it is written, has `.` or `..` for a part.
fn goes_up(text: &str) -> bool {
    let address = text.split(['?', '#']).next().unwrap_or("");
    let mut parts = address.split(['/', '\\']).map(|part| part.trim().to_ascii_lowercase().replace("%2e", "."));
    parts.any(|part| part == "." || part == "..")
}

/// The folder of an address that ends in the name of a page.
fn folder_of_page(url: &Url) -> Option<String> {
    let (folder, page) = url.as_str().trim_end_matches('/').rsplit_once('/')?;
    let stem = page.to_ascii_lowercase();
    let is_page = stem.rsplit_once('.').is_some_and(|(stem, ending)| {
        matches!(ending, "html" | "htm") || (stem == "index" && matches!(ending, "php" | "xhtml" | "asp" | "aspx"))
    });
    (is_page && !folder.ends_with('/')).then(|| folder.to_owned())
}

/// An absolute http(s) URL.
pub(super) fn web_url(text: &str) -> Result<String, Objection> {
    let url = parse_web_url(text)?;
    let text = any(text)?;
    // As written, unless a browser or a feed reader would have to guess.
    let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && !r#"<>"\^`{|}"#.contains(c);
    Ok(if text.chars().all(is_plain) { text } else { url.into() })
}

fn parse_web_url(text: &str) -> Result<Url, Objection> {
    let text = text.trim();
    let objection = |why: &str| Objection::new(Code::BadUrl, format!("`{text}` is not an http(s) address: {why}"));
    match Url::parse(text) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") => Err(match text.split_once(':') {
            // `localhost:1111` parses as a scheme and a path.
            Some((_, rest)) if rest.starts_with(|c: char| c.is_ascii_digit()) => {
                with_scheme(objection("it has no scheme"), text)
            }
            _ => objection("its scheme is another").help("begin it with https://"),
        }),
        Ok(url) if !text.split_once(':').is_some_and(|(_, rest)| rest.starts_with("//")) => {
            // The URL standard mends `https:/example.org`; a file that is read by people should not say it.
            Err(objection("`//` is missing").help(format!("write \"{url}\"")).fix(quoted(url.as_str())))
        }
        // It would take the first part of the path for the host, and an address of one, two or three numbers for another.
        Ok(url) if !begins_with_host(text, &url) => {
            Err(objection(&format!("browsers would take it for \"{url}\"")).help("write the host behind `//`, whole"))
        }
        Ok(url) => Ok(url),
        Err(url::ParseError::RelativeUrlWithoutBase) => Err(with_scheme(objection("it has no scheme"), text)),
        Err(error) => Err(objection(&error.to_string()).help("write it as in \"https://example.org/\"")),
    }
}

/// Whether the host of an address is where it is written, and an IPv4 address what is written.
fn begins_with_host(text: &str, url: &Url) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    match url.host() {
        Some(url::Host::Ipv4(host)) => {
            let written = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
            written.rsplit('@').next().unwrap_or("").split(':').next() == Some(host.to_string().as_str())
        }
        _ => !rest.starts_with(['/', '\\']),
    }
}

/// Proposes the address with a scheme, when that would be one.
fn with_scheme(objection: Objection, text: &str) -> Objection {
    let host_and_path = text.trim_start_matches('/');
    let scheme = if host_and_path.starts_with("localhost") { "http" } else { "https" };
    let full = format!("{scheme}://{host_and_path}");
    let plausible = !text.starts_with('/') || text.starts_with("//");
    if plausible && !host_and_path.is_empty() && Url::parse(&full).is_ok() {
        objection.help(format!("write \"{full}\"")).fix(quoted(&full))
    } else {
        objection.help("begin it with https://")
    }
}

/// A path of the site or an http(s) URL.
pub(super) fn menu_url(text: &str) -> Result<String, Objection> {
    let text = text.trim();
    if !text.starts_with('/') {
        return web_url(text).map_err(|objection| Objection {
            help: Some("begin a path of the site with `/`, an address elsewhere with https://".to_owned()),
            fix: None,
            ..objection
        });
    }
    let path = text.split(['?', '#']).next().unwrap_or(text);
    match UrlPath::parse(path) {
        Ok(_) => any(text),
        Err(why) => Err(Objection::new(Code::BadUrl, format!("`{text}` is not a path of the site: {why}"))
            .help("write it as in \"/a-propos/\"")),
    }
}

/// A language tag: BCP 47, of the forms that sites use.
pub(super) fn language(text: &str) -> Result<String, Objection> {
    let text = text.trim();
    if is_tag(text) {
        return Ok(canonical_language(text));
    }
    let objection = Objection::bad(format!("`{text}` is not a language tag"));
    let hyphenated = text.split('.').next().unwrap_or("").replace('_', "-");
    Err(if text.contains('_') && language(&hyphenated).is_ok() {
        objection.help(format!("write \"{hyphenated}\"")).fix(quoted(&hyphenated))
    } else {
        objection.help("write a BCP 47 tag such as \"fr\", \"en\" or \"pt-BR\"")
    })
}

/// `PT-br` is `pt-BR`, `zh-hant` is `zh-Hant`: the case that BCP 47 recommends.
fn canonical_language(text: &str) -> String {
    let recase = |(index, part): (usize, &str)| match (index, part.len()) {
        (0, _) => part.to_ascii_lowercase(),
        (_, 2) => part.to_ascii_uppercase(),
        (_, 4) => format!("{}{}", part[..1].to_ascii_uppercase(), part[1..].to_ascii_lowercase()),
        _ => part.to_ascii_lowercase(),
    };
    text.split('-').enumerate().map(recase).collect::<Vec<_>>().join("-")
}

/// A time zone of the tz database.
pub(super) fn timezone(text: &str) -> Result<String, Objection> {
    let text = text.trim();
    if let Some(zone) = Zone::named(text).filter(|_| !text.is_empty()) {
        return Ok(zone.name().to_owned());
    }
    let objection = Objection::bad(format!("there is no time zone named `{text}`"));
    let near = zones_near(text);
    Err(match near.as_slice() {
        [] => objection.help("write a name of the tz database, such as \"Europe/Paris\" or \"UTC\""),
        [one] => objection.help(format!("did you mean `{one}`?")).fix(quoted(one)),
        several => objection.help(format!("did you mean one of {}?", several.join(", "))),
    })
}

/// Zones whose city is the one written, else the one with the nearest name, else the one with the nearest city.
fn zones_near(text: &str) -> Vec<String> {
    // In `Etc/GMT+1` and the like the sign is turned round: it is an hour west.
    let is_of_a_place = |name: &str| name == "UTC" || name.contains('/') && !name.starts_with("Etc/");
    let names: Vec<String> = calendar::zone_names().into_iter().filter(|name| is_of_a_place(name)).collect();
    let city = |name: &str| name.rsplit('/').next().unwrap_or(name).to_lowercase().replace([' ', '-'], "_");
    let of_city = |wanted: &str| names.iter().filter(|name| city(name) == wanted).take(3).cloned().collect::<Vec<_>>();
    let wanted = city(text);
    let same_city = of_city(&wanted);
    if !same_city.is_empty() {
        return same_city;
    }
    if let Some(near) = suggest::nearest(text, names.iter().map(String::as_str)) {
        return vec![near.to_owned()];
    }
    let cities: Vec<String> = names.iter().map(|name| city(name)).collect();
    suggest::nearest(&wanted, cities.iter().map(String::as_str)).map(of_city).unwrap_or_default()
}

/// A folder below `themes/`.
pub(super) fn folder_name(text: &str) -> Result<String, Objection> {
    let name = not_blank(text)?;
    if name.contains(['/', '\\']) || name.starts_with('.') || name.chars().any(char::is_control) {
        return Err(Objection::bad(format!("`{name}` is a path; a theme is named by its folder in `themes/`"))
            .help("write the folder's name alone"));
    }
    Ok(name)
}

/// The folder to build into, below the site's or a whole path. What a shell or a host would make another path of is none to the system: a folder of that very
/// name would be made, and `~` is a name that nobody removes safely.
pub(super) fn output_folder(text: &str) -> Result<String, Objection> {
    let path = not_blank(text)?;
    if text.trim() != text || text.contains(['\n', '\t']) || path.split(' ').count() != text.split(' ').count() {
        let objection = Objection::bad(format!("`{path}` is written with spaces too many, or a line break"));
        return Err(objection.help(format!("write {}", quoted(&path))));
    }
    let has_drive = path.as_bytes().get(1) == Some(&b':') && path.starts_with(|c: char| c.is_ascii_alphabetic());
    let why = if path.starts_with('~') || path.contains('$') {
        "names a place that only a shell knows"
    } else if path.contains("://") {
        "is an address, not a folder"
    } else if has_drive && !cfg!(windows) {
        "has a drive, as Windows alone knows them"
    } else {
        return Ok(path);
    };
    let objection = Objection::bad(format!("`{path}` {why}"));
    Err(objection.help("write a path from the site's folder, as in \"public\", or a whole one: \"/var/www/fil\""))
}

/// Whether a text can be `output`.
pub fn is_output_folder(text: &str) -> bool {
    output_folder(text).is_ok()
}

/// A path inside a folder of the site.
pub(super) fn inner_path(text: &str) -> Result<String, Objection> {
    let path = not_blank(text)?;
    match OutputPath::parse(&path) {
        Ok(path) => Ok(path.as_str().to_owned()),
        Err(why) => Err(Objection::new(Code::BadName, format!("`{path}` is not a path inside `static/`: {why}"))
            .help("write it as in \".htaccess\"")),
    }
}

/// A slug that the author wrote.
pub(super) fn slug(text: &str) -> Result<String, Objection> {
    Slug::parse(text).map(|slug| slug.as_str().to_owned()).map_err(|why| {
        let objection = Objection::new(Code::BadName, format!("`{text}` cannot be a slug: {why}"));
        match Slug::instead_of(text) {
            Some(slug) => objection.help(format!("write \"{slug}\"")).fix(quoted(slug.as_str())),
            None => objection.help("write letters, digits and hyphens"),
        }
    })
}

/// The authority of `tag:` ids: a host name, or an address of e-mail (RFC 4151).
pub(super) fn authority(text: &str) -> Result<String, Objection> {
    let name = not_blank(text)?;
    if name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@')) {
        return Ok(name.to_ascii_lowercase());
    }
    let objection = Objection::bad(format!("`{name}` cannot be the authority of feed ids"));
    Err(match Url::parse(&name).ok().and_then(|url| url.host_str().map(str::to_owned)) {
        Some(host) => objection.help(format!("write the host alone: \"{host}\"")).fix(quoted(&host)),
        None => objection.help("write a host name, such as \"example.org\""),
    })
}

/// Values of the `rel` attribute; none is fine.
pub(super) fn rel(text: &str) -> Result<String, Objection> {
    if text.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | ' ')) {
        return Ok(text.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    Err(Objection::bad(format!("`{text}` is not a value of `rel`"))
        .help("write words with spaces between, as in \"external nofollow\""))
}

/// The URL of a post.
pub(super) fn posts_pattern(text: &str) -> Result<String, Objection> {
    pattern(text, &["year", "month", "day", "slug", "topic"], &["slug"])
}

/// The URL of a topic.
pub(super) fn topics_pattern(text: &str) -> Result<String, Objection> {
    pattern(text, &["slug"], &["slug"])
}

/// The URL of a source.
pub(super) fn sources_pattern(text: &str) -> Result<String, Objection> {
    pattern(text, &["slug"], &["slug"])
}

/// The URL of a month.
pub(super) fn archive_pattern(text: &str) -> Result<String, Objection> {
    let pattern = pattern(text, &["year", "month"], &["year", "month"])?;
    // The pages of years and the index lie above those of months, each at a folder of its own.
    let parts: Vec<&str> = pattern.trim_matches('/').split('/').collect();
    let (year, month) =
        (parts.iter().position(|part| *part == ":year"), parts.iter().position(|part| *part == ":month"));
    match (year, month) {
        (Some(year), Some(month)) if 0 < year && year < month => Ok(pattern),
        _ => Err(Objection::bad(format!("`{text}` leaves no place for the archive's index and years"))
            .help("write a name, then `:year`, then `:month`, each between slashes: \"/archives/:year/:month/\"")),
    }
}

fn pattern(text: &str, allowed: &[&str], required: &[&str]) -> Result<String, Objection> {
    let list = |names: &[&str]| names.iter().map(|name| format!("`:{name}`")).collect::<Vec<_>>().join(", ");
    let objection = |why: String| Objection::bad(format!("`{text}` is not a URL pattern: {why}"));
    if !text.starts_with('/') || !text.ends_with('/') {
        let mended = format!("/{}/", text.trim_matches('/'));
        return Err(objection("it must begin and end with `/`".to_owned())
            .help(format!("write \"{mended}\""))
            .fix(quoted(&mended)));
    }
    let mut plain = String::new();
    let mut seen = Vec::new();
    let mut pieces = text.split(':');
    plain.push_str(pieces.next().unwrap_or(""));
    for piece in pieces {
        let end = piece.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(piece.len());
        let (name, rest) = piece.split_at(end);
        if !allowed.contains(&name) {
            let objection = objection(format!("it has the placeholder `:{name}`"));
            return Err(objection.help(match suggest::nearest(name, allowed.iter().copied()) {
                Some(near) => format!("did you mean `:{near}`?"),
                None => format!("use {}", list(allowed)),
            }));
        }
        seen.push(name);
        plain.push('x');
        plain.push_str(rest);
    }
    let missing: Vec<&str> = required.iter().copied().filter(|name| !seen.contains(name)).collect();
    if !missing.is_empty() {
        return Err(objection(format!("it lacks {}", list(&missing)))
            .help(format!("add {}: without it, two pages would have one address", list(&missing))));
    }
    // A placeholder stands for plain letters and digits, so what remains decides.
    let objects = UrlPath::parse(&plain).err().map(|why| why.to_string());
    match objects.or_else(|| plain.split('/').find_map(portable::objection)) {
        None => any(text),
        Some(why) => Err(objection(why).help("write plain letters and hyphens between the slashes")),
    }
}

/// Text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
