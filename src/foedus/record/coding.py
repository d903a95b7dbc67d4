"""Give the states of a table that is added their numbers: every name or code is read at the year of its row.

A table of the user's own keeps the rows that name a state of either list, with the numbers of both, so that Canada in 1900 or
Tibet is there for who asks in the states of Gleditsch and Ward. A publisher's table names states as its reader says, and keeps
those of its own list.

**No zero comes from a row that is left out.** In a table where no row means zero (`absent`), a row that could mean several
states, or one that is called otherwise, makes their values unknown if it is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import polars as pl

from foedus.record.matching import NAMELESS, Matched, Unmatched, match
from foedus.record.store import Record

_KINDS = {"iso3": "name", "state": "name", "ccode": "cow", "gwcode": "gw"}


@dataclass(frozen=True)
class Coded:
    """A table whose states have numbers.

    Attributes
    ----------
    table : its rows, ccode and gwcode (ccode1 … of dyads) in place of names. dropped : how many rows were left out.
    unmatched : what these name instead, by text and reason.
    unknown : how many unit-years were added whose values are unknown, for a row left out may mean them.
    """

    table: pl.DataFrame
    dropped: int
    unmatched: tuple[Unmatched, ...]
    unknown: int = 0


def coded(table: pl.DataFrame, record: Record, *, both: bool, unknown: bool = False, directed: bool = False) -> Coded:
    """Return a table with numbers for its states; a table without years, or without states, is returned as it is.

    `both`: names keep the numbers of both lists; `unknown`: what rows left out may mean gets rows without values; `directed`:
    a dyad told of in one direction is not told of in the other.

    >>> from foedus.record.store import open_record
    >>> mine = pl.DataFrame({"state": ["USSR", "Atlantis"], "year": [1970, 1970], "bases": [3, 1]})
    >>> coded(mine, open_record(), both=True).table.rows()
    [(365, 365, 1970, 3)]
    """
    sides = _sides(table)
    if "year" not in table.columns or not sides:
        return Coded(table, 0, ())
    matches = {column: _matched(table, column, record, both=both) for column in sides}
    kept = pl.Series([True] * table.height, dtype=pl.Boolean)
    for column, found in matches.items():
        worldwide = not both and _KINDS[_stem(column)] == "name"  # a publisher's row without a code is of no one state
        kept &= pl.Series((found.reasons == 0) | ((found.reasons == NAMELESS) & worldwide))
    numbered = table.with_columns(pl.col("year").cast(pl.Int16, strict=False))
    for column, found in matches.items():
        numbered = _numbered(numbered, column, found, both=both)
    if both:
        kept &= _on_one_list(numbered)
    rows = numbered.filter(kept)
    added = _open(numbered, matches, ~kept, rows, record, directed=directed) if unknown else rows.clear()
    unmatched = tuple(each for found in matches.values() for each in found.unmatched)
    result = pl.concat([rows, added]) if added.height else rows
    return Coded(_settled(result, record) if both else result, table.height - rows.height, unmatched, added.height)


def _sides(table: pl.DataFrame) -> list[str]:
    """Return the columns that name states: by numbers, or else by names."""
    named = [name for name in table.columns if _stem(name) in _KINDS]
    numbers = [name for name in named if _KINDS[_stem(name)] != "name"]
    return numbers or named


def _stem(column: str) -> str:
    return column.rstrip("12").rstrip("_")


def _side(column: str) -> str:
    return column.removeprefix(_stem(column)).lstrip("_")


def _matched(table: pl.DataFrame, column: str, record: Record, *, both: bool) -> Matched:
    kind = _KINDS[_stem(column)]
    system = "either" if both and kind == "name" else "gw" if kind == "gw" else "cow"
    return match(table[column], table["year"], record, kind, system)


def _numbered(table: pl.DataFrame, column: str, found: Matched, *, both: bool) -> pl.DataFrame:
    """Return the table with numbers in place of one column; those of the other list beside names and GW numbers."""
    side = _side(column)
    numbers = [found.ccode.alias(f"ccode{side}"), found.gwcode.alias(f"gwcode{side}")]
    if _stem(column) == "ccode" or (_stem(column) != "gwcode" and not both):
        numbers = numbers[:1]
    elif _stem(column) == "gwcode":
        numbers = numbers[1:] if f"ccode{side}" in table.columns else numbers[::-1]
    place = table.columns.index(column)
    columns = table.drop(column).get_columns()
    return pl.DataFrame([*columns[:place], *numbers, *columns[place:]])


def _on_one_list(table: pl.DataFrame) -> pl.Series:
    """Say whether all states of a row are on one list: the two of a dyad may be on different ones."""
    lists = [[name for name in table.columns if _stem(name) == key] for key in ("ccode", "gwcode")]
    whole = [pl.all_horizontal(pl.col(names).is_not_null()) for names in lists if names]
    return table.select(pl.any_horizontal(whole)).to_series()


def _open(
    numbered: pl.DataFrame,
    matches: Mapping[str, Matched],
    left: pl.Series,
    rows: pl.DataFrame,
    record: Record,
    *,
    directed: bool,
) -> pl.DataFrame:
    """Return rows without values for the unit-years that rows left out may mean and no other row tells of."""
    columns = [f"ccode{_side(column)}" for column in matches]
    could = [_meanings(found.open) for found in matches.values()]
    meant: dict[tuple[int, ...], None] = {}
    for at in left.arg_true():
        codes = [each.get(at) or [numbered[name][at]] for each, name in zip(could, columns, strict=True)]
        if all(code is not None for side in codes for code in side):
            meant |= {(*pair, int(numbered["year"][at])): None for pair in product(*codes) if len(set(pair)) == len(pair)}
    schema = dict.fromkeys([*columns, "year"], pl.Int16)
    unknown = pl.DataFrame(list(meant), schema=schema, orient="row")
    crosswalk = record.table("state_years").select("ccode", "gwcode", "year")
    for name in columns:
        other = name.replace("ccode", "gwcode")
        if other in numbered.columns:
            unknown = unknown.join(crosswalk.rename({"ccode": name, "gwcode": other}), on=[name, "year"], how="left")
    told = rows.select(*columns, "year") if directed else _either_way(rows, columns)
    fresh = unknown.join(told.cast(pl.Int16), on=[*columns, "year"], how="anti")
    return pl.concat([rows.clear(), fresh], how="diagonal_relaxed").select(rows.columns).cast(rows.schema)


def _meanings(could: pl.DataFrame) -> dict[int, list[int]]:
    return dict(could.group_by("row", maintain_order=True).agg("ccode").iter_rows())


def _either_way(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return the unit-years that are told of, a dyad in both directions."""
    told = rows.select(*columns, "year")
    turned = told.rename(dict(zip(columns, columns[::-1], strict=True))).select(told.columns)
    return pl.concat([told, turned]).unique()


def _settled(table: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Return the table, each state of GW once a year: where two of COW's bore its number, it is the one that goes on."""
    listed = sorted(name for name in table.columns if _stem(name) == "gwcode")
    if not listed or not all(name.replace("gwcode", "ccode") in table.columns for name in listed):
        return table
    again = table.select(*listed, "year").is_duplicated()
    walk = record.table("gw_state_years").select("gwcode", "year", goes_on=pl.col("ccode"))
    for name in listed:
        other = table.join(walk.rename({"gwcode": name}), on=[name, "year"], how="left", maintain_order="left")["goes_on"]
        passed = again & (other != table[name.replace("gwcode", "ccode")]).fill_null(False)
        table = table.with_columns(table[name].set(passed, None))
    return table
