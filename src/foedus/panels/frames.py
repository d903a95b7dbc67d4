"""A frame from anywhere, as polars: whatever foedus takes a frame for, it takes pandas and Arrow for too."""

from __future__ import annotations

from typing import Any

import polars as pl

from foedus.errors import InputError


def as_polars(frame: object) -> pl.DataFrame:
    """Return a polars frame of a polars, pandas or Arrow one, or of any object that gives Arrow's stream or `__dataframe__`.

    The rows, their order and the columns' names stay. From pandas, a named index (keys often stand there) becomes columns, and
    NaN, NaT and NA become null; neither pandas nor pyarrow is needed unless the frame itself comes from there. Raises
    InputError for anything else, and for columns without a name of their own.

    >>> as_polars(pl.LazyFrame({"year": [1816]}))["year"].to_list()
    [1816]
    """
    if isinstance(frame, pl.DataFrame):
        return frame
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    try:
        if _is_pandas(frame):
            return _from_pandas(frame)
        if hasattr(frame, "__arrow_c_stream__"):
            return pl.DataFrame(frame)
        if hasattr(frame, "__dataframe__"):
            return pl.from_dataframe(frame)  # type: ignore[arg-type]
    except InputError:
        raise
    except Exception as error:  # an object of someone else's, which may fail in any way
        raise InputError(f"the {type(frame).__name__} given cannot be made a polars frame: {error}.") from error
    raise InputError(f"a {type(frame).__name__} is no frame: give a polars or pandas frame, or an Arrow table.")


def _is_pandas(frame: object) -> bool:
    return type(frame).__module__.partition(".")[0] == "pandas" and hasattr(frame, "reset_index")


def _from_pandas(frame: Any) -> pl.DataFrame:
    if hasattr(frame, "to_frame"):
        raise InputError("a pandas Series is no frame: give a data frame with the key columns.")
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    names = list(frame.columns)
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise InputError("the pandas frame's columns need names, each its own: rename those that are numbers or stand twice.")
    return pl.DataFrame([_from_series(frame[name]) for name in names])


def _from_series(column: Any) -> pl.Series:
    """A column by its values, so that text does not take the way through pyarrow; days without a time of day become dates."""
    kind, plain = getattr(column.dtype, "kind", "O"), type(column.dtype).__module__.startswith("numpy")
    if plain and kind in "iufb":
        return pl.Series(column.name, column.to_numpy(), nan_to_null=True)
    if plain and kind == "M":
        times = pl.Series(column.name, column.to_numpy(dtype="datetime64[us]"))
        return times.cast(pl.Date) if (times == times.dt.truncate("1d")).all() else times
    if kind in "iufb":
        known = column.fillna(False if kind == "b" else 0).to_numpy(dtype=column.dtype.type)
        return pl.Series(column.name, known).set(pl.Series(column.isna().to_numpy()), None)
    values = pl.Series(column.name, column.astype(object).where(column.notna(), None).tolist())
    if values.dtype == pl.Object:
        raise InputError(f"column {column.name} holds values of several kinds: make them all numbers, text or dates.")
    return values.cast(pl.String) if values.dtype == pl.Null else values
