"""Commands about the record: list, show, verify, extend and build it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foedus.cli.options import listed, show
from foedus.errors import InputError, RecordError

if TYPE_CHECKING:
    import polars as pl

    from foedus.record.additions import Added
    from foedus.record.store import Record


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
    show(pl.DataFrame(rows, schema=columns, orient="row"))


def record_show(table: Annotated[str, typer.Argument(help="A table of the record.")]) -> None:
    """Show a table and where it comes from. Example: foedus record show alliances"""
    from foedus.record.manifest import known_sources, of_no_member
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
    if entry.places:
        print(of_no_member(entry, most=len(entry.places)), file=sys.stderr)
    show(frame)


def record_verify() -> None:
    """Check the record against its hashes, computed again from every table, and the package's own files against theirs.

    Codebook, catalog, aliases, claims and results are among these files. Example: foedus record verify
    """
    from foedus.record import pinned
    from foedus.record.store import open_record

    package, record = pinned.package_faults(), None
    try:
        record = open_record()
        faults = record.verify()
    except RecordError as error:
        faults = [str(error)]
    if package:
        faults += [*package, "install foedus again (in a checkout, `make docs` lists the files that are meant)"]
    if faults or record is None:
        ours = any(fault.startswith("table") for fault in faults)
        raise RecordError("; ".join(faults) + (". Reinstall foedus or rebuild the record." if ours else ""))
    which = "the one that this foedus ships" if record.sha256 == pinned.SHA256 else "not the one that this foedus ships"
    print(f"{len(record.tables)} tables as the manifest describes them; record {record.version}, SHA-256 {record.sha256}")
    print(f"That record is {which}. The package's {pinned.count()} other files are those of {pinned.SUMS.name}.")
    for addition in record.additions:
        print(f"added by you: {addition.source.id}, {len(addition.tables)} tables, SHA-256 {addition.sha256}")


def record_add(
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="The source, such as cow-nmc; with --declare, the file; or of a package."),
    ],
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
    from foedus.record.additions import add, add_declared, add_offered, how_to_add

    if declare is not None:
        if path is not None:
            raise InputError("with --declare, name the file alone: `foedus record add PATH --declare FILE`.")
        addition = add_declared(Path(source), declare, allow_unmatched=allow_unmatched, dry_run=dry_run)
    elif path is None:
        offered = add_offered(source, allow_unmatched=allow_unmatched, dry_run=dry_run)
        if offered is None:
            raise InputError(f"name the file as well. {how_to_add(source)}")
        addition = offered
    else:
        addition = add(source, path, dry_run=dry_run)
    _report(addition)
    if dry_run:
        refused = (
            " It is added with --allow-unmatched alone." if addition.misnamed and path is None and not allow_unmatched else ""
        )
        print(f"Nothing was added: this was a dry run.{refused}", file=sys.stderr)
    else:
        print(f"Kept in {addition.folder}. Please cite: {addition.source.citation}", file=sys.stderr)


def _report(addition: Added) -> None:
    """Print what of a file was added, or would be, and what not."""
    from foedus.record.matching import sentences

    for table in addition.tables:
        whose = "" if addition.misnamed else " of non-members"
        left_out = f"; {table.dropped:,} {'row' if table.dropped == 1 else 'rows'}{whose} left out" if table.dropped else ""
        print(f"{addition.source.id}: {table.name}, {table.rows:,} rows{left_out}")
    if addition.unmatched:
        print(f"Left out:\n{sentences(addition.unmatched, 20)}", file=sys.stderr)
    if addition.unknown:
        print(f"{addition.unknown:,} unit-years that rows left out may mean are unknown, not zero.", file=sys.stderr)
    if addition.moved is not None:
        _report_moved(addition.moved, "the file added before")
    tested = addition.source.known
    what = (
        f"is not the release foedus was tested with: compare its version with {addition.source.version}."
        if tested
        else "is of a kind of which foedus was tested with no release: look at the numbers before you rely on them."
    )
    for file in addition.unknown_files():
        print(f"{', '.join(file.forms)} (SHA-256 {file.sha256[:12]}…) {what}", file=sys.stderr)


def _report_moved(moved: pl.DataFrame, since: str) -> None:
    """Print what moved between two releases."""
    from foedus.record.drift import sentences

    if moved.is_empty():
        print(f"Nothing moved since {since}.", file=sys.stderr)
        return
    print(f"What moved since {since}:", *(f"  {line}" for line in sentences(moved)), sep="\n", file=sys.stderr)


def record_diff(
    before: Annotated[Path, typer.Argument(help="Folder of a record.")],
    after: Annotated[Path | None, typer.Argument(help="Folder of another; by default the record in use.")] = None,
) -> None:
    """Say what moved between two records: columns, units, years, totals, values. Example: foedus record diff old-record"""
    from foedus.record.drift import diff
    from foedus.record.store import open_record

    show(diff(open_record(before, additions=False), open_record(after, additions=False)))


def record_remove(source: Annotated[str, typer.Argument(help="A source that you added.")]) -> None:
    """Take a source that you added out of the record. Example: foedus record remove cow-nmc"""
    from foedus.record.additions import remove

    remove(source)
    print(f"{source} is no longer part of your record.", file=sys.stderr)


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
    from foedus.record.build import build_record
    from foedus.record.drift import diff

    licences, chosen = _classes(only), listed("source", source) or ()
    check_entries()
    before = _in_use(chosen)
    record = build_record(raw, output, licences=licences, sources=chosen, say=lambda name: print(name, file=sys.stderr))
    print(f"{len(record.tables)} tables in {output}; record {record.version}, SHA-256 {record.sha256}")
    if before is not None and not only:
        _report_moved(diff(before, record), "the record in use")


def _in_use(sources: Sequence[str]) -> Record | None:
    """Return the record in use, with what may be replaced (the tables of some sources, or all) read; None if it is damaged."""
    from foedus.record.store import open_record

    try:
        record = open_record(additions=False)
        for table in record.tables.values():
            if not sources or table.source in sources:
                record.table(table.name)
    except RecordError:
        return None
    return record


def record_update(
    source: Annotated[str, typer.Argument(help="A source that ships, such as ucdp-armed-conflict.")],
    path: Annotated[
        Path, typer.Argument(help="The publisher's file of a newer release: CSV, Parquet, or a zip that holds it.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder to write the new record to.")],
    version: Annotated[str, typer.Option(help="The release, as its publisher calls it.")],
    stated: Annotated[str, typer.Option("--hash", help="MD5 or SHA-256 that the publisher states of the file.")] = "",
) -> None:
    """Read a newer release of a source into a copy of the record, and say what moved.

    Example: foedus record update ucdp-armed-conflict UcdpPrioConflict_v26_1.csv --version 26.1 -o my-record
    """
    from foedus.record.in_use import RECORD_VARIABLE
    from foedus.record.release import take_release

    release = take_release(source, path, output, version=version, stated_hash=stated)
    print(f"{release.source.id} {version} in {output}, to {release.source.last_year}; file SHA-256 {release.sha256}")
    _report_moved(release.moved, "the release before")
    if release.untried:
        print(
            f"The reader follows the publisher's documented columns and was never tried on a file of {version}: look at what "
            "moved before you rely on it.",
            file=sys.stderr,
        )
    print(
        f"Read the record with {RECORD_VARIABLE}={output}. Forecasts that end with this series move with it, and what was "
        "tested on the release before is computed anew.",
        file=sys.stderr,
    )


def record_filter(
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder to write the record to.")],
    only: Annotated[str, typer.Option(help="open: leave out what may not be used commercially.")],
) -> None:
    """Keep the open tables of the record in use, without raw files. Example: foedus record filter --only open -o open-record

    Foedus reads the record that FOEDUS_RECORD names: FOEDUS_RECORD=open-record foedus assess USA CAN.
    """
    from foedus.record.build import filter_record
    from foedus.record.in_use import RECORD_VARIABLE
    from foedus.record.store import open_record

    classes, whole = _classes(only), open_record(additions=False)
    record = filter_record(output, licences=classes)
    left_out = sorted({table.source for name, table in whole.tables.items() if name not in record.tables})
    print(f"{len(record.tables)} tables in {output}; record {record.version}, SHA-256 {record.sha256}")
    print(f"Left out: {', '.join(left_out) or 'nothing'}. Read it with {RECORD_VARIABLE}={output}.", file=sys.stderr)


def _classes(only: str) -> frozenset[str]:
    """Return the licence classes that --only leaves."""
    from foedus.record.build import OPEN_CLASSES, SHIPPED_CLASSES

    if only not in ("", "open"):
        raise InputError(f"--only {only} is not known; --only open leaves out the academic sources.")
    return OPEN_CLASSES if only else SHIPPED_CLASSES
