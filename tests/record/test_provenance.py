"""Facts gathered by hand: each rests on a document of a kind, and is no surer than that allows."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from foedus.errors import RecordError
from foedus.record.provenance import CITABLE, KINDS, LEVELS, ceiling, firm, provenance, weakest
from foedus.record.store import Record

GATHERED = (
    *("agreement_facts", "unifier_facts", "documents", "physical_facts", "diaspora_facts"),
    *("organisation_members", "organisation_suspensions", "alliance_facts"),
)
"""Tables of the record whose rows state how sure they are."""

OTHERWISE = {
    "defence_agreements": "the confidence is that of DCAD's coders",
    "capitals": "the publisher's rows state none; the reader holds the others to the rule",
    "capitals_gw": "as capitals",
}
"""Tables whose confidence means something else, and what."""

FACT: dict[str, Any] = {
    "source": "Gazette, 1 July 2020",
    "source_kind": "official",
    "url": "https://example.org/gazette",
    "read": date(2026, 11, 29),
    "confidence": "high",
}

HOSTS = {
    "encyclopaedia": "wiki|encyclop|britannica|explained.today|grokipedia",
    "blog": "blogspot|wordpress|medium.com|fandom",
}
"""Words in an address that tell of a kind."""


def test_every_table_that_states_a_confidence_is_among_them(record: Record) -> None:
    stating = {name for name in record.tables if "confidence" in record.table(name).columns}
    assert stating - OTHERWISE.keys() == set(GATHERED)


@pytest.mark.parametrize("table", GATHERED)
def test_no_row_is_surer_than_its_document_allows(table: str, record: Record) -> None:
    rows = record.table(table)
    assert rows["source_kind"].null_count() == rows["confidence"].null_count() == 0
    assert set(rows["source_kind"]) <= set(KINDS)
    for kind, read, level in rows.select("source_kind", pl.col("read").is_not_null(), "confidence").unique().iter_rows():
        assert LEVELS.index(level) >= LEVELS.index(ceiling(kind, read=read)), (table, kind, read, level)


@pytest.mark.parametrize("table", GATHERED)
def test_an_address_is_of_the_kind_it_is_said_to_be(table: str, record: Record) -> None:
    rows = record.table(table)
    address = pl.coalesce([each for each in ("url", "page") if each in rows.columns])
    for words in HOSTS.values():
        found = rows.filter(address.str.contains(words))
        assert not set(found["source_kind"]) & set(CITABLE), found.select(address)


@pytest.mark.parametrize("table", GATHERED)
def test_what_was_read_has_a_day_on_which_it_could_be(table: str, record: Record) -> None:
    days = record.table(table)["read"].drop_nulls()
    assert days.is_between(date(2026, 1, 1), date(2027, 12, 31)).all()


def test_the_counts_of_kinds_are_those_that_were_looked_for(record: Record) -> None:
    """What rests on no document that can be cited; whoever finds one lowers these numbers."""
    left = {name: record.table(name).filter(~pl.col("source_kind").is_in(CITABLE)).height for name in GATHERED}
    assert {name: number for name, number in left.items() if number} == {
        "agreement_facts": 1,
        "unifier_facts": 2,
        "documents": 1,
        "physical_facts": 3,
        "diaspora_facts": 16,
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source_kind": "newspaper"}, "source_kind is 'newspaper', and must be one of official, scholarly, press"),
        ({"source_kind": None}, "source_kind is None"),
        ({"confidence": "certain"}, "confidence is 'certain', and must be one of high, medium, low"),
        ({"read": None}, "official and was not read allows medium confidence, not high"),
        ({"source_kind": "press"}, "press and was read allows low confidence, not high"),
        ({"url": None}, "neither url nor via says where"),
        ({"read": "yesterday"}, "must be the day on which the document was read"),
    ],
)
def test_a_fact_that_says_too_much_of_its_source_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(RecordError, match=f"^treaty: .*{message}"):
        provenance("treaty", {**FACT, **change})


def test_a_document_that_another_page_tells_of_is_named_with_that_page() -> None:
    told = {key: value for key, value in FACT.items() if key not in ("url", "read")}
    fact = provenance("treaty", {**told, "via": "https://example.org/news", "confidence": "medium"})
    assert (fact["url"], fact["via"], fact["read"]) == (None, "https://example.org/news", None)


def test_only_what_is_surer_than_low_is_firm() -> None:
    facts = pl.DataFrame({"confidence": ["low", "medium", None, "high"]})
    assert firm(facts)["confidence"].to_list() == ["medium", None, "high"]
    assert weakest(facts["confidence"]) == "low"
    assert weakest(firm(facts)["confidence"]) == "medium"
