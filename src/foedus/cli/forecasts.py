"""Commands about forecasts that are set down before their year: publish one, and score those of years that are known."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from foedus.cli.options import AsJson, show


def forecast_publish(
    output: Annotated[Path, typer.Option("--output", "-o", help="Parquet file to write.")],
    year: Annotated[int | None, typer.Option(help="Year forecast; by default the next after that of the day.")] = None,
    made: Annotated[
        datetime | None, typer.Option("--dated", formats=["%Y-%m-%d"], help="Day on which it is set down; by default today.")
    ] = None,
) -> None:
    """Set down next year's risks for every dyad. Example: foedus forecast publish --year 2027 -o 2027.parquet"""
    from foedus.record.store import open_record
    from foedus.record.writing import check_target
    from foedus.validation.ledger import forecast, write

    check_target(output)
    day = made.date() if made else date.today()
    told = forecast(open_record(), year or day.year + 1, day)
    write(told, output)
    print(f"{told.rows['ccode1'].len():,} risks of {told.year}, SHA-256 {told.about['sha256']}, in {output}", file=sys.stderr)


def forecast_score(
    files: Annotated[list[Path] | None, typer.Argument(help="Forecasts; by default those that ship.")] = None,
    json: AsJson = False,
) -> None:
    """Say how published forecasts fared, as far as their years are known. Example: foedus forecast score 2027.parquet"""
    import polars as pl

    from foedus.record.store import open_record
    from foedus.validation.ledger import read, score, shipped

    record = open_record()
    table = pl.concat([score(read(path), record) for path in files or shipped()])
    if json:
        sys.stdout.write(table.write_json() + "\n")
        return
    show(table)
    for year in table.filter(pl.col("judged_by").is_null())["year"].unique().sort():
        print(f"Of {year} nothing is known yet that a forecast could be scored on.", file=sys.stderr)
