"""The alliances of the Correlates of War as a third list: values from a file of its shape, and what it never says.

The file is made up (`tests/record/cow_alliances.py`); the years and pledges below are its.
"""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import foedus
from foedus import Partnership
from foedus.citation import citations
from foedus.cli import app
from foedus.errors import InputError
from foedus.panels.alliance_lists import by_alliances, of_pledges
from foedus.panels.alliances import CODED, COW, FACTS, PAIR, PLEDGES, memberships, ties
from foedus.panels.codebook import codebook, lookup
from foedus.panels.compare import QUESTIONS, compared, missing
from foedus.panels.files.write import write_panel
from foedus.panels.named import named_request
from foedus.panels.notes import notes
from foedus.panels.pledges import pledge_spells
from foedus.panels.request import Request, variables_of
from foedus.record.additions import add
from foedus.record.source import catalog
from foedus.record.store import Record, open_record
from tests.record.cow_alliances import DIRECTED, DYADS

PACTS = [f"{name}_pact" for name in PLEDGES]


def add_file(content: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOEDUS_DATA", str(folder / "data"))
    (folder / "alliances.csv").write_text(content, encoding="utf-8")
    add("cow-alliances", folder / "alliances.csv")


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file of directed dyads has been added to the record."""
    add_file(DIRECTED, tmp_path, monkeypatch)


@pytest.fixture
def once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file of dyads, each of which stands there once, has been added to the record."""
    add_file(DYADS, tmp_path, monkeypatch)


def pact(dyad: str, years: tuple[int, int], variable: str = "defence_pact", **choices: object) -> dict[int, bool | None]:
    rows = foedus.panel("dyad-year", [variable], dyads=[dyad], years=years, alliances_from="cow", **choices)
    return dict(rows.select("year", variable).iter_rows())


# ------------------------------------------------------------------------------------------------------------------ values


@pytest.mark.parametrize("system", ["cow", "gw"])
def test_values_are_the_files_in_either_state_system(added: None, system: str) -> None:
    assert pact("USA-NZL", (1951, 1953), system=system) == {1951: False, 1952: True, 1953: True}
    assert pact("GBR-FRA", (1903, 1907), "consultation_pact", system=system) == {
        y: 1904 <= y <= 1906 for y in range(1903, 1908)
    }
    assert pact("GBR-FRA", (1905, 1905), system=system) == {1905: False}
    assert pact("GBR-AUH", (1816, 1831), "neutrality_pact", system=system) == {y: y <= 1830 for y in range(1816, 1832)}


def test_germany_is_bound_under_either_of_its_numbers(added: None) -> None:
    assert pact("2-255", (1991, 1992)) == {1991: True, 1992: True}
    assert pact("2-260", (1955, 1990)) == dict.fromkeys(range(1955, 1991), True)
    assert pact("2-260", (1955, 1992), system="gw") == dict.fromkeys(range(1955, 1993), True)


@pytest.mark.parametrize("system", ["cow", "gw"])
def test_after_its_last_year_the_list_is_silent_and_carries_by_request_alone(added: None, system: str) -> None:
    assert pact("USA-NZL", (2011, 2014), system=system) == {2011: True, 2012: True, 2013: None, 2014: None}
    assert pact("USA-CUB", (2011, 2014), system=system) == {2011: False, 2012: False, 2013: None, 2014: None}
    choices = {"dyads": ["USA-NZL"], "years": (2012, 2014), "alliances_from": "cow", "system": system}
    rows = foedus.panel("dyad-year", ["defence_pact"], carry_forward=1, **choices)
    assert rows.select("defence_pact", "defence_pact_age").rows() == [(True, 0), (True, 1), (None, None)]


@pytest.mark.parametrize("system", ["cow", "gw"])
@pytest.mark.parametrize("directed", [False, True])
def test_of_support_in_attack_it_never_says_no(added: None, system: str, directed: bool) -> None:
    asked = [*PACTS, "alliance_pledge"]
    rows = foedus.panel("dyad-year", asked, years=(1950, 2020), system=system, directed=directed, alliances_from="cow")
    assert rows["offence_pact"].null_count() == rows.height > 800_000
    later = rows.filter(pl.col("year") > 2012)
    assert later.select(pl.col(asked).count()).row(0) == (0,) * len(asked)
    pledged = rows.filter(pl.col("year") <= 2012)["alliance_pledge"]
    assert set(pledged.unique().to_list()) - {None} == {True, False}, "of the pledges that it tells of"


def test_where_its_list_of_states_has_no_member_it_says_nothing(added: None) -> None:
    """The Boer republics are no members of the list by which it is coded."""
    rows = foedus.panel("dyad-year", PACTS, dyads=["563-200"], years=(1890, 1899), system="gw", alliances_from="cow")
    assert rows.height
    assert rows.select(pl.col(PACTS).count()).row(0) == (0,) * len(PACTS)


def test_a_directed_panel_tells_who_owes_and_another_whether_either_does(added: None) -> None:
    rows = foedus.panel("dyad-year", PACTS, dyads=["USA-JPN"], years=(1960, 1960), directed=True, alliances_from="cow")
    assert rows.select("ccode1", "defence_pact", "consultation_pact").rows() == [(2, True, True), (740, False, True)]
    assert pact("USA-JPN", (1960, 1960)) == {1960: True}


def test_a_pledge_whose_side_or_years_are_not_told_is_unknown(once: None) -> None:
    rows = foedus.panel("dyad-year", PACTS, dyads=["USA-JPN"], years=(1959, 1960), directed=True, alliances_from="cow")
    told = rows.select("year", "defence_pact", "neutrality_pact").sort("year").rows()
    assert told == [(1959, False, False), (1959, False, False), (1960, None, False), (1960, None, False)]
    unknown = pact("EGY-ISR", (1980, 1992), "nonaggression_pact")
    assert unknown == {year: None if year <= 1991 else False for year in range(1980, 1993)}


def test_at_most_one_spell_speaks_of_a_directed_pair_in_a_year(added: None) -> None:
    spells = pledge_spells(open_record(), COW).sort(*PAIR, "first_year")
    assert spells.schema == pledge_spells(open_record()).schema
    before = pl.col("last_year").shift(1).over(PAIR)
    assert spells.filter(pl.col("first_year") <= before).is_empty()
    assert spells["last_year"].max() == 2012


def test_members_are_bound_as_long_as_one_of_their_pairs(added: None) -> None:
    rows = memberships(open_record(), COW)
    assert rows.schema == memberships(open_record()).schema
    germany = rows.filter(agreement="cow:904").sort("ccode", "start").select("ccode", "start", "end")
    assert [(code, start.year, end and end.year) for code, start, end in germany.iter_rows()] == [
        (2, 1955, None),
        (255, 1990, None),
        (260, 1955, 1990),
    ]
    assert ties(open_record(), COW).schema == ties(open_record(), FACTS).schema


# ------------------------------------------------------------------------------------------------- the list, and its absence


def test_a_list_that_is_not_imported_is_refused_once_with_how_to_add_it(record: Record) -> None:
    for build in (
        lambda: Request("dyad-year", ("defence_pact", "alliance_pledge"), alliances_from="cow", record=record),
        lambda: Partnership("USA", "CAN", alliances_from="cow", record=record),
        lambda: memberships(record, COW),
        lambda: ties(record, COW),
        lambda: pledge_spells(record, COW),
    ):
        with pytest.raises(InputError) as refused:
            build()
        assert str(refused.value).count("the alliances of cow are not in this record") == 1
        assert str(refused.value).count("`foedus record add cow-alliances PATH`") == 1
        assert catalog()["cow_alliances"].url in str(refused.value)


def test_only_variables_of_pledges_change_their_list() -> None:
    changed = {name for name, variable in codebook().items() if by_alliances(variable, COW) is not variable}
    assert changed == {*PACTS, "alliance_pledge"} == {name for name, variable in codebook().items() if of_pledges(variable)}
    for name in changed:
        variable = by_alliances(lookup(name), COW)
        assert (variable.sources, variable.first_year, variable.last_year) == (("cow_alliances",), 1816, 2012)
        assert variable.absent_to == 2012
        assert variable.label.endswith(" (alliances of cow)")
        assert by_alliances(lookup(name), FACTS) is lookup(name)
    assert {name for name in PACTS if by_alliances(lookup(name), COW).absent is False} == {f"{n}_pact" for n in CODED[COW]}


def test_all_variables_of_the_list_are_there_once_it_is(record: Record, added: None) -> None:
    assert "defence_pact" in variables_of("dyad-year", open_record(), alliances_from="cow")
    assert "defence_pact" not in variables_of("dyad-year", record, alliances_from="cow")


def test_a_file_says_which_list_and_one_from_another_is_as_before(added: None, tmp_path: Path) -> None:
    asked = {"dyads": ["USA-NZL"], "years": (2010, 2014)}
    request = named_request("dyad-year", ["defence_pact"], alliances_from="cow", **asked)
    digest = request.record.tables["cow_alliance_ties"].content_sha256
    assert notes(request) == {"alliances": {"from": "cow", "sha256": digest}}
    write_panel(request, tmp_path / "rows.csv", "a test")
    (resource,) = json.loads((tmp_path / "rows.datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert resource["foedus"]["alliances_from"] == "cow"
    assert resource["schema"]["fields"][-1]["sources"] == ["cow_alliances"]
    write_panel(named_request("dyad-year", ["defence_pact"], **asked), tmp_path / "ours.csv", "a test")
    (resource,) = json.loads((tmp_path / "ours.datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert "alliances_from" not in resource["foedus"]


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx", "dta"])
def test_whatever_the_format_a_file_is_cited_from_its_own_list(ending: str, added: None, tmp_path: Path) -> None:
    choices = {"dyads": ["USA-NZL"], "years": (2010, 2014), "alliances_from": "cow"}
    write_panel(named_request("dyad-year", ["defence_pact", "in_rio_pact"], **choices), tmp_path / f"rows.{ending}", "a test")
    cited = citations([tmp_path / f"rows.{ending}"])
    assert "International Military Alliances" in cited
    assert "Leeds, Brett Ashley" in cited, "of the members of a treaty, whatever list is chosen"
    assert "Pledges of defence from entry into force" in cited, "which say since when, and until when"
    alone = tmp_path / f"pact.{ending}"
    write_panel(named_request("dyad-year", ["defence_pact"], **choices), alone, "a test")
    assert "Pledges of defence from entry into force" not in citations([alone])


def test_what_to_cite_for_a_variable_follows_the_list() -> None:
    assert "International Military Alliances" in citations(["defence_pact"], alliances_from="cow")
    assert "International Military Alliances" not in citations(["defence_pact"])
    with pytest.raises(InputError, match="facts, atop, cow"):
        citations(["defence_pact"], alliances_from="gibler")


# ---------------------------------------------------------------------------------------------------- beside other sources


def test_the_list_has_a_voice_where_it_tells_of_the_pledge(added: None) -> None:
    found = compared("USA-NZL", years=(1985, 2014)).filter(question="a pledge of defence")
    assert found.select("first_year", "last_year", "differ", "yes", "no", "unknown").rows() == [
        (1985, 1986, False, "atop, alliance-facts, cow-alliances", "", ""),
        (1987, 2012, True, "cow-alliances", "atop, alliance-facts", ""),
    ]
    assert "cow-alliances" not in missing(open_record())
    assert [voice.name for voice in QUESTIONS["a pledge of support in attack"]] == ["atop", "alliance-facts"]


def test_one_that_is_not_there_is_named_with_how_to_add_it(record: Record) -> None:
    row = compared("USA-NZL", years=(1990, 1990), every=True, record=record).filter(question="a pledge of defence")
    assert row["not_added"].to_list() == ["cow-alliances"]
    assert "foedus record add cow-alliances PATH" in missing(record)["cow-alliances"]


# -------------------------------------------------------------------------------------------------------- the partnership


OF_THREE = "Pact of the United States, Australia and New Zealand, 1952"


def test_the_ledger_has_the_treaties_of_the_list_and_says_whose_they_are(added: None) -> None:
    pair = Partnership("USA", "NZL", year=2010, alliances_from="cow")
    treaties = pair.ledger().filter(kind="alliance").select("agreement", "title", "obligations", "level", "source").rows()
    assert treaties == [("cow:902", OF_THREE, ["defence", "consultation"], "multilateral", "cow_alliances")]
    germany = Partnership("USA", "DEU", year=2010, alliances_from="cow")
    assert germany.ledger().filter(kind="alliance").select("title", "level").rows() == [
        ("Pact of the United States and West Germany, 1955", "bilateral")
    ]
    assert germany.obligations().filter(obligation="defence")["since"].dt.year().to_list() == [1955], "under its former number"
    entries = pair.entries().filter(kind="alliance")
    assert entries.select("title", "known_to", "source").rows() == [(OF_THREE, 2012, "cow_alliances")]


def test_switching_off_works_on_the_list(added: None) -> None:
    pair = Partnership("USA", "JPN", year=2010, alliances_from="cow")
    owed = pair.without("bilateral").obligations().filter(obligation="defence").row(0, named=True)
    assert (owed["in_force"], owed["off"]) == (False, "bilateral: Pact of the United States and Japan, 1960")


@pytest.mark.parametrize("year", [1952, 1959, 1960, 1990, 2012, 2013, 2025])
@pytest.mark.parametrize("pairs", ["directed", "dyads"])
def test_panel_and_partnership_say_the_same(year: int, pairs: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("added" if pairs == "directed" else "once")
    for one, other in (("USA", "JPN"), ("USA", "NZL"), ("USA", "CAN"), ("EGY", "ISR")):
        pair = Partnership(one, other, year=year, alliances_from="cow")
        rows = foedus.panel(
            "dyad-year", PACTS, dyads=[f"{one}-{other}"], years=(year, year), alliances_from="cow", directed=True
        )
        vector = pair.obligations().filter(pl.col("obligation").is_in(PLEDGES))
        either = rows.select((pl.col(name).get(0) | pl.col(name).get(1)).alias(name) for name in PACTS).row(0)
        assert vector["in_force"].to_list() == list(either), (one, other)
        if year <= 2012:
            told = pair.pledges().select(*PAIR, *PACTS)
            assert told.sort(PAIR).rows() == rows.select(*PAIR, *PACTS).sort(PAIR).rows(), (one, other)


def test_what_was_last_known_is_of_its_own_last_year(added: None) -> None:
    pair = Partnership("USA", "NZL", year=2025, alliances_from="cow")
    rows = {row["obligation"]: row for row in pair.obligations().iter_rows(named=True)}
    assert [rows["defence"][key] for key in ("in_force", "last_known", "age")] == [None, True, 13]
    assert [rows["neutrality"][key] for key in ("in_force", "last_known", "age")] == [None, False, 13]
    assert [rows["offence"][key] for key in ("in_force", "last_known", "age")] == [None, None, None]


def test_the_command_compares_it(added: None) -> None:
    result = CliRunner().invoke(app, ["compare-sources", "USA-NZL", "--years", "1990:1990"])
    assert result.exit_code == 0
    assert 'a pledge of defence,1990,1990,true,cow-alliances,"atop, alliance-facts"' in result.stdout
    assert "cow-alliances is not in this record" not in result.stderr
