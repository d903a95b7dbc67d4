"""Flight: every person who flees arrives, what is recorded is taken as it came, and only a switched link moves it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foedus.futures.draws import Draws
from foedus.futures.hindcast import fled
from foedus.futures.scenario import LINKS, Scenario
from foedus.futures.simulate import pair, run, start
from foedus.futures.steps import State
from foedus.futures.steps.flight import Flight, _learnt, _ways, flight, known_flows
from foedus.record.store import open_record

from . import small

DRAWS = Draws(5, np.arange(6))
YEARS = range(small.ORIGIN + 1, small.LAST + 1)
STEP = small.flight(small.world())
NOTHING: State = {"begun": np.empty((0, 2), np.int64), "war_deaths": np.empty(0)}


def history(step: Flight, happened: State = NOTHING) -> list[State]:
    state, states = {**happened, **step.begin(DRAWS)}, []
    for year in YEARS:
        state = {**state, **step.step(state, year, DRAWS)}
        states.append(state)
    return states


def test_as_many_arrive_as_flee_in_whole_persons() -> None:
    for state in history(STEP):
        persons = np.nan_to_num(state["fled"])
        assert (persons == np.floor(persons)).all()
        assert (state["arrived"] == np.floor(state["arrived"])).all()
        assert (state["arrived"] >= 0).all()
        assert (persons.sum(axis=1) == state["arrived"].sum(axis=1)).all()
        assert persons.sum() > 0


def test_nobody_arrives_in_the_state_fled_from() -> None:
    """From one state alone anybody flees: none arrive there."""
    alone = np.full(8, 0.0)
    alone[2] = 50_000.0
    for state in history(replace(STEP, most=alone)):
        assert not state["arrived"][:, 2].any()
        assert (state["arrived"].sum(axis=1) == state["fled"][:, 2]).all()


def test_no_more_flee_than_ever_fled_and_a_state_of_which_nothing_was_known_stays_unknown() -> None:
    states = history(replace(STEP, shocks=STEP.shocks + 3.0))
    assert np.nanmax(states[-1]["fled"]) == 50_000.0
    assert np.isnan(np.stack([state["fled"][:, -1] for state in states])).all()


def test_what_is_recorded_is_taken_as_it_came_and_remembered() -> None:
    from_them, to_them = np.full(8, 7.0), np.full(8, 7.0)
    states = history(replace(STEP, recorded={2011: (from_them, to_them)}))
    assert (states[0]["fled"] == 7.0).all()
    total, count = states[0]["fled_before"]
    assert (count[0] == [4.0] * 7 + [1.0]).all()
    assert np.allclose(total[0, -1], np.log(8.0))
    assert not np.isnan(states[1]["fled"]).any()


def test_shocks_of_one_year_come_over_all_states_at_once() -> None:
    """A record of one bad year in eight: where it is drawn, more flee from every state than without it."""
    bad = np.zeros((8, 8))
    bad[3] = 2.0
    more = [
        (one["fled"] > other["fled"])[:, :-1]
        for one, other in zip(history(replace(STEP, shocks=bad)), history(replace(STEP, shocks=np.zeros((8, 8)))), strict=True)
    ]
    first = np.array(more)[np.argmax(np.array(more).any(axis=2), axis=0), np.arange(6)]
    assert (first.all(axis=1) | ~first.any(axis=1)).all()
    assert first.any()


def test_wars_move_flight_only_where_the_link_is_on_and_only_of_those_at_war() -> None:
    assert "war to flight" in LINKS
    war: State = {"begun": np.array([[0, 0], [3, 5]]), "war_deaths": np.array([10_000.0, 0.0])}
    plain, off, on = history(STEP), history(STEP, war), history(replace(STEP, deaths=0.3), war)
    assert np.array_equal(plain[0]["fled"], off[0]["fled"], equal_nan=True)
    moved = np.argwhere((on[0]["fled"] != off[0]["fled"]) & ~np.isnan(on[0]["fled"]))
    world = small.world()
    assert moved.tolist() == [[0, world.first[0]], [0, world.second[0]]]
    assert (on[0]["fled"] >= off[0]["fled"])[:, :-1].all()


def test_flight_is_told_and_no_other_step_moves_it_in_the_base() -> None:
    made = small.built(Scenario(last_year=2020))
    whole = pair(made, range(6))[0]
    assert (whole["largest_flight"] <= whole["flight"]).all()
    assert (whole["member_arrivals"] <= whole["flight"]).all()
    (step,) = (each for each in made.steps if isinstance(each, Flight))
    _, state = run(
        made, start(made, Draws(made.scenario.seed, np.arange(6))), range(2011, 2021), Draws(made.scenario.seed, np.arange(6))
    )
    alone: State = {**NOTHING, **step.begin(Draws(made.scenario.seed, np.arange(6)))}
    for year in range(2011, 2021):
        alone = {**alone, **step.step(alone, year, Draws(made.scenario.seed, np.arange(6)))}
    assert alone["fled"].tobytes() == state["fled"].tobytes()


def test_what_is_learnt_is_that_of_its_equation() -> None:
    """Persons made by known coefficients: they are found again, and residuals are what is left."""
    random = np.random.default_rng(1)
    logs = [random.normal(8.0, 1.0, 60)]
    for _ in range(40):
        logs.append(0.3 + 0.7 * logs[-1] + 0.25 * np.mean(logs, axis=0) + random.normal(0.0, 0.2, 60))
    persons = np.expm1(np.array(logs))
    persons[5, 3] = np.nan
    model, shocks = _learnt(persons, np.arange(60))
    assert model.terms == ("intercept", "last", "mean")
    assert model.centre[0] == pytest.approx(0.3, abs=0.2)
    assert model.centre[1:] == pytest.approx([0.7, 0.25], abs=0.06)
    assert np.nanstd(shocks) == pytest.approx(0.2, abs=0.02)
    assert np.isnan(shocks[4, 3])
    assert np.isnan(shocks[5, 3])


def test_ways_are_those_of_the_record_and_of_all_where_nobody_fled() -> None:
    known = pl.DataFrame({"ccode1": [2, 2, 70], "ccode2": [20, 70, 2], "flow": [30, 10, 5]})
    ways = _ways(known, np.array([2, 20, 70]))
    assert np.diff(ways, axis=1, prepend=0.0) == pytest.approx(np.array([[0, 0.75, 0.25], [1 / 3, 0, 2 / 3], [1, 0, 0]]))
    assert (ways[:, -1] == 1.0).all()


@pytest.mark.slow
def test_the_record_is_taken_as_it_came() -> None:
    record = open_record()
    states = np.array([2, 20, 365, 369, 652])
    step = flight(record, states, (np.array([0]), np.array([1])), 2020, 2023)
    known = known_flows(record, 2023).filter(year=2022)
    from_ukraine = known.filter(ccode1=369)["flow"].sum()
    assert step.recorded[2022][0][3] == from_ukraine
    assert fled(record, 2023)["largest_flight"][2022] == from_ukraine
    assert sorted(step.recorded) == [2021, 2022, 2023]
    assert len(step.before) == 21
