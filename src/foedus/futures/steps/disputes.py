"""Disputes between originators begin as the model of disputes says, which reads what became of the world so far.

    log odds(member, dyad, year) = the headline's, with the member's coefficients, over this world's own peace years,
                                   recent onsets, histories and power, tempered as there; + the year's common factor
                                   + what the scenario multiplies odds by
                                   + what the member's design of the shield says of lost and gained pacts

    a dispute begins where the draw of (member, year, dyad) lies below its probability, times the share that is left by those
    who will be drawn in (`joining.py`, `level.py`)

Unit of analysis: the dyad-year. A dyad's history is the mean of a gamma distribution of how prone it is, after all that
happened, in the record and in this world. It is updated by what happens and drawn from by what happens: forecasts of one year
after the other, each given the last, are together a draw from the model. A proneness drawn once beside it would be counted
twice.

A pact of the two sides is a covariate as it was recorded; what becomes of it later moves nothing, unless a scenario switches
the link on: it is not supported. With the link on, a change counts as a recorded pact does, before log odds are tempered.
Leaves out how long disputes last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from foedus.estimation.pooled import tempered
from foedus.futures.arithmetic import Array, expit, log
from foedus.futures.draws import Codes, Draws
from foedus.futures.headline import DURATIONS, PRODUCTS, Model
from foedus.futures.steps import LOG1P, State, of_states
from foedus.futures.system import Declared
from foedus.futures.world import World, at
from foedus.mechanisms.order.recency import DYAD, SPANS, STATES

POWER = ("capability_ratio", "joint_capability")
LONGEST = 400
"""Peace years beyond which none is counted."""

_CHANGING = frozenset((*DURATIONS, *DYAD, *STATES, *POWER, "dyad_history", "state_history"))
"""Columns that differ between members."""


@dataclass(frozen=True)
class Standing:
    """The part of a model's log odds that stays while nothing recorded changes.

    Attributes
    ----------
    year : whose columns it was made of. base : (member, dyad). slopes : name → (member, 1) or (member, dyad), what a changing
        column is multiplied by. products : pairs of changing columns, with their coefficients (member, 1).
    expected : (dyad,), the same of the covariates alone.
    """

    year: int
    base: Array
    slopes: Mapping[str, Array]
    products: tuple[tuple[str, str, Array], ...]
    expected: Array


def standing(
    columns: Mapping[str, Array], coefficients: Mapping[str, Array], first: Mapping[str, float], year: int, dyads: int
) -> Standing:
    """Return that of columns (dyad,) and coefficients (member, 1)."""
    base = coefficients["intercept"] + np.zeros(dyads)
    slopes: dict[str, Array] = {}
    products = []
    for name, coefficient in coefficients.items():
        if name == "intercept":
            continue
        parts = PRODUCTS.get(name, (name,))
        given = [part for part in parts if part not in _CHANGING]
        changing = [part for part in parts if part in _CHANGING]
        value = coefficient
        for part in given:
            value = value * columns[part]
        if not changing:
            base = base + value
        elif len(changing) == 1:
            slopes[changing[0]] = slopes[changing[0]] + value if changing[0] in slopes else value
        else:
            products.append((changing[0], changing[1], value))
    expected = np.full(dyads, first["intercept"])
    for name, weight in first.items():
        if name != "intercept" and name not in _CHANGING:
            expected = expected + weight * columns[name]
    return Standing(year, base, slopes, tuple(products), expected)


@dataclass(frozen=True)
class Disputes:
    """The step.

    Attributes
    ----------
    world, model : what is given.
    spread, persistence : of the common factor: its standard deviation in the long run, and what of it is left a year later.
    beginning : share of a dyad's probability with which it begins a dispute. level : year → what is added to all log odds
        (`level.py`); nothing where empty.
    fatal : (dyad,), probability that a dispute is fatal, for the danger that states are in.
    odds : the scenario's factor. linked : whether a pact of the two sides moves their odds.
    drawn : of "rivals" and "polyarchy", those that a step draws after the record; the others stay as recorded.
    """

    world: World
    model: Model
    spread: float
    persistence: float
    beginning: float
    fatal: Array
    odds: float = 1.0
    linked: bool = False
    drawn: tuple[str, ...] = ()
    level: Mapping[int, float] = field(default_factory=dict)

    @property
    def declared(self) -> Declared:
        """What it reads and writes."""
        return Declared(
            "disputes",
            reads=("common_factor", "capability_share", "peace_years", "recent_onsets", "past", "pacts", "shield", *self.drawn),
            writes=("begun", "expected_onsets", "danger", "common_factor"),
        )

    def begin(self, draws: Draws) -> State:
        """Return the parameters of each member; nothing has begun."""
        members, dyads = len(draws.members), len(self.world.first)
        return {
            "dispute_coefficients": self.model.near.drawn(draws, "parameters of disputes"),
            "dispute_standing": None,
            "common_factor": np.zeros(members),
            "begun": np.empty((0, 2), np.int64),
            "expected_onsets": np.zeros((members, dyads)),
            "danger": np.zeros((members, len(self.world.states))),
        }

    def step(self, state: State, year: int, draws: Draws) -> State:
        """Return the disputes that begin, (dispute, 2): places of member and dyad."""
        stands = self._standing(state, year)
        odds, expected = self._odds(state, stands, year)
        left = self.persistence ** (2 * (year - self.world.origin))
        news = self.spread * (1.0 - self.persistence**2) ** 0.5
        common = self.persistence * state["common_factor"] + news * draws.normal("common factor", year)
        odds = odds + self.level.get(year, 0.0) + (common - self.spread**2 * (1.0 - left) / 2)[:, None]
        active = at(self.world.active, year)
        probability = np.where(active, expit(odds), 0.0)
        draw = draws.uniform("dispute", year, self.world.dyads)
        begun = np.argwhere(draw < probability * self.beginning)
        danger = of_states(probability * self.fatal, self.world.first, self.world.second, len(self.world.states))
        return {
            "begun": begun,
            "expected_onsets": np.where(active, expected, 0.0),
            "danger": danger,
            "common_factor": common,
            "dispute_standing": stands,
        }

    def odds_of(self, state: State, year: int) -> tuple[Array, Array]:
        """Return the log odds of a dispute without the common factor and the level, and the probability by covariates alone."""
        return self._odds(state, self._standing(state, year), year)

    def _standing(self, state: State, year: int) -> Standing:
        known: Standing | None = state["dispute_standing"]
        last = max(each for each in self.world.columns if each <= year)
        if known is not None and known.year == last and not self.drawn:
            return known
        columns = self._columns(state, year)
        return standing(columns, state["dispute_coefficients"], self.model.first, last, len(self.world.first))

    def _columns(self, state: State, year: int) -> Mapping[str, Array]:
        """What is known of dyads, as recorded (dyad,), and after the record as drawn (member, dyad)."""
        recorded, drawn = at(self.world.columns, year), dict[str, Array]()
        if year > self.world.last and "rivals" in self.drawn:
            drawn["rivalry"] = state["rivals"].astype(np.float64)
        if year > self.world.last and "polyarchy" in self.drawn:
            levels = state["polyarchy"]
            weaker = np.minimum(levels[:, self.world.first], levels[:, self.world.second])
            drawn["weaker_democracy"] = np.where(recorded["democracy_unknown"] > 0, 0.0, np.nan_to_num(weaker))
        return {**recorded, **drawn}

    def _odds(self, state: State, stands: Standing, year: int) -> tuple[Array, Array]:
        """The log odds of a dispute, and the probability by covariates alone, (member, dyad) both."""
        first, second = self.world.first, self.world.second
        coefficients: Mapping[str, Array] = state["dispute_coefficients"]
        odds, slopes = stands.base.copy(), stands.slopes
        share: Array = state["capability_share"]
        logs = log(share)
        one, other = share[:, first], share[:, second]
        power = {
            "capability_ratio": np.maximum(one, other) / (one + other),
            "joint_capability": logs[:, first] + logs[:, second],
        }
        known = 1.0 - at(self.world.columns, stands.year)["capability_unknown"]
        for name in POWER:
            power[name] = power[name] * known
            if name in slopes:
                odds += slopes[name] * power[name]
        odds += _of_peace(state["peace_years"], coefficients, slopes)
        recent: Mapping[str, Codes] = state["recent_onsets"]
        odds += _of_states(recent["states"], slopes, first, second)
        past: Mapping[str, Array] = state["past"]
        if "dyad_history" in slopes:
            odds += slopes["dyad_history"] * _ratio(past["dyads"], self.model.dyad_weight)
            ratio = _ratio(past["states"], self.model.state_weight)
            odds += slopes["state_history"] * (ratio[:, first] + ratio[:, second])
        _add_recent(odds, recent["dyads"], slopes, stands.products)
        for left, right, coefficient in stands.products:
            if left in POWER:
                odds += coefficient * (power[left] * power[right])
        if self.linked:
            odds += self._moved(state, year)
        odds = tempered(odds, self.model.edge, self.model.beyond)
        odds += float(log(np.array([self.odds]))[0])
        shield = state["shield"]
        if shield is not None:
            odds += shield
        alone = stands.expected + sum(self.model.first[name] * power[name] for name in POWER if name in self.model.first)
        return odds, expit(alone)

    def _moved(self, state: State, year: int) -> Array:
        """What pacts made and ended since they were last recorded add to the odds of their own two sides."""
        columns, coefficients = self._columns(state, year), state["dispute_coefficients"]
        slope = (
            coefficients["defence_pact"]
            + coefficients.get("defence_pact × weaker_democracy", 0.0) * columns["weaker_democracy"]
        )
        moved: Array = slope * (state["pacts"].astype(np.float64) - columns["defence_pact"])
        return moved


def _of_peace(peace: Codes, coefficients: Mapping[str, Array], slopes: Mapping[str, Array]) -> Array:
    """What peace years add: functions of a whole number, looked up."""
    years = np.arange(LONGEST)
    logs = LOG1P[:LONGEST]
    columns = {DURATIONS[0]: logs, DURATIONS[1]: (years == 0).astype(np.float64)}
    for name in DURATIONS[2:]:
        knot = int(name.rsplit("_", 1)[1])
        columns[name] = np.maximum(logs - LOG1P[knot], 0.0)
    alone = sum(coefficients[name] * column for name, column in columns.items() if name in coefficients)
    held = np.minimum(peace, LONGEST - 1)
    total: Array = np.take_along_axis(np.asarray(alone), held, axis=1)
    slope = slopes.get(DURATIONS[0])
    if slope is not None and slope.shape[1] > 1:
        total = total + (slope - coefficients[DURATIONS[0]]) * logs[held]
    return total


def _of_states(counts: Codes, slopes: Mapping[str, Array], first: Codes, second: Codes) -> Array:
    """What onsets of either state in the last years add; counts are (member, span, state)."""
    total: Array = np.zeros((1, 1))
    logs = LOG1P[counts]
    for place, name in enumerate(STATES):
        if name in slopes:
            of = logs[:, place]
            total = total + slopes[name] * (of[:, first] + of[:, second])
    return total


def _add_recent(odds: Array, counts: Codes, slopes: Mapping[str, Array], products: tuple[tuple[str, str, Array], ...]) -> None:
    """Add what onsets of the dyad in the last years bring, where there were any; counts are (member, span, dyad)."""
    rows, dyads = np.nonzero(counts[:, len(SPANS) - 1])
    logs = {name: LOG1P[counts[rows, place, dyads]] for place, name in enumerate(DYAD)}
    for name, column in logs.items():
        if name in slopes:
            odds[rows, dyads] += np.broadcast_to(slopes[name], odds.shape)[rows, dyads] * column
    for left, right, coefficient in products:
        if left in logs:
            odds[rows, dyads] += coefficient[rows, 0] * (logs[left] * logs[right])


def _ratio(sums: Array, weight: float) -> Array:
    """Logarithm of observed over expected (member, 2, unit), each with `weight` added."""
    return log((sums[:, 0] + weight) / (sums[:, 1] + weight))
