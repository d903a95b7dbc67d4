"""How far to believe a model of one's own: forecasts from past origins, term by term, graded by the rule of every mechanism.

The model learns up to each origin and forecasts the years after it, each knowing what was known before it; so does the model
without each of its terms, and so do baselines that know nothing of the claim. What a term is worth is the score without it less
the score with it, with an interval that draws states (of dyads both alike), or units, and years. A term is *supported*,
*mixed*, *not supported* or *harmful* by `validation/grades.py`, and so is the model as a whole against the best baseline.
Boosted trees on the same columns stand beside it: what a machine gets out of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.errors import InputError, nearest
from foedus.estimation.boosted import BOOSTED
from foedus.estimation.cores import one_core
from foedus.estimation.design import Design
from foedus.estimation.estimate import Estimate
from foedus.estimation.forecasters import BaseRate, Forecaster, Logit, OwnRate
from foedus.estimation.least_squares import LastValue, Linear, OwnMean, OwnTrend
from foedus.models.estimated import Estimated
from foedus.models.expression import names, tree, values
from foedus.models.families import FAMILIES
from foedus.models.fitting import fitted_to
from foedus.models.forecasting import OfFamily, trees
from foedus.models.formula import parsed
from foedus.models.known_before import columns_of, known_before, known_in_hindsight
from foedus.models.outcomes import ORDERED, YES_NO
from foedus.models.rows import Sample, codes_of, sampled
from foedus.models.strata import strata_table
from foedus.validation.gains import Contest, Evidence, gain_table
from foedus.validation.grades import direction, grades
from foedus.validation.hindcast import FULL, Hindcast, best_of, by_window, hindcast, score_table, together
from foedus.validation.registration import Registration, entries

Window = tuple[int, int, int]
Say = Callable[[str, int, int], None]

WHOLE = "whole model"
"""The name of the contest between the model as a whole and the best baseline."""

OF_YES_NO: Mapping[str, Forecaster] = {"base rate": BaseRate(), "rolling base rate": BaseRate(years=20), "own rate": OwnRate()}
OF_AMOUNTS: Mapping[str, Forecaster] = {"own mean": OwnMean(), "own trend": OwnTrend(), "last value": LastValue()}
"""Baselines that know nothing but the outcome's past, by name."""


@dataclass(frozen=True)
class Graded:
    """A model of one's own, tested on years it had not seen.

    Attributes
    ----------
    formula : as the forecasts read it, every value as known before the year. test : origins, baselines, score and rule.
    scores : one row a span of years and model. gains : one row a span, contest and score. grades : term → grade, and WHOLE.
    reliability : predicted and observed outcomes by stratum and by size of forecast; empty of amounts.
    model : fitted to all rows, values as known before the year. remarks : what the reader must know.
    claim, registered, sha256 : what was claimed, on which day it was set down, and the registration's hash; None without.
    """

    formula: str
    test: Registration
    scores: pl.DataFrame
    gains: pl.DataFrame
    grades: Mapping[str, str]
    reliability: pl.DataFrame
    model: Estimated | Estimate = field(repr=False)
    remarks: tuple[str, ...] = ()
    claim: str | None = None
    registered: str | None = None
    sha256: str | None = None

    def direction(self, term: str) -> str | None:
        """Return whether a term's coefficients have the signs claimed: "as claimed", "against the claim", or None."""
        signs = self.test.signs.get(term, {})
        return direction(dict(zip(self.model.terms, self.model.coefficients.tolist(), strict=True)), signs)

    def tidy(self) -> pl.DataFrame:
        """Return one row a term, and one of the whole model: grade, direction, gain over all windows, interval, against what.

        gain and skill are in the deciding score: how much lower it is, and as a share of the rival's.
        """
        first, last = self.test.years
        over_all = (pl.col("origin").is_null()) & (pl.col("first_year") == first) & (pl.col("last_year") == last)
        rows = self.gains.filter(over_all, score=self.test.score)
        told = pl.DataFrame(
            {
                "term": list(self.grades),
                "grade": list(self.grades.values()),
                "direction": [self.direction(term) for term in self.grades],
            },
            schema_overrides={"direction": pl.String},
        )
        return told.join(rows, on="term", how="left", maintain_order="left").select(
            "term", "grade", "direction", "against", "gain", "low", "high", "skill"
        )

    def over_all(self) -> pl.DataFrame:
        """Return the score of every model over all windows together."""
        first, last = self.test.years
        return self.scores.filter(pl.col("origin").is_null(), first_year=first, last_year=last).drop("origin")

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "test": self.test.name,
            "outcome": self.test.outcomes[0],
            "claim": self.claim,
            "registered": self.registered,
            "sha256": self.sha256,
            "formula": self.formula,
            "origins": [list(origin) for origin in self.test.origins],
            "grade": self.grades[WHOLE],
            "grades": {term: {"grade": grade, "direction": self.direction(term)} for term, grade in self.grades.items()},
            "scores": self.scores.to_dicts(),
            "gains": self.gains.to_dicts(),
            "reliability": self.reliability.to_dicts(),
            "coefficients": self.model.tidy().to_dicts(),
            "remarks": list(self.remarks),
        }


def graded(
    model: Estimated,
    origins: Sequence[int] | Sequence[Window] | None = None,
    baselines: Sequence[str] | Mapping[str, str] | None = None,
    *,
    strata: Mapping[str, str] | Sequence[str] = (),
    signs: Mapping[str, Any] | None = None,
    known: Sequence[str] = (),
    smallest: float | None = None,
    say: Say | None = None,
) -> Graded:
    """Test a model on years it had not seen, and grade it.

    Parameters
    ----------
    origins : last years learnt from, each window reaching to the next and the last one to the end of the rows; or triples of
        last year learnt from, first and last year forecast. By default ten windows over the later half of the years.
    baselines : names (OF_YES_NO or OF_AMOUNTS; by default all of them), or name → right side of a formula, beside all of those.
    strata : name → expression, or expressions, of rows that are looked at by themselves.
    signs : term → "+" or "-", or → column → sign: what the claim says of coefficients.
    known : variables that are known at the beginning of a year; all others are read as of the year before.
    smallest : gain that counts, as a share of the rival's score; by default that of every registered test.

    Raises InputError for a model that cannot forecast (effects taken out, weights, offsets, ordered levels), origins that the
    rows do not reach, and names that are not there.
    """
    _check_forecasts(model)
    family, formula = model.kind, model.sample.formula
    beside = baselines if isinstance(baselines, Mapping) else {}
    own = OF_YES_NO if family.outcome == YES_NO else OF_AMOUNTS
    named = [*own, *beside] if baselines is None or beside else list(baselines)
    if strange := [name for name in named if name not in own and name not in beside]:
        raise InputError(f"no baseline is called {strange[0]!r}.{nearest(strange[0], own)} There are: {', '.join(own)}.")
    sample, terms, extra = _as_known(model, beside, known)
    test = test_of(
        "a model of one's own",
        formula.outcome,
        windows_over(sample.time, origins),
        tuple(named),
        signs_of(signs, terms),
        smallest,
        yes_or_no=model.kind.outcome == YES_NO,
    )
    with one_core():
        design = design_of(sample)
        forecasters = _models(model, sample, terms, extra) | {name: own[name] for name in named if name in own}
        ordered = by_window(design, test.origins)
        told: list[Hindcast] = []
        for place, origin in enumerate(test.origins):
            told.append(hindcast(test.outcomes[0], forecasters, ordered, origin))
            if say is not None:
                say("validating", place + 1, len(test.origins))
        contests = [Contest(term, f"without {term}", FULL) for term in terms]
        contests.append(Contest(WHOLE, best_of(told, test), FULL))
        gains = gain_table(told, Evidence.of(told, contests, test))
        fitted = fitted_to(sample, family)
    rights = [factor for text in beside.values() for factor in parsed(f"{formula.outcome} ~ {text}").factors]
    read = columns_of(*formula.factors, *rights, model.sample.choices.where)
    hindsight = known_in_hindsight(columns_of(formula.outcome), read)
    renamed = [f"{old} is read as {new}, as known before the year" for old, new in _changed(model, sample) if old != new]
    return Graded(
        formula=sample.formula.text,
        test=test,
        scores=score_table(told, test),
        gains=gains,
        grades=grades(gains, test),
        reliability=_reliability(sample, told, test, strata),
        model=fitted,
        remarks=(*renamed, *hindsight, *sample.remarks),
    )


def _check_forecasts(model: Estimated) -> None:
    choices, reasons = model.sample.choices, []
    if choices.fixed:
        reasons.append("effects that were taken out (those of years to come are unknown)")
    if choices.weights:
        reasons.append("weights")
    if choices.offset:
        reasons.append("an offset")
    if model.kind.outcome == ORDERED:
        reasons.append("ordered levels: test one of them, as in (level >= 2) ~ …")
    if model.family == "lpm":
        reasons.append("linear probabilities, which may lie outside 0 to 1: choose logit")
    if not model.sample.formula.intercept:
        reasons.append("no intercept")
    if reasons:
        raise InputError(f"no forecast is made by a model with {'; '.join(reasons)}.")
    if not model.sample.formula.terms:
        raise InputError("the formula has no term: there is nothing to grade.")


def _as_known(
    model: Estimated, beside: Mapping[str, str], known: Sequence[str]
) -> tuple[Sample, dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The rows with everything as known before the year, and the columns of each term and of each baseline by formula."""
    formula, columns = model.sample.formula, model.sample.panel.columns
    lagged, renamed = known_before(formula, known, columns)
    wholes = {name: known_before(parsed(f"{formula.outcome} ~ {right}"), known, columns)[0] for name, right in beside.items()}
    terms = list(dict.fromkeys([*lagged.terms, *(term for whole in wholes.values() for term in whole.terms)]))
    every = replace(lagged, terms=tuple(terms))
    sample = sampled(every, model.sample.panel, model.sample.keys, model.sample.choices, model.kind.outcome)
    brought = {term: sample.encoding.columns_of(tuple(renamed[factor] for factor in term)) for term in formula.terms}
    of_terms = {":".join(term): tuple(columns) for term, columns in brought.items()}
    of_wholes = {
        name: tuple(column for term in whole.terms for column in sample.encoding.columns_of(term))
        for name, whole in wholes.items()
    }
    return sample, of_terms, of_wholes


def _changed(model: Estimated, sample: Sample) -> list[tuple[str, str]]:
    return list(
        zip((":".join(term) for term in model.sample.formula.terms), (":".join(t) for t in sample.formula.terms), strict=False)
    )


def design_of(sample: Sample) -> Design:
    """Return the rows ready for a hindcast: what is drawn in a resample are the states of dyads, or units."""
    keys = sample.keys
    unit = codes_of(sample.frame, keys.sides or keys.unit, unordered=keys.sides is not None)
    sides = None if keys.sides is None else sample.frame.select(keys.sides).cast(pl.Int64).to_numpy()
    return Design(sample.matrix[:, 1:], sample.names[1:], sample.outcome, unit, sample.time, sides)


def _models(
    model: Estimated, sample: Sample, terms: Mapping[str, tuple[str, ...]], extra: Mapping[str, tuple[str, ...]]
) -> dict[str, Forecaster]:
    """The model, the model without each term, baselines by formula, and trees."""

    def of(columns: Sequence[str]) -> Forecaster:
        kept = tuple(name for name in sample.names[1:] if name in set(columns))
        if model.family == "logit" and model.form.back is None:
            return Logit(kept)
        return Linear(kept) if model.family == "ols" else OfFamily(FAMILIES[model.family], sample, kept)

    whole = [column for columns in terms.values() for column in columns]
    found = {FULL: of(whole)}
    for term in terms:
        found[f"without {term}"] = of([column for other, columns in terms.items() if other != term for column in columns])
    found |= {name: of(columns) for name, columns in extra.items()}
    benchmark = trees(model.kind, tuple(name for name in sample.names[1:] if name in set(whole)))
    return found if benchmark is None else {**found, BOOSTED: benchmark}


def windows_over(time: NDArray[np.int64], origins: Sequence[Any] | None) -> tuple[Window, ...]:
    """Return last year learnt from, first and last year forecast, of each window over rows of these years (row,).

    Raises InputError where no rows are.

    >>> windows_over(np.arange(1990, 2011), [2000, 2005])
    ((2000, 2001, 2005), (2005, 2006, 2010))
    """
    first, last = int(time.min()), int(time.max())
    if origins is None:
        half, span = (first + last) // 2, last - (first + last) // 2
        count = min(10, span)
        given: Sequence[Any] = [half + round(place * span / count) for place in range(count)]
    else:
        given = list(origins)
    if all(isinstance(each, int) for each in given):
        years = sorted(given)
        ends = [*years[1:], last]
        windows = [(learnt, learnt + 1, end) for learnt, end in zip(years, ends, strict=True)]
    else:
        windows = [tuple(each) for each in given if not isinstance(each, int)]
    if len(windows) < 2 or any(len(each) != 3 or not each[0] < each[1] <= each[2] for each in windows):
        raise InputError(
            "origins are two or more last years learnt from, as [1990, 2000], or for each window [last year learnt from, first "
            "year, last year forecast]."
        )
    if outside := [each for each in windows if not (first <= each[0] and each[2] <= last)]:
        raise InputError(
            f"the rows reach from {first} to {last}, and not over the window {list(outside[0])}: choose origins between."
        )
    present = {*np.unique(time).tolist()}
    if empty := [each for each in windows if not present & {*range(each[1], each[2] + 1)}]:
        raise InputError(f"no row lies in the window {list(empty[0])}.")
    ordered = sorted(windows)
    if any(later[1] <= earlier[2] for earlier, later in pairwise(ordered)):
        raise InputError("two windows forecast the same year: let each begin after the one before it ends.")
    return tuple(ordered)


def test_of(
    name: str,
    outcome: str,
    windows: tuple[Window, ...],
    baselines: tuple[str, ...],
    signs: Mapping[str, Any],
    smallest: float | None,
    *,
    yes_or_no: bool,
) -> Registration:
    """Return the test, by the rule of all registered ones; the eras are the earlier and the later half of the windows."""
    shared = entries()["every"]
    half = (len(windows) + 1) // 2
    eras = tuple((part[0][1], part[-1][2]) for part in (windows[:half], windows[half:]))
    return Registration(
        name=name,
        mechanism=name,
        outcomes=(outcome,),
        origins=windows,
        eras=eras,
        baselines=baselines,
        score=shared["score"] if yes_or_no else "squared error",
        bootstrap=shared["bootstrap"],
        seed=shared["seed"],
        level=shared["level"],
        smallest=shared["smallest"] if smallest is None else smallest,
        signs=signs,
    )


def signs_of(signs: Mapping[str, Any] | None, terms: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, str]]:
    """Return what a claim says of each column's coefficient, by term: {"size": "+"} or {"size": {"population": "+"}}.

    Raises InputError for a term or sign that there is not.
    """
    found: dict[str, dict[str, str]] = {}
    for term, said in (signs or {}).items():
        if term not in terms:
            raise InputError(f"signs: there is no term {term!r}.{nearest(term, terms)} It has: {', '.join(terms)}.")
        of_columns = dict.fromkeys(terms[term], said) if isinstance(said, str) else dict(said)
        if wrong := [sign for sign in of_columns.values() if sign not in ("+", "-")]:
            raise InputError(f'signs: {term} is claimed to be "+" or "-", not {wrong[0]!r}.')
        if strange := [name for name in of_columns if name not in terms[term]]:
            raise InputError(f"signs: {term} has no column {strange[0]!r}: it has {', '.join(terms[term])}.")
        found[term] = of_columns
    return found


def _reliability(
    sample: Sample, windows: Sequence[Hindcast], test: Registration, strata: Mapping[str, str] | Sequence[str]
) -> pl.DataFrame:
    """Predicted and observed outcomes of the full model, by stratum and by size of forecast."""
    if test.score != "log score":
        return pl.DataFrame()
    named = dict(strata) if isinstance(strata, Mapping) else {text: text for text in strata}
    whole = together(windows, FULL)
    rows = _in_window_order(sample, windows)
    lacking = [name for text in named.values() for name in names(tree(text)) if name not in sample.panel.columns]
    if lacking:
        raise InputError(f"strata: the panel has no column {lacking[0]!r}.{nearest(lacking[0], sample.panel.columns)}")
    keys = [*sample.keys.of_row]
    beside = sample.panel.select(
        *keys, *(values(tree(text), sample.panel.schema).alias(f"in {name}") for name, text in named.items())
    ).unique(keys, keep="first", maintain_order=True)
    members = rows.join(beside, on=keys, how="left", maintain_order="left").select(pl.exclude(keys))
    masks = {"all rows": np.ones(len(whole.outcome), np.bool_)}
    masks |= {name: (members[f"in {name}"] == 1).fill_null(False).to_numpy() for name in named}
    return strata_table(whole, masks, test)


def _in_window_order(sample: Sample, windows: Sequence[Hindcast]) -> pl.DataFrame:
    """The keys of the rows forecast, in the order of the windows put together."""
    parts = []
    for window in windows:
        learnt = (sample.time >= window.first_year) & (sample.time <= window.last_year)
        parts.append(sample.frame.filter(pl.Series(learnt)).select(*sample.keys.of_row))
    return pl.concat(parts)
