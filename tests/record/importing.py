"""What the tests of imported files share: a small file of capabilities, archives, what a refusal says."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import polars as pl
import pytest

from foedus.errors import InputError
from foedus.record.additions import add
from foedus.record.store import open_record

NMC = (
    "stateabb,ccode,year,milex,milper,irst,pec,tpop,upop,cinc,version\n"
    "USA,2,1816,3823,17,80,254,8659,101,0.0396975,2021\n"
    "CAN,20,1920,-9,5,1,2,8.5,3,.01,2021\n"
    "CAN,20,1900,1,5,1,2,8,3,.01,2021\n"
)

DATES = "StartMonth{0},StartDay{0},StartYear{0},EndMonth{0},EndDay{0},EndYear{0}"
BETWEEN = (
    f"WarNum,WarName,WarType,ccode,StateName,Side,{DATES.format(1)},{DATES.format(2)},BatDeath\r"
    "139,World War II,1,255,Germany,2,9,1,1939,5,7,1945,-8,-8,-8,-8,-8,-8,1\r"
    "139,World War II,1,220,France,1,9,3,1939,6,25,1940,10,23,1944,8,14,1945,1\r"
    "139,World War II,1,740,Japan,2,12,7,1941,8,14,1945,-8,-8,-8,-8,-8,-8,1\r"
)


def archive(members: dict[str, str | bytes]) -> bytes:
    """A zip archive of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return buffer.getvalue()


def table(name: str) -> pl.DataFrame:
    return open_record().table(name)


def refusal(path: Path, source: str = "cow-nmc") -> str:
    """The message with which a file is refused."""
    with pytest.raises(InputError) as refused:
        add(source, path)
    message = str(refused.value)
    assert path.name in message or not path.name.isprintable()
    return message
