"""A Word document of one table with its notes: the few parts of Office Open XML (ECMA-376) that this takes, written by hand.

The library that others use (python-docx, which brings lxml) stamps the time into every file, so that the same table would never
give the same bytes; a table needs three small parts beside its text.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from foedus.report.wording import clean

SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OF_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OF_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

PARTS = {
    "[Content_Types].xml": f'{HEAD}<Types xmlns="{OF_PACKAGE}/content-types"><Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    "_rels/.rels": f'{HEAD}<Relationships xmlns="{OF_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{OF_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
}
"""What a document has beside its text."""

NEVER = (1980, 1, 1, 0, 0, 0)
"""The time of every part: the first that a ZIP file can say."""


def document(heading: Sequence[str], rows: Sequence[Sequence[str]], rules: Sequence[int], notes: Sequence[str]) -> bytes:
    """Return a document of one table, with a line under the heading and above each of the rows `rules`, and notes beneath."""
    table = "".join(_row(cells, top=place in rules) for place, cells in enumerate(rows))
    borders = '<w:tblBorders><w:top w:val="single" w:sz="8"/><w:bottom w:val="single" w:sz="8"/></w:tblBorders>'
    grid = "<w:gridCol/>" * len(heading)
    body = (
        f'<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/>{borders}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{_row(heading, bold=True, foot=True)}{table}</w:tbl>{''.join(_paragraph(note, small=True) for note in notes)}"
    )
    text = f'{HEAD}<w:document xmlns:w="{SPACE}"><w:body>{body}<w:sectPr/></w:body></w:document>'
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, content in {**PARTS, "word/document.xml": text}.items():
            part = zipfile.ZipInfo(name, NEVER)
            part.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(part, content)
    return memory.getvalue()


def _row(cells: Sequence[str], *, bold: bool = False, top: bool = False, foot: bool = False) -> str:
    line = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side, drawn in (("top", top), ("bottom", foot)) if drawn)
    edges = f"<w:tcPr><w:tcBorders>{line}</w:tcBorders></w:tcPr>" if line else "<w:tcPr/>"
    drawn = (f"<w:tc>{edges}{_paragraph(cell, bold=bold, right=place > 0)}</w:tc>" for place, cell in enumerate(cells))
    return f"<w:tr>{''.join(drawn)}</w:tr>"


def _paragraph(words: str, *, bold: bool = False, right: bool = False, small: bool = False) -> str:
    laid = '<w:jc w:val="right"/>' if right else ""
    run = ("<w:b/>" if bold else "") + ('<w:sz w:val="18"/>' if small else "")
    spaced = f'<w:pPr><w:spacing w:after="{60 if small else 0}"/>{laid}</w:pPr>'
    return f'<w:p>{spaced}<w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{escape(clean(words))}</w:t></w:r></w:p>'
