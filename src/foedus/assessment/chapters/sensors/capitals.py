"""How early the radars see what would end at a capital: the same approaches as to the chain, with another end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from foedus.assessment.chapters.sensors.exhibits import HEIGHTS, LOW, Heights
from foedus.assessment.chapters.sensors.sentences import FEWER, LACKING, LATER
from foedus.assessment.finding import Baseline, Finding, Interval, Rows
from foedus.language.said import proper, say
from foedus.panels.units import LAST_YEAR
from foedus.radars.caveats import SOURCES
from foedus.radars.front import Line
from foedus.radars.network import WarningNetwork
from foedus.record.states import StateSystem
from foedus.record.store import Record

LEVEL = 0.9
"""Of the bands: 5 to 95 % of the draws."""


def minutes_before_capitals(
    record: Record, by_height: Heights, partner: str, names: Mapping[str, str], chapter: str
) -> Iterable[Finding]:
    """Tell, capital by capital of the states with radars, how early half of all low approaches would be seen.

    partner : ISO3 code of the state without whose radars the same is computed.
    """
    network = by_height[LOW].network
    without = network.without(partner)
    for code in names:
        place = _capital(record, code)
        yield _before(network, without, place, say(LACKING, state=names[partner]), code, chapter)


def _capital(record: Record, code: str) -> Line:
    """The seat of a state's government, as the record has it last."""
    ccode = StateSystem.of(record).resolve(code, LAST_YEAR).ccode
    row = record.table("capitals").filter(ccode=ccode).sort("start").row(-1, named=True)
    return Line(row["capital"], (row["latitude"],), (row["longitude"],))


def _before(network: WarningNetwork, without: WarningNetwork, place: Line, lacking: str, code: str, chapter: str) -> Finding:
    approach = network.approach(place)
    bands = {row["measure"]: row for row in network.minutes_bands(approach).iter_rows(named=True)}
    half, seen, left = bands["median_minutes"], bands["share_seen"]["value"], without.minutes(approach)
    return Finding(
        id=f"warning.minutes.capital.{code}",
        chapter=chapter,
        statement=say(
            FEWER if left.seen < 0.5 else LATER,
            height=HEIGHTS[LOW],
            speed=f"{approach.speed_m_s:.0f}",
            place=proper(place.name),
            width=f"{approach.half_width:.0f}",
            seen=f"{100 * seen:.0f}",
            minutes=f"{half['value']:.0f}",
            low=f"{half['low']:.0f}",
            high=f"{half['high']:.0f}",
            lacking=lacking,
            left=f"{100 * left.seen:.0f}" if left.seen < 0.5 else f"{left.median:.0f}",
        ),
        value=round(half["value"], 1),
        unit="minutes",
        interval=Interval(LEVEL, half["low"], half["high"]),
        baseline=Baseline(lacking, round(left.median, 1)),
        grade="physical",
        sources=SOURCES,
        rows=Rows(f"foedus warning --line {place.latitude[0]:.2f},{place.longitude[0]:.2f} --json", "measure = median_minutes"),
    )
