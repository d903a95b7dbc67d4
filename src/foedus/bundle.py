"""A bundle: one call of foedus with all that its answer follows from, so that another machine runs it again to the same bytes.

A bundle is a zip file. It holds the call, the record, what the user has added to it, the files that the call reads, the
versions of foedus and of the libraries, and what came out, each with its hash. The call runs in an empty folder with that
record, when the bundle is made as when it is run again, so that nothing else can go into the answer. What a restricted source
gave is left out unless the user says otherwise, for it may not be passed on: whoever runs the bundle again adds it first.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from foedus.errors import InputError, RecordError, shown
from foedus.record.in_use import DATA_VARIABLE, MANIFEST, RECORD_VARIABLE, SOURCES, data_folder, unpacked, write_sources
from foedus.record.manifest import ADDED, Addition, read_addition
from foedus.record.pinned import sha256_of, sums
from foedus.record.seal import sealed, unsealed
from foedus.record.source import catalog
from foedus.record.store import Record, open_record
from foedus.record.writing import check_target, write_file
from foedus.version import __version__, libraries

ABOUT = "bundle.json"
SCHEMA = "foedus/bundle/1"
OUT = "stdout"
"""What the call printed, among its outputs."""

NEVER = ("bundle", "serve", "record add", "record remove", "record build", "record filter", "record update", "record fetch")
"""Calls that change what others rest on, or never end."""

WRITTEN = ("-o", "--output", "--html", "--json", "--geojson", "--pdf", "--charts")
"""Options whose value is a file that is written, and so not one that is read."""

MOST_BYTES = 1 << 31
"""Most that is unpacked of a bundle."""


@dataclass(frozen=True)
class Bundle:
    """What a bundle says of itself.

    Attributes
    ----------
    call : the words after `foedus`. foedus, python, libraries : versions. files : hash of what foedus holds beside its code.
    record : version and sha256.
    additions : what was added to the record: source, sha256, whether the bundle holds it.
    inputs, outputs : file → SHA-256; what was printed stands under OUT.
    """

    call: tuple[str, ...]
    foedus: str
    files: str
    python: str
    libraries: Mapping[str, str]
    record: Mapping[str, str]
    additions: tuple[Mapping[str, Any], ...]
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]

    def others(self) -> list[str]:
        """Say which versions are others than those it was made with."""
        now = {"foedus": __version__, "its files": _files(), "Python": platform.python_version(), **libraries()}
        then = {"foedus": self.foedus, "its files": self.files, "Python": self.python, **self.libraries}
        return [
            f"{name} {then[name]:.12} then, {now.get(name, 'none'):.12} now" for name in then if now.get(name) != then[name]
        ]


def make(path: Path, call: Sequence[str], *, restricted: bool = False) -> Bundle:
    """Run a call, and write it with all it follows from to a zip file.

    restricted : also hold what restricted sources gave, for oneself. Raises InputError for a call that cannot be bundled or
    that fails, RecordError if a file of the record is damaged; nothing is written then.
    """
    check_target(path)
    _check_call(call)
    record = open_record()
    if faults := record.verify():
        raise RecordError(f"the record cannot be bundled: {'; '.join(faults)}.")
    with tempfile.TemporaryDirectory(prefix="foedus-") as folder:
        place = Path(folder)
        _lay_record(record, place / "record")
        held = [each for each in record.additions if restricted or each.source.licence != "restricted"]
        for each in record.additions:
            _lay_addition(each, place / "added")
        inputs = _lay_inputs(call, place / "inputs")
        outputs = _run(call, place)
        for each in record.additions:
            if each not in held:
                shutil.rmtree(place / "added" / each.source.id)
        bundle = Bundle(
            tuple(call),
            __version__,
            _files(),
            platform.python_version(),
            libraries(),
            {"version": record.version, "sha256": record.sha256},
            tuple({"source": each.source.id, "sha256": each.sha256, "held": each in held} for each in record.additions),
            inputs,
            outputs,
        )
        (place / ABOUT).write_text(
            sealed(json.dumps({"schema": SCHEMA, **asdict(bundle)}, indent=1, ensure_ascii=False) + "\n"), encoding="utf-8"
        )
        (place / "requirements.txt").write_text(_requirements(bundle), encoding="utf-8")
        (place / "README.txt").write_text(_readme(bundle), encoding="utf-8")
        write_file(path, lambda temporary: _zip(place, temporary))
    return bundle


def run_again(path: Path) -> tuple[Bundle, dict[str, bool]]:
    """Run the call of a bundle on its own record and files; return what it says, and of each output whether it is the same.

    Raises InputError for a file that is no bundle, or one of which a byte has changed, and if what it leaves out has not been
    added.
    """
    bundle = read(path)
    _check_call(bundle.call)
    record = unpacked(path)
    with tempfile.TemporaryDirectory(prefix="foedus-") as folder:
        place = Path(folder)
        _unpack(path, place)
        shutil.copytree(record, place / "record", dirs_exist_ok=True)
        _add_what_is_left_out(bundle, place / "added")
        for kind, files in (("inputs", bundle.inputs), ("outputs", bundle.outputs)):
            for name, digest in files.items():
                if not (place / kind / name).is_file() or sha256_of(place / kind / name) != digest:
                    raise InputError(f"{path} is damaged: {kind}/{name} is not the file that was bundled. Load it again.")
        outputs = _run(bundle.call, place)
    names = [*bundle.outputs, *(name for name in outputs if name not in bundle.outputs)]
    return bundle, {name: outputs.get(name) == bundle.outputs.get(name) for name in names}


def read(path: Path) -> Bundle:
    """Return what a bundle says of itself; raises InputError if it is none, or a byte of that has changed."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(ABOUT) as file:
            content = unsealed(file.read(1 << 24))
        if content.pop("schema") != SCHEMA:
            raise ValueError("it is of another form")
        lists = {name: tuple(content[name]) for name in ("call", "additions")}
        bundle = Bundle(**{**content, **lists})
        if not all(isinstance(word, str) for word in bundle.call) or any(map(_leads_away, (*bundle.inputs, *bundle.outputs))):
            raise ValueError("what it says of its call is none")
        return bundle
    except FileNotFoundError:
        raise InputError(
            f"there is no file {path}. To make a bundle, write the call behind it: `foedus bundle {path} -- …`."
        ) from None
    except (zipfile.BadZipFile, OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError) as error:
        raise InputError(f"{path} is no bundle of foedus, or is damaged ({error}).") from None


def _check_call(call: Sequence[str]) -> None:
    """Raise InputError for a call that changes what others rest on, or that reaches out of its folder."""
    words = " ".join(call[:2])
    if not call or any(words == each or call[0] == each for each in NEVER):
        raise InputError(
            f"`foedus {words}` cannot be bundled: a bundle holds a call that answers, such as `panel` or `assess`."
        )
    for word in call:
        if word == "--record" or word.startswith("--record="):
            raise InputError("name the record before the call: `foedus bundle FILE --record RECORD -- …`.")
        if any(map(_leads_away, (word, word.partition("=")[2]))):
            raise InputError(
                f"{shown(word)!r} leads out of the folder that a bundle runs in: name files below the current folder."
            )


def _leads_away(text: str) -> bool:
    path = PurePosixPath(text.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or bool(re.match(r"[A-Za-z]:", text))


def _lay_record(record: Record, folder: Path) -> None:
    """Copy a record, with what its sources are."""
    own = [name for name, table in record.tables.items() if not record.addition_of(name)]
    folder.mkdir()
    for name in (*(f"{name}.parquet" for name in own), MANIFEST, "releases.json", SOURCES):
        if (record.folder / name).is_file():
            shutil.copyfile(record.folder / name, folder / name)
    if not (folder / SOURCES).is_file():
        write_sources(folder, {name: asdict(catalog()[name]) for name in {record.tables[each].source for each in own}})


def _lay_addition(addition: Addition, base: Path) -> None:
    (base / addition.source.id).mkdir(parents=True)
    for path in (addition.folder / ADDED, *map(addition.path, addition.tables)):
        shutil.copyfile(path, base / addition.source.id / path.name)


def _add_what_is_left_out(bundle: Bundle, base: Path) -> None:
    """Copy from the user's data folder what a bundle may not hold; raises InputError if it is not there."""
    for entry in bundle.additions:
        if entry["held"]:
            continue
        folder = data_folder() / str(entry["source"])
        addition = read_addition(folder) if (folder / ADDED).is_file() else None
        if addition is None or addition.sha256 != entry["sha256"]:
            source = catalog().get(str(entry["source"]))
            how = source.how_to_add() if source else "Ask whoever made the bundle for it."
            raise InputError(f"the bundle rests on {shown(str(entry['source']))} and does not hold it. {how}")
        _lay_addition(addition, base)


def _lay_inputs(call: Sequence[str], folder: Path) -> dict[str, str]:
    """Copy the files that a call reads, as far as its words name them; return their hashes."""
    inputs: dict[str, str] = {}
    folder.mkdir()
    for place, word in enumerate(call):
        name = word.partition("=")[2] if word.startswith("--") else word
        written = (place and call[place - 1] in WRITTEN) or word.partition("=")[0] in WRITTEN
        if name and not written and Path(name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(name, folder / name)
            inputs[PurePosixPath(Path(name)).as_posix()] = sha256_of(folder / name)
    return inputs


def _run(call: Sequence[str], place: Path) -> dict[str, str]:
    """Run a call in an empty folder but for its inputs; keep what came out in `outputs`, and return the hashes."""
    shutil.copytree(place / "inputs", place / "work")
    before = {name: sha256_of(place / "work" / name) for name in _names(place / "work")}
    (place / "added").mkdir(exist_ok=True)
    environment = {**os.environ, RECORD_VARIABLE: str(place / "record"), DATA_VARIABLE: str(place / "added")}
    outputs = place / "outputs"
    shutil.rmtree(outputs, ignore_errors=True)
    outputs.mkdir()
    with (outputs / OUT).open("wb") as file:
        command = [sys.executable, "-m", "foedus", *call]
        done = subprocess.run(command, cwd=place / "work", env=environment, stdout=file, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().removeprefix("foedus: ")
        raise InputError(f"the call failed, and nothing was written: {said[-2000:]}")
    for name in _names(place / "work"):
        if before.get(name) != sha256_of(place / "work" / name):
            (outputs / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(place / "work" / name, outputs / name)
    shutil.rmtree(place / "work")
    return {name: sha256_of(outputs / name) for name in _names(outputs)}


def _names(folder: Path) -> Iterator[str]:
    return (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file())


def _zip(folder: Path, path: Path) -> None:
    """Write the files of a folder into an archive, in one order and without the time of day."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in _names(folder):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".parquet") else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with archive.open(entry, "w") as target, (folder / name).open("rb") as source:
                shutil.copyfileobj(source, target)


def _unpack(path: Path, folder: Path) -> None:
    """Unpack what the user added and what the call reads, and nothing that leads elsewhere or has no end."""
    left = MOST_BYTES
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith("/") or _leads_away(name) or not name.startswith(("added/", "inputs/", "outputs/")):
                continue
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, (folder / name).open("wb") as target:
                while chunk := source.read(1 << 20):
                    left -= len(chunk)
                    if left < 0:
                        raise InputError(f"{path} holds more than {MOST_BYTES:,} bytes: no bundle does.")
                    target.write(chunk)
    (folder / "inputs").mkdir(exist_ok=True)


def _files() -> str:
    """The hash of codebook, catalog, results and whatever else foedus holds beside its code."""
    return hashlib.sha256(sums().encode()).hexdigest()


def _requirements(bundle: Bundle) -> str:
    return "".join(f"{name}=={number}\n" for name, number in {"foedus": bundle.foedus, **bundle.libraries}.items())


def _readme(bundle: Bundle) -> str:
    import shlex

    left_out = [str(each["source"]) for each in bundle.additions if not each["held"]]
    lines = [
        "What foedus answered to one call, with all that it follows from.",
        "",
        f"    {shlex.join(['foedus', *bundle.call])}",
        "",
        f"Record {bundle.record['version']}, SHA-256 {bundle.record['sha256']}.",
        f"Run it again, with the versions of requirements.txt (Python {bundle.python}): foedus bundle FILE",
        "The answer stands in outputs/, what the call read in inputs/, the data in record/ and added/.",
        *([f"Not in here, for it may not be passed on: {', '.join(left_out)}. Add it first."] if left_out else []),
        "The data have terms of their own: `foedus record list` names the class of each table, `foedus record show` its terms.",
    ]
    return "\n".join(lines) + "\n"
