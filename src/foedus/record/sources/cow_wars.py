"""Wars as the Correlates of War project has them: between states (4.0) and within them (4.1), 1816–2007.

Read from the user's own files; they never ship. `interstate_war_years` has one row per dyad-year in which two states fought on
opposite sides; `intrastate_war_years` one per state-year in which a state's government fought a civil war, for central control
or over local issues. `wars` counts them; `onset` marks the first year of a war for this dyad or state: fighting that is resumed
after a truce, within the same war, is no onset.

Traps
-----
* The publisher's files have a row per participant with up to four spells of fighting: -8 means there is none, -9 unknown, -7
  that the war goes on at the end of 2007. The file of wars between states ends its lines as old Macintosh computers did.
* Two states are at war in every year in which spells of theirs on opposite sides overlap by the day. The R package pairs first
  with first and second with second spells only and so has no France against Germany in 1944; it counts resumption as onset.
* In the file of civil wars the government stands on side A with its opponent's name beside it; other rows are of states that
  intervened. The R package's flag of onset often sits on the row of one that intervened, so that in 27 wars since 1946 the
  government has none (Lebanon in 1958); the flag is not read here.
* Maoz' directed dyadic wars, a narrower reading of who fought whom, are read as well.
"""

from __future__ import annotations

import polars as pl

from foedus.record.publisher import Form, Tables

LAST_YEAR = 2007

_SPELLS = range(1, 5)
_DATES = [f"{point}{part}{place}" for place in _SPELLS for point in ("start", "end") for part in ("month", "day", "year")]
_CIVIL = (4.0, 5.0)
"""Types of war within a state that are civil wars: for central control, over local issues."""


def _between(frame: pl.DataFrame) -> Tables:
    """From the spells of each participant."""
    spells = _spells(frame, ("warnum", "ccode", "side"))
    opposed = spells.join(spells, on="warnum", suffix="2").filter(pl.col("side") != pl.col("side2"))
    first, last = pl.max_horizontal("start", "start2"), pl.min_horizontal("end", "end2")
    years = _years(opposed.filter(first <= last).with_columns(first=first.dt.year(), last=last.dt.year()))
    return _dyadic(years.select("warnum", ccode1="ccode", ccode2="ccode2", year="year"))


def _dyadic(rows: pl.DataFrame) -> Tables:
    """From directed or non-directed dyad-years at war."""
    low, high = pl.min_horizontal("ccode1", "ccode2"), pl.max_horizontal("ccode1", "ccode2")
    ordered = rows.select("warnum", low.alias("ccode1"), high.alias("ccode2"), "year")
    return {"interstate_war_years": _counted(ordered, ["ccode1", "ccode2"])}


def _maoz(frame: pl.DataFrame) -> Tables:
    return _dyadic(frame.rename({"statea": "ccode1", "stateb": "ccode2"}))


def _within(frame: pl.DataFrame) -> Tables:
    """From the spells of each civil war."""
    government = (pl.col("ccodea") > 0) & (pl.col("sideb") != "-8")
    civil = frame.filter(pl.col("wartype").is_in(_CIVIL) & government)
    spells = _spells(civil, ("warnum", "ccodea"))
    years = _years(spells.with_columns(first=pl.col("start").dt.year(), last=pl.col("end").dt.year()))
    return {"intrastate_war_years": _counted(years.select("warnum", "year", ccode="ccodea"), ["ccode"])}


def _within_years(frame: pl.DataFrame) -> Tables:
    rows = frame.filter(pl.col("primary_state") == 1).select("warnum", "year", ccode="ccodea")
    return {"intrastate_war_years": _counted(rows, ["ccode"])}


def _spells(frame: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    """One row per spell of fighting: its keys, start and end; an unknown month or day is the first or last there is."""
    parts = [
        frame.filter(pl.col(f"startyear{place}") > 0).select(
            *keys,
            _date(f"startyear{place}", f"startmonth{place}", f"startday{place}").alias("start"),
            _date(_end(place), f"endmonth{place}", f"endday{place}", last=True).alias("end"),
        )
        for place in _SPELLS
        if f"startyear{place}" in frame.columns
    ]
    return pl.concat(parts).unique(maintain_order=True)


def _end(place: int) -> pl.Expr:
    """The year a spell ends: 2007 if it goes on then, its first year if the end is unknown."""
    year = pl.col(f"endyear{place}")
    return pl.when(year == -7).then(LAST_YEAR).when(year > 0).then(year).otherwise(pl.col(f"startyear{place}"))


def _date(year: str | pl.Expr, month: str, day: str, *, last: bool = False) -> pl.Expr:
    the_year = pl.col(year) if isinstance(year, str) else year
    the_month = pl.when(pl.col(month).is_between(1, 12)).then(pl.col(month)).otherwise(12 if last else 1)
    first_day = pl.date(the_year.cast(pl.Int32), the_month.cast(pl.Int8), 1)
    unknown = first_day.dt.month_end() if last else first_day
    known = first_day + pl.duration(days=pl.col(day).cast(pl.Int32) - 1)
    return pl.when(pl.col(day).is_between(1, 31)).then(known).otherwise(unknown)


def _years(spells: pl.DataFrame) -> pl.DataFrame:
    years = pl.int_ranges("first", pl.col("last") + 1, dtype=pl.Int32).alias("year")
    return spells.filter(pl.col("first") <= pl.col("last")).with_columns(years).explode("year", empty_as_null=True)


def _counted(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """One row a unit-year: whether a war began, that one was under way, and how many."""
    wars = rows.unique(["warnum", *keys, "year"], maintain_order=True)
    began = wars.with_columns(onset=pl.col("year") == pl.col("year").min().over("warnum", *keys))
    counts = {"onset": pl.col("onset").any(), "ongoing": pl.lit(True), "wars": pl.len().cast(pl.Int16)}
    return began.group_by(*keys, "year", maintain_order=True).agg(**counts)


_START, _END = ("startyear1", "startmonth1", "startday1"), ("endyear1", "endmonth1", "endday1")

FORMS = (
    Form(
        "the participants in wars between states",
        ("warnum", "ccode", "side", *_START, *_END),
        ("warnum", "ccode", "side"),
        _between,
        optional=tuple(_DATES),
        unique=False,
        missing=(-9, -8),
    ),
    Form(
        "the dyad-years of wars between states",
        ("warnum", "ccode1", "ccode2", "year", "cowinteronset"),
        ("warnum", "ccode1", "ccode2", "year"),
        _dyadic,
        unique=False,
    ),
    Form(
        "the directed dyadic wars",
        ("warnum", "disno", "statea", "stateb", "year"),
        ("warnum", "statea", "stateb", "year"),
        _maoz,
        unique=False,
    ),
    Form(
        "the wars within states",
        ("warnum", "wartype", "ccodea", "sideb", *_START, *_END),
        ("warnum",),
        _within,
        optional=tuple(_DATES),
        unique=False,
        text=("sideb",),
        missing=(-9, -8),
    ),
    Form(
        "the state-years of wars within states",
        ("warnum", "year", "ccodea", "primary_state", "cowintraonset"),
        ("warnum", "year"),
        _within_years,
        unique=False,
    ),
)
