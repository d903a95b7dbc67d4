"""One job, run in a process of its own: `python -m foedus.web.job FOLDER`, as `jobs.py` starts it.

Every form of the answer is made as the application makes it, and written beside what was asked; `done.json` comes last. The
process ends with the application that started it, whose end of the pipe to its standard input then closes.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from functools import partial
from pathlib import Path

from foedus.errors import InputError
from foedus.record.store import open_record
from foedus.record.writing import write_file, write_text
from foedus.report.typeset import installed
from foedus.web import shown
from foedus.web.app import VIEWS
from foedus.web.faults import Refusal, of_input
from foedus.web.jobs import TEXTS
from foedus.web.settings import Limits
from foedus.web.view import PAGE, PNG, Desk, Say

EVERY = 0.5
"""Seconds between two notes of progress."""


def run(folder: Path) -> None:
    """Answer what a folder asks: every form of the answer, or why there is none."""
    asked = json.loads((folder / "asked.json").read_bytes())
    view = next(each for each in VIEWS if each.path == asked["view"])
    desk = Desk(open_record(), Limits(**asked["limits"]), say=_notes(folder), folder=folder, texts=folder.parent / TEXTS)
    try:
        question = view.asks.model_validate(asked["asked"])
        forms = {}
        for ending in (PAGE, *(each for each in view.endings if each != PNG or installed())):
            answer = shown.made(view, question, ending, desk, VIEWS)
            file = f"answer.{ending or 'page'}"
            write_file(folder / file, partial(_write, answer.body))
            told = {"media": answer.media, "packed": answer.packed, "name": answer.name, "sheets": answer.sheets}
            forms[ending] = {"file": file, **told}
        write_text(folder / "done.json", json.dumps({"forms": forms}))
    except (InputError, Refusal) as error:
        fault = (error if isinstance(error, Refusal) else of_input(error)).fault
        write_text(folder / "failed.json", json.dumps({"error": fault.error, "remedy": fault.remedy}))


def _write(body: bytes, path: Path) -> None:
    path.write_bytes(body)


def _notes(folder: Path) -> Say:
    """What notes progress, not more often than anybody looks."""
    last = -EVERY

    def say(doing: str, done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last < EVERY:
            return
        last = time.monotonic()
        write_text(folder / "progress.json", json.dumps({"doing": doing, "done": done, "of": of}))

    say("starting", 0, 0)
    return say


def _end_with_the_application() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_the_application, daemon=True).start()
    run(Path(sys.argv[1]))
