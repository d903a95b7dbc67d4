"""`foedus claims` as a user meets it."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

import foedus
from foedus.assessment.claims.read import EXAMPLES
from tests.test_cli import refused, run

EXAMPLE = (EXAMPLES / "australia-new-zealand.toml").read_text(encoding="utf-8")


def test_a_list_in_a_pipe_is_csv() -> None:
    done = run("claims")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [int(row["number"]) for row in rows] == list(range(1, 32))
    assert list(rows[0]) == ["number", "paragraph", "type", "verdict", "claim", "evidence", "sources"]


def test_one_claim_is_shown_whole() -> None:
    done = run("claims", "6", COLUMNS="200")
    assert done.returncode == 0, done.stderr
    for words in ("Claim 6, paragraph 3, cited fact: holds", "holds if: parties = 3", "from = {", "Values: parties 3", "3 rows",
                  "treaty_facts", "What would change it"):  # fmt: skip
        assert words in done.stdout


def test_json_holds_all_claims_or_one() -> None:
    every, one = (json.loads(run("claims", *number, "--json").stdout) for number in ([], ["11"]))
    assert every["schema"] == one["schema"] == "foedus/claims/1"
    assert len(every["claims"]) == 31
    assert [each["number"] for each in one["claims"]] == [11]
    assert one["claims"][0] == every["claims"][10]


def test_a_file_of_ones_own_gives_the_same_page_and_list(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(EXAMPLE, encoding="utf-8")
    done = run("claims", "--file", "mine.toml", "--html", "page.html", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert len(re.findall(r'<li id="claim-\d+"', page)) == 18
    assert "claims --file mine.toml --html page.html" in page
    assert run("claims", "--file", "australia-new-zealand").stdout == done.stdout


def test_a_file_may_have_the_name_of_an_option(tmp_path: Path) -> None:
    (tmp_path / "--json").write_text(EXAMPLE, encoding="utf-8")
    done = run("claims", "14", "--file=--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "600,404" in done.stdout


def test_what_a_file_says_is_text_on_the_page_and_in_the_terminal(tmp_path: Path) -> None:
    told = EXAMPLE.replace("New Zealand rides free", "<script>alert(1)</script> \\u001b[31m {{ 7 * 7 }}")
    (tmp_path / "mine.toml").write_text(told, encoding="utf-8")
    done = run("claims", "--file", "mine.toml", "--html", "-", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "<script>alert" not in done.stdout
    assert "&lt;script&gt;alert(1)&lt;/script&gt; [31m {{ 7 * 7 }}" in done.stdout
    one = run("claims", "15", "--file", "mine.toml", folder=tmp_path)
    assert "\x1b" not in one.stdout
    assert "<script>alert(1)</script> [31m {{ 7 * 7 }}" in one.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["99"], ["there is no claim 99", "31"]),
        (["eleven"], ["number", "is not a valid"]),
        (["--file", "nowhere.toml"], ["nowhere.toml", "australia-new-zealand"]),
        (["--file", "--json"], ["--json"]),
        (["--file", "."], ["cannot read .", "directory"]),
        (["--file", "binary"], ["binary", "UTF-8"]),
        (["--file", "huge"], ["huge", "larger than"]),
        (["--file", "faulty.toml"], ["faulty.toml has 2 faults", "claim 3 (line", "claim 5 (line"]),
        (["--file", "faulty.toml", "--html", "page.html"], ["faulty.toml has 2 faults"]),
        (["--file", "good.toml", "--html", "good.toml"], ["good.toml", "the file that is read"]),
        (["--html", "nowhere/page.html"], ["nowhere", "does not exist"]),
        (["--html", "."], ["folder"]),
        (["--html", "-", "--json"], ["both go to the terminal"]),
    ],
    ids=lambda value: " ".join(value) if value[0].startswith("-") else None,
)
def test_bad_input_gets_one_message_and_nothing_written(arguments: list[str], words: list[str], tmp_path: Path) -> None:
    files = {
        "binary": bytes(range(256)),
        "huge": b"#" * 500_000,
        "faulty.toml": EXAMPLE.replace('variables = ["defence_pact"], dyads = ["USA-NZL"]', 'variables = ["x"]')
        .replace("%Manila Pact%'", "%Manila Pact%' AND sum")
        .encode(),
        "good.toml": EXAMPLE.encode(),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    refused(run("claims", *arguments, folder=tmp_path), *words)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == files


def test_python_gives_the_same_claims_to_show_cite_and_display() -> None:
    found = foedus.claims("australia-new-zealand")
    assert found.claim(8).verdict == "holds"
    assert found.to_html().startswith("<!doctype html>")
    assert "Leeds" in found.cite()
    assert "<table" in found._repr_html_()
