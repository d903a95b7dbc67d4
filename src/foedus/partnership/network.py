"""Who is bound to whom in a year: every pair of states of which one owes the other a pledge, by which treaty, as last known.

Which pairs are bound is what a dyad-year panel says of the pledge, so that a network and a panel cannot differ. A list of
alliances that ends before the year stands in for later years, as `carry_forward` of a panel does, and every pair says up to
which year it is known. A pair that is missing is not bound, or no list speaks of it.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from foedus.panels.alliances import PLEDGES, unnamed
from foedus.panels.treaty_names import called
from foedus.partnership.agreements import bonds
from foedus.partnership.obligations import PACTS
from foedus.record.provenance import firm
from foedus.record.states import StateSystem
from foedus.record.store import Record

ANY = "any"
"""Any pledge at all."""

VARIABLES: Mapping[str, str] = {**PACTS, ANY: "alliance_pledge"}
"""Pledge → the variable of the codebook that says whether one of two states owes it to the other."""

LASTS = 15
"""Years for which a pledge stands in for later ones, of which its list does not speak: no list ends longer ago."""

TIES: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "state1": pl.String,
    "state2": pl.String,
    "ccode1": pl.Int16,
    "ccode2": pl.Int16,
    "year": pl.Int64,
    "known_to": pl.Int64,
    "treaties": pl.String,
}
"""Columns of a network: names of the two states, their COW codes (ccode1 < ccode2), the year, the last year up to it of which
it is known that one owes the other the pledge, and the treaties by which."""


def network(record: Record, panel: pl.DataFrame, pledge: str, year: int, alliances_from: str) -> pl.DataFrame:
    """Return the ties of a year (columns TIES), by names.

    Parameters
    ----------
    panel : dyad-years of one year with the variable of the pledge (VARIABLES), and its age where it may be carried forward.
    pledge : one of PLEDGES, or "any". alliances_from : the list of alliances that the panel was built from.
    """
    variable = VARIABLES[pledge]
    age = f"{variable}_age"
    bound = panel.filter(variable).with_columns(
        known_to=(pl.col("year").cast(pl.Int64) - pl.col(age)) if age in panel.columns else pl.col("year").cast(pl.Int64)
    )
    codes = sorted({*bound["ccode1"], *bound["ccode2"]})
    system = StateSystem.of(record)
    names = {code: system.name(code, year) for code in codes}
    named = bound.with_columns(
        pl.col(f"ccode{side}").replace_strict(names, return_dtype=pl.String).alias(f"state{side}") for side in (1, 2)
    )
    told = named.join(_treaties(record, codes, pledge, year, alliances_from), on=["ccode1", "ccode2"], how="left")
    return told.sort("state1", "state2").select(pl.col(name).cast(kind) for name, kind in TIES.items())


def _treaties(record: Record, codes: list[int], pledge: str, year: int, alliances_from: str) -> pl.DataFrame:
    """Each pair's treaties that hold the pledge and had begun by the end of the year and not ended before it."""
    wanted = list(PLEDGES) if pledge == ANY else [pledge]
    owes = pl.concat_list(*(pl.col(name).fill_null([]) for name in ("owes1", "owes2")))
    rows = firm(bonds(record, codes, alliances_from)).filter(
        owes.list.set_intersection(wanted).list.len() > 0,
        pl.col("date").dt.year() <= year,
        pl.col("end").is_null() | (pl.col("end").dt.year() >= year),
    )
    nameless = unnamed(record, alliances_from)
    titles = {title: str(called(title, nameless)).removeprefix("the ") for title in rows["title"].unique()}
    return (
        rows.with_columns(title=pl.col("title").replace_strict(titles, return_dtype=pl.String))
        .sort("date", "title")
        .group_by("ccode1", "ccode2")
        .agg(treaties=pl.col("title").unique(maintain_order=True).str.join("; "))
    )


def by_state(ties: pl.DataFrame) -> pl.DataFrame:
    """Return one row a state: its code and name, how many it is bound to, and to whom, those with most first.

    >>> row = {"state1": "A", "state2": "B", "ccode1": 1, "ccode2": 2, "year": 1900, "known_to": 1900, "treaties": None}
    >>> by_state(pl.DataFrame([row], schema=TIES)).select("state", "ties", "with").rows()
    [('A', 1, 'B'), ('B', 1, 'A')]
    """
    one = ties.select(ccode="ccode1", state="state1", other="state2")
    two = ties.select(ccode="ccode2", state="state2", other="state1")
    partners = pl.concat([one, two]).sort("other").group_by("ccode", "state").agg(ties=pl.len(), other=pl.col("other"))
    joined = partners.with_columns(pl.col("other").list.join("; ").alias("with")).drop("other")
    return joined.sort("ties", "state", descending=[True, False])
