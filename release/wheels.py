"""What is released: `python -m release.wheels FOLDER` builds a wheel and the source archive, `--open` a wheel of open data.

Both have the same bytes wherever and whenever they are built: each is built of a copy of the files that belong to it, and its
dates are those of hatchling, or of SOURCE_DATE_EPOCH where that is set. The archive holds every file that git knows, tests and
documents too; a wheel that is built of it has the bytes of the wheel beside it.

The open wheel holds no table, no result and no forecast that rests on data under terms that are not open. Its version says so
("+open"), its licence field names what is left, and the hash of its record stands in its code as that of the full one does.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from packaging.licenses import canonicalize_license_expression

from docs.build import data_licences
from foedus.record import pinned
from foedus.record.build import filter_record
from foedus.record.in_use import RECORD_VARIABLE, SOURCES
from foedus.record.source import Source, catalog
from foedus.validation.shipped import keep_only

ROOT = Path(__file__).resolve().parent.parent

OWN = "Apache-2.0"
"""Licence of the code."""

OPEN = "+open"
"""What the version of a wheel of open data alone ends with."""

BELONG = ("pyproject.toml", "README.md", "LICENSE", "DATA_LICENSES.md", "PERMISSIONS.md", "licences", "src")
"""What a wheel is built of."""

LEARNT = ("validation/forecasts", "validation/other_lists")
"""What models told of every dyad that had learnt from disputes whose lists are not open."""


def licence(sources: list[Source]) -> str:
    """Return the SPDX expression of the code with data of some sources."""
    named = sorted({each for source in sources for each in source.spdx.split(" AND ")}, key=lambda each: ("Ref" in each, each))
    return str(canonicalize_license_expression(" AND ".join((OWN, *named))))


def shipped(*, only_open: bool = False) -> list[Source]:
    """Return the sources whose data ship, or those of them whose data are open."""
    return [each for each in catalog().values() if each.licence == "open" or (each.licence == "academic" and not only_open)]


def build(folder: Path, *, only_open: bool = False) -> Path:
    """Build a wheel into a folder and return it; with `only_open`, one without data that are not open."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "foedus"
        lay_out(copy)
        if only_open:
            open_up(copy)
        return hatched(copy, "wheel", folder)


def source_archive(folder: Path) -> Path:
    """Build the source archive into a folder and return it."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "foedus"
        for name in filter(None, listed.split("\0")):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
        return hatched(copy, "sdist", folder)


def hatched(source: Path, target: str, folder: Path) -> Path:
    """Have hatchling build a "wheel" or an "sdist" of a folder into another, and return it."""
    built = source.with_name(target)
    call = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(built)]
    subprocess.run(call, cwd=source, check=True, stdout=subprocess.DEVNULL)
    (file,) = built.iterdir()
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.move(file, folder / file.name))


def lay_out(copy: Path) -> None:
    """Copy what a wheel is built of into a folder."""
    copy.mkdir()
    for name in BELONG:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)


def open_up(copy: Path) -> None:
    """Take out of a copy what is not open, and say so in it."""
    package = copy / "src" / "foedus"
    tables = package / pinned.TABLES
    shutil.rmtree(tables)
    with _shipped_in_use():
        record = filter_record(tables)
    (tables / SOURCES).unlink()  # the catalog stands beside it
    keep_only(package / "validation" / "results", record.tables)
    for name in LEARNT:
        shutil.rmtree(package / name)
    sources = shipped(only_open=True)
    _say_so(copy, sources)
    pinned.pin(record.sha256, package)


@contextmanager
def _shipped_in_use() -> Iterator[None]:
    """Have the record that ships in use, whatever FOEDUS_RECORD names."""
    named = os.environ.pop(RECORD_VARIABLE, None)
    try:
        yield
    finally:
        if named is not None:
            os.environ[RECORD_VARIABLE] = named


def _say_so(copy: Path, sources: list[Source]) -> None:
    """Write version, licence and the pages of licences of a copy for the sources that are left."""
    project = copy / "pyproject.toml"
    version = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"]
    _replace(project, r'(?m)^version = ".*"$', f'version = "{version}{OPEN}"')
    _replace(project, r'(?ms)^license = """.*?"""$', f'license = "{licence(sources)}"')
    _replace(project, r'"PERMISSIONS\.md", ', "")
    _replace(copy / "src/foedus/version.py", r'(?m)^__version__ = ".*"$', f'__version__ = "{version}{OPEN}"')
    rest = [each for each in catalog().values() if each in sources or each.licence == "restricted"]
    (copy / "DATA_LICENSES.md").write_text(data_licences(rest), encoding="utf-8")
    named = {*(source.id for source in sources), *licence(sources).split(" AND ")}
    for path in (copy / "licences").glob("*.txt"):
        if path.stem not in named:
            path.unlink()


def _replace(path: Path, pattern: str, by: str) -> None:
    """Replace the one place of a file that a pattern fits."""
    text, count = re.subn(pattern, lambda _: by, path.read_text(encoding="utf-8"))
    if count != 1:
        raise ValueError(f"{path.name} has {count} places for {by}")
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    given = [each for each in sys.argv[1:] if each != "--open"]
    into = Path(given[0] if given else "dist")
    print(build(into, only_open="--open" in sys.argv))
    if "--open" not in sys.argv:
        print(source_archive(into))
