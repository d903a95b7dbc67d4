"""The registered rule by hand-made intervals, each case alone: grades, directions, and many contests at once."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from statsmodels.stats.multitest import multipletests

from foedus.mechanisms.standard import MECHANISMS
from foedus.record.store import Record
from foedus.validation.grades import AGAINST, AS_CLAIMED, direction, grade, worst
from foedus.validation.multiplicity import adjusted, contests, p_value
from foedus.validation.registration import registrations
from foedus.validation.validate import validate

Gain = tuple[float, float, float]
"""A gain, and the bounds of its interval."""


def gains(whole: Gain, eras: list[Gain]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Gains over all windows and in each era; the score of the rival is one."""
    rows = pl.DataFrame([whole, *eras], schema=["gain", "low", "high"], orient="row").with_columns(skill="gain")
    return rows[:1], rows[1:]


CLEAR, LARGE, SMALL = (0.2, 0.1, 0.3), (0.5, 0.3, 0.7), (0.001, 0.0005, 0.0015)
UNSURE, SLIGHT_LOSS, LOSS = (0.1, -0.1, 0.3), (-0.1, -0.3, 0.1), (-0.2, -0.3, -0.1)


@pytest.mark.parametrize(
    ("whole", "eras", "given_grade"),
    [
        pytest.param(CLEAR, [CLEAR, CLEAR], "supported", id="clear everywhere"),
        pytest.param(CLEAR, [LARGE, UNSURE], "supported", id="clear over all, above zero in either era"),
        pytest.param(CLEAR, [LARGE, SLIGHT_LOSS], "mixed", id="clear over all, below zero in one era"),
        pytest.param(CLEAR, [LARGE, LOSS], "mixed", id="clear over all, clearly worse in one era"),
        pytest.param(UNSURE, [CLEAR, SLIGHT_LOSS], "mixed", id="clear in one era alone"),
        pytest.param(SLIGHT_LOSS, [CLEAR, LOSS], "mixed", id="clear in one era, lost in the other, open over all"),
        pytest.param(UNSURE, [UNSURE, UNSURE], "not supported", id="clear nowhere"),
        pytest.param(SLIGHT_LOSS, [UNSURE, LOSS], "not supported", id="worse in one era, a gain nowhere"),
        pytest.param(SMALL, [SMALL, SMALL], "not supported", id="too small to count"),
        pytest.param(LOSS, [LOSS, LOSS], "harmful", id="worse everywhere"),
        pytest.param(LOSS, [SLIGHT_LOSS, UNSURE], "harmful", id="worse over all, open in either era"),
        pytest.param(LOSS, [CLEAR, LOSS], "harmful", id="worse over all, though one era gained"),
        pytest.param((-0.001, -0.002, -0.0005), [UNSURE, UNSURE], "harmful", id="a little worse, but surely"),
    ],
)
def test_the_registered_rule(whole: Gain, eras: list[Gain], given_grade: str) -> None:
    assert grade(*gains(whole, eras), smallest=0.005) == given_grade


def test_no_grade_without_numbers() -> None:
    with pytest.raises(ValueError, match="a grade needs"):
        grade(*gains((float("nan"), 0.1, 0.2), [CLEAR, CLEAR]), smallest=0.005)


def test_a_run_with_several_terms_is_as_good_as_its_worst() -> None:
    assert worst(["supported", "not supported", "mixed"]) == "not supported"
    assert worst(["supported", "not supported", "harmful"]) == "harmful"


@pytest.mark.parametrize(
    ("estimates", "signs", "found"),
    [
        ({"pact": -0.5}, {"pact": "-"}, AS_CLAIMED),
        ({"pact": 1.83}, {"pact": "-"}, AGAINST),
        ({"pact": 1.83}, {"pact": "+"}, AS_CLAIMED),
        ({"pact": 1.83}, {}, None),
        ({"young": -1.0, "old": 0.9}, {"young": "-", "old": "-"}, None),
        ({"young": 1.0, "old": 0.9}, {"young": "-", "old": "-"}, AGAINST),
        ({"young": -1.0, "trade": 0.9}, {"young": "-", "trade": "+"}, AS_CLAIMED),
    ],
)
def test_a_direction_is_that_of_every_sign_claimed(
    estimates: dict[str, float], signs: dict[str, str], found: str | None
) -> None:
    assert direction(estimates, signs) == found


def test_every_sign_is_of_a_contest_and_of_a_column_of_the_full_model(record: Record) -> None:
    for name in MECHANISMS:
        for found in validate(name, record):
            if found.test in registrations():
                signs = found.registration.signs
                assert set(signs) <= set(found.grades), found.test
                assert {column for each in signs.values() for column in each} <= set(found.full.fitted.terms), found.test


def test_what_forecasts_well_because_it_goes_with_attacks_is_against_the_claim(record: Record) -> None:
    """Older pacts of the target after 1945: log odds of +1.8 in the full model."""
    tests = {found.test: found for found in validate("shield", record)}
    found = tests["shield-kenwick-vasquez-from-1946"].tidy().filter(term="target's older defence pact")
    assert set(found["direction"]) == {AGAINST}
    assert set(found["expected"]) == {"target_defence_young -, target_defence_old -"}


def test_a_p_value_is_below_a_twentieth_where_the_interval_leaves_out_zero() -> None:
    assert p_value(0.2, 0.001, 0.9, 0.95) < 0.05 < p_value(0.2, -0.001, 0.9, 0.95)
    assert p_value(-0.2, -0.9, -0.001, 0.95) < 0.05 < p_value(-0.2, -0.9, 0.001, 0.95)


def test_q_values_agree_with_statsmodels() -> None:
    p = np.random.default_rng(1).uniform(size=157) ** 3
    assert adjusted(p) == pytest.approx(multipletests(p, method="fdr_bh")[1])


def test_a_column_tells_of_every_graded_contest(record: Record) -> None:
    found = validate("disputes", record)
    table = contests(found)
    assert table.height == sum(len(each.grades) for each in found)
    assert (table["q"] >= table["p"]).all()
