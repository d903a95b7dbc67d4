"""Where libraries disagree, foedus does what docs/where-tools-disagree.md says, with versions and numbers.

What others do was seen on 29 November 2026. These tests hold foedus alone, so that a new release of another tool fails nothing.
"""

from __future__ import annotations

import ast
import io
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import foedus
from foedus.errors import InputError
from foedus.panels.codebook import codebook
from foedus.panels.files.datapackage import package_path
from foedus.panels.files.write import write_panel
from foedus.panels.named import named_request
from foedus.record.source import catalog
from foedus.validation import scores

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs/where-tools-disagree.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)


def test_every_case_of_the_page_names_a_test_that_is_there() -> None:
    assert PAGE.count("**Seen**") == PAGE.count("**Here**") == len(NAMED)
    lacking = [
        (file, name)
        for file, name in NAMED
        if not (ROOT / file).is_file() or f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert not lacking


@pytest.mark.parametrize(("file", "name"), NAMED, ids=[name for _, name in NAMED])
def test_each_of_these_tests_says_the_version_in_which_it_was_seen(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    (found,) = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef) and each.name == name]
    assert re.search(r"\d+\.\d+|world-countries", ast.get_docstring(found) or "")


def test_years_of_a_stata_file_are_plain_numbers(tmp_path: Path) -> None:
    """polars-readstat 0.25.0 reads %ty as days since 1960: 1816 becomes 1964-12-21."""
    pandas, pyreadstat = pytest.importorskip("pandas"), pytest.importorskip("pyreadstat")
    request = named_request("state-year", ["polyarchy"], states=["USA"], years=(1816, 1817))
    write_panel(request, tmp_path / "years.dta", "foedus panel")
    assert b"%ty" not in (tmp_path / "years.dta").read_bytes()
    by_pyreadstat, meta = pyreadstat.read_dta(tmp_path / "years.dta", output_format="polars")
    assert by_pyreadstat["year"].to_list() == [1816, 1817]
    assert not meta.original_variable_types["year"].startswith("%t")
    assert pandas.read_stata(tmp_path / "years.dta")["year"].tolist() == [1816, 1817]


def test_a_data_package_leaves_out_what_two_versions_write_differently(tmp_path: Path) -> None:
    """The validator frictionless 5.21.0 takes `fieldsMatch` as text and fails it as a list; both were published."""
    request = named_request("state-year", ["polyarchy"], states=["CAN"], years=(2000, 2001))
    write_panel(request, tmp_path / "panel.csv", "foedus panel")
    assert "fieldsMatch" not in package_path(tmp_path / "panel.csv").read_text(encoding="utf-8")


CORPORATE = re.compile(r"\b(Project|Institute|Bank|Nations|Organi[sz]ation|Agency|Center|Centre|Programme|Database|Program)\b")


@pytest.mark.parametrize("source", catalog().values(), ids=lambda source: source.id)
def test_a_project_is_one_name_in_bibtex(source: foedus.record.source.Source) -> None:
    """BibTeX splits a name at its last word: cffconvert 2.0.0 makes "War Project, Correlates of" of an entity."""
    for authors in re.findall(r"author\s*=\s*\{(.*?)\}\s*,\s*\w+\s*=", source.bibtex, flags=re.DOTALL):
        bare = re.sub(r"\{[^{}]*\}", "", authors)
        assert not CORPORATE.search(bare), authors


@pytest.mark.parametrize(
    ("name", "year", "cow", "gw"),
    [("Vietnam", 2000, 816, 816), ("Yemen", 2000, 679, 678), ("Czechia", 2000, 316, 316), ("Soviet Union", 1980, 365, 365)],
)
def test_living_states_have_their_own_numbers(name: str, year: int, cow: int, gw: int) -> None:
    """country_converter 1.3.2 gives the first three GW numbers of states that are gone, and has no Soviet Union.

    The numbers are those of the lists: COW states2016, Gleditsch & Ward's list of independent states.
    """
    assert foedus.states(name, year, to=["ccode", "gwcode"]).row(0)[-2:] == (cow, gw)


def test_kosovo_is_read_by_either_code_and_not_by_unknown() -> None:
    """Lists have XKX, XKK or UNK; hdx-python-country 4.2.5 has no Kosovo."""
    codes = [foedus.states(code, 2015, to=["ccode"])["ccode"].item() for code in ("XKX", "XKK")]
    assert codes == [347, 347]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", foedus.UnmatchedRows)
        assert foedus.states("UNK", 2015, to=["ccode"])["ccode"].item() is None


def test_contact_is_mutual() -> None:
    """world-countries lists land borders that the other side does not list."""
    rows = foedus.panel("dyad-year", ["contiguous"], years=(2015, 2015), directed=True)
    back = rows.select(ccode1="ccode2", ccode2="ccode1", back="contiguous")
    both = rows.join(back, on=["ccode1", "ccode2"])
    assert both.height == rows.height
    assert both.filter(pl.col("contiguous").ne_missing(pl.col("back"))).is_empty()


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    """Forty states over ten years: an outcome that x makes likelier."""
    pytest.importorskip("formulaic")
    draws = np.random.default_rng(0)
    x = draws.normal(size=400)
    yes = draws.random(400) < 1 / (1 + np.exp(-x))
    keys = {"ccode": np.repeat(np.arange(2, 42), 10), "year": np.tile(np.arange(2000, 2010), 40)}
    region = [None if row % 8 == 0 else row % 40 for row in range(400)]
    return pl.DataFrame({**keys, "x": x, "yes": yes, "region": region})


def test_a_column_that_follows_from_another_is_named(rows: pl.DataFrame) -> None:
    """Engines differ: glum 3.4.1 raises or gives halves, by solver; statsmodels' GLM gives halves."""
    with pytest.raises(InputError, match="twice follows from x"):
        foedus.estimate("yes ~ x + twice", rows.with_columns(twice=2 * pl.col("x")))


def test_the_event_of_a_yes_or_no_outcome_is_yes(rows: pl.DataFrame) -> None:
    """In a formula, statsmodels 0.15.0 models False of a boolean, R 4.2.2 True; x makes the outcome likelier here."""
    assert foedus.estimate("yes ~ x", rows).coefficients[1] > 0
    with pytest.raises(InputError, match="say which is the event"):
        foedus.estimate("said ~ x", rows.with_columns(said=pl.col("yes").cast(pl.String)))


def test_rows_without_a_cluster_are_left_out_and_counted(rows: pl.DataFrame) -> None:
    """One library pools them into a cluster of their own, another refuses them.

    Among statsmodels 0.15.0, pyfixest 0.60.0 and linearmodels 7.1.
    """
    fitted = foedus.estimate("yes ~ x", rows, cluster="region")
    assert fitted.n == 350
    assert "50 of 400 rows are left out, for a value is missing: region 50" in fitted.remarks


def test_a_lag_does_not_reach_across_a_year_that_is_not_there(rows: pl.DataFrame) -> None:
    """Without 2005 neither it nor 2006 has a lag, nor has 2000: 7 years of 40 states are left.

    First differences of pyfixest 0.60.0 and linearmodels 7.1 do.
    """
    assert foedus.estimate("yes ~ lag(x)", rows.filter(pl.col("year") != 2005)).n == 7 * 40


def test_a_year_without_an_event_has_a_score_and_no_area() -> None:
    """One library tells an area without any event; a year without onsets ends the log loss of another in an error.

    Seen with scikit-learn 1.9.1 and others.
    """
    forecast, nothing = np.array([0.1, 0.2]), np.zeros(2)
    assert scores.log_score(forecast, nothing) == pytest.approx(-np.log([0.9, 0.8]))
    with np.errstate(invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        assert np.isnan(scores.roc_auc(forecast, nothing))


def test_a_missing_forecast_has_a_missing_score() -> None:
    """Libraries differ: properscoring 0.1 drops missing members, scoringrules 0.10.0 returns NaN."""
    forecast, outcome = np.array([np.nan, 0.2]), np.array([1.0, 0.0])
    for score in (scores.brier, scores.log_score):
        assert np.isnan(score(forecast, outcome)).tolist() == [True, False]


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """The application, asked in this process."""
    pytest.importorskip("fastapi")
    from tests.web.asked import Client

    made = Client()
    yield made
    made.close()


def test_the_applications_parquet_is_for_browsers(client: Any) -> None:
    """The JavaScript reader hyparquet 1.33.0 refuses Zstandard, and reads 64-bit years as BigInt."""
    parquet = pytest.importorskip("pyarrow.parquet")
    asked = "/panel.parquet?unit=dyad-year&dyads=USA-CAN&first=1978&last=1980&variables=peace_years"
    file = parquet.ParquetFile(io.BytesIO(client.get(asked).content))
    group = file.metadata.row_group(0)
    columns = {file.schema_arrow.names[place]: group.column(place) for place in range(group.num_columns)}
    assert {column.compression for column in columns.values()} == {"SNAPPY"}
    assert columns["year"].physical_type == "INT32"


def test_a_views_csv_has_every_row(client: Any) -> None:
    """A CSV link of datasette 0.65.5 gives the first hundred rows."""
    assert pl.read_csv(client.get("/variables.csv").content).height == len(codebook()) > 100
