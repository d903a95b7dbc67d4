"""Which pledges fall due in a war and which are kept, on small wars drawn by hand: one condition at a time.

A attacks B on 15 June 2003 unless a test says otherwise; C owes one of them something; D and E are others.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from foedus.errors import InputError
from foedus.mechanisms.shield.pledges import PUBLISHED, belligerents, calls, honoured, shares, wilson
from foedus.record.store import open_record
from tests.worlds import world

A, B, C, D, E = 1, 2, 3, 4, 5
ATTACK = date(2003, 6, 15)

Fighter = tuple[int, int, date]
"""State, side, the day from which it fought; those of side 1 who fought from the first day initiated the war."""

BEGUN: list[Fighter] = [(A, 1, ATTACK), (B, 2, ATTACK)]

CONDITIONS = {
    "defence": ("adversary", "location", "conflict", "number", "demand", "unprovoked"),
    "offence": ("adversary", "location", "conflict", "number", "demand"),
    "neutrality": ("adversary", "location", "conflict", "number", "demand", "unprovoked", "attacked"),
}


def war(*later: Fighter, begun: list[Fighter] = BEGUN, **told: object) -> pl.DataFrame:
    """A war's participants, as they are imported."""
    rows = [
        {"war": 1, "ccode": code, "side": side, "initiator": side == 1 and day == ATTACK, "entered": day, "day_known": True}
        for code, side, day in [*begun, *later]
    ]
    kinds = {"war": pl.Int16, "ccode": pl.Int16, "side": pl.Int16, "initiator": pl.Boolean}
    return pl.DataFrame(rows, schema_overrides=kinds).with_columns(**{name: pl.lit(value) for name, value in told.items()})


def treaty(*codes: int, start: date = date(2001, 1, 1), **said: object) -> pl.DataFrame:
    """The members of one alliance; what is not `said` is not in the treaty."""
    unsaid = dict.fromkeys(("defence", "offence", "neutrality", "consultation", "nonaggression"), False)
    unsaid |= {f"{pledge}_if_{condition}": False for pledge, several in CONDITIONS.items() for condition in several}
    always = {"atop_id": 10, "start": start, "end": None, "in_state_system": True, "threat_ccode1": None, "threat_ccode2": None}
    kinds = {"ccode": pl.Int16, "end": pl.Date, "threat_ccode1": pl.Int16, "threat_ccode2": pl.Int16}
    return pl.DataFrame([{"ccode": code, **always, **unsaid, **said} for code in codes], schema_overrides=kinds)


def counted(participants: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    return calls(belligerents(world(war_participants=participants)), members)


def due(participants: pl.DataFrame, members: pl.DataFrame, pledge: str = "defence") -> list[tuple[object, ...]]:
    """Partner, ally, whether invoked and whether kept, of every pledge of a kind."""
    found = counted(participants, members).filter(pl.col("pledge") == pledge)
    return found.sort("partner", "ccode").select("partner", "ccode", "invoked", "kept").rows()


def test_defence_is_owed_to_the_attacked_and_kept_by_fighting_on_its_side() -> None:
    assert due(war(), treaty(B, C, defence=True)) == [(B, C, True, False)]
    assert due(war((C, 2, date(2003, 9, 1))), treaty(B, C, defence=True)) == [(B, C, True, True)]
    assert due(war((C, 1, date(2003, 9, 1))), treaty(B, C, defence=True)) == [(B, C, True, False)]
    assert due(war(), treaty(A, C, defence=True)) == [], "the attacker is owed no defence"


def test_help_comes_within_a_year_of_the_attack_or_not_in_time() -> None:
    assert due(war((C, 2, date(2004, 6, 15))), treaty(B, C, defence=True)) == [(B, C, True, True)]
    assert due(war((C, 2, date(2004, 6, 16))), treaty(B, C, defence=True)) == [(B, C, True, False)]


def test_an_ally_that_attacks_its_partner_has_not_kept_its_pledge() -> None:
    assert due(war(), treaty(A, B, defence=True)) == [(B, A, True, False)]


def test_offence_is_owed_to_the_attacker() -> None:
    assert due(war(), treaty(B, C, offence=True), "offence") == []
    assert due(war(), treaty(A, C, offence=True), "offence") == [(A, C, True, False)]
    assert due(war((C, 1, date(2003, 9, 1))), treaty(A, C, offence=True), "offence") == [(A, C, True, True)]


def test_neutrality_is_owed_to_either_and_kept_by_not_fighting_on_the_other_side() -> None:
    for partner, its_side, other in ((A, 1, 2), (B, 2, 1)):
        pact = treaty(partner, C, neutrality=True)
        assert due(war(), pact, "neutrality") == [(partner, C, True, True)]
        assert due(war((C, its_side, date(2003, 9, 1))), pact, "neutrality") == [(partner, C, True, True)]
        assert due(war((C, other, date(2003, 9, 1))), pact, "neutrality") == [(partner, C, True, False)]


@pytest.mark.parametrize("condition", ["neutrality_if_attacked", "neutrality_if_unprovoked"])
def test_neutrality_toward_a_partner_that_is_attacked_is_not_owed_to_an_attacker(condition: str) -> None:
    said = {"neutrality": True, condition: True}
    assert due(war(), treaty(A, C, **said), "neutrality") == [(A, C, False, True)]
    assert due(war(), treaty(B, C, **said), "neutrality") == [(B, C, True, True)]


@pytest.mark.parametrize("pledge", ["consultation", "nonaggression"])
def test_a_pledge_to_consult_or_not_to_attack_is_not_counted(pledge: str) -> None:
    assert counted(war(), treaty(B, C, **{pledge: True})).is_empty()


def test_defence_without_provocation_is_owed_to_the_attacked() -> None:
    """Who attacked is all that is known: what may have provoked the attack is not."""
    assert due(war(), treaty(B, C, defence=True, defence_if_unprovoked=True)) == [(B, C, True, False)]


@pytest.mark.parametrize("named", [{"threat_ccode1": A}, {"threat_ccode2": A}, {"threat_ccode1": D, "threat_ccode2": A}])
def test_a_pledge_holds_against_either_of_two_that_are_named(named: dict[str, int]) -> None:
    limited = treaty(B, C, defence=True, defence_if_adversary=True)
    told = limited.with_columns(pl.lit(code, pl.Int16).alias(column) for column, code in named.items())
    assert due(war(), told) == [(B, C, True, False)]


def test_a_pledge_against_certain_states_holds_against_no_other() -> None:
    limited = treaty(B, C, defence=True, defence_if_adversary=True, threat_ccode1=D)
    assert due(war(), limited) == [(B, C, False, False)]
    assert due(war(), limited.with_columns(threat_ccode2=pl.lit(A, pl.Int16))) == [(B, C, True, False)]
    later = war((D, 1, date(2003, 9, 1)))
    assert due(later, limited) == [(B, C, False, False)], "D came into the war when it had begun"


@pytest.mark.parametrize("condition", ["location", "conflict", "number", "demand"])
def test_a_condition_the_record_cannot_see_is_not_taken_as_met(condition: str) -> None:
    assert due(war(), treaty(B, C, defence=True, **{f"defence_if_{condition}": True})) == [(B, C, False, False)]


def test_a_pact_made_on_the_day_does_not_fall_due() -> None:
    assert due(war(), treaty(B, C, start=ATTACK, defence=True)) == []
    assert due(war(), treaty(B, C, start=date(2003, 6, 14), defence=True)) == [(B, C, True, False)]


def test_a_partner_drawn_in_later_calls_nobody() -> None:
    assert due(war((D, 2, date(2003, 9, 1))), treaty(C, D, defence=True)) == []


def test_a_war_of_which_it_is_not_told_who_attacked_is_left_out() -> None:
    pact = treaty(B, C, defence=True)
    assert due(war(initiator=None), pact) == []
    assert due(war(initiator=True), pact) == [], "both sides"


def test_a_war_that_began_on_an_unknown_day_is_left_out() -> None:
    assert due(war(day_known=False), treaty(B, C, defence=True)) == []


def test_a_treaty_is_kept_if_one_ally_keeps_it_and_an_ally_counts_once() -> None:
    members = pl.concat([treaty(B, C, D, defence=True), treaty(B, C, defence=True, atop_id=20)])
    table = shares(counted(war((C, 2, date(2003, 9, 1))), members))
    met = table.filter(pl.col("pledge") == "defence", pl.col("conditions") == "met", pl.col("era") == "from 1945")
    by = {row["unit"]: (row["calls"], row["kept"]) for row in met.to_dicts()}
    assert by == {"treaty": (2, 2), "ally": (2, 1)}, "C once, though two treaties bind it"


def test_two_attacked_at_once_that_owe_each_other_are_one_treaty_kept() -> None:
    begun = [*BEGUN, (C, 2, ATTACK)]
    table = shares(counted(war(begun=begun), treaty(B, C, defence=True)))
    row = table.row(
        by_predicate=(pl.col("unit") == "treaty") & (pl.col("calls") > 0) & (pl.col("conditions") == "met"), named=True
    )
    assert (row["calls"], row["kept"], row["events"]) == (1, 1, 1)


def test_a_share_of_nothing_is_unknown() -> None:
    table = shares(counted(war(), treaty(D, E, defence=True)))
    assert table["calls"].sum() == 0
    assert table["share"].null_count() == table["low"].null_count() == table.height


def test_without_the_wars_nothing_is_counted() -> None:
    with pytest.raises(InputError, match="foedus record add cow-wars PATH"):
        honoured(open_record(additions=False))


def test_every_published_rate_says_of_what_and_why_ours_differs() -> None:
    for rate in PUBLISHED["rate"].values():
        assert set(rate) == {"study", "source", "years", "of", "share", "why"}
        assert 0 < rate["share"] < 1


def test_the_interval_of_a_share_is_wilson_s() -> None:
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    for kept, called in [(0, 7), (3, 10), (36, 313)]:
        assert tuple(wilson(kept, called).values()) == pytest.approx(
            proportion.proportion_confint(kept, called, method="wilson")
        )
