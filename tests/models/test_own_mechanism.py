"""A mechanism in a file of one's own is checked, registered and graded as those that ship are.

Unit of analysis: that of the mechanisms below. Leaves out: everything else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import foedus
from foedus.errors import InputError
from foedus.mechanisms.technology.convergence import Technology
from foedus.models.own_mechanism import mechanism_in
from foedus.models.registered import grade, register
from foedus.models.scaffold import new_mechanism
from foedus.record.store import Record
from foedus.testing import check_mechanism

DAY = date(2026, 11, 29)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, ...]:
    return new_mechanism("calm_states", tmp_path)


def test_what_is_written_runs_and_is_a_mechanism(files: tuple[Path, ...], record: Record) -> None:
    assert [path.name for path in files] == ["calm_states.py", "test_calm_states.py", "calm_states.toml"]
    check_mechanism(mechanism_in(files[0]), record)


def test_it_is_graded_as_the_same_formula_is(files: tuple[Path, ...], record: Record) -> None:
    """Its terms are two variables of the year before, and so are those of the formula: forecasts are the same."""
    register(files[2], DAY, record)
    _, told = grade(files[2], record)
    panel = foedus.panel("state-year", ["state_dispute_onset", "polyarchy", "population"], years=(1949, 2010), record=record)
    origins = [[1980, 1981, 1990], [1990, 1991, 2000], [2000, 2001, 2010]]
    same = foedus.estimate("state_dispute_onset ~ polyarchy + population", panel, years=(1950, 2010)).validate(
        origins, ["base rate", "own rate"]
    )
    scores = [dict(each.over_all().select("model", "log_score").iter_rows()) for each in (told, same)]
    for mine, theirs in (("full model", "full model"), ("without size", "without population"), ("own rate", "own rate")):
        assert scores[0][mine] == pytest.approx(scores[1][theirs], rel=1e-6)
    assert [told.grades[name] for name in ("democracy", "size")] == [same.grades[name] for name in ("polyarchy", "population")]
    assert told.direction("democracy") in ("as claimed", "against the claim")


def test_a_mechanism_that_was_changed_after_is_not_graded(files: tuple[Path, ...], record: Record) -> None:
    register(files[2], DAY, record)
    files[0].write_text(files[0].read_text().replace("first_year: int = 1950", "first_year: int = 1960"))
    with pytest.raises(InputError, match=r"calm_states\.py is another file than on 2026-11-29"):
        grade(files[2], record)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1", r"defines 0 mechanisms \(none\)"),
        ("raise RuntimeError('no')", "cannot be run: RuntimeError: no"),
        ("def f(:", "cannot be run: SyntaxError"),
    ],
)
def test_a_file_that_is_no_mechanism_is_named(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "wrong.py").write_text(text)
    with pytest.raises(InputError, match=told):
        mechanism_in(tmp_path / "wrong.py")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('unit = "state-year"', "unit belong to a claim with a formula"),
        ('formula = "y ~ x"', 'it has either a formula, or mechanism = "FILE.py"'),
        ('outcome = "x"\nbaselines = ["base rte"]', "has no model 'base rte'. Did you mean base rate"),
    ],
)
def test_a_fault_of_its_claim_is_named(files: tuple[Path, ...], record: Record, line: str, told: str) -> None:
    written = (
        files[2].read_text().replace('baselines = ["base rate", "own rate"]\n', "")
        if "baselines" in line
        else files[2].read_text()
    )
    files[2].write_text(f"{line}\n{written}")
    with pytest.raises(InputError) as raised:
        register(files[2], DAY, record)
    assert told in str(raised.value)


def test_nothing_is_written_over(files: tuple[Path, ...]) -> None:
    with pytest.raises(InputError, match="there already"):
        new_mechanism("calm_states", files[0].parent)
    with pytest.raises(InputError, match="cannot be a mechanism's name"):
        new_mechanism("Calm-States", files[0].parent)


@dataclass(frozen=True)
class Unfinished(Technology):
    """A mechanism with two faults of what is scored."""

    def models(self) -> Any:
        return {name: each for name, each in super().models().items() if not name.startswith("without")}

    @property
    def fitted(self) -> Any:
        return self


@dataclass(frozen=True)
class Forgetful(Technology):
    """A mechanism whose estimates hang on the order of rows."""

    def fit(self, panel: Any) -> Any:
        return super().fit(panel[: panel.height // 2])


def test_every_fault_of_a_class_is_told(record: Record) -> None:
    with pytest.raises(InputError, match="it is no subclass of"):
        check_mechanism(int, record)
    with pytest.raises(InputError, match=r"models\(\) has none without .* it has learnt something before fit\(\) is called"):
        check_mechanism(Unfinished, record, (1990, 2015))
    with pytest.raises(InputError, match="its estimates hang on the order of the rows"):
        check_mechanism(Forgetful, record, (1990, 2015))
    assert replace(Technology()) == Technology()
