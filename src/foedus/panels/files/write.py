"""Writing a panel, by the ending of the file's name: .parquet, .csv, .xlsx or .dta; without one, a folder of Parquet files.

Each file says what its columns mean and where they come from, as far as its format can: a Parquet file in its metadata under
"foedus", a workbook on its sheets "variables" and "about", a Stata file in labels and notes. Beside every file stands its data
package, which says all of it for the formats that cannot. The same request on the same record gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from foedus.errors import InputError
from foedus.panels.alliances import COW
from foedus.panels.build import column_names
from foedus.panels.columns import ColumnInfo, described
from foedus.panels.files.datapackage import package_path, package_text
from foedus.panels.notes import notes
from foedus.panels.panel import built
from foedus.panels.request import Request
from foedus.panels.stream import check_size, parts
from foedus.record.pinned import sha256_of
from foedus.record.source import Source, catalog
from foedus.record.writing import check_target, write_file, write_text
from foedus.version import __version__

Columns = Mapping[str, ColumnInfo]
About = Mapping[str, Any]


def write_panel(request: Request, path: Path, call: str) -> int:
    """Build the panel and write it to `path`, in the format of its ending, with a data package; return the number of rows.

    `call` says how the panel was asked for. Raises InputError for another ending, a folder that cannot be written, or a panel
    the format cannot hold; nothing is left behind then.
    """
    if not path.suffix:
        return _write_folder(request, path, call)
    check_size(request)
    write = _writer(path)
    package = package_path(path)
    regular = path.is_file() or not path.exists()
    check_target(path)
    check_target(package)
    frame = built(request)
    columns = described(request, frame.columns)
    about = account(request, columns, call)

    def both(temporary: Path) -> None:
        write(frame, columns, about, temporary)
        if regular:  # beside a pipe or a device there is no place for a description
            write_text(package, package_text(frame, columns, about, path, temporary))

    before = package.read_bytes() if regular and package.is_file() else None
    try:
        write_file(path, both)
    except BaseException:
        if regular:
            _put_back(package, before, path)
        raise
    return frame.height


def _put_back(package: Path, before: bytes | None, path: Path) -> None:
    """Let a description be what it was before, unless the file that it describes has taken its place."""
    if package.is_file() and path.is_file() and f"sha256:{sha256_of(path)}" in package.read_text(encoding="utf-8"):
        return
    if before is None:
        package.unlink(missing_ok=True)
    elif package.read_bytes() != before:
        write_file(package, lambda temporary: temporary.write_bytes(before))


def _write_folder(request: Request, path: Path, call: str) -> int:
    """Write the panel in parts, a year at a time."""
    from foedus.panels.files.partitions import write_partitions

    return write_partitions(path, parts(request), metadata(request, column_names(request), call))


def account(request: Request, columns: Columns, call: str) -> dict[str, Any]:
    """Return what a file says of itself: how it was asked for, from which record, what its columns are and what to cite."""
    used = {source for info in columns.values() for source in info.sources}
    additions = request.record.additions
    declared = {addition.source.id: addition.source for addition in additions}
    sources = [declared.get(name) or catalog()[name] for name in dict.fromkeys((*catalog(), *declared)) if name in used]
    content = {
        "schema": "foedus/panel/1",
        "foedus": __version__,
        "call": call,
        "record": {
            "version": request.record.version,
            "sha256": request.record.sha256,
            "additions": [addition.as_dict() for addition in additions],
        },
        "unit": request.unit,
        "years": list(request.span),
        "system": request.system,
        "directed": request.directed,
        "disputes_from": request.disputes_from,
        **({"alliances_from": request.alliances_from} if request.alliances_from == COW else {}),
        "notes": notes(request),
        "columns": {name: info.as_dict() for name, info in columns.items()},
        "variables": {
            variable.name: {
                "label": variable.label,
                "unit": variable.unit,
                "units": variable.units,
                "coverage": [variable.first_year, variable.last_year],
                "sources": list(variable.sources),
            }
            for variable in request.chosen
        },
        "sources": {source.id: _cited(source) for source in sources},
    }
    return dict(json.loads(json.dumps(content, default=str, ensure_ascii=False).encode(errors="replace")))


def metadata(request: Request, columns: Iterable[str], call: str) -> dict[str, str]:
    """Return the account of a file with these columns as Parquet's metadata: one JSON text under "foedus"."""
    return _metadata(account(request, described(request, columns), call))


def _metadata(about: About) -> dict[str, str]:
    return {"foedus": json.dumps(about, ensure_ascii=False)}


def _cited(source: Source) -> dict[str, str]:
    return {key: getattr(source, key) for key in ("title", "version", "licence", "terms", "url", "citation", "bibtex")}


def _writer(path: Path) -> Callable[[pl.DataFrame, Columns, About, Path], None]:
    if path.suffix.lower() not in WRITERS:
        raise InputError(f"cannot write {path}: its ending is none of {', '.join(WRITERS)}.")
    return WRITERS[path.suffix.lower()]


def _write_parquet(frame: pl.DataFrame, _: Columns, about: About, path: Path) -> None:
    frame.write_parquet(path, compression="zstd", metadata=_metadata(about))


def _write_csv(frame: pl.DataFrame, _: Columns, __: About, path: Path) -> None:
    from foedus.panels.files.spreadsheet import neutralised

    for column in frame:
        if column.dtype.is_nested():
            raise InputError(f"column {column.name} holds {column.dtype}, for which a CSV file has no cells: use .parquet.")
    neutralised(frame).write_csv(path)


def _write_workbook(frame: pl.DataFrame, columns: Columns, about: About, path: Path) -> None:
    from foedus.panels.files.spreadsheet import write_workbook

    write_workbook(frame, columns, about, path)


def _write_stata(frame: pl.DataFrame, columns: Columns, about: About, path: Path) -> None:
    from foedus.panels.files.stata import write_stata

    write_stata(frame, columns, about, path)


WRITERS = {".parquet": _write_parquet, ".csv": _write_csv, ".xlsx": _write_workbook, ".dta": _write_stata}
