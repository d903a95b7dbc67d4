"""An assessment as `foedus.assess` gives it: the same findings, with what one asks of them in a script or a notebook."""

from __future__ import annotations

from dataclasses import dataclass, fields

from foedus.assessment.assessment import Assessment
from foedus.citation import citations
from foedus.report.html import to_html


@dataclass(frozen=True)
class ShownAssessment(Assessment):
    """An assessment that can be turned into a page, cited and displayed."""

    @classmethod
    def of(cls, assessment: Assessment) -> ShownAssessment:
        """Return the assessment with the ways to show it."""
        return cls(**{field.name: getattr(assessment, field.name) for field in fields(assessment)})

    def to_html(self) -> str:
        """Return the report as one self-contained HTML page."""
        names = ", ".join(repr(member.name) for member in self.members)
        return to_html(self, f"foedus.assess({names}, year={self.year})")

    def cite(self, *, bibtex: bool = False) -> str:
        """Return what to cite for everything the assessment rests on, one source a line, or as BibTeX."""
        return citations(self.sources, bibtex=bibtex)

    def _repr_html_(self) -> str:
        """Show the findings as a table in a notebook."""
        return str(self.tidy().select("id", "statement", "low", "high", "grade")._repr_html_())
