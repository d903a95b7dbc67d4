"""The shipped record with some of its tables replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from foedus.record.store import Record


@pytest.fixture(scope="session")
def altered(record: Record) -> Callable[..., Record]:
    """Return the record with these tables in place of its own; nothing that was derived from the old ones is kept."""

    def alter(**tables: pl.DataFrame) -> Record:
        frames = {name: record.table(name) for name in record.tables}
        return replace(record, sha256="0" * 64, _frames=frames | tables, _derived={})

    return alter
