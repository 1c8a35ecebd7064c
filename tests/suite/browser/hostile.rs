//! Words that want to be more than text, in what the preview makes in a real browser: the bar, the details, the overlay, the
//! list of posts, the words for a missing page. What it is made of must be what harmless words give; a dialog would end
//! the test, and so would a word in the console.

use super::*;
use crate::injection::strings;
use std::collections::{BTreeMap, BTreeSet};

/// Every kind of element with its attributes, below which other one; and what may be nowhere, whatever it says.
const LOOK: &str = r"
    const kinds = new Set(), bad = []
    const look = (root, isOurs) => {
      for (const element of root.querySelectorAll('*')) {
        const names = element.getAttributeNames().filter((name) => name !== 'hidden').sort()
        if (isOurs) kinds.add(`${element.parentElement?.localName ?? ''} > ${element.localName}[${names}]`)
        for (const name of names) {
          const value = element.getAttribute(name)
          // Our own pages have no icon.
          if (value === 'data:,' && element.rel === 'icon') continue
          if (name.startsWith('on') || name === 'srcdoc') bad.push(`${element.localName} ${name}=${value}`)
          if (!['href', 'src', 'action', 'formaction'].includes(name)) continue
          const address = new URL(value, location.href)
          if (!['http:', 'https:', 'mailto:', 'tel:'].includes(address.protocol)) bad.push(`${name}=${value}`)
        }
        if (element.shadowRoot) look(element.shadowRoot, true)
      }
    }
    look(document, location.pathname.startsWith('/__manchette/'))
    return [[...kinds].sort(), bad]";

/// A string as a key of TOML.
fn key(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

fn without_controls(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// A post whose title, description, tag, source and links say a word.
fn hostile_post(number: usize, word: &str) -> String {
    let text = without_controls(word);
    let text = if text.trim().is_empty() { "x" } else { &text };
    let said = key(text);
    format!(
        "+++\ntitle = {said}\ndate = 2025-06-19\nslug = \"p{number}\"\ndescription = {said}\nsource = {{ name = {} }}\ntags = [{}]\n+++\n\
         Mot {word} fin.\n\n[{word}](https://a.example/) [x](<https://a.example/{word}>) [y]({word})\n",
        key(&format!("s{number} {text}")),
        key(&format!("t{number} {text}")),
    )
}

/// Goes to everything that the preview shows of its own; gives what each is made of.
async fn tour(tab: &Tab, words: &[String], mark: &str) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut made = BTreeMap::new();
    let mut look = async |what: &'static str| {
        let looked = tab.ask(LOOK).await;
        assert_eq!(looked[1], json!([]), "{what}");
        let kinds = looked[0].as_array().unwrap().iter().map(|kind| kind.as_str().unwrap().to_owned());
        made.insert(what, kinds.collect());
    };
    let all = words.iter().map(|word| without_controls(word)).collect::<Vec<_>>().join(" ¤ ");
    let whole = hostile_post(9999, &format!("{all} {mark}"));
    tab.preview.site.write("content/posts/un.md", &whole);
    tab.goto("/__manchette/").await;
    tab.until(&format!("document.body.textContent.includes({})", json!(mark))).await;
    look("list").await;
    tab.goto("/actu/2025/06/p9999/").await;
    tab.ready().await;
    tab.ask(&format!("if ({ROOT}.querySelector('.panel').hidden) {ROOT}.querySelector('[data-name=details]').click()"))
        .await;
    tab.until(&format!("{ROOT}.querySelector('.panel').textContent.includes({})", json!(mark))).await;
    look("details").await;
    // Every word is a key that nobody knows.
    let keys: String = words.iter().map(|word| format!("{} = 1\n", key(word))).collect();
    tab.preview.site.write("content/posts/un.md", whole.replacen("date = 2025", &format!("{keys}date = 2025"), 1));
    tab.until(&format!("{ROOT}.querySelectorAll('.overlay .problem').length >= {}", words.len() - 10)).await;
    look("overlay").await;
    let said = tab.ask(&format!("return {ROOT}.querySelector('.overlay').textContent")).await;
    for word in words.iter().filter(|word| !word.contains(|c: char| c.is_control() || !c.is_ascii())) {
        assert!(said.as_str().unwrap().contains(word.as_str()), "the overlay does not say {word:?}");
    }
    tab.preview.site.write("content/posts/un.md", &whole);
    tab.until(&format!("{ROOT}.querySelector('.cover').hidden")).await;
    // Of an address not all is shown decoded.
    let asked_for = words[7].split('=').next().unwrap();
    let asked: String = percent_encoding::utf8_percent_encode(&words[7], percent_encoding::NON_ALPHANUMERIC).collect();
    tab.goto(&format!("/actu/{asked}/")).await;
    tab.until(&format!("{ROOT}.querySelector('.missing').textContent.includes({})", json!(asked_for))).await;
    look("missing").await;
    made
}

#[test]
fn p46_what_the_preview_shows_in_a_browser_is_text_and_no_more() {
    // The other tests of a browser trust their authors with HTML.
    let site = Scratch::site(&[("site.toml", &TOML.replace("\"allow\"", "\"escape\""))]);
    let harmless: Vec<String> = (0..strings().len()).map(|number| format!("mot{number}")).collect();
    harmless.iter().enumerate().step_by(4).for_each(|(number, word)| {
        site.write(&format!("content/posts/{word}.md"), hostile_post(number, word));
    });
    scenario(site, &[], |tab| async move {
        let wanted = tour(&tab, &harmless, "zqun").await;
        let hostile = strings();
        for (number, word) in hostile.iter().enumerate().step_by(4) {
            std::fs::remove_file(tab.preview.site.path(&format!("content/posts/mot{number}.md"))).unwrap();
            let name: String = word.replace(['/', '\0'], "");
            tab.preview.site.write(&format!("content/posts/x{name}{number}.md"), hostile_post(number, word));
        }
        let got = tour(&tab, &hostile, "zqdeux").await;
        // What the bar counts is not the same on every page.
        let known: BTreeSet<String> = wanted.into_values().flatten().collect();
        for (what, kinds) in got {
            let strange: Vec<&String> = kinds.difference(&known).collect();
            assert!(strange.is_empty(), "{what}: {strange:?}");
        }
        tab
    });
}
