"""Other lists of disputes: how the models of the list that ships fared on them, and what models learnt from them say.

Lists of disputes differ, and the younger ones may not be passed on. What was computed on one may: it ships in `other_lists/`,
with the hash of the list's table, and is written anew where the list has been added, by

    python -m foedus.validation.lists mic cow-mid

    frozen   the headline models, learnt from the list that ships up to its last year, forecast the years that only the other
             list knows. Nothing is learnt in between. Beside them stand a constant (how often disputes began in the ten years
             before) and what ranks dyads with one look: rivalry, contact, the disputes of the last ten years
    risks    the same models, learnt from the other list to its end, on every dyad of the record's last year

What was seen before is in `preregistered.toml`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from foedus.mechanisms.order.disputes import EVERY, LONGEST_AGE, OUTCOMES, RECORDED, Disputes
from foedus.panels.codebook import lookup
from foedus.panels.dispute_lists import from_list
from foedus.panels.disputes import TABLES
from foedus.panels.panel import panel
from foedus.panels.units import LAST_YEAR
from foedus.record.store import Record, open_record
from foedus.record.writing import write_file, write_text
from foedus.validation import scores
from foedus.validation.validate import validate

FOLDER = Path(__file__).with_name("other_lists")

DIGITS = 4
"""Significant digits that a number is written with."""

RIVALS = {"rivalry": pl.col("rivalry"), "contact": pl.col("contiguous"), "recent onsets": pl.col("dyad_onsets_10")}
"""What ranks dyads with one look, by name: last year's rivalry and contact, disputes of the last ten years known."""

RECENT = 10
"""Last years of the list that ships whose mean is the constant."""


@dataclass(frozen=True)
class OtherList:
    """What was computed on another list.

    Attributes
    ----------
    name : of the list (`disputes.LISTS`). last_year : its last. sha256 : of its table. record_sha256 : of the record beside it.
    frozen : a row an outcome: outcome, first_year, last_year, n, events, expected, log_score, constant (the log score of the
        constant), brier, roc_auc, pr_auc, and the areas under the ROC curve of the RIVALS; areas are null where nothing came.
    risks : ccode1, ccode2, and the probability of each outcome, of the dyads of `year`.
    """

    name: str
    last_year: int
    sha256: str
    record_sha256: str
    year: int
    frozen: pl.DataFrame
    risks: pl.DataFrame


@cache
def shipped() -> Mapping[str, OtherList]:
    """Return what ships of other lists, by name."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.json"))}


def told(dyad: tuple[int, int], outcome: str, year: int) -> dict[str, tuple[float, int]]:
    """Return, by list, the probability that models learnt from it give a dyad in a year, and the list's last year.

    Nothing, for a year whose risks do not ship.

    >>> told((2, 20), "dispute_onset", 1990)
    {}
    """
    found = {}
    for name, other in shipped().items():
        rows = other.risks.filter(pl.lit(other.year == year), ccode1=dyad[0], ccode2=dyad[1])
        if rows.height and rows.item(0, outcome) is not None:
            found[name] = (float(rows.item(0, outcome)), other.last_year)
    return found


def computed(name: str, record: Record) -> OtherList:
    """Compute what ships of a list that has been added; takes a minute or two. Raises InputError if it has not been."""
    last = from_list(lookup(OUTCOMES[0]), name).last_year
    return OtherList(
        name=name,
        last_year=last,
        sha256=record.tables[TABLES[name]].content_sha256 if TABLES[name] in record.tables else "",
        record_sha256=open_record(additions=False).sha256,
        year=LAST_YEAR,
        frozen=_digits(frozen(name, last, record)),
        risks=_digits(risks(name, last, record)),
    )


def frozen(name: str, last: int, record: Record) -> pl.DataFrame:
    """Return how the headline models fared in the years after their list's last that another list covers."""
    validations = validate("disputes", open_record(additions=False))
    return pl.DataFrame([_frozen(each.headline, name, last, record) for each in validations if each.outcome in RECORDED])


def _frozen(model: Disputes, name: str, last: int, record: Record) -> dict[str, Any]:
    end = lookup(model.outcome).last_year
    rows = model.panel(record, (model.first_year, last), carry_forward=LONGEST_AGE)
    came = panel("dyad-year", [model.outcome], years=(end + 1, last), disputes_from=name, record=record)
    keys = ["ccode1", "ccode2", "year"]
    met = model.forecast(rows, end + 1).drop(EVERY).join(came, on=keys).drop_nulls(["probability", model.outcome])
    forecast, happened = met["probability"].to_numpy(), met[model.outcome].cast(pl.Float64).to_numpy()
    before = rows.filter(pl.col("year").is_between(end - RECENT + 1, end))[model.outcome]
    constant = np.full(met.height, float(before.cast(pl.Float64).mean() or 0.0))  # type: ignore[arg-type]
    areas: dict[str, float | None] = dict.fromkeys(("roc_auc", "pr_auc", *RIVALS))
    if happened.any():
        areas |= {"roc_auc": scores.roc_auc(forecast, happened), "pr_auc": scores.pr_auc(forecast, happened)}
        for rival, of in RIVALS.items():
            looked_at = met.select(of.fill_null(0).cast(pl.Float64)).to_series().to_numpy()
            areas[rival] = scores.roc_auc(looked_at, happened)
    return {
        "outcome": model.outcome,
        "first_year": end + 1,
        "last_year": last,
        "n": met.height,
        "events": int(happened.sum()),
        "expected": float(forecast.sum()),
        "log_score": float(scores.log_score(forecast, happened).mean()),
        "constant": float(scores.log_score(constant, happened).mean()),
        "brier": float(scores.brier(forecast, happened).mean()),
        **areas,
    }


def risks(name: str, last: int, record: Record) -> pl.DataFrame:
    """Return what models learnt from another list to its end say of every dyad of the record's last year."""
    model = Disputes(outcome=OUTCOMES[-1], disputes_from=name)
    fitted = model.fit(model.panel(record, (model.first_year, last)))
    rows = model.panel(record, (model.first_year, LAST_YEAR), carry_forward=LONGEST_AGE)
    by_outcome = fitted.chain()
    asked = rows.filter(pl.col("year") == LAST_YEAR).select("ccode1", "ccode2")
    columns = [by_outcome[outcome].forecast(rows, LAST_YEAR)["probability"].alias(outcome) for outcome in OUTCOMES]
    return asked.hstack(columns).sort("ccode1", "ccode2")


def _digits(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(pl.Float64).round_sig_figs(DIGITS))


def write(other: OtherList, folder: Path = FOLDER) -> None:
    """Write what ships of a list: a JSON file, and the risks beside it."""
    about = {key: getattr(other, key) for key in ("name", "last_year", "sha256", "record_sha256", "year")}
    folder.mkdir(exist_ok=True)
    small = other.risks.with_columns(pl.col(OUTCOMES).cast(pl.Float32))
    write_file(folder / f"{other.name}.parquet", lambda target: small.write_parquet(target, compression="zstd"))
    write_text(folder / f"{other.name}.json", json.dumps({**about, "frozen": other.frozen.to_dicts()}, indent=1) + "\n")


def _read(path: Path) -> OtherList:
    about = json.loads(path.read_bytes())
    return OtherList(
        **{
            **about,
            "frozen": pl.DataFrame(about["frozen"], infer_schema_length=None),
            "risks": pl.read_parquet(path.with_suffix(".parquet")),
        }
    )


def main(names: Iterable[str]) -> None:
    """Compute and write what ships of lists that have been added."""
    record = open_record()
    for name in names:
        write(computed(name, record))


if __name__ == "__main__":
    main(sys.argv[1:])
