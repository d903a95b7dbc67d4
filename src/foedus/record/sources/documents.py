"""Documents, visits, offices and statements of public record, each with its date and page, that claims are checked against.

`documents` has one row each. They stand in `documents.toml` beside this reader, gathered by hand from public pages in foedus's
own words; each names the document it rests on, and how sure it is, by the rules of `provenance.py`.

Traps
-----
* This is no sample: that something is not here means that nobody looked for it, or that it was looked for and not found.
* `date` is the first day of what is known and `date_precision` says whether that is a day, a month or a year.
* `states`, `persons` and `topics` are lists written with ";" between their parts.
* What somebody said is here as that it was said, not as that it is so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from foedus.record.dated import dated_facts, fact_table
from foedus.record.provenance import provenance

DOCUMENTS = Path(__file__).with_name("documents.toml")

_LISTS = ("states", "persons", "topics")


def read(raw: Path) -> dict[str, pl.DataFrame]:  # noqa: ARG001 - every source is read in one way
    """Return `documents`, one row per table of the file beside this one; `raw` is not needed."""
    rows = [_row(name, told) for name, told in dated_facts(DOCUMENTS)]
    return {"documents": fact_table(rows, ["date", "document_id"], until=pl.Date(), value=pl.Float64())}


def _row(name: str, told: dict[str, Any]) -> dict[str, object]:
    return {
        "document_id": name,
        **{key: told[key] for key in ("date", "date_precision", "until")},
        "kind": told["kind"],
        "title": told["title"],
        **{key: ";".join(told[key]) if key in told else None for key in _LISTS},
        "value": told.get("value"),
        "unit": told.get("unit"),
        **provenance(name, told),
        "note": told.get("note"),
    }
