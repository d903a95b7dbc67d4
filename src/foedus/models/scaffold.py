"""What `foedus new mechanism NAME` writes: a mechanism that runs, its test, and its claim, to be registered."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from foedus.errors import InputError
from foedus.record.writing import check_target, write_text

MECHANISM = '''"""Democracies enter fewer disputes than states of their size: write your claim here, as a sentence.

    log odds of onset(i, t) = a + b · polyarchy(i, t - 1) + c · log population(i, t - 1)

Unit of analysis: the state-year. After: the studies that you follow. Leaves out: everything that you leave out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from foedus.estimation.estimate import Estimate
from foedus.mechanisms.mechanism import Mechanism

VARIABLES = {{"democracy": ("polyarchy",), "size": ("population",)}}
"""The variables that each term is made of, last year's; `foedus variables` lists all there are."""


@dataclass(frozen=True)
class {kind}(Mechanism):
    """Onset of a militarized dispute of a state in a year.

    Attributes
    ----------
    outcome : what is explained. terms : which of VARIABLES enter. first_year : first year of the rows learnt from.
    estimate : what it has learnt; None while unfitted.
    """

    outcome: str = "state_dispute_onset"
    terms: tuple[str, ...] = tuple(VARIABLES)
    first_year: int = 1950
    estimate: Estimate | None = None

    id: ClassVar[str] = "own.{name}"
    name: ClassVar[str] = "{name}"
    unit: ClassVar[str] = "state-year"
    term_reads: ClassVar[Mapping[str, tuple[str, ...]]] = VARIABLES
    writes: ClassVar[tuple[str, ...]] = ("{name}_probability",)
'''

TEST = '''"""The mechanism has the shape that forecasts and grades rely on."""

from foedus.testing import check_mechanism
from {name} import {kind}


def test_it_is_a_mechanism() -> None:
    check_mechanism({kind})
'''

CLAIM = """# Set down before its scores are seen: foedus register {name}.toml; foedus validate {name}.py then grades it by this
claim = "Write here what you claim, in one sentence"
mechanism = "{name}.py"
origins = [[1980, 1981, 1990], [1990, 1991, 2000], [2000, 2001, 2010]] # last year learnt from, first and last year forecast
baselines = ["base rate", "own rate"]

[signs] # term → column → the sign that the claim gives its coefficient
democracy = {{ polyarchy = "-" }}
"""


def new_mechanism(name: str, folder: Path) -> tuple[Path, ...]:
    """Write a mechanism, its test and its claim to a folder, and return the files.

    Raises InputError for a name that is no name of a Python file, and if one of the files is there already.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise InputError(f"{name!r} cannot be a mechanism's name: lower-case letters, digits and _, a letter first.")
    kind = "".join(part.capitalize() for part in name.split("_"))
    texts = {f"{name}.py": MECHANISM, f"test_{name}.py": TEST, f"{name}.toml": CLAIM}
    files = {folder / file: text.format(name=name, kind=kind) for file, text in texts.items()}
    if there := [str(path) for path in files if path.exists()]:
        raise InputError(f"{', '.join(there)}: there already. Choose another name, or another folder with -o.")
    for path in files:
        check_target(path)
    for path, text in files.items():
        write_text(path, text)
    return tuple(files)
