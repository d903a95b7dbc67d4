"""Radars along the Arctic coast see an approach early, and how early is a matter of geometry: horizon, range, speed.

    horizon(h, H)          ≈  √(2 k R h) + √(2 k R H)
    reach(i)               =  min(horizon(antenna of i, target), range(i), range(i) · (σ / σ₀)^¼)
    seen(x)                =  number of sites i with distance(i, x) ≤ reach(i)
    warning(track)         =  distance to its end from where a site first sees it  /  speed
    found(t)               =  1 - Π over looks up to t of (1 - probability of a look)

Unit of analysis: site × track. Graded physical: nothing is estimated from data, and what is not known (the air, masts, ground,
published ranges) is carried through as bands. Defensive: it tells what the warning network sees, as maps, shares and
distributions over approaches drawn at random. It has no search over routes and tells of no best or least covered one. The
arithmetic is a model of its own, in `foedus.radars`; this file says what it claims, reads and writes.

Skolnik (2008), Introduction to Radar Systems and Radar Handbook. Leaves out everything that is not public, clutter and weather,
what happens after first detection, and what does not fly: submarines, ballistic missiles, satellites.

Disputed: not the geometry, but what is put into it, for published ranges and heights differ between sources; and what minutes
of warning are worth, of which nothing is said here.
"""

from __future__ import annotations

from typing import ClassVar


class WarningCoverage:
    """The claim that a network of radars sees an approach early; `radars.network.WarningNetwork` computes what follows."""

    id: ClassVar[str] = "warning.coverage"
    name: ClassVar[str] = "warning"
    unit: ClassVar[str] = "site × track"
    reads: ClassVar[tuple[str, ...]] = ("radar_sites",)
    writes: ClassVar[tuple[str, ...]] = ("warning_coverage", "warning_minutes")
