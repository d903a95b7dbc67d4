"""The warning explorer: what the network of radars sees of a thing of some height and speed, with and without a state's.

It computes what the network sees, as shares and distributions; it seeks no direction and tells of no place that is seen least.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from foedus.report import charts
from foedus.report.figures import Shown, figure
from foedus.report.markup import Setting
from foedus.report.standalone import Credit, document
from foedus.report.wording import heading
from foedus.web.frame_page import Part, Sheet, table
from foedus.web.questions import OfWarning
from foedus.web.shown import rows
from foedus.web.view import CSV, JSON, PNG, SVG, Desk, Told, View


def warned(asked: OfWarning, desk: Desk) -> Told:
    """Tell what the network gives; nothing of it is remembered on disk, where every question would stay."""
    from foedus.radars.answer import network_warning
    from foedus.report.warning_pictures import exhibits

    told = network_warning(record=desk.record, **asked.asked())
    frame = told.tidy()

    def page(setting: Setting) -> str:
        left = f", without the sites of {asked.without}" if asked.without else ""
        facts = f"At {asked.height:g} m, {asked.speed:g} m a second{left}. Of {asked.tracks:,} approaches drawn at random."
        asks = "How much is seen, and how many minutes before arrival?"
        told_beside = frame.rename({"all_sites": "baseline"}, strict=False)
        note = '<p class="note">The baseline is the network with the sites of all states.</p>\n' if asked.without else ""
        worded = told_beside.with_columns(pl.col("measure").map_elements(heading, pl.String))
        measures = note + table(worded, "Measures, with their intervals", desk.limits.shown)
        drawn = "".join(figure(Shown.of(each, place, None)) for place, each in enumerate(exhibits(told)))
        sections = [
            Part("drawn", "With and without", "What is lost without the sites of one state?", drawn),
            Part("measures", "Measure by measure", asks, measures),
        ]
        sheet = Sheet("Warning", "What warning radars see, and how early", facts, sections, told.sources)
        return sheet.page(asked, desk, setting)

    def data() -> dict[str, Any]:
        return {**told.as_dict(), "measures": rows(frame)}

    def svg() -> bytes:
        drawn = [picture for each in exhibits(told) for picture in charts.pictures(each)]
        return document("What warning radars see, and how early", drawn, credit=Credit(sources=told.sources)).encode()

    return Told(page, data, lambda: frame, {SVG: svg})


VIEWS = (
    View(
        "warning",
        "Warning",
        "What warning radars see of a thing of some height and speed and how early, with and without a state's.",
        OfWarning,
        warned,
        (JSON, CSV, SVG, PNG),
    ),
)
