"""The first year of a dyad: contact is that of the next 1 January, aged −1; what stays unknown is counted, or kept if asked."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

import foedus
from foedus.cli import app
from foedus.errors import InputError
from foedus.panels.build import unknown_relevance
from foedus.panels.codebook import codebook
from foedus.panels.notes import notes
from foedus.panels.panel import panel
from foedus.panels.request import Request
from foedus.panels.units import ByUnit, Layout
from foedus.panels.values import Reading, read
from foedus.record.store import Record

ONSETS: dict[str, Any] = {"variables": ["dispute_onset", "war_dispute_onset"], "relevant": True}


@pytest.mark.parametrize(("dyad", "year"), [("IND-PAK", 1947), ("EGY-ISR", 1948), ("SYR-ISR", 1948), ("JOR-ISR", 1948)])
def test_two_states_at_war_in_their_first_year_are_relevant(dyad: str, year: int, record: Record) -> None:
    """Correlates of War, inter-state wars 147 (First Kashmir) and 148 (Arab–Israeli)."""
    found = foedus.panel("dyad-year", dyads=[dyad], years=(year, year), record=record, **ONSETS)
    assert found.select("dispute_onset", "politically_relevant", "politically_relevant_age").rows() == [(True, True, -1)]


@pytest.mark.parametrize("name", ["HRV", "BIH"])
def test_croatia_and_bosnia_of_1992_touch_yugoslavia(name: str, record: Record) -> None:
    """Both became members in 1992 (COW), and fought Yugoslavia (345) in that year."""
    found = foedus.panel("dyad-year", dyads=[f"{name}-cow:345"], years=(1992, 1992), record=record, **ONSETS)
    assert found["politically_relevant_age"].to_list() == [-1]


@pytest.mark.parametrize("system", ["cow", "gw"])
def test_no_relevant_onset_is_lost_to_a_first_year(system: str, record: Record) -> None:
    """24 onsets of 1946–2010 were."""
    asked: dict[str, Any] = {"years": (1946, 2010), "system": system, "record": record}
    relevant = panel("dyad-year", **ONSETS, **asked)
    kept = panel("dyad-year", **ONSETS, **asked, keep_unknown=True)
    first = pl.col("politically_relevant_age") == -1
    assert relevant.filter(first & pl.col("dispute_onset")).height >= 20
    assert kept["politically_relevant"].null_count() == kept.height - relevant.height
    assert kept.drop_nulls("politically_relevant").equals(relevant)
    assert unknown_relevance(Request("dyad-year", (), relevant=True, **asked)) == kept.height - relevant.height
    if system == "cow":
        assert kept.filter("dispute_onset").height - relevant.filter("dispute_onset").height == 0


def test_without_carrying_a_first_year_stays_unknown(record: Record) -> None:
    found = panel("dyad-year", ["min_distance", "contiguous"], dyads=[(750, 770)], years=(1947, 1948), record=record)
    assert found.select("min_distance", "contiguous").rows() == [(None, None), (0.0, True)]
    asked: dict[str, Any] = {"dyads": [(750, 770)], "years": (1947, 1948), "carry_forward": 1, "record": record}
    carried = panel("dyad-year", ["min_distance", "contiguous"], **asked)
    assert carried.select("min_distance", "min_distance_age", "contiguous", "contiguous_age").rows() == [
        (0.0, -1, True, -1),
        (0.0, 0, True, 0),
    ]


def test_only_the_year_of_birth_has_the_next_years_value() -> None:
    """State 1 begins in 2000 and is told of from 2001, state 2 from 2002; state 3 has a gap, and no birth, in 2002."""
    spans = pl.DataFrame({"ccode": [1, 2, 3], "first_year": [2000] * 3, "last_year": [2003] * 3, "since": [2000] * 3})
    told = {"ccode": [1, 2, 3, 3], "first_year": [2001, 2002, 2000, 2003], "last_year": [2003, 2003, 2001, 2003]}
    table = ByUnit.of(("ccode",), pl.DataFrame({**told, "min_km": [1.0, 2.0, 3.0, 4.0]}))
    layout = Layout.of(("ccode",), spans)
    found = read(layout, table, [Reading("km", "min_km", codebook()["min_distance"])], carry=1)
    assert found["km"].to_list() == [*(1.0, 1.0, 1.0, 1.0), *(None, None, 2.0, 2.0), *(3.0, 3.0, 3.0, 4.0)]
    assert found["km_age"].to_list() == [*(-1, 0, 0, 0), *(None, None, 0, 0), *(0, 0, 1, 0)]


def test_the_number_of_rows_left_out_is_told(record: Record) -> None:
    arguments = ["panel", "dyad-year", "--relevant", "--years", "1992:1992", "--variables", "dispute_onset"]
    missing = unknown_relevance(Request("dyad-year", (), years=(1992, 1992), relevant=True, record=record))
    assert missing > 0
    told = CliRunner().invoke(app, arguments).stderr
    assert f"{missing:,} dyad-years may be politically relevant or not" in told
    assert "--keep-unknown keeps them" in told
    assert "they are kept" in CliRunner().invoke(app, [*arguments, "--keep-unknown"]).stderr
    asked = Request("dyad-year", ("dispute_onset",), years=(1992, 1992), relevant=True, record=record)
    assert notes(asked)["relevance_unknown"] == {"rows": missing, "kept": False}


def test_python_warns_of_what_the_command_says(record: Record) -> None:
    """Kiribati and Nauru were no members of the Correlates of War list before 1999, and no distances are known."""
    asked: dict[str, Any] = {"dyads": ["Kiribati-Nauru"], "years": (1985, 1986), "relevant": True}
    asked |= {"system": "gw", "record": record}
    with pytest.warns(foedus.PanelRemark, match=r"^2 dyad-years may be .*: left out \(--keep-unknown keeps them\)\.$"):
        assert foedus.panel("dyad-year", [], **asked).is_empty()
    with pytest.warns(foedus.PanelRemark, match="they are kept"):
        assert foedus.panel("dyad-year", [], keep_unknown=True, **asked).height == 2


def test_unknown_rows_are_kept_only_of_relevant_dyads(record: Record) -> None:
    with pytest.raises(InputError, match="ask for relevant dyads too"):
        panel("dyad-year", ["dispute_onset"], keep_unknown=True, record=record)
