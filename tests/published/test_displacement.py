"""Published results on flight, climate and forecasts of flows: what of them the shipped record gives again, and what it cannot.

Beyer, Schewe & Lotze-Campen (2022), doi 10.1057/s41599-022-01067-x: gravity models order corridors and do not follow them; the
share of a corridor's variance over time that they explain is often below zero. Reproduced.

Schutte, Vestby, Carling & Buhaug (2021), Nature Communications 12, 2067: out of sample, violence and repression predict asylum
applications to the European Union, and drought and temperature do so weakly. Reproduced as an order of importance, on all
destinations, with linear models where theirs is learnt by machine, and with temperature alone for climate: no series of
drought may be shipped.

Hoffmann, Dimitrova, Muttarak, Crespo Cuaresma & Peisker (2020), Nature Climate Change 10, 904: in a meta-analysis of 30 studies
one standard deviation of environmental change goes with +.021 of migration. Šedová, Čizmaziová & Cook (2021): no clear
average of sudden events. Not reproduced: ours, of flight from one state to another after a warm year, holds zero and
ends below +.021. It is another outcome (theirs is migration of every kind, within countries too) and one hazard of theirs.

Missirian & Schlenker (2017), Science 358, 1610: applications to the European Union rise with the distance of the source's
temperature, over maize land and in its growing season, from some 20 °C; +28 % and +188 % by the end of the century under two
scenarios. Its critique: the curve rests on two sources. Cannot be reproduced: the record holds departures from each
country's own mean, no level over maize. Of what it has, over their years and destinations, the line holds zero with or
without the two sources that move it most. The square stands at the edge: its interval just holds zero with all sources and
just leaves it out without the two that move it most, so that no two carry what there is. The projections are not used anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
import pytest

from foedus.estimation.cores import one_core
from foedus.mechanisms.climate.displacement import HURDLE, SIZE
from foedus.mechanisms.climate.weather_and_flight import departures, influence, weather
from foedus.record.store import Record
from foedus.validation.displacement.flows import by_corridor, drivers
from foedus.validation.displacement.within import summary

RIVALS = ("corridor mean", "last year")
META_ANALYSIS = 0.021
"""Standard deviations of migration a standard deviation of environmental change, Hoffmann et al. (2020), abstract."""

EUROPEAN_UNION = 4175
"""ATOP's number of the Union's treaties: its 28 members of 2013 have all been party to them."""


@dataclass(frozen=True)
class Influenced:
    """What temperature goes with, from all origins and without the two that move its first covariate most.

    Attributes
    ----------
    whole, without : tables of `weather_and_flight.weather`. two : COW codes.
    """

    whole: pl.DataFrame
    without: pl.DataFrame
    two: tuple[int, ...]


def everywhere(record: Record) -> dict[str, float]:
    """What a warm year goes with in departures from all states, by standard deviations."""
    return weather(departures(record, (2001, 2023))).row(0, named=True)


def to_the_union(record: Record, covariates: Sequence[str]) -> Influenced:
    """The same for applications to the European Union, in Missirian & Schlenker's years."""
    members = record.table("alliance_members").filter(atop_id=EUROPEAN_UNION)["ccode"].unique().to_list()
    assert len(members) == 28
    origins = departures(record, (2001, 2014), members, applications=True)
    two = tuple(influence(origins, covariates)["ccode"].head(2).to_list())
    without = origins.filter(~pl.col("ccode").is_in(two))
    return Influenced(weather(origins, covariates), weather(without, covariates), two)


@pytest.fixture(scope="module")
def gravity(record: Record) -> dict[str, float | int]:
    """What a model of gravity alone does within corridors."""
    return summary(by_corridor(record, ("gravity",)), RIVALS)


def test_gravity_alone_follows_few_corridors_over_time(gravity: dict[str, float | int]) -> None:
    """Beyer et al. (2022): temporal R² per corridor often below that of the corridor's mean. Here in 94 of 100."""
    assert gravity["judged"] > 3_900
    assert gravity["share with r_squared above zero"] == pytest.approx(0.06, abs=0.02)
    assert gravity["median r_squared"] < -1


def test_with_its_past_the_model_forecasts_about_half_of_the_corridors(record: Record, gravity: dict[str, float | int]) -> None:
    """Half of the corridors with five forecasts or more; a quarter of all that ever had a flow in these years."""
    full = summary(by_corridor(record), RIVALS)
    assert full["forecast"] / full["judged"] == pytest.approx(0.48, abs=0.03)
    assert full["forecast"] / full["clusters"] == pytest.approx(0.27, abs=0.03)
    assert full["share with r_squared above zero"] == pytest.approx(0.48, abs=0.03), "half are not followed in Beyer's sense"
    assert full["forecast"] > 3 * gravity["forecast"]


@pytest.fixture(scope="module")
def blocks(record: Record) -> pl.DataFrame:
    """What the blocks of covariates are worth to forecasts."""
    with one_core():
        return drivers(record)


@pytest.mark.parametrize("outcome", [SIZE, HURDLE])
@pytest.mark.parametrize("model", ["full model", "without past and stock"])
def test_violence_and_repression_come_before_climate(blocks: pl.DataFrame, outcome: str, model: str) -> None:
    """Schutte et al. (2021): the order of the blocks, out of sample, with an interval that leaves no doubt of it."""
    told = {row["block"]: row for row in blocks.filter(outcome=outcome, model=model).iter_rows(named=True)}
    assert told["conflict and repression"]["low"] > 0
    assert told["climate"]["low"] < 0 < told["climate"]["high"]
    assert told["conflict and repression less climate"]["low"] > 0


def test_without_the_past_violence_and_repression_are_a_large_part_of_what_is_known(blocks: pl.DataFrame) -> None:
    """Shuffled, they cost 15 to 18 % of the error; with last year's flow, which a war has raised already, 2 to 6."""
    share = {
        (row["outcome"], row["model"]): row["share"]
        for row in blocks.filter(block="conflict and repression").iter_rows(named=True)
    }
    assert share[SIZE, "without past and stock"] == pytest.approx(0.15, abs=0.03)
    assert share[HURDLE, "without past and stock"] == pytest.approx(0.18, abs=0.03)
    assert share[SIZE, "full model"] == pytest.approx(0.016, abs=0.01)
    assert share[HURDLE, "full model"] == pytest.approx(0.055, abs=0.02)


def test_a_warm_year_is_not_followed_by_more_flight(record: Record) -> None:
    """Hoffmann et al. (2020) have +.021; ours is -.04 (-.08 to .003): zero is in it, theirs is not."""
    row = everywhere(record)
    assert row["origins"] > 180
    assert row["standardized_low"] < 0 < row["standardized_high"] < META_ANALYSIS
    assert row["standardized_high"] - row["standardized_low"] < 0.1, "a tight interval: a null that says something"


def test_applications_to_the_european_union_do_not_go_with_a_warm_year(record: Record) -> None:
    """Missirian & Schlenker's years and destinations; their measure of temperature is not in the record."""
    found = to_the_union(record, ("anomaly",))
    for table in (found.whole, found.without):
        low, high = table.select("low", "high").row(0)
        assert low < 0 < high
        assert high - low < 0.3, "per °C, in logarithms"


def test_the_square_of_temperature_stands_at_the_edge_of_nought_and_two_origins_do_not_carry_it(record: Record) -> None:
    """Their curve is convex too, in levels; of theirs two origins were said to carry it, of ours they hide it."""
    found = to_the_union(record, ("anomaly_squared", "anomaly"))
    whole, without = (table.row(by_predicate=pl.col("term") == "anomaly_squared") for table in (found.whole, found.without))
    assert whole[1:4] == pytest.approx((0.086, -0.007, 0.179), abs=0.002)
    assert without[1:4] == pytest.approx((0.090, 0.006, 0.174), abs=0.002)
    assert whole[2] < 0 < without[2]
