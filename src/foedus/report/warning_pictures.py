"""What a warning network gives, drawn: how much is seen and how early, with every state's sites and without one state's."""

from __future__ import annotations

import polars as pl

from foedus.assessment.finding import Exhibit
from foedus.radars.answer import NetworkWarning

SEEN, EARLY = "warning.seen", "warning.early"

DRAWN = {
    SEEN: {"share_seen": "Of approaches, seen before they end", "front_share": "Of the line, seen by one radar or more"},
    EARLY: {"median_minutes": "Minutes that half of all approaches give at least"},
}
"""Picture → its measures, and what each says."""

TITLES = {SEEN: "How much is seen", EARLY: "How early"}

UNITS = {SEEN: "share", EARLY: "minutes"}

NOTE = (
    "What one state's sites add depends on all others. A bar holds nine in ten of the draws of what is not known about radars "
    "and targets, where these are drawn."
)


def exhibits(told: NetworkWarning) -> list[Exhibit]:
    """Return how much is seen, and how early ("bars" exhibits): the network, and what is left without each state's sites."""
    return [_drawn(told.tidy(), name, told) for name in DRAWN]


def _drawn(measures: pl.DataFrame, name: str, told: NetworkWarning) -> Exhibit:
    rows = []
    for measure, words in DRAWN[name].items():
        for row in measures.filter(pl.col("measure").is_in([measure, f"{measure}_without"])).iter_rows(named=True):
            label = "all sites that count" if row["state"] is None else f"without the sites of {row['state']}"
            rows.append({"label": label, **{key: row[key] for key in ("value", "low", "high")}, "group": words})
    schema = {"label": pl.String, **dict.fromkeys(("value", "low", "high"), pl.Float64), "group": pl.String}
    frame = pl.DataFrame(rows, schema=schema).with_columns(baseline=pl.lit(None, pl.Float64), unit=pl.lit(UNITS[name]))
    return Exhibit(name, TITLES[name], "bars", frame, NOTE, told.sources)
