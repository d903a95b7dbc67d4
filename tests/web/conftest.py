"""One application for all tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from foedus.web.settings import Settings
from tests.web.asked import PATIENT, Client


@pytest.fixture(scope="session")
def client() -> Iterator[Client]:
    made = Client()
    yield made
    made.close()


@pytest.fixture
def started() -> Iterator[Callable[..., Client]]:
    """Make applications with settings of their own, and end them."""
    made: list[Client] = []

    def start(settings: Settings = PATIENT) -> Client:
        made.append(Client(settings))
        return made[-1]

    yield start
    for each in made:
        each.close()
