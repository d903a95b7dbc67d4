"""What states produced and how many people they held, 1816–2019: latent estimates by Fariss, Anders, Markowitz and Barnum.

`economy` has one row per COW state-year, `economy_gw` one per Gleditsch–Ward state-year: posterior mean and standard
deviation of gross domestic product, product per head and population, estimated from all published series together.

Units
-----
`gdp` is in international dollars of 2017 (the file: millions), anchored on the Penn World Table 10.0; `gdp_per_head` in
international dollars of 2011, anchored on the Maddison Project 2020; `population` in persons (the file: millions), anchored on
the Penn World Table.

Traps
-----
* Price years differ: `gdp` / `population` is not `gdp_per_head` (it is about 1.13 times as much).
* The mean of a skewed posterior lies above its middle: United States 2019 is 23.1 trillion where the Penn World Table has
  about 20.6. The bias is nearly the same for all states, so shares and ratios are sound and levels are not.
* The standard deviations describe the whole model, about 43 % for `gdp`; year-to-year changes are known far better than that.
* Where published series disagree about borders the estimate averages them. The Soviet Union has 178 million people in 1990
  (census: 287), and West Germany 75 million in 1989 (62). For population from 1950 prefer `population_un`.
* The estimates use the Gleditsch–Ward list; 43 COW state-years without a counterpart have no row (Serbia 1916–17, Morocco
  1905–12, Egypt 1856–82, Saudi Arabia 1927–31, Laos 1953). In 1990 the two Germanys (255, 260) repeat one estimate.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

MILLION = 1e6

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
    """Return `economy` (ccode) and `economy_gw` (gwcode): code, year, gdp, gdp_per_head and population, each with its sd."""
    folder = raw / "political/gdp_pop"
    return {
        "economy": _estimates(folder / "isard_cw_gdppop.parquet", "ccode"),
        "economy_gw": _estimates(folder / "isard_gw_gdppop.parquet", "gwcode"),
    }


def _estimates(path: Path, key: str) -> pl.DataFrame:
    frame = pl.read_parquet(path).rename(_COLUMNS)
    estimated = frame.select(key, pl.col("year").cast(pl.Int16), *_COLUMNS.values()).drop_nulls()
    return estimated.with_columns(pl.col(_IN_MILLIONS) * MILLION).sort(key, "year")
