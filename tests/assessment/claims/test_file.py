"""Claims files, good and hostile: every fault is told, with its claim and line, and nothing is run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus.assessment.claims.check import checked
from foedus.assessment.claims.file import filled, parse
from foedus.assessment.claims.read import EXAMPLES, LARGEST, located, read_text
from foedus.errors import InputError
from foedus.record.store import Record

ABOUT = """\
[about]
title = "Things said"
text = "Here and there."
members = ["USA", "CAN"]
year = 2022
"""


def claim(number: int = 1, *answers: str, **changed: str) -> str:
    """A claim of a file, six lines long, and its answers."""
    keys = {"claim": '"It is so."', "type": '"data"', "turns_on": '"What so is."', "would_change": '"Another record."'}
    lines = [f"{name} = {text}" for name, text in (keys | changed).items() if text]
    return "\n".join(["[[claim]]", f"number = {number}", *lines, *(answers or (answer(),)), ""])


def answer(**changed: str) -> str:
    """An answer that holds."""
    keys = {
        "from": '{ table = "unifier_facts" }',
        "select": '{ n = "COUNT(*)" }',
        "verdict": '{ holds = "n > 0" }',
        "evidence": '"{n} rows."',
    }
    return "\n".join(["[[claim.answer]]", *(f"{name} = {text}" for name, text in (keys | changed).items() if text)])


def file(*claims: str) -> str:
    return ABOUT + "".join(claims or (claim(),))


def faults(text: str, record: Record) -> list[str]:
    """The faults that are told of a file, one a line."""
    with pytest.raises(InputError) as refused:
        checked(text, "mine.toml", record)
    head, *lines = str(refused.value).splitlines()
    assert head == f"mine.toml has {len(lines)} fault{'s' if len(lines) > 1 else ''}:"
    return [line.strip() for line in lines]


def test_a_file_may_end_its_lines_as_windows_does_and_begin_with_its_mark(tmp_path: Path, record: Record) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf" + file().replace("\n", "\r\n").encode())
    assert checked(read_text(path), "mine.toml", record).claim(1).verdict == "holds"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (claim(turn_on='"x"'), "claim 1 (line 6): turn_on: not known. Did you mean turns_on?"),
        (claim(turns_on=""), "claim 1 (line 6): turns_on: missing."),
        (claim(type='"date"'), "claim 1 (line 6): type: Input should be 'data', 'cited fact', 'mixed' or 'opinion'."),
        (claim(claim="7"), "claim 1 (line 6): claim: Input should be a valid string."),
        (claim(0), "claim 0 (line 6): number: Input should be greater than or equal to 1."),
        (claim(10**30), "number: Input should be less than or equal to 9999."),
        (claim(type='"opinion"'), "an opinion has no verdict: leave the rules out."),
        (claim(1, " "), "nothing is asked of the record: write a [[claim.answer]], or give it the type opinion."),
        (claim(1, *[answer()] * 9), "answer: List should have at most 8 items"),
        (claim(1, answer(verdict="")), "an answer has no rule: give it a verdict, with a condition for each."),
        (claim(1, answer(verdict='{ hold = "n" }')), "answer 1: verdict.hold: Input should be 'holds', 'qualified'"),
        (claim(1, answer(source='{ table = "x" }')), "answer 1: source: not known."),
        (claim(1, answer(summarise='{ m = "SUM(n)" }')), "answer 1: by and summarise go together"),
        (claim(1, answer(select='{ "n x" = "1" }', evidence='"x"')), "answer 1: select.n x: no name"),
        (claim(1, answer(evidence='"{n.__class__}"')), "evidence: {n.__class__} is no slot"),
        (claim(1, answer(evidence='"{n!r}"')), "evidence: {n!r} is no slot"),
        (claim(1, answer(evidence='"{n:>999999999}"')), "is no slot"),
        (claim(1, answer(evidence='"{m}"')), "evidence: 'm' is read off nowhere."),
        (claim(1, answer(**{"from": "{ }"})), "name one source, panel, table, test, result, ledger, claims; there are 0."),
        (claim(1, answer(**{"from": '{ table = "a", test = "b" }'})), "there are 2."),
        (claim(1, answer(**{"from": '{ table = "unifier_facts", years = [1990, 2000] }'})), "years cannot stand beside table"),
        (claim(1, answer(**{"from": '{ panel = "state-year", states = [] }'})), "states: List should have at least 1 item"),
        (claim(1, answer(**{"from": '{ panel = "state-year", years = [1990] }'})), "years: List should have at least 2 items"),
        (claim(1, answer(**{"from": '{ panel = "state-year", years = ["a", 1] }'})), "valid integer"),
        (claim(1, answer(**{"from": '{ file = "/etc/passwd" }'})), "from.file: not known."),
        (claim(1, answer(**{"from": '{ claims = [2] }'})), "claim 1 (line 6): it reads the verdict of claim 2, which"),
        (claim(1, answer(**{"from": '{ claims = [1] }'})), "in a circle, 1 → 1"),
        (claim(2) + claim(2), "claim 2 (line 17): an earlier claim has this number: give each its own."),
        ("claim = 3", "claim: Input should be a valid list."),
    ],
)  # fmt: skip
def test_a_fault_of_form_is_told_with_claim_line_and_key(wrong: str, told: str, record: Record) -> None:
    assert told in "\n".join(faults(ABOUT + wrong if wrong.startswith("[[") else wrong + "\n" + ABOUT, record))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"from": '{ table = "unifier_fact" }'}, "the record has no table 'unifier_fact'. Did you mean"),
        ({"from": '{ table = "../../../etc/passwd" }'}, "the record has no table '../../../etc/passwd'."),
        ({"from": '{ table = "unifier_facts\\u0000" }'}, "the record has no table 'unifier_facts\\x00'."),
        ({"from": '{ panel = "state-day" }'}, "no claim can ask for a panel of 'state-day'"),
        ({"from": '{ panel = "state-year", variables = ["polyarky"] }'}, "Did you mean polyarchy"),
        ({"from": '{ panel = "dyad-year", years = [1816, 99999999] }'}, "no first and last year from 1816 to 2025"),
        ({"from": '{ panel = "dyad-year", carry_forward = 99999999 }'}, "carry-forward of 99999999 years"),
        ({"from": '{ test = "order.intrests" }'}, "order.interests"),
        ({"from": '{ result = "flight-driver" }'}, "Did you mean flight-drivers"),
        ({"from": '{ ledger = ["USA", "Atlantis"] }'}, "Atlantis"),
        ({"where": "\"event = 'x'; DROP TABLE y\""}, "where: ';' has no place in an expression."),
        ({"where": '"n >"'}, "where: n is neither a column nor a function"),
        ({"select": '{ n = "trained_at_least" }'}, "n are not one value each"),
        ({"select": '{ n = "SUM(event)" }'}, "cannot be computed"),
        ({"verdict": '{ holds = "n" }'}, "verdict: 'n' is neither true nor false."),
        ({"verdict": '{ holds = "m > 1" }'}, "m is neither a column"),
    ],
    ids=str,
)  # fmt: skip
def test_a_fault_of_a_query_is_told_with_claim_and_line(wrong: dict[str, str], told: str, record: Record) -> None:
    (fault,) = faults(file(claim(1, answer(**wrong))), record)
    assert fault.startswith("claim 1 (line 6), answer 1: ")
    assert told in fault


def test_all_faults_of_all_claims_are_told_in_the_order_of_the_file(record: Record) -> None:
    text = file(claim(7, answer(where='"a"')), claim(3), claim(5, answer(), answer(where='"b"')))
    assert [fault.split(":")[0] for fault in faults(text, record)] == [
        "claim 7 (line 6), answer 1",
        "claim 5 (line 29), answer 2",
    ]
    text = file(claim(7, type='"x"'), claim(3), claim(5, claim="1"))
    assert [fault.split(":")[0] for fault in faults(text, record)] == ["claim 7 (line 6)", "claim 5 (line 28)"]


def test_claims_that_read_each_other_are_told_as_a_circle(record: Record) -> None:
    circle = [claim(one, answer(**{"from": f"{{ claims = [{other}] }}"})) for one, other in ((1, 2), (2, 3), (3, 1))]
    (fault,) = faults(file(*circle), record)
    assert fault.startswith("claims read each other's verdicts in a circle")
    assert all(str(number) in fault for number in (1, 2, 3))


def test_a_partnership_that_cannot_be_is_a_fault(record: Record) -> None:
    (fault,) = faults(file().replace('"CAN"', '"Atlantis"'), record)
    assert fault.startswith("about.members: ")
    (fault,) = faults(file().replace("2022", "20220"), record)
    assert fault == "about.year: 20220 is no year from 1816 to 2025."


@pytest.mark.parametrize(
    "text",
    ["", "[about", "\x00", "a = 1\na = 2", "x = " + "[" * 20_000, "x = " + "9" * 5_000, "x = 2022-02-31", "\ufffe"],
    ids=["nothing", "cut", "NUL", "twice", "deep", "long number", "no day", "no letter"],
)  # fmt: skip
def test_what_is_no_toml_gets_one_message(text: str) -> None:
    with pytest.raises(InputError, match=r"mine\.toml (is not TOML|has \d faults?)"):
        parse(text, "mine.toml")


def test_keys_are_told_without_letters_that_a_terminal_obeys() -> None:
    with pytest.raises(InputError) as refused:
        parse(file(claim(**{'"\\u001b[31mred"': "1"})), "mine.toml")
    assert "\x1b" not in str(refused.value)


def test_very_many_faults_are_cut_short() -> None:
    with pytest.raises(InputError) as refused:
        parse(file(*(claim(number, type='"x"') for number in range(1, 101))), "mine.toml")
    assert "100 faults" in str(refused.value)
    assert str(refused.value).splitlines()[-1].strip() == "and 60 more"


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    binary, huge, link = tmp_path / "binary.toml", tmp_path / "huge.toml", tmp_path / "link.toml"
    binary.write_bytes(bytes(range(256)))
    huge.write_text("# " + "x" * LARGEST)
    link.symlink_to(link)
    for path, words in ((tmp_path, "directory"), (binary, "UTF-8"), (huge, "larger than 400,000"), (link, "cannot read")):
        with pytest.raises(InputError, match=words):
            read_text(path)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs /dev/zero, a device that never ends")
def test_a_device_that_never_ends_is_refused() -> None:
    with pytest.raises(InputError, match="larger than"):
        read_text(Path("/dev/zero"))


def test_a_name_is_a_path_or_a_file_that_ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert located("australia-new-zealand") == EXAMPLES / "australia-new-zealand.toml"
    with pytest.raises(InputError, match="Did you mean australia-new-zealand"):
        located("australia-newzealand")
    for name in ("x" * 10_000, "a\x00b", ""):
        with pytest.raises(InputError):
            read_text(located(name))
    (tmp_path / "australia-new-zealand").write_text(file())
    assert located("australia-new-zealand") == Path("australia-new-zealand")


@pytest.mark.parametrize(
    ("sentence", "values", "told"),
    [
        ("{n} of {m:,}", {"n": 3, "m": 12345}, "3 of 12,345"),
        ("{n:,}", {"n": 1234.56}, "1,235"),
        ("{n:%} and {n:.1%}", {"n": 0.126}, "13 % and 12.6 %"),
        ("{n:+.2f}, {m}", {"n": -1.5, "m": None}, "−1.50, –"),
        ("{{n}} {n", {"n": 1}, "{1} {n"),
        ("{n}", {"n": 43000.0}, "43000"),
        ("{n}", {"n": "<b>"}, "<b>"),
    ],
)
def test_a_sentence_is_filled(sentence: str, values: dict[str, object], told: str) -> None:
    assert filled(sentence, values) == told


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_a_file_or_gets_one_message(text: str) -> None:
    for whole in (text, ABOUT + text):
        with pytest.raises(InputError):
            parse(whole, "mine.toml")
