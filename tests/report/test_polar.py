"""Maps from above the pole: where places fall, what is drawn of a site, and names that come from users."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest

from foedus.assessment.finding import Exhibit
from foedus.report import charts, polar
from foedus.report.tables import tables
from tests.report.conftest import HOSTILE

SCHEMA = {
    "panel": pl.String,
    "site": pl.String,
    "state": pl.String,
    "latitude": pl.Float64,
    "longitude": pl.Float64,
    "reach_km": pl.Float64,
    "position": pl.String,
    "note": pl.String,
    "outline": pl.String,
}
ROWS = [
    (panel, *site)
    for panel in ("At 100 m", "At 10 km")
    for site in (
        ("Alpha", "Northland", 70.0, -100.0, 70.4, "site", None, "-10200,7000 -10000,7060 -9800,7000 -10000,6940"),
        (HOSTILE[0], "South & Isles", 66.0, -60.0, 90.0, "island", HOSTILE[1], "-6200,6600 -6000,6680 -5800,6600 -6000,6520"),
        ("Nowhere", "Northland", None, None, None, "missing", "no public position", None),
    )
]


@pytest.fixture(scope="module")
def exhibit() -> Exhibit:
    return Exhibit("warning.map", "What is seen", "polar", pl.DataFrame(ROWS, schema=SCHEMA, orient="row"))


@pytest.fixture(scope="module")
def drawing(exhibit: Exhibit, world: pl.DataFrame) -> ElementTree.Element:
    return ElementTree.fromstring(charts.svg(exhibit, world))


def marks(drawing: ElementTree.Element) -> list[str]:
    return [each.attrib["aria-label"] for each in drawing.iter() if each.attrib.get("class") == "mark"]


def test_the_pole_is_the_middle_and_the_middle_longitude_points_down() -> None:
    placed = polar.azimuthal(np.array([[0.0, 90.0], [-100.0, 60.0], [-10.0, 60.0]]), -100.0)
    assert placed[0] == pytest.approx([0, 0])
    assert placed[1][0] == pytest.approx(0)
    assert placed[1][1] > 0
    assert placed[2] == pytest.approx([placed[1][1], 0], abs=1e-9)


def test_areas_stay_equal() -> None:
    """The caps above 80° and above 60° have areas like 1 - sin 80° to 1 - sin 60°."""
    radii = [np.hypot(*polar.azimuthal(np.array([[0.0, north]]))[0]) for north in (80.0, 60.0)]
    caps = [1 - np.sin(np.radians(north)) for north in (80.0, 60.0)]
    assert (radii[0] / radii[1]) ** 2 == pytest.approx(caps[0] / caps[1])


def test_there_is_one_map_a_panel_and_a_mark_a_site_with_a_position(exhibit: Exhibit, drawing: ElementTree.Element) -> None:
    key, *maps = charts.pictures(exhibit)
    assert key.label == ""
    assert [picture.title for picture in maps] == ["At 100 m", "At 10 km"]
    assert sum(label.startswith("Alpha, Northland: sees 70.4 km far") for label in marks(drawing)) == 2
    assert not [label for label in marks(drawing) if "Nowhere" in label]


def test_states_differ_without_colour(drawing: ElementTree.Element) -> None:
    shapes = {
        each.attrib["class"].split()[1]: each.tag for each in drawing.iter() if each.attrib.get("class", "").startswith("site")
    }
    assert len(set(shapes.values())) == len(shapes) == 2
    assert [each for each in drawing.iter() if each.attrib.get("class") == "site s1 hollow"], "the island's mark is hollow"


def test_land_is_written_once_and_only_that_of_the_north(world: pl.DataFrame, drawing: ElementTree.Element) -> None:
    north = pl.DataFrame({"outline": ["-9000,6000 -8000,6000 -8000,7000 -9000,7000", "0,-6000 1000,-6000 1000,-7000"]})
    assert polar.land(north).count("M") == 1
    assert polar.land(world) == "", "the test's world lies south of it"
    shapes = charts.shapes_for([Exhibit("a", "", "polar", pl.DataFrame(ROWS, schema=SCHEMA, orient="row"))], north)
    assert shapes is not None
    assert shapes.definitions().count('id="w-north"') == 1
    assert not shapes.paths


def test_hostile_names_stay_words(exhibit: Exhibit, drawing: ElementTree.Element) -> None:
    assert {each.tag.rpartition("}")[2] for each in drawing.iter()} <= {
        "svg", "title", "desc", "style", "defs", "pattern", "path", "rect", "circle", "line", "polygon", "g", "text", "use",
    }  # fmt: skip
    assert [label for label in marks(drawing) if HOSTILE[0] in label and HOSTILE[1] in label]
    assert "<script" not in "".join(picture.svg() for picture in charts.pictures(exhibit))


def test_every_link_in_a_drawing_leads_somewhere(exhibit: Exhibit) -> None:
    text = charts.svg(exhibit)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(re.findall(r'id="([^"]+)"', text))


def test_the_table_has_every_site_and_no_outline(exhibit: Exhibit) -> None:
    (table,) = tables(exhibit)
    assert len(table.rows) == 6
    assert "Outline" not in [column.heading for column in table.columns]


def test_a_frame_without_a_place_gives_no_map(exhibit: Exhibit) -> None:
    nowhere = exhibit.frame.filter(site="Nowhere")
    assert charts.pictures(Exhibit("a", "", "polar", nowhere)) == []


def test_a_frame_that_lacks_a_column_is_refused(exhibit: Exhibit) -> None:
    with pytest.raises(ValueError, match="lacks outline"):
        charts.check(Exhibit("a", "", "polar", exhibit.frame.drop("outline")))
