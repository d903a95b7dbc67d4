"""A panel too large for memory, as a folder of Parquet files: a Hive-partitioned data set.

The parts come one after the other and each is written when it comes, so memory holds one part. The folder gets its name when
the last part is written: until then it has another, hidden one beside it, and a run that fails leaves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from foedus.errors import InputError
from foedus.record.writing import check_new_folder, new_folder


def write_partitions(folder: Path, parts: Iterable[tuple[dict[str, int], pl.DataFrame]], metadata: Mapping[str, str]) -> int:
    """Write each part to <folder>/<key>=<value>/…/part-<n>.parquet and return the number of rows.

    A part is the values of the keys it is filed under and its rows; columns named like those keys are not written, since their
    values stand in the path (`polars.scan_parquet(folder, hive_partitioning=True)` reads them back). Several parts may have the
    same keys. Every file carries `metadata`.

    Raises InputError if the folder exists and is not empty, cannot be made, or the disk is full; ValueError if two parts differ
    in their keys or columns, as no reader could join them.
    """
    check_new_folder(folder)
    with new_folder(folder) as built:
        try:
            return _written(built, parts, dict(metadata))
        except (OSError, pl.exceptions.PolarsError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error).splitlines()[0]
            raise InputError(f"cannot write {folder}: {reason}.") from error


def _written(folder: Path, parts: Iterable[tuple[dict[str, int], pl.DataFrame]], metadata: dict[str, str]) -> int:
    rows = 0
    numbers: dict[Path, int] = {}
    shape: tuple[list[str], pl.Schema] | None = None
    for keys, frame in parts:
        part = frame.drop(keys, strict=False)
        shape = shape or (list(keys), part.schema)
        if shape != (list(keys), part.schema):
            raise ValueError(f"part {keys} has other keys, columns or types than the first")
        place = folder.joinpath(*(f"{name}={int(value)}" for name, value in keys.items()))
        place.mkdir(parents=True, exist_ok=True)
        number = numbers[place] = numbers.get(place, -1) + 1
        part.write_parquet(place / f"part-{number}.parquet", compression="zstd", metadata=metadata)
        rows += part.height
    if shape is None:
        raise InputError("the request has no rows, so there is nothing to write.")
    return rows
