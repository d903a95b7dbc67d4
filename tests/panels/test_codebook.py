"""The codebook and the catalog: what ships has no fault, and every fault of an entry is found before it changes a number."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from foedus.errors import InputError
from foedus.panels import codebook as module
from foedus.panels.arrange import ARRANGEMENTS, GROUP, Wanted, arranged
from foedus.panels.codebook import FOLDER, LEADER, TOPICS, WORLD, check_entries, codebook, lookup, search, world
from foedus.record import source
from foedus.record.source import CATALOG, catalog
from foedus.record.store import Record

Edit = Callable[[str, str, str], None]


@pytest.fixture
def edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edit]:
    """Change a text in a copy of codebook and catalog, which is then the one that is read."""
    shutil.copytree(FOLDER, tmp_path / "codebook")
    shutil.copytree(CATALOG, tmp_path / "catalog")
    shutil.copy(WORLD, tmp_path / "world.toml")
    monkeypatch.setattr(module, "FOLDER", tmp_path / "codebook")
    monkeypatch.setattr(module, "WORLD", tmp_path / "world.toml")
    monkeypatch.setattr(source, "CATALOG", tmp_path / "catalog")
    read_again()

    def change(file: str, old: str, new: str) -> None:
        path = tmp_path / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        read_again()

    yield change
    monkeypatch.undo()
    read_again()


def read_again() -> None:
    for reader in (codebook, world, catalog):
        reader.cache_clear()


def test_what_ships_has_no_fault() -> None:
    check_entries()


def test_the_codebook_is_read_in_the_order_of_its_topics() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(TOPICS)
    assert next(iter(codebook())) == "ccode"
    assert codebook().place("gdp") == "codebook/capabilities.toml [gdp]"
    assert lookup("gdp").topic == "capabilities", "said once, above the file's entries"
    assert lookup("weaker_democracy").topic == "regimes", "or by the entry"


def test_every_source_has_its_place_in_the_record() -> None:
    named = source.ORDER.read_text(encoding="utf-8").split("\n\n", 1)[1].split()
    assert list(catalog())[: len(named)] == named, "others follow"


def test_every_table_of_a_variable_is_there_and_has_its_columns(record: Record) -> None:
    ours = {name: variable for name, variable in codebook().items() if variable.table and variable.unit != LEADER}
    restricted = {table for each in catalog().values() if each.licence == "restricted" for table in each.tables}
    for name, variable in ours.items():
        table = variable.table or ""
        assert table in ARRANGEMENTS or table.startswith(GROUP) or table in {*record.tables, *restricted}, name
        if all(catalog()[each].licence != "restricted" for each in variable.sources):
            columns = arranged(record, table, Wanted()).columns
            wanted = [f"{variable.column}1", f"{variable.column}2"] if variable.sided else [variable.column]
            assert set(wanted) <= set(columns), name


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("codebook/states.toml", "absent = false", "absnt = 0", "states.toml [major_power]: 'absnt' is not part of a variable"),
        ("codebook/disputes.toml", 'sources = ["gml"]', 'sources = ["gmll"]', "no source is called 'gmll'. Did you mean gml"),
        ("codebook/regimes.toml", 'unit = "state-year"\n', "", "[polyarchy]: unit is missing, or no text of one line"),
        ("codebook/regimes.toml", "range = [0, 1]", "range = 1", "[polyarchy]: range is not [lowest, highest]"),
        ("codebook/regimes.toml", 'table = "polyarchy"', "table = 3", "[polyarchy]: table is missing, or no text of one line"),
        ("codebook/regimes.toml", 'table = "polyarchy"\n', "", "[polyarchy]: it has either a table that holds it, or reads"),
        (
            "codebook/regimes.toml",
            'unit = "state-year"',
            'unit = "state"',
            "[polyarchy]: unit is none of state-year, dyad-year",
        ),
        ("codebook/states.toml", "absent = false", "absent = 0", "absent is true or false where units are 'yes or no'"),
        ("codebook/states.toml", "carry = false", "carry = 0", "[ccode]: carry is neither true nor false"),
        (
            "codebook/dyads.toml",
            'reads = ["polyarchy"]',
            'reads = ["polyarky"]',
            "no variable is called 'polyarky'. Did you mean",
        ),
        ("codebook/dyads.toml", 'reads = ["polyarchy"]', 'reads = ["weaker_democracy"]', "reads: it is computed of itself"),
        (
            "codebook/dyads.toml",
            "[weaker_democracy]",
            "[weakest_democracy]",
            "no function weakest_democracy in panels/measures",
        ),
        ("codebook/states.toml", "coverage = [1816, 2016]", "coverage = [1816, 2106]", "coverage ends in 2106"),
        (
            "codebook/states.toml",
            "[iso3]",
            "[gdp]",
            "gdp stands in codebook/states.toml and again in codebook/capabilities.toml",
        ),
        ("codebook/states.toml", 'topic = "states"', 'topic == "states"', "[ccode]: is not TOML"),
        ("world.toml", 'unit = "year"', 'unit = "year"\ntable = "x"', "[cumulative_co2]: table: what is in no panel has none"),
        ("world.toml", 'sources = ["gistemp"]\n', "", "[warming]: sources are missing"),
        ("catalog/disputes.toml", "first_year = 1816", 'first_year = "1816"', "[gml]: first_year is missing, or no year"),
        ("catalog/disputes.toml", 'licence = "academic"', 'licence = "free"', "[gml]: licence is none of open, academic"),
        ("catalog/disputes.toml", 'version = "2.2.1"\n', "", "[gml]: version is missing"),
        (
            "catalog/disputes.toml",
            'dispute_participants = ["dispute"',
            'participants = ["dispute"',
            "identifies a row of dispute_p",
        ),
        ("catalog/disputes.toml", "[gml.files]", "[gml.known]", "[gml]: known is not for an academic source"),
        ("catalog/disputes.toml", '"rivalry_spells"', '"alliances"', "[strategic_rivalries]: keys do not say"),
    ],
)
def test_every_fault_of_an_entry_is_said(file: str, old: str, new: str, said: str, edit: Edit) -> None:
    edit(file, old, new)
    with pytest.raises(InputError) as refused:
        check_entries()
    assert said in str(refused.value)


def test_a_panel_refuses_an_entry_with_a_fault_and_lists_all_of_them(edit: Edit) -> None:
    from foedus.api import panel

    edit("codebook/states.toml", "absent = false", "absnt = 0")
    edit("codebook/trade.toml", "sums = true", "sums = 1")
    assert panel("state-year", ["polyarchy"], states=["CAN"], years=(2000, 2000)).height == 1, "it is not asked for"
    with pytest.raises(InputError) as refused:
        panel("state-year", ["major_power"], states=["CAN"], years=(2000, 2000))
    assert "2 faults" in str(refused.value)
    assert "codebook/states.toml [major_power]" in str(refused.value)
    assert "codebook/trade.toml" in str(refused.value)


def test_a_variable_that_reads_itself_is_refused_where_it_is_asked_for(edit: Edit) -> None:
    edit("codebook/dyads.toml", 'reads = ["polyarchy"]', 'reads = ["weaker_democracy"]')
    with pytest.raises(InputError, match=r"\[weaker_democracy\]: reads: it is computed of itself"):
        lookup("weaker_democracy")


def test_a_source_without_a_reader_is_a_fault(edit: Edit) -> None:
    for part in ("", ".keys", ".files"):
        edit("catalog/society.toml", f"[creg{part}]", f"[crag{part}]")
    with pytest.raises(InputError, match=r"\[crag\]: there is no reader sources/crag\.py"):
        check_entries()


def test_a_source_in_two_files_is_a_fault(edit: Edit, tmp_path: Path) -> None:
    text = (tmp_path / "catalog" / "society.toml").read_text(encoding="utf-8")
    edit("catalog/states.toml", "[state_system]", text[text.index("[creg]") : text.index("[hief]")] + "[state_system]")
    with pytest.raises(InputError, match=r"creg stands in catalog/society\.toml and again in catalog/states\.toml"):
        check_entries()


def test_a_table_of_two_sources_is_a_fault(edit: Edit) -> None:
    edit("catalog/society.toml", '["fractionalization"]', '["regimes"]')
    edit("catalog/society.toml", "\nfractionalization = [", "\nregimes = [")
    with pytest.raises(InputError, match=r"\[creg\]: its table regimes is one of vdem"):
        check_entries()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("democracies", "polyarchy"),
        ("alliances", "defence_pact"),
        ("defence pacts", "defence_pact"),
        ("military expenditures", "military_share"),
        ("gdp per capita", "gdp_per_head"),
        ("onsets of disputes", "dispute_onset"),
        ("UN voting", "ideal_point"),
        ("peace years", "peace_years"),
        ("armed conflicts", "armed_conflict"),
        ("regime type", "polyarchy"),
        ("joint democracy", "weaker_democracy"),
        ("ethnic fractionalisation", "ethnic_fractionalization"),
        ("GDP quokka", "gdp"),
    ],
)
def test_a_search_understands_plurals_and_what_a_researcher_would_write(text: str, name: str) -> None:
    assert name in [variable.name for variable in search(text)]


def test_a_search_for_what_nobody_speaks_of_finds_nothing() -> None:
    assert search("quokka") == search("quokka wombat") == ()


def test_a_word_that_is_there_is_searched_for_as_it_is() -> None:
    assert all("disputes" in f"{each.name} {each.label} {each.units} {each.topic}".casefold() for each in search("disputes"))


def test_what_comes_from_a_release_of_v_dem_says_which() -> None:
    """Three releases are in the record, and each scores the past anew."""
    for source_id, entry in catalog().items():
        if source_id.startswith("vdem"):
            ours = [each for each in codebook().values() if each.sources == (source_id,) and each.table]
            assert ours
            assert [each.name for each in ours if f"version {entry.version}" not in each.label] == []
