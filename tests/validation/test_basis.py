"""What a result rests on."""

from __future__ import annotations

import os
import subprocess
import sys


def test_the_hash_of_a_variable_is_the_same_in_every_process() -> None:
    """Its lists of states are a set of names, which Python orders anew in each process."""
    command = [sys.executable, "-c", "from foedus.validation.basis import of_variable; print(of_variable('polyarchy'))"]
    told = {
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True).stdout
        for seed in "0123"
    }
    assert len(told) == 1
