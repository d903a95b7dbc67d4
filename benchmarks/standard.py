"""The field's standard table, built in several ways: 2.25 million directed dyad-years, 1816–2025, 58 columns.

*ours* is the engine, and *earlier* the engine of an earlier commit (`benchmarks.earlier`); *joins* is what a careful polars
user would write on the same tables, lazily; *pandas* the same with merges, *duckdb* the same in SQL; *gather* is the floor: as
many columns of the same types, with nothing read and nothing looked for. Each process starts Python, imports and builds the
table in memory, from the same Parquet files; what counts is its processor time, user and system, and the most memory it held;
no file is written while the clock runs. The tables are first compared, column by column. The reference R package is not run
here: it took 24 times what the earlier commit took when both were run in turn, and that constant stands for it. Contiguity,
capabilities and Polity must be in the record: name with --raw the folder that holds the publishers' files, and they are added
for the length of the run.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.clock import Taken, apart, in_turn
from benchmarks.earlier import HERE, Checkout, checkouts

TIMES_EARLIER, RELEVANT_TIMES_EARLIER, MEBIBYTES = 24.0, 27.0, 2784.0
"""The reference R package beside commit 1972a63: times its processor time, in all and for relevant dyads, and peak memory."""

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
HEIGHT = 2_252_760
"""Rows of the table."""


def ours() -> Any:
    """The engine's table."""
    from foedus.panels.panel import panel

    return panel("dyad-year", variables(), directed=True, disputes="onset-first", **_as_the_rivals())


def relevant(everything: bool) -> Any:
    """The politically relevant dyads alone, with contact and rank or with all columns."""
    from foedus.panels.panel import panel

    chosen = variables() if everything else ["contiguity_type", "major_power"]
    return panel("dyad-year", chosen, directed=True, disputes="onset-first", relevant=True, contact="cow", **_as_the_rivals())


def _as_the_rivals() -> dict[str, Any]:
    """ATOP's alliances alone, as the other libraries' tables have them; the earlier commit has no other list to choose."""
    return {"alliances_from": "atop"} if find_spec("foedus.panels.alliances") else {}


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


def duckdb() -> Any:
    """The same in SQL, by DuckDB."""
    import duckdb

    from foedus.panels.disputes import one_each
    from foedus.record.store import open_record

    record = open_record()
    held = {
        name: record.table(name).to_arrow()
        for name in (
            "state_years",
            "contiguity",
            "material_capabilities",
            "unified_democracy",
            "polity",
            "polyarchy",
            "major_powers",
            "alliance_dyad_spells",
        )
    }
    held["bounds"] = state_bounds(record).to_arrow()
    held["chosen"] = one_each(record.table("dispute_dyad_years"), ["ccode1", "ccode2"], "onset-first").to_arrow()
    connection = duckdb.connect()
    for name, table in held.items():
        connection.register(name, table)
    return connection.sql(_query()).to_arrow_table()


def _query() -> str:
    """The standard table as one query."""
    of_states = ["major_power", *STATE]
    sides = [f"s{side}.{name} as {name}_{side}" for name in of_states for side in "12"]
    pacts = [f"case when r.year <= 2018 then coalesce(p.{name}, false) end as {name}_pact" for name in PLEDGES]
    whole = [f"d.{column} as {name}" for name, column in WHOLE.items()]
    sided = [f"d.{column}{side} as {name}_{side}" for name, column in SIDED.items() for side in "12"]
    first = [
        f"case when d.side_a{side} is not null then d.side_a{side} or not d.originator{side} end as dispute_initiator_{side}"
        for side in "12"
    ]
    earlier = "over (partition by r.ccode1, r.ccode2 order by r.year rows between unbounded preceding and 1 preceding)"
    last = f"last_value(case when d.dispute is not null then r.year end ignore nulls) {earlier}"
    return f"""
    with directed as (
        select a.ccode as ccode1, b.ccode as ccode2, a.year from bounds a join bounds b using (year)
        where a.ccode <> b.ccode and greatest(a.begun, b.begun) <= least(a.ended, b.ended)
    ), contact as (
        select ccode1, ccode2, year, type from contiguity union all select ccode2, ccode1, year, type from contiguity
    ), majors as (
        select distinct ccode, unnest(generate_series(year("start"), coalesce(year("end"), 2025))) as year from major_powers
    ), runs as (
        select ccode, year, year - row_number() over (partition by ccode order by year) as run from state_years
    ), states as (
        select m.ccode, m.year, case when m.year <= 2016 then j.ccode is not null end as major_power, {", ".join(STATE)},
            min(m.year) over (partition by m.ccode, m.run) as since
        from runs m
        left join material_capabilities using (ccode, year) left join unified_democracy using (ccode, year)
        left join polity using (ccode, year) left join polyarchy using (ccode, year)
        left join majors j on j.ccode = m.ccode and j.year = m.year
    ), pacts as (
        select ccode1, ccode2, unnest(generate_series(first_year::int, coalesce(last_year, 2025)::int)) as year,
            {", ".join(PLEDGES)}
        from alliance_dyad_spells
    ), joined as (
        select r.*, case when r.year <= 2016 then coalesce(c.type, 0) end as contiguity_type, {", ".join(sides)},
            {", ".join(pacts)}, {", ".join(whole)}, {", ".join(sided)}, {", ".join(first)},
            case when r.year <= 2010 then d.dispute is not null end as dispute_ongoing,
            case when r.year <= 2010 then coalesce(d.onset, false) end as dispute_onset,
            case when r.year <= 2011
                then r.year - 1 - greatest(coalesce({last}, -9999), greatest(s1.since, s2.since) - 1) end as peace_years
        from directed r
        left join contact c using (ccode1, ccode2, year)
        left join states s1 on s1.ccode = r.ccode1 and s1.year = r.year
        left join states s2 on s2.ccode = r.ccode2 and s2.year = r.year
        left join pacts p using (ccode1, ccode2, year)
        left join chosen d using (ccode1, ccode2, year)
    )
    select *, {" or ".join(f"{name}_pact" for name in PLEDGES)} as alliance_pledge from joined order by ccode1, ccode2, year
    """


def gather() -> Any:
    """What no dense table goes without: columns as many and of the same types, gathered from a small frame by one index.

    Nothing is read, no row is looked for, and half of the values are null.
    """
    import numpy as np
    import polars as pl

    types = [pl.Float64] * 20 + [pl.Int32] * 2 + [pl.Int16] * 19 + [pl.Boolean] * 17
    few = pl.DataFrame({str(place): pl.Series([1, None] * 8_000).cast(kind) for place, kind in enumerate(types)})
    return few[pl.Series(np.arange(HEIGHT, dtype=np.uint32) % few.height)]


RIVALS = {"joins": joins, "pandas": pandas, "duckdb": duckdb}
RELEVANT = {"relevant": partial(relevant, False), "relevant, all columns": partial(relevant, True)}
WAYS = {"ours": ours, "gather": gather, **RIVALS, **RELEVANT}


def one(way: str, output: Path | None) -> None:
    """Build the table in this process; with an output, write it there and say how many rows and columns it has."""
    frame = WAYS[way]()
    if output is None:
        return
    if way == "duckdb":
        import polars as pl

        frame = pl.from_arrow(frame)
    elif way == "pandas":
        import polars as pl

        columns = {name: pl.Series(frame[name].astype(float).to_numpy(), nan_to_null=True) for name in frame.columns}
        frame = pl.DataFrame(columns)
    frame.write_parquet(output, compression="zstd")
    output.with_suffix(".json").write_text(json.dumps(frame.shape))


def run(checkout: Checkout, way: str, output: Path | None = None) -> Taken:
    """Build the table one way, in a process of its own."""
    begun = ("--begun", "0")  # which earlier commits want to know
    written = ("--output", str(output)) if output else ()
    return apart(checkout.run("-m", "benchmarks.standard", "--way", way, *begun, *written))


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


def add_imports(checkout: Checkout, raw: Path) -> None:
    """Add to a checkout's record what the table needs and foedus may not ship."""
    for source, name in IMPORTS.items():
        apart(checkout.run("-m", "foedus", "record", "add", source.replace("_", "-"), str(raw.resolve() / name)))


def rows(here: Checkout, earlier: Checkout, raw: Path, runs: int) -> list[tuple[str, str, str]]:
    """Compare all values, then time in turn; return rows of a table: what, measured, goal."""
    for checkout in (here, earlier):
        add_imports(checkout, raw)
    places = {way: here.data / f"{way}.parquet" for way in ("ours", *RIVALS)}
    for way, place in places.items():
        run(here, way, place)
    for way in RIVALS:  # apart, so that this process stays small: what it starts is counted from its own memory on
        apart(here.run("-m", "benchmarks.standard", "--compare", str(places["ours"]), str(places[way])))
    taken = in_turn(
        {way: partial(run, here, way) for way in WAYS}
        | {f"earlier {way}": partial(run, earlier, way) for way in ("ours", *RELEVANT)},
        runs,
    )
    mine, before = taken["ours"], taken["earlier ours"]
    part, part_before = taken["relevant, all columns"], taken["earlier relevant, all columns"]
    faster = before.cpu / mine.cpu
    return [
        ("standard table, of the earlier commit's time", f"{mine.cpu / before.cpu:.2f} ({mine.cpu:.2f} s)", "≤ .80"),
        ("standard table, of a bare gather's time", f"{mine.cpu / taken['gather'].cpu:.2f} ×", ""),
        ("standard table, faster than the R package (by a constant)", f"{TIMES_EARLIER * faster:.0f} ×", "≥ 30 ×"),
        ("standard table, faster than polars joins", f"{taken['joins'].cpu / mine.cpu:.1f} ×", "≥ 4 ×"),
        ("standard table, faster than pandas", f"{taken['pandas'].cpu / mine.cpu:.1f} ×", "≥ 5.5 ×"),
        ("standard table, faster than DuckDB", f"{taken['duckdb'].cpu / mine.cpu:.1f} ×", "≥ 7 ×"),
        (
            "standard table, memory of the R package's",
            f"{mine.mebibytes / MEBIBYTES:.2f} ({mine.mebibytes:.0f} MiB; earlier {before.mebibytes:.0f})",
            "≤ .18",
        ),
        (
            "relevant dyads, faster than the R package (by a constant)",
            f"{RELEVANT_TIMES_EARLIER * part_before.cpu / part.cpu:.0f} × ({part.cpu:.2f} s)",
            "≥ 30 ×",
        ),
    ]


def main() -> None:
    """Build one way and end, or compare values, time, and print ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--way", default="")
    parser.add_argument("--begun")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--compare", type=Path, nargs=2)
    parser.add_argument("--raw", type=Path, default=HERE.parent / "shared/data")
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    if asked.compare:
        names = differing(*asked.compare)
        sys.exit(f"{asked.compare[1].stem} differs from ours in {', '.join(names)}: no times are told." if names else 0)
    if asked.way:
        one(asked.way, asked.output)
        return
    if not asked.raw.is_dir():
        print(f"standard: {asked.raw} has no publishers' files, so the table is not built; name their folder with --raw.")
        return
    with checkouts() as (here, earlier):
        for what, measured, goal in rows(here, earlier, asked.raw, asked.runs):
            print(f"{what:62}{measured:>44}   goal {goal}")


if __name__ == "__main__":
    main()
