"""Rebels and the governments they fight: UCDP's Dyadic Dataset, which a user has downloaded, as rows of a dyad and a year.

Written from the codebook of version 25.1; it has not been tried on the publisher's file, which does not lie with foedus.

Traps that are handled, or said
-------------------------------
* The file has a row for a year in which fighting between the two took 25 lives or more. A year without a row is one with fewer,
  as long as the dyad exists: with `between=True` such years between the first and the last have a row. After the last there is
  none, for nobody says whether the rebels still are there.
* Dyads that fight in the file's first year may have begun before it: whether that is an onset is unknown.
* Wars between states, and those of colonies, have no rebels here: they are left out, and told.
* UCDP numbers Serbia after Montenegro left 345, the list of Gleditsch and Ward 340.
"""

from __future__ import annotations

import warnings
from typing import Any

import polars as pl

from foedus.errors import InputError, PanelRemark, UnmatchedRows
from foedus.panels.event_files import refuse
from foedus.panels.frames import as_polars
from foedus.panels.systems import SYSTEMS
from foedus.record.matching import match
from foedus.record.store import Record, open_record
from foedus.record.ucdp import gwcode

SOURCE = "UCDP's dyads"

COLUMNS = ("dyad_id", "conflict_id", "side_b", "incompatibility", "year", "intensity_level", "type_of_conflict", "gwno_a")
"""Columns of the publisher's file that are read."""

LEVELS = {
    "incompatibility": {1: "territory", 2: "government", 3: "both"},
    "intensity_level": {1: "25 to 999 deaths", 2: "1,000 or more"},
    "type_of_conflict": {1: "of a colony", 2: "between states", 3: "within a state", 4: "within a state, with others' troops"},
}
"""Column → what its numbers mean."""

WITHIN = (3, 4)
"""Types of conflict in which a government fights rebels."""


def rebel_dyads(
    dyads: Any, *, between: bool = False, apart: int = 1, system: str = "cow", record: Record | None = None
) -> pl.DataFrame:
    """Return a row for each government, its rebels and a year; `foedus.rebel_dyads` has the words.

    >>> file = pl.DataFrame({"dyad_id": [7, 7], "conflict_id": [3, 3], "side_b": ["Rebels"] * 2, "incompatibility": [2, 2],
    ...     "year": [1990, 1992], "intensity_level": [1, 2], "type_of_conflict": [3, 3], "gwno_a": [645, 645]})
    >>> rebel_dyads(file, between=True).select("ccode", "dyad_id", "year", "active", "war", "quiet_years").rows()
    [(645, 7, 1990, True, False, None), (645, 7, 1991, False, False, 0), (645, 7, 1992, True, True, 1)]
    """
    if system not in SYSTEMS:
        raise InputError(f"state system {system!r} is neither cow nor gw.")
    if apart < 1:
        raise InputError(f"apart={apart}: an onset follows on one year or more without fighting.")
    of = SYSTEMS[system]
    every = _checked(as_polars(dyads))
    rows = every.filter(pl.col("type_of_conflict").is_in(WITHIN))
    if left := every.height - rows.height:
        of_states = f"{left:,} of {every.height:,} rows are of wars between states or of colonies, and are left out."
        warnings.warn(of_states, PanelRemark, stacklevel=4)
    first = int(every["year"].min() or 0)  # type: ignore[arg-type]
    active = rows.sort("dyad_id", "year").with_columns(
        active=pl.lit(True),
        war=pl.col("intensity_level") == 2,
        over_government=pl.col("incompatibility").is_in([2, 3]),
        over_territory=pl.col("incompatibility").is_in([1, 3]),
        internationalized=pl.col("type_of_conflict") == 4,
    )
    told = _with_years_between(active) if between else active
    last = pl.when("active").then(pl.col("year")).shift(1).forward_fill().over("dyad_id")
    quiet = pl.col("year") - last - 1
    begun = pl.when(last.is_not_null()).then(quiet >= apart).when(pl.col("year") > first).then(True)
    counted = told.with_columns(onset=pl.when("active").then(begun).otherwise(False), quiet_years=quiet.cast(pl.Int32))
    states = _governments(counted, of.key, of.name, record or open_record())
    return states.select(
        of.key,
        *("dyad_id", "year", "conflict_id", pl.col("side_b").alias("rebels"), "active", "war", "onset", "quiet_years"),
        *("over_government", "over_territory", "internationalized"),
    )


def _checked(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that are read, as whole numbers; InputError for what the codebook has not, and rows that stand twice."""
    if lacking := [name for name in COLUMNS if name not in frame.columns]:
        raise InputError(
            f"the file of {SOURCE} lacks {', '.join(lacking)}: give the Dyadic Dataset of a version from 18.1 on, with its own "
            "columns."
        )
    whole = [name for name in COLUMNS if name != "side_b"]
    numbers = frame.select(pl.col(name).cast(pl.Int64, strict=False) for name in whole)
    source, number = SOURCE, "dyad_id"
    for name in ("dyad_id", "conflict_id", "year"):
        refuse(frame, numbers[name].is_null(), name, f"{name} is no whole number", source=source, number=number)
    for name, known in LEVELS.items():
        meant = ", ".join(f"{level} ({text})" for level, text in known.items())
        wrong = ~numbers[name].is_in([*known]).fill_null(False)
        refuse(frame, wrong, name, f"{name} is none of {meant}", source=source, number=number)
    within = numbers["type_of_conflict"].is_in(WITHIN)
    what = "gwno_a is no number of one government"
    refuse(frame, within & numbers["gwno_a"].is_null(), "gwno_a", what, source=source, number=number)
    twice = numbers.select("dyad_id", "year").is_duplicated()
    refuse(frame, twice, "year", "a dyad and year stand more than once", source=source, number=number)
    return numbers.with_columns(frame["side_b"].cast(pl.String))


def _with_years_between(active: pl.DataFrame) -> pl.DataFrame:
    """The rows with those of years between the first and the last of each dyad: without fighting, about the same as before."""
    spans = active.group_by("dyad_id", maintain_order=True).agg(
        year=pl.int_ranges(pl.col("year").min(), pl.col("year").max() + 1).first()
    )
    every = spans.explode("year").join(active, on=["dyad_id", "year"], how="left", maintain_order="left")
    carried = [name for name in every.columns if name not in ("dyad_id", "year", "active", "war", "internationalized")]
    return every.with_columns(
        pl.col(carried).forward_fill().over("dyad_id"), pl.col("active", "war", "internationalized").fill_null(False)
    )


def _governments(rows: pl.DataFrame, key: str, system: str, record: Record) -> pl.DataFrame:
    """The rows with the number of the government; those of none in the list are left out, and told."""
    numbered = rows.with_columns(gwcode("gwno_a"))
    found = match(numbered["gwno_a"].cast(pl.String), numbered["year"], record, "gw", system)
    if found.unmatched:
        count = sum(each.rows for each in found.unmatched)
        told = "\n".join(f"  {each.text!r} ({each.rows:,} rows): {each.why.split('. ')[0]}" for each in found.unmatched)
        warnings.warn(
            f"{count:,} of {rows.height:,} rows are of no member of the list, and left out:\n{told}",
            UnmatchedRows,
            stacklevel=5,
        )
    return numbered.with_columns(getattr(found, key).alias(key)).drop_nulls(key).sort(key, "dyad_id", "year")
