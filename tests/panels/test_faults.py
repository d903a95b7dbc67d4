"""The known faults of the field's standard tool (peacesciencer 1.2.9), one test each: foedus has none of them.

Numbers of the shipped record stand beside what the standard tool gives for the same question.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from foedus import add
from foedus.panels import disputes
from foedus.panels.arrange import Wanted, dispute_rows
from foedus.panels.codebook import codebook
from foedus.panels.files.write import write_panel
from foedus.panels.files.written import read_written
from foedus.panels.panel import panel
from foedus.panels.request import Request, variables_of
from foedus.panels.units import FIRST_YEAR, LAST_YEAR
from foedus.record.store import Record, open_record

ENDING = [
    name
    for name in variables_of("state-year", open_record(additions=False))
    if codebook()[name].absent is not None and codebook()[name].last_year < LAST_YEAR
]


@pytest.fixture(scope="module")
def disputed(record: Record) -> pl.DataFrame:
    """All state-years with what the disputes say of them."""
    names = ["state_dispute_ongoing", "state_dispute_onset", "state_disputes"]
    return panel("state-year", names, record=record)


def test_zeros_outside_a_sources_years__dispute_counts_are_unknown_after_2010(disputed: pl.DataFrame) -> None:
    """The standard tool has 0 in 2,925 state-years after the data end."""
    after, within = disputed.filter(pl.col("year") > 2010), disputed.filter(pl.col("year") <= 2010)
    assert after.height == 2_925
    assert after.select(pl.col("^state_.*$").null_count()).row(0) == (2_925,) * 3
    assert within.select(pl.col("^state_.*$").null_count()).row(0) == (0,) * 3


@pytest.mark.parametrize("name", ENDING)
def test_zeros_outside_a_sources_years__no_absence_is_claimed_when_a_source_is_silent(name: str, record: Record) -> None:
    variable = codebook()[name]
    found = panel("state-year", [name], record=record)
    silent = found.filter(~pl.col("year").is_between(variable.first_year, variable.last_year))
    assert silent[name].null_count() == silent.height > 0
    assert (found[name] == variable.absent).any(), "within its years, no row does mean something"


def test_relevance_after_2016__there_are_politically_relevant_dyads_to_the_last_year(record: Record) -> None:
    """The standard tool's filter has no row after 2016, when the contiguity data end."""
    found = panel("dyad-year", [], relevant=True, years=(2010, LAST_YEAR), record=record)
    rows = dict(found.group_by("year").len().iter_rows())
    assert set(rows) == set(range(2010, LAST_YEAR + 1))
    assert min(rows.values()) > 1_500
    aged = found.filter(pl.col("year") > 2016)
    assert (aged["politically_relevant_age"] >= aged["year"] - 2016).all(), "and each says how old what it rests on is"


def test_peace_years_count_years__the_dyad_of_estonia_and_the_usa_begins_again_in_1991(record: Record) -> None:
    """The standard tool counts on from 1940 as if the 50 years between were one."""
    found = panel("dyad-year", ["peace_years"], dyads=[(2, 366)], years=(1938, 1993), record=record)
    assert found.filter(pl.col("year") >= 1991)["peace_years"].to_list() == [0, 1, 2]
    assert found.filter(pl.col("year") <= 1940)["peace_years"].diff().drop_nulls().to_list() == [1, 1]


def test_peace_years_count_years__every_return_starts_the_clock_again(record: Record) -> None:
    """In the standard tool nearly all dyads that re-enter have another count: 2,628 of 2,830, each direction counted."""
    found = panel("dyad-year", ["peace_years", "member_since"], record=record).filter(pl.col("year") <= 2011)
    entered = found.filter(pl.col("year") == pl.max_horizontal("member_since_1", "member_since_2"))
    returned = entered.filter(entered.select("ccode1", "ccode2").is_duplicated())
    assert returned.select("ccode1", "ccode2").unique().height == 1_340
    assert (entered["peace_years"] == 0).all()


def test_disputes_of_states__all_4392_state_years_of_disputes_are_there(disputed: pl.DataFrame, record: Record) -> None:
    """The standard tool loses 250 of them when it whittles dyad-years before it counts states."""
    assert disputed["state_dispute_ongoing"].sum() == 4_392
    told = record.table("dispute_dyad_years").select("ccode1", "year").unique()
    assert told.height == 4_392
    whittled = disputes.one_each(dispute_rows(record, Wanted()), ["ccode1", "ccode2"], "onset-first")
    assert whittled.select("ccode1", "year").unique().height == 4_392, "not even a rule for dyads costs a state its disputes"


def test_ucdp_counts_every_side__the_states_against_iraq_in_2003_and_iraq(record: Record) -> None:
    """The standard tool counts side A alone: 1,918 state-years of conflict in its table, and not Iraq's here."""
    found = panel("state-year", ["interstate_conflict_party"], years=(2003, 2003), record=record)
    parties = found.filter("interstate_conflict_party")["ccode"].to_list()
    assert {2, 200, 645, 750, 770, 900} <= set(parties)
    listed = panel("state-year", ["armed_conflict"], system="gw", record=record)
    assert listed["armed_conflict"].sum() == 2_003


def test_ucdp_counts_every_side__both_directions_of_a_dyad_are_in_the_conflict(record: Record) -> None:
    found = panel("dyad-year", ["interstate_conflict"], directed=True, years=(2003, 2003), record=record)
    pairs = set(found.filter("interstate_conflict").select("ccode1", "ccode2").iter_rows())
    assert {(2, 645), (645, 2), (750, 770), (770, 750)} <= pairs
    assert pairs == {(two, one) for one, two in pairs}


def test_alliances_point_both_ways__each_direction_has_its_own_pledge_and_a_dyad_either(record: Record) -> None:
    """The standard tool's non-directed table takes the pledge of one direction for the dyad's."""
    directed = panel("dyad-year", ["defence_pact"], directed=True, years=(1816, 1950), record=record)
    turned = directed.select(ccode1="ccode2", ccode2="ccode1", year="year", back="defence_pact")
    both = directed.join(turned, on=["ccode1", "ccode2", "year"], maintain_order="left")
    lone = both.filter(pl.col("defence_pact") & ~pl.col("back"))
    assert (2, 235, 1944) in lone.select("ccode1", "ccode2", "year").rows()
    folded = panel("dyad-year", ["defence_pact"], years=(1816, 1950), record=record)
    assert {True, False} == set(lone["ccode1"] < lone["ccode2"]), "one side alone may owe, the first or the second"
    ahead = both.filter(pl.col("ccode1") < pl.col("ccode2"))
    assert folded["defence_pact"].equals((ahead["defence_pact"] | ahead["back"]).alias("defence_pact"))


def test_a_table_does_not_grow_with_the_clock(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """The standard tool's tables end in whatever year the computer says."""
    import datetime
    import time

    class Later(datetime.date):
        @classmethod
        def today(cls) -> Later:
            return cls(2090, 1, 1)

    monkeypatch.setattr(datetime, "date", Later)
    monkeypatch.setattr(time, "time", lambda: 3.8e9)
    found = panel("state-year", [], record=record)
    assert (found.height, found["year"].min(), found["year"].max()) == (17_706, FIRST_YEAR, LAST_YEAR)


@pytest.mark.parametrize(
    "worked_on",
    [
        lambda frame: frame.filter(pl.col("year") > 1980).sort("year", descending=True).select(pl.all().reverse()),
        lambda frame: pl.concat([frame.head(9), frame.tail(9)]).with_columns(extra=1),
        lambda frame: frame.group_by("ccode1", "ccode2", "year").agg(pl.len()),
        lambda frame: frame.join(frame.select("year").unique(), on="year").cast({"year": pl.Int64}),
        lambda frame: pl.DataFrame(frame.rows(), schema=frame.columns, orient="row", infer_schema_length=None),
    ],
)
def test_the_unit_of_a_frame_is_known_from_its_columns_whatever_was_done_to_it(worked_on: Any, record: Record) -> None:
    """The standard tool marks a table with attributes, which ordinary operations on frames drop."""
    whole = panel("dyad-year", ["dispute_onset"], dyads=[(2, 20)], years=(1970, 1990), record=record)
    found = add(worked_on(whole), ["peace_years"])
    expected = panel("dyad-year", ["peace_years"], dyads=[(2, 20)], years=(1970, 1990), record=record)
    told = dict(expected.select("year", "peace_years").iter_rows())
    assert found["peace_years"].to_list() == [told[year] for year in found["year"]]


@pytest.mark.parametrize("ending", [".parquet", ".csv", ".xlsx", ".dta", ""])
def test_the_records_version_and_hash_travel_with_every_file(ending: str, record: Record, tmp_path: Path) -> None:
    """Another release of the standard tool gives other numbers for the same call, and the table does not say so."""
    request = Request("dyad-year", ("dispute_onset",), dyads=((2, 20),), years=(1978, 1980), record=record)
    path = tmp_path / f"panel{ending}"
    assert write_panel(request, path, "foedus panel") == 3
    assert read_written(path).record == (record.version, record.sha256)
    if ending == ".xlsx":
        (tmp_path / "panel.datapackage.json").unlink()  # the workbook says it itself
        assert read_written(path).record == (record.version, record.sha256)
        assert zipfile.is_zipfile(path)
    if ending == ".csv":
        package = json.loads((tmp_path / "panel.datapackage.json").read_text())
        assert package["resources"][0]["foedus"]["record"]["sha256"] == record.sha256


def test_every_part_of_a_partitioned_panel_carries_the_record(record: Record, tmp_path: Path) -> None:
    request = Request("dyad-year", ("dispute_onset",), dyads=((2, 20),), years=(1978, 1980), record=record)
    write_panel(request, tmp_path / "parts", "foedus panel")
    files = sorted((tmp_path / "parts").rglob("*.parquet"))
    assert len(files) == 3
    for file in files:
        assert json.loads(pl.read_parquet_metadata(file)["foedus"])["record"]["sha256"] == record.sha256
