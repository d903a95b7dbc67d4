"""Queries on small records: what rows they find, what they read off them, and what they refuse."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from foedus.assessment.claims.query import _OF, MOST_VARIABLES, RESULTS, SHOWN, Found, Query, run
from foedus.errors import InputError
from foedus.mechanisms.standard import MECHANISMS
from foedus.panels.codebook import codebook
from foedus.record.store import Record
from tests.worlds import world

FACTS = pl.DataFrame(
    {
        "fact_id": ["a", "b", "c"],
        "date": [date(2000, 1, 1), date(2001, 5, 1), date(2002, 3, 4)],
        "date_precision": ["year", "month", "day"],
        "kind": ["treaty", "treaty", "act"],
        "title": ["One", "Two", "Three"],
        "note": ["x", "y", "z"],
        "confidence": ["medium", "low", "high"],
    }
)
WORLD = world(agreement_facts=FACTS)


def found(source: dict[str, Any], record: Record = WORLD, **parts: Any) -> Found:
    return run(Query(source, **{"select": {"n": "COUNT(*)"}, **parts}), record, {})


def test_a_panel_has_the_rows_and_variables_asked_for(record: Record) -> None:
    """GML: disputes of the United States and Canada began in 1979, 1989, 1991 and 1997."""
    told = found(
        {"panel": "dyad-year", "variables": ["dispute_onset"], "dyads": ["USA-CAN"], "years": [1946, 2025]},
        record,
        where="dispute_onset",
        select={"first": "MIN(year)", "last": "MAX(year)", "known": "COUNT(dispute_onset)"},
    )
    assert told.values == {"first": 1979, "last": 1997, "known": 4}
    assert told.height == 4
    assert told.sources == ("gml",)


def test_a_table_is_read_with_its_source() -> None:
    told = found({"table": "agreement_facts"}, where="kind = 'treaty'")
    assert told.values == {"n": 2}
    assert told.sources == ("treaty_facts",)


def test_derived_columns_follow_from_those_before_them() -> None:
    told = found({"table": "agreement_facts"}, derive={"one": "1", "two": "one + 1"}, select={"two": "MAX(two)"})
    assert told.values == {"two": 2}


def test_groups_are_summed_up_in_the_order_of_their_keys() -> None:
    told = found(
        {"table": "agreement_facts"},
        by=("kind",),
        select={"n": "COUNT(*)"},
        summarise={"first": "FIRST(kind)", "most": "MAX(n)"},
    )
    assert told.values == {"first": "act", "most": 2}
    assert told.rows["kind"].to_list() == ["act", "treaty"]


def test_rows_show_what_the_query_names_and_what_tells_a_reader_what_they_are() -> None:
    told = found({"table": "agreement_facts"}, where="kind = 'treaty'")
    assert told.rows.columns == ["fact_id", "date", "kind", "title", "confidence"]


def test_a_date_is_written_to_the_precision_it_is_known_to() -> None:
    assert found({"table": "agreement_facts"}).rows["date"].to_list() == ["2000", "2001-05", "2002-03-04"]


def test_states_are_named_after_their_numbers(record: Record) -> None:
    told = found({"panel": "dyad-year", "variables": ["defence_pact"], "dyads": ["USA-CAN"], "years": [2000, 2001]}, record)
    assert told.rows.columns == ["ccode1", "state1", "ccode2", "state2", "year"]
    assert told.rows.row(0) == (2, "United States", 20, "Canada", 2000)


def test_a_few_rows_are_kept_of_many(record: Record) -> None:
    told = found({"panel": "state-year", "years": [2000, 2001]}, record)
    assert told.rows.height == SHOWN < told.height == told.values["n"]


def test_confidence_is_that_of_the_rows_that_count() -> None:
    assert found({"table": "agreement_facts"}).confidence == ("high", "medium", "low")
    assert found({"table": "agreement_facts"}, where="kind = 'treaty'").confidence == ("medium", "low")
    assert found({"table": "agreement_facts"}, where="kind = 'nothing'").confidence == ()


def test_a_row_without_a_level_is_of_a_data_set_and_no_weak_source() -> None:
    rows = FACTS.with_columns(confidence=pl.when(pl.col("fact_id") == "a").then(pl.lit("low")))
    assert found({"table": "agreement_facts"}, world(agreement_facts=rows)).confidence == ()


def test_small_integers_do_not_run_over(record: Record) -> None:
    told = found({"panel": "state-year", "years": [2000, 2001]}, record, select={"large": "MAX(year * 1000)"})
    assert told.values == {"large": 2001000}


@pytest.mark.parametrize("text", ["COUNT(*) / 0", "0 / (COUNT(*) - COUNT(*))", "-1.0 / 0.0"])
def test_a_share_of_nothing_is_unknown(text: str) -> None:
    assert found({"table": "agreement_facts"}, select={"share": text}).values == {"share": None}


def test_a_share_of_nothing_is_unknown_in_rows_too() -> None:
    told = found({"table": "agreement_facts"}, derive={"share": "1 / 0.0", "none": "0 / 0.0"})
    assert told.rows["share"].null_count() == told.rows["none"].null_count() == 3


def test_verdicts_of_other_claims_are_rows() -> None:
    query = Query({"claims": [2, 1]}, select={"held": "SUM(CASE WHEN verdict = 'holds' THEN 1 ELSE 0 END)"})
    assert run(query, WORLD, {1: "holds", 2: "contradicted"}).values == {"held": 1}


def test_every_result_is_of_a_mechanism() -> None:
    assert {name.split("-")[0] for name in RESULTS} == set(_OF)
    assert set(_OF.values()) <= set(MECHANISMS)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"panel": "state-day"}, "no claim can ask for a panel of 'state-day'"),
        ({"panel": "dyad-yaer"}, "Did you mean dyad-year"),
        ({"panel": "state-year", "variables": ["polyarky"]}, "polyarchy"),
        ({"panel": "state-year", "variables": ["dispute_onset"]}, "dispute_onset"),
        ({"panel": "state-year", "variables": list(codebook())[: MOST_VARIABLES + 1]}, "21 variables are more than 20"),
        ({"panel": "state-year", "years": [1700, 2000]}, "1816 to 2025"),
        ({"panel": "state-year", "years": [2000, 1990]}, "1816 to 2025"),
        ({"panel": "state-year", "years": [1816, 10**30]}, "1816 to 2025"),
        ({"panel": "state-year", "years": [2000, 2001], "states": ["Atlantis"]}, "Atlantis"),
        ({"panel": "dyad-year", "years": [2000, 2001], "dyads": ["USA-USA"]}, "two states"),
        ({"panel": "dyad-year", "years": [2000, 2001], "dyads": ["USA"]}, "no dyad"),
        ({"panel": "dyad-year", "years": [2000, 2001], "carry_forward": 10**20}, "carry-forward"),
        ({"table": "agrement_facts"}, "agreement_facts"),
        ({"table": "../../etc/passwd"}, "no table"),
        ({"table": "/etc/passwd"}, "no table"),
        ({"test": "shild"}, "Did you mean shield"),
        ({"result": "shield-desings"}, "Did you mean shield-designs"),
        ({"ledger": ["USA", "2"]}, "same"),
        ({"ledger": ["USA", "CAN"], "year": 10**30}, "year"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_refused(source: dict[str, Any], words: str, record: Record) -> None:
    with pytest.raises(InputError, match=words):
        found(source, record)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"where": "kynd = 'x'"}, "where: kynd is neither .* Did you mean kind"),
        ({"derive": {"x": "nothing"}}, r"derive\.x: nothing"),
        ({"select": {"n": "COUNT(nothing)"}}, r"select\.n: nothing"),
        ({"select": {"kind": "kind"}}, "not one value each"),
        ({"by": ("kynd",), "summarise": {"n": "SUM(n)"}}, "by: kynd is no column"),
        ({"by": ("kind",), "summarise": {"n": "SUM(title)"}}, r"summarise\.n: title"),
    ],
)
def test_a_faulty_expression_is_told_with_its_place(parts: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        found({"table": "agreement_facts"}, **parts)


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foedus.assessment.claims.query.MOST_ROWS", 2)
    with pytest.raises(InputError, match="3 rows are more than 2"):
        found({"table": "agreement_facts"})
