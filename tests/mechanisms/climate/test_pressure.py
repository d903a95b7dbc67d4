"""Pressure: known coefficients from simulated hosts, what is known of the year before, and what silence is not."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.estimation.estimate import expit
from foedus.estimation.logit import logit
from foedus.mechanisms.climate.pressure import (
    BEFORE,
    DISPLACED,
    INTEGRITY,
    ONSET,
    OUTCOMES,
    PRODUCTS,
    STOCKS,
    TERMS,
    WITHOUT,
    Pressure,
    burdens,
    conditions,
    with_products,
)
from foedus.mechanisms.climate.pressure_checks import HEAVY, STRONG, WEAK, change, curve, weak_less_strong, with_effects
from foedus.record.store import Record

TRUTH = {
    "log_population": 0.3,
    "conflict": -0.5,
    "log_quiet_years": -0.4,
    "polyarchy": 1.0,
    "polyarchy_squared": -1.5,
    "neighbour_in_conflict": 0.6,
    "capacity": -0.5,
    "arrivals": 0.4,
    "arrivals_unknown": 0.2,
    "stock": 0.3,
    "stock_unknown": -0.3,
    "arrivals_by_capacity": -0.4,
    "stock_by_capacity": -0.2,
}


def simulated(outcome: str, rows: int = 40_000) -> pl.DataFrame:
    """A panel of 400 states whose outcomes follow TRUTH; one host in five is silent."""
    random = np.random.default_rng(7)
    polyarchy = random.uniform(0, 1, rows)
    people = {
        name: pl.Series(random.exponential(1.0, rows)).set(pl.Series(random.random(rows) < 0.2), None)
        for name in ("arrivals", "stock")
    }
    panel = pl.DataFrame(
        {
            "ccode": np.repeat(np.arange(1, 401), rows // 400),
            "year": np.tile(np.arange(1971, 1971 + rows // 400), 400),
            "log_population": random.normal(0, 1, rows),
            "conflict": random.random(rows) < 0.2,
            "log_quiet_years": random.exponential(1.0, rows),
            "polyarchy": polyarchy,
            "polyarchy_squared": polyarchy**2,
            "neighbour_in_conflict": random.random(rows) < 0.4,
            "capacity": random.normal(0, 1, rows),
            BEFORE: random.uniform(0, 1, rows),
            **people,
        }
    )
    full = with_products(panel, ("arrivals", "stock"))
    expected = sum((full[name].cast(float) * size for name, size in TRUTH.items()), pl.Series(np.full(rows, -2.0))).to_numpy()
    noise = random.normal(0, 0.5, rows)
    told = random.random(rows) < expit(expected) if outcome == ONSET else expected + 0.8 * panel[BEFORE].to_numpy() + noise
    other = next(name for name in OUTCOMES if name != outcome)
    return panel.with_columns(pl.Series(outcome, told), pl.lit(None).alias(other))


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_known_coefficients_are_found_again(outcome: str) -> None:
    truth = TRUTH if outcome == ONSET else {**TRUTH, BEFORE: 0.8}
    found = Pressure(outcome).fit(simulated(outcome)).fitted.tidy().filter(pl.col("term") != "intercept")
    assert set(found["term"]) == set(truth)
    for row in found.iter_rows(named=True):
        assert abs(row["estimate"] - truth[row["term"]]) < 4 * row["std_error"], row["term"]


def test_no_change_is_the_value_of_the_year_before_even_in_a_states_first_row() -> None:
    design = Pressure(INTEGRITY).design(simulated(INTEGRITY, 4_000))
    persistence = Pressure(INTEGRITY).models()["persistence"]
    forecast = persistence.learn(design)(design)
    assert forecast.tolist() == design.matrix[:, design.columns.index(BEFORE)].tolist()
    assert "persistence" not in Pressure(INTEGRITY, terms=()).models()


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_people_go_with_more_in_weak_states_where_their_product_with_capacity_is_negative(outcome: str) -> None:
    mechanism = Pressure(outcome)
    panel = simulated(outcome)
    estimate, design = mechanism.fit(panel).fitted, mechanism.design(panel)
    weak, strong = (change(estimate, design, "arrivals", capacity) for capacity in (WEAK, STRONG))
    between = weak_less_strong(estimate, design, "arrivals")
    assert between.change == pytest.approx(weak.change - strong.change)
    assert between.low > 0
    if outcome == INTEGRITY:
        assert between.change == pytest.approx(0.8 * np.log1p(HEAVY), abs=3 * (between.high - between.low) / 4)


def test_no_people_go_with_no_change() -> None:
    panel = simulated(ONSET)
    design = Pressure().design(panel)
    none = change(logit(design), design, "stock", amount=0.0)
    assert (none.change, none.low, none.high) == (0.0, 0.0, 0.0)


def test_silence_is_a_level_of_its_own_and_never_nought() -> None:
    panel = simulated(ONSET, 4_000)
    design = Pressure().design(panel)
    silent = design.matrix[:, design.columns.index("stock_unknown")] == 1
    assert silent.sum() == panel["stock"].null_count()
    assert (design.matrix[silent][:, design.columns.index("stock")] == 0).all()
    assert (design.matrix[silent][:, design.columns.index("stock_by_capacity")] == 0).all()


def test_a_product_enters_only_beside_the_people_it_multiplies() -> None:
    alone = Pressure(terms=("capacity", "beyond capacity"))
    assert not set(alone.columns) & set(PRODUCTS)
    assert "stock_by_capacity" in Pressure(terms=("capacity", "stock", "beyond capacity")).columns
    without = Pressure().models()[WITHOUT].columns  # type: ignore[attr-defined]
    assert not [name for name in without if any(name in TERMS[term] for term in DISPLACED)]


@pytest.fixture(scope="module")
def hosts(record: Record) -> pl.DataFrame:
    return Pressure().panel(record, (1999, 2012))


def test_what_is_learnt_from_is_of_the_year_before(hosts: pl.DataFrame, record: Record) -> None:
    own = conditions(record, (1999, 2011)).select("ccode", pl.col("year") + 1, now="stock", level="capacity", index=INTEGRITY)
    both = hosts.join(own, on=["ccode", "year"])
    assert both.height > 2_000
    assert both["stock"].equals(both["now"].alias("stock"))
    assert both["capacity"].equals(both["level"].alias("capacity"))
    assert both[BEFORE].equals(both["index"].alias(BEFORE))


def test_the_negative_control_is_of_the_year_after(hosts: pl.DataFrame) -> None:
    later = hosts.select("ccode", pl.col("year") - 2, after="stock")
    both = hosts.join(later, on=["ccode", "year"])
    assert both["next_stock"].equals(both["after"].alias("next_stock"))


def test_capacity_is_relative_to_the_states_of_the_year(record: Record) -> None:
    years = conditions(record, (1975, 2020)).drop_nulls("capacity").group_by("year").agg(pl.col("capacity").mean())
    assert years["capacity"].abs().max() < 0.1  # type: ignore[operator]
    now = {row["ccode"]: row["capacity"] for row in conditions(record, (2015, 2015)).iter_rows(named=True)}
    assert now[390] > STRONG, "Denmark"
    assert now[490] < WEAK, "Congo (Kinshasa)"


def test_a_war_next_door_is_known_and_an_island_has_none(hosts: pl.DataFrame) -> None:
    troubled = {code: own["neighbour_in_conflict"].to_list() for (code,), own in hosts.group_by("ccode")}
    assert all(troubled[800]), "Thailand, beside Myanmar"
    assert not any(troubled[920]), "New Zealand"


def test_states_without_what_capacity_is_made_of_are_left_out(hosts: pl.DataFrame) -> None:
    kept = set(Pressure().complete(hosts)["ccode"])
    assert 660 in kept, "Lebanon"
    assert 970 not in kept, "Nauru, which V-Dem does not cover"


def test_palestine_refugees_count_only_where_asked_for(record: Record) -> None:
    assert "palestine_refugees_hosted" not in STOCKS[Pressure().stock]
    plain, registered = (conditions(record, (2000, 2000), stock) for stock in ("displaced", "with Palestine refugees"))
    jordan = [float(frame.filter(ccode=663)["stock"].item()) for frame in (plain, registered)]
    assert jordan[0] < np.log1p(10) < np.log1p(200) < jordan[1], "registered refugees are a third of those who live there"


def test_what_hosting_comes_to_is_ranked_by_three_measures(record: Record) -> None:
    """UNHCR, end of 2015: Lebanon hosted more people beside its inhabitants than any other state."""
    rows = burdens(record, 2015)
    lebanon = rows.row(by_predicate=pl.col("ccode") == 660, named=True)
    assert lebanon["rank_per_thousand"] == 1
    assert lebanon["people"] > 1_000_000
    assert rows["rank_people"].to_list() == sorted(rows["rank_people"])
    assert not rows["people"].null_count(), "no number, no row"


def test_the_effects_of_states_and_years_leave_the_slope_within() -> None:
    panel = simulated(INTEGRITY, 8_000)
    design = with_effects(Pressure(INTEGRITY).design(panel))
    assert len(design.columns) == len(Pressure(INTEGRITY).columns) + 399 + 19


def test_bad_input_is_named(record: Record) -> None:
    with pytest.raises(InputError, match="no outcome 'onset'"):
        Pressure("onset")
    with pytest.raises(InputError, match=r"no stock 'refugee'.*refugees"):
        Pressure(stock="refugee")
    with pytest.raises(InputError, match="no term 'arrival'"):
        Pressure(terms=("arrival",))
    with pytest.raises(InputError, match="1951–2025, not 1913"):
        burdens(record, 1913)
    with pytest.raises(InputError, match="never varies"):
        Pressure().fit(simulated(ONSET, 4_000).with_columns(pl.lit(value=False).alias(ONSET)))


@pytest.mark.slow
def test_every_choice_tells_of_both_kinds_of_people(record: Record) -> None:
    told = curve(record, INTEGRITY)
    assert told.filter(people="stock")["choice"].to_list() == told.filter(people="arrivals")["choice"].to_list()
    assert (told["low"] <= told["change"]).all()
    assert (told["change"] <= told["high"]).all()
    assert told["events"].null_count() == told.height
