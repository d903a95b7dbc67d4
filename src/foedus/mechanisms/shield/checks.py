"""Look for what speaks against an estimate of the shield: pacts that do not exist yet, and other choices as reasonable.

The negative control asks whether attacks are rarer (or more frequent) even before the pact is promised. The specification curve
asks how far the estimate moves when population, era, outcome, measure of democracy, duration, rivalry and the reading of pacts
are chosen otherwise. Neither knows which design is right.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.estimation.cores import one_core
from foedus.estimation.design import Array
from foedus.estimation.estimate import NORMAL_95, Estimate
from foedus.estimation.logit import logit
from foedus.mechanisms.shield.designs import DURATIONS, KEYS, Plan, background, plan
from foedus.mechanisms.shield.obligations import Reading, coming, similarity
from foedus.record.store import Record

PACT, COMING = "target_defence", "target_defence_coming"

LATER = (1, 5)
"""Years after the row's in which a pact of the negative control is first promised."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "population": ("all", "relevant"),
    "era": ("1816–1944", "1946–2000", "1816–2000"),
    "outcome": ("dispute_initiation", "fatal_dispute_initiation", "dispute_onset"),
    "democracy": ("joint_democracy", "weaker_democracy", "weaker_uds"),
    "duration": tuple(DURATIONS),
    "rivalry": ("without", "with"),
    "pact": ("conditions applied", "any", "outsiders only", "new"),
}
"""Choice → its reasonable values. Pacts: with conditions applied as in Leeds (2003); any, whatever its conditions; only if the
challenger does not belong to the alliance; and new, at most five years old. The relevant are known from 1887 on."""

READINGS: Mapping[str, tuple[Reading, str]] = {
    "conditions applied": (Reading(), PACT),
    "any": (Reading(conditions=False, secret=True), PACT),
    "outsiders only": (Reading(fellow_members=False), PACT),
    "new": (Reading(), "target_defence_new"),
}
"""Value of the choice "pact" → how treaties are read, and the column it takes."""

FIXED = ("log_capital_distance", "challenger_share", "similarity")
"""Controls of every specification."""

CHALLENGER = ("challenger_offence", "challenger_neutrality")
"""Pacts of the challenger in every specification."""

FIRST_RELEVANT = 1887
"""Second year of the distances that say who is politically relevant: relevance is that of the year before."""

FEW = 20
"""Specifications with fewer initiations against targets with a pact are left without an estimate."""


def negative_control(record: Record, study: str = "johnson_leeds_2011", years: tuple[int, int] | None = None) -> pl.DataFrame:
    """Return what the target's defence pact goes with when it is in force, and when it has yet to be promised.

    One logit in the study's design tells three kinds of target apart: with a pact in force; without one, but newly defended by
    an alliance 1–5 years later; and neither, to which the other two are compared. What does not exist yet deters nobody. If
    "in 1–5 years" is above zero, states about to gain allies are attacked more already: pacts follow danger, and "in force"
    is too high by something like it. If it is below, safer states gain allies, and "in force" is too low. "difference" is the
    first less the second.

    The columns are pact, estimate, std_error, low, high (log odds, 95 %), n (rows) and events (initiations against that kind).
    """
    chosen = plan(study)
    if PACT not in chosen.pacts:
        raise InputError(f"design {study} does not ask for any defence pact: choose leeds_2003 or johnson_leeds_2011.")
    rows = chosen.rows(record, years)
    later = coming(record, rows.select(KEYS), LATER, chosen.reading)
    rows = rows.with_columns((~pl.col(PACT) & (later > 0)).alias(COMING))
    design = chosen.design(rows, (*chosen.columns, COMING))
    estimate = logit(design)
    table = []
    for label, weights in {"in force": {PACT: 1}, "in 1–5 years": {COMING: 1}, "difference": {PACT: 1, COMING: -1}}.items():
        of_kind = np.all([design.matrix[:, design.columns.index(name)] > 0 for name in weights], axis=0)
        counts = {"n": int(of_kind.sum()), "events": int(design.outcome[of_kind].sum())}
        table.append({"pact": label, **_combined(estimate, weights), **(counts if len(weights) == 1 else {})})
    return pl.DataFrame(table, infer_schema_length=None)


def _combined(estimate: Estimate, weights: Mapping[str, float]) -> dict[str, float]:
    """A weighted sum of coefficients with its standard error and 95 % interval."""
    vector: Array = np.zeros(len(estimate.terms))
    for name, weight in weights.items():
        vector[estimate.terms.index(name)] = weight
    middle, error = float(vector @ estimate.coefficients), float(np.sqrt(vector @ estimate.covariance @ vector))
    return {"estimate": middle, "std_error": error, "low": middle - NORMAL_95 * error, "high": middle + NORMAL_95 * error}


def specification_curve(
    record: Record, draws: int | None = 120, seed: int = 20221027, quiet_share: float = 0.1
) -> pl.DataFrame:
    """Return the estimate of the target's defence pact under many combinations of CHOICES, one row each, lowest first.

    draws : how many of the combinations to estimate, drawn without replacement from the seed; None: every one.
    quiet_share : share of the rows without the outcome that are kept, drawn once from the seed, where all dyads are the
        population. Sampling on the outcome moves the intercept of a logit and leaves the slopes as they are, on average
        (Prentice & Pyke 1979); it widens the intervals a little.

    The columns are those of CHOICES, estimate, std_error, low, high (log odds, 95 %), n and events (of the whole, before
    sampling), and estimated, no where fewer than 20 initiations were against targets with the pact.
    """
    generator = np.random.default_rng(seed)
    every = list(itertools.product(*CHOICES.values()))
    picked = generator.choice(len(every), min(draws or len(every), len(every)), replace=False)
    rows = _everything(record)
    kept = generator.random(rows.height) < quiet_share
    rows = rows.with_columns(kept=kept)
    with one_core():
        table = [
            _specified(rows, plan("leeds_2003"), dict(zip(CHOICES, every[place], strict=True))) for place in sorted(picked)
        ]
    return pl.DataFrame(table, infer_schema_length=None).sort("estimate", nulls_last=True)


def _everything(record: Record) -> pl.DataFrame:
    """Every directed dyad-year of 1816–2000 with the columns that some specification needs."""
    controls = (*FIXED[:2], *CHOICES["democracy"], "rivalry")
    rows = background(record, (1816, 2000), controls, 1, ("politically_relevant",))
    rows = rows.with_columns(**{name: made for form in DURATIONS.values() for name, made in form.items()})
    keys = rows.select(*KEYS, "member_since_1", "member_since_2")
    base = plan("leeds_2003")
    made = [replace(base, terms={"own": CHALLENGER}).treaties(record, keys)]
    for reading in dict.fromkeys(reading for reading, _ in READINGS.values()):
        columns = {label: column for label, (other, column) in READINGS.items() if other == reading}
        pacts = replace(base, reading=reading, terms={"pacts": tuple(columns.values())}).treaties(record, keys)
        made.append(pacts.select(pl.col(column).alias(label) for label, column in columns.items()))
    resemblance = similarity(record, keys.select("ccode1", "ccode2", pl.col("year") - 1))
    return pl.concat([rows, *made], how="horizontal").with_columns(resemblance)


def _specified(rows: pl.DataFrame, base: Plan, choice: Mapping[str, str]) -> dict[str, object]:
    """One combination of choices and what it gives."""
    first, last = (int(year) for year in choice["era"].split("–"))
    relevant = choice["population"] == "relevant"
    rivalry = ("rivalry",) if choice["rivalry"] == "with" else ()
    columns = (*DURATIONS[choice["duration"]], *FIXED, choice["democracy"], *rivalry, *CHALLENGER, choice["pact"])
    chosen = replace(base, outcome=choice["outcome"])
    wanted = rows.filter(pl.col("year").is_between(max(first, FIRST_RELEVANT) if relevant else first, last))
    wanted = wanted.filter("politically_relevant") if relevant else wanted
    known = wanted.drop_nulls([chosen.outcome, *columns])
    counts = {"n": known.height, "events": int(known[chosen.outcome].sum())}
    struck = known.filter(chosen.outcome, choice["pact"]).height
    if struck < FEW:
        return {**choice, **dict.fromkeys(("estimate", "std_error", "low", "high")), **counts, "estimated": False}
    sample = known if relevant else known.filter(pl.col("kept") | pl.col(chosen.outcome))
    estimate = logit(chosen.design(sample, columns))
    return {**choice, **_combined(estimate, {choice["pact"]: 1}), **counts, "estimated": True}


def summary(curve: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """Return, by some of the choices, how many specifications there are and how many lie clearly below, above, or neither.

    The columns are those of `by`, specifications, below, above, lowest, median and highest estimate.

    >>> curve = pl.DataFrame({"estimate": [-0.5, 0.1], "low": [-0.9, -0.1], "high": [-0.1, 0.3], "estimated": True})
    >>> summary(curve).select("specifications", "below", "above").row(0)
    (2, 1, 0)
    """
    rows = curve.filter("estimated")
    made = [
        pl.len().alias("specifications"),
        (pl.col("high") < 0).sum().alias("below"),
        (pl.col("low") > 0).sum().alias("above"),
        pl.col("estimate").min().alias("lowest"),
        pl.col("estimate").median().alias("median"),
        pl.col("estimate").max().alias("highest"),
    ]
    return rows.group_by(list(by), maintain_order=True).agg(made).sort(by) if by else rows.select(made)
