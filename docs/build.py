"""The documents that follow from data, so that they cannot disagree with it: DATA_LICENSES.md, docs/codebook.md, a picture.

`make docs` writes them from the catalog of sources and the codebook of variables. A test fails while a committed document
differs from what this file would write.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from foedus.panels.codebook import Variable, codebook
from foedus.record.source import Source, catalog

ROOT = Path(__file__).resolve().parent.parent

LICENCE_CLASSES = {
    "open": "May be used for anything, most with attribution. `foedus record build --only open` makes a record of these alone.",
    "academic": "Free for research and teaching with citation; without a formal licence, or closed to commercial use. The\n"
    "record holds tables derived from them. Ask the producer before using those commercially or passing them on.",
    "restricted": "Never part of foedus or of a record that is passed on. `foedus record add SOURCE` says which of the\n"
    "publisher's files to download; with its PATH, it reads the file into the record of the user who has it.",
}

DATA_LICENCES = """\
# Whose data, under which terms

The code of foedus is under the [Apache License 2.0](LICENSE). **That licence does not cover the data.** The record is
compiled from the data sets listed here; each stays its producer's, under its producer's terms. Whoever publishes a number
from foedus should cite the source it rests on: `foedus cite VARIABLE` prints what to cite, with `--bibtex` as BibTeX.

No source's file is shipped as its producer made it. The record is foedus's own tables of facts, each with the checksum of
what it was read from, in the [catalog](src/foedus/record/catalog.toml).

*Written by `make docs` from that catalog: change the catalog, not this page.*
"""

CODEBOOK = """\
# Codebook

Every variable a panel can hold, at the unit of analysis at which it is defined. In a dyad-year panel a variable of one
state stands twice, as `name_1` and `name_2`. Outside the years given a value is missing, never zero. `foedus variables TEXT`
searches this list.

*Written by `make docs` from the [codebook](../src/foedus/codebook.toml): change that, not this page.*
"""


def documents() -> dict[Path, str]:
    """Return the text each generated document should have, by its path."""
    return {
        ROOT / "DATA_LICENSES.md": data_licences(catalog().values()),
        ROOT / "docs" / "codebook.md": variables_by_unit(codebook().values()),
    }


def data_licences(sources: Iterable[Source]) -> str:
    """Return the terms of every source as Markdown: a table for each licence class, then the citations."""
    listed = sorted(sources, key=lambda source: source.id)
    parts = [DATA_LICENCES]
    for licence, meaning in LICENCE_CLASSES.items():
        rows = [
            (f"`{source.id}`", f"[{source.title}]({source.url})", source.producer, source.version, source.terms)
            for source in listed
            if source.licence == licence
        ]
        if rows:
            table = _table(("source", "data set", "producer", "version", "terms"), rows)
            parts.append(f"## Licence class: {licence}\n\n{meaning}\n\n{table}")
    citations = "\n".join(f"* `{source.id}`: {source.citation}" for source in listed)
    return "\n".join([*parts, f"## Citations\n\n{citations}\n"])


def variables_by_unit(variables: Iterable[Variable]) -> str:
    """Return the codebook as Markdown: a table for each unit of analysis, in the order of the codebook."""
    listed = tuple(variables)
    parts = [CODEBOOK]
    for unit in dict.fromkeys(variable.unit for variable in listed):
        rows = [
            (
                f"`{variable.name}`",
                variable.label,
                variable.units,
                f"{variable.first_year}–{variable.last_year}",
                ", ".join(f"`{name}`" for name in variable.sources),
            )
            for variable in listed
            if variable.unit == unit
        ]
        parts.append(f"## {unit.capitalize()}\n\n{_table(('variable', 'what it is', 'units', 'years', 'sources'), rows)}")
    return "\n".join(parts)


def _table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)


def picture() -> str:
    """Return the README's picture: the map of the United States' risks in the assessment of USA–Canada in 2022."""
    from foedus.api import assess
    from foedus.report import charts

    assessment = assess("USA", "CAN", year=2022)
    world = next(exhibit for exhibit in assessment.chapter("order").exhibits if exhibit.kind == "map")
    return charts.svg(world, only=(assessment.members[0].name, "dispute"))


if __name__ == "__main__":
    for path, text in {**documents(), ROOT / "docs" / "img" / "usa-can.svg": picture()}.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
