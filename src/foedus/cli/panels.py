"""Commands about panels: build one, search the codebook, look up states and groups, say what to cite."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from foedus.cli.options import (
    AlliancesFrom,
    AsJson,
    day_given,
    groups_listed,
    listed,
    of_few_rows,
    show,
    show_all,
    split,
    typed,
    years_given,
)
from foedus.errors import InputError


def panel(
    unit: Annotated[
        str,
        typer.Argument(
            help="state-year, -quarter, -month or -day, leader-year, dyad-year, -quarter, -month or -day, leader-dyad-year, "
            "dispute-dyad or group-year."
        ),
    ],
    years: Annotated[
        str | None, typer.Option(help="First and last year, A:B; by default all that are known, at most 1816:2025.")
    ] = None,
    states: Annotated[
        str | None, typer.Option(help="States, comma-separated: state-years of these, or dyads that hold one.")
    ] = None,
    dyads: Annotated[str | None, typer.Option(help="Dyads, comma-separated: USA-CAN,IND-PAK.")] = None,
    group: Annotated[
        str | None,
        typer.Option(
            help="Groups such as NATO, comma-separated, or states: their states, dyads or group-years. One of your own is "
            '"BALTIC=EST,LVA,LTU" (several: with ; between them) or a TOML file.'
        ),
    ] = None,
    membership: Annotated[
        str, typer.Option(help="A member of a group is one for the year on any day of it, or on its start or end.")
    ] = "any",
    directed: Annotated[bool, typer.Option("--directed", help="One row for each direction.")] = False,
    relevant: Annotated[bool, typer.Option("--relevant", help="Politically relevant dyads only.")] = False,
    keep_unknown: Annotated[
        bool, typer.Option("--keep-unknown", help="With --relevant: keep rows of unknown relevance, too.")
    ] = False,
    contact: Annotated[str, typer.Option(help="What --relevant judges contact by: distance, or cow once added.")] = "distance",
    system: Annotated[str, typer.Option(help="State system whose states and codes are used: cow or gw.")] = "cow",
    variables: Annotated[str, typer.Option(help="Variables, comma-separated; see `foedus variables`.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Every variable that the unit can have and the record holds.")] = False,
    disputes: Annotated[
        str,
        typer.Option(
            help="Several disputes in one dyad-year: combined, highest-hostility, highest-fatality, first, last, longest, "
            "onset-first or all."
        ),
    ] = "combined",
    alliances_from: AlliancesFrom = "facts",
    disputes_from: Annotated[
        str, typer.Option(help="List that disputes are taken from: gml, or mic or cow-mid once added.")
    ] = "gml",
    carry_forward: Annotated[int, typer.Option(help="For how many years a value may stand in for later, missing ones.")] = 0,
    size: Annotated[int | None, typer.Option(help="Group-years of all groups of this many states.")] = None,
    sample: Annotated[int | None, typer.Option(help="Only so many of them, drawn at random.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 0,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="File: .parquet, .csv, .xlsx or .dta; a folder, for a panel in parts; or nothing."),
    ] = None,
) -> None:
    """Build a panel. Example: foedus panel dyad-year --dyads USA-CAN --variables dispute_onset,peace_years -o usa-can.csv"""
    from foedus.panels.named import named_request
    from foedus.panels.notes import remarks
    from foedus.panels.stream import in_order

    if bool(variables) == every:
        raise InputError("name the variables with --variables a,b,… or ask for --all of them; `foedus variables` lists them.")
    asked = named_request(
        unit,
        None if every else split(variables),
        years=None if years is None else years_given(years),
        states=listed("states", states),
        dyads=listed("dyads", dyads),
        group=groups_listed(group),
        membership=membership,
        alliances_from=alliances_from,
        directed=directed,
        relevant=relevant,
        keep_unknown=keep_unknown,
        contact=contact,
        system=system,
        disputes=disputes,
        disputes_from=disputes_from,
        carry_forward=carry_forward,
        size=size,
        sample=sample,
        seed=seed,
    )
    for remark in remarks(asked):
        print(f"foedus: {remark}.", file=sys.stderr)
    if output is None:
        show_all(in_order(asked))
        return
    from foedus.panels.files.write import write_panel

    rows = write_panel(asked, output, typed())
    print(f"{rows:,} rows written to {output}", file=sys.stderr)


def variables(
    words: Annotated[list[str] | None, typer.Argument(help="Words to look for; none lists every variable.")] = None,
) -> None:
    """List the codebook, or search it. Example: foedus variables peace years"""
    from foedus.api import variables as find_variables

    found = find_variables(" ".join(words or ()))
    show(found)
    if found.is_empty():
        print("no variable speaks of that; `foedus variables` lists them all.", file=sys.stderr)


def states(
    names: Annotated[list[str] | None, typer.Argument(help="Names or codes; none lists every member of the year.")] = None,
    year: Annotated[int | None, typer.Option(help="Year in which the names are read; without one, in all of them.")] = None,
    date: Annotated[str | None, typer.Option(help="Day in which they are read, 1990-10-03; or a year.")] = None,
    to: Annotated[
        str, typer.Option(help="What to tell, comma-separated: ccode, gwcode, iso3, cow_abbreviation, name, vdem, region.")
    ] = "ccode,gwcode,iso3,cow_abbreviation,name",
) -> None:
    """Say which states names and codes mean, and when. Example: foedus states Serbia "Viet Nam" 260 --date 1999"""
    from foedus.panels import lookup
    from foedus.panels.units import LAST_YEAR

    if year is not None and date is not None:
        raise InputError("--year and --date both say when: give one of them.")
    when = day_given(date) if date is not None else year
    columns = split(to)
    for told in lookup.read_as_iso3(names or ()):
        print(f"foedus: {told}", file=sys.stderr)
    if not names:
        show(lookup.members(LAST_YEAR if when is None else lookup.year_of(when), columns))
    elif when is None:
        show(lookup.through_the_years(names, columns))
    else:
        show(lookup.at(names, when, columns))


def groups(
    name: Annotated[str | None, typer.Argument(help="A group, with its members by date; none lists every group.")] = None,
) -> None:
    """List groups of states, or who belonged to one when, and what says so. Example: foedus groups EU"""
    from foedus.api import groups as list_groups

    show(list_groups(name))


def compare_sources(
    dyad: Annotated[str, typer.Argument(help="Two states joined by a hyphen, such as USA-CAN.")],
    years: Annotated[str | None, typer.Option(help="First and last year, A:B; by default all there are.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also the years in which no source says yes.")] = False,
    json: AsJson = False,
) -> None:
    """Show which source says what of two states, and where they differ. Example: foedus compare-sources USA-CAN"""
    of_few_rows()
    from foedus.panels.compare import compared, missing
    from foedus.record.store import open_record

    record = open_record()
    found = compared(dyad, years=None if years is None else years_given(years), every=every, record=record)
    lacking = missing(record)
    if json:
        from json import dumps

        read = {"sha256": record.sha256, "additions": [addition.as_dict() for addition in record.additions]}
        answer = {"dyad": dyad, "record": read, "rows": found.to_dicts(), "not_added": lacking}
        print(dumps(answer, ensure_ascii=False, indent=1))
        return
    for name, told in lacking.items():
        print(f"foedus: {name} is not in this record: {told}", file=sys.stderr)
    show(found if any(found["not_added"].to_list()) else found.drop("not_added"))


def missing(
    panel: Annotated[Path, typer.Argument(help="A panel, yours or built here: .parquet, .csv, .dta or a folder.")],
    by_state: Annotated[
        bool, typer.Option("--by-state", help="A row a state and year, with the share that is missing.")
    ] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Also draw it by state and year: an .svg file.")] = None,
) -> None:
    """Say what a panel lacks, by column or by state and year. Example: foedus missing panel.parquet -o missing.svg"""
    from foedus.api import missing as lacking
    from foedus.panels.files.read import read_frame

    if output is not None and output.suffix.lower() != ".svg":
        raise InputError(f"{output}: the picture is SVG, so that the file's name ends in .svg.")
    show(lacking(read_frame(panel), output, by="state" if by_state else "column"))


def cite(
    names: Annotated[list[str] | None, typer.Argument(help="Variables, sources or files; none cites every source.")] = None,
    bibtex: Annotated[bool, typer.Option("--bibtex", help="As BibTeX.")] = False,
    disputes_from: Annotated[
        str, typer.Option(help="List that variables of disputes were taken from: gml, mic or cow-mid. A file says so itself.")
    ] = "gml",
    alliances_from: Annotated[
        str, typer.Option(help="List that variables of pledges were taken from: facts, atop or cow. A file says so itself.")
    ] = "facts",
) -> None:
    """Say what to cite: for variables, sources, or the columns of a file. Example: foedus cite usa-can.csv --bibtex"""
    from foedus.citation import gather

    found = gather(names or (), disputes_from, alliances_from)
    print(found.as_bibtex() if bibtex else found.as_text())
    for remark in found.remarks:
        print(remark, file=sys.stderr)
