"""What was computed on lists of disputes that may not ship: scores of years the models had not seen, and risks of all dyads."""

from __future__ import annotations

import polars as pl
import pytest

from foedus.mechanisms.order.disputes import ORIGINATED, OUTCOMES, RECORDED
from foedus.panels.units import LAST_YEAR
from foedus.validation.lists import RIVALS, shipped, told


def test_both_lists_that_may_be_added_are_there_with_the_hash_of_their_table() -> None:
    assert list(shipped()) == ["cow-mid", "mic"]
    for other in shipped().values():
        assert (other.last_year, other.year, len(other.sha256)) == (2014, LAST_YEAR, 64)


@pytest.mark.parametrize("name", ["cow-mid", "mic"])
def test_frozen_models_rank_the_years_they_had_not_seen_better_than_one_look_does(name: str) -> None:
    frozen = shipped()[name].frozen
    assert frozen["outcome"].to_list() == list(RECORDED)
    assert frozen.select("first_year", "last_year").unique().rows() == [(2011, 2014)]
    for row in frozen.iter_rows(named=True):
        assert row["log_score"] < row["constant"]
        assert (row["roc_auc"] is None) == (row["events"] == 0)
        if row["events"]:
            assert row["roc_auc"] > max(0.95, *(row[rival] for rival in RIVALS))


@pytest.mark.parametrize("name", ["cow-mid", "mic"])
def test_of_disputes_between_originators_as_many_are_expected_as_was_registered(name: str) -> None:
    """.67 to 1.5 times as many as came; what frozen models expected too seldom in 2011–2014 is joining."""
    frozen = {row["outcome"]: row for row in shipped()[name].frozen.iter_rows(named=True)}
    part, every = frozen[ORIGINATED], frozen[OUTCOMES[0]]
    assert 0.67 < part["expected"] / part["events"] < 1.5
    assert (every["expected"] - part["expected"]) / (every["events"] - part["events"]) < 0.5


def test_risks_nest_in_every_dyad_and_are_of_the_records_last_year() -> None:
    for other in shipped().values():
        rows = other.risks.drop_nulls()
        assert rows.height > 15_000
        assert rows.filter((pl.col(OUTCOMES[2]) > pl.col(OUTCOMES[1])) | (pl.col(OUTCOMES[1]) > pl.col(OUTCOMES[0]))).is_empty()


def test_the_two_who_have_no_event_on_the_successor_list_are_given_little_by_what_learnt_from_it() -> None:
    """MIC has no event between the United States and Canada, GML four seizures of fishing boats."""
    mic = told((2, 20), "dispute_onset", LAST_YEAR)["mic"]
    assert mic[0] < 0.02
    assert mic[1] == 2014
    assert told((2, 20), "dispute_onset", 1990) == {}
    assert told((2, 999), "dispute_onset", LAST_YEAR) == {}
