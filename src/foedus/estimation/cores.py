"""One core for the numeric libraries, where threads that wait for each other cost more than they bring.

How many threads OpenBLAS takes is one number for the whole process, and `threadpoolctl` (from 3.8 on) lets only the thread that
set it first set it again, as long as that thread lives. So a thread of its own sets it, and ends when nobody asks any more.
Libraries that count by thread are held in each thread that asks.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@contextmanager
def one_core() -> Iterator[None]:
    """Hold the numeric libraries to one core until the last of those who asked, in whatever thread, is done."""
    from threadpoolctl import threadpool_limits

    with _HELD.lock:
        _HELD.asked += 1
        if _HELD.asked == 1:
            _HELD.keeper = _Keeper()
    try:
        with threadpool_limits(1):
            yield
    finally:
        with _HELD.lock:
            _HELD.asked -= 1
            if not _HELD.asked and _HELD.keeper:
                _HELD.keeper.end()


class _Keeper:
    """A thread that holds the process to one core from when it is made until it is told to end."""

    def __init__(self) -> None:
        self._held, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._hold, name="one core", daemon=True)
        self._thread.start()
        self._held.wait()

    def _hold(self) -> None:
        from threadpoolctl import threadpool_limits

        try:
            with threadpool_limits(1):
                self._held.set()
                self._over.wait()
        finally:
            self._held.set()

    def end(self) -> None:
        """Give back what was held."""
        self._over.set()
        self._thread.join()


@dataclass
class _Held:
    """Who holds the libraries to one core."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    asked: int = 0
    keeper: _Keeper | None = None


_HELD = _Held()
