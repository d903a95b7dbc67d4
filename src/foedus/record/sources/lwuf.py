"""How willing leaders were to use force, judged by their lives: latent scores by Carter and Smith.

`leader_resolve` has one row per leader of `archigos` (key `leader`, its id) with four scores and their standard deviations,
from item-response models of the attributes in `lead`. Model 1 uses experience of conflict and risk; model 2 adds political
orientation and psychology; models 3 and 4 are 1 and 2 with all 36 attributes. The authors find model 2 the best of the four.

Traps
-----
* The scores rest on life before office, not on what the leader did in it, so that they may explain disputes. They say
  nothing beyond the attributes: a model with both these and `lead` counts them twice.
* A standard deviation is about as large as the spread between leaders: single leaders can hardly be ranked.
* 479 leaders without coded attributes have no row.
* Kept with seven digits.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

MODELS = (1, 2, 3, 4)


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `leader_resolve`: leader, resolve_m1 to resolve_m4 and their standard deviations."""
    frame = pl.read_parquet(raw / "political/leaders/lwuf.parquet").drop_nulls()
    scores = [
        pl.col(f"theta{model}_{old}").cast(pl.Float32).alias(f"resolve_m{model}{new}")
        for model in MODELS
        for old, new in (("mean", ""), ("sd", "_sd"))
    ]
    return {"leader_resolve": frame.select(pl.col("obsid").alias("leader"), *scores).sort("leader")}
