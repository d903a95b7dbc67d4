"""The causal map as a picture: every link is drawn, leads to its mechanism, and is told apart without colour."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import polars as pl
import pytest

from foedus.assessment.finding import Exhibit
from foedus.report import causal, charts

ROWS = [
    ("a.one", "reads", "regimes", "polyarchy", "regime", "supported"),
    ("a.one", "reads", "regimes", "uds", "regime", "supported"),
    ("a.one", "reads", "regimes", "polity", "other", "not supported"),
    ("a.one", "writes", "written by a mechanism", "risk", None, "mixed"),
    ('b."two"', "reads", "geography & land", "contiguous", None, "not estimated"),
    ('b."two"', "writes", "written by a mechanism", "a_very_long_name_of_what_is_written", None, "not estimated"),
]
COLUMNS = ("mechanism", "direction", "topic", "variable", "term", "grade")


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    return pl.DataFrame(ROWS, schema=COLUMNS, orient="row")


def tree(frame: pl.DataFrame) -> ElementTree.Element:
    return ElementTree.fromstring(causal.draw(frame, "map")[1].svg())


def test_links_of_one_topic_and_grade_are_one_line(frame: pl.DataFrame) -> None:
    lines = [each for each in tree(frame).iter("path") if (each.get("class") or "").startswith("link")]
    assert len(lines) == 3 + 2, "two grades from regimes, one from geography, and one for what each writes"


def test_every_line_and_box_leads_to_its_mechanism(frame: pl.DataFrame) -> None:
    targets = {each.get("href") for each in tree(frame).iter("a")}
    assert targets == {f"#{causal.anchor(name)}" for name in ("a.one", 'b."two"')}
    assert all(each.get("aria-label") for each in tree(frame).iter("a"))


def test_nothing_is_written_over_another_where_a_mechanism_reads_or_writes_much() -> None:
    read = [("a", "reads", f"topic {place}", f"variable {place}", None, "mixed") for place in range(9)]
    written = [("a", "writes", "written", f"number {place}", None, "mixed") for place in range(7)]
    frame = pl.DataFrame([*read, *written], schema=COLUMNS, orient="row")
    texts = [(each.get("x"), float(each.get("y") or 0)) for each in tree(frame).iter("text")]
    for column in {x for x, _ in texts}:
        heights = sorted(y for x, y in texts if x == column)
        assert all(below - above >= 12 for above, below in pairwise(heights))


def test_the_strongest_links_are_drawn_last(frame: pl.DataFrame) -> None:
    order = [str(each.get("class")) for each in tree(frame).iter("path") if (each.get("class") or "").startswith("link")][:3]
    assert order == ["link not-estimated", "link not-supported", "link supported"]


def test_the_key_names_the_grades_that_occur(frame: pl.DataFrame) -> None:
    key = causal.draw(frame, "map")[0].svg()
    assert re.findall(r'class="tick"[^>]*>([^<]+)<', key) == ["supported", "mixed", "not supported", "not estimated"]


def test_grades_differ_by_more_than_colour() -> None:
    styles = re.findall(r"\.link\.([a-z-]+) \{([^}]*)\}", charts.stylesheet())
    shapes = {grade: re.sub(r"stroke: [^;]*;", "", rule).strip() for grade, rule in styles}
    told = [shapes[grade] for grade in ("supported", "mixed", "not-supported", "not-estimated")]
    assert len(set(told)) == len(told)


def test_a_frame_without_its_columns_is_refused(frame: pl.DataFrame) -> None:
    with pytest.raises(ValueError, match="lacks grade"):
        charts.pictures(Exhibit("x", "x", "causal map", frame.drop("grade")))
