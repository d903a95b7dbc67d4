"""Forecasts set down before their year: what the headline models say of every dyad, and how that fared once the year is known.

A published forecast is one Parquet file: a row a dyad and outcome, and in its metadata the year, the day it was made, the
versions and hashes of record and model, and a hash of all of it. A forecast whose rows or words no longer meet that hash is
refused. What is known of the year decides what it can be scored on: disputes where a list of disputes covers it, armed
conflicts by rank where UCDP does; of a year that nothing covers yet, that is said. The first one ships, and was made before its
year began.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from foedus.errors import InputError
from foedus.mechanisms.order.disputes import EVERY, LONGEST_AGE, OUTCOMES, Disputes
from foedus.panels.codebook import lookup
from foedus.panels.panel import panel
from foedus.panels.units import LAST_YEAR
from foedus.record.store import Record, content_sha256
from foedus.record.writing import check_target, write_file
from foedus.validation import scores
from foedus.validation.aftermath import conflict_onsets
from foedus.validation.totals import LEVEL
from foedus.validation.validate import Validation, validate
from foedus.version import __version__

SHIPPED = Path(__file__).with_name("forecasts")
"""Folder of the forecasts that ship, one file a year."""

SCHEMA = "foedus/forecast/1"

FURTHEST = 5
"""Years after the record's last for which a forecast may be published: as far as the models are tested, and no further."""

DIGITS = 4
"""Significant digits that a probability is written with."""

CONFLICT = "interstate_conflict"
"""The variable by which a forecast is ranked where no list of disputes covers its year."""

COLUMNS = ("ccode1", "ccode2", "outcome", "probability", "low", "high")


@dataclass(frozen=True)
class Forecast:
    """A forecast of one year, as it was set down.

    Attributes
    ----------
    about : schema, year, made (ISO date), record, record_sha256, foedus, terms (outcome → terms of the model), totals (outcome
        → how many are expected over all dyads, and the band of that, from the test of forecasts as far ahead), sha256.
    rows : columns COLUMNS; probabilities per year, in the order of ccode1, ccode2 and outcome.
    """

    about: Mapping[str, Any]
    rows: pl.DataFrame

    @property
    def year(self) -> int:
        """The year that is forecast."""
        return int(self.about["year"])


def forecast(record: Record, year: int, made: date) -> Forecast:
    """Return what the headline models say of every dyad in a year after the record's last.

    The dyads are those of the record's last year, with what was last known of them. Raises InputError for a year that the
    record covers, that lies more than FURTHEST years after it, or that is over.
    """
    _check_year(year, made)
    validated = validate("disputes", record)
    fitted = {each.outcome: each.headline for each in validated if each.outcome in OUTCOMES}
    told = {outcome: _of(model, record, year) for outcome, model in fitted.items()}
    rows = pl.concat([_written(each, outcome) for outcome, each in told.items()])
    ordered = rows.sort("ccode1", "ccode2", pl.col("outcome").cast(pl.Enum(OUTCOMES)))
    about = {
        "schema": SCHEMA,
        "year": year,
        "made": made.isoformat(),
        "record": record.version,
        "record_sha256": record.sha256,
        "foedus": __version__,
        "terms": {outcome: list(model.terms) for outcome, model in fitted.items()},
        "totals": {each.outcome: _total(each, told[each.outcome]) for each in validated if each.outcome in fitted},
    }
    return Forecast({**about, "sha256": _sha256(about, ordered)}, ordered)


def _check_year(year: int, made: date) -> None:
    if not LAST_YEAR < year <= LAST_YEAR + FURTHEST:
        raise InputError(
            f"a forecast is of a year after the record's last: {LAST_YEAR + 1} to {LAST_YEAR + FURTHEST}, not {year}. "
            "What the models say of a recorded year is in `foedus assess`."
        )
    if year <= made.year:
        raise InputError(
            f"{year} has begun by {made.isoformat()}: a forecast is set down before its year. Take {made.year + 1}."
        )


def _of(model: Disputes, record: Record, year: int) -> pl.DataFrame:
    """One model's forecast: the dyads of the last recorded year, moved to the year, with every age that much greater."""
    past = model.panel(record, (model.first_year, LAST_YEAR), carry_forward=LONGEST_AGE)
    ahead = year - LAST_YEAR
    ages = [name for name in past.columns if name.endswith("_age")]
    moved = past.filter(pl.col("year") == LAST_YEAR).with_columns(pl.col("year", "known", *ages) + ahead)
    emptied = moved.with_columns(pl.lit(None, past.schema[name]).alias(name) for name in EVERY)
    return model.forecast(pl.concat([past, emptied]), year)


def _total(validation: Validation[Disputes], told: pl.DataFrame) -> dict[str, float | int | None]:
    """How many are expected over all dyads, and the band that holds LEVEL of such totals (`totals.py`)."""
    tested = validation.long_range.totals if validation.long_range else validation.totals
    expected = float(told["probability"].sum())
    low, high = tested.factor.band([expected]) if tested else (None, None)
    return {"expected": float(f"{expected:.{DIGITS}g}"), "low": low, "high": high, "level": LEVEL}


def _written(told: pl.DataFrame, outcome: str) -> pl.DataFrame:
    """The rows of an outcome as they are set down."""
    written = told.select(pl.col(name).round_sig_figs(DIGITS) for name in ("probability", "low", "high"))
    return told.select("ccode1", "ccode2", pl.lit(outcome).alias("outcome")).hstack(written)


def write(made: Forecast, path: Path) -> None:
    """Write a forecast as a Parquet file; raises InputError if it cannot be written there."""
    check_target(path)
    metadata = {"foedus_forecast": json.dumps(dict(made.about), ensure_ascii=False, sort_keys=True)}
    write_file(path, lambda target: made.rows.write_parquet(target, compression="zstd", metadata=metadata))


def read(path: Path) -> Forecast:
    """Read a forecast; raises InputError if it is none, or has been changed since it was set down."""
    try:
        told = pl.read_parquet_metadata(path).get("foedus_forecast")
        rows = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"cannot read a forecast from {path}: {error}.") from None
    if told is None:
        raise InputError(f"{path} is no forecast of foedus: make one with `foedus forecast publish`.")
    about = json.loads(told)
    if about.get("schema") != SCHEMA or tuple(rows.columns) != COLUMNS:
        raise InputError(f"{path} is a forecast of another form ({about.get('schema')}), and this version reads {SCHEMA}.")
    if _sha256({name: value for name, value in about.items() if name != "sha256"}, rows) != about["sha256"]:
        raise InputError(f"{path} has been changed since it was set down: its rows do not meet its hash. Take the first copy.")
    return Forecast(about, rows)


def shipped() -> list[Path]:
    """Return the forecasts that ship, by year."""
    return sorted(SHIPPED.glob("*.parquet"))


def _sha256(about: Mapping[str, Any], rows: pl.DataFrame) -> str:
    words = json.dumps(dict(about), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(f"{words}\n{content_sha256(rows)}".encode()).hexdigest()


def score(made: Forecast, record: Record) -> pl.DataFrame:
    """Return how a forecast fared, a row an outcome.

    Columns: year, outcome, judged_by (the variable that tells what came; null while nothing covers the year), n, events,
    expected, log_score, brier, roc_auc, base (the log score of the forecast's own mean for every dyad). Where armed conflicts
    stand in for disputes, only the ranking is judged.
    """
    return pl.DataFrame(list(_scored(made, record)), schema=_SCORED)


_SCORED = {
    "year": pl.Int32,
    "outcome": pl.String,
    "judged_by": pl.String,
    "n": pl.Int64,
    "events": pl.Int64,
    "expected": pl.Float64,
    "log_score": pl.Float64,
    "brier": pl.Float64,
    "roc_auc": pl.Float64,
    "base": pl.Float64,
}


def _scored(made: Forecast, record: Record) -> Iterator[dict[str, Any]]:
    for outcome in OUTCOMES:
        rows = made.rows.filter(outcome=outcome).drop_nulls("probability")
        row = {"year": made.year, "outcome": outcome}
        if rows.is_empty():
            yield row
        elif lookup(outcome).last_year >= made.year:
            yield row | {"judged_by": outcome} | _by_score(rows, _came(outcome, made.year, record))
        elif lookup(CONFLICT).last_year >= made.year:
            began = conflict_onsets(record, made.year, made.year).select("ccode1", "ccode2", came=pl.lit(True))
            yield row | {"judged_by": CONFLICT} | _by_rank(rows, began)
        else:
            yield row


def _came(outcome: str, year: int, record: Record) -> pl.DataFrame:
    told = panel("dyad-year", [outcome], years=(year, year), record=record)
    return told.select("ccode1", "ccode2", came=outcome).drop_nulls("came")


def _by_score(rows: pl.DataFrame, came: pl.DataFrame) -> dict[str, Any]:
    met = rows.join(came, on=["ccode1", "ccode2"])
    said, happened = met["probability"].to_numpy(), met["came"].cast(pl.Float64).to_numpy()
    mean = said * 0 + said.mean()
    return {
        "n": met.height,
        "events": int(happened.sum()),
        "expected": float(said.sum()),
        "log_score": float(scores.log_score(said, happened).mean()),
        "brier": float(scores.brier(said, happened).mean()),
        "roc_auc": scores.roc_auc(said, happened) if 0 < happened.sum() < met.height else None,
        "base": float(scores.log_score(mean, happened).mean()),
    }


def _by_rank(rows: pl.DataFrame, began: pl.DataFrame) -> dict[str, Any]:
    met = rows.join(began, on=["ccode1", "ccode2"], how="left").with_columns(pl.col("came").fill_null(False))
    said, happened = met["probability"].to_numpy(), met["came"].cast(pl.Float64).to_numpy()
    area = scores.roc_auc(said, happened) if 0 < happened.sum() < met.height else None
    return {"n": met.height, "events": int(happened.sum()), "roc_auc": area}
