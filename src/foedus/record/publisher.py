"""A publisher's own file, as a user has it on disk: CSV, Parquet, or a zip archive that holds one, read with suspicion.

A table that comes in parts, a file a year, may also lie in a folder: its files are read one after the other.

A source says in which *forms* its file comes (`Form`): the columns by the publisher's names, in any case, and what makes tidy
tables of them. Here a file is opened, the forms are recognised by their columns, cells become numbers and the publisher's codes
for "missing" become null. Nothing is extracted to disk, and no size that a file claims for itself is trusted. Whatever is wrong
with a file is said in one message that names it, lists every fault, and says what is expected and where to get it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from foedus.errors import InputError, shown
from foedus.record.row_faults import Spell, doubled_rows, impossible_days, unknown_states

MOST_BYTES = 1 << 30
"""Largest file or member of an archive that is read: the largest table imported, dyadic trade, has about a tenth of it."""
MOST_ROWS = 20_000_000
MOST_MEMBERS = 1000

MOST_FAULTS = 10
"""Faults of a table that one message tells."""

REMEDY = "mend these rows in a copy, or load the file again"
"""What a message about wrong rows ends with."""

_HEAD = 1 << 16
_ABSENT = ["", "NA", "N/A", "NaN", "nan", "NULL", "null", "."]
_SPREADSHEETS = (".xls", ".xlsx", ".ods", ".dta", ".sav", ".rds", ".rda", ".rdata")
_KEYS = (1, 9999)
"""Codes of states, numbers of disputes and years all lie between these."""

Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Form:
    """One form in which a source's file comes.

    Attributes
    ----------
    name : what it is called when a user is told about it.
    columns : the columns that must be there, in lower case. optional : those that are used where they are there.
    keys : columns that identify a row: whole numbers, never missing. unique : whether a row's keys occur once.
    tidy : turns the frame of these columns into tables of the record.
    text : columns that are not numbers. decimals : numbers that need not be whole.
    missing : numbers that mean "missing".
    every : whether all other columns are read as well.
    preferred : parts of names: where an archive holds several tables of this form that are not the same, the first is taken.
    states : columns of Correlates of War numbers, each of which some state has had.
    spells : columns of the first and last days of what a row tells. codes : numbers in these that are no part of a day.
    distinct : whether no two rows are alike in all the columns that are read.
    parts : for a table that comes in parts, what is kept of each: no two may tell of the same thing.
    faults : what else is wrong with the rows of a frame, a sentence each.
    """

    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    tidy: Callable[[pl.DataFrame], Tables]
    optional: tuple[str, ...] = ()
    unique: bool = True
    text: tuple[str, ...] = ()
    decimals: tuple[str, ...] = ()
    missing: tuple[int, ...] = (-9,)
    every: bool = False
    preferred: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    spells: tuple[Spell, ...] = ()
    codes: tuple[int, ...] = ()
    distinct: bool = False
    parts: Callable[[pl.DataFrame], pl.DataFrame] | None = None
    faults: Callable[[pl.DataFrame], Iterable[str]] | None = None

    def fits(self, header: Iterable[str]) -> bool:
        """Say whether a file with these columns (in lower case) may be of this form."""
        return set(self.columns) <= set(header)

    def wanted(self, header: Sequence[str]) -> list[str]:
        """Return the columns to be read, in the order of the file."""
        return [name for name in header if name and (self.every or name in self.columns or name in self.optional)]


@dataclass(frozen=True)
class Content:
    """The content of a user's file: the hash and number of its bytes, and a frame of numbers for each form recognised."""

    sha256: str
    size: int
    frames: tuple[tuple[Form, pl.DataFrame], ...]


@dataclass(frozen=True)
class _Piece:
    """A table in the file: its name, its columns in lower case, and how to load some of them."""

    name: str
    header: tuple[str, ...]
    load: Callable[[list[str]], pl.DataFrame]


@dataclass
class _Allowance:
    """The bytes that may still be unpacked from an archive and the archives in it."""

    left: int = MOST_BYTES


class _Fault(Exception):
    """Something is wrong with the file; `read` says which file and what was expected."""


def read(path: Path, forms: Sequence[Form], expected: str, numbers: Collection[int] | None = None) -> Content:
    """Read the file at `path` in whichever of the forms it has; `expected` ends the message about a file that has none.

    numbers : every number that the Correlates of War have given to a state, for forms with `states`; None asks no such thing.
    Raises InputError with everything that is wrong.
    """
    try:
        if path.is_dir() and any(form.parts for form in forms):
            return _folder(path, forms, numbers)
        content = _bytes(path, unpack=any(form.parts for form in forms))
        pieces = list(_pieces(path.name, content, _Allowance()))
        frames = tuple(_recognised(pieces, forms, numbers))
    except _Fault as fault:
        raise InputError(f"{shown(str(path))}: {fault}. {expected}") from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, OSError, MemoryError) as error:
        raise InputError(f"{shown(str(path))} cannot be read: {shown(str(error))}. {expected}") from None
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, csv.Error) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{shown(str(path))} is damaged or not what it seems: {shown(reason)}. {expected}") from None
    return Content(hashlib.sha256(content).hexdigest(), len(content), frames)


def with_optional(frame: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    """Return the frame with an empty column of numbers for each of these names that it lacks.

    >>> with_optional(pl.DataFrame({"ccode": [2.0]}), ["ccode", "fatalpre"]).row(0)
    (2.0, None)
    """
    return frame.with_columns(pl.lit(None, pl.Float64).alias(name) for name in names if name not in frame.columns)


def _folder(folder: Path, forms: Sequence[Form], numbers: Collection[int] | None) -> Content:
    """Read the tables in a folder of which some form fits; what else lies there is passed over."""
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv" and path.is_file())
    if len(paths) > MOST_MEMBERS:
        raise _Fault(f"the folder holds more than {MOST_MEMBERS} tables")
    there = {path: piece for path in paths if any(form.fits((piece := _file(path)).header) for form in forms)}
    frames = tuple(_recognised(list(there.values()) or [_file(path) for path in paths], forms, numbers))
    digest = hashlib.sha256()
    for path in there:
        with path.open("rb") as file:
            digest.update(f"{path.name} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return Content(digest.hexdigest(), sum(path.stat().st_size for path in there), frames)


def _file(path: Path) -> _Piece:
    """A table in a folder, of which no more than its header is read until it is wanted."""
    with path.open("rb") as file:
        head = _csv(path.name, file.read(_HEAD))
    return _Piece(path.name, head.header, lambda wanted: _csv(path.name, _bytes(path)).load(wanted))


def _bytes(path: Path, *, unpack: bool = False) -> bytes:
    if path.is_dir():
        raise _Fault("this is a folder; name the file in it")
    if not path.exists():
        raise _Fault("there is no such file")
    if not path.is_file():
        raise _Fault("this is not a file")
    if path.stat().st_size > MOST_BYTES:
        remedy = ": unpack it, and name the folder" if unpack else ""
        raise _Fault(f"it is larger than {MOST_BYTES >> 20} MB{remedy}")
    if not (content := path.read_bytes()):
        raise _Fault("the file is empty")
    return content


def _recognised(
    pieces: Sequence[_Piece], forms: Sequence[Form], numbers: Collection[int] | None
) -> Iterator[tuple[Form, pl.DataFrame]]:
    """Yield each form that some piece has, with its frame; a piece has the first form that its columns allow."""
    has = {place: next((form for form in forms if form.fits(piece.header)), None) for place, piece in enumerate(pieces)}
    if not any(has.values()):
        raise _Fault(_unfit(pieces, forms))
    for form in forms:
        alike = _preferred([pieces[place] for place, its in has.items() if its is form], form)
        if alike:
            yield form, _one(alike, form, numbers)


def _preferred(pieces: list[_Piece], form: Form) -> list[_Piece]:
    """Return the pieces of one form or, where some names are preferred, those with the first such name that occurs."""
    named = ([piece for piece in pieces if part in piece.name.lower()] for part in form.preferred)
    return next((chosen for chosen in named if chosen), pieces)


def _one(pieces: Sequence[_Piece], form: Form, numbers: Collection[int] | None) -> pl.DataFrame:
    """Return the frame of the pieces of one form: an archive may hold a table twice, but not two different ones."""
    if form.parts is not None:
        return _joined({piece.name: form.parts(_checked(piece, form, numbers)) for piece in pieces}, form)
    frames = [_checked(piece, form, numbers) for piece in pieces]
    common = [name for name in form.columns if all(name in frame.columns for frame in frames)]
    if any(not frame.select(common).equals(frames[0].select(common)) for frame in frames[1:]):
        names = ", ".join(shown(piece.name) for piece in pieces)
        raise _Fault(f"{names} all look like {form.name} and differ: take out the right one and name it")
    return frames[0]


def _joined(parts: dict[str, pl.DataFrame], form: Form) -> pl.DataFrame:
    """Return the parts of a table in one; none of them may tell of what another tells of."""
    joined = pl.concat([frame.with_columns(pl.lit(name).alias("part")) for name, frame in parts.items()])
    keys = [key for key in form.keys if key in joined.columns]
    if (twice := joined.filter(joined.select(keys).is_duplicated())).height:
        names = ", ".join(shown(name) for name in twice["part"].unique(maintain_order=True).head(3))
        raise _Fault(f"{names} tell of the same {', '.join(keys)}: keep the files of one release, each once")
    return joined.drop("part")


def _unfit(pieces: Sequence[_Piece], forms: Sequence[Form]) -> str:
    if not pieces:
        return "it holds no CSV or Parquet file"
    lacks, piece, form = min(
        ((sorted(set(form.columns) - set(piece.header)), piece, form) for piece in pieces for form in forms),
        key=lambda each: len(each[0]),
    )
    has = shown(", ".join(piece.header), 300)
    return f"{shown(piece.name)} lacks the columns {', '.join(lacks)} of {form.name}; it has {has}"


def _pieces(name: str, content: bytes, allowance: _Allowance, depth: int = 0) -> Iterator[_Piece]:
    if content.startswith(b"PK\x03\x04") or name.lower().endswith(".zip"):
        yield from _members(content, allowance, depth)
    elif content.startswith(b"PAR1"):
        yield _parquet(name, content)
    elif name.lower().endswith(_SPREADSHEETS):
        raise _Fault(f"{shown(name)} is of a kind that foedus does not read: open it and save the table as CSV")
    else:
        yield _csv(name, content)


def _members(content: bytes, allowance: _Allowance, depth: int) -> Iterator[_Piece]:
    """Yield the tables in an archive, and in the archives that lie in it: COW packs its capabilities twice."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [each for each in archive.infolist() if not each.is_dir() and not each.filename.startswith("__MACOSX")]
        if any(each.filename == "[Content_Types].xml" for each in members):
            raise _Fault("it is an office document: open it and save the table as CSV")
        if len(members) > MOST_MEMBERS:
            raise _Fault(f"the archive holds more than {MOST_MEMBERS} files")
        for member in members:
            kind = member.filename.rsplit(".", 1)[-1].lower()
            wanted = kind in ("csv", "parquet") or (kind == "zip" and depth == 0)
            if wanted and (inside := _member(archive, member, allowance)):
                yield from _pieces(member.filename, inside, allowance, depth + 1)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, allowance: _Allowance) -> bytes:
    if member.flag_bits & 1:
        raise _Fault(f"{shown(member.filename)} is encrypted: unpack the archive and name the file in it")
    with archive.open(member) as file:
        content = file.read(allowance.left + 1)
    if len(content) > allowance.left:
        raise _Fault(f"the archive unpacks to more than {MOST_BYTES >> 20} MB")
    allowance.left -= len(content)
    return content


def _parquet(name: str, content: bytes) -> _Piece:
    scanned = pl.scan_parquet(io.BytesIO(content))
    names = scanned.collect_schema().names()
    if scanned.select(pl.len()).collect().item() > MOST_ROWS:
        raise _Fault(f"{shown(name)} has more than {MOST_ROWS:,} rows")
    header = _header(name, names)

    def load(wanted: list[str]) -> pl.DataFrame:
        places = [header.index(each) for each in wanted]
        frame = pl.read_parquet(io.BytesIO(content), columns=[names[place] for place in places])
        return frame.rename(dict(zip(frame.columns, wanted, strict=True)))

    return _Piece(name, header, load)


def _csv(name: str, content: bytes) -> _Piece:
    line = _lines(content[:_HEAD]).split("\n", 1)[0]
    separator = max(",;\t", key=line.count)
    header = _header(name, next(csv.reader([line], delimiter=separator), []))

    def load(wanted: list[str]) -> pl.DataFrame:
        frame = pl.read_csv(
            io.BytesIO(_lines(content).encode()),
            separator=separator,
            infer_schema=False,
            null_values=_ABSENT,
            n_rows=MOST_ROWS + 1,
        )
        if frame.height > MOST_ROWS:
            raise _Fault(f"{shown(name)} has more than {MOST_ROWS:,} rows")
        places = [header.index(each) for each in wanted]
        named = frame.select(pl.nth(place).alias(header[place]) for place in places)
        return named.filter(~pl.all_horizontal(pl.all().is_null()))

    return _Piece(name, header, load)


def _lines(content: bytes) -> str:
    """Return the text with one kind of line end; UTF-8 if it can be, else Windows' Latin-1, as old files of the field are."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    elif b"\0" in content:
        raise _Fault("it is neither CSV nor Parquet nor a zip archive")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _header(name: str, names: Sequence[str]) -> tuple[str, ...]:
    header = tuple(each.strip().strip('"').lower() for each in names)
    if twice := sorted({each for each in header if each and header.count(each) > 1}):
        raise _Fault(f"{shown(name)} has two columns called {shown(', '.join(twice))}")
    return header


def _checked(piece: _Piece, form: Form, numbers: Collection[int] | None) -> pl.DataFrame:
    """Return the wanted columns as numbers (and text), keys whole and unique where they should be; raises all faults."""
    loaded = piece.load(form.wanted(piece.header))
    if not loaded.height:
        raise _Fault(f"{shown(piece.name)} has a header and no rows")
    faults: list[str] = []
    remedy = ""
    columns = [_column(loaded[name], form, faults) for name in loaded.columns]
    frame = pl.DataFrame(columns)
    if not faults:
        faults += _key_faults(frame, form)
        wrong_rows = list(_row_faults(frame, form, numbers))
        faults += wrong_rows
        remedy = f"; {REMEDY}" if wrong_rows else ""
    if faults:
        more = " and more" if len(faults) > MOST_FAULTS else ""
        raise _Fault(f"{shown(piece.name)}: " + "; ".join(faults[:MOST_FAULTS]) + more + remedy)
    return frame.with_columns(pl.col(key).cast(pl.Int32) for key in form.keys if key not in form.text)


def _column(column: pl.Series, form: Form, faults: list[str]) -> pl.Series:
    name = column.name
    if name in form.text:
        return column.cast(pl.String).str.strip_chars()
    if column.dtype == pl.String:
        cells = column.str.strip_chars().replace("", None)
        numbers = cells.cast(pl.Float64, strict=False)
    elif column.dtype.is_numeric() or column.dtype in (pl.Boolean, pl.Null):
        cells, numbers = column, column.cast(pl.Float64)
    else:
        faults.append(f"column {shown(name)} holds {column.dtype}, not numbers")
        return column
    wrong = cells.is_not_null() & ~(numbers.is_finite().fill_null(False))
    if column.dtype.is_float():
        numbers, wrong = numbers.fill_nan(None), cells.is_infinite().fill_null(False)
    if name not in form.decimals:
        wrong = wrong | (numbers != numbers.round()).fill_null(False)
    if count := wrong.sum():
        row = wrong.arg_max() or 0
        kind = "number" if name in form.decimals else "whole number"
        first = f"first: {shown(str(cells[row]), 30)!r} in row {row + 1}"
        faults.append(f"column {shown(name)} has {count:,} cells that are no {kind} ({first})")
    return pl.select(pl.when(~numbers.is_in([float(code) for code in form.missing])).then(numbers).alias(name)).to_series()


def _row_faults(frame: pl.DataFrame, form: Form, numbers: Collection[int] | None) -> Iterator[str]:
    if numbers is not None:
        yield from unknown_states(frame, form.states, numbers)
    yield from impossible_days(frame, form.spells, form.codes)
    if form.distinct:
        yield from doubled_rows(frame)
    if form.faults is not None:
        yield from form.faults(frame)


def _key_faults(frame: pl.DataFrame, form: Form) -> Iterator[str]:
    whole = True
    for key in form.keys:
        known = frame[key].is_not_null() if key in form.text else frame[key].is_between(*_KEYS).fill_null(False)
        if bad := int((~known).sum()):
            whole = False
            yield f"column {key} is missing or no code in {bad:,} rows (first: row {int((~known).arg_max() or 0) + 1})"
    keys = frame.select(form.keys)
    if whole and form.unique and (count := int(keys.is_duplicated().sum())):
        row = keys.filter(keys.is_duplicated()).row(0)
        first = ", ".join(f"{each:g}" if isinstance(each, float) else shown(str(each)) for each in row)
        yield f"{count:,} rows share their {', '.join(form.keys)} with another (first: {first})"
