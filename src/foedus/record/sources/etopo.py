"""How high the ground lies and how deep the sea, on a grid of 20 arc-minutes: ETOPO5 (NOAA), thinned.

`elevation` has one row per cell: `latitude` and `longitude` of its centre, and `elevation_m` above the sea, below zero
under it.

Traps
-----
* A cell is 37 km from north to south, and at 70° N 13 km from west to east. A mountain or a fjord within it is smoothed away:
  the highest cell of the world is 6,228 m. Good for telling a plain from a range, not for the hill on which something stands.
* Over ice sheets it is the surface of the ice.
* The file repeats its first column at the end (20.17° and 380.17° E are one): it is dropped.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `elevation`, one row per cell from the south-west: latitude, longitude (-180 to 180), elevation_m."""
    with np.load(raw / "physical/elevation/etopo5_20arcmin.npz") as grid:
        height, latitude, longitude = (grid[name] for name in ("elevation_m", "lat", "lon"))
    east = np.round((longitude[:-1].astype(np.float64) + 180) % 360 - 180, 4)
    order = np.argsort(east)
    north, across = np.meshgrid(np.round(latitude.astype(np.float64), 4), east[order], indexing="ij")
    cells = height[:, :-1][:, order]
    table = pl.DataFrame({"latitude": north.ravel(), "longitude": across.ravel(), "elevation_m": cells.ravel()})
    return {"elevation": table.cast({"latitude": pl.Float32, "longitude": pl.Float32, "elevation_m": pl.Int16})}
