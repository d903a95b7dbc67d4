"""Who fought whom in a sentence: war and armed conflict apart, supporters as such, sides of a dispute as no more."""

from __future__ import annotations

import pytest

from foedus.assessment.chapters.relation.fought import AT_WAR, IN_CONFLICT, OPPOSED, kind, of_pair, sentence
from foedus.partnership.partnership import Partnership

FEW = "(UCDP: at least 25 battle deaths in a year, fewer than 1,000)"
MANY = "(UCDP: at least 1,000 battle deaths in a year)"
LIST = "the list of militarized disputes"

SAID = [
    (("RUS", "UKR", 2022), AT_WAR, f"Russia and Ukraine fought each other in a war in 2022 {MANY}."),
    (("IRN", "IRQ", 1984), AT_WAR, f"Iran and Iraq fought each other in a war from 1980 to 1984 {MANY}."),
    (("IND", "PAK", 2014), IN_CONFLICT, f"India and Pakistan fought each other in an armed conflict from 2013 to 2014 {FEW}."),
    (
        ("IND", "PAK", 1999),
        IN_CONFLICT,
        f"India and Pakistan fought each other in an armed conflict from 1996 to 1999 {FEW}; {LIST} has the two on opposite "
        "sides of a dispute at the level of war, under way in 1999.",
    ),
    (
        ("FRA", "DEU", 1940),
        AT_WAR,
        "France and Germany were on opposite sides of a dispute at the level of war, under way from 1939 to 1940: France "
        f"joined it against Germany, a party from its first day ({LIST}).",
    ),
    (
        ("FRA", "Soviet Union", 1939),
        OPPOSED,
        "France and the Soviet Union were on opposite sides of a dispute at the level of war, under way in 1939 (the list of "
        "militarized disputes, which does not say whether they fought each other).",
    ),
    (
        ("LKA", "YEM", 2024),
        OPPOSED,
        "Sri Lanka and Yemen (by UCDP the Houthi authorities in Sanaa) were on opposite sides of an armed "
        "conflict in 2024: Sri Lanka sent troops to the side of the "
        f"United Kingdom and the United States against Yemen {FEW}.",
    ),
    (
        ("NZL", "YEM", 2024),
        OPPOSED,
        "New Zealand and Yemen (by UCDP the Houthi authorities in Sanaa) were on opposite sides of an armed "
        "conflict in 2024: New Zealand sent troops to the side of the "
        f"United Kingdom and the United States against Yemen {FEW}.",
    ),
    (
        ("USA", "IRN", 2021),
        OPPOSED,
        "The United States and Iran were on opposite sides of an armed conflict from 2020 to 2021: the United States sent "
        f"troops to the side of Israel against Iran {FEW}.",
    ),
    (
        ("UKR", "PRK", 2024),
        OPPOSED,
        "Ukraine and North Korea were on opposite sides of a war in 2024: North Korea sent troops to the side of Russia "
        f"against Ukraine {MANY}.",
    ),
    (
        ("RUS", "GEO", 2008),
        OPPOSED,
        "Russia and Georgia were on opposite sides of an armed conflict in 2008: troops of Russia helped armed opponents of "
        f"the government of Georgia {FEW}; {LIST} has the two on opposite sides of a dispute with deaths on both sides, under "
        "way in 2008.",
    ),
    (
        ("USA", "Soviet Union", 1952),
        OPPOSED,
        "The United States and the Soviet Union were on opposite sides of a war from 1950 to 1952: the Soviet Union sent "
        f"troops to the side of North Korea, the United States to that of South Korea {MANY}.",
    ),
    (
        ("USA", "IRQ", 1991),
        OPPOSED,
        "The United States and Iraq were on opposite sides of a war in 1991: the United States sent troops to the side of "
        f"Kuwait against Iraq {MANY}; {LIST} has the two on opposite sides of a dispute at the level of "
        "war, under way in 1991.",
    ),
]
"""UCDP/PRIO Armed Conflict Dataset 25.1 (roles and intensity), Gibler, Miller & Little (sides)."""


@pytest.mark.parametrize(("pair", "of_kind", "said"), SAID, ids=lambda each: str(each[:2]) if isinstance(each, tuple) else "")
def test_a_sentence_says_no_more_than_the_record(pair: tuple[str, str, int], of_kind: str, said: str) -> None:
    partnership = Partnership(*pair[:2], year=pair[2])
    told = of_pair(partnership)
    assert told is not None
    assert (kind(told), sentence(partnership, told)) == (of_kind, said)


def test_only_those_who_fought_are_told_to_have_fought() -> None:
    for pair, of_kind, said in SAID:
        assert ("fought each other in" in said) == (of_kind != OPPOSED and "joined it against" not in said), pair


@pytest.mark.parametrize(
    "pair", [("GRC", "TUR", 1990), ("AUS", "NZL", 2024), ("Soviet Union", "ROU", 1946), ("GBR", "ARG", 1984)]
)
def test_two_at_peace_have_nothing_told(pair: tuple[str, str, int]) -> None:
    assert of_pair(Partnership(*pair[:2], year=pair[2])) is None
