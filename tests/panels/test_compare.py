"""Which source says what of two states: agreement, difference, years without knowledge, sources that are not there."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import foedus
from foedus.cli import app
from foedus.errors import InputError
from foedus.panels.compare import QUESTIONS, compared, missing
from foedus.record.additions import add
from foedus.record.source import catalog
from foedus.record.store import Record
from tests.record.test_mic import EVENTS


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The drawn events of `tests/record/test_mic.py` in the record."""
    monkeypatch.setenv("FOEDUS_DATA", str(tmp_path / "data"))
    (tmp_path / "events.csv").write_text(EVENTS, encoding="utf-8")
    add("mic", tmp_path / "events.csv")


def of(frame: pl.DataFrame, question: str) -> list[tuple[object, ...]]:
    return frame.filter(question=question).select("first_year", "last_year", "differ", "yes", "no", "unknown").rows()


def test_years_with_the_same_answers_are_one_row_and_those_without_a_yes_are_left_out() -> None:
    found = compared("USA-CAN", years=(1976, 2013))
    begun = of(found, "a dispute begun")
    assert [(first, last, yes) for first, last, _, yes, *_ in begun] == [(y, y, "gml") for y in (1979, 1989, 1991, 1997)]
    assert of(found, "contact on land") == [(1976, 2013, False, "minimum-distance", "", "")]
    assert of(found, "war") == []


def test_every_year_of_every_question_is_there_if_all_are_asked_for() -> None:
    found = compared("USA-CAN", years=(1976, 2013), every=True)
    assert of(found, "a dispute begun")[-1] == (2011, 2013, False, "", "", "gml"), "the list ends in 2010"
    years = found.select("question", years=pl.col("last_year") - pl.col("first_year") + 1).group_by("question").sum()
    assert set(years["years"].to_list()) == {38}


def test_two_lists_that_do_not_agree_differ(added: None) -> None:
    found = foedus.compare_sources("FRN-GMY", (2009, 2014))
    assert of(found, "a dispute begun") == [(2010, 2010, True, "mic", "gml", "")]
    assert of(found, "a dispute under way") == [(2010, 2010, True, "mic", "gml", ""), (2011, 2012, False, "mic", "", "gml")]


def test_a_source_that_is_not_there_is_named_with_how_to_add_it(record: Record) -> None:
    told = missing(record)
    assert {"mic", "cow-mid", "cow-wars", "cow-contiguity", "cow-alliances", "icb"} == set(told)
    assert "foedus record add mic PATH" in told["mic"]
    row = compared("USA-CAN", years=(1979, 1979), record=record).filter(question="a dispute begun").row(0, named=True)
    assert row["not_added"] == "mic, cow-mid"


def test_every_voice_is_a_source_of_the_catalog() -> None:
    names = {voice.name.replace("-", "_") for voices in QUESTIONS.values() for voice in voices}
    assert names <= catalog().keys()


def test_ucdp_has_no_voice_on_disputes() -> None:
    for question in ("a dispute under way", "a dispute begun", "a fatal dispute begun"):
        assert [voice.name for voice in QUESTIONS[question]] == ["gml", "mic", "cow-mid"]


def test_two_states_that_never_met_are_refused() -> None:
    with pytest.raises(InputError, match="never members of the state system together"):
        compared("329-20")  # the Two Sicilies ended in 1861, Canada is a member from 1920 on


def test_the_command_prints_rows_and_says_what_is_not_added() -> None:
    result = CliRunner().invoke(app, ["compare-sources", "USA-CAN", "--years", "1979:1979"])
    assert result.exit_code == 0
    assert "a dispute begun,1979,1979,false,gml,,," in result.stdout.replace('""', "")
    assert "mic is not in this record" in result.stderr


def test_the_command_prints_json() -> None:
    result = CliRunner().invoke(app, ["compare-sources", "USA-CAN", "--years", "1979:1979", "--json"])
    told = json.loads(result.stdout)
    assert {"dyad", "record", "rows", "not_added"} == told.keys()
    assert told["rows"][0]["question"] == "a dispute under way"


# ------------------------------------------------------------------------------------------------------------ the real file


def test_on_the_real_lists_the_united_states_and_canada_differ(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOEDUS_DATA", str(tmp_path))
    add("mic", raw / "political/mids/mie-1.0.parquet")
    add("cow-mid", raw / "political/mids/cow_mid_dirdisps.parquet")
    begun = of(compared("USA-CAN", years=(1946, 2014)), "a dispute begun")
    assert [(first, yes, no) for first, _, _, yes, no, _ in begun if "gml" in str(yes)] == [
        (year, "gml, cow-mid", "mic") for year in (1979, 1989, 1991, 1997)
    ]
