"""What is said of a publisher's file that cannot be read as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from foedus.errors import InputError
from foedus.record.publisher import MOST_FAULTS, REMEDY, Form, read


@pytest.mark.parametrize(("faults", "end"), [(1, f"; {REMEDY}. Get it."), (MOST_FAULTS + 1, f" and more; {REMEDY}. Get it.")])
def test_a_message_about_wrong_rows_ends_with_the_remedy_however_many_faults_it_names(
    faults: int, end: str, tmp_path: Path
) -> None:
    form = Form("a list", ("ccode",), ("ccode",), lambda frame: {"list": frame}, faults=lambda _: map(str, range(faults)))
    path = tmp_path / "list.csv"
    path.write_text("ccode\n2\n")
    with pytest.raises(InputError) as error:
        read(path, [form], "Get it.")
    assert str(error.value).endswith(f"{min(faults, MOST_FAULTS) - 1}{end}")
