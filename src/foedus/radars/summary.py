"""All that a network gives for one question: how much of a line it sees, how early, and whose radars see it.

One row a measure, of the whole network (`state` null) or of one state's sites, with a band of 5 to 95 % of the draws of what
is not known where one is told. `MEASURES` says what each is and in what unit. What a state's sites give is told twice: what
is left without them, and their Shapley share, which adds up. Over coarse ground (`ground`) the line and the area are told
without bands; minutes are of smooth ground always.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from foedus import digits
from foedus.radars.coverage import coverage_map, grid_around, seen_area
from foedus.radars.network import WarningNetwork
from foedus.radars.shares import MOST_MEMBERS
from foedus.radars.warning_time import Approach
from foedus.record.store import Record

DRAWS = 50
"""Draws of a band: its ends are the third from either side, which is enough for two digits."""

BIN_DEGREES = 30.0

MEASURES: Mapping[str, tuple[str, str]] = {
    "sites": ("radars", "with a position"),
    "share_seen": ("share of approaches", "seen by any radar before they end"),
    "median_minutes": ("minutes", "that half of all approaches give at least; zero for one that is not seen"),
    "mean_minutes": ("minutes", "on average; approaches along the chain, seen for long, pull it up"),
    "minutes_05": ("minutes", "of the approaches that are seen, exceeded by 95 of 100"),
    "minutes_25": ("minutes", "of the approaches that are seen, exceeded by three in four"),
    "minutes_50": ("minutes", "of the approaches that are seen, exceeded by half"),
    "minutes_75": ("minutes", "of the approaches that are seen, exceeded by one in four"),
    "minutes_95": ("minutes", "of the approaches that are seen, exceeded by 5 of 100"),
    "share_from_start": ("share of approaches", "seen from their beginning: longer ones would be seen earlier"),
    "front_share": ("share of the line", "seen by one radar or more"),
    "front_share_2": ("share of the line", "seen by two or more"),
    "front_share_3": ("share of the line", "seen by three or more"),
    "front_mean_sites": ("radars", "that see a place of the line, on average"),
    "area": ("million km²", "seen"),
    "area_alone": ("million km²", "seen by this state's radars alone"),
    "share_seen_without": ("share of approaches", "seen without this state's radars"),
    "median_minutes_without": ("minutes", "that half of all approaches give at least without this state's radars"),
    "front_share_without": ("share of the line", "seen without this state's radars"),
    "front_part": ("share of what is seen of the line", "owed to this state's radars (Shapley)"),
    "minutes_part": ("share of the mean minutes", "owed to this state's radars (Shapley)"),
}
"""Measure → unit and meaning."""

_COLUMNS = {"measure": pl.String, "state": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64}

_Row = tuple[str, str | None, float | None, float | None, float | None]


@dataclass(frozen=True)
class WarningSummary:
    """The measures that a network gives, rounded to what `foedus.digits` says.

    Attributes
    ----------
    measures : measure, state (null: the network), value, low, high, in the order of MEASURES.
    profile : how much of the line is seen by longitude (`front.front_profile`), in bins of BIN_DEGREES.
    availability : what is left when sites are out at random (`warning_shares.availability`).
    """

    measures: pl.DataFrame
    profile: pl.DataFrame
    availability: pl.DataFrame

    def __post_init__(self) -> None:
        for name in ("measures", "profile", "availability"):
            object.__setattr__(self, name, digits.told(getattr(self, name)))

    def row(self, measure: str, state: str | None = None) -> dict[str, float | None]:
        """Return value, low and high of a measure, of the network or of a state's sites; all None if it is not told."""
        chosen = self.measures.filter(pl.col("measure") == measure, pl.col("state").eq_missing(pl.lit(state, pl.String)))
        return (
            chosen.select("value", "low", "high").row(0, named=True)
            if chosen.height
            else dict.fromkeys(("value", "low", "high"))
        )

    def value(self, measure: str, state: str | None = None) -> float:
        """Return the value of a measure that is told; raises KeyError if it is not."""
        if (value := self.row(measure, state)["value"]) is None:
            raise KeyError(f"{measure} of {state or 'the network'}")
        return value


def summary(network: WarningNetwork, approach: Approach, ground: Record | None = None, draws: int = DRAWS) -> WarningSummary:
    """Return what the network gives of an approach, and of the line to which it comes."""
    rows: list[_Row] = [("sites", None, float(network.sites.height), None, None)]
    rows += network.minutes_bands(approach, draws).select("measure", pl.lit(None), "value", "low", "high").rows()
    rows += _front(network, approach, ground, draws)
    rows += _areas(network, ground)
    if network.sites["state"].n_unique() <= MOST_MEMBERS:
        rows += _by_state(network, approach, draws)
    order = pl.col("measure").cast(pl.Enum(list(MEASURES)))
    measures = pl.DataFrame(rows, schema=_COLUMNS, orient="row").sort(order, "state", nulls_last=False)
    out = tuple(number for number in (0, 1, 2, 5, 10) if number <= network.sites.height)
    return WarningSummary(
        measures,
        network.profile(approach.line, BIN_DEGREES, ground),
        network.availability(approach, out),
    )


def _front(network: WarningNetwork, approach: Approach, ground: Record | None, draws: int) -> Iterator[_Row]:
    """Yield what is seen of the line: with bands over smooth ground, without over coarse ground."""
    measures = ("share", "share_2", "share_3", "mean_sites")
    if ground is None:
        for measure, *band in network.profile_bands(approach.line, draws).rows():
            if measure in measures:
                yield f"front_{measure}", None, *band
        return
    whole = network.profile(approach.line, 360.0, ground).row(-1, named=True)
    yield from ((f"front_{name}", None, whole[name], None, None) for name in measures)


def _areas(network: WarningNetwork, ground: Record | None) -> Iterator[_Row]:
    grid = grid_around(network.sites, network.reaches)
    for name, area in seen_area(coverage_map(network.sites, network.over(ground), grid), grid).items():
        measure, state = ("area_alone", name.removeprefix("only ")) if name.startswith("only ") else ("area", name)
        yield measure, None if state == "all" else state, area, None, None


def _by_state(network: WarningNetwork, approach: Approach, draws: int) -> Iterator[_Row]:
    """Yield what each state's sites give; over smooth ground."""
    parts = {"front_part": network.front_shares(approach.line), "minutes_part": network.shares(approach)}
    for measure, shares in parts.items():
        yield from ((measure, name, share, None, None) for name, share in shares.select("member", "share").iter_rows())
    for (state,), sites in network.sites.group_by("state", maintain_order=True):
        yield "sites", str(state), float(sites.height), None, None
        yield from _without(network, str(state), approach, draws)


def _without(network: WarningNetwork, state: str, approach: Approach, draws: int) -> Iterator[_Row]:
    measures = ("share_seen", "median_minutes")
    if network.sites["state"].n_unique() == 1:
        yield from ((f"{measure}_without", state, 0.0, 0.0, 0.0) for measure in (*measures, "front_share"))
        return
    rest = network.without(state)
    for measure, *band in rest.minutes_bands(approach, draws).rows():
        if measure in measures:
            yield f"{measure}_without", state, *band
    (front,) = (row for row in rest.profile_bands(approach.line, draws).rows() if row[0] == "share")
    yield "front_share_without", state, *front[1:]
