"""What was computed once is remembered: with the package for the record that ships, in the user's cache folder for others.

Beside this file lies what every test gives on the shipped record (`results/`, by `python -m foedus.validation.results`), with
the hashes of that record and of the code in `made.json`: for any other of either it is not looked at. Then a file in the
cache folder is named by the hashes of the record, of the code and the registration that its content follows from, and the
versions of the libraries, so that it never answers for another. Two processes may compute the same at once: each writes a
file of its own and moves it into place, and both hold the same bytes. A file begins with the hash of the rest; where that is
not so, the whole is computed again.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.record.store import Record, write_text

SHIPPED = Path(__file__).with_name("results")
MADE = "made.json"

LIBRARIES = ("glum", "numpy", "polars", "scipy")
"""Libraries by whose version a number may differ in its last digits."""


def remembered(name: str, record: Record, kinds: Iterable[type], compute: Callable[[], Any]) -> Any:
    """Return what `compute` gives: plain values, arrays, frames and dataclasses of these kinds; from memory if it is there."""
    known = {kind.__name__: kind for kind in kinds}
    for path in _places(name, record):
        with suppress(OSError, ValueError, KeyError, TypeError):  # absent, damaged, or not what this code wrote
            return recalled(path, known)
    result = compute()
    with suppress(OSError, InputError, ValueError):  # a folder that cannot be written costs time, not the answer
        place(name, record).parent.mkdir(parents=True, exist_ok=True)
        keep(place(name, record), result)
    return result


def is_remembered(name: str, record: Record) -> bool:
    """Say whether something lies in memory under that name."""
    return any(path.is_file() for path in _places(name, record))


def _places(name: str, record: Record) -> Iterable[Path]:
    if ships(record):
        yield shipped(name)
    yield place(name, record)


def recalled(path: Path, kinds: dict[str, type]) -> Any:
    """Return what a file holds; raises OSError or ValueError if it cannot be read or is damaged."""
    digest, body = path.read_text(encoding="utf-8").split("\n", 1)
    if digest != hashlib.sha256(body.encode()).hexdigest():
        raise ValueError(f"{path} is damaged")
    return decoded(json.loads(body), kinds)


def keep(path: Path, value: Any) -> None:
    """Write a value to a file, below the hash of what follows."""
    body = json.dumps(encoded(value), allow_nan=False) + "\n"
    write_text(path, f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}")


def shipped(name: str) -> Path:
    """File that the package ships."""
    return SHIPPED / f"{name}.json"


def ships(record: Record) -> bool:
    """Say whether what the package ships was made of this record by this code."""
    with suppress(OSError, ValueError):
        made: bool = json.loads((SHIPPED / MADE).read_text(encoding="utf-8")) == maker(record)
        return made
    return False


def maker(record: Record) -> dict[str, str]:
    """Return what the results of a record follow from: the hash of its content and that of the code."""
    return {"record": record.sha256, "code": _code_sha256()}


def place(name: str, record: Record) -> Path:
    """File in which something is remembered: in the user's cache folder, or the one FOEDUS_CACHE names."""
    import platformdirs

    folder = Path(os.environ.get("FOEDUS_CACHE") or platformdirs.user_cache_dir("foedus"))
    libraries = " ".join(f"{library} {version(library)}" for library in LIBRARIES)
    key = hashlib.sha256(f"{name} {record.sha256} {_code_sha256()} {libraries}".encode()).hexdigest()[:24]
    return folder / "estimates" / f"{name}-{key}.json"


def encoded(value: Any) -> Any:
    """Return the value in terms of JSON.

    >>> encoded((1, np.array([0.5])))
    {'tuple': [1, {'array': [0.5]}]}
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {"kind": type(value).__name__, "of": {each.name: encoded(getattr(value, each.name)) for each in fields(value)}}
    if isinstance(value, np.ndarray):
        return {"array": value.tolist()}
    if isinstance(value, pl.DataFrame):
        content = io.BytesIO()
        value.write_ipc(content, compression="zstd")
        return {"frame": base64.b64encode(content.getvalue()).decode()}
    if isinstance(value, tuple):
        return {"tuple": [encoded(each) for each in value]}
    if isinstance(value, dict):
        return {"dict": [[key, encoded(each)] for key, each in value.items()]}
    return value


def decoded(value: Any, kinds: dict[str, type]) -> Any:
    """Return the value that `encoded` described; raises KeyError for a kind that is not among the given ones."""
    if not isinstance(value, dict):
        return value
    ((tag, content), *rest) = value.items()
    if tag == "kind":
        return kinds[content](**{name: decoded(each, kinds) for name, each in dict(rest)["of"].items()})
    if tag == "array":
        return np.array(content, dtype=np.float64)
    if tag == "frame":
        return pl.read_ipc(io.BytesIO(base64.b64decode(content)))
    if tag == "tuple":
        return tuple(decoded(each, kinds) for each in content)
    return {key: decoded(each, kinds) for key, each in content}


@cache
def _code_sha256() -> str:
    """Hash of the text of every file that an estimate follows from, the same however its lines end."""
    digest = hashlib.sha256()
    for path in sorted(_sources(Path(__file__).parents[1])):
        digest.update(path.read_text(encoding="utf-8").encode())
    return digest.hexdigest()


def _sources(package: Path) -> Iterable[Path]:
    """The files that an estimate follows from: panels, statistics, mechanisms, and how they are judged."""
    yield from (package / "codebook").iterdir()
    yield from (package / "record" / "catalog").iterdir()
    yield package / "record" / "spells.py"
    for layer in ("estimation", "mechanisms", "panels", "validation"):
        yield from (package / layer).rglob("*.py")
        yield from (package / layer).rglob("*.toml")
