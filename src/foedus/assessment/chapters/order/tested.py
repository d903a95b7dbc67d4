"""What a risk should be held against: the test nearest to it, its kind of dyad, and what came of forecasts as high."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from foedus.assessment.evidence import STRATUM_WORDS
from foedus.assessment.finding import Reference
from foedus.mechanisms.order.disputes import Disputes
from foedus.validation.reliability import bin_name
from foedus.validation.validate import Validation
from foedus.words import capitalized, chance

FAR_ABOVE = 1.5
"""Times the share of forecasts as high that came true, above which no test stands behind a risk."""


def better_guide(reference: Reference | None, probability: float) -> bool:
    """Whether what came of forecasts as high is a better guide than a risk: they came true far less often.

    >>> better_guide(Reference("contiguous", 100, 0.025, "5–20 %", 50, 0.08, "one year ahead"), 0.16)
    True
    """
    known = reference is not None and reference.observed_alike is not None
    return known and probability > FAR_ABOVE * (reference.observed_alike or 0.0)  # type: ignore[union-attr]


@dataclass(frozen=True)
class Tested:
    """The test that is nearest to a forecast: one year ahead where disputes are known to the year before, else years ahead."""

    grade: str
    ahead: str
    reliability: pl.DataFrame
    years: tuple[int, int]

    @classmethod
    def of(cls, validation: Validation[Disputes], age: int | None) -> Tested:
        """Return the test that says how far to believe a forecast whose peace years were last known `age` years before."""
        years, later = validation.registration.years, validation.long_range
        if not age or later is None:
            return cls(validation.grades["headline"], "one year ahead", validation.reliability, years)
        return cls(later.grade, f"{later.first_ahead} to {later.last_ahead} years ahead", later.reliability, years)

    def reference(self, stratum: str, probability: float) -> Reference:
        """Return what came of dyad-years of a stratum, and of forecasts as high as this one."""
        of = {row["stratum"]: row for row in self.reliability.iter_rows(named=True)}
        kind, alike = of[stratum], of[bin_name(probability)]
        bounds = bin_name(probability).removeprefix("forecast ")
        return Reference(stratum, kind["n"], kind["observed"], bounds, alike["n"], alike["observed"], self.ahead)

    def told(self, reference: Reference, words: str, probability: float) -> str:
        """Return a reference in words; and that what came of forecasts as high is the better guide, where it is far lower."""
        years = f"{self.years[0]}–{self.years[1]}"
        kind = f"{capitalized(STRATUM_WORDS.get(reference.name, reference.name))}: "
        if reference.observed is None:
            kind += f"none forecast {self.ahead} in {years}."
        else:
            kind += f"{chance(reference.observed)} of {reference.rows:,} dyad-years of {years} saw a {words} begin."
        if reference.observed_alike is None:
            return f"{kind} No dyad-year was given so much {self.ahead}."
        return (
            f"{kind} Of the {reference.rows_alike:,} dyad-years given {reference.alike} {self.ahead}, "
            f"{chance(reference.observed_alike)} saw one"
            f"{', which is the better guide.' if better_guide(reference, probability) else '.'}"
        )
