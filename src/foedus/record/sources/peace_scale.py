"""How close to peace each pair of related states stood, 1900–2020: the peace scale of Goertz, Diehl and Balas.

`peace_spells` has one row per dyad and period with its first and last day and `level`: 0 serious rivalry, .25 lesser rivalry,
.5 negative peace (no plans for war), .75 warm peace, 1 security community.

Traps
-----
* Only dyads with a relationship are coded. Two states without a row have little to do with each other; that is neither peace
  nor rivalry.
* 20209999 is "still so on 31 December 2020": `end` is null. 19009999 is "since before 1900": `start` is 1 January 1900 and
  `left_censored` is true.
* -9 is a passage between levels, up to ten years long. The period stays, with a null level.
* Some months, days or both are unknown (00): a start becomes the first day there is, an end the last.
* A few last days are impossible (19699025) or overlap the next period. A period ends no later than the day before the next
  begins, which mends five of them; one impossible first day is mended by name (STARTS).
* The coders keep 255 for West Germany. COW has 260 from 5 May 1955 to 2 October 1990, so periods with 255 are cut at these
  days and the middle renumbered. In between 1945 and 1955 COW has no Germany, and 255 meets no state-year.
* Vanuatu's relations with 936 and 937, numbers COW never gave, begin on the days Kiribati and Tuvalu joined the system
  (CODES).
* Occupied states count on (France in 1943), so some days fall where COW has no such state.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

OPEN, BEFORE_1900, TRANSITION = 20209999, 19009999, -9

STARTS = {19620086: 19620806}
"""Jamaica's relations with the Soviet Union, given as day 86 of month 0; Jamaica became independent on 6 August 1962."""

CODES = {936: 946, 937: 947}

GERMANY, WEST_GERMANY = 255, 260
WEST_GERMAN_DAYS = (date(1955, 5, 5), date(1990, 10, 2))
"""First and last day of the Federal Republic as 260 in COW's state list."""

_FOREVER = date(9999, 12, 31)
_KEY = ["ccode1", "ccode2", "start"]


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `peace_spells`: ccode1 < ccode2, start, end (null if open at the end of 2020), level, left_censored."""
    frame = pl.read_csv(raw / "political/rivalries/diehl_peacedata3.1_long.csv")
    codes = pl.concat_list("ccode1", "ccode2").list.eval(pl.element().replace(CODES)).list.sort()
    level = pl.col("peace_level")
    dated = frame.select(
        codes.list.get(0).cast(pl.Int16).alias("ccode1"),
        codes.list.get(1).cast(pl.Int16).alias("ccode2"),
        _first_day(pl.col("start").replace(STARTS)).alias("start"),
        _last_day(pl.col("end")).alias("end"),
        pl.when(level != TRANSITION).then(level).alias("level"),
        (pl.col("start") == BEFORE_1900).alias("left_censored"),
    )
    return {"peace_spells": _renumber_west_germany(_without_overlap(dated)).sort(_KEY)}


def _first_day(day: pl.Expr) -> pl.Expr:
    """The date written YYYYMMDD, an unknown or impossible month or day read as the first."""
    month, rest = day // 100 % 100, day % 100
    return pl.date(day // 10000, _known(month, 12), _known(rest, 31))


def _last_day(day: pl.Expr) -> pl.Expr:
    """The date written YYYYMMDD, an unknown or impossible month or day read as the last; null if the period is open."""
    month, rest = day // 100 % 100, day % 100
    end_of_month = pl.date(day // 10000, pl.when(month.is_between(1, 12)).then(month).otherwise(12), 1).dt.month_end()
    exact = month.is_between(1, 12) & rest.is_between(1, 31)
    return pl.when(day == OPEN).then(None).when(exact).then(_first_day(day)).otherwise(end_of_month)


def _known(part: pl.Expr, most: int) -> pl.Expr:
    return pl.when(part.is_between(1, most)).then(part).otherwise(1)


def _without_overlap(spells: pl.DataFrame) -> pl.DataFrame:
    """End each period before the dyad's next one begins."""
    before_next = pl.col("start").shift(-1).over("ccode1", "ccode2") - pl.duration(days=1)
    late = before_next < pl.col("end").fill_null(_FOREVER)
    return spells.sort(_KEY).with_columns(pl.when(late).then(before_next).otherwise("end").alias("end"))


def _renumber_west_germany(spells: pl.DataFrame) -> pl.DataFrame:
    """Cut the periods of 255 at the first and last day of 260 and give 260 to what lies between."""
    german = pl.any_horizontal(pl.col("ccode1", "ccode2") == GERMANY)
    first, last = WEST_GERMAN_DAYS
    after = pl.lit(last) + pl.duration(days=1)
    affected = spells.filter(german)
    middle = _clip(affected, pl.lit(first), pl.lit(last)).with_columns(
        pl.col("ccode1", "ccode2").replace(GERMANY, WEST_GERMANY)
    )
    early = _clip(affected, pl.lit(date.min), pl.lit(first) - pl.duration(days=1))
    return pl.concat([spells.filter(~german), early, middle, _clip(affected, after, pl.lit(_FOREVER))])


def _clip(spells: pl.DataFrame, first: pl.Expr, last: pl.Expr) -> pl.DataFrame:
    """The parts of the periods that lie between two days; a part cut off at its start is no longer left-censored."""
    end = pl.min_horizontal(pl.col("end").fill_null(_FOREVER), last)
    clipped = spells.with_columns(
        pl.max_horizontal("start", first).alias("start"),
        pl.when(end < _FOREVER).then(end).alias("end"),
        (pl.col("left_censored") & (pl.col("start") >= first)).alias("left_censored"),
    )
    return clipped.filter(pl.col("start") <= pl.col("end").fill_null(_FOREVER))
