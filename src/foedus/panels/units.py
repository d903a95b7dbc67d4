"""Units of analysis: which rows a panel has.

A state-year exists while the state is a member of the (COW) state system on any day of the year; a dyad-year while both are.
Dyads are made by crossing unbroken runs of membership, not states with years, so that the cost is linear in the rows made.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from foedus.record.spells import runs
from foedus.record.store import Record

STATE_KEYS = ("ccode", "year")
DYAD_KEYS = ("ccode1", "ccode2", "year")


def membership_runs(record: Record) -> pl.DataFrame:
    """Return the unbroken runs of membership: ccode, first_year, last_year.

    A state that leaves the system and comes back (Estonia 1918–1940 and since 1991) has two.
    """
    return record.derived("membership_runs", lambda: runs(record.table("state_years").select("ccode", "year"), ["ccode"]))


def state_years(record: Record, first: int, last: int, states: Iterable[int] | None = None) -> pl.DataFrame:
    """Return ccode and year of every state-year from `first` to `last`, sorted; of the given states only, if any are given."""
    rows = record.table("state_years").select("ccode", "year").filter(pl.col("year").is_between(first, last))
    if states is not None:
        rows = rows.filter(pl.col("ccode").is_in(list(states)))
    return rows.sort(STATE_KEYS)


def dyad_years(
    record: Record,
    first: int,
    last: int,
    *,
    directed: bool = False,
    with_states: Iterable[int] | None = None,
    among: Iterable[int] | None = None,
    dyads: Iterable[tuple[int, int]] | None = None,
) -> pl.DataFrame:
    """Return ccode1, ccode2 and year of every dyad-year from `first` to `last`, sorted.

    Non-directed dyads have ccode1 < ccode2; directed ones appear once in each direction. `with_states` keeps dyads that hold
    one of these states, `among` those whose two sides both are, `dyads` just these pairs (in both directions where directed).
    """
    spells = membership_runs(record)
    if dyads is not None:
        pairs = pl.DataFrame(list(dyads), schema={"ccode1": pl.Int16, "ccode2": pl.Int16}, orient="row")
        spells = spells.filter(pl.col("ccode").is_in(pl.concat([pairs["ccode1"], pairs["ccode2"]]).implode()))
    if among is not None:
        spells = spells.filter(pl.col("ccode").is_in(list(among)))
    crossed = spells.join(spells, how="cross", suffix="_2").rename({"ccode": "ccode1", "ccode_2": "ccode2"})
    crossed = crossed.filter(pl.col("ccode1") != pl.col("ccode2") if directed else pl.col("ccode1") < pl.col("ccode2"))
    if with_states is not None:
        chosen = list(with_states)
        crossed = crossed.filter(pl.col("ccode1").is_in(chosen) | pl.col("ccode2").is_in(chosen))
    if dyads is not None:
        both = pl.concat([pairs, pairs.select(ccode1="ccode2", ccode2="ccode1")]).unique()
        crossed = crossed.join(both, on=["ccode1", "ccode2"], how="semi")
    return _expand(crossed, first, last).sort(DYAD_KEYS)


def _expand(crossed: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    spans = crossed.select(
        "ccode1",
        "ccode2",
        begin=pl.max_horizontal("first_year", "first_year_2", pl.lit(first, pl.Int16)),
        end=pl.min_horizontal("last_year", "last_year_2", pl.lit(last, pl.Int16)),
    ).filter(pl.col("begin") <= pl.col("end"))
    return spans.select("ccode1", "ccode2", year=pl.int_ranges("begin", pl.col("end") + 1, dtype=pl.Int16)).explode(
        "year", empty_as_null=True
    )
