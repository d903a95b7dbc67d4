"""The six guarantees, of whole worlds: what one thing changes, and what it cannot change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foedus.futures.build import Built
from foedus.futures.draws import Draws
from foedus.futures.scenario import Scenario
from foedus.futures.simulate import after, of_built, pair, run, start
from foedus.futures.steps.disputes import Disputes

from . import small

ALL = Scenario(last_year=small.LAST, members=12, without=("all",))
LINKS = ("pact to disputes", "pact to joining", "pacts form and end")


def told(made: Built, members: range = range(12)) -> dict[str, np.ndarray]:
    return pair(made, members)[0]


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return all(one[name].tobytes() == other[name].tobytes() for name in one)


def with_odds(made: Built, odds: float) -> Built:
    return replace(made, steps=tuple(replace(each, odds=odds) if isinstance(each, Disputes) else each for each in made.steps))


@pytest.mark.parametrize("links", [(), LINKS])
def test_zero_difference(links: tuple[str, ...]) -> None:
    """A world without nothing is the world, to the last bit; so is one whose obligations bind nobody."""
    plain = small.built(Scenario(last_year=small.LAST, links=links))
    assert same(told(plain), told(small.built(Scenario(last_year=small.LAST, links=links, members=3, name="other"))))
    nobody = small.built(ALL.but(links=links), replace(small.world(), pacts={small.ORIGIN: np.zeros(28, bool)}))
    first, second, _ = pair(nobody, range(12))
    assert second is not None
    assert same(first, second) or links  # with links a pact is made in time, and not between the members


def test_one_state_more() -> None:
    """A state that nobody fights, that is nobody's rival and nobody's friend, leaves every other pair as it was."""
    more = np.append(small.STATES, 990)
    wide = small.world(more)
    alone = (wide.states[wide.first] == 990) | (wide.states[wide.second] == 990)
    wide = replace(wide, active={small.ORIGIN + 1: ~alone}, pacts={small.ORIGIN: wide.pacts[small.ORIGIN] & ~alone})
    draws = Draws(1, np.arange(6))
    narrow_built, wide_built = small.built(), small.built(of=wide)
    ahead = range(small.ORIGIN + 1, small.ORIGIN + 2)
    narrow_state, wide_state = (run(each, start(each, draws), ahead, draws)[1] for each in (narrow_built, wide_built))
    codes = [
        {(row, *each.states[[each.first[dyad], each.second[dyad]]].tolist()) for row, dyad in state["begun"].tolist()}
        for each, state in ((narrow_built.world, narrow_state), (wide, wide_state))
    ]
    assert codes[0]
    assert codes[0] == codes[1]


def test_alone() -> None:
    """A member by itself, and a year computed again from the state before it, are what they were among others."""
    made = small.built(ALL.but(links=LINKS))
    whole, other, designs = pair(made, range(12))
    one, other_one, design = pair(made, range(7, 8))
    assert other is not None
    assert other_one is not None
    assert all(one[name].tobytes() == whole[name][7:8].tobytes() for name in one)
    assert all(other_one[name].tobytes() == other[name][7:8].tobytes() for name in other)
    assert design[0] == designs[7]
    draws = Draws(made.scenario.seed, np.arange(3))
    _, before = run(made, start(made, draws), range(2011, 2020), draws)
    assert after(made, before, 2020, draws)["begun"].tobytes() == after(made, before, 2020, draws)["begun"].tobytes()


def test_superset() -> None:
    """In the first year, before anything that happened feeds back, higher odds add disputes and take none away."""
    made = small.built()
    draws = Draws(3, np.arange(40))
    begun = [
        {tuple(row) for row in after(each, start(each, draws), 2011, draws)["begun"].tolist()}
        for each in (made, with_odds(made, 2.0))
    ]
    assert begun[0] < begun[1]


def test_negative_control() -> None:
    """Another seed, and other members, are other worlds."""
    made = small.built()
    assert not same(told(made), told(small.built(Scenario(last_year=small.LAST, seed=1))))
    assert not same(told(made), told(made, range(12, 24)))


def test_stability() -> None:
    """Sums over twelve members of the small world, kept: a draw that moves, moves them."""
    totals = {name: values.sum() for name, values in told(small.built()).items()}
    assert [totals[name] for name in ("disputes", "fatal_disputes", "wars", "member_disputes")] == STABLE


STABLE: list[float] = [777.0, 220.0, 65.0, 325.0]


def test_any_division_into_chunks_gives_the_same_counts() -> None:
    """Percentiles of Dask 2026.8.0 change with the chunks (where-tools-disagree)."""
    made = small.built(ALL.but(links=LINKS, members=6, last_year=2028))
    counts = [of_built(made, chunk=chunk).counts for chunk in (6, 4, 1)]
    assert counts[0].equals(counts[1])
    assert counts[0].equals(counts[2])
    assert counts[0].group_by("arm", "variable", "year").agg(pl.col("members").sum())["members"].unique().to_list() == [6]


def test_a_step_changes_no_state_it_was_given() -> None:
    made = small.built(ALL.but(links=LINKS))
    draws = Draws(1, np.arange(4))
    _, state = run(made, start(made, draws), range(2011, 2014), draws)
    kept = {name: value.copy() for name, value in state.items() if isinstance(value, np.ndarray)}
    recent = state["recent_onsets"]["dyads"].copy()
    after(made, state, 2014, draws)
    assert all(np.array_equal(value, state[name], equal_nan=value.dtype.kind == "f") for name, value in kept.items())
    assert np.array_equal(recent, state["recent_onsets"]["dyads"])
