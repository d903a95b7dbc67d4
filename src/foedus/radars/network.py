"""A network of radars, what it sees and how early: one table of sites, one view, and every question that can be put to them.

Defensive: it tells what the warning network sees, as maps, shares and distributions over approaches drawn at random. It has no
search over routes and tells of no best or least covered one. The parts, each a file: `radar` (horizon, reach), `detection`
(probability of a look and of several), `sites` (tables of sites), `coverage`, `front`, `terrain_horizon`, `coverage_shapes`
(maps, profiles, ground, GeoJSON), `warning_time`, `warning_bands`, `warning_shares` (minutes, bands, whose), `modernisation`.
What is taken as given stands in `assumptions.toml` with its source.

Skolnik (2008), Introduction to Radar Systems and Radar Handbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Array
from foedus.radars.bands import bands
from foedus.radars.coverage import View, counts, coverage_map, polar_grid, seen_area, stated_view
from foedus.radars.coverage_shapes import coverage_geojson
from foedus.radars.detection import looks
from foedus.radars.front import Line, along, chain_line, front_profile, seen_shares
from foedus.radars.modernisation import modernisation
from foedus.radars.shares import availability, contributions, minutes_by_group, seen_by_group
from foedus.radars.sites import CLOSED, assumptions, checked_sites, read_sites, sites_of_record
from foedus.radars.terrain_horizon import reaches_over_ground
from foedus.radars.warning_time import Approach, WarningTime, stated_approach, warning_time, warning_times
from foedus.record.store import Record

SYSTEM = "North Warning System"


@dataclass(frozen=True)
class WarningNetwork:
    """A table of sites and a view: what is looked for, and through what air.

    Attributes
    ----------
    sites : a table of sites (`sites.py`). view : what is looked for, and through what air. lacking : sites without a position.
    chain : the sites in whose order the chain runs; a front of its own.

    >>> from foedus.record.store import open_record
    >>> network = WarningNetwork.of_record(open_record())
    >>> network.sites.height, network.lacking["site"].to_list()
    (62, ['Cape McLoughlin'])
    """

    sites: pl.DataFrame
    view: View
    chain: Line
    lacking: pl.DataFrame

    @classmethod
    def of_record(cls, record: Record, **view: float) -> WarningNetwork:
        """Return the network of the record, of the sites not reported closed; `view` changes what `assumptions.toml` states."""
        rows = record.table("radar_sites").filter(pl.col("latitude").is_null(), pl.col("status") != CLOSED)
        lacking = rows.select(pl.col("name").alias("site"), pl.col("country").alias("state"))
        chain = chain_line(sites_of_record(record, systems=[SYSTEM]))
        return cls(sites_of_record(record), stated_view(**view), chain, lacking)

    @classmethod
    def of_sites(cls, table: pl.DataFrame | Path, record: Record, **view: float) -> WarningNetwork:
        """Return the network of a user's table, a frame or a CSV; its order is the chain's.

        Raises InputError with every fault of its rows.
        """
        sites = read_sites(table, record) if isinstance(table, Path) else checked_sites(table, record)
        return cls(sites, stated_view(**view), chain_line(sites), sites.head(0).select("site", "state"))

    def without(self, *states: str) -> WarningNetwork:
        """Return the network without the sites of some states (ISO3), along the same chain.

        Raises InputError for a state in which no site stands, or if no site is left.
        """
        known = self.sites["state"].unique().sort().to_list()
        if strange := [name for name in states if name not in known]:
            raise InputError(f"no site of this network stands in {strange[0]}; its sites stand in {', '.join(known)}.")
        if not set(known) - set(states):
            raise InputError(f"without the sites of {', '.join(states)} no site is left: leave out fewer states.")
        return replace(self, sites=self.sites.filter(~pl.col("state").is_in(states)))

    @property
    def reaches(self) -> Array:
        """Distances to which each site sees, km (site,)."""
        return self.view.reaches(self.sites)

    def over(self, ground: Record | None) -> Array:
        """Return how far each site sees over smooth ground, or over the coarse elevation grid of a record (site, direction)."""
        return self.reaches if ground is None else reaches_over_ground(self.sites, self.view, ground)

    def cells(self, cell_km: float = 10.0, south: float = 50.0, ground: Record | None = None) -> pl.DataFrame:
        """Return the cells of the polar view that are seen (`coverage_map`); ground : as in `over`."""
        return coverage_map(self.sites, self.over(ground), polar_grid(cell_km, south))

    def area(self, cell_km: float = 10.0, south: float = 50.0, ground: Record | None = None) -> dict[str, float]:
        """Return million km² seen north of a latitude: by all, by each state and by it alone."""
        grid = polar_grid(cell_km, south)
        return seen_area(coverage_map(self.sites, self.over(ground), grid), grid)

    def profile(self, line: Line | None = None, bin_degrees: float = 15.0, ground: Record | None = None) -> pl.DataFrame:
        """Return how much of a line, by default the chain, is seen by longitude (`front_profile`)."""
        return front_profile(self.sites, self.over(ground), line or self.chain, bin_degrees)

    def front_shares(self, line: Line | None = None) -> pl.DataFrame:
        """Return what each state's radars give of the share of a line that is seen (`contributions`)."""
        members = self.sites["state"].unique().sort().to_list()
        seen = counts(self.sites, self.reaches, *along(line or self.chain), members)
        return contributions(seen_by_group(seen, members))

    def approach(self, line: Line | None = None, tracks: int = 10_000, seed: int = 1, **changed: float) -> Approach:
        """Return the approach that `assumptions.toml` states, to a line, by default the chain."""
        return stated_approach(line or self.chain, tracks, seed, **changed)

    def minutes(self, approach: Approach) -> WarningTime:
        """Return the distribution of warning."""
        return warning_time(self.sites, self.reaches, approach)

    def by_group(self, approach: Approach) -> dict[frozenset[str], tuple[float, float]]:
        """Return share of tracks seen and mean minutes with the sites of every group of states alone: with and without."""
        return minutes_by_group(self.sites, self.reaches, approach)

    def minutes_bands(self, approach: Approach, draws: int = 100, seed: int = 1) -> pl.DataFrame:
        """Return measures of warning with what is not known: measure, value, low, high."""

        def told(reaches: Array) -> list[dict[str, float | None]]:
            return [dict(each.tidy().rows()) for each in warning_times(self.sites, reaches, approach)]

        return bands(self.sites, self.view, told, draws, seed)

    def profile_bands(self, line: Line | None = None, draws: int = 100, seed: int = 1) -> pl.DataFrame:
        """Return the shares of a whole line that are seen with what is not known: measure, value, low, high."""

        def told(reaches: Array) -> list[Mapping[str, float | None]]:
            return seen_shares(self.sites, reaches, line or self.chain)

        return bands(self.sites, self.view, told, draws, seed)

    def shares(self, approach: Approach) -> pl.DataFrame:
        """Return what each state's radars give of the mean minutes of warning (`contributions`)."""
        return contributions({group: mean for group, (_, mean) in self.by_group(approach).items()})

    def availability(self, approach: Approach, out: tuple[int, ...] = (0, 1, 2, 5, 10)) -> pl.DataFrame:
        """Return what is left on average when so many sites are out at random (`availability`)."""
        return availability(self.sites, self.reaches, approach, out)

    def looks(self, range_class: str = "long", speed_m_s: float | None = None) -> pl.DataFrame:
        """Return how likely scan after scan finds a target that comes straight at a radar of a class (`detection.looks`)."""
        given, scan = assumptions(), assumptions()["scan"]
        return looks(
            float(given["range"][range_class]["km"]),
            speed_m_s or float(given["target"]["speed_m_s"]),
            period_s=scan["period_s"],
            at_range=scan["detection"],
            cross_section=self.view.cross_section_m2 / self.view.reference_m2,
            case=scan["swerling"],
            false_alarm=scan["false_alarm"],
        )

    def modernisation(self, record: Record, speed_m_s: float | None = None) -> pl.DataFrame:
        """Return what announced elements could add, with bands and money (`modernisation`)."""
        return modernisation(self.sites, self.view, speed_m_s or float(assumptions()["target"]["speed_m_s"]), record)

    def geojson(self, ground: Record | None = None) -> dict[str, Any]:
        """Return sites and what they see as GeoJSON (RFC 7946); ground : as in `over`."""
        return coverage_geojson(self.sites, self.over(ground), self.lacking)
