"""Whether the tests notice a mutant: a process of its own for each, forked from one that has loaded the package.

The changed function gets the code of the changed source, wherever it is held by then. No file is changed, so a command that a
test starts runs the code as it is. Tests that may notice are run until one fails. A mutant that takes all the time it may has
been noticed as well. A test that fails without the mutant too is not believed, and left out from then on.
"""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import pkgutil
import resource
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType

import pytest

import foedus
from benchmarks.mutation.drawn import ROOMS, SOURCE, Mutant
from benchmarks.mutation.reach import OPTIONS, Reach

TESTS = 120
"""How many of the tests that may notice a mutant are run, from the nearest on."""

SECONDS = 12
"""Of a processor, after which no further test is begun, and the mutant has survived."""

FOREVER = 60
"""Of a processor, after which a process is ended: the mutant runs without end."""

PATIENCE = 900
"""Seconds of the clock: the same for one that waits without end."""

MEMORY = 12 << 30
"""Bytes of addresses that a process may take."""


@dataclass
class Trials:
    """The package, loaded once, in which one mutant after another is tried.

    Attributes
    ----------
    functions : each function of the package, by its file, name and first line. caches : what the package keeps of calls.
    trusted, doubtful : tests that noticed a mutant, and pass or fail without it.
    """

    reach: Reach
    folder: Path
    functions: dict[tuple[str, str, int], list[FunctionType]] = field(default_factory=dict)
    caches: list[functools._lru_cache_wrapper[object]] = field(default_factory=list)
    trusted: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Load the package, and note its functions and what it keeps."""
        for room in ROOMS:
            for module in pkgutil.walk_packages([str(SOURCE / room)], f"{foedus.__name__}.{room}."):
                importlib.import_module(module.name)
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename.startswith(str(SOURCE)):
                code = each.__code__
                self.functions.setdefault((code.co_filename, code.co_qualname, code.co_firstlineno), []).append(each)
            elif isinstance(each, functools._lru_cache_wrapper) and str(each.__module__).startswith(foedus.__name__):
                self.caches.append(each)
        gc.freeze()

    def outcome(self, mutant: Mutant) -> dict[str, object]:
        """Return what became of a mutant: noticed, and by which test; alive; unreached; the same code."""
        codes = self._codes(mutant)
        if not codes:
            return {"outcome": "the same"}
        while tests := [name for name in self.reach.tests(mutant) if name not in self.doubtful]:
            outcome = self._tried(tests[:TESTS], codes) | {"of": len(tests)}
            killer = str(outcome.get("by", ""))
            if not killer or killer in self.trusted:
                return outcome
            if self._tried([killer], [])["outcome"] == "alive":
                self.trusted.add(killer)
                return outcome
            self.doubtful.add(killer)
        return {"outcome": "unreached"}

    def _codes(self, mutant: Mutant) -> list[tuple[FunctionType, CodeType]]:
        """Return the functions that a mutant changes, with their code; none if the code is what it was."""
        path = str(SOURCE / mutant.file)
        changed = {(each.co_qualname, each.co_firstlineno): each for each in _inside(compile(mutant.source(), path, "exec"))}
        return [
            (function, code)
            for (file, name, line), functions in self.functions.items()
            if file == path and name == mutant.function and (code := changed.get((name, line)))
            for function in functions
            if function.__code__ != code and function.__code__.co_freevars == code.co_freevars
        ]

    def _tried(self, tests: list[str], codes: list[tuple[FunctionType, CodeType]]) -> dict[str, object]:
        """Run tests in a process of its own in which functions have other code, and return what it says."""
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            try:
                os.setsid()
                _be_quiet_and_small()
                for kept in self.caches:
                    kept.cache_clear()
                for function, code in codes:
                    function.__code__ = code
                os.write(writer, json.dumps(_run(tests, self.folder / "temporary")).encode())
            finally:
                os._exit(0)
        os.close(writer)
        _wait(child)
        with os.fdopen(reader, "rb") as file:
            said = file.read()
        return dict(json.loads(said)) if said else {"outcome": "noticed", "by": "", "without end": True}


def _be_quiet_and_small() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    used = int(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (used + FOREVER, used + FOREVER + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _run(tests: list[str], temporary: Path) -> dict[str, object]:
    """Run tests until one fails or the time is over."""
    observer, files = _Observer(tests), dict.fromkeys(test.split("::")[0] for test in tests)
    pytest.main([*files, *OPTIONS, "--exitfirst", f"--basetemp={temporary}"], plugins=[observer])
    if observer.failed:
        return {"outcome": "noticed", "by": observer.failed, "tests": observer.tried}
    return {"outcome": "alive" if observer.tried else "unreached", "tests": observer.tried}


@dataclass(eq=False)
class _Observer:
    """A plugin of pytest that runs some tests in their order, stops when the time is over, and notes which failed."""

    tests: list[str]
    began: float = field(default_factory=time.process_time)
    tried: int = 0
    failed: str = ""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        """Let hypothesis try the same examples each time, and look for no smaller one."""
        from hypothesis import HealthCheck, Phase, settings  # pytest has to load it first

        phases, checks = (Phase.explicit, Phase.generate), list(HealthCheck)
        plain = settings(deadline=None, database=None, derandomize=True, phases=phases, suppress_health_check=checks)
        settings.register_profile("mutants", plain)
        settings.load_profile("mutants")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        there = {item.nodeid: item for item in items}
        items[:] = [there[name] for name in self.tests if name in there]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        self.tried += 1
        if time.process_time() - self.began > SECONDS:
            item.session.shouldstop = "the time is over"


def _wait(child: int) -> None:
    """Wait for a process, and end it if it waits without end."""
    ends = time.time() + PATIENCE
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.time() > ends:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        time.sleep(0.01)


def _inside(code: CodeType) -> Iterator[CodeType]:
    """Yield code, and all that is within it."""
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _inside(each)
