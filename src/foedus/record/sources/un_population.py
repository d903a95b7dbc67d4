"""How many people lived in each state, 1950–2023, and will by the medium projection to 2100: World Population Prospects.

`population_un` has the United Nations' mid-year estimates by `iso3` and year, in persons. `population_projection` has the
medium projection for 2024–2100; its code column is called `iso3_code`, so that it is not translated year by year to members of
a state system that is unknown for the future. The two do not overlap.

Traps
-----
* Estimates are for today's borders in every year: the row "RUS 1990" counts 149 million people, the Soviet Union had 291. A
  year in which today's code stands for a state with other borders is mended by adding the parts (UNIONS) or, where today's
  country was two states that cannot be told apart, left out (DIVIDED_UNTIL). Both follow the borders of 1 July, the day of the
  estimates.
* YUG and CSK, the crosswalk's codes for Yugoslavia and Czechoslovakia, exist here only as such sums.
* A state's last year as a union and its parts' first year may be the same (1958, 1961, 1965, 1971, 1991, 2011): the parts keep
  their own rows too, so a world total of state-years counts them twice there.
* Kosovo is apart from Serbia in all years; its code becomes XKX.
* Aggregates (codes OWID_… and UN_…, or none) are dropped here; territories drop out when codes become COW numbers.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

_SOVIET = ("RUS", "ARM", "AZE", "BLR", "EST", "GEO", "KAZ", "KGZ", "LTU", "LVA", "MDA", "TJK", "TKM", "UKR", "UZB")
_YUGOSLAV = ("SRB", "MNE", "XKX", "BIH", "HRV", "MKD", "SVN")

UNIONS = (
    ("RUS", _SOVIET, 1950, 1991),
    ("YUG", _YUGOSLAV, 1950, 1991),
    ("YUG", ("SRB", "MNE", "XKX"), 1992, 2005),
    ("SRB", ("SRB", "XKX"), 2006, 2007),
    ("CSK", ("CZE", "SVK"), 1950, 1992),
    ("PAK", ("PAK", "BGD"), 1950, 1971),
    ("SDN", ("SDN", "SSD"), 1956, 2011),
    ("ETH", ("ETH", "ERI"), 1953, 1992),
    ("EGY", ("EGY", "SYR"), 1958, 1961),
    ("MYS", ("MYS", "SGP"), 1964, 1965),
    ("IDN", ("IDN", "TLS"), 1976, 1999),
)
"""States of former borders: code, today's countries that made it up, first and last year. Dates by COW's state list."""

DIVIDED_UNTIL = {"DEU": 1990, "VNM": 1975, "YEM": 1990}
"""Last year in which today's country was, for part of the year at least, two states; the estimates do not part them."""

_AGGREGATE = r"^(OWID|UN)_"


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `population_un` (iso3, year, population) and `population_projection` (iso3_code, year, population)."""
    frame = pl.read_parquet(raw / "political/gdp_pop/owid_population_with_un_projections.parquet").rename({"Year": "year"})
    coded = frame.with_columns(pl.col("Code").replace("OWID_KOS", "XKX").alias("iso3"))
    countries = coded.filter(~pl.col("iso3").str.contains(_AGGREGATE))
    estimates = _people(countries, "Population, total")
    projection = _people(countries, "Population, medium projection (Projected)")
    return {
        "population_un": _in_borders_of_the_time(estimates).sort("iso3", "year"),
        "population_projection": projection.rename({"iso3": "iso3_code"}).sort("iso3_code", "year"),
    }


def _people(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    return frame.select("iso3", "year", pl.col(column).alias("population")).drop_nulls()


def _in_borders_of_the_time(today: pl.DataFrame) -> pl.DataFrame:
    unions = pl.concat([_union(today, *union) for union in UNIONS])
    whole = pl.col("year") > pl.col("iso3").replace_strict(DIVIDED_UNTIL, default=0, return_dtype=pl.Int16)
    return pl.concat([today.filter(whole).join(unions, on=["iso3", "year"], how="anti"), unions])


def _union(today: pl.DataFrame, code: str, parts: tuple[str, ...], first: int, last: int) -> pl.DataFrame:
    members = today.filter(pl.col("iso3").is_in(parts), pl.col("year").is_between(first, last))
    summed = members.group_by("year").agg(pl.col("population").sum(), pl.len().alias("parts"))
    return summed.filter(pl.col("parts") == len(parts)).select(pl.lit(code).alias("iso3"), "year", "population")
