"""What two states make and agree to make together: how alike they are, what they hold of the world's, what pooling could add.

    likeness(i, j)         share of all pairs of states that lie further apart than i and j, measure by measure
    concentration          sum over states of their squared shares of the world's total (Herfindahl)
    complementarity(i, j)  mean over ingredients of max(z(i), z(j))  less  max(readiness(i), readiness(j))

Unit of analysis: the non-directed dyad-year. Descriptive: nothing is estimated, tested or forecast, and no number says that an
agreement made anything. Amounts of a pair add up exactly and its means lie between those of its members, so that "more than the
sum" can only be asked of what one has and the other lacks: complementarity is the readiness of a pair in which either could use
the better of the two in every ingredient, over that of the better alone. It is a bound, zero where one leads in everything.

Agreements are those of the Defense Cooperation Agreement Dataset, which begins in 1980 and ends in 2010, by any of the up to
three subjects it names. What was agreed before or since, and by more than two states, is not in it. Leaves out, since the
record does not have them: products and sectors (so that specialisation in Krugman's (1991) or Balassa's (1965) sense cannot be
had), firms, orders and deliveries of arms, what either buys from the other, joint patents and ventures.

Disputed: whether making arms together saves money. Longer series lower the cost of each, and sharing the work among states
raises it (Hartley 2006); which of the two is larger differs by project.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.mechanisms.technology.readiness import INGREDIENTS, READS, index, ingredients, scaled
from foedus.panels.codebook import lookup
from foedus.panels.panel import panel
from foedus.record.store import Record

MEASURES = ("industry_share", "exports_share", "high_technology_share", "research_share", "patents_per_million")
"""Measures compared of two states: shares of GDP, of exported manufactures, and patent applications per million people."""

AMOUNTS: Mapping[str, tuple[str, str]] = {
    "product": ("gdp_constant", ""),
    "industry": ("gdp_constant", "industry_share"),
    "exports": ("gdp_constant", "exports_share"),
    "research": ("gdp_constant", "research_share"),
    "patent applications": ("patent_applications", ""),
}
"""Amounts that add up over states → the total, and the per cent of it that is meant ("": all of it)."""

SUBJECTS = ("procurement", "research", "dic")
"""Subjects of a defence agreement that concern industry: "dic" is cooperation of defence industries."""


@dataclass(frozen=True)
class Industry:
    """The industries of two states in a year.

    Attributes
    ----------
    carry_forward : years for which a value may stand, with its age beside it; 10, as old as an economy's shape may be told.
    """

    carry_forward: int = 10

    id: ClassVar[str] = "industry.base"
    name: ClassVar[str] = "industry"
    unit: ClassVar[str] = "dyad-year"
    reads: ClassVar[tuple[str, ...]] = (
        *("gdp_constant", "industry_share", "exports_share", *READS),
        *("general_defence_agreements", "sector_defence_agreements", "trade_agreements"),
    )
    writes: ClassVar[tuple[str, ...]] = ("likeness", "concentration", "complementarity")

    def states(self, record: Record, year: int) -> pl.DataFrame:
        """Return every state's values in a year: ccode, MEASURES with their ages, and the total of each of AMOUNTS."""
        return record.derived(f"industry {self.carry_forward} {year}", lambda: self._states(record, year))

    def _states(self, record: Record, year: int) -> pl.DataFrame:
        given = ingredients(record, (year, year), self.carry_forward)
        more = ("gdp_constant", "industry_share", "exports_share", "patent_applications")
        rows = panel("state-year", more, years=(year, year), carry_forward=self.carry_forward, record=record)
        totals = [
            (pl.col(total) * (pl.col(share) / 100 if share else 1)).cast(pl.Float64).alias(name)
            for name, (total, share) in AMOUNTS.items()
        ]
        ages = [f"{name}_age" for name in MEASURES]
        joined = rows.join(given, on=["ccode", "year"], how="left", maintain_order="left")
        return joined.select("ccode", pl.col(MEASURES).cast(pl.Float64), *ages, *totals)

    def alike(self, record: Record, pair: tuple[int, int], year: int) -> pl.DataFrame:
        """Return how alike two states are, one row a measure: measure, first, second, age, difference, further_apart, states.

        difference : of the logarithms (of one more), in standard deviations over all states known. further_apart : share of all
        pairs of states that lie further apart. age : of the older of the two values. Null where either is unknown.
        """
        rows = self.states(record, year)
        first, second = (_state(rows, code) for code in pair)
        return pl.DataFrame(
            [
                {
                    "measure": name,
                    "first": first[name],
                    "second": second[name],
                    "age": max(known) if (known := _ages(name, first, second)) else None,
                    **_apart(rows[name], first[name], second[name]),
                }
                for name in MEASURES
            ],
            schema={
                "measure": pl.String,
                **dict.fromkeys(("first", "second"), pl.Float64),
                "age": pl.Int64,
                **dict.fromkeys(("difference", "further_apart"), pl.Float64),
                "states": pl.Int64,
            },
        )

    def together(self, record: Record, codes: tuple[int, ...], year: int) -> pl.DataFrame:
        """Return what some states hold of the world's, one row an amount.

        amount; parts : each one's share of the total of all states known, in the order of the codes; share : their sum, null
        unless all are known; of_largest : the largest part's share of it; concentration : Herfindahl index of all states;
        states : how many are known.
        """
        rows = self.states(record, year)
        sides = [_state(rows, code) for code in codes]
        shares_of = []
        for name in AMOUNTS:
            shares = (rows[name] / rows[name].sum()).drop_nulls()
            total = float(rows[name].sum())
            parts = [None if (amount := side[name]) is None or not total else amount / total for side in sides]
            known = [part for part in parts if part is not None]
            both = sum(known) if len(known) == len(parts) else None
            largest = max(known) / both if both else None
            shares_of.append((name, parts, both, largest, herfindahl(shares.to_numpy()), len(shares)))
        columns = ("share", "of_largest", "concentration")
        names = ["amount", "parts", *columns, "states"]
        return pl.DataFrame(shares_of, schema=names, orient="row").cast(
            {"parts": pl.List(pl.Float64), **dict.fromkeys(columns, pl.Float64)}
        )

    def complementarity(self, record: Record, pair: tuple[int, int], year: int) -> dict[str, float | int | None]:
        """Return what either's better ingredients could add to the better one's readiness.

        added : in the unit of the index, null unless all ingredients of both are known. less : share of the pairs of all such
        states that have less. led : ingredients in which the state with the lower index is the higher.
        """
        z = (
            scaled(record, (year, year), self.carry_forward)
            .select("ccode", *INGREDIENTS, whole=index(INGREDIENTS))
            .drop_nulls()
        )
        if not set(pair) <= set(z["ccode"]):
            return {"added": None, "less": None, "led": None, "states": z.height}
        values, whole = z.select(INGREDIENTS).to_numpy(), z["whole"].to_numpy()
        one, other = (z["ccode"].to_list().index(code) for code in pair)
        left, right = np.triu_indices(z.height, 1)
        added = np.maximum(values[left], values[right]).mean(axis=1) - np.maximum(whole[left], whole[right])
        gained = float(np.maximum(values[one], values[other]).mean() - max(whole[one], whole[other]))
        low, high = (one, other) if whole[one] < whole[other] else (other, one)
        led = int((values[low] > values[high]).sum())
        return {"added": gained, "less": float((added < gained - 1e-12).mean()), "led": led, "states": z.height}


def herfindahl(shares: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float | None:
    """Return the sum of squared shares; None without any.

    >>> herfindahl(np.array([0.5, 0.5]))
    0.5
    """
    return float((shares**2).sum()) if len(shares) else None


def agreements(record: Record, pair: tuple[int, int], year: int) -> pl.DataFrame:
    """Return the defence agreements of two states on SUBJECTS signed by a year, one row each.

    dcad_id; signed, to its precision; subjects, those of SUBJECTS that it names; in_force_2010 : whether it was in force, or
    taken to be, when the data end.
    """
    low, high = min(pair), max(pair)
    named = pl.concat_list("category1", "category2", "category3").list.drop_nulls()
    rows = record.table("defence_agreements").filter(
        (pl.col("ccode1") == low) & (pl.col("ccode2") == high) & (pl.col("signed").dt.year() <= year)
    )
    matched = rows.with_columns(subjects=named.list.set_intersection(pl.lit(list(SUBJECTS))).list.sort())
    return (
        matched.filter(pl.col("subjects").list.len() > 0)
        .sort("signed")
        .select("dcad_id", "signed", pl.col("signed_precision").alias("precision"), "subjects", in_force_2010="censored")
    )


def partners(record: Record, subject: str, year: int) -> pl.DataFrame:
    """Return how many states each has signed defence agreements on a subject with by a year: ccode, partners.

    Raises InputError for a subject that is none of SUBJECTS.
    """
    if subject not in SUBJECTS:
        raise InputError(
            f"no subject of defence agreements is called {subject!r}; those of industry are {', '.join(SUBJECTS)}."
        )
    names = pl.any_horizontal(pl.col("category1", "category2", "category3") == subject)
    rows = record.table("defence_agreements").filter(names & (pl.col("signed").dt.year() <= year))
    sides = [rows.select(ccode=one, other=other) for one, other in (("ccode1", "ccode2"), ("ccode2", "ccode1"))]
    return pl.concat(sides).group_by("ccode").agg(partners=pl.col("other").n_unique().cast(pl.Int64)).sort("ccode")


def trade_agreements(record: Record, pair: tuple[int, int], year: int) -> tuple[int | None, int | None]:
    """Return how many trade agreements name both, and how old that is; (None, None) if unknown."""
    age = max(0, year - lookup("trade_agreements").last_year)
    dyad = (min(pair), max(pair))
    rows = panel("dyad-year", ["trade_agreements"], dyads=[dyad], years=(year - age, year - age), record=record)
    counted = rows["trade_agreements"].to_list()
    return (counted[0], age) if counted and counted[0] is not None else (None, None)


def _state(rows: pl.DataFrame, code: int) -> dict[str, float | None]:
    """One state's values, all unknown for a state that is not there."""
    values = rows.filter(ccode=code)
    return values.row(0, named=True) if values.height else dict.fromkeys(rows.columns)


def _ages(name: str, *sides: Mapping[str, float | None]) -> list[int]:
    return [int(age) for side in sides if (age := side[f"{name}_age"]) is not None]


def _apart(values: pl.Series, first: float | None, second: float | None) -> dict[str, float | int | None]:
    """Return how far two values lie apart, beside all pairs of states."""
    logs = np.sort(np.log1p(values.drop_nulls().to_numpy()))
    if first is None or second is None or len(logs) < 2:
        return {"difference": None, "further_apart": None, "states": len(logs)}
    distance = abs(float(np.log1p(first)) - float(np.log1p(second)))
    left, right = np.triu_indices(len(logs), 1)
    further = float((logs[right] - logs[left] > distance + 1e-12).mean())
    return {"difference": distance / float(logs.std(ddof=1)), "further_apart": further, "states": len(logs)}
