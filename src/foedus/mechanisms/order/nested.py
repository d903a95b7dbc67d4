"""A war is a fatal dispute, and a fatal dispute is a dispute: no risk of the narrower is above that of the wider.

    P(war) <= P(fatal dispute) <= P(dispute)

The models nest by what they are (`disputes.py`). Where one of the three has too little to learn from, and how often its kind of
dyad saw an onset stands in for it, the two may contradict each other: the wider one rests on more, so that it is the one that
stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import polars as pl

from foedus.mechanisms.order.disputes import OUTCOMES

BOUNDED = ("probability", "low", "high")


def nested(forecasts: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return forecasts of the same rows, by outcome, with no probability and no bound above those of a wider outcome.

    What is null stays so.

    >>> rows = {name: pl.DataFrame({"probability": [p], "low": [p / 2], "high": [p * 2]}) for name, p in
    ...         (("dispute_onset", 0.01), ("fatal_dispute_onset", 0.03), ("war_dispute_onset", 0.002))}
    >>> [frame["probability"].item() for frame in nested(rows).values()]
    [0.01, 0.01, 0.002]
    """
    kept = {outcome: forecasts[outcome] for outcome in OUTCOMES if outcome in forecasts}
    for wider, narrower in pairwise(list(kept)):
        frame, above = kept[narrower], kept[wider]
        capped = [
            pl.when(pl.col(name).is_not_null()).then(pl.min_horizontal(name, above[name])).alias(name) for name in BOUNDED
        ]
        kept[narrower] = frame.with_columns(capped)
    return {outcome: kept[outcome] for outcome in forecasts}
