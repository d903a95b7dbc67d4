"""Verdicts: by rule and record alone, whatever the order; those of the essay and of the example on the shipped record."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus.assessment.claims.check import VERDICTS, Claims, as_dict, check, checked, essay, merged, of_partnership
from foedus.assessment.claims.read import ESSAY, located
from foedus.errors import InputError
from foedus.partnership.partnership import Partnership
from foedus.record.source import catalog
from foedus.record.store import Record
from foedus.validation import memory
from tests.assessment.claims.test_file import answer, claim, file

ESSAYS = {
    1: "unverified", 2: "holds", 3: "holds", 4: "holds", 5: "qualified", 6: "holds", 7: "qualified", 8: "opinion",
    9: "qualified", 10: "qualified", 11: "qualified", 12: "unverified", 13: "opinion", 14: "qualified", 15: "holds",
    16: "qualified", 17: "opinion", 18: "opinion", 19: "unverified", 20: "unverified", 21: "holds", 22: "holds",
    23: "qualified", 24: "holds", 25: "contradicted", 26: "holds", 27: "qualified", 28: "opinion", 29: "holds",
    30: "unverified", 31: "opinion",
}  # fmt: skip
"""Verdicts on the essay's claims, of the shipped record."""

TASMAN = {
    1: "qualified", 2: "holds", 3: "contradicted", 4: "qualified", 5: "holds", 6: "holds", 7: "unverified", 8: "holds",
    9: "qualified", 10: "contradicted", 11: "qualified", 12: "holds", 13: "holds", 14: "holds", 15: "opinion",
    16: "opinion", 17: "qualified", 18: "qualified",
}  # fmt: skip

Alter = Callable[..., Record]


@pytest.fixture(scope="module")
def essays(record: Record) -> Claims:
    return essay(record)


@pytest.fixture(scope="module")
def tasman(record: Record) -> Claims:
    return check(located("australia-new-zealand"), record)


@pytest.mark.parametrize("number", ESSAYS)
def test_the_essays_claim_has_its_verdict_on_the_shipped_record(number: int, essays: Claims) -> None:
    found = essays.claim(number)
    assert found.verdict == ESSAYS[number], f"claim {number} ({found.claim}): {found.evidence}"


@pytest.mark.parametrize("number", TASMAN)
def test_the_examples_claim_has_its_verdict_on_the_shipped_record(number: int, tasman: Claims) -> None:
    found = tasman.claim(number)
    assert found.verdict == TASMAN[number], f"claim {number} ({found.claim}): {found.evidence}"


def test_every_claim_has_an_expected_verdict(essays: Claims, tasman: Claims) -> None:
    assert [each.number for each in essays.claims] == list(ESSAYS) == list(range(1, 32))
    assert [each.number for each in tasman.claims] == list(TASMAN)
    assert {each.type for each in tasman.claims} == {"data", "cited fact", "mixed", "opinion"}


def test_every_sentence_is_filled_and_every_source_is_known(essays: Claims, tasman: Claims) -> None:
    for found in (*essays.claims, *tasman.claims):
        assert not re.search(r"[{}]|None|nan|–[ .,]", found.evidence), found.evidence
        assert set(found.sources) <= set(catalog())
        assert found.evidence.endswith(".")
        assert {answer.verdict for answer in found.answers} <= set(VERDICTS)


def earlier_visit(record: Record) -> pl.DataFrame:
    documents = record.table("documents")
    return documents.with_columns(date=pl.when(pl.col("kind") == "visit").then(pl.date(2021, 10, 27)).otherwise("date"))


def no_pact(record: Record) -> pl.DataFrame:
    spells = record.table("alliance_dyad_spells")
    return spells.filter(~(pl.col("ccode1").is_in([2, 20]) & pl.col("ccode2").is_in([2, 20])))


def fourth_party(record: Record) -> pl.DataFrame:
    parties = record.table("agreement_fact_parties")
    return pl.concat([parties, parties.filter(fact_id="CUSMA-2020").head(1).with_columns(party=pl.lit("GBR"))])


@pytest.mark.parametrize(
    ("number", "table", "change", "verdict"),
    [
        (2, "documents", earlier_visit, "contradicted"),
        (3, "alliance_dyad_spells", no_pact, "qualified"),
        (6, "agreement_fact_parties", fourth_party, "contradicted"),
        (15, "unifier_facts", lambda record: record.table("unifier_facts").clear(), "unverified"),
        (22, "physical_facts", lambda record: record.table("physical_facts").clear(), "unverified"),
        (26, "radar_sites", lambda record: record.table("radar_sites").filter(country="CAN"), "contradicted"),
    ],
)
def test_another_record_gives_another_verdict(
    number: int, table: str, change: Callable[[Record], pl.DataFrame], verdict: str, record: Record, altered: Alter
) -> None:
    text = alone(ESSAY.read_text(encoding="utf-8"), number)
    assert checked(text, "essay", record).claim(number).verdict == ESSAYS[number]
    assert checked(text, "essay", altered(**{table: change(record)})).claim(number).verdict == verdict


def alone(text: str, number: int) -> str:
    """A file with one claim alone."""
    about, *claims = re.split(r"(?=^\[\[claim\]\])", text, flags=re.MULTILINE)
    return about + next(each for each in claims if f"number = {number}\n" in each)


PARTS = [
    claim(1),
    claim(2, answer(verdict='{ holds = "n > 1000", contradicted = "n > 0" }')),
    claim(3, answer(), answer(verdict='{ contradicted = "n > 0" }')),
    claim(4, answer(**{"from": "{ claims = [1, 2, 3] }", "where": "\"verdict = 'holds'\"", "verdict": '{ holds = "n = 1" }'})),
    claim(5, answer(**{"from": "{ claims = [4] }", "where": "\"verdict = 'holds'\""}), type='"mixed"'),
    claim(6, " ", type='"opinion"'),
]


@settings(max_examples=25, deadline=None)
@given(st.permutations(PARTS))
def test_no_verdict_depends_on_the_order_of_claims(parts: Sequence[str]) -> None:
    from foedus.record.store import open_record

    found = checked(file(*parts), "mine.toml", open_record(additions=False))
    assert [(each.number, each.verdict) for each in found.claims] == [
        (1, "holds"), (2, "contradicted"), (3, "qualified"), (4, "holds"), (5, "qualified"), (6, "opinion"),
    ]  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_no_verdict_depends_on_the_order_of_keys_or_answers(data: st.DataObject) -> None:
    from foedus.record.store import open_record

    answers = []
    for wanted in data.draw(st.permutations(["n > 0", "n < 0", "n = NULL"])):
        head, *keys = answer(verdict=f'{{ holds = "{wanted}", contradicted = "n >= 0" }}').splitlines()
        answers.append("\n".join([head, *data.draw(st.permutations(keys))]))
    found = checked(file(claim(1, *answers)), "mine.toml", open_record(additions=False))
    assert found.claim(1).verdict == "qualified"


def test_the_first_condition_that_is_true_decides(record: Record) -> None:
    rules = '{ qualified = "n > 0", holds = "TRUE" }'
    assert checked(file(claim(1, answer(verdict=rules))), "m", record).claim(1).verdict == "qualified"


def test_a_condition_that_is_unknown_is_not_true(record: Record) -> None:
    nothing = answer(
        where='"FALSE"', select='{ n = "MAX(trained_at_least)" }', verdict='{ holds = "n > 0", contradicted = "n <= 0" }'
    )
    found = checked(file(claim(1, nothing)), "m", record).claim(1)
    assert (found.verdict, found.evidence) == ("unverified", "– rows.")


MERGED = {
    ("data", ("holds",)): "holds",
    ("data", ("holds", "unverified")): "holds",
    ("data", ("holds", "contradicted")): "qualified",
    ("data", ("holds", "qualified")): "qualified",
    ("data", ("contradicted", "contradicted")): "contradicted",
    ("data", ("contradicted", "unverified")): "contradicted",
    ("data", ("unverified", "unverified")): "unverified",
    ("data", ()): "unverified",
    ("mixed", ("holds", "holds")): "qualified",
    ("mixed", ("contradicted",)): "contradicted",
    ("mixed", ("unverified", "holds")): "qualified",
    ("cited fact", ("holds", "holds")): "holds",
    ("cited fact", ("holds", "qualified")): "qualified",
    ("cited fact", ("holds", "unverified")): "unverified",
    ("cited fact", ("qualified", "unverified")): "unverified",
    ("cited fact", ("unverified", "contradicted")): "contradicted",
    ("cited fact", ()): "unverified",
}


@pytest.mark.parametrize(("kind", "verdicts"), MERGED)
def test_answers_make_a_verdict(kind: str, verdicts: tuple[str, ...]) -> None:
    assert merged(verdicts, kind) == MERGED[kind, verdicts]


@pytest.mark.parametrize("kind", ["data", "mixed", "cited fact"])
def test_no_verdict_depends_on_the_order_of_answers(kind: str) -> None:
    for first, second, third in product(VERDICTS[:4], repeat=3):
        assert (
            merged((first, second, third), kind) == merged((third, first, second), kind) == merged((second, first, third), kind)
        )


def test_a_weak_source_is_told(record: Record) -> None:
    weak = answer(where="\"confidence <> 'high'\"")
    strong = answer(**{"from": '{ table = "documents" }'})
    found = checked(file(claim(1, weak), claim(2, strong)), "m", record)
    assert found.claim(1).weak
    assert found.claim(1).evidence.endswith("It rests on a source of medium confidence.")
    assert not found.claim(2).weak


def test_what_only_a_source_of_low_confidence_says_is_unverified(record: Record, altered: Alter) -> None:
    facts = record.table("unifier_facts")
    text = alone(ESSAY.read_text(encoding="utf-8"), 15)
    unsure = altered(unifier_facts=facts.with_columns(confidence=pl.lit("low")))
    found = checked(text, "essay", unsure).claim(15)
    assert (checked(text, "essay", record).claim(15).verdict, found.verdict) == ("holds", "unverified")
    assert "It rests on a source of low confidence, which verifies nothing." in found.evidence


def test_json_holds_answers_with_rules_values_and_rows(essays: Claims) -> None:
    told = json.loads(json.dumps(essays.as_dict(), allow_nan=False))
    assert told["schema"] == "foedus/claims/1"
    assert told["record"]["sha256"] == essays.record_sha256
    told = as_dict(essays.claim(6))
    assert set(told) >= {"number", "paragraph", "claim", "type", "verdict", "evidence", "sources", "answers"}
    (only,) = told["answers"]
    assert only["values"] == {"parties": 3}
    assert only["rows_found"] == len(only["rows"]) == 3
    assert only["query"]["verdict"] == {"holds": "parties = 3", "contradicted": "parties > 0"}


def test_a_row_for_each_answer(essays: Claims) -> None:
    tidy = essays.tidy()
    assert tidy["number"].n_unique() == 31
    assert tidy.height == sum(max(1, len(each.answers)) for each in essays.claims)


def test_a_number_that_there_is_not_is_refused(essays: Claims) -> None:
    with pytest.raises(InputError, match="there is no claim 32"):
        essays.claim(32)
    assert [each.number for each in essays.only(11).claims] == [11]


def test_the_essay_concerns_its_members_from_its_year_on() -> None:
    assert of_partnership(Partnership("USA", "CAN", year=2022)) is not None
    assert of_partnership(Partnership("CAN", "USA", year=2025)) is not None
    assert of_partnership(Partnership("USA", "CAN", year=2021)) is None
    assert of_partnership(Partnership("USA", "MEX", year=2022)) is None


def test_what_was_checked_once_is_remembered(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    path = located("australia-new-zealand")
    first = check(path, record)
    monkeypatch.setattr("foedus.assessment.claims.check.checked", lambda *_: pytest.fail("checked again"))
    assert check(path, record).as_dict() == first.as_dict()


def test_another_record_is_not_taken_for_the_one_remembered(record: Record, altered: Alter) -> None:
    path = located("australia-new-zealand")
    check(path, record)
    without = altered(migrant_stocks=record.table("migrant_stocks").clear())
    assert checked(alone(path.read_text(encoding="utf-8"), 14), "tasman", without).claim(14).verdict == "unverified"
    assert memory.place("claims", record) != memory.place("claims", without)


def test_queries_that_take_too_long_are_stopped(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foedus.assessment.claims.check.LONGEST", -1.0)
    with pytest.raises(InputError, match="take longer than"):
        checked(file(), "mine.toml", record)
