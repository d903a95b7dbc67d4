"""The command line: each command a few lines over the Python functions of the same name.

Data go to standard output, messages to standard error. Exit code 0: done; 2: bad usage or input, with one message; 1: a fault
of ours.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foedus.errors import InputError

if TYPE_CHECKING:
    from datetime import date as Day

    import polars as pl

    from foedus.record.additions import Added

app = typer.Typer(
    help="Assess security partnerships between states: what they owe each other, against what, and how do we know?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
record_app = typer.Typer(help="What is in the record: its tables, coverage, terms and checksums.", no_args_is_help=True)
app.add_typer(record_app, name="record")

Json = Annotated[Path | None, typer.Option("--json", help="Also write the findings as JSON to this file (- for the terminal).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def main() -> None:
    """Run the command line and turn bad input into one message and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show a letter shows its number
    try:
        _run()
    except InputError as error:
        print(f"foedus: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    except OSError as error:
        place = f" {error.filename}" if error.filename else " the output"
        print(f"foedus: cannot read or write{place}: {error.strerror or error}.", file=sys.stderr)
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # or the interpreter fails again when it closes the stream
        raise SystemExit(2) from None


def _run() -> None:
    """Run the command line and flush its output, so that a full disk shows while it can still be reported."""
    try:
        app()
    except SystemExit:
        sys.stdout.flush()
        raise


def _of_few_rows() -> None:
    """Let polars work on one thread unless the user says otherwise: with few rows, more cost more than they save."""
    os.environ.setdefault("POLARS_MAX_THREADS", "1")


def _version(asked: bool) -> None:
    if asked:
        from foedus.version import __version__

        print(f"foedus {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Assess security partnerships between states: what they owe each other, against what, and how do we know?"""


@app.command()
def assess(
    first: Annotated[str, typer.Argument(help="A state: name, ISO3, COW or Gleditsch–Ward code.")],
    second: Annotated[str, typer.Argument(help="The other state.")],
    year: Annotated[int, typer.Option(help="Year assessed, 1816 to 2025.")] = 2025,
    html: Annotated[Path | None, typer.Option(help="Where the report goes; by default foedus-FIRST-SECOND.html here.")] = None,
    json: Json = None,
) -> None:
    """Assess a partnership: summary here, report beside it. Example: foedus assess USA CAN --year 2022"""
    _of_few_rows()
    from foedus import report
    from foedus.api import assess as assess_partnership

    report.check_targets(html, json)
    assessment = assess_partnership(first, second, year)
    target = html or Path(report.file_name(assessment))
    if json is not None:
        report.write_json(assessment, json)
    report.write_html(assessment, target, command=_command())
    if json != report.STANDARD_OUTPUT:
        report.show(assessment, target)


@app.command()
def panel(
    unit: Annotated[
        str,
        typer.Argument(
            help="state-year, state-day, leader-year, dyad-year, dyad-day, leader-dyad-year, dispute-dyad or group-year."
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
    from foedus.panels.group_lists import group_remarks
    from foedus.panels.named import named_request
    from foedus.panels.panel import built

    if bool(variables) == every:
        raise InputError("name the variables with --variables a,b,… or ask for --all of them; `foedus variables` lists them.")
    asked = named_request(
        unit,
        None if every else _split(variables),
        years=None if years is None else _years(years),
        states=_named("states", states),
        dyads=_named("dyads", dyads),
        group=_groups(group),
        membership=membership,
        directed=directed,
        relevant=relevant,
        contact=contact,
        system=system,
        disputes=disputes,
        carry_forward=carry_forward,
        size=size,
        sample=sample,
        seed=seed,
    )
    for remark in [*([] if asked.remark is None else [asked.remark]), *group_remarks(asked)]:
        print(f"foedus: {remark}.", file=sys.stderr)
    if output is None:
        from foedus.panels.stream import check_size

        check_size(asked)
        _show(built(asked))
        return
    from foedus.panels.files.write import write_panel

    rows = write_panel(asked, output, _command())
    print(f"{rows:,} rows written to {output}", file=sys.stderr)


@app.command()
def variables(text: Annotated[str, typer.Argument(help="Words to look for; none lists every variable.")] = "") -> None:
    """List the codebook, or search it. Example: foedus variables democracy"""
    from foedus.api import variables as find_variables

    _show(find_variables(text))


@app.command()
def states(
    names: Annotated[list[str] | None, typer.Argument(help="Names or codes; none lists every member of the year.")] = None,
    year: Annotated[int | None, typer.Option(help="Year in which the names are read; without one, in all of them.")] = None,
    date: Annotated[str | None, typer.Option(help="Day in which they are read, 1990-10-03; or a year.")] = None,
    to: Annotated[
        str, typer.Option(help="What to tell, comma-separated: ccode, gwcode, iso3, abbreviation, name, vdem, region.")
    ] = "ccode,gwcode,iso3,abbreviation,name",
) -> None:
    """Say which states names and codes mean, and when. Example: foedus states Serbia "Viet Nam" 260 --date 1999"""
    from foedus.panels import lookup
    from foedus.panels.units import LAST_YEAR

    if year is not None and date is not None:
        raise InputError("--year and --date both say when: give one of them.")
    when = _day(date) if date is not None else year
    columns = _split(to)
    if not names:
        _show(lookup.members(LAST_YEAR if when is None else lookup.year_of(when), columns))
    elif when is None:
        _show(lookup.through_the_years(names, columns))
    else:
        _show(lookup.at(names, when, columns))


@app.command()
def groups(
    name: Annotated[str | None, typer.Argument(help="A group, with its members by date; none lists every group.")] = None,
) -> None:
    """List groups of states, or who belonged to one when, and what says so. Example: foedus groups EU"""
    from foedus.api import groups as list_groups

    _show(list_groups(name))


@app.command()
def cite(
    names: Annotated[list[str] | None, typer.Argument(help="Variables, sources or files; none cites every source.")] = None,
    bibtex: Annotated[bool, typer.Option("--bibtex", help="As BibTeX.")] = False,
) -> None:
    """Say what to cite: for variables, sources, or the columns of a file. Example: foedus cite usa-can.csv --bibtex"""
    from foedus.citation import gather

    found = gather(names or ())
    print(found.as_bibtex() if bibtex else found.as_text())
    for remark in found.remarks:
        print(remark, file=sys.stderr)


@app.command()
def fit(
    mechanism: Annotated[str, typer.Argument(help="Mechanism to fit: its name or id.")] = "disputes",
    outcome: Annotated[str | None, typer.Option(help="What it explains, or one of its tests; by default the first.")] = None,
) -> None:
    """Show a mechanism's coefficients, fitted to every year. Example: foedus fit disputes --outcome fatal_dispute_onset"""
    from foedus.api import fit as fit_mechanism

    fitted = fit_mechanism(mechanism, outcome)
    about = fitted.fitted.glance().row(0, named=True)
    print(f"{fitted.id}: " + ", ".join(f"{name} {value}" for name, value in about.items()), file=sys.stderr)
    _show(fitted.fitted.tidy())


@app.command()
def validate(
    mechanism: Annotated[str | None, typer.Argument(help="Mechanism to validate: its name or id; none validates all.")] = None,
    json: AsJson = False,
) -> None:
    """Score a mechanism's forecasts from past origins and grade it. Example: foedus validate order.interests --json"""
    import json as encoder

    import polars as pl

    from foedus.validation.validate import validate as validate_mechanism

    with _progress() as say:
        results = validate_mechanism(mechanism, say=say)
    if json:
        print(encoder.dumps([result.as_dict() for result in results], indent=1))
        return
    tables = [result.tidy().select(pl.lit(result.test).alias("test"), pl.all()) for result in results]
    _show(pl.concat(tables, how="diagonal_relaxed"))
    print("--json also gives the scores of every model and origin, and the reliability by stratum.", file=sys.stderr)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on a terminal, nothing in a pipe."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("validating", total=None)
        yield lambda test, done, steps: bar.update(task, description=test, completed=done, total=steps)


@app.command()
def warning(
    height: Annotated[float | None, typer.Option(help="Height of what is looked for, metres above the sea; 100.")] = None,
    speed: Annotated[float | None, typer.Option(help="Its speed, metres a second; 250.")] = None,
    cross_section: Annotated[float | None, typer.Option(help="Its size to a radar, square metres; 1.")] = None,
    k: Annotated[float | None, typer.Option("--k", help="Refraction: the earth's effective radius over its own; 4/3.")] = None,
    line: Annotated[str, typer.Option(help="Where approaches end: chain, a latitude, or a place 45.4,-75.7.")] = "chain",
    bearing: Annotated[
        float | None, typer.Option(help="Middle of the spread, 60° to either side, that they come from; 0 is north.")
    ] = None,
    tracks: Annotated[int, typer.Option(help="Approaches drawn at random.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 1,
    without: Annotated[str | None, typer.Option(help="States whose radars are left out, comma-separated.")] = None,
    sites: Annotated[Path | None, typer.Option(help="A CSV of sites of your own; see docs/warning.md.")] = None,
    terrain: Annotated[bool, typer.Option("--terrain", help="Let coarse ground stand in the way, for line and area.")] = False,
    geojson: Annotated[Path | None, typer.Option(help="Also write sites and what they see to this file.")] = None,
    json: AsJson = False,
) -> None:
    """Say what warning radars see and how early, with and without a state's. Example: foedus warning --without USA"""
    _of_few_rows()
    import json as encoder

    from foedus import report
    from foedus.api import warning as ask

    if json and geojson == report.STANDARD_OUTPUT:
        raise InputError("--json and --geojson - would both go to the terminal: name a file for one of them.")
    report.check_targets(geojson, beside=sites)
    asked = {"height": height, "speed": speed, "cross_section": cross_section, "k": k, "bearing": bearing}
    told = ask(
        **asked,
        line=line,
        tracks=tracks,
        seed=seed,
        without=_named("without", without) or (),
        sites=sites,
        terrain=terrain,
    )
    if geojson is not None:
        report.write_geojson(told, geojson)
    if json:
        print(encoder.dumps(told.as_dict(), indent=1, ensure_ascii=False, allow_nan=False))
    elif geojson != report.STANDARD_OUTPUT:
        report.show_warning(told)


@app.command()
def claims(
    number: Annotated[int | None, typer.Argument(help="One claim, with its answers, rules, queries and rows.")] = None,
    file: Annotated[
        str | None,
        typer.Option(help="Claims of your own (docs/claims.md), or a file that ships: australia-new-zealand."),
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Also write a page, with the rows behind every verdict.")] = None,
    json: AsJson = False,
) -> None:
    """Check the essay's claims, or those of a file, against the record. Example: foedus claims 11"""
    _of_few_rows()
    import json as encoder

    from foedus import report
    from foedus.assessment.claims.check import check
    from foedus.assessment.claims.read import ESSAY, located

    if json and html == report.STANDARD_OUTPUT:
        raise InputError("--json and --html - would both go to the terminal: name a file for the page.")
    path = ESSAY if file is None else located(file)
    report.check_targets(html, beside=path)
    found = check(path)
    if number is not None:
        found = found.only(number)
    if html is not None:
        report.write_claims(found, html, command=_command())
    if json:
        print(encoder.dumps(found.as_dict(), indent=1, ensure_ascii=False, allow_nan=False))
    elif html != report.STANDARD_OUTPUT:
        report.show_claims(found, whole=number is not None)


@app.command()
def explain(
    finding: Annotated[str, typer.Argument(help="The id of a finding, such as order.dispute.probability.")],
    first: Annotated[str, typer.Argument(help="The partnership whose rows are named: a state.")] = "USA",
    second: Annotated[str, typer.Argument(help="The other state.")] = "CAN",
    year: Annotated[int, typer.Option(help="Year assessed, 1816 to 2025.")] = 2025,
) -> None:
    """Say what computes a finding, from which rows, and how to see them. Example: foedus explain order.dispute.probability"""
    _of_few_rows()
    from foedus.api import explain as explain_finding

    lines = explain_finding(finding, first, second, year).lines()
    width = max(len(heading) for heading, _ in lines)
    for heading, words in lines:
        print(f"{heading:<{width}}  {words}")


@record_app.command("list")
def record_list() -> None:
    """List the record's tables: source, licence class, rows, years, whether you added it. Example: foedus record list"""
    import polars as pl

    from foedus.record.manifest import known_sources
    from foedus.record.store import open_record

    record, sources = open_record(), known_sources()
    rows = [
        (
            table.name,
            table.source,
            table.licence,
            table.rows,
            sources[table.source].first_year,
            sources[table.source].last_year,
            record.addition_of(table.name) is not None,
        )
        for table in record.tables.values()
    ]
    columns = ["table", "source", "licence", "rows", "first_year", "last_year", "added"]
    _show(pl.DataFrame(rows, schema=columns, orient="row"))


@record_app.command("show")
def record_show(table: Annotated[str, typer.Argument(help="A table of the record.")]) -> None:
    """Show a table and where it comes from. Example: foedus record show alliances"""
    from foedus.record.manifest import known_sources
    from foedus.record.store import open_record

    record = open_record()
    frame = record.table(table)
    entry = record.tables[table]
    source = known_sources()[entry.source]
    print(
        f"{source.title}, version {source.version} ({source.licence}: {source.terms})\n{source.citation}\n{source.url}",
        file=sys.stderr,
    )
    print(f"{entry.rows:,} rows; content SHA-256 {entry.content_sha256}", file=sys.stderr)
    _show(frame)


@record_app.command("verify")
def record_verify() -> None:
    """Compare every file of the record with its checksum. Example: foedus record verify"""
    from foedus.errors import RecordError
    from foedus.record.store import open_record

    record = open_record()
    if faults := record.verify():
        shipped = any(fault.startswith("table") for fault in faults)
        raise RecordError("; ".join(faults) + (". Reinstall foedus or rebuild the record." if shipped else ""))
    print(f"{len(record.tables)} tables as the manifest describes them; record {record.version}, SHA-256 {record.sha256}")
    for addition in record.additions:
        print(f"added by you: {addition.source.id}, {len(addition.tables)} tables, SHA-256 {addition.sha256}")


@record_app.command("add")
def record_add(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The source, such as cow-nmc; with --declare, the file.")],
    path: Annotated[Path | None, typer.Argument(help="The publisher's file: CSV, Parquet, or a zip that holds it.")] = None,
    declare: Annotated[Path | None, typer.Option(help="A TOML file that declares a table of your own.")] = None,
    allow_unmatched: Annotated[
        bool, typer.Option("--allow-unmatched", help="Leave out rows of your own table that name no state.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be added, and what not; add nothing.")] = False,
) -> None:
    """Add a publisher's file that foedus may not ship, or a table of your own. Example: foedus record add cow-nmc NMCv7.zip

    Your own table needs a declaration: foedus record add bases.csv --declare bases.toml, where bases.toml holds, for example,

    \b
        id = "bases"
        title = "Foreign military bases"
        producer = "A. Author"
        version = "2"
        url = "https://example.org/bases"
        citation = "Author, A. (2025). Foreign military bases."
        unit = "state-year"    # or "dyad-year", "directed dyad-year"
        [keys]                 # or gwcode, iso3, state; ccode1, ccode2 …
        ccode = "cow"
        year = "yr"
        [variables.foreign_bases]
        label = "Foreign military bases in the state"
        units = "bases"
        column = "n_bases"
        range = [0, inf]
        absent = 0             # what no row means; without it, unknown
    """  # noqa: D301, the backslash keeps these lines as they are
    from foedus.record.additions import add, add_declared, how_to_add

    if declare is not None:
        if path is not None:
            raise InputError("with --declare, name the file alone: `foedus record add PATH --declare FILE`.")
        addition = add_declared(Path(source), declare, allow_unmatched=allow_unmatched, dry_run=dry_run)
    elif path is None:
        raise InputError(f"name the file as well. {how_to_add(source)}")
    else:
        addition = add(source, path, dry_run=dry_run)
    _report(addition)
    if dry_run:
        print("Nothing was added: this was a dry run.", file=sys.stderr)
    else:
        print(f"Kept in {addition.folder}. Please cite: {addition.source.citation}", file=sys.stderr)


def _report(addition: Added) -> None:
    """Print what of a file was added, or would be, and what not."""
    from foedus.record.matching import sentences

    for table in addition.tables:
        left_out = f"; {table.dropped:,} rows of non-members left out" if table.dropped else ""
        print(f"{addition.source.id}: {table.name}, {table.rows:,} rows{left_out}")
    if addition.unmatched:
        print(f"Left out:\n{sentences(addition.unmatched, 20)}", file=sys.stderr)
    if addition.unknown:
        print(f"{addition.unknown:,} unit-years that rows left out may mean are unknown, not zero.", file=sys.stderr)
    for file in addition.unknown_files():
        print(
            f"{', '.join(file.forms)} (SHA-256 {file.sha256[:12]}…) is not the release foedus was tested with: "
            f"compare its version with {addition.source.version}.",
            file=sys.stderr,
        )


@record_app.command("remove")
def record_remove(source: Annotated[str, typer.Argument(help="A source that you added.")]) -> None:
    """Take a source that you added out of the record. Example: foedus record remove cow-nmc"""
    from foedus.record.additions import remove

    remove(source)
    print(f"{source} is no longer part of your record.", file=sys.stderr)


@record_app.command("build")
def record_build(
    raw: Annotated[Path, typer.Option(help="Folder of raw files, with political/ and physical/.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder to write the record to.")] = Path("record"),
    only: Annotated[str, typer.Option(help="open: leave out what may not be used commercially.")] = "",
    source: Annotated[
        str | None, typer.Option(help="Read these sources alone, comma-separated; take the rest from the record in use.")
    ] = None,
) -> None:
    """Build a record from raw files. Example: foedus record build --raw data --source gml -o my-record"""
    from foedus.panels.codebook import check_entries
    from foedus.record.build import SHIPPED_CLASSES, build_record

    if only not in ("", "open"):
        raise InputError(f"--only {only} is not known; --only open leaves out the academic sources.")
    check_entries()
    licences = frozenset({"open"}) if only else SHIPPED_CLASSES
    record = build_record(
        raw, output, licences=licences, sources=_named("source", source) or (), say=lambda name: print(name, file=sys.stderr)
    )
    print(f"{len(record.tables)} tables in {output}; record {record.version}, SHA-256 {record.sha256}")


def _command() -> str:
    """The command as it was typed, without the path of the program."""
    import shlex

    return shlex.join(["foedus", *sys.argv[1:]])


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _named(option: str, text: str | None) -> list[str] | None:
    """The parts of an option's list; an option given without any is a mistake, not a wish for everything."""
    if text is None:
        return None
    if not (parts := _split(text)):
        raise InputError(f"--{option} names nothing: give a list separated by commas, or leave the option out.")
    return parts


def _groups(text: str | None) -> list[str] | None:
    """The groups or states of a list; a semicolon, and no comma, stands between groups of the user's own."""
    if text is None or "=" not in text:
        return _named("group", text)
    return [part.strip() for part in text.split(";") if part.strip()]


def _years(text: str) -> tuple[int, int]:
    first, _, last = text.partition(":")
    try:
        return int(first), int(last or first)
    except ValueError:
        raise InputError(f"--years {text} is not a span of years: write A:B, such as 1946:2010.") from None


def _day(text: str) -> Day | int:
    """A day, or a year, as written."""
    from datetime import date as day

    try:
        return int(text) if text.isdigit() else day.fromisoformat(text)
    except ValueError:
        raise InputError(f"--date {text} is no day: write 1990-10-03, or a year.") from None


def _show(frame: pl.DataFrame) -> None:
    """Print a frame: as a table on a terminal, as CSV in a pipe, so that other programs can read it."""
    from foedus.report.frames import show_frame

    show_frame(frame)
