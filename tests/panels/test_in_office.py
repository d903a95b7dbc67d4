"""Under which leader a dispute began: leader-years and leader-dyad-years of the record, beside dates one can look up."""

from __future__ import annotations

import polars as pl
import pytest

from foedus.panels.panel import panel
from foedus.record.store import Record

BEGUN = ["state_dispute_onset", "state_dispute_initiation", "state_disputes_begun"]


def of_year(record: Record, state: int, year: int, *variables: str) -> pl.DataFrame:
    return panel("leader-year", ["leader_name", *variables], among=[state], years=(year, year), record=record)


def test_a_dispute_is_of_the_leader_who_was_in_office_when_it_began(record: Record) -> None:
    """United Kingdom 1940: Chamberlain to 10 May, then Churchill. GML place 8 of the 14 disputes it entered under the first.

    The war under way since 1939 (258) began with Italy under the second, in June.
    """
    starts = record.table("dispute_participants").filter(pl.col("ccode") == 200, pl.col("start_year") == 1940)
    assert dict(starts.group_by("leader_start").len().iter_rows()) == {"UKG-1937": 8, "UKG-1940": 6}
    italy = record.table("dispute_dyad_years").filter(pl.col("dispute") == 258, pl.col("ccode1") == 200, pl.col("year") == 1940)
    assert 325 in italy.filter("onset")["ccode2"].to_list()
    assert of_year(record, 200, 1940, "state_disputes_begun")["state_disputes_begun"].to_list() == [8, 7]


def test_an_onset_under_the_second_leader_is_not_the_firsts(record: Record) -> None:
    """Iran 1979: the Shah left on 16 January; GML's three disputes of Iran in 1979 began in February, June and November."""
    begun = record.table("dispute_participants").filter(pl.col("ccode") == 630, pl.col("start_year") == 1979)
    assert sorted(begun["start_month"]) == [2, 6, 11]
    found = of_year(record, 630, 1979, *BEGUN, "leader_days")
    first, last = found.row(0, named=True), found.row(-1, named=True)
    assert (first["state_dispute_onset"], first["state_disputes_begun"]) == (False, 0)
    assert last["state_dispute_onset"]
    assert last["state_disputes_begun"] == begun["dispute"].n_unique()


@pytest.mark.parametrize(("system", "key"), [("cow", "ccode"), ("gw", "gwcode")])
def test_leaders_together_have_their_states_onsets(record: Record, system: str, key: str) -> None:
    states = panel("state-year", BEGUN, years=(1875, 2010), system=system, record=record)
    leaders = panel("leader-year", BEGUN, years=(1875, 2010), system=system, record=record)
    sums = leaders.group_by(key, "year").agg(
        pl.col("state_dispute_onset").any().alias("any"),
        pl.col("state_disputes_begun").sum().alias("sum"),
        unknown=pl.col("state_disputes_begun").is_null().any(),
    )
    both = states.drop_nulls("state_disputes_begun").join(sums, on=[key, "year"])
    assert both["unknown"].sum() == 11  # no day is known, or office was vacant
    known = both.filter(~pl.col("unknown"))
    assert known.filter(pl.col("sum") != pl.col("state_disputes_begun")).is_empty()
    assert known.filter(pl.col("any") != pl.col("state_dispute_onset")).is_empty()


def test_every_named_leader_at_the_start_has_the_dispute(record: Record) -> None:
    """Of the participants whose leader the source names, each leader-year with a start in it is an onset."""
    named = record.table("dispute_participants").drop_nulls("leader_start").filter(pl.col("start_year") >= 1875)
    starts = named.select(leader="leader_start", ccode="ccode", year="start_year").unique()
    onsets = panel("leader-year", ["state_dispute_onset"], record=record).filter("state_dispute_onset")
    states = panel("state-year", ["state_dispute_onset"], record=record).filter("state_dispute_onset")
    missed = starts.join(onsets, on=["leader", "ccode", "year"], how="anti").join(states, on=["ccode", "year"], how="semi")
    assert missed.height <= 10  # entered on a day on which their opponent, later in the year, had not


def test_a_pair_of_leaders_has_what_began_while_both_were_in_office(record: Record) -> None:
    dyads = panel("dyad-year", ["dispute_onsets"], years=(1875, 2010), record=record)
    leaders = panel("leader-dyad-year", ["dispute_onset", "dispute_onsets"], years=(1875, 2010), record=record)
    key = ["ccode1", "ccode2", "year"]
    sums = leaders.group_by(key).agg(
        pl.col("dispute_onsets").sum().alias("sum"), known=pl.col("dispute_onsets").is_not_null().all()
    )
    known = dyads.join(sums.filter("known"), on=key)
    assert known.filter(pl.col("sum") != pl.col("dispute_onsets")).is_empty()
    assert known["dispute_onsets"].sum() > 2500


def test_days_in_office_are_of_the_year(record: Record) -> None:
    """Thatcher took office on 4 May 1979, Callaghan left it that day."""
    assert of_year(record, 200, 1979, "leader_days")["leader_days"].to_list() == [124, 242]
