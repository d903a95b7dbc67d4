"""Single figures that no data set has, each with its date and page: Arctic ships and resources, NORAD modernisation, land use.

`physical_facts` has one row per fact. They stand in `physical_facts.toml` beside this reader, gathered by hand from public
pages in foedus's own words; each names the document it rests on, and how sure it is, by the rules of `provenance.py`.

Traps
-----
* This is no sample and no series: that a year is not here means nothing, and two counts may be of different things.
* `date` is the first day of what is known and `date_precision` says whether that is a day, a month or a year. A mean over years
  has its last day in `until`.
* A fact without a `value` is an event or a programme.
* Money is in Canadian dollars as announced, spread over the years that `unit` names: not comparable with a year's budget.
* The four pillars of NORAD modernisation that could be checked add up to 33.2 of the 38.6 billion; the fifth could not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from foedus.record.dated import dated_facts, fact_table
from foedus.record.provenance import provenance

FACTS = Path(__file__).with_name("physical_facts.toml")

_TEXTS = ("subject", "measure", "place")


def read(raw: Path) -> dict[str, pl.DataFrame]:  # noqa: ARG001 - every source is read in one way
    """Return `physical_facts`, one row per fact of the file beside this one; `raw` is not needed."""
    rows = [_row(name, fact) for name, fact in dated_facts(FACTS)]
    return {"physical_facts": fact_table(rows, ["subject", "date", "fact_id"], until=pl.Date(), value=pl.Float64())}


def _row(name: str, fact: dict[str, Any]) -> dict[str, object]:
    return {
        "fact_id": name,
        **{key: fact[key] for key in ("date", "date_precision", "until")},
        **{key: fact[key] for key in _TEXTS},
        "value": fact.get("value"),
        "unit": fact.get("unit"),
        **provenance(name, fact),
        "note": fact.get("note"),
    }
