"""The steps of a year as one system: who writes what, who reads what, and in which order that leaves them.

A step declares what it reads of the year before, what it reads of the same year, and what it writes. Every variable has one
writer: a step, the scenario, or the record, where it stays what it was last known to be. What is read in the same year comes
first. All faults are found before the first year runs, and told at once; each check is a function of its own, and those that
are not among the `strict` ones are told as remarks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from foedus.errors import InputError, nearest
from foedus.words import listed


@dataclass(frozen=True)
class Declared:
    """What a step says of itself.

    Attributes
    ----------
    name : of the step. reads, reads_now : variables of the year before, and of the same year. writes : its own variables.
    """

    name: str
    reads: tuple[str, ...] = ()
    reads_now: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()


@dataclass(frozen=True)
class System:
    """Steps, and what they are given.

    Attributes
    ----------
    steps : in any order. scenario, record : variables that the scenario or the record writes.
    told : variables that are reported, so that nobody else has to read them.
    """

    steps: tuple[Declared, ...]
    scenario: frozenset[str] = frozenset()
    record: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()

    def order(self) -> tuple[str, ...]:
        """Return the names of the steps as they follow each other in a year; those that need not wait keep their order.

        >>> war = Declared("war", reads_now=("dispute",), writes=("war",))
        >>> System((war, Declared("dispute", reads=("war",), writes=("dispute",)))).order()
        ('dispute', 'war')
        """
        waits = _waits(self)
        left, done = list(waits), list[str]()
        while left:
            ready = next((name for name in left if waits[name] <= set(done)), None)
            if ready is None:
                raise InputError("; ".join(circular(self)))
            left.remove(ready)
            done.append(ready)
        return tuple(done)

    def writers(self) -> dict[str, list[str]]:
        """Return variable → who writes it: names of steps, "the scenario", "the record"."""
        by: dict[str, list[str]] = {}
        given = (("the scenario", self.scenario), ("the record", self.record))
        for name, written in (*((step.name, step.writes) for step in self.steps), *given):
            for variable in sorted(written):
                by.setdefault(variable, []).append(name)
        return by

    def check(self, strict: Collection[str] | None = None) -> list[str]:
        """Raise InputError with every fault that a strict check finds, and return what the others find.

        strict : names of CHECKS; all of them by default.

        >>> System((Declared("war", reads=("dispute",), writes=("war",)),), told=frozenset({"war"})).check()
        Traceback (most recent call last):
        foedus.errors.InputError: the system is not closed: war reads dispute, which nobody writes.
        """
        chosen = set(CHECKS if strict is None else strict)
        if unknown := sorted(chosen - set(CHECKS)):
            raise InputError(f"no check is called {unknown[0]!r}.{nearest(unknown[0], CHECKS)} There are {', '.join(CHECKS)}.")
        found = {name: find(self) for name, find in CHECKS.items()}
        if faults := [fault for name, faults in found.items() if name in chosen for fault in faults]:
            raise InputError(f"the system is not closed: {'; '.join(faults)}.")
        return [fault for name, faults in found.items() if name not in chosen for fault in faults]


def unwritten(system: System) -> list[str]:
    """What is read and never written."""
    known = system.writers()
    return [
        f"{step.name} reads {variable}, which nobody writes{nearest(variable, known).rstrip('?').replace(' Did', ': did')}"
        for step in system.steps
        for variable in (*step.reads, *step.reads_now)
        if variable not in known
    ]


def written_twice(system: System) -> list[str]:
    """What has more than one writer."""
    return [f"{variable} is written by {listed(by)}" for variable, by in system.writers().items() if len(by) > 1]


def circular(system: System) -> list[str]:
    """Steps that wait for each other within a year."""
    try:
        tuple(TopologicalSorter(_waits(system)).static_order())
    except CycleError as error:
        return [f"within a year {' waits for '.join(reversed(error.args[1]))}"]
    return []


def named_twice(system: System) -> list[str]:
    """Steps of one name."""
    names = [step.name for step in system.steps]
    return [f"{names.count(name)} steps are called {name}" for name in dict.fromkeys(names) if names.count(name) > 1]


def idle(system: System) -> list[str]:
    """What a step writes and nobody reads or reports."""
    read = {variable for step in system.steps for variable in (*step.reads, *step.reads_now)} | system.told
    return [
        f"{step.name} writes {variable}, which nobody reads or reports"
        for step in system.steps
        for variable in step.writes
        if variable not in read
    ]


CHECKS: Mapping[str, Callable[[System], Sequence[str]]] = {
    "unwritten": unwritten,
    "written twice": written_twice,
    "circular": circular,
    "named twice": named_twice,
    "idle": idle,
}
"""Every check, by the name under which it is made strict or not."""


def _waits(system: System) -> dict[str, set[str]]:
    """Step → the steps that write what it reads of the same year."""
    writer = {variable: step.name for step in system.steps for variable in step.writes}
    return {step.name: {writer[name] for name in step.reads_now if name in writer} for step in system.steps}
