"""What states want from the world, as their votes on whole resolutions of the General Assembly show it, 1946–2025.

`ideal_points_final_passage` has one row per state and calendar year: its position on one dimension, higher being closer to the
order the United States leads, with a 90 % interval and the votes behind it. Only votes on the final passage of a resolution
count, not those on its paragraphs and amendments.

Traps
-----
* Another scale than `ideal_points` (`sources/unga.py`): other votes, other years, estimated anew. The two are never spliced and
  their levels are not compared; a distance on one says nothing about a distance on the other.
* A year is one of the calendar: it holds the end of one session and the autumn of the next.
* Votes are few in some years: none in 1964, at most 8 in 2024, 7 in 1955 and 5 in 1951; the model fills these in from others.
  2025 has up to 158, as many as two usual years: whether votes of late 2024 are filed under it, the file does not say.
* 44 rows rest on fewer than three votes, among them Madagascar's of 2025, on one. See `final_passage_votes`.
* Germany (255) and Yemen (679) begin with 1990, where the session series still has West Germany and the Yemen Arab Republic.
* Ukraine and Belarus vote from 1946, India in 1946 and Taiwan before 1949, when COW does not count them as states; these rows
  stay and meet no state-year. Taiwan (713) votes to 1971, the People's Republic (710) from then on.
* Kosovo and Taiwan have no vote today; Venezuela, in arrears, has no row after 2021.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `ideal_points_final_passage`: ccode, year, the point with its 5 % and 95 % quantiles, and the votes cast."""
    path = raw / "political/unga/Idealpointestimates1946-2025.tab"
    frame = pl.read_csv(path, separator="\t", null_values="NA", infer_schema_length=None)
    points = frame.select(
        pl.col("ccode", "year").cast(pl.Int16),
        pl.col("IdealPointFP").alias("ideal_point_final_passage"),
        pl.col("Q5%FP").alias("ideal_point_final_passage_low"),
        pl.col("Q95%FP").alias("ideal_point_final_passage_high"),
        pl.col("NVotesFP").cast(pl.Int16).alias("final_passage_votes"),
    )
    return {"ideal_points_final_passage": points.sort("ccode", "year")}
