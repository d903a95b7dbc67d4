"""Published results on flight and on hosting, as rows of docs/published-results.md: climate, gravity, violence, conflict."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.mechanisms.climate.displacement import HURDLE, SIZE
from foedus.mechanisms.climate.pressure import ONSET
from foedus.record.states import StateSystem
from foedus.record.store import Record
from foedus.validation.displacement import flight
from foedus.validation.displacement.flows import BARE
from foedus.validation.hindcast import FULL
from foedus.validation.in_sample import pressure_curves
from foedus.words import spread
from tests.published import test_displacement as displacement
from tests.published.result import Result, plain, verdict
from tests.published.test_pressure import CONTROL

CONFLICT = "conflict and repression"


def warm_years(record: Record, raw: Path) -> Result:
    """R24."""
    del raw
    told = displacement.everywhere(record)
    low, high = told["standardized_low"], told["standardized_high"]
    return Result(
        "R24",
        "environmental change and migration, a meta-analysis (Hoffmann et al. 2020)",
        "+.021 standard deviations of migration a standard deviation of change",
        f"{plain(told['standardized'])} ({plain(low)} to {plain(high)}) of flight abroad, a standard deviation of temperature",
        f"{told['n']:,} state-years of {told['origins']} origins 2001–2023, UNHCR, FAOSTAT; within origins and years",
        verdict([low <= displacement.META_ANALYSIS <= high]),
        "zero is in it and theirs is not; theirs is migration of every kind, within countries too, and every kind of change. "
        "Sudden events (Šedová et al. 2021, no clear average) have to be imported and were not tried",
    )


def applications(record: Record, raw: Path) -> Result:
    """R25."""
    del raw
    found = displacement.to_the_union(record, ("anomaly_squared", "anomaly"))
    whole, without = (table.row(by_predicate=pl.col("term") == "anomaly_squared") for table in (found.whole, found.without))
    system = StateSystem.of(record)
    told = [f"{plain(value)} ({plain(low)} to {plain(high)})" for _, value, low, high, *_ in (whole, without)]
    return Result(
        "R25",
        "temperature and asylum applications to the European Union (Missirian & Schlenker 2017), and its critique",
        "convex in temperature, +28 % (RCP4.5) to +188 % (RCP8.5) by the end of the century; carried by two countries",
        f"square of the departure from the mean {told[0]} per °C²; without the two origins that move it most "
        f"({' and '.join(system.name(code, 2014) for code in found.two)}) {told[1]}",
        "first applications to 28 states 2001–2014, UNHCR, FAOSTAT; within origins and years",
        verdict([whole[2] > 0]),
        "their curve is in the level of temperature over maize land, which the record lacks, and no projection is made; the "
        "two do not carry what there is",
    )


def corridors(record: Record, raw: Path) -> Result:
    """R26."""
    del raw
    told = {row["model"]: row for row in flight.followed(record).iter_rows(named=True)}
    gravity, full = told[flight.GRAVITY_ALONE], told[FULL]
    below = 1 - gravity["share with r_squared above zero"]
    return Result(
        "R26",
        "gravity models over time (Beyer, Schewe & Lotze-Campen 2022)",
        "the share of a corridor's variance over time that they explain is often below zero",
        f"below zero in {100 * below:.0f} % of {gravity['judged']:,} corridors with gravity alone, in "
        f"{100 - 100 * full['share with r_squared above zero']:.0f} % with all terms; {full['forecast']:,} are forecast",
        "flight 2008–2023 from four origins, UNHCR",
        verdict([below > 0.5]),
        "a corridor is forecast where the model beats its mean so far and last year's count, and not otherwise",
    )


def blocks(record: Record, raw: Path) -> Result:
    """R29."""
    del raw
    told = {(row["outcome"], row["model"], row["block"]): row for row in flight.drivers(record).iter_rows(named=True)}
    bare, climate, full = (
        " and ".join(f"{plain(round(100 * told[outcome, model, block]['share'], 1) + 0.0, 1)} %" for outcome in (SIZE, HURDLE))
        for model, block in ((BARE, CONFLICT), (BARE, "climate"), (FULL, CONFLICT))
    )
    more = [row for (_, _, block), row in told.items() if block == f"{CONFLICT} less climate"]
    return Result(
        "R29",
        "what forecasts asylum flows (Schutte, Vestby, Carling & Buhaug 2021)",
        "violence and repression do, climate weakly",
        f"shuffled, they cost {bare} of the error of numbers and of whether anybody fled, climate {climate}; in a model that "
        f"knows last year's flow {full}",
        "flight 2008–2023 to all states, out of sample, UNHCR, UCDP, V-Dem, FAOSTAT",
        verdict([row["low"] > 0 for row in more]),
        "linear models where theirs learn by machine; temperature alone for climate, for no series of drought may be shipped",
    )


def hosting(record: Record, raw: Path) -> Result:
    """R30."""
    del raw
    table = pressure_curves(record).filter(outcome=ONSET)
    stock, arrived = (table.filter(people=people, choice="as declared").row(0, named=True) for people in ("stock", "arrivals"))
    others = table.filter(people="stock").filter(~pl.col("choice").is_in(["as declared", CONTROL]))
    beyond = others.filter(pl.col("low") > 0).height
    said = [spread(*(100 * row[name] for name in ("change", "low", "high"))).replace("-", "−") for row in (stock, arrived)]
    return Result(
        "R30",
        "hosting refugees and conflict (Zhou & Shaver 2021)",
        "no evidence of new conflict, by province",
        f"percentage points of risk of a new conflict with ten per thousand inhabitants: stock {said[0]}, arrivals {said[1]}",
        f"{stock['n']:,} state-years with {stock['events']} onsets ({100 * stock['events'] / stock['n']:.1f} %), UNHCR, UCDP",
        verdict([stock["low"] < 0 < stock["high"], arrived["low"] < 0 < arrived["high"], beyond == 0]),
        f"as declared both hold zero; of the stock {beyond} other choices leave it out on the side of more, and so do stocks "
        "of the year after, which cannot have brought it about. States, not provinces; not a tight null",
    )
