#!/usr/bin/env bash
# XlsxWriter 3.3.1, openpyxl 3.1.5 (run on CPython 3.11).
#
# Seen: a number is written with 16 significant digits, so that 0.1 + 0.2 comes back as 0.3: another double. And a text that begins
# with <r> and ends with </r> is taken for ready-made rich text and written as mark-up: the cell reads back without its tags. Both
# without a word, with default settings.
# One would have guessed: 17 digits, as Python's repr gives where they are needed, and text that is text.
# Why it matters here: panels go out as workbooks, and a value read back has to be the value written; labels of sources are text of
# others. foedus passes numbers that format themselves in full and writes such text with styles.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check XlsxWriter==3.3.1 openpyxl==3.1.5
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import openpyxl
import xlsxwriter

number, text = 0.1 + 0.2, "<r><t>plain</t></r>"
with xlsxwriter.Workbook("panel.xlsx") as book:
    sheet = book.add_worksheet()
    sheet.write_number(0, 0, number)
    sheet.write_string(0, 1, text)
back = [cell.value for cell in next(openpyxl.load_workbook("panel.xlsx").active.iter_rows())]
print("written:  ", [number, text])
print("read back:", back)
assert back == [0.3, "plain"], "the behaviour has changed"
PYTHON
