"""A mechanism: one claim of the essay as a relation that can be fitted, doubted and tested.

A mechanism is a frozen dataclass. Its fields are its choices, each with a default and a reason; it says at which unit it works,
what it reads and what it writes, by names from the codebook; `design` turns a panel into rows for estimation and `fit` returns
a copy that has learnt, leaving the original unfitted, so that a hindcast can fit it again.

A complete one, small enough to check by hand: trade follows contact.

>>> import numpy as np
>>> from dataclasses import dataclass, replace
>>> from foedus.estimation.logit import Design, Estimate, logit
>>> @dataclass(frozen=True)
... class TradeFollowsContact:
...     name: str = "trade_follows_contact"
...     unit: str = "dyad-year"
...     reads: tuple[str, ...] = ("contiguous", "trade_agreements")
...     writes: tuple[str, ...] = ("trade_probability",)
...     estimate: Estimate | None = None
...
...     def design(self, panel):
...         return Design(
...             matrix=panel["contiguous"].cast(float).to_numpy().reshape(-1, 1),
...             columns=("contiguous",),
...             outcome=(panel["trade_agreements"] > 0).cast(float).to_numpy(),
...             cluster=panel["ccode1"].to_numpy() * 1000 + panel["ccode2"].to_numpy(),
...             year=panel["year"].to_numpy(),
...         )
...
...     def fit(self, panel):
...         return replace(self, estimate=logit(self.design(panel)))
>>> world = pl.DataFrame({
...     "ccode1": [1, 1, 1, 1, 2, 2, 2, 2], "ccode2": [2, 2, 2, 2, 3, 3, 3, 3], "year": [2000, 2001, 2002, 2003] * 2,
...     "contiguous": [True] * 4 + [False] * 4, "trade_agreements": [1, 1, 1, 0, 1, 0, 0, 0]})
>>> fitted = TradeFollowsContact().fit(world)
>>> fitted.estimate.probability(np.array([[1.0], [0.0]])).round(2).tolist()
[0.75, 0.25]
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol, Self

import polars as pl

from foedus.errors import InputError, nearest
from foedus.estimation.forecasters import Forecaster
from foedus.estimation.logit import Design, Estimate
from foedus.record.store import Record


class Mechanism(Protocol):
    """What every mechanism has."""

    @property
    def id(self) -> str:
        """Its id, dotted ("order.interests")."""

    @property
    def ids(self) -> Mapping[str, str]:
        """Terms that are a claim of their own, and the id of that."""

    @property
    def name(self) -> str:
        """Its name, that of its file."""

    @property
    def unit(self) -> str:
        """Unit of analysis."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Variables it reads, last year's unless it says otherwise."""

    @property
    def term_reads(self) -> Mapping[str, tuple[str, ...]]:
        """The same, by the term that is made of them; under BACKGROUND those that belong to no term."""

    @property
    def writes(self) -> tuple[str, ...]:
        """Variables it writes."""

    @property
    def terms(self) -> tuple[str, ...]:
        """The parts of it that can be left out, one by one, to see what they are worth."""

    @property
    def core(self) -> tuple[str, ...]:
        """Those of its terms that are its own claim, graded as a whole; the others have to earn their place one by one."""

    @property
    def first_year(self) -> int:
        """First year of the rows it learns from."""

    @property
    def fitted(self) -> Estimate:
        """What it has learnt; raises InputError while it is unfitted."""

    def panel(self, record: Record, years: tuple[int, int]) -> pl.DataFrame:
        """Return the rows it is fitted to."""

    def design(self, panel: pl.DataFrame) -> Design:
        """Return the panel as rows for estimation."""

    def fit(self, panel: pl.DataFrame) -> Self:
        """Return a fitted copy."""

    def models(self) -> Mapping[str, Forecaster]:
        """Return every model that is scored out of sample: "full model", "without <term>" for each term, the baselines."""

    def contests(self) -> tuple[tuple[str, str, str], ...]:
        """Return (term, rival, contender): a term is worth the score of the rival less that of the contender."""


BACKGROUND = ""
"""Stands for the term of variables that no term is made of: every model has them."""


def every(term_reads: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the variables of all terms, each once.

    >>> every({"power": ("capability_ratio", "major_powers"), BACKGROUND: ("peace_years", "major_powers")})
    ('capability_ratio', 'major_powers', 'peace_years')
    """
    return tuple(dict.fromkeys(name for names in term_reads.values() for name in names))


class Fitted:
    """What every mechanism with an `Estimate` has in common: it is asked for what it has learnt, and says if it has not."""

    estimate: Estimate | None

    @property
    def fitted(self) -> Estimate:
        """What it has learnt; raises InputError while it is unfitted."""
        if self.estimate is None:
            raise InputError(UNFITTED)
        return self.estimate


UNFITTED = "this mechanism is not fitted yet: call fit(panel) first."


def check_choice(mechanism: str, kind: str, chosen: Iterable[str], known: Collection[str]) -> None:
    """Raise InputError, with the nearest names and all there are, if a choice is none of those that a mechanism has.

    >>> check_choice("order.interests", "term", ["powr"], ["power", "peace"])
    Traceback (most recent call last):
    foedus.errors.InputError: order.interests has no term 'powr'. Did you mean power? There are: power, peace.
    """
    unknown = [name for name in chosen if name not in known]
    if unknown:
        close = nearest(unknown[0], known) if len(unknown) == 1 else ""
        said = ", ".join(map(repr, unknown))
        raise InputError(f"{mechanism} has no {kind} {said}.{close} There are: {', '.join(known)}.")
