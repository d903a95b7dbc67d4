"""What to cite for a variable or a source, as text or BibTeX, with the version that was read."""

from __future__ import annotations

from collections.abc import Iterable

from foedus.errors import InputError, nearest
from foedus.panels.codebook import codebook
from foedus.record.source import catalog


def citations(names: Iterable[str], *, bibtex: bool = False) -> str:
    """Return the citations of every source behind the names, each once, in the catalog's order.

    Of all sources without names.
    """
    wanted = {source for name in names for source in _sources_of(name)} or set(catalog())
    chosen = [source for source in catalog().values() if source.id in wanted]
    return "\n".join(source.bibtex.strip() if bibtex else source.citation for source in chosen)


def _sources_of(name: str) -> tuple[str, ...]:
    if name in codebook():
        return codebook()[name].sources
    if name in catalog():
        return (name,)
    known = [*codebook(), *catalog()]
    raise InputError(f"{name!r} is neither a variable nor a source.{nearest(name, known)}")
