"""What nobody should ask, and files that are not what they say: `make hostile`, before a release, in about ten minutes.

Three kinds of cases, drawn from one seed, so that a case that fails can be made again by its number:

    commands    lines of the command's own words with values that are wrong, strange, empty, huge or none, in this process
    processes   such lines in a process of their own, as a user has them
    damages     a byte, a piece or the end of a file of a record changed: reading must name it, or give what was there

A case fails if there is a traceback, an exit that no documentation knows, or a damage that nobody names. It prints how many of
each there were, each that failed, and ends with 1 if one did.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from docs.site.commands import every_command
from foedus.__main__ import main as foedus
from foedus.cli import EXITS, FAULT
from foedus.errors import RecordError
from foedus.record import pinned
from foedus.record.store import forget_opened, open_record

COMMANDS, PROCESSES, DAMAGES = 8_000, 500, 1_600
SEED = 20261130

PATIENCE = 20
"""Seconds after which a case is left: it is counted as slow, which is no fault."""

FINE = set(EXITS) - {FAULT}
"""Exits that are documented and no fault of foedus."""

LEFT_OUT = {"serve", "simulate", "record build", "record fetch", "forecast publish", "methods", "validate", "record verify"}
"""What never ends, or takes more than a case should; its words are tried in the tests."""

VALUES = (
    *("", " ", "-", "--", "0", "-1", "1e9", "NaN", "inf", "1:2", "2:1", ":", "2022", "1816", "9999", "2147483648", "9" * 40),
    *("USA", "usa", "USA-CAN", "USA-USA", "USA,CAN", "NATO", "Atlantis", "gw:260", "2", "polyarchy", "gdp,,gdp", "no_such"),
    *(
        "日本",
        "a" * 5000,
        "\u202eevil",
        "a\tb",
        "a\nb",
        "'",
        '"',
        "$(id)",
        "../..",
        "/",
        "/dev/null",
        "/dev/full",
        "nowhere/x.csv",
    ),
    *("x.csv", "x.xlsx", "x.dta", "x.parquet", "x.html", "x.json", "y", "state-year", "dyad-year", "group-year", "dyad-day"),
    *("dispute_onset ~ contiguous", "a ~", "~", "y ~ lag(", "dispute_onset ~ __import__('os')", "military_share ~ polyarchy"),
)


def lines(generator: random.Random) -> Iterator[list[str]]:
    """Yield lines of words, without end."""
    known = {path.removeprefix("foedus "): command for path, command in every_command()}
    names = sorted(name for name in known if name not in LEFT_OUT)
    while True:
        name = generator.choice(names)
        words = name.split()
        for each in known[name].params:
            if each.param_type_name == "argument":
                words += generator.choices(VALUES, k=generator.choice((0, 1, 1, 1, 2)))
            elif generator.random() < 0.25 and each.opts[0] != "--help":
                words.append(generator.choice(each.opts))
                words += [] if getattr(each, "is_flag", False) else [generator.choice(VALUES)]
        if generator.random() < 0.1:
            words.insert(generator.randrange(len(words) + 1), generator.choice(("--no-such", "--", "-z", "\u200b")))
        yield [word.replace("\0", "") for word in words]


def in_process(words: list[str]) -> str:
    """Run a line here; return what is wrong, "" if nothing is, "slow" if it was left."""
    said, before = io.StringIO(), dict(os.environ)
    sys.argv = ["foedus", *words]
    signal.signal(signal.SIGALRM, _stop)
    signal.alarm(PATIENCE)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
            foedus()
        code: object = 0
    except SystemExit as end:
        code = end.code or 0
    except _SlowError:
        return "slow"
    except BaseException as error:  # whatever comes out here is the fault that is looked for
        return f"{type(error).__name__}: {error}"
    finally:
        signal.alarm(0)
        os.environ.clear()
        os.environ.update(before)  # a command may name another record for the rest of its process
    return _judged(code, said.getvalue())


def own_process(words: list[str]) -> str:
    """Run a line in a process of its own; return as `in_process` does."""
    call = [sys.executable, "-m", "foedus", *words]
    try:
        done = subprocess.run(call, capture_output=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return "slow"
    return _judged(done.returncode, done.stderr.decode(errors="replace"))


def _judged(code: object, said: str) -> str:
    if "Traceback" in said:
        return said.strip().splitlines()[-1]
    return "" if code in FINE else f"exit {code}: {said.strip()[-200:]}"


class _SlowError(BaseException):
    """The time of a case is over."""


def _stop(*_: object) -> None:
    raise _SlowError


def damages(generator: random.Random, folder: Path, cases: int) -> Iterator[tuple[str, str]]:
    """Damage a file of a record again and again; yield what was done, and what is wrong with the answer."""
    files = sorted(path for path in folder.iterdir() if path.stat().st_size < 300_000)
    for _ in range(cases):
        path = generator.choice(files)
        whole = path.read_bytes()
        place = generator.randrange(len(whole))
        kind = generator.choice(("flipped", "cut", "doubled", "emptied"))
        path.write_bytes(
            {
                "flipped": whole[:place] + bytes([whole[place] ^ 1 << generator.randrange(8)]) + whole[place + 1 :],
                "cut": whole[:place],
                "doubled": whole + whole[place:],
                "emptied": whole[:place] + bytes(min(64, len(whole) - place)) + whole[place + 64 :],
            }[kind]
        )
        if path.read_bytes() != whole:
            yield f"{path.name} {kind} at {place}", _unseen(folder, path)
        path.write_bytes(whole)


def _unseen(folder: Path, path: Path) -> str:
    """What is wrong with how a damaged record is read: nothing, if it is refused."""
    forget_opened()
    try:
        record = open_record(folder, additions=False)
        if path.suffix == ".parquet":
            record.table(path.stem)
    except RecordError:
        return ""
    except Exception as error:  # a damage has to be told as one
        return f"{type(error).__name__}: {error}"
    return "nobody names it"


def main() -> int:
    """Run all cases and print their number."""
    begun, faults, slow = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as temporary:
        os.chdir(temporary)
        os.environ.update({"FOEDUS_DATA": f"{temporary}/data", "FOEDUS_CACHE": f"{temporary}/cache", "COLUMNS": "100"})
        drawn = lines(random.Random(SEED))
        for run, cases in ((in_process, COMMANDS), (own_process, PROCESSES)):
            for number in range(cases):
                words = next(drawn)
                wrong = run(words)
                slow += wrong == "slow"
                if wrong not in ("", "slow"):
                    faults += 1
                    print(f"{run.__name__} {number}: foedus {shlex.join(words)[:300]}\n    {wrong}")
        copy = Path(temporary, "record")
        shutil.copytree(pinned.SHIPPED, copy)
        damaged = 0
        for what, wrong in damages(random.Random(SEED), copy, DAMAGES):
            damaged += 1
            if wrong:
                faults += 1
                print(f"damage {damaged}: {what}\n    {wrong}")
        os.chdir("/")
    print(
        f"{COMMANDS + PROCESSES + damaged:,} cases: {COMMANDS:,} lines in this process, {PROCESSES:,} processes, "
        f"{damaged:,} damages; {slow} were left after {PATIENCE} s; {faults} failed; {time.monotonic() - begun:.0f} s."
    )
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
