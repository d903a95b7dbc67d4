"""A panel as a Stata file: format 118, which Stata 14 and later read.

What Stata keeps and a table does not is kept: variable labels, value labels for coded levels and for yes and no, missing
values, days as %td, notes with the call, the record and the citations, and per variable a note with its whole definition.
Numbers get the smallest storage type that holds them. Missing text is "", as Stata has no other.

The file is laid out as StataCorp's `help dta` describes format 118, straight from polars columns in blocks of rows. pyreadstat
writes no notes, and the minute of the clock into every file; docs/decisions/0013 lists what else would be lost. Nothing here
depends on the clock.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BufferedWriter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from foedus.errors import InputError
from foedus.panels.columns import ColumnInfo

LONGEST_NAME, LONGEST_LABEL, LONGEST_TEXT, LONGEST_NOTE = 32, 80, 2045, 60_000
MOST_COLUMNS = 32_767
BLOCK = 100_000
"""Rows converted at a time."""

STRL, DOUBLE, FLOAT, LONG, INT, BYTE = 32768, 65526, 65527, 65528, 65529, 65530
DTYPES = {STRL: "<u8", DOUBLE: "<f8", FLOAT: "<f4", LONG: "<i4", INT: "<i2", BYTE: "i1"}
MISSING = {DOUBLE: 2.0**1023, FLOAT: 2.0**127, LONG: 2_147_483_621, INT: 32_741, BYTE: 101}
WHOLE = ((BYTE, -127, 100), (INT, -32_767, 32_740), (LONG, -2_147_483_647, 2_147_483_620), (DOUBLE, -(2**53), 2**53))
"""Storage types of whole numbers with the lowest and highest value of each; a double is exact to 2^53."""

FORMATS = {STRL: "%9s", DOUBLE: "%10.0g", FLOAT: "%9.0g", LONG: "%12.0g", INT: "%8.0g", BYTE: "%8.0g"}
FIRST_DAY = -3653
"""1 January 1960, Stata's day 0, is that many days after 1 January 1970, polars'."""

RESERVED = frozenset(
    "_all _b byte _coef _cons double float if in int long _n _N _pi _pred _rc _skip strL using with".split()  # noqa: SIM905
)
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
ENDINGS = re.compile(r"(_([1-9][0-9]{0,2}|age|min|mean|max|sum|any|all|share|known)){1,3}$")


@dataclass(frozen=True)
class Field:
    """One variable of the file: its name there, its storage type, its values and what they mean."""

    name: str
    type: int
    values: pl.Series
    info: ColumnInfo

    @property
    def format(self) -> str:
        """Stata's format of display."""
        if self.values.dtype == pl.Date:
            return "%td"
        return FORMATS.get(self.type) or f"%{self.type}s"

    @property
    def levels(self) -> Mapping[int, str]:
        """Value labels, where the column holds whole numbers."""
        return self.info.values if self.type in (BYTE, INT, LONG) and self.values.dtype != pl.Date else {}

    @property
    def label_name(self) -> str:
        """Name of its set of value labels, which the two sides of a dyad share."""
        if set(self.levels.values()) == {"no", "yes"}:
            return "yes_no"
        return (self.info.variable or self.name)[:LONGEST_NAME] if self.levels else ""


def write_stata(frame: pl.DataFrame, columns: Mapping[str, ColumnInfo], about: Mapping[str, Any], path: Path) -> None:
    """Write the frame with what its columns are and what is known about the file.

    Names of more than 32 characters are shortened (`short_names`); the notes say which. Raises InputError, naming the column,
    for what Stata cannot hold: lists, infinite numbers, whole numbers beyond 2^53, more than 32,767 columns.
    """
    if frame.width > MOST_COLUMNS:
        raise InputError(
            f"a Stata file holds at most {MOST_COLUMNS:,} variables, and the panel has {frame.width:,}: use .parquet."
        )
    names = short_names(frame.columns)
    fields = [_field(names[name], frame[name], columns[name]) for name in frame.columns]
    texts = _long_texts(fields)
    with path.open("wb") as file:
        _write(file, fields, frame.height, about, texts)


def short_names(columns: Iterable[str]) -> dict[str, str]:
    """Return each column's name in a Stata file: its own, or cut to 32 characters before its ending, with a number if taken.

    Raises InputError for a name that Stata does not allow for another reason than its length.

    >>> short_names(["participatory_democracy_high_1_age", "year"])
    {'participatory_democracy_high_1_age': 'participatory_democracy_hi_1_age', 'year': 'year'}
    """
    columns = list(columns)
    short = {name: name for name in columns if len(name) <= LONGEST_NAME}
    for name in columns:
        if not NAME.fullmatch(name) or name in RESERVED or re.fullmatch(r"str\d+", name):
            raise InputError(f"Stata allows no variable called {name!r}: rename the column, or use .parquet or .csv.")
        if name not in short:
            ending = match[0] if (match := ENDINGS.search(name)) else ""
            taken = set(short.values())
            tries = (name[: LONGEST_NAME - len(tail)] + tail for tail in [ending, *(f"_{n}{ending}" for n in range(2, 10_000))])
            short[name] = next(each for each in tries if each not in taken)
    return {name: short[name] for name in columns}


def read_names(path: Path) -> tuple[list[str], dict[str, Any]]:
    """Return the names of the variables of a Stata file of format 117 to 119, with foedus's own, longer ones where it cut them.

    And what foedus noted about the file, if it wrote it. Raises ValueError or struct.error for another format or damage.
    """
    with path.open("rb") as file:
        release, order, width, places = _header(file.read(1 << 10))
        size = 33 if release == 117 else 129
        file.seek(places[3])
        names = [_until_nul(text) for text in _chunks(_inside(file.read(places[4] - places[3]), "varnames"), size)]
        file.seek(places[8])
        noted = _characteristics(_inside(file.read(places[9] - places[8]), "characteristics"), size, order)
    if len(names) != width:
        raise ValueError(f"it announces {width} variables and names {len(names)}")
    about = json.loads(noted.get(("_dta", "foedus"), "{}"))
    return [noted.get((name, "foedus_name"), name) for name in names], about


# ------------------------------------------------------------------------------------------------------------- writing


def _field(name: str, values: pl.Series, info: ColumnInfo) -> Field:
    return Field(name, *_stored(values), info)


def _stored(values: pl.Series) -> tuple[int, pl.Series]:
    """The storage type of a column, and its values made ready for it."""
    dtype = values.dtype
    if dtype == pl.Boolean:
        return BYTE, values.cast(pl.Int8)
    if dtype == pl.Date:
        return LONG, values
    if dtype.is_integer():
        return _whole(values), values
    if dtype.is_float():
        values = values.fill_nan(None)
        largest = float(values.abs().max() or 0)  # type: ignore[arg-type]
        kind = FLOAT if dtype == pl.Float32 else DOUBLE
        if largest >= MISSING[kind]:
            raise InputError(
                f"column {values.name} holds numbers too large for Stata (up to {largest:g}): use .parquet or .csv."
            )
        return kind, values
    if dtype in (pl.String, pl.Categorical, pl.Enum):
        text = values.cast(pl.String).str.replace_all("\0", "\ufffd", literal=True).fill_null("")
        longest = int(text.str.len_bytes().max() or 1)  # type: ignore[arg-type]
        return (max(longest, 1) if longest <= LONGEST_TEXT else STRL), text
    raise InputError(f"column {values.name} holds {dtype}, for which Stata has no type: use .parquet.")


def _whole(values: pl.Series) -> int:
    lowest, highest = int(values.min() or 0), int(values.max() or 0)  # type: ignore[arg-type]
    for kind, low, high in WHOLE:
        if low <= lowest and highest <= high:
            return kind
    raise InputError(
        f"column {values.name} holds whole numbers beyond 2^53, which Stata cannot hold exactly: use .parquet or .csv."
    )


LongTexts = dict[tuple[int, str], int]
"""(number of the variable, text) → number of the first row that holds it."""


def _long_texts(fields: list[Field]) -> LongTexts:
    first_rows: LongTexts = {}
    for place, each in enumerate(fields, 1):
        if each.type == STRL:
            first = each.values.to_frame("text").with_row_index("row", 1).filter(pl.col("text") != "")
            for text, row in first.group_by("text", maintain_order=True).agg(pl.col("row").first()).rows():
                first_rows[place, text] = row
    return first_rows


def _write(file: BufferedWriter, fields: list[Field], height: int, about: Mapping[str, Any], texts: LongTexts) -> None:
    """Write the parts in their order, then go back and fill in the map of where each begins."""
    places: list[int] = []

    def part(tag: str, content: bytes | Iterable[bytes]) -> None:
        places.append(file.tell())
        file.write(f"<{tag}>".encode())
        for chunk in [content] if isinstance(content, bytes) else content:
            file.write(chunk)
        file.write(f"</{tag}>".encode())

    places.append(file.tell())
    label = _bytes(_data_label(about), 4 * LONGEST_LABEL)
    header = (b"<release>118</release>", b"<byteorder>LSF</byteorder>", b"<K>%s</K>" % struct.pack("<H", len(fields)))
    sizes = (b"<N>%s</N>" % struct.pack("<Q", height), b"<label>%s%s</label>" % (struct.pack("<H", len(label)), label))
    file.write(b"<stata_dta><header>" + b"".join((*header, *sizes)) + b"<timestamp>\0</timestamp></header>")
    map_at = file.tell()
    part("map", bytes(14 * 8))
    part("variable_types", np.array([each.type for each in fields], "<u2").tobytes())
    part("varnames", b"".join(_padded(each.name, 129) for each in fields))
    part("sortlist", bytes(2 * (len(fields) + 1)))
    part("formats", b"".join(_padded(each.format, 57) for each in fields))
    part("value_label_names", b"".join(_padded(each.label_name, 129) for each in fields))
    part("variable_labels", b"".join(_padded(each.info.within(LONGEST_LABEL), 321) for each in fields))
    part("characteristics", _notes(fields, about))
    part("data", _blocks(fields, height, texts))
    ordered = sorted((row, place, text) for (place, text), row in texts.items())
    part("strls", (_long_text(place, row, text) for row, place, text in ordered))
    part("value_labels", b"".join(_value_labels({each.label_name: each.levels for each in fields if each.levels})))
    places.append(file.tell())
    file.write(b"</stata_dta>")
    places.append(file.tell())
    file.seek(map_at + len(b"<map>"))
    file.write(np.array(places, "<u8").tobytes())


def _blocks(fields: list[Field], height: int, texts: LongTexts) -> Iterable[bytes]:
    row = np.dtype([(each.name, DTYPES.get(each.type, f"S{each.type}")) for each in fields])
    for start in range(0, height, BLOCK):
        block = np.zeros(min(BLOCK, height - start), row)
        for place, each in enumerate(fields, 1):
            block[each.name] = _cells(each, place, each.values.slice(start, BLOCK), texts)
        yield block.tobytes()


def _cells(each: Field, place: int, values: pl.Series, texts: LongTexts) -> npt.NDArray[Any]:
    if each.type in MISSING:
        numbers = values.to_physical() - FIRST_DAY if values.dtype == pl.Date else values
        kind = np.dtype(DTYPES[each.type])
        filled = numbers.cast(pl.Float64 if kind.kind == "f" else pl.Int64).fill_null(MISSING[each.type])
        stored: npt.NDArray[Any] = filled.to_numpy().astype(kind)
        return stored
    distinct = values.unique(maintain_order=True)
    codes = values.cast(pl.Enum(distinct)).to_physical().to_numpy()
    if each.type == STRL:
        known = [0 if text == "" else place | texts[place, text] << 16 for text in distinct]
        return np.array(known, "<u8").take(codes)
    return np.array([text.encode() for text in distinct], f"S{each.type}").take(codes)


def _long_text(place: int, row: int, text: str) -> bytes:
    content = text.encode() + b"\0"
    return b"GSO" + struct.pack("<IQBI", place, row, 130, len(content)) + content


def _value_labels(sets: Mapping[str, Mapping[int, str]]) -> Iterable[bytes]:
    for name, levels in sets.items():
        texts = [_bytes(levels[level], 32_000) + b"\0" for level in sorted(levels)]
        starts = np.cumsum([0, *map(len, texts)])
        size = struct.pack("<II", len(texts), int(starts[-1]))
        table = size + starts[:-1].astype("<i4").tobytes() + np.array(sorted(levels), "<i4").tobytes() + b"".join(texts)
        yield b"<lbl>" + struct.pack("<I", len(table)) + _padded(name, 129) + bytes(3) + table + b"</lbl>"


def _data_label(about: Mapping[str, Any]) -> str:
    record = about["record"]
    return f"{about['unit']} panel by foedus {about['foedus']}, record {record['version']} {record['sha256'][:12]}"[
        :LONGEST_LABEL
    ]


def _notes(fields: list[Field], about: Mapping[str, Any]) -> bytes:
    """Return what `notes` lists in Stata, and what `foedus cite` reads again."""
    record = about["record"]
    notes = [f"Call: {about['call']}", f"Record: version {record['version']}, SHA-256 {record['sha256']}"]
    notes += [f"{name}: {json.dumps(note, ensure_ascii=False)}" for name, note in about["notes"].items()]
    notes += [f"Cite: {source['citation']}" for source in about["sources"].values()]
    renamed = [each for each in fields if each.name != each.info.name]
    notes += [f"Name shortened to 32 characters: {each.info.name} is {each.name}" for each in renamed]
    told = ("foedus", "call", "record", "unit", "disputes_from", "alliances_from")
    kept = json.dumps({name: about[name] for name in told if name in about}, ensure_ascii=False)
    of_file = [*_numbered("_dta", notes), _characteristic("_dta", "foedus", kept)]
    names = [_characteristic(each.name, "foedus_name", each.info.name) for each in renamed]
    definitions = [part for each in fields for part in _numbered(each.name, [_definition(each.info)])]
    return b"".join([*of_file, *names, *definitions])


def _definition(info: ColumnInfo) -> str:
    years = f" {info.coverage[0]}–{info.coverage[1]}." if info.coverage else ""
    sources = f" Sources: {', '.join(info.sources)}." if info.sources else ""
    return f"{info.label}. Units: {info.units or 'none'}.{years}{sources}"


def _numbered(variable: str, notes: list[str]) -> list[bytes]:
    count = [_characteristic(variable, "note0", str(len(notes)))]
    return count + [_characteristic(variable, f"note{place}", text) for place, text in enumerate(notes, 1)]


def _characteristic(variable: str, name: str, text: str) -> bytes:
    content = _padded(variable, 129) + _padded(name, 129) + _bytes(text, LONGEST_NOTE) + b"\0"
    return b"<ch>" + struct.pack("<I", len(content)) + content + b"</ch>"


def _bytes(text: str, most: int) -> bytes:
    """The text in UTF-8 without NUL, in at most `most` bytes, no letter cut in two."""
    return text.replace("\0", "\ufffd").encode()[:most].decode(errors="ignore").encode()


def _padded(text: str, width: int) -> bytes:
    return _bytes(text, width - 1).ljust(width, b"\0")


# ------------------------------------------------------------------------------------------------------------- reading


def _header(head: bytes) -> tuple[int, str, int, list[int]]:
    """Release, byte order, number of variables and the map of a file's parts."""
    beginning = re.match(rb"<stata_dta><header><release>(11[789])</release><byteorder>(LSF|MSF)</byteorder><K>", head)
    if not beginning:
        raise ValueError("it does not begin like a file of Stata 13 or later: save it again from there")
    release, order = int(beginning[1]), "<" if beginning[2] == b"LSF" else ">"
    size = "I" if release == 119 else "H"
    (width,) = struct.unpack_from(order + size, head, beginning.end())
    at = head.index(b"</header><map>", beginning.end()) + len(b"</header><map>")
    places = list(struct.unpack_from(f"{order}14Q", head, at))
    if places != sorted(places) or places[9] - places[2] > 1 << 30:
        raise ValueError("its map of parts is damaged")
    return release, order, width, places


def _inside(content: bytes, tag: str) -> bytes:
    start, end = f"<{tag}>".encode(), f"</{tag}>".encode()
    if not content.startswith(start) or not content.endswith(end):
        raise ValueError(f"its {tag} are not where its map says")
    return content[len(start) : -len(end)]


def _chunks(content: bytes, size: int) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


def _until_nul(text: bytes) -> str:
    return text.split(b"\0", 1)[0].decode(errors="replace")


def _characteristics(content: bytes, size: int, order: str) -> dict[tuple[str, str], str]:
    characteristics, at = {}, 0
    while at < len(content):
        if content[at : at + 4] != b"<ch>":
            raise ValueError("its characteristics are damaged")
        (length,) = struct.unpack_from(f"{order}I", content, at + 4)
        text = content[at + 8 : at + 8 + length]
        characteristics[_until_nul(text[:size]), _until_nul(text[size : 2 * size])] = _until_nul(text[2 * size :])
        at += 8 + length + len(b"</ch>")
    return characteristics
