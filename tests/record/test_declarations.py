"""Tables of the user's own, as a small file declares them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from foedus.errors import InputError
from foedus.record.additions import add_declared, remove
from foedus.record.manifest import Addition, declared, declared_sources, known_sources
from foedus.record.source import catalog
from tests.record.importing import table

DECLARATION = """
id = "bases"
title = "Foreign military bases"
producer = "A. Author"
version = "2"
url = "https://example.org/bases"
citation = "Author, A. (2025). Foreign military bases."
unit = "state-year"
[keys]
ccode = "COW"
year = "yr"
[variables.foreign_bases]
label = "Foreign military bases in the state"
units = "bases"
column = "n_bases"
range = [0, inf]
absent = 0
sums = true
[variables.base_kind]
label = "Kind of base"
units = "level"
column = "kind"
values = { "0" = "none", "1" = "air" }
[variables.has_treaty]
label = "A treaty covers them"
units = "yes or no"
column = "treaty"
[variables.base_name]
label = "Name of the largest"
units = "text"
column = "name"
"""
BASES = "cow,YR,n_bases,kind,treaty,name\n2,2000,3,1,1,Ramstein\n20,2001,-9,0,FALSE,\n987,1900,1,0,0,x\n"


def declare(file: Callable[..., Path], content: str = BASES, **changes: str) -> Addition:
    text = DECLARATION
    for old, new in changes.items():
        text = text.replace(old.replace("_EQ_", " = "), new)
    return add_declared(file(content, "bases.csv"), file(text, "bases.toml"))


def test_a_declared_table_joins_the_record_and_extends_the_codebook(data: Path, file: Callable[..., Path]) -> None:
    addition = declare(file)
    assert table("added_bases").rows() == [(2, 2000, 3, 1, True, "Ramstein"), (20, 2001, None, 0, False, None)]
    assert addition.tables[0].dropped == 1
    assert list(declared()) == ["foreign_bases", "base_kind", "has_treaty", "base_name"]
    assert declared()["foreign_bases"] == {
        "unit": "state-year",
        "table": "added_bases",
        "sources": ["bases"],
        "coverage": [2000, 2001],
        "label": "Foreign military bases in the state",
        "units": "bases",
        "range": [0, float("inf")],
        "absent": 0,
        "sums": True,
    }
    source = declared_sources()["bases"]
    assert (source.licence, source.first_year, source.last_year) == ("restricted", 2000, 2001)
    assert source.bibtex.startswith("@misc{bases")
    assert {*known_sources()} == {*catalog(), "bases"}
    remove("bases")
    assert declared() == {}


def test_a_non_directed_table_may_give_both_directions(data: Path, file: Callable[..., Path]) -> None:
    toml = DECLARATION.split("[keys]", maxsplit=1)[0].replace("state-year", "dyad-year")
    toml += '[keys]\niso3_1 = "a"\niso3_2 = "b"\nyear = "year"\n[variables.pipelines]\nlabel = "x"\nunits = "x"\n'
    add_declared(file("a,b,year,pipelines\nUSA,CAN,2000,3\nCAN,USA,2000,3\n"), file(toml, "d.toml"))
    assert table("added_bases").rows() == [(2, 2, 20, 20, 2000, 3)]
    with pytest.raises(InputError, match="2 rows share a dyad-year with another and differ"):
        add_declared(file("a,b,year,pipelines\nUSA,CAN,2000,3\nCAN,USA,2000,4\n"), file(toml, "d.toml"))


@pytest.mark.parametrize("name", ["v", "x" * 51])
def test_a_variables_name_has_from_1_to_51_letters(name: str, data: Path, file: Callable[..., Path]) -> None:
    toml = DECLARATION.split("[keys]", maxsplit=1)[0]
    toml += f'[keys]\nccode = "cc"\nyear = "yr"\n[variables.{name}]\nlabel = "x"\nunits = "x"\ncolumn = "v"\n'
    add_declared(file("cc,yr,v\n20,2000,2\n"), file(toml, "v.toml"))
    assert table("added_bases")[name].to_list() == [2]
    assert list(declared()) == [name]


def test_gleditsch_ward_codes_keep_their_place(data: Path, file: Callable[..., Path]) -> None:
    toml = DECLARATION.split("[keys]", maxsplit=1)[0]
    toml += '[keys]\ngwcode = "gw"\nyear = "year"\n[variables.pipelines]\nlabel = "x"\nunits = "x"\n'
    add_declared(file("gw,year,pipelines\n260,2000,3\n2,1700,1\n"), file(toml, "d.toml"))
    assert table("added_bases").select("gwcode", "ccode", "year", "pipelines").rows() == [(260, 255, 2000, 3)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {'"bases"': '"Bases!"', '"2"': "2", '"https': '"ftp'},
            ["id 'Bases!' is not made of", "version is missing", "url does"],
        ),
        ({'unit_EQ_"state-year"': 'unit = "state"'}, ["unit is none of state-year, dyad-year, directed dyad-year"]),
        ({'unit_EQ_"state-year"': 'unit = "dyad-year"'}, ["[keys] of a dyad-year are ccode1, ccode2 and year"]),
        ({"foreign_bases]": "polyarchy]"}, ["a variable polyarchy is there already (from foedus)"]),
        ({"foreign_bases]": "year]"}, ["'year' is no variable's name"]),
        ({"foreign_bases]": "x_age]"}, ["'x_age' is no variable's name"]),
        (
            {"foreign_bases]": f"{'x' * 52}]"},
            ["is no variable's name: small letters, digits and _, a letter first, at most 51"],
        ),
        ({'id_EQ_"bases"': 'id = "gml"'}, ["id 'gml' is taken by foedus"]),
        ({"range_EQ_[0, inf]": "range = [3, 1]", "absent_EQ_0": "absent = true"}, ["range is not [lowest", "absent is true"]),
        ({"sums_EQ_true": "sum = true"}, ["'sum' is not part of a variable", "sums"]),
        ({'{ "0"': '{ "none"'}, ["values are not whole numbers"]),
        ({'units_EQ_"bases"': ""}, ["foreign_bases: units is missing"]),
        ({'title_EQ_"Foreign': 'title = "Two\\nlines'}, ["title is longer than 1000 letters or more than one line"]),
        ({"[keys]": "[key]"}, ["'key' is not part of one", "[keys] is missing"]),
        ({"id_EQ_": "id == "}, ["is not a declaration"]),
    ],
)
def test_every_fault_of_a_declaration_is_listed_at_once(
    changes: dict[str, str], words: list[str], data: Path, file: Callable[..., Path]
) -> None:
    with pytest.raises(InputError) as refused:
        declare(file, **changes)
    for word in words:
        assert word in str(refused.value)
    assert not data.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            BASES.replace("2000,3,1", "2000,-3,1"),
            "foreign_bases: 1 values of column n_bases are outside 0 to inf (first: -3.0)",
        ),
        (BASES.replace("2000,3,1", "2000,3,7"), "base_kind: 1 values of column kind are no declared value"),
        (BASES.replace("FALSE", "perhaps"), "has_treaty: 1 values of column treaty are neither 0 nor 1 (first: perhaps)"),
        (BASES.replace("n_bases", "bases"), "lacks the columns n_bases of the declared table"),
        (BASES + "2,2000,4,1,1,x\n", "2 rows share their cow, yr with another"),
    ],
)
def test_values_that_the_declaration_rules_out_are_refused(
    content: str, words: str, data: Path, file: Callable[..., Path]
) -> None:
    with pytest.raises(InputError) as refused:
        declare(file, content)
    assert words in str(refused.value)


def test_two_declarations_cannot_have_a_variable_of_one_name_but_one_may_be_declared_again(
    data: Path, file: Callable[..., Path]
) -> None:
    declare(file)
    declare(file)
    with pytest.raises(InputError, match=r"a variable foreign_bases is there already \(from bases\)"):
        declare(file, **{'id_EQ_"bases"': 'id = "others"'})
