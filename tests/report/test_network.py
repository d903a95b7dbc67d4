"""A network as a map: every tie is drawn once, between the capitals of its year, and every state's mark leads somewhere."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import polars as pl

from foedus.report.network import Node, capitals, draw
from foedus.report.worldmap import Shapes

WORLD = Shapes({"AAA": "M0 0l9 0 0 9z"}, {}, 500.0)
NODES = [
    Node(1, "Alpha", 0.0, 50.0, 2),
    Node(2, "Beta", 10.0, 45.0, 1),
    Node(3, "<Gamma>", 175.0, -40.0, 1, chosen=True),
    Node(4, "Delta", -75.0, 40.0, 0),
]


def drawn(ties: list[tuple[int, int, bool]], nodes: list[Node] = NODES) -> ElementTree.Element:
    return ElementTree.fromstring(draw(nodes, ties, WORLD, "map", lambda node: f"ties?states={node.ccode}")[0].svg())


def lines(tree: ElementTree.Element) -> dict[str, str]:
    return {str(each.get("class")): str(each.get("d")) for each in tree.iter("path") if "tie" in str(each.get("class"))}


def test_ties_known_of_the_year_are_told_apart_from_those_last_known() -> None:
    found = lines(drawn([(1, 2, True), (1, 3, False)]))
    assert set(found) == {"tie known", "tie last-known"}
    assert found["tie known"].count("M") == 1


def test_a_tie_across_the_edge_of_the_map_is_drawn_in_two_parts() -> None:
    course = lines(drawn([(3, 4, True)]))["tie known"]
    places = [float(x) for x in re.findall(r"[ML]([\d.]+) ", course)]
    assert course.count("M") == 2
    assert max(abs(one - other) for one, other in pairwise(places)) > 400


def test_every_state_has_a_mark_that_leads_to_its_own_ties_with_its_name_escaped() -> None:
    marks = list(drawn([(1, 3, True)]).iter("a"))
    assert {each.get("href") for each in marks} == {f"ties?states={code}" for code in (1, 2, 3, 4)}
    assert "<Gamma>: 1 tie" in {each.get("aria-label") for each in marks}


def test_the_part_of_the_world_that_is_shown_holds_every_state() -> None:
    for nodes in (NODES, NODES[:2], NODES[:1]):
        for circle in drawn([], nodes).iter("circle"):
            assert 0 <= float(str(circle.get("cx"))) <= 960
            assert 0 <= float(str(circle.get("cy"))) <= 500


def test_a_capital_is_that_of_the_year() -> None:
    rows = {"ccode": [260, 260], "start": [date(1949, 1, 1), date(1991, 6, 20)]}
    table = pl.DataFrame({**rows, "longitude": [7.1, 13.4], "latitude": [50.7, 52.5]})
    assert [capitals(table, year) for year in (1948, 1990, 1991)] == [{}, {260: (7.1, 50.7)}, {260: (13.4, 52.5)}]
