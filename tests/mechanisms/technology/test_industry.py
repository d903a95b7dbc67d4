"""The industries of two states: counts that can be looked up, invariants of the indices, and what is not known."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.mechanisms.technology.industry import (
    AMOUNTS,
    MEASURES,
    Industry,
    agreements,
    herfindahl,
    partners,
    trade_agreements,
)
from foedus.panels.codebook import codebook
from foedus.record.store import Record

USA_CANADA, TUVALU_NAURU = (2, 20), (947, 970)


def test_it_says_what_it_is_and_reads_what_there_is() -> None:
    assert (Industry.id, Industry.unit) == ("industry.base", "dyad-year")
    assert set(Industry.reads) <= set(codebook())


def test_the_agreements_of_the_united_states_and_canada(record: Record) -> None:
    """DCAD 1.0, rows 0001 and 0003 to 0005: three on procurement, one on research; 0002 and 0006 are frameworks."""
    rows = agreements(record, USA_CANADA, 2022)
    assert rows["dcad_id"].to_list() == [f"DCADv1.0-000{number}" for number in (1, 3, 4, 5)]
    assert rows["subjects"].explode().value_counts().sort("subjects").rows() == [("procurement", 3), ("research", 1)]
    assert rows["in_force_2010"].to_list() == [True, True, True, False]
    assert agreements(record, (20, 2), 1995).height == 1, "the order of the two does not matter, the year does"


def test_every_agreement_has_two_partners(record: Record) -> None:
    told = partners(record, "procurement", 2010)
    named = pl.any_horizontal(pl.col("category1", "category2", "category3") == "procurement")
    pairs = record.table("defence_agreements").filter(named).select("ccode1", "ccode2").unique()
    assert told["partners"].sum() == 2 * pairs.height
    with pytest.raises(InputError, match="procurement"):
        partners(record, "trex", 2010)


def test_likeness_does_not_depend_on_the_order(record: Record) -> None:
    one, other = (Industry().alike(record, pair, 2022) for pair in (USA_CANADA, USA_CANADA[::-1]))
    assert one["further_apart"].to_list() == other["further_apart"].to_list()
    assert one["first"].to_list() == other["second"].to_list()
    assert one["measure"].to_list() == list(MEASURES)
    assert one["further_apart"].is_between(0, 1).all()


def test_a_state_is_most_like_itself(record: Record) -> None:
    assert (Industry().alike(record, (2, 2), 2022)["difference"] == 0).all()


def test_shares_of_all_states_add_up_to_the_world(record: Record) -> None:
    rows = Industry().states(record, 2022)
    for name in AMOUNTS:
        codes = tuple(rows.drop_nulls(name)["ccode"])
        held = Industry().together(record, codes, 2022).filter(amount=name)
        assert held["share"].item() == pytest.approx(1)
        assert held["states"].item() == len(codes)


def test_concentration_lies_between_even_and_one() -> None:
    assert herfindahl(np.full(4, 0.25)) == 0.25
    assert herfindahl(np.array([1.0])) == 1.0
    assert herfindahl(np.empty(0)) is None


def test_complementarity_is_never_below_nought_and_nought_with_oneself(record: Record) -> None:
    assert Industry().complementarity(record, (2, 2), 2022)["added"] == pytest.approx(0)
    for pair in (USA_CANADA, (365, 710), (220, 255)):
        found = Industry().complementarity(record, pair, 2022)
        added, less, led = found["added"], found["less"], found["led"]
        assert added is not None
        assert less is not None
        assert (added > 0) == bool(led), "something is added just where the one behind leads in something"
        assert 0 <= less <= 1


def test_what_is_not_known_is_null_and_not_nought(record: Record) -> None:
    alike = Industry().alike(record, TUVALU_NAURU, 2022)
    assert alike["further_apart"].null_count() == alike.height
    held = Industry().together(record, TUVALU_NAURU, 2022)
    assert held.filter(amount="research")["share"].item() is None
    assert Industry().complementarity(record, TUVALU_NAURU, 2022)["added"] is None
    assert trade_agreements(record, USA_CANADA, 1913) == (None, None)
    assert Industry().together(record, USA_CANADA, 1923)["share"].null_count() == len(AMOUNTS)


def test_trade_agreements_are_as_old_as_they_say(record: Record) -> None:
    assert trade_agreements(record, USA_CANADA, 2020) == (5, 0)
    assert trade_agreements(record, USA_CANADA, 2025) == (5, 5)
