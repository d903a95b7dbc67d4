"""The steps of a year: each keeps what it says it keeps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from foedus.estimation.history import past_of_dyads
from foedus.futures.draws import Draws
from foedus.futures.headline import Uncertain
from foedus.futures.scenario import Scenario
from foedus.futures.simulate import after, run, start
from foedus.futures.steps import State
from foedus.futures.steps.disputes import Disputes
from foedus.futures.steps.ice import Ice
from foedus.futures.steps.pacts import Pacts
from foedus.futures.steps.severity import Sizes
from foedus.futures.steps.spending import Spending
from foedus.futures.system import System
from foedus.futures.world import FORGOTTEN, at
from foedus.mechanisms.order.recency import recent

from . import small

DRAWS = Draws(5, np.arange(3))
YEARS = range(2011, 2033)
MADE = small.built()


def history(made: small.Built = MADE) -> list[State]:
    state, states = start(made, DRAWS), []
    for year in YEARS:
        state = after(made, state, year, DRAWS)
        states.append(state)
    return states


STATES = history()


def test_the_system_is_closed_and_ordered() -> None:
    MADE.system.check()
    order = MADE.system.order()
    assert order.index("disputes") < order.index("joining") < order.index("memory")
    assert set(MADE.system.writers()) >= {"onsets", "pacts", "emissions"}
    assert isinstance(MADE.system, System)


def test_memory_counts_what_the_mechanism_would_count() -> None:
    """The counts of `order/recency.py`, from the same onsets."""
    world = MADE.world
    begun = [(dyad, 2010 - back) for back, dyad in np.argwhere(world.onsets).tolist()]
    begun += [(dyad, year) for year, state in zip(YEARS, STATES, strict=True) for row, dyad, _ in state["onsets"] if row == 1]
    sides = np.column_stack([world.states[world.first], world.states[world.second]])
    onsets = sides[[dyad for dyad, _ in begun]]
    when = [year for _, year in begun]
    expected = recent(sides, np.full(len(sides), YEARS.stop), onsets, when)
    counts = STATES[-1]["recent_onsets"]
    assert np.allclose(np.log1p(counts["dyads"][1].astype(float)).T, expected[:, :4])
    of_states = np.log1p(counts["states"][1].astype(float))
    # onsets of the record are known to the small world by dyad alone
    drawn = np.array([year > 2010 for year in when])
    later = recent(sides, np.full(len(sides), YEARS.stop), onsets[drawn], np.array(when)[drawn])
    assert np.allclose((of_states[:, world.first] + of_states[:, world.second]).T, later[:, 4:])


def test_memory_keeps_peace_and_pasts_as_the_mechanism_would() -> None:
    """`estimation/history.py`, on the same outcomes and expectations."""
    world, size = MADE.world, len(MADE.world.first)
    happened = np.zeros((len(YEARS), size))
    for place, state in enumerate(STATES):
        rows, dyads, _ = state["onsets"].T
        happened[place, dyads[rows == 2]] = 1.0
    expected = np.stack([state["expected_onsets"][2] for state in STATES])
    sides = np.column_stack([world.states[world.first], world.states[world.second]])
    every = [np.tile(sides, (len(YEARS) + 1, 1)), np.repeat([*YEARS, YEARS.stop], size)]
    unknown = np.full(size, np.nan)
    sums = past_of_dyads(*every, np.append(happened, unknown), np.append(expected, unknown), 0.95)[-size:]
    begun = 0.4 * 0.95 ** len(YEARS)
    assert np.allclose(STATES[-1]["past"]["dyads"][2].T, sums + begun)
    last = np.where(happened.any(axis=0), len(YEARS) - 1 - happened[::-1].argmax(axis=0), -1)
    peace = np.where(last >= 0, len(YEARS) - 1 - last, world.peace + len(YEARS))
    assert np.array_equal(STATES[-1]["peace_years"][2], peace)
    assert len(STATES[-1]["recent_onsets"]["back"]) == FORGOTTEN


def test_a_dispute_has_the_dyads_that_it_opposes_and_no_state_is_on_both_sides() -> None:
    for state in STATES:
        onsets, begun = state["onsets"], state["begun"]
        assert len(onsets) >= len(begun)
        assert len({(row, dyad) for row, dyad, _ in onsets.tolist()}) == len(onsets)
        assert (begun[onsets[:, 2], 0] == onsets[:, 0]).all()
    assert sum(len(state["onsets"]) - len(state["begun"]) for state in STATES) > 0


def test_a_war_is_fatal_and_has_deaths() -> None:
    for state in STATES:
        assert not (state["war"] & ~state["fatal"]).any()
        assert ((state["war_deaths"] > 0) == state["war"]).all()


def test_sizes_follow_the_power_law_between_their_bounds() -> None:
    sizes = Sizes((1000.0, 2000.0), 0.25, 2.0, 3000.0, 8.2e9)
    draws = (np.arange(1000) + 0.5) / 1000
    tail = sizes.of(np.full(1000, 0.9), draws)
    assert tail.min() >= 3000
    assert tail.max() <= 8.2e9
    assert np.median(tail) == pytest.approx(6000, rel=0.01)  # an exponent of two halves with every doubling
    assert set(sizes.of(np.full(1000, 0.1), draws)) == {1000.0, 2000.0}


def test_capability_shares_sum_to_one_and_growth_moves_them() -> None:
    shares = np.stack([state["capability_share"] for state in STATES])
    assert np.allclose(shares.sum(axis=2), 1)
    assert (shares[-1] != shares[0]).all()


def test_a_lever_on_growth_moves_what_comes_after_the_record_only() -> None:
    slow = history(small.built(Scenario(last_year=small.LAST, growth=-1.0)))
    less = np.array(
        [(state["product_growth"] - other["product_growth"]).max() for state, other in zip(slow, STATES, strict=True)]
    )
    assert np.allclose(less, [-0.01 * max(year - 2025, 0) for year in YEARS])


def test_spending_is_what_was_recorded_and_unknown_where_it_never_was() -> None:
    (step,) = (each for each in MADE.steps if isinstance(each, Spending))
    known = np.full(len(small.STATES), 24.0)
    known[-1] = np.nan
    recorded = replace(
        MADE,
        steps=tuple(replace(each, recorded={**step.recorded, 2015: known}) if each is step else each for each in MADE.steps),
    )
    states = history(recorded)
    assert (states[4]["spending"][:, :-1] == 24.0).all()
    assert np.isnan(np.stack([state["spending"][:, -1] for state in states])).all()


def test_ice_starts_from_what_was_recorded_and_is_never_negative() -> None:
    certain = Uncertain(("intercept", "driver"), np.array([1.0, 0.0]), np.zeros((2, 2)))
    step = Ice(certain, 0.5, 2.0, dict.fromkeys(YEARS, 0.0), {2011: 3.0})
    state = step.begin(DRAWS)
    values = []
    for year in YEARS:
        state = {**state, **step.step(state, year, DRAWS)}
        values.append(state["ice"])
    assert (values[0] == 3.0).all()
    assert min(each.min() for each in values) == 0.0
    assert np.ptp(values[1]) > 0


def test_pacts_stay_as_they_were_unless_switched_off_added_or_linked() -> None:
    recorded = MADE.world.pacts[small.ORIGIN]
    assert all((state["pacts"] == recorded).all() for state in STATES)
    off = history(small.built(Scenario(last_year=small.LAST, without=("all",))))
    between = (MADE.world.first == 0) & (MADE.world.second == 1)
    assert (off[14]["pacts"][:, between]).all()  # 2025
    assert not (off[15]["pacts"][:, between]).any()  # 2026
    linked = history(small.built(Scenario(last_year=small.LAST, links=("pacts form and end",))))
    assert (linked[-1]["pacts"] != recorded).any()
    steps = tuple(replace(each, on=((2020, between),)) if isinstance(each, Pacts) else each for each in MADE.steps)
    nobody = replace(MADE.world, pacts={small.ORIGIN: np.zeros(28, bool)})
    steps = tuple(replace(each, world=nobody) if isinstance(each, Pacts) else each for each in steps)
    added = history(replace(MADE, steps=steps))
    assert [state["pacts"].sum() for state in added[8:10]] == [0, 3]


def test_the_shield_moves_states_that_lose_their_last_pact_and_no_others() -> None:
    lonely = small.built(Scenario(last_year=small.LAST, without=("all",)), small.lonely(small.world()))
    draws = Draws(5, np.arange(40))
    _, state = run(lonely, start(lonely, draws), range(2011, 2028), draws)
    shift, design = state["shield"], state["design"]
    members = (lonely.world.first < 2) | (lonely.world.second < 2)
    assert shift is not None
    assert not shift[:, ~members].any()
    assert not shift[design == -1].any()
    assert (shift[design == 0][:, members] > 0).all()  # in this design a pact deters
    assert (shift[design == 1][:, members] < 0).all()
    assert 0.3 < (design == -1).mean() < 0.7
    _, kept = run(small.built(of=small.lonely(small.world())), start(lonely, draws), range(2011, 2028), draws)
    assert kept["shield"] is None


def test_a_pact_made_later_counts_as_a_recorded_one_before_log_odds_are_tempered() -> None:
    """A dyad at even odds, above the edge: half of what a pact adds is left, as it is of one that the record has."""
    made = small.built(Scenario(last_year=small.LAST, links=("pact to disputes",)))
    (step,) = (each for each in made.steps if isinstance(each, Disputes))
    names = list(step.model.near.terms)
    centre = np.where(np.isin(names, ["intercept", "defence_pact"]), [{"intercept": 0.0}.get(name, 0.4) for name in names], 0.0)
    near = replace(step.model.near, centre=centre, factor=np.zeros((len(names), len(names))))
    certain = replace(step, model=replace(step.model, near=near))
    state = start(replace(made, steps=tuple(certain if each is step else each for each in made.steps)), DRAWS)
    nobody = {**state, "pacts": np.zeros((3, 28), bool)}
    later = certain.odds_of({**state, "pacts": np.ones((3, 28), bool)}, 2011)[0]
    columns = {2011: {**made.world.columns[2011], "defence_pact": np.ones(28)}}
    recorded = replace(certain, world=replace(made.world, columns=columns), linked=False)
    assert np.allclose(later - certain.odds_of(nobody, 2011)[0], 0.2)
    assert np.array_equal(later, recorded.odds_of(nobody, 2011)[0])


def test_states_that_are_not_there_have_no_disputes() -> None:
    late = {2011: at(MADE.world.active, 2011) & (MADE.world.second != 7), 2020: at(MADE.world.active, 2011)}
    world = replace(MADE.world, active=late)
    states = history(small.built(of=world))
    fought = [world.second[state["onsets"][:, 1]] == 7 for state in states]
    assert not any(each.any() for each in fought[:9])
    assert any(each.any() for each in fought[9:])


def test_the_common_factor_spreads_years_and_leaves_their_mean() -> None:
    draws = Draws(5, np.arange(300))
    counts = []
    for spread in (0.0, 1.0):
        steps = (replace(each, spread=spread, odds=5.0) if isinstance(each, Disputes) else each for each in MADE.steps)
        made = replace(MADE, steps=tuple(steps))
        begun = after(made, start(made, draws), 2011, draws)["begun"]
        counts.append(np.bincount(begun[:, 0], minlength=300))
    assert counts[1].var() > 1.2 * counts[0].var()
    assert counts[1].mean() == pytest.approx(counts[0].mean(), rel=0.35)
