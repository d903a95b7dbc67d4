"""Values by position: set in where a table speaks of few rows, gathered where it speaks of many, and the same either way."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from foedus.panels import values
from foedus.panels.panel import panel
from foedus.panels.values import gathered
from foedus.record.store import Record

NUMBERS = pl.DataFrame(
    {"plain": [0.5, None, 2.0], "own": [float("nan"), None, 1.0], "whole": [None, 7, 8], "text": ["a", None, "c"]}
)


def test_gathered_rows_are_those_named_with_their_nulls_and_with_values_that_are_no_numbers() -> None:
    picked = gathered(NUMBERS, np.array([2, 1, 1, 0], np.int32))
    assert picked.equals(NUMBERS[[2, 1, 1, 0]])
    assert picked["own"].is_nan().to_list() == [False, None, None, True]
    assert picked.schema == NUMBERS.schema


def test_nothing_gathered_has_the_columns_all_the_same() -> None:
    assert gathered(NUMBERS, np.zeros(0, np.int32)).equals(NUMBERS.clear())


@pytest.mark.parametrize("choices", [{}, {"directed": True}, {"system": "gw"}, {"relevant": True, "years": (1900, 1960)}])
def test_setting_in_and_gathering_give_the_same_values(
    choices: dict[str, object], record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["dispute_onset", "dispute_hostility", "defence_pact", "contiguous", "rivalry", "peace_years", "trade_agreements"]
    asked = {"years": (1930, 1960), "states": [2, 200, 255], **choices}
    with_both = panel("dyad-year", names, record=record, **asked)  # type: ignore[arg-type]
    for share in (0, 10**9):  # everything set in, everything gathered
        monkeypatch.setattr(values, "SPARSE", share)
        assert panel("dyad-year", names, record=record, **asked).equals(with_both)  # type: ignore[arg-type]
