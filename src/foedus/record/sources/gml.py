"""Militarized interstate disputes, as corrected by Gibler, Miller and Little: who disputed with whom, how hard, since when.

Two tables. `dispute_dyad_years` has one row per directed dyad, dispute and year, so that a dyad with two disputes in a year has
two rows (the whittled file drops 6 % of the onsets). `dispute_participants` has one row per state, dispute and spell, with the
leader in office on its first and last day (`leader_start`, `leader_end`: the ids of `archigos`).

Who began it
------------
`side_a` is the side that took the first militarized action, `originator` a state that was in the dispute from its first day.
The file names no initiator. peacesciencer's default counts side A and all who join later, on either side, as initiators:
`side_a | ~originator`, which gives its 5,792 initiators in the 9,284 rows of the whittled file and its 1,407 state-years of
1946–2014 with an onset. Stricter readings are `side_a` and `side_a & originator`.

Traps
-----
* -9 means missing in every column; it becomes null. So do two months that do not exist: 13 as the start of dispute 1272, 19 as
  the end of 3514.
* Every row is a year with the dispute under way. `ongoing_at_end` marks the 78 rows of disputes still open when the data end.
* `deaths1`, `deaths2` are military deaths of each side in the whole dispute, with all its opponents, not in the dyad or the
  year; they repeat over the rows (but for 8 states that took part twice). Null for 1,878 rows, in most of which the level is
  known. In dispute 3058 the levels of Cuba and Grenada are 0 and their deaths 25 and 45; both are kept. A war is a dispute of
  hostility 5.
* The data end on 31 December 2010: a later year without rows is unknown, not peaceful.
* `fatality` is a level (0 none, 1 up to 25 deaths, 2 up to 100, 3 up to 250, 4 up to 500, 5 up to 999, 6 more), not a count.
* `onset` marks the first year of a dispute *in this dyad*: a state that joins in the second year has its onset there.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
from polars import selectors as cs

from foedus.record.dispute_lists import OF_DISPUTE, OF_STATE, ONGOING, sided

MISSING = -9
MONTHS = 12

_FLAGS = {"onset", "reciprocated", "side_a", "originator", ONGOING}
_DYAD_YEAR_COLUMNS = {
    "dispnum": "dispute",
    "ccode1": "ccode1",
    "ccode2": "ccode2",
    "year": "year",
    "midonset": "onset",
    **sided(OF_STATE),
    **OF_DISPUTE,
    "ongo2010": ONGOING,
}
_PARTICIPANT_COLUMNS = {
    "dispnum": "dispute",
    "ccode": "ccode",
    "styear": "start_year",
    "stmon": "start_month",
    "stday": "start_day",
    "endyear": "end_year",
    "endmon": "end_month",
    "endday": "end_day",
    "sidea": "side_a",
    "hiact": "highest_action",
    "orig": "originator",
    "obsid_start": "leader_start",
    "obsid_end": "leader_end",
}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `dispute_dyad_years` and `dispute_participants`, with null for every missing code."""
    folder = raw / "political/mids"
    return {
        "dispute_dyad_years": _tidy(pl.read_parquet(folder / "gml_dirdisp.parquet"), _DYAD_YEAR_COLUMNS),
        "dispute_participants": _tidy(pl.read_parquet(folder / "gml_part.parquet"), _PARTICIPANT_COLUMNS),
    }


def _tidy(frame: pl.DataFrame, columns: dict[str, str]) -> pl.DataFrame:
    renamed = frame.select(columns.keys()).rename(columns).with_columns(cs.integer().replace(MISSING, None))
    flags = [name for name in renamed.columns if name in _FLAGS or name.rstrip("12") in _FLAGS]
    months = cs.ends_with("_month")
    return renamed.with_columns(pl.col(flags).cast(pl.Boolean), pl.when(months <= MONTHS).then(months).name.keep())
