"""Reading a panel that lies in a file, by the ending of its name: .parquet, .csv or .dta, or a folder of Parquet files.

In a CSV file an empty cell and NA are unknown. A Stata file is read by pandas, which comes with the extra `[models]`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from foedus.errors import InputError, without_extra
from foedus.panels.frames import as_polars


def read_frame(path: Path) -> pl.DataFrame:
    """Return the frame in a file; raises InputError if there is none, or none that can be read."""
    if not path.exists():
        raise InputError(f"there is no file {path}.")
    ending = path.suffix.lower()
    if not path.is_dir() and ending not in READ:
        raise InputError(f"cannot read {path}: panels are read from {', '.join(READ)}, or from a folder of Parquet files.")
    try:
        return pl.read_parquet(path / "**/*.parquet", hive_partitioning=True) if path.is_dir() else READ[ending](path)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError) as error:
        raise InputError(f"cannot read {path}: {str(error).splitlines()[0]}") from None


def _csv(path: Path) -> pl.DataFrame:
    frame = pl.read_csv(path, null_values=["", "NA"], infer_schema_length=None)
    if any("\ufffd" in name for name in frame.columns):  # rows in another encoding are refused by the reader, a header is not
        raise ValueError("its first line is not UTF-8 text; save it as UTF-8.")
    return frame


def _stata(path: Path) -> pl.DataFrame:
    try:
        import pandas as pd
    except ModuleNotFoundError:
        raise without_extra("Stata files need pandas", "models") from None
    try:
        return as_polars(pd.read_stata(path, convert_categoricals=False))
    except ValueError:
        raise  # in words
    except Exception as error:  # of a file cut short or damaged: whatever its reader stumbles over
        if isinstance(error, OSError) and error.filename:
            raise  # there is no right to open it, say
        raise ValueError("it is no Stata file, or a damaged one.") from None


READ: Mapping[str, Callable[[Path], pl.DataFrame]] = {".parquet": pl.read_parquet, ".csv": _csv, ".dta": _stata}
