"""What is told of groups: all of them, the spells of one, and what a panel of members must say of those it cannot show.

A member that is in no list of states (Western Sahara in the African Union), or was not yet in it when it joined (Liechtenstein
in the Council of Europe, 1978), has no row in a panel. It is named instead; so are memberships with dates of low confidence.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from foedus.panels.arrange import each_year
from foedus.panels.groups import Group, dated_members, group, known_until, named, spells
from foedus.panels.request import Request
from foedus.panels.systems import COW, GW, System
from foedus.panels.units import LAST_YEAR
from foedus.record.store import Record

LIST = {
    "group": pl.String,
    "title": pl.String,
    "kind": pl.String,
    "founded": pl.Date,
    "ended": pl.Date,
    "members": pl.Int64,
    "source": pl.String,
    "known_until": pl.Int64,
}


def every_group(record: Record) -> pl.DataFrame:
    """Return every group whose members the record holds, by name.

    Columns: group, title, kind, founded, ended, members (on the last day for which they are known), source, known_until.
    """
    held = {table.source for table in record.tables.values()}
    rows = [_row(record, group(name)) for name in sorted(named()) if group(name).source in held]
    return pl.DataFrame(rows, schema=LIST, orient="row")


def one_group(record: Record, name: str) -> pl.DataFrame:
    """Return the memberships of a group and their suspensions, in order of time.

    Columns: group, member, ccode, gwcode (null: in no list), status ("member" or "suspended"), from, until (the last day; null:
    it goes on, or nothing tells of an end), the precision of either, how it began and ended, confidence, page and note. Of the
    parties to a treaty only the days are known; the note says up to which year.
    """
    chosen = group(name)
    members = _membership_rows(record, chosen)
    codes = _names(record)
    told = members.join(codes, on="ccode", how="left", maintain_order="left")
    named_ = told.with_columns(member=pl.coalesce("name", "member"), group=pl.lit(chosen.name))
    return named_.select(
        *("group", "member", "ccode", "gwcode", "status", "from", "from_precision", "until", "until_precision"),
        *("began_as", "ended_as", "confidence", "page", "note"),
    ).sort("from", "member", maintain_order=True)


def group_remarks(request: Request) -> list[str]:
    """Return a sentence for each thing a panel of groups leaves out, or takes from dates of low confidence."""
    return [remark for name in request.groups if request.own_group(name) is None for remark in _remarks(request, group(name))]


def _remarks(request: Request, chosen: Group) -> Iterator[str]:
    first, last = request.span
    if (known := known_until(request.record, chosen)) < last:
        yield f"the members of {chosen.name} are known up to {known}: later years have no rows"
    if missing := _left_out(request.record, chosen, request.of, first, last):
        yield f"members of {chosen.name} that the {request.of.title} list lacks have no row: {'; '.join(missing)}"
    if doubtful := _doubtful(request.record, chosen, first, last):
        shown = ", ".join(doubtful[:12]) + (f" and {len(doubtful) - 12} more" if len(doubtful) > 12 else "")
        yield f"dates of low confidence in {chosen.name} (`foedus groups {chosen.name}` tells why): {shown}"


def _left_out(record: Record, chosen: Group, system: System, first: int, last: int) -> list[str]:
    """Members without a row in some of the years, each with those years."""
    given = dated_members(record, chosen).with_columns(
        first_year=pl.col("joined").dt.year().cast(pl.Int16), last_year=pl.col("left").dt.year().cast(pl.Int16)
    )
    cut = spells(record, chosen.name, system).with_columns(
        first_year=pl.col("joined").dt.year().cast(pl.Int16), last_year=pl.col("left").dt.year().cast(pl.Int16)
    )
    columns = ["place", "first_year", "last_year"]
    years, have = (each_year(frame.select(columns)) for frame in (given, cut))
    missing = years.join(have, on=["place", "year"], how="anti").filter(pl.col("year").is_between(first, last))
    named_ = missing.join(given.select("place", "member", "ccode"), on="place").join(_names(record), on="ccode", how="left")
    found = named_.group_by(pl.coalesce("name", "member").alias("member")).agg(
        first=pl.col("year").min(), last=pl.col("year").max()
    )
    return [
        f"{member} ({one if one == two else f'{one}–{two}'})" for member, one, two in found.sort("first", "member").iter_rows()
    ]


def _doubtful(record: Record, chosen: Group, first: int, last: int) -> list[str]:
    """Members of an organisation whose dates within the years are of low confidence."""
    if chosen.source != "organisations":
        return []
    rows = _rows_of(record, "organisation_members", chosen.name).filter(pl.col("confidence") == "low")
    within = [pl.col(day).dt.year().is_between(first, last) for day in ("joined", "left")]
    met = rows.filter(pl.any_horizontal(each.fill_null(False) for each in within)).join(_names(record), on="ccode", how="left")
    return sorted(set(met.select(pl.coalesce("name", "member")).to_series()))


def _row(record: Record, chosen: Group) -> tuple[object, ...]:
    members = dated_members(record, chosen)
    known = known_until(record, chosen)
    now = pl.date(min(known, LAST_YEAR), 12, 31)
    held = members.filter((pl.col("joined") <= now) & ((pl.col("left") >= now).fill_null(True))).height
    if chosen.source != "organisations":
        return chosen.name, chosen.label, "treaty", members["joined"].min(), None, held, chosen.source, known
    told = _rows_of(record, "organisations", chosen.name).row(0, named=True)
    kind, founded, ended = (told[key] for key in ("kind", "founded", "ended"))
    return chosen.name, chosen.label, kind, founded, ended, held, chosen.source, known


def _rows_of(record: Record, table: str, name: str) -> pl.DataFrame:
    return record.table(table).filter(pl.col("organisation") == name)


def _membership_rows(record: Record, chosen: Group) -> pl.DataFrame:
    """Memberships and suspensions in one form."""
    if chosen.source != "organisations":
        return _of_treaty(record, chosen)
    members = _rows_of(record, "organisation_members", chosen.name).select(
        "member", "ccode", pl.lit("member").alias("status"), *_days("joined", "left"),
        *(pl.col(f"{day}_precision").alias(f"{name}_precision") for day, name in (("joined", "from"), ("left", "until"))),
        *(pl.col(f"{day}_as").alias(f"{name}_as") for day, name in (("joined", "began"), ("left", "ended"))),
        "confidence", "page", "note",
    )  # fmt: skip
    suspended = _rows_of(record, "organisation_suspensions", chosen.name).select(
        "member", "ccode", pl.lit("suspended").alias("status"), *_days("start", "end"),
        *(pl.col(f"{day}_precision").alias(f"{name}_precision") for day, name in (("start", "from"), ("end", "until"))),
        *(pl.lit(None, pl.String).alias(name) for name in ("began_as", "ended_as")),
        "confidence", "page", "note",
    )  # fmt: skip
    return pl.concat([members, suspended])


def _of_treaty(record: Record, chosen: Group) -> pl.DataFrame:
    """Parties to a treaty; what lasts to the end of the last year that is known has no last day, but a note."""
    known = known_until(record, chosen)
    open_ = pl.col("left").is_null() | (pl.col("left") >= pl.date(known, 12, 31))
    until = pl.when(~open_).then("left")
    empty = [pl.lit(None, pl.String).alias(name) for name in ("began_as", "ended_as", "confidence", "page")]
    return dated_members(record, chosen).select(
        "member",
        "ccode",
        pl.lit("member").alias("status"),
        pl.col("joined").alias("from"),
        until.alias("until"),
        pl.lit("day").alias("from_precision"),
        pl.when(until.is_not_null()).then(pl.lit("day")).alias("until_precision"),
        *empty,
        pl.when(open_).then(pl.lit(f"known to {known}; nothing tells of an end")).alias("note"),
    )


def _days(begun: str, over: str) -> tuple[pl.Expr, pl.Expr]:
    return pl.col(begun).alias("from"), pl.col(over).alias("until")


def _names(record: Record) -> pl.DataFrame:
    """The last name and Gleditsch–Ward number of each state by its COW number: ccode, name, gwcode."""

    def made() -> pl.DataFrame:
        listed = record.table(COW.members).sort(COW.key, "year")
        return listed.group_by(COW.key, maintain_order=True).agg(
            pl.col("english_name").last().alias("name"), pl.col(GW.key).last()
        )

    return record.derived("names of members of groups", made)
