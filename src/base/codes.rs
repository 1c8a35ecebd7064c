//! The codes of all diagnostics, with what `manchette explain CODE` says of them.
//!
//! A code is stable: scripts name it in `--deny` and `--allow`. Each needs an example in `tests/diagnostics/`, which a
//! test demands. A new diagnostic is one row here.

use super::Severity;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// What a code stands for.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// Its name, as printed and typed.
    pub name: &'static str,
    /// How bad it is, unless the run says otherwise.
    pub severity: Severity,
    /// What it means, in one line.
    pub title: &'static str,
    /// Why it is a problem and what to do.
    pub explanation: &'static str,
    /// An example that gives it.
    pub example: &'static str,
}

macro_rules! codes {
    ($($code:ident $name:literal $severity:ident $title:literal $explanation:literal $example:literal)*) => {
        /// The kinds of problems.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $title] $code,)* }

        /// All codes, in the order of the manual.
        pub const CODES: &[Entry] = &[$(Entry {
            code: Code::$code, name: $name, severity: Severity::$severity,
            title: $title, explanation: $explanation, example: $example,
        },)*];
    };
}

codes! {
    SiteNotFound "site-not-found" Error "no site here"
        "manchette looks for `site.toml` in the current folder and in those above it. Go to the site, name it with `--root`, or make one with `manchette init`."
        "$ cd /tmp && manchette build"
    Unreadable "unreadable" Error "a file or folder that cannot be read"
        "A file of the site could not be read; the message has the system's own words. A page never vanishes because its file could not be read."
        "$ chmod 000 content/posts/a.md"
    NotUtf8 "not-utf8" Error "a text file that is not UTF-8"
        "Markdown, TOML, YAML and templates must be UTF-8 (with or without a byte order mark). Save the file as UTF-8 in your editor."
        "content/posts/a.md saved as Latin-1"
    ConflictMarkers "conflict-markers" Error "a merge that was left halfway"
        "Git marks what it could not merge by itself with lines of `<<<<<<<`, `=======` and `>>>>>>>`. Choose one of the two texts, or make one of both, and delete these lines. In a fenced block of Markdown that is closed they are an example and stay. Text files that are published as they are (`static/_redirects`, style sheets, scripts, HTML, XML, JSON, SVG) are looked at too."
        "<<<<<<< HEAD\nApple parle de 2026.\n=======\nApple parle du printemps.\n>>>>>>> claire"
    CopiedFile "copied-file" Warning "a file that looks like a copy of an article"
        "File managers, editors and synchronised folders name copies `x (1).md`, `x copy.md`, `x - Copie.md`; `x 2.md` and `x(1).md` are told where they have the title or the beginning of `x.md`. Such a file is an article of its own, so readers see the same post twice. Keep one, or rename the file."
        "content/posts/meta (1).md beside content/posts/meta.md"
    NotMarkdown "not-markdown" Warning "a file that looks like an article, and is none"
        "Articles are files that end with `.md`. Anything else below `content/` is published as it is, to be downloaded, unless it is Markdown by another name (`a.markdown`, `a.md.txt`, `a.md.20250619`): that is not published. A document of a word processor must be saved as Markdown first."
        "content/posts/meta.docx"
    MisplacedPost "misplaced-post" Warning "a post outside content/posts"
        "Posts are below `content/posts/`, by just that name; what stands elsewhere below `content/` is a page, which no list and no feed shows. A page that names a source, has tags or has a name that begins with a date is probably a post, and what lies in a folder `drafts` or `brouillons` is published unless it says `draft = true`."
        "content/2025-06-19-meta.md"
    PublishedSource "published-source" Warning "an article or settings among the files that are published as they are"
        "Everything in `static/` is published as it is: a text with front matter is no page there, and readers see its front matter, draft or not. Texts belong below `content/`, and `site.toml` beside it."
        "static/2025-06-19-meta.md"
    UnreadData "unread-data" Warning "a file of `data/` that is not read"
        "Templates get what stands in files that end with `.toml`, `.json` or `.csv`. A file of another format is no data here, and `data(name=…)` does not find it: write it in one of these formats, or put what is to be downloaded into `static/`."
        "data/prix.yaml"
    Syntax "syntax" Error "TOML, YAML, JSON or CSV that cannot be read"
        "The file does not follow its format. In YAML, put a title that has a `:` between quotes; in TOML, text is always between quotes."
        "+++\ntitle = Meta débauche\n+++"
    UnknownKey "unknown-key" Error "a key that manchette does not know"
        "Keys are checked so that a slip of the finger never passes in silence. Fields of your own belong in `[extra]`."
        "+++\ntitel = \"Meta débauche\"\n+++"
    WrongType "wrong-type" Error "a value of the wrong type"
        "The key exists but takes another kind of value: `tags` takes a list, `draft` takes true or false."
        "tags = \"Meta AI\"   # write tags = [\"Meta AI\"]"
    BadValue "bad-value" Error "a value that makes no sense here"
        "The value has the right type but cannot be used: a zone that does not exist, an empty title, a number out of range."
        "timezone = \"Europe/Pari\""
    MissingKey "missing-key" Error "a key that must be there"
        "`site.toml` needs `title` and `base_url`; an article needs `title`, and a post a `date`, in its front matter or at the start of its file name."
        "+++\ntitle = \"Sans date\"\n+++"
    Duplicate "duplicate" Error "one thing defined twice"
        "Two entries claim the same name or alias, or a key is written twice, and manchette cannot choose for you."
        "[[source]]\nname = \"WSJ\"\n[[source]]\nname = \"wsj\""
    UnquotedHash "unquoted-hash" Warning "a `#` that begins a comment in YAML"
        "In YAML a `#` after a space begins a comment, and what follows it is no part of the value. Put the value between quotes. If it is a comment, write a space after the `#`."
        "---\ntitle: Le #1 mondial\n---"
    JoinedLines "joined-lines" Warning "a name that goes on in the next line"
        "In YAML a value without quotes goes on in the lines below it that begin with more spaces, and all of them are one text. The name of a source, a topic or an author has one line; put one that should go on between quotes."
        "---\nsource: WSJ\n  Le Monde\n---"
    InvisibleCharacter "invisible-character" Warning "a name with a character that nobody sees"
        "A space without width (U+200B), a soft hyphen (U+00AD), a mark of byte order (U+FEFF) and their like come with copied text. Two names that differ by one look the same, and searching for one does not find the other. They count as one name, but are shown and published as written. Where a script needs such a character (Persian, Hindi, Thai) it is no slip."
        "tags = [\"Meta\u{200b} AI\"]"
    BadUrl "bad-url" Error "a URL that is not one"
        "Addresses of sources, authors and the site are absolute and begin with http:// or https://."
        "source = { name = \"WSJ\", url = \"wsj.com\" }"
    LocalAddress "local-address" Warning "an address of this machine"
        "Feeds, the sitemap and shared links carry `base_url`, so nobody else can follow them when it names your own machine. Write where the site will be; `manchette serve` and `--base-url` use another address without changing site.toml. A link or picture that was copied from the preview leads nowhere either, in a text or in front matter: write its path from `/`, or the file of the article. A source has an address on the web."
        "base_url = \"http://localhost:1111\""
    LoginInAddress "login-in-address" Warning "an address with a user name or a password"
        "`https://name:password@example.org/` opens without asking, for everybody: pages, feeds and structured data show their addresses. Write it without what stands before `@`; readers who have an account sign in by themselves."
        "source = { name = \"WSJ\", url = \"https://moi:secret@wsj.com/x\" }"
    DoubledBase "doubled-base" Warning "an alias with the path of base_url in it"
        "Where `base_url` has a path, as in `https://example.org/actu`, all addresses that you write begin behind it, aliases too: `/2019/06/vieux/` is at `https://example.org/actu/2019/06/vieux/`."
        "aliases = [\"/actu/2019/06/vieux/\"]"
    FrontMatterMissing "front-matter-missing" Error "a Markdown file without front matter"
        "An article begins with its front matter: TOML between two lines `+++`, or YAML between two lines `---`."
        "Du texte, sans rien avant."
    FrontMatterUnclosed "front-matter-unclosed" Error "front matter that never ends"
        "The opening line `+++` or `---` needs a line of its own with the same three characters after the last key."
        "+++\ntitle = \"Meta\"\n\nDu texte."
    SecondFrontMatter "second-front-matter" Error "two front matters in one file"
        "The front matter is what stands between the first two lines `+++` or `---`. Another one right behind it would be text that readers see, and a `draft` in it would hide nothing. Move its keys into the first, and delete it."
        "+++\ntitle = \"Meta\"\n+++\n---\ndraft: true\n---"
    NoText "no-text" Warning "a post without a text"
        "Behind the front matter of this post there is nothing, and its page is a title alone. Write the text, or `draft = true` until you do. A post with a `description`, a picture, or a source whose `url` leads to the report needs no text."
        "+++\ntitle = \"Meta\"\ndate = 2025-06-19\n+++"
    BadDate "bad-date" Error "a date that is not one"
        "Dates are written 2025-06-19, 2025-06-19T09:30:00 (in the site's time zone) or 2025-06-19T09:30:00+02:00."
        "date = \"2025-02-30\""
    QuotedDate "quoted-date" Warning "a date between quotes"
        "A TOML date needs no quotes. It is read as it is, but editors and other tools see text."
        "date = \"2025-06-19\"   # write date = 2025-06-19"
    DateConflict "date-conflict" Warning "the file name and the front matter give two dates"
        "The front matter wins. Rename the file or correct the date."
        "content/posts/2025-06-18-meta.md with date = 2025-06-19"
    DateOrder "date-order" Warning "an article that changes or expires before its date"
        "`updated` tells when the text last changed, and `expires` when it leaves the site: both come after `date`. An article that expires before its date is never shown."
        "date = 2025-06-20\nexpires = 2025-06-01"
    DateWithoutZone "date-without-zone" Warning "dates without a zone in a site without `timezone`"
        "A date such as 2025-06-19 means another instant in Paris than in Montréal. Without `timezone` in site.toml it is read as UTC. Said once a build."
        "timezone missing from site.toml, date = 2025-06-19"
    BadName "bad-name" Error "a slug, alias or path that cannot be used"
        "What an author writes as a name is never repaired: no `..`, no empty name, no backslash, no control character, none that turns the direction of text, no address of another host."
        "slug = \"../x\""
    MissingSource "missing-source" Warning "a post that names no source"
        "A digest names who reported first: `source = \"WSJ\"`. `[sources] required = \"off\"` silences this for the whole site, `\"error\"` makes it one."
        "+++\ntitle = \"Meta débauche\"\ndate = 2025-06-19\n+++"
    UnknownAuthor "unknown-author" Warning "an author that site.toml does not have"
        "When site.toml has `[[author]]` entries, an id that is not among them is shown as written, and is probably a slip."
        "author = \"clair\""
    UnderscoreIndex "underscore-index" Warning "`_index.md` is not read"
        "Files that begin with `_` are ignored. A topic is described by `content/topics/<slug>.md`, the home page by `content/index.md`, a page with its files is `<name>/index.md`."
        "content/posts/_index.md"
    EmptyTopic "empty-topic" Error "a tag from which no address can be made"
        "A tag needs at least one letter or digit, in any script."
        "tags = [\";)\"]"
    TopicVariants "topic-variants" Warning "one topic in two spellings"
        "`Meta AI` and `meta-ai` are one topic. Write it one way, or give site.toml a `[[topic]]` with the title and its aliases."
        "tags = [\"Meta AI\"] in one post, tags = [\"meta-ai\"] in another"
    TopicSlip "topic-slip" Warning "a topic that is probably a slip"
        "A tag that only one post has, and that differs from the name of another topic by one letter or by two that changed places, is probably a slip, and so is one with a comma in it (`[\"Meta, IA\"]` for `[\"Meta\", \"IA\"]`). If it is a topic of its own, give it a `[[topic]]` in site.toml."
        "tags = [\"Meta IA\"] where other posts have tags = [\"Meta AI\"]"
    SourceVariants "source-variants" Warning "one source in two spellings"
        "`WSJ` and `wsj` are one source. Write it one way, or give site.toml a `[[source]]` with the name and its aliases."
        "source = \"WSJ\" in one post, source = \"wsj\" in another"
    RawHtml "raw-html" Warning "raw HTML in Markdown, shown as text"
        "Raw HTML is shown as text unless site.toml says otherwise: `[markdown] raw_html = \"allow\"` lets it through, `\"sanitize\"` what is harmless of it, `\"error\"` refuses it. HTML comments are dropped without a word."
        "Un <b>mot</b>."
    RemovedHtml "removed-html" Warning "raw HTML that is not allowed, removed"
        "Under `[markdown] raw_html = \"sanitize\"` a list says which elements and attributes stay; the rest goes, and so do elements that end outside the block or the line they begin in. Said once a file, and where an element is never closed and takes what follows with it."
        "Un <b onclick=\"x()\">mot</b>."
    UnknownDirective "unknown-directive" Warning "a `:::` fence that is not known"
        "The fence is dropped and its content kept. Said once a file."
        ":::intro\nTexte\n:::"
    ForeignMarkup "foreign-markup" Warning "markup that means nothing where it stands, shown as written"
        "Shortcodes of Hugo, Zola and Jekyll (`{{< … >}}`, `{{% … %}}`, `{{ name(…) }}`, `{% … %}`) and links between double brackets mean nothing here. What stands in code is an example. Said once a file and kind. Titles and other texts of front matter are plain, so that entities of HTML (`&#39;`, `&amp;`, `&nbsp;`) are shown as they are: write the character itself."
        "{{< youtube dQw4w9WgXcQ >}}"
    UnknownLanguage "unknown-language" Warning "a code language that is not known"
        "The block is shown without colours. Use the name of a language, or `text`. Said once a file and language."
        "```rutst"
    UnclosedCode "unclosed-code" Warning "a block of code that is never closed"
        "A line of ``` or ~~~ opens a block of code, and another one with at least as many signs closes it. Without that, all the text that follows is shown as code."
        "```rust\nfn main() {}\n\nLe texte va à la ligne."
    UnclosedComment "unclosed-comment" Warning "a comment that is never closed"
        "`<!--` opens a comment, which is no part of the page, and `-->` closes it. Without that, all the text that follows is left out."
        "<!-- à revoir\n\nLe texte manque."
    LostLink "lost-link" Warning "a link or picture that is shown as text"
        "An address in Markdown ends at its first space, and what has more behind it is no link. Write the address between `<` and `>`, or `%20` for the space, or give the file a name without spaces. Between the `]` and the `(` stands no space either. What stands in code is an example."
        "![Courbe](ma courbe.svg)\n[Courbe] (courbe.svg)"
    LostText "lost-text" Warning "text that no page shows"
        "Markdown leaves out two things without a word. A row of a table has as many cells as the head, and what stands in more is dropped: a `|` in a cell is written `\\|`, in code too. And a line `[Note]: 14h30` is the address of links that say `[Note]`: where it is text, write `\\[Note]: 14h30`. Addresses that wait for a link (`[site]: https://…`) are not told."
        "| a | b |\n|---|---|\n| 1 | 2 | 3 |"
    LostFootnote "lost-footnote" Warning "a footnote that is shown nowhere"
        "A note is shown at the end of a text that refers to it with `[^1]`. One that nothing refers to is on no page, and of two with one name the second is not. What stands in a block of code is an example."
        "Un fait.\n\n[^1]: La note."
    UndefinedReference "undefined-reference" Warning "a footnote or an address that is not defined"
        "The text refers to a note (`[^1]`), or to the address of a link (`[text][name]`, `[name][]`), that is nowhere in the article, so it is shown as written."
        "Un fait[^1], sans note, et un [lien][site] sans adresse."
    UnsafeLink "unsafe-link" Warning "a link with a scheme that is not allowed"
        "Links keep http, https, mailto, tel and relative addresses; with anything else the text stays and the link goes."
        "[clic](javascript:alert(1))"
    BrokenSourceLink "broken-source-link" Error "a link to a Markdown file that does not exist"
        "Links to `.md` files are followed from the file they stand in, or from `content/` when they begin with `/`. A draft that is not published counts as missing."
        "[avant](../05/pas-la.md)"
    BrokenLink "broken-link" Warning "an internal link that leads nowhere"
        "Nothing in the site answers that address, or there is none between the brackets."
        "[avant](/2025/05/pas-la/)"
    BrokenAnchor "broken-anchor" Warning "a fragment that is not on the page"
        "The page exists but has no heading of that id."
        "[ici](#pas-la)"
    MissingImage "missing-image" Warning "a picture that does not exist"
        "A relative picture stands beside the article or is reached from it; one that begins with `/` is in `static/`, then in `content/`."
        "![Courbe](courbe.svg)"
    MissingAlt "missing-alt" Warning "a picture without a description"
        "Say in a few words what the picture shows, for those who do not see it. Only `check` looks."
        "![](courbe.svg)"
    PathCollision "path-collision" Error "two things would be published at one path"
        "Both origins are named; give one of them another slug, path or name. Names that differ only by case, by Unicode form or by dots and spaces at the end are one file on common disks."
        "two posts with slug = \"meta\" in the same month"
    ThemeNotFound "theme-not-found" Error "a theme that does not exist"
        "A theme is a folder `themes/<name>/` with a `theme.toml`; `kiosque` and `telex` are built in."
        "theme = \"kiosk\""
    ThemeOption "theme-option" Error "an option that the theme does not have, or of another type"
        "The theme's `theme.toml` declares its options under `[options]`, with their types and defaults."
        "[theme.options]\nacent = \"red\""
    ThemeContract "theme-contract" Error "a theme made for another contract"
        "What templates see and what theme.toml may say is a contract with a number. A theme may name the one it was made for; a manchette that does not know it says so instead of failing in the middle of a page."
        "contract = 99   # in themes/soir/theme.toml"
    LowContrast "low-contrast" Warning "a colour that is hard to read on its ground"
        "The theme says on which ground a colour of its options is shown. Text needs a contrast of 4.5:1 there (WCAG 2.2, 1.4.3); choose a darker colour, or a lighter one on a dark ground."
        "[theme.options]\naccent = \"gold\""
    TemplateSyntax "template-syntax" Error "a template that cannot be compiled"
        "The template has a slip, or uses a filter, function, component or parent that does not exist."
        "{% if page.title %}<h1>"
    TemplateMissing "template-missing" Error "a template that does not exist"
        "The theme, its parents and the site's `templates/` have no template of that name."
        "template = \"dossier.html\""
    TemplateRender "template-render" Error "a template that fails on a page"
        "The template asked for a field that is not there, or gave a filter or function something it does not take."
        "{{ page.titre }}"
    ThemeUnused "theme-unused" Warning "something of a theme that nothing uses"
        "`manchette theme check` found a template, an option or a text that no page asks for: often a slip in a name, or what was left behind."
        "templates/topcs.html   # pages ask for topics.html"
    MissingString "missing-string" Warning "a text that the theme lacks in this language"
        "The theme's `theme.toml` has no such key under `[strings.<language>]`; English is shown, or the key."
        "{{ t(key=\"lire\") }}"
    OutputRefused "output-refused" Error "an output folder that manchette will not write to"
        "The folder has files that manchette did not make, or is a folder of sources, the site itself, the output of another site, your home or the root of the disk. Choose another with `--output`."
        "$ manchette build --output ~"
    WriteFailed "write-failed" Error "the system refused to write"
        "The message has the operation, the path and the system's words. What was online before is untouched."
        "No space left on device"
    NoArticles "no-articles" Warning "a site without a single article"
        "Articles are files that end with `.md` below `content/`, and posts those below `content/posts/`. None is there: perhaps the folder has another name (`Content`), or the command is called in another site."
        "$ mv content Content && manchette build"
    NoContent "no-content" Error "a site that has lost all its articles, or all its posts"
        "The last build published articles, and now there is none, or posts, and now there is no post, not even a draft. Most often `content/` (or `content/posts/`) is not mounted, has another name (`Content`) or belongs to another branch, so nothing is published. To take a site off, use `manchette clean`; a build after that publishes what is left."
        "$ mv content Content && manchette build"
    GoneUrl "gone-url" Warning "an address of the last build that no longer exists"
        "Readers and search engines may still have it. Give the article that replaces it `aliases = [\"/old/\"]`."
        "a post whose slug has changed"
    FileOverrides "file-overrides" Note "a file of `static/` takes the place of a generated one"
        "robots.txt, site.webmanifest, CNAME, favicon.ico, _headers, ads.txt and humans.txt of `static/` win over generated ones."
        "static/robots.txt"
    UnportableName "unportable-name" Warning "a name that Windows cannot have"
        "The site is published as it is, but cannot be unpacked, or its sources checked out, on Windows: it has no names with `<>:\"|?*\\`, none that end with a dot or a space, and none like `con`, `nul.txt` or `com1`. Rename the file, or write the alias another way."
        "static/aux.css"
    NotReproducible "not-reproducible" Error "two builds of the same files are not the same"
        "`manchette build --verify` builds the site several times, in conditions that must not matter, and compares every byte. What differs is told with the first place and with what the output depends on. A file that changed while the site was built looks the same: try again. Otherwise it is a bug of manchette; please report it."
        "$ manchette build --verify"
    OutsideLink "outside-link" Error "a symbolic link that cannot be followed"
        "Links are followed only when what they point at exists and is inside the site's folder, and is neither `.git` nor what builds keep in `.manchette`, nor what was published, which every build would publish again, nor, for a link among files that are published as they are, a text, whose draft readers would see, or settings, data and templates. Put the files where the link is, or move them into the site and link to them there."
        "content/notes -> /etc"
    Busy "busy" Error "another build of this site is running"
        "Two builds of one site would write over each other. The second waits a minute, then gives up. The lock goes with the process that holds it, so there is never one to delete by hand."
        "$ manchette build & manchette build"
}

impl Code {
    /// The row of the table.
    pub fn entry(self) -> &'static Entry {
        &CODES[self as usize]
    }

    /// Its name, as printed and typed.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// How bad it is by itself.
    pub fn severity(self) -> Severity {
        self.entry().severity
    }

    /// The code of that name.
    pub fn named(name: &str) -> Option<Code> {
        CODES.iter().find(|entry| entry.name == name).map(|entry| entry.code)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Code, D::Error> {
        let name = String::deserialize(deserializer)?;
        Code::named(&name).ok_or_else(|| serde::de::Error::custom(format!("no code named {name}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_by_its_name() {
        for (index, entry) in CODES.iter().enumerate() {
            assert_eq!(entry.code as usize, index);
            assert_eq!(Code::named(entry.name), Some(entry.code));
        }
    }
}
