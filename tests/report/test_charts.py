"""Exhibits as pictures: well-formed, safe with hostile names, honest about what is not known."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest

from foedus.assessment.assessment import Assessment
from foedus.assessment.finding import Exhibit
from foedus.errors import InputError
from foedus.report import charts, lines, points, timeline, worldmap
from foedus.report.standalone import document
from tests.report.conftest import HOSTILE, NORTH

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = ("relation.timeline", "relation.lines", "order.map", "order.top", "order.reliability")


def exhibit(assessment: Assessment, name: str) -> Exhibit:
    return next(item for chapter in assessment.chapters for item in chapter.exhibits if item.id == name)


def parsed(assessment: Assessment, world: pl.DataFrame, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(charts.svg(exhibit(assessment, name), world))


def labels(root: ElementTree.Element) -> list[str]:
    return [item.get("aria-label", "") for item in root.iter() if "mark" in (item.get("class") or "").split()]


@pytest.mark.parametrize("name", DRAWN)
def test_pictures_are_well_formed_and_hold_no_script(assessment: Assessment, world: pl.DataFrame, name: str) -> None:
    root = parsed(assessment, world, name)
    assert {item.tag.removeprefix(SVG) for item in root.iter()} <= {
        *(
            "svg",
            "title",
            "desc",
            "style",
            "defs",
            "pattern",
            "path",
            "g",
            "rect",
            "line",
            "circle",
            "text",
            "use",
            "polyline",
            "polygon",
        )
    }
    assert not [key for item in root.iter() for key in item.attrib if key.lower().startswith("on")]


@pytest.mark.parametrize("name", DRAWN)
def test_pictures_refer_to_nothing_outside_themselves(assessment: Assessment, world: pl.DataFrame, name: str) -> None:
    root = parsed(assessment, world, name)
    assert all(value.startswith("#") for item in root.iter() for key, value in item.attrib.items() if key.endswith("href"))
    drawn = charts.svg(exhibit(assessment, name), world)
    assert set(re.findall(r"url\(([^)]*)\)", drawn)) <= {"#hatch"}
    assert "@import" not in drawn


@pytest.mark.parametrize("name", DRAWN)
def test_pictures_are_the_same_bytes_each_time(assessment: Assessment, world: pl.DataFrame, name: str) -> None:
    assert charts.svg(exhibit(assessment, name), world) == charts.svg(exhibit(assessment, name), world)


@pytest.mark.parametrize("name", DRAWN)
def test_colours_of_a_standalone_picture_are_resolved(assessment: Assessment, world: pl.DataFrame, name: str) -> None:
    assert "var(" not in charts.svg(exhibit(assessment, name), world)


def test_every_class_of_colour_exists_in_the_dark_palette_too() -> None:
    light, dark = charts.stylesheet().split("/* rules */")[0].split("@media")
    names = re.compile(r"(--[a-z0-9-]+):")
    assert set(names.findall(light)) == set(names.findall(dark))


def test_every_mark_says_what_it_is(assessment: Assessment, world: pl.DataFrame) -> None:
    for name in DRAWN:
        found = labels(parsed(assessment, world, name))
        assert found
        assert all(found)


def test_a_map_has_a_mark_for_every_state_with_a_place_on_it(assessment: Assessment, world: pl.DataFrame) -> None:
    shapes = worldmap.shapes(world)
    picture = charts.map_picture(exhibit(assessment, "order.map"), NORTH, "any dispute", shapes)
    root = ElementTree.fromstring(picture.svg())
    marks = [item for item in root.iter() if "mark" in (item.get("class") or "").split()]
    keys = [item.get("data-k") or item.get("href", "").removeprefix("#w-") for item in marks]
    assert sorted(keys) == ["AAA", "BBB", "CCC", "ISL", "SOU"]


def test_the_member_is_outlined_and_carries_no_risk(assessment: Assessment, world: pl.DataFrame) -> None:
    picture = charts.map_picture(exhibit(assessment, "order.map"), NORTH, "any dispute", worldmap.shapes(world))
    assert '<use href="#w-NOR" class="own"/>' in picture.body
    assert picture.body.count("#w-NOR") == 1


def test_a_state_without_an_estimate_is_hatched_and_says_so(assessment: Assessment, world: pl.DataFrame) -> None:
    picture = charts.map_picture(exhibit(assessment, "order.map"), NORTH, "any dispute", worldmap.shapes(world))
    drawn = re.search(r'<use href="#w-CCC"[^>]*>', picture.body)
    assert drawn is not None
    assert "unknown" in drawn[0]
    assert "no estimate" in drawn[0]


def test_land_without_a_code_or_a_row_is_plain(assessment: Assessment, world: pl.DataFrame) -> None:
    picture = charts.map_picture(exhibit(assessment, "order.map"), NORTH, "any dispute", worldmap.shapes(world))
    assert '<use href="#w-land" class="land"/>' in picture.body


def test_a_state_that_is_only_a_point_is_a_dot(world: pl.DataFrame) -> None:
    shapes = worldmap.shapes(world)
    assert "ISL" in shapes.dots
    assert "ISL" not in shapes.paths
    assert "NOR" not in shapes.dots


def test_land_south_of_the_map_is_left_out(world: pl.DataFrame) -> None:
    assert "SPL" not in worldmap.shapes(world).paths


def test_darker_bins_are_larger_risks() -> None:
    assert worldmap.edges(pl.Series([0.0002, None, 0.03])) == sorted(worldmap.BINS)
    assert worldmap.edges(pl.Series([1e-6])) == worldmap.edges(pl.Series([0.9])), "one colour says the same on every page"
    assert worldmap.edges(pl.Series([None, None], dtype=pl.Float64)) == []
    assert worldmap.edges(pl.Series([0.0, 0.0])) == []


def test_maps_of_all_members_and_outcomes_share_one_scale(assessment: Assessment, world: pl.DataFrame) -> None:
    item, shapes = exhibit(assessment, "order.map"), worldmap.shapes(world)
    alike = [charts.map_picture(item, NORTH, outcome, shapes).body for outcome in ("any dispute", "fatal dispute")]
    colours = [re.findall(r'#w-AAA" class="mark (b\d)"', body) for body in alike]
    assert colours == [["b5"], ["b2"]]


def test_one_map_of_several_can_be_asked_for(assessment: Assessment, world: pl.DataFrame) -> None:
    item = exhibit(assessment, "order.map")
    assert charts.svg(item, world).count('class="sea"') == 4
    assert charts.svg(item, world, only=(NORTH, "fatal dispute")).count('class="sea"') == 1
    with pytest.raises(InputError, match="has no map of Northland: war"):
        charts.svg(item, world, only=(NORTH, "war"))


def test_equal_earth_agrees_with_an_independent_projection() -> None:
    place = worldmap.equal_earth(np.array([[100.0, 40.0]]))[0]
    assert place == pytest.approx([1.3327243907, 0.7746211959], abs=1e-9)  # echo 100 40 | proj +proj=eqearth +R=1 (PROJ 9)


def test_a_line_breaks_where_years_are_missing(assessment: Assessment) -> None:
    democracy = lines.draw(exhibit(assessment, "relation.lines").frame, "")[1]
    assert democracy.body.count("<polyline") == 4  # two series, before and after 1920–1930
    assert democracy.body.count("dot s0") == 1  # 1931 stands alone


def test_panels_without_an_interval_have_no_band(assessment: Assessment) -> None:
    _, democracy, weight = lines.draw(exhibit(assessment, "relation.lines").frame, "")
    assert "<polygon" in democracy.body
    assert "<polygon" not in weight.body


def test_a_spell_that_has_not_ended_reaches_the_edge(assessment: Assessment) -> None:
    body = timeline.draw(exhibit(assessment, "relation.timeline").frame, "")[0].body
    assert "Pact, 4 Apr 1949 – not ended: defence" in body
    assert "›" in body


def test_a_silence_is_hatched_and_named(assessment: Assessment) -> None:
    body = timeline.draw(exhibit(assessment, "relation.timeline").frame, "")[0].body
    assert body.count('class="unknown"') == 2
    assert ">no data<" in body


def test_an_event_of_unknown_severity_is_a_dot(assessment: Assessment) -> None:
    body = timeline.draw(exhibit(assessment, "relation.timeline").frame, "")[0].body
    assert body.count('class="moment"') == 1
    assert body.count('class="event"') == 1


def test_spells_that_overlap_stand_in_rows_of_their_own(assessment: Assessment) -> None:
    frame = exhibit(assessment, "relation.timeline").frame.filter(pl.col("kind") == "spell")
    twice = pl.concat([frame, frame])
    assert timeline.draw(twice, "")[0].height == timeline.draw(frame, "")[0].height + timeline.BAR


def test_values_without_interval_are_bars_from_zero_and_others_points(assessment: Assessment) -> None:
    item = exhibit(assessment, "order.top")
    none = pl.lit(None, pl.Float64)
    counts = Exhibit(
        "x", "x", "bars", item.frame.with_columns(low=none, high=none, baseline=none, value=pl.Series([3.0, 2.0, 0.0]))
    )
    assert 'class="bar"' in charts.pictures(counts)[0].body
    assert 'class="point"' in charts.pictures(item)[0].body
    assert 'class="bar"' not in charts.pictures(item)[0].body


def test_a_stratum_without_events_lies_open_on_the_edge(assessment: Assessment) -> None:
    plot, key = charts.pictures(exhibit(assessment, "order.reliability"))
    assert plot.body.count('class="stratum empty"') == 1
    assert "590 of 35,106" in key.body
    assert "unknown" not in key.body


def test_an_empty_exhibit_has_no_picture(assessment: Assessment) -> None:
    for name in DRAWN:
        item = exhibit(assessment, name)
        assert charts.pictures(Exhibit(item.id, item.title, item.kind, item.frame.clear())) == []


def test_a_frame_that_lacks_a_column_is_the_chapters_fault_and_no_users() -> None:
    with pytest.raises(ValueError, match="lacks low, high, baseline, group") as fault:
        charts.svg(Exhibit("x", "x", "bars", pl.DataFrame({"label": [], "value": []})))
    assert not isinstance(fault.value, InputError), "an InputError would exit with 2, as if the user were to blame"
    with pytest.raises(ValueError, match="'pie' is none of"):
        charts.check(Exhibit("x", "x", "pie", pl.DataFrame()))


def test_hostile_names_reach_a_picture_only_escaped(assessment: Assessment, world: pl.DataFrame) -> None:
    drawn = "".join(charts.svg(exhibit(assessment, name), world) for name in DRAWN)
    for name in HOSTILE[:3]:
        assert name not in drawn
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in drawn
    assert not set("\u202e\u2066\x1b") & set(drawn)


def _lines_of(number: int) -> pl.DataFrame:
    """So many lines over two years, all of which end at the same height."""
    rows = [(f"State {place}", year, 0.5 + 0.001 * place * (2001 - year)) for place in range(number) for year in (2000, 2001)]
    frame = pl.DataFrame(rows, schema=["series", "year", "value"], orient="row")
    empty = pl.lit(None, pl.Float64)
    return frame.with_columns(low=empty, high=empty, panel=pl.lit(None, pl.String), unit=pl.lit(""))


@pytest.mark.parametrize("number", [2, 6, 9, 12])
def test_no_two_lines_share_a_style_unless_they_are_named_at_their_end(number: int) -> None:
    """Nine lines in six styles cannot be told apart: of more than six the first two stand out, and each has its name."""
    (picture,) = lines.draw(_lines_of(number), "Nine lines")
    styles = re.findall(r'class="line (\w+)"', picture.body)
    assert len(styles) == number
    named = [(name, float(y)) for y, name in re.findall(r'<text x="100%" y="([\d.-]+)"[^>]*>(State \d+)</text>', picture.body)]
    assert {name for name, _ in named} == {f"State {place}" for place in range(number)}
    heights = sorted(y for _, y in named)
    assert all(after - before >= 12 for before, after in pairwise(heights)), "no name lies on another"
    own = [style for style in styles if style != "other"]
    assert len(set(own)) == len(own) == (number if number <= 6 else 2)


def test_several_panels_share_a_key() -> None:
    frame = pl.concat([_lines_of(2).with_columns(panel=pl.lit(name)) for name in ("one", "two")])
    key, *panels = lines.draw(frame, "Two panels")
    assert key.label == ""
    assert len(panels) == 2
    assert "direct" not in "".join(panel.body for panel in panels)


def test_a_tick_says_what_it_is() -> None:
    rows = {"label": ["A"], "value": [0.1], "low": [0.05], "high": [0.2], "baseline": [0.01], "group": [None]}
    frame = pl.DataFrame(rows, schema_overrides={"group": pl.String}).with_columns(against=pl.lit("mean of all"))
    (picture,) = points.draw(frame, "A risk")
    assert ">mean of all</text>" in picture.body


def _in_panels(values: dict[str, list[float]]) -> pl.DataFrame:
    rows = [(panel, 2000 + place, amount) for panel, amounts in values.items() for place, amount in enumerate(amounts)]
    empty = pl.lit(None, pl.Float64)
    frame = pl.DataFrame(rows, schema=["panel", "year", "value"], orient="row")
    return frame.with_columns(series=pl.lit("came"), low=empty, high=empty, unit=pl.lit("persons"))


def test_panels_of_one_exhibit_are_all_logarithmic_or_none_is() -> None:
    """A factor of 300 in one panel and of 40 in the other made one logarithmic and the other not, side by side."""
    wide = lines.draw(_in_panels({"one": [4_000.0, 1_200_000.0], "two": [4_000.0, 160_000.0]}), "Two")
    assert [picture.title for picture in wide] == ["one, persons, log scale", "two, persons, log scale"]
    zero = lines.draw(_in_panels({"one": [4_000.0, 1_200_000.0], "two": [0.0, 160_000.0]}), "Two")
    assert [picture.title for picture in zero] == ["one, persons", "two, persons"], "zero is on no logarithmic scale"


@pytest.mark.parametrize("number", [14, 40])
def test_names_of_many_lines_stay_within_the_picture_and_those_that_stand_out_have_theirs(number: int) -> None:
    (picture,) = lines.draw(_lines_of(number), "Many lines")
    heights = sorted(float(y) for y in re.findall(r'<text x="100%" y="([\d.-]+)"[^>]*direct', picture.body))
    assert heights[-1] <= lines.HEIGHT + 4
    assert all(after - before >= 12 for before, after in pairwise(heights))
    assert ">State 0</text>" in picture.body
    assert ">State 1</text>" in picture.body


def test_a_line_that_ends_early_has_its_name_where_it_ends() -> None:
    frame = pl.concat([_lines_of(2), _lines_of(3).filter(series="State 2", year=2000)])
    (picture,) = lines.draw(frame, "Three lines")
    assert re.search(r'<text x="0%"[^>]*>State 2</text>', picture.body)
    assert re.search(r'<text x="100%"[^>]*>State 1</text>', picture.body)


def test_an_interval_without_width_is_not_told() -> None:
    rows = {"label": ["none seen"], "value": [0.0], "low": [0.0], "high": [0.0], "baseline": [None], "group": [None]}
    frame = pl.DataFrame(rows, schema_overrides={"group": pl.String, "baseline": pl.Float64})
    (picture,) = points.draw(frame, "Minutes")
    assert ">0</text>" in picture.body
    assert "0 to 0" not in picture.body


def test_lines_of_a_picture_that_stands_alone_are_drawn_for_its_width_and_not_stretched(assessment: Assessment) -> None:
    drawn = lines.draw(exhibit(assessment, "relation.lines").frame, "lines")
    assert 'viewBox="0 0 1000 ' in drawn[-1].svg()
    assert 'viewBox="0 0 1000 ' not in document("lines", drawn)
