"""Validate a mechanism: hindcasts, scores, gains, grades, reliability, and a headline model of the terms that earned it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np
import polars as pl

from foedus.errors import InputError, nearest
from foedus.estimation.forecasters import Pooling
from foedus.estimation.logit import Estimate, one_core
from foedus.mechanisms.mechanism import Mechanism
from foedus.mechanisms.order.disputes import Disputes
from foedus.mechanisms.order.war_size import Arrivals, Tail, WarSize
from foedus.mechanisms.spending import Spending
from foedus.mechanisms.standard import MECHANISMS
from foedus.record.store import Record, open_record
from foedus.validation import in_sample
from foedus.validation.aftermath import Aftermath, aftermath
from foedus.validation.displacement import flight
from foedus.validation.gains import Contest, Evidence, gain_table
from foedus.validation.grades import SUPPORTED, grade, grades
from foedus.validation.hindcast import FULL, HEADLINE, Hindcast, best_of, eras_and_all, hindcast, score_table, together
from foedus.validation.long_range import LongRange, long_range
from foedus.validation.memory import is_remembered, remembered
from foedus.validation.prospective import fatal_dispute_risk
from foedus.validation.registration import Registration, registrations
from foedus.validation.reliability import reliability
from foedus.validation.wars import WarValidation, validate_wars

Say = Callable[[str, int, int], None]
"""Told what is being done, how many steps of it are done, and how many there are."""


M = TypeVar("M", bound=Mechanism)


@dataclass(frozen=True)
class Validation(Generic[M]):
    """How far to believe one outcome of a mechanism.

    Attributes
    ----------
    test : name of the registered test. outcome : what is forecast.
    scores : one row a span of years and model (hindcast.score_table).
    gains : one row a span of years, term and score (hindcast.gain_table).
    grades : term → grade, and "headline" → the grade of the headline model.
    chosen : last year learnt from → terms that the other windows than the one after it support.
    reliability : one row a stratum or bin, for the headline model over all windows (reliability.reliability); empty where no
        strata are registered.
    headline : fitted to every year, with the mechanism's core and the supported terms; it gives the headline numbers.
    full : fitted to every year with every term; it gives the sensitivity run.
    base_rate : mean of the outcome over the rows fitted: a rate, or an amount in the outcome's unit.
    long_range : how the same windows were forecast from what was known years before; None where not asked.
    aftermath : how the headline model ranked the conflicts that began after the outcome's last year; None where not asked.
    """

    test: str
    outcome: str
    scores: pl.DataFrame
    gains: pl.DataFrame
    grades: dict[str, str]
    chosen: dict[int, tuple[str, ...]]
    reliability: pl.DataFrame
    headline: M
    full: M
    base_rate: float
    long_range: LongRange | None = None
    aftermath: Aftermath | None = None

    @property
    def registration(self) -> Registration:
        """What was registered of its test."""
        return registrations()[self.test]

    def claim(self, term: str) -> str:
        """The id of the claim that a term belongs to."""
        return self.full.ids.get(term, self.full.id)

    def tidy(self) -> pl.DataFrame:
        """Return the gains over all windows and in each era, with the claim and the grade of each term."""
        graded = pl.DataFrame(
            {
                "term": list(self.grades),
                "grade": list(self.grades.values()),
                "claim": [self.claim(term) for term in self.grades],
            }
        )
        together = self.gains.filter(pl.col("origin").is_null()).drop("origin")
        return together.join(graded, on="term", maintain_order="left").select("claim", "grade", pl.exclude("claim", "grade"))

    def over_all(self, frame: str = "scores") -> pl.DataFrame:
        """Return the rows of `scores` or `gains` that are about all windows together."""
        table: pl.DataFrame = getattr(self, frame)
        first, last = self.registration.years
        return table.filter(pl.col("origin").is_null() & (pl.col("first_year") == first) & (pl.col("last_year") == last))

    def as_dict(self) -> dict[str, Any]:
        """Return the validation as plain values, as `foedus validate --json` prints it."""
        return {
            "mechanism": self.full.id,
            "test": self.test,
            "outcome": self.outcome,
            "grade": self.grades["headline"],
            "grades": {term: {"claim": self.claim(term), "grade": found} for term, found in self.grades.items()},
            "headline_terms": list(self.headline.terms),
            "base_rate": self.base_rate,
            "scores": self.scores.to_dicts(),
            "gains": self.gains.to_dicts(),
            "chosen": {str(origin): list(terms) for origin, terms in self.chosen.items()},
            "reliability": self.reliability.to_dicts(),
            "long_range": self.long_range
            and {
                "years_ahead": [self.long_range.first_ahead, self.long_range.last_ahead],
                "grade": self.long_range.grade,
                **{name: getattr(self.long_range, name).to_dicts() for name in ("scores", "gains", "reliability")},
            },
            "aftermath": self.aftermath
            and {name: getattr(self.aftermath, name).to_dicts() for name in ("scores", "onsets", "course")},
            "coefficients": {"headline": self.headline.fitted.tidy().to_dicts(), "full": self.full.fitted.tidy().to_dicts()},
        }


def validate(mechanism: str | None = None, record: Record | None = None, say: Say | None = None) -> tuple[Any, ...]:
    """Return the validations of a mechanism, or of all: one a registered test and outcome.

    A `Validation` each, but for the sizes of wars, whose forecasts are counts (`wars.WarValidation`).

    They are remembered while record and code stay the same. A mechanism is named by its file ("disputes") or by the id of a
    claim that it computes ("order.democratic_peace"). Raises InputError with the nearest names if there is none of that name,
    and if a mechanism has no registered test.
    """
    record = record or open_record()
    chosen = MECHANISMS if mechanism is None else {named(mechanism)}
    check_registered(chosen)
    tests = [test for test in registrations().values() if test.mechanism in chosen]
    jobs = [(test, outcome) for test in tests for outcome in test.outcomes]
    steps = _Steps(sum(steps_of(test) for test, _ in jobs), say or (lambda *_: None))
    wars = (_wars(record),) if WarSize.name in chosen else ()
    if all(is_remembered(_name(*job), record) for job in jobs):
        return (*(_validated(*job, record, steps) for job in jobs), *wars)
    # One thread a job and one core a thread: faster than threads inside each fit, and sums come in one order, so that the
    # same record gives the same bytes. OpenMP holds its limit for each thread apart, hence the initializer.
    with one_core(), ThreadPoolExecutor(2, initializer=one_core) as pool:
        return (*pool.map(lambda job: _validated(job[0], job[1], record, steps), jobs), *wars)


def everything(record: Record, say: Say) -> Iterator[tuple[str, Any]]:
    """Return all that is remembered of a record, by the name it is remembered by."""
    validate(None, record, say)
    for test in registrations().values():
        for outcome in test.outcomes:
            yield _name(test, outcome), _validated(test, outcome, record, _Steps(1, lambda *_: None))
    yield WarSize.name, _wars(record)
    yield from ((name, frame(record)) for name, frame in in_sample.FRAMES.items())
    yield from flight.everything(record)


def _wars(record: Record) -> WarValidation:
    found: WarValidation = remembered(
        WarSize.name, record, (WarValidation, WarSize, Arrivals, Tail), lambda: validate_wars(record)
    )
    return found


def _name(test: Registration, outcome: str) -> str:
    """What the validation of one outcome of a test is remembered by."""
    return f"{test.name}-{outcome}"


def named(mechanism: str) -> str:
    """Return the name of the file that computes a mechanism; raises InputError if there is none.

    >>> named("order.democratic_peace")
    'disputes'
    """
    ids = {claim: name for name, kind in MECHANISMS.items() for claim in (name, kind.id, *kind.ids.values())}
    if mechanism not in ids:
        raise InputError(f"no mechanism is called {mechanism!r}.{nearest(mechanism, ids)} There are: {', '.join(ids)}.")
    return ids[mechanism]


def check_registered(mechanisms: Iterable[str]) -> None:
    """Raise InputError, with what to do, if one of these mechanisms has no registered test.

    >>> check_registered(["disputes", "war_size"])
    """
    tested = {WarSize.name, *(test.mechanism for test in registrations().values())}
    if lacking := [name for name in mechanisms if name not in tested]:
        raise InputError(
            f"{', '.join(lacking)}: no test is registered, so that nothing can be validated or fitted. Write one in "
            "validation/preregistered.toml before its scores are seen; CONTRIBUTING.md shows how."
        )


class _Steps:
    """Counts the steps done, over all threads."""

    def __init__(self, steps: int, say: Say) -> None:
        self._steps, self._done, self._say = steps, 0, say

    def done(self, test: str, steps: int = 1) -> None:
        self._done += steps
        self._say(test, self._done, self._steps)


def steps_of(test: Registration) -> int:
    """Steps that the validation of one outcome of a test is told in: two a window, the last fits, and the long range."""
    return 2 * len(test.origins) + 1 + (test.gap is not None)


def _validated(test: Registration, outcome: str, record: Record, steps: _Steps) -> Validation[Any]:
    kinds = (Validation, Estimate, Pooling, Aftermath, LongRange, MECHANISMS[test.mechanism])
    told: list[int] = []

    def count() -> None:
        told.append(1)
        steps.done(test.name)

    found: Validation[Any] = remembered(_name(test, outcome), record, kinds, lambda: compute(test, outcome, record, count))
    if not told:
        steps.done(test.name, steps_of(test))
    return found


def compute(test: Registration, outcome: str, record: Record, count: Callable[[], None]) -> Validation[Any]:
    """Validate one outcome of a registered test, without looking into the memory."""
    mechanism: Mechanism = given(MECHANISMS[test.mechanism](outcome=outcome, **test.choices), record)
    panel = mechanism.panel(record, (mechanism.first_year, test.years[1]))
    found = _validate(mechanism, outcome, panel, test, count)
    if isinstance(mechanism, Disputes) and test.gap is not None:
        models = [with_terms(mechanism, terms) for terms in found.chosen.values()]
        found = replace(found, long_range=long_range(models, panel, test))
        count()
    if outcome in test.aftermath and isinstance(found.headline, Disputes):
        return replace(found, aftermath=aftermath(found.headline, record))
    return found


def given(mechanism: M, record: Record) -> M:
    """Return the mechanism with what it reads of other mechanisms' writing."""
    if isinstance(mechanism, Spending):
        return replace(mechanism, risk=fatal_dispute_risk(record))
    return mechanism


def _validate(
    mechanism: Mechanism, outcome: str, panel: pl.DataFrame, test: Registration, count: Callable[[], None]
) -> Validation[Any]:
    design = mechanism.design(panel)
    design = design.where(design.year >= mechanism.first_year)
    contests = [Contest(*contest) for contest in mechanism.contests()]
    windows: list[Hindcast] = []
    for origin in test.origins:
        windows.append(hindcast(outcome, mechanism.models(), design, origin, at_once=test.at_once))
        count()
    evidence = Evidence.of(windows, contests, test)
    gains = gain_table(windows, evidence)
    earned = grades(gains, test)
    chosen = [supported(mechanism, evidence, [*windows[:left], *windows[left + 1 :]]) for left in range(len(windows))]
    for place, (origin, terms) in enumerate(zip(test.origins, chosen, strict=True)):
        chosen_model = {HEADLINE: with_terms(mechanism, terms).models()[FULL]}
        made = hindcast(outcome, chosen_model, design, origin, at_once=test.at_once)
        windows[place] = replace(windows[place], forecasts={**windows[place].forecasts, **made.forecasts})
        count()
    whole = together(windows)
    own = gain_table(windows, Evidence.of(windows, [Contest("headline", best_of(whole, test), HEADLINE)], test))
    headline = with_terms(mechanism, [term for term in mechanism.terms if earned[term] == SUPPORTED])
    fitted = [each.fit(panel) for each in (headline, mechanism)]
    count()
    return Validation(
        test=test.name,
        outcome=outcome,
        scores=score_table(windows, test),
        gains=pl.concat([own, gains]),
        grades={**grades(own, test), **earned},
        chosen=dict(zip((learnt for learnt, *_ in test.origins), chosen, strict=True)),
        reliability=_reliability(mechanism, panel, whole, test) if test.reliable else pl.DataFrame(),
        headline=fitted[0],
        full=fitted[1],
        base_rate=float(design.outcome.mean()),
    )


def supported(mechanism: Mechanism, evidence: Evidence, windows: Sequence[Hindcast]) -> tuple[str, ...]:
    """Return the terms of a mechanism that some windows of a test support."""
    test = evidence.registration
    decisive = [evidence.over(span).filter(score=test.score) for span in eras_and_all(windows, test)]

    def earns(term: str) -> bool:
        *eras, whole = (gains.filter(term=term) for gains in decisive)
        return grade(whole, pl.concat(eras), test.smallest) == SUPPORTED

    return tuple(filter(earns, mechanism.terms))


def with_terms(mechanism: M, terms: Collection[str]) -> M:
    """Return the mechanism with its core and these of its other terms."""
    kept = tuple(term for term in mechanism.terms if term in mechanism.core or term in terms)
    return replace(mechanism, terms=kept)  # type: ignore[type-var]


def _reliability(mechanism: Mechanism, panel: pl.DataFrame, whole: Hindcast, test: Registration) -> pl.DataFrame:
    """Reliability of the headline model's forecasts over all windows, for a mechanism whose rows have the strata."""
    if not isinstance(mechanism, Disputes):
        raise TypeError(f"the rows of {mechanism.name} have no strata")
    rows = pl.concat(_forecast_rows(mechanism.complete(panel), whole, test.origins))
    return reliability(rows, rows["forecast"].to_numpy(), whole.outcome_name, test)


def _forecast_rows(rows: pl.DataFrame, whole: Hindcast, origins: Sequence[tuple[int, int, int]]) -> Iterable[pl.DataFrame]:
    """The rows that were forecast, window after window, with what the headline model said of each."""
    begin = 0
    for _, first, last in origins:
        window = rows.filter(pl.col("year").is_between(first, last))
        forecast = whole.forecasts[HEADLINE][begin : begin + window.height]
        yield window.with_columns(forecast=np.asarray(forecast))
        begin += window.height
