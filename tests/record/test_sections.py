"""Files that are cut into entries: each is parsed when it is asked for, and every fault is said with its file and entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from foedus.errors import InputError
from foedus.record.sections import Entry, Sections, names_in

Write = Callable[..., list[Path]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files by name, and return their paths in that order."""

    def files(**texts: str) -> list[Path]:
        paths = [tmp_path / f"{name}.toml" for name in texts]
        for path, text in zip(paths, texts.values(), strict=True):
            path.write_text(text, encoding="utf-8")
        return paths

    return files


def unit_is_text(_: str, entry: Entry) -> Iterator[str]:
    if not isinstance(entry.get("unit"), str):
        yield "unit is no text"


def sections(files: list[Path], **options: Any) -> Sections[Entry]:
    return Sections(files, lambda _, entry: entry, unit_is_text, **options)


def test_entries_of_several_files_are_one_list_in_the_files_order(write: Write) -> None:
    read = sections(write(b='[two]\nunit = "x"\n[two.more]\nk = 1\n', a='[one]\nunit = "y"\n'))
    assert list(read) == ["two", "one"]
    assert read["two"] == {"unit": "x", "more": {"k": 1}}
    assert read.place("one").endswith("a.toml [one]")
    assert read.faults() == []


def test_an_order_stands_before_that_of_the_files(write: Write) -> None:
    files = write(a='[one]\nunit = "x"\n[two]\nunit = "x"\n', b='[three]\nunit = "x"\n')
    assert list(sections(files, order=["three", "gone", "two"])) == ["three", "two", "one"]


def test_what_stands_above_the_tables_holds_for_those_that_say_nothing_else(write: Write) -> None:
    read = sections(write(a='# a comment\nunit = "year"\n\n[one]\n[two]\nunit = "day"\n'))
    assert (read["one"]["unit"], read["two"]["unit"]) == ("year", "day")


def test_a_line_that_begins_with_a_bracket_inside_a_list_opens_no_table(write: Write) -> None:
    read = sections(write(a='[one]\nunit = "x"\nyears = [\n[1, 2],\n["a"],\n]\n[two]\nunit = "y"\n'))
    assert read["one"]["years"] == [[1, 2], ["a"]]
    assert list(read) == ["one", "two"]


def test_only_what_is_asked_for_is_read(write: Write) -> None:
    read = sections(write(a='[good]\nunit = "x"\n[bad]\nunit = = 1\n'))
    assert read["good"] == {"unit": "x"}


def test_one_fault_brings_out_all_of_them_by_file_and_entry(write: Write) -> None:
    read = sections(write(a='[one]\nunit = 1\n[sound]\nunit = "x"\n', b="[two]\n"))
    with pytest.raises(InputError) as refused:
        read["two"]
    assert "2 faults in the entries" in str(refused.value)
    assert "a.toml [one]: unit is no text" in str(refused.value)
    assert "b.toml [two]: unit is no text" in str(refused.value)


def test_an_entry_that_stands_twice_is_a_fault_that_names_both_files(write: Write) -> None:
    read = sections(write(a='[one]\nunit = "x"\n', b='[one]\nunit = "y"\n[two]\nunit = "x"\n'))
    with pytest.raises(InputError, match=r"one stands in \S+/a\.toml and again in \S+/b\.toml"):
        read["two"]


def test_an_entry_that_stands_twice_in_one_file_is_a_fault(write: Write) -> None:
    read = sections(write(a='[one]\nunit = "x"\n[two]\nunit = "x"\n[one]\nunit = "y"\n'))
    with pytest.raises(InputError, match=r"one stands in \S+/a\.toml and again in \S+/a\.toml"):
        read["one"]


def test_a_subtable_of_an_entry_in_another_file_is_a_fault(write: Write) -> None:
    read = sections(write(a='[one]\nunit = "x"\n', b="[one.more]\nk = 1\n"))
    assert any("again in" in fault for fault in read.faults())


def test_what_is_not_toml_is_told_by_the_line_of_the_file(write: Write) -> None:
    read = sections(write(a='# one\n\n[one]\nunit = "x"\n\n[two]\nunit == "x"\n'))
    with pytest.raises(InputError, match=r"a\.toml \[two\]: is not TOML: .*line 7"):
        read["two"]


@pytest.mark.parametrize("opening", ["[[two]]", '["two two"]', "[two two]"])
def test_a_table_whose_name_is_none_is_a_fault(opening: str, write: Write) -> None:
    with pytest.raises(InputError, match="not TOML"):
        sections(write(a=f'[one]\nunit = "x"\n{opening}\nunit = "x"\n'))["one"]


def test_faults_between_entries_are_told_of_those_that_are_sound_alone(write: Write) -> None:
    def crowded(entries: Any) -> Iterator[tuple[str, str]]:
        return ((name, f"there are {len(entries)}") for name in entries)

    read = sections(write(a='[one]\nunit = "x"\n[two]\n'), across=crowded)
    assert [fault.split("/")[-1] for fault in read.faults()] == [
        "a.toml [two]: unit is no text",
        "a.toml [one]: there are 1",
    ]


def test_names_are_known_without_parsing(write: Write) -> None:
    assert list(names_in(write(a="[one]\nunit = = 1\n[one.more]\n", b="[two]\n"))) == ["one", "two"]
