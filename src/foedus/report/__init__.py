"""What is told: an assessment as a page, as a summary in the terminal, as JSON, as pictures and as a brief of two pages.

Nothing here computes a number; everything is read from the `Assessment`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from foedus.errors import InputError
from foedus.language.speaking import ENGLISH
from foedus.record.writing import STANDARD_OUTPUT, check_new_folder, check_target, write_file, write_text
from foedus.version import __version__

if TYPE_CHECKING:
    from foedus.assessment.assessment import Assessment
    from foedus.assessment.claims.check import Claims
    from foedus.assessment.comparison import Comparison
    from foedus.assessment.methods import Methods
    from foedus.radars.answer import NetworkWarning
    from foedus.report.published import Address

__all__ = [
    "STANDARD_OUTPUT",
    "check_forwarded",
    "check_targets",
    "file_name",
    "lacks_methods",
    "show",
    "show_claims",
    "show_comparison",
    "show_warning",
    "stem",
    "to_html",
    "to_json",
    "write_card",
    "write_charts",
    "write_claims",
    "write_comparison",
    "write_geojson",
    "write_html",
    "write_json",
    "write_methods",
    "write_pdf",
]

NAMED = 4
"""Members named in the name of a file."""


def file_name(assessment: Assessment, language: str = ENGLISH) -> str:
    """Return the name a report gets by default, for example "foedus-USA-CAN.html", or "foedus-USA-CAN-fr.html" in French."""
    return f"foedus-{stem(assessment)}{'' if language == ENGLISH else f'-{language}'}.html"


def stem(assessment: Assessment) -> str:
    """Return what names the files of a partnership, for example "USA-CAN" or "NATO-against-RUS".

    Of more than NAMED members that are no group the first are named, and how many more there are.
    """
    shared = len({member.iso3 for member in assessment.members}) == 1
    codes = [member.abbreviation if shared or not member.iso3 else member.iso3 for member in assessment.members]
    plain = ["".join(letter for letter in code if letter.isascii() and letter.isalnum()) for code in codes]
    together = "-".join(plain) if len(plain) <= NAMED else f"{'-'.join(plain[:NAMED])}-and-{len(plain) - NAMED}-more"
    outsider = assessment.against
    if assessment.group:
        together = "".join(letter for letter in assessment.group.partition(" of ")[2] if letter.isascii() and letter.isalnum())
    against = f"-against-{outsider.iso3 or outsider.abbreviation}" if outsider else ""
    return f"{together}{against}"


def show(assessment: Assessment, target: Path | None = None, also: Mapping[str, str] | None = None) -> None:
    """Print the summary to standard output.

    target : where the report was written. also : what else was written, and where.
    """
    from foedus.report import terminal
    from foedus.report.console import Terminal

    terminal.show(assessment, Terminal(), target, also)


def to_html(assessment: Assessment, command: str) -> str:
    """Return the report as one HTML page; `command` is the command that made it, shown at the foot."""
    from foedus.report import html

    return html.to_html(assessment, command)


def check_targets(*paths: Path | None, beside: Path | None = None) -> None:
    """Raise InputError, before any work is done, if a report cannot be written to a path or two paths are the same.

    STANDARD_OUTPUT is a path for one of them.

    beside : a file that is read, which no report may replace.
    """
    if paths.count(STANDARD_OUTPUT) > 1:
        raise InputError("two texts would both go to standard output (-): name a file for one of them.")
    chosen = [path for path in paths if path is not None and path != STANDARD_OUTPUT]
    for path in chosen:
        check_target(path)
        if beside is not None and path.resolve() == beside.resolve():
            raise InputError(f"cannot write {path}: it is the file that is read. Name another.")
    if len({path.resolve() for path in chosen}) < len(chosen):
        raise InputError(f"cannot write two reports to {chosen[0]}: name two files.")


def check_forwarded(
    *, html: Path | None = None, charts: Path | None = None, pdf: Path | None = None, base_url: str | None = None
) -> None:
    """Raise InputError, before any work is done, if pictures, a brief or the card of a page cannot be made."""
    if charts is not None:
        check_new_folder(charts)
    if base_url is not None:
        from foedus.report import published, typeset

        if html == STANDARD_OUTPUT:
            raise InputError(
                "--base-url and --html - do not go together: the card lies beside the page, so name a file for it."
            )
        published.check(base_url)
        typeset.check("the cards of --base-url")
    if pdf is not None:
        from foedus.report import typeset

        typeset.check("PDF briefs")
    if pdf == STANDARD_OUTPUT:
        raise InputError("a PDF file is nothing for the terminal: name a file for --pdf.")


def to_json(assessment: Assessment) -> str:
    """Return the assessment as JSON text, in the shape of `Assessment.as_dict`."""
    return json.dumps(assessment.as_dict(), indent=1, ensure_ascii=False, allow_nan=False, default=str) + "\n"


def _put(text: str, path: Path) -> None:
    """Write a text to a file, or to standard output for STANDARD_OUTPUT; raises InputError if the file cannot be written."""
    if path == STANDARD_OUTPUT:
        sys.stdout.write(text)
    else:
        write_text(path, text)


def write_json(assessment: Assessment, path: Path) -> None:
    """Write the assessment as JSON, to standard output for STANDARD_OUTPUT; raises InputError if the file cannot be written."""
    _put(to_json(assessment), path)


def write_html(assessment: Assessment, path: Path, command: str, address: Address | None = None) -> None:
    """Write the report page, which will lie at an address, to standard output for STANDARD_OUTPUT; raises InputError."""
    from foedus.report import html

    _put(html.to_html(assessment, command, address=address), path)


def write_pdf(assessment: Assessment, path: Path, command: str, link: str = "") -> None:
    """Write the brief of two pages as a PDF file; raises InputError if it cannot be written, or without the extra `[pdf]`."""
    from foedus.report import brief_pdf

    content = brief_pdf.to_pdf(assessment, command, link)
    write_file(path, lambda temporary: Path(temporary).write_bytes(content))


def write_card(assessment: Assessment, path: Path) -> None:
    """Write the card that links are shown by as a PNG picture; raises InputError as `write_pdf` does."""
    from foedus.report import published

    content = published.card(assessment)
    write_file(path, lambda temporary: Path(temporary).write_bytes(content))


def write_charts(assessment: Assessment, folder: Path, link: str = "") -> str:
    """Write the page's pictures and their index to a new folder, and say what was written.

    PNG pictures are among them where the extra `[pdf]` is installed. Raises InputError if the folder is not empty or cannot be
    written.
    """
    from foedus.report import picture_files

    return picture_files.write(assessment, folder, stem(assessment), link)


def write_methods(methods: Methods, path: Path, command: str) -> None:
    """Write the page of what is told of every partnership alike, to standard output for STANDARD_OUTPUT; raises InputError."""
    from foedus.report import html

    _put(html.methods_to_html(methods, command), path)


def lacks_methods(folder: Path, record: str) -> Path | None:
    """Return where a folder should have a methods page of a record (its SHA-256), or None where it has that already.

    Raises InputError for a file of that name that foedus did not write.
    """
    from foedus.report.markup import made_by
    from foedus.report.told import METHODS
    from foedus.validation.memory import SHIPPED
    from foedus.validation.shipped import identity

    path = folder / METHODS
    if not path.exists():
        return path
    maker, of, results = made_by(path)
    if not maker.startswith("foedus"):
        raise InputError(f"{path} is no page that foedus wrote, and reports lead to a methods page of that name. Rename it.")
    return None if (maker, of, results) == (f"foedus {__version__}", record, identity(SHIPPED)) else path


def write_claims(claims: Claims, path: Path, command: str) -> None:
    """Write a page of claims, to standard output for STANDARD_OUTPUT; raises InputError if the file cannot be written."""
    from foedus.report import html

    _put(html.claims_to_html(claims, command), path)


def show_claims(claims: Claims, *, whole: bool) -> None:
    """Print claims: each whole, or a list, which is a table on a terminal and CSV in a pipe."""
    from foedus.panels.files.spreadsheet import neutralised
    from foedus.report import claims_text
    from foedus.report.console import Terminal

    console = Terminal()
    if whole:
        for claim in claims.claims:
            claims_text.show_claim(claim, console)
    elif sys.stdout.isatty():
        claims_text.show_list(claims, console)
    else:
        sys.stdout.write(neutralised(claims_text.listed(claims)).write_csv())


def write_comparison(comparison: Comparison, path: Path, command: str) -> None:
    """Write a page with partnerships side by side, to standard output for STANDARD_OUTPUT; raises InputError if it cannot."""
    from foedus.report import comparing

    _put(comparing.to_html(comparison, command), path)


def show_comparison(comparison: Comparison) -> None:
    """Print partnerships side by side: question by question on a terminal, CSV in a pipe."""
    from foedus.panels.files.spreadsheet import neutralised
    from foedus.report import comparing
    from foedus.report.console import Terminal

    if sys.stdout.isatty():
        comparing.show(comparison, Terminal())
    else:
        sys.stdout.write(neutralised(comparison.frame).write_csv())


def write_geojson(told: NetworkWarning, path: Path) -> None:
    """Write sites and what they see as GeoJSON, to standard output for STANDARD_OUTPUT; raises InputError if it cannot."""
    _put(json.dumps(told.geojson(), ensure_ascii=False, allow_nan=False) + "\n", path)


def show_warning(told: NetworkWarning) -> None:
    """Print what a warning network gives: tables on a terminal, its measures as CSV in a pipe."""
    from foedus.report import warning_text
    from foedus.report.console import Terminal

    if sys.stdout.isatty():
        warning_text.show(told, Terminal())
    else:
        sys.stdout.write(told.tidy().write_csv())
