"""Which test reaches which line, and how long each takes: one run of the fast suite under coverage."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import coverage
import pytest

from benchmarks.mutation.drawn import SOURCE, Mutant

OPTIONS = ("-m", "not slow", "--as-shipped", "-p", "no:cacheprovider", "-q", "--no-header", "--disable-warnings")
SUITE = ("src", "tests", *OPTIONS)
"""The fast suite. Results that ship are taken as they are, so that code which is reached through them alone is not."""


@dataclass
class Reach:
    """Tests that pass, with the seconds of a processor each took; the tests that reach a line of a file."""

    seconds: dict[str, float]
    lines: dict[str, dict[int, list[str]]]

    def tests(self, mutant: Mutant) -> list[str]:
        """Return the tests that may notice a mutant, nearest and quickest first.

        Nearest are those that reach its line in the test file of the same name, then in the same room, then anywhere. Then come
        the others of the same test files: what was computed once for all of them, or kept, is reached by the first alone.
        """
        reaching: set[str] = set()
        for line in range(mutant.line, mutant.statement - 1, -1):
            if reaching := set(self.lines.get(mutant.file, {}).get(line, ())) & self.seconds.keys():
                break
        modules = {test.split("::")[0] for test in reaching}
        beside = {test for test in self.seconds if test.split("::")[0] in modules} - reaching
        own, room = f"test_{Path(mutant.file).stem}.py", f"tests/{mutant.file.split('/')[0]}/"

        def far(test: str) -> tuple[bool, bool, bool, float]:
            return (
                test in beside,
                Path(test.split("::", maxsplit=1)[0]).name != own,
                not test.startswith(room),
                self.seconds[test],
            )

        return sorted(reaching | beside, key=far)


def reached(folder: Path, only: Iterable[str] = SUITE) -> Reach:
    """Return what the fast suite reaches, from `folder` if that is known already."""
    noted = folder / "reach.json"
    if not noted.is_file():
        _run(folder, noted, list(only))
    said = json.loads(noted.read_text())
    return Reach(
        said["seconds"], {file: {int(line): at for line, at in lines.items()} for file, lines in said["lines"].items()}
    )


def _run(folder: Path, noted: Path, arguments: list[str]) -> None:
    measured = coverage.Coverage(data_file=str(folder / "coverage"), branch=True, source=[str(SOURCE)], messages=False)
    observer = _Observer(measured)
    measured.start()
    ended = pytest.main([*arguments, f"--basetemp={folder / 'temporary'}"], plugins=[observer])
    measured.stop()
    if ended not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise SystemExit(f"the suite could not be run: pytest ended with {ended!r}")
    measured.save()
    data, lines = measured.get_data(), {}
    for file in data.measured_files():
        by_test: dict[int, list[str]] = {
            line: [test for test in tests if test] for line, tests in data.contexts_by_lineno(file).items()
        }
        lines[str(Path(file).relative_to(SOURCE))] = by_test
    noted.write_text(json.dumps({"seconds": observer.seconds, "lines": lines}))
    measured.json_report(outfile=str(folder / "coverage.json"))


@dataclass(eq=False)
class _Observer:
    """A plugin of pytest that tells coverage which test runs."""

    measured: coverage.Coverage
    seconds: dict[str, float] = field(default_factory=dict)
    failed: dict[str, bool] = field(default_factory=lambda: defaultdict(bool))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self.measured.switch_context(item.nodeid)
        began = time.process_time()
        done = yield
        if not self.failed[item.nodeid]:
            self.seconds[item.nodeid] = round(time.process_time() - began, 3)
        self.measured.switch_context("")
        return done

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed[report.nodeid] |= report.outcome != "passed"
