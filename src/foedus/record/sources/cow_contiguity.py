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

from collections.abc import Iterator

import polars as pl

from foedus.errors import InputError
from foedus.record.publisher import Form, Tables
from foedus.record.row_faults import Day, impossible_days

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
    """Refuse spells without dates, unknown types, and a release that ends before the years foedus says it covers."""
    faults = []
    if odd := int(spells.select(pl.any_horizontal(pl.col("begin_year", "end_year").is_null()).sum()).item()):
        faults.append(f"{odd} spells have no dates")
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


def _days(frame: pl.DataFrame) -> Iterator[str]:
    """Say which months or days there are not, and which spells end before they begin."""
    named = frame.rename({name: plain for name, plain in _NAMES.items() if name in frame.columns})
    digits = {name: pl.col(name).cast(pl.String).str.replace_all("-", "") for name in ("begin", "end")}
    places = {"year": (0, 4), "month": (4, 2), "day": (6, 2)}
    parts = named.select(
        digits[name].str.slice(*place).cast(pl.Int32, strict=False).alias(f"{name}_{part}")
        for name in digits
        for part, place in places.items()
    )
    return impossible_days(parts, [(Day(*(f"begin_{part}" for part in places)), Day(*(f"end_{part}" for part in places)))])


def _form(first: str, second: str, begin: str, end: str) -> Form:
    keys = (first, second)
    text = (begin, end) if begin == "stdate" else ()
    return Form(
        "the table of spells", (*keys, "conttype", begin, end), keys, _tidy, unique=False, text=text, states=keys, faults=_days
    )


FORMS = (
    _form("state1no", "state2no", "begin", "end"),
    _form("statelno", "statehno", "begin", "end"),
    _form("ccode1", "ccode2", "stdate", "enddate"),
)
