"""The command about bundles: make one, or run one again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from foedus.errors import InputError


def bundle(
    file: Annotated[Path, typer.Argument(help="The bundle: a zip file.")],
    call: Annotated[
        list[str] | None, typer.Argument(help="The call to be bundled, after --; without one, the bundle is run again.")
    ] = None,
    with_restricted: Annotated[
        bool, typer.Option("--with-restricted", help="Hold what restricted sources gave as well; do not pass that on.")
    ] = False,
) -> None:
    """Keep a call with all its answer follows from, or run it again. Example: foedus bundle can.zip -- states CAN --year 1990

    Another machine runs `foedus bundle can.zip` and is told of each output whether its bytes are the same.
    """
    from foedus.bundle import make, run_again

    if call:
        made = make(file, call, restricted=with_restricted)
        for name, digest in made.outputs.items():
            print(f"{name}: SHA-256 {digest}")
        for each in made.additions:
            if not each["held"]:
                print(
                    f"foedus: {each['source']} may not be passed on and is left out; --with-restricted holds it.",
                    file=sys.stderr,
                )
        print(f"The call, its record, data, versions and {len(made.outputs)} outputs are in {file}.", file=sys.stderr)
        return
    found, same = run_again(file)
    for name, alike in same.items():
        print(f"{name}: {'the same bytes' if alike else 'other bytes'}")
    others = found.others()
    if others:
        print(f"foedus: the bundle was made with other versions: {'; '.join(others)}.", file=sys.stderr)
    if not all(same.values()):
        raise InputError(f"{sum(not alike for alike in same.values())} of {len(same)} outputs differ from those in {file}.")
