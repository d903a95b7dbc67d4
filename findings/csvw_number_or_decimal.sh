#!/usr/bin/env bash
# csvw 4.1.1 (run on CPython 3.11).
#
# Seen: a column described with the format {decimalChar ",", groupChar "."} reads 1.234 as 1234 if its datatype is "decimal",
# and as 1.234 if it is "number": for number, double and float the two marks of the format are dropped without a word. 1234,5
# is then no number. The standard (CSV on the Web, 6.4.2) gives the format to all numeric types.
# One would have guessed: the same value, exact in one and in binary in the other.
# Why it matters here: budgets, troops and refugees come from offices that write 1.234 for one thousand two hundred and thirty-
# four. The description says so correctly, the file is valid, and the figure is a thousand times too small only where it has a
# separator and no decimals. foedus writes numbers without separators, and reads them so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check csvw==4.1.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import json
from pathlib import Path

from csvw import TableGroup

Path("t.csv").write_text("troops\n1.234\n")


def read(datatype):
    column = {"name": "troops", "datatype": {"base": datatype, "format": {"decimalChar": ",", "groupChar": "."}}}
    table = {"url": "t.csv", "tableSchema": {"columns": [column]}}
    Path("t.json").write_text(json.dumps({"@context": "http://www.w3.org/ns/csvw", "tables": [table]}))
    return float(next(iter(TableGroup.from_file("t.json").tables[0].iterdicts()))["troops"])


seen = {datatype: read(datatype) for datatype in ("decimal", "number", "double")}
print("1.234 is read as", seen)
assert seen == {"decimal": 1234.0, "number": 1.234, "double": 1.234}, "the behaviour has changed"
PYTHON
