"""Pledges of defence from entry into force to today: every entry is cited, and laid over a treaty that ATOP has, or new."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources import alliance_facts
from foedus.record.store import open_record


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    return alliance_facts.read(Path())


def test_every_treaty_names_a_document_and_is_of_high_or_medium_confidence(tables: dict[str, pl.DataFrame]) -> None:
    facts = tables["alliance_facts"]
    assert facts.select(pl.coalesce("url", "via").str.starts_with("http").all()).item()
    assert set(facts["source_kind"]) == {"official"}
    assert set(facts["confidence"]) == {"high", "medium"}
    assert facts.filter(pl.col("signed") > pl.col("in_force")).is_empty()


def test_a_treaty_is_laid_over_one_alliance_of_atop_or_names_its_parties_and_pledges(tables: dict[str, pl.DataFrame]) -> None:
    facts, record = tables["alliance_facts"], open_record()
    coded = facts.drop_nulls("atop_id")
    assert coded["atop_id"].is_unique().all()
    assert coded.join(record.table("alliances"), on="atop_id", how="anti").is_empty()
    later = facts.filter(pl.col("atop_id").is_null())
    assert later["pledges"].str.contains("defence").all()
    assert later["in_force"].dt.year().min() == 2020
    parties = tables["alliance_fact_members"].join(later, on="treaty").group_by("treaty").len()
    assert parties.height == later.height
    assert parties["len"].min() == 2


def test_an_alliance_with_a_phase_has_that_phase_in_atop(tables: dict[str, pl.DataFrame]) -> None:
    changed = tables["alliance_facts"].drop_nulls("phase").select("atop_id", "phase")
    assert changed.join(open_record().table("alliance_members"), on=["atop_id", "phase"], how="anti").is_empty()


def test_every_organisation_named_is_on_record(tables: dict[str, pl.DataFrame]) -> None:
    named = tables["alliance_facts"].drop_nulls("organisation")
    assert named.join(open_record().table("organisations"), on="organisation", how="anti").is_empty()


def test_the_suspension_of_anzus_is_between_two_states(tables: dict[str, pl.DataFrame]) -> None:
    rows = tables["alliance_fact_suspensions"]
    assert rows.select("treaty", "party", "start").rows() == [
        ("ANZUS", "NZL", date(1986, 8, 11)),
        ("ANZUS", "USA", date(1986, 8, 11)),
    ]


def test_a_date_known_by_the_month_says_so(tables: dict[str, pl.DataFrame]) -> None:
    """citation-js, undate and edtf 5.0.2 drop or close what is in doubt (where-tools-disagree)."""
    shusha = tables["alliance_facts"].row(by_predicate=pl.col("treaty") == "SHUSHA", named=True)
    assert (shusha["in_force"], shusha["in_force_precision"]) == (date(2022, 2, 1), "month")
