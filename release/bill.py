"""What a release is made of, as a CycloneDX bill of materials: `python -m release.bill FILE`; with `--open`, the open wheel.

Three kinds of parts: foedus with the licences of its wheel; the packages that `requirements.lock` names, each with its version,
its hashes and where it is needed; and the data, a part a source, with version, licence and the publisher's page. The same files
give the same bytes: there is no time and no random number in it.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from pathlib import Path

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.contact import OrganizationalContact
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from foedus.record.source import Source
from foedus.record.writing import write_text
from release.wheels import OPEN, ROOT, licence, shipped

LOCK = ROOT / "requirements.lock"

_ENTRY = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<where>[^\\\n]+?))?\s*\\?\n"
    r"(?P<hashes>(?:\s+--hash=\S+[^\n]*\n)+)",
    re.MULTILINE,
)


def bill(*, only_open: bool = False) -> str:
    """Return the bill of materials of the wheel as JSON, or of the one of code and open data alone."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    sources = shipped(only_open=only_open)
    version = f"{project['version']}{OPEN if only_open else ''}"
    root = Component(
        name=project["name"],
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref=f"foedus@{version}",
        purl=PackageURL("pypi", name=project["name"], version=version),
        description=project["description"],
        licenses=[LicenseExpression(licence(sources))],
    )
    made = Bom(components=[*libraries(LOCK.read_text(encoding="utf-8")), *map(_data, sources)])
    made.metadata.component = root
    made.register_dependency(root, made.components)
    return _as_json(made)


def libraries(lock: str) -> Iterator[Component]:
    """Yield the packages that a lock file names."""
    for entry in _ENTRY.finditer(lock):
        name, version, where = entry["name"], entry["version"], entry["where"]
        yield Component(
            name=name,
            version=version,
            type=ComponentType.LIBRARY,
            bom_ref=f"pypi:{name}@{version}",
            purl=PackageURL("pypi", name=name, version=version),
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in re.findall(r"sha256:(\w+)", entry["hashes"])],
            properties=[Property(name="foedus:where", value=where.strip())] if where else [],
        )


def _data(source: Source) -> Component:
    return Component(
        name=source.id,
        version=source.version,
        type=ComponentType.DATA,
        bom_ref=f"data:{source.id}",
        description=source.title,
        authors=[OrganizationalContact(name=source.producer)],
        licenses=[LicenseExpression(source.spdx)],
        external_references=[ExternalReference(type=ExternalReferenceType.WEBSITE, url=XsUri(source.url))],
        properties=[Property(name="foedus:terms", value=source.terms)],
    )


def _as_json(made: Bom) -> str:
    """A bill as JSON, without a time, and under a number that follows from what it says."""
    told = json.loads(make_outputter(made, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string())
    del told["metadata"]["timestamp"], told["serialNumber"]
    told["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(told))}"
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (target,) = (each for each in sys.argv[1:] if each != "--open")
    write_text(Path(target), bill(only_open="--open" in sys.argv))
    print(target)
