"""Exhibits of the chapter on sensors: maps, the front by longitude, with and without, what was announced, what is assumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from foedus.assessment.finding import Exhibit
from foedus.assessment.radars import announced, summarised
from foedus.radars.answer import given
from foedus.radars.caveats import SOURCES
from foedus.radars.coverage_shapes import edge
from foedus.radars.network import WarningNetwork
from foedus.radars.sites import CLOSED
from foedus.radars.summary import BIN_DEGREES, MEASURES, WarningSummary
from foedus.record.store import Record

LOW, HIGH = 100.0, 10_000.0
HEIGHTS: Mapping[float, str] = {LOW: "100 m", HIGH: "10 km"}
"""Heights above the sea, m, that are told side by side, and what they are called."""

CORNERS = 36
"""Corners of a circle on the maps."""

Names = Mapping[str, str]
"""ISO3 code → what a state of the network is called."""


@dataclass(frozen=True)
class Seen:
    """What the record's network sees of what comes at one height, by all that `assumptions.toml` states.

    Attributes
    ----------
    told : measures, profile, availability. announced : what announced elements could add. speed_m_s : of what comes.
    """

    network: WarningNetwork
    told: WarningSummary
    announced: pl.DataFrame
    speed_m_s: float


Heights = Mapping[float, Seen]


def high_and_low(record: Record) -> Heights:
    """Return what the network sees at each of HEIGHTS."""
    by_height = {}
    for height in HEIGHTS:
        network = WarningNetwork.of_record(record, height_m=height)
        approach = network.approach()
        summary = summarised(record, network, approach)
        by_height[height] = Seen(network, summary, announced(network, record, approach.speed_m_s), approach.speed_m_s)
    return by_height


def exhibits(record: Record, by_height: Heights, names: Names) -> Iterable[Exhibit]:
    """Return the exhibits, maps first."""
    yield Exhibit(
        "warning.map",
        "What the radars see, low and high",
        "polar",
        _map(record, by_height, names),
        "Around each radar, how far over smooth ground it has what flies at that height in sight, with published ranges as the "
        "limit. Where circles lie on each other, several radars see. Sites reported closed or without a public position are in "
        "the table only.",
        SOURCES,
    )
    yield Exhibit(
        "warning.front",
        f"How much of the line through the chain is seen, in parts of {BIN_DEGREES:g}° of longitude",
        "bars",
        _front(by_height),
        "Over smooth ground.",
        SOURCES,
    )
    for name, measure, title in (
        ("minutes", "median_minutes", "Minutes of warning that half of all approaches give at least, with and without"),
        ("line", "front_share", "How much of the line through the chain is seen, with and without"),
    ):
        yield Exhibit(
            f"warning.with_without.{name}",
            title,
            "bars",
            _with_without(by_height, names, measure),
            "Bands hold nine of ten draws of what is not known of air, masts, ground and ranges.",
            SOURCES,
        )
    yield Exhibit("warning.availability_table", "Sites out at random", "table", _availability(by_height), "", SOURCES)
    yield Exhibit(
        "warning.modernisation_table",
        f"What was announced, and what it could add at {HEIGHTS[LOW]}",
        "table",
        _announced(by_height[LOW]),
        "A dash: no public figure. Minutes of first sight along a meridian; money is Canada's over 20 years, from the "
        "widest public line to the narrowest that holds the element.",
        SOURCES,
    )
    yield Exhibit("warning.assumptions", "What is taken as given", "table", _assumptions(), "", SOURCES)


def _map(record: Record, by_height: Heights, names: Names) -> pl.DataFrame:
    """Columns of a "polar" exhibit: every site of the record at each height, with what is doubtful about it."""
    rows = []
    recorded = record.table("radar_sites").to_dicts()
    for height, seen in by_height.items():
        reaches = dict(zip(seen.network.sites["site"], seen.network.reaches.tolist(), strict=True))
        for row in recorded:
            reach = reaches.get(row["name"])
            rows.append(
                {
                    "panel": f"At {HEIGHTS[height]}",
                    "site": row["name"],
                    "state": names[row["country"]],
                    "latitude": row["latitude"],
                    "longitude": row["longitude"],
                    "reach_km": None if reach is None else round(reach, 1),
                    "position": row["coordinate_quality"],
                    "note": "; ".join(_flags(row)) or None,
                    "outline": None if reach is None else _outline(row["latitude"], row["longitude"], reach),
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None)


def _flags(row: Mapping[str, object]) -> Iterable[str]:
    """Tell what is doubtful about a site."""
    if row["latitude"] is None:
        yield "no public position"
    elif row["coordinate_quality"] != "site":
        yield f"position is that of the {row['coordinate_quality']}"
    if row["code_status"] == "unverified":
        yield f"code {row['code']} unverified"
    if row["elevation_m"] is None and row["latitude"] is not None:
        yield "elevation from a coarse grid"
    if row["status"] == CLOSED:
        yield CLOSED


def _outline(latitude: float, longitude: float, reach_km: float) -> str:
    """The curve around what a site sees as `world_map` writes outlines: "lon,lat lon,lat" in hundredths of degrees."""
    east, north = edge(latitude, longitude, reach_km, CORNERS)
    return " ".join(f"{100 * x:.0f},{100 * y:.0f}" for x, y in zip(east, north, strict=True))


def _front(by_height: Heights) -> pl.DataFrame:
    """Share of each part of the line that is seen by one radar or more and by two or more, at each height."""
    counts = {"share": "seen by one radar or more", "share_2": "seen by two or more"}
    rows = [
        {"label": _degrees(row["west"], row["east"]), "value": row[name], "group": f"At {HEIGHTS[height]}, {words}"}
        for height, seen in by_height.items()
        for name, words in counts.items()
        for row in seen.told.profile.drop_nulls("west").iter_rows(named=True)
    ]
    return _bars(rows, "share of the line")


def _degrees(west: float, east: float) -> str:
    """A part of the line: "150–120° W"."""
    sides = [f"{abs(each):g}° {'W' if each < 0 else 'E'}" for each in (west, east)]
    return f"{abs(west):g}–{sides[1]}" if sides[0][-1] == sides[1][-1] else " to ".join(sides)


def _with_without(by_height: Heights, names: Names, measure: str) -> pl.DataFrame:
    rows = []
    for height, seen in by_height.items():
        group = f"At {HEIGHTS[height]}"
        rows.append({"label": "all radars", **seen.told.row(measure), "group": group})
        for code, name in names.items():
            rows.append({"label": f"without those in {name}", **seen.told.row(f"{measure}_without", code), "group": group})
    return _bars(rows, MEASURES[measure][0])


def _bars(rows: Sequence[Mapping[str, object]], unit: str) -> pl.DataFrame:
    columns = {"label": pl.String, **dict.fromkeys(("value", "low", "high", "baseline"), pl.Float64), "group": pl.String}
    return pl.DataFrame(rows, schema=columns).with_columns(unit=pl.lit(unit))


def _availability(by_height: Heights) -> pl.DataFrame:
    """Rows by height and number of sites out."""
    named = [
        seen.told.availability.select(
            pl.lit(HEIGHTS[height]).alias("height"),
            pl.col("out").alias("sites out"),
            pl.col("share_seen").alias("seen_share"),
            pl.col("lost_share").alias("no longer seen_share"),
            pl.col("mean_minutes").round(1).alias("mean minutes"),
        )
        for height, seen in by_height.items()
    ]
    return pl.concat(named)


def _announced(seen: Seen) -> pl.DataFrame:
    low, high = (pl.col(f"added_{side}").round(0) for side in ("low", "high"))
    per_low, per_high = (pl.col(f"per_billion_{side}").round(1) for side in ("low", "high"))
    return seen.announced.select(
        "element",
        pl.format("{} to {}", low.cast(pl.Int64), high.cast(pl.Int64)).alias("minutes added"),
        pl.format("{} to {}", per_low, per_high).alias("minutes a billion"),
        pl.format("{} to {}° N", pl.col("north_low").cast(pl.Int64), pl.col("north_high").cast(pl.Int64)).alias("would see to"),
        pl.col("reason").alias("what that rests on"),
        pl.col("announced").alias("announced as"),
        pl.col("source").alias("told by"),
        "confidence",
    )


def _assumptions() -> pl.DataFrame:
    rows = pl.DataFrame(given(), infer_schema_length=None)
    return rows.select("name", pl.col("value", "low", "high").round(3), pl.col("unit").alias("measured in"), "source")
