"""Frames of other libraries come in whole, and ours go out whole."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal

from foedus.errors import InputError
from foedus.panels.frames import as_polars
from foedus.panels.panel import built
from foedus.panels.request import Request
from tests.worlds import world

MIXED = """
import pandas as pd
frame = pd.DataFrame({
    "year": [1816, 1817], "share": [0.5, float("nan")], "name": ["Canada", None],
    "object": pd.Series(["Canada", None], dtype=object), "whole": pd.array([1, None], dtype="Int16"),
    "yes": pd.array([True, None], dtype="boolean"), "plain": [True, False], "small": pd.array([1.5, None], dtype="Float32"),
    "day": pd.to_datetime(["2000-01-01", None]), "time": pd.to_datetime(["2000-01-01 10:00", None]),
    "kind": pd.Categorical(["a", None]),
})
"""
EXPECTED: dict[str, tuple[Any, list[object]]] = {
    "year": (pl.Int64, [1816, 1817]),
    "share": (pl.Float64, [0.5, None]),
    "name": (pl.String, ["Canada", None]),
    "object": (pl.String, ["Canada", None]),
    "whole": (pl.Int16, [1, None]),
    "yes": (pl.Boolean, [True, None]),
    "plain": (pl.Boolean, [True, False]),
    "small": (pl.Float32, [1.5, None]),
    "day": (pl.Date, [date(2000, 1, 1), None]),
    "time": (pl.Datetime("us"), [datetime(2000, 1, 1, 10), None]),
    "kind": (pl.String, ["a", None]),
}


def test_a_pandas_frame_keeps_its_values_and_its_missing_ones() -> None:
    space: dict[str, Any] = {}
    exec(MIXED, space)
    frame = as_polars(space["frame"])
    assert {name: (frame.schema[name], frame[name].to_list()) for name in frame.columns} == EXPECTED


def test_a_pandas_frame_needs_no_pyarrow() -> None:
    shown = "from foedus.panels.frames import as_polars\nprint(as_polars(frame).rows())"
    code = f"import sys\nsys.modules['pyarrow'] = None\n{MIXED}\n{shown}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == repr([tuple(values[place] for _, values in EXPECTED.values()) for place in range(2)])


def test_keys_in_a_pandas_index_become_columns() -> None:
    frame = pd.DataFrame({"ccode": [2, 20], "year": [1979, 1979], "x": [1.0, 2.0]})
    assert as_polars(frame.set_index(["ccode", "year"])).rows() == [(2, 1979, 1.0), (20, 1979, 2.0)]
    assert as_polars(frame[frame["ccode"] == 20]).columns == ["ccode", "year", "x"], "row numbers are no column"


def test_arrow_comes_in_as_table_and_as_stream() -> None:
    table = pa.table({"year": pa.array([1816, None], pa.int16()), "name": ["Canada", None]})
    for each in (table, table.to_reader()):
        frame = as_polars(each)
        assert (frame.schema["year"], frame.rows()) == (pl.Int16, [(1816, "Canada"), (None, None)])


def test_pandas_columns_that_hold_arrow_come_in() -> None:
    column = pd.array([1, None], dtype=pd.ArrowDtype(pa.int16()))
    assert as_polars(pd.DataFrame({"x": column}))["x"].to_list() == [1, None]


@pytest.mark.parametrize("directed", [False, True])
def test_a_panel_goes_to_pandas_and_arrow_and_back(directed: bool) -> None:
    variables = ("major_power", "dispute_onset", "peace_years", "min_distance")
    frame = built(Request(unit="dyad-year", variables=variables, years=(2000, 2009), directed=directed, record=world()))
    assert_frame_equal(as_polars(frame.to_arrow()), frame)
    assert_frame_equal(as_polars(frame.to_pandas()), frame, check_dtypes=False)
    assert_frame_equal(as_polars(frame.lazy()), frame)


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        ({"year": [1816]}, "a dict is no frame"),
        (None, "a NoneType is no frame"),
        (pd.Series([1], name="x"), "a pandas Series is no frame"),
        (pd.DataFrame([[1, 2]]), "need names"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "need names"),
        (pd.DataFrame({"x": [{1}, "a"]}), "x holds values of several kinds"),
        (pd.DataFrame({"x": [1, "a"]}), "cannot be made a polars frame"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_frame_is_refused(thing: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        as_polars(thing)
