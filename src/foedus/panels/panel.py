"""A panel: the record at one unit of analysis, with the variables one asks for and nothing else computed.

A value outside its source's years is null. Within them, no row means what the codebook says it means. A past value stands for a
later year only where the caller says for how many years it may, and then its age stands in a column beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from foedus.errors import InputError
from foedus.panels import measures, units
from foedus.panels.arrange import States, arranged, known_states
from foedus.panels.codebook import DIRECTED, DYAD_YEAR, STATE_YEAR, Variable, closure, codebook, lookup_all
from foedus.record.source import catalog
from foedus.record.store import Record, open_record

FIRST_YEAR, LAST_YEAR = 1816, 2025
"""First and last year of the state system as the record has it."""

RELEVANT_SINCE = 1886
"""First year of the minimum distances, before which contact between minor powers is unknown."""

LONGEST_CARRY = 50
RELEVANCE = "politically_relevant"


@dataclass(frozen=True)
class Panel:
    """What a panel is to hold. `build` makes it; the request itself travels with the file that is written from it.

    Attributes
    ----------
    unit : "state-year" or "dyad-year".
    variables : names from the codebook; a state variable enters a dyad's row as name_1 and name_2.
    years : first and last year, both included.
    states : COW codes; state-years of these, or dyads that hold one of them.
    among : COW codes; dyads whose two sides both are.
    dyads : pairs of COW codes.
    directed : one row for each direction of a dyad.
    relevant : politically relevant dyads only; contiguity and major powers are then carried forward, visibly.
    carry_forward : how many years a value may stand in for later, missing ones (0: not at all).
    """

    unit: str
    variables: tuple[str, ...]
    years: tuple[int, int] = (FIRST_YEAR, LAST_YEAR)
    states: frozenset[int] | None = None
    among: frozenset[int] | None = None
    dyads: tuple[tuple[int, int], ...] | None = None
    directed: bool = False
    relevant: bool = False
    carry_forward: int = 0
    record: Record = field(default_factory=open_record, repr=False)

    def __post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise InputError("; ".join(faults) + ".")

    def _faults(self) -> Iterable[str]:
        first, last = self.years
        if self.unit not in (STATE_YEAR, DYAD_YEAR):
            yield f"unit {self.unit!r} is neither {STATE_YEAR} nor {DYAD_YEAR}"
        if first > last:
            yield f"years {first}:{last} run backwards"
        if first < FIRST_YEAR or last > LAST_YEAR:
            yield f"years {first}:{last} leave the state system's {FIRST_YEAR}:{LAST_YEAR}"
        if not 0 <= self.carry_forward <= LONGEST_CARRY:
            yield f"carry-forward of {self.carry_forward} years is not between 0 and {LONGEST_CARRY}"
        if self.unit == STATE_YEAR:
            yield from self._state_faults()
        if self.relevant and first < RELEVANT_SINCE:
            yield f"politically relevant dyads are known from {RELEVANT_SINCE} on, when distances begin: choose later years"
        if self.among is not None and self.unit == DYAD_YEAR and len(self.among) < 2:
            yield "a group of one state holds no dyad: name two or more"
        if self.dyads is not None and (self.states is not None or self.among is not None):
            yield "dyads are named already: leave out states and group"
        yield from self._lacking()

    def _lacking(self) -> Iterable[str]:
        """Variables whose source this record leaves out."""
        held = {table.source for table in self.record.tables.values()}
        for variable in self.chosen:
            if lacking := [name for name in variable.sources if name not in held]:
                told = ", ".join(f"{name} ({catalog()[name].licence})" for name in lacking)
                yield f"{variable.name} rests on {told}, which this record leaves out: use a record built without --only open"

    def _state_faults(self) -> Iterable[str]:
        dyadic = [variable.name for variable in lookup_all(self.variables) if not variable.of_state]
        if dyadic:
            yield f"a state-year panel has no {', '.join(dyadic)}: ask for a dyad-year panel"
        if self.directed or self.relevant or self.dyads is not None:
            yield "directed, relevant and dyads belong to a dyad-year panel"

    @property
    def chosen(self) -> tuple[Variable, ...]:
        """The variables asked for, with political relevance where the rows are chosen by it."""
        return lookup_all((*self.variables, *((RELEVANCE,) if self.relevant else ())))

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that identify a row."""
        return units.STATE_KEYS if self.unit == STATE_YEAR else units.DYAD_KEYS

    def build(self) -> pl.DataFrame:
        """Return the panel, sorted by its keys, one row a unit-year.

        With `carry_forward`, a column <variable>_age beside each variable gives the age in years of the value: 0 if it is the
        year's own.
        """
        needed = closure(self.chosen)
        first = max(FIRST_YEAR, self.years[0] - self._reach())
        rows = self._rows(first)
        dyadic = self.unit == DYAD_YEAR
        frame = _with_dyad_variables(self, rows, needed) if dyadic else _with_state_variables(self.record, rows, needed)
        columns = [column for variable in self.chosen for column in _columns(variable, dyadic)]
        frame = self._carried(frame)
        if self.relevant:
            frame = frame.filter(pl.col(RELEVANCE))
        ages = {f"{column}_age" for column in columns}
        kept = [name for column in columns for name in (column, f"{column}_age") if name in frame.columns or name not in ages]
        return frame.filter(pl.col("year") >= self.years[0]).select(*self.keys, *kept).sort(self.keys)

    def _reach(self) -> int:
        return LONGEST_CARRY if self.relevant else self.carry_forward

    def _rows(self, first: int) -> pl.DataFrame:
        if self.unit == STATE_YEAR:
            chosen = [each for each in (self.states, self.among) if each is not None]
            return units.state_years(self.record, first, self.years[1], frozenset.intersection(*chosen) if chosen else None)
        return units.dyad_years(
            self.record,
            first,
            self.years[1],
            directed=self.directed,
            with_states=self.states,
            among=self.among,
            dyads=self.dyads,
        )

    def _carried(self, frame: pl.DataFrame) -> pl.DataFrame:
        for variable in self.chosen:
            reach = LONGEST_CARRY if variable.name == RELEVANCE and self.relevant else self.carry_forward
            if reach and variable.carry:
                for column in _columns(variable, self.unit == DYAD_YEAR):
                    frame = carry_forward(frame, column, reach, self.keys[:-1])
        return frame


def panel(
    unit: str,
    variables: Sequence[str] | None = None,
    *,
    years: tuple[int, int] = (FIRST_YEAR, LAST_YEAR),
    states: Iterable[int] | None = None,
    among: Iterable[int] | None = None,
    dyads: Iterable[tuple[int, int]] | None = None,
    directed: bool = False,
    relevant: bool = False,
    carry_forward: int = 0,
    record: Record | None = None,
) -> pl.DataFrame:
    """Return a panel with states given by their COW codes; `foedus.panel` also takes names. See `Panel` for the arguments.

    Without `variables`, all that the unit can have.

    >>> panel("dyad-year", ["dispute_onset", "peace_years"], dyads=[(2, 20)], years=(1978, 1980))["peace_years"].to_list()
    [58, 59, 0]
    """
    names = [name for name, variable in codebook().items() if variable.of_state or unit != STATE_YEAR]
    return Panel(
        unit=unit,
        variables=tuple(names if variables is None else variables),
        years=years,
        states=None if states is None else frozenset(states),
        among=None if among is None else frozenset(among),
        dyads=None if dyads is None else tuple(dyads),
        directed=directed,
        relevant=relevant,
        carry_forward=carry_forward,
        record=record or open_record(),
    ).build()


def carry_forward(frame: pl.DataFrame, column: str, years: int, keys: Sequence[str]) -> pl.DataFrame:
    """Fill nulls of `column` with the unit's latest earlier value if it is at most `years` old, and add <column>_age.

    Rows must be sorted by the keys and year. A value does not cross a gap in the unit's rows: a state that left the system and
    came back starts anew.

    >>> frame = pl.DataFrame({"ccode": [2, 2, 2], "year": [2018, 2019, 2020], "gdp": [1.0, None, None]})
    >>> carry_forward(frame, "gdp", 1, ["ccode"]).rows()
    [(2, 2018, 1.0, 0), (2, 2019, 1.0, 1), (2, 2020, None, None)]
    """
    run = pl.struct(*keys, pl.col("year") - pl.int_range(pl.len(), dtype=pl.Int32)).rle_id()
    observed = pl.when(pl.col(column).is_not_null()).then(pl.col("year")).forward_fill().over(run)
    age = (pl.col("year") - observed).cast(pl.Int16)
    recent = age <= years
    return frame.with_columns(
        pl.when(recent).then(pl.col(column).forward_fill().over(run)).alias(column),
        pl.when(recent).then(age).alias(f"{column}_age"),
    )


def lagged(frame: pl.DataFrame, columns: Sequence[str], years: int) -> pl.DataFrame:
    """Return the frame with `columns` replaced by the unit's values `years` earlier; null where there was no such unit-year.

    >>> frame = pl.DataFrame({"ccode": [2, 2, 2], "year": [2001, 2002, 2004], "gdp": [1.0, 2.0, 4.0]})
    >>> lagged(frame, ["gdp"], 1)["gdp"].to_list()
    [None, 1.0, None]
    """
    if not years:
        return frame
    keys = [key for key in ("ccode", "ccode1", "ccode2") if key in frame.columns]
    earlier = frame.select(*keys, pl.col("year") + years, *columns)
    return frame.drop(columns).join(earlier, on=[*keys, "year"], how="left", maintain_order="left").select(frame.columns)


def _columns(variable: Variable, dyadic: bool) -> tuple[str, ...]:
    return (f"{variable.name}_1", f"{variable.name}_2") if dyadic and variable.of_state else (variable.name,)


def _with_state_variables(
    record: Record, rows: pl.DataFrame, needed: Iterable[Variable], states: States = None
) -> pl.DataFrame:
    for table, variables in _by_table(needed).items():
        rows = _attach(rows, record, table, variables, states, units.STATE_KEYS)
    return rows


def _with_dyad_variables(request: Panel, rows: pl.DataFrame, needed: Sequence[Variable]) -> pl.DataFrame:
    """Attach state variables to both sides, then dyadic ones, then compute the derived ones in the order of the codebook."""
    states = _states_of(rows, request)
    of_state = [variable for variable in needed if variable.of_state]
    if of_state:
        first = rows["year"].min()
        sides = units.state_years(request.record, int(first) if rows.height else LAST_YEAR, request.years[1], states)  # type: ignore[arg-type]
        sides = _with_state_variables(request.record, sides, of_state, states)
        for side in ("1", "2"):
            named = sides.rename({name: f"{name}_{side}" for name in sides.columns if name not in units.STATE_KEYS})
            rows = rows.join(
                named.rename({"ccode": f"ccode{side}"}), on=[f"ccode{side}", "year"], how="left", maintain_order="left"
            )
    rows = rows.with_columns(lower=pl.min_horizontal("ccode1", "ccode2"), upper=pl.max_horizontal("ccode1", "ccode2"))
    for table, variables in _by_table(variable for variable in needed if not variable.of_state).items():
        oriented = request.directed and variables[0].unit == DIRECTED
        keys = units.DYAD_KEYS if oriented else ("lower", "upper", "year")
        rows = _attach(rows, request.record, table, variables, states, keys, fold=not oriented)
    for variable in needed:
        if variable.table is None:
            rows = rows.with_columns(_within(variable, _measure(variable)).alias(variable.name))
    return rows


def _states_of(rows: pl.DataFrame, request: Panel) -> States:
    """The states in the rows, where they are few enough for a filter to pay."""
    if request.dyads is None and request.among is None:
        return None
    return frozenset(rows["ccode1"].unique()) | frozenset(rows["ccode2"].unique())


def _by_table(needed: Iterable[Variable]) -> dict[str, list[Variable]]:
    tables: dict[str, list[Variable]] = {}
    for variable in needed:
        if variable.table is not None:
            tables.setdefault(variable.table, []).append(variable)
    return tables


def _attach(
    rows: pl.DataFrame,
    record: Record,
    table: str,
    variables: Sequence[Variable],
    states: States,
    keys: Sequence[str],
    *,
    fold: bool = False,
) -> pl.DataFrame:
    """Join the variables of one table to the rows, null outside their coverage."""
    first, last = rows["year"].min(), rows["year"].max()
    found = arranged(record, table, first or FIRST_YEAR, last or LAST_YEAR, states)  # type: ignore[arg-type]
    names = list(keys[:-1])
    if len(names) == 2:
        found = found.rename({"ccode1": names[0], "ccode2": names[1]})
    if fold and variables[0].unit == DIRECTED:
        found = _folded(found, names, [variable.column for variable in variables])
    if variables[0].before:
        return _attach_latest_before(rows, found, variables[0], names)
    columns = (pl.col(variable.column).alias(variable.name) for variable in variables)
    joined = rows.join(found.select(*keys, *columns, has_row=pl.lit(True)), on=list(keys), how="left", maintain_order="left")
    filled = joined.with_columns(_within(variable, _or_absent(variable)).alias(variable.name) for variable in variables)
    return _considered(filled, record, variables, names).drop("has_row")


def _considered(rows: pl.DataFrame, record: Record, variables: Sequence[Variable], names: Sequence[str]) -> pl.DataFrame:
    """Null where a source that considers only some states has never heard of one of the row's."""
    for variable in variables:
        if variable.states_in is not None:
            heard = known_states(record, variable.states_in)
            both = pl.all_horizontal(pl.col(name).is_in(heard) for name in names)
            rows = rows.with_columns(pl.when(both).then(pl.col(variable.name)).alias(variable.name))
    return rows


def _attach_latest_before(rows: pl.DataFrame, found: pl.DataFrame, variable: Variable, names: list[str]) -> pl.DataFrame:
    earlier = found.select(*names, pl.col("year").alias(variable.name)).sort(variable.name)
    dated = rows.with_columns(before=pl.col("year") - 1).sort("before")
    joined = dated.join_asof(
        earlier, left_on="before", right_on=variable.name, by=names, strategy="backward", coalesce=False, check_sortedness=False
    )
    return (
        joined.drop("before").with_columns(_within(variable, pl.col(variable.name)).alias(variable.name)).sort(units.DYAD_KEYS)
    )


def _folded(found: pl.DataFrame, names: list[str], columns: list[str]) -> pl.DataFrame:
    """One row per non-directed dyad-year: what either direction has."""
    low, high = pl.min_horizontal(*names).alias(names[0]), pl.max_horizontal(*names).alias(names[1])
    return found.with_columns(low, high).group_by(*names, "year").agg(pl.col(columns).any())


def _or_absent(variable: Variable) -> pl.Expr:
    """The value, or what no row means; a row whose value is missing stays missing."""
    value = pl.col(variable.name)
    if variable.absent is None:
        return value
    return pl.when(pl.col("has_row").is_null()).then(pl.lit(variable.absent)).otherwise(value)


def _within(variable: Variable, value: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("year").is_between(variable.first_year, variable.last_year)).then(value)


def _measure(variable: Variable) -> pl.Expr:
    function: Callable[..., pl.Expr] = getattr(measures, variable.name)
    reads = [codebook()[name] for name in variable.reads]
    return function(*(pl.col(column) for read in reads for column in _columns(read, True)))
