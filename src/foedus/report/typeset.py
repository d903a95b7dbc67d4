"""What typst makes of our markup: a PNG picture of an SVG document, a PDF brief, a card.

typst is the extra `[pdf]`. It is given the typeface that ships with foedus and the ones that are built into it, never those of
the machine, no clock, and a folder of its own that holds what the document reads: so the same input gives the same bytes.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from foedus.errors import without_extra

if TYPE_CHECKING:
    import typst

PIXELS_A_POINT = 4 / 3
"""CSS pixels of a typographic point."""

FINE = 2.0
"""Pixels of a PNG picture for each of its drawing: what a screen of high density or a slide needs."""

TAGGED = "ua-1"
"""PDF/UA-1: every part is tagged and every picture has its words, or the compiler refuses."""

_SIZE = re.compile(r'^<svg[^>]*? width="([\d.]+)" height="([\d.]+)"')


def installed() -> bool:
    """Say whether typst is there."""
    from importlib.util import find_spec

    return find_spec("typst") is not None


def check(what: str) -> None:
    """Raise InputError, naming the extra, where typst is not there; `what` is what needs it, in the plural."""
    if not installed():
        raise without_extra(f"{what} need typst", "pdf")


def pixels(svg: str) -> int:
    """Return how many pixels the PNG picture of an SVG document has; raises ValueError if it does not state its size.

    >>> pixels('<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50">')
    20000
    """
    width, height = _size(svg)
    return round(width * FINE) * round(height * FINE)


def _size(svg: str) -> tuple[float, float]:
    """The width and height of an SVG document, in pixels."""
    size = _SIZE.match(svg)
    if size is None:
        raise ValueError("an SVG document has to begin with its width and height.")
    return float(size[1]), float(size[2])


def png(svg: str) -> bytes:
    """Return an SVG document as a PNG picture of FINE times its size; raises ValueError if it does not state its size."""
    width, height = (each / PIXELS_A_POINT for each in _size(svg))
    page = f'#set page(width: {width:g}pt, height: {height:g}pt, margin: 0pt)\n#image("picture.svg", width: 100%)'
    return picture(page, {"picture.svg": svg}, 72 * PIXELS_A_POINT * FINE)


def picture(document: str, files: Mapping[str, str], ppi: float) -> bytes:
    """Return a typst document of one page as a PNG picture, with so many pixels an inch."""
    with tempfile.TemporaryDirectory() as folder:
        made = _compiler(document, files, Path(folder)).compile(format="png", ppi=ppi)
    return made if isinstance(made, bytes) else bytes(made[0])  # type: ignore[index]


def pdf(document: str, files: Mapping[str, str]) -> bytes:
    """Return a typst document as a PDF file that is tagged (PDF/UA-1); `files` is what it reads, by name."""
    with tempfile.TemporaryDirectory() as folder:
        return bytes(_compiler(document, files, Path(folder)).compile(format="pdf", pdf_standards=TAGGED))  # type: ignore[arg-type]


def _compiler(document: str, files: Mapping[str, str], folder: Path) -> typst.Compiler:
    import typst

    for name, content in {**files, "main.typ": document}.items():
        (folder / name).write_text(content, encoding="utf-8")
    with resources.as_file(resources.files("foedus.report") / "fonts") as ours:
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[ours])
    return typst.Compiler(folder / "main.typ", root=folder, font_paths=fonts)
