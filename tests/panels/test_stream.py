"""A panel in pieces is the panel: the same rows in the same order, whatever the size of a piece."""

from __future__ import annotations

import sys
from typing import Any

import polars as pl
import pytest

from foedus.panels import stream
from foedus.panels.panel import built
from foedus.panels.request import Request
from foedus.panels.stream import in_order
from foedus.report import frames
from foedus.report.frames import show_frames

ASKED: tuple[dict[str, Any], ...] = (
    {"unit": "dyad-day", "variables": ("min_distance", "dispute_onset"), "among": frozenset({2, 20, 70, 200})},
    {"unit": "state-day", "variables": ("polyarchy",), "states": frozenset({2, 20, 260, 255})},
    {"unit": "dyad-day", "variables": ("rivalry",), "dyads": ((2, 20), (2, 200), (20, 365)), "relevant": True},
    {"unit": "state-day", "variables": ("polyarchy",), "groups": ("NATO",)},
    {"unit": "dyad-year", "variables": ("peace_years",), "states": frozenset({20})},
)


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: f"{asked['unit']} {', '.join(asked['variables'])}")
@pytest.mark.parametrize("rows", [366, 1_500])
def test_the_pieces_put_together_are_the_panel(asked: dict[str, Any], rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "AT_ONCE", rows)
    request = Request(**asked, years=(1989, 1991))
    pieces = list(in_order(request))
    assert pl.concat(pieces).equals(built(request))
    assert len(pieces) > 1 or asked["unit"] == "dyad-year"


def test_what_goes_into_a_pipe_has_one_header_and_every_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(frames, "AT_ONCE", 2)
    whole = pl.DataFrame({"a": [1, 2, 3, None, 5], "b": ["x", "y,", "z", "", None]})
    show_frames([whole.head(0), whole.head(3), whole.slice(3)])
    assert capsys.readouterr().out == whole.write_csv()
    show_frames([whole.head(0)])
    assert capsys.readouterr().out == "a,b\n"


def test_a_terminal_shows_the_first_rows_and_says_that_there_are_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(frames, "MOST_SHOWN", 3)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    asked = iter([pl.DataFrame({"a": [1, 2]}), pl.DataFrame({"a": [3, 4]}), pl.DataFrame({"a": [5]})])
    show_frames(asked)
    shown = capsys.readouterr()
    assert [line.split("\x1b")[0].strip() for line in shown.out.splitlines()[1:]] == ["1", "2", "3"]
    assert shown.err == "foedus: only the first 3 rows are shown; -o FILE or a pipe takes all of them.\n"
    assert next(asked)["a"].to_list() == [5], "no more is computed than is shown"
