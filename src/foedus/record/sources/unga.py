"""What states want from the world, as their votes in the United Nations General Assembly show it, 1946–2023.

`ideal_points` has one row per state and regular session: its position on one dimension, higher being closer to the order the
United States leads, with a 90 % interval. The distance between two states' points measures how far their preferences are
apart.

Traps
-----
* A session is called by the year in which it opens (year = session + 1945); it runs into the next September.
* Session 19 (1964) is missing: a dispute over dues kept the Assembly from voting. Emergency sessions have no number of their
  own.
* Some points rest on next to no votes: 42 rows have fewer than three, and the model fills in from other years. See `votes`.
* Ukraine and Belarus voted from 1946, Bosnia and San Marino in 1991, before COW counts them as states; the rows stay and meet
  no state-year. Taiwan's seat until 1971 is Taiwan (713), the People's Republic's (710) from then on.
* The session that opened in September 1990 is filed under West Germany (260) and the Yemen Arab Republic (678), both of which
  ended that year; Germany (255) and Yemen (679) begin in 1991.
* The Germanys enter in 1973, Switzerland in 2002. Kosovo and Taiwan have no vote; Venezuela, in arrears, has no row after 2021.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

YEAR_OF_SESSION_ZERO = 1945


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `ideal_points`: ccode, year, ideal_point with its 5 % and 95 % quantiles, and the votes cast."""
    frame = pl.read_csv(raw / "political/unga/IdealpointestimatesAll_Jun2024.csv", null_values="NA", infer_schema_length=None)
    points = frame.select(
        pl.col("ccode").cast(pl.Int16),
        (pl.col("session") + YEAR_OF_SESSION_ZERO).cast(pl.Int16).alias("year"),
        pl.col("IdealPointAll").alias("ideal_point"),
        pl.col("Q5%All").alias("ideal_point_low"),
        pl.col("Q95%All").alias("ideal_point_high"),
        pl.col("NVotesAll").cast(pl.Int16).alias("votes"),
    )
    return {"ideal_points": points.sort("ccode", "year")}
