"""Rivalries and regimes: as recorded unless a scenario names them, then drawn at the rates and by the changes of the record."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from foedus.futures.build import DRAWN, base, built
from foedus.futures.draws import Draws
from foedus.futures.scenario import LINKS, Scenario
from foedus.futures.simulate import pair, run, start
from foedus.futures.steps import State, Step
from foedus.futures.steps.disputes import Disputes
from foedus.futures.steps.regimes import Regimes
from foedus.futures.steps.rivalries import ENDS, Rivalries
from foedus.record.store import open_record

from . import small

DRAWS = Draws(5, np.arange(200))
RIVALS, NEAR = np.arange(28) < 8, np.arange(28) % 2 == 0
PLAIN = small.world()
WORLD = replace(PLAIN, columns={2011: {**PLAIN.columns[2011], "rivalry": RIVALS * 1.0, "contiguous": NEAR * 1.0}})
"""Eight pairs are rivals, and every other one is near."""

CHANGING = Scenario(last_year=small.LAST, links=tuple(DRAWN))


def after_years(step: Step, years: range) -> list[State]:
    state, states = dict(step.begin(DRAWS)), []
    for year in years:
        state = {**state, **step.step(state, year, DRAWS)}
        states.append(state)
    return states


def test_the_switches_are_off_unless_named_and_the_system_is_closed() -> None:
    assert set(DRAWN) <= set(LINKS)
    plain = small.built()
    assert not any(isinstance(each, Rivalries | Regimes) for each in plain.steps)
    made = small.built(CHANGING)
    made.system.check()
    assert {"rivals", "polyarchy"} <= set(made.system.writers())


def test_rivalries_end_and_begin_at_their_rates() -> None:
    (now,) = after_years(small.rivalries(WORLD), range(2011, 2012))
    changed = now["rivals"] != RIVALS
    assert changed[:, RIVALS].mean() == pytest.approx(0.1, abs=0.02)
    assert changed[:, ~RIVALS & NEAR].mean() == pytest.approx(0.02, abs=0.007)
    assert changed[:, ~RIVALS & ~NEAR].mean() == pytest.approx(0.01, abs=0.007)


def test_earlier_rivals_become_rivals_again_sooner() -> None:
    step = replace(small.rivalries(WORLD), earlier=np.ones(28, bool))
    ended = replace(step, counts=np.array([[1e6, 1e6], [50.0, 1000.0], [0.0, 1e6], [0.0, 1e6]]))
    states = after_years(ended, range(2011, 2013))
    assert states[1]["rivals"][~states[0]["rivals"]].mean() == pytest.approx(0.05, abs=0.02)


def test_a_higher_rate_only_ends_more_rivalries() -> None:
    """Superset: in the first year every rivalry that ends at the lower rate ends at the higher one."""
    step = small.rivalries(WORLD)
    more = step.counts.copy()
    more[ENDS, 0] *= 3
    few, many = (after_years(each, range(2011, 2012))[0]["rivals"] for each in (step, replace(step, counts=more)))
    assert not (many & ~few).any()
    assert many.sum() < few.sum()


def test_nothing_changes_while_it_is_recorded() -> None:
    later = replace(WORLD, columns={2011: WORLD.columns[2011], 2015: WORLD.columns[2011]})
    for step, name in ((small.rivalries(later), "rivals"), (small.regimes(later), "polyarchy")):
        states = after_years(step, range(2011, 2016))
        assert all(np.array_equal(state[name], states[0][name]) for state in states[:4])
        assert not np.array_equal(states[4][name], states[0][name])


def test_regimes_stay_between_zero_and_one_and_move_together() -> None:
    states = after_years(small.regimes(WORLD), range(2011, 2061))
    levels = np.stack([state["polyarchy"] for state in states])
    assert levels.min() >= 0.0
    assert levels.max() <= 1.0
    first = levels[0] - small.regimes(WORLD).polyarchy
    inner = first[:, 1:-1]  # of the first state polyarchy is .2, of the last no change is known
    drawn = np.argmin(np.abs(inner[:, :1, None] - small.regimes(WORLD).changes[None, :, 1:2].swapaxes(1, 2)), axis=2)
    free = (levels[0][:, 1:-1] > 0) & (levels[0][:, 1:-1] < 1)
    expected = small.regimes(WORLD).changes[drawn[:, 0]][:, 1:-1]
    assert np.allclose(np.where(free, inner, 0.0), np.where(free, expected, 0.0))


def test_disputes_read_what_is_drawn_as_they_read_what_is_recorded() -> None:
    """Rivals and regimes as they were recorded: the log odds are those of the columns."""
    values = {"intercept": -3.0, "log_peace_years": -0.2, "rivalry": 1.0, "weaker_democracy": -0.8}
    values |= {"rivalry × log_peace_years": 0.1, "weaker_democracy × weaker_democracy": -1.0}
    made = small.built(CHANGING, WORLD)
    (step,) = (each for each in made.steps if isinstance(each, Disputes))
    certain = replace(step, model=replace(step.model, near=small.certain(values, 0.0)))
    steps = tuple(certain if each is step else each for each in made.steps)
    state = start(replace(made, steps=steps), Draws(1, np.arange(3)))
    recorded = replace(certain, drawn=()).odds_of(state, 2020)[0]
    assert np.allclose(certain.odds_of(state, 2020)[0], recorded)
    state = {**state, "rivals": ~state["rivals"], "polyarchy": np.zeros_like(state["polyarchy"])}
    moved = certain.odds_of(state, 2020)[0] - recorded
    assert (moved[:, RIVALS] < 0.2).all()
    assert (moved[:, ~RIVALS] > 0.8).all()


def test_members_are_the_same_together_and_apart() -> None:
    made = small.built(CHANGING.but(last_year=2025))
    together, apart = pair(made, range(4))[0], pair(made, range(2, 3))[0]
    assert all(apart[name].tobytes() == values[2:3].tobytes() for name, values in together.items())
    frozen = small.built(Scenario(last_year=2025))
    draws = Draws(made.scenario.seed, np.arange(4))
    ahead = range(2011, 2012)
    first, other = (run(each, start(each, draws), ahead, draws)[1]["begun"] for each in (made, frozen))
    assert first.tobytes() == other.tobytes()  # the first year reads what is recorded


@pytest.mark.slow
def test_what_is_drawn_goes_on_from_what_the_model_reads() -> None:
    record = open_record()
    made = built(Scenario(last_year=2027, links=tuple(DRAWN)), record, base(record, 2027))
    world = made.world
    columns = world.columns[world.last]
    (of_regimes,) = (each for each in made.steps if isinstance(each, Regimes))
    weaker = np.minimum(of_regimes.polyarchy[world.first], of_regimes.polyarchy[world.second])
    known = columns["democracy_unknown"] == 0
    assert np.allclose(weaker[known], columns["weaker_democracy"][known])
    (of_rivals,) = (each for each in made.steps if isinstance(each, Rivalries))
    assert (of_rivals.earlier | (columns["rivalry"] == 0)).all()
    assert (of_rivals.counts[:, 0] > 0).all()
