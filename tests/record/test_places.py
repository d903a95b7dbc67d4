"""Rows of places that are no member are left out, counted by place and told; nothing is said to be unknown that is not."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.errors import InputError
from foedus.record.build import build_record
from foedus.record.places import codes, spoken_of
from foedus.record.source import catalog
from foedus.record.states import StateSystem
from foedus.record.store import Record


def test_every_row_that_a_table_leaves_out_is_counted_under_its_place(record: Record) -> None:
    ships = [table for table in record.tables.values() if table.licence != "restricted"]
    assert [table.name for table in ships if sum(table.places.values()) != table.dropped] == []
    assert sum(table.dropped > 0 for table in ships) >= 19


@pytest.mark.parametrize(
    ("table", "place", "rows"),
    [
        ("conflict_displacement", "AB9", 12),  # Abyei Area in IDMC's file
        ("palestine_refugees", "PSE", 74),  # UNRWA in Gaza and the West Bank, 1952–2025
        ("population_un", "ESH", 74),  # 1950–2023
    ],
)
def test_places_and_their_rows_are_those_of_the_publisher(record: Record, table: str, place: str, rows: int) -> None:
    assert record.tables[table].places[place] == rows


def test_abyei_in_the_publishers_file(raw: Path) -> None:
    file = pl.read_parquet(raw / "physical/displacement/idmc_internal_displacement.parquet")
    assert file.filter(pl.col("coa_iso") == "AB9")["coa_name"].unique().to_list() == ["Abyei Area"]
    assert file.filter(pl.col("coa_iso") == "AB9").height == 12


def test_a_build_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch, record: Record, tmp_path: Path) -> None:
    rows = {"iso3": ["CAN", "PSE", "PSE", "AB9"], "year": [2020, 2019, 2020, 2020], "warheads": [1, 2, 3, 4]}
    monkeypatch.setattr("foedus.record.source.Source.read", lambda _self, _raw: {"warheads": pl.DataFrame(rows)})
    monkeypatch.setattr("foedus.record.source.Source.faults", lambda _self, _raw: [])
    said: list[str] = []
    built = build_record(tmp_path, tmp_path / "built", sources=["warheads"], say=said.append)
    assert said == ["warheads", "  warheads: 3 rows of no member of the state system are left out: PSE 2, AB9 1"]
    assert built.tables["warheads"].places == {"PSE": 2, "AB9": 1}


@pytest.mark.parametrize("name", ["Palestine", "PSE", "West Bank and Gaza"])
def test_a_refusal_names_the_sources_that_speak_of_a_place(record: Record, name: str) -> None:
    with pytest.raises(InputError) as refused:
        StateSystem.of(record).resolve(name, 2020)
    message = str(refused.value)
    assert "nothing is recorded" not in message
    assert all(each in message for each in ("no panel of it has rows", "displacement_stocks", "palestine_refugees has"))


def test_what_the_record_is_said_to_have_of_a_place_is_there(record: Record) -> None:
    said = {code: spoken_of(code, record.tables) for code in set(codes().values())}
    named = {word.strip(",;.") for sentence in said.values() for word in sentence.split() if "_" in word}
    assert named <= record.tables.keys()
    members = record.table("organisation_members")
    assert members.filter(member="Palestine")["organisation"].sort().to_list() == ["ARAB-LEAGUE", "NAM"]
    assert "AFRICAN-UNION" in members.filter(member="Sahrawi Arab Democratic Republic")["organisation"].to_list()


def test_a_place_that_no_source_speaks_of_gets_no_sentence(record: Record) -> None:
    assert spoken_of("WALES", record.tables) == ""


def test_readers_count_what_they_cannot_place(raw: Path) -> None:
    """V-Dem's places without a COW number, exercises of NATO, the Vatican in a file of terrain, the Netherlands Antilles."""
    unplaced = {
        table: places
        for source in catalog().values()
        if source.licence != "restricted"
        for table, places in source.unplaced(raw).items()
    }
    assert unplaced.keys() == {
        *("regimes", "civil_liberties", "regime_episodes", "exercise_participants", "terrain", "trade_agreement_members")
    }
    assert (sum(unplaced["regime_episodes"].values()), len(unplaced["regime_episodes"])) == (407, 6)
    assert (sum(unplaced["regimes"].values()), len(unplaced["regimes"])) == (682, 15)
    assert unplaced["regimes"]["Hong Kong"] == 125
    assert set(unplaced["civil_liberties"]) == {
        "Hong Kong",
        "Palestine/Gaza",
        "Palestine/West Bank",
        "Somaliland",
        "Zanzibar",
    }
    assert unplaced["exercise_participants"]["NATO"] > 0
    assert unplaced["terrain"] == {"Vatican City": 1}
    assert unplaced["trade_agreement_members"] == {"530": 1}, "ISO's number of the Netherlands Antilles"


def test_the_record_has_what_readers_cannot_place(record: Record) -> None:
    assert record.tables["regimes"].places["Somaliland"] == 94
    assert record.tables["terrain"].places == {"Vatican City": 1}
