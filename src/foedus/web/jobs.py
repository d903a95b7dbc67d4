"""Long work as jobs: posted, queued, run one at a time in a process of its own, and kept once it is done.

A job is a question to a slow view. Its id follows from the view, the question, the record and the code, so that the same
question is one job, whoever posts it, and its answer has the address of the question. A job is a folder: what was asked
(`asked.json`), how far it is (`progress.json`), and at its end one of `done.json`, `failed.json` and `cancelled.json`, which is
written last, when every form of the answer is on the disk. The queue is huey's, over a SQLite file beside the folders
(decision 34). huey takes a job out of its queue before it is run; whatever has no end when the application starts is therefore
queued again.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foedus.errors import without_extra
from foedus.record.writing import write_text
from foedus.web.identity import Stamp, code
from foedus.web.settings import Limits
from foedus.web.view import View
from foedus.web.workshop import Answer, BusyError

if TYPE_CHECKING:
    from foedus.web.questions import Question

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
ENDS = (DONE, FAILED, CANCELLED)
"""States after which nothing more happens to a job."""

TEXTS = "texts"
"""Folder of the texts that were posted, each by digits of its hash."""

LOOK = 0.2
"""Seconds between two looks at a job that runs: whether it has ended, was cancelled or takes too long."""

HASHED = 20
"""Digits of a job's id."""


@dataclass(frozen=True)
class Job:
    """A job as it stands.

    Attributes
    ----------
    id, view, asked : which view is asked what. posted : when, in UTC. state : one of WAITING, RUNNING and ENDS.
    doing, done, of : what is being done, and how much of it is. error, remedy : why it failed, and what to do instead.
    """

    id: str
    view: str
    asked: Mapping[str, Any]
    posted: str
    state: str
    doing: str = ""
    done: int = 0
    of: int = 0
    error: str = ""
    remedy: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the job for JSON."""
        return asdict(self)


class Jobs:
    """The jobs of a folder."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        """Name the folder; nothing is written before something is posted or the queue is started."""
        self.folder, self.limits = folder, limits
        self._queue: Any = None
        self._consumer: Any = None
        self._closing = False

    @staticmethod
    def id_of(view: View, asked: Question, stamp: Stamp) -> str:
        """Return the id of a question's job."""
        told = f"{stamp.sha256} {stamp.added} {code()} {view.path} {asked.key()}"
        return hashlib.sha256(told.encode()).hexdigest()[:HASHED]

    @property
    def token(self) -> str:
        """What a form has to send, so that no page of another site can post: a secret of the folder."""
        path = self.folder / "secret"
        if not path.is_file():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with suppress(FileExistsError):
                os.write(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), secrets.token_hex(16).encode())
        return path.read_text()

    def find(self, name: str) -> Job | None:
        """Return the job with this id, if there is one."""
        told = _read(self.folder / name / "asked.json") if name.isalnum() else None
        if told is None:
            return None
        state, more = WAITING, dict[str, Any]()
        for each, file in ((RUNNING, "progress"), *((end, end) for end in ENDS)):
            if (found := _read(self.folder / name / f"{file}.json")) is not None:
                state, more = each, {**more, **found}
        known = {key: value for key, value in more.items() if key in ("doing", "done", "of", "error", "remedy")}
        return Job(name, told["view"], told["asked"], told["posted"], state, **known)

    def every(self) -> list[Job]:
        """Return all jobs, those posted last first."""
        found = [self.find(each.name) for each in self.folder.iterdir()] if self.folder.is_dir() else []
        return sorted((job for job in found if job), key=lambda job: (job.posted, job.id), reverse=True)

    def answer(self, name: str, ending: str) -> Answer | None:
        """Return one form of a finished job's answer."""
        told = _read(self.folder / name / f"{DONE}.json")
        if told is None or ending not in told["forms"]:
            return None
        form = told["forms"][ending]
        body = (self.folder / name / form["file"]).read_bytes()
        return Answer(body, form["media"], form["packed"], form["name"], tuple(form["sheets"]))

    def post(self, name: str, view: View, asked: Question) -> None:
        """Queue a job, unless it is there already; one that failed or was cancelled is begun anew.

        Raises BusyError where as many wait as may.
        """
        job = self.find(name)
        if job and job.state in (WAITING, RUNNING, DONE):
            return
        held = [each for each in self.every() if each.state not in ENDS]
        if len(held) >= self.limits.jobs_waiting:
            raise BusyError(f"{len(held)} jobs run or wait, and no more can.")
        self._make_room()
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        posted = datetime.now(UTC).isoformat(timespec="milliseconds")
        told = {"view": view.path, "asked": asked.model_dump(exclude={"record"}), "posted": posted}
        write_text(folder / "asked.json", json.dumps({**told, "limits": asdict(self.limits)}))
        self._task()(name)

    def keep_text(self, text: str) -> str:
        """Keep a text that was posted, and return what it is known by."""
        name = hashlib.sha256(text.encode()).hexdigest()[:HASHED]
        folder = self.folder / TEXTS
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
        for path in kept[: max(0, len(kept) - self.limits.jobs_kept)]:
            path.unlink(missing_ok=True)
        write_text(folder / f"{name}.toml", text)
        return name

    def cancel(self, name: str) -> None:
        """End a job that has not ended; the process that runs it is stopped at the next look."""
        job = self.find(name)
        if job and job.state not in ENDS:
            write_text(self.folder / name / f"{CANCELLED}.json", "{}")

    def start(self) -> None:
        """Queue again what has not ended, and begin to work."""
        task = self._task()
        from huey.consumer import Consumer

        queued = {each.args[0] for each in self._queue.pending()}
        for job in reversed(self.every()):
            if job.state not in ENDS:
                (self.folder / job.id / "progress.json").unlink(missing_ok=True)
                if job.id not in queued:
                    task(job.id)
        self._consumer = Consumer(self._queue, workers=1, periodic=False, initial_delay=LOOK, max_delay=LOOK)
        self._consumer._set_signal_handlers = lambda: None  # the server has its own way to end
        self._consumer.start()

    def close(self) -> None:
        """Stop working; a job that runs is stopped, and runs again after the next start."""
        self._closing = True
        if self._consumer is not None:
            self._consumer.stop(graceful=True)

    def _task(self) -> Any:
        """The task that huey queues: a job's id."""
        if self._queue is None:
            try:
                from huey import SqliteHuey
            except ImportError:
                raise without_extra("jobs need huey", "web") from None
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._queue = SqliteHuey("foedus", filename=str(self.folder / "queue.db"), fsync=True, results=False)
            self._run = self._queue.task(name="job")(self.run)
        return self._run

    def run(self, name: str) -> None:
        """Run a job in a process of its own, until it ends, is cancelled or takes too long."""
        folder, until = self.folder / name, time.monotonic() + self.limits.job_seconds
        job = self.find(name)
        if job is None or job.state in ENDS:
            return
        with (folder / "log").open("wb") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "foedus.web.job", str(folder)], stdin=subprocess.PIPE, stdout=log, stderr=log
            )
            while child.poll() is None:
                late = time.monotonic() > until
                if late or self._closing or (folder / f"{CANCELLED}.json").exists():
                    child.kill()
                    child.wait()
                    break
                time.sleep(LOOK)
            assert child.stdin
            child.stdin.close()
        job = self.find(name)
        if self._closing or job is None or job.state in ENDS:
            return
        why = f"it took longer than {self.limits.job_seconds:,} seconds" if late else "the process that ran it ended"
        fault = {"error": f"{why}.", "remedy": "Ask for less, or run the command that gives the same."}
        write_text(folder / f"{FAILED}.json", json.dumps(fault))

    def _make_room(self) -> None:
        """Remove those that ended longest ago, where there are as many as are kept."""
        ended = [job for job in self.every() if job.state in ENDS]
        for job in ended[self.limits.jobs_kept - 1 :]:
            shutil.rmtree(self.folder / job.id, ignore_errors=True)


def _read(path: Path) -> dict[str, Any] | None:
    """What a file of a job says; None where there is none, or none yet."""
    try:
        told: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return told
