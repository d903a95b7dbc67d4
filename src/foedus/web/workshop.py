"""Where answers are made: one at a time, each question once, a bounded number waiting, and what was made is kept for a while.

An estimate is Python and holds the interpreter, so that two at once take as long as one after the other and twice the memory. A
question that waits too long is turned away with the time after which to ask again; what it asked for is made all the same.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from foedus.web.settings import Limits

RETRY = 5
"""Seconds after which one may ask again."""


class BusyError(Exception):
    """More is asked than can be computed; its text says how much that is."""


@dataclass(frozen=True)
class Answer:
    """An answer.

    Attributes
    ----------
    body : its bytes, compressed where `packed`. media : their type. name : of a file that is taken away; "" for none.
    sheets : hashes of the styles that stand in a page.
    """

    body: bytes
    media: str
    packed: bool = False
    name: str = ""
    sheets: tuple[str, ...] = ()


class Workshop:
    """Make answers, and keep them."""

    def __init__(self, limits: Limits) -> None:
        """Begin with nothing made."""
        self.limits = limits
        self._kept: OrderedDict[str, Answer] = OrderedDict()
        self._bytes = 0
        self._under_way: dict[str, asyncio.Future[Any]] = {}
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="foedus-answers")

    async def answer(self, key: str, make: Callable[[], Answer]) -> Answer:
        """Return the answer of a key; made by `make` where it is not kept. Raises BusyError, and whatever `make` raises."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._under_way:
            if len(self._under_way) >= self.limits.waiting:
                raise BusyError(f"{self.limits.waiting} questions are being answered or wait, and no more can.")
            future = asyncio.get_running_loop().run_in_executor(self._pool, make)
            self._under_way[key] = future
            future.add_done_callback(lambda done: self._made(key, done))
        try:
            made: Answer = await asyncio.wait_for(asyncio.shield(self._under_way[key]), self.limits.seconds)
        except TimeoutError:
            raise BusyError(f"the answer takes longer than {self.limits.seconds:g} seconds; it is being computed.") from None
        return made

    def _made(self, key: str, done: asyncio.Future[Answer]) -> None:
        """Keep what was made, and let go of what was asked for longest ago."""
        del self._under_way[key]
        if done.cancelled() or done.exception() is not None:
            return
        answer = done.result()
        if len(answer.body) > self.limits.kept_bytes // 4:
            return
        self._kept[key] = answer
        self._bytes += len(answer.body)
        while self._bytes > self.limits.kept_bytes:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= len(gone.body)

    def close(self) -> None:
        """Finish what is being made, and make no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)
