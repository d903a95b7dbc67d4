"""The statistics of the reference implementation's tables (peacesciencer 1.2.9), and how a column of ours is held against them.

The reference counts a missing value as a distinct one. Its sums were made in another order than ours: numbers agree when they
differ by less than one part in 10⁹, counts when they are equal. A distance that sines and cosines give has no count to hold
against: its last digits hang on the processor and on which of two capitals comes first (`MEASURED`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from foedus.record.additions import add
from foedus.record.store import Record, open_record

STATES, MORE = "state-year-cow-1816-2025", "state-year-cow-1946-2014-more"
GW_STATES, DYADS = "state-year-gw-1816-2025", "directed-dyad-year-cow-1816-2025"

FILES = {
    "cow_nmc": ["capabilities/cow_nmc_v7.parquet"],
    "cow_mid": ["mids/cow_mid_dirdisps.parquet", "mids/cow_mid_disps.csv"],
    "cow_wars": ["wars/Inter-StateWarData_v4.0.csv", "wars/cow_war_intra.csv"],
    "cow_trade": ["trade/cow_trade_dyadic_v4_directed.parquet", "trade/cow_trade_state_year_v4.parquet"],
    "cow_igo": ["igo/cow_igo_joint_membership_ndy.parquet", "igo/cow_igo_state_year.parquet"],
    "cow_contiguity": ["contiguity/cow_contdir_v32.csv"],
    "polity": ["regimes/isard_cw_democracy.parquet"],
}
"""Restricted source → its files below `political`."""

COUNTS = ("n", "missing", "n_distinct")
TOLD = ("n", "sum", "max", "min", "n_distinct")
MEASURED = ("mincapdist",)
"""Columns of the reference that are computed with sines and cosines. It counts as distinct what differs in the last digit, as
the two directions between the same two capitals may."""
METRE = 3
"""Decimals of a kilometre."""

Statistics = dict[str, float]


@dataclass(frozen=True)
class Difference:
    """Columns whose statistics are not the reference's, why, and in how many rows the two disagree."""

    table: str
    columns: tuple[str, ...]
    ours: str
    theirs: str
    reason: str
    rows: int


def whole_record(raw: Path, folder: Path) -> Record:
    """Return the record with every restricted source that lies among the raw files, imported into `folder`.

    Records opened elsewhere, and later, stay without them.
    """
    for source, names in FILES.items():
        for name in names:
            add(source, raw / "political" / name, folder=folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOEDUS_DATA", str(folder))
        return open_record()


def reference(raw: Path, table: str) -> dict[str, Statistics]:
    """Return the reference's statistics by column; of text, only the counts."""
    frame = pl.read_csv(raw.parent / f"reference/peer-statistics/{table}.csv", null_values="NA", infer_schema_length=None)
    return {
        row["column"]: {name: value for name, value in row.items() if name not in ("column", "type") and value is not None}
        for row in frame.iter_rows(named=True)
    }


def places(values: pl.Series) -> int:
    """Count the distinct distances of a column in kilometres, to the metre; a missing one counts as another.

    >>> places(pl.Series([8.25, 8.25 + 1e-12, 8.251, None]))
    3
    """
    return values.round(METRE).n_unique()


def statistics(values: pl.Series) -> Statistics:
    """Return the same statistics of a column of ours; true counts as 1."""
    known = values.drop_nulls()
    counts = {"n": known.len(), "missing": values.null_count(), "n_distinct": known.n_unique() + (known.len() < values.len())}
    found = {name: float(count) for name, count in counts.items()}
    if values.dtype != pl.String:
        numbers = known.cast(pl.Float64).alias("x").to_frame()
        x = pl.col("x")
        found |= numbers.select(sum=x.sum(), mean=x.mean(), sd=x.std(), min=x.min(), max=x.max()).row(0, named=True)
    return found


def apart(ours: Statistics, theirs: Statistics, measured: bool = False) -> list[str]:
    """Return the names of the statistics that differ; of what is `measured`, the number of distinct values is left out.

    >>> apart({"n": 2, "sum": 1.0}, {"n": 3, "sum": 1.0 + 1e-12})
    ['n']
    """
    return [
        name
        for name, value in theirs.items()
        if not (measured and name == "n_distinct")
        and not (ours[name] == value if name in COUNTS else math.isclose(ours[name], value, rel_tol=1e-9, abs_tol=1e-9))
    ]


def told(values: Statistics, which: list[str]) -> str:
    """Return the first two of the statistics that differ, as text; a mean or deviation follows from the rest."""
    shown = [name for name in TOLD if name in which][:2] or which[:1]
    return ", ".join(f"{name} {_number(values[name], 9)}" for name in shown)


def _number(value: float, digits: int) -> str:
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,.{digits}g}"


def compared(
    table: str, theirs: dict[str, Statistics], ours: dict[str, pl.Series], faults: dict[str, tuple[str, pl.Series]]
) -> tuple[list[Difference], list[str]]:
    """Hold our columns against the reference's, by its names.

    Each is either equal, or `faults` gives the reason of the difference and the same rows with the reference's fault in them,
    whose statistics must then be equal. Returns the differences, and what is left unexplained.
    """
    found: list[Difference] = []
    unexplained = []
    for name, values in ours.items():
        mine = statistics(values)
        which = apart(mine, theirs[name], name in MEASURED)
        if not which and name not in faults:
            continue
        if not which:
            unexplained.append(f"{table}: {name} agrees, and should differ: {faults[name][0]}")
            continue
        if name not in faults:
            unexplained.append(f"{table}: {name} differs in {', '.join(f'{each} {mine[each]}' for each in which)}")
            continue
        reason, faulty = faults[name]
        if left := apart(statistics(faulty), theirs[name], name in MEASURED):
            unexplained.append(f"{table}: {name} still differs in {', '.join(left)} after: {reason}")
        if name in MEASURED and not places(faulty) <= theirs[name]["n_distinct"] <= 2 * places(faulty):
            unexplained.append(f"{table}: {name} has {places(faulty)} values to the metre after: {reason}")
        rows = int(_numbers(values).ne_missing(_numbers(faulty)).sum())
        found.append(Difference(table, (name,), told(mine, which), told(theirs[name], which), reason, rows))
    return found, unexplained


def _numbers(values: pl.Series) -> pl.Series:
    return values if values.dtype == pl.String else values.cast(pl.Float64)


def merged(differences: list[Difference]) -> list[Difference]:
    """Put differences of the same table, reason and size into one line each, the sides of a dyad above all."""
    lines: dict[tuple[str, str, str, str, int], list[str]] = {}
    for each in differences:
        key = (each.table, each.ours, each.theirs, each.reason, each.rows)
        lines.setdefault(key, []).extend(each.columns)
    return [Difference(key[0], tuple(columns), *key[1:]) for key, columns in lines.items()]
