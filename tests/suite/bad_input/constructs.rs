//! Markdown that is meant to be dear: what nests, what is never closed, what refers to itself.
//!
//! Each construct is built at 25 kB and at four times that length: the processor time of the second is that of the first
//! four times over, and never ten times. Where the parser alone is not linear, it is bounded by what it counts.

use super::guarded::{Published, Watched, post, run};
use crate::scratch::Scratch;

/// What is repeated, with what stands before and after it.
struct Construct {
    name: &'static str,
    text: fn(usize) -> String,
}

/// A text repeated until it has a length.
fn times(part: &str, length: usize) -> String {
    part.repeat(length / part.len() + 1)
}

/// Numbered lines until they have a length.
fn numbered(length: usize, line: fn(usize) -> String) -> String {
    let mut text = String::new();
    for number in 0.. {
        if text.len() >= length {
            break;
        }
        text.push_str(&line(number));
    }
    text
}

macro_rules! constructs {
    ($($name:literal $text:expr;)*) => {
        &[$(Construct { name: $name, text: $text },)*]
    };
}

/// Constructs that were found to be dear, here or in parsers of others, and their kin.
const CONSTRUCTS: &[Construct] = constructs! {
    "quotes in quotes" |n| times(">", n);
    "quotes with lists" |n| times("> - ", n);
    "lists on one line" |n| times("- ", n);
    "numbers on one line" |n| times("1. ", n);
    "emphasis never closed" |n| times("*a **a ", n);
    "emphasis of underscores" |n| times("_a", n);
    "emphasis across links" |n| times("**x [a*b**c*](d)", n);
    "emphasis nested" |n| format!("{}a{}", times("*", n / 2), times("*", n / 2));
    "strikes never closed" |n| times("~~a ", n);
    "brackets never closed" |n| times("[a", n);
    "brackets nested" |n| format!("{}a{}", times("[", n / 2), times("]", n / 2));
    "brackets that close nothing" |n| times("]", n);
    "links never closed" |n| times("[a](<b", n);
    "link titles never closed" |n| times("[a](b 'c", n);
    "links in links" |n| format!("{}a{}", times("[", n / 5), times("](b)", n * 4 / 5));
    "pictures in pictures" |n| format!("{}a{}", times("![", n / 3), times("](b)", n * 2 / 3));
    "links to nothing" |n| times("[a](#b) ", n);
    "links to files that are not there" |n| times("[a](b.md) ", n);
    "headings and links to none of them" |n| numbered(n, |i| format!("# h{i}\n\n[a](#k{i})\n\n"));
    "references that are defined" |n| numbered(n, |i| format!("[a{i}]: b\n\n[a{i}]\n\n"));
    "references that are not" |n| times("[a][b", n);
    "one reference again and again" |n| format!("[a]: /{}\n\n{}", times("b", n / 100), times("[a] ", n));
    "references of many lines" |n| times("[\n", n);
    "footnotes that are not defined" |n| times("[^a]", n);
    "one footnote again and again" |n| format!("{}\n\n[^a]: b\n", times("[^a] ", n));
    "footnotes in a chain" |n| format!("[^0]\n\n{}", numbered(n, |i| format!("[^{i}]: x [^{}]\n\n", i + 1)));
    "footnotes in footnotes" |n| times("[^a]: ", n);
    "footnotes by the thousand" |n| format!("{}\n\n{}", numbered(n / 2, |i| format!("[^{i}] ")), numbered(n / 2, |i| format!("[^{i}]: a\n\n")));
    "one footnote that refers to itself" |n| format!("[^a]\n\n[^a]: {}\n", times("[^a] ", n));
    "footnotes never closed" |n| times("[^", n);
    "footnotes with quotes" |n| times("[^a]: > ", n);
    "runs of backticks" |n| numbered(n, |i| "`".repeat(i % 400 + 1) + "a");
    "signs of tags" |n| times("<", n);
    "comments never closed" |n| times("<!-- a", n);
    "instructions never closed" |n| times("<?a", n);
    "character data never closed" |n| times("<![CDATA[", n);
    "declarations never closed" |n| times("<!A ", n);
    "tags never closed" |n| times("<a ", n);
    "attributes without end" |n| format!("<a {}", times("b=\"", n));
    "blocks of HTML never closed" |n| times("<div>\n\n", n);
    "tables of one row" |n| format!("|{}\n|{}\n", times("a|", n / 2), times("-|", n / 2));
    "tables of short rows" |n| format!("|{}\n|{}\n{}", "a|".repeat(60), "-|".repeat(60), times("|\n", n / 30));
    "tables of five thousand columns" |n| format!("|{}\n|{}\n{}", "a|".repeat(5_000), "-|".repeat(5_000), times(&("b|".repeat(5_000) + "\n"), n.saturating_sub(20_000)));
    "tables that are none" |n| times("|a\n-\n", n);
    "links and emphases that cross" |n| times("*[**a](b*c** ", n);
    "pictures never closed" |n| times("![a](", n);
    "codes never closed" |n| times("`a ", n);
    "entities" |n| times("&#x41;&amp;&a", n);
    "fences in fences" |n| times(":::a\n", n);
    "fences of code" |n| times("```\n", n);
    "code that opens and never closes" |n| format!("```rust\n{}", times("fn a() { \"", n));
    "headings" |n| times("# a\n", n);
    "headings with braces" |n| format!("# {}", times("{#a", n));
    "terms and meanings" |n| times("a\n: b\n", n);
    "addresses" |n| times("https://a.b/(", n);
    "addresses of mail" |n| times("a@b.", n);
    "quotes that open" |n| times("\" a", n);
    "apostrophes that open" |n| times("'a ", n);
    "guillemets" |n| times("\u{ab} ", n);
    "numbers" |n| times("1 000 ", n);
    "signs of punctuation" |n| times(" : ! ?", n);
    "accents on one letter" |n| format!("e{}", times("\u{301}", n));
    "carriage returns" |n| times("a\r", n);
    "zeros" |n| times("a\0", n);
    "backslashes" |n| times("\\", n);
    "alerts in quotes" |n| times("> [!NOTE]\n", n);
    "read also" |n| times("Lire aussi : [a](b.md)\n\n", n);
    "tabs" |n| times("-\t", n);
};

/// The shorter length; the longer one is the 100 kB of P17.
const LENGTH: usize = 25_000;

/// What P17 gives to 100 kB, in milliseconds of the processor, and three times that for a program that is not optimised,
/// which takes three to six times as long.
const MOST: u64 = 3 * 5_000;

fn built(body: &str) -> Watched {
    let site = Scratch::site(&[("content/posts/a.md", &post(&format!("Un.\n\n{body}")))]);
    run(&site, &["build"])
}

#[test]
fn p17_a_hundred_kilobytes_of_anything_take_ten_times_what_a_quarter_of_them_takes_and_no_more() {
    // What starting the program takes, and the clock's steps.
    let base = built("").answered("nothing").cpu.saturating_sub(20);
    let halves = CONSTRUCTS.chunks(CONSTRUCTS.len().div_ceil(2));
    let slow: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = halves
            .map(|half| scope.spawn(move || half.iter().filter_map(|one| dear(one, base)).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(slow.is_empty(), "{slow:#?}");
}

/// What is wrong with the time that a construct takes, if anything.
fn dear(construct: &Construct, base: u64) -> Option<String> {
    let took = |length: usize| {
        let watched = built(&(construct.text)(length)).answered(construct.name);
        watched.cpu.saturating_sub(base).max(20)
    };
    let (short, long) = (took(LENGTH), took(4 * LENGTH));
    // The machine may have been at something else: only what is dear twice is.
    let is_dear = |short: u64, long: u64| long > 10 * short || long > MOST;
    let is_so = is_dear(short, long) && is_dear(took(LENGTH), took(4 * LENGTH));
    is_so.then(|| format!("{}: {short} ms, then {long} ms", construct.name))
}

#[test]
fn p16_texts_nested_ten_thousand_deep_are_pages() {
    let deep = [
        ">".repeat(10_000),
        "- ".repeat(10_000),
        "[".repeat(10_000) + &*"](a)".repeat(10_000),
        "*".repeat(10_000) + "a" + &*"*".repeat(10_000),
        "![".repeat(10_000) + &*"](a)".repeat(10_000),
        "<b>".repeat(10_000),
        "> [^a]: ".repeat(10_000),
        (0..10_000).fold(String::new(), |text, _| text + ":::note\n"),
        "[^0]\n\n".to_owned()
            + &*(0..10_000).fold(String::new(), |text, i| text + &*format!("[^{i}]: [^{}]\n\n", i + 1)),
    ];
    let posts: Vec<(String, String)> =
        deep.iter().enumerate().map(|(index, text)| (format!("content/posts/p{index}.md"), post(text))).collect();
    let files: Vec<(&str, &str)> = posts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let site = Scratch::site(&files);
    let built = run(&site, &["build"]).answered("deep texts");
    assert_eq!(built.ran.code, 0, "{}", built.ran.stderr);
    run(&site, &["check"]).answered("deep texts, checked");
    // Remembered, and rendered again with another theme.
    site.write("site.toml", site.read("site.toml") + "theme = \"telex\"\n");
    run(&site, &["build"]).answered("deep texts, again");
}

#[test]
fn p17_a_line_of_fifty_megabytes_ends_and_a_post_of_megabytes_is_a_page() {
    // 25 MB take a program that is not optimised too long; with one that is, they took what the page on reliability says.
    let site = Scratch::site(&[("content/posts/a.md", &post(&"Un mot et un autre.\n\n".repeat(100_000)))]);
    let built = run(&site, &["build"]).answered("2 MB");
    assert_eq!(built.ran.code, 0, "{}", built.ran.stderr);
    ends_soon("2 MB", &built);
    let published = Published::new();
    published.site.write("content/posts/b.md", "x".repeat(50 << 20));
    let words = ["front-matter-missing", "b.md:1:1"];
    ends_soon("50 MB", &run(&published.site, &["build"]).refused("50 MB without front matter", &words));
    published.site.write("content/posts/b.md", format!("+++\ntitle = \"{}\n+++\n", "x".repeat(2 << 20)));
    let words = ["syntax", "b.md:2:"];
    ends_soon("2 MB of a title", &run(&published.site, &["build"]).refused("2 MB of a title that never ends", &words));
    published.is_untouched("50 MB");
}

/// Insists on what is promised of any file: ten seconds, here of the processor, which others may be using.
#[track_caller]
fn ends_soon(what: &str, watched: &Watched) {
    assert!(watched.cpu < 10_000, "{what}: {} ms", watched.cpu);
}
