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
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import polars as pl

from foedus.errors import InputError, RecordError, nearest, shown
from foedus.record.cow import to_cow
from foedus.record.declaration import Declaration, read_declaration
from foedus.record.manifest import ADDED, Addition, RawFile, Table, data_folder, read_addition
from foedus.record.publisher import Content, Form, Tables, read
from foedus.record.sections import names_in
from foedus.record.source import Source, catalog, sha256_of
from foedus.record.store import described, forget_opened, open_record, write_file, write_text

CODEBOOK = Path(__file__).parents[1] / "codebook"

_KEYS = ("dispute", "ccode", "gwcode", "ccode1", "gwcode1", "ccode2", "gwcode2", "year")


def add(source: str, path: Path, *, folder: Path | None = None) -> Addition:
    """Read the publisher's file of a restricted source, and put its tables into the user's data folder.

    A source of several files takes them one after the other; adding one again replaces it. Rows of states that are no members
    of the system in their year are left out and counted. Raises InputError, with every fault of the file, if it is none of
    the source's.
    """
    chosen = _importable(source)
    reader = importlib.import_module(f"foedus.record.sources.{chosen.id}")
    return _put(chosen, path, reader.FORMS, folder or data_folder(), getattr(reader, "combine", _as_they_are))


def add_declared(path: Path, declaration: Path, *, folder: Path | None = None) -> Addition:
    """Read a table that the TOML file `declaration` declares (`record/declaration.py`), and put it into the data folder.

    Raises InputError with every fault of the declaration, or of the table.
    """
    base = folder or data_folder()
    declared = read_declaration(declaration, _taken(base))
    return _put(declared.source, path, (declared.form,), base, declared.arranged, declared)


def remove(source: str, *, folder: Path | None = None) -> None:
    """Take an added source out of the record; raises InputError if it has not been added."""
    base = folder or data_folder()
    name = source.replace("-", "_")
    there = sorted(path.parent.name for path in base.glob(f"*/{ADDED}"))
    if name not in there:
        has = f"Added are: {', '.join(there)}." if there else "Nothing has been added."
        raise InputError(f"{shown(source)!r} has not been added.{nearest(name, there)} {has}")
    (base / name / ADDED).unlink()
    for path in (base / name).glob("*.parquet"):
        path.unlink()
    with suppress(OSError):  # something else lies in the folder, and is not ours to remove
        (base / name).rmdir()
    forget_opened()


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
) -> Addition:
    """Read the file, check it against the state system, and write its tables and the manifest."""
    expected = f"foedus expects {source.download}: {source.url}" if source.download else "Is it the table that was declared?"
    content = read(path, forms, expected)
    read_now, dropped = _within_the_system(content, path, expected)
    before = _before(base / source.id)
    kept = {table.name: table for table in before.tables if table.name not in read_now} if before else {}
    dropped |= {name: table.dropped for name, table in kept.items()}
    tables = {**{name: _load(before, table) for name, table in kept.items() if before}, **read_now}
    with _about(path, expected):
        arranged = {name: _sorted(table) for name, table in combine(tables).items()}
    described = declaration.covered(source, arranged) if declaration else source
    new = RawFile(tuple(form.name for form, _ in content.frames), content.sha256, content.size, tuple(sorted(read_now)))
    variables = declaration.entries(described) if declaration else {}
    return _write(Addition(described, base / source.id, _files(before, new), (), variables), arranged, dropped)


@contextmanager
def _about(path: Path, expected: str) -> Iterator[None]:
    """Say of which file a fault is that shows when its rows are arranged."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{shown(str(path))}: {error}. {expected}") from None
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{shown(str(path))} cannot be arranged: {shown(str(error).splitlines()[0])}. {expected}") from None


def _within_the_system(content: Content, path: Path, expected: str) -> tuple[Tables, dict[str, int]]:
    """Return the tables of a file, without the rows of states that were no members in the year, and how many those were."""
    tables: Tables = {}
    dropped: dict[str, int] = {}
    for form, frame in content.frames:
        with _about(path, expected):
            tidy = form.tidy(frame)
            tables |= {name: _members(table) for name, table in tidy.items()}
        for name, table in tidy.items():
            dropped[name] = table.height - tables[name].height
            if tables[name].is_empty():
                raise InputError(
                    f"{shown(str(path))}: no row of {name} belongs to a member of the state system in its year. "
                    "Look whether its state numbers and years are what the names of its columns say."
                )
    return tables, dropped


def _members(table: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of states that are members of the system in the year; a table without years is kept whole."""
    if "year" not in table.columns:
        return table
    record = open_record(additions=False)
    numbers = [key for key in _KEYS if key in table.columns and key != "dispute"]
    numbered = table.with_columns(pl.col(numbers).cast(pl.Int16))
    for column in numbers:
        if column != "year":
            system = "gw_state_years" if column.startswith("gwcode") else "state_years"
            members = record.table(system).select(pl.col(column.rstrip("12")).alias(column), "year")
            numbered = numbered.join(members, on=[column, "year"], how="semi", maintain_order="left")
    return to_cow(numbered, record.table("state_years"))


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
    """Write the tables under names of their content, then the manifest that speaks of them, then remove what it replaced."""
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
    for path in set(addition.folder.glob("*.parquet")) - {written.path(table) for table in written.tables}:
        path.unlink(missing_ok=True)
    forget_opened()
    return written


def _writer(content: bytes) -> Callable[[Path], int]:
    return lambda temporary: temporary.write_bytes(content)
