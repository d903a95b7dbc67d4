"""The page of published results is what the raw files give, row by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.published.results import HEAD, PAGE, ROWS, TAIL

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ROWS)
def test_the_row_on_the_page_is_what_the_files_give(name: str, raw: Path, tmp_path: Path) -> None:
    line = ROWS[name].result(raw, tmp_path).line
    assert line in PAGE.read_text(encoding="utf-8"), "run `python -m tests.published.results`"


def test_the_page_has_these_rows_and_no_others() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written.startswith(HEAD)
    assert written.endswith(TAIL)
    assert len(written.removeprefix(HEAD).removesuffix(TAIL).splitlines()) == len(ROWS)
