"""Validate a mechanism: hindcasts, scores, gains, grades, reliability, and a headline model of the terms that earned it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np
import polars as pl

from foedus.errors import InputError, nearest
from foedus.mechanisms.disputes import Disputes
from foedus.mechanisms.estimate import Design, Estimate, one_core
from foedus.mechanisms.forecasters import Pooling
from foedus.record.store import Record, open_record
from foedus.validation.grades import SUPPORTED, grades
from foedus.validation.hindcast import FULL, HEADLINE, Contest, Hindcast, gain_table, hindcast, score_table, spans, together
from foedus.validation.memory import remembered
from foedus.validation.registration import Registration, registrations
from foedus.validation.reliability import reliability

MECHANISMS = {"disputes": Disputes}
"""Mechanisms by the name of their file, in the essay's order."""

Say = Callable[[str, int, int], None]
"""Told what is being done, how many steps of it are done, and how many there are."""


@dataclass(frozen=True)
class Validation:
    """How far to believe one outcome of a mechanism.

    Attributes
    ----------
    mechanism : the name of its file. outcome : what is forecast.
    scores : one row a span of years and model (hindcast.score_table).
    gains : one row a span of years, term and score (hindcast.gain_table).
    grades : term → grade, and "headline" → the grade of the headline model.
    reliability : one row a stratum or bin, for the headline model over all windows (reliability.reliability).
    headline : fitted to every year, with the terms graded "supported" only; it gives the headline numbers.
    full : fitted to every year with every term; it gives the sensitivity run.
    base_rate : mean of the outcome over the rows fitted.
    """

    mechanism: str
    outcome: str
    scores: pl.DataFrame
    gains: pl.DataFrame
    grades: dict[str, str]
    reliability: pl.DataFrame
    headline: Disputes
    full: Disputes
    base_rate: float

    def tidy(self) -> pl.DataFrame:
        """Return the gains over all windows and in each era, with the claim and the grade of each term."""
        graded = pl.DataFrame(
            {
                "term": list(self.grades),
                "grade": list(self.grades.values()),
                "claim": [self.full.ids.get(term, self.full.id) for term in self.grades],
            }
        )
        together = self.gains.filter(pl.col("origin").is_null()).drop("origin")
        return together.join(graded, on="term", maintain_order="left").select("claim", "grade", pl.exclude("claim", "grade"))

    def over_all(self, frame: str = "scores") -> pl.DataFrame:
        """Return the rows of `scores` or `gains` that are about all windows together."""
        table: pl.DataFrame = getattr(self, frame)
        first, last = registrations()[self.mechanism].years
        return table.filter(pl.col("origin").is_null() & (pl.col("first_year") == first) & (pl.col("last_year") == last))

    def as_dict(self) -> dict[str, Any]:
        """Return the validation as plain values, as `foedus validate --json` prints it."""
        return {
            "mechanism": self.full.id,
            "outcome": self.outcome,
            "grade": self.grades["headline"],
            "grades": {
                term: {"claim": self.full.ids.get(term, self.full.id), "grade": self.grades[term]} for term in self.grades
            },
            "headline_terms": list(self.headline.terms),
            "base_rate": self.base_rate,
            "scores": self.scores.to_dicts(),
            "gains": self.gains.to_dicts(),
            "reliability": self.reliability.to_dicts(),
            "coefficients": {"headline": self.headline.fitted.tidy().to_dicts(), "full": self.full.fitted.tidy().to_dicts()},
        }


def validate(mechanism: str | None = None, record: Record | None = None, say: Say | None = None) -> tuple[Validation, ...]:
    """Return the validation of each registered outcome of a mechanism, or of all; remembered while record and code stay.

    A mechanism is named by its file ("disputes") or by the id of a claim that it computes ("order.democratic_peace"). Raises
    InputError with the nearest names if there is none of that name.
    """
    record = record or open_record()
    chosen = list(MECHANISMS) if mechanism is None else [named(mechanism)]
    return tuple(validation for name in chosen for validation in _validated(name, record, say or (lambda *_: None)))


def named(mechanism: str) -> str:
    """Return the name of the file that computes a mechanism; raises InputError if there is none.

    >>> named("order.democratic_peace")
    'disputes'
    """
    ids = {claim: name for name, kind in MECHANISMS.items() for claim in (name, kind.id, *kind.ids.values())}
    if mechanism not in ids:
        raise InputError(f"no mechanism is called {mechanism!r}.{nearest(mechanism, ids)} There is: {', '.join(ids)}.")
    return ids[mechanism]


def _validated(name: str, record: Record, say: Say) -> tuple[Validation, ...]:
    kinds = (Validation, Estimate, Pooling, MECHANISMS[name])
    found: tuple[Validation, ...] = remembered(name, record, kinds, lambda: compute(name, record, say))
    return found


def compute(name: str, record: Record, say: Say) -> tuple[Validation, ...]:
    """Validate every registered outcome of a mechanism, without looking into the memory."""
    registration = registrations()[name]
    made = [MECHANISMS[name](outcome=outcome) for outcome in registration.outcomes]
    with ThreadPoolExecutor(1) as loader:
        loader.submit(import_module, "glum")  # a second or two, spent beside the panel
        panel = made[0].panel(record, (min(each.first_year for each in made), registration.years[1]))
    steps = _Steps(name, len(made) * (len(registration.origins) * 2 + 1), say)
    # One thread an outcome and one core a thread: faster than threads inside each fit, and sums come in one order, so
    # that the same record gives the same bytes. OpenMP holds its limit for each thread apart, hence the initializer.
    with one_core(), ThreadPoolExecutor(initializer=one_core) as pool:
        return tuple(pool.map(lambda each: _validate(each, panel, registration, steps), made))


class _Steps:
    """Counts the steps done, over all threads."""

    def __init__(self, name: str, steps: int, say: Say) -> None:
        self._name, self._steps, self._done, self._say = name, steps, 0, say

    def one_more(self) -> None:
        self._done += 1
        self._say(self._name, self._done, self._steps)


def _validate(mechanism: Disputes, panel: pl.DataFrame, registration: Registration, steps: _Steps) -> Validation:
    design = mechanism.design(panel)
    windows = [_window(mechanism, design, origin, steps) for origin in registration.origins]
    contests = [Contest(*contest) for contest in mechanism.contests()]
    found = spans(windows, registration)
    gains = pl.concat([gain_table(span, contests, registration) for span in found])
    earned = grades(gains, registration)
    headline = replace(mechanism, terms=tuple(term for term in mechanism.terms if earned[term] == SUPPORTED))
    windows = [
        _with_headline(window, headline, design, origin, steps)
        for window, origin in zip(windows, registration.origins, strict=True)
    ]
    found = spans(windows, registration)
    best = _best(together(windows, registration.years), registration)
    against = [Contest("headline", best, HEADLINE)]
    own = pl.concat([gain_table(span, against, registration) for span in found])
    fitted = [each.learnt(design) for each in (headline, mechanism)]
    steps.one_more()
    return Validation(
        mechanism=mechanism.name,
        outcome=mechanism.outcome,
        scores=pl.concat([score_table(span) for span in found]),
        gains=pl.concat([own, gains]),
        grades={**grades(own, registration), **earned},
        reliability=_reliability(mechanism, panel, together(windows, registration.years), registration),
        headline=fitted[0],
        full=fitted[1],
        base_rate=float(design.outcome.mean()),
    )


def _window(mechanism: Disputes, design: Design, origin: tuple[int, int, int], steps: _Steps) -> Hindcast:
    made = hindcast(mechanism.outcome, mechanism.models(), design, origin)
    steps.one_more()
    return made


def _with_headline(
    window: Hindcast, headline: Disputes, design: Design, origin: tuple[int, int, int], steps: _Steps
) -> Hindcast:
    """The window with the forecasts of the headline model beside those of the others."""
    made = hindcast(window.outcome_name, {HEADLINE: headline.models()[FULL]}, design, origin)
    steps.one_more()
    return replace(window, forecasts={**window.forecasts, **made.forecasts})


def _best(whole: Hindcast, registration: Registration) -> str:
    """The baseline that scored best over all windows."""
    from foedus.validation.scores import log_score

    return min(registration.baselines, key=lambda name: log_score(whole.forecasts[name], whole.outcome).mean())


def _reliability(mechanism: Disputes, panel: pl.DataFrame, whole: Hindcast, registration: Registration) -> pl.DataFrame:
    """Reliability of the headline model's forecasts over all windows."""
    rows = mechanism.complete(panel)
    forecast = pl.concat(_forecast_rows(rows, whole, registration.origins))
    return reliability(forecast, forecast["forecast"].to_numpy(), mechanism.outcome, registration.level)


def _forecast_rows(rows: pl.DataFrame, whole: Hindcast, origins: Sequence[tuple[int, int, int]]) -> Iterable[pl.DataFrame]:
    """The rows that were forecast, window after window, with what the headline model said of each."""
    begin = 0
    for _, first, last in origins:
        window = rows.filter(pl.col("year").is_between(first, last))
        forecast = whole.forecasts[HEADLINE][begin : begin + window.height]
        yield window.with_columns(forecast=np.asarray(forecast))
        begin += window.height
