"""What the guarantees of futures cost: worlds a second of one core with them, without them, and of bookkeeping alone.

Without them means draws from a stream, in the order in which they are asked for, and the library's exp and log: the same
steps and arrays, but a world that cannot be paired with another by identity, and whose bytes hang on the processor. What
happens is the same on average, and is compared. Seconds are the processor's: nothing else on the machine is in them.

Draws of disputes are timed by themselves: it is all that one draw a dyad for the whole horizon, in place of one a year, could
save. Runs with and without are in turn, and their medians told.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import numpy as np
from scipy.special import expit

from foedus.futures.build import Built, base, built
from foedus.futures.draws import Draws
from foedus.futures.scenario import Scenario
from foedus.futures.simulate import run, start
from foedus.futures.steps.memory import Memory
from foedus.record.store import open_record

MEMBERS, LAST, ROUNDS = 8, 2030, 5
STEPS = ("disputes", "flight", "growth", "joining", "pacts", "severity", "shield", "spending")


def worlds(made: Built) -> tuple[float, float]:
    """Return worlds a processor second, and disputes a year."""
    draws = Draws(1, np.arange(MEMBERS))
    begun = time.process_time()
    told, _ = run(made, start(made, draws), range(made.world.origin + 1, LAST + 1), draws)
    taken = time.process_time() - begun
    return MEMBERS / taken, float(np.mean([year["disputes"].mean() for year in told]))


@contextmanager
def without_guarantees() -> Iterator[None]:
    """Put a stream and the library's functions in the place of draws by address and our own functions."""
    stream = np.random.default_rng(1)

    def shape(self: Draws, *parts: Any) -> tuple[int, ...]:
        return (len(self.members), *np.broadcast_shapes(*(np.shape(part) for part in parts)))

    put: list[tuple[Any, str, Callable[..., Any]]] = [
        (Draws, "uniform", lambda self, _, when, units=0: stream.random(shape(self, when, units))),
        (Draws, "normal", lambda self, _, when, units=0: stream.standard_normal(shape(self, when, units))),
        (Draws, "single", lambda _, __, rows, *parts: stream.random(np.broadcast_shapes(rows.shape, *map(np.shape, parts)))),
    ]
    for name in STEPS:
        module = import_module(f"foedus.futures.steps.{name}")
        library = {"exp": np.exp, "log": np.log, "expit": expit}
        put += [(module, each, function) for each, function in library.items() if hasattr(module, each)]
    before = [(where, name, getattr(where, name)) for where, name, _ in put]
    for where, name, function in put:
        setattr(where, name, function)
    try:
        yield
    finally:
        for where, name, function in before:
            setattr(where, name, function)


def bookkeeping(made: Built) -> float:
    """Return worlds a processor second of the memory step alone, on the disputes that a run had."""
    draws = Draws(1, np.arange(MEMBERS))
    _, state = run(made, start(made, draws), range(made.world.origin + 1, made.world.origin + 3), draws)
    (step,) = (each for each in made.steps if isinstance(each, Memory))
    begun = time.process_time()
    for year in range(made.world.origin + 1, LAST + 1):
        step.step(state, year, draws)
    return MEMBERS / (time.process_time() - begun)


def drawing(made: Built) -> float:
    """Return how many worlds' draws of disputes a processor second makes."""
    draws = Draws(1, np.arange(MEMBERS))
    begun = time.process_time()
    for year in range(made.world.origin + 1, LAST + 1):
        draws.uniform("dispute", year, made.world.dyads)
    return MEMBERS / (time.process_time() - begun)


def peak() -> float:
    """Return the most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Compare and print."""
    record = open_record()
    made = built(Scenario(last_year=LAST), record, base(record, LAST))
    worlds(made)  # to warm up
    with_them, free_of_them = [], []
    for _ in range(ROUNDS):
        with_them.append(worlds(made))
        with without_guarantees():
            free_of_them.append(worlds(made))
    (ours, disputes), (free, others) = (np.median(each, axis=0).tolist() for each in (with_them, free_of_them))
    alone, drawn = bookkeeping(made), drawing(made)
    years = LAST - made.world.origin
    pace = f"{ours:.2f}; {free:.2f} without guarantees; {alone:.1f} bookkeeping alone"
    print(f"worlds of {years} years a second of one core: {pace}")
    print(f"the guarantees cost {free / ours:.2f} times the time; with them {ours / alone:.3f} of the bookkeeping alone")
    print(f"draws of disputes take {ours / drawn:.2f} of the time with guarantees")
    print(f"disputes a year: {disputes:.1f} and {others:.1f}")
    print(f"the process had {peak():.0f} MiB at its peak, which is where the system is built")


if __name__ == "__main__":
    main()
