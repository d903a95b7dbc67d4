"""How the whole system would have fared from past origins, knowing nothing later: scores against climatology and persistence.

What is tested, with which thresholds, was set down before (`hindcast.toml`). What ships is `hindcast.csv`, one row a horizon,
variable and kind of knowledge, from which `licence.py` reads what may be told as a probability; `hindcast-ranks.csv`, where
history stood among the worlds from each origin; and `hindcast-shape.csv`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import polars as pl

from foedus.futures.arithmetic import Array, exp
from foedus.futures.build import DRAWN, Built, base, built
from foedus.futures.draws import Draws
from foedus.futures.headline import fitted_to
from foedus.futures.licence import RANKS, SCORES, registered
from foedus.futures.scenario import Scenario
from foedus.futures.simulate import after, start
from foedus.futures.steps import State, added
from foedus.futures.steps.flight import Flight, flight, known_flows
from foedus.futures.told import of_flight as flight_told
from foedus.futures.told import told
from foedus.futures.world import Flags, Known
from foedus.mechanisms.order.disputes import Disputes
from foedus.mechanisms.order.war_size import WarSize, survival_slope
from foedus.mechanisms.spending import spending
from foedus.panels.panel import panel
from foedus.record.store import Record

KNOWN = {"origin": Known.ORIGIN, "came": Known.CAME, "drawn": Known.ORIGIN}
"""What is known of the years after an origin, by its name in the test."""

SWITCHED_ON = {"drawn": tuple(DRAWN)}
"""Links that are switched on, by the same name."""

Say = Callable[[str], None]


def hindcast(record: Record, members: int | None = None, say: Say = print) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return the scores (columns of `scored`), the ranks of history (of `ranked`), and the shape of what was simulated.

    Columns of the shape: quantity, value, low, high, inside.

    members : how many worlds an origin; by default as registered.
    """
    test = registered()
    count = members or int(test["members"])
    rows, ranks, wars, sizes = [], [], [], []
    for origin in test["origins"]:
        came, models = observed(record, origin, test["until"]), fitted_to(origin, record)
        for known in test["known"]:
            say(f"from {origin}, known: {known}")
            made = _built(record, origin, known, models)
            values, deaths = simulated(made, count, record)
            rows += _of_origin(origin, known, values, came, test)
            ranks += ranked(origin, known, values, came, test)
            if known == "origin":
                wars.append(values["wars"])
                sizes.append(deaths)
    say("flight")
    scores, of_history = of_flight(record)
    return (
        pl.concat([scored(pl.DataFrame(rows), test), scores]),
        pl.concat([pl.DataFrame(ranks), of_history]),
        _shape(wars, np.concatenate(sizes), test),
    )


def of_flight(record: Record) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the scores and the ranks of history of flight, by its step alone, from origins of its own."""
    test = {**registered(), **registered()["flight"]}
    came = fled(record, int(test["until"]))
    rows, ranks = [], []
    for origin in test["origins"]:
        states = (
            panel("state-year", ["population_un"], years=(origin, origin), record=record)["ccode"].to_numpy().astype(np.int64)
        )
        step = flight(record, np.sort(states), (np.empty(0, np.int64),) * 2, origin, origin)
        ahead = range(origin + 1, int(test["until"]) + 1)
        chunks = [_flown(step, ahead, int(test["seed"]), first) for first in range(0, int(test["members"]), FLOWN)]
        values = {name: np.concatenate([chunk[name] for chunk in chunks]) for name in test["outcomes"]}
        rows += _of_origin(origin, "origin", values, came, test)
        ranks += ranked(origin, "origin", values, came, test)
    return scored(pl.DataFrame(rows), test), pl.DataFrame(ranks)


FLOWN = 50
"""Members whose flight is forecast together."""


def _flown(step: Flight, years: range, seed: int, first: int) -> dict[str, Array]:
    """Return what is told of the flight of FLOWN members from a first one on: name → (member, year)."""
    draws = Draws(seed, np.arange(first, first + FLOWN))
    state: State = {"begun": np.empty((0, 2), np.int64), "war_deaths": np.empty(0), **step.begin(draws)}
    told_of: list[dict[str, Array]] = []
    for year in years:
        state = {**state, **step.step(state, year, draws)}
        told_of.append(flight_told(state["fled"]))
    return {name: np.stack([each[name] for each in told_of], axis=1) for name in told_of[0]}


def fled(record: Record, until: int) -> dict[str, dict[int, float]]:
    """Return what came of flight: variable → year → persons."""
    sums = known_flows(record, until).group_by("year", "ccode1").agg(pl.col("flow").sum())
    told = sums.group_by("year").agg(flight=pl.col("flow").sum(), largest_flight=pl.col("flow").max())
    return {
        name: {int(year): float(value) for year, value in told.select("year", name).iter_rows()} for name in told.columns[1:]
    }


def _built(record: Record, origin: int, known: str, models: Mapping[str, Disputes]) -> Built:
    test = registered()
    scenario = Scenario(last_year=int(test["until"]), seed=int(test["seed"]), links=SWITCHED_ON.get(known, ()))
    return built(scenario, record, base(record, scenario.last_year, origin, KNOWN[known], models))


def simulated(made: Built, members: int, record: Record, chunk: int = 10) -> tuple[dict[str, Array], Array]:
    """Return what was simulated, variable → (member, year), and the sizes of wars."""
    masks = _known_spending(record, made)
    parts: list[dict[str, list[Array]]] = []
    deaths: list[Array] = []
    for first in range(0, members, chunk):
        draws = Draws(made.scenario.seed, np.arange(first, min(first + chunk, members)))
        state, part = start(made, draws), {name: list[Array]() for name in registered()["outcomes"]}
        for year in range(made.world.origin + 1, made.scenario.last_year + 1):
            state = after(made, state, year, draws)
            of_year = told(made, state, len(draws.members))
            of_year["world_spending"] = added(np.where(masks[year], exp(np.nan_to_num(state["spending"])), 0.0)) / 1e9
            deaths.append(state["war_deaths"][state["war"]])
            for name, series in part.items():
                series.append(of_year[name])
        parts.append(part)
    whole = {name: np.concatenate([np.stack(part[name], axis=1) for part in parts]) for name in parts[0]}
    return whole, np.concatenate(deaths)


def _spent(record: Record) -> pl.DataFrame:
    return spending(record, (1960, 2010)).drop_nulls("log_spending")


def _known_spending(record: Record, made: Built) -> dict[int, Flags]:
    """Year → which states are counted (state,): known in the year, and in the five years up to the origin."""
    rows, origin = _spent(record), made.world.origin
    before = set(rows.filter(pl.col("year").is_between(origin - 5, origin))["ccode"])
    found = {}
    for year in range(origin + 1, made.scenario.last_year + 1):
        now = before & set(rows.filter(pl.col("year") == year)["ccode"])
        found[year] = np.isin(made.world.states, list(now))
    return found


def observed(record: Record, origin: int, until: int) -> dict[str, dict[int, float]]:
    """Return what came: variable → year → value, from thirty years before the origin on, as far as it is known."""
    years = (origin - int(registered()["climatology"]) + 1, until)
    dyads = panel("dyad-year", ["dispute_onset", "fatal_dispute_onset"], years=years, record=record)
    counts = dyads.group_by("year").agg(pl.col("dispute_onset", "fatal_dispute_onset").sum())
    wars = WarSize().panel(record, years)
    pacts = panel("dyad-year", ["defence_pact"], years=years, record=record)
    sides = pl.concat([pacts.select("year", "defence_pact", ccode=side) for side in ("ccode1", "ccode2")])
    any_pact = sides.group_by("year", "ccode").agg(pl.col("defence_pact").any())
    allied = any_pact.group_by("year").agg(pl.col("defence_pact").mean())
    spent = _spent(record)
    before = spent.filter(pl.col("year").is_between(origin - 5, origin))["ccode"].unique()
    money = spent.filter(pl.col("ccode").is_in(before.to_list()))
    total = money.group_by("year").agg(money=pl.col("log_spending").exp().sum() / 1e9)
    frames = {
        "disputes": counts.select("year", "dispute_onset"),
        "fatal_disputes": counts.select("year", "fatal_dispute_onset"),
        "wars": wars.select("year", "war_onsets"),
        "states_allied": allied,
        "world_spending": total,
    }
    return {name: {int(year): float(value) for year, value in frame.drop_nulls().iter_rows()} for name, frame in frames.items()}


def _of_origin(
    origin: int, known: str, values: Mapping[str, Array], came: Mapping[str, Mapping[int, float]], test: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Scores of every year from an origin."""
    rows = []
    for name, members in values.items():
        past = [came[name].get(year, np.nan) for year in range(origin - test["climatology"] + 1, origin + 1)]
        before = np.array(past)[~np.isnan(past)]
        for place in range(members.shape[1]):
            year = origin + 1 + place
            if year not in came[name] or len(before) < test["persistence"]:
                continue
            outcome, drawn = came[name][year], members[:, place]
            place_of_it = rank(drawn, outcome)
            inside = {f"in_{100 * level:.0f}": share(place_of_it, *central(level)) for level in test["coverage"]}
            fifths = {name: share(place_of_it, *part) for name, part in parts(test["pit"]).items()}
            scores = {
                "crps": crps(drawn, outcome),
                "climatology": crps(before, outcome),
                "persistence": crps(before[-test["persistence"] :], outcome),
            }
            about: dict[str, Any] = {"known": known, "origin": origin, "year": year, "ahead": year - origin, "variable": name}
            told = {**scores, **inside, "pit": sum(place_of_it) / 2, **fifths}
            rows.append({**about, **told, "came": outcome, "mean": float(drawn.mean())})
    return rows


def ranked(
    origin: int, known: str, values: Mapping[str, Array], came: Mapping[str, Mapping[int, float]], test: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return where history stood among the worlds from an origin, a row a variable and horizon.

    Compared are means over the years of the horizon of which it is known what came: years of one world hang together, which
    scores of single years do not see. `rank` is the share of worlds below history, ties spread evenly.

    Columns: known, origin, variable, first, last, years, came, mean, rank.
    """
    rows = []
    for name, members in values.items():
        for first, last in test["horizons"]:
            places = [at for at in range(first - 1, min(last, members.shape[1])) if origin + 1 + at in came[name]]
            if not places:
                continue
            history, worlds = float(np.mean([came[name][origin + 1 + at] for at in places])), members[:, places].mean(axis=1)
            about = {"known": known, "origin": origin, "variable": name, "first": first, "last": last, "years": len(places)}
            told = {"came": history, "mean": float(worlds.mean()), "rank": sum(rank(worlds, history)) / 2}
            rows.append({**about, **{key: float(f"{value:.6g}") for key, value in told.items()}})
    return rows


def crps(members: Array, outcome: float) -> float:
    """Return the continuous ranked probability score of an ensemble: mean distance to the outcome, less half its own.

    >>> crps(np.array([0.0, 2.0]), 1.0), crps(np.array([1.0]), 3.0)
    (0.5, 2.0)
    """
    ordered = np.sort(members)
    size = len(ordered)
    weights = 2 * np.arange(size) - size + 1
    return float(np.abs(ordered - outcome).mean() - (weights * ordered).sum() / size**2)


def rank(members: Array, outcome: float) -> tuple[float, float]:
    """Return between which shares of an ensemble an outcome ranks: the bounds of its randomised PIT.

    An outcome that members equal ranks anywhere between them; what is told of it spreads it evenly, which is the mean of what
    a random rank would tell (Czado, Gneiting & Held 2009).

    >>> rank(np.array([1.0, 2.0, 2.0]), 2.0), rank(np.array([1.0, 2.0, 2.0]), 0.0)
    ((0.25, 1.0), (0.0, 0.25))
    """
    size = len(members) + 1
    return float((members < outcome).sum()) / size, float((members <= outcome).sum() + 1) / size


def share(ranks: tuple[float, float], start: float, stop: float) -> float:
    """Return the share of the ranks that lies from `start` to `stop`.

    >>> share(rank(np.arange(100.0), 50.0), *central(0.5)), share(rank(np.zeros(100), 0.0), *central(0.5))
    (1.0, 0.5)
    """
    low, high = ranks
    return float(np.clip(min(high, stop) - max(low, start), 0, None) / (high - low))


def central(level: float) -> tuple[float, float]:
    """Return the ranks between which the central interval of a level lies.

    >>> central(0.5)
    (0.25, 0.75)
    """
    return (1 - level) / 2, (1 + level) / 2


def parts(count: int) -> dict[str, tuple[float, float]]:
    """Return equal parts of all ranks, by the name of the column that says how much fell there.

    >>> parts(2)
    {'pit_1': (0.0, 0.5), 'pit_2': (0.5, 1.0)}
    """
    return {f"pit_{at + 1}": (at / count, (at + 1) / count) for at in range(count)}


def scored(rows: pl.DataFrame, test: Mapping[str, Any]) -> pl.DataFrame:
    """Return scores by kind of knowledge, variable and horizon.

    Columns: known, variable, first, last, years, crps and the scores of both baselines; skill over either with its interval;
    coverage with the interval it should lie in; pit, the mean rank of what came, with the interval it should lie in, and the
    shares of years in which it was in each part of all ranks (`pit_1` …), which license nothing; licensed.
    """
    found = []
    for known in test["known"]:
        for first, last in test["horizons"]:
            for variable in test["outcomes"]:
                of_horizon = rows.filter(pl.col("ahead").is_between(first, last), known=known, variable=variable)
                about = {"known": known, "variable": variable, "first": first, "last": last}
                if of_horizon.height:
                    found.append({**about, **_judged(of_horizon, test)})
    return pl.DataFrame(found)


def _judged(rows: pl.DataFrame, test: Mapping[str, Any]) -> dict[str, Any]:
    from scipy.stats import binom, norm

    blocks = rows.with_columns(block=(pl.col("ahead") - 1) // test["block"]).group_by("origin", "block", maintain_order=True)
    of_levels, of_ranks = [f"in_{100 * level:.0f}" for level in test["coverage"]], ["pit", *parts(test["pit"])]
    names = ["crps", "climatology", "persistence", *of_levels, *of_ranks]
    sums = blocks.agg(*(pl.col(name).sum() for name in names), pl.len())
    table, counts = sums.select(names).to_numpy(), sums["len"].to_numpy()
    drawn = np.random.default_rng(test["seed"]).integers(0, len(table), (test["resamples"], len(table)))
    resampled = table[drawn].sum(axis=1)
    total = table.sum(axis=0)
    means = {name: total[at] / counts.sum() for at, name in enumerate(names[:3])}
    judged: dict[str, Any] = {"years": int(counts.sum()), **means}
    fine = []
    tail = (1 - test["level"]) / 2
    for place, baseline in ((1, "climatology"), (2, "persistence")):
        skills = 1 - resampled[:, 0] / resampled[:, place]
        low, high = np.quantile(skills, [tail, 1 - tail])
        skill = 1 - total[0] / total[place]
        judged |= {f"over_{baseline}": skill, f"over_{baseline}_low": low, f"over_{baseline}_high": high}
        fine.append(low > 0)
    for place, level in enumerate(test["coverage"], 3):
        covered = total[place] / counts.sum()
        low, high = (binom.ppf(at, len(table), level) / len(table) for at in (tail, 1 - tail))
        judged |= {f"coverage_{100 * level:.0f}{end}": value for end, value in (("", covered), ("_low", low), ("_high", high))}
        fine.append(low <= covered <= high)
    reach = float(norm.ppf(1 - tail)) / np.sqrt(12 * len(table))
    judged |= {name: total[names.index(name)] / counts.sum() for name in of_ranks}
    judged |= {"pit_low": 0.5 - reach, "pit_high": 0.5 + reach}
    return {name: float(f"{value:.6g}") if isinstance(value, float) else value for name, value in judged.items()} | {
        "licensed": bool(all(fine))
    }


def _shape(wars: list[Array], sizes: Array, test: Mapping[str, Any]) -> pl.DataFrame:
    """The dispersion of simulated wars over the years of a member, and the slope of their sizes."""
    spread = np.concatenate([(each.var(axis=1, ddof=1) / np.maximum(each.mean(axis=1), 1e-9)) for each in wars])
    values = {"dispersion": float(np.median(spread)), "slope": survival_slope(np.sort(sizes[sizes > 0]))[0]}
    rows = [
        (name, float(f"{value:.6g}"), *test[name], test[name][0] <= value <= test[name][1]) for name, value in values.items()
    ]
    return pl.DataFrame(rows, schema=["quantity", "value", "low", "high", "inside"], orient="row")


def main() -> None:
    """Compute the hindcasts and write what ships: `python -m foedus.futures.hindcast`."""
    from foedus.record.store import open_record
    from foedus.record.writing import write_text

    scores, ranks, shape = hindcast(open_record())
    write_text(SCORES, scores.write_csv())
    write_text(RANKS, ranks.write_csv())
    write_text(SCORES.with_name("hindcast-shape.csv"), shape.write_csv())


if __name__ == "__main__":
    main()
