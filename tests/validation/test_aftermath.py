"""After the dispute data end: which conflicts began, and how their dyads had been ranked."""

from __future__ import annotations

import polars as pl
import pytest

from foedus.record.store import Record
from foedus.validation.aftermath import Aftermath, areas, conflict_onsets
from foedus.validation.validate import validate

INDIA_PAKISTAN, RUSSIA_UKRAINE, INDIA_CHINA = (750, 770), (365, 369), (710, 750)


@pytest.fixture(scope="module")
def found(record: Record) -> Aftermath:
    told = {validation.outcome: validation.aftermath for validation in validate("disputes", record)}
    assert [outcome for outcome, aftermath in told.items() if aftermath] == ["fatal_dispute_onset"]
    made = told["fatal_dispute_onset"]
    assert made is not None
    return made


def test_a_conflict_that_goes_on_does_not_begin_again(record: Record) -> None:
    begun = conflict_onsets(record, 2011, 2024)
    of_pair = begun.filter((pl.col("ccode1") == RUSSIA_UKRAINE[0]) & (pl.col("ccode2") == RUSSIA_UKRAINE[1]))
    assert of_pair["year"].to_list() == [2022], "UCDP counts the fighting of 2014 as one within Ukraine"


def test_conflicts_between_primary_parties_are_told_from_those_of_secondary_ones(record: Record) -> None:
    begun = conflict_onsets(record, 2011, 2024)
    primary = {(row["ccode1"], row["ccode2"]) for row in begun.filter("primary").iter_rows(named=True)}
    assert {INDIA_PAKISTAN, RUSSIA_UKRAINE, INDIA_CHINA} <= primary
    assert (20, 679) not in primary, "Canada joined others in 2024"
    assert begun.height == 21


def test_conflicts_began_in_dyads_of_high_rank(found: Aftermath) -> None:
    """All eleven among the first 1,200 of 18,915 dyads, ten of them among the first 800; an area far above chance."""
    primary = found.onsets.filter("primary")
    assert primary["rank"].max() < 1_200
    assert (primary["rank"] < 800).sum() >= 10
    assert found.scores.row(by_predicate=pl.col("conflicts") == "primary", named=True)["roc_auc"] > 0.97


def test_areas_by_hand() -> None:
    rows = pl.DataFrame({"probability": [0.9, 0.1, 0.2], "conflict": [True, False, True], "primary": [True, False, False]})
    table = areas(rows)
    assert table["events"].to_list() == [2, 1]
    assert table["roc_auc"].to_list() == [1.0, 1.0]
