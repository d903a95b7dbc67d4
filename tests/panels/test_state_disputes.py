"""Disputes of a state-year in the other list's numbers, in the year in which one state took another's number."""

from __future__ import annotations

import pytest

from foedus.panels.arrange import Wanted, state_disputes
from foedus.panels.systems import COW, GW, System
from tests.worlds import disputes, frame, world

STATES = [(2, 2, 1989), (2, 2, 1990), (2, 2, 1991), (260, 260, 1989), (260, 260, 1990), (255, 260, 1990), (255, 260, 1991)]
"""COW's number, GW's and the year: COW gives the united state another number in 1990, GW does not."""

DISPUTES = disputes([(2, 260, 1990, True, 0), (2, 255, 1990, False, 0), (2, 255, 1991, True, 0)])

RECORD = world(
    state_years=frame(
        ccode=[cow for cow, _, _ in STATES], gwcode=[gw for _, gw, _ in STATES], year=[year for *_, year in STATES]
    ),
    gw_state_years=frame(
        gwcode=[2, 2, 2, 260, 260, 260], ccode=[2, 2, 2, 260, 255, 255], year=[1989, 1990, 1991, 1989, 1990, 1991]
    ),
    dispute_dyad_years=DISPUTES.with_columns(side_a1=True, side_a2=False),
)


@pytest.mark.parametrize(
    ("system", "state", "expected"),
    [
        (COW, 260, {1990: (1, 1)}),
        (COW, 255, {1990: (1, 0), 1991: (1, 1)}),
        (GW, 260, {1990: (2, 1), 1991: (1, 1)}),  # the disputes of both numbers
    ],
)
def test_a_state_has_the_disputes_of_both_its_numbers(system: System, state: int, expected: dict[int, tuple[int, int]]) -> None:
    rows = state_disputes(RECORD, Wanted(system)).filter(**{system.key: state})
    told = rows.select("year", "state_disputes", "state_disputes_begun").rows()
    assert {year: tuple(counts) for year, *counts in told} == expected
