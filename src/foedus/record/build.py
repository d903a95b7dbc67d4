"""A record, built from raw files: every source read, its states numbered, and the whole moved into place."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import polars as pl

from foedus.errors import InputError, RecordError
from foedus.record.cow import to_cow
from foedus.record.manifest import Table
from foedus.record.source import Source, catalog, sha256_of
from foedus.record.store import MANIFEST, VERSION, Record, described, forget_opened, open_record, write_file, write_text


def build_record(
    raw: Path,
    folder: Path,
    *,
    licences: frozenset[str] = frozenset({"open", "academic"}),
    say: Callable[[str], None] = lambda _: None,
) -> Record:
    """Read every source of the given licence classes from the folder `raw` and write a record to `folder`.

    The record is built beside the folder and moved into it when it is whole; a build that fails leaves the folder as it was.
    Raises RecordError if a raw file is missing or not the one in the catalog, InputError if the folder holds anything but a
    record.
    """
    if not raw.is_dir():
        raise InputError(f"{raw} is not a folder of raw files. Name the folder that holds political/ and physical/.")
    if "restricted" in licences:
        raise InputError("a record that is passed on never holds restricted sources: leave them out.")
    if folder.exists() and not (folder.is_dir() and ((folder / MANIFEST).is_file() or not any(folder.iterdir()))):
        raise InputError(f"{folder} is neither an empty folder nor one that holds a record. Name another for the new record.")
    chosen = [source for source in catalog().values() if source.licence in licences]
    if faults := [fault for source in chosen for fault in source.faults(raw)]:
        raise RecordError(f"the raw files are not those of the catalog: {'; '.join(faults)}.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as made:
        _write_record(raw, Path(made), chosen, say)
        _replace(folder, Path(made))
    forget_opened()
    return open_record(folder, additions=False)


def _write_record(raw: Path, folder: Path, chosen: list[Source], say: Callable[[str], None]) -> None:
    state_years = catalog()["state_system"].read(raw)["state_years"]
    tables = []
    for source in chosen:
        say(source.id)
        for name, frame in source.read(raw).items():
            tables.append(_write_table(folder, name, source, frame, state_years))
    digest = hashlib.sha256("\n".join(f"{table.name} {table.content_sha256}" for table in tables).encode()).hexdigest()
    manifest = {"version": VERSION, "sha256": digest, "tables": [asdict(table) for table in tables]}
    write_text(folder / MANIFEST, json.dumps(manifest, indent=1) + "\n")


def _replace(folder: Path, made: Path) -> None:
    """Move a finished record into place: the old manifest goes first and the new one comes last."""
    old = set(open_record(folder, additions=False).tables) if (folder / MANIFEST).is_file() else set()
    folder.mkdir(exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    for path in sorted(made.glob("*.parquet")):
        path.replace(folder / path.name)
    for name in old - _names(made):
        (folder / f"{name}.parquet").unlink(missing_ok=True)
    (made / MANIFEST).replace(folder / MANIFEST)


def _names(made: Path) -> set[str]:
    content = json.loads((made / MANIFEST).read_text(encoding="utf-8"))
    return {row["name"] for row in content["tables"]}


def _write_table(folder: Path, name: str, source: Source, frame: pl.DataFrame, state_years: pl.DataFrame) -> Table:
    translated = to_cow(frame, state_years) if name != "state_years" else frame
    path = folder / f"{name}.parquet"
    write_file(path, lambda temporary: translated.write_parquet(temporary, compression="zstd", compression_level=15))
    return described(source, name, translated, frame.height - translated.height, sha256_of(path))
