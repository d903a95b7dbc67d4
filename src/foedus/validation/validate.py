"""Validate a mechanism: hindcasts, scores, gains, grades, reliability, and the model that gives the headline numbers.

That is the model with all terms where a mechanism says so (`Mechanism.whole`); else the mechanism's core with those of its
other terms that are supported. An outcome that is part of a wider one is told given that: forecasts are multiplied.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Generic, TypeVar

import polars as pl

from foedus.errors import InputError, nearest
from foedus.estimation.design import Design
from foedus.estimation.estimate import Estimate
from foedus.estimation.forecasters import Forecaster
from foedus.estimation.pooled import Pooling
from foedus.mechanisms.mechanism import Mechanism, check_choice
from foedus.mechanisms.order.war_size import Arrivals, Tail, WarSize
from foedus.mechanisms.standard import MECHANISMS, shipped_names
from foedus.record.store import Record, open_record
from foedus.validation import in_sample
from foedus.validation.aftermath import Aftermath
from foedus.validation.displacement import flight
from foedus.validation.further import FURTHER, Further, Judged, nothing_given
from foedus.validation.gains import Contest, Evidence, gain_table
from foedus.validation.grades import SUPPORTED, direction, grade, grades
from foedus.validation.hindcast import (
    FULL,
    HEADLINE,
    Hindcast,
    best_of,
    by_window,
    chained,
    eras_and_all,
    forecasts,
    of_window,
    score_table,
    together,
    with_terms,
)
from foedus.validation.long_range import LongRange
from foedus.validation.memory import forget, remembered
from foedus.validation.registration import Registration, registrations
from foedus.validation.totals import Totals
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
    chosen : last year learnt from → terms of the headline in the window after it: all, where it is the whole model, or the core
        and what the other windows support.
    reliability : one row a stratum or bin, for the headline model over all windows (reliability.reliability); empty where no
        strata are registered.
    headline : fitted to every year; it gives the headline numbers.
    full : fitted to every year with every term; it gives the sensitivity run.
    base_rate : mean of the outcome over the rows fitted: a rate, or an amount in the outcome's unit.
    totals : how many were expected in each year over all rows, and how many came; None where not asked.
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
    totals: Totals | None = None
    aftermath: Aftermath | None = None

    @property
    def registration(self) -> Registration:
        """What was registered of its test."""
        return registrations()[self.test]

    def claim(self, term: str) -> str:
        """The id of the claim that a term belongs to."""
        return self.full.ids.get(term, self.full.id)

    def expected(self, term: str) -> Mapping[str, str]:
        """Return the sign, "+" or "-", that the claim gives each column of a term; empty where it gives none."""
        return self.registration.signs.get(term, {})

    def direction(self, term: str) -> str | None:
        """Return whether a term's coefficients, of the full model, have the signs claimed (`grades.direction`)."""
        return direction(self.full.associations(), self.expected(term))

    def tidy(self) -> pl.DataFrame:
        """Return the gains over all windows and in each era, with claim, grade, expected signs and direction of each term."""
        graded = pl.DataFrame(
            {
                "term": list(self.grades),
                "claim": [self.claim(term) for term in self.grades],
                "grade": list(self.grades.values()),
                "expected": [
                    ", ".join(f"{column} {sign}" for column, sign in self.expected(term).items()) or None
                    for term in self.grades
                ],
                "direction": [self.direction(term) for term in self.grades],
            },
            schema_overrides={"expected": pl.String, "direction": pl.String},
        )
        together = self.gains.filter(pl.col("origin").is_null()).drop("origin")
        about = [name for name in graded.columns if name != "term"]
        return together.join(graded, on="term", maintain_order="left").select(*about, pl.exclude(about))

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
            "grades": {
                term: {
                    "claim": self.claim(term),
                    "grade": grade,
                    "expected": dict(self.expected(term)),
                    "direction": self.direction(term),
                }
                for term, grade in self.grades.items()
            },
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
                "totals": self.long_range.totals.as_dict(),
            },
            "totals": self.totals and self.totals.as_dict(),
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
    # One thread a job and one core a thread: faster than threads inside each fit, and sums come in one order, so that the
    # same record gives the same bytes. What is about dyads holds a million rows, and what reads their risk fits them first: one
    # such job at a time, beside another.
    with ThreadPoolExecutor(1) as large, ThreadPoolExecutor(1) as small:
        running = [
            (large if _is_large(test) else small).submit(_validated, test, outcome, record, steps) for test, outcome in jobs
        ]
        results = [job.result() for job in running]
    for name in steps.computed:
        forget(f"{name}.")
    return (*results, *wars)


def everything(record: Record, say: Say) -> None:
    """Have all that ships remembered of a record: every validation, what is told in sample, what is told of flight."""
    validate(None, record, say)
    told_beside = {**in_sample.FRAMES, **flight.ALL}
    for place, (name, compute) in enumerate(told_beside.items(), 1):
        compute(record)
        say(name, place, len(told_beside))


def _wars(record: Record) -> WarValidation:
    validation: WarValidation = remembered(
        WarSize.name, record, (WarValidation, WarSize, Arrivals, Tail), lambda: validate_wars(record)
    )
    return validation


def _name(test: Registration, outcome: str) -> str:
    """What the validation of one outcome of a test is remembered by."""
    return f"{test.name}-{outcome}"


def named(mechanism: str) -> str:
    """Return the name of the file that computes a mechanism; raises InputError if there is none.

    >>> named("order.democratic_peace")
    'disputes'
    """
    ids = shipped_names()
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
    """Counts the steps done, over all threads, and notes by name what was computed."""

    def __init__(self, steps: int, say: Say) -> None:
        self._steps, self._done, self._say = steps, 0, say
        self.computed: list[str] = []

    def done(self, test: str, steps: int = 1) -> None:
        self._done += steps
        self._say(test, self._done, self._steps)


def steps_of(test: Registration) -> int:
    """Steps that the validation of one outcome of a test is told in: two a window, the last fits, and the long range."""
    return 2 * len(test.origins) + 1 + (test.gap is not None)


def _validated(test: Registration, outcome: str, record: Record, steps: _Steps) -> Validation[Any]:
    further = FURTHER.get(test.mechanism, Further())
    kinds = (Validation, Estimate, Pooling, Aftermath, LongRange, Totals, MECHANISMS[test.mechanism])
    counted: list[int] = []

    def count() -> None:
        counted.append(1)
        steps.done(test.name)

    validation: Validation[Any] = remembered(
        _name(test, outcome),
        record,
        kinds,
        lambda: compute(registrations()[test.name], outcome, record, count),
        beside=(further.given, further.judged),
    )
    if counted:
        steps.computed.append(_name(test, outcome))
        if not _is_read(test, outcome):
            forget(f"{_name(test, outcome)}.")
    steps.done(test.name, steps_of(test) - len(counted))
    return validation


def _is_large(test: Registration) -> bool:
    """Whether a test holds the rows of all dyads, its own or those of what it is given."""
    given_more = FURTHER.get(test.mechanism, Further()).given is not nothing_given
    return given_more or "dyad" in MECHANISMS[test.mechanism].unit


def _is_read(test: Registration, outcome: str) -> bool:
    """Whether another outcome of a test is part of this one, so that its parts are needed once more."""
    widers = [MECHANISMS[test.mechanism](outcome=each, **test.choices).wider for each in test.outcomes]
    return any(wider is not None and wider.outcome == outcome for wider in widers)


def compute(test: Registration, outcome: str, record: Record, count: Callable[[], None]) -> Validation[Any]:
    """Validate one outcome of a registered test, without looking into the memory."""
    further = FURTHER.get(test.mechanism, Further())
    mechanism: Mechanism = further.given(MECHANISMS[test.mechanism](outcome=outcome, **test.choices), record)
    check_choice(f"validation/preregistered.toml, [{test.name}]: {mechanism.id}", "model", test.baselines, mechanism.models())
    panel = mechanism.panel(record, (mechanism.first_year, test.years[1]))
    validation, whole = _validate(mechanism, outcome, panel, test, record, count)
    judged = Judged(test, outcome, validation.full, validation.headline, validation.chosen, whole, panel, record)
    return replace(validation, **further.judged(judged))


def given(mechanism: M, record: Record) -> M:
    """Return the mechanism with what it reads of other mechanisms' writing."""
    filled: M = FURTHER.get(mechanism.name, Further()).given(mechanism, record)
    return filled


def _validate(
    mechanism: Mechanism,
    outcome: str,
    panel: pl.DataFrame,
    test: Registration,
    record: Record,
    count: Callable[[], None],
) -> tuple[Validation[Any], Hindcast]:
    """Judge a mechanism, and return the headline's forecasts of all windows beside that.

    Rows, and the forecasts of all models, may take hundreds of megabytes each: they are let go when nothing more asks for them.
    """
    wider = _wider(mechanism, panel, test, record)
    rows = _design(mechanism, panel, test)
    base_rate = float(rows.outcome.mean())
    windows = []
    for window in _windows(mechanism, rows, test, record, wider):
        windows.append(window)
        count()
    design = None if mechanism.whole else rows  # what leads is then the full model, which has been asked
    del wider, rows
    evidence = Evidence.of(windows, [Contest(*contest) for contest in mechanism.contests()], test)
    gains = gain_table(windows, evidence)
    earned = grades(gains, test)
    windows, chosen, headline = _headline(mechanism, design, windows, evidence, earned)
    for _ in windows:
        count()
    del design  # each fit makes its own
    headline_gains = gain_table(windows, Evidence.of(windows, [Contest("headline", best_of(windows, test), HEADLINE)], test))
    scores, whole = score_table(windows, test), together(windows, HEADLINE)
    del windows, evidence
    full = mechanism.fit(panel)
    leading = full if headline == mechanism else headline.fit(panel)
    count()
    validation: Validation[Any] = Validation(
        test=test.name,
        outcome=outcome,
        scores=scores,
        gains=pl.concat([headline_gains, gains]),
        grades={**grades(headline_gains, test), **earned},
        chosen=chosen,
        reliability=pl.DataFrame(),
        headline=leading,
        full=full,
        base_rate=base_rate,
    )
    return validation, whole


def _headline(
    mechanism: M,
    design: Design | None,
    windows: Sequence[Hindcast],
    evidence: Evidence,
    earned: Mapping[str, str],
) -> tuple[list[Hindcast], dict[int, tuple[str, ...]], M]:
    """The windows with the headline's forecasts, its terms in each, and the mechanism that leads after all of them.

    design : the rows of the windows; None where the whole model leads, for which nothing more is learnt.
    """
    test = evidence.registration
    if design is None:
        whole = [replace(each, forecasts={**each.forecasts, HEADLINE: each.forecasts[FULL]}) for each in windows]
        return whole, {learnt: mechanism.terms for learnt, *_ in test.origins}, mechanism
    chosen = [supported(mechanism, evidence, [*windows[:left], *windows[left + 1 :]]) for left in range(len(windows))]
    told = [
        _with_headline(window, mechanism, terms, design, origin, at_once=test.at_once)
        for window, origin, terms in zip(windows, test.origins, chosen, strict=True)
    ]
    headline = with_terms(mechanism, [term for term in mechanism.terms if earned[term] == SUPPORTED])
    return told, dict(zip((learnt for learnt, *_ in test.origins), chosen, strict=True)), headline


def _design(mechanism: Mechanism, panel: pl.DataFrame, test: Registration) -> Design:
    """The rows that are learnt from and forecast, those of each window together."""
    design = mechanism.design(panel)
    return by_window(design.where(design.year >= mechanism.first_year), test.origins, in_place=True)


def _wider(mechanism: Mechanism, panel: pl.DataFrame, test: Registration, record: Record) -> list[Hindcast] | None:
    """The windows of the outcome that a mechanism's own is part of, which are forecast first; None where there is none."""
    wider = mechanism.wider
    if wider is None:
        return None
    before = _wider(wider, panel, test, record)
    return [*_windows(wider, _design(wider, panel, test), test, record, before)]


def _windows(
    mechanism: Mechanism, design: Design, test: Registration, record: Record, wider: Sequence[Hindcast] | None
) -> Iterator[Hindcast]:
    """The forecasts of all models from all origins, kept as each ends: an interrupted run goes on where it stopped."""
    rows, outcome, models = design.sha256(), mechanism.outcome, mechanism.models()
    for place, origin in enumerate(test.origins):
        kept: pl.DataFrame = remembered(
            f"{_name(test, outcome)}.{origin[0]}.{rows[:16]}",
            record,
            (),
            partial(_forecast, models, design, origin, test.at_once),
            beside=(type(mechanism),),
        )
        window = of_window(outcome, {model: kept[model].to_numpy() for model in kept.columns}, design, origin)
        yield window if wider is None else chained(window, wider[place], models)


def _forecast(models: Mapping[str, Forecaster], design: Design, origin: tuple[int, int, int], at_once: bool) -> pl.DataFrame:
    return pl.DataFrame(forecasts(models, design, origin, at_once=at_once))


def _with_headline(
    window: Hindcast,
    mechanism: Mechanism,
    terms: Collection[str],
    design: Design,
    origin: tuple[int, int, int],
    *,
    at_once: bool,
) -> Hindcast:
    """The window with the forecasts of the headline model of these terms, which may be one that was asked before."""
    model = with_terms(mechanism, terms).models()[FULL]
    same = [name for name, each in mechanism.models().items() if each == model]
    forecast = window.forecasts[same[0]] if same else forecasts({HEADLINE: model}, design, origin, at_once=at_once)[HEADLINE]
    return replace(window, forecasts={**window.forecasts, HEADLINE: forecast})


def supported(mechanism: Mechanism, evidence: Evidence, windows: Sequence[Hindcast]) -> tuple[str, ...]:
    """Return the terms of a mechanism that some windows of a test support."""
    test = evidence.registration
    decisive = [evidence.over(span).filter(score=test.score) for span in eras_and_all(windows, test)]

    def earns(term: str) -> bool:
        *eras, whole = (gains.filter(term=term) for gains in decisive)
        return grade(whole, pl.concat(eras), test.smallest) == SUPPORTED

    return tuple(filter(earns, mechanism.terms))
