"""Published results beside what foedus gets: one row each, made by the functions that the tests of this folder are about.

`python -m tests.published.results` writes docs/published-results.md from the raw files; a test holds the page to them, row by
row. What counts as reproduced was set down with the numbers before they were tried.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from foedus.mechanisms.order.democratic_peace import threshold_table
from foedus.record.store import Record
from foedus.validation.in_sample import spending_elasticities
from foedus.validation.significance import rank_agreement
from tests.published import flight_results as flight
from tests.published import test_arctic as arctic
from tests.published import test_bremer, test_bremer_clustered, test_democratic_peace, test_fearon_laitin
from tests.published import test_kantian as kantian
from tests.published import test_machine_learning as learning
from tests.published.result import Result, plain, verdict
from tests.published.test_democratic_peace import record_with

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/published-results.md"


@dataclass(frozen=True)
class Row:
    """How a row is made: the restricted sources it needs, and a function of the record and the raw files."""

    sources: tuple[str, ...]
    make: Callable[[Record, Path], Result]

    def result(self, raw: Path, folder: Path) -> Result:
        """Return the row; `folder` takes the sources in."""
        return self.make(record_with(raw, folder, self.sources), raw)


def bremer(record: Record, raw: Path) -> Result:
    """R1, with model-based errors."""
    rows = test_bremer_clustered.read_dyads(record, raw).filter("politically_relevant_cow")
    fitted = test_bremer.fit(rows, pl.col("peace_years"))
    apart = {term: fitted.coefficients[term] - value for term, (value, _) in test_bremer.PUBLISHED.items()}
    worst = max(abs(apart[term]) / error for term, (_, error) in test_bremer.PUBLISHED.items())
    rows_apart = fitted.rows / test_bremer.PUBLISHED_ROWS - 1
    return Result(
        "R1",
        "peacesciencer's “dangerous dyads” (after Bremer 1992)",
        f"{test_bremer.PUBLISHED_ROWS:,} rows; land contiguity 1.057, capability 1.055, weak-link democracy −.272 …",
        f"{fitted.rows:,} rows ({rows_apart:+.2%}); every coefficient within {worst:.1f} published errors",
        "GML disputes, NMC 7.0, COW contiguity, ATOP 5.1, unified democracy scores, Fariss et al.",
        verdict([worst < 2, abs(rows_apart) < 0.005]),
        "closest contact of a year, either side's pact, years counted by the calendar; with the package's choices 106,031 rows",
    )


def bremer_clustered(record: Record, raw: Path) -> Result:
    """R1, with errors clustered by dyad."""
    dyads = test_bremer_clustered.as_the_package_chooses(test_bremer_clustered.read_dyads(record, raw), raw)
    table = test_bremer_clustered.error_table(test_bremer_clustered.design(dyads, test_bremer.rows_since_a_dispute()))
    found = table.row(by_predicate=pl.col("term") == "land_contiguity", named=True)
    others = ", ".join(f"{term.replace('_', ' ')} ×{ratio:.2f}" for term, ratio in table.select("term", "ratio").iter_rows())
    model, clustered = round(found["model_based"], 3), round(found["clustered"], 3)
    return Result(
        "R1",
        "the same, errors clustered by dyad",
        "land contiguity .058 → .107",
        f"{plain(model)} → {plain(clustered)}; {others}",
        "as above, with the package's choices",
        verdict([(model, clustered) == test_bremer_clustered.CONTIGUITY]),
        "the defence pact is not significant once the years of a dyad are not taken as independent",
    )


def fearon_laitin(record: Record, raw: Path) -> Result:
    """The civil-conflict table."""
    states = test_fearon_laitin.read_state_years(record)
    whole = test_fearon_laitin.give_terrain_to_predecessors(states, raw)
    worst, rows, exact = 0.0, [], []
    for column, published in test_fearon_laitin.PUBLISHED.items():
        fitted = test_fearon_laitin.fit(states, record, column)
        away = [abs(fitted.coefficients[term] - value) / error for term, (value, error) in published.items()]
        worst = max(worst, *away)
        rows.append(f"{fitted.rows:,}")
        exact.append(f"{test_fearon_laitin.fit(whole, record, column).rows:,}")
    return Result(
        "–",
        "peacesciencer's civil-conflict logit (after Fearon & Laitin 2003), version 1.1.9",
        "8,192 rows (wars only 8,189); income −.290, people .242, democracy −.802, its square −.883, mountains .067 …",
        f"{' and '.join(rows)} rows; every coefficient of both columns within {worst:.1f} published errors",
        "UCDP 25.1, CREG, unified democracy scores, Fariss et al., terrain; Gleditsch–Ward states 1946–2013",
        verdict([worst < 2]),
        f"{' and '.join(exact)} rows once Germany and Yemen before 1990 have their successors' terrain; the democracy scores "
        "are of a later release",
    )


def importance(record: Record, raw: Path) -> Result:
    """R2."""
    conditions = kantian.dangerous_conditions(record, raw)
    fitted = kantian.war_model(conditions, "polity2")
    found = dict(zip(kantian.BREMER, fitted.coefficients[1:], strict=True))
    order = " > ".join(name.replace("_", " ") for name in sorted(found, key=lambda name: -found[name]))
    agreement = kantian.rank_agreement(found, kantian.BREMER)
    return Result(
        "R2",
        "Bremer 1992, order of importance of the conditions of war",
        " > ".join(name.replace("_", " ") for name in kantian.BREMER) + "; alliance dangerous alone, not beside the others",
        f"{order}: rank agreement {plain(agreement, 2)}; alliance changes its sign (z of its absence "
        f"{kantian.z_of('no_alliance', fitted):.1f})",
        "COW wars 4.0 between original belligerents 1816–1965, ATOP 5.1, NMC 7.0, polity2",
        verdict([agreement >= 0.8, found["no_alliance"] > 0]),
        "every sign and the first place are the article's; major power, its last, is second here. Its wars, alliances and "
        "democracy data are earlier ones",
    )


def monadic(record: Record, raw: Path) -> Result:
    """R3."""
    conditions = kantian.dangerous_conditions(record, raw)
    z = {measure: kantian.z_of("no_democracy", kantian.war_model(conditions, measure)) for measure in kantian.MEASURES}
    told = ", ".join(f"{measure} {value:.1f}" for measure, value in z.items())
    lost = [measure for measure, value in z.items() if value < 1.96]
    return Result(
        "R3",
        "Buhaug 2005, the monadic democratic peace",
        "not robust to the measure of democracy; the dyadic one robust to the estimator",
        f"z of “no democracy on either side”: {told}; two democracies dispute less by every measure, by logit and "
        "complementary log-log",
        "as R2",
        verdict([0 < len(lost) < len(z)]),
        "it depends on whether V-Dem, the unified scores or Polity tells who is a democracy",
    )


def democratic_peace(record: Record, raw: Path) -> Result:
    """R4."""
    del raw
    table = threshold_table(record)
    counted = {(row["measure"], row["threshold"]): row for row in table.iter_rows(named=True)}
    chosen = {key: counted[key[0], float(key[1])] for key in test_democratic_peace.PUBLISHED}
    told = "; ".join(
        f"{measure} ≥ {threshold}: {row['dyad_years']:,}, {row['onsets']}, {row['fatal']} fatal, {row['war_dyads']} of war, "
        f"rate ratio {plain(row['rate_ratio'], 2)}"
        for (measure, threshold), row in chosen.items()
    )
    exact = [
        all(
            value is None or value == row[name]
            for name, value in (
                ("dyad_years", published.dyad_years),
                ("onsets", published.onsets),
                ("fatal", published.fatal),
                ("war_dyads", published.wars),
            )
        )
        for published, row in zip(test_democratic_peace.PUBLISHED.values(), chosen.values(), strict=True)
    ]
    return Result(
        "R4",
        "the record of the democratic peace",
        "polity2 ≥ 7: 71,389 dyad-years, 109 onsets, 17 fatal, 1 of war, rate ratio .38; V-Dem ≥ .7: 40,108, 37, no war, .22 …",
        told,
        "GML disputes 1816–2010, COW wars 4.0, polity2, V-Dem 16",
        verdict(exact),
        "exact; against all other dyad-years with both scores known",
    )


def kantian_peace(record: Record, raw: Path) -> Result:
    """R5."""
    del raw
    found = kantian.kantian_changes(kantian.kantian_dyads(record))
    return Result(
        "R5",
        "Oneal & Russett 1999, Russett 2010: change of the risk of a fatal dispute",
        ", ".join(f"{name} {change(value)}" for name, value in kantian.RUSSETT.items()),
        ", ".join(f"{name} {change(found[name])}" for name in kantian.RUSSETT),
        "COW disputes 5.0, trade 4.0, organisations 3.0, NMC 7.0, polity2, ATOP; politically relevant dyads 1886–2001",
        verdict([abs(found[name] - value) <= 10 for name, value in kantian.RUSSETT.items()]),
        "democracy, alliance and power within ten points. Trade is set beside real income as shares of the world's, for "
        "incomes at current prices begin in 1960 (from then on its 90th percentile goes with −19 %); organisations are a later "
        "release; the COW list of alliances was not used",
    )


def confounding(record: Record, raw: Path) -> Result:
    """R6."""
    del raw
    peace, pacts = (test_democratic_peace.confounding(record, each) for each in ("joint democracy", "defence_pact"))
    near = abs(peace.needed / test_democratic_peace.IMAI_LO - 1) <= 0.2
    return Result(
        "R6",
        "Imai & Lo 2021, what a confounder of the democratic peace would need",
        f"{test_democratic_peace.IMAI_LO} times more prevalent in democratic dyads",
        f"{peace.needed:.0f} times (95 % interval {peace.low:.0f} to {peace.high:,.0f}); of defence pacts {pacts.needed:.1f} "
        "times, and there the association is with more war",
        "COW wars 4.0 1816–2007, polity2 ≥ 7 on both sides, all dyads; ATOP",
        verdict([near]),
        "one war of 1974 makes the ratio, and the interval holds nearly everything; the article's sample was not available",
    )


def prediction(record: Record, raw: Path) -> Result:
    """R11."""
    del raw
    ranked = learning.rank_covariates(record)
    rivalry = ranked.row(by_predicate=pl.col("covariate") == "rivalry", named=True)
    agreement = rank_agreement(ranked)
    return Result(
        "R11",
        "Ward, Greenhill & Bakke 2010, significance is not prediction",
        "covariates rank differently by significance and by what forecasts lose without them",
        f"rank agreement {plain(agreement, 2)}; rivalry, {rivalry['rank_z']} of {len(ranked)} by significance "
        f"(z {rivalry['z']:.1f}), costs forecasts {plain(-rivalry['auc_lost'], 4)} of the area under the ROC curve",
        "the disputes mechanism on politically relevant dyads, fitted 1887–1989, 1990–2010 forecast",
        verdict([agreement < 0.8]),
        "for our own model, with no year scored that it was fitted to",
    )


def machines(record: Record, raw: Path) -> Result:
    """R13."""
    del raw
    rows = learning.seven_variables(record)
    forest, machine = (learning.area(rows, each, learning.anywhere) for each in (learning.forest, learning.machine))
    unseen = learning.area(rows, learning.forest, learning.half_of_the_dyads)
    return Result(
        "R13",
        "machine learning on disputes 1946–92 (Habtemariam, Marwala & Lagazio 2005)",
        "area under the ROC curve about .84, by a support-vector machine",
        f"random forest {plain(forest, 2)}, support-vector machine {plain(machine, 2)}; the forest on dyads it has not seen "
        f"{plain(unseen, 2)}",
        "the article's seven variables from COW disputes 5.0, NMC 7.0, trade 4.0, polity2, ATOP",
        verdict([abs(each - learning.PUBLISHED_AREA) <= learning.NEAR for each in (forest, machine)]),
        "with years of the same dyads on both sides of the split, as in the article, a forest remembers which dyads dispute",
    )


def spending(record: Record, raw: Path) -> Result:
    """R17."""
    del raw
    told = {row["choice"]: row for row in spending_elasticities(record).iter_rows(named=True)}
    adjusted, levels = told["adjusted"], told["levels within states"]
    return Result(
        "R17",
        "military expenditure and foreseeable risk (Nordhaus, Oneal & Russett 2012)",
        "about +3 % a percentage point of the probability of a fatal dispute",
        f"{adjusted['value']:+.1f} % ({adjusted['low']:.1f} to {adjusted['high']:.1f}) once adjusted; {levels['value']:+.1f} % "
        f"({levels['low']:.1f} to {levels['high']:.1f}) where levels are compared within states",
        "163 states 1962–2024, World Bank (SIPRI) share of GDP times GDP, risks forecast by our own model",
        verdict([1 <= row["value"] <= 5 for row in (adjusted, levels)]),
        "1 to 5 % counts; a pact, a rival or a war adds nothing out of sample",
    )


def ice(record: Record, raw: Path) -> Result:
    """R19."""
    del raw
    area, extent = (arctic.fitted(record, name, 2015).sensitivity() for name in (arctic.AREA, arctic.EXTENT))
    return Result(
        "R19",
        "September ice a tonne of CO2 (Notz & Stroeve 2016)",
        "3.0 ± .3 m² of area",
        f"area {area[0]:.2f} ({area[1]:.2f} to {area[2]:.2f}), extent {extent[0]:.2f} ({extent[1]:.2f} to {extent[2]:.2f}), "
        "1979–2015",
        "NSIDC Sea Ice Index v4 with the disc around the pole, CO2 with land use",
        verdict([arctic.PUBLISHED[0] <= each[0] <= arctic.PUBLISHED[1] for each in (area, extent)]),
        "satellite years alone, single Septembers; to 2012 both lie within, and the pause since has lowered both",
    )


def free_of_ice(record: Record, raw: Path) -> Result:
    """R20."""
    del raw
    area, extent = (arctic.chances(record, name) for name in (arctic.AREA, arctic.EXTENT))
    return Result(
        "R20",
        "a September free of ice by warming (Niederdrenk & Notz 2018)",
        "10 % at 1.5 °C and over 99 % at 2 °C with the more sensitive observations; far below 1 % and 10 % with the less",
        f"by area {area[0]:.1%} and {area[1]:.0%}, by extent {extent[0]:.2%} and {extent[1]:.0%}",
        "NSIDC on GISTEMP, one line through 46 years",
        verdict([area[0] < 0.01 and 0.10 <= area[1] <= 0.99]),
        "the same order as their less sensitive observations; a straight line knows nothing of the last ice",
    )


def first_free_september(record: Record, raw: Path) -> Result:
    """R21."""
    del raw
    years = [told["median"] for told in arctic.first(record, arctic.AREA).values()]
    return Result(
        "R21",
        "the first September below a million km² (SIMIP 2020)",
        "before 2050 in most runs of every scenario",
        f"medians {', '.join(map(str, years))} from SSP1-2.6 to SSP5-8.5, by area",
        "NSIDC on cumulative CO2; AR6 emissions",
        verdict([year is not None and year < 2050 for year in years]),
        "by extent, of which a million km² is less ice, later",
    )


ROWS: dict[str, Row] = {
    "R1": Row(("cow_nmc", "cow_contiguity"), bremer),
    "R1 clustered": Row(("cow_nmc", "cow_contiguity"), bremer_clustered),
    "Fearon–Laitin": Row((), fearon_laitin),
    "R2": Row(("cow_nmc", "cow_contiguity", "polity"), importance),
    "R3": Row(("cow_nmc", "cow_contiguity", "polity"), monadic),
    "R4": Row(("polity", "cow_wars"), democratic_peace),
    "R5": Row(("cow_nmc", "cow_contiguity", "cow_mid", "cow_trade", "cow_igo", "polity"), kantian_peace),
    "R6": Row(("polity", "cow_wars"), confounding),
    "R11": Row((), prediction),
    "R13": Row(("cow_nmc", "cow_contiguity", "cow_mid", "cow_trade", "polity"), machines),
    "R17": Row((), spending),
    "R19": Row((), ice),
    "R20": Row((), free_of_ice),
    "R21": Row((), first_free_september),
    "R24": Row((), flight.warm_years),
    "R25": Row((), flight.applications),
    "R26": Row((), flight.corridors),
    "R29": Row((), flight.blocks),
    "R30": Row((), flight.hosting),
}
"""The rows of the page, in its order."""

HEAD = """\
# Published results, reproduced

Each row is a published number, what foedus gets for it and on which data. What counts as reproduced was fixed before it was
tried: two published standard errors for a coefficient, exactness for a count, ten points for a risk, .02 for an area under the
ROC curve. Where a result is not reproduced the row says what differs. Sources that may not be passed on are imported for the
tests; without the publishers' files these are skipped, and say so.

| | study | published | foedus | data | reproduced | why |
| --- | --- | --- | --- | --- | --- | --- |
"""

TAIL = """\

Not on this page: what alliance obligations do (Leeds 2003; Johnson & Leeds 2011; Kenwick & Vasquez 2017; Benson 2011), who
signs defence agreements (Kinne 2018) and how large wars are (Cederman 2003), which are tested with their mechanisms. Not
tried: Hegre et al. 2013, whose forecasts of civil conflict rest on infant mortality, youth, education and oil, which the record
does not hold.

*Written by `python -m tests.published.results` from the raw files: change that, not this page.*
"""


def change(per_cent: float) -> str:
    """Return a change with its sign.

    >>> change(-43), change(39.4)
    ('−43 %', '+39 %')
    """
    return f"{per_cent:+.0f} %".replace("-", "−")


def page(results: Sequence[Result]) -> str:
    """Return the page as Markdown."""
    return HEAD + "".join(result.line for result in results) + TAIL


if __name__ == "__main__":
    from tests.conftest import RAW

    made = []
    for row in ROWS.values():
        with tempfile.TemporaryDirectory() as scratch:
            made.append(row.result(RAW, Path(scratch)))
    PAGE.write_text(page(made), encoding="utf-8")
