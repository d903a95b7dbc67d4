"""The closure of a system of steps: every fault, by name, at once."""

from __future__ import annotations

import pytest

from foedus.errors import InputError
from foedus.futures.system import CHECKS, Declared, System

ICE = Declared("ice", reads=("emissions",), writes=("ice",))
DISPUTES = Declared("disputes", reads=("pacts", "wars"), writes=("begun",))
WARS = Declared("wars", reads_now=("begun",), writes=("wars",))
WHOLE = System((WARS, ICE, DISPUTES), frozenset({"emissions"}), frozenset({"pacts"}), frozenset({"ice"}))


def broken(*steps: Declared, **given: frozenset[str]) -> str:
    with pytest.raises(InputError) as caught:
        System(steps, **given).check()
    return str(caught.value)


def test_a_closed_system_is_ordered_by_what_is_read_in_the_same_year() -> None:
    assert not WHOLE.check()
    assert WHOLE.order() == ("ice", "disputes", "wars")
    assert WHOLE.writers()["pacts"] == ["the record"]


def test_a_variable_that_nobody_writes_is_named_with_the_nearest() -> None:
    assert "disputes reads wrs, which nobody writes: did you mean wars" in broken(
        Declared("disputes", reads=("wrs",), writes=("begun",)), Declared("wars", reads=("begun",), writes=("wars",))
    )


def test_a_second_writer_is_found_among_steps_scenario_and_record() -> None:
    message = broken(ICE, Declared("frost", writes=("ice",)), scenario=frozenset({"emissions"}), record=frozenset({"ice"}))
    assert "ice is written by ice, frost and the record" in message


def test_steps_that_wait_for_each_other_are_found() -> None:
    circle = Declared("a", reads_now=("y",), writes=("x",)), Declared("b", reads_now=("x",), writes=("y",))
    assert "within a year" in broken(*circle)
    with pytest.raises(InputError, match="waits for"):
        System(circle).order()


def test_all_faults_are_told_at_once_and_each_check_can_be_a_remark() -> None:
    message = broken(Declared("a", reads=("q",), writes=("x",)), Declared("a", reads=("x",), writes=("z",)))
    assert "a reads q" in message
    assert "2 steps are called a" in message
    assert "a writes z, which nobody reads or reports" in message
    system = System((Declared("a", reads=("q",), writes=("x",)),))
    assert len(system.check(strict=())) == 2
    assert set(CHECKS) == {"unwritten", "written twice", "circular", "named twice", "idle"}
    with pytest.raises(InputError, match=r"no check is called 'idel'\. Did you mean idle"):
        system.check(strict=("idel",))
