"""Lay out the tree that Sphinx reads: pages where they stand in the repository, an index, and what pages lead to.

Pages keep their paths, so that a link between two of them works in the repository, on the site and in a text editor. A link to
a folder becomes one to its README, or to a list of its files; a link to any other file takes that file along.
"""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
LINK = re.compile(r"(?<=\]\()([^)#\s]+)(?=[)#])")
FIRST = """\
**Two states promise to defend each other. Are they safer for it: from whom, by how much, and what is the evidence?**

foedus answers from public data, as far as public data go. It holds a record of states, their disputes, pacts, regimes and
resources since 1816, estimates how often disputes begin between states of that kind, tests the estimate on years it has not
seen, and writes a report in which every number has an interval, something to compare it with, and a source.
"""
"""What the first page says, before it leads on."""

FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Section:
    """A part of the site.

    Attributes
    ----------
    id, title, about : of its page. pages : paths from the root of the repository, without ending, in order.
    """

    id: str
    title: str
    about: str
    pages: tuple[str, ...]


def sections(generated: Mapping[str, str]) -> tuple[Section, ...]:
    """Return the sections of contents.toml, with the pages that belong to them by folder or because they are generated.

    generated : path of a page that is written from the code → its text.

    >>> [section.id for section in sections({})][:3]
    ['start', 'concepts', 'guides']
    """
    entries = tomllib.loads((HERE / "contents.toml").read_text(encoding="utf-8"))["section"]
    return tuple(_section(entry, generated) for entry in entries)


def _section(entry: Mapping[str, object], generated: Mapping[str, str]) -> Section:
    pages = [str(page) for page in entry["pages"]]  # type: ignore[attr-defined]
    if "folder" in entry:
        found = (path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob(f"{entry['folder']}/*.md")))
        pages += [page for page in found if page not in pages]
    if "generated" in entry:
        pages += [page for page in generated if page.startswith(f"generated/{entry['generated']}/")]
    return Section(str(entry["id"]), str(entry["title"]), str(entry["about"]), tuple(pages))


def lay_out(tree: Path, generated: Mapping[str, str]) -> None:
    """Write the tree of pages to a folder, which is made anew."""
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    parts = sections(generated)
    for page in (page for part in parts for page in part.pages):
        text = generated[page] if page in generated else (ROOT / page).read_text(encoding="utf-8")
        _write(tree / page, _with_files(text, page, tree))
    for part in parts:
        _write(tree / f"{part.id}.md", _page_of(part, tree))
    _write(tree / "index.md", _index(parts))
    (tree / "_static").mkdir()
    shutil.copy2(HERE / "foedus.css", tree / "_static")
    shutil.copy2(HERE / "conf.py", tree)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _with_files(text: str, page: str, tree: Path) -> str:
    """Return the text of a page with its links to folders mended, and copy the files that it leads to beside it."""

    def mended(link: str) -> str:
        if "://" in link or link.startswith("mailto:"):
            return link
        path = Path(os.path.normpath((ROOT / page).parent / link))
        if path.is_dir():
            if not (path / "README.md").is_file():
                _list_files(path, tree)
            return f"{link.rstrip('/')}/README.md"
        if path.suffix != ".md" and path.is_file():
            _take(path, tree)
        return link

    return "".join(part if code else LINK.sub(lambda link: mended(link[1]), part) for part, code in _pieces(text))


def _take(path: Path, tree: Path) -> None:
    """Copy a file of the repository to its place in the tree."""
    copy = tree / path.relative_to(ROOT)
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, copy)


def _list_files(folder: Path, tree: Path) -> None:
    """Write a page that leads to the files of a folder, where the repository has none."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    for path in files:
        _take(path, tree)
    listed = "\n".join(f"* [{path.name}]({path.name})" for path in files)
    name = folder.relative_to(ROOT).as_posix()
    _write(tree / name / "README.md", f"---\norphan: true\n---\n\n# {name}\n\n{listed}\n")


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Yield a page's text in pieces, each with whether it is a block of code, in which nothing is a link."""
    end = 0
    for fence in FENCE.finditer(text):
        yield text[end : fence.start()], False
        yield fence[0], True
        end = fence.end()
    yield text[end:], False


def title_of(text: str) -> str:
    """Return the first heading of a page.

    >>> title_of("# One **idea**")
    'One **idea**'
    """
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    return found[1].strip() if found else ""


def _claim_of(text: str) -> str:
    """What a page says in bold right below its title, if it does, to stand beside the title in a list."""
    found = re.match(r"# .+\n\n\*\*([^*]+)\*\*", text)
    return f": {found[1]}" if found else ""


def _page_of(part: Section, tree: Path) -> str:
    texts = {page: (tree / page).read_text(encoding="utf-8") for page in part.pages}
    listed = "\n".join(f"* [{title_of(text)}](/{page}){_claim_of(text)}" for page, text in texts.items())
    return f"# {part.title}\n\n{part.about}\n\n{listed}\n\n{_toctree(part.pages)}"


def _toctree(pages: tuple[str, ...]) -> str:
    return "```{toctree}\n:hidden:\n:maxdepth: 1\n\n" + "\n".join(f"/{page.removesuffix('.md')}" for page in pages) + "\n```\n"


def _index(parts: tuple[Section, ...]) -> str:
    """The first page: what foedus is, and where to go from here."""
    told = "\n".join(f"* **[{part.title}]({part.id}.md)**: {part.about}" for part in parts)
    return f"# foedus\n\n{FIRST}\n{told}\n\n" + _toctree(tuple(f"{part.id}.md" for part in parts))
