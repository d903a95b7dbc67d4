"""The level of disputes: the model's in the first year, the usual one later, and not taken back where a scenario moves it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from foedus.futures.draws import Draws
from foedus.futures.level import kept_level
from foedus.futures.simulate import after, start
from foedus.futures.steps.disputes import Disputes
from foedus.futures.steps.growth import Growth
from foedus.futures.steps.joining import Joining
from foedus.futures.steps.memory import Memory

from . import small

USUAL, LAST = 2.0, 2024


def certain(step: Disputes) -> Disputes:
    """The step with its coefficients as they are, and years that differ by chance alone: sixteen trials then tell the mean."""
    near = replace(step.model.near, factor=np.zeros_like(step.model.near.factor))
    return replace(step, model=replace(step.model, near=near), spread=0.0)


@pytest.fixture(scope="module")
def levelled() -> small.Built:
    made = small.built()
    parts = {type(step): step for step in made.steps}
    found = kept_level(certain(parts[Disputes]), parts[Joining], parts[Growth], parts[Memory], USUAL, LAST)
    return replace(made, steps=tuple(found if isinstance(step, Disputes) else step for step in made.steps))


def counts(made: small.Built, members: int = 300) -> np.ndarray:
    draws, numbers = Draws(9, np.arange(members)), []
    state = start(made, draws)
    for year in range(2011, LAST + 1):
        state = after(made, state, year, draws)
        numbers.append(len(state["onsets"]) / members)
    return np.array(numbers)


def test_the_number_of_disputes_goes_to_what_was_usual(levelled: small.Built) -> None:
    numbers = counts(levelled)
    (step,) = (each for each in levelled.steps if isinstance(each, Disputes))
    assert sorted(step.level) == list(range(2011, LAST + 1))
    assert 0.4 < step.beginning < 1.0
    assert numbers[6:].mean() == pytest.approx(USUAL, rel=0.3)  # of sixteen trials
    assert abs(numbers[0] - USUAL) > abs(numbers[6:].mean() - USUAL)


def test_what_a_scenario_changes_is_not_taken_back(levelled: small.Built) -> None:
    doubled = tuple(replace(step, odds=2.0) if isinstance(step, Disputes) else step for step in levelled.steps)
    assert counts(replace(levelled, steps=doubled), 100)[6:].mean() > 1.3 * counts(levelled, 100)[6:].mean()


def test_levels_hang_on_no_seed(levelled: small.Built) -> None:
    other = small.built(small.Scenario(last_year=small.LAST, seed=99))
    parts = {type(step): step for step in other.steps}
    again = kept_level(certain(parts[Disputes]), parts[Joining], parts[Growth], parts[Memory], USUAL, LAST)
    (step,) = (each for each in levelled.steps if isinstance(each, Disputes))
    assert again.level == step.level
