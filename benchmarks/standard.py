"""The field's standard table three ways: 2.25 million directed dyad-years, 1816–2025, 58 columns, each way in its own process.

*ours* is the engine; *joins* is what a careful polars user would write on the same tables, lazily; *pandas* the same with
merges. Each process starts Python, imports, reads the same Parquet files, builds the table in memory and says how long it took
from the start of the process and how much memory it peaked at; no file is written while the clock runs. The tables are then
compared, column by column, and the ratios printed beside what the reference R package took for the same table on another
two-core machine (it is not run here). Contiguity, capabilities and Polity must be in the record: `foedus record add` them, or
name with --raw the folder that holds the publishers' files and they are added for the length of the run.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

REFERENCE = {"seconds": 20.2, "relevant_seconds": 13.4, "megabytes": 2800.0}
"""What the R package took and needed, as measured once; constants, not part of this run."""

IMPORTS = {
    "cow_nmc": "political/capabilities/cow_nmc_v7.parquet",
    "cow_contiguity": "political/contiguity/cow_contdir_v32.csv",
    "polity": "political/regimes/isard_cw_democracy.parquet",
}
STATE = ("milex", "milper", "irst", "pec", "tpop", "upop", "cinc", "uds", "uds_adjusted", "polity2", "polyarchy")
PLEDGES = ("defence", "offence", "neutrality", "nonaggression", "consultation")
SIDED = {
    "dispute_side_a": "side_a",
    "dispute_own_fatality": "fatality",
    "dispute_own_deaths": "deaths",
    "dispute_own_action": "highest_action",
    "dispute_own_hostility": "hostility",
    "dispute_originator": "originator",
}
WHOLE = {
    "dispute_number": "dispute",
    "dispute_fatality": "fatality",
    "dispute_hostility": "hostility",
    "dispute_reciprocated": "reciprocated",
    "dispute_shortest_days": "shortest_days",
    "dispute_longest_days": "longest_days",
    "dispute_start_month": "start_month",
}
KEYS = ["ccode1", "ccode2", "year"]


def ours() -> Any:
    """The engine's table."""
    from foedus.panels.panel import panel

    return panel("dyad-year", variables(), directed=True, disputes="onset-first")


def relevant(everything: bool) -> Any:
    """The politically relevant dyads alone, with contact and rank or with all columns."""
    from foedus.panels.panel import panel

    chosen = variables() if everything else ["contiguity_type", "major_power"]
    return panel("dyad-year", chosen, directed=True, disputes="onset-first", relevant=True, contact="cow")


def variables() -> list[str]:
    """The variables of the standard table."""
    return [
        "contiguity_type",
        "major_power",
        *STATE,
        "alliance_pledge",
        *(f"{pledge}_pact" for pledge in PLEDGES),
        "dispute_ongoing",
        "dispute_onset",
        *WHOLE,
        *SIDED,
        "dispute_initiator",
        "peace_years",
    ]


def state_bounds(record: Any) -> Any:
    """The state-years with the first and last day of membership in each, as days of the year."""
    import polars as pl

    spells = record.table("state_spells").filter(system="cow").select(ccode="code", start="start", end="end")
    first = spells.select("ccode", year=pl.col("start").dt.year().cast(pl.Int16), begun=pl.col("start").dt.ordinal_day())
    last = spells.drop_nulls("end").select(
        "ccode", year=pl.col("end").dt.year().cast(pl.Int16), ended=pl.col("end").dt.ordinal_day()
    )
    keys = ["ccode", "year"]
    years = (
        record.table("state_years")
        .select(keys)
        .join(first.unique(keys), on=keys, how="left")
        .join(last.unique(keys), on=keys, how="left")
    )
    return years.with_columns(pl.col("begun").fill_null(0), pl.col("ended").fill_null(366))


def joins() -> Any:
    """The same by lazy joins in polars."""
    import polars as pl

    from foedus.panels.disputes import one_each
    from foedus.record.store import open_record

    record = open_record()
    table = record.table
    members = table("state_years").lazy().select("ccode", "year")
    bounds = state_bounds(record).lazy()
    one, two = (bounds.rename({name: f"{name}{side}" for name in ("ccode", "begun", "ended")}) for side in "12")
    met = pl.max_horizontal("begun1", "begun2") <= pl.min_horizontal("ended1", "ended2")
    rows = one.join(two, on="year").filter((pl.col("ccode1") != pl.col("ccode2")) & met).select(KEYS)

    def yearly(frame: pl.DataFrame) -> pl.LazyFrame:
        last = pl.col("last_year").fill_null(2025)
        years = pl.int_ranges("first_year", last + 1, dtype=pl.Int16)
        return frame.lazy().with_columns(year=years).drop("first_year", "last_year").explode("year", empty_as_null=True)

    contact = table("contiguity").lazy()
    both = pl.concat(
        [contact, contact.rename({"ccode1": "ccode2", "ccode2": "ccode1"}).select(contact.collect_schema().names())]
    )
    rows = rows.join(both.select(*KEYS, contiguity_type="type"), on=KEYS, how="left")
    covered = pl.col("year") <= 2016
    rows = rows.with_columns(contiguity_type=pl.when(covered).then(pl.col("contiguity_type").fill_null(0)))

    major = (
        table("major_powers")
        .lazy()
        .select("ccode", first_year=pl.col("start").dt.year().cast(pl.Int16), last_year=pl.col("end").dt.year().cast(pl.Int16))
    )
    majors = yearly(major.collect()).unique().with_columns(major_power=pl.lit(True))
    states = members
    for name in ("material_capabilities", "unified_democracy", "polity", "polyarchy"):
        states = states.join(table(name).lazy(), on=["ccode", "year"], how="left")
    states = states.join(majors, on=["ccode", "year"], how="left")
    states = states.with_columns(major_power=pl.when(covered).then(pl.col("major_power").fill_null(False)))
    runs = members.sort("ccode", "year").with_columns(run=pl.col("year") - pl.int_range(pl.len()).over("ccode"))
    since = runs.with_columns(since=pl.col("year").min().over("ccode", "run")).select("ccode", "year", "since")
    states = states.join(since, on=["ccode", "year"]).select("ccode", "year", "major_power", *STATE, "since")
    for side in "12":
        rows = rows.join(
            states.rename({name: f"{name}_{side}" for name in ("major_power", *STATE, "since")} | {"ccode": f"ccode{side}"}),
            on=[f"ccode{side}", "year"],
            how="left",
        )

    pacts = yearly(table("alliance_dyad_spells")).select(*KEYS, *(pl.col(name).alias(f"{name}_pact") for name in PLEDGES))
    rows = rows.join(pacts, on=KEYS, how="left").with_columns(
        pl.when(pl.col("year") <= 2018).then(pl.col(f"{name}_pact").fill_null(False)) for name in PLEDGES
    )
    rows = rows.with_columns(alliance_pledge=pl.any_horizontal(f"{name}_pact" for name in PLEDGES))

    chosen = one_each(table("dispute_dyad_years"), ["ccode1", "ccode2"], "onset-first").lazy()
    sided = [pl.col(f"{column}{side}").alias(f"{name}_{side}") for name, column in SIDED.items() for side in "12"]
    told = chosen.select(*KEYS, *(pl.col(column).alias(name) for name, column in WHOLE.items()), *sided, dispute_onset="onset")
    rows = rows.join(told, on=KEYS, how="left")
    known = pl.col("year") <= 2010
    rows = rows.with_columns(
        dispute_ongoing=pl.when(known).then(pl.col("dispute_number").is_not_null()),
        dispute_onset=pl.when(known).then(pl.col("dispute_onset").fill_null(False)),
        **{
            f"dispute_initiator_{side}": pl.col(f"dispute_side_a_{side}") | ~pl.col(f"dispute_originator_{side}")
            for side in "12"
        },
    )
    rows = rows.sort(KEYS)
    last = pl.when(pl.col("dispute_number").is_not_null()).then("year").shift(1).forward_fill().over("ccode1", "ccode2")
    start = pl.max_horizontal("since_1", "since_2") - 1
    peace = pl.col("year") - 1 - pl.max_horizontal(last, start)
    rows = rows.with_columns(peace_years=pl.when(pl.col("year") <= 2011).then(peace)).drop("since_1", "since_2")
    return rows.collect(engine="in-memory")


def pandas() -> Any:  # noqa: PLR0915 - one table, step by step
    """The same by merges in pandas."""
    import numpy as np
    import pandas as pd

    from foedus.panels.disputes import one_each
    from foedus.record.store import open_record

    record = open_record()

    def table(name: str) -> pd.DataFrame:
        frame = record.table(name)
        return pd.DataFrame({column: frame[column].to_numpy() for column in frame.columns})

    def yearly(frame: pd.DataFrame) -> pd.DataFrame:
        last = frame["last_year"].fillna(2025).astype(int)
        lengths = last - frame["first_year"].astype(int) + 1
        out = frame.loc[frame.index.repeat(lengths)].drop(columns=["first_year", "last_year"])
        out["year"] = np.concatenate([np.arange(a, b + 1) for a, b in zip(frame["first_year"].astype(int), last, strict=True)])
        return out

    members = table("state_years")[["ccode", "year"]]
    held = state_bounds(record)
    bounds = pd.DataFrame({name: held[name].to_numpy() for name in held.columns})
    rows = bounds.merge(bounds, on="year", suffixes=("1", "2"))
    met = rows[["begun1", "begun2"]].max(axis=1) <= rows[["ended1", "ended2"]].min(axis=1)
    rows = rows[(rows["ccode1"] != rows["ccode2"]) & met][KEYS]
    contact = table("contiguity")
    both = pd.concat([contact, contact.rename(columns={"ccode1": "ccode2", "ccode2": "ccode1"})])
    rows = rows.merge(both[[*KEYS, "type"]].rename(columns={"type": "contiguity_type"}), on=KEYS, how="left")
    rows["contiguity_type"] = rows["contiguity_type"].fillna(0).where(rows["year"] <= 2016)
    major = record.table("major_powers")
    spells = pd.DataFrame(
        {
            "ccode": major["ccode"].to_numpy(),
            "first_year": major["start"].dt.year().to_numpy(),
            "last_year": major["end"].dt.year().to_numpy(),
        }
    )
    majors = yearly(spells).drop_duplicates()
    majors["major_power"] = True
    states = members
    for name in ("material_capabilities", "unified_democracy", "polity", "polyarchy"):
        states = states.merge(table(name), on=["ccode", "year"], how="left")
    states = states.merge(majors, on=["ccode", "year"], how="left")
    states["major_power"] = states["major_power"].eq(True).astype(float).where(states["year"] <= 2016)
    states = states.sort_values(["ccode", "year"])
    run = states["year"] - states.groupby("ccode").cumcount()
    states["since"] = states.groupby(["ccode", run])["year"].transform("min")
    states = states[["ccode", "year", "major_power", *STATE, "since"]]
    for side in "12":
        named = {name: f"{name}_{side}" for name in ("major_power", *STATE, "since")} | {"ccode": f"ccode{side}"}
        rows = rows.merge(states.rename(columns=named), on=[f"ccode{side}", "year"], how="left")
    pacts = yearly(table("alliance_dyad_spells")).rename(columns={name: f"{name}_pact" for name in PLEDGES})
    rows = rows.merge(pacts, on=KEYS, how="left")
    for name in PLEDGES:
        rows[f"{name}_pact"] = rows[f"{name}_pact"].eq(True).astype(float).where(rows["year"] <= 2018)
    rows["alliance_pledge"] = rows[[f"{name}_pact" for name in PLEDGES]].max(axis=1, skipna=False)
    chosen = one_each(record.table("dispute_dyad_years"), ["ccode1", "ccode2"], "onset-first")
    told = {name: chosen[name].to_numpy() for name in KEYS} | {
        name: chosen[column].to_numpy() for name, column in WHOLE.items()
    }
    told |= {f"{name}_{side}": chosen[f"{column}{side}"].to_numpy() for name, column in SIDED.items() for side in "12"}
    rows = rows.merge(pd.DataFrame(told | {"dispute_onset": chosen["onset"].to_numpy()}), on=KEYS, how="left")
    known = rows["year"] <= 2010
    rows["dispute_ongoing"] = rows["dispute_number"].notna().astype(float).where(known)
    rows["dispute_onset"] = rows["dispute_onset"].eq(True).astype(float).where(known)
    for side in "12":
        first = rows[f"dispute_side_a_{side}"]
        begun = first.eq(True) | rows[f"dispute_originator_{side}"].eq(False)
        rows[f"dispute_initiator_{side}"] = begun.astype(float).where(first.notna())
    rows = rows.sort_values(KEYS, ignore_index=True)
    disputed = rows["year"].where(rows["dispute_number"].notna())
    dyad = [rows["ccode1"], rows["ccode2"]]
    last = disputed.groupby(dyad).shift(1).groupby(dyad).ffill()
    start = rows[["since_1", "since_2"]].max(axis=1) - 1
    rows["peace_years"] = (rows["year"] - 1 - np.fmax(last, start)).where(rows["year"] <= 2011)
    return rows.drop(columns=["since_1", "since_2"])


TABLES = {"ours": ours, "joins": joins, "pandas": pandas}
RELEVANT = {"relevant": partial(relevant, False), "relevant, all columns": partial(relevant, True)}
WAYS = {**TABLES, **RELEVANT}


def one(way: str, begun: float, output: Path | None) -> None:
    """Build the table in this process and print what it took."""
    frame = WAYS[way]()
    taken = time.time() - begun
    peak = peak_megabytes()
    said: dict[str, float] = {"seconds": taken, "megabytes": peak, "rows": len(frame), "columns": frame.shape[1]}
    if output is not None:
        written = time.perf_counter()
        if way == "pandas":
            import polars as pl

            frame = pl.DataFrame(
                {name: pl.Series(frame[name].astype(float).to_numpy(), nan_to_null=True) for name in frame.columns}
            )
        frame.write_parquet(output, compression="zstd")
        said["written"] = time.perf_counter() - written
    print(json.dumps(said))


def peak_megabytes() -> float:
    """The most memory this process has held, without what it inherited from the one that started it."""
    status = Path("/proc/self/status")
    if status.is_file():
        held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(held.split()[1]) / 1000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def run(way: str, output: Path | None = None) -> dict[str, float]:
    """Build the table in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.standard", "--way", way, "--begun", repr(time.time())]
    command += ["--output", str(output)] if output else []
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "POLARS_MAX_THREADS": "2"})
    told: dict[str, float] = json.loads(done.stdout)
    return told


def differing(first: Path, second: Path) -> list[str]:
    """Return the columns in which two written tables differ; floats may in the last digits."""
    import polars as pl

    one, two = pl.read_parquet(first), pl.read_parquet(second)
    if set(one.columns) != set(two.columns) or one.height != two.height:
        return ["the tables have other columns or rows"]
    values = {name: (one[name].cast(pl.Float64), two[name].cast(pl.Float64)) for name in one.columns}
    return [
        name
        for name, (a, b) in values.items()
        if not ((a == b) | ((a - b).abs() < 1e-9)).fill_null(a.is_null() & b.is_null()).all()
    ]


def main() -> None:
    """Compare values, then time, and print ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--way", default="")
    parser.add_argument("--begun", type=float, default=0.0)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--raw", type=Path, default=Path(__file__).parents[2] / "shared/data")
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    if asked.way:
        one(asked.way, asked.begun, asked.output)
        return
    with tempfile.TemporaryDirectory() as folder:
        if asked.raw.is_dir():
            os.environ["FOEDUS_DATA"] = folder
            from foedus.record.additions import add

            for source, name in IMPORTS.items():
                add(source, asked.raw / name)
        tables = {way: Path(folder) / f"{way}.parquet" for way in TABLES}
        written = {way: run(way, path) for way, path in tables.items()}
        for way in ("joins", "pandas"):
            print(f"ours and {way}: {written['ours']['rows']:,.0f} rows, {written['ours']['columns']:.0f} columns,", end=" ")
            print(f"columns that differ: {differing(tables['ours'], tables[way]) or 'none'}")
        taken = {way: [run(way) for _ in range(asked.runs)] for way in WAYS}
        report(taken, written["ours"]["written"])


def report(taken: dict[str, list[dict[str, float]]], writing: float) -> None:
    """Print times and memory, and how many times as much the others need."""
    middle = {
        way: {key: statistics.median(each[key] for each in runs) for key in ("seconds", "megabytes", "rows")}
        for way, runs in taken.items()
    }
    mine = middle["ours"]
    print(f"{'whole process, no file':34}{'seconds':>9}{'MB':>8}   times ours")
    for way in TABLES:
        row = middle[way]
        print(f"{way:34}{row['seconds']:9.2f}{row['megabytes']:8.0f}{row['seconds'] / mine['seconds']:9.1f} ×")
    quoted, peak = REFERENCE["seconds"], REFERENCE["megabytes"]
    print(f"{'reference R package (quoted)':34}{quoted:9.2f}{peak:8.0f}{quoted / mine['seconds']:9.1f} × (goal 20)")
    print(f"memory: {mine['megabytes'] / peak:.2f} of the reference's (goal 0.33)")
    for way in RELEVANT:
        part = middle[way]
        gained = REFERENCE["relevant_seconds"] / part["seconds"]
        print(f"politically {way}, {part['rows']:,.0f} rows: {part['seconds']:.2f} s, {gained:.0f} × the reference (goal 30)")
    print(f"writing the table as Parquet: {writing:.2f} s")


if __name__ == "__main__":
    main()
