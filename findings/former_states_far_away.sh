#!/usr/bin/env bash
# countryguess 0.4.9, pycountry 26.2.16, countrynames 1.17.0 (run on CPython 3.11).
#
# Seen: names of states that are gone are sent to living ones elsewhere, without a word of doubt. countryguess makes Kenya of
# "Republic of Vietnam" and Congo of the other Vietnam's full name; pycountry's search makes Jamaica of "Hanover", for a
# parish; countrynames with fuzzy=True makes Russia of "Prussia". In the first, which compares whole strings, words that agree
# ("Republic of") weigh more than the one that tells.
# One would have guessed: no answer, as the same libraries give for Bavaria; or Vietnam and Germany.
# Why it matters here: lists of members of the state system, of wars and of treaties are full of such names, and a war of 1866
# fought by Jamaica or one of 1965 fought by Kenya joins to data of a real state. foedus reads names by the state system and
# its years: Republic of Vietnam is 817 (1954 to 1975), Hanover 240, Prussia 255; what is near to a name is offered, never
# taken.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check countryguess==0.4.9 pycountry==26.2.16 countrynames==1.17.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import countrynames
import pycountry
from countryguess import guess_country

seen = {
    "Republic of Vietnam": guess_country("Republic of Vietnam")["iso3"],
    "Democratic Republic of Vietnam": guess_country("Democratic Republic of Vietnam")["iso3"],
    "Hanover": [country.alpha_3 for country in pycountry.countries.search_fuzzy("Hanover")],
    "Prussia": countrynames.to_code("Prussia", fuzzy=True),
    "Bavaria": guess_country("Bavaria"),
}
for name, answer in seen.items():
    print(f"{name:32}{answer}")
assert list(seen.values()) == ["KEN", "COD", ["JAM"], "RU", None], "the behaviour has changed"
PYTHON
