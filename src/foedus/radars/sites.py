"""The sites of a warning network as a table to compute with: those of the record, or a user's own, checked row by row.

A table of sites has one row per radar: `site`, `state` (ISO3 of where it stands), `latitude`, `longitude`, `range_km`,
`range_low_km`, `range_high_km`, `elevation_m`, `elevation_error_m` (half the width), `elevation_from` ("table" or "grid") and
`antenna_m` (null: the assumption of `assumptions.toml`). Where a site's elevation is not known it is read from the coarse
elevation grid, which is said in `elevation_from`; how far the grid is off is measured at the sites of the record whose
elevation is known.

A user's table is a CSV or a frame with the columns of COLUMNS; any other chain of radars works as that of the record does.
"""

from __future__ import annotations

import codecs
import math
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from foedus.errors import InputError, nearest
from foedus.estimation.design import Array
from foedus.record.reading import read_within
from foedus.record.store import Record

MOST_SITES = 1_000
"""Rows that a user's table may have."""

MOST_STATES = 250
"""States in which the sites of a user's table may stand; ISO 3166 has 249. What each sees alone is computed for all of them."""

MOST_COLUMNS = 100
"""Columns of a file that is looked at: a table of sites has far fewer, and one of a million takes gigabytes to read."""

CLOSED = "reported closed"


@dataclass(frozen=True)
class Column:
    """Contents of a column of a user's table, text of so many characters, or a number in a range, required or not."""

    low: float | None
    high: float
    required: bool = True


COLUMNS: Mapping[str, Column] = {
    "site": Column(None, 80),
    "state": Column(None, 3),
    "latitude": Column(-90, 90),
    "longitude": Column(-180, 180),
    "range_km": Column(1, 5000),
    "elevation_m": Column(-430, 8850, required=False),
    "antenna_m": Column(0, 500, required=False),
}
"""The schema of a user's table. Elevations go from the shore of the Dead Sea to the highest mountain."""

FAULTS_SHOWN = 20


@cache
def assumptions() -> Mapping[str, Any]:
    """Return what `assumptions.toml` takes as given."""
    with Path(__file__).with_name("assumptions.toml").open("rb") as file:
        return tomllib.load(file)


def sites_of_record(record: Record, *, systems: Sequence[str] | None = None, closed: bool = False) -> pl.DataFrame:
    """Return the record's radar sites that have a position, as a table of sites in the chain's order.

    systems : of the record's systems, those that count; all by default. closed : with the sites that are reported closed.
    Raises InputError for a system that the record does not have.
    """
    rows = record.table("radar_sites")
    known = rows["system"].unique(maintain_order=True).to_list()
    if unknown := [name for name in systems or () if name not in known]:
        raise InputError(f"no system is called {unknown[0]!r}.{nearest(unknown[0], known)} There are: {', '.join(known)}.")
    kept = rows.filter(pl.col("system").is_in(systems or known), pl.col("latitude").is_not_null())
    kept = kept if closed else kept.filter(pl.col("status") != CLOSED)
    ranges = assumptions()["range"]

    def published(key: str) -> pl.Expr:
        return pl.col("range_class").replace_strict({name: float(each[key]) for name, each in ranges.items()})

    table = kept.select(
        *(pl.col("name").alias("site"), pl.col("country").alias("state"), "latitude", "longitude"),
        *(published("km").alias("range_km"), published("low").alias("range_low_km"), published("high").alias("range_high_km")),
        *("elevation_m", pl.lit(None, pl.Float64).alias("antenna_m")),
    )
    return _with_elevation(table, record)


def read_sites(path: Path, record: Record) -> pl.DataFrame:
    """Return a user's table of sites from a CSV; raises InputError, with every fault and its row, if it cannot be used."""
    try:
        frame = _cells(read_within(path, f"table of {MOST_SITES:,} sites"))
    except UnicodeDecodeError as error:
        raise InputError(f"the sites in {path} are neither UTF-8 nor UTF-16 text. Save them as a CSV in UTF-8.") from error
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise InputError(f"cannot read the sites in {path}: {reason}. Save them as a CSV with {_schema()}.") from error
    return checked_sites(frame, record)


def _cells(content: bytes) -> pl.DataFrame:
    """The cells of a table as spreadsheets write one: after commas, semicolons or tabs, in UTF-8 or UTF-16.

    Where no comma stands between cells, one may stand in a number before its decimals.
    """
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    text = content.decode(encoding)
    header = text.partition("\n")[0]
    separator = max(",;\t", key=header.count)
    if header.count(separator) > MOST_COLUMNS:
        raise InputError(f"the table of sites has more than {MOST_COLUMNS} columns. It needs {_schema()}.")
    frame = pl.read_csv(text.encode(), separator=separator, infer_schema=False, null_values=[""], truncate_ragged_lines=False)
    if separator == ",":
        return frame
    numbers = [name for name in frame.columns if name in COLUMNS and COLUMNS[name].low is not None]
    return frame.with_columns(pl.col(numbers).str.replace(r"^\s*([-+]?\d+),(\d+)\s*$", "${1}.${2}"))


def checked_sites(frame: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Return a user's frame as a table of sites; raises InputError, with every fault and its row, if it cannot be used.

    Rows are numbered as a spreadsheet numbers them: the first site is row 2. Elevations that are lacking come from the grid.
    """
    if faults := _faults_of_columns(frame):
        raise InputError(f"the table of sites {'; '.join(faults)}. It needs {_schema()}.")
    whole = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in COLUMNS if name not in frame.columns)
    if faults_of_rows := [fault for name in COLUMNS for fault in _faults_of_cells(whole[name])] + _doubles(whole):
        texts = [text for _, text in sorted(faults_of_rows)]
        more = f" and {len(texts) - FAULTS_SHOWN} more" if len(texts) > FAULTS_SHOWN else ""
        raise InputError(f"the table of sites has faults: {'; '.join(texts[:FAULTS_SHOWN])}{more}. Correct the rows named.")
    table = pl.DataFrame([_values(whole[name]) for name in COLUMNS])
    if (states := table["state"].n_unique()) > MOST_STATES:
        raise InputError(f"the table of sites has {states:,} states, more than {MOST_STATES}: ISO 3166 has no more.")
    return _with_elevation(table.with_columns(range_low_km="range_km", range_high_km="range_km"), record)


def _values(cells: pl.Series) -> pl.Series:
    """The cells of a column without faults, as texts without blanks around them or as numbers."""
    if COLUMNS[cells.name].low is None:
        return pl.Series(cells.name, [str(value).strip() for value in cells])
    return pl.Series(cells.name, [None if value is None else float(value) for value in cells], pl.Float64)


def _schema() -> str:
    required = ", ".join(name for name, column in COLUMNS.items() if column.required)
    optional = " and ".join(name for name, column in COLUMNS.items() if not column.required)
    return f"columns {required}; {optional} if they are known"


def _faults_of_columns(frame: pl.DataFrame) -> list[str]:
    lacking = [name for name, column in COLUMNS.items() if column.required and name not in frame.columns]
    unknown = [name for name in frame.columns if name not in COLUMNS]
    return [
        *(f"has no column {name!r}" for name in lacking),
        *(f"has a column {name!r} that is not known{nearest(name, COLUMNS)}" for name in unknown[:FAULTS_SHOWN]),
        *([] if frame.height else ["has no rows"]),
        *([f"has {frame.height:,} rows, more than {MOST_SITES:,}"] if frame.height > MOST_SITES else []),
    ]


def _faults_of_cells(cells: pl.Series) -> list[tuple[int, str]]:
    """Faults of one column, each with the number of its row."""
    column, name = COLUMNS[cells.name], cells.name
    judge = _fault_of_text if column.low is None else _fault_of_number
    faults = []
    for row, value in enumerate(cells, 2):
        if value is None:
            if column.required:
                faults.append((row, f"row {row}: no {name}"))
        elif fault := judge(value, column):
            faults.append((row, f"row {row}: {name} {_shown(value)} {fault}"))
    return faults


def _fault_of_number(value: object, column: Column) -> str:
    try:
        number = float("" if isinstance(value, bool) or "_" in str(value) else value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return "is not a number"
    if not math.isfinite(number):
        return "is not finite"
    low = column.low if column.low is not None else -math.inf
    return "" if low <= number <= column.high else f"is not between {low:g} and {column.high:g}"


def _fault_of_text(value: object, column: Column) -> str:
    text = str(value).strip()
    if not text or len(text) > column.high:
        return f"is not a text of 1 to {column.high:g} characters"
    if any(unicodedata.category(letter).startswith("C") for letter in text):
        return "holds a character that cannot be printed"
    if text[0] in "=+-@":
        return "begins with a character that a spreadsheet would run"
    if column is COLUMNS["state"] and not (len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()):
        return "is not an ISO3 code (three capitals, such as ISL)"
    return ""


def _shown(value: object) -> str:
    return repr(value if not isinstance(value, str) or len(value) <= 30 else value[:30] + "…")


def _doubles(frame: pl.DataFrame) -> list[tuple[int, str]]:
    """Sites that bear the name of an earlier row."""
    first: dict[str, int] = {}
    faults = []
    for row, name in enumerate(frame["site"], 2):
        key = str(name).strip().casefold()
        if name is not None and first.setdefault(key, row) != row:
            faults.append((row, f"row {row}: site {_shown(name)} is there already, in row {first[key]}"))
    return faults


def _with_elevation(table: pl.DataFrame, record: Record) -> pl.DataFrame:
    """The table with every elevation, and how far each may be off."""
    error = float(assumptions()["assumption"]["elevation_error_m"]["high"])
    unknown = pl.col("elevation_m").is_null()
    if not table["elevation_m"].null_count():
        return table.with_columns(elevation_error_m=pl.lit(error), elevation_from=pl.lit("table"))
    read = ground_height(record, table["latitude"].to_numpy(), table["longitude"].to_numpy())
    return table.with_columns(
        elevation_m=pl.col("elevation_m").fill_null(pl.Series(np.maximum(read, 0.0))),
        elevation_error_m=pl.when(unknown).then(grid_error(record)).otherwise(error),
        elevation_from=pl.when(unknown).then(pl.lit("grid")).otherwise(pl.lit("table")),
    )


def grid_error(record: Record) -> float:
    """Return how far the elevation grid is off at a site, m: the root mean square at the record's sites of known elevation."""
    known = record.table("radar_sites").drop_nulls(["latitude", "elevation_m"])
    read = ground_height(record, known["latitude"].to_numpy(), known["longitude"].to_numpy())
    return float(np.sqrt(np.mean((np.maximum(read, 0.0) - known["elevation_m"].to_numpy()) ** 2)))


def ground_height(record: Record, latitude: Array, longitude: Array) -> Array:
    """Return the elevation, m, of the cell of the grid in which each point lies; below zero under the sea."""
    cells = record.derived("elevation_grid", lambda: record.table("elevation").select("elevation_m"))
    grid = cells["elevation_m"].to_numpy().reshape(-1, 2 * round(math.sqrt(cells.height / 2)))
    rows, columns = grid.shape
    row = np.clip((latitude + 90) * rows / 180, 0, rows - 1).astype(np.int64)
    column = ((longitude + 180) % 360 * columns / 360).astype(np.int64) % columns
    return np.asarray(grid[row, column], np.float64)
