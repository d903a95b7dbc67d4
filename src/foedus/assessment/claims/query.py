"""A query of a claims file: where the rows come from, which of them count, and what is read off them.

Rows come from a panel, a table of the record, the grades of a mechanism, a result that ships, the ledger of a partnership, or
the verdicts of other claims. A query reads; it has no way to write, to fetch or to run anything. A share of nothing is unknown.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
from polars import selectors

from foedus.assessment.claims.sql import expression, multiplies, texts_in
from foedus.errors import InputError, nearest
from foedus.mechanisms.standard import MECHANISMS
from foedus.panels.codebook import codebook, lookup_all, world
from foedus.panels.panel import panel
from foedus.panels.units import FIRST_YEAR, LAST_YEAR
from foedus.partnership.partnership import Partnership
from foedus.record.meanings import Meanings
from foedus.record.provenance import LEVELS
from foedus.record.states import StateSystem
from foedus.record.store import Record
from foedus.validation import in_sample
from foedus.validation.displacement import flight
from foedus.validation.validate import named, validate

UNITS = ("state-year", "dyad-year", "leader-year", "dispute-dyad")
"""Panels that a query may ask for: none whose rows are days."""

MOST_VARIABLES, MOST_ROWS, MOST_CELLS = 20, 3_000_000, 20_000_000
"""Variables of a panel, rows of a frame, and its values (rows times columns, those that are made included), at most."""

MOST_TEXT, MOST_LETTERS = 2_000, 200_000_000
"""Bytes of a text that is made, and of all the texts that one expression makes, at most."""

LARGEST = 2**53
"""Whole numbers beyond which a double skips some; none of the record is as large."""

SHOWN = 50
"""Rows kept as evidence."""

ALWAYS_SHOWN = (
    *("year", "date", "name", "title", "event", "place", "source", "source_kind", "url", "pages", "read", "via", "confidence"),
    *("outcome", "term", "score", "skill", "skill_low", "skill_high"),  # of tests
)
"""Columns that are kept beside the first one and those that a query names."""

RESULTS: Mapping[str, Callable[[Record], pl.DataFrame]] = {**in_sample.FRAMES, **flight.FRAMES}
"""Results that ship with the record, by the name they are remembered by."""

_OF = {"entanglement": "entanglement", "alliances": "alliances", "pacts": "alliances", "regime": "alliances"}
_OF |= {"shield": "shield", "pressure": "pressure", "fatal": "disputes", "spending": "spending", "technology": "technology"}
_OF |= {"flight": "displacement"}
"""The mechanism that a result is of, by the first word of its name."""

Verdicts = Mapping[int, str]


@dataclass(frozen=True)
class Query:
    """What a file asks of the record.

    Attributes
    ----------
    source : kind of the source ("panel", "table", "test", "result", "ledger", "claims") and what else it says.
    derive : columns made first. where : which rows count. by : columns to group by, of these or of the frame.
    select : what is read off the rows, or off each group. summarise : what is read off the groups.
    """

    source: Mapping[str, Any]
    derive: Mapping[str, str] = field(default_factory=dict)
    where: str | None = None
    by: tuple[str, ...] = ()
    select: Mapping[str, str] = field(default_factory=dict)
    summarise: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What a query found.

    Attributes
    ----------
    values : what was read off, by name. rows : the first SHOWN rows that count, or groups, with what a reader needs of them.
    height : how many there were. sources : ids. confidence : of the rows, from best to worst, where all of them state it.
    """

    values: dict[str, Any]
    rows: pl.DataFrame
    height: int
    sources: tuple[str, ...]
    confidence: tuple[str, ...] = ()


def run(query: Query, record: Record, verdicts: Verdicts, in_time: Callable[[], None] = lambda: None) -> Found:
    """Return what a query finds; raises InputError for a source, column or expression that there is not, or for too much.

    in_time : called between its steps; raises InputError if all queries have taken too long.
    """
    kind = next(name for name in KINDS if name in query.source)
    frame, sources = KINDS[kind](query.source, record, verdicts)
    _check_size(frame.height, frame.width)
    in_time()
    frame = _with(frame.with_columns(selectors.integer().cast(pl.Int64)), query.derive, in_time)  # small ones would run over
    rows = frame.filter(_counting(frame, query.where)) if query.where else frame
    in_time()
    groups = _grouped(rows, query) if query.by else rows
    in_time()
    wanted, place = (query.summarise, "summarise") if query.by else (query.select, "select")
    values = computed(groups, wanted, place)
    in_time()
    if values.height > 1:
        raise InputError(f"{', '.join(wanted)} are not one value each: sum rows up, with COUNT, SUM, AVG, MIN, MAX, FIRST …")
    first_row = values.row(0, named=True) if values.height else dict.fromkeys(wanted)
    shown = groups.head(SHOWN) if query.by else _dated(rows.head(SHOWN)).select(_columns(query, rows.columns))
    return Found(
        {name: _known(value) for name, value in first_row.items()},
        _with_names(_finite(shown), record),
        groups.height,
        tuple(sorted(sources)),
        _confidence(rows),
    )


def _check_size(rows: int, columns: int) -> None:
    """Raise InputError for a frame that is too large to be asked."""
    if rows > MOST_ROWS:
        raise InputError(f"{rows:,} rows are more than {MOST_ROWS:,}: ask for fewer years or states.")
    if rows * columns > MOST_CELLS:
        raise InputError(
            f"{rows:,} rows of {columns} columns are more than {MOST_CELLS:,} values: ask for fewer years, states or "
            "variables, or derive fewer columns."
        )


def _with(frame: pl.DataFrame, derive: Mapping[str, str], in_time: Callable[[], None]) -> pl.DataFrame:
    for name, text in derive.items():
        _check_size(frame.height, frame.width + 1)
        made = computed(frame, {name: text}, "derive", frame.with_columns)
        frame = made.with_columns(selectors.integer().cast(pl.Int64))
        in_time()
    return frame


def _counting(frame: pl.DataFrame, text: str) -> pl.Series:
    """Whether each row counts."""
    counts = computed(frame, {"counts": text}, "where")["counts"]
    if counts.dtype not in (pl.Boolean, pl.Null):
        raise InputError(f"where: {text!r} is neither true nor false.")
    counts = counts.cast(pl.Boolean)
    return counts if counts.len() == frame.height else counts.new_from_index(0, frame.height)


Apply = Callable[..., pl.DataFrame]
"""What puts expressions, by name, to a frame: `select`, `with_columns` or an aggregation."""


def computed(frame: pl.DataFrame, texts: Mapping[str, str], place: str, apply: Apply | None = None) -> pl.DataFrame:
    """Return what expressions give of a frame; raises InputError if a text or a whole number of it grows beyond all bounds.

    Polars computes with 64 bits and says nothing where they do not suffice. So what multiplies or sums whole numbers is
    computed of doubles as well, and both have to agree.
    """
    apply = apply or frame.select
    places = {name: place if place == "where" else f"{place}.{name}" for name in texts}
    for name, text in texts.items():
        _check_texts(frame, text, places[name])
    made = apply(**{name: _expression(text, frame, places[name]) for name, text in texts.items()})
    doubted = [name for name, text in texts.items() if multiplies(text)]
    if doubted:
        whole = selectors.integer().cast(pl.Float64)
        wide = _like(apply, frame.with_columns(whole))(
            **{name: _expression(texts[name], frame, places[name], doubles=True) for name in doubted}
        )
    for name in texts:
        _check_made(made[name], places[name])
        if name in doubted and not _agree(made[name], wide[name]):
            raise _too_large(places[name])
    return made


def _like(apply: Apply, frame: pl.DataFrame) -> Apply:
    """The same method, or the same aggregation, of another frame."""
    if isinstance(apply, _Aggregation):
        return replace(apply, frame=frame)
    method: Apply = getattr(frame, apply.__name__)
    return method


@dataclass(frozen=True)
class _Aggregation:
    """Expressions read off each group of a frame's rows."""

    frame: pl.DataFrame
    by: tuple[str, ...]

    def __call__(self, **expressions: pl.Expr) -> pl.DataFrame:
        return self.frame.group_by(self.by, maintain_order=True).agg(**expressions).sort(self.by)


def _check_texts(frame: pl.DataFrame, text: str, place: str) -> None:
    """Raise InputError if an expression that puts texts together could make more than there is room for."""
    if "+" not in text:
        return
    named, own = texts_in(text, frame.columns)
    longest = {name: int(frame[name].str.len_bytes().max() or 0) for name in set(named) if frame[name].dtype == pl.String}  # type: ignore[arg-type]
    most = 3 * (sum(longest[name] for name in named if name in longest) + own)  # in capitals a letter may be three
    if longest and most * frame.height > MOST_LETTERS:
        raise InputError(
            f"{place}: texts of up to {most:,} bytes in {frame.height:,} rows are more than {MOST_LETTERS:,}: ask for fewer "
            "rows, or put fewer texts together."
        )


def _check_made(made: pl.Series, place: str) -> None:
    """Raise InputError if a text or a whole number that was made is larger than any that means something."""
    if made.dtype == pl.String and (longest := int(made.str.len_bytes().max() or 0)) > MOST_TEXT:  # type: ignore[arg-type]
        raise InputError(f"{place}: a text of {longest:,} bytes is longer than {MOST_TEXT:,}: put fewer texts together.")
    if made.dtype.is_integer() and made.len() and (made.cast(pl.Float64).abs().max() or 0) > LARGEST:  # type: ignore[operator]
        raise _too_large(place)


def _agree(made: pl.Series, wide: pl.Series) -> bool:
    """Say whether what was computed of whole numbers is what was computed of doubles."""
    if made.dtype.is_numeric() and wide.dtype.is_numeric():
        one, two = made.cast(pl.Float64).to_numpy(), wide.cast(pl.Float64).to_numpy()
        return bool(np.isclose(one, two, rtol=1e-6, atol=1e-9, equal_nan=True).all())
    return made.dtype != wide.dtype or made.equals(wide.alias(made.name), null_equal=True)


def _too_large(place: str) -> InputError:
    return InputError(
        f"{place}: whole numbers in it grow beyond {LARGEST:,}, where they are no longer exact: write CAST(column AS DOUBLE) "
        "for one of them, or divide first."
    )


def _grouped(rows: pl.DataFrame, query: Query) -> pl.DataFrame:
    if unknown := [name for name in query.by if name not in rows.columns]:
        raise InputError(f"by: {', '.join(unknown)} is no column.{nearest(unknown[0], rows.columns)}")
    _check_size(rows.height, len(query.by) + len(query.select))
    return computed(rows, query.select, "select", _Aggregation(rows, query.by))


def _expression(text: str, frame: pl.DataFrame, place: str, *, doubles: bool = False) -> pl.Expr:
    try:
        return expression(text, frame.columns, doubles=doubles)
    except InputError as error:
        raise InputError(f"{place}: {error}") from None


def _known(value: Any) -> Any:
    """A value, or nothing if it is no number: what is divided by nothing would else be larger than any bound."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _finite(rows: pl.DataFrame) -> pl.DataFrame:
    numbers = selectors.float()
    return rows.with_columns(pl.when(numbers.is_finite()).then(numbers))


def _dated(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with each date written to the precision it is known to, where they state it."""
    precision = next((name for name in ("date_precision", "precision") if name in rows.columns), None)
    if precision is None or rows.schema.get("date") != pl.Date:
        return rows
    letters = pl.col(precision).replace_strict({"year": 4, "month": 7}, default=10, return_dtype=pl.UInt32)
    return rows.with_columns(pl.col("date").cast(pl.String).str.slice(0, letters))


def _confidence(rows: pl.DataFrame) -> tuple[str, ...]:
    """The levels that rows state, best first; none if one states none, as what a data set says does."""
    if "confidence" not in rows.columns or rows["confidence"].null_count():
        return ()
    stated = set(rows["confidence"])
    return tuple(level for level in LEVELS if level in stated)


def _columns(query: Query, columns: list[str]) -> list[str]:
    """The columns that a reader needs: what a row is about, what the query names, and where it is from."""
    texts = [query.where or "", *query.derive.values(), *query.select.values()]
    named = {word for text in texts for word in re.findall(r"\w+", text)} | set(query.derive)
    named |= {"unit"} if "value" in named else set()
    wanted = {columns[0], *CODES, *ALWAYS_SHOWN, *named} if query.source.get("ledger") is None else set(columns)
    return [name for name in columns if name in wanted]


CODES = ("ccode", "ccode1", "ccode2")


def _with_names(rows: pl.DataFrame, record: Record) -> pl.DataFrame:
    """The rows with the name of each state after its number, as foedus calls it in the year of the row."""
    for code in CODES:
        name = code.replace("ccode", "state")
        if code in rows.columns and name not in rows.columns:
            system = StateSystem.of(record)
            years = rows["year"] if "year" in rows.columns else [None] * rows.height
            called = [_name(system, number, year) for number, year in zip(rows[code], years, strict=True)]
            rows = rows.insert_column(rows.columns.index(code) + 1, pl.Series(name, called, dtype=pl.String))
    return rows


def _name(system: StateSystem, number: Any, year: Any) -> str | None:
    try:
        return system.name(number, year if isinstance(year, int) else None)
    except InputError:
        return None


Rows = tuple[pl.DataFrame, set[str]]


def _panel(source: Mapping[str, Any], record: Record, _: Verdicts) -> Rows:
    unit, names = source["panel"], list(source.get("variables", []))
    if unit not in UNITS:
        raise InputError(f"no claim can ask for a panel of {unit!r}.{nearest(unit, UNITS)} There are: {', '.join(UNITS)}.")
    if len(names) > MOST_VARIABLES:
        raise InputError(f"{len(names)} variables are more than {MOST_VARIABLES}: ask for fewer.")
    years = tuple(source.get("years", (FIRST_YEAR, LAST_YEAR)))
    if not FIRST_YEAR <= years[0] <= years[1] <= LAST_YEAR:
        raise InputError(f"years {list(years)} are no first and last year from {FIRST_YEAR} to {LAST_YEAR}.")
    meanings = Meanings.of(record, "cow")

    def codes(text: str) -> tuple[int, ...]:
        return meanings.within(text, *years)

    choices: dict[str, Any] = {name: source[name] for name in ("directed", "relevant", "carry_forward") if name in source}
    choices |= {
        name: [number for each in source[name] for number in codes(each)] for name in ("states", "among") if name in source
    }
    if "dyads" in source:
        choices["dyads"] = [pair for each in source["dyads"] for pair in _dyads(each, codes)]
    rows = panel(unit, (), years=years, record=record, **choices)
    _check_size(rows.height, rows.width + len(names) * _columns_of(unit, choices))
    frame = panel(unit, names, years=years, record=record, **choices)
    return frame, {each for variable in lookup_all(names) for each in variable.sources} or {"state_system"}


def _columns_of(unit: str, choices: Mapping[str, Any]) -> int:
    """How many columns a variable has at most: one a side of a dyad, each with its age where it is carried."""
    return (1 if unit in ("state-year", "leader-year") else 2) * (2 if choices.get("carry_forward") else 1)


def _dyads(text: str, codes: Callable[[str], tuple[int, ...]]) -> list[tuple[int, int]]:
    parts = text.split("-")
    if len(parts) != 2:
        raise InputError(f"{text!r} is no dyad: write two states with a hyphen between them, such as USA-CAN.")
    first, second = codes(parts[0]), codes(parts[1])
    if set(first) & set(second):
        raise InputError(f"{text!r} names the same state twice: a dyad is of two states.")
    return [(one, two) for one in first for two in second]


def _table(source: Mapping[str, Any], record: Record, _: Verdicts) -> Rows:
    name = source["table"]
    return record.table(name), {record.tables[name].source}


def _test(source: Mapping[str, Any], record: Record, _: Verdicts) -> Rows:
    kind = named(source["test"])
    frames = [each.tidy().with_columns(test=pl.lit(each.test), outcome=pl.lit(each.outcome)) for each in validate(kind, record)]
    return pl.concat(frames, how="diagonal_relaxed"), _read_by(kind)


def _read_by(mechanism: str) -> set[str]:
    """Sources of what a mechanism reads."""
    read = (codebook().get(name) or world().get(name) for name in MECHANISMS[mechanism].reads)
    return {each for variable in read if variable for each in variable.sources}


def _result(source: Mapping[str, Any], record: Record, _: Verdicts) -> Rows:
    name = source["result"]
    if name not in RESULTS:
        raise InputError(f"no result is called {name!r}.{nearest(name, RESULTS)} There are: {', '.join(RESULTS)}.")
    return RESULTS[name](record), _read_by(_OF[name.split("-")[0]])


def _ledger(source: Mapping[str, Any], record: Record, _: Verdicts) -> Rows:
    partnership = Partnership(*source["ledger"], year=source.get("year", LAST_YEAR), record=record)
    return partnership.entries(), {"atop", "dcad", "desta", "treaty_facts"}


def _claims(source: Mapping[str, Any], _: Record, verdicts: Verdicts) -> Rows:
    rows = [(number, verdicts[number]) for number in source["claims"]]
    return pl.DataFrame(rows, schema={"number": pl.Int64, "verdict": pl.String}, orient="row"), set()


KINDS: Mapping[str, Callable[[Mapping[str, Any], Record, Verdicts], Rows]] = {
    "panel": _panel,
    "table": _table,
    "test": _test,
    "result": _result,
    "ledger": _ledger,
    "claims": _claims,
}
"""Where rows may come from."""
