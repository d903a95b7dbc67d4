"""What is installed is what was locked and what was written."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import foedus
from foedus.errors import PIP, without_extra

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = ("requirements.lock", "requirements-dev.lock")


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|^\s*-|@", re.sub(r"^\s*--hash=sha256:.*$", "", text, flags=re.MULTILINE), flags=re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_version_has_a_hash(lock: str) -> None:
    entries = re.split(r"^(?=\w)", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert not [entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.lock", ["build"]), ("requirements-dev.lock", ["build", "dev"])], ids=LOCKS
)
def test_lock_satisfies_the_project(lock: str, extras: list[str]) -> None:
    optional = PROJECT["optional-dependencies"]
    needed = [Requirement(text) for text in [*PROJECT["dependencies"], *(text for extra in extras for text in optional[extra])]]
    locked = _versions(lock)
    missing = [
        str(need)
        for need in needed
        if need.name != "foedus"
        and not any(need.specifier.contains(version) for version in locked.get(canonicalize_name(need.name), ()))
    ]
    assert not missing, "run `make lock`"


BUDGET = ROOT / "docs/decisions/0011-the-dependency-budget.md"


def test_what_is_installed_by_default_is_what_was_decided() -> None:
    default = BUDGET.read_text(encoding="utf-8").split("\n## By default")[1].split("\n## ")[0]
    decided = {canonicalize_name(row.split("|")[1].strip()) for row in default.splitlines() if row.startswith("| ")}
    declared = {canonicalize_name(Requirement(text).name) for text in PROJECT["dependencies"]}
    assert decided - {"package"} == declared


def test_extras_are_those_that_were_decided() -> None:
    extras = BUDGET.read_text(encoding="utf-8").split("\n## Extras")[1].split("\n## ")[0]
    decided = set(re.findall(r"^\| `\[(\w+)\]`", extras, flags=re.MULTILINE))
    assert set(PROJECT["optional-dependencies"]) - {"build"} <= decided


PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
CODE = sorted((ROOT / "src").rglob("*.py"))


def test_no_page_and_no_message_takes_foedus_from_an_index_that_does_not_have_it() -> None:
    told = re.compile(r"""pip install ["']?foedus\[""")
    assert not [path.name for path in (*PAGES, *CODE) if told.search(path.read_text(encoding="utf-8"))]


def test_extras_that_pages_and_messages_name_are_declared() -> None:
    """In pages as `-e ".[models,pdf,web,cluster]"`; messages name them through `without_extra`, and no other way."""
    pages = "".join(path.read_text(encoding="utf-8") for path in PAGES)
    code = "".join(path.read_text(encoding="utf-8") for path in CODE)
    named = {extra for each in re.findall(r'(?:-e "\.|"/foedus)\[([\w,]+)\]"', pages) for extra in each.split(",")}
    named |= set(re.findall(r'without_extra\([^\n]*, "(\w+)"\)', code))
    assert {"models", "pdf", "web", "cluster"} <= named <= set(PROJECT["optional-dependencies"])


def test_the_readme_says_how_to_get_each_extra_that_users_need() -> None:
    told = (ROOT / "README.md").read_text(encoding="utf-8").split("\n### Extras\n")[1].split("\n## ")[0]
    assert f'{PIP} -e ".[models,pdf,web,cluster]"' in told
    assert str(without_extra("x", "web")).split("`")[1] == f'{PIP} -e ".[web]"'
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"BIN := {PIP.partition('/python')[0]}\n" in makefile


HEAVY = {
    *("dask", "distributed", "duckdb", "fastapi", "formulaic", "frictionless", "glum", "numba", "pandas", "pyarrow"),
    *("pyfixest", "pyreadstat", "scikit-learn", "statsmodels", "typst", "xlsxwriter"),
}
"""Packages that weigh, whether or not they are installed by default, and that no assessment is in need of."""


def test_an_assessment_loads_nothing_heavy() -> None:
    code = """
import sys, foedus
from importlib.metadata import packages_distributions

foedus.assess("USA", "CAN", year=2022).to_html()
owners = packages_distributions()
print(*{owner for name in sys.modules for owner in owners.get(name, ())})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {canonicalize_name(name) for name in done.stdout.split()}
    assert "polars" in loaded
    assert loaded & HEAVY == set()


def test_checks_run_on_the_versions_users_get() -> None:
    checked = _versions("requirements-dev.lock")
    assert {name: checked.get(name) for name in _versions("requirements.lock")} == _versions("requirements.lock")


def test_the_version_is_the_same_everywhere() -> None:
    version = PROJECT["version"]
    assert foedus.__version__ == version
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(version)}\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_wheel_holds_every_file_of_the_package_and_its_licences(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        held = set(wheel.namelist())
    package = ROOT / "src" / "foedus"
    files = (path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert {path.relative_to(package.parent).as_posix() for path in files} <= held
    licences = f"foedus-{PROJECT['version']}.dist-info/licenses"
    assert {f"{licences}/LICENSE", f"{licences}/DATA_LICENSES.md"} <= held


def _versions(lock: str) -> dict[str, set[str]]:
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE):
        versions.setdefault(canonicalize_name(name), set()).add(version)
    return versions
