"""Dangerous dyads: who begins disputes with whom (after Bremer 1992), and how sure that is.

Published: S. V. Miller, "Dyad-Year Example: A Replication of Bremer's (1992) Dangerous Dyads", article of the R package
peacesciencer. Needs cow-nmc and cow-contiguity.
"""

import polars as pl
from beside import show, terms, with_estimates

import foedus

OF_DYADS = ["dispute_onset", "peace_years", "contiguity_type", "defence_pact", "politically_relevant_cow"]
OF_STATES = ["major_power", "cinc", "milper", "tpop", "uds_adjusted", "gdp_per_head"]
FORMULA = f"dispute_onset ~ {terms('dangerous_dyads')} + min(gdp_per_head_1, gdp_per_head_2) + poly(peace_years, 3, raw=True)"


def rows() -> pl.DataFrame:
    """Return politically relevant dyads with what is computed of both sides."""
    panel = foedus.panel("dyad-year", [*OF_DYADS, *OF_STATES], years=(1816, 2010), alliances_from="atop")
    soldiers = [pl.col(f"milper_{side}") / pl.col(f"tpop_{side}") for side in (1, 2)]
    both = pl.all_horizontal(each.is_not_null() for each in soldiers)
    return with_estimates(panel.filter("politically_relevant_cow")).with_columns(
        land=pl.col("contiguity_type") == 1,
        capabilities=pl.min_horizontal("cinc_1", "cinc_2") / pl.max_horizontal("cinc_1", "cinc_2"),
        major_power=pl.col("major_power_1") | pl.col("major_power_2"),
        militarization=pl.when(both).then(pl.min_horizontal(soldiers)),
    )


fitted = foedus.estimate(FORMULA, rows(), errors="iid")
clustered = foedus.estimate(FORMULA, rows(), cluster="dyad")
if __name__ == "__main__":
    show("dangerous_dyads", fitted)
    print(f"error of land contiguity by dyad: {clustered.std_errors[1]:.3f}")
