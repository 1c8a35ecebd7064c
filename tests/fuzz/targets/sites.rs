//! A small site, where a target needs one.

use manchette::base::{SourcePath, SourceText};
use manchette::world::{MemoryWorld, World};

/// Words that stand where no reader may see them.
pub const SECRET: &str = "not-for-readers";

/// A site with something of everything that the program remembers and serves.
pub fn world() -> MemoryWorld {
    let site = format!(
        "# {SECRET}\ntitle = \"Essai\"\nbase_url = \"https://example.org/actu\"\ntimezone = \"UTC\"\ntheme = \"small\"\n\
         [[topic]]\ntitle = \"IA\"\nmatch = [\"modèle\"]\n"
    );
    let post = |day: u8, body: &str| {
        format!(
            "+++\n# {SECRET}\ntitle = \"Titre {day}\"\ndate = 2025-06-0{day}\nsource = \"WSJ\"\ntags = [\"IA\"]\n\
             aliases = [\"/vieux/{day}/\"]\n+++\n<!-- {SECRET} -->\nUn modèle.\n\n{body}\n"
        )
    };
    let template = |body: &str| format!("{{# {SECRET} #}}<!doctype html><title>{{{{ site.title }}}}</title>{body}");
    let list = "{% for post in page.posts %}<a href=\"{{ post.url }}\">{{ post.title }}</a>{% endfor %}";
    MemoryWorld::new(jiff::Timestamp::UNIX_EPOCH.checked_add(jiff::SignedDuration::from_hours(500_000)).unwrap())
        .with("site.toml", site)
        .with("content/posts/a.md", post(1, "Voir [b](b.md).\n\nLire aussi : [b](b.md)"))
        .with("content/posts/b.md", post(2, "```rust\nfn a() {}\n```\n\n![Une image](/a.png)"))
        .with("content/posts/c.md", post(3, "# Un titre\n\nUne note[^1].\n\n[^1]: La note."))
        .with(
            "content/posts/draft.md",
            format!("+++\ntitle = \"{SECRET}\"\ndate = 2025-06-04\nsource = \"WSJ\"\ndraft = true\n+++\n{SECRET}\n"),
        )
        .with("data/a.toml", format!("secret = \"{SECRET}\"\n"))
        .with("static/a.png", &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x02\0\0\0"[..])
        .with("static/_redirects", "/x/* /:splat 301\n/y /actu/ 302\n")
        .with("themes/small/theme.toml", "name = \"small\"\ncontract = 1\n[strings.fr]\nhome = \"Accueil\"\n")
        .with("themes/small/templates/home.html", template(list))
        .with("themes/small/templates/topic.html", template(list))
        .with("themes/small/templates/sources.html", template(""))
        .with("themes/small/templates/topics.html", template(""))
        .with("themes/small/templates/source.html", template(list))
        .with("themes/small/templates/archive.html", template(""))
        .with("themes/small/templates/page.html", template("{{ page.body }}"))
        .with("themes/small/templates/404.html", template(""))
        .with("themes/small/templates/post.html", template("<h1>{{ page.title }}</h1>{{ page.body }}"))
}

/// Its settings, as they are given to a build.
pub fn settings(world: &dyn World) -> SourceText {
    let path = SourcePath::new("site.toml");
    SourceText::decode(path.clone(), &world.read(&path).unwrap()).unwrap()
}
