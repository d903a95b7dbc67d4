"""Add to the record what foedus may not ship: a publisher's own file, or any table with a declaration.

`add` reads a restricted source of the catalog (`foedus record add cow-nmc PATH`), `add_declared` a table that a small file
declares (`--declare`), `remove` takes either out again. What is added lies in the user's data folder, checked and hashed like
the record's own tables, and is part of every record that is opened from then on. The readers are `sources/<id>.py`: `FORMS`
says in which forms a source's file comes, and `combine`, where there is one, what several of its files say together.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from foedus.errors import InputError, RecordError, nearest, shown
from foedus.offers import offered
from foedus.record.coding import Coded, coded
from foedus.record.declaration import Declaration, read_declaration
from foedus.record.drift import drift_of
from foedus.record.in_use import RECORDS, data_folder
from foedus.record.manifest import ADDED, Addition, RawFile, Table, read_addition
from foedus.record.matching import HARMLESS, Unmatched, sentences
from foedus.record.pinned import sha256_of
from foedus.record.publisher import Content, Form, Tables, read
from foedus.record.sections import names_in
from foedus.record.source import Source, catalog
from foedus.record.store import described, forget_added, open_record
from foedus.record.writing import clear_litter, held, write_file, write_text

CODEBOOK = Path(__file__).parents[1] / "codebook"

TABLE_FILE = re.compile(r"\w+-[0-9a-f]{16}\.parquet")
"""Name of the file of an added table: what it is of, and the beginning of its hash."""

_KEYS = ("dispute", "ccode", "gwcode", "ccode1", "gwcode1", "ccode2", "gwcode2", "year")


OFFERED = "foedus.sources"

TABLES = (".csv", ".parquet", ".zip")
"""How the name of a table beside its declaration ends."""


@dataclass(frozen=True)
class Added(Addition):
    """An addition that has just been read.

    Attributes
    ----------
    unmatched : what of the file names no state, by text and reason.
    unknown : unit-years whose values are unknown, for a row left out may mean them.
    moved : what moved since the file that was added before, one row a thing (`record/drift.py`); None if there was none.
    """

    unmatched: tuple[Unmatched, ...] = ()
    unknown: int = 0
    moved: pl.DataFrame | None = None

    @property
    def misnamed(self) -> tuple[Unmatched, ...]:
        """Return what of the unmatched is no state's name or number, or several states', rather than a non-member's."""
        return _misnamed(self.unmatched)


def add(source: str, path: Path, *, folder: Path | None = None, dry_run: bool = False) -> Added:
    """Read the publisher's file of a restricted source, and put its tables into the user's data folder.

    A source of several files takes them one after the other; adding one again replaces it. Rows of states that are no members
    of the system in their year are left out, counted and told. `dry_run` reads and checks, and writes nothing. Raises
    InputError, with every fault of the file, if it is none of the source's.
    """
    chosen, base = _importable(source), folder or data_folder()
    reader = importlib.import_module(f"foedus.record.sources.{chosen.id}")
    return _put(chosen, path, reader.FORMS, base, getattr(reader, "combine", _as_they_are), dry_run=dry_run)


def add_declared(
    path: Path, declaration: Path, *, folder: Path | None = None, allow_unmatched: bool = False, dry_run: bool = False
) -> Added:
    """Read a table that the TOML file `declaration` declares (`record/declaration.py`), and put it into the data folder.

    `allow_unmatched` leaves out rows that name no state; without it they are all told, and nothing is added. `dry_run` reads
    and checks, and writes nothing. Raises InputError with every fault of the declaration, or of the table.
    """
    base, allowed = folder or data_folder(), allow_unmatched or dry_run
    declared = read_declaration(declaration, _taken(base))
    return _put(declared.source, path, (declared.form,), base, declared.arranged, declared, allowed=allowed, dry_run=dry_run)


def add_offered(
    source: str, *, folder: Path | None = None, allow_unmatched: bool = False, dry_run: bool = False
) -> Added | None:
    """Put the table that an installed package offers under this name into the data folder; None if no package does.

    A package offers the path of a declaration by the entry point group `foedus.sources`, under the declaration's id; the table
    lies beside it, under the same name. Raises InputError as `add_declared` does, and for an offer that is not so.
    """
    offer = offered(OFFERED, source.replace("-", "_"))
    if offer is None:
        return None
    declaration = offer.path()
    try:
        table = table_beside(declaration)
    except InputError as fault:
        raise offer.refused(f"cannot be read: {str(fault).rstrip('.')}") from None
    declared = read_declaration(declaration, _taken(folder or data_folder()))
    if declared.source.id != offer.name:
        raise offer.refused(f"declares the source {declared.source.id!r}", "give both one name")
    return add_declared(table, declaration, folder=folder, allow_unmatched=allow_unmatched, dry_run=dry_run)


def table_beside(declaration: Path) -> Path:
    """Return the table that lies beside a declaration, under the same name; raises InputError if there is none, or several."""
    found = sorted(path for path in declaration.parent.glob(f"{declaration.stem}.*") if path.suffix in TABLES)
    if len(found) != 1:
        there = ", ".join(path.name for path in found) or "none"
        raise InputError(f"beside {declaration} there has to be one table, {declaration.stem}.csv, .parquet or .zip: {there}.")
    return found[0]


def remove(source: str, *, folder: Path | None = None) -> None:
    """Take an added source out of the record; raises InputError if it has not been added."""
    base = folder or data_folder()
    name = source.replace("-", "_")
    with _alone(base, f"foedus record remove {name}") if base.is_dir() else nullcontext():
        there = sorted(path.parent.name for path in base.glob(f"*/{ADDED}"))
        if name not in there:
            has = f"Added are: {', '.join(there)}." if there else "Nothing has been added."
            raise InputError(f"{shown(source)!r} has not been added.{nearest(name, there)} {has}")
        try:
            (base / name / ADDED).unlink(missing_ok=True)
        except OSError as error:
            raise InputError(f"cannot remove {base / name / ADDED}: {error.strerror}.") from error
    forget_added()


@contextmanager
def _alone(base: Path, doing: str) -> Iterator[None]:
    """Keep other processes from adding and removing, and take away what no manifest speaks of, before and after."""
    with held(base, doing):
        _tidy(base)
        yield
        _tidy(base)


def _tidy(base: Path) -> None:
    """Remove tables that no manifest speaks of: replaced, taken out, or written by a run that was killed."""
    for folder in [path for path in base.iterdir() if path.is_dir() and path.name != RECORDS]:
        clear_litter(folder)
        meant: set[str] = set()
        if (folder / ADDED).is_file():
            try:
                addition = read_addition(folder)
            except RecordError:  # what it speaks of is not known
                continue
            meant = {addition.path(table).name for table in addition.tables}
        with suppress(OSError):  # what cannot be removed is no part of the record all the same
            for path in folder.glob("*.parquet"):
                if TABLE_FILE.fullmatch(path.name) and path.name not in meant:
                    path.unlink(missing_ok=True)
            if not (folder / ADDED).is_file():
                folder.rmdir()  # unless something else lies in it, which is not ours to remove


def how_to_add(source: str) -> str:
    """Say what to download of a restricted source, from where, and the one command to run.

    >>> how_to_add("cow_nmc").split(", then ")[1]
    'run `foedus record add cow-nmc PATH`.'
    """
    return _importable(source).how_to_add()


def _importable(source: str) -> Source:
    name = source.replace("-", "_")
    restricted = {each.id: each for each in catalog().values() if each.licence == "restricted"}
    if name in restricted:
        return restricted[name]
    if name in catalog():
        raise InputError(f"{name} is not for adding: it is {catalog()[name].licence}, and the record that ships has it.")
    raise InputError(
        f"no source to be added is called {shown(source)!r}.{nearest(name, restricted)} There are: {', '.join(restricted)}. "
        "A table of your own needs a declaration: `foedus record add PATH --declare FILE`."
    )


def _taken(folder: Path) -> dict[str, set[str]]:
    """Return the names that a declaration may not take, and who has them; those of an earlier one of its id it may."""
    names = {*names_in(CODEBOOK.glob("*.toml")), *catalog()}
    taken = {name: {"foedus"} for name in names}
    for path in folder.glob(f"*/{ADDED}"):
        with suppress(RecordError):
            other = read_addition(path.parent)
            for variable in other.variables:
                taken.setdefault(variable, set()).add(other.source.id)
    return taken


def _as_they_are(tables: Tables) -> Tables:
    return tables


def _put(
    source: Source,
    path: Path,
    forms: Sequence[Form],
    base: Path,
    combine: Callable[[Tables], Tables],
    declaration: Declaration | None = None,
    *,
    allowed: bool = True,
    dry_run: bool = False,
) -> Added:
    """Read the file, check it against the state system, and write its tables and the manifest."""
    expected = f"foedus expects {source.download}: {source.url}" if source.download else "Is it the table that was declared?"
    content = read(path, forms, expected, _numbers())
    coded_now = _within_the_system(content, path, expected, declaration)
    unmatched = tuple(each for coding in coded_now.values() for each in coding.unmatched)
    if not allowed:
        _refuse_unmatched(unmatched, path)
    read_now, dropped = _kept(coded_now, path)
    unknown = sum(coding.unknown for coding in coded_now.values())
    new = RawFile(tuple(form.name for form, _ in content.frames), content.sha256, content.size, tuple(sorted(read_now)))
    with nullcontext() if dry_run else _alone(base, f"foedus record add {source.id} {path}"):
        before = _before(base / source.id)
        kept = {table.name: table for table in before.tables if table.name not in read_now} if before else {}
        dropped |= {name: table.dropped for name, table in kept.items()}
        tables = {**{name: _load(before, table) for name, table in kept.items() if before}, **read_now}
        with _about(path, expected):
            arranged = {name: _sorted(table) for name, table in combine(tables).items()}
        covered = declaration.covered(source, arranged) if declaration else source
        moved = _moved(before, arranged)
        variables = declaration.entries(covered) if declaration else {}
        _refuse_taken(variables, base, source)
        addition = Addition(covered, base / source.id, _files(before, new), (), variables)
        addition = addition if dry_run else _write(addition, arranged, dropped)
    now = addition.tables or tuple(_described(covered, arranged, dropped))
    return Added(covered, addition.folder, addition.files, now, variables, unmatched, unknown, moved)


def _refuse_taken(variables: Iterable[str], base: Path, source: Source) -> None:
    """Raise InputError if another source has taken the name of a variable since the declaration was read."""
    taken = _taken(base) if variables else {}
    if lost := [name for name in variables if taken.get(name, {source.id}) != {source.id}]:
        raise InputError(
            f"a variable {lost[0]} is there already (from {', '.join(sorted(taken[lost[0]]))}): name yours otherwise."
        )


def _moved(before: Addition | None, now: Tables) -> pl.DataFrame | None:
    """Return what moved since the tables that were added before; None if none were, or they are damaged."""
    if before is None:
        return None
    with suppress(RecordError):
        return drift_of({table.name: _load(before, table) for table in before.tables}, now, before.source.id)
    return None


def _described(source: Source, arranged: Tables, dropped: dict[str, int]) -> Iterator[Table]:
    """Yield what the manifest would say of tables that are not written."""
    return (described(source, name, frame, dropped[name], "") for name, frame in sorted(arranged.items()))


def _refuse_unmatched(unmatched: Sequence[Unmatched], path: Path) -> None:
    """Raise InputError with every name and number that is no state's, if there is one."""
    if wrong := _misnamed(unmatched):
        rows = sum(each.rows for each in wrong)
        raise InputError(
            f"{shown(str(path))}: {rows:,} {'row names' if rows == 1 else 'rows name'} no state, so nothing was added:\n"
            f"{sentences(wrong)}\n"
            "Mend them, or leave them out with --allow-unmatched; --dry-run says what would be added."
        )


def _misnamed(unmatched: Sequence[Unmatched]) -> tuple[Unmatched, ...]:
    return tuple(each for each in unmatched if each.reason not in HARMLESS)


@contextmanager
def _about(path: Path, expected: str) -> Iterator[None]:
    """Say of which file a fault is that shows when its rows are arranged."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{shown(str(path))}: {error}. {expected}") from None
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{shown(str(path))} cannot be arranged: {shown(str(error).splitlines()[0])}. {expected}") from None


def _numbers() -> frozenset[int]:
    """Return every number that the Correlates of War have given to a state."""
    return frozenset(open_record(additions=False).table("state_years")["ccode"].drop_nulls().to_list())


def _within_the_system(content: Content, path: Path, expected: str, declaration: Declaration | None) -> dict[str, Coded]:
    """Return the tables of a file with numbers for their states, and what of them names no member in its year."""
    record = open_record(additions=False)
    tables: dict[str, Coded] = {}
    for form, frame in content.frames:
        with _about(path, expected):
            for name, table in form.tidy(frame).items():
                if declaration is None:
                    tables[name] = coded(table, record, both=False)
                    continue
                directed = declaration.unit.startswith("directed")
                tables[name] = coded(table, record, both=True, unknown=declaration.zeros, directed=directed)
    return tables


def _kept(tables: dict[str, Coded], path: Path) -> tuple[Tables, dict[str, int]]:
    """Return the rows of members of the system, and how many others there were; raises InputError if there are none."""
    for name, coding in tables.items():
        if coding.table.is_empty():
            raise InputError(
                f"{shown(str(path))}: no row of {name} belongs to a member of the state system in its year. "
                "Look whether its state numbers and years are what the names of its columns say."
            )
    return {name: coding.table for name, coding in tables.items()}, {name: coding.dropped for name, coding in tables.items()}


def _sorted(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table sorted by its keys, as 16-bit integers; rows that share them (scenarios of a year) keep their order."""
    keys = [key for key in _KEYS if key in table.columns]
    return table.with_columns(pl.col(keys).cast(pl.Int16)).sort(keys, maintain_order=True)


def _before(folder: Path) -> Addition | None:
    """Return what was added before; a damaged manifest is as none, for it is about to be replaced."""
    with suppress(RecordError):
        return read_addition(folder)
    return None


def _load(addition: Addition, table: Table) -> pl.DataFrame:
    path = addition.path(table)
    if not path.is_file() or sha256_of(path) != table.file_sha256:
        raise RecordError(f"table {table.name}, added before, is damaged. Remove {addition.source.id} and add its files again.")
    return pl.read_parquet(io.BytesIO(path.read_bytes()))


def _files(before: Addition | None, new: RawFile) -> tuple[RawFile, ...]:
    """Return the files behind the tables: those added before, as far as they are not replaced, and the new one."""
    old = before.files if before else ()
    remaining = [replace(file, tables=tuple(name for name in file.tables if name not in new.tables)) for file in old]
    return tuple(sorted((file for file in (*remaining, new) if file.tables), key=lambda file: (file.forms, file.sha256)))


def _write(addition: Addition, arranged: Tables, dropped: dict[str, int]) -> Addition:
    """Write the tables under names of their content, then the manifest that speaks of them."""
    try:
        addition.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make the folder {addition.folder}: {error.strerror}. FOEDUS_DATA may name another.") from None
    tables = []
    for name, frame in sorted(arranged.items()):
        buffer = io.BytesIO()
        frame.write_parquet(buffer, compression="zstd")
        table = described(addition.source, name, frame, dropped[name], hashlib.sha256(buffer.getvalue()).hexdigest())
        write_file(addition.path(table), _writer(buffer.getvalue()))
        tables.append(table)
    written = replace(addition, tables=tuple(tables))
    write_text(addition.folder / ADDED, written.manifest())
    forget_added()
    return written


def _writer(content: bytes) -> Callable[[Path], int]:
    return lambda temporary: temporary.write_bytes(content)
