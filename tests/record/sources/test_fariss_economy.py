"""Latent estimates of GDP and population."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.fariss_economy import PRIOR_ONLY, read
from foedus.record.store import open_record

TABLES = open_record().folder


@pytest.fixture
def economy(raw: Path) -> pl.DataFrame:
    return read(raw)["economy"]


def test_canada_in_2019_is_as_published(economy: pl.DataFrame) -> None:
    canada = economy.filter(ccode=20, year=2019).row(0, named=True)
    assert round(canada["gdp_per_head"]) == 44788
    assert canada["population"] == pytest.approx(37.0e6, rel=0.001)


def test_gdp_is_in_dollars(economy: pl.DataFrame) -> None:
    """The Penn World Table 10.0 has 20.6 trillion for the United States in 2019; the latent mean is within one deviation."""
    usa = economy.filter(ccode=2, year=2019).row(0, named=True)
    assert abs(usa["gdp"] - 20.6e12) < usa["gdp_sd"]


def test_gdp_and_gdp_per_head_have_different_price_years(economy: pl.DataFrame) -> None:
    ratio = economy.filter(pl.col("year") == 2019).select(pl.col("gdp") / pl.col("population") / pl.col("gdp_per_head"))
    assert ratio.min().item() > 1.05
    assert ratio.max().item() < 1.20


def test_nothing_is_said_after_2019_or_where_the_lists_of_states_differ(economy: pl.DataFrame) -> None:
    assert economy["year"].max() == 2019
    assert economy.filter(pl.col("ccode") == 651, pl.col("year").is_between(1856, 1882)).is_empty()


def test_gleditsch_ward_state_years_are_estimated_as_in_the_reference(raw: Path) -> None:
    """As in peacesciencer 1.2.9: 19,667 estimates; those kept are the file's own."""
    file = pl.read_parquet(raw / "political/gdp_pop/isard_gw_gdppop.parquet")
    assert file.height == 19_667
    kept = read(raw)["economy_gw"].join(file, on=["gwcode", "year"])
    for name, (column, scale) in {
        "gdp": ("pwtrgdp", 1e6),
        "gdp_per_head": ("mrgdppc", 1),
        "population": ("pwtpop", 1e6),
    }.items():
        both = kept.drop_nulls(name)
        assert both.height > 17_000
        assert both[name].to_numpy() == pytest.approx(both[column].to_numpy() * scale)


def test_what_is_the_models_prior_alone_is_null(raw: Path, economy: pl.DataFrame) -> None:
    """610 state-years of 17 states have 5.3 to 6.2 million people each, give or take more than all of them."""
    file = pl.read_parquet(raw / "political/gdp_pop/isard_cw_gdppop.parquet").drop_nulls()
    prior = file.filter(pl.col("sd_pwtpop") > pl.col("pwtpop"))
    assert (prior.height, prior["ccode"].n_unique()) == (610, 17)
    assert prior["pwtpop"].is_between(5.29, 6.23).all()
    assert economy.join(prior, on=["ccode", "year"], how="semi").is_empty()
    for ccode, year in ((817, 1965), (511, 1964), (245, 1850)):  # South Vietnam, Zanzibar, Bavaria
        assert economy.filter(ccode=ccode, year=year).is_empty()
    somalia = economy.filter(ccode=520)
    assert (somalia["gdp_per_head_sd"] > somalia["gdp_per_head"]).all()


@pytest.mark.parametrize(("system", "twin"), [("cw", ""), ("gw", "_gw")])
def test_what_is_set_aside_and_what_is_kept_are_the_file(raw: Path, system: str, twin: str) -> None:
    tables, file = read(raw), pl.read_parquet(raw / f"political/gdp_pop/isard_{system}_gdppop.parquet")
    kept, aside = tables[f"economy{twin}"], tables[f"economy_set_aside{twin}"]
    for name, (column, scale) in {
        "gdp": ("pwtrgdp", 1e6),
        "gdp_per_head": ("mrgdppc", 1),
        "population": ("pwtpop", 1e6),
    }.items():
        total = float(kept[name].sum()) + float(aside[name].sum())
        assert total == pytest.approx(file[column].sum() * scale)
        assert kept[name].count() + aside[name].count() == file[column].count()
    assert set(aside["reason"]) == {"prior", "lands"}
    assert (aside["times"].is_not_null() >= (aside["reason"] == "lands")).all()


@pytest.mark.parametrize("system", ["cw", "gw"])
def test_between_the_prior_and_what_is_estimated_lies_a_gap(raw: Path, system: str) -> None:
    file = pl.read_parquet(raw / f"political/gdp_pop/isard_{system}_gdppop.parquet").drop_nulls()
    people = file["sd_pwtpop"] / file["pwtpop"]
    assert people.filter(people < PRIOR_ONLY).max() < 0.52
    assert people.filter(people >= PRIOR_ONLY).min() > PRIOR_ONLY


@pytest.mark.parametrize(
    ("ccode", "year"), [(770, 1965), (325, 1850), (255, 1850), (640, 1900), (365, 1985), (816, 1965), (260, 1985)]
)
def test_totals_of_other_lands_are_null_and_product_per_head_is_not(economy: pl.DataFrame, ccode: int, year: int) -> None:
    """Pakistan with Bangladesh, Sardinia as Italy, Prussia as Germany, the Ottoman Empire, the Soviet Union, both halves."""
    row = economy.filter(ccode=ccode, year=year).row(0, named=True)
    assert row["population"] is row["gdp"] is row["gdp_sd"] is row["population_sd"] is None
    assert row["gdp_per_head"] > 0


def test_states_have_their_totals_again_in_borders_that_last(economy: pl.DataFrame) -> None:
    for ccode, year in ((325, 1860), (255, 1871), (770, 1972), (816, 1976), (365, 1992), (210, 1831), (390, 1864)):
        assert economy.filter(ccode=ccode, year=year)["population"].item() > 0


def test_every_entry_counts_others_people_and_no_other_large_state_does(raw: Path, economy: pl.DataFrame) -> None:
    """People estimated over people counted at the time, by COW (tpop) to 1949 and the United Nations from then on.

    Left out by more than a third are those whose early counts differ though their lands do not, and France of 1941–42, of which
    COW counts the part that was not occupied.
    """
    counted = _counted(raw)
    file = pl.read_parquet(raw / "political/gdp_pop/isard_cw_gdppop.parquet").drop_nulls()
    informed = file.filter(pl.col("sd_pwtpop") < pl.col("pwtpop")).join(counted, on=["ccode", "year"])
    times = informed.with_columns(times=pl.col("pwtpop") * 1e6 / pl.col("people"))
    aside = read(raw)["economy_set_aside"].filter(reason="lands").select("ccode", "year", told="times")
    both = times.join(aside, on=["ccode", "year"])
    assert both.height == aside.height == 680
    assert (both["told"] / both["times"]).is_between(1 / 1.08, 1.08).all()
    assert not both["times"].is_between(0.82, 1.18).any()
    left = times.join(economy.drop_nulls("population"), on=["ccode", "year"], how="semi")
    apart = left.filter(~pl.col("times").is_between(0.75, 4 / 3), pl.col("people") > 3e6)
    long = apart.group_by("ccode").len().filter(pl.col("len") > 11)
    assert set(long["ccode"]) == {560, 670}  # South Africa to 1946, Saudi Arabia


def _counted(raw: Path) -> pl.DataFrame:
    cow = pl.read_parquet(raw / "political/capabilities/cow_nmc_v7.parquet").filter(pl.col("tpop") > 0)
    nations = pl.read_parquet(TABLES / "population_un.parquet").select("ccode", "year", people="population")
    before = cow.select("ccode", "year", people=pl.col("tpop") * 1e3)
    alone = before.join(nations, on=["ccode", "year"], how="anti")
    return pl.concat([nations.with_columns(pl.col("people").cast(pl.Float64)), alone], how="vertical")


def test_one_estimate_serves_both_lists(raw: Path, economy: pl.DataFrame) -> None:
    canada = read(raw)["economy_gw"].filter(pl.col("gwcode") == 20)
    assert canada["year"].min() == 1867
    both = canada.join(economy.filter(pl.col("ccode") == 20), on="year", suffix="_cow")
    assert both["year"].min() == 1920
    assert (both["gdp"] == both["gdp_cow"]).all()
