"""Rebels and governments from rows as UCDP's Dyadic Dataset writes them: invented ones, worked by hand."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import foedus
from foedus.errors import InputError, PanelRemark, UnmatchedRows


def file(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows as the publisher writes them: by default fighting within Iraq (GW 645) over government in 1990."""
    usual = {
        "dyad_id": 7,
        "conflict_id": 3,
        "side_b": "Rebels",
        "incompatibility": 2,
        "year": 1990,
        "intensity_level": 1,
        "type_of_conflict": 3,
        "gwno_a": "645",
    }
    return pl.DataFrame([{**usual, **row} for row in rows], infer_schema_length=None)


def test_an_onset_follows_on_years_without_fighting_and_is_unknown_where_the_file_begins() -> None:
    """1990 begins the file; 1991 goes on; 1995 follows on three quiet years; a dyad of 1993 is new."""
    rows = file({}, {"year": 1991}, {"year": 1995}, {"dyad_id": 8, "year": 1993})
    told = foedus.rebel_dyads(rows)
    assert told.select("dyad_id", "year", "onset", "quiet_years").rows() == [
        (7, 1990, None, None),
        (7, 1991, False, 0),
        (7, 1995, True, 3),
        (8, 1993, True, None),
    ]
    later = foedus.rebel_dyads(rows, apart=4).filter(dyad_id=7)
    assert later["onset"].to_list() == [None, False, False]


def test_years_between_have_a_row_without_fighting_and_none_after_the_last() -> None:
    rows = file({"incompatibility": 3, "type_of_conflict": 4}, {"year": 1993, "intensity_level": 2, "incompatibility": 1})
    told = foedus.rebel_dyads(rows, between=True)
    assert told["year"].to_list() == [1990, 1991, 1992, 1993]
    assert told["active"].to_list() == [True, False, False, True]
    assert told["war"].to_list() == [False, False, False, True]
    assert told["over_government"].to_list() == [True, True, True, False]
    assert told["over_territory"].to_list() == [True] * 4
    assert told["internationalized"].to_list() == [True, False, False, False]
    assert told["onset"].to_list() == [None, False, False, True]


def test_governments_have_numbers_of_either_list_and_others_are_told() -> None:
    """Serbia after Montenegro left is 345 in the file, GW 340, COW 345; wars between states have no rebels."""
    serbia = file({"gwno_a": "345", "year": 2008})
    assert foedus.rebel_dyads(serbia)["ccode"].to_list() == [345]
    assert foedus.rebel_dyads(serbia, system="gw")["gwcode"].to_list() == [340]
    with pytest.warns(PanelRemark, match="1 of 2 rows are of wars between states or of colonies"):
        assert foedus.rebel_dyads(file({}, {"dyad_id": 9, "type_of_conflict": 2, "gwno_a": "2, 200"})).height == 1
    with pytest.warns(UnmatchedRows, match="1 of 2 rows are of no member of the list"):
        assert foedus.rebel_dyads(file({}, {"dyad_id": 9, "gwno_a": "9999"})).height == 1


def test_variables_of_the_government_stand_beside_it() -> None:
    told = foedus.add(foedus.rebel_dyads(file({}, {"dyad_id": 8})), ["polyarchy"])
    assert told["polyarchy"].n_unique() == 1
    assert told["polyarchy"].null_count() == 0


@pytest.mark.parametrize(
    ("rows", "choices", "told"),
    [
        (file({}).drop("dyad_id"), {}, "the file of UCDP's dyads lacks dyad_id: give the Dyadic Dataset"),
        (file({}, {}), {}, "a dyad and year stand more than once in 2 rows of UCDP's dyads (first: dyad_id 7, with 1990)"),
        (file({"type_of_conflict": 7}), {}, "type_of_conflict is none of 1 (of a colony), 2 (between states), 3"),
        (file({"intensity_level": 0}), {}, "intensity_level is none of 1 (25 to 999 deaths), 2 (1,000 or more) in 1 row"),
        (file({"gwno_a": "645, 652"}), {}, "gwno_a is no number of one government in 1 row of UCDP's dyads"),
        (file({"year": "1990-1"}), {}, "year is no whole number"),
        (file({}), {"apart": 0}, "apart=0: an onset follows on one year or more"),
        (file({}), {"system": "un"}, "state system 'un' is neither cow nor gw"),
    ],
)
def test_bad_input_is_one_message(rows: pl.DataFrame, choices: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as raised:
        foedus.rebel_dyads(rows, **choices)
    assert told in str(raised.value)
