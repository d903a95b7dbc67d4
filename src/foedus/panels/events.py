"""Events counted to a unit: a user's file of UCDP's georeferenced events (GED) or of ACLED, by state, month or pair of states.

Traps that are handled, or said
-------------------------------
* GED dates many events to a span of days. In months, such an event counts by the share of its days (`spanning="days"`), or
  where it begins; so do its deaths. How many there are is said.
* GED gives deaths as best, low and high: all three are summed. `event_clarity` 2 marks rows that sum up several events.
* GED's codes of states are Gleditsch and Ward's; a state is where the event took place (`country_id`), not who fought. In pairs
  of states only fighting between two governments counts (`gwnoa` and `gwnob`): a rebel group has no code.
* ACLED names countries by today's names, and has a row for each day of an event. An event known to the week or month alone has
  a day all the same: how many there are is said. Deaths that nobody reported are 0 there. In pairs of states, sides are read
  from actors such as "Military Forces of Ethiopia (2018-)".
* No row of the answer means no event in the file, and not that there was none: zeros stand only in the years of `coverage`.
  GED's must lie within the file's own years; ACLED begins in another year in each country, so that its coverage names them.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from foedus.errors import InputError, PanelRemark, UnmatchedRows, nearest
from foedus.panels.frames import as_polars
from foedus.panels.panel import panel
from foedus.panels.systems import SYSTEMS, System
from foedus.record.matching import HARMLESS, NEVER, Matched, match, sentences
from foedus.record.store import Record, open_record

UNITS = ("state-year", "state-month", "dyad-year")
SPANNING = ("days", "start")

Coverage = tuple[int, int] | Mapping[str, tuple[int, int]]

FORCES = r"^(?:Military|Police) Forces of (.+?) \("
"""How ACLED writes an actor of a state: the state stands before the years of its government."""


@dataclass(frozen=True)
class Layout:
    """How a source writes its events.

    Attributes
    ----------
    name : what it is called. id, day, until : columns. needed : others that it must have. deaths : its column → ours.
    where : the column of the state. code : what that holds ("gw", "name"). kind : the column that `kinds` chooses from, and
    kinds : their names. sides : columns of who fought, by the names they have had.
    """

    name: str
    id: str
    day: str
    until: str
    deaths: Mapping[str, str]
    where: str
    code: str
    kind: str
    sides: tuple[tuple[str, ...], tuple[str, ...]]
    needed: tuple[str, ...] = ()
    kinds: Mapping[str, int] = field(default_factory=dict)


GED = Layout(
    name="GED",
    id="id",
    day="date_start",
    until="date_end",
    deaths={"best": "deaths_best", "low": "deaths_low", "high": "deaths_high"},
    where="country_id",
    code="gw",
    kind="type_of_violence",
    sides=(("gwnoa", "gwno_a"), ("gwnob", "gwno_b")),
    kinds={"state-based": 1, "non-state": 2, "one-sided": 3},
)
ACLED = Layout(
    name="ACLED",
    id="event_id_cnty",
    day="event_date",
    until="event_date",
    deaths={"fatalities": "fatalities"},
    where="country",
    code="name",
    kind="event_type",
    sides=(("actor1",), ("actor2",)),
    needed=("time_precision",),
)


def count_events(
    events: Any,
    unit: str = "state-year",
    *,
    kinds: Sequence[str] = (),
    spanning: str = "days",
    coverage: Coverage | None = None,
    system: str = "cow",
    record: Record | None = None,
) -> pl.DataFrame:
    """Return how many events, and deaths, there were in each unit of a file of events; `foedus.count_events` has the words.

    >>> ged = pl.DataFrame({"id": [1, 2], "type_of_violence": [1, 1], "country_id": [645, 645], "best": [4, 6], "low": [2, 6],
    ...     "high": [9, 6], "date_start": ["2003-04-29", "2003-05-09"], "date_end": ["2003-05-02", "2003-05-09"]})
    >>> count_events(ged).rows()
    [(645, 2003, 2, 10.0, 8.0, 15.0)]
    """
    given, record = as_polars(events), record or open_record()
    layout = _layout(given)
    if unit not in UNITS:
        raise InputError(f"events are not counted by {unit!r}.{nearest(str(unit), UNITS)} There are: {', '.join(UNITS)}.")
    if spanning not in SPANNING:
        raise InputError(f"spanning is {' or '.join(SPANNING)}, not {spanning!r}.")
    if system not in SYSTEMS:
        raise InputError(f"state system {system!r} is neither cow nor gw.")
    of = SYSTEMS[system]
    dated = _dated(given, layout)
    _check_deaths(dated, layout)
    spans = _coverage(coverage, layout, dated, record, of)
    rows = _of_kinds(dated, layout, kinds)
    told = [*_remarks(rows, layout, unit, spanning)]
    if unit == "dyad-year":
        if layout is GED and kinds and rows.filter(pl.col(layout.kind) == layout.kinds["state-based"]).is_empty():
            raise InputError("pairs of governments have state-based events alone: leave kinds out, or name 'state-based' too.")
        keyed, more = _between_states(rows, layout, record, of, strict=spans is not None)
        told += more
    else:
        keyed = _where(rows, layout, record, of, strict=spans is not None)
    keys = [f"{of.key}1", f"{of.key}2", "year"] if unit == "dyad-year" else [of.key, "year"]
    if unit == "state-month":
        keyed, keys = _by_month(keyed, spanning), [*keys, "month"]
    for remark in told:
        warnings.warn(f"{remark}.", PanelRemark, stacklevel=4)
    amounts = ["events", *layout.deaths.values()]
    counted = keyed.group_by(keys).agg(pl.col(amounts).sum()).sort(keys)
    if spans is None:
        return counted
    units = _units(unit, spans, of, record)
    return units.join(counted, on=keys, how="left", maintain_order="left").with_columns(pl.col(amounts).fill_null(0))


def _layout(frame: pl.DataFrame) -> Layout:
    """Whose file it is, told from its columns; raises InputError if it is neither's, or lacks some."""
    found = next((each for each in (GED, ACLED) if each.id in frame.columns and each.day in frame.columns), None)
    if found is None:
        raise InputError(
            "these are events of neither source: GED's files have id and date_start, ACLED's event_id_cnty and event_date. "
            "Give the file with its own columns."
        )
    needed = (found.until, *found.deaths, found.where, found.kind, *found.needed)
    if lacking := [name for name in needed if name not in frame.columns]:
        raise InputError(f"the file of {found.name} lacks {', '.join(lacking)}: give it with its own columns.")
    twice = frame.filter(pl.col(found.id).is_duplicated())
    if not twice.is_empty():
        raise InputError(
            f"{twice.height:,} rows of {found.name} share their {found.id} (first: {twice[found.id][0]}): each would "
            "count more than once. Keep one row for each (of ACLED: one for each event, not for each actor)."
        )
    return found


def _dated(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The rows with the days from which and to which each lasted, its year, and itself as one event."""
    days = frame.select(start=_day(frame, layout.day), end=_day(frame, layout.until))
    for name, column in (("start", layout.day), ("end", layout.until)):
        if days[name].null_count():
            at = int(days[name].is_null().arg_max() or 0)
            raise InputError(f"row {at + 1} of {layout.name} has no day in {column} ({frame[column][at]!r}): write 2003-04-29.")
    if (wrong := days["start"] > days["end"]).any():
        at = int(wrong.arg_max() or 0)
        raise InputError(f"row {at + 1} of {layout.name} begins on {days['start'][at]} and ends on {days['end'][at]}: mend it.")
    own = frame.with_columns(pl.col(name).cast(pl.Float64, strict=False) for name in layout.deaths)
    return own.hstack(days).with_columns(
        year=pl.col("start").dt.year().cast(pl.Int16),
        events=pl.lit(1, pl.Int64),
        over=pl.col("end").dt.year() > pl.col("start").dt.year(),
        end=pl.min_horizontal("end", pl.date(pl.col("start").dt.year(), 12, 31)),
        **{ours: pl.col(theirs) for theirs, ours in layout.deaths.items()},
    )


def _day(frame: pl.DataFrame, column: str) -> pl.Expr:
    """A column of days, written 2003-04-29 (with a time of day or not) or 29 April 2003."""
    if frame.schema[column].is_temporal():
        return pl.col(column).cast(pl.Date)
    text = pl.col(column).cast(pl.String).str.strip_chars()
    return pl.coalesce(text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False), text.str.to_date("%d %B %Y", strict=False))


def _of_kinds(rows: pl.DataFrame, layout: Layout, kinds: Sequence[str]) -> pl.DataFrame:
    """The rows of the kinds asked for; raises InputError for one that there is not."""
    if not kinds:
        return rows
    named = [kinds] if isinstance(kinds, str) else [*kinds]
    there = [*layout.kinds] or rows[layout.kind].drop_nulls().unique().sort().to_list()
    if strange := [name for name in named if name not in there]:
        close = nearest(str(strange[0]), there)
        raise InputError(f"{layout.name} has no events of the kind {strange[0]!r}.{close} There are: {', '.join(there)}.")
    return rows.filter(pl.col(layout.kind).is_in([layout.kinds.get(name, name) for name in named]))


def _check_deaths(rows: pl.DataFrame, layout: Layout) -> None:
    """Raise InputError for deaths that are no number, below zero, or whose best estimate lies outside low and high."""
    for ours in layout.deaths.values():
        wrong = rows.filter(pl.col(ours).is_null() | (pl.col(ours) < 0))
        if not wrong.is_empty():
            first = f"first: {layout.id} {wrong[layout.id][0]}"
            raise InputError(f"{wrong.height:,} rows of {layout.name} have no number of {ours}, or one below zero ({first}).")
    if layout is GED:
        wrong = rows.filter((pl.col("low") > pl.col("best")) | (pl.col("best") > pl.col("high")))
        if not wrong.is_empty():
            first = f"first: id {wrong['id'][0]}"
            raise InputError(f"{wrong.height:,} rows of GED have a best estimate outside low and high ({first}).")


def _remarks(rows: pl.DataFrame, layout: Layout, unit: str, spanning: str) -> Iterator[str]:
    """What the reader must know of these events."""
    if over := rows["over"].sum():
        yield f"{over:,} of {rows.height:,} events last into another year, and count in the one in which they begin"
    if layout is GED:
        long = rows.filter(pl.col("start").dt.month() != pl.col("end").dt.month())
        if unit == "state-month" and long.height:
            how = "by the share of their days" if spanning == "days" else "in the month they begin"
            yield (
                f"{long.height:,} of {rows.height:,} events, with {long['deaths_best'].sum():,.0f} of "
                f"{rows['deaths_best'].sum():,.0f} deaths, are dated to a span over more than one month, and count {how}"
            )
        if "event_clarity" in rows.columns and (summed := rows.filter(pl.col("event_clarity") == 2).height):
            yield f"{summed:,} of {rows.height:,} rows sum up several events (event_clarity 2): events are too few"
        if "code_status" in rows.columns and (open_ := rows.filter(pl.col("code_status") != "Clear").height):
            yield f"{open_:,} of {rows.height:,} rows are candidates that UCDP has not settled yet (code_status)"
    elif unit == "state-month":
        vague = rows.filter(pl.col("time_precision").cast(pl.Int64, strict=False) > 1).height
        if vague:
            yield f"{vague:,} of {rows.height:,} events are known to the week or month alone, and count on ACLED's day"


def _where(rows: pl.DataFrame, layout: Layout, record: Record, of: System, *, strict: bool) -> pl.DataFrame:
    """The rows with the state in which each event took place; those in no member's are left out, and told."""
    found = _states(rows[layout.where], rows["year"], layout.code, record, of, strict=strict)
    return rows.with_columns(found.alias(of.key)).drop_nulls(of.key)


def _between_states(
    rows: pl.DataFrame, layout: Layout, record: Record, of: System, *, strict: bool
) -> tuple[pl.DataFrame, list[str]]:
    """Events between two states, with both, the lower number first; and how many are left out, for a side is no state."""
    sides = [_side(rows, names, layout) for names in layout.sides]
    if layout is GED:
        rows = rows.filter(pl.col("type_of_violence") == 1)
        split = rows.with_columns(_coded_list(side).alias(f"side{at}") for at, side in enumerate(sides, 1))
        both = split.explode("side1").explode("side2").drop_nulls(["side1", "side2"])
    else:
        split = rows.with_columns(pl.col(side).str.extract(FORCES).alias(f"side{at}") for at, side in enumerate(sides, 1))
        both = split.drop_nulls(["side1", "side2"]).filter(pl.col("side1") != pl.col("side2"))
    left, several = rows.height - both[layout.id].n_unique(), both.filter(pl.col(layout.id).is_duplicated())
    keyed = both.with_columns(
        _states(both[f"side{at}"], both["year"], layout.code, record, of, strict=strict).alias(f"key{at}") for at in (1, 2)
    ).drop_nulls(["key1", "key2"])
    ordered = keyed.with_columns(
        pl.min_horizontal("key1", "key2").alias(f"{of.key}1"), pl.max_horizontal("key1", "key2").alias(f"{of.key}2")
    ).filter(pl.col("key1") != pl.col("key2"))
    told = [f"{left:,} of {rows.height:,} events have a side that is no government, and are in no pair of states"] * (left > 0)
    if several.height:
        number = several[layout.id].n_unique()
        told.append(
            f"events with a side of several governments ({number:,}) count in every pair of theirs, with all their deaths"
        )
    return ordered, told


def _side(rows: pl.DataFrame, names: tuple[str, ...], layout: Layout) -> str:
    found = next((name for name in names if name in rows.columns), None)
    if found is None:
        raise InputError(
            f"pairs of states need {layout.name}'s column {' or '.join(names)}: give the file with its own columns."
        )
    return found


def _coded_list(column: str) -> pl.Expr:
    """A column of codes, of which one row may hold several ("2, 200"), as lists of texts."""
    text = pl.col(column).cast(pl.String).str.replace_all(r"\s", "")
    return pl.when(text != "").then(text.str.split(","))


def _states(texts: pl.Series, years: pl.Series, code: str, record: Record, of: System, *, strict: bool) -> pl.Series:
    """The states that codes or names mean in their years; rows that mean none are told, and with zeros to be told, refused."""
    plain = texts.cast(pl.String).str.replace(r"\.0$", "")  # a code in a column of floats
    found: Matched = match(plain, years, record, code, of.name)
    unmatched = found.unmatched
    serious = [each for each in unmatched if each.reason not in (*HARMLESS, NEVER)]
    if strict and serious:
        raise InputError(
            f"with coverage, units without an event are zero, and some rows could be theirs:\n{sentences(serious, 20)}\nMend "
            "these names, or leave coverage out."
        )
    if unmatched:
        rows = sum(each.rows for each in unmatched)
        warnings.warn(
            f"{rows:,} of {len(texts):,} events are in no state of the list, and left out:\n{sentences(unmatched, 20)}",
            UnmatchedRows,
            stacklevel=6,
        )
    states: pl.Series = getattr(found, of.key)
    return states


def _by_month(rows: pl.DataFrame, spanning: str) -> pl.DataFrame:
    """The rows by month: one for each month that an event touches, with its share of the days, or one where it begins."""
    amounts = [name for name in ("events", *GED.deaths.values(), *ACLED.deaths.values()) if name in rows.columns]
    if spanning == "start":
        return rows.with_columns(pl.col("start").dt.month().alias("month"))
    spread = rows.with_columns(
        month=pl.int_ranges(
            pl.col("start").dt.month().cast(pl.Int64), pl.col("end").dt.month().cast(pl.Int64) + 1, dtype=pl.Int8
        )
    ).explode("month")
    first = pl.date(pl.col("start").dt.year(), pl.col("month"), 1)
    begin, end = pl.max_horizontal("start", first), pl.min_horizontal("end", first.dt.month_end())
    share = ((end - begin).dt.total_days() + 1) / ((pl.col("end") - pl.col("start")).dt.total_days() + 1)
    return spread.with_columns(pl.col(amounts) * share)


def _coverage(
    coverage: Coverage | None, layout: Layout, rows: pl.DataFrame, record: Record, of: System
) -> dict[int | None, tuple[int, int]] | None:
    """The years in which no row means no event, by state, or under None for all; raises InputError where nobody can say so."""
    if coverage is None:
        return None
    spans: dict[str | None, tuple[int, int]] = {}
    if isinstance(coverage, Mapping):
        spans.update(coverage.items())
    else:
        spans[None] = coverage
    for span in spans.values():
        if not (len(span) == 2 and all(isinstance(each, int) for each in span) and span[0] <= span[1]):
            raise InputError(f"coverage is a first and a last year, not {span!r}.")
    if layout is ACLED and None in spans:
        raise InputError(
            "ACLED begins in another year in each country, so that no span of years holds for all: name them, as in "
            'coverage={"Kenya": (1997, 2024)} (ACLED lists its coverage by country).'
        )
    if layout is GED:
        low, high = (int(each or 0) for each in (rows["year"].min(), rows["year"].max()))  # type: ignore[arg-type]
        if outside := [span for span in spans.values() if span[0] < low or span[1] > high]:
            raise InputError(
                f"the file's events are of {low} to {high}: coverage={outside[0]} would make zeros of years that it has not."
            )
    if None in spans:
        return {None: spans[None]}
    named = pl.DataFrame(
        [(str(name), year) for name, (first, last) in spans.items() for year in (first, last)],
        schema=["name", "year"],
        orient="row",
    )
    found = match(named["name"], named["year"], record, "name", of.name)
    if found.unmatched:
        raise InputError(f"coverage names no state:\n{sentences(found.unmatched, 20)}")
    codes = getattr(found, of.key).to_list()
    if changed := [name for at, name in enumerate(spans) if codes[2 * at] != codes[2 * at + 1]]:
        raise InputError(f"coverage: {changed[0]} means two states in its years. Give each its own span.")
    return {codes[2 * at]: span for at, span in enumerate(spans.values())}


def _units(unit: str, spans: Mapping[int | None, tuple[int, int]], of: System, record: Record) -> pl.DataFrame:
    """Every unit of which the file speaks: states, pairs of them or their months, while they were members."""
    whole = (min(first for first, _ in spans.values()), max(last for _, last in spans.values()))
    rows = panel("dyad-year" if unit == "dyad-year" else "state-year", [], years=whole, system=of.name, record=record)
    sides = [f"{of.key}1", f"{of.key}2"] if unit == "dyad-year" else [of.key]
    if None not in spans:
        named = pl.DataFrame(
            [(code, *span) for code, span in spans.items()],
            schema={"code": pl.Int16, "from": pl.Int32, "to": pl.Int32},
            orient="row",
        )
        for side in sides:
            known = rows.join(named, left_on=side, right_on="code", how="inner", maintain_order="left")
            rows = known.filter(pl.col("year").is_between("from", "to")).drop("from", "to")
    rows = rows.select(*sides, "year").with_columns(pl.col(sides).cast(pl.Int16), pl.col("year").cast(pl.Int16))
    if unit != "state-month":
        return rows.sort(*sides, "year")
    months = rows.join(pl.DataFrame({"month": range(1, 13)}, schema={"month": pl.Int8}), how="cross")
    member = (
        record.table("state_spells").filter(pl.col("system") == of.name).select(pl.col("code").alias(of.key), "start", "end")
    )
    first = pl.date("year", "month", 1)
    there = months.join(member, on=of.key).filter(
        pl.col("start") <= first.dt.month_end(), pl.col("end").is_null() | (pl.col("end") >= first)
    )
    return there.select(of.key, "year", "month").unique().sort(of.key, "year", "month")
