"""The causal map follows from what mechanisms declare and from their grades, and from nothing else."""

from __future__ import annotations

import re

import polars as pl
import pytest

from foedus.assessment.causal_map import HEADLINE, LINKS, about, cards, counts, graded, links, topic
from foedus.assessment.chapters import causal_links
from foedus.assessment.finding import GRADES
from foedus.mechanisms.described import DESCRIBED, PHYSICAL
from foedus.mechanisms.standard import MECHANISMS
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record
from foedus.validation.validate import validate

EVERY = (*MECHANISMS.values(), *PHYSICAL, *DESCRIBED)


@pytest.fixture(scope="module")
def found(record: Record) -> pl.DataFrame:
    return links(graded(record))


def test_every_declared_link_is_there_once_and_no_other(found: pl.DataFrame) -> None:
    declared = [
        (kind.id, "reads", name, term or None)
        for kind in EVERY
        for term, names in getattr(kind, "term_reads", {"": kind.reads}).items()
        for name in names
    ]
    declared += [(kind.id, "writes", name, None) for kind in EVERY for name in kind.writes]
    assert sorted(declared, key=repr) == sorted(found.select("mechanism", "direction", "variable", "term").rows(), key=repr)
    assert found.schema == pl.Schema(LINKS)


def test_a_link_has_the_grade_of_its_term(found: pl.DataFrame, record: Record) -> None:
    (headline,) = {each.grades[HEADLINE] for each in validate("entanglement", record)}
    (pact,) = {each.grades["pact"] for each in validate("entanglement", record)}
    own = found.filter(mechanism="shield.entanglement")
    assert own.filter(variable="defence_pact")["grade"].to_list() == [pact]
    assert own.filter(direction="writes")["grade"].unique().to_list() == [headline]
    assert pact != headline, "else this shows nothing"


def test_outcomes_that_disagree_make_a_link_mixed(found: pl.DataFrame, record: Record) -> None:
    graded = [each.grades for each in validate("disputes", record)]
    some = next(term for term in graded[0] if {each.get(term) for each in graded} == {"supported", "not supported"})
    assert set(found.filter(mechanism="order.interests", term=some)["grade"]) == {"mixed"}


def test_grades_are_those_of_findings(found: pl.DataFrame) -> None:
    assert set(found["grade"]) <= set(GRADES)
    assert sum(counts(found).values()) == found.drop_nulls("term").height


def test_what_no_source_holds_is_written_by_a_mechanism(found: pl.DataFrame) -> None:
    read = found.filter(direction="reads", topic="written by a mechanism")["variable"].to_list()
    assert read == ["fatal_dispute_probability"]
    assert set(read) <= set(found.filter(direction="writes")["variable"])
    assert topic("polyarchy") == "regimes"


def test_every_variable_has_one_writer(found: pl.DataFrame) -> None:
    written = found.filter(direction="writes")["variable"]
    assert written.is_unique().all()


def test_every_card_has_a_claim_an_equation_and_a_test(record: Record) -> None:
    table = cards(graded(record))
    assert table["id"].to_list() == [each.kind.id for each in graded(record)]
    for row in table.iter_rows(named=True):
        assert not row["about"][0].startswith(" ")
        assert any(block.startswith("    ") for block in row["about"]), f"{row['id']} has no equation"
        assert row["test"]
        assert row["reads"]


def test_paragraphs_are_one_line_each_and_equations_keep_theirs() -> None:
    blocks = about(MECHANISMS["disputes"])
    assert all("\n" not in block for block in blocks if not block.startswith("    "))
    assert re.search("log odds", next(block for block in blocks if block.startswith("    ")))


def test_the_chapter_counts_what_the_map_shows(record: Record) -> None:
    told = causal_links.chapter(Partnership("USA", "CAN", year=2022, record=record))
    values = {finding.id: finding.value for finding in told.findings}
    (drawn, _) = told.exhibits
    tested = drawn.frame.drop_nulls("term")
    assert values["system.links_supported"] == (tested["grade"] == "supported").sum()
    whole = drawn.frame.filter(pl.col("direction") == "writes").group_by("mechanism").agg(pl.col("grade").first())
    assert values["system.mechanisms_supported"] == (whole["grade"] == "supported").sum()
