"""Variables beside rows that somebody else made: keys of any kind and in any order, and rows that are no unit-years."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from foedus import add
from foedus.errors import InputError, UnmatchedRows
from foedus.panels.panel import panel
from foedus.record.store import Record

LEFT_OUT = pytest.mark.filterwarnings("ignore::foedus.errors.UnmatchedRows")
"""A test of rows that name no state; that they are told of is a test of its own."""


def score(codes: pl.Series | list[Any], years: pl.Series | list[Any]) -> list[float | None]:
    return add(pl.DataFrame({"ccode": codes, "year": years}, strict=False), ["polyarchy"])["polyarchy"].to_list()


@pytest.fixture(scope="module")
def known(record: Record) -> float:
    return float(panel("state-year", ["polyarchy"], among=[2], years=(1990, 1990), record=record)["polyarchy"][0])


@pytest.mark.parametrize(
    "codes",
    [
        [2.0],
        ["2"],
        [" 2 "],
        ["2.0"],
        pl.Series([2], dtype=pl.UInt64),
        pl.Series(["2"], dtype=pl.Categorical),
        [Decimal("2.00")],
    ],
)
def test_a_whole_number_in_any_dress_is_a_key(codes: Any, known: float) -> None:
    assert score(codes, [1990]) == [known]


@LEFT_OUT
@pytest.mark.parametrize("code", [2.7, float("nan"), float("inf"), None, 65538, 2**40, -2, 999])
def test_what_is_no_states_code_gets_null_and_never_a_neighbours_value(code: float | None, known: float) -> None:
    assert score([code, 2], [1990, 1990]) == [None, known]


@LEFT_OUT
@pytest.mark.parametrize("year", [1990.5, 1700, 2050, 1990 + 65536, None])
def test_what_is_no_year_of_the_system_gets_null(year: float | None, known: float) -> None:
    assert score([2, 2], [year, 1990]) == [None, known]


@pytest.mark.parametrize(
    ("column", "kind"), [([date(1990, 1, 1)], "Date"), ([True], "Boolean"), ([[1990]], "List"), ([b"1990"], "Binary")]
)
def test_keys_that_are_no_numbers_are_refused(column: list[Any], kind: str) -> None:
    with pytest.raises(InputError, match=f"column year holds {kind}"):
        score([2], column)


@LEFT_OUT
def test_rows_keep_their_order_and_their_repetitions() -> None:
    mine = pl.DataFrame({"ccode": [20, 2, 20, 999, 2], "year": [1990, 1990, 1991, 1990, 1990], "at": range(5)})
    found = add(mine, ["polyarchy"])
    assert found.drop("polyarchy").equals(mine)
    assert found["polyarchy"][1] == found["polyarchy"][4]
    assert found["polyarchy"].null_count() == 1


def test_a_dyad_is_known_in_either_order_each_with_its_own_direction(record: Record) -> None:
    mine = pl.DataFrame({"ccode1": [20, 2, 2], "ccode2": [2, 20, 20], "year": [1979, 1979, 1979]})
    found = add(mine, ["dispute_onset", "polyarchy", "capability_share"])
    assert found["dispute_onset"].to_list() == [True] * 3
    assert found["polyarchy_1"][0] == found["polyarchy_2"][1] != found["polyarchy_1"][1]


@LEFT_OUT
@pytest.mark.parametrize("pair", [(2, 2), (2, 999), (2, None)])
def test_a_row_that_is_no_dyad_gets_null(pair: tuple[int, int | None]) -> None:
    mine = pl.DataFrame([(*pair, 1979)], schema={"ccode1": pl.Int64, "ccode2": pl.Int64, "year": pl.Int64}, orient="row")
    assert add(mine, ["dispute_onset", "peace_years"]).row(0)[3:] == (None, None)


def test_a_frame_without_rows_gets_its_columns() -> None:
    found = add(pl.DataFrame(schema={"ccode1": pl.Int64, "ccode2": pl.Int64, "year": pl.Int64}), ["polyarchy"])
    assert found.columns == ["ccode1", "ccode2", "year", "polyarchy_1", "polyarchy_2"]
    assert found.is_empty()


@LEFT_OUT
def test_a_frame_with_gw_codes_is_extended_in_that_system() -> None:
    found = add(pl.DataFrame({"gwcode": [260, 255], "year": [1990, 1990]}), ["polyarchy"])
    assert found["ccode"].to_list() == [255, None]
    assert found["polyarchy"].is_null().to_list() == [False, True]


def test_values_are_carried_into_a_frame_with_their_age() -> None:
    found = add(pl.DataFrame({"ccode": [2], "year": [2025]}), ["gdp"], carry_forward=10)
    assert found["gdp_age"].to_list() == [6]


@pytest.mark.parametrize(
    ("variables", "choices", "message"),
    [
        (["polyarchy"], {"years": (1990, 1991)}, "not years: the frame has its rows"),
        (["polyarchy"], {"directed": True, "states": ["USA"]}, "not directed, states"),
        (["polyarchy"], {"relevant": True}, "not relevant"),
        (["dispute_number"], {"disputes": "all"}, "cannot get one for every dispute"),
        (["mine"], {}, r"not in the codebook: 'mine'\. "),
        (["dispute_onset"], {}, "ask for a dyad-year panel"),
        (["leader_age"], {}, "ask for leader-year"),
    ],
)
def test_what_cannot_be_added_is_refused(variables: list[str], choices: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        add(pl.DataFrame({"ccode": [2], "year": [1990]}), variables, **choices)


def test_a_column_that_is_there_already_is_not_replaced() -> None:
    with pytest.raises(InputError, match="has columns polyarchy already"):
        add(pl.DataFrame({"ccode": [2], "year": [1990], "polyarchy": [7.0]}), ["polyarchy"])


def test_a_frame_without_keys_is_refused() -> None:
    with pytest.raises(InputError, match="the frame has no keys"):
        add(pl.DataFrame({"land": ["USA"], "year": [1990]}), ["polyarchy"])


def test_a_dyad_may_be_named_in_any_way(record: Record) -> None:
    numbers = add(pl.DataFrame({"ccode1": [2, 2], "ccode2": [365, 20], "year": [1970, 1970]}), ["dispute_onset", "polyarchy"])
    for mine, choices in [
        (pl.DataFrame({"iso3_1": ["USA", "USA"], "iso3_2": ["SUN", "CAN"], "year": [1970, 1970]}), {}),
        (pl.DataFrame({"state1": ["United States", "US"], "state2": ["USSR", "Canada"], "year": [1970, 1970]}), {}),
        (pl.DataFrame({"a": ["USA", "USA"], "b": ["Soviet Union", "CAN"], "t": [1970, 1970]}), {"by": ("a", "b"), "year": "t"}),
        (pl.DataFrame({"a": [2, 2], "b": [365, 20], "t": [1970, 1970]}), {"by": ["a", "b"], "year": "t", "code": "cow"}),
    ]:
        assert add(mine, ["dispute_onset", "polyarchy"], **choices)[:, 3:].equals(numbers[:, 3:])


def test_names_may_be_read_in_the_states_of_either_list() -> None:
    mine = pl.DataFrame({"country": ["Germany", "DEU"], "year": [2000, 2001]})
    assert add(mine, ["gwcode"])["gwcode"].to_list() == [260, 260]
    assert add(mine, ["polyarchy"], system="gw")["ccode"].to_list() == [255, 255]


def test_rows_that_name_no_state_are_told_with_their_numbers_and_the_reason() -> None:
    mine = pl.DataFrame({"ccode": [2, 260, 260, 999], "year": [2000, 2000, 2001, 2000]})
    with pytest.warns(UnmatchedRows) as told:
        add(mine, ["polyarchy"])
    (message,) = [str(each.message) for each in told]
    assert message.startswith("3 of 4 rows name no state")
    assert (
        "'260' (2 rows: 2, 3): no state has the Correlates of War number 260 in 2000; "
        "it is the Gleditsch–Ward number of Germany (COW 255)." in message
    )
    assert "'999' (row 4)" in message
    with pytest.warns(UnmatchedRows, match=r"'Vietnam' \(row 1\): \"Vietnam\" is ambiguous in 1973.*Say 816 or 817"):
        add(pl.DataFrame({"state": ["Vietnam"], "year": [1973]}), ["polyarchy"])


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"by": "land"}, "no column 'land'"),
        ({"by": "ccode", "code": "ios3"}, "a column holds .*Did you mean iso3"),
        ({"by": ("ccode", "ccode", "ccode")}, "one state or two, not 3"),
        ({"by": ("ccode", "gwcode")}, "codes of different kinds"),
        ({"system": "isard"}, "neither cow nor gw"),
    ],
)
def test_keys_that_are_not_there_are_refused(choices: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        add(pl.DataFrame({"ccode": [2], "gwcode": [2], "year": [1990]}), ["polyarchy"], **choices)
