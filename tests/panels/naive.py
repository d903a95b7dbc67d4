"""Panels the slow way: one row and one value at a time, from the plain values of a generated world, by the definitions alone.

Nothing here knows the engine: no positions, no spans, no joins. A value and its age are looked up year by year.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations, permutations
from typing import Any, NamedTuple

from tests.worlds import Dispute, Drawn, Pair, Years

MAJORS_END, DISTANCES_END, ALLIANCES_END, RIVALRIES_END = 2016, 2019, 2018, 2020
DISPUTES_END, PEACE_END = 2010, 2011

Row = dict[str, Any]


class Known(NamedTuple):
    """A value and its age in years."""

    value: Any
    age: int | None


UNKNOWN = Known(None, None)


def state_rows(world: Drawn, years: Pair, carry: int = 0) -> list[Row]:
    """Every state-year with the variables of a state."""
    rows = []
    for code in sorted(world.members):
        for year in sorted(year for year in world.members[code] if years[0] <= year <= years[1]):
            begun = since(world, (code,), year)
            score = shown("polyarchy", polyarchy(world, code, year, begun, carry), carry)
            rank = shown("major_power", major(world, code, year, begun, carry), carry)
            rows.append({"ccode": code, "year": year} | score | rank)
    return rows


def dyad_rows(world: Drawn, years: Pair, *, directed: bool = False, carry: int = 0, rule: str = "combined") -> list[Row]:
    """Every dyad-year with the variables that `values` gives, sorted by its keys."""
    codes = sorted(world.members)
    rows = []
    for pair in permutations(codes, 2) if directed else combinations(codes, 2):
        for year in range(years[0], years[1] + 1):
            if all(year in world.members[code] for code in pair):
                key = {"ccode1": pair[0], "ccode2": pair[1], "year": year}
                rows.append(key | _values(world, pair, year, directed, carry, rule))
    return rows


def _values(world: Drawn, pair: Pair, year: int, directed: bool, carry: int, rule: str) -> Row:
    row: Row = {}
    met = since(world, pair, year)
    low = (min(pair), max(pair))
    rank = [major(world, code, year, met_alone, carry) for code, met_alone in zip(pair, _alone(world, pair, year), strict=True)]
    score = [polyarchy(world, code, year, alone, carry) for code, alone in zip(pair, _alone(world, pair, year), strict=True)]
    for side in (0, 1):
        row |= shown(f"polyarchy_{side + 1}", score[side], carry)
    away = in_first_year(world.distances.get(low, {}), year, met, carry)
    touch = Known(None if away.value is None else away.value == 0, away.age)
    row |= shown("min_distance", away, carry)
    row |= shown("contiguous", touch, carry)
    row |= shown("politically_relevant", relevant(touch, rank, year, met, carry), carry)
    row |= shown("rivalry", held(world.rivalries.get(low, {}), lambda _: True, year, met, carry, RIVALRIES_END), carry)
    row |= shown("rivalry_spatial", held(world.rivalries.get(low, {}), _first, year, met, carry, RIVALRIES_END), carry)
    owed = [held(world.pledges.get(way, {}), _first, year, met, carry, ALLIANCES_END) for way in (pair, pair[::-1])]
    row |= shown("defence_pact", owed[0] if directed else either(owed), carry)
    row |= _disputes(world, pair, year, rule)
    row |= shown("peace_years", peace(world, low, year, met, carry), carry)
    weaker = [each.value for each in score]
    ages = [each.age for each in score if each.age is not None]
    least = None if None in weaker else min(weaker)
    return row | shown("weaker_democracy", Known(least, None if least is None else max(ages)), carry)


def _first(value: Any) -> Any:
    return value[0]


def _alone(world: Drawn, pair: Pair, year: int) -> list[int]:
    return [since(world, (code,), year) for code in pair]


def shown(name: str, known: Known, carry: int) -> Row:
    """The columns in which a value that can be carried enters a panel."""
    return {name: known.value} | ({f"{name}_age": known.age} if carry else {})


def since(world: Drawn, codes: tuple[int, ...], year: int) -> int:
    """The first year of the unbroken run of years in which all of these states are members."""
    while all(year - 1 in world.members[code] for code in codes):
        year -= 1
    return year


def latest(rows: Years, year: int, begun: int, carry: int, end: int) -> Known:
    """The value of a variable of which no row says nothing: the year's, or the latest of the last `carry` years."""
    for age in range(carry + 1):
        told = year - age
        if told <= end and rows.get(told) is not None and (age == 0 or told >= begun):
            return Known(rows[told], age)
    return UNKNOWN


def in_first_year(rows: Years, year: int, begun: int, carry: int) -> Known:
    """A distance, which is of 1 January: in the first year of a dyad, where values may be carried, perhaps that of the next."""
    known = latest(rows, year, begun, carry, DISTANCES_END)
    if known.value is None and carry and year == begun and year < DISTANCES_END and rows.get(year + 1) is not None:
        return Known(rows[year + 1], -1)
    return known


def held(rows: Years, value: Callable[[Any], Any], year: int, begun: int, carry: int, end: int) -> Known:
    """The value of a variable of which no row says no: the year's or, after the source's end, that of its last year."""
    if year > end and (year - end > carry or begun > end):
        return UNKNOWN
    told = min(year, end)
    return Known(value(rows[told]) if told in rows else False, year - told)


def polyarchy(world: Drawn, code: int, year: int, begun: int, carry: int) -> Known:
    return latest(world.polyarchy.get(code, {}), year, begun, carry, 2025)


def major(world: Drawn, code: int, year: int, begun: int, carry: int) -> Known:
    return held(world.majors.get(code, {}), lambda _: True, year, begun, carry, MAJORS_END)


def either(sides: list[Known]) -> Known:
    """Yes if one says yes, unknown if both are."""
    ages = [each.age for each in sides if each.age is not None]
    return Known(some([each.value for each in sides]), max(ages, default=None))


def some(values: list[bool | None]) -> bool | None:
    return True if True in values else None if None in values else False


def relevant(touch: Known, rank: list[Known], year: int, begun: int, carry: int) -> Known:
    """Whether the two touch or one is a major power; as old as the oldest value it rests on, and as the list of powers."""
    beyond = max(year - MAJORS_END, 0)
    if beyond > carry or (beyond and begun > MAJORS_END):
        return UNKNOWN
    value = some([touch.value, *(each.value for each in rank)])
    ages = [each.age for each in (touch, *rank) if each.age is not None]
    oldest = max([beyond, *ages])
    return Known(value, None if value is None else oldest if oldest > 0 else min([beyond, *ages]))


def peace(world: Drawn, pair: Pair, year: int, begun: int, carry: int) -> Known:
    """Full calendar years since the dyad began or was last in a dispute, whichever is later."""
    beyond = max(year - PEACE_END, 0)
    if beyond > carry or (beyond and begun > PEACE_END):
        return UNKNOWN
    past = [told for told in dispute_years(world, pair) if told < year]
    return Known(year - 1 - max([begun - 1, *past]), beyond)


def dispute_years(world: Drawn, pair: Pair) -> set[int]:
    return {year for each in world.disputes if each.pair == pair for year in range(each.first_year, each.last_year + 1)}


def under_way(world: Drawn, pair: Pair, year: int) -> list[Dispute]:
    """The disputes of a dyad under way in a year, whichever state comes first."""
    low = (min(pair), max(pair))
    return [each for each in world.disputes if each.pair == low and each.first_year <= year <= each.last_year]


def _fewer_deaths(each: Dispute) -> float:
    """Deaths with the most first; unknown ones are more than none, and fewer than some."""
    return -0.5 if each.fatality is None else -each.fatality


PREFERRED: Mapping[str, Callable[[Dispute, int], tuple[Any, ...]]] = {
    "highest-hostility": lambda each, _: _most(each),
    "highest-fatality": lambda each, _: (_fewer_deaths(each), *_most(each)),
    "first": lambda each, _: (each.first_year, each.start_month, *_most(each)),
    "last": lambda each, _: (-each.first_year, -each.start_month, *_most(each)),
    "longest": lambda each, _: (-each.longest_days, *_most(each)),
    "onset-first": lambda each, year: (
        each.first_year != year,
        _fewer_deaths(each),
        -each.hostility,
        -(each.longest_days // 2),
        -each.longest_days,
        each.number % 2 != 0,
        each.start_month,
        each.number,
    ),
}
"""Rule → what it sorts the disputes of a dyad-year by; the first of them speaks."""


def _most(each: Dispute) -> tuple[Any, ...]:
    return -each.hostility, _fewer_deaths(each), -each.longest_days, each.number


def _disputes(world: Drawn, pair: Pair, year: int, rule: str) -> Row:
    """What the disputes of a dyad-year together say or, under a rule, what the one it chooses says."""
    single: Row = (
        {} if rule == "combined" else {"dispute_number": None, "dispute_initiator_1": None, "dispute_initiator_2": None}
    )
    if year > DISPUTES_END:
        unknown = ("dispute_onset", "dispute_onsets", "originated_dispute_onset", "fatal_dispute_onset", "dispute_fatality")
        return dict.fromkeys(unknown) | single
    found = under_way(world, pair, year)
    if rule != "combined" and found:
        found = [min(found, key=lambda each: PREFERRED[rule](each, year))]
        sides = (found[0].side_a1 or not found[0].originator1, not found[0].side_a1 or not found[0].originator2)
        first, second = sides if pair[0] < pair[1] else sides[::-1]
        single = {"dispute_number": found[0].number, "dispute_initiator_1": first, "dispute_initiator_2": second}
    begun = [each for each in found if each.first_year == year]
    fatalities = [each.fatality for each in found if each.fatality is not None]
    fatal = some([None if each.fatality is None else each.fatality > 0 for each in begun])
    return {
        "dispute_onset": bool(begun),
        "dispute_onsets": len(begun),
        "originated_dispute_onset": any(each.originator1 and each.originator2 for each in begun),
        "fatal_dispute_onset": fatal,
        "dispute_fatality": max(fatalities, default=None),
        **single,
    }
