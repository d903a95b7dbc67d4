"""The warning explorer: what the network of radars sees of a thing of some height and speed, with and without a state's.

It computes what the network sees, as shares and distributions; it seeks no direction and tells of no place that is seen least.
"""

from __future__ import annotations

from typing import Any

from foedus.report.markup import Setting
from foedus.web.frame_page import Part, Sheet, table
from foedus.web.questions import OfWarning
from foedus.web.shown import rows
from foedus.web.view import Desk, Told, View


def warned(asked: OfWarning, desk: Desk) -> Told:
    """Tell what the network gives; nothing of it is remembered on disk, where every question would stay."""
    from foedus.radars.answer import network_warning

    told = network_warning(record=desk.record, **asked.asked())
    frame = told.tidy()

    def page(setting: Setting) -> str:
        left = f", without the sites of {asked.without}" if asked.without else ""
        facts = f"At {asked.height:g} m, {asked.speed:g} m a second{left}. Of {asked.tracks:,} approaches drawn at random."
        asks = "How much is seen, and how many minutes before arrival?"
        told_beside = frame.rename({"all_sites": "baseline"}, strict=False)
        note = '<p class="note">The baseline is the network with the sites of all states.</p>\n' if asked.without else ""
        measures = note + table(told_beside, "Measures, with their intervals", desk.limits.shown)
        part = Part("measures", "What the network sees", asks, measures, wide=True)
        sheet = Sheet("Warning", "What warning radars see, and how early", facts, [part], told.sources)
        return sheet.page(asked, desk, setting)

    def data() -> dict[str, Any]:
        return {**told.as_dict(), "measures": rows(frame)}

    return Told(page, data, lambda: frame)


VIEWS = (View("warning", "Warning", "What warning radars see and how early, with and without a state's.", OfWarning, warned),)
