"""Whatever streams a shell gives a command, it ends with a documented exit code and at most one line, never a traceback.

The codes are those of docs/interface.md: 2 where the output cannot be written, 130 after an interrupt, 141 where the reader of
the output has gone away.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

FOEDUS = f"{sys.executable} -m foedus"
ASKED = f"{FOEDUS} groups"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="shells of this kind")


def shell(line: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", "-c", f"set -o pipefail; {line}"]
    return subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (f"{ASKED} >&-", 2, "foedus: cannot read or write the output: Bad file descriptor.\n"),
        (f"{ASKED} > /dev/full", 2, "foedus: cannot read or write the output: No space left on device.\n"),
        (f"{FOEDUS} groups Atlantis 2>&-", 2, ""),
        (f"{FOEDUS} groups Atlantis 2> /dev/full", 2, ""),
        (f"{FOEDUS} groups Atlantis >&- 2>&-", 2, ""),
        (f"{ASKED} | true", 141, ""),
        (f"{FOEDUS} panel dyad-year --years 1946:2009 --variables peace_years | head -1", 141, ""),
    ],
)
def test_streams_that_are_closed_full_or_left_end_a_command_with_a_code(
    line: str, code: int, said: str, tmp_path: Path
) -> None:
    done = shell(line, tmp_path)
    assert (done.returncode, done.stderr) == (code, said)


LEFT = [
    "--help",
    "--version",
    "panel --help",
    "new mechanism --help",
    "assess USA CAN",
    "claims 11",
    "claims",
    "cite polyarchy",
    "compare USA-CAN AUS-NZL",
    "explain order.dispute.probability",
    "panel state-year --states CAN --years 2000:2000 --variables polyarchy_v15",
    "record list",
    "states Serbia",
    "variables democracy",
    "warning --tracks 100",
]


@pytest.mark.parametrize("words", LEFT)
def test_a_command_whose_reader_has_gone_away_ends_with_141(words: str, tmp_path: Path) -> None:
    """Whatever prints it, foedus or a library: the pipe has no reader any more when the command begins."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "foedus", *words.split()],
            cwd=tmp_path,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=300,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_file_is_written_though_the_output_is_closed_and_nothing_else_goes_into_it(tmp_path: Path) -> None:
    line = f"{FOEDUS} panel state-year --states CAN --years 2000:2000 --variables polyarchy_v15 -o c.csv >&- 2>&-"
    assert shell(line, tmp_path).returncode == 0
    assert (tmp_path / "c.csv").read_text() == "ccode,year,polyarchy_v15\n20,2000,0.843\n"


def test_a_terminal_without_width_is_written_to(tmp_path: Path) -> None:
    assert shell(f"{FOEDUS} assess --help", tmp_path, COLUMNS="0").returncode == 0
    assert shell(ASKED, tmp_path, COLUMNS="0").stdout.startswith("group,title,")


@pytest.mark.parametrize("wait", [0.0, 0.15, 2.5])
def test_an_interrupt_ends_a_command_with_a_line_or_none(wait: float, tmp_path: Path) -> None:
    """While Python starts, while libraries load, or in the middle of the work."""
    command = [sys.executable, "-m", "foedus", "panel", "dyad-day", "--years", "1990:2010", "--variables", "peace_years"]
    with (tmp_path / "out").open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, text=True, start_new_session=True)
        time.sleep(wait)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode in (130, -signal.SIGINT) or (wait == 0.0 and process.returncode)
    if wait:
        assert said in ("", "foedus: interrupted.\n")


def test_a_user_without_a_home_has_added_nothing_and_is_told_when_adding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a one would have data and results kept in a folder that is called ~, wherever a command is run."""
    from foedus.errors import InputError
    from foedus.record.in_use import data_folder
    from foedus.record.manifest import added
    from foedus.record.writing import held
    from foedus.validation import memory

    for name in ("FOEDUS_DATA", "FOEDUS_CACHE", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert added(data_folder()) == ()
    assert data_folder().is_absolute()
    assert memory._folder().is_absolute()
    with pytest.raises(InputError, match="FOEDUS_DATA may name another"), held(data_folder(), "add"):
        pytest.fail("it was made")
