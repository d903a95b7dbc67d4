"""Tell which states names and codes mean: of one name through its years, of many in a year or on a day, of the rows of a frame.

The columns that can be asked for are `COLUMNS`. V-Dem's numbers are those that the record has beside COW's list: it has none
for Yugoslavia and Serbia, for the Yemen Arab Republic, and for most states that V-Dem does not score. World Bank codes are not
in the record as such: for its members the Bank uses the ISO3 codes of today, and XKX for Kosovo, which `iso3` has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import polars as pl

from foedus.errors import InputError, nearest
from foedus.panels.frames import as_polars
from foedus.panels.keys import Keys, keys_of, matched
from foedus.record.meanings import Meanings
from foedus.record.spells import runs
from foedus.record.states import AmbiguousName, State, StateSystem
from foedus.record.store import Record, open_record

COLUMNS = ("ccode", "gwcode", "iso3", "cow_abbreviation", "name", "vdem", "region")
"""What can be told of a state: its numbers, codes and name in the year; V-Dem's number; World Bank region.

COW's abbreviation of a state may be the ISO3 code of another: SWZ is COW's Switzerland and ISO's Eswatini.
"""

_WORLD_BANK = "the record has no World Bank codes of its own: ask for iso3, which the Bank uses too (XKX for Kosovo)"


def looked_up(
    given: Any,
    year: int | str | Sequence[int] | pl.Series | None = None,
    to: Sequence[str] = COLUMNS[:5],
    *,
    by: str | Sequence[str] | None = None,
    code: str | None = None,
    record: Record | None = None,
) -> pl.DataFrame:
    """Return the states of names or of a frame's rows; `foedus.states` says the same with more words.

    >>> looked_up(["USSR", "DEU"], 1970, to=["ccode", "name"]).rows()
    [('USSR', 1970, 365, 'Soviet Union'), ('DEU', 1970, 260, 'West Germany')]
    """
    record = record or open_record()
    _check(to)
    if isinstance(given, str | int):
        given = [given]
    if not isinstance(given, list | tuple | pl.Series):
        return _of_frame(as_polars(given), year, to, by, code, record)
    names = [str(each) for each in given] if not isinstance(given, pl.Series) else given.cast(pl.String).to_list()
    if year is None:
        return through_the_years(names, to, record)
    years = year if isinstance(year, list | tuple | pl.Series) else [year] * len(names)
    if len(years) != len(names):
        raise InputError(f"there are {len(names):,} names and {len(years):,} years: give one year, or one for each name.")
    frame = pl.DataFrame({"state": pl.Series(names, dtype=pl.String), "year": pl.Series(years)})
    return _of_frame(frame, "year", to, "state", code, record)


def through_the_years(names: Iterable[str], to: Sequence[str], record: Record | None = None) -> pl.DataFrame:
    """Return every state that each name ever meant, one row a span of years in which all that is asked for stays the same.

    Two members that shared the name have a row each. Raises InputError for a name that no state ever had.

    >>> through_the_years(["Zaire", "Tibet"], ["ccode", "gwcode"]).rows()
    [('Zaire', 1971, 1997, 490, 490), ('Tibet', 1913, 1950, None, 711)]
    """
    record = record or open_record()
    _check(to)
    meanings, on_the_list = Meanings.of(record, "cow"), Meanings.of(record, "gw")
    alone = _listed(record).filter(pl.col("ccode").is_null())
    parts = []
    for name in names:
        members = _years(meanings, name, "ccode").join(_crosswalk(record), on=["ccode", "year"])
        others = _years(on_the_list, name, "gwcode").join(alone, on=["gwcode", "year"])
        if members.is_empty() and others.is_empty():
            meanings.cow.refuse(name)
        spans = [_spanned(members, "ccode", to), _spanned(others, "gwcode", to)]
        parts.append(pl.concat(spans).sort("first_year", maintain_order=True).select(pl.lit(name).alias("asked"), pl.all()))
    return pl.concat(parts)


def on_a_day(name: str, day: date, record: Record | None = None) -> State:
    """Return the member that a name means on a day; raises InputError if it means none, or several.

    >>> on_a_day("Germany", date(1990, 12, 1)).ccode, on_a_day("DEU", date(1990, 6, 1)).ccode
    (255, 260)
    """
    record = record or open_record()
    meanings = Meanings.of(record, "cow")
    present = [meanings.cow.state(ccode, day.year) for ccode in meanings.candidates(name, day.year)]
    then = [state for state in present if any(spell.start <= day <= (spell.end or date.max) for spell in state.spells)]
    if len(then) == 1 and len(present) > 1:
        return then[0]
    if len(then) > 1:
        told = " or ".join(meanings.cow.label(state.ccode, day.year) for state in then)
        say = " or ".join(str(state.ccode) for state in then)
        raise AmbiguousName(f'"{name}" is ambiguous on {day}: it could be {told}. Say {say}.')
    state = meanings.cow.resolve(name, day.year)
    if state.ccode not in {each.ccode for each in then}:
        spells = " and ".join(map(str, state.spells))
        label = meanings.cow.label(state.ccode, day.year)
        raise InputError(f"{label} was no member of the state system on {day}: member {spells}.")
    return state


def at(names: Iterable[str], when: date | int, to: Sequence[str], record: Record | None = None) -> pl.DataFrame:
    """Return the states that names mean in a year or on a day, one row each; raises InputError with every name that means none.

    A state that only the list of Gleditsch and Ward has then has no ccode, as in `through_the_years`.

    >>> at(["Zaire", "FRG"], 1980, ["ccode"]).rows()
    [('Zaire', 1980, 490), ('FRG', 1980, 260)]
    >>> at(["Transvaal"], 1899, ["ccode", "gwcode"]).rows()
    [('Transvaal', 1899, None, 563)]
    """
    record = record or open_record()
    _check(to)
    found, refusals = [], []
    for name in names:
        try:
            found.append((name, year_of(when), *_numbers(name, when, record)))
        except InputError as refusal:
            refusals.append(str(refusal))
    if refusals:
        raise InputError("\n".join(refusals))
    schema = {"asked": pl.String, "year": pl.Int16, "ccode": pl.Int16, "gwcode": pl.Int16}
    asked = pl.DataFrame(found, schema=schema, orient="row")
    told = _told(asked["ccode"], asked["gwcode"], asked["year"], to, record)
    return asked.select("asked", "year").hstack(told)


def _numbers(name: str, when: date | int, record: Record) -> tuple[int | None, int | None]:
    """Return COW and GW number of the state that a name means; of none of COW, of the one that the other list has alone."""
    try:
        state = StateSystem.of(record).resolve(name, when) if isinstance(when, int) else on_a_day(name, when, record)
    except AmbiguousName:
        raise
    except InputError:
        if (gwcode := _listed_alone(name, when, record)) is None:
            raise
        return None, gwcode
    return state.ccode, state.gwcode


def _listed_alone(name: str, when: date | int, record: Record) -> int | None:
    """Return the GW number of the one state that a name means and that COW lacks in the year; None if there is none."""
    year = year_of(when)
    first, last = StateSystem.of(record).years
    if not first <= year <= last:
        return None
    meanings = Meanings.of(record, "gw")
    alone = _listed(record).filter(pl.col("ccode").is_null(), year=year)["gwcode"].to_list()
    codes = [
        code for borne in meanings.borne(name) for code, held in borne.held.items() if held[year - first] and code in alone
    ]
    if len(set(codes)) != 1:
        return None
    spells = record.table("state_spells").filter(system="gw", code=codes[0]).select("start", "end")
    there = isinstance(when, int) or any(start <= when <= (end or date.max) for start, end in spells.iter_rows())
    return codes[0] if there else None


def year_of(when: date | int) -> int:
    """Return the year of a day, or the year itself."""
    return when if isinstance(when, int) else when.year


def members(year: int, to: Sequence[str], record: Record | None = None) -> pl.DataFrame:
    """Return all members of a year, by COW number."""
    record = record or open_record()
    _check(to)
    StateSystem.of(record).members(year)  # the year is one of the state system's
    return _crosswalk(record).filter(year=year).sort("ccode").select("year", *to)


def read_as_iso3(names: Iterable[str], record: Record | None = None) -> list[str]:
    """Return a sentence for each name that is read as an ISO3 code and is a COW abbreviation of another state too.

    >>> read_as_iso3(["SWZ", "CAN", "Austria"])
    ['SWZ is read as an ISO3 code (Eswatini); as a COW abbreviation it is Switzerland: cow:SWZ.']
    """
    system = StateSystem.of(record or open_record())
    return [told for name in names if (told := system.two_readings(name))]


def _check(to: Sequence[str]) -> None:
    if isinstance(to, str):
        raise InputError(f"to is the text {to!r}: give a list, such as [{to!r}].")
    for name in to:
        if name in ("wb", "worldbank", "world_bank"):
            raise InputError(f"{_WORLD_BANK}.")
        if name not in COLUMNS:
            raise InputError(f"a state has no {name!r}.{nearest(name, COLUMNS)} It has: {', '.join(COLUMNS)}.")


def _of_frame(
    frame: pl.DataFrame, year: Any, to: Sequence[str], by: str | Sequence[str] | None, code: str | None, record: Record
) -> pl.DataFrame:
    """Return the frame with what is asked for beside its columns; of two columns of states with _1 and _2."""
    if year is not None and not isinstance(year, str):
        frame = frame.with_columns(year=pl.lit(year) if isinstance(year, int) else pl.Series(year))
    keys = keys_of(frame, by, code, year if isinstance(year, str) else "year")
    sides = []
    for mark, numbers in zip(
        ("_1", "_2") if len(keys.states) == 2 else ("",), matched(frame, keys, record, "either"), strict=True
    ):
        sides.append(_told(numbers.ccode, numbers.gwcode, frame[keys.year], to, record).select(pl.all().name.suffix(mark)))
    beside = pl.concat(sides, how="horizontal")
    if taken := [name for name in beside.columns if name in frame.columns]:
        held = set(_own(keys, taken))
        if len(held) < len(taken):
            raise InputError(f"the frame has columns {', '.join(sorted({*taken} - held))} already: rename or drop them.")
        beside = beside.drop(held)
    return frame.hstack(beside)


def _own(keys: Keys, taken: Iterable[str]) -> Iterable[str]:
    """Return columns asked for that are the frame's keys, and say the same."""
    return (name for name in taken if name in keys.states and keys.kind != "name")


def _told(ccode: pl.Series, gwcode: pl.Series, years: pl.Series, to: Sequence[str], record: Record) -> pl.DataFrame:
    """Return what is asked for of the states of rows; of those that the Gleditsch–Ward list has alone, what that list says."""
    numbers = pl.DataFrame([ccode.alias("ccode"), gwcode.alias("gwcode"), years.cast(pl.Int16, strict=False).alias("year")])
    cow = numbers.join(_crosswalk(record).drop("gwcode"), on=["ccode", "year"], how="left", maintain_order="left")
    listed = numbers.join(_listed(record).drop("ccode"), on=["gwcode", "year"], how="left", maintain_order="left")
    return cow.select(name if name in ("ccode", "gwcode") else pl.coalesce(name, listed[name]).alias(name) for name in to)


def _crosswalk(record: Record) -> pl.DataFrame:
    """Return every member of the COW system in every year, with all that can be asked for; named as it was called then."""

    def made() -> pl.DataFrame:
        system = StateSystem.of(record)
        years = record.table("state_years").rename({"vdem_id": "vdem", "abbreviation": "cow_abbreviation"})
        names = pl.Series("name", [system.name(*row) for row in years.select("ccode", "year").iter_rows()], pl.String)
        return years.with_columns(names).select("year", *COLUMNS)

    return record.derived("states looked up", made)


def _listed(record: Record) -> pl.DataFrame:
    """Return every state of the Gleditsch–Ward list in every year, as far as that list says what can be asked for."""
    unknown = {"vdem": pl.lit(None, pl.Int16), "cow_abbreviation": pl.lit(None, pl.String)}
    return record.table("gw_state_years").with_columns(**unknown).select("year", *COLUMNS)


def _years(meanings: Meanings, name: str, key: str) -> pl.DataFrame:
    """Return the years in which states bear a name: number and year, both of two that share it."""
    rows = [
        (code, meanings.first + at)
        for borne in meanings.borne(name)
        for code, held in borne.held.items()
        for at in (held & meanings.member(code)).nonzero()[0].tolist()
    ]
    return pl.DataFrame(rows, schema={key: pl.Int16, "year": pl.Int16}, orient="row").unique()


def _spanned(years: pl.DataFrame, key: str, to: Sequence[str]) -> pl.DataFrame:
    """Return spans of years in which nothing that is asked for changes."""
    asked = [pl.col(name).alias(f"_{name}") for name in to]
    spans = runs(years.select(key, "year", *asked), [key]).sort("first_year", key)
    return spans.select("first_year", "last_year", *(pl.col(f"_{name}").alias(name) for name in to))
