"""Questions made up of the schema by a fuzzer: no answer is a fault of ours, and each is one that the schema describes."""

from __future__ import annotations

import os
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from foedus.web.app import application
from foedus.web.settings import Limits, Settings

CASES = int(os.environ.get("FOEDUS_CASES", "3000"))
"""Questions that are asked; FOEDUS_CASES names another number."""

OURS = 500


@pytest.mark.slow
@pytest.mark.release
def test_whatever_a_fuzzer_asks_is_answered_as_the_schema_says(tmp_path: Path) -> None:
    schemathesis = pytest.importorskip("schemathesis")
    from schemathesis.specs.openapi import checks

    held = [checks.status_code_conformance, checks.content_type_conformance, checks.response_schema_conformance]
    own = Settings(jobs=str(tmp_path), allow_host=("testserver",), limits=Limits(seconds=600))
    schema = schemathesis.openapi.from_asgi("/openapi.json", application(own))
    operations = [each.ok() for each in schema.get_all_operations()]
    statuses: dict[int, int] = {}

    def asked_of(operation: Any, number: int) -> None:
        @settings(max_examples=number, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            answer = case.call(timeout=600)
            statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
            assert answer.status_code < OURS, case.as_curl_command()
            case.validate_response(answer, checks=held)

        ask()

    for place, operation in enumerate(operations):  # some have fewer questions than they are to be asked
        asked_of(operation, max(10, ceil((1.1 * CASES - sum(statuses.values())) / (len(operations) - place))))
    assert sum(statuses.values()) >= CASES
    assert statuses[200] > CASES / 20
    assert statuses[400] > CASES / 20
