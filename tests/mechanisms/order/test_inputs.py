"""Inputs drawn: the columns are those of the panel where nothing is uncertain, and intervals hold what is true where it is."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression

from foedus.mechanisms.order import inputs
from foedus.mechanisms.order.disputes import Disputes
from foedus.mechanisms.order.inputs import columns_drawn, drawn, together
from foedus.record.store import Record


def test_without_uncertainty_the_columns_are_those_of_the_panel(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "_spreads", lambda *_: (0.0, 0.0, 0.0))
    for pair in ((2, 20), (2, 365), (750, 770)):
        columns = columns_drawn(pair, 2015, record)
        assert columns is not None
        row = Disputes().panel(record, (2016, 2016), states=[pair[0]]).filter(ccode1=pair[0], ccode2=pair[1])
        for column in columns:
            assert column.n_unique() == 1
            assert column[0] == pytest.approx(row.item(0, column.name))


def test_what_is_published_of_the_united_states_in_2015(record: Record) -> None:
    """Bounds of V-Dem 15, of Fariss et al. and of Bailey, Strezhnev & Voeten, as the record's tables have them."""
    regime, economy, point = inputs._spreads(2, dict.fromkeys(inputs.READ, 2015), record) or (0.0, 0.0, 0.0)
    row = record.table("regimes").filter(ccode=2, year=2015).row(0, named=True)
    assert regime == pytest.approx((row["polyarchy_v15_high"] - row["polyarchy_v15_low"]) / 2, rel=0.01)
    assert 0.1 < economy < 0.6
    assert 0.05 < point < 0.3


def test_a_state_of_which_nothing_is_published_has_no_draws(record: Record) -> None:
    assert columns_drawn((2, 986), 2015, record) is None, "of Palau V-Dem knows no regime"


def test_a_risk_moves_with_its_inputs_and_its_interval_holds_both(record: Record) -> None:
    fitted = Disputes(first_year=1946)
    fitted = fitted.fit(fitted.panel(record, (1946, 2000)))
    own = fitted.panel(record, (1946, 2001), states=[750]).filter(ccode1=750, ccode2=770)
    columns = columns_drawn((750, 770), 2000, record)
    assert columns is not None
    told = drawn({"dispute_onset": fitted}, own, 2001, columns)["dispute_onset"]
    plain = fitted.forecast(own, 2001).row(0, named=True)
    assert told.low < told.inputs_low < told.probability < told.inputs_high < told.high
    assert told.probability == pytest.approx(plain["probability"], rel=0.1)
    assert told.high - told.low > 0.98 * (plain["high"] - plain["low"])


def test_in_a_simulated_world_intervals_that_draw_inputs_hold_the_true_risk_and_those_that_do_not_fail() -> None:
    """A risk follows from a true position that is read with a known error: 400 intervals of 95 %, learnt from 20,000 rows."""
    generator = np.random.default_rng(4)
    true = generator.normal(size=20_400)
    error = 0.2
    read = true + generator.normal(size=true.size) * error
    risk = 1 / (1 + np.exp(3 - true))
    learnt = slice(400, None)
    outcome = generator.random(true.size) < risk
    logit = LogisticRegression(C=np.inf).fit(read[learnt, None], outcome[learnt])

    def told(position: np.ndarray) -> np.ndarray:
        probability: np.ndarray = logit.predict_proba(position[:, None])[:, 1]
        return probability

    held, alone = 0, 0
    for case in range(400):
        draws = told(read[case] + generator.normal(size=400) * error)
        own = np.exp(0.04 * np.array([-1.96, 1.96]))  # the standard error of the logit's coefficients, about
        both = together(draws, draws * own[0], draws * own[1])
        held += both.low <= risk[case] <= both.high
        plain = told(read[[case]])[0]
        alone += plain * own[0] <= risk[case] <= plain * own[1]
    assert 0.92 <= held / 400 <= 0.98
    assert alone / 400 < 0.6
    assert pl.Series([both.low, both.probability, both.high]).is_sorted()
