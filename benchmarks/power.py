"""Which measure of power forecasts disputes best: `order.disputes`, with the term power read from one measure after another.

    python -m benchmarks.power [--raw FOLDER] [--outcome dispute_onset]

Every measure has the registered windows and rows; what changes is the share from which the stronger side's share and the joint
capability are computed, a year earlier. *gdp* is the share of product alone; *as before* the mean of the shares of GDP and
population as estimates were taken until November 2026, model priors and today's borders included; *cinc* is COW's index; both
are read from the raw folder, and left out without it. Printed are the log score a dyad-year (lower is better) of the full
model, its gain in per cent over the full model without power, that over the model with the first measure, with a 95 % interval
of years resampled, and the share of dyad-years whose capabilities the measure knows. Decision 16 rests on it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import polars as pl

from foedus.estimation.design import Array
from foedus.mechanisms.order.disputes import Disputes
from foedus.panels import measures
from foedus.panels.panel import panel
from foedus.record.store import open_record
from foedus.validation import scores
from foedus.validation.hindcast import FULL, by_window, forecasts, of_window, together
from foedus.validation.registration import registrations

OF_RECORD = ("capability_share", "gdp_population_share", "military_spending_share")
KEY = ["ccode", "year"]
WITHOUT = "without power"
SEED, DRAWS = 20_261_129, 2_000


def shares(raw: Path | None) -> dict[str, pl.DataFrame]:
    """Return, by measure, ccode, year and share."""
    wide = panel("state-year", list(OF_RECORD), years=(1816, 2010))
    found = {name: wide.select(*KEY, share=name) for name in OF_RECORD}
    parts = panel("state-year", ["gdp_per_head", "population_un", "population"], years=(1816, 2010))
    product = pl.col("gdp_per_head") * pl.coalesce("population_un", "population")
    found["gdp"] = parts.select(*KEY, share=product / product.sum().over("year"))
    if raw is not None:
        members = wide.select(KEY)
        before = pl.read_parquet(raw / "political/gdp_pop/isard_cw_gdppop.parquet").join(members, on=KEY, how="semi")
        parts = [pl.col(name) / pl.col(name).sum().over("year") for name in ("pwtrgdp", "pwtpop")]
        found["as before"] = before.select(*KEY, share=(parts[0] + parts[1]) / 2)
        cinc = pl.read_parquet(raw / "political/capabilities/cow_nmc_v7.parquet")
        found["cinc"] = cinc.select(*KEY, share=pl.when(pl.col("cinc") > 0).then("cinc"))
    return found


def with_measure(rows: pl.DataFrame, share: pl.DataFrame) -> pl.DataFrame:
    """Return the mechanism's rows with the power of both sides by this measure, of the year before."""
    lagged = share.drop_nulls().with_columns(pl.col("year") + 1)
    for side in ("1", "2"):
        rows = rows.join(
            lagged.rename({"ccode": f"ccode{side}", "share": f"share_{side}"}),
            on=[f"ccode{side}", "year"],
            how="left",
            maintain_order="left",
        )
    both = pl.col("share_1"), pl.col("share_2")
    named = {name: getattr(measures, name)(*both) for name in ("capability_ratio", "joint_capability")}
    return rows.with_columns(**named).drop("share_1", "share_2")


def main() -> None:
    """Print one row a measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raw", type=Path, help="folder of the raw files")
    parser.add_argument("--outcome", default="dispute_onset")
    chosen = parser.parse_args()
    test = registrations()["disputes"]
    mechanism = Disputes(outcome=chosen.outcome)
    score = scores.PROPER[test.score][test.score]
    rows = mechanism.panel(open_record(), (mechanism.first_year, test.years[1]))
    models, without = mechanism.models(), float("nan")
    first: Array | None = None
    print(f"{'measure':24} {'log score':>10} {'over none':>9} {'over the first':>24} {'known':>7}")
    for name, share in shares(chosen.raw).items():
        of_measure = with_measure(rows, share)
        design = mechanism.design(of_measure)
        design = by_window(design.where(design.year >= mechanism.first_year), test.origins)
        asked = {model: models[model] for model in (FULL, WITHOUT) if model == FULL or first is None}  # it reads no measure
        windows = [of_window(chosen.outcome, forecasts(asked, design, origin), design, origin) for origin in test.origins]
        whole = together(windows, *asked)
        reached = {model: score(forecast, whole.outcome) for model, forecast in whole.forecasts.items()}
        if first is None:
            first, without = reached[FULL], float(reached[WITHOUT].mean())
        gain, low, high = gain_over(first, reached[FULL], whole.year)
        known = of_measure.filter(pl.col("year") > test.origins[0][0])["joint_capability"].is_not_null().mean()
        mean = float(reached[FULL].mean())
        print(
            f"{name:24} {mean:10.6f} {100 * (1 - mean / without):8.2f}% {gain:7.2f}% ({low:+.2f} to {high:+.2f}) {known:7.1%}",
            flush=True,
        )


def gain_over(first: Array, other: Array, year: Array) -> tuple[float, float, float]:
    """Return by how many per cent another measure's scores are better than the first's, and its interval, years resampled."""
    sums = pl.DataFrame({"year": year, "first": first, "other": other}).group_by("year", maintain_order=True).sum()
    ours, theirs = sums["first"].to_numpy(), sums["other"].to_numpy()
    drawn = np.random.default_rng(SEED).integers(0, len(ours), (DRAWS, len(ours)))
    gains = 100 * (1 - theirs[drawn].sum(1) / ours[drawn].sum(1))
    return 100 * (1 - theirs.sum() / ours.sum()), *map(float, np.quantile(gains, [0.025, 0.975]))


if __name__ == "__main__":
    main()
