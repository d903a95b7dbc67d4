"""A validation that is interrupted goes on where it stopped, and ends as one that was not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from foedus.record.store import Record
from foedus.validation import memory, validate
from foedus.validation.registration import registrations

TEST, OUTCOME = "arctic_ice", "september_ice_area"


class Interrupted(KeyboardInterrupt):
    """What a user, or a machine that goes down, does."""


def after(steps: int) -> Callable[[str, int, int], None]:
    """Interrupt when so many steps are done."""

    def say(_: str, done: int, __: int) -> None:
        if done == steps:
            raise Interrupted

    return say


def test_an_interrupted_validation_goes_on_where_it_stopped(
    record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOEDUS_CACHE", str(tmp_path))
    monkeypatch.setattr(memory, "SHIPPED", tmp_path / "nothing")
    learnt: list[int] = []
    forecast = validate._forecast

    def counted(models: Any, design: Any, origin: tuple[int, int, int], at_once: bool) -> pl.DataFrame:
        learnt.append(origin[0])
        return forecast(models, design, origin, at_once)

    counted.__module__, counted.__qualname__ = forecast.__module__, forecast.__qualname__
    monkeypatch.setattr(validate, "_forecast", counted)
    test = registrations()[TEST]
    origins = [origin for origin, *_ in test.origins]
    with pytest.raises(Interrupted):
        validate._validated(test, OUTCOME, record, validate._Steps(99, after(2)))
    assert learnt == origins[:2]
    parts = sorted(path.name for path in (tmp_path / "estimates").iterdir())
    assert [name.split(".")[1] for name in parts] == [str(origin) for origin in origins[:2]]
    resumed = validate._validated(test, OUTCOME, record, validate._Steps(99, after(0)))
    assert learnt == origins, "what was forecast before is not forecast again"
    assert [path.name.split("-")[0] for path in (tmp_path / "estimates").iterdir()] == [TEST], "parts are gone when it is whole"

    monkeypatch.setenv("FOEDUS_CACHE", str(tmp_path / "other"))
    whole = validate._validated(test, OUTCOME, record, validate._Steps(99, after(0)))
    assert whole.scores.equals(resumed.scores)
    assert whole.gains.equals(resumed.gains)
    assert whole.grades == resumed.grades
