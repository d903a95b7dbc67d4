"""Chunks are computed by other processes or computers, through Dask; nothing of it is loaded unless somebody asks for it.

The built system goes out once, as one task; a chunk is a task under the chunk's own key, and comes back as the bytes that are
kept. So a worker needs neither the record nor a shared disk, only foedus; whoever has other code than the one who asks is
refused. What was given out is done again wherever it is lost: by another worker where one is killed, and from what is still
missing where the scheduler was away. Sums do not hang on who did what, so that the file has the same bytes as one written
here.

A cluster of this computer listens on its loopback alone.
"""

from __future__ import annotations

import logging
import pickle
import re
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from queue import Empty, Queue
from threading import Thread
from typing import TYPE_CHECKING, Any

from foedus.errors import InputError, shown, without_extra
from foedus.futures.kept import Chunk, code
from foedus.record.store import Record

if TYPE_CHECKING:
    from foedus.futures.build import Built

ANSWER = 20.0
"""Seconds within which a scheduler has to answer, at first and whenever it is asked."""

STARTING = 60.0
"""Seconds for which a scheduler may be without any worker."""

ASKED = 5.0
"""Seconds between two questions to the scheduler whether it is there, and has workers."""

PAUSE = 0.05
"""Seconds between two looks at what has come back."""

AGAIN = 5
"""How often in a row a scheduler may be lost without one chunk in between."""

MOST_WORKERS = 256

_ADDRESS = re.compile(r"(?:(?:tcp|tls)://)?(?:[\w.-]+|\[[0-9a-fA-F:.]+\]):([0-9]{1,5})")
"""Host and port, with or without the protocol."""

Count = Callable[["Built", range], bytes]
"""Computes the counts of some members, packed."""


class _LostError(Exception):
    """The scheduler was lost, and with it what had been given out."""


def check(workers: int | None, scheduler: str | None) -> None:
    """Raise InputError if chunks cannot be computed elsewhere as it is asked, before any work is done.

    >>> check(0, None)
    Traceback (most recent call last):
    foedus.errors.InputError: workers is 0: it must lie between 1 and 256. For more, start them and name their --scheduler.
    >>> check(None, "head")
    Traceback (most recent call last):
    foedus.errors.InputError: scheduler is 'head': an address is needed, such as tcp://head:8786, which `dask scheduler` says.
    """
    if workers is not None and scheduler is not None:
        raise InputError(
            "workers and scheduler are both given: --workers starts a cluster here, --scheduler uses one that runs."
        )
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise InputError(
            f"workers is {workers}: it must lie between 1 and {MOST_WORKERS}. For more, start them and name their --scheduler."
        )
    port = _ADDRESS.fullmatch(scheduler or "head:8786")
    if port is None or not 0 < int(port[1]) < 2**16:
        raise InputError(
            f"scheduler is {shown(str(scheduler))!r}: an address is needed, such as tcp://head:8786, "
            "which `dask scheduler` says."
        )


@contextmanager
def elsewhere(workers: int | None, scheduler: str | None) -> Iterator[Elsewhere | None]:
    """Give who computes chunks: so many workers of this computer, those of a scheduler, or None where neither is asked for.

    Raises InputError if the extra is missing, or if no scheduler answers within ANSWER seconds.
    """
    if workers is None and scheduler is None:
        yield None
        return
    try:
        import distributed
    except ImportError:
        raise without_extra("--workers and --scheduler need distributed", "cluster") from None
    with _quiet():
        if scheduler is not None:
            others = Elsewhere(scheduler)
            try:
                others.connect()
                yield others
            finally:
                others.close()
            return
        with distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        ) as cluster:
            others = Elsewhere(cluster.scheduler_address)
            try:
                yield others
            finally:
                others.close()


@dataclass
class Elsewhere:
    """A scheduler with its workers.

    Attributes
    ----------
    address : of the scheduler. client : the connection to it, None before the first and after the last.
    """

    address: str
    client: Any = None

    def computed(self, made: Built, missing: Sequence[Chunk], count: Count) -> Iterator[tuple[Chunk, bytes]]:
        """Yield each chunk with its counts, packed, as they come back.

        Raises InputError if the scheduler is lost for longer than ANSWER seconds, if it has no worker for STARTING seconds, or
        if its workers cannot do the work.
        """
        left, lost = {each.key: each for each in missing}, 0
        model = sent(made)
        while left:
            if self.client is None:
                self.connect()
            before = len(left)
            try:
                for key, told in self._round(model, left, count):
                    yield left.pop(key), told
            except _LostError:
                self.close()
                lost = lost + 1 if len(left) == before else 0
                if lost > AGAIN:
                    raise self._gone() from None

    def connect(self) -> None:
        """Connect to the scheduler; raises InputError if it does not answer within ANSWER seconds."""
        import distributed

        answers: Queue[Any] = Queue()

        def call() -> None:
            try:
                answers.put(distributed.Client(self.address, timeout=ANSWER, set_as_default=False))
            except (OSError, ImportError) as error:  # of which those that time out are the first
                answers.put(error)

        Thread(
            target=call, daemon=True
        ).start()  # for whoever takes a call and then says nothing would be waited for without end
        try:
            answer = answers.get(timeout=ANSWER + PAUSE)
        except Empty:
            answer = TimeoutError()
        if isinstance(answer, OSError):
            raise InputError(
                f"no scheduler answers at {self.address} within {ANSWER:.0f} seconds. Start one with `dask scheduler`, and "
                "name it as it says: --scheduler tcp://HOST:8786. With -o, the same command goes on from what is done."
            )
        if isinstance(answer, ImportError):
            raise InputError(f"the scheduler at {self.address} has other versions than this command: {shown(str(answer))}.")
        self.client = answer

    def close(self) -> None:
        """End the connection; what was given out over it is forgotten."""
        client, self.client = self.client, None
        if client is not None:
            client.close(timeout=1.0)

    def _round(self, model: bytes, left: Mapping[str, Chunk], count: Count) -> Iterator[tuple[str, bytes]]:
        """Give out what is left, and yield what comes back; raises _LostError if the scheduler is lost."""
        import distributed

        given = self._given_out(model, list(left.values()), count)
        waiting = distributed.as_completed(given, loop=self.client.loop, with_results=True)
        del given  # what has come back is let go, here and on the workers
        asked = worked = time.monotonic()
        while not waiting.is_empty():
            back = waiting.next_batch(block=False)
            for future, result in back:
                if future.status == "finished":
                    yield future.key, result
                elif future.status == "error":
                    raise self._fault(result[1])
                else:
                    raise _LostError
            if not back:
                time.sleep(PAUSE)
            now = time.monotonic()
            if now - asked > ASKED:
                asked = now
                worked = now if self._workers() else worked
                if now - worked > STARTING:
                    raise InputError(
                        f"the scheduler at {self.address} has had no worker for {STARTING:.0f} seconds. "
                        f"Start some with `dask worker {self.address}`; with -o, the same command goes on from what is done."
                    )

    def _given_out(self, model: bytes, chunks: list[Chunk], count: Count) -> list[Any]:
        """Give out chunks, and the system that they need; return what will be their counts."""
        import dask

        key = f"foedus-{sha256(model).hexdigest()}"
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GiB"}):
            made = self.client.submit(received, model, code(), key=key)
        bounds = [each.first for each in chunks], [each.stop for each in chunks]
        keys = [each.key for each in chunks]
        futures: list[Any] = self.client.map(done, *bounds, made=made, count=count, wanted=code(), key=keys)
        return futures

    def _workers(self) -> int:
        """How many workers the scheduler has; raises _LostError if it does not say so within ANSWER seconds."""
        from distributed.comm import CommClosedError

        try:
            return len(self.client.sync(self.client.scheduler.ncores, workers=None, callback_timeout=ANSWER))
        except (CommClosedError, OSError, TimeoutError, AttributeError):
            raise _LostError from None

    def _fault(self, error: BaseException) -> BaseException:
        """What to say where a worker failed."""
        from distributed.scheduler import KilledWorker

        if isinstance(error, KilledWorker):
            return InputError(
                f"workers of {self.address} ended again and again while they ran worlds. Give each more memory "
                "(some 300 MiB are needed); with -o, the same command goes on from what is done."
            )
        if isinstance(error, ImportError | AttributeError | pickle.UnpicklingError):
            return InputError(
                f"a worker of {self.address} cannot run worlds ({shown(str(error))}). "
                f"Install foedus {code().split()[0]} and its libraries there as here."
            )
        return error

    def _gone(self) -> InputError:
        return InputError(
            f"the scheduler at {self.address} was lost again and again. Start it anew; with -o, the same command goes on from "
            "what is done."
        )


def sent(made: Built) -> bytes:
    """Return a built system as it goes out: without the tables of the record, which no step reads."""
    bare = replace(made, record=Record(made.record.folder, made.record.version, made.record.sha256, {}))
    return zlib.compress(pickle.dumps(bare, protocol=5), level=1)


def received(model: bytes, wanted: str) -> Built:
    """Return a system that was sent; raises InputError if this worker has other code than who sent it."""
    _same_code(wanted)
    made: Built = pickle.loads(zlib.decompress(model))
    return made


def done(first: int, stop: int, *, made: Built, count: Count, wanted: str) -> bytes:
    """Return the counts of some members, packed; raises InputError if this worker has other code than who asks for them."""
    _same_code(wanted)
    return count(made, range(first, stop))


def _same_code(wanted: str) -> None:
    if code() != wanted:
        raise InputError(
            f"a worker has other code of foedus ({code()[:14]}…) than the command ({wanted[:14]}…). "
            "Install the same foedus on every worker."
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Let Dask write nothing of its own beside what foedus says."""
    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] == "distributed"]
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
