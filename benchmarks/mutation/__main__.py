"""`python -m benchmarks.mutation`: draw mutants, run the fast suite once to see what reaches what, try them, tell.

Each step is kept in the folder and not done again: interrupted, it goes on where it stopped. What it needs is installed by
`pip install mutmut coverage`. What it found: docs/tested.md.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from benchmarks.mutation.drawn import Mutant, drawn
from benchmarks.mutation.reach import reached
from benchmarks.mutation.trial import Trials


def main() -> None:
    """Try mutants, and print what became of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=__doc__)
    parser.add_argument("--number", type=int, default=1500, help="how many mutants are drawn")
    parser.add_argument("--seed", type=int, default=1, help="of the draw")
    parser.add_argument("--folder", type=Path, default=Path("build/mutation"), help="where it is kept what is done")
    parser.add_argument("--minutes", type=float, default=24 * 60.0, help="after which no further mutant is tried")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    mutants = chosen(asked.folder / f"drawn-{asked.seed}-{asked.number}.json", asked.seed, asked.number)
    written = asked.folder / f"tried-{asked.seed}-{asked.number}.jsonl"
    waiting = [each for each in mutants if each.name not in tried(written)]
    if waiting and asked.minutes:
        trials, ends = Trials(reached(asked.folder), asked.folder), time.time() + 60 * asked.minutes
        for mutant in waiting:
            if time.time() > ends:
                break
            with written.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"name": mutant.name, **trials.outcome(mutant)}) + "\n")
    tell(mutants, tried(written))


def chosen(noted: Path, seed: int, number: int) -> list[Mutant]:
    """Return the mutants that are drawn, noted in a file."""
    if not noted.is_file():
        noted.write_text(json.dumps([asdict(each) for each in drawn(seed, number)], indent=1), encoding="utf-8")
    return [Mutant(**each) for each in json.loads(noted.read_text(encoding="utf-8"))]


def tried(written: Path) -> dict[str, dict[str, str]]:
    """Return what became of the mutants tried so far, by name."""
    lines = written.read_text(encoding="utf-8").splitlines() if written.is_file() else []
    return {row["name"]: row for row in map(json.loads, lines)}


def tell(mutants: list[Mutant], outcomes: dict[str, dict[str, str]]) -> None:
    """Print how many of each outcome there are, by room, and each that is alive or unreached."""
    done = [each for each in mutants if each.name in outcomes]
    for room in (*sorted({each.file.split("/")[0] for each in done}), ""):
        of_room = Counter(outcomes[each.name]["outcome"] for each in done if each.file.startswith(room))
        told = ", ".join(f"{n} {what}" for what, n in of_room.most_common())
        print(f"{room or 'all'}: {sum(of_room.values())} tried; {told}")
    for each in sorted(done, key=lambda each: (each.file, each.line, each.number)):
        if outcomes[each.name]["outcome"] in ("alive", "unreached"):
            print(f"{outcomes[each.name]['outcome']}: {each.name} {each.function}: {each.before:.90} -> {each.after:.90}")


if __name__ == "__main__":
    main()
