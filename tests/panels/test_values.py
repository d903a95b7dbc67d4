"""Values by position: set in where a table speaks of few rows, gathered where it speaks of many, and the same either way."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from foedus.panels import values
from foedus.panels.panel import panel
from foedus.record.store import Record


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


LOWEST = -(2**15)


@pytest.mark.parametrize("share", [0, 10**9], ids=["nulls gathered as values", "as they are"])
def test_gathered_rows_are_those_named_with_their_nulls(share: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a column holds −1, or the lowest or the highest number of its type."""
    monkeypatch.setattr(values, "MANY", share)
    frame = pl.DataFrame(
        {
            "yes": [True, None, False, None],
            "year": [-1, None, 0, 2**15 - 1],
            "code": [LOWEST, None, LOWEST + 1, -1],
            "count": [0, 255, None, 1],
            "share": [0.5, None, -1.0, 2.0],
            "name": ["a", None, "", "b"],
            "whole": [1, 2, 3, 4],
        },
        schema_overrides={"year": pl.Int16, "code": pl.Int16, "count": pl.UInt8, "whole": pl.Int32},
    )
    order = [3, 1, 0, 2, 1]
    found = values.gathered(frame, np.array(order, np.int32))
    assert found.schema == frame.schema
    assert found.rows() == [frame.row(place) for place in order]


def test_a_null_goes_along_as_a_number_only_where_the_column_does_not_hold_it() -> None:
    coded = {
        "yes": pl.Series([True, None]),
        "short": pl.Series([LOWEST + 1, None], dtype=pl.Int16),
        "lowest": pl.Series([LOWEST, None], dtype=pl.Int16),
        "unsigned": pl.Series([0, None], dtype=pl.UInt8),
        "decimal": pl.Series([0.5, None]),
        "text": pl.Series(["a", None]),
    }
    assert [name for name, column in coded.items() if values._is_coded(column)] == ["yes", "short"]
