"""What states produced and how many people they held, 1816–2019: latent estimates by Fariss, Anders, Markowitz and Barnum.

`economy` has one row per COW state-year, `economy_gw` one per Gleditsch–Ward state-year: posterior mean and standard
deviation of gross domestic product, product per head and population, estimated from all published series together. What is
set aside of the file is in `economy_set_aside` and `economy_set_aside_gw`, with the reason, `prior` or `lands`, and of the
latter with `times`: how many times the people of the state's own lands are counted.

Units
-----
`gdp` is in international dollars of 2017 (the file: millions), anchored on the Penn World Table 10.0; `gdp_per_head` in
international dollars of 2011, anchored on the Maddison Project 2020; `population` in persons (the file: millions), anchored on
the Penn World Table.

Traps
-----
* Of 17 states of the COW list no series has people, and the model answers with its prior: 5.3 to 6.2 million everywhere, South
  Vietnam as Zanzibar, with a standard deviation above the mean, and a product per head of some 700 dollars. All three are null
  there (PRIOR_ONLY). Of Somalia and Samoa people are known and product hardly: its deviation, above the mean too, says so.
* The series are of today's borders, and so is the estimate: Pakistan 1965 without Bangladesh, Sardinia 1850 as Italy, Prussia
  as Germany, so that their lands would count twice. Totals of such state-years are null; `fariss_lands.toml` says whose lands
  were counted. Product per head is kept. The Soviet Union of 1961–91, Sudan and West Germany (75 million people in 1989, when
  62 were counted) lie between two borders, and are among them.
* Population from 1950 is better taken from `population_un`.
* Price years differ: `gdp` / `population` is not `gdp_per_head` (it is about 1.13 times as much).
* The mean of a skewed posterior lies above its middle: United States 2019 is 23.1 trillion where the Penn World Table has
  about 20.6. The bias is nearly the same for all states, so shares and ratios are sound and levels are not.
* The standard deviations describe the whole model, about 43 % for `gdp`; year-to-year changes are known far better than that.
* Early counts of people differ from COW's by a third and more in Morocco, Liberia, Haiti, Guatemala, South Africa to 1946.
* The estimates use the Gleditsch–Ward list; 43 COW state-years without a counterpart have no row (Serbia 1916–17, Morocco
  1905–12, Egypt 1856–82, Saudi Arabia 1927–31, Laos 1953).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from foedus.record.dated import entries

MILLION = 1e6

PRIOR_ONLY = 1.14
"""Standard deviation of population over its mean from which an estimate is the model's prior: above where no series has any
people, at most .51 elsewhere.
"""

LANDS = Path(__file__).with_name("fariss_lands.toml")
"""State-years for which the estimate counts other lands than the state held."""

_COLUMNS = {
    "pwtrgdp": "gdp",
    "sd_pwtrgdp": "gdp_sd",
    "mrgdppc": "gdp_per_head",
    "sd_mrgdppc": "gdp_per_head_sd",
    "pwtpop": "population",
    "sd_pwtpop": "population_sd",
}
_IN_MILLIONS = ("gdp", "gdp_sd", "population", "population_sd")


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `economy` (ccode) and `economy_gw` (gwcode), and beside each what was set aside.

    The columns are code, year, gdp, gdp_per_head and population, each with its sd; of what was set aside also reason and times.
    """
    tables = {}
    for system, key, twin in (("cw", "ccode", ""), ("gw", "gwcode", "_gw")):
        judged = _judged(raw / f"political/gdp_pop/isard_{system}_gdppop.parquet", key)
        some = pl.any_horizontal(pl.col(_COLUMNS.values()).is_not_null())
        kept = [pl.when(_known(name)).then(name).alias(name) for name in _COLUMNS.values()]
        aside = [pl.when(~_known(name)).then(name).alias(name) for name in _COLUMNS.values()]
        tables[f"economy{twin}"] = judged.select(key, "year", *kept).filter(some)
        tables[f"economy_set_aside{twin}"] = judged.select(key, "year", "reason", "times", *aside).filter(some)
    return tables


def _known(name: str) -> pl.Expr:
    return pl.col(f"{name.removesuffix('_sd')}_known")


def _judged(path: Path, key: str) -> pl.DataFrame:
    """The estimates of a file in dollars and persons, whether each is known (<name>_known), why some are not, and `times`."""
    frame = pl.read_parquet(path).rename(_COLUMNS)
    estimated = frame.select(key, pl.col("year").cast(pl.Int16), *_COLUMNS.values()).drop_nulls()
    told, own = pl.col("population_sd") < PRIOR_ONLY * pl.col("population"), pl.col("times").is_null()
    beside = estimated.join(_other_lands(key), on=[key, "year"], how="left")
    return beside.with_columns(
        pl.col(_IN_MILLIONS) * MILLION,
        gdp_known=told & own,
        gdp_per_head_known=told,
        population_known=told & own,
        reason=pl.when(told).then(pl.lit("lands")).otherwise(pl.lit("prior")),
    ).sort(key, "year")


def _other_lands(key: str) -> pl.DataFrame:
    """The state-years whose estimate counts other lands, and how many times the people of their own, between years given."""
    rows = []
    for spell in entries(LANDS)["lands"]:
        years = np.arange(spell["first_year"], spell["last_year"] + 1)
        given, times = zip(*spell["times"], strict=True)
        rows += [
            (spell["code"], year, value)
            for year, value in zip(years, np.exp(np.interp(years, given, np.log(times))), strict=True)
        ]
    schema = {key: pl.Int16, "year": pl.Int16, "times": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("times").round(3))
