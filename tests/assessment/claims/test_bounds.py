"""What a claims file can cost has bounds, each with its message; and whole numbers are right or refused, never run over."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from foedus.assessment.claims import check, query
from foedus.assessment.claims.query import Query, run
from foedus.errors import InputError
from tests.assessment.claims.test_query import found
from tests.worlds import world

NUMBERS = pl.DataFrame(
    {
        "fact_id": ["a", "b", "c"],
        "few": [60_000, -60_000, 3],
        "many": [3_000_000_000, -3_000_000_000, 2],
        "word": ["xy", None, "z"],
        "half": [0.5, None, 2.0],
    }
)
OF_NUMBERS = world(agreement_facts=NUMBERS)
HERE: dict[str, Any] = {"table": "agreement_facts"}


def value(text: str, **parts: Any) -> Any:
    return found(HERE, OF_NUMBERS, select={"n": text}, **parts).values["n"]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("MAX(few * few)", 3_600_000_000),
        ("SUM(few * 2)", 6),
        ("SUM(many) * 2", 4),
        ("MIN(many * 2)", -6_000_000_000),
        ("SUM(half * few)", 30_006.0),
        ("SUM(CASE WHEN many > 0 THEN 1 ELSE 0 END) * 1.0 / COUNT(*)", 2 / 3),
        ("MAX(EXTRACT(YEAR FROM DATE '2000-01-01') * EXTRACT(YEAR FROM DATE '2000-01-01') * few)", 240_000_000_000),
        ("MAX(CAST(many AS DOUBLE) * many * many)", 2.7e28),
        ("SUM(CASE WHEN word = 'xy' THEN 1 ELSE 0 END)", 1),
        ("MAX(many) * 0", 0),
    ],
)
def test_products_and_sums_are_right(text: str, right: float) -> None:
    assert value(text) == pytest.approx(right, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        "MAX(many * many)",  # 9e18: fits into 64 bits, and is no longer exact as a double
        "MAX(many * many * many)",  # 2.7e28, of which 64 bits leave -2,666,827,603,905,609,728
        "MIN(many * many * many * many)",
        "SUM(CASE WHEN many > 2 AND many * many * many > 0 THEN 1 ELSE 0 END)",  # above zero, and its last 64 bits below
        "MAX(many * many * many / 1000)",
        "COUNT(*) * 9007199254740993",
    ],
)
def test_what_does_not_fit_is_refused_wherever_it_stands(text: str) -> None:
    with pytest.raises(InputError, match=r"^select\.n: whole numbers in it grow beyond 9,007,199,254,740,992, .*CAST"):
        value(text)


def test_what_does_not_fit_is_refused_in_every_part_of_a_query() -> None:
    grown = "many * many * many"
    for place, parts in {
        r"derive\.d": {"derive": {"d": grown}},
        "where": {"where": f"{grown} > 0"},
        r"select\.s": {"by": ("fact_id",), "select": {"s": f"SUM({grown})"}, "summarise": {"n": "COUNT(s)"}},
        r"summarise\.n": {"by": ("fact_id",), "select": {"s": "SUM(many)"}, "summarise": {"n": "MAX(s * s * s)"}},
    }.items():
        with pytest.raises(InputError, match=f"^{place}: whole numbers"):
            found(HERE, OF_NUMBERS, **parts)


def test_doubling_a_number_again_and_again_is_refused_before_it_runs_over() -> None:
    doubled = {f"d{step}": f"{f'd{step - 1}' if step else 'many'} + {f'd{step - 1}' if step else 'many'}" for step in range(40)}
    with pytest.raises(InputError, match=r"derive\.d21: whole numbers"):  # 3e9 · 2^22 = 1.26e16 > 9.0e15 > 3e9 · 2^21
        found(HERE, OF_NUMBERS, derive=doubled)


def test_doubling_a_text_again_and_again_is_refused() -> None:
    doubled = {f"d{step}": f"{f'd{step - 1}' if step else 'word'} + {f'd{step - 1}' if step else 'word'}" for step in range(40)}
    with pytest.raises(InputError, match=r"derive\.d9: a text of 2,048 bytes is longer than 2,000"):  # 2 · 2^10
        found(HERE, OF_NUMBERS, derive=doubled)


def test_texts_are_bounded_before_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "MOST_LETTERS", 30)
    assert value("MAX(word + 'a')", where="fact_id = 'a'") == "xya"
    with pytest.raises(InputError, match=r"select\.n: texts of up to 18 bytes in 3 rows are more than 30"):  # 3 · (2 + 2 + 2)
        value("MAX(word + word + word)")


def test_rows_times_columns_are_bounded_with_those_that_are_derived(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "MOST_CELLS", 18)
    assert value("COUNT(*)", derive={"d": "few + 1"}) == 3, "3 rows of 6 columns"
    with pytest.raises(InputError, match="3 rows of 7 columns are more than 18 values: ask for fewer years"):
        value("COUNT(*)", derive={"d": "few + 1", "e": "few + 2"})


def test_a_panel_is_refused_before_it_is_built(record: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[tuple[str, ...]] = []
    make = query.panel

    def panel(unit: str, names: Any, **choices: Any) -> pl.DataFrame:
        built.append(tuple(names))
        return make(unit, names, **choices)

    monkeypatch.setattr(query, "panel", panel)
    monkeypatch.setattr(query, "MOST_CELLS", 100)
    asked = {"panel": "dyad-year", "variables": ["dispute_onset"], "years": [2000, 2000]}
    with pytest.raises(InputError, match=r"rows of 5 columns are more than 100 values"):
        found(asked, record)
    assert built == [()], "its keys alone"


def test_time_is_looked_at_inside_a_query() -> None:
    looked: list[int] = []

    def in_time() -> None:
        looked.append(1)
        if len(looked) == 3:
            raise InputError("too long")

    asked = Query(HERE, {"a": "few", "b": "few", "c": "few"}, select={"n": "COUNT(*)"})
    with pytest.raises(InputError, match="too long"):
        run(asked, OF_NUMBERS, {}, in_time)
    assert len(looked) == 3, "after the rows, after the first column, after the second"


HEAD = '[about]\ntitle = "t"\ntext = "t"\nmembers = ["USA", "CAN"]\nyear = 2020\n'
ONE = """
[[claim]]
number = {number}
claim = "c"
type = "data"
turns_on = "t"
would_change = "w"
[[claim.answer]]
from = {{ table = "organisations" }}
verdict = {{ {verdict} }}
evidence = "x"
[claim.answer.select]
n = "COUNT(*)"
"""


def test_a_file_ends_when_its_time_is_over_even_inside_a_query(record: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1000, 100))
    monkeypatch.setattr(check.time, "monotonic", lambda: float(next(clock)))
    text = HEAD + ONE.format(number=1, verdict='holds = "TRUE"')
    with pytest.raises(InputError, match="the queries of mine take longer than 300 seconds: ask for fewer rows"):
        check.checked(text, "mine", record)


def test_what_is_kept_of_all_answers_is_bounded(record: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "MOST_KEPT", 100)
    with pytest.raises(InputError, match="the rows behind the answers of mine are more than 100 bytes: derive fewer columns"):
        check.checked(HEAD + ONE.format(number=1, verdict='holds = "TRUE"'), "mine", record)


def test_a_verdict_does_not_run_over_either(record: Any) -> None:
    """2 to the 70th is above zero; of its last 64 bits none is set."""
    text = HEAD + ONE.format(number=1, verdict=f'holds = "{" * ".join(["n"] * 70)} > 0"').replace("COUNT(*)", "MIN(2)")
    with pytest.raises(InputError, match=r"claim 1 \(line 7\), answer 1: verdict\.holds: whole numbers in it grow beyond"):
        check.checked(text, "mine", record)


HOSTILE: dict[str, Callable[[], str]] = {
    "groups": lambda: _asks(
        'from = { panel = "dyad-year", variables = ["dispute_onset", "peace_years", "min_distance"] }\n'
        'by = ["ccode1", "ccode2", "year"]',
        {"a": "MEDIAN(min_distance)", "b": "FIRST(peace_years)", "c": "SUM(peace_years * peace_years)", "d": "STDDEV(year)"},
        summarise={"s": "SUM(c)", "m": "MEDIAN(a)"},
    ),
    "columns": lambda: _asks(
        'from = { panel = "dyad-year", variables = ["min_distance"] }',
        {"n": "COUNT(*)"},
        derive={f"d{step}": " * ".join(["year"] * 4) for step in range(13)},
    ),
    "texts": lambda: _asks(
        'from = { table = "world_map" }',
        {"n": "COUNT(*)"},
        derive={f"d{step}": " + ".join(["outline"] * 50) for step in range(9)},
    ),
}


def _asks(head: str, select: dict[str, str], **parts: dict[str, str]) -> str:
    tables = {"select": select, **parts}
    text = "".join(_table(f"claim.answer.{name}", of) for name, of in tables.items())
    head = ONE.split("from =", maxsplit=1)[0].format(number=1) + head
    return f'{HEAD}{head}\nverdict = {{ holds = "TRUE" }}\nevidence = "x"\n{text}'


def _table(name: str, entries: dict[str, str]) -> str:
    return f"[{name}]\n" + "".join(f'{key} = "{each}"\n' for key, each in entries.items())


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="peaks of memory are read as Linux tells them")
@pytest.mark.parametrize("name", HOSTILE)
def test_no_claims_file_takes_more_than_a_gigabyte(name: str, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(HOSTILE[name](), encoding="utf-8")
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], capture_output=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-c", code, sys.executable, "-m", "foedus", "claims", "--file", str(tmp_path / "mine.toml")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert 50_000 < int(done.stdout) < 1_000_000, "kilobytes"
