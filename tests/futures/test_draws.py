"""The guarantees of draws by identity; those of whole worlds are in `test_guarantees.py`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from foedus.futures.arithmetic import BLOCK
from foedus.futures.draws import PURPOSES, Draws, philox, unit

GOLDEN = Path(__file__).with_name("golden_draws.json")
STATES = np.array([2, 20, 70, 200, 220, 365, 710])
FIRST, SECOND = (STATES[side] for side in np.triu_indices(len(STATES), 1))
DYADS = unit(FIRST, SECOND)
MEMBERS = Draws(20221027, np.arange(40))


def ones(number: int) -> np.ndarray:
    return np.full(1, number, np.uint64)


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ((2**32 - 1,) * 4, (2**32 - 1,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_known_answers_of_random123(counter: tuple[int, ...], key: tuple[int, int], words: str) -> None:
    """The authors' file kat_vectors, philox 4 32 10."""
    got = philox(tuple(ones(word) for word in counter), key)  # type: ignore[arg-type]
    assert " ".join(f"{int(word[0]):08x}" for word in got) == words


def test_zero_difference() -> None:
    again = Draws(20221027, np.arange(40)).uniform("dispute", 2030, DYADS)
    assert again.tobytes() == MEMBERS.uniform("dispute", 2030, DYADS).tobytes()


def test_one_state_more() -> None:
    more = np.append(STATES, 990)
    pairs = np.triu_indices(len(more), 1)
    wider = MEMBERS.uniform("dispute", 2030, unit(more[pairs[0]], more[pairs[1]]))
    assert np.array_equal(wider[:, pairs[1] < len(STATES)], MEMBERS.uniform("dispute", 2030, DYADS))


def test_alone() -> None:
    whole = MEMBERS.normal("spending", np.arange(2020, 2030)[:, None], STATES)
    one = Draws(20221027, np.array([17])).normal("spending", 2023, STATES[4:5])
    assert one.tobytes() == whole[17, 3, 4:5].tobytes()


def test_superset() -> None:
    draws = MEMBERS.uniform("dispute", 2030, DYADS)
    hazard = np.full(len(DYADS), 0.2)
    raised = hazard.copy()
    raised[5] = 0.4
    before, after = draws < hazard, draws < raised
    assert (after >= before).all()
    assert (after[:, 5] > before[:, 5]).any()
    assert np.array_equal(np.delete(after, 5, axis=1), np.delete(before, 5, axis=1))


def test_negative_control() -> None:
    draws = MEMBERS.uniform("dispute", 2030, DYADS)
    others = (
        Draws(20221028, np.arange(40)).uniform("dispute", 2030, DYADS),
        Draws(20221027, np.arange(40, 80)).uniform("dispute", 2030, DYADS),
        MEMBERS.uniform("joining", 2030, DYADS),
        MEMBERS.uniform("dispute", 2031, DYADS),
        MEMBERS.uniform("dispute", 2030, unit(SECOND, FIRST)),
    )
    for other in others:
        assert (other != draws).all()
        assert abs(np.corrcoef(other.ravel(), draws.ravel())[0, 1]) < 5 / np.sqrt(draws.size)


def test_stability() -> None:
    """Fifty draws, kept: a changed number of a purpose, or a changed generator, is a changed future for everybody."""
    rows = json.loads(GOLDEN.read_text(encoding="utf-8"))
    numbers = {number: name for name, number in PURPOSES.items()}
    assert len(rows) == 50
    for row in rows:
        draws = Draws(row["seed"], np.array([row["member"]]))
        assert draws.uniform(numbers[row["purpose"]], row["when"], row["unit"])[0].hex() == row["draw"]


def test_purposes_have_numbers_of_their_own() -> None:
    assert len(set(PURPOSES.values())) == len(PURPOSES)


def test_draws_are_uniform_and_normal() -> None:
    draws = np.sort(Draws(1, np.arange(50)).uniform("growth", np.arange(100)[:, None], STATES).ravel())
    ideal = (np.arange(len(draws)) + 0.5) / len(draws)
    assert np.abs(draws - ideal).max() < 1.95 / np.sqrt(len(draws))  # Kolmogorov–Smirnov, one in a thousand
    assert 0 < draws[0] < draws[-1] < 1
    normal = Draws(1, np.arange(50)).normal("growth", np.arange(100)[:, None], STATES)
    assert abs(normal.mean()) < 0.02
    assert abs(normal.std() - 1) < 0.02


def test_draws_of_more_units_than_a_block_are_those_of_each() -> None:
    units = np.arange(2 * BLOCK + 3)
    draws = Draws(7, np.arange(2))
    whole = draws.uniform("dispute", 2030, units)
    assert whole.shape == (2, len(units))
    for part in (slice(0, 9), slice(BLOCK - 4, BLOCK + 4), slice(-3, None)):
        assert draws.uniform("dispute", 2030, units[part]).tobytes() == np.ascontiguousarray(whole[:, part]).tobytes()
    assert draws.single("dispute", np.array([1, 0]), 2030, units[-2:]).tolist() == [whole[1, -2], whole[0, -1]]
