"""Intergovernmental organisations: how many a state belongs to, and how many two states share, 1816–2014.

Read from the user's own file; it never ships. `igo_memberships` counts a state's memberships by kind; `shared_igos` counts, for
two states, the organisations of which both are full members. The publisher's state-year file, one column an organisation, gives
both tables, so that its far larger dyadic file is not needed; the R package's two tables of counts are read as well.

Traps
-----
* In the publisher's file 1 is full, 2 associate membership, 3 observer; 0 none, -9 missing, -1 no such organisation that year.
* A missing membership is counted as none: the counts are of memberships on record.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from foedus.record.publisher import Form, Tables

_COUNTS = {
    "sum_igo_full": "full",
    "sum_igo_associate": "associate",
    "sum_igo_observer": "observer",
    "sum_igo_anytype": "any_kind",
}
_KINDS = {"full": 1, "associate": 2, "observer": 3}


def _memberships(frame: pl.DataFrame) -> Tables:
    """Both tables from the publisher's: one row a state-year, one column an organisation."""
    codes = frame.drop("ccode", "year", "state")
    counts = [pl.sum_horizontal(pl.all() == code).cast(pl.Int16).alias(kind) for kind, code in _KINDS.items()]
    any_kind = pl.sum_horizontal(pl.all().is_in([float(code) for code in _KINDS.values()])).cast(pl.Int16).alias("any_kind")
    keys = frame.select("ccode", "year")
    members = codes.select((pl.all() == 1).fill_null(False).cast(pl.Float32)).to_numpy()
    years = keys["year"].to_numpy()
    shared = [_shared(keys["ccode"].to_numpy()[years == year], int(year), members[years == year]) for year in np.unique(years)]
    return {"igo_memberships": keys.hstack(codes.select(*counts, any_kind)), "shared_igos": pl.concat(shared)}


def _shared(states: np.ndarray, year: int, members: np.ndarray) -> pl.DataFrame:
    """The shared full memberships of every two states of one year, from memberships by state and organisation."""
    order = np.argsort(states)
    ordered = members[order]
    first, second = np.triu_indices(len(order), k=1)
    counts = (ordered @ ordered.T)[first, second]
    columns = {"ccode1": states[order][first], "ccode2": states[order][second], "shared": counts.astype(np.int16)}
    return pl.DataFrame(columns).select("ccode1", "ccode2", pl.lit(year, pl.Int32).alias("year"), "shared")


def _counted(frame: pl.DataFrame) -> Tables:
    return {"igo_memberships": frame.select("ccode", "year", pl.col(_COUNTS).cast(pl.Int16)).rename(_COUNTS)}


def _counted_shared(frame: pl.DataFrame) -> Tables:
    ordered = frame.select(
        pl.min_horizontal("ccode1", "ccode2").alias("ccode1"),
        pl.max_horizontal("ccode1", "ccode2").alias("ccode2"),
        "year",
        pl.col("dyadigos").cast(pl.Int16).alias("shared"),
    )
    return {"shared_igos": ordered.unique(["ccode1", "ccode2", "year"], keep="first", maintain_order=True)}


FORMS = (
    Form(
        "the dyad-year counts",
        ("ccode1", "ccode2", "year", "dyadigos"),
        ("ccode1", "ccode2", "year"),
        _counted_shared,
        states=("ccode1", "ccode2"),
    ),
    Form("the state-year counts", ("ccode", "year", *_COUNTS), ("ccode", "year"), _counted, states=("ccode",)),
    Form(
        "the state-year table of memberships",
        ("ccode", "year", "state", "un"),
        ("ccode", "year"),
        _memberships,
        text=("state",),
        missing=(-9, -1),
        every=True,
        states=("ccode",),
    ),
)
