"""Armed conflicts by deaths: what is learnt, from sources that are no list of disputes."""

from __future__ import annotations

import polars as pl
import pytest

from foedus.errors import InputError
from foedus.mechanisms.order.conflicts import COVARIATES, OUTCOMES, Conflicts
from foedus.panels.codebook import lookup
from foedus.panels.disputes import LISTS
from foedus.record.store import Record


@pytest.fixture(scope="module")
def panel(record: Record) -> pl.DataFrame:
    return Conflicts().panel(record, (1947, 2024))


def test_no_list_of_disputes_is_read() -> None:
    sources = {source for name in (*OUTCOMES, *COVARIATES) for source in lookup(name).sources}
    assert not sources & set(LISTS.values())


def test_rows_go_on_as_long_as_conflicts_are_known_and_hold_every_onset_of_dyads_that_were_one(panel: pl.DataFrame) -> None:
    """Russia and Ukraine in 2022 (UCDP); the Gulf in 1990–91 with all who took part."""
    known = Conflicts().complete(panel)
    assert (known["year"].min(), known["year"].max()) == (1947, 2024)
    begun = known.filter(OUTCOMES[0])
    assert begun.filter(ccode1=365, ccode2=369)["year"].to_list() == [2022]
    assert (
        begun.filter(pl.col("year").is_between(1990, 1991), (pl.col("ccode1") == 645) | (pl.col("ccode2") == 645)).height > 20
    )


def test_neighbours_rivals_and_major_powers_fight_more_and_democracies_less(panel: pl.DataFrame) -> None:
    fitted = Conflicts().fit(panel).associations()
    assert min(fitted["contiguous"], fitted["rivalry"], fitted["any_major_power"], fitted["dyad_history"]) > 0.5
    assert fitted["weaker_democracy"] < 0


def test_an_unknown_outcome_is_refused() -> None:
    with pytest.raises(InputError, match="no outcome 'dispute_onset'"):
        Conflicts(outcome="dispute_onset")
