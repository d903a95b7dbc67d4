"""One question to a network: the measures agree with each other and with the parts they are made of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foedus.digits import ESTIMATED, rounded
from foedus.errors import InputError
from foedus.radars.bands import drawn_reaches
from foedus.radars.coverage import stated_view
from foedus.radars.front import front_profile, seen_shares
from foedus.radars.network import WarningNetwork
from foedus.radars.summary import MEASURES, WarningSummary, summary
from foedus.radars.warning_time import warning_time, warning_times
from foedus.record.store import Record


@pytest.fixture(scope="module")
def network(record: Record) -> WarningNetwork:
    return WarningNetwork.of_record(record)


@pytest.fixture(scope="module")
def told(network: WarningNetwork) -> WarningSummary:
    return summary(network, network.approach(tracks=1500), draws=20)


def test_every_measure_is_told_and_has_a_unit(told: WarningSummary) -> None:
    assert set(told.measures["measure"]) == set(MEASURES)
    assert told.measures.select("measure", "state").is_duplicated().sum() == 0


def test_the_measures_are_those_of_the_parts(told: WarningSummary, network: WarningNetwork) -> None:
    minutes = network.minutes(network.approach(tracks=1500))
    assert (told.value("share_seen"), told.value("median_minutes")) == (minutes.seen, minutes.median)
    assert told.value("front_share") == pytest.approx(network.profile(bin_degrees=360.0)["share"].last())
    assert told.value("area") == pytest.approx(network.area(20.0)["all"], rel=0.01)


def test_bands_hold_their_values_where_more_can_be_known(told: WarningSummary) -> None:
    banded = told.measures.drop_nulls("low")
    assert (banded["low"] <= banded["high"]).all()
    assert {"median_minutes", "front_share", "share_seen_without"} <= set(banded["measure"])


def test_without_a_state_less_is_seen_and_never_earlier(told: WarningSummary) -> None:
    for state in ("CAN", "USA"):
        for measure in ("share_seen", "median_minutes", "front_share"):
            assert told.value(f"{measure}_without", state) <= told.value(measure)


def test_parts_of_the_states_add_up_to_one(told: WarningSummary) -> None:
    for measure in ("front_part", "minutes_part"):
        assert told.measures.filter(measure=measure)["value"].sum() == pytest.approx(1.0)


def test_the_median_counts_what_is_not_seen_as_zero(network: WarningNetwork) -> None:
    approach = network.approach(tracks=1500)
    alone = network.without("CAN").minutes(approach)
    assert alone.seen < 0.5
    assert alone.median == 0.0
    assert (alone.quantiles[0.5] or 0) > 0
    whole = network.minutes(approach)
    assert 0 < whole.median <= (whole.quantiles[0.5] or 0)


def test_several_cases_at_once_are_each_of_them_alone(network: WarningNetwork) -> None:
    approach = network.approach(tracks=5000)
    cases = drawn_reaches(network.sites, network.view, 20, 7)[:4]
    assert warning_times(network.sites, cases, approach) == [warning_time(network.sites, each, approach) for each in cases]
    for each, shares in zip(cases, seen_shares(network.sites, cases, network.chain), strict=True):
        whole = front_profile(network.sites, each, network.chain, 360.0).row(-1, named=True)
        assert shares == pytest.approx({name: whole[name] for name in shares})


def test_the_chain_stays_where_it_is_without_a_state(network: WarningNetwork) -> None:
    assert network.without("USA").chain == network.chain
    assert set(network.without("USA").sites["state"]) == {"CAN"}


@pytest.mark.parametrize(("states", "says"), [(("FRA",), "no site of this network"), (("USA", "CAN"), "no site is left")])
def test_a_state_without_sites_and_all_states_cannot_be_left_out(
    states: tuple[str, ...], says: str, network: WarningNetwork
) -> None:
    with pytest.raises(InputError, match=says):
        network.without(*states)


def test_of_one_state_nothing_is_left_without_it(network: WarningNetwork) -> None:
    told = summary(network.without("USA"), network.approach(tracks=200), draws=20)
    assert told.row("share_seen_without", "CAN") == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert told.value("front_part", "CAN") == 1.0


def test_a_chain_of_many_states_is_told_without_their_parts(network: WarningNetwork) -> None:
    rows = network.sites.head(13).with_columns(state=pl.Series([f"A{letter}A" for letter in "ABCDEFGHIJKLM"]))
    told = summary(replace(network, sites=rows), network.approach(tracks=100), draws=20)
    assert "front_part" not in set(told.measures["measure"])
    assert told.row("front_part", "AAA") == {"value": None, "low": None, "high": None}


def test_coarse_ground_is_told_without_bands(network: WarningNetwork, record: Record) -> None:
    told = summary(network, network.approach(tracks=100), record, draws=20)
    assert told.row("front_share")["low"] is None
    assert told.value("front_share") == rounded(network.profile(bin_degrees=360.0, ground=record)["share"].last(), ESTIMATED)


@pytest.mark.parametrize("changed", [{"height_m": -1.0}, {"height_m": float("nan")}, {"cross_section_m2": 0.0}, {"k": 0.0}])
def test_what_cannot_be_looked_for_is_refused(changed: dict[str, float]) -> None:
    with pytest.raises(InputError, match="nothing can be looked for so"):
        stated_view(**changed)


def test_a_large_table_is_taken_a_part_at_a_time(network: WarningNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    approach, reaches = network.approach(tracks=500), network.reaches
    before = warning_time(network.sites, reaches, approach)
    shares = seen_shares(network.sites, reaches[None], network.chain)
    monkeypatch.setattr("foedus.radars.warning_time.MOST_PAIRS", 700)
    monkeypatch.setattr("foedus.radars.coverage.MOST_CELLS", 5000)
    assert warning_time(network.sites, reaches, approach).quantiles == before.quantiles
    assert seen_shares(network.sites, reaches[None], network.chain)[0] == pytest.approx(shares[0])
    assert np.isfinite(before.mean)
