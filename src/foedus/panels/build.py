"""Build a panel: which rows, then each variable's values by position, then what is computed from them.

What is asked for decides what is done: a table none of whose variables is wanted is never read, and of a relevant panel only
the relevant rows get values.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from foedus.panels import disputes, measures, units
from foedus.panels.arrange import AS_HELD, BOTH_WAYS, GROUP, ONE_WAY, TURNED, arranged, by_unit, member_years
from foedus.panels.codebook import DIRECTED, LEADER, Variable, codebook
from foedus.panels.groups import spells as spells_of
from foedus.panels.groups import yearly
from foedus.panels.in_office import onsets_by_leader
from foedus.panels.listed import Hearing, Silent
from foedus.panels.request import LONGEST_CARRY, Request
from foedus.panels.rows import OF_DAYS, OF_LEADERS, Rows, rows_of
from foedus.panels.units import NOWHERE, ByUnit, Layout
from foedus.panels.values import Reading, gathered, read, read_own

CONTACT = {"distance": ("min_distance", pl.col("min_km") == 0), "cow": ("contiguity_type", pl.col("type") > 0)}
"""What contact is judged by → the variable that tells of it, and where its table says that two states touch."""

DISPUTE_TABLES = ("dispute_years", "single_disputes")
"""Tables that rows with one dispute to themselves have from that dispute."""


def unit_years(request: Request) -> pl.DataFrame:
    """Return the panel of states, leaders or dyads asked for, sorted by its keys."""
    states, layout = layouts(request)
    return values(request, states, layout)


def layouts(request: Request) -> tuple[Layout, Layout]:
    """Return the state-years that the rows can be about, and the state-years or dyad-years they stand on."""
    states = units.state_years(request.record, request.of, *request.span, request.involved)
    if not request.dyadic:
        states = _of_groups(request, states, states) if request.groups else states
        return states, states
    dyads = units.dyad_years(
        states, directed=request.directed, with_states=request.states, among=request.among, dyads=request.dyads
    )
    return states, _of_groups(request, states, dyads) if request.groups else dyads


def _of_groups(request: Request, states: Layout, layout: Layout) -> Layout:
    """The rows of the layout whose state, or both of whose states, belonged to one of the groups in the year."""
    kept = np.zeros(layout.height, np.bool_)
    for name in request.groups:
        member = states.places(ByUnit.of([request.of.key], group_rows(request, name))) != NOWHERE
        kept |= member[layout.offset("row1")] & member[layout.offset("row2")] if request.dyadic else member
    return layout.where(kept)


def group_rows(request: Request, name: str) -> pl.DataFrame:
    """Return the state-years of the members of a group, of the record's or of the user's own."""
    if (own := request.own_group(name)) is None:
        return arranged(request.record, f"{GROUP}{name}", request.wanted)
    return member_years(yearly(own.spells(request.record, request.of), request.membership))


def _group_days(request: Request, rows: Rows) -> Rows:
    """The rows of days on which the state, or both states, belonged to one of the groups."""
    keys = rows.keys()
    kept = pl.Series(np.zeros(keys.height, np.bool_))
    for name in request.groups:
        own = request.own_group(name)
        spells = spells_of(request.record, name, request.of) if own is None else own.spells(request.record, request.of)
        kept |= _members_on(keys, rows.layout.units, spells, request.of.key)
    picked = rows.picked if rows.picked is not None else np.arange(keys.height, dtype=np.int32)
    return replace(rows, picked=picked[kept.to_numpy()], after=rows.after.filter(kept))


def _members_on(keys: pl.DataFrame, units: Sequence[str], spells: pl.DataFrame, key: str) -> pl.Series:
    """Whether every state of a row is a member on its day."""
    numbered = keys.with_row_index("at")
    kept = numbered.select("at")
    for unit in units:
        days = numbered.select("at", "date", pl.col(unit).alias(key)).join(spells, on=key)
        within = (pl.col("joined") <= pl.col("date")) & (pl.col("date") <= pl.col("left")).fill_null(True)
        kept = kept.join(days.filter(within), on="at", how="semi")
    return numbered["at"].is_in(kept["at"].implode())


def values(request: Request, states: Layout, layout: Layout) -> pl.DataFrame:
    """Return the panel's rows that stand on `layout`, with all their columns."""
    settled = None
    if request.relevant:
        layout = layout if request.keep_unknown else _may_be_relevant(request, layout)
        settled = _relevance(request, states, layout)
        mask = settled[request.relevance.name].fill_null(request.keep_unknown).to_numpy()
        layout, settled = layout.where(mask), settled.filter(mask)
    rows = rows_of(request.unit, layout, request.record, request.wanted)
    if request.groups and request.unit in OF_DAYS:
        rows = _group_days(request, rows)
    return rows.keys().hstack(columns(request, states, rows, settled))


def columns(request: Request, states: Layout, rows: Rows, settled: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return the columns of the variables asked for, in their order; those `settled` for the layout are known already."""
    known = pl.DataFrame() if settled is None else settled
    if settled is not None and rows.picked is not None:
        known = settled[rows.picked]
    wanted = tuple(variable for variable in request.chosen if variable.name not in known.columns)
    years = pl.DataFrame({"year": rows.years(), "since": rows.since()} if request.carry_forward else {"year": rows.years()})
    recorded = pl.concat([years, *_recorded(request, states, rows, wanted)], how="horizontal")
    if request.unit in OF_LEADERS:
        held = [variable for variable in request.closure(wanted) if variable.table is not None]
        recorded = onsets_by_leader(recorded, rows, held, request.record, request.wanted)
    shown = _with_derived(recorded, wanted, request).hstack(known)
    present = set(shown.columns)
    return shown.select(name for name in column_names(request) if name in present)


def _may_be_relevant(request: Request, layout: Layout) -> Layout:
    """The dyads of which one side was ever a major power, or whose sides ever touched: no others can be relevant."""
    one, two = request.wanted.pair
    variable, touching = CONTACT[request.contact]
    contacts = by_unit(request.record, codebook()[variable].table or "", request.wanted, _way(request)).frame
    near = contacts.filter(touching).select(one, two).unique().with_columns(near=pl.lit(True))
    majors = arranged(request.record, "major_powers", request.wanted)[request.of.key].unique().implode()
    spans = layout.spans.join(near, on=[one, two], how="left", maintain_order="left")
    kept = spans.filter(pl.col("near") | pl.col(one).is_in(majors) | pl.col(two).is_in(majors))
    return Layout.of(layout.units, kept.drop("start", "near"))


def unknown_relevance(request: Request) -> int:
    """Count the rows of the dyad-years asked for of which nobody knows whether they are politically relevant."""
    states, layout = layouts(request)
    contact, _ = CONTACT[request.contact]
    unknown = values(_carried(request, contact), states, layout)[contact].is_null().to_numpy()
    silent = Hearing(request.record, request.of, states, layout).silent(codebook()["major_power"])
    perhaps = layout.where(unknown if silent is None else unknown | silent)
    return _relevance(request, states, perhaps)[request.relevance.name].null_count()


def _relevance(request: Request, states: Layout, layout: Layout) -> pl.DataFrame:
    """Whether each dyad-year of the layout is politically relevant, and how old what that rests on is."""
    name = request.relevance.name
    return values(_carried(request, name), states, layout).select(name, f"{name}_age")


def _carried(request: Request, name: str) -> Request:
    """The request for one variable of the dyad-years, carried as far as may be."""
    return replace(
        request,
        variables=(name,),
        unit="dyad-year",
        relevant=False,
        keep_unknown=False,
        carry_forward=LONGEST_CARRY,
        disputes=disputes.COMBINED,
    )


def column_names(request: Request) -> list[str]:
    """Return the names of all columns the panel may have beside its keys, in their order."""
    names = [column for variable in request.chosen for column in columns_of(variable, request)]
    return [name for column in names for name in (column, f"{column}_age")]


def columns_of(variable: Variable, request: Request) -> tuple[str, ...]:
    """Return the names of the columns in which a variable enters the panel."""
    of_one = variable.of_state or variable.unit == LEADER
    apart = variable.unit == DIRECTED and not variable.yes_or_no and not request.directed
    if request.dyadic and (of_one or variable.sided or apart):
        return f"{variable.name}_1", f"{variable.name}_2"
    return (variable.name,)


def _recorded(request: Request, states: Layout, rows: Rows, wanted: Iterable[Variable]) -> Iterator[pl.DataFrame]:
    """The columns of all variables that stand in a table of the record, those that only others are computed from included."""
    held = [variable for variable in request.closure(wanted) if variable.table is not None]
    yield from _of_states(request, states, rows, [variable for variable in held if variable.of_state])
    yield from _of_dyads(request, states, rows, [variable for variable in held if variable.of_dyad])
    yield from _of_leaders(request, rows, [variable for variable in held if variable.unit == LEADER])


def _by_table(variables: Iterable[Variable]) -> dict[tuple[str, bool], list[Variable]]:
    """The variables by the table that holds them, and by whether they have a value for each direction."""
    tables: dict[tuple[str, bool], list[Variable]] = {}
    for variable in variables:
        tables.setdefault((variable.table or "", variable.two_way), []).append(variable)
    return tables


def _of_states(request: Request, states: Layout, rows: Rows, variables: Sequence[Variable]) -> Iterator[pl.DataFrame]:
    """State variables: read once for all state-years, then gathered for the rows, for either side of a dyad."""
    columns = []
    hearing = Hearing(request.record, request.of, states, states)
    for (name, _), group in _by_table(variables).items():
        table = by_unit(request.record, name, request.wanted)
        columns += [
            read(states, table, _readings(alike), hearing=hearing, carry=request.carry_forward)
            for alike in _alike(request, group)
        ]
    if not columns:
        return
    frame = pl.concat(columns, how="horizontal")
    if not request.dyadic:
        yield frame if rows.picked is None else frame[rows.picked]
        return
    for side in ("1", "2"):
        at = rows.layout.offset(f"row{side}")
        picked = gathered(frame, at if rows.picked is None else at[rows.picked])
        yield picked.rename({name: sided_name(name, side) for name in frame.columns})


def sided_name(name: str, side: str) -> str:
    """Return the name of a state variable's column, or its age's, for one side of a dyad.

    >>> sided_name("gdp", "1"), sided_name("gdp_age", "2")
    ('gdp_1', 'gdp_2_age')
    """
    return f"{name.removesuffix('_age')}_{side}_age" if name.endswith("_age") else f"{name}_{side}"


def _of_dyads(request: Request, states: Layout, rows: Rows, variables: Sequence[Variable]) -> Iterator[pl.DataFrame]:
    """Dyadic variables: each table read once for the dyad-years the rows stand on, or once for either direction."""
    hearing = Hearing(request.record, request.of, states, rows.layout)
    for (name, two_way), group in _by_table(variables).items():
        if rows.disputes is not None and name in DISPUTE_TABLES:
            yield _of_own_dispute(rows, rows.disputes, name, group, hearing.silent(group[0]))
            continue
        if name == "single_disputes" and request.disputes == disputes.COMBINED:
            _refuse_several(request, rows.layout, name)
        for alike in _alike(request, group):
            if not two_way:
                yield _read(request, rows, name, _way(request), _readings(alike), hearing)
            elif request.directed or alike[0].sided:
                yield _read(request, rows, name, AS_HELD, _readings(alike), hearing)
            else:
                ahead = _read(request, rows, name, AS_HELD, _readings(alike, "_1"), hearing)
                back = _read(request, rows, name, TURNED, _readings(alike, "_2"), hearing)
                yield _either(ahead.hstack(back), alike)


def _way(request: Request) -> str:
    """Return how a table that holds each dyad once is taken."""
    return BOTH_WAYS if request.directed else ONE_WAY


def _refuse_several(request: Request, layout: Layout, table: str) -> None:
    """Refuse dyad-years of the layout that have several disputes, where no rule says which of them speaks."""
    held = arranged(request.record, table, request.wanted)
    disputes.refuse_several(held.filter(layout.rows_of(held) != NOWHERE), request.wanted.pair)


def _read(request: Request, rows: Rows, table: str, way: str, readings: Sequence[Reading], hearing: Hearing) -> pl.DataFrame:
    """The columns of a table of dyads, for the rows."""
    held = by_unit(request.record, table, request.wanted, way)
    return read(rows.layout, held, readings, hearing=hearing, carry=request.carry_forward, picked=rows.picked)


def _readings(variables: Sequence[Variable], suffix: str = "") -> list[Reading]:
    """The columns that the variables are read from; one with a value for each side is read twice, from two columns."""
    return [
        Reading(f"{variable.name}{mark and f'_{mark}'}{suffix}", f"{variable.column}{mark}", variable)
        for variable in variables
        for mark in (("1", "2") if variable.sided else ("",))
    ]


def _either(both: pl.DataFrame, variables: Sequence[Variable]) -> pl.DataFrame:
    """Both directions of directed variables, with a yes or no that either gives put together."""
    folded = [variable.name for variable in variables if variable.yes_or_no]
    gone = {f"{name}_{side}" for name in folded for side in "12"}
    ages = [name for name in folded if f"{name}_1_age" in both.columns]
    return both.select(
        *(pl.col(name) for name in both.columns if name.removesuffix("_age") not in gone),
        *((pl.col(f"{name}_1") | pl.col(f"{name}_2")).alias(name) for name in folded),
        *(pl.max_horizontal(f"{name}_1_age", f"{name}_2_age").alias(f"{name}_age") for name in ages),
    )


def _alike(request: Request, variables: Sequence[Variable]) -> Iterable[list[Variable]]:
    """The variables of a table by the states that their source considers.

    Where rows have no direction, those with a value for each side stand apart.
    """
    groups: dict[tuple[str | None, bool], list[Variable]] = {}
    for variable in variables:
        groups.setdefault((variable.states_in, variable.sided and not request.directed), []).append(variable)
    return groups.values()


def _of_own_dispute(rows: Rows, held: pl.DataFrame, table: str, variables: Sequence[Variable], silent: Silent) -> pl.DataFrame:
    """Read what is known of the one dispute that each row has to itself."""
    begun = held.with_row_index("at").filter(pl.col("dispute").is_not_null())
    spoken = disputes.combined(begun, ["at"]).sort("at") if table == "dispute_years" else begun
    places = np.full(held.height, NOWHERE, np.int32)
    places[spoken["at"].to_numpy()] = np.arange(spoken.height, dtype=np.int32)
    own = silent if silent is None or rows.picked is None else silent[rows.picked]
    return read_own(rows.years(), places, spoken, _readings(variables), own)


def _of_leaders(request: Request, rows: Rows, variables: Sequence[Variable]) -> Iterator[pl.DataFrame]:
    """Read what is known of the leaders themselves."""
    for (table, _), group in _by_table(variables).items():
        traits = request.record.table(table).select("leader", *(pl.col(each.column).alias(each.name) for each in group))
        for name in rows.before.columns:
            joined = rows.before.select(leader=name).join(traits, on="leader", how="left", maintain_order="left").drop("leader")
            side = name.removeprefix("leader")
            yield joined.rename({column: f"{column}_{side}" for column in joined.columns}) if side else joined


def _with_derived(frame: pl.DataFrame, wanted: Iterable[Variable], request: Request) -> pl.DataFrame:
    """The frame with what is computed from its columns, in an order in which each finds what it reads."""
    lazy = frame.lazy()
    present = set(frame.columns)
    for variable in request.closure(wanted):
        if variable.table is None:
            rests_on = _rests_on(variable, request)
            function: Callable[..., pl.Expr] = getattr(measures, variable.name)
            lazy = lazy.with_columns(function(*map(pl.col, columns)).alias(name) for name, columns in rests_on.items())
            known = [
                column for name, columns in rests_on.items() for column in _known(variable, request, name, columns, present)
            ]
            lazy = lazy.with_columns(known)  # in a step of its own: values are not computed again for what is left out
            present |= {column.meta.output_name() for column in known}
    return lazy.collect(engine="in-memory") if len(present) > frame.width else frame


def _rests_on(variable: Variable, request: Request) -> dict[str, list[str]]:
    """A derived variable's columns, for either side or for both together, each with those it is computed from."""
    reads = [columns_of(codebook()[name], request) for name in variable.reads]
    together = variable.of_dyad and not variable.sided
    return {
        name: [column for each in reads for column in (each if together else (each[place],))]
        for place, name in enumerate(columns_of(variable, request))
    }


def _known(
    variable: Variable, request: Request, name: str, columns: Sequence[str], present: Collection[str]
) -> Iterator[pl.Expr]:
    """A derived column where it is known, and its age where what it rests on is carried forward.

    It is as old as the value it rests on that is furthest from the year, and beyond its own coverage at least as old as the
    coverage's end.
    """
    value, year = pl.col(name), pl.col("year")
    ages = [pl.col(f"{column}_age") for column in columns if f"{column}_age" in present]
    if not ages:
        yield pl.when(year.is_between(variable.first_year, variable.last_year)).then(value).alias(name)
        return
    beyond = (year - variable.last_year).clip(lower_bound=0)
    existed = (beyond == 0) | (pl.col("since") <= variable.last_year)
    known = existed & (year >= variable.first_year) & (beyond <= request.carry_forward)
    yield pl.when(known).then(value).alias(name)
    age = pl.max_horizontal(beyond, *ages)
    if variable.of_first_january:
        age = pl.when(age > 0).then(age).otherwise(pl.min_horizontal(beyond, *ages))
    yield pl.when(known & value.is_not_null()).then(age).cast(pl.Int16).alias(f"{name}_age")
