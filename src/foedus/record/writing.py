"""Files and folders take their place whole: written beside it under another name, put on the disk, then moved.

Whoever reads finds what was there before or what is there now, never a part of either, whatever ends the writer: an error, a
full disk, a kill. The other name ends in LITTER, and its writer holds a lock on it: what a killed run left behind has no holder
and is removed by the next that writes into the same folder. A folder is swapped in two moves, the old one aside and the new one
in; whatever comes next moves back an old one whose successor never came (`mend`).
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import polars as pl

from foedus.errors import InputError, shown

STANDARD_OUTPUT = Path("-")
"""What stands for standard output where a text may go there."""

LITTER = ".foedus"
"""Ending of what is not yet in its place."""

_UNFINISHED = re.compile(rf"\..+\.[0-9a-z_]{{8}}{re.escape(LITTER)}")
_ASIDE = re.compile(rf"\.(.+)\.aside{re.escape(LITTER)}")

LOCK = "lock"
"""File of a folder that whoever changes what lies in it holds, and in which it says who it is."""

WAIT = 10.0
"""Seconds to wait for another process that changes the same folder."""

OLD = 86_400.0
"""Seconds after which what has no lock to tell counts as left behind, where the system has no locks."""


def write_text(path: Path, text: str) -> None:
    """Write a text file under a temporary name in the same folder, then move it into place."""
    write_file(path, lambda temporary: Path(temporary).write_text(text, encoding="utf-8", newline="\n"))


def write_file(path: Path, write: Callable[[Path], Any]) -> None:
    """Call `write` with a temporary path beside `path`, then move the result into place; nothing half-written remains.

    A link is followed; a pipe or a device is written to. Raises InputError if the place cannot be written or the disk is full.
    """
    check_target(path)
    target = path.resolve()
    regular = target.is_file() or not target.exists()
    if regular:
        clear_litter(target.parent)
    try:
        temporary, handle = _beside(target) if regular else _elsewhere()
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}.") from error
    try:
        write(temporary)
        if regular:
            _to_disk(temporary)
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(target)
            _to_disk(target.parent)
        else:
            target.write_bytes(temporary.read_bytes())
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"cannot write {path}: {_reason(error)}.") from error
    finally:
        try:
            temporary.unlink(missing_ok=True)
        finally:
            _close(handle)


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder; what it holds when the block ends takes the place of `folder`, and nothing does if it fails.

    Raises InputError if nothing can be written there, or moved.
    """
    check_no_stream(folder)
    target = folder.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        mend(target)
        clear_litter(target.parent)
        around, handle = _beside(target, a_folder=True)
    except OSError as error:
        raise InputError(f"cannot write {folder}: {_reason(error)}.") from error
    built = around / "new"  # not the one that is locked, or whoever writes into it would wait for the lock
    try:
        built.mkdir()
        yield built
        try:
            for each in (*built.rglob("*"), built):
                _to_disk(each)
            _swap(target, built)
        except OSError as error:
            raise InputError(f"cannot write {folder}: {_reason(error)}.") from error
    finally:
        try:
            shutil.rmtree(around, ignore_errors=True)
        finally:
            _close(handle)


def _swap(target: Path, built: Path) -> None:
    """Put a finished folder in the place of another; what was there stays there if that fails."""
    aside = _aside(target)
    with _alone_in(target.parent):
        try:
            if target.exists():
                shutil.rmtree(aside, ignore_errors=True)
                target.rename(aside)
            built.rename(target)
        except BaseException:
            if aside.is_dir() and not target.exists():
                aside.rename(target)
            raise
        _to_disk(target.parent)
    shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def held(folder: Path, doing: str) -> Iterator[None]:
    """Keep other processes from changing what lies in a folder, which is made if need be.

    Raises InputError, saying who changes it, if another holds it for longer than WAIT.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise InputError(f"cannot change {folder}: {_reason(error)}. FOEDUS_DATA may name another.") from None
    try:
        if _wait_for(handle) is False:
            who = os.read(handle, 1_000).decode(errors="replace").strip() or "another process"
            raise InputError(f"{folder} is being changed by {shown(who)}. Wait until that has ended, then try again.")
        import platform

        os.ftruncate(handle, 0)
        os.write(handle, f"process {os.getpid()} on {platform.node()}: {doing}\n".encode(errors="replace"))
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def mend(folder: Path) -> bool:
    """Move a folder back into its place if a run was killed after it had moved it aside; say whether that was so."""
    target = folder.resolve()
    if target.exists() or not (aside := _aside(target)).is_dir():  # a root, which has no name, is always there
        return False
    with _alone_in(target.parent):
        if target.exists():
            return False
        aside.rename(target)
    return True


def clear_litter(folder: Path) -> None:
    """Remove what killed runs left in a folder; what another process is writing stays, and so does what cannot be removed."""
    with suppress(OSError):
        found = [Path(entry.path) for entry in os.scandir(folder) if entry.name.endswith(LITTER)]
        if not found:
            return
        with _alone_in(folder):
            _clear(found)


def _clear(found: list[Path]) -> None:
    for path in found:
        aside = _ASIDE.fullmatch(path.name)
        if aside and path.with_name(aside[1]).exists():
            shutil.rmtree(path, ignore_errors=True)
        elif not aside and _UNFINISHED.fullmatch(path.name) and not _written(path):
            _remove(path)


def check_no_stream(path: Path) -> None:
    """Raise InputError if a file or folder is to be written that would be called as standard output is.

    >>> check_no_stream(Path("-"))
    Traceback (most recent call last):
    foedus.errors.InputError: cannot write to -: it stands for standard output, which takes only the texts of --html, ...
    """
    if path == STANDARD_OUTPUT:
        raise InputError(
            f"cannot write to {STANDARD_OUTPUT}: it stands for standard output, which takes only the texts of --html, --json "
            "and --geojson. Name a file or a folder."
        )


def check_target(path: Path) -> None:
    """Raise InputError if no file can be written at `path`, before any work is done for it."""
    check_no_stream(path)
    if path.is_dir():
        raise InputError(f"cannot write {path}: it is a folder. Name a file in it.")
    _check_there(path)
    target = path.resolve()
    if target.is_file() or not target.exists():
        _check_takes_files(path, target.parent)
    elif not os.access(target, os.W_OK):  # a device, which is written to and not replaced
        raise InputError(f"cannot write {path}: it may not be written to. Name another place.")


def check_new_folder(folder: Path) -> None:
    """Raise InputError, before any work is done, if no new folder can be written at `folder`; an empty one is replaced."""
    _check_there(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"cannot write {folder}: it is a file, and a folder is to be written. Give another name.")
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError(f"cannot write {folder}: the folder is not empty. Empty it, or give another name.")
    _check_takes_files(folder, folder.resolve().parent)


def _check_there(path: Path) -> None:
    """Raise InputError unless the folder around a path is there, and a folder."""
    standing = next(each for each in path.absolute().parents if each.exists())
    if not standing.is_dir():
        raise InputError(f"cannot write {path}: {standing.name} is a file, where a folder is meant. Name another place.")
    if not path.parent.is_dir():
        raise InputError(f"cannot write {path}: the folder {path.parent} does not exist. Create it first.")


def _check_takes_files(path: Path, folder: Path) -> None:
    """Raise InputError unless a file can be made in the folder around a path: permissions alone do not tell (/proc)."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = _reason(error)
        raise InputError(f"cannot write {path}: the folder {folder} takes no file ({reason}). Name another place.") from error


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _written(path: Path) -> bool:
    """Whether a process that lives is writing something: it holds the lock, or where there is none the thing is young."""
    young = time.time() - path.stat().st_mtime < OLD
    if sys.platform == "win32":
        return young
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return True
    try:
        free = _take_lock(handle)
    finally:
        os.close(handle)
    return young if free is None else not free


def _wait_for(handle: int) -> bool | None:
    """Take the lock of an open file, for which others are waited for WAIT seconds; say what `_take_lock` says."""
    begun = time.monotonic()
    while (free := _take_lock(handle)) is False and time.monotonic() - begun < WAIT:
        time.sleep(0.01)
    return free


def _take_lock(handle: int) -> bool | None:
    """Take the lock of an open file, which ends with the process; say whether it was free, None where there are no locks."""
    if sys.platform == "win32":
        import msvcrt

        try:
            os.lseek(handle, 1 << 30, os.SEEK_SET)  # far behind what the file says, which others may read
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        except OSError:
            return None
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _beside(target: Path, *, a_folder: bool = False) -> tuple[Path, int]:
    """Make a file, or a folder, beside a target, and take its lock before anyone could think it left behind."""
    with _alone_in(target.parent):
        if a_folder:
            made = target.with_name(f".{target.name}.{os.urandom(4).hex()}{LITTER}")
            made.mkdir()
            handle = _opened(made)
        else:
            handle, name = tempfile.mkstemp(prefix=f".{_short(target.name)}.", suffix=LITTER, dir=target.parent)
            made = Path(name)
        if sys.platform == "win32":  # where nothing that is open can be moved
            _close(handle)
            return made, -1
        _take_lock(handle)
        return made, handle


def _elsewhere() -> tuple[Path, int]:
    """Make a file for what goes into a pipe or a device."""
    handle, name = tempfile.mkstemp()
    _close(handle)
    return Path(name), -1


def _close(handle: int) -> None:
    if handle >= 0:
        os.close(handle)


def _opened(folder: Path) -> int:
    """A handle of a folder, to lock it by; -1 where there can be none."""
    if sys.platform == "win32":
        return -1
    try:
        return os.open(folder, os.O_RDONLY)
    except OSError:
        return -1


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let no other process swap folders in a folder for as long as two moves take."""
    handle = _opened(folder)
    try:
        if handle >= 0:
            _wait_for(handle)  # whoever holds the folder for longer does so for other reasons
        yield
    finally:
        _close(handle)


def _to_disk(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk before anything that follows."""
    if path.is_dir():
        handle = _opened(path)
        with suppress(OSError):  # some file systems cannot, and it is written all the same
            if handle >= 0:
                os.fsync(handle)
        _close(handle)
        return
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.aside{LITTER}")


def _short(name: str) -> str:
    """As much of a name as leaves room for what stands around it."""
    return name.encode(errors="surrogateescape")[:200].decode(errors="ignore")


def _reason(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error).splitlines()[0]


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
