"""What a view can be asked: typed models of the parameters of its address, and the command and call that ask the same.

An unknown parameter, a second one of the same name and a value of another type are refused by name. An empty or blank one was
left so in a form, and counts as not given. Files are never named: what a browser sends must not open one here.
"""

from __future__ import annotations

import json
import shlex
from abc import ABC, abstractmethod
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, model_validator

from foedus.errors import InputError
from foedus.panels.units import FIRST_YEAR, LAST_YEAR
from foedus.record.store import Record, open_record

LONGEST = 2_000
"""Letters of a parameter."""

Text = Annotated[str, Field(max_length=LONGEST)]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
AlliancesFrom = Literal["facts", "atop", "cow"]
DisputesFrom = Literal["gml", "mic", "cow-mid"]
Unit = Literal[
    "state-year",
    "dyad-year",
    "leader-year",
    "leader-dyad-year",
    "dispute-dyad",
    "group-year",
    "state-quarter",
    "dyad-quarter",
    "state-month",
    "dyad-month",
    "state-day",
    "dyad-day",
]
Rule = Literal["combined", "highest-hostility", "highest-fatality", "first", "last", "longest", "onset-first", "all"]

ALLIANCES = "Whose alliances count: facts (dated, laid over ATOP), atop (to 2018), or cow (to 2012) once added to the record."
DISPUTES = "List that disputes are taken from: gml, or mic or cow-mid once added to the record."


class Question(BaseModel, ABC):
    """What every view can be asked: of which record."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    record: Text = Field("", title="Record", description="Version and hash of the record meant; by default the one in use.")

    @model_validator(mode="before")
    @classmethod
    def _given(cls, values: Any) -> Any:
        """Leave out what was left empty or blank in a form."""
        if not isinstance(values, dict):
            return values
        return {name: each for name, each in values.items() if not isinstance(each, str) or each.strip()}

    @model_validator(mode="after")
    def _printable(self) -> Self:
        for name, each in self:
            if isinstance(each, str) and not each.isprintable():
                raise ValueError(f"{name} holds a control character")
        return self

    def given(self) -> dict[str, Any]:
        """Return what differs from the defaults, but for the record, in the order of the fields."""
        fields = type(self).model_fields
        return {
            name: each
            for name, each in self
            if name != "record" and (fields[name].is_required() or each != fields[name].default)
        }

    def address(self, path: str, record: str = "", **changed: Any) -> str:
        """Return the relative address of this question at a path; `record` makes it a permanent one."""
        asked = {**self.given(), **changed, **({"record": record} if record else {})}
        words = {name: str(each).lower() if isinstance(each, bool) else each for name, each in asked.items()}
        return f"{path}?{urlencode(words)}" if words else path

    def key(self) -> str:
        """Return a text that is the same for the same question."""
        return json.dumps(self.model_dump(exclude={"record"}), sort_keys=True, ensure_ascii=False)

    @abstractmethod
    def command(self) -> str:
        """Return the command that asks the same."""

    @abstractmethod
    def call(self) -> str:
        """Return the Python call that asks the same."""

    def _arguments(self, *positional: str) -> list[str]:
        """Return what is given as arguments by name of a call."""
        return [f"{name}={each!r}" for name, each in self.given().items() if name not in positional]

    def _options(self, *positional: str) -> list[str]:
        """Return what is given as options of a command."""
        words = []
        for name, each in self.given().items():
            if name in positional:
                continue
            option = f"--{name.replace('_', '-')}"
            words += [option] if each is True else [option, str(each)]
        return words


def parts(text: str) -> list[str]:
    """Return the parts of a list separated by commas; a group of one's own is one part, of several a semicolon stands between.

    >>> parts("USA, CAN"), parts("BALTIC=EST,LVA,LTU; USA")
    (['USA', 'CAN'], ['BALTIC=EST,LVA,LTU', 'USA'])

    Raises InputError for what would be a file.
    """
    found = [each.strip() for each in text.split(";" if "=" in text or ";" in text else ",") if each.strip()]
    for each in found:
        name = each.partition("=")[0].casefold()
        if each.casefold().endswith(".toml") or "/" in name or "\\" in name:
            raise InputError(f"{each!r} names a file, and the application opens none. Write the group out: BALTIC=EST,LVA,LTU.")
    return found


def _span(first: int | None, last: int | None) -> tuple[int, int] | None:
    """The years between two ends of which one may be open, or None for all."""
    return None if first is None and last is None else (first or FIRST_YEAR, last or LAST_YEAR)


class OfPartnership(Question):
    """A partnership in a year."""

    apart: ClassVar[tuple[str, ...]] = ("members",)
    """Fields that are no option of `foedus assess`."""

    members: Text = Field(
        min_length=1,
        title="States or group",
        description="Two states or more (USA-CAN, or USA, GBR, AUS), a group (NATO), or one of your own (BALTIC=EST,LVA,LTU).",
        examples=["USA-CAN", "NATO", "BALTIC=EST,LVA,LTU"],
    )
    year: Year = Field(LAST_YEAR, title="Year", description="The year assessed.")
    against: Text = Field("", title="Facing", description="An outsider: the members' risks with that state.", examples=["RUS"])
    without: Text = Field(
        "all",
        title="Obligations switched off",
        description="What is switched off to tell what changes: all, bilateral, or types (defence, warning).",
        examples=["all", "defence,warning"],
    )
    alliances_from: AlliancesFrom = Field("facts", title="List of alliances", description=ALLIANCES)

    def names(self, record: Record | None = None) -> list[str]:
        """Return the states and groups that are named, those joined by hyphens one by one; raises InputError for no states."""
        from foedus.partnership.members import hyphenated

        names = parts(self.members)
        return hyphenated(names[0], self.year, record or open_record()) if len(names) == 1 else names

    def command(self) -> str:
        """Return the command that writes the same report."""
        return shlex.join(["foedus", "assess", *self.names(), *self._options(*self.apart)])

    def call(self) -> str:
        """Return the call that gives the same assessment."""
        return f"foedus.assess({', '.join([*map(repr, self.names()), *self._arguments(*self.apart)])})"


class OfPicture(OfPartnership):
    """A picture of a partnership; the report in which it stands is its command and its call."""

    apart: ClassVar[tuple[str, ...]] = ("members", "exhibit")

    exhibit: Text = Field("", title="Picture", description="Its id; none lists them.", examples=["relation.bond"])


class OfFinding(Question):
    """What stands behind a finding."""

    finding: Text = Field(
        min_length=1,
        title="Finding",
        description="Its id, as it stands beside it in a report.",
        examples=["order.dispute.probability"],
    )
    members: Text = Field("USA-CAN", title="States or group", description="The partnership whose rows are named.")
    year: Year = Field(LAST_YEAR, title="Year", description="The year assessed.")
    against: Text = Field("", title="Facing", description="The outsider, of an assessment against one.")

    def of(self) -> OfPartnership:
        """Return the question for the assessment in which it stands."""
        return OfPartnership.model_validate({"members": self.members, "year": self.year, "against": self.against})

    def command(self) -> str:
        """Return the command that tells the same."""
        return shlex.join(["foedus", "explain", self.finding, *self.of().names(), *self._options("finding", "members")])

    def call(self) -> str:
        """Return the call that gives the same."""
        choices = self._arguments("finding", "members")
        return f"foedus.explain({', '.join([repr(self.finding), *map(repr, self.of().names()), *choices])})"


class OfComparison(Question):
    """Partnerships side by side, or one through the years."""

    partnerships: Text = Field(
        min_length=1,
        title="Partnerships",
        description="Pairs joined by hyphens, or groups, separated by commas.",
        examples=["USA-CAN, AUS-NZL"],
    )
    years: Text = Field(str(LAST_YEAR), title="Years", description="One year, or several.", examples=["1962, 2025"])
    alliances_from: AlliancesFrom = Field("facts", title="List of alliances", description=ALLIANCES)

    def numbers(self) -> list[int]:
        """Return the years; raises InputError for anything else."""
        written = [each.strip() for each in self.years.split(",") if each.strip()]
        if not written or not all(
            len(each) == 4 and each.isdecimal() and FIRST_YEAR <= int(each) <= LAST_YEAR for each in written
        ):
            raise InputError(
                f"years {self.years!r} is no list of years from {FIRST_YEAR} to {LAST_YEAR}. Write 2025, or 1913,1938,1962."
            )
        return [int(each) for each in written]

    def command(self) -> str:
        """Return the command that tells the same."""
        years = ",".join(map(str, self.numbers()))
        chosen = [] if self.alliances_from == "facts" else ["--alliances-from", self.alliances_from]
        return shlex.join(["foedus", "compare", *parts(self.partnerships), "--years", years, *chosen])

    def call(self) -> str:
        """Return the call that gives the same comparison."""
        chosen = "" if self.alliances_from == "facts" else f", alliances_from={self.alliances_from!r}"
        return f"foedus.compare({', '.join(map(repr, parts(self.partnerships)))}, years={self.numbers()}{chosen})"


class OfLeague(Question):
    """A league table of partnerships."""

    partnerships: Text = Field(
        "",
        title="Partnerships",
        description="Groups, or pairs joined by hyphens, separated by commas; none: those made for defence.",
        examples=["NATO, CSTO, USA-JPN"],
    )
    year: Year = Field(LAST_YEAR, title="Year", description="Of memberships, obligations and risks.")
    sort: Literal["name", "members", "bound", "since", "within", "outside"] = Field(
        "name", title="Sorted by", description="One column; no score is made of several."
    )
    of: Literal["partnerships", "members"] = Field(
        "partnerships", title="Rows of the data", description="What the CSV file has a row for."
    )

    def command(self) -> str:
        """Return the command that tells the same."""
        members = ["--members"] if self.of == "members" else []
        return shlex.join(["foedus", "league", *parts(self.partnerships), *self._options("partnerships", "of"), *members])

    def call(self) -> str:
        """Return the call that gives the same table."""
        named = [*map(repr, parts(self.partnerships)), *self._arguments("partnerships", "sort", "of")]
        frame = f".sorted_by({self.sort!r})" + (".members" if self.of == "members" else "")
        return f"foedus.league({', '.join(named)}){frame}"


class OfPanel(Question):
    """A panel."""

    unit: Unit = Field("dyad-year", title="Unit", description="What a row is about.")
    variables: Text = Field(
        min_length=1,
        title="Variables",
        description="Names from the codebook, separated by commas.",
        examples=["dispute_onset, peace_years"],
    )
    first: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR, title="First year", description="By default the first that is known."
    )
    last: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR, title="Last year", description="By default the last that is known."
    )
    states: Text = Field("", title="States", description="Only these, or dyads that hold one of them.")
    dyads: Text = Field("", title="Dyads", description="Only these pairs.", examples=["USA-CAN, IND-PAK"])
    group: Text = Field("", title="Groups", description="Groups such as NATO: their states, or the dyads among them.")
    membership: Literal["any", "start", "end"] = Field(
        "any", title="Membership", description="A member of a group is one on any day of the year, or on its start or end."
    )
    directed: bool = Field(False, title="Directed", description="One row for each direction of a dyad.")
    relevant: bool = Field(False, title="Politically relevant", description="Politically relevant dyads only.")
    keep_unknown: bool = Field(False, title="Keep unknown", description="Of these, keep dyads of unknown relevance, too.")
    contact: Literal["distance", "cow"] = Field(
        "distance", title="Contact", description="What relevance judges contact by: distance, or cow once added to the record."
    )
    system: Literal["cow", "gw"] = Field("cow", title="State system", description="Whose states and codes are used.")
    disputes: Rule = Field("combined", title="Several disputes", description="What several disputes in one dyad-year mean.")
    disputes_from: DisputesFrom = Field("gml", title="List of disputes", description=DISPUTES)
    alliances_from: AlliancesFrom = Field("facts", title="List of alliances", description=ALLIANCES)
    carry_forward: int = Field(
        0, ge=0, le=50, title="Carry forward", description="Years for which a value may stand in for later, missing ones."
    )

    def choices(self) -> dict[str, Any]:
        """Return the arguments of `foedus.panel` beside the unit and the variables."""
        given = {name: each for name, each in self.given().items() if name not in ("unit", "variables", "first", "last")}
        lists: dict[str, Any] = {name: parts(given[name]) for name in ("states", "dyads", "group") if name in given}
        span = _span(self.first, self.last)
        return {**({"years": span} if span else {}), **given, **lists}

    def names(self) -> list[str]:
        """Return the variables asked for."""
        return [each.strip() for each in self.variables.split(",") if each.strip()]

    def command(self, ending: str = "") -> str:
        """Return the command that gives the same panel, or writes it to a file of this ending."""
        words = ["foedus", "panel", self.unit, "--variables", ",".join(self.names())]
        for name, each in self.choices().items():
            option = f"--{name.replace('_', '-')}"
            if each is True:
                words.append(option)
            elif name == "years":
                words += [option, f"{each[0]}:{each[1]}"]
            else:
                mark = ";" if name == "group" and any("=" in part for part in each) else ","
                words += [option, mark.join(each) if isinstance(each, list) else str(each)]
        return shlex.join([*words, *(["-o", f"panel.{ending}"] if ending else [])])

    def call(self) -> str:
        """Return the call that gives the same panel."""
        choices = [f"{name}={each!r}" for name, each in self.choices().items()]
        return f"foedus.panel({', '.join([repr(self.unit), repr(self.names()), *choices])})"


class OfTies(Question):
    """Who is bound to whom in a year."""

    year: Year = Field(LAST_YEAR, title="Year", description="Of the ties.")
    pledge: Literal["defence", "offence", "neutrality", "nonaggression", "consultation", "any"] = Field(
        "defence", title="Pledge", description="What at least one of the two owes the other; any: any of these."
    )
    states: Text = Field("", title="States", description="Only ties that hold one of these.", examples=["FRA, DEU"])
    group: Text = Field("", title="Groups", description="Only ties within groups such as NATO.", examples=["NATO"])
    alliances_from: AlliancesFrom = Field("facts", title="List of alliances", description=ALLIANCES)

    def panel(self) -> OfPanel:
        """Return the question for the panel whose rows the ties are."""
        from foedus.partnership.network import LASTS, VARIABLES

        given = {name: each for name, each in self.given().items() if name in ("states", "group", "alliances_from")}
        wanted = {"unit": "dyad-year", "variables": VARIABLES[self.pledge], "carry_forward": LASTS}
        return OfPanel.model_validate({**given, **wanted, "first": self.year, "last": self.year})

    def command(self) -> str:
        """Return the command for the panel whose rows the ties are."""
        return self.panel().command()

    def call(self) -> str:
        """Return the call for the same panel."""
        return self.panel().call()


class OfCausalMap(Question):
    """What leads to what: every mechanism, or one."""

    mechanism: Text = Field("", title="Mechanism", description="One alone, by its id; none: all.", examples=["order.interests"])

    def command(self) -> str:
        """Return the command that tells of the mechanism, or of all."""
        return shlex.join(["foedus", "explain", self.mechanism]) if self.mechanism else "foedus methods"

    def call(self) -> str:
        """Return the call that gives the same links."""
        return f"foedus.causal_map().filter(mechanism={self.mechanism!r})" if self.mechanism else "foedus.causal_map()"


class OfVariables(Question):
    """The codebook."""

    words: Text = Field(
        "", title="Words", description="Words to look for; none lists every variable.", examples=["peace years"]
    )

    def command(self) -> str:
        """Return the command that finds the same."""
        return shlex.join(["foedus", "variables", *self.words.split()])

    def call(self) -> str:
        """Return the call that finds the same."""
        return f"foedus.variables({self.words!r})"


class OfClaims(Question):
    """A file of claims that ships."""

    file: Literal["essay", "australia-new-zealand"] = Field("essay", title="Claims", description="A file of claims that ships.")
    number: int | None = Field(None, ge=1, le=999, title="Number", description="One claim alone.")

    def command(self) -> str:
        """Return the command that checks the same."""
        chosen = [] if self.file == "essay" else ["--file", self.file]
        return shlex.join(["foedus", "claims", *([] if self.number is None else [str(self.number)]), *chosen])

    def call(self) -> str:
        """Return the call that checks the same."""
        return "foedus.claims()" if self.file == "essay" else f"foedus.claims({self.file!r})"


class OfSources(Question):
    """What each source says of two states."""

    dyad: Text = Field(min_length=1, title="Two states", description="Joined by a hyphen.", examples=["USA-CAN"])
    first: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR, title="First year", description="By default the first they share."
    )
    last: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR, title="Last year", description="By default the last they share."
    )
    every: bool = Field(False, title="All years", description="Also the years in which no source says yes.")

    def years(self) -> tuple[int, int] | None:
        """Return the span of years, or None for all."""
        return _span(self.first, self.last)

    def command(self) -> str:
        """Return the command that tells the same."""
        span = self.years()
        chosen = [*([] if span is None else ["--years", f"{span[0]}:{span[1]}"]), *(["--all"] if self.every else [])]
        return shlex.join(["foedus", "compare-sources", self.dyad, *chosen])

    def call(self) -> str:
        """Return the call that gives the same."""
        chosen = ("" if self.years() is None else f", years={self.years()}") + (", every=True" if self.every else "")
        return f"foedus.compare_sources({self.dyad!r}{chosen})"


class OfStates(Question):
    """The members of the state system, or what names mean."""

    names: Text = Field("", title="Names or codes", description="None lists every member of the year.", examples=["Zaire, FRG"])
    when: Text = Field(
        str(LAST_YEAR), title="Year or day", description="A year, or a day such as 1990-10-03.", examples=["1990-10-03"]
    )

    def command(self) -> str:
        """Return the command that tells the same."""
        return shlex.join(["foedus", "states", *parts(self.names), "--date", self.when])

    def call(self) -> str:
        """Return the call that gives the same."""
        return f"foedus.states({parts(self.names)!r}, {self.when!r})"


class OfGroups(Question):
    """Groups of states, or the members of one."""

    name: Text = Field("", title="Group", description="A group, with its members by date; none lists every group.")

    def command(self) -> str:
        """Return the command that tells the same."""
        return shlex.join(["foedus", "groups", *([self.name] if self.name else [])])

    def call(self) -> str:
        """Return the call that gives the same."""
        return f"foedus.groups({self.name!r})" if self.name else "foedus.groups()"


class OfWarning(Question):
    """What the network of warning radars sees, and how early."""

    height: float = Field(100, gt=0, le=30_000, title="Height", description="Of what is looked for, metres above the sea.")
    speed: float = Field(250, gt=0, le=10_000, title="Speed", description="Metres a second.")
    cross_section: float = Field(1, gt=0, le=10_000, title="Size to a radar", description="Square metres.")
    line: Text = Field(
        "chain", title="Place", description="Where approaches end: chain, a latitude, or a place such as 45.4,-75.7."
    )
    without: Text = Field("", title="Without", description="States whose radars are left out.", examples=["USA"])
    tracks: int = Field(2_000, ge=100, le=10_000, title="Approaches", description="Drawn at random.")
    seed: int = Field(1, ge=0, le=2**31 - 1, title="Seed", description="Of the draw.")

    def asked(self) -> dict[str, Any]:
        """Return the arguments of `foedus.warning`."""
        return {**self.model_dump(exclude={"record", "without"}), "without": parts(self.without)}

    def command(self) -> str:
        """Return the command that tells the same."""
        options = [(f"--{name.replace('_', '-')}", each) for name, each in self.asked().items() if each and name != "without"]
        left = ["--without", ",".join(parts(self.without))] if self.without else []
        return shlex.join(["foedus", "warning", *(str(word) for pair in options for word in pair), *left])

    def call(self) -> str:
        """Return the call that gives the same."""
        return f"foedus.warning({', '.join(f'{name}={each!r}' for name, each in self.asked().items() if each)})"


class OfFutures(Question):
    """Worlds run forward."""

    scenario: Literal["base", "without-partnership", "stressed"] = Field(
        "base", title="Scenario", description="What is assumed of growth, emissions, spending and disputes."
    )
    partnership: Text = Field(
        "USA-CAN",
        title="Partnership",
        description="States whose obligations are looked at: USA-CAN, or NATO.",
        examples=["POL-LTU"],
    )
    without: Text = Field(
        "all",
        title="Obligations switched off",
        description="In the second world of each pair: all, bilateral, or types (defence,warning); none: one world alone.",
    )
    worlds: int = Field(
        40, ge=2, le=100_000, title="Worlds", description="Each takes about half a second, twice with a second world."
    )
    horizon: int = Field(2050, ge=2026, le=2100, title="Last year", description="2026 to 2100.")
    seed: int = Field(
        20221027, ge=0, le=2**31 - 1, title="Seed", description="Of all draws: the same seed gives the same worlds."
    )

    def states(self) -> tuple[str, ...]:
        """Return the states or groups of the partnership."""
        return tuple(each for part in parts(self.partnership) for each in part.split("-"))

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `foedus.simulate` beside the scenario."""
        off = None if self.without == "none" else parts(self.without)
        return {"members": self.worlds, "seed": self.seed, "horizon": self.horizon, "without": off}

    def command(self) -> str:
        """Return the command that runs the same."""
        named = self.arguments()
        off = named.pop("without")
        words = [word for name, each in named.items() for word in (f"--{name}", str(each))]
        chosen = [*(["--without", ",".join(off)] if off else []), "--partnership", ",".join(self.states())]
        return shlex.join(["foedus", "simulate", "--scenario", self.scenario, *words, *chosen])

    def call(self) -> str:
        """Return the call that runs the same."""
        named = [f"{name}={each!r}" for name, each in self.arguments().items() if each is not None]
        scenario = f"scenario({self.scenario!r}).but(partnership={self.states()!r})"
        return f"from foedus.futures.scenario import scenario\nfoedus.simulate({', '.join([scenario, *named])})"


class OfTest(Question):
    """The test of a mechanism."""

    mechanism: Text = Field(
        min_length=1,
        title="Mechanism",
        description="Its name, or the id of a claim that it computes.",
        examples=["disputes", "spending"],
    )

    def command(self) -> str:
        """Return the command that tells the same."""
        return shlex.join(["foedus", "validate", self.mechanism])

    def call(self) -> str:
        """Return the call that gives the same."""
        return f"foedus.validate({self.mechanism!r})"


class OfFormula(Question):
    """A model of one's own."""

    apart: ClassVar[tuple[str, ...]] = ("formula", "first", "last", "model")

    formula: Text = Field(
        min_length=1,
        title="Formula",
        description="An outcome and terms from the codebook: outcome ~ term + term, lag(x), log(x), a:b, poly(x, 3), C(x).",
        examples=["fatal_dispute_onset ~ contiguous + weaker_democracy + log1p(peace_years)"],
    )
    unit: Literal["state-year", "dyad-year"] = Field("dyad-year", title="Unit", description="What a row is about.")
    model: Literal["logit", "probit", "cloglog", "firth", "lpm", "ols", "poisson", "negbin"] = Field(
        "logit", title="Model", description="Logits and the like for yes or no, ols for amounts, poisson and negbin for counts."
    )
    first: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR, title="First year", description="Of the rows fitted; by default the first there is."
    )
    last: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR, title="Last year", description="Of the rows fitted; by default the last there is."
    )
    where: Text = Field("", title="Where", description="Only rows in which this is true.", examples=["year > 1945"])
    fixed: Text = Field("", title="Fixed effects", description="Effects to take out: unit, dyad, state, year, columns.")
    cluster: Text = Field("", title="Clusters", description="What errors are clustered by; by default the unit.")
    states: Text = Field("", title="States", description="Only these, or dyads that hold one of them.")
    dyads: Text = Field("", title="Dyads", description="Only these pairs.", examples=["USA-CAN, IND-PAK"])
    group: Text = Field("", title="Groups", description="Groups such as NATO: their states, or the dyads among them.")
    directed: bool = Field(False, title="Directed", description="One row for each direction of a dyad.")
    relevant: bool = Field(False, title="Politically relevant", description="Politically relevant dyads only.")
    alliances_from: AlliancesFrom = Field("facts", title="List of alliances", description=ALLIANCES)
    disputes_from: DisputesFrom = Field("gml", title="List of disputes", description=DISPUTES)

    def chosen(self) -> dict[str, Any]:
        """Return what is chosen beside the formula: how it is fitted."""
        given = self.given()
        listed: dict[str, Any] = {name: parts(given[name]) for name in ("fixed", "cluster") if name in given}
        where = {"where": self.where} if self.where else {}
        span = _span(self.first, self.last)
        return {**where, **listed, **({"years": span} if span else {})}

    def rows(self) -> dict[str, Any]:
        """Return the choices of the panel."""
        names = ("directed", "relevant", "alliances_from", "disputes_from")
        given = self.given()
        lists: dict[str, Any] = {name: parts(given[name]) for name in ("states", "dyads", "group") if name in given}
        return {**{name: given[name] for name in names if name in given}, **lists}

    def command(self) -> str:
        """Return the command that fits the same."""
        span = _span(self.first, self.last)
        years = ["--years", f"{span[0]}:{span[1]}"] if span else []
        unit = ["--unit", self.unit, *([] if self.model == "logit" else ["--model", self.model])]
        return shlex.join(["foedus", "estimate", self.formula, *unit, *years, *self._options("unit", *self.apart)])

    def call(self) -> str:
        """Return the calls that fit the same: the panel, and the model."""
        from foedus.models.build import asked
        from foedus.models.estimate import choices_of

        chosen = self.chosen()
        request = asked([self.formula], choices_of(**chosen), self.unit, chosen.get("years"), **self.rows())
        choices = [f"{name}={each!r}" for name, each in {**self.rows(), "years": request.years}.items() if each]
        panel = ", ".join([repr(self.unit), repr(list(request.variables)), *choices])
        how = ", ".join([repr(self.formula), "rows", repr(self.model), *(f"{name}={each!r}" for name, each in chosen.items())])
        return f"rows = foedus.panel({panel})\nfoedus.estimate({how})"


class OfOwnClaims(Question):
    """Claims of one's own, posted as a text."""

    posted: Text = Field(min_length=1, title="Text", description="What the posted text is known by: digits of its hash.")

    def command(self) -> str:
        """Return the command that checks the same."""
        return "foedus claims --file claims.toml"

    def call(self) -> str:
        """Return the call that checks the same."""
        return "foedus.claims('claims.toml')"


class OfAll(Question):
    """A view that can be asked nothing more."""

    def command(self) -> str:
        """Return the command that is nearest."""
        return "foedus methods"

    def call(self) -> str:
        """Return the call that is nearest."""
        return "foedus.validate()"


class OfCoverage(Question):
    """Which source speaks when."""

    words: Text = Field("", title="Words", description="Only sources whose title, producer or id holds these words.")

    def command(self) -> str:
        """Return the command that is nearest."""
        return "foedus record list"

    def call(self) -> str:
        """Return the call that is nearest."""
        return "foedus.variables()"
