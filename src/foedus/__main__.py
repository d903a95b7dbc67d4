"""`python -m foedus` is the command line."""

from foedus.cli import main

main()
