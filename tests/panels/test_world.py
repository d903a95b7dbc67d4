"""Variables of the world as a whole: named once, apart from those of states, and within what their sources cover."""

from __future__ import annotations

import polars as pl
import pytest

from foedus.mechanisms.arctic.disputes import accessibility
from foedus.mechanisms.arctic.ice import ArcticIce
from foedus.panels.codebook import codebook, world
from foedus.record.source import catalog
from foedus.record.store import Record


@pytest.mark.parametrize("name", world())
def test_a_variable_of_the_world_is_no_panel_s_and_has_known_sources(name: str) -> None:
    variable = world()[name]
    assert name not in codebook()
    assert variable.unit in ("year", "site", "site × place", "site × track")
    assert variable.table is None
    assert set(variable.sources) <= set(catalog())


def test_each_is_known_in_the_years_that_are_said_and_within_its_range(record: Record) -> None:
    known = ArcticIce().panel(record, (1850, 2025)).join(accessibility(record), on="year", how="full", coalesce=True)
    yearly = {name: variable for name, variable in world().items() if variable.unit == "year"}
    assert set(yearly) < set(known.columns)
    for name, variable in yearly.items():
        told = known.filter(pl.col(name).is_not_null())
        assert told["year"].max() == variable.last_year, name
        if variable.range is not None:
            low, high = variable.range
            assert told[name].is_between(low, high).all(), name
