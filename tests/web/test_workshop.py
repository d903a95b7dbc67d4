"""Answers are made once, one at a time, and kept up to a number of bytes."""

from __future__ import annotations

import asyncio
import time

import pytest

from foedus.web.settings import Limits
from foedus.web.workshop import Answer, BusyError, Workshop


class Counted:
    """Make answers of some bytes, and count how often each was made and how many were under way."""

    def __init__(self, size: int = 10) -> None:
        self.size = size
        self.made: list[str] = []
        self.at_once, self.most_at_once = 0, 0

    def of(self, key: str) -> Answer:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(0.005)
        self.made.append(key)
        self.at_once -= 1
        return Answer(b"x" * self.size, "text/plain")


def test_a_question_asked_twice_is_answered_once_and_one_at_a_time() -> None:
    counted = Counted()

    async def ask() -> None:
        workshop = Workshop(Limits())
        await asyncio.gather(*(workshop.answer(key, lambda key=key: counted.of(key)) for key in "abab"))  # type: ignore[misc]
        await workshop.answer("a", lambda: counted.of("a"))
        workshop.close()

    asyncio.run(ask())
    assert sorted(counted.made) == ["a", "b"]
    assert counted.most_at_once == 1


def test_what_was_asked_for_longest_ago_is_let_go() -> None:
    counted = Counted(size=10)

    async def ask() -> None:
        workshop = Workshop(Limits(kept_bytes=40))
        for key in "abcdaeab":  # e takes the place of b, which was asked for longest ago
            await workshop.answer(key, lambda key=key: counted.of(key))  # type: ignore[misc]
        workshop.close()

    asyncio.run(ask())
    assert "".join(counted.made) == "abcdeb"


def test_a_fault_is_told_and_not_kept() -> None:
    def fail() -> Answer:
        raise ValueError("no such thing")

    async def ask() -> Answer:
        workshop = Workshop(Limits())
        with pytest.raises(ValueError, match="no such thing"):
            await workshop.answer("a", fail)
        answer = await workshop.answer("a", lambda: Answer(b"now", "text/plain"))
        workshop.close()
        return answer

    assert asyncio.run(ask()).body == b"now"


def test_one_more_than_can_wait_is_turned_away() -> None:
    counted = Counted()

    async def ask() -> list[object]:
        workshop = Workshop(Limits(waiting=2))
        found = await asyncio.gather(
            *(workshop.answer(key, lambda key=key: counted.of(key)) for key in "abc"),  # type: ignore[misc]
            return_exceptions=True,
        )
        workshop.close()
        return list(found)

    assert [isinstance(each, BusyError) for each in asyncio.run(ask())] == [False, False, True]
