"""Facts gathered by hand, in a TOML file beside their reader: one table per fact, dated as precisely as is known."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

_PRECISION = {4: "year", 7: "month", 10: "day"}


def dated_facts(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return each fact's name and keys; `date` is the first day of what is known, beside it `date_precision` and `until`."""
    with path.open("rb") as file:
        facts = tomllib.load(file)
    for name, fact in facts.items():
        date = str(fact["date"])
        first = pl.Series([(date + "-01-01")[:10]]).str.to_date().item()
        yield name, {**fact, "date": first, "date_precision": _PRECISION[len(date)], "until": fact.get("until")}
