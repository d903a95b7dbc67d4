"""The publishers' real files, imported: the statistics of the R package's tables, difference by difference."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from foedus.record.additions import add
from foedus.record.store import Record
from tests.published.reference import FILES


@pytest.fixture(scope="module")
def real(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], pl.DataFrame]:
    """Reads a table imported from the real files."""
    folder = tmp_path_factory.mktemp("real")
    additions = [
        [add(source, raw / "political" / name, folder=folder) for name in names][-1] for source, names in FILES.items()
    ]
    assert not [file for addition in additions for file in addition.unknown_files()]
    places = {each.name: addition.path(each) for addition in additions for each in addition.tables}
    return lambda name: pl.read_parquet(places[name])


@pytest.fixture(scope="module")
def reference(raw: Path) -> Callable[[str, str], dict[str, float]]:
    """A row of the R package's column statistics: file, column."""
    folder = raw.parent / "reference/peer-statistics"
    if not folder.is_dir():
        pytest.skip("needs the reference's statistics beside the raw files (../reference/peer-statistics)")
    return lambda name, column: pl.read_csv(folder / f"{name}.csv", null_values="NA").row(
        by_predicate=pl.col("column") == column, named=True
    )


MONADIC, FEWER, DYADIC = "state-year-cow-1816-2025", "state-year-cow-1946-2014-more", "directed-dyad-year-cow-1816-2025"


@pytest.mark.parametrize(
    ("name", "column", "theirs"),
    [
        *(("material_capabilities", name, name) for name in ("milex", "milper", "irst", "pec", "tpop", "upop", "cinc")),
        ("polity", "polity2", "polity2"),
        ("igo_memberships", "full", "sum_igo_full"),
        ("igo_memberships", "associate", "sum_igo_associate"),
        ("igo_memberships", "observer", "sum_igo_observer"),
        ("igo_memberships", "any_kind", "sum_igo_anytype"),
        ("national_trade", "imports", "imports"),
        ("national_trade", "exports", "exports"),
    ],
)
def test_imported_columns_have_the_references_statistics(
    name: str,
    column: str,
    theirs: str,
    real: Callable[[str], pl.DataFrame],
    reference: Callable[[str, str], dict[str, float]],
) -> None:
    values, expected = real(name)[column].drop_nulls(), reference(MONADIC, theirs)
    assert values.len() == expected["n"]
    assert values.cast(pl.Float64).sum() == pytest.approx(expected["sum"], rel=1e-12)
    assert (values.min(), values.max()) == (pytest.approx(expected["min"]), pytest.approx(expected["max"]))


def test_neighbours_differ_from_the_reference_only_where_it_takes_the_first_spell(
    raw: Path,
    record: Record,
    real: Callable[[str], pl.DataFrame],
    reference: Callable[[str, str], dict[str, float]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    spells = pl.read_csv(raw / "political/contiguity/cow_contdir_v32.csv", try_parse_dates=True)
    years = pl.int_ranges(pl.col("stdate").dt.year(), pl.col("enddate").dt.year() + 1, dtype=pl.Int16).alias("year")
    first = spells.with_columns(years).explode("year").unique(["ccode1", "ccode2", "year"], keep="first", maintain_order=True)
    assert first["conttype"].sum() == reference(DYADIC, "conttype")["sum"], "the reference takes the first spell of a year"
    closest = real("contiguity")
    both = first.filter(pl.col("ccode1") < pl.col("ccode2")).with_columns(pl.col("ccode1", "ccode2").cast(pl.Int16))
    apart = both.join(closest, on=["ccode1", "ccode2", "year"], how="left").filter(
        pl.col("conttype") != pl.col("type").fill_null(0)
    )
    assert apart.height * 2 == 1410, "directed dyad-years"
    again = apart.join(spells.filter(pl.col("conttype") > 0), on=["ccode1", "ccode2"], suffix="_other").filter(
        pl.col("year").is_between(pl.col("stdate_other").dt.year(), pl.col("enddate_other").dt.year()),
        pl.col("conttype_other") == pl.col("type"),
    )
    assert again.select("ccode1", "ccode2", "year").n_unique() == apart.height, "each has a closer spell in the same year"
    counts = _members(record, 1946, 2014).join(real("border_counts"), on=["ccode", "year"], how="left")
    for column in ("land", "sea"):
        ours, theirs = counts[column].sum(), reference(FEWER, column)["sum"]
        with capsys.disabled():
            told = f"\n{column} borders 1946–2014: {ours} here, {theirs:.0f} in the reference, which takes a year's first spell"
            sys.stdout.write(told)
        assert ours > theirs


def _members(record: Record, first: int, last: int) -> pl.DataFrame:
    return record.table("state_years").select("ccode", "year").filter(pl.col("year").is_between(first, last))


def test_civil_wars_are_the_references_and_their_onsets_those_of_the_government(
    real: Callable[[str], pl.DataFrame], reference: Callable[[str, str], dict[str, float]]
) -> None:
    rows = real("intrastate_war_years").filter(pl.col("year").is_between(1946, 2014))
    assert rows.height == reference(FEWER, "cowintraongoing")["sum"]
    assert reference(FEWER, "cowintraonset")["sum"] == 133
    assert rows["onset"].sum() == 153, "the reference's flag often sits on the row of a state that intervened"


def test_wars_between_states_are_those_of_the_package_and_those_it_misses(
    raw: Path, real: Callable[[str], pl.DataFrame]
) -> None:
    theirs = pl.read_csv(raw / "political/wars/cow_war_inter.csv", null_values="NA", schema_overrides={"year": pl.Int16})
    pairs = (
        theirs.filter(pl.col("ccode1") < pl.col("ccode2")).select(pl.col("ccode1", "ccode2").cast(pl.Int16), "year").unique()
    )
    ours = real("interstate_war_years")
    keys = ["ccode1", "ccode2", "year"]
    assert pairs.join(ours, on=keys, how="anti").is_empty()
    assert ours.join(pairs, on=keys, how="anti").select(keys).rows() == [
        (220, 255, 1944),
        (220, 255, 1945),
        (220, 310, 1944),
        (220, 310, 1945),
        (220, 740, 1944),
        (220, 740, 1945),
        (345, 640, 1913),
    ]


def test_sides_of_wars_are_as_the_package_has_them(raw: Path, real: Callable[[str], pl.DataFrame]) -> None:
    """Who began it, how it ended and who died, of every dyad-year in which one war alone is told of."""
    names = {"initiator": "initiator1", "outcome": "outcome1", "batdeath": "battle_deaths1"}
    file = pl.read_csv(raw / "political/wars/cow_war_inter.csv", null_values="NA", schema_overrides={"year": pl.Int16})
    keys = ["ccode1", "ccode2", "year"]
    theirs = file.filter(pl.len().over(keys) == 1).with_columns(pl.col("ccode1", "ccode2").cast(pl.Int16))
    both = theirs.join(real("interstate_war_sides"), on=keys, suffix="_ours")
    assert both.height == theirs.height > 1_700
    for old, ours in names.items():
        told = pl.when(pl.col(f"{old}1") >= 0).then(pl.col(f"{old}1").cast(pl.Int64))
        column = f"{ours}_ours" if ours in theirs.columns else ours
        assert both.drop_nulls(f"{old}1").filter(told.ne_missing(pl.col(column).cast(pl.Int64))).is_empty(), old


def test_civil_wars_say_how_they_ended_and_at_what_cost(real: Callable[[str], pl.DataFrame]) -> None:
    """Hungary 1956 is no civil war; Cuba 1958–59 is number 745, won by the rebels: 2,000 and 1,000 dead."""
    cuba = real("intrastate_war_years").filter(pl.col("ccode") == 40, pl.col("year") == 1958)
    facts = ("war", "type", "internationalized", "outcome", "government_deaths", "opponent_deaths")
    assert cuba.select(facts).rows() == [(745, 4, False, 2, 2000, 1000)]


def test_the_participants_of_the_corrected_disputes_give_their_dyad_years(raw: Path, record: Record) -> None:
    from foedus.record.sources import cow_mid

    spells = pl.read_parquet(raw / "political/mids/gml_part.parquet").with_columns(fatality=0, hostlev=1)
    made = cow_mid._participants(
        pl.concat([spells.cast({"dispnum": pl.Int32}), _a_last_dispute(spells)], how="diagonal_relaxed").with_columns(
            pl.col("dispnum", "ccode", "styear", "endyear").cast(pl.Int32)
        )
    )["cow_dispute_dyad_years"].filter(pl.col("year") <= 2010)
    published = record.table("dispute_dyad_years")
    keys = ["dispute", "ccode1", "ccode2", "year"]
    assert published.join(made, on=keys, how="anti").is_empty()
    extra = made.join(published, on=keys, how="anti")
    sides = spells.group_by("dispnum", "ccode").agg(pl.col("sidea").n_unique()).filter(pl.col("sidea") > 1)
    assert extra.height == 12
    assert set(extra["dispute"]) <= set(sides["dispnum"]), "only of states that changed sides"


def _a_last_dispute(spells: pl.DataFrame) -> pl.DataFrame:
    """A dispute of 2014, where the reader expects the release to end."""
    both = spells.head(2).with_columns(
        dispnum=9999, styear=2014, endyear=2014, ccode=pl.Series([2, 20]), sidea=pl.Series([1, 0])
    )
    return both.with_columns(pl.col("dispnum").cast(pl.Int32))


def test_a_disputes_hostility_is_its_participants_highest_but_for_one(raw: Path, tmp_path: Path) -> None:
    folder = raw / "political/mids"
    alone = add("cow-mid", folder / "cow_mid_dirdisps.parquet", folder=tmp_path)
    before = pl.read_parquet(alone.path(alone.tables[0])).select("dispute", "hostility").unique()
    both = add("cow-mid", folder / "cow_mid_disps.csv", folder=tmp_path)
    after = pl.read_parquet(both.path(both.tables[0])).select("dispute", told="hostility").unique()
    joined = before.join(after, on="dispute")
    assert joined.filter(pl.col("hostility") != pl.col("told"))["dispute"].to_list() == [2212]


def test_every_flow_of_trade_is_the_files(raw: Path, real: Callable[[str], pl.DataFrame]) -> None:
    theirs = pl.read_parquet(raw / "political/trade/cow_trade_dyadic_v4_directed.parquet")
    ours = real("trade_flows")
    joined = theirs.join(ours, on=["ccode1", "ccode2", "year"], how="left")
    assert joined.filter(pl.col("flow1").cast(pl.Float32).ne_missing(pl.col("flow"))).is_empty()
    assert joined.filter(pl.col("smoothflow1").cast(pl.Float32).ne_missing(pl.col("smoothed"))).is_empty()
    assert ours.height == theirs.filter(pl.any_horizontal(pl.col("flow1", "smoothflow1").is_not_null())).height


def test_known_numbers_of_the_imported_files(real: Callable[[str], pl.DataFrame]) -> None:
    capabilities = real("material_capabilities").filter(pl.col("year") == 2022)
    assert capabilities.filter(pl.col("ccode") == 2)["milper"].item() == 1360
    assert capabilities.filter(pl.col("ccode") == 20)["cinc"].item() == pytest.approx(0.0081, abs=5e-5)
    usa_canada = (pl.col("ccode1") == 2) & (pl.col("ccode2") == 20)
    flows = real("trade_flows").filter(usa_canada & (pl.col("year") == 2014))
    assert flows["flow"].item() == 346_063
    assert real("shared_igos").filter(usa_canada & (pl.col("year") == 2014))["shared"].item() == 72
    assert real("contiguity").filter(usa_canada)["type"].unique().to_list() == [1]
    assert real("contiguity").filter(usa_canada)["year"].min() == 1920
    assert real("polity").filter((pl.col("ccode") == 20) & (pl.col("year") == 2018))["polity2"].item() == 10
