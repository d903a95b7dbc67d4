"""Whether what began goes further: learnt among what began, when it is known, and never likelier than that it began."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import LogisticRegression

from foedus.errors import InputError
from foedus.estimation.conditional import ConditionalLogit, given
from foedus.estimation.design import Design
from foedus.estimation.pooled import Pooling


@pytest.fixture(scope="module")
def world() -> Design:
    """Sixty years of two hundred dyads: a tenth of rows begin something, of which more goes further the higher x is."""
    generator = np.random.default_rng(3)
    dyad, year = (each.ravel() for each in np.meshgrid(np.arange(200), np.arange(1950, 2010), indexing="ij"))
    x = generator.normal(size=len(year))
    began = (generator.random(len(year)) < 0.1).astype(float)
    further = began * (generator.random(len(year)) < 1 / (1 + np.exp(1 - 1.5 * x)))
    sides = np.column_stack([dyad % 20, 20 + dyad // 20])
    return Design(np.asfortranarray(x[:, None]), ("x",), further, dyad, year, sides, known=year + 1, given=began)


def test_without_a_penalty_it_is_a_logit_among_the_rows_that_began(world: Design) -> None:
    model = ConditionalLogit(("x",), history=False, pooling=Pooling(penalty=1e-9, half_life=1e9))
    known = world.where(world.year < 2000)
    began = (known.given == 1) & (known.year < 1999)  # what began in the last year is not over
    theirs = LogisticRegression(C=np.inf, tol=1e-10, max_iter=500).fit(known.matrix[began], known.outcome[began])
    assert_allclose(model.learnt(known).coefficients, [*theirs.intercept_, *theirs.coef_[0]], rtol=1e-4)


def test_what_is_not_over_is_not_learnt_from(world: Design) -> None:
    """Whatever the last year's came to be, what is learnt at its end is the same."""
    known = world.where(world.year < 2000)
    last = known.year == 1999
    other = replace(known, outcome=np.where(last & (known.given == 1), 1 - known.outcome, known.outcome))
    for history in (False, True):
        model = ConditionalLogit(("x",), history)
        assert_allclose(model.learnt(known).coefficients, model.learnt(other).coefficients)
        later = world.where(world.year == 2000)
        assert_allclose(model.learn(known)(later)[:5], model.learn(known)(replace(later, outcome=later.outcome * np.nan))[:5])


def test_units_of_which_more_went_further_are_told_to(world: Design) -> None:
    """Of dyads below 100 everything goes further, of the others nothing: their history tells."""
    split = replace(world, outcome=np.where((world.given == 1) & (world.cluster < 100), 1.0, 0.0), known=world.year)
    known, later = split.where(split.year < 2000), split.where(split.year == 2000)
    told = ConditionalLogit(("x",)).learn(known)(later)
    assert told[later.cluster < 100].min() > 0.5 > told[later.cluster >= 100].max()


def test_rows_without_a_wider_outcome_are_refused_and_so_is_one_that_never_varies(world: Design) -> None:
    with pytest.raises(ValueError, match="wider"):
        given(replace(world, given=None))
    with pytest.raises(InputError, match="widen the years"):
        ConditionalLogit(("x",)).learnt(replace(world, outcome=world.outcome * 0))
