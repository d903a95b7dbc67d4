"""The pictures of a report as files: each an SVG document and a PNG picture, and an index that says what each shows.

The index has, for each picture, its file names, its title, what it shows in words (for those who cannot see it) and its
sources. PNG pictures need the extra `[pdf]`; without it the SVG documents are written and the index names no PNG.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from foedus.assessment.assessment import Assessment
from foedus.errors import without_extra
from foedus.panels.files.spreadsheet import neutralised
from foedus.record.writing import check_new_folder, new_folder
from foedus.report import charts, typeset
from foedus.report.in_words import in_words
from foedus.report.said import prose
from foedus.report.standalone import Credit, document
from foedus.words import counted

INDEX = "index.csv"


@dataclass(frozen=True)
class PictureFile:
    """A picture as a file.

    Attributes
    ----------
    name : of its files, without their endings. exhibit, chapter : ids. title : as above it. words : what it shows.
    sources : in one line. svg : the document.
    """

    name: str
    exhibit: str
    chapter: str
    title: str
    words: str
    sources: str
    svg: str


def write(assessment: Assessment, folder: Path, stem: str, link: str = "") -> str:
    """Write the pictures of an assessment's page to a folder that takes its place whole; return what was written, in words.

    stem : what the files' names begin with ("USA-CAN"). link : address of the report, told in each picture.
    Raises InputError if the folder is not empty or cannot be written.
    """
    check_new_folder(folder)
    made = list(pictures(assessment, stem, link))
    fine = typeset.installed()
    with new_folder(folder) as built:
        for each in made:
            (built / f"{each.name}.svg").write_text(each.svg, encoding="utf-8", newline="\n")
            if fine:
                (built / f"{each.name}.png").write_bytes(typeset.png(each.svg))
        (built / INDEX).write_text(_index(made, fine=fine), encoding="utf-8", newline="\n")
    forms = "SVG and PNG" if fine else f"SVG alone; {without_extra('PNG needs typst', 'pdf')}"
    return f"{counted(len(made), 'picture')}, with {INDEX} that says what each shows, as {forms}"


def pictures(assessment: Assessment, stem: str, link: str = "") -> Iterator[PictureFile]:
    """Yield the pictures of an assessment's page in their order, a map of each member and outcome."""
    about, record = f"{assessment.title}, {assessment.year}", (assessment.record_version, assessment.record_sha256)
    for chapter in assessment.chapters:
        for exhibit in chapter.exhibits:
            if exhibit.id in chapter.everywhere or exhibit.kind in charts.TOLD or exhibit.frame.is_empty():
                continue
            credit = Credit(about, prose(exhibit.note), exhibit.sources, record, link)
            shapes = charts.shapes_for([exhibit])
            for only in charts.panels(exhibit) if exhibit.kind == "map" else [None]:
                drawn = charts.pictures(exhibit, shapes, only)
                if not drawn:
                    continue
                words = in_words(exhibit, only)
                name = "-".join([stem, str(assessment.year), *exhibit.id.split("."), *_of(assessment, only)])
                title = f"{exhibit.title}: {about}" if only is None else f"{exhibit.title}, {', '.join(only)}: {about}"
                svg = document(exhibit.title, drawn, shapes, words, credit)
                yield PictureFile(name, exhibit.id, chapter.id, title, words, credit.source_line(), svg)


def _of(assessment: Assessment, only: tuple[str, str] | None) -> list[str]:
    """What tells one map of an exhibit from the others, for a file's name."""
    if only is None:
        return []
    member, outcome = only
    codes = {each.name: each.abbreviation for each in assessment.members}
    return [_plain(codes.get(member, member)), _plain(outcome)]


def _plain(words: str) -> str:
    """Words as a file's name may have them on every system."""
    return "-".join("".join(letter if letter.isascii() and letter.isalnum() else " " for letter in words).split())


def _index(made: list[PictureFile], *, fine: bool) -> str:
    rows = [
        {
            "svg": f"{each.name}.svg",
            "png": f"{each.name}.png" if fine else None,
            "chapter": each.chapter,
            "exhibit": each.exhibit,
            "title": each.title,
            "shows": each.words,
            "sources": each.sources,
        }
        for each in made
    ]
    names = ("svg", "png", "chapter", "exhibit", "title", "shows", "sources")
    return neutralised(pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))).write_csv()
