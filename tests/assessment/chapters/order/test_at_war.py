"""Who fights already in the year of an assessment, by whom it is told, and that no risk of theirs stands without it."""

from __future__ import annotations

import pytest

from foedus.assessment.chapters.order.at_war import Fighting
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record


@pytest.mark.parametrize(
    ("states", "year", "source", "told"),
    [
        (("RUS", "UKR"), 2022, "ucdp_armed_conflict", "in 2022 already (UCDP"),
        (("RUS", "UKR"), 2025, "ucdp_armed_conflict", "in 2024 already (UCDP"),  # the last year that UCDP knows
        (("USA", "JPN"), 1943, "gml", "in 1943 already (a dispute at the level of war"),
    ],
)
def test_two_states_at_war_fight_already(states: tuple[str, str], year: int, source: str, told: str) -> None:
    partnership = Partnership(*states, year=year)
    sentence, sources = Fighting.of(partnership).told(partnership.dyad)
    assert told in sentence
    assert sources == (source,)


@pytest.mark.parametrize(("states", "year"), [(("USA", "CAN"), 2022), (("RUS", "UKR"), 2021)])
def test_two_states_at_peace_have_nothing_said(states: tuple[str, str], year: int) -> None:
    partnership = Partnership(*states, year=year)
    assert Fighting.of(partnership).told(partnership.dyad) == ("", ())


def test_a_third_state_that_a_member_fights_is_told_too(record: Record) -> None:
    fighting = Fighting.of(Partnership("UKR", "POL", year=2023, record=record))
    assert list(fighting.dyads) == [(365, 369)]
