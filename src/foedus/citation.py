"""Citations, with versions: for a variable, a source, or exactly the columns of a file; as text or BibTeX.

A file that foedus wrote names its record and its sources, so what is cited is what was read then, whatever the installed
release reads today. Of another file the columns' names are looked up in the codebook. Whoever cites a file cites foedus and its
record too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from foedus.errors import InputError, nearest, shown
from foedus.panels.alliance_lists import by_alliances
from foedus.panels.alliances import ALLIANCES_FROM, FACTS
from foedus.panels.codebook import codebook
from foedus.panels.columns import ColumnInfo, describe
from foedus.panels.dispute_lists import from_list
from foedus.panels.disputes import GML, LISTS, check_list
from foedus.record.manifest import source_of
from foedus.record.source import catalog
from foedus.version import __version__

if TYPE_CHECKING:
    from foedus.panels.files.written import Written

TITLE, AUTHORS = "foedus: assessing security partnerships between states", "The foedus developers"
"""As in CITATION.cff, which does not travel with an installed package."""


@dataclass(frozen=True)
class Citations:
    """Sources and software to cite.

    Attributes
    ----------
    sources : each as text and as BibTeX, in the catalog's order.
    software : each version of foedus, with the records its files were made from.
    remarks : what could not be cited, and why, for the reader.
    """

    sources: tuple[Cited, ...]
    software: tuple[tuple[str, tuple[str, ...]], ...] = ()
    remarks: tuple[str, ...] = ()

    def as_text(self) -> str:
        """Return one citation a line."""
        of_foedus = (
            f"{AUTHORS}. {TITLE}, version {version}.{''.join(f' Data {record}.' for record in records)}"
            for version, records in self.software
        )
        return "\n".join([*(text for text, _ in self.sources), *of_foedus])

    def as_bibtex(self) -> str:
        """Return the citations as BibTeX entries."""
        of_foedus = (_software(place, *each) for place, each in enumerate(self.software))
        return "\n".join([*(entry for _, entry in self.sources), *of_foedus])


def _software(place: int, version: str, records: tuple[str, ...]) -> str:
    note = f", note = {{Data {'; '.join(records)}}}" if records else ""
    key = f"foedus{place or ''}"
    return f"@software{{{key}, author = {{{{{AUTHORS}}}}}, title = {{{TITLE}}}, version = {{{version}}}{note}}}"


def citations(
    names: Iterable[str | Path], *, bibtex: bool = False, disputes_from: str = GML, alliances_from: str = FACTS
) -> str:
    """Return the citations behind the names of variables, sources or files, each once; of all sources without names.

    `disputes_from` and `alliances_from` are the lists that variables of disputes and of pledges were taken from; a file of
    foedus's says so itself.
    """
    gathered = gather(names, disputes_from, alliances_from)
    return gathered.as_bibtex() if bibtex else gathered.as_text()


def gather(names: Iterable[str | Path], disputes_from: str = GML, alliances_from: str = FACTS) -> Citations:
    """Return what to cite for variables, sources and files.

    A name is a variable's or a source's if there is one of that name, else a file's if it has the ending of one or exists.
    Raises InputError for a name that is none of these, and for a file in which no column is foedus's.

    >>> gather(["dispute_onset"]).sources[0][0][:7]
    'Gibler,'
    """
    check_list(disputes_from)
    if alliances_from not in ALLIANCES_FROM:
        raise InputError(f"alliances from {alliances_from!r}: there are those of {', '.join(ALLIANCES_FROM)}.")
    parts = [_part(name, disputes_from, alliances_from) for name in names]
    parts = parts or [_Part({source: _catalogued(source) for source in catalog()})]
    sources: dict[str, dict[Cited, None]] = {}
    software: dict[str, dict[str, None]] = {}
    for part in parts:
        for source, cited in part.sources.items():
            sources.setdefault(source, {})[cited] = None  # again only where another release of it was read
        if part.foedus:
            software.setdefault(part.foedus, {}).update({part.record: None} if part.record else {})
    order = [*catalog(), *sorted(set(sources) - set(catalog()))]
    return Citations(
        tuple(cited for source in order for cited in sources.get(source, ())),
        tuple((version, tuple(records)) for version, records in software.items()),
        tuple(remark for part in parts for remark in part.remarks),
    )


Cited = tuple[str, str]
"""A citation as text and as BibTeX."""


@dataclass(frozen=True)
class _Part:
    """The citations that one name brings: sources by id; of a file, the foedus and the record it was made with."""

    sources: dict[str, Cited]
    foedus: str = ""
    record: str = ""
    remarks: tuple[str, ...] = ()


def _part(name: str | Path, disputes_from: str, alliances_from: str) -> _Part:
    if str(name) in codebook():
        sources = by_alliances(from_list(codebook()[str(name)], disputes_from), alliances_from).sources
        return _Part({source: _catalogued(source) for source in sources})
    if str(name) in catalog():
        return _Part({str(name): _catalogued(str(name))})
    if isinstance(name, Path) or _may_be_file(name):
        return _of_file(Path(name))
    known = [*codebook(), *catalog()]
    raise InputError(f"{name!r} is neither a variable nor a source, and no file is called so.{nearest(str(name), known)}")


def _catalogued(source: str) -> Cited:
    known = source_of(source)
    return known.citation, known.bibtex.strip()


def _may_be_file(name: str) -> bool:
    if not name:
        return False
    from foedus.panels.files.written import READERS

    path = Path(name)
    try:
        return path.suffix.lower() in READERS or path.exists()
    except (OSError, ValueError):  # no path could be that long or hold that letter
        return False


def _of_file(path: Path) -> _Part:
    """Return what a file's columns rest on, by what it says of them, else by their names; remarks on what is not foedus's."""
    from foedus.panels.files.written import read_written

    written = read_written(path)
    sources_of = written.sources_of
    named = describe(column for column in written.columns if column not in sources_of)
    ids = {source for column in written.columns for source in sources_of.get(column, ())}
    ids |= {source for info in named.values() for source in _by_lists(info, written)}
    strange = [column for column in written.columns if column not in sources_of and column not in named]
    if not ids:
        raise InputError(f"{path} holds no column of foedus's, so there is nothing to cite (it has: {_listed(strange)}).")
    sources = {source: _as_told(written, source) for source in sorted(ids)}
    remarks = [f"{path}: not foedus's: {_listed(strange)}"] if strange else []
    if written.disagrees:
        remarks.append(
            f"{path} is not the file that {written.disagrees} beside it describes: its size or its hash is another. It was "
            "changed, or the writing of one of the two was broken off; what is cited may be of the other. Write it again."
        )
    if written.record is None:
        remarks.append(f"{path} does not say from which record it was made: its columns are cited by their names.")
        return _Part(sources, written.foedus or __version__, "", tuple(remarks))
    record = f"record {written.record[0]}, SHA-256 {written.record[1]}"
    return _Part(sources, written.foedus or __version__, record, tuple(remarks))


def _by_lists(info: ColumnInfo, written: Written) -> Iterable[str]:
    """Return the sources of a column known by its name, by the lists that the file says its columns were taken from."""
    own = by_alliances(codebook()[info.variable], written.alliances_from).sources if info.variable else info.sources
    return (LISTS[written.disputes_from] if source == LISTS[GML] else source for source in own)


def _as_told(written: Written, source: str) -> Cited:
    """The citation in the file, where it has one; without letters that a terminal would obey."""
    if source not in written.sources:
        return _catalogued(source)
    text, bibtex = written.sources[source]["citation"], written.sources[source]["bibtex"]
    return shown(text, 10_000), "\n".join(shown(line, 10_000) for line in bibtex.strip().splitlines())


def _listed(names: list[str], most: int = 20) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return (", ".join(shown(name, 60) for name in names[:most]) or "no column at all") + more
