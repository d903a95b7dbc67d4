"""Small records for tests, laid as a build lays one."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from foedus.record.in_use import MANIFEST
from foedus.record.seal import sealed
from foedus.record.store import Record, forget_opened


def lay(folder: Path, record: Record, names: list[str], version: str = "2026.10") -> Path:
    """Write a small record of some tables of another."""
    folder.mkdir(parents=True)
    for name in names:
        shutil.copyfile(record.folder / f"{name}.parquet", folder / f"{name}.parquet")
    rows = [asdict(record.tables[name]) for name in names]
    write(folder, {"version": version, "sha256": digest(rows), "tables": rows})
    return folder


def digest(rows: list[dict[str, Any]]) -> str:
    """The hash of a record, as docs/decisions/0002 has it: of "name hash" a line, without an end of line after the last."""
    return hashlib.sha256("\n".join(f"{row['name']} {row['content_sha256']}" for row in rows).encode()).hexdigest()


def write(folder: Path, content: dict[str, Any]) -> None:
    """Write a manifest, sealed."""
    (folder / MANIFEST).write_text(sealed(json.dumps(content, indent=1) + "\n"), encoding="utf-8")
    forget_opened()
