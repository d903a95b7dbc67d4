"""Disputes at dyad-years: on which list, what several of them in one year mean, and which speaks where only one may.

Three lists say who disputed with whom, with the same columns (`LISTS`). The variables are the same whichever is chosen; their
years are those of the list, and so is whom to cite.

Two states may have several militarized disputes under way in one year. *Combined* (the default) keeps what all of them
together say: whether any began, the highest hostility, the highest fatality. Attributes that belong to one dispute alone (its
number, who began it, how long it lasted) have no answer then, and are refused unless a rule says which dispute speaks:

    highest-hostility   the most hostile; then the deadliest, the longest, the lowest number
    highest-fatality    the deadliest; then the most hostile, the longest, the lowest number
    first, last         the one that began first or last; ties as under highest-hostility
    longest             the longest; ties as under highest-hostility
    onset-first         one that begins in the year before one under way; then the deadliest, the most hostile, the longest, the
                        reciprocated, the earliest: the order in which peacesciencer whittles its table
    all                 every dispute has a row of its own

What a rule sets aside is counted by `set_aside` and travels with the panel. Every order ends in the dispute's number and uses
nothing that differs between the two directions of a dyad, so that both directions keep the same dispute.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from foedus.errors import InputError, nearest

COMBINED, ALL = "combined", "all"

GML = "gml"
LISTS = {GML: "gml", "mic": "mic", "cow-mid": "cow_mid"}
"""Name of a list of disputes → its source: Gibler, Miller & Little, their successor of it, and the Correlates of War."""

TABLES = {GML: "dispute_dyad_years", "mic": "mic_dispute_dyad_years", "cow-mid": "cow_dispute_dyad_years"}
"""Name of a list → its table: directed dyads, disputes and years, with the same columns in each."""

INITIATED = pl.col("side_a1") | ~pl.col("originator1")
"""Whether the first state of a directed row began the dispute or joined it later, and was not its target on the first day."""

_DOWN = {"hostility": True, "fatality": True, "longest_days": True, "dispute": False}
ORDERS: dict[str, dict[str, bool]] = {
    "highest-hostility": _DOWN,
    "highest-fatality": {"fatality": True, **_DOWN},
    "first": {"began": False, "start_month": False, **_DOWN},
    "last": {"began": True, "start_month": True, **_DOWN},
    "longest": {"longest_days": True, **_DOWN},
    "onset-first": {
        "onset": True,
        "fatality": True,
        "hostility": True,
        "shortest_days": True,
        "longest_days": True,
        "reciprocated": True,
        "start_month": False,
        "dispute": False,
    },
}
"""Rule → the columns that order the disputes of a dyad-year, and whether the larger value comes first."""

RULES = (COMBINED, *ORDERS, ALL)
"""What may be done about several disputes in one dyad-year."""


def check_rule(rule: str) -> str:
    """Return the rule; raises InputError with the nearest names if there is none of that name."""
    if rule not in RULES:
        raise InputError(
            f"no rule for several disputes is called {rule!r}.{nearest(rule, RULES)} There are: {', '.join(RULES)}."
        )
    return rule


def check_list(name: str) -> str:
    """Return the name of a list of disputes; raises InputError, with what there is, if there is none of that name."""
    if name.casefold().startswith("ucdp"):
        raise InputError(
            "UCDP lists no disputes, but conflicts with at least 25 deaths in a year: ask for interstate_conflict_onset or "
            "interstate_conflict_war_onset instead."
        )
    if name not in LISTS:
        raise InputError(f"no list of disputes is called {name!r}.{nearest(name, LISTS)} There are: {', '.join(LISTS)}.")
    return name


def combined(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return one row for each value of `keys` (a dyad and year) with what all its disputes together say.

    A fatal onset is unknown where no onset is known to be fatal and the fatality of one is missing.
    """
    onset = pl.col("onset")
    fatal = onset & (pl.col("fatality") > 0)
    return rows.group_by(keys).agg(
        dispute_onset=onset.any(),
        dispute_ongoing=pl.lit(True),
        dispute_onsets=onset.sum().cast(pl.Int16),
        fatal_dispute_onset=fatal.any(ignore_nulls=False),
        originated_dispute_onset=(onset & pl.col("originator1") & pl.col("originator2")).any(),
        war_dispute_onset=(onset & (pl.col("hostility") == 5)).any(),
        dispute_war=(pl.col("hostility") == 5).any(),
        dispute_hostility=pl.col("hostility").max(),
        dispute_fatality=pl.col("fatality").max(),
    )


def one_each(rows: pl.DataFrame, keys: Sequence[str], rule: str) -> pl.DataFrame:
    """Return one row a dyad-year: the dispute that the rule lets speak, with all its attributes. `combined` has no such row.

    >>> rows = pl.DataFrame({"ccode1": [2, 2], "ccode2": [20, 20], "year": [1979, 1979], "dispute": [1, 2]})
    >>> rows = rows.with_columns(hostility=pl.Series([3, 4]), fatality=0, longest_days=1)
    >>> one_each(rows, ["ccode1", "ccode2"], "highest-hostility")["dispute"].to_list()
    [2]
    """
    ordered = _ordered(rows, rule)
    return ordered.unique([*keys, "year"], keep="first", maintain_order=True)


def set_aside(rows: pl.DataFrame, keys: Sequence[str], rule: str) -> dict[str, int]:
    """Count what a rule leaves out of these dispute-dyad-years: rows, and rows in which a dispute begins."""
    if rule in (COMBINED, ALL):
        return {"dispute_years": 0, "onsets": 0}
    kept = one_each(rows, keys, rule)
    return {
        "dispute_years": rows.height - kept.height,
        "onsets": int(rows["onset"].sum() or 0) - int(kept["onset"].sum() or 0),
    }


def refuse_several(rows: pl.DataFrame, keys: Sequence[str]) -> None:
    """Raise InputError if a dyad-year has several disputes, naming how many have and the first."""
    several = rows.group_by(*keys, "year", maintain_order=True).len().filter(pl.col("len") > 1)
    if several.height:
        one, two, year = several.select(*keys, "year").sort(keys[0], keys[1], "year").row(0)
        raise InputError(
            f"{several.height:,} dyad-years have several disputes (first: {one}–{two} in {year}), and what was asked for "
            f"belongs to one of them. Choose which with disputes=… (--disputes …): {', '.join(RULES[1:])}."
        )


def years_since(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return, per dyad, the spells in which each year with a dispute is the latest one past.

    The columns are the keys, first_year, last_year (null: to the end) and last_dispute_year.

    >>> rows = pl.DataFrame({"ccode1": [2, 2], "ccode2": [20, 20], "year": [1979, 1989]})
    >>> years_since(rows, ["ccode1", "ccode2"]).rows()
    [(2, 20, 1980, 1989, 1979), (2, 20, 1990, None, 1989)]
    """
    years = rows.select(*keys, "year").unique().sort(*keys, "year")
    return years.select(
        *keys,
        first_year=pl.col("year") + 1,
        last_year=pl.col("year").shift(-1).over(keys),
        last_dispute_year="year",
    )


def _ordered(rows: pl.DataFrame, rule: str) -> pl.DataFrame:
    """The rows with the disputes that a rule prefers first; what is unknown comes last, but for deaths."""
    order = ORDERS[rule]
    deadly = (pl.col("fatality").cast(pl.Int32) * 2).fill_null(1)  # unknown deaths are more than none, and fewer than some
    by = [deadly if name == "fatality" else pl.col(name).cast(pl.Int32) for name in order]
    return rows.sort(by, descending=list(order.values()), nulls_last=True, maintain_order=True)
