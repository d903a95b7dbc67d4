#!/usr/bin/env bash
# pybtex 0.26.1, latexcodec 3.0.1 (run on CPython 3.11).
#
# Seen: a BibTeX file read and written again is another file. The title "Spending (\% of GDP)" becomes "Spending (\\% of GDP)":
# a line break and a comment sign, after which LaTeX drops the rest of the line. The underscore of a DOI and the tilde of a web
# address get escapes inside, though addresses are verbatim. Each further copy adds a backslash to the first two. A mark that
# needs no escape, such as \"u, is kept.
# One would have guessed: reading and writing give the same fields; the parser keeps \% as it stands, so the writer should too.
# Why it matters here: titles of data sets have per cent signs (military expenditure), their DOIs underscores, and reference
# managers copy what `foedus cite --bibtex` prints. foedus writes its entries itself, as text that LaTeX reads as meant, and
# does not send them through a parser.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pybtex==0.26.1 latexcodec==3.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from pybtex.database import parse_string

entry = r'''@misc{a, title = {Spending (\% of {GDP}) of T{\"u}rkiye}, doi = {10.1000/a_b}, url = {https://example.org/~a}}'''
once = parse_string(entry, "bibtex").to_string("bibtex")
twice = parse_string(once, "bibtex").to_string("bibtex")
print(entry, once, twice, sep="\n\n")
assert r"(\\% of {GDP})" in once and r"10.1000/a\_b" in once and r"\textasciitilde a" in once, "the behaviour has changed"
assert r"a\\_b" in twice or r"a\\\_b" in twice, "the behaviour has changed"
PYTHON
