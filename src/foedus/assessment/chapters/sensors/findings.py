"""What the record's radars see, how early and how much of it is whose, as findings: low and high side by side, with bands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from foedus.assessment.chapters.sensors.capitals import minutes_before_capitals
from foedus.assessment.chapters.sensors.exhibits import HEIGHTS, HIGH, LOW, Heights, exhibits, high_and_low
from foedus.assessment.chapters.sensors.sentences import LACKING, MINUTES, MINUTES_LEFT
from foedus.assessment.finding import Baseline, Finding, Interval, Rows
from foedus.assessment.standing import Standing
from foedus.language.said import say
from foedus.panels.units import LAST_YEAR
from foedus.radars.caveats import SOURCES
from foedus.radars.modernisation import assumptions_of_cost
from foedus.radars.network import SYSTEM
from foedus.radars.sites import CLOSED, assumptions
from foedus.radars.summary import MEASURES
from foedus.record.provenance import weakest
from foedus.record.states import StateSystem
from foedus.record.store import Record
from foedus.words import counted, percent, the

ID = "warning"

LEVEL = 0.9
"""Of the bands: 5 to 95 % of the draws."""

FEW = 5
"""Sites out at random in the headline."""

RADARS, TOTAL, SURVEILLANCE = "north-warning-system-radars", "norad-modernisation-total", "norad-modernisation-surveillance"
"""Rows of `physical_facts`."""


def of_network(partner: str, record: Record) -> Standing:
    """Return what the record's radars see, with and without those of `partner` (its ISO3 code)."""
    facts = {row["fact_id"]: row for row in record.table("physical_facts").iter_rows(named=True)}
    by_height = high_and_low(record)
    names = {code: _name(code, record) for code in by_height[LOW].told.measures["state"].drop_nulls().unique().sort()}
    findings = (
        _sites(record.table("radar_sites"), facts),
        *_minutes(by_height, partner, names),
        *minutes_before_capitals(record, by_height, partner, names, ID),
        *_coverage(by_height, partner, names),
        *(_share(by_height, code, names) for code in names),
        *(_without(by_height, code, names) for code in names),
        _availability(by_height),
        _area(by_height, partner, names),
        *_modernisation(by_height),
        _cost(by_height, facts),
    )
    return Standing(findings, tuple(exhibits(record, by_height, names)))


def _name(code: str, record: Record) -> str:
    """Return what a state of the network is called in a sentence, where radars stand "in" it."""
    return the(StateSystem.of(record).resolve(code, LAST_YEAR).name)


def _sites(rows: pl.DataFrame, facts: Mapping[str, Any]) -> Finding:
    chain = rows.filter(pl.col("system") == SYSTEM, pl.col("country") == "CAN")
    number = {name: chain.filter(range_class=name).height for name in ("long", "short")}
    closed, nowhere = rows.filter(status=CLOSED).height, rows["latitude"].null_count()
    unsure = rows.filter(pl.col("code_status") == "unverified").height
    beside = rows.filter(~pl.col("coordinate_quality").is_in(["site", "missing"])).height
    published = facts[RADARS]
    return Finding(
        id="warning.sites",
        chapter=ID,
        statement=(
            f"The record lists {rows.height} warning radars, {chain.height} of them the {SYSTEM}'s in Canada: "
            f"{number['long']} of long and {number['short']} of short range. {counted(closed, 'site')} in Alaska "
            f"{'is' if closed == 1 else 'are'} reported closed and {nowhere} have no public position; {beside} positions are "
            f"those of a place nearby, {unsure} codes are unverified. A Canadian page of {published['date'].year} counts "
            f"{published['value']:.0f} radars of the system, Alaska included."
        ),
        value=rows.height,
        unit="radars",
        sources=("physical_facts", "radar_sites"),
        rows=Rows("radar_sites", ""),
        confidence=published["confidence"],
    )


def _minutes(by_height: Heights, partner: str, names: Mapping[str, str]) -> Iterable[Finding]:
    """Tell how early, by height: half of the approaches give that much or more."""
    for height, each in by_height.items():
        row, seen = each.told.row("median_minutes"), each.told.value("share_seen")
        without, most = each.told.value("median_minutes_without", partner), each.told.value("minutes_05")
        yield Finding(
            id="warning.minutes" if height == LOW else "warning.minutes.high",
            chapter=ID,
            statement=say(
                MINUTES_LEFT if without else MINUTES,
                height=HEIGHTS[height],
                speed=f"{each.speed_m_s:.0f}",
                minutes=_minutes_of(row["value"] or 0.0),
                low=_minutes_of(row["low"] or 0.0),
                high=_minutes_of(row["high"] or 0.0),
                seen=f"{100 * seen:.0f}",
                most=_minutes_of(most),
                state=names[partner],
                left=_minutes_of(without),
            ),
            **_measured("median_minutes", row, height, say(LACKING, state=names[partner]), without),
        )


def _half(minutes: float) -> str:
    return f"half would give {_minutes_of(minutes)} minutes or more" if minutes else "more than half would not be seen at all"


def _coverage(by_height: Heights, partner: str, names: Mapping[str, str]) -> Iterable[Finding]:
    """Tell how much of the chain's front is seen, by height, and by how many radars."""
    for height, each in by_height.items():
        row = each.told.row("front_share")
        two, three = (percent(each.told.value(f"front_share_{least}")) for least in (2, 3))
        yield Finding(
            id="warning.coverage" if height == LOW else "warning.coverage.high",
            chapter=ID,
            statement=(
                f"At {HEIGHTS[height]} the radars see {percent(row['value'] or 0.0)} of the line through the chain; two or "
                f"more see {two}, three or more {three}."
            ),
            **_measured(
                "front_share",
                row,
                height,
                f"without the radars in {names[partner]}",
                each.told.value("front_share_without", partner),
            ),
        )


def _share(by_height: Heights, code: str, names: Mapping[str, str]) -> Finding:
    """A state's Shapley shares of the line seen and of the mean minutes."""
    line, minutes = (
        [percent(by_height[height].told.value(f"{name}_part", code)) for height in HEIGHTS] for name in ("front", "minutes")
    )
    return Finding(
        id=f"warning.share.{code}",
        chapter=ID,
        statement=(
            f"Radars in {names[code]} give {line[0]} of what is seen of the line at {HEIGHTS[LOW]} and {line[1]} at "
            f"{HEIGHTS[HIGH]}; of the mean minutes {minutes[0]} and {minutes[1]} (Shapley shares: the mean over all orders of "
            "joining). That is where radars stand, not who pays."
        ),
        value=round(by_height[LOW].told.value("front_part", code), 4),
        unit=MEASURES["front_part"][0],
        baseline=Baseline("equal shares", round(1 / len(names), 4)),
        grade="physical",
        sources=SOURCES,
        rows=_rows("front_part", LOW, code),
    )


def _without(by_height: Heights, code: str, names: Mapping[str, str]) -> Finding:
    """Return what is left without a state's radars."""
    low, high = (by_height[height].told for height in (LOW, HIGH))
    row = low.row("median_minutes_without", code)
    (few, all_low), (some, all_high) = (
        (percent(each.value("share_seen_without", code)), percent(each.value("share_seen"))) for each in (low, high)
    )
    line = [percent(each.value("front_share_without", code)) for each in (low, high)]
    return Finding(
        id=f"warning.without.{code}",
        chapter=ID,
        statement=(
            f"Without the radars in {names[code]}, of approaches at {HEIGHTS[LOW]} {few} are seen instead of {all_low}, and "
            f"{_half(row['value'] or 0.0)}; at {HEIGHTS[HIGH]} {some} are seen instead of {all_high}. Of the line {line[0]} "
            f"and {line[1]} would be seen."
        ),
        **_measured("median_minutes_without", row, LOW, "with all radars", low.value("median_minutes"), code),
    )


def _availability(by_height: Heights) -> Finding:
    low, high = (by_height[height].told.availability for height in (LOW, HIGH))
    last = low.row(-1, named=True)
    few = low.row(by_predicate=pl.col("out") == FEW, named=True)
    return Finding(
        id="warning.availability",
        chapter=ID,
        statement=(
            f"With {FEW} sites out at random, on average over all ways in which that can be, {percent(few['share_seen'])} of "
            f"approaches at {HEIGHTS[LOW]} are seen, {100 * few['lost_share']:.1f} of 100 fewer; with {last['out']} out "
            f"{percent(last['share_seen'])}, and at {HEIGHTS[HIGH]} {100 * high['share_seen'][-1]:.1f} %."
        ),
        value=round(few["lost_share"], 4),
        unit="share of approaches no longer seen",
        baseline=Baseline("no site out", 0.0),
        grade="physical",
        sources=SOURCES,
        rows=Rows(_command(LOW), f"availability, out = {FEW}"),
    )


def _area(by_height: Heights, partner: str, names: Mapping[str, str]) -> Finding:
    low, high = (by_height[height].told for height in (LOW, HIGH))
    without = low.value("area") - low.value("area_alone", partner)
    return Finding(
        id="warning.area",
        chapter=ID,
        statement=(
            f"Over smooth ground the radars see {low.value('area'):.1f} million km² at {HEIGHTS[LOW]} and "
            f"{high.value('area'):.1f} at {HEIGHTS[HIGH]}; {low.value('area_alone', partner):.1f} and "
            f"{high.value('area_alone', partner):.1f} of them by those in {names[partner]} alone."
        ),
        value=round(low.value("area"), 3),
        unit="million km²",
        baseline=Baseline(f"without the radars in {names[partner]}", round(without, 3)),
        grade="physical",
        sources=SOURCES,
        rows=_rows("area", LOW),
    )


def _modernisation(by_height: Heights) -> Iterable[Finding]:
    """Tell what each announced element could add to the warning of a low approach along a meridian."""
    tags = {element["name"]: tag for tag, element in assumptions()["component"].items()}
    for row in by_height[LOW].announced.iter_rows(named=True):
        low, high = row["added_low"], row["added_high"]
        known = low is not None and high is not None
        could = (
            f"could add {low:.0f} to {high:.0f} minutes at {HEIGHTS[LOW]}" if known else "no public figure tells what it adds"
        )
        yield Finding(
            id=f"warning.modernisation.{tags[row['element']].replace('-', '_')}",
            chapter=ID,
            statement=f"{row['element']}: {could} ({row['reason']}). A scenario from what was announced, not a forecast.",
            value=f"{low:.0f} to {high:.0f}" if known else None,
            unit="minutes" if known else "",
            baseline=Baseline("the radars as first fitted", 0.0) if known else None,
            grade="physical" if known else "not estimated",
            sources=SOURCES,
            rows=Rows(_command(LOW), f"announced, element = {row['element']}"),
        )


def _cost(by_height: Heights, facts: Mapping[str, Any]) -> Finding:
    total, part = facts[TOTAL], facts[SURVEILLANCE]
    rows = by_height[LOW].announced.drop_nulls("per_billion_low")
    most = rows.sort("added_high").row(-1, named=True)
    return Finding(
        id="warning.cost",
        chapter=ID,
        statement=(
            f"Canada announced {total['value']:g} billion Canadian dollars over 20 years (accrual) for all of the "
            f"modernisation of continental defence, not for the {SYSTEM} alone; {part['value']:g} of them for surveillance. If "
            f"the {most['element']} did what is assumed, it would add {most['per_billion_low']:.1f} to "
            f"{most['per_billion_high']:.0f} minutes a billion, granted the {len(assumptions_of_cost())} assumptions "
            "on cost that are listed below."
        ),
        value=total["value"],
        unit="billion Canadian dollars over 20 years",
        baseline=Baseline("surveillance alone", part["value"]),
        sources=("physical_facts",),
        rows=Rows("physical_facts", f"fact_id = {TOTAL}"),
        confidence=weakest([total["confidence"], part["confidence"]]),
    )


def _measured(
    measure: str, row: Mapping[str, float | None], height: float, compared: str, baseline: float, code: str | None = None
) -> dict[str, Any]:
    """Value, unit, band, baseline, grade and sources of a measure's finding."""
    value, low, high = (row[name] or 0.0 for name in ("value", "low", "high"))
    return {
        "value": round(value, 4),
        "unit": MEASURES[measure][0],
        "interval": Interval(LEVEL, low, high),
        "baseline": Baseline(compared, round(baseline, 4)),
        "grade": "physical",
        "sources": SOURCES,
        "rows": _rows(measure, height, code),
    }


def _span(row: Mapping[str, float | None]) -> str:
    value, low, high = (_minutes_of(row[name] or 0.0) for name in ("value", "low", "high"))
    return f"{value} ({low} to {high})"


def _minutes_of(amount: float) -> str:
    return f"{amount:.1f}" if 0 < amount < 10 else f"{amount:.0f}"


def _rows(measure: str, height: float, code: str | None = None) -> Rows:
    return Rows(_command(height), f"measure = {measure}" + (f" and state = {code}" if code else ""))


def _command(height: float) -> str:
    return f"foedus warning --height {height:g} --json"
