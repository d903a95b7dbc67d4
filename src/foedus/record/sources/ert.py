"""When regimes moved towards democracy or away from it, 1900–2024: Episodes of Regime Transformation (ERT), version 15.

`regime_episodes` has one row per country-year of V-Dem since 1900 that has a COW number: `democratic_regime`, whether the
regime counts as a democracy; `regime_transition`, 1 in the year in which a democracy begins, -1 in which one ends, else 0;
`democratization` and `autocratization`, whether such an episode is under way, with `democratization_onset` and
`autocratization_onset` in its first year.

An episode is a change of V-Dem's electoral democracy index of .1 or more in all that begins with .01 in a year and is not
broken off by a fall of .03 in a year, by .1 in all, or by five years that stand still: the publisher's standard choices.

Traps
-----
* An episode is seen from its end: whether a year belongs to one is known only once the index has moved by .1. The last years of
  a release hold fewer episodes than the next release will find in them. Nothing here may stand for what was known at the time.
* The publisher marks the year before an episode as well (`dem_pre_ep_year`); it is no part of the episode here.
* A regime counts as democratic after a founding election, not from the year in which the index of regimes turns.
* 66 country-years since 1900 have no type of regime, and 80 no index; they are null.
* The file has V-Dem's numbers of countries. COW's are those of V-Dem's own table of the same version; in the publisher's file
  of another release, those of the record. Years before a state was a member are kept: V-Dem scores colonies.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.cow import by_place
from foedus.record.publisher import Form, Tables

_FILE, _CODES = "ert_v15.parquet", "vdem_simple_v15.parquet"
_READ = ("country_id", "year", "reg_type", "reg_trans", "dem_ep", "dem_ep_start_year", "aut_ep", "aut_ep_start_year")
_KINDS = {"dem": "democratization", "aut": "autocratization"}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `regime_episodes`: ccode, year, the type of regime, its transition, episodes and their onsets."""
    placed = _numbered(raw).drop_nulls("vdem_cowcode")
    return {"regime_episodes": _told(placed.with_columns(ccode="vdem_cowcode"), "ccode")}


def unplaced(raw: Path) -> dict[str, dict[str, int]]:
    """Return the rows of places that have no COW number."""
    return {"regime_episodes": by_place(_numbered(raw).filter(pl.col("vdem_cowcode").is_null())["country_name"])}


def _numbered(raw: Path) -> pl.DataFrame:
    folder = raw / "political/regimes"
    codes = pl.read_parquet(folder / _CODES, columns=["country_id", "year", "vdem_cowcode"])
    return pl.read_parquet(folder / _FILE).join(codes, on=["country_id", "year"], how="left", maintain_order="left")


def _told(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    scored = pl.col("reg_type").is_not_null()
    under_way = {name: pl.when(scored).then(pl.col(f"{kind}_ep") == 1) for kind, name in _KINDS.items()}
    begun = {
        f"{name}_onset": pl.when(scored).then((pl.col(f"{kind}_ep_start_year") == pl.col("year")).fill_null(False))
        for kind, name in _KINDS.items()
    }
    return rows.select(
        pl.col(key).cast(pl.Int16),
        pl.col("year").cast(pl.Int16),
        democratic_regime=pl.col("reg_type") == 1,
        regime_transition=pl.col("reg_trans").cast(pl.Int8),
        **under_way,
        **begun,
    ).sort(key, "year")


def _released(frame: pl.DataFrame) -> Tables:
    return {"regime_episodes": _told(frame.rename({"country_id": "vdem"}), "vdem")}


FORMS = (
    Form(
        "the table of country-years (ERT)",
        _READ,
        ("country_id", "year"),
        _released,
    ),
)
