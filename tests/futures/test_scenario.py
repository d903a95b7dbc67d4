"""Scenarios: only differences from the base, and all faults of a file at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from foedus.errors import InputError
from foedus.futures.scenario import FOLDER, Scenario, scenario
from foedus.record.store import open_record


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(of: Scenario) -> str:
    with pytest.raises(InputError) as caught:
        of.checked(open_record())
    return str(caught.value)


@pytest.mark.parametrize("name", ["base", "stressed", "without-partnership"])
def test_the_shipped_scenarios_are_sound_and_hold_only_differences(name: str) -> None:
    ships = scenario(name).checked(open_record())
    assert ships.about
    plain = Scenario()
    differs = {key for key, value in vars(ships).items() if value != getattr(plain, key)} - {"name", "about"}
    lines = (FOLDER / f"{name}.toml").read_text(encoding="utf-8").splitlines()
    assert {line.split(" = ")[0] for line in lines} - {"about"} == differs


def test_a_file_holds_only_what_differs(tmp_path: Path) -> None:
    mine = scenario(written(tmp_path, 'members = 12\n[[pacts]]\nstates = ["IND", "VNM"]\nfirst_year = 2030\n'))
    assert (mine.members, mine.seed, mine.name) == (12, Scenario().seed, "mine")
    assert mine.pacts[0].states == ("IND", "VNM")
    mine.checked(open_record())


def test_all_faults_are_told_at_once() -> None:
    message = refused(
        Scenario(
            name="bad",
            last_year=2010,
            members=0,
            disputes=-1.0,
            emissions="SSP2-4.6",
            without=("everything",),
            links=("pact to dispute",),
            partnership=("USA", "Atlantis"),
        )
    )
    for fault in (
        "last_year is 2010: the record ends in",
        "members is 0",
        "disputes is -1",
        "SSP2-4.6",
        "'everything'",
        "Did you mean pact to disputes",
        "Atlantis",
    ):
        assert fault in message


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("members = 1_000_000_000", "members is 1e+09"),
        ("seed = -1", "seed is -1"),
        ('members = "ten"', "members is 'ten', not a whole number"),
        ("growth = nan", "growth is nan, not a number"),
        ("last_year = true", "last_year is True"),
        ("since = 1990", "history made under an obligation stays"),
        ('[[pacts]]\nstates = ["USA"]\nfirst_year = 2030', "USA"),
        ('[[pacts]]\nstates = ["USA", "MEX"]', "not a list of tables with states and first_year"),
        ("years = [2020, 2030]", "there is no key 'years'"),
        ("= 3", "is no TOML file"),
    ],
)
def test_a_bad_file_is_refused_with_its_fault(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(InputError) as caught:
        scenario(written(tmp_path, text)).checked(open_record())
    assert fault in str(caught.value)


def test_the_hash_knows_what_changes_a_member_and_nothing_else() -> None:
    plain = Scenario()
    assert plain.but(members=7, name="other").sha256 == plain.sha256
    assert plain.but(seed=7).sha256 != plain.sha256
    assert plain.but(growth=None).sha256 == plain.sha256
