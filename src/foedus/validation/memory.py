"""What was computed once is remembered: with the package for the record that ships, in the user's cache folder for others.

A result is recalled where it still stands: where the tables, variables, tests and code that it rests on are what they were
(`basis.py`), whatever else has changed. What ships lies beside this file (`shipped.py`, by `make results`). What a user's
record or changed code gives is kept in the cache folder, a file a result, written beside its place and moved into it, so that
two processes may compute the same at once. A file begins with the hash of the rest; one that is damaged is named, and what it
held is computed again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from foedus.errors import InputError
from foedus.estimation.cores import one_core
from foedus.record.in_use import of_user
from foedus.record.noted import note_all, noting
from foedus.record.pinned import listed
from foedus.record.store import Record
from foedus.record.writing import write_text
from foedus.validation.basis import Basis, Kept, of_lists, of_text, root_of
from foedus.validation.encoding import as_kept, decoded, encoded, from_inline, inline
from foedus.validation.reach import Root
from foedus.validation.shipped import AS_PUBLISHED, MANIFEST, DamagedError, Shipped
from foedus.version import libraries

SHIPPED = Path(__file__).with_name("results")

LONG = 1.0
"""Seconds of a processor from which on it is worth while to look into the code that a result rests on."""

_gathered: list[dict[str, Kept]] = []
"""Where what is remembered is put as well, while it is gathered."""

overlooked: frozenset[str] = frozenset()
"""Changes in spite of which what ships is taken, while code is being written: of "code", of "tables"."""


def remembered(
    name: str,
    record: Record,
    kinds: Iterable[type],
    compute: Callable[[], Any],
    *,
    beside: Iterable[Callable[..., Any]] = (),
) -> Any:
    """Return what `compute` gives: plain values, arrays, frames and dataclasses of these kinds; from memory if it is there.

    It is computed on one core, where sums come in one order, and rounded as it would be in a file, so that it does not matter
    which of the two it comes from. The code it rests on is what `compute`, the kinds and whatever is
    named `beside` them reach by name. A name with a point is that of a part of a result, kept until `forget` is told.
    """
    known = {kind.__name__: kind for kind in kinds}
    beginnings: list[Callable[..., Any]] = [compute, *known.values(), *beside]
    roots = frozenset(map(root_of, beginnings))
    result = _shipped(name, record, known, roots) or _cached(name, record, known, roots)
    if result is None:
        result = _computed(name, record, known, compute, roots)
    else:
        note_all(result.basis.read())
    for results in _gathered:
        if "." not in name:  # a part of a result, kept until that is whole
            results[name] = result
    return result.value


def _computed(name: str, record: Record, kinds: Mapping[str, type], compute: Callable[[], Any], roots: frozenset[Root]) -> Kept:
    with noting() as read, one_core():
        begun = time.thread_time()
        value = compute()
        if not name.startswith(AS_PUBLISHED):
            value = as_kept(value, kinds)
        taken = time.thread_time() - begun
    basis = Basis.of(record, read, roots) if taken > LONG else Basis.at_a_glance(record, read)
    result = Kept(value, basis, roots)
    with suppress(OSError, InputError, ValueError):  # a folder that cannot be written costs time, not the answer
        place(name, record).parent.mkdir(parents=True, exist_ok=True)
        _keep(place(name, record), result)
    return result


@contextmanager
def gathering() -> Iterator[dict[str, Kept]]:
    """Gather all that is remembered, by name, with what it rests on."""
    results: dict[str, Kept] = {}
    _gathered.append(results)
    try:
        yield results
    finally:
        _gathered.remove(results)


def place(name: str, record: Record) -> Path:
    """File in which something is kept: in the user's cache folder, or the one FOEDUS_CACHE names."""
    key = hashlib.sha256(f"{name} {record.sha256} {_libraries()}".encode()).hexdigest()[:24]
    return _folder() / "estimates" / f"{name}-{key}.json"


def forget(begin: str) -> None:
    """Remove from the cache folder whatever has a name that begins so."""
    with suppress(OSError):
        for path in (_folder() / "estimates").glob(f"{begin}*"):
            path.unlink(missing_ok=True)


def _folder() -> Path:
    if named := os.environ.get("FOEDUS_CACHE"):
        return Path(named)
    import platformdirs

    return of_user(platformdirs.user_cache_dir)


@cache
def _libraries() -> str:
    return " ".join(f"{library} {version}" for library, version in libraries().items())


_values: dict[tuple[Path, str], Any] = {}
"""What has been read of the results that ship."""


def _shipped(name: str, record: Record, kinds: dict[str, type], roots: frozenset[Root]) -> Kept | None:
    """What ships under a name, where it stands."""
    try:
        shipped = opened(SHIPPED)
        if name not in shipped.names():
            return None
        basis = shipped.basis(name)
        if not ("tables" in overlooked or basis.same_tables(record)):
            return None
        if not ("code" in overlooked or basis.same_files() or _stands(name, shipped, basis, roots)):
            return None
        if (SHIPPED, name) not in _values:
            _values[SHIPPED, name] = shipped.value(name, kinds)
        return Kept(_values[SHIPPED, name], basis, roots)
    except DamagedError as error:
        _say_damaged(str(error))
        return None


@cache
def opened(folder: Path) -> Shipped:
    """Return a folder of results, opened once; raises DamagedError if a byte of its manifest is not the one that ships."""
    shipped = Shipped.open(folder)
    if folder.is_dir() and "code" not in overlooked and not listed(folder / MANIFEST):
        raise DamagedError(str(folder / MANIFEST))
    return shipped


def _stands(name: str, shipped: Shipped, basis: Basis, roots: frozenset[Root]) -> bool:
    """Whether a result stands though files have changed; found out once, and noted in the cache folder."""
    then = shipped.manifest["lists"], *shipped.manifest["code"].values()
    texts = json.dumps([then, of_lists(), *map(of_text, shipped.manifest["code"])])
    path = _folder() / "standing" / f"{hashlib.sha256(texts.encode()).hexdigest()[:24]}.json"
    known: dict[str, bool] = {}
    with suppress(OSError, ValueError):
        known = json.loads(path.read_bytes())
    key = f"{name} {basis.code}"
    if key not in known:
        known[key] = basis.same_meaning(roots)
        with suppress(OSError, InputError):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, json.dumps(known))
    return known[key]


def _cached(name: str, record: Record, kinds: dict[str, type], roots: frozenset[Root]) -> Kept | None:
    """What the cache folder holds under a name, where it stands; written anew where files have changed that do not matter."""
    for path in _candidates(name, record):
        try:
            result = _recalled(path, kinds, roots)
        except (OSError, DamagedError) as error:
            if isinstance(error, DamagedError):
                _say_damaged(str(error))
            continue
        if result is None or not result.basis.stands(record, roots):
            continue
        if not result.basis.same_files():
            with suppress(OSError, InputError):
                _keep(path, result.now(record))
        return result
    return None


def _candidates(name: str, record: Record) -> Iterator[Path]:
    """Where a result may be kept: of this record, then of others, which may have the same tables."""
    first = place(name, record)
    yield first
    if first.parent.is_dir():
        pattern = re.compile(re.escape(name) + r"-[0-9a-f]{24}\.json")
        yield from (path for path in sorted(first.parent.iterdir()) if path != first and pattern.fullmatch(path.name))


def _recalled(path: Path, kinds: dict[str, type], roots: frozenset[Root]) -> Kept | None:
    """What a file holds; nothing of one that another version of foedus wrote, whose results have another form.

    Raises OSError if there is no file, DamagedError if it is not what was written.
    """
    content = path.read_bytes()
    try:
        digest, body = content.decode().split("\n", 1)
        if digest != hashlib.sha256(body.encode()).hexdigest():
            raise DamagedError(str(path))
        parts = json.loads(body)
        basis, value = Basis(**parts["basis"]), parts["value"]
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError(str(path)) from error
    with suppress(ValueError, KeyError, TypeError):
        return Kept(decoded(value, kinds, from_inline), basis, roots)
    return None


def _keep(path: Path, result: Kept) -> None:
    """Write a result to a file, below the hash of what follows."""
    parts = {"basis": vars(result.basis), "value": encoded(result.value, inline)}
    body = json.dumps(parts, allow_nan=False) + "\n"
    write_text(path, f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}")


@cache
def _say_damaged(path: str) -> None:
    """Name a damaged file, once."""
    ships = "; to have it back, install foedus again" if Path(path).is_relative_to(SHIPPED) else ""
    sys.stderr.write(f"foedus: {path} is damaged: what it held is computed anew, which may take minutes{ships}.\n")
