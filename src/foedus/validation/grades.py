"""Grades: what the gains of a term, over all windows and in either era, make of it by the registered rule.

    supported       a clear gain over all windows together, and a gain above zero in either era
    mixed           a clear gain over all windows or in one era, otherwise
    not supported   a clear gain nowhere

A gain is clear if its interval lies above zero and it is no smaller a share of the rival's score than was registered.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from foedus.validation.registration import Registration

SUPPORTED, MIXED, NOT_SUPPORTED = "supported", "mixed", "not supported"
GRADES = (SUPPORTED, MIXED, NOT_SUPPORTED)
"""From the best to the worst."""


def grade(whole: pl.DataFrame, eras: pl.DataFrame, smallest: float) -> str:
    """Return the grade of one term: gains (columns gain, low, skill) over all windows (one row) and in each era.

    >>> gains = pl.DataFrame({"gain": [0.2, 0.3, 0.1], "low": [0.1, 0.1, -0.1], "skill": [0.02, 0.03, 0.01]})
    >>> grade(gains[:1], gains[1:], 0.005)
    'supported'
    >>> grade(gains[:1], gains[1:].with_columns(gain=pl.Series([0.3, -0.1])), 0.005)
    'mixed'
    >>> grade(gains[:1], gains[1:], 0.5)
    'not supported'
    """
    known = [frame["gain"].cast(pl.Float64).is_finite() for frame in (whole, eras)]
    if not all(len(finite) and finite.all() for finite in known):
        raise ValueError("a grade needs a gain over all windows and in each era, and numbers for all of them")
    if clear(whole, smallest).all() and (eras["gain"] > 0).all():
        return SUPPORTED
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


def worst(grades: Collection[str]) -> str:
    """Return the worst of some grades: a run with several terms is as good as its worst.

    >>> worst(["supported", "mixed"])
    'mixed'
    """
    return max(grades, key=GRADES.index)
