"""Tables of models say the same in every form, with what was left out and what to cite; the command writes them."""

from __future__ import annotations

import csv
import io
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

import foedus
from foedus import cli
from foedus.errors import InputError
from foedus.models.model import Model
from foedus.report.regressions import number, side_by_side


class Ran(NamedTuple):
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


FORMULA = "dispute_onset ~ contiguous + log1p(peace_years)"
RELEVANT = ["--unit", "dyad-year", "--years", "1980:2010", "--relevant"]


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    names = ["dispute_onset", "contiguous", "peace_years", "politically_relevant"]
    panel = foedus.panel("dyad-year", names, years=(1980, 2010)).filter("politically_relevant")
    return {"One": foedus.estimate("dispute_onset ~ contiguous", panel), "Two": foedus.estimate(FORMULA, panel, "cloglog")}


def cells(text: str, between: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|\\ ").split(between)] for line in text.splitlines()]


def test_every_form_has_the_same_numbers(models: dict[str, Model], tmp_path: Path) -> None:
    table = side_by_side(models)
    written = {}
    for ending in ("txt", "md", "tex", "html", "docx"):
        foedus.table(*models.values(), names=[*models], output=tmp_path / f"t.{ending}")
        written[ending] = (tmp_path / f"t.{ending}").read_bytes()
    with zipfile.ZipFile(io.BytesIO(written["docx"])) as archive:
        root = ElementTree.fromstring(archive.read("word/document.xml"))
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    rows = [["".join(cell.itertext()) for cell in row.iter(f"{space}tc")] for row in root.iter(f"{space}tr")]
    assert rows == [list(row) for row in (table.heading, *table.rows)]
    flat = {name: text.decode() for name, text in written.items() if name != "docx"}
    for row in table.rows:
        for cell in filter(None, row[1:]):
            assert cell in flat["txt"]
            assert cell in flat["md"]
            assert cell in flat["html"]
            assert cell.replace("−", "$-$").replace("²", "$^2$") in flat["tex"]


def test_the_same_models_give_the_same_word_file(models: dict[str, Model], tmp_path: Path) -> None:
    for name in ("a.docx", "b.docx"):
        foedus.table(*models.values(), output=tmp_path / name)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()


def test_notes_say_errors_rows_left_out_and_data(models: dict[str, Model]) -> None:
    notes = "\n".join(side_by_side(models).notes)
    assert "One: Logit: errors clustered by dyad; Two: Complementary log-log: errors clustered by dyad" in notes
    assert re.search(
        r"Two: Outcome: dispute_onset, 1980–2010; \d+ of [\d,]+ rows are left out, for a value is missing: contiguous \d+",
        notes,
    )
    assert "Data: Gibler, Douglas M., Steven V. Miller & Erin K. Little (2016)" in notes
    assert "nothing here says what causes what" in notes


def test_terms_stand_once_in_the_order_of_the_models(models: dict[str, Model]) -> None:
    table = side_by_side(models)
    assert [row[0] for row in table.terms[::2]] == ["intercept", "contiguous", "log1p(peace_years)"]
    assert table.terms[4][1] == ""


def test_ratios_are_exponentials_and_say_so(models: dict[str, Model]) -> None:
    plain, ratios = (side_by_side(models, exponentiate=each) for each in (False, True))
    log_odds = float(plain.terms[2][1].replace("−", "-"))
    assert float(ratios.terms[2][1]) == pytest.approx(2.718281828**log_odds, rel=2e-3)
    assert "Estimates are hazard ratios and odds ratios" in ratios.notes[0]


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, "0.000"), (-0.5, "−0.500"), (0.00951, "0.010"), (4.2e-5, "0.000042"), (1e-30, "0.000")]
)
def test_small_numbers_keep_two_digits(value: float, shown: str) -> None:
    assert number(value).rstrip("0") in (shown.rstrip("0"), "0.") or number(value) == shown


@pytest.mark.filterwarnings("ignore::foedus.errors.PanelRemark")
def test_the_command_builds_the_panel_and_prints_rows_for_programs(run: Callable[..., Ran]) -> None:
    done = run(FORMULA, "fatal_dispute_onset ~ lag(polyarchy_1, 2)", *RELEVANT)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["model"], row["term"]) for row in rows] == [
        ("(1)", "intercept"),
        ("(1)", "contiguous"),
        ("(1)", "log1p(peace_years)"),
        ("(2)", "intercept"),
        ("(2)", "lag(polyarchy_1, 2)"),
    ]
    names = ["dispute_onset", "contiguous", "peace_years"]
    panel = foedus.panel("dyad-year", names, years=(1980, 2010), relevant=True)
    ours = foedus.estimate(FORMULA, panel)
    assert [float(row["estimate"]) for row in rows[:3]] == pytest.approx(ours.coefficients.tolist(), rel=1e-8)
    assert "rows are left out, for a value is missing" in done.stderr


@pytest.mark.filterwarnings("ignore::foedus.errors.PanelRemark")
def test_lags_reach_before_the_years_asked_for(run: Callable[..., Ran], tmp_path: Path) -> None:
    done = run(
        "intrastate_conflict ~ lag(intrastate_conflict) + years_since(intrastate_conflict)",
        "--unit",
        "state-year",
        "--years",
        "1990:2000",
        "-o",
        str(tmp_path / "t.txt"),
    )
    assert done.returncode == 0, done.stderr
    panel = foedus.panel("state-year", ["intrastate_conflict"], years=(1989, 2000))
    known = panel.filter(pl.col("year") > 1989).height
    text = (tmp_path / "t.txt").read_text()
    assert int(re.search(r"Rows +([\d,]+)", text)[1].replace(",", "")) > 0.95 * known  # type: ignore[index]
    assert "1990–2000" in text


def test_a_panel_of_ones_own_is_read_from_a_file(run: Callable[..., Ran], tmp_path: Path) -> None:
    rows = pl.DataFrame({"ccode": list(range(40)) * 2, "year": [2000] * 40 + [2001] * 40, "x": [k % 7 for k in range(80)]})
    rows = rows.with_columns(y=(pl.col("x") * 37 + pl.col("ccode") * 11) % 5 < 2)
    rows.write_parquet(tmp_path / "mine.parquet")
    rows.with_columns(pl.col("y").cast(pl.Int8)).write_csv(tmp_path / "mine.csv")
    printed = [run("y ~ x", "--panel", str(tmp_path / name)).stdout for name in ("mine.parquet", "mine.csv")]
    assert printed[0] == printed[1]
    assert printed[0].startswith("model,term,estimate")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["y ~ x"], "say where the rows come from: --unit"),
        (["dispute_onset ~ contigous", "--unit", "dyad-year"], "not in the codebook: 'contigous'. Did you mean contiguous"),
        ([FORMULA, "--unit", "dyad-year", "-o", "t.pdf"], "t.pdf names no form of a table: end the file's name in .txt"),
        ([FORMULA, "--unit", "dyad-year", "--model", "logit,ols"], "--model names 2 models for 1 formulas"),
        (
            [FORMULA, "--unit", "dyad-year", "--plot", "roc"],
            "--plot draws the first model, to a file: name it with -o FILE.svg",
        ),
        (["y ~ x", "--panel", "nowhere.csv"], "there is no file nowhere.csv"),
    ],
)
def test_bad_input_is_one_message(run: Callable[..., Ran], arguments: list[str], told: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_table_needs_a_name_for_each_model(models: dict[str, Model]) -> None:
    with pytest.raises(InputError, match="2 models need as many different names, not 1"):
        foedus.table(*models.values(), names=["One"])
    with pytest.raises(InputError, match="a table is told as text, markdown, latex, html, not 'latx'"):
        foedus.table(*models.values(), form="latx")


def test_pictures_are_svg_and_tell_the_area(models: dict[str, Model], tmp_path: Path) -> None:
    one = models["One"]
    forecast, outcome = one.predict()["expected"].to_numpy(), one.sample.outcome
    area = roc_auc_score(outcome, forecast)
    drawn = {kind: one.plot(kind, tmp_path / f"{kind}.svg") for kind in ("coefficients", "roc", "separation")}  # type: ignore[attr-defined]
    for kind, text in drawn.items():
        assert ElementTree.fromstring(text).tag.endswith("svg"), kind
        assert (tmp_path / f"{kind}.svg").read_text(encoding="utf-8") == text
    assert f"area {area:.3f}" in drawn["roc"]
    assert "contiguous" in drawn["coefficients"]
    assert f"{one.events} of" in drawn["separation"].replace(",", "")


def test_no_curve_is_drawn_of_amounts_and_no_picture_of_another_kind(models: dict[str, Model]) -> None:
    with pytest.raises(InputError, match="a model is drawn as coefficients, roc, separation, not 'rok'"):
        models["One"].plot("rok")  # type: ignore[attr-defined]
    rows = pl.DataFrame({"ccode": range(9), "year": [2000] * 9, "x": range(9), "y": [0.5 * k + k % 2 for k in range(9)]})
    with pytest.raises(InputError, match="a roc plot is of yes or no"):
        foedus.estimate("y ~ x", rows, "ols").plot("roc")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run the command in this process, to be quick."""

    def ran(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["foedus", "estimate", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Ran(int(ended.value.code or 0), *capsys.readouterr())

    return ran
