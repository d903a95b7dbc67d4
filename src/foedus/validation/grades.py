"""Grades: what the gains of a term, over all windows and in either era, make of it by the registered rule.

    supported       a clear gain over all windows together, and a gain above zero in either era
    harmful         over all windows together the whole interval lies below zero: forecasts are worse with it
    mixed           a clear gain over all windows or in one era, otherwise
    not supported   a clear gain nowhere

A gain is clear if its interval lies above zero and it is no smaller a share of the rival's score than was registered.

A grade says whether a term helps to forecast, not in which direction it points. Where a claim says which sign a coefficient
has, `direction` says whether the estimate has it: a pact may forecast attacks well because it goes with more of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from foedus.validation.registration import Registration

SUPPORTED, MIXED, NOT_SUPPORTED, HARMFUL = "supported", "mixed", "not supported", "harmful"
GRADES = (SUPPORTED, MIXED, NOT_SUPPORTED, HARMFUL)
"""From the best to the worst."""

AS_CLAIMED, AGAINST = "as claimed", "against the claim"
DIRECTIONS = (AS_CLAIMED, AGAINST)
"""Whether an estimate has the sign that was claimed."""


def grade(whole: pl.DataFrame, eras: pl.DataFrame, smallest: float) -> str:
    """Return the grade of one term: gains (columns gain, low, high, skill) over all windows (one row), in each era.

    >>> gains = pl.DataFrame({"gain": [0.2, 0.3, 0.1], "low": [0.1, 0.1, -0.1], "skill": [0.02, 0.03, 0.01]})
    >>> gains = gains.with_columns(high=2 * pl.col("gain") - pl.col("low"))
    >>> grade(gains[:1], gains[1:], 0.005)
    'supported'
    >>> grade(gains[:1], gains[1:].with_columns(gain=pl.Series([0.3, -0.1])), 0.005)
    'mixed'
    >>> grade(gains[:1], gains[1:], 0.5)
    'not supported'
    >>> grade(gains[:1].with_columns(-pl.all()).with_columns(low=-0.3, high=-0.1), gains[1:], 0.005)
    'harmful'
    """
    known = [frame["gain"].cast(pl.Float64).is_finite() for frame in (whole, eras)]
    if not all(len(finite) and finite.all() for finite in known):
        raise ValueError("a grade needs a gain over all windows and in each era, and numbers for all of them")
    if clear(whole, smallest).all() and (eras["gain"] > 0).all():
        return SUPPORTED
    if (whole["high"] < 0).all():
        return HARMFUL
    return MIXED if clear(whole, smallest).any() or clear(eras, smallest).any() else NOT_SUPPORTED


def clear(gains: pl.DataFrame, smallest: float) -> pl.Series:
    """Return, for each gain, whether it is clear."""
    return (gains["low"] > 0) & (gains["skill"] >= smallest)


def grades(gains: pl.DataFrame, registration: Registration) -> dict[str, str]:
    """Return the grade of every term in a table of gains (`hindcast.gain_table`)."""
    decisive = gains.filter((pl.col("score") == registration.score) & pl.col("origin").is_null())
    whole = pl.concat_list("first_year", "last_year") == list(registration.years)
    return {
        term: grade(gains_of_term.filter(whole), gains_of_term.filter(~whole), registration.smallest)
        for (term,), gains_of_term in decisive.group_by("term", maintain_order=True)
    }


def direction(estimates: Mapping[str, float], signs: Mapping[str, str]) -> str | None:
    """Return whether the estimates of some columns have the signs claimed ("+" or "-", by column).

    None where no sign is claimed, and where some columns have theirs and others do not.

    >>> direction({"young": 0.98, "old": 1.83, "size": -0.2}, {"young": "-", "old": "-"})
    'against the claim'
    >>> direction({"young": -0.98, "old": 1.83}, {"young": "-", "old": "-"}), direction({"young": -0.98}, {})
    (None, None)
    """
    agree = {(estimates[column] > 0) == (sign == "+") for column, sign in signs.items()}
    if len(agree) != 1:
        return None
    return AS_CLAIMED if agree.pop() else AGAINST


def worst(grades: Collection[str]) -> str:
    """Return the worst of some grades: a run with several terms is as good as its worst.

    >>> worst(["supported", "mixed"])
    'mixed'
    """
    return max(grades, key=GRADES.index)
