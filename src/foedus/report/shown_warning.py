"""What a warning network gives as `foedus.warning` gives it, with what one asks of it; reports load none of it."""

from __future__ import annotations

from dataclasses import dataclass, fields

from foedus.citation import citations
from foedus.radars.answer import NetworkWarning


@dataclass(frozen=True)
class ShownWarning(NetworkWarning):
    """What a warning network gives, to be cited and displayed."""

    @classmethod
    def of(cls, told: NetworkWarning) -> ShownWarning:
        """Return the answer with the ways to show it."""
        return cls(**{field.name: getattr(told, field.name) for field in fields(told)})

    def cite(self, *, bibtex: bool = False) -> str:
        """Return what to cite for everything the answer rests on, one source a line, or as BibTeX."""
        return citations(self.sources, bibtex=bibtex)

    def _repr_html_(self) -> str:
        """Show the measures as a table in a notebook."""
        return str(self.tidy()._repr_html_())
