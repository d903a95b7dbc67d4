"""Leaders' experience and who begins disputes (after Horowitz & Stam 2014, International Organization 68(3): 527–559).

Published: S. V. Miller (2022), "{peacesciencer}: An R Package for Quantitative Peace Science Research", Conflict Management
and Peace Science 39(6): 755–779, Table 5 (p. 17 of the manuscript). Needs cow-nmc.
"""

import polars as pl
from beside import PUBLISHED, show, terms

import foedus

EVENT, OUTCOME = "years_since(state_dispute_initiation)", "state_dispute_initiation"
FORMULA = f"{OUTCOME} ~ {terms('leaders_who_fight')} + {EVENT}**2 + {EVENT}**3"
NAMES = [name for name in PUBLISHED.filter(table="leaders_who_fight")["term"] if name.isidentifier() and name != "tenure"]

leaders = foedus.panel("leader-year", [OUTCOME, "leader_woman", "leader_military_service", *NAMES], years=(1875, 2010))
leaders = leaders.with_columns(tenure=pl.col("year") - pl.col("year").min().over("leader") + 1)
fitted = foedus.estimate(FORMULA, leaders, errors="iid")
if __name__ == "__main__":
    show("leaders_who_fight", fitted)
