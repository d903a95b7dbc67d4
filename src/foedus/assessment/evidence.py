"""What a validation says, as findings: how the headline model scored, what each term added, and how reliable the risks are.

The sentences are the same for every mechanism; a chapter gives the words for its outcomes and terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from foedus.assessment.finding import Baseline, Finding, Interval, Rows
from foedus.estimation.boosted import BOOSTED
from foedus.validation.grades import SUPPORTED, clear
from foedus.validation.hindcast import HEADLINE
from foedus.validation.registration import Reliable
from foedus.validation.scores import PROPER, of_yes_or_no
from foedus.validation.validate import Validation
from foedus.words import capitalized, chance, listed

SIGNS = {"+": "above zero", "-": "below zero"}

STRATUM_WORDS = {"politically relevant": "politically relevant dyads", "contiguous": "contiguous dyads"}


@dataclass(frozen=True)
class Words:
    """How a chapter speaks of one outcome of a mechanism.

    Attributes
    ----------
    chapter : its id. stem : what the findings' ids begin with. event, events : what is forecast, in the singular and plural.
    rows : what a row is, in the plural. terms : words for each term. sources : ids.
    """

    chapter: str
    stem: str
    event: str
    events: str
    rows: str
    terms: Mapping[str, str]
    sources: tuple[str, ...]


def headline_finding(validation: Validation[Any], words: Words) -> Finding:
    """Return how the headline model's forecasts scored over all windows, beside the best baseline."""
    registration = validation.registration
    scored = {row["model"]: row for row in validation.over_all().iter_rows(named=True)}
    gain = _gain(validation, "headline", registration.score)
    best, rival = scored[HEADLINE], scored[gain["against"]]
    held = f"{best['events']:,} in {best['n']:,}" if of_yes_or_no(registration.score) else f"{best['n']:,}"
    ahead = "" if registration.at_once else "one year ahead "
    return Finding(
        id=f"{words.stem}.skill",
        chapter=words.chapter,
        statement=(
            f"Forecast {ahead}from {len(registration.origins)} past origins, the {words.events} of "
            f"{best['first_year']}–{best['last_year']} ({held} {words.rows}): the {registration.score} of the headline model "
            f"is {better(gain['skill'])} than that of the best baseline ({gain['against']}); "
            f"{_others(best, rival, registration.score)}.{_benchmark(best, scored.get(BOOSTED), registration.score)}"
        ),
        value=round(gain["skill"], 4),
        unit=f"share of the {registration.score}",
        interval=Interval(registration.level, gain["skill_low"], gain["skill_high"]),
        baseline=Baseline(gain["against"], 0.0),
        grade=validation.grades["headline"],
        sources=words.sources,
        rows=Rows(f"foedus validate {validation.full.id} --json", f"outcome = {validation.outcome} and term = headline"),
    )


def _benchmark(best: Mapping[str, Any], trees: Mapping[str, Any] | None, score: str) -> str:
    """Return how boosted trees on the same rows and columns did, where they were asked."""
    if trees is None:
        return ""
    of_score = score.replace(" ", "_")
    skill = better(1 - best[of_score] / trees[of_score])
    return f" It is {skill} than that of boosted trees on the same rows and columns; {_others(best, trees, score)}."


def _others(best: Mapping[str, Any], rival: Mapping[str, Any], score: str) -> str:
    """Return what else there is to say of two models' forecasts, the rival's in brackets."""
    if not of_yes_or_no(score):
        return f"absolute error {best['absolute_error']:.3g} ({rival['absolute_error']:.3g})"
    return (
        f"ROC area {best['roc_auc']:.3f} ({rival['roc_auc']:.3f}), PR area {best['pr_auc']:.3f} ({rival['pr_auc']:.3f}), Brier "
        f"score {best['brier']:.5f} ({rival['brier']:.5f})"
    )


def _outside(strata: pl.DataFrame, reliable: Reliable | None) -> str:
    """Name the strata whose ratio lies outside the registered bounds; nothing where none does."""
    if reliable is None:
        return ""
    low, high = reliable.bounds
    names = strata.filter(~pl.col("ratio").is_between(low, high))["stratum"].to_list()
    return f", which is outside the registered {low:g} to {high:g} among {listed(names)}" if names else ""


def long_range_finding(validation: Validation[Any], words: Words) -> Iterable[Finding]:
    """Tell how forecasts scored that were made long before, as they are for years after the data end."""
    long_range = validation.long_range
    if long_range is None:
        return
    first, last = validation.registration.years
    gain = long_range.gains.row(by_predicate=_together(first, last) & (pl.col("score") == "log score"), named=True)
    scored = long_range.scores.filter(_together(first, last))
    best = scored.row(by_predicate=pl.col("model") == HEADLINE, named=True)
    reliable = validation.registration.reliable
    named = pl.col("stratum").is_in(reliable.strata if reliable else ())
    told = long_range.reliability.filter(named).drop_nulls("ratio")
    strata: list[float] = told["ratio"].to_list() or [1.0]
    yield Finding(
        id=f"{words.stem}.skill.long_range",
        chapter=words.chapter,
        statement=(
            f"Forecast {long_range.first_ahead} to {long_range.last_ahead} years ahead, as if every record had ended before, "
            f"the {words.events} of {first}–{last} ({best['events']:,} in {best['n']:,} {words.rows}, newer states left out): "
            f"the log score is {better(gain['skill'])} than that of the best baseline that knows as little "
            f"({gain['against']}); ROC area {best['roc_auc']:.3f}; in the registered strata the model expected "
            f"{min(strata):.2f} to {max(strata):.2f} times as many as began{_outside(told, reliable)}."
        ),
        value=round(gain["skill"], 4),
        unit="share of the log score",
        interval=Interval(validation.registration.level, gain["skill_low"], gain["skill_high"]),
        baseline=Baseline(gain["against"], 0.0),
        grade=long_range.grade,
        sources=words.sources,
        rows=Rows(f"foedus validate {validation.full.id} --json", f"outcome = {validation.outcome}, long_range"),
    )


def term_finding(validation: Validation[Any], term: str, words: Words) -> Finding:
    """Return what a term adds to the forecasts, over all windows and in either era."""
    registration = validation.registration
    _, other = PROPER[registration.score]
    row, second = (_gain(validation, term, score) for score in (registration.score, other))
    eras = [_gain(validation, term, registration.score, years) for years in registration.eras]
    gaining, origins = origins_of_gain(validation, term)
    skills_by_era = " and ".join(f"{era['skill'] * 100:+.1f} in {era['first_year']}–{era['last_year']}" for era in eras)
    worse = f"; the {other.replace('brier', 'Brier score')} was clearly worse with it" if second["high"] < 0 else ""
    return Finding(
        id=f"{words.stem}.term.{term}",
        chapter=words.chapter,
        statement=(
            f"{capitalized(words.terms[term])} ({words.events}): added, it made the {registration.score} of the forecasts of "
            f"{row['first_year']}–{row['last_year']} {better(row['skill'])} (gain of {row['skill_low'] * 100:+.1f} to "
            f"{row['skill_high'] * 100:+.1f} %; {skills_by_era}); a clear gain from {gaining} of {origins} origins; "
            f"{earned(validation, term)}{worse}{signs(validation, term)}."
        ),
        value=round(row["skill"], 5) + 0.0,
        unit=f"share of the {registration.score}",
        interval=Interval(registration.level, row["skill_low"], row["skill_high"]),
        baseline=Baseline("the model without it", 0.0),
        grade=validation.grades[term],
        direction=validation.direction(term),
        sources=words.sources,
        rows=Rows(f"foedus validate {validation.full.id} --json", f"outcome = {validation.outcome} and term = {term}"),
    )


def stratum_finding(validation: Validation[Any], name: str, words: Words) -> Iterable[Finding]:
    """Tell how many events the headline model expected in a stratum, and how many there were; nothing for an empty stratum.

    And how near one event more would leave it, after calibration. Of fewer events than were registered no ratio is told.
    """
    row = validation.reliability.row(by_predicate=pl.col("stratum") == name, named=True)
    if not row["n"]:
        return
    ratio, high = row["ratio"], row["ratio_high"]
    most = f"{high:.2f}" if high is not None else "any number of"
    few = f"between {row['ratio_low']:.2f} and {most} times as many as were to come, with so few"
    compared = f"{ratio:.2f} times as many as began" if ratio is not None else few
    first, last = validation.registration.years
    yield Finding(
        id=f"{words.stem}.calibration.{name.replace(' ', '_')}",
        chapter=words.chapter,
        statement=(
            f"Among {STRATUM_WORDS.get(name, name)} of {first}–{last} ({row['n']:,} {words.rows}) the headline model, fitted "
            f"to the years before each window, expected {row['forecast'] * row['n']:,.1f} {words.events} where "
            f"{row['events']:,} began: {compared}{_within(validation, row)}. Calibrated on these, with one event more or less, "
            f"the mean is {chance(row['venn_low'])} to {chance(row['venn_high'])} (Venn–Abers)."
        ),
        value=None if ratio is None else round(ratio, 3),
        unit="predicted over observed",
        interval=Interval(validation.registration.level, row["ratio_low"], high) if high is not None else None,
        baseline=Baseline("perfect calibration", 1.0),
        grade=None,
        sources=words.sources,
        rows=Rows(f"foedus validate {validation.full.id} --json", f"reliability, stratum = {name}"),
    )


def _within(validation: Validation[Any], row: Mapping[str, Any]) -> str:
    """Say whether predicted over observed lies between the registered bounds; of few events, whether its interval holds one."""
    reliable, ratio = validation.registration.reliable, row["ratio"]
    if reliable is None:
        return ""
    if ratio is None:
        holds = row["ratio_low"] <= 1 and (row["ratio_high"] is None or row["ratio_high"] >= 1)
        return "" if holds else ", which leaves out one"
    low, high = reliable.bounds
    return f", {'within' if low <= ratio <= high else 'outside'} the registered {low:g} to {high:g}"


def signs(validation: Validation[Any], term: str) -> str:
    """Return, after a semicolon, which signs a term's claim expects and which its coefficients have; nothing for no claim."""
    expected = validation.expected(term)
    if not expected:
        return ""
    rows = {row["term"]: row for row in validation.full.fitted.tidy().iter_rows(named=True)}
    told = [
        f"{column} {SIGNS[sign]} ({rows[column]['estimate']:+.2g}, {rows[column]['low']:+.2g} to {rows[column]['high']:+.2g})"
        for column, sign in expected.items()
    ]
    verdict = validation.direction(term) or "in part as claimed, in part against the claim"
    return f"; expected {listed(told)}: {verdict}"


def whole_span(validation: Validation[Any]) -> pl.DataFrame:
    """Return the gains over all windows together, with claims and grades (`Validation.tidy`)."""
    first, last = validation.registration.years
    return validation.tidy().filter(pl.col("first_year") == first, pl.col("last_year") == last)


def origins_of_gain(validation: Validation[Any], term: str) -> tuple[int, int]:
    """Return at how many origins a term's gain was clear, and how many origins there are."""
    registration = validation.registration
    term_gains = validation.gains.filter(
        pl.col("origin").is_not_null() & (pl.col("term") == term) & (pl.col("score") == registration.score)
    )
    return int(clear(term_gains, registration.smallest).sum()), term_gains.height


def better(skill: float) -> str:
    """Return a skill in words.

    >>> better(0.192), better(-0.004)
    ('19.2 % better', '0.4 % worse')
    """
    return f"{abs(skill) * 100:.1f} % {'better' if skill >= 0 else 'worse'}"


def earned(validation: Validation[Any], term: str) -> str:
    """Return whether a term is part of the headline numbers, and why."""
    grade = validation.grades[term]
    if validation.full.whole:
        part = "part" if term in validation.headline.terms else "no part"
        return f"{grade} by itself, and {part} of the headline numbers, whose model is chosen as a whole"
    if grade == SUPPORTED:
        return "part of the headline numbers"
    if term in validation.full.core:
        return f"{grade} by itself, part of the headline numbers with the rest of the mechanism"
    return f"{grade} out of sample, so not part of the headline numbers"


def _gain(validation: Validation[Any], term: str, score: str, years: Sequence[int] | None = None) -> dict[str, Any]:
    """One row of the gains of several windows together: all of them, or those of an era."""
    of_years = _together(*(years or validation.registration.years))
    return validation.gains.row(by_predicate=of_years & (pl.col("term") == term) & (pl.col("score") == score), named=True)


def _together(first: int, last: int) -> pl.Expr:
    return pl.col("origin").is_null() & (pl.col("first_year") == first) & (pl.col("last_year") == last)
