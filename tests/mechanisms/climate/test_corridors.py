"""Corridors: what a flow is, where a zero may be filled, what is set aside, and that only the year before is known."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.mechanisms.climate.corridors import BREAK, LIKE, SILENT, corridors, coverage, flows, history
from foedus.mechanisms.climate.displacement import NEEDED
from foedus.record.store import Record
from tests.worlds import frame, world

AFGHANISTAN, IRAN, TURKEY, UKRAINE, RUSSIA = 700, 630, 640, 369, 365


@pytest.fixture(scope="module")
def drawn() -> Record:
    """States 1 to 4: 2 tells of refugees every year, 4 of nobody; the count from 1 to 3 breaks in 2002."""
    stocks = frame(ccode1=[1] * 8, ccode2=[2, 2, 2, 2, 3, 3, 3, 3], year=[2001, 2002, 2003, 2004] * 2)
    breaks = frame(ccode1=[1], ccode2=[3], year=[2002], last_year=[2002])
    return world(displacement_flows=stocks[:1], displacement_stocks=stocks, displacement_breaks=breaks)


def asked(ccode2: int, years: list[int], **counts: list[int | None]) -> pl.DataFrame:
    names = ("new_refugees", "asylum_applications", "new_others_in_need", "new_refugee_like")
    given = {name: pl.Series(counts.get(name, [None] * len(years)), dtype=pl.Int32) for name in names}
    return frame(ccode1=[1] * len(years), ccode2=[ccode2] * len(years), year=years).with_columns(**given)


def test_a_flow_is_the_sum_of_three_counts_and_none_where_the_destination_tells_of_others(drawn: Record) -> None:
    rows = asked(2, [2001, 2002], new_refugees=[10, None], asylum_applications=[5, None], new_refugee_like=[7, None])
    assert flows(rows, drawn)["flow"].to_list() == [15, 0]


def test_a_refugee_like_situation_alone_is_not_a_flow_of_none(drawn: Record) -> None:
    told = flows(asked(2, [2001], new_refugee_like=[7]), drawn)
    assert told.select("flow", "any_displacement", "set_aside").row(0) == (None, None, LIKE)


def test_no_zero_is_filled_where_the_destination_tells_of_nobody(drawn: Record) -> None:
    assert flows(asked(4, [2001]), drawn).select("flow", "set_aside").row(0) == (None, SILENT)


def test_a_break_sets_aside_its_year_and_the_next(drawn: Record) -> None:
    told = flows(asked(3, [2001, 2002, 2003, 2004], new_refugees=[1, 2, 3, 4]), drawn)
    assert told["set_aside"].to_list() == [None, BREAK, BREAK, None]
    assert told["flow"].to_list() == [1, None, None, 4]
    assert told["told"].to_list() == [1, 2, 3, 4], "what was counted is still told"


def test_history_knows_nothing_of_its_own_year() -> None:
    rows = pl.DataFrame({"ccode1": [1] * 4, "ccode2": [2] * 4, "year": [2000, 2001, 2002, 2003], "flow": [7, None, 0, 9]})
    known = rows.with_columns(any_displacement=pl.col("flow") > 0, log_displacement=pl.Series([2.0, None, None, 2.2]))
    told = history(known)
    assert told["last_year_unknown"].to_list() == [True, False, True, False]
    assert told["flow_last_year"].to_list() == [False, True, False, False]
    assert told["latest_log_flow"].to_list() == [0.0, 2.0, 2.0, 2.0]
    assert told["mean_log_flow"].to_list() == [0.0, 2.0, 2.0, 2.0]
    assert told["flow_years"].to_list() == [0.0, 1.0, 1.0, 0.5], "an unknown year is no year without a flow"


def test_years_before_zeros_can_be_filled_are_refused(record: Record) -> None:
    with pytest.raises(InputError, match=r"flows are known from 2000 on.*ask for later years"):
        corridors(record, (1990, 1999))


@pytest.fixture(scope="module")
def shipped(record: Record) -> pl.DataFrame:
    """Corridor-years of the shipped record."""
    return corridors(record, (2019, 2023))


def test_covariates_are_those_of_the_year_before(shipped: pl.DataFrame, record: Record) -> None:
    deaths = record.table("organized_violence").filter(ccode=AFGHANISTAN, year=2020)["state_based_deaths"].item()
    refugees = record.table("displacement_stocks").filter(ccode1=AFGHANISTAN, ccode2=TURKEY, year=2020)["refugees"].item()
    row = shipped.filter(ccode1=AFGHANISTAN, ccode2=TURKEY, year=2021).row(0, named=True)
    assert row["log_state_based_deaths"] == pytest.approx(np.log1p(deaths))
    assert row["log_refugees"] == pytest.approx(np.log1p(refugees))


def test_deaths_of_the_same_year_come_only_where_they_are_asked_for(shipped: pl.DataFrame, record: Record) -> None:
    explained = corridors(record, (2019, 2023), same_year=True)
    deaths = record.table("organized_violence").filter(ccode=UKRAINE, year=2022)["state_based_deaths"].item()
    row = explained.filter(ccode1=UKRAINE, ccode2=RUSSIA, year=2022).row(0, named=True)
    assert row["log_state_based_deaths"] == pytest.approx(np.log1p(deaths))
    others = [name for name in shipped.columns if not name.endswith("_deaths")]
    assert explained.select(others).equals(shipped.select(others))


def test_a_total_that_was_spread_evenly_is_set_aside(shipped: pl.DataFrame) -> None:
    spread = shipped.filter(ccode1=AFGHANISTAN, ccode2=IRAN, year=2020)
    assert spread["set_aside"].to_list() == [BREAK]


def test_a_temperature_nobody_tells_is_a_level_of_its_own(shipped: pl.DataFrame) -> None:
    from_turkey = shipped.filter(ccode1=TURKEY)
    assert from_turkey["anomaly_unknown"].all()
    assert (from_turkey["anomaly"] == 0).all()


def test_every_corridor_year_is_used_or_has_a_reason_not_to_be(shipped: pl.DataFrame) -> None:
    told = coverage(shipped, NEEDED)
    assert told["rows"].sum() == shipped.height
    used = told.filter(reason="used")
    assert used["rows"].item() == shipped.drop_nulls(["flow", *NEEDED]).height
    assert used["persons"].item() / told["persons"].to_numpy().sum() > 0.98, "what is left out is small"
