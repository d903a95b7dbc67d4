"""Futures in the application: the licence first, both worlds, the difference with its error, and every form of it."""

from __future__ import annotations

import io

import polars as pl
import pytest

from foedus.futures.ensemble import ARMS, Ensemble
from foedus.record.store import open_record
from foedus.report.futures import EVERY, drawn, steps, together
from foedus.report.markup import Setting
from foedus.web.questions import OfFutures
from foedus.web.settings import Limits
from foedus.web.view import Desk
from foedus.web.views import futures

ABOUT = {
    "scenario": {"name": "base", "partnership": ["POL", "LTU"], "seed": 1, "last_year": 2027},
    "origin": 2010,
    "members": 40,
    "in_part": {},
    "record": "2026.11",
    "remarks": ["Disputes are recorded to 2010."],
}


@pytest.fixture
def ensemble() -> Ensemble:
    """Forty worlds, in half of which the obligations prevent a dispute in 2026 and in 2027."""
    values = {"with": (1.0, 3.0), "without": (2.0, 3.0), "difference": (-1.0, 0.0)}
    rows = [
        (arm, name, "no effect", year, value, 20)
        for name in ("member_disputes_so_far", "disputes")
        for arm in ARMS
        for year in (2026, 2027)
        for value in values[arm]
    ]
    kinds = {
        "arm": pl.String,
        "variable": pl.String,
        "design": pl.String,
        "year": pl.Int16,
        "value": pl.Float64,
        "members": pl.Int64,
    }
    return Ensemble(ABOUT, pl.DataFrame(rows, schema=kinds, orient="row"))


def test_the_fans_hold_both_worlds_and_the_table_what_differs(ensemble: Ensemble) -> None:
    fans = drawn(ensemble)
    assert fans.frame["series"].unique().sort().to_list() == ["with the obligations", "without them"]
    assert (fans.frame["low"] <= fans.frame["value"]).all()
    assert (fans.frame["value"] <= fans.frame["high"]).all()
    table = steps(ensemble)
    assert table["year"].unique().to_list() == [2027]  # the last, where none is a multiple of EVERY
    assert 2027 % EVERY
    assert table["mean"].to_list() == [-0.5, -0.5]
    assert table["monte_carlo_error"].to_list() == pytest.approx([0.08006] * 2, rel=1e-3)  # √(20 · 0.25 · 2 / 39 / 40)


def test_a_page_says_first_how_far_to_believe_it(ensemble: Ensemble) -> None:
    asked, desk = OfFutures.model_validate({"partnership": "POL-LTU", "worlds": 2}), Desk(open_record(), Limits())
    desk.at_hand("worlds", lambda: ensemble)
    told = futures.told(asked, desk)
    page = told.page(Setting(head=""))
    assert page.index("Whole worlds were forecast from") < page.index("with the obligations") < page.index("Monte carlo error")
    assert "Worlds with and without the obligations of Poland and Lithuania" in page
    assert told.files["svg"]().startswith(b"<svg") or b"<svg" in told.files["svg"]()
    assert pl.read_parquet(io.BytesIO(told.files["parquet"]())).equals(ensemble.counts)
    assert set(told.frame()["arm"]) == set(ARMS)
    assert told.data()["difference"][0].keys() >= {"mean", "error", "q05", "q95"}


def test_one_world_alone_has_no_difference(ensemble: Ensemble) -> None:
    alone = Ensemble(ABOUT, ensemble.counts.filter(arm="with"))
    assert together(alone).equals(alone.bands())
    assert drawn(alone).frame["series"].unique().to_list() == ["median"]


def test_the_command_and_the_call_ask_the_same() -> None:
    asked = OfFutures.model_validate({"without": "defence,warning", "worlds": 8, "partnership": "NATO"})
    assert asked.command().partition(" --seed 20221027 ")[::2] == (
        "foedus simulate --scenario base --members 8",
        "--horizon 2050 --without defence,warning --partnership NATO",
    )
    assert "foedus.simulate(scenario('base').but(partnership=('NATO',)), members=8" in asked.call()
    assert asked.call().endswith("without=['defence', 'warning'])")
    assert OfFutures.model_validate({"without": "none"}).arguments()["without"] is None
