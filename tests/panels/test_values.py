"""Values by position: set in where a table speaks of few rows, gathered where it speaks of many, and the same either way."""

from __future__ import annotations

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
