"""What the chapter on the order does not know: which dyads have no risk and why, and how old the inputs are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from foedus.assessment.chapters.order.exhibits import known_by
from foedus.assessment.chapters.order.risks import Risks
from foedus.mechanisms.order.covariates import NEEDED
from foedus.words import capitalized, listed

VARIABLE_WORDS = {
    "contiguous": "contact",
    "min_distance": "distance",
    "capability_ratio": "their weights",
    "joint_capability": "their joint weight",
    "weaker_democracy": "democracy of the weaker side",
    "ideal_point_distance": "distance of their votes",
    "peace_years": "years since the last dispute",
}
"""Variables of the models as a reader knows them."""


def gaps(risks: Risks) -> Iterable[str]:
    """Say, variable by variable, why a risk has no number, what is unknown to it, and how old the oldest input is."""
    partnership, rows = risks.partnership, risks.rows
    model = risks.validations["dispute_onset"].headline
    reads = known_by(model)
    needs = [name for name in reads if name in NEEDED]
    if len(partnership.members) == 2:
        yield from _own_gaps(risks, needs)
    unknown = rows.filter(pl.any_horizontal(pl.col(["earlier", *needs]).is_null()))
    if unknown.height:
        yield f"{unknown.height} of {rows.height} dyads of the members have no risk, for lack of: {_lacking(unknown, needs)}."
    levels = {name: rows[name].null_count() for name in reads if name not in NEEDED}
    if told := [f"{_plain(name)} ({count})" for name, count in levels.items() if count]:
        yield f"Not known of some pairs of the members with others, and told to the models as such: {listed(told)}."
    ages = rows.select(pl.col(f"{name}_age").max() for name in reads).row(0, named=True)
    if since := ages.get("peace_years_age"):
        last = partnership.year - since - 1
        yield f"Disputes are known to {last}: none of the {since} years since is in these risks."
    carried = [f"{_plain(name.removesuffix('_age'))} ({age})" for name, age in ages.items() if age]
    if carried:
        yield f"Older values stand in for the year, up to so many years old: {listed(carried)}."
    if risks.then is not None:
        yield f"Nothing here was learnt from disputes that began after {risks.then.last}, and no such forecast had been tested."


def _own_gaps(risks: Risks, needs: Sequence[str]) -> Iterable[str]:
    """Say why the two have no risk, where they have none."""
    partnership, own = risks.partnership, risks.own_row
    first = risks.validations["dispute_onset"].headline.first_year
    names = capitalized(partnership.named)
    year = partnership.year
    if own is None or own["earlier"] is None:
        yield f"{names}: no risk for {partnership.year}, for the two were not both members of the state system the year before."
    elif partnership.year < first:
        yield f"{names}: no risk for {year}, for distances between states are not known so early."
    elif risks.then is not None and risks.then.seen.is_empty():
        yield f"{names}: no risk for {year}, for too few years with known distances had passed to learn from."
    elif missing := [name for name in needs if own[name] is None]:
        yield f"{names}: no risk for {year}, for the record does not know: {listed(list(map(_plain, missing)))}."


def _lacking(unknown: pl.DataFrame, needs: Sequence[str]) -> str:
    counts = {"membership in the year before": unknown["earlier"].null_count()}
    counts |= {_plain(name): unknown.filter(pl.col("earlier"))[name].null_count() for name in needs}
    return listed([f"{name} ({count})" for name, count in counts.items() if count])


def _plain(variable: str) -> str:
    return VARIABLE_WORDS.get(variable, variable.replace("_", " "))
