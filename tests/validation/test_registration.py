"""A registered test is read as it stands, and every fault of an entry is said at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from foedus.errors import InputError
from foedus.validation import registration
from foedus.validation.registration import registrations

ENTRY = """
[every]
score = "log score"
bootstrap = 500
seed = 1
level = 0.95
smallest = 0.005

[embassies]
outcomes = ["state_dispute_onset"]
origins = [[1980, 1981, 1990]]
eras = [[1981, 1985], [1986, 1990]]
baselines = ["base rate"]
"""


def read(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> registration.Registration:
    (tmp_path / "preregistered.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(registration, "FILE", tmp_path / "preregistered.toml")
    for reader in (registration.entries, registrations):
        reader.cache_clear()
    try:
        return registrations()["embassies"]
    finally:
        monkeypatch.undo()
        for reader in (registration.entries, registrations):
            reader.cache_clear()


def test_a_test_is_what_it_says_and_what_all_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    test = read(ENTRY, tmp_path, monkeypatch)
    assert (test.name, test.mechanism, test.score, test.years) == ("embassies", "embassies", "log score", (1981, 1990))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("baselines =", "baseline =", r"'baseline' is not part of a test\. Did you mean baselines; baselines is missing"),
        ("[1980, 1981, 1990]", "[1980, 1990, 1981]", r"origins is missing, or no list of \[last year learnt from"),
        ("[[1981, 1985], [1986, 1990]]", "[1981, 1990]", "eras is missing, or no list"),
        ("smallest = 0.005", 'smallest = "small"', "smallest is missing, or no share"),
        ('outcomes = ["state_dispute_onset"]', "outcomes = 1\ngap = true", "outcomes is missing.*; gap is no number of years"),
    ],
)
def test_every_fault_is_said(old: str, new: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=rf"preregistered\.toml, \[embassies\]: .*{said}"):
        read(ENTRY.replace(old, new), tmp_path, monkeypatch)
