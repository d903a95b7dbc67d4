"""One core for the numeric libraries, where threads that wait for each other cost more than they bring."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import threadpool_limits


@contextmanager
def one_core() -> Iterator[None]:
    """Hold the numeric libraries to one core until the last of those who asked, in whatever thread, is done."""
    from threadpoolctl import threadpool_limits

    with _HELD.lock:
        _HELD.asked += 1
        if _HELD.asked == 1:
            _HELD.limits = threadpool_limits(1)
    try:
        yield
    finally:
        with _HELD.lock:
            _HELD.asked -= 1
            if not _HELD.asked and _HELD.limits:
                _HELD.limits.restore_original_limits()


@dataclass
class _Held:
    """Who holds the libraries to one core."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    asked: int = 0
    limits: threadpool_limits | None = None


_HELD = _Held()
