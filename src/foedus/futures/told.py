"""What is told of a world in a year: a few numbers a member, each with its unit and how finely it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from foedus.futures.arithmetic import Array
    from foedus.futures.build import Built
    from foedus.futures.steps import State


@dataclass(frozen=True)
class Variable:
    """A told variable: what it is, its unit, the significant digits it is kept to (0: a whole number), and its source.

    `source` is the codebook variable whose record it goes on from, `licence` the hindcast that says how many years after its
    last year it may be told as a probability ("" for none).
    """

    label: str
    unit: str
    digits: int
    source: str
    licence: str


MONEY = "billion US dollars of 2015"

VARIABLES: Mapping[str, Variable] = {
    "disputes": Variable("pairs of states with a new dispute", "dyads", 0, "dispute_onset", "disputes"),
    "fatal_disputes": Variable("pairs of states with a new fatal dispute", "dyads", 0, "fatal_dispute_onset", "fatal_disputes"),
    "wars": Variable("wars begun between two states", "wars", 0, "war_dispute_onset", "wars"),
    "war_deaths": Variable("military deaths in wars begun", "persons", 2, "war_dispute_onset", "wars"),
    "states_allied": Variable("share of states with a defence pact", "share", 4, "defence_pact", "states_allied"),
    "world_spending": Variable(
        "military expenditure of all states of which it is known", MONEY, 4, "military_share", "world_spending"
    ),
    "ice": Variable("September sea-ice extent, Arctic", "million km²", 4, "september_ice_extent", ""),
    "flight": Variable("persons who flee across borders", "persons", 4, "new_refugees", "flight"),
    "largest_flight": Variable(
        "persons who flee from the state from which most do", "persons", 4, "new_refugees", "largest_flight"
    ),
    "member_disputes": Variable(
        "pairs of a member and another state with a new dispute", "dyads", 0, "dispute_onset", "disputes"
    ),
    "member_fatal_disputes": Variable(
        "pairs of a member and another state with a new fatal dispute", "dyads", 0, "fatal_dispute_onset", "fatal_disputes"
    ),
    "disputes_between_members": Variable("pairs of members with a new dispute", "dyads", 0, "dispute_onset", "disputes"),
    "member_spending": Variable("military expenditure of the members", MONEY, 4, "military_share", "world_spending"),
    "member_arrivals": Variable("persons who flee and arrive in a member", "persons", 4, "new_refugees", "flight"),
    "member_disputes_so_far": Variable(
        "member_disputes added up from the first year without the obligations", "dyads", 0, "dispute_onset", "disputes"
    ),
}
"""What is told, by name. Members are the states of the partnership."""


def told(made: Built, state: State, members: int) -> dict[str, Array]:
    """Return what is told of a year, name → (member,); all but sums over years (`so_far`)."""
    from foedus.futures.arithmetic import exp
    from foedus.futures.steps import added

    world = made.world
    outside, between = world.dyads_of(list(made.members))
    onsets, begun = state["onsets"], state["begun"]
    rows, dyads, events = onsets.T
    fatal = state["fatal"][events]

    def counted(of: Array, weights: Array | None = None) -> Array:
        return np.bincount(of, weights, members).astype(np.float64)

    spent = np.where(np.isnan(state["spending"]), 0.0, exp(np.nan_to_num(state["spending"]))) / 1e9
    places = [world.place(code) for code in made.members if code in world.states]
    unknown = np.full((members, len(world.states)), np.nan)
    fled, arrived = state.get("fled", unknown), state.get("arrived", unknown)
    return {
        "disputes": counted(rows),
        "fatal_disputes": counted(rows[fatal]),
        "wars": counted(begun[state["war"], 0]),
        "war_deaths": counted(begun[:, 0], state["war_deaths"]),
        "states_allied": state["states_allied"],
        "world_spending": added(spent),
        "ice": state.get("ice", np.full(members, np.nan)),
        **of_flight(fled),
        "member_disputes": counted(rows[outside[dyads]]),
        "member_fatal_disputes": counted(rows[fatal & outside[dyads]]),
        "disputes_between_members": counted(rows[between[dyads]]),
        "member_spending": added(spent[:, places]),
        "member_arrivals": added(arrived[:, places]),
    }


def of_flight(fled: Array) -> dict[str, Array]:
    """Return what is told of those who flee (member, state): of a state of which it is never known nobody is counted.

    >>> {name: values.tolist() for name, values in of_flight(np.array([[1.0, 5.0, np.nan]])).items()}
    {'flight': [6.0], 'largest_flight': [5.0]}
    """
    from foedus.futures.steps import added

    known = ~np.isnan(fled).all(axis=1)
    persons = np.nan_to_num(fled)
    return {"flight": np.where(known, added(persons), np.nan), "largest_flight": np.where(known, persons.max(axis=1), np.nan)}


def so_far(made: Built, values: dict[str, Array]) -> dict[str, Array]:
    """Return told variables (member, year) with the disputes of members added up from the year in which obligations are off."""
    years = np.arange(made.world.origin + 1, made.scenario.last_year + 1)
    counted = np.where(years >= made.scenario.since, values["member_disputes"], 0.0)
    return {**values, "member_disputes_so_far": np.cumsum(counted, axis=1)}


def kept(name: str, values: Array) -> list[float]:
    """Return values as they are kept: to so many significant digits, whole numbers as they are.

    >>> kept("ice", np.array([3.14159])), kept("disputes", np.array([31.0]))
    ([3.142], [31.0])
    """
    digits = VARIABLES[name].digits
    return values.tolist() if not digits else [float(f"{value:.{digits}g}") for value in values.tolist()]
