"""How many members had which value of each variable in each year, with the obligations, without, and the difference.

Quantiles follow from them exactly, to the digits that values are kept to (`told.py`). The difference is that of the
two worlds of each member; beside it stands what two separate ensembles would have made of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from foedus.digits import rounded_columns
from foedus.errors import InputError, installing
from foedus.futures.licence import licensed
from foedus.futures.tally import ARMS, DIFFERENCE, NAMES, WITH, WITHOUT, Tally
from foedus.futures.told import VARIABLES
from foedus.panels.codebook import lookup, world
from foedus.record.writing import check_target, write_file
from foedus.version import __version__
from foedus.words import listed

if TYPE_CHECKING:
    from foedus.futures.build import Built

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles that are told: each where one member or more lies at its shorter side (`needed`)."""

SUFFIXES = (".parquet", ".csv")


@dataclass(frozen=True)
class Ensemble:
    """Futures of a scenario.

    Attributes
    ----------
    about : schema, scenario (its fields), scenario_sha256, record, record_sha256, foedus, members, origin, remarks.
    counts : one row a value (`tally.py`); names are categories.
    """

    about: Mapping[str, Any]
    counts: pl.DataFrame

    @classmethod
    def of(cls, made: Built, tally: Tally, members: int) -> Ensemble:
        """Return the ensemble that was counted."""
        return cls({**about(made), "members": members}, tally.frame())

    @property
    def members(self) -> int:
        """How many worlds there are."""
        return int(self.about["members"])

    @property
    def paired(self) -> bool:
        """Whether there are worlds without the obligations."""
        return bool((self.counts["arm"] == WITHOUT).any())

    def bands(self, levels: Iterable[float] = LEVELS) -> pl.DataFrame:
        """Return one row an arm, variable and year: arm, variable, unit, year, reading, mean, and quantiles (`q05` …).

        reading : "recorded" as far as the variable's record goes of every unit, "recorded in part" where some states' values
            are recorded and others' drawn, "probability" as many years after it as hindcasts license (`licence.py`), then
            "scenario": what follows from assumptions, no probability of anything.

        A quantile is null where there are too few members for it (`needed`).
        """
        keys, levels = ["arm", "variable", "year"], list(levels)

        def of(counts: pl.DataFrame) -> pl.DataFrame:
            merged = counts.filter(pl.col("arm") != DIFFERENCE).group_by(*keys, "value").agg(pl.col("members").sum())
            return _summary(merged, keys, levels)

        return _read(self._by_variable(of).sort(keys), keys, self.about["in_part"])

    def difference(self) -> pl.DataFrame:
        """Return what the obligations change, with less without, one row a variable and year.

        Columns: variable, unit, year, reading, mean; error (Monte-Carlo standard error of the mean); q05, q50, q95 of the
        paired difference; error_unpaired, what two separate ensembles of as many members would have; gain, by how much their
        variance is larger (null where pairs never differ); designs_low and designs_high, the smallest and the largest mean of
        a design; smaller_than_designs, whether the mean is smaller than the spread between them.

        Raises InputError where no obligation was switched off.
        """
        if not self.paired:
            raise InputError("there is no difference where nothing is switched off: simulate with without='all', for example.")
        keys = ["variable", "year"]
        columns = ["mean", "error", "q05", "q50", "q95", "error_unpaired", "gain", "designs_low", "designs_high"]
        return _read(self._by_variable(_difference), keys, self.about["in_part"]).select(
            "variable", "unit", "year", "reading", *columns, "smaller_than_designs"
        )

    def _by_variable(self, of: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
        """What follows from the counts of each variable, one after the other: of all at once it would take much memory."""
        return pl.concat([of(self.counts.filter(variable=each)) for each in sorted(self.counts["variable"].unique())])

    def worth_knowing(self, cost: float, dispute: float = 1.0) -> dict[str, float | bool]:
        """Return whether to keep the obligations, and what it would be worth to know which design holds, before deciding.

        cost : what keeping them costs up to the last year. dispute : what a dispute of the partnership's states with others
        costs, in the same unit: both are the user's. Counted are disputes, and nothing else that obligations may do.

        Keys: keep, whether the expected gain is above zero; gain, expected of keeping; knowing, the expected value of perfect
        information about the design (Raiffa & Schlaifer 1961). Only disputes by means of designs are in it, not chance.

        Raises InputError where no obligation was switched off.
        """
        self.difference()
        last = self.counts["year"].max()
        counts = self.counts.filter(arm=DIFFERENCE, variable="member_disputes_so_far").filter(pl.col("year") == last)
        designs = _moments(counts, ["design"]).sort("design")
        shares = designs["n"].to_numpy() / designs["n"].sum()
        gains = -designs["mean"].to_numpy() * dispute - cost
        expected = float(shares @ gains)
        informed = float(shares @ np.maximum(gains, 0.0))
        return {"keep": expected > 0, "gain": expected, "knowing": informed - max(expected, 0.0)}

    def sentences(self) -> list[str]:
        """Return what must be said beside the numbers."""
        told = [*self.about["remarks"], *_on_quantiles(self.members)]
        if not self.paired:
            return told
        last = self.difference().filter(variable="member_disputes_so_far").row(-1, named=True)
        if last["error"] == 0:
            told.append(
                f"By {last['year']} no member of the ensemble has one dispute of the partnership's states with others more or "
                "less for the obligations: the states keep other pacts, which is all that designs ask, or no draw hung on it."
            )
            return told
        error = "unknown of one pair" if last["error"] is None else f"{last['error']:.2f}"
        between = "" if last["q05"] is None else f"; 90 in 100 pairs lie between {last['q05']:g} and {last['q95']:g}"
        told.append(
            f"With the obligations the partnership's states have {last['mean']:+.2f} disputes with others by {last['year']}, "
            f"compared with the same worlds without them (Monte-Carlo error {error}{between})."
        )
        if last["smaller_than_designs"]:
            told.append("The difference is smaller than the spread between designs.")
        if last["gain"] is not None:
            told.append(f"Pairing by identity is worth {last['gain']:,.1f} times as many members.")
        return told

    def tidy(self) -> pl.DataFrame:
        """Return the counts: arm, variable, design, year, value, members."""
        return self.counts.with_columns(pl.col(*NAMES).cast(pl.String))

    def glance(self) -> pl.DataFrame:
        """Return one row about the whole: scenario, members, seed, first and last year, record."""
        scenario = self.about["scenario"]
        names = {"scenario": scenario["name"], "members": self.members, "seed": scenario["seed"]}
        years = {"first_year": self.about["origin"] + 1, "last_year": scenario["last_year"], "record": self.about["record"]}
        return pl.DataFrame([{**names, **years}], schema_overrides={"seed": pl.UInt64})

    def to_iamc(self) -> pl.DataFrame:
        """Return the bands as the Integrated Assessment Modeling Consortium writes them: a row a variable, a column a year.

        Columns: Model, Scenario, Region, Variable, Unit, and the years. The region of what is told of the partnership's states
        is their names, joined. A row without any value is left out.
        """
        members, of_members = "+".join(self.about["scenario"]["partnership"]), pl.col("variable").str.contains("member")
        wide = self.bands().unpivot(
            on=[f"q{100 * level:02.0f}" for level in LEVELS],
            index=["arm", "variable", "unit", "year"],
            variable_name="quantile",
        )
        label = pl.col("variable") + "|" + pl.col("quantile").str.slice(1) + "th percentile"
        apart = pl.when(pl.col("arm") == WITHOUT).then(pl.lit(", without")).otherwise(pl.lit(""))
        name = pl.lit(self.about["scenario"]["name"]) + apart
        rows = wide.drop_nulls("value").select(
            Model=pl.lit(f"foedus {self.about['foedus']}"),
            Scenario=name,
            Region=pl.when(of_members).then(pl.lit(members)).otherwise(pl.lit("World")),
            Variable=label,
            Unit="unit",
            year=pl.col("year").cast(pl.String),
            value="value",
        )
        return rows.pivot("year", values="value")

    def to_xarray(self) -> Any:
        """Return the bands as an xarray Dataset with dimensions arm, year and quantile; InputError where xarray is missing."""
        try:
            import xarray  # type: ignore[import-not-found]
        except ImportError:
            raise InputError(f"xarray is not installed: take .bands() as a frame, or {installing('xarray')}") from None
        bands = self.bands().sort("variable", "arm", "year")
        arms, years = bands["arm"].unique().sort().to_list(), bands["year"].unique().sort().to_list()
        names = [f"q{100 * level:02.0f}" for level in LEVELS]
        data = {
            variable: (
                ("arm", "year", "quantile"),
                bands.filter(variable=variable).select(names).to_numpy().reshape(len(arms), len(years), len(LEVELS)),
                {"units": VARIABLES[variable].unit, "long_name": VARIABLES[variable].label},
            )
            for variable in bands["variable"].unique().sort()
        }
        coordinates = {"arm": arms, "year": years, "quantile": list(LEVELS)}
        return xarray.Dataset(data, coordinates, attrs={"scenario_sha256": self.about["scenario_sha256"]})

    def write(self, path: Path) -> None:
        """Write counts with all about them (.parquet), or the bands in the IAMC's form (.csv); raises InputError otherwise."""
        check_suffix(path)
        check_target(path)
        if path.suffix == ".csv":
            write_file(path, lambda target: self.to_iamc().write_csv(target))
            return
        write_counts(path, self.about, self.counts)

    @classmethod
    def read(cls, path: Path) -> Ensemble:
        """Read an ensemble that was written as Parquet; raises InputError if the file is none."""
        metadata, counts = read_counts(path)
        return cls(metadata, counts)


def about(made: Built) -> dict[str, Any]:
    """Return what an ensemble says of itself, but for the number of members."""
    from dataclasses import asdict

    scenario = json.loads(json.dumps(asdict(made.scenario)))
    return {
        "schema": "foedus/ensemble/1",
        "scenario": scenario,
        "scenario_sha256": made.scenario.sha256,
        "record": made.record.version,
        "record_sha256": made.record.sha256,
        "foedus": __version__,
        "origin": made.world.origin,
        "in_part": made.in_part,
        "remarks": remarks(made),
    }


def remarks(made: Built) -> list[str]:
    """Return what must be said of a scenario's futures."""
    links = [f"Not supported in the forecasting direction, and switched on: {name}." for name in made.scenario.links]
    first = made.world.origin + 1
    return [
        f"Disputes are recorded to {made.world.origin}: those of {first} and later are drawn.",
        _on_licences(),
        *links,
    ]


def _on_licences() -> str:
    """What hindcasts of the whole system license, in a sentence."""
    known, tested = licensed(), {each.licence for each in VARIABLES.values()} - {""}
    failed = [name for name in sorted(tested) if name not in known]
    told = [f"{name} for {years} years after its record ends" for name, years in sorted(known.items())]
    fine = f"Hindcasts license probabilities of {listed(told)}; " if told else "Hindcasts license no probability; "
    return f"{fine}{listed(failed) or 'nothing'} did not pass, and what is read of it follows from the scenario alone."


def needed(level: float) -> int:
    """Return how many members a quantile takes: one or more at its shorter side; the median is that of any.

    >>> [needed(level) for level in LEVELS]
    [20, 4, 1, 4, 20]
    """
    return 1 if level == 0.5 else int(np.ceil(1.0 / min(level, 1.0 - level) - 1e-9))


def _on_quantiles(members: int) -> list[str]:
    """Which quantiles so few members do not give, in a sentence."""
    lacking = [level for level in LEVELS if members < needed(level)]
    if not lacking:
        return []
    names = listed([f"q{100 * level:02.0f} (from {needed(level)} members on)" for level in lacking])
    return [f"Too few members ({members}) for {names}, which are left empty."]


def check_suffix(path: Path) -> None:
    """Raise InputError if an ensemble cannot be written under this name."""
    if path.suffix not in SUFFIXES:
        raise InputError(f"{path.name} ends neither in {' nor in '.join(SUFFIXES)}: an ensemble is written as one of these.")


def write_counts(path: Path, described: Mapping[str, Any], counts: pl.DataFrame) -> None:
    """Write counts as Parquet, with what they are about."""
    metadata = {"foedus_ensemble": json.dumps(dict(described), ensure_ascii=False, sort_keys=True)}
    write_file(path, lambda target: counts.write_parquet(target, compression="zstd", metadata=metadata))


def read_counts(path: Path) -> tuple[dict[str, Any], pl.DataFrame]:
    """Return what counts are about, and the counts; raises InputError if the file holds none."""
    try:
        told = pl.read_parquet_metadata(path).get("foedus_ensemble")
        counts = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError):
        told = None
    if told is None:
        raise InputError(f"{path} is no ensemble that foedus wrote: make one with `foedus simulate -o {path.name}`.")
    described: dict[str, Any] = json.loads(told)
    return described, counts


def _difference(counts: pl.DataFrame) -> pl.DataFrame:
    """What differs between the two worlds, and what of it is chance, by variable and year."""
    keys = ["variable", "year"]
    moments = {arm: _moments(counts.filter(arm=arm), keys) for arm in ARMS}
    merged = counts.filter(arm=DIFFERENCE).group_by(*keys, "value").agg(pl.col("members").sum())
    rows = _summary(merged, keys, (0.05, 0.5, 0.95))
    by_design = _moments(counts.filter(arm=DIFFERENCE), [*keys, "design"])
    spread = by_design.group_by(keys).agg(designs_low=pl.col("mean").min(), designs_high=pl.col("mean").max())
    apart = moments[WITH].join(moments[WITHOUT], on=keys, suffix="_without")
    apart = apart.select(*keys, unpaired=pl.col("variance") + pl.col("variance_without"))
    paired = moments[DIFFERENCE].select(*keys, paired="variance", n="n")
    rows = rows.join(paired, on=keys).join(apart, on=keys).join(spread, on=keys, maintain_order="left")
    wide = pl.col("designs_high") - pl.col("designs_low")
    return rows.with_columns(
        error=(pl.col("paired") / pl.col("n")).sqrt(),
        error_unpaired=(pl.col("unpaired") / pl.col("n")).sqrt(),
        gain=pl.when(pl.col("paired") > 0).then(pl.col("unpaired") / pl.col("paired")),
        smaller_than_designs=(pl.col("mean").abs() < wide) & (wide > 0),
    )


def _moments(counts: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Members (n), mean and variance of values by keys."""
    n = pl.col("members").sum()
    mean = (pl.col("value") * pl.col("members")).sum() / n
    merged = counts.group_by(*keys, "value").agg(pl.col("members").sum()).sort(*keys, "value")
    grouped = merged.group_by(keys, maintain_order=True)
    by = grouped.agg(n=n, mean=mean)
    joined = merged.join(by, on=keys, maintain_order="left")
    off = ((pl.col("value") - pl.col("mean")) ** 2 * pl.col("members")).sum()
    variance = joined.group_by(keys, maintain_order=True).agg(variance=off / (pl.col("n").first() - 1))
    return by.join(variance, on=keys, maintain_order="left").with_columns(pl.col("variance").fill_nan(None))


def _summary(merged: pl.DataFrame, keys: list[str], levels: Iterable[float]) -> pl.DataFrame:
    """Mean and quantiles by keys: each quantile is the smallest value that so large a share of members does not exceed.

    It is null where there are fewer members than it takes.
    """
    rows = merged.sort(*keys, "value").with_columns(
        below=pl.col("members").cum_sum().over(keys), all=pl.col("members").sum().over(keys)
    )
    quantiles = [
        pl.when(pl.col("members").sum() >= needed(level))
        .then(pl.col("value").filter(pl.col("below") >= level * pl.col("all") - 1e-9).first())
        .alias(f"q{100 * level:02.0f}")
        for level in levels
    ]
    mean = ((pl.col("value") * pl.col("members")).sum() / pl.col("members").sum()).alias("mean")
    return rows.group_by(keys, maintain_order=True).agg(mean, *quantiles)


def _last_recorded(source: str) -> int:
    """Return the last year that is recorded of a series of the world, or of every unit of a variable."""
    series = world().get(source)
    return lookup(source).absent_to if series is None else series.last_year or 0


def _read(rows: pl.DataFrame, keys: list[str], in_part: Mapping[str, list[int]]) -> pl.DataFrame:
    """Rows with the unit of each variable, and how they are to be read; numbers rounded.

    in_part : variable → years in which it is recorded of some states and drawn for others.
    """
    rows = rows.with_columns(pl.col(name).cast(pl.String) for name in keys if name in NAMES)
    units = {name: each.unit for name, each in VARIABLES.items()}
    known = licensed()
    ends = {name: _last_recorded(each.source) for name, each in VARIABLES.items()}
    reach = {name: known.get(each.licence, 0) for name, each in VARIABLES.items()}
    end, further = (pl.col("variable").replace_strict(each, return_dtype=pl.Int64) for each in (ends, reach))
    drawn = pl.when(pl.col("year") <= end + further).then(pl.lit("probability")).otherwise(pl.lit("scenario"))
    mixed = pl.any_horizontal(
        pl.lit(False), *((pl.col("variable") == name) & pl.col("year").is_in(years) for name, years in in_part.items())
    )
    recorded = pl.when(mixed).then(pl.lit("recorded in part")).otherwise(pl.lit("recorded"))
    return (
        rounded_columns(rows)
        .with_columns(
            unit=pl.col("variable").replace_strict(units, return_dtype=pl.String),
            reading=pl.when(pl.col("year") <= end).then(recorded).otherwise(drawn),
        )
        .select(*keys, "unit", "reading", pl.exclude(*keys, "unit", "reading"))
    )
