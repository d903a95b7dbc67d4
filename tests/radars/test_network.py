"""The network of the record and a user's: its parts agree, modernisation keeps to what is public, and nothing seeks a route."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest

from foedus import radars
from foedus.errors import InputError
from foedus.mechanisms import warning
from foedus.radars.front import Line
from foedus.radars.modernisation import assumptions_of_cost, cost_lines, first_sight
from foedus.radars.network import WarningNetwork
from foedus.radars.sites import assumptions
from foedus.record.store import Record

PARTS = (
    warning,
    *(importlib.import_module(f"{radars.__name__}.{each.name}") for each in pkgutil.iter_modules(radars.__path__)),
)


@pytest.fixture(scope="module")
def network(record: Record) -> WarningNetwork:
    return WarningNetwork.of_record(record)


@pytest.fixture(scope="module")
def announced(network: WarningNetwork, record: Record) -> dict[str, dict[str, float | str | None]]:
    return {row["element"]: row for row in network.modernisation(record).iter_rows(named=True)}


def test_the_site_without_a_position_is_listed_and_not_computed_with(network: WarningNetwork) -> None:
    assert network.lacking["site"].to_list() == ["Cape McLoughlin"]
    assert "Cape McLoughlin" not in set(network.sites["site"])
    nowhere = [each["properties"]["site"] for each in network.geojson()["features"] if each["geometry"] is None]
    assert nowhere == ["Cape McLoughlin"]


def test_a_higher_target_is_seen_sooner_and_over_more(record: Record) -> None:
    low, high = (WarningNetwork.of_record(record, height_m=height) for height in (100.0, 5000.0))
    approach = low.approach(tracks=2000)
    assert low.minutes(approach).mean < high.minutes(approach).mean
    assert low.area(20.0)["all"] < high.area(20.0)["all"]
    assert low.profile(bin_degrees=30.0)["share"].last() <= high.profile(bin_degrees=30.0)["share"].last()  # type: ignore[operator]


def test_each_state_adds_warning_that_the_other_cannot_replace(network: WarningNetwork) -> None:
    told = network.shares(network.approach(tracks=2000))
    assert told["member"].to_list() == ["CAN", "USA"]
    assert (told["without"] > 0).all()
    assert told["share"].sum() == pytest.approx(1.0)


def test_each_state_sees_some_of_the_chain_alone(network: WarningNetwork) -> None:
    told = network.front_shares()
    assert told["shapley"].sum() == pytest.approx(network.profile(bin_degrees=360.0)["share"].last())
    assert (told["without"] > 0.05).all()


def test_ground_hides_some_of_what_smooth_ground_would_show(network: WarningNetwork, record: Record) -> None:
    assert 0.5 * network.area(20.0)["all"] < network.area(20.0, ground=record)["all"] < network.area(20.0)["all"]
    assert network.profile(ground=record)["share"].last() <= network.profile()["share"].last()  # type: ignore[operator]


def test_bands_hold_the_profile_and_the_minutes(network: WarningNetwork) -> None:
    minutes = network.minutes_bands(network.approach(tracks=500), draws=20).drop_nulls()
    assert set(minutes["measure"]) >= {"share_seen", "mean_minutes", "minutes_50"}
    assert (minutes["low"] <= minutes["high"]).all()
    shares = network.profile_bands(draws=20)
    assert {"share", "share_2", "mean_sites", "share_CAN", "share_USA"} <= set(shares["measure"])
    assert shares.filter(pl.col("measure").str.starts_with("share"))["high"].max() <= 1.0  # type: ignore[operator]


def test_any_table_of_sites_works_as_that_of_the_record_does(record: Record) -> None:
    rows = {
        "site": ["A", "B"],
        "state": ["NOR", "FIN"],
        "latitude": [70.0, 69.0],
        "longitude": [22.0, 28.0],
        "range_km": [400.0, 400.0],
    }
    own = WarningNetwork.of_sites(pl.DataFrame(rows), record, height_m=3000.0)
    assert own.minutes(own.approach(tracks=500)).seen > 0.9
    assert own.shares(own.approach(tracks=500))["member"].to_list() == ["FIN", "NOR"]
    assert set(own.area(20.0)) == {"all", "FIN", "NOR", "only FIN", "only NOR"}


def test_a_file_goes_in_as_a_frame_does(record: Record, tmp_path: Path) -> None:
    rows = pl.DataFrame({"site": ["A"], "state": ["NOR"], "latitude": [70.0], "longitude": [22.0], "range_km": [400.0]})
    rows.write_csv(tmp_path / "sites.csv")
    by_path, by_frame = (WarningNetwork.of_sites(table, record) for table in (tmp_path / "sites.csv", rows))
    assert by_path.sites.equals(by_frame.sites)


def test_looks_add_up_scan_after_scan(network: WarningNetwork) -> None:
    told = network.looks()
    assert told["distance_km"][0] == 463.0
    assert told["so_far"][0] == pytest.approx(0.8, abs=1e-6)


def test_what_is_not_public_has_no_minutes(announced: dict[str, dict[str, float | str | None]]) -> None:
    for name in ("Crossbow", "Surveillance from space", "Airborne early warning"):
        assert announced[name]["added_low"] is announced[name]["added_high"] is announced[name]["per_billion_high"] is None
        assert announced[name]["reason"]
    assert announced["Airborne early warning"]["source"] is None


def test_an_element_that_sees_no_farther_north_than_the_radars_adds_no_minute(
    announced: dict[str, dict[str, float | str | None]], network: WarningNetwork
) -> None:
    assert first_sight(network.sites, network.reaches) > 69
    arctic = announced["Arctic Over-the-Horizon Radar"]
    assert arctic["added_low"] == 0.0
    assert 0 <= float(arctic["added_high"] or 0) < 5, "announced to the Arctic Circle, where the radars see already"


def test_minutes_for_the_money_lie_between_the_widest_and_the_narrowest_line(
    announced: dict[str, dict[str, float | str | None]],
) -> None:
    """C$38.6 bn over 20 years for all of it, 6.96 of them for surveillance."""
    polar = announced["Polar Over-the-Horizon Radar"]
    assert polar["per_billion_low"] == pytest.approx(float(polar["added_low"] or 0) / 38.6)
    assert polar["per_billion_high"] == pytest.approx(float(polar["added_high"] or 0) / 6.96)
    assert 0 < float(polar["added_low"] or 0) < float(polar["added_high"] or 0)


def test_from_the_radars_to_the_pole_it_is_some_two_thousand_kilometres(network: WarningNetwork, record: Record) -> None:
    polar = network.modernisation(record, speed_m_s=1000 / 60).row(
        by_predicate=pl.col("element").str.starts_with("Polar"), named=True
    )
    begins = first_sight(network.sites, network.reaches)
    assert polar["added_high"] == pytest.approx((90 - begins) * 111.65, rel=0.002)


def test_every_element_names_its_announcement_or_says_that_there_is_none(record: Record) -> None:
    known = set(record.table("physical_facts")["fact_id"])
    for element in assumptions()["component"].values():
        assert element.get("fact") in {*known, None}
        assert element["reason"]
        assert ("north_low" in element) == ("north_high" in element)
    assert {assumptions()["cost"][name] for name in ("narrow", "wide")} <= known
    assert len(assumptions_of_cost()) >= 4


def test_the_programme_is_38_thousand_million_over_20_years_for_all_defence(record: Record) -> None:
    total = cost_lines(record).row(by_predicate=pl.col("fact_id") == "norad-modernisation-total", named=True)
    assert (total["value"], total["unit"]) == (38.6, "billion Canadian dollars over 20 years")


def test_without_a_site_in_the_arctic_there_is_nothing_to_modernise(record: Record) -> None:
    rows = {"site": ["A"], "state": ["CHL"], "latitude": [-50.0], "longitude": [-70.0], "range_km": [400.0]}
    with pytest.raises(InputError, match="beyond the Arctic Circle"):
        WarningNetwork.of_sites(pl.DataFrame(rows), record).modernisation(record)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__.rsplit(".", 1)[-1])
def test_nothing_seeks_a_route_or_tells_of_a_gap(part: ModuleType) -> None:
    """By name: no public function seeks, ranks or returns what is least seen."""
    own = [name for name, each in inspect.getmembers(part) if getattr(each, "__module__", "") == part.__name__]
    assert own
    assert not [name for name in own if re.search(r"optim|route|path|gap|weak|best|worst|evade|argmin|least", name.lower())]


def test_geojson_is_plain(network: WarningNetwork) -> None:
    text = json.dumps(network.geojson(), allow_nan=False)
    assert json.loads(text)["type"] == "FeatureCollection"


def test_the_claim_opens_with_its_equation_and_what_it_leaves_out() -> None:
    said = warning.__doc__ or ""
    assert "Unit of analysis: site × track" in said
    assert "Leaves out" in said
    assert warning.WarningCoverage.id == "warning.coverage"


def test_a_city_is_a_point_to_be_warned(network: WarningNetwork) -> None:
    ottawa = Line("Ottawa", (45.42,), (-75.69,))
    told = network.minutes(network.approach(ottawa, tracks=2000))
    assert 0 < told.seen <= 1
    assert np.diff([value for value in told.quantiles.values() if value is not None]).min() >= 0
