"""What a panel lacks is told by column, and drawn by state and year."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

import foedus
from foedus.cli.panels import missing as command
from foedus.errors import InputError
from foedus.panels.missing import by_state_and_year


@pytest.fixture
def rows() -> pl.DataFrame:
    """Three states over four years, of which one has no income ever and all lack one in the last year."""
    frame = pl.DataFrame({"ccode": [2, 20, 70]}).join(pl.DataFrame({"year": range(2000, 2004)}), how="cross")
    none = (pl.col("ccode") == 70) | (pl.col("year") == 2003)
    return frame.with_columns(
        gdp=pl.when(~none).then(1.0), war=pl.lit(False), score=pl.when(pl.col("year") > 2001).then(float("nan")).otherwise(0.5)
    )


def test_columns_are_told_from_the_one_that_lacks_most(rows: pl.DataFrame) -> None:
    assert foedus.missing(rows).rows() == [
        ("gdp", 12, 6, 0.5, 2000, 2002, 1),
        ("score", 12, 6, 0.5, 2000, 2001, 0),
        ("war", 12, 0, 0.0, 2000, 2003, 0),
    ]


def test_the_command_reads_a_file_and_draws_it(rows: pl.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows.write_parquet(tmp_path / "mine.parquet")
    command(tmp_path / "mine.parquet", by_state=True, output=tmp_path / "missing.svg")
    assert capsys.readouterr().out.splitlines()[:2] == ["state,year,share", "2,2000,0.0"]
    assert "What is missing, 2000–2003" in (tmp_path / "missing.svg").read_text(encoding="utf-8")
    assert foedus.missing(rows.with_columns(month=pl.lit(1)), by="state").equals(by_state_and_year(rows))
    with pytest.raises(InputError, match=r"missing\.png: the picture is SVG"):
        command(tmp_path / "mine.parquet", output=tmp_path / "missing.png")
    with pytest.raises(InputError, match="by column or by state, not by 'year'"):
        foedus.missing(rows, by="year")


def test_a_share_is_of_all_values_about_a_state_in_a_year(rows: pl.DataFrame) -> None:
    told = {(state, year): share for state, year, share in by_state_and_year(rows).rows()}
    assert told["2", 2000] == 0
    assert told["70", 2000] == pytest.approx(1 / 3)
    assert told["2", 2003] == pytest.approx(2 / 3)
    assert [state for state, _ in told][:5] == ["2"] * 4 + ["20"]


def test_a_row_about_two_states_counts_for_both() -> None:
    panel = foedus.panel("dyad-year", ["contiguous", "weaker_democracy"], years=(1880, 1890), dyads=["USA-CHN", "USA-GBR"])
    told = by_state_and_year(panel)
    usa = told.filter(state="2", year=1890)["share"].item()
    others = told.filter(pl.col("state") != "2", pl.col("year") == 1890)["share"]
    assert usa == pytest.approx(others.mean())


def test_the_picture_is_svg_with_a_line_a_state(rows: pl.DataFrame, tmp_path: Path) -> None:
    foedus.missing(rows, tmp_path / "m.svg")
    drawn = (tmp_path / "m.svg").read_text(encoding="utf-8")
    assert ElementTree.fromstring(drawn).tag.endswith("svg")
    assert all(f">{state}<" in drawn for state in ("2", "20", "70"))
    assert len(re.findall('class="bar" fill-opacity="([^"]+)"', drawn)) == drawn.count('class="bar"') > 6
    assert min(map(float, re.findall('fill-opacity="([^"]+)"', drawn))) >= 0.2  # what is known is no bare ground


def test_a_frame_without_keys_or_columns_is_refused(rows: pl.DataFrame) -> None:
    with pytest.raises(InputError, match="the frame has no keys"):
        foedus.missing(rows.drop("ccode"))
    with pytest.raises(InputError, match="nothing can be missing"):
        foedus.missing(rows.select("ccode", "year"))
