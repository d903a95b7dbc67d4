"""Where the radars of the North Warning System and of Alaska stand: 66 sites and four airfields, as public pages place them.

`radar_sites` has one row per site: `system`, `place_in_chain` (position along the North Warning System, from its western
end), `code`, `name`, `country` and `region` in which it stands, `range_class` ("long" or "short"), position,
`position_error_km`, `elevation_m` of the ground above the sea, `coordinate_quality`, `code_status`, `radar_model`, `status`,
`source` of the position, its `source_kind` (`provenance.py`) and a `note`. `forward_operating_locations` has the four airfields
from which interceptors can fly.

Traps
-----
* No single public table has all of this. The list is encyclopaedic; it adds up to the 11 long-range and 36 short-range radars
  that Canada has published. Most positions are those of a climate station that stands beside the radar, to two decimals.
* Cape McLoughlin and Bullen Point have no public position and stay without one: their rows hold nothing to compute with.
* `code_status` is "verified" where a page was found that gives the code, "known" where it is a designator of the old DEW Line
  in common use, and "unverified" for most codes with a letter at the end; null for sites without a code.
* `coordinate_quality` says what the position is of: the "site", its "locality", a "community" nearby (whose height is not the
  radar's), or an "island".
* No elevation is known of any site in Alaska: the positions are those of airfields, and some radars stand on hills above them.
* `status` is that of first fitting or of a press report. What works on a given day is not public. Of the radar at Lady Franklin
  Point the press told in 2000 that it had burnt; what came after was not found.
* Which four airfields they are is told by National Defence (backgrounder on the Canadian Forces in the Arctic, read in a
  reprint); where they lie, by an encyclopaedia. In April 2023 it named Goose Bay, not Rankin Inlet, among the four
  that it rebuilds.
* A Canadian page of 2020 counts 50 radars, 47 of them in Canada: three fewer in Alaska than the four of this list that are not
  reported closed, and that page does not name them.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

CHAIN_IN_ALASKA = ("A-15", "LIZ-3", "A-17 / POW-M", "POW-1", "A-19 / POW-2", "POW-3", "A-21 / BAR-M")
"""Codes of the Alaskan part of the chain from the west: the order of the DEW Line's letters and numbers, which also places the
site that has no position. The Canadian sites follow in the order of the file."""

POSITIONS = {
    "site": ("site", 1.0),
    "former DEW intermediate site, same locality": ("locality", 5.0),
    "locality (two stations 5 km apart)": ("locality", 5.0),
    "community airport; radar is close by": ("community", 5.0),
    "community; the radar stands on a hill outside it, elevation is not the radar's": ("community", 5.0),
    "island centroid, +/-20 km": ("island", 20.0),
    "missing": ("missing", None),
}
"""Words of the file on a position → class, and how far off it may be in km (5 where the file gives no figure)."""

GENERAL_KNOWLEDGE_KM = 3.0
"""How far off the file holds a position to be that is "general knowledge"."""

SOURCES = {
    "ECCC": "Environment and Climate Change Canada, station inventory of 2023",
    "Wikipedia": "encyclopaedia page",
    "OpenFlights": "OpenFlights, airport at the site",
    "general": "general knowledge",
    "island": "general knowledge, centre of the island",
    "none": None,
}
"""First word of the file on where a position is from → the source."""

KINDS = {
    "Environment and Climate Change Canada, station inventory of 2023": "official",
    "encyclopaedia page": "encyclopaedia",
    "OpenFlights, airport at the site": "encyclopaedia",
    "general knowledge": "none",
    "general knowledge, centre of the island": "none",
}
"""Source → what kind of document it is."""

AIRFIELDS = "encyclopaedia page on the forward operating locations"

NOTES = {
    "BAR-E1": "press, 2000: an electrical fire",
    "PIN-3": "press, 2000: the radar was lost to a fire on 10 January; what followed was not found",
    "CAM-M": "one of the places from which the system is supplied",
    "FOX-M": "one of the places from which the system is supplied",
    "CAM-2": "in operation since October 1990",
    "CAM-5A": "stands between CAM-4 and CAM-FA; position not found",
    "BAF-4A": "position wants checking against a gazetteer",
    "LAB-1": "fitted in July 1992",
    "LAB-2": "a Pinetree Line station before; in the system since 1988",
    "LAB-4": "fitted in September 1992",
    "LAB-6": "the radar stands on a hill outside the village: the elevation is not its own",
    "LIZ-3": "reported closed in 2007",
    "POW-1": "reported closed in 2005",
    "POW-3": "reported closed in 2007; position not found",
}
"""What else is told of a site, by its code."""

STATUS = {"operational (original fit)": "as first fitted", "reported closed": "reported closed"}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `radar_sites` (66 rows) and `forward_operating_locations` (4)."""
    folder = raw / "physical/radar_sites"
    return {
        "radar_sites": _sites(pl.read_csv(folder / "north_warning_and_alaska_radar_sites.csv", infer_schema_length=None)),
        "forward_operating_locations": _airfields(pl.read_csv(folder / "norad_forward_operating_locations.csv")),
    }


def _sites(frame: pl.DataFrame) -> pl.DataFrame:
    quality, error = ({words: each[part] for words, each in POSITIONS.items()} for part in (0, 1))
    general = pl.col("coord_source").str.starts_with("general knowledge")
    columns = frame.with_columns(
        place_in_chain=_place(),
        coordinate_quality=pl.when(pl.col("lat").is_null())
        .then(pl.lit("missing"))
        .otherwise(pl.col("coord_quality").replace_strict(quality)),
        position_error_km=pl.when(pl.col("lat").is_null())
        .then(None)
        .when(general)
        .then(pl.lit(GENERAL_KNOWLEDGE_KM))
        .otherwise(pl.col("coord_quality").replace_strict(error, return_dtype=pl.Float64)),
        code_status=pl.col("code_status").str.extract(r"^(unverified|verified|known)"),
        status=pl.col("status").replace_strict(STATUS),
        source=pl.col("coord_source").str.extract(r"^(\w+)").replace_strict(SOURCES),
        note=pl.col("code").replace_strict(NOTES, default=None, return_dtype=pl.String),
    ).with_columns(source_kind=pl.col("source").replace_strict(KINDS, default=None, return_dtype=pl.String))
    return columns.select(
        *("system", "place_in_chain", "code", "name", "country", "region", "range_class"),
        *(pl.col("lat").alias("latitude"), pl.col("lon").alias("longitude"), "position_error_km", "elevation_m"),
        *("coordinate_quality", "code_status", "radar_model", "status", "source", "source_kind", "note"),
    ).sort("place_in_chain", nulls_last=True, maintain_order=True)


def _place() -> pl.Expr:
    """Position in the chain: the Alaskan sites of it first, then the Canadian ones as they are listed."""
    in_alaska = {code: place for place, code in enumerate(CHAIN_IN_ALASKA, 1)}
    canadian = pl.col("country") == "CAN"
    listed = canadian.cum_sum().cast(pl.Int16) + len(CHAIN_IN_ALASKA)
    alaskan = pl.col("code").replace_strict(in_alaska, default=None, return_dtype=pl.Int16)
    return pl.when(canadian).then(listed).otherwise(alaskan)


def _airfields(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        pl.col("name").str.strip_prefix("FOL ").alias("name"),
        *("country", "region"),
        *(pl.col("lat").alias("latitude"), pl.col("lon").alias("longitude")),
        pl.lit(AIRFIELDS).alias("source"),
        pl.lit("encyclopaedia").alias("source_kind"),
    ).sort("longitude")
