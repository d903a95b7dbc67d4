"""Polity5: how democratic or autocratic a state's institutions are, from -10 to 10, 1800–2018.

Read from the user's own file; it never ships. `polity` has one row per state-year with `polity2`, the combined score made for
time series (Marshall & Gurr 2020).

Traps
-----
* The publisher offers Excel and SPSS files: save the sheet as CSV. Its state numbers are those of COW except where it counts a
  new state after a change of borders; `CODES` says how they translate. A table that already has COW numbers (the R package
  isard's) lacks `scode` and is taken as it stands.
* In a year of transition both the old state and the new have a row: the one that goes on speaks.
* -66, -77 and -88 mark interruption, interregnum and transition; `polity2` turns them into nulls, zeros and paths between.
* After 2018 there are scores of the United States alone, to 2020.
"""

from __future__ import annotations

import polars as pl

from foedus.record.publisher import Form, Tables

CODES = {
    324: 325,  # Sardinia: Italy
    341: 347,  # Kosovo
    342: 345,  # Serbia: Yugoslavia
    347: 345,  # Serbia and Montenegro: Yugoslavia
    348: 341,  # Montenegro
    364: 365,  # the Soviet Union: Russia
    525: 626,  # South Sudan
    529: 530,  # Ethiopia without Eritrea
    626: 625,  # Sudan without the South
    769: 770,  # Pakistan with the East
    818: 816,  # united Vietnam
}
"""Polity's state numbers that COW gives to other states or to none, and COW's (Polity5 user's manual, list of cases)."""

AUSTRIA, AUSTRIA_HUNGARY, AUSTRIA_SINCE = 305, 300, 1919
"""COW gives Austria a number of its own from 1919 on; Polity has one for it and the monarchy before."""


def _translated(frame: pl.DataFrame) -> Tables:
    monarchy = (pl.col("ccode") == AUSTRIA) & (pl.col("year") < AUSTRIA_SINCE)
    cow = pl.when(monarchy).then(AUSTRIA_HUNGARY).otherwise(pl.col("ccode").replace(CODES)).cast(pl.Int32).alias("cow")
    next_year = frame.select("ccode", pl.col("year") - 1, stays=pl.lit(True)).unique()
    marked = frame.with_columns(cow).join(next_year, on=["ccode", "year"], how="left", maintain_order="left")
    first = marked.sort(pl.col("stays").fill_null(False), descending=True, maintain_order=True)
    rows = first.unique(["cow", "year"], keep="first", maintain_order=True)
    return _scores(rows.select("year", "polity2", ccode="cow"))


def _scores(frame: pl.DataFrame) -> Tables:
    scores = frame.select("ccode", "year", pl.col("polity2").cast(pl.Int16))
    return {"polity": scores.drop_nulls("polity2")}


_MISSING = (-66, -77, -88, -9999)

FORMS = (
    Form(
        "the state-year table",
        ("scode", "ccode", "year", "polity2"),
        ("ccode", "year"),
        _translated,
        unique=False,
        text=("scode",),
        missing=_MISSING,
    ),
    Form(
        "the state-year table, by COW numbers",
        ("ccode", "year", "polity2"),
        ("ccode", "year"),
        _scores,
        missing=_MISSING,
        states=("ccode",),
    ),
)
