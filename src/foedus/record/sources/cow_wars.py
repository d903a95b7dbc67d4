"""Wars as the Correlates of War project has them: between states (4.0) and within them (4.1), 1816–2007.

Read from the user's own files; they never ship. `interstate_war_years` has one row per dyad-year in which two states fought on
opposite sides; `intrastate_war_years` one per state-year in which a state's government fought a civil war, for central control
or over local issues. `wars` counts them; `onset` marks the first year of a war for this dyad or state: fighting that is resumed
after a truce, within the same war, is no onset (`resumed`). `war` is the number of the war that speaks for the year: of several
one that began in it, else the deadliest. `interstate_war_sides` says of that war, for both directions of each dyad, whether a
side initiated it, how it ended for it and how many of its troops died. `war_participants`, from the file of participants alone,
has one row a war, state and side: whether it initiated the war (null: not told), the day it first fought (the first of the
month where the day is unknown) and its year.

Traps
-----
* The publisher's files have a row per participant with up to four spells of fighting: -8 means there is none, -9 unknown, -7
  that the war goes on at the end of 2007. The file of wars between states ends its lines as old Macintosh computers did.
* Two states are at war in every year in which spells of theirs on opposite sides overlap by the day. The R package pairs first
  with first and second with second spells only and so has no France against Germany in 1944; it counts resumption as onset.
* In the file of civil wars the government stands on side A with its opponent's name beside it; other rows are of states that
  intervened. The R package's flag of onset often sits on the row of one that intervened, so that in 27 wars since 1946 the
  government has none (Lebanon in 1958); the flag is not read here.
* Deaths are those of a participant in the whole war, on this side of it: neither of the year nor of the dyad. France, Italy,
  Romania and Bulgaria have a row for each side of the Second World War.
* `initiator` marks who began the war, also if it was not the first whom the other fought; of Maoz' file it is not known.
* Maoz' directed dyadic wars, a narrower reading of who fought whom, are read as well.
"""

from __future__ import annotations

import polars as pl

from foedus.record.publisher import Form, Tables, with_optional
from foedus.record.row_faults import Day, Spell

LAST_YEAR = 2007

_SPELLS = range(1, 5)
_PARTS = ("year", "month", "day")
_DATES = [f"{point}{part}{place}" for place in _SPELLS for point in ("start", "end") for part in _PARTS]
_SPELLS_OF: tuple[Spell, ...] = tuple(
    (Day(*(f"start{part}{place}" for part in _PARTS)), Day(*(f"end{part}{place}" for part in _PARTS))) for place in _SPELLS
)
_GOES_ON = -7
_CIVIL = (4.0, 5.0)
"""Types of war within a state that are civil wars: for central control, over local issues."""


def _between(frame: pl.DataFrame) -> Tables:
    """From the spells of each participant."""
    return _met(frame) | {"war_participants": _participants(frame)}


def _participants(frame: pl.DataFrame) -> pl.DataFrame:
    """Who fought on which side, from when on; a state that came back later is there once, a state that changed sides twice."""
    spells = _spells(with_optional(frame, _SIDES), ("warnum", "ccode", "side", "initiator"))
    once = spells.sort("start").group_by("warnum", "ccode", "side", maintain_order=True).first()
    return once.select(
        pl.col("warnum").cast(pl.Int16).alias("war"),
        "ccode",
        pl.col("start").dt.year().cast(pl.Int16).alias("year"),
        pl.col("side").cast(pl.Int16),
        _initiated("").alias("initiator"),
        pl.col("start").alias("entered"),
        "day_known",
    ).sort("war", "entered", "ccode")


def _met(frame: pl.DataFrame) -> Tables:
    """The dyad-years in which spells of two on opposite sides overlap."""
    spells = _spells(with_optional(frame, _SIDES), ("warnum", "ccode", "side", *_SIDES))
    opposed = spells.join(spells, on="warnum", suffix="2").filter(pl.col("side") != pl.col("side2"))
    meeting = opposed.with_columns(start=pl.max_horizontal("start", "start2"), end=pl.min_horizontal("end", "end2"))
    fought = meeting.filter(pl.col("start") <= pl.col("end"))
    years = _years(_dated(fought, ["warnum", "ccode", "ccode2"]))
    named = {f"{name}{place}": f"{name}{side}" for name in _SIDES for side, place in (("1", ""), ("2", "2"))}
    values = [pl.col(old).alias(new) for old, new in named.items()]
    return _directed(years.select("warnum", "year", pl.col("ccode").alias("ccode1"), "ccode2", "resumed", *values))


def _directed(rows: pl.DataFrame) -> Tables:
    """From dyad-years at war in both directions, or in either."""
    full = with_optional(rows, [f"{name}{side}" for name in _SIDES for side in "12"])
    turned = {f"{name}{side}": f"{name}{other}" for name in ("ccode", *_SIDES) for side, other in ("12", "21")}
    both = pl.concat([full, full.rename(turned).select(full.columns)])
    told = (
        both.with_columns(_initiated(side).alias(f"initiator{side}") for side in "12")
        .with_columns(_level(f"outcome{side}") for side in "12")
        .with_columns(_deaths(f"batdeath{side}", f"battle_deaths{side}") for side in "12")
    )
    sides = [f"{name}{side}" for name in ("initiator", "outcome", "battle_deaths") for side in "12"]
    spoken = _spoken(told, ["ccode1", "ccode2"], _sum("battle_deaths1", "battle_deaths2"), sides)
    keys = ["ccode1", "ccode2", "year"]
    years = spoken.filter(pl.col("ccode1") < pl.col("ccode2")).select(*keys, *_YEARS)
    return {"interstate_war_years": years, "interstate_war_sides": spoken.select(*keys, "war", *sides)}


def _maoz(frame: pl.DataFrame) -> Tables:
    return _directed(frame.select("warnum", "year", ccode1="statea", ccode2="stateb"))


def _within(frame: pl.DataFrame) -> Tables:
    """From the spells of each civil war."""
    government = (pl.col("ccodea") > 0) & (pl.col("sideb") != "-8")
    civil = with_optional(frame.filter(pl.col("wartype").is_in(_CIVIL) & government), _OF_WAR)
    spells = _spells(civil, ("warnum", "ccodea", *_OF_WAR))
    return _of_governments(_years(_dated(spells, ["warnum", "ccodea"])))


def _within_years(frame: pl.DataFrame) -> Tables:
    known = with_optional(frame, _OF_WAR)
    if known.schema["wartype"] == pl.String:
        known = known.with_columns(pl.col("wartype").replace_strict(_CIVIL_IN_WORDS, default=None, return_dtype=pl.Float64))
    return _of_governments(known.filter(pl.col("primary_state") == 1))


def _of_governments(rows: pl.DataFrame) -> Tables:
    told = rows.rename({"ccodea": "ccode"}).with_columns(
        _level("outcome"),
        pl.col("wartype").cast(pl.Int16).alias("type"),
        pl.when(pl.col("intnl").is_between(0, 1)).then(pl.col("intnl") == 1).alias("internationalized"),
        _deaths("sideadeaths", "government_deaths"),
        _deaths("sidebdeaths", "opponent_deaths"),
    )
    facts = ["type", "internationalized", "outcome", "government_deaths", "opponent_deaths"]
    spoken = _spoken(told, ["ccode"], _sum("government_deaths", "opponent_deaths"), facts)
    return {"intrastate_war_years": spoken.select("ccode", "year", *_YEARS, *facts)}


def _initiated(side: str) -> pl.Expr:
    """Whether a side began the war: 1 in the publisher's file (not: 2) and in the package's (not: 0)."""
    told = pl.col(f"initiator{side}")
    return pl.when(told.is_between(0, 2)).then(told == 1)


def _level(name: str) -> pl.Expr:
    return pl.when(pl.col(name).is_between(1, 8)).then(pl.col(name)).cast(pl.Int16).alias(name)


def _deaths(name: str, ours: str) -> pl.Expr:
    return pl.when(pl.col(name) >= 0).then(pl.col(name)).cast(pl.Int32).alias(ours)


def _sum(one: str, two: str) -> pl.Expr:
    """Sum of what is known; null if nothing is."""
    return pl.when(pl.col(one).is_not_null() | pl.col(two).is_not_null()).then(pl.sum_horizontal(one, two))


def _spells(frame: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    """One row per spell of fighting: its keys, start and end; an unknown month or day is the first or last there is."""
    parts = [
        frame.filter(pl.col(f"startyear{place}") > 0).select(
            *keys,
            _date(f"startyear{place}", f"startmonth{place}", f"startday{place}").alias("start"),
            _day_known(f"startmonth{place}", f"startday{place}").alias("day_known"),
            _date(_end(place), f"endmonth{place}", f"endday{place}", last=True).alias("end"),
        )
        for place in _SPELLS
        if f"startyear{place}" in frame.columns
    ]
    return pl.concat(parts).unique(maintain_order=True)


def _day_known(month: str, day: str) -> pl.Expr:
    return (pl.col(month).is_between(1, 12) & pl.col(day).is_between(1, 31)).fill_null(False)


def _end(place: int) -> pl.Expr:
    """The year a spell ends: 2007 if it goes on then, its first year if the end is unknown."""
    year = pl.col(f"endyear{place}")
    return pl.when(year == _GOES_ON).then(LAST_YEAR).when(year > 0).then(year).otherwise(pl.col(f"startyear{place}"))


def _date(year: str | pl.Expr, month: str, day: str, *, last: bool = False) -> pl.Expr:
    the_year = pl.col(year) if isinstance(year, str) else year
    the_month = pl.when(pl.col(month).is_between(1, 12)).then(pl.col(month)).otherwise(12 if last else 1)
    first_day = pl.date(the_year.cast(pl.Int32), the_month.cast(pl.Int8), 1)
    unknown = first_day.dt.month_end() if last else first_day
    known = first_day + pl.duration(days=pl.col(day).cast(pl.Int32) - 1)
    return pl.when(pl.col(day).is_between(1, 31)).then(known).otherwise(unknown)


def _dated(spells: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Spells of fighting with their years, and whether it had begun before in the same war."""
    again = pl.col("start") > pl.col("start").min().over(keys)
    return spells.with_columns(first=pl.col("start").dt.year(), last=pl.col("end").dt.year(), again=again)


def _years(spells: pl.DataFrame) -> pl.DataFrame:
    """The years of each spell; the first of one that is not the war's first is the year in which it was resumed."""
    spans = pl.int_ranges("first", pl.col("last") + 1, dtype=pl.Int32).alias("year")
    years = spells.filter(pl.col("first") <= pl.col("last")).with_columns(spans).explode("year", empty_as_null=True)
    return years.with_columns(resumed=pl.col("again") & (pl.col("year") == pl.col("first")))


def _spoken(rows: pl.DataFrame, keys: list[str], deaths: pl.Expr, facts: list[str]) -> pl.DataFrame:
    """One row a unit-year: what its wars say together, and what the one that speaks for them says."""
    marked = rows if "resumed" in rows.columns else rows.with_columns(resumed=pl.lit(None, pl.Boolean))
    began = marked.with_columns(
        onset=pl.col("year") == pl.col("year").min().over("warnum", *keys), ongoing=pl.lit(True), deaths=deaths
    )
    ordered = began.sort("onset", "deaths", "warnum", descending=[True, True, False], nulls_last=True, maintain_order=True)
    counts = {
        "onset": pl.col("onset").any(),
        "ongoing": pl.col("ongoing").first(),
        "wars": pl.col("warnum").n_unique().cast(pl.Int16),
        "resumed": pl.col("resumed").any(ignore_nulls=False),
        "war": pl.col("warnum").first().cast(pl.Int16),
    }
    told = ordered.group_by(*keys, "year", maintain_order=True).agg(**counts, **{name: pl.col(name).first() for name in facts})
    return told.sort(*keys, "year")


_YEARS = ("onset", "ongoing", "wars", "resumed", "war")
_SIDES = ("initiator", "outcome", "batdeath")
_OF_WAR = ("wartype", "intnl", "outcome", "sideadeaths", "sidebdeaths")
_CIVIL_IN_WORDS = {"central control": _CIVIL[0], "local issues": _CIVIL[1]}

_START, _END = ("startyear1", "startmonth1", "startday1"), ("endyear1", "endmonth1", "endday1")

FORMS = (
    Form(
        "the participants in wars between states",
        ("warnum", "ccode", "side", *_START, *_END),
        ("warnum", "ccode", "side"),
        _between,
        optional=(*_DATES, *_SIDES),
        unique=False,
        missing=(-9, -8),
        states=("ccode",),
        spells=_SPELLS_OF,
        codes=(_GOES_ON,),
        distinct=True,
    ),
    Form(
        "the dyad-years of wars between states",
        ("warnum", "ccode1", "ccode2", "year", "cowinteronset"),
        ("warnum", "ccode1", "ccode2", "year"),
        _directed,
        optional=tuple(f"{name}{side}" for name in _SIDES for side in "12"),
        unique=False,
        states=("ccode1", "ccode2"),
        distinct=True,
    ),
    Form(
        "the directed dyadic wars",
        ("warnum", "disno", "statea", "stateb", "year"),
        ("warnum", "statea", "stateb", "year"),
        _maoz,
        unique=False,
        states=("statea", "stateb"),
        distinct=True,
    ),
    Form(
        "the wars within states",
        ("warnum", "wartype", "ccodea", "sideb", *_START, *_END),
        ("warnum",),
        _within,
        optional=(*_DATES, *_OF_WAR[1:]),
        unique=False,
        text=("sideb",),
        missing=(-9, -8),
        states=("ccodea",),
        spells=_SPELLS_OF,
        codes=(_GOES_ON,),
    ),
    Form(
        "the state-years of wars within states",
        ("warnum", "year", "ccodea", "primary_state", "cowintraonset"),
        ("warnum", "year"),
        _within_years,
        optional=_OF_WAR,
        unique=False,
        text=("wartype",),
    ),
)
