"""What 66 sites see and how early, beside plain loops over pyproj that do the same a site or a track at a time.

The loops run on a part of the work and their time is multiplied up; counts and distances are compared on that part.
"""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import polars as pl
from pyproj import Geod

from benchmarks.clock import seconds, show
from foedus.estimation.design import Array
from foedus.radars.coverage import Grid, counts, coverage_map, polar_grid, stated_view
from foedus.radars.front import chain_line
from foedus.radars.sites import sites_of_record
from foedus.radars.warning_time import Approach, first_seen, stated_approach, warning_time
from foedus.record.store import open_record

GEOD = Geod(ellps="WGS84")
SITES = 66
TRACKS, STEP_KM = 100_000, 5.0


def main() -> None:
    """Compare and print."""
    known = sites_of_record(open_record(), closed=True)
    sites = pl.concat([known, known.head(SITES - known.height)])  # two of the 66 have no position
    reaches = stated_view(height_m=3000.0).reaches(sites)
    _map(sites, reaches)
    _tracks(sites, reaches)


def _map(sites: pl.DataFrame, reaches: Array) -> None:
    part = 200
    grid = polar_grid(10.0)
    few = Grid(*(each[::part] for each in (grid.x_km, grid.y_km, grid.latitude, grid.longitude)), grid.cell_km)
    ours = counts(sites, reaches, few.latitude, few.longitude, ["CAN", "USA"]).sum(axis=1)
    assert (ours == _looped_counts(sites, reaches, few)).mean() > 0.999, "the same places are seen"
    taken = seconds(lambda: coverage_map(sites, reaches, polar_grid(10.0)), runs=5)
    theirs = seconds(lambda: _looped_counts(sites, reaches, few), runs=1) * part
    show(f"map of {sites.height} sites, {len(grid.x_km):,} cells of 10 km", taken, "loop over pyproj", theirs)


def _looped_counts(sites: pl.DataFrame, reaches: Array, grid: Grid) -> Array:
    seen = np.zeros(len(grid.latitude))
    for place, (north, east) in enumerate(zip(grid.latitude, grid.longitude, strict=True)):
        for site, (latitude, longitude) in enumerate(zip(sites["latitude"], sites["longitude"], strict=True)):
            seen[place] += GEOD.inv(longitude, latitude, east, north)[2] <= reaches[site] * 1000
    return seen


def _tracks(sites: pl.DataFrame, reaches: Array) -> None:
    approach = stated_approach(chain_line(sites.head(50)), TRACKS)
    few = replace(approach, tracks=3)
    ours = seconds(lambda: warning_time(sites, reaches, approach), runs=5)
    theirs = seconds(lambda: _looped_tracks(sites, reaches, few), runs=1) * TRACKS / few.tracks
    show(f"{TRACKS:,} tracks past {sites.height} sites", ours, f"walk in steps of {STEP_KM:g} km, pyproj", theirs)
    told = np.concatenate([chunk.max(axis=1) for chunk in first_seen(sites, reaches, few, ["all"] * sites.height)])
    assert np.allclose(told, _looped_tracks(sites, reaches, few), rtol=0.005, atol=2 * STEP_KM), "the same distances"
    for tracks in (10_000, TRACKS):
        tracemalloc.start()
        warning_time(sites, reaches, replace(approach, tracks=tracks))
        print(f"{tracks:>9,} tracks: at most {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB at a time")
        tracemalloc.stop()


def _looped_tracks(sites: pl.DataFrame, reaches: Array, approach: Approach) -> Array:
    """How far before its end each track is first seen: geodesics walked from their beginning, each site asked at each step."""
    from foedus.radars.front import along

    latitude, longitude = along(approach.line)
    draws = np.random.Generator(np.random.PCG64(approach.seed)).random((approach.tracks, 2))
    first = np.full(approach.tracks, -1.0)
    for track, (at, turn) in enumerate(draws):
        end = int(at * len(latitude))
        bearing = approach.bearing + (2 * turn - 1) * approach.half_width
        for distance in np.arange(approach.start_km, 0, -STEP_KM):
            east, north, _ = GEOD.fwd(longitude[end], latitude[end], bearing, distance * 1000)
            stands = zip(sites["latitude"], sites["longitude"], reaches, strict=True)
            if any(GEOD.inv(x, y, east, north)[2] <= reach * 1000 for y, x, reach in stands):
                first[track] = distance
                break
    return first


if __name__ == "__main__":
    main()
