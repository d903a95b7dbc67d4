"""Readiness: weights that can be checked by hand, ranks with their range, the frontier, ages, and what is missing."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.mechanisms.technology.readiness import (
    AGES,
    FIRST_YEAR,
    FRONTIERS,
    INGREDIENTS,
    METHODS,
    PARTS,
    YARDSTICK,
    entropy,
    frontier,
    index,
    ingredients,
    principal_component,
    readiness,
    scaled,
    standardised,
    variants,
    weights,
    years_behind,
)
from foedus.record.store import Record

CARRY = 10
RANDOM = np.random.default_rng(20221027)


def states(values: dict[str, list[float | None]], codes: list[int]) -> pl.DataFrame:
    """Rows of one year with some standardised ingredients; the others are those of the first."""
    first = next(iter(values.values()))
    columns = {name: values.get(name, first) for name in INGREDIENTS}
    return pl.DataFrame({"ccode": codes, **columns}, schema_overrides={"ccode": pl.Int16})


@pytest.mark.parametrize("method", METHODS)
def test_weights_are_positive_and_sum_to_one(method: str) -> None:
    common = RANDOM.normal(size=(60, 1))
    found = weights(common + 0.5 * RANDOM.normal(size=(60, len(INGREDIENTS))), INGREDIENTS, method)
    assert (found > 0).all()
    assert found.sum() == pytest.approx(1)


def test_parts_alike_weigh_a_part_and_not_its_ingredients() -> None:
    found = dict(zip(INGREDIENTS, weights(np.empty((0, 7)), INGREDIENTS, "parts alike"), strict=True))
    for names in PARTS.values():
        assert sum(found[name] for name in names) == pytest.approx(1 / 3)


def test_the_first_component_is_that_of_the_correlations() -> None:
    z = RANDOM.normal(size=(200, 1)) + RANDOM.normal(size=(200, 4)) * np.array([0.1, 0.5, 1.0, 3.0])
    found = principal_component(z)
    assert np.all(np.diff(found) < 0), "what goes least with the others weighs least"
    np.testing.assert_allclose(principal_component(z * [1, 10, 100, 5] + 7), found, rtol=1e-8)


def test_entropy_weighs_what_few_have() -> None:
    even, rare = np.linspace(0, 1, 50), np.r_[np.zeros(48), 0.9, 1.0]
    found = entropy(np.column_stack([even, rare]))
    assert found[1] > 0.8


def test_an_unknown_method_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="entropy"):
        weights(np.ones((3, 7)), INGREDIENTS, "entrop")


def test_one_ingredient_alike_for_all_ranks_gives_no_range() -> None:
    z = states({"gdp_per_head_ppp": [2.0, 1.0, 0.0, -1.0]}, [2, 20, 70, 90])
    told = variants(z).group_by("ccode").agg(pl.col("rank").unique()).sort("ccode")
    assert told["rank"].to_list() == [[1], [2], [3], [4]], "where every ingredient agrees, every variant does"
    assert variants(z).height == 4 * len(METHODS) * (len(INGREDIENTS) + 1)


def test_a_state_that_lacks_one_ingredient_is_placed_by_the_others() -> None:
    z = states({"gdp_per_head_ppp": [2.0, 1.0, 0.0, 1.5], "researchers": [2.0, 1.0, 0.0, None]}, [2, 20, 70, 666])
    own = variants(z).filter(ccode=666)
    assert set(own["left_out"]) == {"researchers"}
    assert own["rank"].unique().to_list() == [2]
    assert not own["complete"].any()
    kept = variants(z).filter(pl.col("ccode") != 666)
    assert kept["rank"].max() == 3, "the others are ranked among themselves"


def test_nobody_is_ranked_where_hardly_anybody_is_known() -> None:
    z = states({"gdp_per_head_ppp": [1.0, None]}, [2, 20])
    assert variants(z).is_empty()


def test_an_index_is_null_unless_every_ingredient_is_known(record: Record) -> None:
    rows = readiness(record, 2022, CARRY)
    assert (rows["readiness"].is_not_null() == (rows["known"] == len(INGREDIENTS))).all()
    assert rows.filter(pl.col("rank").is_not_null()).height == rows["rank"].max(), "ranks count complete states alone"
    lacking = rows.filter(pl.col("known") < len(INGREDIENTS) - 1)
    assert lacking.height > 20
    assert lacking["best"].null_count() == lacking.height


def test_the_declared_rank_lies_in_its_range(record: Record) -> None:
    rows = readiness(record, 2022, CARRY).drop_nulls("rank")
    assert ((rows["best"] <= rows["rank"]) & (rows["rank"] <= rows["worst"])).all()
    assert rows.filter(pl.col("best") < pl.col("worst")).height > 90, "ranks do turn on the weights"


def test_the_yardstick_has_mean_nought_and_spread_one(record: Record) -> None:
    z = scaled(record, (YARDSTICK, YARDSTICK), CARRY).drop_nulls(INGREDIENTS)
    np.testing.assert_allclose(z.select(pl.col(INGREDIENTS).mean()).to_numpy(), 0, atol=1e-9)
    np.testing.assert_allclose(z.select(pl.col(INGREDIENTS).std()).to_numpy(), 1, rtol=1e-9)


def test_a_value_is_as_old_as_it_says(record: Record) -> None:
    """Canada's researchers of 2022 stand for 2025, and are three years old there."""
    rows = ingredients(record, (2022, 2025), CARRY).filter(ccode=20).sort("year")
    assert rows["researchers"].n_unique() == 1
    assert rows["researchers_age"].to_list() == [0, 1, 2, 3]
    every = ingredients(record, (2015, 2025), 4)
    for name, age in zip(INGREDIENTS, AGES, strict=True):
        assert (every[name].is_null() == every[age].is_null()).all()
    assert every.select(pl.max_horizontal(pl.col(AGES).max())).item() == 4, "and never older than is asked for"


def test_outside_the_sources_nothing_is_known_and_nothing_nought(record: Record) -> None:
    assert readiness(record, 1950, CARRY)["known"].sum() == 0
    before = ingredients(record, (FIRST_YEAR, 2006), CARRY)
    assert before["high_technology_share"].null_count() == before.height
    assert readiness(record, 2006, CARRY)["rank"].count() == 0


def test_ranks_do_not_depend_on_units(record: Record) -> None:
    rows = ingredients(record, (2022, 2022), CARRY)
    in_thousands = rows.with_columns(pl.col("gdp_per_head_ppp") / 1000)
    first, second = (
        standardised(each, each).select("ccode", i=index(INGREDIENTS)).drop_nulls() for each in (rows, in_thousands)
    )
    np.testing.assert_allclose(first["i"], second["i"], atol=1e-9)


def test_the_frontier_is_the_mean_of_the_highest_tenth() -> None:
    rows = pl.DataFrame({"year": [2000] * 21, "ccode": range(2, 23), "i": [float(i) for i in range(21)]})
    told = frontier(rows, "i").row(0, named=True)
    assert told["leaders"] == [22, 21, 20]
    assert told["frontier"] == 19.0
    assert frontier(rows, "i", "maximum").row(0, named=True)["frontier"] == 20.0
    with pytest.raises(InputError, match="There are"):
        frontier(rows, "i", "mean")
    assert set(FRONTIERS) == {"top tenth", "maximum"}


def test_years_behind_the_frontier() -> None:
    front = pl.DataFrame({"year": [2000, 2010, 2020], "frontier": [0.0, 1.0, 2.0]})
    assert years_behind(front, 2.5, 2020) == 0.0
    assert years_behind(front, 1.0, 2020) == 10.0
    assert years_behind(front, 0.5, 2010) == 5.0
    assert years_behind(front, -0.1, 2020) is None


def test_values_have_to_stand_for_some_years(record: Record) -> None:
    with pytest.raises(InputError, match="one year or more"):
        ingredients(record, (2020, 2021), 0)
