"""Electoral, liberal, participatory and egalitarian democracy, 1816–2024: four V-Dem indices, version 15, with their intervals.

`regimes` has one row per V-Dem country-year that has a COW number: each index in [0, 1] with the bounds of its 68 % interval
(one standard deviation of the measurement model). The electoral index is `polyarchy_v15` here: foedus's one long series of it,
`polyarchy`, is of version 16 (`vdem_polyarchy`), and releases score the past anew. It is here so that the four can be compared.

Traps
-----
* The file has two COW codes. V-Dem's own, `vdem_cowcode`, follows COW's state list and never repeats a state-year. `cown`,
  added by the package the file comes from, makes the Austrian Empire 305 (COW: 300), Czechoslovakia 316 (315), the State of
  Vietnam and Württemberg nothing (817, 271), and gives 325 twice in 1861. V-Dem's own is used.
* V-Dem leaves Piedmont-Sardinia without a code. To COW it *is* Italy (325) until unification; it gets 325 up to 1860, since
  the Kingdom of Italy has its own row from 1861.
* 682 rows of fifteen places have no COW number and are left out: Hong Kong, Somaliland, Zanzibar, Palestine (the Mandate, the
  West Bank, Gaza), German states that COW does not list, and the last years of some that it does.
* West Germany (260), East Germany (265), the Yemens (678, 680; 679 from 1990) and the Vietnams (816, 817) have series of their
  own. Germany (255) has none for 1945–1990, so its part-years 1945 and 1990 are missing.
* V-Dem also scores colonies and occupied countries; they keep the number of the later state in years in which it was no
  member.
* 21 microstates are not scored. The egalitarian index begins in 1900.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.cow import by_place
from foedus.record.publisher import Tables
from foedus.record.vdem_table import country_years

FIRST_YEAR = 1816
"""The file begins in 1789; the state system, and with it the record, begins here."""

SARDINIA, ITALY, LAST_SARDINIAN_YEAR = "Piedmont-Sardinia", 325, 1860

_INDICES = {
    "polyarchy": "polyarchy_v15",
    "libdem": "liberal_democracy",
    "partipdem": "participatory_democracy",
    "egaldem": "egalitarian_democracy",
}
_BOUNDS = {"": "", "_codelow": "_low", "_codehigh": "_high"}
_COLUMNS = {f"v2x_{code}{bound}": name + suffix for code, name in _INDICES.items() for bound, suffix in _BOUNDS.items()}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `regimes`: ccode, year, and each index with _low and _high, in [0, 1]."""
    return _tidy(_package(raw))


def _tidy(frame: pl.DataFrame) -> Tables:
    since = frame.filter(pl.col("year") >= FIRST_YEAR)
    kept = since.select(_ccode(), "year", *_COLUMNS).rename(_COLUMNS)
    scored = ~pl.all_horizontal(pl.col(*_INDICES.values()).is_null())
    return {"regimes": kept.filter(pl.col("ccode").is_not_null(), scored).sort("ccode", "year")}


def unplaced(raw: Path) -> dict[str, dict[str, int]]:
    """Return the rows of places that have no COW number."""
    frame = _package(raw).filter(pl.col("year") >= FIRST_YEAR, _ccode().is_null())
    return {"regimes": by_place(frame["vdem_country_name"])}


def _package(raw: Path) -> pl.DataFrame:
    return pl.read_parquet(raw / "political/regimes/vdem_simple_v15.parquet")


def _ccode() -> pl.Expr:
    sardinian = (pl.col("vdem_country_name") == SARDINIA) & (pl.col("year") <= LAST_SARDINIAN_YEAR)
    return pl.when(sardinian).then(pl.lit(ITALY, pl.Int16)).otherwise("vdem_cowcode").alias("ccode")


FORMS = country_years(_COLUMNS, _tidy)
