'''A mechanism: one claim of the essay as a relation that can be fitted, doubted and tested.

A mechanism is a frozen dataclass. Its fields are its choices, each with a default and a reason; it says at which unit it works,
what it reads and what it writes, by names from the codebook. `panel` gives the rows it learns from, `design` turns them into
columns, and `fit` returns a copy that has learnt, leaving the original unfitted, so that a hindcast can fit it again. `models`
are the forecasts that a registered test scores, `contests` which of them say what a term is worth.

All of this is there by default: a mechanism says what is special about it, in one file. A complete one, that can be checked by
hand: trade follows contact.

>>> import numpy as np
>>> from dataclasses import dataclass
>>> @dataclass(frozen=True)
... class TradeFollowsContact(Mechanism):
...     """A trade pact of two states in a year, or none."""
...
...     outcome: str = "trade_pact"
...     terms: tuple[str, ...] = ("contact",)
...     first_year: int = 2000
...     estimate: Estimate | None = None
...
...     id: ClassVar[str] = "order.trade"
...     name: ClassVar[str] = "trade"
...     unit: ClassVar[str] = "dyad-year"
...     term_reads: ClassVar[Mapping[str, tuple[str, ...]]] = {"contact": ("contiguous",)}
...     writes: ClassVar[tuple[str, ...]] = ("trade_pact_probability",)
>>> rows = pl.DataFrame({
...     "ccode1": [1, 1, 1, 1, 2, 2, 2, 2], "ccode2": [2, 2, 2, 2, 3, 3, 3, 3], "year": [2000, 2001, 2002, 2003] * 2,
...     "contiguous": [True] * 4 + [False] * 4, "trade_pact": [True, True, True, False, True, False, False, False]})
>>> trade = TradeFollowsContact()
>>> trade.fit(rows).fitted.probability(np.array([[1.0], [0.0]])).round(2).tolist()
[0.75, 0.25]
>>> list(trade.models())
['full model', 'without contact', 'base rate', 'own rate']
>>> trade.contests()
(('contact', 'without contact', 'full model'),)
>>> trade.fitted
Traceback (most recent call last):
foedus.errors.InputError: this mechanism is not fitted yet: call fit(panel) first.

To be validated it needs a place in `standard.MECHANISMS` and, before its scores are seen, a test in
`validation/preregistered.toml`. CONTRIBUTING.md leads through all of it.
'''

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self

import polars as pl

from foedus.errors import InputError, nearest
from foedus.estimation.design import OF_DYAD, OF_PAIR, Design
from foedus.estimation.estimate import Estimate
from foedus.estimation.forecasters import BaseRate, Forecaster, Logit, OwnRate
from foedus.estimation.least_squares import Linear, OwnMean, OwnTrend, linear
from foedus.estimation.logit import logit
from foedus.panels.panel import lagged, panel
from foedus.panels.units import FIRST_YEAR
from foedus.record.store import Record

BACKGROUND = ""
"""Stands for the term of variables that no term is made of: every model has them."""
UNFITTED = "this mechanism is not fitted yet: call fit(panel) first."

FULL = "full model"
"""The model of all terms that a mechanism has."""

DECLARED = ("outcome", "terms", "first_year", "estimate", "id", "name", "unit", "writes")
"""Fields and names that a mechanism has to give: of these there is no default."""

_CLUSTERS = {"state-year": pl.col("ccode"), "dyad-year": OF_DYAD, "directed dyad-year": OF_PAIR}
"""Unit of analysis → the number of a row's cluster, within which errors hang together, as in dyads that share a state."""


class Fitted:
    """The base of everything with an `Estimate`: it is asked for what it has learnt, and says if it has not."""

    estimate: Estimate | None

    @property
    def fitted(self) -> Estimate:
        """Return what it has learnt; raises InputError while it is unfitted."""
        if self.estimate is None:
            raise InputError(UNFITTED)
        return self.estimate


class Mechanism(Fitted):
    """The base of every mechanism: what it has, and what it does unless it says otherwise.

    A subclass is a frozen dataclass. It gives

    outcome, terms, first_year, estimate : fields, as in the example above: what is explained; which of the terms enter, all by
        default; the first year of the rows learnt from; what it has learnt, None while unfitted.
    id, name, unit : the claim ("order.trade"), the name of the file ("trade"), the unit of analysis.
    term_reads : term → the variables it is made of, last year's; under BACKGROUND those that belong to no term.
    writes : the variables it writes.

    and may give

    ids : terms that are a claim of their own, and the id of that.
    core : those of its terms that are its own claim, graded as a whole; the others have to earn their place one by one.
    term_columns : term → the columns of the panel that it brings, where these are not the variables themselves.
    reads : all it reads; follows from `term_reads`.
    amounts : whether the outcome is an amount, not yes or no: then it is a regression, else a logit.
    whole : whether the model with all terms gives the headline numbers; else the core with what is supported.

    Every method may be replaced; `panel`, `forecaster` and `baselines` are those that most mechanisms replace.
    """

    id: ClassVar[str]
    name: ClassVar[str]
    unit: ClassVar[str]
    term_reads: ClassVar[Mapping[str, tuple[str, ...]]]
    writes: ClassVar[tuple[str, ...]]
    ids: ClassVar[Mapping[str, str]] = {}
    core: ClassVar[tuple[str, ...]] = ()
    term_columns: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    reads: ClassVar[tuple[str, ...]] = ()
    amounts: ClassVar[bool] = False
    whole: ClassVar[bool] = False

    outcome: str
    terms: tuple[str, ...]
    first_year: int

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if lacking := [name for name in DECLARED if not hasattr(cls, name)]:
            raise TypeError(
                f"mechanism {cls.__name__} lacks {', '.join(lacking)}: every mechanism declares {', '.join(DECLARED)}."
            )
        declared = cls.__dict__
        if "term_reads" in declared:
            cls.reads = declared.get("reads", every(cls.term_reads))
            cls.term_columns = declared.get("term_columns", {term: names for term, names in cls.term_reads.items() if term})

    def __post_init__(self) -> None:
        check_choice(self.id, "term", self.terms, self.term_columns)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the design's columns."""
        return self.columns_of(self.terms)

    def columns_of(self, terms: Collection[str]) -> tuple[str, ...]:
        """Return the columns that these terms bring, each once, in the order of the terms."""
        return every({term: self.term_columns[term] for term in terms})

    def panel(self, record: Record, years: tuple[int, int]) -> pl.DataFrame:
        """Return the rows it is fitted to: the outcome of each year, and what it reads as it was in the year before."""
        wanted = (self.outcome, *(name for name in self.reads if name != self.outcome))
        span = (max(FIRST_YEAR, years[0] - 1), years[1])
        unit, directed = self.unit.removeprefix("directed "), self.unit.startswith("directed ")
        rows = panel(unit, wanted, years=span, directed=directed, record=record)
        before = [name for name in rows.columns if name not in ("ccode", "ccode1", "ccode2", "year", self.outcome)]
        return lagged(rows, before, 1).filter(pl.col("year") >= years[0])

    def complete(self, panel: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of which outcome and columns are known, those of absent terms too: all models see the same rows."""
        return panel.drop_nulls([self.outcome, *self.columns_of(list(self.term_columns))])

    def design(self, panel: pl.DataFrame) -> Design:
        """Return the panel as rows for estimation; the rows of a state, or of a pair of states, are a cluster."""
        return Design.of(self.complete(panel), self.columns, self.outcome, _CLUSTERS[self.unit], sides="dyad" in self.unit)

    def fit(self, panel: pl.DataFrame) -> Self:
        """Return a copy fitted to the rows from `first_year` on; raises InputError if nothing can be learnt from them."""
        design = self.design(panel)
        learnt = design.where(design.year >= self.first_year)
        return replace(self, estimate=linear(learnt) if self.amounts else logit(learnt))  # type: ignore[type-var]

    def forecaster(self, columns: tuple[str, ...]) -> Forecaster:
        """Return what forecasts the outcome from some columns."""
        return Linear(columns) if self.amounts else Logit(columns)

    def baselines(self) -> Mapping[str, Forecaster]:
        """Return what it has to beat, by name: what is known without it."""
        return (
            {"own mean": OwnMean(), "own trend": OwnTrend()}
            if self.amounts
            else {"base rate": BaseRate(), "own rate": OwnRate()}
        )

    def models(self) -> Mapping[str, Forecaster]:
        """Return every model that is scored out of sample: the full one, one without each term, and the baselines."""
        left = {term: self.columns_of([each for each in self.terms if each != term]) for term in self.terms}
        without = {f"without {term}": self.forecaster(columns) for term, columns in left.items()}
        return {FULL: self.forecaster(self.columns), **without, **self.baselines()}

    @property
    def wider(self) -> Self | None:
        """The mechanism of the outcome that its own is part of, given which its models tell it; None where there is none."""
        return None

    def associations(self) -> dict[str, float]:
        """Return what each column adds to the prediction, by name."""
        return dict(zip(self.fitted.terms, self.fitted.coefficients.tolist(), strict=True))

    def contests(self) -> tuple[tuple[str, str, str], ...]:
        """Return (term, rival, contender): a term is worth the score of the rival less that of the contender."""
        return tuple((term, f"without {term}", FULL) for term in self.terms)


def every(term_reads: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the variables of all terms, each once.

    >>> every({"power": ("capability_ratio", "major_powers"), BACKGROUND: ("peace_years", "major_powers")})
    ('capability_ratio', 'major_powers', 'peace_years')
    """
    return tuple(dict.fromkeys(name for names in term_reads.values() for name in names))


def check_choice(mechanism: str, kind: str, chosen: Iterable[str], known: Collection[str]) -> None:
    """Raise InputError, with the nearest names and all there are, if a choice is none of those that a mechanism has.

    >>> check_choice("order.interests", "term", ["powr"], ["power", "peace"])
    Traceback (most recent call last):
    foedus.errors.InputError: order.interests has no term 'powr'. Did you mean power? There are: power, peace.
    """
    unknown = [name for name in chosen if name not in known]
    if unknown:
        close = nearest(unknown[0], known) if len(unknown) == 1 else ""
        listed = ", ".join(map(repr, unknown))
        raise InputError(f"{mechanism} has no {kind} {listed}.{close} There are: {', '.join(known)}.")
