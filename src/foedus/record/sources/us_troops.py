"""How many United States military personnel each state hosts, 1950–2024: Defense Manpower Data Center, as troopdata carries it.

`us_troops` has one row per host and year: `troops`, the largest number reported in the year, and `civilians` of the Department
of Defense, known from 2009. The United States, its territories and other places that are no states are left out.

Traps
-----
* A 0 says that the report names no one there; the file gives every member of the state system a row in every year it covers. A
  host without a row, or with null, is unknown.
* 1951 and 1952 had no report, and the file repeats one made-up figure in both; 2008 adds up two reports and is nearly doubled
  (South Korea 50,975). These years are left out (YEARS_WITHOUT_REPORT).
* To 2007 the numbers are active duty; from 2009 they include Guard and Reserve, although the column is named active duty.
* War zones are not in the reports: Iraq 2003–07, Kuwait 2003–07, Afghanistan 2001–05 and Afghanistan, Iraq and Syria 2018–20
  are press figures. Four of those were added up several times and are divided again (REPEATED). After them only staff assigned
  permanently is counted; those years are null (WITHHELD), as are civilians in the three states from 2018.
* Hosts have COW-like numbers with three faults, mended here: West Germany is 255, South Vietnam 816, and the base at Asmara
  counts for Eritrea (531) while it was Ethiopia's.
* North Vietnam has no row of its own.
* A host renamed by the reports has a second row, full of zeros, in a dozen cases; the larger is kept.
* Crews at sea count for the nearest country in reports before 1968 (Greece 1957: 15,360, most of them afloat), and Germany in
  2006–07 still counts units that were in Iraq.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

YEARS_WITHOUT_REPORT = (1951, 1952, 2008)

FIRST_CIVILIANS = 2009
CIVILIANS_WITHHELD = 2018
"""First year without civilians in the states of WITHHELD: the reports leave out personnel deployed there from December 2017."""

NOT_HOSTS = (2, 6, 327)
"""The United States, Puerto Rico and the Vatican; numbers of 1000 and more are other territories."""

REPEATED = {(645, 2006): 3, (645, 2007): 3, (700, 2019): 2, (700, 2020): 2}
"""Host and year → how often the file adds one press figure (Iraq 141,100 and 170,000, Afghanistan 13,000 and 8,600). The
quarterly file of the same package has each once.
"""

WITHHELD = {645: 2022, 652: 2021, 700: 2021}
"""Iraq, Syria and Afghanistan: first year in which deployed personnel are neither reported nor estimated."""

RENUMBERED = ((255, 260, 1955, 1990), (816, 817, 1954, 1975), (531, 530, 1953, 1992))
"""Number in the file, COW's number, first and last year: West Germany, South Vietnam, Ethiopia with Eritrea."""


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `us_troops`: ccode of the host, year, troops and civilians in persons."""
    frame = pl.read_parquet(raw / "political/us_troops/troopdata_country_year.parquet")
    hosts = frame.filter(pl.col("ccode") < 1000, ~pl.col("ccode").is_in(NOT_HOSTS), ~pl.col("year").is_in(YEARS_WITHOUT_REPORT))
    one_name = hosts.group_by("ccode", "year").agg(pl.col("troops_ad", "total_civilian").max())
    known = one_name.select("ccode", "year", _troops().alias("troops"), _civilians().alias("civilians"))
    merged = known.with_columns(_host().alias("ccode")).group_by("ccode", "year").agg(_sum("troops"), _sum("civilians"))
    return {"us_troops": merged.sort("ccode", "year")}


def _troops() -> pl.Expr:
    troops = pl.col("troops_ad")
    for (host, year), times in REPEATED.items():
        troops = pl.when(pl.col("ccode") == host, pl.col("year") == year).then(troops // times).otherwise(troops)
    first = pl.col("ccode").replace_strict(WITHHELD, default=None, return_dtype=pl.Int16)
    return pl.when(pl.col("year") >= first).then(None).otherwise(troops).cast(pl.Int32)


def _civilians() -> pl.Expr:
    withheld = pl.col("ccode").is_in(list(WITHHELD)) & (pl.col("year") >= CIVILIANS_WITHHELD)
    return pl.when(pl.col("year") >= FIRST_CIVILIANS, ~withheld).then("total_civilian").cast(pl.Int32)


def _host() -> pl.Expr:
    host = pl.col("ccode")
    for here, cow, first, last in RENUMBERED:
        host = pl.when(pl.col("ccode") == here, pl.col("year").is_between(first, last)).then(cow).otherwise(host)
    return host.cast(pl.Int16)


def _sum(column: str) -> pl.Expr:
    """Sum within a group; null, not 0, where nothing is known."""
    return pl.when(pl.col(column).count() > 0).then(pl.col(column).sum()).alias(column)
