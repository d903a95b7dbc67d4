"""Warning time of an approach: minutes from first detection to a line or a place, over approaches drawn at random.

    warning  =  distance along the track from where it is first within reach of a site to its end  /  speed

A track ends at a point drawn evenly along the line (or at the one place), comes from a bearing drawn evenly from a spread, and
is a great circle. Its entry into a site's reach has a closed form: with p(θ) = a cos θ + d sin θ the track at arc θ before its
end, s the site and r its reach as an arc,

    p(θ) · s  ≥  cos r      for  |θ - atan2(d · s, a · s)|  ≤  arccos(cos r / √((a · s)² + (d · s)²)).

The sphere is the one that touches the ellipsoid at the middle of the sites; about a polar chain its distances are right to .3 %
(`tests/mechanisms/test_warning_time.py`). Approaches that no site sees have no warning: they count as zero in the mean and
in the median, and are left out of quantiles, beside which the share that is seen always stands.

Nothing is sought here. Bearings are random, results are distributions, and no track is told of by itself. Tracks are made in
chunks from one seed, the same whatever the size of a chunk, so that memory does not grow with their number. Leaves out the
shape of the ground, evasion, tracking after first sight, and how long it takes to tell anyone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Array
from foedus.radars.coverage import gaussian_radius
from foedus.radars.front import Line, along
from foedus.radars.sites import assumptions

CHUNK = 4096
"""Tracks that are made at a time, fewer for a network of more than MOST_PAIRS / CHUNK sites."""

MOST_PAIRS = 4_000_000

LEAST_WIDTH = 30.0
"""Degrees to either side that a spread of bearings has at least: it is a spread, not a direction."""

_DRAWN = ("start_km", "bearing", "half_width")

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Approach:
    """An approach, and where it comes from; `stated_approach` gives what `assumptions.toml` states.

    Attributes
    ----------
    line : where tracks end. speed_m_s : along the ground. start_km : how long tracks are; a track that begins within reach is
        seen from its beginning. bearing, half_width : middle of the spread of bearings from which tracks come, and degrees to
        either side of it. tracks, seed : how many are drawn, and from what.
    """

    line: Line
    speed_m_s: float
    start_km: float
    bearing: float
    half_width: float
    tracks: int = 10_000
    seed: int = 1

    def __post_init__(self) -> None:
        faults = [
            (0 < self.speed_m_s < math.inf, "a speed lies above zero, in metres a second"),
            (0 < self.start_km <= 9000, "tracks are up to 9,000 km long"),
            (-360 <= self.bearing <= 360, "a bearing is in degrees from north by east, up to 360"),
            (LEAST_WIDTH <= self.half_width <= 180, f"a spread has {LEAST_WIDTH:g} to 180 degrees to either side"),
            (1 <= self.tracks <= 10_000_000, "1 to 10,000,000 tracks are drawn"),
            (self.seed >= 0, "a seed is a whole number from zero up"),
        ]
        if wrong := [text for right, text in faults if not right]:
            raise InputError(f"this approach cannot be drawn: {'; '.join(wrong)}.")

    def minutes(self, kilometres: Array) -> Array:
        """Return how long a distance takes."""
        return kilometres * 1000 / self.speed_m_s / 60


def stated_approach(line: Line, tracks: int = 10_000, seed: int = 1, **changed: float) -> Approach:
    """Return the approach that `assumptions.toml` states, to a line, with what is changed by name.

    >>> stated_approach(Line("here", (70.0,), (-100.0,)), speed_m_s=300.0).speed_m_s
    300.0
    """
    given = assumptions()
    stated = {"speed_m_s": given["target"]["speed_m_s"], **{name: given["approach"][name] for name in _DRAWN}}
    return Approach(line, tracks=tracks, seed=seed, **{name: float(value) for name, value in {**stated, **changed}.items()})


@dataclass(frozen=True)
class WarningTime:
    """The distribution of warning.

    Attributes
    ----------
    seen : share of tracks that any site sees before they end. mean, median : minutes, unseen tracks counted as zero.
    quantiles : level → minutes, of the tracks that are seen (to the kilometre); None where none is.
    from_start : share of tracks that begin within reach, whose warning would be longer if they were.
    """

    seen: float
    mean: float
    median: float
    quantiles: dict[float, float | None]
    from_start: float
    tracks: int

    def tidy(self) -> pl.DataFrame:
        """Return measure and value: share_seen, mean_minutes, median_minutes, minutes_05 … minutes_95, share_from_start."""
        quantiles = {f"minutes_{round(100 * level):02d}": value for level, value in self.quantiles.items()}
        minutes = {"mean_minutes": self.mean, "median_minutes": self.median, **quantiles}
        rows = {"share_seen": self.seen, **minutes, "share_from_start": self.from_start}
        return pl.DataFrame({"measure": list(rows), "value": list(rows.values())}, schema_overrides={"value": pl.Float64})


def warning_time(sites: pl.DataFrame, reaches_km: Array, approach: Approach) -> WarningTime:
    """Return the distribution of warning that the sites give of the approach; reaches_km : (site,)."""
    _check(reaches_km)
    return warning_times(sites, reaches_km[None], approach)[0]


def warning_times(sites: pl.DataFrame, reaches_km: Array, approach: Approach) -> list[WarningTime]:
    """Return the distribution of warning in each of several cases; the tracks, which cost most, are made once for all.

    reaches_km : (case, site).
    """
    histograms = np.zeros((len(reaches_km), int(np.ceil(approach.start_km)) + 1))
    totals, started = np.zeros(len(reaches_km)), np.zeros(len(reaches_km))
    radius = touching_radius(sites)
    longest, cosine = approach.start_km / radius, np.cos(reaches_km / radius)
    for crossing in _crossings(sites, reaches_km.max(axis=0, initial=0.0), approach):
        begins = np.flatnonzero(np.diff(crossing.track, prepend=-1))
        for case in range(len(reaches_km)) if len(begins) else ():
            first = np.maximum.reduceat(crossing.entries(cosine[case], longest), begins)
            seen = first[first >= 0] * radius
            totals[case] += float(seen.sum())
            histograms[case] += np.bincount(np.rint(seen).astype(np.int64), minlength=histograms.shape[1])
            started[case] += int((seen >= approach.start_km * (1 - 1e-9)).sum())
    cases = zip(histograms, totals, started, strict=True)
    return [_distribution(histogram, total, at_start, approach) for histogram, total, at_start in cases]


def _distribution(histogram: Array, kilometres: float, started: float, approach: Approach) -> WarningTime:
    """The distribution of so many tracks by the kilometre at which they are first seen."""
    upto = np.cumsum(histogram)
    seen, unseen = float(upto[-1]), approach.tracks - float(upto[-1])

    def minutes(number: float) -> float:
        return float(approach.minutes(np.asarray(np.searchsorted(upto, number), np.float64)))

    half = approach.tracks / 2
    return WarningTime(
        seen=seen / approach.tracks,
        mean=float(approach.minutes(np.asarray(kilometres / approach.tracks))),
        median=minutes(half - unseen) if unseen < half else 0.0,
        quantiles={level: minutes(level * seen) if seen else None for level in LEVELS},
        from_start=float(started / approach.tracks),
        tracks=approach.tracks,
    )


def first_seen(sites: pl.DataFrame, reaches_km: Array, approach: Approach, owners: Sequence[object]) -> Iterator[Array]:
    """Yield, chunk by chunk, how far before its end each track is first seen by each owner's sites (track, owner), km.

    owners : of each site; columns are the owners in the order of their names. -1 where an owner never sees the track.
    """
    _check(reaches_km)
    radius = touching_radius(sites)
    names, owner = np.unique(np.asarray(owners, dtype=str), return_inverse=True)
    order = np.argsort(owner, kind="stable")
    reaches = reaches_km[order]
    starts = np.searchsorted(owner[order], np.arange(len(names)))
    for crossing in _crossings(sites[order], reaches, approach):
        entry = np.full((crossing.tracks, len(order)), -1.0)
        entry[crossing.track, crossing.site] = crossing.entries(np.cos(reaches / radius), approach.start_km / radius)
        if not len(names):
            yield np.full((crossing.tracks, 0), -1.0)
            continue
        first = np.maximum.reduceat(entry, starts, axis=1)
        yield np.where(first >= 0, first * radius, -1.0)


def _check(reaches_km: Array) -> None:
    if reaches_km.ndim != 1:
        raise InputError("warning times are told over smooth ground: give one reach a site.")


@dataclass(frozen=True)
class _Crossings:
    """The pairs of a track and a site whose great circle comes within reach of it, in the order of the tracks (pair,).

    nearest : arc before the end at which the circle comes nearest to the site. peak : cosine of how near. tracks : how many.
    """

    track: npt.NDArray[np.signedinteger]
    site: npt.NDArray[np.signedinteger]
    nearest: Array
    peak: Array
    tracks: int

    def entries(self, cosine: Array, longest: float) -> Array:
        """Arc before its end at which each track enters its site's reach (pair,), -1 where it does not; cosine : (site,)."""
        within = cosine[self.site] / self.peak
        half = np.arccos(np.clip(within, -1.0, 1.0))
        crosses = (within <= 1) & (self.nearest + half >= 0) & (self.nearest - half <= longest)
        entry: Array = np.where(crosses, np.minimum(self.nearest + half, longest), -1.0)
        return entry


def _crossings(sites: pl.DataFrame, reaches_km: Array, approach: Approach) -> Iterator[_Crossings]:
    """The crossings of each chunk of tracks; reaches_km : the widest that will be asked for (site,)."""
    stands = unit_vectors(sites["latitude"].to_numpy(), sites["longitude"].to_numpy())
    widest = np.cos(np.minimum(reaches_km / touching_radius(sites), np.pi / 2))
    for ends, comes_from in _tracks(approach, max(1, min(CHUNK, MOST_PAIRS // max(1, sites.height)))):
        end, back = ends @ stands.T, comes_from @ stands.T
        squared = end**2 + back**2
        track, site = np.nonzero(squared >= widest**2)
        nearest = np.arctan2(back[track, site], end[track, site])
        yield _Crossings(track, site, nearest, np.sqrt(squared[track, site]), len(ends))


def _tracks(approach: Approach, chunk: int) -> Iterator[tuple[Array, Array]]:
    """Ends of the tracks and the directions they come from (track, 3), chunk by chunk."""
    latitude, longitude = along(approach.line)
    generator = np.random.Generator(np.random.PCG64(approach.seed))
    for start in range(0, approach.tracks, chunk):
        draws = generator.random((min(chunk, approach.tracks - start), 2))
        at = (draws[:, 0] * len(latitude)).astype(np.int64)
        bearing = np.radians(approach.bearing + (2 * draws[:, 1] - 1) * approach.half_width)
        north, east = np.radians(latitude[at]), np.radians(longitude[at])
        to_east = np.stack([-np.sin(east), np.cos(east), np.zeros_like(east)], axis=-1)
        to_north = np.stack([-np.sin(north) * np.cos(east), -np.sin(north) * np.sin(east), np.cos(north)], axis=-1)
        comes_from = to_north * np.cos(bearing)[:, None] + to_east * np.sin(bearing)[:, None]
        yield unit_vectors(latitude[at], longitude[at]), comes_from


def unit_vectors(latitude: Array, longitude: Array) -> Array:
    """Return positions on the unit sphere (point, 3)."""
    north, east = np.radians(latitude), np.radians(longitude)
    vectors: Array = np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=-1)
    return vectors


def touching_radius(sites: pl.DataFrame) -> float:
    """Return the radius, km, of the sphere that touches the ellipsoid at the mean latitude of the sites."""
    return float(gaussian_radius(np.array([sites["latitude"].to_numpy().mean() if sites.height else 0.0]))[0])
