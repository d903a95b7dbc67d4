"""What the record's radars give, computed once for a question: recalled where record, code and question are the same.

A table of one's own is computed each time: it may change between two questions.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from foedus.radars.answer import NetworkWarning, network_warning
from foedus.radars.network import WarningNetwork
from foedus.radars.summary import WarningSummary, summary
from foedus.radars.warning_time import Approach
from foedus.record.store import Record, open_record
from foedus.validation.memory import remembered


def answered(
    *, sites: str | Path | pl.DataFrame | None = None, record: Record | None = None, **question: Any
) -> NetworkWarning:
    """Return what a network gives (`radars.answer.network_warning`); of the record's sites what was answered before."""
    record = record or open_record()
    if sites is not None:
        return network_warning(sites=sites, record=record, **question)
    return network_warning(record=record, summarise=partial(summarised, record), announce=announced, **question)


def summarised(record: Record, network: WarningNetwork, approach: Approach, ground: Record | None = None) -> WarningSummary:
    """Return what a network of the record gives of an approach, and of the line to which it comes."""
    asked = [network.sites["site"].to_list(), asdict(network.view), asdict(approach), ground is not None]
    told: WarningSummary = remembered(
        _name("warning", asked), record, (WarningSummary,), partial(summary, network, approach, ground)
    )
    return told


def announced(network: WarningNetwork, record: Record, speed_m_s: float) -> pl.DataFrame:
    """Return what announced elements could add to a network of the record."""
    asked = [network.sites["site"].to_list(), asdict(network.view), speed_m_s]
    compute = partial(WarningNetwork.modernisation, network, record, speed_m_s)
    elements: pl.DataFrame = remembered(_name("announced", asked), record, (), compute)
    return elements


def _name(kind: str, asked: list[Any]) -> str:
    """Return what a question is remembered by."""
    return f"{kind}-{hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]}"
