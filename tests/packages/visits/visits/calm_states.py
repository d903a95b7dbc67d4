"""Democracies enter fewer disputes than states of their size.

    log odds of onset(i, t) = a + b · polyarchy(i, t - 1) + c · log population(i, t - 1)

Unit of analysis: the state-year. Leaves out: everything else.
"""

from foedus import Regression

CALM = Regression(
    "state-year",
    "state_dispute_onset ~ polyarchy + log(population)",
    name="calm_states",
    claim="Democracies enter fewer disputes than states of their size.",
    first_year=1980,
)
