"""Events counted to a unit: a user's file of UCDP's georeferenced events (GED) or of ACLED, by year, quarter or month.

A unit is a state, by where an event took place, or a pair of states, by the two governments that fought.

Traps that are handled, or said
-------------------------------
* GED dates many events to a span of days. In months and quarters, such an event counts by the share of its days
  (`spanning="days"`), or where it begins; so do its deaths. How many there are is said.
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
from typing import Any

import polars as pl

from foedus.errors import InputError, PanelRemark, UnmatchedRows, nearest
from foedus.panels.event_files import ACLED, GED, Layout, checked, layout_of, of_kinds
from foedus.panels.frames import as_polars
from foedus.panels.panel import panel
from foedus.panels.parts import MONTHS, ends, number_of, while_members
from foedus.panels.systems import SYSTEMS, System
from foedus.record.matching import NEVER, NO_MEMBER, NO_YEAR, Matched, Unmatched, match
from foedus.record.store import Record, open_record

UNITS = ("state-year", "state-quarter", "state-month", "dyad-year", "dyad-quarter", "dyad-month")
SPANNING = ("days", "start")

Coverage = tuple[int, int] | Mapping[str, tuple[int, int]]

MOST_TOLD = 20
"""Places without a state that a message lists."""

SHARES = 6
"""Digits after the point of events that count by their days."""

FORCES = r"^(?:Military|Police) Forces of (.+?) \("
"""How ACLED writes an actor of a state: the state stands before the years of its government."""


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
    layout = layout_of(given)
    if unit not in UNITS:
        raise InputError(f"events are not counted by {unit!r}.{nearest(str(unit), UNITS)} There are: {', '.join(UNITS)}.")
    if spanning not in SPANNING:
        raise InputError(f"spanning is {' or '.join(SPANNING)}, not {spanning!r}.")
    if system not in SYSTEMS:
        raise InputError(f"state system {system!r} is neither cow nor gw.")
    of = SYSTEMS[system]
    dated = checked(given, layout)
    spans = _coverage(coverage, layout, dated, record, of)
    rows = of_kinds(dated, layout, kinds)
    sided, _, part = unit.partition("-")
    told = [*_remarks(rows, layout, part, spanning)]
    if sided == "dyad":
        if layout is GED and kinds and rows.filter(pl.col(layout.kind) == layout.kinds["state-based"]).is_empty():
            raise InputError("pairs of governments have state-based events alone: leave kinds out, or name 'state-based' too.")
        keyed, more = _between_states(rows, layout, record, of, strict=spans is not None)
        told += more
    else:
        keyed = _where(rows, layout, record, of, strict=spans is not None)
    keys = [f"{of.key}1", f"{of.key}2", "year"] if sided == "dyad" else [of.key, "year"]
    if part in MONTHS:
        keyed, keys = _by_part(keyed, part, spanning), [*keys, part]
    for remark in told:
        warnings.warn(f"{remark}.", PanelRemark, stacklevel=4)
    amounts = ["events", *layout.deaths.values()]
    counted = keyed.group_by(keys, maintain_order=True).agg(pl.col(amounts).sum()).sort(keys)
    counted = counted.with_columns(pl.col(amounts).round(SHARES)) if counted.schema["events"].is_float() else counted
    if spans is None:
        return counted
    units = _units(sided, part, spans, of, record)
    return units.join(counted, on=keys, how="left", maintain_order="left").with_columns(pl.col(amounts).fill_null(0))


def _remarks(rows: pl.DataFrame, layout: Layout, part: str, spanning: str) -> Iterator[str]:
    """What the reader must know of these events."""
    if over := rows["over"].sum():
        yield f"{over:,} of {rows.height:,} events last into another year, and count in the one in which they begin"
    if layout is GED:
        begun, ended = (number_of(day, part) for day in ("start", "end"))
        if part in MONTHS and (long := rows.filter(begun != ended)).height:
            how = "by the share of their days" if spanning == "days" else f"in the {part} they begin"
            yield (
                f"{long.height:,} of {rows.height:,} events, with {long['deaths_best'].sum():,.0f} of "
                f"{rows['deaths_best'].sum():,.0f} deaths, are dated to a span over more than one {part}, and count {how}"
            )
        if "event_clarity" in rows.columns and (summed := rows.filter(pl.col("event_clarity") == 2).height):
            yield f"{summed:,} of {rows.height:,} rows sum up several events (event_clarity 2): events are too few"
        if "code_status" in rows.columns and (open_ := rows.filter(pl.col("code_status") != "Clear").height):
            yield f"{open_:,} of {rows.height:,} rows are candidates that UCDP has not settled yet (code_status)"
    elif part in MONTHS and (vague := rows.filter(pl.col("time_precision") > 1).height):
        yield f"{vague:,} of {rows.height:,} events are known to the week or month alone, and count on ACLED's day"


def _where(rows: pl.DataFrame, layout: Layout, record: Record, of: System, *, strict: bool) -> pl.DataFrame:
    """The rows with the state in which each event took place; those in no member's are left out, and told."""
    found = _states(rows, layout.where, layout, record, of, strict=strict)
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
        _states(both, f"side{at}", layout, record, of, strict=strict).alias(f"key{at}") for at in (1, 2)
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


def _states(rows: pl.DataFrame, column: str, layout: Layout, record: Record, of: System, *, strict: bool) -> pl.Series:
    """The states that codes or names mean in their years; rows that mean none are told, and with zeros to be told, refused."""
    texts = rows[column].cast(pl.String).str.replace(r"\.0$", "")  # a code in a column of floats
    found: Matched = match(texts, rows["year"], record, layout.code, of.name)
    states: pl.Series = getattr(found, of.key)
    if not (unmatched := found.unmatched):
        return states
    said = [_unplaced(each, rows, layout) for each in unmatched[:MOST_TOLD]]
    said += [f"  and {len(unmatched) - MOST_TOLD:,} more"] * (len(unmatched) > MOST_TOLD)
    if strict and any(each.reason not in (NO_MEMBER, NO_YEAR, NEVER) for each in unmatched):
        raise InputError(
            "with coverage, units without an event are zero, and some events could be theirs:\n"
            + "\n".join(said)
            + f"\nMend these rows' {column}, leave the rows out, or leave coverage out."
        )
    warnings.warn(
        f"{sum(each.rows for each in unmatched):,} of {rows.height:,} events are in no state of the list, and left out:\n"
        + "\n".join(said),
        UnmatchedRows,
        stacklevel=6,
    )
    return states


def _unplaced(each: Unmatched, rows: pl.DataFrame, layout: Layout) -> str:
    """What names no state, in which events, and why, without how another column of states could be written."""
    first = rows[layout.id][each.first_rows[0] - 1]
    where = f"{each.rows:,} event{'s' * (each.rows > 1)}, first: {layout.id} {first}"
    if not each.text:
        return f"  no place ({where})"
    return f"  {each.text!r} ({where}): {each.why.split('. ')[0].rstrip('.')}"


def _by_part(rows: pl.DataFrame, part: str, spanning: str) -> pl.DataFrame:
    """The rows by month or quarter: one for each that an event touches, with its share of the days, or one where it begins."""
    amounts = [name for name in ("events", *GED.deaths.values(), *ACLED.deaths.values()) if name in rows.columns]
    begun, ended = number_of("start", part).cast(pl.Int64), number_of("end", part).cast(pl.Int64)
    if spanning == "start":
        return rows.with_columns(begun.cast(pl.Int8).alias(part))
    spread = rows.with_columns(pl.int_ranges(begun, ended + 1, dtype=pl.Int8).alias(part)).explode(part)
    first, last = ends(part)
    begin, end = pl.max_horizontal("start", first), pl.min_horizontal("end", last)
    share = ((end - begin).dt.total_days() + 1) / ((pl.col("end") - pl.col("start")).dt.total_days() + 1)
    return spread.with_columns(pl.col(amounts) * share)


def _coverage(
    coverage: Coverage | None, layout: Layout, rows: pl.DataFrame, record: Record, of: System
) -> dict[int | None, tuple[int, int]] | None:
    """The years in which no row means no event, by state, or under None for all; raises InputError where nobody can say so."""
    if coverage is None:
        return None
    named = dict(coverage) if isinstance(coverage, Mapping) else None
    if named == {}:
        raise InputError('coverage names no country: give each its first and last year, as in {"Kenya": (1997, 2024)}.')
    if layout is ACLED and named is None:
        raise InputError(
            "ACLED begins in another year in each country, so that no span of years holds for all: name them, as in "
            'coverage={"Kenya": (1997, 2024)} (ACLED lists its coverage by country).'
        )
    spans: Mapping[str, Any] = {"": coverage} if named is None else named
    for name, span in spans.items():
        _check_span(f" of {name}" if name else "", span, rows if layout is GED else None)
    return {None: coverage} if named is None else dict(_states_named(named, record, of))  # type: ignore[dict-item]


def _check_span(of_whom: str, span: Any, rows: pl.DataFrame | None) -> None:
    """Raise InputError for what is no first and last year, or, given the rows of a file, leaves its years."""
    if not (isinstance(span, Sequence) and len(span) == 2 and all(isinstance(each, int) for each in span)):
        raise InputError(f"coverage{of_whom} is a first and a last year, such as (1997, 2024), not {span!r}.")
    if span[0] > span[1]:
        raise InputError(f"coverage{of_whom}, {span[0]}–{span[1]}, runs backwards: the first year stands first.")
    if rows is None or rows.is_empty():
        return
    low, high = (int(each or 0) for each in (rows["year"].min(), rows["year"].max()))  # type: ignore[arg-type]
    if span[0] < low or span[1] > high:
        raise InputError(
            f"the file's events are of {low} to {high}: coverage={span} would make zeros of years that it has not."
        )


def _states_named(named: Mapping[str, tuple[int, int]], record: Record, of: System) -> Iterator[tuple[int, tuple[int, int]]]:
    """Each state that coverage names, with its years; raises InputError for none, two in its years, or one named twice."""
    ends = pl.DataFrame(
        [(str(name), year) for name, span in named.items() for year in span], schema=["name", "year"], orient="row"
    )
    found = match(ends["name"], ends["year"], record, "name", of.name)
    if found.unmatched:
        raise InputError("coverage names no state:\n" + "\n".join(f"  {each.text!r}: {each.why}" for each in found.unmatched))
    codes = getattr(found, of.key).to_list()
    before: dict[int, str] = {}
    for name, first, last in zip(named, codes[::2], codes[1::2], strict=True):
        if first != last:
            raise InputError(f"coverage: {name} means two states in its years. Give each its own span.")
        if (other := before.setdefault(first, name)) != name:
            raise InputError(f"coverage: {other} and {name} are one state. Give it one span.")
        yield first, named[name]


def _units(sided: str, part: str, spans: Mapping[int | None, tuple[int, int]], of: System, record: Record) -> pl.DataFrame:
    """Every unit of which the file speaks: states, pairs of them, or their parts of years, while they were members."""
    whole = (min(first for first, _ in spans.values()), max(last for _, last in spans.values()))
    rows = panel(f"{sided}-year", [], years=whole, system=of.name, record=record)
    sides = [f"{of.key}1", f"{of.key}2"] if sided == "dyad" else [of.key]
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
    return rows.sort(*sides, "year") if part == "year" else while_members(rows, sides, part, of, record)
