//! A little site as a function of dials: every way in which a site may change is a dial, and an edit turns one.
//!
//! Nothing here knows what a build does with an edit; the site has something of everything that outputs depend on.

use crate::dice::Dice;
use manchette::base::{SourcePath, SourceText};
use manchette::world::MemoryWorld;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How many posts there may be.
const POSTS: usize = 9;

/// The dials of a post, with how many positions each has.
const OF_POST: &[(&str, usize)] = &[
    // 0: not there; 1: a file; 2: a bundle with a picture; 3: a file of another name.
    ("place", 4),
    ("title", 3),
    ("date", 5),
    ("tags", 7),
    ("source", 6),
    ("chapo", 4),
    ("body", 5),
    ("words", 4),
    ("slug", 3),
    ("alias", 3),
    ("hidden", 5),
    ("link", 7),
    ("update", 3),
    ("image", 3),
    ("more", 3),
    ("template", 3),
    ("lang", 2),
    ("comment", 2),
];

/// The other dials.
const OF_SITE: &[(&str, usize)] = &[
    ("site.title", 2),
    ("site.base_url", 2),
    ("site.language", 2),
    ("site.zone", 2),
    ("site.per_page", 3),
    ("site.entries", 3),
    ("site.content", 2),
    ("site.formats", 2),
    ("site.sources", 2),
    ("site.archive", 2),
    ("site.topics", 2),
    ("site.topic", 5),
    ("site.source", 4),
    ("site.author", 2),
    ("site.menu", 3),
    ("site.extra", 2),
    ("site.option", 3),
    ("site.urls", 2),
    ("site.typography", 2),
    ("site.comment", 2),
    ("home", 6),
    ("about", 5),
    ("legal", 3),
    ("topic.text", 6),
    ("data", 4),
    ("style", 3),
    ("picture", 4),
    ("robots", 2),
    ("redirects", 3),
    ("theme.text", 3),
    ("theme.option", 2),
    ("theme.app", 2),
    ("theme.style", 2),
    ("template.base", 2),
    ("template.post", 4),
    ("template.partial", 3),
    ("template.component", 2),
    ("template.own", 2),
    ("template.unused", 2),
    ("site.news", 2),
    ("now", 5),
];

/// The dials and where each stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Dials(BTreeMap<String, (usize, usize)>);

impl Dials {
    /// The site that edits begin with.
    pub fn new() -> Dials {
        let mut dials = BTreeMap::new();
        for (name, positions) in OF_SITE {
            let start = usize::from(*name == "template.post");
            dials.insert((*name).to_owned(), (start, *positions));
        }
        for post in 0..POSTS {
            for (name, positions) in OF_POST {
                let start = match *name {
                    "place" => usize::from(post < 7),
                    "date" => post % 3,
                    "tags" => post % 7,
                    "source" => post % 3,
                    "link" => [0, 5, 6][post % 3],
                    _ => 0,
                };
                dials.insert(format!("post{post}.{name}"), (start, *positions));
            }
        }
        Dials(dials)
    }

    /// Where a dial stands.
    pub fn at(&self, name: &str) -> usize {
        self.0.get(name).unwrap_or_else(|| panic!("there is no dial {name}")).0
    }

    /// Turns a dial.
    pub fn set(&mut self, name: &str, position: usize) {
        let dial = self.0.get_mut(name).unwrap_or_else(|| panic!("there is no dial {name}"));
        assert!(position < dial.1, "{name} has {} positions", dial.1);
        dial.0 = position;
    }

    /// The names of all dials, shuffled.
    pub fn names(&self, dice: &mut Dice) -> Vec<String> {
        let mut names: Vec<String> = self.0.keys().cloned().collect();
        (1..names.len()).rev().for_each(|at| names.swap(at, dice.below(at + 1)));
        names
    }

    /// Turns a dial to another position.
    pub fn turn_one(&mut self, name: &str, dice: &mut Dice) {
        let (at, positions) = self.0[name];
        self.set(name, (at + 1 + dice.below(positions - 1)) % positions);
    }

    /// Turns some dial to another position; its name, for the story.
    pub fn turn(&mut self, dice: &mut Dice) -> String {
        let at = dice.below(self.0.len());
        let name = self.0.keys().nth(at).unwrap().clone();
        self.turn_one(&name, dice);
        format!("{name} = {}", self.at(&name))
    }

    /// Turns some dial of what a text says; its name, for the story.
    pub fn write(&mut self, dice: &mut Dice) -> String {
        let post = dice.below(POSTS);
        let name = match dice.below(12) {
            0 => "home".to_owned(),
            1 => "topic.text".to_owned(),
            2 => format!("post{post}.body"),
            3 => format!("post{post}.link"),
            _ => format!("post{post}.words"),
        };
        self.turn_one(&name, dice);
        format!("{name} = {}", self.at(&name))
    }

    /// The site as files and a moment.
    pub fn world(&self) -> MemoryWorld {
        let moment = [
            "2025-06-01T00:00:00Z",
            "2025-06-09T00:00:00Z",
            "2025-07-02T00:00:00Z",
            "2025-05-01T00:00:00Z",
            "2025-05-03T00:00:00Z",
        ];
        let empty = MemoryWorld::new(moment[self.at("now")].parse().unwrap());
        self.files().into_iter().fold(empty, |world, (path, text)| world.with(&path, text.into_bytes()))
    }

    pub fn config(&self) -> SourceText {
        SourceText::new(SourcePath::new("site.toml"), self.site_toml())
    }

    /// The files of the site.
    pub fn files(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::from([("site.toml".to_owned(), self.site_toml())]);
        self.theme(&mut files);
        self.pages(&mut files);
        (0..POSTS).for_each(|post| self.post(post, &mut files));
        files
    }

    fn site_toml(&self) -> String {
        let pick = |dial: &str, choices: &[&str]| choices[self.at(dial)].to_owned();
        let mut text = format!(
            "title = \"{}\"\nbase_url = \"{}\"\nlanguage = \"{}\"\ntimezone = \"{}\"\ndescription = \"x\"\n",
            pick("site.title", &["Essai", "Journal"]),
            pick("site.base_url", &["https://example.org/actu", "https://example.com"]),
            pick("site.language", &["fr", "en"]),
            pick("site.zone", &["Europe/Paris", "America/New_York"]),
        );
        text += &pick("site.comment", &["", "# note\n"]);
        let _ = writeln!(
            text,
            "[theme]\nname = \"small\"\n{}",
            pick("site.option", &["", "[theme.options]\naccent = \"blue\"", "[theme.options]\naccent = \"red\""])
        );
        let _ = writeln!(text, "[lists]\nper_page = {}", pick("site.per_page", &["2", "3", "0"]));
        let _ = writeln!(
            text,
            "[feeds]\nentries = {}\ncontent = \"{}\"\nformats = {}\nnews_sitemap = {}",
            pick("site.entries", &["3", "4", "30"]),
            pick("site.content", &["full", "summary"]),
            pick("site.formats", &["[\"atom\", \"json\"]", "[\"rss\"]"]),
            pick("site.news", &["true", "false"]),
        );
        let on = |dial: &str| if self.at(dial) == 0 { "true" } else { "false" };
        let _ = writeln!(
            text,
            "[pages]\ntopics = {}\nsources = {}\narchive = {}",
            on("site.topics"),
            on("site.sources"),
            on("site.archive")
        );
        let _ = writeln!(text, "[markdown]\ntypography = {}", on("site.typography"));
        text += &pick("site.urls", &["", "[urls]\nposts = \"/billets/:slug/\"\n"]);
        text += &pick("site.extra", &["", "[extra]\nmot = \"oui\"\n"]);
        text += &pick(
            "site.topic",
            &[
                "[[topic]]\ntitle = \"Puces\"\naliases = [\"puce\"]\ndescription = \"Le silicium\"\n",
                "[[topic]]\ntitle = \"Puces\"\naliases = [\"puce\"]\ndescription = \"Les puces\"\n",
                "[[topic]]\ntitle = \"Puces\"\nmatch = [\"variante\"]\n",
                "[[topic]]\ntitle = \"Silicium\"\naliases = [\"Puces\", \"puce\"]\n",
                "",
            ],
        );
        text += &pick(
            "site.source",
            &[
                "[[source]]\nname = \"WSJ\"\naliases = [\"wsj.com\"]\ndescription = \"Un quotidien\"\n",
                "[[source]]\nname = \"WSJ\"\nurl = \"https://www.wsj.com/\"\npaywall = true\n",
                "[[source]]\nname = \"Wall Street Journal\"\naliases = [\"WSJ\"]\n",
                "",
            ],
        );
        text += &pick("site.author", &["", "[[author]]\nid = \"claire\"\nname = \"Claire\"\n"]);
        text += &pick(
            "site.menu",
            &[
                "",
                "[[menu]]\ntitle = \"Nous\"\nurl = \"/a-propos/\"\n",
                "[[menu]]\ntitle = \"Rien\"\nurl = \"/rien/\"\n",
            ],
        );
        text
    }

    fn theme(&self, files: &mut BTreeMap<String, String>) {
        let mut add = |path: &str, text: String| drop(files.insert(path.to_owned(), text));
        let pick = |dial: &str, choices: &[&str]| choices[self.at(dial)].to_owned();
        let texts = |words: &str| {
            format!(
                "topics = \"{words}\"\nsources = \"Sources\"\narchive = \"Archives\"\nnot_found = \"?\"\nupdate_of = \"{words} :\"\ncorrection_of = \"C :\"\n"
            )
        };
        let word = pick("theme.text", &["Sujets", "Thèmes", "Rubriques"]);
        let accent = pick("theme.option", &["red", "green"]);
        let app = pick("theme.app", &["#111", "#222"]);
        add(
            "themes/small/theme.toml",
            format!(
                "name = \"small\"\n[app]\ntheme_color = \"{app}\"\n[options.accent]\ntype = \"string\"\ndefault = \"{accent}\"\n[strings.fr]\n{}[strings.en]\n{}",
                texts(&word),
                texts("Topics")
            ),
        );
        add("themes/small/static/theme.css", pick("theme.style", &["a{}", "b{}"]));
        let mark = pick("template.base", &["", "!"]);
        add(
            "themes/small/templates/base.html",
            format!(
                "<title>{{{{ page.title }}}}</title>{mark}{{{{ site.title }}}} {{{{ site.options.accent }}}} {{{{ asset(path=\"theme.css\") }}}} {{% for p in site.pages %}}{{{{ p.title }}}}{{% endfor %}}{{% block main %}}{{% endblock %}}\n"
            ),
        );
        let more = pick("template.post", &["", "{% include \"more.html\" %}", "{{ page.words }}", "{{ page.newer }}"]);
        let more = if more.contains("newer") {
            "{% if page.newer %}{{ page.newer.title }}{% endif %}".to_owned()
        } else {
            more
        };
        add(
            "themes/small/templates/post.html",
            format!(
                "{{% extends \"base.html\" %}}{{% block main %}}{{{{ page.date | date(format=\"long\") }}}} {{{{ page.lede }}}}{{{{ page.body }}}}{{% if page.image %}}{{{{ page.image.width or 0 }}}}{{% endif %}}{more}{{% if page.older %}}<a href=\"{{{{ page.older.url }}}}\">{{{{ page.older.title }}}}</a>{{% endif %}}{{% endblock %}}\n"
            ),
        );
        add(
            "themes/small/templates/more.html",
            pick(
                "template.partial",
                &[
                    "{% for p in page.more %}{{ <card p={p} /> }}{% endfor %}",
                    "<b>{% for p in page.more %}{{ <card p={p} /> }}{% endfor %}</b>",
                    "{{ page.reading_minutes }}",
                ],
            ),
        );
        let card = pick("template.component", &["{{ p.title }}", "{{ p.title }} {{ p.summary }}"]);
        add(
            "themes/small/templates/parts.html",
            format!("{{% component card(p: map) %}}<i>{card}</i>{{% endcomponent %}}\n"),
        );
        let list = "{% extends \"base.html\" %}{% block main %}{{ page.intro }}{% for p in page.posts %}{{ <card p={p} /> }}{% endfor %}{% if page.pager %}{{ page.pager.number }}{% endif %}{% endblock %}\n";
        for name in ["topic", "source", "archive"] {
            add(&format!("themes/small/templates/{name}.html"), list.replace("{{ page.intro }}", match name {
                "topic" => "{{ page.intro }}{{ page.count | default(value=\"\") }}{% for t in page.neighbours %}{{ t.title }} {{ t.count }}{% endfor %}",
                "archive" => "{% for y in page.years %}{{ y.year }} {{ y.count }}{% endfor %}{% if page.newer %}{{ page.newer.url }}{% endif %}",
                _ => "",
            }));
        }
        add(
            "themes/small/templates/home.html",
            list.replace(
                "{% if page.pager",
                "{% for t in page.topics %}{{ t.title }} {{ t.count }}{% endfor %}{% for u in page.updates %}{{ u.title }} {{ u.text }}{% endfor %}{% if page.pager",
            ),
        );
        add(
            "themes/small/templates/page.html",
            "{% extends \"base.html\" %}{% block main %}{{ page.body }}{% endblock %}\n".to_owned(),
        );
        add("themes/small/templates/404.html", "{% extends \"base.html\" %}{% block main %}{% for p in posts(limit=2) %}{{ p.title }}{% endfor %}{% endblock %}\n".to_owned());
        add("themes/small/templates/topics.html", "{% extends \"base.html\" %}{% block main %}{% for t in page.topics %}{{ t.title }} {{ t.count }} {{ t.description }}{% endfor %}{% endblock %}\n".to_owned());
        add("themes/small/templates/sources.html", "{% extends \"base.html\" %}{% block main %}{% for s in page.sources %}{{ s.name }} {{ s.count }}{% endfor %}{% endblock %}\n".to_owned());
        add("themes/small/templates/unused.html", pick("template.unused", &["a", "b"]));
        add(
            "templates/tools.html",
            "{% set a = topic(name=\"puce\") %}{% set s = source(name=\"WSJ\") %}<p>{% if a %}{{ a.title }} {{ a.count }}{% endif %}{% if s %}{{ s.name }} {{ s.count }} {{ s.description | default(value=\"\") }}{% endif %} {% set prices = data(name=\"prix\") %}{{ prices.euro }} {{ asset(path=\"img/x.svg\") }}{% for p in posts(topic=\"puce\", limit=2) %}{{ p.title }}{% endfor %}</p>\n".to_owned(),
        );
        if self.at("template.own") == 1 {
            add(
                "templates/page.html",
                "{% extends \"small/page.html\" %}{% block main %}own {{ page.body }}{% endblock %}\n".to_owned(),
            );
        }
    }

    fn pages(&self, files: &mut BTreeMap<String, String>) {
        let mut add = |path: &str, text: String| drop(files.insert(path.to_owned(), text));
        let page = |title: &str, more: &str, text: &str| format!("+++\ntitle = \"{title}\"\n{more}+++\n{text}\n");
        match self.at("home") {
            0 => {}
            1 => add("content/index.md", page("La une", "", "Bienvenue, voir [trois](posts/p3.md).")),
            2 => add("content/index.md", page("La une", "", "Salut.")),
            hidden => {
                let text = format!("Salut.\n\nPas encore : {hidden}.");
                add("content/index.md", page("La une", ["draft = true\n", "draft = true\n", ""][hidden - 3], &text));
            }
        }
        match self.at("about") {
            0 => add(
                "content/a-propos.md",
                page("À propos", "aliases = [\"/about/\"]\n", "Qui ? [Outils](outils.md#titre)"),
            ),
            1 => add("content/a-propos.md", page("À propos", "aliases = [\"/about/\"]\n", "Nous.")),
            2 => add("content/a-propos.md", page("À propos", "slug = \"nous\"\naliases = [\"/about/\"]\n", "Nous.")),
            3 => add("content/a-propos.md", page("À propos de nous", "weight = 3\n", "Nous.")),
            _ => {}
        }
        match self.at("legal") {
            0 => {}
            1 => add("content/mentions.md", page("Mentions", "", "x")),
            _ => add("content/mentions.md", page("Mentions", "aliases = [\"/legal/\"]\n", "x")),
        }
        add("content/outils.md", page("Outils", "template = \"tools.html\"\n", "## Titre"));
        match self.at("topic.text") {
            0 => {}
            1 => add("content/topics/puces.md", page("Puces", "", "Sur les puces.")),
            2 => add("content/topics/puces.md", page("Puces", "", "De [la](../posts/p1.md).")),
            3 => add("content/topics/droit.md", page("Droit", "description = \"Le droit\"\n", "Le droit.")),
            hidden => {
                let text = format!("Le droit.\n\nPas encore : {hidden}.");
                add("content/topics/droit.md", page("Droit", ["draft = true\n", ""][hidden - 4], &text));
            }
        }
        add(
            "data/prix.toml",
            ["euro = 1\n", "euro = 31.245270191439438\n", "# x\neuro = 3\n", "euro = 3\n"][self.at("data")].to_owned(),
        );
        if self.at("style") < 2 {
            add("static/style.css", ["x", "y"][self.at("style")].to_owned());
        }
        if self.at("picture") < 3 {
            let drawings = ["<svg/>", "<svg width='4' height='3'/>", "<svg width='4' height='3'></svg>"];
            add("static/img/x.svg", drawings[self.at("picture")].to_owned());
        }
        if self.at("robots") == 1 {
            add("static/robots.txt", "User-agent: *\n".to_owned());
        }
        if self.at("redirects") > 0 {
            add("static/_redirects", ["", "/x /y\n", "/x /z\n"][self.at("redirects")].to_owned());
        }
    }

    fn post(&self, post: usize, files: &mut BTreeMap<String, String>) {
        let at = |dial: &str| self.at(&format!("post{post}.{dial}"));
        let path = match at("place") {
            0 => return,
            1 => format!("content/posts/p{post}.md"),
            2 => {
                files.insert(format!("content/posts/p{post}/x.svg"), format!("<svg id=\"{post}\"/>"));
                format!("content/posts/p{post}/index.md")
            }
            _ => format!("content/posts/2025/q{post}.md"),
        };
        let dates = [
            format!("2025-0{}-0{}", 1 + post % 3, 1 + post),
            "2025-04-30T23:30:00".to_owned(),
            format!("2025-05-1{post}T10:00:00+02:00"),
            "2025-06-05".to_owned(),
            "2025-04-30T23:30:00Z".to_owned(),
        ];
        let mut front = format!(
            "title = \"{} {post}\"\ndate = {}\n",
            ["Billet", "Article", "Note & bien"][at("title")],
            dates[at("date")]
        );
        front += [
            "tags = [\"Puces\"]\n",
            "tags = [\"Droit\"]\n",
            "tags = [\"Puces\", \"Droit\"]\n",
            "",
            "tags = [\"puce\", \"Neuf\"]\n",
            "tags = [\"Droit\", \"Puces\"]\n",
            "tags = [\"droit\"]\n",
        ][at("tags")];
        front += [
            "source = \"WSJ\"\n",
            "source = \"Le Monde\"\n",
            "source = \"https://www.wsj.com/a\"\n",
            "source = { name = \"Le Monde\", url = \"https://www.lemonde.fr/x\", author = \"A. B.\", via = \"WSJ\" }\n",
            "source = \"le monde\"\n",
            "",
        ][at("source")];
        front += ["", "slug = \"autre\"\n", "slug = \"autre-{post}\"\n"][at("slug")]
            .replace("{post}", &post.to_string())
            .as_str();
        front += ["", "aliases = [\"/vieux-{post}/\"]\n", "aliases = [\"/vieux/\"]\n"][at("alias")]
            .replace("{post}", &post.to_string())
            .as_str();
        front += ["", "draft = true\n", "expires = 2025-06-08\n", "expires = 2025-07-01\n", "author = \"claire\"\n"]
            [at("hidden")];
        front +=
            ["", "updated = 2025-06-02\n", "[[updates]]\ndate = 2025-06-03\ntext = \"Suite, [voir](/a-propos/).\"\n"]
                [at("update")];
        let table = front.contains("[[updates]]");
        let mut top = String::new();
        top +=
            ["", "image = \"/img/x.svg\"\n", "image = { path = \"/img/x.svg\", alt = \"Une courbe\" }\n"][at("image")];
        top += ["", "template = \"tools.html\"\n", "weight = 2\n"][at("template")];
        top += ["", "lang = \"en\"\n"][at("lang")];
        top += ["", "# note\n"][at("comment")];
        let front =
            if table { front.replacen("[[updates]]", &format!("{top}[[updates]]"), 1) } else { front + top.as_str() };
        let chapo = ["Chapô.", "Cahpô.", "Chapô, [lien](/img/x.svg).", ""][at("chapo")];
        let more = ["", "\n<!-- more -->\n", "\nAvant.\n\n<!-- more -->\n"][at("more")];
        let body =
            ["Corps.", "Corsp.", "Corps. Variante.", "## Titre\n\nCorps.", "Corps ![x](/img/x.svg)."][at("body")];
        let words = ["", " Et voilà.", " Et puis voilà.", " Enfin, voilà."][at("words")];
        let next = (post + 1) % POSTS;
        let link = [
            String::new(),
            "[lien](/a-propos/)".to_owned(),
            format!("[lien](/2025/01/p{next}/)"),
            "[lien](/a-propos/#rien)".to_owned(),
            "Lire aussi : [lien](/outils/)".to_owned(),
            format!("[lien](/posts/p{next}.md)"),
            format!("[lien](/posts/p{next}.md#titre)"),
        ][at("link")]
        .clone();
        files.insert(path, format!("+++\n{front}+++\n{chapo}\n{more}\n{body}{words}\n\n{link}\n"));
    }
}
