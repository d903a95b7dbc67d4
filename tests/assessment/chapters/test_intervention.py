"""Troops against the other's government: told where UCDP tells of them, of whoever sent them, and of nobody else."""

from __future__ import annotations

import pytest

from foedus.assessment.chapters.relation import intervention
from foedus.partnership.partnership import Partnership


@pytest.mark.parametrize(
    ("pair", "year", "years", "said"),
    [
        (("RUS", "UKR"), 2021, 8, "troops of Russia helped armed opponents of the government of Ukraine in 8 years, 2014–2021"),
        (("UKR", "RUS"), 2015, 2, "in 2 years, 2014–2015"),  # no year after the one assessed
        (("USA", "YUG"), 2000, 1, "troops of the United States helped armed opponents of the government of Yugoslavia"),
        (("SAU", "YEM"), 2024, 10, "government of Yemen (by UCDP the Houthi authorities in Sanaa) in 10 years, 2015–2024"),
    ],
)
def test_troops_are_told_of_in_the_years_of_ucdp(pair: tuple[str, str], year: int, years: int, said: str) -> None:
    """UCDP/PRIO Armed Conflict Dataset 25.1: conflicts 13246, 13247 and 13306 (Ukraine), Kosovo 1999."""
    (finding,) = intervention.findings(Partnership(*pair, year=year))
    assert (finding.value, finding.unit) == (years, "years")
    assert said in finding.statement


def test_lives_are_the_publishers_with_its_bounds() -> None:
    """UCDP Country-Year Dataset 25.1, state-based deaths in Ukraine 2014–2021: best 8,899, low 8,136, high 9,896."""
    (finding,) = intervention.findings(Partnership("RUS", "UKR", year=2021))
    assert "cost 8,900 lives in those years, 8,140 to 9,900" in finding.statement


@pytest.mark.parametrize(("pair", "year"), [(("RUS", "UKR"), 2013), (("USA", "CAN"), 2025), (("GBR", "FRA"), 1900)])
def test_nothing_is_told_where_nobody_sent_troops(pair: tuple[str, str], year: int) -> None:
    assert list(intervention.findings(Partnership(*pair, year=year))) == []
