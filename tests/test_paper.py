"""Each number of the paper is what the command beside it gives, and each reference is cited and there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import foedus

FOLDER = Path(__file__).resolve().parent.parent / "paper"
PAPER = (FOLDER / "paper.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \| `foedus ", PAPER, flags=re.MULTILINE))


def test_numbers_are_those_of_the_commands() -> None:
    (found, *_) = foedus.validate("disputes")
    gains = {row["term"]: _gain(row) for row in found.over_all("gains").filter(score="log score").iter_rows(named=True)}
    scored = {row["model"]: row for row in found.over_all().iter_rows(named=True)}["headline model"]
    expected = [gains["headline"], f"{scored['roc_auc']:.3f}", gains["pact"], f"{scored['n']:,}, {scored['events']:,}"]
    assert list(ROWS.values()) == expected


def _gain(row: dict[str, Any]) -> str:
    return f"{row['skill']:+.2%} ({row['skill_low']:+.2%} to {row['skill_high']:+.2%})"


def test_references_are_cited_and_there() -> None:
    held = set(re.findall(r"^@\w+\{(\w+),", (FOLDER / "paper.bib").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert set(re.findall(r"@(\w+\d{4})", PAPER)) == held
