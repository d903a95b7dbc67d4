"""The faults of the reference implementation, each put into our own data by a small function.

If a column of ours has the reference's statistics once its fault is in, the fault is all that lies between the two. Functions
return a column (or columns) for the rows of `keys`, in their order.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from foedus.panels import disputes
from foedus.record.sources.strategic_rivalries import CODES
from foedus.record.store import Record

STATE, DYAD = ["ccode", "year"], ["ccode1", "ccode2", "year"]
KINDS = ("ideological", "interventionary", "positional", "spatial")
MAJORS_END = 2016
EQUATOR_METRES = 6_378_137
"""The earth's radius at the equator, which the reference takes for a sphere's."""


def joined(keys: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `keys` with the other columns of `found`."""
    on = [name for name in keys.columns if name in found.columns]
    typed = found.with_columns(pl.col(name).cast(keys.schema[name]) for name in on)
    return keys.join(typed, on=on, how="left", maintain_order="left", validate="m:1")


def years(frame: pl.DataFrame, first: str, last: str) -> pl.DataFrame:
    """Return spells repeated over their years, in the order of the rows."""
    span = pl.int_ranges(pl.col(first), pl.col(last) + 1, dtype=pl.Int16)
    return frame.with_columns(year=span).explode("year", empty_as_null=True)


def first_spells(raw: Path) -> pl.DataFrame:
    """Return the contiguity of each directed dyad-year as the first spell in the file has it, which need not be the closest."""
    spells = pl.read_csv(raw / "political/contiguity/cow_contdir_v32.csv", try_parse_dates=True)
    dated = spells.with_columns(pl.col("stdate").dt.year(), pl.col("enddate").dt.year())
    return years(dated, "stdate", "enddate").unique(DYAD, keep="first", maintain_order=True).select(*DYAD, "conttype")


def neighbours(raw: Path, keys: pl.DataFrame) -> pl.DataFrame:
    """Count a state's land and sea borders by the first spell of each year."""
    land, sea = (pl.col("conttype") == 1).sum(), (pl.col("conttype") > 1).sum()
    counts = first_spells(raw).group_by(ccode="ccode1", year="year").agg(land=land, sea=sea)
    return joined(keys, counts).with_columns(pl.col("land", "sea").fill_null(0))


def majors_to_the_clock(keys: pl.DataFrame, column: pl.Series, code: str) -> pl.Series:
    """Let the major powers of the list's last year be major powers in every later year."""
    rows = keys.with_columns(major=column)
    last = rows.filter((pl.col("year") == MAJORS_END) & pl.col("major"))[code].unique().to_list()
    return rows.select(pl.when(pl.col("year") > MAJORS_END).then(pl.col(code).is_in(last)).otherwise("major")).to_series()


def alliance_without_pledge(raw: Path, keys: pl.DataFrame, column: pl.Series) -> pl.Series:
    """Count every row of the publisher's file as an alliance, with or without a pledge in it."""
    file = pl.read_parquet(raw / "political/alliances_atop/atop_ddyr_pledges_peacesciencer.parquet")
    listed = joined(keys, file.select(*DYAD, listed=pl.lit(True)))["listed"].fill_null(False)
    return pl.DataFrame({"ours": column, "listed": listed}).select(pl.col("ours") | pl.col("listed")).to_series()


def whittled(record: Record) -> pl.DataFrame:
    """Return the dispute of each dyad-year by the reference's order."""
    return disputes.one_each(record.table("dispute_dyad_years"), ["ccode1", "ccode2"], "onset-first")


def codes_for_missing(rows: pl.DataFrame) -> pl.DataFrame:
    """Put the publisher's codes back where a value is missing: −9, and month 13 where it has that."""
    nines = ["fatality1", "fatality2", "deaths1", "deaths2", "fatality"]
    return rows.with_columns(pl.col(nines).fill_null(-9), pl.col("start_month").fill_null(13))


def rows_not_years(frame: pl.DataFrame) -> pl.Series:
    """Count the rows of the dyad since its last dispute, over any years in which it was not there; 1816–2010."""
    row = pl.int_range(pl.len(), dtype=pl.Int32).over("ccode1", "ccode2")
    last = pl.when("dispute_ongoing").then("row").forward_fill().shift(1).over("ccode1", "ccode2")
    counted = frame.with_columns(row=row).with_columns(spell=pl.col("row") - 1 - last.fill_null(-1))
    return counted.select(pl.when(pl.col("year") <= 2010).then("spell")).to_series()


def side_a_only(record: Record, keys: pl.DataFrame) -> pl.DataFrame:
    """Count only the states on side A of armed conflicts, with an onset in the first year a conflict ever has."""
    rows = record.table("armed_conflicts").unique(["conflict", "gwcode1", "year"])
    first = (pl.col("year") == pl.col("year").min().over("conflict", "gwcode1")).alias("first")
    found = (
        rows.with_columns(first)
        .group_by(gwcode="gwcode1", year="year")
        .agg(
            ucdpongoing=pl.lit(True),
            ucdponset=pl.col("first").any(),
            maxintensity=pl.col("intensity").max(),
            conflict_ids=pl.col("conflict").sort().cast(pl.String).str.join("; "),
        )
    )
    covered = pl.col("year").is_between(1946, 2024)
    flags = [pl.when(covered).then(pl.col(name).fill_null(False)).alias(name) for name in ("ucdpongoing", "ucdponset")]
    return joined(keys, found).with_columns(flags)


def participation(record: Record, keys: pl.DataFrame) -> pl.DataFrame:
    """Let a dispute begin for a state with each spell of its taking part, and let there be none after the data end."""
    spells = years(record.table("dispute_participants"), "start_year", "end_year")
    begun = pl.col("year") == pl.col("start_year")
    initiated = pl.col("side_a") | ~pl.col("originator")
    found = spells.group_by("ccode", "year").agg(
        gmlmidongoing=pl.lit(True),
        gmlmidonset=begun.any(),
        gmlmidongoing_init=initiated.any(),
        gmlmidonset_init=(begun & initiated).any(),
    )
    return joined(keys, found).with_columns(pl.col("^gmlmid.*$").fill_null(False))


def civil_wars(raw: Path, keys: pl.DataFrame) -> pl.DataFrame:
    """Take the package's own flags from the rows of the state that fights at home, and one row of a year after the data end."""
    file = pl.read_csv(raw / "political/wars/cow_war_intra.csv", null_values="NA").filter(pl.col("primary_state") == 1)
    flags = ("cowintraonset", "cowintraongoing")
    found = file.group_by(ccode="ccodea", year="year").agg(pl.col(flags).max())
    known = [pl.when(pl.col("year") <= 2007).then(pl.col(name).fill_null(0)).otherwise(name).alias(name) for name in flags]
    return joined(keys, found).with_columns(known)


def rivals(raw: Path, record: Record, keys: pl.DataFrame) -> pl.DataFrame:
    """Count rivals by kind under the file's own numbers: five rivalries bear those of another state, one a split one."""
    file = pl.read_csv(raw / "political/rivalries/tss_rivalries.csv")
    theirs = {row["rivalry"]: (row["ccode1"], row["ccode2"]) for row in file.iter_rows(named=True) if row["tssr_id"] in CODES}
    spells = record.table("rivalry_spells")
    codes = [
        pl.col("name").replace_strict({name: pair[side] for name, pair in theirs.items()}, default=pl.col(f"ccode{side + 1}"))
        for side in (0, 1)
    ]
    sides = pl.concat([spells.with_columns(ccode=code.cast(pl.Int16)) for code in codes])
    rows = years(sides.with_columns(pl.col("last_year").fill_null(2020)), "first_year", "last_year")
    austria = pl.when((pl.col("ccode") == 300) & (pl.col("year") >= 1919)).then(305).otherwise("ccode").cast(pl.Int16)
    counts = rows.group_by(austria.alias("ccode"), "year").agg(pl.col(kind).sum().alias(f"n_{kind}") for kind in KINDS)
    return joined(keys, counts).with_columns(pl.col("^n_.*$").fill_null(0))


def as_published(raw: Path, file: str, keys: pl.DataFrame) -> pl.DataFrame:
    """Return a file's columns in all their digits; where it has two rows for a state-year, the older state's."""
    frame = pl.read_parquet(raw / "political" / file)
    if "creg_ccode" in frame.columns:
        indices = ["ethfrac", "ethpol", "relfrac", "relpol"]
        older = (pl.col("creg_ccode") == pl.col("ccode")).alias("older")
        ordered = frame.with_columns(older).sort("ccode", "year", "older", descending=[False, False, True])
        frame = ordered.group_by(STATE, maintain_order=True).agg(pl.col(name).drop_nulls().first() for name in indices)
    return joined(keys, frame)


def january_capitals(raw: Path, pairs: pl.DataFrame, keys: pl.DataFrame) -> pl.Series:
    """Measure from capital to nearest capital of 1 January, on a sphere as wide as the equator (Vincenty's formula)."""
    file = pl.read_csv(raw / "political/state_system/cow_capitals.csv", try_parse_dates=True)
    dated = file.with_columns(pl.col("stdate").dt.year(), pl.col("enddate").dt.year())
    capital = years(dated, "stdate", "enddate").unique(STATE, keep="first", maintain_order=True)
    places = pairs
    for side in ("1", "2"):
        named = {f"lat{side}": "lat", f"lng{side}": "lng"}
        places = joined(places, capital.select(pl.col("ccode").alias(f"ccode{side}"), "year", **named))
    lat1, lng1, lat2, lng2 = (places[name].to_numpy() * (np.pi / 180) for name in ("lat1", "lng1", "lat2", "lng2"))
    turn = lng1 - lng2
    north = np.cos(lat1) * np.sin(lat2) - np.sin(lat1) * np.cos(lat2) * np.cos(turn)
    across = np.sqrt((np.cos(lat2) * np.sin(turn)) ** 2 + north**2)
    along = np.sin(lat1) * np.sin(lat2) + np.cos(lat1) * np.cos(lat2) * np.cos(turn)
    measured = places.with_columns(km=pl.Series(EQUATOR_METRES * np.arctan2(across, along) / 1000))
    return joined(keys, measured.group_by(ccode="ccode1", year="year").agg(pl.col("km").min()))["km"]
