"""Where the application listens, and how much one question may ask of it; every limit has a message that names it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from foedus.record.in_use import data_folder

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Hosts that nobody else can reach."""


@dataclass(frozen=True)
class Limits:
    """What one question may ask, and what the application holds at once.

    Attributes
    ----------
    members : states of a partnership. columns : partnerships side by side. partnerships : of a league table.
    rows, variables : of a panel that is downloaded.
    shown : rows of a table on a page; its twins have all. preview : rows of a panel on its page.
    pixels : of a picture as PNG.
    waiting : questions that are being computed or wait for it; one more is turned away.
    seconds : for which a browser is kept waiting; the answer is computed all the same, and kept.
    kept_bytes : of answers that are kept, compressed; those asked for longest ago go first.
    jobs_waiting : jobs that run or wait; one more is turned away. jobs_kept : jobs that are kept once they have ended.
    job_seconds : for which a job may run. job_rows : rows of a panel that a job writes. job_worlds : of an ensemble.
    model_rows : of a panel that a formula is fitted to.
    posted_bytes : of what a form sends.
    per_minute : questions of one address in a minute, where others than this computer can ask.
    """

    members: int = 40
    columns: int = 4
    partnerships: int = 12
    rows: int = 200_000
    variables: int = 60
    shown: int = 300
    preview: int = 20
    pixels: int = 40_000_000
    waiting: int = 12
    seconds: float = 60.0
    kept_bytes: int = 32 << 20
    jobs_waiting: int = 8
    jobs_kept: int = 60
    job_seconds: int = 3_600
    job_rows: int = 5_000_000
    job_worlds: int = 400
    model_rows: int = 1_200_000
    posted_bytes: int = 600_000
    per_minute: int = 240


@dataclass(frozen=True)
class Settings:
    """Where the application listens.

    Attributes
    ----------
    host, port : the address. root_path : path below which a proxy shows it, such as "/foedus".
    jobs : folder in which jobs are kept; "" for one below the user's data folder.
    allow_host : further names by which a browser may ask for it; others are refused, so that no other site can borrow it.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    root_path: str = ""
    jobs: str = ""
    allow_host: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)

    @property
    def hosts(self) -> frozenset[str]:
        """Names by which it may be asked for, in small letters."""
        return frozenset(name.lower().strip("[]") for name in (*LOOPBACK, self.host, *self.allow_host))

    @property
    def jobs_folder(self) -> Path:
        """The folder in which jobs are kept."""
        return Path(self.jobs) if self.jobs else data_folder() / "jobs"

    @property
    def reachable(self) -> bool:
        """Whether others than this computer can ask."""
        return self.host not in LOOPBACK
