"""Palestine refugees registered with UNRWA."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.unrwa import read


@pytest.fixture
def hosts(raw: Path) -> pl.DataFrame:
    return read(raw)["palestine_refugees"]


def test_jordan_hosts_the_most(hosts: pl.DataFrame) -> None:
    of_2024 = hosts.filter(pl.col("iso3") != "PSE", year=2024)
    assert dict(of_2024.select("iso3", "palestine_refugees_hosted").rows()) == {
        "JOR": 2_371_387,
        "LBN": 486_269,
        "SYR": 582_745,
    }


def test_in_2025_half_a_million_have_no_host(hosts: pl.DataFrame) -> None:
    assert hosts.filter(iso3="UNK")["year"].to_list() == [2025]
    assert hosts.filter(iso3="UNK")["palestine_refugees_hosted"].item() == 495_764
