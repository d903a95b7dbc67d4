"""Bilateral defence cooperation agreements signed 1980–2010 (DCAD 1.0): one row per agreement of two states.

A general agreement is a framework for defence cooperation ("dca") or a smaller one of the kind ("dic"); one by sector is about
training and exercises ("trex"), procurement, research, or a joint commission. `category1` is the main one.

Traps
-----
* An end year of 2010 is where the data stop, not where the agreement does: `censored` is true and `end_year` null. It stands
  for every agreement known to be in force and for every estimate that reaches 2010. Four that are known to have ended in just
  that year keep it.
* Any other end year is known only where `terminated` is true (24 rows). Elsewhere it is the producer's assumption: the stated
  term, or six years from signature where none is known (608 of 644 rows).
* `in_force` is missing for 1,029 agreements, most of which were found in news reports. 44 took force after 2010; one that seems
  to have done so before its signature (0688) counts as missing.
* Codes -44 to -99 mean various kinds of missing; they become null.
* Three rows name one state twice. One is legible (0297 is Bolivia and Venezuela, by the file's own names); two drop out.
* The Czech Republic is 316 already in three agreements of Czechoslovakia (315) of 1991 and 1992; Brunei signs in 1981, before
  its independence. Both kept as they are.
* The file is Latin-1.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.spells import partial_date, precision

LAST_YEAR = 2010

CORRECTED = {"DCADv1.0-0297": (101, 145)}
"""Parties of a row that gives one code twice, after the state names in the same row."""

_SIGNED = ("signYear", "signMonth", "signDay")
_IN_FORCE = ("EIFYear", "EIFMonth", "EIFDay")


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `defence_agreements`."""
    path = raw / "political/dcad/DCAD-v1.0-main.csv"
    frame = pl.read_csv(path, encoding="latin1", infer_schema_length=None)
    return {"defence_agreements": _agreements(_corrected(frame))}


def _corrected(frame: pl.DataFrame) -> pl.DataFrame:
    rows = [{"DCAid": name, "ccode1": first, "ccode2": second} for name, (first, second) in CORRECTED.items()]
    return frame.update(pl.DataFrame(rows), on="DCAid").filter(pl.col("ccode1") != pl.col("ccode2"))


def _agreements(frame: pl.DataFrame) -> pl.DataFrame:
    real = pl.col("EIFYear") >= pl.col("signYear")
    categories = [pl.col(f"category{place}").str.to_lowercase() for place in (1, 2, 3)]
    return frame.select(
        pl.col("DCAid").alias("dcad_id"),
        pl.min_horizontal("ccode1", "ccode2").cast(pl.Int16).alias("ccode1"),
        pl.max_horizontal("ccode1", "ccode2").cast(pl.Int16).alias("ccode2"),
        partial_date(*_SIGNED).alias("signed"),
        precision(*_SIGNED).alias("signed_precision"),
        pl.when(real).then(partial_date(*_IN_FORCE)).alias("in_force"),
        pl.when(real).then(precision(*_IN_FORCE)).alias("in_force_precision"),
        "type",
        *categories,
        pl.when(~_censored()).then("endYearEstimate").cast(pl.Int16).alias("end_year"),
        _censored().alias("censored"),
        pl.col("terminated").replace_strict({0: False, 1: True}, default=None, return_dtype=pl.Boolean),
        (pl.col("fullText") != "N").alias("full_text"),
        pl.col("categoryConf").replace("med", "medium").alias("confidence"),
    ).sort("dcad_id")


def _censored() -> pl.Expr:
    """Say whether the end is unseen: the estimate is the last year, and no known duration ends in that very year."""
    began = pl.coalesce("EIFYear", "signYear")
    seen_to_end = (began + pl.col("durationActual") == LAST_YEAR).fill_null(False)
    return (pl.col("endYearEstimate") == LAST_YEAR) & ~seen_to_end
