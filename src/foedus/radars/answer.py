"""The answer of a warning network to one question: seen how high, how large, how fast, on the way to which line, without whom.

The network is the record's or a user's own table of sites. The answer holds measures with their bands, the profile along the
line, what is lost when sites are out, what was announced, and everything that was taken as given. Distributions over approaches
drawn at random: nothing here seeks a direction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from foedus.errors import InputError, nearest
from foedus.panels.units import LAST_YEAR
from foedus.radars.caveats import SOURCES, leaves_out
from foedus.radars.front import Line, parallel
from foedus.radars.modernisation import assumptions_of_cost
from foedus.radars.network import WarningNetwork
from foedus.radars.sites import assumptions
from foedus.radars.summary import MEASURES, WarningSummary, summary
from foedus.radars.terrain_horizon import RESOLUTION
from foedus.radars.warning_time import Approach
from foedus.record.states import StateSystem
from foedus.record.store import Record, open_record

SCHEMA = "foedus/warning/1"

CHAIN = "chain"


@dataclass(frozen=True)
class NetworkWarning:
    """The answer to one question.

    Attributes
    ----------
    asked : what was asked, by the names of the options. told : what the network gives. everyone : what it gives with the sites
    of the states that were left out; None if none was.
    announced : announced elements with what they could add (`modernisation.modernisation`); no rows for a user's table.
    """

    asked: Mapping[str, Any]
    told: WarningSummary
    everyone: WarningSummary | None
    announced: pl.DataFrame
    record_version: str
    record_sha256: str
    network: WarningNetwork = field(repr=False)
    ground: Record | None = field(repr=False)

    def tidy(self) -> pl.DataFrame:
        """Return one row a measure: measure, state, value, low, high, unit, meaning; `all_sites` if states were left out."""
        units, meanings = ({name: words[at] for name, words in MEASURES.items()} for at in (0, 1))
        measure = pl.col("measure")
        told = self.told.measures.with_columns(
            unit=measure.replace_strict(units, return_dtype=pl.String),
            meaning=measure.replace_strict(meanings, return_dtype=pl.String),
        )
        if self.everyone is None:
            return told
        before = self.everyone.measures.select("measure", "state", all_sites="value")
        return told.join(before, on=["measure", "state"], how="left", nulls_equal=True, maintain_order="left")

    def glance(self) -> pl.DataFrame:
        """Return one row: what was asked, and the measures that say most of it."""
        chosen = ("share_seen", "median_minutes", "front_share", "area")
        asked = {name: value if isinstance(value, int | float | str) else str(value) for name, value in self.asked.items()}
        return pl.DataFrame([{**asked, **{name: self.told.row(name)["value"] for name in chosen}}])

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the sources it rests on."""
        return SOURCES if self.asked["sites"] is None else SOURCES[1:2]

    @property
    def leaves_out(self) -> tuple[str, ...]:
        """Limits that a reader has to know, one sentence each."""
        general = leaves_out(own_table=self.asked["sites"] is not None)
        lacking = self.network.lacking["site"].to_list()
        nowhere = (f"No position is public of {', '.join(lacking)}: not computed with.",) if lacking else ()
        coarse = (f"The ground is that of cells of {RESOLUTION}: minutes do not know it, and with it there are no bands.",)
        return (*general, *nowhere, *(coarse if self.ground is not None else ()))

    def geojson(self) -> dict[str, Any]:
        """Return sites and what they see as GeoJSON (RFC 7946)."""
        return self.network.geojson(self.ground)

    def as_dict(self) -> dict[str, Any]:
        """Return the answer in the shape of the JSON contract (docs/interface)."""
        return {
            "schema": SCHEMA,
            "asked": dict(self.asked),
            "record": {"version": self.record_version, "sha256": self.record_sha256},
            "sources": list(self.sources),
            "measures": self.tidy().to_dicts(),
            "profile": self.told.profile.to_dicts(),
            "availability": self.told.availability.to_dicts(),
            "announced": self.announced.to_dicts(),
            "without_position": self.network.lacking.to_dicts(),
            "assumptions": given(),
            "leaves_out": list(self.leaves_out),
        }


def network_warning(
    *,
    line: str | float | Line = CHAIN,
    tracks: int = 10_000,
    seed: int = 1,
    without: str | Sequence[str] = (),
    sites: str | Path | pl.DataFrame | None = None,
    terrain: bool = False,
    record: Record | None = None,
    summarise: Callable[[WarningNetwork, Approach, Record | None], WarningSummary] = summary,
    announce: Callable[[WarningNetwork, Record, float], pl.DataFrame] = WarningNetwork.modernisation,
    **changed: float | None,
) -> NetworkWarning:
    """Return what a network gives; the parameters are those of `foedus.warning`, `changed` those in VIEW and COURSE.

    summarise, announce : what computes the measures, and what was announced; others may know the answer already.

    Raises InputError for a question that cannot be asked, a state that is unknown or has no sites, or a faulty table.

    >>> network_warning(tracks=500).told.row("median_minutes")["value"] > 5
    True
    """
    record = record or open_record()
    if unknown := [name for name in changed if name not in {*VIEW, *COURSE}]:
        raise InputError(f"a warning network is asked nothing called {unknown[0]!r}.{nearest(unknown[0], [*VIEW, *COURSE])}")
    view, course = (
        {names[name]: float(value) for name, value in changed.items() if name in names and value is not None}
        for names in (VIEW, COURSE)
    )
    table = Path(sites) if isinstance(sites, str) else sites
    whole = WarningNetwork.of_record(record, **view) if table is None else WarningNetwork.of_sites(table, record, **view)
    approach = whole.approach(end(line, whole.chain), tracks, seed, **course)
    out = left_out([without] if isinstance(without, str) else without, whole, record)
    network = whole.without(*out) if out else whole
    ground = record if terrain else None
    return NetworkWarning(
        asked=_asked(network, approach, out, table, terrain),
        told=summarise(network, approach, ground),
        everyone=summarise(whole, approach, ground) if out else None,
        announced=announce(network, record, approach.speed_m_s) if table is None else pl.DataFrame(),
        record_version=record.version,
        record_sha256=record.sha256,
        network=network,
        ground=ground,
    )


VIEW = {"height": "height_m", "cross_section": "cross_section_m2", "k": "k"}
COURSE = {"speed": "speed_m_s", "bearing": "bearing"}
"""Options of what is looked for, and of what comes: the name in a question, and in the mechanism."""


def _asked(
    network: WarningNetwork, approach: Approach, out: Sequence[str], table: Path | pl.DataFrame | None, terrain: bool
) -> dict[str, Any]:
    return {
        "height": network.view.height_m,
        "speed": approach.speed_m_s,
        "cross_section": network.view.cross_section_m2,
        "k": network.view.k,
        "line": approach.line.name,
        "bearing": approach.bearing,
        "tracks": approach.tracks,
        "seed": approach.seed,
        "without": list(out),
        "sites": None if table is None else str(table) if isinstance(table, Path) else "a frame",
        "terrain": terrain,
    }


def end(line: str | float | Line, chain: Line) -> Line:
    """Return the line that is meant: "chain", a latitude (as far as the chain goes), or a place "LATITUDE,LONGITUDE".

    Raises InputError for anything else.

    >>> end("45.4,-75.7", Line("the chain", (60.0,), (-100.0,))).latitude
    (45.4,)
    """
    if isinstance(line, Line):
        return line
    if str(line).strip().casefold() == CHAIN:
        return chain
    try:
        numbers = [float(part) for part in str(line).split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 1 and -90 < numbers[0] < 90:
        return parallel(numbers[0], *span(chain.longitude))
    if len(numbers) == 2:
        return Line(f"{numbers[0]:g}, {numbers[1]:g}", (numbers[0],), (numbers[1],))
    raise InputError(
        f"{str(line)!r} is no line: give {CHAIN}, a latitude between -90 and 90 such as 60, or a place such as 45.4,-75.7."
    )


def span(longitudes: Sequence[float]) -> tuple[float, float]:
    """Return the west and east ends of the shortest arc that holds all longitudes; the whole circle for one.

    >>> span([-168.0, -57.0, 174.0])
    (174.0, -57.0)
    """
    around = np.unique(np.array(longitudes) % 360)
    gaps = np.diff(np.append(around, around[0] + 360))
    widest = int(np.argmax(gaps))
    west, east = ((float(around[at % len(around)]) + 180) % 360 - 180 for at in (widest + 1, widest))
    return west, east


def left_out(names: Iterable[str], network: WarningNetwork, record: Record) -> tuple[str, ...]:
    """Return the ISO3 codes of the states whose sites are left out, each once, from codes or names.

    Raises InputError for a name that no state has.
    """
    known = set(network.sites["state"])
    codes = [name.strip().upper() if name.strip().upper() in known else _code(name, record) for name in names]
    return tuple(dict.fromkeys(codes))


def _code(name: str, record: Record) -> str:
    state = StateSystem.of(record).resolve(name, LAST_YEAR)
    return state.iso3 or state.abbreviation


def given() -> list[dict[str, Any]]:
    """Return everything that is taken as given, one row each: name, value, low, high, unit, source."""
    stated = assumptions()
    ranges = [
        _given(f"range of {each['model']}", each["km"], each, "km", f"{each['source']}; shortest: {each['low_source']}")
        for each in stated["range"].values()
    ]
    widths = [_given(name, each["value"], each, each["unit"], each["source"]) for name, each in stated["assumption"].items()]
    target, approach = stated["target"], stated["approach"]
    points = [
        *((f"target: {name}", target[name], unit, target["source"]) for name, unit in _TARGET.items()),
        *((f"approach: {name}", approach[name], unit, approach["source"]) for name, unit in _APPROACH.items()),
    ]
    single = [_given(name, value, {}, unit, source) for name, value, unit, source in points]
    return [*ranges, *widths, *single, *(_given("cost", None, {}, "", text) for text in assumptions_of_cost())]


_TARGET = {"height_m": "metres above the sea", "speed_m_s": "metres a second", "cross_section_m2": "square metres"}
_APPROACH = {"bearing": "degrees from north", "half_width": "degrees to either side", "start_km": "km"}


def _given(name: str, value: float | None, width: Mapping[str, Any], unit: str, source: str) -> dict[str, Any]:
    low, high = width.get("low"), width.get("high")
    return {"name": name.replace("_", " "), "value": value, "low": low, "high": high, "unit": unit, "source": source}
