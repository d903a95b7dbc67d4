"""The replications give what their page says: what comes out within two published errors, and what does not."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from foedus.record.additions import add
from foedus.record.store import forget_opened

FOLDER = Path(__file__).resolve().parent.parent / "docs/replications"
FILES = sorted(path for path in FOLDER.glob("*.py") if path.name != "beside.py")
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")


def run(name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.syspath_prepend(str(FOLDER))
    return runpy.run_path(str(FOLDER / name))


def table(found: dict[str, Any], name: str, fitted: Any) -> pl.DataFrame:
    beside = sys.modules["beside"].beside(name, fitted)
    assert not beside["ours"].has_nulls()
    return beside


@pytest.fixture
def added(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A record with capabilities and contiguity of the Correlates of War Project, which users add."""
    monkeypatch.setenv("FOEDUS_DATA", str(tmp_path))
    add("cow-nmc", raw / "political/capabilities/cow_nmc_v7.parquet")
    add("cow-contiguity", raw / "political/contiguity/cow_contdir_v32.csv")
    yield
    monkeypatch.undo()
    forget_opened()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_is_short_and_on_the_page(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 40
    assert f"[{path.name}]({path.name})" in PAGE


def test_civil_conflict_comes_out_but_for_the_scores_that_were_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    found = run("civil_conflict.py", monkeypatch)
    away = {"civil_conflict": 0.1, "civil_war": 0.4, "civil_war_2022": 1.2}
    for name, most in away.items():
        rows = table(found, name, found["fitted"][name])
        assert rows["apart"].max() < most, name
        assert rows["same_sign"].all(), name
        assert found["fitted"][name].n == 8_109
    replaced = table(found, "civil_conflict_2022", found["fitted"]["civil_conflict_2022"])
    assert replaced.filter((pl.col("apart") > 2) | ~pl.col("same_sign"))["term"].to_list() == ["lag(uds)"]


@pytest.mark.usefixtures("added")
def test_dangerous_dyads_come_out_and_errors_nearly_double(monkeypatch: pytest.MonkeyPatch) -> None:
    found = run("dangerous_dyads.py", monkeypatch)
    rows = table(found, "dangerous_dyads", found["fitted"])
    assert rows["apart"].max() < 1.1
    assert rows["same_sign"].all()
    assert found["fitted"].n == 106_314
    errors = [
        dict(zip(each.terms, each.std_errors.round(3), strict=True))["land"] for each in (found["fitted"], found["clustered"])
    ]
    assert errors == [0.057, 0.104]


@pytest.mark.usefixtures("added")
def test_leaders_come_out_but_for_tenure(monkeypatch: pytest.MonkeyPatch) -> None:
    found = run("leaders_who_fight.py", monkeypatch)
    rows = table(found, "leaders_who_fight", found["fitted"])
    assert rows.filter(pl.col("apart") > 2)["term"].to_list() == ["tenure"]
    assert rows["same_sign"].all()
    assert found["fitted"].n == 13_777


@pytest.mark.filterwarnings("ignore::foedus.errors.PanelRemark")
def test_pacts_have_the_signs_that_the_page_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the two studies to 1945; `tests/published/test_shield.py` holds all four, by foedus's own mechanism."""
    found = run("pacts_and_attacks.py", monkeypatch)
    studies = ("leeds_2003", "kenwick_vasquez_2017_to_1945")
    assert {*studies} < {*found["STUDIES"]}
    rows = pl.concat([found["signs"](study, found["fit"](study)) for study in studies])
    came = pl.when(pl.col("published") == "+").then(pl.col("estimate") > 0).otherwise(pl.col("estimate") < 0)
    assert rows.select(came.all()).item()
    clear = rows.filter((pl.col("low") > 0) | (pl.col("high") < 0))
    assert clear["term"].to_list() == ["challenger_offence", "target_defence_new"]
