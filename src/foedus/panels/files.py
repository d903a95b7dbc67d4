"""Writing a panel.

Parquet that carries what its columns mean and where they come from, or CSV safe to open in a spreadsheet.
"""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from foedus.errors import InputError
from foedus.panels.panel import Panel
from foedus.record.source import catalog
from foedus.record.store import write_file

FORMATS = (".parquet", ".csv")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""First characters that make a spreadsheet run a text cell as a formula."""


def write_panel(request: Panel, path: Path, call: str) -> int:
    """Build the panel and write it to `path`, in the format of its ending; return the number of rows.

    `call` says how the panel was asked for; it travels with a Parquet file, as do the definitions of its variables, their
    sources and the record's version and hash. Raises InputError for another ending or a folder that cannot be written.
    """
    if path.suffix not in FORMATS:
        raise InputError(f"cannot write {path}: its ending is none of {', '.join(FORMATS)}.")
    if not path.parent.is_dir():
        raise InputError(f"cannot write {path}: the folder {path.parent} does not exist. Create it first.")
    frame = request.build()
    if path.suffix == ".csv":
        write_file(path, lambda temporary: neutralised(frame).write_csv(temporary))
    else:
        write_file(path, lambda temporary: frame.write_parquet(temporary, compression="zstd", metadata=metadata(request, call)))
    return frame.height


def metadata(request: Panel, call: str) -> dict[str, str]:
    """Return what a panel's file says about itself: one JSON text under "foedus"."""
    sources = sorted({source for variable in request.chosen for source in variable.sources})
    content = {
        "call": call,
        "record": {"version": request.record.version, "sha256": request.record.sha256},
        "variables": {
            variable.name: {
                "label": variable.label,
                "unit": variable.unit,
                "units": variable.units,
                "coverage": [variable.first_year, variable.last_year],
                "sources": list(variable.sources),
            }
            for variable in request.chosen
        },
        "sources": {name: {"citation": catalog()[name].citation, "licence": catalog()[name].licence} for name in sources},
    }
    return {"foedus": json.dumps(content, ensure_ascii=False)}


def neutralised(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with an apostrophe before every text cell that a spreadsheet would run as a formula.

    >>> neutralised(pl.DataFrame({"name": ["=1+1", "Canada"]}))["name"].to_list()
    ["'=1+1", 'Canada']
    """
    text = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    dangerous = [pl.col(name).str.slice(0, 1).is_in(FORMULA_STARTS) for name in text]
    return frame.with_columns(
        pl.when(danger).then(pl.lit("'") + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name, danger in zip(text, dangerous, strict=True)
    )
