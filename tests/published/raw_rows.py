"""What a dyad-year should say, looked up one row at a time in the publishers' files.

Nothing here goes through foedus's readers, its record or its panels: files become dictionaries, and each variable is one short
function of two states and a year. Slow and plain on purpose; the arithmetic is on single numbers. Only what is known to be
wrong in a file is shared with the readers: capitals out of place or left out, five rivalries under another state's number, the
lands that estimates of people count.
"""

from __future__ import annotations

import csv
import math
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl

from foedus.record.sources.fariss_economy import LANDS, PRIOR_ONLY
from foedus.record.sources.state_system import MISPLACED, left_out
from foedus.record.sources.strategic_rivalries import CODES as RIVALS_MISNUMBERED
from foedus.record.sources.terrain import PAPAL_STATES
from foedus.record.sources.un_population import DIVIDED_UNTIL, UNIONS

State = tuple[int, int]
"""A COW code and a year."""
Dyad = tuple[int, int, int]
"""Two COW codes, the smaller first, and a year."""
Value = object
Row = Mapping[str, Value]

EARTH_KM = 6371.0088
VDEM = {"libdem": "liberal_democracy", "partipdem": "participatory_democracy", "egaldem": "egalitarian_democracy"}
BOUNDS = {"": "", "_codelow": "_low", "_codehigh": "_high"}
FRACTIONS = {
    "ethfrac": "ethnic_fractionalization",
    "ethpol": "ethnic_polarization",
    "relfrac": "religious_fractionalization",
    "relpol": "religious_polarization",
}
THREATS = {
    f"{prefix}{old}": f"territorial_threat{border}{new}"
    for prefix, border in {"": "", "m_": "_border"}.items()
    for old, new in {"lterrthreat": "", "sd": "_sd", "lwr": "_low", "upr": "_high"}.items()
}
ECONOMY = {
    "mrgdppc": ("gdp_per_head", 1.0),
    "sd_mrgdppc": ("gdp_per_head_sd", 1.0),
    "pwtrgdp": ("gdp", 1e6),
    "sd_pwtrgdp": ("gdp_sd", 1e6),
    "pwtpop": ("population", 1e6),
    "sd_pwtpop": ("population_sd", 1e6),
}
PLEDGES = {
    "atop_defense": "defence_pact",
    "atop_offense": "offence_pact",
    "atop_neutral": "neutrality_pact",
    "atop_nonagg": "nonaggression_pact",
    "atop_consul": "consultation_pact",
}
KINDS = ("positional", "spatial", "ideological", "interventionary")


class RawRows:
    """The files, read once each, and the variables of a state-year and of a dyad-year."""

    def __init__(self, raw: Path) -> None:
        self.folder = raw / "political"

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a file; blank cells of a CSV stay empty strings."""
        path = self.folder / name
        if path.suffix == ".parquet":
            return [*pl.read_parquet(path).to_dicts()]
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter="\t" if path.suffix == ".tab" else ","))

    # ------------------------------------------------------------------------------------------------------- members

    @cached_property
    def members(self) -> dict[State, Row]:
        """The list of COW state-years."""
        name = "state_system/state_year_crosswalk_cow_gw_iso3_1816_2025.parquet"
        return {(row["ccode"], row["year"]): row for row in self.rows(name)}  # type: ignore[misc]

    def dyads(self) -> list[Dyad]:
        """Return every dyad-year of two members."""
        present = defaultdict(list)
        for code, year in sorted(self.members):
            present[year].append(code)
        return [(one, two, year) for year, codes in present.items() for one in codes for two in codes if one < two]

    def member_since(self, code: int, year: int) -> int:
        """Return the first year of the unbroken membership that holds in the year."""
        while (code, year - 1) in self.members:
            year -= 1
        return year

    # ------------------------------------------------------------------------------------------------------ state-years

    @cached_property
    def by_state(self) -> dict[str, dict[State, Row]]:
        """Files with one row a COW state-year."""
        files = {
            "democracy": "regimes/isard_cw_democracy.parquet",
            "economy": "gdp_pop/isard_cw_gdppop.parquet",
            "threat": "rivalries/terrthreat.parquet",
            "warheads": "nuclear/fas_owid_warhead_stockpiles_1945_2022.csv",
        }
        found = {kind: {_state(row, "ccode"): row for row in self.rows(name)} for kind, name in files.items()}
        found["vdem"] = {}
        for row in self.rows("regimes/vdem_simple_v15.parquet"):
            sardinia = row["vdem_country_name"] == "Piedmont-Sardinia" and row["year"] <= 1860  # type: ignore[operator]
            code = 325 if sardinia else row["vdem_cowcode"]
            if code is not None:
                found["vdem"][int(code), int(row["year"])] = row  # type: ignore[call-overload]
        votes = self.rows("unga/IdealpointestimatesAll_Jun2024.parquet")
        found["votes"] = {(int(row["ccode"]), int(row["session"]) + 1945): row for row in votes}  # type: ignore[call-overload]
        final = self.rows("unga/Idealpointestimates1946-2025.tab")
        found["final votes"] = {(int(row["ccode"]), int(row["year"])): row for row in final}  # type: ignore[call-overload]
        creg = [row for row in self.rows("fractionalization/creg.parquet") if row["ccode"] is not None]
        creg.sort(key=lambda row: row["ccode"] == row["creg_ccode"])  # the older state's row comes last, and stays
        found["groups"] = {}
        for row in creg:
            key = _state(row, "ccode")
            before = found["groups"].get(key, {})
            found["groups"][key] = {name: before.get(name) if row[name] is None else row[name] for name in FRACTIONS}
        return found

    @cached_property
    def terrain(self) -> dict[int, Row]:
        return {int(row["ccode"]): row for row in self.rows("terrain/rugged.parquet") if row["ccode"] is not None}  # type: ignore[call-overload]

    @cached_property
    def capitals(self) -> list[tuple[int, date, date, float, float]]:
        found = []
        for row in self.rows("state_system/cow_capitals.csv"):
            code = int(row["ccode"])  # type: ignore[call-overload]
            there = MISPLACED.get((code, str(row["capital"])), (float(row["lat"]), float(row["lng"])))  # type: ignore[arg-type]
            found.append((code, _day(row["stdate"]), _day(row["enddate"]), *there))
        return found

    def state(self, code: int, year: int) -> dict[str, Value]:
        """Return the variables of a state-year."""
        key = (code, year)
        member = self.members[key]
        found: dict[str, Value] = {
            "gwcode": member["gwcode"],
            "iso3": member["iso3c"],
            "state_name": member["cw_name"],
            "member_since": self.member_since(code, year),
            "major_power": self.major(code, year),
        }

        def told(kind: str) -> Row:
            return self.by_state[kind].get(key, {})

        scores = {"polyarchy": "v2x_polyarchy", "uds": "euds", "uds_adjusted": "aeuds"}
        found |= {ours: told("democracy").get(theirs) for ours, theirs in scores.items()}
        found |= self.economy(code, year)
        found |= {ours: told("threat").get(theirs) for theirs, ours in THREATS.items()}
        found |= {ours: told("groups").get(theirs) for theirs, ours in FRACTIONS.items()}
        for theirs, ours in VDEM.items():
            found |= {f"{ours}{new}": told("vdem").get(f"v2x_{theirs}{old}") for old, new in BOUNDS.items()}
        points = {"ideal_point": "IdealPointAll", "ideal_point_low": "Q5%All", "ideal_point_high": "Q95%All"}
        found |= {ours: told("votes").get(theirs) for ours, theirs in points.items()}
        for name, theirs in points.items():
            final = told("final votes").get(theirs.replace("All", "FP"))
            found[name.replace("ideal_point", "ideal_point_final_passage")] = _times(final, 1)
        found["final_passage_votes"] = _times(told("final votes").get("NVotesFP"), 1)
        found["warheads"] = _times(told("warheads").get("warheads"), 1)
        land = self.terrain.get(code, {}) if year >= {255: 1990, 679: 1990}.get(code, 1946) and code != PAPAL_STATES else {}
        found |= {"ruggedness": land.get("rugged"), "mountainous": land.get("newlmtnest")}
        capital = self.capital(code, year) or (None, None)
        return found | {"capital_latitude": capital[0], "capital_longitude": capital[1]}

    def major(self, code: int, year: int) -> bool | None:
        """Return whether the state was a major power on any day; nothing is known after 2016."""
        if year > 2016:
            return None
        powers = [row for row in self.rows_of_majors if int(row["ccode"]) == code]  # type: ignore[call-overload]
        return any(int(row["styear"]) <= year <= int(row["endyear"]) for row in powers)  # type: ignore[call-overload]

    @cached_property
    def rows_of_majors(self) -> list[Row]:
        return self.rows("state_system/cow_majors.csv")

    def capital(self, code: int, year: int) -> tuple[float, float] | None:
        """Return latitude and longitude of the capital on 31 December, to 2024."""
        last = date(year, 12, 31)
        there = [(lat, lng) for each, start, end, lat, lng in self.capitals if each == code and start <= last <= end]
        for stay in left_out("ccode"):
            if stay["ccode"] == code and stay["start"] <= last <= (stay["end"] or date.max):
                there = [(stay["latitude"], stay["longitude"])] if stay["latitude"] else [self.places[code, stay["capital"]]]
        return there[-1] if there and year <= 2024 else None

    @cached_property
    def places(self) -> dict[tuple[int, str], tuple[float, float]]:
        """Return where the file has each capital of a state, whenever it was that."""
        rows = self.rows("state_system/cow_capitals.csv")
        return {(int(row["ccode"]), str(row["capital"])): (float(row["lat"]), float(row["lng"])) for row in rows}  # type: ignore[arg-type, call-overload]

    # ------------------------------------------------------------------------------------------------------- dyad-years

    @cached_property
    def disputes(self) -> dict[Dyad, list[Row]]:
        return _grouped(self.rows("mids/gml_dirdisp.parquet"))

    @cached_property
    def dispute_years(self) -> dict[tuple[int, int], list[int]]:
        """The years in which two states had a dispute."""
        found = defaultdict(list)
        for one, two, year in sorted(self.disputes):
            found[one, two].append(year)
        return found

    @cached_property
    def pledges(self) -> dict[Dyad, list[Row]]:
        both = self.rows("alliances_atop/atop_ddyr_pledges_peacesciencer.parquet")
        return _grouped(both)

    @cached_property
    def distances(self) -> dict[Dyad, list[Row]]:
        return _grouped(self.rows("contiguity/cow_mindist_1886_2019.parquet"))

    @cached_property
    def rivalries(self) -> dict[tuple[int, int], list[tuple[int, int, set[str]]]]:
        found = defaultdict(list)
        for row in self.rows("rivalries/tss_rivalries.csv"):
            pair = RIVALS_MISNUMBERED.get(int(row["tssr_id"]), (int(row["ccode1"]), int(row["ccode2"])))  # type: ignore[call-overload]
            kinds = {kind for kind in KINDS if row[kind] == "1"}
            found[min(pair), max(pair)].append((int(row["start"]), int(row["end"]), kinds))  # type: ignore[call-overload]
        return found

    @cached_property
    def other_lands(self) -> dict[State, float]:
        """State-years of which the estimates count other lands, and how many times the people of their own."""
        found = {}
        for spell in tomllib.loads(LANDS.read_text(encoding="utf-8"))["lands"]:
            given = spell["times"]
            for (one, first), (two, last) in zip(given, given[1:] or given, strict=False):
                for year in range(one, two + 1):
                    part = (year - one) / max(1, two - one)
                    found[spell["code"], year] = round(first ** (1 - part) * last**part, 3)
        return found

    def economy(self, code: int, year: int) -> dict[str, Value]:
        """Return product and people as estimated, None where the estimate is a prior or of other lands."""
        row = self.by_state["economy"].get((code, year), {})
        found: dict[str, Value] = {ours: _times(row.get(theirs), scale) for theirs, (ours, scale) in ECONOMY.items()}

        people, spread = row.get("pwtpop"), row.get("sd_pwtpop")
        told = people is not None and float(spread) < PRIOR_ONLY * float(people)  # type: ignore[arg-type]
        own = (code, year) not in self.other_lands
        for name, known in {"population": told and own, "gdp_per_head": told, "gdp": told and own}.items():
            if not known:
                found |= {name: None, f"{name}_sd": None}
        return found

    @cached_property
    def counted(self) -> dict[tuple[str, int], float]:
        """People by today's code and year as the United Nations count them, in the borders of the time."""
        rows = self.rows("gdp_pop/owid_population_with_un_projections.parquet")
        today = {
            (str(row["Code"]).replace("OWID_KOS", "XKX"), int(row["Year"])): float(row["Population, total"])  # type: ignore
            for row in rows
            if row["Population, total"] is not None
        }
        found = {(code, year): people for (code, year), people in today.items() if year > DIVIDED_UNTIL.get(code, 0)}
        for union, parts, first, last in UNIONS:
            found |= {(union, year): sum(today[part, year] for part in parts) for year in range(first, last + 1)}
        return found

    @cached_property
    def resources(self) -> dict[State, float]:
        """People times the square of product per head, of the members of which both are known."""
        found = {}
        for (code, year), member in self.members.items():
            told = self.economy(code, year)
            people = self.counted.get((str(member["iso3c"]), year), told["population"])
            if people is None and (code, year) in self.other_lands:
                people = float(self.by_state["economy"][code, year]["pwtpop"]) * 1e6 / self.other_lands[code, year]  # type: ignore[arg-type]
            if people is not None and told["gdp_per_head"] is not None:
                found[code, year] = float(people) * float(told["gdp_per_head"]) ** 2  # type: ignore[arg-type]
        return found

    @cached_property
    def shares(self) -> Callable[[int, int], float | None]:
        """A state's share of the net resources of the members of 1 July with estimates."""
        spells = defaultdict(list)
        for row in self.rows("state_system/isard_cw_system.csv"):
            last = "9999" if str(row["end"]) == "2016-12-31" else str(row["end"])  # the list's last day
            spells[int(row["ccode"])].append((str(row["start"]), last))
        totals: dict[int, float] = defaultdict(float)
        for (code, year), amount in self.resources.items():
            if any(start <= f"{year}-07-01" <= end for start, end in spells[code]):
                totals[year] += amount

        def share(code: int, year: int) -> float | None:
            amount = self.resources.get((code, year))
            return None if amount is None else amount / totals[year]

        return share

    def dyad(self, one: int, two: int, year: int) -> dict[str, Value]:
        """Return the variables of a dyad-year, those of the sides with _1 and _2."""
        first, second = self.state(one, year), self.state(two, year)
        found = {f"{name}_1": value for name, value in first.items()} | {f"{name}_2": value for name, value in second.items()}
        found |= self._disputes(one, two, year) | self._alliance(one, two, year) | self._rivalry(one, two, year)
        majors = (first["major_power"], second["major_power"])
        found["major_powers"] = None if None in majors else sum(map(bool, majors))
        near = self.distances.get((one, two, year))
        km = near[0]["mindist"] if near else None
        found |= {"min_distance": km, "contiguous": None if km is None else km == 0}
        relevant = _or(found["contiguous"], None if None in majors else any(majors))
        found["politically_relevant"] = relevant if year <= 2016 else None
        found["capital_distance"] = _sphere(self.capital(one, year), self.capital(two, year))
        found["weaker_democracy"] = _both(min, first["polyarchy"], second["polyarchy"])
        for name in ("ideal_point", "ideal_point_final_passage"):
            distance = name.replace("point", "point_distance")
            found[distance] = _both(lambda a, b: abs(a - b), first[name], second[name])
        share = self.shares(one, year), self.shares(two, year)
        found["capability_ratio"] = _both(lambda a, b: max(a, b) / (a + b), *share)
        found["joint_capability"] = _both(lambda a, b: math.log(a * b), *share)
        return found

    def _disputes(self, one: int, two: int, year: int) -> dict[str, Value]:
        """Disputes to 2010, and what was known of the past when 2011 began."""
        before = [each for each in self.dispute_years[one, two] if each < year]
        since = max(self.member_since(one, year), self.member_since(two, year))
        found: dict[str, Value] = {
            "last_dispute_year": max(before) if before and year <= 2011 else None,
            "peace_years": year - 1 - max([since - 1, *before]) if year <= 2011 else None,
        }
        if year > 2010:
            return found
        rows = self.disputes.get((one, two, year), [])
        onsets = [row for row in rows if row["midonset"] == 1]
        deaths = [row["fatality"] for row in onsets]
        known = [row["fatality"] for row in rows if row["fatality"] != -9]
        fatal = any(level > 0 for level in deaths) or (None if -9 in deaths else False)  # type: ignore[operator]
        return found | {
            "dispute_onset": bool(onsets),
            "dispute_ongoing": bool(rows),
            "dispute_onsets": len(onsets),
            "fatal_dispute_onset": fatal,
            "war_dispute_onset": any(row["hostlev"] == 5 for row in onsets),
            "dispute_war": any(row["hostlev"] == 5 for row in rows),
            "dispute_hostility": max((row["hostlev"] for row in rows), default=None),  # type: ignore[type-var]
            "dispute_fatality": max(known, default=None),  # type: ignore[type-var]
        }

    def _alliance(self, one: int, two: int, year: int) -> dict[str, Value]:
        """What either owes the other, to 2018."""
        rows = [*self.pledges.get((one, two, year), []), *self.pledges.get((two, one, year), [])]
        return {ours: any(row[theirs] == 1 for row in rows) if year <= 2018 else None for theirs, ours in PLEDGES.items()}

    def _rivalry(self, one: int, two: int, year: int) -> dict[str, Value]:
        """Rivalries to 2020, and their kinds."""
        now = [kinds for start, end, kinds in self.rivalries[one, two] if start <= year <= end]
        found = {"rivalry": bool(now)} | {f"rivalry_{kind}": any(kind in kinds for kinds in now) for kind in KINDS}
        return {name: value if year <= 2020 else None for name, value in found.items()}


def _state(row: Row, code: str) -> State:
    return int(row[code]), int(row["year"])  # type: ignore[call-overload]


def _grouped(rows: Iterable[Row]) -> dict[Dyad, list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[row["ccode1"], row["ccode2"], row["year"]].append(row)
    return found  # type: ignore[return-value]


def _day(text: Value) -> date:
    return date.fromisoformat(str(text))


def _times(value: Value, scale: float) -> float | None:
    return None if value is None else float(value) * scale  # type: ignore[arg-type]


def _both(function: Callable[[float, float], float], one: Value, two: Value) -> float | None:
    return None if one is None or two is None else function(float(one), float(two))  # type: ignore[arg-type]


def _or(one: Value, two: Value) -> bool | None:
    """Yes if either is known to be so, unknown if one is unknown and the other not so."""
    if one or two:
        return True
    return None if one is None or two is None else False


def _sphere(one: tuple[float, float] | None, two: tuple[float, float] | None) -> float | None:
    """The angle between two places as unit vectors, in kilometres to the metre."""
    if one is None or two is None:
        return None
    vectors = []
    for latitude, longitude in (one, two):
        across = math.cos(math.radians(latitude))
        turn = math.radians(longitude)
        vectors.append((across * math.cos(turn), across * math.sin(turn), math.sin(math.radians(latitude))))
    return round(2 * EARTH_KM * math.asin(min(1.0, math.dist(*vectors) / 2)), 3)
