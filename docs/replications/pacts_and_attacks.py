"""Do defence pacts keep attackers away? Four studies in their own designs, with errors robust to dyads that share a state.

Published: the signs that Leeds (2003, p. 427), Johnson & Leeds (2011, p. 45), Kenwick & Vasquez (2017, p. 329) and Benson
(2011, p. 1111) report in their abstracts; foedus/mechanisms/shield/designs.toml says how each design is read on this record.
"""

import polars as pl

import foedus
from foedus.mechanisms.shield.designs import plan
from foedus.models.model import Model
from foedus.record.store import open_record

STUDIES = ("leeds_2003", "johnson_leeds_2011", "kenwick_vasquez_2017_to_1945", "benson_2011")


def fit(study: str) -> Model:
    """Fit a study's design to its years."""
    design = plan(study)
    rows = design.rows(open_record())
    return foedus.estimate(f"{design.outcome} ~ {' + '.join(design.columns)}", rows, errors="dyadic", cluster="directed dyad")


def signs(study: str, fitted: Model) -> pl.DataFrame:
    """Return the sign published of each pact, ours, and its interval."""
    expected = plan(study).expected
    ours = fitted.tidy().filter(pl.col("term").is_in([*expected])).select("term", "estimate", "low", "high")
    return ours.select(pl.lit(study).alias("study"), pl.col("term").replace_strict(expected).alias("published"), pl.all())


if __name__ == "__main__":
    print(pl.concat([signs(study, fit(study)) for study in STUDIES]).write_csv(float_precision=2), end="")
