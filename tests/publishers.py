"""Files as a user would have them from their publishers, made from the raw files: under the names that the documents use.

The raw files have the publishers' columns but not always their containers, so each is written as CSV and zipped where the
publisher's is.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import polars as pl

FILES = {
    "NMCv7.zip": ("capabilities/cow_nmc_v7.parquet",),
    "DirectContiguity320.zip": ("contiguity/cow_contdir_v32.csv",),
    "MID-5-Data-and-Supporting-Materials.zip": ("mids/cow_mid_dirdisps.parquet", "mids/cow_mid_disps.csv"),
    "mie-1.0.csv": ("mids/mie-1.0.parquet",),
    "Inter-StateWarData_v4.0.csv": ("wars/Inter-StateWarData_v4.0.csv",),
    "state_year_formatv3.zip": ("igo/cow_igo_joint_membership_ndy.parquet", "igo/cow_igo_state_year.parquet"),
}
"""Name of the publisher's file → what it is made of, below the raw folder's `political`."""


def lay_out(raw: Path, folder: Path, names: Iterable[str]) -> None:
    """Put these files of publishers into a folder; a name that is none of `FILES` is passed over."""
    for name in FILES.keys() & set(names):
        contents = {Path(part).stem: _csv(raw / "political" / part) for part in FILES[name]}
        if not name.endswith(".zip"):
            (folder / name).write_bytes(next(iter(contents.values())))
            continue
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_STORED) as archive:
            for stem, content in contents.items():
                archive.writestr(f"{stem}.csv", content)


def _csv(path: Path) -> bytes:
    if path.suffix == ".csv":
        return path.read_bytes()
    buffer = io.BytesIO()
    pl.read_parquet(path).write_csv(buffer)
    return buffer.getvalue()
