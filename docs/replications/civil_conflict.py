"""Civil conflict: where it begins (after Fearon & Laitin 2003), by all conflicts of UCDP and by wars alone.

Published: S. V. Miller, "State-Year Example: A Basic Replication/Extension of Fearon and Laitin (2003)", article of the R
package peacesciencer, and Miller (2022), CMPS 39(6): 755–779, Table 4. A conflict begins in its first purely intrastate year.
"""

import polars as pl
from beside import show, terms, with_estimates

import foedus
from foedus.models.model import Model
from foedus.record.store import open_record

NAMES = ["gdp_per_head", "population", "uds", "uds_adjusted", "mountainous"]
SHARES = ["ethnic_fractionalization", "religious_fractionalization"]


def rows(wars: bool) -> pl.DataFrame:
    """Return Gleditsch–Ward state-years with whether a conflict, or a war, is under way and begins."""
    states = with_estimates(foedus.panel("state-year", [*NAMES, *SHARES], years=(1946, 2024), system="gw"))
    conflicts = open_record().table("armed_conflicts").filter(pl.col("intensity") >= (2 if wars else 1), type="intrastate")
    first = conflicts.filter(pl.col("year") == pl.col("year").min().over("conflict", "gwcode1"))
    for name, each in {"ongoing": conflicts, "onset": first}.items():
        keys = each.select("year", gwcode="gwcode1").unique().with_columns(pl.lit(True).alias(name))
        states = states.join(keys, on=["gwcode", "year"], how="left").with_columns(pl.col(name).fill_null(False))
    return states.with_columns(population=pl.col("population") / 1e6)


def fit(table: str, wars: bool) -> Model:
    """Fit one column of a table; of wars the package counts years since an onset."""
    since = "onset" if wars else "ongoing"
    return foedus.estimate(f"onset ~ {terms(table)} + poly(years_since({since}), 3, raw=True)", rows(wars), errors="iid")


TABLES = ("civil_conflict", "civil_war", "civil_conflict_2022", "civil_war_2022")
fitted = {table: fit(table, wars="war" in table) for table in TABLES}
if __name__ == "__main__":
    for table in TABLES:
        show(table, fitted[table])
