"""A mechanism in a file of one's own is checked, registered and graded as those that ship are.

Unit of analysis: that of the mechanisms below. Leaves out: everything else.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import foedus
from foedus.assessment.causal_map import about, graded, links
from foedus.cli.mechanisms import validate as command
from foedus.errors import InputError
from foedus.mechanisms.installed import installed, sound
from foedus.mechanisms.technology.convergence import Technology
from foedus.models.own_mechanism import mechanism_in
from foedus.models.registered import grade, register
from foedus.models.scaffold import new_mechanism
from foedus.models.validating import validated
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
        ("raise SystemExit(0)", "cannot be run: SystemExit: 0"),
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


def test_a_class_is_graded_by_the_registered_claim_beside_its_file(files: tuple[Path, ...], record: Record) -> None:
    """Not registered, it is not graded; registered, the grades are those of the claim; a test by the way is told to be one."""
    kind = mechanism_in(files[0])
    with pytest.raises(InputError, match=r"calm_states\.toml is not registered"):
        validated(files[0], record)
    register(files[2], DAY, record)
    _, claimed = grade(files[2], record)
    for asked in (files[0], f"{files[0]}:{kind.__name__}"):
        told = validated(asked, record)
        assert told.grades == claimed.grades
        assert "registered on 2026-11-29" in told.remarks[-1]
    (other,) = foedus.validate(kind(), record, origins=[1990, 2000], signs={"size": "+"})
    assert other.test.origins == ((1990, 1991, 2000), (2000, 2001, other.test.years[1]))
    assert other.direction("size") == "as claimed"
    assert "set down nowhere" in other.remarks[-1]
    with pytest.raises(InputError, match="origins belong into it, before it is registered"):
        foedus.validate(files[2], record, origins=[1990, 2000])


def test_two_files_of_one_name_are_two(tmp_path: Path, record: Record) -> None:
    """Each class is graded by the claim beside its own file, whichever was read first."""
    folders = [tmp_path / "registered", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    registered, other = (new_mechanism("calm_states", folder) for folder in folders)
    register(registered[2], DAY, record)
    kinds = [mechanism_in(each[0]) for each in (registered, other)]
    assert "registered on 2026-11-29" in validated(kinds[0], record).remarks[-1]
    with pytest.raises(InputError, match=r"other/calm_states\.toml is not registered"):
        validated(kinds[1], record)


def test_a_file_that_grades_itself_as_it_is_run_is_not_run_for_ever(files: tuple[Path, ...], record: Record) -> None:
    register(files[2], DAY, record)
    text = files[0].read_text() + "\nimport foedus\n"
    files[0].write_text(f"{text}foedus.validate(CalmStates)\n")
    files[2].with_name("calm_states.registered.json").unlink()
    with pytest.raises(InputError, match=r"calm_states\.toml is not registered"):
        register(files[2], DAY, record)
    files[0].write_text(
        f"{text}from foedus.models.own_mechanism import mechanism_in\nmechanism_in(__import__('pathlib').Path(__file__))\n"
    )
    with pytest.raises(InputError, match=r"calm_states\.py asks for itself while it is run"):
        register(files[2], DAY, record)
    files[0].write_text(f"{text}if __name__ == '__main__':\n    foedus.validate(CalmStates)\n")
    register(files[2], DAY, record)
    assert validated(files[0], record).grades


def test_of_several_in_a_file_one_is_named(tmp_path: Path, record: Record) -> None:
    (tmp_path / "two.py").write_text(
        'from foedus import Regression\nfirst = Regression("state-year", "state_dispute_onset ~ polyarchy", name="first")\n'
        'second = Regression("state-year", "state_dispute_onset ~ population", name="second")\n'
    )
    with pytest.raises(InputError, match=r"defines 2 mechanisms \(first, second\): say which, as in two\.py:first"):
        validated(tmp_path / "two.py", record)
    assert mechanism_in(tmp_path / "two.py", "second").id == "own.second"
    with pytest.raises(InputError, match=r"defines no mechanism 'secnd'\. Did you mean second"):
        mechanism_in(tmp_path / "two.py", "secnd")
    (tmp_path / "two.toml").write_text(
        'claim = "Democracies dispute less"\nmechanism = "two.py:first"\norigins = [1990, 2000]\n[signs]\npolyarchy = "-"\n'
    )
    register(tmp_path / "two.toml", DAY, record)
    told = validated(f"{tmp_path / 'two.py'}:first", record)
    assert told.direction("polyarchy") == "as claimed"
    assert "set down nowhere" in validated(f"{tmp_path / 'two.py'}:second", record, origins=[1990, 2000]).remarks[-1]


@pytest.fixture
def package(tmp_path: Path, files: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch) -> Any:
    """A package that is installed as Python sees it: a folder with its metadata, and what it offers under which name."""

    def offering(*points: str, group: str = "foedus.mechanisms") -> None:
        about = tmp_path / "calm_states-1.0.dist-info"
        about.mkdir(exist_ok=True)
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: calm-states\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text("\n".join([f"[{group}]", *points, ""]))
        sys.modules.pop("calm_states", None)

    monkeypatch.syspath_prepend(tmp_path)
    yield offering
    sys.modules.pop("calm_states", None)


def test_an_installed_package_brings_its_mechanism_and_its_claim(package: Any, files: tuple[Path, ...], record: Record) -> None:
    package("calm_states = calm_states:CalmStates")
    register(files[2], DAY, record)
    assert [(each.mechanism.id, each.package) for each in installed()] == [("own.calm_states", "calm-states")]
    for name in ("own.calm_states", "calm_states"):
        (told,) = foedus.validate(name, record)
        assert "registered on 2026-11-29" in told.remarks[-1]
    assert foedus.fit("calm_states", record=record).fitted.terms == ("intercept", "polyarchy", "population")
    check_mechanism(installed()[0].mechanism, record)
    drawn = graded(record)[-1]
    assert (drawn.kind.id, drawn.tests) == ("own.calm_states", ("Of the package calm-states: foedus validate own.calm_states",))
    assert {"polyarchy", "population"} <= {*links([drawn])["variable"]}
    assert about(drawn.kind)[0].startswith("Democracies enter fewer disputes")
    with pytest.raises(InputError, match=r"no mechanism is called 'calm_state'\. Did you mean calm_states"):
        foedus.validate("calm_state", record)
    with pytest.raises(InputError, match=r"Did you mean order\.democratic_peace"):
        foedus.validate("order.democratic_peac", record)


@pytest.mark.parametrize(
    ("point", "told"),
    [
        ("calm = nowhere:Calm", "calm = nowhere:Calm) that cannot be loaded (ModuleNotFoundError: No module named 'nowhere')"),
        ("calm = calm_states:Clam", "that cannot be loaded (AttributeError: module 'calm_states' has no attribute 'Clam')"),
        ("calm = calm_states:VARIABLES", "that is neither a subclass of Mechanism nor a Regression. In that package, mend it"),
        (
            "calm = foedus.mechanisms.spending:Spending",
            "is called 'spending', as one of foedus is. In that package, call it",
        ),
        ("calm = taken:CALM", "is called 'order.democratic_peace', as one of foedus is"),
        ("a = calm_states:CalmStates\nb = calm_states:CalmStates", "is called 'calm_states', as one of calm-states is"),
    ],
)
def test_what_a_package_offers_wrongly_is_one_message(package: Any, point: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "taken.py").write_text(
        "from calm_states import CalmStates\n"
        "CALM = type('Taken', (CalmStates,), {'name': 'taken', 'id': 'own.taken', 'ids': {'size': 'order.democratic_peace'}})\n"
    )
    package(point)
    with pytest.raises(InputError) as raised:
        foedus.validate("own.calm")
    assert str(raised.value).startswith("the installed package calm-states offers a mechanism (foedus.mechanisms: ")
    assert told in str(raised.value)
    assert str(raised.value).endswith("or uninstall the package.")
    assert len(sound()) == point.count("\n")  # a map of what leads to what goes on without it


def test_what_is_no_mechanism_is_named() -> None:
    with pytest.raises(InputError, match="is no mechanism: give a subclass of Mechanism"):
        foedus.validate(42)
    with pytest.raises(InputError, match="origins are of a mechanism of your own"):
        foedus.validate("disputes", origins=[1990, 2000])
    with pytest.raises(InputError, match=r"there is no file nowhere\.py"):
        foedus.validate("nowhere.py")


def test_the_command_takes_a_file_and_says_what_its_grades_rest_on(
    files: tuple[Path, ...], record: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    register(files[2], DAY, record)
    command(str(files[0]), json=True)
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["test"], told["outcome"], told["formula"]) == ("calm_states", "state_dispute_onset", "own.calm_states")
    assert "registered on 2026-11-29" in told["remarks"][-1]
    command(str(files[2]), json=True)
    assert json.loads(capsys.readouterr().out) == [told], "a claim and its mechanism have one shape"
    assert told["registered"] == "2026-11-29"
    command(f"{files[0]}:CalmStates")
    shown = capsys.readouterr()
    assert "whole model" in shown.out
    assert "foedus: registered on 2026-11-29" in shown.err
