"""Populations and products of a scenario: read, interpolated, and refused with every fault."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from foedus.errors import InputError
from foedus.futures.paths import read
from foedus.futures.scenario import Scenario, scenario
from foedus.futures.steps.growth import Growth, along
from foedus.record.store import open_record

from . import small

HEAD = "Model,Scenario,Region,Variable,Unit,2025,2030,2040\n"
GOOD = HEAD + "IIASA,SSP2,CAN,Population,million,40,41,44\nIIASA,SSP2,CAN,GDP|PPP,billion US$2017,2000,2300,2900\n"


def written(folder: Path, text: str) -> Path:
    (folder / "paths.csv").write_text(text, encoding="utf-8")
    (folder / "mine.toml").write_text('paths = "paths.csv"\nlast_year = 2032\n', encoding="utf-8")
    return folder / "mine.toml"


def test_a_file_is_read_beside_the_scenario_and_grows_steadily_between_its_years(tmp_path: Path) -> None:
    mine = scenario(written(tmp_path, GOOD)).checked(open_record())
    people, product = mine.paths
    assert people.growth(2028) == pytest.approx(np.log(41 / 40) / 5)
    assert product.growth(2031) == pytest.approx(np.log(2900 / 2300) / 10)
    (step,) = (each for each in small.built().steps if isinstance(each, Growth))
    moved = along(step, mine.paths, open_record(), 2032)
    assert moved.people[2028][1] == pytest.approx(people.growth(2028))
    assert moved.given[2031][1] == pytest.approx(product.growth(2031) - people.growth(2031))
    assert moved.people[2028][0] == step.people[2028][0]
    assert moved.people[2020][1] == step.people[2020][1]
    assert mine.sha256 != Scenario(last_year=2032).sha256


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + "a,b,CAN,Population,million,40,-1,44\n", ["row 2 (CAN, Population): 2030 is '-1', not a positive number"]),
        (HEAD + "a,b,CAN,Population,thousand,40,41,44\n", ["the unit is 'thousand', and must be in millions"]),
        (HEAD + "a,b,CAN,Populaton,million,40,41,44\n", ["Did you mean Population"]),
        (HEAD + "a,b,Atlantis,Population,million,40,41,44\n", ["Atlantis"]),
        (HEAD + "a,b,CAN,Population,million,40,,\n", ["its years must reach from 2025 to 2032"]),
        (HEAD + "a,b,CAN,Population,million,40,,44\n", ["2035 is missing between 2025 and 2040"]),
        (HEAD + "a,b,CAN,GDP|PPP,billion,40,41,44\n", ["has a product and no population"]),
        (GOOD + "a,b,Canada,Population,million,40,41,44\n", ["has a row already (CAN)"]),
        ("Region,2025\nCAN,40\n", ["must have the columns Model, Scenario"]),
        (HEAD + "a,b,CAN,Population,million,40,x,0\nc,d,MEX,People,million,1,2,3\n", ["'x'", "'0'", "no such variable"]),
    ],
)
def test_every_fault_is_told(tmp_path: Path, text: str, words: list[str]) -> None:
    """Seen: fair 2.2.5 without a start ends normally with temperatures that are no numbers (where-tools-disagree)."""
    with pytest.raises(InputError) as caught:
        scenario(written(tmp_path, text)).checked(open_record())
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "none.csv")
