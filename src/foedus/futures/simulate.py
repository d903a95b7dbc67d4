"""Run worlds forward, with and without a partnership: the same draws for both, and the same bytes for any chunks.

A chunk of members holds its state in memory and leaves counts behind (`ensemble.py`), which add up in any order, under a key
(`kept.py`): so they may be computed here or by other processes and computers (`cluster.py`). Both worlds of a member share
their years up to the one in which obligations are switched off; from there on they are run apart, on the same draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from foedus.futures.arithmetic import Array
from foedus.futures.build import Built, built, kept
from foedus.futures.cluster import Elsewhere, check, elsewhere
from foedus.futures.draws import Draws
from foedus.futures.ensemble import Ensemble, check_suffix
from foedus.futures.kept import Chunk, Unfinished, chunks, packed, unpacked
from foedus.futures.scenario import Scenario
from foedus.futures.scenario import scenario as read_scenario
from foedus.futures.steps import State
from foedus.futures.tally import Tally, counted
from foedus.futures.told import so_far, told
from foedus.record.store import Record, open_record
from foedus.record.writing import check_target

CHUNK = 8
"""Members that are run together: few enough that their arrays stay in the processor's cache."""

Say = Callable[[str, int, int], None]
"""Told what is being done, how many members of it are done, and how many there are."""


def simulate(
    scenario: str | Path | Scenario | None = None,
    *,
    members: int | None = None,
    seed: int | None = None,
    horizon: int | None = None,
    without: str | Sequence[str] | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    record: Record | None = None,
    output: Path | None = None,
    say: Say | None = None,
) -> Ensemble:
    """Return an ensemble of futures, asked for as `foedus.simulate` says."""
    check(workers, scheduler)
    record = record or open_record()
    switches = (without,) if isinstance(without, str) else None if without is None else tuple(without)
    asked = read_scenario(scenario).but(members=members, seed=seed, last_year=horizon, without=switches).checked(record)
    if output is not None:
        check_suffix(output)
        check_target(output)
    say = say or (lambda *_: None)
    with elsewhere(workers, scheduler) as others:
        say("reading the record", 0, asked.members)
        return of_built(built(asked, record), say=say, output=output, others=others)


def of_built(
    made: Built, *, chunk: int = CHUNK, say: Say | None = None, output: Path | None = None, others: Elsewhere | None = None
) -> Ensemble:
    """Return the ensemble of a system that is built; see `simulate`. What is kept of an earlier run is not done again.

    chunk : members run together; no number hangs on it. others : who computes chunks; this process where there is None.
    """
    say = say or (lambda *_: None)
    tally, missing, done = Tally(), list[Chunk](), 0
    unfinished = Unfinished(output) if output else None
    for each in chunks(made, chunk):
        counts = unfinished.read(each) if unfinished else None
        if counts is None:
            missing.append(each)
        else:
            tally.include(counts)
            done += len(each.members)
    say("simulating", done, made.scenario.members)
    for each, told_of in others.computed(made, missing, done_of) if others else _here(made, missing):
        if unfinished:
            unfinished.write(each, told_of)
        counts = unpacked(told_of)
        assert counts is not None
        tally.include(counts)
        done += len(each.members)
        say("simulating", done, made.scenario.members)
    ensemble = Ensemble.of(made, tally, made.scenario.members)
    if unfinished:
        ensemble.write(unfinished.output)
        unfinished.finished()
    return ensemble


def _here(made: Built, missing: Iterable[Chunk]) -> Iterator[tuple[Chunk, bytes]]:
    """Compute chunks in this process, one after the other."""
    for each in missing:
        yield each, done_of(made, each.members)


def done_of(made: Built, members: range) -> bytes:
    """Return the counts of some members, packed."""
    return packed(counted(made, *pair(made, members)))


def pair(made: Built, members: range) -> tuple[dict[str, Array], dict[str, Array] | None, Array]:
    """Return what is told of some members with the obligations, and without them, name → (member, year); and their designs."""
    draws = Draws(made.scenario.seed, np.arange(members.start, members.stop))
    first, last = made.world.origin + 1, made.scenario.last_year
    whole = kept(made)
    since = min(made.scenario.since, last + 1) if made.scenario.without else last + 1
    shared, state = run(whole, start(made, draws), range(first, since), draws)
    ahead = range(since, last + 1)
    with_them = run(whole, state, ahead, draws)[0]
    without_them = run(made, state, ahead, draws)[0] if made.scenario.without else None
    return (
        _stacked(made, shared + with_them),
        None if without_them is None else _stacked(made, shared + without_them),
        state["design"],
    )


def start(made: Built, draws: Draws) -> State:
    """Return the state of some members at the origin, with the parameters that each draws."""
    state: State = {}
    for step in made.steps:
        state = {**state, **step.begin(draws)}
    return state


def after(made: Built, state: State, year: int, draws: Draws) -> State:
    """Return the state after a year: every step reads last year's, but for what it declares to read of the same year."""
    now = state
    for step in made.steps:
        same = step.declared.reads_now
        now = {**now, **step.step({**state, **{name: now[name] for name in same}}, year, draws)}
    return now


def run(made: Built, state: State, years: range, draws: Draws) -> tuple[list[dict[str, Array]], State]:
    """Return what is told of each year, and the state after the last."""
    every = []
    for year in years:
        state = after(made, state, year, draws)
        every.append(told(made, state, len(draws.members)))
    return every, state


def _stacked(made: Built, years: list[dict[str, Array]]) -> dict[str, Array]:
    return so_far(made, {name: np.stack([year[name] for year in years], axis=1) for name in years[0]})
