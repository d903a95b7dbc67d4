"""The panel builder: a preview, how many rows there are, what to cite, the same as a command and a call, and five formats.

The number of rows is known before anything is built; a panel beyond the limit is refused with the command that writes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from foedus.errors import InputError
from foedus.report.markup import Setting, plain
from foedus.report.wording import UNKNOWN
from foedus.web.frame_page import Part, Sheet, table
from foedus.web.questions import OfPanel
from foedus.web.shown import rows
from foedus.web.site import elsewhere
from foedus.web.view import CSV, DTA, JSON, PARQUET, XLSX, Desk, Told, View

if TYPE_CHECKING:
    import polars as pl

    from foedus.panels.request import Request


def panel(asked: OfPanel, desk: Desk) -> Told:
    """Tell a panel."""
    from foedus.panels.panel import built
    from foedus.panels.stream import height

    request = _asked(asked, desk)
    number = height(request)
    few_enough = partial(_few_enough, number, asked, desk)

    @cache
    def frame() -> pl.DataFrame:
        few_enough()
        return built(request)

    def page(setting: Setting) -> str:
        if number <= desk.limits.rows:
            return _page(request, frame(), asked, desk, setting)
        last = replace(request, years=(request.span[1], request.span[1]))
        if height(last) > desk.limits.rows:
            few_enough()
        return _page(last, built(last), asked, desk, setting, whole=number)

    return Told(
        page,
        lambda: rows(frame()),
        frame,
        {
            **{ending: _file(request, asked, ending, few_enough) for ending in (CSV, XLSX, DTA)},
            PARQUET: lambda: _parquet(request, frame(), asked),
        },
    )


def filed(asked: OfPanel, desk: Desk) -> Told:
    """Tell a large panel: its files, which hold the whole, and what its columns mean."""
    from foedus.panels.panel import built
    from foedus.panels.stream import height

    request, few_enough = _asked(asked, desk), partial(check_file, asked, desk)
    last = replace(request, years=(request.span[1], request.span[1]))

    @cache
    def frame() -> pl.DataFrame:
        few_enough()
        return built(request)

    def page(setting: Setting) -> str:
        return _page(last, built(last), asked, desk, setting, whole=height(request), path="panel-file")

    files = {ending: _file(request, asked, ending, few_enough) for ending in (CSV, DTA)}
    return Told(page, lambda: rows(frame()), frame, {**files, PARQUET: lambda: _parquet(request, frame(), asked)})


def check_file(asked: OfPanel, desk: Desk) -> None:
    """Refuse a panel that is larger than a job writes."""
    from foedus.panels.stream import height

    if (number := height(_asked(asked, desk))) > desk.limits.job_rows:
        raise InputError(
            f"the panel can have {number:,} rows, and a job writes at most {desk.limits.job_rows:,}. Ask for fewer years or "
            f"states, or run `{asked.command('parquet')}`."
        )


def _asked(asked: OfPanel, desk: Desk) -> Request:
    """What is asked for; raises InputError for more variables than the limit, or none."""
    from foedus.panels.named import named_request

    names = asked.names()
    if not names:
        raise InputError("variables names nothing. Give names from the codebook, separated by commas.")
    if len(names) > desk.limits.variables:
        raise InputError(
            f"{len(names)} variables are asked for, and the application gives at most {desk.limits.variables}. Name fewer, or "
            f"run `{asked.command('parquet')}`."
        )
    return named_request(asked.unit, names, record=desk.record, **asked.choices())


def _few_enough(number: int, asked: OfPanel, desk: Desk) -> None:
    if number > desk.limits.rows:
        raise InputError(
            f"the panel can have {number:,} rows, and the application gives at most {desk.limits.rows:,}. Ask for fewer years "
            f"or states, or run `{asked.command('parquet')}`."
        )


def _file(request: Request, asked: OfPanel, ending: str, few_enough: Callable[[], None]) -> Callable[[], bytes]:
    """What makes the file that the command would write, if it is not too large."""

    def made() -> bytes:
        from foedus.panels.files.write import write_panel

        few_enough()
        with TemporaryDirectory(prefix="foedus-") as folder:
            path = Path(folder) / f"panel.{ending}"
            write_panel(request, path, asked.command(ending))
            return path.read_bytes()

    return made


def _parquet(request: Request, frame: pl.DataFrame, asked: OfPanel) -> bytes:
    """A Parquet file that readers in a browser understand: compressed with snappy, years of 32 bits."""
    import io

    import polars as pl

    from foedus.panels.files.write import metadata

    buffer = io.BytesIO()
    small = [name for name, kind in frame.schema.items() if kind in (pl.Int8, pl.Int16, pl.UInt8, pl.UInt16)]
    told = metadata(request, frame.columns, asked.command(PARQUET))
    frame.with_columns(pl.col(small).cast(pl.Int32)).write_parquet(buffer, compression="snappy", metadata=told)
    return buffer.getvalue()


def _page(
    request: Request,
    frame: pl.DataFrame,
    asked: OfPanel,
    desk: Desk,
    setting: Setting,
    *,
    whole: int | None = None,
    path: str = "panel",
) -> str:
    """The page of a panel; of one that is larger than the limit, with `whole` rows, that of its last year.

    path : of the view, which has the files; those of a large one are made by a job.
    """
    from foedus.panels.columns import described
    from foedus.panels.notes import remarks
    from foedus.record.source import catalog

    columns = described(request, frame.columns)
    endings = LARGE if path == "panel-file" else FORMATS
    files = "".join(
        f'<a class="take" href="{plain(asked.address(f"{path}.{ending}"))}">{plain(FORMATS[ending])}</a>' for ending in endings
    )
    if whole is not None and path == "panel":
        files = (
            f"The whole can have {whole:,} rows, and the application gives at most {desk.limits.rows:,}: ask for fewer years "
            f'or states, <a href="{plain(asked.address("panel-file"))}">have a job write it</a>, or run the command.'
        )
    some = "The first of" if frame.height > desk.limits.preview else "All"
    caption = f"{some} {frame.height:,} rows{'' if whole is None else f' of {request.span[1]}'}"
    said = "".join(f'<p class="note">{plain(each[:1].upper() + each[1:])}.</p>\n' for each in remarks(request))
    meanings = "".join(
        f'<tr><th>{plain(name)}<td>{plain(info.label)}<td>{plain(info.units)}<td class="years">{plain(_years(info.coverage))}'
        f"<td>{plain(', '.join(info.sources))}\n"
        for name, info in columns.items()
    )
    head = "".join(f'<th scope="col">{words}</th>' for words in ("Column", "Meaning", "Units", "Years", "Sources"))
    sections = [
        Part("take", "Take it away", "In which format, and how is it had again?", f"<p>{files}</p>\n{elsewhere(asked)}"),
        Part(
            "preview",
            "Preview",
            "What do the first rows look like?",
            said + table(_previewed(frame, desk), caption, desk.limits.preview),
        ),
        Part(
            "columns",
            "Columns",
            "What does each column mean, and where does it come from?",
            '<div class="scroll" tabindex="0" role="region" aria-label="Table: columns"><table>\n<caption>Columns</caption>\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{meanings}</tbody></table></div>\n",
        ),
    ]
    used = {source for info in columns.values() for source in info.sources}
    first, last = asked.first or request.span[0], request.span[1]
    facts = f"{frame.height if whole is None else whole:,} rows, {frame.width} columns, {first} to {last}."
    title = f"Panel: {asked.unit}"
    cited = [name for name in catalog() if name in used]
    return Sheet("Panel", title, facts, sections, cited).page(asked, desk, setting)


def _previewed(frame: pl.DataFrame, desk: Desk) -> pl.DataFrame:
    """The first rows, with columns in which nothing is known there, which a table would leave out."""
    import polars as pl

    first = frame.head(desk.limits.preview)
    bare = [name for name in first.columns if first[name].null_count() == first.height]
    return first.with_columns(pl.lit(UNKNOWN).alias(name) for name in bare)


def _years(coverage: Any) -> str:
    return f"{coverage[0]}–{coverage[1]}" if coverage else "–"


FORMATS = {CSV: "CSV", PARQUET: "Parquet", XLSX: "Excel", DTA: "Stata", JSON: "JSON"}
"""Forms in which a panel is taken away, and what they are called."""

LARGE = (CSV, PARQUET, DTA)
"""Those that hold more rows than a page may give."""

VIEWS = (
    View(
        "panel",
        "Panel",
        "Rows for statistics: choose a unit and variables, look at them, take them away in five formats.",
        OfPanel,
        panel,
        (JSON, CSV, PARQUET, XLSX, DTA),
    ),
    View(
        "panel-file",
        "Large panel",
        "A panel of millions of rows, written by a job.",
        OfPanel,
        filed,
        LARGE,
        slow=True,
        check=check_file,
    ),
)
