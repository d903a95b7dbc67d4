"""Minimum distances: every published dyad-year, and why the others are absent."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources import minimum_distance


@pytest.fixture(scope="module")
def spells(raw: Path) -> pl.DataFrame:
    return minimum_distance.read(raw)["distance_spells"]


def spread(spells: pl.DataFrame) -> pl.DataFrame:
    years = pl.int_ranges("first_year", pl.col("last_year") + 1, dtype=pl.Int16).alias("year")
    return spells.with_columns(years).explode("year").select("ccode1", "ccode2", "year", "min_km")


def dyad(spells: pl.DataFrame, ccode1: int, ccode2: int) -> list[tuple[int, int, int]]:
    rows = spells.filter((pl.col("ccode1") == ccode1) & (pl.col("ccode2") == ccode2))
    return [(first, last, round(km)) for first, last, km in rows.select("first_year", "last_year", "min_km").rows()]


def test_spells_give_back_every_dyad_year(spells: pl.DataFrame, raw: Path) -> None:
    published = pl.read_parquet(raw / "political/contiguity/cow_mindist_1886_2019.parquet").rename({"mindist": "min_km"})
    assert published.height == 952_244
    assert spread(spells).equals(published.sort("ccode1", "ccode2", "year"))


def test_dyads_are_named_once_and_never_null(spells: pl.DataFrame) -> None:
    assert spells.filter(pl.col("ccode1") >= pl.col("ccode2")).is_empty()
    assert not spells.select("ccode1", "ccode2", "first_year").is_duplicated().any()
    assert spells["min_km"].null_count() == 0


def test_united_states_touch_canada_from_the_year_after_its_entry(spells: pl.DataFrame) -> None:
    assert dyad(spells, 2, 20) == [(1921, 2019, 0)]


def test_alaska_counts_from_1960(spells: pl.DataFrame) -> None:
    assert dyad(spells, 2, 365) == [(1886, 1959, 3243), (1960, 2019, 80)]


def test_absent_dyad_years_have_an_entrant_or_occupied_serbia(spells: pl.DataFrame, raw: Path) -> None:
    folder = raw / "political/state_system"
    states = pl.read_parquet(folder / "state_year_crosswalk_cow_gw_iso3_1816_2025.parquet").select("ccode", "year")
    states = states.filter(pl.col("year").is_between(1886, 2019))
    entry = pl.read_csv(folder / "isard_cw_system.csv", try_parse_dates=True).select(
        pl.col("ccode").cast(pl.Int16), year=pl.col("start").dt.year().cast(pl.Int16)
    )
    dyads = (
        states.rename({"ccode": "ccode1"})
        .join(states.rename({"ccode": "ccode2"}), on="year")
        .filter(pl.col("ccode1") < pl.col("ccode2"))
    )
    absent = dyads.join(spread(spells), on=["ccode1", "ccode2", "year"], how="anti")
    assert absent.height == 19_855
    unexplained = absent.join(entry, left_on=["ccode1", "year"], right_on=["ccode", "year"], how="anti")
    unexplained = unexplained.join(entry, left_on=["ccode2", "year"], right_on=["ccode", "year"], how="anti")
    serbia = pl.any_horizontal(pl.col("ccode1", "ccode2") == 345)
    assert unexplained.filter(~serbia).is_empty()
    assert set(unexplained["year"]) == {1916, 1917, 1918}


@pytest.fixture(scope="module")
def gw_spells(raw: Path) -> pl.DataFrame:
    return minimum_distance.read(raw)["distance_spells_gw"].rename({"gwcode1": "ccode1", "gwcode2": "ccode2"})


def test_gleditsch_ward_spells_give_back_every_dyad_year(gw_spells: pl.DataFrame, raw: Path) -> None:
    published = pl.read_parquet(raw / "political/contiguity/gw_mindist_1886_2019.parquet")
    assert published.height == 871_034
    years = spread(gw_spells.filter(~pl.col("from_cow"))).sort("ccode1", "ccode2", "year")
    assert years.rows() == published.sort("gwcode1", "gwcode2", "year").rows()
    assert dyad(gw_spells, 2, 20) == [(1886, 2019, 0)]


def test_dyads_of_both_lists_that_one_twin_lacks_have_the_distance_of_the_other(gw_spells: pl.DataFrame, raw: Path) -> None:
    """Monaco, which touches France, is a microstate by the list of Gleditsch and Ward, and on that of COW from 1993."""
    folder = raw / "political/state_system"
    microstates = pl.read_csv(folder / "isard_gw_system.csv").filter(pl.col("microstate") == 1)["gwcode"].to_list()
    taken = gw_spells.filter("from_cow")
    assert spread(taken).height == 119_247
    assert (dyad(gw_spells, 212, 220), dyad(gw_spells, 220, 221)) == ([(1886, 2019, 0)], [(1994, 2019, 0)])
    small = pl.any_horizontal(pl.col("ccode1", "ccode2").is_in(microstates))
    assert gw_spells.filter(small, ~pl.col("from_cow")).is_empty()
    assert not spread(gw_spells).select("ccode1", "ccode2", "year").is_duplicated().any()


def test_both_lists_give_the_same_distances(gw_spells: pl.DataFrame, spells: pl.DataFrame) -> None:
    """Of states with one number in both lists, so that none has to be translated."""
    both = spread(spells).join(spread(gw_spells.filter(~pl.col("from_cow"))), on=["ccode1", "ccode2", "year"], suffix="_gw")
    apart = (both["min_km"] - both["min_km_gw"]).abs()
    assert (apart > 1).mean() < 0.005
