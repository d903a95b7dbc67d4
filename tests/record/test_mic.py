"""Confrontations from events: a drawn file of the publisher's shape, refusals, and the real file with its traps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from foedus.record.additions import add
from foedus.record.sources.mic import _level
from foedus.record.store import Record
from tests.record.importing import refusal, table

HEADER = (
    "micnum,eventnum,ccode1,ccode2,stmon,stday,styear,endmon,endday,endyear,sidea1,action,hostlev,"
    "fatalmin1,fatalmax1,fatalmin2,fatalmax2,version\n"
)
EVENTS = (
    HEADER + "7,1,255,220,5,30,2010,6,2,2010,1,7,3,0,0,0,0,mie-1.0\n"  # Germany shows force against France
    "7,2,220,255,3,-9,2012,3,-9,2012,0,16,4,2,2,0,40,mie-1.0\n"  # France attacks in some day of March 2012
    "7,3,200,220,4,1,2012,4,1,2012,1,16,4,0,0,30,30,mie-1.0\n"  # Britain joins Germany
    "8,1,255,200,1,2,2014,1,2,2014,1,1,2,0,0,0,9,mie-1.0\n"  # another one, in which nobody knows whether anyone died
)
SHOWN = ["dispute", "ccode1", "ccode2", "year", "onset", "side_a1", "originator1", "hostility1"]


@pytest.fixture
def drawn(data: Path, file: Callable[..., Path]) -> pl.DataFrame:
    add("mic", file(EVENTS))
    return table("mic_dispute_dyad_years")


def test_confrontations_have_the_columns_of_the_shipped_disputes(record: Record, drawn: pl.DataFrame) -> None:
    assert drawn.schema == record.table("dispute_dyad_years").schema


def test_two_states_are_in_it_from_their_first_event_to_their_last_in_both_directions(drawn: pl.DataFrame) -> None:
    assert drawn.select(SHOWN).rows() == [
        (7, 200, 220, 2012, True, True, False, 4),
        (7, 220, 200, 2012, True, False, True, 4),
        *((7, 220, 255, year, year == 2010, False, True, 4) for year in (2010, 2011, 2012)),
        *((7, 255, 220, year, year == 2010, True, True, 3) for year in (2010, 2011, 2012)),
        (8, 200, 255, 2014, True, False, True, 1),
        (8, 255, 200, 2014, True, True, True, 2),
    ]


def test_allies_without_an_event_between_them_are_in_no_row_together(drawn: pl.DataFrame) -> None:
    assert drawn.filter(pl.col("dispute") == 7, pl.col("ccode1") == 200, pl.col("ccode2") == 255).is_empty()


def test_deaths_are_levels_of_the_least_and_unknown_where_there_may_be_none(drawn: pl.DataFrame) -> None:
    first = drawn.filter(pl.col("dispute") == 7, pl.col("ccode1") == 220, pl.col("year") == 2010).row(0, named=True)
    assert (first["fatality1"], first["deaths1"]) == (2, 32), "2 of its own in its attack, 30 in Britain's"
    assert (first["fatality2"], first["deaths2"]) == (None, None), "Germany lost none to forty"
    assert (first["fatality"], first["deaths"]) == (2, None)
    assert drawn.filter(pl.col("dispute") == 8)["fatality"].to_list() == [None, None]


def test_a_missing_day_makes_a_shortest_and_a_longest_length(drawn: pl.DataFrame) -> None:
    lengths = drawn.select("dispute", "shortest_days", "longest_days", "start_month", "end_month").unique().sort("dispute")
    assert lengths.rows() == [(7, 673, 673, 5, 4), (8, 1, 1, 1, 1)]


def test_a_confrontation_is_answered_by_an_act_of_the_other_side(drawn: pl.DataFrame) -> None:
    assert drawn.select("dispute", "reciprocated").unique().sort("dispute").rows() == [(7, True), (8, False)]


def test_another_release_is_refused(data: Path, file: Callable[..., Path]) -> None:
    assert "the events end in 2013, not in 2014" in refusal(file(EVENTS.replace("2014", "2013")), "mic")


def test_missing_deaths_are_refused(data: Path, file: Callable[..., Path]) -> None:
    assert "fatalmin1: some are missing" in refusal(file(EVENTS.replace(",7,3,0,0,", ",7,3,-9,0,")), "mic")


# ------------------------------------------------------------------------------------------------------------ the real file


@pytest.fixture(scope="module")
def real(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    addition = add("mic", raw / "political/mids/mie-1.0.parquet", folder=tmp_path_factory.mktemp("mic"))
    assert not addition.unknown_files()
    return pl.read_parquet(addition.path(addition.tables[0]))


def between(disputes: pl.DataFrame, one: int, two: int) -> pl.DataFrame:
    return disputes.filter(pl.col("ccode1") == one, pl.col("ccode2") == two)


def test_the_successor_has_no_event_between_the_united_states_and_canada(real: pl.DataFrame, record: Record) -> None:
    """The older list has four: seizures of fishing boats, which the producers of the newer one keep in a file apart."""
    assert between(real, 2, 20).is_empty()
    assert between(record.table("dispute_dyad_years"), 2, 20)["year"].to_list() == [1979, 1989, 1991, 1997]


def test_the_two_lists_agree_on_most_of_what_both_have(real: pl.DataFrame, record: Record) -> None:
    """Of 1,881 confrontations 1,687 have the number of a dispute of the older list, which has 2,174."""
    older = record.table("dispute_dyad_years")
    both = real.join(older, on=["dispute", "ccode1", "ccode2", "year"], suffix="_older")
    assert (real.height, older.height, both.height) == (8534, 10_276, 7400)
    share = {
        name: (both[name] == both[f"{name}_older"]).mean() for name in ("onset", "hostility", "originator1", "reciprocated")
    }
    assert min(value for value in share.values() if isinstance(value, float)) > 0.92


def test_every_confrontation_has_two_sides_and_begins_once_in_each_dyad(real: pl.DataFrame) -> None:
    assert (real["side_a1"] != real["side_a2"]).all()
    assert real.filter("onset").select("dispute", "ccode1", "ccode2").is_duplicated().sum() == 0
    assert real.filter("onset").height == 2 * 2826


@pytest.mark.parametrize(
    ("deaths", "level"),
    [(0, 0), (1, 1), (25, 1), (26, 2), (100, 2), (101, 3), (250, 3), (251, 4), (500, 4), (501, 5), (999, 5), (1000, 6)],
)
def test_a_level_of_deaths_ends_with_its_last_number(deaths: int, level: int) -> None:
    """1–25, 26–100, 101–250, 251–500, 501–999, and more (the levels of the dispute data)."""
    row = pl.DataFrame({"least": [deaths], "most": [deaths]})
    assert row.select(_level(pl.col("least"), pl.col("most"))).item() == level


def test_no_level_is_told_where_there_may_have_been_deaths_or_none() -> None:
    row = pl.DataFrame({"least": [0], "most": [3]})
    assert row.select(level=_level(pl.col("least"), pl.col("most"))).item() is None
