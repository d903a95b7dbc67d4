"""A column says what it is by its name alone, whatever was done to the frame."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.errors import InputError
from foedus.panels.codebook import codebook
from foedus.panels.columns import BESIDE, OTHER_KEYS, SIDED_KEYS, describe, described, unit_of
from foedus.panels.groups import group
from foedus.panels.panel import built
from foedus.panels.request import Request
from foedus.panels.rows import OF_DYADS, OF_PARTS, UNITS
from foedus.record.source import catalog
from foedus.record.store import Record
from tests.worlds import world


def test_sides_ages_and_summaries_say_what_they_add() -> None:
    found = describe(["gdp_1", "gdp_2_age", "gdp_sum", "gdp_known", "major_power_any", "polyarchy_max_age"])
    gdp = codebook()["gdp"]
    assert found["gdp_1"].label == f"{gdp.label}, first state"
    assert found["gdp_2_age"].label == f"{gdp.label}, second state; age of the value in years"
    assert (found["gdp_2_age"].units, found["gdp_known"].units) == ("years", "count")
    assert (found["gdp_sum"].units, found["gdp_sum"].range) == (gdp.units, None), "a sum may exceed what one state can have"
    assert found["major_power_any"].values == {0: "no", 1: "yes"}
    assert found["polyarchy_max_age"].sources == ("vdem_polyarchy",)
    assert {info.variable for info in found.values()} == {"gdp", "major_power", "polyarchy"}


@pytest.mark.parametrize("name", codebook())
def test_every_variable_is_described_with_and_without_an_ending(name: str) -> None:
    endings = ("1", "2", "3", "12", "age", "1_age", "min", "mean", "max", "sum", "any", "all", "share", "known")
    found = describe([name, *(f"{name}_{ending}" for ending in endings)])
    assert len({info.label for info in found.values()}) == 1 + len(endings)
    assert found[f"{name}_2"].label == f"{codebook()[name].label}, second state"
    assert found[f"{name}_2"].sources == codebook()[name].sources


@pytest.mark.parametrize(
    "name",
    [
        "mine",
        "polyarchy_0",
        "polyarchy_01",
        "polyarchy_1000",
        "polyarchy_²",
        "polyarchy_",
        "ccode0",
        "_1",
        "age",
        "min_max",
        "Polyarchy",
    ],
)
def test_a_name_that_is_no_variable_s_is_not_described(name: str) -> None:
    assert describe([name]) == {}


def test_keys_cite_sources_of_the_catalog() -> None:
    keys = {**SIDED_KEYS, **OTHER_KEYS, **BESIDE}
    assert {source for info in keys.values() for source in info.sources} <= set(catalog())


def test_a_request_describes_its_frame_and_leaves_a_stranger_its_name() -> None:
    request = Request(unit="state-year", variables=("major_power", "member_since"), years=(2000, 2001), record=world())
    frame = built(request).with_columns(mine=pl.lit(1))
    found = described(request, frame.columns)
    assert list(found) == frame.columns
    assert found["mine"].label == "mine"
    assert [name for name, info in found.items() if info.key] == ["ccode", "year"]


def test_summaries_of_dyadic_variables_are_over_pairs() -> None:
    found = describe(["dispute_onset_any", "gdp_sum", "ccode3", "gdp_3"])
    assert found["dispute_onset_any"].role == ", of any of the pairs of members"
    assert found["gdp_sum"].role == ", sum over the members"
    assert (found["ccode3"].role, found["gdp_3"].role) == (", third state", ", third state")


def test_rows_chosen_by_membership_in_a_group_cite_who_says_so(record: Record) -> None:
    request = Request(unit="state-year", variables=("gdp",), years=(1950, 1951), groups=("NATO",), record=record)
    found = described(request, built(request).columns)
    assert found["ccode"].sources == ("state_system", group("NATO").source)
    assert group("NATO").source not in found["gdp"].sources


@pytest.mark.parametrize("system", ["cow", "gw"])
@pytest.mark.parametrize("unit", UNITS)
def test_every_column_of_every_unit_is_known(unit: str, system: str, record: Record) -> None:
    if unit in OF_PARTS and system == "gw":
        pytest.skip("months are of the Correlates of War's states")
    groups = {"groups": ("NATO",)} if unit == "group-year" else {}
    variables = ("gdp", "major_power", *(("dispute_onset",) if unit in OF_DYADS else ()))
    if unit in OF_PARTS:
        variables = ("disputes_begun", "sea_ice_extent")
    states = frozenset({2, 20, 200})
    narrow = {} if groups else {"among": states}
    request = Request(unit=unit, variables=variables, years=(2000, 2001), system=system, record=record, **groups, **narrow)
    frame = built(request)
    assert set(describe(frame.columns)) == set(frame.columns)
    assert unit_of(frame) == unit
    keys = [name for name, info in described(request, frame.columns).items() if info.key]
    assert keys
    assert not frame.select(keys).is_duplicated().any()


CODES = [
    (["ccode", "year"], "state-year"),
    (["gwcode", "year"], "state-year"),
    (["ccode", "year", "date"], "state-day"),
    (["ccode1", "ccode2", "year"], "dyad-year"),
    (["gwcode1", "gwcode2", "year", "date"], "dyad-day"),
    (["leader", "ccode", "year"], "leader-year"),
    (["leader1", "leader2", "ccode1", "ccode2", "year"], "leader-dyad-year"),
    (["dispute", "ccode1", "ccode2", "year", "last_year"], "dispute-dyad"),
    (["ccode1", "ccode2", "year", "dispute"], "dyad-year"),
    (["group", "year"], "group-year"),
]


@pytest.mark.parametrize(("keys", "unit"), CODES, ids=lambda value: value if isinstance(value, str) else "-".join(value))
def test_the_unit_follows_from_the_keys(keys: list[str], unit: str) -> None:
    frame = pl.DataFrame({name: [place] for place, name in enumerate(keys)})
    assert unit_of(frame) == unit


def test_the_unit_survives_what_loses_a_tag(tmp_path: Path) -> None:
    request = Request(unit="dyad-year", variables=("major_power",), years=(2000, 2003), directed=True, record=world())
    frame = built(request)
    frame.write_csv(tmp_path / "p.csv")
    changed = [
        frame.filter(pl.col("year") > 2000),
        frame.join(frame.select("ccode1", "ccode2", "year", mine=pl.lit(1)), on=["ccode1", "ccode2", "year"]),
        frame.rename({"major_power_1": "x"}).sort("year"),
        pl.concat([frame, frame]).unique(),
        pl.DataFrame(frame.to_pandas()),
        pl.read_csv(tmp_path / "p.csv"),
    ]
    assert {unit_of(each) for each in changed} == {"directed dyad-year"}
    assert unit_of(frame.filter(pl.col("ccode1") < pl.col("ccode2"))) == "dyad-year"


def test_a_frame_without_keys_is_refused_with_the_keys_it_needs() -> None:
    with pytest.raises(InputError, match=r"country, polyarchy.*ccode1, ccode2 and year"):
        unit_of(pl.DataFrame({"country": ["Canada"], "polyarchy": [0.8]}))
