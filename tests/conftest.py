"""Fixtures that every test may use. Raw files lie beside the repository where foedus is developed, and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from foedus.record.store import Record, open_record
from foedus.validation import memory

RAW = Path(__file__).parents[2] / "shared/data"

collect_ignore = ["packages"]
"""Packages that tests install: `visits` is none until then."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """While code is being written: take the results that ship as they are, though code or tables have changed since."""
    parser.addoption("--as-shipped", action="store_true", help="take shipped results though code or tables have changed since")


def pytest_configure(config: pytest.Config) -> None:
    """Do as the option says, and let commands that tests start keep their byte code, or each compiles foedus again."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    settings.register_profile("patient", deadline=None)  # a busy machine fails no test
    settings.load_profile("patient")
    if config.getoption("--as-shipped"):
        memory.overlooked = frozenset({"code", "tables"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules that hold slow tests, so that no worker is left alone with one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def raw() -> Path:
    """The folder of raw files; skips where there is none."""
    if not RAW.is_dir():
        pytest.skip("needs the publishers' raw files beside the repository (../shared/data)")
    return RAW


@pytest.fixture(scope="session")
def record() -> Record:
    """The shipped record."""
    return open_record()


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep estimates of the tests out of the user's cache; one folder serves the whole run."""
    before = os.environ.get("FOEDUS_CACHE")
    os.environ["FOEDUS_CACHE"] = before or str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["FOEDUS_CACHE"]


@pytest.fixture(scope="session", autouse=True)
def _nothing_added(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what a developer has added to the record out of the tests."""
    before = os.environ.get("FOEDUS_DATA")
    os.environ["FOEDUS_DATA"] = str(tmp_path_factory.mktemp("added"))
    yield
    if before is None:
        del os.environ["FOEDUS_DATA"]
    else:
        os.environ["FOEDUS_DATA"] = before
