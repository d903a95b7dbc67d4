"""Chunks computed elsewhere: real schedulers and workers on the loopback, killed, restarted, silent; the same bytes always."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from foedus.errors import InputError
from foedus.futures import cluster
from foedus.futures.build import Built
from foedus.futures.cluster import elsewhere
from foedus.futures.kept import Unfinished
from foedus.futures.scenario import Scenario
from foedus.futures.simulate import of_built, simulate

from . import small

pytestmark = [pytest.mark.slow, pytest.mark.release]

ALL = Scenario(last_year=2030, members=24, without=("all",))


@dataclass
class Processes:
    """A scheduler and its workers, as `dask scheduler` and `dask worker` start them."""

    port: int
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def scheduler(self) -> subprocess.Popen[bytes]:
        return self._start("scheduler", "--host", "127.0.0.1", "--port", str(self.port))

    def worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker", self.address, "--no-nanny", "--nthreads", "1", "--host", "127.0.0.1")

    def end(self) -> None:
        for process in self.started:
            process.kill()
            process.wait()
        self.started.clear()

    def _start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", what, "--no-dashboard", *arguments]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.started.append(process)
        return process


@contextmanager
def listening() -> Iterator[int]:
    """A port at which calls are taken and nothing is ever said."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        yield silent.getsockname()[1]


@pytest.fixture
def processes() -> Iterator[Processes]:
    pytest.importorskip("distributed", reason="the extra [cluster] is not installed")
    with listening() as port:
        pass
    made = Processes(port)
    try:
        yield made
    finally:
        made.end()


@pytest.fixture(scope="module")
def made() -> Built:
    return small.built(ALL, small.lonely(small.world()))


@pytest.fixture(scope="module")
def local(made: Built, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file that this process alone writes."""
    path = tmp_path_factory.mktemp("local") / "futures.parquet"
    of_built(made, output=path)
    return path.read_bytes()


def run(made: Built, output: Path, address: str, chunk: int = 2, say: Callable[[str, int, int], None] | None = None) -> bytes:
    with elsewhere(None, address) as others:
        of_built(made, output=output, chunk=chunk, say=say, others=others)
    return output.read_bytes()


def once(after: int, act: Callable[[], Any]) -> Callable[[str, int, int], None]:
    """Do something when so many members are done, once."""
    left = [act]

    def say(what: str, done: int, members: int) -> None:
        if done >= after and left:
            left.pop()()

    return say


@pytest.mark.parametrize(("workers", "chunk"), [(1, 5), (3, 2)])
def test_any_number_of_workers_and_any_chunks_give_the_same_bytes(
    made: Built, local: bytes, tmp_path: Path, workers: int, chunk: int
) -> None:
    pytest.importorskip("distributed", reason="the extra [cluster] is not installed")
    output = tmp_path / "futures.parquet"
    with elsewhere(workers, None) as others:
        of_built(made, output=output, chunk=chunk, others=others)
    assert output.read_bytes() == local
    assert [each.name for each in tmp_path.iterdir()] == [output.name]


def test_a_worker_that_is_killed_changes_no_byte(made: Built, local: bytes, tmp_path: Path, processes: Processes) -> None:
    processes.scheduler()
    one, _ = processes.worker(), processes.worker()
    assert run(made, tmp_path / "futures.parquet", processes.address, say=once(4, one.kill)) == local


def test_a_scheduler_that_is_restarted_changes_no_byte(made: Built, local: bytes, tmp_path: Path, processes: Processes) -> None:
    def restart() -> None:
        processes.end()
        processes.scheduler()
        processes.worker()

    processes.scheduler()
    processes.worker()
    assert run(made, tmp_path / "futures.parquet", processes.address, say=once(4, restart)) == local


def test_a_run_begun_here_goes_on_elsewhere_though_a_chunk_is_cut_off(
    made: Built, local: bytes, tmp_path: Path, processes: Processes
) -> None:
    output = tmp_path / "futures.parquet"

    def stop(what: str, done: int, members: int) -> None:
        if done >= 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        of_built(made, output=output, chunk=3, say=stop)
    path = min(Unfinished(output).folder.iterdir())
    path.write_bytes(path.read_bytes()[:100])
    processes.scheduler()
    processes.worker()
    seen: list[int] = []
    assert run(made, output, processes.address, 3, lambda _, done, __: seen.append(done)) == local
    assert seen == [9, 12, 15, 18, 21, 24]


def test_a_scheduler_that_is_gone_for_good_is_told_and_what_is_done_is_kept(
    made: Built, local: bytes, tmp_path: Path, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end() -> None:
        monkeypatch.setattr(cluster, "ANSWER", 2.0)
        processes.end()

    processes.scheduler()
    processes.worker()
    output = tmp_path / "futures.parquet"
    begun = time.monotonic()
    with pytest.raises(InputError, match=r"no scheduler answers at .* goes on from what is done"):
        run(made, output, processes.address, say=once(6, end))
    assert time.monotonic() - begun < 60
    assert len(list(Unfinished(output).folder.iterdir())) >= 3
    seen: list[int] = []
    of_built(made, output=output, chunk=2, say=lambda _, done, __: seen.append(done))
    assert seen[0] >= 6
    assert output.read_bytes() == local


def test_a_worker_with_other_code_is_refused(made: Built, processes: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    processes.scheduler()
    processes.worker()
    monkeypatch.setattr(cluster, "code", lambda: "0.0.0 other code")
    with elsewhere(None, processes.address) as others, pytest.raises(InputError, match="a worker has other code of foedus"):
        of_built(made, others=others)


def test_a_scheduler_without_workers_is_told(made: Built, processes: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "STARTING", 1.0)
    monkeypatch.setattr(cluster, "ASKED", 0.2)
    processes.scheduler()
    with elsewhere(None, processes.address) as others, pytest.raises(InputError, match="has had no worker for 1 seconds"):
        of_built(made, others=others)


def test_a_scheduler_that_takes_the_call_and_says_nothing_is_told_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed", reason="the extra [cluster] is not installed")
    monkeypatch.setattr(cluster, "ANSWER", 1.0)
    with listening() as port:
        begun = time.monotonic()
        with pytest.raises(InputError, match=f"no scheduler answers at 127.0.0.1:{port} within 1 seconds"):
            simulate(scheduler=f"127.0.0.1:{port}", output=tmp_path / "futures.parquet")
        assert time.monotonic() - begun < 10
    assert not list(tmp_path.iterdir())


def test_nothing_of_dask_is_loaded_unless_it_is_asked_for() -> None:
    code = "import sys, foedus.futures.simulate as s, foedus; print([n for n in ('dask', 'distributed') if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
