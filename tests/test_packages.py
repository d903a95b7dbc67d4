"""A package that is installed adds mechanism, source, chapter and claims to foedus, without a change of it.

The package is `tests/packages/visits`, which docs/packages.md describes: it is installed as Python sees it, a folder with its
metadata. What is wrong with one is told where that is asked for, and breaks no assessment.
"""

from __future__ import annotations

import json
import runpy
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

import foedus
from foedus import report
from foedus.assessment.assess import assess
from foedus.assessment.chapters import spending
from foedus.assessment.claims.check import of_partnership
from foedus.assessment.explain import entry
from foedus.assessment.explain import explain as explain_finding
from foedus.assessment.installed import told_by_packages
from foedus.cli.mechanisms import validate as command
from foedus.cli.partnerships import explain
from foedus.cli.records import record_add
from foedus.errors import InputError
from foedus.models.registered import register
from foedus.models.scaffold import new_mechanism
from foedus.offers import offers
from foedus.panels.codebook import codebook
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record, open_record
from foedus.testing import check_chapter, check_source
from foedus.validation.own_grades import kept, place_of

EXAMPLE = Path(__file__).parent / "packages/visits"
Offering = Callable[..., Path]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Offering]:
    """Install the package, offering what its pyproject.toml says, or other things in place of some; return its folder."""

    def install(**instead: dict[str, str]) -> Path:
        shutil.copytree(EXAMPLE / "visits", tmp_path / "visits", ignore=shutil.ignore_patterns("__pycache__"))
        points = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]["entry-points"]
        points |= {f"foedus.{group}": named for group, named in instead.items()}
        about = tmp_path / "visits-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: visits\nVersion: 1.0\n")
        lines = [line for group, named in points.items() for line in (f"[{group}]", *(f"{a} = {b}" for a, b in named.items()))]
        (about / "entry_points.txt").write_text("\n".join(lines))
        monkeypatch.syspath_prepend(tmp_path)
        return tmp_path / "visits"

    monkeypatch.setenv("FOEDUS_DATA", str(tmp_path / "data"))
    yield install
    codebook.cache_clear()
    for name in [each for each in sys.modules if each.split(".")[0] == "visits"]:
        del sys.modules[name]


def test_a_mechanism_is_explained_mapped_and_told_with_the_grade_that_is_kept_beside_it(
    installed: Offering, record: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = installed()
    lines = dict(foedus.explain("own.calm_states").lines())
    assert lines["Claims"] == "Democracies enter fewer disputes than states of their size."
    assert lines["Test"] == "Of the package visits: foedus validate own.calm_states"
    register(folder / "calm_states.toml", date(2026, 11, 30), record)
    command("own.calm_states", json=True, keep=True)
    (told,) = json.loads(capsys.readouterr().out)
    found = kept(folder / "calm_states.py")
    assert found is not None
    assert (found.grades["headline"], found.record_sha256) == (told["grade"], record.sha256)
    lines = dict(foedus.explain("calm_states").lines())
    assert lines["Test"].startswith("Of the package visits, registered on 2026-11-30: 1996–2010 forecast from 2 past origins;")
    drawn = foedus.causal_map().filter(mechanism="own.calm_states")
    assert drawn.filter(variable="polyarchy")["grade"].to_list() == [found.grades["polyarchy"]]
    finding = next(each for each in _own(record, 2010) if each.id == "own.calm_states")
    assert (finding.value, finding.chapter) == (told["grade"], "own")
    assert _own(record, 2005) == [], "an assessment of an earlier year knows no later one"
    with (folder / "calm_states.py").open("a") as file:
        file.write("# changed\n")
    assert kept(folder / "calm_states.py") is None
    place_of(folder / "calm_states.py").write_text("{")
    assert kept(folder / "calm_states.py") is None


def _own(record: Record, year: int) -> list[Any]:
    from foedus.assessment.chapters.own import chapter

    told = chapter(Partnership("USA", "CAN", year=year, record=record))
    assert told is not None
    return [*told.findings]


def test_a_chapter_and_claims_stand_in_assessments_and_a_source_is_added_by_name(
    installed: Offering, record: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    installed()
    two = Partnership("USA", "CAN", year=2010, record=record)
    (told,) = told_by_packages(two, ())
    assert told.gaps == ("State visits are not in the record: `foedus record add state_visits` adds them.",)
    record_add("state_visits")
    assert "state_visits: added_state_visits, 3 rows" in capsys.readouterr().out
    codebook.cache_clear()  # a new process begins with what has been added
    (told,) = told_by_packages(Partnership("USA", "CAN", year=2010, record=open_record()), ())
    assert told.findings[0].statement == "United States and Canada paid each other 4 state visits from 1999 to 2003."
    assert foedus.panel("dyad-year", ["state_visits"], dyads=["USA-GBR"], years=(2000, 2001))["state_visits"].to_list() == [
        0,
        2,
    ]
    assert foedus.claims("visits").claims[0].verdict == "holds"
    claims = of_partnership(Partnership("FRA", "BEL", year=2010))
    assert claims is not None
    assert claims.title == "What is said of France and Belgium"
    assert entry("visits.count")["told"].endswith("chapter.py:16 chapter")


@pytest.mark.slow
def test_an_assessment_ends_with_what_packages_bring(installed: Offering, tmp_path: Path) -> None:
    installed()
    whole = assess("FRA", "BEL", year=2010)
    assert [chapter.id for chapter in whole.chapters[-2:]] == ["own", "visits"]
    assert whole.claims is not None
    report.write_html(whole, tmp_path / "page.html", "foedus assess FRA BEL")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "State visits are not in the record" in page
    assert "No dispute has begun between the two since 1946." in page


def test_the_packages_own_test_passes(installed: Offering, record: Record) -> None:
    installed()
    runpy.run_path(str(EXAMPLE / "test_visits.py"))["test_foedus_can_rely_on_it"]()


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("raise RuntimeError('no')", "cannot be loaded (RuntimeError: no)"),
        ("ID, TITLE, QUESTION = 'odd', 'Odd', ''", "it has no chapter"),
        ("ID = TITLE = QUESTION = ''\nchapter = 1", "ID, TITLE, QUESTION are texts"),
        (
            "ID = TITLE = QUESTION = 'odd'\ndef chapter(two): return 1 / 0",
            "could not be told (ZeroDivisionError: division by zero)",
        ),
        ("ID = TITLE = QUESTION = 'odd'\ndef chapter(two): return 7", "is left out: chapter() gives a int, no Chapter"),
        ("from visits.chapter import *\nID = 'shield'", "its id is 'visits', not 'shield'; another chapter is called 'shield'"),
    ],
)
def test_a_chapter_that_is_none_is_a_gap_that_names_its_package(
    installed: Offering, record: Record, source: str, told: str
) -> None:
    folder = installed(chapters={"odd": "visits.odd"})
    (folder / "odd.py").write_text(source)
    (chapter,) = told_by_packages(Partnership("USA", "CAN", year=2010, record=record), ("shield",))
    assert told in chapter.gaps[0]
    assert "visits" in chapter.gaps[0]


def test_faults_of_a_source_and_of_claims_are_told_where_they_are_asked_for(installed: Offering) -> None:
    folder = installed(sources={"visits_to": "visits:SOURCE"}, claims={"lost": "visits:SOURCE.parent / 'x'", "no": "visits:ID"})
    with pytest.raises(InputError, match=r"that declares the source 'state_visits'\. In that package, give both one name"):
        record_add("visits_to")
    (folder / "state_visits.csv").unlink()
    with pytest.raises(InputError, match=r"beside .*state_visits\.toml there has to be one table, state_visits\.csv"):
        check_source(folder / "state_visits.toml")
    with pytest.raises(InputError, match=r"the installed package visits offers a claims file .* that cannot be loaded"):
        foedus.claims("no")
    with pytest.raises(InputError, match="or a package"):
        foedus.claims("nothing")
    assert of_partnership(Partnership("FRA", "BEL", year=2010)) is None


def test_packages_are_looked_through_once_and_nothing_is_loaded(installed: Offering, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(chapters={"odd": "visits.not_there"})
    looked: list[int] = []
    monkeypatch.setattr("foedus.offers.entry_points", lambda: looked.append(1) or metadata.entry_points())
    for _ in range(3):
        assert [each.name for each in offers("foedus.chapters")] == ["odd"]
        assert len(offers("foedus.mechanisms")) == 1
    assert looked == [1]
    assert "visits" not in sys.modules


def test_a_mechanism_of_a_file_or_a_class_is_explained_and_mapped(tmp_path: Path, record: Record) -> None:
    files = new_mechanism("quiet_states", tmp_path)
    lines = foedus.explain(str(files[0])).lines()
    assert ("Mechanism", "own.quiet_states") in lines
    assert ("Reads", "democracy (not estimated): polyarchy") in lines
    assert ("Shown by", f"foedus validate {files[0]}") in lines
    calm = foedus.Regression("state-year", "state_dispute_onset ~ polyarchy", name="calm")
    assert dict(foedus.explain(calm).lines())["Stands in"] == "a formula"
    assert dict(foedus.explain("order.interests").lines())["Stands in"].startswith("src/foedus/mechanisms/order/disputes.py:")
    drawn = foedus.causal_map(calm, str(files[0]), output=tmp_path / "map.svg")
    assert {"own.calm", "own.quiet_states", "order.interests"} <= {*drawn["mechanism"]}
    assert "own.quiet_states" in (tmp_path / "map.svg").read_text(encoding="utf-8")
    explain(str(files[0]), map_=tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_text(encoding="utf-8").count("own.quiet_states") > 0
    with pytest.raises(InputError, match="the map is SVG"):
        explain("order.interests", map_=tmp_path / "map.png")
    with pytest.raises(InputError, match="no finding is called"):
        explain_finding(str(files[0]))  # what the application asks: it runs no file
    with pytest.raises(InputError, match="another chapter is called 'spending'"):
        check_chapter(spending)
    with pytest.raises(InputError, match="no finding is called"):
        foedus.explain("own.nothing")
