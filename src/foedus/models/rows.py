"""Which rows a model is fitted to: keys, values of other years, what is missing, and what each left out and why.

A row enters if everything that the formula and the choices beside it read is known of it. How many do not, and by which column,
is said. Nothing is filled in and no outcome is guessed: yes or no, 0 and 1 are outcomes of a yes-or-no model, text is not.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.errors import InputError, nearest
from foedus.estimation.covariance import numbered
from foedus.estimation.design import Array
from foedus.models.conditions import rows_where
from foedus.models.encoding import Encoding, factor_values
from foedus.models.expression import BASES, calls, function, names, tree, values
from foedus.models.finite import check_columns, check_factors
from foedus.models.formula import Formula
from foedus.models.in_time import PARTS, Calendar, time_calls, with_time
from foedus.models.outcomes import ORDERED, coded
from foedus.panels.codebook import codebook
from foedus.panels.columns import UNITS
from foedus.panels.keys import keys_of

Codes = NDArray[np.int64]

SIDED = ("dyad-year", "dispute-dyad", "dyad-day", "leader-dyad-year")


@dataclass(frozen=True)
class Keys:
    """By what the rows of a panel are known.

    Attributes
    ----------
    unit : the columns that name a unit. time : the one of years (or days). sides : the two states of a dyad, or None.
    part : "month" or "quarter" where rows are parts of a year.
    """

    unit: tuple[str, ...]
    time: str
    sides: tuple[str, str] | None
    part: str | None = None

    @property
    def of_row(self) -> tuple[str, ...]:
        """The columns that name a row."""
        return self.calendar.keys

    @property
    def calendar(self) -> Calendar:
        """By what rows are followed over time."""
        return Calendar(self.unit, self.time, self.part)


def keys_in(frame: pl.DataFrame, by: str | Sequence[str] | None = None, year: str = "year") -> Keys:
    """Return the keys of a frame, told from its columns; raises InputError if it has none.

    >>> keys_in(pl.DataFrame({"ccode1": [2], "ccode2": [20], "year": [1979]})).sides
    ('ccode1', 'ccode2')
    >>> keys_in(pl.DataFrame({"ccode": [2, 2], "year": [1979, 1979], "month": [7, 8]})).of_row
    ('ccode', 'year', 'month')
    """
    if by is None:
        for pattern in (keys for _, keys in UNITS if not PARTS.keys() & keys):  # whether rows are parts of years, rows tell
            for code in _codes_in(frame):
                wanted = [key.format(code) for key in pattern]
                if {*wanted} <= {*frame.columns}:
                    time = next(key for key in wanted if key in ("year", "date", "last_year"))
                    sides = (f"{code}1", f"{code}2") if {f"{code}1", f"{code}2"} <= {*frame.columns} else None
                    states = [
                        name for name in (code, f"{code}1", f"{code}2") if name in frame.columns
                    ]  # one leader may lead two
                    named = tuple(dict.fromkeys(key for key in (*wanted, *states) if key != time))
                    return Keys(named, time, sides, _part(frame, (*named, time)) if time == "year" else None)
    found = keys_of(frame, by, None, year)
    sides = found.states[:2] if len(found.states) == 2 else None
    return Keys(found.states, found.year, sides, _part(frame, (*found.states, found.year)))


def _part(frame: pl.DataFrame, of_year: Sequence[str]) -> str | None:
    """The column of months or quarters that tells rows apart; None where a unit has one row a year, whatever it holds."""
    held = [name for name in PARTS if name in frame.columns and frame.schema[name].is_integer()]
    return held[0] if held and frame.select(pl.struct(of_year).is_duplicated().any()).item() else None


def _codes_in(frame: pl.DataFrame) -> list[str]:
    """The kinds of state codes, first that of which fewer are missing: panels of one system hold the other's codes, too."""
    lacking = {
        code: sum(frame[name].null_count() for name in (code, f"{code}1", f"{code}2") if name in frame.columns)
        for code in ("ccode", "gwcode")
    }
    return sorted(lacking, key=lambda code: lacking[code])


@dataclass(frozen=True)
class Choices:
    """What is chosen beside the formula: names of columns, or expressions of them.

    Attributes
    ----------
    errors : "iid", "HC1", "clustered" or "dyadic". clusters : one or two groupings within which errors hang together.
    fixed : groupings whose effects are taken out. offset, weights, where : expressions; rows enter in which the last is true.
    years : first and last year of the rows.
    order : levels of an ordered outcome, from the lowest.
    """

    errors: str = "clustered"
    clusters: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    offset: str | None = None
    weights: str | None = None
    where: str | None = None
    years: tuple[int, int] | None = None
    order: tuple[Any, ...] | None = None

    @property
    def expressions(self) -> tuple[str, ...]:
        """The expressions that stand beside a formula."""
        return tuple(text for text in (self.offset, self.weights, self.where) if text)


@dataclass(frozen=True)
class Sample:
    """The rows that a model is fitted to.

    Attributes
    ----------
    frame : keys and every column that is read, of the rows kept. encoding, names, matrix : the columns of the right side.
    outcome : (row,). levels : of an ordered outcome. offset, weights : (row,), or None.
    clusters, fixed : name → (row,) codes. sides : (row, 2), or None. time : (row,), years (of days, their number).
    panel : what they are taken from. given : its rows. lacking : column → rows that lack it. remarks : for the reader.
    """

    formula: Formula
    keys: Keys
    choices: Choices
    frame: pl.DataFrame
    encoding: Encoding
    matrix: Array
    outcome: Array
    levels: tuple[Any, ...]
    offset: Array | None
    weights: Array | None
    clusters: Mapping[str, Codes]
    fixed: Mapping[str, Codes]
    sides: Codes | None
    time: Codes
    panel: pl.DataFrame
    given: int
    lacking: Mapping[str, int]
    remarks: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns of the matrix."""
        return self.encoding.names

    def only(self, kept: NDArray[np.bool_], *remarks: str) -> Sample:
        """Return the chosen rows, with remarks on the others."""

        def chosen(values: Any) -> Any:
            return None if values is None else values[kept]

        return replace(
            self,
            frame=self.frame.filter(pl.Series(kept)),
            matrix=self.matrix.T[:, kept].T,
            outcome=self.outcome[kept],
            offset=chosen(self.offset),
            weights=chosen(self.weights),
            clusters={name: compact(codes[kept]) for name, codes in self.clusters.items()},
            fixed={name: compact(codes[kept]) for name, codes in self.fixed.items()},
            sides=chosen(self.sides),
            time=self.time[kept],
            remarks=(*self.remarks, *remarks),
        )


def sampled(formula: Formula, panel: pl.DataFrame, keys: Keys, choices: Choices, kind: str) -> Sample:
    """Return the rows of a panel that a model of this kind of outcome is fitted to.

    Raises InputError for a column that is not there, values that cannot be used, and a formula that asks for the future.
    """
    frame, remarks = with_years(formula, panel, keys, choices)
    schema = frame.schema
    read = factor_values(formula, schema) | {"": values(tree(formula.outcome), schema)}
    beside = {name: text for name, text in (("offset", choices.offset), ("weights", choices.weights)) if text}
    expressions = {**read, **{f"{name}=": values(tree(text), schema) for name, text in beside.items()}}
    factors = frame.select(each.alias(name) for name, each in expressions.items())
    groups = {name: _group(name, frame, keys) for name in dict.fromkeys((*choices.clusters, *choices.fixed))}
    lacking = {_said(name, formula): factors[name].null_count() for name in factors.columns}
    lacking |= {
        name: frame.select(pl.any_horizontal(pl.col(columns).is_null()).sum()).item() for name, columns in groups.items()
    }
    given, remarks = frame.height, [*formula.remarks, *remarks]
    if any(lacking.values()):
        known = factors.select(pl.all_horizontal(pl.all().is_not_null())).to_series()
        for columns in groups.values():
            known = known & frame.select(pl.all_horizontal(pl.col(columns).is_not_null())).to_series()
        frame, factors = frame.filter(known), factors.filter(known)
        remarks.append(_left_out(given, frame.height, lacking))
    if frame.is_empty():
        raise InputError(f"no row is left: {_left_out(given, 0, lacking)}.")
    where = [*keys.of_row]
    check_factors(
        factors,
        frame,
        {
            **{name: name for name in factors.columns},
            "": formula.outcome,
            **{f"{name}=": text for name, text in beside.items()},
        },
        where,
    )
    if choices.weights and (weightless := int((factors["weights="] == 0).sum())):
        remarks.append(f"{weightless:,} rows weigh nothing and are left out")
        frame, factors = frame.filter(factors["weights="] != 0), factors.filter(pl.col("weights=") != 0)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # what is too large is named below
        encoding = Encoding.learnt(formula, factors, constant_elsewhere=bool(choices.fixed) or kind == ORDERED)
        matrix = encoding.matrix(factors)
    check_columns(encoding.names, matrix, frame, where)
    remarks.extend(_references(encoding))
    outcome, order = coded(formula.outcome, factors[""], kind, choices.order)
    weights = factors["weights="].to_numpy() if choices.weights else None
    if weights is not None and (weights.min() < 0 or not weights.sum() > 0):
        raise InputError(f"weights={choices.weights}: some are below zero, or none is above: weights are positive numbers.")
    return Sample(
        formula=formula,
        keys=keys,
        choices=choices,
        frame=frame,
        encoding=encoding,
        matrix=matrix,
        outcome=outcome,
        levels=order,
        offset=factors["offset="].to_numpy() if choices.offset else None,
        weights=weights,
        clusters={name: codes_of(frame, groups[name], unordered=name == "dyad") for name in choices.clusters},
        fixed={name: codes_of(frame, groups[name], unordered=name == "dyad") for name in choices.fixed},
        sides=_sides(frame, keys) if choices.errors == "dyadic" else None,
        time=frame.select(pl.col(keys.time).to_physical().cast(pl.Int64)).to_series().to_numpy(),
        panel=panel,
        given=given,
        lacking={name: count for name, count in lacking.items() if count},
        remarks=tuple(remarks),
    )


def with_years(formula: Formula, panel: pl.DataFrame, keys: Keys, choices: Choices) -> tuple[pl.DataFrame, list[str]]:
    """Return the columns that are read, with those of other years, of the rows chosen, and remarks on their choice."""
    wanted = [formula.outcome, *formula.factors, *choices.expressions]
    in_time = time_calls([text for text in wanted if text not in panel.columns])
    _refuse_future(formula, choices, panel.columns)
    columns = variables(formula, choices, panel.columns)
    _check_columns(columns, panel)
    columns += [name for name in map(ast.unparse, in_time) if name in panel.columns]  # worked out before rows were chosen
    groups = [column for name in (*choices.clusters, *choices.fixed) for column in _group(name, panel, keys)]
    frame = panel.select([*dict.fromkeys((*keys.of_row, *(keys.sides or ()), *columns, *groups))])
    if in_time:
        _check_unique(frame, keys)
        frame = with_time(frame, in_time, keys.calendar)
    if choices.years is not None:
        frame = frame.filter(pl.col(keys.time).is_between(*choices.years))
    remarks: list[str] = []
    if choices.where is not None:
        frame, remarks = rows_where(frame, choices.where, [*keys.of_row])
    if frame.is_empty():
        told = "".join(f" {remark}." for remark in remarks)
        raise InputError(
            f"no row is left: the panel holds none of the years, or none in which what `where` names is true.{told}"
        )
    return frame, remarks


def variables(formula: Formula, choices: Choices, columns: Sequence[str] = ()) -> list[str]:
    """Return the columns of a panel that a formula and the expressions beside it read, each once.

    A column that is called as a factor is written, such as "lag(gdp)", stands for it.
    """
    wanted = [formula.outcome, *formula.factors, *choices.expressions]
    return list(dict.fromkeys(name for text in wanted for name in ([text] if text in columns else names(tree(text)))))


def _check_columns(wanted: Sequence[str], panel: pl.DataFrame) -> None:
    if not (unknown := [name for name in wanted if name not in panel.columns]):
        return
    told = []
    for name in unknown:
        if name in codebook():
            told.append(f"{name!r} (it is in the codebook: foedus.add(panel, [{name!r}]) puts it beside your columns)")
        else:
            told.append(f"{name!r}.{nearest(name, panel.columns) or nearest(name, codebook())}")
    raise InputError(f"the panel has no column {', '.join(told)}".rstrip(".?") + ("?" if told[-1].endswith("?") else "."))


def _refuse_future(formula: Formula, choices: Choices, columns: Sequence[str]) -> None:
    """Raise InputError where the right side reads years after the row's own, or the outcome itself."""
    right = [text for text in (*formula.factors, *choices.expressions) if text not in columns]
    if ahead := [ast.unparse(call) for text in right for call in calls(tree(text), ("lead",))]:
        raise InputError(
            f"{', '.join(ahead)} asks for the future: what comes later cannot explain a row. Put the lead on the outcome "
            f"(lead({formula.outcome}) ~ …), or lag what explains it."
        )
    own = formula.outcome if formula.outcome in columns else ast.unparse(tree(formula.outcome))
    if own in {
        text if text in columns else ast.unparse(tree(text)) for text in (*formula.factors, choices.offset or "") if text
    }:
        raise InputError(f"{own} explains itself: it stands on both sides of the formula. Write lag({own}).")


def _check_unique(frame: pl.DataFrame, keys: Keys) -> None:
    columns = [*keys.of_row]
    twice = frame.filter(pl.struct(columns).is_duplicated())
    if not twice.is_empty():
        first = " ".join(str(value) for value in twice.select(columns).row(0))
        raise InputError(
            f"{twice.height:,} rows share their keys ({', '.join(columns)}; first: {first}), so that no {keys.part or 'year'} "
            "before is theirs alone. Keep one row for each, or name the columns that tell units apart with by=."
        )


def _group(name: str, frame: pl.DataFrame, keys: Keys) -> list[str]:
    """The columns that a grouping rests on; raises InputError if there are none."""
    if name in frame.columns:
        return [name]
    dyadic = keys.sides is not None
    if name in ("dyad", "directed dyad") and dyadic:
        return [*keys.sides] if keys.sides else []
    if name == "year":
        return [keys.time]
    if name == "unit" or (name == "state" and len(keys.unit) == 1):
        return [*keys.unit]
    if name == "state" and keys.sides:
        raise InputError(
            "a dyad has two states: errors='dyadic' lets all rows hang together that share one, and fixed effects are named by "
            f"their columns, {' and '.join(keys.sides)}."
        )
    known = ["unit", "year", *(["dyad", "directed dyad"] if dyadic else ["state"])]
    raise InputError(
        f"no grouping of rows is called {name!r}.{nearest(name, [*known, *frame.columns])} There are {', '.join(known)}, "
        "or any column of the panel."
    )


def codes_of(frame: pl.DataFrame, columns: Sequence[str], *, unordered: bool = False) -> Codes:
    """Return a number for each row that tells groups apart; with `unordered`, two columns mean the same either way round.

    >>> codes_of(pl.DataFrame({"a": [2, 20, 2], "b": [20, 2, 30]}), ["a", "b"], unordered=True).tolist()
    [0, 0, 1]
    """
    chosen = frame.select(columns)
    if unordered and len(columns) == 2:
        chosen = chosen.select(low=pl.min_horizontal(columns), high=pl.max_horizontal(columns))
    if all(kind.is_integer() for kind in chosen.dtypes) and chosen.width <= 2:
        wide = chosen.select(pl.all().cast(pl.Int64))
        if wide.width == 2:
            low = wide.select(pl.all().min()).row(0)
            span = wide.select(pl.nth(1).max()).item() - low[1] + 1
            wide = wide.select((pl.nth(0) - low[0]) * span + pl.nth(1) - low[1])
        found = wide.to_series().to_numpy()
    else:
        found = chosen.select(pl.struct(pl.all().to_physical()).rank("dense")).to_series().to_numpy()
    return compact(found)


def compact(values: NDArray[np.integer[Any]]) -> Codes:
    """Return whole numbers from zero on, (row,), numbered without gaps in their order.

    >>> compact(np.array([7, 2, 7])).tolist()
    [1, 0, 1]
    """
    if len(values) and values.min() >= 0 and values.max() < 8 * len(values) + 1_000:
        there = np.bincount(values) > 0
        codes: Codes = (np.cumsum(there) - 1)[values]
        return codes
    return numbered(values.astype(np.int64, copy=False))


def _sides(frame: pl.DataFrame, keys: Keys) -> Codes:
    if keys.sides is None:
        raise InputError(
            "dyadic-robust errors need rows about two states: the panel's rows are about one. Name a cluster instead."
        )
    stacked = pl.concat([frame[side].rename("state").to_frame() for side in keys.sides])
    return codes_of(stacked, ["state"]).reshape(2, -1).T


def _said(name: str, formula: Formula) -> str:
    return formula.outcome if name == "" else name.rstrip("=")


def _left_out(given: int, kept: int, lacking: Mapping[str, int]) -> str:
    by = ", ".join(f"{name} {count:,}" for name, count in sorted(lacking.items(), key=lambda each: -each[1]) if count)
    beside = " (a row may lack several)" if sum(lacking.values()) > given - kept else ""
    return f"{given - kept:,} of {given:,} rows are left out, for a value is missing: {by}{beside}"


def _references(encoding: Encoding) -> list[str]:
    """A remark on each factor of levels: against which level the others stand."""
    found = []
    for factor, basis in encoding.bases.items():
        reference = getattr(basis, "reference", None)
        node = tree(factor)
        if reference is not None and not (isinstance(node, ast.Call) and function(node) in BASES):
            found.append(f"{factor} holds text: each of its levels is held against {reference} (C({factor}, ref=…) chooses)")
    return found
