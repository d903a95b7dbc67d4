"""Direct contiguity: whether two states touch on land, or how much water lies between them, 1816–2016.

Read from the user's own file; it never ships. `contiguity` has one row per dyad-year in which two states are neighbours: type 1
on land (rivers included), 2 to 5 across at most 12, 24, 150 and 400 miles of water. `border_counts` counts a state's neighbours
on land and across water.

Traps
-----
* The file holds spells by month. A year's type is the closest that was in force in any month of it, as the publisher says; the
  R package takes the first instead, which differs in 1,410 directed dyad-years.
* The R package's file has type 0 for spells of no contiguity: they are dropped, no row means none.
* Spells that last are cut off in December 2016: later years are unknown, not without neighbours.
"""

from __future__ import annotations

import polars as pl

from foedus.errors import InputError
from foedus.record.publisher import Form, Tables

LAST_YEAR = 2016

_NAMES = {
    "state1no": "ccode1",
    "state2no": "ccode2",
    "statelno": "ccode1",
    "statehno": "ccode2",
    "stdate": "begin",
    "enddate": "end",
}


def _tidy(frame: pl.DataFrame) -> Tables:
    named = frame.rename({name: plain for name, plain in _NAMES.items() if name in frame.columns})
    spells = named.with_columns(_year("begin"), _year("end"))
    _check(spells)
    years = pl.int_ranges("begin_year", pl.col("end_year") + 1, dtype=pl.Int32).alias("year")
    rows = spells.with_columns(years).explode("year", empty_as_null=True).filter(pl.col("conttype") > 0)
    low, high = pl.min_horizontal("ccode1", "ccode2"), pl.max_horizontal("ccode1", "ccode2")
    closest = rows.group_by(low.alias("ccode1"), high.alias("ccode2"), "year").agg(type=pl.col("conttype").min().cast(pl.Int16))
    return {"contiguity": closest, "border_counts": _borders(closest)}


def _year(name: str) -> pl.Expr:
    """The year that a month (YYYYMM) or a date begins with."""
    return pl.col(name).cast(pl.String).str.slice(0, 4).cast(pl.Int32, strict=False).alias(f"{name}_year")


def _check(spells: pl.DataFrame) -> None:
    """Refuse spells that run backwards, unknown types, and a release that ends before the years foedus says it covers."""
    faults = []
    if odd := int((~(spells["begin_year"] <= spells["end_year"])).fill_null(True).sum()):
        faults.append(f"{odd} spells have no dates or end before they begin")
    if strange := int((~spells["conttype"].is_between(0, 5)).fill_null(True).sum()):
        faults.append(f"{strange} spells have a type that is none of 0 to 5")
    if not faults and (last := spells["end_year"].max()) != LAST_YEAR:
        faults.append(f"the spells end in {last!s}, not in {LAST_YEAR}: this is another release")
    if faults:
        raise InputError("; ".join(faults))


def _borders(closest: pl.DataFrame) -> pl.DataFrame:
    sides = [closest.select(pl.col(side).alias("ccode"), "year", "type") for side in ("ccode1", "ccode2")]
    land = (pl.col("type") == 1).sum().cast(pl.Int16)
    sea = (pl.col("type") > 1).sum().cast(pl.Int16)
    return pl.concat(sides).group_by("ccode", "year").agg(land=land, sea=sea)


def _form(first: str, second: str, begin: str, end: str) -> Form:
    keys = (first, second)
    text = (begin, end) if begin == "stdate" else ()
    return Form("the table of spells", (*keys, "conttype", begin, end), keys, _tidy, unique=False, text=text)


FORMS = (
    _form("state1no", "state2no", "begin", "end"),
    _form("statelno", "statehno", "begin", "end"),
    _form("ccode1", "ccode2", "stdate", "enddate"),
)
