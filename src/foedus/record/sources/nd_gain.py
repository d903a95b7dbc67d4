"""How vulnerable states are to a changing climate and how ready to adapt, 1995–2021: ND-GAIN Country Index, release of 2023.

`climate_vulnerability` has one row per ISO3 code and year. `climate_vulnerability`, with its parts `climate_exposure`,
`climate_sensitivity` and `adaptive_capacity`, and `climate_readiness` are in [0, 1]; `nd_gain`, of readiness and
vulnerability, is in [0, 100], higher is better.

Traps
-----
* `adaptive_capacity` is scored as the *lack* of it: like the other two, higher is worse.
* `climate_exposure` is a projection for mid-century and the same in every year. It explains nothing over time.
* Readiness is made of economy, governance and society, with indices of governance in it: it does not stand apart from regime
  or wealth.
* Missing ingredients are filled by the publisher; a rank is firmer than a change from one year to the next.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

_COLUMNS = {
    "gain": "nd_gain",
    "vulnerability/vulnerability": "climate_vulnerability",
    "vulnerability/exposure": "climate_exposure",
    "vulnerability/sensitivity": "climate_sensitivity",
    "vulnerability/capacity": "adaptive_capacity",
    "readiness/readiness": "climate_readiness",
}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `climate_vulnerability`: iso3, year and the six scores."""
    frame = pl.read_parquet(raw / "physical/climate_vulnerability/nd_gain_1995_2021_long.parquet")
    wide = frame.filter(pl.col("measure").is_in(list(_COLUMNS))).pivot("measure", index=["ISO3", "year"], values="value")
    scores = [pl.col(name).cast(pl.Float32).alias(ours) for name, ours in _COLUMNS.items()]
    return {
        "climate_vulnerability": wide.select(pl.col("ISO3").alias("iso3"), pl.col("year").cast(pl.Int16), *scores).sort(
            "iso3", "year"
        )
    }
