"""What treaties oblige third states to do: worlds of four states and a treaty or two, and treaties everyone knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import permutations

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.mechanisms.shield.obligations import Reading, coming, held, obligations, portfolio_similarity, similarity
from foedus.record.spells import runs
from foedus.record.store import Record
from tests.worlds import frame, world

PLEDGES = ("defence", "offence", "neutrality", "nonaggression", "consultation")
CONDITIONS = {
    "defence": ("adversary", "location", "conflict", "number", "demand", "unprovoked"),
    "offence": ("adversary", "location", "conflict", "number", "demand"),
    "neutrality": ("adversary", "location", "conflict", "number", "demand", "unprovoked", "attacked"),
}
FLAGS = ("secret", "wartime", *(f"{pledge}_if_{each}" for pledge, conditions in CONDITIONS.items() for each in conditions))


@dataclass(frozen=True)
class Treaty:
    """A treaty of some states; each promises all others the same, unless only the `guarantors` promise."""

    members: tuple[int, ...]
    pledges: tuple[str, ...] = ("defence",)
    since: date = date(1999, 6, 1)
    until: date | None = None
    flags: tuple[str, ...] = ()
    against: tuple[int, ...] = ()
    guarantors: tuple[int, ...] = ()
    number: int = field(default=0, compare=False)

    def rows(self, number: int) -> Iterable[dict[str, object]]:
        """Its memberships as the record has them."""
        named = (*self.against, None, None)
        for member in self.members:
            yield {
                "atop_id": self.number or number,
                "ccode": member,
                "start": self.since,
                "end": self.until,
                "threat_ccode1": named[0],
                "threat_ccode2": named[1],
                **{pledge: pledge in self.pledges and member in (self.guarantors or self.members) for pledge in PLEDGES},
                **{flag: flag in self.flags for flag in FLAGS},
            }

    def owed(self) -> Iterable[tuple[int, int, int, bool, bool, bool, bool, bool]]:
        """The directed dyad-years in which something is owed, as published: guarantors owe each other nothing."""
        last = self.until.year if self.until else 2018
        for one, two in permutations(self.members, 2):
            if not self.guarantors or (one in self.guarantors and two not in self.guarantors):
                for year in range(self.since.year, last + 1):
                    yield one, two, year, *(pledge in self.pledges for pledge in PLEDGES)  # type: ignore[misc]


def treaties(*made: Treaty, states: Sequence[int] = (1, 2, 3, 4), years: range = range(2000, 2010)) -> Record:
    """A world with these treaties."""
    kinds = {"atop_id": pl.Int16, "ccode": pl.Int16, "start": pl.Date, "end": pl.Date}
    kinds |= dict.fromkeys(("threat_ccode1", "threat_ccode2"), pl.Int16) | dict.fromkeys((*PLEDGES, *FLAGS), pl.Boolean)
    members = pl.DataFrame([row for place, each in enumerate(made, 1) for row in each.rows(place)], schema=kinds)
    keys = ("ccode1", "ccode2", "year")
    owed = pl.DataFrame(
        [row for each in made for row in each.owed()], schema=dict.fromkeys((*keys, *PLEDGES)), orient="row"
    ).cast(dict.fromkeys(keys, pl.Int16) | dict.fromkeys(PLEDGES, pl.Boolean))
    once = owed.group_by(keys).agg(pl.col(PLEDGES).any())
    present = frame(ccode=[code for code in states for _ in years], year=[year for _ in states for year in years])
    return world(alliance_members=members, alliance_dyad_spells=runs(once, keys[:2]), state_years=present)


def bound(record: Record, column: str, challenger: int, target: int, year: int = 2005, **reading: object) -> object:
    """One value of `obligations`."""
    rows = pl.DataFrame({"ccode1": [challenger], "ccode2": [target], "year": [year]})
    return obligations(record, rows, Reading(**reading))[column].item()  # type: ignore[arg-type]


def test_a_third_state_counts_and_neither_of_the_two_does() -> None:
    record = treaties(Treaty((1, 2)))
    assert bound(record, "target_defence", challenger=3, target=2) == 1
    assert bound(record, "target_defence", challenger=1, target=2) == 0, "the ally itself attacks"
    assert bound(record, "challenger_defence", challenger=2, target=3) == 1
    assert bound(record, "target_defence", challenger=2, target=3) == 0


def test_a_third_state_with_two_treaties_counts_once() -> None:
    record = treaties(Treaty((1, 2)), Treaty((1, 2, 4)))
    assert bound(record, "target_defence", challenger=3, target=2) == 2


@pytest.mark.parametrize("condition", ["adversary", "conflict"])
def test_a_promise_against_someone_holds_against_nobody_else(condition: str) -> None:
    record = treaties(Treaty((1, 2), flags=(f"defence_if_{condition}",), against=(3,)))
    assert bound(record, "target_defence", challenger=3, target=2) == 1
    assert bound(record, "target_defence", challenger=4, target=2) == 0
    assert bound(record, "target_defence", challenger=4, target=2, conditions=False) == 1


@pytest.mark.parametrize("against", [(3, 4), (4, 3)])
def test_a_promise_against_two_holds_against_either_and_nobody_else(against: tuple[int, int]) -> None:
    """ATOP has a column for each: whichever a state stands in, it is bound against."""
    record = treaties(Treaty((1, 2), flags=("defence_if_adversary",), against=against), states=(1, 2, 3, 4, 5))
    held = [bound(record, "target_defence", challenger, target=2) for challenger in (3, 4, 5)]
    assert held == [1, 1, 0]


def test_a_promise_against_someone_atop_does_not_name_holds_against_nobody() -> None:
    record = treaties(Treaty((1, 2), flags=("defence_if_adversary",)))
    assert [bound(record, "target_defence", challenger, 2) for challenger in (3, 4)] == [0, 0]


def test_an_adversary_named_beside_a_promise_against_anyone_restricts_nothing() -> None:
    record = treaties(Treaty((1, 2), against=(3,)))
    assert bound(record, "target_defence", challenger=4, target=2) == 1


def test_a_promise_against_several_attackers_does_not_hold_against_one() -> None:
    record = treaties(Treaty((1, 2), flags=("defence_if_number",)))
    assert bound(record, "target_defence", challenger=3, target=2) == 0


@pytest.mark.parametrize("condition", ["location", "demand", "unprovoked"])
def test_conditions_that_do_not_say_against_whom_are_taken_as_met(condition: str) -> None:
    record = treaties(Treaty((1, 2), flags=(f"defence_if_{condition}",)))
    assert bound(record, "target_defence", challenger=3, target=2) == 1


def test_a_general_promise_and_one_against_the_challenger_are_two_states() -> None:
    record = treaties(Treaty((1, 2)), Treaty((2, 4), flags=("defence_if_adversary",), against=(3,)))
    assert bound(record, "target_defence", challenger=3, target=2) == 2
    assert bound(record, "target_defence", challenger=4, target=2) == 1


def test_a_fellow_member_faces_the_alliance_unless_it_is_read_otherwise() -> None:
    record = treaties(Treaty((1, 2, 3)), Treaty((2, 4)))
    assert bound(record, "target_defence", challenger=3, target=2) == 2
    assert bound(record, "target_defence", challenger=3, target=2, fellow_members=False) == 1
    assert bound(record, "target_defence", challenger=4, target=2, fellow_members=False) == 2, "4 is no member of the first"


def test_a_secret_treaty_deters_nobody_and_emboldens_its_own_members() -> None:
    record = treaties(Treaty((1, 2), pledges=("defence", "offence"), flags=("secret",)))
    assert bound(record, "target_defence", challenger=3, target=2) == 0
    assert bound(record, "target_defence", challenger=3, target=2, secret=True) == 1
    assert bound(record, "challenger_offence", challenger=2, target=3) == 1
    assert bound(record, "challenger_defence", challenger=2, target=3) == 1


def test_offence_promised_against_the_target_belongs_to_the_challenger() -> None:
    record = treaties(Treaty((1, 2), pledges=("offence",), flags=("offence_if_adversary",), against=(3,)))
    assert bound(record, "challenger_offence", challenger=2, target=3) == 1
    assert bound(record, "challenger_offence", challenger=2, target=4) == 0
    assert bound(record, "target_offence", challenger=3, target=2) == 1
    assert bound(record, "challenger_offence", challenger=2, target=1) == 0, "the target itself is the ally"


@pytest.mark.parametrize(
    ("flags", "unconditional", "conditional"),
    [
        ((), 1, 0),
        (("offence_if_demand",), 0, 1),
        (("offence_if_location",), 0, 1),
        (("offence_if_adversary",), 0, 0),
        (("offence_if_adversary", "wartime"), 1, 0),
    ],
)
def test_compellent_pacts_are_unconditional_or_conditional(
    flags: tuple[str, ...], unconditional: int, conditional: int
) -> None:
    record = treaties(Treaty((1, 2), pledges=("offence",), flags=flags, against=(3,)))
    assert bound(record, "challenger_unconditional_compellent", challenger=2, target=3) == unconditional
    assert bound(record, "challenger_conditional_compellent", challenger=2, target=3) == conditional


def test_deterrent_pacts_are_unconditional_if_offence_is_owed_too() -> None:
    both, alone = treaties(Treaty((1, 2), pledges=("defence", "offence"))), treaties(Treaty((1, 2)))
    names = ("target_unconditional_deterrent", "target_conditional_deterrent")
    assert [bound(both, name, 3, 2) for name in names] == [1, 0]
    assert [bound(alone, name, 3, 2) for name in names] == [0, 1]


def test_neutrality_for_a_partner_who_is_attacked_can_be_read_both_ways() -> None:
    record = treaties(Treaty((1, 2), pledges=("neutrality", "nonaggression"), flags=("neutrality_if_attacked",)))
    assert bound(record, "challenger_neutrality", challenger=2, target=3) == 1
    assert bound(record, "challenger_neutrality", challenger=2, target=3, if_attacked=False) == 0
    assert bound(record, "challenger_nonaggression", challenger=2, target=3) == 1
    assert bound(record, "challenger_nonaggression", challenger=2, target=1) == 0


def test_a_treaty_counts_from_the_first_of_january_on_which_it_is_in_force() -> None:
    record = treaties(Treaty((1, 2), since=date(2003, 6, 1), until=date(2006, 3, 1)))
    years = range(2002, 2008)
    assert [bound(record, "target_defence", 3, 2, year) for year in years] == [0, 0, 1, 1, 1, 0]
    any_day = [bound(record, "target_defence", 3, 2, year, in_force="any day") for year in years]
    assert any_day == [0, 1, 1, 1, 1, 0]
    prompt = treaties(Treaty((1, 2), since=date(2003, 1, 1), until=date(2003, 12, 31)))
    assert [bound(prompt, "target_defence", 3, 2, year) for year in (2002, 2003, 2004)] == [0, 1, 0]


def test_a_guarantor_outside_the_state_system_does_not_count() -> None:
    pair = Treaty((1, 2))
    record = treaties(pair, states=(2, 3))
    assert bound(record, "target_defence", challenger=3, target=2) == 0


def test_guarantors_of_an_unequal_treaty_owe_each_other_nothing() -> None:
    record = treaties(Treaty((1, 2, 4), guarantors=(1, 2)))
    assert bound(record, "target_defence", challenger=3, target=4) == 2
    assert bound(record, "target_defence", challenger=3, target=1) == 0


def test_the_oldest_and_the_newest_promise_have_their_years() -> None:
    record = treaties(Treaty((1, 2), since=date(1990, 5, 1)), Treaty((2, 4), since=date(2003, 5, 1)))
    names = ("target_defence_since", "target_defence_latest")
    assert [bound(record, name, 3, 2) for name in names] == [1990, 2003]
    assert [bound(record, name, 4, 2) for name in names] == [1990, 1990], "against 4 its own promise is none"
    assert [bound(record, name, 1, 2) for name in names] == [2003, 2003]
    assert [bound(record, name, 3, 1, 1990) for name in names] == [None, None]


def test_renegotiation_forms_no_new_pact_and_a_gap_does() -> None:
    first = Treaty((1, 2), since=date(1995, 5, 1), until=date(2001, 8, 1), number=7)
    renewed = treaties(first, Treaty((1, 2), since=date(2001, 8, 1), number=7))
    again = treaties(first, Treaty((1, 2), since=date(2004, 2, 1), number=7))
    assert bound(renewed, "target_defence_latest", 3, 2) == 1995
    assert bound(again, "target_defence_latest", 3, 2) == 2004


def test_nothing_is_known_outside_the_years_of_the_source() -> None:
    record = treaties(Treaty((1, 2)), years=range(2010, 2022))
    rows = pl.DataFrame({"ccode1": [3, 3], "ccode2": [2, 2], "year": [2018, 2019]})
    made = obligations(record, rows)
    assert made.drop(rows.columns).row(1) == (None,) * (made.width - 3)
    assert made["target_defence"].to_list() == [1, None]


def test_allies_owe_each_other_whatever_the_conditions() -> None:
    record = treaties(Treaty((1, 2), flags=("defence_if_adversary", "secret"), against=(4,)))
    assert bound(record, "allied", 1, 2)
    assert not bound(record, "allied", 1, 3)


def test_a_pact_to_come_is_seen_one_to_five_years_before() -> None:
    record = treaties(Treaty((1, 2), since=date(2008, 5, 1)))
    rows = pl.DataFrame({"ccode1": [3] * 8, "ccode2": [2] * 8, "year": list(range(2002, 2010))})
    assert coming(record, rows, (1, 5)).to_list() == [0, 1, 1, 1, 1, 1, 0, 0]
    late = pl.DataFrame({"ccode1": [3], "ccode2": [2], "year": [2014]})
    assert coming(record, late, (1, 5)).to_list() == [None], "what begins in 2019 nobody knows"


def test_many_treaties_are_counted_as_by_hand() -> None:
    """Every directed dyad of six states in three years under twelve random treaties, against loops that follow the words."""
    generator = np.random.default_rng(5)
    states, made = tuple(range(1, 7)), []
    for _ in range(12):
        members = tuple(sorted(int(code) for code in generator.choice(states, generator.integers(2, 5), replace=False)))
        against = tuple(int(code) for code in generator.choice(states, 1) if code not in members)
        flags = ("defence_if_adversary",) if generator.random() < 0.4 else ()
        made.append(Treaty(members, flags=flags, against=against, since=date(int(generator.integers(2000, 2006)), 3, 1)))
    record = treaties(*made, states=states)
    keys = [(one, two, year) for one, two in permutations(states, 2) for year in (2001, 2004, 2007)]
    rows = pl.DataFrame(keys, schema=["ccode1", "ccode2", "year"], orient="row")

    def counted(challenger: int, target: int, year: int, fellow_members: bool) -> int:
        return len(
            {
                member
                for each in made
                for member in each.members
                if target in each.members
                and each.since.year < year
                and member not in (challenger, target)
                and (not each.flags or challenger in each.against)
                and (fellow_members or challenger not in each.members)
            }
        )

    for fellow_members in (True, False):
        found = obligations(record, rows, Reading(fellow_members=fellow_members))["target_defence"].to_list()
        assert found == [counted(*key, fellow_members) for key in keys]


def test_a_reading_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InputError, match="any da"):
        Reading(in_force="any da")


# ------------------------------------------------------------------------------------------------- portfolios


def test_equal_portfolios_have_a_similarity_of_one_and_opposite_ones_of_minus_one() -> None:
    assert portfolio_similarity(np.array([[3.0, 3.0], [3.0, 3.0]])).tolist() == [[1, 1], [1, 1]]
    assert portfolio_similarity(np.array([[3.0, 0.0], [0.0, 3.0]])).tolist() == [[1, -1], [-1, 1]]


def test_similarity_by_hand() -> None:
    """1 and 2 owe defence, 3 and 4 consult. 1: 3300, 2: 3300, 3: 0031, 4: 0013. Of 1 and 3: 1 − 2 (3+3+3+1)/12."""
    record = treaties(Treaty((1, 2)), Treaty((3, 4), pledges=("consultation",)))
    rows = pl.DataFrame({"ccode1": [1, 1, 3, 3, 9], "ccode2": [2, 3, 1, 4, 1], "year": [2005] * 5})
    expected = [1.0, 1 - 20 / 12, 1 - 20 / 12, 1 - 8 / 12, None]
    assert similarity(record, rows).to_list() == pytest.approx(expected)


# ------------------------------------------------------------------------------------------- the shipped record


def guarantors(record: Record, ccode: int, year: int, adversary: int) -> set[int]:
    """Who was publicly bound to defend a state against another on 1 January."""
    promises = held(record, "defence", (year, year), Reading(), secret=False)
    against = pl.col("adversary").is_null() | (pl.col("adversary") == adversary)
    return set(promises.filter(pl.col("ccode") == ccode, against)["guarantor"])


def test_treaties_everyone_knows(record: Record) -> None:
    assert guarantors(record, ccode=315, year=1938, adversary=255) == {220}, "of the Soviet pact ATOP names no adversary"
    assert guarantors(record, ccode=315, year=1938, adversary=310) == {345, 360}, "the Little Entente, against Hungary"
    assert guarantors(record, ccode=20, year=1960, adversary=365) >= {2, 200, 220, 260, 325}, "the North Atlantic Treaty"
    assert not guarantors(record, ccode=300, year=1880, adversary=365), "the Dual Alliance was secret until 1888"


def test_the_pact_of_1939_left_germany_a_neutral_neighbour(record: Record) -> None:
    assert bound(record, "challenger_neutrality", challenger=255, target=220, year=1940)
    assert bound(record, "challenger_neutrality", 255, 220, 1940) > bound(record, "challenger_neutrality", 255, 220, 1939)  # type: ignore[operator]


def test_a_new_member_of_an_old_alliance_forms_no_pact_for_the_others(record: Record) -> None:
    """Spain signed in December 1981: one more third state for Canada, and no new pact."""
    before, after = (bound(record, "target_defence", challenger=365, target=20, year=year) for year in (1981, 1982))
    assert (before, after) == (14, 15)
    assert bound(record, "target_defence_latest", challenger=365, target=20, year=1982) == 1949
    assert bound(record, "target_defence_latest", challenger=365, target=230, year=1982) == 1981
