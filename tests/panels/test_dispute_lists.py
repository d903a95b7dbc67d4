"""Which list of disputes: the same variables from another list, their years, whom to cite, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

import foedus
from foedus.citation import citations
from foedus.errors import InputError
from foedus.panels.codebook import codebook, lookup
from foedus.panels.dispute_lists import from_list
from foedus.panels.disputes import LISTS, TABLES
from foedus.panels.files.write import write_panel
from foedus.panels.named import named_request
from foedus.panels.notes import notes
from foedus.panels.panel import panel
from foedus.panels.request import Request, variables_of
from foedus.record.additions import add
from foedus.record.source import catalog
from foedus.record.store import Record
from tests.record.test_mic import EVENTS
from tests.worlds import Dispute, dispute_table, world

PAIR = (1, 2)
OLD = Dispute(11, PAIR, 2003, 2003, 5, 4, 0, True, True, True, 3)
NEW = Dispute(12, PAIR, 2005, 2006, 5, 5, 6, False, True, True, 400)


@pytest.fixture(scope="module")
def drawn() -> Record:
    """A dispute by the list that ships, and another one by the successor's."""
    return world(dispute_dyad_years=dispute_table([OLD]), mic_dispute_dyad_years=dispute_table([NEW]))


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder; the drawn events of `tests/record/test_mic.py` have been added to the record."""
    monkeypatch.setenv("FOEDUS_DATA", str(tmp_path / "data"))
    (tmp_path / "events.csv").write_text(EVENTS, encoding="utf-8")
    add("mic", tmp_path / "events.csv")
    return tmp_path


def shown(record: Record, name: str, **choices: object) -> pl.DataFrame:
    variables = ["dispute_onset", "war_dispute_onset", "peace_years", "dispute_number", "dispute_initiator"]
    return panel("dyad-year", variables, years=(2002, 2007), dyads=[PAIR], record=record, disputes_from=name, **choices)


def test_the_same_variables_come_from_the_list_that_is_chosen(drawn: Record) -> None:
    older, newer = shown(drawn, "gml"), shown(drawn, "mic")
    assert older.columns == newer.columns
    assert older.filter("dispute_onset").select("year", "dispute_number", "war_dispute_onset").rows() == [(2003, 11, False)]
    assert newer.filter("dispute_onset").select("year", "dispute_number", "war_dispute_onset").rows() == [(2005, 12, True)]


def test_the_clock_of_peace_follows_the_list(drawn: Record) -> None:
    assert shown(drawn, "gml")["peace_years"].to_list() == [2, 3, 0, 1, 2, 3]
    assert shown(drawn, "mic")["peace_years"].to_list() == [2, 3, 4, 5, 0, 0]


@pytest.mark.parametrize(
    ("unit", "variable", "choices"),
    [
        ("state-year", "state_dispute_onset", {"states": [1]}),
        ("state-day", "state_dispute_onset", {"states": [1]}),
        ("dyad-year", "dispute_onset", {"dyads": [PAIR]}),
        ("dyad-year", "dispute_onset", {"dyads": [PAIR], "directed": True}),
        ("dyad-year", "dispute_onset", {"dyads": [PAIR], "disputes": "all"}),
        ("dyad-day", "dispute_onset", {"dyads": [PAIR]}),
        ("dispute-dyad", "dispute_onset", {"dyads": [PAIR]}),
        ("group-year", "dispute_onset", {"among": [1, 2]}),
    ],
)
def test_every_unit_takes_the_list(unit: str, variable: str, choices: dict[str, object], drawn: Record) -> None:
    for name, year in (("gml", 2003), ("mic", 2005)):
        rows = panel(unit, [variable], years=(2000, 2009), record=drawn, disputes_from=name, **choices)
        column = next(column for column in rows.columns if column.startswith(variable))
        years = rows["year"] if "year" in rows.columns else rows["date"].dt.year()
        assert years.filter(rows[column].fill_null(False)).unique().to_list() == [year]


@pytest.mark.parametrize("name", LISTS)
def test_a_variable_is_known_as_long_as_its_list_goes(name: str) -> None:
    last = catalog()[LISTS[name]].last_year
    assert from_list(lookup("dispute_onset"), name).last_year == last
    assert from_list(lookup("dispute_initiator"), name).last_year == last
    assert from_list(lookup("peace_years"), name).last_year == last + 1, "last year's dispute is known a year longer"


@pytest.mark.parametrize("name", LISTS)
def test_no_variable_of_disputes_keeps_the_source_of_another_list(name: str) -> None:
    changed = {variable.name: from_list(variable, name) for variable in codebook().values() if "gml" in variable.sources}
    assert len(changed) > 25
    assert all(LISTS[name] in variable.sources for variable in changed.values())
    assert name == "gml" or not any("gml" in variable.sources for variable in changed.values())
    assert from_list(lookup("polyarchy"), name) is lookup("polyarchy")


def test_the_tables_of_all_lists_are_in_the_catalog() -> None:
    assert all(TABLES[name] in catalog()[source].tables for name, source in LISTS.items())
    assert TABLES.keys() == LISTS.keys()


@pytest.mark.parametrize("name", ["mic", "cow-mid"])
def test_a_list_that_is_not_imported_is_refused_once_with_how_to_add_it(name: str, record: Record) -> None:
    with pytest.raises(InputError) as refused:
        Request("dyad-year", ("dispute_onset", "peace_years"), disputes_from=name, record=record)
    assert str(refused.value).count(f"the disputes of {name} are not in this record") == 1
    assert str(refused.value).count(f"`foedus record add {name} PATH`") == 1


def test_a_misspelt_list_is_refused_with_the_nearest(record: Record) -> None:
    with pytest.raises(InputError, match="Did you mean cow-mid"):
        Request("dyad-year", ("dispute_onset",), disputes_from="cow_mid", record=record)


def test_ucdp_lists_no_disputes_and_says_what_it_has(record: Record) -> None:
    with pytest.raises(InputError, match="at least 25 deaths in a year: ask for interstate_conflict_onset"):
        Request("dyad-year", ("dispute_onset",), disputes_from="ucdp", record=record)


def test_all_variables_of_a_list_are_there_once_it_is(drawn: Record, record: Record) -> None:
    assert "dispute_onset" in variables_of("dyad-year", drawn, disputes_from="mic")
    assert "dispute_onset" not in variables_of("dyad-year", record, disputes_from="mic")


def test_a_file_says_which_list_and_cites_it(added: Path) -> None:
    request = named_request(
        "dyad-year", ["dispute_onset", "peace_years"], dyads=["FRN-GMY"], years=(2009, 2016), disputes_from="mic"
    )
    digest = request.record.tables["mic_dispute_dyad_years"].content_sha256
    assert len(digest) == 64
    assert notes(request)["disputes"] == {"from": "mic", "sha256": digest, "rule": "combined"}
    assert list(notes(request)["disputes_set_aside"]) == ["mic_dispute_dyad_years"]  # type: ignore[call-overload]
    write_panel(request, added / "rows.csv", "a test")
    (resource,) = json.loads((added / "rows.datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert resource["foedus"]["disputes_from"] == "mic"
    assert resource["schema"]["fields"][-1]["sources"] == ["mic", "state_system"]


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx", "dta"])
def test_whatever_the_format_a_file_is_cited_from_its_own_list(ending: str, added: Path) -> None:
    choices = {"dyads": ["FRN-GMY"], "years": (2009, 2016), "disputes_from": "mic"}
    write_panel(named_request("dyad-year", ["dispute_onset"], **choices), added / f"rows.{ending}", "a test")
    cited = citations([added / f"rows.{ending}"])
    assert "Militarized Interstate Events" in cited
    assert "Gibler, Douglas M., Steven V. Miller & Erin K. Little" not in cited


def test_what_to_cite_for_a_variable_follows_the_list() -> None:
    assert "MID5 Dataset" in citations(["dispute_onset"], disputes_from="cow-mid")
    assert "Militarized Interstate Events" in citations(["dispute_onset"], disputes_from="mic")
    assert "Militarized Interstate Events" not in citations(["dispute_onset"])


def test_an_onset_of_another_list_is_a_leaders_where_the_year_has_one(added: Path) -> None:
    """No day of another list's onsets is kept: of two leaders in a year nobody knows under which it began."""
    found = foedus.panel("leader-year", ["state_dispute_onset"], states=["FRN"], years=(2010, 2012), disputes_from="mic")
    assert found.select("year", "state_dispute_onset").rows() == [(2010, True), (2011, False), (2012, None), (2012, None)]


def test_a_frame_of_ones_own_takes_the_list(added: Path) -> None:
    mine = pl.DataFrame({"ccode1": [220], "ccode2": [255], "year": [2010]})
    assert foedus.add(mine, ["dispute_onset"], disputes_from="mic")["dispute_onset"].to_list() == [True]
    assert foedus.add(mine, ["dispute_onset"])["dispute_onset"].to_list() == [False]


# ------------------------------------------------------------------------------------------------------ UCDP: another thing


def test_conflicts_of_ucdp_have_onsets_at_25_and_at_1000_deaths(record: Record) -> None:
    """Russia and Ukraine are at war from 2022 on; India and Pakistan at 1,000 deaths in 1948, 1965 and 1971."""
    names = ["interstate_conflict", "interstate_conflict_onset", "interstate_conflict_war", "interstate_conflict_war_onset"]
    rows = panel("dyad-year", names, dyads=[(365, 369), (750, 770)], years=(1946, 2024), record=record)
    invaded = rows.filter(pl.col("ccode1") == 365, pl.col("year") >= 2021)
    assert invaded["interstate_conflict_onset"].to_list() == [False, True, False, False]
    assert invaded["interstate_conflict_war_onset"].to_list() == [False, True, False, False]
    wars = rows.filter(pl.col("ccode1") == 750, pl.col("interstate_conflict_war_onset"))["year"].to_list()
    assert wars == [1948, 1965, 1971]
    first = rows.filter(pl.col("year") == 1946)
    assert first["interstate_conflict"].null_count() == 0
    assert first["interstate_conflict_onset"].null_count() == first.height, "the year before is before UCDP begins"
