"""Counts while they are gathered: how many members had which value of a variable in a year, by world and design.

Counts are whole numbers and add up in any order. What is gathered is held as columns of numbers, a table for each arm, variable
and design, so that it takes eighteen bytes a distinct value; and as values are kept to few digits (`told.py`), there are hardly
more of them among a hundred thousand members than among twenty thousand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from foedus.futures.arithmetic import Array
from foedus.futures.told import VARIABLES, kept

if TYPE_CHECKING:
    from foedus.futures.build import Built

WITH, WITHOUT, DIFFERENCE = ARMS = ("with", "without", "difference")
"""The world with the obligations, the one without, and the first less the second, member by member."""

NONE = "no effect"
"""The design of members whose pacts do nothing to attacks."""

NUMBERS = pl.Schema({"year": pl.Int16, "value": pl.Float64, "members": pl.Int64})
"""Columns of numbers; those of names are arm, variable and design, before them."""

NAMES = ("arm", "variable", "design")

WAITING = 200_000
"""Rows that wait to be added: with many at once each costs less, and these take few megabytes."""


def counted(made: Built, with_them: Mapping[str, Array], without: Mapping[str, Array] | None, designs: Array) -> pl.DataFrame:
    """Return the counts of some members: what is told, name → (member, year), and the design that each drew (member,)."""
    arms = {WITH: with_them} if without is None else {WITH: with_them, WITHOUT: without}
    if without is not None:
        arms[DIFFERENCE] = {name: values - without[name] for name, values in with_them.items()}
    names = [(*made.designs, NONE)[which] for which in designs]
    parts = []
    for arm, told in arms.items():
        for variable, values in told.items():
            members, years = values.shape
            value = np.array(kept(variable, values.ravel())) + 0.0  # no value is minus zero
            year = np.tile(np.arange(years, dtype=np.int16) + (made.world.origin + 1), members)
            columns = {"design": np.repeat(names, years).tolist(), "year": year, "value": value}
            parts.append(pl.DataFrame(columns).with_columns(arm=pl.lit(arm), variable=pl.lit(variable)))
    by = [*NAMES, "year", "value"]
    return pl.concat(parts).group_by(by).agg(members=pl.len().cast(pl.Int64)).sort(by)


@dataclass
class Tally:
    """Counts that are gathered; (arm, variable, design) → their columns of numbers (NUMBERS).

    Attributes
    ----------
    whole : added up. waiting : yet to be added, a few tables each. rows : how many rows wait.
    """

    whole: dict[tuple[str, ...], pl.DataFrame] = field(default_factory=dict)
    waiting: dict[tuple[str, ...], list[pl.DataFrame]] = field(default_factory=dict)
    rows: int = 0

    def include(self, counts: pl.DataFrame) -> None:
        """Add counts of other members."""
        for key, part in counts.partition_by(*NAMES, as_dict=True, include_key=False).items():
            self.waiting.setdefault(tuple(map(str, key)), []).append(part.select(*NUMBERS).cast(NUMBERS))
        self.rows += counts.height
        if self.rows > WAITING:
            self._add_up()

    def frame(self) -> pl.DataFrame:
        """Return the counts, one row a value, in the order of their columns: NAMES, as categories, and NUMBERS."""
        self._add_up()
        designs = sorted({design for *_, design in self.whole})
        kinds = {"arm": pl.Enum(sorted(ARMS)), "variable": pl.Enum(sorted(VARIABLES)), "design": pl.Enum(designs)}
        parts = [pl.DataFrame(schema={**kinds, **NUMBERS})]
        for key in sorted(self.whole):
            names = [pl.lit(of, kinds[name]).alias(name) for name, of in zip(NAMES, key, strict=True)]
            parts.append(self.whole[key].sort("year", "value").select(*names, *NUMBERS))
        return pl.concat(parts)

    def _add_up(self) -> None:
        for key, parts in self.waiting.items():
            before = [self.whole[key]] if key in self.whole else []
            self.whole[key] = pl.concat([*before, *parts]).group_by("year", "value").agg(pl.col("members").sum())
        self.waiting.clear()
        self.rows = 0
