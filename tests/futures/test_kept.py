"""Chunks: what their keys hang on, what is kept of an unfinished run, and what of it is done again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from foedus.futures import kept
from foedus.futures.build import Built
from foedus.futures.ensemble import Ensemble
from foedus.futures.kept import Unfinished, chunks, fingerprint, packed, unpacked
from foedus.futures.scenario import Scenario
from foedus.futures.simulate import done_of, of_built
from foedus.futures.steps.disputes import Disputes

from . import small

ALL = Scenario(last_year=2026, members=6, without=("all",))


@pytest.fixture(scope="module")
def made() -> Built:
    return small.built(ALL, small.lonely(small.world()))


@pytest.fixture(scope="module")
def whole(made: Built, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a run that nobody interrupted."""
    path = tmp_path_factory.mktemp("whole") / "futures.parquet"
    of_built(made, output=path)
    return path.read_bytes()


def stopped(made: Built, output: Path, after: int, chunk: int = 2) -> None:
    """Run until so many members are done, and be interrupted."""

    def stop(what: str, done: int, members: int) -> None:
        if done >= after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        of_built(made, chunk=chunk, output=output, say=stop)


def test_a_key_hangs_on_all_that_its_counts_follow_from_and_on_nothing_else(
    made: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keys(of: Built) -> list[str]:
        return [each.key for each in chunks(of, 4)]

    assert len(set(keys(made))) == 2
    assert keys(replace(made, scenario=ALL.but(name="other", about="words", members=4))) == keys(made)[:1]
    stronger = tuple(replace(each, spread=0.21) if isinstance(each, Disputes) else each for each in made.steps)
    others = [
        replace(made, scenario=ALL.but(seed=1)),
        replace(made, record=replace(made.record, sha256="0" * 64)),
        replace(made, steps=stronger),
        replace(made, members=(2, 70)),
    ]
    assert all(not set(keys(made)) & set(keys(other)) for other in others)
    before = keys(made)
    monkeypatch.setattr(kept, "code", lambda: "another code")
    assert not set(keys(made)) & set(before)


def test_a_fingerprint_tells_types_shapes_and_places_apart() -> None:
    values = [1, 1.0, "1", True, None, (1,), (1, 1), ((1,), 1), {1: 1}, frozenset({1}), ALL, ALL.but(members=11)]
    assert len({fingerprint(each) for each in values}) == len(values)
    assert fingerprint(ALL) == fingerprint(replace(ALL))


def test_a_second_run_does_what_is_missing_and_nothing_else(made: Built, whole: bytes, tmp_path: Path) -> None:
    output = tmp_path / "futures.parquet"
    stopped(made, output, 2, 1)
    assert sorted(each.suffix for each in Unfinished(output).folder.iterdir()) == [".chunk", ".chunk"]
    seen: list[int] = []
    of_built(made, chunk=1, output=output, say=lambda _, done, __: seen.append(done))
    assert seen == [2, 3, 4, 5, 6]
    assert output.read_bytes() == whole
    assert [each.name for each in tmp_path.iterdir()] == ["futures.parquet"]


@pytest.mark.parametrize(
    "damage", [lambda told: told[:-1], lambda told: told[:70], lambda told: b"", lambda told: told[:-9] + told[-8:]]
)
def test_a_chunk_that_is_cut_off_or_damaged_is_done_again(made: Built, whole: bytes, tmp_path: Path, damage: object) -> None:
    """Retries of distributed 2026.8.0 do not cover a worker that dies (where-tools-disagree)."""
    output = tmp_path / "futures.parquet"
    stopped(made, output, 4)
    path = sorted(Unfinished(output).folder.iterdir())[0]
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    seen: list[int] = []
    of_built(made, chunk=2, output=output, say=lambda _, done, __: seen.append(done))
    assert seen == [2, 4, 6]
    assert output.read_bytes() == whole


def test_what_another_scenario_left_is_not_taken_and_goes_with_the_rest(made: Built, tmp_path: Path) -> None:
    output = tmp_path / "futures.parquet"
    stopped(made, output, 2)
    mine = Unfinished(output).folder / "notes.txt"
    mine.write_text("of somebody else", encoding="utf-8")
    other = small.built(ALL.but(seed=3, members=2))
    seen: list[int] = []
    ensemble = of_built(other, output=output, say=lambda _, done, __: seen.append(done))
    assert seen == [0, 2]
    assert Ensemble.read(output).counts.equals(ensemble.counts)
    assert [each.name for each in Unfinished(output).folder.iterdir()] == ["notes.txt"]


def test_more_members_go_on_from_those_that_are_kept(made: Built, tmp_path: Path) -> None:
    output = tmp_path / "futures.parquet"
    stopped(made, output, 4)
    more = replace(made, scenario=ALL.but(members=7))
    seen: list[int] = []
    of_built(more, chunk=2, output=output, say=lambda _, done, __: seen.append(done))
    assert seen == [4, 6, 7]


def test_what_is_packed_is_all_there_or_nothing(made: Built) -> None:
    told = done_of(made, range(2))
    counts = unpacked(told)
    assert counts is not None
    assert packed(counts) == told
    assert unpacked(b"") is None
