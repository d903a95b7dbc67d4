"""What a picture shows, in words: for those who cannot see it, and for whoever files or forwards it.

The words are made from the rows that are drawn, in their order; of many rows the first are told and how many more there are.
What is not known is said to be unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from foedus.assessment.finding import Exhibit
from foedus.language.said import proper
from foedus.language.speaking import tell, told
from foedus.report.translated import translated
from foedus.report.wording import clean, is_share, number, percent, unit_words, value, value_range
from foedus.words import capitalized, listed, stretch

MOST = 12
"""Rows, lanes or lines that are told."""

FEW = 4
"""Spells of a lane, and states of a map, that are told."""

Row = Mapping[str, Any]


def in_words(exhibit: Exhibit, only: tuple[str, str] | None = None) -> str:
    r"""Return what the pictures of an exhibit show; "" for a kind that is not drawn and for one without rows.

    only : the member and outcome of the one map that is meant.

    >>> frame = pl.DataFrame({"label": ["A"], "value": [0.1], "low": [0.05], "high": [0.2], "baseline": [None],
    ...                       "group": [None], "unit": ["probability per year"]})
    >>> in_words(Exhibit("x", "Risk", "bars", frame))
    'Per cent per year. A 10\xa0% (5.0–20\xa0%).'
    """
    if exhibit.kind not in _TOLD or exhibit.frame.is_empty():
        return ""
    exhibit = translated(exhibit)
    frame = exhibit.frame
    if only is not None:
        frame = frame.filter(pl.col("member") == only[0], pl.col("outcome") == only[1])
    return clean(_TOLD[exhibit.kind](frame.to_dicts()))


def _bars(rows: Sequence[Row]) -> str:
    unit = _unit(rows)
    told = [(row["group"], f"{row['label']} {_amount(row, unit)}") for row in rows]
    against = next((row["against"] for row in rows if row.get("against")), None)
    tick = f" {tell('The tick: {what}.', what=proper(against))}" if against else ""
    return _in(unit) + _grouped(told) + tick


def _amount(row: Row, unit: str) -> str:
    """A value with the ends of its interval, where that has a width."""
    if row["value"] is None:
        return tell("not known")
    known = None not in (row["low"], row["high"]) and row["low"] != row["high"]
    ends = f" ({value_range(row['low'], row['high'], unit)})" if known else ""
    return f"{value(row['value'], unit)}{ends}"


def _contrast(rows: Sequence[Row]) -> str:
    names = ("label", "said", "instead")
    pattern = "{label} {said}, without it {instead}"
    return _grouped([(row["group"], tell(pattern, **{name: proper(row[name]) for name in names})) for row in rows])


def _grouped(told: Sequence[tuple[str | None, str]]) -> str:
    """What is told of MOST rows at most, a sentence a group."""
    groups: dict[str | None, list[str]] = {}
    for group, words in told[:MOST]:
        groups.setdefault(group, []).append(words)
    more = f" {tell('And {number} more.', number=len(told) - MOST)}" if len(told) > MOST else ""
    colon, semicolon = tell(":"), tell(";")
    sentences = (
        capitalized(f"{f'{group}{colon} ' if group else ''}{f'{semicolon} '.join(words)}.") for group, words in groups.items()
    )
    return " ".join(sentences) + more


def _unit(rows: Sequence[Row]) -> str:
    return next((str(row["unit"]) for row in rows if row.get("unit")), "")


def _in(unit: str) -> str:
    """In which unit the numbers that follow are."""
    words = unit_words(unit)
    if not words:
        return ""
    return f"{tell('Per cent {unit}.' if is_share(unit) else 'Unit: {unit}.', unit=proper(words))} "


def _timeline(rows: Sequence[Row]) -> str:
    lanes = list(dict.fromkeys(row["lane"] for row in rows))
    told = ((lane, _lane([row for row in rows if row["lane"] == lane])) for lane in lanes)
    colon = tell(":")
    return _sentences(f"{lane}{colon} {words}" if words else lane for lane, words in told)


def _lane(rows: Sequence[Row]) -> str:
    spells = [_spell(row) for row in rows if row["kind"] == "spell"]
    events = [str(row["start"].year) for row in sorted(rows, key=lambda row: row["start"]) if row["kind"] == "event"]
    silent = [_years(row) for row in rows if row["kind"] == "silence"]
    parts = spells[:FEW] + ([tell("{number} more", number=len(spells) - FEW)] if len(spells) > FEW else [])
    if events:
        many = "{number} events from {first} to {last}"
        held = {"number": len(events), "first": events[0], "last": events[-1]}
        parts.append(told(listed(events)) if len(events) <= FEW else tell(many, **held))
    if silent:
        parts.append(tell("no data {years}", years=listed(silent)))
    none = tell("none")
    if not spells and not events and not rows[0]["lane"].endswith(none):
        parts.insert(0, none)
    return ", ".join(parts)


def _spell(row: Row) -> str:
    """A spell by name and years, or by its years where they are its name."""
    label, years = row["label"] or "", _years(row)
    return years if not label or label.replace("–", "-").split("-")[0] == str(row["start"].year) else f"{label} {years}"


def _years(row: Row) -> str:
    first, last = row["start"].year, row["end"].year if row["end"] else None
    return tell("since {year}", year=first) if last is None else stretch(first, last)


def _lines(rows: Sequence[Row]) -> str:
    series = list(dict.fromkeys((row["panel"], row["series"]) for row in rows))
    held = {each: [row for row in rows if (row["panel"], row["series"]) == each] for each in series}
    units = {str(row.get("unit") or "") for row in rows}
    return (_in(*units) if len(units) == 1 else "") + _sentences(_line(each, held[each]) for each in series)


def _line(name: tuple[str | None, str], rows: Sequence[Row]) -> str:
    panel, series = name
    known = sorted((row for row in rows if row["value"] is not None), key=lambda row: int(row["year"]))
    named = f"{panel}, {series}{tell(':')}" if panel else f"{series}{tell(':')}"
    if not known:
        return f"{named} {tell('not known')}"
    first, last, top = known[0], known[-1], max(known, key=lambda row: float(row["value"]))
    if len(known) == 1:
        return f"{named} {_at(first)}"
    if first["value"] == last["value"] == top["value"]:
        amount = proper(value(first["value"], str(first.get("unit") or "")))
        same = tell("{value} from {first} to {last}", value=amount, first=first["year"], last=last["year"])
        return f"{named} {same}"
    ends = {"first": proper(_at(first)), "last": proper(_at(last))}
    if top["value"] in (first["value"], last["value"]):
        return f"{named} {tell('from {first} to {last}', **ends)}"
    return f"{named} {tell('from {first} to {last}, at most {most}', **ends, most=proper(_at(top)))}"


def _at(row: Row) -> str:
    return tell("{value} in {year}", value=proper(value(row["value"], str(row.get("unit") or ""))), year=row["year"])


def _map(rows: Sequence[Row]) -> str:
    maps = list(dict.fromkeys((row["member"], row["outcome"]) for row in rows))
    return _sentences(_one_map(each, [row for row in rows if (row["member"], row["outcome"]) == each]) for each in maps)


def _one_map(name: tuple[str, str], rows: Sequence[Row]) -> str:
    known = sorted((row for row in rows if row["probability"] is not None), key=lambda row: -float(row["probability"]))
    unknown = len(rows) - len(known)
    highest = listed([f"{row['state']} {percent(row['probability'])}" for row in known[:FEW]])
    told = f"highest {highest}; lowest {percent(known[-1]['probability'])}" if known else "no estimate"
    without = f"; no estimate for {unknown} states" if known and unknown else ""
    return f"{name[0]}, {name[1]}, probability per year with {len(rows)} states: {told}{without}"


def _polar(rows: Sequence[Row]) -> str:
    panels = list(dict.fromkeys(row["panel"] for row in rows))
    return _sentences(f"{panel}: {_sites([row for row in rows if row['panel'] == panel])}" for panel in panels)


def _sites(rows: Sequence[Row]) -> str:
    told = []
    for state in dict.fromkeys(row["state"] for row in rows):
        reach = sorted(float(row["reach_km"]) for row in rows if row["state"] == state and row["reach_km"] is not None)
        sites = sum(row["state"] == state for row in rows)
        seen = f", which see {number(round(reach[0]))} to {number(round(reach[-1]))} km far" if reach else ""
        told.append(f"{sites} radars in {state}{seen}")
    return "; ".join(told)


def _reliability(rows: Sequence[Row]) -> str:
    known = [row for row in rows if None not in (row["forecast"], row["observed"])]
    return _sentences(
        f"{row['stratum']}: forecast {percent(row['forecast'])}, seen {percent(row['observed'])}" for row in known
    )


def _causal(rows: Sequence[Row]) -> str:
    return _sentences(
        f"{name} ({row['grade']}) writes {row['variable']}"
        for name, row in {row["mechanism"]: row for row in rows if row["direction"] == "writes"}.items()
    )


def _sentences(told: Iterable[str]) -> str:
    """Sentences of which at most MOST are told."""
    every = list(told)
    more = [tell("And {number} more.", number=len(every) - MOST).removesuffix(".")] if len(every) > MOST else []
    return "".join(f"{capitalized(sentence)}. " for sentence in [*every[:MOST], *more]).strip()


_TOLD: Mapping[str, Callable[[Sequence[Row]], str]] = {
    "bars": _bars,
    "causal map": _causal,
    "contrast": _contrast,
    "lines": _lines,
    "map": _map,
    "polar": _polar,
    "reliability": _reliability,
    "timeline": _timeline,
}
