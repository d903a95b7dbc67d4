"""What a change makes stale: a package of four small files, changed in one way at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from foedus.validation.reach import Code

FILES = {
    "claim.py": '''"""A claim."""

from world.sums import double, measures_of
from world import measures


class Claim:
    """What is claimed."""

    slope = 2  # of the line

    def fit(self, rows):
        """Return the sum."""
        told = double(rows) * self.slope
        return told + getattr(measures, "power")


def unrelated():
    return 1
''',
    "sums.py": '''"""Sums."""

FACTOR = 2


def double(rows):
    total = sum(rows)
    return total * FACTOR


def measures_of(rows):
    return rows
''',
    "measures.py": '''"""Measures."""


def power():
    return 3


def peace():
    return 4
''',
    "lists.py": """from world.claim import Claim

ALL = [Claim]
""",
}


def reached(folder: Path, changed: str = "", old: str = "", new: str = "", left_out: str = "") -> str:
    """The hash of what the claim reaches, after a change of a file."""
    package = folder / "world"
    package.mkdir(exist_ok=True)
    for name, text in FILES.items():
        assert name != changed or old in text
        package.joinpath(name).write_text(text.replace(old, new) if name == changed else text, encoding="utf-8")
    return Code(package).reached([("world.claim", "Claim")], lambda name: name == left_out).sha256


STANDS = {
    "a comment": ("claim.py", "# of the line", "# of the regression"),
    "a docstring": ("claim.py", "What is claimed.", "Something else."),
    "the first words of a file": ("sums.py", '"""Sums."""', '"""Totals."""'),
    "layout": ("sums.py", "total * FACTOR", "(\n        total\n        * FACTOR\n    )"),
    "the name of a local variable": ("sums.py", "total", "amount"),
    "a function that it does not use": ("claim.py", "return 1", "return 2"),
    "a list of what there is": ("lists.py", "ALL = [Claim]", "ALL = [Claim, Claim]"),
    "a new function": ("sums.py", "FACTOR = 2\n", "FACTOR = 2\n\n\ndef new():\n    return 0\n"),
    "an import": ("claim.py", "from world.sums import double, measures_of\n", "from world.sums import double\n"),
}


@pytest.mark.parametrize("change", STANDS)
def test_what_changes_no_number_makes_nothing_stale(tmp_path: Path, change: str) -> None:
    assert reached(tmp_path, *STANDS[change]) == reached(tmp_path)


STALE = {
    "a number of its own": ("claim.py", "slope = 2", "slope = 3"),
    "a constant that what it uses uses": ("sums.py", "FACTOR = 2", "FACTOR = 3"),
    "a function that it uses": ("sums.py", "total * FACTOR", "total + FACTOR"),
    "a function of a module used whole": ("measures.py", "return 3", "return 5"),
    "a default": ("claim.py", "def fit(self, rows)", "def fit(self, rows=())"),
    "which function is used": ("claim.py", "double(rows)", "measures_of(rows)"),
}


@pytest.mark.parametrize("change", STALE)
def test_what_may_change_a_number_makes_stale(tmp_path: Path, change: str) -> None:
    assert reached(tmp_path, *STALE[change]) != reached(tmp_path)


def test_a_measure_that_was_not_read_makes_nothing_stale(tmp_path: Path) -> None:
    change = ("measures.py", "return 4", "return 5")
    assert reached(tmp_path, *change, left_out="peace") == reached(tmp_path, left_out="peace")
    assert reached(tmp_path, *change) != reached(tmp_path)


def test_a_module_may_be_renamed(tmp_path: Path) -> None:
    before = reached(tmp_path)
    package = tmp_path / "world"
    package.joinpath("sums.py").rename(package / "totals.py")
    claim = package / "claim.py"
    claim.write_text(claim.read_text(encoding="utf-8").replace("world.sums", "world.totals"), encoding="utf-8")
    assert Code(package).reached([("world.claim", "Claim")]).sha256 == before


def test_files_that_a_definition_names_count_by_what_they_say(tmp_path: Path) -> None:
    package = tmp_path / "world"
    package.mkdir()
    package.joinpath("claim.py").write_text('def plans():\n    return "plans.toml"\n', encoding="utf-8")
    hashes = []
    for number, text in enumerate(("first = 1 # year\n", "first = 1\n", "first = 2\n")):
        copy = tmp_path / str(number) / "world"
        copy.mkdir(parents=True)
        copy.joinpath("claim.py").write_bytes(package.joinpath("claim.py").read_bytes())
        copy.joinpath("plans.toml").write_text(text, encoding="utf-8")
        hashes.append(Code(copy).reached([("world.claim", "plans")]).sha256)
    assert hashes[0] == hashes[1] != hashes[2]


def test_another_registered_test_makes_nothing_stale(tmp_path: Path) -> None:
    hashes = []
    for number, text in enumerate(("[one]\n", "[one]\n[two]\n")):
        package = tmp_path / str(number) / "world"
        package.mkdir(parents=True)
        package.joinpath("claim.py").write_text('def tests():\n    return "preregistered.toml"\n', encoding="utf-8")
        package.joinpath("preregistered.toml").write_text(text, encoding="utf-8")
        hashes.append(Code(package).reached([("world.claim", "tests")]).sha256)
    assert hashes[0] == hashes[1]
