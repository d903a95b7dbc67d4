"""Whole tables against the reference implementation: every column equal, or different by a fault that explains it exactly."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
import pytest

from foedus.panels import disputes
from foedus.panels.panel import panel
from foedus.record.store import Record
from tests.published import faults
from tests.published.agreement import PAGE, PUBLISHED, Agreement, compare, page
from tests.published.faults import DYAD, STATE
from tests.published.reference import whole_record

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def complete(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Record:
    """The record with every restricted source imported from the raw files."""
    if not (raw.parent / "reference/peer-statistics").is_dir():
        pytest.skip("needs the reference's statistics beside the raw files (../reference/peer-statistics)")
    return whole_record(raw, tmp_path_factory.mktemp("restricted"))


@pytest.fixture(scope="module")
def agreement(raw: Path, complete: Record) -> Agreement:
    return compare(raw, complete)


def test_every_column_is_the_references_or_differs_by_a_known_fault(
    agreement: Agreement, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{page(agreement)}\n")
    assert not agreement.unexplained, "\n".join(agreement.unexplained)


def test_the_page_of_differences_is_what_the_tables_give(agreement: Agreement) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(agreement), "run `python -m tests.published.agreement`"


@pytest.mark.parametrize(("file", "names"), PUBLISHED.items())
def test_what_is_kept_with_seven_digits_is_the_published_value_rounded(
    file: str, names: dict[str, str], raw: Path, record: Record
) -> None:
    rows = panel("state-year", list(names.values()), years=(1946, 2014), record=record)
    published = faults.as_published(raw, file, rows.select(STATE))
    assert all(rows[ours].equals(published[theirs].cast(pl.Float32)) for theirs, ours in names.items())


@pytest.fixture(scope="module")
def whittled(raw: Path) -> pl.DataFrame:
    """The reference's table of disputes: one a directed dyad-year."""
    return pl.read_parquet(raw / "political/mids/gml_mid_ddydisps.parquet")


@pytest.fixture(scope="module")
def chosen(complete: Record) -> pl.DataFrame:
    """The dispute that our rule lets speak for a directed dyad-year."""
    return disputes.one_each(complete.table("dispute_dyad_years"), ["ccode1", "ccode2"], "onset-first")


def test_onset_first_speaks_for_the_references_dyad_years(whittled: pl.DataFrame, chosen: pl.DataFrame) -> None:
    assert (whittled.height, chosen.height) == (9_284, 9_284)
    assert whittled.join(chosen, on=DYAD, how="anti").is_empty()
    assert not whittled.select(DYAD).is_duplicated().any()


def test_onset_first_chooses_the_references_dispute(whittled: pl.DataFrame, chosen: pl.DataFrame) -> None:
    beside = whittled.join(chosen, on=DYAD)
    assert beside["dispnum"].equals(beside["dispute"])


def test_a_dispute_is_described_as_in_the_references_table(complete: Record, whittled: pl.DataFrame) -> None:
    ours = faults.codes_for_missing(faults.whittled(complete))
    both = whittled.join(ours, on=DYAD, suffix="_ours")
    names = {"fatality": "fatality_ours", "hostlev": "hostility", "recip": "reciprocated", "mindur": "shortest_days"}
    names |= {"maxdur": "longest_days", "stmon": "start_month", "gmlmidonset": "onset"}
    for side in "12":
        names |= {f"sidea{side}": f"side_a{side}", f"orig{side}": f"originator{side}", f"hostlev{side}": f"hostility{side}"}
        names |= {f"fatality{side}": f"fatality{side}_ours", f"fatalpre{side}": f"deaths{side}"}
        names[f"hiact{side}"] = f"highest_action{side}"
    unequal = [theirs for theirs, mine in names.items() if not both[theirs].cast(pl.Int32).equals(both[mine].cast(pl.Int32))]
    assert not unequal


def test_a_border_the_reference_misses_is_in_the_file_for_the_same_year(raw: Path, complete: Record) -> None:
    rows = panel("dyad-year", ["contiguity_type"], years=(1816, 2016), directed=True, record=complete)
    first = faults.joined(rows, faults.first_spells(raw)).with_columns(pl.col("conttype").fill_null(0))
    other = first.filter(pl.col("conttype") != pl.col("contiguity_type"))
    assert other.height == 1_410
    assert other.filter((pl.col("conttype") > 0) & (pl.col("conttype") < pl.col("contiguity_type"))).is_empty()
    spells = pl.read_csv(raw / "political/contiguity/cow_contdir_v32.csv", try_parse_dates=True)
    dated = spells.with_columns(pl.col("stdate").dt.year(), pl.col("enddate").dt.year())
    listed = faults.years(dated, "stdate", "enddate").select(pl.col(*DYAD, "conttype").cast(pl.Int16))
    assert other.join(listed, left_on=[*DYAD, "contiguity_type"], right_on=[*DYAD, "conttype"], how="anti").is_empty()


def test_peace_years_differ_only_after_a_return_to_the_system(complete: Record) -> None:
    rows = panel("dyad-year", ["dispute_ongoing", "peace_years"], years=(1816, 2010), directed=True, record=complete)
    counted = rows.with_columns(rows=faults.rows_not_years(rows))
    gone = (pl.col("year").diff() > 1).fill_null(False).cum_sum().over("ccode1", "ccode2") > 0
    other = counted.with_columns(returned=gone).filter(pl.col("rows") != pl.col("peace_years"))
    assert other["returned"].all()
    assert (other["rows"] > other["peace_years"]).any()


def test_obligations_that_point_one_way_are_those_of_the_file(raw: Path, complete: Record) -> None:
    file = pl.read_parquet(raw / "political/alliances_atop/atop_ddyr_pledges_peacesciencer.parquet")
    rows = panel("dyad-year", ["defence_pact"], years=(1816, 2018), directed=True, alliances_from="atop", record=complete)
    told = faults.joined(rows, file.select(*DYAD, "atop_defense"))
    assert told["defence_pact"].cast(pl.Int16).equals(told["atop_defense"].fill_null(0))
    turned = rows.rename({"ccode1": "ccode2", "ccode2": "ccode1"}).select(*DYAD, back="defence_pact")
    assert rows.join(turned, on=DYAD).filter(pl.col("defence_pact") != pl.col("back")).height == 924
