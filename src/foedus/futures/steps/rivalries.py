"""Rivalries begin and end as often as they did in the thirty years before, where a scenario lets them.

    P(a rivalry ends in a year)              one rate
    P(a rivalry begins in a year)            a rate each for pairs that were rivals before, for other neighbours, for all others

Unit of analysis: the dyad-year, rivalries as the model of disputes reads them (Thompson's). Rates are those of the record up to
the year in which it ends; each member draws by how much they may be off. They forecast no better than that rivalries stay,
so that rivalries stay what they were last recorded to be unless a scenario names the link. Leaves out that disputes make
rivals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from foedus.futures.arithmetic import Array, expit, log
from foedus.futures.draws import Draws
from foedus.futures.steps import State
from foedus.futures.system import Declared
from foedus.futures.world import Flags, World, at
from foedus.panels.panel import panel
from foedus.record.store import Record

YEARS = 30
"""Years whose changes are learnt from."""

ENDS, AGAIN, NEAR, FAR = range(4)
"""What a rate is of: the end of a rivalry; its beginning between earlier rivals, other neighbours, all others."""


@dataclass(frozen=True)
class Rivalries:
    """The step.

    Attributes
    ----------
    world : what is given. earlier : (dyad,), whether the two were rivals before or are. counts : (rate, 2), events and
        dyad-years of the record.
    """

    world: World
    earlier: Flags
    counts: Array

    @property
    def declared(self) -> Declared:
        """What it reads and writes."""
        return Declared("rivalries", reads=("rivals", "rivals_earlier"), writes=("rivals", "rivals_earlier"))

    def begin(self, draws: Draws) -> State:
        """Return the rivalries that were last recorded, and the log odds of each member's rates (member, rate)."""
        shape = (len(draws.members), len(self.world.first))
        events, trials = self.counts.T
        odds = log((events + 0.5) / (trials - events + 0.5))
        error = np.sqrt(1.0 / (events + 0.5) + 1.0 / (trials - events + 0.5))
        return {
            "rivalry_odds": odds + error * draws.normal("parameters of rivalries", np.arange(len(events))),
            "rivals": np.broadcast_to(self.world.columns[self.world.last]["rivalry"] > 0, shape).copy(),
            "rivals_earlier": np.broadcast_to(self.earlier, shape).copy(),
        }

    def step(self, state: State, year: int, draws: Draws) -> State:
        """Return which dyads are rivals (member, dyad), and which are or were; nothing changes while rivalries are recorded."""
        rivals, earlier = state["rivals"], state["rivals_earlier"]
        if year < self.world.last:
            return {"rivals": rivals, "rivals_earlier": earlier}
        rates, dyads = expit(state["rivalry_odds"]), self.world.dyads
        near = at(self.world.columns, year)["contiguous"] > 0
        begins = np.where(earlier, rates[:, AGAIN, None], np.where(near, rates[:, NEAR, None], rates[:, FAR, None]))
        made = (draws.uniform("rivalry begins", year, dyads) < begins) & at(self.world.active, year)
        over = draws.uniform("rivalry ends", year, dyads) < rates[:, ENDS, None]
        now = np.where(rivals, ~over, made)
        return {"rivals": now, "rivals_earlier": earlier | now}


def rivalries(record: Record, world: World) -> Rivalries:
    """Return the step, learnt from the thirty years up to the last that is recorded."""
    until, pair = world.last - 1, ["ccode1", "ccode2"]
    spells = record.table("rivalry_spells").group_by(pair).agg(begun=pl.col("first_year").min())
    rows = panel("dyad-year", ["rivalry", "contiguous"], years=(until - YEARS, until), record=record)
    places = {sides: at for at, sides in enumerate(zip(world.states[world.first], world.states[world.second], strict=True))}
    earlier = np.zeros(len(world.first), np.bool_)
    for one, other, begun in spells.iter_rows():
        if begun <= until and (one, other) in places:
            earlier[places[one, other]] = True
    return Rivalries(world, earlier, changes(rows.join(spells, on=pair, how="left")))


def changes(rows: pl.DataFrame) -> Array:
    """Return how often each change came, and in how many dyad-years it could have: (rate, 2), in the order of ENDS to FAR.

    rows : dyad-years with rivalry, contiguous, and begun, the first year in which the two were ever rivals (null: never).

    >>> rows = pl.DataFrame({"ccode1": 2, "ccode2": 20, "year": [1990, 1991, 1992], "rivalry": [False, True, False]})
    >>> changes(rows.with_columns(contiguous=True, begun=pl.lit(1991))).tolist()
    [[1.0, 1.0], [0.0, 0.0], [1.0, 1.0], [0.0, 0.0]]
    """
    pair = ["ccode1", "ccode2"]
    year, was = pl.col("year"), pl.col("rivalry").shift(1).over(pair)
    ordered = rows.sort(*pair, "year").with_columns(was=was, gap=year - year.shift(1).over(pair))
    known = ordered.filter(pl.col("gap") == 1).drop_nulls(["rivalry", "was"])
    free = known.filter(~pl.col("was"))
    again, near = (pl.col("begun") < year).fill_null(False), pl.col("contiguous").fill_null(False)
    of = (
        known.filter("was").select(came=~pl.col("rivalry")),
        free.filter(again).select(came="rivalry"),
        free.filter(~again, near).select(came="rivalry"),
        free.filter(~again, ~near).select(came="rivalry"),
    )
    return np.array([[float(each["came"].sum()), float(each.height)] for each in of])
