"""Single figures gathered by hand: those of the raw files, and no others of theirs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.physical_facts import read


@pytest.fixture(scope="module")
def facts() -> pl.DataFrame:
    return read(Path("nowhere"))["physical_facts"]


def value(facts: pl.DataFrame, name: str) -> float:
    found: float = facts.filter(fact_id=name)["value"].item()
    return found


def test_the_geological_survey_expects_90_billion_barrels_mostly_offshore(facts: pl.DataFrame) -> None:
    """Bird et al. (2008), Fact Sheet 2008-3049."""
    names = ("usgs-arctic-oil", "usgs-arctic-gas", "usgs-arctic-gas-liquids", "usgs-arctic-offshore")
    assert [value(facts, name) for name in names] == [90, 1669, 44, 84]


def test_ships_in_polar_waters_rose_by_37_per_cent_in_ten_years(facts: pl.DataFrame) -> None:
    assert value(facts, "polar-code-ships-2023") / value(facts, "polar-code-ships-2013") == pytest.approx(1.37, abs=0.005)


def test_dates_have_the_precision_that_is_known(facts: pl.DataFrame) -> None:
    told = {row[0]: row[1:] for row in facts.select("fact_id", "date", "date_precision", "until").iter_rows()}
    assert told["norad-modernisation-first-tranche"] == (date(2022, 6, 20), "day", None)
    assert told["polar-code-ships-2025-09"] == (date(2025, 9, 1), "month", None)
    assert told["polar-code-ships-2013"] == (date(2013, 1, 1), "year", None)
    assert told["land-use-co2-2014-2023"] == (date(2014, 1, 1), "year", date(2023, 12, 31))


def test_every_fact_names_its_page_and_how_sure_it_is(facts: pl.DataFrame) -> None:
    assert facts.select("date", "subject", "measure", "place", "source", "confidence").null_count().sum_horizontal().item() == 0
    assert set(facts["confidence"]) == {"high", "medium", "low"}
    assert not facts["fact_id"].is_duplicated().any()
    assert (facts["value"].is_null() == facts["unit"].is_null()).all()


def test_a_figure_that_no_citable_document_was_found_for_is_of_low_confidence(facts: pl.DataFrame) -> None:
    low = {"northern-sea-route-transits-2012", "norad-modernisation-agreement-1985", "norad-cost-share-us"}
    assert set(facts.filter(confidence="low")["fact_id"]) == low


def test_what_canada_announced_is_read_in_its_own_fact_sheet(facts: pl.DataFrame) -> None:
    total = facts.row(by_predicate=pl.col("fact_id") == "norad-modernisation-total", named=True)
    assert (total["value"], total["source_kind"], total["confidence"]) == (38.6, "official", "high")
    assert total["url"].startswith("https://www.canada.ca/en/department-national-defence/")


def test_the_pillars_of_norad_modernisation_do_not_reach_the_whole(facts: pl.DataFrame) -> None:
    pillars = [
        value(facts, f"norad-modernisation-{name}") for name in ("surveillance", "command", "missiles", "infrastructure")
    ]
    assert sum(pillars) == pytest.approx(33.15)
    assert value(facts, "norad-modernisation-total") == 38.6


@pytest.mark.parametrize(
    ("file", "subject"), [("arctic_shipping_facts", "Arctic shipping"), ("norad_modernisation_facts", "NORAD modernisation")]
)
def test_the_figures_are_those_of_the_raw_files_that_were_verified(
    file: str, subject: str, raw: Path, facts: pl.DataFrame
) -> None:
    theirs = pl.read_csv(raw / f"physical/facts/{file}.csv").filter(pl.col("verified_here") != "no")["value"].drop_nulls()
    ours = facts.filter(subject=subject)["value"].drop_nulls()
    canada = [47.0] if subject.startswith("NORAD") else []
    assert sorted(ours) == sorted([*theirs, *canada]), "47 of the 50 radars stand in a note of the raw file"


def test_no_sentence_of_the_raw_files_is_passed_on(raw: Path, facts: pl.DataFrame) -> None:
    theirs = pl.read_csv(raw / "physical/facts/norad_modernisation_facts.csv").select("item", "note").unpivot()["value"]
    assert set(theirs.drop_nulls()).isdisjoint([*facts["measure"], *facts["note"].drop_nulls(), *facts["place"]])
