"""What the chapter on the order shows: the map of risks, the highest of them, reliability, scores, and what each term adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from foedus.assessment.evidence import whole_span
from foedus.assessment.finding import Exhibit, Finding
from foedus.language.said import Sentence, StateName, labels, say
from foedus.mechanisms.order.covariates import VARIABLES
from foedus.mechanisms.order.disputes import JOINED, ORIGINATED, Disputes
from foedus.panels.codebook import lookup
from foedus.partnership.partnership import Partnership
from foedus.validation.validate import Validation
from foedus.words import labelled

MOST = 10
"""States named for each member."""

OUTCOMES = {
    "dispute_onset": ("order.dispute", "dispute"),
    "fatal_dispute_onset": ("order.fatal_dispute", "fatal dispute"),
    "war_dispute_onset": ("order.war", "war"),
    ORIGINATED: ("order.originated", "dispute between originators"),
    JOINED: ("order.joined", "joined dispute"),
}
"""What the ids of its findings begin with, and word, for each outcome."""

TERM_WORDS = {
    "distance": "contact and distance",
    "power": "power",
    "rivalry": "strategic rivalry",
    "democracy": "democracy of the weaker side",
    "preferences": "distance of their votes in the General Assembly",
    "pact": "a defence pact between the two",
    "recency": "what began lately in the dyad and with either state",
    "history": "how often disputes came beyond what was expected",
}
"""What the terms of the models are called."""

UNIT = "probability per year"

AGAINST = "mean of all dyad-years"
"""What a risk's baseline is."""

TODAYS_BORDERS = 2012
"""First year whose states have the borders that the map draws: South Sudan became one in July 2011."""

READABLE = ("outcome", "member", "ccode", "state", "probability", "low", "high", "baseline", "fights_in")
"""Columns of risks where they are a table."""


def events(words: str) -> str:
    """Return the plural of what an outcome is called.

    >>> events("war"), events("dispute between originators")
    ('wars', 'disputes between originators')
    """
    noun, *rest = words.partition(" between ")
    return "".join([f"{noun}s", *rest])


def exhibits(partnership: Partnership, sources: tuple[str, ...], table: pl.DataFrame) -> Iterable[Exhibit]:
    """Return the exhibits of the partnership's year: the map of all risks (`table`), and the highest of them."""
    yield Exhibit(
        id="order.map",
        title=f"Risk of a dispute with each member, {partnership.year}",
        kind="map" if partnership.year >= TODAYS_BORDERS else "table",
        frame=table if partnership.year >= TODAYS_BORDERS else table.select(READABLE),
        note=(
            "Probability that a dispute begins in the year; borders of today. Hatched: no estimate. "
            "Plain grey: no member of the state system that year."
            if partnership.year >= TODAYS_BORDERS
            else "Probability that a dispute begins in the year. No map: the record has no borders of that year."
        ),
        sources=(*sources, "natural_earth"),
    )
    yield Exhibit(
        id="order.highest",
        title=f"The {MOST} highest risks of a dispute of each member, {partnership.year}",
        kind="bars",
        frame=_highest(table),
        note=(
            "Points with 95 % intervals: the uncertainty of the coefficients and of how prone the dyad and its states are. The "
            "line is the mean of all dyad-years."
        ),
        sources=sources,
    )


def between(own: Finding | None, kind: str | None, highest: Finding | None, sources: tuple[str, ...]) -> Iterable[Exhibit]:
    """Return the picture of the risk between the two, beside what their kind saw and the highest risk with another state.

    own, highest : findings of risks; None where there are none. kind : what the reference class of `own` is called.
    """
    rows = []
    if own is not None:
        rows.append(_point(say("Between the two"), own))
        if own.reference is not None and own.reference.observed is not None:
            observed = {"value": own.reference.observed, "low": None, "high": None}
            rows.append({"label": say("Seen among {kind}", kind=say(kind or "")), **observed})
    if highest is not None:
        rows.append(_point(say("Highest: {pair}", pair=_states(highest)), highest))
    if rows:
        frame = pl.DataFrame(rows, schema={"label": pl.String, **dict.fromkeys(("value", "low", "high"), pl.Float64)})
        empty = {"baseline": pl.lit(None, pl.Float64), "group": pl.lit(None, pl.String), "unit": pl.lit(UNIT)}
        yield Exhibit(
            "order.between",
            say("Risk of a fatal dispute"),
            "bars",
            frame.with_columns(**empty),
            say(
                "Probability that a fatal dispute begins in the year, with 95 % intervals; what is seen among their kind is "
                "a share of dyad-years, and no forecast."
            ),
            sources,
            labels(*(row["label"] for row in rows)),
        )


def _states(risk: Finding) -> str:
    """The two states of a risk, as a label has them."""
    if not isinstance(risk.statement, Sentence):
        raise ValueError(f"finding {risk.id}: its sentence does not say who it is about.")
    one, other = (risk.statement.parts[place] for place in ("member", "state"))
    return pair_of(*(each.name if isinstance(each, StateName) else str(each) for each in (one, other)))


def pair_of(one: str, other: str) -> str:
    """Return two states as a label has them.

    >>> pair_of("United States", "Russia")
    'United States–Russia'
    """
    return say("{one}–{other}", one=labelled(one), other=labelled(other))


def _point(label: str, risk: Finding) -> dict[str, Any]:
    within = risk.interval
    return {"label": label, "value": risk.value, "low": within and within.low, "high": within and within.high}


def scored(validations: Mapping[str, Validation[Disputes]]) -> Iterable[Exhibit]:
    """Return the exhibits of every partnership: reliability, scores and gains of the forecasts from past origins."""
    sources = sources_of(validations["dispute_onset"].headline)
    for validation in validations.values():
        stem, words = OUTCOMES[validation.outcome]
        first, last = validation.registration.years
        yield Exhibit(
            id=f"{stem}.reliability",
            title=f"Predicted and observed, {events(words)} of {first}–{last}, forecast window by window",
            kind="reliability",
            frame=validation.reliability.with_columns(outcome=pl.lit(words)),
            note=(
                "Mean probability per dyad-year; intervals of the observed rate: the wider of what the number of onsets and a "
                "bootstrap of dyads and years leave open."
            ),
            sources=sources_of(validation.headline),
        )
    scores = pl.concat([validation.over_all() for validation in validations.values()])
    gains = pl.concat([whole_span(validation) for validation in validations.values()])
    yield Exhibit(
        "order.scores",
        "Scores over all forecast origins",
        "table",
        scores.drop("origin"),
        "Lower Brier and log scores are better. `foedus validate disputes --json` has those of every origin.",
        sources,
    )
    yield Exhibit(
        "order.gains",
        "What each term adds out of sample",
        "table",
        gains,
        "Positive: the forecasts were better with it.",
        sources,
    )


def _highest(risks: pl.DataFrame) -> pl.DataFrame:
    """Each member's highest risks of any dispute (columns of a "bars" exhibit)."""
    known = risks.filter(pl.col("outcome") == OUTCOMES["dispute_onset"][1]).drop_nulls("probability")
    ranked = known.sort("probability", descending=True).group_by("member", maintain_order=True).head(MOST)
    shown = ranked.with_columns(unit=pl.lit(UNIT), against=pl.lit(AGAINST))
    return shown.select(
        pl.col("state").alias("label"),
        pl.col("probability").alias("value"),
        "low",
        "high",
        "baseline",
        "unit",
        "against",
        pl.col("member").alias("group"),
    )


def known_by(model: Disputes) -> tuple[str, ...]:
    """Return the variables of the panel that a model reads."""
    return ("peace_years", *(name for term in model.terms for name in VARIABLES[term] if term not in ("history", "recency")))


def sources_of(model: Disputes) -> tuple[str, ...]:
    """Return the ids of the sources of what a model reads, and of its outcome."""
    names = {source for name in (*known_by(model), model.recorded) for source in lookup(name).sources}
    return tuple(sorted(names))
