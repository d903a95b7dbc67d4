"""Announced elements of modernisation, what they could add to the radars and for what money: bands from public figures alone.

    added    =  max(0, distance along a meridian from where the radars first see to where the element would)  /  speed
    a billion  buys between  least added / widest budget line  and  most added / narrowest line that holds the element

Where the radars first see is their mean reach north of the mean latitude of the sites beyond the Arctic Circle. The elements,
how far north each would see, and the lines of money are those of `assumptions.toml`, each with its row in `physical_facts`;
where no figure is public there is none here. `assumptions_of_cost` lists what a reader has to grant. Scenario, not forecast.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Array
from foedus.radars.coverage import View
from foedus.radars.sites import assumptions
from foedus.record.store import Record

ARCTIC_CIRCLE = 66.56
"""Degrees north, about 2020."""

MERIDIAN = 0.0
"""Any meridian: on the ellipsoid all are alike."""


def modernisation(sites: pl.DataFrame, view: View, speed_m_s: float, record: Record) -> pl.DataFrame:
    """Return one row an announced element, with the minutes it could add and what they cost.

    Columns element, announced (the fact's words), source, confidence, north_low, north_high, added_low, added_high (minutes),
    per_billion_low, per_billion_high (minutes a billion Canadian dollars), reason. Null where no public figure exists.
    Raises InputError if no site lies beyond the Arctic Circle or the speed is not above zero.
    """
    if speed_m_s <= 0:
        raise InputError("a speed lies above zero, in metres a second.")
    facts = {row["fact_id"]: row for row in record.table("physical_facts").iter_rows(named=True)}
    begins = first_sight(sites, view.reaches(sites))
    narrow, wide = (float(facts[assumptions()["cost"][name]]["value"]) for name in ("narrow", "wide"))
    rows = []
    for element in assumptions()["component"].values():
        fact = facts.get(element.get("fact", ""), {})
        low, high = (_added(begins, element.get(name), speed_m_s) for name in ("north_low", "north_high"))
        rows.append(
            {
                "element": element["name"],
                "announced": fact.get("measure"),
                "source": fact.get("source"),
                "confidence": fact.get("confidence"),
                "north_low": element.get("north_low"),
                "north_high": element.get("north_high"),
                "added_low": low,
                "added_high": high,
                "per_billion_low": None if low is None else low / wide,
                "per_billion_high": None if high is None else high / narrow,
                "reason": element["reason"],
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def assumptions_of_cost() -> tuple[str, ...]:
    """Return what the minutes and the money rest on, one sentence each."""
    return tuple(assumptions()["cost"]["assumptions"])


def cost_lines(record: Record) -> pl.DataFrame:
    """Return the public amounts of the programme: fact_id, measure, value, unit, source, confidence, note."""
    rows = record.table("physical_facts").filter(pl.col("fact_id").str.starts_with("norad-"), pl.col("value").is_not_null())
    return rows.select("fact_id", "measure", "value", "unit", "source", "confidence", "note")


def first_sight(sites: pl.DataFrame, reaches_km: Array) -> float:
    """Return the latitude at which the radars beyond the Arctic Circle first see an approach along a meridian, on average."""
    from pyproj import Geod

    arctic = (sites["latitude"] > ARCTIC_CIRCLE).to_numpy()
    if not arctic.any():
        raise InputError("no site lies beyond the Arctic Circle: the announced elements are of the Arctic.")
    middle, ahead = float(sites["latitude"].to_numpy()[arctic].mean()), float(np.mean(reaches_km[arctic])) * 1000
    east, north, _ = Geod(ellps="WGS84").fwd(MERIDIAN, middle, 0.0, ahead)
    return float(north) if abs(float(east) - MERIDIAN) < 90 else 90.0


def _added(begins: float, north: float | None, speed_m_s: float) -> float | None:
    """Minutes by which sight from a latitude on is earlier than from another; zero if it is not, None if unknown."""
    from pyproj import Geod

    if north is None:
        return None
    if north <= begins:
        return 0.0
    return float(Geod(ellps="WGS84").inv(MERIDIAN, begins, MERIDIAN, north)[2]) / speed_m_s / 60
