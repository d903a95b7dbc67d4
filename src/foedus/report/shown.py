"""Results as `foedus.assess` and `claims` give them, with what one asks of them in a script or a notebook."""

from __future__ import annotations

from dataclasses import dataclass, fields

from foedus.assessment.assessment import Assessment
from foedus.assessment.claims.check import Claims
from foedus.language.speaking import ENGLISH, speaking, told
from foedus.report.html import claims_to_html, to_html
from foedus.report.said import prose


@dataclass(frozen=True)
class ShownAssessment(Assessment):
    """An assessment that can be turned into a page, cited and displayed."""

    language: str = ENGLISH

    @classmethod
    def of(cls, assessment: Assessment, language: str = ENGLISH) -> ShownAssessment:
        """Return the assessment with the ways to show it, in a language."""
        return cls(**{field.name: getattr(assessment, field.name) for field in fields(assessment)}, language=language)

    def to_html(self) -> str:
        """Return the report as one self-contained HTML page."""
        with speaking(self.language):
            return to_html(self, self._call())

    def to_pdf(self) -> bytes:
        """Return the brief of two pages as a PDF file; raises InputError where the extra [pdf] is not installed."""
        from foedus.report.brief_pdf import to_pdf

        with speaking(self.language):
            return to_pdf(self, self._call())

    def to_text(self) -> str:
        """Return the brief as text: its answer, and a line for each of its lines."""
        with speaking(self.language):
            return "\n".join(prose(told(line.text)) for line in (self.brief.lead, *self.brief.lines))

    def _call(self) -> str:
        names = ", ".join(repr(member.name) for member in self.members)
        against = f", against={self.against.name!r}" if self.against else ""
        language = f", language={self.language!r}" if self.language != ENGLISH else ""
        return f"foedus.assess({names}, year={self.year}{against}{language})"

    def cite(self, *, bibtex: bool = False) -> str:
        """Return what to cite for everything the assessment rests on, one source a line, or as BibTeX."""
        from foedus.citation import citations

        return citations(self.sources, bibtex=bibtex)

    def _repr_html_(self) -> str:
        """Show the findings as a table in a notebook."""
        return str(self.tidy().select("id", "statement", "low", "high", "grade")._repr_html_())


@dataclass(frozen=True)
class ShownClaims(Claims):
    """Claims that can be turned into a page, cited and displayed."""

    @classmethod
    def of(cls, claims: Claims) -> ShownClaims:
        """Return the claims with the ways to show them."""
        return cls(**{field.name: getattr(claims, field.name) for field in fields(claims)})

    def to_html(self) -> str:
        """Return the claims as one self-contained HTML page."""
        return claims_to_html(self, "foedus.claims()")

    def cite(self, *, bibtex: bool = False) -> str:
        """Return what to cite for everything the verdicts rest on, one source a line, or as BibTeX."""
        from foedus.citation import citations

        return citations(self.sources, bibtex=bibtex)

    def _repr_html_(self) -> str:
        """Show a row for each answer in a notebook."""
        return str(self.tidy().select("number", "claim", "verdict", "definition", "answer", "evidence")._repr_html_())
