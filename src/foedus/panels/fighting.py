"""Who fought whom: what the record says of two states in a year, and no more than it says.

From 1946 on UCDP speaks. Two states fought each other if both are primary parties, on opposite sides, of an interstate armed
conflict: at least 25 battle deaths in the year, and a war if there were 1,000 or more. A state that only sent troops to help a
side, another state's or that of rebels, was on the opposite side; nothing says that it fought the other.

Before, the list of militarized disputes speaks (Gibler, Miller & Little). It says who went to war on which side of a dispute,
not who fought whom: France and the Soviet Union stand on opposite sides of that of 1939. Two states fought each other if both
were in the dispute from its first day, and go on to in a larger one that it became part of. If one of them was in it from the
first day, the other joined against it, and the two were at war. All others were on opposite sides.
"""

from __future__ import annotations

import polars as pl

from foedus.panels.codebook import lookup
from foedus.record.store import Record

UCDP, DISPUTES = "ucdp_armed_conflict", "gml"
"""The sources that tell of fighting, the better one first."""

OPPOSITE, JOINED, FOUGHT = 0, 1, 2
"""What is said of two states: on opposite sides; one of them joined a war against the other; they fought each other."""

FRESH = 3
"""Years for which the last word about fighting stands in for a year that no source covers yet."""

WAR = 2
"""UCDP's intensity of a conflict with at least 1,000 battle deaths in the year."""

WENT_TO_WAR = 5
"""Level of hostility of a dispute that came to war, or of a state that went to war in it."""

PAIR = ["ccode1", "ccode2"]

_TABLES = {UCDP: "interstate_conflict_years", DISPUTES: "dispute_dyad_years"}
_VARIABLES = {UCDP: "interstate_conflict", DISPUTES: "dispute_war"}


def opposed(record: Record) -> pl.DataFrame:
    """Return every dyad-year on opposite sides of a war or an armed conflict, one row each, in order.

    Columns: ccode1 < ccode2, year, how (OPPOSITE, JOINED or FOUGHT), war, by (the source), joined (who joined against whom). A
    source that the record leaves out says nothing.

    >>> from foedus.record.store import open_record
    >>> opposed(open_record()).filter(ccode1=220, ccode2=255, year=1940).select("how", "joined").row(0)
    (1, 220)
    """
    return record.derived("states on opposite sides", lambda: _opposed(record))


def last_known(record: Record, year: int) -> int:
    """Return a year, or the last one before it of which the record can say who fought."""
    ends = [lookup(name).last_year for source, name in _VARIABLES.items() if _TABLES[source] in record.tables]
    return min(year, max(ends, default=year))


def under_way(record: Record, year: int) -> pl.DataFrame:
    """Return the rows of `opposed` of a year, or of the last one before it that is known; none if it is older than FRESH years.

    >>> from foedus.record.store import open_record
    >>> under_way(open_record(), 2025).filter(ccode1=365, ccode2=369).select("year", "war").row(0)
    (2024, True)
    """
    known = last_known(record, year)
    return opposed(record).filter(pl.col("year") == known, pl.lit(year - known < FRESH))


_COLUMNS = {
    "ccode1": pl.Int16,
    "ccode2": pl.Int16,
    "year": pl.Int16,
    "how": pl.Int8,
    "war": pl.Boolean,
    "by": pl.String,
    "joined": pl.Int16,
}


def _opposed(record: Record) -> pl.DataFrame:
    parts = [pl.DataFrame(schema=_COLUMNS)]
    told_better = pl.lit(value=False)
    if _TABLES[UCDP] in record.tables:
        told_better = pl.col("year") >= lookup(_VARIABLES[UCDP]).first_year
        between = record.table("interstate_conflict_years")
        parts += [_of_ucdp(between.filter("primary"), FOUGHT), _of_ucdp(between.filter(~pl.col("primary")), OPPOSITE)]
        parts.append(_of_ucdp(beside_rebels(record).rename({"sender": "ccode1", "host": "ccode2"}), OPPOSITE))
    if _TABLES[DISPUTES] in record.tables:
        parts.append(_of_disputes(record).filter(~told_better))
    rows, key = pl.concat(parts), [*PAIR, "year"]
    most = rows.filter(pl.col("how") == pl.col("how").max().over(key))
    return most.group_by(key).agg(pl.col("how", "by", "joined").first(), pl.col("war").any()).select(*_COLUMNS).sort(key)


def beside_rebels(record: Record) -> pl.DataFrame:
    """Return whose troops helped armed opponents of whose government in which year (UCDP): sender, host, year, intensity."""
    within = record.table("armed_conflicts").filter(pl.col("gwcode2").is_null())
    hosts = within.select("conflict", "year", "intensity", host="ccode1").drop_nulls("host")
    helping = record.table("armed_conflict_supporters").filter(~pl.col("supports_side1")).drop_nulls("ccode")
    rows = helping.join(hosts, on=["conflict", "year"]).select("host", "year", "intensity", sender="ccode")
    return rows.group_by("sender", "host", "year").agg(pl.col("intensity").max()).sort("sender", "host", "year")


def _of_ucdp(rows: pl.DataFrame, how: int) -> pl.DataFrame:
    """Rows of two states of the system, the lower code first, each with what is said of it."""
    two = rows.drop_nulls(PAIR).filter(pl.col("ccode1") != pl.col("ccode2"))
    told = two.with_columns(
        ccode1=pl.min_horizontal(PAIR),
        ccode2=pl.max_horizontal(PAIR),
        how=pl.lit(how),
        war=pl.col("intensity") == WAR,
        by=pl.lit(UCDP),
        joined=pl.lit(None),
    )
    return told.select(pl.col(name).cast(kind) for name, kind in _COLUMNS.items())


def _of_disputes(record: Record) -> pl.DataFrame:
    """States that went to war on opposite sides of a dispute, one row a dyad-year."""
    at_war = [pl.col(name) == WENT_TO_WAR for name in ("hostility", "hostility1", "hostility2")]
    rows = record.table("dispute_dyad_years").filter(*at_war, pl.col("ccode1") < pl.col("ccode2"))
    first, second = (pl.col(f"originator{side}").fill_null(value=False) for side in (1, 2))
    told = rows.with_columns(
        how=pl.when(first & second).then(FOUGHT).when(first | second).then(JOINED).otherwise(OPPOSITE),
        war=pl.lit(value=True),
        by=pl.lit(DISPUTES),
        joined=pl.when(first & ~second).then("ccode2").when(second & ~first).then("ccode1"),
    )
    years = told.sort(*PAIR, "year", "how").unique([*PAIR, "year"], keep="last", maintain_order=True)
    anew = (pl.col("year") != pl.col("year").shift(1).over(PAIR) + 1).fill_null(value=True)
    runs = years.with_columns(run=anew.cum_sum().over(PAIR))
    carried = runs.with_columns(how=pl.col("how").cum_max().over(*PAIR, "run"))
    joined = pl.when(pl.col("how") == JOINED).then(pl.col("joined").forward_fill().over(*PAIR, "run"))
    return carried.with_columns(joined=joined).select(pl.col(name).cast(kind) for name, kind in _COLUMNS.items())
