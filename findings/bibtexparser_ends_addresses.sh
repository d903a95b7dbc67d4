#!/usr/bin/env bash
# bibtexparser 2.1.0 with pylatexenc 2.11, which decodes for it (run on CPython 3.11).
#
# Seen: with its middleware that turns LaTeX into letters, a field url = {https://example.org/~smith/war%20data.csv} is read as
# "https://example.org/", a no-break space, and "smith/war": the tilde is LaTeX's tied space, and from the per cent sign on all
# is a comment. Titles and names are decoded as they should be. Joined strings, month = jun # "~4", are not resolved but kept
# as their own source text.
# One would have guessed: url and doi are left alone, as BibTeX's styles treat them verbatim; or an error.
# Why it matters here: the home pages that data sets of this field live on have tildes, and addresses of files %20. The link
# that is left is valid and leads elsewhere. `foedus cite` prints addresses inside \url{}, and none of the record's has either
# sign.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check bibtexparser==2.1.0 pylatexenc==2.11
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import bibtexparser
from bibtexparser.middlewares import LatexDecodingMiddleware

entry = r'''@misc{a, title = {Spending (\% of {GDP}) of T{\"u}rkiye}, month = jun # "~4",
  url = {https://example.org/~smith/war%20data.csv}}'''
library = bibtexparser.parse_string(entry, append_middleware=[LatexDecodingMiddleware()])
(read,) = library.entries
for field in read.fields:
    print(f"{field.key:6}{field.value!r}")
assert read["title"] == "Spending (% of GDP) of T\u00fcrkiye", "the behaviour has changed"
assert read["url"] == "https://example.org/\xa0smith/war", "the behaviour has changed"
PYTHON
