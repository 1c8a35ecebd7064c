"""The same work: the same articles in the same lists and feeds as in Hugo's output, in the same order.

Lists are read as a reader would go through them: from their address, by the links to older articles."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from peers import Template, clean, peers, prepare
from runs import build

SHOWN = 4  # differences told of one list
ATOM = "{http://www.w3.org/2005/Atom}"


def run(n: int, timeout: float, template: Template) -> int:
    known = peers()
    outputs = []
    for peer in (known["hugo"], known["manchette"]):
        folder = prepare(peer, n, template)
        clean(peer, folder)
        build(peer, folder, timeout)
        outputs.append(folder / peer.out)
    problems = compare(*outputs)
    print("\n".join(problems) or "the same articles in the same lists and feeds")
    return 1 if problems else 0


def compare(theirs: Path, ours: Path) -> list[str]:
    """What Hugo's output has and ours has not, or has otherwise."""
    problems, names = [], list_names(theirs)
    if names != list_names(ours):
        problems.append(f"other lists: {sorted(names ^ list_names(ours))[:SHOWN]}")
    entries, pages = 0, [0, 0]
    for name in sorted(names & list_names(ours)):
        a, b = read_list(theirs, name), read_list(ours, name)
        problems += [f"/{name}: {text}" for text in difference(a.entries, b.entries)]
        problems += [f"/{name}: not reached from its first page: {lost}" for lost in unreached(ours, name, b)]
        if abs(len(a.pages) - len(b.pages)) > 1:
            problems.append(f"/{name}: {len(b.pages)} pages instead of {len(a.pages)}")
        entries += len(b.entries)
        pages = [pages[0] + len(a.pages), pages[1] + len(b.pages)]
    print(f"{len(names)} lists: {entries} entries on {pages[1]} pages; Hugo has {pages[0]} pages")
    feeds = [{feed: read_feed(root / feed) for feed in feed_names(root)} for root in (theirs, ours)]
    if feeds[0].keys() != feeds[1].keys():
        problems.append(f"other feeds: {sorted(feeds[0].keys() ^ feeds[1].keys())[:SHOWN]}")
    for name in sorted(feeds[0].keys() & feeds[1].keys()):
        problems += [f"/{name}: {text}" for text in difference(feeds[0][name], feeds[1][name])]
    print(f"{len(feeds[1])} feeds: {sum(map(len, feeds[1].values()))} entries")
    return problems + neighbours(theirs, ours)


def difference(theirs: list, ours: list) -> list[str]:
    if theirs == ours:
        return []
    lacking, besides = [x for x in theirs if x not in ours], [x for x in ours if x not in theirs]
    if not lacking and not besides:
        at = next((i for i, (a, b) in enumerate(zip(theirs, ours)) if a != b), min(len(theirs), len(ours)))
        return [f"another order from number {at + 1} on: {ours[at : at + 2]} instead of {theirs[at : at + 2]}"]
    said = [f"lacks {len(lacking)}: {lacking[:SHOWN]}"] if lacking else []
    return said + ([f"has besides {len(besides)}: {besides[:SHOWN]}"] if besides else [])


# ------------------------------------------------------------------------------------------------ lists
@dataclass
class List:
    entries: list[str] = field(default_factory=list)  # addresses, over all pages
    pages: list[str] = field(default_factory=list)  # their folders


def list_names(root: Path) -> set[str]:
    """The folders of the home page and of every topic."""
    pages = [*root.glob("index.html"), *(root / "tags").glob("*/index.html")]
    return {f"{page.parent.relative_to(root)}/".removeprefix("./") for page in pages}


def read_list(root: Path, name: str) -> List:
    found, folder = List(), name
    while folder is not None and folder not in found.pages:
        page = Page.read(root / folder / "index.html")
        found.entries += page.entries
        found.pages.append(folder)
        folder = page.following
    return found


def unreached(root: Path, name: str, found: List) -> list[str]:
    folder = root / name / "page"
    numbers = sorted(folder.iterdir()) if folder.is_dir() else []
    return [f"{name}page/{n.name}/" for n in numbers if f"{name}page/{n.name}/" not in found.pages]


def place(url: str) -> str:
    """The folder of an address, below the site's root."""
    return unquote(urlsplit(url).path).lstrip("/")


class Page(HTMLParser):
    """The entries of a page of a list (`article.item h2 a`), and where its pager leads."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[str] = []
        self.previous: str | None = None
        self.following: str | None = None
        self.is_item = self.is_title = False

    @staticmethod
    def read(path: Path) -> Page:
        page = Page()
        page.feed(path.read_text(encoding="utf-8"))
        return page

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attributes}
        if tag == "article":
            self.is_item = "item" in has.get("class", "").split()
        elif tag == "h2":
            self.is_title = self.is_item
        elif tag == "a" and self.is_title:
            self.entries.append(place(has["href"]))
        elif tag == "a" and has.get("rel") == "next":
            self.following = place(has["href"])
        elif tag == "a" and has.get("rel") == "prev":
            self.previous = place(has["href"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "h2":
            self.is_title = False


# ------------------------------------------------------------------------------------------------ feeds and posts
def feed_names(root: Path) -> set[str]:
    found = set()
    for folder, _, names in os.walk(root):
        found |= {os.path.relpath(os.path.join(folder, name), root) for name in names if name == "atom.xml"}
    return found


def read_feed(path: Path) -> list[tuple[str, str, datetime]]:
    """Where each entry leads, its title, its time."""
    entries = ElementTree.parse(path).getroot().findall(f"{ATOM}entry")
    return [(entry_link(e), e.findtext(f"{ATOM}title", ""), entry_time(e)) for e in entries]


def entry_link(entry: ElementTree.Element) -> str:
    links = entry.findall(f"{ATOM}link")
    return next(place(link.get("href", "")) for link in links if link.get("rel", "alternate") == "alternate")


def entry_time(entry: ElementTree.Element) -> datetime:
    return datetime.fromisoformat(entry.findtext(f"{ATOM}updated", ""))


def neighbours(theirs: Path, ours: Path) -> list[str]:
    """Posts whose pages are missing or lead to others than Hugo's."""
    names = sorted(path.parent.name for path in (theirs / "posts").glob("*/index.html"))
    wrong = []
    for name in names:
        paths = [root / "posts" / name / "index.html" for root in (theirs, ours)]
        if not paths[1].is_file():
            wrong.append(f"/posts/{name}/: not there")
            continue
        a, b = map(Page.read, paths)
        if (a.previous, a.following) != (b.previous, b.following):
            wrong.append(f"/posts/{name}/: between {b.previous} and {b.following}, not {a.previous} and {a.following}")
    print(f"{len(names)} posts of Hugo's, each with the posts before and after it")
    return wrong
