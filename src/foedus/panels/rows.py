"""The rows of a panel at any unit of analysis, each standing on a state-year or a dyad-year.

A state-day or a leader-year stands on a state-year; a dyad-day, a dispute or a leader-dyad-year on a dyad-year. It has the
values of that unit-year, key columns of its own, and perhaps values of its own (a leader's age belongs to the leader). So the
rows of a panel are a layout of state-years or dyad-years, the numbers of the layout's rows it shows, and what stands beside.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from foedus.panels import disputes
from foedus.panels.arrange import Wanted, dispute_rows, each_year
from foedus.panels.systems import System, recoded
from foedus.panels.units import NOWHERE, Layout
from foedus.panels.values import Picked
from foedus.record.source import catalog
from foedus.record.store import Record

OF_STATES = ("state-year", "state-quarter", "state-month", "state-day", "leader-year")
OF_DYADS = ("dyad-year", "dyad-quarter", "dyad-month", "dyad-day", "leader-dyad-year", "dispute-dyad")
OF_LEADERS = ("leader-year", "leader-dyad-year")
OF_DAYS = ("state-day", "dyad-day")
OF_PARTS = ("state-quarter", "state-month", "dyad-quarter", "dyad-month")
GROUP_YEAR = "group-year"
UNITS = (*OF_STATES, *OF_DYADS, GROUP_YEAR)
"""The units of analysis a panel can have."""


@dataclass(frozen=True)
class Rows:
    """Say which rows a panel shows.

    Attributes
    ----------
    layout : the state-years or dyad-years that the rows stand on.
    picked : the numbers of those, in the order of the panel; None: each once.
    before, after : key columns that stand before and after those of the unit-year, one row a row of the panel.
    disputes : where each row has at most one dispute to itself: that dispute's row, null where there is none.
    """

    layout: Layout
    picked: Picked = None
    before: pl.DataFrame = field(default_factory=pl.DataFrame)
    after: pl.DataFrame = field(default_factory=pl.DataFrame)
    disputes: pl.DataFrame | None = None

    def keys(self) -> pl.DataFrame:
        """Return the key columns of every row."""
        return pl.concat([self.before, self.layout.keys(self.picked), self.after], how="horizontal")

    def years(self) -> npt.NDArray[np.int16]:
        """Return the year of every row."""
        return self.layout.years if self.picked is None else self.layout.years[self.picked]

    def since(self) -> npt.NDArray[np.generic]:
        """Return, for every row, the first year of the unbroken run its unit is in."""
        since = self.layout.repeated("since")
        return since if self.picked is None else since[self.picked]


def rows_of(unit: str, layout: Layout, record: Record, wanted: Wanted) -> Rows:
    """Return the rows of a unit of analysis that stand on the state-years or dyad-years of the layout."""
    if unit in OF_DAYS:
        return days(layout, record, wanted.system)
    if unit in OF_LEADERS:
        return leaders(layout, record, wanted.system)
    if unit == "dispute-dyad":
        return dispute_dyads(layout, record, wanted)
    if unit == "dyad-year" and wanted.disputes == disputes.ALL:
        return every_dispute(layout, record, wanted)
    return Rows(layout)


def days(layout: Layout, record: Record, system: System) -> Rows:
    """Return every day of a unit-year on which its state is, or both its states are, members of the system."""
    members = record.table("state_spells").filter(pl.col("system") == system.name).rename({"code": system.key})
    stretches = _shared(layout, _within_years(members.select(system.key, "start", "end"), layout))
    begun, lengths = stretches["begun"].to_numpy(), (stretches["ended"] - stretches["begun"] + 1).to_numpy()
    shift = np.repeat(np.cumsum(lengths) - lengths - begun, lengths)
    day = pl.Series("date", np.arange(shift.size) - shift, pl.Int32).cast(pl.Date)
    return Rows(layout, np.repeat(stretches["row"].to_numpy(), lengths), after=day.to_frame())


def leaders(layout: Layout, record: Record, system: System) -> Rows:
    """Return every leader in office on some day of a state-year; for dyad-years, every two in office on the same day."""
    source = catalog()["archigos"]
    offices = record.table("leaders").select("leader", "gwcode", "start", "end")
    years = _within_years(offices, layout).filter(pl.col("year").is_between(source.first_year, source.last_year))
    stretches = _shared(layout, recoded(record, years, system, events=True))
    names = [name for name in ("leader", "leader1", "leader2") if name in stretches.columns]
    met = stretches.select("row", *names).unique(maintain_order=True)
    return Rows(layout, met["row"].to_numpy(), before=met.select(names))


def dispute_dyads(layout: Layout, record: Record, wanted: Wanted) -> Rows:
    """Return every dispute of a dyad once, in the first year the dyad was in it; `last_year` is the last."""
    rows = dispute_rows(record, wanted)
    keys = ["dispute", *wanted.pair]
    begun = rows.sort("year").group_by(keys, maintain_order=True).agg(pl.all().first(), last_year=pl.col("year").max())
    numbers = layout.rows_of(begun.select(*wanted.pair, "year"))
    held = begun.with_columns(row=pl.Series(numbers)).filter(pl.col("row") != NOWHERE).sort("dispute", *wanted.pair)
    return Rows(
        layout, held["row"].to_numpy(), before=held.select("dispute"), after=held.select("last_year"), disputes=held.drop("row")
    )


def every_dispute(layout: Layout, record: Record, wanted: Wanted) -> Rows:
    """Return every dyad-year, once for each dispute under way in it."""
    rows = dispute_rows(record, wanted)
    placed = rows.with_columns(row=pl.Series(layout.rows_of(rows))).filter(pl.col("row") != NOWHERE)
    every = pl.DataFrame({"row": np.arange(layout.height, dtype=np.int32)})
    each = every.join(placed.sort("row", "dispute"), on="row", how="left", maintain_order="left_right")
    return Rows(layout, each["row"].to_numpy(), after=each.select("dispute"), disputes=each.drop("row"))


def _within_years(spells: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Spells of days cut at the turn of each year: year, and begun and ended as days since 1970, both included."""
    last = int(layout.years.max()) if layout.height else 0
    years = each_year(
        spells.with_columns(
            first_year=pl.col("start").dt.year().cast(pl.Int16), last_year=pl.col("end").dt.year().cast(pl.Int16)
        ),
        last,
    )
    begun, ended = pl.date(pl.col("year"), 1, 1), pl.date(pl.col("year"), 12, 31)
    return years.with_columns(
        begun=pl.max_horizontal("start", begun).cast(pl.Int32),
        ended=pl.min_horizontal(pl.col("end").fill_null(ended), ended).cast(pl.Int32),
    ).drop("start", "end")


def _shared(layout: Layout, stretches: pl.DataFrame) -> pl.DataFrame:
    """The stretches of days in each unit-year, sorted by row; in a dyad-year, those that both sides have in common."""
    keys = layout.keys().with_row_index("row").with_columns(pl.col("row").cast(pl.Int32))
    if len(layout.units) == 1:
        return keys.join(stretches, on=[*layout.units, "year"]).sort("row", "begun", maintain_order=True)
    one, two = (
        stretches.rename({name: f"{name}{side}" for name in stretches.columns if name != "year"}) for side in ("1", "2")
    )
    met = keys.join(one, on=[layout.units[0], "year"]).join(two, on=[layout.units[1], "year"])
    both = met.with_columns(begun=pl.max_horizontal("begun1", "begun2"), ended=pl.min_horizontal("ended1", "ended2"))
    return both.filter(pl.col("begun") <= pl.col("ended")).sort("row", "begun", "begun1", "begun2", maintain_order=True)
